import java.io.FileInputStream;
import java.security.*;
import java.security.cert.Certificate;
import java.util.*;

/** Entries TYPE FILE …: the entries of each keystore, as Java sees them. The password of all is secret. */
public class Entries {
  static String hash(Certificate c) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(c.getEncoded()));
  }

  public static void main(String[] a) throws Exception {
    if (System.getProperty("bc") != null) {
      Security.addProvider((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider").getConstructor().newInstance());
    }
    char[] pw = "secret".toCharArray();
    for (int i = 0; i < a.length; i += 2) {
      KeyStore k = KeyStore.getInstance(a[i]);
      try (var in = new FileInputStream(a[i + 1])) { k.load(in, pw); }
      System.out.println("= " + a[i + 1]);
      for (String alias : new TreeSet<>(Collections.list(k.aliases()))) {
        var s = new StringBuilder(alias);
        if (k.isKeyEntry(alias)) {
          s.append(" key ").append(k.getKey(alias, pw) != null ? k.getKey(alias, pw).getAlgorithm() : "?");
          Certificate[] chain = k.getCertificateChain(alias);
          for (Certificate c : chain == null ? new Certificate[0] : chain) s.append(' ').append(hash(c));
        } else {
          s.append(" trusted ").append(hash(k.getCertificate(alias)));
        }
        System.out.println(s);
      }
    }
  }
}
