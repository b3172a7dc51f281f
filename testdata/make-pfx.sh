#!/usr/bin/env bash
# Makes testdata/pfx out of testdata/pairs with OpenSSL 3.0, GnuTLS certtool,
# NSS pk12util, Java's keytool, Bouncy Castle (fetched with apt-get download) and
# node-forge (fetched with npm), and vectors.json from what went in. The rfc9579
# files are the examples of that RFC, as go-pkcs12 carries them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/pfx
mkdir -p "$out"
rm -f "$out"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# part FILE KIND N: block N of KIND in a file of pairs
part() { awk -v kind="$2" -v n="$3" '$0 ~ "^-----BEGIN " kind "-----" {i++} i == n {print} $0 ~ "^-----END " kind "-----" && i == n {exit}' "$here/pairs/$1.pem"; }
for k in ec-P-256 rsa1024 ed25519 dsa1024 rsapss2048 ed448; do
  openssl pkey -provider legacy -provider default -in "$here/pairs/$k.pem" -out "$k.key"
  part "$k" CERTIFICATE 1 >"$k.crt"
done
part ec-P-256 CERTIFICATE 2 >intermediate.crt
part ec-P-256 CERTIFICATE 3 >root.crt
cat intermediate.crt root.crt >chain.crt
cp "$here/pairs/crl.pem" crl.pem

# vector FILE PASSWORD|- EXPECT KEYS CERTS NAMES [VARIANT]: a line of vectors.json
vector() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" "${5:-}" "${6:-}" "${7:-}" >>vectors; }

# p12 FILE PASSWORD KEY CERTS NAMES OPENSSL-ARGUMENTS…
p12() {
  local file=$1 pw=$2 key=$3 certs=$4 names=$5; shift 5
  local in=(-nokeys) c
  [ -z "$key" ] || in=(-inkey "$key.key")
  : >in.pem
  for c in $certs; do cat "$c.crt" >>in.pem; done
  if [ -n "$certs" ]; then in+=(-in in.pem); else in=(-nocerts -inkey "$key.key" -in "$key.key"); fi
  openssl pkcs12 -provider legacy -provider default -export "${in[@]}" -passout "pass:$pw" -out "$out/$file" "$@"
  vector "$file" "$pw" ok "$key" "$certs" "$names"
}

