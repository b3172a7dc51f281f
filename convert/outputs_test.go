package convert_test

import (
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/testenv"
)

// counting is a source of salts that are the same each time.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}

// TestOutputs writes inputs of each kind in every format, and parts of them. testdata/outputs.txt
// has what was written, by the start of its hash and what is read of it, or why it was not, and
// what was lost.
func TestOutputs(t *testing.T) {
	var b strings.Builder
	date := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, in := range []struct {
		name  string
		files []string
		pw    string
	}{
		{"a site in files", []string{"servers/rsa.key", "servers/rsa.pem", "servers/inter.pem", "servers/root.pem"}, ""},
		{"the same, the wrong way round", []string{"servers/root.pem", "servers/inter.pem", "servers/rsa.pem", "servers/rsa.key"}, ""},
		{"two sites", []string{"servers/rsa.key", "servers/rsa.pem", "servers/ec-P-256.key", "servers/ec-P-256.pem", "servers/inter.pem"}, ""},
		{"a key of another", []string{"servers/ec-P-256.key", "servers/rsa.pem", "servers/inter.pem"}, ""},
		{"a key alone", []string{"pairs/ed25519.pem"}, ""},
		{"an RSA key alone", []string{"pairs/rsa1024.pem"}, ""},
		{"a certificate alone", []string{"servers/rsa.pem"}, ""},
		{"CAs", []string{"servers/inter.pem", "servers/root.pem"}, ""},
		{"a request and its key", []string{"pairs/request.pem", "pairs/rsa2048.pem"}, ""},
		{"certificates and a CRL", []string{"p7b/openssl-crl.p7b"}, ""},
		{"a CRL", []string{"servers/inter.crl"}, ""},
		{"PFX", []string{"pfx/openssl-default.p12"}, "secret"},
		{"PFX of Java with two keys", []string{"pfx/java-keys.p12"}, "secret"},
		{"PFX of Java with trusted certificates", []string{"pfx/java-trust.p12"}, "secret"},
		{"JKS", []string{"jks/keys.jks"}, "secret"},
		{"JKS of trusted certificates", []string{"jks/trust.jks"}, "secret"},
		{"two keystores", []string{"jks/keys.jks", "keystores/entries.jks"}, "secret"},
		{"Secrets", []string{"k8s/two.yaml"}, ""},
		{"DSA", []string{"servers/dsa.key", "servers/dsa.pem"}, ""},
		{"PVK", []string{"pvk/rsa-strong.pvk"}, "secret"},
		{"OpenSSH", []string{"openssh/rsa.pem"}, ""},
	} {
		bundle := &convert.Bundle{}
		for _, name := range in.files {
			data, err := os.ReadFile(filepath.Join("../testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := convert.Decode(data, &convert.DecodeOptions{File: name, Password: convert.Passwords(in.pw)})
			if got == nil {
				t.Fatalf("%s: %v", name, err)
			}
			bundle.Add(got)
		}
		fmt.Fprintf(&b, "%s\n", in.name)
		for _, f := range convert.Formats() {
			if !f.CanEncode() {
				continue
			}
			for _, o := range []convert.EncodeOptions{
				{}, {AllowLoss: true, AllowMismatch: true}, {Password: []byte("secret")}, {Password: []byte("secret"), KeyPassword: []byte("geheim"), AllowLoss: true, AllowMismatch: true, Name: "other", PEM: true, DER: true, TextNames: true},
				{Only: []convert.Part{convert.PartKey}}, {Only: []convert.Part{convert.PartCert}}, {Only: []convert.Part{convert.PartChain}}, {Only: []convert.Part{convert.PartFullchain, convert.PartKey}, AllowLoss: true},
				{Only: []convert.Part{convert.PartRequest}}, {Only: []convert.Part{convert.PartCRL, convert.PartCert}}, {Only: []convert.Part{convert.PartPublicKey}},
			} {
				if o.Password != nil && in.name != "JKS" { // derivations take long
					continue
				}
				var lost []string
				o.Time, o.Rand, o.Lost = date, &counting{}, &lost
				out, err := convert.Encode(bundle, f.Name, &o)
				fmt.Fprintf(&b, "\t%s %s: %s\n", f.Name, sayOptions(&o), sayOutput(out, err, lost))
			}
		}
	}
	testenv.Golden(t, "testdata/outputs.txt", b.String())
}

func sayOptions(o *convert.EncodeOptions) string {
	s := fmt.Sprint(o.Only)
	for _, f := range []struct {
		ok   bool
		name string
	}{{o.Password != nil, "password"}, {o.KeyPassword != nil, "password of the keys"}, {o.AllowLoss, "loss"}} {
		if f.ok {
			s += " " + f.name
		}
	}
	return s
}

func sayOutput(out []byte, err error, lost []string) string {
	s := ""
	if err != nil {
		s = err.Error()
	} else {
		sum := sha256.Sum256(out)
		s = fmt.Sprintf("%d bytes, %x", len(out), sum[:4])
		back, err := convert.Decode(out, &convert.DecodeOptions{Password: convert.Passwords("secret", "geheim")})
		if back != nil {
			s += fmt.Sprintf(", %d keys, %d certificates, %d requests, %d CRLs, %d public keys", len(back.Keys), len(back.Certs), len(back.Requests), len(back.CRLs), len(back.PublicKeys))
		}
		if err != nil {
			s += ", " + err.Error()
		}
	}
	if len(lost) > 0 {
		s += "; lost: " + strings.Join(lost, "; ")
	}
	return s
}

// TestChangedInputs reads messages, keystores and Netscape's keys of which each element was
// changed. testdata/changed.txt has what is read then, and what is said of it.
func TestChangedInputs(t *testing.T) {
	var b strings.Builder
	for _, in := range []struct{ file, pw string }{
		{"p7b/openssl-crl-only.p7b", ""}, {"p7b/signed.p7m", ""}, {"pfx/openssl-clear-key.p12", "secret"}, {"net/rsa512.net", "secret"},
	} {
		data, err := os.ReadFile(filepath.Join("../testdata", in.file))
		if err != nil {
			t.Fatal(err)
		}
		if block, _ := pem.Decode(data); block != nil {
			data = block.Bytes
		}
		last := ""
		for change, raw := range testenv.Changed(data) {
			said := sayRead(convert.Decode(raw, &convert.DecodeOptions{File: "f", Password: convert.Passwords(in.pw)}))
			if said != last {
				fmt.Fprintf(&b, "%s, %s: %s", in.file, change, said)
			}
			last = said
		}
	}
	testenv.Golden(t, "testdata/changed.txt", b.String())
}

func sayRead(b *convert.Bundle, err error) string {
	said := fmt.Sprintf("%v\n", err)
	if b == nil {
		return said
	}
	said += fmt.Sprintf("\t%d keys, %d certificates, %d requests, %d CRLs, %d others\n", len(b.Keys), len(b.Certs), len(b.Requests), len(b.CRLs), len(b.Others))
	for _, f := range b.Failures {
		said += fmt.Sprintf("\tnot read: %s %d: %v\n", f.Kind, f.Source.Offset, f.Err)
	}
	for _, n := range b.Notes {
		said += fmt.Sprintf("\t%s %d: %s\n", n.Kind, n.Source.Offset, n.Text)
	}
	return said
}
