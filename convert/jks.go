package convert

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"time"
	"unicode/utf16"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// Java's own keystores, numbers big-endian:
//
//	magic, version, number of entries;
//	each entry: kind, alias, date in milliseconds, contents;
//	SHA-1 over password, whitener and all of the above
//
// JKS and JCEKS differ in their magic, in how keys are encrypted, and in the
// secret keys that JCEKS has.
const (
	jksPrivateKey  = 1
	jksTrustedCert = 2
	jksSecretKey   = 3

	jksWhitener = "Mighty Aphrodite" // what JavaKeyStore hashes behind the password

	oidJKSKey   = "1.3.6.1.4.1.42.2.17.1.1"
	oidJCEKSKey = "1.3.6.1.4.1.42.2.19.1"

	schemeJKS   = "JKS key protector (SHA-1)"
	schemeJCEKS = "PBEWithMD5AndTripleDES (JCEKS)"
)

// storeReader walks a keystore with a digest of 20 bytes at its end. The first
// read beyond the end sticks.
type storeReader struct {
	d    *decoder
	at   Source
	data []byte // without the digest
	size int    // with it
	pos  int
	err  error

	keys     []storeKey
	verified bool
	wrong    *Error // no password that was given fits the digest
}

// storeKey is a key that is still encrypted.
type storeKey struct {
	protected []byte
	at        Source
	names     Names
	chain     [][]byte
}

// newStoreReader begins behind a header of some bytes.
func newStoreReader(d *decoder, data []byte, at Source, header int) storeReader {
	return storeReader{d: d, at: at, pos: header, size: len(data), data: data[:max(header, len(data)-sha1.Size)]}
}

type jksReader struct {
	storeReader
	version int
}

func detectJKS(data []byte) confidence   { return detectKeystore(data, "jks") }
func detectJCEKS(data []byte) confidence { return detectKeystore(data, "jceks") }

func detectKeystore(data []byte, format string) confidence {
	if shape.JavaKeystore(data) != format {
		return notIt
	}
	if len(data) >= 8 && (data[4]|data[5]|data[6] != 0 || data[7] == 0 || data[7] > 2) {
		return possible
	}
	return certain
}

// decodeJKS reads JKS and JCEKS. Aliases and certificates are in the clear;
// every key is unlocked by itself, because it may have a password of its own.
func (d *decoder) decodeJKS(data []byte, at Source) error {
	if f := shape.JavaKeystore(data); f != "" {
		at.Format = f
	}
	const what = "keystore"
	c := d.container(at)
	c.MAC = "SHA-1 with password"
	if shape.JavaKeystore(data) == "" {
		if len(data) < 4 {
			return damaged(at, what, &der.SyntaxError{Missing: 4 - len(data)})
		}
		return damaged(at, what, &der.SyntaxError{Msg: "no JKS or JCEKS header"})
	}
	r := &jksReader{storeReader: newStoreReader(d, data, at, 4)}
	r.version = int(r.uint32())
	count := r.uint32()
	if r.err == nil && (r.version < 1 || r.version > 2) {
		return unsupported(at, what, fmt.Sprintf("version %d", r.version))
	}
	for i := uint32(0); i < count && r.err == nil; i++ {
		r.entry()
	}
	r.need(0)
	cut := r.err
	if cut == nil {
		if n := len(r.data) - r.pos; n > 0 {
			d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(r.pos + sha1.Size), Kind: note.TrailingData, N: n, Text: text.Of("bytes after the end of the keystore")})
		}
		r.verify(data[r.pos : r.pos+sha1.Size])
	}
	if r.err != nil {
		if cut == nil {
			return r.err // of the password callback
		}
		d.fail(at, "", "", r.err)
	}
	return r.openKeys(cut == nil, r.openKey)
}

// need reports whether n more bytes are there.
func (r *storeReader) need(n int) bool {
	if r.err != nil {
		return false
	}
	if missing := r.pos + n + sha1.Size - r.size; missing > 0 {
		r.err = damaged(r.at, "keystore", &der.SyntaxError{Offset: r.pos, Missing: missing})
		return false
	}
	return true
}

func (r *storeReader) take(n int) []byte {
	if !r.need(n) {
		return nil
	}
	r.pos += n
	return r.data[r.pos-n : r.pos : r.pos]
}

