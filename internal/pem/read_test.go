package pem_test

import (
	"bytes"
	"encoding/base64"
	stdpem "encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pem"
)

func TestDamage(t *testing.T) {
	for _, source := range []string{testCert(t, "rsa2048"), testKey(t, "rsa2048"), testCert(t, "ec-P-384")} {
		p := takeApart(source)
		want, _ := stdpem.Decode([]byte(source))
		for _, d := range damages {
			t.Run(p.begin[11:15]+fmt.Sprint(len(source))+"/"+d.name, func(t *testing.T) {
				data := []byte(d.do(p))
				text, err := pem.Read(data, known)
				if err != nil {
					t.Fatal(err)
				}
				checkPlaces(t, data, text)
				checkNotes(t, p, d, text)
				if len(text.Blocks) != 1 {
					t.Fatalf("%d blocks", len(text.Blocks))
				}
				b := text.Blocks[0]
				if d.lost != "" {
					if b.Err == nil || !errors.Is(b.Err, pem.ErrDamaged) {
						t.Fatalf("read, with a character lost: %v", b.Err)
					}
					if got := fmt.Sprintf("%d:%d", b.Err.At.Line, b.Err.At.Column); got != p.places(d.lost) {
						t.Errorf("%v at %s, want %s", b.Err, got, p.places(d.lost))
					}
					return
				}
				if b.Err != nil {
					t.Fatal(b.Err)
				}
				if !bytes.Equal(b.Body, want.Bytes) {
					t.Fatalf("body differs: %d bytes, want %d", len(b.Body), len(want.Bytes))
				}
				if b.Clean != (d.notes == "" || strings.HasPrefix(d.notes, "byte-order-mark") && !strings.Contains(d.name, "before") || strings.HasPrefix(d.notes, "utf16") && !strings.Contains(d.notes, ",") || d.name == "BEGIN twice" || d.name == "END twice" || d.name == "mixed") && !strings.HasPrefix(d.name, "Ctrl-Z") {
					t.Errorf("clean is %v", b.Clean)
				}
				bundle, err := convert.Decode(data, &convert.DecodeOptions{File: "f"})
				if err != nil || len(bundle.Certs)+len(bundle.Keys) != 1 {
					t.Fatalf("Decode: %d certificates, %d keys, %v", len(bundle.Certs), len(bundle.Keys), err)
				}
			})
		}
	}
}

