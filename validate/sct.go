package validate

import (
	"encoding/binary"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
)

// oidSCTs is the extension with the signed certificate timestamps of the logs.
const oidSCTs = "1.3.6.1.4.1.11129.2.4.2"

// firstLogged is the earliest time at which a transparency log says that it has
// seen the certificate. ok is false where the certificate has no such statement;
// it may come by other ways, in the handshake or an OCSP response. Whether a log
// has signed it is not verified, and there is no list of logs.
func firstLogged(c *convert.Certificate) (first time.Time, ok bool) {
	value, _, ok := c.Extension(oidSCTs)
	if !ok {
		return time.Time{}, false
	}
	return firstTimestamp(value)
}

// firstTimestamp reads the value of the extension. ok is false where it has no
// timestamp, or is damaged.
//
// "opaque SerializedSCT<1..2^16-1>; struct { SerializedSCT sct_list <1..2^16-1>; }
// SignedCertificateTimestampList" (RFC 6962, Section 3.3). So it has at most
// 65535 bytes, and as many timestamps as fit into these.
func firstTimestamp(value []byte) (first time.Time, ok bool) {
	inner, err := der.ParseAll(value)
	if err != nil || !inner.Is(der.TagOctetString) {
		return time.Time{}, false
	}
	list, rest, ok := vector16(inner.Content)
	if !ok || len(rest) > 0 {
		return time.Time{}, false
	}
	found := false
	for len(list) > 0 {
		var sct []byte
		if sct, list, ok = vector16(list); !ok {
			return time.Time{}, false
		}
		// Version 1: a byte of version, 32 of the log's ID, the time in
		// milliseconds since 1970.
		if len(sct) < 1+32+8 || sct[0] != 0 {
			continue
		}
		n := binary.BigEndian.Uint64(sct[1+32:])
		if n > 1<<47 {
			continue // thousands of years from now
		}
		if t := time.UnixMilli(int64(n)).UTC(); !found || t.Before(first) {
			first, found = t, true
		}
	}
	return first, found
}

// vector16 takes a string with a length of 16 bits from b.
func vector16(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if b = b[2:]; n > len(b) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}
