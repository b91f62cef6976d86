package escape_test

// One policy for the characters of text, attributes, CDATA sections and JSON: whatever comes in,
// what goes out is XML 1.0, and a parser reads exactly what Legal says.

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/escape"
)

// appenders are the functions that write text, with what stands around it in a document.
var appenders = map[string]struct {
	before, after string
	appendTo      func([]byte, string) []byte
}{
	"text":      {"<a>", "</a>", escape.AppendText},
	"markup":    {"<a>", "</a>", escape.AppendMarkup},
	"CDATA":     {"<a>", "</a>", escape.AppendCDATA},
	"attribute": {`<a b="`, `"/>`, escape.AppendAttr},
}

// hostile are texts that have broken feeds.
var hostile = []string{
	"", "plain", "<b>bold</b> & \"quoted\" 'single'", "&amp; &#38; &nbsp;", "]]>", "]]]>", "]]>]]>", "]]", "]", ">", "]\x00]>",
	"tab\tand\nline", "\r", "\r\n", "\r\r\n", "a\rb", "\r\x00\n", "\x00\x01\x1f\x7f", "\u0080\u0093\u0094\u0081\u009d\u009f", "\u0085",
	"\ufffe\uffff\ufffd\ufdd0", "\U0001fffe\U0010ffff", "\xff\xfe", "caf\xe9", "\xed\xa0\x80", "\xc3", "\xf0\x9f\x91", "\ufeffbom",
	"👩‍🚀 👨‍👩‍👧‍👦 🇹🇷 ❤️ 𝒜", "Mevlüt Çavuşoğlu", "e\u0301", "\u200b\u200e\u202e\u2028\u2029", "<!-- --> <?pi?> <![CDATA[ ]]>",
}

// decoded returns what a parser reads of text between before and after.
func decoded(t *testing.T, doc string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	var text strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			return text.String()
		}
		require.NoError(t, err, "%q", doc)
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				text.WriteString(a.Value)
			}
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
		default:
			require.Failf(t, "markup in text", "%T in %q", token, doc)
		}
	}
}

func TestLegal(t *testing.T) { // XML-1
	tests := map[string]struct{ given, want string }{
		"nothing":                         {"", ""},
		"tab and line feed stay":          {"a\tb\nc", "a\tb\nc"},
		"C0 controls are dropped":         {"a\x00\x01\x08\x0b\x0c\x0e\x1fb", "ab"},
		"DEL is dropped":                  {"a\x7fb", "ab"},
		"C1 controls are Windows-1252":    {"\u0093Hi\u0094 \u0080\u00a35 \u0096 it\u0092s\u0085 \u0099\u009f", "“Hi” €£5 – it’s… ™Ÿ"},
		"C1 controls that stand for none": {"a\u0081\u008d\u008f\u0090\u009db", "ab"},
		"U+00A0 is no control":            {"a\u00a0b", "a\u00a0b"},
		"U+FFFE and U+FFFF are dropped":   {"a\ufffeb\uffffc", "abc"},
		"their neighbours stay":           {"\ufffd\ufdd0\U0001fffe\U0010ffff", "\ufffd\ufdd0\U0001fffe\U0010ffff"},
		"each invalid byte is U+FFFD":     {"caf\xe9 \xff\xfe", "caf\ufffd \ufffd\ufffd"},
		"cut sequence":                    {"a\xf0\x9f\x91", "a\ufffd\ufffd\ufffd"},
		"surrogates in UTF-8":             {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
		"overlong slash":                  {"\xc0\xaf", "\ufffd\ufffd"},
		"CR is LF":                        {"a\rb", "a\nb"},
		"CRLF is one LF":                  {"a\r\nb\r\n", "a\nb\n"},
		"CR CR LF is two":                 {"a\r\r\nb", "a\n\nb"},
		"CR at the end":                   {"a\r", "a\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, escape.Legal(test.given))
			assert.Equal(t, "before "+test.want, string(escape.AppendLegal([]byte("before "), test.given)))
		})
	}
}

func TestEmojiAndAstralCharactersSurvive(t *testing.T) { // XML-5
	for _, s := range []string{"👩‍🚀", "👨‍👩‍👧‍👦", "🇹🇷", "❤️", "👍🏽", "𝒜𝄞", "\U0010fffd"} {
		assert.Equal(t, s, escape.Legal(s))
		for name, a := range appenders {
			assert.Contains(t, string(a.appendTo(nil, s)), s, "%s: not as a reference", name)
		}
	}
}

func TestLegalTextCostsNoMemory(t *testing.T) {
	clean := strings.Repeat("Mevlüt Çavuşoğlu said:\t“no” 👩‍🚀\n", 100)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = escape.Legal(clean) }))
	buffer := make([]byte, 0, 2*len(clean))
	for name, a := range appenders {
		assert.Zero(t, testing.AllocsPerRun(100, func() { _ = a.appendTo(buffer, clean) }), name)
	}
}

