package syndicate

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/syndicate-go/syndicate/internal/few"
	"github.com/syndicate-go/syndicate/internal/stretches"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Selection is what a [Source] found for a scope. [Publication.Feed] makes a feed of it.
type Selection struct {
	// Names of the category and its parents, outermost first, or the name of the tag or author. If
	// several names share a slug, the smallest in byte order. Default: nil, for the whole site.
	Names []string
	// Description and URL of the category or tag; URL of the author. Default: none.
	Description, URL string
	// Articles are visible ones that [Publication.Article] returned, newest publication first and
	// then by id (or URL) in byte order. For an archive page: all of it. For the current feed:
	// the newest, one more than the feed's limit if there are as many.
	Articles []*Article
	// Pages is the number of closed archive pages, whose newest end does not move. Default: 0.
	Pages int
	// PageOf returns the number of the archive page that contains an article. Default: nil, no
	// pages.
	PageOf func(*Article) int
	// Tombstones are the removals to announce, newest first and then by id. They take at most a
	// quarter of the feed's size; the oldest are left out. Default: none.
	Tombstones []Tombstone
	// Modified and NextChange are as in [Feed].
	Modified, NextChange time.Time
}

// Feed makes the feed of a scope: title, ids, addresses, order and limits. It cleans the body of
// each article the first time that a feed shows it. Every [Source] calls Feed, so that all of
// them return the same bytes for the same articles.
func (p *Publication) Feed(scope Scope, sel Selection) *Feed {
	o, n := p.options(scope), len(sel.Articles)
	f, v := p.head(scope, o, sel), p.variant(scope)
	// A page shows all that the Source gave. The current feed shows one less than that, and the one
	// that is left over says which page continues it.
	if scope.page == 0 {
		n = min(n, o.Limit)
	}
	show := func(a *Article, holds *few.Holds[Article]) *Article { return p.show(a, o.Excerpts, v, holds) }
	sel.Articles, f.Articles, f.long = stretches.Divide(stretches.Of(&p.long, scope, f, n), f, sel.Articles, n, newestFirst, show)
	p.linkPages(f, sel)
	f.original = newOriginal(f, p)
	if f.original.fits(o.MaxBytes) { // nearly always
		if o.Whole && scope.page == 0 && !f.Complete {
			p.tooLarge("Limit", scope, fmt.Sprintf("shows the newest %d articles", len(f.Articles)))
		}
		return f
	}
	p.trim(f, o, sel)
	return f
}

// head makes the feed without its articles. What is set for the scope goes first, then what the
// Source knows of the category, tag or author, then what is made of the site's settings. The id
// is made of the scope alone, so that it stays when the feed gets another address or title.
func (p *Publication) head(scope Scope, o FeedOptions, sel Selection) *Feed {
	s := &p.site
	f := &Feed{
		ID:             cmp.Or(o.ID, uri.Tag(s.TagAuthority, "feed:"+scope.Current().String())),
		Title:          cmp.Or(o.Title, p.title(scope, sel.Names)),
		Description:    cmp.Or(o.Description, sel.Description, p.description(sel.Names)),
		URL:            cmp.Or(sel.URL, p.PageURL(scope), s.URL),
		Self:           p.feedURLs(scope),
		Language:       o.Language,
		Copyright:      o.Copyright,
		Authors:        []Author{o.Author},
		Logo:           o.Logo,
		Icon:           o.Icon,
		Favicon:        s.Favicon,
		Stylesheet:     s.Stylesheet,
		Hubs:           slices.Clip(s.Hubs),
		ManagingEditor: s.ManagingEditor,
		WebMaster:      s.WebMaster,
		Schedule:       o.Schedule,
		Expired:        s.Expired,
		CategoryScheme: p.categoryScheme,
		TagScheme:      p.tagScheme,
		TagAuthority:   s.TagAuthority,
		CategoryPaths:  s.CategoryPaths,
		MakeTitles:     s.MakeTitles,
		AuthorEmails:   s.AuthorEmails,
		Extensions:     slices.Clip(o.Extensions),
		Scope:          scope,
		Modified:       sel.Modified,
		NextChange:     sel.NextChange,
	}
	// The generator (RFC 4287 section 4.2.4) has no version: a new version of the package must not
	// change every feed.
	if !s.HideGenerator {
		f.Generator = "syndicate (https://github.com/syndicate-go/syndicate)"
	}
	if scope.page > 0 {
		f.Archived = scope.Page() <= sel.Pages // the page that is being filled is not an archive document yet
		f.Current = p.feedURLs(scope.Current())
	} else {
		f.Tombstones = p.trimTombstones(scope, o, sel.Tombstones)
	}
	return f
}

