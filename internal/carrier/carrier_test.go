package carrier_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/carrier"
	"github.com/certconv/certconv/internal/shape"
)

func known(data []byte) bool { return shape.Of(data) != shape.Unknown }

// Where lines of a dump are gone, the fault names the place.
func TestDumpGaps(t *testing.T) {
	data := bytes.Repeat([]byte{0x30, 0x82, 1, 2, 3, 4, 5, 6}, 20)
	for name, line := range map[string]func(i int) string{
		"xxd":     func(i int) string { return fmt.Sprintf("%08x: %x  ....\n", i, data[i:i+16]) },
		"hexdump": func(i int) string { return fmt.Sprintf("%08x  % x  |....|\n", i, data[i:i+16]) },
		"od":      func(i int) string { return fmt.Sprintf("%07o % x\n", i, data[i:i+16]) },
	} {
		for gone := 0; gone < len(data); gone += 16 {
			text := ""
			for i := 0; i < len(data); i += 16 {
				if i != gone {
					text += line(i)
				}
			}
			list := carrier.HexDump(text)
			if len(list) != 1 {
				t.Errorf("%s without line %d: %d dumps", name, gone/16+1, len(list))
				continue
			}
			p := list[0]
			switch {
			case gone == 0 && (p.Err == nil || !strings.Contains(p.Err.Detail, "before offset")),
				gone > 0 && gone < len(data)-16 && (p.Err == nil || p.Err.Detail != fmt.Sprintf("16 bytes are missing after line %d", gone/16)),
				gone == len(data)-16 && (p.Err != nil || len(p.Data) != len(data)-16):
				t.Errorf("%s without line %d: %v", name, gone/16+1, p.Err)
			}
		}
	}
	// A star repeats the line before it.
	list := carrier.HexDump("00000000  30 82 00 2c 00 00 00 00  00 00 00 00 00 00 00 00  |0|\n00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |.|\n*\n00000030\n")
	if len(list) != 1 || list[0].Err != nil || len(list[0].Data) != 0x30 {
		t.Errorf("a star: %v", list)
	}
}

// Dumps that stand one after the other, with and without the size behind them and what
// a shell says between them. Text that is none of a dump makes it none.
func TestDumpsJoined(t *testing.T) {
	const (
		xxd     = "00000000: 3082 0010 0102 0304 0506 0708 090a 0b0c  0...............\n00000010: 0d0e 0f10                                ....\n"
		hexdump = "00000000  30 82 00 10 01 02 03 04  05 06 07 08 09 0a 0b 0c  |0...............|\n00000010  0d 0e 0f 10                                       |....|\n00000014\n"
	)
	for text, want := range map[string]int{
		xxd + xxd:                                          2,
		hexdump + "\n" + hexdump + hexdump:                 3,
		xxd + hexdump:                                      2,
		"$ xxd a\n" + xxd + "$ xxd b\n" + xxd:              2,
		xxd + "and that was it\n":                          0,
		hexdump + hexdump[strings.Index(hexdump, "\n")+1:]: 0,
	} {
		list := carrier.HexDump(text)
		if len(list) != want {
			t.Errorf("%d dumps, want %d, in\n%s", len(list), want, text)
		}
		for _, p := range list {
			if p.Err != nil || len(p.Data) != 20 || p.Data[19] != 0x10 {
				t.Errorf("%v of\n%s", p, text)
			}
		}
	}
}

