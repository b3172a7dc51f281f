package probe

import (
	"bytes"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/certconv/certconv/internal/served"
)

// Bounds of a page.
const (
	maxLoads   = 100 // that are kept
	maxAddress = 500 // length that is kept of an address
	maxNested  = 3   // documents in attributes
)

// scan is a page on its way through the scanner.
type scan struct {
	document
	nested int
	line   int

	seen     map[served.Resource]bool
	loads    []served.Resource
	left     int
	upgraded int
}

// document is what holds for one document: the page, or one in an attribute, which
// begins with the base and the policy of that around it.
type document struct {
	base     *url.URL
	based    bool   // by itself
	upgrades bool   // browsers load by https what is addressed by http
	inert    int    // templates around
	inBody   bool   // where no policy counts
	refresh  string // where it sends browsers on to
	framed   bool   // it is one of frames
	drawings int    // of SVG around
}

// scanPage looks through a page for what it loads by http (W3C, Mixed Content, Section
// 4). Scripts are not run, and what it loads is not looked into.
func scanPage(page []byte, at *url.URL, header http.Header) *scan {
	s := &scan{document: document{base: at}, line: 1, seen: map[served.Resource]bool{}}
	for _, policy := range header.Values("Content-Security-Policy") {
		s.policy(policy)
	}
	s.read(page)
	return s
}

// policy takes a Content Security Policy in.
func (s *scan) policy(policy string) {
	for directive := range strings.FieldsFuncSeq(policy, func(r rune) bool { return r == ';' || r == ',' }) {
		if f := strings.Fields(directive); len(f) > 0 && strings.EqualFold(f[0], "upgrade-insecure-requests") {
			s.upgrades = true
		}
	}
}

// inHead are the elements that leave what follows in the head of a document.
var inHead = []string{"html", "head", "base", "basefont", "bgsound", "link", "meta", "title", "noscript", "noframes", "style", "script", "template"}

