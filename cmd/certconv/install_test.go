package main

import "testing"

// The files of a host are not those of another.
func TestUnitNames(t *testing.T) {
	hosts := map[string]string{} // by the name of their files
	signs := []string{"", "*.", "a", "-", ":", "+", "=", "wildcard", "wildcard.", "host", "."}
	var add func(host string, more int)
	add = func(host string, more int) {
		if plainHost(host) && host[len(host)-1] != '.' {
			name := unitName(host)
			if other := hosts[name]; other != "" && other != host {
				t.Errorf("%s and %s are both called %s", other, host, name)
			}
			hosts[name] = host
		}
		if more == 0 {
			return
		}
		for _, s := range signs {
			add(host+s, more-1)
		}
	}
	add("", 4)
	for host, want := range map[string]string{
		"www.example.com": "www.example.com", "*.example.com": "wildcard.example.com", "wildcard.example.com": "host=wildcard.example.com",
		"[::1]": "++1", "a:b": "a+b", "a-b": "a-b", "WWW.Example.com.": "www.example.com",
	} {
		if got := unitName(host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}
