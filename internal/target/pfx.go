package target

import (
	"slices"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/pbe"
)

// What readers of PFX files say, which is often not the truth.
const (
	windowsPassword = `"` + WindowsPassword + `" (0x80070056)`
	windowsInvalid  = `"The data is invalid" (0x8007000D)`
	javaPassword    = `"` + JavaPassword + `"`
	macPassword     = `"MAC verification failed during PKCS12 import (wrong password?)"`
	androidPassword = `"Incorrect password"`
	opensslMAC      = `"Mac verify error: invalid password?"`
	opensslLegacy   = `"unsupported", unless it is started with -legacy`
)

// PFXReader is a program that opens PFX files, in the versions that know the same
// algorithms.
type PFXReader struct {
	Name    string
	since   string // this version and all later ones; "" if they are in Name
	current bool   // it is the newest of its kind
	refuses []pfxRefusal
}

// pfxRefusal is what a reader does not know, and the words in which it says so.
type pfxRefusal struct {
	family pbe.Family
	says   string
}

// The readers that targets name.
const (
	windows2019 = "Windows Server 2019, Windows 10 1709 and later"
	windows2016 = "Windows Server 2016 and earlier"
	java8u301   = "Java 8u301, 11.0.12, 17 to 24"
	javaOld     = "Java before 8u301 and 11.0.12"
)

// Families that go together: newer refuses none of beforeAES.
var (
	beforeAES = []pbe.Family{pbe.FamilySHA2, pbe.FamilySignature, pbe.FamilyPBES2}
	unusual   = []pbe.Family{pbe.FamilyScrypt, pbe.FamilyRC2PBE2, pbe.FamilyRare}
	legacy    = []pbe.Family{pbe.FamilyRC2, pbe.FamilyRC2PBE2, pbe.FamilyRC4}
	pbmac1    = []pbe.Family{pbe.FamilyPBMAC1}
	noMAC     = []pbe.Family{pbe.FamilyNoMAC}

	// Passwords that are not ASCII. Java 17 opens no file that has one, Java 25 those
	// with PBES2; Windows takes them in UTF-16 and in no code page.
	textPKCS12 = []pbe.Family{pbe.FamilyTextPKCS12, pbe.FamilyTextOther}
	anyText    = []pbe.Family{pbe.FamilyTextPKCS12, pbe.FamilyTextPBES2, pbe.FamilyTextOther}
	oddText    = []pbe.Family{pbe.FamilyTextOther}
)

func all(says string, lists ...[]pbe.Family) []pfxRefusal {
	var out []pfxRefusal
	for _, f := range slices.Concat(lists...) {
		out = append(out, pfxRefusal{f, says})
	}
	return out
}

// pfxReaders is the table of which software refuses which PFX, the newest of each
// program first. Sources: the release notes of OpenSSL 3.0 and 3.4, the JDK bugs
// 8076190, 8267701 and 8343232, Microsoft's notes on AES256_SHA256 in PFX export,
// and the issues of OpenSSL, acme.sh, xca and keystore-explorer in which these
// messages were reported.
func pfxReaders() []PFXReader {
	return []PFXReader{
		{Name: windows2019, current: true, refuses: append(all(windowsPassword, pbmac1, unusual, oddText), all(windowsInvalid, noMAC)...)},
		{Name: windows2016, since: "every Windows", refuses: append(all(windowsPassword, pbmac1, beforeAES, unusual, oddText), all(windowsInvalid, noMAC)...)},

		{Name: "OpenSSL 3.4 and later", current: true, refuses: all(opensslLegacy, legacy)},
		{Name: "OpenSSL 3.0 to 3.3", since: "OpenSSL 3.0 and later", refuses: append(all(opensslLegacy, legacy), all(opensslMAC, pbmac1)...)},
		{Name: "OpenSSL 1.0.2 to 1.1.1", since: "OpenSSL 1.0.2 and later", refuses: all(opensslMAC, pbmac1)},

		{Name: "Java 26 and later", current: true, refuses: all(javaPassword, unusual, textPKCS12)},
		{Name: "Java 25", since: "Java 25 and later", refuses: all(javaPassword, pbmac1, unusual, textPKCS12)},
		{Name: java8u301, since: "Java 8u301, 11.0.12, 17 and later", refuses: all(javaPassword, pbmac1, unusual, anyText)},
		{Name: javaOld, since: "every Java", refuses: all(javaPassword, pbmac1, beforeAES, unusual, anyText)},

		{Name: "macOS 15 and later", current: true, refuses: all(macPassword, pbmac1, unusual, noMAC)},
		{Name: "macOS 14 and earlier", since: "every macOS", refuses: all(macPassword, pbmac1, beforeAES, unusual, noMAC)},

		{Name: "Android 13 and earlier", refuses: all(androidPassword, pbmac1, beforeAES, unusual)},
	}
}

