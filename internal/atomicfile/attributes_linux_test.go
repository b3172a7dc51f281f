package atomicfile

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// The ACL of a key is never one that lets others read it, not even before the
// mode is set.
func TestLimitACL(t *testing.T) {
	acl := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range [][2]uint16{{0x01, 6}, {0x04, 4}, {0x20, 4}} {
		acl = binary.LittleEndian.AppendUint16(acl, e[0])
		acl = binary.LittleEndian.AppendUint16(acl, e[1])
		acl = binary.LittleEndian.AppendUint32(acl, ^uint32(0))
	}
	public := bytes.Clone(acl)
	limitACL(public, Public)
	if !bytes.Equal(public, acl) {
		t.Error("a public file lost its readers")
	}
	limitACL(acl, Secret)
	if acl[4+2] != 6 || acl[12+2] != 4 || acl[20+2] != 0 {
		t.Errorf("%x", acl)
	}
	limitACL(acl[:23], Secret) // cut short
}
