package wordpress

import (
	"html"
	"regexp"
	"sort"
	"strings"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// body returns the body of a post as HTML. It converts the shortcodes of WordPress and of
// widespread plug-ins, the blocks whose content is stored elsewhere, and paragraphs. Block comments
// and all other shortcodes stay: package cleanhtml removes them when a feed first shows the body.
// What is lost that way is reported.
//
// A body with block comments ("<!-- wp:") was written in the block editor, which stores paragraphs
// as HTML. All others are the classic editor's.
func (r *reading) body(it *item) string {
	body := it.content.Text
	classic := !strings.Contains(body, blockStart)
	if strings.IndexByte(body, '[') >= 0 || !classic && (strings.Contains(body, loneBlockEnd) || strings.Contains(body, diviStart)) {
		w := bodyWriter{bodyState: &bodyState{r: r, it: it, left: r.text}}
		w.convert(body)
		body = w.b.String()
	}
	return paragraphs(body, classic)
}

// A body has two languages in one: HTML, and shortcodes in its text. The content of a shortcode may
// be HTML, text that is no HTML (a listing), or encoded. So neither a parser of HTML nor a regular
// expression for shortcodes can read it, and bodyWriter reads both.

// bodyWriter writes a body in which shortcodes are HTML. It reads the body once, from left to
// right. Every search that it makes ends at a place where the reading continues, or fails once for
// the whole body, so that the time is linear for hostile bodies too.
type bodyWriter struct {
	*bodyState
	body string
	b    strings.Builder
	// last is the end of the part of body that is written.
	last int
	// ends has the places of the end tags, by name, in order.
	ends map[string][]int
	// verbatim is the number of open elements for code: code, pre and the like. As in WordPress,
	// the shortcodes that have a handler work there too. Those of page builders and of plug-ins
	// stay as text, because package cleanhtml keeps them there.
	verbatim int
}

// bodyState is what a body and the synced patterns in it have in common.
type bodyState struct {
	r  *reading
	it *item
	// pictures counts the files of all galleries. reported has the names that were reported.
	pictures int
	reported map[string]bool
	// patterns are the synced patterns that are open, outermost first. left is the number of bytes
	// that other parts of the export may add. noted is set once the footnotes have been shown.
	patterns []string
	left     int
	noted    bool
}

// shortcode is one [name attributes] or [name attributes]content[/name] of a body.
type shortcode struct {
	name string
	// text has the attributes as they are written.
	text string
	// start and end are where the shortcode is in the body; end is behind its own bracket.
	start, end int
	// empty is set for [name /], which has no content.
	empty bool
}

// handler returns the HTML for a shortcode, and where in the body it ends. ok is false if the
// shortcode stays as it is.
type handler func(w *bodyWriter, s shortcode) (made string, end int, ok bool)

// handlers are the shortcodes that become HTML, by name. They are set by init, because the handlers
// refer to them.
var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"caption": captionOf, "wp_caption": captionOf, "embed": embedOf, "playlist": playlistOf,
		"gallery": galleryOf, "slideshow": galleryOf, "tiled_gallery": galleryOf,
		"audio": mediaOf, "video": mediaOf,
	}
	for name := range players {
		handlers[name] = playerOf
	}
	for name := range strings.FieldsSeq(listingNames) {
		handlers[name] = listingOf
	}
	for name := range strings.FieldsSeq(rawNames) {
		handlers[name] = rawOf
	}
}

// convert writes a body.
func (w *bodyWriter) convert(body string) {
	w.body, w.last, w.ends = body, 0, endTags(body)
	for i := 0; i < len(body); {
		next := strings.IndexAny(body[i:], "<[")
		if next < 0 {
			break
		}
		if i += next; body[i] == '<' {
			i = w.markup(i)
		} else {
			i = w.bracket(i)
		}
	}
	w.b.WriteString(body[w.last:])
}

