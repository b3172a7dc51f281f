package convert

import (
	"fmt"
	"slices"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
)

// pfxReader reads the contents of one PFX.
type pfxReader struct {
	d      *decoder
	locked int  // encrypted parts met
	opened int  // those that a password opened
	ber    bool // something in it is not DER

	mac     *pbe.MAC // nil: there is none that can be checked
	content []byte   // that it is made of
	tried   []macTrial
}

// authenticatedSafe reads the safes one after the other. One that cannot be
// read is recorded; the others are read all the same.
func (p *pfxReader) authenticatedSafe(data []byte, at Source) error {
	list, rest, err := der.Parse(data)
	if err != nil {
		return damaged(at, "PFX contents", err)
	}
	p.d.trailing(at, len(list.Full), len(rest))
	if !list.Is(der.TagSequence) {
		return damaged(at, "PFX contents", &der.SyntaxError{Offset: list.Offset, Msg: "no SEQUENCE of safes"})
	}
	p.ber = p.ber || !der.IsDER(list.Full)
	r := list.Reader()
	for n := 1; !r.Empty(); n++ {
		e, err := r.Next()
		if err != nil {
			return damaged(at, "PFX contents", err)
		}
		src := at
		src.Entry = fmt.Sprintf("safe %d", n)
		scheme, err := p.safe(e, src)
		if err != nil {
			src.Offset = within(at, e.Offset)
			p.d.fail(src, "", scheme, err)
		}
	}
	return nil
}

// safe reads one ContentInfo of the AuthenticatedSafe.
func (p *pfxReader) safe(e der.Element, at Source) (scheme string, err error) {
	oid, content, err := contentInfo(e)
	if err != nil {
		return "", damaged(at, "part of a PFX", err)
	}
	switch oid {
	case oidData:
		data, inner, err := octetsAt(content, at)
		if err != nil {
			return "", damaged(at, "part of a PFX", err)
		}
		return "", p.safeContents(data, inner, "")
	case oidEncryptedData:
		plain, scheme, err := p.decryptSafe(content, at)
		if err != nil {
			return scheme, err
		}
		at.Offset = -1
		return scheme, p.safeContents(plain, at, scheme)
	}
	name := contentTypeName(oid)
	p.d.uses(pbe.Use{Family: pbe.FamilyRare, Name: name})
	return name, unsupported(at, "part of a PFX", name)
}

// decryptSafe opens EncryptedData (RFC 5652, Section 8):
//
//	SEQUENCE { version, SEQUENCE { contentType, algorithm, [0] IMPLICIT OCTET STRING }, … }
func (p *pfxReader) decryptSafe(content der.Element, at Source) (plain []byte, scheme string, err error) {
	const what = "encrypted part of a PFX"
	r := content.Reader()
	if _, err = r.Expect(der.TagInteger); err != nil {
		return nil, "", damaged(at, what, err)
	}
	info, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, "", damaged(at, what, err)
	}
	r = info.Reader()
	if _, err = r.Expect(der.TagOID); err != nil {
		return nil, "", damaged(at, what, err)
	}
	alg, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, "", damaged(at, what, err)
	}
	body, ok := r.Optional(0)
	if !ok {
		return nil, pbeScheme(alg), damaged(at, what, &der.SyntaxError{Offset: info.Offset, Msg: "no encrypted content"})
	}
	ciphertext, err := body.OctetString()
	if err != nil {
		return nil, pbeScheme(alg), damaged(at, what, err)
	}
	p.locked++
	at.Offset = within(at, alg.Offset)
	plain, scheme, err = p.d.decryptPBE(alg, ciphertext, at, what, acceptSafeContents)
	if err == nil {
		p.opened++
	}
	return plain, scheme, err
}

// acceptSafeContents tells SafeContents from what a wrong password yields. It
// asks for no more than the frame, SEQUENCE { SEQUENCE { OID …, so that damage
// inside is told as damage.
func acceptSafeContents(plain []byte) error {
	e, rest, err := der.Parse(plain)
	if err != nil || !e.Is(der.TagSequence) || !e.Constructed {
		return pbe.ErrPassword
	}
	if len(e.Content) == 0 && len(rest) == 0 {
		return nil
	}
	bag, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return pbe.ErrPassword
	}
	if _, err := bag.Reader().Expect(der.TagOID); err != nil {
		return pbe.ErrPassword
	}
	return nil
}

// safeContents reads the bags of one safe. scheme is what the safe is
// encrypted with.
func (p *pfxReader) safeContents(data []byte, at Source, scheme string) error {
	e, rest, err := der.Parse(data)
	if err != nil {
		return damaged(at, "bags of a PFX", err)
	}
	p.d.trailing(at, len(e.Full), len(rest))
	p.ber = p.ber || !der.IsDER(e.Full)
	return p.bags(e, at, scheme)
}

func (p *pfxReader) bags(list der.Element, at Source, scheme string) error {
	if err := p.d.enter(at); err != nil {
		return err
	}
	defer func() { p.d.depth-- }()
	r := list.Reader()
	for n := 1; !r.Empty(); n++ {
		e, err := r.Next()
		if err != nil {
			return damaged(at, "bags of a PFX", err)
		}
		src, err := p.d.next(at)
		if err != nil {
			return err
		}
		src.Entry = fmt.Sprintf("%s, bag %d", at.Entry, n)
		if kind, how, err := p.bag(e, src, scheme); err != nil {
			src.Offset = within(at, e.Offset)
			p.d.fail(src, kind, how, err)
		}
	}
	return nil
}

