package carrier

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Span is a part of a text that has a name there.
type Span struct {
	From, To int64 // bytes
	Name     string
}

// AcmeNames finds the certificates in the acme.json of Traefik, each with the name of
// its resolver and its first domain: "letsencrypt/www.example.com". Version 1 has no
// resolvers. It returns nil for what is no such file.
func AcmeNames(data []byte) (list []Span) {
	if len(data) > MaxSize || !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) || !bytes.Contains(data, []byte(`"Certificates"`)) {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	ok := eachMember(dec, func(resolver string) bool {
		if resolver == "Certificates" {
			return acmeCertificates(dec, "", &list)
		}
		return eachMember(dec, func(key string) bool {
			if key == "Certificates" {
				return acmeCertificates(dec, resolver+"/", &list)
			}
			return dec.Decode(&json.RawMessage{}) == nil
		})
	})
	if !ok {
		return nil
	}
	return list
}

// eachMember goes through the object that comes next. f reads the value of each key. What
// is no object is passed over.
func eachMember(dec *json.Decoder, f func(key string) bool) bool {
	t, err := dec.Token()
	if err != nil {
		return false
	}
	switch t {
	case json.Delim('{'):
	case json.Delim('['):
		for dec.More() {
			if dec.Decode(&json.RawMessage{}) != nil {
				return false
			}
		}
		_, err := dec.Token()
		return err == nil
	default:
		return true
	}
	for dec.More() {
		key, err := dec.Token()
		if name, ok := key.(string); err != nil || !ok || !f(name) {
			return false
		}
	}
	_, err = dec.Token()
	return err == nil
}

// acmeCertificates reads the list of the certificates of a resolver.
func acmeCertificates(dec *json.Decoder, before string, list *[]Span) bool {
	t, err := dec.Token()
	if err != nil || t == nil { // null: none yet
		return err == nil
	}
	if t != json.Delim('[') {
		return false
	}
	for dec.More() {
		var c struct{ Domain struct{ Main string } }
		from := dec.InputOffset()
		if dec.Decode(&c) != nil {
			return false
		}
		*list = append(*list, Span{from, dec.InputOffset(), strings.TrimSuffix(before+c.Domain.Main, "/")})
	}
	_, err = dec.Token()
	return err == nil
}
