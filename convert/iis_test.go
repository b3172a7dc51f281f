package convert_test

import (
	"bytes"
	"encoding/pem"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/testenv"
)

// piece is a part of a Key Manager backup.
type piece struct {
	name string
	data []byte
}

// backupPieces are a NET key with its certificate, bare and in its wrapper, a
// request, and another key.
func backupPieces(t testing.TB) (key, cert, wrapped, request, other piece) {
	t.Helper()
	b, err := decodeAs("iis", file(t, "iis/site-keycert.key"), "p")
	if err != nil || len(b.Certs) != 1 {
		t.Fatal(err)
	}
	c := b.Certs[0].Raw
	w := slices.Concat([]byte{0x30, 0x82, byte((len(c) + 13) >> 8), byte(len(c) + 13)}, []byte("\x04\x0bcertificate"), c)
	r, err := convert.Decode(file(t, "pairs/request.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return piece{"key", file(t, "net/rsa2048-sgc.net")}, piece{"certificate", c}, piece{"certificate", w},
		piece{"request", r.Requests[0].Raw}, piece{"key", file(t, "net/rsa512.net")}
}

// junk looks like the beginning of things: it is full of tags and lengths.
func junk(r *rand.Rand, n int) []byte {
	words := [][]byte{{0x30, 0x82}, {0x30}, {0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x00}, []byte("private-key"), {0x04, 0x0b}, []byte("certificate"), {0x30, 0x80, 0x30, 0x80},
		[]byte("\x30\x82\x03\x00\x04\x0bprivate-key\x30\x82\x02\x00\x00"), []byte("\x30\x82\x03\x00\x04\x0bcertificate\x00"), {0x30, 0x82, 0x02, 0, 0x30, 0x82, 0x01, 0, 0xa0, 3, 2, 1, 2, 2, 0x7f}}
	var out []byte
	for len(out) < n {
		out = append(out, words[r.IntN(len(words))]...)
		for range r.IntN(6) {
			out = append(out, byte(r.IntN(256)))
		}
	}
	return append(out, 0)
}

// assemble puts the pieces into one file, junk around them, and returns where
// each one starts.
func assemble(r *rand.Rand, size int, pieces ...piece) (data []byte, starts []int) {
	for _, p := range pieces {
		data = append(data, junk(r, size)...)
		starts = append(starts, len(data))
		data = append(data, p.data...)
	}
	return append(data, junk(r, size)...), starts
}

func TestIISFindsEverything(t *testing.T) {
	key, cert, wrapped, request, other := backupPieces(t)
	r := rand.New(rand.NewPCG(1, 2))
	for n, pieces := range [][]piece{
		{key}, {key, cert}, {key, wrapped}, {wrapped, key}, {request, key, cert}, {key, request}, {key, cert, request, other, wrapped},
		{other, other, cert, cert}, {request, request, key, wrapped, wrapped},
	} {
		for _, size := range []int{0, 1, 20, 300} {
			data, starts := assemble(r, size, pieces...)
			if size == 0 {
				data = slices.Concat([]byte("Key"), bytes.Join(pieceData(pieces), nil))
				starts = nil
				for _, at := 0, 3; len(starts) < len(pieces); {
					starts = append(starts, at)
					at += len(pieces[len(starts)-1].data)
				}
			}
			b, err := decodeAs("", data, "p", "Password1")
			if err != nil {
				t.Errorf("%d, %d: %v", n, size, err)
				continue
			}
			checkFound(t, b, pieces, starts)
			if f := b.Containers[0].Format; f != "iis" {
				t.Errorf("%d, %d: format %s", n, size, f)
			}
			skipped := 0
			for _, n := range b.Notes {
				if n.Kind == note.Skipped {
					skipped += n.N
				}
			}
			if want := len(data) - len(bytes.Join(pieceData(pieces), nil)); skipped != want {
				t.Errorf("%d, %d: %d bytes skipped, want %d", n, size, skipped, want)
			}
		}
	}
}

func pieceData(pieces []piece) [][]byte {
	var list [][]byte
	for _, p := range pieces {
		list = append(list, p.data)
	}
	return list
}

// checkFound compares places. That of a certificate is its own, not that of
// its wrapper.
func checkFound(t *testing.T, b *convert.Bundle, pieces []piece, starts []int) {
	t.Helper()
	want := map[string][]int64{}
	for i, p := range pieces {
		at := starts[i]
		if w := bytes.Index(p.data[:20], []byte("certificate")); w >= 0 {
			at += w + len("certificate")
		}
		want[p.name] = append(want[p.name], int64(at))
	}
	got := map[string][]int64{}
	for _, k := range b.Keys {
		got["key"] = append(got["key"], k.Source.Offset)
	}
	for _, c := range b.Certs {
		got["certificate"] = append(got["certificate"], c.Source.Offset)
	}
	for _, q := range b.Requests {
		got["request"] = append(got["request"], q.Source.Offset)
	}
	for _, name := range []string{"key", "certificate", "request"} {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s at %v, want %v", name, got[name], want[name])
		}
	}
}

// Wherever the file ends, what is whole is found, and what is not is told with
// the number of bytes that are missing.
func TestIISCutShort(t *testing.T) {
	key, cert, wrapped, request, small := backupPieces(t)
	// enough is how much of a piece it takes to know it.
	enough := map[string]int{"key": 17, "certificate": 160, "request": 300}
	for _, last := range []piece{key, cert, wrapped, request} {
		pieces := []piece{small, wrapped}
		data, starts := assemble(rand.New(rand.NewPCG(3, 4)), 30, append(pieces, last)...)
		start := starts[2]
		for n := range last.data {
			b, err := decodeAs("", data[:start+n], "Password1")
			if len(b.Keys) != 1 || len(b.Certs) != 1 {
				t.Fatalf("%s cut at %d: %d keys, %d certificates", last.name, n, len(b.Keys), len(b.Certs))
			}
			if n < enough[last.name] {
				continue
			}
			if want := int64(len(last.data) - n); missing(err) != want {
				t.Fatalf("%s cut at %d: %v, want %d missing", last.name, n, err, want)
			}
		}
	}
}

// Bytes lost in the middle of the file: the object that lost them is told, the
// one behind it found.
func TestIISBytesLost(t *testing.T) {
	key, cert, wrapped, request, other := backupPieces(t)
	for _, first := range []piece{key, cert, wrapped, request} {
		for _, second := range []piece{other, wrapped, request} {
			for _, lost := range []int{1, 7, 40, len(first.data) / 3} {
				data := slices.Concat([]byte("head"), first.data[:len(first.data)-lost], second.data, []byte("tail"))
				b, err := decodeAs("iis", data, "p", "Password1")
				if !errors.Is(err, convert.ErrDamaged) || missing(err) != int64(lost) || b.Len() != 1 || len(b.Failures) != 1 {
					t.Errorf("%s without its last %d bytes, then %s: %v, %d objects, %+v", first.name, lost, second.name, err, b.Len(), b.Failures)
				}
			}
		}
	}
}

// Objects one behind the other and nothing else: not a DER file, not a NET key.
func TestIISDetected(t *testing.T) {
	key, cert, wrapped, request, other := backupPieces(t)
	for _, pieces := range [][]piece{{cert, key}, {wrapped, key}, {request, key}, {key, cert}, {other, key}, {key, request, wrapped}} {
		b, err := decodeAs("", bytes.Join(pieceData(pieces), nil), "p", "Password1")
		if err != nil || b.Len() != len(pieces) || b.Containers[0].Format != "iis" {
			t.Errorf("%v, %d objects of %d, %+v", err, b.Len(), len(pieces), b.Containers)
		}
	}
	// Behind other bytes the wrapper alone is enough.
	b, err := decodeAs("", slices.Concat([]byte("\x00\x01KEYSET certificate\x04\x0bcertificate\x30"), wrapped.data, []byte{0, 0}))
	if err != nil || len(b.Certs) != 1 || b.Containers[0].Format != "iis" {
		t.Errorf("a certificate and no key: %v, %+v", err, b.Containers)
	}
}

// A request may stand there as text, too.
func TestIISText(t *testing.T) {
	key, _, wrapped, _, _ := backupPieces(t)
	text := file(t, "pairs/request.pem")
	data := slices.Concat([]byte("\x01-----BEGIN nothing"), key.data, []byte("\x00\x00"), text, []byte("\x00-----BEGIN"), wrapped.data, []byte("-----BEGIN X-----\x00-----END X-----\x01"))
	b, err := decodeAs("", data, "p")
	if err != nil || len(b.Keys) != 1 || len(b.Requests) != 1 || len(b.Certs) != 1 || len(b.Containers) != 1 {
		t.Fatalf("%v, %d objects, %+v", err, b.Len(), b.Failures)
	}
	if got, want := b.Requests[0].Source.Offset, int64(bytes.Index(data, []byte("-----BEGIN CERT"))); got != want {
		t.Errorf("request at %d, want %d", got, want)
	}
}

// Each key has its own password; one that is not known keeps nothing else back.
func TestIISPasswords(t *testing.T) {
	key, _, wrapped, request, other := backupPieces(t)
	data, _ := assemble(rand.New(rand.NewPCG(5, 6)), 9, key, other, wrapped, request)
	b, err := decodeAs("", data, "Password1")
	if !errors.Is(err, convert.ErrPasswordIncorrect) || len(b.Keys) != 1 || len(b.Certs) != 1 || len(b.Requests) != 1 || len(b.Failures) != 1 {
		t.Errorf("one password: %v, %d keys", err, len(b.Keys))
	}
	b, err = convert.Decode(data, nil)
	if !errors.Is(err, convert.ErrPasswordRequired) || len(b.Keys) != 0 || len(b.Certs) != 1 || len(b.Failures) != 2 {
		t.Errorf("no password: %v", err)
	}
	stop := errors.New("stop")
	_, err = convert.Decode(data, &convert.DecodeOptions{Password: func(convert.PasswordRequest) ([]byte, error) { return nil, stop }})
	if !errors.Is(err, stop) {
		t.Errorf("the callback's error is %v", err)
	}
}

// Keys of other kinds are found by the same eyes.
func TestCarvedKeys(t *testing.T) {
	for name, b := range keyBundles(t) {
		pkcs8, err := convert.Encode(b, "der", nil)
		if err != nil {
			t.Fatal(err)
		}
		forms := map[string][]byte{"PKCS#8": pkcs8}
		for _, format := range []string{"pkcs1", "sec1"} {
			if out, err := convert.Encode(b, format, nil); err == nil {
				block, _ := pem.Decode(out)
				forms[format] = block.Bytes
			}
		}
		for form, data := range forms {
			data := slices.Concat([]byte("\x30\x82before"), data, []byte("behind"))
			got, err := decodeAs("iis", data)
			if err != nil || !slices.Equal(keyHashes(got), keyHashes(b)) {
				t.Errorf("%s, %s: %v", name, form, err)
			}
		}
	}
}

// Files made to take long: each pattern once cost a parse to the end of the
// file at every byte.
func TestIISTime(t *testing.T) {
	testenv.Slow(t)
	for _, pattern := range []string{"\x30\x82", "\x30", "\x30\x83\xff", "\x30\x80", "\x30\x82\x7f\xff\x04\x0bcertificate", "\x30\x82\x7f\xff\x04\x0bprivate-key",
		"\x30\x84\x07\x00\x00\x00\x30\x84\x06\x00\x00\x00\xa0\x03\x02\x01\x02\x02\x01\x01\x30\x05\x06\x03\x2a\x03\x04\x30\x00\x30\x00",
		"\x30\x84\x07\x00\x00\x00\x04\x0bprivate-key\x30\x84\x06\x00\x00\x00\x30\x05\x06\x03\x2a\x03\x04\x04\x84\x05\x00\x00\x00"} {
		data := bytes.Repeat([]byte(pattern), (16<<20)/len(pattern))
		start := time.Now()
		b, err := decodeAs("iis", data)
		if err == nil || b.Len() != 0 {
			t.Errorf("%q: %v, %d objects", pattern, err, b.Len())
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%q: %v", pattern, took)
		}
	}
}

func FuzzIIS(f *testing.F) {
	fuzzWith(f, "iis", "p", "iis", "net")
}
