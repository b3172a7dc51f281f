//go:build unix

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/fault"
	"github.com/certconv/certconv/internal/testenv"
)

// onlyFile fails if anything but name lies in dir.
func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != name {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

// killer is what the tests of a kill have in common: a large input, and how
// long writing it takes.
type killer struct {
	t            *testing.T
	in, dir, out string
	want         []byte
	whole        time.Duration
}

func newKiller(t *testing.T) *killer {
	t.Helper()
	data, err := os.ReadFile("../../testdata/pairs/crl.pem")
	if err != nil {
		t.Fatal(err)
	}
	// Lists that differ in their last bytes, since equal ones are written once.
	block, _ := pem.Decode(data)
	var many bytes.Buffer
	for i := range 3000 {
		binary.BigEndian.PutUint16(block.Bytes[len(block.Bytes)-2:], uint16(i))
		_ = pem.Encode(&many, block)
	}
	work := t.TempDir()
	k := &killer{t: t, in: filepath.Join(work, "in.pem"), dir: filepath.Join(work, "out")}
	k.out = filepath.Join(k.dir, "out.pem")
	if err := os.WriteFile(k.in, many.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(k.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, stderr, code := certconv(t, "convert", k.in, "--to", "pem", "--out", k.out); code != 0 {
		t.Fatal(string(stderr))
	}
	k.whole = time.Since(start)
	if k.want, err = os.ReadFile(k.out); err != nil {
		t.Fatal(err)
	}
	return k
}

const killRounds = 16

// round starts a conversion and kills it, a little later each time.
func (k *killer) round(i int, args ...string) {
	k.t.Helper()
	cmd := exec.Command("certconv", append([]string{"convert", k.in, "--to", "pem", "--out", k.out}, args...)...)
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	time.Sleep(k.whole * time.Duration(i+1) / killRounds)
	_ = cmd.Process.Signal(syscall.SIGKILL)
	_ = cmd.Wait()
}

// A kill at any moment leaves a whole file or none.
func TestKillWhileWriting(t *testing.T) {
	k := newKiller(t)
	for i := range killRounds {
		_ = os.Remove(k.out)
		k.round(i)
		if got, err := os.ReadFile(k.out); err == nil && !bytes.Equal(got, k.want) {
			t.Fatalf("round %d: %d bytes of %d", i, len(got), len(k.want))
		}
		if runtime.GOOS == "linux" { // elsewhere a file cannot be without a name
			onlyFile(t, k.dir, "out.pem")
		}
	}
}

// A kill at any moment leaves the old file or the new one, whole; what it
// leaves beside, if it comes between two system calls, the next one removes.
func TestKillWhileReplacing(t *testing.T) {
	k := newKiller(t)
	old := []byte("what was there before\n")
	for i := range killRounds {
		if err := os.WriteFile(k.out, old, 0o600); err != nil {
			t.Fatal(err)
		}
		k.round(i, "--force")
		if got, err := os.ReadFile(k.out); err != nil || !bytes.Equal(got, old) && !bytes.Equal(got, k.want) {
			t.Fatalf("round %d: %v, %d bytes", i, err, len(got))
		}
	}
	if _, stderr, code := certconv(t, "convert", k.in, "--to", "pem", "--out", k.out, "--force"); code != 0 {
		t.Fatal(string(stderr))
	}
	onlyFile(t, k.dir, "out.pem")
}

// A full disk, where the test may mount one.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if !testenv.SmallDisk(t, dir) {
		return
	}
	out := filepath.Join(dir, "out.pem")
	old := bytes.Repeat([]byte("x"), 9000)
	if err := os.WriteFile(out, old, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"convert", "../../testdata/pairs/rsa2048.pem", "--out", out, "--force"},
		{"convert", "../../testdata/pairs/rsa2048.pem", "--out", filepath.Join(dir, "new.pem")},
	} {
		_, stderr, code := certconv(t, args...)
		if code != fault.ExitWrite || !bytes.Contains(stderr, []byte("no space left on device")) {
			t.Errorf("exit code %d, %s", code, stderr)
		}
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, old) {
		t.Errorf("%v, %d bytes", err, len(got))
	}
	onlyFile(t, dir, "out.pem")
}
