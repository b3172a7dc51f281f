// Package issuers fetches the certificates of issuers that a chain lacks.
//
// # What it does
//
// Missing looks where the chain of a certificate ends. If that is below a root, it
// fetches the issuer from the addresses that the last certificate names for it (RFC
// 5280, Section 4.2.2.1), and goes on from there.
//
// # What it promises
//
// A certificate is of account only after the one below it was verified with its key:
// where it came from proves nothing. Addresses are those of http only, as the RFC
// has it; internal/probe makes the connections and keeps to its rules. Each address
// is asked once, whoever names it. The number of steps and of addresses is bounded.
//
// # What it does not do
//
// It judges nothing and puts nothing in order: package validate does.
package issuers
