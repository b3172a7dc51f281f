package convert

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// maxMembers bounds the files of one archive.
const maxMembers = 100_000

// Member is a file in an archive.
type Member struct {
	Name   string // with its folders; each is there once
	Data   []byte
	Cipher string // what it is locked with
	Err    *Error // why Data is not there: locked, damaged, packed in a way that is not known here
}

// Unzip gives the files of a ZIP archive in their order, without folders and
// what macOS puts beside each file. Of opts it takes File and MaxSize, the limit
// for all files together. The error is about the archive as a whole.
func Unzip(data []byte, opts *DecodeOptions) ([]Member, error) {
	if opts == nil {
		opts = &DecodeOptions{}
	}
	var list []Member
	err := unzip(data, Source{File: opts.File, Format: "zip"}, &zipBudget{limit: opts.limit()}, func(m Member) error {
		list = append(list, m)
		return nil
	})
	return list, err
}

// IsZIP reports whether data is a ZIP archive of files, and not a document or
// program that is packed as one.
func IsZIP(data []byte) bool { return detectZIP(data) == Certain }

func detectZIP(data []byte) Confidence {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) && zipDocument(data) == "" {
		return Certain
	}
	return No
}

// zipDocument says what is packed as a ZIP archive and is none to its owner:
// the certificates in it, if any, are those of the people who signed it.
func zipDocument(data []byte) string {
	head := data[:min(len(data), sampleSize)]
	for _, k := range []struct{ name, words string }{
		{"META-INF/", "this is a Java archive (JAR, WAR or APK), not a keystore: a certificate in it is a .RSA file below META-INF"},
		{"word/", "this is a Word document: save the certificate from it as a plain text file"},
		{"xl/", "this is an Excel document, not a certificate"},
		{"[Content_Types].xml", "this is an Office document: save the certificate from it as a plain text file"},
	} {
		if bytes.Contains(head, []byte(k.name)) {
			return k.words
		}
	}
	return ""
}

// decodeZIP reads each file of an archive as whatever it is.
func (d *decoder) decodeZIP(data []byte, at Source) error {
	if err := d.enter(at); err != nil {
		return err
	}
	defer func() { d.depth-- }()
	d.container(at)
	before := d.count()
	var others []string
	err := unzip(data, at, &zipBudget{d.opts.limit(), &d.unpacked}, func(m Member) error {
		other, err := d.member(m, at)
		if other != "" {
			others = append(others, other)
		}
		return err
	})
	if err != nil {
		return err
	}
	now := d.count()
	if now.containers = before.containers; now == before {
		e := &Error{Kind: ErrUnknownFormat, Source: at, What: "ZIP archive", Detail: "there is no file in it"}
		if n := len(others); n > 0 {
			e.Detail = fmt.Sprintf("none of its %d files is a certificate or key: %s", n, strings.Join(others[:min(n, 3)], "; "))
		}
		return e
	}
	const most = 20
	for i, other := range others {
		if i == most {
			d.note(at, NoteSkipped, fmt.Sprintf("%d more files", len(others)-most))
			break
		}
		d.note(at, NoteSkipped, other)
	}
	return nil
}

// member reads one file of an archive. What is none of ours is passed over,
// unless its name says otherwise: other says what it is. An error ends it all.
func (d *decoder) member(m Member, at Source) (other string, err error) {
	name := m.Name
	if at.Entry != "" {
		name = at.Entry + "/" + name // an archive in an archive
	}
	at.Format, at.Entry, at.Offset = "", name, -1
	before := d.count()
	outer := d.opts
	d.opts = outer.forMember(name)
	err = d.memberContent(m, at)
	d.opts = outer
	var own *Error
	if errors.As(err, &own) && own.Kind == ErrUnknownFormat && d.count().failures == before.failures && !namedAsOurs(name) {
		other = plain(m.Name, 120)
		if what, _, _ := strings.Cut(own.Detail, ", not "); what != "" {
			other += ": " + what
		}
		return other, nil
	}
	if err != nil {
		d.fail(at, "", m.Cipher, err)
	}
	d.settleMember(before, name)
	if d.err != nil && !errors.As(d.err, &own) || d.index > maxObjects {
		return "", d.err // the user's will, or a limit of the whole
	}
	return "", nil
}

// namedAsOurs reports whether the name of a file says that it holds a key or
// certificate.
func namedAsOurs(name string) bool {
	f := Lookup(path.Ext(name))
	return f != nil && f.Name != "zip"
}

func (d *decoder) memberContent(m Member, at Source) error {
	if m.Err != nil {
		return m.Err
	}
	f := Detect(m.Data)
	if f == nil {
		return &Error{Kind: ErrUnknownFormat, Source: at, Detail: identifyForeign(m.Data)}
	}
	at.Format = f.Name
	return f.read(d, m.Data, at)
}

// forMember makes requests for passwords name the file in the archive.
func (o *DecodeOptions) forMember(name string) *DecodeOptions {
	if o.Password == nil {
		return o
	}
	inner := *o
	inner.Password = func(r PasswordRequest) ([]byte, error) {
		if r.Member == "" {
			r.Member = name
		}
		return o.Password(r)
	}
	return &inner
}

