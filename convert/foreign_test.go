package convert

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/shape"
)

// Formats that take a file for theirs say in the end what the others say.
func TestForeign(t *testing.T) {
	for _, data := range []string{
		"", "\x00\x00\x00", " \r\n\t\n", "<!DOCTYPE html>\n<html><head><title>404 Not\n Found</title>", "HTTP/1.1 403 Forbidden\r\nServer: x\r\n",
		"PK\x03\x04........................word/document.xml", "PK\x05\x06" + strings.Repeat("\x00", 18),
		"SQLite format 3\x00" + strings.Repeat("\x10\x00", 40), "%PDF-1.7\n", "MZ\x90\x00\x03" + strings.Repeat("\x00", 80),
		"<?xml version='1.0'?><x/>", "ssh-rsa AAAAB3NzaC1yc2E me@host",
		"REGEDIT4\r\n", "[ req ]\ndefault_bits = 2048\n", "Certificate:\n    Data:\n        Version: 3\n        Serial Number: 1",
		"0102 0a0b 3082 0102 a003 0201 0202 0101 300d\n", "From: ca@example\nSubject: your certificate\n", "Dear customer, here is nothing",
		"\x30\x03\x0a\x01\x06", "\x30\x06\x02\x01\x01\x02\x01\x02", "\x01\x02\x03\xfe\xff\x80\x81",
	} {
		_, err := Decode([]byte(data), nil)
		var e *Error
		if want := shape.Identify([]byte(data)); !errors.As(err, &e) || e.Kind != ErrUnknownFormat || e.Detail != "" || e.Foreign.String() != want.String() {
			t.Errorf("%.40q: Decode says %v, want %s", data, err, want)
		}
	}
}

// addSeeds adds the files of testdata in these folders, and pieces of them.
func addSeeds(f *testing.F, folders ...string) {
	f.Helper()
	for _, folder := range folders {
		paths, err := filepath.Glob("../testdata/" + folder + "/*")
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			if data, err := os.ReadFile(path); err == nil && !strings.HasSuffix(path, ".json") {
				f.Add(data)
			}
		}
	}
}

func FuzzDER(f *testing.F) {
	addSeeds(f, "der")
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := decodeWith("der", (*decoder).decodeDER)(data, &DecodeOptions{})
		if err == nil && len(b.Failures) > 0 {
			t.Error("failures without an error")
		}
		if _, err := arrange(b, Lookup("pem"), &EncodeOptions{AllowLoss: true, AllowMismatch: true}); err == nil && b.Len() == 0 {
			t.Error("nothing is arranged")
		}
	})
}

func FuzzPKCS7(f *testing.F) {
	addSeeds(f, "p7b")
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := decodeWith("p7b", (*decoder).decodePKCS7)(data, &DecodeOptions{})
		if err != nil || len(b.Certs) == 0 || len(b.Others) > 0 {
			return
		}
		// What was read once is written and read again (see proveSame).
		b.Requests, b.Keys = nil, nil
		if _, err := Encode(b, "p7b", &EncodeOptions{AllowLoss: true}); err != nil {
			t.Error(err)
		}
	})
}

func FuzzCertificate(f *testing.F) {
	addSeeds(f, "der")
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}}
		_ = d.addCert(data, Source{}, Names{})
		_ = d.addRequest(data, Source{}, Names{})
		_ = d.addCRL(data, Source{}, Names{})
		for i := range d.bundle.Certs {
			c := &d.bundle.Certs[i]
			if len(c.Raw) == 0 || len(c.Raw) > len(data) {
				t.Error("Raw is not a window on the input")
			}
			c.DNSNames()
			c.IPAddresses()
			c.IsCA()
			c.SubjectKeyID()
			c.AuthorityKeyID()
			c.SelfIssued()
			for _, r := range NameString(c.Subject) + NameString(c.Issuer) {
				if r < ' ' || r == 0x7f {
					t.Errorf("%q in a name", r)
				}
			}
		}
		for i := range d.bundle.Requests {
			q := &d.bundle.Requests[i]
			q.DNSNames()
			q.Challenge()
			NameString(q.Subject)
		}
	})
}

// The error of Decode is a fault that Failures has: the first one.
func TestDecodeErrIsInFailures(t *testing.T) {
	locked, err := os.ReadFile("../testdata/servers/rsa.locked.key")
	if err != nil {
		t.Fatal(err)
	}
	mine := errors.New("no more questions")
	for name, c := range map[string]struct {
		data []byte
		opts DecodeOptions
	}{
		"empty":     {nil, DecodeOptions{}},
		"web page":  {[]byte("<html>"), DecodeOptions{}},
		"too large": {[]byte("12345"), DecodeOptions{MaxSize: 4}},
		"format":    {[]byte("12345"), DecodeOptions{From: "docx"}},
		"locked":    {locked, DecodeOptions{}},
		"refused":   {locked, DecodeOptions{Password: func(PasswordRequest) ([]byte, error) { return nil, mine }}},
		"damaged":   {append([]byte("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"), locked...), DecodeOptions{}},
	} {
		b, err := Decode(c.data, &c.opts)
		if err == nil || len(b.Failures) == 0 || b.Failures[0].Err != err || b.Err() != err {
			t.Errorf("%s: %v, failures %v", name, err, b.Failures)
		}
	}
}
