package pem_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	stdpem "encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
)

// repairKinds gives a canonical block of each kind, by label.
func repairKinds(t testing.TB) map[string]string {
	t.Helper()
	kinds := map[string]string{}
	for _, name := range []string{"pairs/rsa2048.pem", "servers/rsa.csr", "servers/rsa.key", "servers/rsa.locked.key", "servers/rsa.locked.p8.key", "servers/rsa.p7b", "servers/rsa.pub", "servers/inter.crl"} {
		data, err := os.ReadFile("../../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for b, rest := stdpem.Decode(data); b != nil; b, rest = stdpem.Decode(rest) {
			text := string(stdpem.EncodeToMemory(b))
			if len(b.Headers) > 0 {
				b.Type += ", encrypted"
			}
			if _, ok := kinds[b.Type]; !ok && strings.Count(text, "\n") > 6 {
				kinds[b.Type] = text
			}
		}
	}
	if len(kinds) < 6 {
		t.Fatalf("only %d kinds of blocks", len(kinds))
	}
	return kinds
}

// TestRepair lets every damage happen to every kind of block: either the
// canonical text comes back, byte for byte, or the repair is refused.
func TestRepair(t *testing.T) {
	for label, source := range repairKinds(t) {
		p := takeApart(source)
		if strings.HasSuffix(label, ", encrypted") {
			continue
		}
		for _, d := range damages {
			t.Run(label+"/"+d.name, func(t *testing.T) {
				data := []byte(d.do(p))
				r, err := pem.Repair(data, false, known)
				if d.lost != "" && errors.Is(err, pem.ErrNone) && len(r.Lost) == 0 && strings.HasPrefix(d.name, "both missing") {
					return // not even that it was an object can be told
				}
				if d.lost != "" {
					if !errors.Is(err, pem.ErrDamaged) || r.Text != nil || len(r.Lost) == 0 || r.Lost[0].At.Line == 0 {
						t.Fatalf("lost, but %v, %v", err, r.Lost)
					}
					return
				}
				if err != nil || string(r.Text) != source {
					t.Fatalf("%v, got\n%s\nwant\n%s", err, r.Text, source)
				}
				if r.Changed != (string(data) != source) || r.Blocks != 1 || r.Secret != strings.Contains(label, "PRIVATE") {
					t.Errorf("changed %v, %d blocks, secret %v", r.Changed, r.Blocks, r.Secret)
				}
			})
		}
	}
}

// TestRepairEncrypted: a block that cannot be looked into stays encrypted, and
// what only its content could tell is refused.
func TestRepairEncrypted(t *testing.T) {
	source := repairKinds(t)["RSA PRIVATE KEY, encrypted"]
	line := strings.Split(source, "\n")[8]
	for _, c := range []struct {
		name, text string
		ok         bool
	}{
		{"clean", source, true},
		{"CR", strings.ReplaceAll(source, "\n", "\r"), true},
		{"CR LF, spaces", strings.ReplaceAll(source, "\n", " \r\n"), true},
		{"UTF-16", utf16Text(binary.LittleEndian, "\ufeff"+source), true},
		{"mail", "> " + strings.ReplaceAll(strings.TrimSpace(source), "\n", "\n> "), true},
		{"JSON", strings.ReplaceAll(source, "\n", `\n`), true},
		{"four dashes", source[1:], true},
		{"space in DEK-Info", strings.Replace(source, "CBC,", "CBC, ", 1), true},
		{"another header", strings.Replace(source, "Proc-Type", "Comment: mine\nProc-Type", 1), true},
		{"no-break space", strings.Replace(source, line, line[:9]+"\u00a0"+line[9:], 1), true},
		{"END missing", source[:strings.Index(source, "-----END")], false},
		{"END of another", strings.Replace(source, "END RSA", "END EC", 1), false},
		{"character lost", strings.Replace(source, line, line[1:], 1), false},
		{"four characters lost", strings.Replace(source, line, line[4:], 1), false},
		{"character replaced", strings.Replace(source, line, "*"+line[1:], 1), false},
		{"half of the IV", strings.Replace(source, "CBC,", "CBC,\n", 1), false},
		{"no DEK-Info", regexp.MustCompile("(?m)^DEK-Info.*\n").ReplaceAllString(source, ""), false},
	} {
		r, err := pem.Repair([]byte(c.text), false, known)
		if c.ok && (err != nil || string(r.Text) != source || !r.Secret) || !c.ok && (err == nil || r.Text != nil) {
			t.Errorf("%s: %v\n%s", c.name, err, r.Text)
		}
	}
}

