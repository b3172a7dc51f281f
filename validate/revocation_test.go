package validate

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/crlpoint"
	"github.com/certconv/certconv/internal/testenv"
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

// revocationCase is what one server sends, with a CRL beside it.
type revocationCase struct {
	name   string
	served []byte
	crl    []byte
	want   []string // codes of errors and warnings
	says   string
}

func revocationCases(t *testing.T) (root *issued, cases []revocationCase) {
	root = ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	points := func(d *draft) { d.CRLDistributionPoints = []string{"http://crl.example.com/1.crl"} }
	site := leaf(t, inter, points)
	plain := leaf(t, inter)
	otherID := ca(t, root, "Intermediate", keyOf(inter), func(d *draft) { d.SubjectKeyId = []byte{1, 2, 3} })
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
	odd := func(oid asn1.ObjectIdentifier, value ...byte) x509.RevocationListEntry {
		e := entry(muteSite, 0)
		e.ExtraExtensions = []pkix.Extension{{Id: oid, Critical: true, Value: value}}
		return e
	}
	oddOID := asn1.ObjectIdentifier{1, 2, 3, 4}
	stale := func(l *x509.RevocationList) { l.NextUpdate = at.Add(-time.Minute) }
	early := func(l *x509.RevocationList) { l.ThisUpdate, l.NextUpdate = at.Add(time.Hour), at.Add(2*time.Hour) }
	ordinary := pemOf(site, inter)
	// A distribution point with a name and reasons: OpenSSL 3.0 says "unable to get
	// certificate CRL" for the one with some.
	forReasons := func(flags ...byte) *issued {
		name := []byte("\xa0\x09\xa0\x07\x86\x05http:")
		bits := append([]byte{0x81, byte(len(flags))}, flags...)
		one := append([]byte{0x30, byte(len(name) + len(bits))}, append(name, bits...)...)
		return leaf(t, inter, func(d *draft) {
			d.CRLDistributionPoints = nil
			d.ExtraExtensions = append(d.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: append([]byte{0x30, byte(len(one))}, one...)})
		})
	}
	some, all := forReasons(6, 0x40), forReasons(7, 0x7f, 0x80)

	return root, []revocationCase{
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
		{"some reasons only", ordinary, crlOf(t, inter, idp(0x83, 2, 6, 0x40)), []string{"revocation-unknown"}, "they tell of some reasons only: of key compromise, and not of CA compromise"},
		{"named for some reasons only", pemOf(some, inter), crlOf(t, inter, nil), []string{"revocation-unknown"}, "some reasons only: of key compromise, and not of CA compromise"},
		{"named for some reasons only, with the entry", pemOf(some, inter), crlOf(t, inter, nil, entry(some, 1)), []string{"cert-revoked"}, ""},
		{"named for all reasons", pemOf(all, inter), crlOf(t, inter, nil), nil, ""},
		{"indirect, by the issuer itself", ordinary, crlOf(t, inter, idp(0x84, 1, 0xff), entry(site, 1)), []string{"cert-revoked"}, ""},
		{"of this distribution point", ordinary, crlOf(t, inter, point("http://crl.example.com/1.crl"), entry(site, 1)), []string{"cert-revoked"}, ""},
		{"of another distribution point", ordinary, crlOf(t, inter, point("http://crl.example.com/2.crl")), []string{"revocation-unknown"}, "2.crl"},
		{"of a distribution point, and the certificate names none", pemOf(plain, inter), crlOf(t, inter, point("http://crl.example.com/1.crl")), []string{"revocation-unknown"}, "1.crl"},
		{"of such a one, with the entry", pemOf(plain, inter), crlOf(t, inter, point("http://crl.example.com/1.crl"), entry(plain, 1)), []string{"cert-revoked"}, ""},
		{"it names another key", ordinary, crlOf(t, otherID, nil), []string{"revocation-unknown"}, "or names another key"},
		{"it names another key, with the entry", ordinary, crlOf(t, otherID, nil, entry(site, 1)), []string{"cert-revoked"}, ""},
		{"delta", ordinary, crlOf(t, inter, delta), []string{"revocation-unknown"}, "delta"},
		{"delta with the entry", ordinary, crlOf(t, inter, delta, entry(site, 1)), []string{"cert-revoked"}, ""},
		{"an unknown critical extension", ordinary, crlOf(t, inter, unknown), []string{"revocation-unknown"}, "error revocation-unknown"},
		{"revoked, with an unknown critical extension", ordinary, crlOf(t, inter, unknown, entry(site, 1)), []string{"cert-revoked"}, ""},
		{"another one revoked, with an unknown critical extension", ordinary, crlOf(t, inter, nil, entry(muteSite, 1), odd(oddOID, 5, 0)), []string{"revocation-unknown"}, "error revocation-unknown"},
		{"the issuer is missing", pemOf(site), crlOf(t, inter, nil, entry(site, 1)), []string{"cert-revoked", "chain-incomplete"}, "cannot be verified without"},
	}
}

