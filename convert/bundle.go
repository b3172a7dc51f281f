package convert

import (
	"crypto"
	"fmt"
	"iter"
	"math/big"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/shape"
)

// Source says where an object was found.
type Source struct {
	File   string // as the caller named it
	Format string // name of the format it was read from, see Formats
	Entry  string // alias, PEM label or the like within the file
	Object string // what the file calls the object that it is part of: NAMESPACE/NAME of a Kubernetes Secret, RESOLVER/DOMAIN in Traefik's acme.json
	Index  int    // position among the objects of the file, from 1
	Line   int    // from 1, 0 where the file has no lines
	Column int    // from 1
	Offset int64  // byte offset in the file; -1 where the object does not stand in it as such (encrypted, base64 without lines)
}

// String gives file, line and entry, as far as they are known.
func (s Source) String() string {
	var b strings.Builder
	b.WriteString(s.File)
	if s.Line > 0 {
		fmt.Fprintf(&b, ":%d", s.Line)
		if s.Column > 1 {
			fmt.Fprintf(&b, ":%d", s.Column)
		}
	}
	if s.Entry != "" {
		fmt.Fprintf(&b, " (%s)", s.Entry)
	}
	return b.String()
}

// Kind is the kind of an object, with the names that the JSON reports use.
type Kind = shape.Kind

// The kinds of objects.
const (
	KindPrivateKey  = shape.KindPrivateKey
	KindPublicKey   = shape.KindPublicKey
	KindCertificate = shape.KindCertificate
	KindRequest     = shape.KindRequest
	KindCRL         = shape.KindCRL
	KindOther       = shape.KindOther
)

// Bundle is what one or several files hold. The order in each list is the
// order in the files.
type Bundle struct {
	Containers []Container
	Keys       []PrivateKey
	PublicKeys []PublicKey
	Certs      []Certificate
	Requests   []Request
	CRLs       []CRL
	Others     []Other
	Notes      []Note
	Failures   []Failure // objects that are there but could not be opened or read
}

// Container states what a file as a whole is and what protects it.
type Container struct {
	Source    Source
	Format    string    // name in the table of formats
	Encrypted bool      // something in it is encrypted
	Schemes   []string  // what it is encrypted and authenticated with, as the standards name the algorithms, without repetition
	MAC       string    // PFX and JKS: what protects the integrity; "" if nothing
	Uses      []pbe.Use // PFX: what a program has to know to open it
}

// Attribute is a PKCS#12 bag attribute that has no field of its own (RFC
// 7292, Section 4.2). Values is the DER of the SET OF values.
type Attribute struct {
	OID    string
	Values []byte
}

// Names is what containers attach to keys and certificates.
type Names struct {
	FriendlyName string      // PKCS#9 friendlyName, JKS alias
	LocalKeyID   []byte      // PKCS#9 localKeyId
	Attributes   []Attribute // everything else, such as Microsoft's CSP name and machine keyset, Java's trusted usage
	Created      time.Time   // of a JKS entry; zero if unknown
}

// PrivateKey is a private key in the clear. PKCS8 is the truth, byte for byte
// as it was found where the file held PKCS#8, built around the key where the
// file held a traditional form.
type PrivateKey struct {
	Source    Source
	PKCS8     []byte // PrivateKeyInfo or OneAsymmetricKey (RFC 5958), DER
	Algorithm string // "RSA", "RSA-PSS", "EC P-256", "Ed25519", "DSA", …; the dotted OID if it has no name here
	Bits      int    // size as people quote it; 0 if unknown
	SPKI      []byte // DER SubjectPublicKeyInfo, nil if the public key cannot be known
	Proved    bool   // the private numbers were seen to belong to SPKI, and to one another
	Key       crypto.PrivateKey
	Err       error  // why Key is nil, nil if Go knows the key
	Scheme    string // what encrypted this key, "" if it was in the clear
	Names

	id     PublicID     // see PublicID
	chain  [][]byte     // certificates that a keystore of Java lists with it, DER
	mended []byte       // PKCS8 with what was missing or wrong: what Encode writes; nil if nothing was
	plain  []byte       // PKCS#8 of version 1, without the public key and with the name of the curve; nil if PKCS8 is
	form   note.Readers // who does not load the key unless as plain
}

