package convert

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// The key file of Netscape's servers, which IIS 2 to 4 took over. OpenSSL read
// and wrote it until 1.0.2 (-inform NET, -sgckey):
//
//	SEQUENCE {
//	    OCTET STRING "private-key",
//	    SEQUENCE { SEQUENCE { rc4, NULL }, OCTET STRING ciphertext } }
//
// The plaintext is a PrivateKeyInfo. There is no salt and nothing to check a
// password by but the key itself.
const (
	netOID     = "1.2.840.113549.3.4"
	schemeRC4  = "RC4-128"
	maxNETSize = 64 << 10 // of the ciphertext; that of an RSA key of 32768 bits has 19 KiB
)

// netVariant is a way to derive the RC4 key from the password.
type netVariant struct {
	format string // in the table of formats
	scheme string
	key    func(pw []byte) [md5.Size]byte
}

var netVariants = [...]netVariant{
	{"net", "RC4-128, key MD5(password)", netKey},
	{"sgc", "RC4-128, key MD5(MD5(password), SGCKEYSALT)", sgcKey},
}

// netKey derives the RC4 key. Its readers and writers are C programs: a
// password ends at its first NUL.
func netKey(pw []byte) [md5.Size]byte {
	if i := bytes.IndexByte(pw, 0); i >= 0 {
		pw = pw[:i]
	}
	return md5.Sum(pw)
}

// sgcKey is the derivation of Schannel for Server Gated Cryptography.
func sgcKey(pw []byte) [md5.Size]byte {
	first := netKey(pw)
	return md5.Sum(append(first[:], "SGCKEYSALT"...))
}

// decodeNET reads a NET file, of either derivation.
func (d *decoder) decodeNET(data []byte, at Source) error {
	c := d.container(at)
	// The name of the format is that of the derivation that works. Until one
	// does, it is what the caller forced, or the common one.
	if c.Format != "sgc" {
		c.Format = "net"
	}
	at.Format = c.Format
	f, _, err := shape.ParseNET(data)
	if err != nil {
		return damaged(at, "NET key", err)
	}
	if n := len(data) - f.End; n > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(f.End), Kind: note.TrailingData, N: n, Text: text.Of("bytes after the end of the NET key")})
	}
	v, err := d.addNET(f, at)
	if v != nil {
		c.Format = v.format
	}
	return err
}

// behind is the place n bytes further on, where at has one.
func (s Source) behind(n int) Source {
	if s.Offset >= 0 {
		s.Offset += int64(n)
	}
	return s
}

// addNET decrypts a NET key and adds it. It returns the derivation that worked.
func (d *decoder) addNET(f shape.NETKey, at Source) (*netVariant, error) {
	const what = "NET key"
	if f.BadLength {
		d.note(at, note.OuterLength, "the outer length of the NET key is wrong")
	}
	if f.Algorithm != netOID {
		d.encrypted(f.Algorithm)
		return nil, unsupported(at, what, pbe.AlgorithmName(f.Algorithm))
	}
	if len(f.Ciphertext) > maxNETSize {
		return nil, tooLarge(at, what, fmt.Sprintf("%d bytes, the limit is %d", len(f.Ciphertext), maxNETSize))
	}
	order := netVariants[:]
	if d.opts.From == "sgc" {
		order = []netVariant{netVariants[1], netVariants[0]}
	}
	var plain []byte
	var with *netVariant
	err := d.unlock(at, what+" (RC4)", pbe.Bytes, func(pw []byte) error {
		for i := range order {
			p := order[i].decrypt(pw, f.Ciphertext)
			if looksLikeRSA(p) {
				plain, with = p, &order[i]
				return nil
			}
			clear(p)
		}
		return pbe.ErrPassword
	})
	if err != nil {
		d.encrypted(schemeRC4)
		d.note(at, note.WeakEncryption, "RC4-128 without salt")
		var e *Error
		if errors.As(err, &e) && e.Kind == ErrPasswordIncorrect {
			e.Detail = "tried with both key derivations, the plain one and that of SGC"
		}
		return nil, err
	}
	d.encrypted(with.scheme)
	d.note(at, note.WeakEncryption, "RC4-128 without salt")
	if !isRSAKey(plain) {
		clear(plain)
		return with, &Error{Kind: ErrDamaged, Source: at, What: what, Detail: "the password is right, but the numbers of the key do not belong together"}
	}
	d.note(at, note.Variant, with.note())
	if at.Format != "iis" {
		at.Format = with.format
	}
	return with, d.addKeyDER(plain, at, with.scheme, Names{})
}

func (v *netVariant) note() string {
	if v.format == "sgc" {
		return "SGC key derivation"
	}
	return "plain NET key derivation"
}

func (v *netVariant) decrypt(pw, ciphertext []byte) []byte {
	key := v.key(pw)
	defer clear(key[:])
	out := make([]byte, len(ciphertext))
	c, _ := rc4.NewCipher(key[:])
	c.XORKeyStream(out, ciphertext)
	return out
}

// rsaIdentifier is the OBJECT IDENTIFIER rsaEncryption with its header.
var rsaIdentifier = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}

// looksLikeRSA reports whether plain begins as the PrivateKeyInfo of an RSA
// key does. Eleven octets in their place tell the right password from any
// other, also where the key behind them is damaged. A bare RSAPrivateKey has
// no such mark: it must be one whose numbers belong together.
func looksLikeRSA(plain []byte) bool {
	if len(plain) == 0 || plain[0] != 0x30 {
		return false
	}
	return bytes.Contains(plain[:min(len(plain), 32)], rsaIdentifier) || isRSAKey(plain)
}

// isRSAKey reports whether plain is an RSA key whose numbers belong together.
func isRSAKey(plain []byte) bool {
	k, err := pubkey.ParseRSA(plain)
	return err == nil && k.Consistent()
}

// detectNET knows a NET key alone. One with other objects behind it is a Key
// Manager backup.
func detectNET(data []byte) confidence {
	switch named, more := startsWithNET(data); {
	case !named:
		return notIt
	case more:
		return possible
	}
	return certain
}

// startsWithNET reports whether data starts with a NET key, and whether there
// is more in it than that.
func startsWithNET(data []byte) (named, more bool) {
	f, named, err := shape.ParseNET(data)
	if !named {
		return false, false
	}
	end := f.End
	if err != nil {
		end = f.Body
	}
	return true, shape.HoldsObject(data[end:])
}

func encodeNET(b *Bundle, o *EncodeOptions) ([]byte, error) {
	return encryptNET(b, o, &netVariants[0])
}

func encodeSGC(b *Bundle, o *EncodeOptions) ([]byte, error) {
	return encryptNET(b, o, &netVariants[1])
}

func encryptNET(b *Bundle, o *EncodeOptions, v *netVariant) ([]byte, error) {
	if len(b.Keys) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: "no private key"}
	}
	k := b.Keys[0]
	// Attributes and a version above 0 (RFC 5958) came after the readers of
	// this format.
	inner, err := pkcs1FromPKCS8(k.PKCS8)
	if err != nil {
		return nil, err
	}
	plain := pubkey.PKCS8FromPKCS1(inner)
	defer clear(plain)
	var out cryptobyte.Builder
	out.AddASN1(asn1.SEQUENCE, func(out *cryptobyte.Builder) {
		out.AddBytes([]byte(shape.NETHeader))
		out.AddASN1(asn1.SEQUENCE, func(out *cryptobyte.Builder) {
			der.AddAlgorithm(out, netOID, der.AddNull)
			out.AddASN1OctetString(v.decrypt(o.Password, plain)) // RC4 is its own inverse
		})
	})
	return out.Bytes()
}
