package lists

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// ErrNotSST is the error for what is no serialized certificate store, and no
// element of one.
var ErrNotSST = errors.New("not a serialized certificate store")

// Properties of an element (wincrypt.h, CERT_…_PROP_ID).
const (
	propFriendlyName = 11
	propCertificate  = 32 // the element itself
	propCRL          = 33
	propCTL          = 34
)

// ElementKind is what an element of a store is.
type ElementKind int

// The kinds.
const (
	Certificate ElementKind = iota
	CRL
	CTLElement
)

// Element is a certificate or list in a store of Windows.
type Element struct {
	Kind         ElementKind
	DER          []byte // a window on the input
	FriendlyName string
}

const sstHeader = "\x00\x00\x00\x00CERT"

// ParseSST reads a serialized certificate store, as certutil and crypt32 write
// it: properties, each with its number, an encoding and a length, up to one with
// the number 0. The element itself is the last of its properties; rest is what
// follows the store. The error wraps ErrNotSST where data is something else, or cut.
func ParseSST(data []byte) (list []Element, rest []byte, err error) {
	body, ok := bytes.CutPrefix(data, []byte(sstHeader))
	if !ok {
		return nil, nil, ErrNotSST
	}
	return elements(body, true)
}

// ParseBlob reads the value Blob that the registry has for each certificate of a
// store: the properties of one element, without header and end.
func ParseBlob(data []byte) (Element, error) {
	list, _, err := elements(data, false)
	if err != nil {
		return Element{}, err
	}
	if len(list) != 1 {
		return Element{}, fmt.Errorf("%w: %d certificates in one value", ErrNotSST, len(list))
	}
	return list[0], nil
}

// elements reads properties up to the end mark, or without one up to the end.
func elements(data []byte, marked bool) (list []Element, rest []byte, err error) {
	rest = data
	var now Element
	for {
		if !marked && len(rest) == 0 {
			return list, rest, nil
		}
		if len(rest) < 12 {
			return nil, nil, fmt.Errorf("%w: it is cut short", ErrNotSST)
		}
		id, size := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint32(rest[8:])
		rest = rest[12:]
		if id == 0 && marked {
			return list, rest, nil
		}
		if uint64(size) > uint64(len(rest)) {
			return nil, nil, fmt.Errorf("%w: it is cut short", ErrNotSST)
		}
		value := rest[:size:size]
		rest = rest[size:]
		switch id {
		case propFriendlyName:
			now.FriendlyName = utf16Text(value)
		case propCertificate, propCRL, propCTL:
			if len(list) == MaxEntries {
				return nil, nil, fmt.Errorf("a store of more than %d certificates", MaxEntries)
			}
			now.Kind, now.DER = ElementKind(id-propCertificate), value
			list = append(list, now)
			now = Element{}
		}
	}
}

// utf16Text reads a string of UTF-16LE that ends with a NUL.
func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// MarshalSST writes a serialized store.
func MarshalSST(list []Element) []byte {
	out := []byte(sstHeader)
	property := func(id int, value []byte) {
		out = binary.LittleEndian.AppendUint32(out, uint32(id))
		out = binary.LittleEndian.AppendUint32(out, 1) // X509_ASN_ENCODING
		out = binary.LittleEndian.AppendUint32(out, uint32(len(value)))
		out = append(out, value...)
	}
	for _, e := range list {
		if e.FriendlyName != "" {
			var name []byte
			for _, u := range append(utf16.Encode([]rune(e.FriendlyName)), 0) {
				name = binary.LittleEndian.AppendUint16(name, u)
			}
			property(propFriendlyName, name)
		}
		property(propCertificate+int(e.Kind), e.DER)
	}
	return append(out, make([]byte, 12)...)
}

// RegistryValue is a binary value in an export of the registry.
type RegistryValue struct {
	Key  string // the folder, such as HKEY_LOCAL_MACHINE\SOFTWARE\…\Certificates\<SHA-1>
	Name string
	Data []byte
	Line int // from 1
}

// Store is the store of certificates of Windows that the value is in, such as "ROOT" or "Disallowed"; "" if
// it is in none.
func (v *RegistryValue) Store() string {
	parts := strings.Split(v.Key, `\`)
	for i, p := range parts[:len(parts)-1] {
		if strings.EqualFold(p, "SystemCertificates") || strings.EqualFold(p, "EnterpriseCertificates") {
			return parts[i+1]
		}
	}
	return ""
}

// IsRegistryExport reports whether text, in UTF-8, begins as an export of the registry
// does, of any version of Windows.
func IsRegistryExport(text string) bool {
	return strings.HasPrefix(text, "Windows Registry Editor Version ") || strings.HasPrefix(text, "REGEDIT4")
}

// ParseRegistry reads the binary values of an export of the registry (.reg), whose text
// is in UTF-8, and without Data those called Blob that are of another type. The error says in words which line is none of such a file.
func ParseRegistry(text string) ([]RegistryValue, error) {
	var list []RegistryValue
	key, number := "", 0
	lines := strings.Split(text, "\n")
	for number < len(lines) {
		line := strings.TrimSpace(lines[number])
		number++
		if strings.HasPrefix(line, "[") {
			key = strings.Trim(line, "[]")
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.Trim(name, `"`)
		if !ok || !strings.HasPrefix(value, "hex") {
			if ok && name == "Blob" {
				list = append(list, RegistryValue{Key: key, Name: name, Line: number}) // a certificate is binary
			}
			continue
		}
		at := number
		var all strings.Builder
		for strings.HasSuffix(value, `\`) && number < len(lines) {
			all.WriteString(strings.TrimSuffix(value, `\`))
			value = strings.TrimSpace(lines[number])
			number++
		}
		all.WriteString(value)
		_, digits, ok := strings.Cut(all.String(), ":")
		if !ok {
			continue
		}
		digits = strings.NewReplacer(",", "", " ", "", "\t", "").Replace(digits)
		data, err := hex.DecodeString(digits)
		if err != nil {
			return list, fmt.Errorf("line %d holds what is no hexadecimal value", at)
		}
		if len(list) == MaxEntries {
			return list, fmt.Errorf("more than %d values", MaxEntries)
		}
		list = append(list, RegistryValue{Key: key, Name: name, Data: data, Line: at})
	}
	return list, nil
}
