package ciphers

import (
	"crypto/cipher"
	"crypto/subtle"
)

// DecryptECB decrypts data block by block, in place.
func DecryptECB(b cipher.Block, data []byte) {
	for n := b.BlockSize(); len(data) >= n; data = data[n:] {
		b.Decrypt(data, data)
	}
}

// XOROFB encrypts or decrypts data in output feedback mode (SP 800-38A,
// Section 6.4), in place.
func XOROFB(b cipher.Block, iv, data []byte) {
	key := append([]byte(nil), iv...)
	for len(data) > 0 {
		b.Encrypt(key, key)
		data = data[subtle.XORBytes(data, data, key):]
	}
}

// DecryptCFB decrypts data in cipher feedback mode with segments of a whole
// block (SP 800-38A, Section 6.3), in place.
func DecryptCFB(b cipher.Block, iv, data []byte) {
	key, next := append([]byte(nil), iv...), make([]byte, len(iv))
	for len(data) > 0 {
		b.Encrypt(key, key)
		copy(next, data)
		data = data[subtle.XORBytes(data, data, key):]
		key, next = next, key
	}
}

// DecryptCFB8 decrypts data in cipher feedback mode with segments of one byte,
// in place.
func DecryptCFB8(b cipher.Block, iv, data []byte) {
	reg, key := append([]byte(nil), iv...), make([]byte, len(iv))
	for i, c := range data {
		b.Encrypt(key, reg)
		data[i] ^= key[0]
		reg = append(reg[1:], c)
	}
}

// DecryptCFB1 decrypts data in cipher feedback mode with segments of one bit,
// in place.
func DecryptCFB1(b cipher.Block, iv, data []byte) {
	reg, key := append([]byte(nil), iv...), make([]byte, len(iv))
	for i, c := range data {
		for bit := 7; bit >= 0; bit-- {
			b.Encrypt(key, reg)
			data[i] ^= key[0] >> 7 << bit
			carry := c >> bit & 1
			for j := len(reg) - 1; j >= 0; j-- {
				reg[j], carry = reg[j]<<1|carry, reg[j]>>7
			}
		}
	}
}
