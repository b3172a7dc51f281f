// Package text holds sentences as data: a format and its arguments, as they
// go into findings and notes.
//
// A Text prints itself as English. Its parts stay apart, so that a caller can
// look at the arguments, show them in its own way, or put another language
// beside the format. Nothing decides by the words of a Text: what code branches
// on has a type of its own beside it.
//
// It does not escape what came from a file: whoever shows a Text to a terminal
// does.
package text

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Text is a sentence, or a part of one: a format of package fmt and its
// arguments. The zero value is no text. An argument may be a Text itself.
type Text struct {
	Format string
	Args   []any
}

// Of returns a Text. Without arguments format is taken as it is, percent signs
// included. Inlined, its several hundred calls make the program larger.
//
//go:noinline
func Of(format string, args ...any) Text { return Text{format, args} }

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t.Format == "" }

// String is the sentence in English.
func (t Text) String() string { return t.Words(nil) }

// Words is the sentence with each argument shown by show, which returns what
// stands for it; a nil show leaves all arguments as they are. It also sees the
// arguments of the Texts within.
func (t Text) Words(show func(any) any) string {
	if len(t.Args) == 0 {
		return t.Format
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		switch inner, ok := a.(Text); {
		case ok:
			args[i] = inner.Words(show)
		case show != nil:
			args[i] = show(a)
		default:
			args[i] = a
		}
	}
	return fmt.Sprintf(t.Format, args...)
}

// Equal reports whether two Texts have the same format and arguments. Arguments that
// cannot be compared are not the same.
func Equal(t, o Text) bool {
	return t.Format == o.Format && slices.EqualFunc(t.Args, o.Args, func(a, b any) bool {
		x, ok := a.(Text)
		y, both := b.(Text)
		if ok && both {
			return Equal(x, y)
		}
		return reflect.ValueOf(a).Comparable() && a == b
	})
}

// Join is a Text of list with sep between the parts; parts without text are
// left out.
func Join(sep string, list ...Text) Text {
	var format strings.Builder
	var args []any
	for _, t := range list {
		if t.IsZero() {
			continue
		}
		if len(args) > 0 {
			format.WriteString("%s")
			args = append(args, Of(sep))
		}
		format.WriteString("%s")
		args = append(args, t)
	}
	return Text{format.String(), args}
}

// Add is t with a further part after it, which brings its own separator.
func (t Text) Add(format string, args ...any) Text { return Join("", t, Of(format, args...)) }
