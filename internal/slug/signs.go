package slug

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Signs in names. Some of them distinguish names, and a few names consist of nothing else.

// spellSigns spells the signs that distinguish names as words between hyphens: "C++" is
// "C-plus-plus", "C#" is "C-sharp", ".NET" is "dot-NET", "Disney+" is "Disney-plus". People who
// write such names in addresses spell them so: a slug keeps its meaning without the name.
//
// A plus or sharp counts at the end of a word, a double plus anywhere behind a letter, and a sharp
// between one letter and a digit ("C#8"). So "rock+roll", "1+1", "#metoo" and "No#1" are words with
// something between them. A dot counts before the first letter of a word. So the dots of "Node.js"
// and "e.g." only separate words.
//
// Other packages drop these signs (WordPress, Django, gosimple/slug), keep them as they are (Hugo)
// or leave the choice to people (GitHub's topics). Without them, C, C++ and C# are one subject.
func spellSigns(name string) string {
	if !strings.ContainsAny(name, "+＋#＃♯.．") {
		return name
	}
	name = norm.NFC.String(name) // the length of a word must not depend on how letters are composed
	spelled := make([]byte, 0, len(name)+len("-plus-plus"))
	var before rune // the character before r
	word := 0       // the length of the word before r, with nothing but pluses and sharps behind it
	for i, r := range name {
		_, size := utf8.DecodeRuneInString(name[i:])
		after, _ := utf8.DecodeRuneInString(name[i+size:])
		sign := plainSign(r)
		switch {
		case sign == '+' && word > 0 && (!isWord(after) || plainSign(before) == '+' || plainSign(after) == '+'):
			spelled = append(spelled, "-plus-"...)
		case sign == '#' && word > 0 && (!isWord(after) || word == 1 && unicode.IsDigit(after)):
			spelled = append(spelled, "-sharp-"...)
		case sign == '.' && !isWord(before) && plainSign(before) != '.' && unicode.IsLetter(after):
			spelled = append(spelled, "-dot-"...)
		default:
			spelled = utf8.AppendRune(spelled, r)
		}
		switch {
		case isWord(r):
			word++
		case sign != '+' && sign != '#':
			word = 0
		}
		before = r
	}
	return string(spelled)
}

// plainSign returns the sign that r is a form of, and r itself if it is none of them.
func plainSign(r rune) rune {
	switch r {
	case '＋':
		return '+'
	case '＃', '♯':
		return '#'
	case '．':
		return '.'
	}
	return r
}

// isWord reports whether r belongs to a word.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// deriveSigns returns the slug of a name without a letter or digit: its signs as they are, with a
// hyphen for space between them: "🔥", "!!!". If one of them cannot stand in a slug, or nothing of
// the name is visible, the slug is the code points: "u003f" for "?".
func deriveSigns(name string) string {
	// As WordPress does, which keeps emoji in addresses with percent-escapes.
	spaced := strings.Join(strings.Fields(strings.ToValidUTF8(name, "\uFFFD")), "-")
	visible := strings.Map(func(r rune) rune {
		if isIgnorable(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, spaced)
	slug := strings.Trim(Fold(norm.NFC.String(visible)), "-")
	spell := func(r rune) bool {
		return r < utf8.RuneSelf && !strings.ContainsRune("!$()+,-;=@_~", r) || unicode.IsMark(r) || isApostrophe(r) ||
			unicode.Is(unicode.Noncharacter_Code_Point, r)
	}
	if slug != "" && !strings.ContainsFunc(slug, spell) {
		return cut(slug)
	}
	// No sign is left out here, so that names of different signs have different slugs.
	var codes []byte
	for i, r := range norm.NFC.String(strings.ToValidUTF8(name, "\uFFFD")) {
		if i > 0 {
			codes = append(codes, '-')
		}
		codes = fmt.Appendf(codes, "u%04x", r)
	}
	return cut(string(codes))
}
