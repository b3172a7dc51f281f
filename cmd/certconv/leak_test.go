package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/certconv/certconv/convert"
)

// Neither a password nor a private number stands in anything that is printed,
// except where a key is what standard output was asked for.

// secretForms lists how a program might print bytes: as they are, in hex with
// and without colons, in base64 wherever it starts.
func secretForms(secret []byte) [][]byte {
	h := hex.EncodeToString(secret)
	var colons []string
	for i := 0; i < len(h); i += 2 {
		colons = append(colons, h[i:i+2])
	}
	forms := [][]byte{secret, []byte(h), []byte(strings.ToUpper(h)),
		[]byte(strings.Join(colons, ":")), []byte(strings.ToUpper(strings.Join(colons, ":")))}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString(append(make([]byte, shift), secret...))
		// The first and last characters hold bits of the neighbours.
		forms = append(forms, []byte(text[4:len(text)-4]))
	}
	return forms
}

func passwordForms(password string) [][]byte {
	forms := secretForms([]byte(password))
	for _, order := range []func(uint16) []byte{
		func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} },
		func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} },
	} {
		var wide []byte
		for _, u := range utf16.Encode([]rune(password)) {
			wide = append(wide, order(u)...)
		}
		forms = append(forms, secretForms(wide)...)
	}
	return forms
}

// keyForms are the forms of the private numbers of a key, or of 16 bytes of
// each, which is enough to know them by.
func keyForms(t *testing.T, k convert.PrivateKey) [][]byte {
	t.Helper()
	var numbers [][]byte
	switch key := k.Key.(type) {
	case *rsa.PrivateKey:
		numbers = append(numbers, key.D.Bytes(), key.Primes[0].Bytes(), key.Primes[1].Bytes())
	case *ecdsa.PrivateKey:
		raw, err := key.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, raw)
	case ed25519.PrivateKey:
		numbers = append(numbers, key.Seed())
	case *ecdh.PrivateKey:
		numbers = append(numbers, key.Bytes())
	default:
		var info struct {
			Version   int
			Algorithm pkix.AlgorithmIdentifier
			Key       []byte
			Rest      []asn1.RawValue `asn1:"optional,set"`
		}
		if _, err := asn1.Unmarshal(k.PKCS8, &info); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, info.Key[8:]) // behind headers and version
	}
	var forms [][]byte
	for _, n := range numbers {
		forms = append(forms, secretForms(n[:min(len(n), 16)])...)
	}
	return forms
}

func TestNoSecretIsPrinted(t *testing.T) {
	const (
		password = "Sesam-öffne-dich-41"
		wrong    = "Simsala-bim-äußerst-falsch"
		fresh    = "Neues-Kennwort-€-77"
	)
	for _, name := range []string{"rsa2048", "ec-P-256", "ed25519", "dsa1024", "ec-brainpoolP256r1"} {
		data, err := os.ReadFile("../../testdata/pairs/" + name + ".pem")
		if err != nil {
			t.Fatal(err)
		}
		whole, err := convert.Decode(data, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			secrets := keyForms(t, whole.Keys[0])
			for _, pw := range []string{password, wrong, fresh} {
				secrets = append(secrets, passwordForms(pw)...)
			}
			leaks := func(out []byte) bool {
				unwrapped := bytes.ReplaceAll(out, []byte("\n"), nil) // base64 goes over lines
				return slices.ContainsFunc(secrets, func(s []byte) bool { return bytes.Contains(out, s) || bytes.Contains(unwrapped, s) })
			}
			if !leaks(data) || !leaks([]byte(password)) {
				t.Fatal("the search does not find what is there")
			}
			run := func(args ...string) (ok bool) {
				t.Helper()
				cmd := exec.Command("certconv", args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "PW="+password, "WRONG="+wrong, "FRESH="+fresh)
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if err != nil && !errors.As(err, &exit) {
					t.Fatal(err)
				}
				if leaks(out) {
					t.Errorf("certconv %s prints a secret:\n%s", strings.Join(args, " "), out)
				}
				return err == nil
			}
			for _, file := range writeEverywhere(t, whole, dir, password) {
				for _, more := range [][]string{{"--pass", "env:PW"}, {"--pass", "env:WRONG"}, {"--pass", "none"}, {"--pass", "env:PW", "--details", "--verbose"}, {"--pass", "env:PW", "--format", "json"}} {
					run(append([]string{"inspect", file}, more...)...)
				}
				if whole := !strings.HasSuffix(file, "-cut") && !strings.HasSuffix(file, "-changed"); whole && !run("inspect", file, "--pass", "env:PW") {
					t.Errorf("inspect %s fails", file)
				}
				run("convert", file, "--pass", "env:WRONG", "--out", file+".wrong.pem")
				run("convert", file, "--pass", "env:PW", "--out", file+".again.pem", "--verbose")
				run("convert", file, "--pass", "env:PW", "--out", file+".again.pem", "--verbose") // exists
				run("convert", file, "--pass", "env:PW", "--pass-out", "env:FRESH", "--profile", "java8", "--out", file+".again.pfx", "--format", "json")
				run("convert", file, "--pass", "env:PW", "--pass-out", "env:FRESH", "--to", "sec1", "--out", file+".loss")
				run("convert", file, "--pass", "env:PW", "--to", "p7b", "--out", file+".p7b")
				run("convert", file, "../../"+file, "--pass", "env:PW", "--only", "request", "--out", file+".none")
			}
		})
	}
}

