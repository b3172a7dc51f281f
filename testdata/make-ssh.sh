#!/usr/bin/env bash
# Makes testdata/ppk and testdata/ssh-pub with puttygen (putty-tools) and ssh-keygen:
# key files of PuTTY of both versions and public keys. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$here/ppk" "$here/ssh-pub"
mkdir -p "$here/ppk" "$here/ssh-pub"
printf secret >"$work/pw"
: >"$work/none"

ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C rsa@example.com -f "$work/rsa"
ssh-keygen -q -t ecdsa -b 384 -m PEM -N '' -C ec@example.com -f "$work/ec"
ssh-keygen -q -t ed25519 -N '' -C ed@example.com -f "$work/ed"
spki() {
  case $1 in
    ed) python3 -c 'import base64,sys; k=base64.b64decode(open(sys.argv[1]).read().split()[1])[-32:]; sys.stdout.buffer.write(bytes.fromhex("302a300506032b6570032100")+k)' "$work/ed.pub" ;;
    *) openssl pkey -in "$work/$1" -pubout -outform DER ;;
  esac | sha256sum | cut -d' ' -f1
}
# vector FOLDER FILE PASSWORD|- EXPECT KEY-HASH|- VARIANT
vector() {
  local pw= keys=
  [ "$3" = - ] || pw="\"password\":\"$3\","
  [ "$5" = - ] || keys="\"$5\""
  printf '{"file":"%s",%s"expect":"%s","keys":[%s],"variant":"%s"}\n' "$2" "$pw" "$4" "$keys" "$6" >>"$work/$1"
}
for key in rsa ec ed; do
  for version in 2 3; do
    puttygen "$work/$key" -O private --ppk-param "version=$version" -C "$key@example.com" -o "$here/ppk/$key-v$version.ppk"
    vector ppk "$key-v$version.ppk" - ok "$(spki $key)" "version $version"
    puttygen "$work/$key" -O private --ppk-param "version=$version" --new-passphrase "$work/pw" -o "$here/ppk/$key-v$version-locked.ppk"
    vector ppk "$key-v$version-locked.ppk" secret ok "$(spki $key)" "version $version"
  done
done
puttygen "$work/rsa" -O private --ppk-param version=3,kdf=argon2i,memory=1024,passes=3 --new-passphrase "$work/pw" -o "$here/ppk/argon2i.ppk"
vector ppk argon2i.ppk secret ok "$(spki rsa)" "version 3"
puttygen "$work/rsa" -O private --ppk-param version=3,kdf=argon2d --new-passphrase "$work/pw" -o "$here/ppk/argon2d.ppk"
vector ppk argon2d.ppk secret unsupported - ""
vector ppk rsa-v3-locked.ppk Secret password-wrong - ""
vector ppk rsa-v2-locked.ppk - password-missing - ""
sed 's/^Comment: .*/Comment: another/' "$here/ppk/rsa-v3.ppk" >"$here/ppk/altered.ppk"
vector ppk altered.ppk - damaged - ""
head -n 8 "$here/ppk/rsa-v3.ppk" >"$here/ppk/cut-short.ppk"
vector ppk cut-short.ppk - damaged - ""
sed 's/^Argon2-Memory: .*/Argon2-Memory: 4000000/' "$here/ppk/rsa-v3-locked.ppk" >"$here/ppk/memory.ppk"
vector ppk memory.ppk secret too-large - ""
cat "$work/rsa.pub" "$work/ec.pub" - "$work/ed.pub" <<<'# a comment' >"$here/ssh-pub/three.pub"
vector ssh-pub three.pub - ok - ""
for folder in ppk ssh-pub; do
  { echo '['; sed '$!s/$/,/' "$work/$folder"; echo ']'; } >"$here/$folder/vectors.json"
done
