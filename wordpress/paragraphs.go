package wordpress

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// paragraphs turns a body as an editor stores it into the HTML that the post's page shows. The
// classic editor stores paragraphs as text with blank lines between them, and line breaks as line
// ends; the block editor stores HTML. In both, an address alone on its line becomes a link;
// WordPress replaces it with a player.
//
// This is WordPress's wpautop, written anew over tokens of HTML. The original replaces text by
// regular expressions, which break markup that they do not expect. Where the results differ, the
// words of the text are still the same: a fuzz test compares them.
//
// Text becomes paragraphs outside of all blocks and in quotations; in other blocks only if it has
// blank lines. Nothing is changed between the cells of tables and the entries of lists, nor in
// preformatted text. Package cleanhtml closes elements that are left open.
func paragraphs(body string, classic bool) string {
	if strings.IndexByte(body, '\r') >= 0 {
		body = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(body)
	}
	w := paragraphWriter{classic: classic}
	w.dst.Grow(len(body) + len(body)/16)
	z := html.NewTokenizer(strings.NewReader(body))
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		raw := string(z.Raw())
		var name string
		if tt != html.TextToken {
			tag, _ := z.TagName()
			name = string(tag)
		}
		w.token(tt, name, raw)
	}
	if w.kept != "" {
		// This element was never closed. It would swallow the end tags of paragraphs made here.
		w.classic = false
	}
	w.flush()
	return strings.TrimSpace(w.dst.String())
}

// blockKind says what becomes of text in an element.
type blockKind int

const (
	inline    blockKind = iota
	flow                // becomes paragraphs if it has blank lines
	quote               // becomes paragraphs; so does text outside of all blocks
	paragraph           // is divided at blank lines
	structure           // is not changed; there should be none
	verbatim            // is not changed, nor is any element in it
	player              // the same, but the element itself is part of a paragraph
	rule                // an element without content and end tag
)

// blockKinds are the kinds of elements by name. Elements that are not listed are inline.

var blockKinds = func() map[string]blockKind {
	m := map[string]blockKind{}
	for kind, names := range map[blockKind]string{
		flow: `address article aside caption center dd details div dt fieldset figcaption figure footer form
			h1 h2 h3 h4 h5 h6 header hgroup legend li main nav section summary td th`,
		quote:     "blockquote",
		paragraph: "p",
		structure: "colgroup dl menu ol table tbody tfoot thead tr ul",
		verbatim:  "pre script style template",
		player:    "audio iframe map math noscript object picture select svg textarea video",
		rule:      "col hr",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = kind
		}
	}
	return m
}()

// siblings maps elements to groups. The start tag of an element ends an open element of its group.
var siblings = map[string]string{"li": "li", "dt": "dt", "dd": "dt", "td": "td", "th": "td", "tr": "tr"}

// paragraphWriter writes a body. It collects everything between two tags of blocks as a run, and
// divides the run into paragraphs when its end is known: whether text in a block becomes paragraphs
// depends on how many there are.
type paragraphWriter struct {
	// classic is set for the classic editor: make paragraphs.
	classic bool
	dst     strings.Builder
	run     []piece
	// open are the open blocks, outermost first. links is the number of open links.
	open  []openBlock
	links int

	// kept is the name of an open element that is not changed, or "". depth is the number of open
	// elements with that name.
	kept     string
	keptKind blockKind
	depth    int
}

// openBlock is a block whose end tag has not come yet.
type openBlock struct {
	name string
	kind blockKind
}

// piece is a part of a run.
type piece struct {
	raw  string
	kind pieceKind
}

// pieceKind says what a piece means for the division of a run.
type pieceKind int

const (
	textPiece    pieceKind = iota
	tagPiece               // an inline tag, which shows nothing itself
	breakPiece             // <br>
	picturePiece           // an image, a player or the like
	commentPiece
)

// token adds the next token of a body.
func (w *paragraphWriter) token(tt html.TokenType, name, raw string) {
	// opens is false for <x/>, which has no end tag.
	opens := tt == html.StartTagToken
	kind := blockKinds[name]
	switch {
	case w.kept != "":
		w.keep(tt, name, raw)
	case tt == html.TextToken:
		raw = strings.ReplaceAll(raw, "<", "&lt;") // a lone one; a tag written after it would change it
		if w.links == 0 && strings.Contains(raw, "://") {
			raw = lineAddress.ReplaceAllString(raw, `$1<a href="$2">$2</a>$3`)
		}
		w.add(textPiece, raw)
	case tt == html.CommentToken || tt == html.DoctypeToken:
		w.add(commentPiece, raw)
	case kind == verbatim || kind == player:
		if kind == verbatim {
			w.flush()
		}
		if opens {
			w.kept, w.keptKind, w.depth = name, kind, 1
		}
		w.write(kind, raw)
	case kind == inline:
		w.inline(tt, name, raw)
	case tt == html.EndTagToken:
		w.flush()
		w.dst.WriteString(raw)
		w.close(name)
	default:
		w.flush()
		w.begin(name, kind, opens)
		w.dst.WriteString(raw)
	}
}

// lineAddress matches an address that is alone on its line.
var lineAddress = regexp.MustCompile(`(?m)^([ \t]*)(https?://[^\s<>"'\[\]]+)([ \t]*)$`)

