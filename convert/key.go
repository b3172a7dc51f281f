package convert

import (
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/structure"
	"github.com/certconv/certconv/internal/text"
)

// PublicID identifies a public key. Two objects have the same one exactly when
// they hold the same public numbers, however these are written; a.Is(b) asks
// whether both are known and the same. It is "" where the public key is not
// known.
type PublicID = pubkey.ID

// addKeyDER adds a private key in the clear, in any ASN.1 form. scheme is what
// it was encrypted with.
func (d *decoder) addKeyDER(data []byte, at Source, scheme string, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	p, err := pubkey.ReadPrivate(data, &d.keyWork)
	if err != nil {
		return ofKey(at, err)
	}
	fault := func(err error) error {
		at := at
		if _, malformed := err.(*pubkey.MalformedError); malformed {
			at.Offset = -1 // its place counts from the start of what PKCS#8 wraps
		}
		return ofKey(at, err)
	}
	for _, r := range p.Remarks {
		n := Note{Source: at, Kind: r.Kind, Text: r.Text, N: r.N, By: r.By}
		if r.Err != nil {
			n.Text = text.Of("%s", fault(r.Err))
		}
		d.bundle.Notes = append(d.bundle.Notes, n)
	}
	if e, _, err := der.Parse(data); err == nil {
		d.noteStructure(at, KindPrivateKey, structure.PrivateKey(e.Full))
	}
	d.bundle.Keys = append(d.bundle.Keys, PrivateKey{
		Source: at, PKCS8: p.PKCS8, Algorithm: p.Algorithm, Bits: p.Bits, SPKI: p.SPKI, Proved: p.Proved,
		Key: p.Key, Err: fault(p.Err), Scheme: scheme, Names: n, id: p.ID, mended: p.Mended, plain: p.Plain, form: p.Form,
	})
	return nil
}

// addKeyBlob adds the key in a key blob of Microsoft's CryptoAPI.
func (d *decoder) addKeyBlob(data []byte, at Source, scheme string) error {
	const what = "key blob"
	b, err := pubkey.ReadBlob(data)
	if err != nil {
		return damaged(at, what, err)
	}
	if b.Rest > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: b.Rest, Text: text.Of("bytes after the end of the key blob")})
	}
	switch {
	case b.SPKI != nil:
		return d.addPublicKey(b.SPKI, at, Names{})
	case scheme != "" && b.RSA != nil && !b.RSA.Consistent():
		return &Error{Kind: ErrDamaged, Source: at, What: what, Detail: "the password is right, but the numbers of the key do not belong together"}
	}
	return d.addKeyDER(b.PKCS8, at, scheme, Names{})
}

// addPublicKey adds a SubjectPublicKeyInfo, an RSAPublicKey, or a DSA key in
// OpenSSL's own form.
func (d *decoder) addPublicKey(data []byte, at Source, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	e, rest, err := der.Parse(data)
	if err != nil {
		return damaged(at, "public key", err)
	}
	if len(rest) > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(rest), Text: text.Of("bytes after the end of the key")})
	}
	spki := e.Full
	switch shape.Of(e.Full) {
	case shape.DSAPublic:
		spki = pubkey.SPKIFromDSA(e.Full)
	case shape.PKCS1Public:
		spki = pubkey.SPKIFromPKCS1(e.Full)
	}
	k, err := pubkey.ReadPublic(spki)
	if err != nil && k.Algorithm == "" {
		return ofKey(at, err)
	}
	if err != nil {
		d.note(at, note.Malformed, "%s", ofKey(Source{}, err))
	}
	d.noteCurve(at, k.Algorithm, spki)
	d.bundle.PublicKeys = append(d.bundle.PublicKeys, PublicKey{Source: at, SPKI: spki, Algorithm: k.Algorithm, Bits: k.Bits, Names: n, id: k.ID})
	return nil
}

// noteCurve notes a public key that has the numbers of its curve in place of the
// name: few programs read such a certificate.
func (d *decoder) noteCurve(at Source, algorithm string, spki []byte) {
	if algorithm == "RSA" || !pubkey.ReadForm(spki).Explicit {
		return
	}
	if name, ok := strings.CutPrefix(algorithm, "EC "); ok {
		d.note(at, note.Variant, "the numbers of the curve are written out; they are those of %s", name)
		return
	}
	d.note(at, note.Variant, "the numbers of the curve are written out")
}

// readPublicKey reads a SubjectPublicKeyInfo. Its error is an *Error.
func readPublicKey(spki []byte) (pubkey.Public, error) {
	k, err := pubkey.ReadPublic(spki)
	return k, ofKey(Source{}, err)
}

// identity is id, worked out where an object was not made by the decoder.
func identity(id PublicID, spki []byte) PublicID {
	if id == "" && len(spki) > 0 {
		k, _ := pubkey.ReadPublic(spki)
		return k.ID
	}
	return id
}

// PublicID identifies the public key, "" if SPKI is nil.
func (k *PrivateKey) PublicID() PublicID { return identity(k.id, k.SPKI) }

// PublicID identifies the key.
func (k *PublicKey) PublicID() PublicID { return identity(k.id, k.SPKI) }

// PublicID identifies the public key in the certificate, "" if SPKI is nil.
func (c *Certificate) PublicID() PublicID { return identity(c.id, c.SPKI) }

// PublicID identifies the public key in the request, "" if SPKI is nil.
func (q *Request) PublicID() PublicID { return identity(q.id, q.SPKI) }

// pkcs1FromPKCS8 is the RSAPrivateKey inside, byte for byte.
func pkcs1FromPKCS8(pkcs8 []byte) ([]byte, error) {
	out, err := pubkey.ToPKCS1(pkcs8)
	return out, ofKey(Source{}, err)
}

// sec1FromPKCS8 is the ECPrivateKey with its curve and public key.
func sec1FromPKCS8(pkcs8 []byte) ([]byte, error) {
	out, err := pubkey.ToSEC1(pkcs8)
	return out, ofKey(Source{}, err)
}
