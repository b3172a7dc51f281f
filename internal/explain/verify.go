package explain

import (
	"cmp"
	"fmt"

	"github.com/certconv/certconv/internal/text"
)

// verifyEntries are the results of verification, X509_V_ERR_… of OpenSSL,
// with the numbers that all its users show.
func verifyEntries() []Entry {
	list := []Entry{
		{
			ID: "verify-2", Title: "OpenSSL 2: unable to get issuer certificate", Keys: []string{"verify:2", "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT"}, Phrases: []string{"unable to get issuer certificate"},
			Meaning: "The issuer of an intermediate that was found is missing.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot},
		},
		{
			ID: "verify-3", Title: "OpenSSL 3: unable to get certificate CRL", Keys: []string{"verify:3", "UNABLE_TO_GET_CRL"}, Phrases: []string{"unable to get certificate CRL"},
			Meaning: "Revocation is to be checked and no list of this issuer is at hand.", Causes: []*Cause{&causeRevocationDown},
		},
		{
			ID: "verify-7", Title: "OpenSSL 7: certificate signature failure", Keys: []string{"verify:7", "CERT_SIGNATURE_FAILURE"}, Phrases: []string{"certificate signature failure"},
			Meaning: "The issuer's key did not make this signature.", Causes: []*Cause{&causeWrongIntermediate, &causeDamaged},
		},
		{
			ID: "verify-9", Title: "OpenSSL 9: certificate is not yet valid", Keys: []string{"verify:9", "CERT_NOT_YET_VALID"}, Phrases: []string{"certificate is not yet valid"},
			Meaning: "A certificate of the chain begins to be valid later.", Causes: []*Cause{&causeClock, &causeNotYet},
		},
		{
			ID: "verify-10", Title: "OpenSSL 10: certificate has expired", Keys: []string{"verify:10", "CERT_HAS_EXPIRED"}, Phrases: []string{"certificate has expired", "certificate expired"},
			Words:   []string{"certificate expired|expire", "証明書 期限切れ|有効期限|期限"},
			Meaning: "A certificate of the chain is over its time: at depth 0 the server's, above an intermediate or an old cross-signed root.", Causes: []*Cause{&causeExpired, &causeIssuerExpired, &causeClock},
		},
		{
			ID: "verify-11", Title: "OpenSSL 11, 12: CRL is not yet valid, or has expired", Keys: []string{"verify:11", "verify:12", "CRL_HAS_EXPIRED", "CRL_NOT_YET_VALID"}, Phrases: []string{"CRL has expired", "CRL is not yet valid"},
			Meaning: "The revocation list is out of its time.", Causes: []*Cause{&causeRevocationDown, &causeClock},
		},
		{
			ID: "verify-18", Title: "OpenSSL 18: self-signed certificate", Keys: []string{"verify:18", "DEPTH_ZERO_SELF_SIGNED_CERT", "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT"}, Phrases: []string{"self signed certificate", "self-signed certificate", "自己署名証明書"},
			Words:   []string{"self_signed|selfsigned|self-signed", "自己署名"},
			Meaning: "The server's certificate is signed by itself and is not among the trusted ones.", Causes: []*Cause{
				{Text: "the certificate that the system came with is still configured (\"snakeoil\")", Checks: []string{"chain-untrusted-root"}, Command: checkCert, Action: text.Of("configure the issued certificate")},
				&causeUntrustedRoot, &causeOtherSite, &causeInspection,
			},
		},
		{
			ID: "verify-19", Title: "OpenSSL 19: self-signed certificate in certificate chain", Keys: []string{"verify:19", "SELF_SIGNED_CERT_IN_CHAIN", "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN"}, Phrases: []string{"self signed certificate in certificate chain", "self-signed certificate in certificate chain"}, Over: []string{"verify-18"},
			Meaning: "The chain is complete and its root is not trusted here.", Causes: []*Cause{&causeUntrustedRoot, &causeInspection},
		},
		{
			ID: "verify-20", Title: "OpenSSL 20: unable to get local issuer certificate", Keys: []string{"verify:20", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"}, Phrases: []string{"unable to get local issuer certificate", "unable to locally verify the issuer's authority"},
			Words:   []string{"local issuer certificate", "intermediate missing|install|installed", "中間 証明書"},
			Meaning: "The issuer of the last certificate that was found is neither sent nor trusted.", Causes: []*Cause{&causeIncomplete, &causeWrongIntermediate, &causeUntrustedRoot, &causeInspection, {Text: "the client's list of roots is missing (containers without ca-certificates)", Action: text.Of("install ca-certificates, or name the list: --cacert, SSL_CERT_FILE")}},
		},
		{
			ID: "verify-21", Title: "OpenSSL 21: unable to verify the first certificate", Keys: []string{"verify:21", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE"}, Phrases: []string{"unable to verify the first certificate", "unable to verify leaf signature"},
			Meaning: "The server sent its own certificate only, and its issuer is not trusted directly.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot},
		},
		{
			ID: "verify-22", Title: "OpenSSL 22, 25: chain or path length too long", Keys: []string{"verify:22", "verify:25", "CERT_CHAIN_TOO_LONG", "PATH_LENGTH_EXCEEDED"}, Phrases: []string{"certificate chain too long", "path length constraint exceeded"},
			Meaning: "There are more intermediates than allowed.", Causes: []*Cause{&causeNotCA},
		},
		{
			ID: "verify-23", Title: "OpenSSL 23: certificate revoked", Keys: []string{"verify:23", "CERT_REVOKED"}, Phrases: []string{"certificate revoked"},
			Meaning: "The certificate is on its issuer's revocation list.", Causes: []*Cause{&causeRevoked},
		},
		{
			ID: "verify-24", Title: "OpenSSL 24, 79: invalid CA certificate", Keys: []string{"verify:24", "verify:79", "INVALID_CA"}, Phrases: []string{"invalid CA certificate", "issuer certificate doesn't have a public key"},
			Meaning: "A certificate that may not issue is where an issuer must be.", Causes: []*Cause{&causeNotCA},
		},
		{
			ID: "verify-26", Title: "OpenSSL 26: unsuitable certificate purpose", Keys: []string{"verify:26", "INVALID_PURPOSE"}, Phrases: []string{"unsupported certificate purpose", "unsuitable certificate purpose"},
			Meaning: "The certificate is not for this use, for example a server's given by a client.", Causes: []*Cause{&causeUsage},
		},
		{
			ID: "verify-27", Title: "OpenSSL 27, 28: certificate not trusted, certificate rejected", Keys: []string{"verify:27", "verify:28", "CERT_UNTRUSTED", "CERT_REJECTED"}, Phrases: []string{"certificate rejected", "verify error*certificate not trusted", "certificate not trusted", "certificate is not trusted for"},
			Meaning: "The root is not trusted for this use.", Causes: []*Cause{&causeUntrustedRoot, &causeUsage},
		},
		{
			ID: "verify-47", Title: "OpenSSL 47, 48: permitted or excluded subtree violation", Keys: []string{"verify:47", "verify:48"}, Phrases: []string{"permitted subtree violation", "excluded subtree violation"},
			Meaning: "A name of the certificate is outside of what its CA may issue.", Causes: []*Cause{&causeNotCA},
		},
		{
			ID: "verify-62", Title: "OpenSSL 62, 64: hostname mismatch, IP address mismatch", Keys: []string{"verify:62", "verify:64", "verify:63", "HOSTNAME_MISMATCH"}, Phrases: []string{"hostname mismatch", "IP address mismatch", "email address mismatch", "hostname*doesn't match", "no alternative certificate subject name matches target host", "does not match target host name", "Peer certificate CN*did not match expected CN"},
			Words:   []string{"host|hostname|name match|matches|mismatch certificate", "証明書 名前|ホスト名|ドメイン 一致|違う|異なる"},
			Meaning: "The name that the client asked for is not in the certificate.", Causes: []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "verify-66", Title: "OpenSSL 66, 67: EE or CA certificate key too weak", Keys: []string{"verify:66", "verify:67"}, Phrases: []string{"certificate key too weak"},
			Meaning: "A key of the chain is below the security level.", Causes: []*Cause{&causeWeakKey},
		},
		{
			ID: "verify-68", Title: "OpenSSL 68: CA signature digest algorithm too weak", Keys: []string{"verify:68"}, Phrases: []string{"signature digest algorithm too weak"},
			Meaning: "A certificate of the chain is signed with MD5 or SHA-1.", Causes: []*Cause{&causeWeakSignature},
		},
	}
	list = append(list, otherVerifyEntries()...)
	for i := range list {
		list[i].Rank = Reason
		list[i].Over = append(list[i].Over, "openssl-ssl-134", "curl-60")
		list[i].Refs = append(list[i].Refs, "https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/")
	}
	return list
}

// otherVerifyEntries are those that are seen less: each number of OpenSSL 3.6
// has its row, here or above. The symbol is the one of x509_vfy.h without
// X509_V_ERR_, which Node shows.
func otherVerifyEntries() []Entry {
	var list []Entry
	for _, v := range []struct {
		number                int
		symbol, text, meaning string
		causes                []*Cause
	}{
		{1, "UNSPECIFIED", "unspecified certificate verification error", "The program that calls OpenSSL gave no reason.", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeExpired}},
		{4, "UNABLE_TO_DECRYPT_CERT_SIGNATURE", "unable to decrypt certificate's signature", "The issuer's key does not fit the signature at all.", []*Cause{&causeWrongIntermediate, &causeDamaged}},
		{5, "UNABLE_TO_DECRYPT_CRL_SIGNATURE", "unable to decrypt CRL's signature", "The issuer's key does not fit the signature of the list.", []*Cause{&causeOtherCRL, &causeWrongIntermediate}},
		{6, "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "unable to decode issuer public key", "The key of an issuer is of a kind that this OpenSSL does not read.", []*Cause{&causeKeyKind, &causeDamaged}},
		{8, "CRL_SIGNATURE_FAILURE", "CRL signature failure", "The issuer's key did not make the signature of the list.", []*Cause{&causeOtherCRL, &causeWrongIntermediate}},
		{13, "ERROR_IN_CERT_NOT_BEFORE_FIELD", "format error in certificate's notBefore field", "The date from which the certificate is valid cannot be read.", []*Cause{&causeStructure, &causeDamaged}},
		{14, "ERROR_IN_CERT_NOT_AFTER_FIELD", "format error in certificate's notAfter field", "The date until which the certificate is valid cannot be read.", []*Cause{&causeStructure, &causeDamaged}},
		{15, "ERROR_IN_CRL_LAST_UPDATE_FIELD", "format error in CRL's lastUpdate field", "A date of the list cannot be read.", []*Cause{&causeRevocationDown, &causeDamaged}},
		{16, "ERROR_IN_CRL_NEXT_UPDATE_FIELD", "format error in CRL's nextUpdate field", "A date of the list cannot be read.", []*Cause{&causeRevocationDown, &causeDamaged}},
		{17, "OUT_OF_MEM", "", "The program had no memory left. The certificate is not at fault.", []*Cause{&causeMemory}},
		{29, "SUBJECT_ISSUER_MISMATCH", "subject issuer mismatch", "The certificate that was tried as issuer has another name than the one that is asked for.", []*Cause{&causeWrongIntermediate, &causeIncomplete}},
		{30, "AKID_SKID_MISMATCH", "authority and subject key identifier mismatch", "The certificate names the key of its issuer, and the issuer at hand has another one.", []*Cause{&causeWrongIntermediate, &causeIssuerNamed, &causeIncomplete}},
		{31, "AKID_ISSUER_SERIAL_MISMATCH", "authority and issuer serial number mismatch", "The certificate names its issuer by issuer and serial number, and the one at hand has others: mostly the authority's own certificate was renewed.", []*Cause{&causeIssuerNamed, &causeWrongIntermediate}},
		{32, "KEYUSAGE_NO_CERTSIGN", "key usage does not include certificate signing", "The certificate in the place of an issuer may not sign certificates.", []*Cause{&causeNotCA}},
		{33, "UNABLE_TO_GET_CRL_ISSUER", "unable to get CRL issuer certificate", "The certificate that signed the list is missing.", []*Cause{&causeOtherCRL, &causeIncomplete}},
		{34, "UNHANDLED_CRITICAL_EXTENSION", "unhandled critical extension", "A certificate has an extension marked critical that OpenSSL does not know.", []*Cause{&causeCritical}},
		{35, "KEYUSAGE_NO_CRL_SIGN", "key usage does not include CRL signing", "The authority's certificate may not sign lists (cRLSign is missing).", []*Cause{&causeAuthorityProfile}},
		{36, "UNHANDLED_CRITICAL_CRL_EXTENSION", "unhandled critical CRL extension", "The list has an extension marked critical that OpenSSL does not know.", []*Cause{&causeOtherCRL}},
		{37, "INVALID_NON_CA", "invalid non-CA certificate (has CA markings)", "A certificate that should be a server's or client's says that it is a CA's.", []*Cause{&causeUsage, &causeOrder}},
		{38, "PROXY_PATH_LENGTH_EXCEEDED", "proxy path length constraint exceeded", "There are more proxy certificates (RFC 3820) than allowed.", []*Cause{&causeProxyCertificate}},
		{39, "KEYUSAGE_NO_DIGITAL_SIGNATURE", "key usage does not include digital signature", "The key usage does not allow signatures, which this use needs.", []*Cause{&causeUsage}},
		{40, "PROXY_CERTIFICATES_NOT_ALLOWED", "proxy certificates not allowed", "A proxy certificate (RFC 3820) was shown where none is taken.", []*Cause{&causeProxyCertificate}},
		{41, "INVALID_EXTENSION", "invalid or inconsistent certificate extension", "An extension is malformed, is there twice, or contradicts another: OpenSSL parses all of them before it verifies.", []*Cause{&causeStructure, &causeNotCA}},
		{42, "INVALID_POLICY_EXTENSION", "invalid or inconsistent certificate policy extension", "A policy extension is malformed, or names a policy twice.", []*Cause{&causeStructure}},
		{43, "NO_EXPLICIT_POLICY", "no explicit policy", "A policy is required, and the chain has no common one.", []*Cause{&causePolicy}},
		{44, "DIFFERENT_CRL_SCOPE", "different CRL scope", "The list at hand does not cover this certificate: it is for CAs only, for users only, or of another distribution point.", []*Cause{&causeOtherCRL}},
		{45, "UNSUPPORTED_EXTENSION_FEATURE", "unsupported extension feature", "An extension uses something that OpenSSL does not do.", []*Cause{&causeCritical}},
		{46, "UNNESTED_RESOURCE", "RFC 3779 resource not subset of parent's resources", "The certificate claims addresses or AS numbers that its issuer does not have.", []*Cause{&causeNotCA}},
		{49, "SUBTREE_MINMAX", "name constraints minimum and maximum not supported", "The name constraints of a CA use fields that RFC 5280 does not allow.", []*Cause{&causeConstraints}},
		{50, "APPLICATION_VERIFICATION", "application verification failure", "The program itself refused the certificate, not OpenSSL: its own log says why.", []*Cause{&causeUntrustedRoot, &causeName}},
		{51, "UNSUPPORTED_CONSTRAINT_TYPE", "unsupported name constraint type", "A CA is constrained to a kind of name that OpenSSL cannot compare.", []*Cause{&causeConstraints}},
		{52, "UNSUPPORTED_CONSTRAINT_SYNTAX", "unsupported or invalid name constraint syntax", "A name constraint is written in a form that is not allowed: a wildcard, a URL in place of a host.", []*Cause{&causeConstraints}},
		{53, "UNSUPPORTED_NAME_SYNTAX", "unsupported or invalid name syntax", "A name of the certificate cannot be compared with the constraints of its CA: a wildcard or space in the wrong place, an address as a name.", []*Cause{&causeStructure, &causeConstraints}},
		{54, "CRL_PATH_VALIDATION_ERROR", "CRL path validation error", "No chain could be built for the signer of the list.", []*Cause{&causeOtherCRL, &causeIncomplete}},
		{55, "PATH_LOOP", "path loop", "The certificates of the chain issue one another in a circle.", []*Cause{&causeWrongIntermediate}},
		{56, "SUITE_B_INVALID_VERSION", "Suite B: certificate version invalid", "Suite B takes certificates of version 3 only.", []*Cause{&causeSuiteB}},
		{57, "SUITE_B_INVALID_ALGORITHM", "Suite B: invalid public key algorithm", "Suite B takes EC keys only.", []*Cause{&causeSuiteB}},
		{58, "SUITE_B_INVALID_CURVE", "Suite B: invalid ECC curve", "Suite B takes P-256 and P-384 only.", []*Cause{&causeSuiteB}},
		{59, "SUITE_B_INVALID_SIGNATURE_ALGORITHM", "Suite B: invalid signature algorithm", "Suite B takes ECDSA with SHA-256 or SHA-384 only.", []*Cause{&causeSuiteB}},
		{60, "SUITE_B_LOS_NOT_ALLOWED", "Suite B: curve not allowed for this LOS", "The curve does not reach the level of security that is demanded.", []*Cause{&causeSuiteB}},
		{61, "SUITE_B_CANNOT_SIGN_P_384_WITH_P_256", "Suite B: cannot sign P-384 with P-256", "A key was certified by a weaker one.", []*Cause{&causeSuiteB}},
		{65, "DANE_NO_MATCH", "no matching DANE TLSA records", "The TLSA records in the DNS are for another certificate or key.", []*Cause{&causeTLSA}},
		{69, "INVALID_CALL", "invalid certificate verification context", "The program called OpenSSL wrongly. The certificate is not at fault.", []*Cause{&causeProgram}},
		{70, "STORE_LOOKUP", "issuer certificate lookup error", "The store of roots could not be searched.", []*Cause{&causeRootsMissing}},
		{71, "NO_VALID_SCTS", "Certificate Transparency required, but no valid SCTs found", "The certificate has no time stamp of a log that this client knows.", []*Cause{&causeTransparency, &causeInspection}},
		{72, "PROXY_SUBJECT_NAME_VIOLATION", "proxy subject name violation", "The name of a proxy certificate (RFC 3820) is not that of its issuer with one more CN.", []*Cause{&causeProxyCertificate}},
		{73, "OCSP_VERIFY_NEEDED", "OCSP verification needed", "The program wants an OCSP response, and there is none.", []*Cause{&causeRevocationDown, &causeMustStaple}},
		{74, "OCSP_VERIFY_FAILED", "OCSP verification failed", "The OCSP response is not valid.", []*Cause{&causeRevocationDown, &causeClock}},
		{75, "OCSP_CERT_UNKNOWN", "OCSP unknown cert", "The responder does not know the certificate.", []*Cause{&causeOCSPUnknown, &causeRevocationDown}},
		{76, "UNSUPPORTED_SIGNATURE_ALGORITHM", "Cannot find certificate signature algorithm", "The certificate is signed with an algorithm that this OpenSSL does not know.", []*Cause{&causeRareSignature, &causeStructure}},
		{77, "SIGNATURE_ALGORITHM_MISMATCH", "subject signature algorithm and issuer public key algorithm mismatch", "The certificate is signed with another kind of key than its issuer has.", []*Cause{&causeWrongIntermediate}},
		{78, "SIGNATURE_ALGORITHM_INCONSISTENCY", "cert info signature and signature algorithm mismatch", "The certificate names two different signature algorithms, within and outside of what is signed.", []*Cause{&causeStructure, &causeDamaged}},
		{80, "PATHLEN_INVALID_FOR_NON_CA", "Path length invalid for non-CA cert", "A certificate that is not a CA's has a path length.", []*Cause{&causeStrict}},
		{81, "PATHLEN_WITHOUT_KU_KEY_CERT_SIGN", "Path length given without key usage keyCertSign", "A CA certificate has a path length, and its key usage does not allow signing certificates.", []*Cause{&causeAuthorityProfile}},
		{82, "KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA", "Key usage keyCertSign invalid for non-CA cert", "The key usage says keyCertSign, and the certificate is not a CA's.", []*Cause{&causeStrict}},
		{83, "ISSUER_NAME_EMPTY", "Issuer name empty", "The certificate does not say who issued it.", []*Cause{&causeStrict}},
		{84, "SUBJECT_NAME_EMPTY", "Subject name empty", "A CA certificate has no subject, or a certificate has neither subject nor subjectAltName.", []*Cause{&causeStrict}},
		{85, "MISSING_AUTHORITY_KEY_IDENTIFIER", "Missing Authority Key Identifier", "The certificate has no authorityKeyIdentifier. Python 3.13 and others that verify strictly (X509_STRICT) refuse it, OpenSSL alone does not.", []*Cause{&causeStrict, &causeAuthorityProfile}},
		{86, "MISSING_SUBJECT_KEY_IDENTIFIER", "Missing Subject Key Identifier", "A CA certificate has no subjectKeyIdentifier. Python 3.13 and others that verify strictly (X509_STRICT) refuse it.", []*Cause{&causeAuthorityProfile}},
		{87, "EMPTY_SUBJECT_ALT_NAME", "Empty Subject Alternative Name extension", "There is a subjectAltName without a name in it.", []*Cause{&causeStrict, &causeNoNames}},
		{88, "EMPTY_SUBJECT_SAN_NOT_CRITICAL", "Subject empty and Subject Alt Name extension not critical", "A certificate without a subject must mark its subjectAltName critical.", []*Cause{&causeStrict}},
		{89, "CA_BCONS_NOT_CRITICAL", "Basic Constraints of CA cert not marked critical", "RFC 5280 wants basicConstraints of a CA marked critical. Python 3.13 and others that verify strictly (X509_STRICT) refuse the chain.", []*Cause{&causeAuthorityProfile}},
		{90, "AUTHORITY_KEY_IDENTIFIER_CRITICAL", "Authority Key Identifier marked critical", "authorityKeyIdentifier must not be marked critical.", []*Cause{&causeStrict}},
		{91, "SUBJECT_KEY_IDENTIFIER_CRITICAL", "Subject Key Identifier marked critical", "subjectKeyIdentifier must not be marked critical.", []*Cause{&causeStrict}},
		{92, "CA_CERT_MISSING_KEY_USAGE", "CA cert does not include key usage extension", "RFC 5280 wants a key usage in CA certificates. Python 3.13 and others that verify strictly (X509_STRICT) refuse the chain.", []*Cause{&causeAuthorityProfile}},
		{93, "EXTENSIONS_REQUIRE_VERSION_3", "Using cert extension requires at least X509v3", "The certificate has extensions and says that it is of version 1 or 2.", []*Cause{&causeStrict}},
		{94, "EC_KEY_EXPLICIT_PARAMS", "Certificate public key has explicit ECC parameters", "The key spells its curve out in numbers in place of its name.", []*Cause{&causeExplicitCurve}},
		{95, "RPK_UNTRUSTED", "Raw public key untrusted", "The other side showed a raw public key (RFC 7250), and this one trusts none.", []*Cause{&causeUntrustedRoot}},
		{96, "OCSP_RESP_INVALID", "OCSP response(s) invalid", "The stapled OCSP response cannot be used.", []*Cause{&causeRevocationDown}},
		{97, "OCSP_SIGNATURE_FAILURE", "OCSP response signature verification failure", "The stapled OCSP response is not signed by the issuer or its responder.", []*Cause{&causeRevocationDown, &causeWrongIntermediate}},
		{98, "OCSP_NOT_YET_VALID", "OCSP response not yet valid", "The stapled OCSP response is of the future.", []*Cause{&causeClock, &causeRevocationDown}},
		{99, "OCSP_HAS_EXPIRED", "OCSP response has expired", "The stapled OCSP response is too old.", []*Cause{&causeRevocationDown, &causeClock}},
		{100, "OCSP_NO_RESPONSE", "no OCSP response available for certificate", "An OCSP response is wanted, and the server sent none.", []*Cause{&causeMustStaple, &causeRevocationDown}},
	} {
		e := Entry{
			ID: fmt.Sprintf("verify-%d", v.number), Title: fmt.Sprintf("OpenSSL %d: %s", v.number, cmp.Or(v.text, "out of memory")),
			Keys: []string{fmt.Sprintf("%s:%d", kindVerify, v.number), "X509_V_ERR_" + v.symbol}, Meaning: v.meaning, Causes: v.causes,
		}
		if v.text != "" {
			e.Phrases = []string{v.text}
		}
		list = append(list, e)
	}
	return list
}
