package destination

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/plaintext"
)

// body is what rules read of the HTML of an article.
type body struct {
	elements []string // the names of its elements, each once, in order
	links    []string // the targets of its links
	sources  []string // the addresses of its images and frames
	images   []string // the addresses of its images alone
	frames   []string // the addresses of its frames alone
	depth    int      // of its deepest element; 1 without nesting
	breaks   bool     // whether br follows br
	lead     string   // the image that nothing but white space precedes
}

// parse returns the nodes of a fragment of HTML. A body that is nested too deeply for a parser is
// cleaned first, because cleaning bounds the depth.
func parse(content string) []*html.Node {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(content), context)
	if err != nil {
		content = cleanhtml.Policy{}.Clean(content, "")
		nodes, _ = html.ParseFragment(strings.NewReader(content), context)
	}
	return nodes
}

// read reads a body.
func read(content string) *body {
	b := new(body)
	if !strings.Contains(content, "<") {
		return b
	}
	shown := false // whether something precedes
	var last *html.Node
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			shown, last = true, n
		}
		if n.Type == html.ElementNode {
			b.depth = max(b.depth, depth)
			b.element(n, shown)
			b.breaks = b.breaks || n.DataAtom == atom.Br && last != nil && last.DataAtom == atom.Br
			shown, last = shown || n.DataAtom == atom.Img || n.DataAtom == atom.Iframe, n
			depth++
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child, depth)
		}
	}
	for _, n := range parse(content) {
		walk(n, 1)
	}
	return b
}

// element reads one element.
func (b *body) element(n *html.Node, shown bool) {
	if !isOneOf(n.Data, b.elements) {
		b.elements = append(b.elements, n.Data)
	}
	src := attribute(n, "src")
	switch n.DataAtom {
	case atom.A:
		if href := attribute(n, "href"); href != "" {
			b.links = append(b.links, href)
		}
	case atom.Img:
		b.images, b.sources = append(b.images, src), append(b.sources, src)
		if !shown {
			b.lead = src
		}
	case atom.Iframe:
		b.frames, b.sources = append(b.frames, src), append(b.sources, src)
	}
}

// attribute returns the value of an attribute, "" if there is none.
func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// textOf returns the text of a body, with spaces between its blocks.
func textOf(content string) string {
	var text strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		} else if n.Type == html.ElementNode {
			text.WriteByte(' ')
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	for _, n := range parse(content) {
		walk(n)
	}
	return plaintext.Of(text.String())
}

// withLeadImage returns a body that begins with the lead image of the article, unless the image is
// the first one of the body anyway.
func withLeadImage(content, src, alt string) string {
	if images := read(content).images; src == "" || len(images) > 0 && images[0] == src {
		return content
	}
	return `<p><img src="` + htmltext.Escape(src) + `" alt="` + htmltext.Escape(alt) + `"></p>` + content
}

// tags is a [cleanhtml.Sanitizer] that keeps the elements of MSN's list. The content of other
// elements stays, unless readers do not see it; frames of other hosts, audio and video become
// links. Nesting and line breaks are reduced to what MSN recommends.
type tags struct{}

// maxDepth is the number of levels that MSN accepts. The last two are kept for links and frames,
// and for the images and line breaks in links.
const (
	maxDepth      = 9
	deepestBlock  = maxDepth - 2
	deepestInline = maxDepth - 1
)

// kept are the elements of MSN's list with the attributes that stay. A part of a table or list
// needs its parent: outside of that, it becomes a div.
var kept = map[atom.Atom][]string{
	atom.B: nil, atom.I: nil, atom.Em: nil, atom.Strong: nil, atom.Sub: nil, atom.Sup: nil, atom.Small: nil,
	atom.H1: nil, atom.H2: nil, atom.H3: nil, atom.H4: nil, atom.H5: nil,
	atom.A: {"href"}, atom.Img: {"src", "alt", "width", "height"},
	atom.Table: nil, atom.Thead: nil, atom.Tbody: nil, atom.Tfoot: nil, atom.Tr: nil, atom.Caption: nil,
	atom.Td: {"colspan", "rowspan"}, atom.Th: {"colspan", "rowspan"}, atom.Col: {"span"}, atom.Colgroup: {"span"},
	atom.Ul: nil, atom.Ol: {"start"}, atom.Li: nil,
	atom.P: nil, atom.Div: nil, atom.Span: nil, atom.Br: nil, atom.Blockquote: nil,
	atom.Iframe: {"src", "width", "height", "title"},
}

