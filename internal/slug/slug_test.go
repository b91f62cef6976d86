package slug

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func derive(name string) string {
	slug, _ := Derive(name)
	return slug
}

// SEL-4, SEL-5
func TestSlugIsDerivedFromAName(t *testing.T) {
	tests := []struct{ why, name, want string }{
		{"a slug stays as it is", "military", "military"},
		{"a slug with hyphens and digits stays as it is", "f-16-and-f-35", "f-16-and-f-35"},
		{"words are parted by a hyphen", "Arms Exports", "arms-exports"},

		{"Turkish capital I is i", "IĞDIR", "igdir"},
		{"Turkish capital İ is i", "İSTANBUL", "istanbul"},
		{"İ typed as I and a dot is i", "I\u0307STANBUL", "istanbul"},
		{"Turkish letters lose their marks", "Mevlüt Çavuşoğlu", "mevlut-cavusoglu"},
		{"Turkish ı is i", "Ibrahim Kalın", "ibrahim-kalin"},
		{"Turkish ı and ç", "Kılıç", "kilic"},
		{"the same without Turkish letters", "Kilic", "kilic"},
		{"circumflexes are dropped", "Kâğıt, sükûn, millî", "kagit-sukun-milli"},
		{"all of the Turkish alphabet's own", "ıİşŞğĞçÇöÖüÜâÂîÎûÛ", "iissggccoouuaaiiuu"},
		{"decomposed Turkish is the same", norm.NFD.String("Çavuşoğlu"), "cavusoglu"},
		{"a Turkish suffix stays with its name", "Türkiye'nin ve Hakkâri’de", "turkiyenin-ve-hakkaride"},

		{"German ß is ss", "Straße STRAẞE", "strasse-strasse"},
		{"Nordic letters", "Ærø, Þórður Guðmundsson", "aero-thordur-gudmundsson"},
		{"Polish ł", "Łódź", "lodz"},
		{"Maltese ħ", "Ħal Qormi", "hal-qormi"},
		{"Croatian đ and the letter ǆ", "Đorđe ǅep", "dorde-dzep"},
		{"French œ", "Chef-d’œuvre", "chef-doeuvre"},
		{"Sami ŋ ŧ", "Ŋuŧ", "nut"},
		{"Azerbaijani ə", "Əliyev Heydər", "eliyev-heyder"},
		{"Catalan ŀ", "coŀlecció", "colleccio"},
		{"Afrikaans ŉ", "ŉ boek", "n-boek"},
		{"Vietnamese stacked marks", "Nguyễn Phú Trọng", "nguyen-phu-trong"},
		{"transliterated Arabic", "Qurʾān ʿIrāq", "quran-iraq"},
		{"long s", "Congreſs", "congress"},

		{"fullwidth Latin is ASCII", "Ｎａｔｏ　２０２４", "nato-2024"},
		{"ligatures are spelt out", "ﬁle oﬃce", "file-office"},
		{"mathematical letters are letters", "𝐁𝐨𝐥𝐝", "bold"},
		{"Roman numerals are letters", "World War Ⅱ", "world-war-ii"},
		{"superscripts and circled digits are digits", "m² ①", "m2-1"},

		{"Arabic is kept", "الشرق الأوسط", "الشرق-الأوسط"},
		{"a Persian non-joiner is dropped", "می\u200cخواهم", "میخواهم"},
		{"Russian is kept, й composed", "Российский Май", "российский-май"},
		{"decomposed й is composed", norm.NFD.String("Май"), "май"},
		{"Ukrainian apostrophe is dropped", "Об’єднання", "обєднання"},
		{"Greek is kept, with its final sigma", "ΟΔΟΣ ΑΘΗΝΑΣ", "οδος-αθηνας"},
		{"Greek sigma of another place is corrected", "οδοσ ςα σ", "οδος-σα-σ"},
		{"Greek accents are kept", "Ελλάδα", "ελλάδα"},
		{"Hebrew is kept, without its gershayim", "צה״ל", "צהל"},
		{"Japanese voicing stays composed", norm.NFD.String("がんばれ"), "がんばれ"},
		{"halfwidth kana are kept", "ｶﾞｽ", "ｶﾞｽ"},
		{"Japanese long vowels are letters", "ニュース・レター", "ニュース-レター"},
		{"Chinese is kept", "中文 新闻", "中文-新闻"},
		{"Korean stays in syllables", norm.NFD.String("한국"), "한국"},
		{"Hindi keeps its vowel signs", "हिन्दी समाचार", "हिन्दी-समाचार"},
		{"Thai keeps its tone marks", "ข่าวต่างประเทศ", "ข่าวต่างประเทศ"},
		{"Georgian capitals are lower-cased", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "საქართველო"},
		{"Cherokee is lower-cased", "ᏣᎳᎩ", "ꮳꮃꭹ"},
		{"letters beyond U+FFFF compose to no other (golang/go#81028)", "\U00010041\u0301", "\U00010041\u0301"},
		{"scripts mix", "Türk-Rus Ğ и Й", "turk-rus-g-и-й"},

		{"an ampersand parts words", "Science & Technology, R&D", "science-technology-r-d"},
		{"punctuation collapses to one hyphen", "a -- b ... c/d\\e", "a-b-c-d-e"},
		{"no hyphen leads or trails", "  «¡Hola!»  ", "hola"},
		{"controls part words", "a\x00b\tc", "a-b-c"},
		{"bidi controls do not part words", "a\u202eb\u200fc\ufeffd\u00ade", "abcde"},
		{"invalid UTF-8 parts words", "a\xffb\xc3", "a-b"},
		{"invisible letters are dropped", "a\u3164b\u115f", "ab"},
		{"Greek marks that are apostrophes", "α\u1fefβ\u0374γ\u1ffdδ", "αβγδ"},
		{"half rings and primes at the ends of their range", "a\u02b9b\u02c1c\u02b8d\u02c2e", "abcyd-e"},
		{"a mark stays with its script", "яa\u0301é", "яae"},
		{"a digit has no marks", "中9\u0301", "中9"},
		{"fractions are not spelt out", "½ ⒈", "½-⒈"},
		{"sigma before a marked letter", "σ\u0301α, ας\u0301, σ\u0301", "σ\u0301α-ας\u0301-σ\u0301"},
		{"sigma beside marks that do not compose", "α\u0325σ, ας\u0325α", "α\u0325ς-ασ\u0325α"},
		{"sigma at the start", "ς", "σ"},
		{"a mark without a letter is dropped", "\u0301\u0941अ -\u0941", "अ"},
		{"emoji are dropped", "News 🇹🇷 ❤️ 1️⃣", "news-1"},
		{"a trademark sign is no letter", "Apple™", "apple"},

		{"C++ is not C", "C++", "c-plus-plus"},
		{"C# is not C", "C#", "c-sharp"},
		{"a musical sharp", "C♯", "c-sharp"},
		{"F#", "F#", "f-sharp"},
		{"A+ is not A", "A+", "a-plus"},
		{".NET is not NET", ".NET", "dot-net"},
		{"fullwidth signs", "Ｃ＋＋ Ｃ＃ ．ＮＥＴ", "c-plus-plus-c-sharp-dot-net"},
		{"signs before other words", "C++ & C#, .NET Core", "c-plus-plus-c-sharp-dot-net-core"},
		{"signs with a version", "C++11 C#8 Disney+2", "c-plus-plus-11-c-sharp-8-disney-2"},
		{"signs between slashes", "C/C++/C#", "c-c-plus-plus-c-sharp"},
		{"a plus behind a number", "18+ LGBTQ+", "18-plus-lgbtq-plus"},
		{"a plus between words is none of a name", "rock+roll 1+1 +1 a + b", "rock-roll-1-1-1-a-b"},
		{"a hash is no sharp", "#MeToo No. #1 No#1 Episode#5 a#b #", "metoo-no-1-no-1-episode-5-a-b"},
		{"a dot within or behind a word is none of a name", "Node.js ASP.NET e.g. No.1 ...and .45", "node-js-asp-net-e-g-no-1-and-45"},
		{"a dot in brackets", "(.com)", "dot-com"},
		{"signs beside invalid UTF-8", "C+\xff #\xff.\xffa", "c-plus-a"},

		{"emoji alone are the slug", "🔥", "🔥"},
		{"joiners and variation selectors are left out", "🎉👩‍🚀 ❤️", "🎉👩🚀-❤"},
		{"a flag", "🇬🇧", "🇬🇧"},
		{"signs that addresses can hold are the slug", "!!!", "!!!"},
		{"signs without hyphens around them", "- © -", "©"},
		{"others are code points", "?", "u003f"},
		{"all of a name are code points if one is", "!?", "u0021-u003f"},
		{"hyphens alone", "- –", "–"},
		{"a hyphen alone", "-", "u002d"},
		{"dots", "..", "u002e-u002e"},
		{"marks alone", "\u0301\u3099", "u3099-u0301"},
		{"the invisible", "\u200b", "u200b"},
		{"the invalid", "\xff", "�"},
		{"a circled capital", "Ⓐ", "ⓐ"},
		{"an empty name has none", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			assert.Equal(t, tt.want, derive(tt.name))
			assert.Equal(t, tt.want, derive(tt.want), "again")
		})
	}
}

