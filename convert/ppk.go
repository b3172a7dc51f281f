package convert

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
)

const (
	whatPPK   = "PuTTY private key"
	ppkHeader = "PuTTY-User-Key-File-"
)

// What puttygen writes of Argon2 (PuTTY 0.75 and later).
const (
	ppkMemory = 8 << 10 // KiB
	ppkPasses = 21
)

// ppkFile is a key file of PuTTY (appendix C of its manual): lines of "Name: value",
// after two of which follow as many lines of base64 as they say.
type ppkFile struct {
	version         int
	kind, comment   string
	encryption      string
	argon           pbe.ArgonOptions
	public, private []byte
	mac             []byte
	rest            []byte // what is after the end
	line            int    // where that begins, from 1
}

func detectPPK(data []byte) confidence {
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 256)], []byte("\xef\xbb\xbf")), " \t\r\n"), []byte(ppkHeader)) {
		return certain
	}
	return notIt
}

// ppkReader goes through the lines of a file.
type ppkReader struct {
	lines []string
	n     int // lines read
}

// next reads a line that must be "name: value", or begin so. line is for
// messages.
func (r *ppkReader) next(name string) (value string, err error) {
	if r.n >= len(r.lines) {
		return "", fmt.Errorf("it ends before %s", strings.TrimSuffix(name, ":"))
	}
	line := strings.TrimRight(r.lines[r.n], " \t\r")
	r.n++
	value, ok := strings.CutPrefix(line, name)
	if !ok {
		return "", fmt.Errorf("line %d is not %s", r.n, strings.TrimSuffix(name, ":"))
	}
	return strings.TrimPrefix(value, " "), nil
}

func (r *ppkReader) number(name string) (int, error) {
	v, err := r.next(name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("line %d holds no number", r.n)
	}
	return n, nil
}

func (r *ppkReader) base64(name string) ([]byte, error) {
	n, err := r.number(name)
	if err != nil {
		return nil, err
	}
	if n > len(r.lines)-r.n {
		return nil, fmt.Errorf("line %d says %d lines, and %d follow", r.n, n, len(r.lines)-r.n)
	}
	var b strings.Builder
	for _, line := range r.lines[r.n : r.n+n] {
		b.WriteString(strings.TrimSpace(line))
	}
	r.n += n
	out, err := base64.StdEncoding.DecodeString(b.String())
	if err != nil {
		return nil, fmt.Errorf("lines %d to %d are not base64", r.n-n+1, r.n)
	}
	return out, nil
}

func (r *ppkReader) hex(name string) ([]byte, error) {
	v, err := r.next(name)
	if err != nil {
		return nil, err
	}
	b, err := hex.DecodeString(v)
	if err != nil {
		return nil, fmt.Errorf("line %d is not hexadecimal", r.n)
	}
	return b, nil
}

