package wordpress

import (
	"cmp"
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/pagebuilder"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Page builders store a page as nested shortcodes: rows, columns, and the elements in them.
//
//	[vc_row][vc_column width="1/2"][vc_custom_heading text="Title"]
//	[vc_column_text]Text[/vc_column_text][/vc_column][/vc_row]
//
// The text is the content of elements, and also in attributes: headings, buttons, pictures. The
// tags of rows and columns become blank lines, which divide paragraphs.

// isBuilder reports whether a shortcode is one of a page builder.
func isBuilder(name string) bool { return pagebuilder.Owns(name) }

var (
	// inlineElement matches the elements that are a part of a line.
	inlineElement = regexp.MustCompile(`_(?:highlight|dropcap|label|tooltip|popover|lightbox|text_link|` +
		`icon|fontawesome|abbr|animate|magic_number)$`)
	// layoutElement matches the elements that show only what is in them, whose title is a name for
	// the editor.
	layoutElement = regexp.MustCompile(`_(?:section|row|row_inner|column|column_inner|container|` +
		`one_\w+|two_\w+|three_\w+|column_text)$`)
	// emptyElement matches the elements that show a line or a space.
	emptyElement = regexp.MustCompile(`_(?:separator|empty_space|divider|spacer|hr|clear|space|` +
		`line_break_holder|section|column|row)$`)
)

// element says which attributes of an element of a page builder have something to show. A field
// names several attributes if versions of the builder differ.
type element struct {
	heading, text  string // plain text
	image, gallery string // addresses or ids of attachments
	player         string // the address of a film or recording
	link, label    string // the address and the text of a button
	// title is set if the content of the element is a heading, and picture if it is the address of
	// a picture. labelled is set if the content is the text of the button.
	title, picture, labelled bool
}

// elements are the elements with something to show in their attributes, by name. In all others,
// a title is shown.
var elements = map[string]element{
	// WPBakery
	"vc_custom_heading":     {heading: "text", link: "link"},
	"vc_single_image":       {heading: "title", image: "image custom_src"},
	"vc_gallery":            {heading: "title", gallery: "images custom_srcs"},
	"vc_images_carousel":    {heading: "title", gallery: "images"},
	"vc_media_grid":         {gallery: "include"},
	"vc_masonry_media_grid": {gallery: "include"},
	"vc_btn":                {link: "link", label: "title"},
	"vc_button":             {link: "href", label: "title"},
	"vc_button2":            {link: "link", label: "title"},
	"vc_cta":                {heading: "h2", text: "h4", link: "link", label: "btn_title"},
	"vc_cta_button":         {heading: "call_text", link: "href", label: "title"},
	"vc_cta_button2":        {heading: "h2", text: "h4", link: "link", label: "title"},
	"vc_hoverbox":           {heading: "primary_title hover_title", image: "image"},
	"vc_tta_section":        {heading: "title"},
	// Divi
	"et_pb_image":             {heading: "title_text", image: "src"},
	"et_pb_fullwidth_image":   {heading: "title_text", image: "src"},
	"et_pb_video":             {player: "src"},
	"et_pb_video_slider_item": {player: "src"},
	"et_pb_audio":             {heading: "title", player: "audio"},
	"et_pb_gallery":           {gallery: "gallery_ids"},
	"et_pb_button":            {link: "button_url", label: "button_text"},
	"et_pb_blurb":             {heading: "title", image: "image", link: "url"},
	"et_pb_cta":               {heading: "title", link: "button_url", label: "button_text"},
	"et_pb_slide":             {heading: "heading", image: "image", link: "button_link", label: "button_text"},
	"et_pb_fullwidth_header":  {heading: "title", text: "subhead", link: "button_one_url", label: "button_one_text"},
	"et_pb_testimonial":       {text: "author", image: "portrait_url"},
	"et_pb_team_member":       {heading: "name", text: "position", image: "image_url"},
	"et_pb_number_counter":    {heading: "title", text: "number"},
	// Avada
	"fusion_title":         {title: true},
	"fusion_imageframe":    {image: "image_id image", picture: true},
	"fusion_gallery":       {gallery: "image_ids"},
	"fusion_gallery_image": {image: "image_id image"},
	"fusion_button":        {link: "link", labelled: true},
	"fusion_audio":         {player: "src"},
	"fusion_video":         {player: "video video_webm"},
	"fusion_tagline_box":   {heading: "title", text: "description", link: "link", label: "button"},
	"fusion_content_box":   {heading: "title", image: "image", link: "link", label: "linktext"},
	"fusion_testimonial":   {text: "name"},
	"fusion_person":        {heading: "name", text: "title", image: "picture"},
	// Enfold
	"av_heading":            {heading: "heading"},
	"av_image":              {image: "attachment src", text: "caption"},
	"av_gallery":            {gallery: "ids"},
	"av_horizontal_gallery": {gallery: "ids"},
	"av_masonry_gallery":    {gallery: "ids"},
	"av_video":              {player: "src"},
	"av_button":             {link: "link", label: "label"},
	"av_slide":              {heading: "title", image: "id", player: "video"},
	"av_icon_box":           {heading: "title"},
	// Shortcodes Ultimate
	"su_heading":        {title: true},
	"su_button":         {link: "url", labelled: true},
	"su_image_carousel": {gallery: "source"},
	"su_slider":         {gallery: "source"},
	"su_custom_gallery": {gallery: "source"},
	"su_service":        {heading: "title"},
	"su_quote":          {text: "cite"},
	"su_document":       {player: "url"},
}

// builderOf handles a tag of a page builder. It becomes what its attributes show. What is between
// a start tag and its end tag stays.
func builderOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	if w.verbatim > 0 {
		return "", 0, false
	}
	// Most elements have a title, but that of a row is a name for the editor.
	e, known := elements[s.name]
	if !known && !layoutElement.MatchString(s.name) {
		e.heading = "title heading"
	}
	made, end = w.element(e, s)
	// An element without a content is filled from elsewhere: a list of posts, a form, a map.
	if made == "" && end == s.end && !known && !emptyElement.MatchString(s.name) {
		if _, _, paired := w.content(s); !paired {
			w.report(ReasonShortcode, s)
		}
	}
	// A part of a line stays in its line, without its tags: package cleanhtml removes them.
	if made == "" && end == s.end && inlineElement.MatchString(s.name) {
		return "", 0, false
	}
	return block(made), end, true
}

