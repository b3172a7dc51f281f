package pubkey

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
)

// The key blobs of Microsoft's CryptoAPI, MSBLOB in OpenSSL: BLOBHEADER { type,
// version, reserved, algorithm }, RSAPUBKEY or DSSPUBKEY { magic, bits, … },
// and numbers of a fixed size, least significant byte first.
const (
	blobPublic  = 0x06
	blobPrivate = 0x07
	blobVersion = 2

	// BlobHeaderSize is the size of the part up to the number of bits.
	BlobHeaderSize = 16

	magicRSA1 = 0x31415352
	magicRSA2 = 0x32415352
	magicDSS1 = 0x31535344
	magicDSS2 = 0x32535344

	algRSAKeyExchange = 0xa400

	dssNumber = 20 // size of q and x
	dssSeed   = 24
)

// blobHeader is the fixed part of a blob.
type blobHeader struct {
	magic uint32
	bits  int
}

// readBlobHeader reads the fixed part; ok is false for anything but a key that is
// read here.
func readBlobHeader(data []byte) (b blobHeader, ok bool) {
	if len(data) < BlobHeaderSize || data[1] != blobVersion {
		return b, false
	}
	b.magic = binary.LittleEndian.Uint32(data[8:])
	bits := binary.LittleEndian.Uint32(data[12:])
	switch b.magic {
	case magicRSA1, magicDSS1:
		ok = data[0] == blobPublic
	case magicRSA2, magicDSS2:
		ok = data[0] == blobPrivate
	}
	b.bits = int(bits)
	return b, ok && bits >= 64 && bits <= MaxRSABits
}

// IsBlob reports whether data starts as a key blob does that is read here. It
// needs the first BlobHeaderSize bytes.
func IsBlob(data []byte) bool {
	_, ok := readBlobHeader(data)
	return ok
}

// size is the length of the blob. The sizes of numbers are rounded up.
func (b blobHeader) size() int {
	n, half := (b.bits+7)/8, (b.bits+15)/16
	switch b.magic {
	case magicRSA1:
		return BlobHeaderSize + 4 + n
	case magicRSA2:
		return BlobHeaderSize + 4 + 2*n + 5*half
	case magicDSS1:
		return BlobHeaderSize + 3*n + dssNumber + dssSeed
	default:
		return BlobHeaderSize + 2*n + 2*dssNumber + dssSeed
	}
}

// Blob is the key in a key blob.
type Blob struct {
	PKCS8 []byte // of a private key
	SPKI  []byte // of a public key
	RSA   *RSA   // its numbers, if it is an RSA private key
	Rest  int    // bytes that follow the blob
}

// ReadBlob reads a key blob. What is none, or is cut short, is a
// *der.SyntaxError. It does not ask whether the numbers belong together.
func ReadBlob(data []byte) (key Blob, err error) {
	b, ok := readBlobHeader(data)
	if !ok {
		return key, &der.SyntaxError{Offset: 8, Msg: "no key"}
	}
	if key.Rest = len(data) - b.size(); key.Rest < 0 {
		return key, &der.SyntaxError{Missing: -key.Rest}
	}
	rest := data[BlobHeaderSize:]
	next := func(size int) *big.Int {
		v := slices.Clone(rest[:size])
		defer clear(v)
		rest = rest[size:]
		slices.Reverse(v)
		return new(big.Int).SetBytes(v)
	}
	n, half := (b.bits+7)/8, (b.bits+15)/16
	switch b.magic {
	case magicRSA1, magicRSA2:
		k := &RSA{E: next(4), N: next(n)}
		if b.magic == magicRSA1 {
			key.SPKI = SPKIFromPKCS1(k.publicKey())
			break
		}
		k.P, k.Q, k.DP, k.DQ, k.QInv = next(half), next(half), next(half), next(half), next(half)
		k.D = next(n)
		key.RSA, key.PKCS8 = k, k.PKCS8()
	default:
		k := &DSA{P: next(n), Q: next(dssNumber), G: next(n)}
		if b.magic == magicDSS1 {
			y := next(n)
			key.SPKI = marshalSPKI(k.algorithm(), der.Build(func(b *cryptobyte.Builder) { addInteger(b, y) }))
			break
		}
		k.X = next(dssNumber)
		key.PKCS8 = k.PKCS8()
	}
	return key, nil
}

// Blob builds the PRIVATEKEYBLOB of a key for key exchange, which serves for
// signing as well. Errors are *UnsupportedError: the form has no place for more
// than two primes, or for a public exponent of more than 32 bits, and wants the
// primes.
func (k *RSA) Blob() ([]byte, error) {
	no := func(algorithm string) ([]byte, error) {
		return nil, &UnsupportedError{What: "PRIVATEKEYBLOB", Algorithm: algorithm}
	}
	if len(k.others) > 0 {
		return no("RSA with more than two primes")
	}
	if k.P.Sign() == 0 || k.Q.Sign() == 0 {
		return no("RSA without its primes")
	}
	if k.E.BitLen() > 32 {
		return no("RSA with a public exponent of more than 32 bits")
	}
	k.complete()
	bits := k.N.BitLen()
	n, half := (bits+7)/8, (bits+15)/16
	out := []byte{blobPrivate, blobVersion, 0, 0}
	for _, v := range []uint32{algRSAKeyExchange, magicRSA2, uint32(bits), uint32(k.E.Uint64())} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	for _, v := range []struct {
		number *big.Int
		size   int
	}{{k.N, n}, {k.P, half}, {k.Q, half}, {k.DP, half}, {k.DQ, half}, {k.QInv, half}, {k.D, n}} {
		if len(v.number.Bytes()) > v.size {
			return no(fmt.Sprintf("RSA with numbers of other sizes than a key of %d bits has", bits))
		}
		b := v.number.FillBytes(make([]byte, v.size))
		slices.Reverse(b)
		out = append(out, b...)
		clear(b)
	}
	return out, nil
}

// complete works out the numbers that only save time and may be absent.
func (k *RSA) complete() {
	one := big.NewInt(1)
	if k.DP.Sign() == 0 {
		k.DP = new(big.Int).Mod(k.D, new(big.Int).Sub(k.P, one))
	}
	if k.DQ.Sign() == 0 {
		k.DQ = new(big.Int).Mod(k.D, new(big.Int).Sub(k.Q, one))
	}
	if k.QInv.Sign() == 0 {
		if v := new(big.Int).ModInverse(k.Q, k.P); v != nil {
			k.QInv = v
		}
	}
}
