#!/usr/bin/env bash
# Makes testdata/folders: the folders that certificate programs leave behind, each as a
# tar archive that keeps their links and modes, with root.pem, the root that all of their
# certificates lead to, and at, the time to check them for. What certbot, lego, Caddy,
# dehydrated, easy-rsa and ssl-cert made is their own work, with pebble as the CA; those of
# acme.sh and elasticsearch-certutil, which Debian does not have, are laid out here as their
# documentation says. Needs root, certbot, lego, caddy, dehydrated, pebble, easy-rsa,
# ssl-cert, openssl, curl, zip and python3. The keys are test keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/folders
work=$(mktemp -d)
running=()
trap 'for p in "${running[@]}"; do kill "$p" 2>/dev/null || true; done; rm -rf "$work"' EXIT
rm -rf "$out" && mkdir "$out"
cd "$work"
export HOME=$work/home XDG_DATA_HOME=$work/home/.local/share XDG_CONFIG_HOME=$work/home/.config
mkdir -p "$XDG_DATA_HOME"
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
pack() { # NAME FOLDER ENTRY...: what is in a folder, as it is
  tar -C "$2" --sort=name --owner=0 --group=0 --numeric-owner --mtime=2026-01-01 --format=ustar -cf - "${@:3}" | gzip -n -9 >"$out/$1.tgz"
}
until_there() { for _ in $(seq 200); do [ ! -e "$1" ] || return 0; sleep 0.1; done; echo "no $1"; exit 1; }

# An ACME server that believes everything.
mkdir ca
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout ca/tls.key -out ca/tls.pem -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:TRUE -days 2 2>/dev/null
cat >ca/pebble.json <<'JSON'
{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000", "certificate": "ca/tls.pem",
  "privateKey": "ca/tls.key", "httpPort": 5002, "tlsPort": 5001, "ocspResponderURL": ""}}
JSON
PEBBLE_VA_ALWAYS_VALID=1 PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config ca/pebble.json >ca/log 2>&1 &
running+=($!)
acme=https://localhost:14000/dir
curl --retry 40 --retry-connrefused --retry-delay 1 -sf --cacert ca/tls.pem -o /dev/null "$acme"
curl -sf --cacert ca/tls.pem -o ca/root.pem https://localhost:15000/roots/0

# certbot: two sites, of which the first was renewed.
letsencrypt=$work/certbot/etc/letsencrypt
certbot_() {
  REQUESTS_CA_BUNDLE=$work/ca/tls.pem quietly certbot "$@" --config-dir "$letsencrypt" --work-dir "$work/certbot.work" --logs-dir "$work/certbot.logs" \
    --server "$acme" --http-01-port 5002 --agree-tos --register-unsafely-without-email -n
}
certbot_ certonly --standalone -d www.example.com -d example.com
certbot_ certonly --standalone -d mail.example.com --key-type rsa
certbot_ renew --cert-name www.example.com --force-renewal --no-random-sleep-on-renew
pack certbot certbot etc

# lego: one site, with all that it can write.
quietly env LEGO_CA_CERTIFICATES=ca/tls.pem lego --path "$work/lego" -s "$acme" --accept-tos -m admin@example.com -d www.example.com \
  --http --http.port :5002 --pem run
pack lego lego accounts certificates

# Caddy: one site.
cat >caddy.conf <<CONF
{
  admin off
  email admin@example.com
  acme_ca $acme
  acme_ca_root $work/ca/tls.pem
  skip_install_trust
  http_port 5002
  https_port 5001
}
www.example.com {
  respond hello
}
CONF
caddy run --adapter caddyfile --config caddy.conf >caddy.log 2>&1 &
running+=($!)
until_there "$XDG_DATA_HOME/caddy/certificates/localhost-14000-dir/www.example.com/www.example.com.json"
kill "${running[-1]}" && wait "${running[-1]}" 2>/dev/null || true
pack caddy "$XDG_DATA_HOME" caddy

