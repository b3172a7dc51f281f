#!/usr/bin/env bash
# Makes, in testdata/checks, the cases of the checks of PEM text and of files
# that are not what they were given for, from the key and the chain of
# checks/key-mismatch (run make-checks.sh before). Needs openssl 3, python3.
set -euo pipefail
cd "$(dirname "$0")/checks"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp key-mismatch/good.key "$work/site.key"
cp key-mismatch/good.pem "$work/site.pem"
openssl req -new -key "$work/site.key" -subj "/CN=www.example.com" -addext "subjectAltName=DNS:www.example.com" -out "$work/site.csr"
openssl pkey -in "$work/site.key" -pubout -out "$work/site.pub"
openssl pkey -in "$work/site.key" -outform DER -out "$work/site.key.der"
openssl x509 -in "$work/site.pem" -outform DER -out "$work/leaf.der"
openssl pkcs8 -topk8 -in "$work/site.key" -v2 aes-256-cbc -passout pass:Secret -out "$work/locked.key"
openssl pkcs12 -export -inkey "$work/site.key" -in "$work/site.pem" -passout pass:Secret -out "$work/new.pfx"
openssl pkcs12 -export -legacy -inkey "$work/site.key" -in "$work/site.pem" -passout pass:Secret -out "$work/old.pfx"
WORK=$work python3 - <<'PY'
import base64, os, re, shutil

work = os.environ["WORK"]
read = lambda name: open(os.path.join(work, name), "rb").read()
text = lambda name: read(name).decode()
ROOT = "--roots\n../key-mismatch/root.pem\n"
site, key, request = text("site.pem"), text("site.key"), text("site.csr")
leaf, chain = [b + "\n" for b in re.findall(r"-----BEGIN.*?-----END [A-Z ]+-----", site, re.S)]
lines = leaf.split("\n")[:-1]
began = set()

def pem(label, body):
    b = base64.b64encode(body).decode()
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(b[i:i + 64] for i in range(0, len(b), 64)), label)

def case(code, name, data, ext="pem", args=ROOT, others={}):
    if code not in began:
        shutil.rmtree(code, ignore_errors=True)
        os.mkdir(code)
        began.add(code)
    for e, d in {ext: data, **others}.items():
        if d is not None:
            open("%s/%s.%s" % (code, name, e), "wb").write(d if isinstance(d, bytes) else d.encode())
    if args:
        open("%s/%s.args" % (code, name), "w").write(args)

def good(code, data=site, **more):
    case(code, "good", data, **more)

def each(f, block=leaf):
    return "".join(f(l) for l in block.split("\n")[:-1])

def swap(old, new, n=1):
    assert old in leaf
    return leaf.replace(old, new, n)

body = "\n".join(lines[1:-1])
NGINX = ROOT + "--for\nnginx\n"

