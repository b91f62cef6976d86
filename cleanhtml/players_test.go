package cleanhtml_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

// HTML-3
func TestPlayerBecomesLink(t *testing.T) {
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"YouTube", `<iframe width="560" src="https://www.youtube.com/embed/dQw4?feature=oembed" title="A film" allowfullscreen></iframe>`,
			`<p><a href="https://www.youtube.com/watch?v=dQw4">A film</a></p>`},
		{"Vimeo", `<iframe src="//player.vimeo.com/video/123"></iframe>`, `<p><a href="https://vimeo.com/123">https://vimeo.com/123</a></p>`},
		{"anything else", `<div><iframe src="/map?a=1&amp;b=2"></iframe></div>`,
			`<div><p><a href="https://example.com/map?a=1&amp;b=2">https://example.com/map?a=1&amp;b=2</a></p></div>`},
		{"in a paragraph", `<p>x <iframe src="https://b.example/1">old</iframe> y</p>`, `<p>x <a href="https://b.example/1">https://b.example/1</a> y</p>`},
		{"lazy", `<iframe src="about:blank" data-src="https://b.example/1"></iframe><noscript><iframe src="https://b.example/1"></iframe></noscript>`,
			`<p><a href="https://b.example/1">https://b.example/1</a></p>`},
		{"without source", `a<iframe srcdoc="x"></iframe>b`, `ab`},
		{"never ended", `<iframe src="https://b.example/1" /><p>x</p>`, `<p><a href="https://b.example/1">https://b.example/1</a></p><p>x</p>`},
	})
}

// HTML-3
func TestKeepingPlayersIsOptInAndReported(t *testing.T) {
	body := `<p>x <iframe src="https://www.youtube.com/embed/a" onload="x" width="560" allowfullscreen>y</iframe></p>` +
		`<iframe src="https://b.example/1"></iframe><iframe src="http://www.youtube.com/embed/b"></iframe>`

	clean, report := cleanhtml.Policy{KeepPlayers: true}.Append(nil, body, page)
	assert.Equal(t, `<p>x <iframe src="https://www.youtube.com/embed/a" width="560" allowfullscreen></iframe></p>`+
		`<p><a href="https://b.example/1">https://b.example/1</a></p>`+
		`<p><a href="https://www.youtube.com/watch?v=b">https://www.youtube.com/watch?v=b</a></p>`, string(clean))
	assert.Equal(t, []string{"https://www.youtube.com/embed/a"}, report.Players)
	assert.Equal(t, []string{"https://b.example/1", "https://www.youtube.com/watch?v=b"}, report.Linked)

	_, report = cleanhtml.Policy{}.Append(nil, body, page)
	assert.Empty(t, report.Players)
	assert.Len(t, report.Linked, 3)
}