// endTags returns the places of the end tags in a body, by name. Searching for the end tag of each
// shortcode anew would take quadratic time.
func endTags(body string) map[string][]int {
	ends := map[string][]int{}
	for i := 0; ; {
		next := strings.Index(body[i:], "[/")
		if next < 0 {
			return ends
		}
		i += next + len("[/")
		n := nameLength(body[i:])
		if n > 0 && strings.HasPrefix(body[i+n:], "]") {
			ends[body[i:i+n]] = append(ends[body[i:i+n]], i-len("[/"))
		}
	}
}

// endTag returns where the first end tag of a name at or after i begins, and where it ends. It
// returns -1 if there is none.
func (w *bodyWriter) endTag(name string, i int) (start, end int) {
	all := w.ends[name]
	at := sort.SearchInts(all, i)
	if at == len(all) {
		return -1, -1
	}
	return all[at], all[at] + len("[/]") + len(name)
}

// content returns the content of a shortcode up to the first end tag of its name, and where that
// tag ends. ok is false if there is no end tag.
func (w *bodyWriter) content(s shortcode) (content string, end int, ok bool) {
	if s.empty {
		return "", s.end, false
	}
	start, end := w.endTag(s.name, s.end)
	if start < 0 {
		return "", s.end, false
	}
	return w.body[s.end:start], end, true
}

// own returns the content of a shortcode if no other bracket is in it. The end tag of another
// shortcode with the same name is not taken for the end tag of this one.
func (w *bodyWriter) own(s shortcode) (content string, end int, ok bool) {
	content, end, ok = w.content(s)
	if strings.IndexByte(content, '[') >= 0 {
		return "", s.end, false
	}
	return content, end, ok
}

// nameLength returns the length of the name of a shortcode at the start of s, or 0.
func nameLength(s string) int {
	n := 0
	for n < len(s) && shortcodeBytes[s[n]] {
		n++
	}
	return n
}

// shortcodeBytes are the bytes in names of shortcodes.
var shortcodeBytes = func() (is [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") {
		is[c] = true
	}
	return is
}()

// bracket handles an opening bracket. It returns where reading continues.
func (w *bodyWriter) bracket(i int) int {
	// Of several brackets, the last one belongs to the shortcode.
	at := i
	for at+1 < len(w.body) && w.body[at+1] == '[' {
		at++
	}
	s, ok := parseShortcode(w.body, at)
	if !ok {
		return w.builderEnd(at)
	}
	if at > i {
		if made, end := w.escaped(s); end > 0 {
			return w.replace(at-1, end, made)
		}
	}
	// A shortcode that has no handler is one of a page builder, or of an unknown plug-in, or prose.
	handle := handlers[s.name]
	if handle == nil && isBuilder(s.name) {
		handle = builderOf
	}
	if handle == nil {
		handle = pluginOf
	}
	made, end, ok := handle(w, s)
	if !ok {
		return s.end
	}
	return w.replace(s.start, end, made)
}

// parseShortcode parses the shortcode whose bracket is at i. No attribute contains a bracket.
func parseShortcode(body string, i int) (s shortcode, ok bool) {
	n := nameLength(body[i+1:])
	if n == 0 {
		return s, false
	}
	s = shortcode{name: body[i+1 : i+1+n], start: i}
	// The attributes end at the next bracket. An opening one begins another shortcode.
	rest := body[i+1+n:]
	close := strings.IndexAny(rest, "[]")
	if close < 0 || rest[close] == '[' {
		return s, false
	}
	s.text, s.end = rest[:close], i+1+n+close+1
	if s.text != "" && !strings.ContainsAny(s.text[:1], " \t\r\n=/") && !strings.HasPrefix(s.text, "\u00a0") {
		return s, false
	}
	s.text, s.empty = strings.CutSuffix(s.text, "/")
	return s, true
}

