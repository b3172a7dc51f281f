package signed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/structure"
	"github.com/certconv/certconv/internal/text"
)

// Step is one thing that is verified.
type Step string

// The steps, in their order.
const (
	Digest    Step = "digest"    // the content is what was signed
	Signature Step = "signature" // the signer has signed it
	Chain     Step = "chain"     // a known CA has issued the signer's certificate
	Usage     Step = "usage"     // the signer may sign lists
	Clock     Step = "clock"     // signer and CA are within their validity
	Timestamp Step = "timestamp" // when it was signed, as another says
	Nested    Step = "nested"    // the second signature, for newer systems
)

// State is the outcome of a step.
type State string

// The states.
const (
	Good    State = "good"
	Bad     State = "bad"
	Unknown State = "unknown" // nothing is known that would decide
	Absent  State = "absent"  // there is none, and none is needed
)

// Line is a step with its outcome.
type Line struct {
	Step  Step
	State State
	Text  text.Text // a sentence without a period
}

// Verdict is what there is to say of the signature of a list at a time.
type Verdict struct {
	Lines   []Line
	Signer  *convert.Certificate // nil if it is not in the file
	CA      *convert.Certificate // the known CA that the signer's chain leads to, nil if there is none
	Expired *convert.Certificate // of these two and those between them, the first that is not valid at the time; nil if all are
	Stamp   *Stamp               // nil without a timestamp
	Second  *Verdict             // on the second signature; nil if there is none that can be read

	between []*convert.Certificate // between Signer and CA
}

// Stamp is what a timestamp says.
type Stamp struct {
	Time    time.Time
	By      *convert.Certificate // nil if it is not in the file
	RFC3161 bool                 // a token, not a countersignature of PKCS #9
}

// State is the outcome of a step.
func (v *Verdict) State(s Step) State {
	for _, l := range v.Lines {
		if l.Step == s {
			return l.State
		}
	}
	return Absent
}

// Text is what is said of a step.
func (v *Verdict) Text(s Step) text.Text {
	for _, l := range v.Lines {
		if l.Step == s {
			return l.Text
		}
	}
	return text.Text{}
}

// Accepted reports whether Windows takes the list at the time: all steps but the
// timestamp are good, or are none.
func (v *Verdict) Accepted() bool {
	return !slices.ContainsFunc(v.Lines, func(l Line) bool {
		return l.Step != Timestamp && l.State != Good && l.State != Absent
	})
}

// Broken is the first thing for which a signature, this or the second one, does not hold at whatever time,
// or cannot be known to. ok is false if there is none, however unknown the signer is.
func (v *Verdict) Broken() (why text.Text, ok bool) {
	for _, l := range v.Lines {
		switch l.Step {
		case Digest, Signature, Usage:
			ok = l.State == Bad || l.State == Unknown
		case Chain:
			ok = l.State == Bad
		case Nested:
			ok = l.State == Bad && v.Second == nil
			if v.Second != nil {
				if why, ok := v.Second.Broken(); ok {
					return text.Of("the second signature: %s", why), true
				}
			}
		}
		if ok {
			return l.Text, true
		}
	}
	return text.Text{}, false
}

// Stranger says whose signers, of this or of the second signature, are not known. ok is false if there is none.
func (v *Verdict) Stranger() (who text.Text, ok bool) {
	switch {
	case v.State(Chain) == Unknown:
		return v.Text(Chain), true
	case v.Second != nil && v.Second.State(Chain) == Unknown:
		return text.Of("the second signature: %s", v.Second.Text(Chain)), true
	}
	return text.Text{}, false
}

// Attributes of signers.
const (
	oidContentType      = "1.2.840.113549.1.9.3"
	oidMessageDigest    = "1.2.840.113549.1.9.4"
	oidSigningTime      = "1.2.840.113549.1.9.5"
	oidCountersignature = "1.2.840.113549.1.9.6"
	oidTimestamp        = "1.3.6.1.4.1.311.3.3.1"
	oidTimestampCMS     = "1.2.840.113549.1.9.16.2.14"
	oidNested           = "1.3.6.1.4.1.311.2.4.1"
	oidTSTInfo          = "1.2.840.113549.1.9.16.1.4"
)

