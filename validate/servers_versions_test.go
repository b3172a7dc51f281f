//go:build unix

package validate_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// versioned is a pair, and which versions of OpenSSL load it.
type versioned struct {
	serverPair
	v11, v30, v35 bool
}

func (s *versioned) loadedBy(version string) bool {
	return map[string]bool{"1.1": s.v11, "3.0": s.v30, "3.5": s.v35}[version]
}

// signedWeakly are pairs that OpenSSL refuses for who signed the certificates,
// which 3.5.8 and later do not look at.
var signedWeakly = []string{"signed with SHA-1", "EC signed with SHA-1", "signed with MD5", "intermediate signed with SHA-1"}

// only30 are pairs that 1.1.1 does not load and 3.0 does.
var only30 = []string{"first: byte order mark", "key: byte order mark", "ENCRYPTED PRIVATE KEY over a bare key"}

// versionedPairs are those of the servers, and keys in all forms.
func versionedPairs(t *testing.T) []versioned {
	var list []versioned
	for _, s := range serverPairs(t) {
		loads := s.loads.loads("nginx")
		list = append(list, versioned{s, loads && !slices.Contains(only30, s.name), loads, loads || slices.Contains(signedWeakly, s.name)})
	}
	return append(list, keyForms(t)...)
}

// Check says of each version of OpenSSL what that was seen to do.
func TestOpenSSLVersionsVerdict(t *testing.T) {
	for _, s := range versionedPairs(t) {
		for _, v := range []string{"1.1", "3.0", "3.5"} {
			if load, report := s.check("nginx@openssl" + v); (len(load) == 0) != s.loadedBy(v) {
				t.Errorf("%s: OpenSSL %s loads it: %v, but check says %v", s.name, v, s.loadedBy(v), report.Findings)
			}
		}
	}
}

// loadsAll has Node.js load each pair with the OpenSSL that is in it.
const loadsAll = `const fs = require("fs"), tls = require("tls");
for (const i of process.argv.slice(1)) {
  try { tls.createSecureContext({key: fs.readFileSync(i + "/site.key"), cert: fs.readFileSync(i + "/site.pem"), ciphers: "DEFAULT@SECLEVEL=2"}); console.log("yes"); } catch (e) { console.log(e.message.split("\n")[0]); }
}`

// The verdicts in the table are those of OpenSSL. The 1.1.1 in Node.js is at its
// own security level, 1; that of Debian 11, at level 2, was asked by hand.
func TestOpenSSLVersionsTable(t *testing.T) {
	testenv.Slow(t)
	dir, pairs := t.TempDir(), versionedPairs(t)
	var folders []string
	for i := range pairs {
		at := mkdir(t, dir, strconv.Itoa(i))
		pairs[i].write(t, at, "")
		folders = append(folders, at)
	}
	for _, v := range []string{"1.1", "3.0", "3.5"} {
		t.Run(v, func(t *testing.T) {
			program := "node-openssl" + v
			if v == "3.0" {
				program = "node" // Debian 12's
			}
			testenv.Programs(t, program)
			out, err := exec.Command(program, append([]string{"-e", loadsAll}, folders...)...).Output()
			said := strings.Split(strings.TrimSpace(string(out)), "\n")
			if err != nil || len(said) != len(pairs) {
				t.Fatalf("%v: %d answers", err, len(said))
			}
			for i, s := range pairs {
				if s.name == "first: line with a NUL before BEGIN" {
					continue // Node.js hands it the text in another way
				}
				want := s.loadedBy(v)
				if v == "1.1" && slices.Contains(tooWeak, s.name) {
					want = s.name != "RSA 512" && s.name != "signed with MD5"
				}
				if want != (said[i] == "yes") {
					t.Errorf("%s: the table says %v, OpenSSL %s says %s", s.name, want, v, said[i])
				}
			}
		})
	}
}

// element builds an ASN.1 element.
func element(tag asn1.Tag, content ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(content, nil)) })
	return b.BytesOrPanic()
}

// content takes the elements in data apart.
func content(data []byte) (parts, whole [][]byte) {
	s := cryptobyte.String(data)
	for !s.Empty() {
		var full, inner cryptobyte.String
		var tag asn1.Tag
		if s.ReadAnyASN1Element(&full, &tag); full == nil {
			return parts, whole
		}
		rest := full
		rest.ReadAnyASN1(&inner, &tag)
		parts, whole = append(parts, inner), append(whole, full)
	}
	return parts, whole
}

