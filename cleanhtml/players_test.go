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
func TestObjectsAndEmbedsBecomeLinks(t *testing.T) {
	link := `<p><a href="https://example.com/a.pdf">https://example.com/a.pdf</a></p>`
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"object", `<object data="/a.pdf" type="application/pdf"><p>No plug-in.</p><embed src="/a.pdf"></object>x`, link + `x`},
		{"its title", `<p>See <object data="/a.pdf" title="The report">x</object>.</p>`, `<p>See <a href="https://example.com/a.pdf">The report</a>.</p>`},
		{"its label", `<object data="/a.pdf" aria-label="The report"></object>`, `<p><a href="https://example.com/a.pdf">The report</a></p>`},
		{"objects in it", `<object data="/a.pdf"><object data="/b.pdf">x</object>y</object>z`, link + `z`},
		{"object without data", `<object><p>Shown</p></object>`, `<p>Shown</p>`},
		{"object that is refused", `<object data="javascript:x"><p>Shown</p></object>`, `<p>Shown</p>`},
		{"object, never ended", `<object data="/a.pdf"><p>x</p>`, link + `<p>x</p>`},
		{"Flash", `<object><param name="movie" value="https://www.youtube.com/v/abc"><param name="x" value="/y"><embed src="https://www.youtube.com/v/abc"></object>`,
			`<p><a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a></p>`},
		{"embed", `<embed src="/a.pdf">`, link},
		{"without source", `a<embed>b<embed src="javascript:x">c`, `abc`},
	})
	_, report := cleanhtml.Policy{}.Append(nil, `<object data="/a.pdf"></object><embed src="/b.pdf">`, page)
	assert.Equal(t, []string{"https://example.com/a.pdf", "https://example.com/b.pdf"}, report.Linked)
}

// HTML-3, HTML-3c
func TestElementsOfLibrariesBecomeLinks(t *testing.T) {
	link := func(url, text string) string { return `<p><a href="` + url + `">` + text + `</a></p>` }
	youtube := "https://www.youtube.com/watch?v=a_B-1"
	assertExamples(t, cleanhtml.Policy{}, []example{
		{"YouTube", `<amp-youtube data-videoid="a_B-1" title="A film"><amp-img src="/x.jpg" placeholder></amp-img></amp-youtube>b`, link(youtube, "A film") + `b`},
		{"lite YouTube", `<lite-youtube videoid="a_B-1"><a href="https://youtu.be/a_B-1">Play</a></lite-youtube>`, link(youtube, youtube)},
		{"in a paragraph", `<p>a <lite-vimeo videoid="12"></lite-vimeo></p>`, `<p>a <a href="https://vimeo.com/12">https://vimeo.com/12</a></p>`},
		{"a frame", `<amp-iframe src="https://player.vimeo.com/video/12" width="3" height="2"></amp-iframe>`, link("https://vimeo.com/12", "https://vimeo.com/12")},
		{"a post", `<amp-twitter data-tweetid="12"><p placeholder>x</p></amp-twitter>`, link("https://twitter.com/i/status/12", "https://twitter.com/i/status/12")},
		{"never ended", `<amp-youtube data-videoid="a_B-1"><p>b</p>`, link(youtube, youtube) + `<p>b</p>`},
		{"not seen", `<amp-iframe src="/x" width="1" height="1">x</amp-iframe><amp-youtube hidden data-videoid="a">x</amp-youtube>a`, `a`},
		{"no id", `<amp-youtube data-videoid="a/b?c">a</amp-youtube><amp-iframe src="javascript:x">b</amp-iframe>`, `ab`},
		{"its content", `<x-gallery src="/x"><p>a</p></x-gallery>`, `<p>a</p>`},
	})
	assert.Equal(t, "a b", cleanhtml.Text(`a <amp-youtube data-videoid="a">x</amp-youtube>b`))
	_, report := cleanhtml.Policy{}.Append(nil, `<amp-youtube data-videoid="a"></amp-youtube>`, page)
	assert.Equal(t, []string{"https://www.youtube.com/watch?v=a"}, report.Linked)
	assert.Empty(t, report.Missed)
	_, report = cleanhtml.Policy{}.Append(nil, `<amp-youtube></amp-youtube><amp-tiktok data-src="1"> </amp-tiktok><X-MAP></X-MAP><x-y>a</x-y><amp-ad></amp-ad><x-z hidden></x-z>`, page)
	assert.Equal(t, []string{"amp-tiktok", "amp-youtube", "x-map"}, report.Missed)
	trusted := `<amp-youtube data-videoid="a"></amp-youtube>`
	assert.Equal(t, trusted, cleanhtml.Policy{Trusted: true}.Clean(trusted, page))
}

// HTML-3
func TestFramesThatShowNothingGo(t *testing.T) {
	for _, attrs := range []string{
		`height="0" width="0"`, `width="1"`, `height="1px"`, `width="0%"`, `hidden`, `style="display:none"`, `style="visibility:hidden"`,
		`style="height:0"`, `style="width:0.5px"`, `style="max-height: 0em"`,
	} {
		for _, frame := range []string{
			`<iframe src="/x" ` + attrs + `></iframe>`, `<embed src="/x" ` + attrs + `>`, `<object data="/x" ` + attrs + `>y</object>`,
			`<video src="/x" ` + attrs + `>y</video>`,
			`<noscript><iframe src="/x" ` + attrs + `></iframe></noscript>`,
		} {
			clean, report := cleanhtml.Policy{KeepPlayers: true}.Append(nil, "a"+frame+"b", page)
			assert.Equal(t, "ab", string(clean), frame)
			assert.Empty(t, report.Missed, frame)
		}
	}
	assert.Contains(t, cleanhtml.Policy{}.Clean(`<iframe src="/x" style="width:1px;min-width:100%"></iframe>`, page), "/x")
	assert.Contains(t, cleanhtml.Policy{Trusted: true}.Clean(`<iframe src="/x" width="0"></iframe>`, page), "/x")
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