// PublicKey is a bare public key.
type PublicKey struct {
	Source    Source
	SPKI      []byte
	Algorithm string
	Bits      int
	Names

	id   PublicID // see PublicID
	lead string   // what stands before the key in a line of SSH: what it may be used for, or the hosts that it is of
}

// Certificate is a certificate. Raw is the truth; the fields beside it are
// read leniently, so that certificates that Go's parser rejects have them too.
// All slices are windows on Raw.
type Certificate struct {
	Source    Source
	Raw       []byte
	Serial    *big.Int
	Issuer    []byte // DER Name
	Subject   []byte // DER Name
	NotBefore time.Time
	NotAfter  time.Time
	SPKI      []byte
	Algorithm string // of the public key
	Bits      int
	SigAlg    string // name of the signature algorithm
	SigHash   string // the hash that is signed: "MD5", "SHA-256", …; "" where the algorithm does not say one
	Err       error  // why the fields are not there; Raw is carried all the same
	Aux       []byte // the OpenSSL trust data behind a TRUSTED CERTIFICATE
	Trusted   bool   // it is an entry of its own of a keystore, and trusted: Java's trustedCertEntry
	Names

	id     PublicID // see PublicID
	listed bool     // a keystore of Java has it in the chain of a key
	effort *effort  // of the input that it is from
	exts   []byte   // the SEQUENCE OF Extension in Raw; nil: not looked for, or none
}

// Request is a certificate request: PKCS#10 (RFC 2986), or a Netscape SPKAC,
// which has no names.
type Request struct {
	Source    Source
	Raw       []byte
	SPKAC     bool
	Subject   []byte // DER Name
	SPKI      []byte
	Algorithm string
	Bits      int
	SigAlg    string
	SigHash   string
	Err       error
	Names

	id PublicID // see PublicID
}

// CRL is a certificate revocation list (RFC 5280, Section 5).
type CRL struct {
	Source     Source
	Raw        []byte
	Issuer     []byte
	ThisUpdate time.Time
	NextUpdate time.Time // zero if absent
	SigAlg     string
	Err        error
	Names

	facts  *crlFacts // shared by all copies; nil for a CRL that was not decoded
	effort *effort   // of the input that it is from
}

// Other is an object that certconv does not read but carries where the target
// can hold it: a PFX secret bag, a JCEKS secret key.
type Other struct {
	Source Source
	What   string // "PFX secret bag", …
	OID    string
	Raw    []byte
	Names
}

// Failure is an object that is there but could not be read, or a file that
// could not be read at all.
type Failure struct {
	Source Source
	Kind   Kind   // "" if not even that is known
	Scheme string // what encrypts it, if that is why
	Err    error

	unproved bool
}

// Unproved reports that all which needs no password was read, and only the proof is missing
// that nobody altered it: none of the passwords that were given is that of the keystore.
func (f *Failure) Unproved() bool { return f.unproved }

// Add appends all of o.
func (b *Bundle) Add(o *Bundle) {
	b.Containers = append(b.Containers, o.Containers...)
	b.Keys = append(b.Keys, o.Keys...)
	b.PublicKeys = append(b.PublicKeys, o.PublicKeys...)
	b.Certs = append(b.Certs, o.Certs...)
	b.Requests = append(b.Requests, o.Requests...)
	b.CRLs = append(b.CRLs, o.CRLs...)
	b.Others = append(b.Others, o.Others...)
	b.Notes = append(b.Notes, o.Notes...)
	b.Failures = append(b.Failures, o.Failures...)
}

// take cuts off as many of the first objects of each kind as n says, or as there are.
func (b *Bundle) take(n tally) *Bundle {
	return &Bundle{
		Keys: first(&b.Keys, n.keys), PublicKeys: first(&b.PublicKeys, n.publicKeys), Certs: first(&b.Certs, n.certs),
		Requests: first(&b.Requests, n.requests), CRLs: first(&b.CRLs, n.crls), Others: first(&b.Others, n.others),
	}
}

