package validate

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/certconv/certconv/internal/served"
	"github.com/certconv/certconv/internal/text"
)

// pageChecks judge the pages of a running server.
func pageChecks() []Check {
	const (
		iis   = "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/health-diagnostic-performance/http-status-code"
		mixed = "https://www.w3.org/TR/mixed-content/"
	)
	return []Check{
		{
			Code: "tls-required", Severity: Warning, Title: "IIS answers that the page must be viewed over a secure channel",
			Text:   "\"Require SSL\" is set for the folder (403.4, or 403.5 for 128 bits), and IIS was asked by http. Visitors who type the name without https get this page in place of the site. Where https gives the same answer, something before IIS ends TLS and asks it by http: nobody gets the page then.",
			Action: text.Of("send browsers on from http to https, by a site of its own on port 80 or a rule of URL Rewrite"),
			Refs:   []string{iis}, needs: needsPages, run: runTLSRequired,
		},
		{
			Code: "redirect-missing", Severity: Warning, Title: "http shows the page, and does not lead to https",
			Text:   "Visitors who type the name without https, or follow an old link, get the page without protection, and anybody on the way can read and change it.",
			Action: text.Of("have port 80 answer with a permanent redirect to the same address with https"),
			Refs:   []string{"RFC 9110, Section 15.4.2"}, needs: needsPages, run: runRedirectMissing,
		},
		{
			Code: "redirect-to-http", Severity: Error, Title: "https leads back to http",
			Text:   "The page is asked for by https, and the server sends the browser to an address of http: the certificate protects nothing. If http leads to https too, browsers go round in a circle and give up. Often a program behind a proxy that ends TLS believes that it was asked by http.",
			Action: text.Of("have the application make addresses of https; behind a proxy it learns that from X-Forwarded-Proto or Forwarded"),
			Refs:   []string{"RFC 9110, Section 10.2.2", "RFC 7239, Section 5.4"}, needs: needsPages, run: runRedirectToHTTP,
		},
		{
			Code: "hsts-missing", Severity: Info, Title: "browsers are not told to use https only (HSTS)",
			Text:   "With Strict-Transport-Security browsers that have been there once go to the site by https only, whatever was typed or linked. Not before all of the site works by https: visitors cannot get around it.",
			Action: text.Of("when all of the site works by https, send Strict-Transport-Security: max-age=31536000 with the pages of https"),
			Refs:   []string{"RFC 6797, Section 6.1"}, needs: needsPages, run: runHSTS,
		},
		{
			Code: "client-certificate-required", Severity: Info, Title: "the page is for clients with a certificate",
			Text:   "The server wants a certificate of the client and got none: 403.7 of IIS, 400 of nginx, the end of the connection elsewhere. If the site is meant to be public, that setting is wrong.",
			Action: text.Of("give the visitors certificates; for a public site, have the server ignore certificates of clients (IIS: SSL Settings)"),
			Refs:   []string{iis, "RFC 8446, Section 4.3.2"}, needs: needsPages,
			run: func(p *pass) {
				for _, page := range p.Server.Pages {
					if page.Substatus == "403.7" || page.WantsCert {
						p.Report(Finding{At: p.atServer(), Message: text.Of("%s is for clients with a certificate%s", page.URL, number(&page))})
					}
				}
			},
		},
		{
			Code: "client-certificate-refused", Severity: Error, Title: "IIS refuses the certificate of the client",
			Text:   "403.12: it is mapped to no account, or to one that may not see the page. 403.13: it has been revoked, or IIS could not get the revocation list of its CA. 403.16: its root is not among the trusted ones of the server, or a certificate that is no root is. 403.17: it has expired. Where no certificate was sent, a proxy before IIS sends its own.",
			Action: text.Of("see the entry of this number in the list of messages, and the log of IIS for sc-win32-status"),
			Refs:   []string{iis}, needs: needsPages, run: runClientCertRefused,
		},
		{
			Code: "mixed-content", Severity: Error, Title: "the page loads parts by http",
			Text:   "The page comes by https, and names parts of itself with http. Browsers do not load such scripts, style sheets, frames and fonts, so that the page is broken; images, sound and films they load by https, if it is there, or show the page as not secure; older ones ask about \"secure and nonsecure items\". Before a form is sent by http they warn. Scripts and style sheets may load more, which is not looked into.",
			Action: text.Of("name them with https, or with neither (//host/path); until then the header Content-Security-Policy: upgrade-insecure-requests has browsers do so"),
			Refs:   []string{mixed, "https://www.w3.org/TR/upgrade-insecure-requests/"},
			needs: func(in *input) Why {
				if why := needsPages(in); !why.none() {
					return why
				}
				if !slices.ContainsFunc(in.Server.Pages, func(p served.Page) bool { return p.Read }) {
					return needs("no page that was looked through for what it loads")
				}
				return Why{}
			},
			run: runMixedContent,
		},
	}
}

