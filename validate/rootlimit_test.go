package validate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/distrust"
)

// rootRows writes rows of a table of roots: what chrome, mozilla, java and
// microsoft say of each.
type rootRows map[*issued]string

func (r rootRows) table(t *testing.T) *distrust.Table {
	t.Helper()
	sum := func(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }
	var text strings.Builder
	for i, words := range r {
		c := i.cert(t)
		text.WriteString(sum(i.raw) + "\t" + sum(c.RawSubjectPublicKeyInfo) + "\t" + strings.ReplaceAll(words, " ", "\t") + "\ta root\n")
	}
	return distrust.ParseTable(text.String())
}

// judge runs the checks of roots with these rows.
func (r rootRows) judge(t *testing.T, opts *Options, certs ...*issued) *Report {
	t.Helper()
	in := newInput(decode(t, pemOf(certs...)), opts)
	in.roots = r.table(t)
	return run(rootChecks(), in)
}

// publicRoots makes anchors as they come with the system.
func publicRoots(t *testing.T, list ...*issued) *Anchors {
	t.Helper()
	return NewAnchors(decode(t, pemOf(list...)).Certs)
}

func issuedOn(day string) change {
	return func(d *draft) {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		d.NotBefore, d.NotAfter = t, t.AddDate(0, 3, 0)
	}
}

// logged adds the timestamps of logs.
func logged(days ...string) change {
	var list []byte
	for _, day := range days {
		t, err := time.Parse(time.DateTime, day)
		if err != nil {
			panic(err)
		}
		sct := binary.BigEndian.AppendUint64(make([]byte, 33), uint64(t.UnixMilli()))
		sct = append(sct, 0, 0, 4, 3, 0, 2, 0x30, 0)
		list = append(binary.BigEndian.AppendUint16(list, uint16(len(sct))), sct...)
	}
	return extension(oidSCTs, false, der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(list) })
		})
	}))
}

