// Package deploy puts a set of files in place in one step, and takes them back.
//
// What changes together is one entry of a folder, the unit: a file, or a folder
// with files. The new unit is staged, whole and synced, in a dated folder
// DIR/.certconv/20261122T153000Z/new/ and changes places with the present one in
// a single system call. The old one, the very same files, lies in old/ of the
// dated folder from then on. record.json says what the run did. A run without a
// record, or with one that is not final, was interrupted, and the next run tidies
// up. A few files elsewhere, such as a configuration, can go along: they are
// staged too, and renamed right after the switch.
//
// A run has five parts, one file each: Look surveys what would be replaced and
// what is in the way (survey.go); Place stages (stage.go), switches (deploy.go)
// and records (record.go); Undo goes back to what the last run replaced
// (undo.go).
//
// # What it promises
//
//   - A kill at any moment leaves the old set or the new one, whole. Where the
//     system cannot exchange two names (Windows, some network file systems) there
//     are two renames, and a kill between them leaves no unit until the next run
//     puts the old one back.
//   - After any error, of its own or of the functions it is given, everything is
//     as it was, down to the very files. If even that fails, the error says where
//     they are kept.
//   - A signal before the switch, or while other programs look at the files, takes
//     everything back. From the switch on the run comes to its end, and the signal
//     waits for its report (signals.Watch.Hold).
//   - What is not the caller's in the unit is carried along: other files, links,
//     owners, modes, ACLs and extended attributes. Nothing that is replaced gets
//     more readers.
//   - No symbolic link below the folder is followed, nor one on the way to it that
//     others can have made. Dated folders that somebody else could have written
//     are not believed.
//   - Runs in one folder take turns.
//
// # What it does not do
//
// It knows no certificates, formats, servers or flags: files are bytes with a
// name, a mode and an owner. What it has to say is data: a Survey, what was
// Placed or Undone, Notes, and errors that hold a Reason; the caller words them.
package deploy
