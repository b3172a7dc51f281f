package explain

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/validate"
)

// codes of checks, those of the contract included that are still to come.
func knownCode(code string) bool {
	return slices.ContainsFunc(validate.Checks(), func(c validate.Check) bool { return c.Code == code })
}

// othersCommand is what OpenSSL does that certconv does too.
var othersCommand = regexp.MustCompile(`openssl (req|x509|s_client|pkcs12|pkcs8|rsa|ecparam|pkey|verify|crl|ocsp)\b|-addext`)

func TestEntries(t *testing.T) {
	ids, keys, phrases := map[string]bool{}, map[string]string{}, map[string]string{}
	for _, e := range Entries() {
		if ids[fold(e.ID)] {
			t.Errorf("%s is there twice", e.ID)
		}
		ids[fold(e.ID)] = true
	}
	for _, e := range Entries() {
		if e.ID == "" || e.Title == "" || e.Meaning == "" {
			t.Errorf("%q: ID, Title or Meaning is missing", e.ID)
		}
		if len(e.Causes) == 0 && !strings.HasPrefix(e.Meaning, "Nothing is wrong") {
			t.Errorf("%s has no cause", e.ID)
		}
		for _, o := range e.Over {
			if !ids[fold(o)] {
				t.Errorf("%s is over %s, which does not exist", e.ID, o)
			}
		}
		for _, k := range e.Keys {
			if o := keys[fold(k)]; o != "" {
				t.Errorf("%s and %s have the key %s", o, e.ID, k)
			}
			keys[fold(k)] = e.ID
			if kind, number, ok := strings.Cut(k, ":"); ok && kind == kindHResult && (len(number) != 8 || strings.ToUpper(number) != number) {
				t.Errorf("%s: %s is not written as HRESULTs are looked up", e.ID, k)
			}
		}
		for _, p := range e.Phrases {
			first := fold(strings.Split(p, "*")[0])
			if len(first) < 4 || !wordByte(first[0]) && first[0] < 0x80 {
				t.Errorf("%s: %q cannot be found: it must begin with a word of four bytes", e.ID, p)
			}
			if o := phrases[fold(p)]; o != "" {
				t.Errorf("%s and %s have the phrase %q", o, e.ID, p)
			}
			phrases[fold(p)] = e.ID
		}
		for _, c := range e.Causes {
			if c.Text == "" {
				t.Errorf("%s has a cause without text", e.ID)
			}
			if words := c.Action.String(); othersCommand.MatchString(words) {
				t.Errorf("%s: there is a command of ours for this: %s", e.ID, words)
			}
			for _, code := range c.Checks {
				if !knownCode(code) {
					t.Errorf("%s names the check %s, which does not exist", e.ID, code)
				}
			}
			if words := c.Action.String(); strings.Contains(words, "%!") {
				t.Errorf("%s: %q does not go with its arguments", e.ID, words)
			}
			if len(c.Checks) > 0 && c.Command.None() {
				t.Errorf("%s: %q has checks and no command", e.ID, c.Text)
			}
		}
	}
}

// Each entry is found by its own words, or one is that says more.
func TestPhrasesFindTheirEntry(t *testing.T) {
	for _, e := range Entries() {
		for _, p := range e.Phrases {
			text := strings.ReplaceAll(p, "*", " site.pem ")
			if e.Rank == SystemReason {
				text = "the certificate: " + text
			}
			r := Text(text)
			if !slices.ContainsFunc(r.Matches, func(m Match) bool { return m.ID == e.ID || slices.Contains(m.Over, e.ID) }) {
				t.Errorf("%q: found %v, not %s", p, ids(r), e.ID)
			}
		}
		for _, k := range e.Keys {
			if !strings.Contains(k, ":") && !slices.Contains(ids(Text(k)), e.ID) {
				t.Errorf("%s: found %v, not %s", k, ids(Text(k)), e.ID)
			}
		}
		if !slices.Contains(ids(Text(e.ID)), e.ID) {
			t.Errorf("the ID %s finds %v", e.ID, ids(Text(e.ID)))
		}
	}
}

func ids(r *Result) []string {
	var list []string
	for _, m := range r.Matches {
		list = append(list, m.ID)
	}
	return list
}
