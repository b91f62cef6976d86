// What feeds show of an article's body: cleaned once, under the site's policy, and never too long.
package syndicate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

// shownBody returns the first article of the site's feed, and the feed.
func shownBody(t *testing.T, change func(*syndicate.Site), a syndicate.Article) (*syndicate.Article, *syndicate.Feed) {
	t.Helper()
	publication := site
	change(&publication)
	a.URL, a.Published = "/a/", noon
	archive, err := syndicate.NewArchive(publication, a)
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.Everything())
	return feed.Articles[0], feed
}

func asItIs(*syndicate.Site) {}

// A body over the limit becomes its summary and a link, with a warning. A body at the limit stays
// whole. // HTML-8
func TestLongBodyBecomesSummaryAndLink(t *testing.T) {
	short := func(s *syndicate.Site) { s.MaxBody = 20 }
	whole, _ := shownBody(t, short, syndicate.Article{Title: "A", Content: "<p>12345678901</p>xx"})
	assert.Equal(t, "<p>12345678901</p>xx", whole.Content)

	long, _ := shownBody(t, short, syndicate.Article{Title: "A & B", Content: "<p>12345678901</p>xxx"})
	assert.Equal(t, `<p>12345678901 xxx</p><p><a href="https://www.nordicmonitor.com/a/">A &amp; B</a></p>`, long.Content)

	given, _ := shownBody(t, short, syndicate.Article{Title: "A", Summary: "5 < 6", Content: strings.Repeat("<p>x", 10)})
	assert.Equal(t, `<p>5 &lt; 6</p><p><a href="https://www.nordicmonitor.com/a/">A</a></p>`, given.Content)

	small := site
	small.MaxBody = 20
	warned := collectWarnings(&small)
	_, err := syndicate.NewArchive(small, syndicate.Article{URL: "/a/", Title: "A", Published: noon, Content: strings.Repeat("x", 21)})
	require.NoError(t, err)
	assert.EqualError(t, *warned, `syndicate: article "https://www.nordicmonitor.com/a/": Content: "21 bytes": `+
		`body is longer than MaxBody; feeds show its summary and a link [warning]`)
}

// The default limit is 256 KB. // HTML-8
func TestDefaultLimitOfBodies(t *testing.T) {
	at, _ := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: strings.Repeat("x", 256<<10)})
	assert.Len(t, at.Content, 256<<10)
	over, _ := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: strings.Repeat("x", 256<<10+1)})
	assert.Less(t, len(over.Content), 1000)
}

// A missing summary becomes the beginning of the body's visible text. // HTML-6
func TestMissingSummaryIsDerived(t *testing.T) {
	a, _ := shownBody(t, asItIs, syndicate.Article{Content: "<style>p{}</style><p>Ankara &amp; Baku</p><ul><li>one<li>two</ul>" + strings.Repeat(" word", 60)})
	assert.Equal(t, "Ankara & Baku one two"+strings.Repeat(" word", 50)+"…", a.Summary)
}

// With Policy.Trusted the HTML is kept. URLs become absolute all the same. // HTML-2
func TestTrustedBodiesKeepTheirHTML(t *testing.T) {
	content := `<p style="color:red">See <a href="b">B</a></p>`
	safe, _ := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: content})
	assert.Equal(t, `<p>See <a href="https://www.nordicmonitor.com/a/b">B</a></p>`, safe.Content)
	trusted, _ := shownBody(t, func(s *syndicate.Site) { s.Bodies.Trusted = true }, syndicate.Article{Title: "A", Content: content})
	assert.Equal(t, `<p style="color:red">See <a href="https://www.nordicmonitor.com/a/b">B</a></p>`, trusted.Content)
}

// shouting is a custom sanitizer.
type shouting struct{}

func (shouting) Sanitize(html string) string {
	if strings.Contains(html, "panic") {
		panic("shouted too loud")
	}
	return strings.ReplaceAll(html, "secret", "") + `<p><a href="c">C`
}

