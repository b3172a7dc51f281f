package validate

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// What puts a chain right.
var (
	giveRoots  = Step{Do: "give", Option: "roots"}
	writeChain = Step{Do: "convert", Files: []string{"FILE"}, Part: "fullchain", Out: "NEW.pem"}
)

func inOrder() text.Text { return text.Of("%s puts them in order", writeChain) }

// chainChecks judges how the certificates lead from the leaf to an anchor.
func chainChecks() []Check {
	const (
		path  = "RFC 5280, Section 6.1"
		order = "RFC 8446, Section 4.4.2"
		basic = "RFC 5280, Section 4.2.1.9"
	)
	return []Check{
		{
			Code: "chain-signature", Severity: Error, Title: "a signature in the chain does not verify", trust: true,
			Text:   "The names and key identifiers say that one certificate issued the other, but the signature on it was not made over these bytes: one of the two has been altered or damaged.",
			Action: text.Of("get the certificate again from the CA"),
			Refs:   []string{path}, After: pemDamage, needs: needsChain,
			run: runSignature,
		},
		{
			Code: "chain-wrong-intermediate", Severity: Error, Title: "an intermediate has the right name but another key", trust: true,
			Text:   "CAs renew their intermediates under the same name. The one that is served has the name that the certificate below it names, but a different key signed that certificate. Clients cannot build the chain with it.",
			Action: text.Of("take the intermediate that came with this certificate"),
			Refs:   []string{path}, After: pemDamage, needs: needsChain,
			run: runWrongIntermediate,
		},
		{
			Code: "chain-key-identifier", Severity: Warning, Title: "a certificate does not identify its issuer", trust: true,
			Text:   "A certificate says by a key identifier, or by issuer and serial number, which certificate its issuer has. Some clients look for an issuer that fits and do not try the key of any other; some refuse a certificate that says nothing. Browsers try the key.",
			Action: text.Of("ask the CA for a certificate whose authority key identifier is that of its issuer"),
			Refs:   []string{"RFC 5280, Section 4.2.1.1", "RFC 5280, Section 4.2.1.2"}, After: pemDamage, needs: needsChain,
			run: runKeyIdentifier,
		},
		{
			Code: "chain-not-ca", Severity: Error, Title: "a certificate in the chain may not issue the one below it", trust: true,
			Text:   "Basic constraints, path length, key usage, extended key usage and name constraints limit what a CA may issue. A client refuses a chain that exceeds one of these limits.",
			Action: text.Of("ask the CA for a certificate from an intermediate that may issue it"),
			Refs:   []string{basic, "RFC 5280, Section 4.2.1.10"}, After: pemDamage, needs: needsChain,
			run: runNotCA,
		},
		policyCheck(),
		{
			Code: "chain-expired", Severity: Error, Title: "an intermediate or a cross-signature has expired", trust: true,
			Text:   "A chain is valid only as long as each of its certificates is. Old clients follow the chain that is served, even if a newer one exists.",
			Action: text.Of("replace it with the current intermediate of the CA"),
			Refs:   []string{"RFC 5280, Section 4.1.2.5"}, After: pemDamage, needs: needsChainAndTime,
			run: runChainExpired,
		},
		{
			Code: "chain-incomplete", Severity: Error, Title: "an intermediate is missing", trust: true,
			Text:   "A server must send every certificate between its own and the root. Browsers may find a missing one in their cache or fetch it; other programs, phones and libraries do not.",
			Action: text.Of("append the missing certificate to the file, after the one that it issued"),
			Refs:   []string{order}, After: append([]string{"chain-wrong-intermediate", "chain-signature"}, pemDamage...), needs: needsEnd,
			run: runChainIncomplete,
		},
		{
			Code: "chain-untrusted-root", Severity: Error, Title: "the chain ends at a root that is not trusted", trust: true,
			Text:   "The chain is complete, but its root is not among the trust anchors. Only clients that had this root installed by hand accept it.",
			Action: text.Of("for a private root, give it with %s and install it on the clients", giveRoots),
			Refs:   []string{path}, After: append([]string{"chain-incomplete", "chain-wrong-intermediate", "chain-signature"}, pemDamage...), needs: needsRoots,
			run: runChainUntrustedRoot,
		},
		{
			Code: "chain-order", Severity: Warning, Title: "the certificates are in the wrong order",
			Text:   "The server's own certificate comes first; each one after it certifies the one before. Servers take the first one for their own; some clients reject any other order after it.",
			Action: inOrder(),
			Refs:   []string{order}, After: append([]string{"key-mismatch"}, pemDamage...), needs: needsOrder,
			run: runChainOrder,
		},
		{
			Code: "chain-duplicate", Severity: Info, Title: "a certificate appears twice",
			Text:   "It is sent twice in every handshake, which is of no use.",
			Action: text.Of("remove one of the two"),
			Refs:   []string{order}, After: pemDamage, needs: needsChain,
			run: runChainDuplicate,
		},
		{
			Code: "chain-unrelated", Severity: Warning, Title: "a certificate does not belong to the chain",
			Text:   "It leads neither from the server's certificate to the root, nor to another root. Often it is the intermediate of another CA, and the right one is missing.",
			Action: text.Of("remove it"),
			Refs:   []string{order}, After: append([]string{"chain-incomplete"}, pemDamage...), needs: needsServer,
			run: runChainUnrelated,
		},
		chainClientsCheck(),
		{
			Code: "chain-root-included", Severity: Info, Title: "the root is sent with the chain",
			Text:   "A client that trusts the root has it already; one that does not have it does not trust it because a server sends it. It only makes every handshake longer.",
			Action: text.Of("%s leaves it out", writeChain),
			Refs:   []string{order}, After: pemDamage, needs: needsServer,
			run: runChainRootIncluded,
		},
	}
}

