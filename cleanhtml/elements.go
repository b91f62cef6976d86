package cleanhtml

import "strings"

// fate is what becomes of an element under the allow-list.
type fate uint8

const (
	unwrap fate = iota // the tags go, what is between them stays
	keep
	skip // goes with everything in it
)

// role is what the rules of nesting need to know about an element.
type role uint16

const (
	void      role = 1 << iota // has no end tag
	block                      // ends an open p (HTML Standard, section 13.2.6.4.7)
	flow                       // holds paragraphs
	heading                    // h1 to h6
	scope                      // end tags inside cannot close what is outside
	structure                  // part of a table that holds no text
	tablePart                  // means something in a table only
	implied                    // its end tag is implied before rt and rp
	verbatim                   // brackets in its text are no shortcodes
	raw                        // its content is no markup, nor text for readers
	foreign                    // svg and math: other rules inside
)

// element is what is known about the elements of one name.
type element struct {
	name  string
	fate  fate
	role  role
	attrs []string // allowed besides those allowed everywhere
}

// allows reports whether the allow-list has the attribute.
func (e *element) allows(key []byte) bool {
	switch string(key) {
	case "id", "title", "lang", "dir":
		return true
	}
	for _, a := range e.attrs {
		if string(key) == a {
			return true
		}
	}
	return false
}

// elements holds everything that is not simply unwrapped, by name. What is kept must be among the
// acceptable_elements of the W3C feed validator.
var elements = func() map[string]*element {
	m := map[string]*element{}
	add := func(fate fate, role role, names string, attrs ...string) {
		for _, name := range strings.Fields(names) {
			m[name] = &element{name, fate, role, attrs}
		}
	}

	add(keep, 0, "a", "href", "rel", "hreflang", "type", "name", "download")
	add(keep, 0, "abbr acronym b bdi big cite em i mark picture ruby s small span strike strong sub sup u var dfn")
	add(keep, 0, "map", "name")
	add(keep, 0, "q del ins", "cite", "datetime")
	add(keep, 0, "time", "datetime")
	add(keep, verbatim, "code kbd samp tt")
	add(keep, implied, "rp rt")

	add(keep, block|flow, "address article aside center details div figcaption figure footer header main section", "open")
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

	add(keep, block|structure|scope, "table")
	add(keep, tablePart|structure, "tbody thead tfoot tr")
	add(keep, tablePart|structure, "colgroup", "span")
	add(keep, tablePart|void, "col", "span")
	add(keep, tablePart|flow|scope, "caption")
	add(keep, tablePart|flow|scope, "td th", "colspan", "rowspan", "headers", "scope", "abbr", "align", "valign")

	add(keep, void, "img", "src", "srcset", "sizes", "alt", "width", "height", "longdesc", "usemap")
	add(keep, void, "area", "href", "alt", "shape", "coords", "rel", "hreflang")
	add(keep, 0, "video", "src", "poster", "width", "height", "controls", "loop", "muted", "preload")
	add(keep, 0, "audio", "src", "controls", "loop", "muted", "preload")
	add(keep, void, "source", "src", "srcset", "sizes", "type", "media", "width", "height")
	add(keep, void, "track", "src", "kind", "srclang", "label", "default")

	add(skip, raw, "script style noembed noframes")
	add(skip, raw, "iframe", "src", "width", "height", "title", "allowfullscreen")
	add(skip, verbatim, "title textarea")
	add(skip, foreign|scope, "svg math")
	add(skip, scope, "select template")
	add(unwrap, void, "base basefont bgsound embed frame input keygen link meta param")
	add(unwrap, scope, "applet button marquee object")
	add(unwrap, implied, "option optgroup rb rtc")
	add(unwrap, block|flow, "dialog dir fieldset form hgroup menu nav search")

	// Names that parsers treat alike, or that say the same as a name that validators know.
	m["image"] = m["img"]
	m["xmp"], m["plaintext"], m["listing"] = m["pre"], m["pre"], m["pre"]
	m["bdo"] = m["span"]
	return m
}()

// Elements that the rules of nesting name.
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

// attrKind is how the value of an attribute is treated.
type attrKind uint8

const (
	plain    attrKind = iota
	link              // the address of something to go to
	resource          // the address of something to show
	sources           // srcset
	boolean           // written without a value
)

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
