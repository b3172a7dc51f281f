package explain

import (
	"strings"

	"github.com/certconv/certconv/internal/text"
)

// clientEntries are what programs say that connect to servers: curl, Go,
// Python, Node, .NET, GnuTLS, wget, git.
func clientEntries() []Entry {
	list := []Entry{
		{
			ID: "curl-60", Rank: Vague, Title: "curl 60: the server's certificate cannot be authenticated", Keys: []string{"curl:60", "CURLE_PEER_FAILED_VERIFICATION", "curl:51"},
			Over:    []string{"openssl-ssl-134"},
			Meaning: "curl did not accept the certificate of the server. The text after it says why: issuer, name, date.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired, &causeInspection},
		},
		{
			ID: "curl-35", Rank: Vague, Title: "curl 35: the TLS handshake failed", Keys: []string{"curl:35", "CURLE_SSL_CONNECT_ERROR"},
			Meaning: "The connection broke off before it was up.", Causes: []*Cause{&causePlainHTTP, &causeVersions, &causeCiphers, &causeClientCert},
		},
		{
			ID: "curl-58", Title: "curl 58: problem with the local client certificate", Keys: []string{"curl:58", "CURLE_SSL_CERTPROBLEM"},
			Phrases: []string{"could not load PEM client certificate", "unable to set private key file", "could not parse PKCS12 file"},
			Meaning: "The certificate or key given with --cert and --key cannot be loaded, or they do not belong together.",
			Causes:  []*Cause{{Text: "key and certificate do not belong together, or one of the files is another object", Checks: []string{"key-mismatch", "wrong-object", "wrong-format"}, Command: Command{"check", "--key client.key --cert client.crt"}, Action: text.Of("give both as PEM; of a PFX: %s", Command{"convert", "client.pfx --to pem --out client.pem"})}, &causeEncrypted},
		},
		{
			ID: "curl-77", Title: "curl 77: problem with the file of trusted roots", Keys: []string{"curl:77", "curl:82", "CURLE_SSL_CACERT_BADFILE"},
			Phrases: []string{"error setting certificate verify locations", "error setting certificate file", "error adding trust anchors from file"},
			Meaning: "The list of roots is not there or not PEM.", Causes: []*Cause{&causeNothing, &causeFormat, {Text: "the package ca-certificates is not installed", Action: text.Of("install it")}},
		},
		{
			ID: "curl-90", Title: "curl 90, 91: pinned key or certificate status", Keys: []string{"curl:90", "curl:91", "curl:83", "CURLE_SSL_PINNEDPUBKEYNOTMATCH", "CURLE_SSL_INVALIDCERTSTATUS", "CURLE_SSL_ISSUER_ERROR"},
			Meaning: "The server's key is not the pinned one (90), its stapled OCSP response is missing or bad (91), or the issuer is not the given one (83).", Causes: []*Cause{&causeRevocationDown, &causeOtherSite, {Text: "the certificate was renewed with a new key", Command: Command{"inspect", "site.crt"}, Action: text.Of("pin the new key")}},
		},
		{
			ID: "go-unknown-authority", Rank: Reason, Title: "Go: x509: certificate signed by unknown authority",
			Phrases: []string{"certificate signed by unknown authority", "x509: unhandled critical extension", "x509: failed to load system roots"},
			Meaning: "The issuer is neither sent by the server nor among the roots. \"possibly because of\" after it names a certificate of the issuer's name whose key did not sign it.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeWrongIntermediate, &causeInspection, {Text: "a container without ca-certificates", Action: text.Of("install them, or set SSL_CERT_FILE")}},
		},
		{
			ID: "go-expired", Rank: Reason, Title: "Go: x509: certificate has expired or is not yet valid", Over: []string{"verify-10", "browser-expired"},
			Phrases: []string{"x509: certificate has expired or is not yet valid"},
			Meaning: "The time of the client is outside of the certificate's; both times follow it.", Causes: []*Cause{&causeExpired, &causeIssuerExpired, &causeClock, &causeNotYet},
		},
		{
			ID: "go-name-mismatch", Rank: Reason, Title: "Go: x509: certificate is valid for …, not …",
			Phrases: []string{"x509: certificate is valid for*not", "certificate is not valid for any names", "doesn't contain any IP SANs", "certificate relies on legacy Common Name field", "cannot validate certificate for"},
			Meaning: "The name that the program connects to is not in the certificate's subjectAltName.", Causes: []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "go-key-mismatch", Rank: Reason, Title: "Go: tls: private key does not match public key",
			Phrases: []string{"private key does not match public key", "private key type does not match public key type"},
			Meaning: "The key does not fit the first certificate in the file. Go servers (Traefik, Caddy, Kubernetes) take the first one for their own.", Causes: []*Cause{&causeOrder, &causeMismatch, &causeRenewed},
			Refs: []string{"https://github.com/kubernetes/ingress-nginx/issues/6941"},
		},
		{
			ID: "go-pem", Rank: Reason, Title: "Go: tls: failed to find any PEM data",
			Phrases: []string{"failed to find any PEM data", "failed to find certificate PEM data", "failed to find PEM block", "found a certificate rather than a key", "PEM inputs may have been switched", "failed to decode PEM"},
			Meaning: "Go's PEM reader found no certificate or key. It is strict: no byte order mark, nothing before BEGIN.", Causes: []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeEncrypted, &causeNothing},
		},
		{
			ID: "go-malformed", Rank: Reason, Title: "Go: x509: malformed certificate",
			Phrases: []string{"x509: malformed", "asn1: structure error", "asn1: syntax error", "x509: invalid", "inner and outer signature algorithm identifiers don't match", "tags don't match", "x509: negative serial number"},
			Meaning: "The object is no certificate, is cut off, or breaks a rule that Go enforces and others do not.",
			Causes:  []*Cause{&causeObject, {Text: "it is cut off or changed", Checks: []string{"pem-body-truncated", "der-malformed", "pem-label-wrong"}, Command: checkCert, Action: text.Of("get it again")}, &causeDamaged},
		},
		{
			ID: "go-insecure-signature", Rank: Reason, Title: "Go: x509: cannot verify signature: insecure algorithm",
			Phrases: []string{"cannot verify signature: insecure algorithm", "x509: cannot verify signature: algorithm unimplemented", "InsecureAlgorithmError"},
			Meaning: "A certificate is signed with MD5 or SHA-1.", Causes: []*Cause{&causeWeakSignature},
		},
		{
			ID: "go-usage", Rank: Reason, Title: "Go: x509: certificate specifies an incompatible key usage",
			Phrases: []string{"specifies an incompatible key usage", "certificate is not authorized to sign other certificates", "x509: too many intermediates", "is not permitted by any constraint", "has a name constraint"},
			Meaning: "A certificate is used for what it does not allow.", Causes: []*Cause{&causeUsage, &causeNotCA},
		},
		{
			ID: "go-plain-http", Rank: Reason, Title: "Go: first record does not look like a TLS handshake",
			Phrases: []string{"first record does not look like a TLS handshake", "server gave HTTP response to HTTPS client", "client sent an HTTP request to an HTTPS server"},
			Meaning: "One side speaks plain HTTP.", Causes: []*Cause{&causePlainHTTP},
		},
		{
			ID: "node-name-mismatch", Rank: Reason, Title: "Node: the host name does not match the certificate's altnames", Keys: []string{"ERR_TLS_CERT_ALTNAME_INVALID"},
			Phrases: []string{"Hostname/IP does not match certificate's altnames", "Host: * is not in the cert's altnames", "is not in the cert's list"},
			Meaning: "The name that the program connects to is not in the certificate.", Causes: []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "dotnet-remote-certificate", Rank: Vague, Title: ".NET: the remote certificate is invalid according to the validation procedure",
			Phrases: []string{"remote certificate is invalid according to the validation procedure", "remote certificate is invalid because of errors in the certificate chain", "remote certificate was rejected by the provided", "Could not establish trust relationship for the SSL/TLS secure channel", "検証プロシージャによると、リモート証明書は無効です", "リモート証明書は無効", "SSL/TLS のセキュリティで保護されているチャネルに対する信頼関係を確立できませんでした", "RemoteCertificateNameMismatch", "RemoteCertificateChainErrors", "PartialChain", "UntrustedRoot", "AuthenticationException: The remote certificate"},
			Words:   []string{"trust relationship ssl|tls|secure|channel", "信頼関係 確立"},
			Meaning: ".NET did not accept the server's certificate. RemoteCertificateNameMismatch is the name, RemoteCertificateChainErrors issuer, dates or revocation (PartialChain, UntrustedRoot, NotTimeValid, RevocationStatusUnknown).",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired, &causeRevocationDown, &causeInspection},
		},
		{
			ID: "dotnet-secure-channel", Title: ".NET: could not create SSL/TLS secure channel",
			Phrases: []string{"Could not create SSL/TLS secure channel", "SSL/TLS のセキュリティで保護されているチャネルを作成できませんでした", "An existing connection was forcibly closed by the remote host", "A call to SSPI failed", "Authentication failed because the remote party has closed the transport stream", "server mode SSL must use a certificate with the associated private key"},
			Meaning: "The handshake failed: mostly the program asks for TLS 1.0, or a client certificate is missing or its key cannot be read.",
			Causes:  []*Cause{&causeVersions, &causeClientCert, &causePermissions, &causeCiphers},
		},
		{
			ID: "gnutls-verify", Rank: Vague, Title: "GnuTLS: certificate verification failed",
			Phrases: []string{"The certificate is NOT trusted. The certificate", "Error in the certificate verification", "server certificate verification failed", "certificate verification error"},
			Meaning: "A program that uses GnuTLS (wget, git and apt on Debian) does not accept the server's certificate.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeExpired, &causeName, &causeWeakSignature},
		},
		{
			ID: "wget-verify", Rank: Vague, Title: "wget: cannot verify the server's certificate",
			Phrases: []string{"cannot verify*certificate, issued by", "certificate common name*doesn't match requested host name", "no certificate subject alternative name matches"},
			Meaning: "wget does not accept the server's certificate; the next line says why.", Causes: []*Cause{&causeIncomplete, &causeName, &causeUntrustedRoot, &causeExpired},
		},
		{
			ID: "schannel-client-revocation", Title: "curl and git on Windows: the revocation check failed", Over: []string{"hresult-80092012", "hresult-80092013", "curl-35"},
			Phrases: []string{"schannel: next InitializeSecurityContext failed*CRYPT_E_NO_REVOCATION_CHECK", "schannel: next InitializeSecurityContext failed*80092012", "schannel: next InitializeSecurityContext failed*80092013"},
			Meaning: "Schannel wants to check the revocation and cannot; behind a proxy that replaces certificates that is the rule.", Causes: []*Cause{&causeInspection, &causeRevocationDown},
		},
		{
			ID: "ssh-key-format", Title: "OpenSSH: invalid format, error in libcrypto",
			Phrases: []string{"error in libcrypto", "Load key*invalid format", "is not a public key file"},
			Meaning: "The private key cannot be read: its text is damaged, a final newline is missing, or it is another format.", Causes: []*Cause{&causeDamaged, &causeFormat, &causePassword},
		},
	}
	for i := range list {
		if strings.HasPrefix(list[i].ID, "curl-") {
			list[i].Refs = append(list[i].Refs, "https://curl.se/libcurl/c/libcurl-errors.html")
		}
	}
	return list
}
