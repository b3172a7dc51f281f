package convert_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// keystores are the ones of testdata that can be read, with their passwords.
var keystores = map[string]string{"jks/keys.jks": "secret", "jks/trust.jks": "secret", "jks/key-password.jks": "other-secret",
	"jceks/keys.jceks": "secret", "jceks/secret.jceks": "secret"}

func TestJKSCutShort(t *testing.T) {
	for name, pw := range keystores {
		data := file(t, name)
		whole, err := decodeAs("jks", data, "secret", pw)
		if err != nil {
			t.Fatal(name, err)
		}
		for n := 0; n < len(data); n += 1 + n/200 {
			pws := []string{pw}
			if strings.HasPrefix(name, "jceks") {
				pws = nil // the key derivation takes its time
			}
			b, err := decodeAs("jks", data[:n], pws...)
			if !errors.Is(err, convert.ErrDamaged) {
				t.Fatalf("%s, %d bytes: %v", name, n, err)
			}
			if m := missing(err); m < 1 || m > int64(len(data)-n) {
				t.Errorf("%s, %d bytes: %v, %d missing", name, n, err, len(data)-n)
			}
			if b.Len() > whole.Len() {
				t.Errorf("%s, %d bytes: %d objects of %d", name, n, b.Len(), whole.Len())
			}
		}
	}
}

// sealKeystore gives data, without its digest, another one.
func sealKeystore(data []byte, password string) []byte {
	h := sha1.New()
	for _, u := range utf16.Encode([]rune(password)) {
		h.Write([]byte{byte(u >> 8), byte(u)})
	}
	h.Write([]byte("Mighty Aphrodite"))
	h.Write(data)
	return h.Sum(bytes.Clone(data))
}

func TestJKSPasswords(t *testing.T) {
	two := file(t, "jks/key-password.jks")
	for _, order := range [][]string{{"secret", "other-secret"}, {"other-secret", "secret"}} {
		b, err := decodeAs("", two, order...)
		if err != nil || len(b.Keys) != 1 || hasNote(b, note.MACFails) || hasNote(b, note.Skipped) {
			t.Errorf("%v: %v, %+v", order, err, b.Notes)
		}
	}
	b, err := decodeAs("", two, "other-secret")
	if err != nil || len(b.Keys) != 1 || !hasNote(b, note.MACFails) {
		t.Errorf("without the keystore's: %v, %+v", err, b.Notes)
	}

	altered := bytes.Clone(file(t, "jks/keys.jks"))
	altered[bytes.Index(altered, []byte("\x00\x02ec"))+5] ^= 1 // a date
	b, err = decodeAs("", altered, "secret")
	if err != nil || len(b.Keys) != 2 || !hasNote(b, note.MACFails) {
		t.Errorf("altered: %v, %+v", err, b.Notes)
	}

	b, err = decodeAs("", file(t, "jks/unicode.jks"), "pässwörd €")
	if err != nil || hasNote(b, note.PasswordVariant) {
		t.Errorf("Java's own form of a password is a variant: %v %+v", err, b.Notes)
	}
	b, err = decodeAs("", file(t, "jks/keys.jks"), "secret\n")
	if err != nil || !hasNote(b, note.PasswordVariant) {
		t.Errorf("with a line end: %v", err)
	}
	b, err = convert.Decode(file(t, "jks/trust.jks"), nil)
	if err != nil || len(b.Certs) != 2 || !hasNote(b, note.Skipped) {
		t.Errorf("certificates without a password: %v %+v", err, b.Notes)
	}
}

// Version 1 has no type before each certificate.
func TestJKSVersion1(t *testing.T) {
	data := bytes.Clone(file(t, "jks/keys.jks"))
	data = bytes.ReplaceAll(data[:len(data)-sha1.Size], []byte("\x00\x05X.509"), nil)
	data[7] = 1
	b, err := decodeAs("", sealKeystore(data, "secret"), "secret")
	if err != nil || len(b.Keys) != 2 || len(b.Certs) != 7 || hasNote(b, note.MACFails) {
		t.Errorf("%v, %+v", err, b)
	}
	data[7] = 3
	if _, err := decodeAs("jks", sealKeystore(data, "secret"), "secret"); !errors.Is(err, convert.ErrUnsupported) {
		t.Errorf("version 3: %v", err)
	}
}

