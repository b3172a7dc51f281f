// Package fault says what went wrong, in the one way in which the whole command
// line reports it.
//
// A Failure is an error with everything that its three readers need: a person
// the text and a hint what to type next, a script the exit code, a program the
// stable code of the JSON documents. Errors travel as usual, wrapped or not, and
// become a Failure at the latest where they are reported: Of takes any error,
// those of package convert included.
//
// # The table
//
// There is one table (table.go). Each row holds a kind of fault as a library
// states it, the code that names it, the exit code and the usual hint. The exit
// code is never stored in a Failure: it follows from the code, so the two cannot
// disagree. New fills in the usual hint, WithHint replaces it where the
// circumstances know better.
//
// To add a code, add a constant and a row, and an entry to internal/explain,
// which tells people at length what the code means; a test holds the two lists
// together.
//
// # What it promises
//
// Codes and exit codes are part of the contract with scripts: none is renamed.
// Texts are lower case, without a period, and never begin with the words of Go
// or of ASN.1. They hold no passwords and no keys. File names and texts are kept
// as they are; whoever prints them makes them fit for a terminal (see
// terminal.Printable).
//
// # What it does not do
//
// It prints nothing, ends nothing and reads no files. Findings of the checks are
// not failures: they live in package validate, and only their outcome, that some
// were found, has a code here.
package fault
