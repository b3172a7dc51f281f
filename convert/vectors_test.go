package convert_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
)

// vector is a file in testdata and what is known of it. In a file that is to
// be read without error, lists and counts that are absent are empty.
type vector struct {
	File     string   `json:"file"`
	Password *string  `json:"password"` // absent: none is given
	Expect   string   `json:"expect"`   // a key of expectations
	Keys     []string `json:"keys"`     // SHA-256 of each key's SubjectPublicKeyInfo
	Certs    []string `json:"certs"`    // SHA-256 of each certificate
	Requests int      `json:"requests"`
	CRLs     int      `json:"crls"`
	Names    []string `json:"names"`   // friendly names, each once; absent: not checked
	Variant  string   `json:"variant"` // part of a note about the variant of the format or of the password
}

var expectations = map[string]error{
	"ok":               nil,
	"password-missing": convert.ErrPasswordRequired,
	"password-wrong":   convert.ErrPasswordIncorrect,
	"unsupported":      convert.ErrUnsupported,
	"damaged":          convert.ErrDamaged,
	"unknown":          convert.ErrUnknownFormat,
	"too-large":        convert.ErrTooLarge,
}

// readVectors returns the vectors by folder of testdata.
func readVectors(t testing.TB) map[string][]vector {
	t.Helper()
	lists, err := filepath.Glob("../testdata/*/vectors.json")
	if err != nil || len(lists) == 0 {
		t.Fatal("no vectors.json below testdata", err)
	}
	all := map[string][]vector{}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		var vectors []vector
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&vectors); err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		if len(vectors) == 0 {
			t.Fatalf("%s lists no file", list)
		}
		all[filepath.Base(filepath.Dir(list))] = vectors
	}
	return all
}

// read decodes the vector's file as the format from ("": by content).
func (v vector) read(t testing.TB, folder, from string) (*convert.Bundle, error) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../testdata", folder, v.File))
	if err != nil {
		t.Fatal(err)
	}
	return convert.Decode(data, &convert.DecodeOptions{File: v.File, From: from, Password: v.password()})
}

func (v vector) password() func(convert.PasswordRequest) ([]byte, error) {
	if v.Password == nil {
		return nil
	}
	return passwords(*v.Password)
}