func needsPages(in *input) Why {
	if in.Server != nil && len(in.Server.Pages) == 0 {
		return Why{"unasked", text.Of("no page was asked for")}
	}
	return needsReply(in)
}

// number is the substatus of a page, in parentheses.
func number(p *served.Page) text.Text {
	if p.Substatus == "" {
		return text.Text{}
	}
	return text.Of(" (%s)", p.Substatus)
}

func runTLSRequired(p *pass) {
	for i := range p.Server.Pages {
		page := &p.Server.Pages[i]
		f := Finding{At: p.atServer()}
		switch required := page.Substatus == "403.4" || page.Substatus == "403.5"; {
		case required && page.Plain():
			f.Message = text.Of("%s is answered with %s: the page must be viewed over a secure channel", page.URL, page.Substatus)
		case required:
			f.Severity, f.Breaks, f.Case = Error, BreaksTrust, "proxy"
			f.Message = text.Of("%s is answered with %s, as if it had been asked for by http: something before IIS ends TLS", page.URL, page.Substatus)
			f.Action = text.Of("let it ask IIS by https, or take \"Require SSL\" away and require it there")
		case page.Plain() && page.Status == 403 && page.Substatus == "" && strings.Contains(page.Server, "Microsoft-IIS"):
			f.Severity = Info
			f.Message = text.Of("%s is answered with 403, and IIS does not say why: if it is 403.4, TLS is required", page.URL)
		default:
			continue
		}
		p.Report(f)
	}
}

func runRedirectMissing(p *pass) {
	var last *served.Page
	for i := range p.Server.Pages {
		page := &p.Server.Pages[i]
		if !page.Plain() {
			break // what follows is another question
		}
		if page.Err != nil {
			return // where it leads is not known
		}
		last = page
	}
	if last == nil || strings.HasPrefix(last.Location, "https://") {
		return
	}
	f := Finding{At: p.atServer(), Message: text.Of("%s shows a page and does not lead to https", last.URL)}
	switch {
	case last.Location != "":
		f.Message = text.Of("%s leads to %s, and not to https", last.URL, last.Location)
	case last.Status >= 300:
		if last.Substatus == "403.4" || last.Substatus == "403.5" {
			return // told as such
		}
		f.Severity = Info
		f.Message = text.Of("%s is answered with %d, and does not lead to https", last.URL, last.Status)
	}
	p.Report(f)
}

func runRedirectToHTTP(p *pass) {
	for i := range p.Server.Pages {
		if page := &p.Server.Pages[i]; !page.Plain() && strings.HasPrefix(page.Location, "http://") {
			p.Report(Finding{At: p.atServer(), Breaks: BreaksTrust, Message: text.Of("%s leads to %s", page.URL, page.Location)})
			return
		}
	}
}

func runHSTS(p *pass) {
	for i := range p.Server.Pages {
		page := &p.Server.Pages[i]
		if page.Plain() || page.Err != nil || page.Status == 0 || page.Status >= 400 || !ofName(page.URL) {
			continue
		}
		m := text.Text{}
		switch age, ok := maxAge(page.HSTS); {
		case len(page.HSTS) == 0:
			m = text.Of("%s comes without Strict-Transport-Security", page.URL)
		case !ok:
			m = text.Of("the Strict-Transport-Security of %s is not one that browsers take, and they pass it over: %q", page.URL, page.HSTS[0])
		case age == 0:
			m = text.Of("the Strict-Transport-Security of %s has max-age=0, which has browsers forget it", page.URL)
		default:
			continue
		}
		p.Report(Finding{At: p.atServer(), Message: m})
		return
	}
}

// ofName reports whether the host of an address of https is a name: browsers keep no HSTS
// for others.
func ofName(address string) bool {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	_, err := netip.ParseAddr(host)
	_, errPort := netip.ParseAddrPort(host)
	return err != nil && errPort != nil && !strings.HasPrefix(host, "[")
}

