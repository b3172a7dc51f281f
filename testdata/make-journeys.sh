#!/usr/bin/env bash
# Makes testdata/journeys: what an administrator who moves a site has at hand,
# from the key and certificates of servers/ (run make-servers.sh before). The
# Key Manager backup is put together here, as no public program writes one.
# Needs openssl 3 and python3. The keys are test keys.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf journeys && mkdir journeys && cd journeys
cp ../servers/rsa.key site.key
cp ../servers/rsa.pem site.crt
cp ../servers/root.pem company-root.pem
openssl pkcs12 -export -legacy -inkey site.key -in site.crt -certfile ../servers/inter.pem -name www.example.com -passout pass:secret -out site.pfx
python3 - <<'PY'
import base64, hashlib, re, subprocess, zipfile

def der(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    return bytes([tag]) + (bytes([n]) if n < 128 else b"\x82" + n.to_bytes(2, "big")) + body

def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for b in data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(b ^ s[(s[i] + s[j]) % 256])
    return bytes(out)

def one(name):
    text = open(name).read()
    return base64.b64decode("".join(re.search(r"-----BEGIN[^\n]*\n(.*?)-----END", text, re.S).group(1).split()))

key = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "site.key", "-outform", "DER"], check=True, capture_output=True).stdout
net = der(0x30, der(4, b"private-key"), der(0x30, der(0x30, bytes.fromhex("06082a864886f70d0304"), b"\x05\x00"), der(4, rc4(hashlib.md5(b"secret").digest(), key))))
# A length, a name, the key; the certificate in the wrapper of Netscape and IIS; room at the end.
certificate = der(0x30, der(4, b"certificate"), one("site.crt"))
name = "www.example.com".encode("utf-16-le") + b"\0\0"
open("backup.key", "wb").write(b"".join(len(p).to_bytes(4, "little") + p for p in (name, net, certificate)) + b"\0" * 12)

with zipfile.ZipFile("from-the-ca.zip", "w", zipfile.ZIP_DEFLATED) as z:
    def put(name, data):
        z.writestr(zipfile.ZipInfo(name, (2026, 6, 1, 12, 0, 0)), data)
    put("www_example_com.crt", open("site.crt").read())
    put("ca-bundle/other-inter.crt", open("../servers/other-inter.pem").read())
    put("ca-bundle/inter.crt", open("../servers/inter.pem").read())
    put("ca-bundle/root.crt", open("../servers/root.pem").read())
    put("README.txt", "Thank you for your order. Install all certificates.\n")
PY
