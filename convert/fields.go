package convert

import (
	"errors"
	"time"

	"github.com/certconv/certconv/internal/der"
)

// fields reads the fields of a SEQUENCE by position. It keeps the first fault
// and goes on: a field of the wrong type is stepped over.
type fields struct {
	r   *der.Reader
	err error
}

func (f *fields) fault(err error) {
	if f.err != nil {
		return
	}
	var se *der.SyntaxError
	if errors.As(err, &se) && se.Missing > 0 {
		// The object as a whole is there: it is not the file that is cut short.
		err = &der.SyntaxError{Offset: se.Offset, Msg: "a field is missing or runs past the end"}
	}
	f.err = err
}

func (f *fields) next() der.Element {
	e, err := f.r.Next()
	if err != nil {
		f.fault(err)
		return der.Element{}
	}
	return e
}

// sequence returns the next field, or nothing if it is no SEQUENCE.
func (f *fields) sequence() der.Element {
	e := f.next()
	if len(e.Full) > 0 && (!e.Is(der.TagSequence) || !e.Constructed) {
		f.fault(&der.SyntaxError{Offset: e.Offset, Msg: "a field is of the wrong type"})
		return der.Element{}
	}
	return e
}

func (f *fields) time() time.Time {
	e := f.next()
	if len(e.Full) == 0 {
		return time.Time{}
	}
	t, err := parseTime(e)
	if err != nil {
		f.fault(err)
	}
	return t
}

// inner turns "the input is cut short", said of an element inside a whole one,
// into what it is: lengths that contradict each other.
func inner(err error) error {
	f := fields{}
	f.fault(err)
	return f.err
}
