//go:build unix

package validate_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
	"github.com/certconv/certconv/validate"
)

// verdict says which of the servers load a pair.
type verdict string

const (
	both       verdict = "both"
	none       verdict = "none"
	nginxOnly  verdict = "nginx"
	apacheOnly verdict = "apache"
)

func (v verdict) loads(server string) bool { return v == both || string(v) == server }

// serverPair is what is given to the servers as key file and certificate file.
type serverPair struct {
	name      string
	key, cert []byte
	loads     verdict // nginx 1.22 and Apache 2.4 with OpenSSL 3.0 as Debian 12 builds them
}

// material reads testdata/servers.
func material(t testing.TB) func(names ...string) []byte {
	dir := filepath.Join(testenv.Root(t), "testdata", "servers")
	return func(names ...string) []byte {
		var all []byte
		for _, n := range names {
			data, err := os.ReadFile(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		return all
	}
}

// Damages of a PEM text. A damage of line n counts from 0, from the end if
// negative.

type damage func([]byte) []byte

func lines(text []byte) [][]byte { return slices.Collect(bytes.Lines(text)) }

func onLine(n int, change func([]byte) string) damage {
	return func(text []byte) []byte {
		list := lines(text)
		i := n
		if i < 0 {
			i += len(list)
		}
		list[i] = []byte(change(bytes.TrimSuffix(list[i], []byte("\n"))) + "\n")
		return bytes.Join(list, nil)
	}
}

func before(s string) func([]byte) string  { return func(l []byte) string { return s + string(l) } }
func behind(s string) func([]byte) string  { return func(l []byte) string { return string(l) + s } }
func instead(s string) func([]byte) string { return func([]byte) string { return s } }
func inside(at int, s string) func([]byte) string {
	return func(l []byte) string { return string(l[:at]) + s + string(l[at:]) }
}
func over(at int, s string) func([]byte) string {
	return func(l []byte) string { return string(l[:at]) + s + string(l[at+1:]) }
}

func replace(old, with string) damage {
	return func(text []byte) []byte { return bytes.Replace(text, []byte(old), []byte(with), 1) }
}

func replaceAll(old, with string) damage {
	return func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(old), []byte(with)) }
}

func prefix(s string) damage { return func(text []byte) []byte { return append([]byte(s), text...) } }
func suffix(s string) damage {
	return func(text []byte) []byte { return append(slices.Clone(text), s...) }
}

func withoutLine(n int) damage {
	return func(text []byte) []byte {
		list := lines(text)
		i := n
		if i < 0 {
			i += len(list)
		}
		return bytes.Join(slices.Delete(list, i, i+1), nil)
	}
}

func eachLine(change func([]byte) string) damage {
	return func(text []byte) []byte {
		var out []byte
		for _, l := range lines(text) {
			out = append(out, change(bytes.TrimSuffix(l, []byte("\n")))+"\n"...)
		}
		return out
	}
}

// labels changes the labels of BEGIN and END alike.
func labels(text []byte, change func(string) string) []byte {
	for _, word := range []string{"-----BEGIN ", "-----END "} {
		before, rest, _ := bytes.Cut(text, []byte(word))
		label, after, _ := bytes.Cut(rest, []byte("-----"))
		text = slices.Concat(before, []byte(word+change(string(label))+"-----"), after)
	}
	return text
}

// rewrap writes the bodies in lines of width; 0 means one line.
func rewrap(width int) damage {
	return func(text []byte) []byte {
		var out, body []byte
		for _, l := range lines(text) {
			if !bytes.HasPrefix(l, []byte("-----")) {
				body = append(body, bytes.TrimSpace(l)...)
				continue
			}
			for len(body) > 0 {
				n := len(body)
				if width > 0 {
					n = min(width, n)
				}
				out = append(append(out, body[:n]...), '\n')
				body = body[n:]
			}
			out = append(out, l...)
		}
		return out
	}
}

