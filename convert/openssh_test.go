package convert

import (
	"bytes"
	"encoding/binary"
	stdpem "encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/certconv/certconv/internal/pubkey"

	"github.com/certconv/certconv/internal/pem"
)

func sshString(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(p))), p...)
	}
	return out
}

func opensshBinary(cipher, kdf string, options []byte, count uint32, private []byte) []byte {
	out := append([]byte(pem.OpenSSHMagic), sshString([]byte(cipher), []byte(kdf), options)...)
	out = binary.BigEndian.AppendUint32(out, count)
	for range count {
		out = append(out, sshString([]byte("public"))...)
	}
	return append(out, sshString(private)...)
}

func decodeOpenSSH(data []byte, pw string) (*Bundle, error) {
	return decodeWith("openssh", (*decoder).decodeOpenSSHKey)(data, &DecodeOptions{Password: Passwords(pw)})
}

func TestOpenSSHStructure(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile("../testdata/openssh/" + name)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := stdpem.Decode(text)
		return block.Bytes
	}
	one, ok := parseOpenSSH(read("ed25519.pem"))
	two, ok2 := parseOpenSSH(read("ecdsa256.pem"))
	if !ok || !ok2 {
		t.Fatal("cannot read the test keys")
	}
	// Two keys in a file: the format has room for it, though no program makes
	// them. The padding 1 2 3 … stands behind the last.
	first := bytes.TrimRight(one.private, "\x01\x02\x03\x04\x05\x06\x07")
	both := append(bytes.Clone(first), two.private[8:]...)
	b, err := decodeOpenSSH(opensshBinary("none", "none", nil, 2, both), "")
	if err != nil || len(b.Keys) != 2 || b.Keys[0].Algorithm != "Ed25519" || b.Keys[1].Algorithm != "EC P-256" || b.Keys[1].FriendlyName != "ecdsa256@example" {
		t.Errorf("two keys: %v, %+v", err, b.Keys)
	}

	check := make([]byte, 8)
	options := func(rounds uint32) []byte {
		return binary.BigEndian.AppendUint32(sshString([]byte("saltsaltsaltsalt")), rounds)
	}
	whole := read("rsa.pem")
	for _, test := range []struct {
		name string
		data []byte
		kind error
	}{
		{"another magic", []byte("openssh-key-v2\x00"), ErrDamaged},
		{"cut short", whole[:len(whole)-100], ErrDamaged},
		{"many keys", opensshBinary("none", "none", nil, 1, check)[:60], ErrDamaged},
		{"check fails", opensshBinary("none", "none", nil, 1, []byte("12345678")), ErrDamaged},
		{"security key", opensshBinary("none", "none", nil, 1, append(check, sshString([]byte("sk-ssh-ed25519@openssh.com"))...)), ErrUnsupported},
		{"binary kind", opensshBinary("none", "none", nil, 1, append(check, sshString([]byte("\x1b[0m"))...)), ErrUnsupported},
		{"another curve", opensshBinary("none", "none", nil, 1, append(check, sshString([]byte("ecdsa-sha2-nistp192"), []byte("nistp192"), []byte{4}, []byte{1})...)), ErrUnsupported},
		{"another cipher", opensshBinary("twofish-cbc", "bcrypt", options(16), 1, make([]byte, 64)), ErrUnsupported},
		{"another derivation", opensshBinary("aes256-ctr", "scrypt", options(16), 1, make([]byte, 64)), ErrUnsupported},
		{"too many rounds", opensshBinary("aes256-ctr", "bcrypt", options(1<<30), 1, make([]byte, 64)), ErrTooLarge},
		{"no rounds", opensshBinary("aes256-ctr", "bcrypt", options(0), 1, make([]byte, 64)), ErrDamaged},
		{"no salt", opensshBinary("aes256-ctr", "bcrypt", binary.BigEndian.AppendUint32(sshString(nil), 16), 1, make([]byte, 64)), ErrDamaged},
		{"half a block", opensshBinary("aes256-cbc", "bcrypt", options(1), 1, make([]byte, 63)), ErrDamaged},
		{"no tag", opensshBinary("aes256-gcm@openssh.com", "bcrypt", options(1), 1, make([]byte, 64)), ErrDamaged},
		{"wrong password", opensshBinary("aes256-ctr", "bcrypt", options(1), 1, make([]byte, 64)), ErrPasswordIncorrect},
	} {
		b, err := decodeOpenSSH(test.data, "secret")
		if !errors.Is(err, test.kind) || len(b.Keys) != 0 || len(b.Failures) != 1 {
			t.Errorf("%s: %v, %d failures", test.name, err, len(b.Failures))
		}
	}
}

func FuzzOpenSSHKey(f *testing.F) {
	files, _ := filepath.Glob("../testdata/openssh/*.pem")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		block, _ := stdpem.Decode(text)
		f.Add(block.Bytes)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &decoder{opts: &DecodeOptions{}, bundle: &Bundle{}, keyWork: pubkey.MaxWork - 20_000_000}
		if err := d.decodeOpenSSHKey(data, Source{}); err == nil && d.bundle.Err() == nil && bytes.HasPrefix(data, []byte(pem.OpenSSHMagic)) {
			for _, k := range d.bundle.Keys {
				if _, err := pubkey.ReadPrivate(k.PKCS8, new(pubkey.Work)); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// The numbers that an RSA key of OpenSSH leaves out are worked out.
func TestOpenSSHExponents(t *testing.T) {
	text, err := os.ReadFile("../testdata/openssh/rsa.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := stdpem.Decode(text)
	b, err := decodeOpenSSH(block.Bytes, "")
	if err != nil || len(b.Keys) != 1 {
		t.Fatalf("%v, %+v", err, b)
	}
	k, err := pubkey.ParseRSA(b.Keys[0].PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	for name, n := range map[string][3]*big.Int{"d mod p-1": {k.D, k.P, k.DP}, "d mod q-1": {k.D, k.Q, k.DQ}} {
		if want := new(big.Int).Mod(n[0], new(big.Int).Sub(n[1], one)); n[2].Sign() == 0 || n[2].Cmp(want) != 0 {
			t.Errorf("%s is %v, want %v", name, n[2], want)
		}
	}
}
