package main

import (
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/testenv"
)

// disallowedCerts are Microsoft's 71 disallowed certificates.
func disallowedCerts(t *testing.T) []lists.Element {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Samples(t), "disallowed", "disallowedcert.sst"))
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := lists.ParseSST(data)
	if err != nil || len(list) != 71 {
		t.Fatalf("%d certificates, %v", len(list), err)
	}
	return list
}

func putPEM(t *testing.T, path string, certs ...[]byte) {
	t.Helper()
	var out []byte
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A root that nobody should trust is found in the stores that other programs make of it: keytool, OpenSSL,
// update-ca-certificates, and p11-kit for update-ca-trust.
func TestRootsPlanted(t *testing.T) {
	testenv.Programs(t, "keytool", "openssl", "update-ca-certificates", "trust", "unshare")
	dir := t.TempDir()
	in := func(name ...string) string { return filepath.Join(append([]string{dir}, name...)...) }
	var bad []byte
	for _, e := range disallowedCerts(t) {
		if sum := sha1.Sum(e.DER); hex.EncodeToString(sum[:]) == "c060ed44cbd881bd0ef86c0ba287ddcf8167478c" { // DigiNotar Root CA
			bad = e.DER
		}
	}
	good := filepath.Join(testenv.Root(t), "testdata", "lists", "store.pem")
	putPEM(t, in("bad.crt"), bad)
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	putPEM(t, in("good.crt"), block.Bytes)
	putPEM(t, in("both.pem"), block.Bytes, bad)

	for _, kind := range []string{"JKS", "PKCS12"} {
		for _, alias := range []string{"good", "bad"} {
			testenv.Must(t, dir, "keytool", "-importcert", "-noprompt", "-alias", alias, "-file", alias+".crt", "-keystore", "keytool."+kind, "-storetype", kind, "-storepass", javaPassword)
		}
	}
	testenv.Must(t, dir, "openssl", "crl2pkcs7", "-nocrl", "-certfile", "both.pem", "-out", "openssl.p7b")
	testenv.Must(t, dir, "openssl", "pkcs12", "-export", "-nokeys", "-in", "both.pem", "-out", "openssl.pfx", "-passout", "pass:"+javaPassword)
	for _, folder := range []string{"local", "certs", "etc", "hooks"} {
		if err := os.Mkdir(in(folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	putPEM(t, in("local", "bad.crt"), bad)
	putPEM(t, in("local", "good.crt"), block.Bytes)
	if err := os.WriteFile(in("conf"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	testenv.Must(t, dir, "update-ca-certificates", "--localcertsdir", in("local"), "--etccertsdir", in("etc"), "--certsconf", in("conf"), "--certsdir", in("certs"), "--hooksdir", in("hooks"))
	stores := []string{"keytool.JKS", "keytool.PKCS12", "openssl.p7b", "openssl.pfx", "etc", "etc/ca-certificates.crt", "both.pem"}
	if os.Getuid() == 0 {
		for _, form := range []string{"pem-bundle", "openssl-bundle", "java-cacerts", "x509-directory", "pem-directory", "openssl-directory"} {
			p11kit(t, in("both.pem"), "extract", "--format="+form, "--filter=ca-anchors", in("trust."+form))
			stores = append(stores, "trust."+form)
		}
	}
	t.Setenv("STOREPASS", javaPassword)
	for _, store := range stores {
		var page comparePage
		exit := runJSON(t, &page, "roots", "compare", in(filepath.FromSlash(store)), "--pass", "env:STOREPASS")
		if exit != 1 || len(page.Distrusted) != 1 || page.Distrusted[0].Name != "DigiNotar Root CA" || len(page.Private) != 2 {
			t.Errorf("%s: exit code %d, distrusted %v, private %v", store, exit, page.Distrusted, page.Private)
		}
	}
}

// p11kit runs trust with a file in the place of the system's roots.
func p11kit(t *testing.T, file string, args ...string) string {
	t.Helper()
	const system = "/etc/ssl/certs/ca-certificates.crt"
	testenv.Dir(t, system)
	script := `file=$1; shift; mount --bind "$file" ` + system + ` && exec trust "$@"`
	return testenv.Must(t, ".", "unshare", append([]string{"--mount", "sh", "-c", script, "sh", file}, args...)...)
}

// What a Java keystore has for its private keys is not what it trusts, and is not exported.
func TestRootsOfKeystore(t *testing.T) {
	testenv.Programs(t, "keytool")
	dir := t.TempDir()
	tool := func(args ...string) string {
		return testenv.Must(t, dir, "keytool", append(args, "-storepass", javaPassword)...)
	}
	tool("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=own CA", "-ext", "bc=ca:true", "-keystore", "ca.jks", "-storetype", "JKS", "-keypass", javaPassword)
	tool("-genkeypair", "-alias", "site", "-keyalg", "EC", "-dname", "CN=site", "-keystore", "site.jks", "-storetype", "JKS", "-keypass", javaPassword)
	tool("-certreq", "-alias", "site", "-keystore", "site.jks", "-file", "site.csr")
	tool("-gencert", "-rfc", "-alias", "ca", "-keystore", "ca.jks", "-infile", "site.csr", "-outfile", "site.pem")
	tool("-exportcert", "-rfc", "-alias", "ca", "-keystore", "ca.jks", "-file", "ca.pem")
	site, err := os.ReadFile(filepath.Join(dir, "site.pem"))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "chain.pem"), append(site, ca...), 0o600); err != nil {
		t.Fatal(err)
	}
	tool("-importcert", "-noprompt", "-alias", "site", "-file", "chain.pem", "-keystore", "site.jks")
	tool("-importcert", "-noprompt", "-alias", "a \"root\" of ../../etc", "-file", filepath.Join(testenv.Root(t), "testdata", "lists", "store.pem"), "-keystore", "site.jks")
	store := filepath.Join(dir, "site.jks")
	status := func() string {
		var page listsPage
		if exit := runJSON(t, &page, "roots", "inspect", store, "--entries"); exit != 0 {
			t.Fatalf("exit code %d", exit)
		}
		var list []string
		for _, e := range page.Lists[0].Items {
			list = append(list, e.Name+": "+e.Status)
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	if got := status(); got != "Example Root A: trusted, own CA: other, site: other" {
		t.Error(got)
	}
	out := filepath.Join(dir, "out")
	if exit, _, stderr := runInside(t, "roots", "export", store, "--for", "debian", "--out", out); exit != 0 {
		t.Fatal(stderr)
	}
	if list := names(t, out); len(list) != 1 || list[0] != "a_root_of_.._.._etc.crt" {
		t.Errorf("%q", list)
	}
	var page comparePage
	if runJSON(t, &page, "roots", "compare", store); len(page.Private) != 1 {
		t.Errorf("%v", page.Private)
	}
	// The same CA as an entry of its own is trusted.
	tool("-importcert", "-noprompt", "-alias", "own", "-file", "ca.pem", "-keystore", "site.jks")
	if got := status(); got != "Example Root A: trusted, own CA: trusted, site: other" {
		t.Error(got)
	}
}

// registryExport is an export of certificates in stores of Windows, as regedit writes it.
func registryExport(entries ...registryEntry) []byte {
	var b strings.Builder
	b.WriteString("Windows Registry Editor Version 5.00\r\n\r\n")
	for _, e := range entries {
		sum := sha1.Sum(e.der)
		blob := binary.LittleEndian.AppendUint32(nil, 3)
		blob = binary.LittleEndian.AppendUint32(blob, 1)
		blob = binary.LittleEndian.AppendUint32(blob, uint32(len(sum)))
		blob = append(blob, sum[:]...)
		blob = binary.LittleEndian.AppendUint32(blob, 32)
		blob = binary.LittleEndian.AppendUint32(blob, 1)
		blob = binary.LittleEndian.AppendUint32(blob, uint32(len(e.der)))
		blob = append(blob, e.der...)
		fmt.Fprintf(&b, "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\%s\\Certificates\\%X]\r\n\"Blob\"=hex:", e.store, sum)
		for i, c := range blob {
			switch {
			case i == 0:
			case i%25 == 0:
				b.WriteString(",\\\r\n  ")
			default:
				b.WriteString(",")
			}
			fmt.Fprintf(&b, "%02x", c)
		}
		b.WriteString("\r\n\r\n")
	}
	out := []byte{0xff, 0xfe}
	for _, r := range b.String() {
		out = binary.LittleEndian.AppendUint16(out, uint16(r))
	}
	return out
}

type registryEntry struct {
	store string
	der   []byte
}

// An export of a whole registry has what Windows trusts, and what it does not: that Microsoft's disallowed
// certificates are among the latter is how it should be.
func TestRootsOfRegistry(t *testing.T) {
	bad := disallowedCerts(t)
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata", "lists", "store.pem"))
	if err != nil {
		t.Fatal(err)
	}
	a, rest := pem.Decode(text)
	c, _ := pem.Decode(rest)
	entries := []registryEntry{{"ROOT", a.Bytes}, {"CA", c.Bytes}, {"CA", a.Bytes}, {"AuthRoot", bad[0].DER}}
	for _, e := range bad {
		entries = append(entries, registryEntry{"Disallowed", e.DER})
	}
	dir := t.TempDir()
	put := func(name string, entries ...registryEntry) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, registryExport(entries...), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	machine, planted := put("machine.reg", entries...), put("planted.reg", entries[0], registryEntry{"AuthRoot", bad[0].DER})
	var page listsPage
	if exit := runJSON(t, &page, "roots", "inspect", machine); exit != 0 || len(page.Lists) != 2 || page.Lists[0].Entries != 2 || page.Lists[0].Servers != 1 || page.Lists[1].Kind != "disallowed" || page.Lists[1].Disabled != 71 {
		t.Errorf("exit code %d, %+v", exit, page.Lists)
	}
	for _, c := range []struct {
		args []string
		exit int
	}{
		{[]string{"roots", "compare", machine}, 0},
		{[]string{"roots", "compare", planted}, 1},
		{[]string{"roots", "compare", planted, "--with", "disallowed=" + machine}, 1},
		{[]string{"check", filepath.Join(dir, "root.pem"), "--lists", machine, "--only", "cert-distrusted"}, 0},
		{[]string{"check", filepath.Join(dir, "bad.pem"), "--lists", machine, "--only", "cert-distrusted"}, 1},
	} {
		putPEM(t, filepath.Join(dir, "root.pem"), a.Bytes)
		putPEM(t, filepath.Join(dir, "bad.pem"), bad[0].DER)
		if exit, stdout, stderr := runInside(t, c.args...); exit != c.exit {
			t.Errorf("%v: exit code %d\n%s%s", c.args, exit, stdout, stderr)
		}
	}
}
