package convert

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// What a password is joined with in a BCFKS, so that each use of it has a key of
// its own.
const (
	bcfksIntegrity = "INTEGRITY_CHECK"
	bcfksStore     = "STORE_ENCRYPTION"
	bcfksPrivate   = "PRIVATE_KEY_ENCRYPTION"
)

// Kinds of ObjectData.
const (
	bcfksCert = iota
	bcfksPrivateKey
	bcfksSecretKey
	bcfksProtectedPrivateKey // encrypted by a program, not by the keystore
	bcfksProtectedSecretKey
)

func detectBCFKS(data []byte) confidence {
	if shape.IsBCFKS(data) {
		return certain
	}
	return notIt
}

type bcfksReader struct {
	d      *decoder
	at     Source
	keys   []storeKey
	signed bool // instead of a MAC with a password
}

// decodeBCFKS reads Bouncy Castle's BcFKSKeyStoreSpi:
//
//	SEQUENCE { EncryptedObjectStoreData or ObjectStoreData, ObjectStoreIntegrityCheck }
//
// All of it is encrypted as a rule, and the MAC is over what is encrypted.
func (d *decoder) decodeBCFKS(data []byte, at Source) error {
	at.Format = "bcfks"
	const what = "keystore"
	c := d.container(at)
	e, rest, err := wholeSequence(data)
	if err != nil {
		return damaged(at, what, err)
	}
	d.trailing(at, len(e.Full), len(rest))
	r := e.Reader()
	store, err := r.Expect(der.TagSequence)
	if err != nil {
		return damaged(at, what, err)
	}
	check, err := r.Next()
	if err != nil {
		return damaged(at, what, err)
	}
	b := &bcfksReader{d: d, at: at}
	verify, err := b.integrity(c, check, store.Full)
	if err != nil {
		return err
	}
	if first, ok := store.Reader().Peek(); ok && first.Is(der.TagSequence) {
		plain, err := b.openStore(store, verify)
		if err != nil {
			return err
		}
		at.Offset = -1
		if store, err = der.ParseAll(plain); err != nil {
			return damaged(at, what, err)
		}
	} else if err := verify(false); err != nil {
		return err
	}
	b.at = at
	if err := b.objects(store); err != nil {
		return err
	}
	for _, k := range b.keys {
		if err := b.openKey(k); err != nil {
			if d.over() {
				return err
			}
			d.fail(k.at, KindPrivateKey, "", err)
		}
	}
	return nil
}

// integrity reads PbkdMacIntegrityCheck { macAlgorithm, pbkdAlgorithm, mac }, or
// [0] with a signature. What it returns checks the MAC: where the contents are
// open, with the passwords that are known.
func (b *bcfksReader) integrity(c *Container, e der.Element, content []byte) (verify func(opened bool) error, err error) {
	const what = "integrity check of a keystore"
	if e.IsContext(0) {
		b.signed = true
		b.signature(c, e, content)
		return func(bool) error { return nil }, nil
	}
	r := e.Reader()
	alg, err1 := r.Expect(der.TagSequence)
	kdf, err2 := r.Expect(der.TagSequence)
	value, err3 := r.Expect(der.TagOctetString)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, damaged(b.at, what, err)
	}
	sum, err := value.OctetString()
	if err != nil {
		return nil, damaged(b.at, what, err)
	}
	mac, err := pbe.ParseKeyedMAC(kdf, alg, sum)
	macs := []*pbe.MAC{mac}
	c.MAC = mac.Name
	if other, ok := bouncyScrypt(kdf); ok && err == nil {
		if mac, err = pbe.ParseKeyedMAC(other, alg, sum); err == nil {
			macs = []*pbe.MAC{mac, macs[0]}
		}
	}
	var lacks *pbe.UnsupportedError
	if errors.As(err, &lacks) {
		b.d.note(b.at, note.MACFails, "it cannot be checked: %s is not supported", lacks.Algorithm)
		return func(bool) error { return nil }, nil
	}
	if err != nil {
		return nil, faultOf(b.at, what, err)
	}
	try := func(pw []byte) error {
		key := joined(pw, bcfksIntegrity)
		defer clear(key)
		for _, mac := range macs {
			if err := b.d.spend(b.at, what, mac.Rounds, mac.Weight); err != nil {
				return err
			}
			if err := mac.Verify(key, content); !errors.Is(err, pbe.ErrPassword) {
				return err
			}
		}
		return pbe.ErrPassword
	}
	return func(opened bool) error {
		if !opened {
			return b.d.unlock(b.at, "keystore", pbe.BMP, try)
		}
		ok, err := b.d.tryKnown(b.at, pbe.BMP, try)
		if err == nil && !ok {
			b.d.note(b.at, note.MACFails, "the MAC does not verify with the password that opens the contents: they were altered, or the MAC has another password")
		}
		return err
	}, nil
}

