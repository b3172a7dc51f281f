package validate

import (
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
)

// purposeList is a list in OpenSSL's trust data.
func purposeList(tag asn1.Tag, oids ...string) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(tag, func(b *cryptobyte.Builder) {
			for _, oid := range oids {
				der.AddOID(b, oid)
			}
		})
	})
}

// OpenSSL's trust data (openssl-x509, TRUST SETTINGS) may bar an anchor from servers, and their
// label hides it from all that is not OpenSSL, where no other way leads on.
func TestTrustData(t *testing.T) {
	const server, mail = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"
	root, other := ca(t, nil, "Root"), ca(t, nil, "Other Root")
	cross, strange := ca(t, other, "Root", keyOf(root)), ca(t, ca(t, nil, "Other Root"), "Root", keyOf(root))
	end := leaf(t, root)
	trusted := func(list ...string) []byte { return purposeList(asn1.SEQUENCE, list...) }
	rejected := func(list ...string) []byte {
		return purposeList(asn1.Tag(0).ContextSpecific().Constructed(), list...)
	}
	alias := der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte("web")) })
	})
	for _, c := range []struct {
		name   string
		aux    []byte
		served []*issued
		want   string // "bars", "hides"
	}{
		{"nothing in it", nil, nil, "hides"},
		{"a name", alias, nil, "hides"},
		{"trusted for servers", trusted(server), nil, "hides"},
		{"trusted for all", trusted(purposeAny), nil, "hides"},
		{"trusted for mail", trusted(mail), nil, "bars hides"},
		{"trusted for mail and servers", trusted(mail, server), nil, "hides"},
		{"trusted for nothing", trusted(), nil, "bars hides"},
		{"rejected for servers", rejected(server), nil, "bars hides"},
		{"rejected for all", rejected(purposeAny), nil, "bars hides"},
		{"rejected for mail", rejected(mail), nil, "hides"},
		{"trusted and rejected", slices.Concat(trusted(server), rejected(server)), nil, "bars hides"},
		{"trusted, rejected for mail", slices.Concat(trusted(server), rejected(mail)), nil, "hides"},
		{"the root goes on to another", trusted(server), []*issued{cross}, ""},
		{"to one of that name", trusted(server), []*issued{strange}, "hides"},
	} {
		aux := der.Build(func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(c.aux) })
		})
		text := pem.EncodeToMemory(&pem.Block{Type: "TRUSTED CERTIFICATE", Bytes: slices.Concat(root.raw, aux)})
		anchors := NewAnchors(decode(t, text, pemOf(other)).Certs)
		anchors.Private = true
		var got []string
		for _, f := range Run(decode(t, pemOf(append([]*issued{end}, c.served...)...)), &Options{Roots: anchors, Now: at}).Findings {
			for word, of := range map[string]string{"bars": "is not trusted for servers", "hides": "which only programs with OpenSSL read"} {
				if strings.Contains(f.Message.String(), of) {
					got = append(got, word)
				}
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// Data that cannot be read say nothing, and no data bar what is no anchor.
	bad := one(t, root)
	bad.Aux = []byte{0x30, 5, 0x30}
	if trusted, rejected := trustFor(bad, purposeServer); trusted || rejected {
		t.Errorf("data cut short: %v, %v", trusted, rejected)
	}
	if rejects(one(t, end), newBuilder(nil, anchorsOf(t, root), at)) {
		t.Error("no anchor: it is barred")
	}
	plain := anchorsOf(t, root)
	for _, f := range Run(decode(t, pemOf(end)), &Options{Roots: plain, Now: at}).Findings {
		if strings.Contains(f.Message.String(), "OpenSSL") {
			t.Errorf("without trust data: %v", f.Message)
		}
	}
}
