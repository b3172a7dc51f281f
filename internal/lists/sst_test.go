package lists

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// store is a serialized store of one certificate, which has two bytes.
const store = "\x00\x00\x00\x00CERT" +
	"\x03\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\xff" +
	"\x20\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x30\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func TestParseSST(t *testing.T) {
	certs, _, err := ParseSST([]byte(store))
	if err != nil || len(certs) != 1 || string(certs[0].DER) != "\x30\x00" {
		t.Errorf("%v, %v", certs, err)
	}
	for n := range len(store) {
		if _, _, err := ParseSST([]byte(store[:n])); !errors.Is(err, ErrNotSST) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

// What is written is read again, names and kinds as well.
func TestMarshalSST(t *testing.T) {
	want := []Element{{Certificate, []byte("\x30\x00"), "Müller 😀"}, {CRL, []byte("\x30\x01\x00"), ""}, {CTLElement, []byte("\x30\x02\x00\x00"), "x"}}
	got, _, err := ParseSST(MarshalSST(want))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

// A value of many lines is copied once, not with each line.
func TestRegistryLongValue(t *testing.T) {
	const lines = 20_000
	text := "REGEDIT4\n\"Blob\"=hex:" + strings.Repeat("30,\\\n  ", lines) + "30\n"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	values, err := ParseRegistry(text)
	runtime.ReadMemStats(&after)
	if err != nil || len(values) != 1 || len(values[0].Data) != lines+1 {
		t.Fatal(len(values), err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 50*uint64(len(text)) {
		t.Errorf("%d bytes of memory for %d", used, len(text))
	}
}

// An export of the registry, with a value over several lines.
func TestParseRegistry(t *testing.T) {
	blob := MarshalSST([]Element{{Certificate, []byte("\x30\x00"), "name"}})
	blob = blob[8 : len(blob)-12]
	digits := strings.Trim(strings.ReplaceAll(fmt.Sprintf("% x", blob), " ", ","), ",")
	text := "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X\\AB]\r\n\"Other\"=dword:00000001\r\n\"Blob\"=hex:" + digits[:30] + "\\\r\n  " + digits[30:] + "\r\n"
	values, err := ParseRegistry(text)
	if err != nil || len(values) != 1 || values[0].Name != "Blob" || values[0].Line != 5 || !strings.HasSuffix(values[0].Key, "AB") {
		t.Fatalf("%+v, %v", values, err)
	}
	e, err := ParseBlob(values[0].Data)
	if err != nil || string(e.DER) != "\x30\x00" || e.FriendlyName != "name" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := ParseRegistry("REGEDIT4\n\"a\"=hex:0g\n"); err == nil {
		t.Error("what is no digit is read")
	}
}

// Microsoft's disallowed certificates, one of which is DigiNotar's root.
func TestDisallowed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testenv.Samples(t), "disallowed", "disallowedcert.sst"))
	if err != nil {
		t.Fatal(err)
	}
	certs, _, err := ParseSST(raw)
	if err != nil || len(certs) != 71 {
		t.Fatalf("%d certificates, %v", len(certs), err)
	}
	found := false
	for _, c := range certs {
		sum := sha1.Sum(c.DER)
		found = found || hex.EncodeToString(sum[:]) == "c060ed44cbd881bd0ef86c0ba287ddcf8167478c"
	}
	if !found {
		t.Error("DigiNotar Root CA is not there")
	}
}

func FuzzSST(f *testing.F) {
	f.Add([]byte(store))
	f.Add([]byte("REGEDIT4\n[HKEY_X]\n\"Blob\"=hex:20,00,00,00,01,00,00,00,\\\n  02,00,00,00,30,00\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		values, _ := ParseRegistry(string(data))
		for _, v := range values {
			_, _ = ParseBlob(v.Data)
		}
		certs, _, err := ParseSST(data)
		if err == nil && 12*len(certs) > len(data) {
			t.Errorf("%d certificates in %d bytes", len(certs), len(data))
		}
	})
}

func TestRegistryStore(t *testing.T) {
	for key, want := range map[string]string{
		`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SystemCertificates\ROOT\Certificates\AB`:                "ROOT",
		`HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\SystemCertificates\Disallowed\Certificates\AB`: "Disallowed",
		`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\EnterpriseCertificates\Root\Certificates\AB`:            "Root",
		`HKEY_USERS\S-1-5-20\Software\Microsoft\systemcertificates\AuthRoot`:                           "AuthRoot",
		`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SystemCertificates`:                                     "",
		`HKEY_CURRENT_USER\Software\Somebody`:                                                          "",
		``:                                                                                             "",
	} {
		if v := (RegistryValue{Key: key}); v.Store() != want {
			t.Errorf("%s: %s, not %s", key, v.Store(), want)
		}
	}
}
