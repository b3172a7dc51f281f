package validate

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/certconv/certconv/convert"
	"github.com/certconv/certconv/internal/text"
)

// distrustChecks: what the platforms have withdrawn.
func distrustChecks() []Check {
	return []Check{{
		Code: "cert-distrusted", Severity: Error, Title: "the platforms have withdrawn the certificate, or one in its chain",
		Text:   "After break-ins and mistakes at CAs, Microsoft, Mozilla, Google and Java put certificates and keys on lists of their own. Their programs always refuse these, whatever the dates and revocation lists say. The list here has the individual withdrawals from Microsoft's security advisories, which end in 2015, and those of OpenJDK; later ones, by date of issue, are not in it.",
		Action: text.Of("order a certificate from another CA"),
		Refs:   []string{"Microsoft Security Advisory 2607712", "Microsoft Security Advisory 2524375"}, After: pemDamage, needs: needsChain,
		run: runDistrusted,
	}}
}

// distrusted is a withdrawn certificate: its SHA-1 thumbprint, and where the
// certificate itself is at hand the SHA-256 of its SubjectPublicKeyInfo, and
// the key identifier by which certificates that a CA issued name it.
type distrusted struct {
	sha1, spki, keyID string
	name              string
	advisory          string
}

const (
	comodo    = "KB2524375"
	diginotar = "KB2607712"
	openJDK   = "OpenJDK's list of blacklisted certificates"
)

