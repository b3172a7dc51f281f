package convert

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

// leastBeside is how long a text beside PEM is at least that holds an object.
const leastBeside = 24

// besidePEM reads what stands around the blocks and is no PEM: a key of PuTTY, a JSON
// Web Key, the configuration of a router, a binary file that was joined on.
func (d *decoder) besidePEM(t *pem.Text, at Source) {
	for gap, place := range t.Gaps(leastBeside) {
		for _, x := range besideText(gap) {
			if d.over() {
				return
			}
			at := at
			at.Line, at.Column, at.Offset = place.Line+bytes.Count(gap[:x.start], []byte("\n")), 1, -1
			before, own := d.bundle.count(), d.current
			err := x.err
			if at.Format = x.format; err == nil {
				err = Lookup(x.format).read(d, gap[x.start:x.end], at)
			}
			if err != nil {
				d.fail(at, "", "", err)
			}
			d.following(gap[x.start:x.end], at, before.notes)
			d.settleEmbedded(before, at)
			d.dropKnown(before)
			d.current = own
		}
	}
}

// maxFollowing is how many objects of different formats may stand one after the other.
const maxFollowing = 16

// binaryFormats are those whose decoders note what follows the object in the file.
var binaryFormats = []string{"der", "pkcs8", "p7b", "pfx", "jks", "jceks", "bks", "bcfks", "pvk", "net", "sst"}

// following reads the bytes after the end of an object in a binary file, where those are
// another one. What was noted of the object begins at notes.
func (d *decoder) following(data []byte, at Source, notes int) {
	d.joined(d.leftOf(data, at, notes), at)
}

// leftOf is what of data is behind the object, as was noted since notes.
func (d *decoder) leftOf(data []byte, at Source, notes int) []byte {
	size := 0
	for _, x := range d.bundle.Notes[notes:] {
		if x.Kind == note.TrailingData && x.Source.Format == at.Format && x.Source.Index == 0 {
			size = x.N
		}
	}
	if size <= 0 || size >= len(data) || !slices.Contains(binaryFormats, at.Format) {
		return nil
	}
	return data[len(data)-size:]
}

// behind reads what follows the first object of data, where there is place for one only: in a
// block of PEM, in what was encrypted. The note of it, which is one since notes, says what it is.
func (d *decoder) behind(data []byte, at Source, notes int) {
	_, rest, err := der.Parse(data)
	if err != nil || len(rest) < leastBeside || shape.IsTrustData(rest) || d.over() {
		return
	}
	defer func() { d.depth-- }()
	if err := d.enter(at); err != nil {
		d.fail(at, "", "", err)
		return
	}
	before, own := d.bundle.count(), d.current
	d.joined(bytes.Clone(rest), at) // what was decrypted is cleared
	d.current = own
	var is Kind
	for _, l := range d.bundle.Failures[before.failures:] {
		is = l.Kind
	}
	for o := range d.bundle.objects(before) {
		is = o.Kind
		break
	}
	for i := before.notes - 1; i >= notes; i-- {
		if x := &d.bundle.Notes[i]; x.Kind == note.TrailingData {
			x.Is = is
			return
		}
	}
}

// alone adds an object with add, whose bytes data are and which has its place for itself, and
// reads what follows it there.
func (d *decoder) alone(data []byte, at Source, add func() error) error {
	notes := len(d.bundle.Notes)
	err := add()
	if err == nil {
		d.behind(data, at, notes)
	}
	return err
}

// joined reads the objects that data begins with, each behind the one before it.
func (d *decoder) joined(data []byte, at Source) {
	for n := 0; len(data) > 0 && !d.over(); n++ {
		f, rest := objectBehind(data)
		if f == nil {
			return
		}
		if n == maxFollowing {
			d.fail(at, "", "", tooLarge(at, "file", fmt.Sprintf("more than %d objects of different formats, or with something between them", maxFollowing)))
			return
		}
		before := d.bundle.count()
		at.Format = f.Name
		if err := f.read(d, rest, at); err != nil {
			d.fail(at, "", "", err)
		}
		data = d.leftOf(rest, at, before.notes)
		for s := range d.bundle.sources(before) {
			s.Line, s.Column, s.Offset = 0, 0, -1 // they count from where the bytes begin
		}
	}
}

