package validate

import (
	"errors"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// generalNameOf is a name with a tag of its own.
func generalNameOf(tag uint8, constructed bool, content []byte) []byte {
	t := asn1.Tag(tag).ContextSpecific()
	if constructed {
		t = t.Constructed()
	}
	return der.Build(func(b *cryptobyte.Builder) { b.AddASN1(t, func(b *cryptobyte.Builder) { b.AddBytes(content) }) })
}

func sequenceOf(parts ...[]byte) []byte {
	return der.Build(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(slices.Concat(parts...)) })
	})
}

// Name constraints of which something cannot be read bound nothing: that is told, and not
// taken for none.
func TestDamagedNameConstraints(t *testing.T) {
	subtree := func(tag uint8, content string) []byte { return sequenceOf(generalNameOf(tag, false, []byte(content))) }
	value := sequenceOf(
		generalNameOf(0, true, slices.Concat(subtree(tagDNS, "example.com"), subtree(tagEmail, "example.com"))),
		generalNameOf(1, true, subtree(tagDNS, "bad.example.com")),
	)
	may := []string{"0 missing", "1 missing", "0.0 missing", "0.1 missing", "1.0 missing", "0.0.0 empty", "0.1.0 empty", "1.0.0 empty"}
	testenv.EachIsNeeded(t, "name constraints", value, may, func(value []byte) error {
		c := decode(t, pemOf(ca(t, nil, "Root", extension(oidNameConstraints, true, value)))).Certs[0]
		_, err := readBounds(&c)
		return err
	})
	if _, err := readBounds(one(t, ca(t, nil, "Root", extension(oidNameConstraints, true, []byte{0x30, 5})))); err == nil {
		t.Error("cut short: no error")
	}
}

// GnuTLS reads the constraints of names of two other forms, each with its type of string.
func TestReadOther(t *testing.T) {
	const principal, service, xmpp = "1.3.6.1.4.1.311.20.2.3", "1.3.6.1.5.5.7.8.7", "1.3.6.1.5.5.7.8.5"
	value := func(oid string, tag asn1.Tag) []byte {
		return generalNameOf(0, true, slices.Concat(
			der.Build(func(b *cryptobyte.Builder) { der.AddOID(b, oid) }),
			generalNameOf(0, true, der.Build(func(b *cryptobyte.Builder) { b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte("a@b")) }) })),
		))
	}
	read := func(object []byte) error {
		if e, _, err := der.Parse(object); err != nil || !readOther(e) {
			return errors.New("not read")
		}
		return nil
	}
	for oid, is := range map[string]asn1.Tag{principal: asn1.UTF8String, service: asn1.IA5String} {
		testenv.EachIsNeeded(t, oid, value(oid, is), []string{"1.0 empty"}, read)
		for _, tag := range []asn1.Tag{asn1.UTF8String, asn1.IA5String, asn1.PrintableString} {
			if got := read(value(oid, tag)) == nil; got != (tag == is) {
				t.Errorf("%s, type %d: %v", oid, tag, got)
			}
		}
	}
	if read(value(xmpp, asn1.UTF8String)) == nil {
		t.Error(xmpp)
	}
	if read(generalNameOf(0, true, nil)) == nil {
		t.Error("an empty one")
	}
	// One that is not read speaks for all of its kind.
	for _, order := range [][]string{{principal, xmpp}, {xmpp, principal}, {principal, principal}} {
		var b bounds
		for _, oid := range order {
			e, _, err := der.Parse(value(oid, asn1.UTF8String))
			if err != nil {
				t.Fatal(err)
			}
			b.addUnknown(e)
		}
		if len(b.unknown) != 1 || b.unknown[0].read != (order[0] == order[1]) {
			t.Errorf("%v: %+v", order, b.unknown)
		}
	}
}
