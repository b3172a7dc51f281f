package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// leftFolder is what a certificate program leaves behind, in testdata/folders.
type leftFolder struct {
	name string
	host string
	key  string   // the key that its server loads: a file in the folder, or a link to one
	give []string // what to give to check and install in place of the whole folder
	tell string   // what install says of a wrong key: where it is no error, the right one is there too
}

var leftFolders = []leftFolder{
	{name: "acme.sh", host: "www.example.com", key: ".acme.sh/www.example.com_ecc/www.example.com.key"},
	{name: "acme.sh", host: "www.example.com", key: ".acme.sh/www.example.com_ecc/www.example.com.key", give: []string{".acme.sh/www.example.com_ecc"}},
	{name: "caddy", host: "www.example.com", key: "caddy/certificates/localhost-14000-dir/www.example.com/www.example.com.key"},
	{name: "caddy", host: "www.example.com", key: "caddy/certificates/localhost-14000-dir/www.example.com/www.example.com.key", give: []string{"caddy/certificates"}},
	{name: "certbot", host: "www.example.com", key: "etc/letsencrypt/live/www.example.com/privkey.pem"},
	{name: "certbot", host: "mail.example.com", key: "etc/letsencrypt/live/mail.example.com/privkey.pem"},
	{name: "certbot", host: "www.example.com", key: "etc/letsencrypt/live/www.example.com/privkey.pem", give: []string{"etc/letsencrypt/live/www.example.com"}},
	{name: "dehydrated", host: "www.example.com", key: "certs/www.example.com/privkey.pem"},
	{name: "easy-rsa", host: "www.example.com", key: "pki/private/www.example.com.key"},
	{name: "easy-rsa", host: "www.example.com", key: "pki/private/www.example.com.key", give: []string{"pki/issued", "pki/private", "pki/ca.crt"}},
	{name: "elasticsearch", host: "node1.example.com", key: "cert/node1/node1.key", tell: "does not fit the certificate"},
	{name: "elasticsearch", host: "node1.example.com", key: "cert/node1/node1.key", give: []string{"cert"}},
	{name: "lego", host: "www.example.com", key: "certificates/www.example.com.key", tell: "does not fit the certificate"},
	{name: "ssl-cert", host: "www.example.com", key: "etc/ssl/private/ssl-cert-snakeoil.key"},
	{name: "ssl-cert", host: "www.example.com", key: "etc/ssl/private/ssl-cert-snakeoil.key", give: []string{"etc/ssl/certs", "etc/ssl/private"}},
}

// What certificate programs leave passes check, and install puts it in place, from
// the whole of their folders or from the parts that matter. A wrong key is told.
func TestFoldersOfPrograms(t *testing.T) {
	t.Setenv("PW", "secret")
	testdata := filepath.Join(testenv.Root(t), "testdata")
	at := strings.TrimSpace(string(read(t, filepath.Join(testdata, "folders", "at"))))
	for _, f := range leftFolders {
		t.Run(f.name+" "+f.host+" "+strings.Join(f.give, " "), func(t *testing.T) {
			dir := t.TempDir()
			unpack(t, filepath.Join(testdata, "folders", f.name+".tgz"), dir)
			run := func(args ...string) (string, int) {
				args = append(args, "--roots", filepath.Join(testdata, "folders", "root.pem"), "--at", at, "--pass", "env:PW")
				return certconvIn(t, dir, args...)
			}
			give := f.give
			if give == nil {
				give = []string{"."}
			}
			check := append([]string{"check"}, give...)
			install := append(append([]string{"install"}, give...), "--for", "nginx", "--dir", filepath.Join(dir, "ssl"), "--host", f.host)
			for _, target := range []string{"", "nginx"} {
				args := check
				if target != "" && f.name != "elasticsearch" { // nginx does not load its keystores
					args = append(args, "--for", target)
				}
				if out, code := run(args...); code != 0 || strings.Contains(out, "error[") {
					t.Errorf("%v: exit code %d\n%s", args, code, out)
				}
			}
			if out, code := run(append(install, "--dry-run")...); code != 0 || !strings.Contains(out, "would be written") {
				t.Errorf("install: exit code %d\n%s", code, out)
			}
			changeKey(t, filepath.Join(dir, f.key), filepath.Join(testdata, "servers", "renewed.key"))
			if out, code := run(check...); code != 1 || !strings.Contains(out, "error[key-mismatch]") {
				t.Errorf("check of a wrong key: exit code %d\n%s", code, out)
			}
			tell, want := f.tell, 0
			if tell == "" {
				tell, want = "error[key-mismatch]", 1
			}
			if out, code := run(append(install, "--dry-run")...); code != want || !strings.Contains(out, tell) {
				t.Errorf("install of a wrong key: exit code %d\n%s", code, out)
			}
		})
	}
}

