package client

import "testing"

// Nobody is left out, and each row says where it is from.
func TestRevocations(t *testing.T) {
	rows := map[string]Revocation{}
	for _, c := range Clients() {
		rows[c.Name] = c.Revoked()
		if c.Measured != c.Revoked().Measured {
			t.Errorf("%s: measured %v", c.Name, c.Measured)
		}
	}
	for _, v := range Verifiers() {
		rows[v.Name] = v.Revoked
	}
	for name, r := range rows {
		if r.Does == "" || r.Source == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
