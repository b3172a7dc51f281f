package validate

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/signed"
	"github.com/certconv/certconv/internal/text"
)

// judge runs one check, whatever it needs, and gives its findings, each with its severity,
// what it breaks and its words.
func judge(t testing.TB, code string, in *input) (list []string) {
	t.Helper()
	c := LookupCheck(code)
	if c == nil {
		t.Fatalf("no check %s", code)
	}
	p := &pass{input: in, check: c, report: &Report{}}
	c.run(p)
	for _, f := range p.report.Findings {
		list = append(list, strings.TrimSpace(string(f.Severity)+" "+string(f.Breaks))+": "+f.Message.String())
	}
	return list
}

// When a trust list and its signers count.
func TestTrustListDates(t *testing.T) {
	day := func(n int) time.Time { return at.AddDate(0, 0, n) }
	good := one(t, ca(t, nil, "Signer"))
	early, past := *good, *good
	early.NotBefore, past.NotAfter = day(1), day(-1)
	for _, c := range []struct {
		name    string
		list    lists.CTL
		verdict signed.Verdict
		expired []string
		stale   []string
	}{
		{"good", lists.CTL{ThisUpdate: day(-1)}, signed.Verdict{}, nil, nil},
		{"a signer of a time to come", lists.CTL{ThisUpdate: day(-1)}, signed.Verdict{Expired: &early},
			[]string{`error load: list: the certificate of "Signer" is valid only from 2026-06-02 00:00:00Z: is the clock right?`}, nil},
		{"an expired second signer", lists.CTL{ThisUpdate: day(-1)}, signed.Verdict{Second: &signed.Verdict{Expired: &past}},
			[]string{`error load: list: the certificate of "Signer" has expired: Windows logs 4107 (11 on Vista and Server 2008) for it since 2026-05-31 00:00:00Z`}, nil},
		{"both signers", lists.CTL{ThisUpdate: day(-1)}, signed.Verdict{Expired: &early, Second: &signed.Verdict{Expired: &past}},
			[]string{`error load: list: the certificate of "Signer" is valid only from 2026-06-02 00:00:00Z: is the clock right?`}, nil},
		{"a newer one was due", lists.CTL{ThisUpdate: day(-2), NextUpdate: day(-1)}, signed.Verdict{}, nil,
			[]string{"warning: list: a newer one was due on 2026-05-31"}},
		{"the last day", lists.CTL{ThisUpdate: day(-2), NextUpdate: at}, signed.Verdict{}, nil, nil},
	} {
		in := newInput(&convert.Bundle{}, &Options{Now: at})
		in.trustRead, in.trust = true, []trustList{{&c.list, convert.Source{File: "file"}, "list", &c.verdict}}
		if got := judge(t, "list-signer-expired", in); !slices.Equal(got, c.expired) {
			t.Errorf("%s: %q, want %q", c.name, got, c.expired)
		}
		if got := judge(t, "list-stale", in); !slices.Equal(got, c.stale) {
			t.Errorf("%s: %q, want %q", c.name, got, c.stale)
		}
	}
}

// A trust list whose entries cannot be read is told as such, and what stands in the place of
// one is told by what is the matter with that file, not with another.
func TestTrustListsThatAreNone(t *testing.T) {
	in := newInput(&convert.Bundle{Others: []convert.Other{{OID: lists.OIDCTL, Raw: []byte{0x30, 5}, What: "list"}}}, &Options{Now: at})
	if got := judge(t, "list-signature", in); !slices.Equal(got, []string{"error load: the trust list is damaged: its entries cannot be read"}) || len(in.trust) != 0 {
		t.Errorf("damaged: %q, %d lists", got, len(in.trust))
	}
	failure := func(file, what string) convert.Failure {
		return convert.Failure{Source: convert.Source{File: file}, Err: &convert.Error{Kind: convert.ErrUnknownFormat, Foreign: shape.Foreign{Kind: shape.Image, What: text.Of(what)}}}
	}
	in = newInput(&convert.Bundle{Failures: []convert.Failure{failure("other", "a picture"), failure("list.cab", "a song")}}, &Options{Files: []File{{Name: "list.cab", List: true}}})
	if got := judge(t, "list-not-a-cab", in); !slices.Equal(got, []string{"error load: no trust list: a song"}) {
		t.Errorf("a foreign file: %q", got)
	}
}

