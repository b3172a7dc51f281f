package lists

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf16"

	"github.com/certconv/certconv/internal/der"
)

// MaxEntries is how many certificates a list may name. The longest that
// Microsoft has published names about 600.
const MaxEntries = 100_000

const (
	// OIDCTL is the type of a certificate trust list in a signed message.
	OIDCTL = "1.3.6.1.4.1.311.10.1"

	// The attributes of an entry are certificate properties of Windows, with
	// the number of the property as the last arc.
	properties = "\x2b\x06\x01\x04\x01\x82\x37\x0a\x0b" // 1.3.6.1.4.1.311.10.11
)

// Extended key usages.
const (
	PurposeServer   = "1.3.6.1.5.5.7.3.1"      // TLS servers
	PurposeCTL      = "1.3.6.1.4.1.311.10.3.1" // signing trust lists of any kind
	PurposeRootList = "1.3.6.1.4.1.311.10.3.9" // signing lists of roots; the usage of such a list too

	usageDisallowed = "1.3.6.1.4.1.311.10.3.30"
)

// The properties that are read here (wincrypt.h).
const (
	propPurposes          = 9
	propName              = 11
	propKeyID             = 20
	propSubjectMD5        = 29
	propSHA256            = 98
	propDisabled          = 104
	propDisabledPurposes  = 122
	propNotBefore         = 126
	propNotBeforePurposes = 127
)

// ErrNotCTL is the error for what is no certificate trust list.
var ErrNotCTL = errors.New("not a certificate trust list")

// CTL is a certificate trust list (MS-CAESO, Section 2.2.1).
type CTL struct {
	Raw     []byte  // the CertificateTrustList itself
	Content []byte  // of Raw, without tag and length: what its signature covers
	Signed  *Signed // nil for a bare list

	Usage      []string // what the list is for, as OIDs
	Identifier []byte   // nil if absent
	Sequence   []byte   // the sequence number, big-endian; nil if absent
	ThisUpdate time.Time
	NextUpdate time.Time // zero if absent
	Algorithm  string    // OID of what made the IDs of the entries
	Entries    []Entry   // in the order of the list
}

// Entry is a certificate that a list names.
type Entry struct {
	ID         []byte // a digest, by CTL.Algorithm
	attributes []attribute
}

type attribute struct {
	property int
	value    []byte
}

// Limit is what a list says against an entry. Purposes are those that it is
// said for, nil for all; Since is zero where the list gives no time.
type Limit struct {
	Since    time.Time
	Purposes []string
}

// Of reports whether the limit is one of a purpose, an OID.
func (l Limit) Of(purpose string) bool {
	return l.Purposes == nil || slices.Contains(l.Purposes, purpose)
}

// ParseCTL reads a list: the signed file, or the bare CertificateTrustList. The
// result has windows on data. The error wraps ErrNotCTL where data is something
// else, and a *der.SyntaxError where it is damaged.
func ParseCTL(data []byte) (*CTL, error) { return parseCTL(data, true) }

// ReadCTL reads a list as ParseCTL does, but of its entries only the IDs: what is wrong
// with their attributes is not seen.
func ReadCTL(data []byte) (*CTL, error) { return parseCTL(data, false) }

func parseCTL(data []byte, whole bool) (*CTL, error) {
	signed, err := ParseSigned(data)
	if errors.Is(err, ErrNotSigned) {
		top, _, err := der.Parse(data)
		if err != nil {
			return nil, err
		}
		return parseList(top, whole)
	}
	if err != nil {
		return nil, err
	}
	if signed.ContentType != OIDCTL {
		return nil, ErrNotCTL
	}
	// It is a SEQUENCE there, not an OCTET STRING (PKCS #7 1.5, not CMS).
	list, err := parseList(signed.Content, whole)
	if err != nil {
		return nil, err
	}
	list.Signed = signed
	return list, nil
}

// Kind is what a list is for, as its usage says: "authroot" are the roots that Windows
// trusts, "disallowed" what it does not trust, "ctl" is any other list.
func (c *CTL) Kind() string {
	switch {
	case slices.Contains(c.Usage, usageDisallowed):
		return "disallowed"
	case slices.Contains(c.Usage, PurposeRootList):
		return "authroot"
	}
	return "ctl"
}

