package main

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/signals"
	"github.com/certconv/certconv/internal/target"
)

// interrupted is install with programs of the test's own, which a signal ends
// once the file "begun" is there.
type interrupted struct{ dir string }

func newInterrupted(t *testing.T) *interrupted {
	i := &interrupted{t.TempDir()}
	check(t, os.Mkdir(filepath.Join(i.dir, "tmp"), 0o700))
	return i
}

func (i *interrupted) path(name string) string { return filepath.Join(i.dir, name) }

// script writes a program that tells its number and environment, and stays.
func (i *interrupted) script(t *testing.T, name, begin string) {
	mustWrite(t, i.path(name), "#!/bin/sh\n"+begin+"\nenv >"+i.path("env")+"\necho $$ >"+i.path("begun.new")+"\nmv "+i.path("begun.new")+" "+i.path("begun")+"\nexec sleep 60\n", 0o700)
}

func (i *interrupted) run(t *testing.T, sig os.Signal, args ...string) (cmd *exec.Cmd, stderr string) {
	t.Helper()
	cmd = exec.Command("certconv", append([]string{
		"install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem", "../../testdata/servers/inter.pem", "--for", "nginx",
		"--dir", i.path("ssl"), "--roots", "../../testdata/servers/root.pem", "--pass", "env:PW",
	}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+i.dir+":"+os.Getenv("PATH"), "TMPDIR="+i.path("tmp"), "PW=geheim")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	check(t, cmd.Start())
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(i.path("begun")); err == nil {
			break
		}
	}
	check(t, cmd.Process.Signal(sig))
	_ = cmd.Wait()
	return cmd, said.String()
}

// running tells whether the program is still at work a little later.
func (i *interrupted) running(t *testing.T) bool {
	t.Helper()
	number := strings.TrimSpace(string(read(t, i.path("begun"))))
	for range 100 {
		stat, err := os.ReadFile("/proc/" + number + "/stat")
		if err != nil || bytes.Contains(stat, []byte(") Z ")) {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	return true
}

// A server on trial and its folder do not outlive certconv, whatever ends it,
// and know no password.
func TestInstallTrialEnds(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			i := newInterrupted(t)
			i.script(t, "nginx", `test "$1" = -t && exit 0`)
			i.run(t, sig, "--test")
			if i.running(t) {
				t.Error("the server is still running")
			}
			if bytes.Contains(read(t, i.path("env")), []byte("geheim")) {
				t.Error("the server was told the password")
			}
			left, err := os.ReadDir(i.path("tmp"))
			check(t, err)
			_, err = os.Stat(i.path("ssl"))
			if sig != syscall.SIGKILL && (len(left) > 0 || err == nil) {
				t.Errorf("something is left: %v", left)
			}
		})
	}
}

// After the trial the server is gone, and nothing of it is left.
func TestTrialServerEnds(t *testing.T) {
	s := newTrialServer()
	dir, err := s.folder()
	check(t, err)
	s.start("sh", []string{"-c", "sleep 600 & wait"}, os.Environ())
	s.end()
	select {
	case <-s.gone:
	default:
		signals.EndGroup(s.cmd, true)
		t.Error("the server is still running")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("its folder is still there")
	}
	if _, err := s.folder(); !errors.Is(err, errEnded) {
		t.Errorf("it starts again: %v", err)
	}
}

// A reload that is interrupted may have come as far as the server: whoever
// interrupts it is told.
func TestInstallReloadInterrupted(t *testing.T) {
	i := newInterrupted(t)
	i.script(t, "reload", "")
	_, stderr := i.run(t, syscall.SIGTERM, "--reload", i.path("reload"))
	if !strings.Contains(stderr, "run it again") || strings.Count(stderr, "\n") != 1 {
		t.Error(stderr)
	}
	if _, err := os.Stat(i.path("ssl")); err == nil {
		t.Error("the files are still in place")
	}
	if bytes.Contains(read(t, i.path("env")), []byte("geheim")) {
		t.Error("the reload was told the password")
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(read(t, i.path("begun")))))
	check(t, err, syscall.Kill(number, syscall.SIGTERM))
}

