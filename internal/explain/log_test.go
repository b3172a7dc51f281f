package explain

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/japanese"
)

// where is what a log is expected to have: entry, first line, count.
type where struct {
	id          string
	line, count int
}

func checkLog(t *testing.T, name string, in io.Reader, want []where) {
	t.Helper()
	r, err := Log(in)
	if err != nil {
		t.Fatal(name, err)
	}
	var got []where
	for _, m := range r.Matches {
		got = append(got, where{m.ID, m.Line, m.Count})
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: found %v, want %v", name, got, want)
	}
}

var logs = []struct {
	name, text string
	want       []where
}{
	{"Apache", `[Sat Jun 13 19:59:53.383170 2026] [mpm_event:notice] [pid 36887:tid 1] AH00489: Apache/2.4.57 (Debian) OpenSSL/3.0.11 configured -- resuming normal operations
[Sat Jun 13 19:59:54.000000 2026] [ssl:emerg] [pid 41:tid 1] AH02565: Certificate and private key www.example.com:443:0 from /etc/ssl/site.crt and /etc/ssl/site.key do not match
[Sat Jun 13 19:59:54.000000 2026] [ssl:emerg] [pid 42:tid 1] AH02312: Fatal error initialising mod_ssl, exiting.
[Sat Jun 13 20:00:54.000000 2026] [ssl:emerg] [pid 43:tid 1] AH02565: Certificate and private key www.example.com:443:0 from /etc/ssl/site.crt and /etc/ssl/site.key do not match
[Sat Jun 13 20:01:00.000000 2026] [ssl:warn] [pid 44] AH01909: www.example.com:443:0 server certificate does NOT include an ID which matches the server name
[Sat Jun 13 20:01:01.000000 2026] [ssl:info] [pid 44] SSL Library Error: error:0A000418:SSL routines::tlsv1 alert unknown ca (SSL alert number 48)
127.0.0.1 - - [13/Jun/2026:20:01:02 +0000] "GET /80090304 HTTP/1.1" 403 4 "-" "42"
`, []where{{"apache-ah02565", 2, 2}, {"apache-ah01909", 5, 1}, {"tls-alert-48", 6, 1}}},
	{"nginx", `2026/06/13 19:59:53 [emerg] 36887#36887: cannot load certificate "/etc/ssl/a.pem": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)
2026/06/13 19:59:54 [emerg] 1#1: SSL_CTX_use_PrivateKey("/etc/ssl/a.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)
2026/06/13 19:59:55 [emerg] 1#1: cannot load certificate key "/etc/ssl/a.key": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM)
2026/06/13 19:59:56 [crit] 1#1: *1 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking, client: 10.0.0.1
`, []where{{"nginx-certificate", 1, 1}, {"nginx-key-mismatch", 2, 1}, {"nginx-certificate-key", 3, 1}, {"openssl-ssl-267", 4, 1}}},
	{"WindowsUpdate.log", "2008-06-13 19:59:53:383 788 ee4 PT +++++++++++ PT: Synchronizing server updates +++++++++++\r\n" +
		"2008-06-13 19:59:53:383 788 ee4 PT + ServiceId = {3DA21691-E39D-4DA6-8A4B-B43877BCB1B7}, Server URL = https://<WSUS Server>/ClientWebService/client.asmx\r\n" +
		"2008-06-13 19:59:56:617 788 ee4 PT WARNING: SyncUpdates failure, error = 0x8024400E, soap client error = 7, soap error code = 400, HTTP status code = 200\r\n" +
		"2008-06-13 19:59:56:617 788 ee4 PT WARNING: SOAP Fault: 0x000190\r\n" +
		"2008-06-13 19:59:56:617 788 ee4 PT WARNING: faultstring:Fault occurred\r\n" +
		"2008-06-13 19:59:56:617 788 ee4 PT WARNING: ErrorCode:InternalServerError(5)\r\n" +
		"2008-06-13 19:59:56:617 788 ee4 PT WARNING: Message:(null)\r\n" +
		"2008-06-13 20:59:56:617 788 ee4 PT WARNING: SyncUpdates failure, error = 0x8024400E\r\n" +
		"2008-06-13 21:59:56:617 788 ee4 Misc WARNING: WinHttp: SendRequestUsingProxy failed for <https://wsus/>. error 0x80072f8f\r\n",
		[]where{{"wsus-8024400e", 3, 2}, {"wsus-soap-fault", 4, 3}, {"winhttp-secure-failure", 9, 1}}},
	{"SoftwareDistribution.log", `2008-06-14 02:59:57.642 UTC Error w3wp.12 ClientImplementation.SyncUpdates System.ArgumentException: Item has already been added. Key in dictionary: '8862' Key being added: '8862'
at System.Collections.Hashtable.Insert(Object key, Object nvalue, Boolean add)
at Microsoft.UpdateServices.Internal.ClientImplementation.SyncUpdates(Cookie cookie, SyncUpdateParameters parameters)
2008-06-14 02:59:57.642 UTC Warning w3wp.12 SoapUtilities.CreateException ThrowException: actor = https://wsusebc/ClientWebService/client.asmx, ID=c0a7445f-b989-43fa-ac20-11f8ca65fa8c, ErrorCode=InternalServerError, Message=, Client=?
`, []where{{"wsus-8024400e", 1, 2}, {"wsus-soap-fault", 4, 1}}},
	{"events as CSV", `Level,Date and Time,Source,Event ID,Task Category
Error,6/13/2026 7:59:53 PM,Schannel,36887,None,"A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 46."
Error,6/13/2026 7:59:54 PM,Schannel,36870,None,A fatal error occurred when attempting to access the TLS server credential private key. The error code returned from the cryptographic module is 0x8009030D. The internal error state is 10001.
Error,6/11/2026 7:59:54 PM,Microsoft-Windows-CAPI2,11,None,Failed extract
Information,6/11/2026 11:11:11 AM,disk,11,None,nothing
Error,6/13/2026 7:59:54 PM,Schannel,36870,None,again
`, []where{{"tls-alert-46", 2, 1}, {"schannel-36870", 3, 2}, {"hresult-8009030d", 3, 1}, {"capi2-4107", 4, 1}}},
	{"events as text", "ログの名前: アプリケーション\nソース: Microsoft-Windows-CAPI2\n日付: 2010/07/11\nイベント ID: 11\nタスクのカテゴリ: なし\n" +
		"説明:\n次の自動更新 cab からサード パーティのルート一覧シーケンス番号を抽出できませんでした。\nログの名前: システム\nソース: disk\n日付: 2010/07/11\nイベント ID: 11\n",
		[]where{{"capi2-4107", 4, 2}}},
	{"events as XML in one line", "<Events>" + strings.Repeat(`<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel' Guid='{1F678132-5938-4686-9FDC-C8FF68F15C85}'/><EventID Qualifiers='0'>36887</EventID><Level>2</Level><EventRecordID>80090304</EventRecordID></System><EventData><Data Name='AlertDesc'>48</Data></EventData></Event>`, 1000) + "</Events>\n",
		[]where{{"hresult-80090304", 1, 1000}, {"tls-alert-48", 1, 1000}}},
	{"IIS", "#Fields: date time s-ip cs-method cs-uri-stem sc-status sc-substatus sc-win32-status time-taken\n2026-06-13 19:59:53 10.0.0.1 GET / 403 4 5 15\n2026-06-13 19:59:54 10.0.0.1 GET / 403 16 2148204809 15\n2026-06-13 19:59:54 10.0.0.1 GET / 200 0 0 403\n",
		[]where{{"iis-403.4", 2, 1}, {"iis-403.16", 3, 1}, {"hresult-800b0109", 3, 1}}},
	{"certconv's own", "error[key-mismatch] site.pem:1:1: the key does not fit\n      \"code\": \"chain-incomplete\",\nusage: damaged internal key-mismatch\n", []where{{"key-mismatch", 1, 1}, {"chain-incomplete", 2, 1}}},
	{"nothing", "all is well\n42 403.4 ms 36887 4107 11 -202 2607712\n" + strings.Repeat("a line of a log with nothing in it 80093\n", 300), nil},
	{"a message over two lines", "Cannot install the certificate because it does not\nmatch the certificate requested.\n", []where{{"certificate-not-requested", 1, 1}}},
}

