package revocation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/crlpoint"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/ocsp"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/validate"
)

// Asker asks whether certificates have been revoked. It is for one goroutine.
type Asker struct {
	Now     time.Time
	Roots   *validate.Anchors
	Issuers []convert.Certificate // what may have issued them, beside the roots
	CRLs    []convert.CRL
	Single  bool // there is one certificate: an answer about another one is worth telling

	Online bool
	Cache  string // folder, "" for none
	Budget int64  // bytes of lists that were fetched, in memory at a time; one may have half
	Get    *probe.Getter

	// Warn is told what is worth knowing.
	Warn func(format string, args ...any)
	// Guard is called for what has to be undone when a signal ends the program.
	Guard func(undo func()) (release func())

	answers []namedAnswer
	blocked []namedList
	fetched map[string]fetchedList // by address
	pool    *convert.Issuers       // of Issuers, which do not change once it is there
}

type namedAnswer struct {
	from string
	*ocsp.Response
}

type namedList struct {
	from string
	*lists.BlockList
	has map[lists.Blocked]bool
}

// AddAnswer takes in an OCSP response of a file.
func (a *Asker) AddAnswer(name string, data []byte) error {
	answer, err := ocsp.Parse(data)
	if err == nil {
		a.answers = append(a.answers, namedAnswer{from: name, Response: answer})
	}
	return err
}

// AddBlockList takes in a CRLSet or OneCRL of a file.
func (a *Asker) AddBlockList(name string, data []byte) error {
	list, err := lists.ParseBlockList(data)
	if err != nil {
		return err
	}
	has := map[lists.Blocked]bool{}
	for _, b := range list.Entries {
		has[lists.Blocked{By: b.By, Key: b.Key}] = true
	}
	a.blocked = append(a.blocked, namedList{name, list, has})
	return nil
}

// Standing is what all sources together say of a certificate.
type Standing struct {
	Verdict string // "good", "revoked", "unknown", "not-checked"
	Revoked time.Time
	Reason  string
	Sources []served.Source
	Fetch   []Fetch // what could be asked, and was not
}

// Fetch is something to ask about a certificate.
type Fetch struct {
	Kind    string // "crl" or "ocsp"
	Address string
}

// question is what is asked about one certificate.
type question struct {
	*Asker
	cert, issuer *convert.Certificate
	signers      [][]byte // whom the certificate names for its lists
	said         []served.Source
	parts        map[int]*convert.CRL // of said: lists that tell of some reasons only
}

// Ask asks all sources about a certificate.
func (a *Asker) Ask(ctx context.Context, c *convert.Certificate) *Standing {
	q := &question{Asker: a, cert: c, said: []served.Source{}, parts: map[int]*convert.CRL{}}
	out := &Standing{}
	if c.Err == nil {
		q.issuer, q.signers = a.issuerOf(c), signersOf(c)
		for i := range a.CRLs {
			if q.concerns(&a.CRLs[i]) {
				s, part := q.fromCRL(&a.CRLs[i])
				q.add(s, part)
			}
		}
		q.said = append(q.said, a.fromAnswers(c, q.issuer)...)
		q.said = append(q.said, a.fromLists(c, q.issuer)...)
		if !q.settled() {
			out.Fetch = q.fromNetwork(ctx)
		}
	}
	for i := range q.said {
		if s := &q.said[i]; s.Verdict == "revoked" && out.Revoked.IsZero() {
			out.Reason, out.Revoked = s.Reason, s.Revoked
		}
	}
	out.Sources, out.Verdict = q.said, served.Standing(q.said)
	return out
}

// settled reports whether nobody else has to be asked.
func (q *question) settled() bool {
	v := served.Standing(q.said)
	return v == "revoked" || v == "good"
}

// add takes in what a source says. part is its list if that tells of some reasons only:
// all such lists together may tell of all.
func (q *question) add(s served.Source, part *convert.CRL) {
	q.said = append(q.said, s)
	if part == nil {
		return
	}
	q.parts[len(q.said)-1] = part
	if len(q.parts) < 2 || !q.judge(slices.Collect(maps.Values(q.parts))...).good {
		return
	}
	for i := range q.parts {
		o := &q.said[i]
		if o.Verdict != "good" {
			o.Note = strings.TrimPrefix(o.Note+"; it tells of some reasons only, and with the others of all", "; ")
		}
		o.Verdict, o.Err = "good", nil
	}
}

// concerns reports whether a list is by the issuer of the certificate, or by somebody whom
// the certificate names for its lists.
func (q *question) concerns(crl *convert.CRL) bool {
	return convert.SameName(crl.Issuer, q.cert.Issuer) || slices.ContainsFunc(q.signers, func(n []byte) bool { return convert.SameName(n, crl.Issuer) })
}

