package uri

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func baseURL(t testing.TB) *url.URL {
	base, err := url.Parse("https://www.example.com/news/")
	require.NoError(t, err)
	return base
}

// RSS-7
func TestURLsBecomeAbsoluteAndASCII(t *testing.T) {
	tests := []struct{ why, given, want string }{
		{"as it should be", "https://example.com/2022/03/a/", "https://example.com/2022/03/a/"},
		{"white space around it goes", " \n\thttps://example.com/a \r\n", "https://example.com/a"},
		{"scheme and host in lower case", "HTTPS://Example.COM/A", "https://example.com/A"},
		{"a path at least", "https://example.com", "https://example.com/"},
		{"a path before the query", "https://example.com?p=12", "https://example.com/?p=12"},

		{"relative to the site", "2022/a/", "https://www.example.com/news/2022/a/"},
		{"from the root", "/2022/a/", "https://www.example.com/2022/a/"},
		{"upwards", "../a", "https://www.example.com/a"},
		{"the query alone", "?p=12", "https://www.example.com/news/?p=12"},
		{"a host alone", "//cdn.example.net/a.mp3", "https://cdn.example.net/a.mp3"},

		{"non-ASCII path, UTF-8", "https://example.com/çavuşoğlu", "https://example.com/%C3%A7avu%C5%9Fo%C4%9Flu"},
		{"non-ASCII query and fragment", "https://example.com/?q=ş#ğ", "https://example.com/?q=%C5%9F#%C4%9F"},
		{"what is encoded stays", "https://example.com/a%2Fb%20c%c3%bc", "https://example.com/a%2Fb%20c%c3%bc"},
		{"a stray percent sign", "https://example.com/100%", "https://example.com/100%25"},
		{"a stray percent sign in the query", "https://example.com/?q=100%zz%41", "https://example.com/?q=100%25zz%41"},
		{"brackets and bars", "https://example.com/a[1]|b?c[]=|d", "https://example.com/a%5B1%5D%7Cb?c%5B%5D=%7Cd"},
		{"blanks", "https://example.com/a b?c d#e f", "https://example.com/a%20b?c%20d#e%20f"},
		{"quotes, braces, backslash", "https://example.com/\"a\"<b>{c}\\d^`", "https://example.com/%22a%22%3Cb%3E%7Bc%7D%5Cd%5E%60"},
		{"reserved characters stay", "https://example.com/a;b=c,d:e@f!$&'()*+~?g=h&i=/?", "https://example.com/a;b=c,d:e@f!$&'()*+~?g=h&i=/?"},
		{"double slashes in the path stay", "https://example.com//a//b", "https://example.com//a//b"},

		{"host in punycode", "https://www.müzik.example/a", "https://www.xn--mzik-0ra.example/a"},
		{"capital dotted I", "https://İSTANBUL.example/", "https://xn--istanbul-o0e.example/"},
		{"German sharp s is kept", "https://straße.example/", "https://xn--strae-oqa.example/"},
		{"fullwidth dots", "https://example。com/", "https://example.com/"},
		{"underscores pass", "https://my_shop.example.com/", "https://my_shop.example.com/"},

		{"default port goes", "https://example.com:443/", "https://example.com/"},
		{"default port of http goes", "http://example.com:80/", "http://example.com/"},
		{"another port stays", "http://example.com:8080/", "http://example.com:8080/"},
		{"an empty port goes", "http://example.com:/", "http://example.com/"},
		{"IPv4", "http://192.0.2.7:81/", "http://192.0.2.7:81/"},
		{"IPv6", "http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
		{"user information goes", "https://user@example.com/a", "https://example.com/a"},
	}
	for _, tt := range tests {
		got, rule := Resolve(baseURL(t), tt.given)
		assert.Equal(t, tt.want, got, tt.why)
		assert.Empty(t, rule, tt.why)
		again, _ := Resolve(nil, got)
		assert.Equal(t, got, again, "%s: the form is final", tt.why)
	}
}

func TestWhatIsNoWebAddressIsRefused(t *testing.T) {
	tests := []struct {
		given string
		want  Fault
	}{
		{"", Missing},
		{" \n", Missing},
		{"\x00", Missing},
		{"http://[", Bad},
		{"http://[::1", Bad},
		{"http://", Bad},
		{"//", Bad},
		{"///", Bad},
		{"http:///path", Bad},
		{"http:path", Bad},
		{"http://exa mple.com/", Bad},
		{"http://a..example.com/", Bad},
		{"http://./", Bad},
		{"http://exa\"mple.com/", Bad},
		{"http://<b>.example.com/", Bad},
		{"http://example.com:http/", Bad},
		{"http://example.com:65536/", Bad},
		{"http://xn--a.example.com/", Bad},
		{"javascript:alert(1)", BadScheme},
		{"JavaScript:alert(1)", BadScheme},
		{"data:text/html,<script>", BadScheme},
		{"mailto:a@example.com", BadScheme},
		{"ftp://example.com/a", BadScheme},
		{"file:///etc/passwd", BadScheme},
	}
	for _, tt := range tests {
		got, rule := Resolve(baseURL(t), tt.given)
		assert.Equal(t, tt.want, rule, "%q", tt.given)
		assert.Empty(t, got, "%q", tt.given)
	}
}

func TestWithoutABaseRelativeURLsAreNotAbsolute(t *testing.T) {
	for _, ref := range []string{"a", "/a", "?a", "#a", "//example.com/a"} {
		_, rule := Resolve(nil, ref)
		assert.Equal(t, NotAbsolute, rule, ref)
	}
}

// RSS-7: whatever comes in, what comes out is a URI, and stays the same when it comes in again.
func FuzzResolveURL(f *testing.F) {
	for _, s := range []string{"a%", "//h", "http://[::1%25en0]/", "http://ü.ß/[|]%", "https:a", "?x#y#z", "\\\\h\\x", "http://a:b@c:1/", "//0:0:0", "//00%80#000", "http://[::FFFF:1.2.3.4]/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		got, rule := Resolve(baseURL(t), ref)
		if rule != "" {
			assert.Empty(t, got)
			return
		}
		assert.Empty(t, strings.Trim(got, letters+"0123456789-._~:/?#[]@!$&'()*+,;=%"), "RFC 3986 section 2")
		assert.Equal(t, EscapeStrayPercents(got), got)
		u, err := url.Parse(got)
		require.NoError(t, err)
		assert.True(t, (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && strings.HasPrefix(u.Path, "/"))
		again, rule := Resolve(nil, got)
		assert.Equal(t, got, again)
		assert.Empty(t, rule)
	})
}

// RSS-4
func TestMailAddressesAreThoseThatRSSCanHold(t *testing.T) {
	for _, s := range []string{"editor@example.com", "a.b+c@mail.example.co.uk", "o'neill@example.org"} {
		assert.True(t, IsMail(s), s)
	}
	for _, s := range []string{
		"", "editor", "@example.com", "editor@", "editor@localhost", "editor@.com", "editor@example.", "editor@example..com", "a@b@example.com",
		"the editor@example.com", "editor@example.com (Name)", "<editor@example.com>", "editor\x00@example.com", "editör@example.com", "a@exa_mple.com",
	} {
		assert.False(t, IsMail(s), "%q", s)
	}
}

// What is recognised comes out as it does when it is parsed.
func assertResolvedAsParsed(t *testing.T, s string) {
	t.Helper()
	for _, b := range []string{"https://www.example.com/news/", "http://example.com:8080/", "http://[::1]/", "https://u:p@example.com/", "https://xn--mnchen-3ya.de/", ""} {
		var base *url.URL
		if b != "" {
			var err error
			base, err = url.Parse(b)
			require.NoError(t, err)
		}
		want, wantFault := resolveAny(base, s)
		got, fault := Resolve(base, s)
		assert.Equal(t, want, got, "%q at %s", s, b)
		assert.Equal(t, wantFault, fault, "%q at %s", s, b)
	}
}

func FuzzResolvedAsParsed(f *testing.F) {
	for _, s := range addresses {
		f.Add(s)
	}
	f.Fuzz(assertResolvedAsParsed)
}

var addresses = []string{
	"https://example.com/", "https://example.com/2022/03/a-b/?p=1&q=%C3%A7", "http://EXAMPLE.com:80/a", "https://xn--mnchen-3ya.de/", "https://a--b.example/",
	"https://u:p@example.com/", "https://example.com/a/../b//c/.d", "https://example.com/%zz|[]", "https://example.com", "https://example.com/#x",
	"/a/", "/a/../b", "//cdn.example.com/a.PNG", "a.mp3", "?x", "javascript:x", "http://[", "ftp://example.com/", "https://-a.b-./", "/a b/ü.jpg?x#y",
	"https://a..b.example/", "https://xn--a.example/", "https://-a.example/", "https://a-.example/", "https://.a/", "https://a./", "https://1.2.3/", "https://example.com/a.jp%67",
}

func TestAddressesAreResolvedAsParsed(t *testing.T) {
	for _, s := range addresses {
		assertResolvedAsParsed(t, s)
	}
	for c := range 256 {
		for _, form := range []string{"l%sl", "https://example.com/%s", "https://ex%sample.com/a", "/a%s.jpg", "https://example.com/a?%s"} {
			assertResolvedAsParsed(t, strings.Replace(form, "%s", string([]byte{byte(c)}), 1))
			assertResolvedAsParsed(t, strings.Replace(form, "%s", string(rune(c)), 1))
		}
	}
}

func TestOrdinaryAddressesAreRecognised(t *testing.T) {
	for _, s := range []string{"https://www.nordicmonitor.com/2022/03/turkey-may-send-its-police/", "http://a.example/?p=1", "https://a.example/%C3%A7.jpg"} {
		assert.True(t, IsPlain(s), s)
	}
}

func TestMailbox(t *testing.T) {
	assert.Equal(t, "a@example.com (A)", Mailbox("a@example.com", "A"))
	assert.Equal(t, "a@example.com", Mailbox("a@example.com", ""))
	assert.Empty(t, Mailbox("", "A"))
}

// IsPlain is a regular expression, written by hand.
func TestPlainURLsAreThoseOfAnExpression(t *testing.T) {
	plain := regexp.MustCompile(`^https?://[a-z0-9]+([.-][a-z0-9]+)*(/([A-Za-z0-9_~!$&'()*+,;=:@?-]|%[0-9A-Fa-f]{2})` +
		`([A-Za-z0-9._~!$&'()*+,;=:@?-]|%[0-9A-Fa-f]{2})*)*/?$`)
	check := func(s string) {
		path := strings.Index(s+"///", "//") + 2
		long := path < len(s) && strings.IndexByte(s[path:], '/') > 63
		want := plain.MatchString(s) && strings.Count(s, "/") > 2 && !long
		assert.Equal(t, want, IsPlain(s), "%q", s)
	}
	for c := range 256 {
		b := string([]byte{byte(c)})
		for _, s := range []string{
			b, "https:/" + b, "https://" + b + "/", "https://a" + b + "/", "https://a" + b + "b/", "https://a." + b + "/", "http://a-" + b + "b/",
			"https://a/" + b, "https://a/" + b + "b", "https://a/b" + b, "https://a/b/" + b + "c", "https://a/%" + b, "https://a/%4" + b, "https://a/%" + b + "1",
			"https://a/%" + b + "41",
		} {
			check(s)
		}
	}
	for _, n := range []int{62, 63, 64} {
		check("https://" + strings.Repeat("a", n) + "/")
		check("https://" + strings.Repeat("a", n-2) + ".b/")
	}
	check("https://example.com")
	check("https:///")
	check("ftp://example.com/")
}

func TestPortsAreNumbersUpTo65535(t *testing.T) {
	for given, want := range map[string]string{
		"http://example.com:65535/":    "http://example.com:65535/",
		"http://example.com:9999/":     "http://example.com:9999/",
		"http://example.com:0080/":     "http://example.com/",
		"https://example.com:0443/":    "https://example.com/",
		"http://example.com:443/":      "http://example.com:443/",
		"https://example.com:80/":      "https://example.com:80/",
		"http://example.com:65536/":    "",
		"http://example.com:100000/":   "",
		"http://example.com:99999/":    "",
		"http://[fe80::1%25en0]:80/":   "http://[fe80::1]/",
		"http://[fe80::1%25en0]:81/":   "http://[fe80::1]:81/",
		"http://[fe80::g]/":            "",
		"http://example.com:000065535": "http://example.com:65535/",
	} {
		got, fault := Resolve(nil, given)
		assert.Equal(t, want, got, given)
		assert.Equal(t, want == "", fault == Bad, given)
	}
}

func TestHostNamesHaveLabelsThatAreNotEmpty(t *testing.T) {
	for _, s := range []string{"a", "localhost", "example.com", "example.com.", "my_shop.example", "192.0.2.7", "a-b"} {
		assert.True(t, IsHostName(s), s)
	}
	for _, s := range []string{"", ".", "..", ".a", "a..", "a..b", "A", "a b", "ü.example", "a:1", "[::1]", "a/b"} {
		assert.False(t, IsHostName(s), s)
	}
}

// HTML-3d: RFC 1035 section 2.3.4. The dot at the end does not count.
func TestHostNamesHaveAtMost253Bytes(t *testing.T) {
	long := strings.Repeat("a.", 126) + "a"
	for _, host := range []string{long, long + "."} {
		got, err := ASCIIHost(host)
		assert.NoError(t, err)
		assert.Equal(t, host, got)
		assert.True(t, IsHostName(host))
		url, fault := Resolve(nil, "https://"+host+"/")
		assert.Empty(t, fault)
		assert.Equal(t, "https://"+host+"/", url)
	}
	huge := strings.Repeat("ü", 30_000) // mapping it would take seconds
	for _, host := range []string{"a" + long, "a" + long + ".", long + "..", huge, strings.Repeat("ü.", 60) + "a", strings.Repeat("ﷺ", 40)} {
		got, err := ASCIIHost(host)
		assert.Error(t, err, host)
		assert.Empty(t, got)
		_, fault := Resolve(nil, "https://"+host+"/")
		assert.Equal(t, Bad, fault)
		assert.False(t, IsHostName(host))
		assert.False(t, IsMail("a@"+host))
	}
}

// BenchmarkLongHosts measures host names that are far too long. The time is that of reading them:
// it must not grow faster than their length. HTML-3d
func BenchmarkLongHosts(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
		for name, host := range map[string]string{
			"letters": strings.Repeat("ü", size/2), "labels": strings.Repeat("ü.", size/3), "punycode": "xn--" + strings.Repeat("a", size),
		} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				for b.Loop() {
					Resolve(nil, "https://"+host+"/")
				}
			})
		}
	}
}

