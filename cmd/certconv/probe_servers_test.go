//go:build unix

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/testenv"
)

const servers = "../../testdata/servers/"

// askedServers are servers that certconv installs nothing for, and probe asks.
// In the configuration DIR/chain.pem and DIR/site.key are the files of the site.
var askedServers = []server{
	{program: "slapd", hello: "ldap", main: `include /etc/ldap/schema/core.schema
pidfile DIR/pid
argsfile DIR/args
moduleload back_ldif
modulepath /usr/lib/ldap
TLSCertificateFile DIR/chain.pem
TLSCertificateKeyFile DIR/site.key
TLSVerifyClient never
database ldif
suffix "dc=example,dc=com"
directory DIR
`, args: []string{"-d", "0", "-f", "DIR/main.conf", "-h", "ldap://127.0.0.1:PORT/"}},
	{program: "vsftpd", hello: "ftp", main: `listen=YES
listen_address=127.0.0.1
listen_port=PORT
background=NO
local_enable=YES
anonymous_enable=NO
ssl_enable=YES
rsa_cert_file=DIR/chain.pem
rsa_private_key_file=DIR/site.key
secure_chroot_dir=DIR
seccomp_sandbox=NO
`, args: []string{"DIR/main.conf"}},
	{program: "prosody", hello: "xmpp", setup: setupProsody, args: []string{"--config", "DIR/main.cfg.lua", "-F"}},
	{program: "xrdp", hello: "rdp", main: `[Globals]
ini_version=1
fork=true
address=127.0.0.1
port=tcp://127.0.0.1:PORT
security_layer=tls
certificate=DIR/chain.pem
key_file=DIR/site.key
ssl_protocols=TLSv1.2, TLSv1.3
[Logging]
LogFile=DIR/log
EnableSyslog=false
`, args: []string{"--nodaemon", "--config", "DIR/main.conf"}},
	{program: "stunnel", main: `foreground = yes
pid =
cert = DIR/chain.pem
key = DIR/site.key
[site]
accept = 127.0.0.1:PORT
connect = 127.0.0.1:1
`, args: []string{"DIR/main.conf"}},
}

// setupProsody writes its configuration, which must be called .lua.
func setupProsody(t *testing.T, dir, port, _ string) {
	appendTo(t, filepath.Join(dir, "main.cfg.lua"), strings.NewReplacer("DIR", dir, "PORT", port).Replace(`run_as_root = true
daemonize = false
pidfile = "DIR/pid"
data_path = "DIR"
certificates = "DIR"
log = { error = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { PORT }
modules_enabled = { "tls", "saslauth" }
modules_disabled = { "s2s" }
c2s_require_encryption = true
VirtualHost "www.example.com"
  ssl = { certificate = "DIR/chain.pem", key = "DIR/site.key" }
`))
}

// Servers of other protocols send what is in their files, and probe sees it.
func TestProbeRealServers(t *testing.T) {
	testenv.Slow(t)
	for _, s := range askedServers {
		t.Run(s.program, func(t *testing.T) {
			program := s.find(t)
			dir := t.TempDir()
			chmodParents(t, dir)
			var chain []byte
			for _, name := range []string{"rsa.pem", "inter.pem"} {
				text, err := os.ReadFile(servers + name)
				if err != nil {
					t.Fatal(err)
				}
				chain = append(chain, text...)
			}
			key, err := os.ReadFile(servers + "rsa.key")
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string][]byte{"chain.pem": chain, "site.key": key} {
				if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			s.serve(t, program, dir)
		})
	}
}

// seenByProbe asks a real server that sends the pair of testdata/servers: all is well,
// unless another certificate is expected or another name is asked for.
func seenByProbe(t *testing.T, address string, hello target.Hello) {
	t.Helper()
	protocol := string(hello)
	switch hello {
	case target.HelloNone:
		protocol = "none"
	case target.HelloPostgreSQL:
		protocol = "postgres"
	}
	for _, c := range []struct {
		host, expect, code string // of the one error, "" for none
	}{
		{"www.example.com", "rsa.pem", ""},
		{"www.example.com", "renewed.pem", "served-not-on-disk"},
		{"shop.example.net", "rsa.pem", "served-other-site"},
	} {
		if c.host != "www.example.com" && hello == "xmpp" {
			continue // it hangs up on names that it does not know
		}
		args := []string{"probe", address, "--starttls", protocol, "--host", c.host, "--expect", servers + c.expect, "--roots", journeys + "company-root.pem", "--format", "json"}
		code, stdout, stderr := runInside(t, args...)
		var list struct {
			Hosts []struct {
				Addresses []struct {
					Served []struct {
						Chain []struct{ Subject string }
					}
				}
				Findings []struct{ Code, Severity, Message string }
			}
		}
		if err := json.Unmarshal([]byte(stdout), &list); err != nil || len(list.Hosts) != 1 {
			t.Fatalf("%v: %s%s", err, stdout, stderr)
		}
		page := list.Hosts[0]
		var errs []string
		for _, f := range page.Findings {
			if f.Severity == "error" {
				errs = append(errs, f.Code)
			}
		}
		if strings.Join(errs, " ") != c.code || (code != 0) != (c.code != "") {
			t.Errorf("%s, %s expected: exit code %d, errors %v, want %q: %s", c.host, c.expect, code, errs, c.code, stdout)
		}
		if len(page.Addresses) != 1 || len(page.Addresses[0].Served) == 0 || len(page.Addresses[0].Served[0].Chain) != 2 {
			t.Errorf("%s: not the two certificates: %s", c.host, stdout)
		}
	}
}
