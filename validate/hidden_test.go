package validate

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
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

// What controllers do not find in a Secret does not count; Go itself is asked.
func TestHiddenInSecret(t *testing.T) {
	root := ca(t, nil, "Root")
	between := ca(t, root, "Intermediate")
	site := leaf(t, between)
	chain, key := append(pemOf(site), pemOf(between)...), pemKey(t, site)
	twice := func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) }
	bag, err := convert.Encode(decode(t, pemOf(between)), "p7b", &convert.EncodeOptions{PEM: true})
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(site.key, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		values map[string][]byte
		want   string
	}{
		{"good", map[string][]byte{"tls.crt": chain, "tls.key": key}, ""},
		{"more beside", map[string][]byte{"ca.crt": pemOf(root), "ca.der": root.raw, "ca.key": pemKey(t, root), "other.crt": pemOf(between), "tls.crt": chain, "tls.key": key}, ""},
		{"certificate twice", map[string][]byte{"tls.crt": twice(chain), "tls.key": key}, "the value of tls.crt has a certificate, but encoded in base64 twice"},
		{"key twice", map[string][]byte{"tls.crt": chain, "tls.key": twice(key)}, "the value of tls.key has a private key, but encoded in base64 twice"},
		{"name of the key", map[string][]byte{"tls.crt": chain, "tls.KEY": key}, "the private key is in the value tls.KEY; it has to be in tls.key"},
		{"names of both", map[string][]byte{"cert.pem": chain, "key.pem": key}, "a certificate is in the value cert.pem; it has to be in tls.crt"},
		{"both in one", map[string][]byte{"tls.crt": append(chain[:len(chain):len(chain)], key...)}, "the private key is in the value tls.crt"},
		{"intermediate elsewhere", map[string][]byte{"chain.crt": pemOf(between), "tls.crt": pemOf(site), "tls.key": key}, "in the value chain.crt"},
		{"PKCS#7 behind", map[string][]byte{"tls.crt": append(pemOf(site), bag...), "tls.key": key}, "the value of tls.crt has a certificate, but not in a PEM block that Go reads"},
		{"DER behind", map[string][]byte{"tls.crt": append(pemOf(site), between.raw...), "tls.key": key}, "the value of tls.crt has a certificate, but not in a PEM block that Go reads"},
		{"OpenSSH", map[string][]byte{"tls.crt": chain, "tls.key": pem.EncodeToMemory(block)}, "the value of tls.key has a private key, but not"},
	} {
		pair, err := tls.X509KeyPair(c.values["tls.crt"], c.values["tls.key"])
		if goes := err == nil && len(pair.Certificate) == 2; goes != (c.want == "") {
			t.Errorf("%s: Go takes it: %v, %d certificates, %v", c.name, goes, len(pair.Certificate), err)
		}
		var manifest strings.Builder
		manifest.WriteString("apiVersion: v1\nkind: Secret\nmetadata:\n  name: site\ntype: kubernetes.io/tls\ndata:\n")
		for _, name := range slices.Sorted(maps.Keys(c.values)) {
			fmt.Fprintf(&manifest, "  %s: %s\n", name, twice(c.values[name]))
		}
		opts := &Options{Target: "kubernetes", Now: at, Roots: anchorsOf(t, root)}
		r := Run(decode(t, []byte(manifest.String())), opts)
		if got := saysOf(r, "wrong-format"); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, not %q%s", c.name, got, c.want, messages(r))
		}
		for _, f := range r.Findings {
			if f.Severity == Error && f.Code != "wrong-format" || f.Code == "wrong-format" && f.Severity != Error {
				t.Errorf("%s: %s %s: %s", c.name, f.Severity, f.Code, f.Message)
			}
		}
		if strings.Contains(c.want, "twice") { // beside a Secret of the same site that is good
			good := fmt.Sprintf("---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: good\ndata:\n  tls.crt: %s\n  tls.key: %s\n", twice(chain), twice(key))
			if got := saysOf(Run(decode(t, []byte(manifest.String()+good)), opts), "wrong-format"); !strings.Contains(got, c.want) {
				t.Errorf("%s, beside a good one: %q", c.name, got)
			}
		}
		opts.Rewritten = true
		if f := found(Run(decode(t, []byte(manifest.String())), opts), "wrong-format"); len(f) > 0 {
			t.Errorf("%s, written anew: %s", c.name, f[0].Message)
		}
	}
}
