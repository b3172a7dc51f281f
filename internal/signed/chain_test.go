package signed

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	encoding "encoding/asn1"
	"math/big"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lists"
)

// holder is a certificate with its key.
type holder struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

var serials int64

// Who is valid until then may sign lists.
const signerUntil = "2048-01-01T00:00:00Z"

// issue makes a certificate by a holder, nil: by itself.
func (h *holder) issue(t testing.TB, name string, ca bool, until string) *holder {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serials++
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serials), Subject: pkix.Name{CommonName: name}, NotBefore: at("2026-01-01T00:00:00Z"), NotAfter: at(until),
		BasicConstraintsValid: ca, IsCA: ca,
	}
	if until == signerUntil {
		c.UnknownExtKeyUsage = []encoding.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 311, 10, 3, 9}} // lists.PurposeRootList
	}
	by := &holder{c, key}
	if h != nil {
		by = h
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, by.Certificate, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(raw); err != nil {
		t.Fatal(err)
	}
	return &holder{c, key}
}

func sequence(b *cryptobyte.Builder, f cryptobyte.BuilderContinuation) { b.AddASN1(asn1.SEQUENCE, f) }

// trustList is a list of no entries, and its content without tag and length.
func trustList() (whole, content []byte) {
	whole = der.Build(func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) { der.AddOID(b, lists.PurposeRootList) })
			b.AddASN1UTCTime(at("2026-05-01T00:00:00Z"))
			der.AddAlgorithm(b, "1.3.14.3.2.26", der.AddNull)
		})
	})
	return whole, whole[2:]
}

// signedList signs a list with attributes that say it is of a type; chain are the certificates in the message.
func signedList(t testing.TB, by *holder, kind string, unsigned []byte, chain ...*holder) *lists.CTL {
	t.Helper()
	whole, content := trustList()
	sum := sha256.Sum256(content)
	attribute := func(b *cryptobyte.Builder, oid string, value cryptobyte.BuilderContinuation) {
		sequence(b, func(b *cryptobyte.Builder) {
			der.AddOID(b, oid)
			b.AddASN1(asn1.SET, value)
		})
	}
	attributes := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
			attribute(b, oidContentType, func(b *cryptobyte.Builder) { der.AddOID(b, kind) })
			attribute(b, oidMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum[:]) })
		})
	})
	digest := sha256.Sum256(attributes)
	signature, err := by.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	const sha256OID = "2.16.840.1.101.3.4.2.1"
	tagged := func(b *cryptobyte.Builder, n uint8, f cryptobyte.BuilderContinuation) {
		b.AddASN1(asn1.Tag(n).ContextSpecific().Constructed(), f)
	}
	message := der.Build(func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			der.AddOID(b, "1.2.840.113549.1.7.2")
			tagged(b, 0, func(b *cryptobyte.Builder) {
				sequence(b, func(b *cryptobyte.Builder) {
					b.AddASN1Int64(1)
					b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { der.AddAlgorithm(b, sha256OID, der.AddNull) })
					sequence(b, func(b *cryptobyte.Builder) {
						der.AddOID(b, lists.OIDCTL)
						tagged(b, 0, func(b *cryptobyte.Builder) { b.AddBytes(whole) })
					})
					tagged(b, 0, func(b *cryptobyte.Builder) {
						for _, c := range chain {
							b.AddBytes(c.Raw)
						}
					})
					b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
						sequence(b, func(b *cryptobyte.Builder) {
							b.AddASN1Int64(1)
							sequence(b, func(b *cryptobyte.Builder) {
								b.AddBytes(by.RawIssuer)
								b.AddASN1BigInt(by.SerialNumber)
							})
							der.AddAlgorithm(b, sha256OID, der.AddNull)
							tagged(b, 0, func(b *cryptobyte.Builder) { b.AddBytes(attributes[2:]) })
							der.AddAlgorithm(b, "1.2.840.10045.2.1", der.AddNull)
							b.AddASN1OctetString(signature)
							b.AddBytes(unsigned)
						})
					})
				})
			})
		})
	})
	list, err := lists.ParseCTL(message)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What stands between a signer and the CA that is known has to be a CA, and valid, as it is for everybody who
// builds a chain; and the signer has to say that it is a list which was signed.
func TestChain(t *testing.T) {
	const far = "2049-01-01T00:00:00Z"
	root := (*holder)(nil).issue(t, "Root", true, far)
	ca := root.issue(t, "CA", true, far)
	past := root.issue(t, "Past CA", true, "2026-02-01T00:00:00Z")
	leaf := root.issue(t, "Somebody", false, far)
	anchors := func(subject []byte) []*convert.Certificate {
		if !convert.SameName(subject, root.RawSubject) {
			return nil
		}
		b, err := convert.Decode(root.Raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		return []*convert.Certificate{&b.Certs[0]}
	}
	for _, c := range []struct {
		name  string
		above *holder
		kind  string
		step  Step
		state State
	}{
		{"through a CA", ca, lists.OIDCTL, "", ""},
		{"directly", root, lists.OIDCTL, "", ""},
		{"through a CA that has expired", past, lists.OIDCTL, Clock, Bad},
		{"through what is no CA", leaf, lists.OIDCTL, Chain, Bad},
		{"of something else", ca, "1.2.840.113549.1.7.1", Digest, Bad},
	} {
		signer := c.above.issue(t, "Signer", false, signerUntil)
		v := Verify(signedList(t, signer, c.kind, nil, signer, c.above), at("2026-06-01T00:00:00Z"), anchors)
		if v.Accepted() != (c.step == "") || c.step != "" && v.State(c.step) != c.state {
			t.Errorf("signed %s: %v", c.name, v.Lines)
		}
	}
}

// A second signature within a second one, and so on, is read no deeper than the first.
func TestNestedDeep(t *testing.T) {
	signer := (*holder)(nil).issue(t, "Signer", true, signerUntil)
	var inside []byte
	for range 300 {
		message := inside
		if message != nil {
			inside = der.Build(func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.Tag(1).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) {
						der.AddOID(b, oidNested)
						b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(message) })
					})
				})
			})
		}
		inside = signedList(t, signer, lists.OIDCTL, inside, signer).Signed.Raw
	}
	list, err := lists.ParseCTL(inside)
	if err != nil {
		t.Fatal(err)
	}
	v := Verify(list, at("2026-06-01T00:00:00Z"), nil)
	if v.Accepted() || v.Second == nil || v.Second.Second != nil {
		t.Errorf("%v", v.Lines)
	}
}
