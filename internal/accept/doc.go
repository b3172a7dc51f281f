// Package accept reads lists of accepted findings, and applies them to reports.
//
// A list is TOML. Each of its entries names one check, the files, the last day and
// the reason:
//
//	[[accept]]
//	code = "cert-expired"
//	file = "testdata/expired.pem"
//	until = 2027-01-31
//	reason = "the tests need it"
//
// The path of a file starts from the folder of the list. In it * and ? stand for
// letters of one name, ** for any folders, and a folder or an archive for all that
// is in it.
//
// # What it promises
//
// An accepted finding leaves those that count, and stays in the report with its
// reason. An entry whose day is over accepts nothing, and the finding says so. An
// entry that is wrong or not whole makes the list unusable: none is passed over.
//
// What is checked cannot accept its own faults: a list is looked for from the
// working folder up to the top of its repository, never beside the files that are
// checked, and one that another user has put there is refused.
//
// # What it does not do
//
// It judges nothing, and prints nothing. Which commands take a list is for them to
// decide.
package accept
