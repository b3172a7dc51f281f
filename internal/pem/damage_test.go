package pem_test

import (
	"encoding/binary"
	stdpem "encoding/pem"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/certconv/certconv/convert"
)

// testCert returns the first certificate of a file of testdata/pairs, as the
// canonical text of its block.
func testCert(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../testdata/pairs/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	for b, rest := stdpem.Decode(data); b != nil; b, rest = stdpem.Decode(rest) {
		if b.Type == "CERTIFICATE" {
			return string(stdpem.EncodeToMemory(b))
		}
	}
	t.Fatal("no certificate in " + name)
	return ""
}

// testKey returns the first block of a file of testdata/pairs, a private key.
func testKey(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../testdata/pairs/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := stdpem.Decode(data)
	return string(stdpem.EncodeToMemory(b))
}

func utf16Text(order binary.AppendByteOrder, s string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

func utf32Text(order binary.AppendByteOrder, s string) string {
	var out []byte
	for _, r := range s {
		out = order.AppendUint32(out, uint32(r))
	}
	return string(out)
}

// damage is what happens to PEM text, what the reader says about it, and
// whether it knows what was meant.
type damage struct {
	name  string
	do    func(p *pemParts) string
	notes string // "kind line:column", in the order of the file
	lost  string // "line:column" of the error; "" if the object can be read
}

// pemParts is a canonical block, taken apart.
type pemParts struct {
	text       string
	lines      []string // without line ends
	body       []string
	begin, end string
}

func takeApart(text string) *pemParts {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	n := len(lines)
	return &pemParts{text: text, lines: lines, body: lines[1 : n-1], begin: lines[0], end: lines[n-1]}
}

func (p *pemParts) joined(sep string) string { return strings.Join(p.lines, sep) + sep }

// each puts something before and behind every line.
func (p *pemParts) each(before, after string) string {
	return before + strings.Join(p.lines, after+"\n"+before) + after + "\n"
}

// inLine3 replaces n characters of line 4 (the third of the body) from column 21.
func (p *pemParts) inLine3(n int, with string) string {
	l := p.body[2]
	return strings.Replace(p.text, l, l[:20]+with+l[20+n:], 1)
}

func (p *pemParts) swap(old, new string) string { return strings.ReplaceAll(p.text, old, new) }

var damages = []damage{
	{"nothing", func(p *pemParts) string { return p.text }, "", ""},
	{"no final line end", func(p *pemParts) string { return strings.TrimSpace(p.text) }, "", ""},
	{"CR LF", func(p *pemParts) string { return p.joined("\r\n") }, "", ""},
	{"64 to 76 columns", func(p *pemParts) string {
		return p.begin + "\n" + wrap(strings.Join(p.body, ""), 76) + p.end + "\n"
	}, "", ""},

	// encodings
	{"UTF-8 mark", func(p *pemParts) string { return "\ufeff" + p.text }, "byte-order-mark 1:1", ""},
	{"UTF-8 mark, CR LF", func(p *pemParts) string { return "\ufeff" + p.joined("\r\n") }, "byte-order-mark 1:1", ""},
	{"UTF-16LE with mark", func(p *pemParts) string { return utf16Text(binary.LittleEndian, "\ufeff"+p.joined("\r\n")) }, "utf16 1:1", ""},
	{"UTF-16BE with mark", func(p *pemParts) string { return utf16Text(binary.BigEndian, "\ufeff"+p.text) }, "utf16 1:1", ""},
	{"UTF-16LE", func(p *pemParts) string { return utf16Text(binary.LittleEndian, p.text) }, "utf16 1:1", ""},
	{"UTF-16BE", func(p *pemParts) string { return utf16Text(binary.BigEndian, p.text) }, "utf16 1:1", ""},
	{"UTF-32LE", func(p *pemParts) string { return utf32Text(binary.LittleEndian, "\ufeff"+p.text) }, "utf16 1:1", ""},
	{"UTF-32BE", func(p *pemParts) string { return utf32Text(binary.BigEndian, p.text) }, "utf16 1:1", ""},
	{"UTF-16LE, indented", func(p *pemParts) string {
		return utf16Text(binary.LittleEndian, "\ufeff"+p.begin+"\r\n"+" "+strings.Join(p.lines[1:], "\r\n"))
	}, "utf16 1:1, body-space 2:1", ""},
	{"NUL after every line", func(p *pemParts) string { return p.joined("\n\x00") }, "body-character 2:1", ""},
	{"Ctrl-Z", func(p *pemParts) string { return p.joined("\r\n") + "\x1a" }, "", ""},
	{"Ctrl-Z after END", func(p *pemParts) string { return strings.TrimSpace(p.text) + "\x1a" }, "", ""},

	// line ends
	{"CR", func(p *pemParts) string { return p.joined("\r") }, "line-end-cr 1:len", ""},
	{"CR CR LF", func(p *pemParts) string { return p.joined("\r\r\n") }, "line-end-mixed 1:len", ""},
	{"mixed", func(p *pemParts) string { return p.begin + "\r\n" + strings.Join(p.lines[1:], "\n") + "\n" }, "line-end-mixed 2:65", ""},
	{"spaces", func(p *pemParts) string { return p.joined(" ") }, "line-end-missing 1:len, body-space 1:len, line-unwrapped 1:len, boundary-space 1:eol", ""},
	{"no line ends", func(p *pemParts) string { return p.joined("") }, "line-end-missing 1:len, line-unwrapped 1:len", ""},
	{"no line end after BEGIN", func(p *pemParts) string { return strings.Replace(p.text, p.begin+"\n", p.begin, 1) }, "line-end-missing 1:len", ""},
	{"no line end before END", func(p *pemParts) string { return strings.Replace(p.text, "\n"+p.end, p.end, 1) }, "line-end-missing end:eol", ""},

	// escapes
	{"JSON", func(p *pemParts) string { return `{"cert": "` + p.joined(`\n`) + `"}` }, "escaped-newlines 1:len+10", ""},
	{"JSON of Windows", func(p *pemParts) string { return `{"cert": "` + p.joined(`\r\n`) + `"}` }, "escaped-newlines 1:len+10", ""},
	{"JSON of PHP", func(p *pemParts) string { return `"` + strings.ReplaceAll(p.joined(`\n`), "/", `\/`) + `"` }, "escaped-newlines 1:len+1", ""},
	{"JSON of .NET", func(p *pemParts) string {
		return `"` + strings.ReplaceAll(p.joined(`\r\n`), "+", `\u002B`) + `"`
	}, "escaped-newlines 1:len+1", ""},
	{"JSON twice", func(p *pemParts) string { return `"{\"cert\": \"` + p.joined(`\\n`) + `\"}"` }, "escaped-newlines 1:len+14", ""},
	{"environment", func(p *pemParts) string { return "CERT='" + p.joined(`\n`) + "'\n" }, "escaped-newlines 1:len+6", ""},
	{"Java", func(p *pemParts) string { return `String s = ` + p.each(`    "`, `\n" +`) + "    \"\";\n" }, "escaped-newlines 1:len+16", ""},
	{"C", func(p *pemParts) string { return p.each(`"`, `\n"`) }, "escaped-newlines 1:len+1", ""},
	{"shell", func(p *pemParts) string { return p.each(``, `\`) }, "escaped-newlines 1:len", ""},
	{"HTML", func(p *pemParts) string { return "<pre>" + p.each("", "<br>") + "</pre>" }, "quoted-html 1:len+5", ""},
	{"HTML on one line", func(p *pemParts) string { return "<p>" + p.joined("<br />") + "</p>" }, "quoted-html 1:len+3", ""},
	{"HTML spaces", func(p *pemParts) string { return p.each("&nbsp;", "") }, "boundary-space 1:1, quoted-html 2:1, body-space each", ""},
	{"HTML characters", func(p *pemParts) string {
		return strings.NewReplacer("+", "&#43;", "/", "&#x2F;", "=", "&#61;").Replace(p.each("", "<br/>"))
	}, "quoted-html 1:len", ""},
	{"percent", func(p *pemParts) string {
		return strings.NewReplacer("\n", "%0A", " ", "%20", "+", "%2B", "/", "%2F", "=", "%3D").Replace(p.text)
	}, "quoted-html 1:11", ""},
	{"form", func(p *pemParts) string {
		return strings.NewReplacer("\n", "%0D%0A", " ", "+", "+", "%2B", "/", "%2F", "=", "%3D").Replace(p.text)
	}, "quoted-html 1:11", ""},
	{"quoted-printable", func(p *pemParts) string {
		return strings.ReplaceAll(p.begin+"\n"+wrap(strings.Join(p.body, "")+"====", 60)+p.end, "=", "=3D")
	}, "*", ""},
	{"terminal colours", func(p *pemParts) string { return p.each("\x1b[1m", "\x1b[0m") }, "*", ""},

	// quotation
	{"mail", func(p *pemParts) string { return p.each("> ", "") }, "quoted-mail 1:1", ""},
	{"mail without space", func(p *pemParts) string { return p.each(">", "") }, "quoted-mail 1:1", ""},
	{"mail twice", func(p *pemParts) string { return p.each(">> ", "") }, "quoted-mail 1:1", ""},
	{"bars", func(p *pemParts) string { return p.each("| ", "") }, "quoted-mail 1:1", ""},
	{"comment", func(p *pemParts) string { return p.each("# ", "") }, "quoted-mail 1:1", ""},
	{"diff", func(p *pemParts) string { return p.each("+", "") }, "quoted-mail 1:1", ""},
	{"quoted body", func(p *pemParts) string {
		return p.begin + "\n> " + strings.Join(p.body, "\n> ") + "\n" + p.end + "\n"
	}, "quoted-mail 2:1", ""},
	{"indented", func(p *pemParts) string { return p.each("    ", "") }, "boundary-space 1:1, body-space each, boundary-space end:1", ""},
	{"tabs", func(p *pemParts) string { return p.each("\t", "") }, "boundary-space 1:1, body-space each, boundary-space end:1", ""},
	{"trailing spaces", func(p *pemParts) string { return p.each("", "  ") }, "boundary-space 1:len, body-space each, boundary-space end:len", ""},

	// boundaries
	{"space before BEGIN", func(p *pemParts) string { return " " + p.text }, "boundary-space 1:1", ""},
	{"space before END", func(p *pemParts) string { return strings.Replace(p.text, p.end, "\t"+p.end, 1) }, "boundary-space end:1", ""},
	{"space after BEGIN", func(p *pemParts) string { return strings.Replace(p.text, p.begin, p.begin+" ", 1) }, "boundary-space 1:len", ""},
	{"space after END", func(p *pemParts) string { return strings.Replace(p.text, p.end, p.end+" ", 1) }, "boundary-space end:len", ""},
	{"mark before BEGIN", func(p *pemParts) string { return "text\n\ufeff" + p.text }, "text-outside 1:1, byte-order-mark 2:1", ""},
	{"four dashes", func(p *pemParts) string { return p.text[1:] }, "boundary-dashes 1:1", ""},
	{"six dashes", func(p *pemParts) string { return "-" + p.text }, "boundary-dashes 1:1", ""},
	{"four dashes after BEGIN", func(p *pemParts) string { return strings.Replace(p.text, "-\n", "\n", 1) }, "boundary-dashes 1:1", ""},
	{"no dashes after BEGIN", func(p *pemParts) string { return strings.Replace(p.text, "-----\n", "\n", 1) }, "boundary-dashes 1:1", ""},
	{"no dashes before END", func(p *pemParts) string { return strings.Replace(p.text, "-----END", "END", 1) }, "boundary-dashes end:1", ""},
	{"no dashes at all", func(p *pemParts) string { return p.swap("-----", "") }, "boundary-dashes 1:1, boundary-dashes end:1", ""},
	{"em dashes", func(p *pemParts) string { return p.swap("-----", "—--") }, "boundary-dashes 1:1, boundary-dashes end:1", ""},
	{"en dashes", func(p *pemParts) string { return p.swap("-----", "–––––") }, "boundary-dashes 1:1, boundary-dashes end:1", ""},
	{"dashes of Windows-1252", func(p *pemParts) string { return strings.Replace(p.text, "-----", "\x97---", 1) }, "boundary-dashes 1:1", ""},
	{"lower case", func(p *pemParts) string { return strings.Replace(p.text, p.begin, strings.ToLower(p.begin), 1) }, "boundary-word 1:1", ""},
	{"two spaces", func(p *pemParts) string { return strings.Replace(p.text, "BEGIN ", "BEGIN  ", 1) }, "boundary-word 1:1", ""},
	{"space in the dashes", func(p *pemParts) string { return strings.Replace(p.text, "-----BEGIN", "----- BEGIN", 1) }, "boundary-word 1:1", ""},
	{"NBSP in BEGIN", func(p *pemParts) string { return strings.Replace(p.text, "BEGIN ", "BEGIN\u00a0", 1) }, "boundary-word 1:1", ""},
	{"no space", func(p *pemParts) string { return strings.Replace(p.text, "BEGIN ", "BEGIN", 1) }, "boundary-word 1:1", ""},
	{"misspelled", func(p *pemParts) string { return strings.Replace(p.text, "BEGIN ", "BEIGN ", 1) }, "boundary-word 1:1", ""},
	{"text before BEGIN", func(p *pemParts) string { return "cert: " + p.text }, "boundary-text 1:1", ""},
	{"text after BEGIN", func(p *pemParts) string { return strings.Replace(p.text, "-\n", "- (1)\n", 1) }, "boundary-text 1:len", ""},
	{"text after END", func(p *pemParts) string { return strings.Replace(p.text, p.end, p.end+" (1)", 1) }, "boundary-text end:len+1", ""},
	{"BEGIN missing", func(p *pemParts) string { return strings.Join(p.lines[1:], "\n") + "\n" }, "begin-missing 1:1", ""},
	{"BEGIN missing, words", func(p *pemParts) string { return "Certificate\n\n" + strings.Join(p.lines[1:], "\n") + "\n" }, "text-outside 1:1, begin-missing 3:1", ""},
	{"END missing", func(p *pemParts) string { return p.begin + "\n" + strings.Join(p.body, "\n") + "\n" }, "end-missing end-1:eol", ""},
	{"END missing, words", func(p *pemParts) string {
		return p.begin + "\n" + strings.Join(p.body, "\n") + "\n\nRegards\nJohn\n"
	}, "end-missing end-1:eol, text-outside end+1:1", ""},
	{"both missing", func(p *pemParts) string { return strings.Join(p.body, "\n") + "\n" }, "no-boundaries 1:1", ""},
	{"both missing, one line", func(p *pemParts) string { return strings.Join(p.body, "") }, "line-unwrapped 1:1, no-boundaries 1:1", ""},
	{"both missing, UTF-16", func(p *pemParts) string {
		return utf16Text(binary.LittleEndian, "\ufeff"+strings.Join(p.body, "\r\n"))
	}, "utf16 1:1, no-boundaries 1:1", ""},
	{"both missing, base64url", func(p *pemParts) string {
		return strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(strings.Join(p.body, ""))
	}, "*", ""},
	{"both missing, in YAML", func(p *pemParts) string { return "crt: " + strings.Join(p.body, "") + "\n" }, "line-unwrapped 1:6, no-boundaries 1:6", ""},
	{"END of another", func(p *pemParts) string { return strings.Replace(p.text, "END ", "END X", 1) }, "label-mismatch end:1", ""},
	{"BEGIN twice", func(p *pemParts) string { return p.begin + "\n" + p.text }, "end-missing 1:1", ""},
	{"END twice", func(p *pemParts) string { return p.text + p.end + "\n" }, "begin-missing end+1:1", ""},

	// body
	{"space in the body", func(p *pemParts) string { return p.inLine3(0, "  ") }, "body-space 4:21", ""},
	{"blank line", func(p *pemParts) string { return strings.Replace(p.text, p.body[2], p.body[2]+"\n", 1) }, "body-blank-line 5:1", ""},
	{"blank line of spaces", func(p *pemParts) string { return strings.Replace(p.text, p.body[2], p.body[2]+"\n  ", 1) }, "body-blank-line 5:1", ""},
	{"blank line after BEGIN", func(p *pemParts) string { return strings.Replace(p.text, p.begin, p.begin+"\n", 1) }, "body-blank-line 2:1", ""},
	{"blank line before END", func(p *pemParts) string { return strings.Replace(p.text, p.end, "\n"+p.end, 1) }, "body-blank-line end:1", ""},
	{"double spacing", func(p *pemParts) string { return p.joined("\n\n") }, "*", ""},
	{"NBSP", func(p *pemParts) string { return p.inLine3(0, "\u00a0") }, "body-character 4:21", ""},
	{"NBSP of Latin-1", func(p *pemParts) string { return p.inLine3(0, "\xa0") }, "body-character 4:21", ""},
	{"zero width space", func(p *pemParts) string { return p.inLine3(0, "\u200b") }, "body-character 4:21", ""},
	{"left-to-right mark", func(p *pemParts) string { return p.inLine3(0, "\u200e") }, "body-character 4:21", ""},
	{"byte order mark in the body", func(p *pemParts) string { return p.inLine3(0, "\ufeff") }, "body-character 4:21", ""},
	{"two of them", func(p *pemParts) string { return p.inLine3(2, p.body[2][20:21]+"\u00ad"+p.body[2][21:22]+"\u200d") }, "body-character 4:22, body-character 4:24", ""},
	{"full width", func(p *pemParts) string {
		return p.inLine3(1, string(rune(p.body[2][20])-'!'+0xff01))
	}, "body-character 4:21", ""},
	{"quotation marks", func(p *pemParts) string { return p.begin + "\n\"" + strings.Join(p.body, "\n") + "\"\n" + p.end + "\n" }, "body-character 2:1, body-character end-1:eol", ""},
	{"umlaut", func(p *pemParts) string { return p.inLine3(1, "ü") }, "body-character 4:21", "4:21"},
	{"umlaut of Latin-1", func(p *pemParts) string { return p.inLine3(1, "\xfc") }, "body-character 4:21", "4:21"},
	{"replacement character", func(p *pemParts) string { return p.inLine3(1, "\ufffd") }, "body-character 4:21", "4:21"},
	{"asterisk", func(p *pemParts) string { return p.inLine3(1, "*") }, "body-character 4:21", "4:21"},
	{"asterisk and percent", func(p *pemParts) string { return p.inLine3(2, "*%") }, "body-character 4:21, body-character 4:22", "4:21"},
	{"line of text", func(p *pemParts) string { return p.inLine3(0, "\n(page 1)\n") }, "*", "5:1"},
	{"character lost", func(p *pemParts) string { return p.inLine3(1, "") }, "line-length 4:1, body-truncated 4:1", "4:1"},
	{"four characters lost", func(p *pemParts) string { return p.inLine3(4, "") }, "line-length 4:1, body-truncated 4:1", "4:1"},
	{"line lost", func(p *pemParts) string { return strings.Replace(p.text, p.body[2]+"\n", "", 1) }, "body-truncated end-1:1", "end-1:1"},
	{"cut short", func(p *pemParts) string { return p.begin + "\n" + p.body[0] + "\n" + p.body[1][:30] }, "body-truncated 3:31, end-missing 3:31", "3:31"},
	{"cut after BEGIN", func(p *pemParts) string { return p.begin + "\n" }, "end-missing 1:len", "1:1"},
	{"both missing, cut short", func(p *pemParts) string { return p.body[0] + "\n" + p.body[1][:32] }, "no-boundaries 1:1, body-truncated 2:33", "2:33"},
	{"empty", func(p *pemParts) string { return p.begin + "\n" + p.end + "\n" }, "", "1:1"},
	{"unwrapped", func(p *pemParts) string { return p.begin + "\n" + strings.Join(p.body, "") + "\n" + p.end + "\n" }, "line-unwrapped 2:1", ""},
	{"long lines", func(p *pemParts) string {
		return p.begin + "\n" + wrap(strings.Join(p.body, ""), 100) + p.end + "\n"
	}, "line-length 2:1", ""},
	{"line broken", func(p *pemParts) string { return p.inLine3(0, "\n") }, "line-length 4:1, line-length 5:1", ""},
	{"first line broken", func(p *pemParts) string {
		return strings.Replace(p.text, p.body[0], p.body[0][:32]+"\n"+p.body[0][32:], 1)
	}, "*", ""},
}

func wrap(s string, n int) string {
	var b strings.Builder
	for len(s) > n {
		b.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return b.String() + s + "\n"
}

// places writes the notes the way the table does.
func (p *pemParts) places(list string) string {
	out := strings.NewReplacer(
		"end+1:", fmt.Sprintf("%d:", len(p.lines)+1),
		"end-1:eol", fmt.Sprintf("%d:%d", len(p.lines)-1, len(p.body[len(p.body)-1])+1),
		"end:eol", fmt.Sprintf("%d:%d", len(p.lines)-1, len(p.body[len(p.body)-1])+1),
		"1:eol", fmt.Sprintf("1:%d", len(strings.Join(p.lines, " "))+1),
		"end-1:", fmt.Sprintf("%d:", len(p.lines)-1),
		"end:len+1", fmt.Sprintf("%d:%d", len(p.lines), len(p.end)+2),
		"end:len", fmt.Sprintf("%d:%d", len(p.lines), len(p.end)+1),
		"end:", fmt.Sprintf("%d:", len(p.lines)),
	).Replace(list)
	for _, n := range []int{16, 14, 10, 6, 5, 3, 1} {
		out = strings.ReplaceAll(out, fmt.Sprintf("1:len+%d", n), fmt.Sprintf("1:%d", len(p.begin)+1+n))
	}
	return strings.ReplaceAll(out, "1:len", fmt.Sprintf("1:%d", len(p.begin)+1))
}

// known reports whether a format other than PEM knows data.
func known(data []byte) bool {
	f := convert.Detect(data)
	return f != nil && f.Name != "pem"
}
