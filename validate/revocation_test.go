package validate

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

// crlOf makes a revocation list by ca.
func crlOf(t *testing.T, ca *issued, change func(*x509.RevocationList), revoked ...x509.RevocationListEntry) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: at.Add(-time.Hour), NextUpdate: at.Add(time.Hour), RevokedCertificateEntries: revoked}
	if change != nil {
		change(list)
	}
	issuer := ca.cert(t)
	issuer.KeyUsage |= x509.KeyUsageCRLSign // the library refuses to sign without it
	raw, err := x509.CreateRevocationList(rand.Reader, list, issuer, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})
}

func TestRevocation(t *testing.T) {
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	points := func(d *draft) { d.CRLDistributionPoints = []string{"http://crl.example.com/1.crl"} }
	site := leaf(t, inter, points)
	twin := ca(t, root, "Intermediate")
	mute := ca(t, root, "Mute", usage(x509.KeyUsageCertSign))
	muteSite := leaf(t, mute)
	entry := func(i *issued, reason int) x509.RevocationListEntry {
		return x509.RevocationListEntry{SerialNumber: i.cert(t).SerialNumber, RevocationTime: at.Add(-time.Hour), ReasonCode: reason}
	}
	idp := func(value ...byte) func(*x509.RevocationList) {
		return func(l *x509.RevocationList) {
			l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 28}, Critical: true, Value: append([]byte{0x30, byte(len(value))}, value...)})
		}
	}
	point := func(url string) func(*x509.RevocationList) {
		v := append([]byte{0x86, byte(len(url))}, url...)
		for _, tag := range []byte{0xa0, 0xa0} {
			v = append([]byte{tag, byte(len(v))}, v...)
		}
		return idp(v...)
	}
	delta := func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}})
	}
	unknown := func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}})
	}
	stale := func(l *x509.RevocationList) { l.NextUpdate = at.Add(-time.Minute) }
	early := func(l *x509.RevocationList) { l.ThisUpdate, l.NextUpdate = at.Add(time.Hour), at.Add(2*time.Hour) }
	ordinary := pemOf(site, inter)

	for _, c := range []struct {
		name   string
		served []byte
		crl    []byte
		want   []string // codes of errors and warnings
		says   string
	}{
		{"not revoked", ordinary, crlOf(t, inter, nil), nil, ""},
		{"another one revoked", ordinary, crlOf(t, inter, nil, entry(muteSite, 1)), nil, ""},
		{"revoked", ordinary, crlOf(t, inter, nil, entry(site, 1)), []string{"cert-revoked"}, "key compromise"},
		{"revoked without a reason", ordinary, crlOf(t, inter, nil, entry(site, 0)), []string{"cert-revoked"}, "was revoked on 2026-05-31"},
		{"on hold", ordinary, crlOf(t, inter, nil, entry(site, 6)), []string{"cert-revoked"}, "on hold"},
		{"taken off the list", ordinary, crlOf(t, inter, nil, entry(site, 8)), nil, ""},
		{"the intermediate is revoked", ordinary, crlOf(t, root, nil, entry(inter, 2)), []string{"cert-revoked", "revocation-unknown"}, "CA compromise"},
		{"out of date", ordinary, crlOf(t, inter, stale), []string{"crl-stale"}, "should have been replaced"},
		{"out of date, but revoked", ordinary, crlOf(t, inter, stale, entry(site, 1)), []string{"cert-revoked", "crl-stale"}, ""},
		{"not valid yet", ordinary, crlOf(t, inter, early), []string{"crl-stale"}, "not valid before"},
		{"by another CA", ordinary, crlOf(t, root, nil), []string{"revocation-unknown"}, "none of the CRLs given is by"},
		{"signed with another key", ordinary, crlOf(t, twin, nil, entry(site, 1)), []string{"revocation-unknown"}, "does not verify"},
		{"the CA has a certificate for that key too", pemOf(site, inter, twin), crlOf(t, twin, nil, entry(site, 1)), []string{"cert-revoked"}, ""},
		{"the CA may not sign CRLs", pemOf(muteSite, mute), crlOf(t, mute, nil, entry(muteSite, 1)), []string{"revocation-unknown"}, "may sign CRLs"},
		{"of CAs only", ordinary, crlOf(t, inter, idp(0x82, 1, 0xff)), []string{"revocation-unknown"}, "only certificates of CAs"},
		{"of no CAs only", ordinary, crlOf(t, inter, idp(0x81, 1, 0xff)), nil, ""},
		{"some reasons only", ordinary, crlOf(t, inter, idp(0x83, 2, 6, 0x40)), []string{"revocation-unknown"}, "some reasons"},
		{"indirect", ordinary, crlOf(t, inter, idp(0x84, 1, 0xff), entry(site, 1)), []string{"revocation-unknown"}, "indirect"},
		{"of this distribution point", ordinary, crlOf(t, inter, point("http://crl.example.com/1.crl"), entry(site, 1)), []string{"cert-revoked"}, ""},
		{"of another distribution point", ordinary, crlOf(t, inter, point("http://crl.example.com/2.crl")), []string{"revocation-unknown"}, "2.crl"},
		{"delta", ordinary, crlOf(t, inter, delta), []string{"revocation-unknown"}, "delta"},
		{"delta with the entry", ordinary, crlOf(t, inter, delta, entry(site, 1)), []string{"cert-revoked"}, ""},
		{"an unknown critical extension", ordinary, crlOf(t, inter, unknown), []string{"revocation-unknown"}, "error revocation-unknown"},
		{"revoked, with an unknown critical extension", ordinary, crlOf(t, inter, unknown, entry(site, 1)), []string{"cert-revoked"}, ""},
		{"the issuer is missing", pemOf(site), crlOf(t, inter, nil, entry(site, 1)), []string{"cert-revoked", "chain-incomplete"}, "cannot be verified without"},
	} {
		r := Run(decode(t, c.served, c.crl), &Options{Roots: anchorsOf(t, root), Now: at})
		if got := codes(r, Warning); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q%s", c.name, got, c.want, messages(r))
		}
		if !strings.Contains(messages(r), c.says) {
			t.Errorf("%s: want %q%s", c.name, c.says, messages(r))
		}
	}
	r := Run(decode(t, ordinary, crlOf(t, root, nil)), &Options{Roots: anchorsOf(t, root), Now: at})
	if f := found(r, "revocation-unknown"); len(f) != 1 || !strings.Contains(f[0].Action.String(), "http://crl.example.com/1.crl") {
		t.Errorf("%+v", f)
	}
}
