package validate

import (
	"maps"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// The extensions about certificate policies (RFC 5280, Section 4.2.1).
const (
	oidPolicies       = "2.5.29.32"
	oidAnyPolicy      = "2.5.29.32.0"
	oidPolicyMappings = "2.5.29.33"
	oidPolicyLimits   = "2.5.29.36" // policyConstraints
	oidInhibitAny     = "2.5.29.54"
)

// policyCheck is the row of chains that want an explicit policy.
func policyCheck() Check {
	return Check{
		Code: "chain-policy", Severity: Error, Title: "a CA wants a certificate policy, and none is valid down to the server", trust: true,
		Text:   "With policyConstraints (requireExplicitPolicy) a CA says that the certificates below it must have a policy that all CAs above them allow. Clients that follow the policies refuse a chain that has none.",
		Action: text.Of("order a certificate with a policy that its CAs allow, or one from another CA"),
		Refs:   []string{"RFC 5280, Section 6.1.3", "RFC 5280, Section 4.2.1.11"}, After: pemDamage, needs: needsServer,
		run: func(p *pass) {
			if c := lacksPolicy(p.path().certs, p.path().anchored); c != nil {
				p.refused(Finding{At: p.place(c, p.LeafCert()), Message: text.Of("at certificate %s no certificate policy is valid that the CAs above it allow, and one of them wants a policy", describe(c))}, policyFact(p.path().certs))
				return
			}
			// Chrome follows the policies from the anchor on.
			if top := p.path().top(); p.path().anchored && top.Has(oidPolicyLimits) && lacksPolicy(p.path().certs, false) != nil {
				p.refused(Finding{At: p.place(top, p.LeafCert()), Message: text.Of("the root %s wants a certificate policy, and none is valid down to the server", describe(top))}, client.PolicyRoot)
			}
		},
	}
}

// demandsPolicy reports whether c wants a policy at some depth below it.
func demandsPolicy(c *convert.Certificate) bool {
	wanted, _ := policyLimits(c)
	return wanted <= maxDepth
}

// policyFact is PolicyCritical where a CA that wants a policy says so in a
// critical extension, as RFC 5280 has it.
func policyFact(certs []*convert.Certificate) client.Fact {
	for _, c := range certs {
		if _, critical, _ := c.Extension(oidPolicyLimits); critical && demandsPolicy(c) {
			return client.PolicyCritical
		}
	}
	return client.PolicyExplicit
}

// policies are the policies that are valid at one depth, as the next
// certificate has to name them.
type policies map[string]bool

// lacksPolicy follows the policies from the anchor, which has no say, to the
// leaf at the start of certs (RFC 5280, Section 6.1). It returns the certificate
// at which one is wanted and none is valid, or that maps anyPolicy where one is
// wanted, nil if there is none. All policies are acceptable to the client.
func lacksPolicy(certs []*convert.Certificate, anchored bool) *convert.Certificate {
	n := len(certs)
	if anchored {
		n--
	}
	demanded := slices.ContainsFunc(certs[:n], demandsPolicy)
	valid := policies{oidAnyPolicy: true}
	explicit, mapping, anyAllowed := n+1, n+1, n+1
	for i := n - 1; i >= 0; i-- {
		c := certs[i]
		own := i > 0 && c.SelfIssued()
		valid = valid.through(c, anyAllowed > 0 || own)
		if explicit <= 0 && len(valid) == 0 {
			return c
		}
		if i > 0 && !valid.translate(c, mapping > 0) && demanded {
			return c
		}
		if !own {
			explicit, mapping, anyAllowed = explicit-1, mapping-1, anyAllowed-1
		}
		wanted, forbidden := policyLimits(c)
		switch {
		case i > 0:
			explicit, mapping = min(explicit, wanted), min(mapping, forbidden)
			anyAllowed = min(anyAllowed, skipCerts(c))
		case wanted == 0:
			explicit = 0
		}
	}
	if n > 0 && explicit <= 0 && len(valid) == 0 {
		return certs[0]
	}
	return nil
}

// through leaves those policies that c names.
func (v policies) through(c *convert.Certificate, anyAllowed bool) policies {
	next := policies{}
	eachOf(c, oidPolicies, func(list der.Element) {
		for r := list.Reader(); !r.Empty(); {
			info, err := r.Expect(der.TagSequence)
			if err != nil {
				return
			}
			id, err := info.Reader().Expect(der.TagOID)
			if err != nil {
				return
			}
			switch oid, _ := id.OID(); {
			case oid == oidAnyPolicy && anyAllowed:
				maps.Copy(next, v)
			case oid != oidAnyPolicy && (v[oid] || v[oidAnyPolicy]):
				next[oid] = true
			}
		}
	})
	return next
}

// translate replaces policies by what c maps them to, or drops these where
// mappings are forbidden. It reports whether the mappings are some that a CA may
// make: anyPolicy has no part in one.
func (v policies) translate(c *convert.Certificate, allowed bool) (may bool) {
	to := map[string][]string{}
	may = true
	eachOf(c, oidPolicyMappings, func(list der.Element) {
		for r := list.Reader(); !r.Empty(); {
			pair, err := r.Expect(der.TagSequence)
			if err != nil {
				return
			}
			f := pair.Reader()
			from, err1 := f.Expect(der.TagOID)
			into, err2 := f.Expect(der.TagOID)
			if err1 != nil || err2 != nil {
				return
			}
			a, _ := from.OID()
			b, _ := into.OID()
			to[a] = append(to[a], b)
			may = may && a != oidAnyPolicy && b != oidAnyPolicy
		}
	})
	added := policies{}
	for from, list := range to {
		if !v[from] && !v[oidAnyPolicy] {
			continue
		}
		delete(v, from)
		for _, oid := range list {
			added[oid] = allowed
		}
	}
	for oid, is := range added {
		if is {
			v[oid] = true
		}
	}
	return may
}

// policyLimits reads policyConstraints: how many certificates may follow before
// a policy is wanted, and before mappings are forbidden.
func policyLimits(c *convert.Certificate) (wanted, forbidden int) {
	wanted, forbidden = maxDepth+1, maxDepth+1
	eachOf(c, oidPolicyLimits, func(list der.Element) {
		r := list.Reader()
		if n, ok := r.Optional(0); ok {
			wanted = smallNumber(n.Content)
		}
		if n, ok := r.Optional(1); ok {
			forbidden = smallNumber(n.Content)
		}
	})
	return wanted, forbidden
}

// skipCerts reads inhibitAnyPolicy.
func skipCerts(c *convert.Certificate) int {
	n := maxDepth + 1
	eachOf(c, oidInhibitAny, func(e der.Element) { n = smallNumber(e.Content) })
	return n
}

// smallNumber is an INTEGER of one octet; a larger one is more than any chain
// is long.
func smallNumber(content []byte) int {
	if len(content) != 1 || content[0] > maxDepth {
		return maxDepth + 1
	}
	return int(content[0])
}

// eachOf calls f with the value of an extension, if there is one that can be
// read.
func eachOf(c *convert.Certificate, oid string, f func(der.Element)) {
	value, _, ok := c.Extension(oid)
	if !ok {
		return
	}
	if e, _, err := der.Parse(value); err == nil {
		f(e)
	}
}
