package convert

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// testPair reads a key, its certificate, intermediate and root.
func testPair(t testing.TB, name string) *Bundle {
	t.Helper()
	data, err := os.ReadFile("../testdata/pairs/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode(data, &DecodeOptions{From: "pem"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writePFX(t testing.TB, b *Bundle, o EncodeOptions) []byte {
	t.Helper()
	o.Rand = rand.Reader
	data, err := encodePFX(b, &o)
	if err != nil {
		t.Fatal(err)
	}
	if !der.IsDER(data) {
		t.Error("not DER")
	}
	return data
}

// quickPFX writes b without go-pkcs12 and without delay.
func quickPFX(t testing.TB, p Profile, b *Bundle, password string) []byte {
	t.Helper()
	w := quickWriter(password)
	w.profile = p
	w.profile.PFXIterations = 10
	data, err := w.write(b)
	if err != nil {
		t.Fatal(err)
	}
	if !der.IsDER(data) {
		t.Error("not DER")
	}
	return data
}

// Everything that a PFX can carry comes back as it was, in every profile.
func TestPFXKeepsEverything(t *testing.T) {
	csp := setOf(asn1.Tag(30), der.BMPString("CSP"))
	b := testPair(t, "ec-P-256")
	for _, name := range []string{"rsa1024", "ed448", "rsapss2048"} {
		other := testPair(t, name)
		other.Certs = other.Certs[:1]
		b.Add(other)
	}
	crl, err := Decode(mustRead(t, "../testdata/pairs/crl.pem"), &DecodeOptions{From: "pem"})
	if err != nil {
		t.Fatal(err)
	}
	b.CRLs = crl.CRLs
	b.CRLs[0].FriendlyName = "revoked"
	b.Keys[0].FriendlyName = "Schlüssel 日本 𝄞"
	b.Keys[0].Attributes = []Attribute{{"1.3.6.1.4.1.311.17.1", csp}, {"1.3.6.1.4.1.311.17.2", []byte{0x31, 0}}, {"2.25.340282366920938463463374607431768211455", csp}}
	b.Certs[0].FriendlyName = "leaf"
	b.Certs[1].FriendlyName = "intermediate"
	b.Others = []Other{
		{What: whatSecretBag, OID: "1.2.3.4", Raw: typedBag("1.2.3.4", []byte{5, 0}), Names: Names{FriendlyName: "secret"}},
		{What: whatUnknownBag, OID: "1.2.3", Raw: []byte{5, 0}},
	}
	for _, p := range Profiles() {
		for _, password := range []string{"secret", "", "pässwörd 日本 𝄞", "\xe4\xf6"} {
			data := quickPFX(t, p, b, password)
			got, err := openPFX(data, password)
			if err != nil {
				t.Errorf("%s, password %q: %v", p.Name, password, err)
				continue
			}
			for _, n := range got.Notes {
				if n.Kind != note.Variant && n.Kind != note.KeyDerivation && n.Kind != note.WeakEncryption && n.Kind != note.Structure { // some do not read the long identifier of an attribute
					t.Errorf("%s, password %q: %s: %s", p.Name, password, n.Kind, n.Text)
				}
			}
			if c := got.Containers[0]; !strings.HasPrefix(c.MAC, p.MAC) || !slices.Equal(c.Schemes, []string{p.KeyEncryption}) {
				t.Errorf("%s: %+v", p.Name, c)
			}
			// What ties keys and certificates together is new; the rest is not.
			for i := range got.Keys {
				sum := sha1.Sum(got.Certs[map[int]int{0: 0, 1: 3, 2: 4, 3: 5}[i]].Raw)
				if !bytes.Equal(got.Keys[i].LocalKeyID, sum[:]) {
					t.Errorf("%s: key %d has the id %x", p.Name, i, got.Keys[i].LocalKeyID)
				}
				got.Keys[i].LocalKeyID = nil
			}
			for i := range got.Certs {
				sum := sha1.Sum(got.Certs[i].Raw)
				if want := i == 0 || i > 2; (got.Certs[i].LocalKeyID != nil) != want || want && !bytes.Equal(got.Certs[i].LocalKeyID, sum[:]) {
					t.Errorf("%s: certificate %d has the id %x", p.Name, i, got.Certs[i].LocalKeyID)
				}
				got.Certs[i].LocalKeyID = nil
			}
			if g, w := sortedAttributes(got), sortedAttributes(b); g != w {
				t.Errorf("%s, password %q: got\n%s\nwant\n%s", p.Name, password, g, w)
			}
		}
	}
}

func mustRead(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sortedAttributes is summary without the order of attributes, which a SET
// does not keep.
func sortedAttributes(b *Bundle) string {
	for i := range b.Keys {
		slices.SortFunc(b.Keys[i].Attributes, func(x, y Attribute) int { return strings.Compare(x.OID, y.OID) })
	}
	return summary(b)
}

// Without names, or with names on certificates alone, go-pkcs12 writes.
func TestPFXByGoPKCS12(t *testing.T) {
	plain := testPair(t, "ec-P-256")
	named := testPair(t, "ec-P-256")
	named.Keys[0].FriendlyName = "name"
	certs := testPair(t, "ec-P-256")
	certs.Keys = nil
	trusted := testPair(t, "ec-P-256")
	trusted.Keys = nil
	for i := range trusted.Certs {
		trusted.Certs[i].FriendlyName = trusted.Certs[i].SigAlg
	}
	linked := testPair(t, "ec-P-256")
	linked.Keys[0].LocalKeyID = []byte{1}
	surrogate := "𝄞"
	for _, c := range []struct {
		what     string
		b        *Bundle
		password string
		want     bool
	}{
		{"plain", plain, "secret", true},
		{"RSA", testPair(t, "rsa1024"), "secret", true},
		{"Ed25519", testPair(t, "ed25519"), "secret", true},
		{"trust store", trusted, "secret", true},
		{"named", named, "secret", false},
		{"certificates without names", certs, "secret", false},
		{"other localKeyId", linked, "secret", false},
		{"Ed448", testPair(t, "ed448"), "secret", false},
		{"surrogates in the password", plain, surrogate, false},
	} {
		for _, p := range profiles {
			p.PFXIterations = 10
			data, err := encodeGoPKCS12(c.b, p, &EncodeOptions{Password: []byte(c.password), Rand: rand.Reader})
			if err != nil || (data != nil) != c.want {
				t.Errorf("%s, %s: %d bytes, %v", c.what, p.Name, len(data), err)
			}
			if data == nil {
				continue
			}
			got, err := openPFX(data, c.password)
			if err != nil || len(got.Keys) != len(c.b.Keys) || len(got.Certs) != len(c.b.Certs) {
				t.Errorf("%s, %s: %v", c.what, p.Name, err)
			}
		}
	}
}

// go-pkcs12 is another program as well: it reads what the own writer makes.
func TestGoPKCS12ReadsPFX(t *testing.T) {
	b := testPair(t, "ec-P-256")
	b.Keys[0].FriendlyName, b.Certs[0].FriendlyName = "name", "name"
	for _, p := range profiles {
		for _, password := range []string{"secret", "", "pässwörd"} {
			data := quickPFX(t, p, b, password)
			_, leaf, chain, err := pkcs12.DecodeChain(data, password)
			if err != nil || !bytes.Equal(leaf.Raw, b.Certs[0].Raw) || len(chain) != 2 {
				t.Errorf("%s, password %q: %v", p.Name, password, err)
			}
			trust, err := pkcs12.DecodeTrustStore(quickPFX(t, p, &Bundle{Certs: b.Certs}, password), password)
			if err != nil || len(trust) != 3 || !bytes.Equal(trust[0].Raw, b.Certs[0].Raw) {
				t.Errorf("trust store, %s, password %q: %v", p.Name, password, err)
			}
		}
	}
}

// Windows gives every key of a file the id 01 00 00 00; two such files in one
// must not tie a key to the other's certificate.
func TestPFXLocalKeyIDs(t *testing.T) {
	windows := []byte{1, 0, 0, 0}
	b := testPair(t, "ec-P-256")
	other := testPair(t, "rsa1024")
	b.Add(other)
	renewed := other.Certs[0]
	for _, n := range []*Names{&b.Keys[0].Names, &b.Certs[0].Names, &b.Keys[1].Names, &b.Certs[3].Names} {
		n.LocalKeyID = windows
	}
	renewed.LocalKeyID = []byte("own")
	b.Certs = append(b.Certs, renewed)
	keys, certs := pfxNames(b, time.Time{})
	sum := sha1.Sum(b.Certs[3].Raw)
	if !bytes.Equal(keys[0].LocalKeyID, windows) || !bytes.Equal(keys[1].LocalKeyID, sum[:]) {
		t.Errorf("keys %x, %x", keys[0].LocalKeyID, keys[1].LocalKeyID)
	}
	for i, want := range [][]byte{windows, nil, nil, sum[:], nil, nil, []byte("own")} {
		if !bytes.Equal(certs[i].LocalKeyID, want) {
			t.Errorf("certificate %d: %x, want %x", i, certs[i].LocalKeyID, want)
		}
	}
	if !bytes.Equal(b.Certs[3].LocalKeyID, windows) {
		t.Error("the bundle itself was changed")
	}

	// An id that only the certificate has goes to its key, and the other way round.
	for _, side := range []bool{true, false} {
		b := testPair(t, "ec-P-256")
		if side {
			b.Keys[0].LocalKeyID = windows
		} else {
			b.Certs[0].LocalKeyID = windows
		}
		b.Certs[1].LocalKeyID = windows // of another file
		keys, certs := pfxNames(b, time.Time{})
		if !bytes.Equal(keys[0].LocalKeyID, windows) || !bytes.Equal(certs[0].LocalKeyID, windows) || certs[1].LocalKeyID != nil {
			t.Errorf("key %x, certificates %x, %x", keys[0].LocalKeyID, certs[0].LocalKeyID, certs[1].LocalKeyID)
		}
	}
}

func TestPFXJavaTrust(t *testing.T) {
	b := testPair(t, "ec-P-256")
	b.Keys = nil
	own := []Attribute{{oidJavaTrust, []byte{0x31, 0}}}
	b.Certs[1].Attributes = own
	got, err := openPFX(writePFX(t, b, EncodeOptions{Password: []byte("secret")}), "secret")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Attribute{{oidJavaTrust, javaTrust}, own[0], {oidJavaTrust, javaTrust}} {
		if a := got.Certs[i].Attributes; len(a) != 1 || a[0].OID != want.OID || !bytes.Equal(a[0].Values, want.Values) {
			t.Errorf("certificate %d: %+v", i, a)
		}
	}
}

func TestPFXRefuses(t *testing.T) {
	b := testPair(t, "ec-P-256")
	if _, err := Encode(b, "pfx", &EncodeOptions{Rand: rand.Reader}); !errors.Is(err, ErrPasswordRequired) {
		t.Errorf("no password: %v", err)
	}
	if _, err := encodePFX(b, &EncodeOptions{Rand: rand.Reader, Password: []byte("x"), Profile: "none"}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no profile: %v", err)
	}
	b.Others = []Other{{What: "JCEKS secret key"}}
	var loss *LossError
	if _, err := encodePFX(b, &EncodeOptions{Rand: rand.Reader, Password: []byte("x")}); !errors.As(err, &loss) {
		t.Errorf("foreign object: %v", err)
	}
	if _, err := encodePFX(b, &EncodeOptions{Rand: rand.Reader, Password: []byte("x"), AllowLoss: true}); err != nil {
		t.Errorf("foreign object, loss allowed: %v", err)
	}
	for _, n := range []int{0, 30, 60} {
		if _, err := encodePFX(testPair(t, "ed448"), &EncodeOptions{Rand: bytes.NewReader(make([]byte, n)), Password: []byte("x")}); err == nil {
			t.Errorf("%d random bytes are enough", n)
		}
	}
}
