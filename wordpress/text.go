package wordpress

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate"
)

// plainText returns HTML as one line of plain text: references decoded once, tags, comments, scripts and styles
// gone (HTML-6). Brackets stay: titles have no shortcodes.
func plainText(s string) string {
	if strings.ContainsAny(s, "<&") {
		var b strings.Builder
		z := html.NewTokenizer(strings.NewReader(s))
		hidden := false
		for {
			switch tt := z.Next(); tt {
			case html.ErrorToken:
				return strings.Join(strings.Fields(b.String()), " ")
			case html.TextToken:
				if !hidden {
					b.Write(z.Text())
				}
				hidden = false
			case html.StartTagToken:
				name, _ := z.TagName()
				switch string(name) {
				case "script", "style":
					hidden = true
				case "br", "p", "div", "li":
					b.WriteByte(' ')
					fallthrough
				default: // "How to use <title>" is a title
					z.NextIsNotRawText()
				}
			}
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

func validUTF8(b []byte) bool { return utf8.Valid(b) }

// validPrefix returns how many bytes at the start of b are UTF-8.
func validPrefix(b []byte) int {
	i := 0
	for i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}

// unescapeSlug returns a slug of WordPress, which percent-encodes what is not ASCII, as feeds have it.
func unescapeSlug(slug string) string {
	slug = strings.TrimSpace(slug)
	if plain, err := url.PathUnescape(slug); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return slug
}

// mail is what an e-mail address looks like; nicknames that begin with @ do not.
var mail = regexp.MustCompile(`[^\s@<>]@[^\s@<>]`)

// isMail reports whether s is, or holds, an e-mail address.
func isMail(s string) bool { return mail.MatchString(s) }

// isWeb reports whether s is an http or https address that articles may have.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	_, err = anySite().Resolve(s)
	return err == nil
}

// anySite knows what addresses may be.
var anySite = sync.OnceValue(func() *syndicate.Site {
	site, _ := syndicate.Site{URL: "http://localhost/", Title: "x"}.Check()
	return &site
})