// Anchors gives the CAs of the user's with a subject that may sign lists, beside
// Microsoft's.
type Anchors func(subject []byte) []*convert.Certificate

func noAnchors([]byte) []*convert.Certificate { return nil }

// Verify verifies the signature of a list at a time. anchors may be nil.
func Verify(list *lists.CTL, at time.Time, anchors Anchors) *Verdict {
	if anchors == nil {
		anchors = noAnchors
	}
	v := &Verdict{}
	if list.Signed == nil || len(list.Signed.Signers) == 0 {
		v.add(Signature, Bad, "there is no signature")
		return v
	}
	s := newMessage(list.Signed)
	signer := &list.Signed.Signers[0]
	v.Signer = s.find(signer)
	v.digest(list.Signed, list.Content)
	v.signature(list.Signed, list.Content)
	v.chain(s, anchors)
	v.usage(list)
	v.clock(at)
	v.timestamp(s, signer)
	v.nested(signer, list, at, anchors)
	return v
}

func (v *Verdict) add(s Step, state State, format string, args ...any) {
	v.Lines = append(v.Lines, Line{s, state, text.Of(format, args...)})
}

// message is a signed message with its certificates decoded.
type message struct {
	certs []convert.Certificate
	tried int // signatures of certificates that were verified
}

func newMessage(m *lists.Signed) *message {
	out := &message{}
	for _, raw := range m.Certificates {
		if b, _ := convert.Decode(raw, &convert.DecodeOptions{From: "der"}); len(b.Certs) == 1 {
			out.certs = append(out.certs, b.Certs[0])
		}
	}
	return out
}

// find is the certificate of a signer, nil if it is not there.
func (m *message) find(s *lists.Signer) *convert.Certificate {
	for i := range m.certs {
		c := &m.certs[i]
		switch {
		case s.Serial != nil && c.Serial != nil && s.Serial.Cmp(c.Serial) == 0 && convert.SameName(c.Issuer, s.Issuer),
			s.KeyID != nil && bytes.Equal(s.KeyID, c.SubjectKeyID()):
			return c
		}
	}
	return nil
}

// digestOf is the digest that a signer has made, nil if it is not known.
func digestOf(s *lists.Signer, content []byte) (sum []byte, name string) {
	d, ok := pbe.DigestByOID(s.Digest)
	if !ok {
		return nil, s.Digest
	}
	h := d.New()
	h.Write(content)
	return h.Sum(nil), d.Name
}

// claimed is the digest in the attributes of a signer, nil where there is none.
func claimed(s *lists.Signer) []byte {
	e, ok := lists.Attribute(s.Attributes, oidMessageDigest)
	if !ok {
		return nil
	}
	sum, _ := e.Octets()
	return sum
}

func (v *Verdict) digest(m *lists.Signed, content []byte) {
	s := &m.Signers[0]
	sum, name := digestOf(s, content)
	switch {
	case !slices.Contains(m.Digests, s.Digest):
		v.add(Digest, Bad, "the digest of the signer, %s, is none of those that the message names", name)
	case s.Attributes.Full != nil && !ofType(s, m.ContentType):
		v.add(Digest, Bad, "what was signed is of another type, as its signer says")
	case s.Attributes.Full == nil:
		v.add(Digest, Absent, "the content itself is signed")
	case sum == nil:
		v.add(Digest, Unknown, "the digest %s is not known here", name)
	case bytes.Equal(sum, claimed(s)):
		v.add(Digest, Good, "the content is what was signed (%s)", name)
	default:
		v.add(Digest, Bad, "the content was changed after it was signed: its %s is another", name)
	}
}

