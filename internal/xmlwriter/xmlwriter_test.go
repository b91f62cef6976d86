package xmlwriter_test

// The Writer writes elements that are there and leaves out those that are not; whatever it is told,
// what it has written is well-formed.

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

var (
	one = xmlwriter.Namespace{Prefix: "one", URI: "https://example.com/one"}
	two = xmlwriter.Namespace{Prefix: "two", URI: "https://example.com/two"}
)

func attr(name, value string) xmlwriter.Attr { return xmlwriter.Attr{Name: name, Value: value} }

func TestWriterWrites(t *testing.T) {
	tests := map[string]struct {
		write func(w *xmlwriter.Writer)
		want  string
	}{
		"an element":              {func(w *xmlwriter.Writer) { w.Element("a", "x < y") }, "<a>x &#x3C; y</a>"},
		"attributes in order":     {func(w *xmlwriter.Writer) { w.Element("a", "x", attr("c", "1"), attr("b", `"2"`)) }, `<a c="1" b="&quot;2&quot;">x</a>`},
		"attributes alone":        {func(w *xmlwriter.Writer) { w.Element("a", "", attr("b", "1")) }, `<a b="1"/>`},
		"CDATA":                   {func(w *xmlwriter.Writer) { w.CDATA("a", "<p>]]></p>") }, "<a><![CDATA[<p>]]]]><![CDATA[></p>]]></a>"},
		"markup":                  {func(w *xmlwriter.Writer) { w.Markup("a", "<p>&amp;</p>") }, "<a>&lt;p&gt;&amp;amp;&lt;/p&gt;</a>"},
		"presence as a message":   {func(w *xmlwriter.Writer) { w.Empty("a"); w.Empty("b", attr("c", "1")) }, `<a/><b c="1"/>`},
		"nesting":                 {func(w *xmlwriter.Writer) { w.Start("a"); w.Start("b"); w.Element("c", "x"); w.End(); w.End() }, "<a><b><c>x</c></b></a>"},
		"an open attribute":       {func(w *xmlwriter.Writer) { w.Start("a", attr("b", "1")); w.End() }, `<a b="1"/>`},
		"prefixes":                {func(w *xmlwriter.Writer) { w.Element("one:a", "x", attr("two:b", "1")) }, `<one:a two:b="1">x</one:a>`},
		"names in capitals":       {func(w *xmlwriter.Writer) { w.Element("AZ", "x", attr("Z-1", "1")) }, `<AZ Z-1="1">x</AZ>`},
		"xml:lang":                {func(w *xmlwriter.Writer) { w.Element("a", "x", attr("xml:lang", "tr")) }, `<a xml:lang="tr">x</a>`},
		"one line break, not two": {func(w *xmlwriter.Writer) { w.Element("a", "x"); w.Break(); w.Break(); w.Element("b", "x") }, "<a>x</a>\n<b>x</b>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmlwriter.New([]byte("before "), one, two)
			test.write(w)
			assert.Equal(t, "before "+test.want, string(w.Bytes()))
			assert.NoError(t, w.Err())
		})
	}
}

func TestWriterLeavesOutWhatIsEmpty(t *testing.T) { // XML-6
	tests := map[string]func(w *xmlwriter.Writer){
		"element":                func(w *xmlwriter.Writer) { w.Element("one:a", "") },
		"CDATA":                  func(w *xmlwriter.Writer) { w.CDATA("one:a", "") },
		"markup":                 func(w *xmlwriter.Writer) { w.Markup("one:a", "") },
		"attributes":             func(w *xmlwriter.Writer) { w.Element("one:a", "", attr("b", ""), attr("one:c", "")) },
		"text of no characters":  func(w *xmlwriter.Writer) { w.Element("one:a", "\x00\x7f\ufffe", attr("b", "\x01")) },
		"attributes all refused": func(w *xmlwriter.Writer) { w.Element("one:a", "", attr("no name", "1")) },
		"parent":                 func(w *xmlwriter.Writer) { w.Start("one:a", attr("b", "")); w.Element("one:b", ""); w.End() },
		"parents of parents": func(w *xmlwriter.Writer) {
			w.Start("one:a")
			w.Start("one:b")
			w.End()
			w.Start("one:c")
			w.End()
			w.End()
		},
		"parent of line breaks": func(w *xmlwriter.Writer) { w.Start("one:a"); w.Break(); w.Element("one:b", ""); w.Break(); w.End() },
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmlwriter.New(nil, one)
			write(w)
			assert.Empty(t, string(w.Bytes()))
			assert.Empty(t, w.AppendUsed(nil), "no declaration for what was not written") // XML-3
		})
	}
}

