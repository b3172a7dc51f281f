package pbe

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/youmark/pkcs8"
)

// ParseDEKInfo reads the value of a DEK-Info header (RFC 1421, Section
// 4.6.1.3), such as "AES-256-CBC,0011…". On an error the result still has the
// name of the scheme, unless there is no value at all.
//
// It returns an *UnsupportedError for a cipher that is not here, and an error
// in words for an initialization vector that does not fit it.
func ParseDEKInfo(value string) (Scheme, error) {
	if value == "" {
		return Scheme{}, errors.New("the DEK-Info header, which says how it is encrypted, is missing")
	}
	name, ivHex, _ := strings.Cut(value, ",")
	name = strings.ToUpper(strings.TrimSpace(name))
	enc, known := encryptionByName(name)
	// One round of MD5 makes the key: every one of them is weak.
	s := Scheme{Name: "PEM " + enc.name, Weak: true, Form: Bytes, Rounds: 1, enc: enc}
	if !known || !slices.Contains(dekModes, enc.mode) {
		return s, unsupported(name)
	}
	iv, err := hex.DecodeString(strings.TrimSpace(ivHex))
	if err != nil {
		return s, errors.New("the initialization vector in DEK-Info is not hexadecimal")
	}
	if needsIV := enc.mode != "" && enc.mode != "ECB"; needsIV {
		if want := enc.blockSize(); len(iv) != want {
			return s, fmt.Errorf("the initialization vector in DEK-Info has %d bytes instead of %d", len(iv), want)
		}
	}
	s.key = func(pw []byte) ([]byte, []byte, error) {
		return bytesToKey(pw, iv, enc.cipher.keySize), iv, nil
	}
	return s, nil
}

// dekModes are the modes of ciphers that DEK-Info can name: it has no place for
// a tag. "" is RC4.
var dekModes = []string{"", "ECB", "CBC", "OFB", "CFB", "CFB1", "CFB8", "CTR"}

// DEKInfoIV is the length in bytes that the initialization vector of a cipher
// has, by the name that DEK-Info gives the cipher; 0 if it is not known.
func DEKInfoIV(name string) int {
	enc, known := encryptionByName(strings.ToUpper(name))
	if !known {
		return 0
	}
	return enc.blockSize()
}

// bytesToKey is OpenSSL's EVP_BytesToKey with MD5 and one round; the first
// eight bytes of the IV are the salt.
func bytesToKey(pw, iv []byte, size int) []byte {
	var salt [8]byte
	copy(salt[:], iv)
	h := md5.New()
	var out []byte
	for len(out) < size {
		h.Reset()
		if len(out) > 0 {
			h.Write(out[len(out)-md5.Size:])
		}
		h.Write(pw)
		h.Write(salt[:])
		out = h.Sum(out)
	}
	return out[:size]
}

// EncryptPEM protects the body of a traditional PEM block with AES-256-CBC and
// returns the value of its DEK-Info header with it.
func EncryptPEM(password, plain []byte, rand io.Reader) (dekInfo string, body []byte, err error) {
	c := pkcs8.AES256CBC
	iv := make([]byte, c.IVSize())
	if _, err := io.ReadFull(rand, iv); err != nil {
		return "", nil, err
	}
	key := bytesToKey(password, iv, c.KeySize())
	defer clear(key)
	if body, err = c.Encrypt(key, iv, plain); err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("AES-256-CBC,%X", iv), body, nil
}
