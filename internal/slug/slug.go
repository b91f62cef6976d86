// Package slug makes slugs, the parts of addresses that stand for a category, tag or author: from
// a name, or from a slug that the site gives. It also checks them.
//
// Every slug has one form: lower case, in Unicode's normalization form C (Unicode Standard Annex
// 15), with a single hyphen between words. The slug of a slug is the slug itself.
//
// It does not use gosimple/slug, which transliterates every script to ASCII: a slug keeps Arabic,
// Cyrillic, Greek or Japanese as written.
package slug

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/syndicate-go/syndicate/internal/uri"
)

const (
	// maxLength is the length of the longest slug in bytes. Most file systems allow 255 for a
	// name, and a feed's file needs room for its extension.
	maxLength = 200

	// maxMarks is the number of combining marks that a letter keeps. No orthography needs as
	// many. Package norm breaks up runs of more than 30 with an invisible character (Stream-Safe
	// Text Format, Unicode Standard Annex 15 section 13).
	maxMarks = 16
)

// The rules that [Check] returns.
const (
	empty     = "empty"
	tooLong   = "longer than 200 bytes"
	notUTF8   = "invalid UTF-8"
	dotFirst  = "starts with a dot"
	space     = "contains a space that is no U+0020, or begins or ends with a space"
	invisible = "contains a control or invisible character"
	slash     = `contains / or \`
	isEscaped = "contains a percent-escape"
)

// latinLetters spells the lower-case Latin letters in ASCII that Unicode does not decompose into
// a letter and marks, so that dropping marks does not change them.
var latinLetters = map[rune]string{
	'ı': "i", 'ȷ': "j", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ð': "d",
	'đ': "d", 'þ': "th", 'ł': "l", 'ŀ': "l", 'ħ': "h", 'ŧ': "t", 'ŋ': "n",
	'ĸ': "k", 'ſ': "s", 'ə': "e", 'ǝ': "e", 'ɛ': "e", 'ɔ': "o", 'ƒ': "f",
	'ɓ': "b", 'ɗ': "d", 'ɖ': "d", 'ɣ': "g", 'ƙ': "k", 'ɲ': "n", 'ƴ': "y",
	'ƀ': "b", 'ȼ': "c", 'ɇ': "e", 'ǥ': "g", 'ɨ': "i", 'ɉ': "j", 'ƚ': "l",
	'ɍ': "r", 'ʉ': "u", 'ɏ': "y", 'ƶ': "z", 'ⱥ': "a", 'ⱦ': "t",
}

// Derive returns the slug of a name: Latin letters in ASCII, other scripts as written in NFC, all
// in lower case (not the Turkish locale's), with one hyphen for everything between two words.
// Signs that distinguish names are words: see spellSigns. A name without a letter or digit has a
// makeshift slug: see deriveSigns. The slug of a slug is the same string. It passes [Check], and is
// "" only for an empty name.
//
// isPlain recognizes slugs in ASCII, and deriveLatin takes names in most European languages. Both
// are fast paths; the oracle is deriveAny.
func Derive(name string) (slug string, makeshift bool) {
	if isPlain(name) {
		return name, false
	}
	if slug = deriveLatin(name); slug != "" {
		return slug, false
	}
	if slug = deriveAny(name); slug != "" {
		return slug, false
	}
	return deriveSigns(name), name != ""
}

// deriveLatin returns what appendLatin appends, or "" if appendLatin does not take the name.
func deriveLatin(name string) string {
	var buf [maxLength]byte
	slug, _ := appendLatin(buf[:0], name)
	return string(slug)
}

// Append appends what [Of] returns. It needs no memory for most names.
func Append(dst []byte, name, slug string) []byte {
	if slug == "" {
		if latin, ok := appendLatin(dst, name); ok && len(latin) > len(dst) {
			return latin
		}
	}
	return append(dst, Of(name, slug)...)
}

// appendLatin appends the slug of a name in ASCII and Latin Extended-A, which has the letters of
// Turkish and of most European languages. It looks up the slug of each letter. ok is false for
// other names and for long ones. No letter's slug is longer than the letter in UTF-8, so that the
// slug of a name is never too long.
func appendLatin(dst []byte, name string) (slug []byte, ok bool) {
	if len(name) > maxLength {
		return dst, false
	}
	slugs := latinSlugs()
	start := len(dst)
	sep := false // a separator came after the last letter
	for i := 0; i < len(name); {
		c, size := rune(name[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(name[i:])
		}
		i += size
		if c >= latinEnd || c >= utf8.RuneSelf && slugs[c] == "" || c == '+' || c == '#' || c == '.' {
			return dst[:start], false
		}
		switch letter := slugs[c]; {
		case letter != "":
			if sep && len(dst) > start {
				dst = append(dst, '-')
			}
			sep = false
			dst = append(dst, letter...)
		case !isApostrophe(c):
			sep = true
		}
	}
	return dst, true
}

// latinEnd is the first letter after Latin Extended-A.
const latinEnd = 0x180

// latinSlugs holds the slugs of the characters below latinEnd, "" for those that are not letters
// or digits. None of them depends on the characters around it.
var latinSlugs = sync.OnceValue(func() *[latinEnd]string {
	var slugs [latinEnd]string
	for c := range slugs {
		slugs[c] = deriveAny(string(rune(c)))
	}
	return &slugs
})

// deriveAny is derive without the fast paths.
func deriveAny(name string) string {
	// In the decomposed name, marks are separate characters. Latin letters lose them; й and が
	// get them back from the NFC below.
	name = norm.NFD.String(spellSigns(name))
	w := writer{dst: make([]byte, 0, len(name))}
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		w.add(r, name[i:i+size])
		i += size
	}
	return finalSigma(cut(norm.NFC.String(string(w.dst))))
}

// isPlain reports whether s is a slug of lower-case ASCII letters, digits and single hyphens,
// which derive would not change.
func isPlain(s string) bool {
	if s == "" || len(s) > maxLength || s[len(s)-1] == '-' {
		return false
	}
	hyphen := true // the byte before is a hyphen; none may come first
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			hyphen = false
		case c == '-' && !hyphen:
			hyphen = true
		default:
			return false
		}
	}
	return true
}

// writer collects a slug rune by rune, decomposed and of any length.
type writer struct {
	dst   []byte
	sep   bool // a separator came after the last letter
	marks int  // the number of marks that the last letter may still take
}

// add adds the next rune of a name in NFD; s is its bytes.
func (w *writer) add(r rune, s string) {
	switch {
	case isApostrophe(r) || isIgnorable(r): // within a word
	case unicode.IsMark(r):
		if w.marks > 0 { // Latin letters take none
			w.dst = utf8.AppendRune(w.dst, r)
			w.marks--
		}
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		if plain := plainLatin(s); plain != "" {
			for _, r := range plain {
				w.letter(r)
			}
			return
		}
		w.letter(r)
	default: // punctuation, symbols, spaces, controls, invalid UTF-8
		w.sep = true
		w.marks = 0
	}
}

// letter writes a letter or digit, after a hyphen if a separator came before it. It leaves out
// other characters, which the spelling of a compatibility form may contain.
func (w *writer) letter(r rune) {
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) || isApostrophe(r) {
		return
	}
	if w.sep && len(w.dst) > 0 {
		w.dst = append(w.dst, '-')
	}
	w.sep = false
	r = unicode.ToLower(r)
	w.marks = 0
	if ascii, ok := latinLetters[r]; ok {
		w.dst = append(w.dst, ascii...)
		return
	}
	if !isLatin(r) {
		w.marks = maxMarks
	}
	w.dst = utf8.AppendRune(w.dst, r)
}

// plainLatin returns the Latin letters and digits that the rune s is a compatibility form of
// (fullwidth Ａ, ligature ﬁ, ², Ⅳ; Unicode Standard Annex 15 section 1.1). It returns "" for other
// runes: the forms of other scripts stay as they are.
func plainLatin(s string) string {
	d := string(norm.NFKD.PropertiesString(s).Decomposition())
	latin := false // halfwidth kana voicing decomposes to a mark alone
	for _, r := range d {
		switch {
		case isLatin(r):
			latin = true
		case !unicode.IsMark(r) && !isApostrophe(r):
			return ""
		}
	}
	if !latin {
		return ""
	}
	return d
}

// isLatin reports whether r is a Latin letter or an ASCII digit, which have no marks in a slug.
func isLatin(r rune) bool {
	return '0' <= r && r <= '9' || unicode.Is(unicode.Latin, r)
}

// isApostrophe reports whether r is left out of a word without dividing it: the apostrophe and
// the characters that are typed for it, the half rings of transliterated Arabic, the Hebrew
// geresh and gershayim.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '‘', '’', '‛', '′', '＇', 'Ꞌ', 'ꞌ', '׳', '״':
		return true
	}
	return 'ʹ' <= r && r <= 'ˁ' // U+02B9 to U+02C1: primes, commas, half rings
}

// isIgnorable reports whether r is invisible by itself: bidi controls, joiners, soft hyphens,
// variation selectors, Hangul fillers (Default_Ignorable_Code_Point, Unicode section 5.21).
func isIgnorable(r rune) bool {
	return r >= 0x80 && unicode.In(r, unicode.Cf,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// cut shortens a slug to maxLength bytes: after a whole word if that keeps half of them,
// otherwise (in scripts without spaces between words) after a whole letter with its marks.
func cut(slug string) string {
	if len(slug) <= maxLength {
		return slug
	}
	if i := strings.LastIndexByte(slug[:maxLength+1], '-'); i >= maxLength/2 {
		return slug[:i]
	}
	end := maxLength
	for end > 0 {
		r, _ := utf8.DecodeRuneInString(slug[end:])
		if utf8.RuneStart(slug[end]) && !unicode.IsMark(r) {
			break
		}
		end--
	}
	return strings.TrimSuffix(slug[:end], "-")
}

// Fold returns a slug that a user gave, or that was read from an address, in the form in which
// slugs are compared: lower case (not the Turkish locale's: I is i) and NFC. It does not
// transliterate. It returns invalid UTF-8 unchanged, for [Check] to refuse.
func Fold(slug string) string {
	if isLowerASCII(slug) || !utf8.ValidString(slug) {
		return slug
	}
	return foldAny(slug)
}

// isLowerASCII reports whether s is ASCII without capitals. It is the fast path of [Fold],
// because foldAny would not change s.
func isLowerASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// foldAny is [Fold] for any valid UTF-8. Lower case may decompose a letter (İ becomes i and a
// dot), so the text is composed again.
func foldAny(slug string) string {
	return finalSigma(norm.NFC.String(strings.ToLower(norm.NFC.String(slug))))
}

// finalSigma writes each small sigma in the form for its place in the word, ς at the end and σ
// elsewhere (Unicode section 3.13, Final_Sigma), so that ΟΔΟΣ and οδος have the same slug.
func finalSigma(s string) string {
	if !strings.ContainsAny(s, "σς") {
		return s
	}
	dst := make([]byte, 0, len(s))
	after := false // a letter precedes
	for i, r := range s {
		if r == 'σ' || r == 'ς' {
			r = 'σ'
			if after && !startsInWord(s[i+len("σ"):]) {
				r = 'ς'
			}
		}
		if !unicode.IsMark(r) {
			after = unicode.IsLetter(r)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return string(dst)
}

// startsInWord reports whether the first rune of s that is not a mark is a letter.
func startsInWord(s string) bool {
	for _, r := range s {
		if !unicode.IsMark(r) {
			return unicode.IsLetter(r)
		}
	}
	return false
}

// Check returns the rule that a folded slug breaks, or "" if it breaks none. The rules make a
// slug usable as one element of a URL's path (RFC 3986 section 3.3) and as the name of a folder.
// Names that only Windows cannot hold are left to the package that writes files. The characters of
// a plain slug are not examined.
func Check(slug string) string {
	switch {
	case slug == "":
		return empty
	case len(slug) > maxLength:
		return tooLong
	case !utf8.ValidString(slug):
		return notUTF8
	case slug[0] == '.': // so . and .. too, and what servers hide
		return dotFirst
	case slug[0] == ' ' || slug[len(slug)-1] == ' ':
		return space
	case isPlain(slug):
		return ""
	}
	return checkCharacters(slug)
}

// checkCharacters is the part of [Check] that reads each character, and the oracle of its fast
// path.
func checkCharacters(slug string) string {
	if uri.HasEscape(slug) {
		return isEscaped // a server that decodes twice would find another path
	}
	for _, r := range slug {
		switch {
		case r == '/' || r == '\\':
			return slash
		case unicode.IsControl(r), isIgnorable(r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return invisible
		case unicode.IsSpace(r) && r != ' ':
			return space
		}
	}
	return ""
}

// reserved are the path elements and file names that feeds and pages have below the folder of a
// category. No category below another may have one of these slugs.
var reserved = map[string]bool{
	"feed": true, "page": true, "atom": true,
	"rss.xml": true, "atom.xml": true, "feed.json": true, "index.html": true,
}

// isTaken reports whether a slug below a path of slugs would be mistaken for something else: for a
// feed or page of the category with that path, or for the number of an archive page of a category
// "page". Nothing is taken in an empty path.
func isTaken(path, slug string) bool {
	return path != "" && (reserved[slug] || path == "page" && strings.Trim(slug, "0123456789") == "")
}

// Below returns the slug of a category below a path of slugs, "" for the top level. It is slug,
// unless that is taken there.
func Below(path, slug string) string {
	if isTaken(path, slug) {
		return slug[:min(len(slug), maxLength-len(suffix))] + suffix
	}
	return slug
}

// suffix makes another slug of a taken one, which is ASCII.
const suffix = "-category"

// AppendBelow appends a slash and the slug of a category to a path of slugs, and only the slug to
// an empty path. The slug is the one that Below returns. It needs no memory for most names.
func AppendBelow(path []byte, name, slug string) []byte {
	if len(path) == 0 {
		return Append(path, name, slug)
	}
	above := len(path)
	path = Append(append(path, '/'), name, slug)
	if own := string(path[above+1:]); isTaken(string(path[:above]), own) {
		path = append(path[:above+1], Below(string(path[:above]), own)...)
	}
	return path
}

// Of returns the slug of a term: slug if it is given, folded, otherwise the slug of its name. A
// given slug may fail [Check].
func Of(name, slug string) string {
	if slug != "" {
		return Fold(slug)
	}
	slug, _ = Derive(name)
	return slug
}

// Path returns the path of slugs that a path of names makes.
func Path(names string) string {
	var path []byte
	for name := range strings.SplitSeq(names, "/") {
		path = AppendBelow(path, name, "")
	}
	return string(path)
}

// IsPath reports whether path consists of at most so many slugs, with slashes between them. Each is
// in the form of [Fold], breaks no rule of [Check] and is not taken in its place.
func IsPath(path string, most int) bool {
	if path != Fold(path) || strings.Count(path, "/") >= most {
		return false
	}
	above := ""
	for slug := range strings.SplitSeq(path, "/") {
		if Check(slug) != "" || isTaken(above, slug) {
			return false
		}
		above = strings.TrimPrefix(above+"/"+slug, "/")
	}
	return true
}
