package cleanhtml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// style holds the declarations of a style attribute that decide whether an element is shown. Values
// are in lower case and without white space around them.
type style struct {
	display, visibility, content string
	width, height                string
	minWidth, minHeight          string
	maxWidth, maxHeight          string
}

// Style sheets of the page are not read, since a body does not contain them.

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
	rest := strings.ToLower(withoutEscapes(withoutComments(string(val))))
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
		if value != "" && isKnown(name, value) {
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

// withoutEscapes decodes the escapes of letters (CSS Syntax, section 4.3.7). Other escaped
// characters are those of names and strings that mean nothing here, and would be mistaken for
// punctuation. They become "�".
func withoutEscapes(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, `\`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		// Up to six hexadecimal digits, and a white space that ends them, or any one character.
		digits := 0
		for digits < min(len(after), 6) && strings.IndexByte("0123456789abcdefABCDEF", after[digits]) >= 0 {
			digits++
		}
		char, size := utf8.DecodeRuneInString(after)
		if digits > 0 {
			n, _ := strconv.ParseUint(after[:digits], 16, 32)
			char, size = rune(n), digits
			if strings.HasPrefix(after[size:], "\r\n") {
				size += len("\r\n")
			} else if size < len(after) && isBlank([]byte{after[size]}) {
				size++
			}
		}
		if char < utf8.RuneSelf && isLetter(byte(char)) || char == '-' {
			b.WriteRune(char)
		} else {
			b.WriteRune(utf8.RuneError)
		}
		s = after[size:]
	}
}

// declarationEnd returns where the first declaration of a style sheet ends: at a semicolon that is
// neither in quotes nor in brackets.
func declarationEnd(s string) int {
	// quote is the quotation mark that the current string ends with, 0 outside of strings.
	quote, depth := byte(0), 0
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case quote != 0:
			if b == quote || b == '\n' { // a line break ends a string too
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '(' || b == '[' || b == '{':
			depth++
		case b == ')' || b == ']' || b == '}':
			depth = max(0, depth-1)
		case b == ';' && depth == 0:
			return i
		}
	}
	return len(s)
}

// isKnown reports whether browsers know the value of a property. They ignore declarations with
// others, so that the one before them counts.
func isKnown(name, value string) bool {
	var words string
	switch name {
	case "display":
		words = displays
	case "visibility":
		words = " visible hidden collapse "
	case "content-visibility":
		words = " visible auto hidden "
	default:
		return true
	}
	if words += " inherit initial unset revert revert-layer "; strings.Contains(value, "var(") {
		return true
	}
	fields := strings.Fields(value)
	for _, word := range fields {
		if !strings.Contains(words, " "+word+" ") || word == "none" && len(fields) > 1 {
			return false
		}
	}
	return true
}

// displays are the values of display (CSS Display, section 2), and those with prefixes that
// browsers have in common.
const displays = " none contents block inline flow flow-root list-item table flex grid ruby math run-in " +
	"inline-block inline-table inline-flex inline-grid inline-list-item " +
	"table-row-group table-header-group table-footer-group table-row table-cell table-column-group table-column table-caption " +
	"ruby-base ruby-text ruby-base-container ruby-text-container " +
	"-webkit-box -webkit-inline-box -webkit-flex -webkit-inline-flex "

// isDisplayed reports whether the style displays an element that has the attribute hidden.
func (s *style) isDisplayed() bool {
	switch s.display {
	case "", "none", "revert", "revert-layer":
		return false
	}
	return true
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
