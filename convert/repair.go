package convert

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/note"
)

// RepairOptions say how RepairPEM writes.
type RepairOptions struct {
	File     string // name for places and errors
	KeepText bool   // keep the text between the blocks
}

// Repaired is what RepairPEM makes of a file.
type Repaired struct {
	Text    []byte    // canonical PEM (RFC 7468)
	Before  []byte    // the file as UTF-8
	Undone  []Note    // what was wrong, in the order of the file
	Secret  bool      // a private key is among the blocks
	Blocks  int       // how many there are
	Lost    []Failure // what cannot be repaired; Text is nil then
	Changed bool      // Text differs from the file
}

// RepairPEM rewrites damaged PEM text as RFC 7468 wants it: 64 columns, LF,
// a label that names what is inside, nothing around it. The blocks keep their
// order, and the DER in each its bytes, which is proved by reading the result
// again; a password is not needed.
//
// It never guesses. Where something was lost, so that an object cannot be
// known, it returns an *Error (ErrDamaged) for the first such place, and all of
// them in Lost. ErrUnknownFormat means that there is no PEM text at all.
func RepairPEM(data []byte, opts *RepairOptions) (*Repaired, error) {
	if opts == nil {
		opts = &RepairOptions{}
	}
	if IsZIP(data) {
		return &Repaired{}, &Error{Kind: ErrUnknownFormat, Source: Source{File: opts.File}, Detail: "it is a ZIP archive; unpack it and repair the file in it"}
	}
	return repairPEM(data, opts, 0)
}

func repairPEM(data []byte, opts *RepairOptions, depth int) (*Repaired, error) {
	t, err := ScanPEM(data)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Source.File = opts.File
			if e.Kind == ErrUnknownFormat {
				e.Detail = identifyForeign(data)
			}
		}
		return &Repaired{}, err
	}
	defer wipeBlocks(t.Blocks)
	r := &repairer{text: t, opts: opts, depth: depth}
	r.Before = data
	if enc, bom := detectEncoding(data); enc != encodingUTF8 {
		r.Before = toUTF8(data[bom:], enc)
	}
	for _, n := range t.Notes {
		n.Source.File = opts.File
		r.Undone = append(r.Undone, n)
	}
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if opts.KeepText {
			r.keepText(t.Text(i))
		}
		if err := r.block(b); err != nil {
			r.lose(b, err)
		}
	}
	if opts.KeepText {
		r.keepText(t.Text(len(t.Blocks)))
	}
	r.Blocks = len(r.want)
	sortNotes(r.Undone)
	if len(r.Lost) > 0 {
		clear(r.out)
		return &r.Repaired, r.Lost[0].Err
	}
	if r.Blocks == 0 {
		return &r.Repaired, &Error{Kind: ErrUnknownFormat, Source: Source{File: opts.File}, Detail: "a BEGIN or END line, and no object with it"}
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
	text  *PEMText
	opts  *RepairOptions
	out   []byte
	want  []wantedBlock // what must be read from out again
	depth int
}

type wantedBlock struct {
	label string
	body  []byte
}

// lose records a block that cannot be repaired.
func (r *repairer) lose(b *PEMBlock, err error) {
	src := b.Source
	src.File = r.opts.File
	var e *Error
	if errors.As(err, &e) {
		e.Source.File = r.opts.File
		if e.Source.Line > 0 {
			src = e.Source
		} else {
			e.Source = src
		}
	}
	r.Lost = append(r.Lost, Failure{Source: src, Kind: b.kind(), Err: err})
}

// block writes one block, or says why it cannot.
func (r *repairer) block(b *PEMBlock) error {
	damage := func(format string, args ...any) error {
		return &Error{Kind: ErrDamaged, What: b.what(), Detail: fmt.Sprintf(format, args...)}
	}
	if b.Err != nil {
		return b.Err
	}
	if b.opaque() {
		return r.opaque(b)
	}
	if bytes.HasPrefix(b.Body, dashes) && b.Label == "" {
		return r.nested(b)
	}
	if dek, encrypted := b.dekInfo(); encrypted {
		return r.encrypted(b, dek)
	}
	label, secret := b.canonicalLabel()
	if label == "" {
		return damage("it is %s, for which PEM has no label: certconv convert writes it as a file of its own", classify(b.Body))
	}
	body, err := b.withoutPadding()
	if err != nil {
		return err
	}
	if l, known := lookupLabel(label); classify(body) == objUnknown && (b.EndLabel != "" && b.EndLabel != b.Label || known && l.objects != nil) {
		return damage("what stands between BEGIN and END is not %s", article(label))
	}
	if b.Label != "" && label != b.Label {
		r.relabelled(b, label)
	}
	r.write(label, nil, body, secret)
	return nil
}

