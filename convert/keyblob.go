package convert

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// The key blobs of Microsoft's CryptoAPI, MSBLOB in OpenSSL: BLOBHEADER { type,
// version, reserved, algorithm }, RSAPUBKEY or DSSPUBKEY { magic, bits, … },
// and numbers of a fixed size, least significant byte first.
const (
	blobPublic  = 0x06
	blobPrivate = 0x07
	blobVersion = 2

	blobHeaderSize = 16 // up to the number of bits

	magicRSA1 = 0x31415352
	magicRSA2 = 0x32415352
	magicDSS1 = 0x31535344
	magicDSS2 = 0x32535344

	algRSAKeyExchange = 0xa400

	dssNumber = 20 // size of q and x
	dssSeed   = 24
)

// keyBlob is the fixed part of a blob.
type keyBlob struct {
	magic uint32
	bits  int
}

// readKeyBlob reads the fixed part; ok is false for anything but a key that is
// read here.
func readKeyBlob(data []byte) (b keyBlob, ok bool) {
	if len(data) < blobHeaderSize || data[1] != blobVersion {
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
	return b, ok && bits >= 64 && bits <= maxRSABits
}

func isKeyBlob(data []byte) bool {
	_, ok := readKeyBlob(data)
	return ok
}

// size is the length of the blob. The sizes of numbers are rounded up.
func (b keyBlob) size() int {
	n, half := (b.bits+7)/8, (b.bits+15)/16
	switch b.magic {
	case magicRSA1:
		return blobHeaderSize + 4 + n
	case magicRSA2:
		return blobHeaderSize + 4 + 2*n + 5*half
	case magicDSS1:
		return blobHeaderSize + 3*n + dssNumber + dssSeed
	default:
		return blobHeaderSize + 2*n + 2*dssNumber + dssSeed
	}
}

// addKeyBlob adds the key in a blob.
func (d *decoder) addKeyBlob(data []byte, at Source, scheme string) error {
	const what = "key blob"
	b, ok := readKeyBlob(data)
	if !ok {
		return damaged(at, what, &der.SyntaxError{Offset: 8, Msg: "no key"})
	}
	if n := b.size() - len(data); n > 0 {
		return damaged(at, what, &der.SyntaxError{Missing: n})
	} else if n < 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: -n, Text: text.Of("bytes behind the end of the key blob")})
	}
	rest := data[blobHeaderSize:]
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
		k := &rsaNumbers{e: next(4), n: next(n)}
		if b.magic == magicRSA1 {
			return d.addPublicKey(k.publicKey(), at, Names{})
		}
		k.p, k.q, k.dp, k.dq, k.qinv = next(half), next(half), next(half), next(half), next(half)
		k.d = next(n)
		if scheme != "" && !k.consistent() {
			return &Error{Kind: ErrDamaged, Source: at, What: what, Detail: "the password is right, but the numbers of the key do not belong together"}
		}
		return d.addKeyDER(k.pkcs8(), at, scheme, Names{})
	default:
		p, q, g := next(n), next(dssNumber), next(n)
		var params cryptobyte.Builder
		params.AddASN1(asn1.SEQUENCE, func(out *cryptobyte.Builder) {
			addInteger(out, p)
			addInteger(out, q)
			addInteger(out, g)
		})
		alg := der.Algorithm(oidDSA, params.BytesOrPanic())
		var number cryptobyte.Builder
		if b.magic == magicDSS1 {
			addInteger(&number, next(n))
			return d.addPublicKey(marshalSPKI(alg, number.BytesOrPanic()), at, Names{})
		}
		addInteger(&number, next(dssNumber))
		return d.addKeyDER(marshalPKCS8(alg, number.BytesOrPanic()), at, scheme, Names{})
	}
}

// rsaBlob builds the PRIVATEKEYBLOB of a key for key exchange, which serves
// for signing as well.
func rsaBlob(k *rsaNumbers, at Source) ([]byte, error) {
	const what = "PRIVATEKEYBLOB"
	if len(k.others) > 0 {
		return nil, unsupported(at, what, "RSA with more than two primes")
	}
	if k.p.Sign() == 0 || k.q.Sign() == 0 {
		return nil, unsupported(at, what, "RSA without its primes")
	}
	if k.e.BitLen() > 32 {
		return nil, unsupported(at, what, "RSA with a public exponent of more than 32 bits")
	}
	k.complete()
	bits := k.n.BitLen()
	n, half := (bits+7)/8, (bits+15)/16
	out := []byte{blobPrivate, blobVersion, 0, 0}
	for _, v := range []uint32{algRSAKeyExchange, magicRSA2, uint32(bits), uint32(k.e.Uint64())} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	for _, v := range []struct {
		number *big.Int
		size   int
	}{{k.n, n}, {k.p, half}, {k.q, half}, {k.dp, half}, {k.dq, half}, {k.qinv, half}, {k.d, n}} {
		if len(v.number.Bytes()) > v.size {
			return nil, unsupported(at, what, fmt.Sprintf("RSA with numbers of other sizes than a key of %d bits has", bits))
		}
		b := v.number.FillBytes(make([]byte, v.size))
		slices.Reverse(b)
		out = append(out, b...)
		clear(b)
	}
	return out, nil
}

// complete works out the numbers that only save time and may be absent.
func (k *rsaNumbers) complete() {
	one := big.NewInt(1)
	if k.dp.Sign() == 0 {
		k.dp = new(big.Int).Mod(k.d, new(big.Int).Sub(k.p, one))
	}
	if k.dq.Sign() == 0 {
		k.dq = new(big.Int).Mod(k.d, new(big.Int).Sub(k.q, one))
	}
	if k.qinv.Sign() == 0 {
		if v := new(big.Int).ModInverse(k.q, k.p); v != nil {
			k.qinv = v
		}
	}
}