// keyForms are keys in PKCS#8 and SEC1 as programs write them, and as they
// should not.
func keyForms(t *testing.T) []versioned {
	get := material(t)
	var list []versioned
	for _, k := range []struct{ name, key, cert string }{
		{"Ed25519", "ed25519.key", "ed25519.pem"}, {"Ed448", "ed448.key", "ed448.pem"}, {"RSA", "rsa.p8.key", "rsa.pem"}, {"EC", "ec-P-256.key", "ec-P-256.pem"},
	} {
		block, _ := pem.Decode(get(k.key))
		outer, _ := content(block.Bytes)
		fields, whole := content(outer[0])
		algorithm, key := whole[1], fields[2]
		_, ids := content(fields[1])
		spki := testenv.Must(t, ".", "openssl", "pkey", "-in", filepath.Join(testenv.Root(t), "testdata/servers", k.key), "-pubout", "-outform", "DER")
		outer, _ = content([]byte(spki))
		public, _ := content(outer[0])
		bits := public[1]

		number := func(v byte) []byte { return element(asn1.INTEGER, []byte{v}) }
		octets := func(parts ...[]byte) []byte { return element(asn1.OCTET_STRING, parts...) }
		carried := func(b []byte) []byte { return element(asn1.Tag(1).ContextSpecific(), b) }
		attributes := element(asn1.Tag(0).Constructed().ContextSpecific(), element(asn1.SEQUENCE, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14"), element(asn1.SET, []byte("\x1e\x02\x00a"))))
		add := func(form, label string, der []byte, v11, v30, v35 bool) {
			list = append(list, versioned{serverPair{name: k.name + ": " + form, key: pemBlock(label, der), cert: get(k.cert)}, v11, v30, v35})
		}
		pkcs8 := func(form string, v11, v30, v35 bool, parts ...[]byte) {
			add(form, "PRIVATE KEY", element(asn1.SEQUENCE, parts...), v11, v30, v35)
		}
		pkcs8("version 1", true, true, true, number(0), algorithm, octets(key))
		pkcs8("version 2 with public key", false, false, true, number(1), algorithm, octets(key), carried(bits))
		pkcs8("version 2 without public key", true, true, true, number(1), algorithm, octets(key))
		pkcs8("version 1 with public key", false, false, false, number(0), algorithm, octets(key), carried(bits))
		pkcs8("version 3", true, true, false, number(2), algorithm, octets(key))
		pkcs8("attributes", true, true, true, number(0), algorithm, octets(key), attributes)
		pkcs8("attributes and public key", false, false, true, number(1), algorithm, octets(key), attributes, carried(bits))
		pkcs8("an unknown field", false, false, false, number(0), algorithm, octets(key), element(asn1.Tag(2).ContextSpecific(), []byte("x")))
		switch k.name {
		case "RSA":
			pkcs8("no parameters", true, true, true, number(0), element(asn1.SEQUENCE, ids[0]), octets(key))
		case "EC":
			inner, _ := content(key)
			_, sec1 := content(inner[0])
			point := element(asn1.Tag(1).Constructed().ContextSpecific(), element(asn1.BIT_STRING, bits))
			curve := element(asn1.Tag(0).Constructed().ContextSpecific(), ids[1])
			bare := func(parts ...[]byte) []byte {
				return element(asn1.SEQUENCE, append([][]byte{sec1[0], sec1[1]}, parts...)...)
			}
			pkcs8("without public key", true, true, true, number(0), algorithm, octets(bare()))
			pkcs8("the curve in both places", true, true, true, number(0), algorithm, octets(bare(curve, point)))
			pkcs8("the curve inside alone", false, false, false, number(0), element(asn1.SEQUENCE, ids[0]), octets(bare(curve, point)))
			pkcs8("no curve", false, false, false, number(0), element(asn1.SEQUENCE, ids[0]), octets(bare(point)))
			add("SEC1 without public key", "EC PRIVATE KEY", bare(curve), true, true, true)
			add("SEC1 without curve", "EC PRIVATE KEY", bare(point), false, false, false)
		default:
			seed, _ := content(key)
			pkcs8("NULL parameters", false, false, false, number(0), element(asn1.SEQUENCE, ids[0], element(asn1.NULL)), octets(key))
			pkcs8("bare octets", false, false, false, number(0), algorithm, octets(seed[0]))
			pkcs8("public key behind the seed", false, false, false, number(0), algorithm, octets(octets(seed[0], bits[1:])))
			pkcs8("both, bare", false, false, false, number(0), algorithm, octets(seed[0], bits[1:]))
			pkcs8("wrapped twice", false, false, false, number(0), algorithm, octets(octets(key)))
		}
	}
	return list
}

// A key that is written for a server is in the form that all of them load.
func TestKeyFormsAreWrittenAnew(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	for _, s := range keyForms(t) {
		out := encodedFor(t, s.key)
		if out == nil || strings.HasSuffix(s.name, "no curve") || strings.HasSuffix(s.name, "without curve") {
			continue // it cannot be read, which check says
		}
		path := filepath.Join(dir, "key")
		if err := os.WriteFile(path, out, 0o600); err != nil {
			t.Fatal(err)
		}
		if text := testenv.Must(t, dir, "openssl", "asn1parse", "-in", path); strings.Contains(text, "cont [ 1 ]        \n") && !strings.Contains(s.name, "EC") {
			t.Errorf("%s: the public key is still there: %s", s.name, text)
		}
		s := serverPair{name: s.name, key: out, cert: s.cert}
		for _, v := range []string{"1.1", "3.0", "3.5"} {
			if load, _ := s.check("nginx@openssl" + v); len(load) > 0 {
				t.Errorf("%s: OpenSSL %s does not load what is written: %v", s.name, v, load)
			}
		}
	}
}

// encodedFor reads a key and writes it for a server, nil if it cannot be read.
func encodedFor(t *testing.T, key []byte) []byte {
	b, err := convert.Decode(key, nil)
	if err != nil || len(b.Keys) != 1 || b.Keys[0].SPKI == nil {
		return nil
	}
	out, err := convert.Encode(b, "pem", &convert.EncodeOptions{KeyForms: note.OpenSSLLoads | note.StandardAllows})
	if err != nil {
		t.Error(err)
	}
	return out
}
