package validate

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// The extensions that decide whether a CA may issue (RFC 5280, Section 4.2.1).
const (
	oidKeyUsage         = "2.5.29.15"
	oidSubjectAltName   = "2.5.29.17"
	oidBasicConstraints = "2.5.29.19"
	oidNameConstraints  = "2.5.29.30"
	oidExtKeyUsage      = "2.5.29.37"
)

// notCA says why issuer may not have issued the last of below, nothing if it may;
// and the fact that clients differ about, "" if they do not.
func notCA(issuer *convert.Certificate, below []*convert.Certificate) (why text.Text, fact client.Fact) {
	value, _, ok := issuer.Extension(oidBasicConstraints)
	switch {
	case !ok && issuer.Version() < 3 && issuer.SelfIssued():
		// A root of the time before extensions: a client that trusts it takes it for a CA.
	case !issuer.IsCA():
		return text.Of("is no CA certificate: its basic constraints do not say so"), ""
	}
	// RFC 5280, Section 4.2.1.3: "If the keyUsage extension is present, then the
	// subject public key MUST NOT be used to verify signatures on certificates
	// or CRLs unless the corresponding keyCertSign or cRLSign bit is set."
	if usage, ok := keyUsage(issuer); ok && usage&usageCertSign == 0 {
		return text.Of("may not sign certificates: its key usage lacks keyCertSign"), ""
	}
	if limit, ok := pathLength(value); ok {
		n := 0
		for _, c := range below[1:] {
			if !c.SelfIssued() {
				n++
			}
		}
		if n > limit {
			return text.Of("allows %d intermediates below it, there are %d", limit, n), ""
		}
	}
	if !allowsServer(issuer) {
		return text.Of("may not issue server certificates: its extended key usage leaves them out"), client.CAPurposeOther
	}
	return nameConstraints(issuer, below)
}

// Bits of KeyUsage (RFC 5280, Section 4.2.1.3), bit 0 the highest.
const (
	usageDigitalSignature = 1 << 15
	usageKeyEncipherment  = 1 << 13
	usageKeyAgreement     = 1 << 11
	usageCertSign         = 1 << 10
	usageCRLSign          = 1 << 9
)

// keyUsage reads the extension; ok is false without it.
func keyUsage(c *convert.Certificate) (bits uint16, ok bool) {
	value, _, ok := c.Extension(oidKeyUsage)
	if !ok {
		return 0, false
	}
	e, _, err := der.Parse(value)
	if err != nil {
		return 0, true
	}
	b, err := e.BitString()
	if err != nil {
		return 0, true
	}
	for i := 0; i < len(b) && i < 2; i++ {
		bits |= uint16(b[i]) << (8 - 8*i)
	}
	return bits, true
}

// pathLength reads pathLenConstraint.
func pathLength(basic []byte) (int, bool) {
	e, _, err := der.Parse(basic)
	if err != nil {
		return 0, false
	}
	r := e.Reader()
	ca, err := r.Expect(der.TagBoolean)
	if err != nil || len(ca.Content) != 1 || ca.Content[0] == 0 {
		return 0, false
	}
	n, err := r.Expect(der.TagInteger)
	if err != nil {
		return 0, false
	}
	if len(n.Content) == 0 || n.Content[0]&0x80 != 0 {
		return 0, true // negative: none may follow
	}
	v, err := n.Int()
	return v, err == nil
}

// Purposes that let a certificate be used for a server.
const (
	purposeAny     = "2.5.29.37.0"
	purposeServer  = "1.3.6.1.5.5.7.3.1"
	purposeMSSGC   = "1.3.6.1.4.1.311.10.3.3"
	purposeNSSGC   = "2.16.840.1.113730.4.1"
	purposeClient  = "1.3.6.1.5.5.7.3.2"
	purposeCodeSig = "1.3.6.1.5.5.7.3.3"
	purposeEmail   = "1.3.6.1.5.5.7.3.4"
)

