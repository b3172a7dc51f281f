package pem_test

import (
	"bytes"
	"encoding/binary"
	stdpem "encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
)

func TestAppend(t *testing.T) {
	for n := range 200 {
		body := bytes.Repeat([]byte{byte(n), 0xff}, n)[:n]
		got := pem.Append(nil, "X", nil, body)
		if want := stdpem.EncodeToMemory(&stdpem.Block{Type: "X", Bytes: body}); !bytes.Equal(got, want) {
			t.Fatalf("%d bytes: %q, want %q", n, got, want)
		}
		if len(got) != pem.Size("X", n) {
			t.Fatalf("%d bytes: size %d, computed %d", n, len(got), pem.Size("X", n))
		}
	}
	got := string(pem.Append(nil, "RSA PRIVATE KEY", [][2]string{{"Proc-Type", "4,ENCRYPTED"}, {"DEK-Info", "AES-256-CBC,00"}}, []byte("abc")))
	if want := "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nYWJj\n-----END RSA PRIVATE KEY-----\n"; got != want {
		t.Fatalf("%q", got)
	}
}

// TestPieces cuts texts that are longer than a piece, and puts them together again.
func TestPieces(t *testing.T) {
	const mib = 1 << 20
	block := func(n int) []byte { return pem.Append(nil, "X", nil, bytes.Repeat([]byte{7}, n)) }
	for name, c := range map[string]struct {
		text   []byte
		pieces int
	}{
		"nothing":                        {nil, 1},
		"one block":                      {block(300), 1},
		"many":                           {bytes.Repeat(block(300), 10_000), 5},
		"one that is large":              {block(3 * mib), 1},
		"large ones":                     {bytes.Repeat(block(mib), 3), 3},
		"a small one behind a large one": {append(block(mib), block(10)...), 2},
		"no block":                       {bytes.Repeat([]byte("text\n"), mib), 1},
		"cut in the last line":           {append(block(mib), "-----END X-----"...), 2},
	} {
		list := pem.Pieces(c.text)
		if len(list) != c.pieces {
			t.Errorf("%s: %d pieces, want %d", name, len(list), c.pieces)
		}
		if !bytes.Equal(bytes.Join(list, nil), c.text) {
			t.Errorf("%s: put together, the pieces are another text", name)
		}
		for i, p := range list {
			if i > 0 && !bytes.HasPrefix(p, []byte("-----")) {
				t.Errorf("%s: piece %d starts with %q", name, i, p[:min(len(p), 20)])
			}
		}
	}
}

// TestTextNames writes names as text and reads them back, also those that
// could be mistaken for something else.
func TestTextNames(t *testing.T) {
	der, _ := stdpem.Decode([]byte(testCert(t, "ec-P-256")))
	for _, name := range []string{
		"www.example.com", `CORP\admin`, `C:\0A`, "two\nlines", "-----BEGIN CERTIFICATE-----", "\n-----BEGIN CERTIFICATE-----\n",
		"Bag Attributes", "x Bag Attributes: y", "Größe", "日本", " spaces ", "\t", "a: b", "localKeyID: 01", "tab\tin it", `\`, `\5C`, "😀",
	} {
		names := convert.Names{FriendlyName: name, LocalKeyID: []byte{1, 0xab}, Attributes: []convert.Attribute{{OID: "1.3.6.1.4.1.311.17.2", Values: []byte{0x31, 0}}}}
		out, err := convert.Encode(&convert.Bundle{Certs: []convert.Certificate{{Raw: der.Bytes, Names: names}}}, "pem", &convert.EncodeOptions{TextNames: true})
		if err != nil {
			t.Fatal(err)
		}
		b, err := convert.Decode(out, nil)
		if err != nil || len(b.Certs) != 1 {
			t.Fatalf("%q: %d certificates, %v\n%s", name, len(b.Certs), err, out)
		}
		got := b.Certs[0].Names
		if got.FriendlyName != name || !bytes.Equal(got.LocalKeyID, names.LocalKeyID) || len(got.Attributes) != 1 {
			t.Errorf("%q came back as %q, %x, %v", name, got.FriendlyName, got.LocalKeyID, got.Attributes)
		}
	}
}

func TestEncodePEMNothing(t *testing.T) {
	if _, err := convert.Encode(&convert.Bundle{}, "pem", &convert.EncodeOptions{}); !errors.Is(err, convert.ErrNothingToWrite) {
		t.Errorf("nothing: %v", err)
	}
}

// TestBlocks reads files of several blocks.
func TestBlocks(t *testing.T) {
	cert, key := testCert(t, "ec-P-256"), testKey(t, "ec-P-256")
	bad := strings.Replace(cert, "\nMII", "\nM!I", 1)
	for _, c := range []struct {
		name, text           string
		certs, keys, damaged int
		notes                string
	}{
		{"key and certificate", key + cert, 1, 1, 0, ""},
		{"damaged in the middle", cert + bad + key, 1, 1, 1, "body-character"},
		{"text between", "a\n" + cert + "b\n" + key + "c\n", 1, 1, 0, "text-outside text-outside text-outside carrier"},
		{"glued", strings.TrimSpace(cert) + strings.TrimSpace(cert) + key, 2, 1, 0, "blocks-glued blocks-glued"},
		{"END missing", strings.TrimSuffix(cert, "-----END CERTIFICATE-----\n") + key, 1, 1, 0, "end-missing"},
		{"END missing, glued", strings.TrimSuffix(cert, "\n-----END CERTIFICATE-----\n") + key, 1, 1, 0, "end-missing blocks-glued"},
		{"BEGIN missing", cert + strings.TrimPrefix(cert, "-----BEGIN CERTIFICATE-----\n") + key, 2, 1, 0, "begin-missing"},
		{"mark in the middle", cert + "\ufeff" + key, 1, 1, 0, "byte-order-mark"},
		{"UTF-16 appended", cert + utf16Text(binary.LittleEndian, key), 1, 1, 0, "body-character"},
		{"quoted, then not", "> " + strings.ReplaceAll(strings.TrimSpace(cert), "\n", "\n> ") + "\n" + key, 1, 1, 0, "quoted-mail"},
		{"OpenPGP among them", cert + "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nmQ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n" + key, 1, 1, 0, "skipped"},
		{"signed message", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + cert + "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n", 1, 0, 0, "text-outside carrier skipped skipped"},
	} {
		b, err := convert.Decode([]byte(c.text), nil)
		if len(b.Certs) != c.certs || len(b.Keys) != c.keys || len(b.Failures) != c.damaged || (err != nil) != (c.damaged > 0) {
			t.Errorf("%s: %d certificates, %d keys, %d failures, %v", c.name, len(b.Certs), len(b.Keys), len(b.Failures), err)
		}
		var kinds []string
		for _, n := range b.Notes {
			if n.Kind != note.OpenSSLSkips && n.Kind != note.OpenSSLFails && n.Kind != note.GoSkips { // those have tests of their own, with OpenSSL and Go
				kinds = append(kinds, string(n.Kind))
			}
		}
		if got := strings.Join(kinds, " "); got != c.notes {
			t.Errorf("%s: notes %q, want %q", c.name, got, c.notes)
		}
	}
}
