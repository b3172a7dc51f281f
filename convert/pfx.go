package convert

import (
	"errors"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/structure"
	"github.com/certconv/certconv/internal/text"
)

// Content types that a PFX is built of (RFC 5652, Sections 4 to 8).
const (
	oidData          = "1.2.840.113549.1.7.1"
	oidSignedData    = "1.2.840.113549.1.7.2"
	oidEnvelopedData = "1.2.840.113549.1.7.3"
	oidEncryptedData = "1.2.840.113549.1.7.6"
)

// Bag types (RFC 7292, Section 4.2).
const (
	oidKeyBag          = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         = "1.2.840.113549.1.12.10.1.3"
	oidCRLBag          = "1.2.840.113549.1.12.10.1.4"
	oidSecretBag       = "1.2.840.113549.1.12.10.1.5"
	oidSafeContentsBag = "1.2.840.113549.1.12.10.1.6"
)

// What certificate and CRL bags hold (RFC 7292, Sections 4.2.3 and 4.2.4).
const (
	oidX509Certificate = "1.2.840.113549.1.9.22.1"
	oidSDSICertificate = "1.2.840.113549.1.9.22.2"
	oidX509CRL         = "1.2.840.113549.1.9.23.1"
)

// The kinds of Other that a PFX brings and can take back.
const (
	whatSecretBag  = "PFX secret bag"          // OID is its secretTypeId, Raw the SecretBag
	whatUnknownBag = "PFX bag of unknown type" // OID is its bagId, Raw the bagValue
)

func detectPFX(data []byte) confidence {
	switch version, ok := shape.PFXVersion(data); {
	case !ok:
		return notIt
	case version == 3:
		return certain
	}
	return likely
}

// decodePFX reads a PFX (RFC 7292). What is not encrypted is read without a
// password; each encrypted part is unlocked by itself, because writers that
// take two passwords exist, and so do files whose MAC was made with one form
// of the empty password and whose contents with the other. The MAC is checked
// after the contents, with the passwords that these have asked for.
func (d *decoder) decodePFX(data []byte, at Source) error {
	if detectPFX(data) == notIt {
		return &Error{Kind: ErrUnknownFormat, Source: at, What: "PFX", Foreign: shape.Identify(data)}
	}
	at.Format = "pfx" // whatever it was found in
	c := d.container(at)
	pfx, rest, err := der.Parse(data)
	if err != nil {
		return damaged(at, "PFX", err)
	}
	d.trailing(at, len(pfx.Full), len(rest))
	d.noteStructure(at, KindOther, structure.PFX(pfx.Full))
	r := pfx.Reader()
	version, err := r.Expect(der.TagInteger)
	if err != nil {
		return damaged(at, "PFX", err)
	}
	authSafe, err := r.Expect(der.TagSequence)
	if err != nil {
		return damaged(at, "PFX", err)
	}
	p := &pfxReader{d: d, ber: !der.IsDER(pfx.Full)}
	v, err := version.Int()
	if err != nil {
		return damaged(at, "PFX version", err)
	}
	if v != 3 {
		d.note(at, note.Variant, "PFX of version %d; RFC 7292 knows version 3 alone", v)
	}
	content, inner, signed, err := pfxContent(authSafe, at)
	if err != nil {
		return err
	}
	defer func() {
		d.ahead.End()
		d.ahead, d.rejects = nil, nil
	}()

	var mac *pbe.MAC
	var macErr error
	switch {
	case !r.Empty():
		if mac, macErr = nextMAC(r); mac != nil {
			c.MAC = mac.Name
			c.Uses = append(c.Uses, pbe.Use{Family: mac.Family, Name: mac.Name})
		}
	case signed:
		c.MAC = "signature (public-key integrity mode), not checked"
		c.Uses = append(c.Uses, pbe.Use{Family: pbe.FamilySignature, Name: c.MAC})
		d.note(at, note.Variant, "signed instead of protected by a MAC (RFC 7292, Section 3.1); the signature was not checked")
	default:
		c.Uses = append(c.Uses, pbe.Use{Family: pbe.FamilyNoMAC})
		d.note(at, note.NoMAC, "the file has no MAC: nothing tells whether it was altered")
	}

	p.content = content
	if macErr == nil {
		p.mac = mac
	}
	p.scout(inner)
	err = p.authenticatedSafe(content, inner)
	d.rejects = nil // the MAC is tried with every form of a password
	if p.ber {
		d.note(at, note.NotDER, "BER: indefinite or long lengths, or strings in pieces")
	}
	var lacks *pbe.UnsupportedError
	switch {
	case errors.As(macErr, &lacks):
		d.note(at, note.MACFails, "it cannot be checked: %s is not supported", lacks.Algorithm)
	case macErr != nil:
		d.fail(at, "", "", faultOf(at, whatMAC, macErr))
	case mac != nil:
		p.checkMAC(at)
	}
	return err
}

