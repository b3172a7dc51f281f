package validate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
)

// at is the time that the tests check for; what they issue is valid at it.
var at = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// issued is a certificate of the tests, with its key.
type issued struct {
	raw []byte
	key *ecdsa.PrivateKey
}

func (i *issued) cert(t testing.TB) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(i.raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// change is what makes a certificate differ from an ordinary one.
type change func(*draft)

// draft is a certificate before it is signed.
type draft struct {
	*x509.Certificate
	key, signer *ecdsa.PrivateKey
	issuer      []byte // of another name than its issuer's
	edit        []func([]byte) []byte
}

// newKey makes a key; no two certificates have one unless told so.
func newKey() *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

var lastSerial int

// ca makes a CA certificate. by nil: it signs itself.
func ca(t testing.TB, by *issued, name string, changes ...change) *issued {
	t.Helper()
	return issue(t, by, name, append([]change{func(d *draft) {
		d.IsCA, d.BasicConstraintsValid, d.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	}}, changes...)...)
}

// leaf makes the certificate of a server.
func leaf(t testing.TB, by *issued, changes ...change) *issued {
	t.Helper()
	return issue(t, by, "www.example.com", append([]change{func(d *draft) {
		d.BasicConstraintsValid = true
		d.KeyUsage, d.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		d.DNSNames = []string{"www.example.com"}
	}}, changes...)...)
}

func issue(t testing.TB, by *issued, name string, changes ...change) *issued {
	t.Helper()
	lastSerial++
	d := &draft{key: newKey(), Certificate: &x509.Certificate{
		SerialNumber: big.NewInt(int64(lastSerial)), Subject: pkix.Name{Organization: []string{"certconv test"}, CommonName: name},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC),
	}}
	parent := d.Certificate
	d.signer = d.key
	if by != nil {
		parent, d.signer = by.cert(t), by.key
	}
	for _, c := range changes {
		c(d)
	}
	if by == nil {
		d.signer = d.key
	}
	if d.SubjectKeyId == nil {
		spki, err := x509.MarshalPKIXPublicKey(&d.key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		id := sha256.Sum256(spki)
		d.SubjectKeyId = id[:20]
	}
	if bytes.Equal(d.SubjectKeyId, noKeyID) {
		d.SubjectKeyId = nil
	}
	if d.AuthorityKeyId == nil && by != nil {
		d.AuthorityKeyId = parent.SubjectKeyId
	}
	if d.issuer != nil {
		parent.RawSubject = d.issuer
	}
	// The library takes the identifier of the authority from parent, and that of
	// the draft only where both have one name.
	if by != nil {
		if bytes.Equal(d.AuthorityKeyId, noKeyID) {
			d.AuthorityKeyId = nil
		}
		parent.SubjectKeyId = d.AuthorityKeyId
	}
	raw, err := x509.CreateCertificate(rand.Reader, d.Certificate, parent, &d.key.PublicKey, d.signer)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d.edit {
		raw = f(raw)
	}
	return &issued{raw, d.key}
}

var noKeyID = []byte{0}

func keyOf(i *issued) change { return func(d *draft) { d.key = i.key } }
func usage(u x509.KeyUsage) change {
	return func(d *draft) { d.KeyUsage = u }
}
func purposes(list ...x509.ExtKeyUsage) change { return func(d *draft) { d.ExtKeyUsage = list } }
func until(year int) change {
	return func(d *draft) { d.NotAfter = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
}
func from(year int) change {
	return func(d *draft) { d.NotBefore = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
}
func noCA(d *draft)    { d.IsCA, d.BasicConstraintsValid = false, true }
func noBasic(d *draft) { d.IsCA, d.BasicConstraintsValid = false, false }
func isCA(d *draft)    { d.IsCA, d.BasicConstraintsValid = true, true }
func noIDs(d *draft)   { d.SubjectKeyId, d.AuthorityKeyId = noKeyID, noKeyID }
func sha1Signed(d *draft) {
	d.SignatureAlgorithm = x509.ECDSAWithSHA1
}
func pathLen(n int) change {
	return func(d *draft) { d.MaxPathLen, d.MaxPathLenZero = n, n == 0 }
}
func dns(names ...string) change { return func(d *draft) { d.DNSNames = names } }
func authority(id ...byte) change {
	return func(d *draft) { d.AuthorityKeyId = id }
}
func extension(oid string, critical bool, value []byte) change {
	return func(d *draft) {
		var id asn1.ObjectIdentifier
		for n, rest := 0, oid; rest != ""; {
			if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
				panic(err)
			}
			id = append(id, n)
			rest = rest[len(fmt.Sprint(n)):]
			if rest != "" {
				rest = rest[1:]
			}
		}
		d.ExtraExtensions = append(d.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}

// spoiled alters the signature.
func spoiled(d *draft) {
	d.edit = append(d.edit, func(raw []byte) []byte {
		raw = bytes.Clone(raw)
		raw[len(raw)-1] ^= 1
		return raw
	})
}

// version1 takes version and extensions out and signs again.
func version1(d *draft) {
	d.edit = append(d.edit, func(raw []byte) []byte {
		var c struct {
			TBS, Alg asn1.RawValue
			Sig      asn1.BitString
		}
		if _, err := asn1.Unmarshal(raw, &c); err != nil {
			panic(err)
		}
		var body []byte
		for rest := c.TBS.Bytes; len(rest) > 0; {
			var v asn1.RawValue
			rest, _ = asn1.Unmarshal(rest, &v)
			if v.Class != asn1.ClassContextSpecific {
				body = append(body, v.FullBytes...)
			}
		}
		tbs, _ := asn1.Marshal(asn1.RawValue{Class: 0, Tag: 16, IsCompound: true, Bytes: body})
		sum := sha256.Sum256(tbs)
		sig, err := ecdsa.SignASN1(rand.Reader, d.signer, sum[:])
		if err != nil {
			panic(err)
		}
		out, _ := asn1.Marshal(struct {
			TBS, Alg asn1.RawValue
			Sig      asn1.BitString
		}{asn1.RawValue{FullBytes: tbs}, c.Alg, asn1.BitString{Bytes: sig, BitLength: 8 * len(sig)}})
		return out
	})
}

// pemOf writes certificates as text.
func pemOf(list ...*issued) []byte {
	var out []byte
	for _, i := range list {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.raw})...)
	}
	return out
}

// pemKey writes a private key as text.
func pemKey(t testing.TB, i *issued) []byte {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}

// decode reads texts as one bundle, each as a file of its own.
func decode(t testing.TB, texts ...[]byte) *convert.Bundle {
	t.Helper()
	b := &convert.Bundle{}
	for i, text := range texts {
		part, err := convert.Decode(text, &convert.DecodeOptions{File: fmt.Sprintf("file%d", i+1)})
		if err != nil {
			t.Fatal(err)
		}
		b.Add(part)
	}
	return b
}

// anchorsOf makes trust anchors named by the user.
func anchorsOf(t testing.TB, list ...*issued) *Anchors {
	t.Helper()
	a := NewAnchors(decode(t, pemOf(list...)).Certs)
	a.Private = true
	return a
}
