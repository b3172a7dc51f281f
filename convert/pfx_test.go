package convert

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
)

// testPFX reads a file of testdata/pfx.
func testPFX(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../testdata/pfx", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// openPFX decodes data with the passwords, one after the other.
func openPFX(data []byte, passwords ...string) (*Bundle, error) {
	return Decode(data, &DecodeOptions{From: "pfx", Password: func(PasswordRequest) ([]byte, error) {
		if len(passwords) == 0 {
			return nil, ErrPasswordRequired
		}
		pw := passwords[0]
		passwords = passwords[1:]
		return []byte(pw), nil
	}})
}

func noted(b *Bundle, kind note.Kind) bool {
	return slices.ContainsFunc(b.Notes, func(n Note) bool { return n.Kind == kind })
}

// quickWriter writes without delay.
func quickWriter(password string) *pfxWriter {
	p := profiles[0]
	p.PFXIterations = 10
	return &pfxWriter{profile: p, password: []byte(password), rand: rand.Reader}
}

// berOf rewrites DER the way Netscape, Java and Bouncy Castle wrote BER: every
// constructed value with indefinite length, every OCTET STRING in pieces.
func berOf(t testing.TB, data []byte, piece int) []byte {
	t.Helper()
	e, err := der.ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	return berElement(t, e, piece)
}

func berElement(t testing.TB, e der.Element, piece int) []byte {
	t.Helper()
	if !e.Constructed {
		if e.Is(der.TagOctetString) || e.IsContext(0) {
			return berOctets(e.Full[0], e.Content, piece)
		}
		return e.Full
	}
	out := []byte{e.Full[0], 0x80}
	children, err := e.Children()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range children {
		out = append(out, berElement(t, c, piece)...)
	}
	return append(out, 0, 0)
}

func berOctets(tag byte, content []byte, piece int) []byte {
	out := []byte{tag | 0x20, 0x80}
	for part := range slices.Chunk(content, piece) {
		out = append(out, der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(part) })...)
	}
	return append(out, 0, 0)
}

// berPFX rewrites a PFX as BER at every level that is not encrypted, and
// computes its MAC anew.
func berPFX(t testing.TB, data []byte, password string, piece int) []byte {
	t.Helper()
	pfx, err := der.ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := pfx.Children()
	if err != nil {
		t.Fatal(err)
	}
	content, _, _, err := pfxContent(parts[1], Source{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := der.ParseAll(content)
	if err != nil {
		t.Fatal(err)
	}
	safes, err := list.Children()
	if err != nil {
		t.Fatal(err)
	}
	content = []byte{0x30, 0x80}
	for _, s := range safes {
		oid, body, err := contentInfo(s)
		if err != nil {
			t.Fatal(err)
		}
		if oid == oidEncryptedData {
			content = append(content, berElement(t, s, piece)...)
			continue
		}
		bags, err := body.OctetString()
		if err != nil {
			t.Fatal(err)
		}
		content = append(content, berContentInfo(berOf(t, bags, piece), piece)...)
	}
	content = append(content, 0, 0)
	mac, err := pbe.BuildMAC(pbe.MACSHA256, 1, []byte(password), content, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	out := append([]byte{0x30, 0x80, 2, 1, 3}, berContentInfo(content, piece)...)
	out = append(out, berOf(t, mac, piece)...)
	return append(out, 0, 0)
}

func berContentInfo(content []byte, piece int) []byte {
	out := []byte{0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01, 0xa0, 0x80}
	out = append(out, berOctets(0x04, content, piece)...)
	return append(out, 0, 0, 0, 0)
}

func summary(b *Bundle) string {
	var s strings.Builder
	for _, k := range b.Keys {
		fmt.Fprintf(&s, "key %s %x %q %x %v\n", k.Algorithm, k.PKCS8, k.FriendlyName, k.LocalKeyID, k.Attributes)
	}
	for _, c := range b.Certs {
		fmt.Fprintf(&s, "cert %x %q %x %v\n", c.Raw, c.FriendlyName, c.LocalKeyID, c.Attributes)
	}
	for _, c := range b.CRLs {
		fmt.Fprintf(&s, "crl %x %q %v\n", c.Raw, c.FriendlyName, c.Attributes)
	}
	for _, x := range b.Others {
		fmt.Fprintf(&s, "%s %s %x %q %v\n", x.What, x.OID, x.Raw, x.FriendlyName, x.Attributes)
	}
	return s.String()
}

func TestPFXInBER(t *testing.T) {
	for _, name := range []string{"openssl-default.p12", "openssl-legacy.p12", "openssl-rc4.p12", "openssl-csp.p12", "openssl-clear-cert.p12"} {
		data := testPFX(t, name)
		want, err := openPFX(data, "secret")
		if err != nil {
			t.Fatal(name, err)
		}
		for _, piece := range []int{1, 100, 100_000} {
			ber := berPFX(t, data, "secret", piece)
			if detectPFX(ber) != certain {
				t.Errorf("%s in pieces of %d: not detected", name, piece)
			}
			got, err := openPFX(ber, "secret")
			if err != nil {
				t.Errorf("%s in pieces of %d: %v", name, piece, err)
				continue
			}
			if summary(got) != summary(want) {
				t.Errorf("%s in pieces of %d: got\n%s\nwant\n%s", name, piece, summary(got), summary(want))
			}
			if !noted(got, note.NotDER) || noted(got, note.MACFails) {
				t.Errorf("%s in pieces of %d: notes %+v", name, piece, got.Notes)
			}
			if cut, err := openPFX(ber[:len(ber)-40], "secret"); !errors.Is(err, ErrDamaged) || cut.Len() != 0 {
				t.Errorf("%s cut short: %v", name, err)
			}
		}
	}
}

// onePFX puts SafeContents in the clear into a PFX without a MAC.
func onePFX(contents []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(3)
			addContentInfo(b, oidData, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						addContentInfo(b, oidData, func(b *cryptobyte.Builder) { b.AddASN1OctetString(contents) })
					})
				})
			})
		})
	})
}

