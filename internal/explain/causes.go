package explain

import "github.com/certconv/certconv/internal/text"

// Causes that several messages share.
var (
	causeDamaged = Cause{
		Text:    "the PEM text is damaged: spaces around the BEGIN or END line, a lost line, characters changed by mail, a web form or a word processor",
		Checks:  []string{"pem-boundary-whitespace", "pem-boundary-malformed", "pem-begin-missing", "pem-end-missing", "pem-boundaries-missing", "pem-label-mismatch", "pem-blocks-glued", "pem-body-character", "pem-body-whitespace", "pem-body-blank-line", "pem-body-truncated", "pem-utf16", "pem-byte-order-mark", "pem-quoted", "pem-escaped-newlines", "pem-line-ending", "der-malformed"},
		Command: checkCert,
		Action:  text.Text{Format: "%s rewrites what can be known; if it refuses, get the file again from the certificate authority", Args: []any{Command{"repair", "site.crt --out fixed.crt"}}},
	}
	causeFormat = Cause{
		Text:    "the file is in a format that this program does not read: DER, PKCS#7 or PFX where PEM is expected, or the reverse",
		Checks:  []string{"wrong-format"},
		Command: Command{"inspect", "site.crt"},
		Action:  text.Text{Format: "%s", Args: []any{Command{"convert", "site.crt --to pem --out site.pem"}}},
	}
	causeObject = Cause{
		Text:    "it is another object than the one that belongs there: the request in place of the certificate, a certificate in place of the key",
		Checks:  []string{"wrong-object", "pem-label-wrong"},
		Command: inspectAll,
		Action:  text.Text{Format: "give the certificate that came back from the certificate authority, and the private key that the request was made with"},
	}
	causeNothing = Cause{
		Text:    "the path is wrong, or the file is empty, a web page or something else altogether",
		Checks:  []string{"file-empty", "file-unrecognised", "file-is-web-page"},
		Command: Command{"inspect", "site.crt"},
		Action:  text.Text{Format: "look at the path in the configuration; download the file again"},
	}
	causeMismatch = Cause{
		Text:    "the private key is not the one that the certificate was issued for: another site's, or the one of before a renewal",
		Checks:  []string{"key-mismatch"},
		Command: checkPair,
		Action:  text.Text{Format: "find the right key with %s; if it is lost, make a new key and request and have the certificate reissued", Args: []any{Command{"find-key", "--cert site.crt DIR"}}},
	}
	causeOrder = Cause{
		Text:    "the key fits, but another certificate is first in the file: the server takes the first one for its own",
		Checks:  []string{"key-mismatch", "chain-order"},
		Cases:   []string{"order"},
		Command: checkPair,
		Action:  text.Text{Format: "put the server's certificate first, then the intermediates: %s", Args: []any{Command{"convert", "site.key fullchain.crt --only fullchain --to pem --out ordered.crt"}}},
	}
	causeRenewed = Cause{
		Text:    "the certificate was renewed with a new key, and only one of the two files was replaced",
		Checks:  []string{"key-mismatch", "request-mismatch"},
		Cases:   []string{"renewal", "request"},
		Command: checkRequest,
		Action:  text.Text{Format: "install the new certificate with the new key, or go on with the old certificate and the old key until the new one is issued"},
	}
	causeNoKey = Cause{
		Text:    "there is no private key to the certificate: it is on another machine, was deleted, or the file has none",
		Checks:  []string{"key-missing"},
		Command: findKey,
		Action:  text.Text{Format: "search the backups and the machine where the request was made; without the key only a reissue with a new request helps"},
	}
	causeEncrypted = Cause{
		Text:    "the private key is encrypted and nobody gives the server its password",
		Checks:  []string{"key-encrypted", "password-missing"},
		Command: checkPair,
		Action:  text.Text{Format: "decrypt it for the server: %s, or configure the password", Args: []any{Command{"convert", "site.key --to pkcs8 --out plain.key"}}},
	}
	causePassword = Cause{
		Text:    "the password is wrong: upper and lower case count; think of Caps Lock, another keyboard layout, and a line end in a password file",
		Checks:  []string{"password-wrong"},
		Command: inspectPFX,
		Action:  text.Text{Format: "try it with %s, which says whether the password, the algorithm or the file is at fault", Args: []any{Command{"inspect", ""}}},
	}
	causeModernPFX = Cause{
		Text:    "the password is right, but the PFX is encrypted with AES and SHA-256, which this system does not know and calls a wrong password",
		Checks:  []string{"wrong-format"},
		Command: inspectPFX,
		Action:  text.Text{Format: "%s (for old Java: --for java8)", Args: []any{Command{"convert", "site.pfx --for iis2016 --out old.pfx"}}},
	}
	causeDamagedPFX = Cause{
		Text:    "the file is not a PFX, or was cut off or changed on its way: an ASCII transfer, Base64 around it",
		Checks:  []string{"wrong-format", "wrong-object", "file-unrecognised", "der-malformed"},
		Command: inspectPFX,
		Action:  text.Text{Format: "transfer it again in binary mode, or make it again from key and certificate: %s", Args: []any{Command{"convert", "site.key site.crt --to pfx --out site.pfx"}}},
	}
	causeIncomplete = Cause{
		Text:    "the server does not send the intermediate certificate; those who have seen it elsewhere notice nothing",
		Checks:  []string{"chain-incomplete"},
		Command: checkChain,
		Action:  text.Text{Format: "put the intermediates of the certificate authority after the server's certificate and reload the server"},
	}
	causeWrongIntermediate = Cause{
		Text:    "an intermediate is sent, but not the one that signed this certificate",
		Checks:  []string{"chain-key-identifier", "chain-wrong-intermediate", "chain-signature", "chain-unrelated"},
		Command: checkChain,
		Action:  text.Text{Format: "install the intermediate that came with this certificate in place of the old one"},
	}
	causeUntrustedRoot = Cause{
		Text:    "the chain ends at a root that the client does not trust: a private certificate authority, a self-signed certificate, or a client with an old list of roots",
		Checks:  []string{"chain-untrusted-root"},
		Command: Command{"check", "--cert site.crt --chain chain.crt --roots root.crt"},
		Action:  text.Text{Format: "install the root on the clients, or use a certificate of a public certificate authority"},
	}
	causeInspection = Cause{
		Text:    "a proxy or virus scanner between client and server replaces the certificate by its own",
		Command: Command{"inspect", "served.crt"},
		Action:  text.Text{Format: "look at the issuer that the client shows; if it is the proxy's, install its root on the client or exempt the site"},
	}
	causeExpired = Cause{
		Text:    "the server's certificate has expired, or the renewed one was not loaded yet",
		Checks:  []string{"cert-expired"},
		Command: checkCert,
		Action:  text.Text{Format: "renew it, install it, reload the server; compare what is served with the file on disk"},
	}
	causeNotYet = Cause{
		Text:    "the certificate begins to be valid later",
		Checks:  []string{"cert-not-yet-valid"},
		Command: checkCert,
		Action:  text.Text{Format: "wait, or use the old certificate until then"},
	}
	causeIssuerExpired = Cause{
		Text:    "an intermediate or cross-signed root in the chain has expired",
		Checks:  []string{"chain-expired"},
		Command: checkChain,
		Action:  text.Text{Format: "take the current intermediates from the certificate authority and drop the expired one from the file"},
	}
	causeClock = Cause{
		Text:   "the clock of the machine that complains is wrong",
		Action: text.Text{Format: "set date, time and time zone; turn on time synchronisation"},
	}
	causeName = Cause{
		Text:    "the certificate is not for the name in the address: www is missing, an address or internal name is used, a wildcard is one level short",
		Checks:  []string{"name-mismatch", "name-clients"},
		Command: checkName,
		Action:  text.Text{Format: "use the name that is in the certificate, or have it issued with all names that clients use"},
	}
	causeNoNames = Cause{
		Text:    "the certificate has its name only in the common name; today's clients look at subjectAltName alone",
		Checks:  []string{"name-missing", "name-clients"},
		Command: checkName,
		Action:  text.Text{Format: "have it reissued with subjectAltName"},
	}
	causeOtherSite = Cause{
		Text:   "the server answers with the certificate of another site on the same address",
		Action: text.Text{Format: "bind the certificate to the name (SNI); %s tells what the server sends with the name and without one", Args: []any{Command{"probe", "HOST"}}},
	}
	causeRevoked = Cause{
		Text:    "the certificate authority has revoked the certificate",
		Checks:  []string{"cert-revoked"},
		Command: checkCRL,
		Action:  text.Text{Format: "ask the certificate authority for the reason; make a new key and request and install a new certificate"},
	}
	causeRevocationDown = Cause{
		Text:    "the list of revoked certificates, or the OCSP responder, cannot be reached from here or is stale",
		Checks:  []string{"revocation-unknown", "crl-stale"},
		Command: checkCRL,
		Action:  text.Text{Format: "let the machine reach the addresses in the certificate (firewall, proxy of the service account); publish a new CRL if it is your own authority"},
	}
	causeWeakKey = Cause{
		Text:    "the key is too short or of a kind that is no longer accepted",
		Checks:  []string{"key-weak"},
		Command: checkPair,
		Action:  text.Text{Format: "make a new key, RSA with 2048 bits or more or P-256, and have the certificate reissued"},
	}
	causeWeakSignature = Cause{
		Text:    "the certificate, or an intermediate, is signed with MD5 or SHA-1",
		Checks:  []string{"cert-signature-weak"},
		Command: checkChain,
		Action:  text.Text{Format: "have it reissued with SHA-256 and take the matching intermediates"},
	}
	causeUsage = Cause{
		Text:    "the certificate is not meant for this use: no server authentication, a CA certificate, another key usage",
		Checks:  []string{"cert-usage", "cert-usage-clients"},
		Command: checkCert,
		Action:  text.Text{Format: "install a certificate for server authentication"},
	}
	causeKeyUsage = Cause{
		Text:    "the key usage of the certificate does not allow what the handshake needs: digitalSignature for TLS 1.3 and ECDHE, keyEncipherment for the old RSA key exchange",
		Checks:  []string{"cert-usage", "cert-usage-clients"},
		Command: checkCert,
		Action:  text.Text{Format: "have it reissued with keyUsage digitalSignature, with RSA keyEncipherment too"},
	}
	causeNotCA = Cause{
		Text:    "a certificate in the chain may not issue: it is no CA, its path length is used up, or the name is outside of its constraints",
		Checks:  []string{"chain-not-ca"},
		Command: checkChain,
		Action:  text.Text{Format: "take the right intermediates from the certificate authority"},
	}
	causeDistrusted = Cause{
		Text:    "the certificate, or one in its chain, was withdrawn by the platforms",
		Checks:  []string{"cert-distrusted-after", "cert-distrusted"},
		Command: checkChain,
		Action:  text.Text{Format: "replace it by a certificate of another authority; do not take it out of the list of untrusted ones"},
	}
	causePermissions = Cause{
		Text:   "the account that the service runs as may not read the private key",
		Action: text.Text{Format: "on Windows: certlm.msc, All Tasks, Manage Private Keys, give the account read access; elsewhere look at owner and mode of the file and its folders"},
	}
	causeBrokenKeyset = Cause{
		Text:    "the certificate is in the store without a working private key: it was imported from .cer, copied between machines, or the key container is lost",
		Checks:  []string{"key-missing"},
		Command: inspectPFX,
		Action:  text.Text{Format: "certutil -repairstore my SERIAL on the machine that has the key; else import a PFX with the key: %s", Args: []any{Command{"convert", "site.key site.crt --for iis --out site.pfx"}}},
	}
	causePlainHTTP = Cause{
		Text:   "one side speaks something else than TLS: http:// to the TLS port, TLS to a port without it, a proxy in between",
		Action: text.Text{Format: "look at port and protocol in the address, the listener and the load balancer"},
	}
	causeVersions = Cause{
		Text:   "client and server have no protocol version in common: one offers at most TLS 1.0 or 1.1, the other begins at TLS 1.2",
		Action: text.Text{Format: "enable TLS 1.2 and 1.3 on both sides and keep SSL 3.0, TLS 1.0 and 1.1 off; old systems need updates for TLS 1.2"},
	}
	causeCiphers = Cause{
		Text:   "there is no common cipher suite, or the certificate's key type (RSA, EC) fits none of them",
		Action: text.Text{Format: "use the default cipher list of a current server, and an RSA certificate where old clients have no ECDSA"},
	}
	causeRequest = Cause{
		Text:    "a subject field of the request has characters that the authority does not take: punctuation, letters beyond ASCII, another string type",
		Checks:  []string{"csr-field-character", "csr-field-non-ascii", "csr-field-encoding"},
		Command: lintRequest,
		Action:  text.Text{Format: "make the request again with A-Z, a-z, 0-9, space and hyphen in the fields and dots in the common name"},
	}
	causeClientCert = Cause{
		Text:    "the certificate in question is the client's: the server asks for one and does not accept what it got, or got none",
		Checks:  []string{"cert-expired", "chain-incomplete", "cert-usage"},
		Command: Command{"check", "--key client.key --cert client.crt"},
		Action:  text.Text{Format: "give the client a valid certificate with its key and intermediates, and the server the roots it is issued under"},
	}
	causeProxyPage = Cause{
		Text:    "a proxy asked for a password or showed a page in place of the list",
		Checks:  []string{"list-not-a-cab", "file-is-web-page", "file-unrecognised"},
		Command: verifyList,
		Action:  text.Text{Format: "let the machine reach http://ctldl.windowsupdate.com without a login; netsh winhttp show proxy; then empty the cache: certutil -urlcache * delete"},
	}
	causeOldCRLs = Cause{
		Text:    "the copy of the list in a CryptnetUrlCache folder is signed with a certificate that has expired, or is not a list at all",
		Checks:  []string{"list-signer-expired", "list-signature"},
		Command: verifyList,
		Action:  text.Text{Format: "certutil -urlcache * delete for every user, and as the service accounts delete what is in CryptnetUrlCache\\Content and MetaData below %%windir%%\\ServiceProfiles and %%windir%%\\System32\\config\\systemprofile; %s finds them", Args: []any{Command{"roots", "cache FOLDER"}}},
	}
	causeMissingFile = Cause{
		Text:   "there is no file at this path: it is misspelt, relative to another folder, not mounted into the container, or a link to a file that is gone",
		Action: text.Text{Format: "look at the path as the service sees it: chroot, container, working folder; ls -lL FILE follows links"},
	}
	causeFileAccess = Cause{
		Text:   "the account that the service runs as may not read the file, or not enter a folder above it",
		Action: text.Text{Format: "namei -l FILE shows owner and mode of each folder; where they are right, look at SELinux (ls -Z, restorecon) and AppArmor; on Windows give the account read access"},
	}
	causeFolderAsFile = Cause{
		Text:   "the path names a folder where a file belongs; Docker makes one of this name if the file to be mounted does not exist",
		Action: text.Text{Format: "name the file; remove the empty folder and mount the file again"},
	}
	causeTextAsPath = Cause{
		Text:   "the text of the certificate or key stands where the path of its file belongs, or a path where the text belongs",
		Action: text.Text{Format: "Dovecot until 2.3 reads a file with ssl_cert = </path, from 2.4 on with ssl_server_cert_file = /path, without <; elsewhere see the manual of the setting"},
	}
	causeEmptyFile = Cause{
		Text:    "the file is empty, or the setting is: nothing was written to it, or the disk was full",
		Checks:  []string{"file-empty"},
		Command: Command{"inspect", "site.crt"},
		Action:  text.Text{Format: "write the certificate into it again; in Dovecot until 2.3 look for the < before the path"},
	}
	causeExplicitCurve = Cause{
		Text:    "the EC key has explicit parameters: it was made with -param_enc explicit, or by an old Java or smart card",
		Checks:  []string{"key-unsupported", "cert-structure", "cert-key-clients"},
		Command: checkPair,
		Action:  text.Text{Format: "make a new key with a named curve and have the certificate reissued: %s", Args: []any{Command{"request", "--like site.crt --out site.csr --key-out new.key"}}},
	}
	causeKeyKind = Cause{
		Text:    "the key is of a kind or curve that this program does not take",
		Checks:  []string{"key-unsupported", "key-weak", "cert-key-clients"},
		Command: checkPair,
		Action:  text.Text{Format: "make a new key, RSA with 2048 bits or P-256, and have the certificate reissued"},
	}
	causeRareSignature = Cause{
		Text:    "the certificate is signed with an algorithm that this program does not know: a national or post-quantum one, or RSA-PSS with odd parameters",
		Checks:  []string{"cert-signature-weak", "cert-structure"},
		Command: checkCert,
		Action:  text.Text{Format: "have it reissued with RSA or ECDSA and SHA-256, or update the program"},
	}
	causeStructure = Cause{
		Text:    "the certificate is not built as its standard says; programs that write certificates themselves make such",
		Checks:  []string{"cert-structure", "der-malformed", "csr-structure", "cert-profile-clients"},
		Command: checkCert,
		Action:  text.Text{Format: "have it issued again by another program or authority"},
	}
	causeStrict = Cause{
		Text:    "the certificate lacks an extension that RFC 5280 wants, or has one in the wrong form: openssl x509 -req without -extfile and home-made authorities issue such",
		Checks:  []string{"chain-key-identifier", "cert-structure", "cert-usage", "cert-profile-clients"},
		Command: checkCert,
		Action:  text.Text{Format: "have it issued again with authorityKeyIdentifier=keyid, subjectKeyIdentifier=hash and basicConstraints; Python: context.verify_flags &= ~ssl.VERIFY_X509_STRICT in the meantime"},
	}
	causeAuthorityProfile = Cause{
		Text:    "the certificate of the authority itself is not built as RFC 5280 wants it: basicConstraints without critical, no key usage, no subjectKeyIdentifier, as many private roots and inspecting proxies have",
		Checks:  []string{"cert-structure", "chain-not-ca", "cert-profile-clients"},
		Command: checkChain,
		Action:  text.Text{Format: "make the authority's certificate again with its old key, basicConstraints=critical,CA:TRUE, keyUsage=critical,keyCertSign,cRLSign and subjectKeyIdentifier=hash; Python: context.verify_flags &= ~ssl.VERIFY_X509_STRICT in the meantime"},
	}
	causeIssuerNamed = Cause{
		Text:    "the authority's certificate was renewed or made again, and the certificate still names the former one",
		Checks:  []string{"chain-key-identifier", "chain-wrong-intermediate", "chain-incomplete"},
		Command: checkChain,
		Action:  text.Text{Format: "give the clients the former certificate of the authority, or have the certificate reissued under the new one"},
	}
	causeCritical = Cause{
		Text:    "a critical extension that this program does not know",
		Checks:  []string{"cert-extension-critical"},
		Command: checkChain,
		Action:  text.Text{Format: "have it reissued without it; update the program"},
	}
	causeConstraints = Cause{
		Text:    "the name constraints of a CA in the chain are malformed or of a kind that this program does not do",
		Checks:  []string{"chain-not-ca", "cert-structure"},
		Command: checkChain,
		Action:  text.Text{Format: "let the authority make its CA certificate again; RFC 5280, Section 4.2.1.10 says how constraints are written"},
	}
	causePolicy = Cause{
		Text:    "a certificate policy is demanded that the chain does not have",
		Command: Command{"inspect", "--details site.crt"},
		Action:  text.Text{Format: "take the certificate from an authority with this policy, or take the demand out of the configuration"},
	}
	causeOtherCRL = Cause{
		Text:    "the revocation list at hand is not the one of this certificate's issuer, or of another part of its certificates",
		Checks:  []string{"revocation-unknown", "crl-stale"},
		Command: checkCRL,
		Action:  text.Text{Format: "give the list from the address in the certificate, and one for each CA of the chain if all are to be checked"},
	}
	causeOCSPUnknown = Cause{
		Text:    "the OCSP responder is not responsible for this certificate: it is of another issuer, too new, or long expired, or the request names the wrong issuer",
		Checks:  []string{"revocation-unknown", "chain-wrong-intermediate"},
		Command: checkCRL,
		Action:  text.Text{Format: "ask with the certificate that signed this one as issuer: %s; wait an hour after the issuance; for a private authority look at the configuration of the responder", Args: []any{Command{"revoked", "site.crt --chain chain.crt --online"}}},
	}
	causeMustStaple = Cause{
		Text:    "the certificate demands a stapled OCSP response (must-staple), and the server sends none; Let's Encrypt has no OCSP since 2025",
		Checks:  []string{"revocation-unknown", "cert-must-staple"},
		Command: Command{"inspect", "--details site.crt"},
		Action:  text.Text{Format: "have it reissued without must-staple (certbot: without --must-staple); or turn stapling on and let the server reach the responder"},
	}
	causeTransparency = Cause{
		Text:    "the certificate was issued without certificate transparency",
		Command: Command{"inspect", "--details site.crt"},
		Action:  text.Text{Format: "have it reissued with certificate transparency"},
	}
	causeTLSA = Cause{
		Text:   "the certificate was renewed with a new key, and the TLSA record was not published before",
		Action: text.Text{Format: "publish the record of the new key (3 1 1), wait for its TTL, then change the certificate; or keep the key at renewals"},
	}
	causeSuiteB = Cause{
		Text:   "Suite B or CNSA is demanded, and a certificate of the chain has another key or signature",
		Action: text.Text{Format: "take certificates with P-256 or P-384 throughout, or take the demand out of the configuration"},
	}
	causeProxyCertificate = Cause{
		Text:   "a proxy certificate of grid computing, or a certificate that was issued with a user's one",
		Action: text.Text{Format: "show the user's own certificate, or allow proxy certificates in the program"},
	}
	causeRootsMissing = Cause{
		Text:   "the list of roots cannot be read: not there, not PEM, or without the hashes that a folder of certificates needs",
		Action: text.Text{Format: "install ca-certificates; for a folder run openssl rehash DIR"},
	}
	causeMemory     = Cause{Text: "the system or the limit of the container has no memory left", Action: text.Text{Format: "give it more"}}
	causeProgram    = Cause{Text: "a fault of the program that says so", Action: text.Text{Format: "update it, or report it to its makers"}}
	causeLegacyRoot = Cause{
		Text:    "the chain ends at a root that the client has withdrawn its trust from for certificates issued after a date: Entrust, Symantec, Camerfirma, Chunghwa and others",
		Checks:  []string{"cert-distrusted-after", "cert-distrusted"},
		Command: checkChain,
		Action:  text.Text{Format: "replace it by a certificate of another authority, or of the same authority's new root"},
	}
	causeNotKept = Cause{
		Text:    "the certificate was completed on another machine than the one that made the request, the request was made again, or its pending request was deleted: there is no private key to it here",
		Checks:  []string{"key-missing", "request-mismatch"},
		Command: checkRequest,
		Action:  text.Text{Format: "complete it where the request was made; if the key is in the store, import the certificate and run certutil -repairstore my SERIAL; else make a new request and have the certificate reissued"},
	}
	causeKeyForm = Cause{
		Text:    "the private key is not in the form that is wanted: PKCS#8 (BEGIN PRIVATE KEY) where PKCS#1 (BEGIN RSA PRIVATE KEY) belongs, or the reverse",
		Checks:  []string{"wrong-format", "pem-label-wrong"},
		Command: Command{"inspect", "site.key"},
		Action:  text.Text{Format: "%s or --to pem writes the other form", Args: []any{Command{"convert", "site.key --to pkcs8 --out new.key"}}},
	}
	causeTrustStore = Cause{Text: "the trust store is the wrong one, old or empty", Command: Command{"inspect", "truststore.jks"}, Action: text.Text{Format: "keytool -importcert -cacerts -alias root -file root.crt, or javax.net.ssl.trustStore"}}
	causeClosed     = Cause{Text: "it crashed, or a firewall cut the connection", Action: text.Text{Format: "look at its log at the same time"}}
	causeNoUpdate   = Cause{Text: "the machine or its service accounts cannot reach Windows Update", Action: text.Text{Format: "let it reach http://ctldl.windowsupdate.com through firewall and proxy, or turn off \"Automatic Root Certificates Update\" where it must not; netsh winhttp show proxy"}}
	causeCut        = Cause{
		Text:    "the text is cut off or changed: a line of it is lost, or it was pasted from a console that wraps lines",
		Checks:  []string{"pem-body-truncated", "pem-body-character", "der-malformed"},
		Command: checkCert,
		Action:  text.Text{Format: "get the file again; a byte that is lost cannot be guessed"},
	}
)

// The causes that most programs have for a file that they cannot load.
var (
	keyCauses      = []*Cause{&causeEncrypted, &causeObject, &causeFormat, &causeDamaged, &causeMismatch}
	mismatchCauses = []*Cause{&causeMismatch, &causeOrder, &causeRenewed}
)
