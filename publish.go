package syndicate

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/internal/legal"
	"github.com/syndicate-go/syndicate/internal/plaintext"
	"github.com/syndicate-go/syndicate/internal/uri"
	"github.com/syndicate-go/syndicate/xmltext"
)

// summaryWords is how many words of a body make a summary (HTML-6).
const summaryWords = 55

// Selection is what a [Source] found for a scope, for [Site.Feed] to make a feed of.
type Selection struct {
	// Names are those of the category and its ancestors, outermost first, or the one of the tag or
	// author; where several names share a slug, the smallest in byte order. Nil for the whole site.
	Names []string
	// Description and URL are the term's own. Optional.
	Description, URL string
	// Articles are visible ones as [Site.Article] returned them, newest publication first and then by
	// id (or URL) in byte order: all those of an archive page; for the current feed the newest, one
	// more than its limit if there are so many.
	Articles []*Article
	// Pages is how many archive pages are closed: their newest end does not move any more. Optional.
	Pages int
	// PageOf returns the number of the archive page that an article is on. Optional.
	PageOf func(*Article) int
	// Tombstones are those to be shown, newest first and then by id. A quarter of the feed's size is for
	// them; the oldest are left out. Optional.
	Tombstones []Tombstone
	// Modified and NextChange are as in [Feed].
	Modified, NextChange time.Time
}

// FeedLimit returns how many articles the scope's current feed and its archive pages hold.
func (s *Site) FeedLimit(scope Scope) int { return s.ready().options(scope).Limit }

// Feed makes the feed of a scope: title, ids, addresses, order and limits. Every [Source] calls it, so
// that all of them give the same bytes for the same articles. Bodies are cleaned here, once for each
// article. The site should have been checked, or it is each time, and its problems are not told.
func (s *Site) Feed(scope Scope, sel Selection) *Feed {
	return s.ready().make(scope, sel)
}

func (s *Site) make(scope Scope, sel Selection) *Feed {
	sel.Articles = inOrder(sel.Articles)
	f := s.whole(scope, sel)
	s.linkPages(f, sel)
	if f.original = newOriginal(f, s.compiled); f.surelyFits(s.MaxBytes) || f.original.fits(s.MaxBytes) {
		return f
	}
	if scope.page > 0 {
		s.fitPage(f, sel.Articles)
	} else {
		s.fitCurrent(f)
	}
	s.linkPages(f, sel)
	f.original = newOriginal(f, s.compiled)
	for scope.page == 0 && len(f.Articles) > 1 && !f.original.fits(s.MaxBytes) { // more namespaces than room was left for
		f.Articles = slices.Delete(f.Articles, len(f.Articles)-1, len(f.Articles))
		s.linkPages(f, sel)
		f.original = newOriginal(f, s.compiled)
	}
	return f
}

// whole makes the feed whatever its size.
func (s *Site) whole(scope Scope, sel Selection) *Feed {
	options := s.options(scope)
	f := s.head(scope, options, sel)
	for _, a := range sel.Articles {
		if scope.page == 0 && len(f.Articles) == options.Limit {
			break
		}
		f.Articles = append(f.Articles, s.shown(a, options.Excerpts))
	}
	return f
}

// linkPages fills in the addresses of the next archive pages.
func (s *Site) linkPages(f *Feed, sel Selection) {
	if page := f.Scope.Page(); page > 0 {
		if page > 1 {
			f.PrevArchive = s.feedURLs(f.Scope.AtPage(page - 1))
		}
		if page < sel.Pages {
			f.NextArchive = s.feedURLs(f.Scope.AtPage(page + 1))
		}
	} else if rest := sel.Articles[len(f.Articles):]; len(rest) > 0 && sel.PageOf != nil {
		if page := sel.PageOf(rest[0]); page > 0 {
			f.PrevArchive = s.feedURLs(f.Scope.AtPage(page))
		}
	}
}

