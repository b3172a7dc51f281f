#!/usr/bin/env bash
# Makes testdata/tar, gzip, mail and plist: a key and certificates in archives, attached to
# mails, and in Apple's configuration profiles, XML, binary and signed. Needs openssl, tar,
# gzip, bzip2 and python3. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in tar gzip mail plist; do rm -rf "${here:?}/$folder" && mkdir "$here/$folder"; done
cd "$work"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout site.key -out site.crt -subj /CN=www.example.com -days 36500 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc -keyout ca.key -out ca.crt -subj '/CN=Example CA' -days 36500 2>/dev/null
openssl pkcs12 -export -inkey site.key -in site.crt -passout pass:secret -name site -out site.p12
openssl crl2pkcs7 -nocrl -certfile site.crt -certfile ca.crt -outform DER -out chain.p7b
openssl x509 -in site.crt -outform DER -out site.der
openssl x509 -in ca.crt -outform DER -out ca.der
echo 'Dear customer, here is your order.' >readme.txt
pack() { tar --format="$1" --owner=0 --group=0 --mtime=2026-01-01 -cf "$2" "${@:3}"; }
pack ustar "$here/tar/ustar.tar" site.key site.crt readme.txt
pack pax "$here/tar/pax.tar" site.key site.crt
pack gnu "$here/tar/gnu.tar" ca.crt
pack ustar "$here/tar/nothing.tar" readme.txt
head -c 700 "$here/tar/ustar.tar" >"$here/tar/cut-short.tar"
gzip -n -9 <"$here/tar/ustar.tar" >"$here/gzip/site.tgz"
bzip2 -9 <"$here/tar/ustar.tar" >"$here/gzip/site.tar.bz2"
gzip -9 <site.crt >"$here/gzip/site.crt.gz"
gzip -n -9 <site.p12 >"$here/gzip/site.p12.gz"
cp "$here/gzip/site.tgz" inner.tgz
pack ustar outer.tar inner.tgz ca.crt
gzip -n -9 <outer.tar >"$here/gzip/nested.tgz"
head -c 400 "$here/gzip/site.tgz" >"$here/gzip/cut-short.tgz"
gzip -n -9 <readme.txt >"$here/gzip/nothing.gz"
spki=$(openssl pkey -in site.key -pubout -outform DER | sha256sum | cut -d' ' -f1)
python3 - "$here" "$spki" <<'PY'
import hashlib, json, plistlib, subprocess, sys, zipfile
from email.message import EmailMessage
here, spki = sys.argv[1:]
read = lambda name: open(name, "rb").read()
site, ca, p12 = read("site.der"), read("ca.der"), read("site.p12")
lists = {}
def put(folder, name, data=None, expect="ok", certs=(), keys=(), **more):
    if data is not None:
        open(f"{here}/{folder}/{name}", "wb").write(data)
    lists.setdefault(folder, []).append({"file": name, "expect": expect, "keys": list(keys), "certs": [hashlib.sha256(c).hexdigest() for c in certs], **more})
put("tar", "ustar.tar", certs=[site], keys=[spki])
put("tar", "pax.tar", certs=[site], keys=[spki])
put("tar", "gnu.tar", certs=[ca])
put("tar", "nothing.tar", expect="unknown")
put("tar", "cut-short.tar", expect="damaged")
put("gzip", "site.tgz", certs=[site], keys=[spki])
put("gzip", "site.tar.bz2", certs=[site], keys=[spki])
put("gzip", "site.crt.gz", certs=[site])
put("gzip", "site.p12.gz", certs=[site], keys=[spki], password="secret")
put("gzip", "site.p12.gz", expect="password-missing")
put("gzip", "nested.tgz", certs=[site, ca], keys=[spki])
put("gzip", "cut-short.tgz", expect="damaged")
put("gzip", "nothing.gz", expect="unknown")

