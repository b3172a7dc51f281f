package pbe

import (
	"crypto/md5"
	"crypto/sha1"
	"fmt"
	"hash"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
)

const oidPBES2 = "1.2.840.113549.1.5.13"

// pbes1 are the schemes of RFC 8018, Appendix A.3: PBKDF1 makes the key and
// the IV.
var pbes1 = [...]struct {
	oid, name, cipher string
	hash              func() hash.Hash
	weight            int
}{
	{"1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC", "DES-CBC", ciphers.NewMD2, 24},
	{"1.2.840.113549.1.5.4", "pbeWithMD2AndRC2-CBC", "RC2-64-CBC", ciphers.NewMD2, 24},
	{"1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC", "DES-CBC", md5.New, 1},
	{"1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC", "RC2-64-CBC", md5.New, 1},
	{"1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC", "DES-CBC", sha1.New, 1},
	{"1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC", "RC2-64-CBC", sha1.New, 1},
}

// pkcs12PBE are the schemes of RFC 7292, Appendix C, and those that Bouncy
// Castle added in its own arc.
var pkcs12PBE = [...]struct {
	oid, name, cipher, hash string
	keySize                 int
}{
	{"1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4", "RC4", "SHA-1", 16},
	{"1.2.840.113549.1.12.1.2", "pbeWithSHAAnd40BitRC4", "RC4", "SHA-1", 5},
	{"1.2.840.113549.1.12.1.3", TripleDES, "DES-EDE3-CBC", "SHA-1", 24},
	{"1.2.840.113549.1.12.1.4", "pbeWithSHAAnd2-KeyTripleDES-CBC", "DES-EDE-CBC", "SHA-1", 16},
	{"1.2.840.113549.1.12.1.5", "pbeWithSHAAnd128BitRC2-CBC", "RC2-CBC", "SHA-1", 16},
	{"1.2.840.113549.1.12.1.6", "pbeWithSHAAnd40BitRC2-CBC", "RC2-40-CBC", "SHA-1", 5},
	{"1.3.6.1.4.1.22554.1.1.2.1.2", "pbeWithSHA1And128BitAES-CBC-BC", "AES-128-CBC", "SHA-1", 16},
	{"1.3.6.1.4.1.22554.1.1.2.1.22", "pbeWithSHA1And192BitAES-CBC-BC", "AES-192-CBC", "SHA-1", 24},
	{"1.3.6.1.4.1.22554.1.1.2.1.42", "pbeWithSHA1And256BitAES-CBC-BC", "AES-256-CBC", "SHA-1", 32},
	{"1.3.6.1.4.1.22554.1.2.1.2.1.2", "pbeWithSHA256And128BitAES-CBC-BC", "AES-128-CBC", "SHA-256", 16},
	{"1.3.6.1.4.1.22554.1.2.1.2.1.22", "pbeWithSHA256And192BitAES-CBC-BC", "AES-192-CBC", "SHA-256", 24},
	{"1.3.6.1.4.1.22554.1.2.1.2.1.42", "pbeWithSHA256And256BitAES-CBC-BC", "AES-256-CBC", "SHA-256", 32},
}

// Scheme is a password based encryption with its parameters read.
type Scheme struct {
	Name   string // "PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC", "pbeWithSHAAnd3-KeyTripleDES-CBC"
	Weak   bool   // it can be broken without the password
	Form   Form   // of the password that Decrypt takes
	Rounds int    // of the key derivation, to be spent before Decrypt is called
	Weight int    // what a round costs, in rounds of PBKDF2-HMAC-SHA256
	Family Family // who knows it

	enc encryption
	id  []byte // as in a derivation
	key keyFunc
}

// Use is the algorithm as readers know it.
func (s Scheme) Use() Use { return Use{s.Family, s.Name} }

// CheckLength tells a ciphertext of n bytes that was cut from what a wrong
// password makes of a whole one: it returns an error in words if the scheme
// cannot have made it.
func (s Scheme) CheckLength(n int) error { return s.enc.checkLength(n) }

// Decrypt returns the plaintext, a new slice, or ErrPassword if padding or tag
// say that the password is wrong. A wrong one may leave a padding that looks
// right: the caller has to look at what comes out. The length was checked.
func (s Scheme) Decrypt(pw, ciphertext []byte) ([]byte, error) {
	key, iv, err := s.key(pw)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return s.enc.decrypt(key, iv, ciphertext)
}

// ParseScheme reads the AlgorithmIdentifier of an encryption of PKCS#5 or
// PKCS#12. On an error the result still has the name, as far as there is one.
//
// It returns an *UnsupportedError for an algorithm that is not here, and a
// *der.SyntaxError for parameters that cannot be.
func ParseScheme(alg der.Element) (Scheme, error) {
	s, err := parseScheme(alg)
	if err == nil && s.Family != FamilyScrypt { // side by side they would take memory for each
		s.id = alg.Full
	}
	return s, err
}