// inOrder returns articles newest first, without nil ones.
func inOrder(articles []*Article) []*Article {
	wrong := slices.Contains(articles, nil)
	for i := 1; i < len(articles) && !wrong; i++ {
		wrong = Newer(articles[i], articles[i-1])
	}
	if !wrong {
		return articles
	}
	articles = slices.DeleteFunc(slices.Clone(articles), func(a *Article) bool { return a == nil })
	slices.SortStableFunc(articles, func(a, b *Article) int {
		if Newer(a, b) {
			return -1
		} else if Newer(b, a) {
			return 1
		}
		return 0
	})
	return articles
}

// head makes the feed without its articles.
func (s *Site) head(scope Scope, options FeedOptions, sel Selection) *Feed {
	f := &Feed{
		ID:             uri.Tag(s.TagAuthority, "feed:"+scope.Current().String()),
		Title:          cmp.Or(options.Title, s.title(scope, sel.Names)),
		Description:    cmp.Or(options.Description, sel.Description, s.description(scope, sel.Names)),
		URL:            cmp.Or(sel.URL, s.pageURL(scope), s.URL),
		Self:           s.feedURLs(scope),
		Language:       s.Language,
		Copyright:      s.Copyright,
		Authors:        []Author{s.Author},
		Logo:           s.Logo,
		Icon:           s.Icon,
		Favicon:        s.Favicon,
		Stylesheet:     s.Stylesheet,
		Hubs:           s.Hubs[:len(s.Hubs):len(s.Hubs)],
		ManagingEditor: s.ManagingEditor,
		WebMaster:      s.WebMaster,
		Schedule:       s.Schedule,
		Expired:        s.Expired,
		CategoryScheme: s.compiled.categoryScheme,
		TagScheme:      s.compiled.tagScheme,
		TagAuthority:   s.TagAuthority,
		CategoryPaths:  s.CategoryPaths,
		AuthorEmails:   s.AuthorEmails,
		Tombstones:     slices.Clip(s.tombstones(sel.Tombstones)),
		Extensions:     s.Extensions[:len(s.Extensions):len(s.Extensions)],
		Scope:          scope,
		Modified:       sel.Modified,
		NextChange:     sel.NextChange,
		Articles:       make([]*Article, 0, len(sel.Articles)),
	}
	if !s.HideGenerator {
		f.Generator = "syndicate (https://github.com/syndicate-go/syndicate)"
	}
	if scope.page > 0 {
		f.Archived = scope.Page() <= sel.Pages // the one that is being filled is none yet
		f.Current = s.feedURLs(scope.Current())
		f.Tombstones = nil
	}
	return f
}

// tombstones returns as many of them as a quarter of the feed's size holds.
func (s *Site) tombstones(all []Tombstone) []Tombstone {
	const element = len(`<at:deleted-entry ref="" when="2006-01-02T15:04:05Z"/>` + "\n")
	left := s.MaxBytes / 4
	for i, t := range all {
		if left -= element + len(atomID(&Article{ID: t.ID}, s.TagAuthority)); left < 0 {
			return all[:i:i]
		}
	}
	return all
}

// title returns a title that stands alone in a list of subscriptions: "Military – Nordic Monitor".
func (s *Site) title(scope Scope, names []string) string {
	if len(names) == 0 {
		return s.Title
	}
	name := strings.Join(names, " / ")
	if scope.kind == KindTag {
		name = "#" + name
	}
	return name + " – " + s.Title
}

func (s *Site) description(scope Scope, names []string) string {
	if len(names) == 0 {
		return s.Description
	}
	return strings.Join(names, " / ") + " – " + s.Description
}

