// Package validate judges what package convert has read: whether a server
// will load a key and its certificates, whether clients will accept them,
// whether a certificate authority will take a request.
//
// # Use
//
// Decode the files, put the objects into one convert.Bundle, and call Run with
// Options that say what to check against: which file was given for what, the
// server, the host names, the trust anchors, the time. The Report that comes
// back has the findings, and the codes of the checks that passed and of those
// that could not be run, each with the reason: a code is in exactly one of the
// three. Nothing that was not checked counts as passed.
//
// The checks are a table, Checks. A row has a stable code, a default severity,
// an explanation, what to do, and the standards it is taken from; documentation
// and reports are made of it. Codes never change.
//
// A Finding is data. Its Message and its Action are formats with arguments, so
// that they can be shown in another form or language; the Action has Steps
// among its arguments for what the program that asks can do itself. Branch on
// Code, Case, Severity and Breaks, not on the words.
//
// Pick chooses the chain for a certificate from a pool of certificates, and
// PickLeaf the certificate for a server; both say why the others were not
// taken.
//
// # What it promises
//
// Run never fails and never panics, whatever the files hold. The same input
// and Options give the same Report. It reads no files, opens no connections and
// does not look at the clock: trust anchors, CRLs and the time are handed in,
// and without Options.Now no date is judged. It keeps no key material and puts
// none into a message. Several runs at the same time are safe, with the same
// Anchors too; the Bundle is not changed.
//
// A weak signature or key is not a broken one: SHA-1, MD5 and short keys are
// verified like all others and reported as weak. A severity says what really
// happens: an error stands for a server that refuses the files or clients that
// refuse the server, a warning for some of them. What servers do with damaged
// PEM text, and which chains they accept, was tried with the programs
// themselves.
//
// # Limits
//
// The search for a path through cross-signed certificates ends after 200 paths,
// 100 signatures or 24 certificates in a row, so that a file made to keep it
// busy cannot; no chain in use comes near. Of the damaged blocks of a PEM file
// 1000 are judged one by one.
//
// It has no OCSP, and it fetches no CRL or missing intermediate: a Finding names
// the address. Debian's weak keys of 2006 to 2008 are not recognised, which
// takes lists of several megabytes. What programs think of roots is as old as
// the lists that are built in, see package distrust.
package validate
