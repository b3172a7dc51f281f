#!/usr/bin/env bash
# Makes testdata/servers: the keys and certificates from which the tests build
# the pairs that they give to nginx, Apache and `certconv check`. Needs openssl
# 3 and ssh-keygen. The dates are fixed, so that the files do not expire.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/servers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out" && mkdir "$out" && cd "$work"

. "$here/ca.sh"
ca_config <<'CNF'
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:www.example.com
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[plain]
CNF

legacy=(-provider legacy -provider default)
key() { # NAME ALGORITHM [OPTION…]
  local name=$1 alg=$2
  shift 2
  openssl genpkey -algorithm "$alg" "$@" -out "$name.key" 2>/dev/null
}
rsa() { key "$1" RSA -pkeyopt "rsa_keygen_bits:$2"; }
site=/CN=www.example.com

rsa root 2048; issue root - authority '/O=certconv test/CN=Root'
rsa inter 2048; issue inter root authority '/O=certconv test/CN=Intermediate'
ec other-root P-256; issue other-root - authority '/O=certconv test/CN=Other Root'
rsa other-inter 2048; issue other-inter other-root authority '/O=certconv test/CN=Other Intermediate'
rsa rsa-root 2048; issue rsa-root - authority '/O=certconv test/CN=RSA Root'
rsa weak-inter 1024; issue weak-inter rsa-root authority '/O=certconv test/CN=RSA Intermediate of 1024 bits'
rsa sha1-inter 2048; issue sha1-inter rsa-root authority '/O=certconv test/CN=Intermediate signed with SHA-1' '' '' -md sha1
rsa sha1-root 2048; issue sha1-root - authority '/O=certconv test/CN=Root signed with SHA-1' '' '' -md sha1
rsa old-inter 2048; issue old-inter root authority '/O=certconv test/CN=Expired Intermediate' 20200101000000Z 20210101000000Z

ec ec-inter P-256; issue ec-inter root authority '/O=certconv test/CN=EC Intermediate'
rsa rsa 2048; issue rsa inter server $site
rsa rsa3072 3072; issue rsa3072 inter server $site
rsa rsa1024 1024; issue rsa1024 inter server $site
rsa rsa512 512; issue rsa512 inter server $site
rsa renewed 2048; issue renewed inter server $site
key pss RSA-PSS -pkeyopt rsa_keygen_bits:2048; issue pss inter server $site
for curve in P-256 P-384 P-521 P-224 secp256k1 brainpoolP256r1 prime192v1; do ec "ec-$curve" $curve; issue "ec-$curve" inter server $site; done
key ed25519 ED25519; issue ed25519 inter server $site
key ed448 ED448; issue ed448 inter server $site

openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out dsa.par 2>/dev/null
openssl genpkey -paramfile dsa.par -out dsa.key; issue dsa inter server $site

rsa under-weak 2048; issue under-weak weak-inter server $site
rsa under-sha1 2048; issue under-sha1 sha1-inter server $site
rsa under-old 2048; issue under-old old-inter server $site
rsa under-root 2048; issue under-root root server $site
rsa sha1 2048; issue sha1 rsa-root server $site '' '' -md sha1
rsa md5 2048; issue md5 rsa-root server $site '' '' -md md5
rsa sha224 2048; issue sha224 rsa-root server $site '' '' -md sha224
ec ec-sha1 P-256; issue ec-sha1 root server $site '' '' -md sha1
rsa self 2048; issue self - server $site
rsa self-sha1 2048; issue self-sha1 - server $site '' '' -md sha1
rsa self-md5 2048; issue self-md5 - server $site '' '' -md md5
rsa self1024 1024; issue self1024 - server $site
rsa expired 2048; issue expired inter server $site 20200101000000Z 20210101000000Z
rsa future 2048; issue future inter server $site 20480101000000Z 20490101000000Z
rsa version1 2048; openssl req -new -config ca.cnf -key version1.key -subj $site -out version1.csr
openssl x509 -req -in version1.csr -CA inter.pem -CAkey inter.key -days 9000 -out version1.pem 2>/dev/null
rsa client 2048; issue client inter plain $site

cp ./*.pem ./*.key "$out/"
rm -f "$out"/{root,inter,other-root,other-inter,rsa-root,weak-inter,sha1-inter,sha1-root,old-inter,ec-inter}.key
rm -f "$out"/[0-9A-F]*[0-9A-F].pem
cp rsa.csr "$out/"
cd "$out"
mv rsa.key rsa.p8.key
openssl rsa -in rsa.p8.key -traditional -out rsa.key 2>/dev/null
openssl ec -in ec-P-256.key -out ec.sec1.key 2>/dev/null
{ openssl ecparam -name P-256; cat ec.sec1.key; } >ec.parameters.key
openssl ec -in ec-P-256.key -param_enc explicit -out ec.explicit.key 2>/dev/null
openssl rsa -in rsa.p8.key -pubout -out rsa.pub 2>/dev/null
openssl rsa -in rsa.p8.key -RSAPublicKey_out -out rsa.pkcs1.pub 2>/dev/null
openssl pkcs8 -topk8 -in rsa.p8.key -passout pass:secret -out rsa.locked.p8.key
openssl rsa -in rsa.p8.key -traditional -aes128 -passout pass:secret -out rsa.locked.key 2>/dev/null
openssl dsa -in dsa.key "${legacy[@]}" -out dsa.traditional.key 2>/dev/null
cp rsa.key rsa.openssh.key && chmod 600 rsa.openssh.key && ssh-keygen -q -p -N '' -f rsa.openssh.key >/dev/null
openssl rsa -in rsa.p8.key -outform DER -out rsa.key.der 2>/dev/null
openssl x509 -in rsa.pem -outform DER -out rsa.der
openssl x509 -in rsa.pem -trustout -addtrust serverAuth -out rsa.trusted.pem
openssl x509 -in rsa.pem -text -out rsa.text.pem

openssl crl2pkcs7 -nocrl -certfile rsa.pem -certfile inter.pem -out rsa.p7b
openssl crl2pkcs7 -nocrl -certfile rsa.pem -certfile inter.pem -outform DER -out rsa.p7b.der
openssl pkcs12 -export -in rsa.pem -inkey rsa.key -certfile inter.pem -passout pass:secret -name site -out rsa.pfx
openssl pkcs12 -in rsa.pfx -passin pass:secret -nodes -out rsa.bags.pem
openssl dhparam -dsaparam -out dh.par 1024 2>/dev/null

cd "$work" && openssl ca -gencrl -config ca.cnf -cert inter.pem -keyfile inter.key -crldays 9000 -out "$out/inter.crl" 2>/dev/null
chmod 644 "$out"/*

# The fixtures of a check of cmd/certconv: files that belong together, and one
# that does not.
left=$out/../checks/file-left-over
rm -rf "$left" && mkdir -p "$left" && cd "$left"
cat "$out/rsa.key" "$out/rsa.pem" "$out/inter.pem" >bad-old-key.pem
cp "$out/renewed.key" bad-old-key.key
cat "$out/rsa.pem" "$out/inter.pem" >good-pair.pem
cp "$out/rsa.key" good-pair.key