// replace writes what is before a part of the body, and HTML in place of that part. It returns the
// end of the part. A block also replaces the elements that contain nothing but the part.
func (w *bodyWriter) replace(start, end int, made string) int {
	if strings.HasPrefix(made, "\n\n") { // a block
		var verbatim int
		start, end, verbatim = w.wrapped(start, end)
		w.verbatim = max(w.verbatim-verbatim, 0)
	}
	w.b.WriteString(w.body[w.last:start])
	w.b.WriteString(made)
	w.last = end
	return end
}

// wrapped extends a part of the body by the elements that contain nothing else and may contain no
// block. A visual editor puts them around a shortcode. It also returns what these elements have
// added to w.verbatim.
func (w *bodyWriter) wrapped(start, end int) (from, to, verbatim int) {
	for _, around := range wrappers {
		open := around.open.FindStringIndex(w.body[w.last:start])
		if close := around.close.FindStringIndex(w.body[end:]); open != nil && close != nil {
			start, end, verbatim = w.last+open[0], end+close[1], verbatim+around.verbatim
		}
	}
	return start, end, verbatim
}

// wrappers are the elements of wrapped.
var wrappers = []struct {
	open, close *regexp.Regexp
	verbatim    int // what the elements add to bodyWriter.verbatim
}{
	{regexp.MustCompile(`<p(?:\s[^<>]*)?>\s*$`), regexp.MustCompile(`^\s*</p>`), 0},
	{regexp.MustCompile(`<pre(?:\s[^<>]*)?>\s*<code(?:\s[^<>]*)?>\s*$`), regexp.MustCompile(`^\s*</code>\s*</pre>`), 2},
	{regexp.MustCompile(`<pre(?:\s[^<>]*)?>\s*$`), regexp.MustCompile(`^\s*</pre>`), 1},
}

// escaped returns HTML for a shortcode in double brackets, which are WordPress's escape: readers
// see one pair of brackets. It also returns the end of the shortcode. That is 0 if the shortcode is
// not escaped, or if it is none: double brackets of prose stay.
//
// The shortcode becomes code, because package cleanhtml would remove it from other text.
func (w *bodyWriter) escaped(s shortcode) (made string, end int) {
	if handlers[s.name] == nil && !w.removed(s) {
		return "", 0
	}
	tag := listingEscaper.Replace(html.UnescapeString(w.body[s.start:s.end]))
	if strings.HasPrefix(w.body[s.end:], "]") {
		return w.code(tag), s.end + 1
	}
	// The second pair may be around the content too: [[code]…[/code]].
	content, end, ok := w.content(s)
	if !ok || !strings.HasPrefix(w.body[end:], "]") {
		return "", 0
	}
	if _, listing := listings[s.name]; listing {
		return w.code(tag + escapeListing(content, false) + "[/" + s.name + "]"), end + 1
	}
	return w.code(tag) + content + w.code("[/"+s.name+"]"), end + 1
}

// code returns escaped text as code.
func (w *bodyWriter) code(text string) string {
	if w.verbatim > 0 {
		return text
	}
	return "<code>" + text + "</code>"
}

// markup handles a "<". It returns where reading continues: shortcodes in tags, comments and
// scripts are left alone. After a tag or comment without an end there is no text.
func (w *bodyWriter) markup(i int) int {
	rest := w.body[i:]
	if strings.HasPrefix(rest, "<!--") {
		end := strings.Index(rest, "-->")
		if end < 0 {
			return len(w.body)
		}
		return w.comment(i, i+end+len("-->"))
	}
	name := tagStart.FindString(rest[:min(len(rest), longestTagName)])
	if name == "" {
		return i + 1
	}
	end := tagEnd(rest)
	if end < 0 {
		return len(w.body)
	}
	// Count the elements that show brackets as they are, and skip those that show no text.
	name = strings.ToLower(name[1:])
	switch closing := name[0] == '/'; strings.TrimPrefix(name, "/") {
	case "code", "pre", "kbd", "samp", "tt":
		if closing {
			w.verbatim = max(w.verbatim-1, 0)
		} else {
			w.verbatim++
		}
	case "script", "style", "textarea", "iframe", "xmp":
		if !closing {
			end = indexEndTag(rest, name, end)
		}
	}
	return i + end
}

