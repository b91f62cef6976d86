package xmltext_test

// The Writer writes elements that are there and leaves out those that are not; whatever it is told,
// what it has written is well-formed.

import (
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/legal"
	"github.com/syndicate-go/syndicate/xmltext"
)

var (
	one = xmltext.Namespace{Prefix: "one", URI: "https://example.com/one"}
	two = xmltext.Namespace{Prefix: "two", URI: "https://example.com/two"}
)

func attr(name, value string) xmltext.Attr { return xmltext.Attr{Name: name, Value: value} }

func ExampleWriter() {
	media := xmltext.Namespace{Prefix: "media", URI: "http://search.yahoo.com/mrss/"}
	w := xmltext.NewWriter(nil, media)
	w.Start("media:content", xmltext.Attr{Name: "url", Value: "https://example.com/a.jpg?w=1&h=2"})
	w.Element("media:title", "Me & you")
	w.Element("media:credit", "") // nothing to say, nothing written
	w.End()

	fmt.Printf("<item%s>%s</item>\n", xmltext.AppendDeclarations(nil, w.Used()...), w.Bytes())
	fmt.Println(w.Err())
	// Output:
	// <item xmlns:media="http://search.yahoo.com/mrss/"><media:content url="https://example.com/a.jpg?w=1&amp;h=2"><media:title>Me &#x26; you</media:title></media:content></item>
	// <nil>
}

func TestWriterWrites(t *testing.T) {
	tests := map[string]struct {
		write func(w *xmltext.Writer)
		want  string
	}{
		"an element":              {func(w *xmltext.Writer) { w.Element("a", "x < y") }, "<a>x &#x3C; y</a>"},
		"attributes in order":     {func(w *xmltext.Writer) { w.Element("a", "x", attr("c", "1"), attr("b", `"2"`)) }, `<a c="1" b="&quot;2&quot;">x</a>`},
		"attributes alone":        {func(w *xmltext.Writer) { w.Element("a", "", attr("b", "1")) }, `<a b="1"/>`},
		"CDATA":                   {func(w *xmltext.Writer) { w.CDATA("a", "<p>]]></p>") }, "<a><![CDATA[<p>]]]]><![CDATA[></p>]]></a>"},
		"markup":                  {func(w *xmltext.Writer) { w.Markup("a", "<p>&amp;</p>") }, "<a>&lt;p&gt;&amp;amp;&lt;/p&gt;</a>"},
		"presence as a message":   {func(w *xmltext.Writer) { w.Empty("a"); w.Empty("b", attr("c", "1")) }, `<a/><b c="1"/>`},
		"nesting":                 {func(w *xmltext.Writer) { w.Start("a"); w.Start("b"); w.Element("c", "x"); w.End(); w.End() }, "<a><b><c>x</c></b></a>"},
		"an open attribute":       {func(w *xmltext.Writer) { w.Start("a", attr("b", "1")); w.End() }, `<a b="1"/>`},
		"prefixes":                {func(w *xmltext.Writer) { w.Element("one:a", "x", attr("two:b", "1")) }, `<one:a two:b="1">x</one:a>`},
		"xml:lang":                {func(w *xmltext.Writer) { w.Element("a", "x", attr("xml:lang", "tr")) }, `<a xml:lang="tr">x</a>`},
		"one line break, not two": {func(w *xmltext.Writer) { w.Element("a", "x"); w.Break(); w.Break(); w.Element("b", "x") }, "<a>x</a>\n<b>x</b>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmltext.NewWriter([]byte("before "), one, two)
			test.write(w)
			assert.Equal(t, "before "+test.want, string(w.Bytes()))
			assert.NoError(t, w.Err())
		})
	}
}

