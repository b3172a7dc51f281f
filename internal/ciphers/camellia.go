package ciphers

import (
	"crypto/cipher"
	"encoding/binary"
	"math/bits"
)

// camellia holds the subkeys in the order in which encryption uses them.
type camellia struct {
	kw [4]uint64 // whitening before and after
	k  []uint64  // one a round, 18 or 24
	ke []uint64  // of FL and its inverse, after each six rounds
}

// u128 is a 128-bit word, big-endian.
type u128 struct{ hi, lo uint64 }

func (x u128) rotate(n uint) u128 {
	if n >= 64 {
		x.hi, x.lo = x.lo, x.hi
		n -= 64
	}
	return u128{x.hi<<n | x.lo>>(64-n), x.lo<<n | x.hi>>(64-n)}
}

func (x u128) xor(y u128) u128 { return u128{x.hi ^ y.hi, x.lo ^ y.lo} }

func loadU128(b []byte) u128 {
	return u128{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (x u128) store(b []byte) {
	binary.BigEndian.PutUint64(b[8:], x.lo)
	binary.BigEndian.PutUint64(b, x.hi)
}

// The constants of the key schedule, RFC 3713, Section 2.2.
var camelliaSigma = [6]uint64{
	0xa09e667f3bcc908b, 0xb67ae8584caa73b2, 0xc6ef372fe94f82be,
	0x54ff53a5f1d36f1c, 0x10e527fade682d1d, 0xb05688c2b3e6c1fd,
}

// NewCamellia is Camellia (RFC 3713) with a key of 16, 24 or 32 bytes.
func NewCamellia(key []byte) (cipher.Block, error) {
	var kl, kr u128
	switch len(key) {
	case 16:
		kl = loadU128(key)
	case 24:
		kl = loadU128(key)
		kr.hi = binary.BigEndian.Uint64(key[16:])
		kr.lo = ^kr.hi
	case 32:
		kl, kr = loadU128(key), loadU128(key[16:])
	default:
		return nil, KeySizeError(len(key))
	}
	d := kl.xor(kr)
	d.lo ^= camelliaF(d.hi, camelliaSigma[0])
	d.hi ^= camelliaF(d.lo, camelliaSigma[1])
	d = d.xor(kl)
	d.lo ^= camelliaF(d.hi, camelliaSigma[2])
	d.hi ^= camelliaF(d.lo, camelliaSigma[3])
	ka := d
	d = ka.xor(kr)
	d.lo ^= camelliaF(d.hi, camelliaSigma[4])
	d.hi ^= camelliaF(d.lo, camelliaSigma[5])
	kb := d

	c := &camellia{}
	both := func(x u128, n uint) []uint64 {
		x = x.rotate(n)
		return []uint64{x.hi, x.lo}
	}
	list := func(parts ...[]uint64) (all []uint64) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	if len(key) == 16 {
		copy(c.kw[:], list(both(kl, 0), both(ka, 111)))
		c.k = list(both(ka, 0), both(kl, 15), both(ka, 15), both(kl, 45),
			both(ka, 45)[:1], both(kl, 60)[1:], both(ka, 60), both(kl, 94), both(ka, 94), both(kl, 111))
		c.ke = list(both(ka, 30), both(kl, 77))
	} else {
		copy(c.kw[:], list(both(kl, 0), both(kb, 111)))
		c.k = list(both(kb, 0), both(kr, 15), both(ka, 15), both(kb, 30), both(kl, 45), both(ka, 45),
			both(kr, 60), both(kb, 60), both(kl, 77), both(kr, 94), both(ka, 94), both(kl, 111))
		c.ke = list(both(kr, 30), both(kl, 60), both(ka, 77))
	}
	return c, nil
}

func (c *camellia) BlockSize() int { return 16 }

func (c *camellia) Encrypt(dst, src []byte) {
	d := loadU128(src)
	d.hi ^= c.kw[0]
	d.lo ^= c.kw[1]
	for i := 0; i < len(c.k); i += 2 {
		if i > 0 && i%6 == 0 {
			d.hi = camelliaFL(d.hi, c.ke[i/3-2])
			d.lo = camelliaFLInv(d.lo, c.ke[i/3-1])
		}
		d.lo ^= camelliaF(d.hi, c.k[i])
		d.hi ^= camelliaF(d.lo, c.k[i+1])
	}
	u128{d.lo ^ c.kw[2], d.hi ^ c.kw[3]}.store(dst)
}

func (c *camellia) Decrypt(dst, src []byte) {
	d := loadU128(src)
	d.hi ^= c.kw[2]
	d.lo ^= c.kw[3]
	for i := len(c.k) - 2; i >= 0; i -= 2 {
		d.lo ^= camelliaF(d.hi, c.k[i+1])
		d.hi ^= camelliaF(d.lo, c.k[i])
		if i > 0 && i%6 == 0 {
			d.hi = camelliaFL(d.hi, c.ke[i/3-1])
			d.lo = camelliaFLInv(d.lo, c.ke[i/3-2])
		}
	}
	u128{d.lo ^ c.kw[0], d.hi ^ c.kw[1]}.store(dst)
}

// camelliaF is the F-function, RFC 3713, Section 2.4.1.
func camelliaF(x, key uint64) uint64 {
	x ^= key
	s := func(shift uint) byte { return camelliaSBox[byte(x>>shift)] }
	t1 := s(56)
	t2 := bits.RotateLeft8(s(48), 1)
	t3 := bits.RotateLeft8(s(40), 7)
	t4 := camelliaSBox[bits.RotateLeft8(byte(x>>32), 1)]
	t5 := bits.RotateLeft8(s(24), 1)
	t6 := bits.RotateLeft8(s(16), 7)
	t7 := camelliaSBox[bits.RotateLeft8(byte(x>>8), 1)]
	t8 := s(0)
	return uint64(t1^t3^t4^t6^t7^t8)<<56 | uint64(t1^t2^t4^t5^t7^t8)<<48 |
		uint64(t1^t2^t3^t5^t6^t8)<<40 | uint64(t2^t3^t4^t5^t6^t7)<<32 |
		uint64(t1^t2^t6^t7^t8)<<24 | uint64(t2^t3^t5^t7^t8)<<16 |
		uint64(t3^t4^t5^t6^t8)<<8 | uint64(t1^t4^t5^t6^t7)
}

func camelliaFL(x, key uint64) uint64 {
	x1, x2 := uint32(x>>32), uint32(x)
	k1, k2 := uint32(key>>32), uint32(key)
	x2 ^= bits.RotateLeft32(x1&k1, 1)
	x1 ^= x2 | k2
	return uint64(x1)<<32 | uint64(x2)
}

func camelliaFLInv(y, key uint64) uint64 {
	y1, y2 := uint32(y>>32), uint32(y)
	k1, k2 := uint32(key>>32), uint32(key)
	y1 ^= y2 | k2
	y2 ^= bits.RotateLeft32(y1&k1, 1)
	return uint64(y1)<<32 | uint64(y2)
}

// camelliaSBox is SBOX1 of RFC 3713, Section 2.4.1.
var camelliaSBox = [256]byte{
	0x70, 0x82, 0x2c, 0xec, 0xb3, 0x27, 0xc0, 0xe5, 0xe4, 0x85, 0x57, 0x35, 0xea, 0x0c, 0xae, 0x41,
	0x23, 0xef, 0x6b, 0x93, 0x45, 0x19, 0xa5, 0x21, 0xed, 0x0e, 0x4f, 0x4e, 0x1d, 0x65, 0x92, 0xbd,
	0x86, 0xb8, 0xaf, 0x8f, 0x7c, 0xeb, 0x1f, 0xce, 0x3e, 0x30, 0xdc, 0x5f, 0x5e, 0xc5, 0x0b, 0x1a,
	0xa6, 0xe1, 0x39, 0xca, 0xd5, 0x47, 0x5d, 0x3d, 0xd9, 0x01, 0x5a, 0xd6, 0x51, 0x56, 0x6c, 0x4d,
	0x8b, 0x0d, 0x9a, 0x66, 0xfb, 0xcc, 0xb0, 0x2d, 0x74, 0x12, 0x2b, 0x20, 0xf0, 0xb1, 0x84, 0x99,
	0xdf, 0x4c, 0xcb, 0xc2, 0x34, 0x7e, 0x76, 0x05, 0x6d, 0xb7, 0xa9, 0x31, 0xd1, 0x17, 0x04, 0xd7,
	0x14, 0x58, 0x3a, 0x61, 0xde, 0x1b, 0x11, 0x1c, 0x32, 0x0f, 0x9c, 0x16, 0x53, 0x18, 0xf2, 0x22,
	0xfe, 0x44, 0xcf, 0xb2, 0xc3, 0xb5, 0x7a, 0x91, 0x24, 0x08, 0xe8, 0xa8, 0x60, 0xfc, 0x69, 0x50,
	0xaa, 0xd0, 0xa0, 0x7d, 0xa1, 0x89, 0x62, 0x97, 0x54, 0x5b, 0x1e, 0x95, 0xe0, 0xff, 0x64, 0xd2,
	0x10, 0xc4, 0x00, 0x48, 0xa3, 0xf7, 0x75, 0xdb, 0x8a, 0x03, 0xe6, 0xda, 0x09, 0x3f, 0xdd, 0x94,
	0x87, 0x5c, 0x83, 0x02, 0xcd, 0x4a, 0x90, 0x33, 0x73, 0x67, 0xf6, 0xf3, 0x9d, 0x7f, 0xbf, 0xe2,
	0x52, 0x9b, 0xd8, 0x26, 0xc8, 0x37, 0xc6, 0x3b, 0x81, 0x96, 0x6f, 0x4b, 0x13, 0xbe, 0x63, 0x2e,
	0xe9, 0x79, 0xa7, 0x8c, 0x9f, 0x6e, 0xbc, 0x8e, 0x29, 0xf5, 0xf9, 0xb6, 0x2f, 0xfd, 0xb4, 0x59,
	0x78, 0x98, 0x06, 0x6a, 0xe7, 0x46, 0x71, 0xba, 0xd4, 0x25, 0xab, 0x42, 0x88, 0xa2, 0x8d, 0xfa,
	0x72, 0x07, 0xb9, 0x55, 0xf8, 0xee, 0xac, 0x0a, 0x36, 0x49, 0x2a, 0x68, 0x3c, 0x38, 0xf1, 0xa4,
	0x40, 0x28, 0xd3, 0x7b, 0xbb, 0xc9, 0x43, 0xc1, 0x15, 0xe3, 0xad, 0xf4, 0x77, 0xc7, 0x80, 0x9e,
}
