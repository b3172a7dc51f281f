#!/usr/bin/env bash
# Makes testdata/ctl, testdata/cab, testdata/certdata, testdata/blocklist, testdata/lists and
# testdata/checks/list-*: trust lists as Microsoft's are built, with roots of nobody's and
# signed by a test CA, cabinets of them, a cache of Windows, and lists of Mozilla's, Chrome's and Java's form. Needs
# openssl, gcab and python3. The keys are not kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in ctl cab certdata blocklist lists checks/list-not-a-cab checks/list-signature checks/list-signer-unknown checks/list-signer-expired checks/list-stale; do
  rm -rf "${here:?}/$folder" && mkdir "$here/$folder"
done
cd "$work"
for key in ca other signer tsa a b c d; do
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $key.key 2>/dev/null
  openssl pkey -in $key.key -pubout -outform DER -out $key.spki
done
cat >make.py <<'PY'
import base64, datetime, hashlib, json, struct, subprocess, sys
here = sys.argv[1]
def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    size = bytes([n]) if n < 128 else (lambda b: bytes([128 + len(b)]) + b)(n.to_bytes((n.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + size + body
def oid(text):
    arcs = [int(x) for x in text.split(".")]
    out = b""
    for arc in [40 * arcs[0] + arcs[1]] + arcs[2:]:
        part = [arc & 127]
        while arc := arc >> 7:
            part.append(arc & 127 | 128)
        out += bytes(reversed(part))
    return tlv(6, out)
def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))
def octets(b): return tlv(4, b)
def seq(*p): return tlv(0x30, *p)
def sets(*p): return tlv(0x31, *sorted(p))
def bits(b): return tlv(3, b"\0" + b)
def when(text): return tlv(0x17, text[2:].encode() + b"000000Z")  # 20260501
def name(cn): return seq(sets(seq(oid("2.5.4.10"), tlv(12, b"Example"))), sets(seq(oid("2.5.4.3"), tlv(12, cn.encode()))))
ECDSA, SHA256, SHA1 = seq(oid("1.2.840.10045.4.3.2")), seq(oid("2.16.840.1.101.3.4.2.1")), seq(oid("1.3.14.3.2.26"), tlv(5))
def sign(key, data):
    return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key + ".key"], input=data, stdout=subprocess.PIPE, check=True).stdout
serial = 0
def cert(key, cn, issuer_key, issuer, start, end, ca, ekus=()):
    global serial
    serial += 1
    ext = []
    if ca:
        ext.append(seq(oid("2.5.29.19"), tlv(1, b"\xff"), octets(seq(tlv(1, b"\xff")))))
        ext.append(seq(oid("2.5.29.15"), tlv(1, b"\xff"), octets(tlv(3, b"\x01\x06"))))
    if ekus:
        ext.append(seq(oid("2.5.29.37"), octets(seq(*map(oid, ekus)))))
    spki = open(key + ".spki", "rb").read()
    ext.append(seq(oid("2.5.29.14"), octets(octets(hashlib.sha1(spki[-65:]).digest()))))
    if issuer_key != key:
        ext.append(seq(oid("2.5.29.35"), octets(seq(tlv(0x80, hashlib.sha1(open(issuer_key + ".spki", "rb").read()[-65:]).digest())))))
    tbs = seq(tlv(0xa0, integer(2)), integer(0x10000 + serial), ECDSA, name(issuer), seq(when(start), when(end)), name(cn), spki, tlv(0xa3, seq(*ext)))
    return seq(tbs, ECDSA, bits(sign(issuer_key, tbs)))
