package destination

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/absent"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
	"github.com/syndicate-go/syndicate/internal/uri"
)

// Feeds says which feeds a destination gets. The zero value is the feeds that the public has. A
// [MSN] and a [SmartNews] have its fields; for other destinations, use [Feeds.Source].
type Feeds struct {
	// Addresses are those of the destination's feeds; they differ from those of the public feeds.
	// Default: the site's below the name of the destination, "msn/rss.xml".
	Addresses syndicate.Addresses
	// Kinds are the kinds of scopes that have feeds; the whole site always has one. Default: the
	// site's.
	Kinds []syndicate.Kind
	// Limit is the number of articles in a feed. Default: that of the public feed, which is also
	// the maximum.
	Limit int
	// LeadImage puts the lead image before the body of an article, unless it is the first image of
	// the body anyway. Default: false.
	LeadImage bool
	// Extensions add elements to the feeds and their articles. Those of the public feeds do not.
	// Default: none.
	Extensions []syndicate.Extension
}

// Source returns the feeds of a Source for a destination that has no vocabulary. They are at
// separate addresses, below the name of the profile by default. Bodies are cleaned as the
// profile says. The error is that of [syndicate.Site.Check].
func (f Feeds) Source(from syndicate.Source, profile Profile) (*Source, error) {
	return f.source(from, profile, syndicate.Slug(profile.Name)+"/", nil, nil)
}

// Source is the feeds of a destination, made of those of another [syndicate.Source]. It has the
// same articles at any moment: drafts, embargoes, expiry and removals are those of that Source. Its
// feeds are in RSS, have no archive pages and no hubs, and carry nothing of the site's extensions.
//
// Serve them with a separate feedhttp.Handler. A Source is also a derived.Files, so it can be among
// the Files of the feedhttp.Handler or feeddir.Folder of the public feeds. It is safe for
// concurrent use.
type Source struct {
	from        syndicate.Source
	publication *syndicate.Publication
	settings    fingerprint.Digest
	lead        bool
	smart       *SmartNews // nil for other destinations

	mu       sync.Mutex
	made     map[syndicate.Scope]*made       // the newest of each scope
	articles map[*syndicate.Article]*adapted // by those of the other Source; all that made feeds show
}

var _ syndicate.Versioner = (*Source)(nil)

// made is a feed of the destination and what it was made of.
type made struct {
	version string // "" if unknown
	feed    *syndicate.Feed
	public  []*syndicate.Article // that it shows, as the other Source has them
}

// adapted is an article of the destination, which the feeds of all scopes share.
type adapted struct {
	article *syndicate.Article // nil if it cannot be published
	feeds   int                // the number of made feeds that show it
}

// source returns the feeds of a destination. Ext is its vocabulary, nil for none.
func (f Feeds) source(
	from syndicate.Source, profile Profile, prefix string, ext syndicate.Extension, smart *SmartNews,
) (*Source, error) {
	site := from.Publication().Site()
	site.Addresses = cmp.Or(f.Addresses, syndicate.Below(prefix, site.Addresses))
	site.Formats = []syndicate.Format{syndicate.RSS}
	if len(f.Kinds) > 0 {
		site.Kinds = f.Kinds
	}
	site.Limit = cmp.Or(f.Limit, site.Limit)
	if !uri.IsTagAuthority(site.TagAuthority) { // the default for a host such as localhost
		site.TagAuthority = ""
	}
	site.Hubs = nil // nobody notifies them of these feeds
	site.Bodies = profile.Bodies
	site.Extensions = slices.Clone(f.Extensions)
	if ext != nil {
		site.Extensions = append([]syndicate.Extension{ext}, site.Extensions...)
	}
	site.Scopes = maps.Clone(site.Scopes)
	// A show of a podcast, or another vocabulary of a single feed, is not for the destination.
	for scope, o := range site.Scopes {
		o.Extensions, o.Whole, o.ID = nil, false, ""
		o.Limit = cmp.Or(f.Limit, o.Limit)
		site.Scopes[scope] = o
	}
	if smart != nil {
		smart.fill(&site)
	}
	publication, err := site.Check()
	if err != nil {
		return nil, err
	}
	s := &Source{from: from, publication: publication, lead: f.LeadImage, smart: smart}
	s.settings = s.digest()
	s.made, s.articles = map[syndicate.Scope]*made{}, map[*syndicate.Article]*adapted{}
	return s, nil
}