// extKeyUsage lists the purposes; ok is false without the extension.
func extKeyUsage(c *convert.Certificate) (purposes []string, ok bool) {
	value, _, ok := c.Extension(oidExtKeyUsage)
	return purposesIn(value), ok
}

// purposesIn lists the purposes in the value of an extended key usage.
func purposesIn(value []byte) (purposes []string) {
	e, _, err := der.Parse(value)
	if err != nil {
		return nil
	}
	for r := e.Reader(); !r.Empty(); {
		id, err := r.Next()
		if err != nil {
			break
		}
		if oid, err := id.OID(); err == nil {
			purposes = append(purposes, oid)
		}
	}
	return purposes
}

// allowsServer reports whether the extended key usage lets c, or what c
// issues, authenticate a server.
func allowsServer(c *convert.Certificate) bool {
	purposes, ok := extKeyUsage(c)
	return !ok || slices.ContainsFunc(purposes, func(p string) bool { return p == purposeAny || isServerPurpose(p) })
}

// allowsAnyOnly reports whether c may be used for a server only because it may
// be used for anything, which OpenSSL does not take for an answer.
func allowsAnyOnly(c *convert.Certificate) bool {
	purposes, ok := extKeyUsage(c)
	return ok && slices.Contains(purposes, purposeAny) && !slices.ContainsFunc(purposes, isServerPurpose)
}

func isServerPurpose(oid string) bool {
	return oid == purposeServer || oid == purposeMSSGC || oid == purposeNSSGC
}

// Bounds of the comparisons of names with the constraints of one CA. Go's
// verifier has the same limit.
const (
	maxComparisons = 250_000
	comparisonCost = 5_000 // in the unit of pubkey.Work
)

// nameConstraints says which name of the certificates below ca lies outside
// what ca may issue for (RFC 5280, Section 4.2.1.10), nothing if none does; and
// the fact that clients differ about.
func nameConstraints(ca *convert.Certificate, below []*convert.Certificate) (text.Text, client.Fact) {
	permitted, excluded, critical, err := subtreesOf(ca)
	if err != nil {
		return text.Of("has name constraints that cannot be read"), ""
	}
	bases, err := baseTags(permitted, excluded)
	if err != nil {
		return text.Of("has name constraints that cannot be read"), ""
	}
	for i, tag := range bases {
		if kindsOfNames[tag] != "" && slices.Index(bases, tag) == i && (critical || hasName(below, tag)) {
			return text.Of("has name constraints on names of a kind that clients do not know: %s", kindsOfNames[tag]), ""
		}
	}
	spent := 0
	for i, c := range below {
		// "Name constraints are not applied to self-issued certificates (unless
		// the certificate is the final certificate in the path)."
		if i > 0 && c.SelfIssued() {
			continue
		}
		names := constrainedNames(c)
		n := len(names) * len(bases)
		if spent += n; spent > maxComparisons {
			return text.Of("has name constraints that take more than %d comparisons", maxComparisons), ""
		}
		if err := below[0].Spend(int64(n) * comparisonCost); err != nil {
			return text.Of("has name constraints that are not compared: %s", err), ""
		}
		for _, n := range names {
			if out := subtrees(permitted, n); out == outside {
				return text.Of("may not issue for %q: its name constraints do not permit it", n.text), n.fact()
			}
			if in := subtrees(excluded, n); in == inside || n.tag == tagDNS && coversOne(excluded, n) {
				return text.Of("may not issue for %q: its name constraints exclude it", n.text), n.fact()
			}
		}
	}
	return text.Text{}, ""
}

// kindsOfNames are those kinds of GeneralName whose constraints clients do not
// know, by tag. They refuse a chain with a name of the kind (OpenSSL), or a CA
// whose constraints are critical (Go).
var kindsOfNames = map[int]string{0: "otherName", 3: "x400Address", 5: "ediPartyName", 8: "registeredID"}