func (r *storeReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// block reads a length of four bytes and as many bytes.
func (r *storeReader) block() []byte { return r.take(int(r.uint32())) }

// text reads what Java's writeUTF wrote.
func (r *storeReader) text() string {
	if b := r.take(2); b != nil {
		return fromModifiedUTF8(r.take(int(binary.BigEndian.Uint16(b))))
	}
	return ""
}

func (r *jksReader) entry() {
	at := r.at.behind(r.pos)
	kind := r.uint32()
	if r.err == nil && kind != jksPrivateKey && kind != jksTrustedCert && (kind != jksSecretKey || r.at.Format != "jceks") {
		r.err = damaged(at, "keystore", &der.SyntaxError{Msg: fmt.Sprintf("an entry of the unknown kind %d", kind)})
		return
	}
	n := Names{FriendlyName: r.text()}
	if ms := r.take(8); ms != nil {
		n.Created = javaTime(binary.BigEndian.Uint64(ms))
	}
	at.Entry = n.FriendlyName
	typed := r.version == 2
	switch kind {
	case jksPrivateKey:
		key := storeKey{names: n, at: at}
		if key.protected = r.block(); r.err == nil {
			r.keys = append(r.keys, key)
		}
		chain := r.chain(typed, at, n)
		if r.err == nil {
			r.keys[len(r.keys)-1].chain = chain
		}
	case jksTrustedCert:
		r.trustedCert(typed, at, n)
	case jksSecretKey:
		start := r.pos
		if !r.need(0) {
			return
		}
		size, err := javaStreamSize(r.data[start:])
		if err != nil {
			r.err = javaError(r.at.behind(start), err)
			return
		}
		r.pos += size
		at, r.err = r.d.next(at)
		r.d.bundle.Others = append(r.d.bundle.Others, Other{Source: at, What: "JCEKS secret key", Raw: r.data[start:r.pos:r.pos], Names: n})
		r.d.encrypted(schemeJCEKS)
	}
}

// chain reads the certificates of a key, and how many they are.
func (r *storeReader) chain(typed bool, at Source, n Names) [][]byte {
	before := len(r.d.bundle.Certs)
	count := r.uint32()
	for i := uint32(0); i < count && r.err == nil; i++ {
		r.certificate(typed, at, n)
		n = Names{} // the alias is that of the key and its own certificate
	}
	return listed(r.d.bundle.Certs[before:])
}

func (r *storeReader) trustedCert(typed bool, at Source, n Names) {
	before := len(r.d.bundle.Certs)
	r.certificate(typed, at, n)
	trusted(r.d.bundle.Certs[before:min(before+1, len(r.d.bundle.Certs))]) // not what stands behind it
}

// javaTime is a date of Java, if it is one that a file can have.
func javaTime(ms uint64) time.Time {
	const year10000 = 253402300800000
	if ms == 0 || ms >= year10000 {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms)).UTC()
}

// certificate reads a certificate. The type before it says what it is; in a JKS
// of version 1 there is none.
func (r *storeReader) certificate(typed bool, at Source, n Names) {
	kind := "X.509"
	if typed {
		kind = r.text()
	}
	start := r.pos
	raw := r.block()
	if r.err != nil {
		return
	}
	at.Offset = r.at.Offset + int64(start+4)
	if kind != "X.509" && kind != "X509" {
		if at, r.err = r.d.next(at); r.err == nil {
			r.d.bundle.Others = append(r.d.bundle.Others, Other{Source: at, What: "certificate of type " + kind, Raw: raw, Names: n})
		}
		return
	}
	if err := r.d.alone(raw, at, func() error { return r.d.addCert(raw, at, n) }); err != nil {
		r.d.fail(at, KindCertificate, "", err)
		if r.d.over() {
			r.err = err
		}
	}
}

func (r *jksReader) verify(digest []byte) {
	r.storeReader.verify(pbe.Chars, func(pw []byte) error {
		h := newJKSDigest(pw)
		h.Write(r.data[:r.pos])
		if subtle.ConstantTimeCompare(h.Sum(nil), digest) == 1 {
			return nil
		}
		return pbe.ErrPassword
	})
}

// verify checks the digest. It needs the password of the keystore: the first
// thing to ask for, as keytool does.
func (r *storeReader) verify(form pbe.Form, try func(pw []byte) error) {
	err := r.d.unlock(r.at, "keystore", form, try)
	if err == nil {
		r.verified = true
		return
	}
	e, ours := err.(*Error)
	switch {
	case !ours:
		r.err = err
	case e.Kind == ErrPasswordRequired:
		r.d.note(r.at, note.Skipped, "its digest: that nobody altered the keystore is not proved without its password, which the certificates do not need")
	case len(r.keys) == 0:
		r.unproved(e)
	default:
		r.wrong = e
	}
}

// unproved records that no password that was given fits the digest, and nothing else shows
// whether the password is wrong or the keystore was altered: Java refuses it for either.
func (r *storeReader) unproved(e *Error) {
	e.Detail = "or the keystore was altered"
	n := len(r.d.bundle.Failures)
	if r.d.fail(r.at, "", "", e); len(r.d.bundle.Failures) > n {
		r.d.bundle.Failures[n].unproved = true
	}
}

func newJKSDigest(pw []byte) hash.Hash {
	h := sha1.New()
	h.Write(pw)
	h.Write([]byte(jksWhitener))
	return h
}

// openKeys decrypts the keys. It asks for more passwords only where the whole
// keystore was read.
func (r *storeReader) openKeys(whole bool, open func(storeKey) error) error {
	opened := 0
	for _, k := range r.keys {
		err := open(k)
		if r.d.over() {
			return err
		}
		if err == nil {
			opened++
			continue
		}
		r.d.fail(k.at, KindPrivateKey, "", err)
	}
	switch {
	case !whole || r.verified:
	case opened > 0:
		r.d.note(r.at, note.MACFails, "the digest of the keystore fits none of the passwords that open its keys: it was altered, or the keystore has another password")
	case r.wrong != nil:
		r.unproved(r.wrong)
	}
	return nil
}

