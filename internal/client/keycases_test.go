package client_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"math/big"
	"slices"

	"github.com/certconv/certconv/internal/ec"
)

// leafRSA, interRSA and rootRSA give one of the three an RSA key.
func leafRSA(name string) func(*trial)  { return func(k *trial) { k.rsa(k.leaf, name) } }
func interRSA(name string) func(*trial) { return func(k *trial) { k.rsa(k.inter, name) } }
func rootRSA(name string) func(*trial)  { return func(k *trial) { k.rsa(k.ownRoot(), name) } }

func leafEC(curve string, form byte) func(*trial) {
	return func(k *trial) { k.leaf.key = ecKey(k.id, curve, form) }
}
func interEC(curve string, form byte) func(*trial) {
	return func(k *trial) { k.inter.key = ecKey(k.id, curve, form) }
}
func rootEC(curve string, form byte) func(*trial) {
	return func(k *trial) { k.ownRoot().key = ecKey(k.id, curve, form) }
}

const (
	compressed   = 2
	hybrid       = 6
	uncompressed = ec.Uncompressed
	oidPSS       = "1.2.840.113549.1.1.10"
	oidRSA       = "1.2.840.113549.1.1.1"
)

// pss says that the RSA key is one for RSA-PSS alone.
func pss(key *key, params ...[]byte) *key {
	alg := algorithm(oidPSS, params...)
	return keyOf(key, alg)
}

// keyOf gives a key another AlgorithmIdentifier.
func keyOf(from *key, alg []byte) *key {
	c := *from
	inner := fields(derOf(c.private))[2]
	c.spki, c.private = seq(alg, fields(c.spki)[1]), pkcs8(alg, content(inner))
	return &c
}

