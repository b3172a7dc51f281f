package convert

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
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

// maxKeyWork bounds the arithmetic that the private keys of one input may
// cost, in products of machine words: about a minute.
const maxKeyWork = 40_000_000_000

var derNull = []byte{5, 0}

func isRSA(oid string) bool { return oid == oidRSA || oid == oidRSAPSS || oid == oidRSAOAEP }
func isEC(oid string) bool  { return oid == oidEC || oid == oidECDH || oid == oidECMQV }

// keyAlgorithmName is the name of an algorithm whose parameters do not count,
// or the OID itself.
func keyAlgorithmName(oid string) string {
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

// keyAlgorithm is an AlgorithmIdentifier taken apart.
type keyAlgorithm struct {
	oid    string
	alg    []byte      // the whole of it
	params der.Element // Full is nil if absent
}

func parseAlgorithm(e der.Element) (a keyAlgorithm, err error) {
	if !e.Is(der.TagSequence) {
		return a, &der.SyntaxError{Offset: e.Offset, Msg: "not an AlgorithmIdentifier"}
	}
	r := e.Reader()
	id, err := r.Next()
	if err != nil {
		return a, err
	}
	if a.oid, err = id.OID(); err != nil {
		return a, err
	}
	a.alg = e.Full
	switch a.oid {
	case oidRSAX500:
		a.oid = oidRSA
	case oidDSAOIW:
		a.oid = oidDSA
	}
	if !r.Empty() {
		a.params, err = r.Next()
	}
	return a, err
}

// keyInfo is a PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958) taken
// apart.
type keyInfo struct {
	keyAlgorithm
	key    []byte // what privateKey holds
	public []byte // RFC 5958 publicKey, nil if absent
}

func parseKeyInfo(data []byte) (info keyInfo, err error) {
	seq, _, err := der.Parse(data)
	if err != nil {
		return info, err
	}
	if !seq.Is(der.TagSequence) {
		return info, &der.SyntaxError{Msg: "not a PrivateKeyInfo"}
	}
	r := seq.Reader()
	if _, err := r.Expect(der.TagInteger); err != nil {
		return info, err
	}
	alg, err := r.Next()
	if err != nil {
		return info, err
	}
	if info.keyAlgorithm, err = parseAlgorithm(alg); err != nil {
		return info, err
	}
	key, err := r.Next()
	if err != nil {
		return info, err
	}
	switch {
	case key.Is(der.TagOctetString):
		if info.key, err = key.OctetString(); err != nil {
			return info, err
		}
	case key.Is(der.TagSequence):
		// Netscape wrote keys without the OCTET STRING around them.
		info.key = key.Full
	default:
		return info, &der.SyntaxError{Offset: key.Offset, Msg: "no OCTET STRING with the key"}
	}
	r.Optional(0) // attributes
	if pub, ok := r.Optional(1); ok && !pub.Constructed && len(pub.Content) > 1 && pub.Content[0] == 0 {
		info.public = pub.Content[1:]
	}
	return info, nil
}

// marshalPKCS8 builds a PrivateKeyInfo.
func marshalPKCS8(alg, key []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(0)
			b.AddBytes(alg)
			b.AddASN1OctetString(key)
		})
	})
}

// marshalSPKI builds a SubjectPublicKeyInfo.
func marshalSPKI(alg, public []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(alg)
			b.AddASN1BitString(public)
		})
	})
}

// keyReader reads one private key.
type keyReader struct {
	at    Source
	info  keyInfo
	key   PrivateKey
	notes []Note
	work  *int64 // spent so far, see maxKeyWork
}

func (r *keyReader) note(kind note.Kind, format string, args ...any) {
	r.notes = append(r.notes, Note{Source: r.at, Kind: kind, Text: text.Of(format, args...)})
}

// afford accounts for arithmetic before it is done.
func (r *keyReader) afford(cost int64) bool {
	if *r.work += cost; *r.work > maxKeyWork {
		r.note(note.Skipped, "too many keys: the public key is not worked out")
		return false
	}
	return true
}

// malformed is for a key whose PKCS#8 is right and what it wraps is not: it is
// carried all the same.
func (r *keyReader) malformed(err error) {
	at := r.at
	at.Offset = -1 // err counts from the start of what is wrapped
	e := damaged(at, r.key.Algorithm+" private key", err)
	r.key.Err = e
	r.note(note.Malformed, e.Error())
}

