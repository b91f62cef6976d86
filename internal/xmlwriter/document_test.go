package xmlwriter_test

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/xmlwriter"
)

func TestProlog(t *testing.T) {
	assert.Equal(t, "before "+xmlwriter.Declaration, string(xmlwriter.AppendProlog([]byte("before "), "")))
	assert.Equal(t, xmlwriter.Declaration+`<?xml-stylesheet type="text/css" href="/a.css?&amp;&quot;"?>`+"\n",
		string(xmlwriter.AppendProlog(nil, `/a.css?&"`)))
}

func TestRootDeclaresWhatWasUsed(t *testing.T) {
	w := xmlwriter.New(nil, two, one)
	assert.Equal(t, `<a b="1">`, string(w.AppendRoot(nil, `<a b="1"`, attr("c", ""))))
	w.Element("two:x", "x")
	w.Element("one:x", "x")
	assert.Equal(t, `before <a xmlns:one="https://example.com/one" xmlns:two="https://example.com/two" c="&lt;">`,
		string(w.AppendRoot([]byte("before "), "<a", attr("c", "<"))))
}

func TestUsedOfNeighboursNeedsNoMemory(t *testing.T) {
	known := []xmlwriter.Namespace{one, two}
	pool := xmlwriter.NewPool(known...)
	w := pool.Get([]byte("before "))
	assert.Nil(t, w.Used())
	w.Element("two:x", "x")
	used := w.Used()
	assert.Equal(t, []xmlwriter.Namespace{two}, used)
	assert.True(t, unsafe.SliceData(used) == &known[1])
	w.Element("one:x", "x")
	used = w.Used()
	assert.Equal(t, known, used)
	assert.True(t, unsafe.SliceData(used) == &known[0])
	other := xmlwriter.Namespace{Prefix: "zero", URI: "https://example.com/zero"}
	w.Use(other)
	assert.Equal(t, []xmlwriter.Namespace{one, two, other}, w.Used())
	text := w.Bytes()
	pool.Put(w)

	again := pool.Get(nil)
	assert.Nil(t, again.Used(), "a Writer of a pool has written nothing")
	again.Element("one:y", "y")
	assert.Equal(t, `before <two:x>x</two:x><one:x>x</one:x>`, string(text))
	assert.Equal(t, `<one:y>y</one:y>`, string(again.Bytes()))
	assert.NoError(t, again.Err())
}

func TestDeclare(t *testing.T) {
	w := xmlwriter.New(nil, one)
	zero := xmlwriter.Namespace{Prefix: "zero", URI: "https://example.com/zero"}
	both, all := []xmlwriter.Namespace{one, two}, []xmlwriter.Namespace{one, two, zero}
	assert.True(t, w.Declare(nil))
	assert.True(t, w.Declare(both))
	assert.True(t, w.Declare(both))
	assert.True(t, w.Declare([]xmlwriter.Namespace{two, zero}), "another slice of the same length")
	assert.Equal(t, all, w.Used())
	assert.False(t, w.Declare([]xmlwriter.Namespace{{Prefix: "one", URI: "https://example.com/other"}}))
	assert.False(t, xmlwriter.New(nil).Declare([]xmlwriter.Namespace{one, {Prefix: "one", URI: "https://example.com/other"}}))
	assert.Equal(t, all, w.Used())
	assert.NoError(t, w.Err())

	w = xmlwriter.New(nil, one, two) // what an element removed again is declared anew
	w.Start("one:a")
	require.True(t, w.Declare(both))
	w.End()
	assert.Empty(t, w.Used())
	assert.True(t, w.Declare(both))
	assert.Equal(t, both, w.Used())
}

func TestElements(t *testing.T) {
	noon := time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)
	thr := xmlwriter.Namespace{Prefix: "thr", URI: "http://purl.org/syndication/thread/1.0"}
	tests := map[string]struct {
		write func(w *xmlwriter.Writer)
		want  string
	}{
		"lines":    {func(w *xmlwriter.Writer) { w.Line("a", "1"); w.Line("b", ""); w.Line("c", "2", attr("d", "3")) }, "<a>1</a>\n<c d=\"3\">2</c>"},
		"numbers":  {func(w *xmlwriter.Writer) { w.Number("a", 12); w.Number("b", 0); w.Number("c", -1) }, "<a>12</a>"},
		"a list":   {func(w *xmlwriter.Writer) { xmlwriter.List(w, "days", "day", []time.Weekday{0, 6}) }, "<days><day>Sunday</day><day>Saturday</day></days>"},
		"no list":  {func(w *xmlwriter.Writer) { xmlwriter.List(w, "hours", "hour", []int{}) }, ""},
		"dates":    {func(w *xmlwriter.Writer) { w.RFC822("a", noon); w.RFC3339("b", noon) }, "<a>Wed, 30 Mar 2022 12:00:00 +0000</a><b>2022-03-30T12:00:00Z</b>"},
		"no dates": {func(w *xmlwriter.Writer) { w.RFC822("a", time.Time{}); w.RFC3339("b", time.Time{}) }, ""},
		"no link":  {func(w *xmlwriter.Writer) { w.Link("link", xmlwriter.Link{Rel: "self", Href: " "}) }, ""},
		"a link":   {func(w *xmlwriter.Writer) { w.Link("link", xmlwriter.Link{Rel: "self", Href: " /a "}) }, `<link rel="self" href="/a"/>`},
		"full link": {func(w *xmlwriter.Writer) {
			w.Link("link", xmlwriter.Link{Rel: "1", Type: "2", Length: 3, Title: "4", Href: "5", Count: 6})
		}, `<link rel="1" type="2" length="3" title="4" href="5" thr:count="6"/>`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := xmlwriter.New(nil, thr)
			test.write(w)
			assert.Equal(t, test.want, string(w.Bytes()))
			assert.NoError(t, w.Err())
		})
	}
}

func TestInsertFromTakesOtherTypes(t *testing.T) {
	type namespace struct{ Prefix, URI string }
	w := xmlwriter.New(nil)
	require.NoError(t, xmlwriter.InsertFrom(w, []byte("<one:a/>"), []namespace{namespace(one)}))
	assert.Error(t, xmlwriter.InsertFrom(w, []byte("<one:b/>"), []namespace{{"one", "https://example.com/other"}}))
	assert.Equal(t, "<one:a/>", string(w.Bytes()))
	assert.Equal(t, []xmlwriter.Namespace{one}, w.Used())
}
