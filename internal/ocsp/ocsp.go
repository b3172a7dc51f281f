// Package ocsp reads and verifies OCSP responses (RFC 6960).
//
// Parse states what is in a response, Response.About whether it says anything of a
// certificate: it must be about this issuer and serial, be signed by the issuer or
// by a responder that the issuer appointed, and be of this time. A response that
// fails is an error that says why, never a status.
//
// It opens no connection and does not ask for the time. golang.org/x/crypto/ocsp is
// not used: it accepts responses of any certificate of the CA, and of responders
// whose time is over.
package ocsp

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// Limits on what is read. A response has one certificate or two, and about as many
// answers as were asked for.
const (
	maxCerts   = 10
	maxAnswers = 1000
)

// Response is an OCSP response.
type Response struct {
	Status   Status
	Produced time.Time
	Nonce    []byte // nil: none
	Answers  []Answer

	byName []byte // DER Name of the responder
	byKey  []byte // or the SHA-1 of its key
	basic  []byte // what is signed, with its signature
	certs  [][]byte
}

// Status is that of the response as a whole.
type Status int

// Refused reports whether the responder did not take the request, whatever it is about.
func (s Status) Refused() bool {
	const malformedRequest, unauthorized = 1, 6
	return s == malformedRequest || s == unauthorized
}

// String names the status as RFC 6960, Section 4.2.1 does.
func (s Status) String() string {
	names := []string{"successful", "malformedRequest", "internalError", "tryLater", "", "sigRequired", "unauthorized"}
	if s >= 0 && int(s) < len(names) && names[s] != "" {
		return fmt.Sprintf("%s (%d)", names[s], int(s))
	}
	return fmt.Sprintf("status %d", int(s))
}

// Answer is what a response says of one certificate.
type Answer struct {
	Hash       string // OID of what the issuer is named with
	NameHash   []byte
	KeyHash    []byte
	Serial     *big.Int
	Verdict    Verdict
	Revoked    time.Time
	Reason     string
	ThisUpdate time.Time
	NextUpdate time.Time // zero: newer information is always available

	By *convert.Certificate // the responder that the issuer has appointed, nil for itself
}

// Verdict is the status of a certificate.
type Verdict string

// The verdicts.
const (
	Good    Verdict = "good"
	Revoked Verdict = "revoked"
	Unknown Verdict = "unknown"
)

const (
	oidBasic    = "1.3.6.1.5.5.7.48.1.1"
	oidNonce    = "1.3.6.1.5.5.7.48.1.2"
	oidSigning  = "1.3.6.1.5.5.7.3.9"
	oidExtUsage = "2.5.29.37"
	oidSHA1     = "1.3.14.3.2.26"
	oidSHA256   = "2.16.840.1.101.3.4.2.1"
	oidSHA384   = "2.16.840.1.101.3.4.2.2"
	oidSHA512   = "2.16.840.1.101.3.4.2.3"
)

// ErrMalformed says that something is no OCSP response.
var ErrMalformed = errors.New("it is no OCSP response")

func malformed(err error) error {
	if err == nil {
		return ErrMalformed
	}
	return fmt.Errorf("%w: %w", ErrMalformed, err)
}

// Parse reads a response in DER.
func Parse(data []byte) (*Response, error) {
	outer, err := der.ParseAll(data)
	if err != nil || !outer.Is(der.TagSequence) {
		return nil, malformed(err)
	}
	r := outer.Reader()
	status, err := r.Next()
	if err != nil || !status.Is(der.TagEnumerated) || len(status.Content) != 1 {
		return nil, malformed(err)
	}
	out := &Response{Status: Status(status.Content[0])}
	if out.Status != 0 {
		return out, nil
	}
	wrapped, ok := r.Optional(0)
	if !ok {
		return nil, malformed(nil)
	}
	fields, err := inner(wrapped)
	if err != nil {
		return nil, malformed(err)
	}
	kind, err := fields.Expect(der.TagOID)
	if err != nil {
		return nil, malformed(err)
	}
	if oid, err := kind.OID(); err != nil || oid != oidBasic {
		return nil, malformed(err)
	}
	octets, err := fields.Expect(der.TagOctetString)
	if err != nil {
		return nil, malformed(err)
	}
	if err := out.parseBasic(octets.Content); err != nil {
		return nil, malformed(err)
	}
	return out, nil
}

