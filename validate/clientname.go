package validate

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
	"golang.org/x/net/publicsuffix"
)

// nameClientsCheck is the row of names that some clients do not match.
func nameClientsCheck() Check {
	return Check{
		Code: "name-clients", Severity: Warning, Title: "some clients do not match this name", trust: true,
		Text:   "Clients differ about what a name in a certificate covers. Most take no wildcard over a single label (*.lan, *.com), Chrome takes none over a public suffix (*.co.uk); most take no name with a final dot, Java no host with an underscore. An address is looked for as an address: as a name it counts for nobody.",
		Action: text.Of("order a certificate with the full name of the host"),
		Refs:   []string{"RFC 9525, Section 6.3", "RFC 5280, Section 4.2.1.6"}, After: pemDamage, needs: needsServer,
		run: runNameClients,
	}
}

func runNameClients(p *pass) {
	c := p.LeafCert()
	for _, host := range p.Hosts {
		if !Covers(c, host) {
			continue // told by name-mismatch
		}
		if isAddress(host) {
			if mappedOnly(c, host) {
				p.refused(Finding{At: c.Source, Message: text.Of("certificate %s has %s as an address of IPv6 (::ffff:…)", describe(c), host)}, client.AddressMapped)
			}
			continue
		}
		if ways := waysTo(c, ASCIIHost(host)); len(ways) > 0 {
			p.refusedBy(Finding{At: c.Source, Message: text.Of("certificate %s covers %q %s", describe(c), host, ways[0].words())}, refusersOf(ways))
		}
	}
	for _, name := range c.DNSNames() {
		if a, err := netip.ParseAddr(name); err == nil && !slices.Contains(c.IPAddresses(), a) {
			p.Report(Finding{
				At: c.Source, Action: text.Of("order a certificate that has the address as an iPAddress"),
				Message: text.Of("%s is in certificate %s as a name; clients look for it as an address", a, describe(c)),
			})
			continue
		}
		if scheme, _, ok := strings.Cut(name, "://"); ok {
			p.Report(Finding{At: c.Source, Message: text.Of("certificate %s has an address of a page (%s://…) for the name of a host: clients do not match it", describe(c), printable(scheme))})
			continue
		}
		if fact := nameFact(name); len(p.Hosts) == 0 && fact != "" {
			p.refused(Finding{At: c.Source, Message: text.Of("certificate %s has the name %q: %s", describe(c), name, wayWords(fact))}, fact)
		}
	}
}

func printable(s string) string {
	if isPlain(s) {
		return s
	}
	return "?"
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil
}

// mappedOnly reports whether c has the address of IPv4 only as one of IPv6 that
// stands for it, or the other way round.
func mappedOnly(c *convert.Certificate, host string) bool {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && !slices.Contains(c.IPAddresses(), a.WithZone(""))
}

// way is how a name in a certificate covers a host.
type way struct {
	name string
	fact []client.Fact // what some clients do not take about it; nothing: all take it
}

// wayWords say what is unusual about a name.
func wayWords(f client.Fact) string {
	switch f {
	case client.NameCommon:
		return "in the common name only"
	case client.NameFinalDot:
		return "a name with a dot at its end"
	case client.NameUnderscore:
		return "a host with an underscore"
	case client.WildcardTop:
		return "a wildcard over a single label"
	case client.WildcardSuffix:
		return "a wildcard over a public suffix"
	case client.WildcardPartial, client.WildcardStart:
		return "a wildcard for a part of a label"
	case client.WildcardRare:
		return "a wildcard beside an underscore"
	case client.NameHyphen:
		return "a host with a hyphen at the start or end of a label"
	case client.NameLabelLong:
		return "a host with a label of more than 63 characters"
	case client.WildcardInside:
		return "a wildcard that is not the first label"
	}
	return ""
}

func (w *way) words() text.Text {
	if len(w.fact) == 0 {
		return text.Of("by %q", w.name)
	}
	return text.Of("by %q, %s", w.name, wayWords(w.fact[0]))
}

