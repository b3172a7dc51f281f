package convert

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"
	"unicode"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pubkey"
	"github.com/certconv/certconv/internal/shape"
)

// sshCurves are the names that SSH has for curves (RFC 5656, Section 10.1).
var sshCurves = []struct{ name, curve string }{{"nistp256", "P-256"}, {"nistp384", "P-384"}, {"nistp521", "P-521"}}

// sshCurve is the curve that SSH calls so, "" if there is none.
func sshCurve(name []byte) string {
	for _, c := range sshCurves {
		if c.name == string(name) {
			return c.curve
		}
	}
	return ""
}

// sshAlgorithms are the kinds of keys that SSH writes.
var sshAlgorithms = []string{"RSA", "EC P-256", "EC P-384", "EC P-521", "Ed25519"}

// sshWriter writes the strings and numbers of RFC 4251, Section 5.
type sshWriter []byte

func (w *sshWriter) string(b []byte) {
	*w = append(binary.BigEndian.AppendUint32(*w, uint32(len(b))), b...)
}

func (w *sshWriter) number(n *big.Int) {
	b := n.Bytes()
	if len(b) > 0 && b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	w.string(b)
}

// sshPublic writes a public key for SSH (RFC 4253, Section 6.6). ok is false for a
// kind of key that is not of sshAlgorithms.
func sshPublic(spki []byte) (kind string, blob []byte, ok bool) {
	k, err := pubkey.ReadPublic(spki)
	if err != nil {
		return "", nil, false
	}
	var w sshWriter
	switch k.Algorithm {
	case "RSA":
		n, err := pubkey.ParseRSAPublic(spki)
		if err != nil {
			return "", nil, false
		}
		kind = "ssh-rsa"
		w.string([]byte(kind))
		w.number(n.E)
		w.number(n.N)
		return kind, w, true
	case "Ed25519":
		kind = "ssh-ed25519"
		w.string([]byte(kind))
		w.string(pubkey.PublicOctets(spki))
		return kind, w, true
	}
	x, y, ok := pubkey.ECPoint(spki)
	for _, c := range sshCurves {
		if ok && k.Algorithm == "EC "+c.curve {
			kind = "ecdsa-sha2-" + c.name
			w.string([]byte(kind))
			w.string([]byte(c.name))
			w.string(slices.Concat([]byte{4}, x, y))
			return kind, w, true
		}
	}
	return "", nil, false
}

// sshSPKI reads a public key of SSH. ok is false where it is damaged; spki is nil for a
// kind that is not known.
func sshSPKI(blob []byte) (spki []byte, ok bool) {
	r := sshReader{blob}
	var kind []byte
	if !r.string(&kind) {
		return nil, false
	}
	switch k := string(kind); {
	case k == "ssh-rsa":
		var e, n *big.Int
		if !r.number(&e) || !r.number(&n) {
			return nil, false
		}
		return (&pubkey.RSA{N: n, E: e}).SPKI(), true
	case k == "ssh-ed25519":
		var b []byte
		if !r.string(&b) || len(b) != 32 {
			return nil, false
		}
		return pubkey.MarshalPublicOctets("Ed25519", b), true
	case strings.HasPrefix(k, "ecdsa-sha2-") && !strings.Contains(k, "@"):
		var name, point []byte
		if !r.string(&name) || !r.string(&point) {
			return nil, false
		}
		return pubkey.MarshalPublicEC(sshCurve(name), point), true
	}
	return nil, true
}

// sshEC wraps the numbers of an EC key in PKCS#8, which is nil for a curve that SSH has no
// name for. ok is false where they are none of the curve.
func sshEC(name []byte, secret *big.Int, point []byte) (pkcs8 []byte, ok bool) {
	curve := sshCurve(name)
	if curve == "" {
		return nil, true
	}
	pkcs8 = pubkey.MarshalEC(curve, secret, point)
	return pkcs8, pkcs8 != nil
}

const whatSSHPublic = "SSH public key"

// sshLine is a line of authorized_keys, of known_hosts or of a .pub file (sshd(8)).
type sshLine struct {
	lead    string // options, or a marker and hosts, as they stand there
	kind    string // "" where there is no key
	blob    []byte
	comment string
}

