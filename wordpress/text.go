package wordpress

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/internal/uri"
)

// plainText returns HTML as one line of plain text: references are decoded once; tags, comments,
// scripts and styles are dropped. Brackets stay, because titles have no shortcodes.
//
// It is not [cleanhtml.Text], which takes raw elements without an end tag for elements.
func plainText(s string) string {
	if strings.ContainsAny(s, "<&") {
		var b strings.Builder
		z := html.NewTokenizer(strings.NewReader(s))
		// hidden is set if the next token is the content of a script or style.
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
				default:
					// A title such as "How to use <title>" has no end tag. Without this the
					// tokenizer would take the rest of it for the raw text of that element.
					z.NextIsNotRawText()
				}
			}
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

// unescapeSlug decodes a slug of WordPress, which percent-encodes everything that is not ASCII.
func unescapeSlug(slug string) string {
	slug = strings.TrimSpace(slug)
	if plain, err := url.PathUnescape(slug); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return slug
}

// mail matches what looks like an e-mail address. A nickname that begins with @ does not.
var mail = regexp.MustCompile(`[^\s@<>]@[^\s@<>]`)

// isMail reports whether s is or contains an e-mail address.
func isMail(s string) bool { return mail.MatchString(s) }

// isWeb reports whether s is an http or https address that an article may have. It must be one as
// it stands: an address that [uri.Resolve] could only mend, such as one with a stray percent sign,
// is rejected.
func isWeb(s string) bool {
	if _, err := url.Parse(s); err != nil {
		return false
	}
	_, fault := uri.Resolve(nil, s)
	return fault == ""
}
