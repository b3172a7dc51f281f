package pem_test

import (
	"encoding/base64"
	"encoding/json"
	stdpem "encoding/pem"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pem"
)

// object is one that the files of testdata hold, and what Decode makes of it
// alone.
type object struct {
	label string
	der   []byte
	sum   string
}

// sequenceObjects are keys, certificates, requests and CRLs, of each remainder
// of the length modulo three, on which depends whether base64 ends in padding.
func sequenceObjects(t *testing.T) []object {
	t.Helper()
	var list []object
	seen := map[string]int{}
	for _, glob := range []string{"../../testdata/pairs/*.pem", "../../testdata/servers/*"} {
		files, _ := filepath.Glob(glob)
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for b, rest := stdpem.Decode(data); b != nil; b, rest = stdpem.Decode(rest) {
				kind := fmt.Sprint(b.Type, len(b.Bytes)%3)
				alone, err := convert.Decode(b.Bytes, nil)
				if err != nil || alone.Len() != 1 || len(alone.Others) > 0 || seen[kind] > 4 {
					continue
				}
				seen[kind]++
				list = append(list, object{b.Type, b.Bytes, sortedSums(alone)})
			}
		}
	}
	for _, kind := range []string{"CERTIFICATE0", "CERTIFICATE1", "CERTIFICATE2", "PRIVATE KEY0", "PRIVATE KEY1", "PRIVATE KEY2"} {
		if seen[kind] == 0 {
			t.Fatalf("no %s among %v", kind, seen)
		}
	}
	return list
}

// sortedSums tells apart what bundles hold, whatever the order.
func sortedSums(b *convert.Bundle) string {
	if len(b.Failures) > 0 {
		return "failures"
	}
	list := strings.SplitAfter(objectSums(b), "\n")
	slices.Sort(list)
	return strings.Join(list, "")
}

func (o *object) base64(enc *base64.Encoding, width int) string {
	s := enc.EncodeToString(o.der)
	if width == 0 {
		return s
	}
	var lines []string
	for c := range slices.Chunk([]byte(s), width) {
		lines = append(lines, string(c))
	}
	return strings.Join(lines, "\n")
}

func (o *object) pem() string {
	return string(stdpem.EncodeToMemory(&stdpem.Block{Type: o.label, Bytes: o.der}))
}

