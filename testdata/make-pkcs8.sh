#!/usr/bin/env bash
# Makes testdata/pkcs8: one EC key, encrypted in every way that OpenSSL 3.0
# with its legacy provider, GnuTLS, Java and Python have, as PKCS#8 and as
# traditional PEM. Needs openssl, certtool, java and python3-cryptography.
set -euo pipefail
out=$(cd "$(dirname "$0")" && pwd)/pkcs8
mkdir -p "$out"
rm -f "$out"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

legacy=(-provider legacy -provider default)
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der
spki=$(openssl pkey -in key.pem -pubout -outform DER | sha256sum | cut -d' ' -f1)

topk8() { # ARGUMENTS...: one more encrypted block on standard output
  openssl pkcs8 -topk8 -in key.pem "${legacy[@]}" "$@"
}

openssl pkcs8 -topk8 -nocrypt -in key.pem -out "$out/clear.pem"
cp key.der "$out/clear.p8"
for scheme in PBE-MD5-DES PBE-MD5-RC2-64 PBE-SHA1-DES PBE-SHA1-RC2-64 PBE-SHA1-RC4-128 PBE-SHA1-RC4-40 \
  PBE-SHA1-3DES PBE-SHA1-2DES PBE-SHA1-RC2-128 PBE-SHA1-RC2-40; do
  topk8 -v1 "$scheme" -passout pass:secret >>"$out/pbes1.pem"
  topk8 -v1 "$scheme" -passout pass: >>"$out/pbes1-empty.pem"
  topk8 -v1 "$scheme" -passout pass:ünïcödé >>"$out/pbes1-utf8.pem"
done
for cipher in {aes,aria,camellia}-{128,192,256}-{ecb,cbc,cfb,ofb} {aria,camellia}-{128,192,256}-ctr \
  des-{ecb,cbc,cfb,ofb} des-ede des-ede3-cbc rc2-{,40-,64-}cbc rc4 bf-cbc cast5-cbc seed-{ecb,cbc,cfb,ofb} sm4-{ecb,cbc,cfb,ofb,ctr}; do
  topk8 -v2 "$cipher" -passout pass:secret >>"$out/pbes2.pem"
done
for prf in hmacWithMD5 hmacWithSHA1 hmacWithSHA224 hmacWithSHA256 hmacWithSHA384 hmacWithSHA512 hmacWithSHA512-224 hmacWithSHA512-256 hmac-md5 hmac-sha1; do
  topk8 -v2prf "$prf" -passout pass:secret >>"$out/prf.pem"
done
topk8 -scrypt -passout pass:secret >>"$out/scrypt.pem"
topk8 -scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3 -v2 camellia-192-cbc -passout pass:secret >>"$out/scrypt.pem"
topk8 -outform DER -passout pass:secret >"$out/pbes2.p8"
topk8 -passout pass: >"$out/pbes2-empty.pem"
topk8 -passout pass:$'sch\xf6n' >"$out/pbes2-latin1.pem"
topk8 -iter 20000000 -passout pass:secret >"$out/iterations.pem"
topk8 -v2 id-aes256-wrap-pad -passout pass:secret >"$out/wrap.pem"
head -c -16 "$out/pbes2.p8" >"$out/cut.p8"
printf 'more' | cat "$out/pbes2.p8" - >"$out/trailing.p8"

# Traditional PEM.
for cipher in {aes,aria,camellia}-{128,192,256}-{cbc,cfb,cfb1,cfb8,ofb,ctr} des-{cbc,cfb,cfb1,cfb8,ofb} des-ede-{cbc,cfb,ofb} \
  des-ede3-{cbc,cfb,cfb1,cfb8,ofb} desx-cbc rc2-{,40-,64-}cbc rc2-{cfb,ofb} bf-{cbc,cfb,ofb} cast5-{cbc,cfb,ofb} seed-{cbc,cfb,ofb} sm4-{cbc,cfb,ofb,ctr}; do
  openssl ec "${legacy[@]}" -in key.pem "-$cipher" -passout pass:secret 2>/dev/null >>"$out/traditional.pem"
done
openssl ec -in key.pem -chacha20 -passout pass:secret 2>/dev/null >"$out/traditional-chacha20.pem"

# GnuTLS.
for cipher in 3des 3des-pkcs12 aes-128 aes-192 aes-256 rc2-40 arcfour; do
  certtool --to-p8 --load-privkey key.pem --pkcs-cipher "$cipher" --password secret 2>/dev/null >>"$out/gnutls.pem"
