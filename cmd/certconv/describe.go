package main

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/site"
)

// fileReport is what inspect found in one file.
type fileReport struct {
	path    string
	bundle  *convert.Bundle
	failure *fault.Failure
	details bool
	lines   bool // nothing but a line for each object
	now     time.Time

	order  []reference
	public []site.Holder
	byKey  map[convert.PublicID][]int // items by public key
	idOf   map[int]convert.PublicID   // public key of each private key
}

// reference is an object of the bundle: its kind and its place in its list.
// The objects are described one at a time, so that a bundle of 100,000 costs
// no more memory than it must.
type reference struct {
	source *convert.Source
	kind   convert.Kind
	i      int
	failed bool
}

// collect puts the objects in the order of the file.
func (r *fileReport) collect() {
	b := r.bundle
	for o := range b.Objects() {
		r.order = append(r.order, reference{o.Source, o.Kind, o.Index, false})
	}
	slices.SortStableFunc(r.order, func(a, b reference) int { return cmp.Compare(a.source.Index, b.source.Index) })
	for i := range b.Failures {
		f := &b.Failures[i]
		if f.Kind != "" || f.Scheme != "" || r.bundle.Len() > 0 {
			r.order = append(r.order, reference{&f.Source, f.Kind, i, true})
		}
	}
	for n := range r.order {
		r.place(n)
	}
}

// place notes the public key of the nth object.
func (r *fileReport) place(n int) {
	ref := r.order[n]
	if ref.failed || ref.kind == convert.KindPublicKey {
		return
	}
	o := r.bundle.Object(ref.kind, ref.i)
	if id := o.PublicID(); id != "" {
		r.public = append(r.public, site.Holder{ID: id, Item: n + 1, Kind: ref.kind, Name: convert.NameString(o.Name)})
	}
}

// fits lists the numbers of the certificates and requests of the file that
// hold the public key of object number n, a private key.
func (r *fileReport) fits(n int) []int {
	if r.byKey == nil {
		r.byKey = map[convert.PublicID][]int{}
		r.idOf = map[int]convert.PublicID{}
		for _, p := range r.public {
			if p.Kind == convert.KindPrivateKey {
				r.idOf[p.Item] = p.ID
			} else {
				r.byKey[p.ID] = append(r.byKey[p.ID], p.Item)
			}
		}
	}
	if id, ok := r.idOf[n]; ok {
		return r.byKey[id]
	}
	return nil
}

// format is the name of the format of the file, "" if it is not known.
func (r *fileReport) format() string {
	if len(r.bundle.Containers) > 0 {
		return r.bundle.Containers[0].Format
	}
	return ""
}

// isArchive reports whether the file holds files.
func (r *fileReport) isArchive() bool {
	f := convert.Lookup(r.format())
	return f != nil && f.Archive
}

// protection says whether something is encrypted, and with what.
func (r *fileReport) protection() (encrypted bool, schemes []string, mac string) {
	add := func(s string) {
		if s != "" && !slices.Contains(schemes, s) {
			schemes = append(schemes, s)
		}
	}
	for _, c := range r.bundle.Containers {
		encrypted = encrypted || c.Encrypted
		for _, s := range c.Schemes {
			add(s)
		}
		if mac == "" {
			mac = c.MAC
		}
	}
	for _, f := range r.bundle.Failures {
		add(f.Scheme)
	}
	if f := r.failure; f != nil && mac == "" && (f.Code == fault.PasswordMissing || f.Code == fault.PasswordWrong) {
		encrypted = true // with a MAC, the password may be that of the MAC alone
	}
	return encrypted || len(schemes) > 0, schemes, mac
}

// rounds maps each scheme to the most key derivation rounds it is used with.
func (r *fileReport) rounds() map[string]int {
	m := map[string]int{}
	for _, n := range r.bundle.Notes {
		if n.Kind == note.KeyDerivation {
			scheme := n.Text.String()
			m[scheme] = max(m[scheme], n.N)
		}
	}
	return m
}

// item describes one object, with the keys of docs/json.md. What is not known is
// absent.
type item struct {
	Kind         convert.Kind `json:"kind,omitempty"`
	Index        int          `json:"index"`
	Algorithm    string       `json:"algorithm,omitempty"`
	Bits         int          `json:"bits,omitempty"`
	SPKISHA256   string       `json:"spki_sha256,omitempty"`
	SHA1         string       `json:"sha1,omitempty"`
	SHA256       string       `json:"sha256,omitempty"`
	Subject      string       `json:"subject,omitempty"`
	Issuer       string       `json:"issuer,omitempty"`
	Serial       string       `json:"serial,omitempty"`
	NotBefore    *time.Time   `json:"not_before,omitempty"`
	NotAfter     *time.Time   `json:"not_after,omitempty"`
	ThisUpdate   *time.Time   `json:"this_update,omitempty"`
	NextUpdate   *time.Time   `json:"next_update,omitempty"`
	DNSNames     []string     `json:"dns_names,omitempty"`
	IPAddresses  []string     `json:"ip_addresses,omitempty"`
	Emails       []string     `json:"email_addresses,omitempty"`
	URIs         []string     `json:"uris,omitempty"`
	CA           bool         `json:"ca,omitempty"`
	Signature    string       `json:"signature_algorithm,omitempty"`
	FriendlyName string       `json:"friendly_name,omitempty"`
	LocalKeyID   string       `json:"local_key_id,omitempty"`
	Trusted      bool         `json:"trusted,omitempty"`
	Encryption   string       `json:"encryption,omitempty"`
	What         string       `json:"what,omitempty"`
	OID          string       `json:"oid,omitempty"`
	Entry        string       `json:"entry,omitempty"`
	Format       string       `json:"format,omitempty"` // of the file in an archive that entry names
	Object       string       `json:"object,omitempty"`
	Line         int          `json:"line,omitempty"`
	Offset       *int64       `json:"offset,omitempty"`
	Fits         []int        `json:"fits,omitempty"` // private keys: the items of this file with its public key
	Error        string       `json:"error,omitempty"`
	ErrorCode    string       `json:"error_code,omitempty"`
	brief        string
	Details      string `json:"details,omitempty"`
}