// Purposes reports whether a certificate is that of a server, of a client, or of both: one
// of a CA is, and one that names no purpose.
func Purposes(c *convert.Certificate) (server, client bool) {
	value, _, ok := c.Extension("2.5.29.37")
	e, _, err := der.Parse(value)
	if !ok || err != nil || c.IsCA() {
		return true, true
	}
	for r := e.Reader(); !r.Empty(); {
		id, err := r.Next()
		if err != nil {
			break
		}
		switch oid, _ := id.OID(); oid {
		case "1.3.6.1.5.5.7.3.1":
			server = true
		case "1.3.6.1.5.5.7.3.2":
			client = true
		case "2.5.29.37.0":
			return true, true
		}
	}
	return server, client
}

// SelfSigned reports whether c is its own issuer. CAs give themselves new keys with
// certificates that have their name twice, and are not.
func SelfSigned(c *convert.Certificate) bool {
	return c.SelfIssued() && convert.VerifySigned(c.Raw, c.SPKI) == nil
}

// issuerOf is the certificate that issued c, nil if it is not there.
func (a *Asker) issuerOf(c *convert.Certificate) *convert.Certificate {
	for _, o := range slices.Concat(a.named(c.Issuer), a.Roots.Named(c.Issuer)) {
		if !o.IsCA() {
			continue
		}
		if _, err := a.pool.Verify(c, o); err == nil {
			return o
		}
	}
	return nil
}

// named are those of Issuers with this subject.
func (a *Asker) named(subject []byte) []*convert.Certificate {
	if a.pool == nil {
		a.pool = &convert.Issuers{}
		for i := range a.Issuers {
			if a.Issuers[i].Err == nil {
				a.pool.Add(&a.Issuers[i])
			}
		}
	}
	return a.pool.Named(subject)
}

// withdrawn reports whether a list says that a certificate has been revoked, whose
// key might sign lists or answers.
func (a *Asker) withdrawn(c *convert.Certificate) bool {
	issuer := a.issuerOf(c)
	return issuer != nil && slices.ContainsFunc(a.CRLs, func(crl convert.CRL) bool {
		return convert.SameName(crl.Issuer, c.Issuer) && crl.Revoked(c.Issuer, c.Serial) != nil && crl.Verify(issuer.SPKI) == nil
	})
}

// Above lists the certificates that issued those of certs, and those that they name for
// their lists, those that issued these and so on, up to the roots, which nobody asks
// about, and without those in certs.
func (a *Asker) Above(certs []convert.Certificate) (list []convert.Certificate) {
	seen := map[string]bool{}
	for i := range certs {
		seen[string(certs[i].Raw)] = true
	}
	up := func(c *convert.Certificate) {
		for range maxPath {
			issuer := a.issuerOf(c)
			if c.Err != nil || issuer == nil || SelfSigned(issuer) || a.anchor(issuer) {
				break
			}
			if c = issuer; !seen[string(c.Raw)] {
				seen[string(c.Raw)] = true
				list = append(list, *c)
			}
		}
	}
	for i := range certs {
		up(&certs[i])
		for _, name := range signersOf(&certs[i]) {
			for _, o := range a.named(name) {
				if !seen[string(o.Raw)] && !SelfSigned(o) && !a.anchor(o) && a.issuerOf(o) != nil {
					seen[string(o.Raw)] = true
					list = append(list, *o)
					up(o)
				}
			}
		}
	}
	return list
}

// signersOf are the names of those whom a certificate names for its lists.
func signersOf(c *convert.Certificate) (names [][]byte) {
	for _, p := range crlpoint.Of(c) {
		names = append(names, p.Issuers...)
	}
	return names
}

// anchor reports whether c is one of the roots.
func (a *Asker) anchor(c *convert.Certificate) bool {
	return slices.ContainsFunc(a.Roots.Named(c.Subject), func(o *convert.Certificate) bool { return bytes.Equal(o.Raw, c.Raw) })
}

// maxPath bounds how far up a path is followed.
const maxPath = 10

// judged is what the checks say of a certificate and lists.
type judged struct {
	good, revoked bool
	// nil: not so
	unknown, stale, endless, gone *validate.Finding
}