func typedBag(oid string, value []byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		addContentInfo(b, oid, func(b *cryptobyte.Builder) { b.AddBytes(value) })
	})
}

func TestPFXBags(t *testing.T) {
	clear, err := openPFX(testPFX(t, "openssl-clear-nomac.p12"))
	if err != nil {
		t.Fatal(err)
	}
	cert, key := clear.Certs[0].Raw, clear.Keys[0].PKCS8
	null := []byte{5, 0}
	secret := typedBag("1.2.3.4", []byte{4, 2, 'h', 'i'})
	inner := safeContents([]bagOut{
		{oidKeyBag, key, Names{FriendlyName: "inner"}},
		{oidSecretBag, secret, Names{FriendlyName: "hidden"}},
	})
	data := onePFX(safeContents([]bagOut{
		{oidCertBag, octetBag(oidX509Certificate, cert), Names{}},
		{oidSafeContentsBag, inner, Names{}},
		{oidCertBag, typedBag(oidSDSICertificate, []byte{22, 1, 'x'}), Names{}},
		{oidCertBag, typedBag("1.2.3", null), Names{}},
		{oidCertBag, typedBag(oidX509Certificate, null), Names{}},
		{oidCRLBag, typedBag("1.2.3", null), Names{}},
		{oidShroudedKeyBag, null, Names{}},
		{"1.2.3.99999999999999999999999999", null, Names{LocalKeyID: []byte{7}}},
	}))
	b, err := openPFX(data)
	if !errors.Is(err, ErrUnsupported) {
		t.Errorf("the first fault is the SDSI certificate, not %v", err)
	}
	if len(b.Certs) != 1 || len(b.Keys) != 1 || len(b.Others) != 2 {
		t.Fatalf("%d certificates, %d keys, %d others", len(b.Certs), len(b.Keys), len(b.Others))
	}
	if b.Keys[0].FriendlyName != "inner" || b.Keys[0].Source.Entry != "safe 1, bag 2, bag 1" {
		t.Errorf("key %q of %q", b.Keys[0].FriendlyName, b.Keys[0].Source.Entry)
	}
	for _, s := range []Source{b.Certs[0].Source, b.Keys[0].Source} {
		if want := map[string][]byte{"safe 1, bag 1": cert, "safe 1, bag 2, bag 1": key}[s.Entry]; !bytes.HasPrefix(data[s.Offset:], want) {
			t.Errorf("%s is not at byte %d", s.Entry, s.Offset)
		}
	}
	if x := b.Others[0]; x.What != whatSecretBag || x.OID != "1.2.3.4" || !bytes.Equal(x.Raw, secret) || x.FriendlyName != "hidden" {
		t.Errorf("secret bag %+v", x)
	}
	if x := b.Others[1]; x.What != whatUnknownBag || x.OID != "1.2.3.99999999999999999999999999" || !bytes.Equal(x.Raw, null) {
		t.Errorf("unknown bag %+v", x)
	}
	var kinds []string
	for _, f := range b.Failures {
		var e *Error
		if !errors.As(f.Err, &e) {
			t.Fatalf("%v", f.Err)
		}
		kinds = append(kinds, fmt.Sprint(e.Kind, " ", e.Algorithm, " ", f.Kind))
	}
	want := []string{
		"unsupported algorithm SDSI certificate certificate", "unsupported algorithm certificate type 1.2.3 certificate",
		"damaged  certificate", "unsupported algorithm CRL type 1.2.3 crl", "damaged  private-key",
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("failures %q", kinds)
	}
}