// How grave it is that others can write where the files go.
func TestWritableFolders(t *testing.T) {
	in := newInput(&convert.Bundle{}, &Options{Places: []Place{
		{Path: "a"}, {Path: "b", Owner: "joe", Planted: true, Secret: true}, {Path: "c", Owner: "joe", Secret: true}, {Path: "d", Owner: "joe"},
	}})
	want := []string{
		"warning: others can write to this folder, and so put files of their own in place of these",
		"error: it belongs to joe, who could have put it there, and would get the private key",
		"warning: it belongs to joe, who will have the new private key",
		"warning: it belongs to joe, and so will the new file",
	}
	if got := judge(t, "folder-writable", in); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// What small functions make of what is rare, or cannot be read.
func TestSmallJudgements(t *testing.T) {
	for attribute, want := range map[string]int{"CN": 64, "L": 128, "postalCode": 40, "emailAddress": 255} {
		if got := upperBound(attribute); got != want {
			t.Errorf("%s may have %d, want %d", attribute, got, want)
		}
	}
	for s, want := range map[string]int{"abc": 0, "aé": 2} {
		if r, n := firstNonASCII(s); n != want || (r == 0) != (want == 0) {
			t.Errorf("%q: %q at %d", s, r, n)
		}
	}
	for bits, want := range map[int]int{15360: 256, 15359: 192, 2048: 112} {
		if got := strength("RSA", bits); got != want {
			t.Errorf("RSA %d: %d", bits, got)
		}
	}
	for value, want := range map[string]bool{"\x03\x02\x06\x40": false, "\x03\x02\x07\x80": true, "\x03\x01\x00": true, "\x03\x09": false, "\x02\x01\x01": false} {
		if bits, ok := netscapeType(one(t, leaf(t, nil, extension("2.16.840.1.113730.1.1", false, []byte(value))))); ok && bits&netscapeServer == 0 != want {
			t.Errorf("Netscape's type %x: %v", value, bits)
		}
	}
	for subject, want := range map[string]bool{"\x30\x00": true, "\x30\x02\x31\x00": true, "\x30\x04\x31\x02\x05\x00": false, "\x30\x02\x30\x00": false, "\x31\x00": false, "\x30\x05": false} {
		if got := emptySubject(&convert.Certificate{Subject: []byte(subject)}); got != want {
			t.Errorf("subject %x: %v", subject, got)
		}
	}
	for alg, want := range map[string]bool{"dsa-with-SHA256": true, "ecdsa-with-SHA256": false, "": false} {
		if got := rareSignature(&convert.Certificate{SigAlg: alg, SigHash: "SHA-256"}); got != want {
			t.Errorf("%q is rare: %v", alg, got)
		}
	}
	for _, raw := range []string{"", "\x30\x05", "\x30\x02\x05\x00", "\x30\x02\x05\x09"} {
		if form, ok := pssForm(&convert.Certificate{SigAlg: "RSASSA-PSS", Raw: []byte(raw)}); ok || form != (pubkey.PSSForm{}) {
			t.Errorf("PSS in %x: %+v", raw, form)
		}
	}
	for bits, want := range map[uint]client.Fact{31: "", 32: client.ExponentLarge, 33: client.ExponentLarge, 34: client.ExponentHuge} {
		var got client.Fact
		for _, f := range writtenFacts(&convert.Certificate{SPKI: rsaPublic(t, new(big.Int).Lsh(big.NewInt(1), 1023), new(big.Int).SetBit(big.NewInt(1), int(bits)-1, 1))}) {
			got = f.fact
		}
		if got != want {
			t.Errorf("an exponent of %d bits: %q", bits, got)
		}
	}
	q := &convert.Request{}
	if b := decode(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: requestWith(t, "192.0.2.9", net.IP{192, 0, 2, 1})})); len(b.Requests) == 1 {
		q = &b.Requests[0]
	}
	if got := requestNames(q); !slices.Equal(got, []string{"192.0.2.1", "192.0.2.9"}) {
		t.Errorf("names of a request: %q", got)
	}
}

