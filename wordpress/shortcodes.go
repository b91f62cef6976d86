package wordpress

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// body returns the body of a post as HTML. It converts WordPress's own shortcodes and paragraphs.
// Block comments and the shortcodes of plug-ins stay: package cleanhtml removes them from every
// body.
//
// A body with block comments ("<!-- wp:") was written in the block editor, which stores paragraphs
// as HTML. All others are the classic editor's.
func (r *reading) body(it *item) string {
	body := it.content.text
	if strings.IndexByte(body, '[') >= 0 {
		body = r.shortcodes(it, body)
	}
	return paragraphs(body, !strings.Contains(body, "<!-- wp:"))
}

// Expressions for the shortcodes of WordPress (Shortcode API), and of players that contain an
// address. Double brackets escape a shortcode. No expression matches beyond the next bracket, so
// the time is linear for hostile bodies too.
var (
	opening = regexp.MustCompile(`\[+(wp_caption|caption|embed|gallery|playlist|audio|video|` +
		`youtube|vimeo|dailymotion|soundcloud|spotify|instagram|tweet|twitter)([\s=][^\[\]]*)?\]`)
	captionEnd    = regexp.MustCompile(`\[/(?:wp_)?caption\]`)
	embedEnd      = regexp.MustCompile(`\[/embed\]`)
	emptyEnd      = regexp.MustCompile(`^\s*\[/(?:gallery|playlist|audio|video)\]`)
	shortcodeAttr = regexp.MustCompile(`([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))`)
	captioned     = regexp.MustCompile(`(?is)^\s*((?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*</a>)?)(.*)$`)
	webAddress    = regexp.MustCompile(`https?://[^\s"'\]<>]+`)
)

// shortcodes replaces the shortcodes of a body with HTML. A shortcode within another is left alone,
// and so is one whose end is missing.
func (r *reading) shortcodes(it *item, body string) string {
	var b strings.Builder
	// pictures counts those of all galleries; last is the end of what was written.
	pictures, last := 0, 0
	captionEnds := ends{all: captionEnd.FindAllStringIndex(body, -1)}
	embedEnds := ends{all: embedEnd.FindAllStringIndex(body, -1)}
	for _, m := range opening.FindAllStringSubmatchIndex(body, -1) {
		// m has the places of the shortcode, of its name and of its attributes, if it has any.
		name, text, end := body[m[2]:m[3]], "", m[1]
		if m[4] >= 0 {
			text = body[m[4]:m[5]]
		}
		if m[0] < last || body[m[0]+1] == '[' { // inside another one, or escaped
			continue
		}
		var made string
		switch name {
		case "caption", "wp_caption", "embed":
			closing := &captionEnds
			if name == "embed" {
				closing = &embedEnds
			}
			// These have a content. Without an end tag they are left to cleanhtml.
			at := closing.after(end)
			if at == nil {
				continue
			}
			inner := body[end:at[0]]
			if end = at[1]; name == "embed" {
				made = link(webAddress.FindString(inner))
			} else {
				made = caption(attributes(text), inner)
			}
		case "gallery":
			made = r.gallery(it, attributes(text), &pictures)
		case "playlist":
			made = r.playlist(it, attributes(text), &pictures)
		case "audio", "video":
			made = mediaPlayer(name, attributes(text), text)
		default:
			made = link(webAddress.FindString(text))
		}
		// An end tag right after it belongs to it: [video src="…"][/video].
		if at := emptyEnd.FindStringIndex(body[end:]); at != nil {
			end += at[1]
		}
		// What is between the shortcodes stays as it is.
		b.WriteString(body[last:m[0]])
		b.WriteString(made)
		last = end
	}
	b.WriteString(body[last:])
	return b.String()
}

// ends are the places of the end tags of one kind of shortcode. They are found once, in order.
type ends struct{ all [][]int }

// after returns the first end tag at or after i, or nil. Calls must have rising i.
func (e *ends) after(i int) []int {
	for len(e.all) > 0 && e.all[0][0] < i {
		e.all = e.all[1:]
	}
	if len(e.all) == 0 {
		return nil
	}
	return e.all[0]
}

// attributes parses the attributes of a shortcode. Values are not decoded; names are in lower case.
// If a name occurs twice, the last value counts. Values without a name are left out.
func attributes(s string) map[string]string {
	attrs := map[string]string{}
	for _, m := range shortcodeAttr.FindAllStringSubmatch(s, -1) {
		attrs[strings.ToLower(m[1])] = m[2] + m[3] + m[4]
	}
	return attrs
}

