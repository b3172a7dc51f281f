package der

import (
	"errors"
	"time"
)

// Fields reads the fields of a SEQUENCE by position. It goes on after a fault:
// a field of the wrong type is stepped over.
type Fields struct {
	Reader *Reader
	Err    error // the first fault
}

// Fault records err, if it is the first one, as a fault inside a whole object.
func (f *Fields) Fault(err error) {
	if f.Err == nil {
		f.Err = Inner(err)
	}
}

// Next returns the next field, the zero Element if there is none.
func (f *Fields) Next() Element {
	e, err := f.Reader.Next()
	if err != nil {
		f.Fault(err)
		return Element{}
	}
	return e
}

// Sequence returns the next field, or nothing if it is no SEQUENCE.
func (f *Fields) Sequence() Element {
	e := f.Next()
	if len(e.Full) > 0 && (!e.Is(TagSequence) || !e.Constructed) {
		f.Fault(&SyntaxError{Offset: e.Offset, Msg: "a field is of the wrong type"})
		return Element{}
	}
	return e
}

// Time returns the next field, the zero time if it is none.
func (f *Fields) Time() time.Time {
	e := f.Next()
	if len(e.Full) == 0 {
		return time.Time{}
	}
	t, err := e.Time()
	if err != nil {
		f.Fault(err)
	}
	return t
}

// Inner turns "the input is cut short", said of an element inside a whole one,
// into what it is: lengths that contradict each other. Other errors, and nil,
// come back as they are.
func Inner(err error) error {
	var se *SyntaxError
	if errors.As(err, &se) && se.Missing > 0 {
		return &SyntaxError{Offset: se.Offset, Msg: "a field is missing or runs past the end"}
	}
	return err
}