good("pem-boundary-whitespace")
case("pem-boundary-whitespace", "bad-before-begin", " " + site)
case("pem-boundary-whitespace", "bad-after-end", leaf[:-1] + "\t\n" + chain)
case("pem-boundary-whitespace", "bad-second", leaf + "  " + chain)
case("pem-boundary-whitespace", "bad-key", " " + key, "key", NGINX, {"pem": site})
good("pem-boundary-malformed")
case("pem-boundary-malformed", "bad-four-dashes", site[1:])
case("pem-boundary-malformed", "bad-typographic", swap("-----BEGIN", "\u2014\u2014-BEGIN") + chain)
case("pem-boundary-malformed", "bad-lower-case", swap("BEGIN CERTIFICATE", "begin certificate") + chain)
case("pem-boundary-malformed", "bad-two-spaces", swap("BEGIN ", "BEGIN  ") + chain)
case("pem-boundary-malformed", "bad-text", "cert: " + site)
case("pem-boundary-malformed", "bad-one-line", leaf.replace("\n", "") + "\n" + chain)
good("pem-begin-missing")
case("pem-begin-missing", "bad", "\n".join(lines[1:]) + "\n" + chain)
good("pem-end-missing")
case("pem-end-missing", "bad", "\n".join(lines[:-1]) + "\n" + chain)
case("pem-end-missing", "bad-last", leaf + chain[:chain.index("-----END")])
good("pem-boundaries-missing")
case("pem-boundaries-missing", "bad", body + "\n" + chain)
case("pem-boundaries-missing", "bad-key", key.split("\n", 1)[1].rsplit("-----END", 1)[0], "key", NGINX, {"pem": site})
good("pem-label-mismatch")
case("pem-label-mismatch", "bad", swap("END CERTIFICATE", "END TRUSTED CERTIFICATE") + chain)
good("pem-label-wrong")
case("pem-label-wrong", "bad-request", pem("CERTIFICATE", base64.b64decode("".join(request.split("\n")[1:-2]))), args="--cert\nbad-request.pem\n")
case("pem-label-wrong", "bad-key", key.replace("PRIVATE KEY", "RSA PRIVATE KEY"), "key", ROOT, {"pem": site})
good("pem-label-legacy")
case("pem-label-legacy", "bad-x509", site.replace(" CERTIFICATE", " X509 CERTIFICATE"))
case("pem-label-legacy", "bad-request", request.replace(" CERTIFICATE", " NEW CERTIFICATE"), "csr", "")
good("pem-blocks-glued")
case("pem-blocks-glued", "bad", leaf[:-1] + chain)
case("pem-blocks-glued", "bad-key", key[:-1] + site, args=NGINX)
good("pem-byte-order-mark")
case("pem-byte-order-mark", "bad", "\ufeff" + site)
case("pem-byte-order-mark", "bad-in-the-middle", leaf + "Intermediate:\n\ufeff" + chain)
good("pem-utf16", site.replace("\n", "\r\n"))
case("pem-utf16", "bad-little", ("\ufeff" + site.replace("\n", "\r\n")).encode("utf-16-le"))
case("pem-utf16", "bad-big", ("\ufeff" + site).encode("utf-16-be"))
good("pem-body-whitespace")
case("pem-body-whitespace", "bad", "\n".join([lines[0], lines[1][:20] + " " + lines[1][20:]] + lines[2:]) + "\n" + chain)
good("pem-body-blank-line")
case("pem-body-blank-line", "bad", "\n".join(lines[:4] + [""] + lines[4:]) + "\n" + chain)
case("pem-body-blank-line", "bad-after-begin", leaf.replace("-----\n", "-----\n\n", 1) + chain)
good("pem-body-character")
for name, c, n in (("no-break-space", "\u00a0", 0), ("zero-width", "\u200b", 0), ("left-to-right", "\u200e", 0), ("asterisk", "*", 1), ("replacement", "\ufffd", 1)):
    case("pem-body-character", "bad-" + name, leaf[:150] + c + leaf[150 + n:] + chain)
good("pem-body-truncated")
case("pem-body-truncated", "bad-cut", leaf[:400])
case("pem-body-truncated", "bad-line-lost", "\n".join(lines[:3] + lines[4:]) + "\n" + chain)
case("pem-body-truncated", "bad-character-lost", leaf[:150] + leaf[151:] + chain)
good("pem-line-length")
case("pem-line-length", "bad-unwrapped", "\n".join([lines[0], "".join(lines[1:-1]), lines[-1]]) + "\n" + chain)
good("pem-line-ending", site.replace("\n", "\r\n"))
case("pem-line-ending", "bad-cr", site.replace("\n", "\r"))
case("pem-line-ending", "bad-mixed", leaf.replace("\n", "\r\n") + chain)
good("pem-escaped-newlines")
case("pem-escaped-newlines", "bad-environment", site.replace("\n", "\\n"))
case("pem-escaped-newlines", "bad-json", '{"certificate": "' + site.replace("\n", "\\r\\n") + '"}', "json")
good("pem-quoted")
case("pem-quoted", "bad-mail", each(lambda l: "> " + l + "\n", site))
case("pem-quoted", "bad-html", each(lambda l: l + "<br>\n", site))
good("pem-text-outside")
case("pem-text-outside", "bad-bag", "Bag Attributes\n    friendlyName: site\nsubject=CN = www.example.com\n" + site)
good("pem-headers")
case("pem-headers", "bad", leaf.replace("-----\n", "-----\nComment: my certificate\n\n", 1) + chain)