// subtreesOf takes the name constraints of ca apart; without them, both are
// empty.
func subtreesOf(ca *convert.Certificate) (permitted, excluded der.Element, critical bool, err error) {
	value, critical, ok := ca.Extension(oidNameConstraints)
	if !ok {
		return permitted, excluded, false, nil
	}
	e, rest, err := der.Parse(value)
	if err != nil {
		return permitted, excluded, critical, err
	}
	r := e.Reader()
	permitted, _ = r.Optional(0)
	excluded, _ = r.Optional(1)
	if !e.Is(der.TagSequence) || !r.Empty() || len(rest) > 0 {
		err = &der.SyntaxError{Msg: "no name constraints"}
	}
	return permitted, excluded, critical, err
}

// baseTags lists the kinds of the names in the subtrees.
func baseTags(lists ...der.Element) (tags []int, err error) {
	for _, list := range lists {
		for r := list.Reader(); !r.Empty(); {
			tree, err := r.Expect(der.TagSequence)
			if err != nil {
				return nil, err
			}
			base, err := tree.Reader().Next()
			if err != nil {
				return nil, err
			}
			if base.Class != der.ContextSpecific {
				return nil, &der.SyntaxError{Msg: "no GeneralName"}
			}
			tags = append(tags, base.Tag)
		}
	}
	return tags, nil
}

// hasName reports whether a subjectAltName of certs has a name of this kind.
func hasName(certs []*convert.Certificate, tag int) bool {
	for _, c := range certs {
		value, _, _ := c.Extension(oidSubjectAltName)
		e, _, err := der.Parse(value)
		if err != nil {
			continue
		}
		for r := e.Reader(); !r.Empty(); {
			n, err := r.Next()
			if err != nil {
				break
			}
			if n.IsContext(tag) {
				return true
			}
		}
	}
	return false
}

// restrictsDirectory reports whether the name constraints of ca are critical and
// bound directory names, which crypto/x509 does not know.
func restrictsDirectory(ca *convert.Certificate) bool {
	permitted, excluded, critical, err := subtreesOf(ca)
	tags, _ := baseTags(permitted, excluded)
	return err == nil && critical && slices.Contains(tags, tagDirectory)
}

// generalName is a name as constraints see it: the tag of GeneralName (RFC
// 5280, Section 4.2.1.6) and its content.
type generalName struct {
	tag     int
	content []byte
	text    string
}

// fact is what clients differ about where the name is out of bounds.
func (n *generalName) fact() client.Fact {
	if n.tag == tagDirectory {
		return client.DirectoryOutside
	}
	return ""
}

const (
	tagEmail     = 1
	tagDNS       = 2
	tagDirectory = 4
	tagURI       = 6
	tagIP        = 7
)

// constrainedNames lists the names that constraints apply to: the subject, and
// those of the subjectAltName.
func constrainedNames(c *convert.Certificate) []generalName {
	var list []generalName
	if len(c.Subject) > 2 {
		list = append(list, generalName{tagDirectory, c.Subject, convert.NameString(c.Subject)})
	}
	value, _, ok := c.Extension(oidSubjectAltName)
	if !ok {
		// RFC 5280, Section 4.2.1.10: "When … the subject alternative name is not
		// present, … the constraint MUST be applied to the attribute of type
		// emailAddress in the subject."
		attrs, _ := convert.ParseName(c.Subject)
		for _, a := range attrs {
			if a.OID == "1.2.840.113549.1.9.1" {
				list = append(list, generalName{tagEmail, []byte(a.Text), a.Text})
			}
		}
		return list
	}
	e, _, err := der.Parse(value)
	if err != nil {
		return list
	}
	for r := e.Reader(); !r.Empty(); {
		n, err := r.Next()
		if err != nil {
			break
		}
		if n.Class != der.ContextSpecific {
			continue
		}
		g := generalName{n.Tag, n.Content, string(n.Content)}
		switch n.Tag {
		case tagDirectory:
			g.text = convert.NameString(n.Content)
		case tagIP:
			if a, ok := netip.AddrFromSlice(n.Content); ok {
				g.text = a.String()
			}
		case tagEmail, tagDNS, tagURI:
		default:
			continue
		}
		list = append(list, g)
	}
	return list
}

