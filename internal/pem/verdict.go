package pem

import (
	"bytes"
	"encoding/base64"
	stdpem "encoding/pem"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// opensslLine is how much of a line OpenSSL reads at once (LINESIZE in
// crypto/pem/pem_lib.c, less the final NUL). Longer ones fall apart.
const opensslLine = 254

// opensslHeaded is the length of the lines that follow an empty line, as it is
// behind headers: none may be longer, and none but the last one shorter.
const opensslHeaded = 64

// opensslReading is what OpenSSL's PEM_read_bio makes of one block.
type opensslReading struct {
	begin  int    // offset of the BEGIN line
	end    int    // offset after the END line
	label  string // as it is in the file
	locked bool   // the headers say that it is encrypted
	body   []byte
	fault  text.Text // why it gives up here; none if it does not
}

// opensslReader reads PEM text the way OpenSSL 3.0 does, or 1.1.1, and with it
// nginx, Apache and HAProxy. What it says decides whether a server starts, so it
// follows that reader where it is odd, too: a mangled BEGIN line is passed over
// in silence, a mangled END line may swallow the next block.
type opensslReader struct {
	data    []byte
	pos     int
	old     bool // it is 1.1.1
	stopped bool // a line began with a NUL, which is the end for whoever reads certificates
}

// gets is fgets with a buffer of opensslLine+1 bytes. A NUL ends what is seen
// of the line.
func (r *opensslReader) gets() (line []byte, partial bool) {
	end := min(r.pos+opensslLine, len(r.data))
	partial = end == r.pos+opensslLine
	if i := bytes.IndexByte(r.data[r.pos:end], '\n'); i >= 0 {
		end, partial = r.pos+i+1, false
	}
	line = r.data[r.pos:end]
	r.pos = end
	if i := bytes.IndexByte(line, 0); i >= 0 {
		line = line[:i]
	}
	return line, partial
}

// trimOpenSSL drops white space and control characters at the end of a line,
// and all bytes over 127: it compares signed characters.
func trimOpenSSL(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] <= ' ' || line[len(line)-1] >= 0x80) {
		line = line[:len(line)-1]
	}
	return line
}

// next reads the next block; false at the end of the text.
// Version 3.0 passes over a byte order mark before its first line, wherever
// that is.
func (r *opensslReader) next() (opensslReading, bool) {
	for first := true; ; first = false {
		start := r.pos
		line, _ := r.gets()
		if r.pos == start {
			return opensslReading{}, false
		}
		r.stopped = r.stopped || len(line) == 0
		if first && !r.old && len(line) > 3 && bytes.HasPrefix(line, []byte("\ufeff")) {
			line = line[3:]
		}
		line = trimOpenSSL(line)
		if rest, ok := bytes.CutPrefix(line, beginMark); ok {
			if label, ok := bytes.CutSuffix(rest, dashes); ok {
				b := opensslReading{begin: start, label: string(label)}
				r.block(&b)
				b.end = r.pos
				return b, true
			}
		}
	}
}

// block reads headers and body up to the END line.
func (r *opensslReader) block(b *opensslReading) {
	const maybe, within, after = 0, 1, 2
	state, short, partial := maybe, false, false
	var header, body []byte
	for {
		line, part := r.gets()
		if len(line) == 0 {
			b.fault = text.Of("it finds no END line")
			return
		}
		wasPartial := partial
		partial = part
		if state == maybe && bytes.IndexByte(line, ':') >= 0 {
			state, header, body = within, body, nil
		}
		line = trimOpenSSL(line)
		switch {
		case len(line) == 0:
			if wasPartial {
				continue
			}
			if state == after {
				b.fault = text.Of("it takes an empty line for the end of headers")
				return
			}
			if state == maybe {
				header, body = body, nil
			}
			state = after
			continue
		case bytes.HasPrefix(line, endMark):
			if string(line[len(endMark):]) != b.label+string(dashes) {
				b.fault = text.Of("it takes this for the wrong END line")
				return
			}
			if state == within {
				b.fault = text.Of("it finds no empty line after the headers")
				return
			}
			b.headers(header)
			b.decode(body)
			return
		case short:
			b.fault = text.Of("it finds a line that is shorter than the others")
			return
		}
		if state == within {
			header = append(append(header, line...), '\n')
			continue
		}
		body = append(append(body, line...), '\n')
		if state == after {
			if len(line) > opensslHeaded {
				b.fault = text.Of("it finds a line over 64 characters after an empty one")
				return
			}
			short = len(line) < opensslHeaded
		}
	}
}