// A custom sanitizer replaces the allow-list. Its output is still balanced and its URLs made
// absolute, and no text that it removed appears in a summary. // HTML-2
func TestSanitizerReplacesTheAllowList(t *testing.T) {
	own := func(s *syndicate.Site) { s.Bodies = cleanhtml.Policy{Sanitizer: shouting{}} }
	a, feed := shownBody(t, own, syndicate.Article{Title: "A", Content: "<p>secret text</p>"})
	assert.Equal(t, `<p> text</p><p><a href="https://www.nordicmonitor.com/a/c">C</a></p>`, a.Content)
	assert.Equal(t, "text C", a.Summary)
	assert.Empty(t, feed.Validate())

	long, _ := shownBody(t, func(s *syndicate.Site) { own(s); s.MaxBody = 30 }, syndicate.Article{Title: "A", Content: "<p>secret text</p>" + strings.Repeat("x", 20)})
	assert.NotContains(t, long.Content+long.Summary, "secret")
}

// A sanitizer that panics loses the body, not the feed, and is reported.
func TestSanitizerThatPanicsDropsOnlyTheBody(t *testing.T) {
	own := func(s *syndicate.Site) { s.Bodies = cleanhtml.Policy{Sanitizer: shouting{}} }
	a, feed := shownBody(t, own, syndicate.Article{Title: "A", Summary: "S", Content: "panic"})
	assert.Equal(t, `<p>S</p><p><a href="https://www.nordicmonitor.com/a/">A</a></p>`, a.Content)
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "https://www.nordicmonitor.com/a/": Content: "shouted too loud": sanitizer panicked; feeds show a link instead`)
}

// Players become links unless KeepPlayers is set. Validate reports players that were kept. //
// HTML-3
func TestPlayersAreLinksUnlessKept(t *testing.T) {
	content := `<iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Film"></iframe>`
	link, feed := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: content})
	assert.NotContains(t, link.Content, "<iframe")
	assert.Contains(t, link.Content, `<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ">Film</a>`)
	assert.Empty(t, feed.Validate())

	kept, feed := shownBody(t, func(s *syndicate.Site) { s.Bodies.KeepPlayers = true }, syndicate.Article{Title: "A", Content: content})
	assert.Contains(t, kept.Content, "<iframe")
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "https://www.nordicmonitor.com/a/": Content: "https://www.youtube.com/embed/aqz-KE-bpKQ": player kept [warning]`)
}

// HTML-3c: what cleaning removed and a reader may miss is a warning. What the page hides is not.
func TestRemovedElementsThatReadersMayMissAreReported(t *testing.T) {
	content := `<p>Chart: <svg><path d="M0 0"/></svg></p><p hidden><button>x</button></p><svg aria-label="x"></svg>`
	_, feed := shownBody(t, asItIs, syndicate.Article{Title: "A", Content: content})
	assert.EqualError(t, syndicate.Problems(feed.Validate()), `syndicate: article "https://www.nordicmonitor.com/a/": Content: "svg": element removed that readers may miss [warning]`)
}

// HTML-3b: the title and the summary of an article without them are made of what the page shows.
func TestHiddenTextIsNeitherTitleNorSummary(t *testing.T) {
	shown, _ := shownBody(t, asItIs, syndicate.Article{Content: `<div hidden>embargoed</div><p>Body.</p>`})
	assert.Equal(t, "<p>Body.</p>", shown.Content)
	assert.Equal(t, "Body.", shown.Summary)
}

// A body is cleaned once, no matter how many feeds show it.
func TestBodyIsCleanedOnce(t *testing.T) {
	counted := &counter{}
	publication := site
	publication.Bodies.Sanitizer = counted
	archive, err := syndicate.NewArchive(publication, syndicate.Article{URL: "/a/", Title: "A", Content: "x", Published: noon, Tags: syndicate.Tags("t")})
	require.NoError(t, err)
	assert.Zero(t, counted.calls, "not before a feed shows it")
	for range 3 {
		feedOf(t, archive, syndicate.Everything())
		feedOf(t, archive, syndicate.WithTag("t"))
	}
	assert.Equal(t, 1, counted.calls)
}

type counter struct{ calls int }

func (c *counter) Sanitize(html string) string {
	c.calls++
	return html
}
