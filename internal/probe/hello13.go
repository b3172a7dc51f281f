package probe

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	_ "crypto/sha512" // SHA-384
	"crypto/tls"
	"encoding/binary"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"
)

// What a hello of TLS 1.3 offers. A key for each group is in it, so that no server has to
// ask for another one.
var suites13 = []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256}

func groups13() []shareOf {
	return []shareOf{{0x001d, ecdh.X25519(), nil}, {0x0017, ecdh.P256(), nil}, {0x0018, ecdh.P384(), nil}, {0x0019, ecdh.P521(), nil}}
}

// shareOf is our key for a group.
type shareOf struct {
	group uint16
	curve ecdh.Curve
	key   *ecdh.PrivateKey
}

func newShares() ([]shareOf, error) {
	list := groups13()
	for i := range list {
		var err error
		if list[i].key, err = list[i].curve.GenerateKey(rand.Reader); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// extensions13 are those that make a hello one of TLS 1.3 (RFC 8446, Section 4.2).
func (h *Hello) extensions13(add func(uint16, func(*cryptobyte.Builder)), shares []shareOf) {
	add(43, func(b *cryptobyte.Builder) { // supported_versions
		b.AddUint8(2)
		b.AddUint16(tls.VersionTLS13)
	})
	add(50, vector16(allSignatures))      // signature_algorithms_cert
	add(51, func(b *cryptobyte.Builder) { // key_share
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, s := range shares {
				b.AddUint16(s.group)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s.key.PublicKey().Bytes()) })
			}
		})
	})
}

// retry is the random of a hello that asks for another one (RFC 8446, Section 4.1.3).
const retry = "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C"

// hello13 reads a hello of the server. whole is its message.
func (f *flight) hello13(m cryptobyte.String, whole []byte) error {
	var version, chosen, group uint16
	var random []byte
	var session, extensions, share cryptobyte.String
	var compression uint8
	if !m.ReadUint16(&version) || !m.ReadBytes(&random, 32) || !m.ReadUint8LengthPrefixed(&session) || !m.ReadUint16(&f.reply.Cipher) || !m.ReadUint8(&compression) ||
		!m.ReadUint16LengthPrefixed(&extensions) || string(random) == retry {
		return errOther
	}
	for !extensions.Empty() {
		var id uint16
		var body cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&body) {
			return errOther
		}
		switch id {
		case 43:
			body.ReadUint16(&chosen)
		case 51:
			if !body.ReadUint16(&group) || !body.ReadUint16LengthPrefixed(&share) {
				return errOther
			}
		}
	}
	if chosen != tls.VersionTLS13 {
		return errOther
	}
	f.reply.Version, f.heard = chosen, true
	for _, s := range f.shares {
		if s.group != group {
			continue
		}
		theirs, err := s.curve.NewPublicKey(share)
		if err != nil {
			return errOther
		}
		secret, err := s.key.ECDH(theirs)
		if err != nil {
			return errOther
		}
		f.keys, err = newRecordKeys(f.reply.Cipher, secret, f.sent, whole)
		return err
	}
	return errOther
}

// recordKeys open the records of the server's handshake.
type recordKeys struct {
	aead  cipher.AEAD
	iv    []byte
	count uint64
}

// newRecordKeys derives the keys for the handshake of the server (RFC 8446, Section 7.1)
// from the shared secret and the two hellos.
func newRecordKeys(suite uint16, secret []byte, hellos ...[]byte) (*recordKeys, error) {
	hash, size := crypto.SHA256, 32
	open := func(key []byte) (cipher.AEAD, error) {
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		return cipher.NewGCM(block)
	}
	switch suite {
	case tls.TLS_AES_128_GCM_SHA256:
		size = 16
	case tls.TLS_AES_256_GCM_SHA384:
		hash = crypto.SHA384
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		open = chacha20poly1305.New
	default:
		return nil, errOther
	}
	var failed error
	expand := func(secret []byte, label string, context []byte, length int) []byte {
		var b cryptobyte.Builder
		b.AddUint16(uint16(length))
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(context) })
		out, err := hkdf.Expand(hash.New, secret, string(b.BytesOrPanic()), length)
		if err != nil {
			failed = err
		}
		return out
	}
	extract := func(secret, salt []byte) []byte {
		out, err := hkdf.Extract(hash.New, secret, salt)
		if err != nil {
			failed = err
		}
		return out
	}
	none := hash.New()
	both := hash.New()
	for _, m := range hellos {
		both.Write(m)
	}
	early := extract(make([]byte, hash.Size()), nil)
	shaken := extract(secret, expand(early, "derived", none.Sum(nil), hash.Size()))
	server := expand(shaken, "s hs traffic", both.Sum(nil), hash.Size())
	k := &recordKeys{iv: expand(server, "iv", nil, 12)}
	aead, err := open(expand(server, "key", nil, size))
	if failed != nil || err != nil {
		return nil, errOther
	}
	k.aead = aead
	return k, nil
}

// open takes a record apart: what kind it has inside, and what is in it (RFC 8446,
// Section 5.2).
func (k *recordKeys) open(head, body []byte) (kind byte, plain []byte, err error) {
	nonce := bytes.Clone(k.iv)
	last := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(last, binary.BigEndian.Uint64(last)^k.count)
	k.count++
	if plain, err = k.aead.Open(body[:0], nonce, body, head); err != nil {
		return 0, nil, errOther
	}
	plain = bytes.TrimRight(plain, "\x00")
	if len(plain) == 0 {
		return 0, nil, errOther
	}
	return plain[len(plain)-1], plain[:len(plain)-1], nil
}

// message13 takes a message that came encrypted.
func (f *flight) message13(kind uint8, m cryptobyte.String) (done bool, err error) {
	var context cryptobyte.String
	switch kind {
	case 11: // certificate
		var list cryptobyte.String
		if !m.ReadUint8LengthPrefixed(&context) || !m.ReadUint24LengthPrefixed(&list) {
			return false, errOther
		}
		for !list.Empty() {
			var cert, extensions cryptobyte.String
			if !list.ReadUint24LengthPrefixed(&cert) || !list.ReadUint16LengthPrefixed(&extensions) || len(f.reply.Raw) == maxCerts {
				return false, errOther
			}
			if len(f.reply.Raw) == 0 {
				f.staple(extensionOf(extensions, 5))
			}
			f.reply.Raw = append(f.reply.Raw, bytes.Clone(cert))
		}
	case 13: // certificate_request
		var extensions, names cryptobyte.String
		f.reply.Client = true
		if m.ReadUint8LengthPrefixed(&context) && m.ReadUint16LengthPrefixed(&extensions) {
			cas := extensionOf(extensions, 47)
			if cas.ReadUint16LengthPrefixed(&names) {
				f.reply.ClientCA = distinguishedNames(names)
			}
		}
	case 15, 20: // certificate_verify, finished
		return true, nil
	}
	return false, nil
}

// extensionOf is the content of an extension, nil if it is not there.
func extensionOf(list cryptobyte.String, wanted uint16) cryptobyte.String {
	for !list.Empty() {
		var id uint16
		var body cryptobyte.String
		if !list.ReadUint16(&id) || !list.ReadUint16LengthPrefixed(&body) {
			return nil
		}
		if id == wanted {
			return body
		}
	}
	return nil
}
