package pubkey

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
)

// publicInfo is a SubjectPublicKeyInfo taken apart.
type publicInfo struct {
	algorithm
	key []byte
}

func parseSPKI(spki []byte) (info publicInfo, err error) {
	seq, _, err := der.Parse(spki)
	if err != nil {
		return info, err
	}
	if !seq.Is(der.TagSequence) {
		return info, &der.SyntaxError{Msg: "not a SubjectPublicKeyInfo"}
	}
	r := seq.Reader()
	alg, err := r.Next()
	if err != nil {
		return info, err
	}
	if info.algorithm, err = parseAlgorithm(alg); err != nil {
		return info, err
	}
	bits, err := r.Next()
	if err != nil {
		return info, err
	}
	info.key, err = bits.BitString()
	return info, err
}

// ID identifies a public key. Two objects have the same one exactly when
// they hold the same public numbers, however these are written: RSA or RSA-PSS
// identifier, NULL or absent parameters, compressed points, the numbers of a
// curve in place of its name. It is "" where the public key is not known.
type ID string

// Is reports whether both are known and the same.
func (id ID) Is(other ID) bool { return id != "" && id == other }

// Public is what a SubjectPublicKeyInfo says.
type Public struct {
	Algorithm string // "RSA", "EC P-256", …; the dotted OID if it has no name here
	Bits      int    // size as people quote it; 0 if unknown
	ID        ID
}

// ReadPublic reads a SubjectPublicKeyInfo (RFC 5280, Section 4.1.2.7). The error
// is a *MalformedError; a key that cannot be read has an identity all the same,
// that of its octets. A key of an unknown algorithm is no error.
func ReadPublic(spki []byte) (k Public, err error) {
	info, err := parseSPKI(spki)
	if err != nil {
		return Public{ID: hashParts("?", spki)}, &MalformedError{"public key", err}
	}
	k.Algorithm = algorithmName(info.oid)
	switch oid := info.oid; {
	case isRSA(oid):
		err = k.readRSA(info)
	case isEC(oid):
		err = k.readEC(info)
	case oid == oidDSA, oid == oidDH, oid == oidX942DH:
		err = k.readDSA(info)
	case oid == oidEd25519, oid == oidX25519, oid == oidEd448, oid == oidX448:
		k.Bits = curveBits(oid)
		k.ID = hashParts(oid, info.key)
	case isGOST(oid):
		k.Bits = gostBits(oid)
		if c := gostCurve(info.params); c != nil {
			k.ID = hashParts("gost "+c.Name, info.key)
		}
	}
	if k.ID == "" {
		k.ID = hashParts(info.oid, info.params.Full, info.key)
	}
	if err != nil {
		return k, &MalformedError{k.Algorithm + " public key", err}
	}
	return k, nil
}

// CheckPublic reports what ReadPublic, which has to be fast, does not look at:
// whether a point lies on its curve, and whether a key of Edwards or Montgomery
// curves has their size. The error is a *MalformedError.
func CheckPublic(spki []byte) error {
	info, err := parseSPKI(spki)
	if err != nil {
		return &MalformedError{"public key", err}
	}
	good := true
	switch info.oid {
	case oidEC:
		c, _, err := ec.ParseParameters(info.params)
		if err != nil || c == nil {
			return nil // told by ReadPublic, or not known
		}
		p, err := c.ParsePoint(info.key)
		good = err == nil && c.Contains(p)
	case oidEd25519, oidX25519:
		good = len(info.key) == 32
	case oidEd448:
		good = len(info.key) == 57
	case oidX448:
		good = len(info.key) == 56
	}
	if !good {
		return &MalformedError{algorithmName(info.oid) + " public key", &der.SyntaxError{Msg: "no point of the curve"}}
	}
	return nil
}

func (k *Public) readRSA(info publicInfo) error {
	n, err := parsePKCS1Public(info.key)
	if err != nil {
		return err
	}
	k.Bits, k.ID = n.N.BitLen(), hashParts("rsa", n.N.Bytes(), n.E.Bytes())
	return nil
}

// readEC identifies a point by its first coordinate and the bit that a
// compressed point has of the second, so that nothing has to be decompressed.
func (k *Public) readEC(info publicInfo) error {
	c, oid, err := ec.ParseParameters(info.params)
	if err != nil {
		return err
	}
	k.Algorithm, k.Bits = ecName(c, oid)
	if c == nil {
		k.ID = hashParts("ec "+oid, info.key)
		return nil
	}
	p, err := c.ParsePoint(info.key)
	if err != nil {
		return err
	}
	bit := p.Bit
	if p.Y != nil {
		bit = c.Parity(p.X, p.Y)
	}
	k.ID = hashParts("ec", c.P.Bytes(), c.A.Bytes(), c.B.Bytes(), c.N.Bytes(), c.Gx.Bytes(), p.X.Bytes(), []byte{byte(bit)})
	return nil
}

func (k *Public) readDSA(info publicInfo) error {
	var n DSA
	if err := n.parseGroup(info.oid, info.params); err != nil {
		return err
	}
	if n.P != nil {
		k.Bits = n.P.BitLen()
	}
	if integers(der.NewReader(info.key), &n.Y) != nil {
		return nil // it is known by its octets
	}
	if k.ID = hashParts("dsa", n.Y.Bytes()); n.P != nil {
		k.ID = hashParts("dsa", n.Y.Bytes(), n.P.Bytes(), n.G.Bytes())
	}
	return nil
}

// hashParts hashes kind and parts so that no two lists collide.
func hashParts(kind string, parts ...[]byte) ID {
	h := sha256.New()
	h.Write([]byte(kind))
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	return ID(h.Sum(nil))
}

// SPKIFromPKCS1 wraps an RSAPublicKey (RFC 8017, Appendix A.1.1), which it does
// not look into.
func SPKIFromPKCS1(public []byte) []byte {
	return marshalSPKI(der.Algorithm(oidRSA, derNull), public)
}

// Form is how a public key is written, where readers differ about it.
type Form struct {
	Explicit   bool // the curve as numbers, not by its name
	Compressed bool // half of the point
	Hybrid     bool // the point whole, marked as if it were half
	Exponent   int  // bits of the exponent of an RSA key
}

// ReadForm reads the form of a SubjectPublicKeyInfo. Of what cannot be read
// nothing is said.
func ReadForm(spki []byte) (f Form) {
	info, err := parseSPKI(spki)
	switch {
	case err != nil:
	case isEC(info.oid):
		f.Explicit = info.params.Is(der.TagSequence)
		f.Compressed = len(info.key) > 0 && (info.key[0] == 2 || info.key[0] == 3)
		f.Hybrid = len(info.key) > 0 && (info.key[0] == 6 || info.key[0] == 7)
	case isRSA(info.oid):
		if k, err := parsePKCS1Public(info.key); err == nil {
			f.Exponent = k.E.BitLen()
		}
	}
	return f
}
