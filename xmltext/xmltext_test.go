package xmltext_test

// The Writer of extensions: what it writes and what it refuses is package xmlwriter's, whose
// tests hold that. These tests hold that every method reaches it with all that it was given.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/xmltext"
)

var (
	one = xmltext.Namespace{Prefix: "one", URI: "https://example.com/one"}
	two = xmltext.Namespace{Prefix: "two", URI: "https://example.com/two"}
)

func attr(name, value string) xmltext.Attr { return xmltext.Attr{Name: name, Value: value} }

func TestWriter(t *testing.T) {
	tests := map[string]struct {
		write func(w *xmltext.Writer)
		want  string
	}{
		"Element":       {func(w *xmltext.Writer) { w.Element("a", "x < y", attr("b", `"1"`)) }, `<a b="&quot;1&quot;">x &#x3C; y</a>`},
		"Start and End": {func(w *xmltext.Writer) { w.Start("a", attr("b", "1")); w.Element("c", "x"); w.End() }, `<a b="1"><c>x</c></a>`},
		"Empty":         {func(w *xmltext.Writer) { w.Empty("a", attr("b", "1")); w.Empty("c") }, `<a b="1"/><c/>`},
		"CDATA":         {func(w *xmltext.Writer) { w.CDATA("a", "<p>]]>", attr("b", "1")) }, `<a b="1"><![CDATA[<p>]]]]><![CDATA[>]]></a>`},
		"Markup":        {func(w *xmltext.Writer) { w.Markup("a", "<p>&amp;</p>", attr("b", "1")) }, `<a b="1">&lt;p&gt;&amp;amp;&lt;/p&gt;</a>`},
		"nothing":       {func(w *xmltext.Writer) { w.Element("one:a", "", attr("b", "")); w.Start("one:a"); w.End() }, ""},
		"illegal text":  {func(w *xmltext.Writer) { w.Element("a", "x\x00\x01y\xff") }, "<a>xy\ufffd</a>"},
		"xml:lang":      {func(w *xmltext.Writer) { w.Element("a", "x", attr("xml:lang", "tr")) }, `<a xml:lang="tr">x</a>`},
		"nine attributes": {func(w *xmltext.Writer) {
			w.Empty("a", attr("a", "1"), attr("b", "2"), attr("c", "3"), attr("d", "4"), attr("e", "5"), attr("f", "6"), attr("g", "7"), attr("h", "8"), attr("i", "9"))
		}, `<a a="1" b="2" c="3" d="4" e="5" f="6" g="7" h="8" i="9"/>`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmltext.NewWriter(one)
			test.write(w)
			assert.Equal(t, test.want, string(w.Bytes()))
			assert.Empty(t, w.Used())
			assert.NoError(t, w.Err())
		})
	}
}

func TestUsedHoldsTheNamespacesThatWereWritten(t *testing.T) {
	w := xmltext.NewWriter(two, one, xmltext.Namespace{Prefix: "three", URI: "https://example.com/three"})
	w.Element("two:a", "x", attr("one:b", "1"))
	assert.Equal(t, []xmltext.Namespace{one, two}, w.Used())
}

func TestErrHoldsWhatWasLeftOut(t *testing.T) {
	w := xmltext.NewWriter(one)
	w.Element("two:a", "x")
	w.Element("a b", "x")
	w.End()
	w.Start("one:open")
	w.Element("b", "x")
	assert.Equal(t, "<one:open><b>x</b></one:open>", string(w.Bytes()), "Bytes closes what is open")
	assert.Equal(t, "<one:open><b>x</b></one:open>", string(w.Bytes()))
	assert.EqualError(t, w.Err(), "element \"two:a\": prefix not among the namespaces\nelement \"a b\": not an XML name\n"+
		"End without Start\nelement one:open: never ended")
}

func TestEightAttributesCostNoMemory(t *testing.T) {
	w := xmltext.NewWriter()
	value := strings.Repeat("x", 100)
	for range 1000 { // room for what follows
		w.Element("a", value)
	}
	eight := []xmltext.Attr{attr("a", "1"), attr("b", "2"), attr("c", "3"), attr("d", "4"), attr("e", "5"), attr("f", "6"), attr("g", "7"), attr("h", "8")}
	for name, write := range map[string]func(){
		"Start":   func() { w.Start("a", eight...); w.End() },
		"Element": func() { w.Element("a", "x", eight...) },
		"Empty":   func() { w.Empty("a", eight...) },
		"CDATA":   func() { w.CDATA("a", "x", eight...) },
		"Markup":  func() { w.Markup("a", "x", eight...) },
	} {
		assert.Less(t, testing.AllocsPerRun(100, write), 1.0, name)
	}
}
