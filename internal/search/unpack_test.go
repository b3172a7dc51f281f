package search_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/search"
)

type packedFile struct {
	name string
	data []byte
}

func tarOf(files ...packedFile) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		_ = w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.data))})
		_, _ = w.Write(f.data)
	}
	_ = w.Close()
	return b.Bytes()
}

// holes is a tar archive of a file that says it has a terabyte of zeros, which are not there.
func holes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: "disk.img", Mode: 0o600, Size: 512, Typeflag: tar.TypeReg, Format: tar.FormatPAX, PAXRecords: map[string]string{"GNX.sparse.major": "1", "GNX.sparse.minor": "0", "GNX.sparse.name": "disk.img", "GNX.sparse.realsize": "1099511627776"}})
	if err != nil {
		t.Fatal(err)
	}
	sparse := append([]byte("1\n1099511627776\n0\n"), make([]byte, 512)...) // a piece of no bytes at the end
	_, _ = w.Write(sparse[:512])
	_ = w.Close()
	return bytes.ReplaceAll(b.Bytes(), []byte("GNX.sparse"), []byte("GNU.sparse")) // which the writer does not take
}

func gzipOf(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func zipOf(method uint16, files ...packedFile) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		out, _ := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: method})
		_, _ = out.Write(f.data)
	}
	_ = w.Close()
	return b.Bytes()
}

// stream hides that the input is a file.
type stream struct{ io.Reader }