func first[T any](list *[]T, n int) []T {
	n = min(n, len(*list))
	taken := (*list)[:n:n]
	*list = (*list)[n:]
	return taken
}

// Len is the number of objects.
func (b *Bundle) Len() int {
	return len(b.Keys) + len(b.PublicKeys) + len(b.Certs) + len(b.Requests) + len(b.CRLs) + len(b.Others)
}

// Object is an object of a Bundle as far as all kinds are alike. Source and
// Names lead into the Bundle.
type Object struct {
	Kind   Kind
	Index  int // in the list of its kind
	Source *Source
	Names  *Names
	Raw    []byte // DER: a key as PKCS#8 or SubjectPublicKeyInfo, everything else as it was found
	Name   []byte // DER Name that it is about: the subject, the issuer of a CRL; nil if it has none
	SPKI   []byte // the public key that it holds or belongs to; nil if there is none, or it is not known
	Err    error  // why not all of it could be read

	id PublicID
}

// PublicID identifies the public key, "" if SPKI is nil.
func (o Object) PublicID() PublicID { return identity(o.id, o.SPKI) }

// Objects gives all objects, kind after kind, the most telling first: private
// keys, certificates, requests, CRLs, public keys, others.
func (b *Bundle) Objects() iter.Seq[Object] { return b.objects(tally{}) }

// objects are those that came into b since it was counted.
func (b *Bundle) objects(since tally) iter.Seq[Object] {
	return func(yield func(Object) bool) {
		_ = eachOf(b, KindPrivateKey, since.keys, len(b.Keys), yield) &&
			eachOf(b, KindCertificate, since.certs, len(b.Certs), yield) &&
			eachOf(b, KindRequest, since.requests, len(b.Requests), yield) &&
			eachOf(b, KindCRL, since.crls, len(b.CRLs), yield) &&
			eachOf(b, KindPublicKey, since.publicKeys, len(b.PublicKeys), yield) &&
			eachOf(b, KindOther, since.others, len(b.Others), yield)
	}
}

func eachOf(b *Bundle, kind Kind, from, to int, yield func(Object) bool) bool {
	for i := from; i < to; i++ {
		if !yield(b.Object(kind, i)) {
			return false
		}
	}
	return true
}

// Object is the one at index i of the list of a kind. It panics if there is
// none.
func (b *Bundle) Object(kind Kind, i int) Object {
	switch kind {
	case KindPrivateKey:
		k := &b.Keys[i]
		return Object{kind, i, &k.Source, &k.Names, k.PKCS8, nil, k.SPKI, k.Err, k.id}
	case KindCertificate:
		c := &b.Certs[i]
		return Object{kind, i, &c.Source, &c.Names, c.Raw, c.Subject, c.SPKI, c.Err, c.id}
	case KindRequest:
		q := &b.Requests[i]
		return Object{kind, i, &q.Source, &q.Names, q.Raw, q.Subject, q.SPKI, q.Err, q.id}
	case KindCRL:
		c := &b.CRLs[i]
		return Object{kind, i, &c.Source, &c.Names, c.Raw, c.Issuer, nil, c.Err, ""}
	case KindPublicKey:
		k := &b.PublicKeys[i]
		return Object{kind, i, &k.Source, &k.Names, k.SPKI, nil, k.SPKI, nil, k.id}
	}
	x := &b.Others[i]
	return Object{kind, i, &x.Source, &x.Names, x.Raw, nil, nil, nil, ""}
}

// Err is the first of Failures, nil if there is none.
func (b *Bundle) Err() error {
	if len(b.Failures) == 0 {
		return nil
	}
	return b.Failures[0].Err
}

// Wipe overwrites the private keys. The bundle is of no use afterwards.
func (b *Bundle) Wipe() {
	for i := range b.Keys {
		clear(b.Keys[i].PKCS8)
		clear(b.Keys[i].mended)
		clear(b.Keys[i].plain)
		b.Keys[i].Key = nil
	}
}
