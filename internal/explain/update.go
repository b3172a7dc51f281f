package explain

import "github.com/certconv/certconv/internal/text"

// updateEntries are those of Windows Update, WSUS, the security advisories, and
// what WinHTTP says of certificates.
func updateEntries() []Entry {
	return []Entry{
		{
			ID: "wsus-8024400e", Title: "WSUS: SyncUpdates fails with 0x8024400E (WU_E_PT_SOAP_SERVER)", Keys: []string{"hr:8024400E", "WU_E_PT_SOAP_SERVER", "kb:954960", "kb:954474"},
			Phrases: []string{"SyncUpdates failure, error = 0x8024400E", "SyncUpdates*Item has already been added", "Item has already been added. Key in dictionary", "ClientImplementation.SyncUpdates", "更新プログラムの展開がブロック"},
			Words:   []string{"wsus sync|syncupdates|updates|blocked|deploy", "wsus 更新 展開|配布|ブロック", "office 2003 wsus", "item already added"},
			Meaning: "The WSUS server answered the client with a SOAP fault. SoftwareDistribution.log of the server says why; \"Item has already been added. Key in dictionary\" is the fault of WSUS 3.0 and 3.0 SP1 with clients that have Office 2003, which blocks all updates for them. It is no fault of a certificate.",
			Causes: []*Cause{
				{Text: "WSUS 3.0 or 3.0 SP1 without the update of KB954960, and clients with Office 2003", Action: text.Of("install KB954960 on the WSUS server (Microsoft.UpdateServices.WebServices.Client.Dll must be 3.1.6001.66 or later), or a current WSUS")},
				{Text: "another fault on the server", Action: text.Of("look for \"ThrowException\" with the same ID in Program Files\\Update Services\\Log Files\\SoftwareDistribution.log; a full or broken database and updates declined by hand are common")},
			},
			Refs: []string{"Microsoft Security Advisory 954960", "https://support.microsoft.com/kb/954960"},
		},
		{
			ID: "wsus-soap-fault", Title: "WSUS: SOAP fault, InternalServerError", Over: nil,
			Phrases: []string{"SOAP Fault: 0x000190", "faultstring:Fault occurred", "ErrorCode:InternalServerError(5)", "SoapUtilities.CreateException ThrowException"},
			Meaning: "The WSUS server failed while it answered a client. The reason is in its SoftwareDistribution.log, with the ID that both logs have.",
			Causes:  []*Cause{{Text: "see SyncUpdates and 0x8024400E", Command: Command{"explain", "0x8024400E"}, Action: text.Of("%s", Command{"explain", "< SoftwareDistribution.log"})}},
			Refs:    []string{"Microsoft Security Advisory 954960"},
		},
		{
			ID: "kb2607712", Title: "KB2607712, KB2616676: fraudulent certificates of DigiNotar", Keys: []string{"kb:2607712", "kb:2616676"},
			Phrases: []string{"DigiNotar", "fraudulent digital certificates", "不正なデジタル証明書"},
			Meaning: "In 2011 attackers had DigiNotar issue certificates for names that were not theirs. Microsoft put eleven certificates of DigiNotar into the store of untrusted ones (KB2616676, which replaces KB2607712); all browsers did the like.",
			Causes:  []*Cause{&causeDistrusted, {Text: "the system lacks the update", Action: text.Of("install KB2616676 or any later cumulative update; current systems load the list by themselves")}},
			Refs:    []string{"Microsoft Security Advisory 2607712", "http://support.microsoft.com/kb/2616676"},
		},
		{
			ID: "kb2524375", Title: "KB2524375: nine fraudulent certificates issued by Comodo (UTN-USERFirst-Hardware)", Keys: []string{"kb:2524375"},
			Meaning: "In March 2011 certificates for addons.mozilla.org, login.live.com, login.skype.com, login.yahoo.com (three), mail.google.com, www.google.com and \"global trustee\" were issued to an attacker. The update puts the nine into the store of untrusted certificates.",
			Words:   []string{"comodo fraudulent|fraud|hack|不正 certificates|certificate|証明書", "UTN-USERFirst fraudulent|untrusted|distrust"},
			Causes:  []*Cause{&causeDistrusted},
			Refs:    []string{"Microsoft Security Advisory 2524375", "http://support.microsoft.com/kb/2524375"},
		},
		{
			ID: "untrusted-list", Title: "A Microsoft advisory that withdraws certificates", Keys: []string{"kb:2641690", "kb:2718704", "kb:2728973", "kb:2798897", "kb:2916652", "kb:2982792", "kb:3046310", "kb:3050995", "kb:3097966", "kb:3119884", "kb:3123040", "kb:2677070"},
			Phrases: []string{"eDellRoot", "Superfish", "Digisign Server ID", "MCSHOLDING", "disallowedcertstl.cab"},
			Meaning: "The advisory puts certificates on the list of untrusted ones. What is signed by them is refused, whatever the dates say.",
			Causes:  []*Cause{&causeDistrusted},
			Refs:    []string{"https://learn.microsoft.com/security-updates/"},
		},
		{
			ID: "winhttp-secure-failure", Title: "ERROR_WINHTTP_SECURE_FAILURE (0x80072F8F): errors were found in the server's certificate", Keys: []string{"win32:12175", "ERROR_WINHTTP_SECURE_FAILURE", "WININET_E_DECODING_FAILED"},
			Phrases: []string{"WinHttp: SendRequestUsingProxy failed*0x80072f8f"},
			Meaning: "A program of Windows (Windows Update, activation, WSUS client) did not accept the certificate of the server.",
			Causes:  []*Cause{&causeClock, &causeUntrustedRoot, &causeName, &causeInspection, &causeVersions},
		},
		winhttp("12037", "ERROR_INTERNET_SEC_CERT_DATE_INVALID", "the certificate of the server is out of its time", &causeExpired, &causeClock, &causeNotYet),
		winhttp("12038", "ERROR_INTERNET_SEC_CERT_CN_INVALID", "the certificate is for another name", &causeName, &causeOtherSite, &causeNoNames),
		winhttp("12044", "ERROR_INTERNET_CLIENT_AUTH_CERT_NEEDED", "the server wants a client certificate", &causeClientCert),
		winhttp("12045", "ERROR_INTERNET_INVALID_CA", "the certificate authority is not known", &causeIncomplete, &causeUntrustedRoot, &causeInspection),
		winhttp("12055", "ERROR_INTERNET_SEC_CERT_ERRORS", "the certificate of the server has several errors", &causeIncomplete, &causeName, &causeExpired),
		winhttp("12056", "ERROR_INTERNET_SEC_CERT_NO_REV", "the certificate names no place to ask for its revocation", &causeRevocationDown),
		winhttp("12057", "ERROR_INTERNET_SEC_CERT_REV_FAILED", "whether the certificate is revoked could not be found out", &causeRevocationDown),
		winhttp("12157", "ERROR_INTERNET_SECURITY_CHANNEL_ERROR", "an error in the secure channel support", &causeVersions, &causeCiphers, &causeClientCert),
		winhttp("12169", "ERROR_INTERNET_SEC_INVALID_CERT", "the certificate is invalid", &causeIncomplete, &causeDamaged, &causeUsage),
		winhttp("12170", "ERROR_INTERNET_SEC_CERT_REVOKED", "the certificate is revoked", &causeRevoked, &causeDistrusted),
		winhttp("12179", "ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE", "the certificate is not for this use", &causeUsage),
	}
}

// winhttp are the errors of WinINet and WinHTTP: alone, and as 0x80072Fxx.
func winhttp(number, symbol, text string, causes ...*Cause) Entry {
	e := Entry{
		ID: "win32-" + number, Title: symbol + " (" + number + "): " + text, Keys: []string{"win32:" + number, symbol}, Causes: causes,
		Meaning: "A program that uses WinHTTP or Internet Explorer refuses the certificate of the server: " + text + ".",
	}
	return e
}
