package convert

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/certconv/certconv/internal/note"
	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
	"github.com/certconv/certconv/internal/text"
)

const whatK8s = "Kubernetes Secret"

// encodeK8s writes the manifest of a Secret of type kubernetes.io/tls: the key as
// tls.key, the certificates, leaf first, as tls.crt; of certificates alone an Opaque one
// with ca.crt, as controllers take the roots of clients. Its name is that of the
// options, or that of the Secret which all came from, or the first host name of the leaf.
func encodeK8s(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if len(b.Certs) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: "a Secret has certificates, and the input holds " + contents(b)}
	}
	former, space := b.secret()
	name := cmp.Or(o.Name, former, secretName(&b.Certs[0]))
	space = cmp.Or(o.Namespace, space)
	for _, s := range []string{name, space} {
		if s != "" && !isSubdomain(s) {
			return nil, &LossError{Format: "k8s", Lost: []Source{b.Certs[0].Source}, What: []string{fmt.Sprintf("the name %q, since names there have small letters, digits, - and . only", s)}}
		}
	}
	var certs []byte
	for i := range b.Certs {
		certs = pem.Append(certs, pem.LabelCertificate, nil, b.Certs[i].Raw)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n", yamlName(name))
	if space != "" {
		fmt.Fprintf(&out, "  namespace: %s\n", yamlName(space))
	}
	enc := base64.StdEncoding.EncodeToString
	if len(b.Keys) == 0 {
		fmt.Fprintf(&out, "type: Opaque\ndata:\n  ca.crt: %s\n", enc(certs))
		return out.Bytes(), nil
	}
	key := pem.Append(nil, pem.LabelPKCS8, nil, b.Keys[0].PKCS8)
	defer clear(key)
	fmt.Fprintf(&out, "type: kubernetes.io/tls\ndata:\n  tls.crt: %s\n  tls.key: %s\n", enc(certs), enc(key))
	return out.Bytes(), nil
}

// secret is the name of the one Secret that all which b is called by came from, "" if there
// is none.
func (b *Bundle) secret() (name, space string) {
	from := b.secrets()
	if len(from) != 1 {
		return "", ""
	}
	space, name, ok := strings.Cut(from[0], "/")
	if !ok {
		space, name = "", from[0]
	}
	if !isSubdomain(name) || space != "" && !isSubdomain(space) {
		return "", ""
	}
	return name, space
}

// secrets are the names of the Secrets that the key and its certificate came from, or
// certificates alone, "" for what came from none: several may have the same chain.
func (b *Bundle) secrets() (list []string) {
	add := func(s *Source) {
		object := s.Object
		if s.Format != "k8s" || !strings.HasPrefix(s.Entry, object+"/") { // of a ConfigMap, say
			object = ""
		}
		if !slices.Contains(list, object) {
			list = append(list, object)
		}
	}
	certs := b.Certs
	for i := range b.Keys {
		add(&b.Keys[i].Source)
		certs = b.Certs[:min(len(b.Certs), 1)]
	}
	for i := range certs {
		add(&certs[i].Source)
	}
	return list
}

// yamlName is a name as every reader of YAML takes it for text: 123, 1e3, no and null are
// none in some, and a day that is in no calendar is an error.
func yamlName(name string) string {
	out, err := yaml.Marshal(name)
	if day := strings.Split(name, "-"); err != nil || len(day) == 3 && strings.Trim(name, "0123456789-") == "" {
		return strconv.Quote(name)
	}
	return strings.TrimSpace(string(out))
}

// secretName makes a name of the first host name: *.example.com is wildcard.example.com.
func secretName(c *Certificate) string {
	for _, host := range append(c.DNSNames(), c.CommonNames()...) {
		host = strings.Replace(strings.ToLower(host), "*.", "wildcard.", 1)
		if _, err := netip.ParseAddr(host); err != nil && isSubdomain(host) {
			return host
		}
	}
	return "tls"
}

