package convert

import (
	"bytes"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"github.com/certconv/certconv/internal/der"
)

// Content octets of the object identifiers of the extensions that are read here.
const (
	rawSubjectKeyID   = "\x55\x1d\x0e" // 2.5.29.14
	rawSubjectAltName = "\x55\x1d\x11" // 2.5.29.17
	rawBasic          = "\x55\x1d\x13" // 2.5.29.19
	rawReason         = "\x55\x1d\x15" // 2.5.29.21, of an entry of a CRL
	rawEntryIssuer    = "\x55\x1d\x1d" // 2.5.29.29, likewise
	rawAuthorityKeyID = "\x55\x1d\x23" // 2.5.29.35
)

// Tags of GeneralName (RFC 5280, Section 4.2.1.6).
const (
	nameEmail = 1
	nameDNS   = 2
	nameURI   = 6
	nameIP    = 7
)

// Extension returns the value of the first extension with this dotted OID: the
// content of its OCTET STRING. ok is false if the certificate has none, or
// cannot be read so far.
func (c *Certificate) Extension(oid string) (value []byte, critical, ok bool) {
	return findExtension(c.extensions(), rawOID(oid))
}

// Has reports whether there is an extension with this dotted OID.
func (c *Certificate) Has(oid string) bool {
	_, _, ok := c.Extension(oid)
	return ok
}

// EachExtension calls f with every extension in turn; value is the content of
// its OCTET STRING.
func (c *Certificate) EachExtension(f func(oid string, critical bool, value []byte)) {
	eachExtension(c.extensions(), f)
}

func eachExtension(list der.Element, f func(oid string, critical bool, value []byte)) {
	for r := list.Reader(); !r.Empty(); {
		ext, err := r.Next()
		if err != nil {
			return
		}
		if id, critical, value, ok := parseExtension(ext); ok {
			oid, _ := id.OID()
			f(oid, critical, value)
		}
	}
}

// Version is 1, 2 or 3; 0 where it cannot be read.
func (c *Certificate) Version() int {
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return 0
	}
	tbs, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return 0
	}
	v, ok := tbs.Reader().Optional(0)
	if !ok {
		return 1
	}
	n, err := v.Reader().Expect(der.TagInteger)
	if err != nil {
		return 0
	}
	i, err := n.Int()
	if err != nil {
		return 0
	}
	return i + 1
}

// IsCA reports whether the basic constraints say that it is a CA.
func (c *Certificate) IsCA() bool { return saysCA(c.extensions()) }

// IsCA reports whether the request asks for the certificate of a CA.
func (q *Request) IsCA() bool { return saysCA(q.extensions()) }

func saysCA(extensions der.Element) bool {
	value, _, ok := findExtension(extensions, rawBasic)
	if !ok {
		return false
	}
	e, _, err := der.Parse(value)
	if err != nil || !e.Is(der.TagSequence) {
		return false
	}
	ca, ok := e.Reader().Peek()
	return ok && ca.Is(der.TagBoolean) && len(ca.Content) == 1 && ca.Content[0] != 0
}

// SelfIssued reports whether subject and issuer are the same name.
func (c *Certificate) SelfIssued() bool {
	return len(c.Subject) > 0 && SameName(c.Subject, c.Issuer)
}

// SubjectKeyID returns the subject key identifier, nil if there is none.
func (c *Certificate) SubjectKeyID() []byte {
	value, _, _ := findExtension(c.extensions(), rawSubjectKeyID)
	e, _, err := der.Parse(value)
	if err != nil || !e.Is(der.TagOctetString) {
		return nil
	}
	return e.Content
}

// AuthorityKeyID returns the key identifier of the issuer, nil if there is none.
func (c *Certificate) AuthorityKeyID() []byte { return authorityKeyID(c.extensions()) }

// AuthorityKeyID returns the key identifier of the issuer, nil if there is none.
func (c *CRL) AuthorityKeyID() []byte { return authorityKeyID(c.extensions()) }

func authorityKeyID(extensions der.Element) []byte {
	value, _, _ := findExtension(extensions, rawAuthorityKeyID)
	e, _, err := der.Parse(value)
	if err != nil || !e.Is(der.TagSequence) {
		return nil
	}
	if id, ok := e.Reader().Optional(0); ok {
		return id.Content
	}
	return nil
}

// AuthorityCertificate returns the issuer, a DER Name, and the serial number of the
// certificate that the authority key identifier names for the issuer of c (RFC
// 5280, Section 4.2.1.1); nil for what it does not name.
func (c *Certificate) AuthorityCertificate() (issuer []byte, serial *big.Int) {
	value, _, _ := findExtension(c.extensions(), rawAuthorityKeyID)
	e, _, err := der.Parse(value)
	if err != nil || !e.Is(der.TagSequence) {
		return nil, nil
	}
	r := e.Reader()
	r.Optional(0)
	if names, ok := r.Optional(1); ok {
		for list := names.Reader(); issuer == nil && !list.Empty(); {
			n, err := list.Next()
			if err != nil {
				break
			}
			issuer = der.DirectoryName(n)
		}
	}
	if n, ok := r.Optional(2); ok {
		serial, _ = der.Element{Tag: der.TagInteger, Content: n.Content}.BigInt()
	}
	return issuer, serial
}

// DNSNames returns the dNSNames of the subjectAltName as they stand there.
func (c *Certificate) DNSNames() []string { return altNames(c.extensions(), nameDNS) }

// EmailAddresses returns the rfc822Names of the subjectAltName.
func (c *Certificate) EmailAddresses() []string { return altNames(c.extensions(), nameEmail) }

// URIs returns the uniformResourceIdentifiers of the subjectAltName.
func (c *Certificate) URIs() []string { return altNames(c.extensions(), nameURI) }

