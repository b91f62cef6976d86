package wordpress

import (
	"errors"
	"strconv"
	"strings"
)

// phpValue is a value that PHP's serialize wrote: a text, or a list of keys and values. Numbers and
// flags are texts, as plug-ins store them either way.
type phpValue struct {
	text string
	list []phpEntry
}

// phpEntry is an entry of a list.
type phpEntry struct {
	key   string
	value phpValue
}

// get returns the value of a key, the empty value if there is none.
func (v phpValue) get(key string) phpValue {
	for _, entry := range v.list {
		if entry.key == key {
			return entry.value
		}
	}
	return phpValue{}
}

// trimmed returns the text of a key.
func (v phpValue) trimmed(key string) string { return strings.TrimSpace(v.get(key).text) }

// The limits of a value. Plug-ins nest lists in lists twice at most.
const (
	phpDepth   = 5
	phpEntries = 5000
)

var errPHP = errors.New("not a serialized value of PHP")

// parsePHP parses a value. Objects are rejected: their classes would decide what they mean.
func parsePHP(s string) (phpValue, error) {
	p := phpParser{rest: s, left: phpEntries}
	v, ok := p.value(phpDepth)
	if !ok {
		return phpValue{}, errPHP
	}
	return v, nil
}

// phpParser reads a serialized value from its start.
type phpParser struct {
	rest string
	left int // entries that may follow
}

// value reads a value that may have so many lists in each other:
//
//	i:5;  d:0.5;  b:1;  N;  s:3:"abc";  a:1:{s:1:"k";s:1:"v";}
func (p *phpParser) value(deep int) (v phpValue, ok bool) {
	if len(p.rest) < 2 {
		return v, false
	}
	kind := p.rest[0]
	p.rest = p.rest[2:]
	switch kind {
	case 'N':
		return v, true
	case 'i', 'd', 'b':
		v.text, ok = p.until(';')
		return v, ok
	case 's':
		v.text, ok = p.string()
		return v, ok
	case 'a':
		return p.array(deep)
	}
	return v, false
}

// until returns the bytes before a mark, which it skips.
func (p *phpParser) until(mark byte) (text string, ok bool) {
	text, p.rest, ok = strings.Cut(p.rest, string(mark))
	return text, ok
}

// string reads the rest of a text. Its length is in bytes. An export in another encoding than the
// database has other lengths; then the text ends at its closing quote.
func (p *phpParser) string() (text string, ok bool) {
	digits, ok := p.until(':')
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || !strings.HasPrefix(p.rest, `"`) {
		return "", false
	}
	rest := p.rest[1:]
	if n < len(rest) && strings.HasPrefix(rest[n:], `";`) {
		text, p.rest = rest[:n], rest[n+2:]
		return text, true
	}
	text, p.rest, ok = strings.Cut(rest, `";`)
	return text, ok
}

// array reads the rest of a list.
func (p *phpParser) array(deep int) (v phpValue, ok bool) {
	digits, ok := p.until(':')
	n, err := strconv.Atoi(digits)
	if p.left -= n; !ok || err != nil || n < 0 || p.left < 0 || deep == 0 || !strings.HasPrefix(p.rest, "{") {
		return v, false
	}
	p.rest = p.rest[1:]
	for range n {
		key, ok := p.value(0) // a key is no list
		if !ok {
			return v, false
		}
		entry, ok := p.value(deep - 1)
		if !ok {
			return v, false
		}
		v.list = append(v.list, phpEntry{key.text, entry})
	}
	if !strings.HasPrefix(p.rest, "}") {
		return v, false
	}
	p.rest = p.rest[1:]
	return v, true
}
