package validate

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/text"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// requestChecks judges certificate requests before they go to a CA. Under the
// profile cabf the historic rules for characters are warnings, as today's CAs
// pass over what is in the fields; under classic they are errors.
func requestChecks() []Check {
	const (
		upper    = "RFC 5280, Appendix A.1"
		pkcs10   = "RFC 2986, Section 4"
		historic = "DigiCert Knowledge SO7289"
	)
	row := func(code string, s Severity, title, why, action string, refs []string, run func(*pass, *convert.Request)) Check {
		return Check{
			Code: code, Severity: s, Title: title, Text: why, Action: text.Of(action), Refs: refs, After: pemDamage,
			needs: needsRequest,
			run: func(p *pass) {
				for i := range p.Bundle.Requests {
					if q := &p.Bundle.Requests[i]; q.Err == nil {
						run(p, q)
					}
				}
			},
		}
	}
	// again is for what a request like this one mends: it has the same subject and
	// names, and no more.
	again := func(newKey bool, code string, s Severity, title, why, action string, refs []string, run func(*pass, *convert.Request)) Check {
		like := func(file string) text.Text {
			return text.Of(action, Step{Do: "request", Files: []string{file}, NewKey: newKey})
		}
		c := row(code, s, title, why, action, refs, func(p *pass, q *convert.Request) {
			own, here := *p.check, *p
			own.Action, here.check = like(p.onDisk(q.Source.File)), &own
			run(&here, q)
		})
		c.Action = like("FILE")
		return c
	}
	return []Check{
		again(false, "csr-structure", Error, "the request is not built as its standard says",
			"A field of the wrong type, bytes after the last one, a number or a string that its type does not allow: a CA that reads strictly refuses the request.",
			"make the request again: %s", []string{pkcs10, "ITU-T X.690, Section 11"}, runRequestStructure),
		again(false, "csr-signature", Error, "the request's own signature does not verify",
			"The signature proves that the requester has the private key. If it does not verify, the request was altered or damaged in transit.",
			"make the request again: %s", []string{pkcs10}, runRequestSignature),
		again(false, "csr-signature-weak", Warning, "the request is signed with a weak hash",
			"The signature of a request is verified once and then discarded, but many CAs refuse MD5, and some SHA-1.",
			"make the request again with SHA-256: %s", []string{"RFC 6151"}, runRequestSignatureWeak),
		again(true, "csr-key-weak", Error, "the request's key is too weak",
			"CAs certify RSA keys of 2048 bits or more and the curves P-256, P-384 and P-521; they refuse keys from broken generators.",
			"make a new key, RSA 2048 or larger or EC P-256, and a new request: %s", []string{refBR + "6.1.5", refBR + "6.1.1.3"}, runRequestKey),
		row("csr-name-missing", Error, "the request asks for no name",
			"Neither the common name nor a subjectAltName says which host the certificate is for.",
			"put the host's name into the subjectAltName and the common name", []string{refBR + "7.1.2.7.12"}, runNameMissing),
		row("csr-name-invalid", Error, "a name is not the name of a host",
			"The common name and each dNSName hold a bare host name: no scheme, port, path, space or underscore, no dot at the end.",
			"make the request with the bare host name, such as www.example.com", []string{refBR + "7.1.2.7.12", "RFC 1034, Section 3.5"}, runNameInvalid),
		row("csr-name-internal", Error, "a name exists only inside a network",
			"Since 2015 public CAs certify no names without a public top-level domain and no private addresses: nobody can prove that they own one.",
			"use a name under a domain of your own, or your own CA", []string{refBR + "4.2.2", refBR + "7.1.4.2.1"}, runNameInternal),
		row("csr-wildcard", Error, "a wildcard is in a place where it cannot be",
			"* must be the whole left-most label, and the domain after it must not be one under which others register theirs.",
			"ask for *.DOMAIN, with a domain of your own", []string{refBR + "3.2.2.6", "RFC 9525, Section 6.3"}, runWildcard),
		again(false, "csr-san-missing", Warning, "the subjectAltName is missing, or the common name is not in it",
			"Clients check only the subjectAltName. Most CAs copy the common name into it; some do not.",
			"make the request again with the names in the subjectAltName: %s", []string{refBR + "7.1.4.3", "RFC 9525, Section 2"}, runSANMissing),
		row("csr-names-too-many", Error, "the request asks for more names than a CA takes",
			"Let's Encrypt certifies 100 names at most in one certificate; other CAs have limits of their own.",
			"make several requests", []string{"Let's Encrypt, Rate Limits"}, runNamesTooMany),
		row("csr-extension", Warning, "the request asks for what CAs do not give",
			"CAs decide themselves what is in a certificate beside key and names. Most pass over what else a request asks for; some refuse it: a CA certificate, client authentication, OCSP must-staple, names that are neither host names nor addresses.",
			"make the request without it", []string{refBR + "7.1.2.7", refStapling, refGoogleEKU}, runRequestExtension),
		row("csr-placeholder", Warning, "a field has the value that a program suggests",
			"Values such as Internet Widgits Pty Ltd and Some-State come from the configuration that OpenSSL is delivered with. They are nobody's, and a CA that verifies the organization refuses them.",
			"write your own, or leave the field out", []string{refBR + "7.1.2.7.4", "OpenSSL, apps/openssl.cnf"}, runPlaceholder),
		row("csr-country", Error, "the country is not a code of two letters",
			"countryName is a code of ISO 3166-1: two capital letters. Great Britain's is GB.",
			"make the request with the right code", []string{upper, "ISO 3166-1"}, runCountry),
		row("csr-field-empty", Error, "a field says nothing",
			"Leave out a field that does not apply; CAs refuse one that holds only a dot, a dash or the like.",
			"leave the field out", []string{refBR + "7.1.4.4"}, runFieldEmpty),
		row("csr-field-length", Error, "a field is too long",
			"Each attribute of the subject has an upper bound, 64 characters for most.",
			"shorten it", []string{upper}, runFieldLength),
		row("csr-field-encoding", Warning, "a field is in an encoding that CAs do not take",
			"CAs take UTF8String and PrintableString. T61String, BMPString and UniversalString come from old programs, and are what made Netscape say \"improperly formatted DER message\".",
			"make the request again with a current program", []string{refBR + "7.1.4.2", "RFC 5280, Section 4.1.2.4"}, runFieldEncoding),
		row("csr-field-non-ascii", Warning, "a field has characters outside ASCII",
			"Most CAs take them today. Old ones want the ASCII form, and letters that were garbled on the way into the request stay so in the certificate.",
			"write it in ASCII if the CA refuses it", []string{historic}, runFieldNonASCII),
		row("csr-field-character", Warning, "a field has a character that CAs have refused",
			"At the time of IIS 4, CAs refused requests with ! @ # $ % ^ * ( ) ~ ? > < & / \\ : ; in a subject field. Today most ignore the fields; writing the word out is always accepted.",
			"write it without the character: \"and\" for &", []string{historic, "Microsoft KB Q282968"}, runFieldCharacter),
		row("csr-field-whitespace", Warning, "a field begins or ends with a space",
			"Some CAs refuse it, others print it in the certificate.",
			"make the request without the space", []string{"RFC 4518, Section 2.6.1"}, runFieldWhitespace),
		row("csr-ou", Info, "the request has an organizational unit",
			"Since September 2022 CAs put no OU into public certificates.",
			"nothing: the CA leaves it out", []string{refBR + "7.1.4.2"}, runOU),
		again(false, "csr-challenge-password", Warning, "the request holds a challenge password in the clear",
			"Anyone who has the request can read it. Public CAs do not use it, and some refuse requests that have one.",
			"make the request again without it: %s; do not use that password anywhere else", []string{"RFC 2985, Section 5.4.1"}, runChallenge),
	}
}