// headers follows PEM_get_EVP_CIPHER_INFO: the two headers of encryption, in
// this order and case, may be followed by others.
func (b *opensslReading) headers(header []byte) {
	if len(header) == 0 {
		return
	}
	rest, ok := bytes.CutPrefix(header, []byte("Proc-Type:"))
	rest, four := bytes.CutPrefix(bytes.TrimLeft(rest, " \t"), []byte("4,"))
	rest, encrypted := bytes.CutPrefix(bytes.TrimLeft(rest, " \t"), []byte("ENCRYPTED"))
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	rest, dek := bytes.CutPrefix(rest, []byte("DEK-Info:"))
	if b.locked = ok && four && encrypted && blank(line) && dek && wholeDEK(rest); b.locked {
		return
	}
	// The reader of keys looks only at headers that are long enough for Proc-Type.
	if short := len(header) <= 10 && strings.HasSuffix(b.label, LabelPKCS8); !short {
		b.fault = text.Of("it takes only headers of encryption, Proc-Type and then DEK-Info")
	}
}

// wholeDEK reports whether the value of a DEK-Info header is a name, a comma, and
// the hexadecimal digits of an IV without anything between.
func wholeDEK(value []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(value, " \t"), []byte("\n"))
	cipher, iv, found := bytes.Cut(line, []byte(","))
	size := pbe.DEKInfoIV(string(bytes.TrimRight(cipher, " \t")))
	return found && (size == 0 || len(iv) >= 2*size && len(bytes.Trim(iv[:2*size], "0123456789abcdefABCDEF")) == 0)
}

// decode follows EVP_DecodeUpdate and EVP_DecodeFinal: white space is passed
// over, a dash ends it.
func (b *opensslReading) decode(body []byte) {
	if !b.fault.IsZero() {
		return
	}
	fault := text.Of("it finds something that is not base64")
	chars, pads := make([]byte, 0, len(body)), 0
	for _, c := range body {
		switch {
		case c == '-':
			if len(chars)%4 != 0 {
				b.fault = fault
				return
			}
			goto end
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		case c == '=':
			if pads++; pads > 2 {
				b.fault = fault
				return
			}
			chars = append(chars, c)
		case !inBase64[c], pads > 0:
			b.fault = fault
			return
		default:
			chars = append(chars, c)
		}
	}
end:
	if len(chars)%4 != 0 {
		b.fault = fault
		return
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(chars)))
	n, err := base64.RawStdEncoding.Decode(out, bytes.TrimRight(chars, "="))
	if err != nil {
		b.fault = fault
		return
	}
	b.body = out[:n]
}

// Verdicts says of each block that OpenSSL does not read as it is meant what
// OpenSSL makes of it, and of a key that Apache finds all the same. data is the
// file that t was read from.
func (t *Text) Verdicts(data []byte) []Note {
	objects := make([]shape.Object, len(t.Blocks))
	for i := range t.Blocks {
		objects[i] = shape.Of(t.Blocks[i].Body)
	}
	list := t.verdicts(data, objects, reading{})
	for _, other := range []struct {
		differs bool
		as      reading
		by      note.Readers
	}{
		{t.ofVersions(data), reading{old: true}, note.OpenSSL11Loads},
		{t.ofDovecot(data), reading{dovecot: true}, note.DovecotLoads},
		{t.ofDovecot(data), reading{store: true}, note.StoreLoads},
		{t.ofDovecot(data), reading{store: true, names: true}, note.NamesLoads},
	} {
		if other.differs {
			list = compared(list, t.verdicts(data, objects, other.as), other.by)
		}
	}
	return append(list, t.goSkips(data, objects)...)
}

