package atomicfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/certconv/certconv/internal/testenv"
)

// Whom an ACL lets write to a folder, the bits of the group let see.
func TestFolderOpenByACL(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o775); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, -1, os.Getegid()); err != nil {
		t.Fatal(err)
	}
	if shared(dir) {
		t.Error("our own group counts as others")
	}
	acl := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range [][3]uint32{{0x01, 7, ^uint32(0)}, {0x02, 7, testenv.Nobody}, {0x04, 5, ^uint32(0)}, {0x10, 7, ^uint32(0)}, {0x20, 5, ^uint32(0)}} {
		acl = binary.LittleEndian.AppendUint16(acl, uint16(e[0]))
		acl = binary.LittleEndian.AppendUint16(acl, uint16(e[1]))
		acl = binary.LittleEndian.AppendUint32(acl, e[2])
	}
	if err := unix.Setxattr(dir, accessACL, acl, 0); errors.Is(err, errors.ErrUnsupported) {
		testenv.Skip(t, "no ACLs in the folder for temporary files")
	} else if err != nil {
		t.Fatal(err)
	}
	if !shared(dir) {
		t.Error("somebody else can write to it")
	}
}

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
