package validate

import "slices"

// Profile is what a CA takes of a request, as its documents and its own
// source say. Name is for Options.
type Profile struct {
	Name  string
	Title string
	Refs  []string

	// historic: characters and letters that old CAs refuse are errors, and
	// the signature of the request, which they made use of, may be old.
	historic bool
	rsaBits  []int    // the sizes of RSA keys; nil: any of 2048 bits or more
	exponent int      // the only public exponent of RSA keys; 0: any
	curves   []string // the curves
	names    int      // how many names in one certificate; 0: no number is known
	// What the request asks for beside names: how bad that is, "" if it does
	// no harm.
	stapling, clientAuth, mail, uri Severity
	addressInName                   Severity // an address as common name
}

// Their documents.
const (
	refBR         = "CA/Browser Forum Baseline Requirements, Section "
	refBoulder    = "Boulder, csr/csr.go"
	refBoulderKey = "Boulder, goodkey/good_key.go"
	refStapling   = "Let's Encrypt, Ending OCSP Support in 2025"
	refRSASizes   = "Let's Encrypt, Issuing for common RSA key sizes only (2020-09-17)"
	refGoogleEKU  = "Google Trust Services, Client Authentication Certificates (clientAuth) Deprecation (2025-05)"
)

// profiles is the table; the first row is the one for requests of which nothing
// is said.
var profiles = []Profile{
	{
		Name: "cabf", Title: "what public CAs have in common (the Baseline Requirements)", Refs: []string{refBR + "6.1.5", refBR + "7.1.2.7"},
		curves:   []string{"EC P-256", "EC P-384", "EC P-521"},
		stapling: Warning, clientAuth: Warning, mail: Warning, uri: Warning, addressInName: Warning,
	},
	{
		Name: "letsencrypt", Title: "Let's Encrypt", Refs: []string{refBoulder, refBoulderKey, refStapling, refRSASizes},
		rsaBits: []int{2048, 3072, 4096}, exponent: 65537, curves: []string{"EC P-256", "EC P-384"}, names: fewestNames,
		stapling: Error, clientAuth: Warning, mail: Error, uri: Error, addressInName: Error,
	},
	{
		Name: "google", Title: "Google Trust Services", Refs: []string{refGoogleEKU, refBR + "7.1.2.7"},
		curves:   []string{"EC P-256", "EC P-384", "EC P-521"},
		stapling: Warning, clientAuth: Error, mail: Warning, uri: Warning, addressInName: Warning,
	},
	{
		Name: "classic", Title: "the historic rules of old CAs, characters as errors", Refs: []string{"DigiCert Knowledge SO7289", "Microsoft KB Q282968"},
		historic: true, curves: []string{"EC P-256", "EC P-384", "EC P-521"},
		stapling: Warning, clientAuth: Info, mail: Warning, uri: Warning, addressInName: Warning,
	},
}

// Profiles returns the sets of rules for requests, the usual one first.
func Profiles() []Profile { return slices.Clone(profiles) }

// profile is the one that the options name, the usual one if they name none.
func (in *input) profile() *Profile {
	for i := range profiles {
		if profiles[i].Name == in.Profile {
			return &profiles[i]
		}
	}
	return &profiles[0]
}
