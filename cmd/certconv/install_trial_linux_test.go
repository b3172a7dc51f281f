package main

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/deploy"
	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/probe"
	"github.com/certconv/certconv/internal/site"
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/testenv"
)

// trialOf is an installation of a site for a server of the test's own.
func trialOf(t *testing.T, trial *target.Trial) *installation {
	t.Helper()
	b, err := convert.Decode([]byte(newHierarchy(t).site.certPEM()), nil)
	check(t, err)
	b.Keys = []convert.PrivateKey{{}}
	return &installation{
		checkPlan: &checkPlan{env: newEnv()}, target: &target.Target{Name: "Example", Trial: trial},
		site: &site.Site{Bundle: b}, built: &deploy.Set{Dir: t.TempDir()}, test: true,
	}
}

// staged names no file.
func staged(string) string { return "" }

// A trial that cannot be made is told of, and is no refusal.
func TestTrialNotMade(t *testing.T) {
	for _, c := range []struct {
		trial *target.Trial
		note  string
	}{
		{nil, "Example was not started on the files: certconv does not know how"},
		{&target.Trial{Root: true, Programs: []string{"sh"}}, "Example was not started on the files: only root can"},
		{&target.Trial{Programs: []string{"/none/no-such-server", "no-other-server"}}, "Example was not started on the files: there is no program no-such-server or no-other-server here"},
	} {
		p := trialOf(t, c.trial)
		testenv.AsUser(t, func() {
			if err := p.tryStaged(staged); err != nil {
				t.Errorf("%s: %v", c.note, err)
			}
		})
		if got := strings.Join(p.result.Notes, "\n"); got != c.note {
			t.Errorf("%q, want %q", got, c.note)
		}
	}
}

// What keeps a server from its trial is said with the file or the program that it is about,
// and what goes before is not taken for the server's own words.
func TestTrialFails(t *testing.T) {
	bin, links := t.TempDir(), t.TempDir()
	mustWrite(t, filepath.Join(bin, "prepare"), "#!/bin/sh\necho error: \"$*\"\nexit \"${1#code=}\"\n", 0o700)
	mustWrite(t, filepath.Join(bin, "server"), "#!/bin/sh\necho \"error: $*; $(ls | tr '\\n' ' ')\"\n", 0o700)
	server := filepath.Join(links, "server")
	check(t, os.Symlink(filepath.Join(bin, "server"), server))
	for _, c := range []struct {
		name  string
		trial target.Trial
		code  fault.Code
		file  string
		text  string
	}{
		{"no program to prepare with", target.Trial{Prepare: []string{"none"}}, fault.TestFailed, "none", "it fails: no such file or directory"},
		{"preparing fails", target.Trial{Prepare: []string{"prepare", "code=1", "{host}"}}, fault.TestFailed, "prepare", "it fails: error: code=1 www.example.com"},
		{"prepared", target.Trial{Prepare: []string{"prepare", "code=0"}}, fault.TestFailed, "server", "it does not take these files: error: for www.example.com;"},
		{"with files", target.Trial{Configuration: "x", Beside: []target.TrialFile{{Name: "beside", Text: "y"}, {Name: "empty"}}}, fault.TestFailed, "server", "it does not take these files: error: for www.example.com; beside server.conf"},
		{"a file that cannot be", target.Trial{Beside: []target.TrialFile{{Name: "none/beside", Text: "y"}}}, fault.WriteFailed, "DIR", "no such file or directory"},
	} {
		tmp := t.TempDir()
		t.Setenv("TMPDIR", tmp)
		p := trialOf(t, &c.trial)
		c.trial.Programs, c.trial.Arguments = []string{server}, []string{"for", "{host}"}
		f := fault.Of(p.tryStaged(staged))
		if f == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		if c.file == "DIR" && strings.HasPrefix(f.File, tmp) {
			f.File = c.file
		}
		if f.Code != c.code || f.File != c.file || strings.TrimSpace(f.Text) != c.text {
			t.Errorf("%s: %s, %q: %q", c.name, f.Code, f.File, f.Text)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v, %v", c.name, left, err)
		}
	}
	none := filepath.Join(links, "none")
	t.Setenv("TMPDIR", none)
	if f := fault.Of(trialOf(t, &target.Trial{Programs: []string{server}}).tryStaged(staged)); f == nil || f.Code != fault.WriteFailed || f.File != none {
		t.Errorf("no folder for temporary files: %v", f)
	}
}