// waysTo lists the names of c that cover host for some client: those of the
// subjectAltName, or the common names where there is none.
func waysTo(c *convert.Certificate, host string) []way {
	var list []way
	add := func(name string, more ...client.Fact) {
		if fact, ok := covers(name, host); ok {
			w := way{name, more}
			if fact != "" {
				w.fact = append(w.fact, fact)
			}
			if strings.Contains(name, "*") && strings.Contains(host+name, "_") {
				w.fact = append(w.fact, client.WildcardRare)
			}
			w.fact = append(w.fact, hostFacts(host)...)
			list = append(list, w)
		}
	}
	names := c.DNSNames()
	for _, name := range names {
		add(name)
	}
	if len(names) == 0 {
		common := c.CommonNames()
		for i, name := range common {
			add(name, append(commonFacts(c), oneOf(common, i)...)...)
		}
	}
	slices.SortStableFunc(list, func(a, b way) int { return len(a.fact) - len(b.fact) })
	return list
}

// oneOf is what some clients do not take about one of several common names.
func oneOf(common []string, i int) []client.Fact {
	switch {
	case i+1 < len(common):
		return []client.Fact{client.NameCommonTwo}
	case i > 0:
		return []client.Fact{client.NameCommonOne}
	}
	return nil
}

// commonFacts are what some clients do not take about any common name of c.
func commonFacts(c *convert.Certificate) []client.Fact {
	list := []client.Fact{client.NameCommon}
	value, _, ok := c.Extension(oidSubjectAltName)
	switch e, _, err := der.Parse(value); {
	case !ok || err != nil:
	case len(e.Content) == 0:
		list = append(list, client.NameCommonNone)
	case len(c.IPAddresses()) > 0:
		list = append(list, client.NameCommonSAN)
	}
	return list
}

// hostFacts are what some clients do not take about a host, whatever covers it.
func hostFacts(host string) (list []client.Fact) {
	if strings.Contains(host, "_") {
		list = append(list, client.NameUnderscore)
	}
	hyphen, long := false, false
	for l := range strings.SplitSeq(host, ".") {
		hyphen = hyphen || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-")
		long = long || len(l) > 63
	}
	if hyphen {
		list = append(list, client.NameHyphen)
	}
	if long {
		list = append(list, client.NameLabelLong)
	}
	return list
}

// refusersOf lists the clients that take none of the ways.
func refusersOf(ways []way) []string {
	var by []string
	for _, name := range client.All() {
		c := client.Lookup(name)
		if !slices.ContainsFunc(ways, func(w way) bool {
			return !slices.ContainsFunc(w.fact, func(f client.Fact) bool { return c.Refuse(f, false) })
		}) {
			by = append(by, name)
		}
	}
	return by
}

// covers reports whether a name of a certificate covers host for some client,
// and by which fact other clients do not take it.
func covers(pattern, host string) (fact client.Fact, ok bool) {
	if !likeHost(pattern, host) {
		return "", false
	}
	return nameFact(pattern), true
}

// likeHost is the most that any client takes: each * stands for any characters
// of one label.
func likeHost(pattern, host string) bool {
	pattern = strings.ToLower(strings.TrimSuffix(pattern, "."))
	if matches(pattern, host) {
		return true
	}
	if !strings.Contains(pattern, "*") {
		return false
	}
	labels, want := strings.Split(host, "."), strings.Split(pattern, ".")
	if len(labels) != len(want) || strings.Contains(want[len(want)-1], "*") {
		return false
	}
	for i, w := range want {
		before, after, star := strings.Cut(w, "*")
		l := labels[i]
		if star && strings.HasPrefix(w, "xn--") {
			return false
		}
		if !star && l != w || star && (len(l) < len(before)+len(after) || !strings.HasPrefix(l, before) || !strings.HasSuffix(l, after)) {
			return false
		}
	}
	return true
}

// nameFact is what some clients do not take about a name, "" if all take it.
func nameFact(name string) client.Fact {
	bare := strings.ToLower(strings.TrimSuffix(name, "."))
	first, rest, _ := strings.Cut(bare, ".")
	switch {
	case strings.Contains(rest, "*"):
		return client.WildcardInside
	case first != "*" && strings.HasPrefix(first, "*"):
		return client.WildcardStart
	case first != "*" && strings.Contains(first, "*"):
		return client.WildcardPartial
	case first == "*" && !strings.Contains(rest, "."):
		return client.WildcardTop
	case first == "*" && isPublicSuffix(rest):
		return client.WildcardSuffix
	case bare != strings.ToLower(name):
		return client.NameFinalDot
	}
	return ""
}

// isPublicSuffix reports whether registries let others register below name.
func isPublicSuffix(name string) bool {
	name = strings.ToLower(name)
	suffix, official := publicsuffix.PublicSuffix(name)
	return official && suffix == name
}
