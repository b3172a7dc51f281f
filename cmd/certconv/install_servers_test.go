//go:build unix

package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/testenv"
)

// server is a real server, with a configuration around the one that install
// writes. In it PORT is the port, DIR a folder of its own.
type server struct {
	target   string
	program  string
	included string // file that install writes the configuration to; "" if it cannot
	port     string // as that configuration has it
	main     string // configuration that includes it
	args     []string
	flags    []string // of install

	setup func(t *testing.T, dir, port, lines string) // writes what it starts with, instead of included and main
	hello target.Hello                                // what comes before TLS
}

const apacheMain = `ServerRoot /usr/lib/apache2
ServerName localhost
PidFile DIR/pid
ErrorLog /dev/stderr
DefaultRuntimeDir DIR
Mutex file:DIR
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule ssl_module modules/mod_ssl.so
User nobody
Group nogroup
Listen 127.0.0.1:PORT
Include DIR/site.conf
`

const journeys = "../../testdata/journeys/"

const tomcatMain = `<?xml version="1.0"?>
<!DOCTYPE Server [<!ENTITY connector SYSTEM "file:DIR/site.xml">]>
<Server port="-1"><Service name="Catalina">&connector;
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost"/></Engine></Service></Server>
`

var startTomcat = []string{
	"-Djava.security.egd=file:/dev/./urandom", "-Dcatalina.home=/usr/share/tomcat10", "-Dcatalina.base=DIR", "-Djava.io.tmpdir=DIR",
	"-cp", "/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar", "org.apache.catalina.startup.Bootstrap", "-config", "DIR/main.conf", "start",
}

var realServers = []server{
	{
		target: "nginx", program: "nginx", included: "site.conf", port: "443", main: `daemon off;
master_process off;
pid DIR/pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d; scgi_temp_path DIR/e;
  include DIR/site.conf;
}
`, args: []string{"-p", "DIR", "-e", "stderr", "-c", "DIR/main.conf"},
	},
	{
		target: "apache", program: "apache2", included: "site.conf", port: "443", main: apacheMain, args: []string{"-D", "FOREGROUND", "-f", "DIR/main.conf"},
	},
	{ // 2.4 still takes what 2.2 needs
		target: "apache22", program: "apache2", included: "site.conf", port: "443", main: apacheMain, args: []string{"-D", "FOREGROUND", "-f", "DIR/main.conf"},
	},
	{
		target: "haproxy", program: "haproxy", included: "site.conf", port: "443", main: `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
`, args: []string{"-db", "-f", "DIR/main.conf", "-f", "DIR/site.conf"},
	},
	{
		target: "tomcat", program: "java", included: "site.xml", port: "8443", main: tomcatMain, args: startTomcat,
		flags: []string{"--pass-out", "pass:geheim"},
	},
	{target: "dovecot", program: "dovecot", included: "site.conf", args: []string{"-F", "-c", "DIR/main.conf"}, setup: setupDovecot},
	{target: "mosquitto", program: "mosquitto", included: "site.conf", port: "8883", args: []string{"-c", "DIR/site.conf"}},
	{target: "redis", program: "redis-server", included: "site.conf", port: "6379", main: "bind 127.0.0.1\ndir DIR\nsave \"\"\ninclude DIR/site.conf\n", args: []string{"DIR/main.conf"}},
	{target: "mysql", program: "mariadbd", included: "site.cnf", args: []string{"--defaults-file=DIR/site.cnf", "--datadir=DIR/data", "--socket=DIR/data/socket", "--bind-address=127.0.0.1", "--port=PORT", "--user=mysql"}, setup: setupMySQL, hello: target.HelloMySQL},
	{target: "jks", program: "java", args: startTomcat, flags: []string{"--pass-out", "pass:geheim"}, setup: setupTomcatJKS},
	{target: "postgresql", program: "postgres", included: "site.conf", args: []string{"-D", "DIR/data"}, setup: setupPostgreSQL, hello: target.HelloPostgreSQL},
	{target: "postfix", program: "master", included: "site.cf", args: []string{"-c", "DIR", "-s"}, setup: setupPostfix, hello: target.HelloSMTP},
}

