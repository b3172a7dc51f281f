package pbe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"crypto/subtle"
	"fmt"
	"strings"

	"golang.org/x/crypto/blowfish"
	"golang.org/x/crypto/cast5"

	"github.com/certconv/certconv/internal/ciphers"
	"github.com/certconv/certconv/internal/der"
)

// blockCipher is a cipher with a key size, by the name that OpenSSL gives it
// in DEK-Info lines.
type blockCipher struct {
	name    string
	keySize int  // bytes; the usual one if variable
	varies  bool // other key sizes are possible
	weak    bool
	new     func(key []byte) (cipher.Block, error)
}

var blockCiphers = [...]blockCipher{
	{name: "AES-128", keySize: 16, new: aes.NewCipher},
	{name: "AES-192", keySize: 24, new: aes.NewCipher},
	{name: "AES-256", keySize: 32, new: aes.NewCipher},
	{name: "DES-EDE3", keySize: 24, new: des.NewTripleDESCipher},
	{name: "DES-EDE", keySize: 16, new: newTwoKeyDES},
	{name: "DES", keySize: 8, weak: true, new: des.NewCipher},
	{name: "DESX", keySize: 24, new: newDESX},
	{name: "RC2", keySize: 16, varies: true, weak: true, new: newRC2},
	{name: "RC2-64", keySize: 8, weak: true, new: newRC2},
	{name: "RC2-40", keySize: 5, weak: true, new: newRC2},
	{name: "BF", keySize: 16, varies: true, new: newBlowfish},
	{name: "CAST5", keySize: 16, varies: true, new: newCAST5},
	{name: "IDEA", keySize: 16, new: ciphers.NewIDEA},
	{name: "SEED", keySize: 16, new: ciphers.NewSEED},
	{name: "SM4", keySize: 16, new: ciphers.NewSM4},
	{name: "CAMELLIA-128", keySize: 16, new: ciphers.NewCamellia},
	{name: "CAMELLIA-192", keySize: 24, new: ciphers.NewCamellia},
	{name: "CAMELLIA-256", keySize: 32, new: ciphers.NewCamellia},
	{name: "ARIA-128", keySize: 16, new: ciphers.NewARIA},
	{name: "ARIA-192", keySize: 24, new: ciphers.NewARIA},
	{name: "ARIA-256", keySize: 32, new: ciphers.NewARIA},
}

func newTwoKeyDES(key []byte) (cipher.Block, error) {
	if len(key) != 16 {
		return nil, des.KeySizeError(len(key))
	}
	var k [24]byte
	defer clear(k[:])
	copy(k[copy(k[:], key):], key)
	return des.NewTripleDESCipher(k[:])
}

// desx whitens the input and output of DES (R. Rivest's DES-X): a DES key, then
// the two whitening keys.
type desx struct {
	cipher.Block
	in, out [des.BlockSize]byte
}

func newDESX(key []byte) (cipher.Block, error) {
	if len(key) != 24 {
		return nil, des.KeySizeError(len(key))
	}
	b, err := des.NewCipher(key[:8])
	return &desx{b, [8]byte(key[8:16]), [8]byte(key[16:24])}, err
}

func (x *desx) Encrypt(dst, src []byte) { whiten(x.Block.Encrypt, dst, src, x.in[:], x.out[:]) }
func (x *desx) Decrypt(dst, src []byte) { whiten(x.Block.Decrypt, dst, src, x.out[:], x.in[:]) }

func whiten(crypt func(dst, src []byte), dst, src, before, after []byte) {
	subtle.XORBytes(dst[:des.BlockSize], src[:des.BlockSize], before)
	crypt(dst, dst)
	subtle.XORBytes(dst[:des.BlockSize], dst[:des.BlockSize], after)
}

// newRC2 takes all bits of the key as effective.
func newRC2(key []byte) (cipher.Block, error) { return ciphers.NewRC2(key, 8*len(key)) }

func newBlowfish(key []byte) (cipher.Block, error) { return blowfish.NewCipher(key) }

// newCAST5 pads short keys with zeros (RFC 2144, Section 2.5). Keys of up to
// 80 bits would have 12 rounds instead of 16, which x/crypto does not have.
func newCAST5(key []byte) (cipher.Block, error) {
	if len(key) <= 10 || len(key) > cast5.KeySize {
		return nil, cast5KeySize(len(key))
	}
	var k [cast5.KeySize]byte
	defer clear(k[:])
	copy(k[:], key)
	return cast5.NewCipher(k[:])
}

