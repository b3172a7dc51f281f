package validate

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// suiteCase is a case in the form of x509-limbo.
type suiteCase struct {
	ID        string                        `json:"id"`
	Kind      string                        `json:"validation_kind"`
	Trusted   []string                      `json:"trusted_certs"`
	Untrusted []string                      `json:"untrusted_intermediates"`
	Peer      string                        `json:"peer_certificate"`
	Time      string                        `json:"validation_time"`
	Expected  string                        `json:"expected_result"`
	PeerName  *struct{ Kind, Value string } `json:"expected_peer_name"`
	MaxDepth  *int                          `json:"max_chain_depth"`
	CRLs      []string                      `json:"crls"`
}

func readSuite(t *testing.T, file string) (list []suiteCase) {
	t.Helper()
	file = filepath.Join(testenv.Suites(t), file)
	var text []byte
	switch raw, err := os.ReadFile(file); {
	case err != nil:
		t.Fatal(err)
	case strings.HasSuffix(file, ".gz"):
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if text, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	default:
		testenv.Programs(t, "xz")
		text = []byte(testenv.Must(t, ".", "xz", "-dc", file))
	}
	var suite struct{ Testcases []suiteCase }
	if err := json.Unmarshal(text, &suite); err != nil {
		t.Fatal(err)
	}
	for _, c := range suite.Testcases {
		if c.Kind == "SERVER" && c.MaxDepth == nil {
			list = append(list, c)
		}
	}
	return list
}

// run checks the case as `check --cert --chain --roots --crl` does.
func (c *suiteCase) run(t *testing.T) *Report {
	t.Helper()
	opts := &Options{Now: c.now(t), ExpiresWithin: 30 * 24 * time.Hour}
	b := &convert.Bundle{}
	add := func(name string, role Role, text string) {
		part, err := convert.Decode([]byte(text), &convert.DecodeOptions{File: name})
		if part != nil {
			b.Add(part)
		}
		if err != nil {
			t.Logf("%s: %s: %v", c.ID, name, err)
		}
		opts.Files = append(opts.Files, File{Name: name, Role: role})
	}
	add("leaf", RoleCert, c.Peer)
	if len(c.Untrusted) > 0 {
		add("chain", RoleChain, strings.Join(c.Untrusted, "\n"))
	}
	for i, crl := range c.CRLs {
		add(fmt.Sprint("crl", i), RoleCRL, crl)
	}
	roots, err := convert.Decode([]byte(strings.Join(c.Trusted, "\n")), &convert.DecodeOptions{File: "roots"})
	if roots == nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	opts.Roots = NewAnchors(roots.Certs)
	opts.Roots.Private = true
	if c.PeerName != nil {
		opts.Hosts = []string{c.PeerName.Value}
	}
	return Run(b, opts)
}

func (c *suiteCase) now(t *testing.T) time.Time {
	t.Helper()
	if c.Time == "" {
		return time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC) // when the suites were made
	}
	now, err := time.Parse(time.RFC3339, c.Time)
	if err != nil {
		t.Fatal(err)
	}
	return now.Truncate(time.Second)
}

