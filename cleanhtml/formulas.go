package cleanhtml

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Feed readers show neither MathML nor the output of KaTeX and MathJax, which means nothing without
// their style sheets. So a formula leaves one text: its alternative text, its TeX source, or the
// text of its MathML, in one line. A drawing leaves its label.

// formula collects the texts of one formula.
type formula struct {
	alt string // an attribute that represents the formula
	tex []byte // an annotation
	// math is the text of the MathML. Its elements are on the stack parts, outermost first. gap is
	// the space before the next text.
	math  []byte
	parts []part
	gap   gap
	// plain is the text outside of MathML.
	plain []byte
	// maths, tokens and annotations count the open elements of these kinds. isTeX is set if the
	// annotation is TeX.
	maths, tokens, annotations int
	isTeX                      bool
	// hidden counts the open elements with the name hiding, from one on that is not shown.
	hidden int
	hiding string
}

// part is an open element of MathML.
type part struct {
	name     string
	children int
	grouped  bool
	// start is where it begins in the text, content where its content does, second where its second
	// child does.
	start, content, second int
	// close is the text after an mfenced, separators are those between its children.
	close      string
	separators []rune
}

// gap is the space between two texts of a formula.
type gap uint8

const (
	joined gap = iota
	// apart is a space between two words, and after a comma or the like.
	apart
	// spaced is a space, except after an opening bracket or a mark.
	spaced
)

// before has what separates the parts of an element of MathML in one line, by their number.
var before = map[string][]string{
	"msup": {"", "^"}, "msub": {"", "_"}, "msubsup": {"", "_", "^"}, "munder": {"", "_"},
	"munderover": {"", "_", "^"}, "mfrac": {"", "/"}, "msqrt": {""}, "mroot": {"", ""},
	"mmultiscripts": {"", "_", "^"},
}

// formulaKind is the part of a formula that an element has.
type formulaKind uint8

const (
	noFormula formulaKind = iota
	// single elements are the only ones of their formula: math, those of KaTeX and of MathJax 3.
	single
	// MathJax 2 leaves up to three elements for one formula, in this order. Each is a better text
	// than the one before.
	preview
	output
	source
)

// startFormula handles the start tags of formulas. It reports whether the current element is one.
func (c *cleaner) startFormula(e *element) bool {
	kind := c.formulaKind(e)
	if kind == noFormula || c.isConcealed() || c.hasHidden() || !c.hasEnd(string(c.name)) {
		c.release()
		return false
	}
	// The held text is one of the same formula, unless that is complete.
	if kind == single || kind <= c.heldKind {
		c.release()
	}
	if c.heldKind = kind; kind == source {
		c.hold(c.readSource())
	} else {
		c.hold(c.readFormula(e))
	}
	if kind == single || kind == source {
		c.release()
	}
	c.report.removed(e)
	return true
}

// formulaKind returns what the current element has of a formula.
func (c *cleaner) formulaKind(e *element) formulaKind {
	switch {
	case e == elMath:
		return single
	case e == elScript && strings.HasPrefix(strings.ToLower(c.value("type")), "math/"):
		return source
	case string(c.name) == "mjx-container":
		return single
	case e.name != "span" && e.name != "div":
		return noFormula // a search for the ends of elements of any name would take quadratic time
	}
	if class := c.attr("class"); class != nil {
		for class := range strings.FieldsSeq(string(class.val)) {
			switch class {
			case "katex", "katex-display", "katex-mathml":
				return single
			case "MathJax_Preview":
				return preview
			case "MathJax", "MathJax_Display", "MathJax_CHTML", "MathJax_SVG", "MathJax_SVG_Display",
				"MathJax_MathML", "MJXc-display", "mjx-chtml":
				return output
			}
		}
	}
	return noFormula
}

// readSource reads the script that the current tag begins. Scripts of the types math/tex and
// math/asciimath have text, those of math/mml have MathML.
func (c *cleaner) readSource() string {
	isMathML := strings.HasPrefix(strings.ToLower(c.value("type")), "math/mml")
	if c.next() != html.TextToken { // it is empty
		c.again = true
		return ""
	}
	text := strings.TrimSpace(escape.Legal(string(c.z.Text())))
	if isMathML {
		return Text(text)
	}
	return text
}

// hold keeps the text of a formula until it is known whether a better one follows.
func (c *cleaner) hold(text string) {
	if text == "" {
		return
	}
	if len(c.held) == 0 {
		c.heldAt = len(c.pending)
	}
	c.held = append(c.held[:0], text...)
}

