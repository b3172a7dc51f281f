package explain

import (
	"strings"

	"github.com/certconv/certconv/internal/text"
)

// gnutlsEntries are the errors of GnuTLS, in its words (gnutls_strerror) and by
// name. Its numbers have other meanings elsewhere; they count where the message
// speaks of GnuTLS.
func gnutlsEntries() []Entry {
	const docs = "https://gnutls.org/manual/gnutls.html#Error-codes"
	var list []Entry
	for _, g := range []struct {
		name, number, text, meaning string
		more                        []string
		causes                      []*Cause
	}{
		{"KEY_USAGE_VIOLATION", "-48", "Key usage violation in certificate has been detected", "The key usage of the certificate does not allow what the handshake does with its key.", []string{"certificate does not allow digital signatures", "certificate does not allow encryption", "Key usage violation detected"}, []*Cause{&causeKeyUsage, &causeUsage}},
		{"CERTIFICATE_ERROR", "-43", "Error in the certificate", "A certificate was refused; the reason is told beside it.", nil, []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeExpired, &causeStructure}},
		{"CERTIFICATE_KEY_MISMATCH", "-60", "The certificate and the given key do not match", "The private key does not belong to the first certificate in the file.", nil, mismatchCauses},
		{"NO_CERTIFICATE_FOUND", "-49", "No certificate was found.", "The other side showed no certificate, or the file holds none.", nil, []*Cause{&causeObject, &causeNothing, &causeClientCert}},
		{"CERTIFICATE_LIST_UNSORTED", "-324", "certificate list is not sorted (in subject to issuer order)", "GnuTLS wants each certificate followed by the one that issued it.", []string{"X.509 certificate list is not sorted"}, []*Cause{&causeOrder, &causeWrongIntermediate}},
		{"X509_UNSUPPORTED_CRITICAL_EXTENSION", "-47", "Unsupported critical extension in X.509 certificate", "A certificate demands something that GnuTLS does not know.", nil, []*Cause{&causeCritical}},
		{"BASE64_DECODING_ERROR", "-34", "Base64 decoding error", "The file is not PEM, or a character of its Base64 is wrong.", nil, []*Cause{&causeDamaged, &causeFormat, &causeNothing}},
		{"BASE64_UNEXPECTED_HEADER_ERROR", "-207", "Base64 unexpected header error", "The BEGIN line is not the one of the object that is expected.", nil, []*Cause{&causeObject, &causeFormat, &causeDamaged, &causeEncrypted}},
		{"ASN1_DER_ERROR", "-69", "Error in DER parsing", "The object cannot be decoded.", []string{"Overflow in DER parsing"}, []*Cause{&causeCut, &causeObject, &causeStructure}},
		{"ASN1_TAG_ERROR", "-73", "ASN1 parser: Error in TAG", "The object is another than expected.", nil, []*Cause{&causeObject, &causeFormat, &causeCut}},
		{"ASN1_ELEMENT_NOT_FOUND", "-67", "ASN1 parser: Element was not found", "A part of the object that is wanted is not there.", []string{"ASN1 parser: Value was not found", "ASN1 parser: Identifier was not found", "ASN1 parser: Generic parsing error"}, []*Cause{&causeObject, &causeStructure, &causeCut}},
		{"DECRYPTION_FAILED", "-24", "Decryption has failed.", "A key or PKCS#12 could not be decrypted, or a record of the connection.", nil, []*Cause{&causePassword, &causeEncrypted, &causeDamagedPFX}},
		{"PKCS1_WRONG_PAD", "-57", "Wrong padding in PKCS1 packet", "A signature does not fit the key.", nil, []*Cause{&causeMismatch, &causeWrongIntermediate}},
		{"PK_SIG_VERIFY_FAILED", "-89", "Public key signature verification has failed", "The other side has not the key of the certificate that it showed, or a signature in the chain is wrong.", nil, []*Cause{&causeMismatch, &causeWrongIntermediate}},
		{"REQUESTED_DATA_NOT_AVAILABLE", "-56", "The requested data were not available", "What was looked for is not there: in a file mostly the private key.", nil, []*Cause{&causeObject, &causeNothing, &causeFormat}},
		{"FILE_ERROR", "-64", "Error while reading file", "A file of certificate, key or roots could not be read.", nil, []*Cause{&causeFileAccess, &causeMissingFile}},
		{"INSUFFICIENT_CREDENTIALS", "-32", "Insufficient credentials for that request", "No certificate and key are loaded that could be used.", nil, []*Cause{&causeNoKey, &causeClientCert}},
		{"NO_CIPHER_SUITES", "-87", "No supported cipher suites have been found", "No cipher suite is left: none in common, or none that fits the kind of the certificate's key.", []string{"Could not negotiate a supported cipher suite"}, []*Cause{&causeCiphers, &causeVersions}},
		{"INSUFFICIENT_SECURITY", "-217", "involved algorithms has insufficient security level", "A key or signature is below the security level.", nil, []*Cause{&causeWeakKey, &causeWeakSignature}},
		{"UNSUPPORTED_SIGNATURE_ALGORITHM", "-106", "The signature algorithm is not supported", "A signature is of a kind that GnuTLS does not take.", nil, []*Cause{&causeWeakSignature, &causeRareSignature, &causeCiphers}},
		{"ECC_UNSUPPORTED_CURVE", "-322", "The curve is unsupported", "The key is of a curve that GnuTLS does not take.", []string{"No supported ECC curves were found"}, []*Cause{&causeKeyKind, &causeExplicitCurve}},
		{"PREMATURE_TERMINATION", "-110", "The TLS connection was non-properly terminated", "The other side closed the connection without a word.", nil, []*Cause{&causePlainHTTP, &causeClosed, &causeOtherSite}},
		{"PULL_ERROR", "-54", "Error in the pull function", "The connection broke while data were read.", []string{"Error in the push function", "TLS packet with unexpected length was received"}, []*Cause{&causePlainHTTP, &causeVersions, {Text: "a proxy or firewall cut the connection", Action: text.Of("try from another network, and without the proxy")}}},
		{"UNEXPECTED_PACKET", "-15", "An unexpected TLS packet was received", "What came is no TLS: mostly the port speaks something else.", []string{"Error decoding the received TLS packet", "packet with illegal or unsupported version was received"}, []*Cause{&causePlainHTTP, &causeVersions}},
		{"CERTIFICATE_REQUIRED", "-112", "Certificate is required.", "The server wants a client certificate.", nil, []*Cause{&causeClientCert}},
		{"NO_CERTIFICATE_STATUS", "-340", "There is no certificate status (OCSP)", "A stapled OCSP response is wanted, and there is none.", []string{"certificate requires the server to include an OCSP status"}, []*Cause{&causeMustStaple, &causeRevocationDown}},
		{"OCSP_RESPONSE_ERROR", "-341", "The OCSP response is invalid", "The stapled OCSP response cannot be used.", []string{"OCSP response provided doesn't match the available certificates"}, []*Cause{&causeRevocationDown, &causeClock}},
	} {
		e := Entry{
			ID: "gnutls" + g.number, Title: "GnuTLS: " + g.text, Rank: Reason, Keys: []string{"GNUTLS_E_" + g.name, kindGnuTLS + ":" + g.number[1:]},
			Phrases: append([]string{g.text}, g.more...), Meaning: g.meaning, Causes: g.causes, Refs: []string{docs}, Over: []string{"gnutls-verify", "tool-no-certificate"},
		}
		list = append(list, e)
	}
	for _, v := range []struct {
		id, text string
		more     []string
		causes   []*Cause
	}{
		{"issuer", "The certificate issuer is unknown", []string{"certificate of*doesn't have a known issuer", "The certificate doesn't have a known issuer", "issuer certificate is unknown", "certificate issuer is unknown"}, []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection, &causeRootsMissing}},
		{"not-ca", "The certificate issuer is not a CA", []string{"certificate signer*was not a CA"}, []*Cause{&causeNotCA, &causeAuthorityProfile}},
		{"expired", "The certificate chain uses expired certificate", []string{"certificate of*has expired"}, []*Cause{&causeExpired, &causeIssuerExpired, &causeClock}},
		{"not-yet", "The certificate chain uses not yet valid certificate", []string{"certificate of*is not yet activated", "certificate is not yet activated", "certificate has not yet been activated"}, []*Cause{&causeClock, &causeNotYet}},
		{"name", "The name in the certificate does not match the expected", []string{"certificate's owner does not match hostname", "owner does not match the hostname", "certificate's owner does not match"}, []*Cause{&causeName, &causeNoNames, &causeOtherSite}},
		{"purpose", "The certificate chain does not match the intended purpose", []string{"purpose does not allow use for with a TLS"}, []*Cause{&causeUsage}},
		{"insecure", "The certificate chain uses insecure algorithm", []string{"certificate chain uses insecure algorithm"}, []*Cause{&causeWeakSignature, &causeWeakKey}},
		{"signature", "The signature in the certificate is invalid", nil, []*Cause{&causeWrongIntermediate, &causeDamaged}},
		{"revoked", "The certificate chain is revoked", []string{"certificate of*has been revoked"}, []*Cause{&causeRevoked}},
		{"constraints", "The certificate chain violates the signer's constraints", nil, []*Cause{&causeNotCA, &causeConstraints}},
	} {
		phrases := []string{v.text}
		for _, p := range v.more {
			if p != v.text {
				phrases = append(phrases, p)
			}
		}
		list = append(list, Entry{
			ID: "gnutls-" + v.id, Title: "GnuTLS: " + v.text, Rank: Reason, Phrases: phrases, Meaning: "A program that uses GnuTLS (wget, git, apt and Exim on Debian) does not accept the certificate: this is the reason.",
			Causes: v.causes, Refs: []string{docs}, Over: []string{"gnutls-43", "gnutls-verify", "wget-verify"},
		})
	}
	return list
}

