package convert

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
)

// What can be wrong with an input. Every error of this package wraps exactly
// one of them, in an *Error that says where and what.
var (
	ErrPasswordRequired  = errors.New("password required")
	ErrPasswordIncorrect = errors.New("password incorrect")
	ErrUnsupported       = errors.New("unsupported algorithm")
	ErrDamaged           = errors.New("damaged")
	ErrUnknownFormat     = errors.New("not a supported format")
	ErrTooLarge          = errors.New("over a limit")
	ErrKeyMismatch       = errors.New("key fits none of the certificates")
	ErrNothingToWrite    = errors.New("nothing to write")
)

// Error is what goes wrong while reading or writing. Is matches Kind.
type Error struct {
	Kind      error  // one of the Err variables
	Source    Source // Offset is that of the fault, if known
	Member    string // the file in an archive that it is about, "" if the input is none
	What      string // what it happened to, in words: "encrypted PKCS#8 key"
	Algorithm string // ErrUnsupported: name or OID
	Missing   int64  // ErrDamaged: how many bytes are missing at least, 0 if that is not the fault
	Time      bool   // ErrDamaged: it is a date that cannot be read
	Detail    string // the rest of the sentence

	// Foreign is what the input is instead, where that can be told:
	// ErrUnknownFormat without a Detail.
	Foreign shape.Foreign
	// MaxSize is the limit that the input, or what it unpacks to, is over: a larger
	// DecodeOptions.MaxSize reads more. 0: another limit.
	MaxSize int64
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Member != "" {
		b.WriteString(e.Member + ": ")
	}
	if e.What != "" {
		b.WriteString(e.What)
		b.WriteString(": ")
	}
	b.WriteString(e.Kind.Error())
	if e.Algorithm != "" {
		b.WriteString(" " + e.Algorithm)
	}
	if e.Missing > 0 {
		fmt.Fprintf(&b, ": at least %d bytes are missing at the end", e.Missing)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	} else if !e.Foreign.IsZero() {
		b.WriteString(": " + e.Foreign.String())
	}
	if e.Kind == ErrDamaged && e.Missing == 0 && e.Source.Offset > 0 {
		fmt.Fprintf(&b, " (byte %d)", e.Source.Offset)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Kind }

// LossError lists what the target format cannot hold.
type LossError struct {
	Format string
	Lost   []Source
	What   []string // one a Lost, in words

	Name    bool // among it is the name that was asked for
	Entries bool // among it are certificates that could be kept only by trusting them
}

func (e *LossError) Error() string {
	const most = 5
	list := e.What
	if len(list) > most {
		list = append(slices.Clip(list[:most-1]), fmt.Sprintf("and %d more", len(list)-most+1))
	}
	return fmt.Sprintf("%s cannot hold: %s", e.Format, strings.Join(list, ", "))
}

// damaged turns a fault of the ASN.1 reader into an *Error about what. The
// offset of err counts from at.Offset.
func damaged(at Source, what string, err error) *Error {
	out := &Error{Kind: ErrDamaged, Source: at, What: what}
	var se *der.SyntaxError
	if errors.As(err, &se) {
		if at.Offset >= 0 {
			out.Source.Offset = at.Offset + int64(se.Offset)
		}
		out.Missing, out.Time = int64(se.Missing), se.Time
		if se.Missing == 0 {
			out.Detail = se.Msg
		}
	} else if err != nil {
		out.Detail = err.Error()
	}
	return out
}

// ofPEM turns a fault of the PEM reader into an *Error about the block or file
// at at.
func ofPEM(at Source, err error) *Error {
	var f *pem.Error
	if !errors.As(err, &f) {
		return damaged(at, "", err)
	}
	e := &Error{Kind: ErrDamaged, Source: at, What: f.What.String(), Missing: int64(f.Missing), Detail: f.Detail.String()}
	if f.At.Line > 0 {
		e.Source.Line, e.Source.Column, e.Source.Offset = f.At.Line, f.At.Column, f.At.Offset
	}
	switch f.Kind {
	case pem.ErrNone:
		e.Kind = ErrUnknownFormat
	case pem.ErrTooLarge:
		e.Kind = ErrTooLarge
	}
	return e
}

// ofKey turns what package pubkey returns into an *Error; nil stays nil. Offsets
// count from at.Offset.
func ofKey(at Source, err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *pubkey.MalformedError:
		return damaged(at, e.What, e.Err)
	case *pubkey.UnsupportedError:
		return &Error{Kind: ErrUnsupported, Source: at, What: e.What, Algorithm: e.Algorithm, Detail: e.Detail}
	}
	if errors.Is(err, ErrSignature) {
		return &Error{Kind: ErrSignature, Source: at}
	}
	return damaged(at, "", err)
}

// faultOf turns what package pbe returns into an *Error about what: every typed
// error of its has its Kind here.
func faultOf(at Source, what string, err error) *Error {
	var lacks *pbe.UnsupportedError
	var limit *pbe.LimitError
	switch {
	case errors.As(err, &lacks):
		return unsupported(at, what, lacks.Algorithm)
	case errors.As(err, &limit):
		return tooLarge(at, what, limit.Error())
	}
	return damaged(at, what, err)
}

func unsupported(at Source, what, algorithm string) *Error {
	return &Error{Kind: ErrUnsupported, Source: at, What: what, Algorithm: algorithm}
}

func tooLarge(at Source, what, detail string) *Error {
	return &Error{Kind: ErrTooLarge, Source: at, What: what, Detail: detail}
}