// An entry counts until a newer list that is as good, and for the same, has it no more.
func TestReplacedList(t *testing.T) {
	root := ca(t, nil, "Root")
	inter, twin := ca(t, root, "Intermediate"), ca(t, root, "Intermediate")
	site, past := leaf(t, inter), leaf(t, inter, func(d *draft) { d.NotAfter = at.AddDate(0, 0, -2) })
	entry := func(i *issued, reason int) x509.RevocationListEntry {
		return x509.RevocationListEntry{SerialNumber: i.cert(t).SerialNumber, RevocationTime: at.AddDate(0, 0, -9), ReasonCode: reason}
	}
	dated := func(number int64, from, to int, extra ...pkix.Extension) func(*x509.RevocationList) {
		return func(l *x509.RevocationList) {
			l.Number, l.ThisUpdate, l.NextUpdate, l.ExtraExtensions = big.NewInt(number), at.AddDate(0, 0, from), at.AddDate(0, 0, to), extra
		}
	}
	idp := pkix.Extension{Id: []int{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x81, 1, 0xff}}
	delta := pkix.Extension{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}
	unknown := pkix.Extension{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}
	held := crlOf(t, inter, dated(1, -8, 9), entry(site, 6))
	bad := []string{"cert-revoked"}
	for _, c := range []struct {
		name   string
		old    []byte
		newer  []byte
		errors []string
		says   string
	}{
		{"a hold", held, crlOf(t, inter, dated(2, -1, 9)), nil, ""},
		{"a hold in a list out of date", crlOf(t, inter, dated(1, -8, -2), entry(site, 6)), crlOf(t, inter, dated(2, -1, 9)), nil, "crl-stale"},
		{"the same number", held, crlOf(t, inter, dated(1, -1, 9)), nil, ""},
		{"still on hold", held, crlOf(t, inter, dated(2, -1, 9), entry(site, 6)), bad, ""},
		{"a lost key", crlOf(t, inter, dated(1, -8, 9), entry(site, 1)), crlOf(t, inter, dated(2, -1, 9)), nil, "although only a hold may be lifted"},
		{"no reason", crlOf(t, inter, dated(1, -8, 9), entry(site, 0)), crlOf(t, inter, dated(2, -1, 9)), nil, "warning cert-revoked"},
		{"of the same day", held, crlOf(t, inter, dated(2, -8, 9)), bad, ""},
		{"newer, and out of date", held, crlOf(t, inter, dated(2, -2, -1)), bad, ""},
		{"not valid yet", held, crlOf(t, inter, dated(2, 1, 9)), bad, ""},
		{"signed with another key", held, crlOf(t, twin, dated(2, -1, 9)), bad, ""},
		{"of another scope", held, crlOf(t, inter, dated(2, -1, 9, idp)), bad, ""},
		{"of the same scope", crlOf(t, inter, dated(1, -8, 9, idp), entry(site, 6)), crlOf(t, inter, dated(2, -1, 9, idp)), nil, ""},
		{"a delta", held, crlOf(t, inter, dated(2, -1, 9, delta)), bad, ""},
		{"of an unknown extension", held, crlOf(t, inter, dated(2, -1, 9, unknown)), bad, ""},
		{"whose number says that it is older", held, crlOf(t, inter, dated(0, -1, 9)), bad, ""},
		{"of another CA", held, crlOf(t, root, dated(2, -1, 9)), bad, ""},
	} {
		for _, list := range [][]byte{slices.Concat(c.old, c.newer), slices.Concat(c.newer, c.old)} {
			r := Run(decode(t, pemOf(site, inter), list), &Options{Roots: anchorsOf(t, root), Now: at})
			if got := codes(r, Error); !slices.Equal(got, c.errors) || !strings.Contains(messages(r), c.says) {
				t.Errorf("%s: %q, want %q and %q%s", c.name, got, c.errors, c.says, messages(r))
			}
		}
	}
	r := Run(decode(t, pemOf(past, inter), crlOf(t, inter, dated(1, -8, 9), entry(past, 1)), crlOf(t, inter, dated(2, -1, 9))), &Options{Roots: anchorsOf(t, root), Now: at})
	if f := found(r, "cert-revoked"); len(f) != 1 || f[0].Severity != Warning || !strings.Contains(f[0].Message.String(), "certificates that have expired") {
		t.Errorf("%+v", f)
	}
}

