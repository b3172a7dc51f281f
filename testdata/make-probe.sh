#!/usr/bin/env bash
# Makes testdata/probe: the certificates that the servers of the cases of
# certconv probe and certconv revoked send. What is valid is so at 2026-06-01, the
# time that the tests check for. Needs openssl 3. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/probe
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out" && mkdir "$out" && cd "$work"

. "$here/ca.sh"
ca_config <<'CNF'
[x]
crlnumber = crlnumber
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[responder]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:$ENV::NAME
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[listed]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:$ENV::NAME
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://lists.example.com/inter.crl
authorityInfoAccess = OCSP;URI:http://lists.example.com/ocsp,caIssuers;URI:http://lists.example.com/inter.der
[must_staple]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:$ENV::NAME
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
tlsfeature = status_request
CNF
echo 01 >crlnumber
export NAME=none

rsa() { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key"; }

issue root - authority "/CN=Probe Test Root" 20200101000000Z 20400101000000Z
issue inter root authority "/CN=Probe Test Intermediate" 20200101000000Z 20390101000000Z
issue responder inter responder "/CN=Probe Test Responder" 20260101000000Z 20270101000000Z

export NAME=www.example.com
issue site inter server "/CN=www.example.com" 20260501000000Z 20260730000000Z
rsa site-rsa && issue site-rsa inter server "/CN=www.example.com" 20260501000000Z 20260730000000Z
cp site.key newer.key && issue newer inter server "/CN=www.example.com" 20260520000000Z 20260819000000Z
issue staple inter must_staple "/CN=www.example.com" 20260501000000Z 20260730000000Z
export NAME=shop.example.net
issue other inter server "/CN=shop.example.net" 20260501000000Z 20260730000000Z

export NAME=www.example.com
issue listed inter listed "/CN=www.example.com" 20260501000000Z 20260730000000Z
issue withdrawn inter listed "/CN=www.example.com" 20260501000000Z 20260730000000Z
openssl ca -batch -config ca.cnf -cert inter.pem -keyfile inter.key -revoke withdrawn.pem -crl_reason keyCompromise 2>/dev/null
openssl ca -batch -config ca.cnf -cert inter.pem -keyfile inter.key -gencrl -crl_lastupdate 20260501000000Z -crl_nextupdate 20260901000000Z -out inter.crl 2>/dev/null
openssl ca -batch -config ca.cnf -cert inter.pem -keyfile inter.key -gencrl -crl_lastupdate 20260401000000Z -crl_nextupdate 20260501000000Z -out stale.crl 2>/dev/null
cp inter.crl stale.crl "$out"

for f in listed withdrawn site site-rsa newer staple other; do cat "$f.pem" inter.pem >"$out/$f.pem" && cp "$f.key" "$out"; done
cp root.pem inter.pem inter.key responder.pem responder.key "$out"

# case CODE NAME SERVER ARGS…: a server and the arguments of probe. ADDRESS is the
# server's address, PORT its port.
case_of() {
	dir=$out/../checks/$1
	mkdir -p "$dir"
	printf '%s\n' "$3" >"$dir/$2.server"
	shift 1
	name=$1
	shift 2
	printf 'probe --roots ../../probe/root.pem %s\n' "$*" >"$dir/$name.args"
}
www="ADDRESS --host www.example.com"
site='{"certs": ["site"]}'

case_of host-unknown bad-unknown '{"state": "unknown"}' www.example.com
case_of port-closed bad-closed '{"state": "closed"}' "$www"
case_of port-filtered bad-filtered '{"state": "filtered"}' "$www"
case_of plain-http-on-tls-port bad-http '{"text": "HTTP/1.1 400 Bad Request\r\n\r\n"}' "$www"
case_of plain-http-on-tls-port bad-greeting '{"text": "220 mail.example.com ESMTP\r\n"}' "$www"
case_of starttls-missing bad-not-offered '{"greeting": ["220 mail.example.com ESMTP", "250 mail.example.com"]}' "$www" --starttls smtp
case_of starttls-missing bad-refused '{"greeting": ["220 mail.example.com ESMTP", "250-mail.example.com\r\n250 STARTTLS", "454 TLS not available"]}' "$www" --starttls smtp
case_of tls-failed bad-silent '{"state": "silent"}' "$www"
case_of tls-failed bad-cut '{"state": "cut"}' "$www"
for code in host-unknown port-closed port-filtered plain-http-on-tls-port starttls-missing tls-failed served-other-site protocol-old; do
	case_of "$code" good "$site" "$www"
done
case_of starttls-missing good-smtp '{"certs": ["site"], "greeting": ["220 mail.example.com ESMTP", "250-mail.example.com\r\n250 STARTTLS", "220 go ahead"]}' "$www" --starttls smtp

case_of served-other-site bad-other '{"certs": ["other"]}' "$www"
case_of served-other-site bad-no-name '{"certs": ["other"], "hosts": {"www.example.com": "site"}}' "$www"
case_of served-other-site good-subdomain-is-missing '{"certs": ["site"], "hosts": {"example.com": "site"}}' "$www"
case_of served-not-on-disk bad-no-reload "$site" "$www" --expect ../../probe/newer.pem
case_of served-not-on-disk bad-older '{"certs": ["newer"]}' "$www" --expect ../../probe/site.pem
case_of served-not-on-disk good "$site" "$www" --expect ../../probe/site.pem
case_of served-not-on-disk good-both-kinds '{"certs": ["site", "site-rsa"]}' "$www" --expect ../../probe/site.pem --expect ../../probe/site-rsa.pem
case_of protocol-old bad-beside '{"certs": ["site-rsa"], "oldest": "1.0"}' "$www"
case_of protocol-old bad-only '{"certs": ["site-rsa"], "oldest": "1.0", "newest": "1.1"}' "$www"
case_of staple-missing bad '{"certs": ["staple"]}' "$www"
case_of staple-missing good '{"certs": ["staple"], "staple": "good"}' "$www"
for kind in stale revoked other junk; do
	case_of staple-bad "bad-$kind" '{"certs": ["site"], "staple": "'$kind'"}' "$www"
done
case_of staple-bad good '{"certs": ["site"], "staple": "good"}' "$www"
case_of not-checked bad-no-route '{"state": "no-route"}' "$www"
case_of not-checked good-one-version '{"certs": ["site"], "oldest": "1.3"}' "$www"
case_of not-checked good "$site" "$www"

# asked CODE NAME SERVER ARGS…: a host of revocations and the arguments of revoked.
asked() {
	case_of "$@"
	sed -i 's/^probe --roots/revoked --online --roots/' "$out/../checks/$1/$2.args"
}
listed=../../probe/listed.pem
asked revocation-host-silent bad '{"http": true, "state": "silent"}' $listed --timeout 500ms --allow-unchecked
asked revocation-host-silent good '{"http": true, "list": "inter.crl"}' $listed
asked revocation-host-slow bad '{"http": true, "list": "inter.crl", "delay": "1100ms"}' $listed --allow-unchecked
asked revocation-host-slow good '{"http": true, "list": "inter.crl"}' $listed
for kind in stale other junk; do
	asked ocsp-invalid "bad-$kind" '{"http": true, "staple": "'$kind'"}' $listed --allow-unchecked
done
asked ocsp-invalid good '{"http": true, "staple": "good"}' $listed
asked cert-revoked bad-online '{"http": true, "list": "inter.crl"}' ../../probe/withdrawn.pem --allow-unchecked

# Pages: what port 80 answers, and what https does.
paged() { # CODE NAME PLAIN PAGE ARGS…
	local code=$1 name=$2 plain=$3 page=$4
	shift 4
	case_of "$code" "$name" "{\"certs\": [\"site\"], \"plain\": $plain, \"page\": $page}" www.example.com "$@"
}
moved='{"status": 301, "headers": {"Location": "https://www.example.com/"}}'
hsts='"headers": {"Strict-Transport-Security": "max-age=31536000"}'
whole='{"status": 200, '$hsts', "body": "<html><img src=/a.png></html>"}'
html() { echo '{"status": 200, "headers": {"Strict-Transport-Security": "max-age=31536000"'"${2-}"'}, "body": "<html>'"$1"'</html>"}'; }
iis() { echo '{"status": 403, "headers": {"Server": "Microsoft-IIS/10.0"}, "body": "<html><title>IIS 10.0 Detailed Error - '"$1"'</title><h3>HTTP Error '"$1"'</h3></html>"}'; }
paged tls-required bad-iis "$(iis '403.4 - Forbidden')" "$whole"
paged tls-required bad-iis-silent '{"status": 403, "headers": {"Server": "Microsoft-IIS/10.0"}, "body": "<h2>403 - Forbidden: Access is denied.</h2>"}' "$whole"
paged tls-required bad-proxy "$moved" "$(iis '403.4 - Forbidden')"
paged redirect-missing bad-page "$whole" "$whole"
paged redirect-missing bad-circle '{"status": 302, "headers": {"Location": "http://www.example.com/"}}' "$whole"
paged redirect-missing good-unknown '{"status": 302, "headers": {"Location": "http://127.0.0.1/"}}' "$whole"
paged redirect-missing bad-not-found '{"status": 404}' "$whole"
paged redirect-missing good-refresh '{"status": 200, "body": "<meta http-equiv=refresh content=\"0; url=https://www.example.com/\">"}' "$whole"
paged redirect-missing good-closed null "$whole"
paged redirect-to-http bad "$moved" '{"status": 302, "headers": {"Location": "http://www.example.com/"}}'
paged hsts-missing bad "$moved" '{"status": 200}'
paged hsts-missing bad-zero "$moved" '{"status": 200, "headers": {"Strict-Transport-Security": "max-age=0"}}'
paged hsts-missing bad-unreadable "$moved" '{"status": 200, "headers": {"Strict-Transport-Security": "31536000"}}'
paged client-certificate-required bad-iis "$moved" "$(iis '403.7 - Forbidden')"
paged client-certificate-required bad-nginx "$moved" '{"status": 400, "body": "<center>No required SSL certificate was sent</center>"}'
for n in 12 13 16 17; do paged client-certificate-refused "bad-403-$n" "$moved" "$(iis "403.$n - Forbidden")"; done
paged mixed-content bad-script "$moved" "$(html '<script src=http://cdn.example.com/x.js></script>')" --page
paged mixed-content bad-image "$moved" "$(html '<img src=http://cdn.example.com/x.png>')" --page
paged mixed-content bad-upgraded "$moved" "$(html '<img src=http://cdn.example.com/x.png>' ', "Content-Security-Policy": "upgrade-insecure-requests"')" --page
paged mixed-content good "$moved" "$whole" --page
for code in tls-required redirect-missing redirect-to-http hsts-missing client-certificate-required client-certificate-refused; do paged $code good "$moved" "$whole"; done

# Those of check with --fetch-issuers: the certificate alone, and what is at the address
# that it names.
fetched() { # CODE NAME SERVER
	local dir=$out/../checks/$1
	mkdir -p "$dir"
	echo "--roots ../../probe/root.pem --fetch-issuers --only $1" >"$dir/$2.args"
	echo "$3" >"$dir/$2.server"
	cp listed.pem "$dir/$2.pem"
}
fetched issuer-fetched bad '{"http": true, "list": "inter.pem.der"}'
fetched issuer-fetched good '{"http": true, "list": "inter.pem.der"}'
cat inter.pem >>"$out/../checks/issuer-fetched/good.pem"
fetched issuer-not-fetched bad-other '{"http": true, "list": "other.pem.der"}'
fetched issuer-not-fetched bad-nothing '{"http": true}'
fetched issuer-not-fetched good '{"http": true, "list": "inter.pem.der"}'