// builderEnd handles a bracket at i that begins no shortcode. The end tag of a page builder's
// element becomes a blank line. It returns where reading continues.
func (w *bodyWriter) builderEnd(i int) int {
	rest := w.body[i+1:]
	if w.verbatim > 0 || !strings.HasPrefix(rest, "/") {
		return i + 1
	}
	n := nameLength(rest[1:])
	name := rest[1 : 1+n]
	if !strings.HasPrefix(rest[1+n:], "]") || !isBuilder(name) || inlineElement.MatchString(name) {
		return i + 1
	}
	return w.replace(i, i+len("[/]")+n, block(""))
}

// element returns what an element shows besides its content, and the end of what it replaces: of
// the tag, or of the content too if that is the text of a heading or button.
func (w *bodyWriter) element(e element, s shortcode) (made string, end int) {
	a := s.attributes()
	content, end, closed := w.phrase(s)
	if taken := closed && (e.title || e.labelled || e.picture && isPicture(plainText(content))); !taken {
		content, end = "", s.end
	}
	// Which part the content is depends on the element.
	content = strings.TrimSpace(w.inner(content))
	heading, label := a.shown(e.heading), a.shown(e.label)
	if e.title {
		heading = content
	}
	if e.labelled {
		label = content
	}
	// The heading is the link of an element that has no button.
	address := builderLink(a.first(strings.Fields(e.link)...))
	if heading != "" && address != "" && e.label == "" {
		heading, address = textLink(address, heading), ""
	}
	var b strings.Builder
	if heading != "" {
		tag := headingTag(a)
		b.WriteString("<" + tag + ">" + heading + "</" + tag + ">\n\n")
	}
	b.WriteString(w.pictureElement(e, s, a, content))
	for _, id := range splitIDs(strings.TrimPrefix(a.first(strings.Fields(e.gallery)...), "media:")) {
		b.WriteString(w.picture(s.name, id, ""))
	}
	if e.player != "" {
		b.WriteString(w.playerElement(s, a.first(strings.Fields(e.player)...)))
	}
	if text := a.shown(e.text); text != "" {
		b.WriteString("<p>" + text + "</p>\n\n")
	}
	// The button is the last part.
	switch {
	case address != "" && label != "":
		b.WriteString("<p>" + textLink(address, label) + "</p>")
	case label != "":
		b.WriteString("<p>" + label + "</p>")
	case address != "":
		b.WriteString(link(address))
	}
	return b.String(), end
}