// IPAddresses returns the iPAddresses of the subjectAltName that are of a
// valid length.
func (c *Certificate) IPAddresses() []netip.Addr { return altAddresses(c.extensions()) }

// DNSNames returns the dNSNames that the request asks for.
func (q *Request) DNSNames() []string { return altNames(q.extensions(), nameDNS) }

// EmailAddresses returns the rfc822Names that the request asks for.
func (q *Request) EmailAddresses() []string { return altNames(q.extensions(), nameEmail) }

// URIs returns the uniformResourceIdentifiers that the request asks for.
func (q *Request) URIs() []string { return altNames(q.extensions(), nameURI) }

// IPAddresses returns the iPAddresses that the request asks for.
func (q *Request) IPAddresses() []netip.Addr { return altAddresses(q.extensions()) }

// Extension returns the value of the first extension that the request asks for
// with this dotted OID.
func (q *Request) Extension(oid string) (value []byte, critical, ok bool) {
	return findExtension(q.extensions(), rawOID(oid))
}

// extensions returns the SEQUENCE OF Extension, an empty Element if there is none.
func (c *Certificate) extensions() der.Element {
	if c.exts != nil {
		list, _, _ := der.Parse(c.exts)
		return list
	}
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return der.Element{}
	}
	tbs, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return der.Element{}
	}
	for r := tbs.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return der.Element{}
		}
		if f.IsContext(3) {
			list, err := f.Reader().Expect(der.TagSequence)
			if err != nil {
				return der.Element{}
			}
			return list
		}
	}
	return der.Element{}
}

// findExtension looks for an extension by the content octets of its OID.
func findExtension(list der.Element, oid string) (value []byte, critical, ok bool) {
	wanted := []byte(oid)
	if oid == "" || !bytes.Contains(list.Content, wanted) {
		return nil, false, false
	}
	for r := list.Reader(); !r.Empty(); {
		ext, err := r.Next()
		if err != nil {
			return nil, false, false
		}
		if !bytes.Contains(ext.Content, wanted) { // most are another one
			continue
		}
		if id, critical, value, ok := parseExtension(ext); ok && string(id.Content) == oid {
			return value, critical, true
		}
	}
	return nil, false, false
}

// parseExtension takes an Extension apart (RFC 5280, Section 4.1).
func parseExtension(ext der.Element) (id der.Element, critical bool, value []byte, ok bool) {
	f := ext.Reader()
	id, err := f.Expect(der.TagOID)
	if err != nil {
		return id, false, nil, false
	}
	if b, ok := f.Peek(); ok && b.Is(der.TagBoolean) {
		critical = len(b.Content) == 1 && b.Content[0] != 0
		f.Next()
	}
	v, err := f.Expect(der.TagOctetString)
	if err != nil {
		return id, critical, nil, false
	}
	value, err = v.OctetString()
	return id, critical, value, err == nil
}

func altNames(extensions der.Element, tag int) []string {
	var list []string
	eachAltName(extensions, tag, func(content []byte) { list = append(list, string(content)) })
	return list
}

func altAddresses(extensions der.Element) []netip.Addr {
	var list []netip.Addr
	eachAltName(extensions, nameIP, func(content []byte) {
		if a, ok := netip.AddrFromSlice(content); ok {
			list = append(list, a)
		}
	})
	return list
}

func eachAltName(extensions der.Element, tag int, f func(content []byte)) {
	value, _, ok := findExtension(extensions, rawSubjectAltName)
	if !ok {
		return
	}
	names, _, err := der.Parse(value)
	if err != nil {
		return
	}
	for r := names.Reader(); !r.Empty(); {
		n, err := r.Next()
		if err != nil {
			return
		}
		if n.IsContext(tag) {
			f(n.Content)
		}
	}
}

// rawOID gives the content octets of a dotted object identifier, "" if it is none.
func rawOID(dotted string) string {
	out := make([]byte, 0, 32)
	var top uint64
	i := -1
	for part := range strings.SplitSeq(dotted, ".") {
		i++
		v, err := strconv.ParseUint(part, 10, 63)
		if err != nil {
			return ""
		}
		switch i {
		case 0:
			top = v * 40
			continue
		case 1:
			v += top
		}
		var b [10]byte
		n := len(b) - 1
		b[n] = byte(v & 0x7f)
		for v >>= 7; v > 0; v >>= 7 {
			n--
			b[n] = byte(v&0x7f) | 0x80
		}
		out = append(out, b[n:]...)
	}
	return string(out)
}

// Addresses lists where c says that something is (RFC 5280, Sections 4.2.1.13 and
// 4.2.2.1): what is "crl", the lists of its issuer; "ocsp", a responder; "issuers",
// certificates of its issuer.
func (c *Certificate) Addresses(what string) []string {
	if what == "crl" {
		value, _, _ := c.Extension("2.5.29.31")
		e, _, err := der.Parse(value)
		if err != nil {
			return nil
		}
		return der.URIs(e)
	}
	way := map[string]string{"ocsp": "1.3.6.1.5.5.7.48.1", "issuers": "1.3.6.1.5.5.7.48.2"}[what]
	value, _, _ := c.Extension("1.3.6.1.5.5.7.1.1")
	e, _, err := der.Parse(value)
	if err != nil {
		return nil
	}
	var list []string
	for r := e.Reader(); !r.Empty(); {
		d, err := r.Next()
		if err != nil {
			break
		}
		f := d.Reader()
		if method, err := f.Expect(der.TagOID); err != nil {
			continue
		} else if oid, _ := method.OID(); oid == way {
			list = append(list, der.URIs(d)...)
		}
	}
	return list
}
