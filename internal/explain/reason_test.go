package explain

import (
	"strings"
	"testing"
)

// first is the message's entry and the cause that is told first.
type first struct {
	id    string
	cause *Cause // nil: the one of the entry
	text  string
}

// The inner reason decides, whatever program and version wraps it.
var reasoned = []first{
	{"nginx-certificate", &causeMissingFile, `nginx: [emerg] cannot load certificate "/etc/ssl/www.pem": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/ssl/www.pem, r) error:10000080:BIO routines::no such file)`},
	{"nginx-certificate", &causeFileAccess, `nginx: [emerg] cannot load certificate "/etc/ssl/www.pem": BIO_new_file() failed (SSL: error:8000000D:system library::Permission denied:calling fopen(/etc/ssl/www.pem, r) error:10080002:BIO routines::system lib)`},
	{"nginx-certificate-key", &causeFileAccess, `nginx: [emerg] cannot load certificate key "/k.pem": BIO_new_file() failed (SSL: error:0200100D:system library:fopen:Permission denied:fopen('/k.pem','r') error:2006D002:BIO routines:BIO_new_file:system lib)`},
	{"nginx-certificate-key", &causeFolderAsFile, `nginx: [emerg] cannot load certificate key "/k.pem": PEM_read_bio_PrivateKey() failed (SSL: error:80000015:system library::Is a directory)`},
	{"nginx-use-certificate", &causeWeakSignature, `SSL_CTX_use_certificate("/a.crt") failed (SSL: error:0A00018E:SSL routines::ca md too weak)`},
	{"nginx-use-certificate", &causeWeakKey, `SSL_CTX_use_certificate("/a.crt") failed (SSL: error:0A00018F:SSL routines::ee key too small)`},
	{"nginx-client-certificate", &causeExpired, `client SSL certificate verify error: (10:certificate has expired) while reading client request headers`},
	{"nginx-client-certificate", &causeRevoked, `client SSL certificate verify error: (23:certificate revoked) while reading client request headers`},
	{"nginx-upstream-verify", &causeUntrustedRoot, `upstream SSL certificate verify error: (20:unable to get local issuer certificate) while SSL handshaking to upstream`},
	{"haproxy-context", &causeWeakKey, `unable to load SSL certificate into SSL Context 'a.pem': ee key too small.`},
	{"postgresql-key", &causeMissingFile, `FATAL:  could not load private key file "a.key": No such file or directory`},
	{"postgresql-key", &causeMismatch, `FATAL:  could not load private key file "a.key": key values mismatch`},
	{"postgresql-key", &causePassword, `could not load private key file "a.key": bad decrypt`},
	{"postgresql-certificate", &causeWeakSignature, `FATAL:  could not load server certificate file "a.crt": ca md too weak`},
	{"postfix-certificate", &causeMissingFile, `warning: cannot get RSA certificate from file "/etc/postfix/a.pem": disabling TLS support
warning: TLS library problem: error:02001002:system library:fopen:No such file or directory:bss_file.c:69:fopen('/etc/postfix/a.pem','r'):`},
	{"apache-ah02561", &causeWeakSignature, `[ssl:emerg] AH02562: Failed to configure certificate www:443:0 (with chain), check /etc/x.crt
[ssl:emerg] SSL Library Error: error:0A00018E:SSL routines::ca md too weak`},
	{"redis-key", &causeMissingFile, `Failed to load private key: /k.pem: error:80000002:system library::No such file or directory`},
	{"mosquitto-certificate", &causeMissingFile, `Error: Unable to load server certificate "/c.pem". Check certfile.
OpenSSL Error[0]: error:80000002:system library::No such file or directory`},
	{"dovecot-key", &causePassword, `Error: Failed to initialize SSL server context: Couldn't parse private ssl_key: error:1C800064:Provider routines::bad decrypt`},
	{"traefik-certificate", &causeFileAccess, `Unable to load X509 key pair: open /certs/tls.key: permission denied`},
	{"traefik-certificate", &causeOrder, `Unable to load X509 key pair: tls: private key does not match public key`},
	{"kafka-keystore", &causeFileAccess, "org.apache.kafka.common.KafkaException: Failed to load SSL keystore /k.jks of type JKS\n\tat org.apache.kafka.common.security.ssl.DefaultSslEngineFactory.load(DefaultSslEngineFactory.java:382)\n\tat a.b.c(D.java:1)\n\tat a.b.c(D.java:2)\n\tat a.b.c(D.java:3)\nCaused by: java.nio.file.AccessDeniedException: /k.jks"},
	{"kafka-keystore", &causePassword, "Failed to load SSL keystore /k.p12 of type PKCS12\n\tat a.b(C.java:1)\nCaused by: java.io.IOException: keystore password was incorrect"},
	{"freeradius-key", &causeFileAccess, `(TLS) Failed reading private key file "/etc/raddb/certs/server.pem": Permission denied`},
	{"mysql-key", &causeMismatch, `SSL error: Unable to get private key from '/etc/mysql/k.pem': error:05800074:x509 certificate routines::key values mismatch`},
	{"mongodb-certificate", &causeExpired, `The provided SSL certificate is expired or not yet valid: certificate has expired`},
	{"file-access", &causeFileAccess, `open /etc/ssl/private/site.key: permission denied`},
	{"file-missing", &causeMissingFile, `FileNotFoundError: [Errno 2] No such file or directory: '/srv/fullchain.pem'`},
	{"haproxy-key-file", &causeObject, `'bind 127.0.0.1:443' in section 'frontend' : unable to load private key from file '/s.pem.key'. '/s.pem.key' is present but cannot be read or parsed'.`},
	{"mosquitto-key", &causeObject, `1796010027: Error: Unable to load server key file "/k.pem". Check keyfile.
1796010027: OpenSSL Error[0]: error:1E08010C:DECODER routines::unsupported
1796010027: OpenSSL Error[1]: error:0A080009:SSL routines::PEM lib`},
	{"openssl-decoder-unsupported", &causeDamaged, `[!] SSL_CTX_use_PrivateKey_file: ../crypto/encode_decode/decoder_lib.c:103: error:1E08010C:DECODER routines::unsupported`},
	{"go-other-object", &causeObject, `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [CERTIFICATE REQUEST]`},
	{"verify-18", nil, `curl: (60) SSL certificate problem: self-signed certificate`},
}