func nextMAC(r *der.Reader) (*pbe.MAC, error) {
	e, err := r.Next()
	if err != nil {
		return nil, err
	}
	return pbe.ParseMAC(e)
}

// trailing notes bytes that follow what ended at end; OpenSSL passes over them.
func (d *decoder) trailing(at Source, end, n int) {
	if n == 0 {
		return
	}
	at.Offset = within(at, end)
	d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: n, Text: text.Of("%d bytes follow the end", n)})
}

// pfxContent takes the octets of the AuthenticatedSafe, which are what the MAC
// is computed over, out of the authSafe ContentInfo; inner is their place.
func pfxContent(authSafe der.Element, at Source) (content []byte, inner Source, signed bool, err error) {
	oid, body, err := contentInfo(authSafe)
	if err != nil {
		return nil, at, false, damaged(at, "PFX", err)
	}
	if oid == oidSignedData {
		// SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, … }
		signed = true
		r := body.Reader()
		for range 2 {
			if _, err := r.Next(); err != nil {
				return nil, at, true, damaged(at, "signed PFX", err)
			}
		}
		encap, err := r.Expect(der.TagSequence)
		if err == nil {
			oid, body, err = contentInfo(encap)
		}
		if err != nil {
			return nil, at, true, damaged(at, "signed PFX", err)
		}
	}
	if oid != oidData {
		return nil, at, signed, unsupported(at, "PFX", "content type "+contentTypeName(oid))
	}
	content, inner, err = octetsAt(body, at)
	if err != nil {
		return nil, at, signed, damaged(at, "PFX", err)
	}
	return content, inner, signed, nil
}

// contentInfo reads a ContentInfo: its type and what its [0] holds.
func contentInfo(e der.Element) (oid string, content der.Element, err error) {
	r := e.Reader()
	t, err := r.Expect(der.TagOID)
	if err != nil {
		return "", content, err
	}
	if oid, err = t.OID(); err != nil {
		return "", content, err
	}
	content, err = explicit(r)
	return oid, content, err
}

// explicit reads [0] EXPLICIT and returns the element inside.
func explicit(r *der.Reader) (der.Element, error) {
	e, err := r.Next()
	if err != nil {
		return e, err
	}
	if !e.IsContext(0) || !e.Constructed {
		return e, &der.SyntaxError{Offset: e.Offset, Msg: "[0] is wanted"}
	}
	return e.Reader().Next()
}

// octetsAt returns what an OCTET STRING holds, and where that stands: nowhere,
// if it had to be joined from pieces.
func octetsAt(e der.Element, at Source) ([]byte, Source, error) {
	b, err := e.Octets()
	at.Offset = within(at, e.ContentOffset())
	if e.Constructed {
		at.Offset = -1
	}
	return b, at, err
}

// within is the offset of what stands n bytes behind at.
func within(at Source, n int) int64 {
	if at.Offset < 0 {
		return -1
	}
	return at.Offset + int64(n)
}

func contentTypeName(oid string) string {
	switch oid {
	case oidEnvelopedData:
		return "envelopedData (encrypted to a public key)"
	case oidSignedData:
		return "signedData"
	case oidEncryptedData:
		return "encryptedData"
	}
	return oid
}