done
certtool --to-p8 --load-privkey key.pem --pkcs-cipher gost28147-tc26z --password secret 2>/dev/null >"$out/gost.pem"
for f in gnutls gost; do sed -i '/^-----BEGIN/,/^-----END/!d' "$out/$f.pem"; done

# Java.
cat >Write.java <<'JAVA'
import java.nio.file.*;
import java.security.AlgorithmParameters;
import java.util.Base64;
import javax.crypto.*;
import javax.crypto.spec.PBEKeySpec;
public class Write {
  public static void main(String[] a) throws Exception {
    byte[] key = Files.readAllBytes(Path.of("key.der"));
    for (String alg : new String[] {"PBEWithMD5AndDES", "PBEWithSHA1AndDESede", "PBEWithSHA1AndRC2_40", "PBEWithSHA1AndRC2_128",
        "PBEWithSHA1AndRC4_40", "PBEWithSHA1AndRC4_128", "PBEWithHmacSHA1AndAES_128", "PBEWithHmacSHA224AndAES_256",
        "PBEWithHmacSHA256AndAES_128", "PBEWithHmacSHA384AndAES_256", "PBEWithHmacSHA512AndAES_256"}) {
      Cipher c = Cipher.getInstance(alg);
      c.init(Cipher.ENCRYPT_MODE, SecretKeyFactory.getInstance(alg).generateSecret(new PBEKeySpec("secret".toCharArray())));
      AlgorithmParameters params = c.getParameters();
      if (alg.contains("Hmac")) {
        params = AlgorithmParameters.getInstance("PBES2");
        params.init(c.getParameters().getEncoded());
      }
      byte[] der = new EncryptedPrivateKeyInfo(params, c.doFinal(key)).getEncoded();
      System.out.println("-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {10}).encodeToString(der)
          + "\n-----END ENCRYPTED PRIVATE KEY-----");
    }
  }
}
JAVA
java Write.java >"$out/java.pem"

# Python for what no program at hand writes: AES-GCM, PBKDF2 with HMAC-SHA-3,
# and the odd forms of parameters.
python3 - "$out" <<'PYTHON'
import base64, hashlib, sys, textwrap
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
out = sys.argv[1]
key = open("key.der", "rb").read()

def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    head = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + head + body
def oid(dotted):
    a, b, *rest = map(int, dotted.split("."))
    body = b""
    for n in [a * 40 + b] + rest:
        part = [n & 127]
        while n := n >> 7: part.insert(0, n & 127 | 128)
        body += bytes(part)
    return tlv(6, body)
seq = lambda *p: tlv(0x30, *p)
octets = lambda b: tlv(4, b)
def integer(n): return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))
def block(alg, ciphertext):
    der = seq(alg, octets(ciphertext))
    return "-----BEGIN ENCRYPTED PRIVATE KEY-----\n%s\n-----END ENCRYPTED PRIVATE KEY-----\n" % "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
def pbes2(kdf, enc): return seq(oid("1.2.840.113549.1.5.13"), seq(kdf, enc))
def pbkdf2(salt, rounds, *more): return seq(oid("1.2.840.113549.1.5.12"), seq(salt, integer(rounds), *more))
def prf(o): return seq(oid(o), tlv(5))
def pad(b, n): k = n - len(b) % n; return b + bytes([k]) * k
def cbc(k, iv): e = Cipher(algorithms.AES(k), modes.CBC(iv)).encryptor(); return e.update(pad(key, 16)) + e.finalize()
salt, iv, pw = bytes(range(16)), bytes(range(16, 32)), b"secret"
aes256 = seq(oid("2.16.840.1.101.3.4.1.42"), octets(iv))

text = ""
for i, name in enumerate(["sha3_224", "sha3_256", "sha3_384", "sha3_512"]):
    k = hashlib.pbkdf2_hmac(name, pw, salt, 1000, 32)
    text += block(pbes2(pbkdf2(octets(salt), 1000, prf("2.16.840.1.101.3.4.2.%d" % (13 + i))), aes256), cbc(k, iv))
open(out + "/prf-sha3.pem", "w").write(text)

text = ""
for arc, size, nonce, tag, params in [
    (6, 16, 12, 12, lambda n: seq(octets(n))),
    (26, 24, 12, 16, lambda n: seq(octets(n), integer(16))),
    (46, 32, 12, 14, lambda n: seq(octets(n), integer(14))),
    (46, 32, 16, 16, lambda n: seq(octets(n), integer(16))),
]:
    n = iv[:nonce]
    k = hashlib.pbkdf2_hmac("sha512", pw, salt, 1000, size)
    e = Cipher(algorithms.AES(k), modes.GCM(n)).encryptor()
    c = e.update(key) + e.finalize()
    enc = seq(oid("2.16.840.1.101.3.4.1.%d" % arc), params(n))
    text += block(pbes2(pbkdf2(octets(salt), 1000, integer(size), prf("1.2.840.113549.2.11")), enc), c + e.tag[:tag])