// keep adds a token of an element that is not changed.
func (w *paragraphWriter) keep(tt html.TokenType, name, raw string) {
	if name == w.kept && tt == html.StartTagToken {
		w.depth++
	} else if name == w.kept && tt == html.EndTagToken {
		w.depth--
	}
	w.write(w.keptKind, raw)
	if w.depth == 0 {
		w.kept = ""
	}
}

// write writes a token of an element that is not changed, or adds it to the run if it is a
// player's.
func (w *paragraphWriter) write(kind blockKind, raw string) {
	if kind == player {
		w.add(picturePiece, raw)
	} else {
		w.dst.WriteString(raw)
	}
}

// inline adds an inline tag to the run. It counts open links, in which no address becomes a link.
func (w *paragraphWriter) inline(tt html.TokenType, name, raw string) {
	switch {
	case name == "br":
		w.add(breakPiece, raw)
		return
	case name == "img" || name == "input" || name == "embed":
		w.add(picturePiece, raw)
		return
	case name == "a" && tt == html.StartTagToken:
		w.links++
	case name == "a" && tt == html.EndTagToken:
		w.links = max(w.links-1, 0)
	}
	w.add(tagPiece, raw)
}

// add adds a piece to the run.
func (w *paragraphWriter) add(kind pieceKind, raw string) {
	if raw != "" {
		w.run = append(w.run, piece{raw, kind})
	}
}

// begin opens a block. That ends an open paragraph, or an open element of the same group.
func (w *paragraphWriter) begin(name string, kind blockKind, opens bool) {
	if n := len(w.open); n > 0 {
		last := w.open[n-1]
		if last.kind == paragraph || siblings[name] != "" && siblings[name] == siblings[last.name] {
			w.open = w.open[:n-1]
		}
	}
	if opens && kind != rule {
		w.open = append(w.open, openBlock{name, kind})
	}
}

// close closes a block and the blocks in it. It searches the innermost 64 only, so that the time is
// linear for hostile bodies too.
func (w *paragraphWriter) close(name string) {
	for i := len(w.open) - 1; i >= max(0, len(w.open)-64); i-- {
		if w.open[i].name == name {
			w.open = w.open[:i]
			return
		}
	}
}

// flush divides the run into paragraphs and writes them, according to the block that it is in.
func (w *paragraphWriter) flush() {
	if len(w.run) == 0 {
		return
	}
	kind := quote // outside of all blocks
	if n := len(w.open); n > 0 {
		kind = w.open[n-1].kind
	}
	// Nothing is changed in a body of the block editor, and between cells or items.
	if !w.classic || kind == structure {
		for _, p := range w.run {
			w.dst.WriteString(p.raw)
		}
		w.run = w.run[:0]
		return
	}
	// Count the parts that show something, since a single one in a block needs no paragraph.
	divided := divide(w.run)
	w.run = w.run[:0]
	shown := 0
	for _, p := range divided {
		if p.shows {
			shown++
		}
	}
	// A part that shows nothing, such as a comment, gets no paragraph. Within a <p>, blank lines
	// end it and begin another.
	first := true
	for _, p := range divided {
		switch {
		case !p.shows:
			w.dst.WriteString(p.html)
		case kind == quote, kind == flow && shown > 1:
			w.dst.WriteString("<p>" + p.html + "</p>\n")
		case kind == paragraph && !first:
			w.dst.WriteString("</p>\n<p>" + p.html)
		default:
			w.dst.WriteString(p.html)
		}
		first = first && !p.shows
	}
}

// divided is a part of a run that may become a paragraph.
type divided struct {
	html  string
	shows bool // it has text or a picture
}

// loneShortcode matches a part that is one shortcode. It gets no paragraph, since a shortcode makes
// its own blocks.
var loneShortcode = regexp.MustCompile(`^\[/?[\w-]+(?:\s[^\]]*)?\]$`)

// blankLines matches one or more lines of white space only.
var blankLines = regexp.MustCompile(`\n[ \t\x{a0}]*\n\s*`)

// divide splits a run at its blank lines, and turns the line ends of each part into line breaks.
func divide(run []piece) (all []divided) {
	var b strings.Builder
	// shows is set when the part has something to show. newline and broken say what is before the
	// current place: a line end, a <br>.
	shows, newline, broken := false, false, false
	finish := func() {
		if b.Len() > 0 {
			text := strings.TrimRight(b.String(), " \t\n")
			all = append(all, divided{text, shows && !loneShortcode.MatchString(text)})
		}
		b.Reset()
		shows, newline, broken = false, false, false
	}
	// put adds to the part. A line end before it becomes a <br>, unless the part shows nothing yet
	// or has a <br> there.
	put := func(raw string, visible bool) {
		if newline && shows {
			if !broken {
				b.WriteString("<br>")
			}
			b.WriteByte('\n')
		}
		b.WriteString(raw)
		newline, broken = false, false
		shows = shows || visible
	}
	for _, p := range run {
		switch p.kind {
		case commentPiece:
			b.WriteString(p.raw)
		case breakPiece:
			newline = false
			put(p.raw, false)
			broken = true
		case tagPiece:
			put(p.raw, false)
		case picturePiece:
			put(p.raw, true)
		case textPiece:
			for i, part := range blankLines.Split(p.raw, -1) {
				if i > 0 {
					finish()
				}
				for j, line := range strings.Split(part, "\n") {
					newline = newline || j > 0
					if strings.TrimSpace(line) != "" {
						put(line, true)
					} else if line != "" && !newline && b.Len() > 0 {
						b.WriteString(line)
					}
				}
			}
		}
	}
	finish()
	return all
}
