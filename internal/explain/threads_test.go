package explain

import (
	"slices"
	"testing"
)

// threads are messages as people posted them in the trackers and pages that
// source names, with other names and paths. The first cause must be one of
// causes: where the thread says what it was, that one. With an id it must be the
// entry's own.
var threads = []struct {
	source, id string
	causes     []*Cause
	text       string
}{
	{"postfixadmin 398", "", []*Cause{&causeFileAccess}, `Fatal: Error in configuration file /etc/dovecot/conf.d/10-ssl.conf line 14: ssl_key: Can't open file /etc/letsencrypt/live/mail/privkey.pem: Permission denied`},
	{"dovecot/docker 18", "", []*Cause{&causeFileAccess}, `dovecot-1  | doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 50: ssl_server_key_file: open(/etc/letsencrypt/live/mail/privkey.pem) failed: Permission denied`},
	{"sovereign 803", "", []*Cause{&causeFileAccess}, `postgresql@11-main[8472]: 2020-02-09 06:57:02.676 CET [8477] FATAL:  could not load server certificate file "/etc/ssl/certs/ssl-cert-snakeoil.pem": Permission denied`},
	{"emailwiz 173", "", []*Cause{&causeMissingFile}, `Oct 10 19:38:54 mail postfix/smtpd[725]: warning: cannot get RSA certificate from file "./fullchain.pem": disabling TLS support
Oct 10 19:38:54 mail postfix/smtpd[725]: warning: TLS library problem: error:02001002:system library:fopen:No such file or directory:../crypto/bio/bss_file.c:288:fopen('./fullchain.pem','r'):
Oct 10 19:38:54 mail postfix/smtpd[725]: warning: TLS library problem: error:20074002:BIO routines:file_ctrl:system lib:../crypto/bio/bss_file.c:290:
Oct 10 19:38:54 mail postfix/smtpd[725]: warning: TLS library problem: error:140DC002:SSL routines:use_certificate_chain_file:system lib:../ssl/ssl_rsa.c:615:`},
	{"mosquitto 1076", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `1544635256: OpenSSL Error: error:14007086:SSL routines:CONNECT_CR_CERT:certificate verify failed
1544635256: Socket error on client local.myclient, disconnecting.`},
	{"mosquitto 734", "", []*Cause{&causeVersions}, `1521017807: OpenSSL Error: error:1409442E:SSL routines:SSL3_READ_BYTES:tlsv1 alert protocol version`},
	{"mosquitto 1897", "", []*Cause{&causeMissingFile}, `1605543867: Error: Unable to load CA certificates, check bridge_cafile "/etc/mosquitto/ca/root.pem".
1605543867: OpenSSL Error: error:02001002:system library:fopen:No such file or directory
1605543867: OpenSSL Error: error:2006D080:BIO routines:BIO_new_file:no such file`},
	{"mosquitto 2790", "", []*Cause{&causeObject, &causeFormat, &causeDamaged, &causeFileAccess}, `1681560233: Error: Unable to load client key file, check bridge_keyfile "/etc/mosquitto/client.key".
1681560233: OpenSSL Error[0]: error:1E08010C:DECODER routines::unsupported
1681560233: OpenSSL Error[1]: error:0A080009:SSL routines::PEM lib`},
	{"mosquitto 1438", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `OpenSSL Error: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca`},
	{"acme.sh 3503", "acme-order", nil, `"type": "urn:ietf:params:acme:error:orderNotReady",
  "detail": "Order's status (\"invalid\") is not acceptable for finalization",
  "status": 403`},
	{"acme.sh 2591", "acme-server", nil, `Sign failed, finalize code is not 200. { "type": "urn:ietf:params:acme:error:serverInternal", "detail": "Error finalizing order", "status": 500 }`},
	{"acme.sh 2733", "acme-rate-limit", nil, `Create new order error. Le_OrderFinalize not found. {"type":"urn:ietf:params:acme:error:rateLimited","detail":"Error creating new order :: too many certificates already issued for exact set of domains: a.example.com: see https://letsencrypt.org/docs/rate-limits/","status":429}`},
	{"openssl 13919", "java-no-key", nil, `Caused by: java.lang.IllegalArgumentException: Alias name [test] does not identify a key entry`},
	{"pem-keystore 13", "java-no-key", nil, `java.io.IOException: Alias name [keycert] does not identify a key entry
	at org.apache.tomcat.util.net.SSLUtilBase.getKeyManagers(SSLUtilBase.java:338)`},
	{"webofneeds 1338", "java-der-input", nil, `java.io.IOException: Invalid keystore format
	at sun.security.provider.JavaKeyStore.engineLoad(Unknown Source)
	at sun.security.provider.JavaKeyStore$JKS.engineLoad(Unknown Source)`},
	{"OpenAttestation 28", "", []*Cause{&causePassword}, `SEVERE: Failed to initialize end point associated with ProtocolHandler ["http-bio-8181"]
java.io.IOException: Keystore was tampered with, or password was incorrect
	at sun.security.provider.JavaKeyStore.engineLoad(JavaKeyStore.java:772)`},
	{"openssl 22215", "", []*Cause{&causePassword, &causeMissingFile, &causeNoKey}, `05-Oct-2023 14:53:20.690 SEVERE [main] org.apache.catalina.util.LifecycleBase.handleSubClassException Failed to initialize component [Connector["https-jsse-nio-10843"]]
        org.apache.catalina.LifecycleException: Protocol handler initialization failed`},
	{"requests 4873", "", []*Cause{&causeFormat, &causeObject, &causeDamaged, &causeMissingFile, &causeRootsMissing}, `requests.exceptions.SSLError: [Errno 185090050] _ssl.c:340: error:0B084002:x509 certificate routines:X509_load_cert_crl_file:system lib`},
	{"requests 3859", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `requests.exceptions.SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:661)`},
	{"requests 4840", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `Caused by SSLError(SSLError(1, '_ssl.c:510: error:14090086:SSL routines:SSL3_GET_SERVER_CERTIFICATE:certificate verify failed'`},
	{"python-interview-prep 24", "", []*Cause{&causeUntrustedRoot, &causeInspection}, `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1020)')))`},
	{"requests 3562", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `bad handshake: Error([('SSL routines', 'ssl3_get_server_certificate', 'certificate verify failed')],)`},
	{"requests 4247", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `verify error:num=20:unable to get local issuer certificate
verify return:1
verify error:num=27:certificate not trusted
verify error:num=21:unable to verify the first certificate`},
	{"docker-openvpn 9", "", []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeExpired}, `Sun Jan 24 20:42:41 2021 OpenSSL: error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed
Sun Jan 24 20:42:41 2021 TLS_ERROR: BIO read tls_read_plaintext error
Sun Jan 24 20:42:41 2021 TLS Error: TLS object -> incoming plaintext read error
Sun Jan 24 20:42:41 2021 TLS Error: TLS handshake failed`},
	{"openvpn-install 730", "", []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeExpired}, `EVENT: CERT_VERIFY_FAIL OpenSSLContext::SSL::read_cleartext: BIO_read failed, cap=2576 status=-1: error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed`},
	{"openvpn-server-vagrant 10", "", []*Cause{&causeDamaged, &causeObject}, `Mon Jun 29 11:00:19 2020 OpenSSL: error:0909006C:PEM routines:get_name:no start line
Mon Jun 29 11:00:19 2020 OpenSSL: error:140AD009:SSL routines:SSL_CTX_use_certificate_file:PEM lib
Mon Jun 29 11:00:19 2020 Cannot load inline certificate file
Mon Jun 29 11:00:19 2020 Exiting due to fatal error`},
	{"openvpn3-linux 170", "", []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeExpired}, `Client !! CRITICAL !!: Certificate verification failed:OpenSSLContext::SSL::read_cleartext: BIO_read failed, cap=2576 status=-1: error:0A000086:SSL routines::certificate verify failed`},
	{"seedbox-from-scratch 15", "", []*Cause{&causeDamaged, &causeObject}, `openvpn[4649]: Cannot load certificate file cert.crt: error:0906D06C:PEM routines:PEM_read_bio:no start line: error:140AD009:SSL routines:SSL_CTX_use_certificate_file:PEM lib`},
	{"kylemanna/docker-openvpn 567", "", []*Cause{&causeUsage}, `VERIFY ERROR: depth=0, error=unsupported certificate purpose: CN=host1
OpenSSL: error:1417C086:SSL routines:tls_process_client_certificate:certificate verify failed`},
	{"Tunnelblick 118", "", []*Cause{&causeMissingFile}, `2009-10-13 19:40:31 Cannot load certificate file client.crt: error:02001002:system library:fopen:No such file or directory: error:20074002:BIO routines:FILE_CTRL:system lib: error:140AD002:SSL routines:SSL_CTX_use_certificate_file:system lib`},
	{"rabbitmq-website 1334", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `2021-11-29 15:16:01.141676+00:00 [noti] <0.852.0> TLS server: In state wait_finished received CLIENT ALERT: Fatal - Certificate Unknown`},
	{"rabbitmq-server 1424", "", []*Cause{&causeClientCert, &causeCiphers, &causeVersions}, `{error,{tls_alert,"handshake failure"}}`},
	{"rabbitmq 4027", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `TLS client: In state certify at ssl_handshake.erl:2111 generated CLIENT ALERT: Fatal - Unknown CA`},
	{"strimzi 12163", "kafka-pem", nil, `org.apache.kafka.common.KafkaException: org.apache.kafka.common.errors.InvalidConfigurationException: Invalid PEM keystore configs
        at org.apache.kafka.common.network.SaslChannelBuilder.configure(SaslChannelBuilder.java:184) ~[kafka-clients-4.0.0.jar:?]
Caused by: java.security.spec.InvalidKeySpecException: java.security.InvalidKeyException: IOException : algid parse error, not a sequence`},
	{"bitnami/charts 9215", "", []*Cause{&causeMismatch}, `javax.net.ssl.SSLHandshakeException: Invalid CertificateVerify signature`},
	{"effectivekafka 3", "", []*Cause{&causeMissingFile, &causePassword}, `org.apache.kafka.common.KafkaException: Failed to load SSL keystore /home/a/config/server.keystore.jks of type JKS`},
	{"datahub 8656", "kafka-pem", nil, `Caused by: org.apache.kafka.common.errors.InvalidConfigurationException: SSL trust store password cannot be specified for PEM format.`},
	{"knative/eventing 6728", "java-key-spec", nil, `org.apache.kafka.common.errors.InvalidConfigurationException: Private key could not be loaded
Caused by: java.security.spec.InvalidKeySpecException: java.security.InvalidKeyException: IOException : algid parse error, not a sequence`},
	{"SA-MP-MySQL 218", "", []*Cause{&causeMissingFile}, `#2026 'SSL connection error: The system cannot find the path specified.'`},
	{"actions-setup-mysql 1180", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `ERROR 2026 (HY000): SSL connection error: error:0A000086:SSL routines::certificate verify failed`},
	{"MeshCentral 6537", "", []*Cause{&causeName}, `error 2026: "TLS/SSL error: Server certificate validation failed. The certificate's CN name does not match the passed value. Error 0x800B010F(CERT_E_CN_NO_MATCH)"`},
	{"syncstorage-rs-docker 17", "database-without-tls", nil, `ERROR 2026 (HY000): TLS/SSL error: SSL is required, but the server does not support it`},
	{"sysbench 166", "", []*Cause{&causeMissingFile}, `FATAL: error 2026: SSL connection error: SSL_CTX_set_default_verify_paths failed`},
	{"proxysql 5835", "", []*Cause{&causePlainHTTP}, `FATAL: error 2026: SSL connection error: error:0A000126:SSL routines::unexpected eof while reading`},
	{"mariadb-connector", "", []*Cause{&causeUntrustedRoot}, `ERROR 2026 (HY000): TLS/SSL error: self-signed certificate in certificate chain`},
	{"WSL 7461", "", []*Cause{&causePlainHTTP, &causeVersions}, `fatal: unable to access 'https://git.example.com/path/to/repo.git/': gnutls_handshake() failed: Error in the pull function`},
	{"wget2 201", "", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeRootsMissing}, `ERROR: The certificate is not trusted.
ERROR: The certificate doesn't have a known issuer.`},
	{"Tools_Repository 274", "", []*Cause{&causeCiphers, &causeVersions}, `*** Fatal error: A TLS fatal alert has been received.
*** Received alert [40]: Handshake failed
*** Handshake has failed
GnuTLS error: A TLS fatal alert has been received.`},
	{"WebAssembly/website 139", "", []*Cause{&causePlainHTTP}, `fatal: unable to access 'https://git.example.com/emsdk.git/': gnutls_handshake() failed: The TLS connection was non-properly terminated.`},
	{"wpscan 242", "", []*Cause{&causePlainHTTP, &causeVersions}, `error: gnutls_handshake() failed: A TLS packet with unexpected length was received. while accessing https://git.example.com/a.git/info/refs`},
	{"curl 6634", "", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeStructure}, `curl: (35) gnutls_handshake() failed: Error in the certificate.`},
	{"element-web 18326", "", []*Cause{&causePlainHTTP, &causeVersions}, `Failed to fetch https://packages.example.org/debian/dists/sid/InRelease Could not handshake: Error in the pull function`},
	{"kubernetes 43924", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `Failed to pull image "10.0.0.8:5000/monitor": Error response from daemon: {"message":"Get https://10.0.0.8:5000/v1/_ping: x509: certificate signed by unknown authority"}`},
	{"registry.k8s.io 264", "", []*Cause{&causeName, &causeNoNames}, `tls: failed to verify certificate: x509: certificate is not valid for any names, but wanted to match prod.s3.example.com`},
	{"telstar-2 5", "", []*Cause{&causeName, &causeOtherSite}, `Error response from daemon: Get "https://registry-1.example.io/v2/": tls: failed to verify certificate: x509: certificate is valid for *.example.cloud, not registry-1.example.io`},
	{"lens 790", "", []*Cause{&causeIncomplete, &causeWrongIntermediate, &causeUntrustedRoot}, `offline (x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kubernetes"))`},
	{"kubernetes 10190", "", []*Cause{&causeStructure, &causeObject, &causeKeyKind, &causeInspection}, `tls: failed to parse certificate from server: x509: RSA modulus is not a positive number`},
	{"ingress-nginx 4702", "ingress-no-pem", nil, `W1021 08:25:35.964113       6 backend_ssl.go:46] Error obtaining X.509 certificate: unexpected error creating SSL Cert: no certificate PEM data found, make sure certificate content starts with 'BEGIN CERTIFICATE'`},
	{"ingress-nginx 4399", "ingress-secret-missing", nil, `Error obtaining X.509 certificate: no object matching key "keycloak/certs" in local store`},
	{"ingress-nginx 10216", "ingress-secret-empty", nil, `7 backend_ssl.go:47] Error obtaining X.509 certificate: secret contains no keypair or CA certificate`},
	{"ingress-nginx 6543", "ingress-secret-missing", nil, `W1128 17:33:46.879345       6 controller.go:1166] Error getting SSL certificate "ingress-basic/aks-ingress-tls": local SSL certificate ingress-basic/aks-ingress-tls was not found. Using default certificate`},
	{"ingress-nginx 1973", "ingress-secret-missing", nil, `W0124 13:32:33.518743       9 backend_ssl.go:49] error obtaining PEM from secret default/istio-certs: error retrieving secret default/istio-certs: secret default/istio-certs was not found`},
	{"kube-cert-manager 54", "ingress-secret-empty", nil, `Error while processing certificate during sync: Error while decoding acme certificate from secret for existing domain : Could not find key tls.crt in secret`},
	{"traefik 3667", "ingress-secret-missing", nil, `time="2018-07-24T15:42:43Z" level=error msg="Error configuring TLS for ingress web/api: secret web/traefik-cert does not exist"`},
	{"gke-letsencrypt 16", "ingress-secret-missing", nil, `Warning  ErrorCheckCertificate Error checking existing TLS certificate: secret "www-example-com-tls" not found`},
	{"traefik 1869", "acme-unauthorized", nil, `level=error msg="Error getting cert: Cannot find challenge cert for domain 87c64b84.1c1d626e.acme.invalid, retrying in 517.715635ms"`},
	{"http-server 535", "", []*Cause{&causeObject, &causeDamaged, &causeFormat}, `      c.context.setCert(cert);
                ^

Error: error:0909006C:PEM routines:get_name:no start line
    at Object.createSecureContext (_tls_common.js:134:17)`},
	{"selfsigned 27", "", []*Cause{&causeObject}, `      c.context.setKey(options.key, options.passphrase);
                ^

Error: error:0906D06C:PEM routines:PEM_read_bio:no start line
    at Object.createSecureContext (_tls_common.js:104:17)`},
	{"native-tls 19", "apple-pkcs12", nil, `Tls(Error { code: -25264, message: "MAC verification failed during PKCS12 import (wrong password?)" })`},
	{"node 44736", "node-unsupported", nil, `Error: unsupported
    at configSecureContext (node:internal/tls/secure-context:282:15)
    at Object.createSecureContext (node:_tls_common:117:3)`},
	{"node 45759", "", []*Cause{&causeWeakSignature}, `node:internal/tls/secure-context:65
    context.setCert(cert);
            ^

Error: error:0A00018E:SSL routines::ca md too weak`},
	{"owt-server 1098", "", []*Cause{&causePassword}, `        c.context.loadPKCS12(buf, crypto._toBuf(passphrase));
                  ^

Error: mac verify failure
    at Object.createSecureContext (_tls_common.js:210:19)`},
	{"Dexus/pem 406", "node-unsupported", nil, `Error: Unsupported PKCS12 PFX data
    at configSecureContext (node:internal/tls/secure-context:290:15)`},
	{"https-pem 3", "", []*Cause{&causeWeakKey}, `Error: error:140AB18F:SSL routines:SSL_CTX_use_certificate:ee key too small
    at Object.createSecureContext (_tls_common.js:131:17)`},
	{"elasticsearch 102527", "", []*Cause{&causeMissingFile}, `failed to load SSL configuration [xpack.security.transport.ssl] - cannot read configured PEM private key [/usr/share/elasticsearch/config/certs/es02/es02.key] because the file does not exist`},
	{"blackesk 15", "", []*Cause{&causeMissingFile}, `ElasticsearchException[failed to initialize SSL TrustManager - certificate_authorities file [/usr/share/elasticsearch/config/certificates/ca/ca.crt] does not exist]; nested: NoSuchFileException[/usr/share/elasticsearch/config/certificates/ca/ca.crt];`},
	{"bitnami/charts 22702", "", []*Cause{&causePassword}, `failed to load SSL configuration [xpack.security.transport.ssl] - cannot read configured [PKCS12] keystore (as a truststore) [/opt/bitnami/elasticsearch/config/certs/a.p12] - this is usually caused by an incorrect password; (a keystore password was provided)`},
	{"mongodb jira", "mongodb-certificate", nil, `cannot read PEM key file: /etc/ssl/mongodb.pem error:0480006C:PEM routines::no start line`},
	{"freeradius 4946", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `eap_tls: ERROR: TLS Alert write:fatal:unknown CA`},
	{"freeradius 320", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `Thu May 27 12:07:06 2010 : Error:     TLS_accept:failed in SSLv3 read client certificate A
Thu May 27 12:07:06 2010 : Error: rlm_eap: SSL error error:14094418:SSL routines:SSL3_READ_BYTES:tlsv1 alert unknown ca
Thu May 27 12:07:06 2010 : Error: SSL: SSL_read failed inside of TLS (-1), TLS session fails.`},
	{"freeradius 5466", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `eap_tls: Warning: Certificate chain - 1 cert(s) untrusted`},
	{"freeradius 5631", "", []*Cause{&causePassword, &causeEncrypted}, `tls: (TLS) Failed reading private key file "/etc/raddb/certs/server.key"
tls: (TLS) error:1C800064:Provider routines::bad decrypt`},
	{"strongswan 2746", "strongswan-key", nil, `12[IKE] no private key found for 'app2.example.pro'`},
	{"strongswan 1557", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `[CFG] no issuer certificate found for "CN=*.server.example.com"`},
	{"strongswan wiki", "", []*Cause{&causeUntrustedRoot, &causeName}, `13[IKE] no trusted RSA public key found for 'vpn.example.com'`},
	{"Saml2 387", "", []*Cause{&causeModernPFX, &causePassword}, `[CryptographicException: The specified network password is not correct.
]
   System.Security.Cryptography.CryptographicException.ThrowCryptographicException(Int32 hr) +33`},
	{"dotnet/runtime 44535", "", []*Cause{&causePassword, &causeModernPFX}, `The certificate data cannot be read with the provided password, the password may be incorrect.`},
	{"dotnet/runtime 83594", "", []*Cause{&causeDamaged, &causeObject}, `Unhandled exception. System.Security.Cryptography.CryptographicException: The certificate contents do not contain a PEM with a CERTIFICATE label, or the content is malformed.`},
	{"MySqlConnector 574", "", []*Cause{&causeModernPFX, &causePassword}, `MySqlConnector.ServerSession|ERROR|System.Security.Cryptography.CryptographicException: The specified network password is not correct.`},
	{"terraform-provider-aws 19400", "acm-several", nil, `Error: error importing ACM Certificate: ValidationException: The certificate field contains more than one certificate. You can specify only one certificate in this field.`},
	{"terraform-provider-azurerm 23537", "keyvault-pem", nil, `Status=400 Code="BadParameter" Message="Private key is not specified in the specified X.509 PEM certificate content. Please specify private key in the X.509 PEM certificate content."`},
	{"terraform-provider-azurerm 15914", "keyvault-pfx", nil, `Code="BadParameter" Message="The specified PKCS#12 X.509 certificate content can not be read. Please check if certificate is in valid PKCS#12 format."`},
	{"codemagic 428", "apple-pkcs12", nil, `security: SecKeychainItemImport: Unable to decode the provided data.`},
	{"bitrise 125", "apple-pkcs12", nil, `security: SecKeychainItemImport: MAC verification failed during PKCS12 import (wrong password?)`},
	{"import-codesign-certs 151", "apple-import", nil, `security: SecItemCopyMatching: The specified item could not be found in the keychain.`},
	{"kaushalp", "", []*Cause{&causePermissions, &causeBrokenKeyset}, `A fatal error occurred when attempting to access the SSL server credential private key. The error code returned from the cryptographic module is 0x8009030d. The internal error state is 10001.`},
	{"KB186796", "hresult-80090304", nil, `Schannel error = 80090304. Invalid Password`},
	{"NPM 3383", "", []*Cause{&causeEncrypted, &causeObject}, `Upload failed: Certificate Key is not valid (Command failed: openssl pkey -in /tmp/9223da04/tmp -check -noout 2>&1 )`},
	{"NPM 550", "proxy-manager-key", nil, `Certificate Key is not valid (Command failed: openssl rsa -in /tmp/02555145/tmp -check -noout
unable to load Private Key
140322868518216:error:0909006C:PEM routines:get_name:no start line:crypto/pem/pem_lib.c:745:Expecting: ANY PRIVATE KEY
)`},
	{"NPM 575", "", []*Cause{&causeEncrypted}, `Upload failed: Result Validation Error: Validation timed out. This could be due to the key being passphrase-protected.`},
	{"vibytes", "", []*Cause{&causeMissingFile, &causeDamaged}, `nginx: [emerg] cannot load certificate "/etc/letsencrypt/live/example.com/fullchain.pem"`},
	{"nginx docs", "", []*Cause{&causeFileAccess}, `nginx: [emerg] cannot load certificate key "/etc/nginx/ssl/site.key": PEM_read_bio_PrivateKey() failed (SSL: error:0200100D:system library:fopen:Permission denied)`},
	{"keytool docs", "java-no-key", nil, `keytool error: java.lang.Exception: Alias <alias.example.com> does not exist`},
	{"mkcert", "", []*Cause{&causeMissingFile}, `keytool error: java.lang.Exception: Keystore file does not exist: /usr/lib/jvm/cacerts`},
	{"wsria", "", []*Cause{&causePassword}, `keytool error: java.io.IOException: Keystore was tampered with, or password was incorrect`},
	{"keytool 2", "keytool-alias", nil, `keytool error: java.lang.Exception: Certificate not imported, alias <mykey> already exists`},
	{"hardening notes", "", []*Cause{&causeVersions, &causeCiphers}, `SSLHandshakeException: (handshake_failure) Received fatal alert: handshake_failure`},
	{"emulator", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `javax.net.ssl.SSLHandshakeException: java.security.cert.CertPathValidatorException: Trust anchor for certification path not found.`},
	{"sbt", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `res=https://repo.example.com/a.jar: javax.net.ssl.SSLHandshakeException: sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target`},
	{"sslclient", "", []*Cause{&causeWrongIntermediate, &causeClientCert}, `javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate`},
	{"md tests", "acme-account", nil, `urn:ietf:params:acme:error:externalAccountRequired`},
	{"az login", "", []*Cause{&causeAuthorityProfile}, `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: CA cert does not include key usage extension (_ssl.c:1028)`},
	{"olaf", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1091)>`},
	{"npm", "", []*Cause{&causeCiphers, &causeVersions}, `ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE`},
	{"openvpn-as", "", []*Cause{&causePlainHTTP}, `ERR_SSL_PROTOCOL_ERROR`},
	{"layer7", "", []*Cause{&causeUsage, &causeKeyUsage}, `ERR_SSL_KEY_USAGE_INCOMPATIBLE`},
	{"next.js", "", []*Cause{&causePlainHTTP}, `ERR_SSL_WRONG_VERSION_NUMBER`},
	{"spiffe", "", []*Cause{&causeWrongIntermediate, &causeClientCert}, `http: TLS handshake error from 10.2.3.4:51234: remote error: tls: bad certificate`},
	{"agent", "", []*Cause{&causeExpired}, `remote error: tls: expired certificate`},
	{"influx", "tls-alert-80", nil, `remote error: tls: internal error`},
	{"go peer", "", []*Cause{&causeVersions}, `remote error: tls: protocol version not supported`},
	{"sqlcmd", "verify-18", nil, `Sqlcmd: Error: SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed certificate]`},
	{"pdo", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `Uncaught PDOException: PDO::__construct(): SSL operation failed with code 1. OpenSSL Error messages: error:0A000086:SSL routines::certificate verify failed`},
	{"curl profile", "", []*Cause{&causeVersions}, `curl: (35) TLS connect error: error:0A0000BF:SSL routines::no protocols available`},
	{"biomaRt", "", []*Cause{&causePlainHTTP, &causeVersions}, `SSL connect error [aug2020.archive.example.org]: OpenSSL/3.2.4: error:0A0000C6:SSL routines::packet length too long`},
	{"otel", "", []*Cause{&causeOrder, &causeMismatch}, `tls: private key does not match public key`},
	{"combined", "", mismatchCauses, `Error: Certificate validation failed: private key does not match certificate`},
	{"chronos", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `cURL error 60: SSL certificate problem: unable to get local issuer certificate`},
	{"charles", "", []*Cause{&causeUntrustedRoot, &causeInspection}, `curl: (60) SSL certificate problem: self signed certificate in certificate chain`},
	{"router", "", []*Cause{&causeClock}, `SSL certificate problem: certificate is not yet valid`},
	{"gitlab", "", []*Cause{&causeUntrustedRoot, &causeInspection}, `fatal: unable to access 'https://git.example.com/a.git/': SSL certificate problem: self-signed certificate in certificate chain`},
	{"ruby", "", []*Cause{&causeUntrustedRoot, &causeIncomplete}, `SSL_connect returned=1 errno=0 state=error: certificate verify failed (self-signed certificate in certificate chain)`},
	{"npm 2", "", []*Cause{&causeUntrustedRoot, &causeInspection}, `npm ERR! code SELF_SIGNED_CERT_IN_CHAIN`},
	{"npm 3", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `npm ERR! request to https://registry.example.org/a failed, reason: unable to get local issuer certificate`},
	{"haproxy", "", []*Cause{&causeNoKey}, `[ALERT] 123/123456 (1) : parsing [/usr/local/etc/haproxy/haproxy.cfg:12] : 'bind *:443' : unable to load SSL private key from PEM file '/etc/ssl/site.pem'.`},
	{"haproxy 2", "", []*Cause{&causeNoKey}, `config : parsing [haproxy.cfg:10] : 'bind *:443' in section 'frontend' : No Private Key found in '/etc/haproxy/certs/site.pem.key'.`},
	{"haproxy 3", "", []*Cause{&causeMissingFile}, `parsing [haproxy.cfg:10] : 'bind *:443' : unable to stat SSL certificate from file '/etc/ssl/x.pem' : No such file or directory.`},
	{"haproxy 4", "", []*Cause{&causeOrder, &causeMismatch}, `unable to load SSL private key into SSL Context '/etc/x.pem': inconsistencies between private key and certificate loaded '/etc/x.pem'.`},
	{"apache", "", []*Cause{&causeMismatch, &causeOrder}, `[ssl:emerg] [pid 1] AH02565: Certificate and private key www.example.com:443:0 from /a.crt and /a.key do not match`},
	{"apache 2", "apache-ah00526", nil, `AH00526: Syntax error on line 33 of /etc/apache2/sites-enabled/default-ssl.conf: SSLCertificateFile: file '/etc/ssl/certs/a.crt' does not exist or is empty`},
	{"vsftpd", "vsftpd-certificate", nil, `status: 500 OOPS: SSL: cannot load RSA certificate`},
	{"proftpd", "proftpd-certificate", nil, `mod_tls/2.9.2[1234]: error loading TLSRSACertificateFile '/etc/ssl/a.pem': (unknown)`},
	{"openldap", "", []*Cause{&causeFileAccess, &causeMissingFile}, `main: TLS init def ctx failed: -64 Error while reading file.`},
	{"exim", "", []*Cause{&causeFileAccess}, `TLS error on connection from mail.example.org [192.0.2.1] (cert/key setup: cert=/etc/exim4/exim.crt key=/etc/exim4/exim.key): Error while reading file.`},
	{"exim 2", "", mismatchCauses, `TLS error on connection from x (SSL_CTX_use_PrivateKey_file file=/etc/exim/a.key): error:0B080074:x509 certificate routines:X509_check_private_key:key values mismatch`},
	{"oracle", "oracle-29024", nil, `ORA-29273: HTTP request failed ORA-29024: Certificate validation failure ORA-06512: at "SYS.UTL_HTTP", line 380`},
	{"sqlserver", "sqlserver-client", nil, `A connection was successfully established with the server, but then an error occurred during the login process. (provider: SSL Provider, error: 0 - The certificate chain was issued by an authority that is not trusted.)`},
	{"sqlserver 2", "", []*Cause{&causePermissions, &causeBrokenKeyset}, `Error: 26014, Severity: 16, State: 1. Unable to load user-specified certificate [Cert Hash(sha1) "7B6FA1"]. The server will not accept a connection.`},
	{"cloudflare", "", []*Cause{&causeExpired, &causeUntrustedRoot}, `Error 526: Invalid SSL certificate`},
	{"windows vpn", "", []*Cause{&causeName}, `The error code returned on failure is 13801. IKE authentication credentials are unacceptable.`},
	{"firefox", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `Error code: SEC_ERROR_UNKNOWN_ISSUER`},
	{"firefox ocsp", "", []*Cause{&causeRevocationDown}, `An error occurred during a connection to www.example.com. The OCSP server suggests trying again later. Error code: SEC_ERROR_OCSP_TRY_SERVER_LATER`},
	{"nginx ocsp", "", []*Cause{&causeOCSPUnknown}, `OCSP response not successful (6: unauthorized) while requesting certificate status, responder: ocsp.example.com, peer: 192.0.2.7:80, certificate: "/etc/ssl/site.pem"`},
	{"java distrust", "", []*Cause{&causeLegacyRoot}, `sun.security.validator.ValidatorException: TLS Server certificate issued after 2024-11-11 and anchored by a distrusted legacy Entrust root CA: CN=Entrust Root Certification Authority - G2`},
	{"jdbc", "", []*Cause{&causeExpired, &causeIssuerExpired}, `java.security.cert.CertificateExpiredException: NotAfter: Tue Sep 30 14:01:15 UTC 2025`},
	{"jenkins", "", []*Cause{&causeName, &causeNoNames}, `javax.net.ssl.SSLPeerUnverifiedException: Certificate for <ldap.example.com> doesn't match any of the subject alternative names: [dc1.example.com]`},
	{"git windows", "", []*Cause{&causeInspection, &causeRevocationDown}, `schannel: next InitializeSecurityContext failed: CRYPT_E_REVOCATION_OFFLINE (0x80092013) - The revocation function was unable to check revocation because the revocation server was offline.`},
	{"docker mount", "", []*Cause{&causeFolderAsFile}, `nginx: [emerg] cannot load certificate "/etc/nginx/certs/site.pem": BIO_new_file() failed (SSL: error:80000015:system library::Is a directory)`},
	{"ingress-nginx 515", "", []*Cause{&causeDamaged, &causeNothing}, `2017/03/23 14:03:53 [emerg] 24#24: PEM_read_bio_X509_AUX("/etc/nginx-ssl/a.pem") failed (SSL: error:0906D06C:PEM routines:PEM_read_bio:no start line:Expecting: TRUSTED CERTIFICATE)`},
	{"ingress-nginx 515 b", "", []*Cause{&causeObject, &causeDamaged, &causeNoKey}, `2017/03/23 10:15:13 [emerg] 24#24: SSL_CTX_use_PrivateKey_file("/etc/nginx-ssl/b.pem") failed (SSL: error:0906D06C:PEM routines:PEM_read_bio:no start line:Expecting: ANY PRIVATE KEY error:140B0009:SSL routines:SSL_CTX_use_PrivateKey_file:PEM lib)`},
	{"landchad 89", "", []*Cause{&causeMissingFile}, `nginx: [emerg] BIO_new_file("/etc/ssl/nginx/www.example.com.crt") failed (SSL: error:02001002:system library:fopen:No such file or directory:fopen('/etc/ssl/nginx/www.example.com.crt','r') error:2006D080:BIO routines:BIO_new_file:no such file)`},
	{"engintron 583", "", []*Cause{&causeMissingFile}, `Jul 06 14:23:18 nginx[1016]: nginx: [emerg] SSL_CTX_use_PrivateKey_file("/var/cpanel/ssl/installed/keys/c0d3b.key") failed (SSL: error:02001002:system library:fopen:No such file or directory:fopen('/var/cpanel/ssl/installed/keys/c0d3b.key','r') error:20074002:BIO routines:FILE_CTRL:system lib error:140B0002:SSL routines:SSL_CTX_use_PrivateKey_file:system lib)`},
	{"cloudpanel 283", "nginx-certificate", nil, `2023/05/28 18:59:45 [emerg] 112397#112397: cannot load certificate "/etc/nginx/ssl-certificates/custom.crt": PEM_read_bio_X509() failed (SSL: error:04800066:PEM routines::bad end line)`},
	{"freshports 82", "", []*Cause{&causeMissingFile}, `PHP Warning:  pg_connect(): Unable to connect to PostgreSQL server: root certificate file "/nonexistent/.postgresql/root.crt" does not exist`},
	{"pgjdbc 3349", "", []*Cause{&causeUntrustedRoot}, `Caused by: sun.security.validator.ValidatorException: PKIX path validation failed: java.security.cert.CertPathValidatorException: Path does not chain with any of the trust anchors`},
	{"datafusion-postgres 119", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `psql: error: connection to server at "127.0.0.1", port 5432 failed: SSL error: certificate verify failed`},
	{"kong", "", []*Cause{&causeIncomplete, &causeUntrustedRoot, &causeClientCert}, `Error: [PostgreSQL error] failed to retrieve PostgreSQL server_version_num: tlsv1 alert unknown ca`},
	{"libpq", "", []*Cause{&causeName, &causeNoNames}, `psql: error: server certificate for "db1.example.com" does not match host name "10.0.0.5"`},
	{"libpq 2", "postgresql-permissions", nil, `private key file "/root/.postgresql/postgresql.key" has group or world access; permissions should be u=rw (0600) or less`},
	{"spring-boot 16168", "", []*Cause{&causeVersions, &causeCiphers}, `ERR_SSL_VERSION_OR_CIPHER_MISMATCH`},
	{"reactor-netty 1576", "", []*Cause{&causeCiphers, &causeVersions, &causeNoKey}, `fatal error: 40: no cipher suites in common`},
	{"pem-keystore 9", "java-no-key", nil, `Caused by: java.io.IOException: Alias name [accessinfoApi] does not identify a key entry
	at org.apache.tomcat.util.net.SSLUtilBase.getKeyManagers(SSLUtilBase.java:335) ~[tomcat-embed-core-9.0.56.jar!/:na]`},
	{"lego 210", "acme-rate-limit", nil, `2016/05/17 23:31:07 [domain.tld] Could not obtain certificates
        acme: Error 429 - urn:acme:error:rateLimited - Error creating new authz :: Too many currently pending authorizations.`},
	{"kube-lego 75", "acme-unauthorized", nil, `level=warning msg="Error while obtaining certificate: Errors while obtaining cert: map[www.example.fr:acme: Error 403 - urn:acme:error:unauthorized - Invalid response from http://www.example.fr/.well-known/acme-challenge/BBBBB: \"<!DOCTYPE html>\"`},
	{"lego 188", "acme-refused-name", nil, `acme: Error 400 - urn:acme:error:malformed - Error creating new authz :: Policy forbids issuing for name`},
	{"lego 485", "acme-malformed", nil, `acme: Error 400 - urn:acme:error:badNonce - JWS has invalid anti-replay nonce 2ZbDY821USV2U5R8`},
	{"lego 3032", "acme-malformed", nil, `acme: error: 400 :: urn:ietf:params:acme:error:malformed :: Unable to validate JWS :: JWS verification error`},
	{"lego dns", "acme-dns", nil, `[www.example.com] acme: error presenting token ... acme: error: 400 :: urn:ietf:params:acme:error:dns :: DNS problem: NXDOMAIN looking up A for www.example.com - check that a DNS record exists for this domain`},
	{"certbot", "acme-unauthorized", nil, `Detail: 192.0.2.7: Invalid response from http://www.example.com/.well-known/acme-challenge/abc: 404
Some challenges have failed.`},
	{"ktor 677", "java-no-key", nil, `Exception in thread "main" java.lang.IllegalStateException: connector.keyStore.getCertificateChain(connector.keyAlias) must not be null`},
	{"spring-boot", "", []*Cause{&causeMissingFile}, `java.lang.IllegalStateException: Could not load store from 'classpath:keystore.p12'
Caused by: java.io.FileNotFoundException: class path resource [keystore.p12] cannot be resolved to URL because it does not exist`},
	{"spring-boot 2", "", []*Cause{&causePassword, &causeModernPFX}, `Caused by: java.lang.IllegalStateException: Unable to create key store: Could not load store from 'file:/a.p12'
Caused by: java.io.IOException: keystore password was incorrect`},
	{"git", "", []*Cause{&causeExpired, &causeIncomplete}, `fatal: unable to access 'https://git.example.com/': server certificate verification failed. CAfile: none CRLfile: none`},
	{"apt", "", []*Cause{&causeExpired, &causeIssuerExpired}, `Err:1 https://repo.example.com stable Release Certificate verification failed: The certificate is NOT trusted. The certificate chain uses expired certificate.  Could not handshake: Error in the certificate verification. [IP: 192.0.2.1 443]`},
	{"wget", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `ERROR: cannot verify www.example.com's certificate, issued by 'CN=R3,O=Let\'s Encrypt,C=US':
  Unable to locally verify the issuer's authority.`},
	{"pip", "", []*Cause{&causeExpired, &causeIssuerExpired}, `WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1129)'))': /simple/a/`},
	{"conda", "", []*Cause{&causeName, &causeNoNames}, `SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'a.example.com'. (_ssl.c:997)"))`},
	{"helm", "", []*Cause{&causeExpired, &causeIssuerExpired}, `Error: Get "https://10.0.0.1:6443/version": x509: certificate has expired or is not yet valid: current time 2024-01-02T00:00:00Z is after 2023-12-31T00:00:00Z`},
	{"docker login", "", []*Cause{&causeNoNames, &causeName}, `x509: certificate relies on legacy Common Name field, use SANs instead`},
	{"docker ip", "", []*Cause{&causeName, &causeNoNames}, `x509: cannot validate certificate for 10.0.0.8 because it doesn't contain any IP SANs`},
	{"go http", "", []*Cause{&causePlainHTTP}, `http: server gave HTTP response to HTTPS client`},
	{"nodejs", "", []*Cause{&causeName, &causeNoNames}, `Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:api.example.com`},
	{"rust", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `error trying to connect: invalid peer certificate: UnknownIssuer`},
	{"rust 2", "", []*Cause{&causeUsage, &causeName}, `invalid peer certificate: NotValidForName`},
	{"rust 3", "rustls-causedasendentity", nil, `invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))`},
	{"dart", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `HandshakeException: Handshake error in client (OS Error: CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate(handshake.cc:393))`},
	{"php", "", []*Cause{&causeIncomplete, &causeUntrustedRoot}, `Warning: stream_socket_client(): SSL operation failed with code 1. OpenSSL Error messages: error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed`},
	{"php 2", "", []*Cause{&causeName, &causeNoNames}, `Warning: Peer certificate CN='mail.example.net' did not match expected CN='mail.example.com'`},
}

func TestThreads(t *testing.T) {
	for _, c := range threads {
		r := inLog(t, c.text)
		if r.Unknown() {
			t.Errorf("%s: not known: %q", c.source, c.text)
			continue
		}
		m := r.Matches[0]
		if c.id != "" && m.ID != c.id {
			t.Errorf("%s: found %v, want %s: %q", c.source, ids(r), c.id, c.text)
		}
		if c.id == "" && (len(m.Causes) == 0 || !slices.Contains(c.causes, m.Causes[0])) {
			t.Errorf("%s: %v begins with %q: %q", c.source, ids(r), m.Causes[0].Text, c.text)
		}
	}
}
