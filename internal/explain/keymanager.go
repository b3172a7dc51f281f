package explain

import "github.com/certconv/certconv/internal/text"

// keyManagerEntries are what Key Manager of IIS 4, Certificate Server and the
// wizards of IIS 5 say.
func keyManagerEntries() []Entry {
	return []Entry{
		{
			ID: "key-manager-bad-password", Title: "Key Manager: invalid or bad password", Target: "iis4", Over: []string{"password-incorrect"},
			Meaning: "Key Manager says this of nearly everything it cannot read: the certificate text was changed by mail, the request came from an old schannel.dll, and last the password.",
			Phrases: []string{"Key Manager*invalid password", "Key Manager*bad password"},
			Words:   []string{"key_manager|keyring bad|invalid|wrong password"},
			Causes:  []*Cause{&causeDamaged, {Text: "there is no empty line before BEGIN and after END, which Key Manager wants", Checks: []string{"pem-begin-missing", "pem-end-missing", "pem-blocks-glued", "pem-boundary-malformed"}, Command: Command{"repair", "site.crt --out fixed.crt"}, Action: text.Of("write it again: %s", Command{"convert", "site.crt --for iis4 --only cert --out fixed.crt"})}, &causeMismatch, &causePassword},
			Refs:    []string{"Microsoft KB186796", "Microsoft KB172421", "Microsoft KB179550"},
		},
		{
			ID: "key-storage-file-invalid", Title: "Key storage file is invalid", Target: "iis4",
			Meaning: "Key Manager was given a file that is no backup of it: most often the request alone.",
			Phrases: []string{"key storage file is invalid"},
			Causes:  []*Cause{{Text: "it is the request (.req), which has no private key", Checks: []string{"wrong-object", "key-missing"}, Command: Command{"inspect", "site.key"}, Action: text.Of("give the backup file (.key)")}, &causeDamaged},
			Refs:    []string{"Microsoft KB174781"},
		},
		{
			ID: "keyring-access-violation", Title: "keyring.exe ends with an access violation", Target: "iis4",
			Meaning: "Key Manager stops when it installs a certificate that is damaged or not for this key.",
			Phrases: []string{"keyring.exe", "keyring*0xC0000005"},
			Causes:  []*Cause{&causeDamaged, &causeMismatch},
			Refs:    []string{"Microsoft KB159001"},
		},
		{
			ID: "key-request-not-generated", Title: "Unable to generate a new key request", Target: "iis4",
			Meaning: "A field of the request has a character that IIS cannot encode.",
			Phrases: []string{"unable to generate a new key request"},
			Causes:  []*Cause{{Text: "a comma, quote or apostrophe in a field", Checks: []string{"csr-field-character"}, Command: lintRequest, Action: text.Of("use A-Z, a-z and 0-9, with dots in the common name only")}},
			Refs:    []string{"Microsoft KB282968"},
		},
		{
			ID: "hresult-80092023", Title: "CRYPT_E_INVALID_X500_STRING: the string contains an invalid X500 name attribute key, oid, value or delimiter",
			Meaning: "A subject could not be read as a distinguished name.",
			Keys:    []string{"hr:80092023", "CRYPT_E_INVALID_X500_STRING"},
			Phrases: []string{"invalid X500 name attribute"},
			Causes:  []*Cause{{Text: "a comma, plus or quote in a value that is not quoted", Checks: []string{"csr-field-character"}, Command: lintRequest, Action: text.Of("leave it out, or put the value into quotes")}},
			Refs:    []string{"Microsoft KB293485"},
		},
		{
			ID: "secure-channel-support", Title: "An error occurred in the Secure Channel Support",
			Meaning: "Internet Explorer could not verify the server's certificate and does not say why.",
			Phrases: []string{"error occurred in the secure channel support"},
			Causes: []*Cause{
				{Text: "subject and issuer of the certificate are the same name, so that it looks self-signed", Checks: []string{"chain-untrusted-root", "chain-signature"}, Command: checkChain, Action: text.Of("have it reissued with another subject than the authority's")},
				&causeVersions, &causeExpired,
			},
			Refs: []string{"Microsoft KB216539"},
		},
	}
}
