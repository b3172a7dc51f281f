//go:build unix

package validate

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// listOf is a CRL of by, signed with the key of signer, that was made so many hours ago
// and has to be replaced after as many more.
func listOf(t testing.TB, by, signer *issued, ago, after time.Duration, revoked ...*issued) []byte {
	t.Helper()
	return limitedList(t, by, signer, ago, after, nil, revoked...)
}

// limitedList is listOf with an issuing distribution point, in DER.
func limitedList(t testing.TB, by, signer *issued, ago, after time.Duration, point []byte, revoked ...*issued) []byte {
	t.Helper()
	now := time.Now().Truncate(time.Second)
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-ago), NextUpdate: now.Add(after - ago)}
	if point != nil {
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: point}}
	}
	for _, c := range revoked {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.cert(t).SerialNumber, RevocationTime: now.Add(-ago)})
	}
	issuer := *by.cert(t)
	issuer.KeyUsage |= x509.KeyUsageCRLSign // which not every one has
	if issuer.SubjectKeyId == nil {
		issuer.SubjectKeyId = []byte{1} // without which the library makes no list
	}
	raw, err := x509.CreateRevocationList(rand.Reader, template, &issuer, signer.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})
}

// clientLists is what a server is given to verify clients with, and a client.
type clientLists struct {
	name   string
	cas    []*issued
	lists  [][]byte
	client []*issued // its certificate, and what it sends with it
	chain  bool      // nginx, HAProxy and Apache with SSLCARevocationCheck chain take it
	leaf   bool      // Apache with SSLCARevocationCheck leaf does
	codes  string    // of the errors for nginx and HAProxy
	apache string    // of the errors for Apache, and of the warnings in parentheses
}

