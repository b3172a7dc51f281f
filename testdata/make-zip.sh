#!/usr/bin/env bash
# Makes testdata/zip with Python's zipfile, Info-ZIP and 7-Zip out of
# testdata/pairs and others of its folders: what CAs and admins pack, what is
# locked, and what came to harm. vectors.json says what went in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/zip
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
cp "$here/pfx/openssl-default.p12" site.pfx
cp "$here/p7b/openssl.p7b" chain.p7b
sed -i 's/$/\r/' leaf.crt # CAs write text for Notepad

zip -q -9 -P secret "$out/zipcrypto.zip" leaf.key leaf.crt
7z a -bd -tzip -mem=AES256 -psecret "$out/aes.zip" leaf.key >/dev/null
7z a -bd -tzip -mm=LZMA "$out/lzma.zip" leaf.crt >/dev/null
zip -q -Z bzip2 "$out/bzip2.zip" root.crt
zip -q "$out/info-zip.zip" leaf.crt intermediate.crt

python3 - "$out" <<'PY'
import hashlib, io, json, os, subprocess, sys, zipfile
out = sys.argv[1]
def openssl(*args): return subprocess.run(["openssl", *args], capture_output=True, check=True).stdout
names = ("leaf", "intermediate", "root")
text = {n: open(n + ".crt", "rb").read() for n in names}
der = {n: openssl("x509", "-in", n + ".crt", "-outform", "DER") for n in names}
key = open("leaf.key", "rb").read()
spki = openssl("pkey", "-in", "leaf.key", "-pubout", "-outform", "DER")
pfx, p7b = open("site.pfx", "rb").read(), open("chain.p7b", "rb").read()
inside = json.load(open(os.path.join(out, "../pfx/vectors.json")))
inside = next(v for v in inside if v["file"] == "openssl-default.p12" and v["expect"] == "ok")
readme = b"Dear customer,\r\n\r\nthank you for your order. Install your certificate and the CA bundle.\r\n"
html = b"<html><head><title>How to install</title></head><body>Apache, nginx, IIS</body></html>"

vectors = []
def pack(*members, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as z:
        for name, content in members:
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content, method)
    return data.getvalue()
def write(file, data, expect, certs="", keys=0, more={}):
    if data is not None: open(os.path.join(out, file), "wb").write(data)
    v = {"file": file, "expect": expect}
    if keys: v["keys"] = [hashlib.sha256(spki).hexdigest()]
    if certs: v["certs"] = [hashlib.sha256(der[n]).hexdigest() for n in certs.split()]
    v.update(more)
    vectors.append(v)

# As CAs mail it: no order that means anything, and a Mac in between.
write("as-mailed.zip", pack(
    ("www_example_com/", b""), ("www_example_com/Readme.txt", readme), ("www_example_com/Installation.html", html),
    ("www_example_com/AddTrust/root.cer", der["root"]), ("www_example_com/CA-bundle.ca-bundle", text["intermediate"] + text["root"]),
    ("www_example_com/www_example_com.crt", text["leaf"]), ("www_example_com/www_example_com.p7b", p7b),
    ("__MACOSX/www_example_com/._www_example_com.crt", b"\0\5\x16\7\0\2\0\0Mac OS X        "), ("www_example_com/.DS_Store", b"\0\0\0\1Bud1")),
    "ok", "leaf intermediate root root leaf intermediate root")
write("stored.zip", pack(("site.key", key), ("site.crt", text["leaf"]), method=zipfile.ZIP_STORED), "ok", "leaf", 1)
write("pfx.zip", pack(("site.pfx", pfx)), "ok", more={k: inside[k] for k in ("password", "keys", "certs", "names") if k in inside})
write("pfx.zip", None, "password-missing")
write("pfx.zip", None, "password-wrong", more={"password": "not this"})
write("nested.zip", pack(("order 1.zip", pack(("leaf.crt", text["leaf"]), ("note.txt", readme))), ("root.crt", text["root"])), "ok", "leaf root")
deep = pack(("leaf.crt", text["leaf"]))
for n in range(9): deep = pack(("%d.zip" % n, deep))
write("deep.zip", deep, "too-large")
write("same-name.zip", pack(("cert.crt", text["leaf"]), ("cert.crt", text["root"])), "ok", "leaf root")
write("out-of-folder.zip", pack(("../../etc/ssl/leaf.crt", text["leaf"]), ("C:\\certs\\root.crt", text["root"])), "ok", "leaf root")
dos = pack(("Schl_ssel f_r M_ller.crt", text["leaf"]))
dos = dos.replace(b"Schl_ssel f_r M_ller.crt", b"Schl\x81ssel f\x81r M\x81ller.crt")
write("code-page.zip", dos, "ok", "leaf")
write("web-page.zip", pack(("leaf.crt", html), ("root.crt", text["root"])), "unknown", "root")
write("nothing.zip", pack(("Readme.txt", readme), ("folder/", b"")), "unknown")

whole = pack(("leaf.crt", text["leaf"]), ("root.crt", text["root"]))
write("cut-short.zip", whole[:-60], "damaged")
write("directory.zip", whole.replace(b"PK\1\2", b"PK\1\3"), "damaged")
at = whole.index(b"leaf.crt") + 8 + 100
write("bad-data.zip", whole[:at] + bytes(40) + whole[at + 40:], "damaged", "root")
stored = pack(("leaf.crt", text["leaf"]), ("root.crt", text["root"]), method=zipfile.ZIP_STORED)
write("checksum.zip", stored.replace(b"-----BEGIN CERTIFICATE-----\r\n", b"-----BEGIN CERTIFICATE-----\r\t", 1), "damaged", "root")

write("zipcrypto.zip", None, "unsupported")
write("aes.zip", None, "unsupported")
write("lzma.zip", None, "unsupported")
write("bzip2.zip", None, "unsupported")
write("info-zip.zip", None, "ok", "leaf intermediate")
open(os.path.join(out, "vectors.json"), "w").write("[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in vectors) + "\n]\n")
PY
