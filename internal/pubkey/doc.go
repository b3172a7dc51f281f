// Package pubkey reads the keys of public key cryptography as ASN.1 has them:
// private keys, SubjectPublicKeyInfos, the AlgorithmIdentifiers of both, and
// signatures.
//
// # What it has
//
// ReadPrivate takes a private key in the clear in any form that is ASN.1: PKCS#8
// (RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915), OpenSSL's DSA. It names the
// algorithm, works out the public key, and says what is unusual: numbers that
// do not belong together, a public key that is another one, a curve written out
// in numbers. RSA, RSA-PSS, DSA and Diffie-Hellman, the curves of package ec,
// Ed25519 and Ed448, X25519 and X448, GOST R 34.10, ML-DSA, ML-KEM and SLH-DSA
// are known.
//
// ReadPublic names the key in a SubjectPublicKeyInfo and identifies it: two keys
// have the same ID exactly when they have the same public numbers, whatever
// is written around them. ToPKCS1, ToSEC1, PKCS8FromPKCS1, SPKIFromPKCS1 and
// SPKIFromDSA go from one form to another. RSA, DSA, MarshalEC and MarshalOctets
// build keys from their numbers, for formats that are not ASN.1; ReadBlob and
// RSA.Blob are the key blobs of Microsoft's CryptoAPI.
//
// ReadSignatureAlgorithm names the algorithm of a signature and its hash, and
// Verify checks one. Old algorithms are checked like new ones: that MD5 or a key
// of 512 bits is weak is for others to say.
//
// # Promises
//
// What is read is carried byte for byte: Private.PKCS8 is the input where that
// was PKCS#8. A key of an unknown algorithm, or with a fault inside, is not
// refused: it has its bytes, and Err and Remarks say what is missing.
//
// Nothing takes long on hostile input. Sizes are bounded (MaxRSABits, MaxDSABits,
// the fields of package ec), and the arithmetic of all keys of an input counts
// against one budget, Work.
//
// Errors have types: MalformedError with the place of the fault, UnsupportedError
// with the name of the algorithm, ErrSignature. No caller has to look at words.
//
// # What it does not do
//
// It opens nothing that is encrypted (package pbe), reads no files, PEM or
// containers, and has no certificates: names, places and passwords belong to
// package convert, which turns what is found here into the objects of a Bundle.
// It makes no keys and signs nothing. Its arithmetic does not run in constant
// time, and is for keys that are in the clear in the memory of their owner.
package pubkey
