// Package probe asks running servers what they send.
//
// # What it does
//
// Probe finds the addresses of a name and asks each of them: with the name, without
// one, with a name that nobody has, and with further names; for the RSA and for the
// ECDSA certificate; and for each version of the protocol down to SSL 2. Where the
// protocol of the port begins in clear text, a prelude asks for TLS first. What was
// seen is a served.Host.
//
// Where it is told to, it asks for the page of the name by http and by
// https, follows few redirects, and looks the page through for what it loads by http.
//
// TLS 1.0 to 1.3 are spoken by crypto/tls, whose opinion of the certificates is
// of no account. A hello of its own asks for what crypto/tls does not speak, and
// for the certificate of one kind of key. It reads the answer up to the certificates,
// which are in the clear before TLS 1.3, and opens the records of that.
//
// # What it promises
//
// At most MaxConnections connections go to an address, one after the other; what was
// left out for that is stated. Each has a time to end in and a number of bytes that
// are read, whatever the other side sends. An address that could not be asked is
// never one without faults: it has a State, and a step that failed a line in
// NotChecked.
//
// # What it does not do
//
// It judges nothing: package validate does. It sends nothing but preludes, hellos
// and requests for a page, no data of anybody. It runs no scripts, and loads nothing that
// a page names. It looks for no faults of implementations.
package probe
