package explain

import "github.com/certconv/certconv/internal/text"

// toolEntries are what other programs for certificates say of files, and
// general words that several use.
func toolEntries() []Entry {
	return []Entry{
		{
			ID: "password-incorrect", Rank: Vague, Title: "The password of a key or PFX is said to be wrong",
			Phrases: []string{"decryption password incorrect", "incorrect password", "wrong password", "invalid password", "bad password", "password is incorrect", "password incorrect", "maybe wrong password", "パスワードが正しくありません", "パスワードが間違っています", "パスワードが違います", "パスワードが無効"},
			Words:   []string{"password|passphrase wrong|incorrect|invalid|bad|rejected|refused", "パスワド 違|間違|不正|無効|正しくない|正しくありません"},
			Meaning: "Many programs say so whenever a file does not decrypt as they expect: with a wrong password, with an algorithm that they do not know, and with a damaged file.",
			Causes:  []*Cause{&causePassword, &causeModernPFX, &causeDamagedPFX},
			Refs:    []string{"https://github.com/acmesh-official/acme.sh/issues/6805", "https://github.com/chris2511/xca/issues/474"},
		},
		{
			ID: "password-forgotten", Title: "The password of a key is lost",
			Words:   []string{"forgot|forgotten|lost password|passphrase", "パスワド 忘れ|失念|わからな|分からな"},
			Meaning: "A private key that is encrypted cannot be read without its password; nobody else has it, the certificate authority neither.",
			Causes: []*Cause{
				{Text: "the key is somewhere else without a password, or with one that is known", Checks: []string{"key-missing"}, Command: findKey, Action: text.Of("look for it in backups and other exports")},
				{Text: "it is lost", Command: lintRequest, Action: text.Of("make a new key and request and have the certificate reissued")},
			},
		},
		{
			ID: "tool-no-certificate", Rank: Vague, Title: "A program found no certificate in the file",
			Phrases: []string{"does not contain any valid CERTIFICATE", "no certificates found in input", "No certificate was found", "unable to guess file type", "unable to parse PEM", "Failed to decode certificate", "Failed to parse certificate", "no valid certificates found", "could not find certificate", "no certificates found", "does not contain a certificate"},
			Meaning: "step, certigo, certtool, cfssl, zlint and others say so of a damaged text, another object, another format or an empty file alike.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "tool-pkcs12", Rank: Vague, Title: "A program cannot read the PKCS#12 file",
			Phrases: []string{"failed to parse PKCS#12 data", "pkcs12: unknown", "pkcs12: pbe algorithm", "expected exactly two items in the authenticated safe", "expected exactly 2 items in the authenticated safe", "pkcs12: expected exactly two safe bags", "pkcs12: decryption", "verify_mac", "error parsing PKCS12", "Could not parse PKCS12", "error reading PKCS12 file", "PKCS#12 could not be parsed"},
			Meaning: "The file is no PKCS#12, is encrypted in a way the program does not know, or holds more than one key or certificate.",
			Causes:  []*Cause{&causePassword, &causeModernPFX, &causeDamagedPFX},
			Refs:    []string{"https://github.com/SSLMate/go-pkcs12/issues/51"},
		},
		{
			ID: "tool-net-format", Title: "OpenSSL: the format NET is not known",
			Phrases: []string{`Bad format "NET"`, "invalid format NET", "unknown option -sgckey", "inform NET"},
			Meaning: "OpenSSL read and wrote NET keys until 1.0.2; 1.1.0 dropped them.",
			Causes:  []*Cause{{Text: "a key of IIS 4 or Netscape is to be read or written", Checks: []string{"wrong-format"}, Command: Command{"convert", "site.key --to pem --out site.pem"}, Action: text.Of("certconv reads NET keys and Key Manager backups, with and without SGC, and writes NET: --to net")}},
			Refs:    []string{"https://github.com/openssl/openssl/issues/8577", "https://docs.openssl.org/1.0.2/man1/rsa"},
		},
		{
			ID: "tool-new-request-label", Title: "NEW CERTIFICATE REQUEST is not accepted",
			Phrases: []string{"NEW CERTIFICATE REQUEST"},
			Meaning: "certreq, IIS and Java write this label; RFC 7468 allows readers to take it, and some do not.",
			Causes:  []*Cause{{Text: "the reader wants CERTIFICATE REQUEST", Checks: []string{"pem-label-legacy"}, Command: Command{"convert", "site.csr --to pem --out new.csr"}, Action: text.Of("send the rewritten request")}},
			Refs:    []string{"RFC 7468, Section 7", "https://github.com/FiloSottile/mkcert/issues/301"},
		},
		{
			ID: "csr-refused", Title: "A certificate authority refuses the request",
			Phrases: []string{"invalid CSR", "CSR is invalid", "CSR cannot be decoded", "unable to decode CSR", "error 105", "CSRが無効", "CSRのフォーマットが不正"},
			Words:   []string{"csr|request rejected|refused|invalid|decode|decoded|denied", "csr 無効|不正|エラ|拒否|受け付け"},
			Meaning: "The text is damaged, a field has characters that this authority does not take, or the key is too short. VeriSign's error 105 was a control character such as @ or # in a field.",
			Causes:  []*Cause{&causeRequest, {Text: "the text of the request is damaged, or it is another object", Checks: []string{"pem-boundary-whitespace", "pem-boundary-malformed", "pem-body-character", "pem-body-truncated", "wrong-object"}, Command: lintRequest, Action: text.Of("%s", Command{"repair", "site.csr --out fixed.csr"})}, {Text: "a field is missing, too long or in a wrong form: UK instead of GB, an address or internal name", Checks: []string{"csr-country", "csr-field-length", "csr-field-empty", "csr-name-internal", "csr-name-invalid", "csr-name-missing"}, Command: lintRequest, Action: text.Of("make the request again with what lint says")}, {Text: "the key is too short or signed with an old algorithm", Checks: []string{"csr-key-weak", "csr-signature-weak"}, Command: lintRequest, Action: text.Of("make a new key of 2048 bits or more")}},
			Refs:    []string{"https://sslknowledgebase.com/why-do-i-get-an-invalid-csr-error-message-when-i-try-to-activate/"},
		},
		{
			ID: "handshake-failed", Rank: Vague, Title: "The TLS handshake failed",
			Words:   []string{"handshake failed|failure|fails|error", "ハンドシェイク 失敗|エラ|できない|できません"},
			Meaning: "Client and server did not come to an agreement, or one refused the certificate of the other. The number of the alert, or the error after it, says which.",
			Causes:  []*Cause{&causeVersions, &causePlainHTTP, &causeIncomplete, &causeClientCert, &causeCiphers},
			Refs:    []string{"RFC 8446, Section 6"},
		},
		{
			ID: "ssl3", Rank: Vague, Title: "SSL 3.0, TLS 1.0 and TLS 1.1",
			Phrases: []string{"SSL 3.0を使用する", "Use SSL 3.0", "SSLv3", "Use TLS 1.0"},
			Meaning: "Old instructions say to turn on SSL 3.0 in the browser. Leave it off: SSL 3.0 is broken (POODLE), TLS 1.0 and 1.1 are deprecated, and current browsers have neither.",
			Causes:  []*Cause{&causeVersions},
			Refs:    []string{"RFC 7568", "RFC 8996"},
		},
	}
}
