package der

import (
	"math/big"
	"strconv"
	"sync/atomic"
)

// OID returns the dotted form of an OBJECT IDENTIFIER.
func (e Element) OID() (string, error) {
	b := e.Content
	if !e.Is(TagOID) || e.Constructed || len(b) == 0 || len(b) > 128 || b[len(b)-1]&0x80 != 0 {
		return "", &SyntaxError{Offset: e.Offset, Msg: "OBJECT IDENTIFIER"}
	}
	return DottedOID(b), nil
}

// DottedOID turns the content octets of an OBJECT IDENTIFIER into text.
func DottedOID(b []byte) string {
	if len(b) != 3 || b[0] != 0x55 || b[1] != 4 && b[1] != 29 || b[2] >= 0x80 {
		return dottedOID(b)
	}
	made := &commonOIDs[b[1]/29][b[2]]
	s := made.Load()
	if s == nil {
		text := dottedOID(b)
		s = &text
		made.Store(s)
	}
	return *s
}

// commonOIDs are 2.5.4.N and 2.5.29.N, of which names and extensions are full, as far as
// they were asked for.
var commonOIDs [2][0x80]atomic.Pointer[string]

func dottedOID(b []byte) string {
	out := make([]byte, 0, 32)
	first := true
	for len(b) > 0 {
		n := 1
		for n < len(b) && b[n-1]&0x80 != 0 {
			n++
		}
		arc, wide := base128(b[:n])
		b = b[n:]
		if first {
			first = false
			top := uint64(2)
			if wide == nil && arc < 80 {
				top = arc / 40
			}
			out = strconv.AppendUint(out, top, 10)
			if wide == nil {
				arc -= top * 40
			} else {
				wide.Sub(wide, big.NewInt(80))
			}
		}
		out = append(out, '.')
		if wide != nil {
			out = wide.Append(out, 10)
		} else {
			out = strconv.AppendUint(out, arc, 10)
		}
	}
	return string(out)
}

// base128 reads one arc; wide is set where it does not fit 63 bits (UUID arcs).
func base128(b []byte) (arc uint64, wide *big.Int) {
	if len(b) <= 9 {
		for _, c := range b {
			arc = arc<<7 | uint64(c&0x7f)
		}
		return arc, nil
	}
	wide = new(big.Int)
	for _, c := range b {
		wide.Lsh(wide, 7)
		wide.Or(wide, big.NewInt(int64(c&0x7f)))
	}
	return 0, wide
}
