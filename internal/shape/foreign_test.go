package shape

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/certconv/certconv/internal/der"
)

func utf16LE(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func unhex(s string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestIdentify(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"", "empty"},
		{"\x00\x00\x00", "zero bytes"},
		{" \r\n\t\n", "white space"},
		{"<!DOCTYPE html>\n<html><head><title>404 Not\n Found</title>", "web page (HTML) titled “404 Not Found”"},
		{"\xef\xbb\xbf  <HTML><body>Please log in", "web page"},
		{utf16LE("<html><title>x</title>"), "web page"},
		{"HTTP/1.1 403 Forbidden\r\nServer: x\r\n", "(HTTP/1.1 403 Forbidden)"},
		{"PK\x03\x04........................word/document.xml", "Word document"},
		{"PK\x03\x04......................META-INF/MANIFEST.MF", "Java archive"},
		{"PK\x05\x06" + strings.Repeat("\x00", 18), "empty ZIP archive"},
		{"7z\xbc\xaf\x27\x1c\x00\x04", "7-Zip"},
		{"Rar!\x1a\x07\x01\x00", "RAR"},
		{"MSCF\x00\x00\x00\x00\x10", "cabinet"},
		{"SQLite format 3\x00" + strings.Repeat("\x10\x00", 40) + "CREATE TABLE nssPublic", "NSS database"},
		{"SQLite format 3\x00" + strings.Repeat("\x10\x00", 40), "SQLite"},
		{"\x00\x06\x15\x61\x00\x00\x00\x02", "cert8.db"},
		{"\x00\x00\x00\x00CERT\x03\x00\x00\x00", ".sst"},
		{unhex("00000001 00000014") + strings.Repeat("s", 20) + unhex("00000600 00") + "rest", "BouncyCastle"},
		{unhex("00000020 01010002") + "KBXf\x00\x00\x00\x00", "keybox"},
		{unhex("99010d045f5f5f5f0108"), "OpenPGP key"},
		{unhex("c6c04d045f5f5f5f0108"), "OpenPGP key"},
		{unhex("8c0d04090302d4c1342289fafc0dffd2c044013c2f35"), "encrypted with OpenPGP"}, // gpg -c
		{unhex("c30d04090302d4c1342289fafc0dffd2c044013c2f35"), "encrypted with OpenPGP"},
		{unhex("84") + "\x5e" + unhex("03 0102030405060708 12 0107401234"), "encrypted with OpenPGP"}, // gpg -e
		{unhex("85010c03 0102030405060708 01 0800123456"), "encrypted with OpenPGP"},
		{unhex("c1c08c03 0102030405060708 01 0800123456"), "encrypted with OpenPGP"},
		{unhex("c335061a0902 0b0304 0102030405060708090a"), "encrypted with OpenPGP"}, // RFC 9580
		{"%PDF-1.7\n", "PDF"},
		{"\x89PNG\r\n\x1a\n", "PNG"},
		{"\x7fELF\x02\x01\x01", "program (ELF)"},
		{"MZ\x90\x00\x03" + strings.Repeat("\x00", 80), "Windows program"},
		{unhex("4c0000000114020000000000"), ".lnk"},
		{"{\\rtf1\\ansi -----", "RTF"},
		{unhex("d0cf11e0a1b11ae1"), "old Office document"},
		{"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "OpenPGP public key"},
		{"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "OpenPGP private key"},
		{"-----BEGIN PGP MESSAGE-----\n", "OpenPGP message"},
		{"# created: 2024\n# public key: age1xyz\nAGE-SECRET-KEY-1QQ\n", "age identity"},
		{"age-encryption.org/v1\n-> X25519", "encrypted with age"},
		{`{"keys":[{"kty":"EC","d":"AA"}`, "JSON Web Key (JWK) whose JSON is cut short"},
		{`{"error":"not found"}`, "error message (JSON)"},
		{`{"a":1}`, "JSON without"},
		{"<?xml version=\"1.0\"?><RSAKeyValue><Modulus>", ".NET"},
		{"<RSAKeyValue><Modulus>", ".NET"},
		{"<?xml version='1.0'?><md:EntityDescriptor><ds:X509Certificate>MII</ds:X509Certificate>", "X509Certificate"},
		{"<?xml version='1.0'?><x/>", "XML"},
		{"ssh-rsa AAAAB3NzaC1yc2E me@host", "OpenSSH public key"},
		{"ecdsa-sha2-nistp256 AAAA", "OpenSSH public key"},
		{"ssh-ed25519-cert-v01@openssh.com AAAA", "OpenSSH certificate"},
		{"---- BEGIN SSH2 PUBLIC KEY ----\n", "RFC 4716"},
		{"host.example ssh-rsa AAAA\n", "SSH host keys"},
		{utf16LE("Windows Registry Editor Version 5.00\r\n\r\n[HKEY"), "registry export"},
		{"REGEDIT4\r\n", "registry export"},
		{"X509 Certificate:\r\nVersion: 3\r\nSignature Algorithm:\r\n    Algorithm ObjectId: 1.2.840.113549.1.1.11 sha256RSA\r\n", "certutil -dump"},
		{"$ANSIBLE_VAULT;1.1;AES256\n6336\n", "Ansible Vault"},
		{"kind: Secret\nsops:\n  mac: ENC[AES256_GCM,data:xx]\n", "SOPS"},
		{"\xa1\xf8\x4e6\x00\x00\x00\x06", "Oracle wallet"},
		{"[Version]\nSignature=\"$Windows NT$\"\n[NewRequest]\nSubject = \"CN=x\"", "template"},
		{"[ req ]\ndefault_bits = 2048\n", "OpenSSL"},
		{"apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: LS0t\n", "Kubernetes configuration"},
		{"Certificate:\n    Data:\n        Version: 3\n        Serial Number: 1", "printed for people"},
		{"3082 0a0b 3082 0102 a003 0201 0202 0101 300d\n", "hexadecimal digits"},
		{"From: ca@example\nSubject: your certificate\n", "mail"},
		{"Dear customer, here is nothing", "text without"},
		{unhex("06082a8648ce3d030107"), "parameters"},
		{unhex("30030a0106"), "OCSP response"},
		{unhex("3006020101020102"), "ASN.1 object"},
		{"\x01\x02\x03\xfe\xff\x80\x81", ""},
	} {
		got := Identify([]byte(c.data)).String()
		if !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%.40q: %q, want %q", c.data, got, c.want)
		}
	}
}

// The title of a web page must not play with the terminal.
func TestIdentifyIsPlain(t *testing.T) {
	got := Identify([]byte("<html><title>\x1b[2Ja\u202eb" + strings.Repeat("x", 1000) + "</title>")).String()
	if strings.ContainsAny(got, "\x1b\u202e") || len(got) > 300 {
		t.Errorf("%q", got)
	}
}

func FuzzIdentify(f *testing.F) {
	for _, m := range foreignMagic() {
		f.Add([]byte(strings.Repeat("\x00", m.offset) + m.magic))
	}
	f.Add([]byte("<html><title>x</title>"))
	f.Add([]byte(utf16LE(`{"kty":"RSA"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		words := Identify(data).String()
		if strings.ContainsAny(words, "\x1b\n\r\x00") || len(words) > 400 {
			t.Errorf("%q", words)
		}
	})
}

func FuzzOf(f *testing.F) {
	for _, pattern := range []string{"der/*", "p7b/*"} {
		paths, err := filepath.Glob("../../testdata/" + pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			if data, err := os.ReadFile(path); err == nil {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kind := Of(data)
		if _, err := der.ParseAll(data); err != nil || kind == TrustedCert {
			return
		}
		if again := Of(append(data[:len(data):len(data)], 0)); kind != again && kind != Parameters {
			t.Errorf("%v is %v with a byte after it", kind, again)
		}
	})
}
