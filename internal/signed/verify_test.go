package signed

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/testenv"
)

func readList(t testing.TB, file string) *lists.CTL {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list, err := lists.ParseCTL(data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list
}

func at(text string) time.Time {
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return when
}

// The lists that Microsoft has published, each at a time at which Windows took it, and
// at one at which it did not any more. The first of 2010 is the one of KB2328240: its
// timestamp does not help.
func TestPublishedLists(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "authroot")
	for _, want := range []struct {
		file, good, bad string
		stamp, nested   State
	}{
		{"history/authroot-2007-02-01.stl", "2007-03-01T00:00:00Z", "2007-11-14T00:00:00Z", Good, Absent},
		{"history/authroot-2010-05-03-signer-expired-2010-07.stl", "2010-07-10T00:00:00Z", "2010-07-12T00:00:00Z", Good, Absent},
		{"history/authroot-2010-05-03-resigned-2010-07.stl", "2010-07-12T00:00:00Z", "2011-07-09T00:00:00Z", Good, Absent},
		{"history/authroot-2011-08-30.stl", "2011-09-01T00:00:00Z", "2012-05-08T00:00:00Z", Absent, Good},
		{"history/authroot-2013-03-21.stl", "2013-06-01T00:00:00Z", "2013-03-22T00:00:00Z", Absent, Good},
		{"history/authroot-2019-05-17.stl", "2019-06-01T00:00:00Z", "2019-08-09T00:00:00Z", Absent, Good},
		{"authroot.stl", "2025-07-01T00:00:00Z", "2025-09-12T00:00:00Z", Absent, Absent},
		{"history/authroot-2026-04-22.stl", "2026-10-01T00:00:00Z", "2026-11-12T00:00:00Z", Absent, Absent},
	} {
		list := readList(t, filepath.Join(dir, want.file))
		v := Verify(list, at(want.good), nil)
		if !v.Accepted() || v.State(Timestamp) != want.stamp || v.State(Nested) != want.nested || v.CA == nil {
			t.Errorf("%s at %s: %v", want.file, want.good, v.Lines)
		}
		v = Verify(list, at(want.bad), nil)
		if _, broken := v.Broken(); v.Accepted() || broken || v.Expired == nil && v.Second.Expired == nil {
			t.Errorf("%s at %s: %v", want.file, want.bad, v.Lines)
		}
		if !list.SequenceTime().Truncate(time.Second).Equal(list.ThisUpdate) {
			t.Errorf("%s: its number is of %v, the list of %v", want.file, list.SequenceTime(), list.ThisUpdate)
		}
	}
}

func fixture(t testing.TB, name ...string) string {
	return filepath.Join(append([]string{testenv.Root(t), "testdata"}, name...)...)
}