// maxAge is what the first header says: "the UA MUST process only the first such header
// field" (RFC 6797, Section 8.1). Not ok: browsers pass it over, as one that does not
// conform to the grammar, or has one of its own directives twice (Section 6.1).
func maxAge(headers []string) (age uint64, ok bool) {
	if len(headers) == 0 {
		return 0, false
	}
	seen := map[string]bool{}
	for rest := headers[0]; rest != ""; {
		var name, value string
		var given, quoted bool
		end := strings.IndexAny(rest, ";=")
		if end < 0 {
			end = len(rest)
		}
		name, rest = strings.ToLower(strings.Trim(rest[:end], " \t")), rest[end:]
		if given = strings.HasPrefix(rest, "="); given {
			if value, quoted, rest, ok = directiveValue(strings.TrimLeft(rest[1:], " \t")); !ok {
				return 0, false
			}
		}
		rest = strings.TrimPrefix(rest, ";")
		if name == "" && !given {
			continue
		}
		own := name == "max-age" || name == "includesubdomains"
		if own && seen[name] || !isToken(name) || given && !quoted && !isToken(value) || name == "includesubdomains" && given {
			return 0, false
		}
		seen[name] = true
		if name != "max-age" {
			continue
		}
		if value == "" || strings.Trim(value, "0123456789") != "" {
			return 0, false
		}
		age, _ = strconv.ParseUint(value, 10, 64) // beyond that it is the most
	}
	return age, seen["max-age"]
}

// directiveValue takes a value off s, up to the semicolon, which is left (RFC 9110,
// Section 5.6.4).
func directiveValue(s string) (value string, quoted bool, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexByte(s, ';')
		if end < 0 {
			end = len(s)
		}
		return strings.TrimRight(s[:end], " \t"), false, s[end:], true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			rest = strings.TrimLeft(s[i+1:], " \t")
			return b.String(), true, rest, rest == "" || rest[0] == ';'
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", true, "", false
}

// isToken is RFC 9110, Section 5.6.2.
func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	}) < 0
}

func runClientCertRefused(p *pass) {
	why := map[string]text.Text{
		"403.12": text.Of("it is mapped to no account that may see the page"), "403.13": text.Of("it has been revoked, or the revocation list could not be had"),
		"403.16": text.Of("it is not trusted, or not valid"), "403.17": text.Of("it has expired, or is not valid yet"),
	}
	for i := range p.Server.Pages {
		if page := &p.Server.Pages[i]; !why[page.Substatus].IsZero() {
			p.Report(Finding{At: p.atServer(), Case: page.Substatus, Breaks: BreaksTrust, Message: text.Of("%s is answered with %s: IIS refuses the certificate of the client: %s", page.URL, page.Substatus, why[page.Substatus])})
		}
	}
}

// maxListed is how many parts of a page are named in a message.
const maxListed = 5

func runMixedContent(p *pass) {
	for i := range p.Server.Pages {
		page := &p.Server.Pages[i]
		if page.Upgraded > 0 {
			p.Report(Finding{
				At: p.atServer(), Severity: Info, Case: "upgraded", Action: text.Of("see that they can be had by https"),
				Message: text.Of("%s names %d parts with http, which browsers load by https because of upgrade-insecure-requests", page.URL, page.Upgraded),
			})
		}
		for _, blocked := range []bool{true, false} {
			var list []string
			n := 0
			for _, r := range page.Loads {
				if r.Blocked != blocked {
					continue
				}
				if n++; n <= maxListed {
					list = append(list, r.Kind+" "+r.URL+" (line "+strconv.Itoa(r.Line)+")")
				}
			}
			if n == 0 {
				continue
			}
			f := Finding{At: p.atServer(), Breaks: BreaksTrust, Message: text.Of("%s loads by http what browsers block: %s", page.URL, strings.Join(list, ", "))}
			if !blocked {
				f.Severity, f.Breaks = Warning, breaksNothing
				f.Message = text.Of("%s names with http what browsers load by https or warn of: %s", page.URL, strings.Join(list, ", "))
			}
			if more := n - maxListed; more > 0 {
				f.Message = f.Message.Add(" and %d more", more)
			}
			if page.Left > 0 {
				f.Message = f.Message.Add("; not listed: %s of both kinds", count(page.Left, "further part"))
			}
			p.Report(f)
		}
	}
}
