package validate

import (
	"net/netip"
	"slices"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/text"
)

// The extensions that decide whether a CA may issue (RFC 5280, Section 4.2.1).
const (
	oidKeyUsage         = "2.5.29.15"
	oidSubjectAltName   = "2.5.29.17"
	oidBasicConstraints = "2.5.29.19"
	oidNameConstraints  = "2.5.29.30"
	oidExtKeyUsage      = "2.5.29.37"
	oidNetscapeType     = "2.16.840.1.113730.1.1"
)

// notCA says why issuer may not have issued the last of below for a purpose,
// purposeServer or purposeClient, nothing if it may; and the fact that clients differ
// about, "" if they do not. root tells that issuer signed itself, or is trusted: one that
// only has the name of its issuer is an intermediate to everybody.
func notCA(issuer *convert.Certificate, root bool, below []*convert.Certificate, purpose string) (why text.Text, fact client.Fact) {
	value, _, ok := issuer.Extension(oidBasicConstraints)
	switch {
	case !ok && root && issuer.Version() < 3:
		// A root of the time before extensions: a client that trusts it takes it for a CA.
	case !ok && root:
		if fact := bareRoot(issuer); fact != "" {
			return text.Of("is no CA certificate: its basic constraints do not say so"), fact
		}
	case !issuer.IsCA():
		return text.Of("is no CA certificate: its basic constraints do not say so"), client.CANone
	}
	// RFC 5280, Section 4.2.1.3: "If the keyUsage extension is present, then the
	// subject public key MUST NOT be used to verify signatures on certificates
	// or CRLs unless the corresponding keyCertSign or cRLSign bit is set."
	if usage, ok := keyUsage(issuer); ok && usage&usageCertSign == 0 {
		fact = client.CAUsageOther
		if usage == 0 {
			fact = client.CAUsageNone
		}
		return text.Of("may not sign certificates: its key usage lacks keyCertSign"), fact
	}
	if limit, ok := pathLength(value); ok {
		if n := issuedByOthers(below[1:]); n > limit {
			return text.Of("allows %d intermediates below it, there are %d", limit, n), client.PathLengthOver
		}
	}
	if !allows(issuer, purpose) {
		return notFor(issuer, purpose)
	}
	return nameConstraints(issuer, below)
}

// bareRoot says which fact a root without basic constraints is: OpenSSL looks at its key usage
// then, and at Netscape's type, before it refuses (check_ca). "" where its key usage is what
// everybody refuses.
func bareRoot(root *convert.Certificate) client.Fact {
	if usage, ok := keyUsage(root); ok {
		if usage&usageCertSign == 0 {
			return ""
		}
		return client.RootNone
	}
	if bits, ok := netscapeType(root); ok && bits&netscapeCAs != 0 {
		return client.RootNone
	}
	return client.RootBare
}

