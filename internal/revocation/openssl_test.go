package revocation

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// at is the time of the test PKI.
var at = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// made is a certificate with its key.
type made struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// serials are those of certificates, whose number does not matter.
var serials int64 = 100

// issue makes a certificate by the issuer, nil for itself.
func issue(t *testing.T, by *made, name string, change func(*x509.Certificate)) *made {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serials++
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serials), Subject: pkix.Name{Organization: []string{"test"}, CommonName: name}, NotBefore: at.AddDate(0, -1, 0), NotAfter: at.AddDate(1, 0, 0),
		BasicConstraintsValid: true,
	}
	if change != nil {
		change(c)
	}
	if by == nil {
		by = &made{c, key}
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, by.Certificate, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &made{parsed, key}
}

func isCA(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
}

func signsLists(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }

// tlv is DER with contents one after the other.
func tlv(tag byte, contents ...[]byte) []byte {
	body := bytes.Join(contents, nil)
	switch n := len(body); {
	case n > 255:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	case n > 127:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	default:
		return append([]byte{tag, byte(n)}, body...)
	}
}

func dirName(dn []byte) []byte  { return tlv(0xa4, dn) }
func uri(address string) []byte { return tlv(0x86, []byte(address)) }

// Sets of reasons, as ReasonFlags without their tag.
var (
	compromise = []byte{5, 0x60}       // of keys and CAs
	others     = []byte{7, 0x1f, 0x80} // all but these
	most       = []byte{7, 0x5f, 0x80} // all but the compromise of CAs
)

// point is a DistributionPoint.
func point(names, reasons []byte, issuers ...[]byte) []byte {
	var parts [][]byte
	if names != nil {
		parts = append(parts, tlv(0xa0, tlv(0xa0, names)))
	}
	if reasons != nil {
		parts = append(parts, tlv(0x81, reasons))
	}
	if issuers != nil {
		parts = append(parts, tlv(0xa2, issuers...))
	}
	return tlv(0x30, parts...)
}

// points is the extension with distribution points.
func points(list ...[]byte) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: tlv(0x30, list...)}}
	}
}

// Parts of an issuing distribution point.
var (
	indirect = tlv(0x84, []byte{0xff})
	onlyCAs  = tlv(0x82, []byte{0xff})
)

func only(reasons []byte) []byte { return tlv(0x83, reasons) }

func here(names []byte) []byte { return tlv(0xa0, tlv(0xa0, names)) }

// list is a revocation list by a signer.
type list struct {
	by      *made
	point   []byte // of the issuing distribution point; nil: none
	entries []x509.RevocationListEntry
	base    int64 // of a delta
	old     bool
	before  bool // made two days before the others
	keyID   []byte
	name    []byte // of the issuer; nil: that of by
}

func entry(serial *big.Int, reason int, issuer ...[]byte) x509.RevocationListEntry {
	e := x509.RevocationListEntry{SerialNumber: serial, RevocationTime: at.AddDate(0, 0, -2), ReasonCode: reason}
	if issuer != nil {
		e.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 29}, Critical: true, Value: tlv(0x30, issuer...)}}
	}
	return e
}

