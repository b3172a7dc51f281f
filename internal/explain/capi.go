package explain

import (
	"fmt"

	"github.com/certconv/certconv/internal/text"
)

// capiEntries are the events of CAPI2: crypt32 writes those of the automatic
// update of roots to the Application log, with numbers of their own until
// Windows Vista and 4096 more since Windows 7. The Operational channel has other
// events under the small numbers.
func capiEntries() []Entry {
	const page = "https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc733922(v=ws.10)"
	room := &Cause{Text: "the store or the folder of temporary files cannot be written by this account", Action: text.Of("give the account full control of its %TEMP%, and look at policies that close the store of third-party roots")}
	list := []Entry{
		capi(1, "a third-party root was added", "Nothing is wrong: Windows needed a root of Microsoft's list and put it into its store.", "Successful auto update of third-party root certificate"),
		capi(2, "the list of third-party roots was fetched", "Nothing is wrong.", "Successful auto update retrieval of third-party root list cab"),
		capi(3, "the list of third-party roots could not be fetched", "Windows could not load authrootstl.cab from Windows Update.", "Failed auto update retrieval of third-party root list cab", &causeNoUpdate, &causeOldCRLs),
		capi(4, "a third-party root was fetched", "Nothing is wrong.", "Successful auto update retrieval of third-party root certificate"),
		capi(5, "a third-party root could not be fetched", "A certificate needs a root of Microsoft's list, and its .crt could not be loaded from Windows Update: the chain stays untrusted.", "Failed auto update retrieval of third-party root certificate", &causeNoUpdate, &causeUntrustedRoot),
		capi(6, "crypt32 has written too many events and pauses", "Nothing new is wrong: crypt32 writes no more of its events for a while. The ones before it count.", "Reached crypt32 threshold", &causeNoUpdate, &causeOldCRLs),
		capi(7, "the sequence number of the list was fetched", "Nothing is wrong.", "Successful auto update retrieval of third-party root list sequence number"),
		capi(9, "a chain ends in a root that is not trusted", "A certificate was verified whose root is neither in the store nor on Microsoft's list.", "Untrusted root certificate:: Subject", &causeUntrustedRoot, &causeDistrusted),
		capi(10, "a chain has no root", "A certificate was verified whose issuer is not known here: the intermediate is missing, or could not be fetched.", "Partial Chain:: Issuer", &causeIncomplete, &causeUntrustedRoot),
		capi(12, "a third-party root was taken away", "Nothing is wrong: Microsoft took the root off its list, and Windows deleted it.", "Successful auto delete of third-party root certificate"),
		capi(13, "the properties of a third-party root were updated", "Nothing is wrong.", "Successful auto property update of third-party root certificate"),
		capi(14, "a certificate could not be added to the store of third-party roots", "Windows fetched a root and could not store it; the account, often SYSTEM or a service, may not write there, or its profile is not loaded.", "Failed to add certificate to*Third-Party Root Certification Authorities store", room, &causeNoUpdate),
		capi(15, "the list of third-party roots was updated", "Nothing is wrong: the event has the date of the list that Windows uses now.", "Successful auto update of third-party root list with effective date"),
		capi(16, "the list of untrusted certificates was updated", "Nothing is wrong: Windows loads Microsoft's list of certificates that are not to be trusted.", "Successful auto update of disallowed certificate list"),
		{
			ID: "capi2-proxy-page", Title: "0x8007000D or \"the data is invalid\" beside authrootstl.cab: what came is no cab", Rank: Reason, Over: []string{"win32-13"},
			Phrases: []string{"authrootstl.cab*data is invalid", "authrootstl.cab*0x8007000d", "disallowedcertstl.cab*data is invalid", "disallowedcertstl.cab*0x8007000d", "authrootstl.cab*データが無効です"},
			Meaning: "In the place of the cab came something else.", Refs: []string{"Microsoft KB2328240"},
			Causes: []*Cause{&causeProxyPage, &causeOldCRLs},
		},
	}
	for i := range list {
		list[i].Refs = append(list[i].Refs, page)
	}
	bounds := &Cause{
		Text:   "the PFX was written with more rounds of key derivation, or in more parts, than this Windows takes",
		Action: text.Of("write it anew, as Windows does: %s", Command{"convert", "site.pfx --for iis --out new.pfx"}), Command: inspectPFX,
	}
	for i, what := range []string{"AuthSafes", "Iteration", "SafeBags"} {
		n := 4176 + i
		list = append(list, Entry{
			ID: fmt.Sprintf("capi2-%d", n), Title: fmt.Sprintf("CAPI2 %d: a PFX was refused for its count of %s", n, what), Rank: Reason,
			Keys: []string{fmt.Sprintf("%s:%d", kindEvent, n), fmt.Sprintf("%s:%d", kindCAPI2, n)}, Phrases: []string{"PFX operation failed as " + what + " count"},
			Meaning: "Windows has bounds for what a PFX may ask of it; the event names the bound and what the file has.", Causes: []*Cause{bounds, &causeDamagedPFX},
			Refs: []string{"message table of crypt32.dll (Windows 8.1, 6.3.9600)"},
		})
	}
	for _, o := range []struct {
		number  int
		title   string
		meaning string
		causes  []*Cause
	}{
		{10, "a chain is being built", "Nothing is wrong: event 11 with the same TaskId has the result.", nil},
		{11, "a chain was built", "Nothing is wrong by itself: each program that verifies a certificate makes one. At level Error the Result in it says why the chain was refused.", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeExpired, &causeRevocationDown}},
		{30, "the policy of a chain was verified", "Nothing is wrong by itself: at level Error the Result says why, mostly the name (CERT_E_CN_NO_MATCH) or an untrusted root.", []*Cause{&causeName, &causeUntrustedRoot, &causeIncomplete}},
		{40, "a revocation is being verified", "Nothing is wrong: event 41 has the result.", nil},
		{41, "a revocation was verified", "Nothing is wrong by itself: at level Error the list or the responder could not be asked, or the certificate is revoked.", []*Cause{&causeRevocationDown, &causeRevoked}},
		{42, "revocation information was rejected", "A list or response was loaded and not accepted: stale, or not of this issuer.", []*Cause{&causeRevocationDown, &causeClock}},
		{51, "an object is looked for in the network cache", "Nothing is wrong.", nil},
		{52, "an object is fetched from the network", "Nothing is wrong: event 53 has the result.", nil},
		{53, "an object was fetched from the network", "Nothing is wrong by itself: at level Error an address in a certificate (AIA, CRL, OCSP) or Windows Update was not reached.", []*Cause{&causeRevocationDown, &causeNoUpdate}},
		{70, "a private key was asked for", "Nothing is wrong by itself: at level Error the account may not use the key, or it is gone.", []*Cause{&causePermissions, &causeBrokenKeyset}},
		{81, "the trust in a signed file was verified", "Nothing is wrong by itself: at level Error the Result says what is wrong with the signature.", []*Cause{&causeUntrustedRoot, &causeExpired}},
		{90, "the certificates of a chain", "Nothing is wrong: the event lists the certificates that the one before speaks of.", nil},
	} {
		list = append(list, Entry{
			ID: fmt.Sprintf("capi2-operational-%d", o.number), Title: fmt.Sprintf("CAPI2 Operational %d: %s", o.number, o.title),
			Keys: []string{fmt.Sprintf("%s:%d", kindOperational, o.number)}, Meaning: o.meaning, Causes: o.causes,
			Refs: []string{"https://learn.microsoft.com/previous-versions/windows/it-pro/windows-vista/cc749296(v=ws.10)"},
		})
	}
	return list
}

// capi is an event of the automatic update by its old number.
func capi(old int, title, meaning, phrase string, causes ...*Cause) Entry {
	return Entry{
		ID: fmt.Sprintf("capi2-%d", 4096+old), Title: fmt.Sprintf("CAPI2 %d (%d on Windows Vista and Server 2008): %s", 4096+old, old, title),
		Keys:    []string{fmt.Sprintf("%s:%d", kindEvent, 4096+old), fmt.Sprintf("%s:%d", kindCAPI2, 4096+old), fmt.Sprintf("%s:%d", kindCAPI2, old)},
		Phrases: []string{phrase}, Meaning: meaning, Causes: causes,
	}
}