// verdict of a list of subtrees on a name.
type verdict int

const (
	silent  verdict = iota // no subtree of this kind
	inside                 // one contains it
	outside                // none does
)

func subtrees(list der.Element, n generalName) verdict {
	v := silent
	for r := list.Reader(); !r.Empty(); {
		tree, err := r.Next()
		if err != nil {
			break
		}
		base, err := tree.Reader().Next()
		if err != nil || base.Class != der.ContextSpecific || base.Tag != n.tag {
			continue
		}
		if v == silent {
			v = outside
		}
		if within(n, base) {
			return inside
		}
	}
	return v
}

// coversOne reports whether n is a wildcard that stands for the name of one of
// the subtrees: *.example.com for www.example.com.
func coversOne(list der.Element, n generalName) bool {
	for r := list.Reader(); !r.Empty(); {
		tree, err := r.Next()
		if err != nil {
			return false
		}
		base, err := tree.Reader().Next()
		if err == nil && base.IsContext(tagDNS) && strings.HasPrefix(n.text, "*.") && matches(n.text, strings.ToLower(string(base.Content))) {
			return true
		}
	}
	return false
}

// within reports whether the subtree at base contains n.
func within(n generalName, base der.Element) bool {
	name := strings.ToLower(strings.TrimSuffix(string(n.content), "."))
	tree := strings.ToLower(string(base.Content))
	switch n.tag {
	case tagDNS:
		return tree == "" || name == strings.TrimPrefix(tree, ".") && !strings.HasPrefix(tree, ".") || strings.HasSuffix(name, "."+strings.TrimPrefix(tree, "."))
	case tagEmail:
		local, host, _ := cutLast(string(n.content), "@")
		switch {
		case strings.Contains(tree, "@"):
			treeLocal, treeHost, _ := cutLast(string(base.Content), "@")
			return local == treeLocal && strings.EqualFold(host, treeHost)
		case strings.HasPrefix(tree, "."):
			return strings.HasSuffix(strings.ToLower(host), tree)
		}
		return strings.EqualFold(host, tree)
	case tagURI:
		host := uriHost(name)
		if strings.HasPrefix(tree, ".") {
			return strings.HasSuffix(host, tree)
		}
		return host == tree
	case tagIP:
		half := len(base.Content) / 2
		if len(n.content) != half || len(base.Content)%2 != 0 {
			return false
		}
		for i, b := range n.content {
			if (b^base.Content[i])&base.Content[half+i] != 0 {
				return false
			}
		}
		return true
	case tagDirectory:
		return directoryWithin(n.content, base.Content)
	}
	return false
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

// uriHost takes the host out of a URI, "" if it has none or an address.
func uriHost(uri string) string {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	_, rest, _ = cutLast(rest, "@")
	if i := strings.LastIndex(rest, ":"); i >= 0 && !strings.HasSuffix(rest, "]") {
		rest = rest[:i]
	}
	if _, err := netip.ParseAddr(strings.Trim(rest, "[]")); err == nil {
		return ""
	}
	return rest
}

// directoryWithin: the subtree's RDNs are the first ones of the name.
func directoryWithin(name, tree []byte) bool {
	n, err1 := relativeNames(name)
	t, err2 := relativeNames(tree)
	if err1 != nil || err2 != nil || len(t) > len(n) {
		return false
	}
	for i := range t {
		if !bytes.Equal(t[i], n[i]) && !convert.SameName(nameOf(t[i]), nameOf(n[i])) {
			return false
		}
	}
	return true
}

func relativeNames(name []byte) ([][]byte, error) {
	e, _, err := der.Parse(name)
	if err != nil {
		return nil, err
	}
	list, err := e.Children()
	out := make([][]byte, len(list))
	for i := range list {
		out[i] = list[i].Full
	}
	return out, err
}

// nameOf makes a Name of one RelativeDistinguishedName.
func nameOf(rdn []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(rdn) })
	return b.BytesOrPanic()
}
