package convert

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// What stands before a key says what it may be used for: it is written again as it was, and
// no format loses it unless told to.
func TestSSHRestrictions(t *testing.T) {
	all := strings.Split(strings.TrimSpace(readText(t, "ssh-pub/three.pub")), "\n")
	rsa, ed := all[0], all[len(all)-1]
	for _, lead := range []string{
		`restrict,command="/usr/bin/rsync  --server"`,
		`cert-authority,principals="ops"`,
		`@revoked *.example`,
		`host.example,10.0.0.1`,
		`command="echo ` + ed + ` \" ` + ed + `",restrict`,
	} {
		line := lead + " " + rsa + "\n"
		b, err := Decode([]byte(line), nil)
		if err != nil || len(b.PublicKeys) != 1 || b.PublicKeys[0].Algorithm != "RSA" {
			t.Errorf("%s: %d keys, %v", lead, len(b.PublicKeys), err)
			continue
		}
		if out, err := Encode(b, "ssh-pub", nil); err != nil || string(out) != line {
			t.Errorf("%s: %s, %v", lead, out, err)
		} else if key, _, options, _, err := ssh.ParseAuthorizedKey(out); !strings.Contains(lead, " *.") && (err != nil || key.Type() != "ssh-rsa" || strings.Join(options, ",") != lead) {
			t.Errorf("%s: SSH reads %q, %v", lead, options, err)
		}
		for _, format := range []string{"pem", "der", "jwk"} {
			var loss *LossError
			if _, err := Encode(b, format, nil); !errors.As(err, &loss) || len(loss.What) != 1 {
				t.Errorf("%s as %s: %v", lead, format, err)
			}
			if _, err := Encode(b, format, &EncodeOptions{AllowLoss: true}); err != nil {
				t.Errorf("%s as %s with loss: %v", lead, format, err)
			}
		}
	}
	// The first line of a key is the one that counts.
	text := "restrict " + ed + "\n" + ed + "\nhost " + ed + "\n"
	b, err := Decode([]byte(text+"restrict "+ed+"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := Encode(b, "ssh-pub", nil); err != nil || string(out) != text {
		t.Errorf("%s, %v", out, err)
	}
	if b, err := Decode([]byte(all[0]+"\n"+`command="never closed `+ed+"\n"), nil); !errors.Is(err, ErrDamaged) || len(b.PublicKeys) != 1 {
		t.Errorf("without a closing quotation mark: %d keys, %v", len(b.PublicKeys), err)
	}
}