func (l list) sign(t *testing.T) []byte {
	t.Helper()
	v := &x509.RevocationList{Number: big.NewInt(7), ThisUpdate: at.AddDate(0, 0, -1), NextUpdate: at.AddDate(0, 0, 1), RevokedCertificateEntries: l.entries}
	if l.old {
		v.NextUpdate = at.Add(-time.Hour)
	}
	if l.before {
		v.Number, v.ThisUpdate = big.NewInt(5), v.ThisUpdate.AddDate(0, 0, -2)
	}
	if l.point != nil {
		v.ExtraExtensions = append(v.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: tlv(0x30, l.point)})
	}
	if l.base == 0 { // OpenSSL looks for a delta only where the base says that there is one
		v.ExtraExtensions = append(v.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 46}, Value: tlv(0x30, point(uri("http://d"), nil))})
	} else {
		v.Number = big.NewInt(8)
		v.ExtraExtensions = append(v.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, byte(l.base)}})
	}
	by := *l.by.Certificate
	by.KeyUsage |= x509.KeyUsageCRLSign // the library refuses to sign without it, or without a key identifier
	by.SubjectKeyId = l.keyID
	if l.name != nil {
		by.RawSubject = l.name
	}
	if by.SubjectKeyId == nil {
		by.SubjectKeyId = l.by.SubjectKeyId
	}
	if by.SubjectKeyId == nil {
		by.SubjectKeyId = []byte{1}
	}
	raw, err := x509.CreateRevocationList(rand.Reader, v, &by, l.by.key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// staged is a certificate with lists about it.
type staged struct {
	name  string
	leaf  *made
	lists []list
	want  string
	// stricter: OpenSSL accepts it, and why it is not good here.
	stricter string
	without  *made   // of the certificates at hand
	with     []*made // namesakes beside them
}

func withID(c *x509.Certificate) {
	serials++
	c.SubjectKeyId = []byte{9, byte(serials >> 8), byte(serials)}
}

func all(changes ...func(*x509.Certificate)) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		withID(c)
		for _, f := range changes {
			f(c)
		}
	}
}

