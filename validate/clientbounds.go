package validate

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
)

// runBoundsClients reports what only some clients hold against a chain with name
// constraints. The path stays the best one for that.
func runBoundsClients(p *pass) {
	certs := p.path().certs
	for i, ca := range certs[1:] {
		if !ca.Has(oidNameConstraints) {
			continue
		}
		b, err := readBounds(ca)
		if err != nil {
			continue // refused by all
		}
		for _, f := range b.mild(certs[:i+1]) {
			o := Finding{At: p.place(ca, p.LeafCert()), Message: text.Of("certificate %s %s", describe(ca), f.text)}
			if f.fact == client.NameOutsideCN && len(p.Hosts) > 0 && !slices.ContainsFunc(p.Hosts, func(h string) bool { return !Covers(p.LeafCert(), h) }) {
				p.deviates(o, client.Refusers(f.fact, false)) // the names of the subjectAltName are those that count
				continue
			}
			p.refusedAt(ca, o, f.fact)
		}
	}
}

// maxComparisons is how many comparisons of names with name constraints OpenSSL
// makes for one certificate, and GnuTLS of names of one kind.
const maxComparisons = 1 << 20

// mild lists what only some clients hold against the certificates below a CA.
func (b *bounds) mild(below []*convert.Certificate) (list []keyFact) {
	add := func(f client.Fact, format string, args ...any) {
		list = append(list, keyFact{f, text.Of(format, args...)})
	}
	if b.critical && (b.permitted.has(tagDirectory) || b.excluded.has(tagDirectory)) {
		add(client.DirectoryBound, "has critical name constraints on directory names, which some clients do not know")
	}
	leaf := below[0]
	if b.permitted.has(tagDirectory) && emptySubject(leaf) {
		add(client.DirectoryMissing, "permits some directory names, and the server's certificate has none")
	}
	if (b.permitted.has(tagURI) || b.excluded.has(tagURI)) && len(leaf.URIs()) > 0 {
		add(client.URIBound, "has name constraints on URLs, of which the server's certificate has one")
	}
	for _, k := range b.unknown {
		fact := client.KindBoundRare
		switch {
		case !b.critical && k.read:
			continue
		case !b.critical:
			fact = client.KindBoundMild
		case k.read:
			fact = client.KindBound
		}
		add(fact, "has name constraints on names of a kind that some clients do not know: %s", kindOfName(k.tag))
	}
	breach := func(fact client.Fact, n generalName) {
		if why, _ := b.breach(n); n.tag != tagDirectory && !why.IsZero() {
			add(fact, "%s", why)
		}
	}
	for i, c := range below {
		names := constrainedNames(c)
		if n := len(c.DNSNames()); n*b.hosts > maxComparisons {
			add(client.HostBoundsMany, "has %d name constraints for hosts, and there are %d hosts below it", b.hosts, n)
		} else if n := len(names); n*b.size > maxComparisons {
			add(client.BoundsMany, "has %d name constraints, and there are %d names below it", b.size, n)
		}
		if i > 0 {
			if c.SelfIssued() {
				for _, n := range names {
					breach(client.OutsideSelfIssued, n)
				}
			}
			continue
		}
		if n := slices.IndexFunc(names, func(n generalName) bool { return n.tag == tagDNS && strings.HasPrefix(n.text, ".") }); n >= 0 {
			add(client.NameLeadingDot, "has name constraints, to which the name %q is compared", names[n].text)
		}
		attrs, _ := convert.ParseName(c.Subject)
		hosts := 0
		for _, a := range attrs {
			switch {
			case a.Type == "CN" && len(c.DNSNames()) == 0:
				if hosts++; looksLikeHost(a.Text) {
					breach(client.NameOutsideCN, generalName{tagDNS, []byte(a.Text), a.Text})
				}
			case a.OID == oidEmailAddress && c.Has(oidSubjectAltName):
				breach(client.MailOutside, generalName{tagEmail, []byte(a.Text), a.Text})
			}
		}
		if hosts > 1 && (b.permitted.has(tagDNS) || b.excluded.has(tagDNS)) {
			add(client.CommonNamesMany, "has name constraints, and there are %d common names below it", hosts)
		}
	}
	return list
}
