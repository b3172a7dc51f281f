// Package signals ends the program in an orderly way when the user or the system
// wants it to end, and the programs that it started with it.
//
// A Watch belongs to one run of the command line. It listens from the first use
// on; before that, signals do what they always do. There are three ways to have
// a say in what happens on a signal:
//
//   - Guard registers what must be undone before the program ends: a terminal
//     without echo, a temporary file, a server that was started on trial.
//   - Interruptible lets a long command stop early and report how far it came.
//   - Hold lets work that must not be cut in two come to its end and be reported.
//
// # What it promises
//
// After a signal the program ends by that same signal, so that whoever started it
// sees the reason: a shell stops its loop on Ctrl-C only then. While the undoing
// is under way no new Guard and no Hold begins; the caller waits in it until the
// program is gone. Signals that were ignored at the start, as nohup has it, stay
// ignored. A second signal always ends the program at once, after the undoing.
//
// # What it does not do
//
// Nothing helps against a kill (SIGKILL) or a loss of power. Whatever has to
// outlast those, such as a folder that is being replaced, needs a record of its
// own on disk; see package deploy. On Windows there is only Ctrl-C.
package signals
