package bodies

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

type sanitizer func(string) string

func (s sanitizer) Sanitize(html string) string { return s(html) }

const link = `<p><a href="https://e.org/a">A &amp; B</a></p>`

func TestPrepare(t *testing.T) {
	own := func(f sanitizer) cleanhtml.Policy { return cleanhtml.Policy{Sanitizer: f} }
	secret := own(func(string) string { return "<p>Open</p>" })
	panics := own(func(string) string { panic("no") })
	simple := cleanhtml.Policy{}
	for name, test := range map[string]struct {
		article Article
		policy  cleanhtml.Policy
		limit   int
		want    Shown
	}{
		"no body": {Article{Summary: "S"}, simple, 100, Shown{Summary: "S"}},
		"clean": {
			Article{Content: " <p>x</p>\n", Legal: true}, simple, 100,
			Shown{Content: "<p>x</p>", Summary: "x", Legal: true},
		},
		"cleaned": {
			Article{Content: "<p>x<script>y</script>"}, simple, 100,
			Shown{Content: "<p>x</p>", Summary: "x", Legal: true},
		},
		"missed": {
			Article{Content: "<p>x</p><button hidden>y</button><canvas></canvas><svg></svg>"}, simple, 100,
			Shown{Content: "<p>x</p>", Summary: "x", Legal: true, Missed: []string{"canvas", "svg"}},
		},
		"hidden": {
			Article{Content: `<p hidden>y</p><p>x [a="b"]</p>`}, simple, 100,
			Shown{Content: `<p>x [a="b"]</p>`, Summary: `x [a="b"]`, Legal: true},
		},
		"shortcodes": {
			Article{Content: `<p>x [y a="b"]</p>`}, cleanhtml.Policy{Shortcodes: true}, 100,
			Shown{Content: "<p>x </p>", Summary: "x", Legal: true},
		},
		"given": {
			Article{Content: "<p>x</p>", Summary: "S"}, simple, 100,
			Shown{Content: "<p>x</p>", Summary: "S", Legal: true},
		},
		"just short enough": {
			Article{Content: "<p>x</p>"}, simple, len("<p>x</p>"),
			Shown{Content: "<p>x</p>", Summary: "x", Legal: true},
		},
		"too long":     {Article{Content: "<p>x</p>"}, simple, 3, Shown{Content: "<p>x</p>" + link, Summary: "x"}},
		"nothing left": {Article{Content: "<script></script>"}, simple, 100, Shown{}},
		"sanitized": {
			Article{Content: "<p>Secret</p>"}, secret, 100,
			Shown{Content: "<p>Open</p>", Summary: "Open", Legal: true},
		},
		"cut": {
			Article{Content: "<p>Secret</p>"}, secret, 5,
			Shown{Content: "<p>Open</p>" + link, Summary: "Open"},
		},
		"panics": {
			Article{Content: "<p>x</p>", Summary: "S"}, panics, 100,
			Shown{Content: "<p>S</p>" + link, Summary: "S", Panic: "no"},
		},
	} {
		test.article.URL, test.article.Title = "https://e.org/a", "A & B"
		assert.Equal(t, test.want, Prepare(test.article, test.policy, test.limit), name)
	}
	nothing := Prepare(Article{URL: "https://e.org/a", Content: "<script></script>"}, cleanhtml.Policy{}, 100)
	assert.Equal(t, `<p><a href="https://e.org/a">https://e.org/a</a></p>`, nothing.Content, "something must stay")
}

func TestABodyThatIsCleanIsNotCopied(t *testing.T) {
	content := strings.Repeat("<p>Ships, and <em>more</em> ships</p>\n", 200) + "<p>x</p>"
	a := Article{URL: "https://e.org/a", Title: "A", Summary: "S", Content: content}
	assert.LessOrEqual(t, testing.AllocsPerRun(10, func() { Prepare(a, cleanhtml.Policy{}, 1<<20) }), 4.0)
}

func TestFirstWords(t *testing.T) {
	assert.Equal(t, "one two…", FirstWords("one two three", 2))
	assert.Equal(t, "one two", FirstWords("one two", 2))
}

func TestSummarizeReadsTheBeginning(t *testing.T) {
	assert.Equal(t, "A & B", Summarize("<p>A &amp;\n B</p>"))
	assert.NotEmpty(t, Summarize(strings.Repeat("<p>word</p>", 1<<16)))
}

func TestCleanTrims(t *testing.T) {
	clean := Clean(cleanhtml.Policy{}, "https://e.org/a", " <a href=x>x</a>\n")
	assert.Equal(t, `<a href="https://e.org/x">x</a>`, clean)
}