func TestJKSEntries(t *testing.T) {
	data := file(t, "jks/trust.jks")
	pgp := bytes.Replace(data[:len(data)-sha1.Size], []byte("\x00\x05X.509"), []byte("\x00\x03PGP"), 1)
	b, err := decodeAs("", sealKeystore(pgp, "secret"), "secret")
	if err != nil || len(b.Certs) != 1 || len(b.Others) != 1 || !strings.Contains(b.Others[0].What, "PGP") {
		t.Errorf("a certificate of another type: %v, %+v", err, b.Others)
	}
	kind := bytes.Clone(data)
	kind[15] = 9
	if _, err := decodeAs("", kind, "secret"); !errors.Is(err, convert.ErrDamaged) {
		t.Errorf("an entry of an unknown kind: %v", err)
	}
	many := bytes.Clone(data)
	binary.BigEndian.PutUint32(many[8:], 0xffffffff)
	if b, err := decodeAs("", many, "secret"); !errors.Is(err, convert.ErrDamaged) || len(b.Certs) != 2 {
		t.Errorf("more entries than there are: %v", err)
	}
	b, err = decodeAs("", append(bytes.Clone(data), "more"...), "secret")
	if err != nil || !hasNote(b, note.TrailingData) || len(b.Certs) != 2 {
		t.Errorf("bytes behind it: %v", err)
	}
	if c := b.Certs[0]; c.Created.IsZero() || c.Source.Entry != c.FriendlyName || !bytes.Equal(data[c.Source.Offset:][:len(c.Raw)], c.Raw) {
		t.Errorf("%+v %v", c.Source, c.Created)
	}
}

// Secret keys are Java objects. They are carried, what is behind them is read.
func TestJCEKSSecretKeys(t *testing.T) {
	data := file(t, "jceks/secret.jceks")
	b, err := decodeAs("", data, "secret")
	if err != nil || len(b.Others) != 2 || len(b.Keys) != 1 || len(b.Certs) != 4 {
		t.Fatalf("%v: %+v", err, b)
	}
	for _, o := range b.Others {
		if !bytes.HasPrefix(o.Raw, []byte{0xac, 0xed, 0, 5}) || o.FriendlyName == "" {
			t.Errorf("%+v", o)
		}
	}
	// An object that the walker cannot pass.
	at := bytes.Index(data, []byte{0xac, 0xed, 0, 5})
	other := bytes.Clone(data)
	other[at+4] = 0x7b
	if _, err := decodeAs("", other, "secret"); !errors.Is(err, convert.ErrUnsupported) {
		t.Errorf("an exception in the stream: %v", err)
	}
	// A count that is none.
	rounds := []byte{0x02, 0x03, 0x03, 0x0d, 0x40} // 200000
	other = bytes.ReplaceAll(data, rounds, []byte{0x02, 0x03, 0, 0, 0})
	if b, err := decodeAs("", other, "secret"); !errors.Is(err, convert.ErrDamaged) || len(b.Keys) != 0 || bytes.Equal(other, data) {
		t.Errorf("no rounds: %v", err)
	}
}

func TestJKSWritten(t *testing.T) {
	b := pairs(t)["rsa2048"]
	same := join(b, pairs(t)["ec-P-256"])
	same.Keys, same.Certs = slices.Clone(same.Keys), slices.Clone(same.Certs)
	for i := range same.Keys {
		same.Keys[i].FriendlyName = "Über"
	}
	day := time.Date(2020, 2, 29, 1, 2, 3, 0, time.UTC)
	same.Certs[2].Created = day.AddDate(1, 0, 0)
	out, err := convert.Encode(same, "jks", &convert.EncodeOptions{Password: []byte("ключ"), Time: day})
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeAs("", out, "ключ")
	if err != nil || len(got.Keys) != 2 || len(got.Certs) != 6 {
		t.Fatalf("%v, %d keys, %d certificates", err, len(got.Keys), len(got.Certs))
	}
	if a, b := got.Keys[0].FriendlyName, got.Keys[1].FriendlyName; a != "über" || b != "über-2" {
		t.Errorf("aliases %q, %q", a, b)
	}
	if !got.Keys[0].Created.Equal(day) {
		t.Errorf("created %v", got.Keys[0].Created)
	}

	var loss *convert.LossError
	if _, err := convert.Encode(&convert.Bundle{Keys: b.Keys}, "jks", &convert.EncodeOptions{Password: []byte("secret")}); !errors.As(err, &loss) {
		t.Errorf("a key alone: %v", err)
	}
}

// The JDK's own keystore tool shows the passwords to be right.
func TestKeytoolReadsOtherPasswords(t *testing.T) {
	testenv.Programs(t, "keytool")
	t.Setenv("LC_ALL", "C.UTF-8")
	b := pairs(t)["ec-P-256"]
	for _, pw := range []string{"pässwörd €", "日本語のパスワード", "with space"} {
		path := write(t, b, "jks", convert.EncodeOptions{Password: []byte(pw)})
		testenv.Must(t, "", "keytool", "-importkeystore", "-srckeystore", path, "-srcstoretype", "JKS", "-srcstorepass", pw,
			"-destkeystore", path+".p12", "-deststoretype", "PKCS12", "-deststorepass", "secret", "-noprompt")
	}
}

func FuzzJKS(f *testing.F) {
	fuzzWith(f, "jks", "", "jks", "jceks") // no password: JCEKS may ask for long key derivations
}
