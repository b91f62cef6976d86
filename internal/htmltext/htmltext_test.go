package htmltext

import (
	"html"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTextThatReadsAsHTMLIsEscaped(t *testing.T) {
	tests := []struct {
		text  string
		reads bool
	}{
		{"", false}, {"a", false}, {"<", false}, {"1 < 2", false}, {"<3", false}, {"a<", false}, {"AT&T", false}, {"a & b", false}, {"<@>", false}, {"<[", false}, {"<`", false}, {"<{", false},
		{"<a", true}, {"<Z", true}, {"<z>", true}, {"<A>", true}, {"</", true}, {"<!", true}, {"<?", true}, {"x<b>y", true}, {"&amp;", true}, {"&lt", true}, {"&#65;", true},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.reads, ReadsAsHTML(tt.text), tt.text)
		want := tt.text
		if tt.reads {
			want = Escape(tt.text)
		}
		assert.Equal(t, want, Of(tt.text), tt.text)
		text, ok := Text(Of(tt.text))
		assert.True(t, ok, tt.text)
		assert.Equal(t, tt.text, text)
	}
	assert.Equal(t, "a &lt;b&gt; &amp;amp;", Escape("a <b> &amp;"))
}

func TestMarkupIsNoText(t *testing.T) {
	for _, description := range []string{"<p>a</p>", "a<br>b", "&eacute;", "&#65;", "<!-- x -->"} {
		text, ok := Text(description)
		assert.False(t, ok, description)
		assert.Equal(t, html.UnescapeString(description), text)
	}
}

// Whatever the text is, a reader of HTML shows it as it is.
func FuzzOf(f *testing.F) {
	for _, s := range []string{"a", "<b>", "&amp;lt;", "AT&T <3", "&", "&#x41;", "<!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		back, ok := Text(Of(text))
		assert.True(t, ok)
		assert.Equal(t, text, back)
	})
}
