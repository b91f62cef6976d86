package slug

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/syndicate-go/syndicate/internal/devices"
)

// Slugs are made here and not by gosimple/slug, which transliterates every
// script to ASCII: a slug keeps Arabic, Cyrillic, Greek or Japanese as written.

const (
	// maxLength is the longest slug in bytes: most file systems allow 255 for a
	// name, and a feed's file needs room for its extension.
	maxLength = 200

	// maxMarks is how many combining marks a letter keeps. No orthography needs
	// as many, and norm breaks up runs of over 30 with an invisible character.
	maxMarks = 16
)

// The rules Check names.
const (
	empty      = "empty"
	tooLong    = "longer than 200 bytes"
	notUTF8    = "invalid UTF-8"
	dotFirst   = "starts with a dot"
	dotLast    = "ends with a dot"
	space      = "contains a space"
	invisible  = "contains a control or invisible character"
	character  = `contains one of / \ ? # % : * " < > |`
	isReserved = "reserved word"
	device     = "Windows device name"
)

// reserved are the path elements and file names a site gives its feeds.
var reserved = map[string]bool{
	"feed": true, "page": true, "atom": true,
	"rss.xml": true, "atom.xml": true, "feed.json": true, "index.html": true,
}

// latinLetters spells, in ASCII, the lower-case Latin letters that Unicode does
// not decompose, and so that dropping marks leaves alone.
var latinLetters = map[rune]string{
	'ı': "i", 'ȷ': "j", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ð': "d",
	'đ': "d", 'þ': "th", 'ł': "l", 'ŀ': "l", 'ħ': "h", 'ŧ': "t", 'ŋ': "n",
	'ĸ': "k", 'ſ': "s", 'ə': "e", 'ǝ': "e", 'ɛ': "e", 'ɔ': "o", 'ƒ': "f",
	'ɓ': "b", 'ɗ': "d", 'ɖ': "d", 'ɣ': "g", 'ƙ': "k", 'ɲ': "n", 'ƴ': "y",
	'ƀ': "b", 'ȼ': "c", 'ɇ': "e", 'ǥ': "g", 'ɨ': "i", 'ɉ': "j", 'ƚ': "l",
	'ɍ': "r", 'ʉ': "u", 'ɏ': "y", 'ƶ': "z", 'ⱥ': "a", 'ⱦ': "t",
}

// derive derives a slug from a name: Latin letters in ASCII, every other
// script kept in NFC, all in lower case (and not the Turkish locale's), with one
// hyphen for what lies between words. It is "" when the name holds no letter or
// digit. A slug comes back as it is.
//
// The result passes Check unless it is "", a reserved word or a device name.
func derive(name string) string {
	if isPlain(name) {
		return name
	}
	if slug := deriveLatin(name); slug != "" {
		return slug
	}
	return deriveAny(name)
}

// deriveLatin is appendLatin as text; "" for names that are not for it.
func deriveLatin(name string) string {
	var buf [maxLength]byte
	slug, _ := appendLatin(buf[:0], name)
	return string(slug)
}

// Append appends what Of returns; most slugs that are made of names cost no memory.
func Append(dst []byte, name, slug string) []byte {
	if slug == "" {
		if latin, ok := appendLatin(dst, name); ok {
			return latin
		}
	}
	return append(dst, Of(name, slug)...)
}

