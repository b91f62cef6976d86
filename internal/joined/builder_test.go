package joined

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A document is its beginning, which is written last, and after it what was added, in order.
func TestBuilderKeepsTheOrder(t *testing.T) {
	shared := &Part{Head: "<shared>", Body: "body", Tail: "</shared>"}
	for range 3 { // with memory of the last one
		b := NewBuilder()
		b.Own(append(b.Text(), "head "...))
		b.Share(shared)
		b.Own(append(b.Text(), "one "...))
		b.Own(append(b.Text(), "two "...))
		b.Share(shared)
		b.Share(shared)
		b.Begin(append(b.Text(), "begin "...))
		const want = "begin head <shared>body</shared>one two <shared>body</shared><shared>body</shared>"
		assert.Equal(t, "before "+want, string(b.Append([]byte("before "))))

		var d Document
		b.AddTo(&d)
		b.Free()
		other := NewBuilder()
		other.Own(append(other.Text(), strings.Repeat("x", 100)...))
		assert.Equal(t, want, string(d.Append(nil)), "the document shares no memory")
		assert.Equal(t, len(want), d.Len())
		assert.Len(t, d.parts, 5, "neighbouring texts are one part")
		r, err := gzip.NewReader(bytes.NewReader(d.AppendGzip(nil)))
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		other.Free()
	}
}

func TestBuilderWithoutABeginning(t *testing.T) {
	b := NewBuilder()
	defer b.Free()
	assert.Empty(t, b.Append(nil))
	var empty Document
	b.AddTo(&empty)
	assert.Empty(t, empty.Append(nil))
	b.Share(&Part{Body: "x"})
	var d Document
	b.AddTo(&d)
	assert.Equal(t, "x", string(b.Append(nil)))
	assert.Equal(t, "x", string(d.Append(nil)))
}

// The beginning of a document comes first, also where all other parts are shared.
func TestTheBeginningComesFirst(t *testing.T) {
	shared := &Part{Body: "shared"}
	for want, build := range map[string]func(*Builder){
		"begin":            func(*Builder) {},
		"begin shared":     func(b *Builder) { b.Own(append(b.Text(), ' ')); b.Share(shared) },
		"beginshared":      func(b *Builder) { b.Share(shared) },
		"beginshared text": func(b *Builder) { b.Share(shared); b.Own(append(b.Text(), " text"...)) },
	} {
		b := NewBuilder()
		build(b)
		b.Begin(append(b.Text(), "begin"...))
		assert.Equal(t, want, string(b.Append(nil)))
		var d Document
		b.AddTo(&d)
		b.Free()
		assert.Equal(t, want, string(d.Append(nil)))
	}
}

func TestBuildersCostNoMemory(t *testing.T) {
	shared, buf := &Part{Body: "x"}, make([]byte, 0, 100)
	build := func() {
		b := NewBuilder()
		defer b.Free()
		b.Own(append(b.Text(), "text"...))
		b.Share(shared)
		b.Append(buf)
	}
	build()
	assert.LessOrEqual(t, testing.AllocsPerRun(100, build), 1.0) // the race detector has pools forget
}

func TestSplitSharesABodyThatBothHold(t *testing.T) {
	const first, second, third = "<a><![CDATA[xy]]></a>", "<b><i/><c><![CDATA[xy]]></c></b>", `{"x":"xy"}`
	for body, shared := range map[string]bool{"xy": true, "": false, "x": false, "y": true, "A[xy": true, "other": false} {
		var parts [3]Part
		Split([]byte(first+second+third), len(first), len(first+second), body, [3]*Part{&parts[0], &parts[1], &parts[2]})
		for i, want := range []string{first, second, third} {
			assert.Equal(t, want, string(parts[i].Append(nil)), body)
		}
		if shared = shared && body != ""; !shared {
			assert.Empty(t, parts[1].Body, body)
			continue
		}
		assert.Equal(t, body, parts[1].Body)
		at := strings.Index(parts[0].Head, body+"]]>")
		assert.True(t, unsafe.StringData(parts[0].Head[at:]) == unsafe.StringData(parts[1].Body), "not the same memory")
	}
	var parts [3]Part // only one of the two holds the body as it is
	Split([]byte("<![CDATA[x]]><![CDATA[y]]>z"), 13, 26, "x", [3]*Part{&parts[0], &parts[1], &parts[2]})
	assert.Equal(t, "<![CDATA[y]]>", string(parts[1].Append(nil)))
}

// A body that is not found as it is stays where it is.
func TestBodiesAreFoundAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		item, body string
		found      string // in brackets
	}{
		{"<a><![CDATA[xy]]></a>", "xy", "<a><![CDATA[[xy]]]></a>"},
		{"<a>xy</a><a><![CDATA[xy]]></a>", "xy", "<a>xy</a><a><![CDATA[[xy]]]></a>"},
		{"<a><![CDATA[xy]]></a>", "", ""},
		{"<a><![CDATA[x]]></a>", "xy", ""},
		{"<a><![CDATA[x]]]]><![CDATA[>y]]></a>", "x]]>y", ""},
		{"<a/>", "xy", ""},
		{"]]>", "xy", ""},
		{"xy]]>", "xy", "[xy]]]>"},
	} {
		start, end, ok := bodyIn([]byte(c.item), c.body)
		assert.Equal(t, c.found != "", ok, c.item)
		if ok {
			assert.Equal(t, c.found, c.item[:start]+"["+c.item[start:end]+"]"+c.item[end:])
		}
	}
}
