package report

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/internal/text"
	"github.com/certconv/certconv/validate"
)

// manyHosts makes n reports of servers with chains of their own, as if each had been asked.
func manyHosts(t testing.TB, n int, take func(*Host)) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "probe", "site.pem"))
	if err != nil {
		t.Fatal(err)
	}
	checks := validate.Checks()
	for i := range n {
		b, err := convert.Decode(raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("host%d.example.com", i/2) // each of them twice
		reply := served.Reply{Asked: served.ForName, SNI: name, Version: served.TLS13, Bundle: b}
		for _, c := range b.Certs {
			reply.Raw = append(reply.Raw, c.Raw)
		}
		address := served.Address{Name: name + ":443", Addr: netip.MustParseAddrPort("192.0.2.1:443"), State: served.Reached, Replies: []served.Reply{reply, reply, reply}}
		r := &validate.Report{}
		for j, c := range checks {
			if j%2 == 0 {
				r.Passed = append(r.Passed, c.Code)
			} else {
				r.Skipped = append(r.Skipped, validate.Skip{Code: c.Code, Why: validate.Why{Kind: "needs", Text: text.Of("no %s given", "CRL")}})
			}
		}
		file := File{Path: name, Name: name, Bundle: b}
		take(&Host{
			Seen:   &served.Host{Name: name, Port: 443, Addresses: []served.Address{address}, Took: time.Duration(i) * time.Millisecond},
			Result: &Result{Tool: "probe", Sites: []Site{{Files: []File{file}, Bundle: b, Report: r}}},
		})
	}
}

// No form keeps more of a server than what it has to say of it.
func TestHostsMemory(t *testing.T) {
	const hosts, each = 300, 5 << 10
	for _, f := range Forms() {
		out := f.NewHosts(io.Discard, &Options{})
		heap := func() uint64 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := heap()
		manyHosts(t, hosts, func(h *Host) {
			rendered, err := out.Render(h)
			if k, ok := out.(Keeper); ok {
				k.Keep(h)
			}
			if err == nil {
				err = out.Add(rendered)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		if n := int64(heap()) - int64(before); n > hosts*each {
			t.Errorf("%s keeps %d bytes of each server", f.Name, n/hosts)
		}
		if err := out.End(); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// The collector refuses a page with two samples of the same name and labels.
func TestPrometheusSamples(t *testing.T) {
	var page strings.Builder
	out := (&Form{Name: "prometheus"}).NewHosts(&page, &Options{})
	manyHosts(t, 6, out.(Keeper).Keep)
	if err := out.End(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(page.String()) {
		if key, _, _ := strings.Cut(line, "} "); line[0] != '#' {
			if seen[key] {
				t.Errorf("twice: %s", key)
			}
			seen[key] = true
		}
	}
	if !seen[`certconv_probe_reached{host="host2.example.com:443",address="192.0.2.1"`] {
		t.Error(page.String())
	}
}