var keyGroup = group{"Keys of servers", []spec{
	{"key-rsa512", "RSA key of 512 bits", leafRSA("rsa512")},
	{"key-rsa768", "RSA key of 768 bits", leafRSA("rsa768")},
	{"key-rsa1023", "RSA key of 1023 bits", leafRSA("rsa1023")},
	{"key-rsa1280", "RSA key of 1280 bits", leafRSA("rsa1280")},
	{"key-rsa2040", "RSA key of 2040 bits", leafRSA("rsa2040")},
	{"key-rsa2047", "RSA key of 2047 bits", leafRSA("rsa2047")},
	{"key-rsa2048", "RSA key of 2048 bits", leafRSA("rsa2048")},
	{"key-rsa2049", "RSA key of 2049 bits", leafRSA("rsa2049")},
	{"key-rsa8192", "RSA key of 8192 bits", leafRSA("rsa8192")},
	{"key-rsa10240", "RSA key of 10240 bits", leafRSA("rsa10240")},
	{"key-rsa-e3", "RSA key with exponent 3", leafRSA("rsa2048-e3")},
	{"key-rsa-e17", "RSA key with exponent 17", leafRSA("rsa2048-e17")},
	{"key-rsa-e33bits", "RSA key with an exponent of 33 bits", leafRSA("rsa2048-e4294967311")},
	{"key-rsa-3primes", "RSA key of three primes", leafRSA("rsa2048-3primes")},
	{"key-rsa-no-null", "RSA key whose algorithm has no parameters", func(k *trial) {
		k.rsa(k.leaf, "rsa2048")
		k.leaf.spki = seq(algorithm(oidRSA), fields(k.leaf.key.spki)[1])
	}},
	{"key-rsa-padded", "RSA key whose modulus has an octet of zeros too many", func(k *trial) {
		k.rsa(k.leaf, "rsa2048")
		n := fields(content(fields(k.leaf.key.spki)[1])[1:])
		k.leaf.spki = seq(algorithm(oidRSA, null), bits(seq(tlv(2, []byte{0}, content(n[0])), n[1])))
	}},
	{"key-rsa-negative", "RSA key whose modulus is a negative number", func(k *trial) {
		k.rsa(k.leaf, "rsa2048")
		n := fields(content(fields(k.leaf.key.spki)[1])[1:])
		k.leaf.spki = seq(algorithm(oidRSA, null), bits(seq(tlv(2, content(n[0])[1:]), n[1])))
	}},
	{"key-rsa-tail", "RSA key with octets after its numbers", func(k *trial) {
		k.rsa(k.leaf, "rsa2048")
		k.leaf.spki = seq(algorithm(oidRSA, null), bits(content(fields(k.leaf.key.spki)[1])[1:], null))
	}},
	{"key-pss-sha256", "RSA-PSS key bound to SHA-256", func(k *trial) {
		k.leaf.key = pss(keyFile(k.t, "rsa2048"), pssParams(oidSHA256, oidSHA256, 32))
	}},
	{"key-pss-sha384", "RSA-PSS key bound to SHA-384", func(k *trial) {
		k.leaf.key = pss(keyFile(k.t, "rsa2048"), pssParams(oidSHA384, oidSHA384, 48))
	}},
	{"key-dsa", "DSA key", func(k *trial) { k.leaf.key = keyFile(k.t, "dsa2048") }},
	{"key-p384-compressed", "P-384 key, its point compressed", leafEC(p384, compressed)},
	{"key-p256-compressed", "P-256 key, its point compressed", leafEC(p256, compressed)},
	{"key-p256-hybrid", "P-256 key, its point in the hybrid form", leafEC(p256, hybrid)},
	{"key-p521", "P-521 key", leafEC(p521, uncompressed)},
	{"key-p256-explicit", "P-256 key whose curve is written out in numbers", func(k *trial) {
		c := ec.ByOID(p256)
		size := func(n *big.Int) []byte { return octets(n.FillBytes(make([]byte, 32))) }
		params := seq(integer(1), seq(object("1.2.840.10045.1.1"), number(c.P)), seq(size(c.A), size(c.B)),
			octets(c.MarshalPoint(c.Gx, c.Gy, uncompressed)), number(c.N), integer(1))
		k.leaf.key = keyOf(k.leaf.key, algorithm("1.2.840.10045.2.1", params))
	}},
	{"key-p192", "P-192 key", leafEC("1.2.840.10045.3.1.1", uncompressed)},
	{"key-secp224k1", "secp224k1 key", leafEC("1.3.132.0.32", uncompressed)},
	{"key-brainpool256", "brainpoolP256r1 key", leafEC("1.3.36.3.3.2.8.1.1.7", uncompressed)},
	{"key-brainpool384", "brainpoolP384r1 key", leafEC("1.3.36.3.3.2.8.1.1.11", uncompressed)},
	{"key-brainpool512", "brainpoolP512r1 key", leafEC("1.3.36.3.3.2.8.1.1.13", uncompressed)},
	{"key-sm2", "SM2 key", leafEC("1.2.156.10197.1.301", uncompressed)},
	{"key-p256-tail", "P-256 key with parameters after its curve", func(k *trial) {
		k.leaf.spki = seq(algorithm("1.2.840.10045.2.1", object(p256), null), fields(k.leaf.key.spki)[1])
	}},
	{"key-p256-unused-bit", "P-256 key whose BIT STRING says that a bit is unused", func(k *trial) {
		k.leaf.spki = seq(fields(k.leaf.key.spki)[0], tlv(3, []byte{1}, content(fields(k.leaf.key.spki)[1])[1:]))
	}},
	{"key-ed25519-null", "Ed25519 key whose algorithm has NULL parameters", func(k *trial) {
		k.leaf.key = edwardsKey(k.id)
		k.leaf.spki = seq(algorithm("1.3.101.112", null), fields(k.leaf.key.spki)[1])
	}},
}}

