//go:build unix

package validate_test

import (
	"crypto/tls"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/testenv"
)

// tryService starts a server with each pair, as install --test does. Dovecot
// starts in any case, and says why it has no TLS when somebody wants some; the
// others end.
func tryService(name, program string) func(*testing.T, string, []serverPair) []string {
	return func(t *testing.T, dir string, pairs []serverPair) []string {
		testenv.Programs(t, program)
		trial := target.Lookup(name).Trial
		if trial.Root && os.Geteuid() != 0 {
			testenv.Skip(t, name+" is started by root only")
		}
		said := make([]string, len(pairs))
		limit := make(chan struct{}, 4)
		var wait sync.WaitGroup
		for i := range pairs {
			limit <- struct{}{}
			wait.Go(func() {
				defer func() { <-limit }()
				said[i] = startService(t, trial, program, filepath.Join(dir, strconv.Itoa(i)))
			})
		}
		wait.Wait()
		return said
	}
}

// startService returns what a server says that does not load the pair in the
// folder at. Of very many starts of Dovecot one comes to nothing: it is started again.
func startService(t *testing.T, trial *target.Trial, program, at string) string {
	for range 3 {
		if said, settled := startOnce(t, trial, program, at); settled {
			return said
		}
	}
	text, _ := os.ReadFile(filepath.Join(at, "log"))
	t.Errorf("%s neither serves nor ends, three times: %s", program, text)
	return ""
}

// startOnce reports beside that whether the server serves or says why it does not.
func startOnce(t *testing.T, trial *target.Trial, program, at string) (said string, settled bool) {
	address := freePort(t)
	host, port, _ := net.SplitHostPort(address)
	config, log := filepath.Join(at, "server.conf"), filepath.Join(at, "log")
	lines := target.Configure(strings.ReplaceAll(trial.Configuration, "127.0.0.1", host), map[string]string{
		"folder": at, "port": port, "fullchain": filepath.Join(at, "site.pem"), "key": filepath.Join(at, "site.key"),
	})
	if err := os.WriteFile(config, []byte(lines), 0o644); err != nil {
		t.Error(err)
	}
	out, err := os.Create(log)
	if err != nil {
		t.Error(err)
		return "", true
	}
	defer out.Close()
	var args []string
	for _, a := range trial.Arguments {
		args = append(args, strings.ReplaceAll(a, "{configuration}", config))
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to ask for a password
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return "", true
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		<-gone
	}()
	printed := func() string { text, _ := os.ReadFile(log); return string(text) }
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		select {
		case <-gone:
			return "it does not start: " + printed(), true
		default:
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			continue
		}
		answers := answersTLS(conn)
		switch text := printed(); {
		case strings.Contains(text, "SSL context initialization failed"):
			return text, true
		case answers, strings.Contains(text, "SSL handshake failed"):
			return "", true
		}
	}
	return "", false
}

// answersTLS reports whether the other side says anything in TLS.
func answersTLS(conn net.Conn) bool {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(500 * time.Millisecond))
	counted := &countedConn{Conn: conn}
	_ = tls.Client(counted, &tls.Config{InsecureSkipVerify: true}).Handshake()
	return counted.read > 0
}

// countedConn counts the bytes that come.
type countedConn struct {
	net.Conn
	read int
}

func (c *countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read += n
	return n, err
}

// tryMariaDB has one MariaDB read each pair anew.
func tryMariaDB(t *testing.T, dir string, pairs []serverPair) []string {
	testenv.Programs(t, "mariadbd", "mariadb")
	trial := target.Lookup("mysql").Trial
	for _, name := range []string{"data", "none"} {
		own(t, "mysql", mkdir(t, dir, name), 0o755)
	}
	_, port, _ := net.SplitHostPort(freePort(t))
	config := filepath.Join(dir, "server.conf")
	lines := target.Configure(trial.Configuration, map[string]string{
		"folder": dir, "port": port, "fullchain": filepath.Join(dir, "site.pem"), "key": filepath.Join(dir, "site.key"),
	})
	if err := os.WriteFile(config, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	give := func(s *serverPair) {
		s.write(t, dir, lines)
		own(t, "mysql", filepath.Join(dir, "site.key"), 0o600)
		own(t, "mysql", filepath.Join(dir, "site.pem"), 0o644)
		own(t, "mysql", config, 0o644)
	}
	get := material(t)
	give(&serverPair{key: get("rsa.key"), cert: get("rsa.pem")})
	args := []string{"--defaults-file=" + config}
	if os.Geteuid() == 0 {
		args = append(args, "--user=mysql")
	}
	cmd := exec.Command("mariadbd", args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "data", "socket")
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			break
		}
	}
	said := make([]string, len(pairs))
	for i := range pairs {
		give(&pairs[i])
		if answer, err := exec.Command("mariadb", "--no-defaults", "--skip-ssl", "--socket="+socket, "--execute=FLUSH SSL").CombinedOutput(); err != nil {
			said[i] = string(answer)
		}
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, out.String())
	}
	return said
}
