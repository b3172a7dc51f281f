// Package target holds what is known about the software that gets the files:
// servers and the readers of PFX files, as data.
//
// A Target is the value of --for. One row says which files the server wants and
// what each of them holds, which formats, keys and algorithms it loads, the
// lines of its configuration, how it is started to try the files, and what it
// says when it refuses them. Converting for a target, checking for it and
// installing for it all work from that row: adding a server is adding a row.
//
// The package holds facts and answers questions about them. It opens no file
// and starts no program, it does not judge (package validate does), and it words
// no advice. The facts about the bytes of a format are in package convert.
package target
