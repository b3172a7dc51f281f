package target

import (
	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/lazy"
	"github.com/certconv/certconv/internal/note"
)

// Groups of parts that files hold.
var (
	keyOnly     = []convert.Part{convert.PartKey}
	certOnly    = []convert.Part{convert.PartCert}
	chainOnly   = []convert.Part{convert.PartChain}
	fullchain   = []convert.Part{convert.PartFullchain}
	keyAndChain = []convert.Part{convert.PartKey, convert.PartFullchain}
)

// The files of servers that want PEM, and of those that want a PFX.
var (
	pemPair = []File{
		{Role: "key", Ext: ".key", Format: "pem", Parts: keyOnly},
		{Role: "fullchain", Ext: ".fullchain.pem", Format: "pem", Parts: fullchain},
	}
	// pemPairOf is pemPair where the server reads the key as a user of its own.
	pemPairOf = func(user string) []File {
		return []File{{Role: "key", Ext: ".key", Format: "pem", Parts: keyOnly, Owner: user}, pemPair[1]}
	}
	pfxFile = []File{{Role: "pfx", Ext: ".pfx", Format: "pfx", Parts: keyAndChain}}

	onlyPEM = []string{"pem"}
	onlyPFX = []string{"pfx"}
)

// What Go, Windows and Java implement. Of RSA keys of three primes Java (17) says
// "Version must be 0", and the key blobs of Windows have a place for two
// (learn.microsoft.com, "BCRYPT_RSAKEY_BLOB structure"); OpenSSL and Go sign with
// them.
var (
	goKeys      = []string{"RSA", "EC P-256", "EC P-384", "EC P-521", "Ed25519"}
	windowsKeys = []string{"RSA", "EC P-256", "EC P-384", "EC P-521"}
	javaKeys    = []string{"RSA", "RSA-PSS", "EC P-256", "EC P-384", "EC P-521", "Ed25519", "Ed448", "DSA"}
	java8Keys   = []string{"RSA", "EC P-256", "EC P-384", "EC P-521", "DSA"}
)

// What servers that read with OpenSSL say; the rest of the line is theirs.
var (
	saysMismatch   = Refusal{OpenSSLMismatch, "key-mismatch"}
	saysNoStart    = Refusal{"PEM routines::" + OpenSSLNoStartLine, "pem-boundary-whitespace"}
	saysBadEnd     = Refusal{"PEM routines::" + OpenSSLBadEndLine, "pem-blocks-glued"}
	saysWindows    = Refusal{WindowsPassword, "wrong-format"}
	saysJava       = Refusal{JavaPassword, "password-wrong"}
	saysJKS        = Refusal{JKSPassword, "password-wrong"}
	saysKeyTooWeak = Refusal{OpenSSLKeyTooSmall, "key-weak"}
)

const apacheTrial = `ServerRoot "{folder}"
ServerName localhost
PidFile "{folder}/pid"
ErrorLog /dev/stderr
DefaultRuntimeDir "{folder}"
Mutex "file:{folder}"
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule ssl_module {modules}/mod_ssl.so
User {user}
Group {group}
StartServers 1
SSLSessionCache none
Listen 127.0.0.1:{port}
SSLEngine on
SSLCertificateFile "{fullchain}"
SSLCertificateFile "{cert}"
SSLCertificateChainFile "{chain}"
SSLCertificateKeyFile "{key}"
`

var apacheModules = []string{"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules", "/usr/lib64/apache2", "/usr/lib/apache2"}

var tryApache = &Trial{
	Programs: []string{"apache2", "httpd"}, Arguments: []string{"-D", "FOREGROUND", "-f", "{configuration}"},
	Configuration: apacheTrial, Modules: apacheModules,
}

var apacheRefusals = []Refusal{
	{"AH02565: Certificate and private key do not match", "key-mismatch"},
	{"AH02561: Failed to configure certificate", "pem-boundary-whitespace"},
	{"AH02564: Failed to configure encrypted (?) private key", "key-encrypted"},
	{"AH02572: Failed to configure at least one certificate and key", "wrong-object"},
	{"AH01909: server certificate does NOT include an ID which matches the server name", "name-mismatch"},
	{"AH01906: server certificate is a CA certificate", "cert-usage"},
}

// pages is where most systems have the pages of a web server.
const pages = "/var/www/html"

const reloadPostgreSQL = `psql -c "SELECT pg_reload_conf()"`

