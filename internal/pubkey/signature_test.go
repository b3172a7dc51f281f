package pubkey

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"math/big"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
)

// pssBlock is EMSA-PSS-ENCODE (RFC 8017, Section 9.1.1) with SHA-256; edit
// changes DB before it is masked.
func pssBlock(mHash, salt []byte, bits int, edit func(db []byte)) []byte {
	h := sha256.Sum256(append(append(make([]byte, 8), mHash...), salt...))
	size := (bits + 7) / 8
	db := make([]byte, size-len(h)-1)
	db[len(db)-len(salt)-1] = 1
	copy(db[len(db)-len(salt):], salt)
	edit(db)
	mgf1XOR(db, h[:], sha256.New)
	db[0] &= 0xff >> (8*size - bits)
	return append(append(db, h[:]...), 0xbc)
}

// Every octet of the encoded message that RFC 8017, Section 9.1.2, fixes.
func TestPSSEncoding(t *testing.T) {
	mHash := sha256.Sum256([]byte("message"))
	salt := []byte("a salt of 20 octets.")
	const bits = 1023
	separator := 128 - 32 - 1 - len(salt) - 1
	for _, v := range []struct {
		name  string
		edit  func(db []byte)
		after func(em []byte)
		salt  int
		want  bool
	}{
		{name: "as made", want: true},
		{name: "separator 0", edit: func(db []byte) { db[separator] = 0 }},
		{name: "separator 2", edit: func(db []byte) { db[separator] = 2 }},
		{name: "separator 0x81", edit: func(db []byte) { db[separator] = 0x81 }},
		{name: "octet before the separator", edit: func(db []byte) { db[separator-1] = 1 }},
		{name: "first octet", edit: func(db []byte) { db[0] = 1 }},
		{name: "bit that is not used", after: func(em []byte) { em[0] |= 0x80 }},
		{name: "trailer", after: func(em []byte) { em[len(em)-1] = 0xcc }},
		{name: "salt", edit: func(db []byte) { db[len(db)-1] ^= 1 }},
		{name: "hash", after: func(em []byte) { em[len(em)-2] ^= 1 }},
		{name: "shorter salt asked", salt: len(salt) - 1},
		{name: "longer salt asked", salt: len(salt) + 1},
		{name: "no room for the salt", salt: 128 - 33},
		{name: "negative salt", salt: -1},
	} {
		if v.edit == nil {
			v.edit = func([]byte) {}
		}
		em := pssBlock(mHash[:], salt, bits, v.edit)
		if v.after != nil {
			v.after(em)
		}
		if v.salt == 0 {
			v.salt = len(salt)
		}
		if got := emsaPSSVerify(mHash[:], em, bits, sha256.New, sha256.New, v.salt); got != v.want {
			t.Errorf("%s: %v", v.name, got)
		}
	}
}

// rsaSigner is a key of the tests, and a signature with RSASSA-PSS (SHA-256, a
// salt of 32 octets) and one with PKCS #1 v1.5 of the message.
type rsaSigner struct {
	key         *rsa.PrivateKey
	message     []byte
	pss, pkcs15 []byte
}

func newRSASigner(t *testing.T) (s rsaSigner) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	s = rsaSigner{key: key, message: []byte("message")}
	digest := sha256.Sum256(s.message)
	var err1, err2 error
	s.pss, err1 = rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: 32})
	s.pkcs15, err2 = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return s
}

// spki is the public key under another AlgorithmIdentifier.
func (s rsaSigner) spki(alg []byte) []byte {
	return marshalSPKI(alg, x509.MarshalPKCS1PublicKey(&s.key.PublicKey))
}

// A key for RSASSA-PSS is for nothing else, and its parameters bind (RFC 4055,
// Sections 1.2 and 3.3).
func TestPSSKeys(t *testing.T) {
	s := newRSASigner(t)
	pss := pssAlgorithm(t, "SHA-256", "SHA-256", 32)
	pkcs15 := der.Algorithm("1.2.840.113549.1.1.11", derNull)
	for _, v := range []struct {
		name     string
		key, alg []byte
		want     bool
	}{
		{"RSA", der.Algorithm(oidRSA, derNull), pss, true},
		{"2.5.8.1.1", der.Algorithm(oidRSAX500, derNull), pss, true},
		{"RSASSA-PSS without parameters", der.Algorithm(oidRSAPSS, nil), pss, true},
		{"RSASSA-PSS, the same", pss, pss, true},
		{"RSASSA-PSS, a shorter salt", pssAlgorithm(t, "SHA-256", "SHA-256", 20), pss, true},
		{"RSASSA-PSS, a longer salt", pssAlgorithm(t, "SHA-256", "SHA-256", 33), pss, false},
		{"RSASSA-PSS, another hash", pssAlgorithm(t, "SHA-384", "SHA-256", 32), pss, false},
		{"RSASSA-PSS, another mask", pssAlgorithm(t, "SHA-256", "SHA-1", 32), pss, false},
		{"RSASSA-PSS, unreadable", der.Algorithm(oidRSAPSS, sequence(octetString(nil))), pss, false},
		{"RSAES-OAEP", der.Algorithm(oidRSAOAEP, nil), pss, false},
		{"RSA, PKCS #1", der.Algorithm(oidRSA, derNull), pkcs15, true},
		{"RSASSA-PSS, PKCS #1", der.Algorithm(oidRSAPSS, nil), pkcs15, false},
		{"RSAES-OAEP, PKCS #1", der.Algorithm(oidRSAOAEP, nil), pkcs15, false},
	} {
		sig := s.pss
		if string(v.alg) == string(pkcs15) {
			sig = s.pkcs15
		}
		if err := Verify(s.message, element(v.alg), sig, s.spki(v.key)); (err == nil) != v.want {
			t.Errorf("%s: %v", v.name, err)
		}
	}
}