// SEL-4
func TestSlugOfALongNameIsCut(t *testing.T) {
	word := strings.Repeat("a", 150)
	assert.Equal(t, word, derive(word+" "+word), "after a whole word")
	assert.Equal(t, strings.Repeat("a", 199), derive(strings.Repeat("a", 199)+" a"), "no hyphen trails")
	assert.Equal(t, strings.Repeat("a", 200), derive(strings.Repeat("a", 200)+" b"), "a word of just the length")
	assert.Equal(t, strings.Repeat("新", 66), derive(strings.Repeat("新", 100)), "after a whole rune")
	assert.Equal(t, "2024-"+strings.Repeat("新", 65), derive("2024 "+strings.Repeat("新", 100)), "not after a word near the start")
	assert.Equal(t, strings.Repeat("की", 33), derive(strings.Repeat("की", 100)), "not before a letter's mark")
	assert.Equal(t, strings.Repeat("σ", 99)+"ς", derive(strings.Repeat("Σ", 300)), "with its final sigma")
}

// SEL-4
func TestSlugOfASlugDoesNotAllocate(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		derive("arms-exports-2024")
		Fold("arms-exports-2024")
		Fold("türkiye.haber")
		Check("arms-exports-2024")
	}))
}

// SEL-4
func TestGivenSlugIsFoldedButNotTransliterated(t *testing.T) {
	tests := []struct{ why, slug, want string }{
		{"a slug stays as it is", "arms-exports", "arms-exports"},
		{"capitals are lower-cased, not the Turkish way", "IRAN", "iran"},
		{"İ is i", "İstanbul", "istanbul"},
		{"Turkish letters stay", "Kılıç", "kılıç"},
		{"it is composed", norm.NFD.String("Май"), "май"},
		{"Greek has its final sigma", "ΟΔΟΣ-Α", "οδος-α"},
		{"underscores stay", "A_B", "a_b"},
		{"invalid UTF-8 is left for Check", "A\xff", "A\xff"},
		{"nothing stays nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			assert.Equal(t, tt.want, Fold(tt.slug))
			assert.Equal(t, tt.want, Fold(tt.want), "again")
		})
	}
}

