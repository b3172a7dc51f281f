package search_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/search"
)

// notAtOffset are the files of testdata whose keys are not found within something larger,
// as the help of find-key says, and notEncoded those that are not found in base64 there.
var (
	notAtOffset = []string{"gzip/site.tar.bz2", "hex/key-pem.txt", "pkcs8/indefinite.p8", "plist/password.mobileconfig"}
	notEncoded  = []string{
		"der/mixed.der", "gzip/site.tgz", "gzip/site.p12.gz", "gzip/nested.tgz", "iis/full.key", "iis/site-decoy.key", "iis/site-keycert.key",
		"k8s/one.yaml", "k8s/one.json", "k8s/two.yaml", "mail/forwarded.eml", "pem/kubernetes.yaml",
		"plist/profile.mobileconfig", "plist/binary.mobileconfig", "plist/signed.mobileconfig", "rsa-xml/indented.xml", "zip/pfx.zip",
	}
)

// What is found in a file is found at any offset of an image, in a compressed file there,
// and in base64.
func TestSearchAtAnyOffset(t *testing.T) {
	around := noise(1_500_000)["random"]
	lists, err := filepath.Glob("../../testdata/*/vectors.json")
	if err != nil || len(lists) == 0 {
		t.Fatal(err)
	}
	tried := map[string]int{}
	for _, list := range lists {
		folder := filepath.Base(filepath.Dir(list))
		text, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			File, Expect string
			Password     *string
			Keys         []string
		}
		if err := json.Unmarshal(text, &vectors); err != nil {
			t.Fatal(list, err)
		}
		for _, v := range vectors {
			if v.Expect != "ok" || len(v.Keys) == 0 {
				continue
			}
			data, err := os.ReadFile(filepath.Join(filepath.Dir(list), v.File))
			if err != nil || len(data) > 100_000 {
				continue
			}
			var passwords []string
			if v.Password != nil {
				passwords = []string{*v.Password}
			}
			tried[folder]++
			name := folder + "/" + v.File
			clear, encoded := notFoundAt(t, around, data, passwords, v.Keys)
			if hidden := slices.Contains(notAtOffset, name); len(clear) > 0 != hidden {
				t.Errorf("%s: it is not found at %v", name, clear)
			}
			if hidden := slices.Contains(notEncoded, name); encoded == hidden && !slices.Contains(notAtOffset, name) {
				t.Errorf("%s in base64: found is %v", name, encoded)
			}
		}
	}
	if len(tried) < 20 {
		t.Errorf("only these were tried: %v", tried)
	}
}

// notFoundAt puts data into images, in several places, compressed, and in base64. It gives
// the places where not all of the keys are found.
func notFoundAt(t *testing.T, around, data []byte, passwords, want []string) (clear []int, encoded bool) {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(data)
	_ = z.Close()
	b64 := []byte(base64.StdEncoding.EncodeToString(data))
	type spot struct {
		at   int
		data []byte
	}
	end := 1<<20 + len(data) + 1000 | 1
	first := []int{1, 7}[len(data)%2]
	spots := []spot{{first, data}, {1<<20 - 3, data}, {end, packed.Bytes()}, {end + packed.Len() + 1000, b64}}
	if len(data) < 4000 {
		spots = append(spots, spot{4095, data})
	}
	image := around
	for _, s := range spots {
		image = plant(image, s.data, s.at)
	}
	found := keyPlaces(t, image, passwords)
	encoded = true
	for _, s := range spots {
		for _, id := range want {
			switch at := slices.ContainsFunc(found[id], func(at int) bool { return s.at <= at && at < s.at+len(s.data) }); {
			case at:
			case bytes.Equal(s.data, b64):
				encoded = false
			default:
				clear = append(clear, s.at)
			}
		}
	}
	return clear, encoded
}