// alsoOpen are readers of which only this is known.
var alsoOpen = []struct {
	name string
	uses []pbe.Family
}{
	{"NSS, GnuTLS", []pbe.Family{pbe.FamilyPBES2, pbe.FamilySHA2}},
	{"NSS and GnuTLS from 2024 on", []pbe.Family{pbe.FamilyPBES2, pbe.FamilyPBMAC1}},
}

// refusal is the first in the list of r that a file with these algorithms meets,
// nil if r opens it.
func (r *PFXReader) refusal(uses []pbe.Use) *pfxRefusal {
	for i, no := range r.refuses {
		if slices.ContainsFunc(uses, func(u pbe.Use) bool { return u.Family == no.family }) {
			return &r.refuses[i]
		}
	}
	return nil
}

// RefusedPFX is a reader that does not open a PFX, and what it says.
type RefusedPFX struct {
	System string `json:"system"`
	Says   string `json:"says"`
}

// WhoOpens says which readers open a PFX with these algorithms, and which do not.
func WhoOpens(uses []pbe.Use) (opens []string, refuses []RefusedPFX) {
	for _, r := range pfxReaders() {
		if no := r.refusal(uses); no != nil {
			refuses = append(refuses, RefusedPFX{r.Name, no.says})
		} else {
			opens = append(opens, r.Name)
		}
	}
	return opens, refuses
}

// ForMost is the name of the target that a PFX should be written for to be opened
// by those that refuse it: "iis" where current software is among them, "iis2016"
// where it is old software alone, "" if all open it.
func ForMost(uses []pbe.Use) string {
	name := ""
	for _, r := range pfxReaders() {
		switch no := r.refusal(uses); {
		case no != nil && (pbe.Use{Family: no.family}).IsText(): // a matter of the password
		case no != nil && r.current:
			return "iis"
		case no != nil:
			name = "iis2016"
		}
	}
	return name
}

// Opens names the readers that open a PFX with these algorithms, one for each
// program: all newer versions than one that opens it do too, unless they are told
// apart.
func Opens(uses []pbe.Use) []string {
	var names []string
	newer := false // all newer versions of the program open it
	for _, r := range pfxReaders() {
		opens := r.refusal(uses) == nil
		switch {
		case !opens:
		case newer && r.since != "":
			names[len(names)-1] = r.since
		default:
			names = append(names, r.Name)
		}
		newer = opens && (newer || r.current)
	}
	return names
}

// ProfileSummary is the algorithms of a profile and who opens a PFX with them.
func ProfileSummary(p *convert.Profile) string {
	uses := p.Uses()
	names := Opens(uses)
	for _, r := range alsoOpen {
		if !slices.ContainsFunc(uses, func(u pbe.Use) bool { return !slices.Contains(r.uses, u.Family) }) {
			names = append(names, r.name)
		}
	}
	return p.Summary + ": " + strings.Join(names, "; ")
}

// RefusesPFX gives the algorithm of a PFX that the target does not know. ok is
// false if it opens the file, or is none that reads PFX files.
func (t *Target) RefusesPFX(uses []pbe.Use) (what pbe.Use, ok bool) {
	for _, r := range pfxReaders() {
		if r.Name != t.PFXReader || t.PFXReader == "" {
			continue
		}
		if no := r.refusal(uses); no != nil {
			i := slices.IndexFunc(uses, func(u pbe.Use) bool { return u.Family == no.family })
			return uses[i], true
		}
	}
	return pbe.Use{}, false
}
