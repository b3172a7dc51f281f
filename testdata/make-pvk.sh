#!/usr/bin/env bash
# Makes what OpenSSL 3.0 can write of testdata/pvk: PVK files of the keys in
# testdata/pairs and of a DSA key, and key blobs without the PVK header. The
# rsa-*.pvk were written by OpenSSL 3.0, too, and are kept as they are.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/pvk
mkdir -p "$out"
cd "$out"
find . -type f ! -name 'rsa-*.pvk' -delete
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
legacy=(-provider legacy -provider default)

# CryptoAPI's DSA has a q of 160 bits.
openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -pkeyopt dsa_paramgen_q_bits:160 -out "$work/dsa.param" 2>/dev/null
openssl genpkey -paramfile "$work/dsa.param" -out "$work/dsa.key"
openssl genrsa -out "$work/odd.key" 1031 2>/dev/null # no whole number of bytes
openssl pkey -in "$here/pairs/rsa512.pem" -out "$work/rsa512.key"

spki() { openssl pkey -in "$work/$1.key" -pubout -outform DER | sha256sum | cut -d' ' -f1; }
# vector FILE PASSWORD|- EXPECT KEY-HASH|- VARIANT
vector() {
  local pw= keys=
  [ "$2" = - ] || pw="\"password\":\"$2\","
  [ "$4" = - ] || keys="\"$4\""
  printf '{"file":"%s",%s"expect":"%s","keys":[%s],"variant":"%s"}\n' "$1" "$pw" "$3" "$keys" "$5" >>"$work/vectors"
}

rsa=21e94cfb695b6ba6abe81ce1e7e451f9c55274746c4615cb7ecc84640e0f2630
vector rsa-none.pvk - ok $rsa "without encryption"
vector rsa-weak.pvk secret ok $rsa "weak encryption"
vector rsa-strong.pvk secret ok $rsa "strong encryption"
vector rsa-strong.pvk Secret password-wrong - ""
vector rsa-weak.pvk - password-missing - ""

openssl rsa -in "$work/rsa512.key" -outform PVK -pvk-strong -passout pass:pässwörd "${legacy[@]}" -out rsa512-strong.pvk 2>/dev/null
vector rsa512-strong.pvk pässwörd ok "$(spki rsa512)" "strong encryption"
openssl rsa -in "$work/odd.key" -outform PVK -pvk-none "${legacy[@]}" -out rsa1031-none.pvk 2>/dev/null
vector rsa1031-none.pvk - ok "$(spki odd)" "without encryption"
openssl dsa -in "$work/dsa.key" -outform PVK -pvk-weak -passout pass:secret "${legacy[@]}" -out dsa-weak.pvk 2>/dev/null
vector dsa-weak.pvk secret ok "$(spki dsa)" "weak encryption"
openssl rsa -in "$work/odd.key" -outform MSBLOB -out rsa1031.msblob 2>/dev/null
vector rsa1031.msblob - ok "$(spki odd)" "without the PVK header"
openssl dsa -in "$work/dsa.key" -outform MSBLOB -out dsa.msblob 2>/dev/null
vector dsa.msblob - ok "$(spki dsa)" "without the PVK header"
openssl rsa -in "$work/odd.key" -pubout -outform MSBLOB -out rsa1031-public.msblob 2>/dev/null
vector rsa1031-public.msblob - ok - "without the PVK header"
openssl dsa -in "$work/dsa.key" -pubout -outform MSBLOB -out dsa-public.msblob 2>/dev/null
vector dsa-public.msblob - ok - "without the PVK header"
head -c 1000 rsa-strong.pvk >cut-short.pvk
vector cut-short.pvk secret damaged - ""
{ echo '['; sed '$!s/$/,/' "$work/vectors"; echo ']'; } >vectors.json
