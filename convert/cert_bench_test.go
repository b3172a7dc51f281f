package convert

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/shape"
)

// manyCerts returns n different certificates as DER, one behind the other:
// one with its serial number changed.
func manyCerts(b *testing.B, n int) []byte {
	one := exampleCert(b)
	c, _ := readCert(b, one)
	serial := c.Serial.Bytes()
	at := bytes.Index(one, serial)
	out := make([]byte, 0, n*len(one))
	for i := range n {
		start := len(out)
		out = append(out, one...)
		binary.BigEndian.PutUint32(out[start+at+len(serial)-4:], uint32(i))
	}
	return out
}

// BenchmarkDecode reads what most files are: a chain in PEM, and one certificate in DER.
func BenchmarkDecode(b *testing.B) {
	one := exampleCert(b)
	bundle, err := Decode(manyCerts(b, 3), nil)
	if err != nil {
		b.Fatal(err)
	}
	chain, err := Encode(bundle, "pem", nil)
	if err != nil {
		b.Fatal(err)
	}
	for name, data := range map[string][]byte{"pem": chain, "der": one} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(data, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode100000(b *testing.B) {
	data := manyCerts(b, 100_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if bundle, err := Decode(data, nil); err != nil || len(bundle.Certs) != 100_000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode100000(b *testing.B) {
	bundle, err := Decode(manyCerts(b, 100_000), nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, format := range []string{"pem", "p7b"} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Encode(bundle, format, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkClassify(b *testing.B) {
	data := exampleCert(b)
	b.ReportAllocs()
	for b.Loop() {
		shape.Of(data)
	}
}

func BenchmarkIsDER(b *testing.B) {
	data := exampleCert(b)
	b.ReportAllocs()
	for b.Loop() {
		der.IsDER(data)
	}
}
