package validate

import (
	"os"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
)

// What was seen of the servers with an RSA key and a certificate of which one is for
// PSS alone: HAProxy does not start, nginx and Java end every handshake.
func TestKeyAsCertified(t *testing.T) {
	for _, c := range []struct {
		file, target string
		breaks       Breaks // of key-unusable, "" for none
		unsupported  bool
	}{
		{"bad-pss-key.pem", "", BreaksLoad, false},
		{"bad-pss-key.pem", "nginx", BreaksTrust, false},
		{"bad-pss-key.pem", "haproxy", BreaksLoad, false},
		{"bad-pss-key.pem", "tomcat", BreaksTrust, false},
		{"bad-pss-key.pem", "kubernetes", BreaksLoad, false},
		{"bad-pss-key.pem", "iis", BreaksLoad, false}, // written anew it is RSA
		{"bad-pss-cert.pem", "nginx", BreaksTrust, false},
		{"bad-pss-cert.pem", "haproxy", BreaksLoad, false},
		{"bad-pss-cert.pem", "iis", BreaksLoad, true},
		{"good-pss.pem", "haproxy", "", false},
		{"good-pss.pem", "tomcat", "", false},
	} {
		data, err := os.ReadFile("../testdata/checks/key-unusable/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, &convert.DecodeOptions{File: c.file})
		if err != nil {
			t.Fatal(err)
		}
		r := Run(b, &Options{Target: c.target, Only: []string{"key-unusable", "key-unsupported"}, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
		var breaks Breaks
		unsupported := false
		for _, f := range r.Findings {
			if f.Code == "key-unsupported" {
				unsupported = true
				continue
			}
			breaks = f.Breaks
		}
		if breaks != c.breaks || unsupported != c.unsupported {
			t.Errorf("%s for %q: breaks %q, unsupported %v; want %q, %v", c.file, c.target, breaks, unsupported, c.breaks, c.unsupported)
		}
	}
}