func needsOrder(in *input) Why {
	if in.Rewritten {
		return moot("they are written in order")
	}
	return needsServer(in)
}

func needsChain(in *input) Why {
	if in.Leaf < 0 {
		return needs("no certificate given")
	}
	if in.LeafCert().Err != nil {
		return needs("the certificate cannot be read")
	}
	return Why{}
}

func needsChainAndTime(in *input) Why {
	if in.Now.IsZero() {
		return needs("no time given")
	}
	return needsChain(in)
}

// needsEnd: without anchors nobody can tell whether what is missing above an
// intermediate is another one, or the root, which is not sent.
func needsEnd(in *input) Why {
	if why := needsServer(in); !why.none() {
		return why
	}
	if certs := in.path().certs; in.Roots.none() && len(certs) > 1 && !in.builder.served.SelfSigned(in.path().top()) {
		return needs("no roots to check against")
	}
	return needsAnchor(in)
}

// needsAnchor: of an anchor that is not here yet nobody knows the key.
func needsAnchor(in *input) Why {
	if p := in.path(); !p.anchored && in.Roots.toFetch(p.top()) {
		return needs("the system trusts a root of the name that the chain ends at, and will fetch it when it is needed")
	}
	return Why{}
}

// needsServer: what was given has to hold the certificate of a server. A file
// of CA certificates is judged by itself, as what it is.
func needsServer(in *input) Why {
	if why := needsChain(in); !why.none() {
		return why
	}
	switch {
	case in.caOnly:
		return moot("only certificates of CAs were given, and nothing that a server would use")
	case in.OtherServers:
		return moot("the certificate is not for a server, and others that were given are")
	}
	return Why{}
}

func needsRoots(in *input) Why {
	if in.Roots.none() {
		return needs("no roots to check against")
	}
	if why := needsServer(in); !why.none() {
		return why
	}
	return needsAnchor(in)
}

// reportFaults reports the faults of the best path that have this code.
func (p *pass) reportFaults(code string) {
	for _, f := range p.path().faults {
		if f.code != code {
			continue
		}
		at, message := f.issuer, text.Of("certificate %s %s", describe(f.issuer), f.text)
		if code == "chain-signature" {
			at, message = f.cert, text.Of("the signature on certificate %s %s", describe(f.cert), f.text)
		}
		if code == "chain-wrong-intermediate" {
			message = message.Add(" %s%s", describe(f.cert), wantedKeyID(f.cert))
		}
		p.reportFault(at, Finding{At: p.place(at, f.cert), Breaks: BreaksTrust, Message: message}, f.fact)
	}
}

// reportFault reports what all clients refuse, or where they differ about it
// those that do.
func (p *pass) reportFault(c *convert.Certificate, f Finding, fact client.Fact) {
	if fact == "" {
		p.Report(f)
		return
	}
	f.Severity = Error
	p.refusedAt(c, f, fact)
}

