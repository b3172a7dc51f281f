// Package note names the facts that readers notice in a file: white space
// before a BEGIN line, a certificate request under the label of a certificate, a
// PFX whose MAC does not verify, a key derivation of one round.
//
// A name judges nothing. Whether a fact is a fault, and how grave, is decided by
// the checks, which branch on these names and on the typed fields beside them,
// never on the words of a message.
//
// The package holds names only. What carries a fact, with its place in the file
// and its text, is the Note of the package that noticed it: that of the PEM
// reader, and that of package convert, which all others use. The values of the
// names do not change: they are part of the JSON that the commands write.
package note

// Kind names a fact.
type Kind string

// The facts. Those of PEM text carry line and column.
const (
	BoundarySpace   Kind = "boundary-space"   // white space before or after a BEGIN or END line; Where says
	BoundaryDashes  Kind = "boundary-dashes"  // not five ASCII dashes; Where says which boundary, N how many instead
	BoundaryWord    Kind = "boundary-word"    // BEGIN, END or the label in lower case, misspelled, or with spaces too many or too few
	BoundaryText    Kind = "boundary-text"    // other text on the line of a boundary; Where says on which side
	BeginMissing    Kind = "begin-missing"    // END without BEGIN
	EndMissing      Kind = "end-missing"      // BEGIN without END
	NoBoundaries    Kind = "no-boundaries"    // bare base64
	LabelMismatch   Kind = "label-mismatch"   // END names something else than BEGIN
	LabelWrong      Kind = "label-wrong"      // the label does not name what is inside
	LabelLegacy     Kind = "label-legacy"     // an old name for what is inside
	BlocksGlued     Kind = "blocks-glued"     // END and the next BEGIN on one line
	ByteOrderMark   Kind = "byte-order-mark"  // UTF-8 BOM
	UTF16           Kind = "utf16"            // the text is UTF-16 or UTF-32; Text says which
	BodySpace       Kind = "body-space"       // white space within the base64
	BodyBlankLine   Kind = "body-blank-line"  // an empty line within the base64; Where says if it follows BEGIN or precedes END
	BodyCharacter   Kind = "body-character"   // a character that is not base64; Rune says which; Undone if it is known what belongs there
	BodyTruncated   Kind = "body-truncated"   // the base64, or the DER in it, ends early
	BodyPadding     Kind = "body-padding"     // '=' superfluous or in the middle
	PaddingMissing  Kind = "padding-missing"  // fewer '=' at the end than there should be
	LineUnwrapped   Kind = "line-unwrapped"   // the whole body on one line
	LineLength      Kind = "line-length"      // a line over 76 characters, or longer or shorter than the others; N is its length
	LineEndCR       Kind = "line-end-cr"      // lines end in CR only
	LineEndMixed    Kind = "line-end-mixed"   // different line ends in one file
	LineEndMissing  Kind = "line-end-missing" // boundary and body on one line
	EscapedNewlines Kind = "escaped-newlines" // literal \n, string literals of source code, something else in place of each line end; one a block, N times
	QuotedMail      Kind = "quoted-mail"      // "> " or something else before or after every line, quoted-printable; one a block, N times
	QuotedHTML      Kind = "quoted-html"      // <br>, &nbsp;, percent encoding; one a block, N times
	TextOutside     Kind = "text-outside"     // text between blocks
	Carrier         Kind = "carrier"          // the file is of another kind, such as a configuration, and carries PEM: other text around or between the blocks than OpenSSL writes there and comments
	Headers         Kind = "headers"          // RFC 1421 headers other than encryption
	TrailingData    Kind = "trailing-data"    // bytes after the end of an object; N says how many
	Malformed       Kind = "malformed"        // the object itself is damaged
	Structure       Kind = "structure"        // it is not built as its standard says; Readers says who refuses it
	NotDER          Kind = "not-der"          // BER: indefinite or long lengths, strings in pieces
	NoMAC           Kind = "no-mac"           // a PFX without integrity protection
	MACFails        Kind = "mac-fails"        // contents open, MAC does not verify, or is of an unknown kind
	WeakEncryption  Kind = "weak-encryption"  // RC2-40, RC4, single DES …; Text names it
	KeyDerivation   Kind = "key-derivation"   // rounds from password to key; N says how many (scrypt: N·r·p), Text the scheme
	PasswordVariant Kind = "password-variant" // a variant of the password worked; Text says which
	OuterLength     Kind = "outer-length"     // the outer length of a NET key is wrong
	KeyInconsistent Kind = "key-inconsistent" // the numbers of a key do not belong together
	KeyUnusable     Kind = "key-unusable"     // OpenSSL cannot sign with the numbers of a key, which are worked out anew on writing; Text says which
	KeyNumbers      Kind = "key-numbers"      // numbers of a key are missing or wrong; OpenSSL signs all the same, and they are worked out anew on writing; Text says which
	Skipped         Kind = "skipped"          // bytes or objects passed over; Text says what
	KeyForm         Kind = "key-form"         // By does not load a key in the form that it is in; Text says which
	OpenSSLSkips    Kind = "openssl-skips"    // OpenSSL's PEM reader, that of most servers, passes over this block
	OpenSSLFails    Kind = "openssl-fails"    // it gives up at this block; Text says why
	OpenSSLRefuses  Kind = "openssl-refuses"  // it reads this block, and refuses what it holds
	GoSkips         Kind = "go-skips"         // Go's PEM reader passes over this block
	ApacheReads     Kind = "apache-reads"     // Apache reads this key all the same, by another way
	Variant         Kind = "variant"          // which variant of the format it is; Text says
)

// Where is a place relative to the boundaries of a PEM block.
type Where string

// The places that readers treat differently.
const (
	BeforeBegin Where = "before BEGIN"
	AfterBegin  Where = "after BEGIN"
	BeforeEnd   Where = "before END"
	AfterEnd    Where = "after END"
)

// Readers are programs that refuse an object.
type Readers uint32

// What they do with an object: each of them, where it is set, does not.
const (
	OpenSSL11Loads  Readers = 1 << iota // a server with OpenSSL 1.1.1 loads it
	OpenSSL30Loads                      // a server with OpenSSL 3.0 to 3.4
	OpenSSL35Loads                      // a server with OpenSSL 3.5 and later
	OpenSSLVerifies                     // a client with OpenSSL verifies it
	OpenSSLStrict                       // one that asks OpenSSL for X509_V_FLAG_X509_STRICT does, as Python since 3.13
	GoParses                            // crypto/x509 parses it
	GnuTLSReads                         // a client with GnuTLS takes it
	JavaReads                           // Java does
	FirefoxReads                        // mozilla::pkix does
	ChromeReads                         // Chrome's verifier, which is BoringSSL's, does
	StandardAllows                      // its standard allows it; some readers keep to that
	GnuTLSLoads                         // a server with GnuTLS loads it
	JavaLoads                           // Java loads it from a keystore
	WindowsLoads                        // Windows imports it; only what is usual is known to be
	DovecotLoads                        // Dovecot finds it in PEM text, which it has OpenSSL read in a way of its own
	StoreLoads                          // OpenSSL finds it in PEM text with the CAs of clients, as HAProxy has it read
	NamesLoads                          // nginx and Apache do: they look there twice, the second time for the names of the CAs
	Fetches                             // whoever fetches what an address points to can do so

	OpenSSLLoads = OpenSSL11Loads | OpenSSL30Loads | OpenSSL35Loads // a server with any of these
)
