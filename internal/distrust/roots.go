package distrust

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

//go:generate env CERTCONV_UPDATE=1 go test -run TestTables

//go:embed roots.txt
var roots string

//go:embed rootkeys.txt
var rootKeys string

// Roots is the built-in table of roots.
func Roots() *Table {
	_, rows, _ := strings.Cut(roots, "\n\n")
	return &Table{rows, rootKeys}
}

// Table is a table of roots.
type Table struct {
	rows string // lines in order
	keys string // lines in order, each the start of the digest of a key and of that of a certificate with it
}

// ParseTable takes a table as it is built in: lines of fields between tabs. They
// are the SHA-256 of a certificate, that of its SubjectPublicKeyInfo or "-", what
// each of Programs says of it, and its name. What a program says is
//
//	.      nothing
//	+      it is trusted
//	<TIME  it is trusted for certificates with a notBefore that is not later
//	~TIME  it is trusted for certificates with an SCT that is not later
//	!TIME  it is not trusted, since then
//	-      it was on the list; alone, or after one of the others
//
// with TIME in RFC 3339, or empty where it is not known.
func ParseTable(text string) *Table {
	var rows, keys []string
	for line := range strings.Lines(text) {
		rows = append(rows, strings.TrimSuffix(line, "\n")+"\n")
		if r := parseRow(line); r != nil && r.SPKI != "" {
			keys = append(keys, r.SPKI[:start]+r.SHA256[:start]+"\n")
		}
	}
	slices.Sort(rows)
	slices.Sort(keys)
	return &Table{strings.Join(rows, ""), strings.Join(keys, "")}
}

// start is how much of a digest finds a row.
const start = 16

// Program is one whose list of roots is known.
type Program int

// The programs, in the order of their columns.
const (
	Chrome Program = iota
	Mozilla
	Java
	Microsoft
	programs
)

// String is the name of the program in the tables.
func (p Program) String() string {
	return [programs]string{"chrome", "mozilla", "java", "microsoft"}[p]
}

// Client is the client that trusts what the program's list says.
func (p Program) Client() string {
	return [programs]string{"chrome", "firefox", "java", "windows"}[p]
}

// Whole reports whether the program has no other roots than those of its list.
// Java's list says only what is limited.
func (p Program) Whole() bool { return p != Java }

// OwnRoots reports whether what the list says of a root holds also where users
// have added that root by themselves.
func (p Program) OwnRoots() bool { return p == Java }

// Programs lists all programs.
func Programs() []Program { return []Program{Chrome, Mozilla, Java, Microsoft} }

// Root is a row of a table.
type Root struct {
	SHA256  string // of the certificate, in hexadecimal
	SPKI    string // SHA-256 of its SubjectPublicKeyInfo, "" if not known
	Name    string
	columns []string
}

// Basis is by what a limit is judged.
type Basis int

// The bases.
const (
	Unlimited Basis = iota
	Issued          // the notBefore of the server's certificate
	Logged          // the earliest SCT of the server's certificate
	Disabled        // nothing: no certificate is accepted
)

// Status is what a program says of a root.
type Status struct {
	Listed bool  // the root is on the program's list today
	Basis  Basis // of its limit
	Until  time.Time
}

// Status tells what p says of the root. ok is false where its list says
// nothing: the root is not on it and, as far as is known here, never was.
func (r *Root) Status(p Program) (s Status, ok bool) {
	word := r.columns[p]
	if word == "." {
		return Status{}, false
	}
	word, gone := strings.CutSuffix(word, "-")
	s.Listed = !gone
	if word == "" {
		return s, true
	}
	s.Basis = map[byte]Basis{'<': Issued, '~': Logged, '!': Disabled}[word[0]]
	s.Until, _ = time.Parse(time.RFC3339, word[1:])
	return s, true
}

// Find tells about a certificate: what is said of it, and of other certificates
// with its key, which lead to the same root. Of what a program says of several
// the one that trusts most counts, since its users have that one too; Java
// compares certificates, not keys. It returns nil if there is no row.
func (t *Table) Find(raw, spki []byte) *Root {
	own, key := hexDigest(raw), hexDigest(spki)
	var found *Root
	lines := search(t.rows, own)
	for _, line := range search(t.keys, key[:start]) {
		lines = append(lines, search(t.rows, line[start:])...)
	}
	for i, line := range lines {
		r := parseRow(line)
		if r == nil || r.SHA256 != own && r.SPKI != key || i > 0 && r.SHA256 == own {
			continue
		}
		if r.SHA256 != own {
			r.columns[Java] = "."
		}
		if found == nil {
			found = r
			continue
		}
		for p, word := range r.columns {
			if trust(word) > trust(found.columns[p]) && Program(p).Whole() {
				found.columns[p] = word
			}
		}
	}
	return found
}

func hexDigest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// trust orders what a program says of a root: what its list has today before
// what it once had, the unlimited before the limited, and these by their time.
func trust(word string) string {
	rank := map[byte]string{'.': "0", '-': "1", '!': "3", '<': "4", '~': "4", '+': "5"}[word[0]]
	if strings.HasSuffix(word, "-") && word != "-" {
		rank = "2"
	}
	return rank + word[1:]
}

// search gives the lines of text that begin with a digest. The lines are in
// order.
func search(text, digest string) []string {
	low, high := 0, len(text)
	for low < high {
		line := strings.LastIndexByte(text[:(low+high)/2], '\n') + 1
		end := line + strings.IndexByte(text[line:], '\n') + 1
		if text[line:end] < digest {
			low = end
		} else {
			high = line
		}
	}
	var list []string
	for rest := text[low:]; strings.HasPrefix(rest, digest); {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		list = append(list, line)
	}
	return list
}

// parseRow reads a line, nil if it is no row.
func parseRow(line string) *Root {
	f := strings.Split(line, "\t")
	if len(f) != 3+int(programs) {
		return nil
	}
	return &Root{SHA256: f[0], SPKI: strings.TrimPrefix(f[1], "-"), columns: f[2 : 2+programs], Name: f[len(f)-1]}
}