// compared adds to list what is otherwise for one of the readers.
func compared(list, others []Note, by note.Readers) []Note {
	for i := range list {
		n := &list[i]
		same := func(o Note) bool { return o.Block == n.Block && o.Kind == n.Kind && o.Text.String() == n.Text.String() }
		if rest := slices.DeleteFunc(others, same); len(rest) < len(others) {
			others = rest
		} else {
			n.By &^= by
		}
	}
	for _, n := range others {
		n.By = by
		list = append(list, n)
	}
	return list
}

// goSkips says which keys and certificates Go's reader does not find, under the
// labels that crypto/tls looks for.
func (t *Text) goSkips(data []byte, objects []shape.Object) []Note {
	all := t.plain && t.bom == 0 && t.opensslReads()
	for i := range objects {
		all = all && goLabel(t.Blocks[i].Label, objects[i])
	}
	if all {
		return nil
	}
	var list []Note
	found, rest := stdpem.Decode(data)
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if kind := objects[i].Kind(); b.Err != nil || kind != shape.KindCertificate && kind != shape.KindPrivateKey {
			continue
		}
		at := int(b.End)
		for found != nil && len(data)-len(rest) < at && !bytes.Equal(found.Bytes, b.Body) {
			clear(found.Bytes)
			found, rest = stdpem.Decode(rest)
		}
		if found == nil || !bytes.Equal(found.Bytes, b.Body) || !goLabel(found.Type, objects[i]) {
			list = append(list, Note{At: b.At, By: note.GoParses, Kind: note.GoSkips, Block: b.Number, Text: text.Of("Go passes over this block")})
		}
	}
	return list
}

// GoFinds reads a text as crypto/tls does: the certificates that it finds, by their DER, and
// whether the first private key that it takes is in a form that it may know.
func GoFinds(data []byte) (certs map[string]bool, key bool) {
	certs = map[string]bool{}
	keys := 0
	for b, rest := stdpem.Decode(data); b != nil; b, rest = stdpem.Decode(rest) {
		switch {
		case goLabel(b.Type, shape.Certificate):
			certs[string(b.Bytes)] = true
		case goLabel(b.Type, shape.PKCS8):
			keys++
			key = key || keys == 1 && b.Type != labelOpenSSH
		}
		clear(b.Bytes)
	}
	return certs, key
}

// goLabel reports whether crypto/tls looks under a label for the object.
func goLabel(label string, object shape.Object) bool {
	switch object.Kind() {
	case shape.KindCertificate:
		return label == LabelCertificate && object == shape.Certificate
	case shape.KindPrivateKey:
		return strings.HasSuffix(label, LabelPKCS8)
	}
	return true
}

// ofVersions reports whether it may depend on the version of OpenSSL what it makes
// of the text.
func (t *Text) ofVersions(data []byte) bool {
	return bytes.Contains(data, []byte("\ufeff")) || slices.ContainsFunc(t.Blocks, func(b Block) bool { return b.Label == LabelEncryptedPKCS8 && shape.Of(b.Body) == shape.PKCS8 })
}

// ofDovecot reports whether Dovecot may read the text in another way than most
// servers that read with OpenSSL.
func (t *Text) ofDovecot(data []byte) bool {
	return bytes.IndexByte(data, 0) >= 0 || slices.ContainsFunc(t.Blocks, func(b Block) bool { return b.Label == labelTrusted || b.tail() })
}

// reading is how a server has OpenSSL read a text: like most, with the versions
// from 3.0 on, if nothing is set.
type reading struct {
	old     bool // OpenSSL 1.1.1
	dovecot bool // up to a NUL, and also the first certificate without trust data (PEM_read_bio_X509)
	store   bool // CAs of clients, with trust data or without (PEM_X509_INFO_read_bio)
	names   bool // of which there has to be one without (SSL_load_client_CA_file)
}