// A server that is another user's has to be known, and to come to the files.
func TestTrialAsUser(t *testing.T) {
	if os.Geteuid() != 0 {
		testenv.Skip(t, "only root starts a server as somebody else")
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	f := fault.Of(trialOf(t, &target.Trial{Programs: []string{"sh"}, User: "no-such-user"}).tryStaged(staged))
	if f == nil || f.Code != fault.WriteFailed || !strings.HasPrefix(f.File, tmp) || !strings.Contains(f.Text, "no-such-user") {
		t.Errorf("unknown user: %+v", f)
	}
	p := trialOf(t, &target.Trial{Programs: []string{"sh"}, User: "nobody"})
	p.built.Dir = filepath.Join(p.built.Dir, "none")
	if f := fault.Of(p.tryStaged(staged)); f == nil || f.Code != fault.WriteFailed || f.File != p.built.Dir {
		t.Errorf("no files: %+v", f)
	}
	// The files of one are got at while it is at work, and not longer.
	dir := t.TempDir()
	inner := filepath.Join(dir, "inner")
	check(t, os.Mkdir(inner, 0o700))
	s := newTrialServer()
	var err error
	s.as, err = trialUser("nobody")
	check(t, err, s.letThrough(dir, map[string]string{"key": filepath.Join(inner, "key")}))
	for _, want := range []fs.FileMode{0o711, 0o700} {
		if info, err := os.Stat(inner); err != nil || info.Mode().Perm() != want {
			t.Errorf("%v, %v; want %v", info.Mode(), err, want)
		}
		s.end()
	}
}

// A folder that cannot be opened to the server is an error.
func TestOpenWaysFails(t *testing.T) {
	if shut, err := openWays("/proc/self", map[string]string{"key": "/proc/self/fd/key"}); err == nil {
		shut()
		t.Error("the mode of /proc/self/fd was changed")
	}
	if shut, err := openWays("/proc/self/none", nil); !errors.Is(err, fs.ErrNotExist) {
		shut()
		t.Error(err)
	}
}

// A program that prepares leaves nothing to the server after it; after a signal nothing follows.
func TestPrepare(t *testing.T) {
	s := newTrialServer()
	check(t, s.prepare("/bin/sh", []string{"-c", "echo error of before"}, nil))
	if s.cmd != nil || s.said.complaints() != "" {
		t.Errorf("%v, %q", s.cmd, s.said.complaints())
	}
	s.start("/bin/sh", []string{"-c", "echo error of the server"}, nil)
	<-s.gone
	if got := s.said.last(); got != "error of the server" {
		t.Errorf("%q", got)
	}
	s.end()
	for what, err := range map[string]error{
		"prepare":    func() error { s := newTrialServer(); s.end(); return s.prepare("/bin/true", nil, nil) }(),
		"letThrough": s.letThrough(t.TempDir(), nil),
	} {
		if !errors.Is(err, errEnded) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A server that refuses TLS says why on its own output, or says nothing.
func TestServesRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			_, _ = io.WriteString(conn, "554 no\r\n")
			conn.Close()
		}
	}()
	for said, want := range map[string]string{"": "", "warning: x\nerror: no key\n": "; error: no key"} {
		s := newTrialServer()
		_, _ = s.said.Write([]byte(said))
		list, err := s.serves(l.Addr().String(), target.HelloSMTP, "www.example.com")
		var refused *probe.RefusedError
		if !errors.As(err, &refused) || list != nil || err.Error() != refused.Error()+want {
			t.Errorf("%q: %v, %v", said, list, err)
		}
	}
}

// The server's own test is asked before and after: one that fails before says nothing of the
// files, one that is not here is passed over.
func TestConfirmation(t *testing.T) {
	dir := t.TempDir()
	fails := filepath.Join(dir, "fails")
	check, broken := filepath.Join(dir, "check"), filepath.Join(dir, "broken")
	mustWrite(t, check, "#!/bin/sh\necho error: \"$*\"\ntest ! -e "+fails+"\n", 0o700)
	mustWrite(t, broken, "#!/bin/sh\necho error: before\nexit 1\n", 0o700)
	p := trialOf(t, nil)
	p.target.Test = []string{filepath.Join(dir, "none") + " -t", broken + " -t", check + " -t"}
	if c := p.confirmation(); c.test != "" || c.runs() != nil || len(p.result.Notes) != 1 || !strings.Contains(p.result.Notes[0], broken+` -t" fails without the new files too`) {
		t.Errorf("%q, %q", c.test, p.result.Notes)
	}
	p = trialOf(t, nil)
	p.target.Test = []string{filepath.Join(dir, "none") + " -t", check + " -t", broken + " -t"}
	c := p.confirmation()
	if err := c.run(); err != nil || c.test != check+" -t" || strings.Join(p.result.Notes, "\n") != check+" -t: passed" {
		t.Errorf("%v, %q, %q", err, c.test, p.result.Notes)
	}
	mustWrite(t, fails, "", 0o600)
	f := fault.Of(c.run())
	if f == nil || f.Code != fault.TestFailed || f.File != check+" -t" || !strings.HasPrefix(f.Text, "it fails with the new files: error: -t") {
		t.Errorf("%+v", f)
	}
}

// A path that is relative to a folder that is gone is said with its flag.
func TestInstallNowhere(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	check(t, os.Mkdir(gone, 0o755))
	t.Chdir(gone)
	check(t, os.Remove(gone))
	for says, args := range map[string][]string{
		"--dir: no such file":          {"x", "--for", "nginx", "--dir", "ssl"},
		"--write-config: no such file": {"x", "--for", "nginx", "--dir", "/none/ssl", "--write-config", "x.conf"},
		"error: --dir: no such file":   {"--undo", "--dir", "ssl"},
	} {
		if code, _, stderr := runInside(t, append([]string{"install"}, args...)...); code != fault.ExitUsage || !strings.Contains(stderr, says) {
			t.Errorf("%q: exit code %d: %s", args, code, stderr)
		}
	}
}
