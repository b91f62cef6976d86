// Package view publishes more feeds of one source: of several categories and tags together, without
// some articles, in several languages, and of the comments on an article.
//
// A [View] selects the articles of a scope's feed, in place of the Source's own selection. [New]
// returns a [Source] with such feeds; all other feeds are those of the Source behind it:
//
//	defence := syndicate.InCategory("defence") // no article has this category
//	source, err := view.New(archive, map[syndicate.Scope]view.View{
//		// One feed of a category and a tag.
//		defence: {Name: "Defence in Turkey", Any: []syndicate.Scope{
//			syndicate.InCategory("military"), syndicate.WithTag("turkey"),
//		}},
//		// Sponsored articles have a feed, but are not in that of the site.
//		syndicate.Everything(): {None: []syndicate.Scope{syndicate.WithTag("sponsored")}},
//	})
//	handler := &feedhttp.Handler{Source: source}
//
// A feed is not shorter because of what a view leaves out: older articles take the places, from as
// many as 200 feeds and archive pages. A view that selects one of a thousand articles may have
// fewer than its limit; give these articles a tag instead.
//
// Every Source can have views, an Archive as well as a store or a query. Drafts, embargoes, expiry
// and removals are those of that Source at each moment.
//
// The title, limit and description of a feed are set in [syndicate.Site.Scopes], as for every
// scope.
//
// # Single articles
//
// An [Unlisted] among the extensions of an article leaves it out of the site's feed, and only
// there: the feeds of its categories, tags and authors have it.
//
// # Languages
//
// [Languages] is an extension for the feeds of a publication that exists in several languages. It
// links each feed to its translations.
//
// # Comments
//
// [Comments] is a set of files: a feed of the comments on each article, for as long as the article
// is published.
package view

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
	"github.com/syndicate-go/syndicate/internal/changed"
	"github.com/syndicate-go/syndicate/internal/date"
	"github.com/syndicate-go/syndicate/internal/findings"
	"github.com/syndicate-go/syndicate/internal/fingerprint"
)

// View selects the articles of a scope's feed. The zero View has those of the scope itself.
//
// A view without Any has archive pages: those of the Source, without what the view leaves out. A
// view with Any has none, because its articles are on the pages of several scopes.
type View struct {
	// Name is the name of a scope that no article has, for the title of its feed. Default: the
	// title of the Source's feed, or the one in [syndicate.Site.Scopes].
	Name string
	// Any lists scopes. The feed has the articles of each of them, each article once, as their
	// feeds have them: without its body if their options say Excerpts. Default: the scope of the
	// feed.
	Any []syndicate.Scope
	// All lists scopes that an article must be in as well, each of them. Default: none.
	All []syndicate.Scope
	// None lists scopes whose articles the feed does not have. Default: none.
	None []syndicate.Scope
	// Keep reports whether the feed has an article; it must report the same for the same article.
	// Default: it has all articles.
	Keep func(*syndicate.Article) bool
	// Rule names what Keep does: "without quizzes, 2". Servers and folders keep what they made of a
	// feed while nothing has changed; change the Rule when you change Keep. Required with Keep.
	Rule string
}

// Rules of the errors that [New] returns. Test with errors.Is.
const (
	RuleNoScope syndicate.Rule = "not a scope that can have a view"
	RuleNoRule  syndicate.Rule = "a view with Keep has no Rule"
)

// Source is another Source whose feeds are views. It is safe for concurrent use.
type Source struct {
	from  syndicate.Source
	views map[syndicate.Scope]View

	flights singleflight.Group // by the texts of scopes
	mu      sync.Mutex
	made    map[syndicate.Scope]*made // the last of each view
}

var _ syndicate.Versioner = (*Source)(nil)

