#!/usr/bin/env bash
# Makes testdata/jwk with Node.js and OpenSSL, and testdata/rsa-xml with Python: JSON Web Keys, sets of
# them, and RSA keys in .NET's XML form. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$here/jwk" "$here/rsa-xml"
mkdir -p "$here/jwk" "$here/rsa-xml"
cd "$work"
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key
for curve in P-256 P-521 secp256k1; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:$curve -out "$curve.key"; done
for kind in ed25519 ed448 x25519; do openssl genpkey -algorithm $kind -out $kind.key; done
openssl req -x509 -key rsa.key -subj /CN=www.example.com -days 36500 -outform DER -out cert.der

cat >make.js <<'JS'
const c = require('crypto'), fs = require('fs'), out = process.argv[2]
const list = [], read = n => c.createPrivateKey(fs.readFileSync(n + '.key'))
const spki = k => c.createHash('sha256').update(c.createPublicKey(k).export({ type: 'spki', format: 'der' })).digest('hex')
function put(file, text, expect, keys, more = {}) {
  fs.writeFileSync(`${out}/jwk/${file}`, text)
  list.push({ file, expect, keys: keys.map(spki), ...more })
}
const jwk = k => k.export({ format: 'jwk' })
for (const n of ['rsa', 'P-256', 'P-521', 'secp256k1', 'ed25519', 'ed448', 'x25519']) {
  const k = read(n)
  put(`${n.toLowerCase()}.jwk`, JSON.stringify({ ...jwk(k), kid: n }), 'ok', [k], { names: [n] })
  put(`${n.toLowerCase()}-public.jwk`, JSON.stringify(jwk(c.createPublicKey(k))), 'ok', [])
}
const rsa = read('rsa'), ec = read('P-256'), ed = read('ed25519')
put('set.jwks', JSON.stringify({ keys: [jwk(rsa), jwk(ec), jwk(ed)] }, null, 2), 'ok', [rsa, ec, ed], { variant: 'a set of 3 keys' })
const { n, e, d, kty } = jwk(rsa)
put('rsa-without-primes.jwk', JSON.stringify({ kty, n, e, d }), 'ok', [rsa])
const der = fs.readFileSync('cert.der')
put('x5c.jwk', JSON.stringify({ ...jwk(c.createPublicKey(rsa)), x5c: [der.toString('base64')] }), 'ok', [], { certs: [c.createHash('sha256').update(der).digest('hex')] })
put('rsa-no-modulus.jwk', JSON.stringify({ ...jwk(rsa), n: undefined }), 'damaged', [])
put('oct.jwk', JSON.stringify({ kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMko' }), 'unsupported', [])
put('brainpool.jwk', JSON.stringify({ ...jwk(ec), crv: 'BP-256' }), 'unsupported', [])
fs.writeFileSync(`${out}/jwk/vectors.json`, '[\n' + list.map(v => JSON.stringify(v)).join(',\n') + '\n]\n')
fs.writeFileSync('rsa.json', JSON.stringify(jwk(rsa)))
fs.writeFileSync('rsa.spki', spki(rsa))
JS
node make.js "$here"

python3 - "$here/rsa-xml" <<'PY'
import base64, json, sys
out = sys.argv[1]
k = json.load(open("rsa.json"))
spki = open("rsa.spki").read()
def value(s):
    return base64.b64encode(base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))).decode()
names = [("Modulus", "n"), ("Exponent", "e"), ("P", "p"), ("Q", "q"), ("DP", "dp"), ("DQ", "dq"), ("InverseQ", "qi"), ("D", "d")]
def xml(fields, gap=""):
    return "<RSAKeyValue>" + gap + gap.join(f"<{a}>{value(k[b])}</{a}>" for a, b in fields) + gap + "</RSAKeyValue>"
vectors = []
def put(name, text, expect, keys):
    open(f"{out}/{name}", "w").write(text)
    vectors.append(json.dumps({"file": name, "expect": expect, "keys": keys}))
put("private.xml", xml(names), "ok", [spki])
put("indented.xml", '<?xml version="1.0" encoding="utf-8"?>\n' + xml(names, "\n  ") + "\n", "ok", [spki])
put("public.xml", xml(names[:2]), "ok", [])
put("signature.xml", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><KeyInfo><KeyValue>' + xml(names[:2]) + "</KeyValue></KeyInfo></Signature>", "ok", [])
put("no-exponent.xml", xml([n for n in names if n[1] != "e"]), "damaged", [])
put("cut-short.xml", xml(names)[:900], "damaged", [])
open(f"{out}/vectors.json", "w").write("[\n" + ",\n".join(vectors) + "\n]\n")
PY
