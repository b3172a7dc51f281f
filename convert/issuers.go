package convert

import (
	"bytes"
	"errors"

	"github.com/certconv/certconv/internal/pubkey"
)

// Issuers knows which certificates of a collection have issued which others,
// by name, by key identifier and by signature, and remembers what it has
// verified. The zero value is empty. It is not for several goroutines at a time.
type Issuers struct {
	bySubject map[string][]*Certificate
	issuing   map[string]bool // names of the issuers of others
	names     map[*Certificate]nameKeys
	verified  map[[2]*Certificate]error
}

// nameKeys are the names of a certificate in the form in which they compare.
type nameKeys struct{ subject, issuer string }

// Add takes certificates in.
func (x *Issuers) Add(certs ...*Certificate) {
	if x.bySubject == nil {
		x.bySubject = make(map[string][]*Certificate, len(certs))
		x.issuing = map[string]bool{}
		x.names = make(map[*Certificate]nameKeys, len(certs))
	}
	for _, c := range certs {
		n := x.name(c)
		x.bySubject[n.subject] = append(x.bySubject[n.subject], c)
		if n.subject != n.issuer {
			x.issuing[n.issuer] = true
		}
	}
}

func (x *Issuers) name(c *Certificate) nameKeys {
	n, ok := x.names[c]
	if !ok {
		if x.names == nil {
			x.names = map[*Certificate]nameKeys{}
		}
		n.subject = nameKey(c.Subject)
		n.issuer = n.subject
		if !bytes.Equal(c.Subject, c.Issuer) {
			n.issuer = nameKey(c.Issuer)
		}
		x.names[c] = n
	}
	return n
}

// Subject is the subject of c in a form in which names that mean the same are
// equal. c need not be in the collection.
func (x *Issuers) Subject(c *Certificate) string { return x.name(c).subject }

// Issuer is the same of the issuer's name.
func (x *Issuers) Issuer(c *Certificate) string { return x.name(c).issuer }

// Key is the same of any DER Name.
func (x *Issuers) Key(name []byte) string { return nameKey(name) }

// Named lists the certificates with this subject, a DER Name.
func (x *Issuers) Named(subject []byte) []*Certificate {
	var key [256]byte // most have room in it
	return x.bySubject[string(appendNameKey(key[:0], subject))]
}

// Of lists the certificates that have the name of the issuer of c, c itself
// included. c need not be in the collection.
func (x *Issuers) Of(c *Certificate) []*Certificate { return x.bySubject[x.name(c).issuer] }

// Issued reports whether a certificate in the collection, and not c itself or
// another one of its name, has the subject of c for its issuer.
func (x *Issuers) Issued(c *Certificate) bool { return x.issuing[x.name(c).subject] }

// Verify verifies the signature on child with the key of issuer, as VerifySigned
// does; fresh reports whether it had to be computed.
func (x *Issuers) Verify(child, issuer *Certificate) (fresh bool, err error) {
	k := [2]*Certificate{child, issuer}
	err, known := x.verified[k]
	if known {
		return false, err
	}
	if x.verified == nil {
		x.verified = map[[2]*Certificate]error{}
	}
	if err = child.Spend(pubkey.VerifyCost(issuer.SPKI)); err == nil {
		err = VerifySigned(child.Raw, issuer.SPKI)
	}
	x.verified[k] = err
	return true, err
}

// SelfSigned reports whether c is signed with its own key, or says so with an
// algorithm that is not known here.
func (x *Issuers) SelfSigned(c *Certificate) bool {
	if n := x.name(c); n.subject != n.issuer || len(c.Subject) == 0 {
		return false
	}
	_, err := x.Verify(c, c)
	return err == nil || !errors.Is(err, ErrSignature) && c.MatchKeyID(c) >= 0
}

// MatchKeyID compares the key identifier that c names for its issuer with that
// of issuer: 1 if they are the same, -1 if they differ, 0 if one has none.
func (c *Certificate) MatchKeyID(issuer *Certificate) int {
	switch want, have := c.AuthorityKeyID(), issuer.SubjectKeyID(); {
	case len(want) == 0 || len(have) == 0:
		return 0
	case bytes.Equal(want, have):
		return 1
	}
	return -1
}

// NameKey is a DER Name in a form in which names that SameName takes for the
// same are equal.
func NameKey(name []byte) string { return nameKey(name) }

// SameName reports whether a certificate reader takes two DER Names for the
// same: string types, case and runs of spaces do not count (RFC 5280, Section
// 7.1).
func SameName(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(appendNameKey(nil, a), appendNameKey(nil, b))
}