// signature checks SignatureCheck { signatureAlgorithm, [0] certificates OPTIONAL, signature }
// with the first certificate. Bouncy Castle asks its caller for the key instead: what is in
// the file says nothing of who signed.
func (b *bcfksReader) signature(c *Container, e der.Element, content []byte) {
	outer := der.Fields{Reader: e.Reader()}
	f := der.Fields{Reader: outer.Sequence().Reader()}
	alg := f.Sequence()
	c.MAC = "signature, " + pubkey.ReadSignatureAlgorithm(alg).Name
	var signer Certificate
	wrapped, found := f.Reader.Optional(0)
	if found {
		list := der.Fields{Reader: wrapped.Reader()}
		first := der.Fields{Reader: list.Sequence().Reader()}
		if err := signer.parse(first.Sequence()); err != nil {
			f.Fault(err)
		}
		f.Fault(errors.Join(list.Err, first.Err))
	}
	sig, err := f.Next().BitString()
	f.Fault(err)
	switch err := errors.Join(outer.Err, f.Err); {
	case err != nil:
		b.d.note(b.at, note.MACFails, "its signature cannot be read: it was altered or damaged")
		return
	case !found:
		b.d.note(b.at, note.MACFails, "its integrity cannot be checked: a signature is in place of the MAC, and the certificate of who made it is not in the file")
		return
	}
	err = b.d.effort.spend(b.at, pubkey.VerifyCost(signer.SPKI))
	if err == nil {
		err = pubkey.Verify(content, alg, sig, signer.SPKI)
	}
	var lacks *pubkey.UnsupportedError
	switch {
	case err == nil:
		b.d.note(b.at, note.Skipped, "who signed it: the signature is that of the certificate %q that comes with it, which anyone can have put there", NameString(signer.Subject))
	case errors.As(err, &lacks):
		b.d.note(b.at, note.MACFails, "it cannot be checked: %s is not supported", lacks.Algorithm)
	case errors.Is(err, ErrTooLarge):
		b.d.note(b.at, note.MACFails, "its integrity cannot be checked: that takes too much work")
	default:
		b.d.note(b.at, note.MACFails, "its signature does not verify with the certificate that comes with it: it was altered")
	}
}

// joined is a password, as BMPString with its terminator, and what it is used for.
func joined(pw []byte, purpose string) []byte {
	return append(append(make([]byte, 0, len(pw)+2*len(purpose)+2), pw...), append(der.BMPString(purpose), 0, 0)...)
}

// openStore decrypts the whole. Where that fails with a password that the MAC
// fits, it is damaged.
func (b *bcfksReader) openStore(store der.Element, verify func(bool) error) ([]byte, error) {
	plain, _, err := b.open(store, bcfksStore, b.at, "keystore", func(p []byte) error {
		if e, err := der.ParseAll(p); err != nil || !e.Is(der.TagSequence) {
			return pbe.ErrPassword
		}
		return nil
	})
	var e *Error
	if errors.As(err, &e) && e.Kind == ErrPasswordIncorrect {
		e.Detail = "or the keystore was altered"
		if len(b.d.passwords) > 0 && b.macFits(verify) {
			return nil, &Error{Kind: ErrDamaged, Source: b.at, What: "keystore", Detail: "the password is right, but the contents do not decrypt"}
		}
	}
	if err != nil {
		return nil, err
	}
	return plain, verify(true)
}

