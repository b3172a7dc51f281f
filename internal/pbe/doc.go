// Package pbe is encryption by password, as it is found around private keys:
// PBES1, PBES2 and the schemes of PKCS#12 (RFC 8018, RFC 7292), the DEK-Info
// header of traditional PEM (RFC 1421), OpenSSH's own format, and the MAC of a
// PFX.
//
// # The way of one encrypted object
//
// ParseScheme (or ParseDEKInfo, ParseOpenSSH, ParseMAC) reads the parameters and
// gives the scheme a name, also where it cannot be opened: people search for
// these names, and reports print them. Its Rounds are spent in a Budget, then
// Decrypt (or Verify) is called for every form that the password may have had:
// Variants lists them, beginning with the proper one. A caller that writes calls
// Encrypt, EncryptPEM or BuildMAC with a scheme of its choice.
//
// # Errors
//
//   - *UnsupportedError: an algorithm that is not here, with its name.
//   - ErrPassword: the password is wrong. Padding and tags decide that; where
//     they leave doubt the caller looks at the plaintext.
//   - *LimitError: it would take too long.
//   - *der.SyntaxError, or an error in words: the parameters cannot be.
//
// # Promises
//
//   - Nothing that a file says can make a key derivation run longer, or take more
//     memory, than a Budget allows, if the caller spends before it calls.
//   - Derived keys and rejected plaintexts are cleared. What Decrypt returns is a
//     new slice, the caller's to clear.
//   - No randomness of its own: salts come from the reader that is handed in, so
//     a test can repeat them.
//
// # What it leaves to others
//
// youmark/pkcs8 does PBES2 as far as it can, crypto/pbkdf2 the digests that it
// does not have (youmark.go says where the border is), internal/ciphers the block
// ciphers that Go does not have. The package knows no keys and no containers: it does
// not ask for passwords, and does not judge what it decrypted. Encryption whose
// only reader is one format, such as that of JKS, NET and PVK, is with that
// format.
package pbe
