package search_test

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/search"
)

// found is what a search came to: the keys by their public key, each with the
// first place.
type found struct {
	keys   map[convert.PublicID]int64
	locked []convert.Failure
}

// quick is the profile with the fewest iterations.
const quick = "java8"

// pairs are the keys of testdata/pairs with their certificates.
func pairs(t testing.TB) map[string]*convert.Bundle {
	t.Helper()
	files, err := filepath.Glob("../../testdata/pairs/*.pem")
	if err != nil || len(files) == 0 {
		t.Fatal("testdata/pairs is empty", err)
	}
	all := map[string]*convert.Bundle{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".pem")] = decode(t, data)
	}
	return all
}

func decode(t testing.TB, data []byte) *convert.Bundle {
	t.Helper()
	b, err := convert.Decode(data, nil)
	if err != nil {
		t.Fatalf("%v (%x)", err, data)
	}
	return b
}

func find(t testing.TB, data []byte, passwords ...string) found {
	t.Helper()
	f := found{keys: map[convert.PublicID]int64{}}
	err := search.New(2).Search(bytes.NewReader(data), &search.Options{
		File:     "input",
		Password: convert.Passwords(passwords...),
		Found: func(b *convert.Bundle) error {
			for _, k := range b.Keys {
				id := k.PublicID()
				if at, ok := f.keys[id]; !ok || k.Source.Offset < at {
					f.keys[id] = k.Source.Offset
				}
			}
			f.locked = append(f.locked, b.Failures...)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// form is a key as it stands in some file.
type form struct {
	name string
	data []byte
	id   convert.PublicID
}

const plantPassword = "päss"

// forms are keys of each algorithm in each form that stands in a file by
// itself.
func forms(t testing.TB) []form {
	t.Helper()
	var all []form
	files := pairs(t)
	for _, name := range []string{"rsa2048", "rsa512", "rsa2048-3primes", "rsapss2048", "ec-P-256", "ec-P-384", "ec-P-521", "ec-secp256k1", "ed25519", "ed448", "dsa1024"} {
		key := &convert.Bundle{Keys: files[name].Keys}
		if len(key.Keys) != 1 {
			t.Fatal("no key in " + name)
		}
		id := key.Keys[0].PublicID()
		for _, how := range []struct{ format, password string }{
			{"pkcs8", ""}, {"pkcs8", plantPassword}, {"pkcs1", ""}, {"pkcs1", plantPassword}, {"sec1", ""}, {"net", plantPassword}, {"sgc", plantPassword}, {"pfx", plantPassword},
		} {
			o := &convert.EncodeOptions{Profile: quick}
			label := name + " " + how.format
			if how.password != "" {
				o.Password = []byte(how.password)
				label += " encrypted"
			}
			data, err := convert.Encode(key, how.format, o)
			if err != nil {
				continue // not for this algorithm
			}
			all = append(all, form{label, data, id})
			if b, _ := pem.Decode(data); b != nil && bytes.HasPrefix(data, []byte("-----")) && len(b.Headers) == 0 {
				all = append(all, form{label + " DER", b.Bytes, id})
			}
		}
	}
	for _, file := range []string{"../../testdata/openssh/ed25519.key", "../../testdata/keys/dsa-traditional.pem"} {
		if data, err := os.ReadFile(file); err == nil {
			for _, k := range decode(t, data).Keys {
				all = append(all, form{file, data, k.PublicID()})
				break
			}
		}
	}
	return all
}

// noise is what a key lies in.
func noise(n int) map[string][]byte {
	r := mrand.New(mrand.NewPCG(1, 2))
	random := make([]byte, n)
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	return map[string][]byte{
		"random":  random,
		"zeros":   make([]byte, n),
		"text":    bytes.Repeat([]byte("2026-11-22 GET /index.html 200 -- VIA proxy\n"), n/44+1)[:n],
		"outline": bytes.Repeat([]byte{0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00, 0x02, 0x82, 0x01, 0x01}, n/11+1)[:n],
	}
}

func plant(in, key []byte, at int) []byte {
	out := bytes.Clone(in)
	copy(out[at:], key)
	return out
}

func wantKey(t *testing.T, what string, f found, id convert.PublicID, at int64) {
	t.Helper()
	if len(f.keys) != 1 {
		t.Errorf("%s: %d keys are found, want 1", what, len(f.keys))
	}
	if got, ok := f.keys[id]; !ok || got != at {
		t.Errorf("%s: the key is found at %d (%v), it stands at %d", what, got, ok, at)
	}
}

// A key is found in each of its forms, whatever lies around it.
func TestSearchFindsEveryForm(t *testing.T) {
	all := forms(t)
	if len(all) < 40 {
		t.Fatalf("only %d forms", len(all))
	}
	for name, around := range noise(1_300_000) {
		for i, k := range all {
			at := 1_200_001 + 37*i
			if name == "zeros" {
				around, at = around[:100_000], 5+i // small enough to be read whole
			}
			wantKey(t, k.name+" in "+name, find(t, plant(around, k.data, at), "wrong", plantPassword), k.id, int64(at))
		}
	}
}

// What starts in one block and ends in the next is found at every offset, and
// once.
func TestSearchFindsOverBoundaries(t *testing.T) {
	const first = 1<<20 + 256 // where the second block begins
	around := noise(2_400_000)["random"]
	step := 1
	if testing.Short() {
		step = 7
	}
	for _, k := range forms(t) {
		if !slices.Contains([]string{"rsa512 pkcs8", "rsa512 pkcs8 DER", "ec-P-256 pkcs8 encrypted DER", "ec-P-256 sec1 DER", "ed25519 pkcs8 DER", "rsa512 net encrypted", "ec-P-256 pfx encrypted"}, k.name) {
			continue
		}
		from := first - len(k.data) - 1
		if k.name != "rsa512 pkcs8 DER" {
			step = 13
		}
		for at := from; at < first+300; at += step {
			wantKey(t, fmt.Sprintf("%s at %d", k.name, at-first), find(t, plant(around, k.data, at), plantPassword), k.id, int64(at))
		}
	}
}

func utf16Bytes(text []byte, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(string(text))) {
		out = order.AppendUint16(out, u)
	}
	return out
}

// swapped is how a swap file of vim holds a text: the last line first.
func swapped(text []byte) []byte {
	var out []byte
	for _, line := range slices.Backward(bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))) {
		out = append(append(out, line...), 0)
	}
	return out
}

// Text is found in the encodings and shapes that editors, consoles and mail
// give it.
func TestSearchReadsTextOfAnyShape(t *testing.T) {
	key := &convert.Bundle{Keys: pairs(t)["rsa2048"].Keys}
	id := key.Keys[0].PublicID()
	for _, password := range []string{"", plantPassword} {
		o := &convert.EncodeOptions{Rand: rand.Reader, Profile: quick}
		if password != "" {
			o.Password = []byte(password)
		}
		for _, format := range []string{"pkcs8", "pkcs1"} {
			text, err := convert.Encode(key, format, o)
			if err != nil {
				t.Fatal(err)
			}
			for name, shape := range map[string]struct {
				data []byte
				at   int
			}{
				"UTF-16LE":         {utf16Bytes(text, binary.LittleEndian), 0},
				"UTF-16BE":         {utf16Bytes(text, binary.BigEndian), 1},
				"CRLF":             {bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), 0},
				"CR":               {bytes.ReplaceAll(text, []byte("\n"), []byte("\r")), 0},
				"indented":         {bytes.ReplaceAll(append([]byte("\n"), text...), []byte("\n"), []byte("\n    ")), 5},
				"quoted":           {bytes.ReplaceAll(append([]byte("\n"), text...), []byte("\n"), []byte("\n> ")), 3},
				"one line of JSON": {bytes.ReplaceAll(text, []byte("\n"), []byte(`\n`)), 0},
				"NUL for newline":  {bytes.ReplaceAll(text, []byte("\n"), []byte("\x00")), 0},
				"swap file of vim": {swapped(text), 0},
			} {
				for around, in := range noise(1_400_000) {
					if around == "outline" {
						continue
					}
					at := 1_300_333
					wantKey(t, fmt.Sprintf("%s %s in %s", format, name, around), find(t, plant(in, shape.data, at), plantPassword), id, int64(at+shape.at))
				}
			}
		}
	}
}

