package wordpress

import (
	"encoding/json"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Divi 5 writes a page as blocks whose comments have everything in their attributes. What a module
// shows is in its elements, in "innerContent", for each width of a screen:
//
//	<!-- wp:divi/text {"content":{"innerContent":{"desktop":{"value":"<p>…</p>"}}}} /-->
//	<!-- wp:divi/button {"button":{"innerContent":{"desktop":{"value":{"text":"…"}}}}} /-->
//
// The value of an element is a text, or an object with a text and an address. Texts are plain,
// except for the HTML of the element "content". The attributes that style a module have the same
// widths, and are in "decoration" and "advanced".

// diviStart begins the comments of Divi 5.
const diviStart = "<!-- wp:divi/"

// diviBlock matches the start of a block of Divi 5. It has the name and the attributes.
var diviBlock = regexp.MustCompile(`(?s)^<!-- wp:divi/([a-z0-9-]+)\s+(\{.*\})\s*/?-->$`)

// diviFrame matches the modules that only hold others, or show nothing that belongs to the text.
var diviFrame = regexp.MustCompile(`^(?:placeholder|section|row|row-inner|column|column-inner|group|group-carousel|` +
	`accordion|tabs|slider|fullwidth-slider|video-slider|pricing-tables|counters|social-media-follow.*|` +
	`divider|icon|search|sidebar|menu|fullwidth-menu|post-title|post-nav|post-content|comments|login)$`)

// diviElements are the elements in the order in which modules show them. Others follow by name.
var diviElements = []string{
	"image", "imageIcon", "portrait", "photo", "logo", "title", "name", "subhead", "subtitle", "content",
}

// diviElement is an element of a module.
type diviElement struct {
	InnerContent struct {
		Desktop struct{ Value json.RawMessage }
	}
	Decoration struct {
		Font struct {
			Font struct {
				Desktop struct {
					Value struct{ HeadingLevel string }
				}
			}
		}
	}
}

// divi returns what a module of Divi 5 shows. ok is false if the attributes have none of it and the
// module should show something.
func (w *bodyWriter) divi(name, attrs string) (made string, ok bool) {
	var elements map[string]json.RawMessage
	if json.Unmarshal([]byte(attrs), &elements) != nil {
		return "", false
	}
	names := slices.Sorted(maps.Keys(elements))
	slices.SortStableFunc(names, func(a, b string) int { return diviPlace(a) - diviPlace(b) })
	var b strings.Builder
	for _, element := range names {
		var e diviElement
		// The attributes that are no elements have another form: "builderVersion" is a text.
		if element != "thumbnail" && json.Unmarshal(elements[element], &e) == nil {
			b.WriteString(w.diviElement(element, &e))
		}
	}
	return b.String(), b.Len() > 0 || diviFrame.MatchString(name)
}

// diviPlace returns the place of an element among the others.
func diviPlace(element string) int {
	if i := slices.Index(diviElements, element); i >= 0 {
		return i
	}
	return len(diviElements)
}

// diviElement returns what an element shows: a text, or an object with a picture, a film or a
// link. A title is a heading, of the third level unless it has another one. Other plain texts, such
// as the position of a person or the price of a table, become paragraphs.
func (w *bodyWriter) diviElement(name string, e *diviElement) string {
	var text string
	var object struct{ Text, LinkURL, URL, Src, Alt string }
	value := e.InnerContent.Desktop.Value
	if json.Unmarshal(value, &text) != nil {
		_ = json.Unmarshal(value, &object) // of another form: an icon
		text = object.Text
	}
	address := webAddress(object.LinkURL)
	if address == "" {
		address = webAddress(object.URL)
	}
	switch shown := html.EscapeString(html.UnescapeString(text)); {
	// Divi fills in such texts from other data of the site when it shows the page.
	case strings.Contains(text, "$variable("), strings.Contains(object.Src, "$variable("):
		w.note(ReasonBlock, "divi "+name, "divi: "+name)
		return ""
	case object.Src != "" && slices.Index(diviElements, name) >= 0:
		return block(`<figure><img src="` + html.EscapeString(object.Src) + `" alt="` + html.EscapeString(object.Alt) + `"></figure>`)
	case object.Src != "":
		return link(webAddress(object.Src))
	case strings.TrimSpace(text) == "":
		return ""
	case name == "content":
		return block(w.inner(text))
	case name == "src" || name == "video" || name == "audio":
		return link(webAddress(text))
	case name == "title" || name == "name":
		level := e.Decoration.Font.Font.Desktop.Value.HeadingLevel
		if len(level) != 2 || level[0] != 'h' || level[1] < '1' || level[1] > '6' {
			level = "h3"
		}
		return block("<" + level + ">" + diviLink(shown, address) + "</" + level + ">")
	default:
		return block("<p>" + diviLink(shown, address) + "</p>")
	}
}

// diviLink returns a text as a link, if it has an address.
func diviLink(text, address string) string {
	if address == "" {
		return text
	}
	return `<a href="` + html.EscapeString(address) + `">` + text + `</a>`
}