LIST, CTL = "1.3.6.1.4.1.311.10.3.9", "1.3.6.1.4.1.311.10.1"
SERVER, CODE, MAIL = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4"
ca = cert("ca", "Example List CA", "ca", "Example List CA", "20200101", "20490101", True)
other = cert("other", "Other List CA", "other", "Other List CA", "20200101", "20490101", True)
signer = cert("signer", "Example List Signer", "ca", "Example List CA", "20251101", "20490101", False, [LIST])
expired = cert("signer", "Example List Signer", "ca", "Example List CA", "20250501", "20260515", False, [LIST])
stranger = cert("signer", "Other List Signer", "other", "Other List CA", "20251101", "20490101", False, [LIST])
server = cert("signer", "No List Signer", "ca", "Example List CA", "20251101", "20490101", False, [SERVER])
tsa = cert("tsa", "Example Timestamps", "ca", "Example List CA", "20200101", "20490101", False, ["1.3.6.1.5.5.7.3.8"])
roots = {k: cert(k, "Example Root " + k.upper(), k, "Example Root " + k.upper(), "20200101", "20490101", True) for k in "abcd"}
def filetime(text):
    d = datetime.datetime.strptime(text, "%Y%m%d") - datetime.datetime(1601, 1, 1)
    return int(d.total_seconds()) * 10**7
def prop(n, value): return seq(oid("1.3.6.1.4.1.311.10.11.%d" % n), sets(octets(value)))
def utf16(s): return s.encode("utf-16-le") + b"\0\0"
def entry(k, ekus=(SERVER, MAIL), more=()):
    der = roots[k]
    attrs = [prop(9, seq(*map(oid, ekus))), prop(11, utf16("Example Root " + k.upper())), prop(98, hashlib.sha256(der).digest())] + list(more)
    return seq(octets(hashlib.sha1(der).digest()), sets(*attrs))
def until(date, *ekus): return [prop(126, struct.pack("<Q", filetime(date)))] + ([prop(127, seq(*map(oid, ekus)))] if ekus else [])
def disabled(date): return [prop(104, struct.pack("<Q", filetime(date)))]
def ctl(date, entries, usage=LIST, algorithm=SHA1, sequence=None, identifier=b"", until=b""):
    number = sequence or b"\x14" + struct.pack(">Q", filetime(date))
    return seq(seq(oid(usage)), identifier, tlv(2, number), when(date), until, algorithm, seq(*entries))
def content(tlv_):  # without tag and length
    n = tlv_[1]
    return tlv_[2 + (n & 127 if n > 127 else 0):]
def signed(body, by=signer, key="signer", certs=None, stamp=False, nested=False, detached=False):
    attrs = [seq(oid("1.2.840.113549.1.9.3"), sets(oid(CTL))), seq(oid("1.2.840.113549.1.9.4"), sets(octets(hashlib.sha256(body if detached else content(body)).digest())))]
    issuer, number = issuer_serial(by)
    sig = sign(key, sets(*attrs))
    unsigned = b""
    if stamp:
        unsigned = tlv(0xa1, seq(oid("1.2.840.113549.1.9.6"), sets(counter(sig))))
    if nested:
        unsigned = tlv(0xa1, seq(oid("1.3.6.1.4.1.311.2.4.1"), sets(signed(body, detached=True))))
    info = seq(integer(1), seq(issuer, number), SHA256, tlv(0xa0, *sorted(attrs)), seq(oid("1.2.840.10045.2.1")), octets(sig), unsigned)
    return seq(oid("1.2.840.113549.1.7.2"), tlv(0xa0, seq(integer(1), sets(SHA256), seq(oid(CTL), b"" if detached else tlv(0xa0, body)), tlv(0xa0, *(certs or [by, ca])), sets(info))))
def split(body):
    out = []
    while body:
        n, head = body[1], 2
        if n > 127:
            head += n & 127
            n = int.from_bytes(body[2:head], "big")
        out.append(body[:head + n])
        body = body[head + n:]
    return out
def tbs_of(der): return split(content(der))[0]
def issuer_serial(der):
    f = split(content(tbs_of(der)))
    return f[3], f[1]