// bag reads one SafeBag (RFC 7292, Section 4.2). at is the place of the buffer
// that e stands in; kind and how describe what could not be read.
func (p *pfxReader) bag(e der.Element, at Source, scheme string) (kind Kind, how string, err error) {
	r := e.Reader()
	t, err := r.Expect(der.TagOID)
	if err != nil {
		return "", scheme, damaged(at, "bag of a PFX", err)
	}
	oid, err := t.OID()
	if err != nil {
		return "", scheme, damaged(at, "bag of a PFX", err)
	}
	value, err := explicit(r)
	if err != nil {
		return "", scheme, damaged(at, "bag of a PFX", err)
	}
	src := at
	src.Offset = within(at, e.Offset)
	var names Names
	if !r.Empty() {
		names = p.d.readBagAttributes(r, src)
	}
	if p.d.scouting && oid != oidShroudedKeyBag && oid != oidSafeContentsBag {
		return "", "", nil
	}
	switch oid {
	case oidKeyBag:
		src.Offset = within(at, value.Offset)
		return KindPrivateKey, scheme, p.d.addKeyDER(value.Full, src, scheme, names)
	case oidShroudedKeyBag:
		p.locked++
		how, err := p.shroudedKey(value, at, names)
		return KindPrivateKey, how, err
	case oidCertBag:
		return KindCertificate, scheme, p.certBag(value, at, names)
	case oidCRLBag:
		return KindCRL, scheme, p.crlBag(value, at, names)
	case oidSecretBag:
		return KindOther, scheme, p.secretBag(value, src, names)
	case oidSafeContentsBag:
		return "", scheme, p.bags(value, at, scheme)
	}
	p.d.bundle.Others = append(p.d.bundle.Others, Other{Source: src, What: whatUnknownBag, OID: oid, Raw: value.Full, Names: names})
	return "", "", nil
}

// shroudedKey opens an EncryptedPrivateKeyInfo.
func (p *pfxReader) shroudedKey(value der.Element, at Source, names Names) (scheme string, err error) {
	at.Offset = within(at, value.Offset)
	plain, scheme, err := p.d.openPKCS8(value.Full, at)
	if err != nil {
		return scheme, err
	}
	p.opened++
	at.Offset = -1
	return scheme, p.d.addKeyDER(plain, at, scheme, names)
}

// typedValue reads SEQUENCE { OID, [0] EXPLICIT ANY }, which certificate,
// CRL and secret bags are.
func typedValue(bag der.Element) (oid string, value der.Element, err error) {
	if !bag.Is(der.TagSequence) {
		return "", value, &der.SyntaxError{Offset: bag.Offset, Msg: fmt.Sprintf("tag %d instead of a SEQUENCE", bag.Tag)}
	}
	return contentInfo(bag)
}

func (p *pfxReader) certBag(bag der.Element, at Source, names Names) error {
	oid, value, err := typedValue(bag)
	if err != nil {
		return damaged(at, "certificate bag of a PFX", err)
	}
	switch oid {
	case oidX509Certificate:
	case oidSDSICertificate:
		return unsupported(at, "certificate bag of a PFX", "SDSI certificate")
	default:
		return unsupported(at, "certificate bag of a PFX", "certificate type "+oid)
	}
	cert, src, err := octetsAt(value, at)
	if err != nil {
		return damaged(at, "certificate bag of a PFX", err)
	}
	return p.d.alone(cert, src, func() error {
		before := len(p.d.bundle.Certs)
		err := p.d.addCert(cert, src, names)
		if slices.ContainsFunc(names.Attributes, isJavaTrust) {
			trusted(p.d.bundle.Certs[before:])
		}
		return err
	})
}

func (p *pfxReader) crlBag(bag der.Element, at Source, names Names) error {
	oid, value, err := typedValue(bag)
	if err != nil {
		return damaged(at, "CRL bag of a PFX", err)
	}
	if oid != oidX509CRL {
		return unsupported(at, "CRL bag of a PFX", "CRL type "+oid)
	}
	crl, src, err := octetsAt(value, at)
	if err != nil {
		return damaged(at, "CRL bag of a PFX", err)
	}
	return p.d.alone(crl, src, func() error { return p.d.addCRL(crl, src, names) })
}

// secretBag carries a secret as it is. Java puts secret keys there, as an
// EncryptedPrivateKeyInfo in an OCTET STRING; they stay encrypted.
func (p *pfxReader) secretBag(bag der.Element, at Source, names Names) error {
	oid, value, err := typedValue(bag)
	if err != nil {
		return damaged(at, "secret bag of a PFX", err)
	}
	if oid == oidShroudedKeyBag {
		if use := shroudUse(value); use.Name != "" {
			p.d.uses(use)
		}
		p.d.note(at, note.Variant, "a Java secret key: what is inside stays encrypted with the password of this file")
	}
	p.d.bundle.Others = append(p.d.bundle.Others, Other{Source: at, What: whatSecretBag, OID: oid, Raw: bag.Full, Names: names})
	return nil
}

// shroudUse tells what encrypts an EncryptedPrivateKeyInfo in an OCTET
// STRING, the zero value if there is none in it.
func shroudUse(value der.Element) pbe.Use {
	data, err := value.Octets()
	if err != nil {
		return pbe.Use{}
	}
	e, err := der.ParseAll(data)
	if err != nil {
		return pbe.Use{}
	}
	alg, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return pbe.Use{}
	}
	s, _ := pbe.ParseScheme(alg)
	return s.Use()
}
