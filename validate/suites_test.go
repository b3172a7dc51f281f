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
	opts := &Options{Now: c.now(t)}
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

// What Go and OpenSSL both refuse is an error, what one of them does at least a
// warning, and what neither does, and the suite takes, no error: of each suite
// all but a few. Those are the cases of which a handshake says something else
// than the verification of a chain: keys of DSA and X25519, with which no server
// makes one, and one in which only the fraction of a second counts.
func TestSuitesOfClients(t *testing.T) {
	testenv.Slow(t)
	for _, s := range []struct {
		file       string
		cases, off int // the least that there are, and the most that we say otherwise
	}{
		{"limbo/limbo.json.gz", 140, 3},
		{"openssl-verify/cases.json.xz", 120, 3},
		{"keys/leafkeys.json.xz", 370, 4},
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
			if refused == 0 && c.Expected != "SUCCESS" {
				continue
			}
			n++
			r := c.run(t)
			got := r.Worst()
			if good := refused == 2 && got == Error || refused == 1 && got.AtLeast(Warning) || refused == 0 && (got != Error || byOthers(r)); !good {
				off++
				t.Logf("%s: %d refuse%s", c.ID, refused, messages(r))
			}
		}
		if n < s.cases || off > s.off {
			t.Errorf("%s: of %d cases, %d are not as Go and OpenSSL say", s.file, n, off)
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
