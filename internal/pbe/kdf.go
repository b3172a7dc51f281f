package pbe

import (
	"crypto/pbkdf2"
	"hash"
	"math"

	"github.com/certconv/certconv/internal/der"
)

// Identifiers of RFC 8018 and RFC 7914.
const (
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	OIDScrypt = "1.3.6.1.4.1.11591.4.11"
)

const nameScrypt = "scrypt"

// maxScryptMemory bounds the memory of one key derivation. What OpenSSL writes
// takes 16 MiB.
const maxScryptMemory = 128 << 20

// kdf is a key derivation function with its parameters read.
type kdf struct {
	name      string // "PBKDF2-HMAC-SHA256", "scrypt"
	rounds    int    // of PBKDF2; N·r·p of scrypt
	weight    int    // what a round costs for each output of size bytes, in rounds of PBKDF2-HMAC-SHA256
	size      int    // of an output, 0: a key of any length costs the same
	keyLength int    // 0 if the parameters do not say
	key       deriveFunc
}

// cost is what a round costs for a key of length bytes.
func (k kdf) cost(length int) int {
	if k.size == 0 {
		return k.weight
	}
	return k.weight * blocks(length, k.size)
}

// deriveFunc makes a key of size bytes.
type deriveFunc func(pw []byte, size int) ([]byte, error)

// parseKDF reads the AlgorithmIdentifier of a key derivation function, in
// PBES2 or PBMAC1. The caller spends rounds before it calls key. On an error
// the kdf has its name as far as it is known.
func parseKDF(alg der.Element) (kdf, error) {
	oid, params, err := der.ParseAlgorithm(alg)
	if err != nil {
		return kdf{}, err
	}
	switch oid {
	case oidPBKDF2:
		return parsePBKDF2(params)
	case OIDScrypt:
		return parseScrypt(params)
	}
	name := AlgorithmName(oid)
	return kdf{name: name}, unsupported(name)
}

// parsePBKDF2 reads PBKDF2-params (RFC 8018, Appendix A.2).
func parsePBKDF2(params der.Element) (k kdf, err error) {
	k.name = "PBKDF2"
	if !params.Is(der.TagSequence) {
		return k, &der.SyntaxError{Offset: params.Offset, Msg: "PBKDF2 without parameters"}
	}
	r := params.Reader()
	salt, err := r.Next()
	if err != nil {
		return k, err
	}
	if salt.Is(der.TagSequence) { // otherSource, "reserved for future versions"
		return k, unsupported("PBKDF2 with a salt from elsewhere")
	}
	saltBytes, err := salt.Octets()
	if err != nil {
		return k, err
	}
	if k.rounds, err = r.Int(); err != nil {
		return k, err
	}
	if e, ok := r.Peek(); ok && e.Is(der.TagInteger) {
		if k.keyLength, err = r.Int(); err != nil {
			return k, err
		}
	}
	prf := "1.2.840.113549.2.7" // DEFAULT algid-hmacWithSHA1
	if !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return k, err
		}
		if prf, _, err = der.ParseAlgorithm(e); err != nil {
			return k, err
		}
	}
	h, ok := digestByHMAC(prf)
	if !ok {
		k.name += "-" + AlgorithmName(prf)
		return k, unsupported(k.name)
	}
	k.name += "-" + h.hmac
	k.key = pbkdf2Derive(h, saltBytes, k.rounds)
	k.weight, k.size = h.weight, h.New().Size()
	return k, nil
}

func pbkdf2Derive(h Digest, salt []byte, rounds int) deriveFunc {
	if f := youmarkPBKDF2(h, salt, rounds); f != nil {
		return f
	}
	return func(pw []byte, size int) ([]byte, error) {
		return pbkdf2.Key(h.New, string(pw), salt, rounds, size)
	}
}

