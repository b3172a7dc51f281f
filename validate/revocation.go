package validate

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/crlpoint"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// revocationChecks looks the certificates of the chain up in the CRLs given.
func revocationChecks() []Check {
	return []Check{
		{
			Code: "cert-revoked", Severity: Error, Title: "the certificate has been revoked",
			Text:   "The CA has withdrawn the certificate before its time. Servers start with it; clients that check revocation refuse it, and users cannot bypass that.",
			Action: text.Of("ask the CA why, make a new key if the old one was lost, and order again"),
			Refs:   []string{"RFC 5280, Section 5.1.2.6"}, After: pemDamage, needs: needsCRL,
			run: runRevoked,
		},
		{
			Code: "crl-stale", Severity: Warning, Title: "the CRL is out of date",
			Text:   "A CRL says when the next one is due. Clients that need a CRL refuse a stale one, and it does not list what was revoked since. It is an error if the CRL was given as one and no other says anything of the certificate.",
			Action: text.Of("get the current CRL from the CA"),
			Refs:   []string{"RFC 5280, Section 5.1.2.5"}, After: pemDamage,
			needs: func(in *input) Why {
				if in.Now.IsZero() {
					return needs("no time given")
				}
				return anyCRL(in)
			},
			run: runStale,
		},
		{
			Code: "crl-next-update-missing", Severity: Warning, Title: "the CRL does not say when the next one is due",
			Text:   "Every CRL has to say it. OpenSSL and GnuTLS take a list that does not, whatever its age, and so do nginx, Apache and HAProxy: nobody notices when an old one is served again and again, without what was revoked since. Java does not use it at all. Here it counts for ten days, the longest time that the Baseline Requirements give to the lists of servers' certificates.",
			Action: text.Of("ask the CA for a CRL with nextUpdate"),
			Refs:   []string{"RFC 5280, Section 5.1.2.5", "Baseline Requirements, Section 4.9.7"}, After: pemDamage,
			needs: func(in *input) Why {
				if in.Now.IsZero() {
					return needs("no time given")
				}
				return anyCRL(in)
			},
			run: runNextUpdateMissing,
		},
		{
			Code: "revocation-unknown", Severity: Warning, Title: "it is not known whether the certificate was revoked",
			Text:   "None of the CRLs given is by the issuer of the certificate, signed with its key, and for this certificate. It is an error if a file was given as a CRL, and a warning if CRLs only lie beside the certificate.",
			Action: text.Of("get the CRL that the certificate names as its distribution point"),
			Refs:   []string{"RFC 5280, Section 6.3.3"}, After: append([]string{"chain-incomplete", "chain-wrong-intermediate", "chain-signature"}, pemDamage...),
			needs: func(in *input) Why {
				if in.forClients() {
					return moot("the lists are for the certificates of clients")
				}
				return needsCRL(in)
			},
			run: runRevocationUnknown,
		},
	}
}

func needsCRL(in *input) Why {
	if in.Asked != nil {
		return needsChain(in)
	}
	if why := anyCRL(in); !why.none() {
		return why
	}
	return needsChain(in)
}

func anyCRL(in *input) Why {
	if len(in.Bundle.CRLs) == 0 {
		return needs("no CRL given with %s", Option("crl"))
	}
	return Why{}
}

func runRevoked(p *pass) {
	p.reportAsked()
	for _, r := range p.revocations() {
		if r.entry == nil {
			continue
		}
		f := Finding{
			At: p.place(r.cert, p.LeafCert()), Breaks: BreaksTrust, Related: []convert.Source{r.crl.Source},
			Message: text.Of("certificate %s was revoked on %s%s", describe(r.cert), day(r.entry.Date), because(r.entry.Reason)),
		}
		if r.unproved {
			f.Severity = Warning
			f.Message = f.Message.Add("; the signature of the CRL cannot be verified without the issuer's certificate")
		}
		if r.newer != nil {
			f.goneFrom(r.newer, r.cert)
		}
		p.Report(f)
	}
}

// endlessAge is for how long a CRL counts that does not say it. What an OCSP response
// without an end is worth is the same, see package ocsp.
const endlessAge = 10 * 24 * time.Hour