// rustlsEntries are the reasons of rustls, which programs in Rust show after
// "invalid peer certificate".
func rustlsEntries() []Entry {
	var list []Entry
	for _, r := range []struct {
		name, text string
		causes     []*Cause
	}{
		{"UnknownIssuer", "", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection, &causeRootsMissing}},
		{"Expired", "certificate expired", []*Cause{&causeExpired, &causeIssuerExpired, &causeClock}},
		{"NotValidYet", "certificate not valid yet", []*Cause{&causeClock, &causeNotYet}},
		{"NotValidForName", "certificate not valid for name", []*Cause{&causeName, &causeNoNames, &causeOtherSite}},
		{"Revoked", "", []*Cause{&causeRevoked}},
		{"BadSignature", "", []*Cause{&causeWrongIntermediate, &causeMismatch}},
		{"BadEncoding", "", []*Cause{&causeStructure, &causeCut}},
		{"UnhandledCriticalExtension", "", []*Cause{&causeCritical}},
		{"InvalidPurpose", "", []*Cause{&causeUsage}},
		{"UnsupportedCertVersion", "Other(OtherError(UnsupportedCertVersion", []*Cause{&causeStrict}},
		{"CaUsedAsEndEntity", "Other(OtherError(CaUsedAsEndEntity", []*Cause{{Text: "the self-signed certificate of the server says that it is a CA's, as openssl req -x509 makes it", Checks: []string{"cert-usage", "cert-usage-clients"}, Command: checkCert, Action: text.Of("%s makes one that is no CA's; or issue the server's certificate from an authority of your own", Command{"request", "--self-signed --host HOST --out site.crt --key-out site.key"})}}},
		{"UnsupportedSignatureAlgorithm", "Other(OtherError(UnsupportedSignatureAlgorithm", []*Cause{&causeWeakSignature, &causeRareSignature, &causeKeyKind}},
	} {
		e := Entry{
			ID: "rustls-" + strings.ToLower(r.name), Rank: Reason, Title: "rustls: " + r.name, Causes: r.causes, Refs: []string{"https://docs.rs/rustls/latest/rustls/enum.CertificateError.html"},
			Meaning: "A program in Rust does not accept the certificate: this is the reason.", Phrases: []string{"invalid peer certificate: " + r.name, "InvalidCertificate(" + r.name},
		}
		if r.text != "" {
			e.Phrases = append(e.Phrases, "invalid peer certificate: "+r.text)
		}
		list = append(list, e)
	}
	return list
}
