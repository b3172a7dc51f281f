package validate

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	oracle "golang.org/x/crypto/ocsp"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// A key that is for PSS in a keystore is written anew as a keystore, one beside its certificate
// in another file with that.
func TestStepsForKeysAsCertified(t *testing.T) {
	data, err := os.ReadFile("../testdata/checks/key-unusable/bad-pss-key.pem")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, target, want string }{
		{"pem", "tomcat", "converting file1, as NEW.pem"},
		{"pfx", "tomcat", "converting file1 for tomcat, as NEW.p12"},
		{"pfx", "", "converting file1, as NEW.pem"},
	} {
		b := decode(t, data)
		b.Keys[0].Source.Format = c.format
		f := found(Run(b, &Options{Target: c.target, Now: at, Only: []string{"key-unusable"}}), "key-unusable")
		if len(f) != 1 || f[0].Action.String() != c.want+" writes the key as the certificate has it" {
			t.Errorf("%s for %q: %+v", c.format, c.target, f)
		}
	}
}

// The form of a key is a matter of the target, and so is what it is written anew as.
func TestStepsForFormsOfKeys(t *testing.T) {
	site := leaf(t, nil)
	for _, c := range []struct {
		format, target, want, action string
	}{
		{"pfx", "tomcat", "error load: odd; tomcat does not load it", "converting file2 for tomcat, as NEW.p12 writes the key anew"},
		{"pem", "tomcat", "", ""},
		{"pfx", "nginx", "", ""},
	} {
		b := decode(t, pemOf(site), pemKey(t, site))
		b.Keys[0].Source.Format = c.format
		b.Notes = append(b.Notes, convert.Note{Source: b.Keys[0].Source, Kind: note.KeyForm, By: target.Lookup(c.target).KeyReaders(), Text: text.Of("odd")})
		r := Run(b, &Options{Target: c.target, Now: at, Only: []string{"key-unusable"}})
		var got, action string
		for _, f := range found(r, "key-unusable") {
			got, action = string(f.Severity)+" "+string(f.Breaks)+": "+f.Message.String(), f.Action.String()
		}
		if got != c.want || action != c.action {
			t.Errorf("%s for %s: %q, %q", c.format, c.target, got, action)
		}
	}
}

// Go's word about a key that it does not read is passed on.
func TestKeysThatGoDoesNotRead(t *testing.T) {
	site := leaf(t, nil)
	b := decode(t, pemOf(site), pemKey(t, site))
	b.Keys[0].Key, b.Keys[0].Err = nil, errors.New("odd")
	want := []string{"error load: kubernetes does not load this EC P-256 key: odd"}
	if got := judge(t, "key-unsupported", newInput(b, &Options{Target: "kubernetes", Now: at})); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := judge(t, "key-unsupported", newInput(b, &Options{Target: "nginx", Now: at})); len(got) != 0 {
		t.Errorf("nginx: %q", got)
	}
}