func parseScheme(alg der.Element) (Scheme, error) {
	oid, params, err := der.ParseAlgorithm(alg)
	if err != nil {
		return Scheme{}, err
	}
	if oid == oidPBES2 {
		return parsePBES2(params)
	}
	for _, s := range pbes1 {
		if s.oid == oid {
			p, err := parsePBES1(params, s.name, s.cipher, s.hash)
			p.Weight = s.weight
			return p, err
		}
	}
	for _, s := range pkcs12PBE {
		if s.oid == oid {
			return parsePKCS12PBE(params, s.name, s.cipher, s.hash, s.keySize)
		}
	}
	name := AlgorithmName(oid)
	return Scheme{Name: name, Family: FamilyRare}, unsupported(name)
}

// saltAndRounds reads PBEParameter and pkcs-12PbeParams, which are alike.
func saltAndRounds(params der.Element) (salt []byte, rounds int, err error) {
	if !params.Is(der.TagSequence) {
		return nil, 0, &der.SyntaxError{Offset: params.Offset, Msg: "password based encryption without parameters"}
	}
	r := params.Reader()
	e, err := r.Next()
	if err != nil {
		return nil, 0, err
	}
	if salt, err = e.Octets(); err != nil {
		return nil, 0, err
	}
	rounds, err = r.Int()
	return salt, rounds, err
}

// parsePBES1 is RFC 8018, Section 6.1.
func parsePBES1(params der.Element, name, cipher string, hash func() hash.Hash) (p Scheme, err error) {
	p = Scheme{Name: name, Weak: true, Form: Bytes}
	p.enc, _ = encryptionByName(cipher)
	p.Family = pkcs12Family(p.enc)
	var salt []byte
	if salt, p.Rounds, err = saltAndRounds(params); err != nil {
		return p, err
	}
	rounds := p.Rounds
	p.key = func(pw []byte) (key, iv []byte, err error) {
		in := append(append(make([]byte, 0, len(pw)+len(salt)), pw...), salt...)
		defer clear(in)
		dk := hashRounds(hash(), in, nil, rounds)
		return dk[:8], dk[8:16], nil
	}
	return p, nil
}

// pkcs12Weight is what a round costs where keys of these sizes are made of it: a
// round is one digest, where PBKDF2 computes two.
func pkcs12Weight(hash string, sizes ...int) int {
	h, ok := DigestByName(hash)
	if !ok {
		return 1
	}
	n := 0
	for _, size := range sizes {
		if size > 0 {
			n += blocks(size, h.New().Size())
		}
	}
	return (n*h.weight + 1) / 2
}

// parsePKCS12PBE is RFC 7292, Appendix C.
func parsePKCS12PBE(params der.Element, name, cipher, hash string, keySize int) (p Scheme, err error) {
	p = Scheme{Name: name, Form: BMP}
	p.enc, _ = encryptionByName(cipher)
	p.Weak, p.Family = p.enc.cipher.weak, pkcs12Family(p.enc)
	var salt []byte
	if salt, p.Rounds, err = saltAndRounds(params); err != nil {
		return p, err
	}
	rounds, ivSize := p.Rounds, p.enc.blockSize()
	if p.enc.mode == "" {
		ivSize = 0
	}
	p.Weight = pkcs12Weight(hash, keySize, ivSize)
	p.key = func(pw []byte) (key, iv []byte, err error) {
		key = PKCS12Key(hash, pw, salt, 1, rounds, keySize)
		if ivSize > 0 {
			iv = PKCS12Key(hash, pw, salt, 2, rounds, ivSize)
		}
		return key, iv, nil
	}
	return p, nil
}

// parsePBES2 is RFC 8018, Section 6.2.
func parsePBES2(params der.Element) (p Scheme, err error) {
	p = Scheme{Name: "PBES2", Form: Bytes, Family: FamilyRare}
	if !params.Is(der.TagSequence) {
		return p, &der.SyntaxError{Offset: params.Offset, Msg: "PBES2 without parameters"}
	}
	r := params.Reader()
	if e, ok := r.Peek(); ok && e.Is(der.TagOID) {
		// Java before 11 put a whole AlgorithmIdentifier where its parameters
		// belong (JDK-8202837).
		if _, params, err = der.ParseAlgorithm(params); err != nil {
			return p, err
		}
		r = params.Reader()
	}
	kdfAlg, err := r.Next()
	if err != nil {
		return p, err
	}
	encAlg, err := r.Next()
	if err != nil {
		return p, err
	}
	k, kdfErr := parseKDF(kdfAlg)
	enc, encErr := parseEncryption(encAlg)
	for _, name := range []string{k.name, enc.name} {
		if name != "" {
			p.Name += " " + name
		}
	}
	p.Weak, p.Family = enc.cipher.weak, pbes2Family(k, enc)
	if kdfErr != nil {
		return p, kdfErr
	}
	if encErr != nil {
		return p, encErr
	}
	p.enc, p.Rounds = enc, k.rounds
	size := enc.cipher.keySize
	if k.keyLength > 0 && enc.cipher.varies {
		size = k.keyLength
	}
	if size < 1 || size > 128 {
		return p, &der.SyntaxError{Offset: kdfAlg.Offset, Msg: fmt.Sprintf("a key of %d bytes for %s", size, enc.name)}
	}
	p.Weight = k.cost(size)
	p.key = func(pw []byte) (key, iv []byte, err error) {
		key, err = k.key(pw, size)
		return key, enc.iv, err
	}
	return p, nil
}