der = read("leaf.der")
good("der-malformed")
case("der-malformed", "bad-cut", der[:300], "der")
case("der-malformed", "bad-inside", pem("CERTIFICATE", der[:10] + b"\x7f" + der[11:]))
good("der-trailing-data")
case("der-trailing-data", "bad", pem("CERTIFICATE", der + b"\0\0\0") + chain)

good("file-empty")
case("file-empty", "bad", "")
case("file-empty", "bad-zeros", b"\0" * 512, "key")
good("file-unrecognised")
case("file-unrecognised", "bad", "see attachment\n", "txt")
case("file-unrecognised", "bad-7z", b"7z\xbc\xaf\x27\x1c\0\4" + b"\x42" * 60, "crt")
good("file-is-web-page")
case("file-is-web-page", "bad", "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please log in.</body></html>\n", "crt")
locked = text("locked.key")
good("password-missing", locked, ext="key", args=ROOT + "--pass\npass:Secret\n", others={"pem": site})
case("password-missing", "bad", locked, "key", NGINX, {"pem": site})
good("password-wrong", locked, ext="key", args=ROOT + "--pass\npass:Secret\n", others={"pem": site})
case("password-wrong", "bad", locked, "key", ROOT + "--pass\npass:secret\n", {"pem": site})
case("object-not-checked", "good", locked, "key", "--pass\npass:Secret\n")
case("object-not-checked", "bad", open("../pkcs8/bad-rc5.pem").read(), "key", "--pass\npass:secret\n")

good("wrong-object", key, ext="key", args=NGINX, others={"pem": site})
case("wrong-object", "bad-request-for-certificate", request, "csr", "--cert\nbad-request-for-certificate.csr\n--key\nbad-request-for-certificate.key\n", {"key": key})
case("wrong-object", "bad-request-and-certificate", request, "csr", NGINX, {"pem": site})
case("wrong-object", "bad-public-key", text("site.pub"), "pub", NGINX, {"pem": site})
case("wrong-object", "bad-certificate-for-key", site, "pem", "--key\nbad-certificate-for-key.pem\n")
good("wrong-format", key, ext="key", args=NGINX, others={"pem": site})
case("wrong-format", "bad-der", der, "der", ROOT + "--chain\nbad-der.chain\n--for\nnginx\n", {"key": key, "chain": chain})
case("wrong-format", "bad-pfx-for-nginx", read("new.pfx"), "pfx", NGINX + "--pass\npass:Secret\n")
case("wrong-format", "bad-aes-for-server-2016", read("new.pfx"), "pfx", ROOT + "--for\niis2016\n--pass\npass:Secret\n")
case("wrong-format", "good-old-for-server-2016", read("old.pfx"), "pfx", ROOT + "--for\niis2016\n--pass\npass:Secret\n")
altered = bytearray(read("new.pfx"))
altered[-15] ^= 1  # in the salt of the MAC, before its number of rounds
case("keystore-integrity", "bad", bytes(altered), "pfx", ROOT + "--for\niis\n--pass\npass:Secret\n")
case("keystore-integrity", "good", read("new.pfx"), "pfx", ROOT + "--for\niis\n--pass\npass:Secret\n")
case("wrong-format", "good-aes-for-server-2019", read("new.pfx"), "pfx", ROOT + "--for\niis\n--pass\npass:Secret\n")
rsa = {"key": open("../servers/rsa.key").read(), "pem": open("../servers/rsa.pem").read() + open("../servers/inter.pem").read()}
case("wrong-format", "bad-pem-for-key-manager", rsa["key"], "key", "--roots\n../../servers/root.pem\n--for\niis4\n", {"pem": rsa["pem"]})
PY
