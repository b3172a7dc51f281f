package explain

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/internal/testenv"
)

// errorStrings prints what X509_verify_cert_error_string of the libcrypto here
// says of each number.
const errorStrings = `
import ctypes, ctypes.util, json
lib = ctypes.CDLL(ctypes.util.find_library("crypto"))
f = lib.X509_verify_cert_error_string
f.restype, f.argtypes = ctypes.c_char_p, [ctypes.c_long]
print(json.dumps([f(n).decode() for n in range(101)]))
`

// Each verify error is known by its number and by the words of the library,
// which change between versions.
func TestVerifyErrors(t *testing.T) {
	testenv.Programs(t, "/usr/bin/python3")
	var words []string
	if err := json.Unmarshal([]byte(testenv.Must(t, ".", "/usr/bin/python3", "-c", errorStrings)), &words); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 100; n++ {
		texts := []string{fmt.Sprintf("verify error:num=%d", n), fmt.Sprintf("X509_V_ERR %d", n), fmt.Sprintf("Verify return code: %d (something new)", n)}
		// 17 is "out of memory", which many programs say of other things.
		if !strings.HasPrefix(words[n], "unknown certificate") && !strings.HasPrefix(words[n], "error number") && n != 17 {
			texts = append(texts, words[n], fmt.Sprintf("error %d at 0 depth lookup: %s", n, words[n]), "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "+words[n]+" (_ssl.c:1028)", "client SSL certificate verify error: ("+fmt.Sprint(n)+":"+words[n]+")")
		}
		for _, text := range texts {
			r := Text(text)
			key := fmt.Sprintf("%s:%d", kindVerify, n)
			if !slices.ContainsFunc(r.Matches, func(m Match) bool { return slices.Contains(m.Keys, key) || m.ID == "nginx-client-certificate" }) {
				t.Errorf("%q: found %v", text, ids(r))
			}
		}
	}
}

func TestEventsOfCAPI2(t *testing.T) {
	var list []where
	for n := 4097; n <= 4112; n++ {
		want := fmt.Sprintf("capi2-%d", n)
		if n == 4104 {
			want = "capi2-8"
		}
		for _, text := range []string{fmt.Sprintf("CAPI2 %d", n), fmt.Sprintf("Event ID: %d", n), fmt.Sprintf("CAPI2 event %d", n-4096)} {
			if found := ids(Text(text)); !slices.Equal(found, []string{want}) {
				t.Errorf("%q: found %v, want %s", text, found, want)
			}
		}
	}
	for text, want := range map[string]string{
		"CAPI2 4177": "capi2-4177",
		"PFX operation failed as Iteration count doesn't lie in expected range. Maximum permissible value: 600000. Erroneous value: 2000000.": "capi2-4177",
		"PFX operation failed as SafeBags count doesn't lie in expected range. Maximum permissible value: 50. Erroneous value: 3000.":         "capi2-4178",
	} {
		if found := ids(Text(text)); !slices.Equal(found, []string{want}) {
			t.Errorf("%q: found %v, want %s", text, found, want)
		}
	}
	// The small numbers are others in the Operational channel.
	operational := "Log Name:      Microsoft-Windows-CAPI2/Operational\nSource:        Microsoft-Windows-CAPI2\nEvent ID:      11\nLevel:         Error\n"
	application := "Log Name:      Application\nSource:        Microsoft-Windows-CAPI2\nEvent ID:      11\nLevel:         Error\n"
	checkLog(t, "Operational", strings.NewReader(operational), []where{{"capi2-operational-11", 3, 1}})
	checkLog(t, "Application", strings.NewReader(application), []where{{"capi2-4107", 3, 1}})
	checkLog(t, "both", strings.NewReader(operational+application), []where{{"capi2-operational-11", 3, 1}, {"capi2-4107", 7, 1}})
	checkLog(t, "Operational in XML", strings.NewReader("<Event><System><Provider Name='Microsoft-Windows-CAPI2'/><EventID>30</EventID><Channel>Microsoft-Windows-CAPI2/Operational</Channel></System></Event>\n"), []where{{"capi2-operational-30", 1, 1}})
	checkLog(t, "nothing", strings.NewReader("Log Name: System\nSource: disk\nEvent ID: 11\n"), list)
}

// What a proxy shows in place of Microsoft's list has nothing to do with PEM.
func TestProxyPageForList(t *testing.T) {
	for _, text := range []string{
		"Failed extract of third-party root list from auto update cab at: <http://ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en/authrootstl.cab> with error: The data is invalid.",
		"http://ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en/authrootstl.cab 0x8007000d",
	} {
		r := Text(text)
		if r.Unknown() || r.Matches[0].Causes[0] != &causeProxyPage {
			t.Errorf("%q: found %v", text, ids(r))
		}
	}
}

// The messages of the cases, and the entry that answers each.
func TestMessagesOfCases(t *testing.T) {
	dir := testenv.Cases(t)
	for name, want := range map[string]string{
		"m100": "go-server-certificate", "m102": "tls-alert-112", "m107": "ingress-no-pem", "m108": "google-parse", "m114": "tls-alert-48", "m118": "nginx-upstream-name",
		"m125": "java-trust-anchor", "m126": "tls-alert-48", "m13": "verify-85", "m135": "mosquitto-key", "m137": "redis-certificate", "m138": "go-key", "m14": "verify-89",
		"m140": "proxy-manager-key", "m144": "file-access", "m145": "nginx-certificate-key", "m150": "java-no-anchor", "m154": "keytool-reply", "m163": "iis-500.19", "m18": "postgresql-key",
		"m4": "nginx-use-certificate", "m45": "openssl-string-too-long-2", "m47": "openssl-string-too-long", "m48": "acme-cn-long", "m50": "acme-client-auth", "m51": "go-san-malformed",
		"m53": "dovecot-mismatch", "m54": "dovecot-certificate", "m56": "dovecot-forgotten-sign", "m7": "haproxy-context", "m81": "iis-request-missing", "m83": "vsftpd-key", "m86": "verify-94", "m89": "gnutls-48",
	} {
		f, err := os.Open(filepath.Join(dir, "messages", name+".txt"))
		if err != nil {
			t.Error(err)
			continue
		}
		r, err := Log(f)
		f.Close()
		if err != nil || r.Unknown() || r.Matches[0].ID != want {
			t.Errorf("%s: found %v, want %s", name, ids(r), want)
		}
	}
}
