package revocation

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// aboutRevocation are the tests of NIST's PKI test suite (PKITS 1.0.1) whose outcome
// lists decide (4.4, 4.5, 4.14, 4.15).
var aboutRevocation = regexp.MustCompile(`CRL|cRLSign|Revoked|[dD]istributionPoint|cRLIssuer|onlyContains|onlySomeReasons|deltaCRL|SerialNumber|BasicSelfIssued`)

// uncertain are valid ends of which nothing is known here: the answer is never good,
// which is the safe side.
var uncertain = map[string]string{
	`ValidIDPwithindirectCRL`: "lists for several issuers are not read",
	`ValidcRLIssuer`:          "lists for several issuers are not read",
	`ValidonlySomeReasons`:    "several lists, each for some reasons, are not put together",
}

// No certificate is good that PKITS wants refused for its lists, or those of the CAs
// above, and those that it wants accepted are good.
func TestPKITS(t *testing.T) {
	dir := testenv.Dir(t, filepath.Join(testenv.Vectors, "x509", "PKITS_data"))
	read := func(folder string) (all convert.Bundle, ends map[string]convert.Certificate) {
		ends = map[string]convert.Certificate{}
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(dir, folder, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			b, err := convert.Decode(data, &convert.DecodeOptions{File: e.Name()})
			if err != nil {
				t.Fatalf("%s: %v", e.Name(), err)
			}
			if name, end := strings.CutSuffix(e.Name(), "EE.crt"); end {
				ends[name] = b.Certs[0]
				continue
			}
			all.Add(b)
		}
		return all, ends
	}
	cas, ends := read("certs")
	lists, _ := read("crls")
	var roots []convert.Certificate
	cas.Certs = slices.DeleteFunc(cas.Certs, func(c convert.Certificate) bool {
		root := c.Source.File == "TrustAnchorRootCertificate.crt"
		if root {
			roots = append(roots, c)
		}
		return root
	})
	a := &Asker{Now: time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC), Roots: validate.NewAnchors(roots), Issuers: cas.Certs, CRLs: lists.CRLs, Single: true}
	good, refused, unknown := 0, 0, 0
	for name, c := range ends {
		if !aboutRevocation.MatchString(name) {
			continue
		}
		path := append([]convert.Certificate{c}, a.Above([]convert.Certificate{c})...)
		verdict := "good"
		for i := range path {
			if v := a.Ask(context.Background(), &path[i]).Verdict; v != "good" {
				verdict = v
				break
			}
		}
		why := ""
		for prefix, reason := range uncertain {
			if strings.HasPrefix(name, prefix) {
				why = reason
			}
		}
		switch {
		case strings.HasPrefix(name, "Invalid"):
			if refused++; verdict == "good" {
				t.Errorf("%s is good", name)
			}
		case why != "":
			if unknown++; verdict == "good" {
				t.Errorf("%s is good, and is listed: %s", name, why)
			}
		default:
			if good++; verdict != "good" {
				t.Errorf("%s is %s", name, verdict)
			}
		}
	}
	if good < 20 || refused < 40 || unknown > 9 {
		t.Errorf("%d good, %d refused, %d unknown: too few to mean something", good, refused, unknown)
	}
}