func TestRevocation(t *testing.T) {
	root, cases := revocationCases(t)
	for _, c := range cases {
		r := Run(decode(t, c.served, c.crl), &Options{Roots: anchorsOf(t, root), Now: at})
		if got := codes(r, Warning); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q%s", c.name, got, c.want, messages(r))
		}
		if !strings.Contains(messages(r), c.says) {
			t.Errorf("%s: want %q%s", c.name, c.says, messages(r))
		}
	}
	inter := ca(t, root, "Intermediate")
	site := leaf(t, inter, func(d *draft) { d.CRLDistributionPoints = []string{"http://crl.example.com/1.crl"} })
	r := Run(decode(t, pemOf(site, inter), crlOf(t, root, nil)), &Options{Roots: anchorsOf(t, root), Now: at})
	if f := found(r, "revocation-unknown"); len(f) != 1 || !strings.Contains(f[0].Action.String(), "http://crl.example.com/1.crl") {
		t.Errorf("%+v", f)
	}
}

// The certificate of a key for lists alone may have been left when its time was over: what its
// key signs is no good news any more. OpenSSL tells of it in the path of the CRL, where its
// command goes on after an expired certificate, as no program does that uses the library.
func TestLapsedSigner(t *testing.T) {
	testenv.Programs(t, "openssl")
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	site := leaf(t, inter)
	old := ca(t, root, "Intermediate", from(2020), until(2025))
	renewed := ca(t, root, "Intermediate", keyOf(old))
	early := ca(t, root, "Intermediate", from(2027))
	entry := x509.RevocationListEntry{SerialNumber: site.cert(t).SerialNumber, RevocationTime: at.Add(-time.Hour), ReasonCode: 1}
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		also []*issued
		crl  []byte
		want string // "" if the certificate is good
	}{
		{"expired", []*issued{old}, crlOf(t, old, nil), "revocation-unknown"},
		{"expired, with the entry", []*issued{old}, crlOf(t, old, nil, entry), "cert-revoked"},
		{"expired, and renewed", []*issued{old, renewed}, crlOf(t, old, nil), ""},
		{"not valid yet", []*issued{early}, crlOf(t, early, nil), "revocation-unknown"},
		{"valid", []*issued{renewed}, crlOf(t, old, nil), ""},
	} {
		served := pemOf(append([]*issued{site, inter}, c.also...)...)
		r := Run(decode(t, served, c.crl), &Options{Roots: anchorsOf(t, root), Now: at})
		for _, code := range []string{"cert-revoked", "revocation-unknown"} {
			if got := len(found(r, code)) > 0; got != (code == c.want) {
				t.Errorf("%s: %s: %v%s", c.name, code, got, messages(r))
			}
		}
		slices.Reverse(c.also) // OpenSSL takes the first one
		for file, data := range map[string][]byte{"root": pemOf(root), "served": pemOf(append([]*issued{site, inter}, c.also...)...), "crl": c.crl} {
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, errs, err := testenv.Run(dir, "openssl", "verify", "-attime", fmt.Sprint(at.Unix()), "-CAfile", "root", "-untrusted", "served", "-crl_check", "-extended_crl", "-CRLfile", "crl", "served")
		if good := err == nil && !strings.Contains(errs, "[CRL path] error"); good != (c.want == "") {
			t.Errorf("%s: OpenSSL says %s%s", c.name, out, errs)
		}
	}
}

