//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/testenv"
)

// find returns the server's program, which can be where no PATH leads.
func (s *server) find(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/lib/postfix/sbin/"} {
		if found, _ := filepath.Glob(pattern + s.program); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	testenv.Programs(t, s.program)
	path, err := exec.LookPath(s.program)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// asItsUser is the command line that runs a program of PostgreSQL, which
// refuses to be root.
func asItsUser(target, program string, args []string) (string, []string) {
	if target != "postgresql" || os.Geteuid() != 0 {
		return program, args
	}
	return "setpriv", append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", program}, args...)
}

// setupPostgreSQL makes a database that has the lines of install in its
// configuration as they are.
func setupPostgreSQL(t *testing.T, dir, port, _ string) {
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "site.conf") // private until it is said otherwise
	if err := os.Chmod(config, 0o644); err != nil {
		t.Fatal(err)
	}
	giveTo(t, "postgres", data)
	s := server{program: "initdb"}
	name, args := asItsUser("postgresql", s.find(t), []string{"-D", data, "--auth=trust", "--no-sync", "--no-instructions", "--no-locale", "--encoding=UTF8"})
	testenv.Must(t, dir, name, args...)
	appendTo(t, filepath.Join(data, "postgresql.conf"), fmt.Sprintf("listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = ''\nfsync = off\ninclude '%s'\n", port, config))
}

// setupTomcatJKS has Tomcat read a JKS: the connector of target tomcat with
// another type of keystore.
func setupTomcatJKS(t *testing.T, dir, port, _ string) {
	lines := target.Configure(target.Lookup("tomcat").Configuration, map[string]string{"pfx": filepath.Join(dir, "ssl", "www.example.com.jks"), "alias": "www.example.com"})
	lines = strings.NewReplacer("8443", port, `"PKCS12"`, `"JKS"`, "PASSWORD", "geheim").Replace(lines)
	appendTo(t, filepath.Join(dir, "site.xml"), lines)
	appendTo(t, filepath.Join(dir, "main.conf"), strings.ReplaceAll(tomcatMain, "DIR", dir))
}

// setupDovecot has the listener of doveadm speak TLS: there is one without IMAP.
func setupDovecot(t *testing.T, dir, port, lines string) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "Dovecot is started by root only")
	}
	run := filepath.Join(dir, "run")
	if err := os.Mkdir(run, 0o755); err != nil {
		t.Fatal(err)
	}
	appendTo(t, filepath.Join(dir, "main.conf"), "base_dir = "+run+"\nstate_dir = "+run+"\nlog_path = /dev/stderr\nprotocols =\n"+lines+`service doveadm {
  inet_listener {
    address = 127.0.0.1
    port = `+port+`
    ssl = yes
  }
}
`)
}

