package convert

import (
	"crypto/md5"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

const oidPBES2 = "1.2.840.113549.1.5.13"

// pbes1 are the schemes of RFC 8018, Appendix A.3: PBKDF1 makes the key and
// the IV.
var pbes1 = [...]struct {
	oid, name, cipher string
	hash              func() hash.Hash
}{
	{"1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC", "DES-CBC", ciphers.NewMD2},
	{"1.2.840.113549.1.5.4", "pbeWithMD2AndRC2-CBC", "RC2-64-CBC", ciphers.NewMD2},
	{"1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC", "DES-CBC", md5.New},
	{"1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC", "RC2-64-CBC", md5.New},
	{"1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC", "DES-CBC", sha1.New},
	{"1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC", "RC2-64-CBC", sha1.New},
}

// pkcs12PBE are the schemes of RFC 7292, Appendix C, and those that Bouncy
// Castle added in its own arc.
var pkcs12PBE = [...]struct {
	oid, name, cipher, hash string
	keySize                 int
}{
	{"1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4", "RC4", "SHA-1", 16},
	{"1.2.840.113549.1.12.1.2", "pbeWithSHAAnd40BitRC4", "RC4", "SHA-1", 5},
	{"1.2.840.113549.1.12.1.3", scheme3DES, "DES-EDE3-CBC", "SHA-1", 24},
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

// pbe is a password based encryption with its parameters read.
type pbe struct {
	scheme string
	weak   bool
	form   passwordForm
	rounds int
	enc    encryption
	key    func(pw []byte) (key, iv []byte, err error)
}

// decryptPBE opens what an AlgorithmIdentifier of PKCS#5 or PKCS#12 password
// based encryption protects. accept judges the plaintext (nil: padding alone
// decides); it returns errPassword for what a wrong password yields. scheme
// is returned, and recorded in the container, also when opening fails. at is
// the place of alg.
func (d *decoder) decryptPBE(alg der.Element, ciphertext []byte, at Source, what string, accept func(plain []byte) error) (plain []byte, scheme string, err error) {
	if alg, err = der.ParseAll(alg.Full); err != nil { // offsets count from at
		return nil, "", damaged(at, what, err)
	}
	p, err := parsePBE(alg)
	if p.scheme != "" {
		d.encrypted(p.scheme)
	}
	if p.weak {
		d.note(at, note.WeakEncryption, p.scheme)
	}
	if err != nil {
		return nil, p.scheme, pbeError(at, what, err)
	}
	d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.KeyDerivation, N: p.rounds, Text: text.Of("%s", p.scheme)})
	if err := p.enc.checkLength(len(ciphertext)); err != nil {
		return nil, p.scheme, damaged(at, what, err)
	}
	if err := d.spend(at, what, p.rounds); err != nil {
		return nil, p.scheme, err
	}
	open := func(pw []byte) error {
		key, iv, err := p.key(pw)
		if err != nil {
			return damaged(at, what, err)
		}
		defer clear(key)
		out, err := p.enc.decrypt(key, iv, ciphertext)
		if err != nil && !errors.Is(err, errPassword) {
			return damaged(at, what, err)
		}
		if err == nil && accept != nil {
			err = accept(out)
		}
		if err != nil {
			clear(out)
			return err
		}
		plain = out
		return nil
	}
	try := open
	if at.Format == "pfx" && p.form == passwordBytes {
		try = func(pw []byte) error { return d.openAsBMP(pw, at, open) }
	}
	err = d.unlock(at, fmt.Sprintf("%s (%s)", what, p.scheme), p.form, try)
	return plain, p.scheme, err
}

// openAsBMP tries pw as it is and then as a BMPString: in a PFX the password
// of PBES2 should be UTF-8 like anywhere else, but NSS and others kept to the
// form that the rest of PKCS#12 uses.
func (d *decoder) openAsBMP(pw []byte, at Source, open func([]byte) error) error {
	err := open(pw)
	if !errors.Is(err, errPassword) {
		return err
	}
	for _, v := range passwordVariants(pw, passwordBMP) {
		for _, wide := range [][]byte{v.bytes, v.bytes[:max(len(v.bytes)-2, 0)]} {
			if e := open(wide); !errors.Is(e, errPassword) {
				if e == nil {
					d.note(at, note.PasswordVariant, "as BMPString")
				}
				clear(v.bytes)
				return e
			}
		}
		clear(v.bytes)
	}
	return err
}

