package convert

import (
	"bytes"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pubkey"
)

// sshCurve is a curve that SSH has a name for (RFC 5656, Section 10.1).
type sshCurve struct{ name, algorithm, oid string }

var sshCurves = []sshCurve{
	{"nistp256", "EC P-256", "1.2.840.10045.3.1.7"},
	{"nistp384", "EC P-384", "1.3.132.0.34"},
	{"nistp521", "EC P-521", "1.3.132.0.35"},
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
		w.string(publicBits(spki))
		return kind, w, true
	}
	for _, c := range sshCurves {
		if c.algorithm != k.Algorithm {
			continue
		}
		point := ecPoint(spki, c.curve())
		if point == nil {
			return "", nil, false
		}
		kind = "ecdsa-sha2-" + c.name
		w.string([]byte(kind))
		w.string([]byte(c.name))
		w.string(point)
		return kind, w, true
	}
	return "", nil, false
}

// curve is the curve itself.
func (c sshCurve) curve() elliptic.Curve {
	switch c.name {
	case "nistp256":
		return elliptic.P256()
	case "nistp384":
		return elliptic.P384()
	}
	return elliptic.P521()
}

// ecPoint gives the point of a public key, however it is written, in the
// uncompressed form of SEC 1, Section 2.3.3; nil if it is none.
func ecPoint(spki []byte, on elliptic.Curve) []byte {
	size := (on.Params().BitSize + 7) / 8
	point := publicBits(spki)
	switch {
	case len(point) == 1+2*size && point[0] == 4:
		return point
	case len(point) == 1+size:
		x, y := elliptic.UnmarshalCompressed(on, point)
		if x == nil {
			return nil
		}
		return slices.Concat([]byte{4}, x.FillBytes(make([]byte, size)), y.FillBytes(make([]byte, size)))
	}
	return nil
}

// ecSecret gives the private number of an EC key, nil if it is none.
func ecSecret(pkcs8 []byte) []byte {
	raw, err := pubkey.ToSEC1(pkcs8)
	if err != nil {
		return nil
	}
	e, _, err := der.Parse(raw)
	if err != nil {
		return nil
	}
	f := der.Fields{Reader: e.Reader()}
	f.Next() // version
	secret := f.Next()
	if f.Err != nil {
		return nil
	}
	return secret.Content
}

// publicBits are the octets of the key in a SubjectPublicKeyInfo.
func publicBits(spki []byte) []byte {
	e, _, err := der.Parse(spki)
	if err != nil {
		return nil
	}
	f := der.Fields{Reader: e.Reader()}
	f.Sequence()
	bits, err := f.Next().BitString()
	if err != nil || f.Err != nil {
		return nil
	}
	return bits
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
		for _, c := range sshCurves {
			if c.name == string(name) {
				return pubkey.MarshalPublicEC(c.oid, point), true
			}
		}
	}
	return nil, true
}

const whatSSHPublic = "SSH public key"

// sshPublicLine takes apart a line of authorized_keys or of a .pub file (sshd(8)): kind,
// base64, comment.
func sshPublicLine(line string) (blob []byte, comment string, ok bool) {
	kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.HasPrefix(kind, "ssh-") && !strings.HasPrefix(kind, "ecdsa-sha2-") || strings.Contains(kind, "@") {
		return nil, "", false
	}
	text, comment, _ := strings.Cut(strings.TrimSpace(rest), " ")
	blob, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, "", false
	}
	r := sshReader{blob}
	var inner []byte
	return blob, strings.TrimSpace(comment), r.string(&inner) && string(inner) == kind
}

func detectSSHPublic(data []byte) confidence {
	first, _, _ := bytes.Cut(data[:min(len(data), 1<<16)], []byte("\n"))
	if _, _, ok := sshPublicLine(string(first)); ok {
		return certain
	}
	return notIt
}

// decodeSSHPublic reads public keys of SSH, one a line.
func (d *decoder) decodeSSHPublic(data []byte, at Source) error {
	d.container(at)
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		if t := strings.TrimSpace(line); t == "" || t[0] == '#' {
			continue
		}
		at := at
		at.Line, at.Column, at.Offset = number, 1, -1
		blob, comment, ok := sshPublicLine(line)
		if !ok {
			d.fail(at, KindPublicKey, "", &Error{Kind: ErrDamaged, Source: at, What: whatSSHPublic, Detail: "the line does not hold a kind of key and its base64"})
			continue
		}
		spki, ok := sshSPKI(blob)
		switch {
		case !ok:
			d.fail(at, KindPublicKey, "", &Error{Kind: ErrDamaged, Source: at, What: whatSSHPublic, Detail: "it does not hold what its structure says, or ends early"})
		case spki == nil:
			kind, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			d.fail(at, KindPublicKey, "", unsupported(at, whatSSHPublic, kind))
		default:
			if err := d.addPublicKey(spki, at, Names{FriendlyName: comment}); err != nil {
				d.fail(at, KindPublicKey, "", err)
			}
		}
	}
	return nil
}

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