var issuerKeyGroup = group{"Keys of authorities", []spec{
	{"int-rsa1280", "intermediate with an RSA key of 1280 bits", interRSA("rsa1280")},
	{"int-rsa2040", "intermediate with an RSA key of 2040 bits", interRSA("rsa2040")},
	{"int-rsa2047", "intermediate with an RSA key of 2047 bits", interRSA("rsa2047")},
	{"int-rsa2048", "intermediate with an RSA key of 2048 bits", interRSA("rsa2048")},
	{"int-rsa4096", "intermediate with an RSA key of 4096 bits", interRSA("rsa4096")},
	{"int-rsa8192", "intermediate with an RSA key of 8192 bits", interRSA("rsa8192")},
	{"int-rsa10240", "intermediate with an RSA key of 10240 bits", interRSA("rsa10240")},
	{"int-rsa-e3", "intermediate with an RSA key with exponent 3", interRSA("rsa2048-e3")},
	{"int-rsa-e33bits", "intermediate with an RSA key with an exponent of 33 bits", interRSA("rsa2048-e4294967311")},
	{"int-rsa-pss", "intermediate with an RSA-PSS key", func(k *trial) {
		k.inter.key = pss(keyFile(k.t, "rsa2048"))
		k.inter.key.alg = pssSHA256
	}},
	{"int-p384", "intermediate with a P-384 key", interEC(p384, uncompressed)},
	{"int-p521", "intermediate with a P-521 key", interEC(p521, uncompressed)},
	{"int-p224", "intermediate with a P-224 key", interEC("1.3.132.0.33", uncompressed)},
	{"int-p256-compressed", "intermediate with a P-256 key, its point compressed", interEC(p256, compressed)},
	{"int-secp256k1", "intermediate with a secp256k1 key", interEC("1.3.132.0.10", uncompressed)},
	{"int-brainpool256", "intermediate with a brainpoolP256r1 key", interEC("1.3.36.3.3.2.8.1.1.7", uncompressed)},
	{"int-ed25519", "intermediate with an Ed25519 key", func(k *trial) { k.inter.key = edwardsKey(k.id) }},
	{"int-ed448", "intermediate with an Ed448 key", func(k *trial) { k.inter.key = edwards448Key(k.id) }},
	{"root-rsa1280", "root with an RSA key of 1280 bits", rootRSA("rsa1280")},
	{"root-rsa2040", "root with an RSA key of 2040 bits", rootRSA("rsa2040")},
	{"root-rsa8192", "root with an RSA key of 8192 bits", rootRSA("rsa8192")},
	{"root-rsa10240", "root with an RSA key of 10240 bits", rootRSA("rsa10240")},
	{"root-p521", "root with a P-521 key", rootEC(p521, uncompressed)},
	{"root-p224", "root with a P-224 key", rootEC("1.3.132.0.33", uncompressed)},
	{"root-secp256k1", "root with a secp256k1 key", rootEC("1.3.132.0.10", uncompressed)},
	{"root-ed25519", "root with an Ed25519 key", func(k *trial) { k.ownRoot().key = edwardsKey(k.id) }},
}}

// signed makes the intermediate's key one of RSA, or of the curve, and has it
// sign as said.
func signedRSA(alg *sigAlg) func(*trial) {
	return func(k *trial) {
		k.rsa(k.inter, "rsa2048")
		k.leaf.alg = alg
	}
}

func signedEC(curve string, alg *sigAlg) func(*trial) {
	return func(k *trial) {
		k.inter.key = ecKey(k.id+"ca", curve, uncompressed)
		k.leaf.alg = alg
	}
}

var pssSHA256 = pssWith(oidSHA256, sha256.New, oidSHA256, sha256.New, 32)

// written has another algorithm in the certificate than the one that signs.
func written(alg []byte, by func(*trial)) func(*trial) {
	return func(k *trial) {
		by(k)
		k.leaf.inner = alg
	}
}