// appendLatin is derive for names of ASCII and the Latin letters after it, Turkish ones among
// them; false for others, and for long ones. No character's slug is longer than itself, so
// nothing is left to cut.
func appendLatin(dst []byte, name string) (slug []byte, ok bool) {
	if len(name) > maxLength {
		return dst, false
	}
	slugs := latinSlugs()
	start := len(dst)
	sep := false // a separator was met since the last letter
	for i := 0; i < len(name); {
		c, size := rune(name[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(name[i:])
		}
		i += size
		if c >= latinEnd || c >= utf8.RuneSelf && slugs[c] == "" {
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

// latinEnd is the first letter after Latin Extended-A, which ends the letters of Turkish and most
// of Europe.
const latinEnd = 0x180

// latinSlugs are the slugs of the characters below latinEnd. None of them depends on what stands
// around it.
var latinSlugs = sync.OnceValue(func() *[latinEnd]string {
	var slugs [latinEnd]string
	for c := range slugs {
		slugs[c] = deriveAny(string(rune(c)))
	}
	return &slugs
})

// deriveAny is derive for whatever there may be.
func deriveAny(name string) string {
	// Decomposed, a mark can be told from its letter: Latin letters lose theirs,
	// й and が get them back from the NFC below.
	name = norm.NFD.String(name)
	w := writer{dst: make([]byte, 0, len(name))}
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		w.add(r, name[i:i+size])
		i += size
	}
	return finalSigma(cut(nfc(string(w.dst))))
}

// isPlain reports whether s is an ASCII slug that derive would not change.
func isPlain(s string) bool {
	if s == "" || len(s) > maxLength || s[len(s)-1] == '-' {
		return false
	}
	hyphen := true // so that none may lead
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

// writer collects a slug, decomposed and uncut, rune by rune.
type writer struct {
	dst   []byte
	sep   bool // a separator was met since the last letter
	marks int  // how many more marks the last letter may take
}

// add takes the next rune of a name in NFD; s is its bytes.
func (w *writer) add(r rune, s string) {
	switch {
	case isApostrophe(r) || isIgnorable(r):
	case unicode.IsMark(r):
		if w.marks > 0 {
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

// letter writes a letter or digit, and the separator due before it; what is
// neither, from a compatibility form's spelling, is left out.
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

// plainLatin returns the Latin letters and digits that the rune s is a
// compatibility form of (fullwidth Ａ, ligature ﬁ, ², Ⅳ), "" if it is none:
// other scripts' forms stay as they are.
func plainLatin(s string) string {
	if s[0] < utf8.RuneSelf {
		return ""
	}
	if r, _ := utf8.DecodeRuneInString(s); latinLetters[unicode.ToLower(r)] != "" {
		return ""
	}
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

// isLatin reports whether r is a Latin letter or an ASCII digit, which carry no
// marks in a slug.
func isLatin(r rune) bool {
	return '0' <= r && r <= '9' || unicode.Is(unicode.Latin, r)
}

// isApostrophe reports whether r stands within a word without parting it: the
// apostrophe and what is typed for it, the half rings of transliterated Arabic,
// the Hebrew geresh and gershayim.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '‘', '’', '‛', '′', '＇', 'Ꞌ', 'ꞌ', '׳', '״':
		return true
	}
	return 'ʹ' <= r && r <= 'ˁ' // U+02B9 to U+02C1: primes, commas, half rings
}

// isIgnorable reports whether r shows nothing by itself: bidi controls, joiners,
// soft hyphens, variation selectors, Hangul fillers.
func isIgnorable(r rune) bool {
	return r >= 0x80 && unicode.In(r, unicode.Cf,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// cut shortens a slug to maxLength bytes: after a whole word where that keeps
// half of them, else (scripts that do not part words) after a whole letter.
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

// Fold brings a slug given by the user, or read from an address, to the form
// slugs are compared in: lower case (not the Turkish locale's: I is i) and NFC.
// It does not transliterate, and leaves invalid UTF-8 to Check.
func Fold(slug string) string {
	if isLowerASCII(slug) || !utf8.ValidString(slug) {
		return slug
	}
	return foldAny(slug)
}

// isLowerASCII reports whether s is ASCII without capitals, which foldAny would not change.
func isLowerASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// foldAny is Fold for any valid UTF-8.
func foldAny(slug string) string {
	return finalSigma(nfc(strings.ToLower(nfc(slug))))
}

// nfc is norm.NFC.String, without golang/go#81028: there a letter beyond U+FFFF
// and a mark may compose to another letter altogether (U+10041 and an acute to
// Á). What does not decompose to what it was made from is left decomposed.
func nfc(s string) string {
	if norm.NFC.QuickSpanString(s) == len(s) {
		return s
	}
	s = norm.NFD.String(s)
	dst := make([]byte, 0, len(s))
	for s != "" {
		n := norm.NFC.NextBoundaryInString(s, true)
		composed := norm.NFC.String(s[:n])
		if norm.NFD.String(composed) != s[:n] {
			composed = s[:n]
		}
		dst = append(dst, composed...)
		s = s[n:]
	}
	return string(dst)
}

// finalSigma writes each small sigma as its place in the word asks, ς at the end
// and σ elsewhere, so that ΟΔΟΣ and οδος are one slug.
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

// startsInWord reports whether the first rune of s that is no mark is a letter.
func startsInWord(s string) bool {
	for _, r := range s {
		if !unicode.IsMark(r) {
			return unicode.IsLetter(r)
		}
	}
	return false
}

// Check says which rule a folded slug breaks, "" if none: a slug is one
// element of a URL's path and a file's name on every system.
func Check(slug string) string {
	switch {
	case slug == "":
		return empty
	case len(slug) > maxLength:
		return tooLong
	case !utf8.ValidString(slug):
		return notUTF8
	case slug[0] == '.': // so . and .. too
		return dotFirst
	case slug[len(slug)-1] == '.': // Windows drops it
		return dotLast
	case reserved[slug]:
		return isReserved
	case devices.Is(slug):
		return device
	case isPlain(slug):
		return ""
	}
	return checkCharacters(slug)
}

// checkCharacters is the part of Check that looks at each character.
func checkCharacters(slug string) string {
	for _, r := range slug {
		switch {
		case strings.ContainsRune(`/\?#%:*"<>|`, r):
			return character
		case unicode.IsControl(r), isIgnorable(r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return invisible
		case unicode.IsSpace(r):
			return space
		}
	}
	return ""
}

// Of returns the slug that a term goes by: the one given, or the one its name makes.
func Of(name, slug string) string {
	if slug != "" {
		return Fold(slug)
	}
	return derive(name)
}
