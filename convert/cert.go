package convert

import "crypto/x509"

func classify(data []byte) object { panic("stub") }

// addCert adds a certificate, with trust data behind it or without.
func (d *decoder) addCert(data []byte, at Source, n Names) error    { panic("stub") }
func (d *decoder) addRequest(data []byte, at Source, n Names) error { panic("stub") }
func (d *decoder) addCRL(data []byte, at Source, n Names) error     { panic("stub") }

// X509 parses the certificate with crypto/x509. It parses anew at every call.
func (c *Certificate) X509() (*x509.Certificate, error) { return x509.ParseCertificate(c.Raw) }

// identifyForeign says in words what data is that no format of the table reads
// ("this is a web page, not a certificate"), or "" if nothing is known of it.
func identifyForeign(data []byte) string { panic("stub") }

func (d *decoder) decodeDER(data []byte, at Source) error   { panic("stub") }
func detectDER(data []byte) Confidence                      { panic("stub") }
func encodeDER(b *Bundle, o *EncodeOptions) ([]byte, error) { panic("stub") }
