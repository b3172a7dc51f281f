package validate

import (
	"testing"

	"github.com/certconv/certconv/convert"
)

// What nobody could open is an error where it may be what the server needs, and
// else a warning.
func TestNotChecked(t *testing.T) {
	server := leaf(t, ca(t, nil, "Root"))
	cert, key := pemOf(server), pemKey(t, server)
	nginx := &Options{Target: "nginx", Now: at}
	for _, v := range []struct {
		name  string
		texts [][]byte
		kind  convert.Kind
		opts  *Options
		want  Severity
	}{
		{"a key, with the certificate", [][]byte{cert}, convert.KindPrivateKey, &Options{Now: at}, Error},
		{"a key beside the pair", [][]byte{cert, key}, convert.KindPrivateKey, &Options{Now: at}, Warning},
		{"a key beside the pair, for a server", [][]byte{cert, key}, convert.KindPrivateKey, nginx, Warning},
		{"a certificate, with the key", [][]byte{key}, convert.KindCertificate, &Options{Now: at}, Warning},
		{"a certificate, with the key, for a server", [][]byte{key}, convert.KindCertificate, nginx, Error},
		{"a certificate beside the pair, for a server", [][]byte{cert, key}, convert.KindCertificate, nginx, Warning},
		{"a revocation list beside the pair, for a server", [][]byte{cert, key}, convert.KindCRL, nginx, Warning},
		{"nothing else", nil, convert.KindCRL, &Options{Now: at}, Error},
	} {
		b := decode(t, v.texts...)
		b.Failures = append(b.Failures, convert.Failure{
			Source: convert.Source{File: "closed"}, Kind: v.kind, Err: &convert.Error{Kind: convert.ErrUnsupported, What: "object"},
		})
		f := found(Run(b, v.opts), "object-not-checked")
		if len(f) != 1 || f[0].Severity != v.want {
			t.Errorf("%s: %+v, want %v", v.name, f, v.want)
		}
	}
}
