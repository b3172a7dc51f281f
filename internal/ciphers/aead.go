package ciphers

import (
	"bytes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// OpenCCM decrypts what was encrypted with a block cipher of 16 bytes in CCM
// mode (RFC 3610) without additional data; the tag of size bytes is at the end.
// ok is false if the tag is another one. The nonce has 7 to 13 bytes, and there
// is a tag.
func OpenCCM(block cipher.Block, nonce, ciphertext []byte, size int) (plain []byte, ok bool) {
	const n = 16
	text, tag := ciphertext[:len(ciphertext)-size], ciphertext[len(ciphertext)-size:]
	l := n - 1 - len(nonce) // bytes of the length
	if l < 8 && uint64(len(text))>>(8*l) != 0 {
		return nil, false
	}
	var counter, mac, key [n]byte
	counter[0] = byte(l - 1)
	copy(counter[1:], nonce)
	block.Encrypt(key[:], counter[:])
	counter[n-1] = 1
	plain = make([]byte, len(text))
	cipher.NewCTR(block, counter[:]).XORKeyStream(plain, text)

	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(text)))
	mac[0] = byte((size-2)/2<<3 | l - 1)
	copy(mac[1:], nonce)
	copy(mac[1+len(nonce):], length[8-l:])
	block.Encrypt(mac[:], mac[:])
	for rest := plain; len(rest) > 0; rest = rest[min(n, len(rest)):] {
		subtle.XORBytes(mac[:], mac[:], padded(rest))
		block.Encrypt(mac[:], mac[:])
	}
	subtle.XORBytes(mac[:], mac[:], key[:])
	if subtle.ConstantTimeCompare(mac[:size], tag) != 1 {
		clear(plain)
		return nil, false
	}
	return plain, true
}

// padded is the block that data begins with, filled up with zeros.
func padded(data []byte) []byte {
	if len(data) >= 16 {
		return data[:16]
	}
	var b [16]byte
	copy(b[:], data)
	return b[:]
}

// UnwrapPadded undoes the AES key wrap with padding of RFC 5649. ok is false if
// its check fails. wrapped is of a whole number of 8 bytes, two at least.
func UnwrapPadded(block cipher.Block, wrapped []byte) (plain []byte, ok bool) {
	out := bytes.Clone(wrapped)
	n := len(out)/8 - 1
	if n == 1 {
		block.Decrypt(out, out)
	} else {
		var b [16]byte
		copy(b[:8], out)
		for j := 5; j >= 0; j-- {
			for i := n; i >= 1; i-- {
				binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(n*j+i))
				copy(b[8:], out[8*i:])
				block.Decrypt(b[:], b[:])
				copy(out[8*i:], b[8:])
			}
		}
		copy(out, b[:8])
		clear(b[:])
	}
	size := int(binary.BigEndian.Uint32(out[4:]))
	if !bytes.Equal(out[:4], []byte{0xa6, 0x59, 0x59, 0xa6}) || size > 8*n || size <= 8*(n-1) || !zero(out[8+size:]) {
		clear(out)
		return nil, false
	}
	return out[8 : 8+size : 8+size], true
}

func zero(data []byte) bool {
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
