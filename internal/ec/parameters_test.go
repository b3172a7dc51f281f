package ec

import (
	"encoding/base64"
	"testing"

	"github.com/certconv/certconv/internal/der"
	"github.com/certconv/certconv/internal/testenv"
)

// What openssl ecparam -param_enc explicit -conv_form compressed writes of prime192v1,
// sect113r1 and sect131r1: a prime field, a trinomial and a pentanomial.
const (
	explicitPrime       = "MIGvAgEBMCQGByqGSM49AQECGQD////////////////////+//////////8wSwQY/////////////////////v/////////8BBhkIQUZ5ZyA5w+n6atyJDBJ/rje7MFGubEDFQAwRa5vyEIvZO1XlSjTgSDq4SGW1QQZAxiNqA6wMJD2fL8g60OhiAD0/wr9gv8QEgIZAP///////////////5ne+DYUa8mxtNIoMQIBAQ=="
	explicitTrinomial   = "MIGCAgEBMBwGByqGSM49AQIwEQIBcQYJKoZIzj0BAgMCAgEJMDkEDwAwiCUMpufH/mSc6Fgg9wQPAOi+5NPiJgdEGIvg6ccjAxUAEOcjqxTWluZ2h1YVF1b+v4/LSakEEAMAnXNhbzX0qxQH1zViwQ8CDwEAAAAAAAAA2czsijnlbwIBAg=="
	explicitPentanomial = "MIGTAgEBMCUGByqGSM49AQIwGgICAIMGCSqGSM49AQIDAzAJAgECAgEDAgEIMD0EEQehGwmna1YhREGP8/+MJXC4BBECF8BWEIhLY7nGxykWePnTQQMVAE1pbmdodWFRdZhb06262iG0OpfiBBIDAIG6+R/fmDPED5wYE0Njg5kCEQQAAAAAAAAAAjEjlTqUZLVNAgEC"
)

// Each element of explicit parameters has to be there, in its type, but the seed and the
// cofactor (X9.62), which is taken for the order where that is missing; a coefficient of no
// octets is 0.
func TestDamagedCurve(t *testing.T) {
	for _, c := range []struct{ name, params string }{
		{"secp192r1", explicitPrime}, {"sect113r1", explicitTrinomial}, {"sect131r1", explicitPentanomial},
	} {
		params, err := base64.StdEncoding.DecodeString(c.params)
		if err != nil {
			t.Fatal(err)
		}
		may := []string{"0 empty", "2.0 empty", "2.1 empty", "2.2 missing", "2.2 null", "2 cut", "2.2 empty", "4 missing", "5 missing", "5 null", "5 empty"}
		testenv.EachIsNeeded(t, c.name, params, may, func(params []byte) error {
			e, err := der.ParseAll(params)
			if err != nil {
				return err
			}
			_, _, err = ParseParameters(e)
			return err
		})
	}
}