func needsRequest(in *input) Why {
	if len(in.Bundle.Requests) == 0 {
		return needs("no request given")
	}
	if !slices.ContainsFunc(in.Bundle.Requests, func(q convert.Request) bool {
		f := in.files[q.Source.File]
		return f == nil || !f.Issued
	}) {
		return moot("the certificate that was requested is there")
	}
	return Why{}
}

// graded gives a finding a severity of a profile; only errors keep the CA from issuing.
func (p *pass) graded(s Severity, f Finding) Finding {
	f.Severity = s
	if s == Error {
		f.Breaks = BreaksIssue
	}
	return f
}

// historicSeverity is that of the rules which only old CAs keep.
func (in *input) historicSeverity() (Severity, Breaks) {
	if in.profile().historic {
		return Error, BreaksIssue
	}
	return Warning, breaksNothing
}

func runRequestSignature(p *pass, q *convert.Request) {
	if err := convert.VerifySigned(q.Raw, q.SPKI); err != nil {
		f := Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the signature of the request does not verify with its own key")}
		if !errors.Is(err, convert.ErrSignature) {
			f.Message = text.Of("the signature of the request cannot be verified here, nor by a CA that does not know it: %s", err)
		}
		p.Report(f)
	}
}

// runRequestSignatureWeak: no document binds a CA to refuse such a signature,
// and Let's Encrypt, for one, does.
func runRequestSignatureWeak(p *pass, q *convert.Request) {
	if q.SigHash != "SHA-1" && !weakHash(q.SigHash) {
		return
	}
	f := Finding{At: q.Source, Message: text.Of("the request is signed with %s (%s)", q.SigHash, q.SigAlg)}
	if !p.profile().historic {
		f.Severity, f.Breaks = Error, BreaksIssue
	}
	p.Report(f)
}

