package main

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The folders of ACME clients, after two renewals: nothing is wrong there.
func TestCheckFoldersOfACMEClients(t *testing.T) {
	t.Chdir(t.TempDir())
	var none *authority
	root := none.issue(t, "Root", isCA)
	inter := root.issue(t, "Inter", isCA)
	from := func(days int) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			isServer(c)
			c.NotBefore = time.Now().AddDate(0, 0, -days)
			c.NotAfter = c.NotBefore.AddDate(0, 0, 90)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(name, to string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, name); err != nil && runtime.GOOS != "windows" {
			t.Fatal(err)
		}
	}
	write("root.pem", root.certPEM())
	for _, host := range []string{"www.example.com", "mail.example.org"} {
		expired, soon, now := inter.issue(t, host, from(130)), inter.issue(t, host, from(70)), inter.issue(t, host, from(10))
		full := now.certPEM() + inter.certPEM()
		for number, a := range map[string]*authority{"1": expired, "2": soon, "3": now} {
			at := "certbot/archive/" + host + "/"
			write(at+"cert"+number+".pem", a.certPEM())
			write(at+"privkey"+number+".pem", a.keyPEM(t))
			write(at+"chain"+number+".pem", inter.certPEM())
			write(at+"fullchain"+number+".pem", a.certPEM()+inter.certPEM())
			write("certbot/keys/000"+number+"_key-certbot.pem", a.keyPEM(t))
			at = "dehydrated-kept/certs/" + host + "/" // without --cleanup
			write(at+"cert-170000000"+number+".pem", a.certPEM())
			write(at+"privkey-170000000"+number+".pem", a.keyPEM(t))
			write(at+"cert-170000000"+number+".csr", a.request(t))
			write(at+"chain-170000000"+number+".pem", inter.certPEM())
			write(at+"fullchain-170000000"+number+".pem", a.certPEM()+inter.certPEM())
			if a != now { // uacme copies these before it replaces them
				write("uacme/"+host+"/cert-170000000"+number+".pem", a.certPEM()+inter.certPEM())
				write("uacme/private/"+host+"/key-170000000"+number+".pem", a.keyPEM(t))
			}
		}
		for _, name := range []string{"cert.pem", "cert.csr", "privkey.pem", "chain.pem", "fullchain.pem"} {
			base, ext, _ := strings.Cut(name, ".")
			link("dehydrated-kept/certs/"+host+"/"+name, base+"-1700000003."+ext)
		}
		for _, name := range []string{"cert", "privkey", "chain", "fullchain"} {
			link("certbot/live/"+host+"/"+name+".pem", "../../archive/"+host+"/"+name+"3.pem")
		}
		write("certbot/live/"+host+"/README", "`privkey.pem`  : the private key for your certificate.\n`fullchain.pem`: the certificate file used in most server software.\n")
		write("certbot/renewal/"+host+".conf", "cert = /etc/letsencrypt/live/"+host+"/cert.pem\n")
		for name, text := range map[string]string{
			"lego/certificates/%.crt": full, "lego/certificates/%.issuer.crt": inter.certPEM(), "lego/certificates/%.key": now.keyPEM(t), "lego/certificates/%.json": `{"domain":"%"}`,
			"acme.sh/%_ecc/%.cer": now.certPEM(), "acme.sh/%_ecc/%.key": now.keyPEM(t), "acme.sh/%_ecc/ca.cer": inter.certPEM(), "acme.sh/%_ecc/fullchain.cer": full,
			"acme.sh/%_ecc/%.conf": "Le_Domain='%'\n",
			"uacme/%/cert.pem":     full, "uacme/private/%/key.pem": now.keyPEM(t), "uacme/private/key.pem": inter.keyPEM(t),
			"caddy/acme-v02/%/%.crt": full, "caddy/acme-v02/%/%.key": now.keyPEM(t), "caddy/acme-v02/%/%.json": `{"sans":["%"]}`,
			"dehydrated/certs/%/fullchain.pem": full, "dehydrated/certs/%/privkey.pem": now.keyPEM(t), "dehydrated/certs/%/chain.pem": inter.certPEM(),
			"dehydrated/archive/%/fullchain-1.pem": expired.certPEM() + inter.certPEM(), "dehydrated/archive/%/privkey-1.pem": expired.keyPEM(t),
		} {
			write(strings.ReplaceAll(name, "%", host), strings.ReplaceAll(text, "%", host))
		}
	}
	for _, dir := range []string{"certbot", "certbot/live", "certbot/live/www.example.com", "certbot/archive", "lego", "acme.sh", "caddy", "uacme", "dehydrated", "dehydrated-kept"} {
		if runtime.GOOS == "windows" && (strings.HasPrefix(dir, "certbot/live") || dir == "dehydrated-kept") {
			continue // links need a privilege
		}
		code, stdout, stderr := runInside(t, "check", dir, "--roots", "root.pem")
		if code != 0 || strings.Contains(stdout, "error[") || strings.Contains(stdout, "warning[") {
			t.Errorf("%s: exit code %d\n%s%s", dir, code, stdout, stderr)
		}
		// What is in use is not to be moved away.
		for line := range strings.Lines(stdout) {
			if strings.Contains(line, "[file-left-over]") && !strings.Contains(line, "keys/") && !strings.Contains(line, "uacme/private/key.pem") && !strings.Contains(line, "1.pem:") && !strings.Contains(line, "2.pem:") && !strings.Contains(line, "1.csr:") && !strings.Contains(line, "2.csr:") {
				t.Errorf("%s: %s", dir, line)
			}
		}
	}
	// A copy says nothing of its original.
	stale, fresh := inter.issue(t, "www.example.com", from(130)), inter.issue(t, "www.example.com", from(10))
	write("stale/cert.pem", stale.certPEM()+inter.certPEM())
	write("stale/key.pem", stale.keyPEM(t))
	write("stale/cert-1700000001.pem", fresh.certPEM()+inter.certPEM())
	if code, stdout, _ := runInside(t, "check", "stale", "--roots", "root.pem"); code != 1 || !strings.Contains(stdout, "error[cert-expired] stale/cert.pem") {
		t.Errorf("the copy of an expired certificate is valid: exit code %d\n%s", code, stdout)
	}
	// The key that uacme's name leads to is meant.
	write("uacme/private/www.example.com/key.pem", stale.keyPEM(t))
	if code, stdout, _ := runInside(t, "check", "uacme", "--roots", "root.pem"); code != 1 || !strings.Contains(stdout, "error[key-mismatch] uacme/www.example.com/cert.pem") {
		t.Errorf("another key in uacme's folder: exit code %d\n%s", code, stdout)
	}
	// What links lead to says nothing of what is served from another folder, or beside it.
	old := inter.issue(t, "www.example.com", from(130))
	write("both/old/server.crt", old.certPEM())
	write("both/old/server.key", old.keyPEM(t))
	renewed := inter.issue(t, "www.example.com", from(10))
	write("both/new/www-2.crt", renewed.certPEM())
	write("both/new/www-2.key", renewed.keyPEM(t))
	write("both/new/rsa.crt", old.certPEM()) // for another kind of key
	write("both/new/rsa.key", old.keyPEM(t))
	write("both/inter.crt", inter.certPEM())
	if runtime.GOOS != "windows" {
		link("both/new/www.crt", "www-2.crt")
		link("both/new/www.key", "www-2.key")
	}
	if code, stdout, _ := runInside(t, "check", "both", "--roots", "root.pem"); code != 1 || !strings.Contains(stdout, "error[cert-expired] both/old/server.crt") || !strings.Contains(stdout, "error[cert-expired] both/new/rsa.crt") {
		t.Errorf("another file has links: exit code %d\n%s", code, stdout)
	}
	// Links that nobody moved on lead to what has expired.
	if runtime.GOOS != "windows" {
		const dir = "dehydrated-kept/certs/www.example.com"
		for _, name := range []string{"cert.pem", "privkey.pem", "fullchain.pem"} {
			base, ext, _ := strings.Cut(name, ".")
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			link(filepath.Join(dir, name), base+"-1700000001."+ext)
		}
		if code, stdout, _ := runInside(t, "check", dir, "--roots", "root.pem"); code != 1 || !strings.Contains(stdout, "error[cert-expired]") {
			t.Errorf("links to an expired certificate: exit code %d\n%s", code, stdout)
		}
	}
}

