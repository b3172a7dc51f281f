package main

import (
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/validate"
)

// The files of a host are not those of another.
func TestUnitNames(t *testing.T) {
	hosts := map[string]string{} // by the name of their files
	signs := []string{"", "*.", "a", "-", ":", "+", "=", "wildcard", "wildcard.", "host", "."}
	var add func(host string, more int)
	add = func(host string, more int) {
		if plainHost(host) && host[len(host)-1] != '.' {
			name := unitName(host)
			if other := hosts[name]; other != "" && other != host {
				t.Errorf("%s and %s are both called %s", other, host, name)
			}
			hosts[name] = host
		}
		if more == 0 {
			return
		}
		for _, s := range signs {
			add(host+s, more-1)
		}
	}
	add("", 4)
	for host, want := range map[string]string{
		"www.example.com": "www.example.com", "*.example.com": "wildcard.example.com", "wildcard.example.com": "host=wildcard.example.com",
		"[::1]": "++1", "a:b": "a+b", "a-b": "a-b", "WWW.Example.com.": "www.example.com",
	} {
		if got := unitName(host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}

// The files are judged once more as the server will find them, with their modes,
// whatever was read to make them.
func TestInstallJudgesWhatItWrites(t *testing.T) {
	key, cert := read(t, "../../testdata/servers/self.key"), read(t, "../../testdata/servers/self.pem")
	for mode, ok := range map[fs.FileMode]bool{0o600: true, 0o640: true, 0o644: false, 0o666: false} {
		p := &installation{checkPlan: &checkPlan{opts: validate.Options{Target: "postgresql", Rewritten: true, Now: time.Now()}}, target: target.Lookup("postgresql")}
		err := p.proveFiles(&deploy.Set{Dir: "/ssl", Unit: "site", Files: []deploy.File{
			{Role: "key", Name: "site.key", Mode: mode, Data: key},
			{Role: "fullchain", Name: "site.crt", Mode: 0o644, Data: cert},
		}})
		if (err == nil) != ok {
			t.Errorf("key of mode %04o: %v", mode, err)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
