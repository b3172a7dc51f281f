package request

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"net/netip"
	"time"
)

// ErrKey says that a key cannot sign a request here.
var ErrKey = errors.New("the key cannot sign a request")

// Subject is what is asked for.
type Subject struct {
	Name      []byte       // DER Name; nil is the empty one
	DNS       []string     // as they stand in certificates: punycode, no final dot
	Addresses []netip.Addr // of servers that are reached by address
}

// Request builds a certificate request (RFC 2986) and signs it with key: DER.
// The names stand in its extensionRequest (RFC 2985, Section 5.4.2). It returns
// ErrKey for keys that are not RSA, ECDSA on a NIST curve, or Ed25519.
func (s *Subject) Request(key crypto.PrivateKey) ([]byte, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrKey
	}
	q := x509.CertificateRequest{RawSubject: s.Name, DNSNames: s.DNS}
	for _, a := range s.Addresses {
		q.IPAddresses = append(q.IPAddresses, a.AsSlice())
	}
	out, err := x509.CreateCertificateRequest(rand.Reader, &q, signer)
	if err != nil {
		return nil, errors.Join(ErrKey, err)
	}
	return out, nil
}

// SelfSigned builds a certificate for servers that key signs itself: DER. It is
// valid from the one time to the other. Its errors are those of Request.
func (s *Subject) SelfSigned(key crypto.PrivateKey, from, until time.Time) ([]byte, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrKey
	}
	c := x509.Certificate{
		RawSubject: s.Name, DNSNames: s.DNS, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if _, ok := signer.Public().(*rsa.PublicKey); ok {
		c.KeyUsage |= x509.KeyUsageKeyEncipherment
	}
	for _, a := range s.Addresses {
		c.IPAddresses = append(c.IPAddresses, a.AsSlice())
	}
	out, err := x509.CreateCertificate(rand.Reader, &c, &c, signer.Public(), signer)
	if err != nil {
		return nil, errors.Join(ErrKey, err)
	}
	return out, nil
}
