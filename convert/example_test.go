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
	pfx, err := convert.Encode(bundle, "pfx", &convert.EncodeOptions{Password: []byte("secret"), Name: "www"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(convert.Detect(pfx).Name)
	// Output: pfx
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