// A CRL that somebody gave to be used and that OpenSSL does not use leaves the
// question open: that is an error, as it is for OpenSSL. One that is up to date
// answers for those that are not.
func TestCRLsAsked(t *testing.T) {
	testenv.Programs(t, "openssl")
	root, cases := revocationCases(t)
	inter := ca(t, root, "Intermediate")
	site := leaf(t, inter)
	stale := crlOf(t, inter, func(l *x509.RevocationList) { l.NextUpdate = at.Add(-time.Minute) })
	early := crlOf(t, inter, func(l *x509.RevocationList) { l.ThisUpdate, l.NextUpdate = at.Add(time.Hour), at.Add(2*time.Hour) })
	current := crlOf(t, inter, nil)
	for name, crl := range map[string][]byte{
		"out of date and current": slices.Concat(stale, current), "current and not valid yet": slices.Concat(current, early),
		"out of date and not valid yet": slices.Concat(stale, early), "of the root and out of date": slices.Concat(crlOf(t, root, nil), stale),
		"of the root, out of date, and current": slices.Concat(crlOf(t, root, func(l *x509.RevocationList) { l.NextUpdate = at.Add(-time.Minute) }), current),
	} {
		cases = append(cases, revocationCase{name: name, served: pemOf(site, inter), crl: crl})
	}
	// OpenSSL asks about the leaf only, and takes a delta CRL for a whole one.
	more := map[string]bool{"the intermediate is revoked": true, "delta": true}
	dir := t.TempDir()
	for _, c := range cases {
		for file, data := range map[string][]byte{"root": pemOf(root), "served": c.served, "crl": c.crl} {
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, errs, err := testenv.Run(dir, "openssl", "verify", "-attime", fmt.Sprint(at.Unix()), "-CAfile", "root", "-untrusted", "served", "-crl_check", "-CRLfile", "crl", "served")
		r := Run(decode(t, c.served, c.crl), &Options{Roots: anchorsOf(t, root), Now: at, Files: []File{{Name: "file1", Role: RoleCert}, {Name: "file2", Role: RoleCRL}}})
		if ours := r.Worst() == Error; ours != (err != nil) && !(ours && more[c.name]) {
			t.Errorf("%s: OpenSSL says %s%s, and we%s", c.name, out, errs, messages(r))
		}
	}
}

// A CRL with an extension of an entry that OpenSSL refuses to handle says nothing
// here either, whichever certificate the entry is about.
func TestCriticalExtensionsOfEntries(t *testing.T) {
	testenv.Programs(t, "openssl")
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	dir := t.TempDir()
	for name, e := range map[string]pkix.Extension{
		"none":              {},
		"unknown":           {Id: []int{1, 2, 3, 4}, Value: []byte{5, 0}},
		"unknown, critical": {Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}},
		"reason, critical":  {Id: []int{2, 5, 29, 121}, Critical: true, Value: []byte{10, 1, 1}},
		"date, critical":    {Id: []int{2, 5, 29, 24}, Critical: true, Value: append([]byte{24, 15}, "20260101000000Z"...)},
		"issuer, critical":  {Id: []int{2, 5, 29, 29}, Critical: true, Value: []byte{0x30, 4, 0xa4, 2, 0x30, 0}},
	} {
		entry := x509.RevocationListEntry{SerialNumber: big.NewInt(99), RevocationTime: at}
		if e.Id != nil {
			entry.ExtraExtensions = []pkix.Extension{e}
		}
		// The library does not write a critical reason.
		block, _ := pem.Decode(crlOf(t, root, nil, entry))
		block.Bytes = resign(bytes.ReplaceAll(block.Bytes, []byte{0x55, 0x1d, 121}, []byte{0x55, 0x1d, 21}), root.key)
		crl := pem.EncodeToMemory(block)
		for file, data := range map[string][]byte{"root": pemOf(root), "leaf": pemOf(site), "crl": crl} {
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, errs, err := testenv.Run(dir, "openssl", "verify", "-attime", fmt.Sprint(at.Unix()), "-CAfile", "root", "-crl_check", "-CRLfile", "crl", "leaf")
		r := Run(decode(t, pemOf(site), crl), &Options{Roots: anchorsOf(t, root), Now: at})
		if ours := r.Worst() == Error; ours != (err != nil) {
			t.Errorf("%s: OpenSSL says %s%s, and we%s", name, out, errs, messages(r))
		}
	}
}

// CRLs and keys that they may be signed with, many of each: a signature is looked
// at once, every question counts, and what is beyond the budget is not passed over.
func TestManyCRLs(t *testing.T) {
	testenv.Slow(t)
	root := ca(t, nil, "Root")
	inter := ca(t, root, "Intermediate")
	served := []*issued{leaf(t, inter), inter}
	var crls []byte
	for range 300 {
		crls = append(crls, crlOf(t, ca(t, root, "Intermediate"), nil)...)
		served = append(served, ca(t, root, "Intermediate"))
	}
	r := Run(decode(t, pemOf(served...), crls), &Options{Roots: anchorsOf(t, root), Now: at})
	f := found(r, "revocation-unknown")
	if len(f) != 1 || f[0].Severity != Error || !strings.Contains(f[0].Message.String(), "budget") {
		t.Errorf("%s", messages(r))
	}
}

// Of very many CRLs that are out of date, or do not say until when they count, a hundred are
// named, and of the others how many there are.
func TestManyStaleCRLs(t *testing.T) {
	root := ca(t, nil, "Root")
	other := ca(t, nil, "Another CA")
	old := crlOf(t, other, func(l *x509.RevocationList) { l.ThisUpdate, l.NextUpdate = at.AddDate(0, -2, 0), at.AddDate(0, -1, 0) })
	block, _ := pem.Decode(old)
	endless := old
	for what, raw := range testenv.Damaged(block.Bytes) {
		if what == "0.4 missing" { // of the TBSCertList nextUpdate
			endless = pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})
		}
	}
	for code, crl := range map[string][]byte{"crl-stale": old, "crl-next-update-missing": endless} {
		for _, n := range []int{maxStale, maxStale + 1, maxStale + 7} {
			crls := bytes.Repeat(crl, n)
			r := Run(decode(t, pemOf(leaf(t, root)), crls), &Options{Roots: anchorsOf(t, root), Now: at})
			list := found(r, code)
			if want := min(n, maxStale+1); len(list) != want {
				t.Errorf("%s, %d CRLs: %d findings, want %d", code, n, len(list), want)
				continue
			}
			more := fmt.Sprintf("%d more CRLs", n-maxStale)
			if last := list[len(list)-1].Message.String(); strings.Contains(last, more) != (n > maxStale) {
				t.Errorf("%s, %d CRLs: the last says %q", code, n, last)
			}
		}
	}
}