// contradicted says that the file has a public key that is another one.
func (r *keyReader) contradicted() {
	r.note(note.KeyInconsistent, "the public key that the file has is not that of the private key")
	r.key.Proved = false
}

// notForGo says that the key is fine, as far as one can see, but has no Go type.
func (r *keyReader) notForGo(detail string) error {
	return &Error{Kind: ErrUnsupported, Source: r.at, What: "Go's cryptography", Algorithm: r.key.Algorithm, Detail: detail}
}

// parsePrivateKey reads a private key in the clear in any ASN.1 form (PKCS#8,
// PKCS#1, SEC1, OpenSSL's DSA), wraps traditional forms in PKCS#8, and works
// out the public key. A key of an unknown algorithm is no error.
func parsePrivateKey(data []byte, at Source) (PrivateKey, error) {
	r, err := readPrivateKey(data, at, new(int64))
	if err != nil {
		return PrivateKey{Source: at}, err
	}
	return r.key, nil
}

func readPrivateKey(data []byte, at Source, work *int64) (*keyReader, error) {
	r := &keyReader{at: at, work: work}
	r.key.Source = at
	e, rest, err := der.Parse(data)
	if err != nil {
		return nil, damaged(at, "private key", err)
	}
	if len(rest) > 0 {
		r.notes = append(r.notes, Note{Source: at, Kind: note.TrailingData, N: len(rest), Text: text.Of("bytes behind the end of the key")})
	}
	full := e.Full
	if !der.IsDER(full) {
		r.note(note.NotDER, "the key is written in BER")
		if full, err = der.ToDER(full); err != nil {
			return nil, damaged(at, "private key", err)
		}
	}
	if r.key.PKCS8, err = toPKCS8(full); err != nil {
		return nil, damaged(at, "private key", err)
	}
	if r.info, err = parseKeyInfo(r.key.PKCS8); err != nil {
		return nil, damaged(at, "private key", err)
	}
	r.read()
	r.key.id = identity("", r.key.SPKI)
	return r, nil
}

// toPKCS8 returns data itself if it is PKCS#8, else wraps the traditional form
// that it is in.
func toPKCS8(data []byte) ([]byte, error) {
	_, err := parseKeyInfo(data)
	if err == nil {
		return data, nil
	}
	e, _, perr := der.Parse(data)
	if perr != nil {
		return nil, perr
	}
	parts, perr := e.Children()
	if perr != nil {
		return nil, perr
	}
	switch {
	case len(parts) >= 2 && parts[1].Is(der.TagOctetString):
		return pkcs8FromSEC1(data)
	case len(parts) == 6 && parts[5].Is(der.TagInteger):
		return pkcs8FromDSA(parts)
	case len(parts) >= 3 && parts[1].Is(der.TagInteger):
		if _, err := parsePKCS1(data); err != nil {
			return nil, err
		}
		return marshalPKCS8(der.Algorithm(oidRSA, derNull), data), nil
	}
	return nil, err
}

// read fills in algorithm, size and public key.
func (r *keyReader) read() {
	oid := r.info.oid
	r.key.Algorithm = keyAlgorithmName(oid)
	switch {
	case isRSA(oid):
		r.readRSA()
	case isEC(oid):
		r.readEC()
	case oid == oidEd25519, oid == oidX25519, oid == oidEd448, oid == oidX448:
		r.readCurve25519()
	case oid == oidDSA, oid == oidDH, oid == oidX942DH:
		r.readDSA()
	case isGOST(oid):
		r.readGOST()
	default:
		if pq := findPQ(oid); pq != nil {
			r.readPQ(pq)
			return
		}
		r.readUnknown()
	}
}

// readUnknown takes the public key from RFC 5958's field, if it is there.
func (r *keyReader) readUnknown() {
	if r.info.public != nil {
		r.key.SPKI = marshalSPKI(r.info.alg, r.info.public)
	}
	r.key.Err = r.notForGo("")
}

// addKeyDER adds a private key in the clear. scheme is what it was encrypted with.
func (d *decoder) addKeyDER(data []byte, at Source, scheme string, n Names) error {
	at, err := d.next(at)
	if err != nil {
		return err
	}
	r, err := readPrivateKey(data, at, &d.keyWork)
	if err != nil {
		return err
	}
	r.key.Scheme = scheme
	r.key.Names = n
	d.bundle.Keys = append(d.bundle.Keys, r.key)
	d.bundle.Notes = append(d.bundle.Notes, r.notes...)
	return nil
}