// rsaPublic is an RSA key, which need not be a good one.
func rsaPublic(t testing.TB, n, e *big.Int) []byte {
	t.Helper()
	raw, err := asn1.Marshal(struct{ N, E *big.Int }{n, e})
	if err != nil {
		t.Fatal(err)
	}
	return pubkey.SPKIFromPKCS1(raw)
}

func requestWith(t testing.TB, cn string, addresses ...net.IP) []byte {
	t.Helper()
	raw, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: cn}, IPAddresses: addresses}, newKey())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// An address for a common name is told where the subjectAltName has it not.
func TestAddressForCommonName(t *testing.T) {
	for cn, says := range map[string]bool{"1.1.1.1": true, "8.8.8.8": false} {
		b := decode(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: requestWith(t, cn, net.IP{8, 8, 8, 8})}))
		got := saysOf(Run(b, &Options{Now: at}), "csr-name-internal")
		if want := "the common name " + cn + " is an address; few CAs certify one, and only as iPAddress in the subjectAltName"; (got == want) != says || !says && got != "" {
			t.Errorf("%s: %q", cn, got)
		}
	}
}

// A log's time that cannot be is passed over, one that can be counts.
func TestTimesOfLogs(t *testing.T) {
	sct := func(version byte, when uint64) []byte {
		out := append([]byte{version}, make([]byte, 32)...)
		out = append(binary.BigEndian.AppendUint64(out, when), 0, 0)
		return append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)
	}
	for _, c := range []struct {
		list []byte
		want int64 // 0: none
	}{
		{sct(0, 1000), 1000}, {sct(0, 1<<47), 1 << 47}, {sct(0, 1<<47+1), 0}, {sct(0, 1<<63), 0}, {sct(1, 1000), 0},
		{slices.Concat(sct(0, 1<<63), sct(0, 2000), sct(0, 3000)), 2000}, {slices.Concat(sct(0, 3000), sct(0, 2000)), 2000},
	} {
		content := append(binary.BigEndian.AppendUint16(nil, uint16(len(c.list))), c.list...)
		value, err := asn1.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		first, ok := firstTimestamp(value)
		if ok != (c.want != 0) || ok && first.UnixMilli() != c.want {
			t.Errorf("%x: %v, %v", c.list, first, ok)
		}
	}
}

// Anchors that are looked for by name are all read once too many names were, and found then too.
func TestManyNamesOfAnchors(t *testing.T) {
	b := decode(t, pemOf(ca(t, nil, "Root")))
	root := &b.Certs[0]
	reads, looks := 0, 0
	a := NewAnchorStore(func([]byte) []convert.Certificate { looks++; return nil }, func() []convert.Certificate { reads++; return b.Certs }, nil)
	for n := range maxFinds + 3 {
		if got := a.Named([]byte{0x30, byte(n)}); len(got) != 0 {
			t.Errorf("%d: %d anchors", n, len(got))
		}
	}
	if got := a.Named(root.Subject); len(got) != 1 || reads != 1 || looks != maxFinds {
		t.Errorf("%d anchors, all read %d times, %d names looked for", len(got), reads, looks)
	}
}

// The issuer in a file that the target does not load has the name of one, and its key.
func TestIssuersBeside(t *testing.T) {
	root := ca(t, nil, "Root")
	child, good := one(t, leaf(t, root)), one(t, root)
	other, twin := one(t, ca(t, nil, "Other", keyOf(root))), one(t, ca(t, nil, "Root"))
	in := newInput(&convert.Bundle{}, &Options{})
	in.builder = newBuilder(nil, nil, at)
	for _, c := range []struct {
		beside []*convert.Certificate
		want   *convert.Certificate
	}{{[]*convert.Certificate{other, twin}, nil}, {[]*convert.Certificate{other, twin, good}, good}} {
		in.beside = c.beside
		if got := in.besideFor(child); got != c.want {
			t.Errorf("%v", got)
		}
	}
}

