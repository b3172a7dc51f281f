// Package roots knows stores of roots and lists of trust, whatever form they have, as one
// kind of value.
//
// A Loader reads a Store: from a list of Windows, a cabinet with one, certdata.txt, a keystore, a file or
// folder of certificates, what this system trusts, what Mozilla trusts as it is built in, or a
// list of what is blocked. Each Entry has what the store says of it: for what it is trusted, and what
// limits it. Diff compares two of them, Compare finds what one trusts and another does not, Pick takes out
// what is to be exported. ReadCaches reads a CryptnetUrlCache of Windows.
//
// # Promises
//
// Nothing is written or deleted here. Entries are in the order of their store, each certificate once. A
// certificate that Go's parser does not take is an entry like the others.
//
// # What it does not do
//
// It verifies no signatures and gives no findings, which package validate does. It words no
// commands.
package roots