// phrase returns the content of an element if it can be a heading or the text of a button: no
// bracket in it belongs to a shortcode, except for inline elements of the builder.
func (w *bodyWriter) phrase(s shortcode) (content string, end int, ok bool) {
	content, end, ok = w.content(s)
	for i := 0; ok && i < len(content); i++ {
		next := strings.IndexByte(content[i:], '[')
		if next < 0 {
			break
		}
		i += next
		ok = w.isPhrase(s.end+i, s.end+len(content))
	}
	if !ok {
		return "", s.end, false
	}
	return content, end, true
}

// isPhrase reports whether the bracket at i of the body may be part of a phrase that ends at end.
func (w *bodyWriter) isPhrase(i, end int) bool {
	if rest, closing := strings.CutPrefix(w.body[i:end], "[/"); closing {
		name := rest[:nameLength(rest)]
		return !isBuilder(name) || inlineElement.MatchString(name)
	}
	s, ok := parseShortcode(w.body[:end], i)
	if !ok {
		return true
	}
	if isBuilder(s.name) { // a title is shown as a heading
		return inlineElement.MatchString(s.name) && s.attributes().first("title", "heading") == ""
	}
	// The name of a listing without an end tag is a word.
	if _, listing := listings[s.name]; listing {
		tag, _ := w.endTag(s.name, s.end)
		return tag < 0 || tag > end
	}
	return handlers[s.name] == nil && !w.removed(s)
}

// shown returns the first of the named attributes that is not empty as HTML, or "".
func (a attributes) shown(names string) string {
	return html.EscapeString(builderText(a.first(strings.Fields(names)...)))
}

// textLink returns a link whose text is HTML.
func textLink(address, text string) string {
	return `<a href="` + html.EscapeString(address) + `">` + text + "</a>"
}

// playerElement returns a link to the film or recording of an element. Its address may be relative
// to the site's.
func (w *bodyWriter) playerElement(s shortcode, value string) string {
	if value == "" {
		w.report(ReasonNoPlayer, s)
		return ""
	}
	return link(cmp.Or(webAddress(value), value))
}

// pictureElement returns a figure for the picture of an element.
func (w *bodyWriter) pictureElement(e element, s shortcode, a attributes, content string) string {
	names := strings.Fields(e.image)
	for i, name := range names {
		value := a.first(name)
		if value == "" {
			continue
		}
		// An attachment that the export does not have may have an address too.
		if i+1 < len(names) && webAddress(value) == "" && !w.hasAttachment(value) && a.first(names[i+1:]...) != "" {
			continue
		}
		return w.picture(s.name, value, a.first("alt"))
	}
	if e.picture && content != "" {
		return w.picture(s.name, plainText(content), a.first("alt"))
	}
	return ""
}

// attachmentID matches the id of an attachment, which Avada writes with a size: "12|full".
var attachmentID = regexp.MustCompile(`^(\d+)(?:\|\w*)?$`)

// hasAttachment reports whether a value is the id of an attachment of the export.
func (w *bodyWriter) hasAttachment(value string) bool {
	m := attachmentID.FindStringSubmatch(value)
	if m == nil {
		return false
	}
	_, ok := w.r.index.image(m[1])
	return ok
}

// picture returns a figure for a picture, which is the id of an attachment or an address.
func (w *bodyWriter) picture(name, value, alt string) string {
	if m := attachmentID.FindStringSubmatch(value); m != nil {
		return w.figures(w.attachment(name, m[1], "image")) + "\n\n"
	}
	if !isPicture(value) {
		w.noteIn(name, ReasonNoAttachment, value, value)
		return ""
	}
	return w.figures([]syndicate.Image{{URL: value, Alt: alt}}) + "\n\n"
}

// isPicture reports whether a value is the id of an attachment or an address.
func isPicture(value string) bool {
	return attachmentID.MatchString(value) || webAddress(value) != "" || strings.HasPrefix(value, "/")
}

// headingTag returns the element for the heading of an element of a page builder. The title of the
// article is the heading of the first level.
func headingTag(a attributes) string {
	if m := headingLevel.FindStringSubmatch(a.first("tag", "header_level", "font_container")); m != nil {
		return "h" + m[1]
	}
	return "h3"
}

var headingLevel = regexp.MustCompile(`^(?:tag:)?h([2-6])\b`)

