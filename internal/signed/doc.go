// Package signed verifies the signatures of trust lists, as Windows does before it
// believes one.
//
// Verify looks at each thing that Windows asks for on its own, and says what it found
// as a Line: the digest of the content, the signature, the chain to a CA that
// is known to sign lists, what the signer may sign, the clock, and the second signature that lists of
// 2011 to 2019 have for systems that no longer take SHA-1. A timestamp is told and decides
// nothing: Windows does not go by it, and logs 4107 all the same.
//
// # Promises
//
// It verifies with algorithms and keys of any age, and depends on no clock: the time is
// handed in. What is not known (another CA's list, an algorithm) is Unknown, never Bad. A list
// of which OpenSSL refuses a signature is not accepted: tests alter lists and ask it.
//
// # What it does not do
//
// It does not read lists, which package lists does, and gives no advice. It asks for no
// revocation: Microsoft has revoked no signer of a list.
package signed