func TestWriterKeepsAttributesOfAnElementOfLineBreaks(t *testing.T) {
	w := xmlwriter.New(nil)
	w.Start("a", attr("b", "1"))
	w.Break()
	w.End()
	assert.Equal(t, `<a b="1"/>`, string(w.Bytes()))
}

func TestWriterTellsWhichNamespacesWereUsed(t *testing.T) { // XML-3
	w := xmlwriter.New(nil, two, one, xmlwriter.Namespace{Prefix: "three", URI: "https://example.com/three"})
	w.Element("two:a", "x")
	w.Element("a", "x", attr("one:b", "1"))
	w.Element("one:a", "x")
	assert.Equal(t, []xmlwriter.Namespace{one, two}, w.AppendUsed(nil), "by prefix, each once")
	assert.Equal(t, ` xmlns:one="https://example.com/one" xmlns:two="https://example.com/two"`,
		string(xmlwriter.AppendDeclarations(nil, w.AppendUsed(nil)...)))
}

func TestWriterTakesOverNamespacesOfWhatWasWrittenElsewhere(t *testing.T) {
	w := xmlwriter.New(nil)
	w.Use(two, one, two)
	assert.Equal(t, []xmlwriter.Namespace{one, two}, w.AppendUsed(nil))
	require.NoError(t, w.Err())

	w.Use(xmlwriter.Namespace{Prefix: "one", URI: "https://example.com/other"})
	assert.Equal(t, []xmlwriter.Namespace{one, two}, w.AppendUsed(nil), "a prefix stands for one URI")
	assert.ErrorContains(t, w.Err(), "prefix one: already stands for https://example.com/one")
}

func TestWriterRefusesAndTells(t *testing.T) {
	tests := map[string]struct {
		write      func(w *xmlwriter.Writer)
		want, says string
	}{
		"a name that is none": {func(w *xmlwriter.Writer) { w.Element("a b", "x") }, "", `element "a b": not an XML name`},
		"a name of digits":    {func(w *xmlwriter.Writer) { w.Element("1a", "x") }, "", "not an XML name"},
		"no name":             {func(w *xmlwriter.Writer) { w.Empty("") }, "", "not an XML name"},
		"no local name":       {func(w *xmlwriter.Writer) { w.Empty("one:") }, "", "not an XML name"},
		"no prefix":           {func(w *xmlwriter.Writer) { w.Empty(":a") }, "", "not an XML name"},
		"an attribute's name": {func(w *xmlwriter.Writer) { w.Element("a", "x", attr(`b="1" c`, "2")) }, "<a>x</a>", "not an XML name"},
		"an unknown prefix":   {func(w *xmlwriter.Writer) { w.Element("three:a", "x") }, "", "prefix not among the namespaces"},
		"an attribute twice":  {func(w *xmlwriter.Writer) { w.Element("a", "x", attr("b", "1"), attr("b", "2")) }, `<a b="1">x</a>`, "attribute b of a: given twice"},
		"an attribute twice, by another prefix": {
			func(w *xmlwriter.Writer) { w.Element("a", "x", attr("one:b", "1"), attr("uno:b", "2")) }, `<a one:b="1">x</a>`, "given twice",
		},
		"a declaration":        {func(w *xmlwriter.Writer) { w.Element("a", "x", attr("xmlns:one", "u"), attr("xmlns", "u")) }, "<a>x</a>", "declarations are the root's"},
		"an element in xml":    {func(w *xmlwriter.Writer) { w.Element("xml:a", "x") }, "", "prefix not among the namespaces"},
		"an End without Start": {func(w *xmlwriter.Writer) { w.Element("a", "x"); w.End() }, "<a>x</a>", "End without Start"},
		"children of a refused": {func(w *xmlwriter.Writer) {
			w.Start("a b")
			w.Element("c", "x")
			w.Start("d")
			w.Empty("e")
			w.End()
			w.End()
		}, "", "not an XML name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmlwriter.New(nil, one, xmlwriter.Namespace{Prefix: "uno", URI: one.URI})
			test.write(w)
			w.Element("after", "x")
			assert.Equal(t, test.want+"<after>x</after>", string(w.Bytes()))
			assert.ErrorContains(t, w.Err(), test.says)
		})
	}
}

