package der

import (
	"testing"

	"golang.org/x/crypto/cryptobyte"
)

func TestAddOID(t *testing.T) {
	for _, oid := range []string{"0.0", "1.2.840.113549.1.12.10.1.1", "2.5.4.3", "2.999.1", "2.25.340282366920938463463374607431768211455", "1.39.0"} {
		data := Build(func(b *cryptobyte.Builder) { AddOID(b, oid) })
		e, err := ParseAll(data)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.OID(); err != nil || got != oid {
			t.Errorf("%s: %s, %v", oid, got, err)
		}
	}
}
