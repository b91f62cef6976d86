package cleanhtml

import (
	"slices"
	"strings"
)

// fate is the way in which the allow-list treats an element.
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
	// hollow elements mean nothing without content. Blocks among them mean nothing if they contain
	// only white space.
	hollow
	// formatting elements are opened again by parsers after a block that ends them (HTML Standard,
	// section 13.2.4.3).
	formatting
	// breakout elements end svg and math (HTML Standard, section 13.2.6.5).
	breakout
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

// isInline reports whether e is neither a block nor the like.
func (e *element) isInline() bool { return e.role&(block|scope|tablePart) == 0 }

// isSpecial reports whether e is special (HTML Standard, section 13.2.4.2). End tags of inline
// elements end no special element.
func (e *element) isSpecial() bool { return !e.isInline() && e != elDialog }

// isScope reports whether e is a boundary for start and end tags within it.
func (e *element) isScope() bool { return e.role&scope != 0 }

// isMarker reports whether formatting within e ends with e (HTML Standard, section 13.2.4.3).
func (e *element) isMarker() bool { return e.isScope() && e != elTable && e != elButton }

// bounds reports whether the end tag of other within e ends nothing outside of e (HTML Standard,
// section 13.2.4.2).
func (e *element) bounds(other *element) bool {
	switch {
	case e == elButton: // only for paragraphs
		return other == elP
	case e.isScope(): // the end tag of a table or of its parts ends what is in the innermost table
		return other.role&tablePart == 0 && other != elTable || e == elTable
	}
	return other == elLi && (e.name == "ul" || e.name == "ol")
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
	add(keep, formatting, "a", "href", "rel", "hreflang", "type", "name", "download")
	add(keep, formatting|hollow|breakout, "b big em i s small strike strong u")
	add(keep, hollow, "abbr acronym bdi cite dfn mark")
	add(keep, hollow|breakout, "span sub sup var")
	add(keep, breakout, "ruby")
	add(keep, hollow, "picture")
	add(keep, 0, "map", "name")
	add(keep, 0, "q", "cite", "datetime")
	add(keep, hollow, "del ins", "cite", "datetime")
	add(keep, 0, "time", "datetime")
	add(keep, verbatim|hollow, "kbd samp")
	add(keep, verbatim|hollow|formatting|breakout, "code tt")
	add(keep, implied, "rp rt")

	// Blocks.
	add(keep, block|flow|hollow, "address article aside figcaption figure footer header main section", "open")
	add(keep, block|flow|hollow|breakout, "center div", "open")
	add(keep, block|flow, "details", "open")
	add(keep, block|flow|hollow|breakout, "blockquote", "cite")
	add(keep, block|flow|implied|breakout, "dd dt")
	add(keep, block|flow|implied|breakout, "li", "value")
	add(keep, block|implied|hollow|breakout, "p")
	add(keep, block|verbatim|breakout, "pre")
	add(keep, block|heading|hollow|breakout, "h1 h2 h3 h4 h5 h6")
	add(keep, block, "summary")
	add(keep, block|hollow|breakout, "dl ul")
	add(keep, block|hollow|breakout, "ol", "start", "type", "reversed")
	add(keep, block|void|breakout, "hr")
	add(keep, void|breakout, "br")
	add(keep, void, "wbr")

	// Tables.
	add(keep, block|structure|scope|breakout, "table")
	add(keep, tablePart|structure, "tbody thead tfoot tr")
	add(keep, tablePart|structure, "colgroup", "span")
	add(keep, tablePart|void, "col", "span")
	add(keep, tablePart|flow|scope, "caption")
	add(keep, tablePart|flow|scope, "td th", "colspan", "rowspan", "headers", "scope", "abbr", "align", "valign")

	// Images and players.
	add(keep, void|breakout, "img", "src", "srcset", "sizes", "alt", "width", "height", "longdesc", "usemap")
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
	add(unwrap, void, "base basefont bgsound frame input keygen link param")
	add(unwrap, void|breakout, "embed meta")
	add(unwrap, scope, "applet button marquee object")
	add(unwrap, implied, "option optgroup rb rtc")
	add(unwrap, block|flow, "dialog dir fieldset form hgroup nav search")
	add(unwrap, block|flow|breakout, "menu")
	add(unwrap, formatting, "font")
	add(unwrap, formatting|breakout, "nobr")
	// Elements whose tags are removed, with their content if the page hides it.
	add(unwrap, 0, "canvas datalist")

	// Names that parsers treat like another name, or that validators reject and that have an
	// equivalent they accept.
	// Parsers read "image" as "img".
	m["image"] = m["img"]
	// Obsolete names of preformatted text.
	m["xmp"], m["plaintext"], m["listing"] = m["pre"], m["pre"], m["pre"]
	// The validator does not accept bdo. Its attribute dir means nearly the same on a span.
	m["bdo"] = m["span"]
	return m
}()

// substitutes are elements outside of HTML that mean the same as one of HTML. A trusted body keeps
// them as they are.
var substitutes = map[string]*element{
	"amp-img": elements["img"], "amp-anim": elements["img"],
	"amp-video": elements["video"], "amp-audio": elements["audio"],
}

// The elements that have special rules.
var (
	elA        = elements["a"]
	elAudio    = elements["audio"]
	elBr       = elements["br"]
	elCol      = elements["col"]
	elButton   = elements["button"]
	elCanvas   = elements["canvas"]
	elColgroup = elements["colgroup"]
	elDatalist = elements["datalist"]
	elDialog   = elements["dialog"]
	elEmbed    = elements["embed"]
	elIframe   = elements["iframe"]
	elImg      = elements["img"]
	elInput    = elements["input"]
	elLi       = elements["li"]
	elMath     = elements["math"]
	elObject   = elements["object"]
	elDd       = elements["dd"]
	elDt       = elements["dt"]
	elP        = elements["p"]
	elParam    = elements["param"]
	elRuby     = elements["ruby"]
	elScript   = elements["script"]
	elSource   = elements["source"]
	elStyle    = elements["style"]
	elSup      = elements["sup"]
	elSvg      = elements["svg"]
	elTable    = elements["table"]
	elTd       = elements["td"]
	elTh       = elements["th"]
	elTr       = elements["tr"]
	elTrack    = elements["track"]
	elVideo    = elements["video"]
)

// attrKind is the way in which the value of an attribute is treated.
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