// checkPlaces recomputes lines, columns and offsets the slow way.
func checkPlaces(t *testing.T, data []byte, text *pem.Text) {
	t.Helper()
	if text.Encoding != pem.UTF8 {
		return
	}
	for _, n := range text.Notes {
		before := data[:n.At.Offset]
		before = bytes.TrimPrefix(before, []byte("\ufeff"))
		lines := strings.Split(strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n").Replace(string(before)), "\n")
		if len(before) > 0 && before[len(before)-1] == '\r' && n.At.Offset < int64(len(data)) && data[n.At.Offset] == '\n' {
			continue
		}
		line, column := len(lines), len([]rune(lines[len(lines)-1]))+1
		if n.At.Line != line || n.At.Column != column {
			t.Errorf("%s at %d:%d, but offset %d is at %d:%d", n.Kind, n.At.Line, n.At.Column, n.At.Offset, line, column)
		}
	}
}

func checkNotes(t *testing.T, p *pemParts, d damage, text *pem.Text) {
	t.Helper()
	if d.notes == "*" {
		return
	}
	want := p.places(d.notes)
	if strings.Contains(want, "each") {
		kind, _, _ := strings.Cut(want[:strings.Index(want, " each")], "\x00")
		kind = kind[strings.LastIndex(kind, " ")+1:]
		column := 1
		if d.name == "trailing spaces" {
			column = 65
		}
		var list []string
		for i, l := range p.body {
			c := column
			if c > 1 {
				c = len(l) + 1
			}
			list = append(list, fmt.Sprintf("%s %d:%d", kind, i+2, c))
		}
		want = strings.Replace(want, kind+" each", strings.Join(list, ", "), 1)
		if d.name == "HTML spaces" {
			want = strings.Replace(want, "quoted-html 2:1, ", "", 1)
			want = strings.Replace(want, "body-space 2:1", "body-space 2:1, quoted-html 2:1", 1) + fmt.Sprintf(", boundary-space %d:1", len(p.lines))
		}
	}
	var list []string
	for _, n := range text.Notes {
		list = append(list, fmt.Sprintf("%s %d:%d", n.Kind, n.At.Line, n.At.Column))
	}
	if got := strings.Join(list, ", "); got != want {
		t.Errorf("notes:\n got %s\nwant %s", got, want)
	}
}

// TestSecrets looks for pieces of a key in everything that is said about it.
func TestSecrets(t *testing.T) {
	source := testKey(t, "rsa2048")
	p := takeApart(source)
	body := strings.Join(p.body, "")
	for _, d := range damages {
		bundle, err := convert.Decode([]byte(d.do(p)), nil)
		said := fmt.Sprint(err, bundle.Failures, bundle.Containers)
		for _, n := range bundle.Notes {
			said += "\n" + n.Text.String() + n.Source.String()
		}
		for i := 0; i+8 <= len(body); i++ {
			if strings.Contains(said, body[i:i+8]) {
				t.Fatalf("%s: %q of the key in %q", d.name, body[i:i+8], said)
			}
		}
	}
}

// TestDamageTwice lets two damages meet: whatever happens, what is read is
// what was there, or nothing.
func TestDamageTwice(t *testing.T) {
	source := testCert(t, "ec-P-256")
	want, _ := stdpem.Decode([]byte(source))
	for _, first := range damages {
		lines := takeApart(source)
		changed := first.do(lines)
		if strings.Count(changed, "\n") < 8 {
			continue
		}
		lines = takeApart(changed)
		if len(lines.lines) < 8 || !strings.HasSuffix(lines.begin, "-----BEGIN CERTIFICATE-----") || !strings.HasPrefix(lines.end, "-----END CERTIFICATE-----") ||
			len(lines.body[0]) < 48 || len(lines.body[1]) < 48 || len(lines.body[2]) < 48 {
			continue
		}
		for _, second := range damages {
			data := []byte(second.do(takeApart(changed)))
			text, err := pem.Read(data, known)
			if err != nil {
				continue
			}
			for _, b := range text.Blocks {
				if b.Err == nil && !bytes.HasPrefix(b.Body, want.Bytes) {
					t.Errorf("%s, then %s: another object is read (%d bytes)", first.name, second.name, len(b.Body))
				}
			}
		}
	}
}

func TestNotBase64(t *testing.T) {
	for _, text := range []string{
		"", "\n", "hello", "Dear MIIB sir,\nthis is some MI text\n", "MIIDAAAA\n", strings.Repeat("lorem ipsum dolor sit amet\n", 100),
		strings.Repeat("LoremIpsumDolorSitAmetConsecteturAdipiscingElit\n", 50), "<html><body>BEGIN here</body></html>",
		base64.StdEncoding.EncodeToString([]byte(strings.Repeat("just text, nothing else ", 10))),
		"-----BEGIN to read-----\n"[5:], "deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
	} {
		if _, err := pem.Read([]byte(text), known); !errors.Is(err, pem.ErrNone) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// TestUnderLabel reads blocks that hold nothing that is known: under a known
// label that is damage, under another nobody can tell.
func TestUnderLabel(t *testing.T) {
	block := func(label, body string) string {
		return "-----BEGIN " + label + "-----\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\n-----END " + label + "-----\n"
	}
	const noASN1, another = "\x04\xec\xf1\xd2\xa5\x28\xb8\x54", "\x0c\x05hello"
	for _, c := range []struct {
		label, body string
		kind        error
	}{
		{"CERTIFICATE", noASN1, convert.ErrDamaged},
		{"CERTIFICATE", another, convert.ErrDamaged},
		{"NEBULA X25519 PRIVATE KEY", noASN1, convert.ErrUnknownFormat},
		{"NEBULA X25519 PRIVATE KEY", another, convert.ErrUnknownFormat},
	} {
		_, err := convert.Decode([]byte(block(c.label, c.body)), nil)
		if !errors.Is(err, c.kind) || !strings.HasPrefix(err.Error(), c.label+": ") {
			t.Errorf("%s, %q: %v", c.label, c.body, err)
		}
	}
}

// TestDamageTraditional does the same to a key with headers.
func TestDamageTraditional(t *testing.T) {
	data, err := os.ReadFile("../../testdata/pem/openssl-traditional.pem")
	if err != nil {
		t.Fatal(err)
	}
	key, _, _ := strings.Cut(string(data), "-----BEGIN CERTIFICATE")
	for _, d := range damages {
		if d.lost != "" || strings.HasPrefix(d.name, "both missing") {
			continue
		}
		p := takeApart(key)
		switch d.name {
		case "64 to 76 columns", "long lines", "quoted-printable", "unwrapped":
			continue // they rewrap the headers too
		case "space in the body", "NBSP", "NBSP of Latin-1", "zero width space", "left-to-right mark", "byte order mark in the body",
			"two of them", "full width", "line broken", "first line broken", "blank line", "blank line of spaces":
			p.body = p.body[2:]
			p.body[0], p.body[2] = p.body[1], p.body[1]
		}
		asked := 0
		b, err := convert.Decode([]byte(d.do(p)), &convert.DecodeOptions{Password: func(convert.PasswordRequest) ([]byte, error) {
			if asked++; asked > 1 {
				return nil, convert.ErrPasswordRequired
			}
			return []byte("secret"), nil
		}})
		if err != nil || len(b.Keys) != 1 {
			t.Errorf("%s: %v", d.name, err)
		}
	}
}
