package convert

import (
	"strings"

	"github.com/certconv/certconv/internal/der"
)

// signatureName names a signature AlgorithmIdentifier as its standard does
// ("sha256WithRSAEncryption", "ecdsa-with-SHA384", "RSASSA-PSS with SHA-256"),
// by the dotted OID if it has no name here, "" if it cannot be read.
func signatureName(alg der.Element) string {
	r := alg.Reader()
	id, err := r.Expect(der.TagOID)
	if err != nil {
		return ""
	}
	if string(id.Content) == "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" {
		return "RSASSA-PSS with " + pssHash(r)
	}
	if name := signatureNameOf(string(id.Content)); name != "" {
		return name
	}
	dotted, _ := id.OID()
	return dotted
}

// signatureNameOf takes the content octets of the OBJECT IDENTIFIER. A switch,
// because a map would be built at every start.
func signatureNameOf(oid string) string {
	switch oid {
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02": // 1.2.840.113549.1.1.2
		return "md2WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03": // 1.2.840.113549.1.1.3
		return "md4WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04": // 1.2.840.113549.1.1.4
		return "md5WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05": // 1.2.840.113549.1.1.5
		return "sha1WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e": // 1.2.840.113549.1.1.14
		return "sha224WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b": // 1.2.840.113549.1.1.11
		return "sha256WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c": // 1.2.840.113549.1.1.12
		return "sha384WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d": // 1.2.840.113549.1.1.13
		return "sha512WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0f": // 1.2.840.113549.1.1.15
		return "sha512-224WithRSAEncryption"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x10": // 1.2.840.113549.1.1.16
		return "sha512-256WithRSAEncryption"
	case "\x2b\x0e\x03\x02\x03": // 1.3.14.3.2.3
		return "md5WithRSA"
	case "\x2b\x0e\x03\x02\x0f": // 1.3.14.3.2.15
		return "shaWithRSAEncryption"
	case "\x2b\x0e\x03\x02\x1d": // 1.3.14.3.2.29
		return "sha1WithRSASignature"
	case "\x2b\x24\x03\x03\x01\x02": // 1.3.36.3.3.1.2
		return "rsaSignatureWithripemd160"
	case "\x2a\x86\x48\xce\x38\x04\x03": // 1.2.840.10040.4.3
		return "dsa-with-sha1"
	case "\x2b\x0e\x03\x02\x1b": // 1.3.14.3.2.27
		return "dsaWithSHA1"
	case "\x2b\x0e\x03\x02\x0d": // 1.3.14.3.2.13
		return "dsaWithSHA"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x01": // 2.16.840.1.101.3.4.3.1
		return "dsa-with-sha224"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x02": // 2.16.840.1.101.3.4.3.2
		return "dsa-with-sha256"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x03": // 2.16.840.1.101.3.4.3.3
		return "dsa-with-sha384"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x04": // 2.16.840.1.101.3.4.3.4
		return "dsa-with-sha512"
	case "\x2a\x86\x48\xce\x3d\x04\x01": // 1.2.840.10045.4.1
		return "ecdsa-with-SHA1"
	case "\x2a\x86\x48\xce\x3d\x04\x03\x01": // 1.2.840.10045.4.3.1
		return "ecdsa-with-SHA224"
	case "\x2a\x86\x48\xce\x3d\x04\x03\x02": // 1.2.840.10045.4.3.2
		return "ecdsa-with-SHA256"
	case "\x2a\x86\x48\xce\x3d\x04\x03\x03": // 1.2.840.10045.4.3.3
		return "ecdsa-with-SHA384"
	case "\x2a\x86\x48\xce\x3d\x04\x03\x04": // 1.2.840.10045.4.3.4
		return "ecdsa-with-SHA512"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x09": // 2.16.840.1.101.3.4.3.9
		return "ecdsa-with-SHA3-224"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x0a": // 2.16.840.1.101.3.4.3.10
		return "ecdsa-with-SHA3-256"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x0b": // 2.16.840.1.101.3.4.3.11
		return "ecdsa-with-SHA3-384"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x0c": // 2.16.840.1.101.3.4.3.12
		return "ecdsa-with-SHA3-512"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x0d": // 2.16.840.1.101.3.4.3.13
		return "rsassa-pkcs1-v1_5-with-sha3-224"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x0e": // 2.16.840.1.101.3.4.3.14
		return "rsassa-pkcs1-v1_5-with-sha3-256"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x0f": // 2.16.840.1.101.3.4.3.15
		return "rsassa-pkcs1-v1_5-with-sha3-384"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x10": // 2.16.840.1.101.3.4.3.16
		return "rsassa-pkcs1-v1_5-with-sha3-512"
	case "\x2b\x65\x70": // 1.3.101.112
		return "Ed25519"
	case "\x2b\x65\x71": // 1.3.101.113
		return "Ed448"
	case "\x2a\x85\x03\x02\x02\x03": // 1.2.643.2.2.3
		return "GOST R 34.10-2001 with GOST R 34.11-94"
	case "\x2a\x85\x03\x07\x01\x01\x03\x02": // 1.2.643.7.1.1.3.2
		return "GOST R 34.10-2012 with Streebog-256"
	case "\x2a\x85\x03\x07\x01\x01\x03\x03": // 1.2.643.7.1.1.3.3
		return "GOST R 34.10-2012 with Streebog-512"
	case "\x2a\x81\x1c\xcf\x55\x01\x83\x75": // 1.2.156.10197.1.501
		return "SM2-with-SM3"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x11": // 2.16.840.1.101.3.4.3.17
		return "ML-DSA-44"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x12": // 2.16.840.1.101.3.4.3.18
		return "ML-DSA-65"
	case "\x60\x86\x48\x01\x65\x03\x04\x03\x13": // 2.16.840.1.101.3.4.3.19
		return "ML-DSA-87"
	}
	return ""
}