// readSSHLine takes a line apart.
func readSSHLine(line string) sshLine {
	line = strings.TrimSpace(line)
	for start := 0; start < len(line); {
		end := start + sshField(line[start:])
		if f := line[start:end]; isSSHKind(f) {
			rest := strings.TrimSpace(line[end:])
			word, comment := rest, ""
			if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
				word, comment = rest[:i], rest[i:]
			}
			if raw, err := base64.StdEncoding.DecodeString(word); err == nil {
				r := sshReader{raw}
				var inner []byte
				if r.string(&inner) && string(inner) == f {
					return sshLine{strings.TrimSpace(line[:start]), f, raw, strings.Join(strings.Fields(comment), " ")}
				}
			}
		}
		start = end + len(line[end:]) - len(strings.TrimLeftFunc(line[end:], unicode.IsSpace))
	}
	return sshLine{}
}

// sshField is the length of the field that s begins with. As in sshd, what stands in quotation marks is
// of it, with its spaces: a command may name another key.
func sshField(s string) int {
	quoted, escaped := false, false
	for i, r := range s {
		switch {
		case escaped && r == '"':
		case r == '"':
			quoted = !quoted
		case !quoted && unicode.IsSpace(r):
			return i
		}
		escaped = r == '\\'
	}
	return len(s)
}

// isSSHKind reports whether a word is the name of a kind of key; those of certificates
// are none.
func isSSHKind(s string) bool {
	bare := strings.TrimPrefix(s, "sk-")
	return (strings.HasPrefix(bare, "ssh-") || strings.HasPrefix(bare, "ecdsa-sha2-")) && !strings.Contains(s, "-cert-")
}

// holdsSSHKey reports whether a line of a list of keys is to be read: neither empty nor a
// comment.
func holdsSSHKey(line string) bool {
	t := strings.TrimSpace(line)
	return t != "" && t[0] != '#'
}

func detectSSHPublic(data []byte) confidence {
	head := data[:min(len(data), 1<<16)]
	if !bytes.Contains(head, []byte("ssh-")) && !bytes.Contains(head, []byte("ecdsa-sha2-")) {
		return notIt
	}
	for line := range strings.Lines(string(head)) {
		if holdsSSHKey(line) {
			if readSSHLine(line).kind != "" {
				return certain
			}
			break
		}
	}
	return notIt
}

// decodeSSHPublic reads public keys of SSH, one a line.
func (d *decoder) decodeSSHPublic(data []byte, at Source) error {
	d.container(at)
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		if !holdsSSHKey(line) {
			continue
		}
		at := at
		at.Line, at.Column, at.Offset = number, 1, -1
		if err := d.addSSHPublic(line, at); err != nil {
			d.fail(at, KindPublicKey, "", err)
		}
	}
	return nil
}

func (d *decoder) addSSHPublic(line string, at Source) error {
	l := readSSHLine(line)
	if l.kind == "" {
		return &Error{Kind: ErrDamaged, Source: at, What: whatSSHPublic, Detail: "the line does not hold a kind of key and its base64"}
	}
	spki, ok := sshSPKI(l.blob)
	switch {
	case !ok:
		return &Error{Kind: ErrDamaged, Source: at, What: whatSSHPublic, Detail: "it does not hold what its structure says, or ends early"}
	case spki == nil:
		return unsupported(at, whatSSHPublic, l.kind)
	}
	if err := d.addPublicKey(spki, at, Names{FriendlyName: l.comment}); err != nil || l.lead == "" {
		return err
	}
	d.bundle.PublicKeys[len(d.bundle.PublicKeys)-1].lead = l.lead
	d.note(at, note.Variant, "before the key stands %q", sshLead(l.lead))
	return nil
}

// sshLead is what stands before a key, for a message.
func sshLead(lead string) string { return shape.Plain(lead, 80) }

// encodeSSHPublic writes a line for each public key; of a private key and a
// certificate it is theirs.
func encodeSSHPublic(b *Bundle, _ *EncodeOptions) ([]byte, error) {
	var out []byte
	for i := range b.PublicKeys {
		k := &b.PublicKeys[i]
		kind, blob, ok := sshPublic(k.SPKI)
		if !ok {
			return nil, unsupported(k.Source, whatSSHPublic, k.Algorithm)
		}
		if k.lead != "" {
			out = append(out, k.lead+" "...)
		}
		out = append(out, kind+" "+base64.StdEncoding.EncodeToString(blob)...)
		if name := oneLine(k.FriendlyName); name != "" {
			out = append(out, " "+name...)
		}
		out = append(out, '\n')
	}
	return out, nil
}

// oneLine is a name without what would end a line.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}
