package search_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/search"
)

// offsetFolders are the formats that TestSearchFindsEveryForm does not write.
var offsetFolders = []string{"pvk", "jks", "jceks", "bks", "bcfks", "iis", "ppk", "jwk", "rsa-xml", "k8s", "gzip", "tar", "zip", "mail", "plist"}

// What is found in a file is found at any offset of an image. Out of reach are bzip2, and a
// password that stands in the same file.
func TestSearchAtAnyOffset(t *testing.T) {
	around := noise(1_300_000)["random"]
	lists, err := filepath.Glob("../../testdata/*/vectors.json")
	if err != nil || len(lists) < len(offsetFolders) {
		t.Fatal(len(lists), err)
	}
	tried := map[string]int{}
	for _, list := range lists {
		folder := filepath.Base(filepath.Dir(list))
		if !slices.Contains(offsetFolders, folder) {
			continue
		}
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
		for i, v := range vectors {
			if v.Expect != "ok" || len(v.Keys) == 0 || tried[folder] > 4 || v.File == "password.mobileconfig" || v.File == "site.tar.bz2" {
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
			// What is found in it as a file is what is asked for.
			for id := range keySums(t, data, passwords) {
				tried[folder]++
				if at := 1_200_001 + i; !keySums(t, plant(around, data, at), passwords)[id] {
					t.Errorf("%s/%s: a key is not found at byte %d", folder, v.File, at)
				}
			}
		}
	}
	for _, folder := range offsetFolders {
		if tried[folder] == 0 {
			t.Errorf("no key of %s was tried", folder)
		}
	}
}

// keySums are the hashes of the public keys that are found.
func keySums(t *testing.T, data []byte, passwords []string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := search.New(2).Search(bytes.NewReader(data), &search.Options{File: "input", Password: convert.Passwords(passwords...), Found: func(b *convert.Bundle) error {
		for _, k := range b.Keys {
			sum := sha256.Sum256(k.SPKI)
			found[hex.EncodeToString(sum[:])] = true
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
