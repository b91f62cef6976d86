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
		"sanitized for the summary": {
			Article{Content: "<p>Secret</p>"}, secret, 5,
			Shown{Content: "<p>Open</p>" + link, Summary: "Open"},
		},
		"too long, and there is a summary": {
			Article{Content: "<p>x</p>", Summary: "S"}, panics, 5,
			Shown{Content: "<p>S</p>" + link, Summary: "S"},
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

// The end tag of an element whose content is no text may be far away, and so may the end of a tag.
// HTML-3b, HTML-6
func TestSummariesOfLongBodiesShowNothingThatIsHidden(t *testing.T) {
	secret := strings.Repeat("secret ", 12_000)
	for _, body := range []string{
		"<template>" + secret + "</template>", "<canvas>" + secret + "</canvas>", "<button>" + secret + "</button>",
		"<textarea>" + secret + "</textarea>", "<title>" + secret + "</title>", "<select><option>" + secret + "</select>",
		"<noscript>" + secret + "</noscript>", "<noembed>" + secret + "</noembed>", "<noframes>" + secret + "</noframes>",
		"<iframe>" + secret + "</iframe>", "<script>" + secret + "</script>", "<style>" + secret + "</style>",
		"<video>" + secret + "</video>", "<audio>" + secret + "</audio>", `<object data="/x">` + secret + "</object>",
		"<svg><text>" + secret + "</text></svg>", `<math alttext="">` + "<annotation>" + secret + "</annotation></math>",
		"<dialog>" + secret + "</dialog>", "<datalist>" + secret + "</datalist>", "<div hidden>" + secret + "</div>",
		"<!-- " + secret + " -->", `<p><img src="data:image/png;base64,` + strings.Repeat("AAAA", 24_000) + `"></p>`,
		`<p title="` + secret + `"></p>`,
	} {
		assert.Equal(t, "Real", Summarize(body+"<p>Real</p>"), body[:20])
		for _, limit := range []int{1000, 1 << 20} {
			a := Article{URL: "https://e.org/a", Title: "A", Content: body + "<p>Real</p>"}
			assert.Equal(t, "Real", Prepare(a, cleanhtml.Policy{}, limit).Summary, body[:20])
		}
	}
	same := cleanhtml.Policy{Sanitizer: sanitizer(func(body string) string { return body })}
	whole := Prepare(Article{Content: "<template>" + secret + "</template><p>Real</p>"}, same, 1000)
	assert.Equal(t, "Real", whole.Summary, "the sanitizer gets the whole body")
}

func TestSummarizeReadsTheBeginning(t *testing.T) {
	assert.Equal(t, "A & B", Summarize("<p>A &amp;\n B</p>"))
	assert.NotEmpty(t, Summarize(strings.Repeat("<p>word</p>", 1<<16)))
}

func TestCleanTrims(t *testing.T) {
	clean := Clean(cleanhtml.Policy{}, "https://e.org/a", " <a href=x>x</a>\n")
	assert.Equal(t, `<a href="https://e.org/x">x</a>`, clean)
}
