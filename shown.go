package syndicate

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/htmltext"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/scratch"
)

// An article has two hidden states. The one that [Publication.Article] returned remembers the forms in
// which feeds show it; an article as a feed shows it remembers its encodings. Each state names the
// Article value that it belongs to: a program may copy an article and edit the copy, which carries the
// pointer and must not be taken for the original.

// checkedState is what an article remembers that [Publication.Article] returned.
type checkedState struct {
	article     *Article // that it belongs to
	publication *Publication
	content     string                             // the body, which is legal
	digest      atomic.Pointer[fingerprint.Digest] // nil until it is asked for
	// The forms in which feeds show the article: with its body cleaned, and without a body. Each is made
	// when a feed first shows it, and lives as long as a feed that shows it.
	full, excerpt few.Weak[Article]
}

// shownState is what an article remembers as a publication's feeds show it.
type shownState struct {
	article     *Article // that it belongs to
	publication *Publication
	pieces      *pieces
	legal       bool       // the body was cleaned, so every character in it is legal
	found       []*finding // while cleaning
}

// isChecked returns the state of an article that a publication checked, nil for a copy.
func (a *Article) isChecked() *checkedState {
	if a.checked == nil || a.checked.article != a {
		return nil
	}
	return a.checked
}

// isShown returns the state of an article as feeds show it, nil for a copy.
func (a *Article) isShown() *shownState {
	if a.shown == nil || a.shown.article != a {
		return nil
	}
	return a.shown
}

// legalContent returns the body in legal characters.
func (a *Article) legalContent() string {
	if s := a.isShown(); s != nil && s.legal {
		return a.Content
	}
	return escape.Legal(a.Content)
}

// legal returns a title or summary of the article in legal characters.
func (a *Article) legal(text string) string {
	if a.isShown() == nil {
		text = escape.Legal(text)
	}
	return text
}

// show returns an article as feeds show it: cleaned, with a summary; without its body if an excerpt is
// asked for. Feeds share the result, unless the feed says something else of its items than others do.
func (p *Publication) show(a *Article, excerpt, own bool) *Article {
	checked := a.isChecked()
	if own || checked == nil || checked.publication != p {
		checked = new(checkedState) // remembers nothing
	}
	full := func() *Article { return checked.full.Or(func() *Article { return p.prepare(a) }) }
	if !excerpt {
		return full()
	}
	return checked.excerpt.Or(func() *Article { return p.excerpt(full()) })
}

// prepare makes the form with the whole body.
func (p *Publication) prepare(a *Article) *Article {
	r := newReport(findings.Article, a.URL)
	clean := *a
	if !plaintext.Is(a.Title) { // edited since the check, or never checked
		clean.Title = plaintext.Of(escape.Legal(a.Title))
	}
	var isLegal bool
	clean.Content, clean.Summary, isLegal = p.clean(&clean, r)
	clean.Summary = escape.Legal(clean.Summary)
	clean.Authors = p.withPages(a.Authors)
	return p.newShown(clean, isLegal, r.Found)
}

// excerpt makes the form without a body.
func (p *Publication) excerpt(full *Article) *Article {
	short := *full
	if short.Content = ""; short.Title == "" && short.Summary == "" {
		short.Content = linkBody(&short, "") // a picture without a word: something must represent it
	}
	return p.newShown(short, false, full.shown.found)
}

// newShown returns an article with its state, in one allocation.
func (p *Publication) newShown(a Article, isLegal bool, found []*finding) *Article {
	all := &struct {
		article Article
		state   shownState
		pieces  pieces
	}{article: a}
	all.article.checked, all.article.shown = nil, &all.state
	all.state = shownState{article: &all.article, publication: p, pieces: &all.pieces, legal: isLegal, found: found}
	return &all.article
}