// addData writes a ContentInfo of type data.
func addData(b *cryptobyte.Builder, data []byte) {
	addContentInfo(b, oidData, func(b *cryptobyte.Builder) { b.AddASN1OctetString(data) })
}

// The public-key modes of RFC 7292, Section 3: a signed file is read, what is
// encrypted to a public key is named.
func TestPFXPublicKeyModes(t *testing.T) {
	bags := safeContents([]bagOut{{"1.2.3", []byte{5, 0}, Names{}}})
	content := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			addData(b, append(bags, 0, 0))
			addContentInfo(b, oidEnvelopedData, func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, func(*cryptobyte.Builder) {}) })
			addData(b, bags)
		})
	})
	data := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Int64(3)
			addContentInfo(b, oidSignedData, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1Int64(1)
					b.AddASN1(asn1.SET, func(*cryptobyte.Builder) {})
					addData(b, content)
					b.AddASN1(asn1.SET, func(*cryptobyte.Builder) {})
				})
			})
		})
	})
	b, err := openPFX(append(data, "\r\n"...))
	var e *Error
	if !errors.As(err, &e) || e.Kind != ErrUnsupported || !strings.Contains(e.Algorithm, "envelopedData") || e.Source.Entry != "safe 2" {
		t.Errorf("%v", err)
	}
	if len(b.Others) != 2 || !strings.Contains(b.Containers[0].MAC, "signature") || !b.Containers[0].Encrypted || noted(b, note.NoMAC) {
		t.Errorf("%+v", b)
	}
	var trailing []int64
	for _, n := range b.Notes {
		if n.Kind == note.TrailingData && n.N == 2 {
			trailing = append(trailing, n.Source.Offset)
		}
	}
	if want := []int64{int64(len(data)), int64(bytes.Index(data, bags) + len(bags))}; !slices.Equal(trailing, want) {
		t.Errorf("trailing data at %d, want %d", trailing, want)
	}
}

func TestPFXCutShort(t *testing.T) {
	data := testPFX(t, "openssl-default.p12")
	for _, n := range []int{30, 100, 1000, len(data) - 1} {
		_, err := openPFX(data[:n], "secret")
		var e *Error
		if !errors.As(err, &e) || e.Kind != ErrDamaged || e.Missing != int64(len(data)-n) {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
	}
	if _, err := openPFX([]byte("no PFX at all"), "secret"); !errors.Is(err, ErrUnknownFormat) {
		t.Error(err)
	}
}

func TestPFXNestedWithoutEnd(t *testing.T) {
	contents := safeContents(nil)
	for range 20 {
		contents = safeContents([]bagOut{{oidSafeContentsBag, contents, Names{}}})
	}
	if _, err := openPFX(onePFX(contents)); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

// A million broken bags take no longer than a million good ones.
func TestPFXManyBrokenBags(t *testing.T) {
	contents := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Repeat([]byte{0x30, 0}, maxObjects+1)) })
	})
	if _, err := openPFX(onePFX(contents)); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

