package explain

import "github.com/certconv/certconv/internal/text"

// browserEntries are what browsers show, by what is wrong: each entry has the
// words of all of them.
func browserEntries() []Entry {
	const (
		chrome  = "Chromium, net/base/net_error_list.h"
		firefox = "https://support.mozilla.org/kb/what-does-your-connection-is-not-secure-mean"
	)
	list := []Entry{
		{
			ID: "browser-name-mismatch", Title: "Browser: the certificate is for another name",
			Keys:    []string{"net:-200", "ERR_CERT_COMMON_NAME_INVALID", "SSL_ERROR_BAD_CERT_DOMAIN", "DLG_FLAGS_SEC_CERT_CN_INVALID", "net:-9843", "errSSLHostNameMismatch"},
			Phrases: []string{"security certificate presented by this website was issued for a different website's address", "is only valid for the following names", "The certificate is only valid for", "server name mismatch", "Wrong certificate name", "別の Web サイトのアドレス用に発行された", "異なる Web サイトのアドレス用に発行された", "この証明書は次のドメイン名にのみ有効", "次の名前に対してのみ有効", "NET::ERR_CERT_COMMON_NAME_INVALID"},
			Meaning: "The name in the address bar is not in the certificate that the server sent.", Causes: []*Cause{&causeName, &causeOtherSite, &causeNoNames},
		},
		{
			ID: "browser-expired", Title: "Browser: the certificate has expired or is not yet valid",
			Keys:    []string{"net:-201", "ERR_CERT_DATE_INVALID", "SEC_ERROR_EXPIRED_CERTIFICATE", "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE", "DLG_FLAGS_SEC_CERT_DATE_INVALID", "net:-9814", "net:-9815", "net:-1201", "net:-1204", "errSSLCertExpired", "NSURLErrorServerCertificateHasBadDate", "NSURLErrorServerCertificateNotYetValid", "errSSLCertNotYetValid"},
			Phrases: []string{"certificate presented by this website has expired or is not yet valid", "Server certificate expired", "有効期限が切れているか、または有効ではありません", "証明書の有効期限が切れています", "サーバーのセキュリティ証明書の有効期限が", "your clock is ahead", "your clock is behind", "時計が進んでいます", "時計が遅れています"},
			Meaning: "The dates of the certificate do not fit the clock of the client.", Causes: []*Cause{&causeExpired, &causeClock, &causeNotYet},
		},
		{
			ID: "browser-issuer-expired", Title: "Browser: the certificate of an issuer has expired",
			Keys:    []string{"SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE", "MOZILLA_PKIX_ERROR_NOT_YET_VALID_ISSUER_CERTIFICATE"},
			Meaning: "An intermediate or cross-signed root is over its time; the server's certificate may be good.", Causes: []*Cause{&causeIssuerExpired, &causeClock},
		},
		{
			ID: "browser-unknown-issuer", Title: "Browser: the issuer of the certificate is not trusted",
			Keys:    []string{"net:-202", "ERR_CERT_AUTHORITY_INVALID", "SEC_ERROR_UNKNOWN_ISSUER", "SEC_ERROR_UNTRUSTED_ISSUER", "SEC_ERROR_UNTRUSTED_CERT", "SEC_ERROR_CA_CERT_INVALID", "DLG_FLAGS_INVALID_CA", "net:-9807", "net:-9812", "net:-9813", "net:-1203", "errSSLXCertChainInvalid", "errSSLUnknownRootCert", "errSSLNoRootCert", "NSURLErrorServerCertificateHasUnknownRoot"},
			Phrases: []string{"Certificate signer not found", "unknown root", "certificate is not trusted because the issuer certificate is unknown", "Peer's Certificate issuer is not recognized", "発行者証明書が不明", "この Web サイトで提示されたセキュリティ証明書は、信頼された証明機関から発行されたものではありません"},
			Meaning: "The browser found no way from the certificate to a root that it trusts.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection, &causeWrongIntermediate},
		},
		{
			ID: "browser-safari-invalid", Title: "Safari: the identity of the website cannot be verified (NSURLErrorDomain -1202)",
			Keys:    []string{"net:-1202", "NSURLErrorServerCertificateUntrusted"},
			Phrases: []string{"can't verify the identity of the website", "cannot verify the identity of the website", "certificate for this website is invalid", "certificate for this server is invalid", "の識別情報を検証できません", "この Web サイトの証明書は無効です", "このサーバの証明書は無効です", "Safari can't establish a secure connection"},
			Words:   []string{"safari 証明書 無効", "safari certificate invalid"},
			Meaning: "Safari and the programs of macOS and iOS say this of every fault of a certificate: issuer, name, date, revocation. The details of the message show which.",
			Causes:  []*Cause{&causeIncomplete, &causeName, &causeExpired, &causeRevoked, &causeUntrustedRoot, {Text: "the certificate is valid for longer than Apple allows (825 days, 398 since September 2020)", Checks: []string{"cert-validity-long"}, Command: checkCert, Action: text.Of("have it issued for a shorter time")}},
		},
		{
			ID: "browser-self-signed", Title: "Browser: the certificate is self-signed",
			Keys:    []string{"MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"},
			Phrases: []string{"certificate is not trusted because it is self-signed", "自己署名をしているため信頼されません"}, Over: []string{"verify-18", "not-trusted"},
			Meaning: "The certificate is signed by itself, so nobody vouches for it.", Causes: []*Cause{{Text: "the server still has the certificate it was set up with", Checks: []string{"chain-untrusted-root"}, Command: checkCert, Action: text.Of("configure the issued certificate")}, &causeUntrustedRoot},
		},
		{
			ID: "browser-interception", Title: "Browser: a program or proxy intercepts the connection",
			Keys:    []string{"MOZILLA_PKIX_ERROR_MITM_DETECTED", "net:-217", "ERR_CERT_KNOWN_INTERCEPTION_BLOCKED"},
			Meaning: "The certificate was issued by a virus scanner, proxy or state authority for every site.", Causes: []*Cause{&causeInspection},
		},
		{
			ID: "browser-revoked", Title: "Browser: the certificate has been revoked",
			Keys: []string{"net:-206", "ERR_CERT_REVOKED", "SEC_ERROR_REVOKED_CERTIFICATE", "ERROR_INTERNET_SEC_CERT_REVOKED_PAGE", "DLG_FLAGS_SEC_CERT_REVOKED"},
			Phrases: []string{
				"Peer's Certificate has been revoked", "organization's certificate has been revoked", "server's security certificate is revoked", "security certificate has been revoked", "site's certificate has been revoked", "certificate has been revoked", "certificate was revoked", "certificate is revoked", "has been revoked by its issuer",
				"この組織の証明書は失効しています", "証明書は失効しています", "セキュリティ証明書は取り消されています", "証明書は発行元により取り消されています", "証明書が発行人により無効にされています", "証明書は失効", "証明書が失効", "証明書は取り消され", "証明書が取り消され", "証明書は既に失効",
				"保護された接続: 致命的なエラー(44)",
			},
			Words:   []string{"certificate|cert revoked", "証明書 失効|取り消|取消"},
			Over:    []string{"verify-23", "tls-alert-44", "browser-safari-invalid"},
			Meaning: "The certificate authority took the certificate back: the key was compromised, the data were wrong, the site gave it up, or the authority closed. All but Safari let nobody through.",
			Causes:  []*Cause{&causeRevoked, &causeDistrusted},
		},
		{
			ID: "browser-revocation-unknown", Title: "Browser: whether the certificate is revoked could not be checked",
			Keys:    []string{"net:-204", "net:-205", "ERR_CERT_NO_REVOCATION_MECHANISM", "ERR_CERT_UNABLE_TO_CHECK_REVOCATION", "ERROR_INTERNET_SEC_CERT_REV_FAILED_PAGE", "SEC_ERROR_OCSP_SERVER_ERROR", "SEC_ERROR_OCSP_TRY_SERVER_LATER", "SEC_ERROR_OCSP_FUTURE_RESPONSE", "SEC_ERROR_OCSP_OLD_RESPONSE", "SEC_ERROR_OCSP_UNKNOWN_CERT", "SEC_ERROR_OCSP_INVALID_SIGNING_CERT", "SEC_ERROR_OCSP_MALFORMED_RESPONSE", "SEC_ERROR_OCSP_UNAUTHORIZED_REQUEST", "SEC_ERROR_OCSP_BAD_HTTP_RESPONSE", "SEC_ERROR_OCSP_REQUEST_NEEDS_SIG", "MOZILLA_PKIX_ERROR_OCSP_RESPONSE_FOR_CERT_MISSING", "SEC_ERROR_CRL_EXPIRED"},
			Phrases: []string{"revocation information for the security certificate for this site is not available", "このサイトのセキュリティ証明書の取り消し情報は、使用できません", "SEC_ERROR_OCSP"},
			Meaning: "The OCSP responder or revocation list did not answer, answered wrongly, or the stapled response is out of its time.",
			Causes:  []*Cause{&causeRevocationDown, &causeClock, {Text: "the server staples an old response, or none although the certificate demands it (must-staple)", Action: text.Of("let the server reach the OCSP responder, or turn stapling off; reissue without must-staple")}},
		},
		{
			ID: "browser-weak-signature", Title: "Browser: the signature algorithm is too weak",
			Keys:    []string{"net:-208", "ERR_CERT_WEAK_SIGNATURE_ALGORITHM", "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED"},
			Meaning: "The certificate or an intermediate is signed with MD5 or SHA-1.", Causes: []*Cause{&causeWeakSignature, &causeInspection},
		},
		{
			ID: "browser-weak-key", Title: "Browser: the key is too weak",
			Keys:    []string{"net:-211", "ERR_CERT_WEAK_KEY", "MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE", "SSL_ERROR_WEAK_SERVER_CERT_KEY", "SSL_ERROR_WEAK_SERVER_EPHEMERAL_DH_KEY", "ERR_SSL_WEAK_SERVER_EPHEMERAL_DH_KEY", "net:-129"},
			Meaning: "A key is shorter than the browser accepts; with DH in the name it is that of the key exchange, not the certificate's.", Causes: []*Cause{&causeWeakKey, {Text: "small Diffie-Hellman parameters of the server", Action: text.Of("use ECDHE")}},
		},
		{
			ID: "browser-certificate-invalid", Title: "Browser: the certificate is invalid",
			Keys:    []string{"net:-207", "ERR_CERT_INVALID", "SEC_ERROR_INADEQUATE_CERT_TYPE", "SEC_ERROR_EXTENSION_VALUE_INVALID", "SEC_ERROR_CERT_NOT_VALID", "net:-203", "ERR_CERT_CONTAINS_ERRORS", "net:-9808", "errSSLBadCert", "SEC_ERROR_BAD_SIGNATURE", "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION"},
			Phrases: []string{"Invalid, or non-verifiable certificate"},
			Meaning: "The certificate breaks a rule that no exception is made for: its form, its uses, its signature.", Causes: []*Cause{&causeUsage, &causeDamaged, &causeWrongIntermediate, &causeDistrusted},
		},
		{
			ID: "browser-key-usage", Title: "Browser: the key usage does not allow TLS",
			Keys:    []string{"net:-181", "ERR_SSL_KEY_USAGE_INCOMPATIBLE", "SEC_ERROR_INADEQUATE_KEY_USAGE", "MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY", "MOZILLA_PKIX_ERROR_V1_CERT_USED_AS_CA"},
			Meaning: "The certificate does not allow what it is used for: a CA certificate as server's, key usage without digital signature.", Causes: []*Cause{&causeUsage},
		},
		{
			ID: "browser-internal-name", Title: "Chrome: a public authority issued a certificate for an internal name",
			Keys:    []string{"net:-210", "ERR_CERT_NON_UNIQUE_NAME"},
			Meaning: "Names that exist in many networks must not be certified by public authorities.", Causes: []*Cause{{Text: "a name such as intranet, mail.local or an address in a private range", Checks: []string{"csr-name-internal"}, Command: lintRequest, Action: text.Of("use a name of a domain that you own, or an authority of your own")}},
		},
		{
			ID: "browser-name-constraints", Title: "Browser: the name is outside of what the CA may issue",
			Keys:    []string{"net:-212", "ERR_CERT_NAME_CONSTRAINT_VIOLATION", "SEC_ERROR_CERT_NOT_IN_NAME_SPACE"},
			Meaning: "A CA in the chain is constrained to other names.", Causes: []*Cause{&causeNotCA}, Refs: []string{"RFC 5280, Section 4.2.1.10"},
		},
		{
			ID: "browser-validity-long", Title: "Browser: the certificate is valid for too long",
			Keys: []string{"net:-213", "ERR_CERT_VALIDITY_TOO_LONG"}, Phrases: []string{"certificate is not standards compliant", "not standards compliant"},
			Meaning: "Certificates of public authorities must not be valid for longer than 398 days, 200 when issued from 15 March 2026 on.", Causes: []*Cause{{Text: "a long time was asked for", Checks: []string{"cert-validity-long"}, Command: checkCert, Action: text.Of("have it issued for a shorter time")}},
		},
		{
			ID: "browser-transparency", Title: "Chrome: certificate transparency is required",
			Keys:    []string{"net:-214", "ERR_CERTIFICATE_TRANSPARENCY_REQUIRED", "MOZILLA_PKIX_ERROR_INSUFFICIENT_CERTIFICATE_TRANSPARENCY"},
			Meaning: "The certificate of a public authority has no or too few time stamps of public logs.", Causes: []*Cause{{Text: "it was issued with the option not to log it", Command: Command{"inspect", "--details site.crt"}, Action: text.Of("have it reissued with certificate transparency")}, &causeInspection}, Refs: []string{"RFC 6962"},
		},
		{
			ID: "browser-symantec", Title: "Chrome: the certificate comes from Symantec's old hierarchy",
			Keys:    []string{"net:-215", "ERR_CERT_SYMANTEC_LEGACY", "MOZILLA_PKIX_ERROR_ADDITIONAL_POLICY_CONSTRAINT_FAILED"},
			Meaning: "The browsers withdrew the trust in an authority: in 2018 in Symantec with GeoTrust, Thawte and RapidSSL, later in others.", Causes: []*Cause{&causeDistrusted},
		},
		{
			ID: "browser-reused-serial", Title: "Firefox: two certificates have the same issuer and serial number",
			Keys: []string{"SEC_ERROR_REUSED_ISSUER_AND_SERIAL"}, Phrases: []string{"contains the same serial number as another certificate"},
			Meaning: "Firefox has seen another certificate of the same issuer with the same serial number; home-made authorities and devices do this.", Causes: []*Cause{{Text: "the certificate was made again with the same serial number", Command: Command{"inspect", "site.crt"}, Action: text.Of("make it with another serial number; delete the old one in Firefox")}},
		},
		{
			ID: "browser-protocol", Title: "Browser: no common protocol version or cipher",
			Keys:    []string{"ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "net:-113", "SSL_ERROR_NO_CYPHER_OVERLAP", "SSL_ERROR_UNSUPPORTED_VERSION", "ERR_SSL_OBSOLETE_VERSION", "SSL_ERROR_PROTOCOL_VERSION_ALERT", "PR_END_OF_FILE_ERROR", "INET_E_DOWNLOAD_FAILURE"},
			Phrases: []string{"uses an unsupported protocol", "Client and server don't support a common SSL protocol version", "サポートされていないプロトコルが使用されています"},
			Meaning: "The connection ended before the certificate was looked at, or the server has no certificate for this name.", Causes: []*Cause{&causeVersions, &causeCiphers, &causeOtherSite},
		},
		{
			ID: "browser-handshake", Title: "Browser: no TLS was spoken",
			Keys:    []string{"ERR_SSL_PROTOCOL_ERROR", "net:-107", "SSL_ERROR_RX_RECORD_TOO_LONG", "ERR_CONNECTION_RESET", "ERR_CONNECTION_CLOSED", "SSL_ERROR_RX_MALFORMED_SERVER_HELLO", "net:-9838", "net:-1200", "net:-9806", "net:-9836"},
			Phrases: []string{"An SSL error has occurred and a secure connection to the server cannot be made"},
			Meaning: "What came back is no TLS handshake, or it broke off.", Causes: []*Cause{&causePlainHTTP, &causeVersions, {Text: "the host on port 443 is configured without TLS", Action: text.Of("Apache: SSLEngine on; nginx: listen 443 ssl")}},
		},
		{
			ID: "browser-client-certificate", Title: "Browser: the server wants a client certificate, or does not accept it",
			Keys:    []string{"ERR_BAD_SSL_CLIENT_AUTH_CERT", "net:-117", "ERR_SSL_CLIENT_AUTH_CERT_NEEDED", "net:-110", "ERR_SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED", "ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED", "ERR_SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS", "SSL_ERROR_BAD_CERT_ALERT", "SSL_ERROR_HANDSHAKE_FAILURE_ALERT", "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT", "net:-1205", "net:-1206", "DLG_FLAGS_CLIENT_CERT"},
			Meaning: "The certificate in question is the user's, not the server's.", Causes: []*Cause{&causeClientCert},
		},
		{
			ID: "browser-hsts", Title: "Browser: the site demands https, so the warning cannot be passed",
			Keys: []string{"MOZILLA_PKIX_ERROR_KEY_PINNING_FAILURE", "ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN", "net:-150"}, Phrases: []string{"uses HTTP Strict Transport Security", "HSTS"},
			Meaning: "The site told the browser earlier to accept only valid certificates. The fault itself is another one: see the error code on the page.", Causes: []*Cause{&causeExpired, &causeName, &causeIncomplete, &causeInspection}, Refs: []string{"RFC 6797"},
		},
		{
			ID: "browser-warning", Title: "Browser: the warning page that every fault of a certificate leads to",
			Phrases: []string{"problem with this website's security certificate", "there is a problem with this website", "セキュリティ証明書には問題があります", "セキュリティ証明書に問題があります", "このサイトは安全ではありません", "This site is not secure", "Your connection is not private", "この接続ではプライバシーが保護されません", "Your connection isn't private", "接続がプライベートではありません", "安全な接続ができませんでした", "安全な接続ではありません", "Secure Connection Failed", "Warning: Potential Security Risk Ahead", "セキュリティリスクの可能性あり", "Your connection is not secure", "セキュア処理を完了することができません"},
			Meaning: "Every fault of a certificate begins with these words; the lines below them, or the code, say which.", Causes: []*Cause{&causeIncomplete, &causeName, &causeExpired, &causeRevoked, &causeUntrustedRoot},
		},
		{
			ID: "browser-import", Title: "Firefox and NSS: a PKCS#12 file could not be imported",
			Keys:    []string{"SEC_ERROR_BAD_PASSWORD", "SEC_ERROR_PKCS12_DECODING_PFX", "SEC_ERROR_PKCS12_CORRUPT_PFX_STRUCTURE", "SEC_ERROR_PKCS12_UNSUPPORTED_PBE_ALGORITHM", "SEC_ERROR_PKCS12_UNSUPPORTED_MAC_ALGORITHM", "SEC_ERROR_PKCS12_INVALID_MAC", "SEC_ERROR_PKCS12_KEY_DATABASE_NOT_INITIALIZED", "SEC_ERROR_PKCS12_PRIVACY_PASSWORD_INCORRECT"},
			Phrases: []string{"PKCS12 decode not verified", "security password entered is incorrect", "PKCS #12 operation failed for unknown reasons"},
			Meaning: "NSS says \"bad password\" of a truncated file, too.", Causes: []*Cause{&causePassword, &causeDamagedPFX, &causeModernPFX},
		},
	}
	for i := range list {
		list[i].Refs = append(list[i].Refs, chrome, firefox)
	}
	return list
}
