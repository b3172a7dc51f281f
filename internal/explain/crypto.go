package explain

import "github.com/certconv/certconv/internal/text"

// cryptoEntries are the HRESULTs of Windows cryptography (0x8009xxxx), as
// winerror.h names them.
func cryptoEntries() []Entry {
	return []Entry{
		{
			ID: "hresult-80090003", Title: "NTE_BAD_KEY: bad key", Keys: []string{"hr:80090003", "NTE_BAD_KEY"},
			Meaning: "The key blob cannot be used: damaged, or not of the kind that was announced.",
			Causes:  []*Cause{&causeDamagedPFX, &causePassword, &causeMismatch},
		},
		{
			ID: "hresult-80090005", Title: "NTE_BAD_DATA: bad data", Keys: []string{"hr:80090005", "NTE_BAD_DATA"},
			Meaning: "What was to be decrypted or imported makes no sense with this key or password.",
			Causes:  []*Cause{&causePassword, &causeDamagedPFX, &causeMismatch},
		},
		{
			ID: "hresult-80090006", Title: "NTE_BAD_SIGNATURE: invalid signature", Keys: []string{"hr:80090006", "NTE_BAD_SIGNATURE"},
			Meaning: "A signature does not verify with the key that it was checked with.",
			Causes:  []*Cause{&causeWrongIntermediate, &causeMismatch, &causeDamaged},
		},
		{
			ID: "hresult-80090008", Title: "NTE_BAD_ALGID: invalid algorithm specified", Keys: []string{"hr:80090008", "NTE_BAD_ALGID"},
			Phrases: []string{"invalid algorithm specified", "無効なアルゴリズムが指定されました"},
			Meaning: "The provider that holds the key does not know the algorithm: SHA-256 with an old CSP, an EC key, a new curve.",
			Causes: []*Cause{
				{Text: "the key lies in an old provider (Microsoft Base or Enhanced Cryptographic Provider) that has no SHA-256", Command: inspectPFX, Action: text.Of("import the PFX again with certutil -csp \"Microsoft Enhanced RSA and AES Cryptographic Provider\" -importpfx site.pfx")},
				&causeModernPFX,
			},
		},
		{
			ID: "hresult-8009000b", Title: "NTE_BAD_KEY_STATE: key not valid for use in specified state", Keys: []string{"hr:8009000B", "NTE_BAD_KEY_STATE"},
			Phrases: []string{"key not valid for use in specified state", "指定された状態では使用できないキーです", "キーは、指定された状態では使用できません", "private key is marked as not exportable", "associated private key cannot be exported"},
			Words:   []string{"key exportable|exported cannot|not", "秘密キー|秘密鍵 エクスポト できない|できません"},
			Meaning: "The private key was imported or made as not exportable.",
			Causes:  []*Cause{{Text: "it was imported without \"mark this key as exportable\"", Checks: []string{"key-missing"}, Command: findKey, Action: text.Of("import the original PFX again as exportable; else reissue with a new key")}},
		},
		{
			ID: "hresult-8009000d", Title: "NTE_NO_KEY: key does not exist", Keys: []string{"hr:8009000D", "NTE_NO_KEY"},
			Phrases: []string{"キーが存在しません"},
			Meaning: "The certificate is there, its private key is not.",
			Causes:  []*Cause{&causeBrokenKeyset, &causeNoKey},
		},
		{
			ID: "hresult-8009000f", Title: "NTE_EXISTS: object already exists", Keys: []string{"hr:8009000F", "NTE_EXISTS"},
			Phrases: []string{"オブジェクトは既に存在します"},
			Meaning: "A key container of this name exists, or the account may not look into it.",
			Causes:  []*Cause{&causePermissions, {Text: "a container was left by an earlier import", Action: text.Of("certutil -key lists containers, certutil -delkey NAME takes one away; make a backup before")}},
		},
		{
			ID: "hresult-80090010", Title: "NTE_PERM: access denied", Keys: []string{"hr:80090010", "NTE_PERM"},
			Meaning: "The account may not use the private key.",
			Causes:  []*Cause{&causePermissions},
		},
		{
			ID: "hresult-80090014", Title: "NTE_BAD_PROV_TYPE: invalid provider type specified", Keys: []string{"hr:80090014", "NTE_BAD_PROV_TYPE"},
			Phrases: []string{"invalid provider type specified", "無効なプロバイダーの種類が指定されました"},
			Meaning: "The program knows only the old providers (CSP); the key is in one of CNG.",
			Causes: []*Cause{
				{Text: "the key was made or imported with a Key Storage Provider, the program is of before CNG", Command: inspectPFX, Action: text.Of("import the PFX with an old provider: certutil -csp \"Microsoft Enhanced RSA and AES Cryptographic Provider\" -importpfx site.pfx")},
				&causePermissions,
			},
		},
		{
			ID: "hresult-80090016", Title: "NTE_BAD_KEYSET: keyset does not exist", Keys: []string{"hr:80090016", "NTE_BAD_KEYSET"},
			Phrases: []string{"keyset does not exist", "キーセットがありません", "キー セットが存在しません"},
			Words:   []string{"keyset exist|missing", "キーセット"},
			Meaning: "The certificate names a key container that is not there, or that the account cannot see.",
			Causes:  []*Cause{&causePermissions, &causeBrokenKeyset, {Text: "the key was imported into the user's store and the user's profile is not loaded", Action: text.Of("import into the machine's store (MachineKeySet), or load the profile of the application pool")}},
		},
		{
			ID: "hresult-80090019", Title: "NTE_KEYSET_NOT_DEF: the keyset is not defined", Keys: []string{"hr:80090019", "NTE_KEYSET_NOT_DEF"},
			Meaning: "The cryptographic provider that the key names is not installed.",
			Causes:  []*Cause{{Text: "a smart card's or vendor's provider is missing", Command: inspectPFX, Action: text.Of("install it, or import the PFX without the provider's name: %s", Command{"convert", "site.pfx --for iis --out new.pfx"})}},
		},
		{
			ID: "hresult-80090020", Title: "NTE_FAIL: an internal error occurred", Keys: []string{"hr:80090020", "NTE_FAIL"},
			Meaning: "The provider failed without saying why.",
			Causes:  []*Cause{&causePermissions, &causeBrokenKeyset},
		},
		{
			ID: "hresult-80090305", Title: "SEC_E_SECPKG_NOT_FOUND: the requested security package does not exist", Keys: []string{"hr:80090305", "SEC_E_SECPKG_NOT_FOUND"},
			Phrases: []string{"requested security package does not exist", "要求されたセキュリティ パッケージは存在しません"},
			Meaning: "Schannel is not among the security packages of the system.",
			Causes:  []*Cause{{Text: "schannel.dll is missing in HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders", Action: text.Of("add it to the value SecurityProviders and restart")}},
			Refs:    []string{"Microsoft KB300219"},
		},
		{
			ID: "hresult-80090308", Title: "SEC_E_INVALID_TOKEN: the token supplied to the function is invalid", Keys: []string{"hr:80090308", "SEC_E_INVALID_TOKEN"},
			Phrases: []string{"token supplied to the function is invalid", "関数に提供されたトークンは無効です", "関数に渡されたトークンが無効です"},
			Meaning: "What came from the other side is no TLS handshake.",
			Causes:  []*Cause{&causePlainHTTP, &causeVersions},
		},
		{
			ID: "hresult-8009030d", Title: "SEC_E_UNKNOWN_CREDENTIALS: the credentials supplied to the package were not recognized", Keys: []string{"hr:8009030D", "SEC_E_UNKNOWN_CREDENTIALS"},
			Phrases: []string{"credentials supplied to the package were not recognized", "パッケージに提供された資格情報が認識されませんでした", "パッケージに渡された資格情報は認識されませんでした"},
			Meaning: "Schannel found the certificate and could not use its private key.",
			Causes:  []*Cause{&causePermissions, &causeBrokenKeyset},
		},
		{
			ID: "hresult-8009030e", Title: "SEC_E_NO_CREDENTIALS: no credentials are available in the security package", Keys: []string{"hr:8009030E", "SEC_E_NO_CREDENTIALS"},
			Phrases: []string{"no credentials are available in the security package", "セキュリティ パッケージで利用できる資格情報がありません"},
			Meaning: "There is no usable certificate with a private key.",
			Causes:  []*Cause{&causeBrokenKeyset, &causeUsage, &causeExpired},
		},
		{
			ID: "hresult-80090317", Title: "SEC_E_CONTEXT_EXPIRED: the context has expired", Keys: []string{"hr:80090317", "SEC_E_CONTEXT_EXPIRED"},
			Meaning: "The other side closed the TLS connection. After a handshake this is normal.",
			Causes:  []*Cause{{Text: "it did not like the certificate and said so with an alert just before", Action: text.Of("look for Schannel event 36887 at the same time")}},
		},
		{
			ID: "hresult-80090321", Title: "SEC_E_BUFFER_TOO_SMALL", Keys: []string{"hr:80090321", "SEC_E_BUFFER_TOO_SMALL"},
			Meaning: "A message of the handshake did not fit: a very long chain or list of trusted issuers.",
			Causes:  []*Cause{{Text: "the server sends more certificates than are needed", Checks: []string{"chain-unrelated", "chain-duplicate", "chain-root-included"}, Command: checkChain, Action: text.Of("send the server's certificate and its intermediates only")}},
		},
		{
			ID: "hresult-80090322", Title: "SEC_E_WRONG_PRINCIPAL: the target principal name is incorrect", Keys: []string{"hr:80090322", "SEC_E_WRONG_PRINCIPAL"},
			Phrases: []string{"target principal name is incorrect", "ターゲットのプリンシパル名が間違っています", "対象のプリンシパル名が間違っています"},
			Meaning: "The name that the client asked for is not in the server's certificate.",
			Causes:  []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "hresult-80090325", Title: "SEC_E_UNTRUSTED_ROOT: the chain was issued by an authority that is not trusted", Keys: []string{"hr:80090325", "SEC_E_UNTRUSTED_ROOT"},
			Phrases: []string{"certificate chain was issued by an authority that is not trusted", "信頼されていない機関によって証明書チェーンが発行されました", "信頼されていない機関によって発行された証明書チェーン"},
			Meaning: "The chain ends at a root that this machine does not trust, or it could not be completed.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection},
		},
		{
			ID: "hresult-80090326", Title: "SEC_E_ILLEGAL_MESSAGE: the message received was unexpected or badly formatted", Keys: []string{"hr:80090326", "SEC_E_ILLEGAL_MESSAGE"},
			Phrases: []string{"message received was unexpected or badly formatted", "受信したメッセージは予期されていないか、または形式が正しくありません", "受信メッセージは予期しないものか、または形式が不適切です"},
			Meaning: "The other side sent something that does not fit the handshake, often an alert.",
			Causes:  []*Cause{&causePlainHTTP, &causeVersions, &causeClientCert},
		},
		{
			ID: "hresult-80090327", Title: "SEC_E_CERT_UNKNOWN: an unknown error occurred while processing the certificate", Keys: []string{"hr:80090327", "SEC_E_CERT_UNKNOWN"},
			Phrases: []string{"unknown error occurred while processing the certificate", "証明書の処理中に、不明なエラーが発生しました"},
			Meaning: "The other side refused the certificate without a reason, or it cannot be decoded.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeUsage, &causeClientCert},
		},
		{
			ID: "hresult-80090328", Title: "SEC_E_CERT_EXPIRED: the received certificate has expired", Keys: []string{"hr:80090328", "SEC_E_CERT_EXPIRED"},
			Phrases: []string{"received certificate has expired", "受信した証明書の期限が切れています"},
			Meaning: "The certificate of the other side is out of its time.",
			Causes:  []*Cause{&causeExpired, &causeIssuerExpired, &causeClock},
		},
		{
			ID: "hresult-80090331", Title: "SEC_E_ALGORITHM_MISMATCH: client and server have no common algorithm", Keys: []string{"hr:80090331", "SEC_E_ALGORITHM_MISMATCH"},
			Phrases: []string{"cannot communicate, because they do not possess a common algorithm", "共通のアルゴリズムがないため通信できません", "共通アルゴリズムを保持していないため"},
			Meaning: "The two sides have no protocol version or cipher suite in common.",
			Causes:  []*Cause{&causeVersions, &causeCiphers, &causeWeakKey},
		},
		{
			ID: "hresult-80091007", Title: "CRYPT_E_HASH_VALUE: the hash value is not correct", Keys: []string{"hr:80091007", "CRYPT_E_HASH_VALUE"},
			Phrases: []string{"hash value is not correct", "ハッシュ値が正しくありません"},
			Meaning: "Signed data was changed after signing.",
			Causes:  []*Cause{&causeDamaged, &causeDamagedPFX},
		},
		{
			ID: "hresult-8009100e", Title: "CRYPT_E_SIGNER_NOT_FOUND: the signer cannot be found", Keys: []string{"hr:8009100E", "CRYPT_E_SIGNER_NOT_FOUND"},
			Meaning: "A signed message does not hold the certificate of its signer. A .p7b has no signer at all.",
			Causes:  []*Cause{&causeObject},
		},
		{
			ID: "hresult-80092002", Title: "CRYPT_E_BAD_ENCODE: an error occurred during encode or decode operation", Keys: []string{"hr:80092002", "CRYPT_E_BAD_ENCODE"},
			Phrases: []string{"error occurred during encode or decode", "エンコードまたはデコード操作中にエラーが発生しました"},
			Meaning: "The file could not be decoded as what it was given for.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat},
		},
		{
			ID: "hresult-80092004", Title: "CRYPT_E_NOT_FOUND: cannot find object or property", Keys: []string{"hr:80092004", "CRYPT_E_NOT_FOUND"},
			Phrases: []string{"cannot find object or property", "オブジェクトまたはプロパティが見つかりません"},
			Meaning: "In certreq -accept and the wizard of IIS: this machine has no pending request, and so no private key, for the certificate.",
			Causes:  []*Cause{&causeNoKey, &causeRenewed, {Text: "the request was deleted from \"Certificate Enrollment Requests\"", Checks: []string{"key-missing"}, Command: findKey, Action: text.Of("certutil -repairstore my SERIAL joins certificate and key again if the key is still there")}},
		},
		{
			ID: "hresult-80092009", Title: "CRYPT_E_NO_MATCH: cannot find the requested object", Keys: []string{"hr:80092009", "CRYPT_E_NO_MATCH"},
			Phrases: []string{"cannot find the requested object", "要求されたオブジェクトが見つかりません"},
			Meaning: "The file holds no certificate that Windows can find.",
			Causes:  []*Cause{&causeObject, &causeDamaged, &causeNothing},
		},
		{
			ID: "hresult-8009200b", Title: "CRYPT_E_NO_KEY_PROPERTY: cannot find the certificate and private key for decryption", Keys: []string{"hr:8009200B", "CRYPT_E_NO_KEY_PROPERTY"},
			Phrases: []string{"cannot find the certificate and private key for decryption", "解読するための証明書および秘密キーが見つかりません", "復号化するための証明書および秘密キーが見つかりません"},
			Meaning: "The certificate is in the store without its private key.",
			Causes:  []*Cause{&causeBrokenKeyset, &causeNoKey, &causePermissions},
		},
		{
			ID: "hresult-80092010", Title: "CRYPT_E_REVOKED: the certificate is revoked", Keys: []string{"hr:80092010", "CRYPT_E_REVOKED"},
			Meaning: "The certificate, or one above it, is on the revocation list of its issuer.",
			Causes:  []*Cause{&causeRevoked},
		},
		{
			ID: "hresult-80092012", Title: "CRYPT_E_NO_REVOCATION_CHECK: the revocation function was unable to check revocation", Keys: []string{"hr:80092012", "CRYPT_E_NO_REVOCATION_CHECK"},
			Phrases: []string{"revocation function was unable to check revocation for the certificate", "失効の関数は証明書の失効を確認できませんでした"},
			Meaning: "The certificate names no revocation list that can be checked, or its server did not answer. curl on Windows says it for every private authority.",
			Causes:  []*Cause{&causeRevocationDown, {Text: "the certificate of a private authority or a proxy has no address of a revocation list", Checks: []string{"revocation-unknown"}, Command: checkCert, Action: text.Of("let the authority put one in; for curl: --ssl-revoke-best-effort")}},
		},
		{
			ID: "hresult-80092013", Title: "CRYPT_E_REVOCATION_OFFLINE: the revocation server was offline", Keys: []string{"hr:80092013", "CRYPT_E_REVOCATION_OFFLINE"},
			Phrases: []string{"revocation server was offline", "失効サーバーがオフライン"},
			Words:   []string{"revocation server|list offline|unavailable", "失効 サバ オフライン"},
			Meaning: "The revocation list could not be loaded, or the one at hand is over its time.",
			Causes:  []*Cause{&causeRevocationDown},
		},
		{
			ID: "hresult-80092020", Title: "CRYPT_E_INVALID_NUMERIC_STRING: the string contains a non-numeric character", Keys: []string{"hr:80092020", "CRYPT_E_INVALID_NUMERIC_STRING"},
			Meaning: "A subject field has a character that its string type does not allow.", Causes: []*Cause{&causeRequest},
		},
		{
			ID: "hresult-80092021", Title: "CRYPT_E_INVALID_PRINTABLE_STRING: the string contains a non-printable character", Keys: []string{"hr:80092021", "CRYPT_E_INVALID_PRINTABLE_STRING"},
			Phrases: []string{"string contains a non-printable character"},
			Meaning: "A subject field has a character that PrintableString does not allow, such as @, &, * or _.", Causes: []*Cause{&causeRequest}, Refs: []string{"RFC 5280, Appendix A"},
		},
		{
			ID: "hresult-80092022", Title: "CRYPT_E_INVALID_IA5_STRING: a character is not in the 7-bit ASCII set", Keys: []string{"hr:80092022", "CRYPT_E_INVALID_IA5_STRING"},
			Phrases: []string{"character not in the 7 bit ASCII character set"},
			Meaning: "A name or mail address has a letter beyond ASCII.", Causes: []*Cause{&causeRequest, {Text: "a host name with other letters", Checks: []string{"csr-name-invalid"}, Command: lintRequest, Action: text.Of("write it in its ASCII form, xn--…")}},
		},
		plainEntry("80090318", "SEC_E_INCOMPLETE_MESSAGE", "the supplied message is incomplete", "Half a TLS record was read: normal within a connection, otherwise the other side is no TLS.", &causePlainHTTP),
		plainEntry("80090320", "SEC_E_INCOMPLETE_CREDENTIALS", "the credentials are not complete", "The server asks for a client certificate.", &causeClientCert),
		plainEntry("80090324", "SEC_E_TIME_SKEW", "the clocks on client and server are skewed", "The two machines do not agree about the time.", &causeClock),
		plainEntry("8009030F", "SEC_E_MESSAGE_ALTERED", "the message has been altered", "A record was changed on its way.", &causeInspection, &causeVersions),
		plainEntry("80090329", "SEC_E_ENCRYPT_FAILURE", "the specified data could not be encrypted", "The connection broke while data were sent.", &causePermissions, &causeVersions),
		plainEntry("80090330", "SEC_E_DECRYPT_FAILURE", "the specified data could not be decrypted", "A record or the key exchange could not be decrypted.", &causeMismatch, &causeVersions),
		plainEntry("80090349", "SEC_E_CERT_WRONG_USAGE", "the certificate is not valid for the requested usage", "The extended key usage does not allow it.", &causeUsage),
		plainEntry("80091001", "CRYPT_E_MSG_ERROR", "an error occurred while performing an operation on a cryptographic message", "A PKCS#7 object could not be read.", &causeDamaged, &causeObject),
		plainEntry("80091002", "CRYPT_E_UNKNOWN_ALGO", "unknown cryptographic algorithm", "The object uses an algorithm that this Windows does not know.", &causeModernPFX, &causeWeakKey),
		plainEntry("80091004", "CRYPT_E_INVALID_MSG_TYPE", "invalid cryptographic message type", "The PKCS#7 object is of another type than expected.", &causeObject),
		plainEntry("80092003", "CRYPT_E_FILE_ERROR", "an error occurred while reading or writing to a file", "The file could not be read or written.", &causeNothing, &causePermissions),
		plainEntry("80092005", "CRYPT_E_EXISTS", "the object or property already exists", "The certificate, or one with the same key, is in the store.", &Cause{Text: "an earlier import, perhaps without the private key", Command: Command{"inspect", "site.crt"}, Action: text.Of("delete the old one and import again; make a backup before")}),
		plainEntry("80092006", "CRYPT_E_NO_PROVIDER", "no provider was specified for the store or object", "The certificate does not say where its private key is.", &causeBrokenKeyset),
		plainEntry("80092007", "CRYPT_E_SELF_SIGNED", "the specified certificate is self signed", "A certificate of an authority was expected.", &causeUntrustedRoot),
		plainEntry("8009200C", "CRYPT_E_NO_DECRYPT_CERT", "cannot find the certificate and private key to use for decryption", "None of the certificates here has the private key.", &causeBrokenKeyset, &causeNoKey),
		plainEntry("8009200D", "CRYPT_E_BAD_MSG", "not a cryptographic message or not formatted correctly", "The file is no PKCS#7 object.", &causeObject, &causeDamaged),
		plainEntry("8009200E", "CRYPT_E_NO_SIGNER", "the signed message does not have a signer for the index", "A .p7b with certificates has no signer.", &causeObject),
		plainEntry("80092011", "CRYPT_E_NO_REVOCATION_DLL", "no DLL or function was found to verify revocation", "Revocation could not be checked.", &causeRevocationDown),
		plainEntry("80092014", "CRYPT_E_NOT_IN_REVOCATION_DATABASE", "the certificate is not in the revocation server's database", "The OCSP responder does not know the certificate.", &causeRevocationDown),
		asn1Entry("80093004", "OSS_MORE_INPUT", "OSS ASN.1 Error: data value is incomplete", "The object ends early: it was cut off."),
		asn1Entry("80093006", "OSS_BAD_ARG", "OSS ASN.1 Error: invalid argument", "The object does not fit what it was to be decoded as."),
		asn1Entry("80093007", "OSS_BAD_VERSION", "OSS ASN.1 Error: encode/decode version mismatch", "The object does not fit what it was to be decoded as."),
		asn1Entry("8009300A", "OSS_LIMITED", "OSS ASN.1 Error: internal error", "The decoder failed inside."),
		asn1Entry("8009300C", "OSS_BAD_TIME", "OSS ASN.1 Error: invalid data in a time", "A date in the object cannot be read: it was changed, or is no certificate."),
		asn1Entry("8009300D", "OSS_INDEFINITE_NOT_SUPPORTED", "OSS ASN.1 Error: BER indefinite-length encoding", "The object is BER where DER is expected."),
		asn1Entry("80093010", "OSS_TOO_LONG", "OSS ASN.1 Error: type name or value too long", "A length in the object is beyond all measure: it was changed, or is no ASN.1."),
		asn1Entry("80093100", "CRYPT_E_ASN1_ERROR", "ASN.1 certificate encode or decode error", "The object could not be decoded."),
		asn1Entry("80093101", "CRYPT_E_ASN1_INTERNAL", "ASN.1 internal encode or decode error", "The decoder failed inside."),
		asn1Entry("80093102", "CRYPT_E_ASN1_EOD", "ASN.1 unexpected end of data", "The object ends early: it was cut off."),
		asn1Entry("80093103", "CRYPT_E_ASN1_CORRUPT", "ASN.1 corrupted data", "The object was changed."),
		asn1Entry("80093104", "CRYPT_E_ASN1_LARGE", "ASN.1 value too large", "A length or a number in the object is beyond all measure: it was changed, or is no ASN.1."),
		asn1Entry("80093105", "CRYPT_E_ASN1_CONSTRAINT", "ASN.1 constraint violated", "A value is not allowed in its place."),
		asn1Entry("80093106", "CRYPT_E_ASN1_MEMORY", "ASN.1 out of memory", "A length in the object is beyond all measure: it was changed, or is no ASN.1."),
		asn1Entry("80093107", "CRYPT_E_ASN1_OVERFLOW", "ASN.1 buffer overflow", "A length in the object does not fit."),
		asn1Entry("80093108", "CRYPT_E_ASN1_BADPDU", "ASN.1 function not supported for this PDU", "It is another object than the one that was expected."),
		asn1Entry("80093109", "CRYPT_E_ASN1_BADARGS", "ASN.1 bad arguments to function call", "The object does not fit what it was to be decoded as."),
		asn1Entry("8009310A", "CRYPT_E_ASN1_BADREAL", "ASN.1 bad real value", "The object was changed, or is no certificate."),
		asn1Entry("8009310B", "CRYPT_E_ASN1_BADTAG", "ASN.1 bad tag value met", "It is another object than the one that was expected, or its text is damaged."),
		asn1Entry("8009310C", "CRYPT_E_ASN1_CHOICE", "ASN.1 bad choice value", "It is another object than the one that was expected."),
		asn1Entry("8009310D", "CRYPT_E_ASN1_RULE", "ASN.1 bad encoding rule", "The object is not encoded as DER."),
		asn1Entry("8009310E", "CRYPT_E_ASN1_UTF8", "ASN.1 bad Unicode (UTF8)", "A field that should be UTF-8 is not."),
	}
}

func plainEntry(code, symbol, text, meaning string, causes ...*Cause) Entry {
	return Entry{ID: "hresult-" + fold(code), Title: symbol + ": " + text, Keys: []string{"hr:" + code, symbol}, Phrases: []string{text}, Meaning: meaning, Causes: causes}
}

func asn1Entry(code, symbol, text, meaning string) Entry {
	return Entry{
		ID: "hresult-" + fold(code), Title: symbol + ": " + text, Keys: []string{"hr:" + code, symbol}, Meaning: meaning,
		Phrases: []string{text}, Causes: []*Cause{&causeDamaged, &causeObject, &causeFormat},
	}
}
