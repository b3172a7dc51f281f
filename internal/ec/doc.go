// Package ec has the elliptic curves that keys in files name, and the little
// arithmetic on them that a converter needs: which public key belongs to a
// private number, and whether an ECDSA signature verifies.
//
// # What it has
//
// Some eighty curves: those of SEC 2, ANSI X9.62, RFC 5639 (Brainpool),
// WAP-261, GB/T 32918 (SM2), and the parameter sets of GOST R 34.10 (RFC 4357,
// RFC 7836), over prime fields and over fields of characteristic two. ByOID
// finds one by its identifier. ParseParameters reads the ECParameters of a key
// (RFC 3279, Section 2.3.5), by name or with all numbers written out; numbers
// that are those of a known curve get its name. ParsePoint and MarshalPoint
// read and write points in their compressed, uncompressed and hybrid forms
// (SEC 1, Section 2.3).
//
// Why not crypto/elliptic alone: it has four curves. Where it has the curve,
// Standard returns it, and callers use crypto/ecdsa.
//
// # Promises
//
// A curve that a file brings along has a field of at most 521 bits (571 if it is binary), so that no
// file asks for arithmetic without end. Cost says what a multiplication takes
// before it is done; callers keep a budget. A curve that is none (a composite
// modulus, a generator that is not on it) ends in ok == false, not in a panic.
//
// What cannot be read is a *der.SyntaxError, whose offset counts from the start
// of the element given.
//
// # What it does not do
//
// The arithmetic is slow and does not run in constant time. It is for keys that
// are in the clear in memory anyway, on the machine of their owner: it must not
// sign or agree on keys. It does not check
// that the curve of a file is a secure one.
//
// It knows no keys, certificates or formats: these are in package pubkey and
// above.
package ec
