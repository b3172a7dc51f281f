package convert_test

import (
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/certconv/certconv/convert"
)

func read(name string) []byte {
	data, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return data
}

// A PFX for Windows from a key and its certificates in PEM.
func Example() {
	bundle, err := convert.Decode(read("pairs/rsa2048.pem"), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer bundle.Wipe()
	pfx, err := convert.Encode(bundle, "pfx", &convert.EncodeOptions{Password: []byte("secret"), Name: "www"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(convert.Detect(pfx).Title)
	// Output: PFX (PKCS#12)
}

// The password is asked for only when something turns out to be encrypted.
func ExampleDecode() {
	bundle, err := convert.Decode(read("servers/rsa.pfx"), &convert.DecodeOptions{
		File:     "site.pfx",
		Password: convert.Passwords("secret"),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, k := range bundle.Keys {
		fmt.Println(k.Algorithm, k.FriendlyName)
	}
	for _, c := range bundle.Certs {
		fmt.Println(convert.NameString(c.Subject))
	}
	// Output:
	// RSA site
	// CN=www.example.com
	// O=certconv test,CN=Intermediate
}

// Only the key, or only leaf and intermediates, from a file with everything.
func ExampleEncode() {
	bundle, err := convert.Decode(read("servers/rsa.pfx"), &convert.DecodeOptions{Password: convert.Passwords("secret")})
	if err != nil {
		log.Fatal(err)
	}
	chain, err := convert.Encode(bundle, "pem", &convert.EncodeOptions{Only: []convert.Part{convert.PartFullchain}})
	if err != nil {
		log.Fatal(err)
	}
	again, err := convert.Decode(chain, nil)
	fmt.Println(len(again.Keys), "keys,", len(again.Certs), "certificates", err)
	// Output: 0 keys, 2 certificates <nil>
}

// A format that cannot hold everything says what it would lose.
func ExampleLossError() {
	bundle, err := convert.Decode(read("pairs/rsa2048.pem"), nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = convert.Encode(bundle, "p7b", nil)
	var loss *convert.LossError
	if errors.As(err, &loss) {
		fmt.Println(loss.What)
	}
	// Output: [private key (RSA)]
}

// Every error says which kind it is of.
func ExampleError() {
	_, err := convert.Decode(read("servers/rsa.pfx"), &convert.DecodeOptions{File: "site.pfx"})
	fmt.Println(errors.Is(err, convert.ErrPasswordRequired))
	var e *convert.Error
	if errors.As(err, &e) {
		fmt.Println(e.Source.File)
	}
	// Output:
	// true
	// site.pfx
}

// The formats that hold a private key and are always encrypted.
func ExampleFormats() {
	for _, f := range convert.Formats() {
		if f.CanEncode() && f.Max(convert.KindPrivateKey) > 0 && f.NeedsPassword() {
			fmt.Println(f.Name, f.Exts)
		}
	}
	// Output:
	// net [.net]
	// sgc []
	// pfx [.pfx .p12]
	// jks [.jks]
}

// One walk over all objects of a file, whatever they are.
func ExampleBundle_Objects() {
	bundle, err := convert.Decode(read("pairs/rsa2048.pem"), nil)
	if err != nil {
		log.Fatal(err)
	}
	for o := range bundle.Objects() {
		fmt.Println(o.Kind, o.Source.Line, len(o.PublicID()) > 0)
	}
	// Output:
	// private-key 1 true
	// certificate 29 true
	// certificate 45 true
	// certificate 57 true
}
