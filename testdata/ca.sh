# For the scripts that need a CA: openssl ca in the folder where they work.

# ca_config: writes ca.cnf, with the sections of extensions that standard input has
ca_config() {
  {
    cat <<'CNF'
[ca]
default_ca = x
[x]
database = index.txt
rand_serial = yes
new_certs_dir = .
policy = any
default_md = sha256
unique_subject = no
copy_extensions = none
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = dn
prompt = no
string_mask = utf8only
[dn]
CN = x
CNF
    cat
  } >ca.cnf
  : >index.txt
}

ec() { openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:${2:-P-256}" -out "$1.key" 2>/dev/null; } # NAME [CURVE]

# issue NAME ISSUER SECTION SUBJECT [START END] [ca options]: ISSUER "-" is self. Without a
# key that is there it makes one.
issue() {
  local name=$1 issuer=$2 section=$3 subject=$4 start=${5:-20200101000000Z} end=${6:-20491231235959Z}
  shift $(($# < 6 ? $# : 6))
  [ -f "$name.key" ] || ec "$name"
  local by=(-selfsign -keyfile "$name.key")
  [ "$issuer" = - ] || by=(-cert "$issuer.pem" -keyfile "$issuer.key")
  openssl req -new -config ca.cnf -key "$name.key" -subj "$subject" -out "$name.csr" 2>/dev/null
  openssl ca -batch -config ca.cnf -notext -in "$name.csr" -out "$name.pem" -startdate "$start" -enddate "$end" \
    -extensions "$section" "${by[@]}" "$@" 2>/dev/null
}
