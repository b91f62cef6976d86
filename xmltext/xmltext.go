// Package xmltext writes XML that is well-formed whatever it is given: the text functions that
// every encoder of this module shares, and the element [Writer] that encoders and extensions use.
//
// One policy holds for text, attributes, CDATA sections and JSON strings ([AppendLegal]): what is
// not a character of XML 1.0 (section 2.2) is dropped or mended, never written and never an error.
package xmltext

import (
	"strings"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate/internal/legal"
)

// AppendLegal appends s with only the characters that XML 1.0 allows: C0 controls other than TAB
// and LF, DEL, U+FFFE and U+FFFF are dropped; C1 controls become the Windows-1252 characters they
// stand for, or are dropped where there is none; invalid UTF-8 becomes U+FFFD. CR and CRLF become
// LF, as every XML parser would make them (XML 1.0, section 2.11).
func AppendLegal(dst []byte, s string) []byte {
	for {
		i := indexIllegal(s)
		dst = append(dst, s[:i]...)
		if i == len(s) {
			return dst
		}
		var n int
		dst, n = appendMended(dst, s[i:])
		s = s[i+n:]
	}
}

// Legal returns s under the policy of [AppendLegal]; s itself when nothing needs mending.
func Legal(s string) string {
	if isSimple(s) || indexIllegal(s) == len(s) {
		return s
	}
	return string(AppendLegal(make([]byte, 0, len(s)+8), s))
}

// IsEmpty reports whether nothing of s is left under the policy of [AppendLegal]. The first letter most often
// tells without a look at the rest.
func IsEmpty(s string) bool { return s == "" || (s[0] < 0x20 || s[0] >= 0x7F) && legalIsEmpty(s) }

// legalIsEmpty is [IsEmpty] for what does not begin with a printable letter of ASCII.
func legalIsEmpty(s string) bool { return legalAt(s, 0) == 0 && Legal(s) == "" }

// AppendText appends s as character data for plain text. `&` and `<` become numeric references,
// the one form that every RSS reader decodes exactly once; `>` is escaped so that `]]>` cannot arise.
func AppendText(dst []byte, s string) []byte { return plain.append(dst, s) }

// AppendMarkup appends s, a piece of markup carried as text (a summary in RSS), as character data with the short
// named escapes.
func AppendMarkup(dst []byte, s string) []byte { return markup.append(dst, s) }

// AppendAttr appends s as the content of an attribute in double quotes. TAB and LF become
// references, because a parser would turn them into spaces (XML 1.0, section 3.3.3).
func AppendAttr(dst []byte, s string) []byte { return quotable.append(dst, s) }

// AppendJSONString appends s as a JSON string in its quotes (RFC 8259 section 7). Quotes, backslashes, TAB and
// LF are escaped, nothing else: HTML stays readable.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if isSimple(s) {
		return append(append(dst, s...), '"')
	}
	return append(appendQuoted(dst, Legal(s)), '"')
}

// AppendLegalJSONString is [AppendJSONString] for this module's encoders, which know of most bodies that they are legal.
func AppendLegalJSONString(dst []byte, s legal.Text) []byte {
	return append(appendQuoted(append(dst, '"'), s.String), '"')
}

// AppendCDATA appends s as a CDATA section; every `]]>` in it is split over two sections.
func AppendCDATA(dst []byte, s string) []byte { return appendCDATA(dst, Legal(s)) }

func appendCDATA(dst []byte, s string) []byte {
	const end = "]]>"
	dst = append(dst, "<![CDATA["...)
	for {
		i := strings.Index(s, end)
		if i < 0 {
			break
		}
		dst = append(dst, s[:i]...)
		dst = append(dst, "]]]]><![CDATA[>"...)
		s = s[i+len(end):]
	}
	dst = append(dst, s...)
	return append(dst, end...)
}

var (
	plain    = newEscaper(0, [2]byte{'&', '&'}, [2]byte{'<', '>'}, map[byte]string{'&': "&#x26;", '<': "&#x3C;", '>': "&gt;"})
	markup   = newEscaper(0, [2]byte{'&', '&'}, [2]byte{'<', '>'}, map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;"})
	quotable = newEscaper(0x20, [2]byte{'&', '"'}, [2]byte{'<', '>'},
		map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;"})
)

// appendMended appends what the illegal character at the start of s becomes and returns how many
// bytes of s it took.
func appendMended(dst []byte, s string) ([]byte, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == '\r':
		if n < len(s) && s[n] == '\n' {
			n++
		}
		return append(dst, '\n'), n
	case r == utf8.RuneError:
		return utf8.AppendRune(dst, utf8.RuneError), n
	case r >= 0x80 && r < 0xA0 && windows1252[r-0x80] != 0:
		return utf8.AppendRune(dst, windows1252[r-0x80]), n
	}
	return dst, n
}

// windows1252 is what U+0080 to U+009F stand for in text that was once declared as ISO 8859-1.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
