package client

// Revocation is what a program does about revoked certificates, unless it is told
// otherwise.
type Revocation struct {
	Does     string // the end of a sentence that begins with the program
	Measured bool   // with the program itself, and a private root
	Source   string
}

const (
	measuredRevocation = "measured with a revoked certificate below a private root, with and without a staple, 2026-11"
	measuredServers    = "measured with clients of one and two levels of CAs, 2026-11"
)

// Revoked is what the client does about revoked certificates of servers.
func (c *Client) Revoked() Revocation {
	switch c.Name {
	case "openssl":
		return Revocation{"asks nobody and does not look at a staple; curl does where it is told to (cert-status)", true, measuredRevocation}
	case "node", "python", "go":
		return Revocation{"asks nobody and does not look at a staple", true, measuredRevocation}
	case "gnutls":
		return Revocation{"asks nobody; refuses if a staple says revoked", true, measuredRevocation}
	case "java":
		return Revocation{"asks nobody and does not look at a staple; with com.sun.net.ssl.checkRevocation=true it does both, and refuses", true, measuredRevocation}
	case "firefox":
		return Revocation{
			"refuses by CRLite below public roots, which has the lists of the CAs and is renewed every 12 hours; below a private root it asks OCSP; refuses if a staple says revoked", true,
			measuredRevocation + "; CRLite: hacks.mozilla.org/2025/08/crlite-fast-private-and-comprehensive-certificate-revocation-checking-in-firefox",
		}
	case "chrome":
		return Revocation{
			"refuses by CRLSets, which have few of the revoked certificates of servers; asks nobody unless a policy says so; refuses if a staple says revoked", true,
			measuredRevocation + "; CRLSets: www.chromium.org/Home/chromium-security/crlsets",
		}
	case "apple":
		return Revocation{"has a list of Apple's own, made of those of the CAs, and asks OCSP about what is on it; looks at staples; asks nobody else", false, "WWDC 2017, session 701, Your Apps and Evolving Network Security Standards"}
	case "windows":
		return Revocation{
			"asks OCSP, then the CRL, for programs that want it, and keeps answers until they are out of date; where nobody answers it says 0x80092013, which many programs pass over", false,
			"learn.microsoft.com, How Certificate Revocation Works (ee619754)",
		}
	}
	return Revocation{}
}

// Verifier is a server that asks its clients for certificates.
type Verifier struct {
	Name    string
	Title   string
	Revoked Revocation
}

// Verifiers returns what servers do about revoked certificates of clients.
func Verifiers() []Verifier {
	return []Verifier{
		{"nginx", "nginx", Revocation{"asks the lists of ssl_crl, none without it; refuses all clients of a CA without a list that is up to date, for each CA up to the root", true, measuredServers}},
		{"haproxy", "HAProxy", Revocation{"asks the lists of crl-file, none without it; refuses all clients of a CA without a list that is up to date, for each CA up to the root", true, measuredServers}},
		{"apache", "Apache", Revocation{"asks the lists of SSLCARevocationFile only with SSLCARevocationCheck: with chain it refuses all clients of a CA without a list that is up to date, for each CA up to the root; with leaf that of the client's issuer counts", true, measuredServers}},
		{"iis", "IIS", Revocation{"asks OCSP and the CRL; answers 403.13 if the certificate has been revoked or nobody answers", false, "learn.microsoft.com, HTTP status codes in IIS"}},
	}
}
