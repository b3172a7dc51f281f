package target_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pbe"
	"github.com/certconv/certconv/internal/target"
)

func uses(list ...pbe.Family) (out []pbe.Use) {
	for _, f := range list {
		out = append(out, pbe.Use{Family: f})
	}
	return out
}

func TestWhoOpens(t *testing.T) {
	for _, tt := range []struct {
		uses        []pbe.Use
		open, close string // beginnings of the names of one reader each
		rewrite     string
	}{
		{uses(pbe.FamilySHA2, pbe.FamilyPBES2), "Windows Server 2019", "Windows Server 2016", "iis2016"},
		{uses(pbe.FamilySHA1, pbe.FamilyPBES2), "OpenSSL 3.0", "Java before", "iis2016"},
		{uses(pbe.FamilySHA1, pbe.Family3DES), "Windows Server 2016", "", ""},
		{uses(pbe.FamilySHA1, pbe.FamilyRC2, pbe.Family3DES), "OpenSSL 1.0.2", "OpenSSL 3.4", "iis"},
		{uses(pbe.FamilyPBMAC1, pbe.FamilyPBES2), "OpenSSL 3.4", "OpenSSL 3.0", "iis"},
		{uses(pbe.FamilySHA2, pbe.FamilyPBES2, pbe.FamilyTextPBES2), "Java 25", "Java 8u301", "iis2016"},
		{uses(pbe.FamilySHA1, pbe.Family3DES, pbe.FamilyTextPKCS12), "Windows Server 2016", "Java 25", ""},
		{uses(pbe.FamilySHA1, pbe.Family3DES, pbe.FamilyTextOther), "OpenSSL 3.0", "Windows Server 2019", ""},
		{uses(pbe.FamilyNoMAC), "OpenSSL 3.0", "Windows Server 2019", "iis"},
	} {
		opens, refuses := target.WhoOpens(tt.uses)
		if !slices.ContainsFunc(opens, func(s string) bool { return strings.HasPrefix(s, tt.open) }) {
			t.Errorf("%v: %s is not among %v", tt.uses, tt.open, opens)
		}
		if tt.close == "" {
			if len(refuses) > 0 {
				t.Errorf("%v: refused by %v", tt.uses, refuses)
			}
		} else if !slices.ContainsFunc(refuses, func(r target.RefusedPFX) bool { return strings.HasPrefix(r.System, tt.close) && r.Says != "" }) {
			t.Errorf("%v: %s is not among %v", tt.uses, tt.close, refuses)
		}
		if got := target.ForMost(tt.uses); got != tt.rewrite {
			t.Errorf("%v: to be written for %q", tt.uses, got)
		}
	}
}

// A target opens what it is given, and its software is in the table.
func TestTargetsOpenTheirProfile(t *testing.T) {
	for _, server := range target.All() {
		i := slices.IndexFunc(convert.Profiles(), func(p convert.Profile) bool { return p.Name == server.Profile })
		if i < 0 {
			t.Errorf("%s: no profile is called %q", server.Name, server.Profile)
			continue
		}
		p := convert.Profiles()[i]
		if what, refused := server.RefusesPFX(p.Uses()); refused {
			t.Errorf("%s refuses %s of its own profile", server.Name, what.Name)
		}
		if _, refused := server.RefusesPFX(uses(pbe.FamilyPBMAC1)); refused != (server.PFXReader != "") {
			t.Errorf("%s opens PBMAC1, or its reader %q is not in the table", server.Name, server.PFXReader)
		}
	}
}

func TestProfileSummary(t *testing.T) {
	for i, want := range []string{
		"AES-256, SHA-256: Windows Server 2019, Windows 10 1709 and later; OpenSSL 1.0.2 and later; Java 8u301, 11.0.12, 17 and later; macOS 15 and later; NSS, GnuTLS",
		"AES-256, integrity by PBMAC1 (RFC 9879, before that RFC 9579): OpenSSL 3.4 and later; Java 26 and later; NSS and GnuTLS from 2024 on",
		"3DES, SHA-1: every Windows; OpenSSL 1.0.2 and later; every Java; every macOS; Android 13 and earlier",
		"3DES, SHA-1: every Windows; OpenSSL 1.0.2 and later; every Java; every macOS; Android 13 and earlier",
	} {
		p := convert.Profiles()[i]
		if got := target.ProfileSummary(&p); got != want {
			t.Errorf("%s:\n%s, not\n%s", p.Name, got, want)
		}
	}
}