// tagStart matches the start of a tag. Its name is not longer than longestTagName.
var tagStart = regexp.MustCompile(`^</?[a-zA-Z][a-zA-Z0-9-]*`)

const longestTagName = 64

// tagEnd returns the length of the tag at the start of s, or -1 if it has no end. A ">" in the
// quotes of an attribute does not end it.
func tagEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i + 1
		case '=':
			// A quoted value, which may follow white space.
			for i+1 < len(s) && strings.IndexByte(" \t\r\n\f", s[i+1]) >= 0 {
				i++
			}
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'') {
				close := strings.IndexByte(s[i+2:], s[i+1])
				if close < 0 {
					return -1
				}
				i += 2 + close
			}
		}
	}
	return -1
}

// indexEndTag returns where the end tag of an element begins in s, at or after i. It returns
// len(s) if there is none.
func indexEndTag(s, name string, i int) int {
	for {
		next := strings.Index(s[i:], "</")
		if next < 0 {
			return len(s)
		}
		i += next
		if n := len("</") + len(name); len(s)-i >= n && strings.EqualFold(s[i+len("</"):i+n], name) {
			return i
		}
		i += len("</")
	}
}

// pluginOf handles a shortcode of a plug-in that this package does not know. The shortcode stays
// for package cleanhtml, which removes it, and is reported. The text in it stays.
//
// A shortcode without a content that has the address of a film or file becomes a link.
func pluginOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	if !w.removed(s) {
		return "", 0, false
	}
	if _, _, paired := w.content(s); !paired {
		if address := s.attributes().address(addressNames); address != "" {
			w.report(ReasonPluginLink, s)
			return link(address), s.end, true
		}
	}
	w.report(ReasonShortcode, s)
	return "", 0, false
}

// removed reports whether package cleanhtml removes the tag of a shortcode: it has a known name, an
// attribute in quotes or an end tag.
func (w *bodyWriter) removed(s shortcode) bool {
	if w.verbatim > 0 || s.end-s.start > longestPlugin {
		return false
	}
	if start, _ := w.endTag(s.name, s.end); start >= 0 {
		return true
	}
	// Package cleanhtml decides. Without quotes, only the name counts, and the result is kept.
	tag := "[" + s.name + "]"
	if strings.ContainsAny(s.text, "\"'&“”″") {
		tag = w.body[s.start:s.end]
	} else if known, ok := w.r.plugins[s.name]; ok {
		return known
	}
	removed := cleanhtml.Policy{Shortcodes: true}.Text(tag) == ""
	if len(w.r.plugins) < mostParts && tag == "["+s.name+"]" {
		if w.r.plugins == nil {
			w.r.plugins = map[string]bool{}
		}
		w.r.plugins[s.name] = removed
	}
	return removed
}

// longestPlugin is the length in bytes of the longest tag that package cleanhtml removes.
const longestPlugin = 2002

// report reports a shortcode, once for each name and reason of a post.
func (w *bodyWriter) report(reason Reason, s shortcode) {
	w.note(reason, s.name, w.body[s.start:s.end])
}

// note reports an issue with a part of the body.
func (w *bodyWriter) note(reason Reason, name, value string) {
	w.noteIn(contentField, reason, name, value)
}

// noteIn reports an issue with a field of the post, which may be a shortcode of the body. A post
// has one report for each field, reason and name, and no more than mostParts.
func (w *bodyWriter) noteIn(field string, reason Reason, name, value string) {
	// A hostile body may have a name for each bracket.
	key := field + " " + string(reason) + " " + name
	if w.reported[key] || len(w.reported) > mostParts {
		return
	}
	if w.reported == nil {
		w.reported = map[string]bool{}
	}
	if w.reported[key] = true; len(w.reported) > mostParts {
		field, reason, value = contentField, ReasonTooManyParts, ""
	}
	w.r.note(w.it, reason, field, value)
}

