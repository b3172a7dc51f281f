package convert

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/pbe"

	"github.com/certconv/certconv/internal/shape"
)

// jksWriter builds a JKS. Keys and keystore get the same password, which is
// what its readers expect unless they are told.
type jksWriter struct {
	o       *EncodeOptions
	pw      []byte // as Java's chars
	out     []byte
	entries uint32
	aliases map[string]int // how often each was asked for
}

// encodeJKS writes each key with its chain, and every certificate that is in
// no chain as a trusted one.
func encodeJKS(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if o.Password == nil {
		return nil, &Error{Kind: ErrPasswordRequired, What: "JKS", Detail: "the format has no form without a password"}
	}
	w := &jksWriter{o: o, pw: pbe.Chars.Encode(o.Password), aliases: map[string]int{}}
	defer clear(w.pw)
	chains := jksChains(b)
	inChain := make([]bool, len(b.Certs))
	for i, chain := range chains {
		for _, c := range chain {
			inChain[c] = true
		}
		if err := w.key(&b.Keys[i], b.Certs, chain); err != nil {
			return nil, err
		}
	}
	for i := range b.Certs {
		if !inChain[i] {
			c := &b.Certs[i]
			w.entry(jksTrustedCert, c.Names, c.FriendlyName, commonName(c.Subject))
			w.certificate(c.Raw)
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

// jksChains is the chain of each key: its certificate and the issuers of that,
// so far as they are there.
func jksChains(b *Bundle) [][]int {
	g := newCertGraph(b.Certs)
	chains := make([][]int, len(b.Keys))
	for i := range b.Keys {
		if leaf := b.preferred(b.CertsFor(i)); leaf >= 0 {
			chains[i] = g.line(leaf)
		}
	}
	return chains
}

// jksUnnamed lists the certificates whose friendly name a JKS has no place
// for: those in a chain, behind its first.
func jksUnnamed(b *Bundle) []int {
	var list []int
	for _, chain := range jksChains(b) {
		for n, i := range chain {
			if n > 0 && b.Certs[i].FriendlyName != "" && !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
	}
	return list
}

// line follows the issuers of a certificate, one each.
func (g *certGraph) line(leaf int) []int {
	chain := []int{leaf}
	for at := leaf; !g.selfIssued(at); {
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
	var leafName, subject string
	if len(chain) > 0 {
		leaf := &certs[chain[0]]
		leafName, subject = leaf.FriendlyName, commonName(leaf.Subject)
	}
	w.entry(jksPrivateKey, k.Names, k.FriendlyName, leafName, subject)
	salt := make([]byte, sha1.Size)
	if _, err := io.ReadFull(w.o.Rand, salt); err != nil {
		return fmt.Errorf("no random salt for a key: %w", err)
	}
	sealed := slices.Concat(salt, xorJKS(w.pw, salt, k.PKCS8), jksKeyDigest(w.pw, k.PKCS8))
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

// entry writes the start of an entry, with the first name that there is.
func (w *jksWriter) entry(kind uint32, n Names, names ...string) {
	w.entries++
	w.out = binary.BigEndian.AppendUint32(w.out, kind)
	w.text(w.alias(names))
	date := n.Created
	if date.IsZero() {
		date = w.o.Time
	}
	ms := uint64(0)
	if date.After(time.UnixMilli(0)) {
		ms = uint64(date.UnixMilli())
	}
	w.out = binary.BigEndian.AppendUint64(w.out, ms)
}

// alias finds one that is not in use. They are in lower case: Java looks up an
// alias in lower case and finds no other.
func (w *jksWriter) alias(names []string) string {
	const longest = 1000 // bytes; Java's limit is 65535
	base := strconv.Itoa(int(w.entries))
	for _, n := range names {
		if n != "" {
			base = strings.ToLower(n)
			break
		}
	}
	for len(base) > longest {
		_, size := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-size]
	}
	alias := base
	for w.aliases[alias] > 0 {
		w.aliases[base]++
		alias = fmt.Sprintf("%s-%d", base, w.aliases[base])
	}
	w.aliases[alias]++
	return alias
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