// SEL-5
func TestSlugIsRefused(t *testing.T) {
	refused := map[string][]string{
		empty:     {""},
		tooLong:   {strings.Repeat("a", 201), strings.Repeat("新", 67)},
		notUTF8:   {"a\xff", "\xc3"},
		dotFirst:  {".", "..", "...", ".htaccess"},
		space:     {" a", "a ", " ", "a\u00a0b", "a\u3000", "a\u2028b"},
		invisible: {"a\x00", "a\nb", "\t", "a\x7f", "a\u0085", "a\u202eb", "a\u200db", "\ufeffa", "\u3164", "a\ufe0f", "a\uffff"},
		isEscaped: {"a%2fb", "%2e%2e", "%41"},
		slash:     {"a/b", "/", `a\b`},
	}
	for rule, slugs := range refused {
		for _, slug := range slugs {
			assert.Equal(t, rule, Check(slug), "%q", slug)
		}
	}
}

// SEL-5
func TestSlugIsAccepted(t *testing.T) {
	for _, slug := range []string{
		"a", "arms-exports", "a.b", "a_b", "r&d", "c++", "türkiye", "中文", "هنر", "हिन्दी", "🔥",
		"a?b", "c#", "100%", "%zz", "a%2", "a:b", "*", `"a"`, "<a>", "a|b", ">", "a b", "a.", // in addresses with escapes
		"feed", "page", "atom", "rss.xml", "con", "nul.txt",
		strings.Repeat("a", 200),
	} {
		assert.Empty(t, Check(slug), "%q", slug)
	}
}

