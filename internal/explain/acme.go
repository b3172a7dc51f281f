package explain

import "github.com/certconv/certconv/internal/text"

// acmeEntries are the refusals of ACME servers (RFC 8555, Section 6.7) and what
// their clients say of them.
func acmeEntries() []Entry {
	const (
		rfc    = "RFC 8555, Section 6.7"
		limits = "https://letsencrypt.org/docs/rate-limits/"

		boulderCSR = "https://github.com/letsencrypt/boulder/blob/main/csr/csr.go"
	)
	asked := func(what, action string) *Cause {
		return &Cause{Text: what, Checks: []string{"csr-extension", "csr-structure", "csr-name-invalid", "csr-names-too-many"}, Command: lintRequest, Action: text.Of(action)}
	}
	reach := &Cause{Text: "the authority does not reach the host: port 80 or 443 is closed from outside, the name points to another address, or an AAAA record to a host that does not answer", Action: text.Of("ask for http://NAME/.well-known/acme-challenge/test from another network, over IPv4 and IPv6; for names that are not reachable use the DNS challenge")}
	record := &Cause{Text: "the name has no address, or the TXT record of the challenge is not there yet or at another provider", Action: text.Of("dig NAME, dig -t TXT _acme-challenge.NAME at the name servers of the domain; wait for the TTL")}
	list := []Entry{
		{
			ID: "acme-client-auth", Title: "ACME: client authentication is no longer certified", Over: []string{"acme-bad-csr"}, Rank: Reason,
			Phrases: []string{"ClientAuth certificates are being deprecated", "clientAuth*no longer", "clientAuth is not allowed", "tlsclient profile"},
			Meaning: "Public authorities stop to issue certificates for clients (extended key usage clientAuth): Google in 2025, Let's Encrypt with its default profile in February 2026.",
			Causes:  []*Cause{asked("the request asks for the extended key usage clientAuth", "make the request without clientAuth; where clients need certificates take them from an authority of your own"), {Text: "the client asks for a profile that is closed", Action: text.Of("take the default profile")}},
			Refs:    []string{"https://letsencrypt.org/2025/05/14/ending-tls-client-authentication"},
		},
		{
			ID: "acme-must-staple", Title: "ACME: OCSP must-staple is no longer supported", Over: []string{"acme-bad-csr", "acme-unauthorized"}, Rank: Reason,
			Phrases: []string{"OCSP must-staple extension is no longer available", "must-staple extension is no longer", "Must Staple is no longer", "OCSP Must-Staple*not supported"},
			Meaning: "Let's Encrypt has no OCSP since 2025 and refuses requests with the must-staple extension.",
			Causes:  []*Cause{asked("the request asks for must-staple (TLS feature)", "make it without: certbot without --must-staple (must_staple = False in /etc/letsencrypt/renewal), acme.sh without --ocsp, lego without --must-staple")},
			Refs:    []string{"https://letsencrypt.org/2024/12/05/ending-ocsp"},
		},
		{
			ID: "acme-cn-long", Title: "ACME: the common name is longer than 64 bytes", Over: []string{"acme-malformed", "acme-bad-csr"}, Rank: Reason,
			Phrases: []string{"CN was longer than", "CN is longer than 64", "Common name was longer than", "NewOrder request*CN", "commonName*longer than 64"},
			Meaning: "The common name of a certificate holds 64 characters at most (RFC 5280, ub-common-name); names in subjectAltName may be longer.",
			Causes:  []*Cause{{Text: "the first name asked for, which becomes the common name, is longer than 64 bytes", Checks: []string{"csr-field-length"}, Command: lintRequest, Action: text.Of("put a shorter name first, or make the request without a common name")}},
		},
		{
			ID: "acme-bad-key", Title: "ACME: the key of the request is not accepted", Over: []string{"acme-bad-csr"}, Rank: Reason,
			Phrases: []string{"acme:error:badPublicKey", "key size not supported", "invalid public key in CSR", "unsupported curve", "ECDSA curve P-* not allowed", "key already in use", "public key is forbidden", "Error creating new cert :: invalid public key"},
			Meaning: "Let's Encrypt takes RSA keys of 2048, 3072 and 4096 bits, P-256 and P-384; not P-521, Ed25519, keys that are known to be compromised, or an exponent other than 65537.",
			Causes:  []*Cause{{Text: "the key is too short or long, of another curve, or is known to be compromised", Checks: []string{"csr-key-weak", "key-weak", "key-unsupported"}, Command: lintRequest, Action: text.Of("make a new key: P-256, or RSA with 2048 bits")}},
		},
		{
			ID: "acme-csr-signature", Title: "ACME: the signature of the request is not accepted", Over: []string{"acme-bad-csr", "gnutls-106"}, Rank: Reason,
			Phrases: []string{"acme:error:badCSR*signature algorithm not supported", "Error finalizing order :: signature algorithm not supported", "invalid signature on CSR", "error checking CSR signature"},
			Meaning: "The request has to be signed by its own key, with SHA-256 or better.",
			Causes:  []*Cause{{Text: "the request is signed with MD5 or SHA-1", Checks: []string{"csr-signature-weak"}, Command: lintRequest, Action: text.Of("make it again with SHA-256")}, {Text: "the request was changed after it was signed, or signed with another key", Checks: []string{"csr-signature"}, Command: lintRequest, Action: text.Of("make it again with the key that it is for")}},
			Refs:    []string{boulderCSR},
		},
		{
			ID: "acme-csr-names", Title: "ACME: the request has names of a kind that is not certified", Over: []string{"acme-bad-csr"}, Rank: Reason,
			Phrases: []string{"CSR contains one or more email address fields", "CSR contains one or more IP address fields", "CSR contains one or more URI fields", "CSR contains*DNS names", "CSR contains*identifiers"},
			Meaning: "Let's Encrypt takes host names, and addresses in some profiles, 100 at most.",
			Causes:  []*Cause{asked("the request has a mail address, a URL or another name that is none of a host, or too many names", "make it again with the names of the hosts only, 100 at most")},
			Refs:    []string{boulderCSR},
		},
		{
			ID: "acme-csr-nameless", Title: "ACME: the request has no names", Over: []string{"acme-bad-csr"}, Rank: Reason,
			Phrases: []string{"at least one DNS name is required", "at least one identifier is required"},
			Meaning: "The names of a request are in its subjectAltName; a common name counts if it is a host name.",
			Causes:  []*Cause{{Text: "the request has neither a subjectAltName nor a common name that is a host name", Checks: []string{"csr-san-missing", "csr-name-missing"}, Command: lintRequest, Action: text.Of("make it again with the names in the subjectAltName: %s", Command{"request", "--host NAME --key site.key --out site.csr"})}},
			Refs:    []string{boulderCSR},
		},
		{
			ID: "acme-bad-csr", Title: "ACME: badCSR", Over: []string{"csr-refused"},
			Phrases: []string{"acme:error:badCSR", "Error parsing certificate request", "Order includes different number of names than CSR", "CSR does not specify same identifiers as Order", "signature algorithm not supported", "Error finalizing order :: invalid", "CSR contains invalid"},
			Meaning: "The authority does not accept the request as it stands; the detail says what.",
			Causes:  []*Cause{asked("the request has other names than were ordered, or one that is no host name", "make the request with exactly the names of the order, in lower case"), {Text: "the request is signed with SHA-1, or its key is too weak", Checks: []string{"csr-signature-weak", "csr-key-weak"}, Command: lintRequest, Action: text.Of("make it again with SHA-256 and P-256 or RSA with 2048 bits")}, &causeRequest, {Text: "the text of the request is damaged", Checks: []string{"pem-body-truncated", "pem-body-character", "wrong-object"}, Command: lintRequest, Action: text.Of("%s", Command{"repair", "site.csr --out fixed.csr"})}},
		},
		{
			ID: "go-san-malformed", Title: "Go: x509: SAN dNSName is malformed", Over: []string{"acme-bad-csr", "go-malformed"}, Rank: Reason,
			Phrases: []string{"SAN dNSName is malformed", "SAN rfc822Name is malformed", "cannot parse dnsName", "x509: SAN uniformResourceIdentifier is malformed", "x509: invalid IP address length", "is not a valid IA5String"},
			Meaning: "A name in subjectAltName has letters beyond ASCII or a form that names do not have; Go, and with it most ACME servers, refuses the whole.",
			Causes:  []*Cause{{Text: "a host name with other letters, an empty one, or an address as a name", Checks: []string{"csr-name-invalid", "csr-field-non-ascii", "csr-structure", "cert-structure"}, Command: lintRequest, Action: text.Of("write such names in their ASCII form, xn--…, and addresses as iPAddress")}},
		},
		{
			ID: "acme-rate-limit", Title: "ACME: too many certificates or attempts (rate limit)", Rank: Reason,
			Phrases: []string{"acme:error:rateLimited", "too many certificates already issued", "too many certificates (", "too many failed authorizations", "too many new orders", "too many currently pending authorizations", "too many registrations for this IP", "too many duplicate certificates", "There were too many requests of a given type"},
			Meaning: "The authority counts certificates, orders and failed attempts; the message says when the next is taken. Nothing is wrong with the certificate.",
			Causes:  []*Cause{{Text: "a program orders again and again instead of keeping what it has: a container without a volume, a loop after a failure, tests against the real authority", Action: text.Of("keep account, keys and certificates; look for the last good certificate; test against the staging server; wait until the time in the message")}, {Text: "many names of one domain get certificates of their own", Action: text.Of("put them into one certificate, or take a wildcard")}},
			Refs:    []string{limits},
		},
		{
			ID: "acme-caa", Title: "ACME: a CAA record forbids it", Rank: Reason,
			Phrases: []string{"acme:error:caa", "CAA record for*prevents issuance", "CAA records forbid", "While processing CAA"},
			Meaning: "The DNS of the domain says which authorities may issue for it, and this one is not among them, or the servers did not answer the question.",
			Causes:  []*Cause{{Text: "the domain, or one above it, has a CAA record for another authority", Action: text.Of("dig -t CAA NAME, and for each domain above it; add 0 issue \"letsencrypt.org\"")}, {Text: "the name servers answer SERVFAIL or REFUSED to a question for CAA", Action: text.Of("update them; DNSSEC must be in order")}},
			Refs:    []string{"RFC 8659"},
		},
		{
			ID: "acme-connection", Title: "ACME: the authority could not reach the host", Rank: Reason,
			Phrases: []string{"acme:error:connection", "Timeout during connect (likely firewall problem)", "Timeout after connect (your server may be slow", "Fetching http*.well-known/acme-challenge", "Failed to connect to host for DVSNI"},
			Meaning: "The challenge was not answered. The certificate and its key are not at fault.", Causes: []*Cause{reach, record},
		},
		{
			ID: "acme-dns", Title: "ACME: the name or its TXT record was not found", Rank: Reason,
			Phrases: []string{"acme:error:dns", "DNS problem: NXDOMAIN", "DNS problem: SERVFAIL", "No TXT record found at", "Incorrect TXT record", "DNS problem: query timed out", "no valid A records found", "No valid IP addresses found for"},
			Meaning: "The authority asked the DNS and got no useful answer. The certificate and its key are not at fault.", Causes: []*Cause{record, reach},
		},
		{
			ID: "acme-unauthorized", Title: "ACME: the challenge was answered wrongly",
			Phrases: []string{"acme:error:unauthorized", "Invalid response from http*.well-known/acme-challenge", "key authorization file from the server did not match", "Some challenges have failed", "Cannot find challenge cert for domain", "The client lacks sufficient authorization", "urn:acme:error:unauthorized"},
			Meaning: "The host answered, but not with what the client had put there. The certificate and its key are not at fault.",
			Causes:  []*Cause{{Text: "another server or folder answers for the name: a load balancer, a redirect, the old host, an application that takes all paths", Action: text.Of("put a file into the folder of the challenge and ask for it by the public name")}, reach, record},
		},
		{
			ID: "acme-refused-name", Title: "ACME: the authority does not issue for this name", Rank: Reason,
			Phrases: []string{"acme:error:rejectedIdentifier", "forbids issuance", "Policy forbids issuing for name", "Domain name does not end with a valid public suffix", "The ACME server refuses to issue a certificate for this domain name", "Cannot issue for", "Error creating new order*invalid character"},
			Meaning: "Public authorities issue for names in the public DNS only, and keep lists of names that they do not certify.",
			Causes:  []*Cause{{Text: "an internal name, an address, or a name with an underscore or another character that host names do not have", Checks: []string{"csr-name-internal", "csr-name-invalid", "csr-wildcard"}, Command: lintRequest, Action: text.Of("use a name of a domain that you own, or an authority of your own")}, {Text: "the name is on the authority's list of names of high risk", Action: text.Of("ask the authority, or take another one")}},
		},
		{
			ID: "acme-server", Rank: Reason, Title: "ACME: the authority failed (serverInternal)", Over: []string{"acme-malformed"},
			Phrases: []string{"acme:error:serverInternal", "Service busy; retry later", "acme-v02.api.letsencrypt.org/directory*maintenance"},
			Meaning: "Nothing is wrong with the request: the authority could not do it now.",
			Causes:  []*Cause{{Text: "a failure or maintenance of the authority", Action: text.Of("look at its status page (letsencrypt.status.io), try again later")}},
		},
		{
			ID: "acme-account", Rank: Reason, Title: "ACME: the account is not known or not bound (externalAccountRequired)", Over: []string{"acme-malformed"},
			Phrases: []string{"acme:error:externalAccountRequired", "acme:error:accountDoesNotExist", "external account binding", "externalAccountBinding"},
			Meaning: "Some authorities (ZeroSSL, Google, Sectigo, private ones) want an account of theirs first.",
			Causes:  []*Cause{{Text: "the client gave no key id and HMAC key (EAB), or the account was made at another authority", Action: text.Of("get EAB credentials from the authority and register: certbot --eab-kid --eab-hmac-key, acme.sh --register-account --eab-kid --eab-hmac-key")}},
		},
		{
			ID: "acme-order", Rank: Reason, Title: "ACME: the order is not ready or has become invalid (orderNotReady)", Over: []string{"acme-malformed"},
			Phrases: []string{"acme:error:orderNotReady", "is not acceptable for finalization", "Order's status"},
			Meaning: "The order was to be finalized before all challenges were valid: one of them has failed, or the client did not wait.",
			Causes:  []*Cause{{Text: "a challenge failed; its own error says why", Action: text.Of("look at the error of the challenge in the debug log")}, reach, record},
		},
		{
			ID: "acme-malformed", Title: "ACME: malformed, badNonce, account errors", Rank: Vague,
			Phrases: []string{"acme:error:malformed", "acme:error:badNonce", "acme:error:userActionRequired", "Error finalizing order"},
			Meaning: "The authority does not take the message of the client; the detail says why.",
			Causes:  []*Cause{{Text: "an old or faulty client, or an account that the authority does not know", Action: text.Of("update the client; try again once; register the account anew")}, asked("a name or field in the request that the authority does not take", "make the request again with what lint says")},
		},
	}
	for i := range list {
		list[i].Refs = append(list[i].Refs, rfc)
	}
	return list
}