// setupMySQL makes an empty database.
func setupMySQL(t *testing.T, dir, _, _ string) {
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	giveTo(t, "mysql", data)
	if err := os.Chmod(filepath.Join(dir, "site.cnf"), 0o644); err != nil {
		t.Fatal(err)
	}
	testenv.Must(t, dir, "mariadb-install-db", "--no-defaults", "--user=mysql", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
}

// setupPostfix makes a configuration and a queue for Postfix that let it answer
// on one port, and know nobody.
func setupPostfix(t *testing.T, dir, port, lines string) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "Postfix is started by root only")
	}
	queue := filepath.Join(dir, "queue")
	for _, name := range []string{"", "pid", "private", "public", "data"} {
		if err := os.Mkdir(filepath.Join(queue, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if name != "" && name != "pid" {
			giveTo(t, "postfix", filepath.Join(queue, name))
		}
	}
	appendTo(t, filepath.Join(dir, "master.cf"), "127.0.0.1:"+port+` inet n - n - 1 smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`)
	appendTo(t, filepath.Join(dir, "main.cf"), `compatibility_level = 3.6
queue_directory = `+queue+`
data_directory = `+queue+`/data
maillog_file = `+dir+`/log
maillog_file_prefixes = `+dir+`
myhostname = localhost
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
`+lines)
}

// giveTo makes a folder belong to the user of a server that root starts.
func giveTo(t *testing.T, name, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// PostgreSQL does not start with a key that belongs to somebody else: root gives
// it to postgres, readable for nobody else.
func TestInstallGivesKeyToPostgreSQL(t *testing.T) {
	if os.Geteuid() != 0 {
		return // only root gives files away
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		testenv.Skip(t, err.Error())
	}
	dir := t.TempDir()
	code, stdout, stderr := runInside(t, "install", journeys+"site.key", journeys+"site.crt", "../../testdata/servers/inter.pem", "--for", "postgresql", "--dir", dir, "--roots", journeys+"company-root.pem")
	if code != 0 {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	keys, _ := filepath.Glob(filepath.Join(dir, "*", "*.key"))
	if len(keys) != 1 {
		t.Fatalf("keys: %s", strings.Join(keys, ", "))
	}
	info, err := os.Stat(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; strconv.Itoa(int(uid)) != u.Uid || info.Mode().Perm() != 0o600 {
		t.Errorf("the key belongs to user %d, with mode %v", uid, info.Mode())
	}
}

// What is installed for Windows and Java is opened by other programs, with the
// algorithms that the target's age allows, under the alias that the
// configuration names, and with the whole chain.
func TestInstallKeystores(t *testing.T) {
	testenv.Slow(t)
	const (
		aes  = "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256"
		tdes = "pbeWithSHA1And3-KeyTripleDES-CBC"
	)
	for _, c := range []struct{ target, file, mac, scheme, kind string }{
		{"iis", "www.example.com.pfx", "MAC: sha256", aes, "PKCS12"},
		{"iis2016", "www.example.com.pfx", "MAC: sha1", tdes, "PKCS12"},
		{"iis5", "www.example.com.pfx", "MAC: sha1", tdes, "PKCS12"},
		{"tomcat", "www.example.com.p12", "MAC: sha256", aes, "PKCS12"},
		{"java8", "www.example.com.p12", "MAC: sha1", tdes, "PKCS12"},
		{"jks", "www.example.com.jks", "", "", "JKS"},
	} {
		t.Run(c.target, func(t *testing.T) {
			testenv.Programs(t, "openssl", "keytool")
			dir := t.TempDir()
			code, stdout, stderr := runInside(t, "install", journeys+"backup.key", journeys+"from-the-ca.zip", "--for", c.target, "--dir", dir,
				"--host", "www.example.com", "--pass", "pass:secret", "--pass-out", "pass:geheim", "--roots", journeys+"company-root.pem")
			if code != 0 {
				t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
			}
			listed := testenv.Must(t, dir, "keytool", "-list", "-v", "-keystore", c.file, "-storepass", "geheim", "-storetype", c.kind)
			for _, want := range []string{"Alias name: www.example.com\n", "PrivateKeyEntry", "Certificate chain length: 2"} {
				if !strings.Contains(listed, want) {
					t.Errorf("keytool does not say %q: %s", want, listed)
				}
			}
			if c.scheme == "" {
				return
			}
			for _, more := range [][]string{nil, {"-legacy"}} {
				_, said, err := testenv.Run(dir, "openssl", append([]string{"pkcs12", "-in", c.file, "-passin", "pass:geheim", "-noout", "-info"}, more...)...)
				if err != nil || !strings.Contains(said, c.mac+",") || strings.Count(said, c.scheme) != 2 || strings.Count(said, "Certificate bag") != 2 {
					t.Errorf("openssl pkcs12 %v (%v):\n%s", more, err, said)
				}
			}
		})
	}
}

// The NET key for Key Manager, written from a PFX, is the key of the backup.
func TestInstallNETKeyReadsBack(t *testing.T) {
	dir := t.TempDir()
	code, stdout, stderr := runInside(t, "install", journeys+"backup.key", journeys+"from-the-ca.zip", "--for", "iis4", "--dir", dir,
		"--host", "www.example.com", "--pass", "pass:secret", "--pass-out", "pass:geheim", "--roots", journeys+"company-root.pem")
	if code != 0 {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	b := decoded(t, filepath.Join(dir, "www.example.com", "www.example.com.net"), "geheim")
	want := decoded(t, journeys+"site.key", "")
	if len(b.Keys) != 1 || !bytes.Equal(b.Keys[0].PKCS8, want.Keys[0].PKCS8) || b.Containers[0].Format != "net" {
		t.Errorf("not the key of the site: %+v", b.Containers)
	}
}

func decoded(t *testing.T, path, password string) *convert.Bundle {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(data, &convert.DecodeOptions{Password: convert.Passwords(password)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
