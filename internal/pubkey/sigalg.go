package pubkey

import (
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"
)

// SignatureAlgorithm is what a signature AlgorithmIdentifier says.
type SignatureAlgorithm struct {
	Name string // as its standard has it: "sha256WithRSAEncryption", "RSASSA-PSS with SHA-256"; the dotted OID if it has no name here, "" if it cannot be read
	Hash string // "MD5", "SHA-1", "SHA-256", …; "" where the algorithm does not say one
	kind signatureKind
}

// signatureKind is the way in which a signature is verified.
type signatureKind int

const (
	unknownSignature signatureKind = iota // named, but not verified here
	rsaSignature
	pssSignature
	dsaSignature
	ecdsaSignature
	ed25519Signature
	ed448Signature
)

// signatureAlgorithms has the algorithms by the content octets of their OBJECT
// IDENTIFIER.
var signatureAlgorithms = [...]struct {
	oid, name, hash string
	kind            signatureKind
}{
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02", "md2WithRSAEncryption", "MD2", rsaSignature},                 // 1.2.840.113549.1.1.2
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03", "md4WithRSAEncryption", "MD4", rsaSignature},                 // 1.2.840.113549.1.1.3
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04", "md5WithRSAEncryption", "MD5", rsaSignature},                 // 1.2.840.113549.1.1.4
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", "sha1WithRSAEncryption", "SHA-1", rsaSignature},              // 1.2.840.113549.1.1.5
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e", "sha224WithRSAEncryption", "SHA-224", rsaSignature},          // 1.2.840.113549.1.1.14
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", "sha256WithRSAEncryption", "SHA-256", rsaSignature},          // 1.2.840.113549.1.1.11
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", "sha384WithRSAEncryption", "SHA-384", rsaSignature},          // 1.2.840.113549.1.1.12
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", "sha512WithRSAEncryption", "SHA-512", rsaSignature},          // 1.2.840.113549.1.1.13
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0f", "sha512-224WithRSAEncryption", "SHA-512/224", rsaSignature},  // 1.2.840.113549.1.1.15
	{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x10", "sha512-256WithRSAEncryption", "SHA-512/256", rsaSignature},  // 1.2.840.113549.1.1.16
	{"\x2b\x0e\x03\x02\x03", "md5WithRSA", "MD5", rsaSignature},                                           // 1.3.14.3.2.3
	{"\x2b\x0e\x03\x02\x0f", "shaWithRSAEncryption", "SHA", rsaSignature},                                 // 1.3.14.3.2.15
	{"\x2b\x0e\x03\x02\x1d", "sha1WithRSASignature", "SHA-1", rsaSignature},                               // 1.3.14.3.2.29
	{"\x2b\x24\x03\x03\x01\x02", "rsaSignatureWithripemd160", "RIPEMD-160", rsaSignature},                 // 1.3.36.3.3.1.2
	{"\x2a\x86\x48\xce\x38\x04\x03", "dsa-with-sha1", "SHA-1", dsaSignature},                              // 1.2.840.10040.4.3
	{"\x2b\x0e\x03\x02\x1b", "dsaWithSHA1", "SHA-1", dsaSignature},                                        // 1.3.14.3.2.27
	{"\x2b\x0e\x03\x02\x0d", "dsaWithSHA", "SHA", dsaSignature},                                           // 1.3.14.3.2.13
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x01", "dsa-with-sha224", "SHA-224", dsaSignature},                  // 2.16.840.1.101.3.4.3.1
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x02", "dsa-with-sha256", "SHA-256", dsaSignature},                  // 2.16.840.1.101.3.4.3.2
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x03", "dsa-with-sha384", "SHA-384", dsaSignature},                  // 2.16.840.1.101.3.4.3.3
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x04", "dsa-with-sha512", "SHA-512", dsaSignature},                  // 2.16.840.1.101.3.4.3.4
	{"\x2a\x86\x48\xce\x3d\x04\x01", "ecdsa-with-SHA1", "SHA-1", ecdsaSignature},                          // 1.2.840.10045.4.1
	{"\x2a\x86\x48\xce\x3d\x04\x03\x01", "ecdsa-with-SHA224", "SHA-224", ecdsaSignature},                  // 1.2.840.10045.4.3.1
	{"\x2a\x86\x48\xce\x3d\x04\x03\x02", "ecdsa-with-SHA256", "SHA-256", ecdsaSignature},                  // 1.2.840.10045.4.3.2
	{"\x2a\x86\x48\xce\x3d\x04\x03\x03", "ecdsa-with-SHA384", "SHA-384", ecdsaSignature},                  // 1.2.840.10045.4.3.3
	{"\x2a\x86\x48\xce\x3d\x04\x03\x04", "ecdsa-with-SHA512", "SHA-512", ecdsaSignature},                  // 1.2.840.10045.4.3.4
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x09", "ecdsa-with-SHA3-224", "SHA3-224", ecdsaSignature},           // 2.16.840.1.101.3.4.3.9
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x0a", "ecdsa-with-SHA3-256", "SHA3-256", ecdsaSignature},           // 2.16.840.1.101.3.4.3.10
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x0b", "ecdsa-with-SHA3-384", "SHA3-384", ecdsaSignature},           // 2.16.840.1.101.3.4.3.11
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x0c", "ecdsa-with-SHA3-512", "SHA3-512", ecdsaSignature},           // 2.16.840.1.101.3.4.3.12
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x0d", "rsassa-pkcs1-v1_5-with-sha3-224", "SHA3-224", rsaSignature}, // 2.16.840.1.101.3.4.3.13
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x0e", "rsassa-pkcs1-v1_5-with-sha3-256", "SHA3-256", rsaSignature}, // 2.16.840.1.101.3.4.3.14
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x0f", "rsassa-pkcs1-v1_5-with-sha3-384", "SHA3-384", rsaSignature}, // 2.16.840.1.101.3.4.3.15
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x10", "rsassa-pkcs1-v1_5-with-sha3-512", "SHA3-512", rsaSignature}, // 2.16.840.1.101.3.4.3.16
	{"\x2b\x65\x70", "Ed25519", "", ed25519Signature},                                                     // 1.3.101.112
	{"\x2b\x65\x71", "Ed448", "", ed448Signature},                                                         // 1.3.101.113
	{"\x2a\x85\x03\x02\x02\x03", "GOST R 34.10-2001 with GOST R 34.11-94", "", unknownSignature},          // 1.2.643.2.2.3
	{"\x2a\x85\x03\x07\x01\x01\x03\x02", "GOST R 34.10-2012 with Streebog-256", "", unknownSignature},     // 1.2.643.7.1.1.3.2
	{"\x2a\x85\x03\x07\x01\x01\x03\x03", "GOST R 34.10-2012 with Streebog-512", "", unknownSignature},     // 1.2.643.7.1.1.3.3
	{"\x2a\x81\x1c\xcf\x55\x01\x83\x75", "SM2-with-SM3", "SM3", unknownSignature},                         // 1.2.156.10197.1.501
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x11", "ML-DSA-44", "", unknownSignature},                           // 2.16.840.1.101.3.4.3.17
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x12", "ML-DSA-65", "", unknownSignature},                           // 2.16.840.1.101.3.4.3.18
	{"\x60\x86\x48\x01\x65\x03\x04\x03\x13", "ML-DSA-87", "", unknownSignature},                           // 2.16.840.1.101.3.4.3.19
}

const rawPSS = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" // 1.2.840.113549.1.1.10

// ReadSignatureAlgorithm reads the AlgorithmIdentifier of a signature. It does
// not fail: what cannot be read has no name.
func ReadSignatureAlgorithm(e der.Element) SignatureAlgorithm {
	r := e.Reader()
	id, err := r.Expect(der.TagOID)
	if err != nil {
		return SignatureAlgorithm{}
	}
	if string(id.Content) == rawPSS {
		hash, known := pssHash(r)
		a := SignatureAlgorithm{Name: "RSASSA-PSS with " + hash, kind: pssSignature}
		if known {
			a.Hash = hash
		}
		return a
	}
	for i := range signatureAlgorithms {
		if a := &signatureAlgorithms[i]; a.oid == string(id.Content) {
			return SignatureAlgorithm{a.name, a.hash, a.kind}
		}
	}
	dotted, _ := id.OID()
	return SignatureAlgorithm{Name: dotted}
}

// pssHash names the hash in RSASSA-PSS-params (RFC 4055, Section 3.1), which r
// is at.
func pssHash(r *der.Reader) (name string, known bool) {
	params, ok := r.Peek()
	if !ok || !params.Is(der.TagSequence) {
		return "SHA-1", true
	}
	wrapped, ok := params.Reader().Optional(0)
	if !ok {
		return "SHA-1", true
	}
	return nextHash(wrapped.Reader())
}

// nextHash names the hash whose AlgorithmIdentifier comes next, by its dotted
// OID if it is not known.
func nextHash(r *der.Reader) (name string, known bool) {
	const unreadable = "an unreadable hash"
	alg, err := r.Expect(der.TagSequence)
	if err != nil {
		return unreadable, false
	}
	id, err := alg.Reader().Expect(der.TagOID)
	if err != nil {
		return unreadable, false
	}
	dotted, _ := id.OID()
	if d, ok := pbe.DigestByOID(dotted); ok {
		return d.Name, true
	}
	return dotted, false
}
