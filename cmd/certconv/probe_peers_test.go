//go:build unix

package main

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// runProgram runs a program in a folder, and wants exit code 0.
func runProgram(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// background runs a program until the end of the test, and waits for it to take
// connections.
func background(t testing.TB, dir, address, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// Keys that Go does not know are seen in TLS 1.3 too, where no certificate comes in the
// clear.
func TestProbeKeys(t *testing.T) {
	testenv.Programs(t, "openssl")
	for _, c := range []struct{ key, flags, want string }{
		{"RSA-PSS -pkeyopt rsa_keygen_bits:2048", "-tls1_3", "  TLS 1.3\n  www.example.com: CN=www.example.com, RSA-PSS 2048"},
		{"ED448", "-tls1_3", "  TLS 1.3\n  www.example.com: CN=www.example.com, Ed448"},
		{"ED448", "", "  TLS 1.3, TLS 1.2\n  www.example.com: CN=www.example.com, Ed448"},
	} {
		dir := t.TempDir()
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		runProgram(t, dir, "openssl", append([]string{"genpkey", "-out", "key", "-algorithm"}, strings.Fields(c.key)...)...)
		runProgram(t, dir, "openssl", "req", "-x509", "-new", "-key", "key", "-subj", "/CN=www.example.com", "-addext", "subjectAltName=DNS:www.example.com", "-out", "cert")
		address := net.JoinHostPort("127.0.0.1", port)
		background(t, dir, address, "openssl", append([]string{"s_server", "-quiet", "-accept", address, "-key", "key", "-cert", "cert"}, strings.Fields(c.flags)...)...)
		_, stdout, stderr := runInside(t, "probe", address, "--host", "www.example.com", "--roots", filepath.Join(dir, "cert"))
		if !strings.Contains(stdout, c.want) || strings.Contains(stdout, "no name:") {
			t.Errorf("%s %s: %s%s", c.key, c.flags, stdout, stderr)
		}
	}
}

// One name of several may have such a key.
func TestProbeKeyOfOneName(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]string{"a.example.com": "ED25519", "b.example.com": "ED448"} {
		runProgram(t, dir, "openssl", "genpkey", "-out", name+".key", "-algorithm", key)
		runProgram(t, dir, "openssl", "req", "-x509", "-new", "-key", name+".key", "-subj", "/CN="+name, "-addext", "subjectAltName=DNS:"+name, "-out", name)
	}
	address := net.JoinHostPort("127.0.0.1", port)
	background(t, dir, address, "openssl", "s_server", "-quiet", "-accept", address, "-key", "a.example.com.key", "-cert", "a.example.com",
		"-servername", "b.example.com", "-key2", "b.example.com.key", "-cert2", "b.example.com")
	_, stdout, stderr := runInside(t, "probe", address, "--host", "a.example.com", "--host", "b.example.com", "--format", "text")
	for _, want := range []string{"  a.example.com: CN=a.example.com, Ed25519", "  b.example.com: CN=b.example.com, Ed448"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s%s", want, stdout, stderr)
		}
	}
}

// nginxPair is a server with certificates of both kinds and a staple, behind another site.
const nginxPair = `daemon off; pid DIR/pid; error_log DIR/log;
events {}
http {
	access_log off; client_body_temp_path DIR/t;
	ssl_protocols TLSv1.1 TLSv1.2; ssl_ciphers HIGH:@SECLEVEL=0;
	ssl_client_certificate DIR/root.pem; ssl_verify_client optional;
	server { listen ADDRESS ssl; server_name _; ssl_certificate DIR/other.pem; ssl_certificate_key DIR/other.key; }
	server {
		listen ADDRESS ssl; server_name www.example.com;
		ssl_certificate DIR/site-rsa.pem; ssl_certificate_key DIR/site-rsa.key;
		ssl_certificate DIR/site.pem; ssl_certificate_key DIR/site.key;
		ssl_stapling on; ssl_stapling_file DIR/staple;
	}
}
`

