package lists

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/x509roots/nss"

	"github.com/certconv/certconv/internal/testenv"
)

// The lists that browsers have shipped.
func TestPublishedBlockLists(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "revocation")
	for _, want := range []struct {
		file, kind, date string
		entries, keys    int
	}{
		{"crl-set-6375", "crlset", "2021-01-24", 957, 29},
		{"test_crlset", "crlset", "2018-08-10", 574, 33},
		{"onecrl-2018.json", "onecrl", "2018-05-30", 753, 0},
		{"onecrl-2020-12.json", "onecrl", "2020-12-09", 1305, 1},
	} {
		data, err := os.ReadFile(filepath.Join(dir, want.file))
		if err != nil {
			t.Fatal(err)
		}
		list, err := ParseBlockList(data)
		if err != nil {
			t.Errorf("%s: %v", want.file, err)
			continue
		}
		keys := 0
		for _, e := range list.Entries {
			if e.By == BySPKI || e.By == BySubject {
				keys++
			}
		}
		if list.Kind != want.kind || list.Date.Format(time.DateOnly) != want.date || len(list.Entries) != want.entries || keys != want.keys {
			t.Errorf("%s: %s of %v, %d entries, %d of keys", want.file, list.Kind, list.Date, len(list.Entries), keys)
		}
	}
}

func TestBlockLists(t *testing.T) {
	for name, want := range map[string][]Name{
		"onecrl.json": {BySerial, BySubject}, "crlset": {BySPKI, ByIssuerKey}, "blocked.certs": {BySHA256},
	} {
		list, err := ParseBlockList(testFile(t, "blocklist", name))
		if err != nil || len(list.Entries) != len(want) {
			t.Errorf("%s: %+v, %v", name, list, err)
			continue
		}
		for i, by := range want {
			if list.Entries[i].By != by || list.Entries[i].Key == "" {
				t.Errorf("%s: entry %d is %+v", name, i, list.Entries[i])
			}
		}
	}
	list, err := ParseCTL(testFile(t, "ctl", "disallowed.stl"))
	if err != nil || list.Kind() != "disallowed" || list.SequenceTime().Format(time.DateOnly) != "2026-05-01" {
		t.Fatalf("%+v, %v", list, err)
	}
	var names []Name
	for _, e := range list.Disallows().Entries {
		names = append(names, e.By)
	}
	if len(names) != 4 || names[0] != BySHA256 || names[1] != BySignature || names[2] != ByKeyMD5 {
		t.Errorf("%v", names)
	}
	for _, s := range []string{"", "{}", `{"data":[]}`, "Algorithm=SHA-1\n"} {
		if _, err := ParseBlockList([]byte(s)); !errors.Is(err, ErrNotBlockList) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// Go's parser of certdata.txt reads the same, but for an order of its own and
// what it leaves out.
func TestCertdata(t *testing.T) {
	data := testFile(t, "certdata", "certdata.txt")
	list, err := ParseCertdata(data)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d roots, %v", len(list), err)
	}
	want := []NSSTrust{NSSTrusted, NSSTrusted, NSSDistrusted, NSSNeutral}
	trusted := map[string]time.Time{}
	for i, r := range list {
		if r.Trust != want[i] || r.Label == "" || r.Line == 0 {
			t.Errorf("%+v", r)
		}
		if r.Trust == NSSTrusted {
			trusted[string(r.DER)] = r.ServersUntil
		}
	}
	theirs, err := nss.Parse(bytes.NewReader(data))
	if err != nil || len(theirs) != len(trusted) {
		t.Fatalf("%d roots of Go's, %v", len(theirs), err)
	}
	for _, c := range theirs {
		until, ok := trusted[string(c.X509.Raw)]
		var limit time.Time
		for _, k := range c.Constraints {
			limit = time.Time(k.(nss.DistrustAfter))
		}
		if !ok || !until.Equal(limit) {
			t.Errorf("%s: %v, %v and %v", c.X509.Subject, ok, until, limit)
		}
	}
}

func TestCacheEntry(t *testing.T) {
	const url = "http://ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en/authrootstl.cab"
	name := CacheName(url)
	if name != "77EC63BDA74BD0D0E0426DC8F8008506" {
		t.Errorf("its name is %s", name)
	}
	data := testFile(t, "lists", "cache", "MetaData", name)
	e, err := ParseCacheEntry(data)
	if err != nil || e.URL != url || e.Fetched.Format(time.DateOnly) != "2026-05-02" || e.Size != int64(len(testFile(t, "lists", "cache", "Content", name))) {
		t.Errorf("%+v, %v", e, err)
	}
	for n := range cacheHeader + 4 {
		if _, err := ParseCacheEntry(data[:n]); !errors.Is(err, ErrNotCacheEntry) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

func FuzzCertdata(f *testing.F) {
	f.Add(testFile(f, "certdata", "certdata.txt"))
	f.Add([]byte(certdataMark + "\nCKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE\nCKA_VALUE MULTILINE_OCTAL\n\\060\\000\nEND\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := ParseCertdata(data)
		for _, r := range list {
			if err == nil && len(r.DER) > len(data) {
				t.Errorf("%d bytes of %d", len(r.DER), len(data))
			}
		}
	})
}

func FuzzBlockList(f *testing.F) {
	for _, name := range []string{"onecrl.json", "crlset", "crlset-cut-short", "blocked.certs"} {
		f.Add(testFile(f, "blocklist", name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if list, err := ParseBlockList(data); err == nil && len(list.Entries) > len(data) {
			t.Errorf("%d entries in %d bytes", len(list.Entries), len(data))
		}
	})
}

func FuzzCacheEntry(f *testing.F) {
	f.Add(testFile(f, "lists", "cache", "MetaData", "77EC63BDA74BD0D0E0426DC8F8008506"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ParseCacheEntry(data); err == nil && len(e.URL) > 3*len(data) {
			t.Errorf("a URL of %d bytes in %d", len(e.URL), len(data))
		}
	})
}

// What cannot be read of a list is no reason to take the rest for all of it.
func TestBlockedKeyOfOtherLength(t *testing.T) {
	head := `{"ContentType":"CRLSet","BlockedSPKIs":["AAAA"]}`
	for _, data := range []string{
		string([]byte{byte(len(head)), 0}) + head,
		`{"data":[{"subject":"MAA=","pubKeyHash":"AAAA"}]}`,
	} {
		if list, err := ParseBlockList([]byte(data)); !errors.Is(err, ErrNotBlockList) {
			t.Errorf("%q: %+v, %v", data, list, err)
		}
	}
}