// parsePPK reads the file without opening it. Its error is in words.
func parsePPK(data []byte) (f ppkFile, version string, err error) {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	s := strings.ReplaceAll(string(data), "\r\n", "\n")
	r := ppkReader{lines: strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n")}
	head, err := r.next(ppkHeader)
	if err != nil {
		return f, "", err
	}
	version, kind, _ := strings.Cut(head, ":")
	f.kind = strings.TrimSpace(kind)
	if version != "2" && version != "3" {
		return f, version, nil
	}
	f.version = int(version[0] - '0')
	step := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	step(func() error { f.encryption, err = r.next("Encryption:"); return err })
	step(func() error { f.comment, err = r.next("Comment:"); return err })
	step(func() error { f.public, err = r.base64("Public-Lines:"); return err })
	if f.version == 3 && f.encryption != "none" {
		step(func() error { f.argon.Kind, err = r.next("Key-Derivation:"); return err })
		step(func() error { f.argon.Memory, err = r.number("Argon2-Memory:"); return err })
		step(func() error { f.argon.Passes, err = r.number("Argon2-Passes:"); return err })
		step(func() error { f.argon.Threads, err = r.number("Argon2-Parallelism:"); return err })
		step(func() error { f.argon.Salt, err = r.hex("Argon2-Salt:"); return err })
	}
	step(func() error { f.private, err = r.base64("Private-Lines:"); return err })
	step(func() error { f.mac, err = r.hex("Private-MAC:"); return err })
	f.rest, f.line = bytes.TrimLeft(afterLines(data, r.n), " \t\r\n"), r.n+1
	return f, version, err
}

// afterLines is what follows n lines, as it is: it may be binary.
func afterLines(data []byte, n int) []byte {
	for ; n > 0; n-- {
		i := bytes.IndexAny(data, "\r\n")
		if i < 0 {
			return nil
		}
		if bytes.HasPrefix(data[i:], []byte("\r\n")) {
			i++
		}
		data = data[i+1:]
	}
	return data
}

// fields are what the MAC covers before the private part.
func (f *ppkFile) fields() [][]byte {
	return [][]byte{[]byte(f.kind), []byte(f.encryption), []byte(f.comment), f.public}
}

// decodePPK reads a private key file of PuTTY, of version 2 or 3.
func (d *decoder) decodePPK(data []byte, at Source) error {
	d.container(at)
	f, version, err := parsePPK(data)
	switch {
	case err != nil:
		return damaged(at, whatPPK, err)
	case f.version == 0:
		return unsupported(at, whatPPK, "version "+opensshKind([]byte(version)))
	}
	d.note(at, note.Variant, "version %d", f.version)
	more := len(f.rest) > 0 && isObject(f.rest) || detectPPK(f.rest) > notIt
	if len(f.rest) > 0 && !more {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(f.rest), Text: text.Of("bytes after the end of the key")})
	}
	p, err := pbe.ParsePPK(f.version, f.encryption, f.argon)
	if err != nil {
		d.encrypted(opensshKind([]byte(f.encryption)))
		return faultOf(at, whatPPK, err)
	}
	plain, err := d.openPPK(&f, p, at)
	if err != nil {
		return err
	}
	defer clear(plain)
	at.Offset = -1
	pkcs8, ok := ppkKey(f.kind, f.public, plain)
	switch {
	case !ok:
		return &Error{Kind: ErrDamaged, Source: at, What: whatPPK, Detail: "it does not hold what its structure says"}
	case pkcs8 == nil:
		return unsupported(at, whatPPK, opensshKind([]byte(f.kind)))
	}
	if err := d.addKeyDER(pkcs8, at, p.Scheme, Names{FriendlyName: f.comment}); err != nil || !more {
		return err
	}
	return d.decodeEmbedded([]embedded{{data: f.rest, line: f.line, ours: true}}, at)
}

func (d *decoder) openPPK(f *ppkFile, p *pbe.PPK, at Source) (plain []byte, err error) {
	if p.Scheme == "" {
		plain, err = p.Open(nil, f.fields(), f.private, f.mac)
		if err == pbe.ErrPassword {
			return nil, &Error{Kind: ErrDamaged, Source: at, What: whatPPK, Detail: "its MAC does not verify: the file was altered"}
		}
		return plain, err
	}
	d.encrypted(p.Scheme)
	if f.version == 2 {
		d.note(at, note.WeakEncryption, "%s, key SHA-1(password)", p.Scheme)
	} else {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.KeyDerivation, N: p.Rounds, Text: text.Of("%s", p.Scheme)})
	}
	err = d.unlock(at, whatPPK+" ("+p.Scheme+")", pbe.Bytes, func(pw []byte) error {
		if err := d.spend(at, whatPPK, p.Rounds, p.Weight); err != nil {
			return err
		}
		out, err := p.Open(pw, f.fields(), f.private, f.mac)
		if err != nil && err != pbe.ErrPassword {
			return damaged(at, whatPPK, err)
		}
		plain = out
		return err
	})
	return plain, err
}