// What a user has ignored, as nohup does, stays ignored.
func TestIgnoredSignal(t *testing.T) {
	i := newInterrupted(t)
	mustWrite(t, i.path("reload"), "#!/bin/sh\nkill -HUP $PPID\nsleep 0.2\n", 0o700)
	cmd := exec.Command("sh", "-c", `trap "" HUP; exec certconv "$@"`, "sh", "install", "../../testdata/servers/rsa.key", "../../testdata/servers/rsa.pem",
		"../../testdata/servers/inter.pem", "--for", "nginx", "--dir", i.path("ssl"), "--roots", "../../testdata/servers/root.pem", "--reload", i.path("reload"))
	check(t, cmd.Start())
	stuck := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer stuck.Stop()
	check(t, cmd.Wait())
}

// The folders of a server that is tried belong to whom it serves as, each to its own.
func TestFurnish(t *testing.T) {
	as, owner := "", ""
	if os.Geteuid() == 0 { // only root gives them away
		as, owner = "nobody", "daemon"
	}
	dir := t.TempDir()
	trial := &target.Trial{User: as, Configuration: "folder {folder}", Folders: []target.TrialFolder{{Name: "mine"}, {Name: "other", Owner: owner}, {Name: "other/below"}}}
	check(t, furnish(trial, dir, "server.conf", map[string]string{"folder": dir}))
	for name, who := range map[string]string{".": as, "mine": as, "other": cmp.Or(owner, as), "other/below": as} {
		info, err := os.Stat(filepath.Join(dir, name))
		check(t, err)
		want := os.Geteuid()
		if u, err := user.Lookup(who); err == nil {
			want, _ = strconv.Atoi(u.Uid)
		}
		if got := int(info.Sys().(*syscall.Stat_t).Uid); got != want {
			t.Errorf("%s belongs to %d, want %d", name, got, want)
		}
	}
	if got := string(read(t, filepath.Join(dir, "server.conf"))); got != "folder "+dir {
		t.Errorf("configuration: %q", got)
	}
}

// Of a program that is there in several versions the last one is taken, and one that is not in
// the PATH is found where servers are.
func TestFirstProgram(t *testing.T) {
	dir := t.TempDir()
	for _, version := range []string{"13", "15", "14"} {
		check(t, os.MkdirAll(filepath.Join(dir, version, "bin"), 0o755))
		mustWrite(t, filepath.Join(dir, version, "bin", "server"), "#!/bin/sh\n", 0o755)
	}
	for want, names := range map[string][]string{
		filepath.Join(dir, "15", "bin", "server"): {"no-such-server", filepath.Join(dir, "*", "bin", "server")},
		filepath.Join(dir, "13", "bin", "server"): {filepath.Join(dir, "13", "bin", "server"), filepath.Join(dir, "*", "bin", "server")},
		filepath.Join(dir, "14", "bin", "server"): {filepath.Join(dir, "14*", "bin", "server")},
		"": {"no-such-server", filepath.Join(dir, "9*", "bin", "server")},
	} {
		if got := firstProgram(names); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}

// A signal that comes between the reload and the report does not end the program: the server
// has read the new files, and that is told.
func TestSignalAfterReload(t *testing.T) {
	if os.Getenv("CERTCONV_TEST_RELOADED") != "" {
		e := newEnv()
		c := &confirmation{env: e, reload: "true", result: &installResult{}}
		check(t, c.run())
		check(t, syscall.Kill(os.Getpid(), syscall.SIGTERM))
		time.Sleep(100 * time.Millisecond)
		os.Stdout.WriteString("told\n")
		e.signals.End()
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestSignalAfterReload$")
	cmd.Env = append(os.Environ(), "CERTCONV_TEST_RELOADED=1")
	said, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM || string(said) != "told\n" {
		t.Errorf("%v, %q", err, said)
	}
}

// A server that does not take the former files back either is told of.
func TestReloadFailsAgain(t *testing.T) {
	for _, c := range []struct {
		reloaded bool
		reload   string
		want     bool
	}{{true, "false", true}, {true, "true", false}, {false, "false", false}} {
		e := newEnv()
		var said bytes.Buffer
		e.stderr = &said
		(&confirmation{env: e, reload: c.reload, reloaded: c.reloaded, result: &installResult{}}).again()
		if got := strings.Contains(said.String(), "fails with the former files too"); got != c.want {
			t.Errorf("%q, tried before: %v: %q", c.reload, c.reloaded, said.String())
		}
	}
}
