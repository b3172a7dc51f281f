package fault_test

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/atomicfile"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/explain"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/terminal"
)

// The codes of failures are promised to be explained, and what is explained of
// their exit codes must be true.
func TestCodesAreExplained(t *testing.T) {
	exit := regexp.MustCompile(`exit code is (\d)`)
	seen := map[fault.Code]bool{}
	for _, code := range fault.Codes() {
		seen[code] = true
		e := explain.Lookup(string(code))
		if e == nil {
			t.Errorf("%s is not explained", code)
			continue
		}
		if m := exit.FindStringSubmatch(e.Meaning); m != nil && m[1] != strconv.Itoa(code.Exit()) {
			t.Errorf("%s: exit code %d is explained as %s", code, code.Exit(), m[1])
		}
	}
	if len(seen) < 25 {
		t.Errorf("only %d codes", len(seen))
	}
}

func TestOf(t *testing.T) {
	wrapped := func(err error) error { return fmt.Errorf("on the way: %w", err) }
	for _, c := range []struct {
		err  error
		code fault.Code
		exit int
		text string
	}{
		{errors.New("oops"), fault.Internal, 3, "oops"},
		{wrapped(fault.Usagef("no %s", "command")), fault.Usage, 2, "no command"},
		{wrapped(&convert.Error{Kind: convert.ErrPasswordRequired, Source: convert.Source{File: "a.p12"}}), fault.PasswordMissing, 4, "a.p12: password required"},
		{&convert.Error{Kind: convert.ErrDamaged, Detail: "cut off", Source: convert.Source{Line: 3}}, fault.Damaged, 3, "damaged: cut off (line 3)"},
		{wrapped(&atomicfile.Error{Path: "x", Err: atomicfile.Exists}), fault.Exists, 5, "x: it exists already"},
		{&atomicfile.Error{Path: "x", Err: &fs.PathError{Op: "open", Path: "y", Err: syscall.ENOSPC}}, fault.WriteFailed, 5, "x: no space left on device"},
		{wrapped(&deploy.Error{Path: "x", Err: deploy.WasAdded}), fault.Changed, 1, "x: it was added since certconv wrote it"},
		{&deploy.Error{Path: "x", Err: deploy.Busy}, fault.WriteFailed, 5, "x: another certconv is at work in it"},
		{&deploy.Error{Path: "x", Err: fault.New(fault.ReloadFailed, "nginx", "it fails"), Back: syscall.EIO}, fault.NotRestored, 5, "nginx: it fails; and what was there before could not be put back: input/output error"},
		{&convert.LossError{Format: "pkcs8", What: []string{"a certificate"}}, fault.Loss, 1, ""},
		{fault.New("key-not-matching", "", "a finding"), "key-not-matching", 1, "a finding"},
	} {
		f := fault.Of(c.err)
		if f.Code != c.code || f.Exit() != c.exit || c.text != "" && f.Error() != c.text {
			t.Errorf("%v: %s, exit %d, %q", c.err, f.Code, f.Exit(), f)
		}
	}
}

func TestHintsNameWhatIsKept(t *testing.T) {
	const kept = "/etc/my ssl/.certconv/20261122T153000Z"
	f := fault.Of(&deploy.Error{Path: "x", Err: deploy.WasChanged, Kept: kept})
	if want := "--force takes the run back all the same; what is there now is kept in " + terminal.ShellWord(kept); f.Hint != want {
		t.Error(f.Hint)
	}
}

func TestReadingAndWriting(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}
	if f := fault.Reading("x", missing); f.Code != fault.NotFound || !errors.Is(f, fs.ErrNotExist) {
		t.Errorf("%s: %v", f.Code, f)
	}
	if f := fault.Writing("x", missing); f.Code != fault.WriteFailed || f.Error() != "x: file does not exist" {
		t.Errorf("%s: %v", f.Code, f)
	}
}

// What was told once is not told again, and its exit code stays.
func TestTold(t *testing.T) {
	f := fault.New(fault.Exists, "x", "it exists already")
	told := fmt.Errorf("%w", f.Told())
	if fault.WasTold(f) || !fault.WasTold(told) || fault.Of(told).Exit() != fault.ExitWrite {
		t.Errorf("%v, %v", fault.WasTold(f), fault.WasTold(told))
	}
}