// ppkKey puts the public and the private numbers together. pkcs8 is nil for a kind
// that is not known.
func ppkKey(kind string, public, private []byte) (pkcs8 []byte, ok bool) {
	pub, r := sshReader{public}, sshReader{private}
	var inner []byte
	if !pub.string(&inner) || string(inner) != kind {
		return nil, false
	}
	switch {
	case kind == "ssh-rsa":
		k := &pubkey.RSA{}
		if !pub.number(&k.E) || !pub.number(&k.N) || !r.number(&k.D) || !r.number(&k.P) || !r.number(&k.Q) || !r.number(&k.QInv) {
			return nil, false
		}
		k.DP, k.DQ = exponent(k.D, k.P), exponent(k.D, k.Q)
		return k.PKCS8(), true
	case kind == "ssh-dss":
		var k pubkey.DSA
		if !pub.number(&k.P) || !pub.number(&k.Q) || !pub.number(&k.G) || !pub.number(&k.Y) || !r.number(&k.X) {
			return nil, false
		}
		return k.PKCS8(), true
	case strings.HasPrefix(kind, "ecdsa-sha2-"):
		var name, point []byte
		var secret *big.Int
		if !pub.string(&name) || !pub.string(&point) || !r.number(&secret) {
			return nil, false
		}
		return sshEC(name, secret, point)
	case kind == "ssh-ed25519", kind == "ssh-ed448":
		algorithm, size := "Ed25519", 32
		if kind == "ssh-ed448" {
			algorithm, size = "Ed448", 57
		}
		var seed []byte // a number with its lowest octet first
		if !r.string(&seed) || len(seed) > size {
			return nil, false
		}
		return pubkey.MarshalOctets(algorithm, append(slices.Clone(seed), make([]byte, size-len(seed))...)), true
	}
	return nil, true
}

// ppkPrivate writes the private numbers of a key.
func ppkPrivate(k *PrivateKey) ([]byte, bool) {
	var w sshWriter
	switch {
	case strings.HasPrefix(k.Algorithm, "EC "):
		secret := pubkey.ECScalar(k.PKCS8)
		w.number(new(big.Int).SetBytes(secret))
		return w, secret != nil
	case k.Algorithm == "Ed25519":
		key, ok := k.Key.(ed25519.PrivateKey)
		if ok {
			w.string(key.Seed())
		}
		return w, ok
	}
	n, err := pubkey.ParseRSA(k.PKCS8)
	if err != nil {
		return nil, false
	}
	for _, v := range []*big.Int{n.D, n.P, n.Q, n.QInv} {
		w.number(v)
	}
	return w, true
}

// encodePPK writes version 3, as PuTTY 0.75 and later read it; with a password by
// Argon2id as puttygen does.
func encodePPK(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if len(b.Keys) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: "no private key"}
	}
	k := &b.Keys[0]
	kind, public, ok := sshPublic(k.SPKI)
	plain, known := ppkPrivate(k)
	if !ok || !known {
		return nil, unsupported(k.Source, whatPPK, k.Algorithm)
	}
	defer func() { clear(plain) }()
	f := ppkFile{version: 3, kind: kind, comment: oneLine(k.FriendlyName), encryption: "none", public: public}
	if o.Password != nil {
		f.encryption = "aes256-cbc"
		f.argon = pbe.ArgonOptions{Kind: "Argon2id", Memory: ppkMemory, Passes: ppkPasses, Threads: 1, Salt: make([]byte, 16)}
		fill := make([]byte, (16-len(plain)%16)%16)
		for _, r := range [][]byte{f.argon.Salt, fill} {
			if _, err := io.ReadFull(o.Rand, r); err != nil {
				return nil, err
			}
		}
		padded := slices.Concat(plain, fill)
		clear(plain)
		plain = padded
	}
	p, err := pbe.ParsePPK(f.version, f.encryption, f.argon)
	if err != nil {
		return nil, faultOf(k.Source, whatPPK, err)
	}
	f.private, f.mac, err = p.Seal(o.Password, f.fields(), plain)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s3: %s\r\nEncryption: %s\r\nComment: %s\r\n", ppkHeader, f.kind, f.encryption, f.comment)
	writePPKLines(&out, "Public", f.public)
	if f.encryption != "none" {
		a := f.argon
		fmt.Fprintf(&out, "Key-Derivation: %s\r\nArgon2-Memory: %d\r\nArgon2-Passes: %d\r\nArgon2-Parallelism: %d\r\nArgon2-Salt: %x\r\n", a.Kind, a.Memory, a.Passes, a.Threads, a.Salt)
	}
	writePPKLines(&out, "Private", f.private)
	fmt.Fprintf(&out, "Private-MAC: %x\r\n", f.mac)
	return out.Bytes(), nil
}

// writePPKLines writes base64 in lines of 64 characters, after how many there are.
func writePPKLines(out *bytes.Buffer, name string, data []byte) {
	s := base64.StdEncoding.EncodeToString(data)
	fmt.Fprintf(out, "%s-Lines: %d\r\n", name, (len(s)+63)/64)
	for line := range slices.Chunk([]byte(s), 64) {
		out.Write(line)
		out.WriteString("\r\n")
	}
}
