package explain

import (
	"slices"
	"testing"

	"github.com/certconv/certconv/validate"
)

// What users see, in numbers, English and Japanese, and the entry and the
// checks that it leads to.
var faqCases = []struct {
	id     string
	checks []string
	texts  []string
}{
	{"hresult-80090304", []string{"wrong-object", "wrong-format", "key-mismatch", "password-wrong"}, []string{
		"80090304", "0x80090304", "0X80090304", "-2146893052", "2148074244", "Schannel error = 80090304.Invalid Password",
		"SCHANNEL ERROR = 80090304", "“Schannel error = 80090304. Invalid Password”", "Schannel  error:\n 0x80090304", "schannel error invalid password",
		"エラー: \"Schannel error = 80090304.Invalid Password\"", "Schannel エラー ８００９０３０４", "Schannelのエラーでパスワードが無効と言われる", "SEC_E_INTERNAL_ERROR",
	}},
	{"hresult-80093005", []string{"pem-boundary-whitespace", "wrong-format", "wrong-object"}, []string{
		"80093005", "0x80093005", "-2146881531", "2148085765", "CAPI2 error = 80093005. Invalid Certificate", "capi2 error=0x80093005", "CAPI2 ERROR invalid certificate",
		"エラー: \"CAPI2 error = 80093005. Invalid Certificate\"", "CAPI2 エラー 80093005 証明書が無効", "証明書が無効です CAPI2",
	}},
	{"hresult-80093009", []string{"pem-boundary-whitespace", "wrong-object"}, []string{
		"80093009", "0x80093009", "-2146881527", "2148085769", "The certificate is invalid. Please double-check that you have chosen the correct file. CAPI2 error = 80093009",
		"Please double‑check that you have chosen the correct file", "certificate is invalid, chosen correct file", "証明書が無効です。正しいファイルを選択したことを確認してください。",
	}},
	{"certificate-not-requested", []string{"wrong-object", "key-mismatch", "request-mismatch"}, []string{
		"Cannot install the certificate because it does not match the certificate requested.", "cannot install the certificate because it does\nnot match the certificate requested",
		"it doesn't match the certificate request", "エラー: \"Cannot install the certificate because it does not match the certificate requested.\"", "要求された証明書と一致しないためインストールできません", "証明書が要求と一致しません",
	}},
	{"certificate-or-key-invalid", []string{"key-missing", "key-mismatch"}, []string{
		"the certificate or key is invalid", "Certificate or the key is invalid", "証明書または鍵が無効だと警告されています。", "証明書や鍵が無効です",
	}},
	{"pending-request-deleted", []string{"key-missing"}, []string{
		"I deleted the pending request", "accidentally deleted the private key", "うっかり「保留要求」または「秘密鍵」を削除してしまいました。", "秘密鍵を消してしまった", "保留中の要求を削除しました", "秘密キーを紛失した", "lost private key",
	}},
	{"not-trusted", []string{"chain-incomplete", "chain-wrong-intermediate", "name-mismatch"}, []string{
		"browser says the certificate is not trusted", "certificate is not trusted", "untrusted certificate", "ブラウザーから信頼されないものがあるというメッセージが表示されます。", "ブラウザで証明書が信頼されていませんと出る", "信頼できないメッセージを受け取る",
		"受け取った証明書をすべてインストールする必要がありますか?",
	}},
	{"signature-bad", []string{"chain-incomplete", "chain-wrong-intermediate"}, []string{
		"the digital signature is bad", "bad digital signature", "certificate signature invalid", "デジタル署名が不正だというメッセージが表示されます。なぜこうなるのでしょうか?", "証明書の署名が無効",
	}},
	{"other-certificate-shown", []string{"name-mismatch"}, []string{
		"another site's certificate is shown", "the wrong certificate is served", "different site certificate displayed", "安全なサイト(https)にアクセスすると、別のサイトの証明書が表示されます。", "違うサイトの証明書が出る",
		"IPベースのホスティングまたはネームベースのホスティングを使用する必要がありますか?", "name-based virtual hosting",
	}},
	{"page-cannot-be-displayed", nil, []string{
		"The Page Cannot Be Displayed", "‘The page cannot be displayed’", "https page can't be displayed", "httpsページで 'The Page Cannot Be Displayed' というメッセージを受け取りました。", "このページは表示できません", "ページを表示できません",
		"ポート443はIIS 4 の2箇所で有効でなければなりません。", "port 443 is closed",
	}},
	{"page-mixed-content", []string{"mixed-content"}, []string{
		"There are secure and non-secure items on the page? Would you like to proceed?", "This page contains both secure and nonsecure items.", "Mixed Content: The page at 'https://a' was loaded over HTTPS",
		"\"There are secure and non-secure items on the page? Would you like to proceed?\" というメッセージが表示されました。", "このページにはセキュリティで保護されている項目と保護されていない項目が含まれています", "混在コンテンツ",
	}},
	{"iis-403.4", nil, []string{
		"403.4", "403 4 5", "HTTP Error 403.4 - Forbidden", "This page must be viewed over a secure channel", "エラー: 'This page must be viewed over a secure channel'", "安全なチャネルを要求するように構成されています", "４０３．４", "HTTP エラー 403.4",
	}},
	{"intermittent-server-not-found", []string{"revocation-unknown"}, []string{
		"intermittent server not found", "サイトにアクセしようとすると、\"intermittent server not found\" メッセージが表示されました。", "ときどきサーバーが見つかりませんと出る", "server not found sometimes",
	}},
	{"address-change", []string{"name-mismatch"}, []string{
		"can I change the IP address", "changing the address of the server", "IPアドレスを変更できますか?", "IPアドレスが変わります",
	}},
	{"improperly-formatted-der", []string{"csr-field-character", "csr-field-non-ascii", "csr-field-encoding"}, []string{
		"Improperly formatted DER message", "エラー: \"Improperly formatted DER message\"", "security library: improperly formatted DER-encoded message.", "SEC_ERROR_BAD_DER", "DERメッセージの形式が正しくありません", "CSRファイルにはUnicode文字", "CSRに使えない文字",
	}},
	{"move-iis4-apache", nil, []string{
		"moving from IIS 4 to Apache", "証明書をIIS 4.0 からApacheに移行するには、どうすればいいですか?", "IISからApacheへ移行",
	}},
	{"move-iis4-iis5", nil, []string{
		"move certificate from IIS 4 to IIS 5", "証明書/鍵の対をIIS 4からIIS 5に移行するには、どのようにしますか?",
	}},
	{"move-apache-iis", nil, []string{
		"ApacheSSLベースの鍵をMSIISにインポートできますか?", "import an Apache key into IIS", "ApacheからIISへ鍵を変換",
	}},
	{"backup-key-manager", nil, []string{"IIS4で秘密鍵ファイルをバックアップするにはどのようにしますか?", "how to back up the private key in IIS"}},
	{"capi2-4107", []string{"list-signer-expired", "list-not-a-cab"}, []string{
		"CAPI2 4107", "4107", "event id 4107", "イベント ID: 4107", "CAPI2 event 11", "CAPI2 11", "KB2328240", "2328240", "文書番号: 2328240",
		"次の自動更新 cab からサード パーティのルート一覧シーケンス番号を抽出できませんでした。<http://www.download.windowsupdate.com/msdownload/update/v3/static/trustedr/en/authrootstl.cab> エラーは次のとおりです。現在のシステム時計または署名ファイルのタイムスタンプで確認すると、必要な証明書の有効期間が過ぎています。",
		"Failed extract of third-party root list from auto update cab at: <http://www.download.windowsupdate.com/authrootstl.cab> with error: The data is invalid.",
	}},
	{"win32-13", nil, []string{"the data is invalid", "データが無効です。", "0x8007000D", "-2147024883"}},
	{"hresult-800b0101", []string{"cert-expired"}, []string{"必要な証明書の有効期間が過ぎています", "A required certificate is not within its validity period", "0x800B0101", "CERT_E_EXPIRED"}},
	{"kb2607712", []string{"cert-distrusted"}, []string{"KB2607712", "2607712", "DigiNotar", "不正なデジタル証明書により、なりすましが行われる", "マイクロソフト セキュリティ アドバイザリ 2607712", "kb 2616676"}},
	{"kb2524375", []string{"cert-distrusted"}, []string{"KB2524375", "2524375", "Comodo fraudulent certificates"}},
	{"browser-revoked", []string{"cert-revoked"}, []string{
		"the certificate has been revoked", "ERR_CERT_REVOKED", "NET::ERR_CERT_REVOKED", "-206", "sec_error_revoked_certificate", "(エラーコード: sec_error_revoked_certificate)", "Peer's Certificate has been revoked.", "Peer’s Certificate has been revoked.",
		"この組織の証明書は失効しています。", "このサーバーのセキュリティ証明書は取り消されています", "証明書が発行人により無効にされています", "「証明書は失効しています」と表示されるようになった。", "証明書が失効", "保護された接続: 致命的なエラー(44)",
	}},
	{"browser-safari-invalid", []string{"chain-incomplete", "name-mismatch", "cert-revoked"}, []string{"SafariはWebサイト ~ の識別情報を検証できません。", "このWebサイトの証明書は無効です。~ に偽装したWebサイトに接続している可能性があり", "Safari can't verify the identity of the website", "NSURLErrorDomain error -1202"}},
	{"wsus-8024400e", nil, []string{
		"0x8024400E", "8024400E", "-2145107954", "2149859342", "SyncUpdates failure, error = 0x8024400E, soap client error = 7", "Item has already been added. Key in dictionary: '8862' Key being added: '8862'",
		"954960", "KB954960", "マイクロソフト セキュリティ アドバイザリ 954960", "WSUS によるセキュリティ更新プログラムの展開がブロックされる",
	}},
}

func TestFAQ(t *testing.T) {
	for _, c := range faqCases {
		e := Lookup(c.id)
		if e == nil {
			t.Errorf("there is no entry %s", c.id)
			continue
		}
		for _, text := range c.texts {
			if found := ids(Text(text)); !slices.Contains(found, c.id) {
				t.Errorf("%q: found %v, want %s; nearest %v", text, found, c.id, Text(text).Nearest)
			}
		}
		for _, code := range c.checks {
			if !slices.ContainsFunc(e.Causes, func(c *Cause) bool { return slices.Contains(c.Checks, code) }) {
				t.Errorf("%s does not lead to %s", c.id, code)
			}
		}
	}
}

func TestCodesOfChecks(t *testing.T) {
	for _, c := range validate.Checks() {
		r := Text(c.Code)
		if len(r.Matches) != 1 || r.Matches[0].ID != c.Code {
			t.Errorf("%s: found %v", c.Code, ids(r))
			continue
		}
		if m := r.Matches[0]; m.Title != c.Title || m.Meaning != c.Text || m.Causes[0].Action.String() != c.Action.String() || !slices.Equal(m.Refs, c.Refs) {
			t.Errorf("%s is not in the words of its table", c.Code)
		}
	}
}
