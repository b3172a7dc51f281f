package carrier

// Part is what a carrier holds.
type Part struct {
	Data []byte
	Err  *Error // why Data is not there, or not whole
	Line int    // where it begins, from 1; 0 where the carrier has no lines
	Name string // what the carrier calls it, "" if it does not
	Ours bool   // the carrier says that it is a key or certificate

	Encoded bool // a body of a mail in base64
	Plain   bool // what a mail says to its reader
}

// Error says what is wrong with a part, or with the carrier.
type Error struct {
	TooLarge bool   // a limit of this package; else it is damaged
	Detail   string // without the name of the carrier
}

func (e *Error) Error() string { return e.Detail }

func damaged(detail string) *Error { return &Error{Detail: detail} }

// MaxSize bounds what is taken apart.
const MaxSize = 32 << 20

// Begins reports whether data begins as an object in DER does that has a length of more
// than one octet, as keys and certificates have.
func Begins(data []byte) bool {
	return len(data) > 2 && data[0] == 0x30 && data[1] > 0x80 && data[1] < 0x85
}
