package pbe

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

const oidPBMAC1 = "1.2.840.113549.1.5.14"

// The MACs that BuildMAC writes: the HMACs have a key made as RFC 7292, Appendix
// B says.
const (
	MACSHA1   = "HMAC-SHA1"
	MACSHA256 = "HMAC-SHA256"
	PBMAC1    = "PBMAC1 PBKDF2-HMAC-SHA256 HMAC-SHA256"
)

// Bounds of the key length in PBMAC1. RFC 9579 recommends to refuse keys below
// 20 octets: a file could ask for one that is found by trying. No HMAC here
// gives more than 64.
const (
	minPBMAC1Key = 20
	maxPBMAC1Key = 64
)

// MAC is the MacData of a PFX, read.
type MAC struct {
	Name   string // "HMAC-SHA256, 2048 iterations"
	Form   Form   // of the password that Verify takes
	Rounds int    // to be spent before each call of Verify
	Weight int    // what a round costs, in rounds of PBKDF2-HMAC-SHA256
	Family Family // who knows it

	value  []byte
	digest Digest
	id     []byte // as in a derivation
	key    keyFunc
}

// ParseMAC reads MacData (RFC 7292, Section 4):
//
//	SEQUENCE { DigestInfo { algorithm, digest }, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
//
// It returns an *UnsupportedError for an algorithm that is not here, a
// *der.SyntaxError or an error in words for what cannot be. On any error the
// result still has its name, as far as there is one.
func ParseMAC(e der.Element) (*MAC, error) {
	m := &MAC{id: e.Full}
	r := e.Reader()
	info, err := r.Expect(der.TagSequence)
	if err != nil {
		return m, err
	}
	ir := info.Reader()
	alg, err := ir.Expect(der.TagSequence)
	if err != nil {
		return m, err
	}
	oid, params, err := der.ParseAlgorithm(alg)
	if err != nil {
		return m, err
	}
	value, err := ir.Next()
	if err != nil {
		return m, err
	}
	if m.value, err = value.Octets(); err != nil {
		return m, err
	}
	if oid == oidPBMAC1 {
		return m, m.parsePBMAC1(params) // salt and iterations of MacData do not count (RFC 9579, Section 5)
	}
	salt, err := r.Next()
	if err != nil {
		return m, err
	}
	saltBytes, err := salt.Octets()
	if err != nil {
		return m, err
	}
	m.Rounds = 1
	if !r.Empty() {
		if m.Rounds, err = r.Int(); err != nil {
			return m, err
		}
	}
	m.Form, m.Family = BMP, FamilySHA2
	h, ok := DigestByOID(oid)
	if !ok {
		lacks := AlgorithmName(oid)
		m.Name = fmt.Sprintf("HMAC with %s, %s", lacks, iterations(m.Rounds))
		return m, unsupported(lacks)
	}
	if h.hmac == MACSHA1 {
		m.Family = FamilySHA1
	}
	m.Name = fmt.Sprintf("%s, %s", h.hmac, iterations(m.Rounds))
	size := h.New().Size()
	if len(m.value) != size {
		return m, &der.SyntaxError{Offset: value.Offset, Msg: fmt.Sprintf("%d bytes where %s has %d", len(m.value), h.hmac, size)}
	}
	m.Weight = pkcs12Weight(h.Name, size)
	m.digest, m.key = h, macKey(h, saltBytes, m.Rounds, size)
	return m, nil
}

// macKey makes keys of size bytes for a MAC (RFC 7292, Appendix B.4).
func macKey(h Digest, salt []byte, rounds, size int) keyFunc {
	return func(pw []byte) (key, _ []byte, err error) {
		return PKCS12Key(h.Name, pw, salt, 3, rounds, size), nil, nil
	}
}

// parsePBMAC1 reads PBMAC1-params (RFC 8018, Appendix A.5), with the limits of
// RFC 9579, Section 4: PBKDF2 has to say its keyLength.
func (m *MAC) parsePBMAC1(params der.Element) error {
	m.Name, m.Form, m.Family = "PBMAC1", Bytes, FamilyPBMAC1
	if !params.Is(der.TagSequence) {
		return &der.SyntaxError{Offset: params.Offset, Msg: "PBMAC1 without parameters"}
	}
	r := params.Reader()
	alg, err := r.Next()
	if err != nil {
		return err
	}
	scheme, err := r.Next()
	if err != nil {
		return err
	}
	return m.keyed(alg, scheme)
}

// ParseKeyedMAC reads a MAC and the derivation of its key, each an
// AlgorithmIdentifier, as a BCFKS has them. The errors are those of ParseMAC.
func ParseKeyedMAC(kdf, scheme der.Element, value []byte) (*MAC, error) {
	m := &MAC{Form: BMP, Family: FamilyRare, value: value}
	return m, m.keyed(kdf, scheme)
}

