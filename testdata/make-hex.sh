#!/usr/bin/env bash
# Makes testdata/hex, testdata/cisco, testdata/sst and testdata/reg: a certificate and a key
# as xxd, hexdump, certutil and programs write bytes, in a configuration of IOS, and in
# Windows' stores. Needs openssl, xxd, hexdump and python3. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in hex cisco sst reg; do rm -rf "${here:?}/$folder" && mkdir "$here/$folder"; done
cd "$work"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout key.pem -out cert.pem -subj /CN=www.example.com -days 36500 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc -keyout ca.key -out ca.pem -subj '/CN=Example CA' -days 36500 2>/dev/null
openssl x509 -in cert.pem -outform DER -out cert
openssl x509 -in ca.pem -outform DER -out ca
xxd cert >"$here/hex/xxd.txt"
xxd -p cert >"$here/hex/plain.txt"
xxd -i cert | cat - <(xxd -i ca) >"$here/hex/arrays.c"
hexdump -C cert >"$here/hex/hexdump.txt"
hexdump cert >"$here/hex/words.txt"
od -t x1 cert >"$here/hex/od.txt"
od -A d -t x1 cert >"$here/hex/od-decimal.txt"
sed '6,7d' "$here/hex/hexdump.txt" >"$here/hex/line-missing.txt"
xxd key.pem >"$here/hex/key-pem.txt"
head -n 20 "$here/hex/xxd.txt" >"$here/hex/cut-short.txt"
spki=$(openssl pkey -in key.pem -pubout -outform DER | sha256sum | cut -d' ' -f1)
python3 - "$here" "$spki" <<'PY'
import hashlib, json, struct, sys
here, spki = sys.argv[1:]
cert, ca = open("cert", "rb").read(), open("ca", "rb").read()
sha = lambda d: hashlib.sha256(d).hexdigest()
lists = {}
def put(folder, name, data, expect="ok", certs=(), **more):
    if data is not None:
        open(f"{here}/{folder}/{name}", "wb").write(data)
    lists.setdefault(folder, []).append({"file": name, "expect": expect, "keys": [], "certs": [sha(c) for c in certs], **more})
for name in ("xxd.txt", "plain.txt", "hexdump.txt", "words.txt", "od.txt", "od-decimal.txt"):
    put("hex", name, None, certs=[cert])
put("hex", "arrays.c", None, certs=[cert, ca])
put("hex", "key-pem.txt", None, keys=[spki])
put("hex", "cut-short.txt", None, "damaged")
def certutil(d):
    rows = []
    for i in range(0, len(d), 16):
        c = d[i:i + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in c)
        rows.append("%04x\t%-48s   %s" % (i, "  ".join(" ".join("%02x" % b for b in h) for h in (c[:8], c[8:]) if h), text))
    return "\r\n".join(rows) + "\r\n"