func runRequestKey(p *pass, q *convert.Request) {
	r := p.profile()
	f := Finding{At: q.Source, Breaks: BreaksIssue}
	what := pubkey.Title(q.Algorithm, q.Bits)
	some := func(format string, args ...any) { // what some CAs refuse
		f.Severity, f.Breaks, f.Message = Warning, breaksNothing, text.Of(format, args...)
	}
	switch {
	case strings.HasPrefix(q.Algorithm, "RSA") && q.Bits < 2048:
		f.Message = text.Of("%s is too small: CAs want 2048 bits or more", what)
	case strings.HasPrefix(q.Algorithm, "RSA"):
		why := weakKey(q.SPKI)
		switch {
		case !why.IsZero():
			f.Message = text.Of("the key %s", why)
		case len(r.rsaBits) > 0 && !slices.Contains(r.rsaBits, q.Bits):
			f.Message = text.Of("%s is a size that %s does not take; it takes 2048, 3072 and 4096", what, r.Title)
		case q.Bits%8 != 0 && r.historic:
			some("%s is not a multiple of 8 bits, as today's CAs want it", what)
		case q.Bits%8 != 0:
			f.Message = text.Of("%s is not a multiple of 8 bits, as CAs want it", what)
		case r.exponent != 0 && !hasExponent(q.SPKI, r.exponent):
			f.Message = text.Of("the public exponent of %s is not %d, the only one that %s takes", what, r.exponent, r.Title)
		case q.Bits > 4096:
			some("%s is larger than some CAs take, such as Let's Encrypt; 4096 bits is the most that all take", what)
		case !hasExponent(q.SPKI, 65537):
			some("the public exponent of %s is not 65537, the only one that some CAs take, such as Let's Encrypt", what)
		default:
			return
		}
	case slices.Contains(r.curves, q.Algorithm):
		if q.Algorithm != "EC P-521" {
			return
		}
		some("%s is a curve that some CAs do not take, such as Let's Encrypt, and that Chrome does not know", what)
	case q.Algorithm == "EC P-521":
		f.Message = text.Of("%s is a curve that %s does not take", what, r.Title)
	default:
		f.Message = text.Of("%s is a kind of key that public CAs do not certify for servers", what)
	}
	p.Report(f)
}

// hasExponent reports whether the public exponent of an RSA key is e.
func hasExponent(spki []byte, e int) bool {
	k, err := pubkey.ParseRSAPublic(spki)
	return err == nil && k.E.IsInt64() && k.E.Int64() == int64(e)
}

// requestName is a host name that a request asks for, and where it stands.
type requestName struct {
	text string
	cn   bool
}

func (n requestName) where() text.Text {
	if n.cn {
		return text.Of("common name")
	}
	return text.Of("subjectAltName")
}