// New returns a Source with the feeds of another one, except for the views. The site's feed is
// always a view: it leaves out articles that are [Unlisted]. The error names each scope that cannot
// have a view or be in one: an archive page, an invalid scope, or, for a view, one of a kind that
// the site does not publish.
func New(from syndicate.Source, views map[syndicate.Scope]View) (*Source, error) {
	s := &Source{from: from, views: maps.Clone(views), made: map[syndicate.Scope]*made{}}
	if s.views == nil {
		s.views = map[syndicate.Scope]View{}
	}
	// All that is wrong is reported at once, in a fixed order.
	var found syndicate.Problems
	refuse := func(field string, scope syndicate.Scope, rule syndicate.Rule) {
		found = append(found, &syndicate.Problem{Field: field, Value: scope.String(), Rule: rule})
	}
	for _, scope := range slices.SortedFunc(maps.Keys(views), syndicate.Scope.Compare) {
		if !isCurrent(scope) || !from.Publication().Publishes(scope) {
			refuse("Views", scope, RuleNoScope)
		}
		v := views[scope]
		for _, list := range []struct {
			field  string
			scopes []syndicate.Scope
		}{{"Any", v.Any}, {"All", v.All}, {"None", v.None}} {
			for i, of := range list.scopes {
				if !isCurrent(of) || list.field == "Any" && !from.Publication().Publishes(of) {
					refuse(fmt.Sprintf("Views[%s].%s[%d]", scope, list.field, i), of, RuleNoScope)
				}
			}
		}
		if v.Keep != nil && v.Rule == "" {
			refuse("Views["+scope.String()+"].Rule", scope, RuleNoRule)
		}
	}
	if len(found) > 0 {
		return nil, found
	}
	if _, found := s.views[syndicate.Everything()]; !found {
		s.views[syndicate.Everything()] = View{}
	}
	return s, nil
}

// isCurrent reports whether a scope is valid and not an archive page.
func isCurrent(scope syndicate.Scope) bool {
	_, err := scope.MarshalText()
	return err == nil && scope.Page() == 0
}

// Publication returns the settings of the other Source.
func (s *Source) Publication() *syndicate.Publication { return s.from.Publication() }

// has reports whether the feed of a view has an article of its scopes.
func (v View) has(scope syndicate.Scope, a *syndicate.Article) bool {
	if scope == syndicate.Everything() && isUnlisted(a) {
		return false
	}
	for _, all := range v.All {
		if !in(a, all) {
			return false
		}
	}
	return !slices.ContainsFunc(v.None, func(none syndicate.Scope) bool { return in(a, none) }) && (v.Keep == nil || v.Keep(a))
}

// in reports whether an article is in a scope: in a category also if it is in one below it.
func in(a *syndicate.Article, scope syndicate.Scope) bool {
	switch scope.Kind() {
	case syndicate.KindCategory: // with the categories below it
		return slices.ContainsFunc(a.Categories, func(c syndicate.Category) bool {
			own := c.Scope()
			return own == scope || slices.Contains(own.Ancestors(), scope)
		})
	case syndicate.KindTag:
		return slices.ContainsFunc(a.Tags, func(t syndicate.Tag) bool { return t.Scope() == scope })
	case syndicate.KindAuthor:
		return slices.ContainsFunc(a.Authors, func(by syndicate.Author) bool { return by.Scope() == scope })
	}
	return true
}

// scopes returns the scopes whose articles the view of a scope is made of.
func (v View) scopes(scope syndicate.Scope) []syndicate.Scope {
	if len(v.Any) == 0 {
		return []syndicate.Scope{scope}
	}
	return v.Any
}

// digest returns what the versions of the feeds of a view begin with.
func (v View) digest() fingerprint.Digest {
	texts := func(scopes []syndicate.Scope) (texts []string) {
		for _, scope := range scopes {
			texts = append(texts, scope.String())
		}
		return texts
	}
	return fingerprint.Of(&struct {
		Name, Rule     string
		Any, All, None []string
	}{v.Name, v.Rule, texts(v.Any), texts(v.All), texts(v.None)})
}

// made is the feed of a view and what it was made of.
type made struct {
	feed *syndicate.Feed // nil for a view without articles
	// parts are the feeds and pages that were read, with their versions; nil if they changed while
	// they were read, or have no versions.
	parts   []part
	version string
}

// part is a feed or page with its version.
type part struct {
	scope   syndicate.Scope
	version string
}

// Feed returns the feed of a scope or of an archive page. The error is that of the other Source, or
// a [syndicate.ScopeError] for a view without articles, unless it is that of the whole site.
func (s *Source) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	view, found := s.views[scope.Current()]
	switch {
	case !found:
		return s.from.Feed(ctx, scope)
	case scope.Page() > 0:
		return s.page(ctx, scope, view)
	}
	m, err := s.make(ctx, scope, view)
	if err != nil {
		return nil, err
	}
	feed := *m.feed
	feed.Articles, feed.Authors = slices.Clone(feed.Articles), slices.Clone(feed.Authors)
	return &feed, nil
}

