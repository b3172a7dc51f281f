// Package carrier takes apart texts and files of other kinds that carry keys and
// certificates: hexadecimal dumps and arrays of programs, mails, property lists. For
// texts that are read otherwise it gives the names that they have for what they hold.
//
// It gives each part with its place and the name that the carrier has for it, and says
// where bytes are missing. What a part is, the caller finds out: where that decides what
// counts as a part, it hands in a function that knows objects.
//
// The time is linear in the size of the input; depth and number of parts are bounded. No
// error holds a piece of a part: it may be a private key.
package carrier