func TestPFXAttributes(t *testing.T) {
	bmp := func(content ...byte) []byte { return setOf(asn1.Tag(30), content) }
	for _, c := range []struct {
		oid    string
		values []byte
		name   string
		id     []byte
		kept   bool // as an attribute
		noted  bool
	}{
		{oid: oidFriendlyName, values: bmp(0, 'a', 0xd8, 0x34, 0xdd, 0x1e), name: "a𝄞"},
		{oid: oidFriendlyName, values: bmp(0, 'a', 0, 0), name: "a"},
		{oid: oidFriendlyName, values: bmp(0, 'a', 0), name: "a"},
		{oid: oidFriendlyName, values: bmp(0, 'a', 0xd8, 0x34), name: "a\ufffd"},
		{oid: oidFriendlyName, values: bmp()},
		{oid: oidFriendlyName, values: setOf(asn1.UTF8String, []byte("ä")), name: "ä"},
		{oid: oidFriendlyName, values: setOf(asn1.T61String, []byte("\xe4")), name: "ä"},
		{oid: oidFriendlyName, values: setOf(asn1.Tag(28), []byte{0, 1, 0xd1, 0x1e}), name: "𝄞"},
		{oid: oidFriendlyName, values: setOf(asn1.BOOLEAN, []byte{255}), kept: true, noted: true},
		{oid: oidFriendlyName, values: []byte{0x31, 0}, kept: true},
		{oid: oidLocalKeyID, values: setOf(asn1.OCTET_STRING, []byte{1, 0, 0, 0}), id: []byte{1, 0, 0, 0}},
		{oid: oidLocalKeyID, values: setOf(asn1.OCTET_STRING, nil), id: []byte{}},
		{oid: oidLocalKeyID, values: setOf(asn1.BOOLEAN, []byte{255}), kept: true, noted: true},
		{oid: "1.3.6.1.4.1.311.17.2", values: []byte{0x31, 0}, kept: true},
		{oid: "1.3.6.1.4.1.311.17.2", values: setOf(asn1.NULL, nil), kept: true},
		{oid: "1.3.6.1.4.1.311.17.1", values: bmp(0, 'C'), kept: true},
	} {
		data := onePFX(safeContents([]bagOut{{"1.2.3", []byte{5, 0}, Names{Attributes: []Attribute{{c.oid, c.values}}}}}))
		b, err := openPFX(data)
		if err != nil {
			t.Fatal(err)
		}
		n := b.Others[0].Names
		if n.FriendlyName != c.name || !bytes.Equal(n.LocalKeyID, c.id) || noted(b, note.Malformed) != c.noted || (len(n.Attributes) == 1) != c.kept {
			t.Errorf("%s %x: %+v, notes %+v", c.oid, c.values, n, b.Notes)
		}
		if c.kept && (n.Attributes[0].OID != c.oid || !bytes.Equal(n.Attributes[0].Values, c.values)) {
			t.Errorf("%s %x: kept %+v", c.oid, c.values, n.Attributes)
		}
	}
}

func TestPFXPasswords(t *testing.T) {
	twopass := testPFX(t, "openssl-twopass.p12") // contents "secret", MAC "macpass"
	b, err := openPFX(twopass, "secret")
	if err != nil || !noted(b, note.MACFails) {
		t.Errorf("with the password of the contents: %v, %+v", err, b.Notes)
	}
	if b, err = openPFX(twopass, "macpass", "secret"); err != nil || noted(b, note.MACFails) || len(b.Keys) != 1 {
		t.Errorf("with both passwords: %v, %+v", err, b.Notes)
	}
	if b, err = openPFX(twopass, "macpass"); !errors.Is(err, ErrPasswordIncorrect) || b.Len() != 0 || !strings.Contains(err.Error(), "another") {
		t.Errorf("with the password of the MAC: %v", err)
	}

	// The two forms of the empty password, MAC and contents with different ones.
	w := quickWriter("")
	clear, err := openPFX(testPFX(t, "openssl-clear-nomac.p12"))
	if err != nil {
		t.Fatal(err)
	}
	w.profile.KeyEncryption, w.profile.CertEncryption, w.profile.MAC = pbe.TripleDES, pbe.TripleDES, pbe.MACSHA1
	data, err := w.write(clear)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = openPFX(data, ""); err != nil || b.Len() != 2 || noted(b, note.MACFails) || noted(b, note.PasswordVariant) {
		t.Errorf("empty password: %v, %+v", err, b.Notes)
	}
	if b, err = openPFX(otherEmptyMAC(t, data), ""); err != nil || b.Len() != 2 || noted(b, note.MACFails) || !noted(b, note.PasswordVariant) {
		t.Errorf("empty password, MAC in the other form: %v, %+v", err, b.Notes)
	}

	// A byte of the console's code page as one character, as OpenSSL before 1.1.0 had it.
	w = quickWriter("p\u0080ss")
	w.profile.KeyEncryption, w.profile.CertEncryption, w.profile.MAC = pbe.TripleDES, pbe.TripleDES, pbe.MACSHA1
	if data, err = w.write(clear); err != nil {
		t.Fatal(err)
	}
	if b, err = openPFX(data, "p€ss"); err != nil || b.Len() != 2 || !noted(b, note.PasswordVariant) {
		t.Errorf("Windows-1252: %v, %+v", err, b.Notes)
	}

	// In the clear but for the MAC.
	mac := testPFX(t, "openssl-clear.p12")
	if b, err = openPFX(mac); err != nil || b.Len() != 2 || !noted(b, note.Skipped) {
		t.Errorf("clear contents without password: %v, %+v", err, b.Notes)
	}
	if b, err = openPFX(mac, "wrong"); !errors.Is(err, ErrPasswordIncorrect) || b.Len() != 2 || b.Containers[0].Encrypted || b.Failures[0].Scheme != "" {
		t.Errorf("clear contents with a wrong password: %v", err)
	}
	if b, err = openPFX(mac, "wrong", "secret"); err != nil || noted(b, note.Skipped) {
		t.Errorf("clear contents: %v, %+v", err, b.Notes)
	}
	if _, err = Decode(testPFX(t, "openssl-clear-nomac.p12"), &DecodeOptions{From: "pfx", Password: func(PasswordRequest) ([]byte, error) {
		t.Error("asked for a password that nothing needs")
		return nil, ErrPasswordRequired
	}}); err != nil {
		t.Error(err)
	}
}

