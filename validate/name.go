package validate

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/text"
	"golang.org/x/net/idna"
)

// nameChecks judges the names of the server's certificate.
func nameChecks() []Check {
	return []Check{
		{
			Code: "name-mismatch", Severity: Error, Title: "the certificate does not cover the host", trust: true,
			Text:   "A client compares the host in the address with the names in the certificate. www.example.com and example.com are different names; * matches exactly one label.",
			Action: text.Of("order a certificate with this name in its subjectAltName"),
			Refs:   []string{"RFC 9525, Section 6.3", "RFC 2818, Section 3.1"}, After: append([]string{"served-other-site"}, pemDamage...),
			needs: func(in *input) Why {
				if len(in.Hosts) == 0 {
					return needs("no host given with %s", Option("host"))
				}
				return needsCert(in)
			},
			run: runNameMismatch,
		},
		{
			Code: "name-missing", Severity: Warning, Title: "the certificate has no subjectAltName",
			Text:   "Browsers, Go and Java look for the host in the subjectAltName only, and refuse a certificate that has its name only in the common name.",
			Action: text.Of("order a certificate with the names in its subjectAltName"),
			Refs:   []string{"RFC 9525, Section 2"}, After: append([]string{"name-mismatch"}, pemDamage...), needs: needsServer,
			run: func(p *pass) {
				c := p.LeafCert()
				if len(c.DNSNames()) == 0 && len(c.IPAddresses()) == 0 && (p.Key != nil || p.Target != nil || mayServe(c)) {
					p.refused(Finding{At: c.Source, Severity: Warning, Message: text.Of("certificate %s has no subjectAltName with a name or address", describe(c))}, client.NameCommon)
				}
			},
		},
		nameClientsCheck(),
	}
}

// mayServe reports whether c says of itself that it is for a server.
func mayServe(c *convert.Certificate) bool {
	purposes, ok := extKeyUsage(c)
	return ok && slices.Contains(purposes, purposeServer)
}

func runNameMismatch(p *pass) {
	c := p.LeafCert()
	for _, host := range p.Hosts {
		if Covers(c, host) {
			continue
		}
		f := Finding{At: c.Source, Breaks: BreaksTrust}
		names := certNames(c)
		if ways := waysAround(c, host); len(ways) > 0 {
			f.Severity, f.Message = Error, text.Of("certificate %s covers %q only %s", describe(c), host, ways[0].words())
			p.refusedBy(f, refusersOf(ways))
			continue
		}
		switch {
		case isAddress(host) && slices.Contains(c.DNSNames(), host):
			f.Message = text.Of("%s is in certificate %s as a name; clients look for it as an address", host, describe(c))
			f.Action = text.Of("order a certificate that has the address as an iPAddress")
		case len(names) > 0:
			f.Message = text.Of("certificate %s does not cover %q, only %s", describe(c), host, list(names))
		default:
			f.Message = text.Of("certificate %s has no subjectAltName, so it covers no host, not even %q", describe(c), host)
		}
		p.Report(f)
	}
}

func certNames(c *convert.Certificate) []string {
	names := c.DNSNames()
	for _, a := range c.IPAddresses() {
		names = append(names, a.String())
	}
	return names
}

// waysAround lists the names by which some client takes c for host all the same.
func waysAround(c *convert.Certificate, host string) []way {
	if isAddress(host) {
		return nil
	}
	return waysTo(c, ASCIIHost(host))
}

// Covers reports whether c is good for host: a DNS name, with or without the
// final dot, in Unicode too, or an address, in brackets too.
func Covers(c *convert.Certificate, host string) bool {
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")); err == nil {
		return slices.ContainsFunc(c.IPAddresses(), func(b netip.Addr) bool { return a.WithZone("").Unmap() == b.Unmap() })
	}
	name := ASCIIHost(host)
	return slices.ContainsFunc(c.DNSNames(), func(pattern string) bool { return matches(pattern, name) })
}

// ASCIIHost is the form in which names stand in certificates: lower case,
// punycode, without the final dot.
func ASCIIHost(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if a, err := idna.Lookup.ToASCII(host); err == nil {
		return a
	}
	return host
}

// matches is RFC 9525, Section 6.3: "the wildcard … is the entire left-most
// label", and stands for one label.
func matches(pattern, host string) bool {
	pattern = strings.ToLower(strings.TrimSuffix(pattern, "."))
	if pattern == "" || host == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		label, parent, ok := strings.Cut(host, ".")
		return ok && label != "" && parent == rest
	}
	return pattern == host
}