// digest returns the digest of all settings that the feeds depend on.
func (s *Source) digest() fingerprint.Digest {
	type options struct {
		Scope syndicate.Scope
		syndicate.FeedOptions
	}
	all := struct {
		Site   syndicate.Site
		Scopes []options // in order, because a map has none
		Lead   bool
		Smart  bool
	}{Site: s.publication.Site(), Lead: s.lead, Smart: s.smart != nil}
	for _, scope := range slices.SortedFunc(maps.Keys(all.Site.Scopes), syndicate.Scope.Compare) {
		all.Scopes = append(all.Scopes, options{scope, all.Site.Scopes[scope]})
	}
	all.Site.Scopes, all.Site.Warn = nil, nil
	return fingerprint.Of(&all)
}

// fill fills in what SmartNews requires of a site.
func (s SmartNews) fill(site *syndicate.Site) {
	site.Description = s.description(site.Description, site.Language)
	site.Schedule.TTL = s.ttl(site.Schedule.TTL)
	for scope, o := range site.Scopes {
		if o.Description != "" {
			o.Description = s.description(o.Description, cmp.Or(o.Language, site.Language))
		}
		if o.Schedule.TTL != 0 {
			o.Schedule.TTL = s.ttl(o.Schedule.TTL)
		}
		site.Scopes[scope] = o
	}
}

// ttl returns the time between two readings of a feed.
func (s SmartNews) ttl(feed time.Duration) time.Duration {
	if s.TTL == 0 && feed > maxTTL {
		return maxTTL
	}
	return cmp.Or(s.TTL, feed, maxTTL)
}

// description returns the description of a feed in the length that SmartNews accepts.
func (s SmartNews) description(feed, language string) string {
	text, most := cmp.Or(s.Description, feed), smartLength(language)
	if s.Description != "" || utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)[:most-1]
	return strings.TrimRight(string(runes), " –-,.:;/") + "…"
}

// Publication returns the settings of the destination's feeds.
func (s *Source) Publication() *syndicate.Publication { return s.publication }

// Scopes lists the scopes that have a feed, without archive pages.
func (s *Source) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		for info, err := range s.from.Scopes(ctx) {
			if err == nil && !s.publication.Publishes(info.Scope) {
				continue
			}
			info.Pages = 0
			if !yield(info, err) {
				return
			}
		}
	}
}

// Version returns a string that changes whenever the feed changes, if the other Source is a
// [syndicate.Versioner]; otherwise "". The error is as for [Source.Feed].
func (s *Source) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	if err := s.has(scope); err != nil {
		return "", err
	}
	versioner, ok := s.from.(syndicate.Versioner)
	if !ok {
		return "", nil
	}
	version, err := versioner.Version(ctx, scope)
	if err != nil || version == "" {
		return "", err
	}
	return fingerprint.Of(&struct {
		Settings fingerprint.Digest
		Version  string
	}{s.settings, version}).String(), nil
}

// has returns the error for an archive page and for a kind of scope that is not published.
func (s *Source) has(scope syndicate.Scope) error {
	if scope.Page() > 0 || !s.publication.Publishes(scope) {
		return absent.Error(scope)
	}
	return nil
}

// Feed returns the feed of a scope. It is made again when that of the other Source changes, which
// encodes the articles that are new. The error is that of the other Source, or a
// [syndicate.ScopeError] for an archive page.
func (s *Source) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	version, err := s.Version(ctx, scope) // before the feed, which is at least as new
	if err != nil {
		return nil, s.failed(scope, err)
	}
	last := s.last(scope)
	if last == nil || version == "" || last.version != version {
		public, err := s.from.Feed(ctx, scope)
		if err != nil {
			return nil, s.failed(scope, err)
		}
		// A feed that is newer than the version must not be kept under it: the other Source can
		// return to the version, without an article that the feed has.
		if after, err := s.Version(ctx, scope); err != nil || after != version {
			version = ""
		}
		last = s.remake(scope, version, public)
	}
	feed := *last.feed
	feed.Articles, feed.Authors = slices.Clone(feed.Articles), slices.Clone(feed.Authors)
	return &feed, nil
}