func runNextUpdateMissing(p *pass) {
	told, last, more := 0, Finding{}, 0
	for i := range p.Bundle.CRLs {
		c := &p.Bundle.CRLs[i]
		if !c.NextUpdate.IsZero() || c.Err != nil {
			continue
		}
		f := Finding{At: c.Source, Message: text.Of("the CRL of %q is of %s, and does not say until when it counts", convert.NameString(c.Issuer), day(c.ThisUpdate))}
		if p.Now.Sub(c.ThisUpdate) > endlessAge {
			f.Case, f.Message = "old", f.Message.Add(": it is older than %d days", endlessAge/(24*time.Hour))
		}
		if told++; told > maxStale {
			more, last = more+1, f
			continue
		}
		p.Report(f)
	}
	if more > 0 {
		last.Message = text.Of("so it is with %d more CRLs, of which this is the last", more)
		p.Report(last)
	}
}

// maxStale bounds the CRLs that are told to be out of date: each site of a folder
// is given all of its CAs.
const maxStale = 100

func runStale(p *pass) {
	told, more := 0, 0
	var last *convert.CRL
	decisive, forClients := p.staleAnswers(), p.staleForClients()
	for i := range p.Bundle.CRLs {
		c := &p.Bundle.CRLs[i]
		past, early := p.outOfDate(c)
		f := Finding{At: c.Source}
		if forClients[c] || slices.Contains(decisive, c) {
			f.Severity, f.Breaks = Error, BreaksTrust
		}
		switch {
		case !past && !early:
		case told == maxStale && f.Severity != Error:
			more, last = more+1, c
		case past:
			told++
			f.Message = text.Of("the CRL of %q should have been replaced on %s", convert.NameString(c.Issuer), day(c.NextUpdate))
			p.Report(p.refusingClients(f, forClients[c]))
		default:
			told++
			f.Message, f.Action = text.Of("the CRL of %q is not valid before %s", convert.NameString(c.Issuer), day(c.ThisUpdate)), text.Of("check the clock of this machine")
			p.Report(p.refusingClients(f, forClients[c]))
		}
	}
	if more > 0 {
		p.Report(Finding{At: last.Source, Message: text.Of("so it is with %d more CRLs, of which this is the last", more)})
	}
}

// refusingClients adds what a server does whose clients are all refused for f.
func (p *pass) refusingClients(f Finding, refused bool) Finding {
	if refused {
		f.Message = f.Message.Add(": %s refuses all clients of this CA", p.Target.Title())
	}
	return f
}

// outOfDate reports whether the next CRL was due before now, or c is for later.
func (in *input) outOfDate(c *convert.CRL) (past, early bool) {
	return !c.NextUpdate.IsZero() && in.Now.After(c.NextUpdate), in.Now.Before(c.ThisUpdate)
}

// staleAnswers are the CRLs that somebody asked to be used, where none that is up
// to date says anything of the leaf: OpenSSL refuses the leaf then. That CRLs lie
// in a folder asks for nothing.
func (in *input) staleAnswers() (list []*convert.CRL) {
	if in.forClients() || !needsChain(in).none() {
		return nil
	}
	current := crlpoint.Reasons(0)
	for _, r := range in.ofLeaf() {
		switch past, early := in.outOfDate(r.crl); {
		case !past && !early && r.entry != nil:
			return nil
		case !past && !early:
			current |= r.reasons
		case in.asked(r.crl) && len(list) < maxStale:
			list = append(list, r.crl)
		}
	}
	if current == crlpoint.All {
		return nil
	}
	return list
}

// ofLeaf is what the CRLs say of the leaf.
func (in *input) ofLeaf() []revocation {
	leaf := in.LeafCert()
	return slices.DeleteFunc(slices.Clone(in.revocations()), func(r revocation) bool { return r.cert != leaf })
}

// asked reports whether crl was given to be used.
func (in *input) asked(crl *convert.CRL) bool { return in.role(crl.Source.File) == RoleCRL }

func runRevocationUnknown(p *pass) {
	leaf := p.LeafCert()
	if p.Asked != nil {
		p.reportUncertain()
		return
	}
	known := crlpoint.Reasons(0)
	for _, r := range p.ofLeaf() {
		if known |= r.reasons; r.entry != nil {
			known = crlpoint.All
		}
	}
	if p.crlErr != nil {
		p.Report(Finding{At: leaf.Source, Severity: Error, Message: text.Of("not all CRLs were asked: %s", p.crlErr), Action: text.Of("give only the CRLs of the CAs of this chain")})
		return
	}
	if known == crlpoint.All || p.path().top() == leaf && p.builder.served.SelfSigned(leaf) {
		return
	}
	f := Finding{At: leaf.Source, Message: text.Of("none of the CRLs given is by %q, the issuer of %s", convert.NameString(leaf.Issuer), describe(leaf))}
	if slices.ContainsFunc(p.Bundle.CRLs, func(crl convert.CRL) bool { return p.asked(&crl) }) {
		f.Severity, f.Breaks = Error, BreaksTrust // what was asked for is not done, and OpenSSL refuses
	}
	if points := leaf.Addresses("crl"); len(points) > 0 && isPlain(points[0]) {
		f.Action = getCRL(points[0])
	}
	p.explainUnknown(&f, leaf, known)
	p.Report(f)
}

