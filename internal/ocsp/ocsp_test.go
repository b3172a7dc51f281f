package ocsp_test

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	oracle "golang.org/x/crypto/ocsp"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/ocsp"
	"github.com/certconv/certconv/internal/testenv"
)

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

type pair struct {
	*x509.Certificate
	key  crypto.Signer
	cert *convert.Certificate
}

func load(t testing.TB, name string) pair {
	t.Helper()
	dir := filepath.Join(testenv.Root(t), "testdata", "probe")
	text, err := os.ReadFile(filepath.Join(dir, name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	p := pair{}
	if c, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key")); err == nil {
		p.key = c.PrivateKey.(crypto.Signer)
	}
	block, _ := pem.Decode(text)
	if p.Certificate, err = x509.ParseCertificate(block.Bytes); err != nil {
		t.Fatal(err)
	}
	b, err := convert.Decode(block.Bytes, &convert.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p.cert = &b.Certs[0]
	return p
}

// Responses of all kinds: what counts, and what golang.org/x/crypto/ocsp accepts and
// must not count.
func TestAbout(t *testing.T) {
	site, other, inter, responder, root := load(t, "site"), load(t, "other"), load(t, "inter"), load(t, "responder"), load(t, "root")
	base := oracle.Response{Status: oracle.Good, SerialNumber: site.SerialNumber, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
	change := func(f func(*oracle.Response)) oracle.Response {
		r := base
		f(&r)
		return r
	}
	for _, c := range []struct {
		name     string
		response oracle.Response
		issuer   pair // named in the response
		by       pair
		embedded bool
		at       time.Time
		verdict  ocsp.Verdict
		err      error
	}{
		{"good", base, inter, inter, false, now, ocsp.Good, nil},
		{"the CA sends its own certificate too", base, inter, inter, true, now, ocsp.Good, nil},
		{"by a responder", base, inter, responder, true, now, ocsp.Good, nil},
		{"revoked", change(func(r *oracle.Response) {
			r.Status, r.RevokedAt, r.RevocationReason = oracle.Revoked, now.AddDate(0, -1, 0), 1
		}), inter, responder, true, now, ocsp.Revoked, nil},
		{"unknown", change(func(r *oracle.Response) { r.Status = oracle.Unknown }), inter, inter, false, now, ocsp.Unknown, nil},
		{"by another leaf", base, inter, other, true, now, "", ocsp.ErrResponder},
		{"by a responder whose time is over", change(func(r *oracle.Response) { r.ThisUpdate, r.NextUpdate = now.AddDate(1, 0, -1), now.AddDate(1, 0, 1) }), inter, responder, true, now.AddDate(1, 0, 0), "", ocsp.ErrResponder},
		{"a year old", change(func(r *oracle.Response) { r.ThisUpdate, r.NextUpdate = now.AddDate(-1, 0, 0), now.AddDate(-1, 0, 7) }), inter, inter, false, now, "", ocsp.ErrStale},
		{"nine days old, without an end", change(func(r *oracle.Response) { r.ThisUpdate, r.NextUpdate = now.AddDate(0, 0, -9), time.Time{} }), inter, inter, false, now, ocsp.Good, nil},
		{"months old, without an end", change(func(r *oracle.Response) { r.ThisUpdate, r.NextUpdate = now.AddDate(0, -3, 0), time.Time{} }), inter, inter, false, now, "", ocsp.ErrStale},
		{"of tomorrow", change(func(r *oracle.Response) {
			r.ThisUpdate = now.Add(24 * time.Hour)
			r.NextUpdate = now.Add(48 * time.Hour)
		}), inter, inter, false, now, "", ocsp.ErrNotYet},
		{"names another issuer", base, root, inter, false, now, "", ocsp.ErrOther},
		{"about another certificate", change(func(r *oracle.Response) { r.SerialNumber = other.SerialNumber }), inter, inter, false, now, "", ocsp.ErrOther},
		{"by nobody that it names", base, inter, other, false, now, "", ocsp.ErrResponder},
	} {
		r := c.response
		if c.embedded {
			r.Certificate = c.by.Certificate
		}
		der, err := oracle.CreateResponse(c.issuer.Certificate, c.by.Certificate, r, c.by.key)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		parsed, err := ocsp.Parse(der)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		a, err := parsed.About(site.cert, inter.cert, c.at, nil)
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || err == nil && a.Verdict != c.verdict {
			t.Errorf("%s: %+v, %v", c.name, a, err)
		}
		if err != nil || len(der) < 100 {
			continue
		}
		der[len(der)-1] ^= 1
		if broken, err := ocsp.Parse(der); err == nil && !c.embedded {
			if _, err := broken.About(site.cert, inter.cert, c.at, nil); err == nil {
				t.Errorf("%s: a broken signature counts", c.name)
			}
		}
	}
}

func TestStatus(t *testing.T) {
	r, err := ocsp.Parse(oracle.UnauthorizedErrorResponse)
	if err != nil || r.Status.String() != "unauthorized (6)" {
		t.Errorf("%v, %v", r, err)
	}
	site, inter := load(t, "site"), load(t, "inter")
	if _, err := r.About(site.cert, inter.cert, now, nil); !errors.Is(err, ocsp.ErrStatus) {
		t.Error(err)
	}
}

// What the request names is what the oracle names.
func TestRequest(t *testing.T) {
	site, inter := load(t, "site"), load(t, "inter")
	want, err := oracle.CreateRequest(site.Certificate, inter.Certificate, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := oracle.ParseRequest(ocsp.Request(site.cert, inter.cert, nil))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := got.Marshal(); err != nil || string(again) != string(want) {
		t.Errorf("%x, %v, want %x", again, err, want)
	}
}

// OpenSSL takes the nonce of a request into its answer, unless it is told not to.
func TestNonce(t *testing.T) {
	testenv.Programs(t, "openssl")
	dir, probe := t.TempDir(), filepath.Join(testenv.Root(t), "testdata", "probe")
	site, inter := load(t, "site"), load(t, "inter")
	nonce := bytes.Repeat([]byte{7}, ocsp.NonceSize)
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	index := file("index", fmt.Appendf(nil, "V\t490101000000Z\t\t%X\tunknown\t/CN=site\n", site.SerialNumber))
	answer := func(request []byte) *ocsp.Response {
		t.Helper()
		out := filepath.Join(dir, "out")
		cmd := exec.Command("openssl", "ocsp", "-index", index, "-CA", filepath.Join(probe, "inter.pem"), "-rsigner", filepath.Join(probe, "inter.pem"), "-rkey", filepath.Join(probe, "inter.key"), "-reqin", file("in", request), "-respout", out)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ocsp.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	with, without := answer(ocsp.Request(site.cert, inter.cert, nonce)), answer(ocsp.Request(site.cert, inter.cert, nil))
	if !bytes.Equal(with.Nonce, nonce) || without.Nonce != nil {
		t.Errorf("nonces %x and %x", with.Nonce, without.Nonce)
	}
	at := time.Now()
	for _, c := range []struct {
		response *ocsp.Response
		nonce    []byte
		err      error
	}{{with, nonce, nil}, {with, nil, nil}, {without, nonce, nil}, {with, bytes.Repeat([]byte{8}, ocsp.NonceSize), ocsp.ErrNonce}} {
		if _, err := c.response.About(site.cert, inter.cert, at, c.nonce); !errors.Is(err, c.err) {
			t.Errorf("nonce %x: %v, want %v", c.nonce, err, c.err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(oracle.UnauthorizedErrorResponse))
	site, inter := load(f, "site"), load(f, "inter")
	if der, err := oracle.CreateResponse(inter.Certificate, inter.Certificate, oracle.Response{Status: oracle.Good, SerialNumber: site.SerialNumber, ThisUpdate: now}, inter.key); err == nil {
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := ocsp.Parse(data); err == nil {
			_, _ = r.About(site.cert, inter.cert, now, []byte("nonce"))
		}
	})
}