// What cannot be read of an issuing distribution point may leave out anything.
func TestDistributionPointsThatCannotBeRead(t *testing.T) {
	for point, covers := range map[string]bool{
		"\x30\x00": true, "\x30\x03\x81\x01\x00": true,
		"": false, "\x30": false, "\x30\x05\x81\x01\x00": false, "\x30\x03\x81\x05\x00": false, "\x30\x03\x82\x01\xff": false,
		"\x04\x00": false, "\x30\x00\x00": false, "\x30\x04\x82\x02\x01\xff": false, "\x30\x03\x86\x01\xff": false, "\x30\x03\x01\x01\xff": false,
	} {
		if got := reach(crlpoint.Read([]byte(point), nil), &convert.CRL{}, &convert.Certificate{}); got.covers() != covers {
			t.Errorf("%x: %v, %s", point, got.covers(), got.why)
		}
	}
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	twice := func(l *x509.RevocationList) {
		for _, v := range []string{"\x30\x00", "\x30\x03\x82\x01\xff"} {
			l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 28}, Critical: true, Value: []byte(v)})
		}
	}
	entry := x509.RevocationListEntry{SerialNumber: site.cert(t).SerialNumber, RevocationTime: at.Add(-time.Hour)}
	for code, crl := range map[string][]byte{"revocation-unknown": crlOf(t, root, twice), "cert-revoked": crlOf(t, root, twice, entry)} {
		if r := Run(decode(t, pemOf(site), crl), &Options{Roots: anchorsOf(t, root), Now: at}); len(found(r, code)) != 1 {
			t.Errorf("two scopes: no %s%s", code, messages(r))
		}
	}
}

// A list of another signer may bring the certificate of that along, and what is missing of
// lists for some reasons is named.
func TestListsBeside(t *testing.T) {
	read := func(names ...string) (data []byte) {
		for _, name := range names {
			part, err := os.ReadFile("../testdata/revoked/" + name)
			if err != nil {
				t.Fatal(err)
			}
			data = append(data, part...)
		}
		return data
	}
	roots := NewAnchors(decode(t, read("root.pem")).Certs)
	for _, c := range []struct {
		leaf, crl []string
		want      []string
		action    string
	}{
		{[]string{"elsewhere.pem", "ca.pem"}, []string{"all.crl", "signer.pem"}, nil, ""},
		{[]string{"elsewhere.pem", "ca.pem"}, []string{"all.crl"}, []string{"revocation-unknown"}, "all.crl"},
		{[]string{"elsewhere.pem", "ca.pem", "signer.pem"}, []string{"all.crl"}, []string{"chain-unrelated"}, ""},
		{[]string{"parts.pem", "ca.pem"}, []string{"keys.crl", "rest.crl"}, nil, ""},
		{[]string{"parts.pem", "ca.pem"}, []string{"keys.crl"}, []string{"revocation-unknown"}, "rest.crl"},
		{[]string{"parts.pem", "ca.pem"}, []string{"rest.crl"}, []string{"revocation-unknown"}, "keys.crl"},
	} {
		r := Run(decode(t, read(c.leaf...), read(c.crl...)), &Options{Roots: roots, Now: at, Files: []File{{Name: "file1", Role: RoleCert}, {Name: "file2", Role: RoleCRL}}})
		if got := codes(r, Warning); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q%s", c.crl, got, c.want, messages(r))
		}
		for _, f := range found(r, "revocation-unknown") {
			if !strings.Contains(f.Action.String(), c.action) {
				t.Errorf("%q: %s", c.crl, f.Action)
			}
		}
	}
}
