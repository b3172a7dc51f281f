package target

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/note"
)

// OpenSSL is a version of the library that servers read PEM with, as far as they
// differ. What they do was seen of nginx with 1.1.1w in Debian 11, with 3.0.19 in
// Debian 12 and with 3.5.9 in Debian 13, and of Node.js with 1.1.1v and 3.5.6.
// Sources of the differences: OpenSSL's CHANGES (3.0: a byte order mark is passed
// over; 3.5: public keys in PKCS#8) and its pull request 31271 (who signed the
// server's own certificates is not looked at, from 3.5.8 on).
type OpenSSL struct {
	Version string // "1.1"
	Summary string
	Loads   note.Readers // the reader that it is in notes

	ByteOrderMark bool // it finds the first block behind one
	PublicKeys    bool // it loads PKCS#8 with the public key
	Signatures    bool // it looks at the signatures of the certificates that it sends
	Level         int  // its own security level; Debian and Ubuntu set 2 for all
}

// OpenSSLVersions returns the table, the oldest first.
func OpenSSLVersions() []OpenSSL {
	return []OpenSSL{
		{
			Version: "1.1", Summary: "OpenSSL 1.1.1: Debian 10 and 11, Ubuntu 20.04, RHEL 8", Loads: note.OpenSSL11Loads,
			Signatures: true, Level: 1,
		},
		{
			Version: "3.0", Summary: "OpenSSL 3.0 to 3.4: Debian 12, Ubuntu 22.04 and 24.04, RHEL 9", Loads: note.OpenSSL30Loads,
			ByteOrderMark: true, Signatures: true, Level: 2,
		},
		{
			Version: "3.5", Summary: "OpenSSL 3.5 and later: Debian 13, RHEL 10", Loads: note.OpenSSL35Loads,
			ByteOrderMark: true, PublicKeys: true, Level: 2,
		},
	}
}

// MinStrength is the security in bits (NIST SP 800-57, Part 1, Table 2) that
// OpenSSL's security level 2 asks of keys and signatures.
const MinStrength = 112

// defaultOpenSSL is the version that is meant where none is named.
const defaultOpenSSL = "3.0"

// versionSign is what comes between the name of a target and a version.
const versionSign = "@openssl"

// version finds a version of OpenSSL, nil if there is none of that name.
func version(name string) *OpenSSL {
	table := OpenSSLVersions()
	i := slices.IndexFunc(table, func(v OpenSSL) bool { return v.Version == name })
	if i < 0 {
		return nil
	}
	return &table[i]
}

// Values lists what can be said to name a target: its name, and that with each
// version of OpenSSL, where it has one.
func (t *Target) Values() []string {
	list := []string{t.Name}
	if t.Reader == ReaderOpenSSL {
		for _, v := range OpenSSLVersions() {
			list = append(list, t.Name+versionSign+v.Version)
		}
	}
	return list
}

// Title is the name of the target, with the version of OpenSSL where another is
// meant than usual.
func (t *Target) Title() string {
	if t.OpenSSL == nil || t.OpenSSL.Version == defaultOpenSSL {
		return t.Name
	}
	return t.Name + " with OpenSSL " + t.OpenSSL.Version
}

// Value names the target and its version of OpenSSL for Lookup.
func (t *Target) Value() string {
	if t.Title() == t.Name {
		return t.Name
	}
	return t.Name + versionSign + t.OpenSSL.Version
}

// split takes a version of OpenSSL off the name of a target.
func split(name string) (target, openssl string, named bool) {
	return strings.Cut(strings.ToLower(name), versionSign)
}
