// Package client knows the programs that connect to servers, as data: what each
// of them takes of keys, signatures, usages, key identifiers, structure, names
// and dates.
//
// A Fact is something about a certificate, or about the step from it to its
// issuer, that some clients refuse. A Client is a row with the facts that it
// refuses. Whoever finds a fact asks Refusers for the rows; no other part of
// the program knows what a client does.
//
// The rows say what was measured with the programs themselves, connected to
// nginx, except those of clients that are known from their documents only
// (Client.Measured is false).
//
// Revoked and Verifiers say what clients do about revoked certificates of servers, and
// servers about those of their clients.
//
// The package judges nothing: how grave it is that some clients refuse is
// decided by package validate.
package client
