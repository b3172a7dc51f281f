package signed

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
)

// keyAlgorithms are those that name only the key: the digest of the signer makes them
// algorithms of a signature (RFC 3370, Section 3.2).
var keyAlgorithms = []struct{ key, digest, both string }{
	{"1.2.840.113549.1.1.1", "MD5", "1.2.840.113549.1.1.4"},
	{"1.2.840.113549.1.1.1", "SHA-1", "1.2.840.113549.1.1.5"},
	{"1.2.840.113549.1.1.1", "SHA-256", "1.2.840.113549.1.1.11"},
	{"1.2.840.113549.1.1.1", "SHA-384", "1.2.840.113549.1.1.12"},
	{"1.2.840.113549.1.1.1", "SHA-512", "1.2.840.113549.1.1.13"},
	{"1.2.840.10045.2.1", "SHA-1", "1.2.840.10045.4.1"},
	{"1.2.840.10045.2.1", "SHA-256", "1.2.840.10045.4.3.2"},
	{"1.2.840.10045.2.1", "SHA-384", "1.2.840.10045.4.3.3"},
	{"1.2.840.10045.2.1", "SHA-512", "1.2.840.10045.4.3.4"},
}

// algorithm is what a signer has signed with, as certificates name it.
func algorithm(s *lists.Signer) der.Element {
	oid, _, err := der.ParseAlgorithm(s.Algorithm)
	if err != nil {
		return s.Algorithm
	}
	d, _ := pbe.DigestByOID(s.Digest)
	for _, a := range keyAlgorithms {
		if a.key != oid || a.digest != d.Name {
			continue
		}
		if e, err := der.ParseAll(der.Algorithm(a.both, nil)); err == nil {
			return e
		}
	}
	return s.Algorithm
}

func algorithmName(s *lists.Signer) string { return pubkey.ReadSignatureAlgorithm(algorithm(s)).Name }

// verifySigner verifies the signature of s, by the certificate by: that of its
// attributes, which are signed as a SET (RFC 5652, Section 5.4), or without them of the content.
func verifySigner(s *lists.Signer, by *convert.Certificate, content []byte) error {
	if s.Attributes.Full != nil {
		content = bytes.Clone(s.Attributes.Full)
		content[0] = 0x31
	}
	return pubkey.Verify(content, algorithm(s), s.Signature, by.SPKI)
}

func isUnsupported(err error) bool {
	var u *pubkey.UnsupportedError
	return errors.As(err, &u)
}

// timestamp reads and verifies the timestamp of a signature: a countersignature (RFC 2985, Section
// 5.3.6), or a token (RFC 3161). Which CA that of who made it leads to is not looked at.
func (v *Verdict) timestamp(m *message, s *lists.Signer) {
	if e, ok := lists.Attribute(s.Unsigned, oidCountersignature); ok {
		counter, err := lists.ParseSigner(e)
		if err != nil {
			v.add(Timestamp, Bad, "the countersignature cannot be read")
			return
		}
		var when time.Time
		if t, ok := lists.Attribute(counter.Attributes, oidSigningTime); ok {
			when, _ = t.Time()
		}
		v.stamped(&Stamp{Time: when, By: m.find(&counter)}, m, &counter, s.Signature)
		return
	}
	for _, oid := range []string{oidTimestamp, oidTimestampCMS} {
		e, ok := lists.Attribute(s.Unsigned, oid)
		if !ok {
			continue
		}
		token, err := lists.ParseSigned(e.Full)
		if err != nil || len(token.Signers) == 0 || token.ContentType != oidTSTInfo {
			v.add(Timestamp, Bad, "the timestamp cannot be read")
			return
		}
		content, err := token.Content.Octets()
		if err != nil {
			v.add(Timestamp, Bad, "the timestamp cannot be read")
			return
		}
		when, ok := tokenTime(content, s.Signature)
		if !ok {
			v.add(Timestamp, Bad, "the timestamp is of another signature")
			return
		}
		own := newMessage(token)
		v.stamped(&Stamp{Time: when, By: own.find(&token.Signers[0]), RFC3161: true}, own, &token.Signers[0], content)
		return
	}
	v.add(Timestamp, Absent, "there is no timestamp")
}

// forged is the first certificate from c upwards that is not signed by the one in the message which it
// names as its issuer, nil if there is none.
func (m *message) forged(c *convert.Certificate) *convert.Certificate {
	for range maxChain {
		if c == nil {
			return nil
		}
		issuer, _, forged := m.issuer(c, noAnchors)
		if forged || issuer != nil && !issuer.IsCA() && !issuer.SelfIssued() {
			return c
		}
		if issuer != nil && bytes.Equal(issuer.Raw, c.Raw) {
			return nil
		}
		c = issuer
	}
	return nil
}

const purposeTimestamps = "1.3.6.1.5.5.7.3.8" // RFC 3161, Section 2.3

// stamped judges a timestamp: by is its signer, of content, in the message m.
func (v *Verdict) stamped(stamp *Stamp, m *message, by *lists.Signer, content []byte) {
	sum, _ := digestOf(by, content)
	forged := m.forged(stamp.By)
	switch {
	case stamp.By == nil:
		v.add(Timestamp, Unknown, "signed on %s, as a timestamp says whose signer is not in the file", moment(stamp.Time))
	case by.Attributes.Full != nil && !bytes.Equal(sum, claimed(by)) || verifySigner(by, stamp.By, content) != nil:
		v.add(Timestamp, Bad, "the timestamp of %s does not fit the signature", name(stamp.By))
	case forged != nil:
		v.add(Timestamp, Bad, forgedIssuer, name(forged))
	case !slices.Contains(purposes(stamp.By), purposeTimestamps):
		v.add(Timestamp, Bad, "the certificate of %s is not for timestamps", name(stamp.By))
	case stamp.Time.IsZero() || stamp.Time.Before(stamp.By.NotBefore) || stamp.Time.After(stamp.By.NotAfter):
		v.add(Timestamp, Bad, "the timestamp of %s is not within the validity of its certificate", name(stamp.By))
	default:
		v.Stamp = stamp
		v.add(Timestamp, Good, "signed on %s, as %s says; its certificate is valid until %s", moment(stamp.Time), name(stamp.By), moment(stamp.By.NotAfter))
	}
}

// tokenTime reads a TSTInfo (RFC 3161, Section 2.4.2). ok is false where it is not of this
// signature.
func tokenTime(content, signature []byte) (when time.Time, ok bool) {
	e, err := der.ParseAll(content)
	if err != nil {
		return when, false
	}
	f := der.Fields{Reader: e.Reader()}
	f.Next() // version
	f.Next() // policy
	imprint := f.Sequence().Reader()
	f.Next() // serial number
	when = f.Time()
	alg, err := imprint.Expect(der.TagSequence)
	if err != nil || f.Err != nil {
		return when, false
	}
	oid, _, err := der.ParseAlgorithm(alg)
	if err != nil {
		return when, false
	}
	sum, err := imprint.Expect(der.TagOctetString)
	if err != nil {
		return when, false
	}
	want, _ := digestOf(&lists.Signer{Digest: oid}, signature)
	return when, want != nil && bytes.Equal(sum.Content, want)
}
