#!/usr/bin/env bash
# Makes, in testdata/checks, the cases of the checks of keys, certificates,
# names, chains, revocation and requests: bad-* speaks, good-* does not. What
# is valid is so at 2026-06-01, the time that the test checks for. Needs
# openssl 3. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/checks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

. "$here/ca.sh"
ca_config <<'CNF'
[x]
crlnumber = crlnumber
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[no_authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[clients_authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[diginotar]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
# the key identifier of the real one; the key is ours
subjectKeyIdentifier = 8868BFE08E35C43B386B62F7283B8481C80CD74D
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = caIssuers;URI:http://ca.example.com/inter.der
[other_key]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = DER:30:05:80:03:01:02:03
[other_certificate]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = DER:30:03:82:01:05
[no_key_id]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = none
[key_exchange]
basicConstraints = critical,CA:FALSE
keyUsage = critical,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = keyid
[staple]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = keyid
tlsfeature = status_request
[wild]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:*.lan
authorityKeyIdentifier = keyid
[final_dot]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com.
authorityKeyIdentifier = keyid
[mild_authority]
basicConstraints = CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[policy_authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
policyConstraints = critical,requireExplicitPolicy:0
certificatePolicies = 1.2.3.4
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[policy]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
certificatePolicies = 1.2.3.4
authorityKeyIdentifier = keyid
[two_names]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com,DNS:shop.example.com
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = keyid
[no_names]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
authorityKeyIdentifier = keyid
[unknown_critical]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
authorityKeyIdentifier = keyid
1.2.3.4 = critical,ASN1:NULL
CNF
echo 01 >crlnumber

# put CODE FILE FROM…: a file of a case, from others behind one another. A case
# with certificates is checked against the root.
put() {
  local code=$1 to="$out/$1/$2"
  shift 2
  mkdir -p "$out/$code"
  cat "$@" >"$to"
  if [[ $to = *.pem ]]; then
    cp root.pem "$out/$code/"
    echo '--roots root.pem' >"${to%.pem}.args"
  fi
}
# args CODE NAME FLAG…: further flags of a case, one a line
args() {
  local to="$out/$1/$2.args"
  mkdir -p "$out/$1"
  shift 2
  printf '%s\n' "$@" >>"$to"
}
# spoil FROM TO: alter the last byte of the signature
spoil() {
  local label
  label=$(sed -n '1s/-----BEGIN \(.*\)-----/\1/p' "$1")
  openssl asn1parse -in "$1" -noout -out spoil.der >/dev/null
  local size last
  size=$(stat -c %s spoil.der)
  last=$(tail -c 1 spoil.der | od -An -tu1)
  printf "\\x$(printf %02x $(((last + 1) % 256)))" | dd of=spoil.der bs=1 seek=$((size - 1)) conv=notrunc 2>/dev/null
  { echo "-----BEGIN $label-----"; base64 -w 64 spoil.der; echo "-----END $label-----"; } >"$2"
}
# stuff FROM TO: a NULL after the last field. The signature stays right.
stuff() {
  local label size
  label=$(sed -n '1s/-----BEGIN \(.*\)-----/\1/p' "$1")
  openssl asn1parse -in "$1" -noout -out stuff.der >/dev/null
  size=$(($(stat -c %s stuff.der) - 4 + 2))
  {
    echo "-----BEGIN $label-----"
    { printf "\\x30\\x82\\x$(printf %02x $((size / 256)))\\x$(printf %02x $((size % 256)))"; tail -c +5 stuff.der; printf '\5\0'; } | base64 -w 64
    echo "-----END $label-----"
  } >"$2"
}

org='/O=certconv test'
site=/CN=www.example.com
issue root - authority "$org/CN=Root"
issue inter root authority "$org/CN=Intermediate"
issue site inter server $site
issue short inter server $site 20260501000000Z 20260730000000Z
cat short.pem inter.pem >good.pem # what every check finds good

# Key, certificate, request
issue renewed inter server $site
put key-missing bad-certificate-only.pem good.pem
args key-missing bad-certificate-only '--for nginx' '--cert bad-certificate-only.pem'
put key-missing good.key short.key
put key-missing good.pem good.pem
args key-missing good '--for nginx' '--key good.key' '--cert good.pem'

for name in bad-haproxy.key good-haproxy.pem.key; do # HAProxy goes by the name of the certificate's file
  put key-missing "$name" short.key
  put key-missing "${name%%.*}.pem" good.pem
  args key-missing "${name%%.*}" '--for haproxy'
done

put cert-missing bad.key short.key
args cert-missing bad '--for nginx'
put cert-missing good.key short.key
put cert-missing good.pem good.pem
args cert-missing good '--for nginx' '--key good.key' '--cert good.pem'
put nothing-to-check good.pem good.pem
mkdir -p "$out/nothing-to-check/bad-text"
echo 'nothing of ours' >"$out/nothing-to-check/bad-text/notes.txt"

put key-mismatch good.key short.key
put key-mismatch good.pem good.pem
put key-mismatch bad-renewal.key renewed.key
put key-mismatch bad-renewal.pem good.pem
put key-mismatch bad-root-first.key short.key
put key-mismatch bad-root-first.pem root.pem inter.pem short.pem

put request-mismatch bad-other-key.csr renewed.csr
put request-mismatch bad-other-key.pem good.pem
args request-mismatch bad-other-key '--csr bad-other-key.csr' '--cert bad-other-key.pem'
put request-mismatch bad-key-only.csr renewed.csr
put request-mismatch bad-key-only.key short.key
args request-mismatch bad-key-only '--csr bad-key-only.csr' '--key bad-key-only.key'

# csr NAME KEY SUBJECT SAN [req options]
csr() {
  local name=$1 key=$2 subject=$3 san=$4
  shift 4
  [ -z "$san" ] || set -- "$@" -addext "subjectAltName=$san"
  openssl req -new -utf8 -config ca.cnf -key "$key.key" -subj "$subject" -out "$name.csr" "$@" 2>/dev/null
}
good_subject=/C=US/ST=Ohio/L=Akron/O=Example/CN=www.example.com
csr good short $good_subject DNS:www.example.com
put request-mismatch good.csr good.csr
put request-mismatch good.pem good.pem
csr two short $good_subject DNS:www.example.com,DNS:shop.example.com
put name-not-in-request bad-name-left-out.csr two.csr
put name-not-in-request bad-name-left-out.pem good.pem
issue added inter two_names $site
csr added added $good_subject DNS:www.example.com
put name-not-in-request bad-name-added.csr added.csr
put name-not-in-request bad-name-added.pem added.pem inter.pem
put name-not-in-request good.csr good.csr
put name-not-in-request good.pem good.pem

openssl pkcs8 -topk8 -in short.key -passout pass:secret -out locked.key
put key-encrypted bad-locked.key locked.key
put key-encrypted bad-locked.pem good.pem
args key-encrypted bad-locked '--pass pass:secret'
put key-encrypted good.key short.key
put key-encrypted good.pem good.pem
put key-permissions bad-plain.key short.key # a checkout leaves it readable
put key-permissions good-locked.key locked.key
args key-permissions good-locked '--pass pass:secret'
pair='../../servers/rsa.pem ../../servers/inter.pem --for nginx --host www.example.com --roots ../../servers/root.pem'
args folder-writable bad "install ../../servers/rsa.key $pair --dir /tmp --dry-run" # everybody can write there
args folder-writable good "install $pair --dir /" # without a key it ends before it writes

# numbers KEY NAME…: the RSA key with 0 for some of its numbers
numbers() {
  local key=$1 value names=(v n e d p q dp dq qInv)
  shift
  printf 'asn1 = SEQUENCE:key\n[key]\n' >numbers.cnf
  while read -r value; do
    [[ " $* " = *" ${names[0]} "* ]] && value=0
    printf '%s = INTEGER:0x%s\n' "${names[0]}" "$value" >>numbers.cnf
    names=("${names[@]:1}")
  done < <(openssl rsa -in "$key" -traditional 2>/dev/null | openssl asn1parse | sed -n 's/.*INTEGER *://p')
  openssl asn1parse -genconf numbers.cnf -noout -out numbers.der
  echo '-----BEGIN RSA PRIVATE KEY-----'
  base64 -w 64 numbers.der
  echo '-----END RSA PRIVATE KEY-----'
}
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
put key-unusable good.key rsa.key
numbers rsa.key p q >numbers.key
put key-unusable bad-no-primes.key numbers.key
numbers rsa.key p q dp dq qInv >numbers.key
put key-unusable bad-no-crt.key numbers.key
numbers rsa.key qInv >numbers.key
put key-unusable bad-no-qinv.key numbers.key # OpenSSL signs with it
# PKCS#8 of version 2, with the public key, which OpenSSL loads from 3.5 on.
openssl genpkey -algorithm ED25519 -outform DER -out ed.der
openssl pkey -in ed.der -pubout -outform DER -out ed.pub
{
  printf '\x30\x51\x02\x01\x01'
  tail -c +6 ed.der
  printf '\x81\x21\x00'
  tail -c 32 ed.pub
} | { echo '-----BEGIN PRIVATE KEY-----'; base64 -w 64; echo '-----END PRIVATE KEY-----'; } >ed.key
put key-unusable bad-with-public.key ed.key
put key-unusable good-version1.key <(openssl pkey -in ed.der)
# One key, as one for PSS alone and as one for RSA in general, and a certificate for each.
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.key 2>/dev/null
openssl asn1parse -in pss.key -strparse 20 -noout -out pss.der
openssl rsa -inform DER -in pss.der -out general.key 2>/dev/null
issue pss inter server $site 20260501000000Z 20260730000000Z
issue general inter server $site 20260501000000Z 20260730000000Z
put key-unusable bad-pss-key.pem general.pem inter.pem pss.key
put key-unusable bad-pss-cert.pem pss.pem inter.pem general.key
put key-unusable good-pss.pem pss.pem inter.pem pss.key

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak.key 2>/dev/null
issue weak inter server $site
put key-weak bad-rsa1024.pem weak.pem inter.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime192v1 -out weak-ec.key 2>/dev/null
issue weak-ec inter server $site
put key-weak bad-prime192v1.pem weak-ec.pem inter.pem
put key-weak good.pem good.pem

# What Windows cannot use
for case in bad-ed25519:ed25519 good-rsa:rsa2048; do
  openssl pkcs12 -export -in "$out/../pairs/${case#*:}.pem" -out site.pfx -passout pass:secret \
    -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
  put key-unsupported "${case%:*}.pfx" site.pfx
  args key-unsupported "${case%:*}" '--for iis2016' '--pass pass:secret' '--at 2030-01-01T00:00:00Z' # pairs/ is made later
done

openssl pkcs12 -export -in "$out/../pairs/rsa2048-3primes.pem" -out site.pfx -passout pass:secret
put key-unsupported bad-3primes.pfx site.pfx
args key-unsupported bad-3primes '--for tomcat' '--pass pass:secret' '--at 2030-01-01T00:00:00Z'

# The certificate
issue sha1 inter server $site '' '' -md sha1
put cert-signature-weak bad-sha1.pem sha1.pem inter.pem
put cert-signature-weak good.pem good.pem
issue expired inter server $site 20200101000000Z 20210101000000Z
put cert-expired bad-2021.pem expired.pem inter.pem
put cert-expired good.pem good.pem
issue future inter server $site 20480101000000Z 20490101000000Z
put cert-not-yet-valid bad-2048.pem future.pem inter.pem
put cert-not-yet-valid good.pem good.pem
put cert-expires-soon bad-30-days.pem good.pem
args cert-expires-soon bad-30-days '--at 2026-07-20T00:00:00Z'
put cert-expires-soon good.pem good.pem
put cert-validity-long bad-30-years.pem site.pem inter.pem
put cert-validity-long good.pem good.pem
issue client inter client $site
put cert-usage bad-client.pem client.pem inter.pem
put cert-usage good.pem good.pem
stuff good.pem stuffed.pem
put cert-structure bad-null-after-signature.pem stuffed.pem inter.pem
put cert-structure good.pem good.pem
issue critical inter unknown_critical $site
put cert-extension-critical bad-unknown.pem critical.pem inter.pem
put cert-extension-critical good.pem good.pem
put name-mismatch bad-other-host.pem good.pem
args name-mismatch bad-other-host '--host www.example.org'
put name-mismatch good.pem good.pem
args name-mismatch good '--host www.example.com' '--host WWW.example.com.'
issue nameless inter no_names $site
put name-missing bad-common-name-only.pem nameless.pem inter.pem
put name-missing good.pem good.pem
issue distrusted root diginotar "$org/CN=DigiNotar Root CA"
issue victim distrusted server $site
put cert-distrusted bad-diginotar.pem victim.pem distrusted.pem
put cert-distrusted good.pem good.pem

# Roots that clients know. Nobody here can issue below one, so it stands for the
# server's certificate. They are those of Debian's ca-certificates 20230311.
known() {
  local code=$1 name=$2 from=/usr/share/ca-certificates/mozilla/$3.crt
  mkdir -p "$out/$code"
  [ ! -e "$from" ] || cp "$from" "$out/$code/$name.pem"
  printf '%s\n' --only "$code" --cert "$name.pem" >"$out/$code/$name.args"
}
known cert-distrusted-after bad-disabled E-Tugra_Certification_Authority
put cert-distrusted-after good.pem good.pem
known root-removed bad-e-tugra E-Tugra_Certification_Authority
known root-removed good-isrg ISRG_Root_X1
# What clients differ about
for code in cert-key-clients cert-usage-clients cert-profile-clients cert-must-staple name-clients; do
  put $code good.pem good.pem
done
openssl genpkey -algorithm Ed25519 -out ed25519.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-224 -out p224.key 2>/dev/null
for key in ed25519 p224; do
  issue $key inter server $site 20260501000000Z 20260730000000Z
  put cert-key-clients bad-$key.pem $key.pem inter.pem
done
issue key-exchange inter key_exchange $site 20260501000000Z 20260730000000Z
put cert-usage-clients bad-key-exchange.pem key-exchange.pem inter.pem
issue mild root mild_authority "$org/CN=Mild Intermediate"
issue by-mild mild server $site 20260501000000Z 20260730000000Z
put cert-profile-clients bad-not-critical.pem by-mild.pem mild.pem
issue staple inter staple $site 20260501000000Z 20260730000000Z
put cert-must-staple bad-must-staple.pem staple.pem inter.pem
issue wild inter wild /CN=nas.lan 20260501000000Z 20260730000000Z
put name-clients bad-top.pem wild.pem inter.pem
args name-clients bad-top '--host nas.lan'
issue final-dot inter final_dot $site 20260501000000Z 20260730000000Z
put name-clients bad-final-dot.pem final-dot.pem inter.pem

# The chain
for code in chain-signature chain-wrong-intermediate chain-key-identifier chain-incomplete chain-untrusted-root chain-order chain-duplicate \
  chain-unrelated chain-root-included chain-not-ca chain-expired chain-clients; do
  put $code good.pem good.pem
done
spoil short.pem spoiled.pem
put chain-signature bad-leaf.pem spoiled.pem inter.pem
issue twin root authority "$org/CN=Intermediate"
put chain-wrong-intermediate bad-same-name.pem short.pem twin.pem
issue other-key inter other_key $site 20260501000000Z 20260730000000Z
put chain-key-identifier bad-other-key.pem other-key.pem inter.pem
issue other-number inter other_certificate $site 20260501000000Z 20260730000000Z
put chain-key-identifier bad-other-number.pem other-number.pem inter.pem
args chain-key-identifier bad-other-number '--skip cert-structure' # Chrome refuses it for that, one client too many
issue no-key-id inter no_key_id $site 20260501000000Z 20260730000000Z
put chain-key-identifier bad-none.pem no-key-id.pem inter.pem
issue strict root policy_authority "$org/CN=Strict Intermediate"
issue no-policy strict server $site 20260501000000Z 20260730000000Z
put chain-policy bad-none.pem no-policy.pem strict.pem
issue policy strict policy $site 20260501000000Z 20260730000000Z
put chain-policy good-policy.pem policy.pem strict.pem
put chain-incomplete bad-leaf-only.pem short.pem
issue stranger - authority "$org/CN=Other Root"
issue strange stranger authority "$org/CN=Other Intermediate"
put chain-incomplete bad-other-intermediate.pem short.pem strange.pem
issue abroad strange server $site 20260501000000Z 20260730000000Z
put chain-untrusted-root bad-other-root.pem abroad.pem strange.pem stranger.pem
issue self - server $site 20260501000000Z 20260730000000Z
put chain-untrusted-root bad-self-signed.pem self.pem
issue sub inter authority "$org/CN=Lower Intermediate"
issue low sub server $site 20260501000000Z 20260730000000Z
put chain-order bad-intermediates.pem low.pem inter.pem sub.pem
put chain-order bad-root-first.pem root.pem inter.pem short.pem
put chain-duplicate bad-intermediate-twice.pem short.pem inter.pem inter.pem
put chain-unrelated bad-other-intermediate.pem short.pem inter.pem strange.pem
put chain-root-included bad-root.pem short.pem inter.pem root.pem
put chain-clients bad-no-root.pem short.pem inter.pem
put chain-clients inter.pem inter.pem
rm "$out/chain-clients/inter.args"
echo '--roots inter.pem' >"$out/chain-clients/bad-no-root.args"
issue plain root no_authority "$org/CN=No CA"
issue by-plain plain server $site 20260501000000Z 20260730000000Z
put chain-not-ca bad-no-ca.pem by-plain.pem plain.pem
args chain-not-ca bad-no-ca '--cert bad-no-ca.pem'
issue clients root clients_authority "$org/CN=CA for clients"
issue by-clients clients server $site 20260501000000Z 20260730000000Z
put chain-not-ca bad-for-clients.pem by-clients.pem clients.pem
issue old root authority "$org/CN=Old Intermediate" 20200101000000Z 20210101000000Z
issue by-old old server $site 20260501000000Z 20260730000000Z
put chain-expired bad-2021.pem by-old.pem old.pem

# Revocation. crl NAME [ca options]
crl() {
  local name=$1
  shift
  openssl ca -gencrl -config ca.cnf -cert inter.pem -keyfile inter.key -crl_lastupdate 20260501000000Z -crl_nextupdate 20260630000000Z "$@" -out "$name.crl" 2>/dev/null
}
mv index.txt issued.txt && : >index.txt
crl empty
crl stale -crl_nextupdate 20260515000000Z
crl newest -crl_lastupdate 20260525000000Z
openssl ca -config ca.cnf -cert inter.pem -keyfile inter.key -revoke short.pem -crl_reason keyCompromise 2>/dev/null
crl revoked
openssl ca -gencrl -config ca.cnf -cert stranger.pem -keyfile stranger.key -crl_lastupdate 20260501000000Z -crl_nextupdate 20260630000000Z -out other.crl 2>/dev/null
# endless IN OUT: a list without nextUpdate, which openssl ca does not write
endless() {
  openssl crl -in "$1" -outform der | python3 -c '
import subprocess, sys
def read(b):
    n, at = b[1], 2
    if n > 127:
        at += n & 127
        n = int.from_bytes(b[2:at], "big")
    return b[:at + n], b[at:at + n], b[at + n:]
def write(tag, b):
    n = len(b)
    return bytes([tag]) + (bytes([n]) if n < 128 else b"\x82" + n.to_bytes(2, "big") if n > 255 else bytes([0x81, n])) + b
tbs, rest = read(read(sys.stdin.buffer.read())[1])[1:]
fields = []
while tbs:
    whole, _, tbs = read(tbs)
    fields.append(whole)
times = [f for f in fields if f[0] in (0x17, 0x18)]
fields.remove(times[1])
tbs = write(0x30, b"".join(fields))
signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "inter.key"], input=tbs, capture_output=True, check=True).stdout
sys.stdout.buffer.write(write(0x30, tbs + read(rest)[0] + write(3, b"\0" + signature)))' |
    openssl crl -inform der -out "$2"
}
endless empty.crl endless.crl
endless newest.crl newest-endless.crl
for name in bad-a-month bad-new; do put crl-next-update-missing $name.pem good.pem; done
put crl-next-update-missing bad-a-month.crl endless.crl
put crl-next-update-missing bad-new.crl newest-endless.crl
put cert-revoked bad-key-compromise.pem good.pem
put cert-revoked bad-key-compromise.crl revoked.crl
put crl-stale bad-two-weeks.pem good.pem
put crl-stale bad-two-weeks.crl stale.crl
put revocation-unknown bad-other-issuer.pem good.pem
put revocation-unknown bad-other-issuer.crl other.crl
args revocation-unknown bad-other-issuer '--cert bad-other-issuer.pem' '--crl bad-other-issuer.crl'
for code in cert-revoked crl-stale crl-next-update-missing revocation-unknown; do
  put $code good.pem good.pem
  put $code good.crl empty.crl
done

# CAs of clients and their lists. clients CODE NAME CA… -- LIST…
clients() {
  local code=$1 name=$2 cas=()
  shift 2
  while [ "$1" != -- ]; do cas+=("$1.pem") && shift; done
  shift
  mkdir -p "$out/$code"
  cat "${cas[@]}" >"$out/$code/$name.pem"
  cat "${@/%/.crl}" >"$out/$code/$name.crl"
  echo "--for nginx --client-ca $name.pem --crl $name.crl" >"$out/$code/$name.args"
}
openssl ca -gencrl -config ca.cnf -cert root.pem -keyfile root.key -crl_lastupdate 20260501000000Z -crl_nextupdate 20260630000000Z -out root.crl 2>/dev/null
issue twin - authority "$org/CN=Other Root"
openssl ca -gencrl -config ca.cnf -cert twin.pem -keyfile twin.key -crl_lastupdate 20260501000000Z -crl_nextupdate 20260630000000Z -out twin.crl 2>/dev/null
clients crl-missing-for-ca bad-no-list-of-root inter root -- empty
clients crl-missing-for-ca bad-no-list-of-intermediate inter root -- root
clients crl-missing-for-ca bad-other-key stranger -- twin
clients crl-missing-for-ca good inter root -- empty root
clients crl-stale bad-for-clients inter root -- stale root
clients client-ca-unusable bad-no-root inter -- empty
clients client-ca-unusable bad-expired old root -- empty root
clients client-ca-unusable good inter root -- empty root

# Requests. lint CODE NAME SUBJECT SAN [req options]
lint() {
  local code=$1 name=$2
  shift 2
  local key=short
  csr lint $key "$@"
  put "$code" "$name.csr" lint.csr
}
for code in csr-signature csr-signature-weak csr-key-weak csr-name-missing csr-name-invalid csr-name-internal csr-wildcard csr-san-missing \
  csr-country csr-field-empty csr-field-length csr-field-encoding csr-field-non-ascii csr-field-character csr-field-whitespace csr-ou csr-challenge-password csr-extension csr-names-too-many csr-placeholder; do
  put $code good.csr good.csr
done
host=DNS:www.example.com
spoil good.csr spoiled.csr
put csr-signature bad-altered.csr spoiled.csr
put csr-structure good.csr good.csr
stuff good.csr stuffed.csr
put csr-structure bad-null-after-signature.csr stuffed.csr
lint csr-signature-weak bad-sha1 $good_subject $host -sha1
csr weak weak $good_subject $host
put csr-key-weak bad-rsa1024.csr weak.csr
lint csr-name-missing bad-no-name /C=US/O=Example ''
lint csr-name-invalid bad-url '/C=US/CN=https:\/\/www.example.com\/' $host
lint csr-name-invalid bad-underscore /C=US/CN=my_host.example.com DNS:my_host.example.com
lint csr-name-internal bad-local /C=US/CN=www.example.local DNS:www.example.local
lint csr-name-internal bad-private-address /C=US/CN=10.0.0.1 IP:10.0.0.1
lint csr-wildcard bad-inside '/C=US/CN=www.*.example.com' 'DNS:www.*.example.com'
lint csr-wildcard bad-public-suffix '/C=GB/CN=*.co.uk' 'DNS:*.co.uk'
lint csr-wildcard good-wildcard '/C=US/CN=*.example.com' 'DNS:*.example.com,DNS:example.com'
lint csr-san-missing bad-no-san $good_subject ''
lint csr-san-missing bad-common-name-elsewhere $good_subject DNS:example.com
lint csr-country bad-uk /C=UK/CN=www.example.com $host
lint csr-country bad-lower /C=us/CN=www.example.com $host
lint csr-wildcard bad-top-level '/C=US/CN=*.com' 'DNS:*.com'
lint csr-extension bad-ca $good_subject $host -addext basicConstraints=critical,CA:TRUE
lint csr-extension bad-client-authentication $good_subject $host -addext extendedKeyUsage=serverAuth,clientAuth
lint csr-extension bad-must-staple $good_subject $host -addext tlsfeature=status_request
lint csr-extension bad-mail $good_subject $host,email:admin@example.com
lint csr-names-too-many bad-101 $good_subject "$host$(printf ',DNS:w%d.example.com' {1..100})"
lint csr-names-too-many good-100 $good_subject "$host$(printf ',DNS:w%d.example.com' {1..99})"
lint csr-placeholder bad-openssl '/C=AU/ST=Some-State/O=Internet Widgits Pty Ltd/CN=www.example.com' $host
lint csr-field-empty bad-dash /C=US/ST=-/CN=www.example.com $host
lint csr-field-length bad-street "/C=US/street=$(printf 'Long %.0s' {1..30})Street/CN=www.example.com" $host
sed 's/utf8only/default/' ca.cnf >t61.cnf
lint csr-field-encoding bad-t61 /C=DE/O=Bücher/CN=www.example.com $host -config t61.cnf
lint csr-field-non-ascii bad-umlaut /C=DE/O=Bücher/CN=www.example.com $host
lint csr-field-non-ascii bad-mojibake /C=DE/O=BÃ¼cher/CN=www.example.com $host
lint csr-field-character bad-ampersand '/C=US/O=Smith & Sons/CN=www.example.com' $host
lint csr-field-whitespace bad-leading '/C=US/O= Example/CN=www.example.com' $host
lint csr-ou bad-ou /C=US/OU=IT/CN=www.example.com $host
printf '[req]\ndistinguished_name = dn\nattributes = a\nprompt = no\n[dn]\nC = US\nCN = www.example.com\n[a]\nchallengePassword = example1\n' >challenge.cnf
openssl req -new -config challenge.cnf -key short.key -addext subjectAltName=$host -out lint.csr 2>/dev/null
put csr-challenge-password bad-password.csr lint.csr

chmod -R u=rwX,go=rX "$out"
