// Package search finds private keys among bytes of any kind: disk images,
// backups, memory dumps, mailboxes, folders full of files.
//
// # Use
//
// New makes a Searcher, which holds the memory and the processors that all
// searches share. Search reads one input to its end and hands each key to
// Options.Found, with its place: the offset, and the name of the file in an
// archive.
//
// # What it finds
//
// Keys in the clear and encrypted ones, at every offset: DER of each kind, PFX, Java's and
// Bouncy Castle's keystores, PVK, keys of PuTTY, JSON Web Keys, RSA keys in XML, PEM in
// any encoding of text, also upside down in the swap files of vim, and all of these in
// base64 without armour, once or twice over. A small input is also read as a whole, as
// package convert reads it, with all that its lenient reader forgives. What is packed with
// gzip, bzip2, tar or ZIP is unpacked on the way, archives within archives and behind one
// another too; files that gzip or ZIP compressed are found at every offset of an input that
// can be read at any place.
//
// At an offset within something larger it does not find: digits of a dump, what bzip2, xz
// and others packed, keys other than PFX in BER of indefinite length, text other than PEM in
// UTF-16, base64 of archives, mails, profiles and other containers, and compressed files that lie in other archives without being named there.
//
// # What it promises
//
// It says that something is a private key only if its numbers prove its public
// key, or if it is locked and its outline is whole. What is locked, and what an
// archive does not give out, is told as a Failure: nothing is passed over in
// silence. Memory is bounded by the number of windows, whatever the size of the
// input. The work for keys that cost much to try, and that of unpacking and searching
// archives, are bounded for each input by its size, whatever is packed in it.
//
// # What it does not do
//
// It opens no files and walks no folders: it is handed a reader. It does not put
// fragments together, guesses no passwords beyond those it is given, and finds no
// key that is damaged.
package search