var distrustList = []distrusted{
	{"305f8bd17aa2cbc483a4c41b19a39a0c75da39d6", "", "", "addons.mozilla.org", comodo},
	{"61793fcbfa4f9008309bba5ff12d2cb29cd4151a", "", "", "global trustee", comodo},
	{"cea586b2ce593ec7d939898337c57814708ab2be", "", "", "login.live.com", comodo},
	{"471c949a8143db5ad5cdf1c972864a2504fa23c9", "", "", "login.skype.com", comodo},
	{"63feae960baa91e343ce2bd8b71798c76bdb77d0", "5e53f26467f894fde53b3fa406a440cbb3b076bb5b758fe4834ad66500208907", "", "login.yahoo.com", comodo},
	{"d018b62dc518907247df50925bb09acf4a5cb3ad", "5e53f26467f894fde53b3fa406a440cbb3b076bb5b758fe4834ad66500208907", "", "login.yahoo.com", comodo},
	{"80962ae4d6c5b442894e95a13e4a699e07d694cf", "5e53f26467f894fde53b3fa406a440cbb3b076bb5b758fe4834ad66500208907", "", "login.yahoo.com", comodo},
	{"6431723036fd26dea502792fa595922493030f97", "", "", "mail.google.com", comodo},
	{"1916a2af346d399f50313c393200f14140456616", "", "", "www.google.com", comodo},

	{"c060ed44cbd881bd0ef86c0ba287ddcf8167478c", "a903af8c07bb91b0d9e3f3a30c6d53339fc5bd47e5d6bdb476598860c068a024", "8868bfe08e35c43b386b62f7283b8481c80cd74d", "DigiNotar Root CA", diginotar},
	{"43d9bcb568e039d073a74a71d8511f7476089cc3", "", "", "DigiNotar Root CA G2", diginotar},
	{"b533345d06f64516403c00da03187d3bfef59156", "f034f642ca1d9e88e9efeafcb15c7c937aa19e04b080f27335e1da70d1ca1201", "bd1698421dbe91d13dc29725e028d758e0b57fe2", "DigiNotar PKIoverheid CA Overheid", diginotar},
	{"5de83ee82ac5090aea9d6ac4e7a6e213f946e179", "7e7058ea35ad4359654159973f560187f16d19c514b939c5055672d1d2a518ac", "bc5d943bd9ab7b03257361c2db2deefcab8f65a1", "DigiNotar PKIoverheid CA Organisatie - G2", diginotar},
	{"40aa38731bd189f9cdb5b9dc35e2136f38777af4", "dd3eeb779bee07f9efdac382408b28d142fa842c78e8bc0e33348d57b92f0583", "4c08c98d76f198c73edf3cd72f750db1767997cc", "DigiNotar PKIoverheid CA Overheid en Bedrijven", diginotar},
	{"86e817c81a5ca672fe000f36f878c19518d6f844", "a903af8c07bb91b0d9e3f3a30c6d53339fc5bd47e5d6bdb476598860c068a024", "", "DigiNotar Root CA, by Entrust", diginotar},
	{"367d4b3b4fcbbc0b767b2ec0cdb2a36eab71a4eb", "a903af8c07bb91b0d9e3f3a30c6d53339fc5bd47e5d6bdb476598860c068a024", "", "DigiNotar Root CA, by Entrust", diginotar},
	{"f8a54e03aadc5692b850496a4c4630ffeaa29d83", "93ca2d436cae7f68d2b4256ca175c985ce39926dc9f7eeaeecf2f8970fb97802", "fedc94490c6fef5c7fc6f112994f1649adfb8265", "DigiNotar Services 1024 CA", diginotar},
	{"b86e791620f759f17b8d25e38ca8be32e7d5eac2", "d34b255b2fe7d1a09656cbab6409f73c796ec7d66af73653ecc39af978297310", "abf968dfcf4a37d77b458c5f72de4044c365bbc2", "DigiNotar Cyber CA", diginotar},
	{"2b84bfbb34ee2ef949fe1cbe30aa026416eb2216", "d34b255b2fe7d1a09656cbab6409f73c796ec7d66af73653ecc39af978297310", "", "DigiNotar Cyber CA", diginotar},
	{"9845a431d51959caf225322b4a4fe9f223ce6d15", "d34b255b2fe7d1a09656cbab6409f73c796ec7d66af73653ecc39af978297310", "", "DigiNotar Cyber CA", diginotar},

	{"8e5bd50d6ae686d65252f843a9d4b96d197730ab", "b833c49da7d4604077171a1663038f9d80d31e0678348a60f4bae431e137950e", "4c4ecc2528032981", "Digisign Server ID - (Enrich)", "KB2641690"},
	{"51c3247d60f356c7ca3baf4c3f429dac93ee7b74", "c37ba961a72f9763a6120a6634706aef0fa0afa8d45e9b7341f609729e9037c8", "c616934e1617ec16ae8c9476f3866dc5746e8477", "Digisign Server ID (Enrich)", "KB2641690"},

	{"2a83e9020591a55fc6ddad3fb102794c52b24e70", "", "", "Microsoft Enforced Licensing Intermediate PCA", "KB2718704"},
	{"3a850044d8a195cd401a680c012cb0a3b5f8dc08", "", "", "Microsoft Enforced Licensing Intermediate PCA", "KB2718704"},
	{"fa6660a94ab45f6a88c0d7874d89a863d74dee97", "", "", "Microsoft Enforced Licensing Registration Authority CA (SHA1)", "KB2718704"},

	{"c69f28c825139e65a646c434aca5a1d200295db1", "", "", "*.EGO.GOV.TR", "KB2798897"},
	{"f92be5266cc05db2dc0dc3f2dc74e02defd949cb", "", "", "e-islem.kktcmerkezbankasi.org", "KB2798897"},
	{"4d8547b7f864132a7f62d9b75b068521f10b68e3", "", "", "*.google.com, by *.EGO.GOV.TR", "KB2798897"},

	{"5ce339465f41a1e423149f65544095404de6ebe2", "", "", "AC DG Trésor SSL", "KB2916652"},
	{"4822824ece7ed1450c039aa077dc1f8ae3489bbf", "", "", "NIC Certifying Authority", "KB2982792"},
	{"c6796490cdeeaab31aed798752ecd003e6866cb2", "", "", "NIC CA 2011", "KB2982792"},
	{"d2dbf71823b2b8e78f5958096150bfcb97cc388a", "", "", "NIC CA 2014", "KB2982792"},
	{"08e4987249bc450748a4a78133cbf041a3510033", "", "", "www.live.fi", "KB3046310"},
	{"e1f3591e769865c4e447acc37eafc9e2bfe4c576", "", "", "MCSHOLDING TEST", "KB3050995"},

	{"3eb44e5ffe6dc72ded703e99902722db38ffd1cb", "", "", "DLINK CORPORATION", "KB3097966"},
	{"7311e77ec400109d6a5326d8f6696204fd59aa3b", "", "", "Alpha Networks", "KB3097966"},
	{"915a478db939925da8d9aea12d8bba140d26599c", "", "", "KEEBOX", "KB3097966"},
	{"db5042ed256ff426867b332887ecce2d95e79614", "", "", "TRENDnet", "KB3097966"},

	{"98a04e4163357790c4a79e6d713ff0af51fe6927", "cdee9f3305572a677e1a6c82dc1e02a35b11cae6a684338c9f37fe1ac8daec23", "", "eDellRoot", "KB3119884"},
	{"02c2d931062d7b1dc2a5c7f5f0685064081fb221", "", "", "DSDTestProvider", "KB3119884"},
	{"8b2e65a5da17fccccbcde7ef87b0c0ed5d0701f9", "", "", "*.xboxlive.com", "KB3123040"},
	{"c864484869d41d2b0d32319c5a62f9315aaf2cbd", "", "", "Superfish, Inc.", "removal by Windows Defender, 2015"},

	{"63e3169c7094cf606162e475ae2a427e313c7335", "fc06700796051bdf79973ae481615f54a8d66ebf4106ab047b43b83d2fe49ce2", "", "Solaris INTERNAL DEVELOPMENT USE ONLY", openJDK},
	{"848547fadf753587b2fcf7892ad8460006af7630", "1f5c3189b27aff7e146f2f961015d9cb58a86e9df1b30418d7a983953a3fed02", "", "CLEARESULT CONSULTING INC.", openJDK},
	{"86ec3c21d4ca30f35f1533b7f6c9fd32fb4dd618", "52992cdd06f7a6c27709410e47518bc68781f66713bf886cab7fc2e9c564cfd8", "", "BUSTER ASSISTENCIA TECNICA ELETRONICA LTDA - ME", openJDK},
	{"b743f3095863ed3d7302d01de2f353fef32013ed", "089b82683e09533f0c09efa87bc1f8df20da539321830899f8ea1f2020e30234", "", "Buster Paper Comercial Ltda", openJDK},
	{"bc2e1ab40d6835c164852268fb30d09860d359f5", "078b316988c2ea108dd4a9e8ba76a55cf44dc644787c45d69e3072db83663115", "", "JavaFX 1.0 Runtime", openJDK},
	{"d1f9ef8dc831ab7230ebf5905d8bb9e7ef446c51", "c1da764c829de3a6d209399f8ed65880131847309c387fc4e69762d55f396c8b", "", "Java Media APIs", openJDK},
	{"e03cf2cfe7362b2a42af267c014feb639c408fa8", "bba5d9895d2fd395c6711112c248c8b8d599bdf675077470b1008a255423cae6", "", "JavaFX Runtime", openJDK},
}