// apacheOnWindows is true of the packages of Apache Lounge, whose httpd.conf
// defines SRVROOT.
var apacheOnWindows = Windows{Test: []string{"httpd -t"}, Reload: "httpd -k restart", Pages: "${SRVROOT}/htdocs"}

var apacheTest = []string{"apachectl configtest", "apache2ctl configtest", "httpd -t"}

const windowsConfiguration = `# PowerShell, as administrator
$password = Read-Host -AsSecureString "Password of the PFX"
Import-PfxCertificate -FilePath "{pfxname}" -CertStoreLocation Cert:\LocalMachine\My -Password $password
New-WebBinding -Name "Default Web Site" -Protocol https -Port 443 -HostHeader "{host}" -SslFlags 1
(Get-WebBinding -Name "Default Web Site" -Protocol https -HostHeader "{host}").AddSslCertificate("{thumbprint}", "My")
`

var targets = lazy.Value[[]Target]{Make: func() []Target {
	return []Target{
		{
			Name: "apache", Summary: "Apache httpd with mod_ssl: PEM", Software: "Apache httpd 2.4.8 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: []string{"pem", "der", "pkcs8", "pkcs1", "sec1"}, CertFormats: onlyPEM, ReadsCAs: note.NamesLoads, ClientLists: ListsChosen,
			Files: pemPair,
			Configuration: `<VirtualHost *:443>
    ServerName {server}
    ServerAlias {aliases}
    DocumentRoot "{pages}"
    SSLEngine on
    SSLCertificateFile "{fullchain}"
    SSLCertificateKeyFile "{key}"
</VirtualHost>
`,
			Comment: "# %s", Test: apacheTest, Reload: "apachectl graceful", Trial: tryApache, Pages: pages,
			Windows: apacheOnWindows, Refusals: apacheRefusals,
		},
		{
			Name: "apache22", Summary: "Apache httpd 2.2 with mod_ssl: PEM, the chain in a file of its own", Software: "Apache httpd 2.0 to 2.4.7",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: []string{"pem", "der", "pkcs8", "pkcs1", "sec1"}, CertFormats: onlyPEM,
			Files: []File{
				{Role: "key", Ext: ".key", Format: "pem", Parts: keyOnly},
				{Role: "cert", Ext: ".crt", Format: "pem", Parts: certOnly},
				{Role: "chain", Ext: ".chain.pem", Format: "pem", Parts: chainOnly},
			},
			Configuration: `<VirtualHost *:443>
    ServerName {server}
    ServerAlias {aliases}
    DocumentRoot "{pages}"
    SSLEngine on
    SSLCertificateFile "{cert}"
    SSLCertificateKeyFile "{key}"
    SSLCertificateChainFile "{chain}"
</VirtualHost>
`,
			Comment: "# %s", Test: apacheTest, Reload: "apachectl graceful", Trial: tryApache, Pages: pages,
			Windows: apacheOnWindows, Refusals: apacheRefusals,
		},
		{
			Name: "nginx", Summary: "nginx: PEM, leaf and chain in one file", Software: "nginx, every version",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM, MixesKeyTypes: true, OneFile: true, ReadsCAs: note.NamesLoads, ClientLists: ListsAll,
			Files: pemPair,
			Configuration: `server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name {hosts};
    root "{pages}";
    ssl_certificate "{fullchain}";
    ssl_certificate_key "{key}";
}
`,
			Comment: "# %s", Test: []string{"nginx -t"}, Reload: "nginx -s reload", Pages: pages,
			Windows: Windows{Test: []string{"nginx -t"}, Reload: "nginx -s reload", Trial: true, Pages: "html"},
			Trial: &Trial{
				Programs: []string{"nginx"}, Arguments: []string{"-p", "{folder}", "-e", "stderr", "-c", "{configuration}"},
				Configuration: `daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate "{fullchain}"; ssl_certificate_key "{key}"; }
}
`,
			},
			Refusals: []Refusal{saysMismatch, saysNoStart, saysBadEnd, saysKeyTooWeak},
		},
		{
			Name: "haproxy", Summary: "HAProxy: key, leaf and chain in one PEM file", Software: "HAProxy 1.5 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM, KeyFile: ".key", EndsChain: true, OneFile: true, ReadsCAs: note.StoreLoads, ClientLists: ListsAll,
			Files: []File{{Role: "combined", Ext: ".pem", Format: "pem", Parts: keyAndChain}},
			Configuration: `frontend {host}
    mode http
    bind :443 ssl crt "{combined}"
`,
			Comment: "# %s", Test: []string{"haproxy -c -f /etc/haproxy/haproxy.cfg"}, Reload: "systemctl reload haproxy",
			Trial: &Trial{
				Programs: []string{"haproxy"}, Arguments: []string{"-db", "-f", "{configuration}"},
				Configuration: `defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend trial
    bind 127.0.0.1:{port} ssl crt "{combined}"
`,
			},
			Refusals: []Refusal{
				{HAProxyCertificate, "pem-boundary-whitespace"},
				{HAProxyChain, "der-malformed"},
				{HAProxyNoKey, "key-missing"},
				{HAProxyKey, "key-encrypted"},
				{HAProxyMismatch + " loaded", "key-mismatch"},
				{HAProxyCertificateUse, "key-weak"},
				{HAProxyChainUse, "cert-signature-weak"},
			},
		},
		{
			Name: "postfix", Summary: "Postfix: PEM, leaf and chain in one file", Software: "Postfix 2.2 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM, AnyStrength: true,
			Files: pemPair,
			Configuration: `smtpd_tls_security_level = may
smtpd_tls_cert_file = {fullchain}
smtpd_tls_key_file = {key}
`,
			Comment: "# %s", Test: []string{"postfix check"}, Reload: "postfix reload",
			Trial: &Trial{
				Programs: []string{"/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master"}, Arguments: []string{"-c", "{folder}", "-s"}, Root: true, Hello: HelloSMTP,
				Beside: []TrialFile{
					{"main.cf", `compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/queue/data
maillog_file = /dev/stdout
myhostname = localhost
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
smtpd_tls_security_level = may
smtpd_tls_cert_file = {fullchain}
smtpd_tls_key_file = {key}
`},
					{"master.cf", `127.0.0.1:{port} inet n - n - 1 smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`},
				},
				Folders: []TrialFolder{{"queue", ""}, {"queue/pid", ""}, {"queue/private", "postfix"}, {"queue/public", "postfix"}, {"queue/data", "postfix"}},
			},
			Refusals: []Refusal{
				{PostfixCertificate, "pem-boundary-whitespace"},
				{PostfixKey, "key-encrypted"},
				{PostfixMismatch, "key-mismatch"},
			},
		},
		{
			Name: "postgresql", Summary: "PostgreSQL: PEM, leaf and chain in one file, the key its own", Software: "PostgreSQL 8.0 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM, KeyPerm: 0o640,
			Files: pemPairOf("postgres"),
			Configuration: `ssl = on
ssl_cert_file = '{fullchain}'
ssl_key_file = '{key}'
`,
			Comment: "# %s", Reload: reloadPostgreSQL, Windows: Windows{Reload: reloadPostgreSQL},
			// A database of its own, which lets nobody in.
			Trial: &Trial{
				Programs: []string{"/usr/lib/postgresql/*/bin/postgres", "/usr/pgsql-*/bin/postgres", "postgres"}, User: "postgres", Hello: HelloPostgreSQL,
				Prepare:   []string{"initdb", "-D", "{folder}/data", "--auth=reject", "--no-sync", "--no-instructions", "--no-locale", "--encoding=UTF8"},
				Arguments: []string{"-D", "{folder}/data", "-c", "config_file={configuration}"},
				Configuration: `data_directory = '{folder}/data'
hba_file = '{folder}/data/pg_hba.conf'
ident_file = '{folder}/data/pg_ident.conf'
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
ssl = on
ssl_cert_file = '{fullchain}'
ssl_key_file = '{key}'
`,
			},
			Refusals: []Refusal{
				{PostgreSQLCertificate, "pem-boundary-whitespace"},
				{PostgreSQLKey, "key-encrypted"},
				saysMismatch, saysKeyTooWeak,
				{PostgreSQLMismatch + ": no certificate assigned", "key-mismatch"},
				{PostgreSQLPermissions, "key-permissions"},
			},
		},
		{
			Name: "dovecot", Summary: "Dovecot: PEM, leaf and chain in one file", Software: "Dovecot 2.0 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM, MixesKeyTypes: true, ReadsPEM: note.DovecotLoads,
			Files: pemPair,
			Configuration: `ssl = required
ssl_cert = <{fullchain}
ssl_key = <{key}
# from 2.4 on: ssl_server_cert_file = {fullchain}
# from 2.4 on: ssl_server_key_file = {key}
`,
			Comment: "# %s", Test: []string{"doveconf -n"}, Reload: "doveadm reload",
			Trial: &Trial{
				Programs: []string{"dovecot"}, Arguments: []string{"-F", "-c", "{configuration}"}, Root: true,
				// The listener for doveadm is there without IMAP and POP3.
				Configuration: `base_dir = {folder}
state_dir = {folder}
log_path = /dev/stderr
protocols =
ssl = required
ssl_cert = <{fullchain}
ssl_key = <{key}
service doveadm {
  inet_listener {
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }
}
`,
			},
			Refusals: []Refusal{
				{DovecotCertificate, "pem-boundary-whitespace"},
				{DovecotKey, "key-encrypted"},
				{DovecotMismatch, "key-mismatch"},
			},
		},
		{
			Name: "mosquitto", Summary: "Eclipse mosquitto: PEM, leaf and chain in one file, the key its own", Software: "mosquitto 1.4 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM,
			Files: pemPairOf("mosquitto"),
			Configuration: `listener 8883
certfile {fullchain}
keyfile {key}
`,
			Comment: "# %s", Reload: "systemctl restart mosquitto", Windows: Windows{Reload: "net stop mosquitto && net start mosquitto"},
			Trial: &Trial{
				Programs: []string{"mosquitto"}, Arguments: []string{"-c", "{configuration}"},
				Configuration: `user root
listener {port} 127.0.0.1
allow_anonymous false
certfile {fullchain}
keyfile {key}
`,
			},
			Refusals: []Refusal{
				{MosquittoCertificate, "pem-boundary-whitespace"},
				{MosquittoKey, "key-mismatch"},
				saysMismatch, saysKeyTooWeak,
			},
		},
		{
			Name: "redis", Summary: "Redis, Valkey: PEM, leaf and chain in one file, the key its own", Software: "Redis 6 and later, Valkey",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM, MixesKeyTypes: true,
			Files: pemPairOf("redis"),
			Configuration: `port 0
tls-port 6379
tls-auth-clients no
tls-cert-file "{fullchain}"
tls-key-file "{key}"
`,
			Comment: "# %s", Reload: "systemctl restart redis",
			Trial: &Trial{
				Programs: []string{"redis-server", "valkey-server"}, Arguments: []string{"{configuration}"},
				Configuration: `port 0
tls-port {port}
bind 127.0.0.1
tls-auth-clients no
save ""
dir "{folder}"
tls-cert-file "{fullchain}"
tls-key-file "{key}"
`,
			},
			Refusals: []Refusal{
				{RedisCertificate, "pem-boundary-whitespace"},
				{RedisKey, "key-mismatch"},
				saysMismatch, saysNoStart, saysKeyTooWeak,
			},
		},
		{
			Name: "mysql", Summary: "MySQL, MariaDB: PEM, leaf and chain in one file, the key its own", Software: "MySQL 5.7 and later, MariaDB 10.4 and later",
			Format: "pem", Profile: "default",
			Reader: ReaderOpenSSL, KeyFormats: onlyPEM, CertFormats: onlyPEM,
			Files: pemPairOf("mysql"),
			Configuration: `[mysqld]
ssl_cert = {fullchain}
ssl_key = {key}
`,
			Comment: "# %s", Reload: "systemctl restart mysql",
			// MariaDB starts on nothing if it asks nobody who he is; there is no
			// data, and no file that it reads or writes for anybody.
			Trial: &Trial{
				Programs: []string{"mariadbd"}, Arguments: []string{"--defaults-file={configuration}"}, User: "mysql", Hello: HelloMySQL,
				Folders: []TrialFolder{{"data", ""}, {"none", ""}},
				Configuration: `[mariadbd]
datadir = {folder}/data
socket = {folder}/data/socket
pid_file = {folder}/data/pid
bind_address = 127.0.0.1
port = {port}
skip_grant_tables
secure_file_priv = {folder}/none
local_infile = 0
max_connections = 10
innodb_log_file_size = 4M
innodb_buffer_pool_size = 8M
ssl_cert = {fullchain}
ssl_key = {key}
`,
			},
			Refusals: []Refusal{
				{MySQLCertificate, "pem-boundary-whitespace"},
				{MySQLKey, "key-mismatch"},
			},
		},
		{
			Name: "kubernetes", Summary: "Kubernetes: a Secret with tls.crt and tls.key, for an Ingress", Software: "ingress-nginx, Traefik and other controllers",
			Format: "k8s", Profile: "default",
			Reader: ReaderGo, KeyFormats: []string{"k8s", "pem"}, CertFormats: []string{"k8s", "pem"}, KeyTypes: goKeys, NamedCurves: true,
			Files: []File{{Role: "secret", Ext: ".yaml", Format: "k8s", Parts: keyAndChain}},
			Configuration: `# in the namespace of the Ingress, whose secretName is that of the Secret
kubectl apply -f "{secret}"
`,
			Comment: "# %s",
			Refusals: []Refusal{
				{IngressCertificate, "pem-boundary-whitespace"},
				{IngressMismatch, "key-mismatch"},
			},
		},
		{
			Name: "tomcat", Summary: "Apache Tomcat on a current Java: PKCS#12 keystore", Software: "Tomcat 8.5 and later, Java 8u301, 11.0.12 and later",
			Format: "pfx", Profile: "default", ASCII: true,
			Reader: ReaderJava, KeyTypes: javaKeys, TwoPrimes: true, NamedCurves: true, PFXReader: java8u301,
			Files: []File{{Role: "pfx", Ext: ".p12", Format: "pfx", Parts: keyAndChain}},
			Configuration: `<Connector port="8443" protocol="org.apache.coyote.http11.Http11NioProtocol" SSLEnabled="true" scheme="https" secure="true">
    <SSLHostConfig>
        <Certificate certificateKeystoreFile="{pfx}" certificateKeystoreType="PKCS12" certificateKeystorePassword="PASSWORD" certificateKeyAlias="{alias}"/>
    </SSLHostConfig>
</Connector>
`,
			Comment: "<!-- %s -->", Reload: "systemctl restart tomcat", Refusals: []Refusal{saysJava},
		},
		{
			Name: "java8", Summary: "Java 8 before 8u301: PKCS#12 keystore with 3DES and SHA-1", Software: "Java before 8u301, 11.0.12 and 12, and what runs on it",
			Format: "pfx", Profile: "java8", ASCII: true,
			Reader: ReaderJava, KeyFormats: []string{"pfx", "jks"}, KeyTypes: java8Keys, TwoPrimes: true, NamedCurves: true, PFXReader: javaOld,
			Files: []File{{Role: "pfx", Ext: ".p12", Format: "pfx", Parts: keyAndChain}},
			Configuration: `-Djavax.net.ssl.keyStore="{pfx}"
-Djavax.net.ssl.keyStoreType=PKCS12
-Djavax.net.ssl.keyStorePassword=PASSWORD
`,
			Refusals: []Refusal{saysJava},
		},
		{
			Name: "jks", Summary: "Java of any age, and Tomcat on it: JKS keystore", Software: "Java 1.2 and later",
			Format: "jks", Profile: "java8", ASCII: true,
			Reader: ReaderJava, KeyFormats: []string{"pfx", "jks"}, KeyTypes: java8Keys, TwoPrimes: true, NamedCurves: true, PFXReader: javaOld,
			Files: []File{{Role: "jks", Ext: ".jks", Format: "jks", Parts: keyAndChain}},
			Configuration: `-Djavax.net.ssl.keyStore="{jks}"
-Djavax.net.ssl.keyStoreType=JKS
-Djavax.net.ssl.keyStorePassword=PASSWORD
`,
			Refusals: []Refusal{saysJKS, saysJava},
		},
		{
			Name: "iis", Summary: "IIS on Windows Server 2019 and later: PFX", Software: "Windows Server 2019, Windows 10 1709 and later",
			Format: "pfx", Profile: "default",
			Reader: ReaderWindows, KeyFormats: onlyPFX, KeyTypes: windowsKeys, TwoPrimes: true, PFXReader: windows2019,
			Files: pfxFile, Configuration: windowsConfiguration, Comment: "# %s", Refusals: []Refusal{saysWindows},
		},
		{
			// Sources: learn.microsoft.com, "Digital certificates and encryption in
			// Exchange Server" and "Import-ExchangeCertificate", whose example this is.
			// EC keys are taken since the hotfix update of April 2024 where that is
			// turned on, and then not for OAuth, federation and AD FS; before it, and
			// by default, the reason is KeyAlgorithmUnsupported.
			Name: "exchange", Summary: "Exchange Server: PFX, RSA; EC only where it is turned on", Software: "Exchange Server 2019 and Subscription Edition, on Windows Server 2019 and later",
			Format: "pfx", Profile: "default",
			Reader: ReaderWindows, KeyFormats: onlyPFX, KeyTypes: []string{"RSA"}, TwoPrimes: true, PFXReader: windows2019,
			Files: pfxFile,
			Configuration: `# Exchange Management Shell
$password = Read-Host -AsSecureString "Password of the PFX"
Import-ExchangeCertificate -FileData ([System.IO.File]::ReadAllBytes("C:\{pfxname}")) -Password $password
Enable-ExchangeCertificate -Thumbprint {thumbprint} -Services IIS,SMTP
`,
			Comment: "# %s", Refusals: []Refusal{saysWindows, {ExchangeKey, "key-unsupported"}},
		},
		{
			// Sources: learn.microsoft.com, "Win32_TSGeneralSetting class" for the
			// thumbprint, and "Remote Desktop listener certificate configurations" for
			// the store, the server authentication, and the right of NETWORK SERVICE.
			Name: "rdp", Summary: "Remote Desktop of Windows: PFX", Software: "Windows Server 2019, Windows 10 1709 and later",
			Format: "pfx", Profile: "default",
			Reader: ReaderWindows, KeyFormats: onlyPFX, KeyTypes: windowsKeys, TwoPrimes: true, PFXReader: windows2019,
			Files: pfxFile,
			Configuration: `# PowerShell, as administrator
$password = Read-Host -AsSecureString "Password of the PFX"
Import-PfxCertificate -FilePath "{pfxname}" -CertStoreLocation Cert:\LocalMachine\My -Password $password
# certlm.msc: the certificate, All Tasks, Manage Private Keys: NETWORK SERVICE, Read
$settings = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-Tcp'"
Set-CimInstance -InputObject $settings -Property @{SSLCertificateSHA1Hash = "{thumbprint}"}
`,
			Comment: "# %s", Refusals: []Refusal{saysWindows},
		},
		{
			Name: "iis2016", Summary: "IIS on Windows Server 2016 and earlier: PFX with 3DES and SHA-1", Software: "Windows Server 2008 to 2016",
			Format: "pfx", Profile: "iis2016",
			Reader: ReaderWindows, KeyFormats: onlyPFX, KeyTypes: windowsKeys, TwoPrimes: true, PFXReader: windows2016,
			Files: pfxFile, Configuration: windowsConfiguration + `# before Windows Server 2012: certutil -importpfx "{pfxname}", then the binding in IIS Manager
`, Comment: "# %s", Refusals: []Refusal{saysWindows},
		},
		{
			Name: "iis5", Summary: "IIS 6 and 5: PFX with 3DES and SHA-1, RSA only", Software: "Windows Server 2003 and Windows 2000",
			Format: "pfx", Profile: "iis2016",
			Reader: ReaderWindows, KeyFormats: []string{"pfx", "iis"}, KeyTypes: []string{"RSA"}, TwoPrimes: true, PFXReader: windows2016,
			Files: pfxFile,
			Configuration: `# 1. MMC with the snap-in Certificates (Local Computer): Personal, All Tasks, Import: {pfxname}
# 2. Internet Services Manager: the site, Properties, Directory Security, Server Certificate: Assign an existing certificate
# 3. the site, Properties, Web Site: SSL Port 443
`,
			Comment: "# %s", Refusals: []Refusal{saysWindows},
		},
		{
			Name: "iis4", Summary: "IIS 4 Key Manager: NET key, certificate beside it", Software: "IIS 4 and 3 on Windows NT 4.0",
			Format: "net", Profile: "iis2016",
			Reader: ReaderKeyManager, KeyFormats: []string{"net", "sgc", "iis"}, CertFormats: onlyPEM, KeyTypes: []string{"RSA"}, TwoPrimes: true,
			Files: []File{
				{Role: "net", Ext: ".net", Format: "net", Parts: keyOnly},
				{Role: "cert", Ext: ".crt", Format: "pem", Parts: certOnly},
				{Role: "chain", Ext: ".chain.pem", Format: "pem", Parts: chainOnly},
			},
			Configuration: `# 1. Key Manager: Key, Import Key, KeySet: private key {netname}, certificate {certname}, and the password of the key
# 2. Key Manager: Key, Export Key, Backup File; then Properties of the key: Server Bindings, SSL port 443; commit the changes
# 3. Internet Service Manager: the site, Properties, Directory Security, Secure Communications: SSL port 443
# 4. Internet Explorer on the server: install {chainname}, each certificate, as an intermediate certification authority
`,
			Comment: "# %s",
			Refusals: []Refusal{
				{KeyManagerKey + ". Invalid Password", "wrong-format"},
				{KeyManagerCertificate + ". Invalid Certificate", "pem-boundary-whitespace"},
			},
		},
	}
}}
