// Package report writes what a command found, in the form that was asked for.
//
// # From a result to a report
//
// A command makes a plain value and hands it to the Handler of the form. There
// are two kinds of values.
//
//   - A Result is the outcome of the checks: sites with their files and findings,
//     and what could not be read. Every form takes one.
//   - A Page is the report of a command that has something else to say. Its
//     exported fields are the JSON document, and its Text method says the same for
//     people. A List is a page whose elements come one after the other, so that a
//     hundred thousand of them are never in memory together.
//
// Forms is the table, and each form is a file: text.go, json.go, sarif.go,
// junit.go, ndjson.go. A new form is a file with its Handler and a row; nothing
// else in the program asks which form it is. Where a command has to know more, the
// row says it: whether the form has pages, whether it is a document for programs
// that nothing else may be mixed with, whether it is written site by site.
//
// # Exit codes
//
// An Outcome works them out from results. No form has a part in that, so a run
// ends with the same code however it is reported.
//
// # What it promises
//
// What comes from files never reaches a terminal as it is. Each form has one
// place that sees to that: the Printer escapes every argument that is not Styled,
// JUnit's text has a type of its own, and the JSON encoder escapes what it must
// and replaces what is no UTF-8. So callers hand over text as it is, and never
// escape it themselves.
//
// Lines of files are shown only where a finding is about their text, and what may
// be part of a private key is hidden in them.
//
// Prose wraps to Options.Width, never within a word and never within a command
// that is there to be copied. Where the width is not known, a finding is one line.
//
// A check that could not run for one of several sites counts as skipped, never as
// passed.
//
// The keys of the JSON documents are described in docs/json.md, and stay.
//
// # What it does not do
//
// It reads no files and opens no streams: the writer, the colours, the width and
// the version are in Options. It does not word commands: what a finding advises is
// data, and Options.Wording says it as the command line does. It judges nothing,
// and decides about no exit code but by the severities in Result.FailOn.
package report
