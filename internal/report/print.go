package report

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/terminal"
	"github.com/certconv/certconv/internal/text"
)

// Styled is text that may be printed as it is: nothing in it but colours is
// for the terminal to obey.
type Styled string

// Printer writes text for people. It is the one place where what comes from
// files is made harmless: all of it but what is Styled.
type Printer struct {
	*Options
	out bytes.Buffer
}

const (
	styleBold   = "1"
	styleDim    = "2"
	styleRed    = "31"
	styleGreen  = "32"
	styleYellow = "33"
	styleCyan   = "36"
)

// Printf writes; arguments are escaped unless they are Styled.
func (p *Printer) Printf(format string, args ...any) {
	fmt.Fprintf(&p.out, format, safe(args)...)
}

// Sprintf is text to be printed later.
func (p *Printer) Sprintf(format string, args ...any) Styled {
	return Styled(fmt.Sprintf(format, safe(args)...))
}

func safe(args []any) []any {
	list := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case Styled:
			list[i] = string(a)
		case error:
			list[i] = terminal.Printable(a.Error())
		case fmt.Stringer:
			list[i] = terminal.Printable(a.String())
		default:
			list[i] = a
			if v := reflect.ValueOf(a); v.Kind() == reflect.String {
				list[i] = terminal.Printable(v.String())
			}
		}
	}
	return list
}

func (p *Printer) style(code string, text any) Styled {
	s := p.Sprintf("%s", text)
	if !p.Colour || s == "" {
		return s
	}
	return Styled("\x1b[" + code + "m" + string(s) + "\x1b[0m")
}

// Bold prints what matters most of a line. It and those below take a string,
// which is escaped, or a Styled.
func (p *Printer) Bold(text any) Styled { return p.style(styleBold, text) }

// Dim prints what is in the way of those who know it.
func (p *Printer) Dim(text any) Styled { return p.style(styleDim, text) }

// Red is for what is wrong.
func (p *Printer) Red(text any) Styled { return p.style(styleRed, text) }

// Green is for what was looked for.
func (p *Printer) Green(text any) Styled { return p.style(styleGreen, text) }

// Yellow is for what may be wrong.
func (p *Printer) Yellow(text any) Styled { return p.style(styleYellow, text) }

// Wrap breaks prose at spaces; indent goes before all lines but the first.
func (p *Printer) Wrap(text, indent string) Styled {
	return Styled(terminal.Wrap(terminal.PrintableLines(text), p.Width, indent))
}

// Fit breaks a line that begins with before where it does not fit; where the
// width is not known, it does. indent goes before all lines but the first.
func (p *Printer) Fit(before, text, indent string) Styled {
	text = terminal.Printable(text)
	if p.Width == 0 {
		return Styled(text)
	}
	return Styled(terminal.WrapLine(text, utf8.RuneCountInString(terminal.Printable(before)), p.Width, indent))
}

// Remedy breaks what to do like prose, and leaves a command in one piece. It is
// printed where indent ends.
func (p *Printer) Remedy(action text.Text, indent string) Styled {
	const joint = "\x00" // in place of the spaces of a command
	words := terminal.Printable(p.Wording.text(action))
	if p.Width == 0 {
		return Styled(words)
	}
	action.Words(func(arg any) any {
		if p.Wording == nil {
			return arg
		}
		if command := terminal.Printable(p.Wording(arg)); command != "" {
			words = strings.ReplaceAll(words, command, strings.ReplaceAll(command, " ", joint))
		}
		return arg
	})
	return Styled(strings.ReplaceAll(terminal.WrapLine(words, len(indent), p.Width, indent), joint, " "))
}

// Table aligns all columns but the last, which is broken where it does not fit. The
// first row is the head. Where the other columns alone do not fit, each cell has a line.
func (p *Printer) Table(rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], len(terminal.Printable(cell)))
		}
	}
	wide := 0
	for _, n := range width[:len(width)-1] {
		wide += n + len("  ")
	}
	if p.Width > 0 && wide > p.Width {
		p.cells(rows)
		return
	}
	for _, r := range rows {
		var b strings.Builder
		for i, cell := range r {
			if i == len(r)-1 {
				b.WriteString(terminal.Hang(terminal.Printable(cell), utf8.RuneCountInString(b.String()), p.Width))
				break
			}
			fmt.Fprintf(&b, "%-*s  ", width[i], terminal.Printable(cell))
		}
		p.Printf("%s\n", Styled(strings.TrimRight(b.String(), " ")))
	}
}

// cells prints a table with a line for each cell.
func (p *Printer) cells(rows [][]string) {
	for _, r := range rows[1:] {
		p.Printf("%s\n", p.Bold(r[0]))
		for i, cell := range r[1:] {
			head := "  " + rows[0][i+1] + ": "
			p.Printf("%s%s\n", p.Dim(head), p.Fit(head, cell, "    "))
		}
	}
}

// Plural is a number with its word.
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// Bytes is a number of bytes for people.
func Bytes(n int64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if in := float64(n) / u.size; in >= 0.9995 { // what is shown as 1
			return fmt.Sprintf("%.3g %s", in, u.name)
		}
	}
	return Plural(int(n), "byte")
}
