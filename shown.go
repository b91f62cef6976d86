package syndicate

import (
	"cmp"
	"fmt"
	"sync/atomic"

	"github.com/syndicate-go/syndicate/internal/bodies"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/plaintext"
)

// An article has two hidden states. The one that [Publication.Article] returned remembers the
// forms in which feeds show it; an article as a feed shows it remembers its encodings. Each state
// names the Article value that it belongs to: a program may copy an article and edit the copy,
// which carries the pointer and must not be taken for the original.

// checkedState is what an article remembers that [Publication.Article] returned.
type checkedState struct {
	article     *Article // that it belongs to
	publication *Publication
	content     string                             // the body, which is legal
	digest      atomic.Pointer[fingerprint.Digest] // nil until it is asked for
	// The forms in which feeds show the article: with its body cleaned, and without a body. Each
	// is made when a feed first shows it, and lives as long as a feed that shows it.
	full, excerpt few.Held[Article]
	own           few.HeldMap[Scope, Article] // of feeds with another variant
	warned        atomic.Bool                 // of what was found in the body
}

// shownState is what an article remembers as a publication's feeds show it.
type shownState struct {
	article     *Article // that it belongs to
	publication *Publication
	variant     variant // of the feeds that share it
	pieces      *pieces
	legal       bool       // the body was cleaned, so every character in it is legal
	found       []*finding // while cleaning
}

// isChecked returns the state of an article that a publication checked, nil for a copy, which may
// have been edited since.
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

// legalContent returns the body in legal characters. A cleaned body has no others, and is not
// read again.
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

// show returns an article as feeds show it: cleaned, with a summary; without its body if an
// excerpt is asked for. Feeds share the result, and hold it. A feed that says something else of its
// items than others do has a copy, with the same texts and its own encoded form. What is found in a
// body is passed to [Site.Warn] once.
func (p *Publication) show(a *Article, excerpt bool, v variant, feed *few.Holds[Article]) *Article {
	known := a.isChecked()
	checked := known
	if checked == nil || checked.publication != p {
		checked = new(checkedState) // remembers nothing
	}
	if v.own {
		own := checked.own.Of(v.scope)
		if form := feed.Get(own, nil); form != nil {
			return form
		}
		shared := p.show(a, excerpt, variant{}, few.Briefly[Article]()) // without the lock of own: it may warn
		return feed.Get(own, func() *Article { return p.newShown(*shared, v, shared.shown.legal, shared.shown.found) })
	}
	// Both forms are made of the same cleaned body, because a summary may have to be taken from it.
	var made *Article
	kept, full := &checked.full, func() *Article { made = p.prepare(a); return made }
	build := full
	if excerpt { // the body is kept for a moment, for feeds with bodies
		kept, build = &checked.excerpt, func() *Article { return p.excerpt(few.Briefly[Article]().Get(&checked.full, full)) }
	}
	form := feed.Get(kept, build)
	if made != nil && (known == nil || !known.warned.Swap(true)) { // without the lock of the forms
		for _, f := range made.shown.found {
			warning := *f
			warning.Warning = true // the feed is shown all the same
			p.Warn((*Problem)(&warning))
		}
	}
	return form
}

// prepare makes the form with the whole body. Text that the check left legal is not copied. Authors
// get the addresses of their pages, which depend on the publication.
func (p *Publication) prepare(a *Article) *Article {
	r := newReport(findings.Article, a.URL)
	clean := *a
	if !plaintext.Is(a.Title) { // edited since the check, or never checked
		clean.Title = plaintext.Of(escape.Legal(a.Title))
	}
	// The body that was checked is legal. Most often both are the same memory, and are not read.
	legal := a.checked != nil && a.checked.content == a.Content
	body := bodies.Prepare(bodies.Article{
		URL: a.URL, Title: clean.Title, Summary: a.Summary, Content: a.Content, Legal: legal,
	}, p.site.Bodies, p.site.MaxBody)
	r.WarnEach("Content", body.Players, "player kept")
	r.WarnEach("Content", body.Missed, "element removed that readers may miss")
	if body.Panic != nil {
		r.Refuse("Content", fmt.Sprint(body.Panic), "sanitizer panicked; feeds show a link instead", "")
	}
	// The summary may be the publisher's sanitizer's work, which promises nothing.
	clean.Content, clean.Summary = body.Content, escape.Legal(body.Summary)
	clean.Authors = p.withPages(a.Authors)
	return p.newShown(clean, variant{}, body.Legal, r.Found)
}

// excerpt makes the form without a body. It reports what was found in the body all the same: the
// form with the body may never be shown.
func (p *Publication) excerpt(full *Article) *Article {
	short := *full
	if short.Content = ""; short.Title == "" && short.Summary == "" {
		short.Content = bodies.Link(short.URL, "", "") // a picture without a word: something must represent it
	}
	return p.newShown(short, full.shown.variant, false, full.shown.found)
}

// newShown returns an article with its state, in one allocation: a site that is rendered for the
// first time makes one for each of its articles.
func (p *Publication) newShown(a Article, v variant, isLegal bool, found []*finding) *Article {
	all := &struct {
		article Article
		state   shownState
		pieces  pieces
	}{article: a}
	all.article.checked, all.article.shown = nil, &all.state
	all.state = shownState{
		article: &all.article, publication: p, variant: v, pieces: &all.pieces, legal: isLegal, found: found,
	}
	return &all.article
}

// titleOf returns the title to write. An article without one has its first words there if the
// feed makes titles or the format requires one, and its address if it has no words.
func (f *Feed) titleOf(a *Article, required bool) string {
	if a.Title != "" && (a.isShown() != nil || trimmed(a.Title) != "") {
		return a.Title
	}
	if !required && !f.MakeTitles {
		return ""
	}
	text := cmp.Or(a.Summary, bodies.Summarize(a.Content), a.Image.Alt, escape.Legal(a.URL), escape.Legal(a.ID))
	return bodies.FirstWords(text, 12)
}

// withPages fills in the addresses of authors' pages, in a copy. The site's own address is none:
// it would say nothing of the author.
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
