package pbe

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/certconv/certconv/internal/der"
)

// Without random numbers nothing is encrypted.
func TestEncryptWithoutRandom(t *testing.T) {
	broken := errors.New("no random numbers")
	rand := iotest.ErrReader(broken)
	for _, scheme := range []string{AES256, TripleDES} {
		if alg, out, err := Encrypt(scheme, 1, []byte("pw"), []byte("plain"), rand); err != broken || alg != nil || out != nil {
			t.Errorf("%s: %x, %x, %v", scheme, alg, out, err)
		}
	}
	if info, out, err := EncryptPEM([]byte("pw"), []byte("plain"), rand); err != broken || info != "" || out != nil {
		t.Errorf("DEK-Info: %q, %x, %v", info, out, err)
	}
}

// Numbers that no key derivation takes are faults of the file.
func TestNumbersThatCannotBe(t *testing.T) {
	const cbc, rc2 = "2.16.840.1.101.3.4.1.42", "1.2.840.113549.3.2"
	aes := der.Algorithm(cbc, octets(16))
	for want, parts := range map[string][2][]byte{
		"scrypt parameter below 1":                 {der.Algorithm(OIDScrypt, sequence(octets(8), number(1024), number(0), number(1))), aes},
		"the cost of scrypt is not a power of two": {der.Algorithm(OIDScrypt, sequence(octets(8), number(1000), number(8), number(1))), aes},
		"a key of 129 bytes for RC2-128-CBC":       {der.Algorithm(oidPBKDF2, sequence(octets(8), number(1), number(129))), der.Algorithm(rc2, sequence(number(58), octets(8)))},
	} {
		_, err := ParseScheme(mustParse(t, der.Algorithm(oidPBES2, sequence(parts[0], parts[1]))))
		var syntax *der.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for _, name := range []string{"DES-EDE-CBC", "DESX-CBC"} {
		e, _ := encryptionByName(name)
		for _, n := range []int{0, 8, 15, 17, 25} {
			if c, err := e.cipher.new(make([]byte, n)); err == nil || c != nil {
				t.Errorf("%s with a key of %d octets: %v, %v", name, n, c, err)
			}
		}
	}
}

// An empty password and a tag that is wrong are a wrong password; what follows the blocks of
// OpenSSH's or PuTTY's encryption is told.
func TestWrongPassword(t *testing.T) {
	for _, name := range []string{"aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"} {
		o, err := ParseOpenSSH(name, "bcrypt", []byte("salt"), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, pw := range []string{"", "pw"} {
			if out, err := o.Decrypt([]byte(pw), make([]byte, 16), make([]byte, 16)); err != ErrPassword || out != nil {
				t.Errorf("%s, %q: %x, %v", name, pw, out, err)
			}
		}
	}
	p, err := ParsePPK(2, schemePPK, ArgonOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{0: "cannot give", 15: "cannot give", 16: ErrPassword.Error(), 17: "cannot give"} {
		if out, err := p.Open([]byte("pw"), nil, bytes.Repeat([]byte{1}, n), nil); out != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d octets: %x, %v", n, out, err)
		}
	}
}