type cast5KeySize int

func (n cast5KeySize) Error() string { return fmt.Sprintf("a key of %d bytes for CAST5", int(n)) }

// encryptionOIDs has the identifiers that are used as encryption scheme of
// PBES2. OpenSSL writes every one of them.
var encryptionOIDs = [...][2]string{
	{"2.16.840.1.101.3.4.1.1", "AES-128-ECB"},
	{"2.16.840.1.101.3.4.1.2", "AES-128-CBC"},
	{"2.16.840.1.101.3.4.1.3", "AES-128-OFB"},
	{"2.16.840.1.101.3.4.1.4", "AES-128-CFB"},
	{"2.16.840.1.101.3.4.1.6", "AES-128-GCM"},
	{"2.16.840.1.101.3.4.1.7", "AES-128-CCM"},
	{"2.16.840.1.101.3.4.1.8", "AES-128-KWP"},
	{"2.16.840.1.101.3.4.1.21", "AES-192-ECB"},
	{"2.16.840.1.101.3.4.1.22", "AES-192-CBC"},
	{"2.16.840.1.101.3.4.1.23", "AES-192-OFB"},
	{"2.16.840.1.101.3.4.1.24", "AES-192-CFB"},
	{"2.16.840.1.101.3.4.1.26", "AES-192-GCM"},
	{"2.16.840.1.101.3.4.1.27", "AES-192-CCM"},
	{"2.16.840.1.101.3.4.1.28", "AES-192-KWP"},
	{"2.16.840.1.101.3.4.1.41", "AES-256-ECB"},
	{"2.16.840.1.101.3.4.1.42", "AES-256-CBC"},
	{"2.16.840.1.101.3.4.1.43", "AES-256-OFB"},
	{"2.16.840.1.101.3.4.1.44", "AES-256-CFB"},
	{"2.16.840.1.101.3.4.1.46", "AES-256-GCM"},
	{"2.16.840.1.101.3.4.1.47", "AES-256-CCM"},
	{"2.16.840.1.101.3.4.1.48", "AES-256-KWP"},
	{"1.2.840.113549.3.7", "DES-EDE3-CBC"},
	{"1.3.14.3.2.17", "DES-EDE-ECB"},
	{"1.3.14.3.2.6", "DES-ECB"},
	{"1.3.14.3.2.7", "DES-CBC"},
	{"1.3.14.3.2.8", "DES-OFB"},
	{"1.3.14.3.2.9", "DES-CFB"},
	{"1.2.840.113549.3.2", "RC2-CBC"},
	{"1.2.840.113549.3.4", "RC4"},
	{"1.3.6.1.4.1.3029.1.2", "BF-CBC"},
	{"1.3.6.1.4.1.3029.1.1.1", "BF-ECB"},
	{"1.3.6.1.4.1.3029.1.1.2", "BF-CBC"},
	{"1.3.6.1.4.1.3029.1.1.3", "BF-CFB"},
	{"1.3.6.1.4.1.3029.1.1.4", "BF-OFB"},
	{"1.2.840.113533.7.66.10", "CAST5-CBC"},
	{"1.3.6.1.4.1.188.7.1.1.1", "IDEA-ECB"},
	{"1.3.6.1.4.1.188.7.1.1.2", "IDEA-CBC"},
	{"1.3.6.1.4.1.188.7.1.1.3", "IDEA-CFB"},
	{"1.3.6.1.4.1.188.7.1.1.4", "IDEA-OFB"},
	{"1.2.410.200004.1.3", "SEED-ECB"},
	{"1.2.410.200004.1.4", "SEED-CBC"},
	{"1.2.410.200004.1.5", "SEED-CFB"},
	{"1.2.410.200004.1.6", "SEED-OFB"},
	{"1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC"},
	{"1.2.392.200011.61.1.1.1.3", "CAMELLIA-192-CBC"},
	{"1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC"},
	{"0.3.4401.5.3.1.9.1", "CAMELLIA-128-ECB"},
	{"0.3.4401.5.3.1.9.3", "CAMELLIA-128-OFB"},
	{"0.3.4401.5.3.1.9.4", "CAMELLIA-128-CFB"},
	{"0.3.4401.5.3.1.9.6", "CAMELLIA-128-GCM"},
	{"0.3.4401.5.3.1.9.9", "CAMELLIA-128-CTR"},
	{"0.3.4401.5.3.1.9.21", "CAMELLIA-192-ECB"},
	{"0.3.4401.5.3.1.9.23", "CAMELLIA-192-OFB"},
	{"0.3.4401.5.3.1.9.24", "CAMELLIA-192-CFB"},
	{"0.3.4401.5.3.1.9.26", "CAMELLIA-192-GCM"},
	{"0.3.4401.5.3.1.9.29", "CAMELLIA-192-CTR"},
	{"0.3.4401.5.3.1.9.41", "CAMELLIA-256-ECB"},
	{"0.3.4401.5.3.1.9.43", "CAMELLIA-256-OFB"},
	{"0.3.4401.5.3.1.9.44", "CAMELLIA-256-CFB"},
	{"0.3.4401.5.3.1.9.46", "CAMELLIA-256-GCM"},
	{"0.3.4401.5.3.1.9.49", "CAMELLIA-256-CTR"},
	{"1.2.410.200046.1.1.1", "ARIA-128-ECB"},
	{"1.2.410.200046.1.1.2", "ARIA-128-CBC"},
	{"1.2.410.200046.1.1.3", "ARIA-128-CFB"},
	{"1.2.410.200046.1.1.4", "ARIA-128-OFB"},
	{"1.2.410.200046.1.1.5", "ARIA-128-CTR"},
	{"1.2.410.200046.1.1.6", "ARIA-192-ECB"},
	{"1.2.410.200046.1.1.7", "ARIA-192-CBC"},
	{"1.2.410.200046.1.1.8", "ARIA-192-CFB"},
	{"1.2.410.200046.1.1.9", "ARIA-192-OFB"},
	{"1.2.410.200046.1.1.10", "ARIA-192-CTR"},
	{"1.2.410.200046.1.1.11", "ARIA-256-ECB"},
	{"1.2.410.200046.1.1.12", "ARIA-256-CBC"},
	{"1.2.410.200046.1.1.13", "ARIA-256-CFB"},
	{"1.2.410.200046.1.1.14", "ARIA-256-OFB"},
	{"1.2.410.200046.1.1.15", "ARIA-256-CTR"},
	{"1.2.410.200046.1.1.34", "ARIA-128-GCM"},
	{"1.2.410.200046.1.1.35", "ARIA-192-GCM"},
	{"1.2.410.200046.1.1.36", "ARIA-256-GCM"},
	{"1.2.156.10197.1.104.1", "SM4-ECB"},
	{"1.2.156.10197.1.104.2", "SM4-CBC"},
	{"1.2.156.10197.1.104.3", "SM4-OFB"},
	{"1.2.156.10197.1.104.4", "SM4-CFB"},
	{"1.2.156.10197.1.104.5", "SM4-CFB1"},
	{"1.2.156.10197.1.104.6", "SM4-CFB8"},
	{"1.2.156.10197.1.104.7", "SM4-CTR"},
	{"1.2.156.10197.1.104.8", "SM4-GCM"},
}