// Hostile input ends in time.
func TestCarriersAreLinear(t *testing.T) {
	for name, text := range map[string]string{
		"parts":         "From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 200_000),
		"nested parts":  "From: a\nSubject: b\n" + strings.Repeat("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 50_000),
		"folded field":  "From: a\nSubject: b\n" + strings.Repeat(" x\n", 500_000),
		"mbox":          strings.Repeat("From a\nFrom: a\nTo: b\n\n", 60_000),
		"digits":        strings.Repeat("30 82 ", 300_000),
		"runs":          strings.Repeat("30:82,", 300_000),
		"literals":      strings.Repeat(`b'0\x82`, 300_000),
		"decimal":       strings.Repeat("48,", 600_000),
		"deep plist":    "<plist>" + strings.Repeat("<array>", 200_000),
		"offset 0 to ∞": strings.Repeat("00000000: 3082\n*\n", 100_000),
	} {
		start := time.Now()
		carrier.Mail([]byte(text))
		carrier.Hex(text, known)
		_, _ = carrier.ReadPlist([]byte(text), known)
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func FuzzCarriers(f *testing.F) {
	for _, folder := range []string{"hex", "mail", "plist"} {
		files, err := filepath.Glob("../../testdata/" + folder + "/*")
		if err != nil || len(files) == 0 {
			f.Fatal(folder, err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte(`{"le":{"Certificates":[{"domain":{"main":"a.example"},"certificate":"AAAA"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var parts []carrier.Part
		parts = append(parts, carrier.Mail(data)...)
		parts = append(parts, carrier.Hex(string(data), known)...)
		if p, err := carrier.ReadPlist(data, known); err == nil {
			parts = append(parts, p.Parts...)
		}
		at := int64(0)
		for _, s := range carrier.AcmeNames(data) {
			if s.From < at || s.To <= s.From || s.To > int64(len(data)) {
				t.Errorf("%+v behind %d", s, at)
			}
			at = s.To
		}
		for _, p := range parts {
			if p.Line < 0 || p.Line > 1+bytes.Count(data, []byte("\n")) {
				t.Errorf("line %d", p.Line)
			}
		}
	})
}

// The certificates of an acme.json have the name of their resolver and domain, and are
// found by their place in the text.
func TestAcmeNames(t *testing.T) {
	one := `{"domain":{"main":"a.example"},"certificate":"AAAA","key":"BBBB"}`
	two := `{"Domain":{"Main":"b.example","SANs":["c.example"]},"Certificate":"CCCC"}`
	for text, want := range map[string]string{
		`{"le":{"Account":{"x":[1,{}]},"Certificates":[` + one + `,` + two + `]},"in":{"Certificates":null},"s":"t","l":[[],{}],"n":3}`: "le/a.example AAAA, le/b.example CCCC",
		` {"Account":{},"Certificates":[` + two + `],"HTTPChallenges":{}}`:                                                              "b.example CCCC",
		`{"le":{"Certificates":[` + one + `]}`:                                                                                          "", // breaks off
		`{"le":{"Certificates":{"a":` + one + `}}}`:                                                                                     "",
		`{"le":{"Certificates":["` + `x` + `"]}}`:                                                                                       "",
		`{"le":{"certs":[` + one + `]}}`:                                                                                                "",
		`[{"Certificates":[` + one + `]}]`:                                                                                              "",
		`{"le":{"Certificates":[{"key":"BBBB"}]}}`:                                                                                      "le BBBB",
		`{"le":{"deep":{"Certificates":[` + one + `]}}}`:                                                                                "",
	} {
		var got []string
		for _, s := range carrier.AcmeNames([]byte(text)) {
			for _, value := range []string{"AAAA", "BBBB", "CCCC"} {
				if i := int64(strings.Index(text, value)); s.From <= i && i < s.To {
					got = append(got, s.Name+" "+value)
					break
				}
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %q", text, s)
		}
	}
}

// Damaged base64 is told with its line and what is wrong there.
func TestMailDamage(t *testing.T) {
	const line = "MIIBdjCCAR2gAwIBAgIULwLJHUbakqagxZPLeZ/qllKX72QwCgYIKoZIzj0EAwIwETEPMA0GA1UE"
	const head = "From: a@b\nSubject: x\nContent-Type: application/octet-stream; name=a.der\nContent-Transfer-Encoding: base64\n\n"
	for body, want := range map[string]string{
		line + "\n" + line[:20] + "*" + line[21:] + "\n" + line + "\n": "7 the base64 of a.der: there is the character '*'",
		line + "\r\n" + line[:20] + "é" + line[21:] + "\r\n":           "7 the base64 of a.der: there is the character 'é'",
		line + "\n" + line + "\n" + line[:30] + "=" + line[31:] + "\n": "8 the base64 of a.der: there is a = with more behind it",
		line + "\n" + line[:73] + "\n" + line + "\n" + line[:8] + "\n": "7 the base64 of a.der: there is a line of 73 characters, where others have 76",
		line + "\n" + line[:73] + "\n":                                 "7 the base64 of a.der: it ends early",
		line + "\n" + line[:72] + "\n":                                 "6 ",
	} {
		parts := carrier.Mail([]byte(head + body))
		if len(parts) != 1 {
			t.Fatal(parts)
		}
		got := fmt.Sprint(parts[0].Line, " ")
		if parts[0].Err != nil {
			got += parts[0].Err.Detail
		}
		if got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// A program may have each object in another way: all of them are found, in their order.
func TestHexInSeveralWays(t *testing.T) {
	one, err := os.ReadFile(filepath.Join("..", "..", "testdata", "der", "certificate.der"))
	if err != nil {
		t.Fatal(err)
	}
	array, decimal := "unsigned char a[] = {", "b = ["
	literal := "c = b'"
	for _, c := range one {
		array += fmt.Sprintf("0x%02x, ", c)
		decimal += fmt.Sprintf("%d, ", c)
		if c >= ' ' && c < 0x7f && c != '\'' && c != '\\' {
			literal += string(rune(c))
		} else {
			literal += fmt.Sprintf("\\x%02x", c)
		}
	}
	list := carrier.Hex(array+"};\n\n"+decimal+"]\n\n"+literal+"'\n\nd = "+fmt.Sprintf("%x", one)+";\n", known)
	var lines []int
	for _, p := range list {
		if bytes.Equal(p.Data, one) {
			lines = append(lines, p.Line)
		}
	}
	if !slices.Equal(lines, []int{1, 3, 5, 7}) || len(list) != 4 {
		t.Errorf("%d parts, the object in lines %d", len(list), lines)
	}
}

// Stars of a dump stand for any number of lines, and do not take any amount of memory.
func TestDumpOfStars(t *testing.T) {
	const line = "%08x  30 82 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
	text := fmt.Sprintf(line, 0)
	for i := 1; i < 100; i++ {
		text += "*\n" + fmt.Sprintf(line, i*0x1ffff00)
	}
	if list := carrier.HexDump(text); list != nil {
		t.Errorf("%d dumps of a text of %d", len(list), len(text))
	}
}

// Nor do those of many dumps, which are short in the base that is taken, make more work
// than those of one.
func TestDumpsOfStars(t *testing.T) {
	const dump = "00000000  30 82 00 10 01 02 03 04\n00000010  0d 0e 0f 10 11 12 13 14\n*\n01000000\n"
	if list := carrier.HexDump(dump); len(list) != 1 || len(list[0].Data) != 0o1000000 {
		t.Fatalf("%d dumps", len(list))
	}
	start := time.Now()
	carrier.HexDump(dump + dump)
	two := time.Since(start)
	start = time.Now()
	if list := carrier.HexDump(strings.Repeat(dump, 100)); list != nil {
		t.Errorf("%d dumps", len(list))
	}
	if took, most := time.Since(start), 10*two+time.Second; took > most {
		t.Errorf("it took %v, more than %v", took, most)
	}
}