func anchor(t testing.TB) Anchors {
	t.Helper()
	data, err := os.ReadFile(fixture(t, "lists", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(subject []byte) []*convert.Certificate {
		if convert.SameName(subject, b.Certs[0].Subject) {
			return []*convert.Certificate{&b.Certs[0]}
		}
		return nil
	}
}

func TestVerify(t *testing.T) {
	const now = "2026-06-01T00:00:00Z"
	for _, c := range []struct {
		file []string
		own  bool // the CA is known
		not  []Step
		kind State
	}{
		{[]string{"ctl", "roots.stl"}, true, nil, ""},
		{[]string{"ctl", "timestamp.stl"}, true, nil, ""},
		{[]string{"ctl", "nested.stl"}, true, nil, ""},
		{[]string{"ctl", "other.stl"}, true, nil, ""},
		{[]string{"ctl", "disallowed.stl"}, true, nil, ""},
		{[]string{"ctl", "roots.stl"}, false, []Step{Chain}, Unknown},
		{[]string{"checks", "list-signer-unknown", "bad-list.stl"}, true, []Step{Chain}, Unknown},
		{[]string{"checks", "list-signature", "bad-list.stl"}, true, []Step{Digest}, Bad},
		{[]string{"checks", "list-signature", "bad-usage.stl"}, true, []Step{Usage}, Bad},
		{[]string{"lists", "expired.stl"}, true, []Step{Clock}, Bad},
	} {
		var anchors Anchors
		if c.own {
			anchors = anchor(t)
		}
		v := Verify(readList(t, fixture(t, c.file...)), at(now), anchors)
		var not []Step
		for _, l := range v.Lines {
			if l.State == c.kind && c.kind != "" {
				not = append(not, l.Step)
			}
		}
		if !slices.Equal(not, c.not) || v.Accepted() != (c.not == nil) {
			t.Errorf("%v: %v", c.file, v.Lines)
		}
	}
	v := Verify(readList(t, fixture(t, "ctl", "timestamp.stl")), at(now), anchor(t))
	if v.Stamp == nil || v.Stamp.RFC3161 || v.Stamp.Time.Format(time.DateOnly) != "2026-05-02" || v.State(Timestamp) != Good {
		t.Errorf("%+v, %v", v.Stamp, v.Lines)
	}
}

// No byte of a list can be changed without the signature noticing, but in what is not
// signed: certificates that nobody uses, and attributes beside the signature.
func TestEveryByteCounts(t *testing.T) {
	data, err := os.ReadFile(fixture(t, "ctl", "roots.stl"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := lists.ParseCTL(data)
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.Index(data, whole.Content)
	anchors := anchor(t)
	for i := start; i < start+len(whole.Content); i += 7 {
		changed := bytes.Clone(data)
		changed[i] ^= 0x41
		list, err := lists.ParseCTL(changed)
		if err == nil && Verify(list, at("2026-06-01T00:00:00Z"), anchors).Accepted() {
			t.Errorf("byte %d may be changed", i)
		}
	}
}

// A token of RFC 3161, as openssl ts writes it.
func TestTimestampToken(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	config := filepath.Join(dir, "ts.cnf")
	serial := filepath.Join(dir, "serial")
	text := "[tsa]\ndefault_tsa = x\n[x]\nserial = " + serial + "\ndefault_policy = 1.2.3.4\ndigests = sha256\nsigner_digest = sha256\n[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = Timestamps\n[ext]\nextendedKeyUsage = critical,timeStamping\n"
	for name, content := range map[string]string{config: text, serial: "01\n", filepath.Join(dir, "data"): "the signature"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key, cert, token := filepath.Join(dir, "key"), filepath.Join(dir, "cert"), filepath.Join(dir, "token")
	testenv.Must(t, dir, "openssl", "req", "-x509", "-config", config, "-extensions", "ext", "-newkey", "rsa:2048", "-noenc", "-keyout", key, "-out", cert, "-days", "30")
	testenv.Must(t, dir, "openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
	testenv.Must(t, dir, "openssl", "ts", "-reply", "-config", config, "-section", "x", "-queryfile", "query", "-signer", cert, "-inkey", key, "-token_out", "-out", token)
	raw, err := os.ReadFile(token)
	if err != nil {
		t.Fatal(err)
	}
	for content, want := range map[string]State{"the signature": Good, "another": Bad} {
		v := &Verdict{}
		v.timestamp(&message{}, signerWith(t, oidTimestamp, raw, content))
		if v.State(Timestamp) != want || (v.Stamp != nil) != (want == Good) || v.Stamp != nil && (!v.Stamp.RFC3161 || time.Since(v.Stamp.Time) > time.Hour) {
			t.Errorf("%s: %v", content, v.Lines)
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, name := range []string{"roots.stl", "timestamp.stl", "disallowed.stl"} {
		data, err := os.ReadFile(fixture(f, "ctl", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	anchors := anchor(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if list, err := lists.ParseCTL(data); err == nil {
			Verify(list, at("2026-06-01T00:00:00Z"), anchors)
		}
	})
}

// signerWith is a signer with this signature and an attribute that it does not cover.
func signerWith(t *testing.T, oid string, value []byte, signature string) *lists.Signer {
	t.Helper()
	set, err := der.ParseAll(der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.Tag(1).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, oid)
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(value) })
			})
		})
	}))
	if err != nil {
		t.Fatal(err)
	}
	return &lists.Signer{Signature: []byte(signature), Unsigned: set}
}