func getCRL(address string) text.Text {
	return text.Of("get the CRL from %s and give it with %s", address, Step{Do: "give", Option: "crl"})
}

// explainUnknown says why the CRLs given do not tell of the leaf for more than the known
// reasons.
func (p *pass) explainUnknown(f *Finding, leaf *convert.Certificate, known crlpoint.Reasons) {
	if known != 0 {
		f.Case = "reasons"
		for _, o := range crlpoint.Of(leaf) {
			if i := slices.IndexFunc(o.Names, func(n crlpoint.Name) bool { return isPlain(n.Title) }); i >= 0 && o.Reasons&^known != 0 {
				f.Action = getCRL(o.Names[i].Title)
				break
			}
		}
		f.Message = text.Of("%s is in no CRL, but they tell of some reasons only: of %s, and not of %s", describe(leaf), known, crlpoint.All&^known)
		for _, r := range p.ofLeaf() {
			f.Related = append(f.Related, r.crl.Source)
		}
		return
	}
	others := listIssuers(leaf)
	for i := range p.Bundle.CRLs {
		crl := &p.Bundle.CRLs[i]
		if !convert.SameName(crl.Issuer, leaf.Issuer) && !slices.ContainsFunc(others, func(n []byte) bool { return convert.SameName(crl.Issuer, n) }) {
			continue
		}
		f.Related = []convert.Source{crl.Source}
		if in := scopeOf(crl, leaf); in.reasons == 0 {
			f.Message = text.Of("the CRL from %q does not cover %s: %s", convert.NameString(crl.Issuer), describe(leaf), in.why)
			if !unknownInCRL(crl).IsZero() {
				f.Severity, f.Breaks = Error, BreaksTrust // OpenSSL refuses, where it asks CRLs
			}
		} else if convert.SameName(crl.Issuer, leaf.Issuer) {
			f.Message = text.Of("the CRL of %q does not verify with a key of the issuer of %s that may sign CRLs at this time, or names another key", convert.NameString(crl.Issuer), describe(leaf))
		} else {
			f.Message = text.Of("the CRL of %q, which %s names for its lists, does not verify with a key of a certificate that is there, may sign CRLs, and leads to the same root", convert.NameString(crl.Issuer), describe(leaf))
		}
		return
	}
}

// revocation is what one CRL says of one certificate.
type revocation struct {
	cert     *convert.Certificate
	crl      *convert.CRL
	entry    *convert.RevokedEntry // nil: not revoked
	reasons  crlpoint.Reasons      // for which it would tell that
	newer    *convert.CRL          // that takes the place of crl, and does not have entry
	unproved bool                  // the issuer, whose key would prove it, is not there
}

// revocations asks the CRLs about the certificates of the path. Of a CRL whose
// issuer is missing only bad news counts.
func (in *input) revocations() []revocation {
	if in.revoked == nil {
		in.revoked = in.askCRLs()
	}
	return in.revoked
}

func (in *input) askCRLs() []revocation {
	list := []revocation{}
	certs := in.path().certs
	by := map[string][]*convert.CRL{}
	for i := range in.Bundle.CRLs {
		c := &in.Bundle.CRLs[i]
		name := in.builder.served.Key(c.Issuer)
		by[name] = append(by[name], c)
	}
	for i, c := range certs {
		all := by[in.builder.served.Issuer(c)]
		if i+1 == len(certs) {
			if !in.path().anchored && !in.builder.served.SelfSigned(c) {
				list = append(list, unprovedIn(all, c)...)
			}
			continue
		}
		list = append(list, in.askAbout(c, all, in.crlSigners(i+1))...)
		for _, name := range listIssuers(c) {
			if all := by[in.builder.served.Key(name)]; len(all) > 0 {
				list = append(list, in.askAbout(c, all, in.listSigners(name))...)
			}
		}
	}
	return list
}

// unprovedIn is the bad news of c in CRLs of its issuer, which is not there.
func unprovedIn(all []*convert.CRL, c *convert.Certificate) (list []revocation) {
	for _, crl := range all {
		if entry := crl.Revoked(c.Issuer, c.Serial); entry != nil && scopeOf(crl, c).reasons != 0 {
			list = append(list, revocation{cert: c, crl: crl, entry: entry, unproved: true})
		}
	}
	return list
}

