package explain

import "github.com/certconv/certconv/internal/text"

// cloudEntries are what services and appliances say of certificates that are
// uploaded to them.
func cloudEntries() []Entry {
	const (
		acm      = "https://docs.aws.amazon.com/acm/latest/userguide/troubleshoot-import.html"
		iam      = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html"
		keyvault = "https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios"
		gateway  = "https://learn.microsoft.com/azure/application-gateway/key-vault-common-errors"
		google   = "https://cloud.google.com/load-balancing/docs/ssl-certificates/troubleshooting"
		citrix   = "https://docs.netscaler.com/en-us/citrix-adc/current-release/ssl/ssl-certificates.html"
		f5       = "https://my.f5.com/manage/s/article/K14620"
		vmware   = "https://knowledge.broadcom.com/external/article/318767"
		synology = "https://kb.synology.com/DSM/help/DSM/AdminCenter/connection_certificate"
		plesk    = "https://docs.plesk.com/en-US/obsidian/administrator-guide/website-management/ssltls-certificates.59466/"
		cpanel   = "https://docs.cpanel.net/cpanel/security/ssl-tls/"
		cloudfl  = "https://developers.cloudflare.com/ssl/edge-certificates/custom-certificates/troubleshooting/"
	)
	bundle := &Cause{Text: "the whole bundle was put into the field of the certificate", Checks: []string{"chain-order", "wrong-object"}, Command: checkChain, Action: text.Of("the server's certificate alone goes there: %s; the intermediates go into the field of the chain", Command{"convert", "fullchain.crt --only cert --to pem --out site.pem"})}
	chain := &Cause{Text: "the chain is not the one of this certificate, not in order, has the server's certificate in it, or lacks an intermediate", Checks: []string{"chain-incomplete", "chain-wrong-intermediate", "chain-order", "chain-unrelated", "chain-signature", "chain-duplicate"}, Command: checkChain, Action: text.Of("give the intermediates only, each followed by the one that issued it: %s", Command{"convert", "fullchain.crt --only chain --to pem --out chain.pem"})}
	aws := &Cause{Text: "the text was changed by what carried it: with the command line a file needs fileb:// (v2) or file:// (v1)", Action: text.Of("aws acm import-certificate --certificate fileb://site.pem --private-key fileb://site.key --certificate-chain fileb://chain.pem")}
	pem8 := &Cause{Text: "the PEM has the key as PKCS#1 or EC, no key at all, or it was read with its line ends lost: Key Vault takes BEGIN PRIVATE KEY (PKCS#8) and the certificates in one file", Checks: []string{"wrong-format", "key-missing", "pem-boundaries-missing"}, Command: Command{"inspect", "site.pem"}, Action: text.Of("%s, then key and certificates into one file; or give a PFX", Command{"convert", "site.key --to pkcs8 --out site.p8.key"})}
	pfxVault := &Cause{Text: "the PFX is not in the form that Key Vault reads: another encryption, an empty password, or no key in it", Checks: []string{"wrong-format", "key-missing", "key-unsupported"}, Command: inspectPFX, Action: text.Of("%s", Command{"convert", "site.key site.crt chain.crt --for iis --out site.pfx"})}
	fqdn := &Cause{Text: "the name of the machine (its primary network identifier) is not in subjectAltName; upper and lower case and a short name count", Checks: []string{"name-mismatch", "name-missing"}, Command: checkName, Action: text.Of("have it issued with the full name of the vCenter Server as DNS name in subjectAltName")}
	unlocked := &Cause{Text: "the key is encrypted and no pass phrase was given, or the wrong one", Checks: []string{"key-encrypted", "password-wrong", "password-missing"}, Command: checkPair, Action: text.Of("give the pass phrase, or decrypt the key: %s", Command{"convert", "site.key --to pkcs1 --out plain.key"})}
	return []Entry{
		{
			ID: "acm-chain", Title: "AWS: could not validate the certificate with the certificate chain", Refs: []string{acm},
			Phrases: []string{"Could not validate the certificate with the certificate chain", "Unable to validate certificate chain", "certificate chain must start with the immediate signing certificate", "Unable to validate certificate chain. The certificate chain must"},
			Meaning: "AWS verifies the certificate with the chain that came with it, and this did not work.", Causes: []*Cause{chain, &causeIncomplete, &causeObject},
		},
		{
			ID: "acm-several", Title: "AWS: the certificate field contains more than one certificate", Refs: []string{acm},
			Phrases: []string{"certificate field contains more than one certificate", "You can specify only one certificate in this field", "Please specify only one certificate"},
			Meaning: "The field of the certificate takes one; the intermediates have a field of their own.", Causes: []*Cause{bundle},
		},
		{
			ID: "acm-format", Title: "AWS: the certificate, key or chain is not in a valid PEM format", Refs: []string{acm},
			Phrases: []string{"is not in a valid PEM format", "Unable to parse certificate. Please ensure the certificate is in PEM format", "MalformedCertificate", "Unable to parse key; the body is encrypted or not in PEM format", "Unable to parse certificate", "is not valid PEM", "could not be parsed as a PEM", "certificate body/chain provided is not in a valid PEM"},
			Meaning: "What arrived at AWS is no PEM.", Causes: []*Cause{aws, &causeDamaged, &causeFormat, &causeObject, &causeEncrypted},
		},
		{
			ID: "acm-key", Title: "AWS: the private key is not supported, or does not match", Refs: []string{acm, iam},
			Phrases: []string{"The private key length*is not supported for key algorithm", "private key*is not supported", "The private key is not supported", "Private key doesn't match certificate", "KeyPairMismatch", "The provided private key does not match", "certificate body and private key", "private key does not match the certificate body", "public key doesn't match private key", "certificate body does not match the private key"},
			Meaning: "ACM takes unencrypted keys, RSA of 1024 to 4096 bits and P-256, P-384, P-521; what a load balancer takes of these is less. The key must fit the certificate.", Causes: []*Cause{&causeMismatch, &causeEncrypted, &causeKeyKind, &causeWeakKey},
		},
		{
			ID: "acm-invalid", Title: "AWS: the certificate is not valid", Refs: []string{acm},
			Phrases: []string{"The certificate is not valid. To import a certificate", "certificate that is not a valid self-signed", "The certificate that is being imported is not valid", "The specified SSL certificate doesn't exist, isn't in us-east-1", "certificate is not a valid*isn't valid, or doesn't include a valid certificate chain", "certificate must have a fully-qualified domain name, a supported signature, and a supported key size", "UnsupportedCertificate", "not imported because"},
			Meaning: "The service that is to use the certificate takes fewer of them than ACM does; CloudFront wants them in us-east-1, with a chain to a known root.", Causes: []*Cause{&causeExpired, &causeNotYet, chain, &causeKeyKind, &causeNoNames},
		},
		{
			ID: "keyvault-pem", Title: "Azure Key Vault: the PEM content is in an unexpected format", Refs: []string{keyvault},
			Phrases: []string{"specified PEM X.509 certificate content is in an unexpected format", "Please check if certificate is in valid PEM format", "PEM X.509 certificate content can not be read", "Private key is not specified in the specified X.509 PEM certificate content", "specified X.509 PEM certificate content", "Could not find private key in PEM"},
			Meaning: "Key Vault wants private key and certificates in one PEM file, the key as PKCS#8.", Causes: []*Cause{pem8, &causeDamaged, &causeEncrypted},
		},
		{
			ID: "keyvault-pfx", Title: "Azure: the PFX cannot be read", Refs: []string{keyvault, gateway},
			Phrases: []string{"PKCS#12 X.509 certificate content can not be read", "Please check if certificate is in valid PKCS#12 format", "ApplicationGatewaySslCertificateInvalidData", "Data for certificate*is invalid", "ApplicationGatewaySslCertificateInvalidPassword", "The password is invalid for*pfx", "certificate password is invalid", "At least one certificate is not valid (Certificate failed validation because it could not be loaded", "could not be loaded by the private key", "The password is incorrect, or the certificate is not valid", "X.509 certificate content and password can not be read"},
			Meaning: "Azure does not open the PFX: its password or its algorithms.", Causes: []*Cause{&causePassword, pfxVault, &causeModernPFX, &causeDamagedPFX},
		},
		{
			ID: "azure-chain", Title: "Azure: the chain of a backend or upload is not complete", Refs: []string{"https://learn.microsoft.com/azure/application-gateway/application-gateway-backend-health-troubleshooting"},
			Phrases: []string{"Backend server certificate is not whitelisted", "root certificate of the server certificate used by the backend does not match the trusted root", "Backend certificate is invalid", "The Intermediate certificate is missing from the backend server chain", "The Leaf certificate is missing from the backend server chain", "server certificate used by the backend is not signed by a well known Certificate Authority", "The certificate chain is not in correct order", "leaf certificate isn't the topmost certificate", "Common Name (CN) of the backend server certificate does not match"},
			Meaning: "Application Gateway or Front Door verified the certificate of the server behind it.", Causes: []*Cause{&causeIncomplete, &causeOrder, &causeUntrustedRoot, &causeName},
		},
		{
			ID: "google-parse", Title: "Google Cloud: the SSL certificate could not be parsed", Refs: []string{google},
			Phrases: []string{"The SSL certificate could not be parsed", "sslCertificateCouldNotParseCert", "sslCertificateCouldNotParseKey", "The SSL key could not be parsed", "sslCertificateInvalidFormat", "could not be parsed as PEM"},
			Meaning: "Google takes the certificate with its chain as PEM, the server's first, and the key as unencrypted PEM, RSA with 2048 bits or P-256.", Causes: []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeEncrypted, &causeStructure},
		},
		{
			ID: "google-key", Title: "Google Cloud: the SSL key does not fit or is not supported", Refs: []string{google},
			Phrases: []string{"sslCertificateKeyMismatch", "The SSL key and certificate do not match", "The private key and certificate do not match", "sslCertificateUnsupportedKey", "sslCertificateKeyTooLong", "sslCertificateChainNotOrdered", "sslCertificateMultipleCerts"},
			Meaning: "Key and first certificate do not belong together, or the key is of a kind that the load balancer does not take.", Causes: []*Cause{&causeMismatch, &causeOrder, &causeKeyKind, &causeWeakKey},
		},
		{
			ID: "google-managed", Title: "Google Cloud: FAILED_NOT_VISIBLE, FAILED_CAA_FORBIDDEN: a managed certificate is not issued", Refs: []string{google},
			Phrases: []string{"FAILED_NOT_VISIBLE", "FAILED_CAA_CHECKING", "FAILED_CAA_FORBIDDEN", "FAILED_RATE_LIMITED", "PROVISIONING_FAILED"},
			Meaning: "Google could not prove the name for a certificate that it manages itself.", Causes: []*Cause{{Text: "the name does not point to the load balancer's address, or a CAA record forbids Google", Action: text.Of("dig A and AAAA of the name; add 0 issue \"pki.goog\" and \"letsencrypt.org\" to its CAA records; wait up to an hour")}},
		},
		{
			ID: "cloudflare-custom", Title: "Cloudflare, Heroku, Fastly, Netlify, Vercel: the custom certificate is refused", Refs: []string{cloudfl},
			Phrases: []string{"The certificate chain you uploaded cannot be verified", "The certificate chain you uploaded has multiple leaf certificates", "The certificate chain you uploaded does not include any hostnames", "The key you provided does not match", "The private key you uploaded is invalid", "Invalid certificate. (Code: 1002)", "Key doesn't match the PEM certificate", "No certificate given is a domain name certificate", "Unable to verify certificate. Please make sure", "Only one CRT*", "The certificate is either expired or not yet valid", "could not parse the private key", "The private key you uploaded does not match", "certificate is missing its intermediate"},
			Meaning: "The service looks at certificate, chain and key before it takes them.", Causes: []*Cause{&causeMismatch, chain, &causeObject, &causeEncrypted, &causeNoNames, &causeExpired},
		},
		{
			ID: "cloudflare-526", Title: "Cloudflare 525, 526: the certificate of the origin server", Refs: []string{"https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-526/"},
			Phrases: []string{"526: Invalid SSL certificate", "525: SSL handshake failed", "Invalid SSL certificate*Cloudflare"},
			Meaning: "Cloudflare's mode \"Full (strict)\" verifies the certificate of the server behind it (526), or the handshake with it failed (525).", Causes: []*Cause{&causeExpired, &causeUntrustedRoot, &causeName, &causeIncomplete, &causeOtherSite},
		},
		{
			ID: "netscaler-key", Over: []string{"netscaler-certificate", "redis-key"}, Title: "NetScaler (Citrix ADC): invalid private key, or PEM pass phrase required", Refs: []string{citrix},
			Phrases: []string{"Invalid private key, or PEM pass phrase required", "PEM pass phrase required for this private key", "Certificate with key size greater than", "Resource already exists [certkeyName", "Certificate-key pair is not valid"},
			Meaning: "add ssl certKey does not take the key: it is encrypted, or not in the form of OpenSSL (PKCS#1), which older releases want.", Causes: []*Cause{unlocked, &causeKeyForm, &causeObject, &causeFormat, &causeDamaged},
		},
		{
			ID: "netscaler-certificate", Title: "NetScaler (Citrix ADC): invalid certificate, key and certificate do not match", Refs: []string{citrix},
			Phrases: []string{"ERROR: Invalid certificate", "ERROR: Certificate and Key do not match", "Invalid certificate format", "Invalid PKCS12", "ERROR: Invalid private key", "ERROR: Issuer certificate not found", "Invalid certificate [certkeyName", "Issuer certificate could not be found"},
			Meaning: "The file below /nsconfig/ssl is no certificate in the form that was named (PEM, DER, PFX), or does not fit the key.", Causes: []*Cause{&causeFormat, &causeMismatch, &causeObject, &causeDamaged, &causeIncomplete},
		},
		{
			ID: "f5-key", Title: "F5 BIG-IP: key management library returned bad status", Refs: []string{f5},
			Phrases: []string{"Key management library returned bad status", "0107135e", "01070313", "01071ac9", "01070317", "unable to load certificate file*mcpd", "certificate or key file is invalid*mcpd"},
			Meaning: "tmsh install and the import page say so of a file that BIG-IP does not read, -28 mostly of a key that is encrypted or of another object than was named.", Causes: []*Cause{unlocked, &causeObject, &causeFormat, &causeDamaged, &causePassword},
		},
		{
			ID: "f5-mismatch", Title: "F5 BIG-IP: key and certificate do not match (01070317)", Over: []string{"f5-key", "server-mismatch"}, Refs: []string{f5},
			Phrases: []string{"01070317:3", "Key and certificate do not match"},
			Meaning: "The client or server SSL profile names a key that does not belong to its certificate.", Causes: mismatchCauses,
		},
		{
			ID: "vcenter-name", Over: []string{"vcenter-certificate"}, Title: "vCenter: DNS in Subject Alternative Name is not correct", Refs: []string{vmware},
			Phrases: []string{"DNS in Subject Alternative Name is not correct", "DNS Name must contain machine FQDN", "DNS Name must contain", "Previous MACHINE_SSL_CERT Subject Alternative Name does not match", "Hostname*does not match*Subject Alternative"},
			Meaning: "vCenter takes a machine certificate only if its subjectAltName has the name under which the machine was installed.", Causes: []*Cause{fqdn, &causeName},
		},
		{
			ID: "vcenter-certificate", Title: "vCenter, ESXi: the certificate cannot be replaced", Refs: []string{vmware},
			Phrases: []string{"Invalid input certificate", "Error occurred while fetching tls", "MACHINE_SSL_CERT", "Error while replacing Machine Cert", "Error: 99 returned*vecs", "Certificate is not valid*vcenter", "Exception found (java.security.cert*TrustAnchor", "Invalid certificate chain*certificate-manager", "Please provide a valid certificate chain", "Unable to get issuer certificate locally*vmca", "Status : 0% Completed [Operation failed"},
			Meaning: "certificate-manager or the vSphere Client refused the certificate, its key or its chain, and went back to the former one.", Causes: []*Cause{{Text: "the chain is not complete up to the root, or the root is not among the trusted ones of vCenter", Checks: []string{"chain-incomplete", "chain-untrusted-root", "chain-order"}, Command: checkChain, Action: text.Of("give certificate, intermediates and root in this order; publish the root first: dir-cli trustedcert publish --cert root.crt")}, fqdn, &causeMismatch, &causeKeyUsage, &causeExpired},
		},
		{
			ID: "synology-key", Title: "Synology DSM: illegal key file, illegal certificate (5510, 5511 …)", Refs: []string{synology},
			Phrases: []string{"synowebapi error [55", "Illegal key file", "Illegal certificate file", "Illegal intermediate certificate", "invalid key file*synology", "\"code\":5511", "\"code\":5510", "Failed to upload certificate*synology"},
			Meaning: "DSM wants three files: the private key without password as PEM, the server's certificate, the intermediates.", Causes: []*Cause{unlocked, {Text: "the key is of a kind that DSM does not take in this version: EC, Ed25519 or RSA-PSS", Checks: []string{"key-unsupported"}, Command: checkPair, Action: text.Of("take an RSA key with 2048 bits")}, &causeMismatch, &causeObject, bundle, &causeDamaged},
		},
		{
			ID: "plesk-certificate", Title: "Plesk, cPanel, DirectAdmin: certificate or key is refused", Refs: []string{plesk, cpanel},
			Phrases: []string{"Unable to set the certificate", "Unable to set the private key", "Probably, the private key format is invalid", "Probably, the certificate format is invalid", "You must have the private key to install", "Could not find a matching key", "The certificate could not be installed on the domain", "does not match the certificate*cPanel", "Error: Unable to upload certificate", "You are trying to install a certificate with a key that does not match"},
			Meaning: "The panel looks at each field: the private key as unencrypted PEM that fits the certificate, the certificate alone, the intermediates in their own field.", Causes: []*Cause{&causeKeyForm, &causeMismatch, &causeEncrypted, &causeWrongIntermediate, &causeDamaged, bundle},
		},
		{
			ID: "plesk-ca", Title: "Plesk: the CA certificate does not sign the certificate", Over: []string{"plesk-certificate"}, Refs: []string{plesk},
			Phrases: []string{"CA certificate does not sign the certificate", "Probably, the CA certificate format is invalid", "Unable to set CA certificate"},
			Meaning: "What stands in the field of the CA certificate is not the issuer of the certificate.", Causes: []*Cause{&causeWrongIntermediate, {Text: "the intermediates are not in order, or the root stands first", Checks: []string{"chain-order"}, Command: checkChain, Action: text.Of("put the issuer of the certificate first")}, &causeObject},
		},
		{
			ID: "fortigate-import", Title: "FortiGate, Cisco, Palo Alto, pfSense, UniFi: the certificate cannot be imported",
			Phrases: []string{"The imported certificate is not valid", "Incorrect certificate file format for CA/LOCAL/CRL/REMOTE cert", "certificate file is duplicated for CA/LOCAL/REMOTE/CRL cert", "The certificate already exists*FortiGate", "Import of certificate and private key failed. Unsupported digest or keys used in FIPS mode", "Mismatched public and private keys", "PKCS12: Import failed", "ERROR: Import PKCS12 operation failed", "Failed to import certificate: PKCS12", "Import Certificate failed - could not read", "This certificate does not appear to be valid", "does not match the signing request private key", "The submitted private key does not match", "Unable to import certificate. Public and private keys don't match", "Mismatched public and private key", "Failed to parse or verify imported certificate", "Error in saving certificate: status = FAIL", "Certificate contains General Purpose public key that does not match the previously enrolled", "Cannot import certificate - Certificate does not contain General Purpose Public Key", "Error in receiving Certificate Authority certificate: status = FAIL"},
			Meaning: "The appliance does not read what was imported, or the key that its own request was made with is another.",
			Causes:  []*Cause{&causeRenewed, &causeMismatch, &causePassword, &causeModernPFX, &causeFormat, &causeIncomplete, &causeDamaged},
			Refs:    []string{"https://community.fortinet.com/t5/FortiGate/Technical-Tip-Error-when-importing-certificate/ta-p/193862"},
		},
	}
}
