package main

import (
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// A chain from several places is put in order, and nobody is asked to.
func TestInstallChainFromSeveralPlaces(t *testing.T) {
	t.Chdir(t.TempDir())
	root := (*authority)(nil).issue(t, "Root", isCA)
	upper := root.issue(t, "Upper", isCA)
	lower := upper.issue(t, "Lower", isCA)
	site := lower.issue(t, "www.example.com", isServer)
	writeMaterial(t, &material{files: map[string]string{
		"named/site.key": site.keyPEM(t), "named/site.crt": site.certPEM(), "named/lower.crt": lower.certPEM(), "upper.crt": upper.certPEM(), "root.pem": root.certPEM(),
	}})
	code, stdout, stderr := runInside(t, "install", "named", "--for", "haproxy", "--dir", "ssl", "--roots", "root.pem")
	if code != 0 || strings.Contains(stdout, "chain-order") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	want := site.keyPEM(t) + site.certPEM() + lower.certPEM() + upper.certPEM()
	if got := string(read(t, filepath.Join("ssl", "www.example.com.pem"))); got != want {
		t.Errorf("got\n%s", got)
	}
}

// Nothing that a certificate says reaches a configuration but plain names.
func TestInstallNamesAreNotTrusted(t *testing.T) {
	evil := []string{"a.example; } evil {", "b.example\"\n</VirtualHost>", "c.example\nevil on", "../../d.example", "$(e.example)", "<!-- f.example -->"}
	for _, target := range []string{"nginx", "apache", "haproxy", "tomcat", "iis"} {
		t.Chdir(t.TempDir())
		root := (*authority)(nil).issue(t, "Root", isCA)
		site := root.issue(t, evil[0], func(c *x509.Certificate) {
			isServer(c)
			c.DNSNames = append(evil, "www.example.com")
		})
		writeMaterial(t, &material{files: map[string]string{"site.key": site.keyPEM(t), "site.crt": site.certPEM(), "root.pem": root.certPEM()}})
		args := []string{"install", "site.key", "site.crt", "--for", target, "--dir", "ssl", "--roots", "root.pem", "--write-config", "site.conf"}
		if target == "tomcat" || target == "iis" {
			args = append(args, "--pass-out", "pass:geheim")
		}
		code, _, stderr := runInside(t, args...)
		if code != 0 {
			t.Fatalf("%s: exit code %d: %s", target, code, stderr)
		}
		config := string(read(t, "site.conf"))
		for _, bad := range []string{"evil", ".example;", "a.example", "b.example", "c.example", "d.example", "e.example", "f.example"} {
			if strings.Contains(config, bad) {
				t.Errorf("%s: %s", target, config)
			}
		}
	}
}

// A server on trial reads files wherever --dir is.
func TestInstallTrialInFolderWithSpaces(t *testing.T) {
	for target, program := range map[string]string{"apache": "apache2", "nginx": "nginx", "haproxy": "haproxy"} {
		t.Run(target, func(t *testing.T) {
			if firstProgram([]string{program}) == "" {
				testenv.Skip(t, "there is no "+program)
			}
			dir := filepath.Join(t.TempDir(), "a b (c)", "d #%~")
			check(t, os.MkdirAll(filepath.Dir(dir), 0o755))
			code, stdout, stderr := runInside(t, "install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem",
				"--for", target, "--dir", dir, "--roots", "../../testdata/servers/root.pem", "--test")
			if code != 0 || !strings.Contains(stdout, "serves 2 certificates") {
				t.Errorf("exit code %d: %s%s", code, stdout, stderr)
			}
		})
	}
}

// Intermediates are looked for in the folders of the files that were named: in files of up to
// 1 MiB, and in a thousand of them, which is told if none of those has it.
func TestInstallSearchesBeside(t *testing.T) {
	for _, c := range []struct {
		name         string
		size, others int
		found, told  bool
	}{
		{"a file of 1 MiB", maxBesideSize, 0, true, false},
		{"a longer one", maxBesideSize + 1, 0, false, false},
		{"a thousand files", 0, maxBeside - 3, true, false},
		{"more", 0, maxBeside, false, true},
	} {
		t.Chdir(t.TempDir())
		root := (*authority)(nil).issue(t, "Root", isCA)
		inter := root.issue(t, "Intermediate", isCA)
		site := inter.issue(t, "www.example.com", isServer)
		text := inter.certPEM()
		m := &material{files: map[string]string{
			"new/site.key": site.keyPEM(t), "new/site.crt": site.certPEM(), "new/z.crt": text + strings.Repeat("\n", max(c.size-len(text), 0)), "root.pem": root.certPEM(),
		}}
		for i := range c.others {
			m.files[fmt.Sprintf("new/%04d", i)] = ""
		}
		writeMaterial(t, m)
		code, stdout, stderr := runInside(t, "install", "new/site.key", "new/site.crt", "--for", "nginx", "--dir", "ssl", "--roots", "root.pem")
		if (code == 0) != c.found || strings.Contains(stderr, "only 1000 of the files") != c.told {
			t.Errorf("%s: exit code %d\n%s%s", c.name, code, stdout, stderr)
		}
	}
}

// A text that was named is told of, one that lies in a folder is passed over.
func TestInstallForeignFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	site := (*authority)(nil).issue(t, "www.example.com", isServer)
	writeMaterial(t, &material{files: map[string]string{"d/site.key": site.keyPEM(t), "d/README": "hello\n"}})
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"d"}, "error[cert-missing] d/site.key"}, {[]string{"d/README", "d/site.key"}, "error[file-unrecognised] d/README"},
	} {
		code, stdout, stderr := runInside(t, append([]string{"install", "--for", "nginx", "--dir", "ssl"}, c.args...)...)
		if code != 1 || !strings.HasPrefix(stdout, c.want) || strings.Contains(stdout, "file-unrecognised") != strings.Contains(c.want, "file-unrecognised") {
			t.Errorf("%q: exit code %d\n%s%s", c.args, code, stdout, stderr)
		}
	}
}
