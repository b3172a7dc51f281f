package explain

import "github.com/certconv/certconv/internal/text"

// apacheEntries are the messages of mod_ssl with their numbers. apachectl
// configtest sees none of them: it does not open the files.
func apacheEntries() []Entry {
	const docs = "https://httpd.apache.org/docs/2.4/mod/mod_ssl.html"
	list := []Entry{
		{
			ID: "apache-ah00526", Title: "AH00526: syntax error in the configuration", Keys: []string{"ah:00526"}, Target: "apache",
			Phrases: []string{"does not exist or is empty", "Syntax error on line*SSL"},
			Meaning: "The next line of the log says what is wrong, often \"SSLCertificateFile: file … does not exist or is empty\".",
			Causes:  []*Cause{&causeNothing, {Text: "mod_ssl is not loaded, so its directives are unknown", Action: text.Of("a2enmod ssl, or LoadModule ssl_module")}},
		},
		{
			ID: "apache-ah01903", Title: "AH01903: failed to configure the CA certificate chain", Keys: []string{"ah:01903"}, Target: "apache",
			Phrases: []string{"Failed to configure CA certificate chain"},
			Meaning: "The file of SSLCertificateChainFile could not be read as PEM certificates.", Causes: []*Cause{&causeNothing, &causeFormat, &causeDamaged},
		},
		{
			ID: "apache-ah01906", Title: "AH01906: the server certificate is a CA certificate", Keys: []string{"ah:01906"}, Target: "apache",
			Phrases: []string{"server certificate is a CA certificate"},
			Meaning: "The first certificate in the file says that it is a CA. Apache starts; clients refuse it mostly.",
			Causes:  []*Cause{{Text: "the file has the intermediate or root first, or only it", Checks: []string{"cert-usage", "chain-order", "key-mismatch"}, Command: checkPair, Action: text.Of("put the server's certificate first")}, {Text: "a self-signed certificate made with openssl req -x509, which sets CA:TRUE", Checks: []string{"cert-usage"}, Command: checkCert, Action: text.Of("%s makes one that is no CA's", Command{"request", "--self-signed --host HOST --out site.crt --key-out site.key"})}},
		},
		{
			ID: "apache-ah01907", Title: "AH01907: the server certificate is no leaf certificate (path length)", Keys: []string{"ah:01907"}, Target: "apache",
			Phrases: []string{"is NOT a leaf certificate"},
			Meaning: "The certificate has a path length constraint above 0, as only a CA's has.", Causes: []*Cause{&causeUsage},
		},
		{
			ID: "apache-ah01909", Title: "AH01909: the server certificate does not include an ID which matches the server name", Keys: []string{"ah:01909"}, Target: "apache",
			Phrases: []string{"does NOT include an ID which matches the server name", "CommonName (CN)*does NOT match server name", "RSA server certificate CommonName"},
			Meaning: "ServerName is not among the names of the certificate. Apache starts; clients that use this name refuse the certificate.",
			Causes:  []*Cause{&causeName, {Text: "ServerName is not set and was guessed from the machine's name", Action: text.Of("set ServerName in the virtual host to the name that clients use")}},
		},
		{
			ID: "apache-ah02561", Title: "AH02561, AH02562: failed to configure a certificate", Keys: []string{"ah:02561", "ah:02562"}, Target: "apache",
			Phrases: []string{"Failed to configure certificate"}, Over: []string{"openssl-pem-108"},
			Meaning: "The certificate file cannot be loaded; the line after it with \"SSL Library Error\" says why. configtest does not notice.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing, &causeWeakKey, &causeWeakSignature},
		},
		{
			ID: "apache-ah02564", Title: "AH02564: failed to configure an encrypted (?) private key", Keys: []string{"ah:02564"}, Target: "apache",
			Phrases: []string{"Failed to configure encrypted (?) private key", "Failed to configure private key"},
			Meaning: "The key file cannot be loaded: it is no PEM key, or its password is missing.",
			Causes:  []*Cause{&causeEncrypted, &causeObject, &causeFormat, &causeDamaged, &causeMismatch},
		},
		{
			ID: "apache-ah02565", Title: "AH02565: certificate and private key do not match", Keys: []string{"ah:02565"}, Target: "apache",
			Phrases: []string{"Certificate and private key*do not match", "certificate and private key do not match"}, Over: []string{"openssl-x509-116"},
			Meaning: "The public key of the first certificate in SSLCertificateFile is not that of SSLCertificateKeyFile. Apache does not start; configtest said \"Syntax OK\".",
			Causes:  []*Cause{&causeMismatch, &causeOrder, &causeRenewed, &causeObject},
		},
		{
			ID: "apache-ah02566", Title: "AH02566: unable to retrieve certificate", Keys: []string{"ah:02566"}, Target: "apache",
			Phrases: []string{"Unable to retrieve certificate"},
			Meaning: "After loading there was no certificate in the context.", Causes: []*Cause{&causeNothing, &causeFormat},
		},
		{
			ID: "apache-ah02572", Title: "AH02572: failed to configure at least one certificate and key for the host", Keys: []string{"ah:02572"}, Target: "apache",
			Phrases: []string{"Failed to configure at least one certificate and key"},
			Meaning: "SSLEngine is on for a virtual host that has no usable SSLCertificateFile and SSLCertificateKeyFile.",
			Causes:  []*Cause{{Text: "the directives are missing in this virtual host", Action: text.Of("add SSLCertificateFile and SSLCertificateKeyFile, or SSLEngine off")}, &causeNothing, &causeObject},
		},
		{
			ID: "apache-ah02577", Title: "AH02577: SSLPassPhraseDialog builtin is not supported on Windows", Keys: []string{"ah:02577"}, Target: "apache",
			Phrases: []string{"SSLPassPhraseDialog builtin is not supported"},
			Meaning: "The key is encrypted and Apache as a service cannot ask for the password.", Causes: []*Cause{&causeEncrypted},
		},
		{
			ID: "apache-ah02578", Title: "AH02578: unable to read the pass phrase", Keys: []string{"ah:02578"}, Target: "apache",
			Phrases: []string{"Unable to read pass phrase", "key introduced or changed before restart"},
			Meaning: "The key is encrypted, or was replaced by an encrypted one, and there is no terminal to ask on.", Causes: []*Cause{&causeEncrypted, &causeObject},
		},
		{
			ID: "apache-old-no-key", Title: "Init: private key not found", Target: "apache", Keys: []string{"ah:02579"},
			Phrases: []string{"Init: Private key not found"},
			Meaning: "Old mod_ssl found no private key in SSLCertificateKeyFile.", Causes: []*Cause{&causeObject, &causeFormat, &causeDamaged, &causeEncrypted},
		},
		{
			ID: "apache-old-pass-phrase", Title: "Init: pass phrase incorrect", Target: "apache", Keys: []string{"ah:02580"},
			Phrases: []string{"Init: Pass phrase incorrect", "Pass phrase incorrect for key"},
			Meaning: "The password for the private key is wrong.", Causes: []*Cause{&causePassword, &causeEncrypted},
		},
		{
			ID: "apache-old-server-certificate", Title: "Init: unable to read server certificate from file", Target: "apache",
			Phrases: []string{"Unable to read server certificate from file"},
			Meaning: "SSLCertificateFile holds no certificate that can be read.", Causes: []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "apache-ah02039", Title: "AH02039: certificate verification of a client failed", Keys: []string{"ah:02039"}, Target: "apache",
			Phrases: []string{"Certificate Verification: Error"},
			Meaning: "A client showed a certificate that does not verify against SSLCACertificateFile; the number in parentheses is OpenSSL's.", Causes: []*Cause{&causeClientCert, &causeIncomplete, &causeRevoked},
		},
		{
			ID: "apache-ah01998", Title: "AH01996, AH01998: HTTP spoken on the HTTPS port, or a connection closed early", Keys: []string{"ah:01996", "ah:01998"}, Target: "apache",
			Phrases: []string{"SSL handshake failed: HTTP spoken on HTTPS port", "speaking plain HTTP to an SSL-enabled server port"},
			Meaning: "A client sent plain HTTP to the TLS port, or gave up.", Causes: []*Cause{&causePlainHTTP},
		},
		{
			ID: "apache-ah02217", Title: "AH02217, AH02218, AH02604, AH01915: OCSP stapling could not be set up", Keys: []string{"ah:02217", "ah:02218", "ah:02604", "ah:01915"}, Target: "apache",
			Phrases: []string{"can't retrieve issuer certificate", "ssl_stapling_init_cert: no OCSP URI"},
			Meaning: "Apache starts, but cannot staple: the issuer's certificate is not in the file, or the certificate names no OCSP responder, as those of Let's Encrypt since 2025.",
			Causes:  []*Cause{&causeIncomplete, {Text: "the authority has no OCSP any more", Action: text.Of("SSLUseStapling off for this host")}},
		},
		{
			ID: "apache-ah02252", Title: "AH02252: incomplete client certificate for the TLS proxy", Keys: []string{"ah:02252"}, Target: "apache",
			Phrases: []string{"incomplete client cert configured for SSL proxy"},
			Meaning: "A certificate in SSLProxyMachineCertificateFile has no private key beside it, or an encrypted one.", Causes: []*Cause{&causeNoKey, &causeEncrypted},
		},
		{
			ID: "apache-ah02326", Title: "AH02326: the proxy's client certificate and key do not match", Keys: []string{"ah:02326"}, Target: "apache",
			Phrases: []string{"proxy client certificate and*key do not match"},
			Meaning: "A certificate and the key after it in SSLProxyMachineCertificateFile do not belong together.", Causes: []*Cause{&causeMismatch, &causeOrder},
		},
	}
	for _, v := range []struct{ id, title, phrase, action string }{
		{"01895", "unable to configure verify locations for client authentication", "Unable to configure verify locations for client authentication", "look at the path and content of SSLCACertificateFile or SSLCACertificatePath"},
		{"01896", "unable to determine the list of acceptable CA certificates", "Unable to determine list of acceptable CA certificates", "look at the path and content of SSLCACertificateFile"},
		{"01897", "no CAs known to the server for client authentication", "no CAs known to server for verification", "set SSLCACertificateFile to the roots of the clients"},
		{"01899", "revocation checking is configured without a CRL", "CRL checking has been enabled, but neither", "set SSLCARevocationFile or SSLCARevocationPath, or SSLCARevocationCheck none"},
		{"01901", "unable to configure the X.509 CRL storage", "Unable to configure X.509 CRL storage", "look at the path and content of SSLCARevocationFile"},
		{"01902", "a CRL is configured, but checking is off", "X.509 CRL storage locations configured, but CRL checking", "set SSLCARevocationCheck to leaf or chain"},
	} {
		list = append(list, Entry{
			ID: "apache-ah" + v.id, Title: "AH" + v.id + ": " + v.title, Keys: []string{"ah:" + v.id}, Phrases: []string{v.phrase}, Target: "apache",
			Meaning: "This is about the verification of client certificates, not about the server's own.",
			Causes:  []*Cause{{Text: "the configuration of the client certificates' roots or revocation lists", Checks: []string{"file-empty", "file-unrecognised", "crl-stale"}, Command: Command{"inspect", "client-roots.crt"}, Action: text.Of(v.action)}},
		})
	}
	for i := range list {
		list[i].Refs = append(list[i].Refs, docs)
	}
	return list
}