func hostNames(q *convert.Request) []requestName {
	var names []requestName
	common := map[string]bool{}
	for _, cn := range q.CommonNames() {
		names = append(names, requestName{cn, true})
		common[cn] = true
	}
	for _, s := range q.DNSNames() {
		if !common[s] {
			names = append(names, requestName{s, false})
		}
	}
	return names
}

func runNameMissing(p *pass, q *convert.Request) {
	if q.SPKAC {
		return
	}
	if n := len(q.CommonNames()); n > 1 {
		p.Report(Finding{At: q.Source, Severity: Warning, Message: text.Of("the request has %d common names; CAs take one, and which one differs", n), Action: text.Of("put all names into the subjectAltName, and one of them into the common name")})
	}
	if len(hostNames(q)) == 0 && len(q.IPAddresses()) == 0 {
		p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the request has neither a common name nor a subjectAltName")})
	}
}

func runNameInvalid(p *pass, q *convert.Request) {
	for _, n := range hostNames(q) {
		if why := invalidName(n); !why.IsZero() {
			f := Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the %s %q %s", n.where(), n.text, why)}
			if bare := bareHost(n.text); bare != "" && bare != n.text {
				f.Action = text.Of("make the request with %q", bare)
			}
			p.Report(f)
		}
	}
}

// invalidName says why n is no host name, nothing if it is one. An address in the
// common name is one that public CAs take only beside an iPAddress.
func invalidName(n requestName) text.Text {
	s := n.text
	if _, err := netip.ParseAddr(s); err == nil {
		if n.cn {
			return text.Text{} // judged as an address
		}
		return text.Of("is an address, which belongs in an iPAddress")
	}
	switch {
	case s == "":
		return text.Of("is empty")
	case strings.Contains(s, "://"):
		return text.Of("is a URL, not a host name")
	case strings.Contains(s, "@"):
		return text.Of("is a mail address, not a host name")
	case strings.ContainsAny(s, " \t\r\n"):
		return text.Of("has a space in it")
	case strings.ContainsAny(s, "/\\"):
		return text.Of("has a path in it")
	case strings.Contains(s, ":"):
		return text.Of("has a port in it")
	case strings.Contains(s, "_"):
		return text.Of("has an underscore in it, which host names cannot have")
	case strings.HasSuffix(s, "."):
		return text.Of("ends in a dot")
	case !isASCII(s):
		return text.Of("has letters outside ASCII; its form in certificates is %q", ASCIIHost(s))
	case len(s) > 253:
		return text.Of("is longer than 253 characters")
	}
	for label := range strings.SplitSeq(s, ".") {
		switch {
		case label == "":
			return text.Of("has consecutive dots or starts with a dot")
		case len(label) > 63:
			return text.Of("has a label of more than 63 characters")
		case strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-"):
			return text.Of("has a label that begins or ends with a hyphen")
		case len(label) > 3 && label[2:4] == "--" && !validPunycode(label):
			return text.Of("has a label with -- in third place that is not punycode")
		}
		if c := strings.IndexFunc(label, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '*')
		}); c >= 0 {
			return text.Of("has the character %q in it", label[c])
		}
	}
	return text.Text{}
}

