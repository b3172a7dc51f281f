package probe

import (
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for word, want := range map[string]string{
		"www.example.com":              "www.example.com:443",
		"www.example.com:8443":         "www.example.com:8443",
		"2001:db8::1":                  "[2001:db8::1]:443",
		"[2001:db8::1]":                "[2001:db8::1]:443",
		"[fe80::1%eth0]:8443":          "[fe80::1%eth0]:8443",
		"https://[fe80::1%25eth0]/a":   "[fe80::1%eth0]:443 /a",
		"HTTPS://www.example.com":      "www.example.com:443",
		"https://www.example.com/a#b":  "www.example.com:443 /a",
		"https://www.example.com?a=b":  "www.example.com:443 /?a=b",
		"www.example.com/shop":         "www.example.com:443 /shop",
		"smtp://mail.example.com":      "mail.example.com:25 smtp",
		"bücher.example":               "bücher.example:443",
		"a_b.example":                  "a_b.example:443",
		"http://www.example.com":       "error",
		"https://me:secret@a.example/": "error",
		"me:secret@a.example":          "error",
		"*.example.com":                "error",
		"a\nb":                         "error",
		"a|b":                          "error",
		"a'b":                          "error",
		"a.example:0":                  "error",
		"a.example:65536":              "error",
		"a.example:":                   "error",
		"ex ample":                     "error",
		"\ufeff":                       "error",
		"https:///a":                   "error",
	} {
		target, err := ParseTarget(word, "")
		got := strings.TrimSpace(target.String() + " " + target.StartTLS + target.Path)
		if err != nil {
			got = "error"
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%q: the error has the password: %v", word, err)
			}
		}
		if got != want {
			t.Errorf("%q: %s (%v), want %s", word, got, err, want)
		}
	}
}