// The key that lies beside a certificate by its name is the one that the server loads,
// wherever the right one is.
func TestCheckKeyOfTheSameName(t *testing.T) {
	t.Chdir(t.TempDir())
	var none *authority
	root := none.issue(t, "Root", isCA)
	site, other := root.issue(t, "www.example.com", isServer), root.issue(t, "other.example.com", isServer)
	cert, right, otherCert, wrong := site.certPEM(), site.keyPEM(t), other.certPEM(), other.keyPEM(t)
	if err := os.WriteFile("root.pem", []byte(root.certPEM()), 0o600); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for name, text := range map[string]string{"a.key": right, "b.crt": otherCert} {
		w, err := archive.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		files map[string]string
		code  int
	}{
		{map[string]string{"www.crt": cert, "www.key": right, "old.key": wrong}, 0},
		{map[string]string{"www.crt": cert, "www.key": wrong, "old.key": right}, 1},
		{map[string]string{"www.crt": cert, "www.key": wrong, "backup.pem": cert + right}, 1},
		{map[string]string{"www-cert.pem": cert, "www-key.pem": wrong, "backup.pem": cert + right}, 1},
		{map[string]string{"cert.pem": cert, "privkey.pem": wrong, "site.pem": cert + right}, 1},
		{map[string]string{"cert.pem": cert, "privkey.pem": right, "key.pem": wrong}, 0},
		{map[string]string{"www.crt": cert, "www.key": right, "www.p8": wrong}, 0}, // for the next certificate
		{map[string]string{"www.crt": cert, "www.key": wrong, "old.key": right, "older.crt": otherCert}, 1},
		{map[string]string{"server.key": right, "server-cert.pem": cert, "server.pem": otherCert, "server.key.pem": wrong}, 0},
		{map[string]string{"1.pem": cert, "2.pem": right, "3.pem": otherCert, "4.pem": wrong, "cert.pem": "-> 1.pem", "key.pem": "-> 2.pem"}, 0},
		{map[string]string{"1.pem": cert, "2.pem": right, "3.pem": otherCert, "4.pem": wrong, "cert.pem": "-> 1.pem", "key.pem": "-> 4.pem"}, 1},
		{map[string]string{"1.pem": cert, "2.pem": right, "4.pem": wrong, "cert.pem": "-> 1.pem", "key.pem": "-> 4.pem"}, 1},
		{map[string]string{"1.pem": cert, "4.pem": wrong, "cert.pem": "-> 1.pem", "key.pem": "-> 4.pem"}, 1},
		{map[string]string{"www.crt": cert, "2.pem": right, "3.pem": otherCert, "4.pem": wrong, "www.key": "-> 4.pem"}, 1},
		{map[string]string{"www.crt": cert, "2.pem": right, "3.pem": otherCert, "4.pem": wrong, "www.key": "-> 2.pem"}, 0},
		{map[string]string{"a.crt": cert, "b.key": wrong, "2.zip": packed.String(), "www.zip": "-> 2.zip"}, 0}, // no name of what is in it
	} {
		linked := slices.ContainsFunc(slices.Collect(maps.Values(c.files)), func(text string) bool { return strings.HasPrefix(text, "-> ") })
		if linked && runtime.GOOS == "windows" {
			continue
		}
		dir := fmt.Sprint(i)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range c.files {
			err := error(nil)
			if to, link := strings.CutPrefix(text, "-> "); link {
				err = os.Symlink(to, filepath.Join(dir, name))
			} else {
				err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		code, out, errs := runInside(t, "check", dir, "--roots", "root.pem")
		if code != c.code || strings.Count(out, "error[key-mismatch]") != code {
			t.Errorf("%v: exit code %d, want %d\n%s%s", slices.Sorted(maps.Keys(c.files)), code, c.code, out, errs)
		}
	}
}
