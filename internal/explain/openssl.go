package explain

import (
	"github.com/certconv/certconv/internal/target"
	"slices"
	"strings"

	"github.com/certconv/certconv/internal/text"
)

// opensslEntries are the errors of OpenSSL's libraries by library and reason,
// which stay the same while the numbers around them change between versions.
func opensslEntries() []Entry {
	list := []Entry{
		{
			ID: "openssl-pem-108", Title: "OpenSSL: no start line", Keys: []string{"openssl:9/108", "ERR_OSSL_PEM_NO_START_LINE"},
			Phrases: []string{target.OpenSSLNoStartLine, "Expecting: TRUSTED CERTIFICATE", "Expecting: ANY PRIVATE KEY", "Expecting: CERTIFICATE REQUEST"},
			Meaning: "OpenSSL found no BEGIN line with the label it was looking for. It skips all it does not know, so the message is the same for a damaged line, another object, another format and an empty file.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "openssl-pem-102", Title: "OpenSSL: bad end line", Keys: []string{"openssl:9/102"}, Phrases: []string{target.OpenSSLBadEndLine},
			Meaning: "The END line is missing, malformed, or glued to the next BEGIN, as cat does with a file without a final newline.",
			Causes:  []*Cause{{Text: "two blocks are on one line, or the END line is damaged or missing", Checks: []string{"pem-blocks-glued", "pem-end-missing", "pem-label-mismatch", "pem-boundary-malformed"}, Command: checkCert, Action: text.Of("%s", Command{"repair", "site.crt --out fixed.crt"})}},
		},
		{
			ID: "openssl-pem-100", Title: "OpenSSL: bad base64 decode", Keys: []string{"openssl:9/100"}, Phrases: []string{"bad base64 decode"},
			Meaning: "In the PEM body is a character that is not Base64, or an empty line, or its length is wrong.",
			Causes:  []*Cause{&causeDamaged},
		},
		{
			ID: "openssl-pem-101", Title: "OpenSSL: bad decrypt", Keys: []string{"openssl:9/101", "openssl:6/100"}, Phrases: []string{"bad decrypt", "wrong final block length"},
			Meaning: "The private key or PFX could not be decrypted: nearly always the password is wrong.",
			Causes:  []*Cause{&causePassword, &causeDamaged},
		},
		{
			ID: "openssl-pem-104", Title: "OpenSSL: bad password read", Keys: []string{"openssl:9/104", "openssl:9/109"}, Phrases: []string{"bad password read", "problems getting password", "UI_process:processing error"},
			Meaning: "The key is encrypted, and the password was not given, is shorter than four characters, or there is no terminal to ask on.",
			Causes:  []*Cause{&causeEncrypted},
		},
		{
			ID: "openssl-x509-116", Title: "OpenSSL: key values mismatch", Keys: []string{"openssl:11/116", "openssl:11/115", "ERR_OSSL_X509_KEY_VALUES_MISMATCH", "KEY_VALUES_MISMATCH"},
			Phrases: []string{target.OpenSSLMismatch, "key type mismatch", "No certificate matches private key", "No cert in -in file*matches private key"},
			Words:   []string{"private_key|key certificate match|matches|mismatch|fit", "秘密鍵|秘密キー|鍵 証明書 一致|合わない|合致|対応", "key mismatch", "start|starts|restart|reload renew|renewed|renewing|renewal"},
			Meaning: "The private key does not belong to the certificate it was loaded with, which is the first one in the file.",
			Causes:  []*Cause{&causeMismatch, &causeOrder, &causeRenewed},
		},
		{
			ID: "openssl-decoder-unsupported", Title: "OpenSSL 3: unsupported (nothing that can be decoded)", Keys: []string{"openssl:60/524556", "openssl:44/524556", "ERR_OSSL_UNSUPPORTED"},
			Phrases: []string{"No supported data to decode", "DECODER routines*unsupported", "STORE routines*unsupported", "ossl_store_handle_load_result:unsupported", "Could not read certificate from", "Could not read private key from", "Could not read key from", "Could not read server certificate", "Could not read client certificate", "Could not read CA private key", "Could not read CA certificate", "Could not read private signing key", "Could not read certificate request from", "Could not find certificate from", "Could not find private key from", "Unable to load certificate", "unable to load Private Key", "Unable to load X509 request", "unable to load key"},
			Meaning: "OpenSSL 3 tried all decoders and none took the file. It does not tell a damaged file from another format, and hides a wrong password behind the same words.",
			Causes:  []*Cause{&causeDamaged, &causeFormat, &causeObject, &causePassword, {Text: "an old key of IIS or Netscape (NET), which OpenSSL lost in 1.1.0", Checks: []string{"wrong-format"}, Command: Command{"inspect", "site.key"}, Action: text.Of("%s", Command{"convert", "site.key --to pem --out site.pem"})}, &causeNothing},
			Refs:    []string{"https://github.com/openssl/openssl/issues/14566"},
		},
		{
			ID: "openssl-evp-unsupported", Title: "OpenSSL 3: unsupported algorithm (RC2-40, RC4, DES, MD4)", Keys: []string{"openssl:6/524556", "ERR_OSSL_EVP_UNSUPPORTED"},
			Phrases: []string{"digital envelope routines*unsupported", "inner_evp_generic_fetch:unsupported", "Algorithm (RC2-40-CBC", "Algorithm (RC4", "Error outputting keys and certificates", "digital envelope routines::unsupported"},
			Meaning: "The file is encrypted with an algorithm that OpenSSL 3 has only in its legacy provider: RC2-40 of old PFX files, RC4 of PVK files. The password is not at fault. In Node 17 and later it also comes from build tools that use MD4.",
			Causes: []*Cause{
				{Text: "the PFX was made by an old Windows, OpenSSL or Java", Checks: []string{"wrong-format"}, Command: inspectPFX, Action: text.Of("%s writes it with today's algorithms", Command{"convert", "site.pfx --to pfx --out new.pfx"})},
				{Text: "a build tool on Node 17 or later hashes with MD4 (webpack 4)", Action: text.Of("update the tool; NODE_OPTIONS=--openssl-legacy-provider in the meantime")},
			},
			Refs: []string{"https://github.com/openssl/openssl/issues/19167", "https://github.com/openssl/openssl/issues/14790"},
		},
		{
			ID: "openssl-evp-pbe", Title: "OpenSSL: unknown or unsupported PBE algorithm", Keys: []string{"openssl:6/121", "openssl:6/116", "openssl:6/125", "openssl:6/156", "openssl:6/118"},
			Phrases: []string{"unknown pbe algorithm", "unsupported prf", "unsupported keylength", "unsupported private key algorithm", "unsupported key derivation function"},
			Meaning: "The file is encrypted in a way, or the key is of a kind, that this version of OpenSSL does not know.",
			Causes:  []*Cause{&causeModernPFX, {Text: "a key of a rare algorithm", Command: Command{"inspect", "site.key"}, Action: text.Of("use RSA or P-256")}},
		},
		{
			ID: "openssl-asn1-168", Title: "OpenSSL: wrong tag", Keys: []string{"openssl:13/168", "openssl:13/58", "openssl:13/524346", "ERR_OSSL_ASN1_WRONG_TAG"}, Phrases: []string{"wrong tag", "nested asn1 error"},
			Meaning: "The object is another than expected: a request relabelled CERTIFICATE, PEM where a PFX is expected, Base64 around a PFX.",
			Causes:  []*Cause{&causeObject, &causeFormat, &causeDamaged},
		},
		{
			ID: "openssl-asn1-155", Title: "OpenSSL: too long, bad object header, not enough data", Keys: []string{"openssl:13/155", "openssl:13/102", "openssl:13/142", "openssl:13/123", "openssl:13/66"},
			Phrases: []string{"asn1 encoding routines*too long", "bad object header", "not enough data", "header too long", "asn1_get_object"},
			Meaning: "The object says that it is longer than what is there: it was cut off, or a line of Base64 is lost.",
			Causes:  []*Cause{{Text: "the object is cut off or changed", Checks: []string{"pem-body-truncated", "pem-body-character", "der-malformed", "pem-label-wrong"}, Command: checkCert, Action: text.Of("get the file again; a byte that is lost cannot be guessed")}, &causeObject, &causeDamagedPFX},
		},
		{
			ID: "openssl-pkcs12-113", Title: "OpenSSL: PKCS#12 MAC verify failure", Keys: []string{"openssl:35/113", "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE"},
			Phrases: []string{"mac verify failure", "Mac verify error: invalid password", "MAC verification failed", "The Message Authentication Code verification failed", "mac verify error"},
			Words:   []string{"mac verification|verify failed|failure|error"},
			Meaning: "The integrity check of the PFX failed: the password is wrong, or the file uses a MAC that this program does not know (PBMAC1 before OpenSSL 3.4; SHA-256 on macOS before 15).",
			Causes:  []*Cause{&causePassword, &causeModernPFX, &causeDamagedPFX},
			Refs:    []string{"https://github.com/chris2511/xca/issues/474", "RFC 9579"},
		},
		{
			ID: "openssl-pkcs12-116", Title: "OpenSSL: PKCS#12 cipherfinal error", Keys: []string{"openssl:35/116", "openssl:35/115", "openssl:35/114"},
			Phrases: []string{"pkcs12 cipherfinal error", "pkcs12 algor cipherinit error", "pkcs12 pbe crypt error"}, Over: []string{"openssl-pem-101"},
			Meaning: "What is encrypted in the PFX, or a PKCS#8 key, could not be decrypted.",
			Causes:  []*Cause{&causePassword, &causeModernPFX},
		},
		{
			ID: "openssl-pkcs12-no-mac", Title: "OpenSSL: the PFX has no MAC", Phrases: []string{"MAC is absent", "no mac in data"},
			Meaning: "The PFX has no integrity check. OpenSSL reads it, others refuse it, and a wrong password is not noticed.",
			Causes:  []*Cause{{Text: "it was written without one (openssl pkcs12 -nomac)", Checks: []string{"wrong-format"}, Command: inspectPFX, Action: text.Of("%s", Command{"convert", "site.pfx --to pfx --out new.pfx"})}},
			Refs:    []string{"https://github.com/chris2511/xca/issues/617"},
		},
		{
			ID: "openssl-ssl-399", Title: "OpenSSL: ee key too small", Keys: []string{"openssl:20/399", "openssl:20/397"}, Phrases: []string{target.OpenSSLKeyTooSmall, "ca key too small"},
			Meaning: "The key of the certificate, or of its issuer, is below the security level: at level 2, which Debian and Red Hat set, RSA below 2048 bits.",
			Causes:  []*Cause{&causeWeakKey},
		},
		{
			ID: "openssl-ssl-398", Title: "OpenSSL: ca md too weak", Keys: []string{"openssl:20/398", "openssl:20/396"}, Phrases: []string{"ca md too weak", "ee md too weak"},
			Meaning: "A certificate is signed with MD5 or SHA-1, which the security level does not allow.",
			Causes:  []*Cause{&causeWeakSignature},
		},
		{
			ID: "openssl-ssl-394", Title: "OpenSSL: dh key too small", Keys: []string{"openssl:20/394"}, Phrases: []string{"dh key too small"},
			Meaning: "The server's Diffie-Hellman parameters are below the security level. The certificate is not at fault.",
			Causes:  []*Cause{{Text: "1024-bit or smaller DH parameters", Action: text.Of("use ECDHE, or parameters of 2048 bits")}},
		},
		{
			ID: "openssl-ssl-134", Rank: Vague, Title: "OpenSSL: certificate verify failed", Keys: []string{"openssl:20/134", "CERTIFICATE_VERIFY_FAILED"},
			Phrases: []string{"certificate verify failed", "SSL certificate problem", "SSL_connect*certificate verify failed"},
			Words:   []string{"certificate verify|verification failed|failure|error"},
			Meaning: "The client did not accept the server's certificate; the verify error beside it says why.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired, &causeInspection},
		},
		{
			ID: "openssl-ssl-193", Title: "OpenSSL: no shared cipher", Keys: []string{"openssl:20/193", "openssl:20/181"}, Phrases: []string{"no shared cipher", "no ciphers available", "no suitable signature algorithm"},
			Meaning: "Client and server have no cipher suite in common, or the server has no certificate that fits one.",
			Causes:  []*Cause{&causeCiphers, {Text: "the server loaded no certificate for this name", Checks: []string{"key-missing", "key-mismatch"}, Command: checkPair, Action: text.Of("configure certificate and key in this host")}, &causeVersions},
		},
		{
			ID: "openssl-ssl-258", Title: "OpenSSL: unsupported protocol", Keys: []string{"openssl:20/258", "openssl:20/191"}, Phrases: []string{"unsupported protocol", "no protocols available"},
			Meaning: "The other side offers only versions that are turned off here.", Causes: []*Cause{&causeVersions},
		},
		{
			ID: "openssl-ssl-267", Title: "OpenSSL: wrong version number", Keys: []string{"openssl:20/267", "openssl:20/156", "openssl:20/252", "openssl:20/155"}, Phrases: []string{"wrong version number", "unknown protocol", "ssl routines*http request", "https proxy request", "packet length too long"},
			Meaning: "What came is no TLS: mostly the port speaks plain HTTP, SMTP or something else.", Causes: []*Cause{&causePlainHTTP, &causeVersions},
		},
		{
			ID: "openssl-ssl-199", Title: "OpenSSL: peer did not return a certificate", Keys: []string{"openssl:20/199"}, Phrases: []string{"peer did not return a certificate"},
			Meaning: "The server wants a client certificate and got none.", Causes: []*Cause{&causeClientCert},
		},
		{
			ID: "openssl-ssl-338", Title: "OpenSSL 3: unsafe legacy renegotiation disabled", Keys: []string{"openssl:20/338"}, Phrases: []string{"unsafe legacy renegotiation disabled"},
			Meaning: "The server does not know secure renegotiation (RFC 5746), which OpenSSL 3 demands. The certificate is not at fault.",
			Causes:  []*Cause{{Text: "an old server or load balancer", Action: text.Of("update it; UnsafeLegacyServerConnect in openssl.cnf in the meantime")}}, Refs: []string{"RFC 5746"},
		},
		{
			ID: "openssl-ssl-294", Title: "OpenSSL: unexpected eof while reading", Keys: []string{"openssl:20/294"}, Phrases: []string{"unexpected eof while reading", "SSL_ERROR_SYSCALL"},
			Meaning: "The other side closed the connection without a word.", Causes: []*Cause{&causePlainHTTP, &causeClosed, &causeOtherSite},
		},
	}
	for i := range list {
		if list[i].Rank != Vague {
			list[i].Rank = Reason
		}
		if id := list[i].ID; strings.HasPrefix(id, "openssl-ssl-") {
			list[i].Over = append(list[i].Over, "curl-35")
		} else if id != "openssl-decoder-unsupported" {
			list[i].Over = append(list[i].Over, "openssl-decoder-unsupported")
		}
		list[i].Keys = append(list[i].Keys, symbolsOf(&list[i])...)
		list[i].Refs = append(list[i].Refs, "https://docs.openssl.org/3.0/man3/ERR_get_error/")
	}
	return list
}

// symbolsOf are the names that Python ([SSL: WRONG_VERSION_NUMBER]) and Node
// (ERR_SSL_WRONG_VERSION_NUMBER) make of the words of OpenSSL.
func symbolsOf(e *Entry) []string {
	var list []string
	for _, p := range e.Phrases {
		name := strings.ToUpper(strings.ReplaceAll(p, " ", "_"))
		if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" || !strings.Contains(name, "_") || slices.Contains(e.Keys, name) {
			continue
		}
		list = append(list, name)
		if strings.HasPrefix(e.ID, "openssl-ssl-") {
			list = append(list, "ERR_SSL_"+name)
		}
	}
	return list
}
