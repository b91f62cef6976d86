package wordpress

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// paragraphs makes of a body as an editor stores it the HTML that the post's page would show. The classic editor
// stores paragraphs as text with blank lines between them, and line breaks as they are; the block editor stores
// HTML. An address alone on its line, which WordPress would replace by a player, becomes a link.
//
// Paragraphs are made where text stands for itself: outside of all blocks and in quotations always, in other blocks
// where there are blank lines. Tables and lists around their cells and entries, and preformatted text, stay as they
// are. Package cleanhtml balances what is left open.
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
	if w.kept != "" { // it goes on to the end, and would take a paragraph's end for a part of itself
		w.classic = false
	}
	w.flush()
	return strings.TrimSpace(w.dst.String())
}

// blockKind says how text in an element is dealt with.
type blockKind int

const (
	inline    blockKind = iota
	flow                // becomes paragraphs where there are blank lines
	quote               // becomes paragraphs
	paragraph           // is divided by blank lines
	structure           // there should be none
	verbatim            // stays as it is, and so does everything else in it
	player              // the same, but the element itself is part of a paragraph
	rule                // there is none, and no end
)

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

// siblings are elements whose start ends one of the same group.
var siblings = map[string]string{"li": "li", "dt": "dt", "dd": "dt", "td": "td", "th": "td", "tr": "tr"}

// paragraphWriter writes a body. What stands between two tags of blocks is a run, which is divided into paragraphs
// when its end is known.
type paragraphWriter struct {
	classic bool
	dst     strings.Builder
	run     []piece
	open    []openBlock
	links   int // open links

	kept     string // an open element that stays as it is
	keptKind blockKind
	depth    int // of those of its name
}

type openBlock struct {
	name string
	kind blockKind
}

// piece is a part of a run.
type piece struct {
	raw  string
	kind pieceKind
}

type pieceKind int

const (
	textPiece    pieceKind = iota
	tagPiece               // a tag that shows nothing
	breakPiece             // <br>
	picturePiece           // something that is shown
	commentPiece
)

// token takes the next part of a body.
func (w *paragraphWriter) token(tt html.TokenType, name, raw string) {
	opens := tt == html.StartTagToken
	kind := blockKinds[name]
	switch {
	case w.kept != "":
		w.keep(tt, name, raw)
	case tt == html.TextToken:
		raw = strings.ReplaceAll(raw, "<", "&lt;") // a lone one, which must not meet the tags written here
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

// lineAddress is an address that is alone on its line.
var lineAddress = regexp.MustCompile(`(?m)^([ \t]*)(https?://[^\s<>"'\[\]]+)([ \t]*)$`)

// keep takes a part of an element that stays as it is.
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

func (w *paragraphWriter) write(kind blockKind, raw string) {
	if kind == player {
		w.add(picturePiece, raw)
	} else {
		w.dst.WriteString(raw)
	}
}

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

func (w *paragraphWriter) add(kind pieceKind, raw string) {
	if raw != "" {
		w.run = append(w.run, piece{raw, kind})
	}
}

// begin opens a block; the paragraph or entry before it ends by that.
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

// close ends a block and those in it. How far it looks is bounded, or hostile bodies would take for ever.
func (w *paragraphWriter) close(name string) {
	for i := len(w.open) - 1; i >= max(0, len(w.open)-64); i-- {
		if w.open[i].name == name {
			w.open = w.open[:i]
			return
		}
	}
}

// flush writes the run.
func (w *paragraphWriter) flush() {
	if len(w.run) == 0 {
		return
	}
	kind := quote // outside of all blocks
	if n := len(w.open); n > 0 {
		kind = w.open[n-1].kind
	}
	if !w.classic || kind == structure {
		for _, p := range w.run {
			w.dst.WriteString(p.raw)
		}
		w.run = w.run[:0]
		return
	}
	divided := divide(w.run)
	w.run = w.run[:0]
	shown := 0
	for _, p := range divided {
		if p.shows {
			shown++
		}
	}
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

// divided is a paragraph to be.
type divided struct {
	html  string
	shows bool // there is something to be seen in it
}

// loneShortcode is one that WordPress makes no paragraph for, since what it shows is none.
var loneShortcode = regexp.MustCompile(`^\[/?[\w-]+(?:\s[^\]]*)?\]$`)

var blankLines = regexp.MustCompile(`\n[ \t\x{a0}]*\n\s*`)

// divide cuts a run at its blank lines, and makes line breaks of its lines.
func divide(run []piece) (all []divided) {
	var b strings.Builder
	shows, newline, broken := false, false, false
	finish := func() {
		if b.Len() > 0 {
			text := strings.TrimRight(b.String(), " \t\n")
			all = append(all, divided{text, shows && !loneShortcode.MatchString(text)})
		}
		b.Reset()
		shows, newline, broken = false, false, false
	}
	// A line end becomes a break where something follows in the paragraph, and none is there yet.
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