func TestEmptyAttributeLeavesItsNameFree(t *testing.T) {
	w := xmlwriter.New(nil)
	w.Element("a", "x", attr("b", ""), attr("b", "2"))
	assert.Equal(t, `<a b="2">x</a>`, string(w.Bytes()))
	assert.NoError(t, w.Err())
}

func TestElementsOfAnotherWriterAreInserted(t *testing.T) {
	w := xmlwriter.New(nil, one)
	w.Start("a")
	require.NoError(t, w.Insert([]byte("<two:b>x</two:b>"), two))
	w.InsertText("<c>x</c>")
	w.End()
	assert.Equal(t, "<a><two:b>x</two:b><c>x</c></a>", string(w.Bytes()))
	assert.Equal(t, []xmlwriter.Namespace{two}, w.AppendUsed(nil))
}

func TestNothingIsInsertedBelowARefusedElement(t *testing.T) {
	w := xmlwriter.New(nil)
	w.Start("no name")
	assert.NoError(t, w.Insert([]byte("<one:b>x</one:b>"), one))
	w.InsertText("<c>x</c>")
	w.End()
	assert.Empty(t, string(w.Bytes()))
	assert.Empty(t, w.AppendUsed(nil))
}

func TestEndAllClosesWhatIsOpen(t *testing.T) {
	w := xmlwriter.New(nil)
	w.Start("a")
	w.Start("b")
	w.Element("c", "x")
	w.EndAll()
	assert.EqualError(t, w.Err(), "element b: never ended\nelement a: never ended")
	assert.Equal(t, "<a><b><c>x</c></b></a>", string(w.Bytes()))
}

func TestNothingIsInsertedWhosePrefixHasAnotherMeaning(t *testing.T) {
	const other = "https://example.com/other"
	for prefix, says := range map[string]string{
		"one":   "prefix one: already stands for https://example.com/one",
		"known": "prefix known: already stands for https://example.com/known",
	} {
		w := xmlwriter.New(nil, one, xmlwriter.Namespace{Prefix: "known", URI: "https://example.com/known"})
		w.Element("one:before", "x")
		err := w.Insert([]byte("<lost/>"), two, xmlwriter.Namespace{Prefix: prefix, URI: other})
		assert.EqualError(t, err, says)
		w.Element("after", "x")
		assert.Equal(t, "<one:before>x</one:before><after>x</after>", string(w.Bytes()))
		assert.Equal(t, []xmlwriter.Namespace{one}, w.AppendUsed(nil))
	}
}

func TestNamespacesThatXMLCannotDeclareAreRefused(t *testing.T) {
	const uri = "https://example.com/"
	for _, ns := range []xmlwriter.Namespace{
		{Prefix: "", URI: uri}, {Prefix: "a b", URI: uri}, {Prefix: "a:b", URI: uri}, {Prefix: "xml", URI: uri}, {Prefix: "xmlns", URI: uri},
		{Prefix: "a", URI: ""}, {Prefix: "a", URI: "\x00"},
		{Prefix: "a", URI: "http://www.w3.org/XML/1998/namespace"}, {Prefix: "a", URI: "http://www.w3.org/2000/xmlns/"},
	} {
		w := xmlwriter.New(nil, ns)
		w.Use(ns)
		assert.Error(t, w.Err(), "%+v", ns)
		w.Element(ns.Prefix+":e", "x")
		assert.Empty(t, string(w.Bytes()), "%+v", ns)
		assert.Empty(t, w.AppendUsed(nil), "%+v", ns)
	}
}

// FuzzWriter drives a Writer with any sequence of calls: each byte of script is one.
func FuzzWriter(f *testing.F) {
	f.Add("sestnee", "a", "text", "one:b", "value")
	f.Add("sbeSSbee", "a b", "]]>", "xmlns:x", "\x00")
	f.Add("Nnnsep", "one:a", "", "two:b", "\"")
	f.Fuzz(func(t *testing.T, script, name, text, attrName, value string) {
		if len(script) > 100 {
			return
		}
		w := xmlwriter.New(nil, one)
		play(w, script, name, text, attr(attrName, value))
		w.EndAll()
		doc := "<root" + string(xmlwriter.AppendDeclarations(nil, w.AppendUsed(nil)...)) + ">" + string(w.Bytes()) + "</root>"
		assert.NoError(t, xml.Unmarshal([]byte(doc), new(struct{})), "%q", doc)
		prefixes := map[string]bool{}
		for _, ns := range w.AppendUsed(nil) {
			assert.False(t, prefixes[ns.Prefix], "prefix %s is declared twice", ns.Prefix)
			prefixes[ns.Prefix] = true
		}
	})
}

