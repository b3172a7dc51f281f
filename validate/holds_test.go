package validate

import (
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/client"
)

// A file is called by its most telling object, and by none of another file.
func TestHolds(t *testing.T) {
	at := func(file string) convert.Source { return convert.Source{File: file} }
	root := ca(t, nil, "Root")
	certs := decode(t, pemOf(root, ca(t, nil, "Other"))).Certs
	certs[0].Source, certs[1].Source = at("both"), at("cert")
	p := &pass{input: &input{Bundle: &convert.Bundle{
		Keys: []convert.PrivateKey{{Source: at("both")}}, Requests: []convert.Request{{Source: at("csr")}}, Certs: certs,
	}}}
	for file, want := range map[string]string{
		"both": "this private key", "csr": "this request", "cert": `the certificate "Other"`, "none": "this file",
	} {
		if got := p.holds(file); got.String() != want {
			t.Errorf("%s: %s, want %s", file, got.String(), want)
		}
	}
}

// The largest keys that a client takes are no fact.
func TestLargeKeys(t *testing.T) {
	for _, v := range []struct {
		algorithm string
		bits      int
		want      client.Fact
	}{{"RSA", 8192, ""}, {"RSA", 8193, client.RSAOver8192}, {"RSA-PSS", 16384, client.RSAOver8192}, {"RSA", 16385, client.RSAOver16384}, {"DSA", 8193, ""}} {
		var got client.Fact
		for _, f := range writtenFacts(&convert.Certificate{Algorithm: v.algorithm, Bits: v.bits}) {
			got = f.fact
		}
		if got != v.want {
			t.Errorf("%s of %d bits: %v", v.algorithm, v.bits, got)
		}
	}
}
