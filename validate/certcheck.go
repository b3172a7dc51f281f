package validate

import (
	"cmp"
	"slices"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// certChecks judges the server's certificate by itself.
func certChecks() []Check {
	const (
		validity = "RFC 5280, Section 4.1.2.5"
		br       = "CA/Browser Forum Baseline Requirements, Section 6.3.2"
		eku      = "RFC 5280, Section 4.2.1.12"
	)
	return []Check{
		structureCheck(),
		{
			Code: "cert-expired", Severity: Error, Title: "the certificate has expired", trust: true,
			Text:   "Servers start with an expired certificate; clients refuse it.",
			Action: text.Of("renew the certificate"),
			Refs:   []string{validity}, After: pemDamage, needs: needsCertAndTime,
			run: runExpired,
		},
		{
			Code: "cert-not-yet-valid", Severity: Error, Title: "the certificate is not valid yet", trust: true,
			Text:   "Clients refuse it until its first day, and longer if their clock is slow.",
			Action: text.Of("wait, or check the clock of this machine"),
			Refs:   []string{validity}, After: pemDamage, needs: needsCertAndTime,
			run: func(p *pass) {
				if c := p.LeafCert(); p.Now.Before(c.NotBefore) {
					p.Report(Finding{At: c.Source, Breaks: BreaksTrust, Message: text.Of("certificate %s is not valid before %s", describe(c), c.NotBefore.UTC().Format(time.RFC3339))})
				}
			},
		},
		{
			Code: "cert-expires-soon", Severity: Warning, Title: "the certificate expires soon",
			Text:   "It is time to renew it.",
			Action: text.Of("renew the certificate"),
			Refs:   []string{validity}, After: append([]string{"cert-expired"}, pemDamage...), needs: needsCertAndTime,
			run: runExpiresSoon,
		},
		{
			Code: "cert-validity-long", Severity: Warning, Title: "the certificate is valid longer than browsers accept",
			Text:   "Browsers limit how long certificates from public roots may be valid, by the day of issue: 825 days since March 2018, 398 since September 2020, 200 since March 2026, 100 from March 2027, 47 from March 2029. Where the next certificate has to be shorter than this one, that is told as information. Private roots have no such limit, but Apple's of 825 days since July 2019.",
			Action: text.Of("order one that is valid for a shorter time"),
			Refs:   []string{br}, After: pemDamage, needs: needsServer,
			run: runValidityLong,
		},
		{
			Code: "cert-usage", Severity: Error, Title: "the certificate is not for a server", trust: true,
			Text:   "Key usage and extended key usage say what a certificate is good for. A client refuses a server whose certificate is for something else, such as signing code or mail.",
			Action: text.Of("order a certificate for server authentication"),
			Refs:   []string{eku, "RFC 5280, Section 4.2.1.3"}, After: pemDamage, needs: needsServer,
			run: runCertUsage,
		},
		usageClientsCheck(), profileClientsCheck(), stapleCheck(),
		{
			Code: "cert-extension-critical", Severity: Error, Title: "a critical extension is unknown", trust: true,
			Text:   "A client must refuse a certificate with a critical extension that it does not know.",
			Action: text.Of("order a certificate without it"),
			Refs:   []string{"RFC 5280, Section 4.2"}, After: pemDamage, needs: needsChain,
			run: runCriticalExtension,
		},
	}
}

func needsCertAndTime(in *input) Why {
	if in.Now.IsZero() {
		return needs("no time given")
	}
	return needsCert(in)
}

// dated lists the certificates whose dates are judged by themselves: the
// server's, or where there is none all those of the CAs.
func (in *input) dated() []*convert.Certificate {
	if !in.caOnly {
		return []*convert.Certificate{in.LeafCert()}
	}
	return slices.DeleteFunc(slices.Clone(in.Served), func(c *convert.Certificate) bool { return c.NotAfter.IsZero() })
}

var renewCA = text.Text{Format: "remove it, or put the CA's current certificate in its place"}

func runExpired(p *pass) {
	for _, c := range p.dated() {
		if c.NotAfter.IsZero() || !p.Now.After(c.NotAfter) {
			continue
		}
		f := Finding{At: c.Source, Breaks: BreaksTrust, Message: text.Of("certificate %s expired on %s, %s ago", describe(c), day(c.NotAfter), days(p.Now.Sub(c.NotAfter)))}
		if p.caOnly {
			f.Severity, f.Breaks, f.Action = Warning, breaksNothing, renewCA
		}
		p.Report(f)
	}
}

func runExpiresSoon(p *pass) {
	for _, c := range p.dated() {
		left := c.NotAfter.Sub(p.Now)
		if c.NotAfter.IsZero() || left < 0 || left >= p.ExpiresWithin {
			continue
		}
		f := Finding{At: c.Source, Message: text.Of("certificate %s expires on %s, in %s", describe(c), day(c.NotAfter), days(left))}
		if p.caOnly {
			f.Action = renewCA
		}
		p.Report(f)
	}
}

// days says a duration as people do.
func days(d time.Duration) text.Text {
	switch n := int(d / (24 * time.Hour)); {
	case n > 1:
		return text.Of("%d days", n)
	case n == 1:
		return text.Of("1 day")
	case d >= 2*time.Hour:
		return text.Of("%d hours", int(d/time.Hour))
	}
	return text.Of("%d minutes", int(d/time.Minute))
}

func runCertUsage(p *pass) {
	c := p.LeafCert()
	runClientPurpose(p, c)
	purposes, limited := extKeyUsage(c)
	switch {
	case limited && len(purposes) == 0:
		p.refused(Finding{At: c.Source, Severity: Error, Message: text.Of("certificate %s is for %s, not for server authentication", describe(c), purposeNames(purposes))}, client.PurposeNone)
		return
	case limited && !allowsServer(c):
		p.Report(Finding{At: c.Source, Breaks: BreaksTrust, Message: text.Of("certificate %s is for %s, not for server authentication", describe(c), purposeNames(purposes))})
		return
	}
	if limited && allowsGatedOnly(purposes) {
		p.refused(Finding{At: c.Source, Message: text.Of("certificate %s is for server gated crypto, and does not name server authentication", describe(c))}, client.PurposeGated)
	}
	if slices.Contains(purposes, purposeOCSP) {
		p.refused(Finding{At: c.Source, Message: text.Of("certificate %s is also for signing OCSP responses", describe(c))}, client.PurposeOCSP)
	}
	if bits, ok := netscapeType(c); ok && bits&netscapeServer == 0 {
		p.refused(Finding{At: c.Source, Message: text.Of("Netscape's type of certificate %s is not that of a server", describe(c))}, client.NetscapeOther)
	}
	if allowsAnyOnly(c) {
		p.refused(Finding{At: c.Source, Severity: Warning, Message: text.Of("certificate %s is for any purpose, but does not name server authentication", describe(c))}, client.UsageAny)
	}
	if c.IsCA() {
		p.refused(Finding{At: c.Source, Severity: Warning, Message: text.Of("certificate %s is that of a CA, not of a server", describe(c))}, client.LeafIsCA)
	}
	// What OpenSSL's check for a TLS server and browsers want: a key that may
	// sign, encrypt or agree on keys.
	if usage, ok := keyUsage(c); ok && usage != 0 && usage&(usageDigitalSignature|usageKeyEncipherment|usageKeyAgreement) == 0 {
		p.refused(Finding{At: c.Source, Severity: Error, Message: text.Of("the key usage of certificate %s allows neither signatures nor key exchange", describe(c))}, client.UsageNone)
	}
}

// Netscape's type of certificate, the bits of a BIT STRING.
const (
	netscapeServer = 0x40
	netscapeCAs    = 0x07
)

// netscapeType is the first octet of Netscape's type of certificate.
func netscapeType(c *convert.Certificate) (bits byte, ok bool) {
	value, _, ok := c.Extension(oidNetscapeType)
	if !ok {
		return 0, false
	}
	e, _, err := der.Parse(value)
	if err != nil {
		return 0, false
	}
	b, err := e.BitString()
	if len(b) > 0 {
		bits = b[0]
	}
	return bits, err == nil
}

// purposeNames names what an extended key usage allows.
func purposeNames(oids []string) text.Text {
	known := map[string]string{
		purposeClient: "client authentication", purposeCodeSig: "code signing", purposeEmail: "e-mail",
		"1.3.6.1.5.5.7.3.8": "time stamping", purposeOCSP: "OCSP signing",
	}
	const most = 20
	var names []text.Text
	for _, oid := range oids[:min(len(oids), most)] {
		names = append(names, text.Of("%s", cmp.Or(known[oid], oid)))
	}
	if len(names) == 0 {
		return text.Of("nothing")
	}
	if more := len(oids) - most; more > 0 {
		names = append(names, text.Of("%d more", more))
	}
	return text.Join(", ", names...)
}

// criticalFact is the fact of a critical extension about which clients differ, "" of
// another one.
func criticalFact(oid string) client.Fact {
	switch oid {
	case oidNetscapeType,
		"1.3.6.1.5.5.7.48.1.5": // id-pkix-ocsp-nocheck
		return client.CriticalRare
	case "2.5.29.14", // subjectKeyIdentifier
		"2.5.29.35",          // authorityKeyIdentifier
		"2.5.29.18",          // issuerAltName
		"1.3.6.1.5.5.7.1.14": // proxyCertInfo
		return client.CriticalKeyID
	case "1.3.6.1.5.5.7.1.1": // authorityInfoAccess
		return client.CriticalAccess
	case "1.3.6.1.5.5.7.1.3", // qcStatements
		"1.3.6.1.4.1.11129.2.4.2": // signed certificate timestamps
		return client.CriticalStamp
	case "2.5.29.31":
		return client.CriticalCRL
	case oidPolicyLimits:
		return client.CriticalPolicy
	case oidPolicyMappings:
		return client.CriticalMapping
	}
	return ""
}

// knownExtensions are those that clients take when they are critical: those
// that all of them do.
var knownExtensions = []string{
	oidKeyUsage, oidSubjectAltName, oidBasicConstraints, oidNameConstraints, oidExtKeyUsage,
	oidPolicies, oidInhibitAny,
}

// poison marks a precertificate (RFC 6962, Section 3.1).
const poison = "1.3.6.1.4.1.11129.2.4.3"

func runCriticalExtension(p *pass) {
	for _, fault := range p.path().faults {
		if fault.code != "cert-extension-critical" {
			continue
		}
		c := fault.cert
		f := Finding{At: p.place(c, p.LeafCert()), Breaks: BreaksTrust}
		f.Message = text.Of("certificate %s has a critical extension that clients do not know: %s", describe(c), fault.oid)
		if fault.oid == poison {
			f.Message = text.Of("certificate %s is a precertificate, made for the transparency logs only", describe(c))
			f.Action = text.Of("use the certificate that the CA issued after it")
		}
		p.Report(f)
	}
	for _, c := range p.path().certs {
		for _, oid := range criticalExtensions(c) {
			if fact := criticalFact(oid); fact != "" {
				p.refusedAt(c, Finding{At: p.place(c, p.LeafCert()), Severity: Warning, Message: text.Of("certificate %s has a critical extension that some clients do not know: %s", describe(c), oid)}, fact)
			}
		}
	}
}

// unknownCritical lists the critical extensions of c that clients do not know.
func unknownCritical(c *convert.Certificate) []string {
	return slices.DeleteFunc(criticalExtensions(c), func(oid string) bool {
		return slices.Contains(knownExtensions, oid) || criticalFact(oid) != ""
	})
}

func criticalExtensions(c *convert.Certificate) []string {
	var out []string
	c.EachExtension(func(oid string, critical bool, _ []byte) {
		if critical {
			out = append(out, oid)
		}
	})
	return out
}