all="ec-P-256 intermediate root"
p12 openssl-default.p12 secret ec-P-256 "$all" "site.example|the intermediate|the root" -name site.example -caname "the intermediate" -caname "the root"
p12 openssl-legacy.p12 secret ec-P-256 "$all" "" -legacy
p12 openssl-rc4.p12 secret ec-P-256 ec-P-256 "" -certpbe PBE-SHA1-RC4-40 -keypbe PBE-SHA1-RC4-128 -macalg sha1
p12 openssl-2des.p12 secret ec-P-256 ec-P-256 "" -certpbe PBE-SHA1-2DES -keypbe PBE-SHA1-RC2-128 -macalg md5
p12 openssl-pbes1.p12 secret ec-P-256 ec-P-256 "" -certpbe PBE-MD5-DES -keypbe PBE-SHA1-DES -macalg sha384
p12 openssl-camellia.p12 secret ec-P-256 ec-P-256 "" -certpbe camellia-256-cbc -keypbe des-ede3-cbc -macalg sha512
p12 openssl-sha3.p12 secret ec-P-256 ec-P-256 "" -certpbe aes-128-cbc -keypbe aes-192-cbc -macalg sha3-256
p12 openssl-sha512-256.p12 secret ec-P-256 ec-P-256 "" -macalg sha512-256
p12 openssl-noiter.p12 secret ec-P-256 ec-P-256 "" -noiter -nomaciter
p12 openssl-nomac.p12 secret ec-P-256 ec-P-256 "" -nomac
p12 openssl-clear.p12 secret ec-P-256 ec-P-256 "" -certpbe NONE -keypbe NONE
vector openssl-clear.p12 - ok ec-P-256 ec-P-256 ""
vector openssl-clear.p12 wrong password-wrong
p12 openssl-clear-nomac.p12 - ec-P-256 ec-P-256 "" -certpbe NONE -keypbe NONE -nomac
p12 openssl-clear-key.p12 secret ec-P-256 ec-P-256 "" -keypbe NONE
p12 openssl-clear-cert.p12 secret ec-P-256 ec-P-256 "" -certpbe NONE
vector openssl-clear-cert.p12 - password-missing
p12 openssl-csp.p12 secret rsa1024 rsa1024 "keyset" -name keyset -CSP "Microsoft Enhanced RSA and AES Cryptographic Provider" -LMK -keyex
p12 openssl-key-only.p12 secret ec-P-256 "" ""
p12 openssl-certs-only.p12 secret "" "intermediate root" "one|two" -caname one -caname two
p12 openssl-empty-password.p12 "" ec-P-256 ec-P-256 ""
p12 openssl-empty-password-legacy.p12 "" ec-P-256 ec-P-256 "" -legacy
p12 openssl-unicode.p12 "pässwörd 日本 𝄞" ec-P-256 ec-P-256 "Schlüssel 日本" -legacy -name "Schlüssel 日本"
p12 openssl-unicode-aes.p12 "pässwörd 日本 𝄞" ec-P-256 ec-P-256 ""
# OpenSSL before 1.1.0 made a character of each byte: here of "pä" in UTF-8.
p12 openssl-bytes.p12 "pÃ¤" ec-P-256 ec-P-256 "" -legacy
sed -i '$d' vectors
vector openssl-bytes.p12 "pä" ok ec-P-256 ec-P-256 "" "each UTF-8 byte as one character"
p12 openssl-rsapss.p12 secret rsapss2048 rsapss2048 ""
p12 openssl-ed448.p12 secret ed448 ed448 ""
p12 openssl-dsa.p12 secret dsa1024 dsa1024 "" -legacy
vector openssl-default.p12 - password-missing
vector openssl-default.p12 Secret password-wrong
vector openssl-legacy.p12 Secret password-wrong

# One password for the MAC, another for the contents: OpenSSL asks for them on the terminal.
cat >twopass.py <<'PY'
import os, pty, sys
answers = [b"macpass", b"macpass", b"secret", b"secret"]
pid, fd = pty.fork()
if pid == 0:
    os.execvp("openssl", ["openssl", "pkcs12", "-export", "-twopass", "-inkey", "ec-P-256.key", "-in", "ec-P-256.crt", "-out", sys.argv[1]])
seen = b""
while True:
    try:
        got = os.read(fd, 1000)
    except OSError:
        break
    if not got:
        break
    seen += got
    while answers and seen.count(b":") > 4 - len(answers):
        os.write(fd, answers.pop(0) + b"\n")
os.waitpid(pid, 0)
PY
python3 twopass.py "$out/openssl-twopass.p12"
vector openssl-twopass.p12 secret ok ec-P-256 ec-P-256 ""
vector openssl-twopass.p12 macpass password-wrong

# GnuTLS
gnutls() { # FILE PASSWORD CIPHER
  certtool --to-p12 --load-privkey ec-P-256.key --load-certificate ec-P-256.crt --load-ca-certificate chain.crt \
    --p12-name gnutls --password "$2" --pkcs-cipher "$3" --outder --outfile "$out/$1" >/dev/null 2>&1
  vector "$1" "$2" ok ec-P-256 "ec-P-256 intermediate" gnutls
}
gnutls gnutls-aes.p12 secret aes-256
gnutls gnutls-3des.p12 secret 3des-pkcs12
gnutls gnutls-rc2.p12 secret rc2-40
gnutls gnutls-arcfour.p12 secret arcfour

# NSS: keys go in as PFX and come out as PFX
mkdir nss
printf '\n' >empty
certutil -d nss -N --empty-password
for k in ec-P-256 rsa1024; do
  openssl pkcs12 -export -inkey "$k.key" -in "$k.crt" -name "$k nick" -passout pass:x -out nss.p12
  pk12util -d nss -i nss.p12 -W x >/dev/null
