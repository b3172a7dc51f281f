package explain

import (
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// javaEntries are the exceptions of Java, keytool and Tomcat.
func javaEntries() []Entry {
	list := []Entry{
		{
			ID: "java-path-building", Rank: Reason, Title: "Java: PKIX path building failed, unable to find valid certification path",
			Phrases: []string{"PKIX path building failed", "unable to find valid certification path to requested target", "SunCertPathBuilderException", "Failed to find any root CAs", "the trustAnchors parameter must be non-empty"},
			Words:   []string{"pkix path", "java certificate path|trust|trusted"},
			Meaning: "Java found no way from the server's certificate to a root in its trust store (cacerts), which is not the one of the system.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection, &causeTrustStore},
		},
		{
			ID: "java-path-validation", Rank: Vague, Title: "Java: PKIX path validation failed",
			Phrases: []string{"PKIX path validation failed", "CertPathValidatorException", "signature check failed"},
			Meaning: "A chain was found, but one of its certificates is expired, revoked, not allowed to issue or not trusted.",
			Causes:  []*Cause{&causeExpired, &causeIssuerExpired, &causeWrongIntermediate, &causeRevoked, &causeNotCA},
		},
		{
			ID: "java-expired", Rank: Reason, Title: "Java: the certificate has expired or is not yet valid", Over: []string{"java-path-validation"},
			Phrases: []string{"CertificateExpiredException", "CertificateNotYetValidException", "validity check failed", "timestamp check failed"},
			Meaning: "A certificate of the chain is out of its time.", Causes: []*Cause{&causeExpired, &causeIssuerExpired, &causeClock, &causeNotYet},
		},
		{
			ID: "java-revoked", Rank: Reason, Title: "Java: the certificate has been revoked", Over: []string{"java-path-validation", "verify-23"},
			Phrases: []string{"CertificateRevokedException", "Certificate has been revoked, reason"},
			Meaning: "Revocation checking is on, and the certificate is on the list.", Causes: []*Cause{&causeRevoked},
		},
		{
			ID: "java-revocation", Rank: Reason, Title: "Java: the revocation status could not be determined", Over: []string{"java-path-validation"},
			Phrases: []string{"UNDETERMINED_REVOCATION_STATUS", "Could not determine revocation status", "Certificate does not specify OCSP responder"},
			Keys:    []string{"UNDETERMINED_REVOCATION_STATUS"},
			Meaning: "Revocation checking is on, and no list or responder could be asked.", Causes: []*Cause{&causeRevocationDown},
		},
		{
			ID: "java-algorithm", Rank: Reason, Title: "Java: the certificate uses a disabled algorithm", Over: []string{"java-path-validation"},
			Phrases: []string{"Certificates do not conform to algorithm constraints", "Certificates does not conform to algorithm constraints", "Algorithm constraints check failed"},
			Meaning: "jdk.certpath.disabledAlgorithms rules it out: MD5, SHA-1, or RSA below 1024 bits.", Causes: []*Cause{&causeWeakSignature, &causeWeakKey},
		},
		{
			ID: "java-name-mismatch", Rank: Reason, Title: "Java: the certificate is for another name",
			Phrases: []string{"No subject alternative names", "No subject alternative DNS name matching", "No name matching", "No subject alternative names matching IP address", "doesn't match any of the subject alternative names", "SSLPeerUnverifiedException: Host name", "HTTPS hostname wrong"},
			Meaning: "The name or address that the program connects to is not in the certificate. Java wants it as subjectAltName; an address as iPAddress.", Causes: []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "java-keystore-password", Rank: Reason, Title: "Java: keystore password was incorrect", Target: "java8",
			Phrases: []string{target.JavaPassword, target.JKSPassword, "failed to decrypt safe contents entry"},
			Words:   []string{"keystore password wrong|incorrect|invalid", "キストア パスワド"},
			Meaning: "The integrity check of the keystore failed. Java before 8u301 and 11.0.12 says so of each PFX with AES and SHA-256, and all say so of passwords with letters beyond ASCII in some files.",
			Causes:  []*Cause{&causePassword, &causeModernPFX, &causeDamagedPFX},
			Refs:    []string{"https://github.com/openssl/openssl/issues/18349"},
		},
		{
			ID: "java-key-password", Rank: Reason, Title: "Java: given final block not properly padded, cannot recover key", Target: "java8",
			Phrases: []string{"Given final block not properly padded", "Cannot recover key", "UnrecoverableKeyException", "Get Key failed"},
			Over:    []string{"java-keystore-password"},
			Meaning: "The keystore opened, the key in it did not: the key has another password than the store, or the password is wrong.",
			Causes:  []*Cause{{Text: "the key's password differs from the store's; Tomcat and PKCS#12 want them equal", Checks: []string{"password-wrong"}, Command: Command{"inspect", "keystore.jks"}, Action: text.Of("%s with one password for both, or set certificateKeyPassword", Command{"convert", "keystore.jks --to pfx --out new.pfx"})}, &causePassword},
		},
		{
			ID: "java-der-input", Rank: Reason, Title: "Java: toDerInputStream rejects tag type", Target: "java8",
			Phrases: []string{"toDerInputStream rejects tag type", "DerInputStream.getLength", "lengthTag=", "DerValue.getBigInteger", "DER input, Integer tag error", "java.io.EOFException", "Invalid keystore format"},
			Meaning: "The file is no PKCS#12 or JKS. Tag type 45 is \"-\": a PEM file; 77 is \"M\": Base64 without BEGIN line; 60 is \"<\": a web page; 239 a byte order mark. \"Invalid keystore format\" mostly is a file of the other type.",
			Causes:  []*Cause{{Text: "PEM, Base64 or another file is where the keystore belongs", Checks: []string{"wrong-format", "wrong-object", "file-is-web-page"}, Command: Command{"inspect", "keystore.p12"}, Action: text.Of("%s", Command{"convert", "site.key site.crt chain.crt --for tomcat --out keystore.p12"})}, {Text: "the type in the configuration (JKS, PKCS12) is not that of the file", Command: Command{"inspect", "keystore.p12"}, Action: text.Of("set keystoreType, -storetype or certificateKeystoreType to it")}, &causeDamagedPFX},
		},
		{
			ID: "java-certificate-parse", Rank: Reason, Title: "keytool: the input is not an X.509 certificate", Target: "java8",
			Phrases: []string{"Input not an X.509 certificate", "Failed to parse input", "Could not parse certificate", "Empty input", "Incomplete data", "Illegal header: -----BEGIN", "signed fields invalid", "Unable to initialize, java.io.IOException: Short read"},
			Meaning: "Java's PEM reader is strict: no byte order mark, nothing before BEGIN, only certificates.", Causes: []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "java-chain-for-key", Title: "Java: private key must be accompanied by certificate chain", Target: "java8",
			Phrases: []string{"Private key must be accompanied by certificate chain", "Failed to establish chain from reply", "Certificate chain is not valid"},
			Meaning: "Key and certificate chain must come together, and the chain must be complete.", Causes: []*Cause{
				{Text: "the reply of the authority was imported without its intermediates", Checks: []string{"chain-incomplete"}, Command: checkChain, Action: text.Of("%s", Command{"convert", "site.key site.crt chain.crt --for tomcat --out keystore.p12"})},
				{Text: "it was imported under another alias than the key's, or belongs to another key", Checks: []string{"key-mismatch"}, Command: checkPair, Action: text.Of("import it under the key's alias; %s lists them", Command{"inspect", "keystore.jks"})},
				&causeRenewed,
			},
		},
		{
			ID: "java-no-key", Title: "Java: no key entry, alias does not exist", Target: "java8",
			Phrases: []string{"does not identify a key entry", "Alias name * does not exist", "Alias <*does not exist", "No aliases for private keys found in key store", "getCertificateChain(*must not be null", "keyAlias) must not be null", "no key entry", "trustedCertEntry", "No available certificate or key corresponds to the SSL cipher suites"},
			Meaning: "The keystore holds certificates, but no private key under the alias.", Causes: []*Cause{{Text: "certificate and key were imported each for itself, so that there is only a trustedCertEntry", Checks: []string{"key-missing"}, Command: Command{"inspect", "keystore.jks"}, Action: text.Of("%s", Command{"convert", "site.key site.crt chain.crt --for tomcat --out keystore.p12"})}, {Text: "the CA's answer was imported under another alias than the key's", Checks: []string{"chain-untrusted-root"}, Command: Command{"inspect", "keystore.jks"}, Action: text.Of("import it under the key's alias: keytool -importcert -alias ALIAS; or name the key's alias in the configuration")}, &causeNoKey},
		},
		{
			ID: "java-handshake", Rank: Vague, Title: "Java: handshake failure", Over: nil,
			Phrases: []string{"SSLHandshakeException: Received fatal alert", "Remote host closed connection during handshake", "Remote host terminated the handshake", "no cipher suites in common", "No appropriate protocol", "The server selected protocol version", "Client requested protocol * is not enabled"},
			Meaning: "The two sides did not agree, or one of them refused the certificate of the other.", Causes: []*Cause{&causeVersions, &causeCiphers, &causeClientCert, &causeIncomplete},
		},
		{
			ID: "java-no-scheme", Rank: Reason, Title: "Java: no available authentication scheme", Target: "java8", Over: []string{"java-handshake"},
			Phrases: []string{"No available authentication scheme"},
			Meaning: "The server has no key that it can sign with for this client.", Causes: []*Cause{
				{Text: "the keystore has no key, or the configuration names another alias", Checks: []string{"key-missing"}, Command: Command{"inspect", "keystore.jks"}, Action: text.Of("%s", Command{"convert", "site.key site.crt chain.crt --for tomcat --out keystore.p12"})},
				{Text: "the key is of a kind that this Java has not: Ed25519 before Java 15, a curve other than the three of NIST since Java 16, an RSA key of more than two primes", Checks: []string{"key-unsupported", "key-unusable"}, Command: Command{"check", "keystore.jks --for tomcat"}, Action: text.Of("order a certificate for an RSA or P-256 key")},
			},
		},
		{
			ID: "java-rsa-key", Rank: Reason, Title: "Java: invalid RSA private key", Target: "java8",
			Phrases: []string{"Invalid RSA private key", "InvalidKeyException: RSA keys must be at least 512 bits"},
			Meaning: "Java takes an RSA key of two primes with all of its numbers, and of 512 bits or more.", Causes: []*Cause{
				{Text: "numbers of the key are missing, wrong, or of a third prime", Checks: []string{"key-unusable"}, Command: Command{"check", "site.key"}, Action: text.Of("%s, or a new key", Command{"convert", "site.key --to pkcs8 --out site.p8.key"})},
			},
		},
		{
			ID: "java-plaintext", Rank: Reason, Title: "Java: unrecognized SSL message, plaintext connection?",
			Phrases: []string{"Unrecognized SSL message, plaintext connection", "Unsupported or unrecognized SSL message", "not an SSL/TLS record"},
			Meaning: "What came back is no TLS.", Causes: []*Cause{&causePlainHTTP},
		},
		{
			ID: "java-key-spec", Rank: Reason, Title: "Java: InvalidKeySpecException, the private key cannot be read", Target: "java8",
			Phrases: []string{"InvalidKeySpecException", "algid parse error, not a sequence", "Unable to decode key", "InvalidKeyException: IOException", "invalid key format"},
			Meaning: "Java reads private keys as unencrypted PKCS#8 only.", Causes: []*Cause{{Text: "the key is PKCS#1 (\"BEGIN RSA PRIVATE KEY\"), SEC1 or encrypted", Checks: []string{"wrong-format", "key-encrypted"}, Command: Command{"inspect", "site.key"}, Action: text.Of("%s", Command{"convert", "site.key --to pkcs8 --out site.p8.key"})}},
		},
	}
	for i := range list {
		if len(list[i].Refs) == 0 {
			list[i].Refs = []string{"https://docs.oracle.com/en/java/javase/17/security/"}
		}
	}
	return list
}