// unpackAll searches an archive and tells each find with its place, and each
// fault.
func unpackAll(t testing.TB, r io.Reader) (places, faults []string) {
	t.Helper()
	err := search.New(2).Search(r, &search.Options{
		Found: func(b *convert.Bundle) error {
			for _, k := range b.Keys {
				if at := fmt.Sprintf("%s:%d %s", k.Source.Entry, k.Source.Offset, k.Algorithm); !slices.Contains(places, at) {
					places = append(places, at)
				}
			}
			for _, f := range b.Failures {
				faults = append(faults, f.Source.Entry+": "+f.Err.Error())
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(places)
	return places, faults
}

// Keys are found in archives, and in archives in them, with their names.
func TestSearchUnpacks(t *testing.T) {
	files := pairs(t)
	der := files["rsa2048"].Keys[0].PKCS8
	text, err := convert.Encode(&convert.Bundle{Keys: files["ec-P-256"].Keys}, "pem", &convert.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	noise := noise(1_600_000)["random"]
	large := plant(noise, der, 1_500_000)
	list := []packedFile{{"etc/hosts", []byte("127.0.0.1 localhost\n")}, {"etc/ssl/site.key", text}, {"var/disk.img", large}}
	in := func(prefix string) []string {
		return []string{prefix + "etc/ssl/site.key:0 EC P-256", prefix + "var/disk.img:1500000 RSA"}
	}
	plain := tarOf(list...)
	inTar := []string{
		fmt.Sprintf("etc/ssl/site.key:%d EC P-256", bytes.Index(plain, text)),
		fmt.Sprintf("var/disk.img:%d RSA", bytes.Index(plain, der)),
	}
	bz, err := base64.StdEncoding.DecodeString(bzip2Text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		data  []byte
		want  []string
		fault string
	}{
		{name: "tar", data: plain, want: inTar},
		{name: "two tar archives", data: append(bytes.Clone(plain), plain...), want: []string{
			inTar[0], fmt.Sprintf("etc/ssl/site.key:%d EC P-256", len(plain)+bytes.Index(plain, text)),
			inTar[1], fmt.Sprintf("var/disk.img:%d RSA", len(plain)+bytes.Index(plain, der))}},
		{name: "tar.gz", data: gzipOf(plain), want: in("")},
		{name: "zip", data: zipOf(zip.Deflate, list...), want: in("")},
		{name: "stored zip", data: zipOf(zip.Store, list...), want: in("")},
		{name: "zip in tar.gz", data: gzipOf(tarOf(packedFile{"a.zip", zipOf(zip.Deflate, list...)})), want: in("a.zip/")},
		{name: "tar.gz in zip", data: zipOf(zip.Deflate, packedFile{"a.tgz", gzipOf(plain)}), want: in("a.tgz/")},
		{name: "gzip", data: gzipOf(text), want: []string{":0 EC P-256"}},
		{name: "bzip2", data: bz, want: []string{":0 Ed25519"}},
		{name: "two zip archives", data: append(zipOf(zip.Deflate, list[1]), zipOf(zip.Deflate, packedFile{"b.key", text})...), want: []string{"b.key:0 EC P-256", "etc/ssl/site.key:0 EC P-256"}},
		{name: "behind zip", data: append(zipOf(zip.Deflate, list[0]), text...), want: []string{fmt.Sprintf(":%d EC P-256", len(zipOf(zip.Deflate, list[0])))}},
		{name: "behind gzip", data: append(gzipOf(list[0].data), text...), want: []string{fmt.Sprintf(":%d EC P-256", len(gzipOf(list[0].data)))}},
		{name: "behind bzip2", data: append(bytes.Clone(bz), text...), want: []string{":0 Ed25519", fmt.Sprintf(":%d EC P-256", len(bz))}},
		{name: "behind a file of holes", data: append(holes(t), text...), want: []string{fmt.Sprintf(":%d EC P-256", len(holes(t)))}, fault: "safety limit"},
		{name: "tar cut short", data: plain[:len(plain)-3000], want: inTar, fault: "breaks off"},
		{name: "gzip cut short", data: gzipOf(plain)[:1_000_000], want: in("")[:1], fault: "cannot be unpacked"},
		{name: "zip without its list", data: zipOf(zip.Store, list...)[:1_600_500], fault: "comes last"},
		{name: "7-Zip", data: append([]byte("7z\xbc\xaf\x27\x1c"), large...), want: []string{":1500006 RSA"}, fault: "unpack it first"},
		{name: "large zip in tar", data: tarOf(packedFile{"a.zip", zipOf(zip.Store, list[2], packedFile{"more", bytes.Repeat(noise, 6)})}), fault: "too large"},
	} {
		for _, r := range []io.Reader{bytes.NewReader(c.data), stream{bytes.NewReader(c.data)}} {
			places, faults := unpackAll(t, r)
			if c.name == "zip without its list" || c.name == "large zip in tar" {
				if len(places) == 0 || strings.Contains(places[0], "var/") {
					t.Errorf("%s: found %q", c.name, places)
				}
			} else if !slices.Equal(places, c.want) {
				t.Errorf("%s: found %q, want %q", c.name, places, c.want)
			}
			if c.fault == "" && len(faults) > 0 || c.fault != "" && (len(faults) != 1 || !strings.Contains(faults[0], c.fault)) {
				t.Errorf("%s: faults %q, want %q", c.name, faults, c.fault)
			}
		}
	}
}

// The list of files of a large archive is described in another place.
func TestSearchUnpacksZIP64(t *testing.T) {
	key := pairs(t)["rsa2048"].Keys[0].PKCS8
	data := zipOf(zip.Store, packedFile{"site.key", key})
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	size, offset := binary.LittleEndian.Uint32(data[end+12:]), binary.LittleEndian.Uint32(data[end+16:])
	large := bytes.Clone(data[:end])
	large = append(large, "PK\x06\x06"...)
	for _, v := range []uint32{44, 0, 45 | 45<<16, 0, 0, 1, 0, 1, 0, size, 0, offset, 0} {
		large = binary.LittleEndian.AppendUint32(large, v)
	}
	large = append(large, "PK\x06\x07\x00\x00\x00\x00"...)
	large = binary.LittleEndian.AppendUint64(large, uint64(end))
	large = append(large, 1, 0, 0, 0)
	last := bytes.Clone(data[end:])
	copy(last[8:], bytes.Repeat([]byte{0xff}, 12))
	large = append(large, last...)
	if places, faults := unpackAll(t, bytes.NewReader(large)); !slices.Equal(places, []string{"site.key:0 RSA"}) || len(faults) > 0 {
		t.Errorf("found %q, faults %q", places, faults)
	}
}

// An Ed25519 test key, packed by bzip2 1.0.8.
const bzip2Text = "QlpoOTFBWSZTWUv515EAAA1fgCAQQAq9QD+vfaAZF1HQIAB0GqDINAAGQ0ABtQapo00ANGhoGgyaACgEMQ4OnAwDmghBdX4rqd+kt4dYNvEEavHOqtbQVkaAhXR5rdKXuEjJYJcS4DgualN9iQwhDOgZAX95OTGQVlQ6qeh1LC/F3JFOFCQS/nXkQA=="

// What unpacks to more than anyone can mean is given up, and told.
func TestSearchGivesUpBombs(t *testing.T) {
	if testing.Short() {
		return
	}
	zeros := make([]byte, 64<<20)
	bomb := gzipOf(gzipOf(bytes.Repeat(zeros, 24)))
	_, faults := unpackAll(t, bytes.NewReader(bomb))
	if len(faults) != 1 || !strings.Contains(faults[0], "safety limit") {
		t.Errorf("%d bytes: %q", len(bomb), faults)
	}
	nested := []byte("x")
	for range 20 {
		nested = gzipOf(nested)
	}
	if _, faults := unpackAll(t, bytes.NewReader(nested)); len(faults) != 1 || !strings.Contains(faults[0], "deeper") {
		t.Errorf("%q", faults)
	}
}

type faultyReader struct {
	r   io.Reader
	err error
}

func (f *faultyReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}

// A fault of the disk ends the search as such, in an archive too, and what was
// read before it is searched.
func TestSearchPassesOnFaultsOfTheDisk(t *testing.T) {
	files := pairs(t)
	der := files["rsa2048"].Keys[0].PKCS8
	disk := errors.New("bad sector")
	for name, data := range map[string][]byte{
		"raw":    der,
		"tar":    tarOf(packedFile{"key", der})[:512+1400],
		"tar.gz": gzipOf(append(tarOf(packedFile{"key", der}), noise(3_000_000)["random"]...))[:2_000_000],
	} {
		keys := 0
		err := search.New(1).Search(&faultyReader{bytes.NewReader(data), disk}, &search.Options{
			Found: func(b *convert.Bundle) error { keys += len(b.Keys); return nil },
		})
		if !errors.Is(err, disk) || keys == 0 {
			t.Errorf("%s: %d keys, %v", name, keys, err)
		}
	}
}
