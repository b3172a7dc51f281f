package explain

import (
	"github.com/certconv/certconv/internal/target"
	"github.com/certconv/certconv/internal/text"
)

// serviceEntries are the messages of PostgreSQL and Postfix.
func serviceEntries() []Entry {
	const (
		postgresql = "https://www.postgresql.org/docs/current/ssl-tcp.html"
		postfix    = "https://www.postfix.org/TLS_README.html"
	)
	return []Entry{
		{
			ID: "postgresql-certificate", Title: "PostgreSQL: could not load server certificate file", Target: "postgresql", Refs: []string{postgresql},
			Over:    []string{"openssl-pem-108", "openssl-pem-102", "openssl-pem-100"},
			Phrases: []string{target.PostgreSQLCertificate},
			Meaning: "The file of ssl_cert_file holds no certificate that OpenSSL reads and accepts. The server does not start; on a reload it goes on with the former one.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing, &causeWeakKey, &causeWeakSignature},
		},
		{
			ID: "postgresql-key", Title: "PostgreSQL: could not load private key file", Target: "postgresql", Refs: []string{postgresql},
			Over:    []string{"openssl-pem-101", "openssl-decoder-unsupported"},
			Phrases: []string{target.PostgreSQLKey},
			Meaning: "The file of ssl_key_file holds no private key that OpenSSL reads, or one that does not fit the first certificate of ssl_cert_file (key values mismatch).",
			Causes:  []*Cause{&causeEncrypted, &causeObject, &causeFormat, &causeDamaged, &causeMismatch, &causeOrder, &causePermissions},
		},
		{
			ID: "postgresql-mismatch", Title: "PostgreSQL: the private key does not fit the certificate", Target: "postgresql", Refs: []string{postgresql},
			Phrases: []string{target.PostgreSQLMismatch, "no certificate assigned"},
			Meaning: "The key is of another kind than the first certificate of ssl_cert_file: RSA and EC, say.",
			Causes:  []*Cause{&causeMismatch, &causeOrder, &causeRenewed},
		},
		{
			ID: "postgresql-permissions", Title: "PostgreSQL: the private key is open to others, or belongs to somebody else", Target: "postgresql", Refs: []string{postgresql},
			Phrases: []string{target.PostgreSQLPermissions, "must be owned by the database user or root"},
			Meaning: "PostgreSQL starts only if the key belongs to its own user, with mode 0600 or less, or to root, with mode 0640 or less.",
			Causes: []*Cause{{
				Text: "owner or mode of the key's file is another", Checks: []string{"key-permissions"}, Command: Command{"check", "--key site.key --cert site.crt --for postgresql"},
				Action: text.Of("chown postgres FILE; chmod 600 FILE; or %s as root, which does both", Command{"install", "--for postgresql"}),
			}},
		},
		{
			ID: "postfix-certificate", Title: "Postfix: cannot get the certificate from the file", Target: "postfix", Refs: []string{postfix},
			Over:    []string{"openssl-pem-108", "openssl-pem-102", "openssl-pem-100"},
			Phrases: []string{target.PostfixCertificate, "cannot get ECDSA certificate from file", "cannot get DSA certificate from file"},
			Meaning: "Postfix runs on without TLS: it answers STARTTLS with 454. It says RSA of whatever smtpd_tls_cert_file names.",
			Causes:  []*Cause{&causeDamaged, &causeObject, &causeFormat, &causeNothing},
		},
		{
			ID: "postfix-key", Title: "Postfix: cannot get the private key from the file", Target: "postfix", Refs: []string{postfix},
			Over:    []string{"openssl-pem-101", "openssl-decoder-unsupported"},
			Phrases: []string{target.PostfixKey, "cannot get ECDSA private key from file", "cannot get DSA private key from file"},
			Meaning: "Postfix runs on without TLS: it answers STARTTLS with 454. It cannot ask for the password of a key.",
			Causes:  []*Cause{&causeEncrypted, &causeObject, &causeFormat, &causeDamaged, &causeNothing},
		},
		{
			ID: "postfix-mismatch", Title: "Postfix: the private key does not fit the certificate", Target: "postfix", Refs: []string{postfix},
			Phrases: []string{target.PostfixMismatch},
			Meaning: "The key of smtpd_tls_key_file does not belong to the first certificate of smtpd_tls_cert_file. Postfix runs on without TLS.",
			Causes:  []*Cause{&causeMismatch, &causeOrder, &causeRenewed},
		},
	}
}
