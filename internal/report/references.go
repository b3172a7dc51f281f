package report

import (
	"strings"

	"github.com/certconv/certconv/internal/lazy"
)

// home is where certconv is from.
const home = "https://github.com/certconv/certconv"

// rfc is a reference to one, and to a part of it.
var rfc = lazy.Regexp{Expr: `^RFC (\d+)(?:, (Section|Appendix) ([A-Z0-9.]+))?$`}

// documents are where the others can be read, by how a reference to them begins.
var documents = []struct{ begins, uri string }{
	{"CA/Browser Forum Baseline Requirements", "https://cabforum.org/working-groups/server/baseline-requirements/requirements/"},
	{"Chrome Root Program Policy", "https://www.chromium.org/Home/chromium-security/root-ca-policy/"},
	{"CWE-732", "https://cwe.mitre.org/data/definitions/732.html"},
	{"ITU-T X.690", "https://www.itu.int/rec/T-REC-X.690"},
	{"Let's Encrypt, Rate Limits", "https://letsencrypt.org/docs/rate-limits/"},
	{"Microsoft Trusted Root Certificate Program", "https://learn.microsoft.com/en-us/security/trusted-root/program-requirements"},
	{"MS-CAESO", "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-caeso/"},
	{"NIST SP 800-57 Part 1", "https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final"},
}

// helpURI is where the first of the references can be read that is known, else
// where certconv is from.
func helpURI(refs []string) string {
	for _, ref := range refs {
		if m := rfc.Get().FindStringSubmatch(ref); m != nil {
			uri := "https://www.rfc-editor.org/rfc/rfc" + m[1]
			if m[3] != "" {
				uri += "#" + strings.ToLower(m[2]) + "-" + m[3]
			}
			return uri
		}
		for _, d := range documents {
			if strings.HasPrefix(ref, d.begins) {
				return d.uri
			}
		}
	}
	return home
}