// linkPages fills in the addresses of the neighbouring archive pages (RFC 5005 section 4). The
// current feed links to the page with the newest article that it does not show itself.
func (p *Publication) linkPages(f *Feed, sel Selection) {
	if page := f.Scope.Page(); page > 0 { // pages are numbered from the oldest, 1
		if page > 1 {
			f.PrevArchive = p.feedURLs(f.Scope.AtPage(page - 1))
		}
		if page < sel.Pages {
			f.NextArchive = p.feedURLs(f.Scope.AtPage(page + 1))
		}
	} else if rest := sel.Articles[len(f.Articles):]; len(rest) == 0 {
		f.Complete = true
	} else if sel.PageOf != nil {
		if page := sel.PageOf(rest[0]); page > 0 {
			f.PrevArchive = p.feedURLs(f.Scope.AtPage(page))
		}
	}
}

// trim makes a feed fit into MaxBytes. The current feed loses its oldest articles, which the
// archive pages have. A page must not lose articles, so it shows its oldest without their bodies.
// The newest article stays as it is, whatever its size.
func (p *Publication) trim(f *Feed, o FeedOptions, sel Selection) {
	full, all := f.Articles, len(f.Articles)
	var short []*Article // of a page
	for i := 0; f.Scope.page > 0 && i < all; i++ {
		short = append(short, p.excerpt(full[i]))
	}
	keep := func(n int) {
		f.Articles, f.PrevArchive, f.Complete = slices.Concat(full[:n], short[min(n, len(short)):]), Links{}, false
		p.linkPages(f, sel)
		f.original = newOriginal(f, p)
	}
	// A feed of fewer articles is smaller, so the number can be searched for. Articles are encoded
	// once, whatever the number of feeds that are tried.
	n := max(1, sort.Search(all, func(n int) bool { keep(n + 1); return !f.original.fits(o.MaxBytes) }))
	if n >= all {
		return // there is nothing to leave out
	}
	keep(n)
	if short == nil {
		p.tooLarge("MaxBytes", f.Scope, fmt.Sprintf("shows %d of %d articles", n, all))
	} else if !o.Excerpts {
		p.tooLarge("MaxBytes", f.Scope, fmt.Sprintf("shows %d of %d articles without their bodies", all-n, all))
	}
}

// trimTombstones returns as many tombstones as fit into a quarter of MaxBytes. A removal of many
// articles must not leave a feed without any.
func (p *Publication) trimTombstones(scope Scope, o FeedOptions, all []Tombstone) []Tombstone {
	const element = len(`<at:deleted-entry ref="" when="2006-01-02T15:04:05Z"/>` + "\n")
	left := o.MaxBytes / 4
	for i, t := range all {
		if left -= element + len(atomID(&Article{ID: t.ID}, p.site.TagAuthority)); left < 0 {
			p.tooLarge("MaxBytes", scope, fmt.Sprintf("announces the newest %d removals", i))
			return all[:i:i]
		}
	}
	return slices.Clip(all)
}

// tooLarge warns that a feed shows less than it was meant to, unless the last warning was the same:
// feeds are made again and again, and [Site.Warn] may request the feed. The bound exists because
// readers and aggregators give up on feeds of several megabytes.
func (p *Publication) tooLarge(field string, scope Scope, did string) {
	if last, _ := p.tooLong.Get(scope); last != did {
		p.tooLong.Put(scope, did, 0)
		p.Warn(&Problem{Warning: true, Field: field, Value: scope.String(), Rule: RuleTooLarge, Spec: did})
	}
}
