package structure

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cryptobyteasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// TestElements changes each element of some objects. testdata/elements.txt has who fails for
// that, and why: what one change of the code makes of all of them is then seen.
func TestElements(t *testing.T) {
	var b strings.Builder
	for _, s := range []struct {
		name string
		raw  []byte
		read func([]byte) []Fault
	}{
		{"certificate", fullCertificate(t), Certificate},
		{"certificate with a long length", longLength(sample(t, "servers/ed25519.pem")), Certificate},
		{"certificate with PSS", pssCertificate(t), Certificate},
		{"CRL", sample(t, "checks/cert-revoked/bad-key-compromise.crl"), CRL},
		{"request", sample(t, "checks/name-not-in-request/good.csr"), Request},
		{"RSA key", sample(t, "pairs/rsa1024.pem"), PrivateKey},
		{"RSA key of three primes", sample(t, "pairs/rsa2048-3primes.pem"), PrivateKey},
		{"RSA key for PSS", sample(t, "pairs/rsapss2048-sha256.pem"), PrivateKey},
		{"DSA key", sample(t, "pairs/dsa1024.pem"), PrivateKey},
		{"EC key with the numbers of its curve", sample(t, "pairs/ec-P-256-explicit.pem"), PrivateKey},
		{"GOST key", sample(t, "keys/gost.pem"), PrivateKey},
		{"EC key", sample(t, "pairs/ec-P-256.pem"), PrivateKey},
		{"Ed25519 key", sample(t, "pairs/ed25519.pem"), PrivateKey},
		{"encrypted key", sample(t, "pkcs8/pbes2.pem"), EncryptedKey},
		{"message", sample(t, "p7b/openssl-crl.p7b"), SignedMessage},
		{"signed message", sample(t, "p7b/signed.p7m"), SignedMessage},
		{"PFX", sample(t, "pfx/openssl-default.p12"), PFX},
		{"PFX with clear bags", sample(t, "pfx/openssl-clear.p12"), PFX},
	} {
		if faults := s.read(s.raw); len(faults) > 0 && !strings.HasPrefix(s.name, "certificate") && !strings.HasPrefix(s.name, "EC key with") {
			t.Errorf("%s: %v", s.name, faults)
		}
		fmt.Fprintf(&b, "%s: %s\n", s.name, whoFails(s.read(s.raw)))
		for change, raw := range testenv.Changed(s.raw) {
			fmt.Fprintf(&b, "%s: %s\n", change, whoFails(s.read(raw)))
		}
	}
	testenv.Golden(t, "testdata/elements.txt", b.String())
}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if block, _ := pem.Decode(data); block != nil {
		return block.Bytes
	}
	return data
}

// longLength is a SEQUENCE whose length has an octet more than it takes.
func longLength(raw []byte) []byte {
	return append([]byte{raw[0], 0x83, 0}, raw[2:]...)
}

// whoFails names the readers that fail for one of the faults.
func whoFails(faults []Fault) string {
	if len(faults) == 0 {
		return "-"
	}
	var by note.Readers
	for _, f := range faults {
		by |= f.By
	}
	var names []string
	for i, name := range []string{
		"OpenSSL 1.1.1", "OpenSSL 3.0", "OpenSSL 3.5", "OpenSSL verifies", "strict OpenSSL", "Go", "GnuTLS", "Java", "Firefox", "Chrome", "the standard",
		"GnuTLS loads", "Java loads", "Windows loads", "Dovecot loads", "a store loads", "names load", "fetches",
	} {
		if by&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if by&everybody == everybody {
		names = []string{"everybody"}
	}
	said := strings.Join(names, ", ")
	for _, f := range faults {
		said += fmt.Sprintf("; %d: %s", f.Offset, f.Text)
	}
	return said
}

// fullCertificate has every extension that somebody looks into, with a name of every kind.
func fullCertificate(t *testing.T) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	ext := func(oid string, value string) pkix.Extension {
		var id asn1.ObjectIdentifier
		for s := range strings.SplitSeq(oid, ".") {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			id = append(id, n)
		}
		return pkix.Extension{Id: id, Value: []byte(value)}
	}
	seq := func(id byte, parts ...string) string {
		return string(der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(cryptobyteasn1.Tag(id), func(b *cryptobyte.Builder) { b.AddBytes([]byte(strings.Join(parts, ""))) })
		}))
	}
	name := seq(idSequence, seq(idSet, seq(idSequence, "\x06\x03\x55\x04\x03", seq(idUTF8, "CA"))))
	uri := seq(context|6, "http://example.com/")
	names := seq(context|1, "a@example.com") + seq(context|2, "www.example.com") + uri + seq(context|7, "\x7f\x00\x00\x01") + seq(context|8, "\x2a\x03\x04") +
		seq(constructed|4, name) + seq(constructed, "\x06\x03\x2a\x03\x04", seq(constructed, seq(idUTF8, "other")))
	policy := seq(idSequence, "\x06\x03\x2a\x03\x04", seq(idSequence, seq(idSequence, "\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x01", seq(22, "http://example.com/cps"))))
	point := func(parts ...string) string { return seq(idSequence, parts...) }
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x1234), Subject: pkix.Name{Country: []string{"DE"}, Organization: []string{"certconv test"}, CommonName: "www.example.com"},
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2056, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, MaxPathLen: 1, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, SubjectKeyId: make([]byte, 20),
		OCSPServer: []string{"http://example.com/ocsp"}, IssuingCertificateURL: []string{"http://example.com/ca.crt"},
		PermittedDNSDomains: []string{"example.com"}, ExcludedEmailAddresses: []string{"example.org"}, PermittedIPRanges: []*net.IPNet{{IP: net.IPv4(10, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}},
		ExtraExtensions: []pkix.Extension{
			ext("2.5.29.17", seq(idSequence, names)), ext("2.5.29.18", seq(idSequence, names)),
			ext("2.5.29.31", seq(idSequence,
				point(seq(constructed, seq(constructed, uri)), seq(context|1, "\x06\x40"), seq(constructed|2, seq(constructed|4, name))),
				point(seq(constructed, seq(constructed|1, seq(idSequence, "\x06\x03\x55\x04\x03", seq(idUTF8, "1"))))))),
			ext("2.5.29.32", seq(idSequence, policy, seq(idSequence, "\x06\x04\x2a\x03\x04\x05"))),
			ext("2.5.29.33", seq(idSequence, seq(idSequence, "\x06\x03\x2a\x03\x04", "\x06\x04\x2a\x03\x04\x05"))),
			ext("2.5.29.35", seq(idSequence, seq(context, "12345678901234567890"), seq(constructed|1, seq(constructed|4, name)), seq(context|2, "\x01"))),
			ext("2.5.29.36", seq(idSequence, seq(context, "\x01"), seq(context|1, "\x02"))),
			ext("2.5.29.54", "\x02\x01\x03"),
			ext("2.16.840.1.113730.1.1", "\x03\x02\x00\x40"),
			ext("1.2.3.4", "\x05\x00"),
		},
	}
	template.ExtraExtensions[3].Critical = true
	raw, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// pssCertificate has a signature with the parameters of RSASSA-PSS.
func pssCertificate(t *testing.T) []byte {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(sample(t, "pairs/rsa2048.pem"))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "www.example.com"}, SignatureAlgorithm: x509.SHA256WithRSAPSS,
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2056, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.(crypto.Signer).Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
