package validate

import (
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/certconv/certconv/convert"
)

// What stands in a file of PEM where its reader does not look, no server sends or loads:
// an error where it is needed, and else not.
func TestHidden(t *testing.T) {
	root := ca(t, nil, "Root")
	between := ca(t, root, "Intermediate")
	site := leaf(t, between)
	as := func(format string, data ...[]byte) []byte {
		out, err := convert.Encode(decode(t, data...), format, &convert.EncodeOptions{PEM: true, AllowLoss: true})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	block, err := ssh.MarshalPrivateKey(site.key, "")
	if err != nil {
		t.Fatal(err)
	}
	own, issuer, key, openSSH := pemOf(site), pemOf(between), pemKey(t, site), pem.EncodeToMemory(block)
	bag := as("p7b", issuer)
	list, _ := pem.Decode(crlOf(t, root, nil))
	join := func(parts ...[]byte) (out []byte) {
		for _, p := range parts {
			out = append(append(out, p...), '\n')
		}
		return out
	}
	const chain, load, clients = "passes over it, and clients cannot build the chain", "finds no private key here", "passes over it, and refuses the clients of this CA"
	roles := func(list ...Role) (files []File) {
		for i, r := range list {
			files = append(files, File{Name: "file" + string(rune('1'+i)), Role: r})
		}
		return files
	}
	pair := roles(RoleCert, RoleKey)
	for _, c := range []struct {
		name    string
		targets string
		files   []File
		texts   [][]byte
		want    string
	}{
		{"PEM", "nginx apache kubernetes", pair, [][]byte{join(own, issuer), key}, ""},
		{"text and PEM", "nginx kubernetes", pair, [][]byte{join(own, []byte("# the intermediate"), issuer), key}, ""},
		{"DER behind", "nginx apache dovecot kubernetes", pair, [][]byte{join(own, between.raw), key}, chain},
		{"PKCS#7 behind", "nginx apache kubernetes", pair, [][]byte{join(own, bag), key}, chain},
		{"hexadecimal behind", "nginx", pair, [][]byte{join(own, []byte(hex.EncodeToString(between.raw))), key}, chain},
		{"PKCS#7 before", "nginx", pair, [][]byte{join(bag, own, issuer), key}, ""},
		{"PKCS#7 alone", "nginx", pair, [][]byte{as("p7b", join(own, issuer)), key}, "finds no certificate in this file"},
		{"PKCS#7 behind, and PEM", "nginx", pair, [][]byte{join(own, issuer, bag), key}, ""},
		{"PKCS#7 behind, and PEM elsewhere", "nginx", roles(RoleCert, RoleKey, RoleChain), [][]byte{join(own, bag), key, issuer}, ""},
		{"own in DER", "nginx", pair, [][]byte{join(issuer, site.raw), key}, "does not find the certificate that the key belongs to"},
		{"root in DER", "nginx", pair, [][]byte{join(own, issuer, root.raw), key}, "but does not need it"},
		{"in no target's way", "tomcat", pair, [][]byte{join(own, bag), key}, ""},
		{"OpenSSH behind", "nginx haproxy kubernetes", nil, [][]byte{join(own, issuer, openSSH)}, load},
		{"OpenSSH", "nginx", pair, [][]byte{join(own, issuer), openSSH}, load},
		{"OpenSSH, then PKCS#8", "nginx haproxy", nil, [][]byte{join(own, issuer, openSSH, key)}, ""},
		{"OpenSSH, then PKCS#8, for Go", "kubernetes", nil, [][]byte{join(own, issuer, openSSH, key)}, load},
		{"JSON behind", "haproxy", nil, [][]byte{join(own, issuer, as("jwk", key))}, load},
		{"PuTTY behind", "haproxy", nil, [][]byte{join(own, issuer, as("ppk", key))}, load},
		{"clients: PEM", "nginx", roles(RoleClientCA), [][]byte{join(pemOf(root), issuer)}, ""},
		{"clients: DER behind", "nginx", roles(RoleClientCA), [][]byte{join(pemOf(root), between.raw)}, clients},
		{"clients: a list in DER", "nginx", roles(RoleClientCA, RoleCRL), [][]byte{pemOf(root), join(crlOf(t, between, nil), list.Bytes)}, "does not know what it revokes"},
		{"clients: a list under another label", "nginx apache", roles(RoleClientCA, RoleCRL), [][]byte{pemOf(root), pem.EncodeToMemory(&pem.Block{Type: "CRL", Bytes: list.Bytes})}, "finds no revocation list in this file"},
		{"a list in DER", "nginx", roles(RoleCert, RoleKey, RoleCRL), [][]byte{join(own, issuer), key, join(crlOf(t, between, nil), list.Bytes)}, ""},
	} {
		for _, target := range strings.Fields(c.targets) {
			r := Run(decode(t, c.texts...), &Options{Target: target, Now: at, Files: c.files, Roots: anchorsOf(t, root)})
			got := saysOf(r, "wrong-format")
			if !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%s, for %s: %q, not %q%s", c.name, target, got, c.want, messages(r))
			}
			for _, f := range r.Findings {
				needless := strings.Contains(c.want, "not need")
				if f.Severity == Error && (f.Code != "wrong-format" || needless) || f.Code == "wrong-format" && f.Severity != Error && !needless {
					t.Errorf("%s, for %s: %s %s: %s", c.name, target, f.Severity, f.Code, f.Message)
				}
			}
		}
	}
}
