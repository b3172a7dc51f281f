package explain

import (
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// platformEntries are what the services of Windows and macOS say of
// certificates, and the runtimes of languages that are not in client.go.
func platformEntries() []Entry {
	const (
		exchange = "https://learn.microsoft.com/exchange/architecture/client-access/certificates"
		iis      = "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-administration-management/error-installing-certificate"
		apple    = "https://developer.apple.com/documentation/security/security-framework-result-codes"
		node     = "https://nodejs.org/api/tls.html"
		python   = "https://docs.python.org/3/library/ssl.html"
	)
	appleModern := &Cause{Text: "the password is right, but the PKCS#12 is encrypted with AES and SHA-256, which macOS before 15 and iOS before 18 do not know; or it is empty", Checks: []string{"wrong-format"}, Command: inspectPFX, Action: text.Of("%s", Command{"convert", "site.pfx --for iis2016 --out old.p12"})}
	keycloak := &Cause{Text: "the key is not PKCS#8 in PEM, is encrypted, or the keystore's password or type is another than configured", Checks: []string{"wrong-format", "key-encrypted", "password-wrong"}, Command: checkPair, Action: text.Of("%s", Command{"convert", "site.key --to pkcs8 --out site.p8.key"})}
	combined := &Cause{Text: "only one of certificate and key is in the file, or the file of the key was not named", Checks: []string{"key-missing", "cert-missing"}, Command: checkPair, Action: text.Of("name both (certfile and keyfile), or put both into one file: %s", Command{"convert", "site.key site.crt chain.crt --to pem --out both.pem"})}
	return []Entry{
		{
			ID: "iis-request-missing", Title: "IIS: cannot find the certificate request that is associated with this certificate file", Target: "iis", Refs: []string{iis, "Microsoft KB889651"},
			Phrases: []string{"Cannot find the certificate request that is associated with this certificate file", "certificate request must be completed on the computer where the request was created", "certificate request associated with this certificate file", "no pending request for this response", "この証明書ファイルに関連付けられた証明書の要求が見つかりません", "CertEnroll::CX509Enrollment::p_InstallResponse"},
			Words:   []string{"iis certificate disappears|vanishes|disappeared|vanished|gone|missing", "complete certificate request iis error|fails|failed|disappears", "iis 証明書 消える|消えた|表示されない"},
			Meaning: "\"Complete Certificate Request\" joins the certificate with the private key of the pending request, and this machine has none for it. Often the certificate is imported all the same, without its key, and vanishes from the list of IIS.",
			Causes:  []*Cause{&causeNotKept, &causeBrokenKeyset, &causeRenewed, {Text: "what came back is a PKCS#7 or a text with the chain, whose first certificate is another", Checks: []string{"chain-order", "wrong-format"}, Command: Command{"inspect", "site.crt"}, Action: text.Of("give the server's certificate alone: %s", Command{"convert", "site.p7b --only cert --to pem --out site.crt"})}},
		},
		{
			ID: "iis-500.19", Title: "500.19 with 0x8007000D: IIS cannot read the configuration of the site", Over: []string{"win32-13"}, Rank: Reason, Refs: []string{"https://learn.microsoft.com/troubleshoot/developer/webapps/iis/health-diagnostic-performance/http-error-500-19-webpage"},
			Phrases: []string{"HTTP Error 500.19", "500.19*0x8007000d", "500.19 - Internal Server Error", "0x8007000d*web.config", "requested page cannot be accessed because the related configuration data for the page is invalid"},
			Meaning: "web.config is no good XML or has an element that this IIS does not know. It has nothing to do with certificates.",
			Causes:  []*Cause{{Text: "a module that web.config names is not installed: URL Rewrite, the ASP.NET Core hosting bundle", Action: text.Of("install it, or take its section out; the page names file and line")}, {Text: "the XML of web.config is broken, or in another encoding than it says", Action: text.Of("open it in a browser, which shows the place")}},
		},
		{
			ID: "exchange-status", Title: "Exchange: the certificate status could not be determined because the revocation check failed", Target: "iis", Refs: []string{exchange},
			Phrases: []string{"certificate status could not be determined because the revocation check failed", "RevocationCheckFailure", "The certificate is invalid for Exchange Server usage", "Revocation check failed*Exchange"},
			Meaning: "The server could not load the revocation list of the certificate. Exchange takes it all the same in the shell (Enable-ExchangeCertificate); the page does not.",
			Causes:  []*Cause{&causeRevocationDown, &causeIncomplete, &causeUntrustedRoot},
		},
		{
			ID: "exchange-services", Title: "Exchange: the certificate cannot be enabled for a service", Target: "iis", Refs: []string{exchange},
			Phrases: []string{"doesn't contain any of the FQDNs", "The internal transport certificate cannot be removed", "Cannot import certificate. A certificate with the thumbprint", "cannot be used for the service", "A special Rpc error occurs on server", "The certificate with thumbprint*was found but is not valid for use with Exchange Server", "The source data is corrupted or not properly Base64 encoded", "private key of the certificate*could not be accessed*Exchange", "PrivateKeyMissing", target.ExchangeKey, "MSExchangeTransport*12014", "could not find a certificate that contains the domain name"},
			Meaning: "Exchange takes certificates with a private key that it may use, for server authentication, with the name that the connector has.",
			Causes:  []*Cause{&causeNotKept, &causeBrokenKeyset, &causeName, &causePermissions, &causeDamaged, {Text: "the key is of a Key Storage Provider (CNG), which Exchange before 2019 does not use", Command: inspectPFX, Action: text.Of("import the PFX again: certutil -csp \"Microsoft RSA SChannel Cryptographic Provider\" -importpfx site.pfx AT_KEYEXCHANGE")}, {Text: "the key is one of elliptic curves, which Exchange takes since the update of April 2024 and only where that is turned on", Checks: []string{"key-unsupported"}, Command: inspectPFX, Action: text.Of("order a certificate with an RSA key")}},
		},
		{
			ID: "rdp-certificate", Title: "Remote Desktop: the identity of the remote computer cannot be verified", Target: "iis",
			Phrases: []string{"identity of the remote computer cannot be verified", "The RD Session Host server cannot be authenticated", "Remote Desktop cannot verify the identity", "The RD Session Host Server has failed to create a new self signed certificate", "TermService*1057", "The certificate is not from a trusted certifying authority", "Your computer can't connect to the Remote Desktop Gateway server because the certificate"},
			Meaning: "Terminal Services show a certificate that they made for themselves, or one that the client does not trust or that has another name.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeName, &causeExpired, &causePermissions, {Text: "the service has no certificate of an authority", Action: text.Of("set the thumbprint in Win32_TSGeneralSetting (SSLCertificateSHA1Hash), and give NETWORK SERVICE read access to the key")}},
			Refs:    []string{"https://learn.microsoft.com/troubleshoot/windows-server/remote/remote-desktop-listener-certificate-configurations"},
		},
		{
			ID: "adcs-request", Title: "AD CS: the request was denied", Target: "iis",
			Phrases: []string{"The request contains no certificate template information", "CERTSRV_E_NO_CERT_TYPE", "CERTSRV_E_UNSUPPORTED_CERT_TYPE", "The requested certificate template is not supported by this CA", "CERTSRV_E_SUBJECT_DNS_REQUIRED", "CERTSRV_E_KEY_LENGTH", "The public key does not meet the minimum size required by the specified certificate template", "Denied by Policy Module", "CERTSRV_E_TEMPLATE_DENIED", "The permissions on the certificate template do not allow"},
			Keys:    []string{"hr:80094801", "hr:80094800", "hr:8009480F", "hr:80094811", "hr:80094012"},
			Meaning: "The Windows authority has the request and does not issue.",
			Causes:  []*Cause{{Text: "the request names no template (0x80094801), or one that this authority does not issue (0x80094800) or this account may not use (0x80094012)", Checks: []string{"csr-san-missing", "csr-key-weak"}, Command: lintRequest, Action: text.Of("certreq -submit -attrib \"CertificateTemplate:WebServer\" site.csr")}, {Text: "the key is shorter than the template wants (0x80094811)", Checks: []string{"csr-key-weak", "key-weak"}, Command: lintRequest, Action: text.Of("make a longer key")}},
			Refs:    []string{"https://learn.microsoft.com/windows/win32/com/com-error-codes-4"},
		},
		{
			ID: "apple-pkcs12", Title: "macOS, iOS: the PKCS#12 cannot be imported (-25293, -26275, -25264)", Refs: []string{apple},
			Keys: []string{"net:-25293", "net:-25264", "net:-26275", "net:-25260", "errSecAuthFailed", "errSecPkcs12VerifyFailure", "errSecDecode", "errSecPassphraseRequired"},
			Phrases: []string{
				"SecPKCS12Import", "MAC verification failed during PKCS12 import", "SecKeychainItemImport: MAC verification failed", "SecKeychainItemImport: One or more parameters passed", "unable to import*An error has occurred. Unable to import",
				"SecKeychainItemImport", "errSecPkcs12VerifyFailure", "The user name or passphrase you entered is not correct", "The password you entered is incorrect*Keychain", "security: SecKeychainItemImport",
			},
			Over:    []string{"openssl-pkcs12-113", "password-incorrect"},
			Meaning: "The keychain could not open the file. It says \"wrong password\" also of a PKCS#12 whose algorithms it does not know.",
			Causes:  []*Cause{appleModern, &causePassword, &causeDamagedPFX},
		},
		{
			ID: "apple-import", Title: "macOS: the item cannot be imported (-25294, -25299, -26276, -67671)", Refs: []string{apple},
			Keys:    []string{"net:-25294", "net:-25299", "net:-26276", "net:-25257", "net:-25258", "net:-25300", "errSecNoSuchKeychain", "errSecDuplicateItem", "errSecItemNotFound", "errSecUnknownFormat", "errSecInternalComponent", "net:-2070"},
			Phrases: []string{"The \"System Roots\" keychain cannot be modified", "System Roots keychain cannot be modified", "An error occurred. Unable to import an item", "SecKeychainItemImport: Unknown format in import", "SecKeychainItemImport: The specified item already exists in the keychain", "The contents of this item cannot be retrieved", "specified item could not be found in the keychain"},
			Meaning: "Keychain Access does not take the file: it goes into another keychain (login or System), is there already, or is of a form that macOS does not import.",
			Causes:  []*Cause{{Text: "the keychain has the certificate without its private key, or is not among those that are searched", Checks: []string{"key-missing"}, Command: inspectPFX, Action: text.Of("security find-identity -v shows what has a key; export key and certificate together as .p12")}, {Text: "System Roots is chosen, which only Apple writes, or the item is there already", Action: text.Of("choose login or System: sudo security import site.p12 -k /Library/Keychains/System.keychain")}, &causeFormat, &causeObject, appleModern},
		},
		{
			ID: "android-import", Title: "Android: the certificate or PKCS#12 cannot be installed",
			Phrases: []string{"Private key required to install a certificate", "Couldn't install because the certificate file couldn't be read", "CA certificate*can't be installed", "This type of certificate can't be installed here", "wrong password*Android", "Can't install CA certificates"},
			Meaning: "Android takes roots as DER or PEM under CA certificate, and keys with their certificate as PKCS#12 (.p12).",
			Causes:  []*Cause{{Text: "a certificate without key was given where a user's certificate belongs, or a server's where a CA belongs", Checks: []string{"key-missing", "cert-usage", "wrong-object"}, Command: Command{"inspect", "root.crt"}, Action: text.Of("choose CA certificate for a root; give a .p12 with the key for VPN and Wi-Fi")}, &causeModernPFX, &causePassword, &causeFormat},
			Refs:    []string{"https://support.google.com/pixelphone/answer/2844832"},
		},
		{
			ID: "nss-import-key", Title: "Firefox, NSS: error attempting to import the private key", Over: []string{"browser-import"}, Refs: []string{"https://firefox-source-docs.mozilla.org/security/nss/index.html"},
			Keys:    []string{"SEC_ERROR_PKCS12_UNABLE_TO_IMPORT_KEY", "SEC_ERROR_PKCS12_IMPORTING_CERT_CHAIN", "SEC_ERROR_PKCS12_DUPLICATE_DATA"},
			Phrases: []string{"Unable to import. Error attempting to import private key", "Unable to import. Error attempting to import certificate chain", "SEC_ERROR_PKCS12_UNABLE_TO_IMPORT_KEY"},
			Meaning: "NSS opened the PKCS#12 and could not store the key.",
			Causes:  []*Cause{{Text: "the key is of a kind that NSS does not take: a curve other than P-256, P-384 and P-521, explicit parameters, Ed25519, RSA above 16384 bits", Checks: []string{"key-unsupported"}, Command: inspectPFX, Action: text.Of("take RSA with 2048 bits or P-256 and have the certificate reissued")}, {Text: "the key database is read-only, full, or wants its master password", Action: text.Of("give the primary password; certutil -N -d sql:DIR makes a new database")}, &causeModernPFX, &causeDamagedPFX},
		},
		{
			ID: "python-pem-lib", Title: "Python: [SSL] PEM lib", Refs: []string{python},
			Phrases: []string{"SSL] PEM lib", "PEM lib (_ssl.c"},
			Meaning: "load_cert_chain could not load the files: OpenSSL found no certificate, or no private key in the file of the key or, without one, in that of the certificate.",
			Causes:  []*Cause{combined, &causeObject, &causeFormat, &causeEncrypted, &causeDamaged},
		},
		{
			ID: "python-key-mismatch", Title: "Python: [X509: KEY_VALUES_MISMATCH]", Over: []string{"openssl-x509-116"}, Rank: Reason, Refs: []string{python},
			Phrases: []string{"X509: KEY_VALUES_MISMATCH", "SSL: KEY_VALUES_MISMATCH", "X509] key values mismatch"},
			Meaning: "The key does not belong to the first certificate in the file given to load_cert_chain.", Causes: mismatchCauses,
		},
		{
			ID: "python-ca-file", Title: "Python, Ruby, PHP, Node: the file of roots cannot be used", Refs: []string{python},
			Phrases: []string{"NO_CERTIFICATE_OR_CRL_FOUND", "no certificate or crl found", "Could not find a suitable TLS CA certificate bundle", "invalid path: *cacert", "Could not find the TLS certificate file", "Could not find the TLS key file", "cafile, capath and cadata cannot be all omitted", "error:*X509_load_cert_crl_file", "X509_load_cert_file", "OpenSSL::X509::StoreError", "failed loading cafile stream", "error setting certificate verify locations: CAfile", "not enough data: cadata does not contain a certificate"},
			Meaning: "The list of roots is not there, empty, or not PEM: REQUESTS_CA_BUNDLE, SSL_CERT_FILE, cafile, openssl.cafile, NODE_EXTRA_CA_CERTS.",
			Causes:  []*Cause{&causeMissingFile, &causeRootsMissing, &causeFormat, &causeObject, &causeDamaged},
		},
		{
			ID: "python-macos-roots", Title: "Python of python.org on macOS has no roots", Rank: Reason, Refs: []string{python},
			Phrases: []string{"Install Certificates.command"},
			Meaning: "The installer of python.org brings no list of roots; a script beside it installs certifi.",
			Causes:  []*Cause{{Text: "\"Install Certificates.command\" was not run", Action: text.Of("run it from the folder of Python in Applications")}, &causeInspection},
		},
		{
			ID: "ruby-openssl", Title: "Ruby: the key or certificate cannot be read", Rank: Reason,
			Phrases: []string{"Neither PUB key nor PRIV key", "OpenSSL::PKey::RSAError", "OpenSSL::PKey::PKeyError", "OpenSSL::PKey::ECError", "OpenSSL::X509::CertificateError", "PEM_read_bio_X509: no start line", "OpenSSL::PKCS12::PKCS12Error", "Could not parse PKey"},
			Meaning: "Ruby's OpenSSL does not find in the text what was asked for: line ends lost in a variable of the environment, another object, a password.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeEncrypted, &causeFormat, &causeNothing},
			Refs:    []string{"https://docs.ruby-lang.org/en/3.4/OpenSSL/PKey.html"},
		},
		{
			ID: "php-openssl", Title: "PHP: the key or certificate cannot be read", Rank: Reason,
			Phrases: []string{"openssl_sign(): supplied key param cannot be coerced into a private key", "cannot be coerced into a private key", "key param cannot be coerced", "openssl_pkey_get_private", "openssl_x509_read(): supplied parameter cannot be coerced", "cannot be coerced into an X509 certificate", "Unable to set local cert chain file", "openssl_pkcs12_read", "It was not possible to parse your key"},
			Meaning: "PHP does not find a key or certificate in the text or file that it was given.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeEncrypted, &causeMissingFile, combined, &causeFormat},
			Refs:    []string{"https://www.php.net/manual/en/function.openssl-pkey-get-private.php"},
		},
		{
			ID: "node-unsupported", Title: "Node 17 and later: unsupported PFX", Over: []string{"node-key"}, Refs: []string{node, "https://github.com/nodejs/node/issues/40672"},
			Phrases: []string{"Error: unsupported*configSecureContext", "Error: unsupported*createSecureContext", "Unsupported PKCS12 PFX data", "Error: unsupported*tls.createSecureContext"},
			Meaning: "OpenSSL 3 in Node has the old algorithms in its legacy provider only.",
			Causes:  []*Cause{{Text: "the PFX is encrypted with RC2-40 or 3DES of old times, which Node has not since version 17", Checks: []string{"wrong-format"}, Command: inspectPFX, Action: text.Of("%s; or give key and cert as PEM; NODE_OPTIONS=--openssl-legacy-provider in the meantime", Command{"convert", "site.pfx --to pfx --out new.pfx"})}, &causePassword, &causeDamagedPFX},
		},
		{
			ID: "dotnet-pem", Rank: Reason, Title: ".NET: the PEM has no certificate or key", Refs: []string{"https://learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509certificate2.createfrompem"},
			Phrases: []string{"certificate contents do not contain a PEM", "key contents do not contain a PEM", "No PEM encoded data found", "do not contain a PEM with a CERTIFICATE label", "or the content is malformed"},
			Meaning: "CreateFromPem wants a BEGIN CERTIFICATE and, in the second text, a key of the certificate's kind; CreateFromEncryptedPem an ENCRYPTED PRIVATE KEY.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeEncrypted, &causeFormat},
		},
		{
			ID: "dotnet-pfx", Rank: Reason, Title: ".NET: the certificate data cannot be read with the provided password", Refs: []string{"https://learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509certificateloader"},
			Phrases: []string{"certificate data cannot be read with the provided password", "Cannot find the requested object*X509Certificate"},
			Meaning: "The PFX does not open; an empty password and none are two things in a PFX.",
			Causes:  []*Cause{&causePassword, &causeModernPFX, &causeDamagedPFX},
		},
		{
			ID: "password-told", Rank: Reason, Title: "The program thinks that the password is wrong",
			Phrases: []string{"caused by an incorrect password", "caused by a wrong password", "check the password", "no password was provided", "keystore password was provided"},
			Meaning: "A store or key did not open.", Causes: []*Cause{&causePassword},
		},
		{
			ID: "node-key", Title: "Node: the key, certificate or PFX cannot be read", Refs: []string{node},
			Phrases: []string{"secureContext.setCert", "secureContext.setKey", "context.setKey", "context.setCert", "setKey (node:internal/tls", "setCert (node:internal/tls", "loadPKCS12", "unable to load PFX certificate", "PFX certificate argument is mandatory", "not enough data*createSecureContext", "NODE_EXTRA_CA_CERTS", "Ignoring extra certs from"},
			Meaning: "tls.createSecureContext takes PEM in key and cert, and a PKCS#12 in pfx; the words of OpenSSL beside it say why.",
			Causes:  []*Cause{&causeObject, &causeDamaged, &causeFormat, &causeEncrypted, &causeMismatch, &causePassword},
		},
		{
			ID: "keycloak-key", Title: "Keycloak, Quarkus, Spring Boot: the key material cannot be loaded",
			Phrases: []string{"Failed to load 'https-*' key material", "Failed to load 'https-", "Failed to load 'https", "Key material not provided to setup HTTPS", "Could not load store from", "Unable to create key store", "Could not load key store", "Unable to load PEM", "Missing private key or unrecognized format", "Missing certificates or unrecognized format", "No PEM-encoded private key found", "Unrecognized private key format", "Failed to load key store", "Invalid keystore*Spring", "File does not contain valid private key", "File does not contain valid certificates", "Input stream not contain valid certificates", "Input stream does not contain valid private key", "could not find a PKCS #8 private key in input stream", "Could not read private key from the path", "PemPrivateKeyParser"},
			Meaning: "The server takes the certificate with its chain and the key as PEM (PKCS#8), or a keystore.",
			Causes:  []*Cause{keycloak, &causeMissingFile, &causeFileAccess, &causePassword, &causeObject, &causeDamaged},
			Refs:    []string{"https://www.keycloak.org/server/enabletls"},
		},
		{
			ID: "tomcat-connector", Title: "Tomcat, Jetty, Jenkins: the TLS connector cannot be started", Rank: Vague,
			Phrases: []string{"Failed to initialize connector*Connector", "Failed to initialize component [Connector", "Failed to initialize end point associated with ProtocolHandler", "jsse.alias_no_key_entry", "jsse.keystore_load_failed", "Failed to load keystore type", "Failed to initialize connector", "Protocol handler initialization failed", "No SSLHostConfig element was found"},
			Meaning: "certificateKeystoreFile or its password, type or alias does not fit; the cause below it says which.",
			Causes:  []*Cause{&causeMissingFile, &causePassword, &causeFileAccess, &causeNoKey, &causeFormat},
			Refs:    []string{"https://tomcat.apache.org/tomcat-10.1-doc/ssl-howto.html"},
		},
		{
			ID: "certificate-use", Rank: Vague, Title: "A program says that the certificate is empty or invalid",
			Phrases: []string{"invalid certificate file", "Invalid certificate:", "not a valid certificate", "certificate file is invalid", "is not a certificate", "Received invalid SSL certificate", "certificate is invalid or", "No valid certificate"},
			Meaning: "What was given is no certificate in the form that the program reads, or one that it does not accept.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeExpired, &causeNothing},
		},
	}
}