var signatureGroup = group{"Signatures", []spec{
	{"sig-rsa-sha1", "signed with RSA and SHA-1", signedRSA(rsaSHA1)},
	{"sig-rsa-sha1-oiw", "signed with RSA and SHA-1, by the old name of that", signedRSA(rsaSHA1OIW)},
	{"sig-rsa-sha224", "signed with RSA and SHA-224", signedRSA(rsaSHA224)},
	{"sig-rsa-sha512-256", "signed with RSA and SHA-512/256", signedRSA(rsaSHA512256)},
	{"sig-rsa-sha3", "signed with RSA and SHA3-256", signedRSA(rsaSHA3)},
	{"sig-rsa-no-null", "signed with RSA, the algorithm without its NULL", written(algorithm("1.2.840.113549.1.1.11"), signedRSA(rsaSHA256))},
	{"sig-rsa-null-differs", "signed with RSA, the NULL only in the outer algorithm", func(k *trial) {
		signedRSA(rsaSHA256)(k)
		k.leaf.inner, k.leaf.outer = algorithm("1.2.840.113549.1.1.11"), rsaSHA256.der
	}},
	{"sig-rsa-digest-no-null", "signed with RSA, the hash inside without its NULL", signedRSA(&sigAlg{der: rsaSHA256.der, hash: sha256.New, digest: algorithm(oidSHA256)})},
	{"sig-rsa-digest-other", "signed with RSA and SHA-384, the certificate says SHA-256", signedRSA(&sigAlg{der: rsaSHA256.der, hash: sha512.New384, digest: algorithm(oidSHA384, null)})},
	{"sig-pss-sha256", "signed with RSA-PSS and SHA-256", signedRSA(pssSHA256)},
	{"sig-pss-sha384", "signed with RSA-PSS and SHA-384", signedRSA(pssWith(oidSHA384, sha512.New384, oidSHA384, sha512.New384, 48))},
	{"sig-pss-sha512", "signed with RSA-PSS and SHA-512", signedRSA(pssWith(oidSHA512, sha512.New, oidSHA512, sha512.New, 64))},
	{"sig-pss-sha1", "signed with RSA-PSS and its defaults (SHA-1)", signedRSA(&sigAlg{der: algorithm(oidPSS, seq()), hash: sha1.New, mgf: sha1.New, salt: 20})},
	{"sig-pss-salt20", "signed with RSA-PSS and SHA-256, salt of 20 octets", signedRSA(pssWith(oidSHA256, sha256.New, oidSHA256, sha256.New, 20))},
	{"sig-pss-salt0", "signed with RSA-PSS and SHA-256, no salt", signedRSA(pssWith(oidSHA256, sha256.New, oidSHA256, sha256.New, 0))},
	{"sig-pss-mgf-sha1", "signed with RSA-PSS and SHA-256, mask by SHA-1", signedRSA(pssWith(oidSHA256, sha256.New, oidSHA1, sha1.New, 32))},
	{"sig-pss-no-parameters", "signed with RSA-PSS, the algorithm without parameters", signedRSA(&sigAlg{der: algorithm(oidPSS), hash: sha1.New, mgf: sha1.New, salt: 20})},
	{"sig-pss-no-null", "signed with RSA-PSS and SHA-256, the hashes without NULL", func(k *trial) {
		signedRSA(pssSHA256)(k)
		k.leaf.inner = algorithm(oidPSS, seq(tlv(0xa0, algorithm(oidSHA256)), tlv(0xa1, algorithm("1.2.840.113549.1.1.8", algorithm(oidSHA256))), tlv(0xa2, integer(32))))
	}},
	{"sig-pss-trailer", "signed with RSA-PSS and SHA-256, the default trailer written out", func(k *trial) {
		signedRSA(pssSHA256)(k)
		k.leaf.inner = algorithm(oidPSS, seq(content(pssParams(oidSHA256, oidSHA256, 32)), tlv(0xa3, integer(1))))
	}},
	{"sig-ecdsa-sha1", "signed with ECDSA and SHA-1", signedEC(p256, ecdsaSHA1)},
	{"sig-ecdsa-sha224", "signed with ECDSA and SHA-224", signedEC(p256, ecdsaSHA224)},
	{"sig-ecdsa-sha384", "signed with P-256 and SHA-384", signedEC(p256, ecdsaSHA384)},
	{"sig-ecdsa-sha512", "signed with P-256 and SHA-512", signedEC(p256, ecdsaSHA512)},
	{"sig-ecdsa-p384-sha256", "signed with P-384 and SHA-256", signedEC(p384, ecdsaSHA256)},
	{"sig-ecdsa-p384-sha384", "signed with P-384 and SHA-384", signedEC(p384, ecdsaSHA384)},
	{"sig-ecdsa-p521-sha512", "signed with P-521 and SHA-512", signedEC(p521, ecdsaSHA512)},
	{"sig-ecdsa-sha3", "signed with ECDSA and SHA3-256", signedEC(p256, ecdsaSHA3)},
	{"sig-ecdsa-null", "signed with ECDSA, the algorithm with a NULL", written(algorithm("1.2.840.10045.4.3.2", null), signedEC(p256, ecdsaSHA256))},
	{"sig-ecdsa-outer-null", "signed with ECDSA, a NULL only in the outer algorithm", func(k *trial) {
		k.leaf.outer = algorithm("1.2.840.10045.4.3.2", null)
	}},
	{"sig-ecdsa-padded", "signed with ECDSA, a number with an octet of zeros too many", func(k *trial) {
		k.leaf.signature = func(s []byte) []byte {
			n := fields(s)
			return bits(seq(tlv(2, []byte{0, 0}, content(n[0])), n[1]))
		}
	}},
	{"sig-ecdsa-tail", "signed with ECDSA, octets after the signature", func(k *trial) {
		k.leaf.signature = func(s []byte) []byte { return bits(s, null) }
	}},
	{"sig-unused-bits", "signature whose last bit is said to be unused", func(k *trial) {
		// Both s and -s sign, and one of the two is even.
		k.leaf.signature = func(s []byte) []byte {
			n := fields(s)
			if v := new(big.Int).SetBytes(content(n[1])); v.Bit(0) == 1 {
				n[1] = number(v.Sub(ec.ByOID(p256).N, v))
			}
			return tlv(3, []byte{1}, seq(n...))
		}
	}},
	{"sig-wrong", "signature over something else", func(k *trial) {
		k.leaf.signature = func(s []byte) []byte {
			s[len(s)-1] ^= 1
			return bits(s)
		}
	}},
	{"sig-empty", "no signature at all", func(k *trial) { k.leaf.signature = func([]byte) []byte { return bits() } }},
	{"sig-octet-string", "signature in an OCTET STRING", func(k *trial) { k.leaf.signature = func(s []byte) []byte { return octets(s) } }},
	{"sig-unknown", "signed with an algorithm that nobody knows", written(algorithm(oidUnknown), func(*trial) {})},
	{"int-sig-ecdsa-sha1", "intermediate signed with ECDSA and SHA-1", func(k *trial) { k.inter.alg = ecdsaSHA1 }},
	{"int-sig-sha224", "intermediate signed with ECDSA and SHA-224", func(k *trial) { k.inter.alg = ecdsaSHA224 }},
	{"int-sig-wrong", "intermediate whose signature is over something else", func(k *trial) {
		k.inter.signature = func(s []byte) []byte {
			s[len(s)-1] ^= 1
			return bits(s)
		}
	}},
	{"root-sig-wrong", "root whose own signature is over something else", func(k *trial) {
		k.ownRoot().signature = func(s []byte) []byte {
			s[len(s)-1] ^= 1
			return bits(s)
		}
	}},
	{"root-sig-md5", "root that signed itself with RSA and MD5", func(k *trial) {
		k.rsa(k.ownRoot(), "rsa2048")
		k.root.alg = rsaMD5
	}},
	{"root-sig-sha1", "root that signed itself with ECDSA and SHA-1", func(k *trial) { k.ownRoot().alg = ecdsaSHA1 }},
}}

