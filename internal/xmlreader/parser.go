package xmlreader

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// Parser reads the elements of a feed or an export.
//
// It takes tokens from encoding/xml's Decoder and matches the tags itself. A Decoder that matched
// them would fail for good at the first mismatch; the parser gives up one item only, and resumes at
// the next with a new Decoder (see Recover). It also limits the depth.
type Parser struct {
	in  *Input
	dec *xml.Decoder
	// spaces has the vocabularies by prefix, and spaceOf returns that of a namespace URI.
	spaces  map[string]Space
	spaceOf func(uri string) Space
	// open are the open elements, outermost first. At most deep may be open.
	open []xml.Name
	deep int

	// names has the parsed names of tags that quick has seen. If Slow is set, quick is not used.
	names map[string]xml.Name
	Slow  bool

	// begun is set if the Decoder has read the first byte of the next token. empty is set if the
	// last start tag was <x/>: the Decoder returns its end tag without reading.
	begun, empty bool

	// Buf is the memory that Bytes uses again and again.
	Buf []byte
}

// Space is a vocabulary. The parser identifies elements by it and not by their prefix, since some
// programs use other prefixes. 0 is any vocabulary that the caller does not read.
type Space int

// NewParser returns a parser that allows so many elements inside of each other. The prefixes have
// their usual meaning in files that do not declare them, and spaceOf returns the vocabulary of a
// namespace that a file declares.
func NewParser(in *Input, deep int, prefixes map[string]Space, spaceOf func(uri string) Space) *Parser {
	p := &Parser{in: in, deep: deep, spaces: maps.Clone(prefixes), spaceOf: spaceOf, names: map[string]xml.Name{}}
	p.renew()
	return p
}

// renew starts a new Decoder at the current place of the file.
func (p *Parser) renew() {
	// A Decoder reads through its own buffer unless its reader is an io.ByteReader, as an Input
	// is.
	p.dec = xml.NewDecoder(p.in)
	p.dec.Strict = false // accept a lone "&", and the entities of HTML
	p.dec.Entity = xml.HTMLEntity
	p.dec.CharsetReader = p.charset
	p.begun, p.empty = false, false
	p.in.extra = p.in.extra[:0]
}

// Errors that end the reading of a file (ErrEntities) or of an item (ErrDeep).
var (
	ErrDeep     = errors.New("too deep")
	ErrEntities = errors.New("declares entities")
)

// Token is a tag or a text.
type Token struct {
	Kind TokenType
	Name xml.Name
	Attr []xml.Attr
	Text []byte // valid until the next Token
}

// TokenType is the kind of a token that the parser distinguishes.
type TokenType int

const (
	OtherToken TokenType = iota // a comment or an instruction
	StartToken
	EndToken
	Characters
)

// Next reads a token, and at most most bytes of a text. A text of white space only may be skipped.
func (p *Parser) Next(most int) (t Token, err error) {
	if t, ok := p.quick(); ok {
		return t, p.nest(t)
	}
	if !p.empty {
		p.in.begin(p.begun, most)
	}
	// RawToken does not match tags: that is the task of nest.
	read, err := p.dec.RawToken()
	p.begun, p.empty = false, false
	if err != nil {
		return t, p.fault(err)
	}
	// What kind of token it is decides what the Decoder has read beyond it.
	switch x := read.(type) {
	case xml.StartElement:
		t = Token{Kind: StartToken, Name: x.Name, Attr: x.Attr}
		p.empty = p.in.endedEmpty()
	case xml.EndElement:
		t = Token{Kind: EndToken, Name: x.Name}
	case xml.CharData:
		// After a text, the Decoder has read the "<" of the next Token; a CDATA section ends with
		// ">". The kind that the input expects is not enough: if nothing of a text passes, the
		// Decoder returns the section after it.
		t = Token{Kind: Characters, Text: x}
		switch p.in.last() {
		case '<':
			p.begun = true
		case '>':
			p.in.what = cdataToken
		}
	case xml.Directive:
		// Entities can expand to gigabytes ("billion laughs"). No feed or export declares any.
		if bytes.Contains(x, []byte("<!ENTITY")) || bytes.Contains(x, []byte("[")) {
			return t, ErrEntities
		}
	}
	return t, p.nest(t)
}

// longestQuick is the number of bytes that white space and a tag may have to be read by quick.
const longestQuick = 96