func (r *jksReader) openKey(k storeKey) error {
	what := fmt.Sprintf("key %q", k.at.Entry)
	e, err := der.ParseAll(k.protected)
	if err != nil {
		return damaged(k.at, what, err)
	}
	alg, text, err := encryptedKeyInfo(e)
	if err != nil {
		return damaged(k.at, what, err)
	}
	oid, params, err := der.ParseAlgorithm(alg)
	if err != nil {
		return damaged(k.at, what, err)
	}
	var plain []byte
	var scheme string
	switch oid {
	case oidJKSKey:
		scheme = schemeJKS
		r.d.encrypted(scheme)
		if len(text) < 2*sha1.Size {
			return damaged(k.at, what, &der.SyntaxError{Msg: "too short for a key"})
		}
		err = r.d.unlock(k.at, what, pbe.Chars, func(pw []byte) error {
			plain, err = openJKSKey(pw, text)
			return err
		})
	case oidJCEKSKey:
		scheme = schemeJCEKS
		r.d.encrypted(scheme)
		plain, err = r.openJCEKSKey(params, text, k.at, what, acceptPKCS8)
	default:
		plain, scheme, err = r.d.decryptPBE(alg, text, k.at, what, acceptPKCS8)
	}
	if err != nil {
		return err
	}
	if oid == oidJKSKey || oid == oidJCEKSKey {
		r.d.note(k.at, note.WeakEncryption, scheme)
	}
	at := k.at
	at.Offset = -1
	return r.d.addEntryKey(plain, at, scheme, k.names, k.chain)
}

// acceptPKCS8 tells a key from what a wrong password yields.
func acceptPKCS8(plain []byte) error {
	if !pubkey.IsPKCS8(plain) {
		return pbe.ErrPassword
	}
	return nil
}

// encryptedKeyInfo takes an EncryptedPrivateKeyInfo apart (RFC 5958, Section 3).
func encryptedKeyInfo(e der.Element) (alg der.Element, text []byte, err error) {
	if !e.Is(der.TagSequence) {
		return alg, nil, &der.SyntaxError{Offset: e.Offset, Msg: "no encrypted key"}
	}
	r := e.Reader()
	if alg, err = r.Expect(der.TagSequence); err != nil {
		return alg, nil, err
	}
	octets, err := r.Expect(der.TagOctetString)
	if err != nil {
		return alg, nil, err
	}
	text, err = octets.OctetString()
	return alg, text, err
}

// openJKSKey undoes the key protector of JKS: salt, key XOR keystream, SHA-1
// over password and key. text is long enough for the first and the last.
func openJKSKey(pw, text []byte) ([]byte, error) {
	salt, sealed := text[:sha1.Size], text[sha1.Size:len(text)-sha1.Size]
	plain := xorJKS(pw, salt, sealed)
	if sum := jksKeyDigest(pw, plain); !bytes.Equal(sum, text[len(text)-sha1.Size:]) {
		clear(plain)
		return nil, pbe.ErrPassword
	}
	return plain, nil
}

func jksKeyDigest(pw, plain []byte) []byte {
	h := sha1.New()
	h.Write(pw)
	h.Write(plain)
	return h.Sum(nil)
}

// xorJKS applies the keystream SHA-1(password, salt), SHA-1(password, the
// block before), …
func xorJKS(pw, salt, text []byte) []byte {
	out := make([]byte, len(text))
	block := salt
	for n := 0; n < len(text); n += sha1.Size {
		block = jksKeyDigest(pw, block)
		subtle.XORBytes(out[n:], text[n:], block[:min(sha1.Size, len(text)-n)])
	}
	return out
}

// fromModifiedUTF8 reads Java's form of UTF-8: NUL in two bytes, and what is
// beyond 16 bits as two surrogates of three bytes each. Anything else that is
// no UTF-8 becomes U+FFFD.
func fromModifiedUTF8(b []byte) string {
	units := make([]uint16, 0, len(b))
	for len(b) > 0 {
		c, n := rune(b[0]), 1
		switch {
		case c < 0x80:
		case c&0xe0 == 0xc0 && len(b) > 1 && b[1]&0xc0 == 0x80:
			c, n = c&0x1f<<6|rune(b[1]&0x3f), 2
		case c&0xf0 == 0xe0 && len(b) > 2 && b[1]&0xc0 == 0x80 && b[2]&0xc0 == 0x80:
			c, n = c&0x0f<<12|rune(b[1]&0x3f)<<6|rune(b[2]&0x3f), 3
		default:
			c = 0xfffd
		}
		units = append(units, uint16(c))
		b = b[n:]
	}
	return string(utf16.Decode(units))
}

// toModifiedUTF8 is what Java's writeUTF writes behind the length.
func toModifiedUTF8(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		switch {
		case u != 0 && u < 0x80:
			out = append(out, byte(u))
		case u < 0x800:
			out = append(out, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
		default:
			out = append(out, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
		}
	}
	return out
}
