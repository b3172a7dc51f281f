package validate

import (
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// usageClientsCheck is the row of what a certificate is for, where clients differ.
func usageClientsCheck() Check {
	return Check{
		Code: "cert-usage-clients", Severity: Warning, Title: "some clients find the key usage wrong", trust: true,
		Text:   "In TLS 1.3, and in the cipher suites of TLS 1.2 that are in use, the server signs the handshake. Some clients refuse a certificate whose key usage does not allow signatures; all refuse an EC key without it in TLS 1.2.",
		Action: text.Of("order a certificate whose key usage includes digitalSignature"),
		Refs:   []string{"RFC 5280, Section 4.2.1.3", "RFC 8446, Section 4.4.2.2"}, After: pemDamage, needs: needsServer,
		run: func(p *pass) {
			c := p.LeafCert()
			usage, ok := keyUsage(c)
			if ok && usage&usageDigitalSignature == 0 && usage&(usageKeyEncipherment|usageKeyAgreement) != 0 {
				p.refused(Finding{At: c.Source, Message: text.Of("the key usage of certificate %s lacks digitalSignature, by which the server signs the handshake", describe(c))}, client.UsageNoSignature)
			}
		},
	}
}

// profileClientsCheck is the row of extensions that the profile of RFC 5280
// asks for, and that only some clients miss.
func profileClientsCheck() Check {
	return Check{
		Code: "cert-profile-clients", Severity: Warning, Title: "an extension is missing, or not as RFC 5280 wants it", trust: true,
		Text:   "RFC 5280 wants basic constraints of a CA to be critical, a key usage in each CA certificate, and a subjectAltName that is critical where there is no subject. Most clients do without. Python 3.13 and later, and programs that ask OpenSSL to be strict, do not.",
		Action: text.Of("have the CA issue the certificate as RFC 5280 wants it"),
		Refs:   []string{"RFC 5280, Section 4.2.1.9", "RFC 5280, Section 4.2.1.3", "RFC 5280, Section 4.2.1.6"}, After: pemDamage, needs: needsServer,
		run: runProfileClients,
	}
}

func runProfileClients(p *pass) {
	certs := p.path().certs
	for i, c := range certs {
		at := p.place(c, p.LeafCert())
		if len(certs) > 1 { // a certificate that is trusted by itself is not looked at
			for _, f := range profileFacts(c) {
				p.refused(Finding{At: at, Message: text.Of("certificate %s %s", describe(c), f.text)}, f.fact)
			}
		}
		if usage, ok := keyUsage(c); i == 0 && len(certs) > 1 && ok && !c.IsCA() && usage&usageCertSign != 0 {
			p.refused(Finding{At: at, Message: text.Of("certificate %s is not that of a CA, and its key usage has keyCertSign", describe(c))}, client.LeafCertSign)
		}
		if limit, ok := pathLimit(c); ok && i > 0 && i-1 > limit && issuedByOthers(certs[1:i]) <= limit {
			p.deviates(Finding{At: at, Message: text.Of("certificate %s allows %d intermediates below it, there are %d with those that issued themselves", describe(c), limit, i-1)}, client.Refusers(client.PathLengthOwn, false))
		}
		if i == 0 && emptySubject(c) {
			if _, critical, ok := c.Extension(oidSubjectAltName); ok && !critical {
				p.refused(Finding{At: at, Message: text.Of("certificate %s has no subject, and its subjectAltName is not critical", describe(c))}, client.SubjectEmptyMild)
			}
		}
	}
}

// emptySubject reports whether the subject is a Name without an attribute.
func emptySubject(c *convert.Certificate) bool {
	name, err := der.ParseAll(c.Subject)
	if err != nil || !name.Is(der.TagSequence) {
		return false
	}
	for r := name.Reader(); !r.Empty(); {
		if rdn, err := r.Expect(der.TagSet); err != nil || len(rdn.Content) > 0 {
			return false
		}
	}
	return true
}

// profileFacts are the deviations of one certificate.
func profileFacts(c *convert.Certificate) (list []keyFact) {
	add := func(f client.Fact, what string) { list = append(list, keyFact{f, text.Of(what)}) }
	if c.Version() == 1 && c.SelfIssued() {
		add(client.RootVersion1, "is a root of version 1, which says nothing about being one")
	}
	basic, critical, ok := c.Extension(oidBasicConstraints)
	usage, used := keyUsage(c)
	if c.IsCA() {
		if ok && !critical {
			add(client.CABasicMild, "has basic constraints that are not critical")
		}
		if !used {
			add(client.CAUsageMissing, "is that of a CA and has no key usage")
		}
		if emptySubject(c) {
			add(client.CASubjectEmpty, "is that of a CA and has no subject")
		}
	}
	if hasPathLength(basic) && (!c.IsCA() || used && usage&usageCertSign == 0) {
		add(client.PathLengthIdle, "has a path length, and may not issue")
	}
	return list
}

// issuedByOthers counts the certificates that another CA issued: those that
// count for a path length.
func issuedByOthers(certs []*convert.Certificate) (n int) {
	for _, c := range certs {
		if !c.SelfIssued() {
			n++
		}
	}
	return n
}

// pathLimit is the path length of a CA.
func pathLimit(c *convert.Certificate) (int, bool) {
	value, _, _ := c.Extension(oidBasicConstraints)
	return pathLength(value)
}

// hasPathLength reports whether basic constraints have a pathLenConstraint.
func hasPathLength(basic []byte) bool {
	e, _, err := der.Parse(basic)
	if err != nil {
		return false
	}
	r := e.Reader()
	if b, ok := r.Peek(); ok && b.Is(der.TagBoolean) {
		_, _ = r.Next()
	}
	n, ok := r.Peek()
	return ok && n.Is(der.TagInteger)
}

// stapleCheck is the row of certificates that ask for an OCSP response.
func stapleCheck() Check {
	return Check{
		Code: "cert-must-staple", Severity: Warning, Title: "the certificate wants the server to staple OCSP responses", trust: true,
		Text:   "With the TLS feature status_request (must-staple) some clients refuse a server that does not send an OCSP response in the handshake. Servers staple only if they are told to, and none does before it has fetched the first response. Public CAs stop to answer by OCSP; Let's Encrypt has not issued such certificates since May 2025 and does not answer since August 2025.",
		Action: text.Of("switch on OCSP stapling in the server, or order a certificate without must-staple"),
		Refs:   []string{"RFC 7633, Section 4.2.3", "RFC 6066, Section 8"}, After: pemDamage,
		needs: func(in *input) Why {
			if in.Server != nil {
				return moot("the server was asked for its staple")
			}
			return needsServer(in)
		},
		run: func(p *pass) {
			c := p.LeafCert()
			if _, critical, ok := c.Extension(oidTLSFeature); ok && !critical && !mustStaple(c) {
				p.refused(Finding{At: c.Source, Message: text.Of("certificate %s asks for TLS features other than must-staple, which no server has", describe(c))}, client.FeatureOther)
			}
			if !mustStaple(c) {
				return
			}
			f := Finding{At: c.Source, Message: text.Of("certificate %s wants a staple (must-staple): without one it is refused", describe(c))}
			if accessURL(c, "ocsp") == "" {
				f.Message = f.Message.Add(", and it names no OCSP responder that a server could get one from")
				f.Action = text.Of("order a certificate without must-staple")
			}
			p.refused(f, client.StapleMust)
		},
	}
}

// mustStaple reports whether the TLS features of c include status_request (RFC
// 7633, Section 4.1).
func mustStaple(c *convert.Certificate) bool {
	value, critical, _ := c.Extension(oidTLSFeature)
	if critical {
		return false // refused as such
	}
	e, _, err := der.Parse(value)
	if err != nil {
		return false
	}
	features, err := e.Children()
	return err == nil && slices.ContainsFunc(features, func(f der.Element) bool {
		n, err := f.Int()
		return err == nil && n == 5
	})
}
