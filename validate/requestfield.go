package validate

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/text"
)

// eachField calls f with every attribute of the subject that is a string.
func eachField(q *convert.Request, f func(a convert.NameAttribute)) {
	attrs, _ := convert.ParseName(q.Subject)
	for _, a := range attrs {
		if textTag(a.Tag) {
			f(a)
		}
	}
}

// fieldNames are the names by which people know the attributes.
var fieldNames = [][2]string{
	{"CN", "common name"}, {"O", "organization"}, {"OU", "organizational unit"}, {"L", "locality"}, {"ST", "state or province"},
	{"C", "country"}, {"STREET", "street"}, {"emailAddress", "e-mail address"}, {"serialNumber", "serial number"},
}

func field(a convert.NameAttribute) text.Text {
	for _, f := range fieldNames {
		if f[0] == a.Type {
			return text.Of("%s (%s)", f[1], a.Type)
		}
	}
	return text.Of("%s", a.Type)
}

func runCountry(p *pass, q *convert.Request) {
	n := 0
	eachField(q, func(a convert.NameAttribute) {
		if a.Type != "C" {
			return
		}
		if n++; n == 2 {
			p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the country is there twice"), Action: text.Of("make the request with one country")})
		}
		if emptyValue(a.Text) {
			return
		}
		f := Finding{At: q.Source, Breaks: BreaksIssue}
		code := strings.ToUpper(strings.TrimSpace(a.Text))
		switch {
		case isCountry(a.Text):
			return
		case code == "UK":
			f.Message = text.Of(`the country "%s" is not a code of ISO 3166-1; Great Britain's is GB`, a.Text)
			f.Action = text.Of("make the request with C=GB")
		case isCountry(code):
			if p.profile().historic {
				f.Severity, f.Breaks = Warning, breaksNothing
			}
			f.Message = text.Of("the country %q is not written in two capital letters", a.Text)
			f.Action = text.Of("make the request with C=%s", code)
		case len(code) != 2:
			f.Message = text.Of("the country %q is not a code of two letters", a.Text)
		default:
			f.Message = text.Of("the country %q is not a code of ISO 3166-1", a.Text)
		}
		p.Report(f)
	})
}

