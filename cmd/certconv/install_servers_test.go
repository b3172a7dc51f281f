//go:build unix

package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// server is a real server, with a configuration around the one that install
// writes. In it PORT is the port, DIR a folder of its own.
type server struct {
	target   string
	program  string
	included string // file that install writes the configuration to
	port     string // as that configuration has it
	main     string // configuration that includes it
	args     []string
	flags    []string // of install
}

const journeys = "../../testdata/journeys/"

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
		target: "apache", program: "apache2", included: "site.conf", port: "443", main: `ServerRoot /usr/lib/apache2
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
`, args: []string{"-D", "FOREGROUND", "-f", "DIR/main.conf"},
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
		target: "tomcat", program: "java", included: "site.xml", port: "8443", main: `<?xml version="1.0"?>
<!DOCTYPE Server [<!ENTITY connector SYSTEM "file:DIR/site.xml">]>
<Server port="-1"><Service name="Catalina">&connector;
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost"/></Engine></Service></Server>
`, args: []string{
			"-Djava.security.egd=file:/dev/./urandom", "-Dcatalina.home=/usr/share/tomcat10", "-Dcatalina.base=DIR", "-Djava.io.tmpdir=DIR",
			"-cp", "/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar", "org.apache.catalina.startup.Bootstrap", "-config", "DIR/main.conf", "start",
		},
		flags: []string{"--pass-out", "pass:geheim"},
	},
}

// From a Key Manager backup to a server that serves: the chain that a client
// gets is the one that the CA sent, byte for byte, and leads to the root.
func TestInstallToRunningServer(t *testing.T) {
	testenv.Slow(t)
	for _, s := range realServers {
		t.Run(s.target, func(t *testing.T) {
			testenv.Programs(t, s.program)
			if s.target == "tomcat" {
				testenv.Dir(t, "/usr/share/tomcat10/lib")
			}
			dir := t.TempDir()
			chmodParents(t, dir)
			args := append([]string{
				"install", journeys + "backup.key", journeys + "from-the-ca.zip", "--for", s.target, "--dir", filepath.Join(dir, "ssl"), "--host", "www.example.com",
				"--pass", "pass:secret", "--roots", journeys + "company-root.pem", "--test", "--write-config", filepath.Join(dir, s.included),
			}, s.flags...)
			code, stdout, stderr := runInside(t, args...)
			if code != 0 {
				t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
			}
			if s.target != "tomcat" && !strings.Contains(stdout, "starts with these files, and serves 2 certificates") {
				t.Errorf("--test did not try the server: %s", stdout)
			}
			s.serve(t, dir)
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
func (s *server) serve(t *testing.T, dir string) {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("DIR", dir, "PORT", port).Replace
	included := filepath.Join(dir, s.included)
	lines, err := os.ReadFile(included)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(lines), s.port, port)
	text = strings.ReplaceAll(text, `Password="PASSWORD"`, `Password="geheim"`)
	for name, content := range map[string]string{included: text, filepath.Join(dir, "main.conf"): fill(s.main)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var args []string
	for _, a := range s.args {
		args = append(args, fill(a))
	}
	program, err := exec.LookPath(s.program)
	if err != nil {
		t.Fatal(err)
	}
	running := startTrial(program, args, dir)
	defer running.stop()
	served, err := running.serves(net.JoinHostPort("127.0.0.1", port), "www.example.com")
	if err != nil {
		t.Fatal(err)
	}
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
	if err := trusted(net.JoinHostPort("127.0.0.1", port)); err != nil {
		t.Error(err)
	}
}

// trusted makes a connection as a client that has the company's root.
func trusted(address string) error {
	roots := x509.NewCertPool()
	text, err := os.ReadFile(journeys + "company-root.pem")
	if err != nil {
		return err
	}
	if !roots.AppendCertsFromPEM(text) {
		return fmt.Errorf("no root in %s", journeys)
	}
	c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "www.example.com"})
	if err != nil {
		return err
	}
	return c.Close()
}