// encrypted writes a block with the traditional encryption. Its label is all
// that is known of it, and only the length of the ciphertext can be checked.
func (r *repairer) encrypted(b *PEMBlock, dek string) error {
	e := &Error{Kind: ErrDamaged, What: "encrypted " + shown(b.Label)}
	_, err := readDEKInfo(dek, len(b.Body), Source{}, e.What)
	switch {
	case dek == "":
		e.Detail = "the DEK-Info header, which says how it is encrypted, is missing"
	case b.EndLabel == "" || b.Label == "":
		e.Detail = "a boundary is missing, and where it ends cannot be told without its password"
	case b.EndLabel != b.Label:
		e.Detail = fmt.Sprintf("BEGIN says %s, END says %s, and what is inside cannot be looked at", b.Label, b.EndLabel)
	case errors.Is(err, ErrDamaged):
		return err
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
func (r *repairer) relabelled(b *PEMBlock, label string) {
	src := b.Source
	src.File = r.opts.File
	n := Note{Source: src, Kind: note.LabelWrong, Block: b.Number, Undone: true, Text: "labelled " + b.Label + ", but it is " + classify(b.Body).String()}
	if l, _ := lookupLabel(b.Label); l.modern != "" {
		n.Kind, n.Text = note.LabelLegacy, b.Label+", today "+label
	}
	r.Undone = append(r.Undone, n)
}

func (r *repairer) write(label string, headers [][2]string, body []byte, secret bool) {
	r.out = writePEM(r.out, label, headers, body)
	r.want = append(r.want, wantedBlock{label, body})
	r.Secret = r.Secret || secret
}

// opaque keeps a block that is not PEM in the sense of RFC 7468 as it stands.
func (r *repairer) opaque(b *PEMBlock) error {
	r.out = append(r.out, bytes.TrimSpace(r.text.text[b.begin:b.end])...)
	r.out = append(r.out, '\n')
	r.want = append(r.want, wantedBlock{label: b.Label})
	return nil
}

// nested unpacks PEM text that was encoded once more, as in a Kubernetes secret.
func (r *repairer) nested(b *PEMBlock) error {
	if r.depth >= maxNesting {
		return tooLarge(b.Source, "container", fmt.Sprintf("nested deeper than %d levels", maxNesting))
	}
	inner, err := repairPEM(b.Body, &RepairOptions{File: r.opts.File}, r.depth+1)
	if err != nil {
		return &Error{Kind: ErrDamaged, What: "PEM text within base64", Detail: err.Error()}
	}
	defer clear(inner.Text)
	t, err := ScanPEM(inner.Text)
	if err != nil {
		return err
	}
	for i := range t.Blocks {
		r.want = append(r.want, wantedBlock{t.Blocks[i].Label, t.Blocks[i].Body})
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
func (b *PEMBlock) canonicalLabel() (label string, secret bool) {
	if bytes.HasPrefix(b.Body, []byte(opensshMagic)) {
		return labelOpenSSH, true
	}
	switch o := classify(b.Body); o {
	case objPKCS8:
		return labelPKCS8, true
	case objEncryptedPKCS8:
		return labelEncryptedPKCS8, true
	case objPKCS1:
		return labelPKCS1, true
	case objSEC1:
		return labelSEC1, true
	case objDSAKey:
		return "DSA PRIVATE KEY", true
	case objSPKI:
		return labelPublicKey, false
	case objPKCS1Public:
		return "RSA PUBLIC KEY", false
	case objDSAPublic:
		return "DSA PUBLIC KEY", false
	case objCertificate:
		return labelCertificate, false
	case objTrustedCert:
		return "TRUSTED CERTIFICATE", false
	case objRequest:
		return labelRequest, false
	case objCRL:
		return labelCRL, false
	case objSPKAC:
		return "SPKAC", false
	case objPKCS7:
		if b.Label == "CMS" {
			return "CMS", false
		}
		return "PKCS7", false
	case objAttributeCert:
		return "ATTRIBUTE CERTIFICATE", false
	}
	// Its label is all that is known of it.
	l, _ := lookupLabel(b.Label)
	return b.Label, l.kind == KindPrivateKey || strings.Contains(b.Label, "KEY") && l.kind != KindPublicKey
}

// withoutPadding gives the object without the zero bytes or line ends that a
// transfer put behind it. Anything else behind it is not passed over.
func (b *PEMBlock) withoutPadding() ([]byte, error) {
	o := classify(b.Body)
	if o == objUnknown || o == objTrustedCert || o == objNET {
		return b.Body, nil
	}
	e, rest, err := der.Parse(b.Body)
	if err != nil || len(rest) == 0 {
		return b.Body, nil
	}
	if len(bytes.Trim(rest, "\x00\r\n")) > 0 {
		return nil, &Error{Kind: ErrDamaged, What: b.what(), Detail: fmt.Sprintf("%d bytes that are no padding follow the object; certconv convert writes it without them", len(rest))}
	}
	return e.Full, nil
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
			return // it stands before BEGIN on its line
		}
		if line = bytes.TrimRight(line, " \t\n"); len(line) > 0 || len(r.out) > 0 {
			r.out = append(append(r.out, line...), '\n')
		}
	}
}

// prove reads the result again: the same objects, each in a clean block.
func (r *repairer) prove() error {
	fault := &Error{Kind: ErrDamaged, Source: Source{File: r.opts.File}, What: "what repair wrote", Detail: "it does not read back as it was"}
	t, err := ScanPEM(r.out)
	if err != nil || len(t.Blocks) != len(r.want) {
		return fault
	}
	defer wipeBlocks(t.Blocks)
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if b.opaque() && r.want[i].body == nil {
			continue
		}
		if b.Err != nil || b.Label != r.want[i].label || b.EndLabel != b.Label || !bytes.Equal(b.Body, r.want[i].body) || !b.Clean && len(b.Headers) == 0 {
			return fault
		}
	}
	for i := range t.Notes {
		if k := t.Notes[i].Kind; k != note.TextOutside {
			return fault
		}
	}
	return nil
}
