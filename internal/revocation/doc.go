// Package revocation asks whether certificates have been revoked.
//
// # What it does
//
// An Asker has lists, answers of responders and block lists of browsers that somebody
// has at hand, a cache, and where it may the network. Ask puts together what all of
// them say of a certificate, as served.Source: the lists at hand first, then the list
// that the certificate names, then its responder.
//
// # What it promises
//
// A source counts only if it is about this certificate, proved by its issuer, and of the
// time that is asked for. What came of it else is in its Err. Nothing is fetched unless
// Online is set; what could be is in Standing.Fetch. A list is fetched once, and written
// into the cache whole.
//
// # What it does not do
//
// It judges no source by rules of its own: package validate does so for lists, package
// internal/ocsp for answers. It prints nothing.
package revocation