// notFor is notCA of one that may not issue for the purpose.
func notFor(issuer *convert.Certificate, purpose string) (text.Text, client.Fact) {
	purposes, _ := extKeyUsage(issuer)
	fact := client.CAPurposeOther
	if len(purposes) == 0 {
		fact = client.CAPurposeNone
	}
	if purpose == purposeServer {
		return text.Of("may not issue server certificates: its extended key usage leaves them out"), fact
	}
	if slices.Contains(purposes, purposeAny) {
		return text.Of("may issue for any purpose, but does not name client authentication"), client.CAPurposeAny
	}
	return text.Of("may not issue certificates of clients: its extended key usage leaves them out"), fact
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
	purposeOCSP    = "1.3.6.1.5.5.7.3.9"
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
func allowsServer(c *convert.Certificate) bool { return allows(c, purposeServer) }

// allows is allowsServer for another purpose too. That of clients has to be named: they are
// judged by servers with OpenSSL, to which any purpose is none.
func allows(c *convert.Certificate, purpose string) bool {
	purposes, ok := extKeyUsage(c)
	if purpose == purposeServer {
		return !ok || slices.ContainsFunc(purposes, func(p string) bool { return p == purposeAny || isServerPurpose(p) })
	}
	return !ok || slices.Contains(purposes, purpose)
}

// ForServer reports whether a certificate says that it is for a server, or is for
// one of the hosts: its extended key usage allows it, and it is none of a CA, or
// has the name of a host all the same.
func (o *Options) ForServer(c *convert.Certificate) bool {
	named := len(c.DNSNames())+len(c.IPAddresses()) > 0 || slices.ContainsFunc(c.CommonNames(), looksLikeHost)
	return allowsServer(c) && (named || !c.IsCA()) || slices.ContainsFunc(o.Hosts, func(host string) bool { return Covers(c, host) })
}

// allowsAnyOnly reports whether c may be used for a server only because it may
// be used for anything, which OpenSSL does not take for an answer.
func allowsAnyOnly(c *convert.Certificate) bool {
	purposes, ok := extKeyUsage(c)
	return ok && slices.Contains(purposes, purposeAny) && !slices.ContainsFunc(purposes, isServerPurpose)
}

// allowsGatedOnly reports whether the purposes name server gated crypto, and
// neither server authentication nor any purpose.
func allowsGatedOnly(purposes []string) bool {
	return slices.ContainsFunc(purposes, func(p string) bool { return p == purposeMSSGC || p == purposeNSSGC }) &&
		!slices.Contains(purposes, purposeServer) && !slices.Contains(purposes, purposeAny)
}

func isServerPurpose(oid string) bool {
	return oid == purposeServer || oid == purposeMSSGC || oid == purposeNSSGC
}

// nameConstraints says which name of the certificates below ca lies outside
// what ca may issue for (RFC 5280, Section 4.2.1.10), nothing if none does; and
// the fact that clients differ about.
func nameConstraints(ca *convert.Certificate, below []*convert.Certificate) (text.Text, client.Fact) {
	if !ca.Has(oidNameConstraints) {
		return text.Text{}, ""
	}
	bounds, err := readBounds(ca)
	if err != nil {
		return text.Of("has name constraints that cannot be read"), ""
	}
	for _, k := range bounds.unknown {
		if hasName(below, k.tag) {
			return text.Of("has name constraints on names of a kind that clients do not know: %s", kindOfName(k.tag)), client.KindOutside
		}
	}
	for i, c := range below {
		// "Name constraints are not applied to self-issued certificates (unless
		// the certificate is the final certificate in the path)."
		if i > 0 && c.SelfIssued() {
			continue
		}
		names := constrainedNames(c)
		if err := c.Spend(int64(len(names)) * nameCost); err != nil {
			return text.Of("has name constraints that are not compared: %s", err), ""
		}
		for _, n := range names {
			if why, fact := bounds.breach(n); !why.IsZero() {
				return why, fact
			}
		}
	}
	return text.Text{}, ""
}

// nameCost is what it takes to look one name up, in the unit of pubkey.Work.
const nameCost = 20_000

// breach says why the bounds do not let a CA issue for n, nothing if they do; and
// the fact that clients differ about.
func (b *bounds) breach(n generalName) (text.Text, client.Fact) {
	if b.permitted.has(n.tag) && !b.permitted.contains(n) {
		return text.Of("may not issue for %q: its name constraints do not permit it", n.text), n.fact(false)
	}
	const exclude = "may not issue for %q: its name constraints exclude it"
	if b.excluded.contains(n) {
		return text.Of(exclude, n.text), n.fact(true)
	}
	if n.tag == tagDNS && b.excluded.coversOne(n) {
		return text.Of(exclude, n.text), client.WildcardExcluded
	}
	return text.Text{}, ""
}

// kindOfName names those kinds of GeneralName whose constraints clients do not
// know, by tag; it is "" for others. They refuse a chain with a name of the kind
// (OpenSSL), or a CA whose constraints are critical (Go).
func kindOfName(tag int) string {
	switch tag {
	case tagOther:
		return "otherName"
	case 3:
		return "x400Address"
	case 5:
		return "ediPartyName"
	case 8:
		return "registeredID"
	}
	return ""
}

// bounds are the name constraints of a CA.
type bounds struct {
	permitted, excluded subtrees
	critical            bool
	size                int // how many subtrees there are
	hosts               int // of them dNSNames
	unknown             []unknownKind
}

// unknownKind is a kind of names that clients do not know.
type unknownKind struct {
	tag  int
	read bool // GnuTLS reads each such subtree
}

// otherKind is the tag of the string of an otherName that GnuTLS reads in name
// constraints, principals of Windows and services (RFC 4985), 0 for another type.
func otherKind(oid string) int {
	switch oid {
	case "1.3.6.1.4.1.311.20.2.3":
		return der.TagUTF8String
	case "1.3.6.1.5.5.7.8.7":
		return der.TagIA5String
	}
	return 0
}

// addUnknown remembers the kind of a subtree. One that GnuTLS does not read
// speaks for all of them.
func (b *bounds) addUnknown(base der.Element) {
	k := unknownKind{tag: base.Tag, read: base.Tag == tagOther && readOther(base)}
	if i := slices.IndexFunc(b.unknown, func(o unknownKind) bool { return o.tag == k.tag }); i >= 0 {
		b.unknown[i].read = b.unknown[i].read && k.read
		return
	}
	b.unknown = append(b.unknown, k)
}

func readOther(base der.Element) bool {
	r := base.Reader()
	id, err := r.Next()
	if err != nil {
		return false
	}
	oid, err := id.OID()
	if err != nil {
		return false
	}
	value, err := r.Next()
	if err != nil {
		return false
	}
	in, err := value.Reader().Next()
	return err == nil && otherKind(oid) != 0 && in.Is(otherKind(oid))
}

// readBounds takes the name constraints of ca apart, which there must be.
func readBounds(ca *convert.Certificate) (*bounds, error) {
	value, critical, _ := ca.Extension(oidNameConstraints)
	e, _, err := der.Parse(value) // bytes behind it are told by cert-structure
	if err != nil {
		return nil, err
	}
	r := e.Reader()
	permitted, _ := r.Optional(0)
	excluded, _ := r.Optional(1)
	if !e.Is(der.TagSequence) || !r.Empty() {
		return nil, &der.SyntaxError{Msg: "no name constraints"}
	}
	b := &bounds{critical: critical}
	for _, part := range []struct {
		list  der.Element
		trees *subtrees
	}{{permitted, &b.permitted}, {excluded, &b.excluded}} {
		for r := part.list.Reader(); !r.Empty(); b.size++ {
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
			if kindOfName(base.Tag) != "" {
				b.addUnknown(base)
			}
			if base.Tag == tagDNS {
				b.hosts++
			}
			part.trees.add(base)
		}
	}
	return b, nil
}

// hasName reports whether a subjectAltName of certs has a name of this kind.
func hasName(certs []*convert.Certificate, tag int) bool {
	for _, c := range certs {
		value, _, _ := c.Extension(oidSubjectAltName)
		e, _, _ := der.Parse(value) // of what cannot be read nothing is in it
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

// generalName is a name as constraints see it: the tag of GeneralName (RFC
// 5280, Section 4.2.1.6) and its content.
type generalName struct {
	tag     int
	content []byte
	text    string
}

// fact is what clients differ about where the name is out of bounds.
func (n *generalName) fact(excluded bool) client.Fact {
	switch {
	case n.tag == tagDirectory && excluded:
		return client.DirectoryExcluded
	case n.tag == tagDirectory:
		return client.DirectoryOutside
	case n.tag == tagURI:
		return client.URIOutside
	}
	return client.NameOutside
}

// oidEmailAddress is an attribute of subjects.
const oidEmailAddress = "1.2.840.113549.1.9.1"

const (
	tagOther     = 0
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
			if a.OID == oidEmailAddress {
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