func clientListCases(t testing.TB) []clientLists {
	const day = 24 * time.Hour
	user := func(by *issued, name string) *issued {
		return issue(t, by, name, func(d *draft) {
			d.BasicConstraintsValid, d.KeyUsage, d.ExtKeyUsage = true, x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		})
	}
	root, other := ca(t, nil, "client root"), ca(t, nil, "other root")
	inter := ca(t, root, "client inter")
	twin := ca(t, nil, "client root")
	one, two, three := user(root, "one"), user(inter, "two"), user(other, "three")
	good := func(c *issued) []byte { return listOf(t, c, c, day, 30*day) }
	old := func(c *issued) []byte { return listOf(t, c, c, 30*day, 10*day) }
	early := func(c *issued) []byte { return listOf(t, c, c, -2*day, 10*day) }
	flat, both := []*issued{root}, []*issued{root, inter}
	limited := func(c *issued, tag byte, ago, after time.Duration) []byte {
		return limitedList(t, c, c, ago, after, []byte{0x30, 3, 0x80 | tag, 1, 0xff})
	}
	const users, cas = 1, 2
	forUsers := func(c *issued) []byte { return limited(c, users, day, 30*day) }
	forCAs := func(c *issued) []byte { return limited(c, cas, day, 30*day) }
	mute := ca(t, nil, "no lists", func(d *draft) { d.KeyUsage = x509.KeyUsageCertSign })
	four := user(mute, "four")
	past := ca(t, nil, "twice", func(d *draft) { d.NotBefore, d.NotAfter = time.Now().AddDate(-3, 0, 0), time.Now().AddDate(-1, 0, 0) })
	cross := ca(t, other, "twice", keyOf(past))
	five := user(past, "five")
	return append([]clientLists{
		{name: "one CA and its list", cas: flat, lists: [][]byte{good(root)}, client: []*issued{one}, chain: true, leaf: true},
		{name: "revoked", cas: flat, lists: [][]byte{listOf(t, root, root, day, 30*day, one)}, client: []*issued{one}},
		{name: "the list of another CA", cas: flat, lists: [][]byte{good(other)}, client: []*issued{one}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "an expired list", cas: flat, lists: [][]byte{old(root)}, client: []*issued{one}, codes: "crl-stale", apache: "crl-stale"},
		{name: "a list of the future", cas: flat, lists: [][]byte{early(root)}, client: []*issued{one}, codes: "crl-stale", apache: "crl-stale"},
		{name: "an expired list and a good one", cas: flat, lists: [][]byte{old(root), good(root)}, client: []*issued{one}, chain: true, leaf: true, codes: "(crl-stale)", apache: "(crl-stale)"},
		{name: "a good list and an expired one", cas: flat, lists: [][]byte{good(root), old(root)}, client: []*issued{one}, chain: true, leaf: true, codes: "(crl-stale)", apache: "(crl-stale)"},
		{name: "a list signed with another key", cas: flat, lists: [][]byte{listOf(t, root, other, day, 30*day)}, client: []*issued{one}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "the list of a CA of the same name", cas: flat, lists: [][]byte{good(twin)}, client: []*issued{one}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "two levels and both lists", cas: both, lists: [][]byte{good(root), good(inter)}, client: []*issued{two}, chain: true, leaf: true},
		{name: "two levels, no list of the root", cas: both, lists: [][]byte{good(inter)}, client: []*issued{two}, leaf: true, codes: "crl-missing-for-ca", apache: "(crl-missing-for-ca)"},
		{name: "two levels, no list of the intermediate", cas: both, lists: [][]byte{good(root)}, client: []*issued{two}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "two levels, no list of the intermediate, a client of the root", cas: both, lists: [][]byte{good(root)}, client: []*issued{one}, chain: true, leaf: true, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "two levels, an expired list of the root", cas: both, lists: [][]byte{old(root), good(inter)}, client: []*issued{two}, leaf: true, codes: "crl-stale", apache: "(crl-stale)"},
		{name: "two levels, an expired list of the intermediate", cas: both, lists: [][]byte{good(root), old(inter)}, client: []*issued{two}, codes: "crl-stale", apache: "crl-stale"},
		{name: "the client sends the intermediate", cas: flat, lists: [][]byte{good(root), good(inter)}, client: []*issued{two, inter}, chain: true, leaf: true},
		{name: "the client sends the intermediate, no list of it", cas: flat, lists: [][]byte{good(root)}, client: []*issued{two, inter}},
		{name: "two CAs, a list of one, a client of that", cas: []*issued{root, other}, lists: [][]byte{good(root)}, client: []*issued{one}, chain: true, leaf: true, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "two CAs, a list of one, a client of the other", cas: []*issued{root, other}, lists: [][]byte{good(root)}, client: []*issued{three}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "a list for certificates that are not of CAs", cas: flat, lists: [][]byte{forUsers(root)}, client: []*issued{one}, leaf: true, codes: "crl-missing-for-ca", apache: "(crl-missing-for-ca)"},
		{name: "a list for CAs only", cas: flat, lists: [][]byte{forCAs(root)}, client: []*issued{one}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "a list for each", cas: flat, lists: [][]byte{forCAs(root), forUsers(root)}, client: []*issued{one}, chain: true, leaf: true},
		{name: "a list for each, that for clients expired", cas: flat, lists: [][]byte{forCAs(root), limited(root, users, 30*day, 10*day)}, client: []*issued{one}, codes: "crl-stale", apache: "crl-stale"},
		{name: "two levels, each with the list that it needs", cas: both, lists: [][]byte{forCAs(root), forUsers(inter)}, client: []*issued{two}, chain: true, leaf: true},
		{name: "two levels, the list of the root not for CAs", cas: both, lists: [][]byte{forUsers(root), good(inter)}, client: []*issued{two}, leaf: true, codes: "crl-missing-for-ca", apache: "(crl-missing-for-ca)"},
		{name: "a CA whose key may not sign lists", cas: []*issued{mute}, lists: [][]byte{good(mute)}, client: []*issued{four}, codes: "crl-missing-for-ca", apache: "crl-missing-for-ca"},
		{name: "an expired root, and a certificate for its key by a CA that is not here", cas: []*issued{past, cross}, lists: [][]byte{good(past)}, client: []*issued{five}, codes: "client-ca-unusable", apache: "client-ca-unusable"},
		{name: "the intermediate alone", cas: []*issued{inter}, lists: [][]byte{good(inter)}, client: []*issued{two}, codes: "client-ca-unusable", apache: "client-ca-unusable"},
		{name: "the intermediate alone, with the list of the root", cas: []*issued{inter}, lists: [][]byte{good(inter), good(root)}, client: []*issued{two}, codes: "client-ca-unusable", apache: "client-ca-unusable"},
	}, unusableCases(t)...)
}