func (t *Text) verdicts(data []byte, objects []shape.Object, as reading) []Note {
	var list []Note
	tell := func(b *Block, kind note.Kind, what text.Text) {
		list = append(list, Note{At: b.At, Kind: kind, Text: what, Block: b.Number, By: note.OpenSSLLoads | note.DovecotLoads | note.StoreLoads | note.NamesLoads})
	}
	clean := t.opensslReads() && !(as.old && t.bom > 0)
	if end := bytes.IndexByte(data, 0); as.dovecot && end >= 0 {
		data, clean = data[:end], false
	}
	r := opensslReader{data: data, old: as.old}
	var next opensslReading
	more, taken := false, false // next is there; it is a block that came before
	if !clean {
		next, more = r.next()
	}
	seen := as.dovecot || as.store // a certificate
	if as.names {
		as.names = !slices.ContainsFunc(t.Blocks, func(b Block) bool { return b.Label == LabelCertificate || b.Label == "X509 CERTIFICATE" })
	}
	for i := range t.Blocks {
		b := &t.Blocks[i]
		for !clean && more && int64(next.end) <= b.At.Offset {
			clear(next.body)
			next, more = r.next()
			taken = false
		}
		if !clean {
			switch {
			case !more || taken || int64(next.begin) >= b.End, r.stopped && b.Kind() != shape.KindPrivateKey:
				tell(b, note.OpenSSLSkips, text.Of("OpenSSL passes over this block"))
				continue
			case !next.fault.IsZero():
				tell(b, note.OpenSSLFails, text.Of("OpenSSL gives up at this block: %s", next.fault))
				taken = true
				continue
			case b.opaque():
				taken = true
				continue
			case len(next.body) == 0:
				tell(b, note.OpenSSLFails, text.Of("OpenSSL gives up at this block: it finds nothing in it"))
				taken = true
				continue
			case b.Err != nil || !bytes.Equal(next.body, b.Body):
				tell(b, note.OpenSSLRefuses, text.Of("OpenSSL does not find the object here"))
				taken = true
				continue
			}
			taken = true
		}
		label := b.Label
		if !clean {
			label = next.label // compared byte by byte, in the case that it is written in
		}
		if kind, what := b.opensslTakes(label, objects[i], seen, as); kind != "" {
			tell(b, kind, what)
		}
		seen = seen || strings.HasSuffix(label, LabelCertificate)
	}
	clear(next.body)
	return t.apache(data, list)
}

// apache adds the key that Apache finds where OpenSSL finds none: it then takes
// the file for bare base64.
func (t *Text) apache(data []byte, list []Note) []Note {
	broken := map[int]bool{}
	for i := range list {
		broken[list[i].Block] = true
	}
	keys := false
	for i := range t.Blocks {
		if b := &t.Blocks[i]; isPrivateKey(shape.Of(b.Body)) {
			if !broken[b.Number] {
				return list
			}
			keys = true
		}
	}
	if !keys {
		return list
	}
	body := bareBase64(data)
	defer clear(body)
	for i := range t.Blocks {
		if b := &t.Blocks[i]; b.Err == nil && isPrivateKey(shape.Of(b.Body)) && bytes.HasPrefix(body, b.Body) {
			return append(list, Note{At: b.At, By: note.OpenSSLLoads, Kind: note.ApacheReads, Block: b.Number, Text: text.Of("Apache reads this key all the same, as bare base64")})
		}
	}
	return list
}

// isPrivateKey reports whether OpenSSL's d2i_PrivateKey knows an object.
func isPrivateKey(o shape.Object) bool {
	switch o {
	case shape.PKCS8, shape.PKCS1, shape.SEC1, shape.DSAKey:
		return true
	}
	return false
}

