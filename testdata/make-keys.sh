#!/usr/bin/env bash
# Makes testdata/keys, pkcs1, sec1 and openssh: private keys of the kinds and in
# the forms that testdata/pairs does not have, written by OpenSSL 3.0 (GOST: by
# its engine, Debian's libengine-gost-openssl) and by OpenSSH's ssh-keygen.
set -euo pipefail
out=$(cd "$(dirname "$0")" && pwd)
folders=(keys pkcs1 sec1 openssh)
for folder in "${folders[@]}"; do
  mkdir -p "$out/$folder"
  rm -f "$out/$folder"/*
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

sha() { openssl dgst -sha256 -r | cut -d' ' -f1; }
spki() { openssl pkey -in "$1" -pubout -outform DER | sha; }

# What vectors.json lists, by folder.
declare -A vectors hashes
vector() { # FOLDER JSON
  vectors[$1]+="${vectors[$1]:+,}$2"
}
add() { # FILE KEY: appends a key to a file of several
  cat "$2" >>"$out/$1"
  hashes[$1]+="${hashes[$1]:+,}\"$(spki "$2")\""
}
done_with() { # FILE [JSON]
  vector "$(dirname "$1")" "{\"file\":\"$(basename "$1")\",\"expect\":\"ok\",\"keys\":[${hashes[$1]}]${2:+,$2}}"
}

# Every curve that has an identifier. Without its public point, that has to be
# worked out; with explicit parameters, the curve has to be recognised.
for curve in $(openssl ecparam -list_curves | grep -oE '^  [A-Za-z0-9-]+' | grep -v Oakley); do
  openssl ecparam -name "$curve" -genkey -noout -out key
  openssl ec -in key -no_public -out no-public 2>/dev/null
  openssl pkcs8 -topk8 -nocrypt -in no-public -out pkcs8
  openssl ec -in key -param_enc explicit -conv_form compressed -out explicit 2>/dev/null
  add keys/curves.pem pkcs8
  add sec1/curves-explicit.pem explicit
done
done_with keys/curves.pem
done_with sec1/curves-explicit.pem '"variant":"those of brainpoolP512t1"'
openssl ecparam -name P-256 -genkey -noout -out key
for form in compressed hybrid uncompressed; do
  openssl ec -in key -conv_form "$form" -out sec1 2>/dev/null
  add sec1/points.pem sec1
done
done_with sec1/points.pem

# Traditional forms of what is not EC.
openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out param 2>/dev/null
openssl genpkey -paramfile param -out key
openssl pkey -in key -traditional -out dsa
add keys/dsa-traditional.pem dsa
done_with keys/dsa-traditional.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out key 2>/dev/null
openssl rsa -in key -traditional -out rsa 2>/dev/null
add pkcs1/rsa-3primes.pem rsa
done_with pkcs1/rsa-3primes.pem
openssl genpkey -algorithm DHX -pkeyopt group:dh_1024_160 -out dhx
add keys/dhx.pem dhx
done_with keys/dhx.pem

# GOST R 34.10 with every set of parameters that the engine has.
cat >gost.conf <<'END'
openssl_conf = conf
[conf]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
END
gost() { # ALGORITHM SET...
  local algorithm=$1 set; shift
  for set; do
    openssl genpkey -algorithm "$algorithm" -pkeyopt "paramset:$set" -out key
    add keys/gost.pem key
  done
}
export OPENSSL_CONF=$work/gost.conf
gost gost2001 0 A B C XA XB
gost gost2012_256 0 A B C XA XB TCA TCB TCC TCD
gost gost2012_512 A B C
unset OPENSSL_CONF
done_with keys/gost.pem

# OpenSSH. Its public keys are turned into SubjectPublicKeyInfo by ssh-keygen,
# which has no such form for Ed25519.
ssh_spki() {
  case $(cut -d' ' -f1 "$1") in
  ssh-ed25519) { printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00'; cut -d' ' -f2 "$1" | base64 -d | tail -c 32; } | sha ;;
  *) ssh-keygen -e -m PKCS8 -f "$1" | openssl pkey -pubin -outform DER | sha ;;
  esac
}
mkdir ssh
ssh() { # NAME PASSWORD ARGUMENTS...
  local name=$1 password=$2; shift 2
  ssh-keygen -q -N "$password" -C "$name@example" -a 2 -f "ssh/$name" "$@"
  cp "ssh/$name" "$out/openssh/$name.pem"
  vector openssh "{\"file\":\"$name.pem\",${password:+\"password\":\"$password\",}\"expect\":\"ok\",\"keys\":[\"$(ssh_spki "ssh/$name.pub")\"],\"names\":[\"$name@example\"]}"
}
ssh rsa '' -t rsa -b 1024
ssh dsa '' -t dsa
ssh ed25519 '' -t ed25519
for bits in 256 384 521; do ssh "ecdsa$bits" '' -t ecdsa -b $bits; done
for cipher in aes{128,192,256}-{ctr,cbc} 3des-cbc aes{128,256}-gcm@openssh.com chacha20-poly1305@openssh.com; do
  ssh "${cipher%@*}" 'sécret' -t ed25519 -Z "$cipher"
done
vector openssh '{"file":"aes256-ctr.pem","expect":"password-missing"}'
vector openssh '{"file":"aes256-ctr.pem","password":"other","expect":"password-wrong"}'

for folder in "${folders[@]}"; do
  printf '[\n%s\n]\n' "${vectors[$folder]}" | sed 's/},{/},\n{/g' >"$out/$folder/vectors.json"
done
