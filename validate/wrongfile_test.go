package validate

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// What nobody could open is an error where it may be what the server needs, and
// else a warning.
func TestNotChecked(t *testing.T) {
	server := leaf(t, ca(t, nil, "Root"))
	cert, key := pemOf(server), pemKey(t, server)
	nginx := &Options{Target: "nginx", Now: at}
	for _, v := range []struct {
		name  string
		texts [][]byte
		kind  convert.Kind
		opts  *Options
		want  Severity
	}{
		{"a key, with the certificate", [][]byte{cert}, convert.KindPrivateKey, &Options{Now: at}, Error},
		{"a key beside the pair", [][]byte{cert, key}, convert.KindPrivateKey, &Options{Now: at}, Warning},
		{"a key beside the pair, for a server", [][]byte{cert, key}, convert.KindPrivateKey, nginx, Warning},
		{"a certificate, with the key", [][]byte{key}, convert.KindCertificate, &Options{Now: at}, Warning},
		{"a certificate, with the key, for a server", [][]byte{key}, convert.KindCertificate, nginx, Error},
		{"a certificate beside the pair, for a server", [][]byte{cert, key}, convert.KindCertificate, nginx, Warning},
		{"a revocation list beside the pair, for a server", [][]byte{cert, key}, convert.KindCRL, nginx, Warning},
		{"nothing else", nil, convert.KindCRL, &Options{Now: at}, Error},
	} {
		b := decode(t, v.texts...)
		b.Failures = append(b.Failures, convert.Failure{
			Source: convert.Source{File: "closed"}, Kind: v.kind, Err: &convert.Error{Kind: convert.ErrUnsupported, What: "object"},
		})
		f := found(Run(b, v.opts), "object-not-checked")
		if len(f) != 1 || f[0].Severity != v.want {
			t.Errorf("%s: %+v, want %v", v.name, f, v.want)
		}
	}
}

// A key of an algorithm that has no name here is told as such, for any server;
// one that has a name is not, although its public key is not known either.
func TestUnknownKey(t *testing.T) {
	for file, want := range map[string]bool{"unknown": true, "gost-unknown-set": false} {
		alg := "06072b060104018d1f" // 1.3.6.1.4.1.1695
		if !want {
			alg = "06062a8503020213" + "300506032a0304" // GOST R 34.10-2001, parameters 1.2.3.4
		}
		raw, err := hex.DecodeString(alg)
		if err != nil {
			t.Fatal(err)
		}
		key := der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(0)
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(raw) })
				b.AddASN1OctetString(make([]byte, 32))
			})
		})
		text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
		server := leaf(t, ca(t, nil, "Root"))
		for _, name := range []string{"nginx", "iis", "postgresql"} {
			f := found(Run(decode(t, text, pemOf(server)), &Options{Target: name, Now: at}), "key-unsupported")
			told := len(f) == 1 && strings.Contains(f[0].Message.String(), "not known")
			if told != want {
				t.Errorf("%s, for %s: %+v", file, name, f)
			}
		}
	}
}

// What a controller reads from a Secret is base64 of PEM; what stands beside it
// may be anything.
func TestSecretOfDER(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	key, err := x509.MarshalPKCS8PrivateKey(site.key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		values map[string][]byte
		wrong  string
	}{
		{"PEM", map[string][]byte{"tls.crt": pemOf(site), "tls.key": pemKey(t, site)}, ""},
		{"PEM and DER beside it", map[string][]byte{"tls.crt": pemOf(site), "tls.key": pemKey(t, site), "ca.der": root.raw}, ""},
		{"DER of the certificate", map[string][]byte{"tls.crt": site.raw, "tls.key": pemKey(t, site)}, "the value of tls.crt is base64 of DER"},
		{"DER of the key", map[string][]byte{"tls.crt": pemOf(site), "tls.key": key}, "the value of tls.key is base64 of"},
	} {
		text := "apiVersion: v1\nkind: Secret\nmetadata:\n  name: site\ntype: kubernetes.io/tls\ndata:\n"
		for name, value := range c.values {
			text += "  " + name + ": " + base64.StdEncoding.EncodeToString(value) + "\n"
		}
		for _, target := range []string{"kubernetes", ""} {
			r := Run(decode(t, []byte(text)), &Options{Target: target})
			told := saysOf(r, "wrong-format")
			if !strings.Contains(told, c.wrong) || c.wrong == "" && told != "" {
				t.Errorf("%s for %q: %q%s", c.name, target, told, messages(r))
			}
			for _, f := range found(r, "wrong-format") {
				if action := f.Action.String(); !strings.Contains(action, "file1-pem.yaml") {
					t.Errorf("%s for %q: it would be written over itself: %s", c.name, target, action)
				}
			}
		}
	}
}

// The CA in a Secret, which comes first there by its name, is not what the server sends.
func TestSecretWithCA(t *testing.T) {
	root := ca(t, nil, "Root")
	between := ca(t, root, "Intermediate")
	site := leaf(t, between)
	both := append(pemOf(site), pemOf(between)...)
	for _, c := range []struct {
		name    string
		ca, crt []byte
		options Options
		want    string
	}{
		{"root", pemOf(root), both, Options{Now: at, Roots: anchorsOf(t, root)}, ""},
		{"root that nobody named", pemOf(root), both, Options{Now: at, Roots: anchorsOf(t, ca(t, nil, "Other Root"))}, "chain-untrusted-root"},
		{"intermediate", pemOf(between), both, Options{Now: at, Roots: anchorsOf(t, root)}, ""},
		{"intermediate there alone", pemOf(between), pemOf(site), Options{Now: at, Roots: anchorsOf(t, root)}, "chain-incomplete"},
	} {
		enc := base64.StdEncoding.EncodeToString
		text := fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata:\n  name: site\n  namespace: web\ndata:\n  ca.crt: %s\n  tls.crt: %s\n  tls.key: %s\n", enc(c.ca), enc(c.crt), enc(pemKey(t, site)))
		r := Run(decode(t, []byte(text)), &c.options)
		var told []string
		for _, f := range r.Findings {
			if f.Severity == Error || strings.HasPrefix(f.Code, "chain-") {
				told = append(told, f.Code)
			}
		}
		if got := strings.Join(told, " "); got != c.want {
			t.Errorf("%s: %q%s", c.name, got, messages(r))
		}
	}
}

// A revocation list in DER is wrong only where the server loads it, to verify clients: what is
// given to ask about the certificate goes to no server.
func TestListsInDER(t *testing.T) {
	root := ca(t, nil, "Root")
	list, _ := pem.Decode(crlOf(t, root, nil))
	site := leaf(t, root)
	for _, c := range []struct {
		name   string
		texts  [][]byte
		files  []File
		speaks bool
	}{
		{"to verify clients", [][]byte{pemOf(root), list.Bytes}, []File{{Name: "file1", Role: RoleClientCA}, {Name: "file2", Role: RoleCRL}}, true},
		{"to ask about the certificate", [][]byte{pemOf(site), pemKey(t, site), list.Bytes},
			[]File{{Name: "file1", Role: RoleCert}, {Name: "file2", Role: RoleKey}, {Name: "file3", Role: RoleCRL}}, false},
	} {
		r := Run(decode(t, c.texts...), &Options{Target: "nginx", Now: at, Roots: anchorsOf(t, root), Files: c.files})
		if f := found(r, "wrong-format"); (len(f) == 1) != c.speaks {
			t.Errorf("%s: %d findings%s", c.name, len(f), messages(r))
		}
	}
}
