package cleanhtml

import (
	"strconv"
	"strings"
)

// style holds the declarations of a style attribute that decide whether an element is shown. Values
// are in lower case and without white space around them.
type style struct {
	display, visibility, content string
	width, height                string
	minWidth, minHeight          string
	maxWidth, maxHeight          string
}

// Escapes in names and values are not decoded: no editor writes them. Style sheets of the page are
// not read, since a body does not contain them.

// property returns the field for a property, or nil if it does not matter.
func (s *style) property(name string) *string {
	switch name {
	case "display":
		return &s.display
	case "visibility":
		return &s.visibility
	case "content-visibility":
		return &s.content
	case "width":
		return &s.width
	case "height":
		return &s.height
	case "min-width":
		return &s.minWidth
	case "min-height":
		return &s.minHeight
	case "max-width":
		return &s.maxWidth
	case "max-height":
		return &s.maxHeight
	}
	return nil
}

// styleOf parses a style attribute (CSS Style Attributes, section 3). Of two declarations of one
// property the later one counts, or the one that is important.
func styleOf(val []byte) style {
	// Values are kept in the two styles as they are found, so that later ones replace earlier ones.
	var s, important style
	rest := withoutComments(strings.ToLower(string(val)))
	for rest != "" {
		end := declarationEnd(rest)
		name, value, _ := strings.Cut(rest[:end], ":")
		rest = strings.TrimPrefix(rest[end:], ";")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		to := s.property(name)
		if to == nil {
			continue
		}
		// There may be white space on both sides of the exclamation mark.
		if before, ok := strings.CutSuffix(value, "important"); ok {
			if before, ok = strings.CutSuffix(strings.TrimSpace(before), "!"); ok {
				value, to = strings.TrimSpace(before), important.property(name)
			}
		}
		if value != "" {
			*to = value
		}
	}
	for _, name := range []string{"display", "visibility", "content-visibility", "width", "height",
		"min-width", "min-height", "max-width", "max-height"} {
		if value := *important.property(name); value != "" {
			*s.property(name) = value
		}
	}
	return s
}

// withoutComments replaces the comments of a style sheet with spaces.
func withoutComments(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	// A comment that is not closed goes to the end.
	for {
		before, after, found := strings.Cut(s, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte(' ')
		_, s, _ = strings.Cut(after, "*/")
	}
}

// declarationEnd returns where the first declaration of a style sheet ends: at a semicolon that is
// neither in quotes nor in parentheses.
func declarationEnd(s string) int {
	// quote is the quotation mark that the current string ends with, 0 outside of strings. A
	// backslash escapes the next character everywhere.
	quote, depth := byte(0), 0
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '\\':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '(':
			depth++
		case b == ')':
			depth = max(0, depth-1)
		case b == ';' && depth == 0:
			return i
		}
	}
	return len(s)
}

// isHidden reports whether the style hides the element and its content.
func (s *style) isHidden() bool {
	return s.display == "none" || s.visibility == "hidden" || s.visibility == "collapse" || s.content == "hidden"
}

// isPoint reports whether the style gives the element at most one pixel in one direction.
//
// Some scripts write a width of one pixel and a minimum of 100 %, which makes frames as wide as the
// screen of a phone.
func (s *style) isPoint() bool {
	narrow := isPoint(s.width) && (s.minWidth == "" || isPoint(s.minWidth))
	low := isPoint(s.height) && (s.minHeight == "" || isPoint(s.minHeight))
	return narrow || low || isPoint(s.maxWidth) || isPoint(s.maxHeight)
}

// isPoint reports whether a length is at most one pixel. Nothing is nothing in any unit, but "1%"
// and "1em" can be large.
func isPoint(length string) bool {
	length = strings.ToLower(strings.TrimSpace(length))
	number := strings.TrimSpace(strings.TrimSuffix(length, "px"))
	if n, err := strconv.ParseFloat(number, 64); err == nil {
		return n <= 1
	}
	number = strings.TrimRight(number, "abcdefghijklmnopqrstuvwxyz%")
	n, err := strconv.ParseFloat(number, 64)
	return err == nil && n <= 0
}
