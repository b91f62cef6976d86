// Package htmltext converts between plain text and texts that readers take for HTML, such as the
// descriptions of github.com/gorilla/feeds.
package htmltext

import (
	"html"
	"strings"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Escape returns the HTML that shows s as it is.
func Escape(s string) string { return escaper.Replace(s) }

// Of returns plain text as a description: unchanged, unless a reader that takes it for HTML would
// show something else.
func Of(text string) string {
	if ReadsAsHTML(text) {
		return Escape(text)
	}
	return text
}

// Text is the reverse of [Of]. It returns false for a description that Of never returns, which
// can only be meant as HTML.
func Text(description string) (text string, ok bool) {
	text = html.UnescapeString(description)
	return text, Of(text) == description
}

// ReadsAsHTML reports whether s contains what HTML takes for a tag, a comment or a character
// reference (HTML, sections 13.2.5.6 and 13.5).
func ReadsAsHTML(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if c := s[i+1]; s[i] == '<' && (c == '/' || c == '!' || c == '?' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			return true
		}
	}
	return html.UnescapeString(s) != s
}