// inGo is what Go says.
func (c *suiteCase) inGo(t *testing.T) error {
	t.Helper()
	pool := func(list []string) *x509.CertPool {
		p := x509.NewCertPool()
		for _, s := range list {
			p.AppendCertsFromPEM([]byte(s))
		}
		return p
	}
	block, _ := pem.Decode([]byte(c.Peer))
	if block == nil {
		return io.EOF
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	o := x509.VerifyOptions{Roots: pool(c.Trusted), Intermediates: pool(c.Untrusted), CurrentTime: c.now(t)}
	if c.PeerName != nil {
		o.DNSName = c.PeerName.Value
		if c.PeerName.Kind == "IP" {
			o.DNSName = "[" + o.DNSName + "]"
		}
	}
	_, err = leaf.Verify(o)
	return err
}

// inOpenSSL is what OpenSSL says at the security level of clients.
func (c *suiteCase) inOpenSSL(t *testing.T, dir string) error {
	t.Helper()
	write := func(name string, list ...string) string {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(list, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	args := []string{"-no-CApath", "-no-CAstore", "-auth_level", "2", "-purpose", "sslserver", "-partial_chain", "-attime", fmt.Sprint(c.now(t).Unix()), "-CAfile", write("roots", c.Trusted...)}
	if len(c.Untrusted) > 0 {
		args = append(args, "-untrusted", write("chain", c.Untrusted...))
	}
	if c.PeerName != nil {
		flag := map[string]string{"IP": "-verify_ip"}[c.PeerName.Kind]
		if flag == "" {
			flag = "-verify_hostname"
		}
		args = append(args, flag, c.PeerName.Value)
	}
	for i, crl := range c.CRLs {
		args = append(args, "-CRLfile", write(fmt.Sprint("crl", i), crl))
	}
	if len(c.CRLs) > 0 {
		args = append(args, "-crl_check_all")
	}
	_, _, err := testenv.OpenSSL(dir, "verify", append(args, write("leaf", c.Peer))...)
	return err
}

// inGnuTLS is what GnuTLS says, at the security of its clients.
func (c *suiteCase) inGnuTLS(t *testing.T, dir string) error {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "sent"), []byte(strings.Join(append([]string{c.Peer}, c.Untrusted...), "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-f", "@" + c.now(t).Format(time.DateTime), "certtool", "--verify", "--verify-purpose=1.3.6.1.5.5.7.3.1", "--load-ca-certificate=roots", "--infile=sent"}
	if c.PeerName != nil {
		args = append(args, "--verify-hostname="+c.PeerName.Value)
	}
	_, _, err := testenv.Run(dir, "faketime", args...)
	return err
}

// otherwise are the cases in which we say something else than two of Go, OpenSSL
// and GnuTLS, and why.
var otherwise = map[string]string{
	"pathlen::self-issued-certs-pathlen":          "RFC 5280, Section 4.2.1.9, does not count CAs that issued themselves, nor does PKITS 4.6.15: Go and GnuTLS do, which is a warning",
	"rfc5280::nc::nc-forbids-alternate-chain-ica": "there is a good path, which BetterTLS asks for: OpenSSL and GnuTLS do not go back to it, which is a warning",
	"rfc5280::validity::notafter-fractional":      "Go counts the fraction of the second; OpenSSL takes the second of the end for the end",
	"made indefinite length":                      "a server with OpenSSL writes the outermost length anew: all eight clients accept what nginx sends, as docs/clients.md says",
	"128 ee-ed25519 by root-ed25519 via : accept X25519 EE cert issued by trusted Ed25519 self-signed CA cert": "the chain is right, but with a key of X25519 no server makes a handshake",
}

// What two of Go, OpenSSL and GnuTLS refuse is an error, what one of them does
// at least a warning, and what none does, and the suite takes, no error: of each
// suite in 98 % of the cases, and in all that are not explained.
func TestSuitesOfClients(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "certtool", "faketime")
	t.Setenv("TZ", "UTC")
	for _, s := range []struct {
		file  string
		cases int // the least that there are
	}{
		{"limbo/limbo.json.gz", 150},
		{"openssl-verify/cases.json.xz", 128},
		{"keys/leafkeys.json.xz", 385},
	} {
		n, off := 0, 0
		dir := t.TempDir()
		for _, c := range readSuite(t, s.file) {
			if len(c.Trusted) == 0 {
				continue // nothing is checked up to a root
			}
			refused := 0
			if c.inOpenSSL(t, dir) != nil {
				refused++
			}
			if len(c.CRLs) == 0 && c.inGo(t) != nil {
				refused++
			}
			if len(c.CRLs) == 0 && c.inGnuTLS(t, dir) != nil {
				refused++
			}
			if refused == 0 && c.Expected != "SUCCESS" {
				continue
			}
			n++
			r := c.run(t)
			got := r.Worst()
			if good := refused >= 2 && got == Error || refused == 1 && got.AtLeast(Warning) || refused == 0 && (got != Error || byOthers(r)); !good {
				off++
				if otherwise[c.ID] == "" {
					t.Errorf("%s: %d refuse%s", c.ID, refused, messages(r))
				}
			}
		}
		if t.Logf("%s: %d of %d", s.file, n-off, n); n < s.cases || 100*off > 2*n {
			t.Errorf("%s: of %d cases, %d are not as Go, OpenSSL and GnuTLS say", s.file, n, off)
		}
	}
}

// byOthers reports whether each error names a client that was not asked.
func byOthers(r *Report) bool {
	for _, f := range r.Findings {
		if f.Severity == Error && (len(f.RefusedBy) == 0 || len(f.RefusedBy) == len(r.Clients)) {
			return false
		}
	}
	return true
}

// What these two suites expect is what we say, in every case.
func TestSuitesOfPaths(t *testing.T) {
	testenv.Slow(t)
	for file, least := range map[string]int{"bettertls/cases.json.xz": 1268, "webpki/cases.json.xz": 27} {
		n := 0
		for _, c := range readSuite(t, file) {
			n++
			if r := c.run(t); (r.Worst() == Error) != (c.Expected != "SUCCESS") {
				t.Errorf("%s: %s is expected%s", c.ID, c.Expected, messages(r))
			}
		}
		if n < least {
			t.Errorf("%s: %d cases", file, n)
		}
	}
}

// What too few clients refuse for an error each by itself is one where those of
// all findings are enough: half of them.
func TestClientsTogether(t *testing.T) {
	root := ca(t, nil, "Root")
	staple := extension("1.3.6.1.5.5.7.1.24", false, []byte{0x30, 3, 2, 1, 5}) // GnuTLS, Firefox
	for _, c := range []struct {
		host    string
		changes []change
		want    Severity
	}{
		{"www.example.com", []change{staple}, Warning},
		{"www.example.com", []change{staple, noIDs}, Warning},                  // Python
		{"a_b.example.com", []change{staple, dns("a_b.example.com")}, Warning}, // Java
		{"a_b.example.com", []change{staple, noIDs, dns("a_b.example.com")}, Error},
	} {
		site := leaf(t, root, c.changes...)
		opts := &Options{Roots: anchorsOf(t, root), Hosts: []string{c.host}}
		opts.Roots.Private = true
		r := Run(decode(t, pemOf(site)), opts)
		if got := r.Worst(); got != c.want {
			t.Errorf("%s: %q, want %q%s", c.host, got, c.want, messages(r))
		}
	}
}
