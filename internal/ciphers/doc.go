// Package ciphers has the block ciphers and modes that old key files are
// encrypted with and that neither Go's standard library nor
// golang.org/x/crypto has. All are slow and none runs in constant time: they
// open a key file once, where its owner has the password.
package ciphers

import "strconv"

// KeySizeError is the length of a key that a cipher does not take.
type KeySizeError int

func (k KeySizeError) Error() string { return "invalid key size " + strconv.Itoa(int(k)) }