put("hex", "line-missing.txt", None, "damaged")
text = lambda c: "".join(chr(b) if 32 <= b < 127 else "." for b in c)
rows = lambda d: ((i, d[i:i + 16]) for i in range(0, len(d), 16))
put("hex", "certutil-5.txt", "".join("%-50s   %s\r\n" % (c[:8].hex(" ") + "  " + c[8:].hex(" "), text(c)) for i, c in rows(cert)).encode(), certs=[cert])
put("hex", "certutil-4.txt", "".join("%s\r\n" % (c[:8].hex(" ") + "  " + c[8:].hex(" ")) for i, c in rows(cert)).encode(), certs=[cert])
put("hex", "openssl.txt", "".join("%04x - %s-%s   %s\n" % (i, c[:8].hex(" "), c[8:].hex(" "), text(c)) for i, c in rows(cert)).encode(), certs=[cert])
put("hex", "format-hex.txt", ("\n           Path: C:\\cert\n\n           " + " ".join("%02X" % i for i in range(16)) + "\n\n" + "".join("%08X   %-48s  %s\n" % (i, c.hex(" ").upper(), text(c)) for i, c in rows(cert))).encode(), certs=[cert])
put("hex", "tcpdump.txt", "".join("\t0x%04x:  %-40s  %s\n" % (i, c.hex(" ", -2), text(c)) for i, c in rows(cert)).encode(), certs=[cert])
put("hex", "insert.sql", ("insert into t values (1, 0x%s, X'%s');\n" % (cert.hex(), ca.hex())).encode(), certs=[cert, ca])
put("hex", "repr.py", ("cert = %r\n" % cert).encode(), certs=[cert])
put("hex", "buffer.json", json.dumps({"type": "Buffer", "data": list(cert)}).encode(), certs=[cert])
put("hex", "bytes.java", ("byte[] c = {" + ", ".join(str(b - 256 if b > 127 else b) for b in cert) + "};\n").encode(), certs=[cert])
put("hex", "certutil.txt", certutil(cert).encode(), certs=[cert])
put("hex", "certutil-utf16.txt", ("\ufeff" + certutil(cert)).encode("utf-16-le"), certs=[cert])
put("hex", "java.txt", ("byte[] cert = {" + ", ".join("(byte)0x%02x" % b for b in cert) + "};\n").encode(), certs=[cert])
put("hex", "vb.txt", ("Dim cert() As Byte = {" + ", ".join("&H%02X" % b for b in cert) + "}\n").encode(), certs=[cert])
put("hex", "python.txt", ('CERT = b"' + "".join("\\x%02x" % b for b in cert) + '"\n').encode(), certs=[cert])
put("hex", "colons.txt", ":".join("%02X" % b for b in cert).encode(), certs=[cert])
def ios(d):
    h = d.hex().upper()
    words = [h[i:i + 8] for i in range(0, len(h), 8)]
    return "".join("  " + " ".join(words[i:i + 9]) + "\n" for i in range(0, len(words), 9))
config = lambda *c: ("!\nhostname r1\ncrypto pki trustpoint TP\n enrollment terminal\n!\ncrypto pki certificate chain TP\n" + "".join(c) + "!\nend\n").encode()
put("cisco", "ios.cfg", config(" certificate 02\n" + ios(cert) + "  \tquit\n", " certificate ca 01\n" + ios(ca) + "  \tquit\n"), certs=[cert, ca])
put("cisco", "cut-short.cfg", config(" certificate 02\n" + ios(cert)), "damaged")
put("cisco", "nvram.cfg", config(" certificate 02 nvram:ExampleCA#2.cer\n"), "unknown")
prop = lambda n, v: struct.pack("<III", n, 1, len(v)) + v
element = lambda d, name="": prop(3, hashlib.sha1(d).digest()) + (prop(11, (name + "\0").encode("utf-16-le")) if name else b"") + prop(32, d)
store = b"\0\0\0\0CERT" + element(cert, "Müller") + element(ca) + bytes(12)
put("sst", "two.sst", store, certs=[cert, ca], names=["Müller"])
put("sst", "empty.sst", b"\0\0\0\0CERT" + bytes(12))
put("sst", "cut-short.sst", store[:-20], "damaged")
def reg(d):
    h = ",".join("%02x" % b for b in d)
    lines, first = [], '"Blob"=hex:'
    while h:
        n = (78 - len(first)) // 3 * 3
        lines.append(first + h[:n] + ("\\" if len(h) > n else ""))
        h, first = h[n:], "  "
    return "\r\n".join(lines)
def export(*d):
    out = "Windows Registry Editor Version 5.00\r\n"
    for c in d:
        out += "\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\ROOT\\Certificates\\%s]\r\n%s\r\n" % (hashlib.sha1(c).hexdigest().upper(), reg(element(c, "x")))
    return ("\ufeff" + out).encode("utf-16-le")
put("reg", "two.reg", export(cert, ca), certs=[cert, ca], names=["x"])
put("reg", "blob.bin", element(cert), certs=[cert])
put("reg", "none.reg", "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Software\\X]\r\n\"a\"=dword:1\r\n".encode(), "unknown")
for folder, vectors in lists.items():
    open(f"{here}/{folder}/vectors.json", "w").write("[\n" + ",\n".join(json.dumps(v, ensure_ascii=False) for v in vectors) + "\n]\n")
PY