// listServers are configurations of servers that verify clients. {bind}, {ca} and {crl} are
// replaced for each case, {dir} once.
var listServers = []struct {
	name, program    string
	args             []string
	head, each, tail string
	takes            func(*clientLists) bool
}{
	{
		"nginx", "nginx", []string{"-p", "{dir}", "-e", "{dir}/log", "-c", "{dir}/conf"}, `daemon off;
master_process off;
pid {dir}/pid;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  ssl_certificate {dir}/site.pem; ssl_certificate_key {dir}/site.key; ssl_verify_depth 5; ssl_verify_client on;
`, "server { listen {bind} ssl; ssl_client_certificate {ca}; ssl_crl {crl}; return 200 ok; }\n", "}\n", byChain,
	},
	{
		"haproxy", "haproxy", []string{"-f", "{dir}/conf"}, `defaults
 mode http
 timeout client 5s
 timeout server 5s
 timeout connect 5s
frontend f
 http-request return status 200
`, " bind {bind} ssl crt {dir}/site.both ca-file {ca} crl-file {crl} verify required\n", "", byChain,
	},
	{"apache with chain", "apache2", apacheArgs, apacheHead, apacheEach("SSLCARevocationCheck chain"), "", byChain},
	{"apache with leaf", "apache2", apacheArgs, apacheHead, apacheEach("SSLCARevocationCheck leaf"), "", func(c *clientLists) bool { return c.leaf }},
	{"apache without", "apache2", apacheArgs, apacheHead, apacheEach(""), "", func(c *clientLists) bool { return c.leaf || !strings.Contains(c.apache, "client-ca-unusable") }},
}

func byChain(c *clientLists) bool { return c.chain }

var apacheArgs = []string{"-D", "FOREGROUND", "-f", "{dir}/conf"}

const apacheHead = `ServerRoot /usr/lib/apache2
ServerName www.example.com
PidFile {dir}/pid
ErrorLog {dir}/log
DefaultRuntimeDir {dir}
Mutex file:{dir}
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule ssl_module modules/mod_ssl.so
User nobody
Group nogroup
StartServers 1
SSLSessionCache none
`

func apacheEach(check string) string {
	return `Listen {bind}
<VirtualHost {bind}>
ServerName www.example.com
SSLEngine on
SSLCertificateFile {dir}/site.pem
SSLCertificateKeyFile {dir}/site.key
SSLVerifyClient require
SSLVerifyDepth 5
SSLCACertificateFile {ca}
SSLCARevocationFile {crl}
` + check + "\n</VirtualHost>\n"
}

// freeAddresses are ports of an address of this machine that nothing else uses.
func freeAddresses(t *testing.T, host string, n int) []string {
	t.Helper()
	list := make([]string, n)
	for i := range list {
		l, err := net.Listen("tcp", host+":0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		list[i] = l.Addr().String()
	}
	return list
}

// takes reports whether the server at the address serves a client.
func takes(t *testing.T, address string, client []*issued) bool {
	c := tls.Certificate{PrivateKey: client[0].key}
	for _, i := range client {
		c.Certificate = append(c.Certificate, i.raw)
	}
	h := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil },
	}}}
	resp, err := h.Get("https://" + address)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode != http.StatusBadRequest // which nginx says to clients that it does not take
}