// renamed are elements that are not on the list and have one that looks alike.
var renamed = map[atom.Atom]atom.Atom{
	atom.H6: atom.H5, atom.Figcaption: atom.P, atom.Figure: atom.Div, atom.Summary: atom.P, atom.Pre: atom.P,
	atom.Dt: atom.P, atom.Dd: atom.P, atom.Address: atom.P, atom.Dl: atom.Div, atom.Details: atom.Div,
	atom.Article: atom.Div, atom.Aside: atom.Div, atom.Header: atom.Div, atom.Footer: atom.Div,
	atom.Main: atom.Div, atom.Section: atom.Div, atom.Center: atom.Div,
}

// inline are the elements whose tags do not separate words.
var inline = func() map[atom.Atom]struct{} {
	names := map[atom.Atom]struct{}{}
	for _, name := range []atom.Atom{
		0, atom.A, atom.B, atom.I, atom.Em, atom.Strong, atom.Sub, atom.Sup, atom.Small, atom.Span, atom.U, atom.S,
		atom.Mark, atom.Code, atom.Kbd, atom.Samp, atom.Var, atom.Tt, atom.Big, atom.Strike, atom.Del, atom.Ins, atom.Q,
		atom.Cite, atom.Abbr, atom.Acronym, atom.Dfn, atom.Bdi, atom.Bdo, atom.Time, atom.Data, atom.Font, atom.Ruby,
		atom.Rb, atom.Rt, atom.Rp, atom.Wbr, atom.Img, atom.Picture, atom.Source, atom.Track, atom.Map, atom.Area, atom.Label,
	} {
		names[name] = struct{}{}
	}
	return names
}()

// unseen are elements whose content is not for readers.
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true, atom.Title: true,
	atom.Object: true, atom.Embed: true, atom.Applet: true, atom.Param: true, atom.Svg: true, atom.Math: true,
	atom.Select: true, atom.Textarea: true, atom.Button: true, atom.Datalist: true, atom.Canvas: true,
	atom.Noembed: true, atom.Noframes: true,
}

// parts are the elements that mean something in their parent alone.
var parts = map[atom.Atom]bool{
	atom.Thead: true, atom.Tbody: true, atom.Tfoot: true, atom.Tr: true, atom.Caption: true, atom.Td: true, atom.Th: true,
	atom.Col: true, atom.Colgroup: true, atom.Li: true,
}

// holders are the elements that parts stand in.
var holders = map[atom.Atom]bool{
	atom.Table: true, atom.Thead: true, atom.Tbody: true, atom.Tfoot: true, atom.Tr: true, atom.Colgroup: true,
	atom.Ul: true, atom.Ol: true,
}

// players are the hosts, with all below them, whose frames MSN shows.
var players = []string{
	"youtube.com", "youtube-nocookie.com", "youtu.be", "twitter.com", "x.com", "facebook.com", "instagram.com",
	"pinterest.com", "spotify.com", "infogram.com", "google.com", "giphy.com", "flourish.studio", "reddit.com",
	"redditmedia.com", "tiktok.com",
}

// isPlayer reports whether MSN shows the frame. Of Google, it shows maps alone.
func isPlayer(src string) bool {
	host := hostOf(src)
	for _, known := range players {
		if host != known && !strings.HasSuffix(host, "."+known) {
			continue
		}
		isMap := strings.HasPrefix(host, "maps.") || strings.Contains(src, "/maps")
		return isHTTPS(src) && (known != "google.com" || isMap)
	}
	return false
}

// Sanitize returns the body with the elements of MSN's list alone.
func (tags) Sanitize(content string) string {
	s := new(stripper)
	for _, n := range parse(content) {
		s.node(n, 1, false)
	}
	return strings.TrimSpace(s.out.String())
}

// stripper writes what stays of a body.
type stripper struct {
	out   strings.Builder
	broke bool // whether a br was written last
}

