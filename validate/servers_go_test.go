//go:build unix

package validate_test

import (
	"crypto/tls"
	"encoding/pem"
	"slices"
	"testing"
)

// ingressLoads is what ingress-nginx and Traefik do with a Secret: the first
// block of tls.crt is the certificate, and Go's crypto/tls takes the pair.
func ingressLoads(s *serverPair) bool {
	first, _ := pem.Decode(s.cert)
	if first == nil || first.Type != "CERTIFICATE" {
		return false
	}
	_, err := tls.X509KeyPair(s.cert, s.key)
	return err == nil
}

// stricter are pairs that are refused all the same: Go signs with no P-224, and
// of two keys the first one counts.
var stricter = []string{"P-224", "space before BEGIN of another key"}

// What Go does not load is never passed for Kubernetes, and what both Go and
// OpenSSL load is not refused.
func TestKubernetesVerdict(t *testing.T) {
	for _, s := range versionedPairs(t) {
		load, report := s.check("kubernetes")
		byGo := ingressLoads(&s.serverPair)
		switch {
		case !byGo && len(load) == 0:
			t.Errorf("%s: Go does not load it, but check says %v", s.name, report.Findings)
		case byGo && s.v30 && len(load) > 0 && !slices.Contains(tooWeak, s.name) && !slices.Contains(stricter, s.name):
			t.Errorf("%s: Go and OpenSSL load it, but check says %v", s.name, load)
		}
	}
}