// TestRepairCorpus: what is read from a file before and after is the same.
func TestRepairCorpus(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/*/*")
	repaired := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if f := convert.Detect(data); err != nil || f != nil && (f.Name == "zip" || f.Name == "jwk") {
			continue // a folder, or for the command to refuse
		}
		for _, keep := range []bool{false, true} {
			r, err := pem.Repair(data, keep, known)
			if err != nil {
				continue
			}
			repaired++
			before, _ := convert.Decode(data, nil)
			after, _ := convert.Decode(r.Text, nil)
			if objectSums(before) != objectSums(after) {
				t.Errorf("%s: before\n%s\nafter\n%s", name, objectSums(before), objectSums(after))
			}
			again, err := pem.Repair(r.Text, keep, known)
			if err != nil || again.Changed {
				t.Errorf("%s: repaired twice: %v, changed %v", name, err, err == nil && again.Changed)
			}
		}
	}
	if repaired < 50 {
		t.Errorf("only %d files could be repaired", repaired)
	}
}

// objectSums lists what a bundle holds, without places.
func objectSums(b *convert.Bundle) string {
	var out strings.Builder
	for i := range b.Keys {
		out.Write(sum(b.Keys[i].PKCS8))
	}
	for i := range b.Certs {
		out.Write(sum(append(b.Certs[i].Raw, b.Certs[i].Aux...)))
	}
	for i := range b.Requests {
		out.Write(sum(b.Requests[i].Raw))
	}
	for i := range b.CRLs {
		out.Write(sum(b.CRLs[i].Raw))
	}
	for i := range b.PublicKeys {
		out.Write(sum(b.PublicKeys[i].SPKI))
	}
	for range b.Failures {
		out.WriteString("failure\n")
	}
	return out.String()
}

func sum(data []byte) []byte { return fmt.Appendf(nil, "%x\n", sha256.Sum256(data)) }

func TestRepairLabels(t *testing.T) {
	relabel := func(text, label string) string {
		b, _ := stdpem.Decode([]byte(text))
		b.Type = label
		return string(stdpem.EncodeToMemory(b))
	}
	kinds := repairKinds(t)
	for _, c := range []struct{ is, label, want string }{
		{"CERTIFICATE REQUEST", "CERTIFICATE", "CERTIFICATE REQUEST"},
		{"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "CERTIFICATE REQUEST"},
		{"CERTIFICATE", "X509 CERTIFICATE", "CERTIFICATE"},
		{"CERTIFICATE", "TRUSTED CERTIFICATE", "CERTIFICATE"},
		{"CERTIFICATE", "SOMETHING", "CERTIFICATE"},
		{"PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY"},
		{"PRIVATE KEY", "CERTIFICATE", "PRIVATE KEY"},
	} {
		r, err := pem.Repair([]byte(relabel(kinds[c.is], c.label)), false, known)
		if err != nil || string(r.Text) != relabel(kinds[c.is], c.want) {
			t.Errorf("%s under %s: %v\n%s", c.is, c.label, err, r.Text)
			continue
		}
		if len(r.Undone) != 1 || r.Undone[0].Kind != note.LabelWrong && r.Undone[0].Kind != note.LabelLegacy {
			t.Errorf("%s under %s: notes %v", c.is, c.label, r.Undone)
		}
	}
}

func TestRepairRefuses(t *testing.T) {
	cert := testCert(t, "rsa2048")
	block, _ := stdpem.Decode([]byte(cert))
	other, _ := stdpem.Decode([]byte(testCert(t, "ec-P-256")))
	encode := func(label string, body []byte) string {
		return string(stdpem.EncodeToMemory(&stdpem.Block{Type: label, Bytes: body}))
	}
	locked := repairKinds(t)["RSA PRIVATE KEY, encrypted"]
	if locked == "" {
		locked = repairKinds(t)["EC PRIVATE KEY, encrypted"]
	}
	for name, text := range map[string]string{
		"two objects in one block":          encode("CERTIFICATE", append(bytes.Clone(block.Bytes), other.Bytes...)),
		"one of two is damaged":             cert + cert[:100] + "*" + cert[101:],
		"no object":                         encode("CERTIFICATE", []byte("\x30\x03\x02\x01\x01")),
		"encrypted, END of another":         strings.Replace(locked, "END ", "END X", 1),
		"encrypted, without the parameters": strings.Replace(locked, "DEK-Info", "DEK-Inf", 1),
	} {
		r, err := pem.Repair([]byte(text), false, known)
		if !errors.Is(err, pem.ErrDamaged) || r.Text != nil || len(r.Lost) != 1 {
			t.Errorf("%s: %v, %d lost", name, err, len(r.Lost))
		}
	}
	for name, text := range map[string]string{"DER": string(block.Bytes), "a web page": "<html><title>404</title></html>", "nothing": "", "END alone": "-----END CERTIFICATE-----\n"} {
		if _, err := pem.Repair([]byte(text), false, known); !errors.Is(err, pem.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := pem.Repair([]byte(encode("CERTIFICATE", append(bytes.Clone(block.Bytes), 0, 0))), false, known)
	if err != nil || string(r.Text) != cert {
		t.Errorf("zero bytes behind the object: %v", err)
	}
}

// TestRepairCarrier: what is around the blocks of a file of another kind is told
// of, and kept byte for byte or not at all.
func TestRepairCarrier(t *testing.T) {
	cert, key := testCert(t, "ec-P-256"), testKey(t, "ec-P-256")
	damaged := strings.Replace(cert, "-----BEGIN CERTIFICATE-----", "----BEGIN CERTIFICATE-----", 1)
	around := "client\n\tdev  tun \n<ca>\n%s</ca>\n\n  <key>\n%s  </key>\nverb 3"
	r, err := pem.Repair(fmt.Appendf(nil, around, damaged, key), true, known)
	if want := fmt.Sprintf(around, cert, key); err != nil || string(r.Text) != want || r.Around.Line != 1 {
		t.Errorf("%v, %v\n%q\nwant\n%q", err, r.Around, r.Text, want)
	}
	indented := "stringData:\n  tls.crt: |\n    " + strings.ReplaceAll(strings.TrimSpace(cert), "\n", "\n    ") + "\n"
	for name, text := range map[string]string{
		"JSON":      `{"cert": "` + strings.ReplaceAll(cert, "\n", `\n`) + `"}`,
		"YAML":      indented,
		"base64":    "data:\n  tls.crt: " + base64.StdEncoding.EncodeToString([]byte(cert)) + "\n",
		"in a line": "cert = " + cert,
		"in a tag":  "<crt>" + strings.TrimSpace(cert) + "</crt>\n",
		"END line":  cert + strings.TrimSpace(cert) + "</crt>\n",
	} {
		r, err := pem.Repair([]byte(text), true, known)
		if err == nil || r.Text != nil || r.Around.Line == 0 || len(r.Lost) == 0 || r.Lost[0].Reason != pem.Carried {
			t.Errorf("%s: %v, %v\n%s", name, err, r.Around, r.Text)
		}
		if r, err := pem.Repair([]byte(text), false, known); err != nil || r.Around.Line == 0 {
			t.Errorf("%s, without text: %v, %v", name, err, r.Around)
		}
	}
	for _, text := range []string{cert, "# mine\n\n" + cert + "\n", "> " + strings.ReplaceAll(strings.TrimSpace(cert), "\n", "\n> ") + "\n", `"` + strings.ReplaceAll(cert, "\n", `\n`) + `"`, "Bag Attributes\n    localKeyID: 01 \nsubject=CN = a\nissuer=CN = b\n" + cert + "Key Attributes: <No Attributes>\n" + key} {
		if r, err := pem.Repair([]byte(text), false, known); err != nil || r.Around.Line != 0 {
			t.Errorf("%v, %v in\n%s", err, r.Around, text)
		}
	}
}

func TestRepairKeepsText(t *testing.T) {
	cert, key := testCert(t, "ec-P-256"), testKey(t, "ec-P-256")
	text := "subject=CN = a\r\nissuer=CN = b\r\n\r\n" + strings.ReplaceAll(cert, "\n", " \r\n") + "\r\nBag Attributes\r\n    friendlyName: x \r\n" + key
	want := "subject=CN = a\nissuer=CN = b\n\n" + cert + "\nBag Attributes\n    friendlyName: x\n" + key
	r, err := pem.Repair([]byte(text), true, known)
	if err != nil || string(r.Text) != want {
		t.Errorf("%v\n%q\nwant\n%q", err, r.Text, want)
	}
	r, err = pem.Repair([]byte(text), false, known)
	if err != nil || string(r.Text) != cert+key || !r.Secret || r.Blocks != 2 {
		t.Errorf("without text: %v\n%q", err, r.Text)
	}
}

// FuzzRepair: what comes out is clean, stays as it is, and holds what the
// reader found.
func FuzzRepair(f *testing.F) {
	for _, source := range []string{testCert(f, "ec-P-256"), testKey(f, "ec-P-256")} {
		p := takeApart(source)
		for _, d := range damages {
			f.Add([]byte(d.do(p)), len(d.name)%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, keep bool) {
		if len(data) > 1<<16 {
			t.Skip()
		}
		r, err := pem.Repair(data, keep, known)
		if err != nil {
			var e *pem.Error
			if !errors.As(err, &e) || r == nil || r.Text != nil {
				t.Fatalf("%v", err)
			}
			return
		}
		if strict, _ := stdpem.Decode(r.Text); strict == nil && !strings.Contains(string(r.Text), "BEGIN PGP") {
			t.Fatalf("Go reads nothing from\n%s", r.Text)
		}
		again, err := pem.Repair(r.Text, keep, known)
		if err != nil || !bytes.Equal(again.Text, r.Text) {
			t.Fatalf("not settled: %v\n%q\nthen\n%q", err, r.Text, again.Text)
		}
	})
}
