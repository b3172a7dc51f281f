package pem

import (
	"bytes"
	"iter"

	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/note"
)

// around finds the first text around or between the blocks that is not what
// OpenSSL writes there (attributes, an object in words) and no comment: the file
// is one of another kind, such as a configuration, that carries PEM.
func (s *scanner) around() Place {
	from := 0
	for i := 0; i <= len(s.blocks); i++ {
		to, prefix := len(s.plain), ""
		if i < len(s.blocks) {
			to, prefix = s.blocks[i].plainBegin, s.blocks[i].prefix
		}
		if off, found := s.foreignText(from, max(from, to), prefix); found {
			l := lineWalker{text: s.plain, enc: s.enc, orig: int64(s.bom), line: 1, column: 1, lone: s.loneCR}
			l.advance(off)
			return Place{l.line, l.column, l.orig}
		}
		if i < len(s.blocks) {
			from = s.blocks[i].plainEnd
		}
	}
	return Place{}
}

var (
	attributesLine = lazy.Regexp{Expr: `^(Bag|Key) Attributes|^(subject|issuer) ?=`}
	printedLine    = lazy.Regexp{Expr: `^(Certificate|Certificate Request|Certificate Revocation List \(CRL\)):$|Private-Key: \(|Public-Key: \(`}
	printedNumber  = lazy.Regexp{Expr: `^(modulus|publicExponent|privateExponent|prime[12]|exponent[12]|coefficient|priv|pub|ASN1 OID|NIST CURVE|Modulus|Exponent|Revoked Certificates|No Revoked Certificates|Trusted Uses|Rejected Uses|No Trusted Uses|No Rejected Uses|Alias)[:.]`}
)

// foreignText looks for the first line of plain[from:to] that is foreign.
// prefix is what begins the lines of the block after it.
func (s *scanner) foreignText(from, to int, prefix string) (int, bool) {
	within := false // lines of attributes, or of an object in words
	for p := from; p < to; {
		end := p
		for end < to && s.plain[end] != '\n' && s.plain[end] != '\r' {
			end++
		}
		raw := s.plain[p:end]
		start := p
		p = end + 1
		line := bytes.Trim(s.withoutEscapes(raw), " \t\r\n\"'`,;+")
		if end == to {
			line = bytes.TrimSpace(bytes.TrimSuffix(line, []byte(prefix)))
		}
		line = bytes.TrimLeft(line, ">| \t")
		switch {
		case blank(line), line[0] == '#':
		case attributesLine.Get().Match(line), printedLine.Get().Match(line):
			within = true
		case within && (raw[0] == ' ' || raw[0] == '\t' || printedNumber.Get().Match(line)):
		default:
			return start + len(raw) - len(bytes.TrimLeft(raw, " \t")), true
		}
	}
	return 0, false
}

// withoutEscapes undoes escapes, but not tags.
func (s *scanner) withoutEscapes(line []byte) []byte {
	if s.escapes == nil {
		return line
	}
	var out []byte
	for i := 0; i < len(line); i++ {
		if n, with, _ := s.escapes.at(line, i); n > 0 && line[i] != '<' {
			out = append(out, with...)
			i += n - 1
		} else {
			out = append(out, line[i])
		}
	}
	return out
}

// onItsLines reports whether nothing but the block is on the lines of b, so that
// it can be written again without a change of what is around it.
func (t *Text) onItsLines(b *Block) bool {
	if b.Label == "" || b.EndLabel == "" || b.prefix != "" {
		return false
	}
	if b.plainBegin > 0 && t.source[b.plainBegin-1] != '\n' && t.source[b.plainBegin-1] != '\r' {
		return false
	}
	rest := bytes.TrimLeft(t.source[b.plainEnd:], " \t")
	if len(rest) > 0 && lineEndAt(rest) == 0 {
		return false
	}
	for i := range t.Notes {
		if n := &t.Notes[i]; n.Block == b.Number && (n.Kind == note.EscapedNewlines || n.Kind == note.QuotedMail || n.Kind == note.QuotedHTML) {
			return false
		}
	}
	return true
}

// Gaps gives what stands before, between and after the blocks, as it is in the file (in
// UTF-8), and where it begins. What is shorter than least is left out.
func (t *Text) Gaps(least int) iter.Seq2[[]byte, Place] {
	return func(yield func([]byte, Place) bool) {
		l := lineWalker{text: t.source, enc: t.Encoding, orig: int64(t.bom), line: 1, column: 1}
		from := 0
		for i := 0; i <= len(t.Blocks); i++ {
			to := len(t.source)
			if i < len(t.Blocks) {
				to = t.Blocks[i].plainBegin
			}
			if to-from >= least {
				l.advance(from)
				if !yield(t.source[from:to], Place{l.line, l.column, l.orig}) {
					return
				}
			}
			if i < len(t.Blocks) {
				from = max(from, t.Blocks[i].plainEnd)
			}
		}
	}
}
