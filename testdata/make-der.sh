#!/usr/bin/env bash
# Makes testdata/der and testdata/spkac out of testdata/pairs with OpenSSL 3.0,
# and their vectors.json from what went in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/der
spkac=$here/spkac
mkdir -p "$out" "$spkac"
rm -f "$out"/* "$spkac"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# part FILE KIND N: block N of KIND in a file of pairs
part() { awk -v kind="$2" -v n="$3" '$0 ~ "^-----BEGIN " kind "-----" {i++} i == n {print} $0 ~ "^-----END " kind "-----" && i == n {exit}' "$here/pairs/$1.pem"; }
for k in ec-P-256 rsa1024 dsa1024; do
  openssl pkey -in "$here/pairs/$k.pem" -out "$k.key"
  openssl pkey -in "$k.key" -pubout -outform DER -out "$k.spki"
done
for n in 1 2 3; do part ec-P-256 CERTIFICATE $n >$n.crt; openssl x509 -in $n.crt -outform DER -out $n.der; done

cp 1.der "$out/certificate.der"
openssl crl -in "$here/pairs/crl.pem" -outform DER -out "$out/crl.der"
openssl req -in "$here/pairs/request.pem" -outform DER -out "$out/request.der"
openssl x509 -in 1.crt -trustout -addtrust serverAuth -addreject emailProtection -setalias "trusted site" | grep -v -- ----- | base64 -d >"$out/trusted.der"
openssl rsa -in rsa1024.key -traditional -outform DER -out "$out/pkcs1.der" 2>/dev/null
openssl ec -in ec-P-256.key -outform DER -out "$out/sec1.der" 2>/dev/null
openssl dsa -in dsa1024.key -outform DER -out "$out/dsa.der" 2>/dev/null
openssl rsa -in rsa1024.key -RSAPublicKey_out -outform DER -out "$out/pkcs1-public.der" 2>/dev/null
cp rsa1024.spki "$out/public.der"
cat 1.der 2.der 3.der >"$out/three.der"
cat 1.der rsa1024.spki "$out/crl.der" "$out/sec1.der" >"$out/mixed.der"
(cat 1.der; printf 'and more') >"$out/trailing.der"
head -c 200 1.der >"$out/cut-short.der"
(cat 1.der; head -c 100 2.der) >"$out/second-cut-short.der"
openssl ecparam -name prime256v1 -outform DER -out "$out/parameters.der"
openssl ocsp -issuer 2.crt -cert 1.crt -reqout request.ocsp
printf '' >index.txt
openssl ocsp -index index.txt -CA 2.crt -rsigner 1.crt -rkey ec-P-256.key -reqin request.ocsp -respout "$out/response.ocsp" >/dev/null 2>&1

openssl spkac -key rsa1024.key -challenge "the challenge" -out "$spkac/openssl.spkac"
(printf 'CN=www.example\nO=Example\n'; cat "$spkac/openssl.spkac") >"$spkac/with-names.spkac"
sed 's/^SPKAC=//' "$spkac/openssl.spkac" | tr -d '\n' >"$spkac/keygen.txt"
base64 -d "$spkac/keygen.txt" >"$out/spkac.der"
sed 's/.\{20\}$//' "$spkac/openssl.spkac" >"$spkac/cut-short.spkac"

python3 - "$out" "$spkac" <<'PY'
import hashlib, json, sys, os
der, spkac = sys.argv[1:]
def sha(name): return hashlib.sha256(open(name, "rb").read()).hexdigest()
c, ec, rsa, dsa = [sha(f"{n}.der") for n in (1, 2, 3)], sha("ec-P-256.spki"), sha("rsa1024.spki"), sha("dsa1024.spki")

def tlv(tag, body):
    n = len(body)
    length = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + length + body
one, two = open("1.der", "rb").read(), open("2.der", "rb").read()
content = one[4:] if one[1] == 0x82 else one[3:]
def write(name, data): open(os.path.join(der, name), "wb").write(data); return name
indefinite = b"\x30\x80" + content + b"\0\0"
write("indefinite.der", indefinite)
write("pkipath.der", tlv(0x30, two + one))
write("pair.der", tlv(0x30, tlv(0xa0, two) + tlv(0xa1, one)))
write("netscape.der", tlv(0x30, tlv(4, b"certificate") + one))
write("empty.der", b"")

def dump(folder, *vectors):
    open(os.path.join(folder, "vectors.json"), "w").write("[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in vectors) + "\n]\n")
def v(file, expect="ok", **more): return {"file": file, "expect": expect, **more}
dump(der,
    v("certificate.der", certs=c[:1]), v("crl.der", crls=1), v("request.der", requests=1),
    v("trusted.der", certs=c[:1], names=["trusted site"]),
    v("pkcs1.der", keys=[rsa]), v("sec1.der", keys=[ec]), v("dsa.der", keys=[dsa]), v("pkcs1-public.der"), v("public.der"),
    v("three.der", certs=c, variant="3 DER objects"), v("mixed.der", certs=c[:1], keys=[ec], crls=1, variant="4 DER objects"),
    v("trailing.der", certs=c[:1]), v("cut-short.der", "damaged"), v("second-cut-short.der", "damaged", certs=c[:1]),
    v("indefinite.der", certs=[hashlib.sha256(indefinite).hexdigest()]),
    v("pkipath.der", certs=c[:2], variant="a series of certificates"), v("pair.der", certs=c[:2], variant="a series of certificates"),
    v("netscape.der", certs=c[:1]), v("spkac.der", requests=1),
    v("parameters.der", "unknown"), v("response.ocsp", "unknown"), v("empty.der", "unknown"))
dump(spkac, v("openssl.spkac", requests=1), v("with-names.spkac", requests=1), v("keygen.txt", requests=1), v("cut-short.spkac", "damaged"))
PY
