package pubkey

import (
	"fmt"
	"strings"

	"github.com/certconv/certconv/internal/der"
)

// Algorithms of keys, as AlgorithmIdentifier names them.
const (
	oidRSA     = "1.2.840.113549.1.1.1"
	oidRSAOAEP = "1.2.840.113549.1.1.7"
	oidRSAPSS  = "1.2.840.113549.1.1.10"
	oidEC      = "1.2.840.10045.2.1"
	oidECDH    = "1.3.132.1.12"
	oidECMQV   = "1.3.132.1.13"
	oidX25519  = "1.3.101.110"
	oidX448    = "1.3.101.111"
	oidEd25519 = "1.3.101.112"
	oidEd448   = "1.3.101.113"
	oidDSA     = "1.2.840.10040.4.1"
	oidDH      = "1.2.840.113549.1.3.1"
	oidX942DH  = "1.2.840.10046.2.1"

	// Older identifiers of the same algorithms: X.509's own, and OIW's.
	oidRSAX500 = "2.5.8.1.1"
	oidDSAOIW  = "1.3.14.3.2.12"
)

var derNull = []byte{5, 0}

func isRSA(oid string) bool { return oid == oidRSA || oid == oidRSAPSS || oid == oidRSAOAEP }
func isEC(oid string) bool  { return oid == oidEC || oid == oidECDH || oid == oidECMQV }

// algorithmName is the name of an algorithm whose parameters do not count,
// or the OID itself.
func algorithmName(oid string) string {
	switch oid {
	case oidRSA:
		return "RSA"
	case oidRSAPSS:
		return "RSA-PSS"
	case oidRSAOAEP:
		return "RSAES-OAEP"
	case oidEC, oidECDH, oidECMQV:
		return "EC"
	case oidX25519:
		return "X25519"
	case oidX448:
		return "X448"
	case oidEd25519:
		return "Ed25519"
	case oidEd448:
		return "Ed448"
	case oidDSA:
		return "DSA"
	case oidDH, oidX942DH:
		return "DH"
	case oidGOST94:
		return "GOST R 34.10-94"
	case oidGOST2001:
		return "GOST R 34.10-2001"
	case oidGOST2012256:
		return "GOST R 34.10-2012 256"
	case oidGOST2012512:
		return "GOST R 34.10-2012 512"
	}
	if pq := findPQ(oid); pq != nil {
		return pq.name
	}
	return oid
}

// Title is the name of an algorithm with the size of the key, as people quote
// it: "RSA 2048", "EC P-256". The size is there only where the name does not
// say it and it is known.
func Title(algorithm string, bits int) string {
	sized := strings.HasPrefix(algorithm, "RSA") || algorithm == "DSA" || algorithm == "DH" || algorithm == algorithmName(oidGOST94)
	if bits == 0 || !sized {
		return algorithm
	}
	return fmt.Sprintf("%s %d", algorithm, bits)
}

// algorithm is an AlgorithmIdentifier taken apart.
type algorithm struct {
	oid    string      // for RSA and DSA the usual one in place of older ones
	alg    []byte      // the whole of it
	params der.Element // Full is nil if absent
}

func parseAlgorithm(e der.Element) (a algorithm, err error) {
	a.alg = e.Full
	if a.oid, a.params, err = der.ParseAlgorithm(e); err != nil {
		return algorithm{}, err
	}
	switch a.oid {
	case oidRSAX500:
		a.oid = oidRSA
	case oidDSAOIW:
		a.oid = oidDSA
	}
	return a, nil
}