func runFieldEmpty(p *pass, q *convert.Request) {
	eachField(q, func(a convert.NameAttribute) {
		if emptyValue(a.Text) {
			p.Report(Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the %s is %q, which says nothing", field(a), a.Text)})
		}
	})
}

// emptyValue: "… consisting solely of metadata such as '.', '-', and ' ' …,
// or any other indication that the value is absent, incomplete, or not applicable".
func emptyValue(s string) bool {
	t := strings.ToLower(strings.TrimSpace(s))
	switch t {
	case "n/a", "n_a", "n.a.", "n-a", "none", "null", "nil", "unknown", "not applicable":
		return true
	}
	return strings.Trim(t, ".-_ *?") == ""
}

// upperBound is that of RFC 5280, Appendix A.1, and for street, postal code
// and serial number of the Baseline Requirements, Section 7.1.4.2.
func upperBound(attribute string) int {
	switch attribute {
	case "CN", "O", "OU", "T", "title", "serialNumber":
		return 64
	case "L", "ST", "STREET":
		return 128
	case "postalCode":
		return 40
	case "emailAddress":
		return 255
	}
	return math.MaxInt
}

func runFieldLength(p *pass, q *convert.Request) {
	eachField(q, func(a convert.NameAttribute) {
		if limit, n := upperBound(a.Type), utf8.RuneCountInString(a.Text); n > limit {
			f := Finding{At: q.Source, Breaks: BreaksIssue, Message: text.Of("the %s has %d characters, %d are allowed", field(a), n, limit)}
			if a.Type == "CN" {
				f.Action = text.Of("leave the common name out or use a shorter one; the long name belongs in the subjectAltName")
			}
			p.Report(f)
		}
	})
}

func runFieldEncoding(p *pass, q *convert.Request) {
	severity, breaks := p.historicSeverity()
	eachField(q, func(a convert.NameAttribute) {
		f := Finding{At: q.Source, Severity: severity, Breaks: breaks}
		switch a.Tag {
		case der.TagBMPString:
			f.Message = text.Of("the %s is a BMPString", field(a))
		case der.TagT61String:
			f.Message = text.Of("the %s is a T61String (TeletexString)", field(a))
		case der.TagUniversalString:
			f.Message = text.Of("the %s is a UniversalString", field(a))
		default:
			if c, ok := forbidden(a); ok {
				f.Severity, f.Breaks = Error, BreaksIssue
				f.Message = text.Of("the %s is a %s, which cannot hold %s", field(a), stringType(a.Tag), c)
				f.Action = text.Of("make the request with UTF8String values, as current programs do")
			} else if a.Type == "C" && a.Tag != der.TagPrintableString {
				f.Severity, f.Breaks = Error, BreaksIssue
				f.Message = text.Of("the %s is a %s; it must be a PrintableString", field(a), stringType(a.Tag))
			} else if slices.Contains(directoryStrings, a.Type) && a.Tag != der.TagUTF8String && a.Tag != der.TagPrintableString {
				f.Severity, f.Breaks = Error, BreaksIssue
				f.Message = text.Of("the %s is a %s; it must be a UTF8String or PrintableString", field(a), stringType(a.Tag))
			} else {
				return
			}
		}
		p.Report(f)
	})
}

// directoryStrings are the fields whose type is DirectoryString (RFC 5280,
// Appendix A.1), which is one of five types of string.
var directoryStrings = []string{"CN", "O", "OU", "L", "ST", "STREET"}

func stringType(tag int) string {
	switch tag {
	case der.TagUTF8String:
		return "UTF8String"
	case der.TagPrintableString:
		return "PrintableString"
	case der.TagIA5String:
		return "IA5String"
	case der.TagNumericString:
		return "NumericString"
	case der.TagVisibleString:
		return "VisibleString"
	}
	return "GeneralString"
}

// forbidden finds what the string type of a does not allow (X.680, Section 41).
func forbidden(a convert.NameAttribute) (text.Text, bool) {
	var allowed func(c byte) bool
	switch a.Tag {
	case der.TagUTF8String:
		return text.Of("bytes that are not UTF-8"), !utf8.Valid(a.Value)
	case der.TagPrintableString:
		allowed = func(c byte) bool {
			return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(" '()+,-./:=?", c) >= 0
		}
	case der.TagNumericString:
		allowed = func(c byte) bool { return c >= '0' && c <= '9' || c == ' ' }
	case der.TagIA5String:
		allowed = func(c byte) bool { return c < 0x80 }
	case der.TagVisibleString:
		allowed = func(c byte) bool { return c >= 0x20 && c < 0x7f }
	default:
		return text.Text{}, false
	}
	for _, c := range a.Value {
		if !allowed(c) {
			if c >= 0x20 && c < 0x7f {
				return text.Of("the character %q", c), true
			}
			return text.Of("the byte 0x%02x", c), true
		}
	}
	return text.Text{}, false
}

func runFieldNonASCII(p *pass, q *convert.Request) {
	severity, breaks := p.historicSeverity()
	eachField(q, func(a convert.NameAttribute) {
		if isASCII(a.Text) || a.Type == "CN" && !invalidName(requestName{a.Text, true}).IsZero() && looksLikeHost(a.Text) {
			return
		}
		f := Finding{At: q.Source, Severity: severity, Breaks: breaks}
		switch meant := unscramble(a.Text); {
		case strings.ContainsRune(a.Text, utf8.RuneError):
			f.Message = text.Of("the %s %q holds letters that were lost in transit", field(a), a.Text)
			f.Action = text.Of("make the request again from a terminal and with files in UTF-8")
		case meant != "":
			f.Message = text.Of("the %s is garbled: %q is %q, UTF-8 read as Latin-1", field(a), a.Text, meant)
			f.Action = text.Of("make the request again with %q", meant)
		default:
			r, pos := firstNonASCII(a.Text)
			f.Message = text.Of("the %s %q has the letter %q (U+%04X) at position %d", field(a), a.Text, r, r, pos)
			if ascii := toASCII(a.Text); ascii != "" {
				f.Action = text.Of("if the CA refuses it, write %q", ascii)
			}
		}
		p.Report(f)
	})
}

func looksLikeHost(s string) bool { return strings.Contains(s, ".") && !strings.Contains(s, " ") }

func firstNonASCII(s string) (rune, int) {
	pos := 0
	for _, r := range s {
		pos++
		if r >= utf8.RuneSelf {
			return r, pos
		}
	}
	return 0, 0
}

// unscramble undoes one reading of UTF-8 as Latin-1 or Windows-1252; "" if
// that is not what happened.
func unscramble(s string) string {
	for _, cm := range []*charmap.Charmap{charmap.ISO8859_1, charmap.Windows1252} {
		b, err := cm.NewEncoder().Bytes([]byte(s))
		if err == nil && utf8.Valid(b) && utf8.RuneCount(b) < len(b) {
			return string(b)
		}
	}
	return ""
}

// asciiForms are the letters that have no accent to drop.
var asciiForms = lazy.Value[*strings.Replacer]{Make: func() *strings.Replacer {
	return strings.NewReplacer(
		"ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss", "ø", "o", "Ø", "O", "æ", "ae", "Æ", "AE", "å", "aa", "Å", "Aa",
		"œ", "oe", "Œ", "OE", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ð", "d", "þ", "th", "ı", "i",
		"‘", "'", "’", "'", "“", "\"", "”", "\"", "–", "-", "—", "-", "\u00a0", " ",
	)
}}

// toASCII writes s in ASCII, "" where that is not known, as of other scripts.
func toASCII(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(asciiForms.Get().Replace(norm.NFC.String(s))) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			return ""
		}
	}
	return b.String()
}