// stage makes the cases: what they have in common is roots, CAs, and chain.
func stage(t *testing.T) (roots, chain []*made, cases []staged) {
	root, second := issue(t, nil, "Root", all(isCA)), issue(t, nil, "Second Root", all(isCA))
	evil := issue(t, nil, "Root", all(isCA)) // nobody trusts it
	ca, other, above := issue(t, root, "CA", all(isCA)), issue(t, root, "Other CA", all(isCA)), issue(t, root, "Above", all(isCA))
	signer := issue(t, root, "Lists", all(signsLists))
	deep := issue(t, above, "Deep Lists", all(signsLists))
	forged, self := issue(t, evil, "Lists", all(signsLists)), issue(t, nil, "Lists", all(isCA))
	elsewhere := issue(t, second, "Second Lists", all(signsLists))
	mute := issue(t, root, "Mute", all(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }))
	expired := issue(t, root, "Expired", all(signsLists, func(c *x509.Certificate) { c.NotAfter = at.AddDate(0, 0, -3) }))
	revoked := issue(t, root, "Revoked", all(signsLists))
	narrow := issue(t, root, "Narrow", all(isCA, func(c *x509.Certificate) {
		value := tlv(0x30, tlv(0xa1, tlv(0x30, dirName(pkixName(t, "Outside")))))
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 30}, Critical: true, Value: value}}
	}))
	outside := issue(t, narrow, "Outside", all(signsLists))

	dn := func(m *made) []byte { return dirName(m.RawSubject) }
	by := func(m *made) *made {
		return issue(t, ca, "by "+m.Subject.CommonName, points(point(uri("http://l"), nil, dn(m))))
	}
	leaf := by(signer)
	at := here(uri("http://l"))
	named := slices.Concat(at, indirect)
	plain := issue(t, ca, "plain", nil)
	nameless := issue(t, ca, "nameless", points(point(nil, nil, dn(signer))))
	someReasons := issue(t, ca, "some", points(point(uri("http://l"), compromise)))
	split := issue(t, ca, "split", points(point(uri("http://l"), compromise), point(uri("http://m"), others)))
	both := issue(t, ca, "both", points(point(uri("http://l"), nil, dn(signer)), point(uri("http://m"), nil)))
	elsewhereAt := here(uri("http://m"))
	oldForm := dirName(bytes.ReplaceAll(ca.RawSubject, []byte("CA"), []byte("ca")))
	good, bad, unknown := "good", "revoked", "unknown"
	namesakes := []*made{forged, self, evil}
	one := func(l list) []list { return []list{l} }
	entries := func(list ...x509.RevocationListEntry) []x509.RevocationListEntry { return list }
	plainBy := func(e ...x509.RevocationListEntry) []list { return one(list{by: signer, point: named, entries: e}) }

	revokedFor := func(reason int) []x509.RevocationListEntry { return entries(entry(plain.SerialNumber, reason)) }
	users := tlv(0x81, []byte{0xff})
	cases = []staged{
		{name: "a hold, and a newer list without it", leaf: plain, lists: []list{{by: ca, before: true, entries: revokedFor(6)}, {by: ca}}, want: good},
		{name: "a hold in a list that is out of date, and a newer one", leaf: plain, lists: []list{{by: ca, before: true, old: true, entries: revokedFor(6)}, {by: ca}}, want: good},
		{name: "a hold after a list without it", leaf: plain, lists: []list{{by: ca, entries: revokedFor(6)}, {by: ca, before: true}}, want: bad},
		{name: "a hold, and a newer list that is out of date", leaf: plain, lists: []list{{by: ca, before: true, entries: revokedFor(6)}, {by: ca, old: true}}, want: bad},
		{name: "a hold, and a newer list of another scope", leaf: plain, lists: []list{{by: ca, before: true, entries: revokedFor(6)}, {by: ca, point: users}}, want: bad, stricter: "it takes the newest of any scope"},
		{name: "a hold, and a newer list of a namesake", leaf: plain, lists: []list{{by: ca, before: true, entries: revokedFor(6)}, {by: above, name: ca.RawSubject}}, want: bad},
		{name: "a hold, and a newer list", leaf: plain, lists: []list{{by: ca, before: true, point: users, entries: revokedFor(6)}, {by: ca, point: users}}, want: good},
		{name: "a lost key, and a newer list without the entry", leaf: plain, lists: []list{{by: ca, before: true, entries: revokedFor(1)}, {by: ca}}, want: good},
		{name: "a hold that became a lost key", leaf: plain, lists: []list{{by: ca, before: true, entries: revokedFor(6)}, {by: ca, entries: revokedFor(1)}}, want: bad},
		{name: "indirect, no entries", leaf: leaf, lists: plainBy(), want: good},
		{name: "indirect, the entry", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1, dn(ca))), want: bad},
		{name: "the serial of another issuer", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1, dn(other))), want: good},
		{name: "certificateIssuer is missing", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1)), want: good},
		{name: "the issuer of the entry before", leaf: leaf, lists: plainBy(entry(big.NewInt(1), 1, dn(ca)), entry(big.NewInt(2), 0), entry(leaf.SerialNumber, 1)), want: bad},
		{name: "another issuer in between", leaf: leaf, lists: plainBy(entry(big.NewInt(1), 1, dn(ca)), entry(big.NewInt(2), 0, dn(other)), entry(leaf.SerialNumber, 1)), want: good},
		{name: "the same serial twice", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1, dn(other)), entry(leaf.SerialNumber, 4, dn(ca))), want: bad},
		{name: "the issuer in capitals", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1, oldForm)), want: bad},
		{name: "one of several names", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1, uri("http://ca"), dn(ca))), want: bad},
		{name: "an issuer without a directory name", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 1, uri("http://ca"))), want: unknown, stricter: "nobody knows what the entry is about"},
		{name: "taken off", leaf: leaf, lists: plainBy(entry(leaf.SerialNumber, 8, dn(ca))), want: good},

		{name: "signed by a namesake of another root", leaf: leaf, lists: one(list{by: forged, point: named}), want: unknown, with: namesakes},
		{name: "signed by a namesake that is a root", leaf: leaf, lists: one(list{by: self, point: named}), want: unknown, with: namesakes},
		{name: "a namesake's revocation", leaf: leaf, lists: one(list{by: forged, point: named, entries: entries(entry(leaf.SerialNumber, 1, dn(ca)))}), want: unknown, with: namesakes},
		{name: "of another trust anchor", leaf: by(elsewhere), lists: one(list{by: elsewhere, point: named}), want: unknown},
		{name: "may not sign lists", leaf: by(mute), lists: one(list{by: mute, point: named}), want: unknown},
		{name: "the signer has expired", leaf: by(expired), lists: one(list{by: expired, point: named}), want: unknown},
		{name: "the signer has been revoked", leaf: by(revoked), lists: []list{{by: revoked, point: named}, {by: root, entries: entries(entry(revoked.SerialNumber, 1))}}, want: unknown, stricter: "OpenSSL looks at the path of the signer only with -crl_check_all"},
		{name: "the signer lists itself", leaf: leaf, lists: plainBy(entry(signer.SerialNumber, 1, dn(root))), want: unknown, stricter: "OpenSSL does not look"},
		{name: "the signer is not there", leaf: leaf, without: signer, lists: plainBy(), want: unknown},
		{name: "the signer is below another CA", leaf: by(deep), lists: one(list{by: deep, point: named}), want: good},
		{name: "whose certificate is not there", leaf: by(deep), without: above, lists: one(list{by: deep, point: named}), want: unknown},
		{name: "the signer's name is excluded", leaf: by(outside), lists: one(list{by: outside, point: named}), want: unknown},
		{name: "it names another key", leaf: leaf, lists: one(list{by: signer, point: named, keyID: []byte{7, 7}}), want: unknown, stricter: "OpenSSL does not know the identifier of a key that it has not looked at"},
		{name: "out of date", leaf: leaf, lists: one(list{by: signer, point: named, old: true}), want: unknown},

		{name: "it does not say that it is indirect", leaf: leaf, lists: one(list{by: signer, point: at}), want: unknown},
		{name: "no issuing distribution point", leaf: leaf, lists: one(list{by: signer}), want: unknown},
		{name: "the certificate does not name the signer", leaf: plain, lists: plainBy(entry(plain.SerialNumber, 1, dn(ca))), want: "not-checked"},
		{name: "another point of the signer", leaf: leaf, lists: one(list{by: signer, point: slices.Concat(elsewhereAt, indirect)}), want: unknown},
		{name: "another point of the signer, with the entry", leaf: leaf, lists: one(list{by: signer, point: slices.Concat(elsewhereAt, indirect), entries: entries(entry(leaf.SerialNumber, 1, dn(ca)))}), want: bad},
		{name: "a point that nobody mentions, with the entry", leaf: nameless, lists: one(list{by: signer, point: named, entries: entries(entry(nameless.SerialNumber, 1, dn(ca)))}), want: bad},
		{name: "no names on either side", leaf: nameless, lists: one(list{by: signer, point: indirect}), want: good},
		{name: "the point has the name of the signer", leaf: nameless, lists: one(list{by: signer, point: slices.Concat(here(dn(signer)), indirect)}), want: good},
		{name: "the point has a name that nobody mentions", leaf: nameless, lists: one(list{by: signer, point: named}), want: unknown, stricter: "RFC 5280, Section 6.3.3 (b) (2) (i)"},
		{name: "for CAs only", leaf: leaf, lists: one(list{by: signer, point: slices.Concat(at, onlyCAs, indirect)}), want: unknown},
		{name: "indirect by the CA itself", leaf: plain, lists: one(list{by: ca, point: indirect, entries: entries(entry(big.NewInt(3), 1, dn(other)), entry(plain.SerialNumber, 1))}), want: good},
		{name: "the same, with the entry first", leaf: plain, lists: one(list{by: ca, point: indirect, entries: entries(entry(plain.SerialNumber, 1), entry(big.NewInt(3), 1, dn(other)))}), want: bad},
		{name: "the CA's own list, beside", leaf: both, lists: one(list{by: ca, point: elsewhereAt}), want: good},

		{name: "all reasons in two lists", leaf: plain, lists: []list{{by: ca, point: only(compromise)}, {by: ca, point: only(others)}}, want: good},
		{name: "reasons that overlap", leaf: plain, lists: []list{{by: ca, point: only(most)}, {by: ca, point: only(compromise)}}, want: good},
		{name: "reasons that leave one out", leaf: plain, lists: []list{{by: ca, point: only(most)}, {by: ca, point: only(others)}}, want: unknown},
		{name: "one list for some reasons", leaf: plain, lists: []list{{by: ca, point: only(others)}}, want: unknown},
		{name: "no reasons at all", leaf: plain, lists: []list{{by: ca, point: only([]byte{0})}, {by: ca, point: only(others)}}, want: unknown, stricter: "OpenSSL takes no bits for all"},
		{name: "the second list by a namesake", leaf: plain, lists: []list{{by: ca, point: only(compromise)}, {by: issue(t, evil, "CA", all(isCA)), point: only(others)}}, want: unknown},
		{name: "the second list out of date", leaf: plain, lists: []list{{by: ca, point: only(compromise)}, {by: ca, point: only(others), old: true}}, want: unknown},
		{name: "an entry in the second list", leaf: plain, lists: []list{{by: ca, point: only(compromise)}, {by: ca, point: only(others), entries: entries(entry(plain.SerialNumber, 4))}}, want: bad},
		{name: "an entry for some reasons alone", leaf: plain, lists: []list{{by: ca, point: only(compromise), entries: entries(entry(plain.SerialNumber, 1))}}, want: bad},
		{name: "named for some reasons, the list for all", leaf: someReasons, lists: []list{{by: ca, point: at}}, want: unknown},
		{name: "named twice for parts", leaf: split, lists: []list{{by: ca, point: at}, {by: ca, point: elsewhereAt}}, want: good},
		{name: "named twice, one list", leaf: split, lists: []list{{by: ca, point: at}}, want: unknown},
		{name: "named twice, each list for the other reasons", leaf: split, lists: []list{{by: ca, point: slices.Concat(at, only(others))}, {by: ca, point: slices.Concat(elsewhereAt, only(compromise))}}, want: unknown},
		{name: "some reasons indirect, the rest by the CA", leaf: both, lists: []list{{by: signer, point: slices.Concat(at, only(compromise), indirect)}, {by: ca, point: slices.Concat(elsewhereAt, only(others))}}, want: good},
		{name: "the same, with the entry in the indirect one", leaf: both, lists: []list{{by: signer, point: slices.Concat(at, only(compromise), indirect), entries: entries(entry(both.SerialNumber, 1, dn(ca)))}, {by: ca, point: slices.Concat(elsewhereAt, only(others))}}, want: bad},
		{name: "the same, forged", leaf: both, lists: []list{{by: forged, point: slices.Concat(at, only(compromise), indirect)}, {by: ca, point: slices.Concat(elsewhereAt, only(others))}}, want: unknown, with: namesakes},

		{name: "a delta of an indirect list", leaf: leaf, lists: []list{{by: signer, point: named}, {by: signer, point: named, base: 7, entries: entries(entry(leaf.SerialNumber, 1, dn(ca)))}}, want: bad},
		{name: "a delta for another issuer", leaf: leaf, lists: []list{{by: signer, point: named}, {by: signer, point: named, base: 7, entries: entries(entry(leaf.SerialNumber, 1, dn(other)))}}, want: good},
		{name: "a delta alone", leaf: leaf, lists: []list{{by: signer, point: named, base: 7}}, want: unknown},
		{name: "a delta takes the entry back", leaf: leaf, lists: []list{{by: signer, point: named, entries: entries(entry(leaf.SerialNumber, 6, dn(ca)))}, {by: signer, point: named, base: 7, entries: entries(entry(leaf.SerialNumber, 8, dn(ca)))}}, want: good},
		{name: "a delta takes that of another issuer back", leaf: leaf, lists: []list{{by: signer, point: named, entries: entries(entry(leaf.SerialNumber, 6, dn(ca)))}, {by: signer, point: named, base: 7, entries: entries(entry(leaf.SerialNumber, 8, dn(other)))}}, want: bad},
		{name: "a namesake's delta takes it back", leaf: leaf, lists: []list{{by: signer, point: named, entries: entries(entry(leaf.SerialNumber, 6, dn(ca)))}, {by: forged, point: named, base: 7, keyID: signer.SubjectKeyId, entries: entries(entry(leaf.SerialNumber, 8, dn(ca)))}}, want: bad, with: namesakes},
	}
	return []*made{root, second}, []*made{ca, other, above, signer, deep, elsewhere, mute, expired, revoked, narrow, outside}, cases
}

