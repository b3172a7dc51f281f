// Package testenv holds what tests need from the machine. A test asks for a
// program or a file here and is skipped where it is missing, except in CI
// (CERTCONV_CI is set), where everything must be there.
package testenv

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Vectors is where Debian's python3-cryptography-vectors puts its files.
const Vectors = "/usr/lib/python3/dist-packages/cryptography_vectors"

// CI reports whether nothing may be skipped.
func CI() bool { return os.Getenv("CERTCONV_CI") != "" }

// Skip ends the test: as skipped, or in CI as failed.
func Skip(t testing.TB, why string) {
	t.Helper()
	if CI() {
		t.Fatalf("%s, and CERTCONV_CI allows no skipping", why)
	}
	t.Skip(why)
}

// Slow skips the test under -short, in CI too: there the whole suite runs
// without -short before.
func Slow(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes long")
	}
}

// Kills is how many times a test that ends programs at some moment does so: few,
// or the number that CERTCONV_KILLS has.
func Kills(few int) int {
	if n, err := strconv.Atoi(os.Getenv("CERTCONV_KILLS")); err == nil {
		return n
	}
	return few
}

// Golden compares text with that of a file, line by line. Where CERTCONV_UPDATE is set it
// writes the file in place of that.
func Golden(t testing.TB, file, text string) {
	t.Helper()
	if os.Getenv("CERTCONV_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is, want := strings.Split(text, "\n"), strings.Split(string(data), "\n")
	for i := range max(len(is), len(want)) {
		if i >= len(is) || i >= len(want) || is[i] != want[i] {
			t.Errorf("%s is another one from line %d; CERTCONV_UPDATE=1 writes it anew:\n%s\nwas\n%s", file, i+1, some(is, i), some(want, i))
			return
		}
	}
}

// some are up to three lines.
func some(lines []string, from int) string {
	return strings.Join(lines[min(from, len(lines)):min(from+3, len(lines))], "\n")
}

// Programs skips the test unless all of the programs can be run.
func Programs(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			Skip(t, name+" is not installed")
		}
	}
}

// Dir skips the test unless the folder is there, and returns its name.
func Dir(t testing.TB, dir string) string {
	t.Helper()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		Skip(t, dir+" does not exist")
	}
	return dir
}

// Samples returns the folder with files of third parties that are not part of the
// project, as are Cases, with inputs that were reported, and Suites, with tests of
// other projects. CERTCONV_SAMPLES, CERTCONV_CASES and CERTCONV_SUITES name them;
// without one the test is skipped, in CI too.
func Samples(t testing.TB) string { t.Helper(); return folder(t, "CERTCONV_SAMPLES") }

// Cases is described beside Samples.
func Cases(t testing.TB) string { t.Helper(); return folder(t, "CERTCONV_CASES") }

// Suites is described beside Samples.
func Suites(t testing.TB) string { t.Helper(); return folder(t, "CERTCONV_SUITES") }

func folder(t testing.TB, variable string) string {
	t.Helper()
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skip(variable + " is not set")
	}
	return dir
}

// Root returns the folder of go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// Run runs a program without standard input and returns what it printed.
func Run(dir, name string, args ...string) (stdout, stderr string, err error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8") // names beyond ASCII in what Java prints
	cmd.WaitDelay = time.Minute
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// Must is Run that fails the test when the program does.
func Must(t testing.TB, dir, name string, args ...string) (stdout string) {
	t.Helper()
	stdout, stderr, err := Run(dir, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

// OpenSSL runs a command of openssl, which must be 3.x, with its legacy
// provider (RC2, RC4, DES and the hashes before SHA-1 are in there).
func OpenSSL(dir, command string, args ...string) (stdout, stderr string, err error) {
	return Run(dir, "openssl", append([]string{command, "-provider", "legacy", "-provider", "default"}, args...)...)
}

// EachVector hands every file below dir, its DER taken out of PEM, to f: dir is below Vectors.
func EachVector(t testing.TB, dir string, f func(path, label string, data []byte)) {
	t.Helper()
	root := Dir(t, filepath.Join(Vectors, dir))
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n := 0
		for rest := data; ; n++ {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			f(path, block.Type, block.Bytes)
		}
		if n == 0 && !strings.Contains(string(data), "-----BEGIN") {
			f(path, "", data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Unmoved compares bounds that are agreed on with what they were when that was written
// down: whoever moves one sees that it is meant.
func Unmoved(t testing.TB, bounds map[string][2]int64) {
	t.Helper()
	for name, b := range bounds {
		if b[0] != b[1] {
			t.Errorf("%s is %d, and was %d", name, b[0], b[1])
		}
	}
}