func play(w *xmlwriter.Writer, script, name, text string, a xmlwriter.Attr) {
	for _, call := range []byte(script) {
		switch call {
		case 's':
			w.Start(name, a)
		case 'S':
			w.Start("a")
		case 'e':
			w.End()
		case 't':
			w.Element(name, text, a)
		case 'c':
			w.CDATA("two:c", text)
		case 'm':
			w.Markup(name, text, a, a)
		case 'n':
			w.Empty(name, a)
		case 'b':
			w.Break()
		case 'u':
			w.Use(xmlwriter.Namespace{Prefix: name, URI: a.Value})
		case 'N':
			inner := xmlwriter.New(nil, two, xmlwriter.Namespace{Prefix: name, URI: a.Value})
			play(inner, strings.ReplaceAll(script, "N", "t"), name, text, a)
			inner.EndAll()
			_ = w.Insert(inner.Bytes(), inner.AppendUsed(nil)...)
		}
	}
}

func TestAResetWriterHasNothingOfBefore(t *testing.T) {
	one := xmlwriter.Namespace{Prefix: "one", URI: "https://one.example/"}
	w := xmlwriter.New([]byte("before"), one)
	w.Start("open")
	w.Element("one:used", "text")
	w.Element("two:unknown", "text")
	w.Reset([]byte("after"))
	assert.NoError(t, w.Err())
	assert.Empty(t, w.AppendUsed(nil))
	w.Element("one:known", "text")
	assert.Equal(t, "after<one:known>text</one:known>", string(w.Bytes()))
	assert.Equal(t, []xmlwriter.Namespace{{Prefix: "zero"}, one}, w.AppendUsed([]xmlwriter.Namespace{{Prefix: "zero"}}))
	w.End()
	assert.ErrorContains(t, w.Err(), "End without Start")
}

func FuzzLegalTextIsWrittenAsAnyOther(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = escape.Legal(s)
		known, any := xmlwriter.New(nil), xmlwriter.New(nil)
		attr := xmlwriter.Attr{Name: "type", Value: "html"}
		any.CDATA("a", s)
		any.CDATA("a", s, attr)
		any.Element("a", s)
		any.Markup("a", s, attr)
		known.LegalCDATA("a", s)
		known.LegalCDATA("a", s, attr)
		known.LegalElement("a", s)
		known.LegalMarkup("a", s, attr)
		assert.Equal(t, string(any.Bytes()), string(known.Bytes()))
		assert.Equal(t, string(escape.AppendJSON(nil, s)), string(escape.AppendLegalJSON(nil, s)))
	})
}

var hostile = []string{
	"", "plain", "<b>bold</b> & \"quoted\" 'single'", "&amp; &#38; &nbsp;", "]]>", "]]]>", "]]>]]>", "tab\tand\nline", "e\u0301", "👩‍🚀",
}

func TestHasElement(t *testing.T) {
	w := xmlwriter.New(nil, one)
	w.Element("one:a", "description > <description>", attr("b", "<description>"))
	w.CDATA("one:b", "<description>x</description>]]><description>")
	w.Start("one:c")
	w.Element("description", "inside")
	w.Empty("one:d")
	w.End()
	assert.False(t, xmlwriter.HasElement(w.Bytes(), "description"), string(w.Bytes()))
	assert.True(t, xmlwriter.HasElement(w.Bytes(), "one:c"))
	assert.False(t, xmlwriter.HasElement(w.Bytes(), "one"))
	assert.False(t, xmlwriter.HasElement(nil, "description"))
	for name, write := range map[string]func(){
		"text": func() { w.Element("description", "x") }, "CDATA": func() { w.CDATA("description", "<p>") },
		"attributes": func() { w.Element("description", "", attr("a", "1")) }, "empty": func() { w.Empty("description") },
	} {
		length := len(w.Bytes())
		write()
		assert.True(t, xmlwriter.HasElement(w.Bytes(), "description"), name)
		w.Reset(w.Bytes()[:length])
	}
}
