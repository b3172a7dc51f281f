package target

// What the software says when it refuses a file. Package explain knows them as
// phrases, and a Refusal says which check finds the reason. The rest of the line
// is the software's own.
const (
	OpenSSLMismatch    = "key values mismatch"
	OpenSSLNoStartLine = "no start line"
	OpenSSLBadEndLine  = "bad end line"
	OpenSSLKeyTooSmall = "ee key too small"

	HAProxyCertificate    = "unable to load certificate from file"
	HAProxyChain          = "unable to load certificate chain from file"
	HAProxyNoKey          = "No Private Key found in"
	HAProxyKey            = "unable to load private key from file"
	HAProxyMismatch       = "inconsistencies between private key and certificate"
	HAProxyCertificateUse = "unable to load SSL certificate into SSL Context"
	HAProxyChainUse       = "unable to load chain certificate into SSL Context"

	PostfixCertificate = "cannot get RSA certificate from file"
	PostfixKey         = "cannot get RSA private key from file"
	PostfixMismatch    = "does not match public key in"

	PostgreSQLCertificate = "could not load server certificate file"
	PostgreSQLKey         = "could not load private key file"
	PostgreSQLMismatch    = "check of private key failed"
	PostgreSQLPermissions = "has group or world access"

	DovecotCertificate = "Can't load SSL certificate (ssl_cert setting)"
	DovecotKey         = "Couldn't parse private SSL key (ssl_key setting)"
	DovecotMismatch    = "Key is for a different cert than ssl_cert"

	MosquittoCertificate = "Unable to load server certificate"
	MosquittoKey         = "Unable to load server key file"

	RedisCertificate = "Failed to load certificate:"
	RedisKey         = "Failed to load private key:"

	MySQLCertificate = "SSL error: Unable to get certificate from"
	MySQLKey         = "SSL error: Unable to get private key from"

	IngressCertificate = "no certificate PEM data found, make sure certificate content starts with 'BEGIN CERTIFICATE'"
	IngressMismatch    = "certificate and private key does not have a matching public key"

	ExchangeKey = "KeyAlgorithmUnsupported" // of Enable-ExchangeCertificate

	WindowsPassword = "The password you entered is incorrect"
	JavaPassword    = "keystore password was incorrect"
	JKSPassword     = "Keystore was tampered with, or password was incorrect"

	KeyManagerKey         = "Schannel error = 80090304"
	KeyManagerCertificate = "CAPI2 error = 80093005"
)