func runSignature(p *pass) {
	p.reportFaults("chain-signature")
	for _, f := range p.path().faults {
		if f.code == unverified {
			p.Report(Finding{
				At: p.place(f.cert, p.LeafCert()), Breaks: BreaksTrust, Action: text.Of("order a certificate that is signed with an algorithm which clients know"),
				Message: text.Of("the signature on certificate %s %s", describe(f.cert), f.text),
			})
		}
	}
}

func runWrongIntermediate(p *pass) { p.reportFaults("chain-wrong-intermediate") }

func runNotCA(p *pass) {
	p.reportFaults("chain-not-ca")
	runBoundsClients(p)
	for _, c := range p.path().certs[1:] {
		report := func(fact client.Fact, least Severity, what string) {
			p.refusedAt(c, Finding{At: p.place(c, p.LeafCert()), Severity: least, Message: text.Of("certificate %s %s", describe(c), text.Of(what))}, fact)
		}
		if purposes, ok := extKeyUsage(c); ok && allowsGatedOnly(purposes) {
			fact := client.CAPurposeGated
			if slices.Contains(purposes, purposeNSSGC) {
				fact = client.CAPurposeStepUp
			}
			report(fact, "", "may issue for server gated crypto, and does not name server authentication")
		}
		if allowsAnyOnly(c) {
			report(client.CAPurposeAny, Warning, "may issue for any purpose, but does not name server authentication")
		}
		if mustStaple(c) {
			report(client.StapleMust, "", "asks for a staple (must-staple) from the servers below")
		}
	}
}

// place is where c was read, or the place of below where c is an anchor, which
// stands in no file of the user's.
func (p *pass) place(c, below *convert.Certificate) convert.Source {
	if slices.Contains(p.Served, c) {
		return c.Source
	}
	return below.Source
}

// describe names a certificate in a sentence.
func describe(c *convert.Certificate) text.Text {
	if names := c.CommonNames(); len(names) > 0 {
		return text.Of("%q", names[len(names)-1])
	}
	attrs, _ := convert.ParseName(c.Subject)
	if names := c.DNSNames(); len(attrs) == 0 && len(names) > 0 {
		return text.Of("%q", names[0])
	}
	if len(attrs) == 0 {
		return text.Of("without a name")
	}
	return text.Of("%q", convert.NameString(c.Subject))
}

func runChainExpired(p *pass) {
	for _, f := range p.path().faults {
		if f.code == "chain-expired" && f.cert != p.LeafCert() {
			p.reportFault(f.cert, Finding{At: p.place(f.cert, p.LeafCert()), Breaks: BreaksTrust, Message: text.Of("certificate %s %s", describe(f.cert), f.text)}, f.fact)
		}
	}
	// One that the best path goes around hurts only clients that follow the
	// served chain to the letter.
	relatives := sync.OnceValue(p.relatives)
	for _, c := range p.Served {
		if c == p.LeafCert() || slices.Contains(p.path().certs, c) || !c.IsCA() || c.NotAfter.IsZero() {
			continue
		}
		if p.Now.After(c.NotAfter) && relatives()[p.builder.served.Subject(c)] {
			f := Finding{At: c.Source, Severity: Warning, Message: text.Of("certificate %s expired on %s; clients that do not try another path reject the chain", describe(c), day(c.NotAfter)), Action: text.Of("remove it")}
			if p.beforeItsHeir(c) {
				p.deviates(f, client.Refusers(client.ExpiredFirst, false))
			} else {
				p.Report(f)
			}
		}
	}
}

// beforeItsHeir reports whether a certificate of the same CA with the same key is
// on the path, and served after c.
func (p *pass) beforeItsHeir(c *convert.Certificate) bool {
	at := slices.Index(p.Served, c)
	return slices.ContainsFunc(p.path().certs, func(o *convert.Certificate) bool {
		return p.builder.served.Subject(o) == p.builder.served.Subject(c) && bytes.Equal(o.SPKI, c.SPKI) && slices.Index(p.Served, o) > at
	})
}

// relatives are the names of the CAs on the path and of those that certified
// one of them: what is served of these is an older or cross-signed certificate.
func (in *input) relatives() map[string]bool {
	onPath, names := map[string]bool{}, map[string]bool{}
	for _, c := range in.path().certs {
		subject := in.builder.served.Subject(c)
		onPath[subject], names[subject], names[in.builder.served.Issuer(c)] = true, true, true
	}
	for _, c := range in.Served {
		if onPath[in.builder.served.Subject(c)] {
			names[in.builder.served.Issuer(c)] = true
		}
	}
	return names
}