// From a Key Manager backup to a server that serves: the chain that a client
// gets is the one that the CA sent, byte for byte, and leads to the root.
func TestInstallToRunningServer(t *testing.T) {
	testenv.Slow(t)
	for _, s := range realServers {
		t.Run(s.target, func(t *testing.T) {
			program := s.find(t)
			if s.program == "java" {
				testenv.Dir(t, "/usr/share/tomcat10/lib")
			}
			dir := t.TempDir()
			chmodParents(t, dir)
			args := append([]string{
				"install", journeys + "backup.key", journeys + "from-the-ca.zip", "--for", s.target, "--dir", filepath.Join(dir, "ssl"), "--host", "www.example.com",
				"--pass", "pass:secret", "--roots", journeys + "company-root.pem", "--test",
			}, s.flags...)
			if s.included != "" {
				args = append(args, "--write-config", filepath.Join(dir, s.included))
			}
			code, stdout, stderr := runInside(t, args...)
			if code != 0 {
				t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
			}
			if target.Lookup(s.target).Trial != nil && !strings.Contains(stdout, "starts with these files, and serves 2 certificates") {
				t.Errorf("--test did not try the server: %s", stdout)
			}
			s.serve(t, program, dir)
		})
	}
}

// chmodParents lets servers that give up root reach the files of a test.
func chmodParents(t *testing.T, dir string) {
	t.Helper()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// serve starts the server with what install wrote, on another port, and looks
// at the chain.
func (s *server) serve(t *testing.T, program, dir string) {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("DIR", dir, "PORT", port).Replace
	included := filepath.Join(dir, s.included)
	lines, err := os.ReadFile(included)
	if err != nil && s.included != "" {
		t.Fatal(err)
	}
	if s.setup != nil {
		s.setup(t, dir, port, string(lines))
	} else {
		files := map[string]string{filepath.Join(dir, "main.conf"): fill(s.main)}
		if s.included != "" {
			text := regexp.MustCompile(`\b`+s.port+`\b`).ReplaceAllString(string(lines), port)
			files[included] = strings.ReplaceAll(text, `Password="PASSWORD"`, `Password="geheim"`)
		}
		for name, content := range files {
			if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	var args []string
	for _, a := range s.args {
		args = append(args, fill(a))
	}
	program, args = asItsUser(s.target, program, args)
	running := newTrialServer()
	running.dir = dir
	running.start(program, args, os.Environ())
	defer running.end()
	address := net.JoinHostPort("127.0.0.1", port)
	conn, err := running.reach(address, s.hello)
	if err != nil {
		t.Fatal(err)
	}
	first := conn
	got := shake(func() (net.Conn, error) { return first, nil }, "www.example.com", tls.VersionTLS12)
	if got.err != nil {
		t.Error(got.err)
	}
	served := got.certs
	var want [][]byte
	for _, name := range []string{"../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		want = append(want, block.Bytes)
	}
	if !slices.EqualFunc(served, want, bytes.Equal) {
		t.Errorf("%d certificates are served, not the two of the site", len(served))
	}
	if err := trusted(address, s.hello); err != nil {
		t.Error(err)
	}
	seenByProbe(t, address, s.hello)
}

// reach makes a connection up to where TLS begins. An error has the server's
// words.
func (s *trialServer) reach(address string, hello target.Hello) (net.Conn, error) {
	err := errors.New("it does not answer")
	for end := time.Now().Add(trialTime); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case <-s.gone:
			return nil, errors.New(s.said.last())
		default:
		}
		var conn net.Conn
		if conn, err = dialTrial(address, "www.example.com", hello); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// trusted makes a connection as a client that has the company's root.
func trusted(address string, hello target.Hello) error {
	roots := x509.NewCertPool()
	text, err := os.ReadFile(journeys + "company-root.pem")
	if err != nil {
		return err
	}
	if !roots.AppendCertsFromPEM(text) {
		return fmt.Errorf("no root in %s", journeys)
	}
	conn, err := dialTrial(address, "www.example.com", hello)
	if err != nil {
		return err
	}
	defer conn.Close()
	return tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: "www.example.com"}).Handshake()
}
