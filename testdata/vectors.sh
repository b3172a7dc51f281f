# For the scripts that make keystores out of testdata/pairs, and their vectors.json from what
# went in. They have set $here, and source this in the folder where they work.

# part FILE KIND N: block N of KIND in a file of pairs
part() { awk -v kind="$2" -v n="$3" '$0 ~ "^-----BEGIN " kind "-----" {i++} i == n {print} $0 ~ "^-----END " kind "-----" && i == n {exit}' "$here/pairs/$1.pem"; }

spki() { openssl pkey -in "$1.key" -pubout -outform DER | sha256sum | cut -d' ' -f1; }
cert() { openssl x509 -in "$1.crt" -outform DER | sha256sum | cut -d' ' -f1; }
list() { local sep=""; for x; do printf '%s"%s"' "$sep" "$x"; sep=,; done; }

# vector FOLDER FILE PASSWORD|- EXPECT "KEYS" "CERTS" [NAME…]
vector() {
  local folder=$1 file=$2 pw=$3 expect=$4 keys=() certs=() k
  for k in $5; do keys+=("$(spki "$k")"); done
  for k in $6; do certs+=("$(cert "$k")"); done
  shift 6
  [ "$pw" = - ] && pw= || pw="\"password\":\"$pw\","
  printf '{"file":"%s",%s"expect":"%s","keys":[%s],"certs":[%s],"names":[%s]}\n' \
    "$file" "$pw" "$expect" "$(list "${keys[@]}")" "$(list "${certs[@]}")" "$(list "$@")" >>"$folder.vectors"
}

# vectors FOLDER…: writes the vectors.json of each
vectors() {
  local folder
  for folder; do
    { echo '['; sed '$!s/$/,/' "$folder.vectors"; echo ']'; } >"$here/$folder/vectors.json"
  done
}