// quick reads white space and a tag that is only a name, without the Decoder; ok is false if
// something else comes next. Most tags of a file are like that, and reading is three times as
// fast (BenchmarkRead). The parser gives the same result without quick: a test sets Slow and
// compares.
//
// quick may only run when the Decoder holds nothing back: neither the first byte of the next Token
// (begun) nor the end of an empty element (empty).
func (p *Parser) quick() (t Token, ok bool) {
	if p.begun || p.empty || p.Slow {
		return t, false
	}
	// White space before the tag.
	b := p.in.peek(longestQuick)
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	if i >= len(b) || b[i] != '<' {
		return t, false
	}
	p.in.skip(i)
	b = b[i+1:]
	t.Kind = StartToken
	if len(b) > 0 && b[0] == '/' {
		t.Kind, b = EndToken, b[1:]
	}
	// The name, and nothing after it. Anything else is left to the Decoder, from the "<" on.
	n := 0
	for n < len(b) && nameBytes[b[n]] {
		n++
	}
	if n == 0 || n == len(b) || b[n] != '>' {
		return t, false
	}
	// A file has a few dozen names. A hostile file may have more, so the number is limited.
	if t.Name, ok = p.names[string(b[:n])]; !ok {
		if t.Name, ok = plainName(string(b[:n])); !ok || len(p.names) == 1000 {
			return t, false
		}
		p.names[string(b[:n])] = t.Name
	}
	if t.Kind == EndToken {
		n++ // the slash
	}
	p.in.skip(n + len("<>"))
	return t, true
}

// nameBytes are the ASCII characters of names.
var nameBytes = func() (is [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:-.") {
		is[c] = true
	}
	return is
}()

// plainName splits a name into prefix and local name; ok is false if XML may not allow the name.
func plainName(s string) (xml.Name, bool) {
	prefix, local, ok := strings.Cut(s, ":")
	if !ok {
		prefix, local = "", s
	}
	begins := func(s string) bool { return s != "" && ('a' <= s[0]|0x20 && s[0]|0x20 <= 'z' || s[0] == '_') }
	if ok && !begins(prefix) || !begins(local) || strings.Contains(local, ":") {
		return xml.Name{}, false
	}
	return xml.Name{Space: prefix, Local: local}, true
}

// nest matches an end tag with its start tag, and records the namespaces that a start tag declares.
// A declaration is valid for the rest of the file; programs declare namespaces on the rss element.
func (p *Parser) nest(t Token) error {
	switch t.Kind {
	case StartToken:
		if len(p.open) == p.deep {
			return ErrDeep
		}
		p.open = append(p.open, t.Name)
		for _, a := range t.Attr {
			if a.Name.Space == "xmlns" {
				p.spaces[a.Name.Local] = p.spaceOf(a.Value)
				// A hostile file must not fill the memory. Others have about ten.
				if len(p.spaces) > 1000 {
					return errors.New("more than 1,000 namespaces")
				}
			}
		}
	case EndToken:
		if len(p.open) == 0 || p.open[len(p.open)-1] != t.Name {
			return fmt.Errorf("unexpected end tag </%s>", TagName(t.Name))
		}
		p.open = p.open[:len(p.open)-1]
	}
	return nil
}

// fault returns the cause of an error of the Decoder: a failure of the reader, the end of the file,
// or a syntax error.
func (p *Parser) fault(err error) error {
	p.in.peek(1) // sets p.in.err at the end of the file
	if failure := p.in.Failure(); failure != nil && p.in.i == p.in.n {
		return &ReadError{failure}
	}
	if p.in.i == p.in.n && p.in.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	// A Decoder counts lines from its own beginning, which is that of an item after a recovery.
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return errors.New(syntax.Msg) // its line number is not that of the file
	}
	return err
}

// ReadError is a failure of the reader. It ends the reading.
type ReadError struct{ Err error }

// Error and Unwrap implement the interface of errors.
func (e *ReadError) Error() string { return "reading the file: " + e.Err.Error() }
func (e *ReadError) Unwrap() error { return e.Err }

// TagName returns a name as it is in a tag, with its prefix.
func TagName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// Value is the text of an element.
type Value struct {
	Text string
	HTML bool // it was in a CDATA section, where most programs write HTML
	Cut  bool // the element had more text than the limit
	Tags bool // there were elements in it, which were skipped
}

// Trimmed returns the value without leading and trailing white space.
func (v Value) Trimmed() string { return strings.TrimSpace(v.Text) }

// Text reads the rest of an element whose start tag was just read, and returns at most most bytes
// of its text.
func (p *Parser) Text(most int) (v Value, err error) {
	v, err = p.Bytes(most)
	if err == nil {
		v.Text = p.String(p.Buf)
	}
	return v, err
}

