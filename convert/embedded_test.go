package convert

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
)

// carriers write objects into a text of another kind.
var carriers = map[string]func(objects [][]byte) string{
	"arrays of C": func(objects [][]byte) string {
		var b strings.Builder
		for i, o := range objects {
			fmt.Fprintf(&b, "static const unsigned char x%d[] = {", i)
			for _, c := range o {
				fmt.Fprintf(&b, "0x%02x, ", c)
			}
			b.WriteString("};\n")
		}
		return b.String()
	},
	"Cisco": func(objects [][]byte) string {
		var b strings.Builder
		b.WriteString("hostname r1\ncrypto pki certificate chain TP\n")
		for i, o := range objects {
			fmt.Fprintf(&b, " certificate 0%d\n", i)
			for h := hex.EncodeToString(o); h != ""; h = h[min(len(h), 72):] {
				b.WriteString("  " + h[:min(len(h), 72)] + "\n")
			}
			b.WriteString("  \tquit\n")
		}
		return b.String()
	},
	"Secret, YAML": func(objects [][]byte) string {
		var b strings.Builder
		for i, o := range objects {
			fmt.Fprintf(&b, "---\nkind: Secret\nmetadata:\n  name: s%d\ndata:\n  tls.crt: %s\n  user: YWRtaW4=\n", i, base64.StdEncoding.EncodeToString(o))
		}
		return b.String()
	},
	"Secret, folded YAML": func(objects [][]byte) string {
		b := "kind: Secret\nmetadata: {name: x}\ndata:\n"
		for i, o := range objects {
			b += fmt.Sprintf("  %d.crt: >-\n", i)
			for s := base64.StdEncoding.EncodeToString(o); s != ""; s = s[min(len(s), 60):] {
				b += "    " + s[:min(len(s), 60)] + "\n"
			}
		}
		return b
	},
	"decimal numbers": func(objects [][]byte) string {
		b := ""
		for i, o := range objects {
			b += fmt.Sprintf("c%d = [", i)
			for _, c := range o {
				b += fmt.Sprintf("%d, ", int8(c))
			}
			b += "];\n"
		}
		return b
	},
	"SQL": func(objects [][]byte) string {
		b := ""
		for i, o := range objects {
			b += fmt.Sprintf("insert into t values (%d, 0x%x);\n", i, o)
		}
		return b
	},
	"mail": func(objects [][]byte) string {
		b := "From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=-b\"\n\n--=-b\nContent-Type: text/plain\n\nhello\n"
		for i, o := range objects {
			b += fmt.Sprintf("--=-b\nContent-Type: application/pkix-cert; name=\"%d.cer\"\nContent-Transfer-Encoding: base64\n\n", i)
			for s := base64.StdEncoding.EncodeToString(o); s != ""; s = s[min(len(s), 76):] {
				b += s[:min(len(s), 76)] + "\n"
			}
		}
		return b + "--=-b--\n"
	},
	"folder of mails": func(objects [][]byte) string {
		b := ""
		for i, o := range objects {
			b += fmt.Sprintf("From a@example.com Thu Jan  1 00:00:00 2026\nFrom: a@example.com\nSubject: %d\nContent-Type: application/pkix-cert\nContent-Transfer-Encoding: base64\n\n%s\n\n", i, base64.StdEncoding.EncodeToString(o))
		}
		return b
	},
	"property list": func(objects [][]byte) string {
		b := "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict><key>PayloadContent</key><array>\n"
		for i, o := range objects {
			b += fmt.Sprintf("<dict><key>PayloadType</key><string>com.apple.security.root</string><key>PayloadCertificateFileName</key><string>%d.cer</string><key>PayloadContent</key>\n<data>%s</data></dict>\n", i, base64.StdEncoding.EncodeToString(o))
		}
		return b + "</array></dict></plist>\n"
	},
	"Secret, JSON": func(objects [][]byte) string {
		var list []string
		for i, o := range objects {
			list = append(list, fmt.Sprintf(`{"kind":"Secret","metadata":{"name":"s%d"},"data":{"tls.crt":"%s"}}`, i, base64.StdEncoding.EncodeToString(o)))
		}
		return `{"kind":"List","items":[` + strings.Join(list, ",") + "]}"
	},
}

