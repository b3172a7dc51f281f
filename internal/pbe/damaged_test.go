package pbe

import (
	"bytes"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

func sequence(parts ...[]byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(parts, nil)) })
	})
}

func octets(n int) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(make([]byte, n)) })
}

func number(n int64) []byte {
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1Int64(n) })
}

// Each element of the parameters of an encryption has to be there, in its type, but those
// that RFC 8018, 7914, 5084 and 7292 let out.
func TestDamagedParameters(t *testing.T) {
	const cbc, gcm, ccm, rc2, cast5 = "2.16.840.1.101.3.4.1.42", "2.16.840.1.101.3.4.1.46", "2.16.840.1.101.3.4.1.47", "1.2.840.113549.3.2", "1.2.840.113533.7.66.10"
	prf := der.Algorithm("1.2.840.113549.2.9", []byte{5, 0})
	pbkdf2 := der.Algorithm(oidPBKDF2, sequence(octets(8), number(2048), prf))
	scrypt := der.Algorithm(OIDScrypt, sequence(octets(8), number(1024), number(8), number(1)))
	pbes2 := func(kdf, enc []byte) []byte { return der.Algorithm(oidPBES2, sequence(kdf, enc)) }
	may := []string{"1.0.1.0 empty", "1.0.1.2 missing", "1.0.1.2.1 missing", "1.0.1.2.1 null"}
	for name, c := range map[string]struct {
		alg []byte
		may []string
	}{
		"PKCS #12":      {der.Algorithm("1.2.840.113549.1.12.1.3", sequence(octets(8), number(2048))), []string{"1.0 empty"}},
		"PBES1":         {der.Algorithm("1.2.840.113549.1.5.3", sequence(octets(8), number(2048))), []string{"1.0 empty"}},
		"PBES2":         {pbes2(pbkdf2, der.Algorithm(cbc, octets(16))), may},
		"PBES2, RC2":    {pbes2(pbkdf2, der.Algorithm(rc2, sequence(number(58), octets(8)))), append([]string{"1.1.1.0 missing"}, may...)},
		"PBES2, CAST5":  {pbes2(pbkdf2, der.Algorithm(cast5, sequence(octets(8), number(128)))), append([]string{"1.1.1.1 missing"}, may...)},
		"PBES2, GCM":    {pbes2(pbkdf2, der.Algorithm(gcm, sequence(octets(12), number(16)))), append([]string{"1.1.1.1 missing"}, may...)},
		"PBES2, CCM":    {pbes2(pbkdf2, der.Algorithm(ccm, sequence(octets(12), number(16)))), append([]string{"1.1.1.1 missing"}, may...)},
		"PBES2, scrypt": {pbes2(scrypt, der.Algorithm(cbc, octets(16))), []string{"1.0.1.0 empty"}},
		// The first of two numbers is the count, and the last of four the length of the key.
		"PBES2, length of the key": {
			pbes2(der.Algorithm(oidPBKDF2, sequence(octets(8), number(2048), number(32))), der.Algorithm(cbc, octets(16))),
			[]string{"1.0.1.0 empty", "1.0.1.1 missing", "1.0.1.2 missing"},
		},
		"PBES2, scrypt, length of the key": {
			pbes2(der.Algorithm(OIDScrypt, sequence(octets(8), number(1024), number(8), number(2), number(32))), der.Algorithm(cbc, octets(16))),
			[]string{"1.0.1.0 empty", "1.0.1.1 missing", "1.0.1.2 missing", "1.0.1.3 missing", "1.0.1.4 missing"},
		},
		// Java before 11 has one more around them.
		"PBES2 of Java": {
			der.Algorithm(oidPBES2, der.Algorithm(oidPBES2, sequence(pbkdf2, der.Algorithm(cbc, octets(16))))),
			[]string{"1.1.0.1.0 empty", "1.1.0.1.2 missing", "1.1.0.1.2.1 missing", "1.1.0.1.2.1 null"},
		},
	} {
		testenv.EachIsNeeded(t, name, c.alg, c.may, func(object []byte) error {
			_, err := ParseScheme(mustParse(t, object))
			return err
		})
	}
}

// The same of what a MAC says of itself.
func TestDamagedMAC(t *testing.T) {
	info := func(alg []byte) []byte { return sequence(alg, octets(32)) }
	sha256 := der.Algorithm("2.16.840.1.101.3.4.2.1", []byte{5, 0})
	hmac := der.Algorithm("1.2.840.113549.2.9", []byte{5, 0})
	pbkdf2 := der.Algorithm(oidPBKDF2, sequence(octets(8), number(2048), number(32), hmac))
	for name, c := range map[string]struct {
		mac []byte
		may []string
	}{
		"HMAC": {sequence(info(sha256), octets(8), number(2048)), []string{"0.0.1 missing", "0.0.1 null", "1 empty", "2 missing"}},
		"PBMAC1": {
			sequence(info(der.Algorithm(oidPBMAC1, sequence(pbkdf2, hmac))), octets(8), number(1)),
			[]string{
				"0.0.1.0.1.0 empty", "0.0.1.0.1.3 missing", "0.0.1.0.1.3.1 missing", "0.0.1.0.1.3.1 null", "0.0.1.1.1 missing", "0.0.1.1.1 null",
				"1 missing", "1 null", "1 empty", "2 missing", "2 null", "2 empty", // which do not count
			},
		},
	} {
		testenv.EachIsNeeded(t, name, c.mac, c.may, func(object []byte) error {
			_, err := ParseMAC(mustParse(t, object))
			return err
		})
	}
}
