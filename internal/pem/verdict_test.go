package pem_test

import (
	stdpem "encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// nginxLoads asks nginx whether it starts with a certificate and a key file.
func nginxLoads(t *testing.T, cert, key string) bool {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"cert.pem": cert, "key.pem": key,
		"nginx.conf": "daemon off; pid nginx.pid; error_log stderr; events {} http { access_log off; server { listen 127.0.0.1:8443 ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem; } }",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("nginx", "-t", "-p", dir, "-c", filepath.Join(dir, "nginx.conf")).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "SSL") && !strings.Contains(string(out), "BIO") {
		t.Fatalf("%s", out)
	}
	return err == nil
}

// TestOpenSSLReaderAgainstNginx lets each damage happen to the leaf, to the
// intermediate and to the key, and holds what the notes say to what nginx does.
func TestOpenSSLReaderAgainstNginx(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "nginx")
	data, err := os.ReadFile("../../testdata/pairs/rsa2048.pem")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for b, rest := stdpem.Decode(data); b != nil; b, rest = stdpem.Decode(rest) {
		blocks = append(blocks, string(stdpem.EncodeToMemory(b)))
	}
	key, leaf, intermediate := blocks[0], blocks[1], testCert(t, "rsa2048-e3")
	join := func(list ...string) string { return strings.Join(list, "\n") }
	for _, d := range damages {
		badLeaf, badInter, badKey := d.do(takeApart(leaf)), d.do(takeApart(intermediate)), d.do(takeApart(key))
		for name, c := range map[string]struct{ cert, key string }{
			"leaf":             {join(badLeaf, intermediate), key},
			"leaf alone":       {badLeaf, key},
			"intermediate":     {join(leaf, badInter), key},
			"in between":       {join(leaf, badInter, intermediate), key},
			"key":              {leaf, badKey},
			"key behind leaf":  {join(badKey, leaf), join(leaf, badKey)},
			"key, leaf behind": {leaf, join(badKey, leaf)},
			"leaf before key":  {leaf, join(badLeaf, key)},
			"leaf behind key":  {leaf, join(key, badLeaf)},
		} {
			if name != "leaf alone" && name != "key" && (d.name == "form" || strings.Contains(d.name, "UTF-")) || name == "leaf" && strings.HasPrefix(d.name, "both missing") {
				continue // another encoding than the rest of the file; base64 beside blocks is no block
			}
			want := nginxLoads(t, c.cert, c.key)
			if got := opensslCert(c.cert) && opensslKey(c.key); got != want {
				t.Errorf("%s in %s: nginx loads it: %v, the notes say %v", d.name, name, want, got)
			}
		}
	}
}

// opensslCert tells from the notes whether a server takes text as certificate file.
func opensslCert(text string) bool {
	b, _ := convert.Decode([]byte(text), nil)
	skips, fails := opensslBlocks(b)
	if len(fails) > 0 {
		return false
	}
	for i := range b.Failures {
		if !skips[b.Failures[i].Source.Line] {
			return false
		}
	}
	for i := range b.Certs {
		if c := &b.Certs[i]; !skips[c.Source.Line] {
			return i == 0
		}
	}
	return false
}

func opensslKey(text string) bool {
	b, _ := convert.Decode([]byte(text), nil)
	skips, fails := opensslBlocks(b)
	for i := range b.Keys {
		if line := b.Keys[i].Source.Line; !skips[line] && !fails[line] {
			return true
		}
	}
	return false
}

func opensslBlocks(b *convert.Bundle) (skips, fails map[int]bool) {
	skips, fails = map[int]bool{}, map[int]bool{}
	for _, n := range b.Notes {
		if n.By&note.OpenSSL30Loads == 0 {
			continue // it is so in another version
		}
		switch n.Kind {
		case note.OpenSSLSkips:
			skips[n.Source.Line] = true
		case note.OpenSSLFails:
			fails[n.Source.Line] = true
		}
	}
	return skips, fails
}
