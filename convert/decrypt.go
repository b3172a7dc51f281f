package convert

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/text"
)

// decryptPBE opens what an AlgorithmIdentifier of PKCS#5 or PKCS#12 password
// based encryption protects. accept judges the plaintext (nil: padding alone
// decides); it returns pbe.ErrPassword for what a wrong password yields. scheme
// is returned, and recorded in the container, also when opening fails. at is
// the place of alg.
func (d *decoder) decryptPBE(alg der.Element, ciphertext []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, scheme string, err error) {
	if alg, err = der.ParseAll(alg.Full); err != nil { // offsets count from at
		return nil, "", damaged(at, what, err)
	}
	s, err := pbe.ParseScheme(alg)
	if s.Name != "" {
		d.uses(s.Use())
	}
	if s.Weak {
		d.note(at, note.WeakEncryption, "%s", s.Name)
	}
	if err != nil {
		return nil, s.Name, faultOf(at, what, err)
	}
	d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.KeyDerivation, N: s.Rounds, Text: text.Of("%s", s.Name)})
	plain, err = d.openScheme(s, ciphertext, at, what, accept)
	return plain, s.Name, err
}

// decryptTraditionalPEM opens a block with a DEK-Info header: the value of the
// header and the body go in.
func (d *decoder) decryptTraditionalPEM(dekInfo string, body []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, scheme string, err error) {
	s, err := pbe.ParseDEKInfo(dekInfo)
	if s.Name == "" {
		return nil, "", faultOf(at, what, err)
	}
	d.encrypted(s.Name)
	d.note(at, note.WeakEncryption, "%s, key by one round of MD5", s.Name)
	if err != nil {
		return nil, s.Name, faultOf(at, what, err)
	}
	plain, err = d.openScheme(s, body, at, what, accept)
	return plain, s.Name, err
}

// openScheme finds the password and decrypts.
func (d *decoder) openScheme(s pbe.Scheme, ciphertext []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, err error) {
	if err := s.CheckLength(len(ciphertext)); err != nil {
		return nil, faultOf(at, what, err)
	}
	if err := d.spend(at, what, s.Rounds, s.Weight); err != nil {
		return nil, err
	}
	if d.scouting {
		d.ahead.Add(s)
		return nil, pbe.ErrPassword
	}
	s = d.ahead.Scheme(s)
	open := func(pw []byte) error {
		out, err := s.Decrypt(pw, ciphertext)
		if err != nil && !errors.Is(err, pbe.ErrPassword) {
			return faultOf(at, what, err)
		}
		if err == nil && accept != nil {
			err = accept(out)
		}
		if err != nil {
			clear(out)
			return err
		}
		plain = out
		return nil
	}
	form := s.Form
	if at.Format == "pfx" && form == pbe.Bytes {
		form = pbe.BytesOrBMP
	}
	d.again = func() bool { return d.work.Again(s.Rounds, s.Weight) }
	err = d.unlock(at, fmt.Sprintf("%s (%s)", what, s.Name), form, open)
	d.again = nil
	if err == nil && at.Format == "pfx" {
		d.usesPassword(s.Form)
	}
	return plain, err
}

// usesPassword records that the container takes a password that is not ASCII: the
// one that just opened a part of it.
func (d *decoder) usesPassword(form pbe.Form) {
	c := d.currentContainer()
	u := pbe.TextUse(form, !d.odd)
	if c != nil && !der.IsASCII(bytes.TrimRight(d.passwords[0], "\r\n")) && !slices.Contains(c.Uses, u) {
		c.Uses = append(c.Uses, u)
	}
}

// pbeScheme names the algorithms of an AlgorithmIdentifier, such as
// "PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC" or "pbeWithSHAAnd3-KeyTripleDES-CBC".
func pbeScheme(alg der.Element) string {
	s, _ := pbe.ParseScheme(alg)
	return s.Name
}