// askAbout asks all, the CRLs of one name, about c. signers are those whose keys count.
func (in *input) askAbout(c *convert.Certificate, all []*convert.CRL, signers []*convert.Certificate) (list []revocation) {
	current := slices.DeleteFunc(slices.Clone(signers), in.lapsed)
	lapsed := slices.DeleteFunc(slices.Clone(signers), func(c *convert.Certificate) bool { return !in.lapsed(c) })
	newest := sync.OnceValue(func() newestLists { return in.newestOf(all, c, current) })
	for _, crl := range all {
		by, err := signerOf(crl, current)
		late := by == nil && err == nil
		if late {
			by, err = signerOf(crl, lapsed)
		}
		if err != nil {
			in.crlErr = err
		}
		if by == nil {
			continue
		}
		entry := crl.Revoked(c.Issuer, c.Serial)
		if entry != nil && slices.ContainsFunc(all, func(delta *convert.CRL) bool {
			past, early := in.outOfDate(delta)
			return !past && !early && takesBack(delta, crl, c, current)
		}) {
			entry = nil
		}
		var newer *convert.CRL
		if entry != nil {
			if newer = newest().replaces(crl, by, c); newer != nil && entry.OnHold {
				entry, newer = nil, nil
			}
		}
		withdrawn := !convert.SameName(crl.Issuer, c.Issuer) && crl.Revoked(by.Issuer, by.Serial) != nil
		if entry == nil && (late || withdrawn || otherKeyID(crl, by)) {
			continue
		}
		if in := scopeOf(crl, c); in.reasons != 0 || in.revokes && entry != nil {
			list = append(list, revocation{cert: c, crl: crl, entry: entry, newer: newer, reasons: in.reasons})
		}
	}
	return list
}

// lapsed reports whether the time of a signer of lists is over, or has not come: then only
// its bad news counts. That of the CAs of the path is told by itself.
func (in *input) lapsed(c *convert.Certificate) bool {
	return !in.Now.IsZero() && (in.Now.After(c.NotAfter) || in.Now.Before(c.NotBefore)) && !slices.Contains(in.path().certs, c)
}

// maxListSigners bounds the certificates of one name that are looked at as signers of
// lists for other CAs.
const maxListSigners = 20

// listSigners lists the certificates with a name whose keys may sign lists for the CAs of
// the path: "Obtain and validate the certification path for the issuer of the complete
// CRL. The trust anchor for the certification path MUST be the same as the trust anchor
// used to validate the target certificate" (RFC 5280, Section 6.3.3 (f)). Whoever else
// uses the name is somebody else.
func (in *input) listSigners(name []byte) (list []*convert.Certificate) {
	tried := 0
	var beside []*convert.Certificate // a signer that came with its list is nothing that the server sends
	for i := range in.Bundle.Certs {
		if c := &in.Bundle.Certs[i]; in.role(c.Source.File) == RoleCRL && convert.SameName(c.Subject, name) {
			beside = append(beside, c)
		}
	}
	for _, c := range slices.Concat(in.builder.served.Named(name), in.Roots.Named(name), beside) {
		if !maySignCRLs(c) || c.Err != nil || slices.Contains(list, c) {
			continue
		}
		if tried++; tried > maxListSigners {
			in.crlErr = fmt.Errorf("more than %d certificates are named %q", maxListSigners, convert.NameString(name))
			break
		}
		b := &builder{anchors: in.Roots, now: in.Now, served: in.builder.served}
		b.build(c)
		if slices.ContainsFunc(b.sound(), in.vouches) {
			list = append(list, c)
		}
	}
	return list
}

// vouches reports whether a path of a signer of lists holds, and ends where that of the leaf
// does.
func (in *input) vouches(p *path) bool {
	return bytes.Equal(p.top().Raw, in.path().top().Raw) && !slices.ContainsFunc(p.faults, refusesSigner) && !slices.ContainsFunc(p.certs[1:], func(by *convert.Certificate) bool {
		c := p.certs[slices.Index(p.certs, by)-1]
		return in.listedBy(c, by)
	})
}

// refusesSigner: that a CA may issue for no servers is none of a signer's faults.
func refusesSigner(f fault) bool {
	return f.fact != client.CAPurposeOther && f.fact != client.CAPurposeNone
}

