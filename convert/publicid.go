package convert

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
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

// describeSPKI names the algorithm and size of a public key.
func describeSPKI(spki []byte) (algorithm string, bits int, err error) {
	info, err := parseSPKI(spki)
	if err != nil {
		return "", 0, damaged(Source{}, "public key", err)
	}
	algorithm = keyAlgorithmName(info.oid)
	switch oid := info.oid; {
	case isRSA(oid):
		var k *rsaNumbers
		if k, err = parsePKCS1Public(info.key); err == nil {
			bits = k.n.BitLen()
		}
	case isEC(oid):
		var c *curve
		var name string
		if c, name, err = parseECParameters(info.params); err == nil {
			algorithm, bits = ecName(c, name)
			if c != nil {
				_, err = c.parsePoint(info.key)
			}
		}
	case oid == oidDSA, oid == oidDH, oid == oidX942DH:
		var k dsaNumbers
		if err = k.parseGroup(oid, info.params); err == nil && k.p != nil {
			bits = k.p.BitLen()
		}
	case oid == oidEd25519, oid == oidX25519, oid == oidEd448, oid == oidX448:
		bits = curveBits(oid)
	case isGOST(oid):
		bits = gostBits(oid)
	}
	if err != nil {
		return algorithm, bits, damaged(Source{}, algorithm+" public key", err)
	}
	return algorithm, bits, nil
}

// PublicID is equal for two SubjectPublicKeyInfos exactly when they hold the
// same public key, whatever the identifiers and parameters around its numbers.
func PublicID(spki []byte) string { return publicID(spki) }

// publicID is equal for two SubjectPublicKeyInfos exactly when they hold the
// same public numbers, however they are written (RSA or RSA-PSS identifier,
// NULL or absent parameters, compressed points, explicit curve parameters).
func publicID(spki []byte) string {
	info, err := parseSPKI(spki)
	if err != nil {
		return hashParts("?", spki)
	}
	switch oid := info.oid; {
	case isRSA(oid):
		if k, err := parsePKCS1Public(info.key); err == nil {
			return hashParts("rsa", k.n.Bytes(), k.e.Bytes())
		}
	case isEC(oid):
		if id := ecPublicID(info); id != "" {
			return id
		}
	case oid == oidDSA, oid == oidDH, oid == oidX942DH:
		var k dsaNumbers
		if k.parseGroup(oid, info.params) == nil && integers(der.NewReader(info.key), &k.y) == nil {
			if k.p == nil {
				return hashParts("dsa", k.y.Bytes())
			}
			return hashParts("dsa", k.y.Bytes(), k.p.Bytes(), k.g.Bytes())
		}
	case oid == oidEd25519, oid == oidX25519, oid == oidEd448, oid == oidX448:
		return hashParts(oid, info.key)
	case isGOST(oid):
		if c := gostCurve(info.params); c != nil {
			return hashParts("gost "+c.name, info.key)
		}
	}
	return hashParts(info.oid, info.params.Full, info.key)
}

// ecPublicID identifies a point by its first coordinate and the bit that a
// compressed point has of the second, so that nothing has to be decompressed.
func ecPublicID(info publicInfo) string {
	c, oid, err := parseECParameters(info.params)
	if err != nil {
		return ""
	}
	if c == nil {
		return hashParts("ec "+oid, info.key)
	}
	p, err := c.parsePoint(info.key)
	if err != nil {
		return ""
	}
	bit := p.bit
	if p.y != nil {
		bit = c.parity(p.x, p.y)
	}
	return hashParts("ec", c.p.Bytes(), c.a.Bytes(), c.b.Bytes(), c.n.Bytes(), c.gx.Bytes(), p.x.Bytes(), []byte{byte(bit)})
}

// hashParts hashes kind and parts so that no two lists collide.
func hashParts(kind string, parts ...[]byte) string {
	h := sha256.New()
	h.Write([]byte(kind))
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	return string(h.Sum(nil))
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
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.TrailingData, N: len(rest), Text: "bytes behind the end of the key"})
	}
	k := PublicKey{Source: at, SPKI: e.Full, Names: n}
	if _, err := parseSPKI(e.Full); err != nil {
		switch classify(e.Full) {
		case objDSAPublic:
			k.SPKI = spkiFromDSA(e)
		case objPKCS1Public:
			k.SPKI = marshalSPKI(algorithmID(oidRSA, derNull), e.Full)
		default:
			return damaged(at, "public key", err)
		}
	}
	if k.Algorithm, k.Bits, err = describeSPKI(k.SPKI); err != nil {
		d.note(at, note.Malformed, err.Error())
	}
	d.bundle.PublicKeys = append(d.bundle.PublicKeys, k)
	return nil
}

// SamePublicKey reports whether two SubjectPublicKeyInfos hold the same public
// numbers, however they are written. Nil, an unknown public key, is like no other.
func SamePublicKey(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	id := publicID(a)
	return id != "" && id == publicID(b)
}
