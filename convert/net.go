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
	netHeader  = "\x04\x0bprivate-key"
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

// netFile is a NET structure taken apart.
type netFile struct {
	algorithm  string
	ciphertext []byte
	end        int // behind the last octet that belongs to it
	badLength  bool
}

// parseNET reads a NET structure at the start of data. The outer length is not
// believed: some writers got it wrong, and OpenSSL never looked at it.
// Everything within has to fit. named is false if not even "private-key" is
// where it has to be.
func parseNET(data []byte) (f netFile, named bool, err error) {
	start, outer, err := netOuter(data)
	if err != nil {
		return f, false, err
	}
	if head := data[start:]; len(head) < len(netHeader) {
		if bytes.HasPrefix([]byte(netHeader), head) {
			return f, false, &der.SyntaxError{Offset: start, Missing: max(len(netHeader)-len(head), outer-len(data))}
		}
		return f, false, &der.SyntaxError{Offset: start, Msg: `no "private-key" header`}
	} else if !bytes.HasPrefix(head, []byte(netHeader)) {
		return f, false, &der.SyntaxError{Offset: start, Msg: `no "private-key" header`}
	}
	start += len(netHeader)
	if err := f.parseBody(data, start); err != nil {
		if se := (*der.SyntaxError)(nil); errors.As(err, &se) && se.Missing > 0 {
			if _, _, cut := netOuter(data[start:]); cut != nil {
				// Only the outer length can say what is missing.
				se.Missing = max(se.Missing, outer-len(data))
			}
		}
		return f, true, err
	}
	f.badLength = outer != 0 && outer != f.end
	if rest := data[f.end:]; outer == 0 && bytes.HasPrefix(rest, []byte{0, 0}) {
		f.end += 2
	}
	return f, true, nil
}

// netOuter reads the tag and length of the outer SEQUENCE and returns where
// its content starts and would end; end is 0 for the indefinite form.
func netOuter(data []byte) (start, end int, err error) {
	if len(data) < 2 {
		return 0, 0, &der.SyntaxError{Missing: 2 - len(data)}
	}
	if data[0] != 0x30 {
		return 0, 0, &der.SyntaxError{Msg: "no SEQUENCE"}
	}
	l := int(data[1])
	if l < 0x80 {
		return 2, 2 + l, nil
	}
	n := l & 0x7f
	if n > 4 {
		return 0, 0, &der.SyntaxError{Msg: "length of more than four bytes"}
	}
	if len(data) < 2+n {
		return 0, 0, &der.SyntaxError{Missing: 2 + n - len(data)}
	}
	for _, b := range data[2 : 2+n] {
		end = end<<8 | int(b)
	}
	if n > 0 {
		end += 2 + n
	}
	return 2 + n, end, nil
}

// parseBody reads the inner SEQUENCE, which starts at start.
func (f *netFile) parseBody(data []byte, start int) error {
	if len(data) > start && data[start] != 0x30 {
		return &der.SyntaxError{Offset: start, Msg: "no SEQUENCE behind the header"}
	}
	first, size, err := netOuter(data[start:])
	if err != nil {
		return shifted(err, start)
	}
	if size > len(data)-start {
		return f.cutBody(data[start+first:], start, size-(len(data)-start))
	}
	body, rest, err := der.Parse(data[start:])
	if err != nil {
		return shifted(err, start)
	}
	r := body.Reader()
	alg, err := r.Next()
	if err != nil {
		return shifted(err, start)
	}
	oid, _, err := der.ParseAlgorithm(alg)
	if err != nil {
		return shifted(err, start)
	}
	f.algorithm = oid
	text, err := r.Expect(der.TagOctetString)
	if err != nil {
		return shifted(err, start)
	}
	if !r.Empty() {
		return &der.SyntaxError{Offset: start + text.Offset + len(text.Full), Msg: "something follows the ciphertext"}
	}
	if f.ciphertext, err = text.OctetString(); err != nil {
		return shifted(err, start)
	}
	f.end = len(data) - len(rest)
	return nil
}

// cutBody judges a body that misses bytes at its end by what is there: the
// algorithm, so far as it goes, and the start of the ciphertext.
func (f *netFile) cutBody(content []byte, start, missing int) error {
	cut := &der.SyntaxError{Offset: start, Missing: missing}
	alg, rest, err := der.Parse(content)
	if se := (*der.SyntaxError)(nil); errors.As(err, &se) {
		if se.Missing > 0 && len(content) < 16 && (len(content) == 0 || content[0] == 0x30) {
			return cut
		}
		return &der.SyntaxError{Offset: start, Msg: "no algorithm behind the header"}
	}
	oid, _, err := der.ParseAlgorithm(alg)
	if err != nil || len(rest) > 0 && rest[0]&^0x20 != der.TagOctetString {
		return &der.SyntaxError{Offset: start, Msg: "no algorithm behind the header"}
	}
	f.algorithm = oid
	return cut
}

// shifted moves the place of a fault that was counted from n.
func shifted(err error, n int) error {
	if se := (*der.SyntaxError)(nil); errors.As(err, &se) {
		se.Offset += n
	}
	return err
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
	f, _, err := parseNET(data)
	if err != nil {
		return damaged(at, "NET key", err)
	}
	if n := len(data) - f.end; n > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at.behind(f.end), Kind: note.TrailingData, N: n, Text: text.Of("bytes after the end of the NET key")})
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
func (d *decoder) addNET(f netFile, at Source) (*netVariant, error) {
	const what = "NET key"
	if f.badLength {
		d.note(at, note.OuterLength, "the outer length of the NET key is wrong")
	}
	if f.algorithm != netOID {
		d.encrypted(f.algorithm)
		return nil, unsupported(at, what, pbe.AlgorithmName(f.algorithm))
	}
	if len(f.ciphertext) > maxNETSize {
		return nil, tooLarge(at, what, fmt.Sprintf("%d bytes, the limit is %d", len(f.ciphertext), maxNETSize))
	}
	order := netVariants[:]
	if d.opts.From == "sgc" {
		order = []netVariant{netVariants[1], netVariants[0]}
	}
	var plain []byte
	var with *netVariant
	err := d.unlock(at, what+" (RC4)", pbe.Bytes, func(pw []byte) error {
		for i := range order {
			p := order[i].decrypt(pw, f.ciphertext)
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
	f, named, err := parseNET(data)
	if !named {
		return false, false
	}
	end := f.end
	if err != nil {
		start, _, _ := netOuter(data)
		end = start + len(netHeader)
	}
	return true, holdsObject(data[end:])
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
	if o.Password == nil {
		return nil, &Error{Kind: ErrPasswordRequired, Source: k.Source, What: "NET key", Detail: "the format has no unencrypted form"}
	}
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
		out.AddBytes([]byte(netHeader))
		out.AddASN1(asn1.SEQUENCE, func(out *cryptobyte.Builder) {
			der.AddAlgorithm(out, netOID, der.AddNull)
			out.AddASN1OctetString(v.decrypt(o.Password, plain)) // RC4 is its own inverse
		})
	})
	return out.Bytes()
}
