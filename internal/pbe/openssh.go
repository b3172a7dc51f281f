package pbe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"errors"
	"slices"

	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/poly1305"
)

// Bounds of the key derivation of OpenSSH. ssh-keygen's default is 16 rounds, or
// 24; a round takes some milliseconds.
const (
	maxBcryptRounds = 1000
	bcryptWork      = 40_000 // what a round costs, in rounds of PBKDF2
)

// OpenSSH is the encryption of a private key in OpenSSH's own format.
type OpenSSH struct {
	Rounds int // of bcrypt_pbkdf
	Weight int // what a round costs, in rounds of PBKDF2-HMAC-SHA256

	salt   []byte
	cipher *opensshCipher
	name   string // of the cipher, as the file has it
}

// ParseOpenSSH takes the fields of OpenSSH's PROTOCOL.key: the names of cipher
// and key derivation, and the options of the latter.
//
// It returns an *UnsupportedError with both names, or a *LimitError.
func ParseOpenSSH(cipher, kdf string, salt []byte, rounds int) (*OpenSSH, error) {
	c := findOpenSSHCipher(cipher)
	if c == nil || kdf != "bcrypt" {
		return nil, unsupported(kdf + " " + cipher)
	}
	if rounds > maxBcryptRounds {
		return nil, &LimitError{Asked: rounds, Limit: maxBcryptRounds, Of: "bcrypt rounds"}
	}
	return &OpenSSH{Rounds: rounds, Weight: bcryptWork, salt: salt, cipher: c, name: cipher}, nil
}

// CheckLength returns an error in words if no encryption gives as many bytes of
// ciphertext and of what follows it.
func (o *OpenSSH) CheckLength(ciphertext, tag int) error {
	if ciphertext%o.cipher.block != 0 || tag < o.cipher.tag {
		return errors.New("the encrypted part has a length that " + o.name + " cannot give")
	}
	return nil
}

// Decrypt returns the plaintext, or ErrPassword if the tag is wrong. Most
// ciphers have none: the caller has to look at what comes out. The lengths were
// checked; tag is what follows the ciphertext.
func (o *OpenSSH) Decrypt(pw, ciphertext, tag []byte) ([]byte, error) {
	if len(pw) == 0 {
		return nil, ErrPassword
	}
	c := o.cipher
	key := bcryptPBKDF(pw, o.salt, o.Rounds, c.key+c.iv)
	defer clear(key)
	out, ok := c.open(key[:c.key], key[c.key:], ciphertext, tag[:c.tag])
	if !ok {
		return nil, ErrPassword
	}
	return out, nil
}

// opensshCipher is a cipher as OpenSSH names it; the sizes are in octets.
type opensshCipher struct {
	names               []string
	key, iv, block, tag int
	open                func(key, iv, data, tag []byte) (plain []byte, ok bool)
}

func opensshCiphers() []opensshCipher {
	return []opensshCipher{
		{[]string{"aes128-ctr"}, 16, 16, 16, 0, openCTR},
		{[]string{"aes192-ctr"}, 24, 16, 16, 0, openCTR},
		{[]string{"aes256-ctr"}, 32, 16, 16, 0, openCTR},
		{[]string{"aes128-cbc"}, 16, 16, 16, 0, openCBC},
		{[]string{"aes192-cbc"}, 24, 16, 16, 0, openCBC},
		{[]string{"aes256-cbc", "rijndael-cbc@lysator.liu.se"}, 32, 16, 16, 0, openCBC},
		{[]string{"3des-cbc"}, 24, 8, 8, 0, open3DES},
		{[]string{"aes128-gcm@openssh.com"}, 16, 12, 16, 16, openGCM},
		{[]string{"aes256-gcm@openssh.com"}, 32, 12, 16, 16, openGCM},
		{[]string{"chacha20-poly1305@openssh.com"}, 64, 0, 8, 16, openChaCha},
	}
}

// findOpenSSHCipher returns nil for a cipher that is not supported.
func findOpenSSHCipher(name string) *opensshCipher {
	for _, c := range opensshCiphers() {
		if slices.Contains(c.names, name) {
			return &c
		}
	}
	return nil
}

func openCTR(key, iv, data, _ []byte) ([]byte, bool) {
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	out := make([]byte, len(data))
	cipher.NewCTR(c, iv).XORKeyStream(out, data)
	return out, true
}

func openCBC(key, iv, data, _ []byte) ([]byte, bool) {
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(c, iv).CryptBlocks(out, data)
	return out, true
}

func open3DES(key, iv, data, _ []byte) ([]byte, bool) {
	c, err := des.NewTripleDESCipher(key)
	if err != nil {
		return nil, false
	}
	out := make([]byte, len(data))
	cipher.NewCBCDecrypter(c, iv).CryptBlocks(out, data)
	return out, true
}

func openGCM(key, iv, data, tag []byte) ([]byte, bool) {
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	gcm, err := cipher.NewGCM(c)
	if err != nil {
		return nil, false
	}
	out, err := gcm.Open(nil, iv, slices.Concat(data, tag), nil)
	return out, err == nil
}

// openChaCha is OpenSSH's own construction (PROTOCOL.chacha20poly1305): the
// nonce is zero, the second half of the key is for packet lengths, and the tag
// covers the ciphertext alone.
func openChaCha(key, _, data, tag []byte) ([]byte, bool) {
	c, err := chacha20.NewUnauthenticatedCipher(key[:32], make([]byte, chacha20.NonceSize))
	if err != nil {
		return nil, false
	}
	var once [32]byte
	c.XORKeyStream(once[:], once[:])
	if !poly1305.Verify((*[16]byte)(tag), data, &once) {
		return nil, false
	}
	c.SetCounter(1)
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out, true
}
