// Package structure tells how an object deviates from the ASN.1 of its
// standard, and from DER.
//
// Readers elsewhere in the program take what they can get: a certificate with a
// padded serial number is carried, named and converted. This package says what
// the others make of it. Certificate, CRL, Request, PrivateKey, EncryptedKey, PFX and
// SignedMessage walk through an object from its first byte to its last and report each
// deviation as a Fault: a field of the wrong type, bytes after the last field,
// an INTEGER with a superfluous octet, a BOOLEAN of two, a string that its type
// does not allow, an extension that is there twice.
//
// A Fault names the readers that refuse the object for it, as OpenSSL 3.0 and
// Go 1.26 were seen to do. Where one of them is known to refuse, it is named;
// the reverse is not promised.
//
// # Promises
//
//   - An object in DER that OpenSSL does not load has a Fault. A test makes
//     mutants and asks OpenSSL.
//   - An object without fault costs little memory, and time in proportion to its size.
//   - No input makes it panic. At most MaxFaults are reported.
//
// # What it does not do
//
// It judges no values: a date may be past, a key weak, a signature wrong. BER is
// not its subject; it looks at what is encoded, after der.ToDER.
package structure