# dehydrated: one site, renewed, by the hook of nobody.
mkdir dehydrated dehydrated.www
cat >dehydrated.conf <<CONF
CA=$acme
BASEDIR=$work/dehydrated
WELLKNOWN=$work/dehydrated.www
CURL_OPTS="--cacert $work/ca/tls.pem"
CONF
quietly dehydrated -f dehydrated.conf --register --accept-terms
quietly dehydrated -f dehydrated.conf -c -d www.example.com
sleep 1
quietly dehydrated -f dehydrated.conf -c -x -d www.example.com
rm -f dehydrated/lock
pack dehydrated dehydrated .

# easy-rsa: a CA with a server and a client.
export EASYRSA_BATCH=1 EASYRSA_PKI=$work/easy-rsa/pki EASYRSA=/usr/share/easy-rsa EASYRSA_ALGO=ec
mkdir easy-rsa
easyrsa=/usr/share/easy-rsa/easyrsa
quietly "$easyrsa" init-pki
EASYRSA_REQ_CN="Example VPN CA" quietly "$easyrsa" build-ca nopass
EASYRSA_EXTRA_EXTS="subjectAltName=DNS:www.example.com" quietly "$easyrsa" build-server-full www.example.com nopass
quietly "$easyrsa" build-client-full client1 nopass
quietly "$easyrsa" gen-crl
pack easy-rsa easy-rsa pki

# ssl-cert: Debian's own certificate beside those of CAs and the links to them.
mkdir -p ssl/etc/ssl/certs ssl/etc/ssl/private ssl/cas
chmod 710 ssl/etc/ssl/private
cp /etc/ssl/openssl.cnf ssl/etc/ssl/
cp ca/root.pem ssl/cas/Example_ACME_Root.crt
cp easy-rsa/pki/ca.crt ssl/cas/Example_VPN_CA.crt
printf '%s\n' Example_ACME_Root.crt Example_VPN_CA.crt >ssl/list
quietly unshare -mu bash -ec 'hostname www.example.com
  mount --bind ssl/etc/ssl /etc/ssl
  mount --bind ssl/cas /usr/share/ca-certificates
  update-ca-certificates --certsconf "$PWD/ssl/list" --localcertsdir /nonexistent --hooksdir /nonexistent
  make-ssl-cert generate-default-snakeoil'
pack ssl-cert ssl etc