def counter(sig):
    attrs = [seq(oid("1.2.840.113549.1.9.3"), sets(oid("1.2.840.113549.1.7.1"))), seq(oid("1.2.840.113549.1.9.5"), sets(when("20260502"))), seq(oid("1.2.840.113549.1.9.4"), sets(octets(hashlib.sha256(sig).digest())))]
    issuer, number = issuer_serial(tsa)
    return seq(integer(1), seq(issuer, number), SHA256, tlv(0xa0, *sorted(attrs)), ECDSA, octets(sign("tsa", sets(*attrs))))

old = ctl("20260301", [entry("a"), entry("b"), entry("c")])
new = ctl("20260501", [entry("a"), entry("b", more=until("20250416", SERVER)), entry("d", ekus=[CODE])])
spki = lambda k: open(k + ".spki", "rb").read()
sha = lambda d: hashlib.sha256(d).hexdigest()
tbs_hash = hashlib.sha256(tbs_of(roots["c"])).digest()
disallowed = ctl("20260501", [seq(octets(tbs_hash)), seq(octets(hashlib.md5(spki("d")[-65:]).digest()))], usage="1.3.6.1.4.1.311.10.3.30",
    algorithm=seq(oid("1.3.6.1.4.1.311.10.11.15"), tlv(5)), sequence=struct.pack(">Q", filetime("20260501")), identifier=octets("DisallowedCert_AutoUpdate_1".encode("utf-16-le") + b"\0\0"))

def write(path, data): open(f"{here}/{path}", "wb").write(data)
def pem(*ders): return b"".join(b"-----BEGIN CERTIFICATE-----\n" + b"\n".join(base64.b64encode(d)[i:i + 64] for i in range(0, len(base64.b64encode(d)), 64)) + b"\n-----END CERTIFICATE-----\n" for d in ders)
vectors = {}
def put(folder, name, data, expect="ok", certs=()):
    write(f"{folder}/{name}", data)
    vectors.setdefault(folder, []).append({"file": name, "expect": expect, "keys": [], "certs": [sha(c) for c in certs]})
good = signed(new)
put("ctl", "roots.stl", good)
put("ctl", "timestamp.stl", signed(new, stamp=True, certs=[signer, ca, tsa]))
put("ctl", "nested.stl", signed(new, nested=True))
put("ctl", "other.stl", signed(ctl("20260501", [entry("a")], usage="1.3.6.1.5.5.7.3.2", until=when("20261101"))))
put("ctl", "disallowed.stl", signed(disallowed))
put("ctl", "no-entries.stl", signed(ctl("20260501", [])))
put("ctl", "cut-short.stl", good[:-40], "damaged")
put("ctl", "pem.stl", b"-----BEGIN PKCS7-----\n" + b"\n".join(base64.b64encode(good)[i:i + 64] for i in range(0, len(base64.b64encode(good)), 64)) + b"\n-----END PKCS7-----\n")

def cabinet(size, kind=1):
    head = b"MSCF\0\0\0\0" + struct.pack("<IIIIBBHHHHH", 100, 0, 44, 0, 3, 1, 1, 1, 0, 0, 0)
    folder = struct.pack("<IHH", 44 + 16 + 13, 1, kind)
    file = struct.pack("<IIHHHH", size, 0, 0, 0, 0, 0x20) + b"authroot.stl\0"
    return head + folder + file + struct.pack("<IHH", 0, 2, 5) + b"CK"
put("cab", "one-gigabyte.cab", cabinet(1 << 30), "too-large")
put("cab", "quantum.cab", cabinet(5, 0x1472), "unsupported")
def lzx(data):  # one block that is stored, in the first frame
    bits = "0" + "011" + format(len(data), "024b")
    bits += "0" * (16 - len(bits) % 16)
    words = b"".join(struct.pack("<H", int(bits[i:i + 16], 2)) for i in range(0, len(bits), 16))
    block = words + struct.pack("<III", 1, 1, 1) + data + b"\0" * (len(data) % 2)
    head = cabinet(len(data), 0x1503)
    out = head[:-10] + struct.pack("<IHH", 0, len(block), len(data)) + block
    return out[:8] + struct.pack("<I", len(out)) + out[12:]
