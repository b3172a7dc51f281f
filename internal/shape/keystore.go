package shape

import (
	"bytes"
	"encoding/binary"
)

// The numbers that files of Java's keystores and of PVK keys begin with.
const (
	JKSMagic   = 0xfeedfeed // big-endian
	JCEKSMagic = 0xcececece // big-endian
	PVKMagic   = 0xb0b5f11e // little-endian
)

// JavaKeystore names the format of a Java keystore by its first bytes: "jks", "jceks",
// "" if it is none.
func JavaKeystore(head []byte) string {
	if len(head) < 4 {
		return ""
	}
	switch binary.BigEndian.Uint32(head) {
	case JKSMagic:
		return "jks"
	case JCEKSMagic:
		return "jceks"
	}
	return ""
}

// IsBKS reports whether head begins as a BKS of Bouncy Castle does, which has no
// magic number: version, salt with its length, rounds, and a first entry or none.
func IsBKS(head []byte) bool {
	const longest = 64 // of a salt; Bouncy Castle takes 20
	if len(head) < 8 || binary.BigEndian.Uint32(head) < 1 || binary.BigEndian.Uint32(head) > 2 {
		return false
	}
	n := binary.BigEndian.Uint32(head[4:])
	if n < 1 || n > longest || len(head) < int(8+n+4+1) {
		return false
	}
	rounds, rest := binary.BigEndian.Uint32(head[8+n:]), head[8+n+4:]
	switch {
	case rounds < 1 || rounds > 1<<24 || rest[0] > 4:
		return false
	case rest[0] == 0:
		return len(rest) == 1+20 // an empty one: its MAC
	}
	// An alias, its date (of Java: milliseconds, five bytes and more from 1978 to
	// 2248), and how many certificates.
	if len(rest) < 3 {
		return true
	}
	alias := int(binary.BigEndian.Uint16(rest[1:]))
	if len(rest) < 3+alias+12 {
		return len(rest) < 12 || alias < 1<<10
	}
	date := rest[3+alias:]
	return date[0] == 0 && date[1] == 0 && binary.BigEndian.Uint32(date[8:]) < 1<<10
}

// IsBCFKS reports whether head begins as a BCFKS of Bouncy Castle does: SEQUENCE {
// SEQUENCE { SEQUENCE { OID of PBES2, …, where an encrypted key has one SEQUENCE less.
func IsBCFKS(head []byte) bool {
	rest, ok := head, true
	for range 3 {
		if rest, ok = skipTag(rest, 0x30); !ok {
			return false
		}
	}
	return bytes.HasPrefix(rest, []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d})
}

// IsPVK reports whether head begins as a PVK file does.
func IsPVK(head []byte) bool {
	return len(head) >= 4 && binary.LittleEndian.Uint32(head) == PVKMagic
}

// PFXVersion looks at the start alone, so that a PFX that is cut short is still
// known as one: SEQUENCE { INTEGER, SEQUENCE { OID of PKCS#7, … } }. ok is false if
// head does not begin so.
func PFXVersion(head []byte) (version byte, ok bool) {
	rest, ok := skipTag(head, 0x30)
	if !ok || len(rest) < 3 || rest[0] != 0x02 || rest[1] != 1 {
		return 0, false
	}
	version = rest[2]
	if rest, ok = skipTag(rest[3:], 0x30); !ok {
		return 0, false
	}
	pkcs7 := []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07}
	for i, b := range pkcs7 {
		if i >= len(rest) || rest[i] != b {
			return 0, false
		}
	}
	return version, true
}

// skipTag steps over an identifier octet and its length octets, without asking
// for the content to be there.
func skipTag(data []byte, tag byte) (rest []byte, ok bool) {
	if len(data) < 2 || data[0] != tag {
		return nil, false
	}
	n := 0
	if data[1] > 0x80 {
		n = int(data[1] & 0x7f)
	}
	if n > 8 || len(data) < 2+n {
		return nil, false
	}
	return data[2+n:], true
}