# acme.sh: one site, after its wiki and its paths (_initpath).
sh=acme.sh/.acme.sh
site=$sh/www.example.com_ecc
mkdir -p "$site/backup" "$sh/ca/localhost:14000/dir" "$sh/dnsapi"
install -m 600 lego/certificates/www.example.com.key "$site/www.example.com.key"
openssl req -new -key "$site/www.example.com.key" -subj /CN=www.example.com -addext subjectAltName=DNS:www.example.com -out "$site/www.example.com.csr"
sed '/-END/q' lego/certificates/www.example.com.crt >"$site/www.example.com.cer"
cp lego/certificates/www.example.com.issuer.crt "$site/ca.cer"
cat "$site/www.example.com.cer" "$site/ca.cer" >"$site/fullchain.cer"
cat >"$site/www.example.com.conf" <<CONF
Le_Domain='www.example.com'
Le_Alt='no'
Le_Webroot='/var/www/html'
Le_PreHook=''
Le_API='$acme'
Le_Keylength='ec-256'
Le_OrderFinalize='https://localhost:14000/finalize-order/1'
Le_LinkCert='https://localhost:14000/certZ/1'
CONF
cat >"$site/www.example.com.csr.conf" <<CONF
[ req_distinguished_name ]
[ req ]
distinguished_name = req_distinguished_name
req_extensions = v3_req
[ v3_req ]
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:www.example.com
CONF
# --force-new-domain-key makes the key of the next renewal.
openssl ecparam -name prime256v1 -genkey -noout -out "$site/www.example.com.key.next"
# What install-cert replaced.
openssl ecparam -name prime256v1 -genkey -noout -out "$site/backup/key.bak"
openssl ecparam -name prime256v1 -genkey -out "$sh/ca/localhost:14000/dir/account.key"
chmod 600 "$site"/*.key* "$site/backup/key.bak" "$sh/ca/localhost:14000/dir/account.key"
echo '{"status":"valid","contact":["mailto:admin@example.com"]}' >"$sh/ca/localhost:14000/dir/account.json"
echo "ACCOUNT_URL='https://localhost:14000/my-account/1'" >"$sh/ca/localhost:14000/dir/ca.conf"
echo "UPGRADE_HASH='0'" >"$sh/account.conf"
printf '#!/usr/bin/env sh\n# -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- are looked for\nBEGIN_CERT="-----BEGIN CERTIFICATE-----"\n' >"$sh/acme.sh"
pack acme.sh acme.sh .acme.sh

# elasticsearch-certutil: "cert --pem --keep-ca-key" for two instances, as a ZIP archive and
# unpacked; "http"; and what a node makes for itself at its first start.
es=elasticsearch
mkdir -p $es/cert/ca $es/http/elasticsearch $es/http/kibana $es/config/certs
openssl req -x509 -newkey rsa:2048 -noenc -keyout $es/cert/ca/ca.key -out $es/cert/ca/ca.crt -days 1095 -subj "/CN=Elastic Certificate Tool Autogenerated CA" \
  -addext basicConstraints=critical,CA:TRUE 2>/dev/null
signed() { # FOLDER NAME: a key and its certificate
  openssl req -new -newkey rsa:2048 -noenc -keyout "$1/$2.key" -subj "/CN=$2" -out req.pem 2>/dev/null
  openssl x509 -req -in req.pem -CA $es/cert/ca/ca.crt -CAkey $es/cert/ca/ca.key -days 1095 -out "$1/$2.crt" 2>/dev/null -extfile <(
    printf 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nsubjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\n' "$2.example.com")
}
for name in node1 node2; do
  mkdir $es/cert/$name
  signed $es/cert/$name $name
done
(cd $es/cert && TZ=UTC find . -exec touch -d 2026-01-01 {} + && zip -qXr -D ../certificate-bundle.zip ca node1 node2)
signed . http
keystore() { # FILE ALIAS NAME: as Java writes it
  openssl pkcs12 -export -inkey "$3.key" -in "$3.crt" -certfile $es/cert/ca/ca.crt -name "$2" -passout pass:secret -out "$1"
  keytool -importcert -noprompt -alias ca -file $es/cert/ca/ca.crt -keystore "$1" -storetype PKCS12 -storepass secret 2>/dev/null
}
keystore $es/http/elasticsearch/http.p12 http http
cp $es/cert/ca/ca.crt $es/http/kibana/elasticsearch-ca.pem
echo 'xpack.security.http.ssl.keystore.path: "http.p12"' >$es/http/elasticsearch/sample-elasticsearch.yml
echo 'elasticsearch.ssl.certificateAuthorities: [ "config/elasticsearch-ca.pem" ]' >$es/http/kibana/sample-kibana.yml
echo 'This directory contains a PKCS#12 keystore with a private key and certificate: http.p12' >$es/http/elasticsearch/README.txt
echo 'This directory contains the CA certificate: elasticsearch-ca.pem' >$es/http/kibana/README.txt
keystore $es/config/certs/http.p12 http http
openssl pkcs12 -export -inkey $es/cert/ca/ca.key -in $es/cert/ca/ca.crt -name http_ca -passout pass:secret -out ca.p12
keytool -importkeystore -noprompt -srckeystore ca.p12 -srcstoretype PKCS12 -srcstorepass secret -destkeystore $es/config/certs/http.p12 -deststorepass secret 2>/dev/null
keystore $es/config/certs/transport.p12 transport http
cp $es/cert/ca/ca.crt $es/config/certs/http_ca.crt
chmod 640 $es/cert/*/* $es/config/certs/*
chmod 600 $es/certificate-bundle.zip
pack elasticsearch $es .

# The roots of all of them, and when they are valid.
cat ca/root.pem easy-rsa/pki/ca.crt $es/cert/ca/ca.crt ssl/etc/ssl/certs/ssl-cert-snakeoil.pem >"$out/root.pem"
date -u -d '+1 day' +%FT00:00:00Z >"$out/at"
