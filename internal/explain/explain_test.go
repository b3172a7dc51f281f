package explain

import "testing"

func TestNumbers(t *testing.T) {
	for text, id := range map[string]string{"80093005": "hresult-80093005", "0X80090304": "hresult-80090304", "-202": "browser-unknown-issuer"} {
		if r := Text(text); len(r.Matches) != 1 || r.Matches[0].ID != id {
			t.Errorf("%s: %v", text, r)
		}
	}
}