// otherEmptyMAC makes the MAC of data with the empty password without its
// terminator.
func otherEmptyMAC(t testing.TB, data []byte) []byte {
	t.Helper()
	pfx, err := der.ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := pfx.Children()
	if err != nil {
		t.Fatal(err)
	}
	content, _, _, err := pfxContent(parts[1], Source{})
	if err != nil {
		t.Fatal(err)
	}
	h, _ := pbe.DigestByName("SHA-1")
	salt := []byte("saltsalt")
	sum := hmac.New(h.New, pbe.PKCS12Key(h.Name, nil, salt, 3, 1, 20))
	sum.Write(content)
	mac := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddAlgorithm(b, h.OID, der.AddNull)
				b.AddASN1OctetString(sum.Sum(nil))
			})
			b.AddASN1OctetString(salt)
		})
	})
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(parts[0].Full)
			b.AddBytes(parts[1].Full)
			b.AddBytes(mac)
		})
	})
}

// Without a password a PFX still says what protects it, and how much is locked.
func TestPFXLocked(t *testing.T) {
	b, err := openPFX(testPFX(t, "openssl-clear-cert.p12"))
	if !errors.Is(err, ErrPasswordRequired) || len(b.Certs) != 1 || len(b.Failures) != 1 {
		t.Fatalf("%v, %d certificates, %+v", err, len(b.Certs), b.Failures)
	}
	f := b.Failures[0]
	if f.Kind != KindPrivateKey || f.Scheme != pbe.AES256 || f.Source.Entry != "safe 2, bag 1" {
		t.Errorf("%+v", f)
	}
	c := b.Containers[0]
	if !c.Encrypted || !slices.Equal(c.Schemes, []string{pbe.AES256}) || c.MAC != "HMAC-SHA256, 2048 iterations" {
		t.Errorf("%+v", c)
	}
	b, _ = openPFX(testPFX(t, "rfc9579-a2.p12"))
	if mac := b.Containers[0].MAC; mac != "PBMAC1 PBKDF2-HMAC-SHA512 HMAC-SHA256, 2048 iterations" && mac != "PBMAC1 PBKDF2-HMAC-SHA256 HMAC-SHA512, 2048 iterations" {
		t.Error(mac)
	}
}

