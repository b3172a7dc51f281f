package convert

import (
	"io"

	"github.com/certconv/certconv/internal/der"
)

// decryptPBE opens what an AlgorithmIdentifier of PKCS#5 or PKCS#12 password
// based encryption protects. accept judges the plaintext (nil: padding alone
// decides); it returns errPassword for what a wrong password yields. scheme
// is returned, and recorded in the container, also when opening fails.
func (d *decoder) decryptPBE(alg der.Element, ciphertext []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, scheme string, err error) {
	panic("stub")
}

// pbeScheme names the algorithms of an AlgorithmIdentifier, such as
// "PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC" or "pbeWithSHAAnd3-KeyTripleDES-CBC".
func pbeScheme(alg der.Element) string { panic("stub") }

// encryptPBE protects plain the way a scheme of the profiles says, and returns
// the AlgorithmIdentifier and the ciphertext.
func encryptPBE(scheme string, iterations int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	panic("stub")
}

// decryptTraditionalPEM opens a block with a DEK-Info header (RFC 1421,
// Section 4.6.1.3): the value of the header and the body go in.
func (d *decoder) decryptTraditionalPEM(dekInfo string, body []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, scheme string, err error) {
	panic("stub")
}

// encryptTraditionalPEM returns the DEK-Info value and the encrypted body (AES-256-CBC).
func encryptTraditionalPEM(plain []byte, o *EncodeOptions) (dekInfo string, body []byte, err error) {
	panic("stub")
}
