package pbe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"

	"golang.org/x/crypto/argon2"
)

// Bounds of the key derivation of PuTTY's files. puttygen takes 8 MiB, and as many
// passes as fit into a tenth of a second.
const (
	maxArgonMemory  = 128 << 10 // KiB
	maxArgonPasses  = 10_000
	maxArgonThreads = 64
	argonWork       = 5 // what a pass over a KiB costs, in rounds of PBKDF2
)

const schemePPK = "aes256-cbc"

// PPK is the encryption and the MAC of a private key in PuTTY's own format.
type PPK struct {
	Scheme string // "" where the key is in the clear
	Rounds int    // passes over each KiB of Argon2, 1 for version 2
	Weight int    // what a round costs, in rounds of PBKDF2-HMAC-SHA256

	version                 int
	kdf                     func(pw, salt []byte, passes, memory uint32, threads uint8, size uint32) []byte
	memory, passes, threads int
	salt                    []byte
}

// ArgonOptions are those of a file of version 3.
type ArgonOptions struct {
	Kind                    string // "Argon2id", "Argon2i"
	Memory, Passes, Threads int    // memory in KiB
	Salt                    []byte
}

// ParsePPK takes the fields of a file (appendix C of PuTTY's manual): its version,
// 2 or 3, and the name of the encryption; o is for version 3 with encryption.
//
// It returns an *UnsupportedError with the name, or a *LimitError.
func ParsePPK(version int, encryption string, o ArgonOptions) (*PPK, error) {
	p := &PPK{version: version, Rounds: 1, Weight: 1}
	switch {
	case encryption == "none":
		return p, nil
	case encryption != schemePPK:
		return nil, unsupported(encryption)
	case version == 2:
		p.Scheme = schemePPK
		return p, nil
	}
	switch o.Kind {
	case "Argon2id":
		p.kdf = argon2.IDKey
	case "Argon2i":
		p.kdf = argon2.Key
	default:
		return nil, unsupported(o.Kind + " " + encryption)
	}
	switch {
	case o.Memory < 8 || o.Passes < 1 || o.Threads < 1:
		return nil, errors.New("numbers of the key derivation that Argon2 does not take")
	case o.Memory > maxArgonMemory:
		return nil, &LimitError{Asked: o.Memory >> 10, Limit: maxArgonMemory >> 10, Of: "MiB of memory for Argon2"}
	case o.Passes > maxArgonPasses:
		return nil, &LimitError{Asked: o.Passes, Limit: maxArgonPasses, Of: "passes of Argon2"}
	case o.Threads > maxArgonThreads:
		return nil, &LimitError{Asked: o.Threads, Limit: maxArgonThreads, Of: "threads of Argon2"}
	}
	p.Scheme, p.Rounds, p.Weight = o.Kind+" "+schemePPK, o.Memory*o.Passes, argonWork
	p.memory, p.passes, p.threads, p.salt = o.Memory, o.Passes, o.Threads, o.Salt
	return p, nil
}

// keys derives the keys for encryption and MAC.
func (p *PPK) keys(pw []byte) (key, iv, mac []byte) {
	switch {
	case p.version == 2:
		h := sha1.New()
		h.Write([]byte("putty-private-key-file-mac-key"))
		h.Write(pw)
		for n := byte(0); n < 2; n++ {
			k := sha1.New()
			k.Write([]byte{0, 0, 0, n})
			k.Write(pw)
			key = k.Sum(key)
		}
		return key[:32], make([]byte, aes.BlockSize), h.Sum(nil)
	case p.kdf == nil:
		return nil, nil, nil
	}
	k := p.kdf(pw, p.salt, uint32(p.passes), uint32(p.memory), uint8(p.threads), 80)
	return k[:32], k[32:48], k[48:]
}

// Open decrypts the private part of a file and verifies its MAC. fields are what
// the MAC covers before the private part: kind of key, encryption, comment, and
// the public key. It returns ErrPassword if the MAC is wrong, which is also what a
// file that was altered gives. Without encryption pw is not looked at. The caller
// has spent Rounds, and clears the plaintext.
func (p *PPK) Open(pw []byte, fields [][]byte, private, mac []byte) ([]byte, error) {
	if p.Scheme == "" {
		pw = nil
	}
	key, iv, macKey := p.keys(pw)
	defer clear(key)
	defer clear(macKey)
	plain := append([]byte(nil), private...)
	if p.Scheme != "" {
		if len(plain) == 0 || len(plain)%aes.BlockSize != 0 {
			return nil, errors.New("the encrypted part has a length that " + schemePPK + " cannot give")
		}
		c, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		cipher.NewCBCDecrypter(c, iv).CryptBlocks(plain, plain)
	}
	if !hmac.Equal(p.mac(macKey, fields, plain), mac) {
		clear(plain)
		return nil, ErrPassword
	}
	return plain, nil
}

// mac covers all fields and the private part, each after its length.
func (p *PPK) mac(key []byte, fields [][]byte, plain []byte) []byte {
	digest := func() hash.Hash { return sha256.New() }
	if p.version == 2 {
		digest = sha1.New
	}
	h := hmac.New(digest, key)
	for _, f := range append(fields[:len(fields):len(fields)], plain) {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(f))))
		h.Write(f)
	}
	return h.Sum(nil)
}

// Seal is the inverse of Open. The length of plain is a multiple of 16 where it is
// encrypted: PuTTY pads with what it likes, as the length of the numbers is in
// them.
func (p *PPK) Seal(pw []byte, fields [][]byte, plain []byte) (private, mac []byte, err error) {
	key, iv, macKey := p.keys(pw)
	defer clear(key)
	defer clear(macKey)
	mac = p.mac(macKey, fields, plain)
	private = append([]byte(nil), plain...)
	if p.Scheme != "" {
		c, err := aes.NewCipher(key)
		if err != nil {
			return nil, nil, err
		}
		cipher.NewCBCEncrypter(c, iv).CryptBlocks(private, private)
	}
	return private, mac, nil
}