// pkixName is the DER Name of a certificate of the test PKI.
func pkixName(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := asn1.Marshal(pkix.Name{Organization: []string{"test"}, CommonName: name}.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func pemOf(kind string, list ...[]byte) (text []byte) {
	for _, raw := range list {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})...)
	}
	return text
}

// Lists of other issuers and for some reasons are worth what RFC 5280 says, and nothing is
// good that OpenSSL refuses.
func TestScopes(t *testing.T) {
	testenv.Programs(t, "openssl")
	roots, chain, cases := stage(t)
	dir := t.TempDir()
	certs := func(list []*made, without *made) (raws [][]byte) {
		for _, m := range list {
			if m != without {
				raws = append(raws, m.Raw)
			}
		}
		return raws
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var lists [][]byte
			for _, l := range c.lists {
				lists = append(lists, l.sign(t))
			}
			files := map[string][]byte{
				"roots": pemOf("CERTIFICATE", certs(roots, nil)...), "chain": pemOf("CERTIFICATE", certs(slices.Concat(chain, c.with), c.without)...),
				"leaf": pemOf("CERTIFICATE", c.leaf.Raw), "lists": pemOf("X509 CRL", lists...),
			}
			read := map[string]*convert.Bundle{}
			for name, data := range files {
				if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
					t.Fatal(err)
				}
				b, err := convert.Decode(data, &convert.DecodeOptions{File: name})
				if err != nil {
					t.Fatal(err)
				}
				read[name] = b
			}
			a := &Asker{Now: at, Roots: validate.NewAnchors(read["roots"].Certs), Issuers: read["chain"].Certs, CRLs: read["lists"].CRLs, Single: true}
			said := a.Ask(context.Background(), &read["leaf"].Certs[0])
			if said.Verdict != c.want {
				t.Errorf("%s, want %s: %+v", said.Verdict, c.want, said.Sources)
			}
			slices.Reverse(a.CRLs)
			if again := a.Ask(context.Background(), &read["leaf"].Certs[0]); again.Verdict != c.want {
				t.Errorf("%s with the lists the other way round", again.Verdict)
			}
			out, errs, err := testenv.Run(dir, "openssl", "verify", "-attime", fmt.Sprint(at.Unix()), "-CAfile", "roots", "-untrusted", "chain", "-crl_check", "-extended_crl", "-use_deltas", "-CRLfile", "lists", "leaf")
			// It goes on after some faults, and says so.
			switch accepts := err == nil && !strings.Contains(out+errs, "] error"); {
			case !accepts && said.Verdict == "good":
				t.Errorf("good, and OpenSSL refuses it:\n%s%s", out, errs)
			case accepts != (said.Verdict == "good" || c.stricter != ""):
				t.Errorf("%s, and OpenSSL:\n%s%s", said.Verdict, out, errs)
			case said.Verdict == "revoked" && c.stricter == "" && !regexp.MustCompile("certificate revoked|signature failure|different CRL scope").MatchString(out+errs):
				t.Errorf("revoked, and OpenSSL:\n%s%s", out, errs)
			}
		})
	}
	if len(cases) < 50 {
		t.Errorf("only %d cases", len(cases))
	}
}
