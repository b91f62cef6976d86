package syndicate

import (
	"context"
	"iter"
	"slices"
	"time"
)

// Source is where feeds come from: an [Archive] in memory, a database, or something wrapped around
// either. All of it must be safe for concurrent use.
type Source interface {
	// Site returns the publication, checked.
	Site() Site
	// Scopes lists the scopes that have a feed, ordered by [Scope.Compare]. An error ends the list.
	Scopes(ctx context.Context) iter.Seq2[ScopeInfo, error]
	// Feed returns the feed of a scope or of an archive page. The error is a [ScopeError] for a scope
	// that has none; any other means that the Source failed.
	Feed(ctx context.Context, scope Scope) (*Feed, error)
}

// Watcher is a [Source] that tells what changes.
type Watcher interface {
	Source
	// Changes yields the scopes whose feeds changed since the last time, sorted, until ctx ends. Changes
	// that come faster than they are taken are joined.
	Changes(ctx context.Context) iter.Seq[[]Scope]
}

// Versioner is a [Source] that tells cheaply whether a feed is still the same, for those who keep what they
// made of it: a server, a folder. One that wraps another Source and changes what Feed returns has a Version of its own,
// with "" if it cannot tell; if it embeds an [Archive], that one's would be taken for its own. To have none, embed
// the interface Source.
type Versioner interface {
	Source
	// Version returns a text that is another one whenever the scope's feed, or the archive page, is another
	// in any format, in its Modified or in its NextChange; by time alone too. A feed asked for after Version
	// is at least as new as it tells. What a version was once of it is of for good: in another process of the
	// same program, too, and on another server over the same store. "" says that it cannot be known. The error
	// is as with Feed.
	Version(ctx context.Context, scope Scope) (string, error)
}

// ScopeInfo is what a list of feeds shows of one.
type ScopeInfo struct {
	Scope    Scope
	Title    string    // the feed's title
	Count    int       // how many articles can be seen, on all pages
	Pages    int       // how many archive pages there are
	Modified time.Time // as in [Feed]
}

// Newer reports whether a stands before b in a feed: it was published later, or in the same second
// and has the smaller id (or URL) in byte order. Every [Source] orders by it.
func Newer(a, b *Article) bool {
	if d := a.Published.Unix() - b.Published.Unix(); d != 0 {
		return d > 0
	}
	return a.key() < b.key()
}

// sortedScopes returns the keys of m in order.
func sortedScopes[V any](m map[Scope]V) []Scope {
	scopes := make([]Scope, 0, len(m))
	for scope := range m {
		scopes = append(scopes, scope)
	}
	slices.SortFunc(scopes, Scope.Compare)
	return scopes
}
