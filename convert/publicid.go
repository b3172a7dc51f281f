package convert

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// publicInfo is a SubjectPublicKeyInfo taken apart.
type publicInfo struct {
	keyAlgorithm
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
	if info.keyAlgorithm, err = parseAlgorithm(alg); err != nil {
		return info, err
	}
	bits, err := r.Next()
	if err != nil {
		return info, err
	}
	info.key, err = bits.BitString()
	return info, err
}

// parsePKCS1Public reads an RSAPublicKey (RFC 8017, Appendix A.1.1).
func parsePKCS1Public(data []byte) (*rsaNumbers, error) {
	seq, _, err := der.Parse(data)
	if err != nil {
		return nil, err
	}
	if !seq.Is(der.TagSequence) {
		return nil, &der.SyntaxError{Msg: "not an RSAPublicKey"}
	}
	k := &rsaNumbers{}
	r := seq.Reader()
	if k.n, err = k.next(r); err != nil {
		return nil, err
	}
	k.e, err = k.next(r)
	return k, err
}

// PublicID identifies a public key. Two objects have the same one exactly when
// they hold the same public numbers, however these are written: RSA or RSA-PSS
// identifier, NULL or absent parameters, compressed points, the numbers of a
// curve in place of its name. It is "" where the public key is not known.
type PublicID string

// Is reports whether both are known and the same.
func (id PublicID) Is(other PublicID) bool { return id != "" && id == other }

// publicKey is what a SubjectPublicKeyInfo says.
type publicKey struct {
	algorithm string
	bits      int
	id        PublicID
}

// readPublicKey reads a SubjectPublicKeyInfo. One that cannot be read has an
// identity all the same, that of its octets.
func readPublicKey(spki []byte) (k publicKey, err error) {
	info, err := parseSPKI(spki)
	if err != nil {
		return publicKey{id: hashParts("?", spki)}, damaged(Source{}, "public key", err)
	}
	k.algorithm = keyAlgorithmName(info.oid)
	switch oid := info.oid; {
	case isRSA(oid):
		err = k.readRSA(info)
	case isEC(oid):
		err = k.readEC(info)
	case oid == oidDSA, oid == oidDH, oid == oidX942DH:
		err = k.readDSA(info)
	case oid == oidEd25519, oid == oidX25519, oid == oidEd448, oid == oidX448:
		k.bits = curveBits(oid)
		k.id = hashParts(oid, info.key)
	case isGOST(oid):
		k.bits = gostBits(oid)
		if c := gostCurve(info.params); c != nil {
			k.id = hashParts("gost "+c.Name, info.key)
		}
	}
	if k.id == "" {
		k.id = hashParts(info.oid, info.params.Full, info.key)
	}
	if err != nil {
		return k, damaged(Source{}, k.algorithm+" public key", err)
	}
	return k, nil
}

func (k *publicKey) readRSA(info publicInfo) error {
	n, err := parsePKCS1Public(info.key)
	if err != nil {
		return err
	}
	k.bits, k.id = n.n.BitLen(), hashParts("rsa", n.n.Bytes(), n.e.Bytes())
	return nil
}

// readEC identifies a point by its first coordinate and the bit that a
// compressed point has of the second, so that nothing has to be decompressed.
func (k *publicKey) readEC(info publicInfo) error {
	c, oid, err := ec.ParseParameters(info.params)
	if err != nil {
		return err
	}
	k.algorithm, k.bits = ecName(c, oid)
	if c == nil {
		k.id = hashParts("ec "+oid, info.key)
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
	k.id = hashParts("ec", c.P.Bytes(), c.A.Bytes(), c.B.Bytes(), c.N.Bytes(), c.Gx.Bytes(), p.X.Bytes(), []byte{byte(bit)})
	return nil
}

func (k *publicKey) readDSA(info publicInfo) error {
	var n dsaNumbers
	if err := n.parseGroup(info.oid, info.params); err != nil {
		return err
	}
	if n.p != nil {
		k.bits = n.p.BitLen()
	}
	if integers(der.NewReader(info.key), &n.y) != nil {
		return nil // it is known by its octets
	}
	if k.id = hashParts("dsa", n.y.Bytes()); n.p != nil {
		k.id = hashParts("dsa", n.y.Bytes(), n.p.Bytes(), n.g.Bytes())
	}
	return nil
}

// hashParts hashes kind and parts so that no two lists collide.
func hashParts(kind string, parts ...[]byte) PublicID {
	h := sha256.New()
	h.Write([]byte(kind))
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	return PublicID(h.Sum(nil))
}

// addPublicKey adds a SubjectPublicKeyInfo or RSAPublicKey.
func (d *decoder) addPublicKey(data []byte, at Source, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	e, rest, err := der.Parse(data)
	if err != nil {
		return damaged(at, "public key", err)
	}
	if len(rest) > 0 {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(rest), Text: text.Of("bytes behind the end of the key")})
	}
	k := PublicKey{Source: at, SPKI: e.Full, Names: n}
	if _, err := parseSPKI(e.Full); err != nil {
		switch classify(e.Full) {
		case objDSAPublic:
			k.SPKI = spkiFromDSA(e)
		case objPKCS1Public:
			k.SPKI = marshalSPKI(der.Algorithm(oidRSA, derNull), e.Full)
		default:
			return damaged(at, "public key", err)
		}
	}
	facts, err := readPublicKey(k.SPKI)
	if err != nil {
		d.note(at, note.Malformed, err.Error())
	}
	k.Algorithm, k.Bits, k.id = facts.algorithm, facts.bits, facts.id
	d.bundle.PublicKeys = append(d.bundle.PublicKeys, k)
	return nil
}

// identity is id, worked out where an object was not made by the decoder.
func identity(id PublicID, spki []byte) PublicID {
	if id == "" && len(spki) > 0 {
		k, _ := readPublicKey(spki)
		return k.id
	}
	return id
}

// PublicID identifies the public key, "" if SPKI is nil.
func (k *PrivateKey) PublicID() PublicID { return identity(k.id, k.SPKI) }

// PublicID identifies the key.
func (k *PublicKey) PublicID() PublicID { return identity(k.id, k.SPKI) }

// PublicID identifies the public key in the certificate, "" if SPKI is nil.
func (c *Certificate) PublicID() PublicID { return identity(c.id, c.SPKI) }

// PublicID identifies the public key in the request, "" if SPKI is nil.
func (q *Request) PublicID() PublicID { return identity(q.id, q.SPKI) }