// NewMAC is HMAC-SHA1 over what a BKS holds, with a key of size bytes made as in
// a PFX.
func NewMAC(salt []byte, rounds, size int, value []byte) *MAC {
	h, _ := DigestByName("SHA-1")
	return &MAC{
		Name: fmt.Sprintf("%s, %s", h.hmac, iterations(rounds)), Form: BMP, Rounds: rounds, Weight: pkcs12Weight(h.Name, size), Family: FamilySHA1,
		value: value, digest: h, key: macKey(h, salt, rounds, size),
	}
}

// keyed reads the derivation of the key and the MAC that is computed with it.
func (m *MAC) keyed(alg, scheme der.Element) error {
	k, err := parseKDF(alg)
	if k.name != "" {
		m.Name = strings.TrimSpace(m.Name + " " + k.name)
	}
	if err != nil {
		return err
	}
	m.Rounds = k.rounds
	if k.name == nameScrypt {
		m.id = nil
	}
	oid, _, err := der.ParseAlgorithm(scheme)
	if err != nil {
		return err
	}
	h, ok := digestByHMAC(oid)
	if !ok {
		lacks := AlgorithmName(oid)
		m.Name += " " + lacks
		return unsupported(lacks)
	}
	m.Name += fmt.Sprintf(" %s, %s", h.hmac, iterations(m.Rounds))
	switch size := h.New().Size(); {
	case k.keyLength == 0:
		return errors.New("the MAC does not say the length of its key")
	case k.keyLength < minPBMAC1Key || k.keyLength > maxPBMAC1Key:
		return fmt.Errorf("a MAC with a key of %d bytes", k.keyLength)
	case len(m.value) != size:
		return fmt.Errorf("%d bytes where %s has %d", len(m.value), h.hmac, size)
	}
	m.Weight = k.cost(k.keyLength)
	m.digest = h
	m.key = func(pw []byte) (key, _ []byte, err error) {
		key, err = k.key(pw, k.keyLength)
		return key, nil, err
	}
	return nil
}

// Verify returns ErrPassword if the MAC of content is another one with this
// password: the password is wrong, or the content was altered.
func (m *MAC) Verify(pw, content []byte) error {
	key, _, err := m.key(pw)
	if err != nil {
		return err
	}
	defer clear(key)
	if !hmac.Equal(m.digest.sum(key, content), m.value) {
		return ErrPassword
	}
	return nil
}

// BuildMAC makes the MacData of a PFX with one of the MACs above, the other way
// round of ParseMAC. password is text, as the user gave it; rand makes the salt.
//
// It returns an *UnsupportedError for another MAC, and what rand returns.
func BuildMAC(name string, rounds int, password, content []byte, rand io.Reader) ([]byte, error) {
	salt := make([]byte, 16)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return nil, err
	}
	var alg, sum []byte
	if name == PBMAC1 {
		var err error
		if alg, sum, err = buildPBMAC1(password, content, salt, rounds); err != nil {
			return nil, err
		}
		rounds = 1 // of MacData; nobody uses it (RFC 9579, Section 5)
	} else {
		h, ok := findDigest(func(d Digest) bool { return d.hmac == name })
		if !ok {
			return nil, unsupported(name)
		}
		alg = der.Build(func(b *cryptobyte.Builder) { der.AddAlgorithm(b, h.OID, der.AddNull) })
		pw := BMP.Encode(password)
		key := PKCS12Key(h.Name, pw, salt, 3, rounds, h.New().Size())
		sum = h.sum(key, content)
		clear(pw)
		clear(key)
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(alg)
				b.AddASN1OctetString(sum)
			})
			b.AddASN1OctetString(salt)
			if rounds != 1 {
				b.AddASN1Int64(int64(rounds))
			}
		})
	}), nil
}

// buildPBMAC1 computes PBMAC1 with PBKDF2 and HMAC, both of SHA-256, and a key
// as long as the HMAC, which is what RFC 9579, Section 4 recommends.
func buildPBMAC1(password, content, salt []byte, rounds int) (alg, sum []byte, err error) {
	h, _ := DigestByName("SHA-256")
	size := h.New().Size()
	key, err := pbkdf2Derive(h, salt, rounds)(password, size)
	if err != nil {
		return nil, nil, err
	}
	defer clear(key)
	alg = der.Build(func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, oidPBMAC1, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddAlgorithm(b, oidPBKDF2, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1OctetString(salt)
						b.AddASN1Int64(int64(rounds))
						b.AddASN1Int64(int64(size))
						der.AddAlgorithm(b, h.prf, der.AddNull)
					})
				})
				der.AddAlgorithm(b, h.prf, der.AddNull)
			})
		})
	})
	return alg, h.sum(key, content), nil
}

func (d Digest) sum(key, content []byte) []byte {
	mac := hmac.New(d.New, key)
	mac.Write(content)
	return mac.Sum(nil)
}

func iterations(n int) string {
	if n == 1 {
		return "1 iteration"
	}
	return fmt.Sprintf("%d iterations", n)
}
