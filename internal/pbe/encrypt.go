package pbe

import (
	"crypto"
	"encoding/asn1"
	"io"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// The schemes that Encrypt writes.
const (
	AES256    = "PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC"
	TripleDES = "pbeWithSHAAnd3-KeyTripleDES-CBC"
)

// Encrypt protects plain with one of the schemes above and returns the
// AlgorithmIdentifier with it. password is text, as the user gave it; rand
// makes salt and initialization vector.
//
// It returns an *UnsupportedError for another scheme, and what rand returns.
func Encrypt(scheme string, rounds int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	switch scheme {
	case AES256:
		return encryptPBES2(rounds, password, plain, rand)
	case TripleDES:
		return encrypt3DES(rounds, password, plain, rand)
	}
	return nil, nil, unsupported(scheme)
}

func encryptPBES2(rounds int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	kdf := pkcs8.PBKDF2Opts{
		SaltSize:       16, // NIST SP 800-132, Section 5.1
		IterationCount: rounds,
		HMACHash:       crypto.SHA256,
	}
	enc := pkcs8.AES256CBC
	salt, iv := make([]byte, kdf.SaltSize), make([]byte, enc.IVSize())
	for _, b := range [][]byte{salt, iv} {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, nil, err
		}
	}
	key, params, err := kdf.DeriveKey(password, salt, enc.KeySize())
	if err != nil {
		return nil, nil, err
	}
	defer clear(key)
	if ciphertext, err = enc.Encrypt(key, iv, plain); err != nil {
		return nil, nil, err
	}
	kdfParams, err := asn1.Marshal(params)
	if err != nil {
		return nil, nil, err
	}
	alg = der.Build(func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, oidPBES2, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddAlgorithm(b, kdf.OID().String(), func(b *cryptobyte.Builder) { b.AddBytes(kdfParams) })
				der.AddAlgorithm(b, enc.OID().String(), func(b *cryptobyte.Builder) { b.AddASN1OctetString(iv) })
			})
		})
	})
	return alg, ciphertext, nil
}

// encrypt3DES is pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292, Appendix C), which
// is not PBES2: only the cipher is youmark's.
func encrypt3DES(rounds int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	salt := make([]byte, 8)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return nil, nil, err
	}
	bmp := BMP.Encode(password)
	defer clear(bmp)
	enc := pkcs8.TripleDESCBC
	key := PKCS12Key("SHA-1", bmp, salt, 1, rounds, enc.KeySize())
	defer clear(key)
	iv := PKCS12Key("SHA-1", bmp, salt, 2, rounds, enc.IVSize())
	if ciphertext, err = enc.Encrypt(key, iv, plain); err != nil {
		return nil, nil, err
	}
	alg = der.Build(func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, "1.2.840.113549.1.12.1.3", func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(salt)
				b.AddASN1Int64(int64(rounds))
			})
		})
	})
	return alg, ciphertext, nil
}