// node writes a node at a depth. Parent says whether the element around it was written and can hold
// parts of tables and lists.
func (s *stripper) node(n *html.Node, depth int, parent bool) {
	switch {
	case n.Type == html.TextNode:
		s.broke = s.broke && strings.TrimSpace(n.Data) == ""
		s.out.WriteString(htmltext.Escape(n.Data))
		return
	case n.Type != html.ElementNode || n.Namespace != "" || unseen[n.DataAtom] || isHidden(n):
		return
	}
	name := n.DataAtom
	if other, found := renamed[name]; found {
		name = other
	} else if parts[name] && !parent && name != atom.Td && name != atom.Th {
		name = atom.Div // an item or a row alone
	}
	attrs, found := kept[name]
	switch name { // special elements; all others need to be on the list
	case atom.Iframe:
		if src := attribute(n, "src"); !isPlayer(src) {
			s.link(src, attribute(n, "title"))
			return
		}
	case atom.Video, atom.Audio:
		s.link(mediaOf(n), attribute(n, "title"))
		return
	case atom.Br:
		if !s.broke {
			s.out.WriteString("<br>")
		}
		s.broke = true
		return
	case atom.A:
		found = isLink(attribute(n, "href"))
	case atom.Img:
		found = isWeb(attribute(n, "src"))
	case atom.Table:
		found = depth+3 <= deepestBlock // for the body, the rows and the cells
	case atom.Ul, atom.Ol:
		found = depth+1 <= deepestBlock
	default:
		found = found && (!parts[name] || parent)
	}
	// Deeper elements are unwrapped, so that their text and images stay.
	isVoid, deepest := name == atom.Img || name == atom.Col, deepestBlock
	if isVoid {
		deepest = maxDepth
	} else if name == atom.A || name == atom.Iframe {
		deepest = deepestInline
	}
	if found = found && depth <= deepest; !found {
		space := " " // the text of a block is a separate word
		if _, isInline := inline[name]; isInline {
			space = ""
		}
		s.out.WriteString(space)
		s.children(n, depth, false)
		s.out.WriteString(space)
		return
	}
	s.start(n, name, attrs)
	if isVoid {
		return
	}
	if name != atom.Iframe { // nothing in it is shown
		s.children(n, depth+1, holders[name])
	}
	s.out.WriteString("</" + name.String() + ">")
}

// children writes what is in an element.
func (s *stripper) children(n *html.Node, depth int, parent bool) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		s.node(child, depth, parent)
	}
}

// start writes a start tag.
func (s *stripper) start(n *html.Node, name atom.Atom, attrs []string) {
	s.broke = false
	s.out.WriteString("<" + name.String())
	for _, key := range attrs {
		if value := attribute(n, key); value != "" {
			s.out.WriteString(" " + key + `="` + htmltext.Escape(value) + `"`)
		}
	}
	s.out.WriteByte('>')
}

// link writes a link to what cannot be shown.
func (s *stripper) link(target, title string) {
	if !isWeb(target) {
		return
	}
	s.broke = false
	if title == "" {
		title = target
	}
	s.out.WriteString(`<a href="` + htmltext.Escape(target) + `">` + htmltext.Escape(title) + "</a>")
}

// mediaOf returns the address of audio or video, that of the element or of its first source.
func mediaOf(n *html.Node) string {
	if src := attribute(n, "src"); src != "" {
		return src
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if src := attribute(child, "src"); child.DataAtom == atom.Source && src != "" {
			return src
		}
	}
	return ""
}

// isHidden reports whether the page does not show an element.
func isHidden(n *html.Node) bool {
	for _, a := range n.Attr {
		style := strings.ToLower(strings.ReplaceAll(a.Val, " ", ""))
		if a.Key == "hidden" || a.Key == "style" &&
			(strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")) {
			return true
		}
	}
	return false
}

// isLink reports whether MSN accepts the target of a link. A relative URL becomes absolute later.
func isLink(href string) bool {
	return isWeb(href) || len(href) > len("mailto:") && strings.EqualFold(href[:len("mailto:")], "mailto:")
}

// isWeb reports whether a URL is one of http or https, or relative. Browsers ignore tabs and line
// breaks in a scheme.
func isWeb(ref string) bool {
	ref = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(ref)
	scheme, _, found := strings.Cut(ref, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return ref != ""
	}
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

// The rules about bodies.

// removedElements reports the elements of a body that are among those, each once.
func removedElements(these ...string) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		for _, name := range read(a.Content).elements {
			if isOneOf(name, these) {
				report("Content", name)
			}
		}
	}
}

// unlistedElements reports the elements of a body that are not on MSN's list, each once. Those that
// are refused are not among them.
func unlistedElements(refused ...string) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		for _, name := range read(a.Content).elements {
			if _, found := kept[atom.Lookup([]byte(name))]; !found && !isOneOf(name, refused) {
				report("Content", name)
			}
		}
	}
}

// removedPlayers reports the frames that MSN does not show.
func removedPlayers(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	for _, src := range read(a.Content).frames {
		if !isPlayer(src) {
			report("Content", src)
		}
	}
}

// deepest reports a body of more levels.
func deepest(most int) articleCheck {
	return func(_ *syndicate.Feed, a *syndicate.Article, report Report) {
		if read(a.Content).depth > most {
			report("Content", "")
		}
	}
}

// noBreaks reports a body with two line breaks in a row.
func noBreaks(_ *syndicate.Feed, a *syndicate.Article, report Report) {
	if read(a.Content).breaks {
		report("Content", "<br><br>")
	}
}
