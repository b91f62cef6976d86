package destination_test

// These tests show which HTML reaches MSN.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/destination"
)

// cleaned returns a body as MSN gets it.
func cleaned(html string) string {
	return destination.MSN{}.Profile().Bodies.Clean(html, "https://example.com/a/")
}

func TestBodiesOfMSN(t *testing.T) { // DEST-13
	for name, test := range map[string]struct{ html, want string }{
		"text formatting": {"<p><b>b</b><i>i</i><em>e</em><strong>s</strong>H<sub>2</sub>x<sup>2</sup><small>s</small></p>",
			"<p><b>b</b><i>i</i><em>e</em><strong>s</strong>H<sub>2</sub>x<sup>2</sup><small>s</small></p>"},
		"headings":             {"<h1>1</h1><h5>5</h5><h6>6</h6>", "<h1>1</h1><h5>5</h5><h5>6</h5>"},
		"lists and quotations": {"<ul><li>a</li></ul><blockquote><p>b</p></blockquote>", "<ul><li>a</li></ul><blockquote><p>b</p></blockquote>"},
		"table": {"<table><caption>c</caption><tbody><tr><th colspan=2 style='x'>a</th></tr></tbody></table>",
			`<table><caption>c</caption><tbody><tr><th colspan="2">a</th></tr></tbody></table>`},
		"attributes":              {`<p class="x" style="color:red" onclick="y()">a</p>`, "<p>a</p>"},
		"links":                   {`<p><a href="/b/">b</a> <a href="mailto:a@example.com">c</a></p>`, `<p><a href="https://example.com/b/">b</a> <a href="mailto:a@example.com">c</a></p>`},
		"other schemes":           {`<p><a href="tel:123">a</a><a href="java` + "\n" + `script:x()">b</a></p>`, "<p>ab</p>"},
		"images":                  {`<img src="/b.jpg" alt="B" width="9" srcset="x">`, `<img src="https://example.com/b.jpg" alt="B" width="9">`},
		"data images":             {`<p>a<img src="data:image/png;base64,x"></p>`, "<p>a</p>"},
		"figures":                 {`<figure><img src="/b.jpg"><figcaption>c</figcaption></figure>`, `<div><img src="https://example.com/b.jpg"><p>c</p></div>`},
		"sections":                {"<section><header>a</header></section>", "<div><div>a</div></div>"},
		"other elements":          {"<p><u>a</u><mark>b</mark><code>c</code></p>", "<p>abc</p>"},
		"scripts":                 {"<p>a</p><script>x()</script><style>y</style><object>z</object>", "<p>a</p>"},
		"hidden elements":         {`<p>a</p><p style="display: none">b</p><p hidden>c</p>`, "<p>a</p>"},
		"players":                 {`<iframe src="https://www.youtube.com/embed/1" onload="x()"></iframe>`, `<iframe src="https://www.youtube.com/embed/1"></iframe>`},
		"players over http":       {`<p><iframe src="http://www.youtube.com/embed/1"></iframe></p>`, `<p><a href="http://www.youtube.com/embed/1">http://www.youtube.com/embed/1</a></p>`},
		"maps":                    {`<iframe src="https://www.google.com/maps/embed?x"></iframe>`, `<iframe src="https://www.google.com/maps/embed?x"></iframe>`},
		"other frames":            {`<p><iframe src="https://player.vimeo.com/video/1" title="A film"></iframe></p>`, `<p><a href="https://player.vimeo.com/video/1">A film</a></p>`},
		"frames of similar hosts": {`<p><iframe src="https://notyoutube.com/1" title="A"></iframe></p>`, `<p><a href="https://notyoutube.com/1">A</a></p>`},
		"video":                   {`<p><video title="A film"><source src="/1.mp4"></video></p>`, `<p><a href="https://example.com/1.mp4">A film</a></p>`},
		"line breaks":             {"<p>a<br><br> <br>b<br>c</p>", "<p>a<br> b<br>c</p>"},
		"items without a list":    {"<li>a</li><li>b</li>", "<div>a</div><div>b</div>"},
		"parts of a form":         {"<form>a<fieldset>b</fieldset>c</form>", "a b c"},
		"text":                    {"1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"},
		"nothing":                 {"", ""},
	} {
		assert.Equal(t, test.want, cleaned(test.html), name)
		assert.Equal(t, test.want, cleaned(test.want), "%s: cleaning again changes nothing", name)
	}
}

func TestTablesThatAreTooDeepBecomeText(t *testing.T) { // DEST-13
	const table = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
	for depth := range 9 {
		clean := destination.MSN{}.Profile().Bodies.Sanitizer.Sanitize(strings.Repeat("<div>", depth) + table + strings.Repeat("</div>", depth))
		isTable := depth < 4
		assert.Equal(t, isTable, strings.Contains(clean, table), clean)
		for _, tag := range []string{"<table", "<tbody", "<tr", "<td"} {
			assert.Equal(t, isTable, strings.Contains(clean, tag), clean)
		}
	}
}

func TestWordsOfDeepBodiesStayApart(t *testing.T) { // DEST-13
	deep := strings.Repeat("<blockquote>", 9) + "<table><tr><td>a</td><td>b</td></tr></table><ul><li>c</li><li>d</li></ul><h2>e</h2>"
	text := strings.NewReplacer("<blockquote>", "", "</blockquote>", "").Replace(cleaned(deep))
	assert.Equal(t, []string{"a", "b", "c", "d", "e"}, strings.Fields(text))
}

func TestNothingThatMSNCleanedIsRefused(t *testing.T) { // DEST-13
	deep := strings.Repeat("<div><blockquote>", 20) + "<ul><li>a</li></ul><table><tr><td>b</td></tr></table>c<br><br>" +
		strings.Repeat("</blockquote></div>", 20)
	for _, html := range []string{
		deep, strings.Repeat("<div>", 5) + "<table><tr><td><ul><li><ul><li>a<br><br>b",
		strings.Repeat("<ul><li>", 30) + "a", strings.Repeat("<b>", 5000) + "a", "<table><td>x<table><td>y",
		"<figure><u>a</u></figure><iframe src='https://player.vimeo.com/video/1'></iframe><svg><p>x</svg>",
	} {
		f := goodFeed(1)
		f.Articles[0].Content = cleaned(html)
		assert.Empty(t, destination.MSN{}.Check(f), html)
		assert.NotEmpty(t, f.Articles[0].Content)
	}
}

func FuzzBodies(f *testing.F) {
	f.Add("<p>a<br><br>b</p><table><tr><td><iframe src=x>")
	f.Add(strings.Repeat("<div>", 600))
	f.Add("<svg><a href=javascript:x()><img src=x onerror=y()>")
	f.Fuzz(func(t *testing.T, html string) {
		clean := destination.MSN{}.Profile().Bodies.Clean(html, "https://example.com/")
		lower := strings.ToLower(clean)
		assert.NotContains(t, lower, "<script")
		feed := &syndicate.Feed{Articles: []*syndicate.Article{{Content: clean}}}
		for _, p := range (destination.MSN{}).Check(feed) {
			switch p.Rule {
			case destination.RuleElement, destination.RulePlayer, destination.RuleNesting:
				t.Errorf("%q: %v", clean, p)
			}
		}
	})
}
