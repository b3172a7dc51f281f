package convert

import (
	"bytes"
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
)

const (
	whatOpenSSH = "OpenSSH private key"
)

// opensshFile is the outer structure (OpenSSH's PROTOCOL.key).
type opensshFile struct {
	cipher, kdf string
	salt        []byte
	rounds      uint32
	count       uint32 // of keys
	private     []byte
	tag         []byte // what follows: the tag of an authenticated cipher
}

// sshReader reads the strings and numbers of RFC 4251, Section 5.
type sshReader struct{ cryptobyte.String }

func (r *sshReader) string(out *[]byte) bool {
	var s cryptobyte.String
	var n uint32
	if !r.ReadUint32(&n) || uint64(n) > uint64(len(r.String)) || !r.ReadBytes((*[]byte)(&s), int(n)) {
		return false
	}
	*out = s
	return true
}

func (r *sshReader) number(out **big.Int) bool {
	var b []byte
	if !r.string(&b) || len(b) > pubkey.MaxRSABits/8+1 {
		return false
	}
	*out = new(big.Int).SetBytes(b)
	return true
}

func parseOpenSSH(data []byte) (f opensshFile, ok bool) {
	body, ok := bytes.CutPrefix(data, []byte(pem.OpenSSHMagic))
	if !ok {
		return f, false
	}
	r := sshReader{body}
	var cipher, kdf, options, public []byte
	if !r.string(&cipher) || !r.string(&kdf) || !r.string(&options) || !r.ReadUint32(&f.count) {
		return f, false
	}
	for range f.count {
		if !r.string(&public) {
			return f, false
		}
	}
	if !r.string(&f.private) {
		return f, false
	}
	f.cipher, f.kdf, f.tag = string(cipher), string(kdf), r.String
	if f.kdf == "bcrypt" {
		o := sshReader{options}
		if !o.string(&f.salt) || !o.ReadUint32(&f.rounds) || len(f.salt) == 0 {
			return f, false
		}
	}
	return f, true
}

// decodeOpenSSHKey reads the binary inside an OPENSSH PRIVATE KEY block.
func (d *decoder) decodeOpenSSHKey(data []byte, at Source) error {
	f, ok := parseOpenSSH(data)
	if !ok {
		return &Error{Kind: ErrDamaged, Source: at, What: whatOpenSSH, Detail: "it does not hold what its structure says, or ends early"}
	}
	if f.cipher == "none" && f.kdf == "none" {
		return d.addOpenSSHKeys(f.private, int(f.count), "", at)
	}
	scheme := f.kdf + " " + f.cipher
	d.encrypted(scheme)
	plain, err := d.decryptOpenSSH(f, scheme, at)
	if err != nil {
		d.fail(at, KindPrivateKey, scheme, err)
		return nil
	}
	defer clear(plain)
	return d.addOpenSSHKeys(plain, int(f.count), scheme, at)
}

func (d *decoder) decryptOpenSSH(f opensshFile, scheme string, at Source) (plain []byte, err error) {
	enc, err := pbe.ParseOpenSSH(f.cipher, f.kdf, f.salt, int(f.rounds))
	if err == nil {
		err = enc.CheckLength(len(f.private), len(f.tag))
	}
	if err != nil {
		return nil, faultOf(at, whatOpenSSH, err)
	}
	d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.KeyDerivation, N: enc.Rounds, Text: text.Of("%s", scheme)})
	err = d.unlock(at, whatOpenSSH+" ("+scheme+")", pbe.Bytes, func(pw []byte) error {
		if err := d.spend(at, whatOpenSSH, enc.Rounds, enc.Weight); err != nil {
			return err
		}
		out, err := enc.Decrypt(pw, f.private, f.tag)
		if err == nil && (len(out) < 8 || !bytes.Equal(out[:4], out[4:8])) {
			clear(out)
			return pbe.ErrPassword
		}
		plain = out
		return err
	})
	return plain, err
}

// addOpenSSHKeys reads the inner part: two equal numbers to check the password
// by, then the keys.
func (d *decoder) addOpenSSHKeys(plain []byte, count int, scheme string, at Source) error {
	broken := &Error{Kind: ErrDamaged, Source: at, What: whatOpenSSH, Detail: "the private part does not hold what its structure says"}
	r := sshReader{plain}
	var check [2]uint32
	if !r.ReadUint32(&check[0]) || !r.ReadUint32(&check[1]) || check[0] != check[1] {
		return broken
	}
	for range count {
		var kind, comment []byte
		if !r.string(&kind) {
			return broken
		}
		pkcs8, ok := r.key(string(kind))
		if pkcs8 == nil && ok {
			// Where the next one starts is unknown, too.
			return unsupported(at, whatOpenSSH, opensshKind(kind))
		}
		if !ok || !r.string(&comment) {
			return broken
		}
		if err := d.addKeyDER(pkcs8, at, scheme, Names{FriendlyName: string(comment)}); err != nil {
			return err
		}
	}
	return nil
}

// opensshKind makes the name of a kind of key fit to be shown.
func opensshKind(kind []byte) string {
	for _, c := range kind {
		if c <= ' ' || c > '~' {
			return "of an unknown kind"
		}
	}
	if len(kind) == 0 || len(kind) > 64 {
		return "of an unknown kind"
	}
	return string(kind)
}

// key reads the numbers of one key and wraps them in PKCS#8, which is nil for
// a kind that is unknown or, as the sk- ones, holds no private key.
func (r *sshReader) key(kind string) (pkcs8 []byte, ok bool) {
	switch {
	case kind == "ssh-rsa":
		k := &pubkey.RSA{}
		if !r.number(&k.N) || !r.number(&k.E) || !r.number(&k.D) || !r.number(&k.QInv) || !r.number(&k.P) || !r.number(&k.Q) {
			return nil, false
		}
		k.DP, k.DQ = exponent(k.D, k.P), exponent(k.D, k.Q)
		return k.PKCS8(), true
	case kind == "ssh-dss":
		var k pubkey.DSA
		if !r.number(&k.P) || !r.number(&k.Q) || !r.number(&k.G) || !r.number(&k.Y) || !r.number(&k.X) {
			return nil, false
		}
		return k.PKCS8(), true
	case strings.HasPrefix(kind, "ecdsa-sha2-nistp") && !strings.Contains(kind, "@"):
		return r.ecKey()
	case kind == "ssh-ed25519":
		return r.edwardsKey("Ed25519", 32, 64)
	case kind == "ssh-ed448":
		return r.edwardsKey("Ed448", 57, 114)
	}
	return nil, true
}

// exponent is d reduced for one prime.
func exponent(d, p *big.Int) *big.Int {
	m := new(big.Int).Sub(p, big.NewInt(1))
	if m.Sign() <= 0 {
		return m.SetInt64(0)
	}
	return m.Mod(d, m)
}

func (r *sshReader) ecKey() (pkcs8 []byte, ok bool) {
	var name, public []byte
	var d *big.Int
	if !r.string(&name) || !r.string(&public) || !r.number(&d) {
		return nil, false
	}
	return sshEC(name, d, public)
}

// edwardsKey reads the public key and the private one, which is the seed with
// the public key behind it.
func (r *sshReader) edwardsKey(algorithm string, size, both int) (pkcs8 []byte, ok bool) {
	var public, private []byte
	if !r.string(&public) || !r.string(&private) || len(private) != both {
		return nil, false
	}
	return pubkey.MarshalOctets(algorithm, private[:size]), true
}