// No bytes by chance, no damaged key and no certificate is taken for a key.
func TestSearchClaimsNothingFalse(t *testing.T) {
	size := 50 << 20
	if testing.Short() {
		size = 8 << 20
	}
	for name, in := range noise(size) {
		if name == "outline" && len(in) > 4<<20 {
			in = in[:4<<20]
		}
		if f := find(t, in); len(f.keys)+len(f.locked) > 0 {
			t.Errorf("%s: %d keys, locked: %v", name, len(f.keys), f.locked)
		}
	}
	files := pairs(t)
	certs, err := convert.Encode(&convert.Bundle{Certs: files["rsa2048"].Certs}, "pem", &convert.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in := noise(1_500_000)["random"]
	if f := find(t, plant(in, certs, 1_400_000)); len(f.keys)+len(f.locked) > 0 {
		t.Error("certificates are taken for keys")
	}
	r := mrand.New(mrand.NewPCG(3, 4))
	for _, k := range forms(t) {
		if len(k.data) < 300 || bytes.HasPrefix(k.data, []byte("-----")) {
			continue
		}
		for range 3 {
			bad := bytes.Clone(k.data)
			bad[len(bad)/2+r.IntN(len(bad)/3)] ^= byte(1 + r.IntN(255))
			f := find(t, bad, plantPassword)
			if _, ok := f.keys[k.id]; ok && len(f.keys) == 1 {
				continue // the byte does not count: an attribute, or a parameter that the key does without
			}
			if len(f.keys) > 0 && strings.HasPrefix(k.name, "rsa") { // of others, any number is a key
				t.Errorf("%s damaged: another key is found", k.name)
			}
		}
		f := find(t, plant(in, k.data[:len(k.data)-40], 1_400_000), plantPassword)
		if _, ok := f.keys[k.id]; ok && len(f.keys) == 1 {
			continue // an RSA key is whole with its primes, and a PFX may end in certificates
		}
		if len(f.keys) > 0 {
			t.Errorf("%s cut short: another key is found", k.name)
		}
	}
}

// What no password opens is told, at its place, and each time the same.
func TestSearchTellsWhatIsLocked(t *testing.T) {
	in := noise(3_000_000)["random"]
	for _, k := range forms(t) {
		if !strings.Contains(k.name, "encrypted") {
			continue
		}
		data := plant(plant(in, k.data, 5000), k.data, 2_000_001)
		f := find(t, data)
		if len(f.keys) > 0 || len(f.locked) != 2 {
			t.Fatalf("%s: %d keys, locked %v", k.name, len(f.keys), f.locked)
		}
		at := []int64{f.locked[0].Source.Offset, f.locked[1].Source.Offset}
		if slices.Sort(at); !slices.Equal(at, []int64{5000, 2_000_001}) || !errors.Is(f.locked[0].Err, convert.ErrPasswordRequired) {
			t.Errorf("%s: locked at %v: %v", k.name, at, f.locked[0].Err)
		}
		if f := find(t, data, "wrong"); len(f.keys) > 0 || len(f.locked) != 2 || !errors.Is(f.locked[0].Err, convert.ErrPasswordIncorrect) {
			t.Errorf("%s: a wrong password: %v", k.name, f.locked)
		}
	}
}

// Many keys in one input are all found.
func TestSearchFindsAll(t *testing.T) {
	data := []byte{}
	want := map[convert.PublicID]bool{}
	between := noise(400_000)["random"]
	for i, k := range forms(t) {
		data = append(append(data, k.data...), between[:70_000+i]...)
		want[k.id] = true
	}
	f := find(t, data, plantPassword)
	for _, id := range slices.Collect(maps.Keys(f.keys)) {
		delete(want, id)
	}
	if len(want) > 0 {
		t.Errorf("%d keys are not found", len(want))
	}
}

// vector is a file in testdata and what is known of it, as far as it counts here.
type vector struct {
	File, Expect string
	Password     *string // absent: none is given
	Keys         []string
}

func vectors(t testing.TB, dir string) (list []vector) {
	t.Helper()
	data, err := os.ReadFile("../../testdata/" + dir + "/vectors.json")
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Keystores without a mark of their own inside are found where files begin.
func TestSearchFindsFilesOnDisks(t *testing.T) {
	in := noise(2_000_000)["random"]
	for _, dir := range []string{"jks", "jceks", "bks", "bcfks", "pvk"} {
		tried := 0
		for _, v := range vectors(t, dir) {
			if v.Expect != "ok" || len(v.Keys) == 0 {
				continue
			}
			data, err := os.ReadFile("../../testdata/" + dir + "/" + v.File)
			if err != nil {
				t.Fatal(err)
			}
			tried++
			var pw []string
			if v.Password != nil {
				pw = []string{*v.Password}
			}
			if f := find(t, plant(in, data, 512*2100), pw...); len(f.keys) != len(v.Keys) {
				t.Errorf("%s/%s: %d keys are found, want %d", dir, v.File, len(f.keys), len(v.Keys))
			}
		}
		if tried == 0 {
			t.Error(dir + ": no file was tried")
		}
	}
}

// Keystores do not say where they end. An input that seems to be full of them is
// given up, with one word; a few of them are no reason.
func TestSearchGivesUp(t *testing.T) {
	head := []byte("\xfe\xed\xfe\xed\x00\x00\x00\x02\x7f\xff\xff\xff")
	f := find(t, append(make([]byte, 16), bytes.Repeat(head, 20_000)...))
	if len(f.keys) > 0 || len(f.locked) != 1 || !errors.Is(f.locked[0].Err, convert.ErrTooLarge) {
		t.Errorf("%d keys, %d faults: %v", len(f.keys), len(f.locked), f.locked)
	}
	if f := find(t, append(make([]byte, 16), bytes.Repeat(append(head, make([]byte, 1000)...), 200)...)); len(f.locked) != 0 {
		t.Errorf("a few: %v", f.locked)
	}
}

// Each line of a text may begin as a key does: the lines after it are not decoded for each.
func TestSearchLinesThatBeginAsKeys(t *testing.T) {
	for _, line := range []string{"MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGB\n", "MIMB//8CAQAwDQYJKoZIhvcNAQEBBQAEggJgMIICXAIBAAKBgQ\n"} {
		start := time.Now()
		_, _ = unpackAll(t, strings.NewReader(strings.Repeat(line, 20_000)))
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%q: %s", line, d)
		}
	}
}
