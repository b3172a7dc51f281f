package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/fault"
)

// parseSize reads the value of --max-size, in bytes.
func parseSize(s string) (int64, error) {
	if s == "" {
		return convert.DefaultMaxSize, nil
	}
	number := strings.TrimRight(strings.ToLower(s), "kmgtib")
	unit := strings.TrimSuffix(strings.ToLower(s[len(number):]), "b")
	factor, ok := map[string]float64{
		"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
		"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40,
	}[unit]
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !ok || !(n > 0) || n*factor < 1 || n*factor > math.MaxInt64/2 {
		return 0, fault.Usagef("--max-size %s: it must be a size such as 512MiB or 1GiB", s)
	}
	return int64(n * factor), nil
}

// readInput reads a file whole, or standard input for "-", into buf's memory
// if that is large enough.
func (e *env) readInput(path string, limit int64, buf []byte) ([]byte, error) {
	if path == "-" {
		return readAll("standard input", e.stdin, limit, buf)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Reading(path, err)
	}
	defer f.Close()
	return readAll(path, f, limit, buf)
}

func readAll(name string, f *os.File, limit int64, buf []byte) ([]byte, error) {
	size := 0
	if info, err := f.Stat(); err == nil {
		switch {
		case info.IsDir():
			return nil, fault.New(fault.IsFolder, name, "it is a folder")
		case info.Size() > limit:
			return nil, tooLarge(name, info.Size(), limit)
		}
		size = int(info.Size())
	}
	buf = buf[:0]
	if cap(buf) <= size {
		buf = make([]byte, 0, size+1)
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := f.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return nil, tooLarge(name, -1, limit)
		}
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, fault.Reading(name, err)
		}
	}
}

func tooLarge(name string, size, limit int64) *fault.Failure {
	f := fault.New(fault.TooLarge, name, "")
	f.Text = fmt.Sprintf("it is larger than the limit of %s", sizeText(limit))
	if size > 0 {
		f.Text = fmt.Sprintf("it has %s, the limit is %s", sizeText(size), sizeText(limit))
		f.Hint = fmt.Sprintf("--max-size %dMiB reads it", size>>20+1)
	} else {
		f.Hint = fmt.Sprintf("--max-size %s reads more", sizeText(2*limit))
	}
	return f
}

// sizeText is a size that --max-size takes, exact or rounded up.
func sizeText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%dMiB", (n+1<<20-1)>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%dKiB", (n+1<<10-1)>>10)
	}
	return fmt.Sprintf("%dB", n)
}

// shownName is what messages call an input.
func shownName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// emptyInput words an input without content: what broken downloads leave.
func emptyInput(name string) *fault.Failure {
	return fault.New(fault.FileEmpty, name, "it is empty")
}