// SequenceTime is the time that Microsoft's lists have for a sequence number: a
// FILETIME, big-endian, in that of roots with a byte before it. It is zero where the
// number is none.
func (c *CTL) SequenceTime() time.Time {
	n := c.Sequence
	if len(n) == 9 {
		n = n[1:]
	}
	if len(n) != 8 {
		return time.Time{}
	}
	little := slices.Clone(n)
	slices.Reverse(little)
	t := filetime(little)
	if t.Year() < 1995 || t.Year() > 2100 {
		return time.Time{}
	}
	return t
}

func parseList(e der.Element, whole bool) (*CTL, error) {
	if !e.Is(der.TagSequence) {
		return nil, ErrNotCTL
	}
	list := &CTL{Raw: e.Full, Content: e.Content}
	r := e.Reader()
	next(r, der.TagInteger) // version
	usage, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotCTL, err)
	}
	if list.Usage, err = oids(usage); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotCTL, err)
	}
	if id, ok := next(r, der.TagOctetString); ok {
		list.Identifier = id.Content
	}
	if n, ok := next(r, der.TagInteger); ok {
		list.Sequence = n.Content
	}
	this, err := r.Next()
	if err != nil {
		return nil, err
	}
	if list.ThisUpdate, err = this.Time(); err != nil {
		return nil, err
	}
	if until, ok := next(r, der.TagUTCTime, der.TagGeneralizedTime); ok {
		if list.NextUpdate, err = until.Time(); err != nil {
			return nil, err
		}
	}
	algorithm, err := r.Expect(der.TagSequence)
	if err != nil {
		return nil, err
	}
	if list.Algorithm, _, err = der.ParseAlgorithm(algorithm); err != nil {
		return nil, err
	}
	subjects, ok := next(r, der.TagSequence)
	if !ok {
		return list, nil // an empty list has none
	}
	n, err := count(*subjects.Reader())
	if err != nil {
		return nil, err
	}
	list.Entries = make([]Entry, 0, n)
	var all []attribute
	for s := subjects.Reader(); !s.Empty(); {
		subject, err := s.Enter(der.TagSequence)
		if err != nil {
			return nil, err
		}
		id, err := subject.Content(der.TagOctetString)
		if err != nil {
			return nil, err
		}
		entry := Entry{ID: id}
		if whole {
			if all == nil {
				all = make([]attribute, 0, 8*n) // as many as most have
			}
			first := len(all)
			if all, err = addAttributes(all, subject); err != nil {
				return nil, err
			}
			entry.attributes = all[first:len(all):len(all)]
		}
		list.Entries = append(list.Entries, entry)
	}
	return list, nil
}