func toUTF16(text []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(text))) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// textDamages are done to the first block of the certificate file, to its
// second block, and to the key file.
var textDamages = []struct {
	name               string
	do                 damage
	first, second, key verdict
}{
	{"space before BEGIN", onLine(0, before(" ")), none, both, apacheOnly},
	{"tab before BEGIN", onLine(0, before("\t")), none, both, apacheOnly},
	{"NBSP before BEGIN", onLine(0, before("\u00a0")), none, both, apacheOnly},
	{"word before BEGIN", onLine(0, before("cert: ")), none, both, apacheOnly},
	{"zero width space before BEGIN", onLine(0, before("\u200b")), none, both, apacheOnly},
	{"quote before BEGIN", onLine(0, before("\"")), none, both, apacheOnly},
	{"space behind BEGIN", onLine(0, behind(" ")), both, both, both},
	{"tab behind BEGIN", onLine(0, behind("\t")), both, both, both},
	{"NBSP behind BEGIN", onLine(0, behind("\u00a0")), both, both, both},
	{"word behind BEGIN", onLine(0, behind("x")), none, both, apacheOnly},
	{"space before END", onLine(-1, before(" ")), both, none, apacheOnly},
	{"tab before END", onLine(-1, before("\t")), both, none, apacheOnly},
	{"space behind END", onLine(-1, behind(" ")), both, both, both},
	{"word behind END", onLine(-1, behind("x")), none, none, apacheOnly},
	{"comment behind END", onLine(-1, behind(" # site")), none, none, apacheOnly},
	{"four dashes before BEGIN", onLine(0, func(l []byte) string { return string(l[1:]) }), none, both, apacheOnly},
	{"six dashes before BEGIN", onLine(0, before("-")), none, both, apacheOnly},
	{"four dashes behind BEGIN", onLine(0, func(l []byte) string { return string(l[:len(l)-1]) }), none, both, apacheOnly},
	{"six dashes behind BEGIN", onLine(0, behind("-")), none, none, apacheOnly},
	{"four dashes before END", onLine(-1, func(l []byte) string { return string(l[1:]) }), both, none, apacheOnly},
	{"four dashes behind END", onLine(-1, func(l []byte) string { return string(l[:len(l)-1]) }), none, none, apacheOnly},
	{"six dashes behind END", onLine(-1, behind("-")), none, none, apacheOnly},
	{"em dashes", onLine(0, func(l []byte) string { return strings.ReplaceAll(string(l), "-----", "——") }), none, both, apacheOnly},
	{"em dashes at END", onLine(-1, func(l []byte) string { return strings.ReplaceAll(string(l), "-----", "——") }), none, none, none},
	{"lower case begin", replace("BEGIN", "begin"), none, both, apacheOnly},
	{"two spaces in BEGIN", replace("BEGIN ", "BEGIN  "), none, none, apacheOnly},
	{"lower case label", onLine(0, func(l []byte) string { return "-----BEGIN " + strings.ToLower(string(l[11:])) }), none, none, apacheOnly},
	{"lower case labels", func(text []byte) []byte { return labels(text, strings.ToLower) }, none, both, apacheOnly},
	{"labels in capitals and small letters", func(text []byte) []byte {
		return labels(text, func(l string) string { return l[:1] + strings.ToLower(l[1:]) })
	}, none, both, apacheOnly},
	{"two spaces in both boundaries", func(text []byte) []byte { return labels(text, func(l string) string { return " " + l }) }, none, both, apacheOnly},
	{"NUL before BEGIN", onLine(0, before("\x00")), none, both, apacheOnly},
	{"line with a NUL before BEGIN", onLine(0, before("\x00\n")), none, both, both},
	{"END names something else", onLine(-1, instead("-----END PUBLIC KEY-----")), none, none, apacheOnly},
	{"END missing", withoutLine(-1), both, none, apacheOnly},
	{"BEGIN missing", withoutLine(0), none, both, apacheOnly},
	{"BEGIN only", func(text []byte) []byte { return lines(text)[0] }, none, none, none},
	{"boundaries missing", func(text []byte) []byte { l := lines(text); return bytes.Join(l[1:len(l)-1], nil) }, none, both, apacheOnly},
	{"empty body", func(text []byte) []byte { l := lines(text); return append(slices.Clone(l[0]), l[len(l)-1]...) }, none, none, none},
	{"blank line behind BEGIN", onLine(0, behind("\n")), both, both, both},
	{"two blank lines behind BEGIN", onLine(0, behind("\n\n")), none, none, apacheOnly},
	{"line of a space behind BEGIN", onLine(0, behind("\n ")), both, both, both},
	{"blank line in the body", onLine(2, behind("\n")), none, none, apacheOnly},
	{"line of a space in the body", onLine(2, behind("\n ")), none, none, apacheOnly},
	{"blank line before END", onLine(-1, before("\n")), none, none, apacheOnly},
	{"space at the start of a body line", onLine(2, before(" ")), both, both, both},
	{"spaces before each body line", func(text []byte) []byte {
		l := lines(text)
		for i := 1; i < len(l)-1; i++ {
			l[i] = append([]byte("    "), l[i]...)
		}
		return bytes.Join(l, nil)
	}, both, both, both},
	{"space in a body line", onLine(2, inside(10, " ")), both, both, both},
	{"space behind each line", eachLine(behind(" ")), both, both, both},
	{"NBSP in the body", onLine(2, inside(10, "\u00a0")), none, none, none},
	{"zero width space in the body", onLine(2, inside(10, "\u200b")), none, none, none},
	{"left-to-right mark in the body", onLine(2, inside(10, "\u200e")), none, none, none},
	{"form feed in the body", onLine(2, inside(10, "\f")), none, none, none},
	{"NUL in the body", onLine(2, inside(10, "\x00")), none, none, none},
	{"NUL behind END", onLine(-1, behind("\x00")), both, both, both},
	{"star for a character", onLine(2, over(10, "*")), none, none, none},
	{"base64url", replaceAll("+", "_"), none, none, none},
	{"equals sign in the body", onLine(2, over(10, "=")), none, none, none},
	{"dash in the body", onLine(2, over(10, "-")), none, none, none},
	{"dash at the start of a body line", onLine(2, over(0, "-")), none, none, none},
	{"one character lost", onLine(2, func(l []byte) string { return string(l[:10]) + string(l[11:]) }), none, none, none},
	{"four characters lost", onLine(2, func(l []byte) string { return string(l[:8]) + string(l[12:]) }), none, none, none},
	{"a body line lost", withoutLine(3), none, none, none},
	{"last body line lost", withoutLine(-2), none, none, none},
	{"a body line twice", func(text []byte) []byte { l := lines(text); return bytes.Join(slices.Insert(l, 3, l[3]), nil) }, none, none, none},
	{"CRLF", replaceAll("\n", "\r\n"), both, both, both},
	{"CRLF CR", replaceAll("\n", "\r\r\n"), both, both, both},
	{"CR", replaceAll("\n", "\r"), none, both, none},
	{"CRLF on one line", onLine(3, behind("\r")), both, both, both},
	{"one line", replaceAll("\n", ""), none, both, none},
	{"one line with spaces", replaceAll("\n", " "), none, both, none},
	{"escaped newlines", replaceAll("\n", `\n`), none, both, none},
	{"mail quoting", eachLine(before("> ")), none, both, none},
	{"html breaks", eachLine(behind("<br>")), none, both, none},
	{"indented", eachLine(before("    ")), none, both, apacheOnly},
	{"UTF-16", toUTF16, none, both, none},
	{"byte order mark", prefix("\ufeff"), both, both, both},
	{"byte order mark and a space", prefix("\ufeff "), none, both, apacheOnly},
	{"text before", prefix("Bag Attributes\n    friendlyName: site\nsubject=CN = site\n"), both, both, both},
	{"text behind", suffix("that is all\n"), both, both, both},
	{"BEGIN line in the text before", prefix("-----BEGIN of the file-----\n"), none, none, apacheOnly},
	{"blank lines before and behind", func(text []byte) []byte { return append(append([]byte("\n\n"), text...), "\n\n"...) }, both, both, both},
	{"NBSP behind a body line", onLine(2, behind("\u00a0")), both, both, both},
	{"zero width space behind a body line", onLine(2, behind("\u200b")), both, both, both},
	{"zero width space behind END", onLine(-1, behind("\u200b")), both, both, both},
	{"zero width space before END", onLine(-1, before("\u200b")), none, none, none},
	{"em space before a body line", onLine(2, before("\u2003")), none, none, none},
	{"tab in a body line", onLine(2, inside(10, "\t")), both, both, both},
	{"padding twice", onLine(-2, behind("=")), none, none, none},
	{"text between body and END", onLine(-1, before("that is all\n")), none, none, none},
	{"unwrapped", rewrap(0), both, both, both},
	{"lines of 76", rewrap(76), both, both, both},
	{"lines of 253", rewrap(253), both, both, both},
	{"lines of 254", rewrap(254), both, both, both},
	{"lines of 256", rewrap(256), both, both, both},
	{"lines of 508", rewrap(508), both, both, both},
	{"lines of 1000", rewrap(1000), both, both, both},
	{"lines of 16", rewrap(16), both, both, both},
	{"lines of 3", rewrap(3), both, both, both},
	{"a line of 64 and one of 60", func(text []byte) []byte { return onLine(2, inside(60, "\n"))(text) }, both, both, both},
	{"RFC 1421 header", onLine(0, behind("\nProc-Type: 4,MIC-CLEAR\n")), none, none, none},
	{"a header of another kind", onLine(0, behind("\nComment: site\n")), none, none, apacheOnly},
	{"a header without a blank line", onLine(0, behind("\nComment: site")), none, none, apacheOnly},
}