// settleMember puts the name of the file in the archive on all that it
// brought. Lines count from its own start; offsets in it mean nothing to
// somebody who has the archive.
func (d *decoder) settleMember(before tally, name string) {
	under := func(entry string) bool { return strings.HasPrefix(entry, name+"/") } // an archive in this one has done it
	for s := range d.bundle.sources(before) {
		if !under(s.Entry) {
			s.Entry = name
		}
		s.Offset = -1
	}
	for i := range d.bundle.Failures[before.failures:] {
		var e *Error
		if !errors.As(d.bundle.Failures[before.failures+i].Err, &e) || e.Member != "" {
			continue
		}
		e.Member = plain(name, 120)
	}
}

// zipBudget is how much may come out of archives.
type zipBudget struct {
	limit int64
	used  *int64
}

// unzip calls visit for each file.
func unzip(data []byte, at Source, budget *zipBudget, visit func(Member) error) error {
	if budget.used == nil {
		budget.used = new(int64)
	}
	files, err := zipFiles(data, at)
	if err != nil {
		return err
	}
	seen := map[string]int{}
	for _, f := range files {
		name := zipName(f)
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || path.Base(name) == ".DS_Store" {
			continue
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, seen[name])
		}
		m := Member{Name: name, Cipher: zipCipher(f)}
		if m.Data, err = budget.read(f); err != nil {
			if m.Err = zipFault(f, at, err); m.Err.Kind == ErrTooLarge {
				return m.Err
			}
		}
		if err := visit(m); err != nil {
			return err
		}
	}
	return nil
}

// zipFiles reads the directory of an archive.
func zipFiles(data []byte, at Source) ([]*zip.File, error) {
	const what = "ZIP archive"
	// Each entry costs more memory than it takes in the file: count first.
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > maxMembers {
		return nil, tooLarge(at, what, fmt.Sprintf("%d files, the limit is %d", n, maxMembers))
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err == nil || errors.Is(err, zip.ErrInsecurePath) { // nothing is written under these names
		return z.File, nil
	}
	fault := &Error{Kind: ErrDamaged, Source: at, What: what, Detail: "the list of its files does not fit what is in it"}
	if bytes.LastIndex(data, []byte("PK\x05\x06")) < 0 {
		fault.Detail = fmt.Sprintf("it was cut short: the list of its files, which comes last, is not there at byte %d", len(data))
	}
	return nil, fault
}

// zipName is the name of a file in UTF-8 and with slashes, whatever wrote it.
func zipName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		high := []rune(cp437High) // APPNOTE.TXT, Appendix D
		var b strings.Builder
		for _, c := range []byte(name) {
			if c < 0x80 {
				b.WriteByte(c)
			} else {
				b.WriteRune(high[c-0x80])
			}
		}
		name = b.String()
	}
	return strings.ReplaceAll(name, `\`, "/")
}

var errOverBudget = errors.New("over the limit")

// read unpacks one file.
func (b *zipBudget) read(f *zip.File) ([]byte, error) {
	if zipCipher(f) != "" {
		return nil, errPassword
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	left := b.limit - *b.used
	content, err := io.ReadAll(io.LimitReader(r, left+1))
	*b.used += int64(len(content))
	if int64(len(content)) > left {
		return nil, errOverBudget
	}
	return content, err
}

// zipFault words why a file could not be unpacked.
func zipFault(f *zip.File, at Source, err error) *Error {
	const what = "ZIP archive"
	at.Offset, _ = f.DataOffset()
	e := &Error{Kind: ErrDamaged, Source: at, What: what}
	switch {
	case errors.Is(err, errPassword):
		e = unsupported(at, what, zipCipher(f))
		e.Detail = "the file is locked with a password of the archive: unpack it first"
	case errors.Is(err, errOverBudget):
		e = tooLarge(at, what, "its files are larger than the limit for all of them")
	case errors.Is(err, zip.ErrAlgorithm):
		e = unsupported(at, what, zipMethod(f.Method))
		e.Detail = "the file is packed in this way: unpack it first"
	case errors.Is(err, zip.ErrChecksum):
		e.Detail = "the checksum of the file is wrong"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Detail = "the file ends early"
	default:
		e.Detail = "what is packed is not what the list of files says"
	}
	return e
}

// zipCipher names what locks a file, "" if nothing does.
func zipCipher(f *zip.File) string {
	switch {
	case f.Flags&1 == 0:
		return ""
	case f.Method == 99:
		return "WinZip AES"
	case f.Flags&0x40 != 0:
		return "PKWARE Strong Encryption"
	}
	return "ZipCrypto"
}

// zipMethod names a compression method (APPNOTE.TXT, Section 4.4.5).
func zipMethod(n uint16) string {
	switch n {
	case 9:
		return "Deflate64"
	case 12:
		return "bzip2"
	case 14:
		return "LZMA"
	case 93:
		return "Zstandard"
	case 95:
		return "XZ"
	case 98:
		return "PPMd"
	}
	return fmt.Sprintf("compression method %d", n)
}
