package request

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
)

// keyTypes are the keys that can be made. The first one is what a server gets
// that nothing more is known of.
var keyTypes = [...]struct {
	name string
	make func() (crypto.PrivateKey, error)
}{
	{"p256", func() (crypto.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }},
	{"p384", func() (crypto.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P384(), rand.Reader) }},
	{"rsa2048", func() (crypto.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }},
	{"rsa3072", func() (crypto.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 3072) }},
	{"rsa4096", func() (crypto.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 4096) }},
	{"ed25519", func() (crypto.PrivateKey, error) { _, k, err := ed25519.GenerateKey(rand.Reader); return k, err }},
}

// KeyTypes lists the words that NewKey knows, the usual one first.
func KeyTypes() []string {
	list := make([]string, len(keyTypes))
	for i := range keyTypes {
		list[i] = keyTypes[i].name
	}
	return list
}

// NewKey makes a private key of one of KeyTypes and gives it as PKCS#8 (RFC
// 5208, RFC 5958), DER. The bytes are the caller's to clear. It panics for
// another word.
func NewKey(name string) ([]byte, error) {
	for _, t := range keyTypes {
		if t.name != name {
			continue
		}
		k, err := t.make()
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKCS8PrivateKey(k)
	}
	panic("request: no key type is called " + name)
}