func validPunycode(label string) bool {
	if !strings.HasPrefix(strings.ToLower(label), "xn--") {
		return false
	}
	_, err := idna.Lookup.ToUnicode(label)
	return err == nil
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// bareHost makes a host name out of what people put into the common name.
func bareHost(s string) string {
	s = strings.TrimSpace(s)
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "/\\?#"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndex(s, ":"); i >= 0 {
		s = s[:i]
	}
	s = ASCIIHost(s)
	if !invalidName(requestName{s, false}).IsZero() {
		return ""
	}
	return s
}

func runNameInternal(p *pass, q *convert.Request) {
	for _, n := range hostNames(q) {
		if a, err := netip.ParseAddr(n.text); err == nil {
			if why := reservedAddress(a); !why.IsZero() {
				p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the %s %s is %s", n.where(), a, why)})
			} else if n.cn && !slices.Contains(q.IPAddresses(), a) {
				p.Report(p.graded(p.profile().addressInName, Finding{At: q.Source, Message: text.Of("the common name %s is an address; few CAs certify one, and only as iPAddress in the subjectAltName", a)}))
			}
			continue
		}
		if !invalidName(n).IsZero() {
			continue
		}
		if rest, ok := strings.CutPrefix(n.text, "*."); ok && isPublicSuffix(rest) {
			continue // told as a wildcard
		}
		if why := internalName(n.text); !why.IsZero() {
			p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the %s %q %s", n.where(), n.text, why)})
		}
	}
	for _, a := range q.IPAddresses() {
		if why := reservedAddress(a); !why.IsZero() {
			p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the address %s in the subjectAltName is %s", a, why)})
		}
	}
}

func reservedAddress(a netip.Addr) text.Text {
	a = a.Unmap()
	switch {
	case a.IsPrivate():
		return text.Of("a private address")
	case a.IsLoopback():
		return text.Of("a loopback address")
	case a.IsLinkLocalUnicast(), a.IsMulticast(), a.IsUnspecified():
		return text.Of("a reserved address")
	}
	for _, block := range []string{"100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "2001:db8::/32", "100::/64"} {
		if netip.MustParsePrefix(block).Contains(a) {
			return text.Of("a reserved address")
		}
	}
	return text.Text{}
}

// internalName: "… cannot be verified as globally unique within the public DNS
// … because it does not end with a Top Level Domain registered in IANA's Root
// Zone Database" (Baseline Requirements, Section 1.6.1).
func internalName(s string) text.Text {
	s = strings.ToLower(strings.TrimPrefix(s, "*."))
	if !strings.Contains(s, ".") {
		return text.Of("is a single word, not a name of the public DNS")
	}
	if strings.HasSuffix(s, ".in-addr.arpa") || strings.HasSuffix(s, ".ip6.arpa") {
		return text.Of("is the reverse name of an address")
	}
	top := s[strings.LastIndex(s, ".")+1:]
	// Of a suffix that is not in the list PublicSuffix returns the last label
	// as not managed by ICANN.
	if suffix, icann := publicsuffix.PublicSuffix(top); !icann && suffix == top {
		return text.Of("ends in .%s, which is no top-level domain of the public DNS", top)
	}
	return text.Text{}
}

func runWildcard(p *pass, q *convert.Request) {
	for _, n := range hostNames(q) {
		s := n.text
		if !strings.Contains(s, "*") || !invalidName(n).IsZero() {
			continue
		}
		rest, ok := strings.CutPrefix(s, "*.")
		switch {
		case !ok || strings.Contains(rest, "*"):
			p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("in %q the * is not the whole left-most label", s)})
		case isPublicSuffix(rest):
			p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("%q would be for every domain under %s", s, rest)})
		}
	}
}

func runSANMissing(p *pass, q *convert.Request) {
	names := hostNames(q)
	if q.SPKAC || len(names) == 0 {
		return
	}
	san := lower(q.DNSNames())
	if len(san) == 0 && len(q.IPAddresses()) == 0 {
		p.Report(Finding{At: q.Source, Message: text.Of("the request has no subjectAltName")})
		return
	}
	for _, n := range names {
		if !n.cn || !invalidName(n).IsZero() {
			continue
		}
		a, err := netip.ParseAddr(n.text)
		if err == nil && slices.Contains(q.IPAddresses(), a) || slices.Contains(san, strings.ToLower(n.text)) {
			continue
		}
		p.Report(Finding{At: q.Source, Message: text.Of("the common name %q is not in the subjectAltName", n.text)})
	}
}

func runChallenge(p *pass, q *convert.Request) {
	if password, ok := q.Challenge(); ok && password != "" && !q.SPKAC {
		p.Report(Finding{At: q.Source, Message: text.Of("the request holds a challenge password of %d characters in the clear", utf8.RuneCountInString(password))})
	}
}

// textTag reports whether a value is a string by its tag.
func textTag(tag int) bool {
	switch tag {
	case der.TagUTF8String, der.TagNumericString, der.TagPrintableString, der.TagT61String, der.TagIA5String,
		der.TagVisibleString, der.TagGeneralString, der.TagUniversalString, der.TagBMPString:
		return true
	}
	return false
}
