package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// writeAccess is what a new file is opened for: to be written, and to be given
// the access list of what it replaces.
const writeAccess = windows.GENERIC_WRITE | windows.READ_CONTROL | windows.WRITE_DAC

// create makes a file that must not be there. Nobody can remove it while it is
// open.
func create(path string, mode fs.FileMode) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: err}
	}
	var attributes *windows.SecurityAttributes
	if secret(mode) {
		list, err := secretList()
		if err != nil {
			return nil, &fs.PathError{Op: "create", Path: path, Err: err}
		}
		attributes = &windows.SecurityAttributes{SecurityDescriptor: list}
		attributes.Length = uint32(unsafe.Sizeof(*attributes))
	}
	h, err := windows.CreateFile(name, writeAccess, windows.FILE_SHARE_READ, attributes, windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// CreateIn makes a file in a folder, which must not have an entry of that name.
// No link can lead out of the folder.
func CreateIn(dir *os.File, name string, mode fs.FileMode) (*os.File, error) {
	path := filepath.Join(dir.Name(), name)
	var list *windows.SECURITY_DESCRIPTOR
	var err error
	if secret(mode) {
		if list, err = secretList(); err != nil {
			return nil, &fs.PathError{Op: "create", Path: path, Err: err}
		}
	}
	h, err := openAt(dir, name, writeAccess|windows.SYNCHRONIZE, windows.FILE_SHARE_READ, list, windows.FILE_CREATE, windows.FILE_NON_DIRECTORY_FILE|windows.FILE_OPEN_REPARSE_POINT)
	if err != nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// openAt opens an entry of a folder, or with an empty name the file that at is.
func openAt(at *os.File, name string, access, share uint32, list *windows.SECURITY_DESCRIPTOR, disposition, options uint32) (windows.Handle, error) {
	object, err := windows.NewNTUnicodeString(name)
	if err != nil {
		return 0, err
	}
	attributes := &windows.OBJECT_ATTRIBUTES{
		RootDirectory: windows.Handle(at.Fd()), ObjectName: object, SecurityDescriptor: list,
		Attributes: windows.OBJ_CASE_INSENSITIVE | windows.OBJ_DONT_REPARSE,
	}
	attributes.Length = uint32(unsafe.Sizeof(*attributes))
	var h windows.Handle
	err = windows.NtCreateFile(&h, access, attributes, &windows.IO_STATUS_BLOCK{}, nil, windows.FILE_ATTRIBUTE_NORMAL, share, disposition, options|windows.FILE_SYNCHRONOUS_IO_NONALERT, 0, 0)
	var status windows.NTStatus
	if errors.As(err, &status) {
		err = status.Errno()
	}
	return h, err
}

// rename gives temp, which is not open any more, the name target. What is there
// is replaced in one step even if it is read-only, as elsewhere; whether the new
// file is so too was decided before.
func rename(temp, target string, replace bool) error {
	from, err := windows.UTF16PtrFromString(temp)
	if err != nil {
		return err
	}
	to, err := windows.UTF16PtrFromString(target)
	if err != nil {
		return err
	}
	flags := uint32(windows.MOVEFILE_WRITE_THROUGH)
	if replace {
		flags |= windows.MOVEFILE_REPLACE_EXISTING
		if had, err := windows.GetFileAttributes(to); err == nil && had&windows.FILE_ATTRIBUTE_READONLY != 0 {
			if windows.SetFileAttributes(to, had&^windows.FILE_ATTRIBUTE_READONLY) == nil {
				defer func() {
					if err != nil {
						_ = windows.SetFileAttributes(to, had)
					}
				}()
			}
		}
	}
	err = Retry(func() error { return windows.MoveFileEx(from, to, flags) })
	if err != nil {
		return &os.LinkError{Op: "rename", Old: temp, New: target, Err: err}
	}
	return nil
}

// Retry calls f again for a while if another program has the file open: those
// that look for viruses or index the disk open what is new.
func Retry(f func() error) error {
	const patience, interval = time.Second, 20 * time.Millisecond
	for end := time.Now().Add(patience); ; time.Sleep(interval) {
		err := f()
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
		if !busy || time.Now().After(end) {
			return err
		}
	}
}

// badName says why no file can be called so, "" if one can.
func badName(path string) Reason {
	name := filepath.Base(path)
	switch {
	case strings.IndexFunc(name, func(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"|?*`, r) }) >= 0:
		return BadName
	case !filepath.IsLocal(name) && name != "." && name != ".." && name != string(filepath.Separator):
		return DeviceName
	}
	return ""
}

// SyncFolder does nothing: Windows keeps the entries of folders by itself.
func SyncFolder(*os.File) error { return nil }

// claimTemp has nothing to do: what is open cannot be removed.
func claimTemp(*os.File) {}

// isAbandoned is true: Windows refuses to remove the file of a writer that
// lives.
func isAbandoned(string) bool { return true }

// letGo closes the file, since Windows renames no open one.
func letGo(f *os.File) { f.Close() }