// inner is the reader of the SEQUENCE in an explicit tag.
func inner(e der.Element) (*der.Reader, error) {
	parts, err := e.Children()
	if err != nil || len(parts) != 1 {
		return nil, malformed(err)
	}
	return parts[0].Reader(), nil
}

func (r *Response) parseBasic(data []byte) error {
	basic, err := der.ParseAll(data)
	if err != nil {
		return err
	}
	r.basic = basic.Full
	fields := basic.Reader()
	tbs, err := fields.Expect(der.TagSequence)
	if err != nil {
		return err
	}
	for _, tag := range []int{der.TagSequence, der.TagBitString} {
		if _, err := fields.Expect(tag); err != nil {
			return err
		}
	}
	if wrapped, ok := fields.Optional(0); ok {
		list, err := inner(wrapped)
		if err != nil {
			return err
		}
		for !list.Empty() {
			c, err := list.Next()
			if err != nil {
				return err
			}
			if len(r.certs) == maxCerts {
				return errors.New("too many certificates")
			}
			r.certs = append(r.certs, c.Full)
		}
	}
	return r.parseData(tbs.Reader())
}

// parseData reads ResponseData.
func (r *Response) parseData(fields *der.Reader) error {
	_, _ = fields.Optional(0) // version
	id, err := fields.Next()
	if err != nil {
		return err
	}
	parts, err := id.Children()
	if err != nil || len(parts) != 1 {
		return malformed(err)
	}
	switch {
	case id.IsContext(1):
		r.byName = parts[0].Full
	case id.IsContext(2):
		r.byKey = parts[0].Content
	default:
		return errors.New("no responder")
	}
	produced, err := fields.Next()
	if err != nil {
		return err
	}
	if r.Produced, err = produced.Time(); err != nil {
		return err
	}
	answers, err := fields.Expect(der.TagSequence)
	if err != nil {
		return err
	}
	for list := answers.Reader(); !list.Empty(); {
		e, err := list.Expect(der.TagSequence)
		if err != nil {
			return err
		}
		if len(r.Answers) == maxAnswers {
			return errors.New("too many answers")
		}
		a, err := parseAnswer(e)
		if err != nil {
			return err
		}
		r.Answers = append(r.Answers, a)
	}
	if wrapped, ok := fields.Optional(1); ok {
		return r.parseExtensions(wrapped)
	}
	return nil
}

func (r *Response) parseExtensions(wrapped der.Element) error {
	list, err := inner(wrapped)
	if err != nil {
		return err
	}
	for !list.Empty() {
		e, err := list.Expect(der.TagSequence)
		if err != nil {
			return err
		}
		id, critical, value, err := extension(e)
		switch {
		case err != nil:
			return err
		case id == oidNonce:
			r.Nonce = value
			if n, _, err := der.Parse(value); err == nil && n.Is(der.TagOctetString) {
				r.Nonce = n.Content
			}
		case critical:
			return fmt.Errorf("a critical extension that is not known: %s", id)
		}
	}
	return nil
}

// extension reads an Extension.
func extension(e der.Element) (id string, critical bool, value []byte, err error) {
	parts, err := e.Children()
	if err != nil || len(parts) < 2 || len(parts) > 3 {
		return "", false, nil, malformed(err)
	}
	if id, err = parts[0].OID(); err != nil {
		return "", false, nil, err
	}
	last := parts[len(parts)-1]
	critical = len(parts) == 3 && len(parts[1].Content) == 1 && parts[1].Content[0] != 0
	return id, critical, last.Content, nil
}

func parseAnswer(e der.Element) (a Answer, err error) {
	r := e.Reader()
	id, err := r.Expect(der.TagSequence)
	if err != nil {
		return a, err
	}
	parts, err := id.Children()
	if err != nil || len(parts) != 4 {
		return a, malformed(err)
	}
	if a.Hash, _, err = der.ParseAlgorithm(parts[0]); err != nil {
		return a, err
	}
	a.NameHash, a.KeyHash = parts[1].Content, parts[2].Content
	if a.Serial, err = parts[3].BigInt(); err != nil {
		return a, err
	}
	status, err := r.Next()
	if err != nil {
		return a, err
	}
	switch {
	case status.IsContext(0):
		a.Verdict = Good
	case status.IsContext(1):
		a.Verdict = Revoked
		if err := a.parseRevoked(status); err != nil {
			return a, err
		}
	case status.IsContext(2):
		a.Verdict = Unknown
	default:
		return a, errors.New("no status of the certificate")
	}
	this, err := r.Next()
	if err != nil {
		return a, err
	}
	if a.ThisUpdate, err = this.Time(); err != nil {
		return a, err
	}
	if next, ok := r.Optional(0); ok {
		parts, err := next.Children()
		if err != nil || len(parts) != 1 {
			return a, malformed(err)
		}
		if a.NextUpdate, err = parts[0].Time(); err != nil {
			return a, err
		}
	}
	if more, ok := r.Optional(1); ok {
		return a, answerExtensions(more)
	}
	return a, nil
}