// objectBehind finds the object that data begins with, after what stands between
// files that were joined, or fills up a block, or after a few bytes that are none of
// ours. The format is nil if there is none.
func objectBehind(data []byte) (f *Format, rest []byte) {
	for _, between := range []string{"\r\n", "\r\n\x00\xff"} { // a keystore may begin with zeros
		rest = bytes.TrimLeft(data, between)
		if f, sure := surest(rest); f != nil && (sure >= likely || isObject(rest)) {
			return f, rest
		}
	}
	for tries, work, i := 0, 0, 0; i < min(len(data)-1, maxStray) && tries < maxStrayTries && work < maxStrayWork; i++ {
		if data[i] != 0x20|der.TagSequence || data[i+1] == 0x80 { // to find the end of an indefinite length takes long
			continue
		}
		e, _, cut, ok := der.Prefix(data[i:])
		if cut || !ok {
			continue
		}
		tries, work = tries+1, work+len(e.Full)
		if !isObject(e.Full) { // what is behind it may be a text of any length
			continue
		}
		if f := Detect(e.Full); f != nil {
			return f, data[i:]
		}
	}
	return nil, nil
}

// Bounds of the search for an object behind bytes that are none of ours.
const (
	maxStray      = 4 << 10
	maxStrayTries = 64      // of what looks like the beginning of one
	maxStrayWork  = 1 << 20 // bytes that were tried, from which there is no further try
)

// besideObject is a part of a text that is of another format.
type besideObject struct {
	format     string
	start, end int
	err        error
}

// besideText finds objects in what is no PEM.
func besideText(gap []byte) (list []besideObject) {
	if pem.IsBinary(gap) {
		if f, rest := objectBehind(gap); f != nil {
			return []besideObject{{format: f.Name, start: len(gap) - len(rest), end: len(gap)}}
		}
	}
	for _, f := range []struct {
		name   string
		mark   string // it begins there
		detect func([]byte) confidence
	}{
		{"ppk", ppkHeader, detectPPK}, {"reg", "Windows Registry Editor", detectRegistry}, {"reg", "REGEDIT4", detectRegistry},
		{"cisco", "crypto ", detectCisco}, {"hex", "", detectHex},
	} {
		i := bytes.Index(gap, []byte(f.mark))
		if i >= 0 && f.detect(gap[i:]) >= likely {
			return []besideObject{{format: f.name, start: i, end: len(gap)}}
		}
	}
	const begin, end = "<RSAKeyValue", "</RSAKeyValue>"
	for p := 0; ; {
		i := bytes.Index(gap[p:], []byte(begin))
		if i < 0 {
			break
		}
		x := besideObject{format: "rsa-xml", start: p + i, end: len(gap)}
		if i = bytes.Index(gap[x.start:], []byte(end)); i >= 0 {
			x.end = x.start + i + len(end)
		}
		list = append(list, x)
		p = x.end
	}
	return append(list, besideJSON(gap)...)
}

// besideJSON finds JSON Web Keys, alone, in a set or in other JSON.
func besideJSON(gap []byte) (list []besideObject) {
	mark := []byte(`"kty"`)
	for p := 0; ; {
		i := bytes.Index(gap[p:], mark)
		if i < 0 {
			return list
		}
		i += p
		x := besideObject{format: "jwk", start: bytes.LastIndexByte(gap[p:i], '{') + p}
		n := bytes.IndexByte(gap[i:], '}')
		switch {
		case (x.start < p || n < 0) && bytes.Contains(gap[p:], []byte(`"x5c"`)):
			return list // its certificates are the PEM, or were read as such
		case x.start < p || n < 0:
			x.start, x.end = i, len(gap)
			x.err = &Error{Kind: ErrDamaged, What: whatJWK, Detail: "PEM stands within it, or it is cut: save it as a file of its own"}
		default:
			x.end = i + n + 1
			if !bytes.Contains(gap[x.start:x.end], []byte(`"oth"`)) {
				break
			}
			if n = bytes.IndexByte(gap[i:], ']'); n >= 0 { // further primes stand in braces of their own
				if m := bytes.IndexByte(gap[i+n:], '}'); m >= 0 {
					x.end = i + n + m + 1
				}
			}
		}
		list = append(list, x)
		p = x.end
	}
}

// dropKnown drops public keys that came in since before and are those of certificates or
// keys that are there: the description of a service names both.
func (d *decoder) dropKnown(before tally) {
	b := d.bundle
	if len(b.PublicKeys) == before.publicKeys {
		return
	}
	known := map[string]bool{}
	for i := range b.Certs {
		known[string(b.Certs[i].SPKI)] = true
	}
	for i := range b.Keys {
		known[string(b.Keys[i].SPKI)] = true
	}
	kept := b.PublicKeys[:before.publicKeys]
	for _, k := range b.PublicKeys[before.publicKeys:] {
		if known[string(k.SPKI)] {
			d.note(k.Source, note.Skipped, "the public key of a certificate or key that is there")
			continue
		}
		kept = append(kept, k)
	}
	b.PublicKeys = slices.Clip(kept)
}
