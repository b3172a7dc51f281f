// Package convert reads and writes private keys, certificates, certificate
// requests and revocation lists in the formats that servers and certificate
// authorities use, from PEM to the key files of IIS 4.
//
// # Use
//
// Decode reads a file in whatever format it is and returns a Bundle: keys,
// certificates, requests, lists, each with its place in the file. Encode writes a
// Bundle, or the parts of it that EncodeOptions names, in a format. Several files
// are put together with Bundle.Add. Formats is the table of the formats: names,
// extensions, which are read and written, what they hold.
//
// A password is asked for only when something turns out to be encrypted, by the
// callback DecodeOptions.Password; Passwords makes one from a list.
//
// Where some objects of a file can be read and others cannot, Decode returns both:
// the Bundle with what there is, each fault in Bundle.Failures, and the first of
// them as error. Every error is an *Error and wraps one of the Err variables;
// branch on these with errors.Is, not on the words. What Encode would have to
// leave out is a *LossError.
//
// # What it promises
//
// The DER of an object is the truth. A certificate that Go cannot parse, and a key
// of an algorithm that nobody knows, still has its bytes, its place and its name,
// and is carried from format to format byte for byte. Nothing that was read is
// dropped in silence: what has no field of its own is in Others, and what was
// noticed about a file (a weak MAC, text between blocks, BER instead of DER) is a
// Note. Notes state facts; package validate judges.
//
// Encode reads what it has written and compares it before it returns it. A key
// that fits none of the certificates is not written by mistake. Leaf and
// intermediates are put into the order in which servers want them.
//
// Bytes that somebody else made never cause a panic, and never more memory or time
// than the limits below allow. The objects of a Bundle may be windows on the data
// that it was read from. Several calls at the same time are safe as long as nothing
// changes a Bundle, or data, that they share.
//
// It opens no files and no connections and does not look at the clock. Salts come
// from crypto/rand.
//
// # Keys in memory
//
// Bundle.Wipe overwrites the private keys of a Bundle. Decode clears the passwords
// it was given, derived keys and what a wrong password made of a ciphertext. The
// parsed keys in PrivateKey.Key, and what Go's own packages allocate, cannot be
// cleared.
//
// # Limits
//
// An input, and all that an archive unpacks to, may have DefaultMaxSize bytes
// unless DecodeOptions.MaxSize says otherwise. A key derivation may have 10 million
// rounds, and so may all of one input for each MiB of it, or of a MaxSize above the default. Containers nest 8 deep, an input holds
// 500,000 objects, a callback is asked for 10,000 passwords. Numbers of RSA and DSA
// keys are checked up to a bound of arithmetic for each input. Whatever is over a
// limit is ErrTooLarge.
//
// Signatures are verified by VerifySigned and by Issuers alone: Decode does not ask whether a
// certificate is genuine. PKCS#7 files are read for their certificates, not for
// what they sign. There is no support for smart cards, for keys in hardware, and
// for PGP and SSH beyond private keys of OpenSSH.
package convert