// ofType reports whether a signer has signed what is of a type, an OID (RFC 5652, Section 11.1).
func ofType(s *lists.Signer, oid string) bool {
	e, ok := lists.Attribute(s.Attributes, oidContentType)
	if !ok {
		return false
	}
	is, err := e.OID()
	return err == nil && is == oid
}

// signature verifies that the signer has signed content. A message of which a part cannot be read is
// not what was signed, whatever that part is for.
func (v *Verdict) signature(m *lists.Signed, content []byte) {
	s, by := &m.Signers[0], v.Signer
	if by == nil {
		v.add(Signature, Bad, "the signer's certificate is not in the file")
		return
	}
	for _, f := range structure.SignedMessage(m.Raw) {
		if f.By&(note.OpenSSLLoads|note.OpenSSLVerifies) != 0 {
			v.add(Signature, Bad, "the message is damaged: %s", f.Text)
			return
		}
	}
	switch err := verifySigner(s, by, content); {
	case err == nil:
		v.add(Signature, Good, "%s has signed it (%s)", name(by), algorithmName(s))
	case isUnsupported(err):
		v.add(Signature, Unknown, "%v", err)
	default:
		v.add(Signature, Bad, "the signature is not of %s, or of something else", name(by))
	}
}

// Bounds of the chain: how many CAs may stand above a signer, and how many signatures are verified to find
// them.
const (
	maxChain = 8
	maxTried = 24
)

const forgedIssuer = "the certificate of %s is not signed by the one in the file that it names as its issuer"

// chain follows the issuers of the signer to a CA that is known to issue signers of
// lists.
func (v *Verdict) chain(m *message, anchors Anchors) {
	c := v.Signer
	if c == nil {
		v.add(Chain, Unknown, "the signer is not known")
		return
	}
	for range maxChain {
		issuer, own, forged := m.issuer(c, anchors)
		switch {
		case issuer == nil && forged:
			v.add(Chain, Bad, forgedIssuer, name(c))
			return
		case issuer == nil:
			v.add(Chain, Unknown, "%s is not in the file, nor known here as a signer of lists", convert.NameString(c.Issuer))
			return
		case own || known(issuer):
			v.CA = issuer
			v.add(Chain, Good, "issued by %s", name(issuer))
			return
		case bytes.Equal(issuer.Raw, c.Raw):
			v.add(Chain, Unknown, "%s is not known here as a signer of lists", name(c))
			return
		case !issuer.IsCA():
			v.add(Chain, Bad, "%s is issued by %s, which is no CA", name(c), name(issuer))
			return
		}
		v.between = append(v.between, issuer)
		c = issuer
	}
	v.add(Chain, Unknown, "the chain has more than %d certificates", maxChain)
}

// issuer finds who has issued c. own: it is one of the user's. forged: none was found, and there is one of
// that name.
func (m *message) issuer(c *convert.Certificate, anchors Anchors) (issuer *convert.Certificate, own, forged bool) {
	for _, o := range anchors(c.Issuer) {
		if m.tried++; m.tried <= maxTried && convert.VerifySigned(c.Raw, o.SPKI) == nil {
			return o, true, false
		}
	}
	for i := range m.certs {
		if o := &m.certs[i]; convert.SameName(o.Subject, c.Issuer) {
			if m.tried++; m.tried > maxTried {
				return nil, false, false
			}
			if convert.VerifySigned(c.Raw, o.SPKI) == nil {
				return o, false, false
			}
			forged = true
		}
	}
	return nil, false, forged
}

// known reports whether Microsoft's signers of lists are issued by c.
func known(c *convert.Certificate) bool {
	sum := sha256.Sum256(c.Raw)
	digest := hex.EncodeToString(sum[:])
	return slices.ContainsFunc(authorities[:], func(a [2]string) bool { return a[1] == digest })
}

