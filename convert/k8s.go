package convert

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/pem"
	"github.com/certconv/certconv/internal/shape"
)

// encodeK8s writes the manifest of a Secret of type kubernetes.io/tls: the key as
// tls.key, the certificates, leaf first, as tls.crt; of certificates alone an Opaque one
// with ca.crt, as controllers take the roots of clients. Its name is that of the
// options, or the first host name of the leaf.
func encodeK8s(b *Bundle, o *EncodeOptions) ([]byte, error) {
	if len(b.Certs) == 0 {
		return nil, &Error{Kind: ErrNothingToWrite, Detail: "a Secret has certificates, and the input holds " + contents(b)}
	}
	name := o.Name
	if name == "" {
		name = secretName(&b.Certs[0])
	}
	for _, s := range []string{name, o.Namespace} {
		if s != "" && !isSubdomain(s) {
			return nil, &Error{Kind: ErrUnsupported, What: "k8s output", Algorithm: fmt.Sprintf("the name %q: small letters, digits, - and . only", s)}
		}
	}
	var certs []byte
	for i := range b.Certs {
		certs = pem.Append(certs, pem.LabelCertificate, nil, b.Certs[i].Raw)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n", name)
	if o.Namespace != "" {
		fmt.Fprintf(&out, "  namespace: %s\n", o.Namespace)
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

// secretName makes a name of the first host name: *.example.com is wildcard.example.com.
func secretName(c *Certificate) string {
	hosts := c.DNSNames()
	if attrs, err := ParseName(c.Subject); err == nil {
		for _, a := range attrs {
			if a.Type == "CN" {
				hosts = append(hosts, a.Text)
			}
		}
	}
	for _, host := range hosts {
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

// secretBlobs takes the values out of Secrets, of which a file may hold several, in
// YAML and in JSON.
func secretBlobs(text string) []hexBlob {
	if !strings.Contains(text, "Secret") {
		return nil
	}
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "{") {
		var list []hexBlob
		var v any
		if json.Unmarshal([]byte(t), &v) == nil {
			list = jsonSecrets(v, list)
		}
		return list
	}
	return yamlSecrets(text)
}

// jsonSecrets finds Secrets in a manifest and in a List of them.
func jsonSecrets(v any, list []hexBlob) []hexBlob {
	m, ok := v.(map[string]any)
	if !ok {
		return list
	}
	items, _ := m["items"].([]any)
	for _, item := range items {
		list = jsonSecrets(item, list)
	}
	if m["kind"] != "Secret" {
		return list
	}
	meta, _ := m["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	data, _ := m["data"].(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(data)) {
		s, _ := data[k].(string)
		if raw, err := base64.StdEncoding.DecodeString(s); err == nil {
			list = append(list, hexBlob{raw, 1, shape.Plain(name, 60)})
		}
	}
	return list
}

// yamlSecrets looks for Secrets line by line: in manifests, as kubectl and people write
// them, a value stands on the line of its name.
func yamlSecrets(text string) []hexBlob {
	var list, part []hexBlob
	name, secret, meta := "", false, false
	flush := func() {
		if secret {
			for i := range part {
				part[i].name = shape.Plain(name, 60)
			}
			list = append(list, part...)
		}
		part, name, secret, meta = nil, "", false, false
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, " \t\r\n")
		t := strings.TrimLeft(line, " ")
		indent := len(line) - len(t)
		if strings.HasPrefix(line, "---") || strings.HasPrefix(t, "- ") && indent <= 2 {
			flush()
		}
		t = strings.TrimPrefix(t, "- ")
		key, value, ok := strings.Cut(t, ":")
		if !ok {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch {
		case key == "kind" && value == "Secret":
			secret = true
		case key == "metadata":
			meta = true
		case key == "name" && meta && name == "":
			name = value
		case len(value) >= 40:
			if raw, err := base64.StdEncoding.DecodeString(value); err == nil {
				part = append(part, hexBlob{data: raw, line: number})
			}
		}
	}
	flush()
	return list
}

func detectK8s(data []byte) confidence {
	if !bytes.Contains(data[:min(len(data), 1<<20)], []byte("Secret")) {
		return notIt
	}
	for _, b := range secretBlobs(hexText(data)) {
		if knownBlob(b.data) {
			return likely
		}
	}
	return notIt
}

// decodeK8s reads the values of Secrets, each as its own format.
func (d *decoder) decodeK8s(data []byte, at Source) error {
	list := secretBlobs(hexText(data))
	if len(list) == 0 {
		return d.decodePEM(data, at) // text that is no base64, such as stringData
	}
	return d.blobs(list, at)
}