// encryption is a cipher in a mode, ready for a key.
type encryption struct {
	name   string // "AES-256-CBC"
	mode   string // "" for the stream cipher RC4
	cipher blockCipher
	iv     []byte // or nonce
	tag    int    // bytes of authentication tag: GCM, CCM
}

// encryptionByName knows the names that DEK-Info lines use, in upper case.
func encryptionByName(name string) (encryption, bool) {
	if name == "RC4" {
		return encryption{name: name, cipher: blockCipher{name: name, keySize: 16, varies: true, weak: true}}, true
	}
	e := encryption{name: name, mode: "ECB"}
	family := name
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		switch mode := name[i+1:]; mode {
		case "CBC", "ECB", "OFB", "CFB", "CFB1", "CFB8", "CTR", "GCM", "CCM", "KWP":
			family, e.mode = name[:i], mode
		}
	}
	for _, c := range blockCiphers {
		if c.name == family {
			e.cipher = c
			return e, true
		}
	}
	return e, false
}

// parseEncryption reads the encryption scheme of PBES2. On an error the
// result has the name as far as it is known.
func parseEncryption(alg der.Element) (e encryption, err error) {
	oid, params, err := der.ParseAlgorithm(alg)
	if err != nil {
		return e, err
	}
	e.name = AlgorithmName(oid)
	for _, row := range encryptionOIDs {
		if row[0] == oid {
			e, _ = encryptionByName(row[1])
		}
	}
	if e.cipher.name == "" {
		return e, unsupported(e.name)
	}
	switch {
	case e.mode == "" || e.mode == "ECB" || e.mode == "KWP": // OpenSSL writes an empty OCTET STRING
		return e, nil
	case e.mode == "GCM":
		return e, e.gcmParameters(params)
	case e.mode == "CCM":
		return e, e.ccmParameters(params)
	case e.cipher.name == "RC2":
		err = e.rc2Parameters(params)
	case params.Is(der.TagSequence): // CAST5 (RFC 2984, Section 2)
		err = e.cast5Parameters(params)
	default:
		e.iv, err = params.Octets()
	}
	if err == nil {
		err = e.checkIV(params.Offset)
	}
	return e, err
}

