package explain

import "github.com/certconv/certconv/internal/text"

// trustEntries are the HRESULTs of Windows about trust (0x800Bxxxx and
// 0x80096xxx).
func trustEntries() []Entry {
	return []Entry{
		{
			ID: "hresult-800b0100", Title: "TRUST_E_NOSIGNATURE: no signature was present in the subject", Keys: []string{"hr:800B0100", "TRUST_E_NOSIGNATURE"},
			Meaning: "The file is not signed, or in a way that this system does not know.", Causes: []*Cause{&causeWeakSignature, &causeDamaged},
		},
		{
			ID: "hresult-800b0101", Title: "CERT_E_EXPIRED: a required certificate is not within its validity period", Keys: []string{"hr:800B0101", "CERT_E_EXPIRED"},
			Phrases: []string{"required certificate is not within its validity period", "必要な証明書の有効期間が過ぎています", "必要な証明書が、現在のシステム時計"},
			Meaning: "A certificate of the chain, or the one that a list was signed with, is out of its time.",
			Causes:  []*Cause{&causeExpired, &causeIssuerExpired, &causeNotYet, &causeClock, {Text: "with CAPI2 event 4107 or 11: the cached list of roots was signed with a certificate that has expired", Action: causeOldCRLs.Action}},
			Refs:    []string{"Microsoft KB2328240"},
		},
		{
			ID: "hresult-800b0102", Title: "CERT_E_VALIDITYPERIODNESTING: the validity periods do not nest correctly", Keys: []string{"hr:800B0102", "CERT_E_VALIDITYPERIODNESTING"},
			Meaning: "A certificate is valid longer than its issuer's.", Causes: []*Cause{&causeIssuerExpired},
		},
		{
			ID: "hresult-800b0103", Title: "CERT_E_ROLE: a certificate that can only be used as an end entity is used as a CA, or the reverse", Keys: []string{"hr:800B0103", "CERT_E_ROLE"},
			Phrases: []string{"can only be used as an end-entity is being used as a CA"},
			Meaning: "A certificate in the chain may not issue.", Causes: []*Cause{&causeNotCA},
		},
		{
			ID: "hresult-800b0104", Title: "CERT_E_PATHLENCONST: a path length constraint has been violated", Keys: []string{"hr:800B0104", "CERT_E_PATHLENCONST"},
			Meaning: "There are more intermediates below a CA than it may have.", Causes: []*Cause{&causeNotCA},
		},
		{
			ID: "hresult-800b0105", Title: "CERT_E_CRITICAL: an extension of unknown type is labelled critical", Keys: []string{"hr:800B0105", "CERT_E_CRITICAL"},
			Meaning: "A certificate demands something that the client does not know.",
			Causes:  []*Cause{{Text: "a critical extension that this client does not know", Checks: []string{"cert-extension-critical"}, Command: checkChain, Action: text.Of("have it reissued without it; update the client")}},
		},
		{
			ID: "hresult-800b0106", Title: "CERT_E_PURPOSE: the certificate is used for another purpose than its issuer specified", Keys: []string{"hr:800B0106", "CERT_E_PURPOSE"},
			Meaning: "The certificate is not for this use.", Causes: []*Cause{&causeUsage},
		},
		{
			ID: "hresult-800b0107", Title: "CERT_E_ISSUERCHAINING: a parent did not issue that child", Keys: []string{"hr:800B0107", "CERT_E_ISSUERCHAINING"},
			Meaning: "The intermediate is not the one that signed the certificate.", Causes: []*Cause{&causeWrongIntermediate},
		},
		{
			ID: "hresult-800b0108", Title: "CERT_E_MALFORMED: a certificate is missing or has an empty value for an important field", Keys: []string{"hr:800B0108", "CERT_E_MALFORMED"},
			Meaning: "The certificate lacks a subject, issuer or something else that it must have.", Causes: []*Cause{&causeDamaged, &causeNoNames},
		},
		{
			ID: "hresult-800b0109", Title: "CERT_E_UNTRUSTEDROOT: the chain terminated in a root that is not trusted", Keys: []string{"hr:800B0109", "CERT_E_UNTRUSTEDROOT"},
			Phrases: []string{"terminated in a root certificate which is not trusted", "信頼プロバイダーが信頼していないルート証明書で強制終了しました", "信頼プロバイダーにより信頼されていないルート証明書で終了"},
			Meaning: "The chain is complete and ends at a root that this machine does not trust. As sc-win32-status 2148204809 beside a 403.16 it is about the client's certificate.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeInspection, {Text: "the root is not in the machine's store of trusted roots, or an intermediate was put there", Command: checkChain, Action: text.Of("certutil -addstore root root.crt; move what is not self-signed to Intermediate Certification Authorities")}},
			Refs:    []string{"Microsoft KB2802568"},
		},
		{
			ID: "hresult-800b010a", Title: "CERT_E_CHAINING: a chain could not be built to a trusted root", Keys: []string{"hr:800B010A", "CERT_E_CHAINING"},
			Phrases: []string{"certificate chain could not be built to a trusted root", "certificate chain could not be built", "証明書チェーンを信頼されたルート機関に", "証明書チェーンを作成できませんでした"},
			Words:   []string{"chain built|build root|trusted", "証明書チェン 構築|作成 できない|できません"},
			Meaning: "An issuer was not found.", Causes: []*Cause{&causeIncomplete, &causeWrongIntermediate, &causeUntrustedRoot},
		},
		{
			ID: "hresult-800b010b", Title: "TRUST_E_FAIL: generic trust failure", Keys: []string{"hr:800B010B", "TRUST_E_FAIL"},
			Meaning: "The verification failed without a closer reason.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeWeakSignature},
		},
		{
			ID: "hresult-800b010c", Title: "CERT_E_REVOKED: a certificate was explicitly revoked by its issuer", Keys: []string{"hr:800B010C", "CERT_E_REVOKED"},
			Phrases: []string{"certificate was explicitly revoked by its issuer", "証明書は明示的に発行者により失効されました", "証明書は、その発行者によって明示的に失効"},
			Meaning: "The certificate is on the revocation list of its issuer.", Causes: []*Cause{&causeRevoked, &causeDistrusted},
		},
		{
			ID: "hresult-800b010d", Title: "CERT_E_UNTRUSTEDTESTROOT: the root is a test root, which is not trusted", Keys: []string{"hr:800B010D", "CERT_E_UNTRUSTEDTESTROOT"},
			Meaning: "The certificate comes from a test authority.", Causes: []*Cause{&causeUntrustedRoot},
		},
		{
			ID: "hresult-800b010e", Title: "CERT_E_REVOCATION_FAILURE: the revocation process could not continue", Keys: []string{"hr:800B010E", "CERT_E_REVOCATION_FAILURE"},
			Phrases: []string{"revocation process could not continue", "失効プロセスを続行できませんでした"},
			Meaning: "Whether the certificate is revoked could not be found out.", Causes: []*Cause{&causeRevocationDown},
		},
		{
			ID: "hresult-800b010f", Title: "CERT_E_CN_NO_MATCH: the certificate's name does not match the passed value", Keys: []string{"hr:800B010F", "CERT_E_CN_NO_MATCH"},
			Phrases: []string{"certificate's CN name does not match the passed value", "証明書の CN 名が渡された値と一致しません"},
			Meaning: "The name that the client asked for is not in the certificate.", Causes: []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "hresult-800b0110", Title: "CERT_E_WRONG_USAGE: the certificate is not valid for the requested usage", Keys: []string{"hr:800B0110", "CERT_E_WRONG_USAGE"},
			Phrases: []string{"certificate is not valid for the requested usage", "証明書は要求された使用法に有効ではありません"},
			Meaning: "The extended key usage does not allow it.", Causes: []*Cause{&causeUsage},
		},
		{
			ID: "hresult-800b0111", Title: "TRUST_E_EXPLICIT_DISTRUST: the certificate was explicitly marked as untrusted", Keys: []string{"hr:800B0111", "TRUST_E_EXPLICIT_DISTRUST"},
			Phrases: []string{"explicitly marked as untrusted", "明示的に信頼されていない証明書としてマーク", "明示的に信頼しないものとして"},
			Meaning: "The certificate, or one above it, is in the store of untrusted certificates or on Microsoft's list.", Causes: []*Cause{&causeDistrusted},
		},
		{
			ID: "hresult-800b0112", Title: "CERT_E_UNTRUSTEDCA: an intermediate is not trusted by the policy provider", Keys: []string{"hr:800B0112", "CERT_E_UNTRUSTEDCA"},
			Meaning: "The issuing CA is not allowed for this use, for example not in the NTAuth store.",
			Causes:  []*Cause{{Text: "the issuing CA is missing in the NTAuth store of the domain", Action: text.Of("certutil -dspublish -f ca.crt NTAuthCA")}, &causeUntrustedRoot},
		},
		{
			ID: "hresult-800b0113", Title: "CERT_E_INVALID_POLICY: the certificate has invalid policy", Keys: []string{"hr:800B0113", "CERT_E_INVALID_POLICY"},
			Meaning: "The policies in the chain do not fit together.", Causes: []*Cause{&causeNotCA},
		},
		{
			ID: "hresult-800b0114", Title: "CERT_E_INVALID_NAME: the name is not permitted or explicitly excluded", Keys: []string{"hr:800B0114", "CERT_E_INVALID_NAME"},
			Meaning: "A name of the certificate is outside of what its CA may issue (name constraints).", Causes: []*Cause{&causeNotCA}, Refs: []string{"RFC 5280, Section 4.2.1.10"},
		},
		{
			ID: "hresult-80096001", Title: "TRUST_E_SYSTEM_ERROR: a system-level error occurred while verifying trust", Keys: []string{"hr:80096001", "TRUST_E_SYSTEM_ERROR"},
			Meaning: "Windows could not do the verification.", Causes: []*Cause{&causeRevocationDown},
		},
		{
			ID: "hresult-80096002", Title: "TRUST_E_NO_SIGNER_CERT: the signer's certificate is invalid or not found", Keys: []string{"hr:80096002", "TRUST_E_NO_SIGNER_CERT"},
			Meaning: "The signature does not bring its certificate.", Causes: []*Cause{&causeIncomplete},
		},
		{
			ID: "hresult-80096003", Title: "TRUST_E_COUNTER_SIGNER: a counter signature was invalid", Keys: []string{"hr:80096003", "TRUST_E_COUNTER_SIGNER"},
			Meaning: "The time stamp on a signature does not verify.", Causes: []*Cause{&causeUntrustedRoot},
		},
		{
			ID: "hresult-80096004", Title: "TRUST_E_CERT_SIGNATURE: the signature of the certificate cannot be verified", Keys: []string{"hr:80096004", "TRUST_E_CERT_SIGNATURE"},
			Phrases: []string{"signature of the certificate cannot be verified", "証明書の署名を検証できません", "証明書の署名を確認できません"},
			Meaning: "The issuer's key did not make this signature, or the key or algorithm is too weak for this system.", Causes: []*Cause{&causeWrongIntermediate, &causeDamaged, &causeWeakSignature, &causeWeakKey},
		},
		{
			ID: "hresult-80096005", Title: "TRUST_E_TIME_STAMP: the timestamp could not be verified", Keys: []string{"hr:80096005", "TRUST_E_TIME_STAMP"},
			Meaning: "The time stamp on a signature is malformed or does not verify.", Causes: []*Cause{&causeUntrustedRoot, &causeClock},
		},
		{
			ID: "hresult-80096010", Title: "TRUST_E_BAD_DIGEST: the digital signature of the object did not verify", Keys: []string{"hr:80096010", "TRUST_E_BAD_DIGEST"},
			Meaning: "The file was changed after signing, or not loaded whole.", Causes: []*Cause{&causeDamaged}, Over: []string{"signature-bad"},
			Phrases: []string{"オブジェクトのデジタル署名は検証されませんでした", "オブジェクトのデジタル署名を検証できませんでした"},
		},
		{
			ID: "hresult-80096019", Title: "TRUST_E_BASIC_CONSTRAINTS: a basic constraint has not been observed", Keys: []string{"hr:80096019", "TRUST_E_BASIC_CONSTRAINTS"},
			Phrases: []string{"basic constraint extension of a certificate has not been observed"},
			Meaning: "A certificate that is not a CA's is where a CA must be.", Causes: []*Cause{&causeNotCA},
		},
	}
}