// count is how many entries follow.
func count(s der.Reader) (n int, err error) {
	for ; !s.Empty(); n++ {
		if n == MaxEntries {
			return 0, fmt.Errorf("a list of more than %d entries", MaxEntries)
		}
		if _, err := s.Enter(der.TagSequence); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// next reads the next element if it has one of the universal tags.
func next(r *der.Reader, tags ...int) (der.Element, bool) {
	e, ok := r.Peek()
	if !ok || !slices.ContainsFunc(tags, e.Is) {
		return der.Element{}, false
	}
	e, err := r.Next()
	return e, err == nil
}

// addAttributes adds those of an entry, which follow its ID.
func addAttributes(all []attribute, entry der.Reader) ([]attribute, error) {
	if entry.Empty() {
		return all, nil
	}
	set, err := entry.Enter(der.TagSet)
	if err != nil {
		return nil, err
	}
	for !set.Empty() {
		a, err := set.Enter(der.TagSequence)
		if err != nil {
			return nil, err
		}
		kind, err := a.Content(der.TagOID)
		if err != nil {
			return nil, err
		}
		values, err := a.Enter(der.TagSet)
		if err != nil {
			return nil, err
		}
		value, err := values.Content(der.TagOctetString)
		if err != nil {
			return nil, err
		}
		if n, ok := property(kind); ok {
			all = append(all, attribute{n, value})
		}
	}
	return all, nil
}

// property is the number of the property that an attribute has: the last arc of its OBJECT
// IDENTIFIER, of which oid is the content. A list has thousands of them.
func property(oid []byte) (n int, ok bool) {
	arc, ok := bytes.CutPrefix(oid, []byte(properties))
	if !ok || len(arc) == 0 || len(arc) > 3 || arc[len(arc)-1]&0x80 != 0 {
		return 0, false
	}
	for _, c := range arc {
		n = n<<7 | int(c&0x7f)
	}
	return n, true
}

// get is the value of a property.
func (e *Entry) get(n int) ([]byte, bool) {
	for _, a := range e.attributes {
		if a.property == n {
			return a.value, true
		}
	}
	return nil, false
}

// Name is the friendly name, "" where there is none.
func (e *Entry) Name() string {
	v, _ := e.get(propName)
	units := make([]uint16, 0, 64) // on the stack, as nearly all names are shorter
	for ; len(v) >= 2; v = v[2:] {
		u := binary.LittleEndian.Uint16(v)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

// SHA256 is the digest of the certificate, nil where the list does not have it:
// those before August 2011.
func (e *Entry) SHA256() []byte {
	v, _ := e.get(propSHA256)
	return v
}

// KeyID is the subject key identifier of the certificate, nil where the list
// does not have it.
func (e *Entry) KeyID() []byte {
	v, _ := e.get(propKeyID)
	return v
}

// SubjectMD5 is the MD5 digest of the subject of the certificate, a DER Name, nil
// where the list does not have it.
func (e *Entry) SubjectMD5() []byte {
	v, _ := e.get(propSubjectMD5)
	return v
}

// Known has the purposes that were read before, by their DER: most entries of a list
// have the same. A nil Known remembers nothing.
type Known map[string][]string

func (k Known) read(v []byte) ([]string, error) {
	if list, ok := k[string(v)]; ok {
		return list, nil
	}
	list, err := purposes(v)
	if err == nil && k != nil {
		k[string(v)] = list
	}
	return list, err
}

// Purposes are what the certificate is on the list for, as OIDs; nil: for all.
func (e *Entry) Purposes(known Known) []string {
	v, ok := e.get(propPurposes)
	if !ok {
		return nil
	}
	list, err := known.read(v)
	if err != nil {
		return []string{} // for none that can be read
	}
	return list
}

// Allows reports whether the certificate is on the list for a purpose, an OID.
// One without purposes is on it for all.
func (e *Entry) Allows(purpose string) bool {
	list := e.Purposes(nil)
	return list == nil || slices.Contains(list, purpose)
}

// Disabled is the limit of an entry that is no longer trusted at all.
func (e *Entry) Disabled(known Known) (l Limit, ok bool) {
	return e.limit(propDisabled, propDisabledPurposes, known)
}

// NotBefore is the limit of an entry that is trusted no longer for certificates
// that were issued after a time, Since: for none where that is zero.
func (e *Entry) NotBefore(known Known) (l Limit, ok bool) {
	return e.limit(propNotBefore, propNotBeforePurposes, known)
}

func (e *Entry) limit(when, what int, known Known) (Limit, bool) {
	v, ok := e.get(when)
	if !ok {
		return Limit{}, false
	}
	l := Limit{Since: filetime(v)}
	if p, named := e.get(what); named {
		var err error
		if l.Purposes, err = known.read(p); err != nil {
			return Limit{}, false
		}
	}
	return l, true
}

// purposes reads a SEQUENCE OF OBJECT IDENTIFIER; it is never nil without an
// error.
func purposes(v []byte) ([]string, error) {
	e, err := der.ParseAll(v)
	if err != nil {
		return nil, err
	}
	return oids(e)
}

func oids(e der.Element) ([]string, error) {
	list := []string{}
	for r := e.Reader(); !r.Empty(); {
		o, err := r.Expect(der.TagOID)
		if err != nil {
			return nil, err
		}
		s, err := o.OID()
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// filetime reads a FILETIME: 100 nanoseconds since 1601, little-endian. What is
// no time is zero.
func filetime(v []byte) time.Time {
	if len(v) != 8 {
		return time.Time{}
	}
	const (
		second = 10_000_000
		epoch  = 11_644_473_600 // seconds from 1601 to 1970
	)
	n := binary.LittleEndian.Uint64(v)
	if n == 0 || n > 1<<62 {
		return time.Time{}
	}
	return time.Unix(int64(n/second)-epoch, int64(n%second)*100).UTC()
}
