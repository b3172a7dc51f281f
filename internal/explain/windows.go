package explain

import (
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// windowsEntries are the errors of Windows that certificates lead to, alone or
// as HRESULT 0x8007xxxx.
func windowsEntries() []Entry {
	return []Entry{
		{
			ID: "win32-86", Over: []string{"password-incorrect"}, Title: "ERROR_INVALID_PASSWORD (0x80070056): the specified network password is not correct", Target: "iis",
			Meaning: "Windows says this of a PFX whose integrity check fails: with a wrong password, and with one whose algorithms it does not know.",
			Keys:    []string{"win32:86", "ERROR_INVALID_PASSWORD"},
			Phrases: []string{"specified network password is not correct", target.WindowsPassword, "指定されたネットワーク パスワードが間違っています", "入力したパスワードは間違っています", "入力したパスワードが間違っています", "入力されたパスワードが間違っています"},
			Words:   []string{"pfx password wrong|incorrect|invalid", "pfx|p12 パスワード 間違|違う|不正", "network password correct"},
			Causes:  []*Cause{&causeModernPFX, &causePassword, &causeDamagedPFX},
			Refs:    []string{"https://github.com/openssl/openssl/issues/27035", "https://github.com/acmesh-official/acme.sh/issues/6805"},
		},
		{
			ID: "win32-1312", Title: "ERROR_NO_SUCH_LOGON_SESSION (0x80070520): a specified logon session does not exist", Target: "iis",
			Meaning: "netsh or IIS could not bind the certificate: its private key is not in the machine's store.",
			Keys:    []string{"win32:1312", "ERROR_NO_SUCH_LOGON_SESSION"},
			Phrases: []string{"specified logon session does not exist", "指定されたログオン セッションは存在しません", "SSL Certificate add failed"},
			Causes: []*Cause{&causeBrokenKeyset,
				{Text: "it was imported into the user's store instead of the machine's", Action: text.Of("import the PFX again into Local Computer, Personal")},
				{Text: "the certificate was completed on another machine than the one that made the request", Checks: []string{"key-missing"}, Command: findKey, Action: text.Of("complete it there, export it as PFX, import that here")},
			},
		},
		{
			ID: "win32-13", Title: "ERROR_INVALID_DATA (0x8007000D): the data is invalid",
			Meaning: "The file or the downloaded object is not what it should be: no certificate, no PFX, no cab.",
			Keys:    []string{"win32:13"},
			Phrases: []string{"the data is invalid", "データが無効です"},
			Causes:  []*Cause{&causeDamaged, &causeDamagedPFX, &causeObject, {Text: "with CAPI2 event 4107 or 11: a proxy's page came in place of the list of roots", Action: causeOldCRLs.Action}},
			Refs:    []string{"Microsoft KB2328240"},
		},
		{
			ID: "win32-5", Title: "ERROR_ACCESS_DENIED (0x80070005): access is denied",
			Meaning: "The account may not read or write the key, its container or the store.",
			Keys:    []string{"win32:5"},
			Causes:  []*Cause{&causePermissions, {Text: "the program was not started as administrator", Action: text.Of("run it elevated")}},
		},
		{
			ID: "win32-2", Title: "ERROR_FILE_NOT_FOUND (0x80070002): the file cannot be found",
			Meaning: "A file is not where it is looked for; in work with certificates often the file of the private key below MachineKeys.",
			Keys:    []string{"hr:80070002"},
			Causes:  []*Cause{&causeNothing, &causeBrokenKeyset},
		},
		{
			ID: "win32-183", Title: "ERROR_ALREADY_EXISTS (0x800700B7): it exists already",
			Meaning: "netsh or IIS was to bind a certificate to an address and port that have a binding.",
			Keys:    []string{"win32:183"},
			Causes:  []*Cause{{Text: "another binding, perhaps of another site", Action: text.Of("netsh http show sslcert lists them, netsh http delete sslcert takes one away")}},
		},
	}
}
