package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
)

const (
	maxSecret   = terminal.MaxLine // bytes of a password
	sourceForms = "env:NAME, file:PATH, fd:N, stdin, pass:TEXT or none"
)

// resolve gives the password of a source, and further ways to read it, the
// likeliest first. The messages never repeat the source as it was given: it may
// be a password that was typed in its place.
func (s *secrets) resolve(flag, src string) ([][]byte, error) {
	kind, arg, hasArg := strings.Cut(src, ":")
	switch {
	case src == "none":
		return [][]byte{{}}, nil
	case src == "stdin":
		if s.lines[0] == nil {
			if err := s.env.claimStdin("the source of a password"); err != nil {
				return nil, err
			}
		}
		return s.line(flag, "standard input", 0)
	case kind == "pass" && hasArg:
		s.env.warn("a password on the command line can be seen by other users: use %s env:NAME or %s file:PATH", flag, flag)
		return [][]byte{[]byte(arg)}, nil
	case kind == "env" && hasArg:
		v, ok := os.LookupEnv(arg)
		if !ok {
			return nil, fault.Usagef("%s env:%s: there is no such environment variable", flag, arg).WithHint("export %s, or give another source: %s", arg, sourceForms)
		}
		s.names = append(s.names, arg)
		return [][]byte{[]byte(v)}, nil
	case kind == "file" && hasArg:
		return passwordFile(flag, arg)
	case kind == "fd" && hasArg:
		n, err := strconv.Atoi(arg)
		if err != nil || n < 0 {
			return nil, fault.Usagef("%s fd:N: N is the number of an open file", flag)
		}
		if n == 0 {
			return s.resolve(flag, "stdin")
		}
		return s.line(flag, "fd:"+arg, n)
	}
	return nil, fault.Usagef("%s: unknown kind of source, it must be %s", flag, sourceForms)
}

// line reads one line of an open file, and no byte more: the next password
// may follow.
func (s *secrets) line(flag, name string, fd int) ([][]byte, error) {
	f := s.lines[fd]
	if f == nil {
		f = os.Stdin
		if fd != 0 {
			closeOnExec(fd)
			f = os.NewFile(uintptr(fd), name)
		}
		if s.lines == nil {
			s.lines = map[int]*os.File{}
		}
		s.lines[fd] = f
	}
	if f == nil {
		return nil, fault.Usagef("%s %s: it is not open", flag, name)
	}
	var pw []byte
	one := make([]byte, 1)
	for {
		_, err := io.ReadFull(f, one)
		switch {
		case err == io.EOF && len(pw) == 0:
			return nil, fault.Usagef("%s %s: there is no line to read", flag, name)
		case err == io.EOF || err == nil && one[0] == '\n':
			return [][]byte{bytes.TrimSuffix(pw, []byte("\r"))}, nil
		case err != nil:
			return nil, fault.Usagef("%s %s: %s", flag, name, fault.Reason(err))
		case len(pw) == maxSecret:
			return nil, fault.Usagef("%s %s: the first line is too long for a password", flag, name)
		}
		pw = append(pw, one[0])
	}
}

// passwordFile reads the first line of a file. Notepad puts a byte order mark
// before it, and PowerShell's > writes UTF-16: both are told from a password by
// what follows, and what the file holds byte for byte comes last.
func passwordFile(flag, path string) ([][]byte, error) {
	name := "file:" + path
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Usagef("%s %s: %s", flag, name, fault.Reading("", err).Text)
	}
	defer f.Close()
	if fd, ok := namedDescriptor(path); ok {
		closeOnExec(fd)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+2))
	if err != nil {
		return nil, fault.Usagef("%s %s: %s", flag, name, fault.Reason(err))
	}
	raw, whole := firstLine(data)
	if !whole && len(data) > maxSecret {
		return nil, fault.Usagef("%s %s: the first line is too long for a password", flag, name)
	}
	if text, ok := bytes.CutPrefix(raw, []byte("\xef\xbb\xbf")); ok {
		return [][]byte{text, raw}, nil
	}
	if text := fromUTF16(data); text != nil {
		line, _ := firstLine(text)
		return [][]byte{line, raw}, nil
	}
	return [][]byte{raw}, nil
}

// namedDescriptor is the number of the open file that path names, as the shell
// does with <(…).
func namedDescriptor(path string) (fd int, ok bool) {
	for _, dir := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if number, found := strings.CutPrefix(path, dir); found {
			fd, err := strconv.Atoi(number)
			return fd, err == nil && fd > 2
		}
	}
	return 0, false
}

func firstLine(data []byte) (line []byte, whole bool) {
	line, _, whole = bytes.Cut(data, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), whole
}

// fromUTF16 decodes little-endian UTF-16 with a byte order mark, or returns nil.
func fromUTF16(data []byte) []byte {
	if len(data) < 2 || data[0] != 0xff || data[1] != 0xfe {
		return nil
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
	}
	var out []byte
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}