// contentField is the element of bodies, as issues name it.
const contentField = "content:encoded"

// attributes are the attributes of a shortcode, with the values as they are written.
type attributes struct {
	// named has the values by name, in lower case. If a name occurs twice, the last value counts.
	named map[string]string
	// alone has the values without a name, in order.
	alone []string
}

// shortcodeAttr matches one attribute: a name with a value, or a value alone.
var shortcodeAttr = regexp.MustCompile(
	`([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|"([^"]*)"|'([^']*)'|([^\s"']+)`)

// What editors put in place of spaces and of quotes.
var (
	attributeSpaces = strings.NewReplacer("\u00a0", " ", "\u200b", " ", "&nbsp;", " ")
	attributeQuotes = strings.NewReplacer("“", `"`, "”", `"`, "″", `"`, "&quot;", `"`,
		"&#8220;", `"`, "&#8221;", `"`, "&#8243;", `"`)
)

// attributes parses the attributes. [name=value] has a value without a name.
func (s shortcode) attributes() attributes {
	a := attributes{named: map[string]string{}}
	text := strings.TrimSpace(attributeSpaces.Replace(s.text))
	if !strings.ContainsAny(text, `"'`) {
		text = attributeQuotes.Replace(text)
	}
	// A value after the name of the shortcode may contain "=" itself: it is an address.
	if strings.HasPrefix(text, "=") {
		text = strings.TrimSpace(text[1:])
		value, rest, _ := strings.Cut(text, " ")
		a.alone, text = append(a.alone, strings.Trim(value, `"'`)), rest
	}
	for _, m := range shortcodeAttr.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			a.named[strings.ToLower(m[1])] = m[2] + m[3] + m[4]
		} else {
			a.alone = append(a.alone, m[5]+m[6]+m[7])
		}
	}
	return a
}

// addressNames are the attributes in which plug-ins have the address of what they show, in the
// order in which they are looked for.
var addressNames = strings.Fields("url src link href file source video movie mp3 mp4 m4v webm iframe pdf feed")

// address returns the first web address among the named attributes, or else among the values
// without a name. It returns "" if there is none.
func (a attributes) address(names []string) string {
	for _, name := range names {
		if address := webAddress(a.named[name]); address != "" {
			return address
		}
	}
	for _, value := range a.alone {
		if address := webAddress(value); address != "" {
			return address
		}
	}
	return ""
}

// first returns the first of the named attributes that is not empty, as plain text, or "".
func (a attributes) first(names ...string) string {
	for _, name := range names {
		if v := strings.TrimSpace(html.UnescapeString(a.named[name])); v != "" {
			return v
		}
	}
	return ""
}

// An address with its scheme, and without.
var (
	withScheme    = regexp.MustCompile(`^https?://[^\s"'<>\[\]]+$`)
	withoutScheme = regexp.MustCompile(`^(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}/[^\s"'<>\[\]]+$`)
)

// webAddress returns a value as an http or https address, or "" if the value is none. Some plug-ins
// leave out the scheme.
func webAddress(value string) string {
	value = strings.TrimSpace(html.UnescapeString(value))
	switch {
	case withScheme.MatchString(value):
		return value
	case strings.HasPrefix(value, "//") && withScheme.MatchString("https:"+value):
		return "https:" + value
	case withoutScheme.MatchString(value):
		return "https://" + value
	}
	return ""
}

// block puts blank lines around HTML, so that paragraphs makes it a separate block.
func block(html string) string { return "\n\n" + html + "\n\n" }

// link returns a paragraph with a link to an address, or "" for "". A feed cannot show what
// WordPress would embed there.
func link(address string) string {
	if address == "" {
		return ""
	}
	return block("<p>" + anchor(address) + "</p>")
}

// anchor returns a link whose text is its address.
func anchor(address string) string {
	address = html.EscapeString(address)
	return `<a href="` + address + `">` + address + `</a>`
}