func TestWriterLeavesOutWhatIsEmpty(t *testing.T) { // XML-6
	tests := map[string]func(w *xmltext.Writer){
		"element":                func(w *xmltext.Writer) { w.Element("one:a", "") },
		"CDATA":                  func(w *xmltext.Writer) { w.CDATA("one:a", "") },
		"markup":                 func(w *xmltext.Writer) { w.Markup("one:a", "") },
		"attributes":             func(w *xmltext.Writer) { w.Element("one:a", "", attr("b", ""), attr("one:c", "")) },
		"text of no characters":  func(w *xmltext.Writer) { w.Element("one:a", "\x00\x7f\ufffe", attr("b", "\x01")) },
		"attributes all refused": func(w *xmltext.Writer) { w.Element("one:a", "", attr("no name", "1")) },
		"parent":                 func(w *xmltext.Writer) { w.Start("one:a", attr("b", "")); w.Element("one:b", ""); w.End() },
		"parents of parents": func(w *xmltext.Writer) {
			w.Start("one:a")
			w.Start("one:b")
			w.End()
			w.Start("one:c")
			w.End()
			w.End()
		},
		"parent of line breaks": func(w *xmltext.Writer) { w.Start("one:a"); w.Break(); w.Element("one:b", ""); w.Break(); w.End() },
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmltext.NewWriter(nil, one)
			write(w)
			assert.Empty(t, string(w.Bytes()))
			assert.Empty(t, w.Used(), "no declaration for what was not written") // XML-3
		})
	}
}

func TestWriterKeepsAttributesOfAnElementOfLineBreaks(t *testing.T) {
	w := xmltext.NewWriter(nil)
	w.Start("a", attr("b", "1"))
	w.Break()
	w.End()
	assert.Equal(t, `<a b="1"/>`, string(w.Bytes()))
}

func TestWriterTellsWhichNamespacesWereUsed(t *testing.T) { // XML-3
	w := xmltext.NewWriter(nil, two, one, xmltext.Namespace{Prefix: "three", URI: "https://example.com/three"})
	w.Element("two:a", "x")
	w.Element("a", "x", attr("one:b", "1"))
	w.Element("one:a", "x")
	assert.Equal(t, []xmltext.Namespace{one, two}, w.Used(), "by prefix, each once")
	assert.Equal(t, ` xmlns:one="https://example.com/one" xmlns:two="https://example.com/two"`,
		string(xmltext.AppendDeclarations(nil, w.Used()...)))
}

func TestWriterTakesOverNamespacesOfWhatWasWrittenElsewhere(t *testing.T) {
	w := xmltext.NewWriter(nil)
	w.Use(two, one, two)
	assert.Equal(t, []xmltext.Namespace{one, two}, w.Used())
	require.NoError(t, w.Err())

	w.Use(xmltext.Namespace{Prefix: "one", URI: "https://example.com/other"})
	assert.Equal(t, []xmltext.Namespace{one, two}, w.Used(), "a prefix stands for one URI")
	assert.ErrorContains(t, w.Err(), "prefix one: already stands for https://example.com/one")
}

func TestWriterRefusesAndTells(t *testing.T) {
	tests := map[string]struct {
		write      func(w *xmltext.Writer)
		want, says string
	}{
		"a name that is none": {func(w *xmltext.Writer) { w.Element("a b", "x") }, "", `element "a b": not an XML name`},
		"a name of digits":    {func(w *xmltext.Writer) { w.Element("1a", "x") }, "", "not an XML name"},
		"no name":             {func(w *xmltext.Writer) { w.Empty("") }, "", "not an XML name"},
		"no local name":       {func(w *xmltext.Writer) { w.Empty("one:") }, "", "not an XML name"},
		"no prefix":           {func(w *xmltext.Writer) { w.Empty(":a") }, "", "not an XML name"},
		"an attribute's name": {func(w *xmltext.Writer) { w.Element("a", "x", attr(`b="1" c`, "2")) }, "<a>x</a>", "not an XML name"},
		"an unknown prefix":   {func(w *xmltext.Writer) { w.Element("three:a", "x") }, "", "prefix not among the namespaces"},
		"an attribute twice":  {func(w *xmltext.Writer) { w.Element("a", "x", attr("b", "1"), attr("b", "2")) }, `<a b="1">x</a>`, "attribute b of a: given twice"},
		"an attribute twice, by another prefix": {
			func(w *xmltext.Writer) { w.Element("a", "x", attr("one:b", "1"), attr("uno:b", "2")) }, `<a one:b="1">x</a>`, "given twice",
		},
		"a declaration":        {func(w *xmltext.Writer) { w.Element("a", "x", attr("xmlns:one", "u"), attr("xmlns", "u")) }, "<a>x</a>", "declarations are the root's"},
		"an element in xml":    {func(w *xmltext.Writer) { w.Element("xml:a", "x") }, "", "prefix not among the namespaces"},
		"an End without Start": {func(w *xmltext.Writer) { w.Element("a", "x"); w.End() }, "<a>x</a>", "End without Start"},
		"children of a refused": {func(w *xmltext.Writer) {
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
			w := xmltext.NewWriter(nil, one, xmltext.Namespace{Prefix: "uno", URI: one.URI})
			test.write(w)
			w.Element("after", "x")
			assert.Equal(t, test.want+"<after>x</after>", string(w.Bytes()))
			assert.ErrorContains(t, w.Err(), test.says)
		})
	}
}

