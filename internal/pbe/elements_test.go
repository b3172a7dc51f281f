package pbe

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// TestElements changes each element of what encryptions and MACs say of themselves, and takes
// every algorithm that has a name. testdata/elements.txt has what is read then, and what is
// derived of a password and decrypted, by the start of its hash.
func TestElements(t *testing.T) {
	const cbc, gcm, ccm, rc2, cast5, sha1 = "2.16.840.1.101.3.4.1.42", "2.16.840.1.101.3.4.1.46", "2.16.840.1.101.3.4.1.47", "1.2.840.113549.3.2", "1.2.840.113533.7.66.10", "1.3.14.3.2.26"
	prf := der.Algorithm("1.2.840.113549.2.9", []byte{5, 0})
	hmac := func(oid string) []byte { return der.Algorithm(oid, []byte{5, 0}) }
	pbkdf2 := der.Algorithm(oidPBKDF2, sequence(octets(8), number(2), prf))
	sized := der.Algorithm(oidPBKDF2, sequence(octets(8), number(2), number(32), prf))
	scrypt := der.Algorithm(OIDScrypt, sequence(octets(8), number(4), number(2), number(1), number(32)))
	pbes2 := func(kdf, enc []byte) []byte { return der.Algorithm(oidPBES2, sequence(kdf, enc)) }
	salted := sequence(octets(8), number(2))
	mac := func(alg []byte) []byte { return sequence(sequence(alg, octets(20)), octets(8), number(2)) }
	var b strings.Builder
	whole := func(name string, raw []byte, say func([]byte) string) {
		fmt.Fprintf(&b, "%s: %s\n", name, say(raw))
		for change, raw := range testenv.Changed(raw) {
			fmt.Fprintf(&b, "%s: %s\n", change, say(raw))
		}
	}
	whole("3DES", der.Algorithm("1.2.840.113549.1.12.1.3", salted), sayScheme)
	whole("PBES1", der.Algorithm("1.2.840.113549.1.5.3", salted), sayScheme)
	whole("AES", pbes2(sized, der.Algorithm(cbc, octets(16))), sayScheme)
	whole("GCM", pbes2(pbkdf2, der.Algorithm(gcm, sequence(octets(12), number(16)))), sayScheme)
	whole("CCM", pbes2(pbkdf2, der.Algorithm(ccm, sequence(octets(12), number(16)))), sayScheme)
	whole("RC2", pbes2(pbkdf2, der.Algorithm(rc2, sequence(number(58), octets(8)))), sayScheme)
	whole("CAST5", pbes2(pbkdf2, der.Algorithm(cast5, sequence(octets(8), number(128)))), sayScheme)
	whole("scrypt", pbes2(scrypt, der.Algorithm(cbc, octets(16))), sayScheme)
	whole("Java", der.Algorithm(oidPBES2, pbes2(pbkdf2, der.Algorithm(cbc, octets(16)))), sayScheme)
	whole("MAC", mac(der.Algorithm(sha1, []byte{5, 0})), sayMAC)
	whole("PBMAC1", mac(der.Algorithm(oidPBMAC1, sequence(sized, prf))), sayMAC)
	for _, row := range pbes1 {
		fmt.Fprintf(&b, "%s: %s\n", row.oid, sayScheme(der.Algorithm(row.oid, salted)))
	}
	for _, row := range pkcs12PBE {
		fmt.Fprintf(&b, "%s: %s\n", row.oid, sayScheme(der.Algorithm(row.oid, salted)))
	}
	for _, row := range slices.Concat(encryptionOIDs[:], algorithmNames[:]) {
		for _, n := range []int{0, 8, 16} {
			fmt.Fprintf(&b, "%s with %d octets: %s\n", row[0], n, sayScheme(pbes2(pbkdf2, der.Algorithm(row[0], octets(n)))))
		}
		fmt.Fprintf(&b, "%s with an AEAD's: %s\n", row[0], sayScheme(pbes2(pbkdf2, der.Algorithm(row[0], sequence(octets(12), number(16))))))
	}
	for _, d := range digests {
		fmt.Fprintf(&b, "%s: %s\n", d.Name, sayMAC(mac(der.Algorithm(d.OID, []byte{5, 0}))))
		if d.prf != "" {
			fmt.Fprintf(&b, "HMAC of %s: %s\n", d.Name, sayScheme(pbes2(der.Algorithm(oidPBKDF2, sequence(octets(8), number(2), hmac(d.prf))), der.Algorithm(cbc, octets(16)))))
			fmt.Fprintf(&b, "PBMAC1 of %s: %s\n", d.Name, sayMAC(mac(der.Algorithm(oidPBMAC1, sequence(sized, hmac(d.prf))))))
		}
	}
	for _, c := range blockCiphers {
		for _, mode := range []string{"", "-ECB", "-CBC", "-OFB", "-CFB", "-CFB1", "-CFB8", "-CTR", "-GCM", "-CCM", "-KWP"} {
			for _, n := range []int{0, 8, 16} {
				s, err := ParseDEKInfo(fmt.Sprintf("%s%s,%X", c.name, mode, bytes.Repeat([]byte{7}, n)))
				fmt.Fprintf(&b, "%s%s with %d octets: %s\n", c.name, mode, n, sayParsed(s, err))
			}
		}
	}
	testenv.Golden(t, "testdata/elements.txt", b.String())
}

func sayScheme(raw []byte) string {
	alg, rest, err := der.Parse(raw)
	if err != nil || len(rest) > 0 {
		return fmt.Sprint("none: ", err)
	}
	return sayParsed(ParseScheme(alg))
}

func sayParsed(s Scheme, err error) string {
	if err != nil {
		return fmt.Sprintf("%q, %v", s.Name, err)
	}
	said := fmt.Sprintf("%s, form %d, %d rounds, weight %d, family %s", s.Name, s.Form, s.Rounds, s.Weight, s.Family)
	if s.Weak {
		said += ", weak"
	}
	for _, n := range []int{7, 16, 48} {
		if err := s.CheckLength(n); err != nil {
			said += fmt.Sprintf(", %v", err)
		}
	}
	key, iv, err := s.key([]byte("password"))
	if err != nil {
		return said + ": " + err.Error()
	}
	text, err := s.enc.decrypt(key, iv, make([]byte, 48))
	return said + fmt.Sprintf(": key %x, IV %x, text %x %v", start(key), start(iv), start(text), err)
}

func sayMAC(raw []byte) string {
	e, rest, err := der.Parse(raw)
	if err != nil || len(rest) > 0 {
		return fmt.Sprint("none: ", err)
	}
	m, err := ParseMAC(e)
	if err != nil {
		return fmt.Sprintf("%q, %v", m.Name, err)
	}
	key, _, err := m.key([]byte("password"))
	return fmt.Sprintf("%s, form %d, %d rounds, weight %d, family %s: key %x %v, %v", m.Name, m.Form, m.Rounds, m.Weight, m.Family, start(key), err, m.Verify([]byte("password"), []byte("content")))
}

func start(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:3]
}
