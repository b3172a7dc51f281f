package structure

import (
	"bytes"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

func dotted(id []byte) string { return der.DottedOID(id) }

// PrivateKey walks through a private key in the clear: PKCS#8 (RFC 5208, RFC
// 5958), PKCS#1 (RFC 8017, Appendix A.1.2) or SEC1 (RFC 5915). Other keys have no
// fault.
func PrivateKey(raw []byte) []Fault { return walkThrough(raw, "the key", privateKey) }

func privateKey(w *walk, raw []byte) {
	c := start(w, raw, "the key")
	version := c.integer("the version")
	if c.w == nil {
		return
	}
	switch c.peek() {
	case idSequence:
		c.what = "the PKCS#8 key"
		c.pkcs8(version)
	case idOctets:
		c.what = "the EC key"
		c.sec1(version)
	case idInteger:
		if numbers := count(c.rest); numbers == 5 {
			return // OpenSSL's DSA
		}
		c.what = "the RSA key"
		c.pkcs1(version)
	default:
		c.skip("what follows the version")
	}
}

// count counts the fields of a value.
func count(rest []byte) int {
	n := 0
	for c := (cursor{w: &walk{}, rest: rest}); c.more(); n++ {
		c.skip("")
	}
	return n
}

func (c *cursor) pkcs8(version []byte) {
	if len(version) != 1 || version[0] > 1 {
		c.w.fault(c.off, note.OpenSSL35Loads, "the version of the PKCS#8 key is none of 0 and 1")
	}
	id := c.keyAlgorithm(false)
	if c.peek() != idOctets {
		return // Netscape's form, told elsewhere
	}
	value, off, ok := c.field(idOctets, "the key")
	if c.peek() == constructed {
		attributes := c.enter(constructed, "the attributes")
		for attributes.more() {
			at := attributes.enter(idSequence, "an attribute")
			at.oid("the type")
			at.enter(idSet, "the values")
			at.end()
		}
	}
	if c.peek() == context|1 {
		b, off, ok := c.field(context|1, "the public key")
		if ok {
			c.checkBits(b, off, "the public key", everybody)
		}
	}
	c.end()
	if !ok {
		return
	}
	in := cursor{c.w, value, off, "the PKCS#8 key"}
	switch {
	case isRSA(&in, id):
		k := in.enter(idSequence, "the RSA key")
		k.pkcs1(k.integer("the version"))
		in.endBy(note.GoParses) // OpenSSL reads no further
	case string(id) == rawEC:
		k := in.enter(idSequence, "the EC key")
		k.sec1(k.integer("the version"))
		in.endBy(note.GoParses)
	}
}

func (c *cursor) pkcs1(version []byte) {
	if c.w == nil {
		return
	}
	if len(version) != 1 || version[0] > 1 {
		c.w.fault(c.off, everybody, "the version of the RSA key is none of 0 and 1")
	}
	for _, name := range [...]string{"the modulus", "the public exponent", "the private exponent", "a prime", "the other prime", "an exponent", "the other exponent", "the coefficient"} {
		c.number(name)
	}
	if further := c.peek() == idSequence; c.w != nil && len(version) == 1 && further != (version[0] == 1) {
		c.w.fault(c.off, everybody, "a version that does not go with the number of primes: %s", c.what)
	}
	if c.peek() == idSequence {
		list := c.enter(idSequence, "the further primes")
		for list.more() {
			p := list.enter(idSequence, "a further prime")
			p.number("the prime")
			p.number("the exponent")
			p.number("the coefficient")
			p.end()
		}
	}
	c.end()
}

func (c *cursor) sec1(version []byte) {
	if c.w == nil {
		return
	}
	if len(version) != 1 || version[0] != 1 {
		c.w.fault(c.off, note.GoParses, "the version of the EC key is not 1")
	}
	c.field(idOctets, "the private number")
	if c.peek() == constructed {
		p := c.enter(constructed, "the curve")
		p.skip("the curve")
		p.end()
	}
	if c.peek() == constructed|1 {
		p := c.enter(constructed|1, "the public key")
		p.bits("the public key", everybody)
		p.end()
	}
	c.end()
}

// EncryptedKey walks through an EncryptedPrivateKeyInfo (RFC 5958, Section 3).
func EncryptedKey(raw []byte) []Fault { return walkThrough(raw, "the encrypted key", encryptedKey) }

func encryptedKey(w *walk, raw []byte) {
	c := start(w, raw, "the encrypted key")
	c.encryption()
	c.field(idOctets, "the key")
	c.end()
}

// Content octets of schemes of encryption by password.
const (
	rawPBES2  = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" // 1.2.840.113549.1.5.13
	rawPBKDF2 = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c" // 1.2.840.113549.1.5.12
	rawScrypt = "\x2b\x06\x01\x04\x01\xda\x47\x04\x0b" // 1.3.6.1.4.1.11591.4.11
	rawPBES1  = "\x2a\x86\x48\x86\xf7\x0d\x01\x05"     // and what follows
	rawPKCS12 = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01" // and what follows: 1.2.840.113549.1.12.1
)

// encryption reads the AlgorithmIdentifier of an encryption by password (RFC
// 8018, Appendix A).
func (c *cursor) encryption() {
	a := c.enter(idSequence, "the encryption")
	id := a.oid("the scheme")
	switch {
	case string(id) == rawPBES2:
		p := a.enter(idSequence, "the encryption")
		p.derivation()
		p.algorithm("the cipher")
		p.end()
	case bytes.HasPrefix(id, []byte(rawPBES1)), bytes.HasPrefix(id, []byte(rawPKCS12)):
		p := a.enter(idSequence, "the encryption")
		p.field(idOctets, "the salt")
		p.integer("the rounds")
		p.end()
	case a.more():
		a.skip("the parameters")
	}
	a.end()
}

// derivation reads the AlgorithmIdentifier of a key derivation.
func (c *cursor) derivation() {
	a := c.enter(idSequence, "the key derivation")
	id := a.oid("the scheme")
	switch string(id) {
	case rawPBKDF2:
		p := a.enter(idSequence, "the key derivation")
		p.skip("the salt")
		p.integer("the rounds")
		if p.peek() == idInteger {
			p.integer("the length of the key")
		}
		if p.peek() == idSequence {
			p.algorithm("the hash")
		}
		p.end()
	case rawScrypt:
		p := a.enter(idSequence, "the key derivation")
		p.field(idOctets, "the salt")
		for range 3 {
			p.integer("a cost")
		}
		if p.peek() == idInteger {
			p.integer("the length of the key")
		}
		p.end()
	default:
		if a.more() {
			a.skip("the parameters")
		}
	}
	a.end()
}
