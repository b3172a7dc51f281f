package probe

import (
	"maps"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// FuzzAttributes compares the attributes of tags with those that x/net reads.
func FuzzAttributes(f *testing.F) {
	for _, s := range []string{
		`<a>`, `<a/>`, `<a href>`, `<a href=x>`, `<IMG SRC = "x" Alt='y"z' src=again>`, `<a =b=c>`, `<a / b /c=/d/>`, `<a b='c>d' e>`,
		"<a\tb\n=\r\n'c\r\nd\re'\ff>", "<a b=\x00 \x00c=d>", `<a b="c"d=e>`, `<a b = >`, `<a b= c= >`, `<a "b"=c 'd'>`, `<a b=c"d'e>`,
		`<a b="?x=1&copy=2&amp;y=3&lt&gt;&region=4&notit;&not;&semi;&;&&#65;&#x41&#x;&#&NotEqualTilde;&nosuch;&#128;&#0;&copy&#9&#x1F600&#99999999999;&#xD800;">`,
		`<a b=&amp c=&amp; d=&ampx e=&ampx; f=&amp=>`, `<a ä=ö K=k>`, `<p><b c=d>text</b><script src="x">"<a b=c>"</script><!-- <a b=c> --><i j=k`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, page string) {
		z := html.NewTokenizer(strings.NewReader(page))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
				continue
			}
			raw := string(z.Raw())
			want := map[string]string{}
			for _, more := z.TagName(); more && len(want) < maxAttributes; {
				var k, v []byte
				k, v, more = z.TagAttr()
				if _, again := want[string(k)]; !again {
					want[string(k)] = string(v)
				}
			}
			if got := attributes(raw); !maps.Equal(got, want) {
				t.Fatalf("%q: %q, want %q", raw, got, want)
			}
		}
	})
}