// Bytes reads the rest of an element whose start tag was just read, and puts at most most bytes of
// its text into buf. Elements in it are skipped.
//
// A text can have several CDATA sections: WordPress splits one at "]]>". White space around the
// sections is layout of the file and is dropped.
func (p *Parser) Bytes(most int) (v Value, err error) {
	p.Buf = p.Buf[:0]
	for {
		// CDATA sections bypass the Decoder. They can only be read when it holds nothing back.
		for !p.begun && !p.empty {
			if !v.HTML && len(bytes.TrimSpace(p.Buf)) == 0 {
				p.Buf = p.Buf[:0]
			}
			var ok bool
			p.Buf, ok, err = p.in.cdata(p.Buf, most, p.element())
			if err != nil {
				return v, p.fault(err)
			}
			if !ok {
				break
			}
			v.HTML, v.Cut = true, v.Cut || p.in.cut
		}
		t, err := p.Next(most - len(p.Buf))
		if err != nil {
			return v, err
		}
		switch t.Kind {
		case Characters:
			// A text before the first CDATA section is dropped if it is white space, and so is one
			// after it.
			cdata := p.in.what == cdataToken
			if cdata && !v.HTML && len(bytes.TrimSpace(p.Buf)) == 0 {
				p.Buf = p.Buf[:0]
			}
			v.HTML = v.HTML || cdata
			if !v.HTML || cdata || len(bytes.TrimSpace(t.Text)) > 0 {
				room := max(most-len(p.Buf), 0)
				v.Cut = v.Cut || p.in.cut || len(t.Text) > room
				p.Buf = append(p.Buf, t.Text[:min(len(t.Text), room)]...)
			}
		case StartToken:
			v.Tags = true
			if err := p.Skip(); err != nil {
				return v, err
			}
		case EndToken:
			return v, nil
		}
	}
}

// String returns b with only the characters that XML allows. CDATA sections bypass input.next, so
// their text is checked here.
func (p *Parser) String(b []byte) string {
	if p.in.latin && !utf8.Valid(b) {
		b = fromWindows(b)
	}
	return escape.Legal(string(b))
}

// Open returns the names of the open elements, outermost first. The caller must not change them.
func (p *Parser) Open() []xml.Name { return p.open }

// Space returns the vocabulary of the elements with a prefix.
func (p *Parser) Space(prefix string) Space { return p.spaces[prefix] }

// element returns the name of the open element.
func (p *Parser) element() xml.Name {
	if len(p.open) == 0 {
		return xml.Name{}
	}
	return p.open[len(p.open)-1]
}

// Skip reads and drops the rest of an element whose start tag was just read.
func (p *Parser) Skip() error {
	// The element ends when fewer elements are open than now.
	for depth := len(p.open) - 1; len(p.open) > depth; {
		for !p.begun && !p.empty {
			_, ok, err := p.in.cdata(nil, 0, p.element())
			if err != nil {
				return p.fault(err)
			}
			if !ok {
				break
			}
		}
		if _, err := p.Next(0); err != nil {
			return err
		}
	}
	return nil
}

// Children reads the rest of an element whose start tag was just read. It calls child after the
// start tag of each element in it; child must read that element to its end.
func (p *Parser) Children(child func(s Space, local string, start Token) error) error {
	for {
		t, err := p.Next(0)
		if err != nil {
			return err
		}
		switch t.Kind {
		case StartToken:
			if err := child(p.spaces[t.Name.Space], t.Name.Local, t); err != nil {
				return err
			}
		case EndToken:
			return nil
		}
	}
}

// Recover skips to the next item after a syntax error. It returns false if there is none. It
// searches for "<item>" without parsing, and continues as if the elements in open were open.
func (p *Parser) Recover(open []xml.Name) bool {
	for p.in.skipTo("<item"); ; p.in.skipTo("<item") {
		start := p.in.peek(len("<item>"))
		if len(start) < len("<item>") {
			return false
		}
		// Not the start of a longer name, such as <items>.
		if last := start[len(start)-1]; last == '>' || last == ' ' || last == '\t' || last == '\n' || last == '\r' {
			break
		}
		p.in.skip(1)
	}
	// The Decoder that failed is of no more use.
	// Continue as after the start tag of the channel.
	p.renew()
	p.open = append(p.open[:0], open...)
	return true
}

// fromWindows decodes each byte of b that is not UTF-8 as Windows-1252, which has the letters of
// ISO 8859-1. Everything that is UTF-8 stays as it is; see charset.
func fromWindows(b []byte) []byte {
	var dst []byte
	for len(b) > 0 {
		n := validPrefix(b)
		dst = append(dst, b[:n]...)
		if b = b[n:]; len(b) > 0 {
			dst = append(dst, string(charmap.Windows1252.DecodeByte(b[0]))...)
			b = b[1:]
		}
	}
	return dst
}

// validPrefix returns how many bytes at the start of b are valid UTF-8.
func validPrefix(b []byte) int {
	i := 0
	for i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}
