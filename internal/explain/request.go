package explain

import "github.com/certconv/certconv/internal/text"

// requestEntries are what OpenSSL says while a request is made or a key read,
// and what responders and clients say of revocation.
func requestEntries() []Entry {
	return []Entry{
		{
			ID: "openssl-string-too-long-2", Rank: Reason, Title: "OpenSSL: string too long, maxsize=2: the country", Over: []string{"openssl-asn1-155", "openssl-string-too-long", "openssl-asn1-168"},
			Phrases: []string{"asn1 encoding routines*string too long*maxsize=2", "mbstring_ncopy:string too long*maxsize=2"},
			Meaning: "The country of the subject is a code of two letters.",
			Causes:  []*Cause{{Text: "countryName has more than two letters: UK or GBR in place of GB, the name of the country, or a field in the wrong place", Checks: []string{"csr-country", "csr-field-length"}, Command: lintRequest, Action: text.Of("take the code of ISO 3166 (GB, US, DE); in openssl.cnf do not mix up countryName and countryName_default")}},
			Refs:    []string{"RFC 5280, Appendix A"},
		},
		{
			ID: "openssl-string-too-long", Rank: Reason, Title: "OpenSSL: string too long: a field of the subject", Keys: []string{"openssl:13/151"}, Over: []string{"openssl-asn1-155", "openssl-asn1-168"},
			Phrases: []string{"asn1 encoding routines*string too long", "mbstring_ncopy:string too long", "string is too long, it needs to be no more than"},
			Meaning: "A field of the subject is longer than X.520 allows: 64 characters for common name, organization and unit, 128 for state and locality; maxsize says how many.",
			Causes:  []*Cause{{Text: "the common name (64), the organization (64) or another field is too long", Checks: []string{"csr-field-length"}, Command: lintRequest, Action: text.Of("shorten it; put long host names into subjectAltName only")}},
			Refs:    []string{"RFC 5280, Appendix A"},
		},
		{
			ID: "openssl-string-too-short", Rank: Reason, Title: "OpenSSL: string too short: a field of the subject", Keys: []string{"openssl:13/152"}, Over: []string{"openssl-asn1-155"},
			Phrases: []string{"asn1 encoding routines*string too short", "mbstring_ncopy:string too short", "string is too short, it needs to be at least"},
			Meaning: "A field of the subject is shorter than its minimum: the country has two letters, others at least one.",
			Causes:  []*Cause{{Text: "a field is empty, or the country has one letter", Checks: []string{"csr-country", "csr-field-empty", "csr-field-length"}, Command: lintRequest, Action: text.Of("fill it in, or enter . to leave it out")}},
		},
		{
			ID: "openssl-req-subject", Rank: Reason, Title: "OpenSSL: the subject of the request was not accepted", Over: []string{"openssl-asn1-155"},
			Phrases: []string{"asn1 encoding routines*illegal characters", "no objects specified in config file", "The subject name is expected to be in the format", "req: subject name is expected", "Skipping unknown attribute", "name is expected to be in the format /type0=value0"},
			Meaning: "-subj wants /CN=… with a slash first; Git Bash on Windows turns it into a path, and prompt=no wants each field filled.",
			Causes:  []*Cause{{Text: "-subj does not begin with a slash, or the shell changed it", Action: text.Of("-subj \"/CN=www.example.com\"; in Git Bash //CN=… or MSYS_NO_PATHCONV=1")}, &causeRequest},
		},
		{
			ID: "openssl-req", Rank: Vague, Title: "OpenSSL: the request could not be made",
			Phrases: []string{"problems making Certificate Request", "Error making certificate request", "error, no objects specified in config file", "unable to find 'distinguished_name' in config", "Unable to load config info"},
			Meaning: "openssl req could not make the request: a field is empty or does not fit, or its configuration was not found.",
			Causes:  []*Cause{&causeRequest, {Text: "all fields were left empty, or with prompt=no one is missing", Action: text.Of("fill in the common name at least")}, {Text: "openssl.cnf is not where this OpenSSL looks for it", Action: text.Of("openssl version -d names the folder; set OPENSSL_CONF, or give -config")}},
		},
		{
			ID: "ocsp-unauthorized", Rank: Reason, Title: "OCSP: unauthorized (6)",
			Phrases: []string{"unauthorized (6)", "Responder Error: unauthorized", "OCSP responder*unauthorized", "ocsp: error: unauthorized", "OCSP response not successful (6: unauthorized)", "OCSP response status: unauthorized", "responderror: unauthorized", "not successful (6"},
			Meaning: "The responder does not answer for this certificate (RFC 5019, Section 2.2.3): it keeps only the answers of certificates that are valid now. It has nothing to do with a login.",
			Causes:  []*Cause{&causeOCSPUnknown, {Text: "the certificate has expired, and the authority has dropped its answer", Checks: []string{"cert-expired"}, Command: checkCert, Action: text.Of("renew it")}},
			Refs:    []string{"RFC 6960, Section 2.3", "RFC 5019, Section 2.2.3"},
		},
		{
			ID: "ocsp-responder", Rank: Reason, Title: "OCSP: the responder's answer cannot be used",
			Phrases: []string{"Responder Error: trylater", "Responder Error: internalerror", "Responder Error: malformedrequest", "not successful (3: tryLater", "not successful (2: internalError", "OCSP response not successful", "OCSP responder timed out", "OCSP_basic_verify() failed", "Response Verify Failure", "OCSP*status expired", "OCSP*status not yet valid", "OCSP responder prematurely closed connection", "OCSP responder sent invalid", "OCSP response expired", "No OCSP URL in certificate", "ocsp_basic_verify:signer certificate not found", "stapling_renew_response", "nonce*missing from OCSP", "missing ocspsigning usage", "ocsp response is too old", "responder did not respond"},
			Meaning: "The OCSP responder was reached, and its answer is an error, too old, or not signed by the issuer or its deputy.",
			Causes:  []*Cause{&causeRevocationDown, &causeOCSPUnknown, &causeIncomplete, &causeClock},
			Refs:    []string{"RFC 6960, Section 2.3"},
		},
		{
			ID: "firefox-must-staple", Rank: Reason, Title: "Firefox: MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING: must-staple without a stapled response", Keys: []string{"MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING"},
			Phrases: []string{"required TLS feature is missing", "requires the server to staple", "certificate * marked OCSP Must-Staple", "certificate marked OCSP Must-Staple", "server's certificate requires stapling"},
			Meaning: "The certificate has the extension TLS feature (must-staple, RFC 7633): a client must refuse it if the server sends no OCSP response with it.",
			Causes:  []*Cause{&causeMustStaple, &causeRevocationDown},
			Refs:    []string{"RFC 7633"},
		},
		{
			ID: "distrusted-root", Rank: Reason, Title: "The chain ends at a root that was withdrawn", Over: []string{"java-path-building", "java-path-validation"},
			Phrases: []string{"anchored by a distrusted legacy", "TLS server certificate issued after*and anchored by", "TLS Server certificate issued after", "distrusted legacy Symantec root", "distrusted legacy Entrust root", "distrusted legacy Camerfirma root", "distrusted root CA", "was issued by a distrusted", "certificate is on the untrusted list", "Untrusted certificate:"},
			Meaning: "Java, like the browsers, takes no certificates any more that a distrusted authority issued after a date.",
			Causes:  []*Cause{&causeLegacyRoot, &causeDistrusted, {Text: "the server still sends the chain to the authority's old root", Checks: []string{"chain-untrusted-root"}, Command: checkChain, Action: text.Of("send the intermediates of the new root, if the authority has one")}},
			Refs:    []string{"https://www.java.com/en/configure_crypto.html", "https://chromium.googlesource.com/chromium/src/+/main/net/data/ssl/chrome_root_store/faq.md"},
		},
		{
			ID: "keytool-reply", Rank: Reason, Title: "keytool: the certificate reply does not contain the public key of the alias", Over: []string{"java-chain-for-key"},
			Phrases: []string{"reply does not contain public key for", "Public keys in reply and keystore don't match", "Certificate reply and certificate in keystore are identical", "Incomplete certificate chain in reply", "Reply has no certificates"},
			Meaning: "The certificate was not issued for the key that is in the keystore under this alias.",
			Causes:  []*Cause{{Text: "the certificate was imported under another alias than the key's, or the key was made anew after the request", Checks: []string{"key-mismatch", "request-mismatch"}, Command: Command{"check", "--key keystore.jks --cert site.crt"}, Action: text.Of("%s lists the aliases and their keys; import under the alias of the key that the request was made with, or have the certificate reissued for this one", Command{"inspect", "keystore.jks"})}, &causeMismatch, &causeRenewed, {Text: "the file begins with another certificate: an intermediate or the root", Checks: []string{"chain-order", "wrong-object"}, Command: checkChain, Action: text.Of("import the intermediates first, each under an alias of its own, then the server's certificate")}},
			Refs:    []string{"https://docs.oracle.com/en/java/javase/17/docs/specs/man/keytool.html"},
		},
		{
			ID: "keytool-no-store", Rank: Reason, Title: "keytool: the keystore file does not exist",
			Phrases: []string{"Keystore file does not exist", "keystore file not found", "Trust store file*does not exist", "truststore file does not exist"},
			Meaning: "There is no keystore at this path. keytool -list and -importkeystore read one, -genkeypair and -importcert make one.", Causes: []*Cause{&causeMissingFile},
		},
		{
			ID: "keytool-alias", Title: "keytool: the alias exists, or the keystore cannot be used",
			Phrases: []string{"Certificate not imported, alias", "Key pair not generated, alias", "already exists*keytool", "Certificate already exists in keystore under alias", "Certificate already exists in system-wide CA keystore", "Keystore file exists, but is empty", "Import command completed: 0 entries successfully imported", "Entry for alias*not imported", "Destination pkcs12 keystore has different storepass and keypass", "Different store and key passwords not supported for PKCS12 KeyStores", "The destination pkcs12 keystore has different"},
			Meaning: "keytool did nothing: the alias is in use, the file is not there, or PKCS#12 wants one password for store and key.",
			Causes:  []*Cause{{Text: "the alias is in use by another entry", Command: Command{"inspect", "keystore.jks"}, Action: text.Of("choose another alias, or keytool -delete -alias NAME for a trusted certificate; do not delete the alias of the key")}, &causeMissingFile, {Text: "store and key have different passwords", Action: text.Of("keytool -importkeystore with -destkeypass equal to -deststorepass")}},
			Refs:    []string{"https://docs.oracle.com/en/java/javase/17/docs/specs/man/keytool.html"},
		},
		{
			ID: "java-trust-anchor", Rank: Reason, Title: "Java, Android: trust anchor for certification path not found", Over: []string{"java-path-validation", "java-path-building"},
			Phrases: []string{"Trust anchor for certification path not found", "TrustAnchor with subject*is not a CA", "TrustAnchor*does not"},
			Meaning: "The chain that the server sent leads to no root of the device. Android does not fetch missing intermediates, and since 7.0 programs do not trust roots that the user installed.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection, {Text: "the root was installed by the user, and the program does not look there", Action: text.Of("add it in the program's network security configuration, or install it with device management")}},
			Refs:    []string{"https://developer.android.com/privacy-and-security/security-ssl"},
		},
		{
			ID: "java-no-anchor", Rank: Reason, Title: "Java: path does not chain with any of the trust anchors", Over: []string{"java-path-validation", "java-path-building"},
			Phrases: []string{"Path does not chain with any of the trust anchors", "no trusted certificate found", "basic constraints check failed: this is not a CA certificate"},
			Meaning: "A chain was given, and no root of the trust store is above its last certificate.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeInspection, &causeTrustStore},
			Refs:    []string{"https://docs.oracle.com/en/java/javase/17/security/"},
		},
		{
			ID: "go-server-certificate", Title: "Go: tls: failed to parse certificate from server", Over: []string{"tool-no-certificate", "go-malformed"},
			Phrases: []string{"failed to parse certificate from server", "failed to parse client certificate"},
			Meaning: "The other side showed a certificate that Go does not read, though other programs may: Go is strict with serial numbers, names, keys and extensions.",
			Causes:  []*Cause{&causeStructure, &causeExplicitCurve, &causeKeyKind, &causeInspection},
			Refs:    []string{"https://pkg.go.dev/crypto/x509#ParseCertificate"},
		},
		{
			ID: "tls-certificate-verify", Rank: Reason, Title: "TLS: the signature of the handshake does not fit the certificate", Over: []string{"java-handshake"},
			Phrases: []string{"Invalid CertificateVerify signature", "invalid signature by the server certificate", "invalid signature by the client certificate", "Invalid signature on ECDH server key exchange", "CertificateVerify message*invalid", "bad signature*CertificateVerify"},
			Meaning: "One side showed a certificate and signed the handshake with another key, or with an algorithm that its key cannot do.",
			Causes:  []*Cause{&causeMismatch, &causeKeyKind, &causeOrder, {Text: "the key is in a module or library that signs with RSA-PSS or a hash wrongly", Action: text.Of("update it, or turn TLS 1.3 off for a test")}},
			Refs:    []string{"RFC 8446, Section 4.4.3"},
		},
		{
			ID: "go-other-object", Rank: Reason, Title: "Go: no PEM block of the wanted kind was found", Over: []string{"go-pem"},
			Phrases: []string{"certificate input after skipping PEM blocks", "key input after skipping PEM blocks", "PEM block with type ending in PRIVATE KEY*after skipping"},
			Meaning: "The file has PEM blocks of other kinds; the message names them.", Causes: []*Cause{&causeObject, &causeNoKey},
			Refs: []string{"https://pkg.go.dev/crypto/tls#X509KeyPair"},
		},
		{
			ID: "go-key", Rank: Reason, Title: "Go: tls: failed to parse private key", Over: []string{"go-pem"},
			Phrases: []string{"tls: failed to parse private key", "failed to parse private key", "x509: failed to parse private key", "use ParsePKCS1PrivateKey instead", "use ParsePKCS8PrivateKey instead", "use ParseECPrivateKey instead", "tls: found unknown private key type", "PKCS#8 wrapping contained private key with unknown algorithm"},
			Meaning: "There is a private key block, and Go cannot read what is in it: it knows unencrypted PKCS#8, PKCS#1 and SEC1 with RSA, P-224 to P-521 and Ed25519.",
			Causes:  []*Cause{&causeEncrypted, &causeKeyKind, &causeCut, &causeObject},
			Refs:    []string{"https://pkg.go.dev/crypto/tls#X509KeyPair"},
		},
		{
			ID: "go-curve", Rank: Reason, Title: "Go: x509: invalid ECDSA parameters, unsupported elliptic curve", Over: []string{"go-malformed", "go-pem", "go-key", "tool-no-certificate"},
			Phrases: []string{"x509: invalid ECDSA parameters", "x509: unsupported elliptic curve", "x509: unknown elliptic curve", "invalid ECDSA parameters", "unsupported elliptic curve", "x509: failed to unmarshal elliptic curve point", "tls: unsupported certificate curve"},
			Meaning: "Go takes P-224, P-256, P-384 and P-521 by name. Other curves, and curves spelt out in numbers, it does not read.",
			Causes:  []*Cause{&causeExplicitCurve, &causeKeyKind},
			Refs:    []string{"https://pkg.go.dev/crypto/x509#ParseCertificate"},
		},
		{
			ID: "nginx-upstream-name", Title: "nginx: the certificate of the upstream is for another name", Target: "nginx", Over: []string{"nginx-upstream-verify"},
			Phrases: []string{"upstream SSL certificate does not match"},
			Meaning: "proxy_ssl_verify is on. nginx looks for the name of proxy_pass, or that of proxy_ssl_name, in the certificate of the server behind it: with an upstream block that is the block's name.",
			Causes:  []*Cause{{Text: "the name of the upstream block is asked for, which is not in the certificate", Checks: []string{"name-mismatch"}, Command: checkName, Action: text.Of("proxy_ssl_name backend.example.com with a name that is in the certificate, and proxy_ssl_server_name on")}, &causeName, &causeNoNames, &causeOtherSite},
			Refs:    []string{"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_name"},
		},
	}
}