// failed returns an error of a scope, and forgets the feed of a scope that is gone.
func (s *Source) failed(scope syndicate.Scope, err error) error {
	if gone := (*syndicate.ScopeError)(nil); errors.As(err, &gone) {
		s.replace(scope, nil)
	}
	return err
}

// last returns what was last made for a scope, nil if there is nothing.
func (s *Source) last(scope syndicate.Scope) *made {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[scope]
}

// replace stores what was made for a scope, nil for nothing. Articles that no feed shows any longer
// are forgotten.
func (s *Source) replace(scope syndicate.Scope, now *made) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.made[scope]; last != nil {
		for _, a := range last.public {
			if known := s.articles[a]; known.feeds > 1 {
				known.feeds--
			} else {
				delete(s.articles, a)
			}
		}
	}
	if now == nil {
		delete(s.made, scope)
		return
	}
	s.made[scope] = now
}

// remake makes the destination's feed of the public one. An article that a feed of any scope shows
// already is not checked, cleaned and encoded again.
func (s *Source) remake(scope syndicate.Scope, version string, public *syndicate.Feed) *made {
	now := &made{version: version, public: slices.Clone(public.Articles)}
	selection := syndicate.Selection{Modified: public.Modified, NextChange: public.NextChange}
	for _, a := range public.Articles {
		if article := s.adapt(a); article != nil {
			selection.Articles = append(selection.Articles, article)
		}
	}
	// What the other Source knows of a category, tag or author is in the head of its feed.
	feed := s.publication.Feed(scope, selection)
	feed.Title, feed.URL, feed.Copyright = public.Title, public.URL, public.Copyright
	feed.Description = public.Description
	if feed.Complete = feed.Complete && public.Complete; s.smart != nil {
		feed.Description = s.smart.description(public.Description, public.Language)
		feed.Articles = append(feed.Articles, withdrawn(public, selection.Articles)...)
	}
	now.feed = feed
	s.replace(scope, now)
	return now
}

// adapt returns an article as the destination's feeds have it, nil if it cannot be published, and
// counts a feed that shows it. The lock is not held while the article is checked, because that
// calls the program's code.
func (s *Source) adapt(public *syndicate.Article) *syndicate.Article {
	find := func(made *syndicate.Article, store bool) (*syndicate.Article, bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		known := s.articles[public]
		if known == nil && !store {
			return nil, false
		}
		if known == nil {
			known = &adapted{article: made}
			s.articles[public] = known
		}
		known.feeds++
		return known.article, true
	}
	article, found := find(nil, false)
	if !found {
		article, _ = find(s.article(public), true)
	}
	return article
}

// article returns an article of the public feed as the destination's feed has it, nil if it cannot
// be published. What its extensions write into the public feed is left out.
func (s *Source) article(public *syndicate.Article) *syndicate.Article {
	a := *public
	if s.lead {
		a.Content = withLeadImage(a.Content, a.Image.URL, a.Image.Alt)
	}
	if a.Extensions = nil; len(public.Extensions) > 0 {
		a.Extensions = []syndicate.Extension{carried{extensions: public.Extensions}}
	}
	checked, err := s.publication.Article(a)
	if err != nil { // the public feed has it, so nothing is wrong with it
		s.publication.Warn(&syndicate.Problem{
			Warning: true, Article: a.URL, Field: "Extensions", Rule: syndicate.RuleExtension, Spec: err.Error(),
		})
		return nil
	}
	return checked
}

// withdrawn returns articles for the tombstones of a feed. Of a removed article only the id is
// known: the address is the id if that is a URL, and the address of the feed otherwise. An id that
// was published again is not withdrawn.
func withdrawn(public *syndicate.Feed, shown []*syndicate.Article) (articles []*syndicate.Article) {
	for _, t := range public.Tombstones {
		if slices.ContainsFunc(shown, func(a *syndicate.Article) bool { return cmp.Or(a.ID, a.URL) == t.ID }) {
			continue
		}
		page := public.URL
		if strings.HasPrefix(t.ID, "https://") || strings.HasPrefix(t.ID, "http://") {
			page = t.ID
		}
		articles = append(articles, &syndicate.Article{
			ID: t.ID, URL: page, Title: "Deleted", Summary: "Deleted", Content: "<p>Deleted</p>", Published: t.When,
			Extensions: []syndicate.Extension{carried{withdrawn: true}},
		})
	}
	return articles
}
