package convert

// NoteKind names a fact that a decoder noticed. It judges nothing.
type NoteKind string

// What decoders notice. The ones of PEM text carry line and column.
const (
	NoteBoundarySpace   NoteKind = "boundary-space"   // white space before or after a BEGIN or END line; Where says
	NoteBoundaryDashes  NoteKind = "boundary-dashes"  // not five ASCII dashes; Where says which boundary, N how many instead
	NoteBoundaryWord    NoteKind = "boundary-word"    // BEGIN, END or the label in lower case, misspelled, or with spaces too many or too few
	NoteBoundaryText    NoteKind = "boundary-text"    // other text on the line of a boundary; Where says on which side
	NoteBeginMissing    NoteKind = "begin-missing"    // END without BEGIN
	NoteEndMissing      NoteKind = "end-missing"      // BEGIN without END
	NoteNoBoundaries    NoteKind = "no-boundaries"    // bare base64
	NoteLabelMismatch   NoteKind = "label-mismatch"   // END names something else than BEGIN
	NoteLabelWrong      NoteKind = "label-wrong"      // the label does not name what is inside
	NoteLabelLegacy     NoteKind = "label-legacy"     // an old name for what is inside
	NoteBlocksGlued     NoteKind = "blocks-glued"     // END and the next BEGIN on one line
	NoteByteOrderMark   NoteKind = "byte-order-mark"  // UTF-8 BOM
	NoteUTF16           NoteKind = "utf16"            // the text is UTF-16 or UTF-32; Text says which
	NoteBodySpace       NoteKind = "body-space"       // white space within the base64
	NoteBodyBlankLine   NoteKind = "body-blank-line"  // an empty line within the base64; Where says if it follows BEGIN or precedes END
	NoteBodyCharacter   NoteKind = "body-character"   // a character that is not base64; Rune says which; Undone if it is known what belongs there
	NoteBodyTruncated   NoteKind = "body-truncated"   // the base64, or the DER in it, ends early
	NoteBodyPadding     NoteKind = "body-padding"     // '=' superfluous or in the middle
	NotePaddingMissing  NoteKind = "padding-missing"  // fewer '=' at the end than there should be
	NoteLineUnwrapped   NoteKind = "line-unwrapped"   // the whole body on one line
	NoteLineLength      NoteKind = "line-length"      // a line over 76 characters, or longer or shorter than the others; N is its length
	NoteLineEndCR       NoteKind = "line-end-cr"      // lines end in CR only
	NoteLineEndMixed    NoteKind = "line-end-mixed"   // different line ends in one file
	NoteLineEndMissing  NoteKind = "line-end-missing" // boundary and body on one line
	NoteEscapedNewlines NoteKind = "escaped-newlines" // literal \n, string literals of source code; one a block, N times
	NoteQuotedMail      NoteKind = "quoted-mail"      // "> " or something else before every line, quoted-printable; one a block, N times
	NoteQuotedHTML      NoteKind = "quoted-html"      // <br>, &nbsp;, percent encoding; one a block, N times
	NoteTextOutside     NoteKind = "text-outside"     // text between blocks
	NoteHeaders         NoteKind = "headers"          // RFC 1421 headers other than encryption
	NoteTrailingData    NoteKind = "trailing-data"    // bytes behind the end of an object; N says how many
	NoteMalformed       NoteKind = "malformed"        // the object itself is damaged
	NoteNotDER          NoteKind = "not-der"          // BER: indefinite or long lengths, strings in pieces
	NoteNoMAC           NoteKind = "no-mac"           // a PFX without integrity protection
	NoteMACFails        NoteKind = "mac-fails"        // contents open, MAC does not verify
	NoteWeakEncryption  NoteKind = "weak-encryption"  // RC2-40, RC4, single DES …; Text names it
	NoteKeyDerivation   NoteKind = "key-derivation"   // rounds from password to key; N says how many (scrypt: N·r·p), Text the scheme
	NotePasswordVariant NoteKind = "password-variant" // a variant of the password worked; Text says which
	NoteOuterLength     NoteKind = "outer-length"     // the outer length of a NET key is wrong
	NoteKeyInconsistent NoteKind = "key-inconsistent" // the numbers of a key do not belong together
	NoteSkipped         NoteKind = "skipped"          // bytes or objects passed over; Text says what
	NoteOpenSSLSkips    NoteKind = "openssl-skips"    // OpenSSL's PEM reader, that of most servers, passes over this block
	NoteOpenSSLFails    NoteKind = "openssl-fails"    // it gives up at this block; Text says why
	NoteOpenSSLRefuses  NoteKind = "openssl-refuses"  // it reads this block, and refuses what it holds
	NoteApacheReads     NoteKind = "apache-reads"     // Apache reads this key all the same, by another way
	NoteVariant         NoteKind = "variant"          // which variant of the format it is; Text says
)

// Note is a fact about a file that its objects do not show. Of one kind, at
// most maxNotes are kept for a PEM file.
type Note struct {
	Source Source // place in the file
	Member string // the file in an archive that it is about, "" if the input is none
	Kind   NoteKind
	Rune   rune   // NoteBodyCharacter: the character
	N      int    // a count where one belongs to the fact
	Text   string // what a person reads; never a secret
	Where  Where  // PEM: on which side of a boundary, "" where that does not count
	Block  int    // PEM: the number of the block it belongs to, from 1; 0 for the file and the text between blocks
	Undone bool   // PEM: the reader knows what was meant; where it is false, the block could not be read
}

// Where is a place relative to the boundaries of a PEM block.
type Where string

// The places that readers treat differently.
const (
	BeforeBegin Where = "before BEGIN"
	AfterBegin  Where = "after BEGIN"
	BeforeEnd   Where = "before END"
	AfterEnd    Where = "after END"
)
