package pubkey

import (
	"bytes"
	"crypto/mlkem"

	"github.com/cloudflare/circl/kem/mlkem/mlkem512"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"

	"github.com/certconv/certconv/internal/der"
)

// pqKind is the family of a post-quantum algorithm.
type pqKind int

const (
	pqMLDSA  pqKind = iota // RFC 9881
	pqMLKEM                // RFC 9935
	pqSLHDSA               // RFC 9909
)

// pqAlgorithm is a row of the algorithms of FIPS 203, 204 and 205. private and
// public are sizes in octets, private that of the expanded form.
type pqAlgorithm struct {
	oid, name       string
	kind            pqKind
	private, public int
}

var pqAlgorithms = []pqAlgorithm{
	{"2.16.840.1.101.3.4.3.17", "ML-DSA-44", pqMLDSA, 2560, 1312},
	{"2.16.840.1.101.3.4.3.18", "ML-DSA-65", pqMLDSA, 4032, 1952},
	{"2.16.840.1.101.3.4.3.19", "ML-DSA-87", pqMLDSA, 4896, 2592},
	{"2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", pqSLHDSA, 64, 32},
	{"2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f", pqSLHDSA, 64, 32},
	{"2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s", pqSLHDSA, 96, 48},
	{"2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", pqSLHDSA, 96, 48},
	{"2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s", pqSLHDSA, 128, 64},
	{"2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f", pqSLHDSA, 128, 64},
	{"2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s", pqSLHDSA, 64, 32},
	{"2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f", pqSLHDSA, 64, 32},
	{"2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s", pqSLHDSA, 96, 48},
	{"2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f", pqSLHDSA, 96, 48},
	{"2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s", pqSLHDSA, 128, 64},
	{"2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f", pqSLHDSA, 128, 64},
	{"2.16.840.1.101.3.4.4.1", "ML-KEM-512", pqMLKEM, 1632, 800},
	{"2.16.840.1.101.3.4.4.2", "ML-KEM-768", pqMLKEM, 2400, 1184},
	{"2.16.840.1.101.3.4.4.3", "ML-KEM-1024", pqMLKEM, 3168, 1568},
}

func findPQ(oid string) *pqAlgorithm {
	for i := range pqAlgorithms {
		if pqAlgorithms[i].oid == oid {
			return &pqAlgorithms[i]
		}
	}
	return nil
}

// readPQ fills in what a post-quantum key says of itself.
func (r *reader) readPQ(a *pqAlgorithm) {
	r.key.Err = r.notForGo("")
	var public []byte
	if a.kind == pqSLHDSA {
		// RFC 9909, Section 6: the four seeds; the last two are the public key.
		if len(r.info.key) == a.private {
			public = r.info.key[a.private/2:]
		}
	} else {
		seed, expanded, err := seedOrExpanded(r.info.key)
		if err != nil {
			r.malformed(err)
			return
		}
		public = a.publicKey(seed, expanded)
		// What is expanded holds its public key, but for ML-DSA.
		r.key.Proved = public != nil && (seed != nil || a.kind == pqMLDSA)
	}
	if public == nil {
		public = r.info.public
	} else if r.info.public != nil && !bytes.Equal(public, r.info.public) {
		r.contradicted()
	}
	if public != nil {
		r.key.SPKI = marshalSPKI(r.info.alg, public)
	}
}

// seedOrExpanded reads the CHOICE of RFC 9881, Section 6 and RFC 9935, Section
// 6: [0] seed, OCTET STRING expandedKey, or SEQUENCE { seed, expandedKey }.
func seedOrExpanded(key []byte) (seed, expanded []byte, err error) {
	e, err := der.ParseAll(key)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case e.IsContext(0) && !e.Constructed:
		return e.Content, nil, nil
	case e.Is(der.TagOctetString) && !e.Constructed:
		return nil, e.Content, nil
	}
	r := e.Reader()
	first, err := r.Expect(der.TagOctetString)
	if err != nil {
		return nil, nil, err
	}
	second, err := r.Expect(der.TagOctetString)
	return first.Content, second.Content, err
}

// publicKey is the public key of a seed or of an expanded key, nil if neither
// has the right size.
func (a *pqAlgorithm) publicKey(seed, expanded []byte) []byte {
	if a.kind == pqMLKEM {
		// FIPS 203, Algorithm 16: dk = dk of K-PKE ‖ ek ‖ H(ek) ‖ z.
		if len(expanded) == a.private {
			return expanded[a.private-64-a.public : a.private-64]
		}
		if len(seed) != 64 {
			return nil
		}
		switch a.name {
		case "ML-KEM-512":
			public, _ := mlkem512.NewKeyFromSeed(seed)
			b, _ := public.MarshalBinary()
			return b
		case "ML-KEM-768":
			if k, err := mlkem.NewDecapsulationKey768(seed); err == nil {
				return k.EncapsulationKey().Bytes()
			}
		case "ML-KEM-1024":
			if k, err := mlkem.NewDecapsulationKey1024(seed); err == nil {
				return k.EncapsulationKey().Bytes()
			}
		}
		return nil
	}
	if len(seed) == 32 {
		switch a.name {
		case "ML-DSA-44":
			k, _ := mldsa44.NewKeyFromSeed((*[32]byte)(seed))
			return k.Bytes()
		case "ML-DSA-65":
			k, _ := mldsa65.NewKeyFromSeed((*[32]byte)(seed))
			return k.Bytes()
		case "ML-DSA-87":
			k, _ := mldsa87.NewKeyFromSeed((*[32]byte)(seed))
			return k.Bytes()
		}
	}
	return a.expandedPublicKey(expanded)
}

// expandedPublicKey works out the public key of an expanded ML-DSA key, which
// holds all but the upper bits of t.
func (a *pqAlgorithm) expandedPublicKey(expanded []byte) []byte {
	if len(expanded) != a.private {
		return nil
	}
	switch a.name {
	case "ML-DSA-44":
		var k mldsa44.PrivateKey
		if k.UnmarshalBinary(expanded) == nil {
			return k.Public().(*mldsa44.PublicKey).Bytes()
		}
	case "ML-DSA-65":
		var k mldsa65.PrivateKey
		if k.UnmarshalBinary(expanded) == nil {
			return k.Public().(*mldsa65.PublicKey).Bytes()
		}
	case "ML-DSA-87":
		var k mldsa87.PrivateKey
		if k.UnmarshalBinary(expanded) == nil {
			return k.Public().(*mldsa87.PublicKey).Bytes()
		}
	}
	return nil
}