// pssHash names the hash in RSASSA-PSS-params (RFC 4055, Section 3.1); r
// stands behind the OBJECT IDENTIFIER.
func pssHash(r *der.Reader) string {
	params, ok := r.Peek()
	if !ok || !params.Is(der.TagSequence) {
		return "SHA-1"
	}
	wrapped, ok := params.Reader().Optional(0)
	if !ok {
		return "SHA-1"
	}
	return nextHash(wrapped.Reader())
}

// nextHash names the hash whose AlgorithmIdentifier comes next.
func nextHash(r *der.Reader) string {
	alg, err := r.Expect(der.TagSequence)
	if err != nil {
		return "an unreadable hash"
	}
	id, err := alg.Reader().Expect(der.TagOID)
	if err != nil {
		return "an unreadable hash"
	}
	switch string(id.Content) {
	case "\x2b\x0e\x03\x02\x1a": // 1.3.14.3.2.26
		return "SHA-1"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x04": // 2.16.840.1.101.3.4.2.4
		return "SHA-224"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x01": // 2.16.840.1.101.3.4.2.1
		return "SHA-256"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x02": // 2.16.840.1.101.3.4.2.2
		return "SHA-384"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x03": // 2.16.840.1.101.3.4.2.3
		return "SHA-512"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x05": // 2.16.840.1.101.3.4.2.5
		return "SHA-512/224"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x06": // 2.16.840.1.101.3.4.2.6
		return "SHA-512/256"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x07": // 2.16.840.1.101.3.4.2.7
		return "SHA3-224"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x08": // 2.16.840.1.101.3.4.2.8
		return "SHA3-256"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x09": // 2.16.840.1.101.3.4.2.9
		return "SHA3-384"
	case "\x60\x86\x48\x01\x65\x03\x04\x02\x0a": // 2.16.840.1.101.3.4.2.10
		return "SHA3-512"
	case "\x2a\x86\x48\x86\xf7\x0d\x02\x05": // 1.2.840.113549.2.5
		return "MD5"
	}
	dotted, _ := id.OID()
	return dotted
}

// SignatureHash tells the hash in the name of a signature algorithm: "MD2",
// "MD4", "MD5", "SHA-1", "SHA-256", … or "" where the name does not say it.
func SignatureHash(sigAlg string) string {
	s := strings.ToLower(sigAlg)
	for _, h := range [][2]string{
		{"sha3-224", "SHA3-224"}, {"sha3-256", "SHA3-256"}, {"sha3-384", "SHA3-384"}, {"sha3-512", "SHA3-512"},
		{"sha512-224", "SHA-512/224"}, {"sha512-256", "SHA-512/256"}, {"sha-512/224", "SHA-512/224"}, {"sha-512/256", "SHA-512/256"},
		{"sha224", "SHA-224"}, {"sha256", "SHA-256"}, {"sha384", "SHA-384"}, {"sha512", "SHA-512"},
		{"sha-224", "SHA-224"}, {"sha-256", "SHA-256"}, {"sha-384", "SHA-384"}, {"sha-512", "SHA-512"},
		{"sha1", "SHA-1"}, {"sha-1", "SHA-1"}, {"md2", "MD2"}, {"md4", "MD4"}, {"md5", "MD5"},
		{"ripemd160", "RIPEMD-160"}, {"sm3", "SM3"}, {"dsawithsha", "SHA"}, {"shawithrsa", "SHA"},
	} {
		if strings.Contains(s, h[0]) {
			return h[1]
		}
	}
	return ""
}
