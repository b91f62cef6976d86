package cleanhtml

import (
	"strings"

	"golang.org/x/net/html"
)

// scanner is an [html.Tokenizer] that knows how far it has come.
type scanner struct {
	*html.Tokenizer
	src  string
	pos  int            // where the next token begins
	ends map[string]int // where the last end tag of a name begins
}

func newScanner(src string) scanner {
	return scanner{Tokenizer: html.NewTokenizer(strings.NewReader(src)), src: src}
}

func (s *scanner) next() html.TokenType {
	t := s.Next()
	s.pos += len(s.Raw())
	return t
}

// ends reports whether an end tag of that name is still to come.
func (s *scanner) hasEnd(name string) bool {
	last, known := s.ends[name]
	if !known {
		last = -1
		for rest := s.src; ; {
			i := strings.LastIndex(rest, "</")
			if i < 0 {
				break
			}
			if n := i + 2 + len(name); n < len(s.src) && strings.EqualFold(s.src[i+2:n], name) {
				last = i
				break
			}
			rest = rest[:i]
		}
		if s.ends == nil {
			s.ends = map[string]int{}
		}
		s.ends[name] = last
	}
	return last >= s.pos
}

// raw returns the content of the raw text element whose start tag was read last, and whether it
// has an end tag, which is read too.
func (s *scanner) raw() (content string, ended bool) {
	t := s.next()
	if t == html.TextToken {
		content = string(s.Text())
		t = s.next()
	}
	return content, t == html.EndTagToken
}

// skip reads to the end tag of the named element whose start tag was read last. When there is none
// only the start tag is skipped.
func (s *scanner) skip(name string) {
	for depth := 1; depth > 0 && s.hasEnd(name); {
		switch s.next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if tag, _ := s.TagName(); string(tag) == name {
				depth++
			}
		case html.EndTagToken:
			if tag, _ := s.TagName(); string(tag) == name {
				depth--
			}
		}
	}
}
