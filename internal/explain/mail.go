package explain

import "github.com/certconv/certconv/internal/text"

// mailEntries are the messages of Dovecot, Exim, Sendmail and other servers of
// mail and files. Those of Postfix are in service.go.
func mailEntries() []Entry {
	const (
		dovecot  = "https://doc.dovecot.org/2.4.0/core/config/ssl.html"
		exim     = "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html"
		sendmail = "https://www.sendmail.org/~ca/email/starttls.html"
		vsftpd   = "https://security.appspot.com/vsftpd/vsftpd_conf.html"
		proftpd  = "http://www.proftpd.org/docs/howto/TLS.html"
	)
	vsftpdKey := &Cause{
		Text: "the file of rsa_private_key_file has no private key in it, or the setting is missing and the file of rsa_cert_file has none", Checks: []string{"key-missing", "wrong-object", "wrong-format"}, Command: checkPair,
		Action: text.Of("name the key's file in rsa_private_key_file, or put key and certificate into one file: %s", Command{"convert", "site.key site.crt --to pem --out vsftpd.pem"}),
	}
	return []Entry{
		{
			ID: "dovecot-certificate", Title: "Dovecot: the certificate cannot be loaded", Refs: []string{dovecot},
			Phrases: []string{"Can't load ssl_cert", "Can't load SSL certificate", "There is no valid PEM certificate", "Couldn't parse SSL certificate", "Couldn't load SSL certificate", "Can't load alternative SSL certificate", "Can't load ssl_alt_cert"},
			Meaning: "Dovecot starts, and each login with TLS fails: it loads the certificate in the login processes.",
			Causes:  []*Cause{&causeTextAsPath, &causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "dovecot-key", Title: "Dovecot: the private key cannot be loaded", Refs: []string{dovecot},
			Phrases: []string{"Couldn't parse private ssl_key", "Couldn't parse private SSL key", "Couldn't load private ssl_key", "Can't load private key file", "Can't load SSL private key", "Can't load private ssl_key", "There is no valid PEM private key", "Couldn't parse private key"},
			Meaning: "The file of ssl_key (ssl_server_key_file from 2.4 on) holds no private key that OpenSSL reads, or it needs ssl_key_password.",
			Causes:  []*Cause{&causeEncrypted, &causeTextAsPath, &causeObject, &causeFormat, &causeDamaged},
		},
		{
			ID: "dovecot-mismatch", Title: "Dovecot: the key is for a different certificate", Over: []string{"dovecot-key", "dovecot-certificate", "openssl-x509-116"}, Refs: []string{dovecot},
			Phrases: []string{"Key is for a different cert than", "Keyfile doesn't match cert"},
			Meaning: "The private key does not belong to the first certificate in the file.",
			Causes:  mismatchCauses,
		},
		{
			ID: "dovecot-forgotten-sign", Title: "Dovecot: the < before the path is missing, or stands where it must not", Over: []string{"dovecot-certificate", "dovecot-key"}, Refs: []string{dovecot},
			Phrases: []string{"You probably forgot '<' from", "ssl_server_cert_file: open(", "ssl_server_key_file: open(", "ssl_cert*: Can't open file", "ssl_key*: Can't open file"},
			Meaning: "Until 2.3 the setting is the text itself, and < reads it from a file; from 2.4 on it is the path.",
			Causes:  []*Cause{&causeTextAsPath, &causeMissingFile, &causeFileAccess},
		},
		{
			ID: "dovecot-login", Title: "Dovecot: the SSL context of the login process could not be made", Rank: Vague, Refs: []string{dovecot},
			Phrases: []string{"Failed to initialize SSL server context", "Failed to initialize ssl"},
			Meaning: "Certificate or key could not be loaded; the rest of the message says which.",
			Causes:  []*Cause{&causeTextAsPath, &causeDamaged, &causeObject, &causeEncrypted, &causeMismatch},
		},
		{
			ID: "dovecot-ssl-alert", Title: "Dovecot: the mail program refused the certificate, or the server the client's", Rank: Vague, Refs: []string{dovecot},
			Phrases: []string{"no auth attempts in*TLS handshaking", "TLS handshaking: SSL_accept() failed", "SSL_accept() failed"},
			Meaning: "The mail program ended the handshake; the alert after it says why.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired, &causeVersions},
		},
		{
			ID: "exim-certificate", Title: "Exim: certificate or key cannot be loaded", Refs: []string{exim},
			Phrases: []string{"cert/key setup: cert=", "SSL_CTX_use_certificate_chain_file file=", "SSL_CTX_use_PrivateKey_file file=", "TLS error*cert/key setup"},
			Meaning: "The files of tls_certificate and tls_privatekey cannot be loaded, or do not belong together; Exim answers STARTTLS with 454. They must be readable for the user of Exim.",
			Causes:  []*Cause{&causeFileAccess, &causeMissingFile, &causeMismatch, &causeObject, &causeDamaged, &causeEncrypted, &causeFormat},
		},
		{
			ID: "exim-verify", Title: "Exim: the certificate of the other side was not verified", Rank: Vague, Refs: []string{exim},
			Phrases: []string{"TLS certificate verification failed", "certificate verification failed*certificate invalid"},
			Meaning: "The mail went on without TLS, or not at all, as tls_verify_hosts says.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired},
		},
		{
			ID: "sendmail-key", Title: "Sendmail: the private key or certificate cannot be used", Refs: []string{sendmail},
			Phrases: []string{"STARTTLS*SSL_CTX_use_PrivateKey_file(*failed", "STARTTLS*SSL_CTX_check_private_key failed", "STARTTLS*SSL_CTX_use_certificate_file(*failed", "STARTTLS*file*unsafe", "STARTTLS=server: file*unsafe"},
			Meaning: "Sendmail does not offer STARTTLS then. It wants the key unreadable for group and others, and the folders above it not writable for them.",
			Causes:  []*Cause{&causeMismatch, &causeObject, &causeEncrypted, {Text: "the key's file can be read by others, or a folder above it be written by others", Checks: []string{"key-permissions"}, Command: checkPair, Action: text.Of("chmod 600 the key, chmod go-w the folders above it")}, &causeFileAccess},
		},
		{
			ID: "vsftpd-key", Title: "vsftpd: cannot load RSA (DSA) private key", Refs: []string{vsftpd},
			Phrases: []string{"SSL: cannot load RSA private key", "SSL: cannot load DSA private key"},
			Meaning: "vsftpd refuses each connection. It says RSA of keys of all kinds, and also when the key does not fit the certificate or is encrypted: it cannot ask for a password.",
			Causes:  []*Cause{vsftpdKey, &causeMismatch, &causeEncrypted, &causeFileAccess, &causeFormat, &causeDamaged},
		},
		{
			ID: "vsftpd-certificate", Title: "vsftpd: cannot load RSA (DSA) certificate", Refs: []string{vsftpd},
			Phrases: []string{"SSL: cannot load RSA certificate", "SSL: cannot load DSA certificate", "SSL: could not load client certs file"},
			Meaning: "vsftpd refuses each connection: the file of rsa_cert_file holds no certificate that OpenSSL reads and accepts. The default path does not exist.",
			Causes:  []*Cause{&causeMissingFile, &causeDamaged, &causeObject, &causeFormat, &causeWeakKey, &causeWeakSignature},
		},
		{
			ID: "proftpd-certificate", Title: "ProFTPD: certificate or key cannot be used", Refs: []string{proftpd},
			Phrases: []string{"error loading TLSRSACertificateFile", "error loading TLSRSACertificateKeyFile", "TLSRSACertificateFile*unable to use", "TLSRSACertificateKeyFile*unable to", "error reading TLSRSACertificate", "unable to use '*TLSRSACertificate"},
			Meaning: "mod_tls does without TLS, or ProFTPD does not start.",
			Causes:  []*Cause{&causeMismatch, &causeEncrypted, &causeObject, &causeDamaged, &causeNothing},
		},
		{
			ID: "server-certificate", Rank: Vague, Title: "cockpit, lighttpd, hitch, stunnel and others: certificate or key cannot be loaded",
			Phrases: []string{"couldn't read X509 certificate from", "couldn't read X509 certificates from", "Error loading certificate file", "Error loading TLS certificate chain", "Cannot read certificate file", "could not use certificate file", "could not use certificate:", "could not load certificate chain file", "Unable to load certificates", "unable to load certificate file", "Failed to load certificate from", "Unable to load pem file", "SSL_CTX_use_certificate_chain_file", "SSL_CTX_use_certificate_file", "use_certificate_chain_file"},
			Meaning: "The file of the certificate cannot be loaded; what follows says why.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing, &causeWeakKey, &causeWeakSignature},
		},
		{
			ID: "server-key", Rank: Vague, Title: "lighttpd, hitch, stunnel, OpenLDAP and others: the private key cannot be loaded",
			Phrases: []string{"couldn't read private key from", "Error loading private key", "Error loading TLS private key", "Cannot read private key file", "could not use private key", "could not load private key file!", "unable to load private key:", "Unable to import private key", "SSL_CTX_use_PrivateKey_file", "SSL_CTX_use_RSAPrivateKey_file", "use_privatekey_file", "Failed to load private key"},
			Meaning: "The file of the private key cannot be loaded; what follows says why.",
			Causes:  keyCauses,
		},
		{
			ID: "server-mismatch", Rank: Reason, Title: "The private key does not match the certificate", Over: []string{"openssl-x509-116", "server-key"},
			Phrases: []string{"Private key does not match the certificate", "Private SSL key doesn't match cert", "SSL_CTX_check_private_key", "X509_check_private_key() failed", "certificate and private key*does not match", "certificate does not match private key", "Private key*and certificate*do not match", "certificate and the given key do not match", "private key check failed", "private key does not match", "key does not match the cert", "certificate/key are inconsistent", "private key does not correspond to the certificate", "Certificate and key*do not match", "key and certificate don't match", "key doesn't match", "does not match the private key", "doesn't match the private key", "does not match the provided private key", "does not match private key"},
			Meaning: "The private key does not belong to the certificate it was loaded with, which is the first one in the file.",
			Causes:  mismatchCauses,
		},
	}
}