done
certutil -d nss -A -n intermediate -t ,, -a -i intermediate.crt
certutil -d nss -A -n root -t C,, -a -i root.crt
pk12util -d nss -o "$out/nss-default.p12" -n "ec-P-256 nick" -W secret >/dev/null
pk12util -d nss -o "$out/nss-rc2.p12" -n "rsa1024 nick" -W secret -c 'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC' -C 'PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC' >/dev/null
vector nss-default.p12 secret ok ec-P-256 "$all" "ec-P-256 nick|intermediate|root"
vector nss-rc2.p12 secret ok rsa1024 "rsa1024 intermediate root" "rsa1024 nick|intermediate|root"

# Java: several keys, a trusted certificate, a secret key
export LC_ALL=C.UTF-8
java() { keytool -J-Duser.language=en -storetype PKCS12 -storepass secret "$@" >/dev/null 2>&1; }
for k in ec-P-256 rsa1024; do
  openssl pkcs12 -export -inkey "$k.key" -in "$k.crt" -certfile chain.crt -name "$k" -passout pass:secret -out java.p12
  java -importkeystore -srckeystore java.p12 -srcstorepass secret -destkeystore "$out/java-keys.p12" -deststoretype PKCS12 -deststorepass secret
  java -J-Dkeystore.pkcs12.legacy -importkeystore -srckeystore java.p12 -srcstorepass secret -destkeystore "$out/java-legacy.p12" -deststoretype PKCS12 -deststorepass secret
done
java -importcert -noprompt -alias "anker 𝄞" -file root.crt -keystore "$out/java-keys.p12"
java -genseckey -alias aes -keyalg AES -keysize 128 -keystore "$out/java-keys.p12"
java -importcert -noprompt -alias anchor -file root.crt -keystore "$out/java-trust.p12"
keytool -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -J-Dkeystore.pkcs12.macAlgorithm=NONE -importcert -noprompt -alias anchor \
  -file root.crt -storetype PKCS12 -storepass secret -keystore "$out/java-trust-clear.p12" >/dev/null 2>&1
chains="ec-P-256 intermediate root rsa1024 intermediate root"
chainnames="ec-p-256|rsa1024|CN=Intermediate,O=certconv test|CN=Root,O=certconv test"
vector java-keys.p12 secret ok "ec-P-256 rsa1024" "$chains root" "$chainnames|anker 𝄞"
vector java-keys.p12 - password-missing
vector java-legacy.p12 secret ok "ec-P-256 rsa1024" "$chains" "$chainnames"
vector java-trust.p12 secret ok "" root anchor
vector java-trust-clear.p12 - ok "" root anchor

# Bouncy Castle writes BER: indefinite lengths, OCTET STRINGs in pieces
apt-get -qq download libbcprov-java 2>/dev/null
for d in libbcprov-java_*.deb; do dpkg -x "$d" bc; done
cat >Bouncy.java <<'JAVA'
import java.io.*; import java.security.*; import java.util.*;
public class Bouncy {
  public static void main(String[] args) throws Exception {
    char[] password = "secret".toCharArray();
    KeyStore from = KeyStore.getInstance("PKCS12", "SunJSSE");
    try (InputStream in = new FileInputStream(args[0])) { from.load(in, password); }
    KeyStore to = KeyStore.getInstance("PKCS12", new org.bouncycastle.jce.provider.BouncyCastleProvider());
    to.load(null, null);
    for (String name : Collections.list(from.aliases())) {
      if (from.isCertificateEntry(name)) to.setCertificateEntry(name, from.getCertificate(name));
      else if (from.getKey(name, password) instanceof PrivateKey)
        to.setKeyEntry(name, from.getKey(name, password), null, from.getCertificateChain(name));
    }
    try (OutputStream out = new FileOutputStream(args[1])) { to.store(out, password); }
  }
}
JAVA
command java -cp "$(echo bc/usr/share/java/bcprov-*.jar)" Bouncy.java "$out/java-keys.p12" "$out/bouncycastle-ber.p12"
vector bouncycastle-ber.p12 secret ok "ec-P-256 rsa1024" "ec-P-256 rsa1024 intermediate root" "ec-p-256|rsa1024|anker 𝄞"

