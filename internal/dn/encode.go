package dn

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// Field is an attribute and its value.
type Field struct{ Name, Value string }

// Kinds of errors of Encode.
var (
	ErrUnknown    = errors.New("unknown attribute")
	ErrCharacters = errors.New("characters that the attribute cannot have")
)

// FieldError is the error of Encode: which field it is about, and why.
type FieldError struct {
	Field Field
	Kind  error // ErrUnknown or ErrCharacters
}

func (e *FieldError) Error() string { return fmt.Sprintf("%s: %s", e.Field.Name, e.Kind) }
func (e *FieldError) Unwrap() error { return e.Kind }

// Encode builds a DER Name with one attribute in each RelativeDistinguishedName,
// in the order given (RFC 5280, Section 4.1.2.4). Values are UTF-8. They are
// written as PrintableString where that is enough, as the oldest readers want
// it. Its errors are *FieldError.
func Encode(fields []Field) ([]byte, error) {
	for _, f := range fields {
		switch a := lookup(f.Name); {
		case a == nil:
			return nil, &FieldError{f, ErrUnknown}
		case !a.takes(f.Value):
			return nil, &FieldError{f, ErrCharacters}
		}
	}
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, f := range fields {
				a := lookup(f.Name)
				b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.oid)) })
						b.AddASN1(a.tag(f.Value), func(b *cryptobyte.Builder) { b.AddBytes([]byte(f.Value)) })
					})
				})
			}
		})
	}), nil
}

// takes reports whether the attribute can have the value.
func (a *attribute) takes(value string) bool {
	switch a.form {
	case printable:
		return isPrintable(value)
	case ia5:
		return der.IsASCII([]byte(value))
	}
	return value != "" && utf8.ValidString(value)
}

// tag is the string type that the value is written as.
func (a *attribute) tag(value string) asn1.Tag {
	switch {
	case a.form == ia5:
		return asn1.IA5String
	case isPrintable(value):
		return asn1.PrintableString
	}
	return asn1.UTF8String
}

// isPrintable reports whether s has characters of PrintableString only (X.680,
// Section 41.4).
func isPrintable(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune(" '()+,-./:=?", r)
	})
}
