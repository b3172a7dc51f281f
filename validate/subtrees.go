package validate

import (
	"net/netip"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/der"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// subtrees are the bases of one list of name constraints, so that a name is
// looked up by its parts: what is compared does not grow with the length of the
// list. The zero value is empty.
type subtrees struct {
	kinds   map[int]bool
	hosts   map[hostTree]bool
	parents map[string]bool            // of the dNSNames: example.com for www.example.com
	nets    map[string]map[string]bool // addresses of networks by their masks
	names   map[int]map[string]bool    // directory names by the number of their RDNs
}

// hostTree is a base that is a host or a domain.
type hostTree struct {
	tag   int
	name  string // lower case; of rfc822Names that name one mailbox, with the local part as it is
	below bool   // a leading dot: not the host itself
}

func (s *subtrees) add(base der.Element) {
	if s.kinds == nil {
		s.kinds, s.hosts, s.parents = map[int]bool{}, map[hostTree]bool{}, map[string]bool{}
		s.nets, s.names = map[string]map[string]bool{}, map[int]map[string]bool{}
	}
	s.kinds[base.Tag] = true
	name := strings.ToLower(string(base.Content))
	switch base.Tag {
	case tagDNS, tagURI, tagEmail:
		if local, host, ok := cutLast(string(base.Content), "@"); ok && base.Tag == tagEmail {
			name = local + "@" + strings.ToLower(host)
		}
		bare, below := strings.CutPrefix(name, ".")
		s.hosts[hostTree{base.Tag, bare, below}] = true
		if label, parent, ok := strings.Cut(name, "."); ok && label != "" && base.Tag == tagDNS {
			s.parents[parent] = true
		}
	case tagIP:
		half := len(base.Content) / 2
		if len(base.Content)%2 != 0 {
			return
		}
		mask := string(base.Content[half:])
		if s.nets[mask] == nil {
			s.nets[mask] = map[string]bool{}
		}
		s.nets[mask][masked(base.Content[:half], mask)] = true
	case tagDirectory:
		rdns, err := relativeNames(base.Content)
		if err != nil {
			return
		}
		if s.names[len(rdns)] == nil {
			s.names[len(rdns)] = map[string]bool{}
		}
		s.names[len(rdns)][convert.NameKey(nameOf(rdns))] = true
	}
}

// has reports whether there are bases of a kind.
func (s *subtrees) has(tag int) bool { return s.kinds[tag] }

// contains reports whether a subtree contains n.
func (s *subtrees) contains(n generalName) bool {
	if !s.kinds[n.tag] {
		return false
	}
	switch name := strings.ToLower(strings.TrimSuffix(string(n.content), ".")); n.tag {
	case tagDNS:
		return s.hosts[hostTree{tagDNS, "", false}] || s.hosts[hostTree{tagDNS, "", true}] || s.hosts[hostTree{tagDNS, name, false}] || s.below(tagDNS, name, true)
	case tagEmail:
		local, host, _ := cutLast(string(n.content), "@")
		host = strings.ToLower(host)
		return s.hosts[hostTree{tagEmail, local + "@" + host, false}] || s.hosts[hostTree{tagEmail, host, false}] || s.below(tagEmail, host, false)
	case tagURI:
		host := uriHost(name)
		return s.hosts[hostTree{tagURI, host, false}] || s.below(tagURI, host, false)
	case tagIP:
		for mask, nets := range s.nets {
			if len(mask) == len(n.content) && nets[masked(n.content, mask)] {
				return true
			}
		}
	case tagDirectory:
		return s.containsDirectory(n.content)
	}
	return false
}

// below reports whether a base is a domain that host is in. bare: those without
// a leading dot are such too.
func (s *subtrees) below(tag int, host string, bare bool) bool {
	for {
		_, parent, ok := strings.Cut(host, ".")
		if !ok {
			return false
		}
		if s.hosts[hostTree{tag, parent, true}] || bare && s.hosts[hostTree{tag, parent, false}] {
			return true
		}
		host = parent
	}
}

// coversOne reports whether n is a wildcard that stands for the name of one of
// the subtrees: *.example.com for www.example.com.
func (s *subtrees) coversOne(n generalName) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSuffix(n.text, ".")), "*.")
	return ok && s.parents[rest]
}

// containsDirectory: the RDNs of a base are the first ones of the name.
func (s *subtrees) containsDirectory(name []byte) bool {
	rdns, err := relativeNames(name)
	if err != nil {
		return false
	}
	for n, bases := range s.names {
		if n <= len(rdns) && bases[convert.NameKey(nameOf(rdns[:n]))] {
			return true
		}
	}
	return false
}

// masked is the part of an address that a mask leaves.
func masked(address []byte, mask string) string {
	out := make([]byte, len(address))
	for i := range out {
		out[i] = address[i] & mask[i]
	}
	return string(out)
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

// nameOf makes a Name of RelativeDistinguishedNames.
func nameOf(rdns [][]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, rdn := range rdns {
			b.AddBytes(rdn)
		}
	})
	return b.BytesOrPanic()
}
