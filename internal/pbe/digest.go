package pbe

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
)

// Digest is a hash function as password based encryption names it.
type Digest struct {
	Name string // "SHA-256"
	hmac string // "HMAC-SHA256"
	OID  string
	prf  string // OID of the HMAC as PRF of PBKDF2 and MAC of PBMAC1 (RFC 8018, Appendix B.1)
	New  func() hash.Hash

	weight int // what a round of PBKDF2 costs, in rounds of SHA-256
}

var digests = [...]Digest{
	{"SHA-1", "HMAC-SHA1", "1.3.14.3.2.26", "1.2.840.113549.2.7", sha1.New, 1},
	{"SHA-256", "HMAC-SHA256", "2.16.840.1.101.3.4.2.1", "1.2.840.113549.2.9", sha256.New, 1},
	{"SHA-224", "HMAC-SHA224", "2.16.840.1.101.3.4.2.4", "1.2.840.113549.2.8", sha256.New224, 1},
	{"SHA-384", "HMAC-SHA384", "2.16.840.1.101.3.4.2.2", "1.2.840.113549.2.10", sha512.New384, 3},
	{"SHA-512", "HMAC-SHA512", "2.16.840.1.101.3.4.2.3", "1.2.840.113549.2.11", sha512.New, 3},
	{"SHA-512/224", "HMAC-SHA512/224", "2.16.840.1.101.3.4.2.5", "1.2.840.113549.2.12", sha512.New512_224, 3},
	{"SHA-512/256", "HMAC-SHA512/256", "2.16.840.1.101.3.4.2.6", "1.2.840.113549.2.13", sha512.New512_256, 3},
	{"SHA3-224", "HMAC-SHA3-224", "2.16.840.1.101.3.4.2.7", "2.16.840.1.101.3.4.2.13", func() hash.Hash { return sha3.New224() }, 4},
	{"SHA3-256", "HMAC-SHA3-256", "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.2.14", func() hash.Hash { return sha3.New256() }, 4},
	{"SHA3-384", "HMAC-SHA3-384", "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.2.15", func() hash.Hash { return sha3.New384() }, 4},
	{"SHA3-512", "HMAC-SHA3-512", "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.2.16", func() hash.Hash { return sha3.New512() }, 4},
	{"MD5", "HMAC-MD5", "1.2.840.113549.2.5", "1.2.840.113549.2.6", md5.New, 3},
}

// DigestByName finds a digest by its name, such as "SHA-256".
func DigestByName(name string) (Digest, bool) {
	return findDigest(func(d Digest) bool { return d.Name == name })
}

// DigestByOID finds a digest by its own identifier.
func DigestByOID(oid string) (Digest, bool) {
	return findDigest(func(d Digest) bool { return d.OID == oid })
}

// digestByHMAC finds the digest of an HMAC by the identifier of the HMAC. Two
// have a second one, from the IPsec arc, that OpenSSL takes as well.
func digestByHMAC(oid string) (Digest, bool) {
	switch oid {
	case "1.3.6.1.5.5.8.1.1":
		oid = "1.2.840.113549.2.6"
	case "1.3.6.1.5.5.8.1.2":
		oid = "1.2.840.113549.2.7"
	}
	return findDigest(func(d Digest) bool { return d.prf == oid })
}

func findDigest(match func(Digest) bool) (Digest, bool) {
	for _, d := range digests {
		if match(d) {
			return d, true
		}
	}
	return Digest{}, false
}
