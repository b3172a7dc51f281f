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

// What PKITS wants refused for its lists, or those of the CAs above, is not good, and what
// it wants accepted is.
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
	good, refused := 0, 0
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
		valid := !strings.HasPrefix(name, "Invalid")
		if valid != (verdict == "good") {
			t.Errorf("%s is %s", name, verdict)
		}
		if valid {
			good++
		} else {
			refused++
		}
	}
	if good != 29 || refused != 47 {
		t.Errorf("%d valid ends and %d invalid ones are not those that PKITS has", good, refused)
	}
}
