package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LinkOfOthers is the first symbolic link on the way to path that somebody else
// can have made: it is theirs, in a folder that they can write to. "" if there is
// none.
func LinkOfOthers(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	const most = 255 // links, more than any system follows
	at := filepath.VolumeName(abs) + string(filepath.Separator)
	rest := steps(abs[len(filepath.VolumeName(abs)):])
	for links := 0; len(rest) > 0 && links < most; {
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		info, err := os.Lstat(next)
		if err != nil {
			return ""
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if OfOthers(info) && writtenByOthers(at) {
			return next
		}
		to, err := os.Readlink(next)
		if err != nil {
			return ""
		}
		if filepath.IsAbs(to) {
			at, to = filepath.VolumeName(to)+string(filepath.Separator), to[len(filepath.VolumeName(to)):]
		}
		links++
		rest = append(steps(to), rest...)
	}
	return ""
}

// steps are the names that a path is made of.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) })
}

// writtenByOthers reports whether others can make entries in a folder: it is
// theirs, or its mode lets them.
func writtenByOthers(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && (OfOthers(info) || OpenToOthers(dir, info))
}

// shared reports whether the mode of a folder lets others make entries in it.
func shared(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && OpenToOthers(dir, info)
}
