package convert

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// Bouncy Castle's BKS (BcKeyStoreSpi), numbers big-endian:
//
//	version, salt, rounds;
//	each entry: kind, alias, date in milliseconds, certificates, contents;
//	0;
//	HMAC-SHA1 over the entries and the 0
//
// Keys are sealed each by itself, with salt and rounds of their own.
const (
	bksEnd         = 0
	bksCertificate = 1
	bksKey         = 2 // in the clear
	bksSecret      = 3 // bytes that a program has sealed in a way of its own
	bksSealed      = 4

	bksPrivate = 0
	bksPublic  = 1
	bksRawKey  = 2

	oidSHA3DES = "1.2.840.113549.1.12.1.3"
)

type bksReader struct{ storeReader }

func detectBKS(data []byte) confidence {
	if shape.IsBKS(data) {
		return likely
	}
	return notIt
}

// decodeBKS reads versions 1 and 2. Aliases and certificates are in the clear.
func (d *decoder) decodeBKS(data []byte, at Source) error {
	at.Format = "bks"
	const what = "keystore"
	c := d.container(at)
	if len(data) < 4 {
		return damaged(at, what, &der.SyntaxError{Missing: 4 - len(data)})
	}
	version := binary.BigEndian.Uint32(data)
	if version > 2 {
		return unsupported(at, what, fmt.Sprintf("version %d", version))
	}
	r := &bksReader{newStoreReader(d, data, at, 4)}
	salt := r.block()
	rounds := int(r.uint32())
	start := r.pos
	for r.err == nil && r.entry() {
	}
	r.need(0)
	cut := r.err
	if cut == nil {
		// Version 1 took bytes for bits: its key has 20 bits, of which 16 count.
		size := sha1.Size
		if version < 2 {
			size /= 8
		}
		mac := pbe.NewMAC(salt, rounds, size, data[r.pos:r.pos+sha1.Size])
		c.MAC = mac.Name
		if n := len(r.data) - r.pos; n > 0 {
			d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(r.pos + sha1.Size), Kind: note.TrailingData, N: n, Text: text.Of("bytes after the end of the keystore")})
		}
		r.verify(mac.Form, func(pw []byte) error {
			if err := d.spend(at, what, mac.Rounds, mac.Weight); err != nil {
				return err
			}
			return mac.Verify(pw, r.data[start:r.pos])
		})
	}
	if r.err != nil {
		if cut == nil {
			return r.err // of the password callback
		}
		d.fail(at, "", "", r.err)
	}
	return r.openKeys(cut == nil, r.openSealed)
}

// entry reads one entry; false is the end.
func (r *bksReader) entry() bool {
	at := r.at.behind(r.pos)
	kind := r.octet()
	if r.err != nil || kind == bksEnd {
		return false
	}
	if kind > bksSealed {
		r.err = damaged(at, "keystore", &der.SyntaxError{Msg: fmt.Sprintf("an entry of the unknown kind %d", kind)})
		return false
	}
	n := Names{FriendlyName: r.text()}
	if ms := r.take(8); ms != nil {
		n.Created = javaTime(binary.BigEndian.Uint64(ms))
	}
	at.Entry = n.FriendlyName
	chain := r.chain(true, at, n)
	if r.err != nil {
		return false
	}
	switch kind {
	case bksCertificate:
		r.trustedCert(true, at, n)
	case bksKey:
		start := r.pos
		k := r.key()
		if r.err == nil {
			r.err = r.addKey(k, at.behind(r.pos-start-len(k.data)), "", n, chain)
		}
	case bksSecret:
		r.other("key that a program has sealed in its own way", r.block(), at, n)
	case bksSealed:
		if sealed := r.block(); r.err == nil {
			r.keys = append(r.keys, storeKey{protected: sealed, at: at, names: n, chain: chain})
		}
	}
	return r.err == nil
}

func (r *storeReader) octet() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *bksReader) other(what string, raw []byte, at Source, n Names) {
	if r.err != nil {
		return
	}
	if at, r.err = r.d.next(at); r.err == nil {
		r.d.bundle.Others = append(r.d.bundle.Others, Other{Source: at, What: "BKS " + what, Raw: raw, Names: n})
	}
}

// bksPlainKey is a key as Java encodes it.
type bksPlainKey struct {
	kind      byte
	algorithm string
	data      []byte
}

// key reads its kind, its form, its algorithm and its bytes.
func (r *storeReader) key() bksPlainKey {
	k := bksPlainKey{kind: r.octet()}
	r.text() // "PKCS#8", "X.509" or "RAW", as the kind says
	k.algorithm = r.text()
	k.data = r.block()
	if r.err == nil && k.kind > bksRawKey {
		r.err = damaged(r.at, "key", &der.SyntaxError{Msg: fmt.Sprintf("a key of the unknown kind %d", k.kind)})
	}
	return k
}

func (r *bksReader) addKey(k bksPlainKey, at Source, scheme string, n Names, chain [][]byte) error {
	switch k.kind {
	case bksPrivate:
		return r.d.addEntryKey(k.data, at, scheme, n, chain)
	case bksPublic:
		return r.d.addPublicKey(k.data, at, n)
	}
	r.other("secret key ("+k.algorithm+")", k.data, at, n)
	return r.err
}

// openSealed opens a key: salt, rounds, and the key in the encryption of PKCS#12.
func (r *bksReader) openSealed(k storeKey) error {
	what := fmt.Sprintf("key %q", k.at.Entry)
	in := &storeReader{d: r.d, at: k.at, data: k.protected, size: len(k.protected) + sha1.Size}
	salt, rounds := in.block(), in.uint32()
	if in.err != nil {
		return in.err
	}
	params := der.Build(func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, oidSHA3DES, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(salt)
				b.AddASN1Uint64(uint64(rounds))
			})
		})
	})
	alg, err := der.ParseAll(params)
	if err != nil {
		return damaged(k.at, what, err)
	}
	var key bksPlainKey
	at := k.at
	at.Offset = -1
	plain, scheme, err := r.d.decryptPBE(alg, k.protected[in.pos:], at, what, func(p []byte) error {
		in := &storeReader{d: r.d, at: at, data: p, size: len(p) + sha1.Size}
		if key = in.key(); in.err != nil || in.pos != len(p) {
			return pbe.ErrPassword
		}
		return nil
	})
	if err != nil {
		return err
	}
	if key.kind == bksRawKey { // its bytes stay sealed
		clear(plain)
		key.data = k.protected
	}
	return r.addKey(key, at, scheme, k.names, k.chain)
}