// macFits reports whether one of the passwords that are known is that of the MAC.
func (b *bcfksReader) macFits(verify func(bool) error) bool {
	before := len(b.d.bundle.Notes)
	err := verify(true)
	failed := len(b.d.bundle.Notes) > before && b.d.bundle.Notes[len(b.d.bundle.Notes)-1].Kind == note.MACFails
	b.d.bundle.Notes = b.d.bundle.Notes[:before]
	return err == nil && !failed
}

// open decrypts SEQUENCE { algorithm, OCTET STRING } with a password for a purpose.
func (b *bcfksReader) open(e der.Element, purpose string, at Source, what string, accept func([]byte) error) (plain []byte, scheme string, err error) {
	alg, sealed, err := encryptedKeyInfo(e)
	if err != nil {
		return nil, "", damaged(at, what, err)
	}
	s, err := pbe.ParseScheme(alg)
	if s.Name != "" {
		b.d.encrypted(s.Name)
	}
	if err != nil {
		return nil, s.Name, faultOf(at, what, err)
	}
	if err := s.CheckLength(len(sealed)); err != nil {
		return nil, s.Name, faultOf(at, what, err)
	}
	if s.Weak {
		b.d.note(at, note.WeakEncryption, "%s", s.Name)
	}
	b.d.bundle.Notes = append(b.d.bundle.Notes, Note{Source: at, Kind: note.KeyDerivation, N: s.Rounds, Text: text.Of("%s", s.Name)})
	schemes := []pbe.Scheme{s}
	if other, ok := bouncyPBES2(alg); ok {
		if as, err := pbe.ParseScheme(other); err == nil {
			schemes = []pbe.Scheme{as, s}
		}
	}
	try := func(pw []byte) error {
		key := joined(pw, purpose)
		defer clear(key)
		for _, s := range schemes {
			if err := b.d.spend(at, what, s.Rounds, s.Weight); err != nil {
				return err
			}
			out, err := s.Decrypt(key, sealed)
			if err == nil {
				if err = accept(out); err != nil {
					clear(out)
				}
			}
			if err == nil {
				plain = out
				return nil
			}
			if !errors.Is(err, pbe.ErrPassword) {
				return faultOf(at, what, err)
			}
		}
		return pbe.ErrPassword
	}
	// Who signs gives no password.
	if b.signed && purpose == bcfksStore && try(nil) == nil {
		return plain, s.Name, nil
	}
	err = b.d.unlock(at, what, pbe.BMP, try)
	return plain, s.Name, err
}

// bouncyScrypt is a key derivation as Bouncy Castle runs it, if that is another
// one than is written: for scrypt it takes the block size for the parallelization
// too.
func bouncyScrypt(kdf der.Element) (der.Element, bool) {
	oid, params, err := der.ParseAlgorithm(kdf)
	if err != nil || oid != pbe.OIDScrypt || !params.Is(der.TagSequence) {
		return kdf, false
	}
	fields, err := params.Children()
	if err != nil || len(fields) < 4 || string(fields[2].Full) == string(fields[3].Full) {
		return kdf, false
	}
	fields[3] = fields[2]
	return rebuilt(oid, fields)
}

// bouncyPBES2 is the same of the key derivation in PBES2.
func bouncyPBES2(alg der.Element) (der.Element, bool) {
	oid, params, err := der.ParseAlgorithm(alg)
	if err != nil || !params.Is(der.TagSequence) {
		return alg, false
	}
	fields, err := params.Children()
	if err != nil || len(fields) != 2 {
		return alg, false
	}
	kdf, ok := bouncyScrypt(fields[0])
	if !ok {
		return alg, false
	}
	return rebuilt(oid, []der.Element{kdf, fields[1]})
}