func TestDistrustedAfter(t *testing.T) {
	root := ca(t, nil, "Old Root")
	mid := ca(t, root, "Old Intermediate")
	other := ca(t, nil, "Other Root")
	own := ca(t, nil, "A Private Root")
	cross := ca(t, other, "Old Root", keyOf(root))           // the root, signed by another
	strange := ca(t, own, "Old Root", keyOf(root))           // the root, signed by one that nobody knows
	again := ca(t, nil, "Old Root", keyOf(root), from(2021)) // the root, signed by itself once more

	const (
		byIssue = ". <2025-06-30T23:59:59Z . ."
		byLog   = "~2025-06-30T23:59:59Z + . +"
		java    = ". . <2025-06-30T23:59:59Z ."
		windows = "+ + . !2024-01-01T00:00:00Z"
		free    = "+ + + +"
	)
	for _, c := range []struct {
		name    string
		rows    rootRows
		leaf    []change
		served  []*issued
		anchors []*issued
		private bool
		want    string // what the message says; "" for none
		level   Severity
	}{
		{"issued before", rootRows{root: byIssue}, []change{issuedOn("2025-01-30")}, nil, nil, false, "", ""},
		{"issued on the last day", rootRows{root: byIssue}, []change{issuedOn("2025-06-30")}, nil, nil, false, "Firefox trusts", Info},
		{"issued after", rootRows{root: byIssue}, []change{issuedOn("2025-07-01")}, nil, nil, false, "Firefox trusts", Warning},
		{"no row", rootRows{}, []change{issuedOn("2025-07-01")}, nil, nil, false, "", ""},
		{"the root is the user's own", rootRows{root: byIssue}, []change{issuedOn("2025-07-01")}, nil, nil, true, "", ""},
		{"Java, the root is the user's own", rootRows{root: java}, []change{issuedOn("2025-07-01")}, nil, nil, true, "Java trusts", Warning},
		{"Java", rootRows{root: java}, []change{issuedOn("2025-07-01")}, nil, nil, false, "Java trusts", Warning},
		{"Java, a CA with a date of its own", rootRows{root: java, mid: ". . <2025-12-31T23:59:59Z ."}, []change{issuedOn("2025-07-01")}, nil, nil, false, "", ""},
		{"Java, that date too has passed", rootRows{root: java, mid: ". . <2025-12-31T23:59:59Z ."}, []change{issuedOn("2026-01-01")}, nil, nil, false, "Java trusts", Warning},
		{"Windows has disabled it", rootRows{root: windows}, []change{issuedOn("2023-07-01")}, nil, nil, false, "Windows no longer trusts \"Old Root\", since 2024-01-01", Info},
		{"Windows will disable it", rootRows{root: "+ + . !2027-01-01T00:00:00Z"}, []change{issuedOn("2026-05-01")}, nil, nil, false, "", ""},
		{"disabled since ever", rootRows{root: "+ + . !"}, []change{issuedOn("2023-07-01")}, nil, nil, false, "Windows no longer trusts \"Old Root\"", Info},

		{"logged before", rootRows{root: byLog}, []change{issuedOn("2025-07-01"), logged("2025-06-30 23:59:59")}, nil, nil, false, "the certificate that follows", Info},
		{"logged after", rootRows{root: byLog}, []change{issuedOn("2025-06-01"), logged("2025-07-01 00:00:00")}, nil, nil, false, "first seen on 2025-07-01", Warning},
		{"the earliest counts", rootRows{root: byLog}, []change{issuedOn("2025-06-30"), logged("2025-07-01 00:00:00", "2025-06-30 12:00:00", "2025-07-02 00:00:00")}, nil, nil, false, "the certificate that follows", Info},
		{"no timestamp, issued before", rootRows{root: byLog}, []change{issuedOn("2025-02-01")}, nil, nil, false, "", ""},
		{"no timestamp, issued after", rootRows{root: byLog}, []change{issuedOn("2025-07-01")}, nil, nil, false, "this one was issued on 2025-07-01", Warning},

		{"another root signed it too", rootRows{root: byIssue, other: free}, []change{issuedOn("2025-07-01")}, []*issued{cross}, []*issued{other}, false, "", ""},
		{"the other root has a limit too", rootRows{root: byIssue, other: byIssue}, []change{issuedOn("2025-07-01")}, []*issued{cross}, []*issued{other}, false, "Firefox trusts", Warning},
		{"the other root was removed", rootRows{root: byIssue, other: ". - . ."}, []change{issuedOn("2025-07-01")}, []*issued{cross}, []*issued{other}, false, "Firefox trusts", Warning},
		{"the other root has a later limit", rootRows{root: byIssue, other: ". <2025-12-31T23:59:59Z . ."}, []change{issuedOn("2025-07-01")}, []*issued{cross}, []*issued{other}, false, "", ""},
		{"the other root is not here", rootRows{root: byIssue}, []change{issuedOn("2025-07-01")}, []*issued{cross}, nil, false, "", ""},
		{"an anchor of which nothing is known signed it too", rootRows{root: byIssue}, []change{issuedOn("2025-07-01")}, []*issued{strange}, []*issued{own}, false, "", ""},
		{"the client has the root, and not the one above it", rootRows{cross: byIssue, other: ". - . ."}, []change{issuedOn("2025-07-01")}, []*issued{cross}, []*issued{other}, false, "Firefox trusts", Warning},
		{"the root was signed again, and the new one has no limit", rootRows{root: byIssue, again: ". + . ."}, []change{issuedOn("2025-07-01")}, nil, nil, false, "", ""},
	} {
		site := leaf(t, mid, c.leaf...)
		anchors := publicRoots(t, append([]*issued{root}, c.anchors...)...)
		anchors.Private = c.private
		r := c.rows.judge(t, &Options{Now: at, Roots: anchors}, append([]*issued{site, mid}, c.served...)...)
		f := found(r, "cert-distrusted-after")
		switch {
		case c.want == "" && len(f) == 0:
		case len(f) != 1 || f[0].Severity != c.level || !strings.Contains(f[0].Message.String(), c.want) || c.want == "":
			t.Errorf("%s: want %s %q%s", c.name, c.level, c.want, messages(r))
		}
	}
}