// release writes the text of a formula for which no better one followed.
func (c *cleaner) release() {
	if len(c.held) > 0 {
		c.pending = slices.Insert(c.pending, min(c.heldAt, len(c.pending)), c.held...)
		c.held = c.held[:0]
	}
	c.heldKind = noFormula
}

// readFormula reads up to the end of the formula that the current tag begins, and returns its text.
// A block ends the formula too: its own end tag may be missing.
func (c *cleaner) readFormula(e *element) string {
	f := formula{alt: cmp.Or(c.value("alttext"), c.value("data-latex"), c.value("data-tex"))}
	mathml := c.value("data-mathml")
	if e == elMath {
		f.maths = 1
	}
	// Count the elements of the same name, up to the end tag of the first.
	for depth := 1; depth > 0; {
		switch tt := c.next(); tt {
		case html.ErrorToken:
			depth = 0
		case html.TextToken:
			f.text(c.z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := c.tagName()
			if f.isEndedBy(name, e) {
				c.again, depth = true, 0
				continue
			}
			c.readAttrs(name, more)
			c.z.NextIsNotRawText()
			closed := tt == html.SelfClosingTagToken && f.maths > 0 || isVoid(name)
			if string(name) == e.name && !closed {
				depth++
			}
			f.start(c, string(name), closed)
		case html.EndTagToken:
			name, _ := c.tagName()
			if f.isEndedBy(name, e) {
				c.again, depth = true, 0
				continue
			}
			if string(name) == e.name {
				depth--
			}
			f.end(string(name))
		}
	}
	for len(f.parts) > 0 { // their end tags are missing
		f.closePart()
	}
	// The attribute of MathJax contains MathML. It is read if the element itself contains none, and
	// not if that MathML is the output of MathJax again.
	text := cmp.Or(f.alt, oneLine(f.tex), oneLine(f.math))
	if text == "" && mathml != "" && !strings.Contains(strings.ToLower(mathml), "data-mathml") {
		text = Text(mathml)
	}
	return cmp.Or(text, oneLine(f.plain))
}

// oneLine returns a text with its white space collapsed and in legal characters.
func oneLine(text []byte) string {
	return strings.Join(strings.Fields(escape.Legal(string(text))), " ")
}

// isVoid reports whether an element of HTML has no end tag.
func isVoid(name []byte) bool {
	e := elements[string(name)]
	return e != nil && e.role&void != 0
}

// isEndedBy reports whether a tag ends the formula in e, although it is not its end tag.
func (f *formula) isEndedBy(name []byte, e *element) bool {
	other := elements[string(name)]
	return other != nil && other != e && other.role&(block|structure|tablePart) != 0 && f.tokens == 0
}

// start handles a start tag within a formula, whose attributes c has read.
func (f *formula) start(c *cleaner, name string, closed bool) {
	switch {
	case f.hidden > 0:
		if name == f.hiding && !closed {
			f.hidden++
		}
		return
	case !closed && (name == "mphantom" || c.hasHidden()):
		f.hidden, f.hiding = 1, name
		closed = true // its place is empty
	case name == "math" && !closed:
		f.maths++
		f.alt = cmp.Or(f.alt, c.value("alttext"), c.value("data-latex"))
	}
	// Outside of MathML there is no structure: spans only have places on the page.
	if f.maths == 0 {
		return
	}
	if name == "mspace" {
		f.gap = max(f.gap, apart)
	}
	if closed { // an empty part has its place all the same
		if n := len(f.parts); n > 0 && name != "mprescripts" {
			f.parts[n-1].next(len(f.math))
		}
		return
	}
	switch name {
	case "annotation", "annotation-xml":
		f.annotations++
		isTeX := name == "annotation" && strings.Contains(strings.ToLower(c.value("encoding")), "tex")
		f.isTeX = isTeX && f.annotations == 1 && len(f.tex) == 0
		return
	}
	if isToken(name) {
		f.tokens++
	}
	if f.annotations > 0 || len(f.parts) >= maxDepth {
		return
	}
	f.open(c, name)
}

// isToken reports whether the content of an element of MathML is text.
func isToken(name string) bool {
	return slices.Contains([]string{"mi", "mn", "mo", "mtext", "ms"}, name)
}

// open opens a part, and separates it from the part before it. A part of several elements gets
// parentheses, so that a fraction or a power in one line is read as it was meant: (a+b)/2.
func (f *formula) open(c *cleaner, name string) {
	p := part{name: name, start: len(f.math)}
	if n := len(f.parts); n > 0 {
		parent := &f.parts[n-1]
		if marks := before[parent.name]; parent.children < len(marks) {
			f.mark(marks[parent.children])
			p.grouped = !isToken(name) && name != "mfenced"
		}
		if parent.children == 1 && parent.name == "mroot" {
			p.grouped = false // its index is in brackets
		}
		if parent.next(len(f.math)); parent.children > 1 {
			f.mark(parent.separator())
		}
	}
	switch {
	case p.grouped:
		f.write("(")
	case name == "mfenced":
		p.close = c.valueOr("close", ")")
		p.separators = []rune(strings.Join(strings.Fields(c.valueOr("separators", ",")), ""))
		f.write(c.valueOr("open", "("))
	case name == "mroot" || name == "msqrt": // the sign of the root is written when all of it is there
		f.write("")
	}
	p.content = len(f.math)
	f.parts = append(f.parts, p)
}

// next counts a child of p, which begins at a place in the text.
func (p *part) next(at int) {
	if p.children++; p.children == 2 {
		p.second = at
	}
}

// separator returns what separates the last child of p from the one before it.
func (p *part) separator() string {
	switch {
	case p.name == "mtr":
		return ", "
	case p.name == "mtable":
		return "; "
	case len(p.separators) > 0:
		return string(p.separators[min(p.children-2, len(p.separators)-1)])
	}
	return ""
}

// mark writes what is right after the text before it.
func (f *formula) mark(mark string) {
	if mark != "" {
		f.math, f.gap = append(f.math, mark...), joined
	}
}

// write writes a text, and a space before it if they are apart.
func (f *formula) write(text string) {
	last, _ := utf8.DecodeLastRune(f.math)
	isApart := f.gap == spaced && !strings.ContainsRune("([{^_/", last)
	if f.gap == apart && text != "" {
		isWord := unicode.IsLetter(last) || unicode.IsDigit(last)
		isApart = (isWord || strings.ContainsRune(",;:.", last)) && isWordByte(text[0])
	}
	if isApart && len(f.math) > 0 {
		f.math = append(f.math, ' ')
	}
	if text != "" || isApart {
		f.gap = joined
	}
	f.math = append(f.math, text...)
}

// valueOr returns the value of the attribute of the current tag, or another one if it is missing.
func (c *cleaner) valueOr(name, other string) string {
	if a := c.attr(name); a != nil {
		return string(a.val)
	}
	return other
}

// end handles an end tag within a formula.
func (f *formula) end(name string) {
	if f.hidden > 0 {
		if name == f.hiding {
			f.hidden--
		}
		return
	}
	switch name {
	case "math":
		f.maths = max(0, f.maths-1)
	case "annotation", "annotation-xml":
		f.annotations = max(0, f.annotations-1)
		f.isTeX = false
		return
	}
	if isToken(name) {
		f.tokens = max(0, f.tokens-1)
	}
	// End tags are those of the last element, or wrong.
	if n := len(f.parts); f.annotations == 0 && n > 0 && f.parts[n-1].name == name {
		f.closePart()
	}
}

// closePart writes the end of the last part. MathML has the index of a root after the radicand, in
// a line it comes first: <mroot><mi>x</mi><mn>3</mn></mroot> is √[3]x.
func (f *formula) closePart() {
	p := f.parts[len(f.parts)-1]
	f.parts = f.parts[:len(f.parts)-1]
	switch text := f.math[p.content:]; {
	case p.name == "mfenced":
		f.mark(p.close)
	case p.name == "msqrt" && p.children > 1:
		f.math = append(slices.Insert(f.math, p.content, []byte("√(")...), ')')
	case p.name == "msqrt":
		f.math = slices.Insert(f.math, p.content, []byte("√")...)
	case p.name == "mroot" && p.children > 1:
		root := slices.Concat([]byte("√["), f.math[p.second:], []byte("]"), f.math[p.content:p.second])
		f.math = append(f.math[:p.content], root...)
	case p.name == "mtext" || p.name == "mi" && utf8.RuneCount(text) > 1:
		f.gap = max(f.gap, apart)
	}
	switch {
	case p.grouped && len(f.math) == p.content: // it is empty, so it needs no mark
		f.math = f.math[:p.start]
	case p.grouped:
		f.mark(")")
	}
}

// text adds a text of the formula to the text of its kind: TeX, MathML or neither. The text of
// other annotations has the same formula in other languages.
func (f *formula) text(text []byte) {
	switch {
	case f.hidden > 0:
	case f.isTeX:
		f.tex = append(f.tex, text...)
	case f.annotations > 0:
	case f.maths > 0:
		f.mathText(string(text))
	default:
		f.plain = append(f.plain, text...)
	}
}

// mathText adds a text of MathML. White space between the elements has no meaning, and neither do
// operators that are not shown, such as the one that applies a function. Within an element, white
// space is one space. A text is apart from the words around it, and so is the name of a function:
//
//	<mtext>for all </mtext><mi>x</mi>   for all x
//	<mn>2</mn><mi>sin</mi><mi>x</mi>    2 sin x
func (f *formula) mathText(text string) {
	inText, isName := false, false
	for i := range f.parts {
		inText = inText || f.parts[i].name == "mtext"
		isName = f.parts[i].name == "mi"
	}
	if words := strings.Fields(text); len(words) > 0 {
		first, _ := utf8.DecodeRuneInString(text)
		last, _ := utf8.DecodeLastRuneInString(text)
		switch {
		case inText && unicode.IsSpace(first):
			f.gap = spaced
		case inText || isName && utf8.RuneCountInString(words[0]) > 1:
			f.gap = max(f.gap, apart)
		}
		for i, word := range words {
			if word = strings.Trim(word, "\u2061\u2062\u2063\u2064"); word == "" {
				continue
			}
			if i > 0 && f.tokens > 0 {
				f.gap = spaced
			}
			f.write(word)
		}
		if inText && unicode.IsSpace(last) {
			f.gap = spaced
		}
	} else if inText && text != "" {
		f.gap = spaced
	}
}

// drawing reads up to the end of the current svg, and writes its label: the attribute of that name
// or its title. Without one, a reader may miss something, unless the drawing is hidden from readers
// who listen.
func (c *cleaner) drawing(selfClosing bool) {
	label, role := c.value("aria-label"), c.value("role")
	isDecoration := c.value("aria-hidden") == "true" || role == "presentation" || role == "none" || c.hasHidden()
	title := c.skipDrawing(selfClosing)
	label = cmp.Or(label, oneLine(title))
	switch {
	case label != "" && !isDecoration:
		c.label(label)
	case c.plain: // words before and after it are apart
		c.pending = append(c.pending, ' ')
	case !isDecoration:
		c.missed(elSvg)
	}
}

// The title of a drawing is a child of its svg. Parts have titles too, which browsers show as
// tooltips.

// skipDrawing reads up to the end of the current svg, and returns its title. Elements of HTML end
// an svg too, except within those that may contain HTML.
func (c *cleaner) skipDrawing(selfClosing bool) (title []byte) {
	if selfClosing {
		return nil
	}
	// depth counts the open svg elements, others the open elements in the innermost one, and points
	// those that may contain HTML.
	depth, others, points := 1, 0, 0
	inTitle := false
	for depth > 0 {
		switch tt := c.next(); tt {
		case html.ErrorToken:
			return title
		case html.TextToken:
			if inTitle {
				title = append(title, c.z.Text()...)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := c.tagName()
			e := elements[string(name)]
			if points == 0 && e != nil && e.role&breakout != 0 {
				c.again = true
				return title
			}
			c.renew(name)
			c.z.NextIsNotRawText()
			if tt == html.SelfClosingTagToken {
				continue
			}
			if string(name) == "title" && depth == 1 && others == 0 && len(title) == 0 {
				inTitle = true
			}
			if points += holdsHTML(name); string(name) == "svg" {
				depth, others = depth+1, 0
			} else {
				others++
			}
		case html.EndTagToken:
			name, _ := c.tagName()
			if string(name) == "title" {
				inTitle = false
			}
			if points = max(0, points-holdsHTML(name)); string(name) == "svg" {
				depth, others = depth-1, 0
			} else {
				others = max(0, others-1)
			}
		}
	}
	return title
}

// holdsHTML returns 1 if an element of a drawing may contain HTML, otherwise 0.
func holdsHTML(name []byte) int {
	switch string(name) {
	case "foreignobject", "desc", "title":
		return 1
	}
	return 0
}