// keyPlaces are the offsets at which keys are found, by the hashes of the public keys.
func keyPlaces(t *testing.T, data []byte, passwords []string) map[string][]int {
	t.Helper()
	found := map[string][]int{}
	err := search.New(2).Search(bytes.NewReader(data), &search.Options{File: "input", Password: convert.Passwords(passwords...), Found: func(b *convert.Bundle) error {
		for _, k := range b.Keys {
			at := int(k.Source.Offset)
			if _, in, ok := strings.Cut(k.Source.Entry, "at byte "); ok {
				_, _ = fmt.Sscan(in, &at)
			}
			sum := sha256.Sum256(k.SPKI)
			id := hex.EncodeToString(sum[:])
			found[id] = append(found[id], at)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Base64 without armour is found whatever its lines are like, and what stands beside it.
func TestSearchReadsBase64(t *testing.T) {
	key := &convert.Bundle{Keys: pairs(t)["rsa2048"].Keys}
	id := key.Keys[0].PublicID()
	enc := base64.StdEncoding.EncodeToString
	lines := func(s, before, end string) string {
		out := ""
		for chunk := range slices.Chunk([]byte(s), 64) {
			out += before + string(chunk) + end
		}
		return out
	}
	text, err := convert.Encode(key, "pkcs8", nil)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{
		"PEM":             "tls.key: " + enc(text) + "\n",
		"PEM, twice":      "tls.key: " + enc([]byte(enc(text))) + "\n",
		"DER":             "key=" + enc(key.Keys[0].PKCS8) + ";",
		"lines":           "\n" + lines(enc(key.Keys[0].PKCS8), "", "\n") + "\n",
		"indented":        "\n" + lines(enc(key.Keys[0].PKCS8), "    ", "\r\n") + "\n",
		"string literals": `"key":"` + lines(enc(key.Keys[0].PKCS8), "", `\n`) + `"`,
		"Ed25519":         "key=" + enc(pairs(t)["ed25519"].Keys[0].PKCS8) + "\n",
		"P-256":           "key=" + enc(pairs(t)["ec-P-256"].Keys[0].PKCS8) + "\n",
	}
	for name, form := range forms {
		want := id
		switch name {
		case "Ed25519":
			want = pairs(t)["ed25519"].Keys[0].PublicID()
		case "P-256":
			want = pairs(t)["ec-P-256"].Keys[0].PublicID()
		}
		for kind, around := range noise(1_400_000) {
			for at := 1_300_000; at < 1_300_040; at += 3 {
				if f := find(t, plant(around, []byte(form), at)); len(f.keys) != 1 || f.keys[want] == 0 {
					t.Errorf("%s in %s at %d: %d keys", name, kind, at, len(f.keys))
					break
				}
			}
		}
	}
}

// Compressed files are unpacked side by side: none is lost, and each is at its place.
func TestSearchUnpacksSideBySide(t *testing.T) {
	image := noise(1_500_000)["random"]
	want := map[string][]int{}
	at := 101
	for name, b := range pairs(t) {
		if len(b.Keys) == 0 {
			continue
		}
		key := &convert.Bundle{Keys: b.Keys}
		text, err := convert.Encode(key, "pkcs8", nil)
		if err != nil {
			t.Fatal(name, err)
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(append(bytes.Repeat([]byte("a line of a text before it\n"), 4000), text...))
		_ = z.Close()
		image = plant(image, packed.Bytes(), at)
		sum := sha256.Sum256(b.Keys[0].SPKI)
		id := hex.EncodeToString(sum[:])
		want[id] = append(want[id], at)
		at += packed.Len() + 4321
	}
	found := keyPlaces(t, image, nil)
	for id, at := range want {
		if !slices.Equal(found[id], at) {
			t.Errorf("%s is at %d, found at %d", id, at, found[id])
		}
	}
	if len(found) != len(want) || len(want) < 20 {
		t.Errorf("%d of %d keys are found", len(found), len(want))
	}
}