// writeEverywhere writes b in every format that takes it, or its key; and
// each file once more, cut short and with a byte changed.
func writeEverywhere(t *testing.T, b *convert.Bundle, dir, password string) []string {
	t.Helper()
	var files []string
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	for _, f := range convert.Formats() {
		if !f.CanEncode() || f.Max(convert.KindPrivateKey) == 0 {
			continue
		}
		for _, pw := range [][]byte{nil, []byte(password)} {
			if pw == nil && f.NeedsPassword() || pw != nil && !f.TakesPassword() {
				continue
			}
			out, err := convert.Encode(b, f.Name, &convert.EncodeOptions{Password: pw, Profile: "java8", AllowLoss: true})
			if errors.Is(err, convert.ErrNothingToWrite) {
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			name := fmt.Sprintf("%s-%t", f.Name, pw != nil)
			write(name, out)
			write(name+"-cut", out[:len(out)*2/3])
			changed := slices.Clone(out)
			changed[len(changed)/2] ^= 0x21
			write(name+"-changed", changed)
		}
	}
	return files
}

// watched reads the log of each script for what certconv printed in it.
type watched struct{ *testing.T }

func (w watched) Run(name string, f func(testscript.T)) {
	w.T.Run(name, func(t *testing.T) { f(watched{t}) })
}

// Verbose makes testscript log what the programs printed.
func (w watched) Verbose() bool { return true }

func (w watched) Log(args ...any) {
	w.Helper()
	text := fmt.Sprint(args...)
	w.T.Log(text)
	printed, command := false, ""
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "> "):
			printed, command = false, line
		case strings.HasPrefix(line, "# "):
			printed = false
		case line == "[stdout]" || line == "[stderr]":
			// Other programs show the password files that the script wrote.
			printed = strings.Contains(command, "certconv ")
		case printed && passwordInScript.MatchString(notPasswords.ReplaceAllString(line, "")):
			w.Errorf("a password is printed:\n%s\n%s", command, line)
		case printed && strings.Contains(line, "PRIVATE KEY-----") && !strings.Contains(command, "convert") && !strings.Contains(command, "repair"):
			w.Errorf("a private key is printed:\n%s", command)
		}
	}
}

// passwordInScript matches the passwords that the scripts use and no message
// has a reason to say; notPasswords is where the word is part of a name.
var (
	passwordInScript = regexp.MustCompile(`(?i)\bsecret\b|hunter2|changeit|pässwörd|\bs3cr3t\b|correct horse`)
	notPasswords     = regexp.MustCompile(`(?i)secret (bag|key|value)s?|prints a secret|(PFX|JCEKS|Java|Kubernetes,?|create|the|\ba) secret|\{secret\}|"role": "secret"`)
)
