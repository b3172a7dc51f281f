package explain

import (
	"fmt"
	"github.com/certconv/certconv/internal/text"
	"strings"
)

// alertEntries are the TLS alerts (RFC 8446, Section 6): what the other side
// says before it ends a connection.
func alertEntries() []Entry {
	var list []Entry
	for _, a := range []struct {
		number  int
		name    string
		meaning string
		causes  []*Cause
	}{
		{10, "unexpected_message", "a message came that does not belong there", []*Cause{&causePlainHTTP, &causeVersions}},
		{20, "bad_record_mac", "a record was changed on its way, or keys differ", []*Cause{{Text: "a faulty middle box, driver or TLS library", Action: text.Of("try from another network; update both sides")}, &causeMismatch}},
		{21, "decryption_failed", "a record could not be decrypted", []*Cause{&causeVersions}},
		{22, "record_overflow", "a record was longer than allowed", []*Cause{&causePlainHTTP}},
		{40, "handshake_failure", "no common parameters were found", []*Cause{&causeCiphers, &causeVersions, &causeClientCert, &causeOtherSite}},
		{41, "no_certificate", "SSL 3.0: the client has no certificate", []*Cause{&causeClientCert}},
		{42, "bad_certificate", "the certificate is damaged, or its signature does not verify", []*Cause{&causeWrongIntermediate, &causeDamaged, &causeIncomplete, &causeClientCert}},
		{43, "unsupported_certificate", "the certificate is of a kind that the other side does not take", []*Cause{&causeUsage, &causeWeakKey, &causeClientCert}},
		{44, "certificate_revoked", "the certificate was revoked", []*Cause{&causeRevoked}},
		{45, "certificate_expired", "the certificate has expired or is not yet valid", []*Cause{&causeExpired, &causeClock, &causeIssuerExpired}},
		{46, "certificate_unknown", "the certificate was refused for a reason that is not told; Java and Chrome say so of all of them", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired}},
		{47, "illegal_parameter", "a field of the handshake was wrong", []*Cause{&causeVersions}},
		{48, "unknown_ca", "the chain ends at no certificate authority that the other side trusts", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeWrongIntermediate, &causeClientCert}},
		{49, "access_denied", "the certificate is valid, but has no access", []*Cause{&causeClientCert}},
		{50, "decode_error", "a message could not be decoded", []*Cause{&causeDamaged, &causePlainHTTP}},
		{51, "decrypt_error", "a signature in the handshake does not verify", []*Cause{&causeMismatch, &causeClientCert}},
		{60, "export_restriction", "the cipher is not allowed by export rules of old", []*Cause{&causeCiphers}},
		{70, "protocol_version", "the version of the protocol is not enabled", []*Cause{&causeVersions}},
		{71, "insufficient_security", "only ciphers were offered that are too weak for the other side", []*Cause{&causeCiphers, &causeWeakKey}},
		{80, "internal_error", "the other side failed for a reason of its own", []*Cause{{Text: "the server has no usable certificate or key for this name", Checks: []string{"key-mismatch", "key-missing"}, Command: checkPair, Action: text.Of("look at the log of the other side")}, &causeOtherSite}},
		{86, "inappropriate_fallback", "the client came back with a lower version than it can", []*Cause{&causeVersions}},
		{90, "user_canceled", "somebody cancelled, for example at the warning or the choice of a certificate", []*Cause{&causeClientCert}},
		{109, "missing_extension", "an extension that is required was not sent", []*Cause{&causeVersions}},
		{112, "unrecognized_name", "the server has no host of the name that was asked for (SNI)", []*Cause{&causeOtherSite, {Text: "the name is misspelt in the server's configuration, or ServerName and ServerAlias do not list it", Checks: []string{"name-mismatch"}, Command: checkName, Action: text.Of("add the name to the server's configuration and certificate")}}},
		{113, "bad_certificate_status_response", "the OCSP response that the server staples is not valid", []*Cause{&causeRevocationDown}},
		{116, "certificate_required", "a client certificate is required and none was sent", []*Cause{&causeClientCert}},
		{120, "no_application_protocol", "there is no common application protocol (ALPN)", []*Cause{{Text: "HTTP/2 or another protocol is enabled on one side only", Action: text.Of("compare the ALPN settings")}}},
	} {
		words := strings.ReplaceAll(a.name, "_", " ")
		e := Entry{
			ID: fmt.Sprintf("tls-alert-%d", a.number), Title: fmt.Sprintf("TLS alert %d: %s", a.number, a.name),
			Meaning: "The other side ended the connection: " + a.meaning + ".", Causes: a.causes, Refs: []string{"RFC 8446, Section 6"},
			Keys:    []string{fmt.Sprintf("alert:%d", a.number), fmt.Sprintf("openssl:20/%d", 1000+a.number)},
			Phrases: []string{"alert " + words, "alert: " + words, "tls: " + words, "alert: " + a.name, "alert " + a.name, "(" + a.name + ")"},
			Over:    []string{"schannel-36887", "schannel-36888"},
		}
		e.Phrases = append(e.Phrases[:5], "alert read:fatal:"+words, "alert write:fatal:"+words, "tls_alert,"+words, "tls_alert,{"+a.name)
		name := strings.ToUpper(a.name)
		e.Keys = append(e.Keys, "TLSV1_ALERT_"+name, "SSLV3_ALERT_"+name, "TLS_ALERT_"+name, "ERR_SSL_TLSV1_ALERT_"+name, "ERR_SSL_SSLV3_ALERT_"+name, "ERR_SSL_"+name+"_ALERT")
		if a.number == 116 {
			e.Keys = append(e.Keys, "TLSV13_ALERT_CERTIFICATE_REQUIRED", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED")
		}
		if a.number == 48 {
			e.Phrases = append(e.Phrases, "tls: unknown certificate authority", "alert: unknown certificate authority")
		}
		if a.number == 42 || a.number == 46 || a.number == 48 || a.number == 45 || a.number == 44 {
			e.Phrases = append(e.Phrases, "alert, "+words)
		}
		list = append(list, e)
	}
	return list
}