func TestRootRemoved(t *testing.T) {
	root := ca(t, nil, "Old Root")
	other := ca(t, nil, "Other Root")
	cross := ca(t, other, "Old Root", keyOf(root))
	site := leaf(t, root)
	for _, c := range []struct {
		name    string
		rows    rootRows
		served  []*issued
		private bool
		want    string
	}{
		{"all have it", rootRows{root: "+ + . +"}, nil, false, ""},
		{"nobody knows it", rootRows{}, nil, false, ""},
		{"one removed it", rootRows{root: "+ - . +"}, nil, false, "not among the public roots of Firefox (20"},
		{"two do not have it", rootRows{root: ". - . +"}, nil, false, "), Firefox (20"},
		{"removed after a limit that is kept", rootRows{root: "~2030-01-01T00:00:00Z- + . +"}, nil, false, "not among the public roots of Chrome (20"},
		{"it is the user's own", rootRows{root: ". - . +"}, nil, true, ""},
		{"another way leads to one that it has", rootRows{root: "+ - . +", other: "+ + . +"}, []*issued{cross}, false, ""},
	} {
		anchors := publicRoots(t, root, other)
		anchors.Private = c.private
		r := c.rows.judge(t, &Options{Now: at, Roots: anchors}, append([]*issued{site}, c.served...)...)
		f := found(r, "root-removed")
		switch {
		case c.want == "" && len(f) == 0:
		case len(f) != 1 || f[0].Severity != Info || !strings.Contains(f[0].Message.String(), c.want) || c.want == "":
			t.Errorf("%s: want %q%s", c.name, c.want, messages(r))
		}
	}
}

// What is no list of timestamps has none.
func TestTimestamps(t *testing.T) {
	root := ca(t, nil, "Root")
	for _, c := range []struct {
		name  string
		value []byte
	}{
		{"nothing", nil},
		{"no OCTET STRING", []byte{0x30, 0}},
		{"too short for a length", []byte{4, 1, 0}},
		{"a list longer than it is", []byte{4, 2, 0, 9}},
		{"a list shorter than it is", []byte{4, 4, 0, 0, 0, 0}},
		{"a timestamp longer than the list", []byte{4, 4, 0, 2, 0, 9}},
		{"a timestamp that is cut", []byte{4, 5, 0, 3, 0, 1, 0}},
	} {
		b := decode(t, pemOf(leaf(t, root, extension(oidSCTs, false, c.value))))
		if when, ok := firstLogged(&b.Certs[0]); ok {
			t.Errorf("%s: %v", c.name, when)
		}
	}
	b := decode(t, pemOf(leaf(t, root, logged("2025-07-02 00:00:00", "2025-07-01 00:00:00"))))
	if when, ok := firstLogged(&b.Certs[0]); !ok || when.Format(time.DateOnly) != "2025-07-01" {
		t.Errorf("%v, %v", when, ok)
	}
}

// A client that is asked for makes an error of what else is a warning, or a
// matter of information, and its verdict says so.
func TestRootsOfClients(t *testing.T) {
	root := ca(t, nil, "Old Root")
	site := leaf(t, root, issuedOn("2026-05-01"))
	const limited, gone = "~2025-06-30T23:59:59Z + . +", "- + . +"
	for _, c := range []struct {
		words, code string
		clients     []string
		want        Severity
	}{
		{limited, "cert-distrusted-after", nil, Warning},
		{limited, "cert-distrusted-after", []string{"chrome"}, Error},
		{limited, "cert-distrusted-after", []string{"firefox"}, Info},
		{gone, "root-removed", nil, Info},
		{gone, "root-removed", []string{"chrome"}, Error},
		{gone, "root-removed", []string{"firefox", "java"}, Info},
	} {
		r := rootRows{root: c.words}.judge(t, &Options{Now: at, Roots: publicRoots(t, root), Clients: c.clients}, site)
		if f := found(r, c.code); len(f) != 1 || f[0].Severity != c.want || !slices.Equal(f[0].RefusedBy, []string{"chrome"}) {
			t.Errorf("%s for %v: want %s%s", c.code, c.clients, c.want, messages(r))
		}
		for _, v := range r.Clients {
			if (v.Verdict == refuses) != (v.Name == "chrome") {
				t.Errorf("%s: %s %s it", c.code, v.Name, v.Verdict)
			}
		}
	}
}
