package convert

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// Signatures of every kind that OpenSSL makes verify, and do not when one bit
// of what they sign is another; nor with another key.
func TestVerifySigned(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir := t.TempDir()
	run := func(args ...string) error {
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Logf("openssl %v: %s", args, out)
		}
		return err
	}
	genpkey := func(args ...string) []string {
		return append([]string{"genpkey", "-out", "key.pem"}, args...)
	}
	var other []byte
	for _, c := range []struct {
		name string
		key  []string
		sign []string
	}{
		{"RSA 512, MD5", []string{"genrsa", "-out", "key.pem", "512"}, []string{"-md5"}},
		{"RSA 1024, SHA-1", []string{"genrsa", "-out", "key.pem", "1024"}, []string{"-sha1"}},
		{"RSA 2047, SHA-512", []string{"genrsa", "-out", "key.pem", "2047"}, []string{"-sha512"}},
		{"RSA 1024, SHA3-384", []string{"genrsa", "-out", "key.pem", "1024"}, []string{"-sha3-384"}},
		{"RSA 1024, RIPEMD-160", []string{"genrsa", "-out", "key.pem", "1024"}, []string{"-ripemd160", "-provider", "legacy", "-provider", "default"}},
		{"RSA-PSS 1025 bits", genpkey("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1025"), []string{"-sha256"}},
		{"RSA-PSS, SHA-384, mask SHA-1, salt 11", []string{"genrsa", "-out", "key.pem", "1024"},
			[]string{"-sha384", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:11", "-sigopt", "rsa_mgf1_md:sha1"}},
		{"EC P-256, SHA-384", genpkey("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"), []string{"-sha384"}},
		{"EC P-521, SHA-1", genpkey("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"), []string{"-sha1"}},
		{"EC P-192", genpkey("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-192"), []string{"-sha256"}},
		{"EC brainpoolP384r1", genpkey("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1"), []string{"-sha384"}},
		{"EC secp256k1, SHA-512", genpkey("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"), []string{"-sha512"}},
		{"EC explicit parameters", genpkey("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"), []string{"-sha256"}},
		{"Ed25519", genpkey("-algorithm", "ED25519"), nil},
		{"Ed448", genpkey("-algorithm", "ED448"), nil},
	} {
		if err := run(c.key...); err != nil {
			t.Errorf("%s: no key", c.name)
			continue
		}
		args := append([]string{"req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=test", "-outform", "DER", "-out", "cert.der"}, c.sign...)
		if err := run(args...); err != nil {
			t.Errorf("%s: no certificate", c.name)
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, "cert.der"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := Decode(raw, &DecodeOptions{From: "der"})
		if err != nil || len(b.Certs) != 1 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		cert := &b.Certs[0]
		if err := VerifySigned(cert.Raw, cert.SPKI); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		damaged := append([]byte(nil), cert.Raw...)
		damaged[40] ^= 1 // within the serial number or what follows
		if err := VerifySigned(damaged, cert.SPKI); !errors.Is(err, ErrSignature) {
			t.Errorf("%s, with one bit changed: %v", c.name, err)
		}
		if other != nil {
			if err := VerifySigned(cert.Raw, other); !errors.Is(err, ErrSignature) {
				t.Errorf("%s, with the key of another: %v", c.name, err)
			}
		}
		other = cert.SPKI
	}
}
