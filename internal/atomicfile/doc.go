// Package atomicfile writes a file whole or not at all.
//
// The data is written to a temporary file in the folder of the target, with its
// final mode from the first moment on, and synced. Then it gets its name: by a
// link, which refuses to replace anything without a race, or by a rename, which
// replaces what is there in one step. Where the system can (Linux), the temporary
// file has no name until it is complete, so that not even a kill leaves anything.
// Elsewhere it has the name .TARGET.<random>.tmp and is removed on a signal, and
// by the next writer of the same target after a kill.
//
// Write does all of it. Stage and Commit are the two halves, for whoever has more
// than one file, or something to do between them.
//
// # What it promises
//
//   - Readers see what was there before, or the new content, and nothing else.
//   - Without replace nothing that exists is overwritten, whoever else writes.
//   - A file that replaces another is never open to more readers than it was.
//   - A symbolic link is followed where what it points to is to be replaced: the
//     link stays. In a folder that others can write to none is followed, nor a link
//     of theirs to a folder.
//   - Write keeps owner and attributes of what it replaces where it can, and
//     where others cannot have made it.
//   - Pipes and devices are written to, not replaced; a pipe of somebody else is
//     not where others can make one.
//
// # What it does not do
//
// Stage and Commit keep owner, group, extended attributes and ACLs only when asked
// to (Staged.Like, KeepAttributes): that can fail where writing does not. Several
// files do not change together; that is what package deploy is for.
package atomicfile
