// Package pem reads PEM text (RFC 7468) as people find it: what editors, mail,
// web pages, consoles and the clipboard left of it. It says what is wrong and
// where, what other readers make of the file, and writes the text as it should
// be.
//
// # Reading
//
// Read takes a file apart into Blocks. It undoes what cannot be anything else:
// UTF-16 and byte order marks, white space and invisible characters, escapes of
// JSON, HTML and mail, quotation, what programs print around each line (grep -n,
// logs, tables) or put in place of the line ends, typographic dashes, boundaries that
// are misspelt or lost, base64 without any. Each of these is a Note: its kind (see
// package note), its line, column and offset in the file as it is on the disk,
// the block it belongs to, and a text.
//
// It never guesses. Where a character was lost or replaced, the block has an
// Err, and what is known of its Body is not to be taken for the object. What
// follows in the file is read all the same.
//
// Nothing is judged. Whether a fact is a fault, and how grave, depends on who
// reads the file, and is for the checks to say. What the readers of servers do
// is a fact too: Verdicts follows OpenSSL's reader, with which nginx, Apache and
// HAProxy read, line by line, where it is odd too.
//
// # Writing and repair
//
// Append writes a block: 64 columns, LF. Repair rewrites a file that way, with
// labels that name what is inside, and reads the result again to prove that each
// block holds the same bytes. Where it cannot, the Error says why in words, and
// Reason says it in a form to branch on where the caller knows another way.
//
// # Promises
//
// The time is linear in the size of the input, whatever it holds, and so is the
// memory: a file is read in one pass, and its places are found in a second one.
// There are at most 500,000 blocks, and at most 1,000 notes of a kind. A file
// that is as RFC 7468 wants it takes a fast way that looks at each byte once.
//
// No text, neither of a note nor of an error, holds a part of a body: it may be
// a private key. Bodies are for the caller to overwrite (Wipe).
//
// # What it does not do
//
// It decrypts nothing and parses no object: of a body it knows the shape (package
// shape) and the length. Files, names of files and passwords are not known here.
// What base64 without boundaries holds, other than ASN.1, the caller tells.
package pem
