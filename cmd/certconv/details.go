package main

import (
	"crypto/x509"

	"github.com/smallstep/certinfo"

	"github.com/certconv/certconv/convert"
)

// certificateDetails is the full text of a certificate.
func certificateDetails(c *convert.Certificate) string {
	cert, err := c.X509()
	if err != nil {
		return "no details: Go's parser does not take this certificate\n"
	}
	text, err := certinfo.CertificateText(cert)
	if err != nil {
		return "no details: " + err.Error() + "\n"
	}
	return text
}

// requestDetails is the full text of a request.
func requestDetails(q *convert.Request) string {
	if q.SPKAC {
		return ""
	}
	req, err := x509.ParseCertificateRequest(q.Raw)
	if err != nil {
		return "no details: Go's parser does not take this request\n"
	}
	text, err := certinfo.CertificateRequestText(req)
	if err != nil {
		return "no details: " + err.Error() + "\n"
	}
	return text
}