// prepared is what a Source's feeds remember of an article. It belongs to one Article value: a copy,
// which may have been edited, carries it on but is not its owner.
type prepared struct {
	owner *Article
	site  *compiledSite
	// Of an article as it was checked:
	shown   shownForms
	content string                // its body, which is legal
	print   atomic.Pointer[print] // nil until it is asked for
	// Of an article as feeds show it:
	pieces   *pieces
	size     atomic.Int64 // its itemSize; 0 until it is asked for
	legal    bool         // the body was cleaned, which leaves nothing in it that is not legal
	problems Problems     // found while cleaning
}

// legalContent returns the body, which is known to be legal if it was cleaned, but not that of a copy of the article,
// which may have been edited.
func (a *Article) legalContent() legal.Text {
	if p := a.prepared; p != nil && p.owner == a && p.legal {
		return legal.Text{String: a.Content}
	}
	return legal.Text{String: xmltext.Legal(a.Content)}
}

// wasChecked reports whether the body is the one that was checked, and therefore legal. Most often both are the same
// memory, which needs no look at it.
func (a *Article) wasChecked() bool {
	return a.prepared != nil && a.prepared.content == a.Content
}

// isShown reports whether a is an article as a site's feeds show it, with its texts made legal, and not a copy of one,
// which may have been edited.
func (a *Article) isShown() bool {
	p := a.prepared
	return p != nil && p.owner == a && p.pieces != nil
}

// legal returns a title or summary of the article, which is known to be legal in one that a site's feeds show.
func (a *Article) legal(text string) legal.Text {
	if !a.isShown() {
		text = xmltext.Legal(text)
	}
	return legal.Text{String: text}
}

// shownForms are an article as feeds show it, each made when a feed first shows it so. They live, with their pieces,
// as long as feeds do that show them: the current ones that an [Archive] keeps, and those that readers hold.
type shownForms struct {
	mu            sync.Mutex
	full, excerpt weak.Pointer[Article] // with its body cleaned, and without a body
}

// alive returns what p points to, made anew if there is none or nobody held it any more.
func alive(p *weak.Pointer[Article], make func() *Article) *Article {
	a := p.Value()
	if a == nil {
		a = make()
		*p = weak.Make(a)
	}
	return a
}

// shown returns the article as feeds show it: cleaned, with a summary; without its body if an excerpt
// is asked for.
func (s *Site) shown(a *Article, excerpt bool) *Article {
	p := a.prepared
	if p == nil || p.owner != a || p.site != s.compiled {
		p = &prepared{owner: a, site: s.compiled}
	}
	forms := &p.shown
	forms.mu.Lock()
	defer forms.mu.Unlock() // of what panics, in somebody's Addresses say, nothing is remembered
	full := func() *Article { return alive(&forms.full, func() *Article { return s.prepare(a) }) }
	if !excerpt {
		return full()
	}
	return alive(&forms.excerpt, func() *Article { return s.excerpt(full()) })
}

func (s *Site) prepare(a *Article) *Article {
	r := report{article: a.URL}
	cleaned := *a
	if !plaintext.Is(a.Title) { // of an article that was edited since it was checked, or never was
		cleaned.Title = plaintext.Of(xmltext.Legal(a.Title))
	}
	var isLegal bool
	cleaned.Content, cleaned.Summary, isLegal = s.clean(&cleaned, &r)
	cleaned.Summary = xmltext.Legal(cleaned.Summary)
	cleaned.Authors = s.withPages(a.Authors)
	return s.show(cleaned, isLegal, r.problems)
}

// excerpt returns an article that feeds show without its body.
func (s *Site) excerpt(full *Article) *Article {
	short := *full
	if short.Content = ""; short.Title == "" && short.Summary == "" {
		short.Content = linkBody(&short, "") // a picture without a word: something must stand for it
	}
	return s.show(short, false, full.prepared.problems)
}

// show returns an article with what is remembered of it, all of it in one piece.
func (s *Site) show(a Article, isLegal bool, problems Problems) *Article {
	all := &struct {
		article  Article
		prepared prepared
		pieces   pieces
	}{article: a}
	all.article.prepared = &all.prepared
	p := &all.prepared
	p.owner, p.site, p.pieces, p.legal, p.problems = &all.article, s.compiled, &all.pieces, isLegal, problems
	return &all.article
}

