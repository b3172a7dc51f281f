package lists

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// The lists that Microsoft has published: how many certificates each names, for
// how many of them it trusts servers, and how it limits these.
func TestPublishedLists(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "authroot")
	for _, want := range []struct {
		file                                string
		update                              string
		entries, servers, disabled, limited int
	}{
		{"history/authroot-2007-02-01.stl", "2007-02-01", 229, 200, 0, 0},
		{"history/authroot-2011-08-30.stl", "2011-08-30", 321, 291, 0, 0},
		{"history/authroot-2019-05-17.stl", "2019-05-17", 395, 341, 55, 82},
		{"authroot.stl", "2025-06-16", 514, 393, 132, 170},
		{"history/authroot-2026-04-22.stl", "2026-04-22", 515, 392, 165, 179},
	} {
		raw, err := os.ReadFile(filepath.Join(dir, want.file))
		if err != nil {
			t.Fatal(err)
		}
		list, err := ParseCTL(raw)
		if err != nil {
			t.Fatalf("%s: %v", want.file, err)
		}
		var servers, disabled, limited int
		for i := range list.Entries {
			e := &list.Entries[i]
			if e.Name() == "" || len(e.ID) != 20 {
				t.Errorf("%s: %x has the name %q", want.file, e.ID, e.Name())
			}
			if !e.Allows(PurposeServer) {
				continue
			}
			servers++
			if l, ok := e.Disabled(nil); ok && l.Of(PurposeServer) {
				disabled++
			}
			if l, ok := e.NotBefore(nil); ok && l.Of(PurposeServer) {
				limited++
			}
		}
		if got := list.ThisUpdate.Format(time.DateOnly); got != want.update || len(list.Entries) != want.entries || servers != want.servers || disabled != want.disabled || limited != want.limited {
			t.Errorf("%s: of %s, %d entries, %d for servers, %d disabled, %d limited", want.file, got, len(list.Entries), servers, disabled, limited)
		}
	}
}

// oneEntry builds a list of one entry with the attributes that add writes.
func oneEntry(add func(*cryptobyte.Builder)) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { der.AddOID(b, "1.3.6.1.4.1.311.10.3.9") })
			b.AddASN1(asn1.UTCTime, func(b *cryptobyte.Builder) { b.AddBytes([]byte("260422000000Z")) })
			der.AddAlgorithm(b, "1.3.14.3.2.26", der.AddNull)
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1OctetString(make([]byte, 20))
					b.AddASN1(asn1.SET, add)
				})
			})
		})
	})
}

func attr(b *cryptobyte.Builder, oid string, value []byte) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, oid)
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddASN1OctetString(value) })
	})
}

func TestLimits(t *testing.T) {
	server := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { der.AddOID(b, PurposeServer) })
	})
	when, _ := hex.DecodeString("0040369e3c9dd801") // 2022-07-22
	for _, c := range []struct {
		name  string
		add   func(*cryptobyte.Builder)
		since time.Time
		is    bool
	}{
		{"nothing said", func(*cryptobyte.Builder) {}, time.Time{}, false},
		{"for all", func(b *cryptobyte.Builder) { attr(b, "1.3.6.1.4.1.311.10.11.126", when) }, filetime(when), true},
		{"for servers", func(b *cryptobyte.Builder) {
			attr(b, "1.3.6.1.4.1.311.10.11.126", when)
			attr(b, "1.3.6.1.4.1.311.10.11.127", server)
		}, filetime(when), true},
		{"since ever", func(b *cryptobyte.Builder) { attr(b, "1.3.6.1.4.1.311.10.11.126", nil) }, time.Time{}, true},
		{"a foreign attribute", func(b *cryptobyte.Builder) { attr(b, "1.3.6.1.4.1.311.10.11", when) }, time.Time{}, false},
	} {
		list, err := ParseCTL(oneEntry(c.add))
		if err != nil || len(list.Entries) != 1 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		l, ok := list.Entries[0].NotBefore(nil)
		if ok != c.is || !l.Since.Equal(c.since) || ok && !l.Of(PurposeServer) {
			t.Errorf("%s: %+v, %v", c.name, l, ok)
		}
	}
	if y := filetime(when).Year(); y != 2022 {
		t.Errorf("a FILETIME of 2022 is read as one of %d", y)
	}
}

func TestNoCTL(t *testing.T) {
	for _, s := range []string{"", "0", "\x30\x00", "\x04\x00", "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", "<html>"} {
		if list, err := ParseCTL([]byte(s)); err == nil {
			t.Errorf("%q is read as %+v", s, list)
		}
	}
	if _, err := ParseCTL([]byte("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")); !errors.Is(err, ErrNotCTL) {
		t.Errorf("PKCS#7 of data: %v", err)
	}
}

func FuzzCTL(f *testing.F) {
	f.Add(oneEntry(func(b *cryptobyte.Builder) { attr(b, "1.3.6.1.4.1.311.10.11.104", nil) }))
	if dir := os.Getenv("CERTCONV_SAMPLES"); dir != "" {
		if raw, err := os.ReadFile(filepath.Join(dir, "authroot", "history", "authroot-2007-02-01.stl")); err == nil {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := ParseCTL(data)
		if err != nil {
			return
		}
		for i := range list.Entries {
			e := &list.Entries[i]
			_ = e.Name()
			_ = e.Allows(PurposeServer)
			if l, ok := e.Disabled(nil); ok && l.Purposes != nil && len(l.Purposes) > len(data) {
				t.Errorf("%d purposes of %d bytes", len(l.Purposes), len(data))
			}
			e.NotBefore(nil)
		}
	})
}