func runDistrusted(p *pass) {
	seen := map[string]bool{}
	for _, c := range append(append([]*convert.Certificate(nil), p.path().certs...), p.Served...) {
		if seen[string(c.Raw)] {
			continue
		}
		seen[string(c.Raw)] = true
		d, how := findDistrusted(c)
		if d == nil {
			continue
		}
		p.Report(Finding{
			At: p.place(c, p.LeafCert()), Breaks: BreaksTrust, Refs: []string{advisory(d.advisory)},
			Message: text.Of("certificate %s is distrusted by the platforms (%s): %s %s", describe(c), d.advisory, how, d.name),
		})
	}
}

func advisory(s string) string {
	if n, ok := strings.CutPrefix(s, "KB"); ok {
		return "Microsoft Security Advisory " + n
	}
	return s
}

// findDistrusted looks c up by itself, by its key, and by the key that signed it.
func findDistrusted(c *convert.Certificate) (d *distrusted, how text.Text) {
	thumbprint := hexSum(sha1.Sum(c.Raw))
	spki := sha256.Sum256(c.SPKI)
	key := hex.EncodeToString(spki[:])
	issuer := hex.EncodeToString(c.AuthorityKeyID())
	for i := range distrustList {
		d := &distrustList[i]
		switch {
		case d.sha1 == thumbprint:
			return d, text.Of("it is")
		case d.spki != "" && d.spki == key:
			return d, text.Of("it has the key of")
		case d.keyID != "" && d.keyID == issuer:
			return d, text.Of("it was issued by")
		}
	}
	return nil, text.Text{}
}

func hexSum(b [sha1.Size]byte) string { return hex.EncodeToString(b[:]) }