func TestPFXMACs(t *testing.T) {
	for name, fails := range map[string]bool{"rfc9579-a1.p12": false, "rfc9579-a2.p12": false, "rfc9579-a3.p12": false, "rfc9579-a4.p12": true, "rfc9579-a5.p12": true} {
		b, err := openPFX(testPFX(t, name), "1234")
		if err != nil || len(b.Keys) != 1 || len(b.Certs) != 1 || noted(b, note.MACFails) != fails {
			t.Errorf("%s: %v, %+v", name, err, b.Notes)
		}
	}
	b, err := openPFX(testPFX(t, "rfc9579-a6.p12"), "1234")
	if !errors.Is(err, ErrDamaged) || len(b.Keys) != 1 {
		t.Errorf("without key length: %v", err)
	}

	// A changed MAC: the contents open, the MAC does not verify.
	for _, name := range []string{"openssl-default.p12", "openssl-2des.p12", "openssl-pbes1.p12", "openssl-sha3.p12", "openssl-sha512-256.p12", "openssl-noiter.p12"} {
		data := bytes.Clone(testPFX(t, name))
		b, err := openPFX(data, "secret")
		if err != nil || noted(b, note.MACFails) {
			t.Errorf("%s: %v, %+v", name, err, b.Notes)
		}
		i := bytes.LastIndex(data, []byte{0x04, 0x08}) // the salt
		if i < 0 {
			i = bytes.LastIndex(data, []byte{0x04, 0x10})
		}
		data[i+2] ^= 1
		if b, err = openPFX(data, "secret"); err != nil || !noted(b, note.MACFails) || len(b.Keys) != 1 {
			t.Errorf("%s with a changed MAC: %v, %+v", name, err, b.Notes)
		}
	}

	// An algorithm that is not here is named; the contents are there all the same.
	gost := bytes.Replace(testPFX(t, "openssl-default.p12"), []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}, []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x63}, 1)
	if b, err = openPFX(gost, "secret"); err != nil || len(b.Keys) != 1 || !noted(b, note.MACFails) {
		t.Errorf("unknown MAC: %v, %+v", err, b.Notes)
	}
}

func FuzzPFX(f *testing.F) {
	text, err := os.ReadFile("../testdata/pfx/vectors.json")
	if err != nil {
		f.Fatal(err)
	}
	var vectors []struct{ File, Password string }
	if err := json.Unmarshal(text, &vectors); err != nil {
		f.Fatal(err)
	}
	for _, v := range vectors {
		if strings.HasPrefix(v.File, "nss-") || strings.HasPrefix(v.File, "gnutls-") {
			continue // 600,000 rounds
		}
		f.Add(testPFX(f, v.File), v.Password)
	}
	f.Add(berPFX(f, testPFX(f, "openssl-clear-cert.p12"), "secret", 100), "secret")
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		given := false
		d := &decoder{bundle: &Bundle{}, work: pbe.Budget{Spent: pbe.MaxWork - 20_000}, opts: &DecodeOptions{Password: func(PasswordRequest) ([]byte, error) {
			if given {
				return nil, ErrPasswordRequired
			}
			given = true
			return []byte(password), nil
		}}}
		err := d.decodePFX(data, Source{})
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%T: %v", err, err)
		}
		for _, f := range d.bundle.Failures {
			if !errors.As(f.Err, &e) {
				t.Fatalf("%T: %v", f.Err, f.Err)
			}
		}
	})
}

// A password that the MAC does not know in any form is tried in the proper one on the
// parts of the file.
func TestPFXWrongPasswordCosts(t *testing.T) {
	const rounds = 10_000
	w := quickWriter("right")
	w.profile.PFXIterations = rounds
	data, err := w.write(testPair(t, "ec-P-256"))
	if err != nil {
		t.Fatal(err)
	}
	var work Work
	_, err = Decode(data, &DecodeOptions{Password: Passwords("wrong"), Work: &work})
	if !errors.Is(err, ErrPasswordIncorrect) {
		t.Fatalf("%v", err)
	}
	if most := int64(4 * rounds); work.Rounds > most { // the MAC is accounted for twice, each part once
		t.Errorf("a wrong password cost %d rounds, more than %d", work.Rounds, most)
	}
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprintf("wrong %d", i)
	}
	quick, err := quickWriter("right").write(testPair(t, "ec-P-256"))
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{{"wrong", "right"}, append(many, "right")} {
		if _, err := Decode(quick, &DecodeOptions{Password: Passwords(list...)}); err != nil {
			t.Errorf("the right password after %d wrong ones: %v", len(list)-1, err)
		}
	}
}

// In a file whose MAC was altered, a password is tried in the forms that it had with other
// writers.
func TestPFXAlteredMACOtherForm(t *testing.T) {
	data, err := quickWriter("p\xfcr").write(testPair(t, "ec-P-256"))
	if err != nil {
		t.Fatal(err)
	}
	data[bytes.LastIndex(data, []byte{der.TagOctetString, 32})+2] ^= 0xff
	b, err := Decode(data, &DecodeOptions{Password: Passwords("pür")})
	if err != nil || len(b.Keys) != 1 || !slices.ContainsFunc(b.Notes, func(n Note) bool { return n.Kind == note.MACFails }) {
		t.Errorf("%d keys, %v, %v", len(b.Keys), b.Notes, err)
	}
}
