package convert

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/certconv/certconv/internal/note"
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

// What a JSON Web Key says of its use no other format can say: it is named.
func TestUseOfWebKey(t *testing.T) {
	for members, want := range map[string]string{
		``:                     "",
		`,"x5t":"AA"`:          "",
		`,"use":"sig"`:         "what it says of the use of the key: use",
		`,"exp":7,"alg":"ES"`:  "what it says of the use of the key: alg, exp",
		`,"key_ops":["sign"]`:  "what it says of the use of the key: key_ops",
		`,"nbf":1,"iat":1`:     "what it says of the use of the key: nbf, iat",
		`,"USE":"sig","kid":1`: "",
	} {
		b, err := Decode([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`+members+`}`), nil)
		if strings.Contains(members, "kid") {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", members, err)
			}
			continue
		}
		if err != nil || len(b.PublicKeys) != 1 {
			t.Fatal(members, err)
		}
		i := slices.IndexFunc(b.Notes, func(n Note) bool { return n.Kind == note.Skipped })
		if (i >= 0) != (want != "") || i >= 0 && b.Notes[i].Text.String() != want {
			t.Errorf("%s: %+v", members, b.Notes)
		}
	}
}
