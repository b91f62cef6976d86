package wordpress

import (
	"regexp"
	"slices"
	"strings"
)

// listingNames are the shortcodes whose content is a listing: text, not HTML. The names are those
// of SyntaxHighlighter Evolved, which has one for each language, and of CodeColorer, Crayon and
// GeSHi.
const listingNames = `
	code source sourcecode cc cci ccb ccn crayon geshi
	actionscript3 arduino as3 bash c c-sharp cf clj clojure coldfusion cpp csharp css delphi diff erl
	erlang fsharp go golang groovy haskell html java javafx javascript jfx js jscript matlab matlabkey
	obj-c objc pas pascal patch perl php pl plain powershell ps py python rails rb ror ruby scala
	shell splus sql swift tex text vb vbnet xhtml xml xslt yaml yml`

// listings has the same names as a set.
var listings = func() map[string]struct{} {
	m := map[string]struct{}{}
	for name := range strings.FieldsSeq(listingNames) {
		m[name] = struct{}{}
	}
	return m
}()

// listingWords are the names that are words too. A theme may use them for its own shortcodes, whose
// content is prose.
var listingWords = strings.Fields("source text plain go c patch shell swift")

// listingOf returns a listing as preformatted text. A name without an end tag is prose: "[text]".
// In an element for code it returns the text alone.
func listingOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	// Whatever is in a listing is text, also if it looks like a shortcode, a tag or a comment.
	content, end, ok := w.content(s)
	if !ok {
		return "", 0, false
	}
	// White space before the first line and after the last belongs to the layout of the body.
	content = blankStart.ReplaceAllString(strings.TrimRight(content, " \t\r\n"), "")
	content = escapeListing(content, w.it.encoded)
	if _, _, verbatim := w.wrapped(s.start, end); w.verbatim > verbatim {
		return content, end, true
	}
	// In a post with marked listings, and with attributes, the name is that of a language.
	if !w.it.encoded && strings.TrimSpace(s.text) == "" && slices.Contains(listingWords, s.name) {
		w.report(ReasonListing, s)
	}
	return block("<pre><code>" + content + "</code></pre>"), end, true
}

var (
	// blankStart matches the blank lines at the start of a listing.
	blankStart = regexp.MustCompile(`^(?:[ \t]*\r?\n)+`)
	// reference matches the references that SyntaxHighlighter writes.
	reference = regexp.MustCompile(`&(?:lt|gt|amp|quot|#0?39|#92|#48);`)
	// listingEscaper escapes text.
	listingEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// escapeListing returns a listing as HTML. SyntaxHighlighter stores listings escaped since version
// 2, and marks the posts; encoded is set for a marked one. A listing with a "<" or ">" is not
// escaped, whatever the mark says. Other systems do not mark posts, so references count too.
func escapeListing(text string, encoded bool) string {
	if !strings.ContainsAny(text, "<>") && (encoded || reference.MatchString(text)) {
		return text
	}
	return listingEscaper.Replace(text)
}