// A private key alone is judged too: too small is a warning, broken is an error.
func TestWeakKeysAlone(t *testing.T) {
	n := new(big.Int).SetBit(big.NewInt(1), 2047, 1)
	small := new(big.Int).SetBit(big.NewInt(1), 511, 1)
	for _, c := range []struct {
		bits int
		n, e *big.Int
		want string
	}{
		{512, small, big.NewInt(65537), "warning: the private key has a key of RSA 512, which is too small"},
		{2048, n, big.NewInt(1), "error: the private key has a key that has the exponent 1, which encrypts nothing"},
	} {
		in := newInput(&convert.Bundle{Keys: []convert.PrivateKey{{Algorithm: "RSA", Bits: c.bits, SPKI: rsaPublic(t, c.n, c.e)}}}, &Options{Now: at})
		if got := judge(t, "key-weak", in); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What servers with OpenSSL hold against CAs of clients, beside what is wrong with a path.
func TestFactsOfClientCAs(t *testing.T) {
	root := ca(t, nil, "client root")
	in := newInput(decode(t, pemOf(root)), &Options{Target: "nginx", Now: at, Files: []File{{Name: "file1", Role: RoleClientCA}}})
	p := in.clientPKI()
	p.pool.Add(one(t, root))
	below := one(t, ca(t, root, "client inter", extension("2.5.29.36", true, []byte{0x30, 3, 0x80, 1, 0})))
	facts := func(change func(*convert.Certificate)) (list []client.Fact) {
		c := *below
		change(&c)
		for _, k := range p.ofCA(&c) {
			list = append(list, k.fact)
		}
		return list
	}
	usual := facts(func(*convert.Certificate) {})
	if !slices.Equal(usual, []client.Fact{client.CriticalPolicy}) {
		t.Errorf("critical policy limits: %q", usual)
	}
	for _, c := range []struct {
		want   client.Fact
		change func(*convert.Certificate)
	}{
		{client.KeyEd25519, func(c *convert.Certificate) { c.Algorithm = "Ed25519" }},
		{client.CACurveRare, func(c *convert.Certificate) { c.Algorithm, c.Bits = "EC brainpoolP256r1", 256 }},
		{client.SignedShort, func(c *convert.Certificate) { c.SigHash = "SHA-512/256" }},
	} {
		if got := facts(c.change); len(got) != len(usual)+1 || !slices.Contains(got, c.want) {
			t.Errorf("%q, want %q beside %q", got, c.want, usual)
		}
	}
	// A certificate that names another one than that of its issuer, by the serial number.
	name := sequenceOf(generalNameOf(tagDirectory, true, one(t, root).Issuer))
	id := sequenceOf(generalNameOf(1, true, name[2:]), generalNameOf(2, false, []byte{0x77, 0x77}))
	strange := one(t, ca(t, root, "client inter", extension("2.5.29.35", false, id), authority(noKeyID...)))
	if strays(strange, one(t, root)) != idOtherCert {
		t.Fatal("it names its issuer")
	}
	w := &path{certs: []*convert.Certificate{strange, p.list[0]}, complete: true}
	if got := p.refusals(w); len(got) != 1 || got[0].fact != client.CASerialDiffers || got[0].code != "chain-key-identifier" || got[0].cert != strange {
		t.Errorf("%+v", got)
	}
	// A signature that does not hold is as good as no issuer, unless the one below is trusted.
	w = &path{certs: []*convert.Certificate{below, p.list[0]}, complete: true, faults: []fault{{code: "chain-signature", cert: below, issuer: p.list[0]}}}
	if got := p.refusals(w); len(got) == 0 || got[0].code != noIssuer || got[0].cert != below {
		t.Errorf("%+v", got)
	}
	// What is too much work is not known.
	if err := p.list[0].Spend(1 << 60); !errors.Is(err, convert.ErrTooLarge) {
		t.Fatal(err)
	}
	if got := p.pathOf(p.list[0]); len(got.faults) != 1 || got.faults[0].code != unverified {
		t.Errorf("%+v", got.faults)
	}
}

// Lists that are not asked, because that is too much work, leave the question open; and no more
// signers of one name are tried than there may be.
func TestListsBeyondTheBudget(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	b := decode(t, pemOf(site), append(pemOf(ca(t, nil, "Other")), crlOf(t, root, nil)...))
	if err := b.Certs[1].Spend(1 << 60); !errors.Is(err, convert.ErrTooLarge) {
		t.Fatal(err)
	}
	r := Run(b, &Options{Roots: anchorsOf(t, root), Now: at, Files: []File{{Name: "file1", Role: RoleCert}, {Name: "file2", Role: RoleCRL}}})
	f := found(r, "revocation-unknown")
	if len(f) != 1 || f[0].Severity != Error || !strings.HasPrefix(f[0].Message.String(), "not all CRLs were asked: ") {
		t.Errorf("%s", messages(r))
	}
	if by, err := signerOf(&b.CRLs[0], []*convert.Certificate{one(t, root)}); by != nil || !errors.Is(err, convert.ErrTooLarge) {
		t.Errorf("%v, %v", by, err)
	}
	signers := []*issued{site}
	for range maxListSigners + 2 {
		signers = append(signers, ca(t, root, "Signer"))
	}
	in := newInput(decode(t, pemOf(signers...)), &Options{Roots: anchorsOf(t, root), Now: at})
	in.take(in.Served)
	if got := in.listSigners(one(t, signers[1]).Subject); len(got) != maxListSigners || in.crlErr == nil {
		t.Errorf("%d signers, %v", len(got), in.crlErr)
	}
}

// A delta CRL takes back what is in the list that it goes with, by its numbers and scope.
func TestDeltasThatGoWithLists(t *testing.T) {
	root := ca(t, nil, "Root")
	site := one(t, leaf(t, root))
	list := func(number int64, base *big.Int, scope bool) *convert.CRL {
		entry := x509.RevocationListEntry{SerialNumber: new(big.Int).SetBytes(site.Serial.Bytes()), RevocationTime: at, ReasonCode: 6}
		if base != nil {
			entry.ReasonCode = 8 // removeFromCRL
		}
		text := crlOf(t, root, func(l *x509.RevocationList) {
			l.Number = big.NewInt(number)
			if base != nil {
				value, _ := asn1.Marshal(base)
				l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: value})
			}
			if scope {
				l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x81, 1, 0xff}})
			}
		}, entry)
		return &decode(t, text).CRLs[0]
	}
	n := big.NewInt
	for _, c := range []struct {
		name       string
		crl, delta *convert.CRL
		want       bool
	}{
		{"goes with it", list(5, nil, false), list(6, n(5), false), true},
		{"from an older list on", list(5, nil, false), list(5, n(3), false), true},
		{"from a newer list on", list(5, nil, false), list(7, n(6), false), false},
		{"older than the list", list(5, nil, false), list(4, n(3), false), false},
		{"of another scope", list(5, nil, false), list(6, n(5), true), false},
		{"of the same scope", list(5, nil, true), list(6, n(5), true), true},
		{"no delta", list(5, nil, false), list(6, nil, false), false},
		{"a delta of a delta", list(5, n(4), false), list(6, n(5), false), false},
	} {
		if got := takesBack(c.delta, c.crl, site, []*convert.Certificate{one(t, root)}); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	for value, want := range map[string]bool{"\x02\x01\x05": true, "\x02\x00": false, "\x04\x01\x05": false, "\x02\x01\x05\x00": false, "\x02": false} {
		if got := derNumber([]byte(value)); (got != nil) != want {
			t.Errorf("%x: %v", value, got)
		}
	}
}

