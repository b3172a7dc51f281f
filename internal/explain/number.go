package explain

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// The kinds of keys. A form is how text introduces a number of a kind.
const (
	kindHResult     = "hr"                // 8 hexadecimal digits
	kindWin32       = "win32"             // decimal; the low half of an HRESULT of facility 7
	kindEvent       = "event"             // Windows event: "event:36870"; those below 1000 with their source, "capi2:11"
	kindCAPI2       = "capi2"             // of crypt32, in the Application log
	kindOperational = "capi2-operational" // of the channel CAPI2/Operational
	kindIIS         = "iis"               // status and substatus: "iis:403.4"
	kindApache      = "ah"                // five digits
	kindOpenSSL     = "openssl"           // library and reason, decimal: "openssl:9/108"
	kindVerify      = "verify"            // X509_V_ERR_… of OpenSSL
	kindAlert       = "alert"             // TLS alert, RFC 8446, Section 6
	kindNet         = "net"               // negative: net errors of Chrome, OSStatus and NSURLError of Apple
	kindCurl        = "curl"              // exit code
	kindSource      = "source"            // of an event: what comes is from somewhere else
	kindGnuTLS      = "gnutls"            // GNUTLS_E_…, without the sign
	kindChannel     = "channel"           // of an event: what comes is from another log
	kindKB          = "kb"                // Microsoft Knowledge Base
)

// forms are the words in front of a number that say which kind it is of.
var forms = []struct{ words, kind string }{
	{"event id", kindEvent}, {"eventid", kindEvent}, {"event", kindEvent}, {"schannel", kindEvent}, {"schannel event", kindEvent},
	{"ソース:", kindSource}, {"source:", kindSource}, {"provider name", kindSource}, {"log name:", kindChannel}, {"ログの名前:", kindChannel},
	{"イベントID", kindEvent}, {"イベント", kindEvent},
	{"capi2 operational", kindOperational}, {"capi2 operational event", kindOperational}, {"capi2 operational event id", kindOperational}, {"capi2/operational", kindOperational}, {"capi2", kindCAPI2}, {"capi2 event", kindCAPI2}, {"capi2 event id", kindCAPI2}, {"capi2イベント", kindCAPI2}, {"capi2イベントID", kindCAPI2},
	{"alert", kindAlert}, {"alert number", kindAlert}, {"alert code", kindAlert}, {"alert code is", kindAlert}, {"alert code:", kindAlert},
	{"alertdesc", kindAlert}, {"alert description", kindAlert}, {"alert message", kindAlert}, {"fatal error", kindAlert}, {"fatal alert", kindAlert},
	{"アラートコードは", kindAlert}, {"アラート", kindAlert}, {"アラートコード", kindAlert}, {"警告コードは", kindAlert}, {"致命的なエラー", kindAlert},
	{"verify error:num=", kindVerify}, {"verify error num", kindVerify}, {"verify error", kindVerify}, {"verify return code", kindVerify},
	{"verification error", kindVerify}, {"verify code", kindVerify}, {"certificate verification: error", kindVerify}, {"ca_err", kindVerify},
	{"x509_v_err", kindVerify}, {"certificate verify error", kindVerify}, {"openssl verify", kindVerify}, {"openssl verify error", kindVerify},
	{"gnutls error", kindGnuTLS}, {"gnutls_handshake() failed:", kindGnuTLS}, {"gnutls:", kindGnuTLS}, {"gnutls", kindGnuTLS}, {"curl", kindCurl}, {"curl error", kindCurl}, {"curl exit code", kindCurl}, {"curl returned", kindCurl}, {"curl errno", kindCurl}, {"curl code", kindCurl}, {"libcurl error", kindCurl}, {"libcurl", kindCurl},
	{"win32", kindWin32}, {"win32 error", kindWin32}, {"windows error", kindWin32}, {"sc-win32-status", kindWin32}, {"system error", kindWin32}, {"win32status", kindWin32},
	{"certificate add failed, error", kindWin32}, {"winhttp error", kindWin32}, {"wininet error", kindWin32}, {"netsh error", kindWin32},
	{"サポート技術情報", kindKB}, {"文書番号", kindKB}, {"security advisory", kindKB}, {"セキュリティアドバイザリ", kindKB},
}

// opensslKeys are the keys of an OpenSSL error number. Since 3.0 the library
// has 8 bits and the reason 23; before there were a function and 12 bits.
func opensslKeys(n uint32) []string {
	return []string{
		fmt.Sprintf("%s:%d/%d", kindOpenSSL, n>>23, n&0x7fffff),
		fmt.Sprintf("%s:%d/%d", kindOpenSSL, n>>24, n&0xfff),
	}
}

// hresultKeys are the keys of an HRESULT: its own, and that of the Windows
// error that it carries.
func hresultKeys(n uint32) []string {
	keys := []string{fmt.Sprintf("%s:%08X", kindHResult, n)}
	if n>>16 == 0x8007 {
		keys = append(keys, fmt.Sprintf("%s:%d", kindWin32, n&0xffff))
	}
	return keys
}

// facilities names the sources of HRESULTs (MS-ERREF, Section 2.1).
var facilities = [...]string{
	0: "general", 1: "RPC", 2: "dispatch", 3: "storage", 4: "interface", 7: "Win32", 8: "Windows", 9: "security", 10: "control", 11: "certificates",
	12: "Internet", 13: "media server", 14: "MSMQ", 15: "setup", 16: "smart cards", 17: "COM+", 19: ".NET", 20: "audit", 25: "HTTP", 26: "MUI",
	36: "Windows Update", 38: "Group Policy", 40: "TPM", 41: "TPM",
}

// anonymous says what an HRESULT tells by its build alone.
func anonymous(n uint32) Near {
	facility, code := n>>16&0x7ff, n&0xffff
	name := "unknown"
	if int(facility) < len(facilities) {
		name = cmp.Or(facilities[facility], name)
	}
	title := fmt.Sprintf("HRESULT 0x%08X: facility %d (%s), code %d (0x%04X); its meaning is not known here, \"certutil -error 0x%08X\" on Windows shows it", n, facility, name, code, code, n)
	if facility == 7 {
		title = fmt.Sprintf("HRESULT 0x%08X: Windows error %d; its meaning is not known here, \"net helpmsg %d\" on Windows shows it", n, code, code)
	}
	return Near{ID: fmt.Sprintf("hresult-%08x", n), Title: title}
}

// isHex and isDecimal look at folded text.
func isHex(s string) bool { return s != "" && strings.Trim(s, "0123456789abcdef") == "" }

func isDecimal(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// hexNumber reads up to eight hexadecimal digits, or sixteen of a negative
// number in 64 bits.
func hexNumber(s string) (uint32, bool) {
	if len(s) == 16 && strings.HasPrefix(s, "ffffffff") {
		s = s[8:]
	}
	n, err := strconv.ParseUint(s, 16, 32)
	return uint32(n), err == nil
}