func serverPairs(t testing.TB) []serverPair {
	get := material(t)
	leaf, inter, key := get("rsa.pem"), get("inter.pem"), get("rsa.key")
	var list []serverPair
	add := func(name string, key, cert []byte, loads verdict) {
		list = append(list, serverPair{name, key, cert, loads})
	}
	full := func(first []byte) []byte { return slices.Concat(first, inter) }
	for _, d := range textDamages {
		add("first: "+d.name, key, slices.Concat(d.do(leaf), inter), d.first)
		add("second: "+d.name, key, slices.Concat(leaf, d.do(inter)), d.second)
		add("key: "+d.name, d.do(key), full(leaf), d.key)
	}

	for _, s := range []struct {
		name, pair string
		chain      []string
		loads      verdict
	}{
		{"RSA", "rsa", nil, both},
		{"RSA 3072", "rsa3072", []string{"inter.pem"}, both},
		{"RSA 1024", "rsa1024", []string{"inter.pem"}, none},
		{"RSA 512", "rsa512", []string{"inter.pem"}, none},
		{"RSA-PSS", "pss", []string{"inter.pem"}, both},
		{"P-256", "ec-P-256", []string{"inter.pem"}, both},
		{"P-384", "ec-P-384", []string{"inter.pem"}, both},
		{"P-521", "ec-P-521", []string{"inter.pem"}, both},
		{"P-224", "ec-P-224", []string{"inter.pem"}, both},
		{"P-192", "ec-prime192v1", []string{"inter.pem"}, none},
		{"secp256k1", "ec-secp256k1", []string{"inter.pem"}, both},
		{"brainpool", "ec-brainpoolP256r1", []string{"inter.pem"}, both},
		{"Ed25519", "ed25519", []string{"inter.pem"}, both},
		{"Ed448", "ed448", []string{"inter.pem"}, both},
		{"DSA", "dsa", []string{"inter.pem"}, both},
		{"self-signed", "self", nil, both},
		{"self-signed, SHA-1", "self-sha1", nil, both},
		{"self-signed, MD5", "self-md5", nil, both},
		{"self-signed, RSA 1024", "self1024", nil, none},
		{"signed with SHA-1", "sha1", []string{"rsa-root.pem"}, none},
		{"EC signed with SHA-1", "ec-sha1", nil, none},
		{"signed with MD5", "md5", nil, none},
		{"signed with SHA-224", "sha224", nil, both},
		{"expired", "expired", []string{"inter.pem"}, both},
		{"not yet valid", "future", []string{"inter.pem"}, both},
		{"version 1", "version1", []string{"inter.pem"}, both},
		{"no server usage", "client", []string{"inter.pem"}, both},
		{"intermediate of 1024 bits", "under-weak", []string{"weak-inter.pem"}, none},
		{"intermediate signed with SHA-1", "under-sha1", []string{"sha1-inter.pem"}, none},
		{"root signed with SHA-1", "rsa", []string{"inter.pem", "sha1-root.pem"}, both},
		{"expired intermediate", "under-old", []string{"old-inter.pem"}, both},
		{"intermediate missing", "rsa", nil, both},
		{"below the root", "under-root", []string{"root.pem"}, both},
		{"root included", "rsa", []string{"inter.pem", "root.pem"}, both},
		{"root before the intermediate", "rsa", []string{"root.pem", "inter.pem"}, both},
		{"intermediate twice", "rsa", []string{"inter.pem", "inter.pem"}, both},
		{"leaf twice", "rsa", []string{"rsa.pem", "inter.pem"}, both},
		{"unrelated intermediate", "rsa", []string{"other-inter.pem"}, both},
		{"request behind the leaf", "rsa", []string{"rsa.csr", "inter.pem"}, both},
		{"CRL behind the leaf", "rsa", []string{"inter.crl", "inter.pem"}, both},
		{"key behind the leaf", "rsa", []string{"rsa.key"}, both},
		{"public key behind the leaf", "rsa", []string{"rsa.pub", "inter.pem"}, both},
		{"DH parameters behind the chain", "rsa", []string{"inter.pem", "dh.par"}, both},
		{"DER behind the leaf", "rsa", []string{"rsa.der"}, both},
	} {
		add(s.name, get(s.pair+".key"), get(append([]string{s.pair + ".pem"}, s.chain...)...), s.loads)
	}

	for _, s := range []struct {
		name      string
		key, cert []string
		loads     verdict
	}{
		{"PKCS#8", []string{"rsa.p8.key"}, []string{"rsa.pem"}, both},
		{"SEC1", []string{"ec.sec1.key"}, []string{"ec-P-256.pem"}, both},
		{"EC PARAMETERS before SEC1", []string{"ec.parameters.key"}, []string{"ec-P-256.pem"}, both},
		{"explicit curve in the key", []string{"ec.explicit.key"}, []string{"ec-P-256.pem"}, both},
		{"OpenSSH key", []string{"rsa.openssh.key"}, []string{"rsa.pem"}, none},
		{"encrypted PKCS#8", []string{"rsa.locked.p8.key"}, []string{"rsa.pem"}, none},
		{"encrypted traditional key", []string{"rsa.locked.key"}, []string{"rsa.pem"}, none},
		{"DER key", []string{"rsa.key.der"}, []string{"rsa.pem"}, apacheOnly},
		{"DER certificate", []string{"rsa.key"}, []string{"rsa.der"}, none},
		{"DER key and certificate", []string{"rsa.key.der"}, []string{"rsa.der"}, none},
		{"PKCS#7", []string{"rsa.key"}, []string{"rsa.p7b"}, none},
		{"PKCS#7 in DER", []string{"rsa.key"}, []string{"rsa.p7b.der"}, none},
		{"PFX for the certificate", []string{"rsa.key"}, []string{"rsa.pfx"}, none},
		{"PFX for both", []string{"rsa.pfx"}, []string{"rsa.pfx"}, none},
		{"TRUSTED CERTIFICATE", []string{"rsa.key"}, []string{"rsa.trusted.pem", "inter.pem"}, both},
		{"bag attributes", []string{"rsa.bags.pem"}, []string{"rsa.bags.pem"}, both},
		{"output of -text", []string{"rsa.key"}, []string{"rsa.text.pem", "inter.pem"}, both},
		{"key and certificate in one file", []string{"rsa.key", "rsa.pem", "inter.pem"}, []string{"rsa.key", "rsa.pem", "inter.pem"}, both},
		{"certificate and key in one file", []string{"rsa.pem", "inter.pem", "rsa.key"}, []string{"rsa.pem", "inter.pem", "rsa.key"}, both},
		{"two keys, the right one first", []string{"rsa.key", "renewed.key"}, []string{"rsa.pem"}, both},
		{"two keys, the right one second", []string{"renewed.key", "rsa.key"}, []string{"rsa.pem"}, none},
		{"the key twice", []string{"rsa.key", "rsa.key"}, []string{"rsa.pem"}, both},
		{"another key", []string{"renewed.key"}, []string{"rsa.pem", "inter.pem"}, none},
		{"the key before the renewal", []string{"rsa.key"}, []string{"renewed.pem", "inter.pem"}, none},
		{"a key of another algorithm", []string{"ec-P-256.key"}, []string{"rsa.pem", "inter.pem"}, nginxOnly},
		{"intermediate first", []string{"rsa.key"}, []string{"inter.pem", "rsa.pem"}, none},
		{"root first", []string{"rsa.key"}, []string{"root.pem", "inter.pem", "rsa.pem"}, none},
		{"the certificate as key", []string{"rsa.pem"}, []string{"rsa.pem"}, none},
		{"the key as certificate", []string{"rsa.key"}, []string{"rsa.key"}, none},
		{"key and certificate exchanged", []string{"rsa.pem"}, []string{"rsa.key"}, none},
		{"the request as certificate", []string{"rsa.key"}, []string{"rsa.csr"}, none},
		{"the request as key", []string{"rsa.csr"}, []string{"rsa.pem"}, none},
		{"the request before the certificate", []string{"rsa.key"}, []string{"rsa.csr", "rsa.pem"}, both},
		{"a CRL as certificate", []string{"rsa.key"}, []string{"inter.crl"}, none},
		{"a public key as key", []string{"rsa.pub"}, []string{"rsa.pem"}, none},
		{"a PKCS#1 public key as key", []string{"rsa.pkcs1.pub"}, []string{"rsa.pem"}, none},
		{"a public key before the key", []string{"rsa.pub", "rsa.key"}, []string{"rsa.pem"}, both},
		{"DH parameters before the key", []string{"dh.par", "rsa.key"}, []string{"rsa.pem"}, both},
		{"DH parameters as key", []string{"dh.par"}, []string{"rsa.pem"}, none},
		{"traditional DSA key", []string{"dsa.traditional.key"}, []string{"dsa.pem"}, both},
		{"only the intermediate", []string{"rsa.key"}, []string{"inter.pem"}, none},
	} {
		add(s.name, get(s.key...), get(s.cert...), s.loads)
	}

	page := []byte("<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>Please log in</body></html>\n")
	relabel := func(from, to string) damage { return replaceAll(" "+from+"-----", " "+to+"-----") }
	glued := slices.Concat(bytes.TrimSuffix(leaf, []byte("\n")), inter)
	der := get("rsa.der")
	for _, s := range []struct {
		name      string
		key, cert []byte
		loads     verdict
	}{
		{"no line end at the end", bytes.TrimSuffix(key, []byte("\n")), bytes.TrimSuffix(full(leaf), []byte("\n")), both},
		{"padding lost", key, onLine(-2, func(l []byte) string { return strings.TrimRight(string(l), "=") })(leaf), none},
		{"empty certificate file", key, nil, none},
		{"empty key file", nil, leaf, none},
		{"web page as certificate", key, page, none},
		{"web page as key", page, leaf, none},
		{"a line end alone", key, []byte("\n"), none},
		{"glued", key, glued, none},
		{"glued behind the intermediate", key, slices.Concat(leaf, bytes.TrimSuffix(inter, []byte("\n")), get("root.pem")), none},
		{"key glued to its certificate", slices.Concat(bytes.TrimSuffix(key, []byte("\n")), leaf), leaf, apacheOnly},
		{"X509 CERTIFICATE", key, relabel("CERTIFICATE", "X509 CERTIFICATE")(full(leaf)), both},
		{"TRUSTED label without trust data", key, relabel("CERTIFICATE", "TRUSTED CERTIFICATE")(leaf), both},
		{"CERTIFICATE label over trust data", key, relabel("TRUSTED CERTIFICATE", "CERTIFICATE")(get("rsa.trusted.pem")), both},
		{"PKCS7 label over a certificate", key, relabel("CERTIFICATE", "PKCS7")(leaf), none},
		{"CERTIFICATE label over PKCS#7", key, relabel("PKCS7", "CERTIFICATE")(get("rsa.p7b")), none},
		{"CERTIFICATE label over a request", key, relabel("CERTIFICATE REQUEST", "CERTIFICATE")(get("rsa.csr")), none},
		{"CERTIFICATE label over a request, second", key, slices.Concat(leaf, relabel("CERTIFICATE REQUEST", "CERTIFICATE")(get("rsa.csr"))), none},
		{"CERTIFICATE label over a key", key, relabel("RSA PRIVATE KEY", "CERTIFICATE")(key), none},
		{"CERT label", key, relabel("CERTIFICATE", "CERT")(leaf), none},
		{"REQUEST label over a certificate", key, relabel("CERTIFICATE", "CERTIFICATE REQUEST")(leaf), none},
		{"RSA PRIVATE KEY over PKCS#8", relabel("PRIVATE KEY", "RSA PRIVATE KEY")(get("rsa.p8.key")), leaf, both},
		{"PRIVATE KEY over PKCS#1", relabel("RSA PRIVATE KEY", "PRIVATE KEY")(key), leaf, apacheOnly},
		{"EC PRIVATE KEY over PKCS#1", relabel("RSA PRIVATE KEY", "EC PRIVATE KEY")(key), leaf, apacheOnly},
		{"EC PRIVATE KEY over PKCS#8 RSA", relabel("PRIVATE KEY", "EC PRIVATE KEY")(get("rsa.p8.key")), leaf, apacheOnly},
		{"ENCRYPTED PRIVATE KEY over a bare key", relabel("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")(get("rsa.p8.key")), leaf, both},
		{"PRIVATE KEY over an encrypted key", relabel("ENCRYPTED PRIVATE KEY", "PRIVATE KEY")(get("rsa.locked.p8.key")), leaf, none},
		{"ANY PRIVATE KEY label", relabel("RSA PRIVATE KEY", "ANY PRIVATE KEY")(key), leaf, apacheOnly},
		{"byte behind the DER", key, pemBlock("CERTIFICATE", append(slices.Clone(der), 0)), none},
		{"byte behind the DER, second", key, slices.Concat(leaf, pemBlock("CERTIFICATE", append(slices.Clone(der), 0))), both},
		{"byte behind the DER of the key", pemBlock("RSA PRIVATE KEY", append(get("rsa.key.der"), 0)), leaf, both},
		{"DER cut short", key, pemBlock("CERTIFICATE", der[:len(der)-3]), none},
		{"a byte of the signature changed", key, pemBlock("CERTIFICATE", append(slices.Clone(der[:len(der)-1]), der[len(der)-1]^1)), both},
		{"bytes that are no DER", key, pemBlock("CERTIFICATE", []byte("this is not DER at all, whatever it says")), none},
		{"bytes that are no DER, second", key, slices.Concat(leaf, pemBlock("CERTIFICATE", []byte("this is not DER at all"))), none},
		{"a header of 1000 bytes", key, slices.Concat([]byte(strings.Repeat("x", 1000)+"\n"), leaf), both},
		{"text of 10000 bytes on a line before", key, slices.Concat([]byte(strings.Repeat("x", 10000)+"\n"), leaf), both},
		{"space before BEGIN, no other block", key, slices.Concat([]byte(" "), leaf), none},
		{"space before BEGIN, EC intermediate", key, slices.Concat([]byte(" "), leaf, get("ec-inter.pem")), nginxOnly},
		{"space before BEGIN, the leaf again behind it", key, slices.Concat([]byte(" "), leaf, leaf), both},
		{"space before BEGIN of the key, key behind it again", slices.Concat([]byte(" "), key, key), leaf, both},
		{"space before BEGIN of another key", slices.Concat([]byte(" "), get("renewed.key"), key), leaf, both},
		{"END of the key missing, certificate behind", slices.Concat(withoutLine(-1)(key), leaf), leaf, apacheOnly},
		{"END missing, no other block", key, withoutLine(-1)(leaf), none},
		{"space before END, no other block", key, onLine(-1, before(" "))(leaf), none},
		{"four dashes before END, no other block", key, onLine(-1, func(l []byte) string { return string(l[1:]) })(leaf), none},
		{"glued, em dashes", key, replace("-----END", "——END")(full(leaf)), none},
		{"UTF-16 key", toUTF16(key), leaf, none},
		{"CRLF everywhere", replaceAll("\n", "\r\n")(key), replaceAll("\n", "\r\n")(full(leaf)), both},
	} {
		add(s.name, s.key, s.cert, s.loads)
	}
	return list
}

