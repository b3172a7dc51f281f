#!/usr/bin/env bash
# Makes testdata/k8s with kubectl: Secrets of type kubernetes.io/tls, as YAML and JSON, and two in one
# file. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$here/k8s" && mkdir "$here/k8s"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for n in one two; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout $n.key -out $n.pem -subj /CN=$n.example.com -addext subjectAltName=DNS:$n.example.com -days 36500 2>/dev/null
done
secret() { kubectl create secret tls "$1" --cert="$1.pem" --key="$1.key" --dry-run=client -o "$2"; }
secret one yaml >"$here/k8s/one.yaml"
secret one json >"$here/k8s/one.json"
{ secret one yaml; echo ---; secret two yaml; } >"$here/k8s/two.yaml"
key() { openssl pkey -in $1.key -pubout -outform DER | sha256sum | cut -d' ' -f1; }
cert() { openssl x509 -in $1.pem -outform DER | sha256sum | cut -d' ' -f1; }
{
  echo '['
  for f in one.yaml one.json; do printf '{"file":"%s","expect":"ok","keys":["%s"],"certs":["%s"]},\n' $f "$(key one)" "$(cert one)"; done
  printf '{"file":"two.yaml","expect":"ok","keys":["%s","%s"],"certs":["%s","%s"]}\n]\n' "$(key one)" "$(key two)" "$(cert one)" "$(cert two)"
} >"$here/k8s/vectors.json"
