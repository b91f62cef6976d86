package cleanhtml

import "slices"

import "strings"

// fate says what becomes of an element under the allow-list.
type fate uint8

const (
	unwrap fate = iota // its tags are removed, its content stays
	keep               // it stays
	skip               // it is removed with its content
)

// role is a set of properties of an element that the rules of nesting need.
type role uint16

const (
	// void elements have no end tag.
	void role = 1 << iota
	// block elements end an open p (HTML Standard, section 13.2.6.4.7).
	block
	// flow elements may contain paragraphs.
	flow
	// heading elements are h1 to h6.
	heading
	// scope elements are boundaries: an end tag inside cannot close an element outside.
	scope
	// structure elements are the parts of a table that contain no text directly.
	structure
	// tablePart elements have a meaning only within a table.
	tablePart
	// implied elements are ended by an rt or rp.
	implied
	// verbatim elements contain text in which brackets are not shortcodes.
	verbatim
	// raw elements have a content that is neither markup nor text for readers.
	raw
	// foreign elements are svg and math, whose content follows other rules.
	foreign
)

// element describes the elements with one name. There is one element for each name, so that they
// can be compared by pointer.
type element struct {
	name string
	fate fate
	role role
	// attrs are the attributes that are allowed besides id, title, lang and dir, which every
	// element may have.
	attrs []string
}

// allows reports whether the allow-list has the attribute.
func (e *element) allows(key []byte) bool {
	switch string(key) {
	case "id", "title", "lang", "dir":
		return true
	}
	return slices.Contains(e.attrs, string(key))
}

// elements are the elements by name, except for those that are unwrapped and have no role. An
// element that is kept must be among the acceptable_elements of the W3C feed validator; a test
// compares them.
var elements = func() map[string]*element {
	m := map[string]*element{}
	add := func(fate fate, role role, names string, attrs ...string) {
		for name := range strings.FieldsSeq(names) {
			m[name] = &element{name, fate, role, attrs}
		}
	}

	// Inline elements.
	add(keep, 0, "a", "href", "rel", "hreflang", "type", "name", "download")
	add(keep, 0, "abbr acronym b bdi big cite em i mark picture ruby s small span strike strong sub sup u var dfn")
	add(keep, 0, "map", "name")
	add(keep, 0, "q del ins", "cite", "datetime")
	add(keep, 0, "time", "datetime")
	add(keep, verbatim, "code kbd samp tt")
	add(keep, implied, "rp rt")

	// Blocks.
	add(keep, block|flow, "address article aside center details div figcaption figure footer header", "open")
	add(keep, block|flow, "main section", "open")
	add(keep, block|flow, "blockquote", "cite")
	add(keep, block|flow|implied, "dd dt")
	add(keep, block|flow|implied, "li", "value")
	add(keep, block|implied, "p")
	add(keep, block|verbatim, "pre")
	add(keep, block|heading, "h1 h2 h3 h4 h5 h6")
	add(keep, block, "summary dl ul")
	add(keep, block, "ol", "start", "type", "reversed")
	add(keep, block|void, "hr")
	add(keep, void, "br wbr")

	// Tables.
	add(keep, block|structure|scope, "table")
	add(keep, tablePart|structure, "tbody thead tfoot tr")
	add(keep, tablePart|structure, "colgroup", "span")
	add(keep, tablePart|void, "col", "span")
	add(keep, tablePart|flow|scope, "caption")
	add(keep, tablePart|flow|scope, "td th", "colspan", "rowspan", "headers", "scope", "abbr", "align", "valign")

	// Images and players.
	add(keep, void, "img", "src", "srcset", "sizes", "alt", "width", "height", "longdesc", "usemap")
	add(keep, void, "area", "href", "alt", "shape", "coords", "rel", "hreflang")
	add(keep, 0, "video", "src", "poster", "width", "height", "controls", "loop", "muted", "preload")
	add(keep, 0, "audio", "src", "controls", "loop", "muted", "preload")
	add(keep, void, "source", "src", "srcset", "sizes", "type", "media", "width", "height")
	add(keep, void, "track", "src", "kind", "srclang", "label", "default")

	// Elements whose content is not for readers. The attributes of iframe are for
	// Policy.KeepPlayers.
	add(skip, raw, "script style noembed noframes")
	add(skip, raw, "iframe", "src", "width", "height", "title", "allowfullscreen")
	add(skip, verbatim, "title textarea")
	add(skip, foreign|scope, "svg math")
	add(skip, scope, "select template")
	// Elements whose tags are removed, but matter for the nesting of the others.
	add(unwrap, void, "base basefont bgsound embed frame input keygen link meta param")
	add(unwrap, scope, "applet button marquee object")
	add(unwrap, implied, "option optgroup rb rtc")
	add(unwrap, block|flow, "dialog dir fieldset form hgroup menu nav search")

	// Names that parsers treat like another name, or that validators do not know and that have an
	// equivalent they know.
	// Parsers read "image" as "img".
	m["image"] = m["img"]
	// Obsolete names of preformatted text.
	m["xmp"], m["plaintext"], m["listing"] = m["pre"], m["pre"], m["pre"]
	// The validator does not accept bdo. Its attribute dir means nearly the same on a span.
	m["bdo"] = m["span"]
	return m
}()

// The elements that have special rules.
var (
	elA        = elements["a"]
	elBr       = elements["br"]
	elCol      = elements["col"]
	elColgroup = elements["colgroup"]
	elIframe   = elements["iframe"]
	elImg      = elements["img"]
	elLi       = elements["li"]
	elDd       = elements["dd"]
	elDt       = elements["dt"]
	elP        = elements["p"]
	elRuby     = elements["ruby"]
	elScript   = elements["script"]
	elStyle    = elements["style"]
	elTable    = elements["table"]
	elTd       = elements["td"]
	elTh       = elements["th"]
	elTr       = elements["tr"]
)

// attrKind says how the value of an attribute is treated.
type attrKind uint8

const (
	_ attrKind = iota // values are text
	// link values are URLs that a reader follows. They may have the schemes mailto: and tel:.
	link
	// resource values are URLs that a reader loads without asking.
	resource
	// sources values are lists of URLs: srcset.
	sources
	// boolean attributes are written without a value.
	boolean
)

// attrKinds are the kinds of attributes by name. All others are plain. The table has attributes
// that only trusted bodies can have too, since their URLs are made absolute.

var attrKinds = map[string]attrKind{
	"href": link, "cite": link, "longdesc": link, "action": link, "formaction": link, "xlink:href": link,
	"src": resource, "poster": resource, "data": resource, "background": resource,
	"srcset": sources, "imagesrcset": sources,
	"controls": boolean, "loop": boolean, "muted": boolean, "reversed": boolean, "open": boolean,
	"default": boolean, "allowfullscreen": boolean,
	"async": boolean, "defer": boolean, "disabled": boolean, "checked": boolean, "selected": boolean,
	"required": boolean, "readonly": boolean, "multiple": boolean, "hidden": boolean, "autoplay": boolean,
	"playsinline": boolean, "itemscope": boolean, "novalidate": boolean,
}
