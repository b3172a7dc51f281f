package main

import (
	"archive/zip"
	"bytes"
	"encoding/pem"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// Files of less than a megabyte that were made to keep a reader busy: on one
// processor each takes less than two seconds and 256 MiB. The test allows for
// other work on the machine.
func TestBombs(t *testing.T) {
	testenv.Slow(t)
	const (
		most   = 6 * time.Second
		memory = 256 << 10 // KiB
	)
	dir := t.TempDir()
	key := func(oid string, size int) string { // a private number on a curve
		number := bytes.Repeat([]byte{0x5a}, size)
		number[0] = 1
		body := append([]byte{2, 1, 1, 4, byte(size)}, number...)
		body = append(body, 0xa0, byte(len(oid)+2), 6, byte(len(oid)))
		body = append(body, oid...)
		return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: append([]byte{0x30, byte(len(body))}, body...)}))
	}
	zipped := func(n int, name, content string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for range n {
			f, err := w.Create(name)
			if err == nil {
				_, err = io.WriteString(f, content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, data := range map[string]string{
		"binary.pem":  strings.Repeat(key("\x2b\x81\x04\x00\x27", 72), 2500),
		"koblitz.pem": strings.Repeat(key("\x2b\x81\x04\x00\x0a", 32), 6000),
		"empty.zip":   zipped(9_000, "a.pem", ""),
		"nested.zip":  zipped(1, "a.zip", zipped(60_000, "a.pem", "")),
		"seqs.der":    strings.Repeat("0\x00", 450_000),
		"x5c.json":    `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","x5c":["MAA="` + strings.Repeat(`,"MAA="`, 120_000) + "]}]}",
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"inspect", "check", "convert"} {
			cmd := exec.Command("certconv", command, file)
			cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
			_ = cmd.Run() // what it says is for others to test
			used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			if !ok || cmd.ProcessState.ExitCode() < 0 {
				t.Fatalf("%s %s: %v", command, name, cmd.ProcessState)
			}
			if cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); cpu > most || used.Maxrss > memory {
				t.Errorf("%s %s (%d bytes): %v, %d KiB", command, name, len(data), cpu, used.Maxrss)
			}
		}
	}
}
