package explain

import (
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// nginxEntries are the messages of nginx. nginx -t opens the files and sees
// them, but not dates, names and revocation.
func nginxEntries() []Entry {
	const docs = "https://nginx.org/en/docs/http/configuring_https_servers.html"
	list := []Entry{
		{
			ID: "nginx-certificate", Title: "nginx: cannot load certificate", Over: []string{"openssl-pem-108", "openssl-pem-102", "openssl-pem-100", "openssl-asn1-168", "openssl-asn1-155", "file-missing"},
			Phrases: []string{"cannot load certificate *:", "PEM_read_bio_X509_AUX(*failed", "PEM_read_bio_X509(*failed", "cannot load certificate: BIO"},
			Words:   []string{"nginx load certificate cannot|cant|failed"},
			Meaning: "The file of ssl_certificate holds no certificate that OpenSSL can read. \"no start line: Expecting: TRUSTED CERTIFICATE\" only says that none was found.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "nginx-certificate-key", Title: "nginx: cannot load certificate key", Over: []string{"openssl-pem-108", "openssl-pem-101", "openssl-decoder-unsupported", "file-missing", "nginx-certificate"},
			Phrases: []string{"cannot load certificate key *:", "PEM_read_bio_PrivateKey(*failed"},
			Words:   []string{"nginx load key cannot|cant|failed"},
			Meaning: "The file of ssl_certificate_key holds no private key that OpenSSL can read.",
			Causes:  []*Cause{&causeObject, &causeEncrypted, &causeDamaged, &causeFormat, &causeNothing},
		},
		{
			ID: "nginx-key-mismatch", Title: "nginx: the private key does not fit the certificate", Over: []string{"openssl-x509-116"},
			Phrases: []string{"SSL_CTX_use_PrivateKey*failed", "SSL_CTX_use_PrivateKey_file*failed"},
			Meaning: "nginx compares the key with the first certificate in the file of ssl_certificate and refuses to start.",
			Causes:  []*Cause{&causeOrder, &causeMismatch, &causeRenewed},
		},
		{
			ID: "nginx-use-certificate", Title: "nginx: OpenSSL refuses the certificate", Over: []string{"openssl-ssl-398", "openssl-ssl-399"},
			Phrases: []string{"SSL_CTX_use_certificate*failed"},
			Meaning: "The certificate was read; its key or signature is below the security level of this OpenSSL.",
			Causes:  []*Cause{&causeWeakKey, &causeWeakSignature},
		},
		{
			ID: "nginx-no-certificate", Title: "nginx: no \"ssl_certificate\" is defined",
			Phrases: []string{`no "ssl_certificate" is defined`, `no "ssl_certificate_key" is defined`},
			Meaning: "A server listens with ssl and has no certificate. Where several servers share an address, the default one needs a certificate too.",
			Causes:  []*Cause{{Text: "ssl_certificate or ssl_certificate_key is missing in the server, often in the default server of the address", Command: Command{"check", "--key site.key --cert site.crt --for nginx"}, Action: text.Of("add both, or ssl_reject_handshake on for a default server that shall not answer")}},
		},
		{
			ID: "nginx-stapling", Title: "nginx: ssl_stapling ignored",
			Phrases: []string{"ssl_stapling ignored"},
			Meaning: "nginx runs without OCSP stapling: the issuer's certificate is not in the file, or the certificate names no OCSP responder, as those of Let's Encrypt since 2025.",
			Causes:  []*Cause{&causeIncomplete, {Text: "the authority has no OCSP any more", Action: text.Of("take ssl_stapling on out of the configuration")}},
		},
		{
			ID: "nginx-plain-http", Title: "nginx: the plain HTTP request was sent to HTTPS port",
			Phrases: []string{"plain HTTP request was sent to HTTPS port", "client sent plain HTTP request to HTTPS port"},
			Meaning: "A client spoke http:// to the TLS port (status 497, shown as 400).", Causes: []*Cause{&causePlainHTTP},
		},
		{
			ID: "nginx-client-certificate", Title: "nginx: the client's certificate was refused, or none was sent",
			Phrases: []string{"client SSL certificate verify error", "No required SSL certificate was sent", "client sent no required SSL certificate"},
			Meaning: "ssl_verify_client is on. The number is OpenSSL's; the roots are those of ssl_client_certificate (status 495, 496).",
			Causes:  []*Cause{&causeClientCert, &causeIncomplete},
		},
		{
			ID: "nginx-upstream-verify", Title: "nginx: the certificate of the upstream was not verified",
			Phrases: []string{"upstream SSL certificate verify error"},
			Meaning: "proxy_ssl_verify is on and the server behind nginx showed a certificate that does not verify against proxy_ssl_trusted_certificate or is for another name.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeName},
		},
		{
			ID: "nginx-password-file", Title: "nginx: the key's password is wrong or missing", Over: []string{"nginx-certificate-key", "openssl-pem-101"},
			Phrases: []string{"ssl_password_file", "Enter PEM pass phrase"},
			Meaning: "The key is encrypted; nginx asks on the terminal unless ssl_password_file has the password.",
			Causes:  []*Cause{&causeEncrypted, &causePassword},
		},
	}
	for i := range list {
		list[i].Target = "nginx"
		list[i].Refs = append(list[i].Refs, docs)
	}
	return list
}

// haproxyEntries are the messages of HAProxy.
func haproxyEntries() []Entry {
	list := []Entry{
		{
			ID: "haproxy-key", Title: "HAProxy: unable to load the private key",
			Phrases: []string{"unable to load SSL private key", target.HAProxyNoKey},
			Meaning: "The PEM file of crt, or the .key beside it, has no private key that HAProxy can read.", Causes: []*Cause{&causeNoKey, &causeObject, &causeEncrypted, &causeDamaged},
		},
		{
			ID: "haproxy-key-file", Title: "HAProxy: the file of the private key cannot be read",
			Phrases: []string{target.HAProxyKey, "is present but cannot be read or parsed"},
			Meaning: "There is a .key beside the PEM file of crt, and HAProxy cannot read it as a private key.", Causes: []*Cause{&causeObject, &causeEncrypted, &causeFileAccess, &causeDamaged, &causeFormat},
		},
		{
			ID: "haproxy-context", Title: "HAProxy: OpenSSL refuses the certificate",
			Phrases: []string{target.HAProxyCertificateUse, target.HAProxyChainUse},
			Meaning: "The certificate was read; its key or signature, or one of its chain, is below the security level of this OpenSSL. Old versions of HAProxy do not say more.", Causes: []*Cause{&causeWeakKey, &causeWeakSignature, &causeKeyKind},
		},
		{
			ID: "haproxy-none", Title: "HAProxy: no SSL certificate specified for bind",
			Phrases: []string{"no SSL certificate specified for bind"},
			Meaning: "crt names a folder without PEM files, or is missing.", Causes: []*Cause{{Text: "there is no crt on the bind line, or its folder has no file that HAProxy takes: names ending in .key, .ocsp, .issuer and .sctl are passed over", Action: text.Of("name the file, certificate and key in one: %s", Command{"convert", "site.key site.crt chain.crt --for haproxy --out site.pem"})}, &causeFolderAsFile},
		},
		{
			ID: "haproxy-certificate", Title: "HAProxy: unable to load the certificate",
			Phrases: []string{"unable to load SSL certificate from PEM file", target.HAProxyCertificate, target.HAProxyChain, "unable to stat SSL certificate"},
			Meaning: "The PEM file of crt has no certificate that HAProxy can read.", Causes: []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "haproxy-mismatch", Title: "HAProxy: inconsistencies between private key and certificate", Over: []string{"openssl-x509-116", "haproxy-key"},
			Phrases: []string{target.HAProxyMismatch},
			Meaning: "The key in the PEM file does not fit its first certificate.", Causes: []*Cause{&causeOrder, &causeMismatch, &causeRenewed},
		},
		{
			ID: "haproxy-handshake", Rank: Vague, Title: "HAProxy: SSL handshake failure",
			Phrases: []string{"SSL handshake failure", "SSL client CA chain cannot be verified", "SSL client certificate not trusted"},
			Meaning: "A client or a server behind HAProxy ended the handshake.", Causes: []*Cause{&causePlainHTTP, &causeVersions, &causeClientCert, &causeIncomplete},
		},
	}
	for i := range list {
		list[i].Target = "haproxy"
		list[i].Refs = append(list[i].Refs, "https://docs.haproxy.org/2.8/configuration.html")
	}
	return list
}
