#!/usr/bin/env bash
# Makes testdata/pem out of testdata/pairs: text that OpenSSL 3.0,
# GnuTLS certtool and keytool put around and into PEM files, what mail, JSON,
# YAML, PowerShell and web forms make of it, and base64 of other formats.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/pem
mkdir -p "$out"
rm -f "$out"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

part() { awk -v kind="$2" -v n="$3" '$0 ~ "^-----BEGIN " kind "-----" {i++} i == n {print} $0 ~ "^-----END " kind "-----" && i == n {exit}' "$here/pairs/$1.pem"; }
openssl pkey -in "$here/pairs/ec-P-256.pem" -out leaf.key
part ec-P-256 CERTIFICATE 1 >leaf.crt
part ec-P-256 CERTIFICATE 2 >intermediate.crt
part ec-P-256 CERTIFICATE 3 >root.crt
openssl req -new -key leaf.key -subj /CN=www.example.com -out leaf.csr

# vector FILE PASSWORD|- EXPECT KEYS CERTS NAMES REQUESTS: a line of vectors.json
vector() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" "${5:-}" "${6:-}" "${7:-}" >>vectors; }

# as OpenSSL writes them
openssl ecparam -name prime256v1 >parameters.pem
{ cat parameters.pem; openssl ec -in leaf.key 2>/dev/null; for c in leaf intermediate root; do openssl x509 -in $c.crt -text; done; } >"$out/openssl-text.pem"
vector openssl-text.pem - ok leaf "leaf intermediate root"
cp parameters.pem "$out/openssl-ecparam.pem"
vector openssl-ecparam.pem - unknown
cat intermediate.crt root.crt >chain.crt
openssl pkcs12 -export -inkey leaf.key -in leaf.crt -certfile chain.crt -name 'CORP\admin Größe' -caname 'the intermediate' -passout pass:x -CSP 'Microsoft RSA SChannel Cryptographic Provider' -LMK -out names.p12
openssl pkcs12 -in names.p12 -passin pass:x -nodes >"$out/openssl-pkcs12.pem"
vector openssl-pkcs12.pem - ok leaf "leaf intermediate root" 'CORP\admin Größe|the intermediate'
openssl pkcs12 -in names.p12 -passin pass:x -passout pass:secret >"$out/openssl-pkcs12-encrypted.pem"
vector openssl-pkcs12-encrypted.pem secret ok leaf "leaf intermediate root" 'CORP\admin Größe|the intermediate'
vector openssl-pkcs12-encrypted.pem - password-missing
vector openssl-pkcs12-encrypted.pem wrong password-wrong
openssl x509 -in leaf.crt -setalias 'my site' -addtrust serverAuth -trustout -out "$out/openssl-trusted.pem"
vector openssl-trusted.pem - ok "" leaf "my site"
openssl req -in leaf.csr -newhdr -out "$out/openssl-newhdr.csr"
vector openssl-newhdr.csr - ok "" "" "" 1
openssl crl2pkcs7 -nocrl -certfile chain.crt -out chain.p7b
cat leaf.crt chain.p7b >"$out/openssl-pkcs7.pem"
vector openssl-pkcs7.pem - ok "" "leaf intermediate root"
openssl pkcs7 -in chain.p7b -print_certs -out "$out/openssl-print-certs.pem"
vector openssl-print-certs.pem - ok "" "intermediate root"
openssl ec -in leaf.key -aes-256-cbc -passout pass:secret 2>/dev/null >traditional.pem
cat traditional.pem leaf.crt >"$out/openssl-traditional.pem"
vector openssl-traditional.pem secret ok leaf leaf
vector openssl-traditional.pem - password-missing
vector openssl-traditional.pem wrong password-wrong
sed 's/^DEK-Info:/dek-info :/; /^Proc-Type/d' traditional.pem | tr -d '\r' | sed 's/$/\r/; s/dek-info :/DEK-Info:/' >"$out/traditional-crlf.pem"
vector traditional-crlf.pem secret ok leaf
sed 's/^DEK-Info.*/DEK-Info: AES-256-CBC,0011/' traditional.pem >"$out/traditional-bad-iv.pem"
vector traditional-bad-iv.pem secret damaged
sed '/^DEK-Info/d' traditional.pem >"$out/traditional-no-dek.pem"
vector traditional-no-dek.pem secret damaged
sed 's/^DEK-Info.*/DEK-Info: RC5-CBC,0011223344556677/' traditional.pem >"$out/traditional-rc5.pem"
vector traditional-rc5.pem secret unsupported

# as others write them
certtool -i --infile leaf.crt >"$out/certtool-info.pem"
vector certtool-info.pem - ok "" leaf
keytool -list -rfc -keystore names.p12 -storepass x 2>/dev/null >"$out/keytool-rfc.pem"
vector keytool-rfc.pem - ok "" "leaf intermediate root"