// page returns an archive page without what the view leaves out.
func (s *Source) page(ctx context.Context, scope syndicate.Scope, view View) (*syndicate.Feed, error) {
	if len(view.Any) > 0 {
		return nil, absent.Error(scope)
	}
	feed, err := s.from.Feed(ctx, scope)
	if err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(slices.Clone(feed.Articles), func(a *syndicate.Article) bool { return !view.has(scope.Current(), a) })
	if len(kept) < len(feed.Articles) {
		cut := *feed
		// A page that is left without articles has a date all the same, which Atom requires.
		cut.Updated, cut.Articles = changed.At(feed), kept
		feed = &cut
	}
	return feed, nil
}

// Version returns a string that changes whenever the feed changes, if the other Source is a
// [syndicate.Versioner]; otherwise "". It depends on all feeds and pages that the feed of a view is
// made of. The error is as for Feed.
func (s *Source) Version(ctx context.Context, scope syndicate.Scope) (string, error) {
	versioner, ok := s.from.(syndicate.Versioner)
	if !ok {
		return "", nil
	}
	view, found := s.views[scope.Current()]
	switch {
	case !found:
		return versioner.Version(ctx, scope)
	case scope.Page() > 0:
		if len(view.Any) > 0 {
			return "", absent.Error(scope)
		}
		version, err := versioner.Version(ctx, scope)
		if err != nil || version == "" {
			return "", err
		}
		return join(view, []part{{scope, version}}), nil
	}
	m, err := s.make(ctx, scope, view)
	if err != nil {
		return "", err
	}
	return m.version, nil
}

// join returns the version of what a view makes of parts.
func join(view View, parts []part) string {
	texts := make([]string, 0, 2*len(parts))
	for _, p := range parts {
		texts = append(texts, p.scope.String(), p.version)
	}
	return fingerprint.Of(&struct {
		View  fingerprint.Digest
		Parts []string
	}{view.digest(), texts}).String()
}

// make returns the feed of a view: the last one, if nothing that it was made of has changed. It
// also remembers that a view has no articles. Requests for one view at the same time share the
// work, which continues when the context of one of them ends.
func (s *Source) make(ctx context.Context, scope syndicate.Scope, view View) (*made, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// The first request for a view makes it, and those that come meanwhile receive the same feed.
	flight := s.flights.DoChan(scope.String(), func() (any, error) {
		return s.latest(context.WithoutCancel(ctx), scope, view)
	})
	select {
	case result := <-flight:
		if result.Err != nil {
			return nil, result.Err
		}
		m := result.Val.(*made)
		// A feed that another request began to make can be older than this request: an article may
		// have been removed since.
		if result.Shared && (m.parts == nil || !s.holds(ctx, m)) {
			var err error
			if m, err = s.latest(ctx, scope, view); err != nil {
				return nil, err
			}
		}
		if m.feed != nil {
			return m, nil
		}
		return nil, absent.Error(scope)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// latest returns the last feed of a view if it holds, and otherwise a new one, which it remembers.
func (s *Source) latest(ctx context.Context, scope syndicate.Scope, view View) (m *made, err error) {
	// A panic in a goroutine of flights, such as one of Keep, would end the program.
	panicked := findings.Recovered(func() {
		s.mu.Lock()
		m = s.made[scope]
		s.mu.Unlock()
		if m != nil && s.holds(ctx, m) {
			return
		}
		if m, err = s.build(ctx, scope, view); err != nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.made, scope)
		if m.parts != nil { // otherwise it cannot be compared with what the other Source has later
			s.made[scope] = m
		}
	})
	if panicked != nil {
		return nil, fmt.Errorf("view: %s: %w", scope, panicked)
	}
	return m, err
}

// holds reports whether no part of a feed has changed since it was made.
func (s *Source) holds(ctx context.Context, m *made) bool {
	return !slices.ContainsFunc(m.parts, func(p part) bool {
		return s.versionOf(ctx, p.scope) != p.version
	})
}

// versionOf returns the version of a feed of the other Source, "none" if it has no feed, "" if its
// version is unknown.
func (s *Source) versionOf(ctx context.Context, scope syndicate.Scope) string {
	versioner, ok := s.from.(syndicate.Versioner)
	if !ok {
		return ""
	}
	version, err := versioner.Version(ctx, scope)
	switch {
	case absent.Is(err):
		return "none"
	case err != nil:
		return ""
	}
	return version
}

// reading is the other Source while the feed of a view is made. It notes what is read, because the
// feed depends on that and on nothing else.
type reading struct {
	*Source
	parts []part                              // in the order in which they were read
	heads map[syndicate.Scope]*syndicate.Feed // the current feeds
}

// mostParts is how many feeds and archive pages are read for one feed. Requests ask for the version
// of each of them.
const mostParts = 200

// errTooFar ends a search that found few articles on many pages.
var errTooFar = errors.New("view: searched far enough")

// Feed returns a feed or page of the other Source. Its version is noted first, so that the feed is
// at least as new. A current feed is read once.
func (r *reading) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if head := r.heads[scope]; head != nil {
		return head, nil
	}
	if len(r.parts) >= mostParts {
		return nil, errTooFar
	}
	r.parts = append(r.parts, part{scope, r.versionOf(ctx, scope)})
	feed, err := r.from.Feed(ctx, scope)
	if err == nil && scope.Page() == 0 {
		r.heads[scope] = feed
	}
	return feed, err
}

