package pubkey

import "errors"

// ErrSignature says that a signature does not verify, or is of another kind of
// key than the one given.
var ErrSignature = errors.New("signature does not verify")

// MalformedError says that something is not what it should be. Err is a
// *der.SyntaxError, whose offset counts from the start of what was to be read.
type MalformedError struct {
	What string // "RSA private key", "public key"
	Err  error
}

func (e *MalformedError) Error() string { return e.What + ": " + e.Err.Error() }

func (e *MalformedError) Unwrap() error { return e.Err }

// UnsupportedError says that an algorithm is not known here, or not to those
// for whom the key was asked for.
type UnsupportedError struct {
	What      string // what does not take it: "SEC1", "Go's cryptography"
	Algorithm string // its name or dotted OID
	Detail    string // what about it, "" if it is the algorithm itself
}

func (e *UnsupportedError) Error() string {
	s := e.What + ": unsupported algorithm " + e.Algorithm
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}
