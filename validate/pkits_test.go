package validate

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// pkitsOutOfScope are the tests of NIST's PKI test suite (PKITS 1.0.1) whose
// fault is none that the chain of a TLS server can have. The names are those
// of the end entities. Valid paths are all in scope, and those whose outcome
// depends on the policies that the client asks for count as valid: TLS clients
// take any.
var pkitsOutOfScope = []struct{ pattern, why string }{
	{`DSAParameterInheritance`, "4.1.5: DSA keys without parameters of their own are told as not verifiable"},
	{`CRL|cRLSign|Revoked|[dD]istributionPoint|cRLIssuer|onlyContains|onlySomeReasons|deltaCRL|SerialNumber|BasicSelfIssued`,
		"4.4, 4.5, 4.14, 4.15: what only a CRL tells; revocation is another check, by the CRLs given"},
}

// differentPolicies are tests that are invalid whatever policies a client asks
// for (4.8.4 to 4.8.12).
var differentPolicies = regexp.MustCompile(`^DifferentPoliciesTest(4|5|7|8|9|12)EE$`)

// What a certificate's path is worth is what PKITS has published. Its end
// entities are no servers: only what the path gives counts, and not that clients
// take no DSA today.
func TestPKITS(t *testing.T) {
	dir := testenv.Dir(t, filepath.Join(testenv.Vectors, "x509", "PKITS_data", "certs"))
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var pool convert.Bundle
	var ends []string
	var root *convert.Bundle
	for _, e := range entries {
		b := readPKITS(t, filepath.Join(dir, e.Name()))
		switch name := strings.TrimSuffix(e.Name(), ".crt"); {
		case name == "TrustAnchorRootCertificate":
			root = b
		case strings.HasSuffix(name, "EE"):
			ends = append(ends, name)
		default:
			pool.Add(b)
		}
	}
	roots := NewAnchors(root.Certs)
	now := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)
	counts := map[string]int{}
	for _, name := range ends {
		valid := !strings.HasPrefix(name, "Invalid") && !differentPolicies.MatchString(name)
		if why := pkitsSkip(name); why != "" && (!valid || strings.Contains(name, "DSAParameter")) {
			counts[why]++
			continue
		}
		b := readPKITS(t, filepath.Join(dir, name+".crt"))
		// All certificates are given with each, which are more than clients take.
		opts := &Options{Roots: roots, Now: now, Skip: []string{"chain-clients"}, Files: []File{{Name: b.Certs[0].Source.File, Role: RoleCert}}}
		b.Add(&pool)
		r := Run(b, opts)
		var found []string
		for _, c := range codes(r, Error) {
			switch {
			case c == "cert-usage", c == "name-missing":
			case strings.Contains(name, "DSA") && (c == "cert-key-clients" || c == "cert-signature-weak"):
			default:
				found = append(found, c)
			}
		}
		if slices.Contains(codes(r, Warning), "chain-policy") {
			found = append(found, "chain-policy") // GnuTLS and OpenSSL do not ask
		}
		counts[map[bool]string{true: "valid", false: "invalid"}[valid]]++
		if valid != (len(found) == 0) {
			r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.Severity != Error })
			t.Errorf("%s: %v%s", name, found, messages(r))
		}
	}
	t.Log(counts)
	if counts["valid"] < 90 || counts["invalid"] < 70 {
		t.Errorf("too few tests: %v", counts)
	}
}

func readPKITS(t *testing.T, file string) *convert.Bundle {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(raw, &convert.DecodeOptions{File: file})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return b
}

func pkitsSkip(name string) string {
	i := slices.IndexFunc(pkitsOutOfScope, func(s struct{ pattern, why string }) bool { return regexp.MustCompile(s.pattern).MatchString(name) })
	if i < 0 {
		return ""
	}
	return pkitsOutOfScope[i].why
}