// Each object that a text carries comes out, with the line that it begins on; one that
// is cut, anywhere among the others, is a fault and takes no other with it.
func TestEmbedded(t *testing.T) {
	raw, err := os.ReadFile("../testdata/hex/plain.txt")
	if err != nil {
		t.Fatal(err)
	}
	good, err := hex.DecodeString(strings.Join(strings.Fields(string(raw)), ""))
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range carriers {
		b, err := Decode([]byte(write([][]byte{good, good, good})), nil)
		if err != nil || len(b.Certs) != 3 {
			t.Errorf("%s: %d certificates, %v", name, len(b.Certs), err)
			continue
		}
		if !strings.Contains(name, "JSON") && b.Certs[0].Source.Line >= b.Certs[2].Source.Line {
			t.Errorf("%s: the first is on line %d, the third on %d", name, b.Certs[0].Source.Line, b.Certs[2].Source.Line)
		}
		for at := range 3 {
			for _, cut := range []int{20, len(good) / 2, len(good) - 1} {
				list := [][]byte{good, good, good}
				list[at] = good[:cut]
				b, err := Decode([]byte(write(list)), nil)
				var own *Error
				if !errors.As(err, &own) || own.Kind != ErrDamaged || len(b.Certs) != 2 {
					t.Errorf("%s, number %d of %d bytes: %d certificates, %v", name, at, cut, len(b.Certs), err)
				}
			}
		}
	}
}

