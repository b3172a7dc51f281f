package archive_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/certconv/certconv/internal/archive"
)

func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, "content of "+name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestList(t *testing.T) {
	data := zipOf(t, `folder\a.pem`, "../b.pem")
	list, err := archive.List(data)
	if err != nil || len(list) != 2 || list[0].Name != "folder/a.pem" || list[1].Name != "../b.pem" {
		t.Fatalf("%v %v", list, err)
	}
	r, err := list[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if content, err := io.ReadAll(r); err != nil || string(content) != `content of folder\a.pem` {
		t.Errorf("%q %v", content, err)
	}
}

func TestFaults(t *testing.T) {
	data := zipOf(t, "a.pem")
	cut := data[:len(data)-30]
	wrong := bytes.Replace(data, []byte("PK\x01\x02"), []byte("PK\x01\x03"), 1)
	many := append(bytes.Repeat([]byte("PK\x01\x02"), archive.MaxFiles+1), data...)
	for name, tt := range map[string]struct {
		data    []byte
		problem archive.Problem
	}{"cut": {cut, archive.Damaged}, "list": {wrong, archive.Damaged}, "many": {many, archive.TooLarge}} {
		var e *archive.Error
		if list, err := archive.List(tt.data); !errors.As(err, &e) || e.Problem != tt.problem || list != nil {
			t.Errorf("%s: %v %v", name, list, err)
		}
	}

	locked := bytes.Replace(data, []byte("PK\x01\x02\x14\x00\x14\x00\x08\x00"), []byte("PK\x01\x02\x14\x00\x14\x00\x09\x00"), 1)
	list, err := archive.List(locked)
	if err != nil || list[0].Cipher != "ZipCrypto" {
		t.Fatalf("%v %v", list, err)
	}
	_, err = list[0].Open()
	if e := list[0].Fault(err); e.Problem != archive.Unsupported || e.Algorithm != "ZipCrypto" {
		t.Errorf("%v: %+v", err, e)
	}
}