// listedBy reports whether a CRL that is signed with the key of by, the issuer of c, has
// c in it.
func (in *input) listedBy(c, by *convert.Certificate) bool {
	return slices.ContainsFunc(in.Bundle.CRLs, func(crl convert.CRL) bool {
		return convert.SameName(crl.Issuer, c.Issuer) && crl.Revoked(c.Issuer, c.Serial) != nil && crl.Verify(by.SPKI) == nil
	})
}

// takesBack reports whether a delta CRL that goes with crl and is signed by its CA
// takes the entry for c back (RFC 5280, Sections 5.2.4 and 6.3.3 (c): the numbers say that
// they go together, and their scopes and keys are the same).
func takesBack(delta, crl *convert.CRL, c *convert.Certificate, signers []*convert.Certificate) bool {
	base, _, isDelta := delta.Extension(oidDeltaCRL)
	if _, _, partial := crl.Extension(oidDeltaCRL); !isDelta || partial || !delta.TakesBack(c.Issuer, c.Serial) {
		return false
	}
	for _, oid := range []string{crlpoint.OIDIssuing, oidAuthorityKey} {
		one, _, _ := crl.Extension(oid)
		other, _, _ := delta.Extension(oid)
		if !bytes.Equal(one, other) {
			return false
		}
	}
	number, _, _ := crl.Extension(oidCRLNumber)
	next, _, _ := delta.Extension(oidCRLNumber)
	n, m, from := derNumber(number), derNumber(next), derNumber(base)
	if n == nil || m == nil || from == nil || n.Cmp(from) < 0 || m.Cmp(n) < 0 || !unknownInCRL(delta).IsZero() {
		return false
	}
	by, err := signerOf(delta, signers)
	return err == nil && by != nil && !otherKeyID(delta, by)
}

// derNumber is an INTEGER, nil if it is none.
func derNumber(value []byte) *big.Int {
	e, err := der.ParseAll(value)
	if err != nil || !e.Is(der.TagInteger) {
		return nil
	}
	n, err := e.BigInt()
	if err != nil {
		return nil
	}
	return n
}

// crlSigners lists the certificates of a CA, the one at index issuer of the path,
// whose keys may sign its CRLs: that one, and others of its name that the path
// vouches for: a new key, or one for CRLs alone, which the CA or whoever issued it
// has signed. Whoever else uses the name is somebody else.
func (in *input) crlSigners(issuer int) (list []*convert.Certificate) {
	path := in.path().certs
	ca := path[issuer]
	vouched := func(c *convert.Certificate) bool {
		return slices.ContainsFunc(slices.Concat(path[issuer:], in.Roots.Named(c.Issuer)), func(by *convert.Certificate) bool {
			if !convert.SameName(by.Subject, c.Issuer) {
				return false
			}
			_, err := in.builder.served.Verify(c, by)
			return err == nil && !in.listedBy(c, by)
		})
	}
	roots := in.Roots.Named(ca.Subject)
	known := slices.Concat(path[issuer:], roots)
	for _, c := range slices.Concat(known, in.builder.served.Named(ca.Subject)) {
		same := func(o *convert.Certificate) bool { return o == c || bytes.Equal(o.Raw, c.Raw) }
		if !convert.SameName(c.Subject, ca.Subject) || slices.ContainsFunc(list, same) {
			continue
		}
		if maySignCRLs(c) && (slices.ContainsFunc(known, same) || vouched(c)) {
			list = append(list, c)
		}
	}
	return list
}

// maySignCRLs is Section 6.3.3 (f) of RFC 5280: "If a key usage extension is present in
// the CRL issuer's certificate, verify that the cRLSign bit is set."
func maySignCRLs(c *convert.Certificate) bool {
	usage, ok := keyUsage(c)
	return !ok || usage&usageCRLSign != 0
}

// signerOf is the one of signers whose key signed crl, nil if none did. An error
// says that not all were tried, because the budget of an input is used up.
func signerOf(crl *convert.CRL, signers []*convert.Certificate) (*convert.Certificate, error) {
	for _, c := range signers {
		switch err := crl.Verify(c.SPKI); {
		case err == nil:
			return c, nil
		case errors.Is(err, convert.ErrTooLarge):
			return nil, err
		}
	}
	return nil, nil
}

// otherKeyID reports whether crl names another key than that of its issuer: then
// OpenSSL does not find it.
func otherKeyID(crl *convert.CRL, issuer *convert.Certificate) bool {
	named, own := crl.AuthorityKeyID(), issuer.SubjectKeyID()
	return len(named) > 0 && len(own) > 0 && !bytes.Equal(named, own)
}

func because(reason string) text.Text {
	if reason == "" {
		return text.Text{}
	}
	return text.Of(": %s", reason)
}
