package explain

import "github.com/certconv/certconv/internal/text"

// schannelEntries are the events that Schannel and CAPI2 write to the logs of
// Windows.
func schannelEntries() []Entry {
	return []Entry{
		{
			ID: "schannel-36864", Title: "Schannel 36864: the security package has loaded successfully", Keys: []string{"event:36864"},
			Meaning: "Nothing is wrong.", Phrases: []string{"Schannel security package has loaded successfully"},
		},
		{
			ID: "schannel-36867", Title: "Schannel 36867: creating a TLS server or client credential", Keys: []string{"event:36867"},
			Meaning: "Nothing is wrong: a service is loading its certificate. An error, if there is one, follows.",
			Phrases: []string{"creating an SSL server credential", "creating a TLS server credential"},
		},
		{
			ID: "schannel-36868", Title: "Schannel 36868: the properties of the credential's private key", Keys: []string{"event:36868"},
			Meaning: "Nothing is wrong: it names provider, container and type of the private key, which helps to find it.",
			Phrases: []string{"credential's private key has the following properties"},
		},
		{
			ID: "schannel-36869", Title: "Schannel 36869: the certificate has no private key information property", Keys: []string{"event:36869"},
			Phrases: []string{"does not have a private key information property", "秘密キー情報のプロパティがありません"},
			Meaning: "The certificate is in the store without its private key.",
			Causes:  []*Cause{{Text: "it was imported from a .cer or .crt, which never holds a key", Checks: []string{"key-missing"}, Command: inspectPFX, Action: text.Of("import a PFX: %s", Command{"convert", "site.key site.crt chain.crt --for iis --out site.pfx"})}, &causeBrokenKeyset, &causeNoKey},
		},
		{
			ID: "schannel-36870", Title: "Schannel 36870: a fatal error occurred when attempting to access the private key", Keys: []string{"event:36870"},
			Phrases: []string{"fatal error occurred when attempting to access the*private key", "秘密キーにアクセスしようとしたときに致命的なエラー", "資格情報の秘密キーにアクセス"},
			Words:   []string{"fatal error access private_key", "schannel private_key", "秘密キー|秘密鍵 アクセス 致命的|エラ"},
			Meaning: "The service found its certificate and could not open the private key. 0x8009030D in it means no permission or a broken keyset, 0x80090016 that the container is missing.",
			Causes:  []*Cause{&causePermissions, &causeBrokenKeyset, {Text: "the file below ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys was deleted or its permissions changed", Action: text.Of("put it back from the backup with its permissions; else import the PFX again")}},
		},
		{
			ID: "schannel-36871", Title: "Schannel 36871: a fatal error occurred while creating a TLS credential", Keys: []string{"event:36871"},
			Phrases: []string{"fatal error occurred while creating a*credential", "fatal error occurred while creating an*credential", "資格情報の作成中に致命的なエラー", "資格情報を作成しているときに致命的なエラー"},
			Meaning: "A program wanted TLS and got none: mostly because the protocol versions it asks for are turned off (internal state 10013), seldom because of the certificate.",
			Causes:  []*Cause{{Text: "TLS 1.2 is disabled in the registry, or the program (.NET 4.5 and earlier) asks for TLS 1.0 only", Action: text.Of("enable TLS 1.2 for client and server below SecurityProviders\\SCHANNEL\\Protocols; set SchUseStrongCrypto and SystemDefaultTlsVersions for .NET")}, &causePermissions, &causeBrokenKeyset},
		},
		{
			ID: "schannel-36872", Title: "Schannel 36872: no suitable default server credential, or the chain could not be retrieved", Keys: []string{"event:36872"},
			Phrases: []string{"no suitable default server credential exists"},
			Meaning: "A service was asked for TLS and found no certificate it can use: on a domain controller one for server authentication in the machine's store.",
			Causes:  []*Cause{&causeNoKey, &causeUsage, &causeExpired},
		},
		{
			ID: "schannel-36873", Title: "Schannel 36873: there are no cipher suites to use", Keys: []string{"event:36873"},
			Phrases: []string{"no supported cipher suites were found when initiating"},
			Meaning: "The list of enabled cipher suites fits no protocol version that is enabled.", Causes: []*Cause{&causeCiphers, &causeVersions},
		},
		{
			ID: "schannel-36874", Title: "Schannel 36874: none of the client's cipher suites is supported by the server", Keys: []string{"event:36874"},
			Phrases: []string{"none of the cipher suites supported by the client application are supported by the server", "クライアント アプリケーションでサポートされている暗号スイートはいずれもサーバーではサポートされていません", "クライアント アプリケーションがサポートする暗号化スイートは、いずれもサーバーではサポートされていません"},
			Words:   []string{"暗号 スイト サポト"},
			Meaning: "Client and server have no cipher suite in common, often because the certificate's key rules out the rest.",
			Causes:  []*Cause{&causeCiphers, &causeVersions, {Text: "the client is a scanner or of Windows XP's time", Action: text.Of("nothing, if no user complains")}, &causeBrokenKeyset},
		},
		{
			ID: "schannel-36876", Title: "Schannel 36876: the certificate of the server was not validated", Keys: []string{"event:36876"},
			Phrases: []string{"certificate received from the remote server has not validated correctly"},
			Meaning: "The error code in the event says why.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired},
		},
		{
			ID: "schannel-36877", Title: "Schannel 36877: the certificate of the client was not validated", Keys: []string{"event:36877"},
			Phrases: []string{"certificate received from the remote client application has not validated correctly", "certificate received from the remote client application is not suitable"},
			Meaning: "A client showed a certificate that this server does not accept; the error code says why.", Causes: []*Cause{&causeClientCert},
		},
		{
			ID: "schannel-36880", Title: "Schannel 36880: a TLS handshake was completed", Keys: []string{"event:36880"},
			Meaning: "Nothing is wrong: the event lists protocol and cipher of a connection.",
		},
		{
			ID: "schannel-36881", Title: "Schannel 36881: the certificate of the server has expired or is not yet valid", Keys: []string{"event:36881"},
			Phrases: []string{"certificate received from the remote server has either expired or is not yet valid"},
			Meaning: "A program on this machine connected to a server whose certificate is out of its time.", Causes: []*Cause{&causeExpired, &causeClock, &causeNotYet, &causeIssuerExpired},
		},
		{
			ID: "schannel-36882", Title: "Schannel 36882: the certificate of the server was issued by an untrusted authority", Keys: []string{"event:36882"},
			Phrases: []string{"was issued by an untrusted certificate authority", "信頼されていない証明機関によって発行されました", "信頼されない証明機関によって発行されました"},
			Meaning: "A program on this machine connected to a server whose chain ends at no trusted root.", Causes: []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeInspection},
		},
		{
			ID: "schannel-36883", Title: "Schannel 36883: the certificate of the server has been revoked", Keys: []string{"event:36883"},
			Phrases: []string{"certificate received from the remote server has been revoked"},
			Meaning: "A program on this machine connected to a server whose certificate is on a revocation list.", Causes: []*Cause{&causeRevoked},
		},
		{
			ID: "schannel-36884", Title: "Schannel 36884: the certificate of the server does not contain the expected name", Keys: []string{"event:36884"},
			Phrases: []string{"certificate received from the remote server does not contain the expected name", "サーバーから受信した証明書には、必要な名前が含まれていません"},
			Meaning: "A program on this machine asked for a name that the server's certificate does not have.", Causes: []*Cause{&causeName, &causeOtherSite, &causeNoNames},
		},
		{
			ID: "schannel-36885", Title: "Schannel 36885: the list of trusted certificate authorities has grown too long", Keys: []string{"event:36885"},
			Phrases: []string{"list of trusted certificate authorities*too long", "this list has grown too long", "list has thus been truncated"},
			Meaning: "When it asks for client certificates, this server sends the names of its trusted roots; the list was cut at 16 KB (12 KB before Windows Server 2008), so clients whose root is missing in it send no certificate.",
			Causes:  []*Cause{{Text: "too many certificates in the store of trusted roots", Action: text.Of("take out what is not needed, or set SendTrustedIssuerList to 0 below SecurityProviders\\SCHANNEL")}},
			Refs:    []string{"Microsoft KB2802568"},
		},
		{
			ID: "schannel-36886", Title: "Schannel 36886: no suitable default server credential exists", Keys: []string{"event:36886"},
			Meaning: "A service, mostly a domain controller's LDAP, has no certificate for server authentication and does without TLS.",
			Causes:  []*Cause{&causeNoKey, &causeUsage, {Text: "no TLS is wanted here", Action: text.Of("ignore it")}},
		},
		{
			ID: "schannel-36887", Title: "Schannel 36887: a fatal alert was received from the other side", Keys: []string{"event:36887"},
			Phrases: []string{"fatal alert was received from the remote endpoint", "following fatal alert was received", "リモート エンドポイントから致命的なアラートを受信しました", "リモート エンドポイントから致命的な警告を受け取りました", "次の致命的な警告を受け取りました", "致命的なアラートを受信"},
			Meaning: "The other side ended the connection; the number of the alert in the event says why. 42 to 48 are about the certificate that this machine showed.",
			Causes:  []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeName, &causeExpired, &causeVersions, &causeClientCert},
			Refs:    []string{"RFC 8446, Section 6.2"},
		},
		{
			ID: "schannel-36888", Title: "Schannel 36888: a fatal alert was generated and sent to the other side", Keys: []string{"event:36888"},
			Phrases: []string{"fatal alert was generated and sent to the remote endpoint", "following fatal alert was generated", "致命的なアラートが生成され", "致命的な警告が生成され", "次の致命的な警告が生成されました"},
			Meaning: "This machine ended the connection; the number of the alert says why. Internal state 1203 means that the other side did not speak TLS at all, 1051 or 1250 often a key of an old provider whose KeySpec is 0.",
			Causes:  []*Cause{&causePlainHTTP, &causeCiphers, &causeVersions, {Text: "the key of the certificate was imported with KeySpec 0 into an old provider", Checks: []string{"key-missing"}, Command: inspectPFX, Action: text.Of("import the PFX again: certutil -importpfx site.pfx AT_KEYEXCHANGE")}},
			Refs:    []string{"RFC 8446, Section 6.2", "Microsoft KB3042058"},
		},
		{
			ID: "capi2-4107", Title: "CAPI2 4107 (11 on Windows Vista and Server 2008): the list of third-party roots could not be extracted from the auto update cab", Keys: []string{"event:4107", "capi2:4107", "capi2:11", "kb:2328240"},
			Phrases: []string{"Failed extract of third-party root list from auto update cab", "サード パーティのルート一覧", "サードパーティのルート一覧シーケンス番号", "自動更新 cab から"},
			Words:   []string{"third root list cab|update", "cryptneturlcache", "authrootstl"},
			Over:    []string{"hresult-800b0101", "win32-13"},
			Meaning: "Windows loads Microsoft's list of root certificates (authrootstl.cab). The copy in the CryptnetUrlCache folder is signed with a certificate that has expired, or is no cab (\"the data is invalid\"). Sites are reached all the same as long as their roots are known.",
			Causes: []*Cause{
				&causeOldCRLs,
				&causeProxyPage,
				&causeClock,
				{Text: "with event 11 and \"access denied\": the account may not write to its folder for temporary files", Action: text.Of("give it the permission for %TEMP%")},
			},
			Refs: []string{"Microsoft KB2328240"},
		},
		{
			ID: "capi2-8", Title: "CAPI2 4104 (8 on Windows Vista and Server 2008): the sequence number of the list of third-party roots could not be fetched", Keys: []string{"capi2:8", "event:4104", "capi2:4104"},
			Phrases: []string{"Failed auto update retrieval of third-party root list sequence number"},
			Over:    []string{"capi2-4107"},
			Meaning: "Windows could not load Microsoft's list of root certificates from Windows Update.",
			Causes:  []*Cause{&causeNoUpdate, &causeOldCRLs},
			Refs:    []string{"Microsoft KB2328240"},
		},
	}
}
