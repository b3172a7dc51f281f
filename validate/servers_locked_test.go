//go:build unix

package validate_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// Keys with a traditional password, which a server that is told the password
// loads or not for the form of their text.
var lockedDamages = []struct {
	name  string
	do    damage
	loads bool
}{
	{"as it is", func(text []byte) []byte { return text }, true},
	{"lines of 60", rewrapHeaded(60), false},
	{"lines of 76", rewrapHeaded(76), false},
	{"unwrapped", rewrapHeaded(0), false},
	{"CRLF", replaceAll("\n", "\r\n"), true},
	{"DEK-Info first", func(text []byte) []byte {
		l := lines(text)
		l[1], l[2] = l[2], l[1]
		return bytes.Join(l, nil)
	}, false},
	{"Proc-Type in lower case", replace("Proc-Type", "proc-type"), false},
	{"Proc-Type 3", replace("4,", "3,"), false},
	{"spaces in Proc-Type", onLine(1, instead("Proc-Type:    4,   ENCRYPTED  ")), true},
	{"no spaces behind the colons", replaceAll(": ", ":"), true},
	{"space before the IV", onLine(2, func(l []byte) string { return strings.Replace(string(l), ",", ", ", 1) }), false},
	{"IV in lower case", onLine(2, func(l []byte) string { return string(l[:10]) + strings.ToLower(string(l[10:])) }), true},
	{"folded DEK-Info", onLine(2, func(l []byte) string { return strings.Replace(string(l), ",", ",\n ", 1) }), false},
	{"another header behind", onLine(2, behind("\nComment: site")), true},
	{"another header before", onLine(0, behind("\nComment: site")), false},
	{"lower case labels", func(text []byte) []byte { return labels(text, strings.ToLower) }, false},
	{"NUL before BEGIN", onLine(0, before("\x00")), false},
	{"line with a NUL before BEGIN", onLine(0, before("\x00\n")), true},
	{"space before BEGIN", onLine(0, before(" ")), false},
}

// rewrapHeaded is rewrap for a body behind headers.
func rewrapHeaded(width int) damage {
	return func(text []byte) []byte {
		head, body, _ := bytes.Cut(text, []byte("\n\n"))
		return slices.Concat(head, []byte("\n\n"), rewrap(width)(body))
	}
}

func TestServersLockedKeys(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "nginx")
	get := material(t)
	for _, d := range lockedDamages {
		s := serverPair{name: d.name, key: d.do(get("rsa.locked.key")), cert: get("rsa.pem")}
		dir := t.TempDir()
		s.write(t, dir, `daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  server { listen unix:`+dir+`/socket ssl; ssl_password_file password; ssl_certificate site.pem; ssl_certificate_key site.key; }
}
`)
		if err := os.WriteFile(filepath.Join(dir, "password"), []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("nginx", "-t", "-p", dir, "-e", "stderr", "-c", filepath.Join(dir, "server.conf")).CombinedOutput()
		if (err == nil) != d.loads {
			t.Errorf("%s: the table says %v, nginx says %s", d.name, d.loads, out)
		}
		load, report := s.check("nginx")
		load = slices.DeleteFunc(load, func(f validate.Finding) bool { return f.Code == "key-encrypted" })
		if (len(load) == 0) != d.loads {
			t.Errorf("%s: nginx loads it: %v, but check says %+v", d.name, d.loads, report.Findings)
		}
	}
}