// These change an extension of the leaf, the intermediate or the root.
func leafExt(oid string, critical bool, value ...[]byte) func(*trial) {
	return func(k *trial) { k.leaf.set(oid, critical, slices.Concat(value...)) }
}
func interExt(oid string, critical bool, value ...[]byte) func(*trial) {
	return func(k *trial) { k.inter.set(oid, critical, slices.Concat(value...)) }
}
func rootExt(oid string, critical bool, value ...[]byte) func(*trial) {
	return func(k *trial) { k.ownRoot().set(oid, critical, slices.Concat(value...)) }
}
func leafWithout(oids ...string) func(*trial)  { return func(k *trial) { k.leaf.drop(oids...) } }
func interWithout(oids ...string) func(*trial) { return func(k *trial) { k.inter.drop(oids...) } }
func rootWithout(oids ...string) func(*trial)  { return func(k *trial) { k.ownRoot().drop(oids...) } }

// rsaUsage is a key usage of a server with an RSA key.
func rsaUsage(value ...byte) func(*trial) {
	return func(k *trial) {
		k.rsa(k.leaf, "rsa2048")
		k.leaf.set(oidKeyUsage, true, value)
	}
}

var usageGroup = group{"Key usage", []spec{
	{"ku-none", "no key usage", leafWithout(oidKeyUsage)},
	{"ku-not-critical", "key usage that is not critical", leafExt(oidKeyUsage, false, []byte{3, 2, 7, 0x80})},
	{"ku-rsa-both", "RSA: digitalSignature and keyEncipherment", rsaUsage(3, 2, 5, 0xa0)},
	{"ku-rsa-nonrepudiation", "RSA: nonRepudiation alone", rsaUsage(3, 2, 6, 0x40)},
	{"ku-rsa-dataencipherment", "RSA: dataEncipherment alone", rsaUsage(3, 2, 4, 0x10)},
	{"ku-rsa-keyagreement", "RSA: keyAgreement alone", rsaUsage(3, 2, 3, 0x08)},
	{"ku-rsa-certsign", "RSA: keyCertSign alone", rsaUsage(3, 2, 2, 0x04)},
	{"ku-rsa-all", "RSA: every bit", rsaUsage(3, 3, 7, 0xff, 0x80)},
	{"ku-rsa-empty", "RSA: key usage without a bit", rsaUsage(3, 1, 0)},
	{"ku-rsa-keyencipherment-agreement", "RSA: keyEncipherment and keyAgreement", rsaUsage(3, 2, 3, 0x28)},
	{"ku-ec-nonrepudiation", "EC: nonRepudiation alone", leafExt(oidKeyUsage, true, []byte{3, 2, 6, 0x40})},
	{"ku-ec-crlsign", "EC: cRLSign alone", leafExt(oidKeyUsage, true, []byte{3, 2, 1, 0x02})},
	{"ku-ec-signature-agreement", "EC: digitalSignature and keyAgreement", leafExt(oidKeyUsage, true, []byte{3, 2, 3, 0x88})},
	{"ku-ec-signature-certsign", "EC: digitalSignature and keyCertSign", leafExt(oidKeyUsage, true, []byte{3, 2, 2, 0x84})},
	{"ku-ec-empty", "EC: key usage without a bit", leafExt(oidKeyUsage, true, []byte{3, 1, 0})},
	{"ku-unused-wrong", "key usage with bits of zero at the end", leafExt(oidKeyUsage, true, []byte{3, 2, 0, 0x80})},
	{"ku-unused-set", "key usage with a bit set that is said to be unused", leafExt(oidKeyUsage, true, []byte{3, 2, 7, 0xc0})},
	{"ku-octet-string", "key usage that is an OCTET STRING", leafExt(oidKeyUsage, true, []byte{4, 2, 7, 0x80})},
	{"ku-tail", "key usage with octets after it", leafExt(oidKeyUsage, true, []byte{3, 2, 7, 0x80, 5, 0})},
	{"ku-twice", "two key usages", func(k *trial) { k.leaf.add(oidKeyUsage, true, []byte{3, 2, 7, 0x80}) }},
	{"int-ku-not-critical", "key usage of the intermediate is not critical", interExt(oidKeyUsage, false, []byte{3, 2, 1, 6})},
	{"int-ku-certsign", "intermediate: keyCertSign alone", interExt(oidKeyUsage, true, []byte{3, 2, 2, 4})},
	{"int-ku-crlsign", "intermediate: cRLSign alone", interExt(oidKeyUsage, true, []byte{3, 2, 1, 2})},
	{"int-ku-empty", "intermediate: key usage without a bit", interExt(oidKeyUsage, true, []byte{3, 1, 0})},
	{"int-ku-signature-certsign", "intermediate: digitalSignature and keyCertSign", interExt(oidKeyUsage, true, []byte{3, 2, 2, 0x84})},
	{"int-ku-garbage", "intermediate: key usage that is none", interExt(oidKeyUsage, true, []byte{0x30, 0})},
	{"root-ku-crlsign", "root: cRLSign alone", rootExt(oidKeyUsage, true, []byte{3, 2, 1, 2})},
	{"root-ku-not-critical", "key usage of the root is not critical", rootExt(oidKeyUsage, false, []byte{3, 2, 1, 6})},
}}