// isSubdomain reports whether s may be the name of an object (RFC 1123, Section 2.1).
func isSubdomain(s string) bool {
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		for _, c := range label {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return true
}

// secretValues takes the values out of Secrets, of which a file may hold several, in
// YAML and in JSON, which is YAML too. It returns nil for what is no such text.
func secretValues(text string) []embedded {
	if len(text) > maxSecretsSize || !strings.Contains(text, "Secret") || strings.Count(text, "\n")+strings.Count(text, ",")+strings.Count(text, "[")+strings.Count(text, "{") > maxSecretsNodes {
		return nil
	}
	var list []embedded
	read := anchored{}
	for docs := yaml.NewDecoder(strings.NewReader(text)); ; {
		var doc yaml.Node
		switch err := docs.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return list
		case err != nil:
			return nil
		}
		for _, n := range doc.Content {
			list = append(list, valuesOf(n, read)...)
		}
	}
}

// Bounds of what is parsed: all Secrets of a cluster have less. A node takes much
// more memory than its text.
const (
	maxSecretsSize  = 16 << 20
	maxSecretsNodes = 250_000 // about: lines, elements, lists
)

// valuesOf finds Secrets in a manifest and in a List of them.
func valuesOf(n *yaml.Node, read anchored) (list []embedded) {
	if items := member(n, "items"); items != nil {
		for _, item := range items.Content {
			list = append(list, valuesOf(item, read)...)
		}
	}
	if kind := member(n, "kind"); kind == nil || kind.Value != "Secret" {
		return append(list, objectsOf(n, n, 0)...)
	}
	object := objectName(n)
	secret := cmp.Or(object, "Secret")
	read.eachMember(member(n, "data"), func(key, value *yaml.Node) {
		x := embedded{goReads: controllersRead(key.Value), object: object, line: value.Line, name: shape.Plain(secret+"/"+key.Value, maxObjectName), ours: namedAsOurs(key.Value)}
		if x.data, x.err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value.Value), "")); x.err != nil || len(x.data) == 0 && value.Tag != "!!str" && value.Tag != "!!null" {
			x.err = &Error{Kind: ErrDamaged, What: whatK8s, Detail: "the value of " + shape.Plain(key.Value, 60) + " is not base64"}
		}
		list = append(list, x)
	})
	read.eachMember(member(n, "stringData"), func(key, value *yaml.Node) {
		list = append(list, embedded{goReads: controllersRead(key.Value), object: object, data: []byte(value.Value), line: value.Line, name: shape.Plain(secret+"/"+key.Value, maxObjectName), ours: namedAsOurs(key.Value)})
	})
	return list
}

// controllersRead reports whether the controllers that serve with a Secret read the value
// of this name.
func controllersRead(name string) bool { return name == "tls.crt" || name == "tls.key" }

// noteGo says of what came in since before, from a value that is PEM, what Go does not
// find there.
func (d *decoder) noteGo(value []byte, before tally) {
	if d.opts.bare || len(d.bundle.Containers) == before.containers || d.bundle.Containers[before.containers].Format != "pem" {
		return
	}
	why := text.Of("not in a PEM block that Go reads")
	if !bytes.Contains(value, []byte(pem.Begin)) {
		why = text.Of("encoded in base64 twice")
	}
	skips := func(at Source) {
		d.bundle.Notes = append(d.bundle.Notes, Note{Source: at, Kind: note.GoSkips, By: note.GoParses, Text: why})
	}
	certs, key := pem.GoFinds(value)
	for i := range d.bundle.Certs[before.certs:] {
		if c := &d.bundle.Certs[before.certs+i]; !certs[string(c.Raw)] {
			skips(c.Source)
		}
	}
	for i := range d.bundle.Keys[before.keys:] {
		if !key {
			skips(d.bundle.Keys[before.keys+i].Source)
		}
	}
}

// anchored are the nodes that aliases have stood for. Each is read once: they could stand
// for more than the file is long.
type anchored map[*yaml.Node]bool