// What a server sends about its certificate, where the issuer of that is not known or the
// responder does not know it.
func TestStaples(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	response := func(status int) []byte {
		raw, err := oracle.CreateResponse(root.cert(t), root.cert(t), oracle.Response{Status: status, SerialNumber: site.cert(t).SerialNumber, ThisUpdate: at, NextUpdate: at.AddDate(0, 0, 1), RevokedAt: at}, root.key)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, c := range []struct {
		name   string
		staple []byte
		roots  *issued
		want   []string
	}{
		{"good", response(oracle.Good), root, nil},
		{"unknown", response(oracle.Unknown), root, []string{`warning: the OCSP response that it sends says that the responder does not know certificate "www.example.com"`}},
		{"revoked", response(oracle.Revoked), root, []string{`error trust: the OCSP response that it sends says that certificate "www.example.com" was revoked on 2026-06-01`}},
		{"no issuer", response(oracle.Unknown), ca(t, nil, "Root"), nil},
		{"none", []byte("none"), root, []string{`warning: what it sends with certificate "www.example.com" is no OCSP response`}},
	} {
		b := decode(t, pemOf(site))
		reply := served.Reply{Staple: c.staple, Raw: [][]byte{site.raw}, Bundle: b}
		o := &Options{Roots: anchorsOf(t, c.roots), Now: at, Server: &served.Address{Name: "server", State: served.Reached, Replies: []served.Reply{reply}}}
		if got := judge(t, "staple-bad", newInput(b, o)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What makes a certificate that a server does not see one that it needs.
func TestNeeds(t *testing.T) {
	root := ca(t, nil, "Root")
	site, other := leaf(t, root), leaf(t, root)
	b := decode(t, pemOf(site), pemOf(other))
	own, seen := &b.Certs[0], &b.Certs[1]
	in := newInput(b, &Options{Target: "nginx", Now: at})
	in.Served = []*convert.Certificate{seen}
	in.Leaf = 0
	if in.needs(own, nil) {
		t.Error("another certificate, which is seen in its file: it is needed")
	}
	in.Served = []*convert.Certificate{own, seen}
	in.Leaf = 1
	seen.Source.Format = "der"
	if !in.needs(own, nil) {
		t.Error("another certificate, in whose file nothing is seen: it is not needed")
	}
	in.Served, in.Leaf = []*convert.Certificate{own}, 0
	for _, c := range []struct {
		with, without int // faults
		want          bool
	}{{0, 1, true}, {1, 0, false}, {1, 2, true}} {
		way := func(faults int) *path {
			return &path{certs: []*convert.Certificate{own}, anchored: true, faults: make([]fault, faults)}
		}
		in.best = way(c.with)
		if got := in.needs(own, way(c.without)); got != c.want {
			t.Errorf("%d faults in place of %d: %v", c.with, c.without, got)
		}
	}
}

// A key that is no point of its curve is of no use to anybody, and one that Go alone does not
// know is told otherwise.
func TestKeysOffTheCurve(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	off := edited(site.raw, []byte("\x2a\x86\x48\xce\x3d\x03\x01\x07"), func(e, _ *element) { e.content = []byte("\x2b\x81\x04\x00\x0a") }) // secp256k1
	off = resign(off, root.key)
	got := judge(t, "cert-structure", newInput(decode(t, pemOf(&issued{raw: off})), &Options{Now: at, Roots: anchorsOf(t, root)}))
	want := []string{`error load: certificate "www.example.com": EC public key: no point of the curve at byte 0; nobody can use it`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// The second key of a file, where the server takes that and it fits no certificate, and the
// words about numbers that do not belong together.
func TestKeysThatServersTake(t *testing.T) {
	one, two, three := leaf(t, nil), leaf(t, nil), leaf(t, nil)
	b := decode(t, pemOf(two), pemKey(t, one), pemKey(t, two), pemKey(t, three))
	for n, want := range map[int]consequence{
		0: {Warning, breaksNothing, "passes over it and takes the same key, which follows"},
		1: {Warning, breaksNothing, "passes over this key and takes another one, which follows and fits"},
		2: {Error, BreaksLoad, "passes over this key and takes another one, which follows"},
	} {
		in := newInput(b, &Options{Target: "nginx", Now: at})
		in.byFile = map[string]*objects{"file": {keys: []*convert.PrivateKey{&b.Keys[0]}, readKey: &b.Keys[n]}}
		if got, ok := in.keyConsequence("file", b.Keys[0].Source.Offset); !ok || got != want {
			t.Errorf("key %d: %+v, %v", n, got, ok)
		}
	}
	b.Notes = []convert.Note{{Source: b.Keys[0].Source, Kind: note.KeyInconsistent, Text: text.Of("odd")}}
	f := found(Run(b, &Options{Target: "nginx", Now: at}), "der-malformed")
	if len(f) != 1 || f[0].Severity != Error || f[0].Breaks != BreaksTrust || f[0].Action.String() != "restore the key from a copy: with this one no handshake succeeds" {
		t.Errorf("%+v", f)
	}
}

// Text that was lost is told of once, with the other places of it.
func TestDamageIsToldOnce(t *testing.T) {
	at := func(offset int64) convert.Source { return convert.Source{File: "file", Offset: offset} }
	failure := func(offset int64) convert.Failure {
		return convert.Failure{Source: at(offset), Err: &convert.Error{Kind: convert.ErrDamaged, Source: at(offset), What: "a thing"}}
	}
	in := newInput(&convert.Bundle{Failures: []convert.Failure{failure(1), failure(2), failure(3)}}, &Options{})
	in.text = []textFinding{{Finding: Finding{Code: "pem-body", At: at(1), Related: []convert.Source{at(2)}}, lost: true}}
	if got := judge(t, "der-malformed", in); len(got) != 1 {
		t.Errorf("%q", got)
	}
	in.text[0].lost = false
	if got := judge(t, "der-malformed", in); len(got) != 3 {
		t.Errorf("nothing is lost: %q", got)
	}
}
