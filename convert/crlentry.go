package convert

import (
	"bytes"
	"math/big"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
)

// RevokedEntry is the entry of a CRL for one certificate (RFC 5280, Section 5.3).
type RevokedEntry struct {
	Date   time.Time
	Reason string // "key compromise", …; "" if the CRL gives none
	OnHold bool   // that is the reason, and a later list may take it off
}

// crlFacts are what has been worked out about a CRL, for everybody who asks.
type crlFacts struct {
	mu       sync.Mutex
	lookups  int
	order    []uint32         // where the entries are, by serial number; nil: not sorted yet
	heads    []uint32         // of these, where those are that name an issuer, from the first on
	several  *bool            // whether any does; nil: not looked yet
	looked   bool             // for critical extensions
	critical [2][]string      // those of the list, those of entries
	unread   bool             // an entry, or the issuer that it names
	verified map[string]error // by SPKI
}

// sortAfter is how many serial numbers are looked for one entry after the other
// before the entries are sorted. Most CRLs are asked for one or two.
const sortAfter = 64

// Revoked looks up the certificate that issuer, a DER Name, issued with a serial
// number. It returns nil if it is not there, or was put on hold and taken off again.
// The signature of the CRL is not looked at, nor whether it may speak for issuer.
func (c *CRL) Revoked(issuer []byte, serial *big.Int) *RevokedEntry {
	entry, ok := c.entry(issuer, serial)
	if !ok {
		return nil
	}
	return readEntry(entry)
}

// TakesBack reports whether the CRL, a delta, says that the entry for a certificate
// in the list before it counts no more (removeFromCRL in RFC 5280, Section 5.3.1).
func (c *CRL) TakesBack(issuer []byte, serial *big.Int) bool {
	entry, ok := c.entry(issuer, serial)
	if !ok {
		return false
	}
	_, code := entryReason(entryExtensions(entry))
	return code == der.RemoveFromCRL
}

// entry is the first entry for a certificate.
func (c *CRL) entry(issuer []byte, serial *big.Int) (found der.Element, ok bool) {
	list := c.entries()
	if serial == nil || len(list.Content) == 0 {
		return found, false
	}
	// "If this extension is not present on the first entry in an indirect CRL, the
	// certificate issuer defaults to the CRL issuer. On subsequent entries in an indirect
	// CRL, if this extension is not present, the certificate issuer for the entry is the
	// same as that for the preceding entry" (RFC 5280, Section 5.3.3).
	own := SameName(issuer, c.Issuer)
	several := c.namesIssuers(list)
	if !own && !several {
		return found, false
	}
	want := integerContent(serial)
	order, heads, sorted := c.sorted(list, several)
	if !sorted {
		of := ownership{issuer: issuer, yes: own}
		for r := list.Reader(); !r.Empty(); {
			entry, err := r.Next()
			if err != nil {
				return found, false
			}
			if several {
				of.pass(entry)
			}
			if of.yes && bytes.Equal(entrySerial(entry), want) {
				return entry, true
			}
		}
		return found, false
	}
	at := func(offset uint32) der.Element {
		e, _, _ := der.Parse(list.Content[offset:])
		return e
	}
	i, _ := slices.BinarySearchFunc(order, want, func(offset uint32, want []byte) int {
		return bytes.Compare(entrySerial(at(offset)), want)
	})
	for ; i < len(order); i++ {
		entry := at(order[i])
		if !bytes.Equal(entrySerial(entry), want) {
			break
		}
		of := ownership{issuer: issuer, yes: own}
		if n, _ := slices.BinarySearch(heads, order[i]+1); n > 0 {
			of.pass(at(heads[n-1]))
		}
		if of.yes {
			return entry, true
		}
	}
	return found, false
}

// ownership tells, from one entry of a CRL to the next, whether they are about
// certificates of an issuer.
type ownership struct {
	issuer []byte
	yes    bool
	last   []byte // extension that decided
}

func (o *ownership) pass(entry der.Element) {
	if !bytes.Contains(entry.Content, []byte(rawEntryIssuer)) { // most name none
		return
	}
	value, _, ok := findExtension(entryExtensions(entry), rawEntryIssuer)
	if !ok || o.last != nil && bytes.Equal(value, o.last) {
		return
	}
	o.last = value
	names, _, _ := der.Parse(value)
	o.yes = slices.ContainsFunc(der.DirectoryNames(names), func(n []byte) bool { return SameName(n, o.issuer) })
}

