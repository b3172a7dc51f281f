package convert

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/structure"
)

const whatEncryptedPKCS8 = "encrypted PKCS#8 key"

func detectPKCS8(data []byte) confidence {
	switch shape.Of(data) {
	case shape.PKCS8, shape.EncryptedPKCS8:
		if _, _, err := der.Parse(data); err != nil {
			return possible
		}
		return certain
	}
	return notIt
}

// decodePKCS8File reads one key, PEM or DER, encrypted or not.
func (d *decoder) decodePKCS8File(data []byte, at Source) error {
	if detectPKCS8(data) == notIt && detectPEM(data) > notIt {
		return d.decodePEM(data, at)
	}
	return d.decodeDER(data, at)
}

// decodeEncryptedPKCS8 reads an EncryptedPrivateKeyInfo (RFC 5958, Section 3).
func (d *decoder) decodeEncryptedPKCS8(data []byte, at Source, n Names) error {
	plain, scheme, err := d.openPKCS8(data, at)
	if err != nil {
		d.fail(at, KindPrivateKey, scheme, err)
		return err
	}
	if e, _, err := der.Parse(data); err == nil {
		d.noteStructure(at, KindPrivateKey, structure.EncryptedKey(e.Full))
	}
	at.Offset = -1
	notes := len(d.bundle.Notes)
	if err := d.addKeyDER(plain, at, scheme, n); err != nil {
		return err
	}
	d.behind(plain, at, notes)
	return nil
}

func (d *decoder) openPKCS8(data []byte, at Source) (plain []byte, scheme string, err error) {
	e, rest, err := der.Parse(data)
	if err != nil {
		return nil, "", damaged(at, whatEncryptedPKCS8, err)
	}
	if len(rest) > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(rest)})
	}
	if !der.IsDER(e.Full) {
		d.note(at, note.NotDER, whatEncryptedPKCS8)
	}
	r := e.Reader()
	alg, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, "", damaged(at, whatEncryptedPKCS8, err)
	}
	body, err := r.Expect(der.TagOctetString)
	if err != nil {
		return nil, pbeScheme(alg), damaged(at, whatEncryptedPKCS8, err)
	}
	ciphertext, err := body.OctetString()
	if err != nil {
		return nil, pbeScheme(alg), damaged(at, whatEncryptedPKCS8, err)
	}
	if at.Offset >= 0 {
		at.Offset += int64(alg.Offset)
	}
	return d.decryptPBE(alg, ciphertext, at, whatEncryptedPKCS8, acceptKey)
}

// acceptKey tells a private key from what a wrong password yields. Some
// programs encrypt the traditional form, and some leave bytes behind it.
func acceptKey(plain []byte) error {
	e, _, err := der.Parse(plain)
	if err != nil {
		return pbe.ErrPassword
	}
	switch shape.Of(e.Full) {
	case shape.PKCS8, shape.PKCS1, shape.SEC1, shape.DSAKey:
		return nil
	}
	return pbe.ErrPassword
}

// encodePKCS8 writes the one key that b holds, as PEM, or DER on request.
func encodePKCS8(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if len(b.Keys) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, What: "PKCS#8", Detail: "there is no private key"}
	}
	out, label := b.Keys[0].PKCS8, pem.LabelPKCS8
	if o.Password != nil {
		var err error
		if out, err = encryptPKCS8(out, o); err != nil {
			return nil, err
		}
		label = pem.LabelEncryptedPKCS8
	}
	if o.DER {
		return append([]byte(nil), out...), nil
	}
	return pem.Append(nil, label, nil, out), nil
}

// encryptPKCS8 makes an EncryptedPrivateKeyInfo the way profile says. The key
// goes in byte for byte.
func encryptPKCS8(pkcs8 []byte, o *EncodeOptions) ([]byte, error) {
	p, err := profileByName(o.Profile)
	if err != nil {
		return nil, err
	}
	alg, ciphertext, err := pbe.Encrypt(p.KeyEncryption, p.KeyIterations, o.Password, pkcs8, o.Rand)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(alg)
		b.AddASN1OctetString(ciphertext)
	})
	return b.Bytes()
}
