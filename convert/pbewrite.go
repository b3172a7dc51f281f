package convert

import (
	"crypto"
	"crypto/cipher"
	"crypto/des"
	"encoding/asn1"
	"io"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// encryptPBE protects plain the way a scheme of the profiles says, and returns
// the AlgorithmIdentifier with it. password is text, as the user gave it.
func encryptPBE(scheme string, iterations int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	switch scheme {
	case schemeAES256:
		return encryptPBES2(iterations, password, plain, rand)
	case scheme3DES:
		return encrypt3DES(iterations, password, plain, rand)
	}
	return nil, nil, &Error{Kind: ErrUnsupported, What: "writing", Algorithm: scheme}
}

// encryptPBES2 leaves key derivation and encryption to youmark/pkcs8. Its
// MarshalPrivateKey is not used: it takes parsed keys only, which loses
// attributes and every algorithm that Go does not know, and reads its salt from
// the system.
func encryptPBES2(iterations int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	kdf := pkcs8.PBKDF2Opts{
		SaltSize:       16, // NIST SP 800-132, Section 5.1
		IterationCount: iterations,
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
	var b cryptobyte.Builder
	addAlgorithmIdentifier(&b, oidPBES2, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addAlgorithmIdentifier(b, kdf.OID().String(), func(b *cryptobyte.Builder) { b.AddBytes(kdfParams) })
			addAlgorithmIdentifier(b, enc.OID().String(), func(b *cryptobyte.Builder) { b.AddASN1OctetString(iv) })
		})
	})
	alg, err = b.Bytes()
	return alg, ciphertext, err
}

// encrypt3DES is pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292, Appendix C).
func encrypt3DES(iterations int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {
	salt := make([]byte, 8)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return nil, nil, err
	}
	variants := passwordVariants(password, passwordBMP)
	bmp := variants[0].bytes
	defer clear(bmp)
	key := pkcs12Key("SHA-1", bmp, salt, 1, iterations, 24)
	defer clear(key)
	block, err := des.NewTripleDESCipher(key)
	if err != nil {
		return nil, nil, err
	}
	iv := pkcs12Key("SHA-1", bmp, salt, 2, iterations, block.BlockSize())
	ciphertext = pad(plain, block.BlockSize())
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(ciphertext, ciphertext)
	var b cryptobyte.Builder
	addAlgorithmIdentifier(&b, "1.2.840.113549.1.12.1.3", func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(salt)
			b.AddASN1Int64(int64(iterations))
		})
	})
	alg, err = b.Bytes()
	return alg, ciphertext, err
}

func addAlgorithmIdentifier(b *cryptobyte.Builder, oid string, params cryptobyte.BuilderContinuation) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, oid)
		params(b)
	})
}