// bareBase64 decodes as OpenSSL's BIO_f_base64 does: the first line that is
// base64 begins the data, a dash ends it, and anything else is an error.
func bareBase64(data []byte) []byte {
	const most = 1024 // bytes of the first line, or it is passed over
	for len(data) > 0 {
		n := bytes.IndexByte(data, '\n') + 1
		if n == 0 {
			return nil
		}
		if n < most && startsBase64(data[:n]) {
			b := opensslReading{}
			b.decode(data)
			return b.body
		}
		data = data[n:]
	}
	return nil
}

// startsBase64 reports whether nothing but base64 is on a line, or whole
// groups of it before a dash.
func startsBase64(line []byte) bool {
	n := 0
	for _, c := range line {
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		case c == '-':
			return n > 0 && n%4 == 0
		case !inBase64[c] && c != '=':
			return n >= 64
		default:
			n++
		}
	}
	return n > 0
}

// opensslReads reports whether it is plain that OpenSSL sees all blocks.
func (t *Text) opensslReads() bool {
	for i := range t.Blocks {
		if b := &t.Blocks[i]; !b.Clean || b.Err != nil {
			return false
		}
	}
	for i := range t.Notes {
		if k := t.Notes[i].Kind; k != note.TextOutside && k != note.ByteOrderMark {
			return false
		}
	}
	return true
}

// opaque reports whether the block is not PEM in the sense of RFC 7468, and
// was passed over.
func (b *Block) opaque() bool {
	l, _ := LookupLabel(b.Label)
	return l.Opaque
}

// tail reports whether bytes follow a certificate that are no trust data.
func (b *Block) tail() bool {
	size, _ := b.checkLength()
	return size > 0 && size < len(b.Body) && shape.Of(b.Body) == shape.Certificate
}

// opensslTakes tells what OpenSSL does with a block that it sees: it goes by
// the label. seen says that a certificate came before.
func (b *Block) opensslTakes(label string, object shape.Object, seen bool, as reading) (note.Kind, text.Text) {
	isCert := object == shape.Certificate || object == shape.TrustedCert
	switch label {
	case LabelCertificate, "X509 CERTIFICATE", labelTrusted:
		if as.names && label == labelTrusted {
			return note.OpenSSLRefuses, text.Of("nginx and Apache want a CERTIFICATE among the CAs of clients, to tell clients their names")
		} else if as.store && label == labelTrusted {
			seen = false
		}
		if seen && label == labelTrusted && as.dovecot {
			return note.OpenSSLSkips, text.Of("Dovecot takes no TRUSTED CERTIFICATE")
		} else if seen && label == labelTrusted {
			return note.OpenSSLSkips, text.Of("OpenSSL takes a TRUSTED CERTIFICATE only as the first of a file")
		}
		if !isCert {
			return note.OpenSSLRefuses, text.Of("OpenSSL gives up at this block: it is %s", object)
		}
		// d2i_X509_AUX, which reads the first one, wants trust data after it or nothing.
		if !seen && b.tail() {
			return note.OpenSSLRefuses, text.Of("OpenSSL gives up at this block: bytes follow the certificate")
		}
		return "", text.Text{}
	}
	if _, locked := b.DEKInfo(); locked && label == b.Label {
		return "", text.Text{}
	}
	labels := []string{b.Label}
	switch object {
	case shape.Certificate, shape.TrustedCert:
		labels = nil
	case shape.PKCS8:
		if labels = []string{LabelPKCS8}; !as.old {
			labels = append(labels, LabelEncryptedPKCS8)
		}
		switch shape.Traditional(b.Body) {
		case shape.PKCS1:
			labels = append(labels, LabelPKCS1)
		case shape.SEC1:
			labels = append(labels, LabelSEC1)
		}
	case shape.EncryptedPKCS8:
		labels = []string{LabelEncryptedPKCS8}
	case shape.PKCS1:
		labels = []string{LabelPKCS1}
	case shape.SEC1:
		labels = []string{LabelSEC1}
	case shape.DSAKey:
		labels = []string{"DSA PRIVATE KEY"}
	}
	if !slices.Contains(labels, label) {
		return note.OpenSSLSkips, text.Of("OpenSSL does not look under this label for %s", object)
	}
	return "", text.Text{}
}