func TestEmptyAttributeLeavesItsNameFree(t *testing.T) {
	w := xmltext.NewWriter(nil)
	w.Element("a", "x", attr("b", ""), attr("b", "2"))
	assert.Equal(t, `<a b="2">x</a>`, string(w.Bytes()))
	assert.NoError(t, w.Err())
}

func TestNestedWriterKnowsItsOwnNamespaces(t *testing.T) {
	w := xmltext.NewWriter(nil, one)
	w.Start("a")
	require.NoError(t, w.Nested([]xmltext.Namespace{two}, func(w *xmltext.Writer) { w.Element("two:b", "x") }))
	err := w.Nested([]xmltext.Namespace{two}, func(w *xmltext.Writer) { w.Element("one:b", "x"); w.Element("two:c", "x") })
	assert.ErrorContains(t, err, "prefix not among the namespaces")
	w.End()
	assert.Equal(t, "<a><two:b>x</two:b><two:c>x</two:c></a>", string(w.Bytes()))
	assert.Equal(t, []xmltext.Namespace{two}, w.Used())
	assert.NoError(t, w.Err(), "the nested writer's mistakes are its own")
}

func TestNestedWriterCannotEndWhatItDidNotStart(t *testing.T) {
	w := xmltext.NewWriter(nil)
	w.Start("a")
	assert.ErrorContains(t, w.Nested(nil, func(w *xmltext.Writer) { w.Element("b", "x"); w.End() }), "End without Start")
	w.End()
	assert.Equal(t, "<a><b>x</b></a>", string(w.Bytes()))
}

func TestNestedWriterBelowARefusedElementIsNotAsked(t *testing.T) {
	w := xmltext.NewWriter(nil)
	w.Start("no name")
	assert.NoError(t, w.Nested(nil, func(w *xmltext.Writer) { w.Element("a", "x") }))
	w.End()
	assert.Empty(t, string(w.Bytes()))
}

func TestNestedWriterIsEnded(t *testing.T) {
	w := xmltext.NewWriter(nil)
	err := w.Nested(nil, func(w *xmltext.Writer) { w.Start("a"); w.Start("b"); w.Element("c", "x") })
	assert.ErrorContains(t, err, "element b: never ended\nelement a: never ended")
	assert.Equal(t, "<a><b><c>x</c></b></a>", string(w.Bytes()))
}

func TestNothingStaysOfANestedWriterThatFails(t *testing.T) {
	tests := map[string]struct {
		write func(w *xmltext.Writer)
		says  string
	}{
		"panic":                  {func(w *xmltext.Writer) { w.Element("two:a", "x"); w.Start("b"); panic("boom") }, "panic: boom"},
		"another meaning, used":  {func(w *xmltext.Writer) { w.Element("two:a", "x"); w.Element("one:a", "x") }, "prefix one: already stands for https://example.com/one"},
		"another meaning, known": {func(w *xmltext.Writer) { w.Element("two:a", "x"); w.Element("known:a", "x") }, "prefix known: already stands for"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmltext.NewWriter(nil, one, xmltext.Namespace{Prefix: "known", URI: "https://example.com/known"})
			w.Element("one:before", "x")
			const other = "https://example.com/other"
			err := w.Nested([]xmltext.Namespace{two, {Prefix: "one", URI: other}, {Prefix: "known", URI: other}}, test.write)
			assert.ErrorContains(t, err, test.says)
			w.Element("after", "x")
			assert.Equal(t, "<one:before>x</one:before><after>x</after>", string(w.Bytes()))
			assert.Equal(t, []xmltext.Namespace{one}, w.Used())
		})
	}
}