// build makes the feed of a view.
func (s *Source) build(ctx context.Context, scope syndicate.Scope, view View) (*made, error) {
	r := &reading{Source: s, heads: map[syndicate.Scope]*syndicate.Feed{}}
	p := s.Publication()
	m := new(made)
	defer func() {
		// The same version always means the same text, so a mixture of two states has none.
		for _, part := range r.parts {
			if part.version == "" || s.versionOf(ctx, part.scope) != part.version {
				return
			}
		}
		m.parts, m.version = r.parts, join(view, r.parts)
	}()
	if len(view.Any) == 0 { // most often, the view leaves nothing out
		feed, err := r.Feed(ctx, scope)
		if err != nil {
			return nil, err
		}
		leavesOut := func(a *syndicate.Article) bool { return !view.has(scope, a) }
		if view.Name == "" && !slices.ContainsFunc(feed.Articles, leavesOut) {
			m.feed = feed
			return m, nil
		}
	}
	// The articles, newest first, and the pages that have those which are in no current feed.
	var selection syndicate.Selection
	pages := map[*syndicate.Article]int{}
	// The limit is that of the view's scope, whatever those of the others are.
	limit := p.FeedLimit(scope)
	isCut := false // the search ended before the oldest article
	for a, err := range r.merged(ctx, view.scopes(scope)) {
		if isCut = errors.Is(err, errTooFar); isCut {
			break
		}
		if err != nil {
			return nil, err
		}
		if !view.has(scope, a.Article) {
			continue
		}
		pages[a.Article] = a.Feed.Scope.Page()
		// One more than the feed shows says which page continues it.
		if selection.Articles = append(selection.Articles, a.Article); len(selection.Articles) > limit {
			break
		}
	}
	if len(selection.Articles) == 0 && scope != syndicate.Everything() {
		return m, nil
	}
	// A view changes when one of its scopes does. It announces what they announce.
	for _, head := range r.heads {
		selection.Tombstones = append(selection.Tombstones, head.Tombstones...)
		selection.Modified = date.Later(selection.Modified, head.Modified)
		selection.NextChange = date.Earlier(selection.NextChange, head.NextChange)
	}
	for _, a := range selection.Articles { // the Source's NextChange is about the articles in its feed
		selection.NextChange = date.Earlier(selection.NextChange, a.Expires)
	}
	selection.Tombstones = announced(selection.Tombstones) // several scopes may have the same
	if view.Name != "" {
		selection.Names = []string{view.Name}
	}
	if len(view.Any) == 0 {
		selection.PageOf = func(a *syndicate.Article) int { return pages[a] }
	}
	feed := p.Feed(scope, selection)
	// The search ended early: the feed is not complete, and the next page continues it.
	if isCut {
		feed.Complete = false
		if page := r.parts[len(r.parts)-1].scope.Page() - 1; page > 0 && len(view.Any) == 0 {
			for _, format := range p.Site().Formats {
				feed.PrevArchive.Set(format, p.FeedURL(scope.AtPage(page), format))
			}
		}
	}
	if head := r.heads[scope]; head != nil && view.Name == "" { // with what the term states
		feed.Title, feed.Description, feed.URL = head.Title, head.Description, head.URL
	}
	m.feed = feed
	return m, nil
}