// Parameters that OpenSSL does not take do not make a signature.
func TestPSSParameters(t *testing.T) {
	s := newRSASigner(t)
	sha256 := der.Algorithm("2.16.840.1.101.3.4.2.1", derNull)
	hash := contextElement(0, true, sha256)
	mask := func(oid string) []byte { return contextElement(1, true, der.Algorithm(oid, sha256)) }
	salt := contextElement(2, true, integer(32))
	for _, v := range []struct {
		name   string
		params []byte
		want   bool
	}{
		{"as they are", sequence(hash, mask(oidMGF1), salt), true},
		{"trailer written out", sequence(hash, mask(oidMGF1), salt, contextElement(3, true, integer(1))), true},
		{"trailer 2", sequence(hash, mask(oidMGF1), salt, contextElement(3, true, integer(2))), false},
		{"not MGF1", sequence(hash, mask("1.2.3.4"), salt), false},
		{"mask unreadable", sequence(hash, contextElement(1, true, integer(1)), salt), false},
		{"mask without its hash", sequence(hash, contextElement(1, true, der.Algorithm(oidMGF1, nil)), salt), false},
		{"negative salt", sequence(hash, mask(oidMGF1), contextElement(2, true, integer(0xff))), false},
		{"more than the parameters", sequence(hash, mask(oidMGF1), salt, integer(1)), false},
		{"SHA-1 by default", sequence(), false},
		{"none", nil, false},
		{"NULL", derNull, false},
		{"no SEQUENCE", octetString(nil), false},
	} {
		alg := der.Algorithm(oidRSAPSS, v.params)
		if err := Verify(s.message, element(alg), s.pss, s.spki(der.Algorithm(oidRSA, derNull))); (err == nil) != v.want {
			t.Errorf("%s: %v", v.name, err)
		}
	}
}

// A signature has the size of the modulus (RFC 8017, Section 8.2.2): octets that
// change nothing of the number do not make a second one.
func TestRSASignatureSize(t *testing.T) {
	s := newRSASigner(t)
	key := s.spki(der.Algorithm(oidRSA, derNull))
	alg := element(der.Algorithm("1.2.840.113549.1.1.11", derNull))
	bigger := new(big.Int).Add(new(big.Int).SetBytes(s.pkcs15), s.key.N).Bytes()
	for _, sig := range [][]byte{append([]byte{0}, s.pkcs15...), s.pkcs15[:127], append(s.pkcs15[:128:128], 0), bigger, nil} {
		if err := Verify(s.message, alg, sig, key); err != ErrSignature {
			t.Errorf("%d octets: %v", len(sig), err)
		}
	}
}

// A point that is not on its curve has no signatures.
func TestECDSAPointOffCurve(t *testing.T) {
	for _, oid := range []string{"1.3.132.0.10", "1.2.840.10045.3.1.7"} {
		alg := der.Algorithm(oidEC, der.Build(func(b *cryptobyte.Builder) { der.AddOID(b, oid) }))
		point := append([]byte{4}, make([]byte, 64)...)
		point[32], point[64] = 1, 1
		sig := sequence(integer(1), integer(1))
		if err := Verify(nil, element(algorithmOf(t, "ecdsa-with-SHA256")), sig, marshalSPKI(alg, point)); err != ErrSignature {
			t.Errorf("%s: %v", oid, err)
		}
	}
}

func algorithmOf(t *testing.T, name string) []byte {
	t.Helper()
	for _, a := range signatureAlgorithms {
		if a.name == name {
			return der.Algorithm(der.DottedOID([]byte(a.oid)), nil)
		}
	}
	t.Fatal("no algorithm", name)
	return nil
}

// A signature that cannot be checked is not one that was checked and is wrong.
func TestVerifyUnknownAlgorithm(t *testing.T) {
	for _, key := range []string{"pairs/rsa1024.pem", "pairs/ec-P-256.pem", "pairs/ed25519.pem", "pairs/dsa1024.pem"} {
		err := Verify([]byte("message"), element(der.Algorithm("1.3.6.1.4.1.99999.7", nil)), make([]byte, 64), keyOf(t, key).SPKI)
		if !isUnsupported(err) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