// parseScrypt reads scrypt-params (RFC 7914, Section 7).
func parseScrypt(params der.Element) (k kdf, err error) {
	k.name = nameScrypt
	if !params.Is(der.TagSequence) {
		return k, &der.SyntaxError{Offset: params.Offset, Msg: "scrypt without parameters"}
	}
	r := params.Reader()
	salt, err := r.Next()
	if err != nil {
		return k, err
	}
	saltBytes, err := salt.Octets()
	if err != nil {
		return k, err
	}
	var n [3]int
	for i := range n {
		if n[i], err = r.Int(); err != nil {
			return k, err
		}
		if n[i] < 1 {
			return k, &der.SyntaxError{Offset: params.Offset, Msg: "scrypt parameter below 1"}
		}
	}
	if !r.Empty() {
		if k.keyLength, err = r.Int(); err != nil {
			return k, err
		}
	}
	if n[0] < 2 || n[0]&(n[0]-1) != 0 {
		return k, &der.SyntaxError{Offset: params.Offset, Msg: "the cost of scrypt is not a power of two"}
	}
	// RFC 7914, Section 6: N blocks of 128·r bytes, one for each of p, and two more.
	if need := saturatingProduct(128, n[1], saturatingSum(n[0], n[2], 2)); need > maxScryptMemory {
		return k, &LimitError{Asked: need >> 20, Limit: maxScryptMemory >> 20, Of: "MiB of memory for scrypt"}
	}
	k.weight = 2
	k.rounds = saturatingProduct(n[0], n[1], n[2])
	k.key = youmarkScrypt(saltBytes, n[0], n[1], n[2])
	return k, nil
}

func saturatingSum(terms ...int) int {
	sum := 0
	for _, t := range terms {
		if t > math.MaxInt32-sum {
			return math.MaxInt32
		}
		sum += t
	}
	return sum
}

func saturatingProduct(factors ...int) int {
	p := 1
	for _, f := range factors {
		if f > math.MaxInt32/p {
			return math.MaxInt32
		}
		p *= f
	}
	return p
}

// PKCS12Key is the key derivation of RFC 7292, Appendix B.2. hash is a name as
// in digests; id: 1 key, 2 IV, 3 MAC. pw is the password as BMPString with its
// terminator. It returns nil if there is no such hash.
func PKCS12Key(hash string, pw, salt []byte, id byte, iterations, size int) []byte {
	h, ok := DigestByName(hash)
	if !ok {
		return nil
	}
	md := h.New()
	u, v := md.Size(), md.BlockSize()
	in := make([]byte, v, v+len(salt)+len(pw)+2*v)
	for i := range in {
		in[i] = id
	}
	in = appendRepeated(in, salt, v)
	in = appendRepeated(in, pw, v)
	defer clear(in)
	block := make([]byte, v)
	sum := make([]byte, 0, u)
	out := make([]byte, 0, size+u)
	for {
		sum = hashRounds(md, in, sum, iterations)
		if out = append(out, sum...); len(out) >= size {
			clear(sum)
			return out[:size:size]
		}
		for i := range block {
			block[i] = sum[i%u]
		}
		for rest := in[v:]; len(rest) > 0; rest = rest[v:] {
			addPlusOne(rest[:v], block)
		}
	}
}

// hashRounds hashes in, then the hash itself, rounds times in all.
func hashRounds(md hash.Hash, in, sum []byte, rounds int) []byte {
	md.Reset()
	md.Write(in)
	sum = md.Sum(sum[:0])
	for i := 1; i < rounds; i++ {
		md.Reset()
		md.Write(sum)
		sum = md.Sum(sum[:0])
	}
	return sum
}

// appendRepeated appends copies of s, cut at the next multiple of v.
func appendRepeated(out, s []byte, v int) []byte {
	for n := (len(s) + v - 1) / v * v; n > 0; n -= len(s) {
		out = append(out, s[:min(n, len(s))]...)
	}
	return out
}

// addPlusOne adds b and 1 to a, both big-endian and of one length.
func addPlusOne(a, b []byte) {
	carry := uint(1)
	for i := len(a) - 1; i >= 0; i-- {
		carry += uint(a[i]) + uint(b[i])
		a[i] = byte(carry)
		carry >>= 8
	}
}
