// Package der reads ASN.1 as programs wrote it, and builds it as it should be.
//
// # Reading
//
// What lies in PFX, PKCS#7 and key files is DER, and the BER that Netscape,
// Java and Windows left there: indefinite lengths, constructed strings, lengths
// longer than needed. Parse, ParseAll and Reader take all of it. An Element is
// a window on the input, nothing is copied, so what has to be kept byte for
// byte is kept: Element.Full is what was in the file. ToDER rewrites BER as
// DER, IsDER tells which of the two it is, and Prefix reads an object that the
// end of the file cuts.
//
// Fields reads the fields of a SEQUENCE by position, as a certificate or a
// request has them, and goes on after a field that is wrong, so that one bad
// date does not hide the name beside it. Element.Time reads times also in the
// forms that RFC 5280 forbids and old CAs wrote.
//
// # Building
//
// Build, AddOID and AddAlgorithm complete cryptobyte: object identifiers in
// dotted form with arcs of any size, algorithm identifiers with parameters.
// What is built is always DER.
//
// # Promises
//
//   - No input makes it panic, loop or allocate more than a small multiple of
//     its own size. Nesting is bounded by MaxDepth, also where lengths are
//     indefinite.
//   - Every fault is a *SyntaxError with the offset at which it lies. It says
//     whether the input is cut short, and by how much.
//
// # What it does not do
//
// It knows no certificates, keys or containers, and does not check what a type
// asks of its content beyond the function called for it: a SET need not be
// sorted, a PrintableString may hold anything. encoding/asn1 and cryptobyte
// refuse BER, negative serial numbers and much else that is in files people
// have to convert, which is why they do not do the reading here.
package der
