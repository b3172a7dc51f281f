//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
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

// A kill at any moment leaves the old file or the new one, whole, and nothing
// else.
func TestKillWhileWriting(t *testing.T) {
	pem, err := os.ReadFile("../../testdata/pairs/rsa2048.pem")
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	in, dir := filepath.Join(work, "in.pem"), filepath.Join(work, "out")
	block := pem[bytes.Index(pem, []byte("-----BEGIN CERT")):]
	if err := os.WriteFile(in, bytes.Repeat(block, 300), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.pem")
	old := []byte("what was there before\n")
	start := time.Now()
	if _, stderr, code := certconv(t, "convert", in, "--to", "pem", "--out", out); code != 0 {
		t.Fatal(string(stderr))
	}
	whole := time.Since(start)
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	const rounds = 25
	for i := range rounds {
		if err := os.WriteFile(out, old, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("certconv", "convert", in, "--to", "pem", "--out", out, "--force")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(whole * time.Duration(i+1) / rounds)
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		got, err := os.ReadFile(out)
		if err != nil || !bytes.Equal(got, old) && !bytes.Equal(got, want) {
			t.Fatalf("round %d: %v, %d bytes", i, err, len(got))
		}
		onlyFile(t, dir, "out.pem")
	}
}

// Two writers race for one name: one wins, the other is refused.
func TestWriteRefusesWithoutRace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	const writers = 16
	results := make(chan error, writers)
	for i := range writers {
		go func() {
			e := newEnv()
			s, err := e.stage(path, bytes.Repeat([]byte{byte('a' + i)}, 1000), modeSecret, false)
			if err == nil {
				err = s.commit()
			}
			results <- err
		}()
	}
	won := 0
	for range writers {
		if err := <-results; err == nil {
			won++
		} else if f := explain(err); f.code != "exists" {
			t.Error(err)
		}
	}
	data, err := os.ReadFile(path)
	if won != 1 || err != nil || !bytes.Equal(data, bytes.Repeat(data[:1], 1000)) {
		t.Errorf("%d writers won, %v", won, err)
	}
	onlyFile(t, dir, "out")
}

// The way that works everywhere: a named temporary file.
func TestLinkOrClaim(t *testing.T) {
	dir := t.TempDir()
	temp, target := filepath.Join(dir, "temp"), filepath.Join(dir, "target")
	if err := os.WriteFile(temp, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := linkOrClaim(temp, target); err != nil {
		t.Fatal(err)
	}
	if err := linkOrClaim(temp, target); !os.IsExist(err) {
		t.Errorf("%v", err)
	}
}

// A full disk, where the test may mount one.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := mountSmall(dir); err != nil {
		t.Logf("no small file system to try: %v", err)
		return
	}
	defer unmountSmall(dir)
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
		if code != exitWrite || !bytes.Contains(stderr, []byte("no space left on device")) {
			t.Errorf("exit code %d, %s", code, stderr)
		}
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, old) {
		t.Errorf("%v, %d bytes", err, len(got))
	}
	onlyFile(t, dir, "out.pem")
}