// answerExtensions refuses what must not be ignored.
func answerExtensions(wrapped der.Element) error {
	list, err := inner(wrapped)
	if err != nil {
		return err
	}
	for !list.Empty() {
		e, err := list.Expect(der.TagSequence)
		if err != nil {
			return err
		}
		if id, critical, _, err := extension(e); err != nil {
			return err
		} else if critical {
			return fmt.Errorf("a critical extension that is not known: %s", id)
		}
	}
	return nil
}

func (a *Answer) parseRevoked(status der.Element) error {
	parts, err := status.Children()
	if err != nil || len(parts) == 0 {
		return malformed(err)
	}
	if a.Revoked, err = parts[0].Time(); err != nil {
		return err
	}
	if len(parts) > 1 && parts[1].IsContext(0) {
		if inside, err := parts[1].Children(); err == nil && len(inside) == 1 && len(inside[0].Content) == 1 {
			a.Reason = der.CRLReason(int(inside[0].Content[0]))
		}
	}
	return nil
}

// digest is the hash of data by the algorithm of that OID, nil if it is not known.
func digest(oid string, data []byte) []byte {
	switch oid {
	case oidSHA1:
		d := sha1.Sum(data)
		return d[:]
	case oidSHA256:
		d := sha256.Sum256(data)
		return d[:]
	case oidSHA384:
		d := sha512.Sum384(data)
		return d[:]
	case oidSHA512:
		d := sha512.Sum512(data)
		return d[:]
	}
	return nil
}

// keyBits are the bits of a public key, which is what key hashes are of.
func keyBits(spki []byte) []byte {
	e, _, err := der.Parse(spki)
	if err != nil {
		return nil
	}
	parts, err := e.Children()
	if err != nil || len(parts) != 2 {
		return nil
	}
	bits, _ := parts[1].BitString()
	return bits
}

// is reports whether the answer is about the certificate with this serial that
// issuer issued.
func (a *Answer) is(serial *big.Int, issuer *convert.Certificate) bool {
	name, key := digest(a.Hash, issuer.Subject), digest(a.Hash, keyBits(issuer.SPKI))
	return name != nil && a.Serial.Cmp(serial) == 0 && bytes.Equal(a.NameHash, name) && bytes.Equal(a.KeyHash, key)
}

// What About refuses a response for.
var (
	ErrStatus    = errors.New("the responder gives no answer")
	ErrOther     = errors.New("it is about another certificate")
	ErrSignature = errors.New("its signature does not verify")
	ErrResponder = errors.New("whoever signed it may not answer for the issuer")
	ErrNotYet    = errors.New("it is not valid yet")
	ErrStale     = errors.New("it is out of date")
	ErrNonce     = errors.New("it answers another request")
)

const (
	// skew is how far clocks may differ.
	skew = 5 * time.Minute

	// maxAge is how old an answer without nextUpdate may be. RFC 6960, Section 4.2.2.1 sets
	// no bound ("newer revocation information is available all the time"); the Baseline
	// Requirements, Section 4.9.10, allow no answer to be good for longer than ten days.
	// Firefox takes such an answer for one day, GnuTLS for 15, and Java only when it is new.
	maxAge = 10 * 24 * time.Hour
)

