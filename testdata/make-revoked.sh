#!/usr/bin/env bash
# Makes testdata/revoked: certificates about which several lists have to be asked, and
# one whose list is signed by somebody else. What is valid is so at 2026-06-01. Needs
# openssl 3.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/revoked
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
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[parts]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = keys,rest
[keys]
fullname = URI:http://lists.example.com/keys.crl
reasons = keyCompromise,CACompromise
[rest]
fullname = URI:http://lists.example.com/rest.crl
reasons = affiliationChanged,superseded,cessationOfOperation,certificateHold,privilegeWithdrawn,AACompromise
[elsewhere]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:shop.example.net
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = indirect
[indirect]
fullname = URI:http://lists.example.com/all.crl
CRLissuer = dirName:signer_name
[signer_name]
CN = Revoked Test Lists
[of_keys]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@idp_keys
[idp_keys]
fullname = URI:http://lists.example.com/keys.crl
onlysomereasons = keyCompromise,CACompromise
[of_rest]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@idp_rest
[idp_rest]
fullname = URI:http://lists.example.com/rest.crl
onlysomereasons = affiliationChanged,superseded,cessationOfOperation,certificateHold,privilegeWithdrawn,AACompromise
[of_all]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@idp_all
[idp_all]
fullname = URI:http://lists.example.com/all.crl
indirectCRL = TRUE
CNF
echo 01 >crlnumber

issue root - authority "/CN=Revoked Test Root" 20200101000000Z 20400101000000Z
issue ca root authority "/CN=Revoked Test CA" 20200101000000Z 20390101000000Z
issue signer root signer "/CN=Revoked Test Lists" 20200101000000Z 20390101000000Z
issue parts ca parts "/CN=www.example.com" 20260501000000Z 20260730000000Z
issue elsewhere ca elsewhere "/CN=shop.example.net" 20260501000000Z 20260730000000Z

list() { # FILE SIGNER EXTENSIONS
	openssl ca -batch -config ca.cnf -cert "$2.pem" -keyfile "$2.key" -gencrl -crlexts "$3" -crl_lastupdate 20260501000000Z -crl_nextupdate 20260901000000Z -out "$out/$1" 2>/dev/null
}
list keys.crl ca of_keys
list rest.crl ca of_rest
list all.crl signer of_all

cp root.pem ca.pem signer.pem parts.pem elsewhere.pem "$out"
