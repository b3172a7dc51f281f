package site

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/validate"
)

// authority issues certificates for servers.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, key: key}
	a.cert = &x509.Certificate{Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	a.cert = a.sign(1, a.cert)
	return a
}

func (a *authority) sign(serial int64, c *x509.Certificate) *x509.Certificate {
	a.t.Helper()
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(serial), time.Unix(1_700_000_000, 0), time.Unix(1_900_000_000, 0)
	raw, err := x509.CreateCertificate(rand.Reader, c, a.cert, &a.key.PublicKey, a.key)
	if err == nil {
		c, err = x509.ParseCertificate(raw)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// servers are n certificates, all for one key.
func (a *authority) servers(n int) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(pemOf(a.sign(int64(2+i), &x509.Certificate{DNSNames: []string{fmt.Sprintf("h%d.example.com", i)}}).Raw))
	}
	return all.String()
}

func pemOf(raw []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
}

// revoked is a CRL.
func (a *authority) revoked() string {
	a.t.Helper()
	raw, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: a.cert.NotBefore, NextUpdate: a.cert.NotAfter}, a.cert, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw}))
}

// altered are n certificates with the name and key identifier of the CA, and
// signatures of nobody.
func (a *authority) altered(n int) string {
	var all strings.Builder
	for i := range n {
		raw := bytes.Clone(a.cert.Raw)
		copy(raw[len(raw)-8:], fmt.Sprintf("%08d", i))
		all.WriteString(pemOf(raw))
	}
	return all.String()
}

func loaded(r *Reader, paths ...string) []*Input { return slices.Concat(r.Load(named(paths...))...) }

// Many sites beside a file in which much is wrong, or many certificates have the
// name of their issuer: what is done for all of them grows with the sites alone.
func TestGroupSharesCrowds(t *testing.T) {
	const sites, crowd = 60, 80
	a := newAuthority(t, "CA")
	broken := strings.Repeat("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", crowd)
	for name, v := range map[string]struct {
		chain           string
		certs, failures int // at most, in all
		tooMany, crls   int // sites that have too many, or CRLs
	}{
		"whole":     {pemOf(a.cert.Raw), sites, 0, 0, 0},
		"broken":    {pemOf(a.cert.Raw) + broken, sites, crowd + (sites-1)*maxShared, 0, 0},
		"altered":   {a.altered(crowd), maxClimbed + sites*leastForOne, sites, sites, 0},
		"hidden":    {a.altered(crowd) + pemOf(a.cert.Raw), maxClimbed + sites*leastForOne, sites, sites, 0},
		"first":     {pemOf(a.cert.Raw) + a.altered(crowd), maxClimbed + sites*leastForOne, 0, 0, 0},
		"revoked":   {pemOf(a.cert.Raw) + a.revoked() + broken, sites, crowd + (sites-1)*maxShared, 0, sites},
		"strangers": {newAuthority(t, "Other").altered(crowd) + a.revoked(), crowd, 0, 0, sites},
	} {
		r := reader(t, "servers.pem="+a.servers(sites), "chain.pem="+v.chain)
		list := Group(loaded(r, "servers.pem", "chain.pem"), &validate.Options{})
		certs, failures, tooMany, crls := 0, 0, 0, 0
		for _, s := range list {
			certs += len(s.Bundle.Certs) - 1
			failures += len(s.Bundle.Failures)
			crls += min(len(s.Bundle.CRLs), 1)
			if slices.ContainsFunc(s.Bundle.Failures, func(f convert.Failure) bool { return errors.Is(f.Err, convert.ErrTooLarge) }) {
				tooMany++
			}
			if strings.Contains(v.chain, broken) && len(s.Bundle.Failures) == 0 {
				t.Errorf("%s: a site without its faults", name)
			}
		}
		if len(list) != sites || certs > v.certs || certs < sites || failures > v.failures || tooMany != v.tooMany || crls != v.crls {
			t.Errorf("%s: %d sites, %d certificates, %d failures, %d times too many, %d with CRLs", name, len(list), certs, failures, tooMany, crls)
		}
	}
}
