#!/usr/bin/env bash
# Makes testdata/bks and testdata/bcfks out of testdata/pairs with Bouncy Castle
# (Debian's libbcprov-java), and their vectors.json from what went in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bc=${BCPROV:-/usr/share/java/bcprov.jar}
mkdir -p "$here/bks" "$here/bcfks"
rm -f "$here"/bks/* "$here"/bcfks/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8

. "$here/vectors.sh"
for k in rsa1024 ec-P-256; do
  openssl pkcs8 -topk8 -nocrypt -in "$here/pairs/$k.pem" -outform DER -out "$k.key"
  part "$k" CERTIFICATE 1 | openssl x509 -outform DER -out "$k.crt"
done
part ec-P-256 CERTIFICATE 2 | openssl x509 -outform DER -out intermediate.crt
part ec-P-256 CERTIFICATE 3 | openssl x509 -outform DER -out root.crt

cat >Make.java <<'JAVA'
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.util.*;
import org.bouncycastle.jcajce.BCFKSLoadStoreParameter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Make TYPE FORM FILE PASSWORD ENTRY…: key:ALIAS:NAME[:PASSWORD], trusted:ALIAS:NAME, secret:ALIAS, bytes:ALIAS.
  * FORM signed, or signed-bare without the certificate of the signer: a signature instead of a MAC. */
public class Make {
  static byte[] read(String f) throws Exception { return Files.readAllBytes(Path.of(f)); }

  static Certificate cert(String n) throws Exception {
    return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(read(n + ".crt")));
  }

  static BCFKSLoadStoreParameter as(String form, BCFKSLoadStoreParameter.Builder b) {
    return b.withStoreEncryptionAlgorithm(form.contains("kwp") ? BCFKSLoadStoreParameter.EncryptionAlgorithm.AES256_KWP : BCFKSLoadStoreParameter.EncryptionAlgorithm.AES256_CCM)
        .withStorePBKDFConfig(form.contains("scrypt") ? new ScryptConfig.Builder(1024, 8, 1).withSaltLength(20).build()
            : new PBKDF2Config.Builder().withPRF(PBKDF2Config.PRF_SHA3_512).withIterationCount(2048).withSaltLength(20).build())
        .build();
  }

  static PrivateKey key(String n) throws Exception {
    return KeyFactory.getInstance(n.startsWith("rsa") ? "RSA" : "EC").generatePrivate(new PKCS8EncodedKeySpec(read(n + ".key")));
  }

  public static void main(String[] a) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    char[] pw = a[3].toCharArray();
    KeyStore k = KeyStore.getInstance(a[0], "BC");
    k.load(null, null);
    if (!a[1].equals("default") && !a[1].startsWith("signed")) k.load(as(a[1], new BCFKSLoadStoreParameter.Builder()));
    for (int i = 4; i < a.length; i++) {
      String[] e = a[i].split(":");
      switch (e[0]) {
        case "key":
          k.setKeyEntry(e[1], key(e[2]), e.length > 3 ? e[3].toCharArray() : pw, new Certificate[] {cert(e[2]), cert("intermediate"), cert("root")});
          break;
        case "trusted": k.setCertificateEntry(e[1], cert(e[2])); break;
        case "secret": k.setKeyEntry(e[1], new SecretKeySpec(new byte[16], "AES"), pw, null); break;
        case "bytes": k.setKeyEntry(e[1], new byte[] {1, 2, 3}, null); break;
      }
    }
    if (a[1].startsWith("signed")) {
      var b = new BCFKSLoadStoreParameter.Builder(new FileOutputStream(a[2]), key("rsa1024")).withStoreSignatureAlgorithm(BCFKSLoadStoreParameter.SignatureAlgorithm.SHA512withRSA);
      if (a[1].equals("signed")) b = b.withCertificates(new java.security.cert.X509Certificate[] {(java.security.cert.X509Certificate) cert("rsa1024")});
      k.store(b.build());
    } else if (a[1].equals("default")) {
      try (var out = new FileOutputStream(a[2])) { k.store(out, pw); }
    } else {
      k.store(as(a[1], new BCFKSLoadStoreParameter.Builder(new FileOutputStream(a[2]), pw)));
    }
  }
}
JAVA
javac -cp "$bc" Make.java
make() { java -Dorg.bouncycastle.bks.enable_v1=true -cp "$bc:." Make "$@"; }

ec="ec-P-256 intermediate root"
all="rsa1024 intermediate root $ec root"
for type in bks bks-v1 bcfks; do
  folder=${type%-v1}
  file=keys${type#"$folder"}.$folder
  make "${type^^}" default "$here/$folder/$file" secret key:rsa:rsa1024 key:ec:ec-P-256 'trusted:Wurzel Ü:root'
  vector $folder "$file" secret ok "rsa1024 ec-P-256" "$all" ec rsa 'Wurzel Ü'
done
vector bks keys.bks wrong password-wrong "" "$all" # certificates are in the clear
vector bks keys.bks - password-missing "" "$all"
vector bcfks keys.bcfks wrong password-wrong "" ""
vector bcfks keys.bcfks - password-missing "" ""
for type in bks bcfks; do
  make "${type^^}" default "$here/$type/trust.$type" secret trusted:root:root trusted:intermediate:intermediate
  vector $type trust.$type secret ok "" "root intermediate" intermediate root
  make "${type^^}" default "$here/$type/key-password.$type" secret key:site:ec-P-256:other-secret
  vector $type key-password.$type secret password-wrong "" "$ec"
  head -c 1500 "$here/$type/keys.$type" >"$here/$type/cut-short.$type"
  vector $type cut-short.$type - damaged "" ""
done
vector bks trust.bks - ok "" "root intermediate" intermediate root
vector bks trust.bks wrong password-wrong "" "root intermediate"

make BKS default "$here/bks/secret.bks" secret key:site:ec-P-256 secret:aes bytes:own
make BCFKS default "$here/bcfks/secret.bcfks" secret key:site:ec-P-256 secret:aes
make BCFKS scrypt "$here/bcfks/scrypt.bcfks" 'pässwörd €' key:site:ec-P-256
make BCFKS kwp-scrypt "$here/bcfks/kwp.bcfks" secret key:site:ec-P-256
make BCFKS sha3 "$here/bcfks/sha3.bcfks" secret key:site:ec-P-256
vector bks secret.bks secret ok ec-P-256 "$ec" site
vector bcfks secret.bcfks secret ok ec-P-256 "$ec" site
vector bcfks scrypt.bcfks 'pässwörd €' ok ec-P-256 "$ec" site
vector bcfks kwp.bcfks secret ok ec-P-256 "$ec" site
vector bcfks sha3.bcfks secret ok ec-P-256 "$ec" site

# The contents of those that are signed have the empty password.
make BCFKS signed "$here/bcfks/signed.bcfks" "" trusted:root:root trusted:intermediate:intermediate
make BCFKS signed-bare "$here/bcfks/signed-bare.bcfks" "" trusted:root:root
vector bcfks signed.bcfks - ok "" "root intermediate" intermediate root
vector bcfks signed-bare.bcfks - ok "" root root

vectors bks bcfks