// item describes the nth object of the file.
func (r *fileReport) item(n int) item {
	ref := r.order[n]
	b := r.bundle
	it := item{Kind: ref.kind, Index: n + 1, Entry: ref.source.Entry, Object: ref.source.Object, Line: ref.source.Line}
	if r.isArchive() {
		it.Format = ref.source.Format
	}
	if ref.source.Offset >= 0 && !ref.failed {
		offset := ref.source.Offset
		it.Offset = &offset
	}
	switch {
	case ref.failed:
		f := b.Failures[ref.i]
		why := fault.Of(f.Err)
		it.Encryption, it.Error, it.ErrorCode, it.brief = f.Scheme, why.Text, string(why.Code), fault.Brief(f.Err)
	case ref.kind == convert.KindPrivateKey:
		k := &b.Keys[ref.i]
		it.key(k.Algorithm, k.Bits, k.SPKI)
		it.names(&k.Names)
		it.Encryption = k.Scheme
		it.Fits = r.fits(n + 1)
	case ref.kind == convert.KindPublicKey:
		k := &b.PublicKeys[ref.i]
		it.key(k.Algorithm, k.Bits, k.SPKI)
		it.names(&k.Names)
	case ref.kind == convert.KindCertificate:
		it.certificate(&b.Certs[ref.i], r.details)
	case ref.kind == convert.KindRequest:
		it.request(&b.Requests[ref.i], r.details)
	case ref.kind == convert.KindCRL:
		c := &b.CRLs[ref.i]
		it.fingerprints(c.Raw)
		it.Issuer, it.Signature = convert.NameString(c.Issuer), c.SigAlg
		it.ThisUpdate, it.NextUpdate = known(c.ThisUpdate), known(c.NextUpdate)
		it.fault(c.Err)
	default:
		o := &b.Others[ref.i]
		it.What, it.OID = o.What, o.OID
		it.names(&o.Names)
	}
	return it
}

func (it *item) key(algorithm string, bits int, spki []byte) {
	it.Algorithm, it.Bits = algorithm, bits
	if len(spki) > 0 {
		sum := sha256.Sum256(spki)
		it.SPKISHA256 = hex.EncodeToString(sum[:])
	}
}

func (it *item) fingerprints(raw []byte) {
	s1, s256 := sha1.Sum(raw), sha256.Sum256(raw)
	it.SHA1, it.SHA256 = hex.EncodeToString(s1[:]), hex.EncodeToString(s256[:])
}

func (it *item) names(n *convert.Names) {
	it.FriendlyName = n.FriendlyName
	it.LocalKeyID = hex.EncodeToString(n.LocalKeyID)
}

func (it *item) fault(err error) {
	if err != nil {
		f := fault.Of(err)
		it.Error, it.ErrorCode, it.brief = f.Text, string(f.Code), fault.Brief(err)
	}
}

func (it *item) certificate(c *convert.Certificate, details bool) {
	it.fingerprints(c.Raw)
	it.key(c.Algorithm, c.Bits, c.SPKI)
	it.names(&c.Names)
	it.Trusted = c.Trusted
	it.Subject, it.Issuer = convert.NameString(c.Subject), convert.NameString(c.Issuer)
	it.Serial, it.Signature = serialText(c.Serial), c.SigAlg
	it.NotBefore, it.NotAfter = known(c.NotBefore), known(c.NotAfter)
	it.DNSNames, it.Emails, it.URIs, it.CA = c.DNSNames(), c.EmailAddresses(), c.URIs(), c.IsCA()
	for _, a := range c.IPAddresses() {
		it.IPAddresses = append(it.IPAddresses, a.String())
	}
	it.fault(c.Err)
	if details {
		it.Details = certificateDetails(c)
	}
}

func (it *item) request(q *convert.Request, details bool) {
	it.fingerprints(q.Raw)
	it.key(q.Algorithm, q.Bits, q.SPKI)
	it.names(&q.Names)
	it.Subject, it.Signature = convert.NameString(q.Subject), q.SigAlg
	if q.SPKAC {
		it.What = "SPKAC"
	} else {
		it.DNSNames, it.Emails, it.URIs = q.DNSNames(), q.EmailAddresses(), q.URIs()
		for _, a := range q.IPAddresses() {
			it.IPAddresses = append(it.IPAddresses, a.String())
		}
	}
	it.fault(q.Err)
	if details {
		it.Details = requestDetails(q)
	}
}

// serialText is the number in lower-case hex, two digits a byte.
func serialText(n *big.Int) string {
	if n == nil {
		return ""
	}
	s := new(big.Int).Abs(n).Text(16)
	if len(s)%2 == 1 {
		s = "0" + s
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}

// known is nil for a time that is not.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
