package validate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// chainChecks judges how the certificates lead from the leaf to an anchor.
func chainChecks() []Check {
	const (
		path  = "RFC 5280, Section 6.1"
		order = "RFC 8446, Section 4.4.2"
		basic = "RFC 5280, Section 4.2.1.9"
	)
	return []Check{
		{
			Code: "chain-signature", Severity: Error, Title: "a signature in the chain does not verify",
			Text:   "The names and key identifiers say that one certificate issued the other, but the signature on it was not made over these bytes: one of the two has been altered or damaged.",
			Remedy: "get the certificate anew from the CA",
			Refs:   []string{path}, After: pemDamage, Needs: needsChain,
			Run: func(p *Pass) { p.reportFaults("chain-signature") },
		},
		{
			Code: "chain-wrong-intermediate", Severity: Error, Title: "an intermediate has the right name but another key",
			Text:   "CAs renew their intermediates under the same name. The one that is served has the name that the certificate below it asks for, but another key signed that certificate. Clients cannot build the chain with it.",
			Remedy: "take the intermediate that came with this certificate",
			Refs:   []string{path}, After: pemDamage, Needs: needsChain,
			Run: func(p *Pass) { p.reportFaults("chain-wrong-intermediate") },
		},
		{
			Code: "chain-not-ca", Severity: Error, Title: "a certificate in the chain may not issue the one below it",
			Text:   "Basic constraints, path length, key usage, extended key usage and name constraints limit what a CA may issue. A client refuses a chain that oversteps one of them.",
			Remedy: "ask the CA for a certificate from an intermediate that may issue it",
			Refs:   []string{basic, "RFC 5280, Section 4.2.1.10"}, After: pemDamage, Needs: needsChain,
			Run: func(p *Pass) { p.reportFaults("chain-not-ca") },
		},
		{
			Code: "chain-expired", Severity: Error, Title: "an intermediate or a cross-signature has expired",
			Text:   "A chain is valid only as long as each of its certificates is. Old clients follow the chain that is served, even where a newer one exists.",
			Remedy: "replace it with the current intermediate of the CA",
			Refs:   []string{"RFC 5280, Section 4.1.2.5"}, After: pemDamage, Needs: needsChainAndTime,
			Run: runChainExpired,
		},
		{
			Code: "chain-incomplete", Severity: Error, Title: "an intermediate is missing",
			Text:   "A server has to send every certificate between its own and the root. Browsers may find a missing one in their cache or fetch it; other programs, phones and libraries do not.",
			Remedy: "append the missing certificate to the file, behind the one that it issued",
			Refs:   []string{order}, After: append([]string{"chain-wrong-intermediate", "chain-signature"}, pemDamage...), Needs: needsEnd,
			Run: runChainIncomplete,
		},
		{
			Code: "chain-untrusted-root", Severity: Error, Title: "the chain ends at a root that is not trusted",
			Text:   "The chain is complete, but its root is not among the trust anchors. Only clients that had this root installed by hand accept it.",
			Remedy: "for a private root, give it with --roots FILE and install it on the clients",
			Refs:   []string{path}, After: append([]string{"chain-incomplete", "chain-wrong-intermediate", "chain-signature"}, pemDamage...), Needs: needsRoots,
			Run: runChainUntrustedRoot,
		},
		{
			Code: "chain-order", Severity: Warning, Title: "the certificates are in the wrong order",
			Text:   "The server's own certificate comes first, each one after it certifies the one before. Servers take the first one for their own; some clients give up on another order behind it.",
			Remedy: "certconv convert FILE --only fullchain --out NEW.pem puts them in order",
			Refs:   []string{order}, After: pemDamage, Needs: needsChain,
			Run: runChainOrder,
		},
		{
			Code: "chain-duplicate", Severity: Info, Title: "a certificate is there twice",
			Text:   "It is sent twice in every handshake, to no use.",
			Remedy: "remove one of the two",
			Refs:   []string{order}, After: pemDamage, Needs: needsChain,
			Run: runChainDuplicate,
		},
		{
			Code: "chain-unrelated", Severity: Warning, Title: "a certificate does not belong to the chain",
			Text:   "It leads neither from the server's certificate to the root, nor to another root. Often it is the intermediate of another CA, and the right one is missing.",
			Remedy: "remove it",
			Refs:   []string{order}, After: pemDamage, Needs: needsChain,
			Run: runChainUnrelated,
		},
		{
			Code: "chain-root-included", Severity: Info, Title: "the root is sent along",
			Text:   "A client that trusts the root has it; one that has not does not trust it because a server sends it. It only makes every handshake longer.",
			Remedy: "certconv convert FILE --only fullchain --out NEW.pem leaves it out",
			Refs:   []string{order}, After: pemDamage, Needs: needsChain,
			Run: runChainRootIncluded,
		},
	}
}

