// Package bodies makes the bodies and summaries that feeds show of articles.
package bodies

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/scratch"
)

// space has no meaning around a body. A byte order mark is what some editors leave there.
const space = " \t\r\n\f\ufeff"

// summaryWords is how many words of a body make a summary. WordPress takes as many for its
// excerpts, and readers are used to that length.
const summaryWords = 55

// Article is what a body depends on. URL and Title are those of its page.
type Article struct {
	URL, Title, Summary, Content string
	Legal                        bool // Content has only characters that XML can hold
}

// Shown is what feeds show.
type Shown struct {
	Content, Summary string
	Legal            bool     // Content was cleaned, so every character in it is legal
	Players          []string // that stayed in Content, by address
	Missed           []string // elements that were removed and that a reader may miss, by name
	Panic            any      // of the publisher's own sanitizer
}

// Prepare returns body and summary as feeds show them. A body becomes its summary and a link to the
// page if it is longer than limit, makes the publisher's own sanitizer panic, or if nothing is left
// of it and the article has neither title nor summary.
func Prepare(a Article, policy cleanhtml.Policy, limit int) Shown {
	shown := Shown{Summary: a.Summary}
	if a.Content == "" {
		return shown
	}
	fits := len(a.Content) <= limit
	if fits && a.Legal && policy.LegalIsClean(a.Content) {
		shown.Content = strings.Trim(a.Content, space)
	} else if fits || policy.Sanitizer != nil && a.Summary == "" {
		shown.run(policy, a.URL, a.Content)
	}
	shown.Summary = Summary(policy, a.Summary, a.Content, shown.Content)
	nothing := shown.Content == "" && shown.Summary == "" && a.Title == ""
	if !fits || shown.Panic != nil || nothing {
		shown.Content = Link(a.URL, a.Title, shown.Summary)
	} else {
		shown.Legal = shown.Content != ""
	}
	return shown
}

// run cleans a body. It recovers from a panic of the publisher's own sanitizer.
func (s *Shown) run(policy cleanhtml.Policy, url, content string) {
	defer func() { s.Panic = recover() }()
	// The body grows in a buffer that is used again: most bodies come out as they are, and then the
	// article's own text is kept.
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	body, found := policy.Append((*buffer)[:0], content, url)
	*buffer, s.Players, s.Missed = body, found.Players, found.Missed
	if body = bytes.Trim(body, space); string(body) == content {
		s.Content = content // the memory that the article has already
	} else {
		s.Content = string(body)
	}
}

// Clean returns a cleaned body without white space around it.
func Clean(policy cleanhtml.Policy, url, content string) string {
	return strings.Trim(policy.Clean(content, url), space)
}

// Link represents a body that feeds do not show.
func Link(url, title, summary string) string {
	link := `<p><a href="` + htmltext.Escape(url) + `">` + htmltext.Escape(cmp.Or(title, url)) + "</a></p>"
	if summary != "" {
		return "<p>" + htmltext.Escape(summary) + "</p>" + link
	}
	return link
}

// Summary returns the given summary, or else the beginning of the body. It reads the body as
// written, because in the clean one a player is the text of a link, and the attributes that mark
// the references to notes are gone; but what a publisher's own sanitizer removes is not to be
// published, so then it reads the clean one.
func Summary(policy cleanhtml.Policy, given, content, clean string) string {
	if given == "" && policy.Sanitizer == nil {
		given = summarize(policy, content)
	}
	if given == "" {
		given = summarize(policy, clean)
	}
	return given
}

// Summarize returns the beginning of a body as plain text.
func Summarize(content string) string { return summarize(cleanhtml.Policy{}, content) }

// summarize returns the beginning of a body as plain text, as the policy reads brackets.
func summarize(policy cleanhtml.Policy, content string) string {
	// The body must be whole: a cut would take the end tags of elements whose content is no text.
	return plaintext.Of(escape.Legal(policy.Summary(content, summaryWords)))
}

// FirstWords returns the first n words of a text, and an ellipsis if there are more.
func FirstWords(text string, n int) string {
	if words := strings.Fields(text); len(words) > n {
		return strings.Join(words[:n], " ") + "…"
	}
	return text
}
