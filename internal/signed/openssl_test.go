package signed

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/lists"
	"github.com/certconv/certconv/internal/testenv"
)

// others are programs that verify signatures, in a folder with the CAs that they trust.
type others struct {
	t   testing.TB
	dir string
}

func newOthers(t testing.TB, cas string) *others {
	t.Helper()
	testenv.Programs(t, "openssl", "osslsigncode")
	o := &others{t, t.TempDir()}
	o.put("ca.pem", []byte(cas))
	return o
}

func (o *others) put(name string, data []byte) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), data, 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// verifies reports whether OpenSSL takes a message and its chain at a time. What a list is made of has
// to be handed to it: it looks for octets in the message.
func (o *others) verifies(message, content []byte, when time.Time) bool {
	o.put("message", message)
	o.put("content", content)
	_, _, err := testenv.Run(o.dir, "openssl", "smime", "-verify", "-inform", "DER", "-in", "message", "-content", "content", "-binary",
		"-CAfile", "ca.pem", "-partial_chain", "-purpose", "any", "-attime", fmt.Sprint(when.Unix()), "-out", os.DevNull)
	return err == nil
}

// accept reports whether OpenSSL takes both signatures of a list.
func (o *others) accept(list *lists.CTL, when time.Time) bool {
	if !o.verifies(list.Signed.Raw, list.Content, when) {
		return false
	}
	e, ok := lists.Attribute(list.Signed.Signers[0].Unsigned, oidNested)
	return !ok || o.verifies(e.Full, list.Raw, when)
}

// stamped reports whether osslsigncode takes the timestamp of a list.
func (o *others) stamped(list *lists.CTL) bool {
	o.put("list.cat", list.Signed.Raw)
	stdout, _, _ := testenv.Run(o.dir, "osslsigncode", "verify", "-ignore-cdp", "-ignore-crl", "-in", "list.cat", "-CAfile", "ca.pem", "-TSA-CAfile", "ca.pem")
	return strings.Contains(stdout, "Timestamp Server Signature verification: ok")
}

// published are Microsoft's lists, each with a time at which its signer was valid.
func published(t testing.TB) (files map[string][]byte, when map[string]time.Time, cas string) {
	t.Helper()
	dir := filepath.Join(testenv.Samples(t), "authroot")
	files, when = map[string][]byte{}, map[string]time.Time{}
	history, err := filepath.Glob(filepath.Join(dir, "history", "*"))
	if err != nil || len(history) != 13 {
		t.Fatalf("%d lists, %v", len(history), err)
	}
	var out strings.Builder
	for _, path := range append(history, filepath.Join(dir, "authroot.stl"), filepath.Join(dir, "authrootstl.cab")) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if members, err := lists.UnpackCAB(data, 1<<20); err == nil {
			data = members[0].Data
		}
		list, err := lists.ParseCTL(data)
		if err != nil {
			t.Fatal(err)
		}
		v, m := Verify(list, list.ThisUpdate, nil), newMessage(list.Signed)
		until := v.Signer.NotAfter
		if v.Second != nil && v.Second.Signer.NotAfter.Before(until) {
			until = v.Second.Signer.NotAfter
		}
		files[filepath.Base(path)], when[filepath.Base(path)] = data, until.Add(-time.Hour)
		for i := range m.certs {
			if c := &m.certs[i]; known(c) || c.SelfIssued() {
				_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
			}
		}
	}
	return files, when, out.String()
}

// OpenSSL has the same verdict on each of Microsoft's lists, shortly before its signer expires and after
// that; and osslsigncode on its timestamp.
func TestOpenSSLAgrees(t *testing.T) {
	files, when, cas := published(t)
	o := newOthers(t, cas)
	for name, data := range files {
		list, err := lists.ParseCTL(data)
		if err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration]bool{0: true, 2 * time.Hour: false} {
			at := when[name].Add(after)
			v := Verify(list, at, nil)
			if theirs := o.accept(list, at); v.Accepted() != theirs || theirs != want {
				t.Errorf("%s at %v: OpenSSL takes it: %v, here: %v, wanted: %v", name, at, theirs, v.Lines, want)
			}
			if stamp := v.State(Timestamp) == Good; stamp != o.stamped(list) {
				t.Errorf("%s: osslsigncode does not agree on the timestamp: %v", name, v.Text(Timestamp))
			}
		}
	}
}

// What OpenSSL refuses of lists that were altered is refused, in whatever part: the list, what signs it, a
// certificate, the countersignature, the second signature.
func TestAlteredLists(t *testing.T) {
	files, when, cas := published(t)
	now := at("2026-06-01T00:00:00Z")
	for _, name := range []string{"roots.stl", "timestamp.stl", "nested.stl", "disallowed.stl"} {
		data, err := os.ReadFile(fixture(t, "ctl", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name], when[name] = data, now
	}
	ca, err := os.ReadFile(fixture(t, "lists", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	o := newOthers(t, cas+string(ca))
	anchors := anchor(t)
	altered, taken, stamps := 0, 0, 0
	for name, data := range files {
		whole, err := lists.ParseCTL(data)
		if err != nil {
			t.Fatal(err)
		}
		content := bytes.Index(data, whole.Raw)
		if strings.HasSuffix(name, ".cab") {
			continue
		}
		for _, i := range places(len(data), content, len(whole.Raw), 60) {
			changed := bytes.Clone(data)
			changed[i] ^= 1 << (i % 8)
			list, err := lists.ParseCTL(changed)
			altered++
			if err != nil {
				continue
			}
			v := Verify(list, when[name], anchors)
			if v.Accepted() {
				taken++
				if !o.accept(list, when[name]) {
					t.Errorf("%s: OpenSSL refuses it with another bit in byte %d, and it is accepted", name, i)
				}
			}
			if v.State(Timestamp) == Good && v.State(Signature) == Good && i%2 == 0 && names(list) == names(whole) {
				stamps++
				if !o.stamped(list) {
					t.Errorf("%s: osslsigncode refuses its timestamp with another bit in byte %d", name, i)
				}
			}
		}
	}
	t.Logf("of %d altered lists %d are accepted, as by OpenSSL; %d have a good timestamp", altered, taken, stamps)
	if taken > altered/5 {
		t.Errorf("%d of %d altered lists are accepted", taken, altered)
	}
}

// names are those in the certificates of a list: one by another name has another CA, and that of a timestamp
// is not looked for.
func names(list *lists.CTL) string {
	var out strings.Builder
	for _, c := range newMessage(list.Signed).certs {
		fmt.Fprintf(&out, "%x %x\n", c.Subject, c.Issuer)
	}
	return out.String()
}

// places are offsets in a file, a third of them in its content.
func places(size, content, length, count int) (list []int) {
	rest := size - length
	for n := range count {
		switch {
		case n%3 == 0:
			list = append(list, content+n*length/count)
		default:
			i := n * rest / count
			if i >= content {
				i += length
			}
			list = append(list, i)
		}
	}
	return list
}
