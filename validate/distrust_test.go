package validate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/distrust"
	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/testenv"
)

// Every certificate that was withdrawn is told as such, however long ago it
// expired, alone or as a part of a chain.
func TestWithdrawn(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Samples(t), "disallowed", "*.der"))
	if err != nil || len(files) < 22 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	certs := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		certs[f] = raw
	}
	store, err := os.ReadFile(filepath.Join(testenv.Samples(t), "disallowed", "disallowedcert.sst"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := convert.Decode(store, nil)
	if err != nil || len(all.Certs) != 71 {
		t.Fatalf("%d certificates, %v", len(all.Certs), err)
	}
	for i := range all.Certs {
		certs[fmt.Sprintf("%d of the store", i+1)] = all.Certs[i].Raw
	}
	// What else is wrong with them: their age, and those for signing code.
	expected := []string{"cert-distrusted", "cert-expired", "cert-usage", "chain-incomplete", "cert-signature-weak", "cert-extension-critical"}
	for f, raw := range certs {
		b, err := convert.Decode(raw, &convert.DecodeOptions{File: f})
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		for _, now := range []time.Time{at, b.Certs[0].NotBefore.Add(time.Hour)} {
			r := Run(b, &Options{Now: now})
			if n := len(found(r, "cert-distrusted")); n != 1 {
				t.Errorf("%s: told %d times%s", filepath.Base(f), n, messages(r))
			}
			for _, code := range codes(r, Error) {
				if !slices.Contains(expected, code) {
					t.Errorf("%s: %s%s", filepath.Base(f), code, messages(r))
				}
			}
		}
	}
}

// Whatever was issued by a withdrawn CA is withdrawn with it; the issuer need
// not be there.
func TestIssuedByWithdrawn(t *testing.T) {
	id := []byte{0x88, 0x68, 0xbf, 0xe0, 0x8e, 0x35, 0xc4, 0x3b, 0x38, 0x6b, 0x62, 0xf7, 0x28, 0x3b, 0x84, 0x81, 0xc8, 0x0c, 0xd7, 0x4d}
	root := ca(t, nil, "DigiNotar Root CA", func(d *draft) { d.SubjectKeyId = id })
	site := leaf(t, root)
	for _, opts := range []*Options{{Now: at}, {Now: at, Roots: anchorsOf(t, root)}} {
		r := Run(decode(t, pemOf(site)), opts)
		if f := found(r, "cert-distrusted"); len(f) != 1 || !strings.Contains(f[0].Message.String(), "issued by DigiNotar Root CA") {
			t.Errorf("%v", f)
		}
	}
}

func found(r *Report, code string) []Finding {
	var list []Finding
	for _, f := range r.Findings {
		if f.Code == code {
			list = append(list, f)
		}
	}
	return list
}

// What a list of the user's withdraws is told with the name that it has there, if it has one.
func TestListsOfTheUser(t *testing.T) {
	root := ca(t, nil, "Root")
	site := leaf(t, root)
	b := decode(t, pemOf(site))
	sum := sha256.Sum256(site.raw)
	for name, want := range map[string]string{
		"":          "is distrusted by the list list.json",
		"DigiNotar": "is distrusted by the list list.json: it is DigiNotar",
	} {
		added := &distrust.Added{}
		added.Block(&lists.BlockList{Entries: []lists.Blocked{{By: lists.BySHA256, Key: hex.EncodeToString(sum[:]), Title: name}}}, "list.json")
		r := Run(b, &Options{Now: at, Roots: anchorsOf(t, root), Lists: added})
		if said := saysOf(r, "cert-distrusted"); !strings.HasSuffix(said, want) {
			t.Errorf("%q: %q, want %q", name, said, want)
		}
	}
	if said := saysOf(Run(b, &Options{Now: at, Roots: anchorsOf(t, root), Lists: &distrust.Added{}}), "cert-distrusted"); said != "" {
		t.Errorf("nothing withdrawn: %q", said)
	}
}
