// Package rootstore reads the certificates that the system itself trusts, where it
// keeps them in a store of its own and not in a file: on Windows and on macOS.
//
//   - Bundle is the roots that are trusted for servers, as PEM text.
//   - Fetches says of which root more the system knows that it may be trusted:
//     Windows has a list of some 500, and gets the certificate itself from
//     Microsoft when a program first needs it.
//
// # What it promises
//
// It opens no connection and changes nothing. What cannot be read is left out.
// Windows' own distrust counts: what is in the store Disallowed, or in the store of
// roots for other purposes than servers, is not given.
//
// # What it does not do
//
// It does not judge the certificates. Roots of single
// users on macOS count if they are in the login keychain of who runs the program.
package rootstore
