package explain

import (
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// faqEntries are what administrators and users of IIS reported from its first
// versions on, most of it in today's browsers and servers still.
func faqEntries() []Entry {
	return []Entry{
		{
			ID: "hresult-80090304", Title: "SEC_E_INTERNAL_ERROR; in Key Manager: Schannel error, Invalid Password", Target: "iis4",
			Meaning: "Schannel could not make a credential of the files. It says \"Invalid Password\" whatever is wrong with them; the password is the least likely reason. In other programs: the Local Security Authority cannot be contacted.",
			Keys:    []string{"hr:80090304", "SEC_E_INTERNAL_ERROR"},
			Phrases: []string{target.KeyManagerKey, "Schannel error*Invalid Password", "the Local Security Authority cannot be contacted", "ローカル セキュリティ機関にアクセスできません"},
			Words:   []string{"schannel error password|パスワード", "schannel エラー パスワード", "schannel invalid|wrong|incorrect password", "key_manager|キーマネージャ password|パスワード wrong|invalid|間違|無効|不正"},
			Causes: []*Cause{
				{Text: "two files were given that are not a key and its certificate: the request and the certificate, which are both public", Checks: []string{"wrong-object"}, Command: Command{"inspect", "site.key site.crt"}, Action: text.Of("give the private key (.key, from the backup) and the certificate")},
				{Text: "the key is still in the form of Apache and OpenSSL (PEM)", Checks: []string{"wrong-format"}, Command: Command{"check", "--key site.key --cert site.crt --for iis4"}, Action: text.Of("%s, with a password; then import it with the certificate in Key Manager", Command{"convert", "site.key --to net --out site.net"})},
				{Text: "a PFX was given; Key Manager reads only NET keys and its own backups", Checks: []string{"wrong-format"}, Format: "pfx", Command: inspectPFX, Action: text.Of("%s, and the certificate with --only cert --to pem", Command{"convert", "site.pfx --only key --to net --out site.net"})},
				{Text: "the certificate belongs to another key", Checks: []string{"key-mismatch"}, Command: checkPair, Action: text.Of("try the other keys below the WWW service in Key Manager; %s searches backups", Command{"find-key", "--cert site.crt DIR"})},
				{Text: "the password of the key is wrong; it is case-sensitive", Checks: []string{"password-wrong", "password-missing"}, Command: Command{"inspect", "site.key"}, Action: text.Of("look at Caps Lock and the keyboard layout")},
				{Text: "an old schannel.dll, of before the service packs of Windows NT, stores the password wrongly", Action: text.Of("install the service pack; current systems do not have this")},
			},
			Refs: []string{"Microsoft KB186796", "Microsoft KB278602"},
		},
		{
			ID: "hresult-80093005", Title: "OSS_DATA_ERROR: the certificate is not valid ASN.1 (CAPI2 error)", Target: "iis4",
			Meaning: "Windows could not decode the file as a certificate: the Base64 text or what is in it is not what it expects.",
			Keys:    []string{"hr:80093005", "OSS_DATA_ERROR"},
			Phrases: []string{target.KeyManagerCertificate, "OSS ASN.1 Error: Invalid data", "Invalid Certificate", "証明書が無効です"},
			Words:   []string{"capi2 invalid certificate", "capi2 error|エラー certificate|証明書 無効|invalid", "capi2 証明書"},
			Causes: []*Cause{
				&causeDamaged,
				{Text: "the file is DER where Key Manager takes only Base64", Checks: []string{"wrong-format"}, Command: Command{"inspect", "site.crt"}, Action: text.Of("%s", Command{"convert", "site.crt --to pem --out site.pem"})},
				{Text: "wrong path or file, or the request or a PKCS#7 in place of the certificate", Checks: []string{"wrong-object", "pem-label-wrong", "file-empty", "file-unrecognised", "file-is-web-page"}, Command: inspectAll, Action: text.Of("give the certificate that came back; of a .p7b write it with %s", Command{"convert", "site.p7b --only cert --to pem --out site.crt"})},
				{Text: "in Certificate Server: a renewal request is PKCS#7, not PKCS#10", Command: Command{"inspect", "site.csr"}, Action: text.Of("make a new request instead of a renewal")},
				{Text: "a fault of the service pack of Windows NT with certificates of Server Gated Cryptography", Action: text.Of("install the fix of KB194889; current systems do not have this")},
			},
			Refs: []string{"Microsoft KB269290", "Microsoft KB277895", "Microsoft KB194889"},
		},
		{
			ID: "hresult-80093009", Title: "OSS_PDU_MISMATCH: the certificate is invalid, check that it is the correct file (CAPI2 error)", Target: "iis4",
			Meaning: "The file can be decoded, but not as a certificate: it is another object, or its text is damaged.",
			Keys:    []string{"hr:80093009", "OSS_PDU_MISMATCH"},
			Phrases: []string{"double-check that you have chosen the correct file", "OSS ASN.1 Error: Encode/Decode Error", "The certificate is invalid. Please*correct file", "正しいファイルを選択したことを確認"},
			Words:   []string{"certificate invalid chosen|choose correct file", "証明書 無効 正しい ファイル", "証明書 無効 ファイル"},
			Causes: []*Cause{
				{Text: "it is another object than a certificate: a request, a key, a PKCS#7", Checks: []string{"wrong-object", "pem-label-wrong"}, Command: inspectAll, Action: text.Of("give the certificate that came back from the certificate authority")},
				&causeDamaged, &causeFormat, &causeNothing,
			},
			Refs: []string{"Microsoft KB269290"},
		},
		{
			ID: "certificate-not-requested", Title: "Cannot install the certificate because it does not match the certificate requested", Target: "iis4",
			Meaning: "The public key in the file is not that of the key that the pending request was made with.",
			Phrases: []string{"does not match the certificate requested", "does not match the certificate request", "要求された証明書と一致しない", "要求した証明書と一致しない", "証明書の要求と一致しません", "要求された証明書と一致しません"},
			Words:   []string{"certificate match|mismatch requested|request", "証明書 要求 一致|合致", "証明書 リクエスト 一致|合致", "cannot|cant install certificate match"},
			Causes: []*Cause{
				{Text: "the file is the request itself, not the certificate", Checks: []string{"wrong-object", "pem-label-wrong"}, Command: inspectAll, Action: text.Of("give the file that came back from the certificate authority")},
				{Text: "it is not the certificate for this key", Checks: []string{"key-mismatch", "request-mismatch"}, Command: checkRequest, Action: text.Of("%s finds the key; if the request was made again after ordering, have the certificate reissued for the new one", Command{"find-key", "--cert site.crt DIR"})},
				{Text: "after a renewal the old certificate is being installed with the new key; the new one can take days to be issued", Checks: []string{"key-mismatch", "request-mismatch"}, Cases: []string{"renewal"}, Command: checkRequest, Action: text.Of("wait for the new certificate")},
				{Text: "text was given where Key Manager wants the binary key, or the reverse", Checks: []string{"wrong-format"}, Command: Command{"inspect", "site.key"}, Action: text.Of("%s", Command{"convert", "site.key --to net --out site.net"})},
			},
		},
		{
			ID: "certificate-or-key-invalid", Title: "The certificate or the key is invalid", Target: "iis4",
			Meaning: "No private key or pending request belongs to the certificate, or the one that was found does not fit it.",
			Phrases: []string{"certificate or key is invalid", "certificate or the key is invalid", "証明書または鍵が無効", "証明書または鍵が無効だと警告", "証明書またはキーが無効", "証明書か鍵が無効", "証明書または秘密鍵が無効"},
			Words:   []string{"certificate key invalid", "証明書 鍵|キー 無効|不正"},
			Causes:  []*Cause{&causeNoKey, &causeMismatch, {Text: "the pending request was deleted", Checks: []string{"key-missing"}, Command: findKey, Action: text.Of("put it back from the backup; else make a new key and request and have the certificate reissued")}},
		},
		{
			ID: "pending-request-deleted", Title: "The pending request or the private key was deleted",
			Meaning: "A certificate is of no use without the private key that its request was made with, and nobody but its owner ever had it.",
			Phrases: []string{"保留要求または秘密鍵を削除"},
			Words: []string{
				"deleted|lost|removed|erased pending request", "deleted|lost|removed|erased|delete private_key|key", "accidentally deleted|delete|removed key|request",
				"秘密鍵|秘密キー 削除|消し|消え|失|紛失|なくし|無くし", "保留 要求 削除|消し|消え", "保留中の要求 削除|消",
			},
			Causes: []*Cause{
				{Text: "the key is still somewhere: a backup of Key Manager, a PFX, an image of the server, the machine where the request was made", Checks: []string{"key-missing"}, Command: findKey, Action: text.Of("restore what find-key found: %s", Command{"convert", "FOUND --to pem --out site.key"})},
				{Text: "it is gone, or its password is", Command: lintRequest, Action: text.Of("make a new key and request and have the certificate reissued; most authorities do so free of charge")},
			},
		},
		{
			ID: "not-trusted", Title: "The browser says that the certificate is not trusted",
			Meaning: "The browser could not find a way from the server's certificate to a root that it trusts, or the certificate is for another name.",
			Phrases: []string{"certificate is not trusted", "信頼できないメッセージ", "信頼されないものがある", "issued by a company you have not chosen to trust", "信頼された証明機関から発行されたものではありません", "certificate presented by this website was not issued by a trusted certificate authority"},
			Words: []string{
				"certificate|site|browser untrusted", "certificate|site|browser not trusted|trust", "ブラウザ 信頼されない|信頼されていない|信頼できない|信頼されていません|信頼できません", "証明書 信頼されない|信頼されていない|信頼できない|信頼されません|信頼されていません|信頼できません",
				"install all|every certificates|certificate", "証明書 すべて インストル",
			},
			Causes: []*Cause{&causeIncomplete, &causeWrongIntermediate, &causeName, &causeUntrustedRoot, &causeInspection, {Text: "the client is so old that it knows neither the root nor the signature algorithm", Checks: []string{"chain-untrusted-root"}, Command: checkChain, Action: text.Of("update it; the advice to turn on SSL 3.0 is of the past: leave SSL 3.0 off (RFC 7568) and use TLS 1.2 or later")}},
			Refs:   []string{"RFC 5246, Section 7.4.2", "RFC 7568"},
		},
		{
			ID: "signature-bad", Title: "The digital signature of the certificate is bad",
			Meaning: "What the client took for the issuer's certificate did not sign the server's certificate: an intermediate is missing or the wrong one, seldom a changed certificate.",
			Phrases: []string{"digital signature is bad", "bad digital signature", "デジタル署名が不正", "デジタル署名が正しくありません", "digital signature of the object did not verify", "this certificate has an invalid digital signature", "この証明書のデジタル署名は無効", "この証明書には無効なデジタル署名"},
			Words:   []string{"signature bad|invalid|wrong digital|certificate", "署名 不正|無効|正しくない|正しくありません"},
			Causes:  []*Cause{&causeIncomplete, &causeWrongIntermediate, {Text: "the certificate was changed, or is cut off", Checks: []string{"chain-signature", "pem-body-character", "pem-body-truncated"}, Command: checkChain, Action: text.Of("get it again from the certificate authority")}, &causeWeakSignature},
		},
		{
			ID: "other-certificate-shown", Title: "The certificate of another site is shown",
			Meaning: "Several sites share an address and a port. The server must choose a certificate before it sees the Host header; it goes by the name in the TLS handshake (SNI, RFC 6066), and takes its first or default certificate if there is none or it knows none for it.",
			Phrases: []string{"別のサイトの証明書が表示され", "別のサイトの証明書"},
			Words: []string{
				"another|different|wrong|other site|sites|host|website|server certificate", "wrong|different certificate shown|served|displayed|appears|sent", "別 サイト 証明書", "somebody|someone|else|elses certificate shows|shown|see|show", "違う|他|異なる サイト|ホスト 証明書", "name_based|name-based|namebased|ネームベース|名前ベース hosting|virtual|ホスティング|バーチャル",
				"ip_based|ip-based|IPベース hosting|ホスティング", "ネームベース|IPベース",
			},
			Causes: []*Cause{
				{Text: "no host of the configuration has this name together with a certificate, so the first one answers", Checks: []string{"name-mismatch"}, Command: checkName, Action: text.Of("give each name its own host with its certificate; IIS: a binding with host name and \"Require Server Name Indication\"")},
				{Text: "the client sends no name (SNI): very old browsers and programs, health checks of load balancers", Action: text.Of("%s tells what the server sends with the name and without one; give the default host a certificate with all names", Command{"probe", "HOST"})},
				{Text: "the certificate is bound to the address as well, and that binding comes first", Action: text.Of("IIS: netsh http show sslcert lists bindings by address and by name; delete the one that is not wanted")},
			},
			Refs: []string{"RFC 6066, Section 3"},
		},
		{
			ID: "page-cannot-be-displayed", Title: "The https page cannot be displayed",
			Meaning: "There was no TLS connection at all: nothing answers on the port, or the two sides have no protocol version in common.",
			Phrases: []string{"the page cannot be displayed", "page can't be displayed", "this page can’t be displayed", "this page cannot be displayed", "ページを表示できません", "このページは表示できません", "このページを表示できません", "can't connect securely to this page", "このページに安全に接続できません"},
			Words:   []string{"page|site https|ssl cannot|cant|not display|displayed|open|load|shown", "https ページ 表示", "ポート443|443番", "port 443 iis|two|both|open|bound|closed", "ssl ページ 表示"},
			Causes: []*Cause{
				{Text: "port 443 is not open: the server does not listen on it, or a firewall filters it", Action: text.Of("netstat -an shows whether it listens; %s, from outside, whether it is reached", Command{"probe", "HOST"})},
				{Text: "no certificate is bound to the port, or only in one of two places: in IIS 4 the port is in Key Manager (Properties of the key) and in the site's Directory Security", Checks: []string{"key-missing"}, Command: Command{"check", "--key site.key --cert site.crt --for iis"}, Action: text.Of("bind the certificate to port 443 in both; current IIS: Bindings of the site, netsh http show sslcert")},
				&causeVersions,
				{Text: "the changes were not committed or the server was not restarted", Action: text.Of("restart the service")},
				&causeBrokenKeyset,
			},
			Refs: []string{"Microsoft KB184798", "Microsoft KB197306", "RFC 7568"},
		},
		{
			ID: "page-mixed-content", Title: "The page has secure and non-secure items",
			Meaning: "A page that was loaded with https refers to images, scripts, frames or styles with http. Old browsers ask, today's block them or show the page as not secure. It has nothing to do with the certificate.",
			Phrases: []string{"secure and non-secure items", "secure and nonsecure items", "contains both secure and nonsecure", "display the nonsecure items", "Mixed Content: The page at", "blocked loading mixed active content", "セキュリティで保護されている項目と保護されていない項目", "セキュリティで保護された項目と保護されていない項目", "混在コンテンツ", "only secure content is displayed", "セキュリティで保護されたコンテンツのみ"},
			Words:   []string{"secure nonsecure|non-secure|insecure items|item|content", "mixed content", "保護 されていない|項目 項目|コンテンツ", "安全 でない|安全でない 項目|コンテンツ|オブジェクト"},
			Keys:    []string{"win32:12041", "ERR_BLOCKED_BY_MIXED_CONTENT_CHECKER"},
			Causes: []*Cause{
				{Text: "resources are named by http:// in the page, its styles or scripts", Checks: []string{"mixed-content"}, Command: Command{"probe", "https://www.example.com/ --page"}, Action: text.Of("name them by https:// or relative to the page; the console of the browser's developer tools lists each; Content-Security-Policy: upgrade-insecure-requests helps in the meantime")},
			},
			Refs: []string{"https://www.w3.org/TR/mixed-content/"},
		},
		{
			ID: "intermittent-server-not-found", Title: "Intermittent \"server not found\"",
			Meaning: "The web server checks the revocation of client certificates, or the browser that of the server's, and waits for the host of the revocation list until the connection times out. The certificate is not at fault.",
			Phrases: []string{"intermittent server not found", "intermittent*server not found"},
			Words:   []string{"intermittent|sometimes|occasional server found|timeout|unreachable|crl", "ときどき|時々|断続的 サバ 見つかりません|見つからない", "失効リスト タイムアウト|接続できない|取得できない", "crl timeout|unreachable|times"},
			Causes: []*Cause{
				&causeRevocationDown,
				{Text: "several addresses are behind the name, and one of them does not answer", Action: text.Of("try each address of the name by itself")},
			},
		},
		{
			ID: "address-change", Title: "Changing the server's address",
			Meaning: "A certificate is bound to the names in it, not to an IP address: the address can change and the certificate stays, unless it was issued for an address.",
			Phrases: []string{"IPアドレスを変更できますか"},
			Words:   []string{"change|changing|changed|new|move ip|address address|server|certificate", "change|changing ip", "ipアドレス 変更|変わ|変え|移", "アドレス 変更"},
			Causes: []*Cause{
				{Text: "the address is in no name of the certificate: nothing is to be done but the DNS", Checks: []string{"name-mismatch"}, Command: checkName, Action: text.Of("change the DNS record; check that the new server has certificate, key and chain")},
				{Text: "the certificate was issued for an address, or the binding of the server is by address", Checks: []string{"name-mismatch"}, Command: Command{"inspect", "site.crt"}, Action: text.Of("have it issued for the name; change the binding (IIS: netsh http show sslcert, Apache and nginx: listen)")},
			},
		},
		{
			ID: "improperly-formatted-der", Title: "Improperly formatted DER-encoded message",
			Meaning: "A field of the certificate has characters or a string type that the client cannot read. It got there from the request; Netscape 4 stopped at it, and NSS says the same of any damaged object (SEC_ERROR_BAD_DER).",
			Keys:    []string{"SEC_ERROR_BAD_DER"},
			Phrases: []string{"improperly formatted DER", "DER メッセージの形式が正しくありません", "DERメッセージの形式が不正", "DER でエンコードされたメッセージの形式が不正"},
			Words:   []string{"improperly|improper|bad der", "der メッセジ 不正|形式|フォマット", "csr|request unicode|special|illegal|forbidden characters|character", "csr unicode|特殊|記号|使えない|禁止 文字", "csr 文字"},
			Causes:  []*Cause{&causeRequest, &causeDamaged, &causeDamagedPFX},
		},
		{
			ID: "move-iis4-apache", Title: "Moving key and certificate from IIS 4 to Apache or nginx",
			Meaning: "The backup of Key Manager (.key) holds the encrypted private key and mostly the certificate. No current OpenSSL reads it; certconv does, and needs the password of the backup.",
			Phrases: []string{"証明書をIIS 4.0 からApacheに移行", "IIS 4 to Apache", "from IIS*to Apache"},
			Words:   []string{"iis apache|nginx|linux move|moving|migrate|migrating|transfer|export|convert|from", "iis apache|nginx|linux 移行|移す|移動|変換|移設", "key_manager|キーマネージャ apache|nginx", "iis 秘密鍵|key backup|バックアップ"},
			Causes: []*Cause{
				{Text: "write what the other server needs", Command: Command{"convert", "site.key --to pem --out site.pem"}, Action: text.Of("export the key in Key Manager (Key, Export Key, Backup File), then: %s", Command{"install", "backup.key site.crt --for apache --dir /etc/ssl/site --dry-run"})},
				{Text: "the backup was made before the certificate came: it has only key and request", Checks: []string{"key-mismatch"}, Command: Command{"inspect", "site.key"}, Action: text.Of("take the certificate from the mail of the certificate authority, it belongs to the same key")},
				{Text: "the password of the backup is lost", Checks: []string{"password-wrong"}, Command: Command{"inspect", "site.key"}, Action: text.Of("there is no way to the key without it: make a new key and request and have the certificate reissued")},
			},
			Refs: []string{"Microsoft KB171084", "https://docs.openssl.org/1.0.2/man1/rsa"},
		},
		{
			ID: "move-iis4-iis5", Title: "Moving key and certificate from IIS 4 to IIS 5 or later",
			Meaning: "IIS 5 and 6 import a Key Manager backup in their wizard (\"Import a certificate from a Key Manager backup file\"); later ones take only PFX.",
			Phrases: []string{"証明書/鍵の対をIIS 4からIIS 5に移行", "IIS 4からIIS 5", "IIS 4 to IIS 5", "Import a certificate from a Key Manager backup file"},
			Words:   []string{"iis iis move|moving|migrate|migrating|upgrade", "iis4 iis5|iis6|iis7|iis8|iis10|iis", "iis 4 5 移行|移す|移動", "key_manager|キーマネージャ import|backup|バックアップ|インポト iis", "key_manager pfx"},
			Causes: []*Cause{
				{Text: "write a PFX of the backup", Command: Command{"convert", "site.key --for iis --out site.pfx"}, Action: text.Of("import it into the machine's Personal store and bind it; for Windows Server 2016 and earlier use --for iis2016")},
				{Text: "the file does not end in .key, or its password is not the one of the export", Checks: []string{"password-wrong"}, Command: Command{"inspect", "site.key"}, Action: text.Of("the password is the one that was asked for at the export, upper and lower case count")},
			},
			Refs: []string{"Microsoft KB227888"},
		},
		{
			ID: "move-apache-iis", Title: "Moving a key from Apache to IIS",
			Meaning: "IIS takes the key together with its certificate: current versions as PFX, Key Manager of IIS 4 as NET key. OpenSSL lost the NET format in 1.1.0.",
			Phrases: []string{"ApacheSSLベースの鍵をMSIIS", "Apache to IIS", "Apache*to IIS", "ApacheからIIS"},
			Words:   []string{"apache|openssl|nginx iis import|move|moving|convert|transfer|migrate|to", "apache|openssl|nginx iis インポト|変換|移行|移す|移動|取り込", "net 形式|format 鍵|key", "outform net"},
			Causes: []*Cause{
				{Text: "current IIS takes a PFX", Command: Command{"convert", "site.key site.crt chain.crt --for iis --out site.pfx"}, Action: text.Of("import it into the machine's Personal store; for Windows Server 2016 and earlier use --for iis2016")},
				{Text: "Key Manager of IIS 4 takes a NET key and the certificate as PEM", Command: Command{"convert", "site.key --to net --out site.net"}, Action: text.Of("in Key Manager: Key, Import Key, Keyset; then make a backup at once")},
				{Text: "key and certificate do not belong together", Checks: []string{"key-mismatch"}, Command: checkPair, Action: text.Of("%s", Command{"find-key", "--cert site.crt DIR"})},
			},
		},
		{
			ID: "backup-key-manager", Title: "Backing up the private key in IIS 4",
			Meaning: "Key Manager writes the key, and the certificate if it is installed, to a file that is encrypted with a password of its own. Without that password the key cannot be restored.",
			Phrases: []string{"IIS4で秘密鍵ファイルをバックアップ"},
			Words:   []string{"backup|back private_key|key iis|iis4|how", "秘密鍵|鍵 バックアップ", "export key backup file"},
			Causes: []*Cause{
				{Text: "Key Manager: select the key, then Key, Export Key, Backup File", Command: Command{"inspect", "site.key"}, Action: text.Of("try at once that the backup opens with its password, and keep both in a safe place")},
			},
		},
	}
}
