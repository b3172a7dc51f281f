package explain

import "github.com/certconv/certconv/internal/text"

// Causes that several messages share.
var (
	causeDamaged = Cause{
		Text:    "the PEM text is damaged: spaces around the BEGIN or END line, a lost line, characters changed by mail, a web form or a word processor",
		Checks:  []string{"pem-boundary-whitespace", "pem-boundary-malformed", "pem-begin-missing", "pem-end-missing", "pem-boundaries-missing", "pem-label-mismatch", "pem-blocks-glued", "pem-body-character", "pem-body-whitespace", "pem-body-blank-line", "pem-body-truncated", "pem-utf16", "pem-byte-order-mark", "pem-quoted", "pem-escaped-newlines", "pem-line-ending", "der-malformed"},
		Command: checkCert,
		Action:  text.Of("%s rewrites what can be known; if it refuses, get the file again from the certificate authority", Command{"repair", "site.crt --out fixed.crt"}),
	}
	causeFormat = Cause{
		Text:    "the file is in a format that this program does not read: DER, PKCS#7 or PFX where PEM is expected, or the reverse",
		Checks:  []string{"wrong-format"},
		Command: Command{"inspect", "site.crt"},
		Action:  text.Of("%s", Command{"convert", "site.crt --to pem --out site.pem"}),
	}
	causeObject = Cause{
		Text:    "it is another object than the one that belongs there: the request in place of the certificate, a certificate in place of the key",
		Checks:  []string{"wrong-object", "pem-label-wrong"},
		Command: inspectAll,
		Action:  text.Of("give the certificate that came back from the certificate authority, and the private key that the request was made with"),
	}
	causeNothing = Cause{
		Text:    "the path is wrong, or the file is empty, a web page or something else altogether",
		Checks:  []string{"file-empty", "file-unrecognised", "file-is-web-page"},
		Command: Command{"inspect", "site.crt"},
		Action:  text.Of("look at the path in the configuration; download the file again"),
	}
	causeMismatch = Cause{
		Text:    "the private key is not the one that the certificate was issued for: another site's, or the one of before a renewal",
		Checks:  []string{"key-mismatch"},
		Command: checkPair,
		Action:  text.Of("find the right key with %s; if it is lost, make a new key and request and have the certificate reissued", Command{"find-key", "--cert site.crt DIR"}),
	}
	causeOrder = Cause{
		Text:    "the key fits, but another certificate is first in the file: the server takes the first one for its own",
		Checks:  []string{"key-mismatch", "chain-order"},
		Cases:   []string{"order"},
		Command: checkPair,
		Action:  text.Of("put the server's certificate first, then the intermediates: %s", Command{"convert", "site.key fullchain.crt --only fullchain --to pem --out ordered.crt"}),
	}
	causeRenewed = Cause{
		Text:    "the certificate was renewed with a new key, and only one of the two files was replaced",
		Checks:  []string{"key-mismatch", "request-mismatch"},
		Cases:   []string{"renewal", "request"},
		Command: checkRequest,
		Action:  text.Of("install the new certificate with the new key, or go on with the old certificate and the old key until the new one is issued"),
	}
	causeNoKey = Cause{
		Text:    "there is no private key to the certificate: it is on another machine, was deleted, or the file has none",
		Checks:  []string{"key-missing"},
		Command: findKey,
		Action:  text.Of("search the backups and the machine where the request was made; without the key only a reissue with a new request helps"),
	}
	causeEncrypted = Cause{
		Text:    "the private key is encrypted and nobody gives the server its password",
		Checks:  []string{"key-encrypted", "password-missing"},
		Command: checkPair,
		Action:  text.Of("decrypt it for the server: %s, or configure the password", Command{"convert", "site.key --to pkcs8 --out plain.key"}),
	}
	causePassword = Cause{
		Text:    "the password is wrong: upper and lower case count; think of Caps Lock, another keyboard layout, and a line end in a password file",
		Checks:  []string{"password-wrong"},
		Command: inspectPFX,
		Action:  text.Of("try it with %s, which says whether the password, the algorithm or the file is at fault", Command{"inspect", ""}),
	}
	causeModernPFX = Cause{
		Text:    "the password is right, but the PFX is encrypted with AES and SHA-256, which this system does not know and calls a wrong password",
		Checks:  []string{"wrong-format"},
		Command: inspectPFX,
		Action:  text.Of("%s (for old Java: --for java8)", Command{"convert", "site.pfx --for iis2016 --out old.pfx"}),
	}
	causeDamagedPFX = Cause{
		Text:    "the file is not a PFX, or was cut off or changed on its way: an ASCII transfer, Base64 around it",
		Checks:  []string{"wrong-format", "wrong-object", "file-unrecognised", "der-malformed"},
		Command: inspectPFX,
		Action:  text.Of("transfer it again in binary mode, or make it again from key and certificate: %s", Command{"convert", "site.key site.crt --to pfx --out site.pfx"}),
	}
	causeIncomplete = Cause{
		Text:    "the server does not send the intermediate certificate; those who have seen it elsewhere notice nothing",
		Checks:  []string{"chain-incomplete"},
		Command: checkChain,
		Action:  text.Of("put the intermediates of the certificate authority after the server's certificate and reload the server"),
	}
	causeWrongIntermediate = Cause{
		Text:    "an intermediate is sent, but not the one that signed this certificate",
		Checks:  []string{"chain-wrong-intermediate", "chain-signature", "chain-unrelated"},
		Command: checkChain,
		Action:  text.Of("install the intermediate that came with this certificate in place of the old one"),
	}
	causeUntrustedRoot = Cause{
		Text:    "the chain ends at a root that the client does not trust: a private certificate authority, a self-signed certificate, or a client with an old list of roots",
		Checks:  []string{"chain-untrusted-root"},
		Command: Command{"check", "--cert site.crt --chain chain.crt --roots root.crt"},
		Action:  text.Of("install the root on the clients, or use a certificate of a public certificate authority"),
	}
	causeInspection = Cause{
		Text:    "a proxy or virus scanner between client and server replaces the certificate by its own",
		Command: Command{"inspect", "served.crt"},
		Action:  text.Of("look at the issuer that the client shows; if it is the proxy's, install its root on the client or exempt the site"),
	}
	causeExpired = Cause{
		Text:    "the server's certificate has expired, or the renewed one was not loaded yet",
		Checks:  []string{"cert-expired"},
		Command: checkCert,
		Action:  text.Of("renew it, install it, reload the server; compare what is served with the file on disk"),
	}
	causeNotYet = Cause{
		Text:    "the certificate begins to be valid later",
		Checks:  []string{"cert-not-yet-valid"},
		Command: checkCert,
		Action:  text.Of("wait, or use the old certificate until then"),
	}
	causeIssuerExpired = Cause{
		Text:    "an intermediate or cross-signed root in the chain has expired",
		Checks:  []string{"chain-expired"},
		Command: checkChain,
		Action:  text.Of("take the current intermediates from the certificate authority and drop the expired one from the file"),
	}
	causeClock = Cause{
		Text:   "the clock of the machine that complains is wrong",
		Action: text.Of("set date, time and time zone; turn on time synchronisation"),
	}
	causeName = Cause{
		Text:    "the certificate is not for the name in the address: www is missing, an address or internal name is used, a wildcard is one level short",
		Checks:  []string{"name-mismatch"},
		Command: checkName,
		Action:  text.Of("use the name that is in the certificate, or have it issued with all names that clients use"),
	}
	causeNoNames = Cause{
		Text:    "the certificate has its name only in the common name; today's clients look at subjectAltName alone",
		Checks:  []string{"name-missing"},
		Command: checkName,
		Action:  text.Of("have it reissued with subjectAltName"),
	}
	causeOtherSite = Cause{
		Text:   "the server answers with the certificate of another site on the same address",
		Action: text.Of("bind the certificate to the name (SNI); compare openssl s_client -connect HOST:443 with and without -servername HOST"),
	}
	causeRevoked = Cause{
		Text:    "the certificate authority has revoked the certificate",
		Checks:  []string{"cert-revoked"},
		Command: checkCRL,
		Action:  text.Of("ask the certificate authority for the reason; make a new key and request and install a new certificate"),
	}
	causeRevocationDown = Cause{
		Text:    "the list of revoked certificates, or the OCSP responder, cannot be reached from here or is stale",
		Checks:  []string{"revocation-unknown", "crl-stale"},
		Command: checkCRL,
		Action:  text.Of("let the machine reach the addresses in the certificate (firewall, proxy of the service account); publish a new CRL if it is your own authority"),
	}
	causeWeakKey = Cause{
		Text:    "the key is too short or of a kind that is no longer accepted",
		Checks:  []string{"key-weak"},
		Command: checkPair,
		Action:  text.Of("make a new key, RSA with 2048 bits or more or P-256, and have the certificate reissued"),
	}
	causeWeakSignature = Cause{
		Text:    "the certificate, or an intermediate, is signed with MD5 or SHA-1",
		Checks:  []string{"cert-signature-weak"},
		Command: checkChain,
		Action:  text.Of("have it reissued with SHA-256 and take the matching intermediates"),
	}
	causeUsage = Cause{
		Text:    "the certificate is not meant for this use: no server authentication, a CA certificate, another key usage",
		Checks:  []string{"cert-usage"},
		Command: checkCert,
		Action:  text.Of("install a certificate for server authentication"),
	}
	causeNotCA = Cause{
		Text:    "a certificate in the chain may not issue: it is no CA, its path length is used up, or the name is outside of its constraints",
		Checks:  []string{"chain-not-ca"},
		Command: checkChain,
		Action:  text.Of("take the right intermediates from the certificate authority"),
	}
	causeDistrusted = Cause{
		Text:    "the certificate, or one in its chain, was withdrawn by the platforms",
		Checks:  []string{"cert-distrusted"},
		Command: checkChain,
		Action:  text.Of("replace it by a certificate of another authority; do not take it out of the list of untrusted ones"),
	}
	causePermissions = Cause{
		Text:   "the account that the service runs as may not read the private key",
		Action: text.Of("on Windows: certlm.msc, All Tasks, Manage Private Keys, give the account read access; elsewhere look at owner and mode of the file and its folders"),
	}
	causeBrokenKeyset = Cause{
		Text:    "the certificate is in the store without a working private key: it was imported from .cer, copied between machines, or the key container is lost",
		Checks:  []string{"key-missing"},
		Command: inspectPFX,
		Action:  text.Of("certutil -repairstore my SERIAL on the machine that has the key; else import a PFX with the key: %s", Command{"convert", "site.key site.crt --for iis --out site.pfx"}),
	}
	causePlainHTTP = Cause{
		Text:   "one side speaks something else than TLS: http:// to the TLS port, TLS to a port without it, a proxy in between",
		Action: text.Of("look at port and protocol in the address, the listener and the load balancer"),
	}
	causeVersions = Cause{
		Text:   "client and server have no protocol version in common: one offers at most TLS 1.0 or 1.1, the other begins at TLS 1.2",
		Action: text.Of("enable TLS 1.2 and 1.3 on both sides and keep SSL 3.0, TLS 1.0 and 1.1 off; old systems need updates for TLS 1.2"),
	}
	causeCiphers = Cause{
		Text:   "there is no common cipher suite, or the certificate's key type (RSA, EC) fits none of them",
		Action: text.Of("use the default cipher list of a current server, and an RSA certificate where old clients have no ECDSA"),
	}
	causeRequest = Cause{
		Text:    "a subject field of the request has characters that the authority does not take: punctuation, letters beyond ASCII, another string type",
		Checks:  []string{"csr-field-character", "csr-field-non-ascii", "csr-field-encoding"},
		Command: lintRequest,
		Action:  text.Of("make the request again with A-Z, a-z, 0-9, space and hyphen in the fields and dots in the common name"),
	}
	causeClientCert = Cause{
		Text:    "the certificate in question is the client's: the server asks for one and does not accept what it got, or got none",
		Checks:  []string{"cert-expired", "chain-incomplete", "cert-usage"},
		Command: Command{"check", "--key client.key --cert client.crt"},
		Action:  text.Of("give the client a valid certificate with its key and intermediates, and the server the roots it is issued under"),
	}
	causeOldCRLs = Cause{
		Text:   "the cached list is expired or not a list at all: a proxy answered with a web page in its place",
		Action: text.Of("certutil -urlcache * delete for every user, and as the service accounts delete what is in CryptnetUrlCache\\Content and MetaData below %windir%\\ServiceProfiles and %windir%\\System32\\config\\systemprofile"),
	}
)