// judge has the checks look the certificate up in lists.
func (q *question) judge(crls ...*convert.CRL) (out judged) {
	b := &convert.Bundle{Certs: q.witnesses(crls)}
	for _, crl := range crls {
		b.CRLs = append(b.CRLs, *crl)
	}
	for _, newer := range q.replacements(crls) {
		b.CRLs = append(b.CRLs, *newer)
	}
	for i := range q.CRLs { // what takes an entry back counts with the list that has it
		o := &q.CRLs[i]
		beside := slices.ContainsFunc(crls, func(crl *convert.CRL) bool { return convert.SameName(o.Issuer, crl.Issuer) }) &&
			!slices.ContainsFunc(crls, func(crl *convert.CRL) bool { return bytes.Equal(o.Raw, crl.Raw) })
		if beside && (o.NextUpdate.IsZero() || !q.Now.After(o.NextUpdate)) && o.TakesBack(q.cert.Issuer, q.cert.Serial) {
			b.CRLs = append(b.CRLs, *o)
		}
	}
	const asked, chain = "asked", "chain" // the one is the leaf, whatever the others are
	for i := range b.Certs {
		b.Certs[i].Source.File, b.Certs[i].Source.Index = chain, i+1
	}
	b.Certs[0].Source.File = asked
	rep := validate.Run(b, &validate.Options{
		Now: q.Now, Roots: q.Roots, Files: []validate.File{{Name: asked, Role: validate.RoleCert}, {Name: chain, Role: validate.RoleChain}}, Only: []string{"cert-revoked", "revocation-unknown", "crl-stale", "crl-next-update-missing"},
	})
	for i := range rep.Findings {
		switch f := &rep.Findings[i]; {
		case f.Code == "cert-revoked" && f.At.File == asked && f.Case == "gone":
			out.gone = f
		case f.Code == "cert-revoked" && f.At.File == asked:
			out.revoked = true
		case f.Code == "revocation-unknown":
			out.unknown = f
		case f.Code == "crl-stale", f.Case == "old":
			out.stale = f
		case f.Code == "crl-next-update-missing":
			out.endless = f
		}
	}
	out.good = !out.revoked && out.unknown == nil && out.stale == nil && slices.Contains(rep.Passed, "cert-revoked") && slices.Contains(rep.Passed, "revocation-unknown")
	return out
}

