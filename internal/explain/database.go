package explain

import "github.com/certconv/certconv/internal/text"

// databaseEntries are the messages of databases, directories and message
// brokers. Those of PostgreSQL are in services.go.
func databaseEntries() []Entry {
	const (
		mysql     = "https://dev.mysql.com/doc/refman/8.4/en/using-encrypted-connections.html"
		redis     = "https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/"
		sqlserver = "https://learn.microsoft.com/sql/database-engine/configure-windows/certificate-requirements"
		oracle    = "https://docs.oracle.com/en/error-help/db/"
		mosquitto = "https://mosquitto.org/man/mosquitto-conf-5.html"
		mongodb   = "https://www.mongodb.com/docs/manual/tutorial/configure-ssl/"
		elastic   = "https://www.elastic.co/docs/troubleshoot/elasticsearch/security/trb-security-ssl"
		erlang    = "https://www.rabbitmq.com/docs/ssl"
		kafka     = "https://kafka.apache.org/documentation/#security_ssl"
		mq        = "https://www.ibm.com/docs/en/ibm-mq/9.3?topic=codes-mqrc-values"
	)
	wallet := &Cause{Text: "the wallet is not at this path, or the account of the client or database may not read it; auto-login (cwallet.sso) is missing", Action: text.Of("look at WALLET_LOCATION in sqlnet.ora or the path given to UTL_HTTP.SET_WALLET (file:/folder, without the file's name); orapki wallet display -wallet FOLDER")}
	walletRoot := &Cause{Text: "the root or an intermediate of the server is not in the wallet", Checks: []string{"chain-untrusted-root", "chain-incomplete"}, Command: checkChain, Action: text.Of("orapki wallet add -wallet FOLDER -trusted_cert -cert root.crt, for each certificate above the server's; not the server's own: UTL_HTTP refuses it from 12c on")}
	blob := &Cause{Text: "SQL Server wants the certificate as DER (.cer) and the key as PVK, or a PFX (2022 and later), and the service account must be able to read them", Checks: []string{"wrong-format"}, Command: Command{"inspect", "site.crt"}, Action: text.Of("%s and --to pvk for the key", Command{"convert", "site.crt --to der --out site.cer"})}
	keepEncrypted := &Cause{Text: "the key is encrypted (BEGIN ENCRYPTED PRIVATE KEY) and its password is not configured", Checks: []string{"key-encrypted", "password-missing"}, Command: checkPair, Action: text.Of("set the password (ssl.key.password, certificateKeyFilePassword, ssl_key_password), or decrypt it: %s", Command{"convert", "site.key --to pkcs8 --out plain.key"})}
	pkcs8Only := &Cause{Text: "the key is not PKCS#8: the program takes BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY only", Checks: []string{"wrong-format"}, Command: Command{"inspect", "site.key"}, Action: text.Of("%s", Command{"convert", "site.key --to pkcs8 --out site.p8.key"})}
	return []Entry{
		{
			ID: "mysql-key", Title: "MySQL, MariaDB: unable to get private key", Refs: []string{mysql},
			Phrases: []string{"Unable to get private key", "SSL_CTX_use_PrivateKey_file failed", "SSL error: Unable to get private key"},
			Meaning: "The file of ssl_key holds no private key that the server can read, or one that does not fit the certificate. It starts without TLS, or not at all. Old versions (yaSSL) read RSA keys as PKCS#1 only.",
			Causes:  []*Cause{&causeFileAccess, &causeMismatch, &causeObject, &causeKeyForm, &causeEncrypted, &causeDamaged, &causeMissingFile},
		},
		{
			ID: "mysql-certificate", Title: "MySQL, MariaDB: unable to get certificate", Refs: []string{mysql},
			Phrases: []string{"Unable to get certificate from", "Unable to get certificate", "Failed to set up SSL because of the following SSL library error", "SSL error: Unable to get certificate", "Failed to setup SSL"},
			Meaning: "The file of ssl_cert holds no certificate that the library reads and accepts. The server starts without TLS, or not at all.",
			Causes:  []*Cause{&causeFileAccess, &causeDamaged, &causeObject, &causeFormat, &causeWeakKey, &causeWeakSignature, &causeMissingFile},
		},
		{
			ID: "mysql-ca", Title: "MySQL, MariaDB: SSL_CTX_load_verify_locations failed", Refs: []string{mysql},
			Phrases: []string{"SSL_CTX_load_verify_locations failed", "SSL_CTX_set_default_verify_paths failed", "SSL connection error: SSL_CTX_load_verify_locations", "Unable to load CA certificates", "could not load root certificate file", "could not read root certificate file", "could not use CA certificate", "Failed to load CA Certificate or CA Path", "Failed to configure CA certificate", "root certificate file*does not exist", "no CA certificate(s) in file", "cannot parse CA certificate(s)", "could not load client certs file", "Cannot load CA certificate file", "Invalid CA Certificate File", "failed to load CA certificate", "could not load ca certificate", "Error reading CA cert", "unable to load trust store"},
			Meaning: "The file with the roots (ssl_ca, cafile, sslrootcert) is not there, may not be read, or holds no PEM certificate.",
			Causes:  []*Cause{&causeMissingFile, &causeFileAccess, &causeFormat, &causeObject, &causeDamaged},
		},
		{
			ID: "mysql-verify", Title: "MySQL, MariaDB: the server's certificate was not accepted", Rank: Vague, Refs: []string{mysql},
			Phrases: []string{"SSL connection error", "Failed to verify the server certificate", "Validation of SSL server certificate failed", "SSL certificate validation failure", "TLS/SSL error", "ERROR 2026"},
			Meaning: "The client could not make a TLS connection: mostly it does not trust the certificate. The words after it say why. MariaDB 11.4 and later verify without being told.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeName, &causeExpired, &causeVersions, {Text: "CA and server certificate have the same common name, so that the server's looks self-signed", Command: Command{"inspect", "ca.pem server-cert.pem"}, Action: text.Of("make them anew with different common names")}},
		},
		{
			ID: "database-without-tls", Rank: Reason, Title: "The server does not support TLS", Over: []string{"mysql-verify"}, Refs: []string{mysql, "https://www.postgresql.org/docs/current/libpq-ssl.html"},
			Phrases: []string{"SSL is required, but the server does not support it", "SSL is required but the server doesn't support it", "server does not support SSL, but SSL was required", "server does not support SSL connections", "The server does not support SSL", "SSL connection error: SSL is required", "SSL is not enabled on the server"},
			Meaning: "The client demands TLS, and the server offers none.",
			Causes: []*Cause{{Text: "the server has no certificate configured, or could not load it and went on without", Checks: []string{"key-mismatch", "key-missing", "cert-missing"}, Command: checkPair, Action: text.Of("look at the start of the server's log; set ssl_cert and ssl_key (MySQL, MariaDB) or ssl = on (PostgreSQL)")},
				{Text: "TLS is not wanted on this connection, for example over a local socket", Action: text.Of("tell the client: --skip-ssl, ssl-mode=DISABLED, sslmode=prefer")}},
		},
		{
			ID: "redis-certificate", Title: "Redis: failed to load the certificate", Refs: []string{redis},
			Phrases: []string{"Failed to load certificate:", "No tls-cert-file configured", "Failed to configure TLS", "Failed to load client certificate", "Invalid client certificate"},
			Meaning: "Redis does not start: the file of tls-cert-file holds no certificate that it can read.",
			Causes:  []*Cause{&causeFileAccess, &causeMissingFile, &causeDamaged, &causeObject, &causeFormat},
		},
		{
			ID: "redis-key", Title: "Redis: failed to load the private key", Over: []string{"server-key"}, Refs: []string{redis},
			Phrases: []string{"Failed to load private key:", "No tls-key-file configured", "Invalid private key"},
			Meaning: "Redis does not start: the file of tls-key-file holds no private key that it can read, or one that does not fit. The password of a key goes into tls-key-file-pass.",
			Causes:  []*Cause{&causeFileAccess, &causeMismatch, &causeEncrypted, &causeObject, &causeDamaged},
		},
		{
			ID: "mosquitto-key", Title: "mosquitto: unable to load server key file", Refs: []string{mosquitto},
			Phrases: []string{"Unable to load server key file", "Unable to load client key file", "Unable to load key file"},
			Meaning: "mosquitto does not start: it cannot load the file of keyfile. Since 2.0 it reads it as the user mosquitto, not as root.",
			Causes:  []*Cause{&causeFileAccess, &causeMissingFile, &causeEncrypted, &causeMismatch, &causeObject, &causeDamaged},
		},
		{
			ID: "mosquitto-certificate", Title: "mosquitto: unable to load server certificate", Refs: []string{mosquitto},
			Phrases: []string{"Unable to load server certificate", "Unable to load client certificate*check bridge_certfile", "Check certfile", "Check bridge_certfile"},
			Meaning: "mosquitto does not start: it cannot load the file of certfile. Since 2.0 it reads it as the user mosquitto, not as root.",
			Causes:  []*Cause{&causeFileAccess, &causeMissingFile, &causeDamaged, &causeObject, &causeFormat, &causeWeakKey, &causeWeakSignature},
		},
		{
			ID: "mosquitto-mismatch", Title: "mosquitto: server certificate/key are inconsistent", Over: []string{"server-mismatch"}, Refs: []string{mosquitto},
			Phrases: []string{"Server certificate/key are inconsistent", "Client certificate/key are inconsistent"},
			Meaning: "The key of keyfile does not belong to the first certificate of certfile.", Causes: mismatchCauses,
		},
		{
			ID: "rabbitmq-bad-cert", Title: "RabbitMQ, Erlang: bad_cert", Rank: Vague, Refs: []string{erlang},
			Phrases: []string{"bad_cert", "tls_alert,", "TLS server: In state", "TLS client: In state"},
			Meaning: "Erlang did not accept the certificate of the other side; the word after bad_cert says why.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeName, &causeExpired},
		},
		erlangReason("hostname_check_failed", "the certificate is for another name", &causeName, &causeNoNames, &causeOtherSite),
		erlangReason("unknown_ca", "the chain ends at a root that is not trusted", &causeUntrustedRoot, &causeIncomplete),
		erlangReason("selfsigned_peer", "the certificate of the other side is self-signed", &causeUntrustedRoot, &causeOtherSite),
		erlangReason("cert_expired", "a certificate of the chain has expired", &causeExpired, &causeIssuerExpired, &causeClock),
		erlangReason("invalid_ext_key_usage", "the extended key usage does not allow it", &causeUsage),
		erlangReason("invalid_key_usage", "the key usage does not allow it", &causeKeyUsage, &causeUsage),
		erlangReason("max_path_length_reached", "there are more intermediates than allowed", &Cause{Text: "depth is smaller than the number of intermediates", Action: text.Of("raise ssl_options.depth; the default of old versions is 1")}, &causeNotCA),
		erlangReason("invalid_issuer", "the certificate was not issued by the one that was taken for its issuer", &causeWrongIntermediate, &causeOrder),
		{
			ID: "rabbitmq-options", Title: "RabbitMQ, Erlang: the files of ssl_options cannot be used", Refs: []string{erlang},
			Phrases: []string{"options,{keyfile", "options,{certfile", "options,{cacertfile", "function_clause*ssl_config", "badmatch*ssl_config"},
			Meaning: "A file of ssl_options is not there, may not be read by the user rabbitmq, or is no PEM; enoent and eacces after it are the system's words.",
			Causes:  []*Cause{&causeMissingFile, &causeFileAccess, &causeObject, &causeEncrypted, &causeDamaged},
		},
		{
			ID: "sqlserver-create-certificate", Title: "SQL Server 15208: the certificate, asymmetric key or private key file is not valid or does not exist", Refs: []string{"https://learn.microsoft.com/sql/t-sql/statements/create-certificate-transact-sql"},
			Phrases: []string{"certificate, asymmetric key, or private key file is not valid or does not exist", "certificate, asymmetric key, or private key file does not exist or has invalid format", "Error: 15208", "Msg 15208", "Msg 15474", "private key password is invalid"},
			Meaning: "CREATE CERTIFICATE … FROM FILE reads the files as the account of the service, on the server's own disks.",
			Causes:  []*Cause{blob, &causeFileAccess, &causeMissingFile, &causeMismatch, &causePassword},
		},
		{
			ID: "sqlserver-certificate", Title: "SQL Server 17182, 26014, 26011: the certificate for encryption cannot be loaded", Refs: []string{sqlserver},
			Phrases: []string{"Unable to load user-specified certificate", "The server was unable to initialize encryption because of a problem with a security library", "TDSSNIClient initialization failed with error 0x80092004", "TDSSNIClient initialization failed with error 0x8009030d", "TDSSNIClient initialization failed with error 0x80090331", "Error: 26014", "Error: 26011"},
			Meaning: "SQL Server does not start: the certificate of its configuration is not in the machine's store, has no key that the service account may use, or is not for server authentication with an exchange key (AT_KEYEXCHANGE).",
			Causes:  []*Cause{&causePermissions, &causeBrokenKeyset, &causeUsage, {Text: "the key is of a Key Storage Provider or for signatures only", Checks: []string{"key-missing"}, Command: inspectPFX, Action: text.Of("import the PFX again: certutil -csp \"Microsoft RSA SChannel Cryptographic Provider\" -importpfx site.pfx AT_KEYEXCHANGE")}, &causeExpired},
		},
		{
			ID: "sqlserver-client", Title: "SQL Server clients: the certificate chain was issued by an authority that is not trusted", Over: []string{"hresult-80090325"}, Refs: []string{"https://learn.microsoft.com/troubleshoot/sql/database-engine/connect/certificate-chain-not-trusted"},
			Phrases: []string{"provider: SSL Provider, error: 0*authority that is not trusted", "A connection was successfully established with the server, but then an error occurred during the login process*not trusted", "SSL Provider: The certificate chain was issued by an authority that is not trusted"},
			Meaning: "Drivers since 2022 encrypt by default (Encrypt=True) and verify; SQL Server shows a self-signed certificate if nobody has installed one.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeIncomplete, {Text: "the server has only the certificate that it made for itself", Checks: []string{"chain-untrusted-root"}, Command: checkCert, Action: text.Of("install a certificate of an authority that the clients trust; TrustServerCertificate=True only where nobody can listen")}},
		},
		{
			ID: "oracle-29024", Title: "ORA-29024: certificate validation failure", Refs: []string{oracle}, Phrases: []string{"ORA-29024"},
			Meaning: "UTL_HTTP or another client of the database does not trust the server's certificate.", Causes: []*Cause{walletRoot, &causeExpired, &causeVersions},
		},
		{
			ID: "oracle-28759", Title: "ORA-28759: failure to open file (the wallet)", Over: []string{"file-missing"}, Refs: []string{oracle}, Phrases: []string{"ORA-28759", "PKI-02002", "ORA-28791"},
			Meaning: "The wallet could not be opened.", Causes: []*Cause{wallet, &causeFileAccess, &causeMissingFile},
		},
		{
			ID: "oracle-29106", Title: "ORA-29106: cannot import PKCS #12 wallet", Refs: []string{oracle}, Phrases: []string{"ORA-29106", "Cannot import PKCS #12 wallet", "PKI-04006", "PKI-04001", "ORA-28862"},
			Meaning: "ewallet.p12 is no PKCS#12 that Oracle reads, or its password is another.", Causes: []*Cause{&causeModernPFX, &causePassword, &causeDamagedPFX},
		},
		{
			ID: "oracle-wallet-password", Title: "ORA-28750, ORA-28353, ORA-46952: the wallet's password or state", Refs: []string{oracle}, Phrases: []string{"ORA-28353", "ORA-46952", "PKI-02003", "ORA-28768"},
			Meaning: "The wallet was found and could not be opened.", Causes: []*Cause{&causePassword, wallet},
		},
		{
			ID: "oracle-handshake", Title: "ORA-28860, ORA-28750, ORA-29019: the TLS handshake failed", Refs: []string{oracle}, Phrases: []string{"ORA-28860", "ORA-28750", "ORA-29019", "ORA-28864", "ORA-29003", "ORA-29259"},
			Meaning: "The two sides did not agree, or one of them closed the connection.", Causes: []*Cause{&causeVersions, &causeCiphers, walletRoot, &causeClientCert},
		},
		{
			ID: "oracle-name", Title: "ORA-29263, ORA-28854, ORA-24263: the certificate is for another name", Refs: []string{oracle}, Phrases: []string{"ORA-24263", "Certificate of the remote server does not match the target address", "ORA-12538: *DN", "ORA-28866"},
			Meaning: "The name that was asked for is not in the server's certificate.", Causes: []*Cause{&causeName, &causeNoNames, &causeOtherSite},
		},
		{
			ID: "mongodb-certificate", Title: "MongoDB: the file of certificateKeyFile cannot be used", Refs: []string{mongodb},
			Phrases: []string{"InvalidSSLConfiguration", "Can not set up PEM key file", "cannot read PEM key file", "PEM file*does not contain", "The provided SSL certificate is expired or not yet valid", "Failed to find PEM blob header", "Unable to find private key in PEM"},
			Meaning: "MongoDB wants certificate, intermediates and private key in one PEM file.",
			Causes:  []*Cause{{Text: "the file has only the certificate or only the key", Checks: []string{"key-missing", "cert-missing"}, Command: checkPair, Action: text.Of("%s", Command{"convert", "site.key site.crt chain.crt --to pem --out mongodb.pem"})}, keepEncrypted, &causeFileAccess, &causeExpired, &causeDamaged},
		},
		{
			ID: "elasticsearch-ssl", Title: "Elasticsearch, Logstash, Kibana: the TLS configuration cannot be loaded", Refs: []string{elastic},
			Phrases: []string{"failed to load SSL configuration", "cannot read configured PEM", "cannot read configured [jks]", "cannot read configured [PKCS12]", "failed to load PEM certificate", "could not load ssl private key file", "ssl private key file [", "unable to read*as PEM", "Error parsing Private Key", "failed to parse*PEM", "unable to create trust manager", "cannot load PEM private key", "incorrect password*keystore"},
			Meaning: "A file of xpack.security.*.ssl is not there, not below config/, or not in the form that its setting names.",
			Causes:  []*Cause{&causeMissingFile, &causeFileAccess, pkcs8Only, keepEncrypted, &causePassword, &causeFormat, &causeDamaged},
		},
		{
			ID: "elasticsearch-trust", Title: "Elasticsearch: client did not trust this server's certificate", Rank: Vague, Refs: []string{elastic},
			Phrases: []string{"did not trust this server's certificate", "http client did not trust", "client did not trust*certificate", "failed to establish trust with server"},
			Meaning: "The other node or client closed the connection because of the certificate.", Causes: []*Cause{&causeUntrustedRoot, &causeIncomplete, &causeName},
		},
		{
			ID: "kafka-pem", Title: "Kafka: invalid PEM keystore configs", Refs: []string{kafka},
			Phrases: []string{"Invalid PEM keystore configs", "Invalid PEM keystore", "Failed to load PEM SSL keystore", "No matching CERTIFICATE entries in PEM file", "No matching PRIVATE KEY entries in PEM file", "Expected one, but found*PRIVATE KEY", "InvalidConfigurationException*PEM", "SSL trust store certs is specified", "Failed to load PEM SSL truststore"},
			Meaning: "With ssl.keystore.type=PEM Kafka takes the key as PKCS#8 (BEGIN PRIVATE KEY, or BEGIN ENCRYPTED PRIVATE KEY with ssl.key.password), then the certificate with its chain; the lines of the text need their line ends, written as \\n in a properties file.",
			Causes:  []*Cause{pkcs8Only, {Text: "the line ends of the text are lost: it is in one line, or the lines are not continued with a backslash", Checks: []string{"pem-boundaries-missing", "pem-boundary-malformed", "pem-escaped-newlines", "pem-blocks-glued"}, Command: checkCert, Action: text.Of("name a file in ssl.keystore.location instead")}, keepEncrypted, &causeObject, &causeMismatch},
		},
		{
			ID: "kafka-pem-password", Rank: Reason, Title: "Kafka: a password of the store cannot be given with PEM", Over: []string{"kafka-pem"}, Refs: []string{kafka},
			Phrases: []string{"trust store password cannot be specified", "key store password cannot be specified", "SSL key store location is not specified", "Both SSL key store location and separate private key"},
			Meaning: "With type PEM there is no password of the store; a key has ssl.key.password.",
			Causes:  []*Cause{{Text: "ssl.truststore.password or ssl.keystore.password is set", Action: text.Of("take it out of the configuration; the password of an encrypted key goes into ssl.key.password")}},
		},
		{
			ID: "kafka-keystore", Title: "Kafka: the keystore or truststore cannot be loaded", Refs: []string{kafka},
			Phrases: []string{"Failed to load SSL keystore", "Failed to load SSL truststore", "ssl.keystore.location*failed", "Invalid value*SslConfigs", "Modification time of key store could not be obtained", "ssl.ca.location failed", "ssl.certificate.location failed", "ssl.key.location failed", "ssl.key.pem failed", "ssl.certificate.pem failed", "Failed to create new KafkaAdminClient"},
			Meaning: "The file named in the configuration cannot be opened; the cause below it says why.",
			Causes:  []*Cause{&causeMissingFile, &causePassword, &causeFileAccess, {Text: "the type in the configuration (JKS, PKCS12, PEM) is not that of the file", Checks: []string{"wrong-format"}, Command: Command{"inspect", "keystore.jks"}, Action: text.Of("set ssl.keystore.type to it")}, &causeDamagedPFX},
		},
		{
			ID: "librdkafka-verify", Title: "librdkafka: broker certificate could not be verified", Rank: Vague, Refs: []string{kafka},
			Phrases: []string{"broker certificate could not be verified", "verify that ssl.ca.location is correctly configured", "SSL handshake failed*: brokers might require", "Java TrustStores are not supported"},
			Meaning: "The client does not trust the broker. librdkafka reads PEM, not Java's truststores.",
			Causes:  []*Cause{&causeUntrustedRoot, &causeIncomplete, {Text: "ssl.ca.location names a JKS, or nothing and the system has no roots", Checks: []string{"wrong-format"}, Command: Command{"inspect", "truststore.jks"}, Action: text.Of("%s", Command{"convert", "truststore.jks --only chain --to pem --out roots.pem"})}},
		},
		{
			ID: "mq-2393", Title: "IBM MQ: 2393, AMQ9633, AMQ9642: the TLS channel could not be started", Refs: []string{mq},
			Phrases: []string{"MQRC_SSL_INITIALIZATION_ERROR", "AMQ9642", "AMQ9642E", "AMQ9637", "AMQ9637E", "AMQ9716", "AMQ9716E", "AMQ9660", "AMQ9660E", "AMQ9665", "AMQ9665E", "MQRC_KEY_REPOSITORY_ERROR", "JMSWMQ2393", "AMQ9633", "AMQ9633E", "AMQ9616E"},
			Meaning: "The key repository (.kdb) cannot be opened, or has no certificate under the label that MQ looks for (ibmwebspheremq with the name of the queue manager or user).",
			Causes:  []*Cause{{Text: "there is no personal certificate under the label, or CERTLABL names another", Action: text.Of("runmqakm -cert -list -db key.kdb -stashed; put it in with -cert -import under the label, or set CERTLABL; REFRESH SECURITY TYPE(SSL)")}, &causeUntrustedRoot, &causeExpired, {Text: "the stash file (.sth) is missing, of another password, or not readable for mqm", Action: text.Of("runmqakm -keydb -stashpw -db key.kdb; look at owner and mode of .kdb and .sth")}},
		},
		{
			ID: "ldap-tls", Title: "OpenLDAP: TLS init def ctx failed, main: TLS init", Rank: Vague,
			Phrases: []string{"TLS init def ctx failed", "TLS negotiation failure", "ldap_start_tls: Connect error", "Can't contact LDAP server (-1)*TLS", "TLS: can't connect", "TLS: peer cert untrusted or revoked", "TLS: hostname does not match"},
			Meaning: "slapd could not load certificate, key or roots, or the client did not accept the certificate.",
			Causes:  []*Cause{&causeFileAccess, &causeUntrustedRoot, &causeMismatch, &causeName, &causeMissingFile},
			Refs:    []string{"https://www.openldap.org/doc/admin26/tls.html"},
		},
	}
}

// erlangReason is what follows bad_cert.
func erlangReason(word, meaning string, causes ...*Cause) Entry {
	return Entry{
		ID: "erlang-" + word, Rank: Reason, Title: "Erlang: " + word, Meaning: "Erlang says that " + meaning + ".", Over: []string{"rabbitmq-bad-cert"},
		Phrases: []string{"bad_cert," + word, "bad_cert,{" + word, "bad_cert, " + word}, Causes: causes, Refs: []string{"https://www.erlang.org/doc/apps/public_key/public_key.html"},
	}
}
