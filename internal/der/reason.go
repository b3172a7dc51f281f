package der

// RemoveFromCRL is the reason of an entry that takes an earlier one back.
const RemoveFromCRL = 8

// CertificateHold is the only reason that a later list may do without (RFC 5280, Section
// 5.3.1).
const CertificateHold = 6

// CRLReason is a reason for a revocation in words, "" where it says nothing (RFC
// 5280, Section 5.3.1).
func CRLReason(code int) string {
	names := []string{1: "key compromise", 2: "CA compromise", 3: "affiliation changed", 4: "superseded", 5: "cessation of operation", 6: "on hold", 9: "privilege withdrawn", 10: "attribute authority compromise"}
	if code < 0 || code >= len(names) {
		return ""
	}
	return names[code]
}