func TestEscapes(t *testing.T) {
	const given = "<a href=\"x\">'&amp;'</a>\t\n"
	tests := map[string]string{
		"text":      "&#x3C;a href=\"x\"&gt;'&#x26;amp;'&#x3C;/a&gt;\t\n",
		"markup":    "&lt;a href=\"x\"&gt;'&amp;amp;'&lt;/a&gt;\t\n",
		"CDATA":     "<![CDATA[<a href=\"x\">'&amp;'</a>\t\n]]>",
		"attribute": "&lt;a href=&quot;x&quot;&gt;'&amp;amp;'&lt;/a&gt;&#x9;&#xA;",
	}
	for name, want := range tests {
		assert.Equal(t, want, string(appenders[name].appendTo(nil, given)), name)
	}
}

func TestCDATAEndIsSplit(t *testing.T) { // XML-4
	tests := map[string]string{
		"":          "<![CDATA[]]>",
		"a]]>b":     "<![CDATA[a]]]]><![CDATA[>b]]>",
		"]]>":       "<![CDATA[]]]]><![CDATA[>]]>",
		"]]]>":      "<![CDATA[]]]]]><![CDATA[>]]>",
		"]]>]]>":    "<![CDATA[]]]]><![CDATA[>]]]]><![CDATA[>]]>",
		"]]":        "<![CDATA[]]]]>",
		"]\x00]>":   "<![CDATA[]]]]><![CDATA[>]]>", // what is dropped must not join what was apart
		"<![CDATA[": "<![CDATA[<![CDATA[]]>",
	}
	for given, want := range tests {
		got := string(escape.AppendCDATA(nil, given))
		assert.Equal(t, want, got, "%q", given)
		assert.Equal(t, escape.Legal(given), decoded(t, "<a>"+got+"</a>"), "%q", given)
	}
}

func TestNoDocumentEndsItsText(t *testing.T) { // XML-4: `]]>` may not stand in character data either
	for _, s := range hostile {
		assert.NotContains(t, string(escape.AppendText(nil, s)), "]]>")
		assert.NotContains(t, string(escape.AppendMarkup(nil, s)), "]]>")
	}
}

func TestAttributesKeepTabsLinesAndQuotes(t *testing.T) {
	const given = "one\ttwo\nthree \"four\" 'five'"
	got := string(escape.AppendAttr(nil, given))
	assert.NotContains(t, got, "\t", "a parser would make it a space")
	assert.NotContains(t, got, "\n", "a parser would make it a space")
	assert.Equal(t, given, decoded(t, `<a b="`+got+`"/>`))
}

func TestParsersReadWhatLegalSays(t *testing.T) { // XML-1, XML-4, XML-5
	for name, a := range appenders {
		for _, s := range hostile {
			assert.Equal(t, escape.Legal(s), decoded(t, a.before+string(a.appendTo(nil, s))+a.after), "%s: %q", name, s)
		}
	}
}

func TestJSONStringsSayWhatLegalSays(t *testing.T) {
	for _, s := range hostile {
		assertJSONString(t, s)
	}
	assert.Equal(t, `"<a href=\"x\">\\ &amp; \t\n"`, string(escape.AppendJSON(nil, "<a href=\"x\">\\ &amp; \t\n")))
}

func assertJSONString(t *testing.T, s string) {
	t.Helper()
	var got string
	doc := escape.AppendJSON(nil, s)
	require.NoError(t, json.Unmarshal(doc, &got), "%s", doc)
	assert.Equal(t, escape.Legal(s), got)
}

func FuzzAppendJSON(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(assertJSONString)
}

func FuzzLegal(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		legal := escape.Legal(s)
		assert.Equal(t, legal, escape.Legal(legal), "idempotent")
		assert.Equal(t, legal, string(escape.AppendLegal(nil, s)))
		assert.Equal(t, reference(s), legal)
		assert.True(t, utf8.ValidString(legal))
	})
}

// reference is the policy said in the simplest way, one character at a time.
func reference(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	const c1 = "€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ"
	return strings.Map(func(c rune) rune {
		if 0x80 <= c && c <= 0x9f {
			c = []rune(c1)[c-0x80]
		}
		if c < 0x20 && c != '\t' && c != '\n' || c == 0x7f || c == 0xfffe || c == 0xffff {
			return -1
		}
		return c
	}, s)
}

func FuzzAppendText(f *testing.F)   { fuzzAppender(f, "text") }
func FuzzAppendMarkup(f *testing.F) { fuzzAppender(f, "markup") }
func FuzzAppendCDATA(f *testing.F)  { fuzzAppender(f, "CDATA") }
func FuzzAppendAttr(f *testing.F)   { fuzzAppender(f, "attribute") }

func fuzzAppender(f *testing.F, name string) {
	for _, s := range hostile {
		f.Add(s)
	}
	a := appenders[name]
	f.Fuzz(func(t *testing.T, s string) {
		doc := string(a.appendTo([]byte(a.before), s)) + a.after
		assert.Equal(t, escape.Legal(s), decoded(t, doc), "%q", doc)
	})
}

func TestTrimMakesLegalAndTrims(t *testing.T) {
	assert.Equal(t, "a b", escape.Trim(" \x00 a b\r\n"))
	assert.Empty(t, escape.Trim(" \x01 "))
}
