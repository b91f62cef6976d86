package wordpress

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// parser reads the elements of an export.
//
// It takes tokens from encoding/xml's Decoder and matches the tags itself. A Decoder that matched
// them would fail for good at the first mismatch; the parser gives up one item only, and resumes at
// the next with a new Decoder (see recover). It also limits the depth.
type parser struct {
	in  *input
	dec *xml.Decoder
	// spaces has the vocabularies by prefix. wordpress is set if the file declares the one of
	// WordPress.
	spaces    map[string]space
	wordpress bool
	// open are the open elements, outermost first. At most deep may be open.
	open []xml.Name
	deep int

	// names has the parsed names of tags that quick has seen. If slow is set, quick is not used.
	names map[string]xml.Name
	slow  bool

	// begun is set if the Decoder has read the first byte of the next token. empty is set if the
	// last start tag was <x/>: the Decoder returns its end tag without reading.
	begun, empty bool

	// buf is the memory that bytes uses again and again.
	buf []byte
}

// space is a vocabulary of WordPress exports. The parser identifies elements by it and not by their
// prefix, since some exporters use other prefixes.
type space int

const (
	otherSpace space = iota
	rssSpace         // no prefix
	wpSpace
	excerptSpace
	contentSpace
	dcSpace
)

// spacePrefixes are the prefixes that WordPress uses, for files that do not declare them.
var spacePrefixes = map[string]space{
	"": rssSpace, "wp": wpSpace, "excerpt": excerptSpace, "content": contentSpace, "dc": dcSpace,
}

// The namespaces occur with http and https, with and without www, and in several versions.
var (
	exportURI  = regexp.MustCompile(`^https?://(?:www\.)?wordpress\.org/export/[\d.]+/(excerpt/)?$`)
	contentURI = regexp.MustCompile(`^https?://(?:www\.)?purl\.org/rss/1\.0/modules/content/$`)
	dcURI      = regexp.MustCompile(`^https?://(?:www\.)?purl\.org/dc/elements/1\.1/$`)
)

// spaceOf returns the vocabulary with a namespace URI.
func spaceOf(uri string) space {
	if m := exportURI.FindStringSubmatch(uri); m != nil {
		if m[1] != "" {
			return excerptSpace
		}
		return wpSpace
	}
	switch {
	case contentURI.MatchString(uri):
		return contentSpace
	case dcURI.MatchString(uri):
		return dcSpace
	}
	return otherSpace
}

// newParser returns a parser that allows deep nested elements.
func newParser(in *input, deep int) *parser {
	p := &parser{in: in, deep: deep, spaces: map[string]space{}, names: map[string]xml.Name{}}
	maps.Copy(p.spaces, spacePrefixes)
	p.renew()
	return p
}

// renew starts a new Decoder at the current place of the file.
func (p *parser) renew() {
	p.dec = xml.NewDecoder(p.in)
	p.dec.Strict = false // accept a lone "&", and the entities of HTML
	p.dec.Entity = xml.HTMLEntity
	p.dec.CharsetReader = p.charset
	p.begun, p.empty = false, false
	p.in.extra = p.in.extra[:0]
}

// Errors that reading.broken turns into issues with a specific reason.
var (
	errDeep     = errors.New("too deep")
	errEntities = errors.New("declares entities")
)

// token is a tag or a text.
type token struct {
	kind tokenType
	name xml.Name
	attr []xml.Attr
	text []byte // valid until the next token
}

// tokenType is the kind of a token that the parser distinguishes.
type tokenType int

const (
	otherToken tokenType = iota // a comment or an instruction
	startToken
	endToken
	characters
)

// next reads a token, and at most most bytes of a text. A text of white space only may be skipped.
func (p *parser) next(most int) (t token, err error) {
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
	switch x := read.(type) {
	case xml.StartElement:
		t = token{kind: startToken, name: x.Name, attr: x.Attr}
		p.empty = p.in.endedEmpty()
	case xml.EndElement:
		t = token{kind: endToken, name: x.Name}
	case xml.CharData:
		// After a text, the Decoder has read the "<" of the next token; a CDATA section ends with
		// ">". The kind that the input expects is not enough: if nothing of a text passes, the
		// Decoder returns the section after it.
		t = token{kind: characters, text: x}
		switch p.in.last() {
		case '<':
			p.begun = true
		case '>':
			p.in.what = cdataToken
		}
	case xml.Directive:
		// Entities can expand to gigabytes ("billion laughs"). No exporter declares any.
		if bytes.Contains(x, []byte("<!ENTITY")) || bytes.Contains(x, []byte("[")) {
			return t, errEntities
		}
	}
	return t, p.nest(t)
}

// longestQuick is the number of bytes that white space and a tag may have to be read by quick.
const longestQuick = 96