func runChainIncomplete(p *pass) {
	best := p.path()
	top := best.top()
	if best.anchored || best.strangerRoot() != nil || p.builder.served.SelfSigned(top) || p.endsAtUnsent(top) {
		return
	}
	f := Finding{At: p.place(top, p.LeafCert()), Breaks: BreaksTrust}
	f.Message = text.Of("the issuer of %s is missing: %q%s", describe(top), convert.NameString(top.Issuer), wantedKeyID(top))
	others := slices.DeleteFunc(p.unrelated(), func(c *convert.Certificate) bool { return !c.IsCA() })
	if len(others) > 0 {
		f.Message = f.Message.Add("; %s, which is there, did not issue it", describe(others[0]))
		for _, c := range others {
			f.Related = append(f.Related, c.Source)
		}
	}
	if c := p.besideFor(top); c != nil {
		p.Report(p.lackBeside(f, top, c))
		return
	}
	if url := accessURL(top, "issuers"); url != "" {
		f.Action = text.Of("get it from %s and append it to the file, after the certificate that it issued", url)
	}
	if !p.Roots.private() && !p.fetchedFor(top) {
		if f.Action.IsZero() {
			f.Action = p.check.Action
		}
		f.Action = f.Action.Add("; if it is a root of your own, give it with %s", giveRoots)
	}
	p.Report(f)
}

// strangerRoot is the fault of a path that ends at an anchor which only has
// the name of the one that is needed; nil if it does not.
func (p *path) strangerRoot() *fault {
	for i := range p.faults {
		if p.faults[i].code == "chain-untrusted-root" {
			return &p.faults[i]
		}
	}
	return nil
}

func runChainUntrustedRoot(p *pass) {
	best := p.path()
	top := best.top()
	if f := best.strangerRoot(); f != nil {
		p.Report(Finding{
			At: p.place(f.cert, p.LeafCert()), Breaks: BreaksTrust,
			Message: text.Of("the trust anchor %s has the name of the issuer of %s, but its key did not sign it%s", describe(f.issuer), describe(f.cert), wantedKeyID(f.cert)),
		})
		return
	}
	p.reportTrustData()
	if !best.anchored && p.endsAtUnsent(top) {
		top = p.Unsent
	}
	if best.anchored || top != p.Unsent && !p.builder.served.SelfSigned(top) {
		return
	}
	message := text.Of("the chain ends at %s, which is not among the trust anchors", describe(top))
	if top == p.LeafCert() {
		message = text.Of("certificate %s is self-signed and not among the trust anchors", describe(top))
	}
	f := Finding{At: p.place(top, p.LeafCert()), Breaks: BreaksTrust, Message: message}
	if c := p.answerElsewhere(); c != nil && top == p.LeafCert() {
		f.Message = text.Of("the key goes with its self-signed certificate; the CA's answer is under another alias, %q, which is no entry with a key", c.FriendlyName)
		f.Action = text.Of("import it under the key's alias: keytool -importcert -alias %s; or %s writes a keystore in which the key has it", keyAlias(p.Key), Step{Do: "convert", Files: []string{p.onDisk(c.Source.File)}, Locked: true, Out: "NEW.p12"})
	}
	p.Report(f)
}

// endsAtUnsent reports whether the root that is left out issued top.
func (in *input) endsAtUnsent(top *convert.Certificate) bool {
	return in.Unsent != nil && convert.SameName(top.Issuer, in.Unsent.Subject) && convert.VerifySigned(top.Raw, in.Unsent.SPKI) == nil
}

// answerElsewhere is a certificate that a CA issued for the key and that a
// keystore of Java has as a trusted one, beside the key's self-signed one; nil
// if there is none.
func (in *input) answerElsewhere() *convert.Certificate {
	if in.Key == nil {
		return nil
	}
	for _, c := range in.Trusted {
		if !c.SelfIssued() && in.Key.PublicID().Is(c.PublicID()) {
			return c
		}
	}
	return nil
}

func keyAlias(k *convert.PrivateKey) string {
	if k.FriendlyName == "" {
		return "ALIAS"
	}
	return k.FriendlyName
}