# labels that say something else
sed 's/CERTIFICATE REQUEST/CERTIFICATE/' leaf.csr >"$out/relabelled-request.pem"
vector relabelled-request.pem - ok "" "" "" 1
sed 's/PRIVATE KEY/RSA PRIVATE KEY/' leaf.key >"$out/relabelled-pkcs8.pem"
vector relabelled-pkcs8.pem - ok leaf
sed 's/CERTIFICATE/X509 CERTIFICATE/' leaf.crt >"$out/x509-certificate.pem"
vector x509-certificate.pem - ok "" leaf
sed 's/CERTIFICATE/CERTIFCATE/' leaf.crt >"$out/misspelled.pem"
vector misspelled.pem - ok "" leaf

# what files go through
{ printf '\xff\xfe'; sed 's/$/\r/' leaf.crt | iconv -t UTF-16LE; } >"$out/powershell.pem"
vector powershell.pem - ok "" leaf
printf '%s%s' "$(cat leaf.crt)" "$(cat intermediate.crt)" >"$out/glued.pem"
vector glued.pem - ok "" "leaf intermediate"
python3 - "$out" <<'PY'
import base64, json, sys, urllib.parse
out = sys.argv[1]
def read(f): return open(f, "rb").read()
crt, key = read("leaf.crt").decode(), read("leaf.key").decode()
def write(f, s): open(f"{out}/{f}", "wb").write(s if isinstance(s, bytes) else s.encode())
write("vault.json", json.dumps({"data": {"certificate": crt.strip(), "private_key": key.strip(), "ca_chain": [read("intermediate.crt").decode(), read("root.crt").decode()]}}))
write("dotenv.txt", "TLS_CERT=" + json.dumps(crt) + "\nTLS_KEY=" + json.dumps(key) + "\n")
b64 = lambda b: base64.b64encode(b).decode()
write("kubernetes.yaml", f"apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata:\n  name: site\ndata:\n  tls.crt: {b64(crt.encode())}\n  tls.key: {b64(key.encode())}\n")
write("values.yaml", "tls:\n  crt: |\n" + "".join("    " + l + "\n" for l in crt.splitlines()) + "  key: |\n" + "".join("    " + l + "\n" for l in key.splitlines()))
write("escaped-header.txt", urllib.parse.quote(crt))
write("mail.txt", "On Monday, the CA wrote:\n> Here is your certificate.\n>\n" + "".join("> " + l + "\n" for l in crt.splitlines()) + ">\n> Regards\n")
write("page.html", "<html><body><p>Your certificate:</p><pre>" + crt.replace("\n", "<br>\n") + "</pre></body></html>\n")
write("saml.xml", "<ds:X509Certificate>\n" + "\n".join(crt.splitlines()[1:-1]) + "\n</ds:X509Certificate>\n")
der = base64.b64decode("".join(crt.splitlines()[1:-1]))
write("adcs.txt", base64.encodebytes(der).replace(b"\n", b"\r\n"))
write("x5c.json", json.dumps({"keys": [{"kty": "EC", "x5c": [b64(der)]}]}))
write("base64url.txt", base64.urlsafe_b64encode(der).rstrip(b"="))
write("pfx-base64.txt", base64.encodebytes(read("names.p12")))
l = crt.splitlines()
l[3] = l[3][:10] + "*" + l[3][11:]
write("one-damaged.pem", "\n".join(l) + "\n" + read("root.crt").decode())
l = crt.splitlines()
write("line-lost.pem", "\n".join(l[:4] + l[5:]) + "\n")
PY
for v in "vault.json leaf leaf|intermediate|root" "dotenv.txt leaf leaf" "kubernetes.yaml leaf leaf" "values.yaml leaf leaf" "escaped-header.txt - leaf" "mail.txt - leaf" "page.html - leaf" \
  "saml.xml - leaf" "adcs.txt - leaf" "x5c.json - leaf" "base64url.txt - leaf"; do
  read -r file keys certs <<<"$v"
  vector "$file" - ok "${keys#-}" "${certs//|/ }"
done
vector pfx-base64.txt x ok leaf "leaf intermediate root"
vector pfx-base64.txt - password-missing
vector one-damaged.pem - damaged
vector line-lost.pem - damaged

cat >vectors.py <<'PY'
import hashlib, json, subprocess
def run(*a): return subprocess.run(a, check=True, capture_output=True).stdout
def key(name): return hashlib.sha256(run("openssl", "pkey", "-in", name + ".key", "-pubout", "-outform", "DER")).hexdigest()
def cert(name): return hashlib.sha256(run("openssl", "x509", "-in", name + ".crt", "-outform", "DER")).hexdigest()
lines = []
for line in open("vectors", encoding="utf-8"):
    file, pw, expect, keys, certs, names, requests = line.rstrip("\n").split("\t")
    v = {"file": file}
    if pw != "-": v["password"] = pw
    v["expect"] = expect
    if keys: v["keys"] = [key(k) for k in keys.split()]
    if certs: v["certs"] = [cert(c) for c in certs.split()]
    if requests: v["requests"] = int(requests)
    if names: v["names"] = names.split("|")
    lines.append(json.dumps(v, ensure_ascii=False, separators=(",", ":")))
print("[\n" + ",\n".join(lines) + "\n]")
PY
python3 vectors.py >"$out/vectors.json"
chmod 644 "$out"/*
