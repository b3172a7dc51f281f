package accept

import (
	"errors"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// pattern names files, part by part of their path.
type pattern struct {
	parts    []string
	absolute bool
	stdin    bool
}

// newPattern takes the value of file.
func newPattern(file string) (pattern, error) {
	if file == "-" {
		return pattern{stdin: true}, nil
	}
	if strings.Contains(file, `\`) {
		return pattern{}, errors.New("a path is written with /, on Windows too")
	}
	p := pattern{parts: partsOf(path.Clean(file)), absolute: filepath.IsAbs(filepath.FromSlash(file))}
	if path.Clean(file) == "." {
		p.parts = []string{"**"}
	}
	for _, part := range p.parts {
		if _, err := path.Match(part, ""); err != nil {
			return pattern{}, errors.New("a [ has no ]")
		}
	}
	return p, nil
}

// partsOf takes a path apart, with / between its parts.
func partsOf(slashed string) []string {
	if runtime.GOOS == "windows" {
		slashed = strings.ToLower(slashed)
	}
	return strings.Split(slashed, "/")
}

// fits reports whether a file, or a folder or an archive that it is in, has the
// pattern, which starts in dir unless it is absolute. Of a file in an archive,
// member is its path there, which whoever made the archive has chosen: nothing in it
// leads out again.
func (p pattern) fits(dir, file, member string) bool {
	if file == "-" || p.stdin {
		return file == "-" && p.stdin
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return false
	}
	if !p.absolute {
		if file, err = filepath.Rel(dir, file); err != nil {
			return false
		}
	}
	names := partsOf(filepath.ToSlash(file))
	if member != "" {
		names = append(names, partsOf(member)...)
	}
	return fits(p.parts, names)
}

// fits goes back to the last ** only: what an earlier one takes more, the last
// one can take too.
func fits(parts, names []string) bool {
	rest, at := []string(nil), 0 // what follows the last **, and where it was tried
	p := parts
	for n := 0; ; {
		switch {
		case len(p) == 0:
			return true // names[n:] is below it
		case p[0] == "**":
			p = p[1:]
			rest, at = p, n
			if len(p) == 0 {
				return !slices.Contains(names[n:], "..")
			}
		case n < len(names) && fitsPart(p[0], names[n]):
			p, n = p[1:], n+1
		case rest != nil && at < len(names) && names[at] != "..":
			at++
			p, n = rest, at
		default:
			return false
		}
	}
}

// fitsPart compares one part. What leads out of the folder has to be written.
func fitsPart(part, name string) bool {
	if name == ".." {
		return part == ".."
	}
	ok, _ := path.Match(part, name)
	return ok
}