// clean returns body and summary as feeds show them. A body that is too long, that a publisher's own
// sanitizer failed on, or of which nothing is left becomes its summary and a link to the page. The body is known to
// be legal if it was cleaned.
func (s *Site) clean(a *Article, r *report) (content, summary string, isLegal bool) {
	summary = a.Summary
	if a.Content == "" {
		return "", summary, false
	}
	clean, ok := "", false
	if fits := len(a.Content) <= s.MaxBody; fits && a.wasChecked() && s.Bodies.LegalIsClean(legal.Text{String: a.Content}) {
		clean, ok = strings.Trim(a.Content, htmlSpace), true
	} else if fits || s.Bodies.Sanitizer != nil {
		clean, ok = runPolicy(s.Bodies, a.URL, a.Content[:min(len(a.Content), s.MaxBody)], r)
	}
	if summary == "" && s.Bodies.Sanitizer == nil {
		summary = summaryOf(a.Content) // not of the clean body, where a player is the text of a link
	}
	if summary == "" {
		summary = summaryOf(clean)
	}
	ok = ok && len(a.Content) <= s.MaxBody
	if nothing := clean == "" && summary == "" && a.Title == ""; !ok || nothing {
		return linkBody(a, summary), summary, false
	}
	return clean, summary, clean != ""
}

// runPolicy cleans a body; false when the publisher's own sanitizer failed on it.
func runPolicy(policy cleanhtml.Policy, url, content string, r *report) (clean string, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			r.refuse("Content", fmt.Sprint(p), "sanitizer panicked; feeds show a link instead", "")
			clean, ok = "", false
		}
	}()
	buffer := scratches.Get().(*[]byte)
	defer keepScratch(buffer)
	body, found := policy.Append((*buffer)[:0], content, url)
	*buffer = body
	for _, player := range found.Players {
		r.warn("Content", player, "player kept", "")
	}
	if body = bytes.Trim(body, htmlSpace); string(body) == content {
		return content, true
	}
	return string(body), true
}

// htmlSpace is what has no meaning around a body.
const htmlSpace = " \t\r\n\f\ufeff"

// linkBody stands for a body that feeds do not show.
func linkBody(a *Article, summary string) string {
	var b strings.Builder
	if summary != "" {
		b.WriteString("<p>" + escapeHTML(summary) + "</p>")
	}
	b.WriteString(`<p><a href="` + escapeHTML(a.URL) + `">` + escapeHTML(cmp.Or(a.Title, a.URL)) + "</a></p>")
	return b.String()
}

// summaryOf returns the beginning of a body as plain text, legal as all plain text of an article that was checked.
func summaryOf(content string) string {
	const enough = 64 << 10 // no summary needs more of a body than this
	if len(content) > enough {
		content = content[:enough]
	}
	return plaintext.Of(xmltext.Legal(cleanhtml.Summary(content, summaryWords)))
}

// titleOf returns the title, or what stands for it where a format cannot do without.
func titleOf(a *Article) string {
	if a.Title != "" && (a.isShown() || trimmed(a.Title) != "") {
		return a.Title
	}
	const words = 12
	text := cmp.Or(a.Summary, summaryOf(a.Content), xmltext.Legal(a.URL), xmltext.Legal(a.ID))
	if fields := strings.Fields(text); len(fields) > words {
		return strings.Join(fields[:words], " ") + "…"
	}
	return text
}

// withPages fills in the addresses of authors' pages.
func (s *Site) withPages(authors []Author) []Author {
	filled := append([]Author(nil), authors...)
	for i := range filled {
		if filled[i].URL == "" {
			if page := s.pageURL(filled[i].Scope()); page != s.URL {
				filled[i].URL = page
			}
		}
	}
	return clipped(filled)
}
