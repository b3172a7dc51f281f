// Package shape tells what a piece of data is by what it looks like: names of
// files, PEM labels and outer lengths do not count.
//
// # What is asked
//
// Of tells the ASN.1 objects that keys, certificates and what belongs to them
// come in, by the first elements alone. It works on the start of an object as
// well, because a file that was cut short should still be called what it was.
// What looks like an object may be broken: Of judges nothing, the reader of that
// object does.
//
// Carve finds such objects in the middle of other bytes: in a backup of IIS 4's
// Key Manager, on a disk, in a memory dump. What only looks like the beginning of
// one is passed over. What is one without doubt, but cut short or broken, is
// reported with its fault. ParseNET reads the frame of Netscape's key file, whose
// outer length nobody can trust; it is here because both of the above need it.
//
// Identify is asked when no format takes a file. It says in words what the file
// is instead ("this is a web page (HTML) titled “404 Not Found”"), and gives it a
// kind, by which callers decide. Nobody has to look into the words.
//
// # Promises
//
//   - Every question costs a bounded number of steps for each place looked at,
//     whatever the lengths there claim, and no allocation that grows with them.
//   - No input makes anything here panic.
//   - Words that quote the file are printable, on one line, and short: a page
//     title cannot play with a terminal.
//
// # What it does not do
//
// It reads no objects, opens nothing that is encrypted, and unpacks no archives.
// It does not know the formats of package convert: to which of them an object
// belongs, and how sure that is, the table of formats decides.
package shape