var purposeGroup = group{"Extended key usage", []spec{
	{"eku-critical", "serverAuth, critical", leafExt(oidEKU, true, purposes(serverAuth))},
	{"eku-server-any", "serverAuth and any", leafExt(oidEKU, false, purposes(serverAuth, anyEKU))},
	{"eku-any-critical", "any alone, critical", leafExt(oidEKU, true, purposes(anyEKU))},
	{"eku-client", "clientAuth alone", leafExt(oidEKU, false, purposes(clientAuth))},
	{"eku-client-any", "clientAuth and any", leafExt(oidEKU, false, purposes(clientAuth, anyEKU))},
	{"eku-email", "emailProtection alone", leafExt(oidEKU, false, purposes(emailProt))},
	{"eku-ocsp", "OCSPSigning alone", leafExt(oidEKU, false, purposes(ocspSign))},
	{"eku-server-ocsp", "serverAuth and OCSPSigning", leafExt(oidEKU, false, purposes(serverAuth, ocspSign))},
	{"eku-server-code", "serverAuth and codeSigning", leafExt(oidEKU, false, purposes(serverAuth, codeSign))},
	{"eku-unknown", "an unknown purpose alone", leafExt(oidEKU, false, purposes(oidUnknown))},
	{"eku-server-unknown", "serverAuth and an unknown purpose", leafExt(oidEKU, false, purposes(serverAuth, oidUnknown))},
	{"eku-stepup", "Netscape's step-up alone", leafExt(oidEKU, false, purposes(stepUp))},
	{"eku-gated", "Microsoft's server gated crypto alone", leafExt(oidEKU, false, purposes(gated))},
	{"eku-empty", "a list without purposes", leafExt(oidEKU, false, seq())},
	{"eku-repeated", "serverAuth three times", leafExt(oidEKU, false, purposes(serverAuth, serverAuth, serverAuth))},
	{"eku-twice", "two lists of purposes", func(k *trial) { k.leaf.add(oidEKU, false, purposes(clientAuth)) }},
	{"eku-set", "a SET instead of a list", leafExt(oidEKU, false, tlv(0x31, object(serverAuth)))},
	{"eku-tail", "octets after the list", leafExt(oidEKU, false, purposes(serverAuth), null)},
	{"int-eku-server", "intermediate: serverAuth", interExt(oidEKU, false, purposes(serverAuth))},
	{"int-eku-server-critical", "intermediate: serverAuth, critical", interExt(oidEKU, true, purposes(serverAuth))},
	{"int-eku-both", "intermediate: serverAuth and clientAuth", interExt(oidEKU, false, purposes(serverAuth, clientAuth))},
	{"int-eku-email", "intermediate: emailProtection alone", interExt(oidEKU, false, purposes(emailProt))},
	{"int-eku-code-critical", "intermediate: codeSigning alone, critical", interExt(oidEKU, true, purposes(codeSign))},
	{"int-eku-unknown", "intermediate: an unknown purpose alone", interExt(oidEKU, false, purposes(oidUnknown))},
	{"int-eku-stepup", "intermediate: Netscape's step-up alone", interExt(oidEKU, false, purposes(stepUp))},
	{"int-eku-gated", "intermediate: Microsoft's server gated crypto alone", interExt(oidEKU, false, purposes(gated))},
	{"int-eku-empty", "intermediate: a list without purposes", interExt(oidEKU, false, seq())},
	{"int-eku-server-ocsp", "intermediate: serverAuth and OCSPSigning", interExt(oidEKU, false, purposes(serverAuth, ocspSign))},
	{"root-eku-server", "root: serverAuth", rootExt(oidEKU, false, purposes(serverAuth))},
	{"root-eku-client", "root: clientAuth alone", rootExt(oidEKU, false, purposes(clientAuth))},
	{"root-eku-any", "root: any", rootExt(oidEKU, false, purposes(anyEKU))},
	{"root-eku-email-critical", "root: emailProtection alone, critical", rootExt(oidEKU, true, purposes(emailProt))},
}}