func TestHostsAreSentAsBrowsersSendThem(t *testing.T) {
	for given, want := range map[string]string{
		"example.com": "example.com", "Example.COM": "example.com", "müzik.example": "xn--mzik-0ra.example",
		"xn--mzik-0ra.example": "xn--mzik-0ra.example", "straße.example": "xn--strae-oqa.example",
		"my_shop.example": "my_shop.example", "192.0.2.7": "192.0.2.7", "example。com": "example.com",
	} {
		got, err := ASCIIHost(given)
		assert.NoError(t, err, given)
		assert.Equal(t, want, got, given)
	}
	for _, given := range []string{"xn--a.example", "xn--\u0300.example", "\u0300a.example"} {
		got, err := ASCIIHost(given)
		assert.Error(t, err, given)
		assert.Empty(t, got, given)
	}
}

func TestPlainReferencesAreNotParsed(t *testing.T) {
	base := baseURL(t)
	assert.Zero(t, testing.AllocsPerRun(100, func() { Resolve(base, "https://example.com/2022/03/a/") }))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { Resolve(base, "/2022/03/a/") }), 1.0)
}

// An underscore may be in a host name, but not in that of a mail address; capitals may be in both.
func TestMailAddressesOfAnyCase(t *testing.T) {
	for _, s := range []string{"Editor@Example.COM", "a@b.c"} {
		assert.True(t, IsMail(s), s)
	}
	for _, s := range []string{"a@b_c.example", "a@example.com.", "a@.example.com", "a@exa mple.com", "a", "@", "a@", "a b@example.com", "a\"@example.com"} {
		assert.False(t, IsMail(s), s)
	}
}
