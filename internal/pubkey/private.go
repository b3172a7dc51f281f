package pubkey

import (
	"crypto"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/text"
)

// Private is a private key in the clear. PKCS8 is the truth: byte for byte what
// was read where that was PKCS#8, built around the key where it was a
// traditional form.
type Private struct {
	PKCS8     []byte       // PrivateKeyInfo or OneAsymmetricKey (RFC 5958), DER
	Mended    []byte       // the same key with what was missing or wrong, nil if nothing was
	Plain     []byte       // the same key as PKCS#8 of version 1, without the public key and with the name of its curve, nil if it is in that form
	Form      note.Readers // who does not load it unless as Plain
	Algorithm string       // "RSA", "EC P-256", "Ed25519", …; the dotted OID if it has no name here
	Bits      int          // size as people quote it; 0 if unknown
	SPKI      []byte       // SubjectPublicKeyInfo, DER; nil if the public key cannot be known
	ID        ID           // of SPKI, "" if it is nil
	Proved    bool         // the private numbers were seen to belong to SPKI, and to one another
	Key       crypto.PrivateKey
	Err       error // why Key is nil: *MalformedError or *UnsupportedError
	Remarks   []Remark
}

// Remark is a fact that was noticed about a key, in the order in which they were.
type Remark struct {
	Kind note.Kind
	Text text.Text    // zero where Err says it
	N    int          // note.TrailingData: how many bytes
	By   note.Readers // note.KeyForm: who does not load it
	Err  error        // note.Malformed: what could not be read
}

// Work counts the arithmetic that keys cost, in products of machine words.
type Work int64

// MaxWork bounds the arithmetic that the keys and signatures of one input of up
// to a megabyte may cost: about a second.
const MaxWork Work = 2_500_000_000

// reader reads one private key.
type reader struct {
	info info
	key  Private
	work *Work // spent so far
}

func (r *reader) note(kind note.Kind, format string, args ...any) {
	r.key.Remarks = append(r.key.Remarks, Remark{Kind: kind, Text: text.Of(format, args...)})
}

// afford accounts for arithmetic before it is done.
func (r *reader) afford(cost int64) bool {
	if *r.work += Work(cost); *r.work > MaxWork {
		r.note(note.Skipped, "over the budget of arithmetic for one input: the public key is not worked out")
		return false
	}
	return true
}

// malformed is for a key whose PKCS#8 is right and what it wraps is not: it is
// carried all the same.
func (r *reader) malformed(err error) {
	r.key.Err = &MalformedError{r.key.Algorithm + " private key", err}
	r.key.Remarks = append(r.key.Remarks, Remark{Kind: note.Malformed, Err: r.key.Err})
}

// contradicted says that the file has a public key that is another one.
func (r *reader) contradicted() {
	r.note(note.KeyInconsistent, "the public key that the file has is not that of the private key")
	r.key.Proved = false
}

// notForGo says that the key is fine, as far as one can see, but has no Go type.
func (r *reader) notForGo(detail string) error {
	return &UnsupportedError{What: "Go's cryptography", Algorithm: r.key.Algorithm, Detail: detail}
}

// ReadPrivate reads a private key in the clear in any ASN.1 form (PKCS#8,
// PKCS#1, SEC1, OpenSSL's DSA), wraps traditional forms in PKCS#8, and works
// out the public key as far as spent, which it adds to, stays below MaxWork.
//
// A key of an unknown algorithm, or whose numbers cannot be read or do not
// belong together, is no error: it is carried, and Err and Remarks say so. An
// error is a *MalformedError: data is no private key.
func ReadPrivate(data []byte, spent *Work) (*Private, error) {
	const what = "private key"
	r := &reader{work: spent}
	e, rest, err := der.Parse(data)
	if err != nil {
		return nil, &MalformedError{what, err}
	}
	if len(rest) > 0 {
		r.key.Remarks = append(r.key.Remarks, Remark{Kind: note.TrailingData, N: len(rest), Text: text.Of("bytes after the end of the key")})
	}
	full := e.Full
	if !der.IsDER(full) {
		r.note(note.NotDER, "the key is written in BER")
		if full, err = der.ToDER(full); err != nil {
			return nil, &MalformedError{what, err}
		}
	}
	if r.key.PKCS8, err = toPKCS8(full); err == nil {
		r.info, err = parseInfo(r.key.PKCS8)
	}
	if err != nil {
		return nil, &MalformedError{what, err}
	}
	r.read()
	r.readForm()
	if r.key.SPKI != nil {
		public, _ := ReadPublic(r.key.SPKI)
		r.key.ID = public.ID
	}
	return &r.key, nil
}

// toPKCS8 returns data itself if it is PKCS#8, else wraps the traditional form
// that it is in.
func toPKCS8(data []byte) ([]byte, error) {
	_, err := parseInfo(data)
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
		return PKCS8FromPKCS1(data), nil
	}
	return nil, err
}

// read fills in algorithm, size and public key.
func (r *reader) read() {
	oid := r.info.oid
	r.key.Algorithm = algorithmName(oid)
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
func (r *reader) readUnknown() {
	if r.info.public != nil {
		r.key.SPKI = marshalSPKI(r.info.alg, r.info.public)
	}
	r.key.Err = r.notForGo("")
}
