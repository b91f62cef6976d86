package wordpress

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// body returns a post's body as HTML. What is WordPress's own is made into HTML here; what is left of it, block
// comments and the shortcodes of plug-ins, package cleanhtml removes from every body.
func (r *reading) body(it *item) string {
	body := it.content.text
	if strings.IndexByte(body, '[') >= 0 {
		body = r.shortcodes(it, body)
	}
	return paragraphs(body, !strings.Contains(body, "<!-- wp:"))
}

// The shortcodes that WordPress itself has (Shortcode API), and those for players that have an address in them. What
// is in double brackets is meant to be read. No expression looks further than the next bracket, so that time is linear
// whatever stands there.
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

// shortcodes replaces the shortcodes of a body by HTML.
func (r *reading) shortcodes(it *item, body string) string {
	var b strings.Builder
	pictures, last := 0, 0
	captionEnds, embedEnds := ends{all: captionEnd.FindAllStringIndex(body, -1)}, ends{all: embedEnd.FindAllStringIndex(body, -1)}
	for _, m := range opening.FindAllStringSubmatchIndex(body, -1) {
		name, text, end := body[m[2]:m[3]], "", m[1]
		if m[4] >= 0 {
			text = body[m[4]:m[5]]
		}
		if m[0] < last || body[m[0]+1] == '[' { // in what another holds, or escaped
			continue
		}
		var made string
		switch name {
		case "caption", "wp_caption", "embed":
			closing := &captionEnds
			if name == "embed" {
				closing = &embedEnds
			}
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
		if at := emptyEnd.FindStringIndex(body[end:]); at != nil {
			end += at[1]
		}
		b.WriteString(body[last:m[0]])
		b.WriteString(made)
		last = end
	}
	b.WriteString(body[last:])
	return b.String()
}

// ends are the ends of a kind of shortcode.
type ends struct{ all [][]int }

// after returns the first end from a place on, nil if there is none. Places are asked for in rising order.
func (e *ends) after(i int) []int {
	for len(e.all) > 0 && e.all[0][0] < i {
		e.all = e.all[1:]
	}
	if len(e.all) == 0 {
		return nil
	}
	return e.all[0]
}

// attributes reads those of a shortcode, as they stand.
func attributes(s string) map[string]string {
	attrs := map[string]string{}
	for _, m := range shortcodeAttr.FindAllStringSubmatch(s, -1) {
		attrs[strings.ToLower(m[1])] = m[2] + m[3] + m[4]
	}
	return attrs
}

// caption makes a figure of [caption]<img> text[/caption], and of the older form with the text in an attribute.
func caption(attrs map[string]string, inner string) string {
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

// block sets HTML apart from the text around it.
func block(html string) string { return "\n\n" + html + "\n\n" }

// link makes a paragraph of an address in HTML's form; "" of none.
func link(address string) string {
	if address == "" {
		return ""
	}
	return block("<p>" + anchor(address) + "</p>")
}

func anchor(address string) string { return `<a href="` + address + `">` + address + `</a>` }

// gallery makes figures of the attachments that [gallery] shows: those named, or the post's own.
func (r *reading) gallery(it *item, attrs map[string]string, pictures *int) string {
	var b strings.Builder
	for _, image := range r.attachments(it, attrs, pictures) {
		b.WriteString("\n<figure><img src=\"" + html.EscapeString(image.URL) + `" alt="` + html.EscapeString(image.Alt) + `"`)
		if image.Width > 0 && image.Height > 0 {
			b.WriteString(` width="` + strconv.Itoa(image.Width) + `" height="` + strconv.Itoa(image.Height) + `"`)
		}
		b.WriteString("></figure>")
	}
	return block(b.String())
}

// playlist makes a list of links of the attachments that [playlist] plays.
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

// attachments lists those that a gallery or playlist names, at most mostParts in a post.
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
			r.note(it, RuleNoAttachment, "gallery", "")
		}
	}
	excluded := "," + strings.ReplaceAll(attrs["exclude"], " ", "") + ","
	for _, id := range ids {
		if strings.Contains(excluded, ","+id+",") {
			continue
		}
		if *count++; *count > mostParts {
			if *count == mostParts+1 {
				r.note(it, RuleTooManyParts, "gallery", "")
			}
			break
		}
		file, ok := r.index.image(id)
		if !ok {
			r.note(it, RuleNoAttachment, "gallery", id)
			continue
		}
		files = append(files, file)
	}
	return files
}

// mediaPlayer makes a player of [audio] or [video].
func mediaPlayer(kind string, attrs map[string]string, text string) string {
	address := ""
	for _, name := range []string{"src", "mp3", "m4a", "ogg", "wav", "flac", "wma", "mp4", "m4v", "webm", "ogv", "wmv", "flv"} {
		if address = attrs[name]; address != "" {
			break
		}
	}
	if address == "" { // [audio http://example.com/a.mp3|width=200]
		address, _, _ = strings.Cut(webAddress.FindString(text), "|")
	}
	if address == "" {
		return ""
	}
	address = html.EscapeString(html.UnescapeString(address))
	return block("<" + kind + ` src="` + address + `" controls></` + kind + ">")
}
