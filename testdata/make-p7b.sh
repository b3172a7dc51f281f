#!/usr/bin/env bash
# Makes testdata/p7b out of testdata/pairs with OpenSSL 3.0 and GnuTLS
# certtool, and vectors.json from what went in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/p7b
mkdir -p "$out"
rm -f "$out"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# part FILE KIND N: block N of KIND in a file of pairs
part() { awk -v kind="$2" -v n="$3" '$0 ~ "^-----BEGIN " kind "-----" {i++} i == n {print} $0 ~ "^-----END " kind "-----" && i == n {exit}' "$here/pairs/$1.pem"; }
openssl pkey -in "$here/pairs/ec-P-256.pem" -out leaf.key
part ec-P-256 CERTIFICATE 1 >leaf.crt
part ec-P-256 CERTIFICATE 2 >intermediate.crt
part ec-P-256 CERTIFICATE 3 >root.crt
cat leaf.crt intermediate.crt root.crt >all.crt
cat root.crt intermediate.crt leaf.crt >reversed.crt
cp "$here/pairs/crl.pem" crl.pem
cp "$here/pairs/request.pem" request.pem
printf 'a message\n' >message

# vector FILE EXPECT CERTS CRLS REQUESTS VARIANT
vector() { printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "${3:-}" "${4:-0}" "${5:-0}" "${6:-}" >>vectors; }
all="leaf intermediate root"

openssl crl2pkcs7 -nocrl -certfile all.crt -outform DER -out "$out/openssl.p7b"
vector openssl.p7b ok "$all"
openssl crl2pkcs7 -nocrl -certfile reversed.crt -out "$out/openssl-pem.p7b"
vector openssl-pem.p7b ok "$all"
sed 's/PKCS7/CMS/' "$out/openssl-pem.p7b" >"$out/label-cms.p7b"
vector label-cms.p7b ok "$all"
grep -v -- ----- "$out/openssl-pem.p7b" >"$out/no-boundaries.p7b"
vector no-boundaries.p7b ok "$all"
openssl crl2pkcs7 -in crl.pem -certfile all.crt -outform DER -out "$out/openssl-crl.p7b"
vector openssl-crl.p7b ok "$all" 1
openssl crl2pkcs7 -in crl.pem -outform DER -out "$out/openssl-crl-only.p7b"
vector openssl-crl-only.p7b ok "" 1
openssl crl2pkcs7 -nocrl -outform DER -out "$out/openssl-empty.p7b"
vector openssl-empty.p7b ok "" 0 0 "there is no certificate in it"
certtool --p7-generate --load-certificate all.crt --outder --outfile "$out/certtool.p7b" 2>/dev/null
vector certtool.p7b ok "$all"
sign=(-sign -signer leaf.crt -inkey leaf.key -certfile intermediate.crt -in message -outform DER -binary)
openssl smime "${sign[@]}" -nodetach -out "$out/signed.p7m"
vector signed.p7m ok "leaf intermediate" 0 0 "a signed message of 10 bytes, 1 signer"
openssl smime "${sign[@]}" -out "$out/detached.p7s"
vector detached.p7s ok "leaf intermediate" 0 0 "a signature without the message"
openssl cms "${sign[@]}" -nodetach -stream -indef -out "$out/cms-indefinite.p7m"
vector cms-indefinite.p7m ok "leaf intermediate" 0 0 "a signed message"
openssl cms "${sign[@]}" -nodetach -keyid -out "$out/cms-v3.p7m"
vector cms-v3.p7m ok "leaf intermediate" 0 0 "1 signer"
openssl nseq -toseq -in all.crt -out nseq.pem
openssl asn1parse -in nseq.pem -noout -out "$out/netscape.p7b"
vector netscape.p7b ok "$all" 0 0 "a Netscape certificate sequence"
# IIS 5 and certreq -renew: the request is what the old certificate signed.
openssl req -in request.pem -outform DER -out request.der
openssl cms -sign -signer leaf.crt -inkey leaf.key -in request.der -outform DER -binary -nodetach -out "$out/renewal.p7r"
vector renewal.p7r ok leaf 0 1 "a certificate request in a signed message"
openssl cms -encrypt -in message -outform DER -out "$out/enveloped.p7m" leaf.crt
vector enveloped.p7m unsupported
openssl cms -EncryptedData_encrypt -secretkey 000102030405060708090a0b0c0d0e0f -aes128 -in message -outform DER -out "$out/encrypted.p7m"
vector encrypted.p7m unsupported
openssl cms -data_create -in message -outform DER -out "$out/data.p7m"
vector data.p7m unsupported

