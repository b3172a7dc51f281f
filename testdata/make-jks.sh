#!/usr/bin/env bash
# Makes testdata/jks and testdata/jceks out of testdata/pairs with Java's
# keytool, and their vectors.json from what went in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$here/jks" "$here/jceks"
rm -f "$here"/jks/* "$here"/jceks/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8

. "$here/vectors.sh"

for k in rsa1024 ec-P-256; do
  openssl pkey -in "$here/pairs/$k.pem" -out "$k.key"
  part "$k" CERTIFICATE 1 >"$k.crt"
done
part ec-P-256 CERTIFICATE 2 >intermediate.crt
part ec-P-256 CERTIFICATE 3 >root.crt
cat intermediate.crt root.crt >chain.crt

# key STORE TYPE PASSWORD ALIAS KEY [KEY-PASSWORD]: adds a key with its chain
key() {
  openssl pkcs12 -export -inkey "$5.key" -in "$5.crt" -certfile chain.crt -name "$4" -passout pass:secret -out p12
  keytool -importkeystore -srckeystore p12 -srcstoretype PKCS12 -srcstorepass secret -srcalias "$4" -noprompt \
    -destkeystore "$1" -deststoretype "$2" -deststorepass "$3" -destkeypass "${6:-$3}" 2>/dev/null
  rm p12
}
trusted() { # STORE TYPE PASSWORD ALIAS CERT
  keytool -importcert -noprompt -keystore "$1" -storetype "$2" -storepass "$3" -alias "$4" -file "$5.crt" 2>/dev/null
}

for type in jks jceks; do
  dir=$here/$type
  f=$dir/keys.$type
  key "$f" $type secret rsa rsa1024
  key "$f" $type secret ec ec-P-256
  trusted "$f" $type secret 'Wurzel Ü 😀' root
  all="rsa1024 intermediate root ec-P-256 intermediate root root"
  vector $type keys.$type secret ok "rsa1024 ec-P-256" "$all" rsa ec 'wurzel ü 😀'
  vector $type keys.$type wrong password-wrong "" "$all" rsa ec 'wurzel ü 😀'
  vector $type keys.$type - password-missing "" "$all" rsa ec 'wurzel ü 😀'

  f=$dir/key-password.$type # the key has another password
  key "$f" $type secret site ec-P-256 other-secret
  vector $type key-password.$type secret password-wrong "" "ec-P-256 intermediate root" site
  vector $type key-password.$type other-secret ok ec-P-256 "ec-P-256 intermediate root" site

  head -c 1500 "$dir/keys.$type" >"$dir/cut-short.$type"
  vector $type cut-short.$type - damaged "" ""
done

trusted "$here/jks/trust.jks" jks secret root root
trusted "$here/jks/trust.jks" jks secret intermediate intermediate
vector jks trust.jks secret ok "" "root intermediate" root intermediate
vector jks trust.jks - ok "" "root intermediate" root intermediate
vector jks trust.jks wrong password-wrong "" "root intermediate"

key "$here/jks/unicode.jks" jks 'pässwörd €' site ec-P-256
vector jks unicode.jks 'pässwörd €' ok ec-P-256 "ec-P-256 intermediate root" site

f=$here/jceks/secret.jceks # secret keys are serialized Java objects
keytool -genseckey -alias aes -keyalg AES -keysize 256 -storetype jceks -keystore "$f" -storepass secret -keypass secret 2>/dev/null
keytool -importpass -alias password -storetype jceks -keystore "$f" -storepass secret -keypass secret 2>/dev/null <<<$'a password\na password'
key "$f" jceks secret site ec-P-256
trusted "$f" jceks secret root root
vector jceks secret.jceks secret ok ec-P-256 "ec-P-256 intermediate root root" site root

vectors jks jceks
