package convert

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// maxBroken bounds the objects reported as cut or broken in one backup.
const maxBroken = 1000

// backup walks a backup of IIS 4's Key Manager. Nobody published its layout,
// and real files differ: so everything is found by its own structure, and the
// rest is passed over and told.
type backup struct {
	d       *decoder
	data    []byte
	at      Source
	current int // index of its Container
	done    int // where the last object ended
	broken  int
	skipped []stretch
	err     error // why the walk ended before the end
}

// stretch is a part of the input.
type stretch struct{ pos, end int }

// decodeIIS reads a backup: the NET keys, certificates and requests in it.
func (d *decoder) decodeIIS(data []byte, at Source) error {
	d.container(at)
	before := d.bundle.Len() + len(d.bundle.Failures)
	b := &backup{d: d, data: data, at: at, current: d.current}
	shape.Carve(data, b.object)
	if b.err != nil {
		return b.err
	}
	b.gap(len(data))
	b.noteSkipped()
	if d.bundle.Len()+len(d.bundle.Failures) == before {
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: "no private key, certificate or request is in it"}
	}
	return nil
}

// object adds what carve found and reports whether to go on.
func (b *backup) object(c shape.Carved) bool {
	b.gap(c.Start)
	b.done = min(c.End, len(b.data))
	place := b.at.behind(c.Offset)
	b.d.current = b.current
	err := b.d.addCarved(c, b.data[c.Offset:b.done], place)
	if err != nil {
		b.fail(place, c.Kind.Kind(), carvedScheme(c), err)
	}
	return b.err == nil
}

// fail records a fault, and that it is the last one where it is no fault of
// the object, or where there are too many.
func (b *backup) fail(at Source, kind Kind, scheme string, err error) {
	b.broken++
	switch {
	case b.d.over():
		b.err = err
	case b.broken > maxBroken:
		b.err = tooLarge(b.at, "Key Manager backup", fmt.Sprintf("more than %d damaged objects", maxBroken))
	default:
		b.d.fail(at, kind, scheme, err)
	}
}

// gap reads what is between the last object and end: the text form of a
// request or certificate, or nothing that is known.
func (b *backup) gap(end int) {
	for b.err == nil && b.done < end {
		text := b.data[b.done:end]
		start := bytes.Index(text, []byte("-----BEGIN "))
		size := 0
		if start >= 0 {
			size = textBlockSize(text[start:])
		}
		if size == 0 {
			break
		}
		b.skip(b.done + start)
		b.text(size)
	}
	b.skip(max(end, b.done))
}

// skip passes over the bytes up to end.
func (b *backup) skip(end int) {
	if b.done < end {
		b.skipped = append(b.skipped, stretch{b.done, end})
	}
	b.done = end
}

// textBlockSize is the length of the PEM block that text starts with, 0 if its END
// line is not there.
func textBlockSize(text []byte) int {
	i := bytes.Index(text, []byte("-----END "))
	if i < 0 {
		return 0
	}
	i += len("-----END ")
	j := bytes.Index(text[i:min(len(text), i+80)], []byte("-----"))
	if j < 0 {
		return 0
	}
	return i + j + len("-----")
}

// text reads the PEM block of that size at b.done.
func (b *backup) text(size int) {
	start := b.done
	inner := &decoder{opts: b.d.opts, bundle: &Bundle{}, passwords: b.d.passwords, asked: b.d.asked, work: b.d.work, keyWork: b.d.keyWork, effort: b.d.effort, index: b.d.index, fewer: b.d.fewer}
	err := inner.decodePEM(b.data[start:start+size], b.at)
	b.d.passwords, b.d.asked, b.d.work, b.d.keyWork, b.d.index = inner.passwords, inner.asked, inner.work, inner.keyWork, inner.index
	found := inner.bundle
	if _, ours := err.(*Error); err != nil && !ours {
		b.err = err
		return
	}
	known := func(f Failure) bool { return f.Kind != "" }
	if found.Len() == 0 && !slices.ContainsFunc(found.Failures, known) {
		b.skip(start + size)
		return
	}
	b.done = start + size
	found.Containers = nil
	found.place(b.at.behind(start))
	failures := found.Failures
	found.Failures = nil
	b.d.bundle.Add(found)
	for _, f := range failures {
		b.fail(f.Source, f.Kind, f.Scheme, f.Err)
	}
}

// place gives all that is in b, which was read apart, its place in the file.
func (b *Bundle) place(at Source) {
	for s := range b.sources(tally{}) {
		at.Entry, at.Index = s.Entry, s.Index
		*s = at
	}
}

// noteSkipped tells what was passed over, in one note.
func (b *backup) noteSkipped() {
	const most = 8
	total := 0
	var places []string
	for i, s := range b.skipped {
		total += s.end - s.pos
		if i < most {
			places = append(places, fmt.Sprintf("%d-%d", s.pos, s.end-1))
		}
	}
	if total == 0 {
		return
	}
	if n := len(b.skipped) - most; n > 0 {
		places = append(places, fmt.Sprintf("and in %d more places", n))
	}
	b.d.bundle.Notes = append(b.d.bundle.Notes, Note{Source: b.at.behind(b.skipped[0].pos), Kind: note.Skipped, N: total,
		Text: text.Of("%d bytes that are no key, certificate or request: bytes %s", total, strings.Join(places, ", "))})
}

// addCarved adds what carve found; data is the object.
func (d *decoder) addCarved(c shape.Carved, data []byte, at Source) error {
	if c.Fault != nil {
		if scheme := carvedScheme(c); scheme != "" {
			d.encrypted(scheme)
		}
		return damaged(at, c.Kind.Noun(), c.Fault)
	}
	switch c.Kind {
	case shape.NET:
		f, _, err := shape.ParseNET(data)
		if err != nil {
			return damaged(at, c.Kind.Noun(), err)
		}
		_, err = d.addNET(f, at)
		return err
	case shape.Certificate:
		return d.addCert(data, at, Names{})
	case shape.Request:
		return d.addRequest(data, at, Names{})
	case shape.EncryptedPKCS8:
		return d.decodeEncryptedPKCS8(data, at, Names{})
	default:
		return d.addKeyDER(data, at, "", Names{})
	}
}

// carvedScheme is what encrypts the object, as far as its kind tells.
func carvedScheme(c shape.Carved) string {
	if c.Kind == shape.NET {
		return schemeRC4
	}
	return ""
}

// detectIIS knows the NET key in the middle of other bytes, or with other
// objects behind it. Where no key is left, it is the wrapped certificate.
func detectIIS(data []byte) confidence {
	if named, more := startsWithNET(data); named {
		if more {
			return certain
		}
		return notIt
	}
	if shape.HoldsNET(data) {
		return certain
	}
	return detectWrapped(data)
}

// detectWrapped looks for a certificate in its wrapper behind other bytes.
func detectWrapped(data []byte) confidence {
	const header = "\x04\x0bcertificate"
	const window = 256 // shows what it is; the name may stand there millions of times
	for at := 0; ; at += len(header) {
		i := shape.IndexNamed(data[at:], header)
		if i < 0 {
			return notIt
		}
		at += i
		inner := data[at+len(header):]
		if at >= 4 && data[at-4] == 0x30 && data[at-3] == 0x82 && shape.Of(inner[:min(window, len(inner))]) == shape.Certificate {
			return possible
		}
	}
}
