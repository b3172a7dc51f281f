package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Windows has access lists where others have modes. A mode stands for one: what
// only the owner may read gets a list of its own, all else inherits from its
// folder. Who can write where is not for modes to say.

// OfOthers is false.
func OfOthers(fs.FileInfo) bool { return false }

// SameOwner is true: OfOthers asks no further.
func SameOwner(_, _ fs.FileInfo) bool { return true }

// OpenToOthers is false.
func OpenToOthers(string, fs.FileInfo) bool { return false }

// secret reports whether only the owner may read a file of this mode.
func secret(mode fs.FileMode) bool { return mode.Perm()&0o077 == 0 }

// secretList is the access list of such a file, which inherits nothing: whoever
// runs certconv, the system, and administrators.
var secretList = sync.OnceValues(func() (*windows.SECURITY_DESCRIPTOR, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return windows.SecurityDescriptorFromString("D:P(A;;FA;;;" + user.User.Sid.String() + ")(A;;FA;;;SY)(A;;FA;;;BA)")
})

// KeepAttributes gives f, which takes the place of was, its access list, and
// whether it is read-only. A secret keeps the list that it has unless somebody
// chose that of was for a secret.
func KeepAttributes(f, was *os.File, mode fs.FileMode) error {
	had, err := windows.GetSecurityInfo(windows.Handle(was.Fd()), windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	if !secret(mode) || forSecret(had) {
		if err := setList(f, had); err != nil {
			return err
		}
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return err
	}
	return f.Chmod(mode)
}

// setList gives f an access list.
func setList(f *os.File, list *windows.SECURITY_DESCRIPTOR) error {
	entries, _, err := list.DACL()
	if err != nil {
		return err
	}
	control, _, err := list.Control()
	if err != nil {
		return err
	}
	info := windows.SECURITY_INFORMATION(windows.DACL_SECURITY_INFORMATION)
	if control&windows.SE_DACL_PROTECTED != 0 {
		info |= windows.PROTECTED_DACL_SECURITY_INFORMATION
	} else {
		info |= windows.UNPROTECTED_DACL_SECURITY_INFORMATION
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	h, err := openAt(f, "", windows.READ_CONTROL|windows.WRITE_DAC|windows.SYNCHRONIZE, share, nil, windows.FILE_OPEN, windows.FILE_OPEN_REPARSE_POINT)
	if err != nil {
		return err
	}
	return errors.Join(windows.SetSecurityInfo(h, windows.SE_FILE_OBJECT, info, nil, nil, entries, nil), windows.CloseHandle(h))
}

// everybody are the groups that most users are in.
var everybody = []windows.WELL_KNOWN_SID_TYPE{
	windows.WinWorldSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinUsersSid, windows.WinInteractiveSid,
	windows.WinNetworkSid, windows.WinAnonymousSid, windows.WinBuiltinGuestsSid,
}

// Private reports whether the access list of a file has no entry that lets
// everybody in.
func Private(f *os.File) bool {
	list, err := windows.GetSecurityInfo(windows.Handle(f.Fd()), windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	return err == nil && private(list)
}

func private(list *windows.SECURITY_DESCRIPTOR) bool {
	entries, _, err := list.DACL()
	if err != nil || entries == nil { // no list at all lets everybody in
		return false
	}
	for i := range uint32(entries.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if windows.GetAce(entries, i, &ace) != nil || ace.Header.AceType > windows.ACCESS_DENIED_ACE_TYPE {
			return false // an entry of another form
		}
		who := (*windows.SID)(unsafe.Pointer(&ace.SidStart))
		if ace.Header.AceType == windows.ACCESS_ALLOWED_ACE_TYPE && slices.ContainsFunc(everybody, who.IsWellKnown) {
			return false
		}
	}
	return true
}

// forSecret reports whether somebody made an access list for a secret: it
// inherits nothing, and lets not everybody in.
func forSecret(list *windows.SECURITY_DESCRIPTOR) bool {
	control, _, err := list.Control()
	return err == nil && control&windows.SE_DACL_PROTECTED != 0 && private(list)
}