func (s *scan) read(page []byte) {
	z := html.NewTokenizer(bytes.NewReader(page))
	style, text := false, false // inside the one, or an element whose text is not shown
	for {
		kind := z.Next()
		raw := z.Raw()
		switch kind {
		case html.ErrorToken:
			return
		case html.TextToken:
			if style {
				s.css(string(raw))
			}
			s.inBody = s.inBody || !text && s.inert == 0 && len(bytes.TrimSpace(raw)) > 0
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			attr := map[string]string{}
			for more && len(attr) < 100 {
				var k, v []byte
				k, v, more = z.TagAttr()
				if _, again := attr[string(k)]; !again {
					attr[string(k)] = string(v)
				}
			}
			// A slash at the end of such a tag means nothing to browsers.
			style, text = tag == "style", tag == "title" || tag == "style" || tag == "script" || tag == "noscript" || tag == "noframes"
			if tag == "template" {
				s.inert++
			}
			if s.inert == 0 {
				s.inBody = s.inBody || !slices.Contains(inHead, tag)
				s.element(tag, attr)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			style, text = false, false
			switch {
			case string(name) == "template" && s.inert > 0:
				s.inert--
			case string(name) == "svg" && s.drawings > 0:
				s.drawings--
			}
		}
		if s.nested == 0 {
			s.line += bytes.Count(raw, []byte("\n"))
		}
	}
}

// loader is an attribute that makes browsers load something.
type loader struct {
	tag, attr, kind string
	blocked         bool
}

// loaders are what browsers load of a page. They block all of it that comes by http but
// images, sound and films, which they load by https: Chromium 156 and Firefox 153 were
// asked, of which the latter loads subtitles.
var loaders = []loader{
	{"embed", "src", "plugin", true},
	{"object", "data", "plugin", true},
	{"track", "src", "subtitles", true},
	{"img", "src", "image", false},
	{"image", "href", "image", false},
	{"image", "xlink:href", "image", false},
	{"use", "href", "image", false},
	{"use", "xlink:href", "image", false},
	{"video", "src", "film", false},
	{"video", "poster", "image", false},
	{"audio", "src", "sound", false},
	{"source", "src", "film or sound", false},
	{"body", "background", "image", false},
	{"table", "background", "image", false},
	{"td", "background", "image", false},
	{"th", "background", "image", false},
	// Browsers warn before they send it.
	{"form", "action", "form", false},
	{"button", "formaction", "form", false},
	{"input", "formaction", "form", false},
}

func (s *scan) element(tag string, attr map[string]string) {
	for _, l := range loaders {
		if l.tag == tag && attr[l.attr] != "" {
			s.add(attr[l.attr], l.kind, l.blocked)
		}
	}
	if style := attr["style"]; style != "" {
		s.css(style)
	}
	switch tag {
	case "base":
		if u, err := s.base.Parse(asBrowsersDo(strings.TrimSpace(attr["href"]))); err == nil && attr["href"] != "" && len(attr["href"]) <= 4*maxAddress && !s.based {
			s.base, s.based = u, true
		}
	case "meta":
		s.meta(attr)
	case "link":
		s.link(attr)
	case "img", "source":
		// A browser may take any of them.
		for _, u := range candidates(attr["srcset"]) {
			s.add(u, "image of a set", true)
		}
	case "input":
		if strings.EqualFold(attr["type"], "image") {
			s.add(attr["src"], "image", false)
		}
	case "script":
		s.script(attr)
	case "svg":
		s.drawings++
	case "frameset":
		s.framed = true
	case "frame":
		if s.framed {
			s.add(attr["src"], "frame", true)
		}
	case "iframe":
		if doc, ok := attr["srcdoc"]; !ok {
			s.add(attr["src"], "frame", true)
		} else if s.nested < maxNested {
			around := s.document
			s.nested++
			s.document = document{base: around.base, upgrades: around.upgrades}
			s.read([]byte(doc))
			s.nested--
			s.document = around
		}
	}
}

// scriptTypes are those of JavaScript (WHATWG, MIME Sniffing, Section 4.6), and modules.
// What has another type is data, and not loaded.
var scriptTypes = []string{
	"module", "text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript", "application/ecmascript", "application/x-ecmascript", "text/x-ecmascript",
	"text/x-javascript", "text/jscript", "text/livescript", "text/javascript1.0", "text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4", "text/javascript1.5",
}

// script looks at a script (HTML, "prepare the script element").
func (s *scan) script(attr map[string]string) {
	kind, given := attr["type"]
	if language := attr["language"]; !given && language != "" {
		kind = "text/" + language
	}
	if kind = strings.ToLower(strings.Trim(kind, " \t\r\n\f")); kind != "" && !slices.Contains(scriptTypes, kind) {
		return
	}
	if _, old := attr["nomodule"]; old && kind != "module" {
		return // for browsers without modules, which there are none of any more
	}
	s.add(attr["src"], "script", true)
	if s.drawings > 0 {
		s.add(attr["href"], "script", true)
		s.add(attr["xlink:href"], "script", true)
	}
}

func (s *scan) meta(attr map[string]string) {
	switch strings.ToLower(attr["http-equiv"]) {
	case "content-security-policy":
		if !s.inBody {
			s.policy(attr["content"])
		}
	case "refresh":
		if s.refresh == "" {
			s.refresh = refreshTo(attr["content"])
		}
	}
}

// refreshTo is the address in the value of the header Refresh, or of a meta element in its
// place (HTML, "shared declarative refresh steps").
func refreshTo(value string) string {
	_, to, _ := strings.Cut(value, ";")
	to = strings.TrimSpace(to)
	if len(to) > 3 && strings.EqualFold(to[:3], "url") {
		to = strings.TrimPrefix(strings.TrimSpace(to[3:]), "=")
	}
	return strings.Trim(to, ` '"`)
}

// link looks at what a link has to do with the page: most only name something.
func (s *scan) link(attr map[string]string) {
	for _, rel := range strings.Fields(strings.ToLower(attr["rel"])) {
		switch rel {
		case "stylesheet":
			s.add(attr["href"], "style sheet", true)
		case "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon":
			s.add(attr["href"], "icon", false)
		case "preload", "modulepreload", "prefetch", "manifest":
			as := strings.ToLower(attr["as"])
			set := candidates(attr["imagesrcset"])
			if as != "image" || len(set) == 0 {
				set = []string{attr["href"]}
			}
			for _, u := range set {
				s.add(u, rel, as != "image" && as != "audio" && as != "video")
			}
		default:
			continue
		}
		return
	}
}

// candidates are the addresses of a srcset: each ends at white space, and commas at its
// end belong to the list (HTML, "parse a srcset attribute").
func candidates(set string) (list []string) {
	const space = " \t\n\f\r"
	for len(list) < maxLoads {
		set = strings.TrimLeft(set, space+",")
		if set == "" {
			break
		}
		end := strings.IndexAny(set, space)
		if end < 0 {
			end = len(set)
		}
		u := set[:end]
		set = set[end:]
		if bare := strings.TrimRight(u, ","); bare != u {
			u = bare
		} else if comma := strings.IndexByte(set, ','); comma >= 0 {
			set = set[comma:]
		} else {
			set = ""
		}
		list = append(list, u)
	}
	return list
}

// css looks for addresses in a style sheet.
func (s *scan) css(sheet string) {
	for sheet != "" {
		at := strings.IndexAny(sheet, "uUiI@/\"'")
		if at < 0 {
			return
		}
		sheet = sheet[at:]
		switch {
		case sheet[0] == '"' || sheet[0] == '\'':
			end := 1 // of a string, which ends with its line at the latest
			for end < len(sheet) && sheet[end] != sheet[0] && sheet[end] != '\n' {
				if sheet[end] == '\\' {
					end++
				}
				end++
			}
			sheet = sheet[min(end+1, len(sheet)):]
		case hasFold(sheet, "image-set("):
			sheet = s.imageSet(sheet[len("image-set("):])
		case strings.HasPrefix(sheet, "/*"):
			_, sheet, _ = strings.Cut(sheet[2:], "*/")
		case hasFold(sheet, "@import"):
			rest := strings.TrimLeft(sheet[len("@import"):], " \t\r\n\f")
			if hasFold(rest, "url(") {
				rest = strings.TrimLeft(rest[len("url("):], " \t\r\n\f")
			}
			u := cssAddress(rest)
			s.add(u, "style sheet", true)
			sheet = rest[len(u):]
		case hasFold(sheet, "@font-face"):
			body, rest, _ := strings.Cut(sheet[1:], "}")
			s.cssURLs(body, "font", true)
			sheet = rest
		case hasFold(sheet, "url("):
			end := strings.IndexByte(sheet, ')')
			if end < 0 {
				end = len(sheet) - 1
			}
			s.cssURLs(sheet[:end+1], "image of a style", false)
			sheet = sheet[end+1:]
		default:
			sheet = sheet[1:]
		}
	}
}

// imageSet takes in the images of a set, as strings or as url(), and returns what follows it.
func (s *scan) imageSet(rest string) string {
	for rest != "" {
		switch {
		case rest[0] == ')':
			return rest[1:]
		case rest[0] == '"' || rest[0] == '\'':
			u := cssAddress(rest)
			s.add(u, "image of a style", false)
			rest = rest[len(u):]
		case hasFold(rest, "url("):
			rest = strings.TrimLeft(rest[len("url("):], " \t\r\n\f")
			u := cssAddress(rest)
			s.add(u, "image of a style", false)
			_, rest, _ = strings.Cut(rest[len(u):], ")")
		case hasFold(rest, "type("):
			_, rest, _ = strings.Cut(rest, ")")
		default:
			rest = rest[1:]
		}
	}
	return ""
}

func (s *scan) cssURLs(part, kind string, blocked bool) {
	for part != "" {
		at := strings.IndexAny(part, "uU")
		if at < 0 {
			return
		}
		if part = part[at:]; !hasFold(part, "url(") {
			part = part[1:]
			continue
		}
		part = strings.TrimLeft(part[len("url("):], " \t\r\n\f")
		u := cssAddress(part)
		s.add(u, kind, blocked)
		part = part[len(u):]
	}
}

// cssAddress is the address that a style sheet goes on with, quotes and all.
func cssAddress(rest string) string {
	if rest == "" {
		return ""
	}
	if q := rest[0]; q == '"' || q == '\'' {
		if end := strings.IndexByte(rest[1:], q); end >= 0 {
			return rest[:end+2]
		}
		return rest
	}
	if end := strings.IndexAny(rest, ") \t\r\n\f;"); end >= 0 {
		return rest[:end]
	}
	return rest
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// add takes an address in, if it is one of http that browsers mind.
func (s *scan) add(address, kind string, blocked bool) {
	address = strings.Trim(address, " \t\r\n\f\"'")
	address = address[:min(len(address), 4*maxAddress)]
	u, err := s.base.Parse(asBrowsersDo(address))
	if address == "" || err != nil || u.Scheme != "http" || isTrustworthy(u.Hostname()) {
		return
	}
	if s.upgrades {
		s.upgraded++
		return
	}
	u.User = nil
	r := served.Resource{URL: u.String(), Kind: kind, Line: s.line, Blocked: blocked}
	if len(r.URL) > maxAddress {
		r.URL = r.URL[:maxAddress] + "…"
	}
	same := r
	same.Line = 0
	switch {
	case s.seen[same]:
	case len(s.loads) == maxLoads:
		s.left++
	default:
		s.seen[same] = true
		s.loads = append(s.loads, r)
	}
}

// asBrowsersDo is an address as browsers read it: without tabs and line ends, with slashes
// for backslashes and two of them behind http, and with a percent sign that begins no escape
// for itself (WHATWG, URL, Section 4.4).
func asBrowsersDo(address string) string {
	if strings.ContainsAny(address, "\t\r\n%") {
		var out strings.Builder
		for i := 0; i < len(address); i++ {
			switch c := address[i]; {
			case c == '\t' || c == '\r' || c == '\n':
			case c == '%' && (i+2 >= len(address) || !isHex(address[i+1]) || !isHex(address[i+2])):
				out.WriteString("%25")
			default:
				out.WriteByte(c)
			}
		}
		address = out.String()
	}
	end := strings.IndexAny(address, "?#")
	if end < 0 {
		end = len(address)
	}
	before, after := strings.ReplaceAll(address[:end], `\`, "/"), address[end:]
	if hasFold(before, "http:") {
		before = "http://" + strings.TrimLeft(before[len("http:"):], "/")
	}
	return before + after
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isTrustworthy reports whether browsers trust a host without https: it is their own
// machine (W3C, Secure Contexts, Section 3.1).
func isTrustworthy(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	a, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && a.Unmap().IsLoopback()
}
