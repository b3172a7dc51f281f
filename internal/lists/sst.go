package lists

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrNotSST is the error for what is no serialized certificate store.
var ErrNotSST = errors.New("not a serialized certificate store")

// propCertificate is the property that is the certificate itself.
const propCertificate = 32

// ParseSST reads a serialized certificate store, as certutil and crypt32 write
// it: properties, each with its number, an encoding and a length, up to one with
// the number 0. It returns the certificates, windows on data. The error wraps
// ErrNotSST where data is something else, or cut.
func ParseSST(data []byte) ([][]byte, error) {
	rest, ok := bytes.CutPrefix(data, []byte("\x00\x00\x00\x00CERT"))
	if !ok {
		return nil, ErrNotSST
	}
	var certs [][]byte
	for {
		if len(rest) < 12 {
			return nil, fmt.Errorf("%w: it is cut short", ErrNotSST)
		}
		id, size := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint32(rest[8:])
		rest = rest[12:]
		if id == 0 {
			return certs, nil
		}
		if uint64(size) > uint64(len(rest)) {
			return nil, fmt.Errorf("%w: it is cut short", ErrNotSST)
		}
		if id == propCertificate {
			if len(certs) == MaxEntries {
				return nil, fmt.Errorf("a store of more than %d certificates", MaxEntries)
			}
			certs = append(certs, rest[:size:size])
		}
		rest = rest[size:]
	}
}
