#!/usr/bin/env bash
# Makes testdata/keystores: Java's entries in every combination that a conversion
# can lose or mix up. The keys are test keys, made here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/keystores
mkdir -p "$out"
find "$out" -type f ! -name "*.java" -delete
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8

ca() { # NAME SUBJECT [ISSUER]
  openssl ecparam -genkey -name prime256v1 -noout -out "$1.key"
  sign "$1" "$2" "${3:-}" "basicConstraints=critical,CA:TRUE" 7300
}
sign() { # NAME SUBJECT ISSUER EXTENSION DAYS [SERIAL]
  openssl req -new -key "$1.key" -subj "$2" -out req
  if [ -z "$3" ]; then openssl x509 -req -in req -signkey "$1.key" -days "$5" -extfile <(echo "$4") -out "$1.crt" 2>/dev/null
  else openssl x509 -req -in req -CA "$3.crt" -CAkey "$3.key" -set_serial "${6:-$RANDOM}" -days "$5" -extfile <(echo "$4") -out "$1.crt" 2>/dev/null; fi
}
site() { # NAME HOST ISSUER DAYS
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
  sign "$1" "/CN=$2" "$3" "subjectAltName=DNS:$2" "$4"
}
ca root "/O=Test/CN=Test Root"
ca inter "/O=Test/CN=Test Intermediate" root
ca partner "/O=Partner/CN=Partner CA"
site web www.example.com inter 7300
site ec ec.example.com inter 7300
cat inter.crt root.crt >chain.crt

# pack STORE ALIAS NAME [CHAIN]: adds a key with its chain
pack() {
  openssl pkcs12 -export -inkey "$3.key" -in "$3.crt" ${4:+-certfile "$4"} -name "$2" -passout pass:secret -out p12
  keytool -importkeystore -noprompt -srckeystore p12 -srcstoretype PKCS12 -srcstorepass secret -srcalias "$2" -destkeystore "$1" -deststoretype JKS -deststorepass secret 2>/dev/null
}
trusted() { keytool -importcert -noprompt -storetype JKS -keystore "$1" -storepass secret -alias "$2" -file "$3.crt" 2>/dev/null; }

# Keys with the whole chain and with none, one key under two aliases, a
# certificate that is trusted under two, one that is in a chain too, and a key's own.
f=$out/entries.jks
pack "$f" signing web chain.crt
pack "$f" encryption web chain.crt
pack "$f" lone ec
trusted "$f" a-root root
trusted "$f" b-root root
trusted "$f" partner partner
trusted "$f" itself web

# A key with keytool's placeholder, and the CA's answer in another file, or under
# another alias.
openssl ecparam -genkey -name prime256v1 -noout -out shop.key
sign shop "/CN=shop.example.com" "" "subjectKeyIdentifier=hash" 3650
openssl pkcs12 -export -inkey shop.key -in shop.crt -name tomcat -passout pass:secret -out "$out/renewed.p12"
f=$out/other-alias.jks
pack "$f" server shop
sign shop "/CN=shop.example.com" inter "subjectAltName=DNS:shop.example.com" 7300
cp shop.crt "$out/renewed.crt"
cat inter.crt root.crt >"$out/chain.crt"
trusted "$f" root root
trusted "$f" intermediate inter
trusted "$f" tomcat shop

# A key, and its certificate as a trusted one.
openssl ecparam -genkey -name prime256v1 -noout -out broker.key
sign broker "/CN=broker.example.com" "" "subjectAltName=DNS:broker.example.com" 7300
openssl pkey -in broker.key -out "$out/broker.key"
keytool -importcert -noprompt -alias broker -file broker.crt -storetype PKCS12 -keystore "$out/broker-trusted.p12" -storepass secret 2>/dev/null

# Two files with one alias.
for k in web ec; do
  openssl pkcs12 -export -inkey $k.key -in $k.crt -name Web -passout pass:secret -out "$out/alias-$k.p12"
done