func TestLog(t *testing.T) {
	for _, l := range logs {
		checkLog(t, l.name, strings.NewReader(l.text), l.want)
		wide := utf16.Encode([]rune(l.text))
		little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
		for _, u := range wide {
			little = append(little, byte(u), byte(u>>8))
			big = append(big, byte(u>>8), byte(u))
		}
		checkLog(t, l.name+" in UTF-16", strings.NewReader(string(little)), l.want)
		checkLog(t, l.name+" in UTF-16, big-endian", strings.NewReader(string(big)), l.want)
		if !strings.Contains(l.text, "ソース") {
			checkLog(t, l.name+" in UTF-16 without a mark", strings.NewReader(string(little[2:])), l.want)
		}
		if text, err := japanese.ShiftJIS.NewEncoder().String(l.text); err == nil {
			checkLog(t, l.name+" in Shift_JIS", strings.NewReader(text), l.want)
		}
	}
}

// endless is a line without an end: of what, n times.
type endless struct {
	what string
	n    int
	rest string
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if e.rest == "" {
			if e.n == 0 {
				break
			}
			e.n--
			e.rest = e.what
		}
		k := copy(p[n:], e.rest)
		n += k
		e.rest = e.rest[k:]
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func TestEndlessLine(t *testing.T) {
	checkLog(t, "no break", &endless{what: "aAあ\x80", n: 300_000}, nil)
	r, err := Log(&endless{what: "alert certificate error: cannot ", n: 100_000})
	if err != nil || len(r.Matches) != 0 {
		t.Error(r, err)
	}
}

func BenchmarkLog(b *testing.B) {
	var text strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&text, "[Sat Jun 13 19:59:53.%06d 2026] [ssl:info] [pid %d:tid 140] [client 10.0.0.%d:51234] AH01964: Connection to child %d established (server www.example.com:443)\n", i, i%30000, i%250, i%100)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := Log(strings.NewReader(text.String())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFirstText(b *testing.B) {
	for b.Loop() {
		formsOf.Get()
		Text("CAPI2 error = 80093005")
	}
}
