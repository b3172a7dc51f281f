package explain

import "github.com/certconv/certconv/internal/text"

// iisEntries are the substatus codes of IIS about TLS and client certificates.
func iisEntries() []Entry {
	const source = "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/health-diagnostic-performance/http-status-code"
	return []Entry{
		{
			ID: "iis-403.4", Title: "403.4: the page must be viewed over a secure channel", Keys: []string{"iis:403.4"}, Refs: []string{source},
			Phrases: []string{"must be viewed over a secure channel", "must be viewed with a high security web browser", "SSL is required to view this resource", "SSL required", "セキュリティで保護されたチャネルを介して表示", "セキュリティで保護されたチャネルで表示", "安全なチャネルを要求", "SSLが必要", "SSL が必要です"},
			Words:   []string{"page secure_channel viewed|required|require", "require secure_channel", "安全 チャネル", "保護 チャネル"},
			Meaning: "IIS is configured to require TLS for this folder and was asked with http. The certificate is not at fault.",
			Causes: []*Cause{
				{Text: "the address begins with http://", Action: text.Of("use https://, or redirect: an HTTP Redirect or URL Rewrite rule on another site for port 80")},
				{Text: "a load balancer or proxy ends TLS and asks IIS with http", Action: text.Of("let it speak https to IIS, or take \"Require SSL\" away and require it at the load balancer")},
				{Text: "TLS is not wanted here", Action: text.Of("clear \"Require SSL\" (IIS 4: \"Require Secure Channel\") for the folder")},
			},
		},
		{
			ID: "iis-403.5", Title: "403.5: 128-bit encryption is required", Keys: []string{"iis:403.5"}, Refs: []string{source, "Microsoft KB308255"},
			Phrases: []string{"requires 128-bit encryption", "SSL 128 required", "128-bit encryption is required", "128 ビットの暗号化"},
			Meaning: "IIS requires 128-bit encryption; the client offered less.",
			Causes:  []*Cause{&causeVersions, {Text: "a client of the time of export restrictions", Action: text.Of("update it; today's clients have no weaker ciphers")}},
		},
		{
			ID: "iis-403.7", Title: "403.7: a client certificate is required", Keys: []string{"iis:403.7"}, Refs: []string{source, "Microsoft KB2802568"},
			Phrases: []string{"SSL client certificate required", "requires a client certificate", "requires a valid SSL client certificate", "クライアント証明書が必要"},
			Words:   []string{"client certificate required|requires|needed|necessary", "クライアント証明書 必要|要求"},
			Meaning: "The server asked for a client certificate and got none.",
			Causes: []*Cause{
				{Text: "the client has no certificate with a private key for client authentication", Checks: []string{"key-missing", "cert-usage"}, Command: Command{"check", "--key client.key --cert client.crt"}, Action: text.Of("install one with its key: %s", Command{"convert", "client.key client.crt --to pfx --out client.pfx"})},
				{Text: "its root is not in the list that the server sends", Checks: []string{"chain-untrusted-root"}, Command: Command{"check", "--cert client.crt --roots server-roots.crt"}, Action: text.Of("put the root into the machine's trusted roots of the server; see Schannel event 36885 and SendTrustedIssuerList")},
				{Text: "TLS 1.3, or HTTP/2: IIS asks for the certificate only after the request", Action: text.Of("set \"Negotiate Client Certificate\" on the binding (netsh http add sslcert … clientcertnegotiation=enable)")},
			},
		},
		{
			ID: "iis-403.12", Title: "403.12: the mapper denied access", Keys: []string{"iis:403.12"}, Refs: []string{source},
			Phrases: []string{"mapper denied access", "client certificate mapper"},
			Meaning: "The client's certificate is valid, but is mapped to an account that may not see the page, or to none.",
			Causes:  []*Cause{{Text: "the mapping is for another certificate, often the one of before a renewal", Command: Command{"inspect", "client.crt"}, Action: text.Of("compare the certificate in the mapping with the client's, renew the mapping")}},
		},
		{
			ID: "iis-403.13", Title: "403.13: the client certificate has been revoked, or that could not be checked", Keys: []string{"iis:403.13"}, Refs: []string{source},
			Phrases: []string{"client certificate has been revoked", "client certificate revoked", "クライアント証明書は失効しています", "クライアント証明書が失効"},
			Meaning: "The client's certificate is on the revocation list, or the list could not be loaded.",
			Causes:  []*Cause{&causeRevocationDown, &causeRevoked},
		},
		{
			ID: "iis-403.16", Title: "403.16: the client certificate is untrusted or invalid", Keys: []string{"iis:403.16"}, Refs: []string{source, "Microsoft KB2802568"},
			Phrases: []string{"client certificate is untrusted or invalid", "client certificate is not trusted", "client certificate is ill-formed", "クライアント証明書が信頼されていないか", "クライアント証明書は信頼されていない"},
			Meaning: "The server could not build a chain from the client's certificate to a root it trusts. sc-win32-status 2148204809 is CERT_E_UNTRUSTEDROOT.",
			Causes: []*Cause{
				{Text: "the root or intermediate of the client's certificate is not in the machine's store of the server", Checks: []string{"chain-incomplete", "chain-untrusted-root"}, Command: Command{"check", "--cert client.crt --roots server-roots.crt"}, Action: text.Of("certutil -addstore root root.crt, certutil -addstore ca intermediate.crt")},
				{Text: "a certificate that is not self-signed is among the trusted roots; IIS then refuses all client certificates", Checks: []string{"chain-not-ca"}, Command: Command{"inspect", "*.cer"}, Action: text.Of("move it to Intermediate Certification Authorities")},
			},
		},
		{
			ID: "iis-403.17", Title: "403.17: the client certificate has expired or is not yet valid", Keys: []string{"iis:403.17"}, Refs: []string{source},
			Phrases: []string{"client certificate has expired", "クライアント証明書の有効期限"},
			Meaning: "The client's certificate is out of its time.", Causes: []*Cause{{Text: "it has expired or begins later", Checks: []string{"cert-expired", "cert-not-yet-valid"}, Command: Command{"check", "--cert client.crt"}, Action: text.Of("renew it")}, &causeClock},
		},
	}
}
