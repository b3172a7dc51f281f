package lists

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

func testFile(t testing.TB, name ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{testenv.Root(t), "testdata"}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The cabinets that Microsoft has published hold the lists that were published with
// them.
func TestPublishedCabinets(t *testing.T) {
	dir := filepath.Join(testenv.Samples(t), "authroot")
	cabs, err := filepath.Glob(filepath.Join(dir, "history", "*.cab"))
	if err != nil || len(cabs) != 6 {
		t.Fatalf("%d cabinets, %v", len(cabs), err)
	}
	for _, file := range append(cabs, filepath.Join(dir, "authrootstl.cab")) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(strings.Replace(file, "authrootstl", "authroot", 1), ".cab") + ".stl")
		if err != nil {
			t.Fatal(err)
		}
		list, err := UnpackCAB(data, 1<<20)
		if err != nil || len(list) != 1 || list[0].Name != "authroot.stl" || !bytes.Equal(list[0].Data, want) {
			t.Errorf("%s: %d files, %v", file, len(list), err)
		}
	}
}

func TestUnpackCAB(t *testing.T) {
	want := testFile(t, "ctl", "roots.stl")
	for _, name := range []string{"mszip.cab", "stored.cab", "lzx.cab"} {
		list, err := UnpackCAB(testFile(t, "cab", name), 1<<20)
		if err != nil || len(list) != 1 || !bytes.Equal(list[0].Data, want) {
			t.Errorf("%s: %d files, %v", name, len(list), err)
		}
		if _, err := UnpackCAB(testFile(t, "cab", name), 100); !errors.Is(err, ErrCABLimit) {
			t.Errorf("%s with a limit of 100 bytes: %v", name, err)
		}
	}
	if list, err := UnpackCAB(testFile(t, "cab", "certificates.cab"), 1<<20); err != nil || len(list) != 2 || list[1].Name != "b.crt" {
		t.Errorf("%v, %v", list, err)
	}
	for name, want := range map[string]error{"one-gigabyte.cab": ErrCABLimit, "quantum.cab": ErrCABKind, "cut-short.cab": ErrCAB} {
		if _, err := UnpackCAB(testFile(t, "cab", name), 256<<20); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	whole := testFile(t, "cab", "mszip.cab")
	for n := range len(whole) {
		if _, err := UnpackCAB(whole[:n], 1<<20); err == nil {
			t.Errorf("the first %d bytes are a cabinet", n)
		}
	}
	// A byte of what is packed is another.
	whole[len(whole)-20] ^= 1
	if _, err := UnpackCAB(whole, 1<<20); !errors.Is(err, ErrCAB) {
		t.Errorf("a changed byte: %v", err)
	}
}

// Many blocks that unpack to as much as a block can are not read beyond what the
// directory says.
func TestCABBomb(t *testing.T) {
	var data []byte
	data = append(data, cabHeader...)
	for _, n := range []uint32{0, 0, 73, 0} {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	data = append(data, 3, 1)
	for _, n := range []uint16{1, 1, 0, 0, 0} {
		data = binary.LittleEndian.AppendUint16(data, n)
	}
	data = binary.LittleEndian.AppendUint32(data, 100)
	data = binary.LittleEndian.AppendUint16(data, 65535)
	data = binary.LittleEndian.AppendUint16(data, storedCAB)
	for len(data) < 73 {
		data = append(data, 0)
	}
	data = append(data, make([]byte, 27)...)
	data[73] = 1 // a file of one byte, called ""
	block := append(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(make([]byte, 4), 32768), 32768), make([]byte, 32768)...)
	for range 100 {
		data = append(data, block...)
	}
	if _, err := UnpackCAB(data, 1<<20); !errors.Is(err, ErrCABLimit) {
		t.Errorf("%v", err)
	}
}

// Files that all lie on the same data are no more than what is allowed of them together.
func TestCABOverlap(t *testing.T) {
	const header, folder = 36, 8
	cabinet := func(files int) []byte {
		var names []byte
		for range files {
			names = append(names, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'a', 0) // 32 KiB from the start of the folder
		}
		data := append([]byte(cabHeader), make([]byte, header+folder-len(cabHeader))...)
		data[16], data[24], data[25], data[26], data[28], data[29] = header+folder, 3, 1, 1, byte(files), byte(files>>8)
		binary.LittleEndian.PutUint32(data[header:], uint32(header+folder+len(names)))
		data[header+4] = 1
		data = append(data, names...)
		data = append(data, 0, 0, 0, 0, 0, 0x80, 0, 0x80)
		return append(data, make([]byte, 32<<10)...)
	}
	if list, err := UnpackCAB(cabinet(32), 1<<20); err != nil || len(list) != 32 || len(list[31].Data) != 32<<10 {
		t.Errorf("%d files, %v", len(list), err)
	}
	if _, err := UnpackCAB(cabinet(33), 1<<20); !errors.Is(err, ErrCABLimit) {
		t.Errorf("%v", err)
	}
}

func FuzzCAB(f *testing.F) {
	for _, name := range []string{"mszip.cab", "stored.cab", "certificates.cab", "lzx.cab", "one-gigabyte.cab"} {
		f.Add(testFile(f, "cab", name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 20
		list, err := UnpackCAB(data, limit)
		if err != nil {
			return
		}
		for _, m := range list {
			if len(m.Data) > limit {
				t.Errorf("%d bytes of a limit of %d", len(m.Data), limit)
			}
		}
	})
}