// announced returns tombstones in the order of a feed, each id once.
func announced(all []syndicate.Tombstone) []syndicate.Tombstone {
	slices.SortFunc(all, func(a, b syndicate.Tombstone) int {
		return cmp.Or(b.When.Compare(a.When), cmp.Compare(a.ID, b.ID))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(t syndicate.Tombstone) bool {
		known := seen[t.ID]
		seen[t.ID] = true
		return known
	})
}

// merged yields the articles of several scopes, newest first and each of them once. It reads no
// more of each scope than is needed for the order.
func (r *reading) merged(ctx context.Context, scopes []syndicate.Scope) iter.Seq2[derived.Shown, error] {
	return func(yield func(derived.Shown, error) bool) {
		// The list whose next article is the newest is read on. There are few lists.
		var lists []*list
		for _, scope := range scopes {
			l := new(list)
			l.next, l.stop = iter.Pull2(derived.Articles(ctx, r, scope))
			defer l.stop()
			lists = append(lists, l)
			l.advance()
		}
		var last *syndicate.Article
		for {
			var newest *list
			for _, l := range lists {
				if l.err != nil {
					yield(derived.Shown{}, l.err)
					return
				}
				if l.now.Article != nil && (newest == nil || syndicate.Newer(l.now.Article, newest.now.Article)) {
					newest = l
				}
			}
			if newest == nil {
				return
			}
			a := newest.now
			newest.advance()
			if last != nil && !syndicate.Newer(last, a.Article) {
				continue // another scope had it
			}
			if last = a.Article; !yield(a, nil) {
				return
			}
		}
	}
}

// list is the articles of one scope, read one by one.
type list struct {
	next func() (derived.Shown, error, bool)
	stop func()
	now  derived.Shown // its Article is nil at the end
	err  error
}

// advance reads the next article.
func (l *list) advance() {
	l.now, l.err, _ = l.next()
}

// Changes yields the scopes whose feeds changed since the last time, as the other Source does, with
// each view that has articles of one of them. If the other Source does not report changes, it waits
// for ctx to end. A websub.Publisher can watch it.
func (s *Source) Changes(ctx context.Context) iter.Seq[[]syndicate.Scope] {
	return func(yield func([]syndicate.Scope) bool) {
		watched, ok := s.from.(interface {
			Changes(ctx context.Context) iter.Seq[[]syndicate.Scope]
		})
		if !ok {
			<-ctx.Done()
			return
		}
		for changed := range watched.Changes(ctx) {
			// The scopes of a view that keeps some of their articles may change more often than it.
			all := slices.Clone(changed)
			for scope, view := range s.views {
				if slices.ContainsFunc(view.scopes(scope), func(of syndicate.Scope) bool { return slices.Contains(changed, of) }) {
					all = append(all, scope)
				}
			}
			slices.SortFunc(all, syndicate.Scope.Compare)
			if !yield(slices.Compact(all)) {
				return
			}
		}
	}
}

// Scopes lists the scopes that have a feed, with those of views in their places. The Count of a
// view with Any is the number of articles in its feed; that of another view may include articles
// that it leaves out of its archive pages.
func (s *Source) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		// Views take their places among the other scopes.
		waiting := slices.SortedFunc(maps.Keys(s.views), syndicate.Scope.Compare)
		// flush yields the views before a scope, or all that are left.
		flush := func(before *syndicate.Scope, of syndicate.ScopeInfo) bool {
			for len(waiting) > 0 && (before == nil || waiting[0].Compare(*before) <= 0) {
				scope := waiting[0]
				waiting = waiting[1:]
				feed, err := s.Feed(ctx, scope)
				if absent.Is(err) {
					continue
				}
				if err != nil {
					yield(syndicate.ScopeInfo{}, err)
					return false
				}
				info := syndicate.ScopeInfo{Scope: scope, Title: feed.Title, Count: len(feed.Articles), Modified: feed.Modified}
				if before != nil && *before == scope && len(s.views[scope].Any) == 0 {
					info.Pages = of.Pages
					if !feed.Complete {
						info.Count = of.Count
					}
				}
				if !yield(info, nil) {
					return false
				}
			}
			return true
		}
		// The list of the other Source may hold a lock, so it is read before a feed is made.
		var infos []syndicate.ScopeInfo
		for info, err := range s.from.Scopes(ctx) {
			if err != nil {
				yield(syndicate.ScopeInfo{}, err)
				return
			}
			infos = append(infos, info)
		}
		for _, info := range infos {
			if err := ctx.Err(); err != nil {
				yield(syndicate.ScopeInfo{}, err)
				return
			}
			if !flush(&info.Scope, info) {
				return
			}
			if _, found := s.views[info.Scope]; !found && !yield(info, nil) {
				return
			}
		}
		flush(nil, syndicate.ScopeInfo{})
	}
}
