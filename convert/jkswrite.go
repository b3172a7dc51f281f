package convert

import (
	"bytes"
	"cmp"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"

	"github.com/certconv/certconv/internal/shape"
)

// jksWriter builds a JKS. Keys and keystore get the same password, which is
// what its readers expect, unless they are told another one.
type jksWriter struct {
	o       *EncodeOptions
	pw      []byte // as Java's chars
	keyPW   []byte
	out     []byte
	entries uint32
	aliases aliases
}

// encodeJKS writes each key with its chain, and every certificate that is in
// no chain as a trusted one.
func encodeJKS(b *Bundle, o *EncodeOptions) ([]byte, error) {
	w := &jksWriter{o: o, pw: pbe.Chars.Encode(o.Password), aliases: aliases{}}
	defer clear(w.pw)
	if w.keyPW = w.pw; o.KeyPassword != nil {
		w.keyPW = pbe.Chars.Encode(o.KeyPassword)
		defer clear(w.keyPW)
	}
	g := newCertGraph(b.Certs)
	list := b.entries(o.Time)
	names := w.names(b, list)
	for i, e := range list {
		if e.key < 0 {
			c := &b.Certs[e.own]
			w.entry(jksTrustedCert, names[i], c.Created)
			w.certificate(c.Raw)
			continue
		}
		k := &b.Keys[e.key]
		w.entry(jksPrivateKey, names[i], k.Created)
		if err := w.key(k, b.Certs, g.entryChain(k, e.own)); err != nil {
			return nil, err
		}
	}
	head := binary.BigEndian.AppendUint32(nil, shape.JKSMagic)
	head = binary.BigEndian.AppendUint32(head, 2)
	head = binary.BigEndian.AppendUint32(head, w.entries)
	out := append(head, w.out...)
	h := newJKSDigest(w.pw)
	h.Write(out)
	return h.Sum(out), nil
}

// jksUnnamed lists the certificates whose friendly name a JKS has no place
// for: those in a chain that are no entry too, but for a first one that is called
// as its key is, or whose key has no name.
func jksUnnamed(b *Bundle, now time.Time) []int {
	g := newCertGraph(b.Certs)
	var list []int
	for i, own := range b.ownCerts(now) {
		alias := b.Keys[i].FriendlyName
		for n, c := range g.entryChain(&b.Keys[i], own) {
			if n == 0 && (alias == "" || sameAlias(alias, b.Certs[c].FriendlyName)) {
				continue
			}
			if b.Certs[c].FriendlyName != "" && !b.Certs[c].Trusted && !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// entryChain is the chain of a key: its certificate and the issuers of that, so
// far as they are there. What a keystore lists is kept as it is, if it is in
// order; certificates that came without a keystore go on from there.
func (g *certGraph) entryChain(k *PrivateKey, own int) []int {
	if own < 0 {
		return nil
	}
	chain := g.listedChain(k, own)
	if chain == nil {
		return g.line(own)
	}
	for _, i := range g.line(chain[len(chain)-1])[1:] {
		if c := &g.certs[i]; c.listed || c.Trusted || len(chain) >= maxChain || slices.Contains(chain, i) {
			break
		}
		chain = append(chain, i)
	}
	return chain
}

// listedChain is the chain that a keystore lists, nil if it is of another
// certificate, not in order, or not all there.
func (g *certGraph) listedChain(k *PrivateKey, own int) []int {
	if len(k.chain) == 0 || len(k.chain) > maxChain || !bytes.Equal(k.chain[0], g.certs[own].Raw) {
		return nil
	}
	chain := []int{own}
	for _, raw := range k.chain[1:] {
		last := &g.certs[chain[len(chain)-1]]
		next := -1
		for _, c := range g.issuers.Of(last) {
			if bytes.Equal(c.Raw, raw) && !slices.Contains(chain, g.at[c]) {
				next = g.at[c]
				break
			}
		}
		if next < 0 {
			return nil
		}
		chain = append(chain, next)
	}
	return chain
}

// line follows the issuers of a certificate, one each.
func (g *certGraph) line(leaf int) []int {
	chain := []int{leaf}
	for at := leaf; !g.selfIssued(at) && len(chain) < maxChain; {
		next := slices.DeleteFunc(g.issuersOf(at), func(i int) bool { return slices.Contains(chain, i) })
		if len(next) == 0 {
			break
		}
		at = next[0]
		chain = append(chain, at)
	}
	return chain
}

func (w *jksWriter) key(k *PrivateKey, certs []Certificate, chain []int) error {
	salt := make([]byte, sha1.Size)
	if _, err := io.ReadFull(w.o.Rand, salt); err != nil {
		return fmt.Errorf("no random salt for a key: %w", err)
	}
	sealed := slices.Concat(salt, xorJKS(w.keyPW, salt, k.PKCS8), jksKeyDigest(w.keyPW, k.PKCS8))
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddAlgorithm(b, oidJKSKey, der.AddNull)
		b.AddASN1OctetString(sealed)
	})
	protected, err := b.Bytes()
	if err != nil {
		return err
	}
	w.block(protected)
	w.out = binary.BigEndian.AppendUint32(w.out, uint32(len(chain)))
	for _, c := range chain {
		w.certificate(certs[c].Raw)
	}
	return nil
}

// entry writes the start of an entry.
func (w *jksWriter) entry(kind uint32, alias string, date time.Time) {
	w.entries++
	w.out = binary.BigEndian.AppendUint32(w.out, kind)
	w.text(alias)
	if date.IsZero() {
		date = w.o.Time
	}
	ms := uint64(0)
	if date.After(time.UnixMilli(0)) {
		ms = uint64(date.UnixMilli())
	}
	w.out = binary.BigEndian.AppendUint64(w.out, ms)
}

// names gives every entry an alias: the one that it has, or else the name or the
// common name of its certificate, or its number.
func (w *jksWriter) names(b *Bundle, list []entry) []string {
	names := make([]string, len(list))
	for i, e := range list {
		if e.alias != "" {
			names[i] = w.alias(e.alias)
		}
	}
	for i, e := range list {
		if e.alias != "" {
			continue
		}
		name := strconv.Itoa(i + 1)
		if e.own >= 0 {
			c := &b.Certs[e.own]
			name = cmp.Or(c.FriendlyName, commonName(c.Subject), name)
		}
		names[i] = w.alias(name)
	}
	return names
}

// alias finds one that is not in use. They are in lower case: Java looks up an
// alias in lower case and finds no other.
func (w *jksWriter) alias(name string) string {
	return w.aliases.take(jksAlias(name))
}

func jksAlias(name string) string {
	const longest = 1000 // bytes; Java's limit is 65535
	name = aliasKey(name)
	for len(name) > longest {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// commonName is the last CN of a Name, "" if it has none.
func commonName(name []byte) string {
	if list := commonNames(name); len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}

func (w *jksWriter) certificate(raw []byte) {
	w.text("X.509")
	w.block(raw)
}

func (w *jksWriter) text(s string) {
	b := toModifiedUTF8(s)
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(b)))
	w.out = append(w.out, b...)
}

func (w *jksWriter) block(b []byte) {
	w.out = binary.BigEndian.AppendUint32(w.out, uint32(len(b)))
	w.out = append(w.out, b...)
}