// caption makes a figure of [caption]<img> text[/caption], or of the older form, which has the text
// in an attribute. The picture may be a link. Nothing is escaped here: it is HTML, which the policy
// of the site cleans later.
func caption(attrs map[string]string, inner string) string {
	// In the newer form, the text follows the image.
	picture, text := inner, attrs["caption"]
	if m := captioned.FindStringSubmatch(inner); m != nil {
		picture = m[1]
		if text == "" {
			text = m[2]
		}
	}
	if text = strings.TrimSpace(text); text == "" {
		return block("<figure>" + picture + "</figure>")
	}
	return block("<figure>" + picture + "<figcaption>" + text + "</figcaption></figure>")
}

// block puts blank lines around HTML, so that paragraphs makes it a separate block.
func block(html string) string { return "\n\n" + html + "\n\n" }

// link returns a paragraph with a link to an address that is escaped already, or "" for "". A feed
// cannot show what WordPress would embed there.
func link(address string) string {
	if address == "" {
		return ""
	}
	return block("<p>" + anchor(address) + "</p>")
}

// anchor returns a link whose text is its address.
func anchor(address string) string { return `<a href="` + address + `">` + address + `</a>` }

// gallery returns a figure for each picture of a [gallery].
func (r *reading) gallery(it *item, attrs map[string]string, pictures *int) string {
	var b strings.Builder
	for _, image := range r.attachments(it, attrs, pictures) {
		src, alt := html.EscapeString(image.URL), html.EscapeString(image.Alt)
		fmt.Fprintf(&b, "\n<figure><img src=\"%s\" alt=\"%s\"", src, alt)
		if image.Width > 0 && image.Height > 0 {
			fmt.Fprintf(&b, ` width="%d" height="%d"`, image.Width, image.Height)
		}
		b.WriteString("></figure>")
	}
	return block(b.String())
}

// playlist returns a list of links to the files of a [playlist].
func (r *reading) playlist(it *item, attrs map[string]string, pictures *int) string {
	var b strings.Builder
	for _, file := range r.attachments(it, attrs, pictures) {
		b.WriteString("<li>" + anchor(html.EscapeString(file.URL)) + "</li>")
	}
	if b.Len() == 0 {
		return ""
	}
	return block("<ul>" + b.String() + "</ul>")
}

// attachments returns the files of a gallery or playlist: those that its attribute "ids" or
// "include" names, or else those that were uploaded for the post. Files in "exclude" are left out.
// The count is the post's, so that many galleries together show at most mostParts files.
func (r *reading) attachments(it *item, attrs map[string]string, count *int) (files []syndicate.Image) {
	named := attrs["ids"]
	if named == "" {
		named = attrs["include"]
	}
	ids := strings.FieldsFunc(named, func(c rune) bool { return c == ',' || c == ' ' })
	if named == "" {
		post := attrs["id"]
		if post == "" {
			post = it.id
		}
		if ids = r.index.pictures(post); len(ids) == 0 {
			r.note(it, ReasonNoAttachment, "gallery", "")
		}
	}
	// With commas around it, each id can be searched for in the list.
	excluded := "," + strings.ReplaceAll(attrs["exclude"], " ", "") + ","
	for _, id := range ids {
		if strings.Contains(excluded, ","+id+",") {
			continue
		}
		if *count++; *count > mostParts {
			// Reported once for a post.
			if *count == mostParts+1 {
				r.note(it, ReasonTooManyParts, "gallery", "")
			}
			break
		}
		file, ok := r.index.image(id)
		if !ok {
			r.note(it, ReasonNoAttachment, "gallery", id)
			continue
		}
		files = append(files, file)
	}
	return files
}

// mediaNames are the attributes of [audio] and [video] that may hold the address, in the order in
// which WordPress looks for them: "src", then the endings of file names.
var mediaNames = []string{
	"src", "mp3", "m4a", "ogg", "wav", "flac", "wma", "mp4", "m4v", "webm", "ogv", "wmv", "flv",
}

// mediaPlayer returns an audio or video element for [audio] or [video], or "" if it has no address.
func mediaPlayer(kind string, attrs map[string]string, text string) string {
	address := ""
	for _, name := range mediaNames {
		if address = attrs[name]; address != "" {
			break
		}
	}
	if address == "" { // the oldest form: [audio http://example.com/a.mp3|width=200]
		address, _, _ = strings.Cut(webAddress.FindString(text), "|")
	}
	if address == "" {
		return ""
	}
	// Editors store attributes both escaped and unescaped. Unescape first, so that neither is
	// escaped twice.
	address = html.EscapeString(html.UnescapeString(address))
	return block("<" + kind + ` src="` + address + `" controls></` + kind + ">")
}