// About is what the response says of cert, which issuer issued, at a time. nonce is
// that of the request, nil without one; a response that has none at all passes, as
// responders make theirs beforehand: see Nonce. An answer without an end of its time is
// out of date after ten days.
//
// Errors are one of the list above, with details.
func (r *Response) About(cert, issuer *convert.Certificate, now time.Time, nonce []byte) (*Answer, error) {
	if r.Status != 0 {
		return nil, fmt.Errorf("%w: %s", ErrStatus, r.Status)
	}
	i := slices.IndexFunc(r.Answers, func(a Answer) bool { return a.is(cert.Serial, issuer) })
	if i < 0 {
		return nil, ErrOther
	}
	a := &r.Answers[i]
	by, err := r.verify(issuer, now)
	if err != nil {
		return nil, err
	}
	a.By = by
	switch {
	case a.ThisUpdate.After(now.Add(skew)):
		return nil, fmt.Errorf("%w: from %s on", ErrNotYet, a.ThisUpdate.UTC().Format(time.DateTime))
	case !a.NextUpdate.IsZero() && a.NextUpdate.Before(now.Add(-skew)):
		return nil, fmt.Errorf("%w: until %s", ErrStale, a.NextUpdate.UTC().Format(time.DateTime))
	case a.NextUpdate.IsZero() && a.ThisUpdate.Before(now.Add(-maxAge)):
		return nil, fmt.Errorf("%w: of %s, without a time until which it counts, and older than %d days", ErrStale, a.ThisUpdate.UTC().Format(time.DateTime), maxAge/(24*time.Hour))
	case nonce != nil && r.Nonce != nil && !bytes.Equal(nonce, r.Nonce):
		return nil, ErrNonce
	}
	return a, nil
}

// verify holds the signature against the key of the issuer, and those of the
// responders that it appointed (RFC 6960, Section 4.2.2.2). by is the one of these, nil for
// the issuer.
func (r *Response) verify(issuer *convert.Certificate, now time.Time) (by *convert.Certificate, err error) {
	if r.names(issuer) {
		err := convert.VerifySigned(r.basic, issuer.SPKI)
		if err == nil {
			return nil, nil
		}
		if len(r.certs) == 0 {
			return nil, fmt.Errorf("%w: %w", ErrSignature, err)
		}
	}
	why := ErrResponder
	for _, raw := range r.certs {
		b, _ := convert.Decode(raw, &convert.DecodeOptions{From: "der"})
		if b == nil || len(b.Certs) != 1 || b.Certs[0].Err != nil {
			continue
		}
		c := &b.Certs[0]
		if !r.names(c) {
			continue
		}
		if err := convert.VerifySigned(r.basic, c.SPKI); err != nil {
			why = fmt.Errorf("%w: %w", ErrSignature, err)
			continue
		}
		if why = appointed(c, issuer, now); why == nil {
			return c, nil
		}
	}
	return nil, why
}

// names reports whether c is the responder that the response names.
func (r *Response) names(c *convert.Certificate) bool {
	if r.byKey != nil {
		return bytes.Equal(r.byKey, digest(oidSHA1, keyBits(c.SPKI)))
	}
	return convert.SameName(r.byName, c.Subject)
}

// appointed says why c may not answer for issuer, nil if it may.
func appointed(c, issuer *convert.Certificate, now time.Time) error {
	if bytes.Equal(c.Raw, issuer.Raw) || bytes.Equal(c.SPKI, issuer.SPKI) && convert.SameName(c.Subject, issuer.Subject) {
		return nil
	}
	switch {
	case !convert.SameName(c.Issuer, issuer.Subject) || convert.VerifySigned(c.Raw, issuer.SPKI) != nil:
		return fmt.Errorf("%w: the issuer has not issued its certificate", ErrResponder)
	case !maySign(c):
		return fmt.Errorf("%w: its certificate is not for signing OCSP responses", ErrResponder)
	case now.After(c.NotAfter.Add(skew)) || now.Before(c.NotBefore.Add(-skew)):
		return fmt.Errorf("%w: its certificate is for %s to %s", ErrResponder, c.NotBefore.UTC().Format(time.DateOnly), c.NotAfter.UTC().Format(time.DateOnly))
	}
	return nil
}

// maySign reports whether the extended key usage of c has id-kp-OCSPSigning.
func maySign(c *convert.Certificate) bool {
	value, _, ok := c.Extension(oidExtUsage)
	e, _, err := der.Parse(value)
	if !ok || err != nil {
		return false
	}
	list, err := e.Children()
	return err == nil && slices.ContainsFunc(list, func(p der.Element) bool {
		oid, err := p.OID()
		return err == nil && oid == oidSigning
	})
}
