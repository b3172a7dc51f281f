package request

import (
	"crypto"
	"crypto/x509"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// Every type of key signs a request and a certificate that Go proves and that
// hold what was asked for.
func TestKeyTypes(t *testing.T) {
	s := &Subject{DNS: []string{"www.example.com", "*.example.com"}, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}}
	for _, name := range KeyTypes() {
		p8, err := NewKey(name)
		if err != nil {
			t.Fatal(err)
		}
		key, err := x509.ParsePKCS8PrivateKey(p8)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := s.Request(key)
		if err != nil {
			t.Fatal(err)
		}
		q, err := x509.ParseCertificateRequest(raw)
		if err != nil || q.CheckSignature() != nil {
			t.Errorf("%s: %v, %v", name, err, q.CheckSignature())
		}
		if !slices.Equal(q.DNSNames, s.DNS) || len(q.IPAddresses) != 2 || !q.IPAddresses[0].Equal(s.Addresses[0].AsSlice()) {
			t.Errorf("%s: asks for %v and %v", name, q.DNSNames, q.IPAddresses)
		}
		now := time.Now().Truncate(time.Second)
		if raw, err = s.SelfSigned(key, now, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		pool.AddCert(c)
		if _, err := c.Verify(x509.VerifyOptions{Roots: pool, DNSName: "192.0.2.1"}); err != nil || c.IsCA || !c.NotAfter.Equal(now.Add(time.Hour)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysThatCannotSign(t *testing.T) {
	s := &Subject{DNS: []string{"www.example.com"}}
	for _, key := range []crypto.PrivateKey{nil, "no key"} {
		if _, err := s.Request(key); !errors.Is(err, ErrKey) {
			t.Errorf("%v: %v", key, err)
		}
		if _, err := s.SelfSigned(key, time.Now(), time.Now()); !errors.Is(err, ErrKey) {
			t.Errorf("%v: %v", key, err)
		}
	}
}
