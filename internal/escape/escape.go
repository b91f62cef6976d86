// Package escape writes text so that XML 1.0 and JSON can hold it.
//
// One policy holds for text, attributes, CDATA sections and JSON strings ([AppendLegal]): a
// character that XML 1.0 does not allow (section 2.2) is dropped or replaced. It is never written,
// and it is never an error.
//
// Text is called legal if that policy leaves it as it is. The functions with Legal in their names
// after Append take text that the caller knows to be legal, and skip the search for other
// characters. The caller is responsible: with any other text the document may be malformed.
package escape

import (
	"strings"
	"unicode/utf8"
)

// AppendLegal appends s with only the characters that XML 1.0 allows. C0 controls other than TAB
// and LF, DEL, U+FFFE and U+FFFF are dropped. C1 controls become the Windows-1252 characters they
// stand for; those that stand for none are dropped. An invalid byte of UTF-8 becomes U+FFFD. CR and
// CRLF become LF, as in every XML parser (XML 1.0, section 2.11).
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

// Legal returns s under the policy of [AppendLegal]. Legal text is returned as it is, without a
// copy.
func Legal(s string) string {
	if isSimple(s) || indexIllegal(s) == len(s) {
		return s
	}
	return string(AppendLegal(make([]byte, 0, len(s)+8), s))
}

// Trim returns Legal of s without space around it, as URLs, ids and e-mail addresses are written.
func Trim(s string) string { return strings.TrimSpace(Legal(s)) }

// IsEmpty reports whether the policy of [AppendLegal] leaves nothing of s. It usually reads only
// the first character.
func IsEmpty(s string) bool { return s == "" || legalAt(s, 0) == 0 && Legal(s) == "" }

// AppendText appends s, plain text, as character data. `&` and `<` become numeric references, the
// one form that every RSS reader decodes exactly once. `>` is escaped so that `]]>` cannot arise.
func AppendText(dst []byte, s string) []byte { return plain.append(dst, s) }

// AppendLegalText is [AppendText] for legal text.
func AppendLegalText(dst []byte, s string) []byte { return plain.appendLegal(dst, s) }

// AppendMarkup appends s, markup that is carried as text (a summary in RSS), as character data with
// the short named escapes.
func AppendMarkup(dst []byte, s string) []byte { return markup.append(dst, s) }

// AppendLegalMarkup is [AppendMarkup] for legal text.
func AppendLegalMarkup(dst []byte, s string) []byte { return markup.appendLegal(dst, s) }

// AppendAttr appends s as the content of an attribute in double quotes. TAB and LF become
// references, because a parser would turn them into spaces (XML 1.0, section 3.3.3).
func AppendAttr(dst []byte, s string) []byte { return quotable.append(dst, s) }

// AppendJSON appends s as a JSON string in quotes (RFC 8259 section 7). Only quotes, backslashes,
// TAB and LF are escaped, so that HTML stays readable.
func AppendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if isSimple(s) {
		return append(append(dst, s...), '"')
	}
	return append(appendQuoted(dst, Legal(s)), '"')
}

// AppendLegalJSON is [AppendJSON] for legal text.
func AppendLegalJSON(dst []byte, s string) []byte {
	return append(appendQuoted(append(dst, '"'), s), '"')
}

// AppendCDATA appends s as a CDATA section; every `]]>` in it is split over two sections.
func AppendCDATA(dst []byte, s string) []byte { return AppendLegalCDATA(dst, Legal(s)) }

// AppendLegalCDATA is [AppendCDATA] for legal text.
func AppendLegalCDATA(dst []byte, s string) []byte {
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
	plain = newEscaper(0, [2]byte{'&', '&'}, [2]byte{'<', '>'},
		map[byte]string{'&': "&#x26;", '<': "&#x3C;", '>': "&gt;"})
	markup = newEscaper(0, [2]byte{'&', '&'}, [2]byte{'<', '>'},
		map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;"})
	quotable = newEscaper(0x20, [2]byte{'&', '"'}, [2]byte{'<', '>'},
		map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;"})
)

// appendMended appends the replacement of the illegal character at the start of s. It returns the
// number of bytes of s that were replaced.
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

// windows1252 holds the characters that U+0080 to U+009F stand for in text that was labelled as ISO
// 8859-1 by mistake; 0 where there is none.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
