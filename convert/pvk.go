package convert

import (
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"io"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// A PVK file is a header and the PRIVATEKEYBLOB of Microsoft's CryptoAPI, all
// numbers little-endian:
//
//	magic, reserved, key type, encryption, length of salt, length of blob;
//	salt; blob, whose first eight bytes stay in the clear
const (
	pvkHeaderSize = 24
	maxPVKSalt    = 10 << 10 // what OpenSSL allows
	maxPVKBlob    = 100 << 10

	keyExchange = 1 // AT_KEYEXCHANGE

	// Values of the encryption field.
	pvkRC4 = 1
	pvkRC2 = 2
)

// pvkStrength is a way to make the RC4 key.
type pvkStrength struct {
	size   int // of the key that is not zero
	scheme string
	note   string
}

var pvkStrengths = [...]pvkStrength{
	{16, "RC4-128, key SHA-1(salt, password)", "PVK with strong encryption"},
	{5, "RC4-40, key SHA-1(salt, password)", "PVK with weak encryption, as export versions made it"},
}

// crypt is RC4 over all of blob but its header.
func (s pvkStrength) crypt(pw, salt, blob []byte) []byte {
	h := sha1.New()
	h.Write(salt)
	h.Write(pw)
	key := h.Sum(nil)[:16]
	defer clear(key)
	clear(key[s.size:])
	out := append([]byte(nil), blob...)
	c, _ := rc4.NewCipher(key)
	c.XORKeyStream(out[8:], out[8:])
	return out
}

// decodePVK reads a PVK file, and a key blob without the PVK header.
func (d *decoder) decodePVK(data []byte, at Source) error {
	d.container(at)
	if pubkey.IsBlob(data) {
		d.note(at, note.Variant, "a CryptoAPI key blob without the PVK header")
		return d.addKeyBlob(data, at, "")
	}
	const what = "PVK file"
	if len(data) < pvkHeaderSize {
		return damaged(at, what, &der.SyntaxError{Missing: pvkHeaderSize - len(data)})
	}
	field := func(i int) int { return int(binary.LittleEndian.Uint32(data[4*i:])) }
	if field(0) != shape.PVKMagic {
		return damaged(at, what, &der.SyntaxError{Msg: "no PVK header"})
	}
	encryption, saltSize, blobSize := field(3), field(4), field(5)
	if saltSize > maxPVKSalt || blobSize > maxPVKBlob {
		return damaged(at, what, &der.SyntaxError{Offset: 16, Msg: "a length that no key has"})
	}
	end := pvkHeaderSize + saltSize + blobSize
	if len(data) < end {
		return damaged(at, what, &der.SyntaxError{Missing: end - len(data)})
	}
	if n := len(data) - end; n > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(end), Kind: note.TrailingData, N: n, Text: text.Of("bytes after the end of the PVK file")})
	}
	salt := data[pvkHeaderSize : pvkHeaderSize+saltSize]
	blob := data[pvkHeaderSize+saltSize : end]
	blobAt := at.behind(pvkHeaderSize + saltSize)
	// What the header says of encryption is not always so: the blob tells.
	inClear := pubkey.IsBlob(blob)
	if inClear != (encryption == 0) {
		d.note(at, note.Malformed, "the header says encryption %d, which is not so", encryption)
	}
	if inClear {
		d.note(at, note.Variant, "PVK without encryption")
		return d.addKeyBlob(blob, blobAt, "")
	}
	if encryption == pvkRC2 {
		d.encrypted("RC2-CBC")
		return unsupported(at, what, "RC2-CBC")
	}
	return d.decryptPVK(salt, blob, blobAt)
}

func (d *decoder) decryptPVK(salt, blob []byte, at Source) error {
	const what = "PVK file"
	if len(blob) < pubkey.BlobHeaderSize {
		return damaged(at, what, &der.SyntaxError{Msg: "no key blob"})
	}
	var plain []byte
	var with pvkStrength
	err := d.unlock(at, what+" (RC4)", pbe.Bytes, func(pw []byte) error {
		for _, s := range pvkStrengths {
			if pubkey.IsBlob(s.crypt(pw, salt, blob[:pubkey.BlobHeaderSize])) {
				plain, with = s.crypt(pw, salt, blob), s
				return nil
			}
		}
		return pbe.ErrPassword
	})
	if err != nil {
		d.encrypted("RC4")
		return err
	}
	defer clear(plain)
	d.encrypted(with.scheme)
	d.note(at, note.WeakEncryption, with.scheme)
	d.note(at, note.Variant, with.note)
	at.Offset = -1
	return d.addKeyBlob(plain, at, with.scheme)
}

func detectPVK(data []byte) confidence {
	if shape.IsPVK(data) || pubkey.IsBlob(data) {
		return certain
	}
	return notIt
}

func encodePVK(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if len(b.Keys) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: "no private key"}
	}
	k := b.Keys[0]
	numbers, err := pubkey.ParseRSA(k.PKCS8)
	if err != nil {
		return nil, unsupported(k.Source, "PVK", k.Algorithm)
	}
	blob, err := numbers.Blob()
	if err != nil {
		return nil, ofKey(k.Source, err)
	}
	var salt []byte
	encryption := uint32(0)
	if o.Password != nil {
		defer clear(blob)
		encryption = pvkRC4
		salt = make([]byte, 16)
		if _, err := io.ReadFull(o.Rand, salt); err != nil {
			return nil, err
		}
		blob = pvkStrengths[0].crypt(o.Password, salt, blob)
	}
	var out []byte
	for _, v := range []uint32{shape.PVKMagic, 0, keyExchange, encryption, uint32(len(salt)), uint32(len(blob))} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return append(append(out, salt...), blob...), nil
}