func (e *encryption) checkIV(offset int) error {
	if want := e.blockSize(); len(e.iv) != want {
		return &der.SyntaxError{Offset: offset, Msg: fmt.Sprintf("%s with an initialization vector of %d bytes instead of %d", e.name, len(e.iv), want)}
	}
	return nil
}

// blockSize is what the IV and, for CBC and ECB, the ciphertext is measured by.
func (e *encryption) blockSize() int {
	switch {
	case e.mode == "":
		return 1
	case strings.HasPrefix(e.cipher.name, "DES"), strings.HasPrefix(e.cipher.name, "RC2"),
		e.cipher.name == "BF", e.cipher.name == "CAST5", e.cipher.name == "IDEA":
		return 8
	}
	return 16
}

// rc2Parameters reads RC2-CBC-Parameter (RFC 8018, Appendix B.2.3).
func (e *encryption) rc2Parameters(params der.Element) (err error) {
	effective := 32 // where the version is absent
	iv := params
	if params.Is(der.TagSequence) {
		r := params.Reader()
		if iv, err = r.Next(); err != nil {
			return err
		}
		if iv.Is(der.TagInteger) {
			version, err := iv.Int()
			if err != nil {
				return err
			}
			switch {
			case version == 160:
				effective = 40
			case version == 120:
				effective = 64
			case version == 58:
				effective = 128
			case version >= 256 && version <= 1024:
				effective = version
			default:
				return unsupported(fmt.Sprintf("RC2-CBC, version %d", version))
			}
			if iv, err = r.Next(); err != nil {
				return err
			}
		}
	}
	e.cipher.keySize = max(effective/8, 1)
	e.cipher.new = func(key []byte) (cipher.Block, error) { return ciphers.NewRC2(key, effective) }
	e.name = fmt.Sprintf("RC2-%d-CBC", effective)
	e.iv, err = iv.Octets()
	return err
}

// cast5Parameters reads SEQUENCE { iv, keyLength in bits }.
func (e *encryption) cast5Parameters(params der.Element) error {
	r := params.Reader()
	iv, err := r.Next()
	if err != nil {
		return err
	}
	if e.iv, err = iv.Octets(); err != nil || r.Empty() {
		return err
	}
	n, err := r.Int()
	if err != nil {
		return err
	}
	if e.cipher.varies {
		e.cipher.keySize = n / 8
	}
	return nil
}

// gcmParameters reads GCMParameters (RFC 5084, Section 3.2).
func (e *encryption) gcmParameters(params der.Element) (err error) {
	e.tag = 12 // aes-ICVlen DEFAULT 12
	nonce := params
	if params.Is(der.TagSequence) {
		r := params.Reader()
		if nonce, err = r.Next(); err != nil {
			return err
		}
		if !r.Empty() {
			if e.tag, err = r.Int(); err != nil {
				return err
			}
		}
	} else {
		e.tag = 16 // not the standard's way: no length, the whole tag
	}
	if e.iv, err = nonce.Octets(); err != nil {
		return err
	}
	if e.tag < 12 || e.tag > 16 || len(e.iv) == 0 || (e.tag != 16 && len(e.iv) != 12) {
		return unsupported(fmt.Sprintf("%s with a nonce of %d and a tag of %d bytes", e.name, len(e.iv), e.tag))
	}
	return nil
}