// clean returns body and summary as feeds show them. A body that is too long, that makes the
// publisher's own sanitizer panic, or of which nothing is left becomes its summary and a link to the
// page. A body that was cleaned is legal.
func (p *Publication) clean(a *Article, r *report) (content, summary string, isLegal bool) {
	summary = a.Summary
	if a.Content == "" {
		return "", summary, false
	}
	bodies, limit := p.site.Bodies, p.site.MaxBody
	clean, ok := "", false
	if fits := len(a.Content) <= limit; fits && a.bodyChecked() && bodies.LegalIsClean(a.Content) {
		clean, ok = strings.Trim(a.Content, htmlSpace), true
	} else if fits || bodies.Sanitizer != nil {
		clean, ok = runPolicy(bodies, a.URL, a.Content[:min(len(a.Content), limit)], r)
	}
	if summary == "" && bodies.Sanitizer == nil {
		summary = summaryOf(a.Content) // not of the clean body, in which a player is the text of a link
	}
	if summary == "" {
		summary = summaryOf(clean)
	}
	ok = ok && len(a.Content) <= limit
	if nothing := clean == "" && summary == "" && a.Title == ""; !ok || nothing {
		return linkBody(a, summary), summary, false
	}
	return clean, summary, clean != ""
}

// bodyChecked reports whether the body is the one that was checked, and therefore legal. Most often both
// are the same memory, so that comparing them does not read them.
func (a *Article) bodyChecked() bool { return a.checked != nil && a.checked.content == a.Content }

// runPolicy cleans a body. It returns false if the publisher's own sanitizer panics.
func runPolicy(policy cleanhtml.Policy, url, content string, r *report) (clean string, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			r.Refuse("Content", fmt.Sprint(p), "sanitizer panicked; feeds show a link instead", "")
			clean, ok = "", false
		}
	}()
	buffer := scratch.Get()
	defer scratch.Put(buffer)
	body, found := policy.Append((*buffer)[:0], content, url)
	*buffer = body
	for _, player := range found.Players {
		r.Warn("Content", player, "player kept", "")
	}
	if body = bytes.Trim(body, htmlSpace); string(body) == content {
		return content, true
	}
	return string(body), true
}

// htmlSpace has no meaning around a body.
const htmlSpace = " \t\r\n\f\ufeff"

// linkBody represents a body that feeds do not show.
func linkBody(a *Article, summary string) string {
	var b strings.Builder
	if summary != "" {
		b.WriteString("<p>" + htmltext.Escape(summary) + "</p>")
	}
	b.WriteString(`<p><a href="` + htmltext.Escape(a.URL) + `">` + htmltext.Escape(cmp.Or(a.Title, a.URL)) + "</a></p>")
	return b.String()
}

// summaryWords is how many words of a body make a summary.
const summaryWords = 55

// summaryOf returns the beginning of a body as plain text.
func summaryOf(content string) string {
	const enough = 64 << 10 // a summary needs no more of a body than this
	if len(content) > enough {
		content = content[:enough]
	}
	return plaintext.Of(escape.Legal(cleanhtml.Summary(content, summaryWords)))
}

// titleOf returns the title, or the article's first words where a format requires a title.
func titleOf(a *Article) string {
	if a.Title != "" && (a.isShown() != nil || trimmed(a.Title) != "") {
		return a.Title
	}
	const words = 12
	text := cmp.Or(a.Summary, summaryOf(a.Content), escape.Legal(a.URL), escape.Legal(a.ID))
	if fields := strings.Fields(text); len(fields) > words {
		return strings.Join(fields[:words], " ") + "…"
	}
	return text
}

// withPages fills in the addresses of authors' pages.
func (p *Publication) withPages(authors []Author) []Author {
	filled := append([]Author(nil), authors...)
	for i := range filled {
		if filled[i].URL == "" {
			if page := p.PageURL(filled[i].Scope()); page != p.site.URL {
				filled[i].URL = page
			}
		}
	}
	return findings.Clipped(filled)
}
