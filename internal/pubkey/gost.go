package pubkey

import (
	"bytes"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/ec"
	"github.com/certconv/certconv/internal/note"
)

// GOST R 34.10 (RFC 4491, RFC 9215).
const (
	oidGOST94      = "1.2.643.2.2.20"
	oidGOST2001    = "1.2.643.2.2.19"
	oidGOST2012256 = "1.2.643.7.1.1.1.1"
	oidGOST2012512 = "1.2.643.7.1.1.1.2"
)

func isGOST(oid string) bool {
	return oid == oidGOST2001 || oid == oidGOST2012256 || oid == oidGOST2012512
}

func gostBits(oid string) int {
	if oid == oidGOST2012512 {
		return 512
	}
	return 256
}

// gostCurve reads the parameters: SEQUENCE { publicKeyParamSet, … }. It
// returns nil for a set that is unknown.
func gostCurve(params der.Element) *ec.Curve {
	r := params.Reader()
	if !params.Is(der.TagSequence) {
		return nil
	}
	set, err := r.Next()
	if err != nil {
		return nil
	}
	oid, err := set.OID()
	if err != nil {
		return nil
	}
	return ec.ByOID(oid)
}

// readGOST fills in what a GOST key says of itself.
func (r *reader) readGOST() {
	r.key.Bits = gostBits(r.info.oid)
	r.key.Err = r.notForGo("")
	c := gostCurve(r.info.params)
	if c == nil || c.FieldBits() > r.key.Bits {
		return
	}
	d, public, err := gostScalar(r.info.key, c)
	if err != nil {
		r.malformed(err)
		return
	}
	if !r.afford(c.Cost(d)) {
		return
	}
	x, y, ok := c.Multiply(d)
	if !ok {
		r.note(note.KeyInconsistent, "the private number is out of the range of the curve")
		return
	}
	// RFC 4491, Section 2.3.2: an OCTET STRING with x and y, little-endian.
	point := c.MarshalPoint(x, y, ec.Uncompressed)[1:]
	size := c.FieldSize()
	slices.Reverse(point[:size])
	slices.Reverse(point[size:])
	r.key.Proved = true
	if public != nil && !bytes.Equal(public, point) {
		r.contradicted()
	}
	r.key.SPKI = marshalSPKI(r.info.alg, der.Build(func(b *cryptobyte.Builder) { b.AddASN1OctetString(point) }))
}

// gostScalar reads the private number: an OCTET STRING, little-endian, an
// INTEGER, the octets alone (RFC 9548), or a SEQUENCE of the octets and the
// public key. What is longer than the group carries masks, by which it has to
// be multiplied.
func gostScalar(key []byte, c *ec.Curve) (d *big.Int, public []byte, err error) {
	size := c.ScalarSize()
	bad := &der.SyntaxError{Msg: "private number of another size"}
	octets := key
	if len(key) == 0 {
		return nil, nil, bad
	}
	if len(key)%size != 0 {
		e, err := der.ParseAll(key)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case e.Is(der.TagInteger):
			if len(e.Content) > size+1 {
				return nil, nil, bad
			}
			d, _, err = unsignedInteger(e)
			return d, nil, err
		case e.Is(der.TagSequence):
			parts, err := e.Children()
			if err != nil {
				return nil, nil, err
			}
			if len(parts) != 2 || !parts[0].Is(der.TagOctetString) || !parts[1].Is(der.TagOctetString) {
				return nil, nil, bad
			}
			octets, public = parts[0].Content, parts[1].Content
		case e.Is(der.TagOctetString):
			octets = e.Content
		}
	}
	if len(octets) == 0 || len(octets)%size != 0 || len(octets) > 16*size {
		return nil, nil, bad
	}
	d = big.NewInt(1)
	for part := range slices.Chunk(octets, size) {
		le := slices.Clone(part)
		slices.Reverse(le)
		d.Mul(d, new(big.Int).SetBytes(le))
		d.Mod(d, c.N)
		clear(le)
	}
	return d, public, nil
}
