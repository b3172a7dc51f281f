package convert

import (
	"math/big"
	"time"

	"github.com/certconv/certconv/internal/der"
)

// RevokedEntry is the entry of a CRL for one certificate (RFC 5280, Section 5.3).
type RevokedEntry struct {
	Date   time.Time
	Reason string // "key compromise", …; "" if the CRL gives none
}

// Revoked looks a serial number up. It returns nil if it is not there, or was
// put on hold and taken off again. The signature of the CRL is not looked at.
func (c *CRL) Revoked(serial *big.Int) *RevokedEntry {
	e, _, err := der.Parse(c.Raw)
	if err != nil || serial == nil {
		return nil
	}
	tbs, err := e.Reader().Expect(der.TagSequence)
	if err != nil {
		return nil
	}
	r := tbs.Reader()
	// version, signature, issuer, thisUpdate, nextUpdate, then the entries.
	for seen := 0; ; {
		f, err := r.Next()
		if err != nil || f.Class != der.Universal {
			return nil
		}
		if f.Is(der.TagSequence) {
			if seen++; seen == 3 {
				return searchEntries(f, serial)
			}
		}
	}
}

func searchEntries(list der.Element, serial *big.Int) *RevokedEntry {
	for r := list.Reader(); !r.Empty(); {
		entry, err := r.Next()
		if err != nil {
			return nil
		}
		f := entry.Reader()
		n, err := f.Expect(der.TagInteger)
		if err != nil {
			continue
		}
		if v, err := n.BigInt(); err != nil || v.Cmp(serial) != 0 {
			continue
		}
		out := &RevokedEntry{}
		if t, err := f.Next(); err == nil {
			out.Date, _ = t.Time()
		}
		if ext, err := f.Expect(der.TagSequence); err == nil {
			reason, removed := entryReason(ext)
			if removed {
				return nil
			}
			out.Reason = reason
		}
		return out
	}
	return nil
}

// entryReason reads the reason code (RFC 5280, Section 5.3.1).
func entryReason(extensions der.Element) (text string, removed bool) {
	for r := extensions.Reader(); !r.Empty(); {
		ext, err := r.Next()
		if err != nil {
			return "", false
		}
		parts, err := ext.Children()
		if err != nil || len(parts) < 2 {
			continue
		}
		if oid, _ := parts[0].OID(); oid != "2.5.29.21" {
			continue
		}
		code, _, err := der.Parse(parts[len(parts)-1].Content)
		if err != nil {
			continue
		}
		n, _ := code.Int()
		names := []string{1: "key compromise", 2: "CA compromise", 3: "affiliation changed", 4: "superseded", 5: "cessation of operation", 6: "on hold", 9: "privilege withdrawn", 10: "attribute authority compromise"}
		switch {
		case n == 8:
			return "", true
		case n < len(names) && names[n] != "":
			return names[n], false
		}
	}
	return "", false
}
