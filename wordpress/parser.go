package wordpress

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// parser reads elements, one after the other. encoding/xml takes the tags apart; which of them belong together,
// and how deep they go, is looked after here, so that an item that is not XML costs that item alone.
type parser struct {
	in     *input
	dec    *xml.Decoder
	spaces map[string]space // by prefix
	open   []xml.Name
	deep   int // how many may be open

	names map[string]xml.Name // of tags that quick has met
	slow  bool                // without quick, for tests

	wordpress bool // WordPress's namespace is declared

	begun bool // the Decoder has the next token's first byte
	empty bool // the last start tag was <x/>: its end comes without a byte being read
	buf   []byte
}

// space is a vocabulary of WordPress exports.
type space int

const (
	otherSpace space = iota
	rssSpace         // no prefix
	wpSpace
	excerptSpace
	contentSpace
	dcSpace
)

var spacePrefixes = map[string]space{"": rssSpace, "wp": wpSpace, "excerpt": excerptSpace, "content": contentSpace, "dc": dcSpace}

// The namespaces come with http and https, with and without www, and in several versions.
var (
	exportURI  = regexp.MustCompile(`^https?://(?:www\.)?wordpress\.org/export/[\d.]+/(excerpt/)?$`)
	contentURI = regexp.MustCompile(`^https?://(?:www\.)?purl\.org/rss/1\.0/modules/content/$`)
	dcURI      = regexp.MustCompile(`^https?://(?:www\.)?purl\.org/dc/elements/1\.1/$`)
)

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

func newParser(in *input, deep int) *parser {
	p := &parser{in: in, deep: deep, spaces: map[string]space{}, names: map[string]xml.Name{}}
	for prefix, s := range spacePrefixes {
		p.spaces[prefix] = s
	}
	p.renew()
	return p
}

// renew begins with what comes next in the file, as if nothing had been before.
func (p *parser) renew() {
	p.dec = xml.NewDecoder(p.in)
	p.dec.Strict = false // a lone & is one, and HTML's entities are known
	p.dec.Entity = xml.HTMLEntity
	p.dec.CharsetReader = p.charset
	p.begun, p.empty = false, false
	p.in.extra = p.in.extra[:0]
}

// charset is asked about an encoding that is not UTF-8. WordPress writes UTF-8 into most files whatever they
// declare, so that only bytes which are none are taken for what is declared.
func (p *parser) charset(label string, _ io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "iso-8859-1", "latin1", "windows-1252", "cp1252":
		p.in.latin = true
	case "us-ascii", "ascii", "utf8":
	default:
		return nil, fmt.Errorf("encoding %q is not supported", label)
	}
	return p.in, nil
}

var (
	errDeep     = errors.New("too deep")
	errEntities = errors.New("declares entities")
)

// token is a part of XML that counts: a tag or text.
type token struct {
	kind tokenType
	name xml.Name
	attr []xml.Attr
	text []byte // valid until the next token
}

type tokenType int

const (
	otherToken tokenType = iota // comments and instructions
	startToken
	endToken
	characters
)

// next reads a token, and of text at most most bytes. White space alone may be left out.
func (p *parser) next(most int) (t token, err error) {
	if t, ok := p.quick(); ok {
		return t, p.nest(t)
	}
	if !p.empty {
		p.in.begin(p.begun, most)
	}
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
		t = token{kind: characters, text: x}
		p.begun = p.in.what == textToken
	case xml.Directive:
		if bytes.Contains(x, []byte("<!ENTITY")) || bytes.Contains(x, []byte("[")) {
			return t, errEntities
		}
	}
	return t, p.nest(t)
}

// longestQuick is how many bytes white space and a tag may take to be read here.
const longestQuick = 96

// quick reads what most of an export's tags are, a name and nothing else, without the Decoder, which it leaves as if
// it had read them. That makes reading three times as fast (BenchmarkRead); parser.slow does without it.
func (p *parser) quick() (t token, ok bool) {
	if p.begun || p.empty || p.slow {
		return t, false
	}
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
	n := 0
	for n < len(b) && nameBytes[b[n]] {
		n++
	}
	if n == 0 || n == len(b) || b[n] != '>' {
		return t, false
	}
	if t.name, ok = p.names[string(b[:n])]; !ok {
		if t.name, ok = plainName(string(b[:n])); !ok || len(p.names) == 1000 {
			return t, false
		}
		p.names[string(b[:n])] = t.name
	}
	if t.kind == endToken {
		n++
	}
	p.in.skip(n + len("<>"))
	return t, true
}

// nameBytes are the ASCII characters of names.
var nameBytes = func() (is [256]bool) {
	for c := range is {
		is[c] = 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80 || '0' <= c && c <= '9' || c == '_' || c == ':' || c == '-' || c == '.'
	}
	return is
}()

// plainName takes a name apart; false for one that XML may not allow.
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

// nest sees to it that tags are nested as they should be.
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

// fault tells what the decoder's error comes from: the reader, the end of the file, or what stands there.
func (p *parser) fault(err error) error {
	p.in.peek(1) // to know whether this is the end
	if failure := p.in.failure(); failure != nil && p.in.i == p.in.n {
		return &readError{failure}
	}
	if p.in.i == p.in.n && p.in.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return errors.New(syntax.Msg) // its line is not the file's
	}
	return err
}

// readError is an error of the reader that the export comes from.
type readError struct{ err error }

func (e *readError) Error() string { return "wordpress: reading the export: " + e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

func tagName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// value is the text of an element.
type value struct {
	text string
	html bool // it stood in a CDATA section, as WordPress writes what is HTML
	cut  bool // it goes on
}

// plain returns the value as plain text: HTML is decoded and its tags are dropped, once (HTML-6).
func (v value) plain() string {
	if v.html {
		return plainText(v.text)
	}
	return strings.Join(strings.Fields(v.text), " ")
}

// trimmed returns the value without white space around it.
func (v value) trimmed() string { return strings.TrimSpace(v.text) }

// text reads to the end of the element that has just begun. Elements in it are skipped. The text is at most most
// bytes long.
func (p *parser) text(most int) (v value, err error) {
	p.buf = p.buf[:0]
	for {
		for !p.begun && !p.empty {
			if !v.html && len(bytes.TrimSpace(p.buf)) == 0 {
				p.buf = p.buf[:0]
			}
			var ok bool
			p.buf, ok, err = p.in.cdata(p.buf, most)
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
			v.text = p.string(p.buf)
			return v, nil
		}
	}
}

// string returns b with characters alone that XML allows.
func (p *parser) string(b []byte) string {
	if p.in.latin && !validUTF8(b) {
		b = fromWindows(b)
	}
	return escape.Legal(string(b))
}

// skip reads to the end of the element that has just begun.
func (p *parser) skip() error {
	for depth := len(p.open) - 1; len(p.open) > depth; {
		for !p.begun && !p.empty {
			_, ok, err := p.in.cdata(nil, 0)
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

// children calls child for each element in the one that has just begun; child reads it to its end.
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

// recover goes to the next item after something that was not XML; false when there is none.
func (p *parser) recover(open []xml.Name) bool {
	for p.in.skipTo("<item"); ; p.in.skipTo("<item") {
		start := p.in.peek(len("<item>"))
		if len(start) < len("<item>") {
			return false
		}
		if last := start[len(start)-1]; last == '>' || last == ' ' || last == '\t' || last == '\n' || last == '\r' {
			break
		}
		p.in.skip(1)
	}
	p.renew()
	p.open = append(p.open[:0], open...)
	return true
}

// fromWindows returns b with each byte that is not UTF-8 as the Windows-1252 character it stands for.
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