// What stands beside PEM, before or behind it, comes out with it.
func TestBesidePEM(t *testing.T) {
	cert := readText(t, "servers/ed25519.pem")
	for _, name := range []string{"ppk/rsa-v3.ppk", "jwk/rsa.jwk", "rsa-xml/private.xml", "cisco/ios.cfg", "hex/arrays.c", "hex/insert.sql", "reg/two.reg"} {
		text := readText(t, name)
		alone, err := Decode([]byte(text), nil)
		if err != nil {
			t.Fatal(name, err)
		}
		if strings.HasPrefix(text, "\xff\xfe") {
			text = string(pem.ToUTF8([]byte(text)))
		}
		for _, both := range []string{cert + text, text + "\n" + cert, cert + text + "\n" + cert} {
			b, err := Decode([]byte(both), nil)
			if want := alone.Len() + strings.Count(both, cert); err != nil || b.Len() != want {
				t.Errorf("%s: %d objects of %d, %v", name, b.Len(), want, err)
			}
		}
	}
	manifest := readText(t, "k8s/one.yaml") + "---\nkind: ConfigMap\nmetadata:\n  name: ca\ndata:\n  ca.crt: |\n    " + strings.ReplaceAll(cert, "\n", "\n    ") + "\n---\n" + cert
	if b, err := Decode([]byte(manifest), nil); err != nil || b.Len() != 4 {
		t.Errorf("a ConfigMap beside a Secret: %d objects, %v", b.Len(), err)
	}
	binary := readText(t, "sst/two.sst") + readText(t, "servers/rsa.key.der") + cert
	if b, err := Decode([]byte(binary), nil); err != nil || b.Len() != 4 {
		t.Errorf("one after the other: %d objects, %v", b.Len(), err)
	}
	// Binary files that were joined, to PEM too.
	der, bks, bcfks := readText(t, "servers/rsa.key.der"), readText(t, "bks/trust.bks"), readText(t, "bcfks/trust.bcfks")
	for _, c := range []struct {
		name, data string
		objects    int
	}{
		{"a key after a BKS", bks + der, 3},
		{"a key after a BCFKS", bcfks + der, 3},
		{"a BKS after a key", der + bks, 3},
		{"a line end between", der + "\r\n" + bks, 3},
		{"a key of PuTTY after another key", der + readText(t, "ppk/rsa-v3.ppk"), 2},
		{"keys of SSH after a key", der + readText(t, "ssh-pub/three.pub"), 4},
		{"after PEM", cert + der, 2},
		{"between PEM", cert + bks + "\n" + cert, 4},
		{"two after PEM", cert + der + bks, 4},
		{"a text among other bytes", cert + strings.Repeat("\x00\x01", 40) + readText(t, "ppk/rsa-v3.ppk"), 2},
	} {
		if b, err := Decode([]byte(c.data), &DecodeOptions{Password: Passwords("secret")}); err != nil || b.Len() != c.objects {
			t.Errorf("%s: %d objects of %d, %v", c.name, b.Len(), c.objects, err)
		}
	}
	// Its bytes are no line ends, whatever stands before it.
	key, err := Decode([]byte(der), nil)
	if err != nil || !strings.Contains(der, "\r") {
		t.Fatalf("no key with a byte 0d: %v", err)
	}
	for _, name := range []string{"ppk/rsa-v3.ppk", "servers/ed25519.pem"} {
		b, err := Decode([]byte(readText(t, name)+der), nil)
		if err != nil || !slices.ContainsFunc(b.Keys, func(k PrivateKey) bool { return bytes.Equal(k.PKCS8, key.Keys[0].PKCS8) }) {
			t.Errorf("a key in DER after %s: %v", name, err)
		}
	}
	// What cannot be read there is a fault.
	for _, text := range []string{
		cert + `{"kty":"RSA","n":"AQAB","d":"` + "\n" + cert,
		cert + "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: x\nPublic-Lines: 6\nAAAA\n" + cert,
		cert + "<RSAKeyValue><Modulus>AQAB</Modulus><D>AQ\n" + cert,
	} {
		if b, err := Decode([]byte(text), nil); err == nil || len(b.Certs) == 0 {
			t.Errorf("%.90q: %d certificates, %v", text[len(cert):], len(b.Certs), err)
		}
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// An alias in a Secret is what it stands for, as YAML has it. Each is read once.
func TestSecretAliases(t *testing.T) {
	pem64 := base64.StdEncoding.EncodeToString([]byte(readText(t, "servers/ed25519.pem")))
	secret := func(data string) string {
		return "- kind: Secret\n  metadata: {name: s}\n  data: " + data + "\n"
	}
	for _, c := range []struct {
		name, text string
		objects    int
	}{
		{"a value", "items:\n" + secret("{ca.crt: &ca "+pem64+"}") + secret("{ca.crt: *ca}"), 2},
		{"a value again and again", "items:\n" + secret("{ca.crt: &ca "+pem64+"}") + strings.Repeat(secret("{ca.crt: *ca}"), 50), 2},
		{"a mapping", "items:\n" + secret("&all {ca.crt: "+pem64+"}") + secret("*all"), 2},
		{"merged", "items:\n" + secret("&base {ca.crt: "+pem64+"}") + secret("{<<: *base, tls.crt: "+pem64+"}"), 3},
		{"merged from a list", "items:\n" + secret("&base {ca.crt: "+pem64+"}") + secret("{<<: [*base], tls.crt: "+pem64+"}"), 3},
		{"merged into itself", "items:\n" + secret("&base {<<: *base, ca.crt: "+pem64+"}"), 2},
	} {
		b, err := Decode([]byte("kind: List\n"+c.text), nil)
		if err != nil || b.Len() != c.objects || slices.ContainsFunc(b.Notes, func(n Note) bool { return n.Kind == note.Skipped }) {
			t.Errorf("%s: %d objects of %d, %v, %v", c.name, b.Len(), c.objects, err, b.Notes)
		}
	}
}

// What is no base64 where a Secret has it is a fault, whatever its name.
func TestSecretWithoutBase64(t *testing.T) {
	good, err := os.ReadFile("../testdata/k8s/one.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"tls.old", "password"} {
		text := strings.Replace(string(good), "\ndata:\n", "\ndata:\n  "+key+": no base64 at all\n", 1)
		b, err := Decode([]byte(text), nil)
		if !errors.Is(err, ErrDamaged) || len(b.Certs) != 1 || len(b.Keys) != 1 {
			t.Errorf("%s: %d certificates, %d keys, %v", key, len(b.Certs), len(b.Keys), err)
		}
	}
}

// What stands beside an object and cannot be read is told, with the line or the name
// that it has.
func TestBesideWhatIsRead(t *testing.T) {
	read := func(name string) string {
		raw, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	key := strings.SplitN(read("ssh-pub/three.pub"), "\n", 2)[0]
	raw, err := hex.DecodeString(strings.Join(strings.Fields(read("hex/plain.txt")), ""))
	if err != nil {
		t.Fatal(err)
	}
	cert, armoured := string(raw), "-----BEGIN CERTIFICATE-----\n"+base64.StdEncoding.EncodeToString(raw)+"\n-----END CERTIFICATE-----\n"
	mail := "From: a@example.com\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n%s\n--b\nContent-Type: application/pkix-cert\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString(raw) + "\n--b--\n%s\n"
	for _, c := range []struct {
		name, text string
		objects    int
		fault      string // part of the error, "" for none
		note       string // part of a note
	}{
		{"a certificate of the registry as text", "REGEDIT4\n[HKEY_X]\n\"Blob\"=\"x\"\n\"Blob\"=hex:" + strings.Trim(strings.ReplaceAll(fmt.Sprintf("% x", read("reg/blob.bin")), " ", ","), ",") + "\n", 1, "Blob is no certificate", ""},
		{"a certificate in nvram", strings.Replace(read("cisco/ios.cfg"), " certificate 02\n", " certificate 09 nvram:CA#9.cer\n certificate 02\n", 1), 2, "", "nvram"},
		{"a key of a set", `{"keys":[{"kty":"EC","crv":"P-256","x":"AA","kid":"bad"},` + read("jwk/rsa.jwk") + "]}", 1, `"bad"`, ""},
		{"an empty value of a Secret", strings.Replace(read("k8s/one.yaml"), "\ndata:\n", "\ndata:\n  ca.crt: \"\"\n", 1), 2, "", "ca.crt: an empty value"},
		{"a key of PuTTY after another", read("ppk/rsa-v3.ppk") + read("ppk/ec-v3.ppk"), 2, "", ""},
		{"a text after a key of PuTTY", read("ppk/rsa-v3.ppk") + "that was it\n", 1, "", "bytes after the end of the key"},
		{"a store after another", read("sst/two.sst") + read("sst/two.sst"), 4, "", "bytes after the end of the store"},
		{"blocks that were filled up", cert + strings.Repeat("\x00", 77) + cert + "\xff\xff" + cert, 3, "", ""},
		{"a stray byte between", cert + "x" + cert, 2, "", ""},
		{"a few of them, and a line", cert + "junk\x00\x300\n" + cert + "0\n" + cert, 3, "", ""},
		{"one between PEM and DER", armoured + "\x00x" + cert, 2, "", ""},
		{"one between DER and PEM", cert + "x" + armoured, 2, "", ""},
		{"what is no object, and a text", cert + "x" + strings.Repeat("0\x03\x02\x01\x05", maxStrayTries) + strings.Repeat("-----BEGIN X\n", 1000), 1, "", ""},
		{"many blocks", strings.Repeat(cert+"\x00", maxFollowing+1) + "\x00", maxFollowing + 1, "", ""},
		{"more blocks", strings.Repeat(cert+"\x00", maxFollowing+2), maxFollowing + 1, "more than 16 objects", ""},
		{"text before the parts of a mail", fmt.Sprintf(mail, armoured, "bye"), 2, "", ""},
		{"text behind the parts of a mail", fmt.Sprintf(mail, "This is a message in MIME format.", armoured), 2, "", ""},
		{"options of SSH", `from="10.0.0.0/8",command="a b" ` + key + "\n", 1, "", ""},
		{"a comment of SSH", "# mine\n\n" + key + "\n", 1, "", ""},
		{"a line of SSH that is cut", key + "\nssh-rsa AAAA!\n", 1, "does not hold", ""},
	} {
		b, err := Decode([]byte(c.text), nil)
		if b.Len() != c.objects || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %d objects, %v", c.name, b.Len(), err)
		}
		told := c.note == ""
		for _, n := range b.Notes {
			told = told || strings.Contains(n.Text.String(), c.note)
		}
		if !told {
			t.Errorf("%s: no note says %q: %v", c.name, c.note, b.Notes)
		}
	}
}

// A Secret that is written again keeps its name, unless another is given; what is of several
// says so.
func TestSecretKeepsItsName(t *testing.T) {
	web := strings.Replace(readText(t, "k8s/one.yaml"), "  name: one\n", "  name: one\n  namespace: web\n", 1)
	decode := func(text string) *Bundle {
		b, err := Decode([]byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	mixed, again := decode(web), decode(readText(t, "k8s/one.yaml"))
	mixed.Certs = again.Certs
	var other Bundle
	other.Add(decode(readText(t, "k8s/one.yaml")))
	other.Keys[0].Source.Format, other.Certs[0].Source.Format = "pem", "pem" // as in acme.json
	own := secretName(&other.Certs[0])
	for _, c := range []struct {
		b           *Bundle
		name, space string // given
		want, lost  string
	}{
		{decode(readText(t, "k8s/one.yaml")), "", "", "name: one\ntype", ""},
		{decode(web), "", "", "name: one\n  namespace: web\ntype", ""},
		{decode(web), "two", "", "name: two\n  namespace: web\ntype", ""},
		{decode(web), "", "test", "name: one\n  namespace: test\ntype", ""},
		{mixed, "", "", "name: " + own + "\ntype", "the name of the Secret web/one; the name of the Secret one"},
		{mixed, "both", "", "name: both\ntype", ""},
		{&other, "", "", "name: " + own + "\ntype", ""},
	} {
		var lost []string
		out, err := Encode(c.b, "k8s", &EncodeOptions{Name: c.name, Namespace: c.space, Lost: &lost})
		if err != nil || !strings.Contains(string(out), c.want) || strings.Join(lost, "; ") != c.lost {
			t.Errorf("%+v: %v: %q: %s", c, err, lost, out)
		}
	}
}

// Names that a reader of YAML, 1.1 or 1.2, takes for a number, a day, a truth or nothing are
// written as text; kubectl refuses them otherwise.
func TestSecretNamesAreText(t *testing.T) {
	b, err := Decode([]byte(readText(t, "k8s/one.yaml")), nil)
	if err != nil {
		t.Fatal(err)
	}
	for names, quote := range map[string]string{
		"123 0 017 08 0x1f 0o14 0b11 12.5 1.e1 1e3 1e-3 1.5e-3 true false null yes no on off y n 2001-12-14 2020-02-30": `"`,
		"www.example.com 1.2.3 12-3 1e3.com nan null.example web-1 a":                                                   "",
	} {
		for _, name := range strings.Fields(names) {
			out, err := Encode(b, "k8s", &EncodeOptions{Name: name, Namespace: name})
			if want := "\n  name: " + quote + name + quote + "\n  namespace: " + quote + name + quote + "\n"; err != nil || !strings.Contains(string(out), want) {
				t.Errorf("%s: %v: %s", name, err, out)
			}
		}
	}
}

// What stands behind an object in its block of PEM, or was encrypted with it, is read where it
// is an object; the note of it stays.
func TestBehindInBlock(t *testing.T) {
	ca := issue(t, nil, "ca", newKey(t), nil)
	key := newKey(t)
	raw := issue(t, ca, "www.example.com", key, nil).cert.Raw
	p8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := encryptPKCS8(p8, &EncodeOptions{Password: []byte("secret"), Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	both, err := encryptPKCS8(slices.Concat(p8, raw), &EncodeOptions{Password: []byte("secret"), Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	dek, old, err := pbe.EncryptPEM([]byte("secret"), slices.Concat(p8, raw), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block := func(label string, objects ...[]byte) []byte {
		return pem.Append(nil, label, nil, slices.Concat(objects...))
	}
	pfx := []byte(readText(t, "pfx/java-keys.p12"))
	for _, c := range []struct {
		name        string
		text        []byte
		keys, certs int
		is          Kind
	}{
		{"two certificates", block("CERTIFICATE", raw, ca.cert.Raw), 0, 2, KindCertificate},
		{"very many", block("CERTIFICATE", bytes.Repeat(raw, 500)), 0, 500, KindCertificate},
		{"a key behind a certificate", block("CERTIFICATE", raw, p8), 1, 1, KindPrivateKey},
		{"a certificate behind a key", block("PRIVATE KEY", p8, raw), 1, 1, KindCertificate},
		{"under a wrong label", block("X509 CRL", p8, raw), 1, 1, KindCertificate},
		{"a locked key behind a certificate", block("CERTIFICATE", raw, sealed), 1, 1, KindPrivateKey},
		{"a few bytes between", block("CERTIFICATE", raw, []byte{0, 0, 1}, p8), 1, 1, KindPrivateKey},
		{"of different kinds", block("CERTIFICATE", raw, p8, ca.cert.Raw), 1, 2, KindPrivateKey},
		{"encrypted with the key", block("ENCRYPTED PRIVATE KEY", both), 1, 1, KindCertificate},
		{"encrypted with the key, in the old way", pem.Append(nil, "PRIVATE KEY", [][2]string{{"Proc-Type", "4,ENCRYPTED"}, {"DEK-Info", dek}}, old), 1, 1, KindCertificate},
		{"no object", block("CERTIFICATE", raw, bytes.Repeat([]byte{0x30, 0x80}, 100)), 0, 1, ""},
		{"base64 without boundaries", []byte(base64.StdEncoding.EncodeToString(slices.Concat(pfx, p8))), 3, 7, ""},
	} {
		b, err := Decode(c.text, &DecodeOptions{Password: Passwords("secret", "changeit")})
		if err != nil || len(b.Keys) != c.keys || len(b.Certs) != c.certs {
			t.Errorf("%s: %d keys, %d certificates, %v", c.name, len(b.Keys), len(b.Certs), err)
			continue
		}
		i := slices.IndexFunc(b.Notes, func(n Note) bool { return n.Kind == note.TrailingData })
		if i < 0 || b.Notes[i].Is != c.is {
			t.Errorf("%s: %+v", c.name, b.Notes)
		}
		for o := range b.Objects() {
			if c.is != "" && (o.Source.Line != 1 || o.Source.Index == 0) {
				t.Errorf("%s: a %s at %+v", c.name, o.Kind, o.Source)
			}
		}
	}
	// In so many levels that nobody made them to be read.
	nested := raw
	for range 12 {
		nested = slices.Concat(raw, block("CERTIFICATE", nested))
	}
	if _, err := Decode(block("CERTIFICATE", nested), nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("nested: %v", err)
	}
}

// In a container too: what stands behind a certificate in the place of one is read, and trusted by
// nobody.
func TestBehindInEntry(t *testing.T) {
	ca := issue(t, nil, "ca", newKey(t), nil)
	key := newKey(t)
	raw := issue(t, ca, "www.example.com", key, nil).cert.Raw
	p8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	both := slices.Concat(raw, p8, ca.cert.Raw)
	store := &Bundle{Certs: []Certificate{{Raw: both, Trusted: true, Names: Names{FriendlyName: "www"}}}}
	o := &EncodeOptions{Password: []byte("changeit"), Rand: rand.Reader}
	keystore := func(encode func(*Bundle, *EncodeOptions) ([]byte, error)) []byte {
		t.Helper()
		data, err := encode(store, o)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	le := binary.LittleEndian
	sst := le.AppendUint32([]byte("\x00\x00\x00\x00CERT"), 0x20)
	sst = le.AppendUint32(le.AppendUint32(sst, 1), uint32(len(both)))
	sst = slices.Concat(sst, both, make([]byte, 12))
	for name, data := range map[string][]byte{
		"JSON Web Key": []byte(`{"kty":"RSA","x5c":["` + base64.StdEncoding.EncodeToString(both) + `"]}`),
		"PFX":          keystore(encodePFX),
		"JKS":          keystore(encodeJKS),
		"store":        sst,
	} {
		b, err := Decode(data, &DecodeOptions{Password: Passwords("changeit")})
		if err != nil || len(b.Keys) != 1 || len(b.Certs) != 2 || !bytes.Equal(b.Certs[1].Raw, ca.cert.Raw) {
			t.Errorf("%s: %d keys, %d certificates, %v", name, len(b.Keys), len(b.Certs), err)
			continue
		}
		if i := slices.IndexFunc(b.Notes, func(n Note) bool { return n.Kind == note.TrailingData }); i < 0 || b.Notes[i].Is != KindPrivateKey {
			t.Errorf("%s: %+v", name, b.Notes)
		}
		if keystore := name == "PFX" || name == "JKS"; b.Certs[0].Trusted != keystore || b.Certs[1].Trusted {
			t.Errorf("%s: trusted %v, %v", name, b.Certs[0].Trusted, b.Certs[1].Trusted)
		}
	}
}
