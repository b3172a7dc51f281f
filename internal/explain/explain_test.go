package explain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The codes that must be known, whatever surrounds them.
func TestKnownCodes(t *testing.T) {
	for id, texts := range map[string][]string{
		"hresult-%s": {
			"80090003", "80090005", "80090006", "80090008", "8009000b", "8009000d", "8009000f", "80090010", "80090014", "80090016", "80090019", "80090020", "80090304", "80090305", "80090308",
			"8009030d", "8009030e", "80090322", "80090325", "80090326", "80090327", "80090328", "80090331", "80091007", "8009100e", "80092002", "80092004", "80092009", "8009200b", "80092010",
			"80092012", "80092013", "80092020", "80092021", "80092022", "80092023", "80093005", "80093009", "80093100", "80093101", "80093102", "80093103", "80093104", "80093105", "80093106",
			"80093107", "80093108", "80093109", "8009310a", "8009310b", "8009310c", "8009310d", "8009310e", "800b0100", "800b0101", "800b0102", "800b0103", "800b0104", "800b0105", "800b0106",
			"800b0107", "800b0108", "800b0109", "800b010a", "800b010b", "800b010c", "800b010d", "800b010e", "800b010f", "800b0110", "800b0111", "800b0112", "800b0113", "800b0114", "80096001",
			"80096002", "80096003", "80096004", "80096005", "80096010", "80096019", "80092005",
		},
		"schannel-%s": {"36864", "36867", "36868", "36869", "36870", "36871", "36872", "36873", "36874", "36876", "36881", "36882", "36883", "36884", "36885", "36886", "36887", "36888"},
		"iis-%s":      {"403.4", "403.5", "403.7", "403.12", "403.13", "403.16", "403.17"},
	} {
		for _, code := range texts {
			want := fmt.Sprintf(id, code)
			for _, form := range []string{"%s", "0x%s", "error %s!", "Code: %s.", "エラー%sが発生", "(%s)"} {
				if form == "0x%s" && !strings.HasPrefix(id, "hr") {
					continue
				}
				text := fmt.Sprintf(form, strings.ToUpper(code))
				if found := ids(Text(text)); !slices.Equal(found, []string{want}) {
					t.Errorf("%q: found %v, want %s", text, found, want)
				}
			}
			if id != "hresult-%s" {
				continue
			}
			var n uint32
			fmt.Sscanf(code, "%x", &n)
			for _, text := range []string{fmt.Sprint(n), fmt.Sprint(int32(n)), fmt.Sprintf("error %d (x)", int32(n)), fmt.Sprintf("0xffffffff%s", code)} {
				if found := ids(Text(text)); !slices.Equal(found, []string{want}) {
					t.Errorf("%q: found %v, want %s", text, found, want)
				}
			}
		}
	}
}

