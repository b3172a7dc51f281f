package pem

import (
	"bytes"
	"errors"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

// Repaired is what Repair makes of a file.
type Repaired struct {
	Text    []byte   // canonical PEM (RFC 7468)
	Before  []byte   // the file as UTF-8
	Undone  []Note   // what was wrong, in the order of the file
	Secret  bool     // a private key is among the blocks
	Blocks  int      // how many there are
	Lost    []*Error // what cannot be repaired; Text is nil then
	Changed bool     // Text differs from the file
	Around  Place    // as that of Text: what is there is not in Text unless it was asked for
}

// Repair rewrites damaged PEM text as RFC 7468 wants it: 64 columns, LF,
// a label that names what is inside, nothing around it unless keepText asks for
// the text between the blocks. The blocks keep their order, and the DER in each
// its bytes, which is proved by reading the result again; a password is not
// needed. known is as for Read.
//
// It never guesses. Where something was lost, so that an object cannot be
// known, it returns an *Error with ErrDamaged for the first such place, and all
// of them in Lost. ErrNone means that there is no PEM text, or no block in it.
// The result is never nil.
func Repair(data []byte, keepText bool, known func([]byte) bool) (*Repaired, error) {
	return repairNested(data, keepText, known, 0)
}

func repairNested(data []byte, keepText bool, known func([]byte) bool, depth int) (*Repaired, error) {
	t, err := Read(data, known)
	if err != nil {
		return &Repaired{}, err
	}
	defer wipe(t.Blocks)
	r := &repairer{text: t, known: known, depth: depth}
	r.Before = data
	if enc, bom := DetectEncoding(data); enc != UTF8 {
		r.Before = enc.ToUTF8(data[bom:])
	}
	r.Undone, r.Around = t.Notes, t.Around
	carrier := keepText && t.Around.Line > 0
	for i := range t.Blocks {
		b := &t.Blocks[i]
		switch {
		case carrier && !t.onItsLines(b):
			r.Lost = append(r.Lost, &Error{Kind: ErrDamaged, Reason: Carried, At: b.At, What: b.what(), Detail: text.Of("it is within a line, indented or escaped, and writing it anew would change what is around it")})
			continue
		case carrier:
			r.keepBytes(i)
		case keepText:
			r.keepText(t.Before(i))
		}
		if err := r.block(b); err != nil {
			if err.At.Line == 0 {
				err.At = b.At
			}
			r.Lost = append(r.Lost, err)
		}
	}
	switch {
	case carrier:
		r.keepBytes(len(t.Blocks))
	case keepText:
		r.keepText(t.Before(len(t.Blocks)))
	}
	r.Blocks = len(r.want)
	sortNotes(r.Undone)
	if len(r.Lost) > 0 {
		clear(r.out)
		return &r.Repaired, r.Lost[0]
	}
	if r.Blocks == 0 {
		return &r.Repaired, &Error{Kind: ErrNone, Detail: text.Of("a BEGIN or END line, and no object with it")}
	}
	if err := r.prove(); err != nil {
		return &r.Repaired, err
	}
	r.Text, r.Changed = r.out, !bytes.Equal(r.out, data)
	return &r.Repaired, nil
}

// repairer carries what rewriting one file needs.
type repairer struct {
	Repaired
	text  *Text
	known func([]byte) bool
	out   []byte
	want  []wantedBlock // what must be read from out again
	depth int
}

type wantedBlock struct {
	label string
	body  []byte
}

// block writes one block, or says why it cannot.
func (r *repairer) block(b *Block) *Error {
	if b.Err != nil {
		return b.Err
	}
	if b.opaque() {
		return r.opaque(b)
	}
	if bytes.HasPrefix(b.Body, dashes) && b.Label == "" {
		return r.nested(b)
	}
	if dek, encrypted := b.DEKInfo(); encrypted {
		return r.encrypted(b, dek)
	}
	label, secret := b.canonicalLabel()
	if label == "" {
		return &Error{Kind: ErrDamaged, Reason: NoLabel, What: b.what(), Detail: text.Of("it is %s, for which PEM has no label", shape.Of(b.Body))}
	}
	body, err := b.withoutPadding()
	if err != nil {
		return err
	}
	if l, known := LookupLabel(label); shape.Of(body) == shape.Unknown && (b.EndLabel != "" && b.EndLabel != b.Label || known && l.Objects != nil) {
		return &Error{Kind: ErrDamaged, What: b.what(), Detail: text.Of("what is between BEGIN and END is not %s", article(label))}
	}
	if b.Label != "" && label != b.Label {
		r.relabelled(b, label)
	}
	r.write(label, nil, body, secret)
	return nil
}

// encrypted writes a block with the traditional encryption. Its label is all
// that is known of it, and only the length of the ciphertext can be checked.
func (r *repairer) encrypted(b *Block, dek string) *Error {
	e := &Error{Kind: ErrDamaged, What: text.Of("encrypted %s", shown(b.Label))}
	scheme, err := pbe.ParseDEKInfo(dek)
	if err == nil {
		err = scheme.CheckLength(len(b.Body))
	}
	var lacks *pbe.UnsupportedError
	switch damaged := err != nil && !errors.As(err, &lacks); {
	case damaged && dek == "":
		e.Detail = text.Of("%v", err)
	case b.EndLabel == "" || b.Label == "":
		e.Detail = text.Of("a boundary is missing, and where it ends cannot be told without its password")
	case b.EndLabel != b.Label:
		e.Detail = text.Of("BEGIN says %s, END says %s, and what is inside cannot be looked at", b.Label, b.EndLabel)
	case damaged:
		e.Detail = text.Of("%v", err)
	default:
		r.write(b.Label, encryptionHeaders(b.Headers), b.Body, true)
		return nil
	}
	return e
}

func article(label string) string {
	if strings.HasSuffix(label, "KEY") || strings.HasSuffix(label, "CERTIFICATE") || strings.HasSuffix(label, "REQUEST") || strings.HasSuffix(label, "CRL") {
		return "a " + label
	}
	return label
}

// relabelled notes that the label changes.
func (r *repairer) relabelled(b *Block, label string) {
	n := Note{At: b.At, Kind: note.LabelWrong, Block: b.Number, Undone: true}
	n.Is, n.Text = b.WrongLabel()
	if l, _ := LookupLabel(b.Label); l.Modern != "" {
		n.Kind, n.Text = note.LabelLegacy, text.Of("%s, today %s", b.Label, label)
	}
	r.Undone = append(r.Undone, n)
}

func (r *repairer) write(label string, headers [][2]string, body []byte, secret bool) {
	r.out = Append(r.out, label, headers, body)
	r.want = append(r.want, wantedBlock{label, body})
	r.Secret = r.Secret || secret
}

// opaque keeps a block that is not PEM in the sense of RFC 7468 as it is.
func (r *repairer) opaque(b *Block) *Error {
	r.out = append(r.out, bytes.TrimSpace(r.text.text[b.begin:b.end])...)
	r.out = append(r.out, '\n')
	r.want = append(r.want, wantedBlock{label: b.Label})
	return nil
}

// nested unpacks PEM text that was encoded once more, as in a Kubernetes secret.
func (r *repairer) nested(b *Block) *Error {
	if r.depth >= maxNested {
		return &Error{Kind: ErrTooLarge, What: text.Of("container"), Detail: text.Of("nested deeper than %d levels", maxNested)}
	}
	inner, err := repairNested(b.Body, false, r.known, r.depth+1)
	if err != nil {
		return &Error{Kind: ErrDamaged, What: text.Of("PEM text within base64"), Detail: text.Of("%v", err)}
	}
	defer clear(inner.Text)
	t, err := Read(inner.Text, r.known)
	if err != nil {
		return unproved()
	}
	for i := range t.Blocks {
		r.want = append(r.want, wantedBlock{t.Blocks[i].Label, t.Blocks[i].Body})
	}
	if r.Around.Line == 0 && inner.Around.Line > 0 {
		r.Around = b.At
	}
	r.out = append(r.out, inner.Text...)
	r.Secret = r.Secret || inner.Secret
	return nil
}

// encryptionHeaders are the two headers of traditional encryption, in the
// order that RFC 1421, Section 4.6 asks for.
func encryptionHeaders(headers [][2]string) [][2]string {
	out := [][2]string{{"Proc-Type", "4,ENCRYPTED"}}
	for _, h := range headers {
		if strings.EqualFold(h[0], "DEK-Info") {
			return append(out, [2]string{"DEK-Info", strings.ReplaceAll(h[1], " ", "")})
		}
	}
	return out
}

// canonicalLabel is the label for what the block holds, "" if there is none,
// and whether that is a private key.
func (b *Block) canonicalLabel() (label string, secret bool) {
	if bytes.HasPrefix(b.Body, []byte(OpenSSHMagic)) {
		return labelOpenSSH, true
	}
	switch o := shape.Of(b.Body); o {
	case shape.PKCS8:
		return LabelPKCS8, true
	case shape.EncryptedPKCS8:
		return LabelEncryptedPKCS8, true
	case shape.PKCS1:
		return LabelPKCS1, true
	case shape.SEC1:
		return LabelSEC1, true
	case shape.DSAKey:
		return "DSA PRIVATE KEY", true
	case shape.SPKI:
		return LabelPublicKey, false
	case shape.PKCS1Public:
		return "RSA PUBLIC KEY", false
	case shape.DSAPublic:
		return "DSA PUBLIC KEY", false
	case shape.Certificate:
		return LabelCertificate, false
	case shape.TrustedCert:
		return labelTrusted, false
	case shape.Request:
		return LabelRequest, false
	case shape.CRL:
		return LabelCRL, false
	case shape.SPKAC:
		return "SPKAC", false
	case shape.PKCS7:
		if b.Label == "CMS" {
			return "CMS", false
		}
		return "PKCS7", false
	case shape.AttributeCert:
		return "ATTRIBUTE CERTIFICATE", false
	}
	// Its label is all that is known of it.
	l, _ := LookupLabel(b.Label)
	return b.Label, l.Kind == shape.KindPrivateKey || strings.Contains(b.Label, "KEY") && l.Kind != shape.KindPublicKey
}

// withoutPadding gives the object without the zero bytes or line ends that a
// transfer put after it. Anything else after it is not passed over.
func (b *Block) withoutPadding() ([]byte, *Error) {
	o := shape.Of(b.Body)
	if o == shape.Unknown || o == shape.TrustedCert || o == shape.NET {
		return b.Body, nil
	}
	e, rest, err := der.Parse(b.Body)
	if err != nil || len(rest) == 0 {
		return b.Body, nil
	}
	if len(bytes.Trim(rest, "\x00\r\n")) > 0 {
		return nil, &Error{Kind: ErrDamaged, Reason: Trailing, What: b.what(), Detail: text.Of("%d bytes that are no padding follow the object", len(rest))}
	}
	return e.Full, nil
}

// keepBytes takes over the text before block i as it is.
func (r *repairer) keepBytes(i int) {
	from, to := 0, len(r.text.source)
	if i > 0 {
		from = r.text.Blocks[i-1].plainEnd
		rest := bytes.TrimLeft(r.text.source[from:], " \t")
		from = len(r.text.source) - len(rest) + lineEndAt(rest) // Append ends the line
	}
	if i < len(r.text.Blocks) {
		to = r.text.Blocks[i].plainBegin
	}
	r.out = append(r.out, r.text.source[from:max(from, to)]...)
}

// keepText takes over the whole lines of the text between two blocks.
func (r *repairer) keepText(text []byte) {
	if len(r.want) > 0 {
		// the rest of the END line
		i := bytes.IndexAny(text, "\r\n")
		if i < 0 {
			return
		}
		text = text[i+max(lineEndAt(text[i:]), 1):]
	}
	for line := range bytes.Lines(bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte{'\r'}, []byte{'\n'})) {
		if !bytes.HasSuffix(line, []byte{'\n'}) && len(r.want) < len(r.text.Blocks) {
			return // it is before BEGIN on its line
		}
		if line = bytes.TrimRight(line, " \t\n"); len(line) > 0 || len(r.out) > 0 {
			r.out = append(append(r.out, line...), '\n')
		}
	}
}

// prove reads the result again: the same objects, each in a clean block.
func (r *repairer) prove() error {
	t, err := Read(r.out, r.known)
	if err != nil || len(t.Blocks) != len(r.want) {
		return unproved()
	}
	defer wipe(t.Blocks)
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if b.opaque() && r.want[i].body == nil {
			continue
		}
		if b.Err != nil || b.Label != r.want[i].label || b.EndLabel != b.Label || !bytes.Equal(b.Body, r.want[i].body) || !b.Clean && len(b.Headers) == 0 {
			return unproved()
		}
	}
	for i := range t.Notes {
		if k := t.Notes[i].Kind; k != note.TextOutside && k != note.LineEndMixed {
			return unproved()
		}
	}
	return nil
}

func unproved() *Error {
	return &Error{Kind: ErrDamaged, What: text.Of("what repair wrote"), Detail: text.Of("it does not read back as it was")}
}
