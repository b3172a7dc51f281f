// Package site reads files and works out which of them belong together.
//
// # From files to sites
//
// A Reader reads Inputs: files that were named, the files in folders, and those in
// ZIP archives, which count as folders. It gives them in scopes: what was named
// together is one, and each folder is one of its own, so that two servers in two
// folders are never mixed.
//
// Group makes Sites of a scope. A site is a key, its certificate, the request and
// the intermediates, in whatever files they are:
//
//   - Files that hold the same public key belong together. A file that collects
//     certificates of several servers is taken apart.
//   - An intermediate belongs to the certificates that it signed, by signature and
//     not only by name (chains.go).
//   - A key and a certificate that are alone are meant for each other, and so are
//     files of one name, even if the public keys differ: the checks then say so.
//     Words such as privkey and cert are no part of the name. A link in a folder is
//     a name too.
//   - A CA with its key, and a certificate for clients, are no servers where the
//     certificate of a server is found too.
//   - Files that were given with roles, such as --key, are one site, because the
//     user has decided.
//   - What belongs to nothing is a site of its own, to be reported. In a folder,
//     a file that is none of our formats is passed over.
//
// Check runs the checks of package validate on a site, CheckAll on many. Each goes
// through any number of scopes, one in memory at a time, gives the outcomes in order as
// soon as they are known, and lets go of what was read.
//
// A Pairing says across files, without making sites, which objects hold the same
// public key. SystemRoots finds the trust anchors of the system, in files or in its store.
//
// # What it promises
//
// What it needs of the world is handed in: the files behind an interface, standard
// input among them, the source of passwords, the limit of a file's size. A password
// is asked for only where something turns out to be encrypted.
//
// No fault is lost. A file that cannot be opened, is too large or is damaged is an
// Input like the others, with the fault in its Bundle; Unread and Locked say what a
// command has to tell. A bug of a decoder is confined to the file it is met in.
//
// The same files make the same sites, in the same order, whether they are named, in
// a folder, in an archive or on a list. A file that several links lead to is taken
// once, unless a folder of links is a site with it.
//
// # What it does not do
//
// It parses no flags, prints nothing and decides on no exit code. It writes no
// files. Who issued whom, and which of several certificates a server should send,
// is for package validate.
package site