// SEL-4
func TestEveryCharacterHasAStableSlug(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through all of Unicode")
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hangul) && r%32 != 0: // all alike
		case unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf):
			requireStableSlug(t, string(r))
			requireStableSlug(t, "\U00010405"+string(r)+"\u0308")
			requireStableSlug(t, "α"+string(r)+"\u0301\u0345я")
		}
	}
}

// SEL-4, SEL-5
func FuzzSlug(f *testing.F) {
	for _, s := range []string{
		"", "IĞDIR", "Mevlüt Çavuşoğlu", "I\u0307\u0327", "ΟΔΟΣ Σ'", "Май", "がｶﾞ", "한국\u1100\u1161\u11a8", "हिन्दी", "Ꭰꭰ Ა",
		"a\u034f\u0301", "1️⃣ 🎉", "ŉ ǆ ﬁ ½ ⒈ ℵ", "a\xff\x00/..", "nul.txt", "feed", "می\u200cخواهم",
		"C++ C#8 .NET ++ # .", "\u00c9#8", "E\u0301#8", "🔥", "?!", "\xff", "-",
		"я" + strings.Repeat("\u0301\u0327", 40), strings.Repeat("Σα ", 100), strings.Repeat("की", 100), strings.Repeat("ﬃ", 90),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		requireStableSlug(t, s)
	})
}

// requireStableSlug checks what holds for the slug of any name, and of any slug given.
func requireStableSlug(t *testing.T, s string) {
	slug := derive(s)
	if again := derive(slug); again != slug {
		require.Equal(t, slug, again, "slugify again, of %+q", s)
	}
	if folded := Fold(slug); folded != slug {
		require.Equal(t, slug, folded, "foldSlug of a slug, of %+q", s)
	}
	if rule := Check(slug); rule != "" && s != "" {
		require.Fail(t, "refused", "%s: %+q of %+q", rule, slug, s)
	}
	if _, makeshift := Derive(s); makeshift != (s != "" && deriveAny(s) == "") {
		require.Fail(t, "makeshift", "%+q", s)
	} else if !makeshift && strings.Contains(slug, "--") || strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") {
		require.Fail(t, "stray hyphen", "%+q of %+q", slug, s)
	}
	if utf8.ValidString(s) && len(s) < 60 { // norm breaks up longer runs of marks
		if derive(norm.NFC.String(s)) != slug || derive(norm.NFD.String(s)) != slug {
			require.Fail(t, "normalization changes the slug", "%+q", s)
		}
		if Fold(norm.NFD.String(s)) != Fold(s) {
			require.Fail(t, "normalization changes the folded slug", "%+q", s)
		}
	}

	folded := Fold(s)
	if again := Fold(folded); again != folded {
		require.Equal(t, folded, again, "foldSlug again, of %+q", s)
	}
	if Check(folded) == "" && norm.NFC.String(folded) != folded {
		require.Fail(t, "not NFC", "%+q of %+q", folded, s)
	}
}