// passwords answers the password callback with one after the other.
func passwords(list ...string) func(convert.PasswordRequest) ([]byte, error) {
	return func(convert.PasswordRequest) ([]byte, error) {
		if len(list) == 0 {
			return nil, convert.ErrPasswordRequired
		}
		pw := list[0]
		list = list[1:]
		return []byte(pw), nil
	}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// keyHashes and certHashes list the hashes of what b holds, sorted.
func keyHashes(b *convert.Bundle) []string {
	var list []string
	for _, k := range b.Keys {
		list = append(list, hash(k.SPKI))
	}
	return slices.Sorted(slices.Values(list))
}

func certHashes(b *convert.Bundle) []string {
	var list []string
	for _, c := range b.Certs {
		list = append(list, hash(c.Raw))
	}
	return slices.Sorted(slices.Values(list))
}

func friendlyNames(b *convert.Bundle) []string {
	set := map[string]bool{}
	for _, k := range b.Keys {
		set[k.FriendlyName] = true
	}
	for _, c := range b.Certs {
		set[c.FriendlyName] = true
	}
	delete(set, "")
	return slices.Sorted(maps.Keys(set))
}

func (v vector) check(t *testing.T, b *convert.Bundle, err error) {
	t.Helper()
	want, known := expectations[v.Expect]
	if !known {
		t.Fatalf("expect is %q; known are %v", v.Expect, slices.Sorted(maps.Keys(expectations)))
	}
	if !errors.Is(err, want) {
		t.Fatalf("Decode: %v (%+v), want %v", err, err, want)
	}
	if err != nil {
		checkError(t, err, v.Password)
	}
	if b == nil {
		t.Fatal("no Bundle")
	}
	same := func(what string, got, want []string) {
		t.Helper()
		want = slices.Sorted(slices.Values(want))
		if (err == nil || len(want) > 0) && !slices.Equal(got, want) {
			t.Errorf("%s are\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	same("keys", keyHashes(b), v.Keys)
	same("certificates", certHashes(b), v.Certs)
	if v.Names != nil {
		same("names", friendlyNames(b), v.Names)
	}
	if (err == nil || v.Requests > 0) && len(b.Requests) != v.Requests {
		t.Errorf("%d requests, want %d", len(b.Requests), v.Requests)
	}
	if (err == nil || v.CRLs > 0) && len(b.CRLs) != v.CRLs {
		t.Errorf("%d CRLs, want %d", len(b.CRLs), v.CRLs)
	}
	if v.Variant != "" && !slices.ContainsFunc(b.Notes, func(n convert.Note) bool {
		return (n.Kind == note.Variant || n.Kind == note.PasswordVariant || n.Kind == note.KeyForm) && strings.Contains(n.Text.String(), v.Variant)
	}) {
		t.Errorf("no note about %q in %+v", v.Variant, b.Notes)
	}
	if err == nil && len(b.Containers) == 0 {
		t.Error("no Container says what the file is")
	}
	if err != nil && len(b.Failures) == 0 {
		t.Error("an error, but nothing in Failures")
	}
}

// foreignWords are how other packages begin their errors; a person who reads
// ours has never seen ASN.1 or Go.
var foreignWords = []string{"asn1:", "x509:", "pkcs12:", "pkcs8:", "tls:", "illegal base64", "json:", "runtime error", "cryptobyte", "structure error", "syntax error", "%!"}

// checkError holds what is true of every error of Decode and Encode.
func checkError(t testing.TB, err error, password *string) {
	t.Helper()
	var e *convert.Error
	if !errors.As(err, &e) {
		t.Errorf("%T is no *convert.Error: %v", err, err)
		return
	}
	kinds := 0
	for _, kind := range []error{convert.ErrPasswordRequired, convert.ErrPasswordIncorrect, convert.ErrUnsupported,
		convert.ErrDamaged, convert.ErrUnknownFormat, convert.ErrTooLarge, convert.ErrKeyMismatch, convert.ErrNothingToWrite} {
		if errors.Is(err, kind) {
			kinds++
		}
	}
	if kinds != 1 {
		t.Errorf("%v is of %d kinds", err, kinds)
	}
	if e.Kind == convert.ErrUnsupported && e.Algorithm == "" {
		t.Errorf("%v does not name the algorithm", err)
	}
	for _, word := range foreignWords {
		if strings.Contains(err.Error(), word) {
			t.Errorf("%q says %q", err, word)
		}
	}
	if password != nil && len(*password) >= 6 && strings.Contains(err.Error(), *password) {
		t.Errorf("%q contains the password", err)
	}
}

// formOfLabel names the formats that are a kind of PEM block.
var formOfLabel = map[string]string{"RSA PRIVATE KEY": "pkcs1", "EC PRIVATE KEY": "sec1", "OPENSSH PRIVATE KEY": "openssh"}

// TestVectors reads every file and compares. A row of the table that no file
// of another program holds to its word fails: its own encoder proves nothing
// about a decoder.
func TestVectors(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]bool{}
	t.Run("files", func(t *testing.T) {
		for folder, vectors := range readVectors(t) {
			f := convert.Lookup(folder)
			for i, v := range vectors {
				t.Run(fmt.Sprintf("%s/%d/%s", folder, i, v.File), func(t *testing.T) {
					t.Parallel()
					b, err := v.read(t, folder, "")
					v.check(t, b, err)
					if f != nil && f.Decode != nil && v.Expect == "ok" {
						b, err := v.read(t, folder, f.Name)
						v.check(t, b, err)
					}
					if err != nil {
						return
					}
					mu.Lock()
					defer mu.Unlock()
					if f != nil {
						seen[f.Name] = true
					}
					for _, c := range b.Containers {
						seen[c.Format] = true
					}
					for _, k := range b.Keys {
						seen[formOfLabel[k.Source.Entry]] = true
					}
				})
			}
		}
	})
	for _, f := range convert.Formats() {
		if f.Decode != nil && !seen[f.Name] {
			t.Errorf("no file in testdata is of format %s", f.Name)
		}
	}
}

// A file that no list mentions is not tested, and nobody notices.
func TestVectorsListEveryFile(t *testing.T) {
	for folder, vectors := range readVectors(t) {
		entries, err := os.ReadDir(filepath.Join("../testdata", folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() == "vectors.json" || strings.HasSuffix(e.Name(), ".md") || strings.HasSuffix(e.Name(), ".sh") {
				continue
			}
			if !slices.ContainsFunc(vectors, func(v vector) bool { return v.File == e.Name() }) {
				t.Errorf("testdata/%s/%s is not in vectors.json", folder, e.Name())
			}
		}
	}
}

// Whatever is cut off or changed in a file, Decode returns an error of its
// own or the objects, and never panics.
func TestDamagedVectors(t *testing.T) {
	const cuts, flips = 12, 12
	for folder, vectors := range readVectors(t) {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			for _, v := range vectors {
				data, err := os.ReadFile(filepath.Join("../testdata", folder, v.File))
				if err != nil {
					t.Fatal(err)
				}
				if len(data) > 64<<10 || v.Expect == "too-large" {
					continue
				}
				try := func(data []byte) {
					// Without a password: what is asked of the key derivation is tested elsewhere.
					b, err := convert.Decode(data, &convert.DecodeOptions{File: v.File})
					if err != nil {
						checkError(t, err, nil)
					}
					if b == nil {
						t.Errorf("%s: no Bundle", v.File)
					}
				}
				for i := range cuts {
					try(data[:len(data)*i/cuts])
				}
				for i := range flips {
					other := bytes.Clone(data)
					if len(other) == 0 {
						break
					}
					other[(len(other)*i/flips+i*7)%len(other)] ^= 1 << (i % 8)
					try(other)
				}
			}
		})
	}
}