func runChainOrder(p *pass) {
	if p.Leaf > 0 {
		leaf := p.LeafCert()
		f := Finding{At: p.Served[0].Source, Message: text.Of("the server's certificate %s is number %d of %d; it must come first", describe(leaf), p.Leaf+1, len(p.Served)), Related: []convert.Source{leaf.Source}}
		if p.Key == nil {
			f.Severity, f.Breaks = Error, BreaksLoad
		}
		p.Report(f)
		return
	}
	if p.reportDetours() {
		return
	}
	last := -1
	for _, c := range p.path().certs {
		i := slices.IndexFunc(p.Served, func(o *convert.Certificate) bool { return bytes.Equal(o.Raw, c.Raw) })
		if i < 0 {
			continue
		}
		if i < last {
			p.Report(Finding{At: p.Served[i].Source, Message: text.Of("certificate %s is number %d of %d; it must come after %s, which it issued", describe(c), i+1, len(p.Served), describe(p.Served[last]))})
			return
		}
		last = i
	}
}

func runChainDuplicate(p *pass) {
	if len(p.Served) < 2 {
		return
	}
	first := map[string]*convert.Certificate{}
	for i, c := range p.Served {
		if o := first[string(c.Raw)]; o != nil {
			if p.trustedBeside(c) || ofOtherEntry(c, o) {
				continue
			}
			p.Report(Finding{At: c.Source, Message: text.Of("certificate %d of %d, %s, is there already", i+1, len(p.Served), describe(c)), Related: []convert.Source{o.Source}})
			continue
		}
		first[string(c.Raw)] = c
	}
}

// ofOtherEntry reports whether two certificates are in the chains of different
// keys of one of Java's own keystores, each of which has a chain of its own.
func ofOtherEntry(a, b *convert.Certificate) bool {
	f := convert.Lookup(a.Source.Format)
	return f != nil && f.Keystore && f.Name != "pfx" && a.Source.File == b.Source.File && a.Source.Entry != b.Source.Entry
}

func runChainUnrelated(p *pass) {
	number := make(map[*convert.Certificate]int, len(p.Served))
	for i, c := range p.Served {
		number[c] = i + 1
	}
	for _, c := range p.unrelated() {
		p.Report(Finding{At: c.Source, Message: text.Of("certificate %d of %d, %s, does not lead from %s to a root", number[c], len(p.Served), describe(c), describe(p.LeafCert()))})
	}
}

// unrelated lists what is served and neither the leaf nor, by its name, above it.
func (in *input) unrelated() []*convert.Certificate {
	if len(in.Served) < 2 {
		return nil
	}
	reached := map[string]bool{}
	for next := []*convert.Certificate{in.LeafCert()}; len(next) > 0; next = next[1:] {
		c := next[0]
		if !reached[string(c.Raw)] {
			reached[string(c.Raw)] = true
			next = append(next, in.builder.served.Of(c)...)
		}
	}
	var list []*convert.Certificate
	for _, c := range in.Served {
		if !reached[string(c.Raw)] && !in.trustedBeside(c) {
			reached[string(c.Raw)] = true
			list = append(list, c)
		}
	}
	return list
}

func runChainRootIncluded(p *pass) {
	seen := map[string]bool{}
	for _, c := range p.unrelated() {
		seen[string(c.Raw)] = true // told as such
	}
	for i, c := range p.Served {
		if i == p.Leaf || p.trustedBeside(c) || seen[string(c.Raw)] || !p.builder.served.SelfSigned(c) {
			continue
		}
		seen[string(c.Raw)] = true
		p.Report(Finding{At: c.Source, Message: text.Of("certificate %d of %d, %s, is a root; clients have it or do not trust it", i+1, len(p.Served), describe(c))})
	}
}

// wantedKeyID says in a sentence which key identifier the issuer must have.
func wantedKeyID(c *convert.Certificate) text.Text {
	id := c.AuthorityKeyID()
	if len(id) == 0 {
		return text.Text{}
	}
	return text.Of(" (wanted: key identifier %x)", id)
}

// accessURL is the first address of a way of access, "" if there is none.
func accessURL(c *convert.Certificate, way string) string {
	for _, a := range c.Addresses(way) {
		if isPlain(a) {
			return a
		}
	}
	return ""
}

// isPlain keeps control characters of a file out of messages.
func isPlain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e })
}