put("cab", "lzx.cab", lzx(good))
put("cab", "cut-short.cab", cabinet(5), "damaged")
write("lists/new.stl", good)
write("lists/old.stl", signed(old))
write("lists/disallowed.stl", signed(disallowed))
write("lists/ca.pem", pem(ca))
write("lists/expired.stl", signed(new, by=expired, stamp=True, certs=[expired, ca, tsa]))
page = b"<!DOCTYPE html>\n<html><head><title>Web Gateway: please log in</title></head><body><p>Log in to go on.</p></body></html>\n"
write("lists/page.cab", page)
subprocess.run(["mkdir", "-p", f"{here}/lists/certs"], check=True)
for k in "abd":
    write(f"lists/certs/{hashlib.sha1(roots[k]).hexdigest().upper()}.crt", roots[k])
write("lists/store.pem", pem(roots["a"], roots["c"]))

def reg(name, data):
    digits = ",".join("%02x" % b for b in data)
    return '"%s"=hex:' % name + "\\\r\n  ".join(digits[i:i + 75] for i in range(0, len(digits), 75)) + "\r\n"
text = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot\\AutoUpdate]\r\n" + reg("EncodedCtl", good) + reg("DisallowedCertEncodedCtl", signed(disallowed))
write("lists/autoupdate.reg", b"\xff\xfe" + text.encode("utf-16-le"))

changed = bytearray(good)
changed[good.index(utf16("Example Root A"))] ^= 1
for code, bad, more in (("not-a-cab", page, "cab"), ("signature", bytes(changed), "stl"), ("signer-unknown", signed(new, by=stranger, certs=[stranger, other]), "stl"),
        ("signer-expired", open(f"{here}/lists/expired.stl", "rb").read(), "stl"), ("stale", signed(ctl("20251101", [entry("a")])), "stl")):
    folder = f"checks/list-{code}"
    write(f"{folder}/bad-list.{more}", bad)
    write(f"{folder}/good.stl", good)
    write(f"{folder}/root.pem", pem(ca))
    for case in ("bad-list", "good"):
        write(f"{folder}/{case}.args", b"--roots root.pem\n")
write("checks/list-signature/bad-usage.stl", signed(new, by=server))
write("checks/list-signature/bad-usage.args", b"--roots root.pem\n")

def octal(b):
    text = "".join("\\%03o" % x for x in b)
    return "MULTILINE_OCTAL\n" + "".join(text[i:i + 64] + "\n" for i in range(0, len(text), 64)) + "END\n"
def nss(k, trust, until="CK_BBOOL CK_FALSE\n"):
    der = roots[k]
    label = 'CKA_LABEL UTF8 "Example Root %s"\n' % k.upper()
    return ("#\n# Certificate\n#\nCKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE\nCKA_TOKEN CK_BBOOL CK_TRUE\n" + label + "CKA_VALUE " + octal(der) + "CKA_NSS_MOZILLA_CA_POLICY CK_BBOOL CK_TRUE\nCKA_NSS_SERVER_DISTRUST_AFTER " + until +
        "\n# Trust\nCKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST\n" + label + "CKA_CERT_SHA1_HASH " + octal(hashlib.sha1(der).digest()) + "CKA_TRUST_SERVER_AUTH CK_TRUST " + trust + "\n\n")
start = "# This is how NSS is told of roots.\nBEGINDATA\nCKA_CLASS CK_OBJECT_CLASS CKO_NSS_BUILTIN_ROOT_LIST\nCKA_TOKEN CK_BBOOL CK_TRUE\nCKA_LABEL UTF8 \"Example Builtin Roots\"\n\n"
text = start + nss("a", "CKT_NSS_TRUSTED_DELEGATOR") + nss("b", "CKT_NSS_TRUSTED_DELEGATOR", octal(b"260501000000Z")) + nss("c", "CKT_NSS_NOT_TRUSTED") + nss("d", "CKT_NSS_MUST_VERIFY_TRUST")
put("certdata", "certdata.txt", text.encode(), certs=[roots[k] for k in "abcd"])
put("certdata", "cut-short.txt", (start + nss("a", "CKT_NSS_TRUSTED_DELEGATOR"))[:900].encode(), "damaged")