// follow is what an alias stands for, nil if it was read.
func (a anchored) follow(n *yaml.Node) *yaml.Node {
	if n == nil || n.Kind != yaml.AliasNode {
		return n
	}
	if a[n.Alias] {
		return nil
	}
	a[n.Alias] = true
	return n.Alias
}

// eachMember goes through a mapping, and those that are merged into it.
func (a anchored) eachMember(n *yaml.Node, f func(key, value *yaml.Node)) {
	eachMember(a.follow(n), func(key, value *yaml.Node) {
		value = a.follow(value)
		switch {
		case value == nil:
		case key.Tag != "!!merge":
			f(key, value)
		case value.Kind == yaml.SequenceNode:
			for _, v := range value.Content {
				a.eachMember(v, f)
			}
		default:
			a.eachMember(value, f)
		}
	})
}

// objectsOf finds what is certainly a key or certificate in a manifest that is no Secret,
// such as a ConfigMap or a webhook: as text, or in base64.
func objectsOf(n, top *yaml.Node, depth int) (list []embedded) {
	if depth > maxYAMLDeep {
		return nil
	}
	visit := func(name string, v *yaml.Node) {
		if v.Kind != yaml.ScalarNode {
			if name != "items" || depth > 0 { // those of a List are manifests of their own
				list = append(list, objectsOf(v, top, depth+1)...)
			}
			return
		}
		data := []byte(v.Value)
		if !isObject(data) {
			var err error
			if data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(v.Value), "")); err != nil || len(data) < 16 || !isObject(data) {
				return
			}
		}
		list = append(list, embedded{object: objectName(top), data: data, line: v.Line, name: shape.Plain(manifestName(top)+"/"+name, 80)})
	}
	eachMember(n, func(key, value *yaml.Node) { visit(key.Value, value) })
	switch n.Kind {
	case yaml.SequenceNode:
		for _, v := range n.Content {
			visit("", v)
		}
	case yaml.ScalarNode:
		if depth == 0 {
			visit("", n)
		}
	}
	return list
}

// maxYAMLDeep bounds how deep manifests are looked into.
const maxYAMLDeep = 32

// objectName is what kubectl calls an object: NAMESPACE/NAME, or its name alone.
func objectName(n *yaml.Node) string {
	meta := member(n, "metadata")
	name, space := member(meta, "name"), member(meta, "namespace")
	switch {
	case name == nil:
		return ""
	case space == nil || space.Value == "":
		return shape.Plain(name.Value, maxObjectName)
	}
	return shape.Plain(space.Value+"/"+name.Value, maxObjectName)
}

const maxObjectName = 63 + 1 + 253 + 1 + 253 // of the namespace (RFC 1123), the object, and the value in it

// manifestName is what kind of object a manifest is of, and its name.
func manifestName(n *yaml.Node) string {
	name := "text"
	if kind := member(n, "kind"); kind != nil {
		name = kind.Value
	}
	if m := member(member(n, "metadata"), "name"); m != nil {
		name += " " + m.Value
	}
	return name
}

// member is the value of a key of a mapping, nil if there is none.
func member(n *yaml.Node, key string) (value *yaml.Node) {
	eachMember(n, func(k, v *yaml.Node) {
		if k.Value == key {
			value = v
		}
	})
	return value
}

// eachMember goes through a mapping. An alias is not followed.
func eachMember(n *yaml.Node, f func(key, value *yaml.Node)) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f(n.Content[i], n.Content[i+1])
	}
}

func detectK8s(data []byte) confidence {
	if !bytes.Contains(data[:min(len(data), 1<<20)], []byte("Secret")) {
		return notIt
	}
	for _, x := range secretValues(plainText(data)) {
		if isObject(x.data) {
			return whole // what lies in it is no text of the file
		}
	}
	return notIt
}

// decodeK8s reads the values of Secrets, each as its own format.
func (d *decoder) decodeK8s(data []byte, at Source) error {
	list := secretValues(plainText(data))
	if len(list) == 0 {
		return &Error{Kind: ErrUnknownFormat, Source: at, What: whatK8s, Detail: "there is no Secret in it"}
	}
	return d.decodeEmbedded(list, at)
}
