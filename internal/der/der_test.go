package der

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A BER value is rewritten as DER; what is DER already is not touched.
func TestToDER(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"DER stays", "3003020101", "3003020101"},
		{"indefinite length", "30800201010000", "3003020101"},
		{"nested indefinite lengths", "308030800201010000" + "0201020000", "30083003020101020102"},
		{"long form of a short length", "308103020101", "3003020101"},
		{"constructed OCTET STRING", "2480040101040202030000", "0403010203"},
		{"constructed OCTET STRING in pieces of pieces", "24802403040101040102" + "0000", "04020102"},
		{"context tag", "a0800201010000", "a003020101"},
	} {
		got, err := ToDER(unhex(t, c.in))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if hex.EncodeToString(got) != c.want {
			t.Errorf("%s: %x, want %s", c.name, got, c.want)
		}
		if !IsDER(got) {
			t.Errorf("%s: the result is not DER", c.name)
		}
		if IsDER(unhex(t, c.in)) != (c.in == c.want) {
			t.Errorf("%s: IsDER is wrong about the input", c.name)
		}
	}
}

// A truncated value says how many bytes are missing, exactly.
func TestMissing(t *testing.T) {
	full := unhex(t, "30820104"+"04820100")
	full = append(full, make([]byte, 256)...)
	for n := 4; n < len(full); n++ {
		_, err := ParseAll(full[:n])
		var se *SyntaxError
		if !errors.As(err, &se) || se.Missing != len(full)-n {
			t.Fatalf("%d of %d bytes: %v", n, len(full), err)
		}
	}
}

func TestOID(t *testing.T) {
	for _, oid := range []asn1.ObjectIdentifier{
		{1, 2, 840, 113549, 1, 1, 1}, {2, 5, 4, 3}, {0, 9, 2342}, {1, 39}, {2, 999, 3}, {2, 23, 1 << 30},
	} {
		b, err := asn1.Marshal(oid)
		if err != nil {
			t.Fatal(err)
		}
		e, err := ParseAll(b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.OID(); err != nil || got != oid.String() {
			t.Errorf("%v: %s, %v", oid, got, err)
		}
	}
	// An arc of 128 bits, as made from a UUID (X.667).
	if got := DottedOID(unhex(t, "6983"+strings.Repeat("ff", 17)+"7f")); got != "2.25.340282366920938463463374607431768211455" {
		t.Errorf("UUID arc: %s", got)
	}
}

// Hostile lengths and nesting end with an error.
func TestHostile(t *testing.T) {
	for name, in := range map[string][]byte{
		"length of 2^40":               unhex(t, "30860100000000000000"),
		"length of nine bytes":         unhex(t, "3089010000000000000000"),
		"primitive indefinite":         unhex(t, "0480"),
		"ten thousand indefinite":      bytes.Repeat([]byte{0x30, 0x80}, 10000),
		"no end of a tag":              bytes.Repeat([]byte{0xff}, 100),
		"indefinite without an end":    unhex(t, "3080020101"),
		"OCTET STRING with an INTEGER": unhex(t, "2403020101"),
	} {
		if _, err := ToDER(in); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Enter reads what Expect reads, and no more.
func TestEnter(t *testing.T) {
	for _, in := range []string{
		"", "30", "3003020101", "300302010130030201", "3081800000", "30800201010000", "1003020101", "0203010203", "3004020101",
		"3f1000", "a003020101", "308203", "b003020101", "7003020101", "3083000003020101",
	} {
		data := unhex(t, in)
		for _, tag := range []int{TagSequence, TagInteger, 0x1f} {
			byElement, byContent := NewReader(data), NewReader(data)
			e, err := byElement.Expect(tag)
			inside, enterErr := byContent.Enter(tag)
			if (err == nil) != (enterErr == nil) || err != nil && err.Error() != enterErr.Error() {
				t.Errorf("%s as %d: %v, and by Expect %v", in, tag, enterErr, err)
			}
			if err == nil && (!bytes.Equal(inside.Rest(), e.Content) || inside.off != e.Reader().off || inside.depth != e.Reader().depth || !bytes.Equal(byContent.Rest(), byElement.Rest()) || byContent.off != byElement.off) {
				t.Errorf("%s as %d: %+v, and by Expect %+v", in, tag, inside, e)
			}
		}
	}
	deep := Reader{rest: []byte{0x30, 0}, depth: MaxDepth + 1}
	if _, err := deep.Enter(TagSequence); err == nil {
		t.Error("nested too deep, and read")
	}
}

func FuzzDER(f *testing.F) {
	f.Add([]byte{0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 0x01, 0, 0, 0, 0})
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x01})
	f.Add([]byte{0x06, 0x03, 0x55, 0x04, 0x03})
	f.Add([]byte{0x3f, 0x10, 0x00})
	f.Add([]byte{0x9f, 0x80, 0x1f, 0x00})
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := ToDER(data)
		if err != nil {
			return
		}
		if !IsDER(out) {
			t.Errorf("ToDER(%x) = %x is not DER", data, out)
		}
		var walk func(e Element)
		walk = func(e Element) {
			if !bytes.Equal(e.Full, out[e.Offset:e.Offset+len(e.Full)]) {
				t.Errorf("offset %d of %x is wrong", e.Offset, out)
			}
			e.OID()
			e.Int()
			e.BigInt()
			if e.Constructed {
				list, _ := e.Children()
				for _, c := range list {
					walk(c)
				}
			}
		}
		e, err := ParseAll(out)
		if err != nil {
			t.Fatalf("ToDER(%x) = %x: %v", data, out, err)
		}
		walk(e)
	})
}
