package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What cannot be read or proved is never good.
func TestRevokedUnproved(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, blocks ...*pem.Block) string {
		var text []byte
		for _, b := range blocks {
			text = append(text, pem.EncodeToMemory(b)...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ca := func() (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "CA"}, NotBefore: stapleTime.AddDate(0, -1, 0), NotAfter: stapleTime.AddDate(1, 0, 0),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	list := func(c *x509.Certificate, key *ecdsa.PrivateKey, serials ...int64) *pem.Block {
		template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: stapleTime.Add(-time.Hour), NextUpdate: stapleTime.Add(time.Hour)}
		for _, n := range serials {
			template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(n), RevocationTime: stapleTime.AddDate(0, 0, -1)})
		}
		der, err := x509.CreateRevocationList(rand.Reader, template, c, key)
		if err != nil {
			t.Fatal(err)
		}
		return &pem.Block{Type: "X509 CRL", Bytes: der}
	}
	one, oneKey := ca()
	other, otherKey := ca()
	self := write("self.pem", &pem.Block{Type: "CERTIFICATE", Bytes: one.Raw})
	half := &pem.Block{Type: "CERTIFICATE", Bytes: other.Raw[:len(other.Raw)/2]}
	for _, c := range []struct {
		name, file, crl string
		code            int
		want            string
	}{
		{"the list of another CA of the name", self, write("other.crl", list(other, otherKey)), 1, "is not signed with the key"},
		{"its own list", self, write("own.crl", list(one, oneKey)), 1, "is no proof"},
		{"listed by itself", self, write("listed.crl", list(one, oneKey, 7)), 1, "revoked on 2026-05-31"},
		{"a damaged certificate beside", write("half.pem", &pem.Block{Type: "CERTIFICATE", Bytes: parsedFile(t, "site.pem").Raw}, half), "../../testdata/probe/inter.crl", 3, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := runInside(t, "revoked", c.file, "--crl", c.crl, "--roots", rootOfProbe, "--at", "2026-06-01T00:00:00Z")
			if code != c.code || !strings.Contains(stdout+stderr, c.want) {
				t.Errorf("exit code %d, want %d, with %q in\n%s%s", code, c.code, c.want, stdout, stderr)
			}
		})
	}
}