open(out + "/gcm.pem", "w").write(text)

# No PRF (SHA-1), no salt, a key length, a constructed salt, parameters as Java
# before 11 wrote them (JDK-8202837), bytes behind the key, an indefinite length.
k = lambda s: hashlib.pbkdf2_hmac("sha1", pw, s, 1000, 32)
indefinite = seq(b"").replace(b"\x30\x00", b"\x30\x80") + pbes2(pbkdf2(octets(salt), 1000), aes256) + octets(cbc(k(salt), iv)) + b"\0\0"
text = block(pbes2(pbkdf2(octets(salt), 1000), aes256), cbc(k(salt), iv))
text += block(pbes2(pbkdf2(octets(b""), 1000), aes256), cbc(k(b""), iv))
text += block(pbes2(pbkdf2(octets(salt), 1000, integer(32)), aes256), cbc(k(salt), iv))
text += block(pbes2(pbkdf2(tlv(0x24, octets(salt[:5]), octets(salt[5:])), 1000), aes256), cbc(k(salt), iv))
java = seq(oid("1.2.840.113549.1.5.13"), pbes2(pbkdf2(octets(salt), 1000), aes256))
text += block(java, cbc(k(salt), iv))
key += b"more"
text += block(pbes2(pbkdf2(octets(salt), 1000), aes256), cbc(k(salt), iv))
open(out + "/params.pem", "w").write(text)
open(out + "/indefinite.p8", "wb").write(indefinite)

kdf = pbkdf2(octets(salt), 1000)
bad = {
    "rc5": block(pbes2(kdf, seq(oid("1.2.840.113549.3.9"), seq(integer(16), integer(12), integer(64), octets(iv[:8])))), bytes(144)),
    "ciphertext": block(pbes2(kdf, aes256), bytes(100)),
    "othersource": block(pbes2(pbkdf2(seq(oid("1.2.3")), 1000), aes256), bytes(144)),
    "zero-iterations": block(pbes2(pbkdf2(octets(salt), 0), aes256), bytes(144)),
    "scrypt-memory": block(pbes2(seq(oid("1.3.6.1.4.1.11591.4.11"), seq(octets(salt), integer(1 << 30), integer(8), integer(1))), aes256), bytes(144)),
}
for name, text in bad.items(): open("%s/bad-%s.pem" % (out, name), "w").write(text)
PYTHON

# The list of what to expect.
python3 - "$out" "$spki" <<'PYTHON'
import glob, json, os, sys
out, spki = sys.argv[1:]
fails = {"gost": "unsupported", "traditional-chacha20": "unsupported", "bad-rc5": "unsupported",
    "bad-othersource": "unsupported", "cut": "damaged", "bad-ciphertext": "damaged", "bad-zero-iterations": "damaged",
    "iterations": "too-large", "bad-scrypt-memory": "too-large"}
passwords = {"pbes1-empty": "", "pbes2-empty": "", "pbes1-utf8": "ünïcödé", "pbes2-latin1": "schön", "clear": None}
variants = {"pbes2-latin1": "Latin-1"}
vectors = []
for path in sorted(glob.glob(out + "/*")):
    file = os.path.basename(path)
    name = file.rsplit(".", 1)[0]
    v = {"file": file, "expect": fails.get(name, "ok")}
    if (pw := passwords.get(name, "secret")) is not None: v["password"] = pw
    if v["expect"] == "ok": v["keys"] = [spki] * max(open(path, "rb").read().count(b"-----BEGIN "), 1)
    if name in variants: v["variant"] = variants[name]
    vectors.append(v)
for file in ["pbes2.p8", "pbes2-empty.pem", "scrypt.pem", "prf.pem", "gcm.pem", "traditional.pem"]:
    vectors.append({"file": file, "expect": "password-missing"})
    vectors.append({"file": file, "password": "Secret", "expect": "password-wrong"})
n = {v["file"]: v["keys"] for v in vectors if "keys" in v}
vectors.append({"file": "pbes2.p8", "password": "secret\r\n", "expect": "ok", "keys": n["pbes2.p8"], "variant": "line end"})
with open(out + "/vectors.json", "w") as f:
    f.write("[\n" + ",\n".join(" " + json.dumps(v, ensure_ascii=False) for v in vectors) + "\n]\n")
PYTHON
