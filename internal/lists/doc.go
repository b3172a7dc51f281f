// Package lists reads the lists by which platforms say what they trust.
//
// ParseCTL reads a certificate trust list of Microsoft's: authroot.stl, which
// names the roots that Windows trusts and what for, and lists of the same form.
// A list names certificates by a digest and holds none. ParseSST reads a
// serialized store, in which the certificates themselves are, ParseRegistry an
// export of the registry, and ParseBlob a value of it that is a certificate. UnpackCAB
// opens the cabinet in which Windows Update has its lists, ParseCacheEntry reads what Windows notes of a file that it
// fetched. ParseCertdata reads Mozilla's roots, and ParseBlockList what browsers and Java block.
//
// # Promises
//
//   - No input makes it panic, and what it allocates is a small multiple of the
//     size of the input. More than MaxEntries entries are refused.
//   - Nothing depends on crypto/x509: lists name roots with MD5 signatures and
//     with keys that Go does not know.
//
// # What it does not do
//
// It verifies no signature and judges no date: a CTL is read whoever has signed
// it, and Signed, Raw and Content are there for package signed, which verifies.
package lists