// replacements are lists that may take the place of one of crls which has the certificate:
// those that are newer and for the same. Whether they do is for the checks.
func (q *question) replacements(crls []*convert.CRL) (list []*convert.CRL) {
	const most = 4 // of the newest
	for _, crl := range crls {
		if crl.Revoked(q.cert.Issuer, q.cert.Serial) == nil {
			continue
		}
		scope, _, _ := crl.Extension(crlpoint.OIDIssuing)
		for i := range q.CRLs {
			o := &q.CRLs[i]
			other, _, _ := o.Extension(crlpoint.OIDIssuing)
			_, _, delta := o.Extension("2.5.29.27")
			if !delta && o.ThisUpdate.After(crl.ThisUpdate) && !q.Now.Before(o.ThisUpdate) && (o.NextUpdate.IsZero() || !q.Now.After(o.NextUpdate)) && bytes.Equal(scope, other) && convert.SameName(o.Issuer, crl.Issuer) {
				list = append(list, o)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *convert.CRL) int { return b.ThisUpdate.Compare(a.ThisUpdate) })
	return list[:min(len(list), most)]
}

// witnesses are the certificate, and those that may prove lists about it: the CAs above,
// other keys of its issuer, and whoever else signs these lists, with the CAs above them.
func (q *question) witnesses(crls []*convert.CRL) []convert.Certificate {
	list := []convert.Certificate{*q.cert}
	for above := q.issuer; above != nil && len(list) < maxPath; above = q.issuerOf(above) {
		list = append(list, *above)
		if SelfSigned(above) {
			break
		}
	}
	add := func(o *convert.Certificate) {
		if !slices.ContainsFunc(list, func(c convert.Certificate) bool { return bytes.Equal(c.Raw, o.Raw) }) && !q.withdrawn(o) {
			list = append(list, *o)
		}
	}
	for i, o := range q.named(q.cert.Issuer) {
		if i < 2*maxPath && q.issuer != nil {
			add(o)
		}
	}
	for _, crl := range crls {
		if convert.SameName(crl.Issuer, q.cert.Issuer) {
			continue
		}
		for i, o := range q.named(crl.Issuer) {
			if i < 2*maxPath {
				add(o)
				for _, above := range q.Above([]convert.Certificate{*o}) {
					add(&above)
				}
			}
		}
	}
	return list
}

// fromCRL is what a list says. Whether it may say anything is for the checks. part is the
// list again if it tells of some reasons only.
func (q *question) fromCRL(crl *convert.CRL) (s served.Source, part *convert.CRL) {
	s = served.Source{Kind: "crl", From: crl.Source.File, ThisUpdate: crl.ThisUpdate, NextUpdate: crl.NextUpdate}
	c := q.cert
	j := q.judge(crl)
	if j.revoked {
		s.Verdict = "revoked"
		if entry := crl.Revoked(c.Issuer, c.Serial); entry != nil {
			s.Revoked, s.Reason = entry.Date, entry.Reason
		}
	}
	if j.unknown != nil {
		s.Err = errors.New(j.unknown.Message.String())
		if s.Invalid = j.unknown.Case != "reasons"; !s.Invalid && j.stale == nil {
			part = crl
		}
	}
	if j.stale != nil {
		s.Stale, s.Err = true, errors.New(j.stale.Message.String())
	}
	if j.endless != nil {
		s.Note = j.endless.Message.String()
	}
	if entry := crl.Revoked(c.Issuer, c.Serial); j.gone != nil {
		s.Err = errors.New(j.gone.Message.String())
	} else if entry != nil && !j.revoked && s.Err == nil && len(q.replacements([]*convert.CRL{crl})) > 0 {
		s.Err = fmt.Errorf("it has the certificate as revoked on %s, and a newer list takes its place", entry.Date.UTC().Format(time.DateOnly))
	}
	if s.Verdict != "" || s.Err != nil {
		return s, part
	}
	if !SelfSigned(c) {
		if j.good {
			s.Verdict = "good"
		} else {
			s.Err = errors.New("it could not be asked about the certificate")
		}
		return s, nil
	}
	// The checks ask no list about a root.
	switch entry := crl.Revoked(c.Issuer, c.Serial); {
	case crl.Verify(c.SPKI) != nil:
		s.Err, s.Invalid = errors.New("it is not signed with the key of the certificate, which is self-signed"), true
	case entry != nil:
		s.Verdict, s.Revoked, s.Reason = "revoked", entry.Date, entry.Reason
	default:
		s.Err = errors.New("the certificate is self-signed: its own list is no proof that it is good")
	}
	return s, nil
}

func (a *Asker) fromAnswers(c, issuer *convert.Certificate) (list []served.Source) {
	for _, o := range a.answers {
		s := a.fromAnswer(c, issuer, o.Response, nil)
		if s.From = o.from; !errors.Is(s.Err, ocsp.ErrOther) || a.Single {
			list = append(list, s)
		}
	}
	return list
}

// fromAnswer is what an OCSP response says to a request with that nonce, nil for none.
func (a *Asker) fromAnswer(c, issuer *convert.Certificate, o *ocsp.Response, nonce []byte) served.Source {
	s := served.Source{Kind: "ocsp"}
	if issuer == nil {
		s.Err = errors.New("the certificate of the issuer, which proves it, is missing")
		return s
	}
	answer, err := o.About(c, issuer, a.Now, nonce)
	if err == nil && answer.By != nil && a.withdrawn(answer.By) {
		err = fmt.Errorf("%w: its certificate was revoked", ocsp.ErrResponder)
	}
	if err != nil {
		s.Err, s.Stale = err, errors.Is(err, ocsp.ErrStale)
		s.Invalid = !errors.Is(err, ocsp.ErrStatus)
		return s
	}
	s.Verdict, s.Revoked, s.Reason, s.ThisUpdate, s.NextUpdate = string(answer.Verdict), answer.Revoked, answer.Reason, answer.ThisUpdate, answer.NextUpdate
	switch {
	case answer.Verdict == ocsp.Unknown:
		s.Note = "the responder does not know the certificate, which says neither that it is good nor that it is revoked"
	case nonce != nil && o.Nonce == nil:
		s.Note = "without the nonce of the request: it may have been made before, and is as new as its dates say"
	}
	return s
}

// fromLists is what the lists of browsers say.
func (a *Asker) fromLists(c, issuer *convert.Certificate) (list []served.Source) {
	serial := c.Serial.Bytes()
	spki := sha256.Sum256(c.SPKI)
	keys := []lists.Blocked{
		{By: lists.BySPKI, Key: hex.EncodeToString(spki[:])},
		{By: lists.BySubject, Key: lists.SubjectKey(c.Subject, spki[:])},
		{By: lists.BySerial, Key: lists.SerialKey(c.Issuer, serial)},
	}
	if issuer != nil {
		sum := sha256.Sum256(issuer.SPKI)
		keys = append(keys, lists.Blocked{By: lists.ByIssuerKey, Key: lists.IssuerKey(sum[:], serial)}, lists.Blocked{By: lists.BySPKI, Key: hex.EncodeToString(sum[:])})
	}
	for _, l := range a.blocked {
		s := served.Source{Kind: l.Kind, From: l.from, Verdict: "not-listed"}
		if l.Kind == "crlset" {
			s.From = fmt.Sprintf("CRLSet %d (%s), by which Chrome refuses", l.Number, l.from)
		} else if l.Kind == "onecrl" {
			s.From, s.ThisUpdate = "OneCRL ("+l.from+"), by which Firefox refuses", l.Date
		}
		if slices.ContainsFunc(keys, func(k lists.Blocked) bool { return l.has[k] }) {
			s.Verdict = "revoked"
		}
		list = append(list, s)
	}
	return list
}