b64 = lambda b: base64.b64encode(b).decode()
issuer, number = issuer_serial(roots["c"])
onecrl = {"data": [
    {"schema": 1, "details": {"name": "Example Root C", "why": "a test"}, "enabled": True, "issuerName": b64(issuer), "serialNumber": b64(content(number)), "last_modified": 1777593600000},
    {"schema": 1, "details": {"name": "", "why": "a test"}, "enabled": True, "subject": b64(name("Example Root D")), "pubKeyHash": b64(hashlib.sha256(spki("d")).digest()), "last_modified": 1777593600000}]}
put("blocklist", "onecrl.json", json.dumps(onecrl).encode())
head = json.dumps({"Version": 0, "ContentType": "CRLSet", "Sequence": 7, "DeltaFrom": 0, "NumParents": 1, "BlockedSPKIs": [b64(hashlib.sha256(spki("d")).digest())], "NotAfter": 1777593600}, separators=(",", ":")).encode()
crlset = struct.pack("<H", len(head)) + head + hashlib.sha256(spki("c")).digest() + struct.pack("<I", 1) + bytes([len(content(number))]) + content(number)
put("blocklist", "crlset", crlset)
put("blocklist", "crlset-cut-short", crlset[:-2], "damaged")
put("blocklist", "blocked.certs", b"Algorithm=SHA-256\n" + sha(roots["c"]).upper().encode() + b"\n")
put("blocklist", "blocked-damaged.certs", b"Algorithm=SHA-256\n12zz\n", "damaged")

def meta(url, size):
    u = url.encode("utf-16-le") + b"\0\0"
    return struct.pack("<I8xIQ64xQ4xI8xI", 0x70, len(u), filetime("20260502"), filetime("20260501"), 0, size) + u
def cached(url, data):
    file = hashlib.md5(url.encode("utf-16-le")).hexdigest().upper()
    write(f"lists/cache/Content/{file}", data)
    write(f"lists/cache/MetaData/{file}", meta(url, len(data)))
subprocess.run(["mkdir", "-p", f"{here}/lists/cache/Content", f"{here}/lists/cache/MetaData"], check=True)
base = "http://ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en/"
def pack(out, flags, **files):
    for n, d in files.items():
        open(n.replace("_", "."), "wb").write(d)
    subprocess.run(["gcab", flags, out] + [n.replace("_", ".") for n in files], check=True, stdout=subprocess.DEVNULL)
    return open(out, "rb").read()
new_cab, expired_cab = pack("new.cab", "-cz", authroot_stl=good), pack("expired.cab", "-cz", authroot_stl=open(f"{here}/lists/expired.stl", "rb").read())
put("cab", "mszip.cab", new_cab)
put("cab", "stored.cab", pack("stored.cab", "-c", authroot_stl=good))
put("cab", "certificates.cab", pack("certs.cab", "-cz", a_crt=roots["a"], b_crt=roots["b"]), certs=[roots["a"], roots["b"]])
write("lists/new.cab", new_cab)
write("lists/expired.cab", expired_cab)
cached(base + "authrootstl.cab", new_cab)
cached("http://www.download.windowsupdate.com/msdownload/update/v3/static/trustedr/en/authrootstl.cab", expired_cab)
cached(base + "disallowedcertstl.cab", page)
cached("http://aia.example/root-a.crt", roots["a"])
for folder, list_ in vectors.items():
    rows = ",\n".join(json.dumps(v, ensure_ascii=False) for v in list_)
    open(f"{here}/{folder}/vectors.json", "w").write("[\n" + rows + "\n]\n")
PY
python3 make.py "$here"