// What is recognised comes out as it does the long way.
func assertShortCuts(t *testing.T, s string) {
	t.Helper()
	if derived := deriveAny(s); derived != "" {
		assert.Equal(t, derived, Of(s, ""), "%q", s)
	}
	folded := s
	if utf8.ValidString(s) {
		folded = foldAny(s)
	}
	assert.Equal(t, folded, Fold(s), "%q", s)
	assert.Equal(t, Of(s, ""), string(Append(nil, s, "")), "%q", s)
	assert.Equal(t, "before "+Of(s, s), string(Append([]byte("before "), s, s)), "%q", s)
	if isPlain(s) {
		assert.Empty(t, checkCharacters(s), "%q", s)
	}
}

func FuzzShortCuts(f *testing.F) {
	for _, s := range []string{"", "Arms Exports", "Erdoğan's", "it's `so`", "--a--b--", "C++", "a/b", "\x00a\x7fb", "U.S.–Turkey", "Ελλάς", "İŞÇİ"} {
		f.Add(s)
	}
	f.Fuzz(assertShortCuts)
}

// Each character of most scripts: alone, within a word and between words.
func TestShortCutsForEveryCharacter(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through most of Unicode")
	}
	for c := range rune(0x10010) {
		if c >= 0x3100 && c < 0xFE00 {
			continue // ideographs, Hangul and others that are treated alike
		}
		for _, form := range []string{"%s", "a%sb", "A %s b"} {
			assertShortCuts(t, strings.Replace(form, "%s", string(c), 1))
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// The same for the characters up to Cyrillic, fast enough for every run.
func TestShortCutsForEveryEuropeanCharacter(t *testing.T) {
	for c := range rune(0x500) {
		for _, form := range []string{"%s", "a%sb", "A %s b"} {
			assertShortCuts(t, strings.Replace(form, "%s", string(c), 1))
		}
	}
	for _, n := range []int{199, 200, 201} {
		assertShortCuts(t, strings.Repeat("a", n))
		assertShortCuts(t, strings.Repeat("A", n))
		assertShortCuts(t, strings.Repeat("ç", n/2))
	}
}

// All names of up to four bytes that matter.
func TestPlainSlugsAreThoseOfWordsAndHyphens(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	var check func(s string)
	check = func(s string) {
		assert.Equal(t, plain.MatchString(s), isPlain(s), "%q", s)
		if len(s) < 4 {
			for _, c := range "az09-`{/:A" {
				check(s + string(c))
			}
		}
	}
	check("")
	assert.True(t, isPlain(strings.Repeat("a", maxLength)))
	assert.False(t, isPlain(strings.Repeat("a", maxLength+1)))
}

func TestLowerASCIIHasNoCapitals(t *testing.T) {
	for c := range 256 {
		s := "a" + string([]byte{byte(c)})
		assert.Equal(t, c < utf8.RuneSelf && strings.ToLower(s) == s, isLowerASCII(s), "%q", s)
	}
}

func TestEuropeanNamesAreTakenByTheShortCut(t *testing.T) {
	for _, name := range []string{"", "-", "Mevlüt Çavuşoğlu", strings.Repeat("A", maxLength), "ſ"} {
		slug, ok := appendLatin([]byte("before "), name)
		assert.True(t, ok, name)
		assert.Equal(t, "before "+deriveAny(name), string(slug))
	}
	for _, name := range []string{strings.Repeat("A", maxLength+1), "Ελλάς", "aƀ", "a\u0080", "a\xff", "a«b"} {
		slug, ok := appendLatin([]byte("before "), name)
		assert.False(t, ok, name)
		assert.Equal(t, "before ", string(slug))
	}
}

func TestShortCutsCostNoMemory(t *testing.T) {
	buf := make([]byte, 0, 100)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		Append(buf, "Mevlüt Çavuşoğlu & İstanbul", "")
		Append(buf, "", "given-slug")
	}))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { Of("Mevlüt Çavuşoğlu", "") }), 1.0)
}

