package rootstore

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"

	"github.com/certconv/certconv/internal/lists"
)

// Bundle is what is in the store ROOT, of the machine, of the user and of group
// policies, less what is in Disallowed.
func Bundle() []byte {
	refused := map[string]bool{}
	each("Disallowed", func(c *windows.CertContext) { refused[string(encoded(c))] = true })
	var b strings.Builder
	each("ROOT", func(c *windows.CertContext) {
		if raw := encoded(c); !refused[string(raw)] && forServers(c) {
			b.WriteString("-----BEGIN CERTIFICATE-----\n")
			b.WriteString(base64.StdEncoding.EncodeToString(raw))
			b.WriteString("\n-----END CERTIFICATE-----\n")
		}
	})
	return []byte(b.String())
}

// each hands the certificates of a store to f.
func each(name string, f func(*windows.CertContext)) {
	wide, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return
	}
	store, err := windows.CertOpenSystemStore(0, wide)
	if err != nil {
		return
	}
	defer windows.CertCloseStore(store, 0)
	var c *windows.CertContext
	for { // each call frees the one before
		if c, err = windows.CertEnumCertificatesInStore(store, c); err != nil {
			return
		}
		f(c)
	}
}

func encoded(c *windows.CertContext) []byte { return unsafe.Slice(c.EncodedCert, c.Length) }

var getProperty = windows.NewLazySystemDLL("crypt32.dll").NewProc("CertGetCertificateContextProperty")

// forServers reports whether the purposes that the store gives a root, if any, are
// those of servers too (CERT_ENHKEY_USAGE_PROP_ID).
func forServers(c *windows.CertContext) bool {
	const purposes = 9
	var size uint32
	if ok, _, _ := getProperty.Call(uintptr(unsafe.Pointer(c)), purposes, 0, uintptr(unsafe.Pointer(&size))); ok == 0 || size == 0 {
		return true
	}
	value := make([]byte, size)
	if ok, _, _ := getProperty.Call(uintptr(unsafe.Pointer(c)), purposes, uintptr(unsafe.Pointer(&value[0])), uintptr(unsafe.Pointer(&size))); ok == 0 {
		return true
	}
	serverAuth := []byte{6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1}
	anyPurpose := []byte{6, 4, 0x55, 0x1d, 0x25, 0}
	return bytes.Contains(value, serverAuth) || bytes.Contains(value, anyPurpose)
}

// Fetches reports whether the list of roots that Windows keeps up to date has one
// of this subject, a DER Name, for servers.
func Fetches(subject []byte) bool {
	list := known()
	if list == nil {
		return false
	}
	sum := md5.Sum(subject)
	for i := range list.Entries {
		e := &list.Entries[i]
		if _, disabled := e.Disabled(nil); bytes.Equal(e.SubjectMD5(), sum[:]) && !disabled && e.Allows(lists.PurposeServer) {
			return true
		}
	}
	return false
}

// known is the list as Windows last got it, nil where a policy has it fetch none.
var known = sync.OnceValue(func() *lists.CTL {
	const policy = `SOFTWARE\Policies\Microsoft\SystemCertificates\AuthRoot`
	if k, err := registry.OpenKey(registry.LOCAL_MACHINE, policy, registry.QUERY_VALUE); err == nil {
		off, _, err := k.GetIntegerValue("DisableRootAutoUpdate")
		k.Close()
		if err == nil && off != 0 {
			return nil
		}
	}
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, `SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate`, registry.QUERY_VALUE)
	if err != nil {
		return nil
	}
	defer k.Close()
	data, _, err := k.GetBinaryValue("EncodedCtl")
	if err != nil {
		return nil
	}
	list, err := lists.ParseCTL(data)
	if err != nil {
		return nil
	}
	return list
})
