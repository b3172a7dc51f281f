package pbe

import (
	"crypto/sha512"
	"encoding/binary"

	"golang.org/x/crypto/blowfish"
)

// bcryptPBKDF is the key derivation of OpenSSH's private keys, OpenBSD's
// bcrypt_pbkdf(3): PBKDF2 with a bcrypt of its own in place of the HMAC, and
// the octets of the blocks interleaved. pw and salt must not be empty.
func bcryptPBKDF(pw, salt []byte, rounds, size int) []byte {
	const block = 32
	blocks := (size + block - 1) / block
	hashed := sha512.Sum512(pw)
	defer clear(hashed[:])
	key := make([]byte, blocks*block)
	for n := range blocks {
		h := sha512.New()
		h.Write(salt)
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(n+1)))
		last := bcryptHash(hashed[:], h.Sum(nil))
		sum := last
		for range rounds - 1 {
			s := sha512.Sum512(last[:])
			last = bcryptHash(hashed[:], s[:])
			for i := range sum {
				sum[i] ^= last[i]
			}
		}
		for i, b := range sum {
			key[i*blocks+n] = b
		}
	}
	return key[:size]
}

// bcryptHash is bcrypt with 64 rounds over hashes in place of password and
// salt, and another text.
func bcryptHash(pw, salt []byte) (out [32]byte) {
	c, err := blowfish.NewSaltedCipher(pw, salt)
	if err != nil {
		panic(err) // only for an empty key
	}
	for range 64 {
		blowfish.ExpandKey(salt, c)
		blowfish.ExpandKey(pw, c)
	}
	copy(out[:], "OxychromaticBlowfishSwatDynamite")
	for i := 0; i < len(out); i += 8 {
		for range 64 {
			c.Encrypt(out[i:], out[i:])
		}
	}
	for i := 0; i < len(out); i += 4 {
		binary.LittleEndian.PutUint32(out[i:], binary.BigEndian.Uint32(out[i:]))
	}
	return out
}