func TestLettersKeepSixteenMarks(t *testing.T) {
	for _, n := range []int{1, 15, 16, 17, 40} {
		want := "я" + strings.Repeat("\u0325", min(n, 16))
		assert.Equal(t, want, derive("я"+strings.Repeat("\u0325", n)), n)
	}
}

// The slug is cut after the last word that ends within 200 bytes, if that is at least half of them.
func TestCut(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	tests := []struct{ slug, want string }{
		{a(149) + "-" + a(50), a(149) + "-" + a(50)}, // 200
		{a(149) + "-" + a(50) + "-a", a(149) + "-" + a(50)},
		{a(149) + "-" + a(51), a(149)},
		{a(100) + "-" + a(150), a(100)},
		{a(99) + "-" + a(150), a(99) + "-" + a(100)},
		{a(199) + "é", a(199)},
		{a(198) + "é", a(198) + "é"},
		{a(198) + "é\u0301", a(198)},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, cut(tt.slug), "%d", len(tt.slug))
	}
}

func TestOfPrefersTheSlugThatIsGiven(t *testing.T) {
	assert.Equal(t, "ışık", Of("Light", "ışık"))
	assert.Equal(t, "türkiye_1", Of("Turkey", "Türkiye_1"))
	assert.Equal(t, "turkiye-1", Of("Türkiye_1", ""))
}

func TestOrdinaryNamesAreRecognised(t *testing.T) {
	for _, s := range []string{"Mevlüt Çavuşoğlu", "Terrorism & Crime", "IĞDIR'da İŞÇİ"} {
		assert.NotEmpty(t, deriveLatin(s), s)
	}
}

func TestPathIsMadeOfTheSlugsOfItsParts(t *testing.T) {
	assert.Equal(t, "world-news/arms-exports", Path("World News/Arms Exports"))
	assert.Equal(t, "…", Path("…"))
	assert.Equal(t, "a/feed-category/c", Path("A/Feed/C"))
}

// SEL-5
func TestWordsAreTakenBelowCategories(t *testing.T) {
	for _, slug := range []string{"feed", "page", "atom", "rss.xml", "atom.xml", "feed.json", "index.html"} {
		assert.True(t, IsPath(slug, 9), slug)
		assert.False(t, IsPath("a/"+slug, 9), slug)
		assert.False(t, IsPath("a/"+slug+"/b", 9), slug)
		assert.Equal(t, slug, Below("", slug))
		assert.Equal(t, slug+"-category", Below("a", slug))
		assert.Equal(t, "a/b/"+slug+"-category", string(AppendBelow([]byte("a/b"), "X", slug)))
		assert.Equal(t, slug, string(AppendBelow(nil, "X", slug)))
	}
	assert.Equal(t, "a/feeds", string(AppendBelow([]byte("a"), "Feeds", "")))
	// page/3 is an archive page.
	assert.False(t, IsPath("page/3", 9))
	assert.Equal(t, "3-category", Below("page", "3"))
	long := Below("page", strings.Repeat("3", 200))
	assert.Len(t, long, 200)
	assert.Equal(t, "page/"+long, string(AppendBelow([]byte("page"), strings.Repeat("3", 200), "")))
	assert.True(t, IsPath("page/"+long, 9))
	assert.True(t, IsPath("page/3a", 9))
	assert.True(t, IsPath("pages/3", 9))
	assert.True(t, IsPath("3", 9))
}

func TestIsPath(t *testing.T) {
	for _, path := range []string{"a", "a/b", "a/b/c", "ı/ş"} {
		assert.True(t, IsPath(path, 3), path)
	}
	for _, path := range []string{"", "/", "a/", "/a", "a//b", "a/b/c/d", "A", "a/.b", "a/\x00"} {
		assert.False(t, IsPath(path, 3), "%q", path)
	}
	assert.False(t, IsPath("a/b", 1))
}
