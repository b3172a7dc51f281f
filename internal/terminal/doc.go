// Package terminal is the person at the other end: what is asked of them, and
// how text is made fit for their eyes and for their shell.
//
//   - Ask shows a prompt on the terminal itself, whatever standard input and
//     output are, and reads a line without echo.
//   - Pause keeps a window open that closes with the program (Own).
//   - Printable and its kin show text that came from files. It may hold anything:
//     control characters that a terminal would obey, characters that turn the
//     direction of the text, bytes that are no text. ShellWord makes a word of it
//     that can be copied into a shell.
//   - Wrap breaks prose at the width of the terminal, never within a word.
//   - Mask hides what may be part of a key, Visible shows what is invisible.
//   - Progress shows a person who waits how far a long command came.
//
// # What it promises
//
// What Printable returns is one line, and prints as itself on any terminal. A
// prompt never reads standard input, which may be a file that is being converted;
// where there is no terminal, or the program is in the background, Ask says so at
// once and never hangs. The echo is back after a signal too. A password is read
// into memory of a fixed place, so that no copies of it remain, and whoever
// asked for it clears it.
//
// A Progress draws at most five times a second, however often it counts, begins
// after a second, and takes its line away before anything else is written there.
//
// # What it does not do
//
// It decides nothing: whether there are colours and progress at all, which words
// are asked and how often, is the business of the command line. It knows no
// flags, no files and no formats.
package terminal