// historicCharacters are what the CAs of the time of IIS 4 refused.
const historicCharacters = `!@#$%^*()~?><&/\:;`

func runFieldCharacter(p *pass, q *convert.Request) {
	severity, breaks := p.historicSeverity()
	eachField(q, func(a convert.NameAttribute) {
		value, skip := a.Text, ""
		switch a.Type {
		case "CN":
			if !invalidName(requestName{a.Text, true}).IsZero() || strings.Contains(strings.TrimPrefix(value, "*."), "*") {
				return // told as a name that is none
			}
			value = strings.TrimPrefix(value, "*.")
			skip = "."
		case "emailAddress":
			skip = "@."
		case "DC", "UID":
			return
		}
		if emptyValue(value) {
			return
		}
		pos := 0
		reported := map[rune]bool{}
		for _, r := range value {
			pos++
			if reported[r] || strings.ContainsRune(skip, r) {
				continue
			}
			f := Finding{At: q.Source, Severity: severity, Breaks: breaks, Message: text.Of("the %s %q has the character %q at position %d", field(a), a.Text, r, pos)}
			switch {
			case strings.ContainsRune(historicCharacters, r):
				if r == '&' {
					f.Action = text.Of("write %q", strings.ReplaceAll(a.Text, "&", "and"))
				}
			case unicode.IsControl(r):
				f.Severity, f.Breaks = Error, BreaksIssue
			case r == '.':
				f.Severity, f.Breaks = Info, breaksNothing
				f.Action = text.Of("nothing today; old CAs wanted it without")
			default:
				continue
			}
			reported[r] = true
			p.Report(f)
		}
	})
}

func runFieldWhitespace(p *pass, q *convert.Request) {
	eachField(q, func(a convert.NameAttribute) {
		if t := strings.TrimSpace(a.Text); t != a.Text && t != "" && !(a.Type == "CN" && looksLikeHost(t)) {
			where := text.Of("begins")
			if strings.TrimLeftFunc(a.Text, unicode.IsSpace) == a.Text {
				where = text.Of("ends")
			}
			p.Report(Finding{At: q.Source, Message: text.Of("the %s %q %s with a space", field(a), a.Text, where), Action: text.Of("write %q", t)})
		}
	})
}

func runOU(p *pass, q *convert.Request) {
	eachField(q, func(a convert.NameAttribute) {
		if a.Type == "OU" {
			p.Report(Finding{At: q.Source, Message: text.Of("the request has the organizational unit %q, which CAs leave out", a.Text)})
		}
	})
}
