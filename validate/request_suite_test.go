package validate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// notRefused are requests of the suite that are called bad and get no error,
// with the document that says why CAs take them.
var notRefused = map[string]string{
	"made_bad_bmp_org.der":       "DigiCert SO16317: what is in the fields but domain and country comes from the order",
	"made_bad_t61_org.der":       "DigiCert SO16317",
	"made_bad_universal_org.der": "DigiCert SO16317",
	"made_bad_unsorted_set.der":  "byte for byte made_clean_multivalued_rdn.der: the set is in the order of X.690, Section 11.6",
}

// Broken requests get an error, and clean ones none.
func TestRequestSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Suites(t), "csr", "files", "made_*"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d requests: %v", len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, nil)
		var errors []string
		if err != nil {
			errors = []string{err.Error()}
		}
		if b != nil {
			errors = append(errors, codes(Run(b, &Options{Files: []File{{Role: RoleRequest}}}), Error)...)
		}
		_, listed := notRefused[name]
		switch {
		case strings.HasPrefix(name, "made_bad_") && (len(errors) > 0) == listed:
			t.Errorf("%s: errors %q, and it is in the list: %t", name, errors, listed)
		case strings.HasPrefix(name, "made_clean_") && len(errors) > 0:
			t.Errorf("%s: %q", name, errors)
		}
	}
}

// Each profile refuses what its CA refuses.
func TestProfiles(t *testing.T) {
	const checks = "../testdata/checks/"
	for _, c := range []struct {
		file string
		by   []string // who refuses it, in the order of the table
	}{
		{"csr-country/good.csr", nil},
		{"csr-extension/bad-ca.csr", []string{"cabf", "letsencrypt", "google", "classic"}},
		{"csr-extension/bad-client-authentication.csr", []string{"google"}},
		{"csr-extension/bad-must-staple.csr", []string{"letsencrypt"}},
		{"csr-extension/bad-mail.csr", []string{"letsencrypt"}},
		{"csr-names-too-many/bad-101.csr", []string{"letsencrypt"}},
		{"csr-names-too-many/good-100.csr", nil},
		{"csr-placeholder/bad-openssl.csr", nil},
		{"csr-country/bad-lower.csr", []string{"cabf", "letsencrypt", "google"}},
		{"csr-field-character/bad-ampersand.csr", []string{"classic"}},
		{"csr-signature-weak/bad-sha1.csr", []string{"cabf", "letsencrypt", "google"}},
		{"csr-wildcard/bad-top-level.csr", []string{"cabf", "letsencrypt", "google", "classic"}},
	} {
		data, err := os.ReadFile(checks + c.file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, nil)
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		for _, p := range Profiles() {
			r := Run(b, &Options{Profile: p.Name})
			if len(codes(r, Error)) > 0 {
				by = append(by, p.Name)
			}
			if strings.HasPrefix(filepath.Base(c.file), "bad-") && !slices.Contains(codes(r, Info), filepath.Dir(c.file)) && !p.historic {
				t.Errorf("%s, %s: %s says nothing", c.file, p.Name, filepath.Dir(c.file))
			}
		}
		if !slices.Equal(by, c.by) {
			t.Errorf("%s: refused by %q, want %q", c.file, by, c.by)
		}
	}
}

// The keys that a CA takes.
func TestProfileKeys(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	for _, c := range []struct {
		key  []string
		want map[string]Severity // by profile; "" where it is taken
	}{
		{[]string{"rsa:2048"}, map[string]Severity{"cabf": "", "letsencrypt": "", "google": ""}},
		{[]string{"rsa:2056"}, map[string]Severity{"cabf": "", "letsencrypt": Error}},
		{[]string{"rsa:2052"}, map[string]Severity{"cabf": Error, "letsencrypt": Error}},
		{[]string{"rsa:5120"}, map[string]Severity{"cabf": Warning, "letsencrypt": Error}},
		{[]string{"rsa:2048", "-pkeyopt", "rsa_keygen_pubexp:3"}, map[string]Severity{"cabf": Warning, "letsencrypt": Error, "google": Warning}},
		{[]string{"ec", "-pkeyopt", "ec_paramgen_curve:P-384"}, map[string]Severity{"cabf": "", "letsencrypt": "", "google": ""}},
		{[]string{"ec", "-pkeyopt", "ec_paramgen_curve:P-521"}, map[string]Severity{"cabf": Warning, "letsencrypt": Error}},
		{[]string{"ed25519"}, map[string]Severity{"cabf": Error, "letsencrypt": Error, "google": Error, "classic": Error}},
	} {
		file := filepath.Join(dir, "csr")
		testenv.Must(t, dir, "openssl", append([]string{"req", "-new", "-noenc", "-keyout", filepath.Join(dir, "key"), "-outform", "DER", "-out", file,
			"-subj", "/CN=www.example.com", "-addext", "subjectAltName=DNS:www.example.com", "-newkey"}, c.key...)...)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(data, nil)
		if err != nil {
			t.Fatal(err)
		}
		for profile, want := range c.want {
			var got Severity
			for _, f := range Run(b, &Options{Profile: profile}).Findings {
				if f.Code == "csr-key-weak" {
					got = f.Severity
				}
			}
			if got != want {
				t.Errorf("%q, %s: %q, want %q", c.key, profile, got, want)
			}
		}
	}
}
