package ciphers

import (
	"crypto/cipher"
	"encoding/binary"
)

type idea struct{ enc, dec [52]uint16 }

// NewIDEA is IDEA (X. Lai, J. Massey, EUROCRYPT 1990 and 1991) with a key of
// 16 bytes.
func NewIDEA(key []byte) (cipher.Block, error) {
	if len(key) != 16 {
		return nil, KeySizeError(len(key))
	}
	c := &idea{}
	k := loadU128(key)
	var b [16]byte
	for i := range c.enc {
		if i%8 == 0 {
			if i > 0 {
				k = k.rotate(25)
			}
			k.store(b[:])
		}
		c.enc[i] = binary.BigEndian.Uint16(b[i%8*2:])
	}
	// Decryption undoes the rounds from the last to the first. In the first
	// and the last the two additions are not swapped.
	for r := range 9 {
		e, d := c.enc[6*(8-r):], c.dec[6*r:]
		d[0], d[3] = ideaInverse(e[0]), ideaInverse(e[3])
		d[1], d[2] = -e[2], -e[1]
		if r == 0 || r == 8 {
			d[1], d[2] = -e[1], -e[2]
		}
		if r < 8 {
			d[4], d[5] = c.enc[6*(7-r)+4], c.enc[6*(7-r)+5]
		}
	}
	return c, nil
}

func (c *idea) BlockSize() int { return 8 }

func (c *idea) Encrypt(dst, src []byte) { ideaCrypt(dst, src, &c.enc) }
func (c *idea) Decrypt(dst, src []byte) { ideaCrypt(dst, src, &c.dec) }

func ideaCrypt(dst, src []byte, keys *[52]uint16) {
	_, _ = src[7], dst[7]
	var x [4]uint16
	for i := range x {
		x[i] = binary.BigEndian.Uint16(src[2*i:])
	}
	for r := range 8 {
		k := keys[6*r:]
		x[0], x[1], x[2], x[3] = ideaMul(x[0], k[0]), x[1]+k[1], x[2]+k[2], ideaMul(x[3], k[3])
		p := ideaMul(x[0]^x[2], k[4])
		q := ideaMul(p+(x[1]^x[3]), k[5])
		p += q
		x[0], x[1], x[2], x[3] = x[0]^q, x[2]^q, x[1]^p, x[3]^p
	}
	k := keys[48:]
	out := [4]uint16{ideaMul(x[0], k[0]), x[2] + k[1], x[1] + k[2], ideaMul(x[3], k[3])}
	for i := range out {
		binary.BigEndian.PutUint16(dst[2*i:], out[i])
	}
}

// ideaMul multiplies modulo 65537, where 0 stands for 65536.
func ideaMul(a, b uint16) uint16 {
	x, y := uint64(a), uint64(b)
	if x == 0 {
		x = 1 << 16
	}
	if y == 0 {
		y = 1 << 16
	}
	return uint16(x * y % 65537)
}

// ideaInverse is the multiplicative inverse modulo 65537: a to the power of
// 65535.
func ideaInverse(a uint16) uint16 {
	r, p := uint16(1), a
	for range 16 {
		r = ideaMul(r, p)
		p = ideaMul(p, p)
	}
	return r
}