func TestReasonDecides(t *testing.T) {
	for _, c := range reasoned {
		for kind, r := range map[string]*Result{"text": Text(c.text), "log": inLog(t, c.text)} {
			if len(r.Matches) == 0 || r.Matches[0].ID != c.id {
				t.Errorf("%s %q: found %v, want %s", kind, c.text, ids(r), c.id)
				continue
			}
			if m := r.Matches[0]; c.cause != nil && m.Causes[0] != c.cause {
				t.Errorf("%s %q: %s begins with %q, want %q", kind, c.text, c.id, m.Causes[0].Text, c.cause.Text)
			}
		}
	}
}

func inLog(t *testing.T, s string) *Result {
	t.Helper()
	r, err := Log(strings.NewReader(s + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The reasons of others than certificates are no concern of ours.
func TestOrdinaryLines(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(ordinary), "\n") {
		if r := inLog(t, line); !r.Unknown() {
			t.Errorf("%q: found %v", line, ids(r))
		}
	}
	if r := inLog(t, ordinary); !r.Unknown() {
		t.Errorf("all of them: found %v (%q)", ids(r), r.Matches[0].Matched)
	}
	if r := inLog(t, strings.Repeat(ordinary, 20)); !r.Unknown() {
		t.Errorf("a long log of them: found %v (%q)", ids(r), r.Matches[0].Matched)
	}
}

const ordinary = `
Nov 30 02:00:01 web1 CRON[1234]: (root) CMD (test -x /usr/bin/certbot -a \! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && certbot -q renew)
Nov 30 02:00:02 web1 sshd[811]: Failed password for invalid user admin from 192.0.2.7 port 40022 ssh2
Nov 30 02:00:02 web1 sshd[812]: Connection closed by authenticating user root 192.0.2.7 port 40023 [preauth]
Nov 30 02:00:03 web1 sshd[813]: Permission denied (publickey).
2026/11/30 02:00:03 [error] 700#700: *12 open() "/var/www/html/favicon.ico" failed (2: No such file or directory), client: 192.0.2.9, server: www.example.com, request: "GET /favicon.ico HTTP/1.1", host: "www.example.com"
2026/11/30 02:00:04 [error] 700#700: *13 open() "/var/www/html/.env" failed (13: Permission denied), client: 192.0.2.9, server: _, request: "GET /.env HTTP/1.1"
2026/11/30 02:00:04 [notice] 1#1: signal process started
2026/11/30 02:00:05 [warn] 1#1: the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /etc/nginx/nginx.conf:1
192.0.2.9 - - [30/Nov/2026:02:00:05 +0000] "GET /certificates/list?id=42 HTTP/2.0" 200 4107 "-" "Mozilla/5.0"
192.0.2.9 - - [30/Nov/2026:02:00:05 +0000] "GET /keystore.jks HTTP/1.1" 404 162 "-" "curl/8.5.0"
[Mon Nov 30 02:00:06.000000 2026] [mpm_event:notice] [pid 900:tid 1] AH00489: Apache/2.4.62 (Debian) OpenSSL/3.0.15 configured -- resuming normal operations
[Mon Nov 30 02:00:06.100000 2026] [core:error] [pid 901] (13)Permission denied: [client 192.0.2.9:5000] AH00035: access to /x denied because search permissions are missing on a component of the path
[Mon Nov 30 02:00:06.200000 2026] [autoindex:error] [pid 902] [client 192.0.2.9:5001] AH01276: Cannot serve directory /var/www/html/: No matching DirectoryIndex found
Nov 30 02:00:07 mail postfix/smtpd[22]: connect from mail.example.org[192.0.2.25]
Nov 30 02:00:07 mail postfix/smtpd[22]: Anonymous TLS connection established from mail.example.org[192.0.2.25]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
Nov 30 02:00:07 mail postfix/smtp[23]: Trusted TLS connection established to mx.example.net[192.0.2.26]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
Nov 30 02:00:08 mail dovecot: imap-login: Login: user=<a@example.com>, method=PLAIN, rip=192.0.2.30, lip=192.0.2.1, mpid=77, TLS, session=<abc>
Nov 30 02:00:08 mail dovecot: imap-login: Disconnected: Inactivity (no auth attempts in 180 secs): user=<>, rip=192.0.2.30
Nov 30 02:00:09 db postgres[55]: LOG:  checkpoint complete: wrote 42 buffers (0.3%)
Nov 30 02:00:09 db postgres[56]: ERROR:  permission denied for table certificates
Nov 30 02:00:09 db postgres[57]: FATAL:  password authentication failed for user "app"
Nov 30 02:00:10 db mariadbd[60]: 2026-11-30  2:00:10 0 [Note] mariadbd: ready for connections.
1749879277: mosquitto version 2.0.18 starting
1749879277: Opening ipv4 listen socket on port 8883.
1749879278: New client connected from 192.0.2.40:5555 as sensor1 (p2, c1, k60).
66:M 30 Nov 2026 02:00:11.000 * Ready to accept connections tls
Nov 30 02:00:12 vpn openvpn[70]: client1/192.0.2.50:1194 VERIFY OK: depth=1, CN=Example CA
Nov 30 02:00:12 vpn openvpn[70]: client1/192.0.2.50:1194 VERIFY KU OK
Nov 30 02:00:12 vpn openvpn[70]: client1/192.0.2.50:1194 VERIFY EKU OK
Nov 30 02:00:12 vpn openvpn[70]: client1/192.0.2.50:1194 Control Channel: TLSv1.3, cipher TLSv1.3 TLS_AES_256_GCM_SHA384, peer certificate: 2048 bit RSA, signature: RSA-SHA256
Nov 30 02:00:13 vpn charon[80]: 05[CFG]   loaded certificate "CN=vpn.example.com" from '/etc/ipsec.d/certs/vpn.pem'
Nov 30 02:00:13 vpn charon[80]: 05[CFG]   loaded RSA private key from '/etc/ipsec.d/private/vpn.key'
Nov 30 02:00:13 vpn charon[80]: 06[IKE] authentication of 'CN=client' with RSA_EMSA_PKCS1_SHA2_256 successful
Nov 30 02:00:14 k8s kubelet[90]: I1130 02:00:14.000000      90 certificate_manager.go:356] Certificate expiration is 2027-11-30 02:00:14 +0000 UTC, rotation deadline is 2027-09-01
I1130 02:00:15.000000       7 controller.go:190] "Configuration changes detected, backend reload required"
I1130 02:00:15.100000       7 store.go:442] "Found valid IngressClass" ingress="default/web" ingressclass="nginx"
time="2026-11-30T02:00:16Z" level=info msg="Starting provider *acme.Provider"
time="2026-11-30T02:00:16Z" level=info msg="Testing certificate renew..." providerName=le.acme
{"level":"info","ts":1749879279,"logger":"tls","msg":"finished cleaning storage units"}
{"level":"info","ts":1749879279,"logger":"tls.obtain","msg":"certificate obtained successfully","identifier":"www.example.com"}
2026-11-30 02:00:17,100 INFO [main] org.apache.kafka.common.utils.AppInfoParser: Kafka version: 3.9.0
2026-11-30 02:00:17.200  INFO 1 --- [main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port 8443 (https) with context path ''
java.io.FileNotFoundException: /srv/app/messages_de.properties (No such file or directory)
Traceback (most recent call last): PermissionError: [Errno 13] Permission denied: '/var/log/app.log'
Error: EACCES: permission denied, mkdir '/usr/lib/node_modules'
bash: /usr/local/bin/foo: No such file or directory
ls: cannot open directory '/root': Permission denied
tar: ./a.log: file changed as we read it
Nov 30 02:00:18 fw kernel: [12345.678] TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.
Nov 30 02:00:18 host systemd[1]: certbot.service: Deactivated successfully.
Nov 30 02:00:18 host systemd[1]: Started certbot.service - Certbot.
Nov 30 02:00:19 host su[91]: Access is denied for user x
Information,11/30/2026 2:00:19 AM,Service Control Manager,7036,None,The CertPropSvc service entered the running state.
Information,11/30/2026 2:00:20 AM,Microsoft-Windows-Kernel-General,16,None,The access history in hive was cleared.
CreateFile failed 5: Access is denied. C:\Windows\Temp\a.tmp
The system cannot find the file specified. C:\data\report.xlsx
npm notice Changelog: https://github.com/npm/cli/releases/tag/v11.0.0
audit: type=1400 apparmor="DENIED" operation="open" profile="snap.x" name="/proc/1/stat"
cache: maxsize=64 entries=12 string too long for column
`