func TestNamespacesThatXMLCannotDeclareAreRefused(t *testing.T) {
	const uri = "https://example.com/"
	for _, ns := range []xmltext.Namespace{
		{Prefix: "", URI: uri}, {Prefix: "a b", URI: uri}, {Prefix: "a:b", URI: uri}, {Prefix: "xml", URI: uri}, {Prefix: "xmlns", URI: uri},
		{Prefix: "a", URI: ""}, {Prefix: "a", URI: "\x00"},
		{Prefix: "a", URI: "http://www.w3.org/XML/1998/namespace"}, {Prefix: "a", URI: "http://www.w3.org/2000/xmlns/"},
	} {
		w := xmltext.NewWriter(nil, ns)
		w.Use(ns)
		assert.Error(t, w.Err(), "%+v", ns)
		w.Element(ns.Prefix+":e", "x")
		assert.Empty(t, string(w.Bytes()), "%+v", ns)
		assert.Empty(t, w.Used(), "%+v", ns)
	}
}

// FuzzWriter drives a Writer with any sequence of calls: each byte of script is one.
func FuzzWriter(f *testing.F) {
	f.Add("sestnee", "a", "text", "one:b", "value")
	f.Add("sbeSSbee", "a b", "]]>", "xmlns:x", "\x00")
	f.Add("pnnsep", "one:a", "", "two:b", "\"")
	f.Fuzz(func(t *testing.T, script, name, text, attrName, value string) {
		if len(script) > 100 {
			return
		}
		w := xmltext.NewWriter(nil, one)
		_ = w.Nested([]xmltext.Namespace{one, two}, func(w *xmltext.Writer) { play(w, script, name, text, attr(attrName, value)) })
		doc := "<root" + string(xmltext.AppendDeclarations(nil, w.Used()...)) + ">" + string(w.Bytes()) + "</root>"
		assert.NoError(t, xml.Unmarshal([]byte(doc), new(struct{})), "%q", doc)
		prefixes := map[string]bool{}
		for _, ns := range w.Used() {
			assert.False(t, prefixes[ns.Prefix], "prefix %s is declared twice", ns.Prefix)
			prefixes[ns.Prefix] = true
		}
	})
}

func play(w *xmltext.Writer, script, name, text string, a xmltext.Attr) {
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
			w.Use(xmltext.Namespace{Prefix: name, URI: a.Value})
		case 'p':
			_ = w.Nested([]xmltext.Namespace{two}, func(w *xmltext.Writer) { w.Start("two:a"); panic("half-way") })
		case 'N':
			_ = w.Nested([]xmltext.Namespace{{Prefix: name, URI: a.Value}}, func(w *xmltext.Writer) { w.Element(name+":n", text, a); w.End() })
		}
	}
}

func TestAResetWriterHasNothingOfBefore(t *testing.T) {
	one := xmltext.Namespace{Prefix: "one", URI: "https://one.example/"}
	w := xmltext.NewWriter([]byte("before"), one)
	w.Start("open")
	w.Element("one:used", "text")
	w.Element("two:unknown", "text")
	w.Reset([]byte("after"))
	assert.NoError(t, w.Err())
	assert.Empty(t, w.Used())
	w.Element("one:known", "text")
	assert.Equal(t, "after<one:known>text</one:known>", string(w.Bytes()))
	assert.Equal(t, []xmltext.Namespace{{Prefix: "zero"}, one}, w.AppendUsed([]xmltext.Namespace{{Prefix: "zero"}}))
	w.End()
	assert.ErrorContains(t, w.Err(), "End without Start")
}

func FuzzLegalTextIsWrittenAsAnyOther(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = xmltext.Legal(s)
		known, any := xmltext.NewWriter(nil), xmltext.NewWriter(nil)
		attr := xmltext.Attr{Name: "type", Value: "html"}
		any.CDATA("a", s)
		any.CDATA("a", s, attr)
		any.Element("a", s)
		any.Markup("a", s, attr)
		known.LegalCDATA("a", legal.Text{String: s})
		known.LegalCDATA("a", legal.Text{String: s}, attr)
		known.LegalElement("a", legal.Text{String: s})
		known.LegalMarkup("a", legal.Text{String: s}, attr)
		assert.Equal(t, string(any.Bytes()), string(known.Bytes()))
		assert.Equal(t, string(xmltext.AppendJSONString(nil, s)), string(xmltext.AppendLegalJSONString(nil, legal.Text{String: s})))
	})
}
