package convert

import (
	"fmt"
	"strings"
	"time"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
)

// limiter counts what a format still has room for.
type limiter struct {
	left int // objects of any kind
	lost LossError
}

// take reports whether there is room for an object; if not, it is lost.
func (l *limiter) take(n *int, at Source, what func() string) bool {
	if *n == 0 || l.left == 0 {
		l.drop(at, what())
		return false
	}
	if *n > 0 {
		*n--
	}
	if l.left > 0 {
		l.left--
	}
	return true
}

func (l *limiter) drop(at Source, what string) {
	l.lost.Lost = append(l.lost.Lost, at)
	l.lost.What = append(l.lost.What, what)
}

// limit cuts b down to what f can hold and lists what that leaves out; beside
// is what is left out without loss: certificates that others stand in for. A
// public key that a private key or certificate holds as well is not lost.
func limit(b *Bundle, f *Format, o *EncodeOptions) (lost *LossError, beside []string) {
	lost = limitObjects(b, f)
	if what := nameLoss(b, f, o); what != "" {
		lost.Name = true
		lost.Lost, lost.What = append(lost.Lost, Source{}), append(lost.What, what)
	}
	if f.holds.KeyNeedsCert && !o.AllowMismatch {
		limitToPairs(b, lost)
	}
	if f.holds.EntriesOnly {
		beside = limitToEntries(b, o, lost)
	}
	return lost, beside
}

// nameLoss says why b, as it was picked, does not have the name that was asked
// for; "" if it has.
func nameLoss(b *Bundle, f *Format, o *EncodeOptions) string {
	if o.Name == "" || f.holds.NameOfAll {
		return ""
	}
	if !f.holds.Names && !o.TextNames {
		return fmt.Sprintf("the name %q, for which it has no place", o.Name)
	}
	if len(b.Keys) < 2 {
		for x := range b.Objects() {
			if x.Names.FriendlyName == o.Name {
				return ""
			}
		}
	}
	return fmt.Sprintf("the one name %q for several: %s", o.Name, contents(b))
}

// limitObjects is limit as far as objects of a kind are counted.
func limitObjects(b *Bundle, f *Format) *LossError {
	h := f.holds
	l := &limiter{left: unlimited, lost: LossError{Format: f.Name}}
	if h.Total > 0 {
		l.left = h.Total
	}
	known := make(map[PublicID]bool)
	b.Keys = keep(b.Keys, func(k *PrivateKey) bool {
		if !f.holdsAlgorithm(k.Algorithm) {
			l.drop(k.Source, keyName(k)+", since it takes "+strings.Join(h.KeyAlgorithms, " and ")+" keys only")
			return false
		}
		if h.TwoPrimes && pubkey.MorePrimes(k.PKCS8) {
			l.drop(k.Source, keyName(k)+", since it takes RSA keys of two primes only")
			return false
		}
		known[k.PublicID()] = true
		return l.take(&h.Keys, k.Source, func() string { return keyName(k) })
	})
	b.Certs = keep(b.Certs, func(c *Certificate) bool {
		known[c.PublicID()] = true
		return l.take(&h.Certs, c.Source, func() string { return "certificate " + nameOr(c.Subject, "without a subject") })
	})
	b.Requests = keep(b.Requests, func(q *Request) bool {
		if q.SPKAC && !h.SPKAC && h.Requests != 0 {
			l.drop(q.Source, "Netscape certificate request (SPKAC), which has no form there")
			return false
		}
		return l.take(&h.Requests, q.Source, func() string { return "certificate request " + nameOr(q.Subject, "without a subject") })
	})
	b.CRLs = keep(b.CRLs, func(c *CRL) bool {
		return l.take(&h.CRLs, c.Source, func() string { return "revocation list of " + nameOr(c.Issuer, "an unnamed issuer") })
	})
	b.PublicKeys = keep(b.PublicKeys, func(k *PublicKey) bool {
		if (h.PublicKeys == 0 || l.left == 0) && known[k.PublicID()] {
			return false
		}
		if h.PublicKeys != 0 && !f.holdsAlgorithm(k.Algorithm) {
			l.drop(k.Source, "public key "+keyWords(k.Algorithm, k.Bits, k.SPKI)+", since it takes "+strings.Join(h.KeyAlgorithms, " and ")+" keys only")
			return false
		}
		if h.PublicKeys != 0 && !h.Leads && k.lead != "" { // without it the key opens more than it did
			l.drop(k.Source, fmt.Sprintf("%q, which stands before the public key", sshLead(k.lead)))
		}
		return l.take(&h.PublicKeys, k.Source, func() string { return "public key " + keyWords(k.Algorithm, k.Bits, k.SPKI) })
	})
	b.Others = keep(b.Others, func(x *Other) bool {
		return l.take(&h.Others, x.Source, func() string { return x.What })
	})
	return &l.lost
}

// limitToPairs drops the keys whose certificate is not there.
func limitToPairs(b *Bundle, lost *LossError) {
	certs := byPublicKey(b.Certs)
	b.Keys = keep(b.Keys, func(k *PrivateKey) bool {
		if len(certs[k.PublicID()]) > 0 {
			return true
		}
		lost.Lost = append(lost.Lost, k.Source)
		lost.What = append(lost.What, keyName(k)+", since it takes a private key only together with its certificate")
		return false
	})
}