with zipfile.ZipFile("order.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr(zipfile.ZipInfo("order/site.crt", (2026, 1, 1, 0, 0, 0)), read("site.crt"))
def mail(text, *attached):
    m = EmailMessage()
    m["From"], m["To"], m["Subject"] = "ca@example.com", "admin@example.com", "Your certificate"
    m.set_content(text)
    for data, subtype, name in attached:
        m.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    if attached:
        m.set_boundary("=-boundary-%d" % len(attached))
    return m
dear = "Dear customer, here is your order.\n"
put("mail", "zip.eml", mail(dear, (read("order.zip"), "zip", "order.zip")).as_bytes(), certs=[site])
put("mail", "p7b.eml", mail(dear, (read("chain.p7b"), "x-pkcs7-certificates", "chain.p7b"), (b"\x89PNG\r\n" * 50, "octet-stream", "logo.png")).as_bytes(), certs=[site, ca])
put("mail", "body.eml", mail(dear + read("ca.crt").decode(), (site, "pkix-cert", "site.cer")).as_bytes(), certs=[ca, site])
inner = mail(dear, (read("site.p12"), "x-pkcs12", "site.p12"))
outer = mail("Forwarded.\n")
outer.add_attachment(inner)
outer.set_boundary("=-outer")
put("mail", "forwarded.eml", outer.as_bytes(), certs=[site], keys=[spki], password="secret")
folder = b"".join(b"From ca@example.com Thu Jan  1 00:00:00 2026\n" + m + b"\n" for m in (mail(dear, (site, "pkix-cert", "site.cer")).as_bytes(), mail(dear, (ca, "pkix-cert", "ca.cer")).as_bytes()))
put("mail", "two.mbox", folder, certs=[site, ca])
put("mail", "crlf.eml", mail(dear, (site, "pkix-cert", "site.cer")).as_bytes().replace(b"\n", b"\r\n"), certs=[site])
cut = mail(dear, (site, "pkix-cert", "site.cer"), (ca, "pkix-cert", "ca.cer")).as_bytes()
put("mail", "cut-short.eml", cut[:len(cut) - 300], "damaged", certs=[site])

profile = {"PayloadType": "Configuration", "PayloadVersion": 1, "PayloadIdentifier": "com.example.profile", "PayloadUUID": "1", "PayloadDisplayName": "Example",
    "PayloadContent": [
        {"PayloadType": "com.apple.security.pkcs12", "PayloadVersion": 1, "PayloadIdentifier": "a", "PayloadUUID": "2", "PayloadCertificateFileName": "site.p12", "PayloadContent": p12},
        {"PayloadType": "com.apple.security.root", "PayloadVersion": 1, "PayloadIdentifier": "b", "PayloadUUID": "3", "PayloadDisplayName": "Wurzel ü", "PayloadContent": ca},
    ]}
xml, binary = plistlib.dumps(profile), plistlib.dumps(profile, fmt=plistlib.FMT_BINARY)
put("plist", "profile.mobileconfig", xml, certs=[site, ca], keys=[spki], password="secret")
put("plist", "profile.mobileconfig", expect="password-missing", certs=[ca])
put("plist", "binary.mobileconfig", binary, certs=[site, ca], keys=[spki], password="secret")
with_password = dict(profile, PayloadContent=[dict(profile["PayloadContent"][0], Password="secret")])
put("plist", "password.mobileconfig", plistlib.dumps(with_password), certs=[site], keys=[spki])
open("xml", "wb").write(xml)
subprocess.run(["openssl", "cms", "-sign", "-in", "xml", "-signer", "ca.crt", "-inkey", "ca.key", "-binary", "-nodetach", "-outform", "DER", "-out", f"{here}/plist/signed.mobileconfig"], check=True)
put("plist", "signed.mobileconfig", certs=[ca, site, ca], keys=[spki], password="secret")
put("plist", "cut-short.mobileconfig", binary[:-20], "damaged")
put("plist", "nothing.mobileconfig", plistlib.dumps({"a": [1, "b"]}, fmt=plistlib.FMT_BINARY), "unknown")
for folder, vectors in lists.items():
    open(f"{here}/{folder}/vectors.json", "w").write("[\n" + ",\n".join(json.dumps(v, ensure_ascii=False) for v in vectors) + "\n]\n")
PY