// rebuilt is the AlgorithmIdentifier of oid with a SEQUENCE of fields.
func rebuilt(oid string, fields []der.Element) (der.Element, bool) {
	e, err := der.ParseAll(der.Build(func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, oid, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, f := range fields {
					b.AddBytes(f.Full)
				}
			})
		})
	}))
	return e, err == nil
}

// objects reads ObjectStoreData { version, integrityAlgorithm, two dates, SEQUENCE OF ObjectData, … }.
func (b *bcfksReader) objects(store der.Element) error {
	f := der.Fields{Reader: store.Reader()}
	f.Next()
	f.Sequence()
	f.Time()
	f.Time()
	list := f.Sequence()
	if f.Err != nil {
		return damaged(b.at, "keystore", f.Err)
	}
	for r := list.Reader(); !r.Empty(); {
		e, err := r.Next()
		if err != nil {
			return damaged(b.at, "keystore", err)
		}
		if err := b.object(e); err != nil {
			if b.d.over() {
				return err
			}
			at := b.at
			at.Offset = within(b.at, e.Offset)
			b.d.fail(at, "", "", err)
		}
	}
	return nil
}

// object reads ObjectData { type, identifier, creation, last modification, data, … }.
func (b *bcfksReader) object(e der.Element) error {
	f := der.Fields{Reader: e.Reader()}
	kind, err := f.Next().Int()
	if err != nil {
		return damaged(b.at, "entry of a keystore", err)
	}
	name := f.Next()
	n := Names{FriendlyName: string(name.Content)}
	f.Time()
	n.Created = f.Time() // what Java gives as the date of an entry
	octets := f.Next()
	data, err := octets.OctetString()
	f.Fault(err)
	at := b.at
	at.Entry, at.Offset = n.FriendlyName, within(b.at, octets.ContentOffset())
	if f.Err != nil || !name.Is(der.TagUTF8String) {
		return damaged(at, "entry of a keystore", f.Err)
	}
	switch kind {
	case bcfksCert:
		return b.d.alone(data, at, func() error {
			before := len(b.d.bundle.Certs)
			err := b.d.addCert(data, at, n)
			trusted(b.d.bundle.Certs[before:])
			return err
		})
	case bcfksPrivateKey, bcfksProtectedPrivateKey:
		return b.privateKey(data, at, n)
	case bcfksSecretKey, bcfksProtectedSecretKey:
		if at, err = b.d.next(at); err == nil {
			b.d.bundle.Others = append(b.d.bundle.Others, Other{Source: at, What: "BCFKS secret key", Raw: data, Names: n})
		}
		return err
	}
	return unsupported(at, "entry of a keystore", fmt.Sprintf("kind %d", kind))
}

// privateKey reads EncryptedPrivateKeyData { EncryptedPrivateKeyInfo, SEQUENCE OF Certificate }.
func (b *bcfksReader) privateKey(data []byte, at Source, n Names) error {
	e, err := der.ParseAll(data)
	if err != nil {
		return damaged(at, "key", err)
	}
	f := der.Fields{Reader: e.Reader()}
	info, chain := f.Sequence(), f.Sequence()
	if f.Err != nil {
		return damaged(at, "key", f.Err)
	}
	before, names := len(b.d.bundle.Certs), n
	for r := chain.Reader(); !r.Empty(); {
		c, err := r.Next()
		if err == nil {
			err = b.d.addCert(c.Full, inside(at, c), names)
		}
		if err != nil {
			return damaged(at, "certificate of a key", err)
		}
		names = Names{}
	}
	b.keys = append(b.keys, storeKey{protected: info.Full, at: at, names: n, chain: listed(b.d.bundle.Certs[before:])})
	return nil
}

func (b *bcfksReader) openKey(k storeKey) error {
	what := fmt.Sprintf("key %q", k.at.Entry)
	e, err := der.ParseAll(k.protected)
	if err != nil {
		return damaged(k.at, what, err)
	}
	plain, scheme, err := b.open(e, bcfksPrivate, k.at, what, acceptPKCS8)
	if err != nil {
		return err
	}
	at := k.at
	at.Offset = -1
	return b.d.addEntryKey(plain, at, scheme, k.names, k.chain)
}
