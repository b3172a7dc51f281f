#!/usr/bin/env bash
# Makes the keys of testdata/clients, with OpenSSL 3.0: those that take long to
# make, or that Go does not make. The test makes the others, and all
# certificates.
set -euo pipefail
out=$(cd "$(dirname "$0")" && pwd)/clients
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for bits in 512 768 1023 1280 2040 2047 2048 2049 4096 8192 10240; do
  openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -out "$out/rsa$bits.pem" 2>/dev/null
done
for e in 3 17 4294967311; do
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt "rsa_keygen_pubexp:$e" -out "$out/rsa2048-e$e.pem" 2>/dev/null
done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out "$out/rsa2048-3primes.pem" 2>/dev/null
openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -pkeyopt dsa_paramgen_q_bits:256 -out "$work/dsa" 2>/dev/null
openssl genpkey -paramfile "$work/dsa" -out "$out/dsa2048.pem"
