package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/validate"
)

// Deploy scripts name these codes: none of them may go or change.
const promised = `
pem-boundary-whitespace pem-boundary-malformed pem-begin-missing pem-end-missing pem-boundaries-missing pem-label-mismatch
pem-label-wrong pem-label-legacy pem-blocks-glued pem-byte-order-mark pem-utf16 pem-body-whitespace pem-body-blank-line
pem-body-character pem-body-truncated pem-line-length pem-line-ending pem-escaped-newlines pem-quoted pem-text-outside
der-malformed der-trailing-data
wrong-object wrong-format file-empty file-unrecognised file-is-web-page file-left-over password-missing password-wrong
key-mismatch request-mismatch key-missing key-permissions key-encrypted key-weak key-unusable cert-signature-weak
cert-expired cert-not-yet-valid cert-expires-soon cert-validity-long name-mismatch name-missing name-not-in-request cert-usage
cert-distrusted cert-revoked revocation-unknown crl-stale
chain-incomplete chain-wrong-intermediate chain-signature chain-order chain-duplicate chain-unrelated chain-root-included
chain-untrusted-root chain-not-ca chain-expired
csr-field-character csr-field-non-ascii csr-field-encoding csr-field-whitespace csr-field-length csr-field-empty csr-country
csr-name-missing csr-name-invalid csr-name-internal csr-wildcard csr-san-missing csr-ou csr-key-weak csr-signature-weak
csr-signature csr-challenge-password
`

func TestCodesArePromised(t *testing.T) {
	var codes []string
	for _, c := range validate.Checks() {
		codes = append(codes, c.Code)
	}
	for _, code := range strings.Fields(promised) {
		if !slices.Contains(codes, code) {
			t.Errorf("there is no check %s", code)
		}
	}
}

// A row of the table is complete, and its words follow the house style.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range validate.Checks() {
		if seen[c.Code] {
			t.Errorf("%s is there twice", c.Code)
		}
		seen[c.Code] = true
		if c.Title == "" || c.Text == "" || c.Action.IsZero() || len(c.Refs) == 0 || c.Severity == "" {
			t.Errorf("%s: title, text, remedy, reference and severity have to be there: %+v", c.Code, c)
		}
		if strings.HasSuffix(c.Title, ".") || strings.ToLower(c.Title[:1]) != c.Title[:1] && !strings.HasPrefix(c.Title, "END") && strings.ToUpper(c.Title[:2]) != c.Title[:2] {
			t.Errorf("%s: title %q: lower case, no period", c.Code, c.Title)
		}
		for _, after := range c.After {
			if validate.LookupCheck(after) == nil {
				t.Errorf("%s comes after %s, which is no check", c.Code, after)
			}
		}
	}
}