// namesIssuers reports whether entries name the issuers of their certificates.
func (c *CRL) namesIssuers(list der.Element) bool {
	f := c.facts
	if f == nil {
		f = &crlFacts{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.several == nil {
		// With its length, as the three bytes come up in a million serial numbers.
		has := bytes.Contains(list.Content, append([]byte{byte(len(rawEntryIssuer))}, rawEntryIssuer...))
		f.several = &has
	}
	return *f.several
}

// sorted gives the places of the entries in the order of their serial numbers, and of
// those that name an issuer, once c has been asked often enough. Of entries with the
// same number the first comes first.
func (c *CRL) sorted(list der.Element, several bool) (order, heads []uint32, ok bool) {
	f := c.facts
	if f == nil {
		return nil, nil, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lookups++; f.lookups <= sortAfter || f.order != nil {
		return f.order, f.heads, f.order != nil
	}
	type place struct {
		serial []byte
		offset uint32
	}
	var places []place
	for r := list.Reader(); !r.Empty(); {
		offset := uint32(len(list.Content) - len(r.Rest()))
		entry, err := r.Next()
		if err != nil {
			break
		}
		if n := entrySerial(entry); n != nil {
			places = append(places, place{n, offset})
		}
		if several {
			if _, _, ok := findExtension(entryExtensions(entry), rawEntryIssuer); ok {
				f.heads = append(f.heads, offset)
			}
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return bytes.Compare(a.serial, b.serial) })
	f.order = make([]uint32, len(places))
	for i, p := range places {
		f.order[i] = p.offset
	}
	return f.order, f.heads, true
}

// CriticalExtensions lists the OIDs of the critical extensions of the list and of
// those of its entries, each once.
func (c *CRL) CriticalExtensions() (list, entries []string) {
	f := c.look()
	return f.critical[0], f.critical[1]
}

// EntriesUnread reports whether an entry cannot be read, or the issuer that it names:
// nobody knows then what it, and those after it, are about.
func (c *CRL) EntriesUnread() bool { return c.look().unread }

// look goes through the extensions, once.
func (c *CRL) look() *crlFacts {
	f := c.facts
	if f == nil {
		f = &crlFacts{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.looked {
		f.looked = true
		f.addCritical(0, c.extensions())
		for r := c.entries().Reader(); !r.Empty(); {
			entry, err := r.Next()
			if err != nil {
				f.unread = true
				break
			}
			f.addCritical(1, entryExtensions(entry))
		}
	}
	return f
}

func (f *crlFacts) addCritical(of int, extensions der.Element) {
	const enough = 16
	list := &f.critical[of]
	eachExtension(extensions, func(oid string, critical bool, value []byte) {
		if critical && len(*list) < enough && !slices.Contains(*list, oid) {
			*list = append(*list, oid)
		}
		if of == 1 && oid == "2.5.29.29" {
			names, err := der.ParseAll(value)
			f.unread = f.unread || err != nil || len(der.DirectoryNames(names)) == 0
		}
	})
}

// Verify checks the signature with the public key in spki, as VerifySigned does,
// once for each key. Every question counts as work for the input that the CRL is
// from. ErrTooLarge: it has used up its budget.
func (c *CRL) Verify(spki []byte) error {
	const (
		asked   = 3000
		perByte = 8 // of the hash
	)
	f := c.facts
	if f == nil {
		return VerifySigned(c.Raw, spki)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := c.effort.spend(c.Source, asked); err != nil {
		return err
	}
	err, known := f.verified[string(spki)]
	if known {
		return err
	}
	if err = c.effort.spend(c.Source, pubkey.VerifyCost(spki)+perByte*int64(len(c.Raw))); err != nil {
		return err
	}
	if f.verified == nil {
		f.verified = map[string]error{}
	}
	err = VerifySigned(c.Raw, spki)
	f.verified[string(spki)] = err
	return err
}

// entries returns revokedCertificates, an empty Element if there are none.
func (c *CRL) entries() der.Element {
	e, _, err := der.Parse(c.Raw)
	if err != nil {
		return der.Element{}
	}
	tbs, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return der.Element{}
	}
	r := tbs.Reader()
	// version, signature, issuer, thisUpdate, nextUpdate, then the entries.
	for seen := 0; ; {
		f, err := r.Next()
		if err != nil || f.Class != der.Universal {
			return der.Element{}
		}
		if f.Is(der.TagSequence) {
			if seen++; seen == 3 {
				return f
			}
		}
	}
}

// integerContent is the content of a DER INTEGER.
func integerContent(n *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1BigInt(n)
	e, _, _ := der.Parse(b.BytesOrPanic())
	return e.Content
}

// entrySerial is the content of the serial number of an entry as DER has it, nil
// if there is none.
func entrySerial(entry der.Element) []byte {
	n, err := entry.Reader().Expect(der.TagInteger)
	if err != nil || n.Constructed {
		return nil
	}
	b := n.Content
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}

func readEntry(entry der.Element) *RevokedEntry {
	out := &RevokedEntry{}
	f := entry.Reader()
	f.Next()
	if t, err := f.Next(); err == nil {
		out.Date, _ = t.Time()
	}
	reason, code := entryReason(entryExtensions(entry))
	if code == der.RemoveFromCRL {
		return nil
	}
	out.Reason, out.OnHold = reason, code == der.CertificateHold
	return out
}

// entryExtensions returns crlEntryExtensions, an empty Element if there are none.
func entryExtensions(entry der.Element) der.Element {
	f := entry.Reader()
	f.Next()
	f.Next()
	list, _ := f.Expect(der.TagSequence)
	return list
}

// entryReason reads the reason code (RFC 5280, Section 5.3.1), -1 if there is none.
func entryReason(extensions der.Element) (text string, code int) {
	value, _, ok := findExtension(extensions, rawReason)
	if !ok {
		return "", -1
	}
	e, _, err := der.Parse(value)
	if err != nil {
		return "", -1
	}
	n, err := e.Int()
	if err != nil {
		return "", -1
	}
	return der.CRLReason(n), n
}