// What is said of each case.
func TestClientLists(t *testing.T) {
	for _, c := range clientListCases(t) {
		for target, want := range map[string]string{"nginx": c.codes, "haproxy": c.codes, "apache": c.apache} {
			b := decode(t, append([][]byte{pemOf(c.cas...)}, c.lists...)...)
			opts := &Options{Target: target, Now: time.Now(), Files: []File{{Name: "file1", Role: RoleClientCA}}}
			for i := range c.lists {
				opts.Files = append(opts.Files, File{Name: fmt.Sprintf("file%d", i+2), Role: RoleCRL})
			}
			var got []string
			for _, f := range Run(b, opts).Findings {
				switch {
				case f.Severity == Error && !slices.Contains(got, f.Code):
					got = append(got, f.Code)
				case f.Severity == Warning:
					got = append(got, "("+f.Code+")")
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s, %s: %q, want %q", c.name, target, got, want)
			}
		}
	}
}

// Why a list that is there is none for a CA is told.
func TestClientListsThatDoNotCount(t *testing.T) {
	const day = 24 * time.Hour
	root, other := ca(t, nil, "client root"), ca(t, nil, "other root")
	twin := ca(t, nil, "client root")
	mute := ca(t, nil, "no lists", func(d *draft) { d.KeyUsage = x509.KeyUsageCertSign })
	limited := func(point ...byte) []byte {
		return limitedList(t, root, root, day, 30*day, append([]byte{0x30, byte(len(point))}, point...))
	}
	now := time.Now().Truncate(time.Second)
	raw, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(2), ThisUpdate: now.Add(-day), NextUpdate: now.Add(day),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}},
	}, root.cert(t), root.key)
	if err != nil {
		t.Fatal(err)
	}
	delta := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})
	critical := crlOf(t, root, func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	})
	for _, c := range []struct {
		says string
		ca   *issued
		list []byte
	}{
		{"cannot be used: it has a critical extension that clients do not know: 1.2.3", root, critical},
		{"is a delta CRL, which holds only what is new", root, delta},
		{"is of another CA with this name", root, listOf(t, twin, twin, day, 30*day)},
		{"is not signed with the key of the CA", root, listOf(t, root, other, day, 30*day)},
		{"the key of the CA may not sign lists", mute, listOf(t, mute, mute, day, 30*day)},
		{"does not cover all that it issues", root, limited(0x83, 2, 6, 0x40)}, // one reason
		{"does not cover all that it issues", root, limited(0x85, 1, 0xff)},    // attribute certificates
	} {
		opts := &Options{Target: "nginx", Now: time.Now(), Files: []File{{Name: "file1", Role: RoleClientCA}, {Name: "file2", Role: RoleCRL}}}
		if said := saysOf(Run(decode(t, pemOf(c.ca), c.list), opts), "crl-missing-for-ca"); !strings.Contains(said, c.says) {
			t.Errorf("%q, want %q", said, c.says)
		}
	}
}

// What the servers do in each case: nginx 1.22, HAProxy 2.6 and Apache 2.4 with OpenSSL 3.0.
func TestClientListsServers(t *testing.T) {
	cases := clientListCases(t)
	for n, server := range listServers {
		t.Run(server.name, func(t *testing.T) {
			testenv.Programs(t, server.program)
			dir := t.TempDir()
			write := func(name string, parts ...[]byte) string {
				path := filepath.Join(dir, name)
				if err := os.WriteFile(path, slices.Concat(parts...), 0o644); err != nil {
					t.Fatal(err)
				}
				return path
			}
			site := leaf(t, nil)
			write("site.pem", pemOf(site))
			write("site.key", pemKey(t, site))
			write("site.both", pemOf(site), pemKey(t, site))
			conf := server.head
			addresses := freeAddresses(t, fmt.Sprintf("127.84.0.%d", n+1), len(cases))
			for i, c := range cases {
				conf += strings.NewReplacer("{bind}", addresses[i], "{ca}", write(fmt.Sprintf("ca%d.pem", i), pemOf(c.cas...)), "{crl}", write(fmt.Sprintf("crl%d.pem", i), c.lists...)).Replace(server.each)
			}
			write("conf", []byte(strings.ReplaceAll(conf+server.tail, "{dir}", dir)))
			args := slices.Clone(server.args)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "{dir}", dir)
			}
			startHere(t, dir, addresses[len(addresses)-1], server.program, args...)
			for i, c := range cases {
				if want := server.takes(&c); takes(t, addresses[i], c.client) != want {
					t.Errorf("%s: it takes the client: %v, want %v", c.name, !want, want)
				}
			}
		})
	}
}

// startHere has a server run until the test ends.
func startHere(t *testing.T, dir, address, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Setsid: true}
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(out.Name())
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Fatalf("%s does not start: %s%s", program, said, log)
		}
	}
}
