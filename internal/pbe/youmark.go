package pbe

import (
	"crypto"

	"github.com/youmark/pkcs8"
)

// The border to youmark/pkcs8. It derives the key, encrypts and decrypts for
// every scheme of PBES2 that it can: PBKDF2 with HMAC-SHA1 and HMAC-SHA256, and
// scrypt; AES and Triple DES in CBC mode. That is what OpenSSL, Java and Windows
// write, and all of PBES2 that is written here.
//
// What is beside it is what it cannot do. Its ParsePrivateKey and
// MarshalPrivateKey go by way of a parsed key, which loses the attributes and
// refuses every algorithm that Go does not know, while the bytes have to stay
// as they are; they have no error that tells a wrong password from a damaged
// file, take the empty password for none, and draw the salt from the system.
// So the ASN.1 around is read and written here, and decides what is encrypted
// and how. PBES1, the PKCS#12 schemes, other digests, ciphers and modes it does
// not know; what it calls AES-GCM is AES-CBC under the identifier of GCM.

// youmarkPBKDF2 derives keys with PBKDF2, nil if h is none of its digests.
func youmarkPBKDF2(h Digest, salt []byte, rounds int) deriveFunc {
	o := pkcs8.PBKDF2Opts{IterationCount: rounds}
	switch h.Name {
	case "SHA-1":
		o.HMACHash = crypto.SHA1
	case "SHA-256":
		o.HMACHash = crypto.SHA256
	default:
		return nil
	}
	return func(pw []byte, size int) ([]byte, error) {
		key, _, err := o.DeriveKey(pw, salt, size)
		return key, err
	}
}

// youmarkScrypt derives keys with scrypt.
func youmarkScrypt(salt []byte, n, r, p int) deriveFunc {
	o := pkcs8.ScryptOpts{CostParameter: n, BlockSize: r, ParallelizationParameter: p}
	return func(pw []byte, size int) ([]byte, error) {
		key, _, err := o.DeriveKey(pw, salt, size)
		return key, err
	}
}

// youmarkCipher finds a cipher with its mode, nil if it is not there.
func youmarkCipher(name string) pkcs8.Cipher {
	switch name {
	case "AES-128-CBC":
		return pkcs8.AES128CBC
	case "AES-192-CBC":
		return pkcs8.AES192CBC
	case "AES-256-CBC":
		return pkcs8.AES256CBC
	case "DES-EDE3-CBC":
		return pkcs8.TripleDESCBC
	}
	return nil
}
