package convert

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"

	"crypto/ecdsa"

	"github.com/certconv/certconv/internal/der"
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
	switch {
	case isRSA(info.oid):
		k, err := parsePKCS1Public(info.key)
		if err != nil {
			return algorithm, 0, damaged(Source{}, "RSA public key", err)
		}
		return algorithm, k.n.BitLen(), nil
	case isEC(info.oid):
		if k, err := x509.ParsePKIXPublicKey(spki); err == nil {
			if k, ok := k.(*ecdsa.PublicKey); ok {
				return "EC " + k.Params().Name, k.Params().BitSize, nil
			}
		}
	case info.oid == oidEd25519:
		return algorithm, 256, nil
	}
	return algorithm, 0, nil
}

// publicID is equal for two SubjectPublicKeyInfos exactly when they hold the
// same public numbers, however they are written (RSA or RSA-PSS identifier,
// NULL or absent parameters, compressed points, explicit curve parameters).
func publicID(spki []byte) string {
	info, err := parseSPKI(spki)
	if err != nil {
		return hashParts("?", spki)
	}
	if isRSA(info.oid) {
		if k, err := parsePKCS1Public(info.key); err == nil {
			return hashParts("rsa", k.n.Bytes(), k.e.Bytes())
		}
	}
	return hashParts(info.oid, info.params.Full, info.key)
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
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: NoteTrailingData, N: len(rest), Text: "bytes behind the end of the key"})
	}
	k := PublicKey{Source: at, SPKI: e.Full, Names: n}
	if _, err := parseSPKI(e.Full); err != nil {
		if _, perr := parsePKCS1Public(e.Full); perr != nil {
			return damaged(at, "public key", err)
		}
		k.SPKI = marshalSPKI(algorithmID(oidRSA, derNull), e.Full)
	}
	if k.Algorithm, k.Bits, err = describeSPKI(k.SPKI); err != nil {
		d.note(at, NoteMalformed, err.Error())
	}
	d.bundle.PublicKeys = append(d.bundle.PublicKeys, k)
	return nil
}