func pemBlock(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// check gives a pair to package validate as `certconv check --key --cert --for`
// does, and returns what keeps the server from loading it.
func (s *serverPair) check(server string) (load []validate.Finding, report *validate.Report) {
	b := &convert.Bundle{}
	keyFile := "site.key"
	if server == "haproxy" {
		keyFile = "site.pem.key"
	}
	opts := &validate.Options{Target: server, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	for _, f := range []struct {
		name string
		role validate.Role
		data []byte
	}{{keyFile, validate.RoleKey, s.key}, {"site.pem", validate.RoleCert, s.cert}} {
		part, _ := convert.Decode(f.data, &convert.DecodeOptions{File: f.name, Password: func(convert.PasswordRequest) ([]byte, error) {
			return []byte("secret"), nil
		}})
		if part != nil {
			b.Add(part)
		}
		opts.Files = append(opts.Files, validate.File{Name: f.name, Role: f.role, Size: int64(len(f.data))})
	}
	report = validate.Run(b, opts)
	for _, f := range report.Findings {
		if f.Breaks == validate.BreaksLoad {
			load = append(load, f)
		}
	}
	return load, report
}

// Nothing is said to break the start of a server that starts, and one that does
// not start is never passed.
func TestServersVerdict(t *testing.T) {
	for _, s := range serverPairs(t) {
		for _, server := range []string{"nginx", "apache", "haproxy", "postgresql", "postfix", "dovecot", "mosquitto", "redis", "mysql"} {
			if server == "haproxy" && s.name == "second: BEGIN line in the text before" {
				continue // which no block is: what is lost with it is not known
			}
			load, report := s.check(server)
			if (len(load) == 0) == s.loadedBy(server) {
				continue
			}
			var text strings.Builder
			for _, f := range report.Findings {
				fmt.Fprintf(&text, "\n\t%s %s %s:%d:%d %s: %s", f.Severity, f.Breaks, f.At.File, f.At.Line, f.At.Column, f.Code, f.Message)
			}
			t.Errorf("%s: %s loads it: %v, but check says:%s", s.name, server, s.loadedBy(server), text.String())
		}
	}
}

// The verdicts in the table are those of the real servers.
func TestServersTable(t *testing.T) {
	testenv.Slow(t)
	testenv.Programs(t, "nginx", "apache2")
	pairs := serverPairs(t)
	t.Logf("%d pairs", len(pairs))
	for _, server := range []string{"nginx", "apache"} {
		start := map[string]func(*testing.T, string, *serverPair) (bool, string){"nginx": startNginx, "apache": startApache}[server]
		t.Run(server, func(t *testing.T) {
			type result struct {
				ok   bool
				said string
			}
			results := make([]result, len(pairs))
			limit := make(chan struct{}, 4)
			var wait sync.WaitGroup
			for i := range pairs {
				dir := t.TempDir()
				wait.Go(func() {
					limit <- struct{}{}
					defer func() { <-limit }()
					ok, said := start(t, dir, &pairs[i])
					results[i] = result{ok, said}
				})
			}
			wait.Wait()
			for i, r := range results {
				if r.ok != pairs[i].loads.loads(server) {
					t.Errorf("%s: the table says %v, %s loads it: %v\n%s", pairs[i].name, pairs[i].loads, server, r.ok, r.said)
				}
			}
		})
	}
}

func (s *serverPair) write(t *testing.T, dir, conf string) {
	if err := errors.Join(
		os.WriteFile(filepath.Join(dir, "site.key"), s.key, 0o600),
		os.WriteFile(filepath.Join(dir, "site.pem"), s.cert, 0o600),
		os.WriteFile(filepath.Join(dir, "server.conf"), []byte(conf), 0o600),
	); err != nil {
		t.Error(err)
	}
}

func startNginx(t *testing.T, dir string, s *serverPair) (bool, string) {
	s.write(t, dir, `daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen unix:`+dir+`/socket ssl; ssl_certificate site.pem; ssl_certificate_key site.key; }
}
`)
	return startServer(t, dir, exec.Command("nginx", "-p", dir, "-e", "stderr", "-c", "server.conf"))
}

func startApache(t *testing.T, dir string, s *serverPair) (bool, string) {
	s.write(t, dir, `ServerRoot /usr/lib/apache2
ServerName www.example.com
PidFile `+dir+`/pid
ErrorLog /dev/stderr
DefaultRuntimeDir `+dir+`
Mutex file:`+dir+`
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule ssl_module modules/mod_ssl.so
User nobody
Group nogroup
StartServers 1
SSLSessionCache none
Listen `+freePort(t)+`
SSLEngine on
SSLCertificateFile `+dir+`/site.pem
SSLCertificateKeyFile `+dir+`/site.key
`)
	return startServer(t, dir, exec.Command("apache2", "-D", "FOREGROUND", "-f", dir+"/server.conf"))
}

// startServer runs a server until it serves or gives up, and returns which,
// with what it printed.
func startServer(t *testing.T, dir string, cmd *exec.Cmd) (bool, string) {
	log := filepath.Join(dir, "log")
	f, err := os.Create(log)
	if err != nil {
		t.Error(err)
		return false, ""
	}
	defer f.Close()
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, f, f
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to ask for a password
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return false, ""
	}
	gone := make(chan struct{})
	go func() { cmd.Wait(); close(gone) }()
	said := func() string { text, _ := os.ReadFile(log); return string(text) }
	serves := func() bool {
		_, err := os.Stat(filepath.Join(dir, "socket"))
		return err == nil || strings.Contains(said(), "resuming normal operations")
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		select {
		case <-gone:
			return false, said()
		default:
		}
		if serves() {
			syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
			select {
			case <-gone:
			case <-time.After(10 * time.Second):
				syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
				<-gone
			}
			return true, said()
		}
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	<-gone
	t.Errorf("%s neither serves nor gives up:\n%s", cmd.Path, said())
	return false, ""
}

// loopbacks counts the addresses that freePort gave.
var loopbacks atomic.Uint32

// freePort finds a port on a loopback address of its own: on the usual one a
// connection of another test may have the port before the server does.
func freePort(t *testing.T) string {
	n := loopbacks.Add(1)
	l, err := net.Listen("tcp", fmt.Sprintf("127.83.%d.%d:0", n>>8&0xff, n&0xff))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Apache reads a damaged key as bare base64 too, which is no error there, and is told.
func TestApacheReadsBareKeys(t *testing.T) {
	files := material(t)
	key, cert := files("rsa.key"), files("rsa.pem", "inter.pem")
	const words = "reads it all the same, but other servers do not"
	for name, damaged := range map[string][]byte{"as made": key, "a space before BEGIN": onLine(0, before(" "))(key)} {
		for _, target := range []string{"apache", "nginx"} {
			load, r := (&serverPair{name: name, key: damaged, cert: cert}).check(target)
			var said strings.Builder
			for _, f := range r.Findings {
				fmt.Fprintf(&said, "\n\t%s %s: %s", f.Severity, f.Code, f.Message)
			}
			told := strings.Contains(said.String(), words)
			if bad := name != "as made"; told != (bad && target == "apache") || (len(load) > 0) != (bad && target == "nginx") {
				t.Errorf("%s, %s: %d faults, told %v%s", target, name, len(load), told, said.String())
			}
		}
	}
}
