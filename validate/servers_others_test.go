//go:build unix

package validate_test

import (
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// Text that is right, around what is no certificate: HAProxy refuses that.
var wrongDER = []string{"a body line lost", "a body line twice", "dash at the start of a body line", "four characters lost", "last body line lost"}

// What OpenSSL's security level refuses, which Postfix turns off.
var tooWeak = []string{
	"RSA 1024", "RSA 512", "P-192", "self-signed, RSA 1024", "signed with SHA-1", "EC signed with SHA-1", "signed with MD5",
	"intermediate of 1024 bits", "intermediate signed with SHA-1",
}

// Dovecot reads the text up to a NUL, and the first certificate without trust data.
var dovecotReads = map[string]bool{
	"key: line with a NUL before BEGIN": false, "TRUSTED CERTIFICATE": false, "TRUSTED label without trust data": false, "byte behind the DER": true,
}

// loadedBy tells which servers load the pair. HAProxy 2.6, PostgreSQL 15, Postfix
// 3.7, mosquitto 2.0 and MariaDB 10.11 do what nginx does, but want a key of the
// certificate's kind, which Redis 7.0 and Dovecot 2.3 do not; and HAProxy serves
// no more than the certificates before the text that it cannot read.
func (s *serverPair) loadedBy(server string) bool {
	switch server {
	case "nginx", "apache":
		return s.loads.loads(server)
	case "redis":
		return s.loads.loads("nginx")
	case "dovecot":
		if loads, differs := dovecotReads[s.name]; differs {
			return loads
		}
		return s.loads.loads("nginx")
	case "haproxy":
		damage, second := strings.CutPrefix(s.name, "second: ")
		if second && !slices.Contains(wrongDER, damage) || s.name == "glued behind the intermediate" {
			return true
		}
	case "postfix":
		if slices.Contains(tooWeak, s.name) {
			return true
		}
	}
	return s.loads == both
}

// HAProxy starts without the rest of the chain: that is no failure to load, and
// clients that do not know the intermediate are lost.
func TestHAProxyChainEndsAtDamage(t *testing.T) {
	get := material(t)
	s := serverPair{key: get("rsa.key"), cert: slices.Concat(get("rsa.pem"), onLine(-1, before(" "))(get("inter.pem")))}
	load, report := s.check("haproxy")
	trust := slices.ContainsFunc(report.Findings, func(f validate.Finding) bool {
		return f.Breaks == validate.BreaksTrust && strings.Contains(f.Message.String(), "haproxy starts without the certificates from here on")
	})
	if len(load) > 0 || !trust {
		t.Errorf("findings: %+v", report.Findings)
	}
}

// sample are the pairs that the slower servers are asked about: all that are no
// damages of the text, and a few of those.
func sample(t *testing.T) []serverPair {
	return slices.DeleteFunc(serverPairs(t), func(s serverPair) bool {
		place, damage, found := strings.Cut(s.name, ": ")
		return found && slices.Contains([]string{"first", "second", "key"}, place) &&
			!slices.Contains([]string{"space before BEGIN", "space before END", "byte order mark", "UTF-16", "CRLF", "one character lost", "four characters lost", "empty body"}, damage)
	})
}

// The verdicts are those of the real servers.
func TestOtherServersTable(t *testing.T) {
	testenv.Slow(t)
	for server, start := range map[string]func(*testing.T, string, []serverPair) []string{
		"haproxy": tryHAProxy, "postgresql": tryPostgreSQL, "postfix": tryPostfix, "mysql": tryMariaDB,
		"dovecot": tryService("dovecot", "dovecot"), "mosquitto": tryService("mosquitto", "mosquitto"), "redis": tryService("redis", "redis-server"),
	} {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			dir, pairs := t.TempDir(), sample(t)
			for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
				if err := os.Chmod(d, 0o755); err != nil { // for the server's user
					t.Fatal(err)
				}
			}
			for i := range pairs {
				pairs[i].write(t, mkdir(t, dir, strconv.Itoa(i)), "")
			}
			for i, said := range start(t, dir, pairs) {
				if s := pairs[i]; s.loadedBy(server) != (said == "") {
					t.Errorf("%s: %s says %q", s.name, server, said)
				}
			}
		})
	}
}

