package pem_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pem"
)

// perLine frames each line; the number counts from 1.
func perLine(format func(n int, line string) string) func(string) string {
	return func(text string) string {
		var b strings.Builder
		for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			b.WriteString(format(i+1, line) + "\n")
		}
		return b.String()
	}
}

// perEnd puts something else in place of each line end.
func perEnd(before, end, after string) func(string) string {
	return func(text string) string {
		return before + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", end) + after
	}
}

// framings are what programs make of PEM text when they print it, or write it into a
// text of their own.
var framings = map[string]func(text string) string{
	"grep -n": perLine(func(n int, l string) string { return fmt.Sprintf("site.pem:%d:%s", n, l) }),
	"grep -nA": perLine(func(n int, l string) string {
		if strings.Contains(l, "BEGIN") {
			return fmt.Sprintf("site.pem:%d:%s", n, l)
		}
		return fmt.Sprintf("site.pem-%d-%s", n, l)
	}),
	"grep -H":     perLine(func(_ int, l string) string { return "etc/1/site.pem:" + l }),
	"cat -n":      perLine(func(n int, l string) string { return fmt.Sprintf("%6d\t%s", n, l) }),
	"diff, added": perLine(func(_ int, l string) string { return "+" + l }),
	"diff, gone":  perLine(func(_ int, l string) string { return "-" + l }),
	"log": perLine(func(n int, l string) string {
		return fmt.Sprintf("2026-11-26T10:%02d:%02d.%03dZ web[%d]: %s", n/60, n%60, n*7%1000, n, l)
	}),
	"log of Docker": perLine(func(n int, l string) string {
		return fmt.Sprintf(`{"log":"%s\n","stream":"stdout","time":"2026-11-26T10:00:%02d.%dZ"}`, l, n%60, 7*n)
	}),
	"table":          perLine(func(_ int, l string) string { return fmt.Sprintf("| %-64s |", l) }),
	"box":            perLine(func(_ int, l string) string { return fmt.Sprintf("│ %-64s │", l) }),
	"Visual Basic":   perLine(func(_ int, l string) string { return `s = s & "` + l + `" & vbCrLf` }),
	"batch":          perLine(func(_ int, l string) string { return "echo " + l + ">>cert.pem" }),
	"C#, calls":      perLine(func(_ int, l string) string { return `  sb.AppendLine("` + l + `");` }),
	"comment of C":   perLine(func(_ int, l string) string { return " * " + l }),
	"C#":             perEnd(`var c = "`, "\" + Environment.NewLine +\n\"", `";`),
	"VB, one string": perEnd(`c = "`, "\" & vbCrLf & _\r\n    \"", `"`),
	"PHP":            perEnd(`$c = '`, "' . PHP_EOL\n  . '", `';`),
	"SQL":            perEnd(`insert into t values ('`, "' || CHR(10) ||\n'", `');`),
	"PowerShell":     perEnd(`$c = "`, "`r`n", `"`),
	"octal":          perEnd("c=", `\015\012`, `\015\012`),
	"environment":    perEnd("C=", "|", "|"),
	"semicolons":     perEnd("C=", ";", ""),
	"JSON, lines": func(text string) string {
		out, _ := json.Marshal(map[string][]string{"stdout_lines": strings.Split(text, "\n")})
		return string(out)
	},
	"JSON in JSON in JSON": func(text string) string {
		out, _ := json.Marshal(strings.Split(text, "\n"))
		for range 2 {
			out, _ = json.Marshal(string(out))
		}
		return string(out)
	},
}

// Whatever frames the lines, each object is read, or told of as one that is not whole
// when some of it is missing.
func TestFrames(t *testing.T) {
	locked, err := os.ReadFile("../../testdata/servers/rsa.locked.key")
	if err != nil {
		t.Fatal(err)
	}
	blocks := []string{testCert(t, "rsa2048"), testKey(t, "rsa2048"), string(locked)}
	plain, err := convert.Decode([]byte(strings.Join(blocks, "")), nil)
	if plain.Len() != 2 || len(plain.Failures) != 1 {
		t.Fatal(plain.Len(), err)
	}
	text := strings.Join(blocks, "")
	lines := strings.SplitAfter(text, "\n")
	for name, frame := range framings {
		b, _ := convert.Decode([]byte(frame(text)), nil)
		if b.Len() != 2 || len(b.Failures) != 1 || b.Failures[0].Scheme == "" {
			t.Errorf("%s: %d objects, %v", name, b.Len(), b.Failures)
		}
		if b.Len() == 2 && b.Keys[0].Source.Line < b.Certs[0].Source.Line {
			t.Errorf("%s: the certificate is on line %d, the key on %d", name, b.Certs[0].Source.Line, b.Keys[0].Source.Line)
		}
		for _, at := range []int{1, 5, len(lines) - 3} {
			cut := strings.Join(lines[:at], "") + strings.Join(lines[at+1:], "")
			b, err := convert.Decode([]byte(frame(cut)), nil)
			if at < 10 && (b.Len() != 1 || len(b.Failures) != 2) || err == nil {
				t.Errorf("%s, line %d missing: %d objects, %v", name, at, b.Len(), err)
			}
		}
		if out, err := pem.Repair([]byte(frame(text)), false, known); err == nil && strings.Contains(string(out.Text), "Environment") {
			t.Errorf("%s: repaired to\n%s", name, out.Text)
		}
	}
}

// Text without a frame is read as it was, whatever it looks like.
func TestNoFrames(t *testing.T) {
	cert := testCert(t, "rsa2048")
	for _, text := range []string{
		cert, "1:" + cert, "a b " + cert, cert + "| x |\n", strings.ReplaceAll(cert, "\n", "\r\n"),
		strings.Replace(cert, "\nMII", "\n1:MII", 1), strings.ReplaceAll(cert, "x", "|"),
	} {
		b, err := pem.Read([]byte(text), nil)
		if err != nil {
			t.Fatal(text, err)
		}
		for _, n := range b.Notes {
			if strings.Contains(n.Text.String(), "around the lines") {
				t.Errorf("%.40q: %v", text, n)
			}
		}
	}
}

// What stands around the lines may end in a number, and a header may have one of any length.
func TestFrameOfDigits(t *testing.T) {
	text := []byte("> -----BEGIN CERTIFICATE-----1\n> Proc-Type: " + strings.Repeat("1", 300_000) + "x\n> MIIB1\n> -----END CERTIFICATE-----1\n")
	start := time.Now()
	_, _ = pem.Read(text, nil)
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("%d bytes take %s", len(text), d)
	}
}
