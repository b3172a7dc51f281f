package archive

import "bytes"

// Kind is what archive a file is.
type Kind string

// The kinds, as people call them.
const (
	ZIP   Kind = "ZIP archive"
	Tar   Kind = "tar archive"
	Gzip  Kind = "gzip file"
	Bzip2 Kind = "bzip2 file"
)

// KindOf tells archives by how they begin, "" for what is none. A tar archive needs its
// first 512 bytes.
func KindOf(head []byte) Kind {
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case starts("\x1f\x8b\x08"):
		return Gzip
	case starts("BZh") && len(head) > 10 && bytes.Equal(head[4:10], []byte("1AY&SY")):
		return Bzip2
	case starts("PK\x03\x04"):
		return ZIP
	case len(head) >= 512 && bytes.HasPrefix(head[257:], []byte("ustar")):
		return Tar
	}
	return ""
}