// builderText decodes what page builders write in place of quotes and brackets in attributes, and
// removes tags.
func builderText(s string) string {
	return plainText(builderEscapes.Replace(s))
}

// builderEscapes has the escapes of WPBakery, which are backquotes, and those of Divi, which look
// like percent-escapes of Windows-1252.
var builderEscapes = strings.NewReplacer("``", `"`, "`{`", "[", "`}`", "]", "%22", `"`, "%91", "[", "%93", "]")

// builderLink returns the address of a link of a page builder, or "". WPBakery writes
// "url:https%3A%2F%2Fa.example|title:…", and Enfold "manually,https://a.example".
func builderLink(s string) string {
	s = strings.TrimPrefix(s, "manually,")
	if rest, ok := strings.CutPrefix(s, "url:"); ok {
		rest, _, _ = strings.Cut(rest, "|")
		s, _ = url.PathUnescape(uri.EscapeStrayPercents(rest))
	}
	if address := webAddress(s); address != "" {
		return address
	}
	// An address below the site's. Anchors and JavaScript are of no use in a feed.
	if strings.HasPrefix(s, "/") {
		return s
	}
	return ""
}

// rawNames are the shortcodes whose content is HTML, as it is or encoded.
const rawNames = "vc_raw_html vc_raw_js fusion_code et_pb_code et_pb_fullwidth_code av_codeblock"

// rawOf returns the HTML in an element for raw HTML. WPBakery encodes it as the base64 of an
// escaped text, and Avada as base64.
func rawOf(w *bodyWriter, s shortcode) (made string, end int, ok bool) {
	content, end, ok := w.content(s)
	if !ok {
		w.report(ReasonShortcode, s)
		return "", s.end, true
	}
	if s.name == "vc_raw_js" { // a script, which no feed shows
		w.report(ReasonShortcode, s)
		return "", end, true
	}
	switch s.name {
	case "vc_raw_html", "fusion_code":
		if decoded, ok := decodeRaw(content, s.name == "vc_raw_html"); ok {
			content = decoded
		}
	}
	return block(w.inner(escape.Legal(content))), end, true
}

// encodedRaw matches base64 in an element for raw HTML. The visual editor may put paragraphs around
// it.
var encodedRaw = regexp.MustCompile(`^(?:\s|</?(?:p|br|div|span)(?:\s[^<>]*)?/?>)*` +
	`([A-Za-z0-9+/\s]+=*)(?:\s|</?(?:p|br|div|span)(?:\s[^<>]*)?/?>)*$`)

// decodeRaw decodes the base64 in an element for raw HTML; escaped says that the result has
// percent-escapes. These elements may contain HTML and plain text that is not encoded, and a word
// such as "Milk" is base64 too. So ok is false if the result is not text, or if it has no markup
// and the base64 is no longer than a word.
func decodeRaw(content string, escaped bool) (decoded string, ok bool) {
	m := encodedRaw.FindStringSubmatch(content)
	if m == nil {
		return "", false
	}
	text, ok := joinBase64(m[1])
	if !ok {
		return "", false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if decoded = string(raw); err != nil {
		return "", false
	}
	if escaped {
		decoded, _ = url.PathUnescape(uri.EscapeStrayPercents(decoded))
	}
	control := func(c rune) bool { return unicode.IsControl(c) && !unicode.IsSpace(c) }
	if !utf8.ValidString(decoded) || strings.ContainsFunc(decoded, control) {
		return "", false
	}
	if strings.ContainsAny(decoded, "<[&") { // it has markup
		return decoded, true
	}
	const longestWord = 16
	unreadable := func(c rune) bool { return !unicode.IsPrint(c) && !unicode.IsSpace(c) && !unicode.Is(unicode.Cf, c) }
	long := strings.HasSuffix(text, "=") || len(text) > longestWord
	return decoded, long && !strings.ContainsFunc(decoded, unreadable)
}

// joinBase64 joins the lines of base64; ok is false if the text has other white space than the ends
// of lines of equal length.
func joinBase64(text string) (joined string, ok bool) {
	lines := strings.Fields(text)
	for i, line := range lines {
		// The usual lengths are 64 and 76.
		if i+1 < len(lines) && (len(line) != len(lines[0]) || len(line) < 60) || len(line) > len(lines[0]) {
			return "", false
		}
	}
	return strings.Join(lines, ""), len(lines) > 0
}