func mkdir(t *testing.T, elem ...string) string {
	t.Helper()
	dir := filepath.Join(elem...)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// tryHAProxy returns what HAProxy says of each pair that it does not load.
func tryHAProxy(t *testing.T, dir string, pairs []serverPair) []string {
	testenv.Programs(t, "haproxy")
	said := make([]string, len(pairs))
	for i := range pairs {
		at := filepath.Join(dir, strconv.Itoa(i))
		conf := "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend f\n bind 127.0.0.1:9 ssl crt " + at + "/site.pem\n"
		if err := os.Rename(at+"/site.key", at+"/site.pem.key"); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("haproxy", "-c", "-f", "/dev/stdin")
		cmd.Stdin = strings.NewReader(conf)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to ask for a password
		if out, err := cmd.CombinedOutput(); err != nil {
			said[i] = string(out)
		}
	}
	return said
}

// tryPostgreSQL starts PostgreSQL with each pair, on one database.
func tryPostgreSQL(t *testing.T, dir string, pairs []serverPair) []string {
	bin, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(bin) == 0 {
		testenv.Skip(t, "PostgreSQL is not installed")
	}
	data := mkdir(t, dir, "data")
	own(t, "postgres", data, 0o700)
	cmd := asPostgres(bin[len(bin)-1]+"/initdb", "-D", data, "--auth=trust", "--no-sync", "--no-instructions", "--no-locale")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said := make([]string, len(pairs))
	for i := range pairs {
		at := filepath.Join(dir, strconv.Itoa(i))
		own(t, "postgres", at, 0o755)
		own(t, "postgres", at+"/site.key", 0o600)
		own(t, "postgres", at+"/site.pem", 0o644)
		cmd := asPostgres(bin[len(bin)-1]+"/postgres", "-D", data, "-c", "ssl=on", "-c", "ssl_cert_file="+at+"/site.pem", "-c", "ssl_key_file="+at+"/site.key",
			"-c", "listen_addresses=", "-c", "unix_socket_directories="+at, "-c", "fsync=off")
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		gone := make(chan error, 1)
		go func() { gone <- cmd.Wait() }()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
			if _, err := os.Stat(filepath.Join(at, ".s.PGSQL.5432")); err == nil || len(gone) > 0 {
				break
			}
		}
		_ = cmd.Process.Signal(os.Interrupt)
		if err := <-gone; err != nil {
			said[i] = out.String()
		}
	}
	return said
}

// asPostgres runs a program of PostgreSQL, which refuses to be root.
func asPostgres(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if u, err := user.Lookup("postgres"); err == nil && os.Geteuid() == 0 {
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return cmd
}

func own(t *testing.T, name, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	u, err := user.Lookup(name)
	if os.Geteuid() != 0 || err != nil {
		return
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
}

// tryPostfix starts one Postfix with a service for each pair. Postfix always
// starts; what it cannot load shows in the answer to STARTTLS.
func tryPostfix(t *testing.T, dir string, pairs []serverPair) []string {
	const master = "/usr/lib/postfix/sbin/master"
	testenv.Dir(t, master)
	if os.Geteuid() != 0 {
		testenv.Skip(t, "Postfix is started by root only")
	}
	queue := mkdir(t, dir, "queue")
	mkdir(t, queue, "pid")
	for _, name := range []string{"private", "public", "data"} {
		own(t, "postfix", mkdir(t, queue, name), 0o755)
	}
	services := "tlsmgr unix - - n 1000? 1 tlsmgr\nanvil unix - - n - 1 anvil\npostlog unix-dgram n - n - 1 postlogd\n"
	address := freePorts(t, len(pairs))
	for i := range pairs {
		at := filepath.Join(dir, strconv.Itoa(i))
		services += fmt.Sprintf("%s inet n - n - 1 smtpd -o smtpd_tls_cert_file=%s/site.pem -o smtpd_tls_key_file=%s/site.key\n", address[i], at, at)
	}
	main := "compatibility_level = 3.6\nqueue_directory = " + queue + "\ndata_directory = " + queue + "/data\nmaillog_file = " + dir + "/log\nmaillog_file_prefixes = " + dir +
		"\nmyhostname = localhost\nmynetworks = 127.0.0.0/8\ninet_protocols = ipv4\nalias_maps =\nlocal_recipient_maps =\nsmtpd_tls_security_level = may\n"
	for name, text := range map[string]string{"main.cf": main, "master.cf": services} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(master, "-c", dir, "-s")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	said := make([]string, len(pairs))
	for i := range pairs {
		if err := startTLS(t, address[i]); err != nil {
			said[i] = err.Error()
		}
	}
	return said
}

// freePorts finds n addresses, no two the same.
func freePorts(t *testing.T, n int) []string {
	list := make([]string, n)
	for i := range list {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		list[i] = l.Addr().String()
	}
	return list
}

// startTLS asks a mail server for TLS; an error has its answer.
func startTLS(t *testing.T, address string) error {
	t.Helper()
	var conn net.Conn
	var err error
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if conn, err = net.Dial("tcp", address); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Text.Cmd("EHLO localhost"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Text.ReadResponse(250); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Text.Cmd("STARTTLS"); err != nil {
		t.Fatal(err)
	}
	_, _, err = c.Text.ReadResponse(220)
	return err
}

// PostgreSQL does not start with a key that others can read, or that the group
// can write.
func TestPostgreSQLKeyMode(t *testing.T) {
	get := material(t)
	key, err := convert.Decode(get("rsa.key"), &convert.DecodeOptions{File: "site.key"})
	if err != nil {
		t.Fatal(err)
	}
	for perm, loads := range map[uint32]bool{0o400: true, 0o600: true, 0o640: true, 0o660: false, 0o604: false, 0o644: false} {
		report := validate.Run(key, &validate.Options{Target: "postgresql", Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Files: []validate.File{{Name: "site.key", Role: validate.RoleKey, Perm: perm, Size: 1}}})
		refused := slices.ContainsFunc(report.Findings, func(f validate.Finding) bool {
			return f.Code == "key-permissions" && f.Breaks == validate.BreaksLoad
		})
		if refused == loads {
			t.Errorf("mode %04o: findings: %+v", perm, report.Findings)
		}
	}
}