// pbeScheme names the algorithms of an AlgorithmIdentifier, such as
// "PBES2 PBKDF2-HMAC-SHA256 AES-256-CBC" or "pbeWithSHAAnd3-KeyTripleDES-CBC".
func pbeScheme(alg der.Element) string {
	p, _ := parsePBE(alg)
	return p.scheme
}

// parsePBE reads an AlgorithmIdentifier. On an error the result still has the
// scheme, as far as it can be named.
func parsePBE(alg der.Element) (pbe, error) {
	oid, params, err := algorithmIdentifier(alg)
	if err != nil {
		return pbe{}, err
	}
	if oid == oidPBES2 {
		return parsePBES2(params)
	}
	for _, s := range pbes1 {
		if s.oid == oid {
			return parsePBES1(params, s.name, s.cipher, s.hash)
		}
	}
	for _, s := range pkcs12PBE {
		if s.oid == oid {
			return parsePKCS12PBE(params, s.name, s.cipher, s.hash, s.keySize)
		}
	}
	name := algorithmName(oid)
	return pbe{scheme: name}, unknownAlgorithm(name)
}

func pbeError(at Source, what string, err error) error {
	if name, ok := err.(unknownAlgorithm); ok {
		return unsupported(at, what, string(name))
	}
	return damaged(at, what, err)
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
	if salt, err = octets(e); err != nil {
		return nil, 0, err
	}
	rounds, err = nextInt(r)
	return salt, rounds, err
}

// parsePBES1 is RFC 8018, Section 6.1.
func parsePBES1(params der.Element, name, cipher string, hash func() hash.Hash) (p pbe, err error) {
	p = pbe{scheme: name, weak: true, form: passwordBytes}
	var salt []byte
	if salt, p.rounds, err = saltAndRounds(params); err != nil {
		return p, err
	}
	p.enc, _ = encryptionByName(cipher)
	rounds := p.rounds
	p.key = func(pw []byte) (key, iv []byte, err error) {
		in := append(append(make([]byte, 0, len(pw)+len(salt)), pw...), salt...)
		defer clear(in)
		dk := hashRounds(hash(), in, nil, rounds)
		return dk[:8], dk[8:16], nil
	}
	return p, nil
}

// parsePKCS12PBE is RFC 7292, Appendix C.
func parsePKCS12PBE(params der.Element, name, cipher, hash string, keySize int) (p pbe, err error) {
	p = pbe{scheme: name, form: passwordBMP}
	p.enc, _ = encryptionByName(cipher)
	p.weak = p.enc.cipher.weak
	var salt []byte
	if salt, p.rounds, err = saltAndRounds(params); err != nil {
		return p, err
	}
	rounds, ivSize := p.rounds, p.enc.blockSize()
	if p.enc.mode == "" {
		ivSize = 0
	}
	p.key = func(pw []byte) (key, iv []byte, err error) {
		key = pkcs12Key(hash, pw, salt, 1, rounds, keySize)
		if ivSize > 0 {
			iv = pkcs12Key(hash, pw, salt, 2, rounds, ivSize)
		}
		return key, iv, nil
	}
	return p, nil
}

// parsePBES2 is RFC 8018, Section 6.2.
func parsePBES2(params der.Element) (p pbe, err error) {
	p = pbe{scheme: "PBES2", form: passwordBytes}
	if !params.Is(der.TagSequence) {
		return p, &der.SyntaxError{Offset: params.Offset, Msg: "PBES2 without parameters"}
	}
	r := params.Reader()
	if e, ok := r.Peek(); ok && e.Is(der.TagOID) {
		// Java before 11 put a whole AlgorithmIdentifier where its parameters
		// belong (JDK-8202837).
		if _, params, err = algorithmIdentifier(params); err != nil {
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
	k, kdfErr := readKDF(kdfAlg)
	enc, encErr := parseEncryption(encAlg)
	for _, name := range []string{k.name, enc.name} {
		if name != "" {
			p.scheme += " " + name
		}
	}
	p.weak = enc.cipher.weak
	if kdfErr != nil {
		return p, kdfErr
	}
	if encErr != nil {
		return p, encErr
	}
	p.enc, p.rounds = enc, k.rounds
	size := enc.cipher.keySize
	if k.keyLength > 0 && enc.cipher.varies {
		size = k.keyLength
	}
	if size < 1 || size > 128 {
		return p, &der.SyntaxError{Offset: kdfAlg.Offset, Msg: fmt.Sprintf("a key of %d bytes for %s", size, enc.name)}
	}
	p.key = func(pw []byte) (key, iv []byte, err error) {
		key, err = k.key(pw, size)
		return key, enc.iv, err
	}
	return p, nil
}