python3 - "$out" <<'PY'
import hashlib, json, subprocess, sys, os
out = sys.argv[1]
def der(name): return subprocess.run(["openssl", "x509", "-in", name + ".crt", "-outform", "DER"], capture_output=True, check=True).stdout
certs = {n: der(n) for n in ("leaf", "intermediate", "root")}
vectors = [l.rstrip("\n").split("\t") for l in open("vectors")]

def tlv(tag, body):
    n = len(body)
    length = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + length + body
def ber(tag, body): return bytes([tag, 0x80]) + body + b"\0\0"
oid_signed, oid_data = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")
def write(name, data, *row):
    open(os.path.join(out, name), "wb").write(data)
    vectors.append([name] + list(row))

# Every length indefinite, an OCTET STRING in pieces: what Netscape and Java wrote.
content = ber(0x30, oid_data + ber(0xa0, ber(0x24, tlv(4, b"a mess") + tlv(4, b"age\n"))))
body = b"\x02\x01\x01" + ber(0x31, b"") + content + ber(0xa0, certs["leaf"] + certs["root"]) + ber(0x31, b"")
write("ber.p7b", ber(0x30, oid_signed + ber(0xa0, ber(0x30, body))), "ok", "leaf root", "0", "0", "a signed message of 10 bytes")
# Certificates of other kinds beside X.509 (RFC 5652, Section 10.2.2), and an OCSP response among the revocation lists.
others = tlv(0xa1, b"\x30\x00\x30\x00\x03\x01\x00") + tlv(0xa2, b"\x30\x00\x30\x00\x03\x01\x00") + tlv(0xa3, b"\x06\x02\x2a\x03\x30\x00")
ocsp = tlv(0xa1, bytes.fromhex("06082b06010505071002") + b"\x30\x03\x0a\x01\x06")
body = b"\x02\x01\x05" + tlv(0x31, b"") + tlv(0x30, oid_data) + tlv(0xa0, certs["leaf"] + others) + tlv(0xa1, ocsp) + tlv(0x31, b"")
write("other-kinds.p7b", tlv(0x30, oid_signed + tlv(0xa0, tlv(0x30, body))), "ok", "leaf", "0", "0", "")
body = b"\x02\x01\x01" + tlv(0x31, b"") + tlv(0x30, oid_data) + tlv(0xa0, certs["leaf"]) + tlv(0x31, b"")
write("no-content-info.p7b", tlv(0x30, body), "ok", "leaf", "0", "0", "without its ContentInfo")
whole = open(os.path.join(out, "openssl.p7b"), "rb").read()
write("cut-short.p7b", whole[:700], "damaged", "", "0", "0", "")
write("trailing.p7b", whole + b"\r\n", "ok", "leaf intermediate root", "0", "0", "")

lines = []
for file, expect, names, crls, requests, variant in vectors:
    v = {"file": file, "expect": expect}
    if names: v["certs"] = [hashlib.sha256(certs[n]).hexdigest() for n in names.split()]
    if requests != "0": v["requests"] = int(requests)
    if crls != "0": v["crls"] = int(crls)
    if variant: v["variant"] = variant
    lines.append(json.dumps(v, separators=(",", ":")))
open(os.path.join(out, "vectors.json"), "w").write("[\n" + ",\n".join(lines) + "\n]\n")
PY
