package certconv_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
)

// The README's table of formats is the program's.
func TestReadmeFormats(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if len(cells) != 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z0-9-]+)`").FindAllStringSubmatch(cells[0], -1) {
			shown[m[1]] = strings.TrimSpace(cells[3])
		}
	}
	for _, f := range convert.Formats() {
		var can []string
		if f.Decode != nil {
			can = append(can, "read")
		}
		if f.CanEncode() {
			can = append(can, "write")
		}
		if want := strings.Join(can, ", "); shown[f.Name] != want {
			t.Errorf("README.md says that %s can %q, the table %q", f.Name, shown[f.Name], want)
		}
		delete(shown, f.Name)
	}
	for name := range shown {
		t.Errorf("README.md has a format %s, the table has not", name)
	}
}
