package syndicate

import (
	"cmp"
	"context"
	"iter"
	"time"
)

// Source is where feeds come from: an [Archive] in memory, a database, or a wrapper around either.
// Its methods must be safe for concurrent use.
type Source interface {
	// Publication returns the checked settings.
	Publication() *Publication
	// Scopes lists the scopes that have a feed, ordered by [Scope.Compare]. An error ends the list.
	Scopes(ctx context.Context) iter.Seq2[ScopeInfo, error]
	// Feed returns the feed of a scope or of an archive page. The error is a [ScopeError] if the
	// scope has no feed; any other error means that the Source failed.
	Feed(ctx context.Context, scope Scope) (*Feed, error)
}

// Versioner is a [Source] that reports cheaply whether a feed is unchanged, for a server or a
// folder that keeps what it made of the feed.
//
// A wrapper that changes what Feed returns must implement its own Version, which may return "".
// Beware of embedding *[Archive]: its Version would be promoted. Embed the interface instead.
type Versioner interface {
	Source
	// Version returns an opaque string that changes whenever the feed changes in any format, in
	// Modified or in NextChange, including by the passage of time. That of an archive page does not
	// depend on NextChange. A feed that is requested after Version is at least as new. The same
	// string always denotes the same contents, in every process of the same program and on every
	// server over the same store. "" means unknown. The error is as for Feed.
	Version(ctx context.Context, scope Scope) (string, error)
}

// ScopeInfo describes a feed in a list of feeds.
type ScopeInfo struct {
	Scope    Scope
	Title    string    // the feed's title
	Count    int       // the number of visible articles, on all pages
	Pages    int       // the number of archive pages
	Modified time.Time // as in [Feed]
}

// Newer reports whether a comes before b in a feed: it was published later, or in the same second
// and has the smaller id (or URL) in byte order. Every [Source] uses this order.
func Newer(a, b *Article) bool { return newestFirst(a, b) < 0 }

// newestFirst compares two articles in the order of [Newer].
func newestFirst(a, b *Article) int {
	return cmp.Or(cmp.Compare(b.Published.Unix(), a.Published.Unix()), cmp.Compare(a.key(), b.key()))
}
