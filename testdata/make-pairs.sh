#!/usr/bin/env bash
# Makes testdata/pairs: for each kind of key one file with the key, its
# certificate, the intermediate and the root, written by OpenSSL 3.0. The
# round-trip tests take every bundle they try from here.
set -euo pipefail
out=$(cd "$(dirname "$0")" && pwd)/pairs
mkdir -p "$out"
rm -f "$out"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

legacy=(-provider legacy -provider default)
utf8=(-utf8 -nameopt utf8)

ca() { # NAME SUBJECT ISSUER: a certificate authority
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
  openssl req -new -key "$1.key" -subj "$2" "${utf8[@]}" -out "$1.req"
  local issuer=(-CA "$3.crt" -CAkey "$3.key")
  [ "$3" != "$1" ] || issuer=(-signkey "$1.key")
  openssl x509 -req -in "$1.req" "${issuer[@]}" -days 36500 -out "$1.crt" -extfile <(
    echo "basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash") 2>/dev/null
}
ca root "/O=certconv test/CN=Root" root
ca intermediate "/O=certconv test/CN=Intermediate" root

pair() { # NAME GENPKEY-ARGUMENTS...: a key and its certificate
  local name=$1; shift
  openssl genpkey "${legacy[@]}" "$@" -out "$name.key" 2>/dev/null
  openssl pkey -in "$name.key" -pubout -out "$name.pub"
  # -force_pubkey: some of these keys cannot sign a request.
  openssl x509 -new -force_pubkey "$name.pub" -subj "/C=DE/O=certconv test/CN=$name.example" \
    -CA intermediate.crt -CAkey intermediate.key -days 36500 -out "$name.crt" -extfile <(
    echo "subjectAltName=DNS:$name.example
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid") 2>/dev/null
  cat "$name.key" "$name.crt" intermediate.crt root.crt >"$out/$name.pem"
  names+=("$name")
}
names=()
pair rsa512 -algorithm RSA -pkeyopt rsa_keygen_bits:512
pair rsa1024 -algorithm RSA -pkeyopt rsa_keygen_bits:1024
pair rsa2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
pair rsa2048-e3 -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3
pair rsa2048-3primes -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3
pair rsapss2048 -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
pair rsapss2048-sha256 -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 \
  -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32
for curve in P-224 P-256 P-384 P-521 prime192v1 secp256k1 sect283r1 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1; do
  pair "ec-$curve" -algorithm EC -pkeyopt "ec_paramgen_curve:$curve" -pkeyopt ec_param_enc:named_curve
done
pair ec-P-256-explicit -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
pair ed25519 -algorithm ED25519
pair x25519 -algorithm X25519
pair ed448 -algorithm ED448
pair x448 -algorithm X448
openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out dsa.param 2>/dev/null
pair dsa1024 -paramfile dsa.param
openssl genpkey -genparam -algorithm DH -pkeyopt dh_paramgen_prime_len:512 -out dh.param 2>/dev/null
pair dh512 -paramfile dh.param

# A request, and a list that revokes one certificate.
openssl req -new -key ec-P-256.key "${utf8[@]}" -subj "/C=DE/O=Bäckerei Müller 😀/CN=ec-P-256.example" -out "$out/request.pem"
touch index.txt
echo 01 >number
cat >ca.conf <<END
[ca]
default_ca = this
[this]
database = index.txt
crlnumber = number
default_md = sha256
END
openssl ca -config ca.conf -revoke rsa1024.crt -keyfile intermediate.key -cert intermediate.crt 2>/dev/null
openssl ca -config ca.conf -gencrl -keyfile intermediate.key -cert intermediate.crt -crldays 36500 -out "$out/crl.pem" 2>/dev/null

sha() { openssl dgst -sha256 -r | cut -d' ' -f1; }
spki() { openssl pkey "${legacy[@]}" -in "$1" -pubout -outform DER | sha; }
cert() { openssl x509 -in "$1" -outform DER | sha; }
{
  echo '['
  for name in "${names[@]}"; do
    printf '{"file":"%s.pem","expect":"ok","keys":["%s"],"certs":["%s","%s","%s"]},\n' "$name" \
      "$(spki "$name.key")" "$(cert "$name.crt")" "$(cert intermediate.crt)" "$(cert root.crt)"
  done
  echo '{"file":"request.pem","expect":"ok","requests":1},'
  echo '{"file":"crl.pem","expect":"ok","crls":1}'
  echo ']'
} >"$out/vectors.json"