// ccmParameters reads CCMParameters (RFC 5084, Section 3.1).
func (e *encryption) ccmParameters(params der.Element) (err error) {
	if !params.Is(der.TagSequence) {
		return &der.SyntaxError{Offset: params.Offset, Msg: e.name + " without parameters"}
	}
	r := params.Reader()
	nonce, err := r.Next()
	if err != nil {
		return err
	}
	e.tag = 12 // aes-ICVlen DEFAULT 12
	if !r.Empty() {
		if e.tag, err = r.Int(); err != nil {
			return err
		}
	}
	if e.iv, err = nonce.Octets(); err != nil {
		return err
	}
	if e.tag < 8 || e.tag > 16 || e.tag%2 != 0 || len(e.iv) < 7 || len(e.iv) > 13 {
		return unsupported(fmt.Sprintf("%s with a nonce of %d and a tag of %d bytes", e.name, len(e.iv), e.tag))
	}
	return nil
}

// checkLength tells ciphertext that was cut from what a wrong password makes
// of a whole one.
func (e *encryption) checkLength(n int) error {
	switch {
	case (e.mode == "GCM" || e.mode == "CCM") && n < e.tag, n == 0, e.mode == "KWP" && (n < 16 || n%8 != 0):
		return fmt.Errorf("%d bytes of ciphertext", n)
	case e.padded() && n%e.blockSize() != 0:
		return fmt.Errorf("%d bytes of ciphertext, not a multiple of %d", n, e.blockSize())
	}
	return nil
}

func (e *encryption) padded() bool { return e.mode == "CBC" || e.mode == "ECB" }

// decrypt returns a new slice, ErrPassword if padding or tag are wrong.
func (e *encryption) decrypt(key, iv, ciphertext []byte) ([]byte, error) {
	if e.mode == "" {
		c, err := rc4.NewCipher(key)
		if err != nil {
			return nil, err
		}
		out := make([]byte, len(ciphertext))
		c.XORKeyStream(out, ciphertext)
		return out, nil
	}
	block, err := e.cipher.new(key)
	if err != nil {
		return nil, err
	}
	switch e.mode {
	case "GCM":
		return e.openGCM(block, iv, ciphertext)
	case "CCM":
		return tried(ciphers.OpenCCM(block, iv, ciphertext, e.tag))
	case "KWP":
		return tried(ciphers.UnwrapPadded(block, ciphertext))
	}
	if c := youmarkCipher(e.name); c != nil {
		out, err := c.Decrypt(key, iv, ciphertext)
		if err != nil {
			return nil, err
		}
		return unpad(out, block.BlockSize())
	}
	out := append([]byte(nil), ciphertext...)
	switch e.mode {
	case "CBC":
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, out)
	case "ECB":
		ciphers.DecryptECB(block, out)
	case "OFB":
		ciphers.XOROFB(block, iv, out)
	case "CFB":
		ciphers.DecryptCFB(block, iv, out)
	case "CFB8":
		ciphers.DecryptCFB8(block, iv, out)
	case "CFB1":
		ciphers.DecryptCFB1(block, iv, out)
	case "CTR":
		cipher.NewCTR(block, iv).XORKeyStream(out, out)
	}
	if e.padded() {
		return unpad(out, block.BlockSize())
	}
	return out, nil
}

func (e *encryption) openGCM(block cipher.Block, nonce, ciphertext []byte) ([]byte, error) {
	var aead cipher.AEAD
	var err error
	if len(nonce) == 12 {
		aead, err = cipher.NewGCMWithTagSize(block, e.tag)
	} else {
		aead, err = cipher.NewGCMWithNonceSize(block, len(nonce))
	}
	if err != nil {
		return nil, err
	}
	out, err := aead.Open(nil, nonce, ciphertext, nil)
	if err != nil {
		return nil, ErrPassword
	}
	return out, nil
}

// tried is what a cipher that authenticates returned.
func tried(plain []byte, ok bool) ([]byte, error) {
	if !ok {
		return nil, ErrPassword
	}
	return plain, nil
}

// unpad takes off the padding of RFC 8018, Section 6.1.1, step 4.
func unpad(data []byte, block int) ([]byte, error) {
	n := int(data[len(data)-1])
	if n < 1 || n > block || n > len(data) {
		clear(data)
		return nil, ErrPassword
	}
	for _, b := range data[len(data)-n:] {
		if int(b) != n {
			clear(data)
			return nil, ErrPassword
		}
	}
	return data[:len(data)-n], nil
}