// authorities are the CAs whose signers Windows believes lists of. The roots above them are not
// in files of 2020 and later.
var authorities = [...][2]string{
	{"Microsoft Certificate List CA 2024", "56625ec7886445706fe74ccd2abf69b7c9c9ccde3c7354903af1c8f0e30e9d1c"},
	{"Microsoft Certificate List CA 2011", "a53a400df29ec7b8c8fce7cfffe47334f43b1642e604dd0307491737ebbc00ce"},
	{"Microsoft Certificate Trust List PCA, 2019", "722596e8bc00a535318d5b588d8241f45d1be73cde6b329e81058c05d61776da"},
	{"Microsoft Certificate Trust List PCA, 2009", "81348a4ca091a7387cfc7f029f240057d22ac2fdb4848b6ff37c9e487317b578"},
	{"Microsoft Certificate Trust List PCA, 2005", "7b9db263906cd537c40bf28706112a8691fce9a0c6483633cc0a7738da33d1db"},
}

// usage: the signer of a list of roots may sign those, that of any other list may sign
// lists.
func (v *Verdict) usage(list *lists.CTL) {
	if v.Signer == nil {
		return
	}
	want := []string{lists.PurposeRootList}
	if list.Kind() == "ctl" {
		want = append(want, lists.PurposeCTL)
	}
	has := purposes(v.Signer)
	for _, w := range want {
		if slices.Contains(has, w) {
			v.add(Usage, Good, "the signer may sign such lists (%s)", w)
			return
		}
	}
	v.add(Usage, Bad, "the signer's certificate is not for signing such lists: it lacks the extended key usage %s", want[0])
}

// purposes are the extended key usages of c.
func purposes(c *convert.Certificate) []string {
	value, _, ok := c.Extension("2.5.29.37")
	if !ok {
		return nil
	}
	e, err := der.ParseAll(value)
	if err != nil {
		return nil
	}
	var list []string
	for r := e.Reader(); !r.Empty(); {
		o, err := r.Expect(der.TagOID)
		if err != nil {
			return list
		}
		if s, err := o.OID(); err == nil {
			list = append(list, s)
		}
	}
	return list
}

func (v *Verdict) clock(at time.Time) {
	if v.Signer == nil {
		return
	}
	for _, c := range append(append([]*convert.Certificate{v.Signer}, v.between...), v.CA) {
		switch {
		case c == nil:
		case at.After(c.NotAfter):
			v.Expired = c
			v.add(Clock, Bad, "%s was valid until %s", name(c), moment(c.NotAfter))
			return
		case at.Before(c.NotBefore):
			v.Expired = c
			v.add(Clock, Bad, "%s is valid only from %s", name(c), moment(c.NotBefore))
			return
		}
	}
	v.add(Clock, Good, "%s is valid until %s", name(v.Signer), moment(v.Signer.NotAfter))
}

// nested verifies the second signature, which is for systems that no longer take
// SHA-1. It signs the list with its tag and length, and does not hold it.
func (v *Verdict) nested(s *lists.Signer, list *lists.CTL, at time.Time, anchors Anchors) {
	e, ok := lists.Attribute(s.Unsigned, oidNested)
	if !ok {
		return
	}
	inner, err := lists.ParseSigned(e.Full)
	if err != nil || len(inner.Signers) == 0 {
		v.add(Nested, Bad, "the second signature cannot be read")
		return
	}
	n := &Verdict{}
	v.Second = n
	m := newMessage(inner)
	n.Signer = m.find(&inner.Signers[0])
	n.digest(inner, list.Raw)
	n.signature(inner, list.Raw)
	n.chain(m, anchors)
	n.usage(list)
	n.clock(at)
	for _, l := range n.Lines {
		if l.State != Good && l.State != Absent {
			v.add(Nested, l.State, "the second signature: %s", l.Text)
			return
		}
	}
	v.add(Nested, Good, "the second signature is good too: %s, valid until %s", n.Text(Signature), moment(n.Signer.NotAfter))
}

// name is what people call a certificate.
func name(c *convert.Certificate) string {
	if list := c.CommonNames(); len(list) > 0 {
		return list[len(list)-1]
	}
	return convert.NameString(c.Subject)
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