// carriers put objects into a text.
var carriers = []struct {
	name  string
	write func(r *rand.Rand, list []object) string
}{
	{"base64", func(r *rand.Rand, list []object) string {
		separator := []string{"\n", "\n\n", " ", "\r\n", "\t", "\n \n", ""}[r.IntN(7)]
		return joined(list, separator, encoded(r))
	}},
	{"base64, text around", func(r *rand.Rand, list []object) string {
		return "These are the files:\n\n" + joined(list, []string{"\n", "\n\n", " "}[r.IntN(3)], encoded(r)) + "\n\nRegards\n"
	}},
	{"XML", func(r *rand.Rand, list []object) string {
		name := []string{"crt", "ds:X509Certificate", "k", "Certificate", "td", "b"}[r.IntN(6)]
		end := []string{"", "\n"}[r.IntN(2)]
		write := encoded(r)
		s := "<?xml version=\"1.0\"?>\n<c>" + end
		for i := range list {
			s += "<" + name + ">" + end + write(&list[i]) + end + "</" + name + ">" + end
		}
		return s + "</c>\n"
	}},
	{"XML with other base64", func(r *rand.Rand, list []object) string {
		s := "<Signature>"
		for i := range list {
			other := make([]byte, 60+r.IntN(200))
			for i := range other {
				other[i] = byte(r.Uint32())
			}
			s += "<SignatureValue>" + base64.StdEncoding.EncodeToString(other) + "</SignatureValue><X509Certificate>" + list[i].base64(base64.StdEncoding, 0) + "</X509Certificate>"
		}
		return s + "</Signature>"
	}},
	{"XML attributes", func(r *rand.Rand, list []object) string {
		quote := []string{`"`, "'"}[r.IntN(2)]
		write := encoded(r)
		s := "<c>"
		for i := range list {
			s += "<k id=" + quote + "1" + quote + " v=" + quote + write(&list[i]) + quote + []string{"/>", "></k>", " />\n"}[r.IntN(3)]
		}
		return s + "</c>\n"
	}},
	{"JSON", func(r *rand.Rand, list []object) string {
		var values []string
		write := encoded(r)
		for i := range list {
			if r.IntN(3) == 0 {
				values = append(values, list[i].pem())
			} else {
				values = append(values, write(&list[i]))
			}
		}
		out, _ := json.MarshalIndent(map[string]any{"x5c": values}, "", []string{"", "  "}[r.IntN(2)])
		return string(out)
	}},
	{"YAML", func(r *rand.Rand, list []object) string {
		s := "apiVersion: v1\ndata:\n"
		for i := range list {
			if r.IntN(2) == 0 {
				s += fmt.Sprintf("  f%d.pem: %s\n", i, base64.StdEncoding.EncodeToString([]byte(list[i].pem())))
			} else {
				s += fmt.Sprintf("  f%d: %s\n", i, list[i].base64(base64.StdEncoding, 0))
			}
		}
		return s
	}},
	{"YAML, folded", func(r *rand.Rand, list []object) string {
		s := "data:\n"
		for i := range list {
			s += fmt.Sprintf("  f%d: |\n    %s\n", i, strings.ReplaceAll(list[i].base64(base64.StdEncoding, 64), "\n", "\n    "))
		}
		return s
	}},
	{"PEM and base64", func(r *rand.Rand, list []object) string {
		s := ""
		write := encoded(r)
		for i := range list {
			if r.IntN(2) == 0 {
				s += list[i].pem() + []string{"", "\n"}[r.IntN(2)]
			} else {
				s += write(&list[i]) + []string{"\n", "\n\n"}[r.IntN(2)]
			}
		}
		return s
	}},
	{"one block", func(r *rand.Rand, list []object) string {
		return "-----BEGIN " + list[0].label + "-----\n" + joined(list, "\n", encoded(r)) + "\n-----END " + list[0].label + "-----\n"
	}},
	{"END missing", func(r *rand.Rand, list []object) string {
		s := ""
		for i := range list {
			s += "-----BEGIN " + list[i].label + "-----\n" + list[i].base64(base64.StdEncoding, 64) + "\n"
		}
		return s
	}},
}

func encoded(r *rand.Rand) func(*object) string {
	enc := []*base64.Encoding{base64.StdEncoding, base64.StdEncoding, base64.RawStdEncoding}[r.IntN(3)]
	width := []int{0, 64, 76}[r.IntN(3)]
	return func(o *object) string { return o.base64(enc, width) }
}

func joined(list []object, separator string, write func(*object) string) string {
	var parts []string
	for i := range list {
		parts = append(parts, write(&list[i]))
	}
	return strings.Join(parts, separator)
}

// TestNothingIsLost: whatever carries them, all objects come out, or reading
// fails and says where.
func TestNothingIsLost(t *testing.T) {
	all := sequenceObjects(t)
	r := rand.New(rand.NewPCG(1, 2))
	const tries = 150
	for _, c := range carriers {
		t.Run(c.name, func(t *testing.T) {
			whole := 0
			for range tries {
				list := make([]object, 1+r.IntN(4))
				var sums []string
				for i := range list {
					list[i] = all[r.IntN(len(all))]
					sums = append(sums, list[i].sum)
				}
				slices.Sort(sums)
				want := strings.Join(sums, "")
				data := c.write(r, list)
				b, err := convert.Decode([]byte(data), nil)
				if err == nil {
					whole++
					if sortedSums(b) != want {
						t.Fatalf("lost without an error: %d of %d objects, in\n%s", b.Len(), len(list), data)
					}
				} else if e := (*convert.Error)(nil); !errors.As(err, &e) || e.Source.Line == 0 || e.Source.Column == 0 {
					t.Fatalf("%v: not said where, in\n%s", err, data)
				}
				fixed, err := pem.Repair([]byte(data), false, known)
				if err != nil {
					continue
				}
				if b, err := convert.Decode(fixed.Text, nil); err != nil || sortedSums(b) != want {
					t.Fatalf("repair lost something: %v, of %d objects, in\n%s", err, len(list), data)
				}
			}
			t.Logf("%d of %d whole", whole, tries)
			if whole < tries/8 {
				t.Errorf("only %d of %d were read", whole, tries)
			}
		})
	}
}
