package validate

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// fewestNames is the least number of names that a large CA takes: Let's Encrypt's.
const fewestNames = 100

func runNamesTooMany(p *pass, q *convert.Request) {
	r := p.profile()
	n := len(q.DNSNames()) + len(q.IPAddresses())
	switch {
	case r.names > 0 && n > r.names:
		p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the request asks for %d names; %s takes %d in one certificate", n, r.Title, r.names)})
	case n > fewestNames && !r.historic:
		p.Report(Finding{At: q.Source, Severity: Warning, Message: text.Of("the request asks for %d names; some CAs, such as Let's Encrypt, take %d in one certificate", n, fewestNames)})
	}
}

// Extensions that a request may ask for, and a CA gives none of.
const (
	oidTLSFeature = "1.3.6.1.5.5.7.1.24"
	oidCTPoison   = "1.3.6.1.4.1.11129.2.4.3"
)

func runRequestExtension(p *pass, q *convert.Request) {
	if q.SPKAC {
		return
	}
	r := p.profile()
	report := func(s Severity, format string, args ...any) {
		p.Report(p.graded(s, Finding{At: q.Source, Message: text.Of(format, args...)}))
	}
	if q.IsCA() {
		report(Error, "the request asks for the certificate of a CA (basicConstraints CA:TRUE), which no CA gives to a server")
	}
	if value, _, ok := q.Extension(oidExtKeyUsage); ok {
		purposes := purposesIn(value)
		switch server := slices.ContainsFunc(purposes, isServerPurpose); {
		case slices.Contains(purposes, purposeClient) && r.clientAuth == Error:
			report(r.clientAuth, "the request asks for client authentication, which %s refuses", r.Title)
		case slices.Contains(purposes, purposeClient):
			report(r.clientAuth, "the request asks for client authentication, which public CAs no longer certify together with servers; some refuse the request, such as Google Trust Services")
		case !server:
			report(Warning, "the request asks for an extended key usage without server authentication")
		}
	}
	if _, _, ok := q.Extension(oidTLSFeature); ok {
		if r.stapling == Error {
			report(r.stapling, "the request asks for OCSP must-staple, which %s refuses", r.Title)
		} else {
			report(r.stapling, "the request asks for OCSP must-staple; some CAs refuse it, such as Let's Encrypt, and clients fail where the server sends no staple")
		}
	}
	if _, _, ok := q.Extension(oidCTPoison); ok {
		report(Warning, "the request asks for the mark of a precertificate, which only CAs make")
	}
	if list := q.EmailAddresses(); len(list) > 0 {
		report(r.mail, "the subjectAltName has the mail address %q; certificates for servers hold host names and addresses only, and some CAs, such as Let's Encrypt, refuse the request", list[0])
	}
	if list := q.URIs(); len(list) > 0 {
		report(r.uri, "the subjectAltName has the URL %q; certificates for servers hold host names and addresses only, and some CAs, such as Let's Encrypt, refuse the request", list[0])
	}
	if n := otherNames(q); n > 0 {
		report(Warning, "the subjectAltName has %s of a kind that certificates for servers do not hold; CAs leave them out", count(n, "name"))
	}
}

// otherNames counts the names that are no host, address, mail address or URL.
func otherNames(q *convert.Request) int {
	value, _, _ := q.Extension(oidSubjectAltName)
	e, _, err := der.Parse(value)
	if err != nil {
		return 0
	}
	n := 0
	for r := e.Reader(); !r.Empty(); {
		name, err := r.Next()
		if err != nil {
			return n
		}
		if !slices.ContainsFunc([]int{1, 2, 6, 7}, name.IsContext) {
			n++
		}
	}
	return n
}

// placeholders are what configurations and questions of programs suggest, in
// lower case.
var placeholders = []string{
	"internet widgits pty ltd", "some-state", // OpenSSL
	"default city", "default company ltd", // Red Hat's OpenSSL
}

func runPlaceholder(p *pass, q *convert.Request) {
	eachField(q, func(a convert.NameAttribute) {
		if a.Type != "CN" && slices.Contains(placeholders, strings.ToLower(strings.TrimSpace(a.Text))) {
			p.Report(Finding{At: q.Source, Message: text.Of("the %s is %q, the value that a program suggests", field(a), a.Text)})
		}
	})
}