func needsChain(in *Input) string {
	if in.Leaf < 0 {
		return "no certificate given"
	}
	if in.LeafCert().Err != nil {
		return "the certificate cannot be read"
	}
	return ""
}

func needsChainAndTime(in *Input) string {
	if in.Now.IsZero() {
		return "no time given"
	}
	return needsChain(in)
}

// needsEnd: without anchors nobody can tell whether what is missing above an
// intermediate is another one, or the root, which is not sent.
func needsEnd(in *Input) string {
	if why := needsChain(in); why != "" {
		return why
	}
	if certs := in.path().certs; in.Roots.none() && len(certs) > 1 && !selfSigned(certs[len(certs)-1]) {
		return "no roots to check against"
	}
	return ""
}

func needsRoots(in *Input) string {
	if in.Roots.none() {
		return "no roots to check against"
	}
	return needsChain(in)
}

// reportFaults reports the faults of the best path that have this code.
func (p *Pass) reportFaults(code string) {
	for _, f := range p.path().faults {
		if f.code != code {
			continue
		}
		at, who := f.issuer, "certificate "+p.describe(f.issuer)
		if code == "chain-signature" {
			at, who = f.cert, "the signature on certificate "+p.describe(f.cert)
		}
		message := who + " " + f.text
		if code == "chain-wrong-intermediate" {
			message += " " + p.describe(f.cert) + wantedKeyID(f.cert)
		}
		p.Report(Finding{At: p.place(at, f.cert), Breaks: BreaksTrust, Message: message})
	}
}

// place is where c was read, or the place of below where c is an anchor, which
// stands in no file of the user's.
func (p *Pass) place(c, below *convert.Certificate) convert.Source {
	if slices.Contains(p.Served, c) {
		return c.Source
	}
	return below.Source
}

// describe names a certificate in a sentence.
func (p *Pass) describe(c *convert.Certificate) string {
	attrs, _ := convert.ParseName(c.Subject)
	for _, a := range slices.Backward(attrs) {
		if a.Type == "CN" {
			return fmt.Sprintf("%q", a.Text)
		}
	}
	if names := c.DNSNames(); len(attrs) == 0 && len(names) > 0 {
		return fmt.Sprintf("%q", names[0])
	}
	return fmt.Sprintf("%q", convert.NameString(c.Subject))
}

func runChainExpired(p *Pass) {
	for _, f := range p.path().faults {
		if f.code == "chain-expired" && f.cert != p.LeafCert() {
			p.Report(Finding{At: p.place(f.cert, p.LeafCert()), Breaks: BreaksTrust, Message: "certificate " + p.describe(f.cert) + " " + f.text})
		}
	}
	// One that the best path goes around hurts only clients that follow the
	// served chain to the letter.
	for _, c := range p.Served {
		if c == p.LeafCert() || slices.Contains(p.path().certs, c) || !c.IsCA() || c.NotAfter.IsZero() {
			continue
		}
		if p.Now.After(c.NotAfter) && p.related(c) {
			p.Report(Finding{At: c.Source, Severity: Warning, Message: "certificate " + p.describe(c) + " has expired on " + day(c.NotAfter) + "; clients that do not look for another way stumble over it", Remedy: "remove it"})
		}
	}
}

// related reports whether c has the name of a CA on the path: a cross-signed
// or older certificate of the same CA, or one that such a certificate needs.
func (in *Input) related(c *convert.Certificate) bool {
	for _, o := range in.path().certs {
		if convert.NameKey(o.Subject) == convert.NameKey(c.Subject) || convert.NameKey(o.Issuer) == convert.NameKey(c.Subject) {
			return true
		}
	}
	for _, o := range in.Served {
		if o != c && o != in.LeafCert() && convert.NameKey(o.Issuer) == convert.NameKey(c.Subject) && !bytes.Equal(o.Raw, c.Raw) {
			for _, q := range in.path().certs {
				if convert.NameKey(q.Subject) == convert.NameKey(o.Subject) {
					return true
				}
			}
		}
	}
	return false
}

func runChainIncomplete(p *Pass) {
	best := p.path()
	top := best.certs[len(best.certs)-1]
	if best.anchored || selfSigned(top) {
		return
	}
	message := fmt.Sprintf("the issuer of %s is missing: %q%s", p.describe(top), convert.NameString(top.Issuer), wantedKeyID(top))
	f := Finding{At: p.place(top, p.LeafCert()), Breaks: BreaksTrust, Message: message}
	if url := issuerURL(top); url != "" {
		f.Remedy = "get it from " + url + " and append it to the file, behind the certificate that it issued"
	}
	p.Report(f)
}