// A link to the key of another site is a wrong key too, whatever is beside the file
// that it leads to.
func TestLinkToAnotherKey(t *testing.T) {
	testdata := filepath.Join(testenv.Root(t), "testdata")
	dir := t.TempDir()
	unpack(t, filepath.Join(testdata, "folders", "certbot.tgz"), dir)
	link := filepath.Join(dir, "etc", "letsencrypt", "live", "www.example.com", "privkey.pem")
	check(t, os.Remove(link), os.Symlink("../../archive/mail.example.com/privkey1.pem", link))
	out, code := certconvIn(t, dir, "check", "etc", "--roots", filepath.Join(testdata, "folders", "root.pem"))
	if want := "error[key-mismatch] etc/letsencrypt/live/www.example.com/"; code != 1 || !strings.Contains(out, want) {
		t.Errorf("exit code %d, no %q\n%s", code, want, out)
	}
}

// nginx and Apache serve what install makes of the folders.
func TestInstallFromFolders(t *testing.T) {
	testenv.Programs(t, "nginx", "apache2")
	t.Setenv("PW", "secret")
	testdata := filepath.Join(testenv.Root(t), "testdata")
	at := strings.TrimSpace(string(read(t, filepath.Join(testdata, "folders", "at"))))
	done := map[string]bool{}
	for i, f := range leftFolders {
		if done[f.name] {
			continue
		}
		done[f.name] = true
		dir := t.TempDir()
		unpack(t, filepath.Join(testdata, "folders", f.name+".tgz"), dir)
		out, code := certconvIn(t, dir, "install", ".", "--for", []string{"nginx", "apache"}[i%2], "--dir", filepath.Join(dir, "ssl"), "--host", f.host, "--test",
			"--roots", filepath.Join(testdata, "folders", "root.pem"), "--at", at, "--pass", "env:PW")
		if code != 0 || !strings.Contains(out, "\nwritten\n") {
			t.Errorf("%s: exit code %d\n%s", f.name, code, out)
		}
	}
}

// changeKey puts another key into a file, or into the one that a link leads to.
func changeKey(t *testing.T, path, from string) {
	t.Helper()
	real, err := filepath.EvalSymlinks(path)
	check(t, err, os.Chmod(real, 0o600), os.WriteFile(real, read(t, from), 0o600))
}

// unpack takes a packed tar archive of the project's own apart.
func unpack(t *testing.T, archive, dir string) {
	t.Helper()
	f, err := os.Open(archive)
	check(t, err)
	defer f.Close()
	packed, err := gzip.NewReader(f)
	check(t, err)
	for r := tar.NewReader(packed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		check(t, err)
		path := filepath.Join(dir, h.Name)
		switch h.Typeflag {
		case tar.TypeDir:
			check(t, os.MkdirAll(path, h.FileInfo().Mode()))
		case tar.TypeSymlink:
			check(t, os.Symlink(h.Linkname, path))
		default:
			data, err := io.ReadAll(r)
			check(t, err, os.WriteFile(path, data, h.FileInfo().Mode()))
		}
	}
}

// certconvIn runs the program in a folder, and gives all that it says.
func certconvIn(t *testing.T, dir string, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.Command("certconv", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
