package convert

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"errors"
	"fmt"
	"io"

	"github.com/certconv/certconv/internal/note"
)

// decryptTraditionalPEM opens a block with a DEK-Info header (RFC 1421,
// Section 4.6.1.3): the value of the header and the body go in.
func (d *decoder) decryptTraditionalPEM(dekInfo string, body []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, scheme string, err error) {
	enc, err := readDEKInfo(dekInfo, len(body))
	fault := func(err error) error {
		e := ofPEM(at, err)
		e.What = what
		return e
	}
	if enc.name == "" {
		return nil, "", fault(err)
	}
	scheme = "PEM " + enc.name
	d.encrypted(scheme)
	d.note(at, note.WeakEncryption, "%s, key by one round of MD5", scheme)
	if err != nil {
		return nil, scheme, fault(err)
	}
	err = d.unlock(at, fmt.Sprintf("%s (%s)", what, scheme), passwordBytes, func(pw []byte) error {
		key := bytesToKey(pw, enc.iv, enc.cipher.keySize)
		defer clear(key)
		out, err := enc.decrypt(key, enc.iv, body)
		if err != nil && !errors.Is(err, errPassword) {
			return damaged(at, what, err)
		}
		if err == nil && accept != nil {
			err = accept(out)
		}
		if err != nil {
			clear(out)
			return err
		}
		plain = out
		return nil
	})
	return plain, scheme, err
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

// encryptTraditionalPEM returns the DEK-Info value and the encrypted body (AES-256-CBC).
func encryptTraditionalPEM(plain []byte, o *EncodeOptions) (dekInfo string, body []byte, err error) {
	iv := make([]byte, aes.BlockSize)
	if _, err := io.ReadFull(o.Rand, iv); err != nil {
		return "", nil, err
	}
	key := bytesToKey(o.Password, iv, 32)
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", nil, err
	}
	body = pad(plain, aes.BlockSize)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(body, body)
	return fmt.Sprintf("AES-256-CBC,%X", iv), body, nil
}
