package pem_test

import (
	"bytes"
	stdpem "encoding/pem"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/testenv"
)

func BenchmarkRead(b *testing.B) {
	const n = 100_000
	data := []byte(strings.Repeat(testCert(b, "rsa2048"), n))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if t, err := pem.Read(data, nil); err != nil || len(t.Blocks) != n {
			b.Fatal(err)
		}
	}
}

// BenchmarkBundle is what becomes of it in a Bundle.
func BenchmarkBundle(b *testing.B) {
	const n = 100_000
	data := []byte(strings.Repeat(testCert(b, "rsa2048"), n))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		bundle, err := convert.Decode(data, nil)
		if err != nil || len(bundle.Certs) != n {
			b.Fatal(len(bundle.Certs), err)
		}
		if last := bundle.Certs[n-1].Source; last.Line != (n-1)*strings.Count(testCert(b, "rsa2048"), "\n")+1 {
			b.Fatal(last)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/float64(len(data)), "memory/input")
}

// TestLinear reads inputs made to be slow, in two sizes: eight times the
// input may not take much more than eight times as long.
func TestLinear(t *testing.T) {
	testenv.Slow(t)
	cert := testCert(t, "ec-P-256")
	line := strings.SplitN(cert, "\n", 3)[1]
	for name, unit := range map[string]string{
		"letters":       "A",
		"lines":         line + "\n",
		"begin":         "-----BEGIN ",
		"begin line":    "-----BEGIN CERTIFICATE-----\n",
		"end line":      "-----END CERTIFICATE-----\n",
		"glued":         strings.TrimSpace(cert),
		"one line":      strings.ReplaceAll(cert, "\n", " "),
		"dashes":        "-",
		"words":         "MIIB ",
		"lengths":       "MIIBAA\n",
		"long lengths":  "MIMQAAAA ",
		"blank lines":   "\n",
		"spaces":        " ",
		"quotation":     "> ",
		"escapes":       `\n`,
		"backslashes":   `\`,
		"html":          "<br",
		"entities":      "&#4",
		"strings":       "\"   ",
		"bad":           "-----BEGIN CERTIFICATE-----\nü\n",
		"text":          "-----END CERTIFICATE-----x",
		"headers":       "-----BEGIN CERTIFICATE-----\na: b\n c\n",
		"header lines":  "a: b\n",
		"invisible":     "\u200b",
		"carriage":      "\r",
		"bag":           "Bag Attributes\n    friendlyName: x\n" + cert,
		"proc-type":     "Proc-Type: 4,ENCRYPTED\n",
		"yaml":          "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n",
		"padding":       "=",
		"nul":           "A\x00",
		"half boundary": "-----BEGIN CERTIFICATE",
	} {
		t.Run(name, func(t *testing.T) {
			for _, lead := range []string{"", "-----BEGIN CERTIFICATE-----\n", "> -----BEGIN RSA PRIVATE KEY-----\n\\n"} {
				read := func(size int) time.Duration {
					data := []byte(lead + strings.Repeat(unit, size/len(unit)))
					start := time.Now()
					convert.Decode(data, nil)
					return time.Since(start)
				}
				read(1 << 10)
				// Other work on the machine may disturb a measurement or two.
				for try := 0; ; try++ {
					small, large := read(1<<17), read(1<<20)
					if large < 30*small+50*time.Millisecond {
						break
					}
					if try == 4 {
						t.Errorf("after %q: %v for 128 KiB, %v for 1 MiB", lead, small, large)
						break
					}
				}
			}
		})
	}
}

func TestLongLine(t *testing.T) {
	cert := testCert(t, "rsa2048")
	want, _ := stdpem.Decode([]byte(cert))
	long := "# " + strings.Repeat("x", 200_000) + "\n" + cert
	text, err := pem.Read([]byte(long), known)
	if err != nil || len(text.Blocks) != 1 || !bytes.Equal(text.Blocks[0].Body, want.Bytes) {
		t.Fatal(err)
	}
}