// quick reads white space and a tag that is only a name, without the Decoder; ok is false if
// something else comes next. Most tags of an export are like that, and reading is three times as
// fast (BenchmarkRead). The parser gives the same result without quick: a test sets slow and
// compares.
//
// quick may only run when the Decoder holds nothing back: neither the first byte of the next token
// (begun) nor the end of an empty element (empty).
func (p *parser) quick() (t token, ok bool) {
	if p.begun || p.empty || p.slow {
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
	t.kind = startToken
	if len(b) > 0 && b[0] == '/' {
		t.kind, b = endToken, b[1:]
	}
	// The name, and nothing after it. Anything else is left to the Decoder, from the "<" on.
	n := 0
	for n < len(b) && nameBytes[b[n]] {
		n++
	}
	if n == 0 || n == len(b) || b[n] != '>' {
		return t, false
	}
	// An export has a few dozen names. A hostile file may have more, so the number is limited.
	if t.name, ok = p.names[string(b[:n])]; !ok {
		if t.name, ok = plainName(string(b[:n])); !ok || len(p.names) == 1000 {
			return t, false
		}
		p.names[string(b[:n])] = t.name
	}
	if t.kind == endToken {
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
// A declaration is valid for the rest of the file; exporters declare namespaces on the rss element.
func (p *parser) nest(t token) error {
	switch t.kind {
	case startToken:
		if len(p.open) == p.deep {
			return errDeep
		}
		p.open = append(p.open, t.name)
		for _, a := range t.attr {
			if a.Name.Space == "xmlns" {
				s := spaceOf(a.Value)
				p.spaces[a.Name.Local] = s
				p.wordpress = p.wordpress || s == wpSpace
				// A hostile file must not fill the memory. Others have about ten.
				if len(p.spaces) > 1000 {
					return errors.New("more than 1,000 namespaces")
				}
			}
		}
	case endToken:
		if len(p.open) == 0 || p.open[len(p.open)-1] != t.name {
			return fmt.Errorf("unexpected end tag </%s>", tagName(t.name))
		}
		p.open = p.open[:len(p.open)-1]
	}
	return nil
}

// fault returns the cause of an error of the Decoder: a failure of the reader, the end of the file,
// or a syntax error.
func (p *parser) fault(err error) error {
	p.in.peek(1) // sets p.in.err at the end of the file
	if failure := p.in.failure(); failure != nil && p.in.i == p.in.n {
		return &readError{failure}
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

// readError is a failure of the reader. It ends the reading.
type readError struct{ err error }

// Error and Unwrap implement the interface of errors.
func (e *readError) Error() string { return "wordpress: reading the export: " + e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// tagName returns a name as it is in a tag, with its prefix.
func tagName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// value is the text of an element.
type value struct {
	text string
	html bool // it was in a CDATA section, where WordPress writes HTML
	cut  bool // the element had more text than the limit
}

// plain returns the value as one line of plain text. HTML is decoded once and its tags are dropped.
func (v value) plain() string {
	if v.html {
		return plainText(v.text)
	}
	return strings.Join(strings.Fields(v.text), " ")
}

// trimmed returns the value without leading and trailing white space.
func (v value) trimmed() string { return strings.TrimSpace(v.text) }

// text reads the rest of an element whose start tag was just read, and returns at most most bytes
// of its text.
func (p *parser) text(most int) (v value, err error) {
	v, err = p.bytes(most)
	if err == nil {
		v.text = p.string(p.buf)
	}
	return v, err
}

// bytes reads the rest of an element whose start tag was just read, and puts at most most bytes of
// its text into buf. Elements in it are skipped.
//
// A text can have several CDATA sections: WordPress splits one at "]]>". White space around the
// sections is layout of the file and is dropped.
func (p *parser) bytes(most int) (v value, err error) {
	p.buf = p.buf[:0]
	for {
		// CDATA sections bypass the Decoder. They can only be read when it holds nothing back.
		for !p.begun && !p.empty {
			if !v.html && len(bytes.TrimSpace(p.buf)) == 0 {
				p.buf = p.buf[:0]
			}
			var ok bool
			p.buf, ok, err = p.in.cdata(p.buf, most, p.element())
			if err != nil {
				return v, p.fault(err)
			}
			if !ok {
				break
			}
			v.html, v.cut = true, v.cut || p.in.cut
		}
		t, err := p.next(most - len(p.buf))
		if err != nil {
			return v, err
		}
		switch t.kind {
		case characters:
			// A text before the first CDATA section is dropped if it is white space, and so is one
			// after it.
			cdata := p.in.what == cdataToken
			if cdata && !v.html && len(bytes.TrimSpace(p.buf)) == 0 {
				p.buf = p.buf[:0]
			}
			v.html = v.html || cdata
			if !v.html || cdata || len(bytes.TrimSpace(t.text)) > 0 {
				room := max(most-len(p.buf), 0)
				v.cut = v.cut || p.in.cut || len(t.text) > room
				p.buf = append(p.buf, t.text[:min(len(t.text), room)]...)
			}
		case startToken:
			if err := p.skip(); err != nil {
				return v, err
			}
		case endToken:
			return v, nil
		}
	}
}

// string returns b with only the characters that XML allows. CDATA sections bypass input.next, so
// their text is checked here.
func (p *parser) string(b []byte) string {
	if p.in.latin && !utf8.Valid(b) {
		b = fromWindows(b)
	}
	return escape.Legal(string(b))
}

// element returns the name of the open element.
func (p *parser) element() xml.Name {
	if len(p.open) == 0 {
		return xml.Name{}
	}
	return p.open[len(p.open)-1]
}

// skip reads and drops the rest of an element whose start tag was just read.
func (p *parser) skip() error {
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
		if _, err := p.next(0); err != nil {
			return err
		}
	}
	return nil
}

// children reads the rest of an element whose start tag was just read. It calls child after the
// start tag of each element in it; child must read that element to its end.
func (p *parser) children(child func(s space, local string, start token) error) error {
	for {
		t, err := p.next(0)
		if err != nil {
			return err
		}
		switch t.kind {
		case startToken:
			if err := child(p.spaces[t.name.Space], t.name.Local, t); err != nil {
				return err
			}
		case endToken:
			return nil
		}
	}
}

// recover skips to the next item after a syntax error. It returns false if there is none. It
// searches for "<item>" without parsing, and continues as if the elements in open were open.
func (p *parser) recover(open []xml.Name) bool {
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