// What the notes about the structure of objects come to, for servers with OpenSSL.
func TestStructureOfObjects(t *testing.T) {
	b := &convert.Bundle{}
	add := func(kind convert.Kind, by note.Readers) {
		b.Notes = append(b.Notes, convert.Note{Kind: note.Structure, Is: kind, By: by, Text: text.Of("odd")})
	}
	add(convert.KindOther, note.OpenSSLLoads)
	add(convert.KindOther, note.GoParses)
	add(convert.KindCRL, note.OpenSSLVerifies)
	add(convert.KindCRL, note.GoParses)
	in := newInput(b, &Options{Target: "nginx"})
	want := []string{"error load: odd; OpenSSL does not read it, nor do others", "warning: odd", "error trust: odd; whoever asks it refuses it", "warning: odd"}
	p := &pass{input: in, check: LookupCheck("cert-structure"), report: &Report{}}
	p.reportStructure()
	var got []string
	for _, f := range p.report.Findings {
		got = append(got, strings.TrimSpace(string(f.Severity)+" "+string(f.Breaks))+": "+f.Message.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	b = &convert.Bundle{}
	add(convert.KindCertificate, note.OpenSSLLoads)
	if got := judge(t, "cert-structure", newInput(b, &Options{})); !slices.Equal(got, []string{"warning: odd; the certificate is not one of the chain"}) {
		t.Errorf("%q", got)
	}
}

// What could not be read, or not be opened, where nothing else is known of it.
func TestFilesThatAreNone(t *testing.T) {
	root := ca(t, nil, "Root")
	unknown := convert.Failure{Source: convert.Source{File: "file1"}, Err: &convert.Error{Kind: convert.ErrUnknownFormat}}
	b := decode(t, pemOf(root))
	b.Failures = []convert.Failure{unknown}
	for role, want := range map[Role]string{RoleAny: "warning: the file is of no known format", RoleCert: "error load: the file is of no known format"} {
		in := newInput(b, &Options{Files: []File{{Name: "file1", Role: role}}})
		if got := judge(t, unknownCode(&convert.Error{Kind: convert.ErrUnknownFormat}), in); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: %q", role, got)
		}
	}
	locked := &convert.Bundle{Failures: []convert.Failure{{Source: convert.Source{File: "a"}, Err: &convert.Error{Kind: convert.ErrPasswordRequired}}}}
	if r := Run(locked, &Options{}); !strings.Contains(messages(r), ": it: no password was given") {
		t.Errorf("locked:%s", messages(r))
	}
	r := Run(b, &Options{Files: []File{{Name: "file1", Role: RoleCRL}}})
	for _, f := range found(r, "wrong-object") {
		t.Errorf("beside what nobody knows: %s", f.Message)
	}
	b.Failures = nil
	if f := found(Run(b, &Options{Files: []File{{Name: "file1", Role: RoleCRL}}}), "wrong-object"); len(f) != 1 || f[0].Breaks != breaksNothing {
		t.Errorf("a certificate for a revocation list: %+v", f)
	}
}

// Which clients take a root without basic constraints hangs on its key usage, and of OpenSSL
// on Netscape's type.
func TestRootWithoutBasicConstraints(t *testing.T) {
	kind := func(bits string) change { return extension("2.16.840.1.113730.1.1", false, []byte(bits)) }
	for name, k := range map[string]struct {
		root   []change
		accept string
	}{
		"that signs certificates":        {nil, "chrome gnutls node openssl"},
		"without key usage":              {[]change{usage(0)}, "chrome gnutls"},
		"of Netscape's type of a CA":     {[]change{usage(0), kind("\x03\x02\x02\x04")}, "chrome gnutls node openssl"},
		"of Netscape's type of a server": {[]change{usage(0), kind("\x03\x02\x06\x40")}, "chrome gnutls"},
		"that signs no certificates":     {[]change{usage(x509.KeyUsageDigitalSignature)}, ""},
		"the same of Netscape's type":    {[]change{usage(x509.KeyUsageDigitalSignature), kind("\x03\x02\x02\x04")}, ""},
	} {
		root := ca(t, nil, "bare", append(k.root, noBasic)...)
		leaf := leaf(t, root)
		roots := NewAnchors(decode(t, pemOf(root)).Certs)
		roots.Private = true
		r := Run(decode(t, pemOf(leaf)), &Options{Hosts: leaf.cert(t).DNSNames, Roots: roots, Now: time.Now()})
		var accept []string
		for _, c := range r.Clients {
			if c.Verdict == "accepts" && client.Lookup(c.Name).Measured {
				accept = append(accept, c.Name)
			}
		}
		if slices.Sort(accept); strings.Join(accept, " ") != k.accept {
			t.Errorf("a root %s: %v accept, want %s", name, accept, k.accept)
		}
	}
}
