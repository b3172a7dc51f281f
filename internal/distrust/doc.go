// Package distrust knows what programs think of roots, and which certificates
// platforms have withdrawn.
//
// # Roots
//
// A program rarely drops a root at once. It goes on to trust what the root has
// issued until some day, and refuses what comes later: by the date of issue
// (Firefox, Java, Windows), or by the first time that a transparency log has
// seen the certificate (Chrome). Roots has a row for each root that Chrome,
// Mozilla, Java or Microsoft say something about, with what each of them says.
//
// # Withdrawn certificates
//
// After break-ins and mistakes certificates were withdrawn one by one, each with
// its key, and with all that it has issued.
//
// # Data
//
// Both tables are text that is built into the program, made by go generate of
// testdata/distrust, golang.org/x/crypto/x509roots/fallback and the lists of
// Microsoft's that CERTCONV_SAMPLES names. A test makes them again and compares.
// Lists tells where each part is from and how old it is.
//
// # Promises
//
// Nothing is read or indexed before the first look-up. All functions are safe for several goroutines.
//
// # What it does not do
//
// It knows no paths: which root a certificate leads to is for the caller to
// find out. It has no data of Apple's, which publishes none.
package distrust