# node-forge: certificates in the clear; without a password a MAC of the empty one without its terminator
npm install --silent --no-fund --no-audit --prefix . node-forge >/dev/null 2>&1
cat >forge.js <<'JS'
const forge = require("node-forge"), fs = require("fs");
const key = forge.pki.privateKeyFromPem(fs.readFileSync("rsa1024.key"));
const cert = forge.pki.certificateFromPem(fs.readFileSync("rsa1024.crt"));
for (const [file, password, options] of [
  ["forge-aes.p12", "secret", {}],
  ["forge-3des.p12", "pä日𝄞", {algorithm: "3des", friendlyName: "nä日𝄞"}],
  ["forge-no-password.p12", null, {}],
]) {
  const asn1 = forge.pkcs12.toPkcs12Asn1(key, [cert], password, options);
  fs.writeFileSync(process.argv[2] + "/" + file, forge.asn1.toDer(asn1).getBytes(), "binary");
}
JS
node forge.js "$out"
openssl pkcs12 -in "$out/forge-aes.p12" -passin pass:secret -nokeys 2>/dev/null | openssl x509 -out forge.crt # encoded anew
vector forge-aes.p12 secret ok rsa1024 forge
vector forge-3des.p12 "pä日𝄞" ok rsa1024 forge "nä日𝄞"
vector forge-no-password.p12 "" ok rsa1024 forge "" "empty, without its terminator"
vector forge-no-password.p12 - ok rsa1024 forge

# RFC 9579, Appendix A: 1 to 3 are right; in 4 and 5 the MAC is wrong, 6 does not say the length of its key
gopkcs12=$(cd "$here" && go list -m -f '{{.Dir}}' software.sslmate.com/src/go-pkcs12)
for n in 1 2 3 4 5 6; do
  base64 -d "$gopkcs12/testdata/rfc9579-a$n.txt" >"$out/rfc9579-a$n.p12"
  openssl pkcs12 -in "$out/rfc9579-a$n.p12" -passin pass:1234 -nomacver -nodes -nocerts 2>/dev/null | openssl pkey -out rfc$n.key
  openssl pkcs12 -in "$out/rfc9579-a$n.p12" -passin pass:1234 -nomacver -nokeys 2>/dev/null | openssl x509 -out rfc$n.crt
  [ $n = 6 ] || vector "rfc9579-a$n.p12" 1234 ok rfc$n rfc$n
done
vector rfc9579-a1.p12 12345 password-wrong
vector rfc9579-a6.p12 1234 damaged

# What is wrong in other ways
head -c 1500 "$out/openssl-default.p12" >"$out/cut-short.p12"
vector cut-short.p12 secret damaged

cat >vectors.py <<'PY'
import hashlib, json, subprocess, sys
def run(*a): return subprocess.run(a, check=True, capture_output=True).stdout
legacy = ["-provider", "legacy", "-provider", "default"]
def key(name): return hashlib.sha256(run("openssl", "pkey", *legacy, "-in", name + ".key", "-pubout", "-outform", "DER")).hexdigest()
def cert(name): return hashlib.sha256(run("openssl", "x509", "-in", name + ".crt", "-outform", "DER")).hexdigest()
lines = []
for line in open("vectors", encoding="utf-8"):
    file, pw, expect, keys, certs, names, variant = line.rstrip("\n").split("\t")
    v = {"file": file}
    if pw != "-": v["password"] = pw
    v["expect"] = expect
    if keys: v["keys"] = [key(k) for k in keys.split()]
    if certs: v["certs"] = [cert(c) for c in certs.split()]
    if names: v["names"] = names.split("|")
    if variant: v["variant"] = variant
    lines.append(json.dumps(v, ensure_ascii=False, separators=(",", ":")))
print("[\n" + ",\n".join(lines) + "\n]")
PY
python3 vectors.py >"$out/vectors.json"
chmod 644 "$out"/*
