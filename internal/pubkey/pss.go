package pubkey

import (
	"crypto/subtle"
	"encoding/binary"
	"hash"

	"github.com/certconv/certconv/internal/der"
)

const oidMGF1 = "1.2.840.113549.1.1.8"

// pssParameters are RSASSA-PSS-params (RFC 4055, Section 3.1).
type pssParameters struct {
	hash, mgfHash string
	salt          int
	form          PSSForm
}

// PSSForm is how the parameters of RSASSA-PSS are written, where readers differ
// about it.
type PSSForm struct {
	Unusual bool // the salt is not as long as the hash, or the mask is made with another hash
	NoNull  bool // a hash without the NULL behind it
	Default bool // a default is written out: the trailer
}

// ReadPSS reads the form of the AlgorithmIdentifier of a signature. ok is false
// where it is not RSASSA-PSS with parameters that can be read.
func ReadPSS(alg der.Element) (f PSSForm, ok bool) {
	p, there, err := readPSS(alg)
	if err != nil || !there {
		return f, false
	}
	h, known := hashByName(p.hash)
	p.form.Unusual = p.hash != p.mgfHash || known && p.salt != h.new().Size()
	return p.form, true
}

// readPSS reads the parameters in an AlgorithmIdentifier; there is false where it
// has none. The error is a *MalformedError, also for what OpenSSL does not take:
// another mask generation than MGF1, another trailer than 0xbc.
func readPSS(alg der.Element) (p pssParameters, there bool, err error) {
	p = pssParameters{hash: "SHA-1", mgfHash: "SHA-1", salt: 20}
	r := alg.Reader()
	if _, err = r.Expect(der.TagOID); err == nil && !r.Empty() {
		var params der.Element
		if params, err = r.Next(); err == nil && !params.Is(der.TagNull) {
			there, err = true, p.read(params)
		}
	}
	if err != nil {
		err = &MalformedError{"RSASSA-PSS parameters", err}
	}
	return p, there, err
}

func (p *pssParameters) read(params der.Element) error {
	if !params.Is(der.TagSequence) {
		return &der.SyntaxError{Offset: params.Offset, Msg: "not a SEQUENCE"}
	}
	r := params.Reader()
	if h, ok := r.Optional(0); ok {
		p.form.NoNull = noNull(h.Reader())
		p.hash, _ = nextHash(h.Reader())
	}
	if m, ok := r.Optional(1); ok {
		seq, err := m.Reader().Expect(der.TagSequence)
		if err != nil {
			return err
		}
		// MaskGenAlgorithm is MGF1 with the hash as parameter, laid out like the hash of PSS.
		inner := seq.Reader()
		id, err := inner.Expect(der.TagOID)
		if err != nil {
			return err
		}
		if dotted, _ := id.OID(); dotted != oidMGF1 {
			return &der.SyntaxError{Offset: id.Offset, Msg: "not MGF1"}
		}
		rest := *inner
		p.form.NoNull = p.form.NoNull || noNull(&rest)
		p.mgfHash, _ = nextHash(inner)
	}
	if s, ok := r.Optional(2); ok {
		var err error
		if p.salt, err = s.Reader().Int(); err != nil {
			return err
		}
	}
	if t, ok := r.Optional(3); ok {
		p.form.Default = true
		if n, err := t.Reader().Int(); err != nil || n != 1 {
			return &der.SyntaxError{Offset: t.Offset, Msg: "trailerField"}
		}
	}
	if !r.Empty() {
		return &der.SyntaxError{Offset: params.Offset, Msg: "more than the parameters"}
	}
	return nil
}

// noNull reports whether the AlgorithmIdentifier that comes next has no
// parameters.
func noNull(r *der.Reader) bool {
	alg, err := r.Expect(der.TagSequence)
	if err != nil {
		return false
	}
	in := alg.Reader()
	_, err = in.Expect(der.TagOID)
	return err == nil && in.Empty()
}

// allows reports whether a key with the parameters p may make a signature with
// those (RFC 4055, Section 3.3).
func (p pssParameters) allows(sig pssParameters) bool {
	return p.hash == sig.hash && p.mgfHash == sig.mgfHash && p.salt <= sig.salt
}

// verifyPSS is RSASSA-PSS (RFC 8017, Section 8.1.2) with a key for it or for
// RSA in general. As with OpenSSL, the algorithm has its parameters.
func verifyPSS(alg der.Element, newHash func() hash.Hash, digest, sig []byte, key publicInfo) (bool, error) {
	if key.oid != oidRSA && key.oid != oidRSAPSS {
		return false, nil
	}
	k, err := parsePKCS1Public(key.key)
	if err != nil {
		return false, &MalformedError{"RSA public key", err}
	}
	p, there, err := readPSS(alg)
	if err != nil || !there {
		return false, err
	}
	mgf, ok := hashByName(p.mgfHash)
	if !ok {
		return false, &UnsupportedError{What: "RSASSA-PSS mask generation", Algorithm: p.mgfHash}
	}
	if key.oid == oidRSAPSS {
		limits, limited, err := readPSS(element(key.alg))
		if err != nil || limited && !limits.allows(p) {
			return false, err
		}
	}
	em := rsaPublic(k, sig)
	if em == nil {
		return false, nil
	}
	bits := k.N.BitLen() - 1
	if bits%8 == 0 {
		if em[0] != 0 {
			return false, nil
		}
		em = em[1:]
	}
	return emsaPSSVerify(digest, em, bits, newHash, mgf.new, p.salt), nil
}

// emsaPSSVerify is RFC 8017, Section 9.1.2. crypto/rsa wants one hash for both
// uses and 1024 bits.
func emsaPSSVerify(mHash, em []byte, emBits int, newHash, newMGF func() hash.Hash, sLen int) bool {
	hLen := len(mHash)
	if sLen < 0 || sLen > len(em) || len(em) < hLen+sLen+2 || em[len(em)-1] != 0xbc {
		return false
	}
	db := append([]byte(nil), em[:len(em)-hLen-1]...)
	h := em[len(em)-hLen-1 : len(em)-1]
	unused := 8*len(em) - emBits
	if db[0]>>(8-unused) != 0 {
		return false
	}
	mgf1XOR(db, h, newMGF)
	db[0] &= 0xff >> unused
	pad := len(db) - sLen - 1
	for _, b := range db[:pad] {
		if b != 0 {
			return false
		}
	}
	if db[pad] != 1 {
		return false
	}
	m := newHash()
	m.Write(make([]byte, 8))
	m.Write(mHash)
	m.Write(db[pad+1:])
	return subtle.ConstantTimeCompare(m.Sum(nil), h) == 1
}

// mgf1XOR masks out with MGF1 (RFC 8017, Appendix B.2.1).
func mgf1XOR(out, seed []byte, newHash func() hash.Hash) {
	for counter := uint32(0); len(out) > 0; counter++ {
		h := newHash()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		out = out[subtle.XORBytes(out, out, h.Sum(nil)):]
	}
}