// limitToEntries drops the certificates that are of no entry: to trust them
// instead is not what the input says.
func limitToEntries(b *Bundle, o *EncodeOptions, lost *LossError) (beside []string) {
	if len(b.Keys) == 0 {
		return nil
	}
	g := newCertGraph(b.Certs)
	placed, above, keyed := make([]bool, len(b.Certs)), make([]bool, len(b.Certs)), make(map[PublicID]bool)
	for i, own := range b.ownCerts(o.Time) {
		keyed[b.Keys[i].PublicID()] = true
		if own < 0 {
			continue
		}
		for _, c := range g.entryChain(&b.Keys[i], own) {
			placed[c] = true
		}
		g.chain(own, above)
	}
	raws := make(map[string]bool, len(b.Certs))
	for i := range b.Certs {
		if placed[i] || b.Certs[i].Trusted {
			raws[string(b.Certs[i].Raw)] = true
		}
	}
	n := -1
	b.Certs = keep(b.Certs, func(c *Certificate) bool {
		n++
		what := "certificate " + nameOr(c.Subject, "without a subject")
		switch {
		case placed[n] || c.Trusted:
			return true
		case raws[string(c.Raw)]:
		case keyed[c.PublicID()] && c.PublicID() != "":
			beside = append(beside, what+fmt.Sprintf(", until %s, which the key does not go with", c.NotAfter.Format(time.DateOnly)))
		case above[n]:
			beside = append(beside, what+", which is on another path than the chain")
		default:
			lost.Entries = true
			lost.Lost = append(lost.Lost, c.Source)
			lost.What = append(lost.What, what+", which is in no key's chain and is not marked as trusted")
		}
		return false
	})
	return beside
}

// keep filters a list that belongs to the caller.
func keep[T any](list []T, ok func(*T) bool) []T {
	out := list[:0]
	for i := range list {
		if ok(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// holdsAlgorithm reports whether f takes keys of this algorithm: "EC" in the table stands
// for every curve.
func (f *Format) holdsAlgorithm(algorithm string) bool {
	for _, a := range f.holds.KeyAlgorithms {
		if algorithm == a || strings.HasPrefix(algorithm, a+" ") {
			return true
		}
	}
	return len(f.holds.KeyAlgorithms) == 0
}

func keyName(k *PrivateKey) string {
	if k.FriendlyName != "" {
		return fmt.Sprintf("private key %q (%s)", k.FriendlyName, k.Algorithm)
	}
	return "private key (" + k.Algorithm + ")"
}

// besides appends to list, in words, what is left out of sel although no object
// is: names, attributes, trust settings, the protection that the input had.
func besides(list []string, sel *Bundle, f *Format, opts *EncodeOptions) []string {
	names := f.holds.Names || opts.TextNames
	each := func(what string, n *Names) {
		if !names && n.FriendlyName != "" && !(f.holds.NameOfAll && n.FriendlyName == opts.Name) {
			list = append(list, fmt.Sprintf("friendly name %q of a %s", n.FriendlyName, what))
		}
		for i := range n.Attributes {
			a := &n.Attributes[i]
			_, asText := textAttribute(a)
			if !f.holds.Attributes && !(f.holds.Entries && a.OID == oidJavaTrust) && !(opts.TextNames && asText) {
				list = append(list, "attribute "+attributeTitle(a.OID)+" of a "+what)
			}
		}
	}
	for i := range sel.Keys {
		k := &sel.Keys[i]
		each("private key", &k.Names)
		if len(f.holds.KeyAlgorithms) > 0 && hasKeyAttributes(k.PKCS8) {
			list = append(list, "PKCS#8 attributes of a private key")
		}
		if k.Scheme != "" && opts.Password == nil && f.holds.Password != never {
			list = append(list, "encryption of the private key: it is written in the clear")
		}
	}
	for i := range sel.Certs {
		each("certificate", &sel.Certs[i].Names)
		if sel.Certs[i].Aux != nil {
			list = append(list, "OpenSSL trust settings of the certificate "+NameString(sel.Certs[i].Subject))
		}
	}
	if f.Name == "jks" {
		for _, i := range jksUnnamed(sel, opts.Time) {
			list = append(list, fmt.Sprintf("friendly name %q of a certificate in the chain of a key", sel.Certs[i].FriendlyName))
		}
	}
	if former, _ := sel.secret(); f.Name == "k8s" && opts.Name == "" && former == "" {
		for _, name := range sel.secrets() {
			if name != "" {
				list = append(list, "the name of the Secret "+name)
			}
		}
	}
	for i := range sel.CRLs {
		each("revocation list", &sel.CRLs[i].Names)
	}
	return list
}

func attributeTitle(oid string) string {
	switch oid {
	case "1.3.6.1.4.1.311.17.1":
		return "Microsoft CSP name"
	case "1.3.6.1.4.1.311.17.2":
		return "Microsoft machine keyset"
	case "2.16.840.1.113894.746875.1.1":
		return "Java trusted key usage"
	}
	return oid
}

// hasKeyAttributes reports whether a PrivateKeyInfo has its [0] attributes.
func hasKeyAttributes(pkcs8 []byte) bool {
	e, _, err := der.Parse(pkcs8)
	if err != nil {
		return false
	}
	for r := e.Reader(); !r.Empty(); {
		f, err := r.Next()
		if err != nil {
			return false
		}
		if f.IsContext(0) {
			return true
		}
	}
	return false
}
