package main

import (
	"crypto/x509"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// lay writes files by their names; a text that begins with an arrow is where a link leads.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(name), 0o700)
		if to, link := strings.CutPrefix(text, "-> "); err == nil && link {
			err = os.Symlink(to, name)
		} else if err == nil {
			err = os.WriteFile(name, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

var toldAt = regexp.MustCompile(`(?m)^(?:error|warning)\[([a-z-]+)\] ([^:\n]+)`)

// What links lead to is in use, whatever is replaced in the archive; what is only in the
// archive is not, whatever was read first.
func TestCheckGenerations(t *testing.T) {
	t.Chdir(t.TempDir())
	var none *authority
	root := none.issue(t, "Root", isCA)
	inter := root.issue(t, "Inter", isCA)
	lay(t, ".", map[string]string{"root.pem": root.certPEM()})
	for i, c := range []struct {
		what  string
		ago   int               // days since the first one was issued; the second is ten days old
		names []string          // of the second one
		live  map[string]string // what is in use; by default links to the second one
		give  []string          // instead of the whole folder
		told  []string
	}{
		{what: "all is renewed", ago: 130},
		{what: "the folder that is in use is read first", ago: 130, give: []string{"live", "archive"}},
		{what: "or last", ago: 130, give: []string{"archive", "live"}},
		{what: "certbot --expand", ago: 130, names: []string{"www.example.com", "shop.example.com"}},
		{what: "before it has expired", ago: 70, names: []string{"www.example.com", "shop.example.com"}},
		{what: "a link that was not moved on", ago: 130, live: map[string]string{"live/www/fullchain.pem": "-> ../../archive/www/fullchain1.pem"},
			told: []string{"key-missing live/www/fullchain.pem", "cert-expired live/www/fullchain.pem"}},
		{what: "to what is still valid", ago: 70, live: map[string]string{"live/www/fullchain.pem": "-> ../../archive/www/fullchain1.pem"},
			told: []string{"key-missing live/www/fullchain.pem", "cert-expires-soon live/www/fullchain.pem"}},
		{what: "only the key was moved on", ago: 70, live: map[string]string{"live/www/fullchain.pem": "-> ../../archive/www/fullchain1.pem", "live/www/cert.pem": "-> ../../archive/www/cert1.pem"},
			told: []string{"key-mismatch archive/www/fullchain2.pem", "key-mismatch live/www/fullchain.pem", "cert-expires-soon live/www/fullchain.pem"}},
		{what: "a link from elsewhere", ago: 130, live: map[string]string{"nginx/www.crt": "-> ../archive/www/fullchain1.pem", "nginx/www.key": "-> ../archive/www/privkey1.pem"},
			told: []string{"cert-expired nginx/www.crt"}},
		{what: "to what is in use", ago: 130, live: map[string]string{"nginx/www.crt": "-> ../live/www/fullchain.pem", "nginx/www.key": "-> ../live/www/privkey.pem"}},
		{what: "an old file beside the new one", ago: 130, live: map[string]string{"live/www/haproxy.pem": "old"}, told: []string{"cert-expired live/www/haproxy.pem"}},
	} {
		if c.names == nil {
			c.names = []string{"www.example.com"}
		}
		old := inter.issue(t, "www.example.com", lasting(c.ago, "www.example.com"))
		renewed := inter.issue(t, c.names[0], lasting(10, c.names...))
		files := map[string]string{}
		for number, a := range map[string]*authority{"1": old, "2": renewed} {
			for name, text := range map[string]string{"cert": a.certPEM(), "chain": inter.certPEM(), "fullchain": a.certPEM() + inter.certPEM(), "privkey": a.keyPEM(t)} {
				files["archive/www/"+name+number+".pem"] = text
				files["live/www/"+name+".pem"] = "-> ../../archive/www/" + name + "2.pem"
			}
		}
		for name, text := range c.live {
			if text == "old" {
				text = old.certPEM() + inter.certPEM() + old.keyPEM(t)
			}
			files[name] = text
		}
		dir := string(rune('a' + i))
		lay(t, dir, files)
		args := []string{"check", "--roots", "root.pem", "--for", "nginx"}
		for _, name := range c.give {
			args = append(args, filepath.Join(dir, name))
		}
		if c.give == nil {
			args = append(args, dir)
		}
		_, out, errs := runInside(t, args...)
		var told []string
		for _, m := range toldAt.FindAllStringSubmatch(out, -1) {
			told = append(told, m[1]+" "+strings.TrimPrefix(m[2], dir+"/"))
		}
		if !slices.Equal(told, c.told) || errs != "" {
			t.Errorf("%s: told %q, want %q\n%s%s", c.what, told, c.told, out, errs)
		}
	}
}

// nginx and HAProxy send what is in the file that is meant for them and no other.
func TestCheckChainBeside(t *testing.T) {
	t.Chdir(t.TempDir())
	var none *authority
	root := none.issue(t, "Root", isCA)
	inter, other := root.issue(t, "Inter", isCA), root.issue(t, "Other", isCA)
	www := inter.issue(t, "www.example.com", isServer)
	key, cert, chain, full := www.keyPEM(t), www.certPEM(), inter.certPEM(), www.certPEM()+inter.certPEM()
	lay(t, ".", map[string]string{"root.pem": root.certPEM()})
	for i, c := range []struct {
		files map[string]string
		fails []string // the targets, of three
	}{
		{map[string]string{"privkey.pem": key, "cert.pem": cert, "chain.pem": chain, "fullchain.pem": full}, nil},
		{map[string]string{"www.key": key, "www.cer": cert, "ca.cer": chain, "fullchain.cer": full}, nil},
		{map[string]string{"www.key": key, "www.crt": full, "www.issuer.crt": chain}, nil},
		{map[string]string{"privkey.pem": key, "cert.pem": cert, "chain.pem": chain}, nil}, // has yet to be put together
		{map[string]string{"privkey.pem": key, "cert.pem": cert, "chain.pem": chain, "fullchain.pem": cert}, []string{"nginx", "haproxy"}},
		{map[string]string{"privkey.pem": key, "cert.pem": cert, "chain.pem": chain, "fullchain.pem": cert + other.certPEM()}, []string{"nginx", "haproxy"}},
		{map[string]string{"www.pem": cert, "www.pem.key": key, "www.pem.issuer": chain}, []string{"haproxy"}},
		{map[string]string{"www.pem": cert, "www.pem.key": key}, []string{"nginx", "haproxy", "apache"}},
		{map[string]string{"www.pem": full, "www.pem.key": key, "old.crt": other.certPEM()}, nil},
	} {
		dir := string(rune('a' + i))
		lay(t, dir, c.files)
		for _, target := range []string{"nginx", "haproxy", "apache"} {
			code, out, errs := runInside(t, "check", "--roots", "root.pem", "--for", target, "--skip", "chain-unrelated", "--skip", "key-missing", dir)
			if want := slices.Contains(c.fails, target); want != (code == 1) || want != strings.Contains(out, "error[chain-incomplete]") {
				t.Errorf("%v for %s: exit code %d\n%s%s", slices.Sorted(maps.Keys(c.files)), target, code, out, errs)
			}
		}
	}
	// So has who names the files.
	if code, out, _ := runInside(t, "check", "--roots", "root.pem", "--for", "nginx", "e/privkey.pem", "e/fullchain.pem", "e/chain.pem"); code != 0 {
		t.Errorf("named: exit code %d\n%s", code, out)
	}
}

// A link that leads nowhere is a file that cannot be read, if its name is that of one of
// ours.
func TestCheckLinkToNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	var none *authority
	root := none.issue(t, "Root", isCA)
	site := root.issue(t, "www.example.com", isServer)
	lay(t, ".", map[string]string{
		"root.pem": root.certPEM(), "d/cert.pem": site.certPEM(), "d/privkey.pem": site.keyPEM(t),
		"d/0a1b2c3d.0": "-> gone.pem", "d/notes.txt": "-> gone.txt", "d/site.yaml": "-> gone.yaml", "d/.#cert.pem": "-> root@host.1:2",
		"d/Private_Root.pem": "-> /usr/local/share/ca-certificates/gone/Private_Root.crt",
	})
	check := func(want int, told string) {
		t.Helper()
		code, out, errs := runInside(t, "check", "--roots", "root.pem", "--for", "nginx", "d")
		if code != want || errs != told || !strings.Contains(out, "ok: d/cert.pem, d/privkey.pem") {
			t.Errorf("exit code %d, want %d\n%s%s", code, want, out, errs)
		}
	}
	check(0, "")
	lay(t, "d", map[string]string{"fullchain.pem": "-> gone.pem", "new/loop.CRT": "-> loop.CRT"})
	const told = ": it is a link, and what it leads to is not there: "
	check(3, "certconv: error: d/fullchain.pem"+told+"gone.pem\ncertconv: error: d/new/loop.CRT"+told+"loop.CRT\n")
}

// lasting makes a certificate of 90 days that was issued so many days ago.
func lasting(ago int, names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		isServer(c)
		c.DNSNames = names
		c.NotBefore = time.Now().AddDate(0, 0, -ago)
		c.NotAfter = c.NotBefore.AddDate(0, 0, 90)
	}
}