func TestMessages(t *testing.T) {
	for id, texts := range map[string][]string{
		"win32-86":         {"80070056", "0x80070056", "-2147024810", "The specified network password is not correct.", "指定されたネットワーク パスワードが間違っています。"},
		"win32-1312":       {"0x80070520", "A specified logon session does not exist. It may already have been terminated.", "SSL Certificate add failed, Error: 1312", "sc-win32-status 1312"},
		"hresult-800b0109": {"sc-win32-status 2148204809", "A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider."},
		"schannel-36870":   {"Schannel 36870", "Event ID 36870", "A fatal error occurred when attempting to access the TLS server credential private key.", "A fatal error occurred when attempting to access the SSL server credential private key"},
		"schannel-36887":   {"Schannel 36887", "Source: Schannel, Event ID: 36887"},
		"tls-alert-42":     {"event 36887 alert 42", "SSL alert number 42", "sslv3 alert bad certificate", "remote error: tls: bad certificate", "Received fatal alert: bad_certificate", "error:0A000412:SSL routines::sslv3 alert bad certificate", "error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate"},
		"tls-alert-46":     {"The TLS protocol defined fatal alert code is 46.", "TLS プロトコルで定義されている致命的なアラート コードは 46 です。", "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown"},
		"tls-alert-48":     {"tlsv1 alert unknown ca", "TLS alert 48", "TLSv1.3 (IN), TLS alert, unknown CA (560):"},
		"apache-ah02565":   {"AH02565", "AH02565: Certificate and private key www.example.com:443:0 from /a.crt and /a.key do not match", "certificate and private key example.org:443:0 from /x and /y do not match"},
		"apache-ah02561":   {"AH02562: Failed to configure certificate www:443:0 (with chain), check /etc/x.crt", "AH02561"},
		"apache-ah02564":   {"AH02564: Failed to configure encrypted (?) private key www:443:0, check /x"},
		"apache-ah02572":   {"AH02572: Failed to configure at least one certificate and key for www:443"},
		"apache-ah01909":   {"AH01909: www:443:0 server certificate does NOT include an ID which matches the server name"},
		"apache-ah02578":   {"AH02578: Init: Unable to read pass phrase [Hint: key introduced or changed before restart?]"},
		"apache-ah01895":   {"AH01895"}, "apache-ah01896": {"AH01896"}, "apache-ah01897": {"AH01897"}, "apache-ah01899": {"AH01899"}, "apache-ah01901": {"AH01901"}, "apache-ah01902": {"AH01902"},
		"apache-ah01903": {"AH01903: Failed to configure CA certificate chain!"}, "apache-ah01906": {"AH01906"}, "apache-ah01907": {"AH01907"}, "apache-ah02566": {"AH02566"}, "apache-ah02577": {"AH02577"},
		"apache-ah02252": {"AH02252"}, "apache-ah02326": {"AH02326"}, "apache-ah00526": {"AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/a.conf:"},
		"nginx-certificate": {
			`nginx: [emerg] cannot load certificate "/etc/ssl/a.crt": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)`,
			`cannot load certificate "/a": PEM_read_bio_X509_AUX() failed (SSL: error:0909006C:PEM routines:get_name:no start line:Expecting: TRUSTED CERTIFICATE)`,
			`PEM_read_bio_X509_AUX("/a") failed`,
		},
		"nginx-certificate-key":       {`nginx: [emerg] cannot load certificate key "/a.key": PEM_read_bio_PrivateKey() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: ANY PRIVATE KEY)`},
		"nginx-key-mismatch":          {`SSL_CTX_use_PrivateKey("/a.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`, `SSL_CTX_use_PrivateKey_file("/a") failed (SSL: error:0B080074:x509 certificate routines:X509_check_private_key:key values mismatch)`},
		"nginx-use-certificate":       {`SSL_CTX_use_certificate("/a") failed (SSL: error:0A00018F:SSL routines::ee key too small)`, `SSL_CTX_use_certificate("/a") failed (SSL: error:140AB18E:SSL routines:SSL_CTX_use_certificate:ca md too weak)`},
		"nginx-no-certificate":        {`no "ssl_certificate" is defined for the "listen ... ssl" directive in /etc/nginx/a:3`, `no \"ssl_certificate\" is defined in server listening on SSL port`},
		"openssl-pem-108":             {"error:0480006C:PEM routines::no start line", "0909006C", "error:0906D06C:PEM routines:PEM_read_bio:no start line", "no start line", "Expecting: ANY PRIVATE KEY"},
		"openssl-x509-116":            {"0B080074", "05800074", "error:05800074", "x509 certificate routines:X509_check_private_key:key values mismatch"},
		"openssl-decoder-unsupported": {"1E08010C", "error:1E08010C:DECODER routines::unsupported", "error:1608010C:STORE routines:ossl_store_handle_load_result:unsupported"},
		"openssl-evp-unsupported":     {"0308010C", "error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported:../crypto/evp/evp_fetch.c:386:Global default library context, Algorithm (RC2-40-CBC : 0), Properties ()"},
		"openssl-pem-101":             {"bad decrypt", "error:06065064:digital envelope routines:EVP_DecryptFinal_ex:bad decrypt", "error:1C800064:Provider routines:ossl_cipher_unpadblock:bad decrypt"},
		"openssl-asn1-168":            {"wrong tag", "error:0D0680A8:asn1 encoding routines:asn1_check_tlen:wrong tag"},
		"openssl-pkcs12-113":          {"Mac verify error: invalid password?", "mac verify failure", "error:11800071:PKCS12 routines::mac verify failure"},
		"acme-csr-signature":          {"urn:ietf:params:acme:error:badCSR :: Error finalizing order :: signature algorithm not supported", "Error finalizing order :: invalid signature on CSR"},
		"acme-csr-names":              {"urn:ietf:params:acme:error:badCSR :: Error finalizing order :: CSR contains one or more email address fields", "CSR contains more than 100 DNS names"},
		"acme-csr-nameless":           {"urn:ietf:params:acme:error:badCSR :: Error finalizing order :: at least one identifier is required"},
		"gnutls-insecure":             {"gnutls_handshake() failed: Error in the certificate. The certificate chain uses insecure algorithm."},
		"mq-2393":                     {"AMQ9633E: Bad SSL certificate for channel 'SYSTEM.DEF.SVRCONN'."},
		"apple-pkcs12":                {"SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)"},
		"openssl-ssl-399":             {"ee key too small"},
		"openssl-ssl-398":             {"ca md too weak", "error:0A00018E:SSL routines::ca md too weak"},
		"verify-2":                    {"verify error:num=2:unable to get issuer certificate"},
		"verify-10":                   {"error 10 at 0 depth lookup: certificate has expired", "CERT_HAS_EXPIRED"},
		"verify-18":                   {"verify error:num=18:self-signed certificate", "Verify return code: 18 (self signed certificate)", "DEPTH_ZERO_SELF_SIGNED_CERT"},
		"verify-19":                   {"self-signed certificate in certificate chain", "verify error 19"},
		"verify-20":                   {"error 20 at 0 depth lookup: unable to get local issuer certificate", "Verify return code: 20 (unable to get local issuer certificate)", "curl: (60) SSL certificate problem: unable to get local issuer certificate", "verify error 20"},
		"verify-21":                   {"verify error:num=21:unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
		"verify-23":                   {"verify error:num=23:certificate revoked"},
		"verify-62":                   {"Verify return code: 62 (hostname mismatch)", "hostname mismatch"},
		"curl-60":                     {"curl: (60)", "curl error 60", "curl: (51)"},
		"curl-35":                     {"curl: (35) error"},
		"browser-name-mismatch":       {"ERR_CERT_COMMON_NAME_INVALID", "-200", "net_error -200", "SSL_ERROR_BAD_CERT_DOMAIN", "DLG_FLAGS_SEC_CERT_CN_INVALID", "-9843"},
		"browser-expired":             {"-201", "SEC_ERROR_EXPIRED_CERTIFICATE", "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE", "-9814", "-1201", "-1204", "Server certificate expired"},
		"browser-unknown-issuer":      {"-202", "−202", "net::ERR_CERT_AUTHORITY_INVALID", "SEC_ERROR_UNKNOWN_ISSUER", "-9807", "-9812", "CFNetwork SSLHandshake failed (-9807)"},
		"browser-issuer-expired":      {"SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE"},
		"browser-interception":        {"MOZILLA_PKIX_ERROR_MITM_DETECTED", "-217"},
		"browser-self-signed":         {"MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"},
		"browser-revocation-unknown":  {"-204", "-205", "SEC_ERROR_OCSP_SERVER_ERROR"},
		"browser-weak-signature":      {"-208", "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED"},
		"browser-weak-key":            {"-211", "MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE"},
		"browser-certificate-invalid": {"-207", "ERR_CERT_INVALID", "Invalid, or non-verifiable certificate"},
		"browser-internal-name":       {"-210"}, "browser-name-constraints": {"-212"}, "browser-validity-long": {"-213"}, "browser-transparency": {"-214"}, "browser-key-usage": {"-181", "SEC_ERROR_INADEQUATE_KEY_USAGE"},
		"browser-symantec":          {"-215", "MOZILLA_PKIX_ERROR_ADDITIONAL_POLICY_CONSTRAINT_FAILED"},
		"browser-reused-serial":     {"SEC_ERROR_REUSED_ISSUER_AND_SERIAL"},
		"java-path-building":        {"javax.net.ssl.SSLHandshakeException: sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"},
		"java-keystore-password":    {"keytool error: java.io.IOException: keystore password was incorrect", "Keystore was tampered with, or password was incorrect"},
		"java-key-password":         {"Given final block not properly padded. Such issues can arise if a bad key is used during decryption.", "java.security.UnrecoverableKeyException: Cannot recover key"},
		"java-der-input":            {"toDerInputStream rejects tag type 77", "java.io.IOException: Invalid keystore format"},
		"java-chain-for-key":        {"java.lang.IllegalArgumentException: Private key must be accompanied by certificate chain"},
		"java-no-scheme":            {"javax.net.ssl.SSLHandshakeException: No available authentication scheme"},
		"java-rsa-key":              {"java.security.InvalidKeyException: Invalid RSA private key"},
		"haproxy-key":               {"unable to load SSL private key from PEM file './a.pem'."},
		"haproxy-mismatch":          {"inconsistencies between private key and certificate loaded from PEM file"},
		"go-unknown-authority":      {"x509: certificate signed by unknown authority"},
		"go-key-mismatch":           {"tls: private key does not match public key"},
		"go-name-mismatch":          {"x509: certificate is valid for a.example, not b.example"},
		"tool-no-certificate":       {"file site.pem does not contain any valid CERTIFICATE or CERTIFICATE REQUEST blocks", "warning: no certificates found in input"},
		"tool-net-format":           {`rsa: Bad format "NET"; must be one of: PEM/DER pkcs12`},
		"key-storage-file-invalid":  {"Key storage file is invalid"},
		"keyring-access-violation":  {"keyring.exe access violation 0xC0000005"},
		"key-request-not-generated": {"Unable to generate a new key request"},
	} {
		for _, text := range texts {
			r := Text(text)
			if found := ids(r); !slices.Contains(found, id) {
				t.Errorf("%q: found %v, want %s", text, found, id)
			} else if len(found) > 2 {
				t.Errorf("%q: found %v, one of them is enough", text, found)
			}
		}
	}
}

// Where several entries have a part of a message, the one that says most is
// told.
func TestOneAnswer(t *testing.T) {
	for text, want := range map[string]string{
		"curl: (60) SSL certificate problem: unable to get local issuer certificate":                                                     "[verify-20]",
		"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)":         "[verify-19]",
		"curl: (35) error:0A00010B:SSL routines::wrong version number":                                                                   "[openssl-ssl-267]",
		"unable to load certificate 140735:error:0906D06C:PEM routines:PEM_read_bio:no start line":                                       "[openssl-pem-108]",
		"Windows says the password is incorrect for the pfx, but it is right":                                                            "[win32-86]",
		"schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK (0x80092012) - The revocation function was unable": "[schannel-client-revocation]",
		"SSL handshake failed":                         "[handshake-failed]",
		"nginx does not start after renewing the cert": "[openssl-x509-116]",
	} {
		if got := fmt.Sprint(ids(Text(text))); got != want {
			t.Errorf("%q: found %s, want %s", text, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for text, near := range map[string]string{
		"quota exceeded":                     "",
		"0x80093006x":                        "",
		"0x80094004":                         "hresult-80094004",
		"0x8009300B":                         "hresult-8009300b",
		"certificat chane could not be bilt": "hresult-800b010a",
		"ERR_CERT_AUTHORTY_INVALID":          "browser-unknown-issuer",
		"秘密の質問":                              "",
		"AH02999":                            "",
		"chain-incomplet":                    "chain-incomplete",
		"42":                                 "tls-alert-42",
		"error 60":                           "curl-60",
		"the printer is on fire":             "",
		"0x80070002F":                        "",
	} {
		r := Text(text)
		if !r.Unknown() {
			t.Errorf("%q: found %v", text, ids(r))
			continue
		}
		if near != "" && !slices.ContainsFunc(r.Nearest, func(n Near) bool { return n.ID == near }) {
			t.Errorf("%q: the nearest are %v, without %s", text, r.Nearest, near)
		}
	}
}

func TestMatchedIsTheTextAsItStood(t *testing.T) {
	for text, want := range map[string]string{
		"x “CAPI2 error = 80093005” y": "CAPI2 error = 80093005",
		"curl:  (60) SSL":              "curl: (60)",
		"エラー（ＥＲＲ＿ＣＥＲＴ＿ＲＥＶＯＫＥＤ）です":             "ＥＲＲ＿ＣＥＲＴ＿ＲＥＶＯＫＥＤ",
		"the digital\n  signature is bad now": "digital signature is bad",
	} {
		r := Text(text)
		if len(r.Matches) == 0 || r.Matches[0].Matched != want {
			t.Errorf("%q: %+v, want %q", text, r.Matches, want)
		}
	}
}

func FuzzExplain(f *testing.F) {
	for _, c := range faqCases {
		for _, text := range c.texts {
			f.Add(text)
		}
	}
	f.Add("403 4 0x -1 error: alert event eventid qualifiers=1 curl (")
	f.Fuzz(func(t *testing.T, s string) {
		r := Text(s)
		for _, m := range r.Matches {
			if m.Count == 0 || m.Line == 0 || len(m.Matched) > 200 {
				t.Errorf("%q: %+v", s, m)
			}
		}
		if _, err := Log(strings.NewReader(s)); err != nil {
			t.Error(err)
		}
	})
}