func runChainUntrustedRoot(p *Pass) {
	best := p.path()
	top := best.certs[len(best.certs)-1]
	if best.anchored || !selfSigned(top) {
		return
	}
	message := "the chain ends at " + p.describe(top) + ", which is not among the trust anchors"
	if top == p.LeafCert() {
		message = "the certificate " + p.describe(top) + " is self-signed and not among the trust anchors"
	}
	p.Report(Finding{At: p.place(top, p.LeafCert()), Breaks: BreaksTrust, Message: message})
}

func selfSigned(c *convert.Certificate) bool {
	return c.SelfIssued() && convert.VerifySigned(c.Raw, c.SPKI) == nil
}

func runChainOrder(p *Pass) {
	if p.Leaf > 0 {
		leaf := p.LeafCert()
		f := Finding{At: p.Served[0].Source, Message: fmt.Sprintf("the server's certificate %s is number %d of %d; it has to come first", p.describe(leaf), p.Leaf+1, len(p.Served)), Related: []convert.Source{leaf.Source}}
		if p.Key == nil {
			f.Severity, f.Breaks = Error, BreaksLoad
		}
		p.Report(f)
		return
	}
	last := -1
	for _, c := range p.path().certs {
		i := slices.IndexFunc(p.Served, func(o *convert.Certificate) bool { return bytes.Equal(o.Raw, c.Raw) })
		if i < 0 {
			continue
		}
		if i < last {
			p.Report(Finding{At: c.Source, Message: fmt.Sprintf("certificate %s is number %d of %d; it has to come behind %s, which it issued", p.describe(c), i+1, len(p.Served), p.describe(p.Served[last]))})
			return
		}
		last = i
	}
}

func runChainDuplicate(p *Pass) {
	first := map[string]*convert.Certificate{}
	for i, c := range p.Served {
		if o := first[string(c.Raw)]; o != nil {
			p.Report(Finding{At: c.Source, Message: fmt.Sprintf("certificate %d of %d, %s, is there already", i+1, len(p.Served), p.describe(c)), Related: []convert.Source{o.Source}})
			continue
		}
		first[string(c.Raw)] = c
	}
}

func runChainUnrelated(p *Pass) {
	reachable := map[string]bool{}
	var climb func(c *convert.Certificate)
	climb = func(c *convert.Certificate) {
		if reachable[string(c.Raw)] {
			return
		}
		reachable[string(c.Raw)] = true
		for _, o := range p.Served {
			if convert.NameKey(o.Subject) == convert.NameKey(c.Issuer) {
				climb(o)
			}
		}
	}
	climb(p.LeafCert())
	seen := map[string]bool{}
	for i, c := range p.Served {
		if !reachable[string(c.Raw)] && !seen[string(c.Raw)] {
			seen[string(c.Raw)] = true
			p.Report(Finding{At: c.Source, Message: fmt.Sprintf("certificate %d of %d, %s, does not lead from %s to a root", i+1, len(p.Served), p.describe(c), p.describe(p.LeafCert()))})
		}
	}
}

func runChainRootIncluded(p *Pass) {
	seen := map[string]bool{}
	for i, c := range p.Served {
		if i == p.Leaf || seen[string(c.Raw)] || !selfSigned(c) {
			continue
		}
		seen[string(c.Raw)] = true
		p.Report(Finding{At: c.Source, Message: fmt.Sprintf("certificate %d of %d, %s, is a root; clients have it or do not trust it", i+1, len(p.Served), p.describe(c))})
	}
}

// wantedKeyID says in a sentence which key identifier the issuer must have.
func wantedKeyID(c *convert.Certificate) string {
	id := c.AuthorityKeyID()
	if len(id) == 0 {
		return ""
	}
	return fmt.Sprintf(" (wanted: key identifier %x)", id)
}

// issuerURL is the first caIssuers address (RFC 5280, Section 4.2.2.1).
func issuerURL(c *convert.Certificate) string {
	value, _, ok := c.Extension("1.3.6.1.5.5.7.1.1")
	if !ok {
		return ""
	}
	list, _, err := der.Parse(value)
	if err != nil {
		return ""
	}
	for r := list.Reader(); !r.Empty(); {
		d, err := r.Next()
		if err != nil {
			return ""
		}
		f := d.Reader()
		method, err := f.Expect(der.TagOID)
		if err != nil {
			continue
		}
		if oid, _ := method.OID(); oid != "1.3.6.1.5.5.7.48.2" {
			continue
		}
		if loc, err := f.Next(); err == nil && loc.IsContext(tagURI) && isPlain(string(loc.Content)) {
			return string(loc.Content)
		}
	}
	return ""
}

// isPlain keeps control characters of a file out of messages.
func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e })
}
