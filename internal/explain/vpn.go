package explain

import "github.com/certconv/certconv/internal/text"

// vpnEntries are the messages of OpenVPN, strongSwan, FreeRADIUS and of clients
// that log on with certificates.
func vpnEntries() []Entry {
	const (
		openvpn    = "https://openvpn.net/community-docs/openvpn-2-6-manual.html"
		strongswan = "https://docs.strongswan.org/docs/latest/swanctl/swanctlConf.html"
		radius     = "https://wiki.freeradius.org/guide/certificate-compatibility"
	)
	inline := &Cause{Text: "the text between <cert> and </cert> is no certificate: it is empty, cut off, has spaces before the lines, or a placeholder", Checks: []string{"pem-boundary-whitespace", "pem-body-truncated", "pem-boundary-malformed", "file-unrecognised", "pem-end-missing"}, Command: Command{"inspect", "client.ovpn"}, Action: text.Of("put the whole certificate there, from BEGIN to END; download the profile again")}
	usage := &Cause{Text: "the certificate of the server is not for servers: remote-cert-tls server wants key usage and extended key usage serverAuth", Checks: []string{"cert-usage"}, Command: Command{"check", "--cert server.crt"}, Action: text.Of("issue it as a server's: easyrsa build-server-full, or extendedKeyUsage=serverAuth and keyUsage=digitalSignature,keyEncipherment; do not take remote-cert-tls away")}
	crypt := &Cause{Text: "the client's key for tls-crypt-v2 is not one, is cut off, or was made with another server key", Command: Command{"inspect", "client.ovpn"}, Action: text.Of("make it again: openvpn --tls-crypt-v2 server.key --genkey tls-crypt-v2-client client.key; old clients (before 2.5) take tls-crypt or tls-auth only")}
	identity := &Cause{Text: "the identity of the connection (leftid, local.id) is not in the certificate, so that strongSwan finds no key for it", Checks: []string{"name-mismatch"}, Command: checkName, Action: text.Of("set the id to the certificate's subject, or have it issued with the id as subjectAltName; swanctl --list-certs shows what has a private key")}
	return []Entry{
		{
			ID: "openvpn-certificate", Title: "OpenVPN: cannot load certificate file", Refs: []string{openvpn},
			Phrases: []string{"Cannot load certificate file", "Cannot load inline certificate file", "Cannot use certificate", "OpenSSLContext: CA not defined", "PolarSSL: error parsing cert certificate", "parsing cert certificate", "error parsing ca certificate"},
			Meaning: "The file of cert, or the text between <cert> and </cert>, holds no certificate that OpenVPN reads and accepts.",
			Causes:  []*Cause{inline, &causeMissingFile, &causeFileAccess, &causeWeakSignature, &causeWeakKey, &causeObject, &causeFormat, &causeDamaged},
		},
		{
			ID: "openvpn-key", Title: "OpenVPN: cannot load private key file", Refs: []string{openvpn},
			Phrases: []string{"Cannot load private key file", "Cannot use private key", "Error: private key password verification failed", "PolarSSL: error parsing config private key", "error parsing config private key", "Could not load inline private key", "Cannot load inline private key"},
			Meaning: "The file of key, or the text between <key> and </key>, holds no private key that OpenVPN reads, its password is wrong, or it does not fit the certificate.",
			Causes:  []*Cause{&causePassword, &causeMismatch, &causeEncrypted, &causeObject, &causeMissingFile, &causeFileAccess, &causeDamaged},
		},
		{
			ID: "openvpn-pkcs12", Title: "OpenVPN: the PKCS#12 file cannot be read", Refs: []string{openvpn},
			Phrases: []string{"Decoding PKCS12 failed", "Error reading PKCS#12 file", "Error reading inline PKCS#12 file", "Probably wrong password or unsupported/legacy encryption"},
			Meaning: "The password is wrong, or the file is encrypted with RC2-40, which OpenSSL 3 does not read.",
			Causes:  []*Cause{&causePassword, {Text: "the file is encrypted with RC2-40 of old times", Checks: []string{"wrong-format"}, Command: inspectPFX, Action: text.Of("%s; or providers legacy default in the configuration", Command{"convert", "client.p12 --to pfx --out new.p12"})}, &causeDamagedPFX},
		},
		{
			ID: "openvpn-usage", Title: "OpenVPN: VERIFY KU ERROR, VERIFY EKU ERROR", Refs: []string{openvpn}, Rank: Reason,
			Phrases: []string{"VERIFY KU ERROR", "VERIFY EKU ERROR", "Certificate does not have key usage extension", "Certificate does not have extended key usage extension", "VERIFY nsCertType ERROR", "Certificate has key usage*expect"},
			Meaning: "remote-cert-tls is set, and the certificate of the other side has not the key usage that it asks for.",
			Causes:  []*Cause{usage, &causeUsage},
		},
		{
			ID: "openvpn-name", Title: "OpenVPN: VERIFY X509NAME ERROR", Refs: []string{openvpn}, Rank: Reason,
			Phrases: []string{"VERIFY X509NAME ERROR"}, Meaning: "verify-x509-name is set, and the certificate of the server has another name.",
			Causes: []*Cause{&causeName, {Text: "the server has a new certificate with another name", Action: text.Of("take the server's subject or name into verify-x509-name")}},
		},
		{
			ID: "openvpn-verify", Title: "OpenVPN: VERIFY ERROR", Refs: []string{openvpn}, Rank: Vague,
			Phrases: []string{"VERIFY ERROR: depth", "TLS_ERROR: BIO read tls_read_plaintext error", "TLS Error: TLS object -> incoming plaintext read error", "TLS Error: TLS handshake failed"},
			Meaning: "The certificate of the other side was not accepted; error= says why.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeExpired, {Text: "the revocation list (crl-verify) has expired", Checks: []string{"crl-stale"}, Command: checkCRL, Action: text.Of("easyrsa gen-crl, and copy crl.pem to the server")}, &causeUsage, &causeVersions},
		},
		{
			ID: "openvpn-tls-crypt", Title: "OpenVPN: the key of tls-crypt-v2 or tls-auth cannot be used", Refs: []string{openvpn},
			Phrases: []string{"tls_crypt_v2_client_key_parse_error", "tls-crypt-v2 client key", "ERROR: tls-crypt-v2", "tls_crypt_v2_client_key", "tls-crypt unwrap error", "Insufficient key material or header text not found", "TLS Error: cannot locate HMAC in incoming packet", "Authenticate/Decrypt packet error: packet HMAC authentication failed", "tls_auth_key_parse"},
			Meaning: "This is the shared key around the handshake (OpenVPN Static key, OpenVPN tls-crypt-v2 client key), not the certificate's.",
			Causes:  []*Cause{crypt, {Text: "client and server have different keys, or another direction (key-direction)", Action: text.Of("copy ta.key of the server to the client; tls-auth wants 0 on the server and 1 on the client")}},
		},
		{
			ID: "strongswan-key", Title: "strongSwan: no private key found", Refs: []string{strongswan},
			Phrases: []string{"no private key found for", "no private key found", "loading private key*failed", "building CRED_PRIVATE_KEY*failed", "no shared key found for", "no RSA private key found"},
			Meaning: "strongSwan has no private key that belongs to a certificate with the identity of the connection.",
			Causes:  []*Cause{identity, {Text: "the key is not loaded: it is not in private/ (ipsec.d/private and ipsec.secrets), encrypted, or not readable", Checks: []string{"key-missing", "key-encrypted"}, Command: checkPair, Action: text.Of("swanctl --load-creds shows why; put the password into secrets")}, &causeMismatch, &causeFileAccess, &causeObject},
		},
		{
			ID: "strongswan-trust", Title: "strongSwan: no trusted public key found, no issuer certificate found", Refs: []string{strongswan},
			Phrases: []string{"no trusted RSA public key found for", "no trusted ECDSA public key found for", "no trusted public key found for", "no issuer certificate found for", "no trusted certificate found for", "no trusted issuer certificate found", "constraint check failed: identity", "no CA certificate found", "IDir*does not match to"},
			Meaning: "The certificate of the other side has another identity than is asked for, or ends at no CA that is loaded.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeName, &causeIncomplete, &causeExpired},
		},
		{
			ID: "strongswan-load", Title: "strongSwan: a certificate or key cannot be loaded", Refs: []string{strongswan},
			Phrases: []string{"building CRED_CERTIFICATE*failed", "loading certificate from*failed", "loading ca certificate*failed", "ca certificate lacks CA basic constraint", "certificate without CA flag, rejected", "parsing X509 certificate failed", "loading*certificate*failed: parsing"},
			Meaning: "A file of x509/, x509ca/ or private/ is of another kind or damaged; in x509ca/ only CA certificates are taken.",
			Causes:  []*Cause{&causeObject, &causeDamaged, &causeFormat, &causeNotCA},
		},
		{
			ID: "ikev2-13801", Title: "Windows VPN 13801: IKE authentication credentials are unacceptable", Refs: []string{"https://learn.microsoft.com/troubleshoot/windows-server/networking/error-codes-for-dial-up-vpn-connection"},
			Phrases: []string{"IKE authentication credentials are unacceptable", "error 13801", "Error 13806", "IKE failed to find valid machine certificate", "valid machine certificate", "error code returned on failure is 13801", "IKE 認証資格情報は受け付けられません"},
			Meaning: "Windows does not accept the certificate of the VPN server, or has none of its own.",
			Causes:  []*Cause{&causeName, {Text: "the root of the server is not in the machine's store of trusted roots", Checks: []string{"chain-untrusted-root"}, Command: checkChain, Action: text.Of("certutil -addstore root root.crt as administrator")}, {Text: "the certificate lacks the extended key usage serverAuth (or IP security IKE intermediate)", Checks: []string{"cert-usage"}, Command: checkCert, Action: text.Of("have it issued with serverAuth and 1.3.6.1.5.5.8.2.2")}, &causeExpired},
		},
		{
			ID: "freeradius-key", Title: "FreeRADIUS: failed reading private key file", Refs: []string{radius},
			Phrases: []string{"Failed reading private key file", "tls: Private key does not match the certificate", "rlm_eap_tls: Error reading private key file"},
			Meaning: "The file of private_key_file cannot be read, its password (private_key_password, \"whatever\" as installed) is wrong, or it does not fit.",
			Causes:  []*Cause{&causePassword, &causeEncrypted, &causeFileAccess, &causeMissingFile, &causeMismatch, &causeObject},
		},
		{
			ID: "freeradius-certificate", Title: "FreeRADIUS: failed reading certificate file", Refs: []string{radius},
			Phrases: []string{"Failed reading certificate file", "rlm_eap_tls: Error reading certificate file", "Failed reading Trusted root CA list", "Error reading Trusted root CA list", "rlm_eap (EAP): Failed to initialise rlm_eap_tls", "Failed to initialise rlm_eap_tls"},
			Meaning: "The file of certificate_file or ca_file cannot be read or is no PEM certificate.",
			Causes:  []*Cause{&causeMissingFile, &causeFileAccess, &causeDamaged, &causeObject, &causeFormat},
		},
		{
			ID: "radius-alert", Title: "FreeRADIUS: the device refused the certificate of the server", Rank: Vague, Refs: []string{radius},
			Phrases: []string{"TLS Alert read:fatal", "eap_tls: ERROR: (TLS) TLS - Alert read:fatal", "EAP-TLS*Alert read:fatal", "rlm_eap: SSL error", "CTRL-EVENT-EAP-TLS-CERT-ERROR", "Failed in __FUNCTION__ (SSL_read)"},
			Meaning: "The client ended the EAP conversation; the alert says why. The root must be on the device and chosen in its profile, and Windows wants serverAuth.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeUsage, &causeExpired, &causeName},
		},
	}
}