// testssl.sh, sslscan and openssl see what probe sees of a server.
func TestProbePeers(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "nginx", "testssl", "sslscan", "openssl")
	dir := t.TempDir()
	chmodParents(t, dir)
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort("127.0.0.1", port)
	files := map[string][]byte{
		"staple":     staple(t, "good", "site-rsa"),
		"nginx.conf": []byte(strings.NewReplacer("DIR", dir, "ADDRESS", address).Replace(nginxPair)),
	}
	for _, name := range []string{"site.pem", "site.key", "site-rsa.pem", "site-rsa.key", "other.pem", "other.key", "root.pem"} {
		files[name] = probeFile(t, name)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	background(t, dir, address, "nginx", "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))

	_, stdout, stderr := runInside(t, "probe", address, "--host", "www.example.com", "--format", "json")
	var list struct {
		Hosts []struct {
			Addresses []struct {
				Versions []string
				Served   []seenReply
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		t.Fatal(err, stdout, stderr)
	}
	seen := list.Hosts[0].Addresses[0]
	if s := strings.Join(seen.Versions, " "); s != sslscanVersions(runProgram(t, dir, "sslscan", "--no-colour", "--sni-name=www.example.com", address)) {
		t.Errorf("sslscan sees other versions than %s", s)
	}
	cmd := exec.Command("openssl", "s_client", "-connect", address, "-servername", "www.example.com")
	hello, _ := cmd.CombinedOutput() // it does not trust the root
	if _, cas, ok := strings.Cut(string(hello), "Acceptable client certificate CA names\n"); !ok || !strings.HasPrefix(strings.ReplaceAll(cas, " = ", "="), seen.Served[0].ClientCAs[0]+"\n") {
		t.Errorf("openssl sees other CAs than %q: %.100s", seen.Served[0].ClientCAs, cas)
	}
	theirs := askTestssl(t, dir, port)
	for _, r := range seen.Served {
		switch {
		case r.Asked == "none":
			if want := "CN=" + theirs["cert_commonName_wo_SNI <cert#1>"]; r.Chain[0].Subject != want {
				t.Errorf("without a name: %s, testssl sees %s", r.Chain[0].Subject, want)
			}
		case r.Key != "":
			n := map[string]string{"RSA": " <cert#1>", "ECDSA": " <cert#2>"}[r.Key]
			if strings.ToUpper(r.Chain[0].SHA256) != theirs["cert_fingerprintSHA256"+n] || theirs["certs_countServer"+n] != "2" || len(r.Chain) != 2 ||
				(theirs["OCSP_stapling"+n] == "offered") != r.Staple || theirs["certs_list_ordering_problem"+n] != "no" {
				t.Errorf("%s: %+v, testssl sees %q", r.Key, r, theirs)
			}
		}
	}
	if len(seen.Served) < 4 || theirs["cert_numbers"] != "2" {
		t.Errorf("%s\n%q", stdout, theirs)
	}
}

// seenReply is a reply in the report.
type seenReply struct {
	Asked, Key string
	Staple     bool
	ClientCAs  []string `json:"client_cas"`
	Chain      []struct{ SHA256, Subject string }
}

// sslscanVersions are the versions in a report of sslscan, newest first.
func sslscanVersions(report string) string {
	list := ""
	for _, v := range []string{"1.3", "1.2", "1.1", "1.0"} {
		if strings.Contains(report, "TLSv"+v+"   enabled") {
			list += " TLS " + v
		}
	}
	return strings.TrimSpace(list)
}

// askTestssl has testssl.sh look at the certificates, with as few connections and pauses
// as it can.
func askTestssl(t *testing.T, dir, port string) map[string]string {
	t.Helper()
	cmd := exec.Command("testssl", "--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--nodns", "none", "--ssl-native", "--server-defaults",
		"--jsonfile", filepath.Join(dir, "out.json"), "https://www.example.com:"+port)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "USLEEP_SND=0.01", "USLEEP_REC=0.01", "HEADER_MAXSLEEP=1")
	out, err := cmd.CombinedOutput() // its exit code is a count of findings
	data, errRead := os.ReadFile(filepath.Join(dir, "out.json"))
	if errRead != nil {
		t.Fatalf("%v %v\n%s", err, errRead, out)
	}
	var list []struct{ ID, Finding string }
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range list {
		all[f.ID] = f.Finding
	}
	return all
}
