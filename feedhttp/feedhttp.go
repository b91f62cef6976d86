// Package feedhttp serves every feed of a publication:
//
//	http.Handle("/", &feedhttp.Handler{Source: archive})
//
// Feeds lie where [syndicate.Site.Addresses] says, below the path of [syndicate.Site.URL], so that they are
// found at the addresses that they give of themselves. With [syndicate.WordPress] the other forms that
// WordPress knows ("/feed/rss2/", "/category/military/rdf/", "/?feed=atom", a missing slash at the end)
// redirect.
//
// # What is answered
//
// A feed is answered with its type, an ETag made of its bytes, the time of its own last change, a lifetime that
// ends when time alone changes the feed, and Link headers as in its body. Conditional requests get 304, clients
// that take gzip get it. What has no feed is 404, a scope that was closed 410, one that has moved 301, a Source
// that fails 503; none of these can be mistaken for an empty feed. No bytes of a feed depend on the query, nor
// any answer on the Host header.
//
// # In a browser
//
// Chromium shows what comes as application/rss+xml or application/atom+xml as source, and Firefox saves it; both
// show application/xml as the style sheet of the feed has it (see [syndicate.Site.Stylesheet]). So a browser that is
// to show a feed, which it says over https, and to localhost, with Sec-Fetch-Dest: document (Fetch Metadata Request
// Headers), gets it as application/xml; Vary says so to caches on the way. The bytes are the same, but to have them with one type is not to
// have them with the other: each has an ETag of its own (RFC 9110 section 8.8.3), or a browser to which a script has
// fetched the feed would be told to show what it has. Nothing else about a client matters, and Accept does not: a
// cache on the way would have to keep a copy for each value of that.
//
// # What is kept
//
// Bytes are made once per feed, format and coding, however many ask, and kept until the feed changes. A Source
// that is a [syndicate.Versioner] is asked on each request whether it did, with the request's context, so that what was
// published is served from that moment on; of any other the answer holds for [Handler.Fresh]. What is kept is bounded in number and bytes, and
// only feeds that exist are.
//
// # Last-Modified
//
// Last-Modified is [syndicate.Feed.Modified]: when articles last entered or left the feed or changed, which is
// not the date of the newest. It is left out in the very second of a change, for the next change could come
// in the same one. An [syndicate.Archive] in memory knows its changes as long as it lives. After a restart it
// answers what the articles themselves tell: the newest of their dates of publication, update and expiry. A
// removal, or an article added with an older date, is forgotten then, and a client that asks with
// If-Modified-Since alone may be told 304 until the next change; nearly all ask with the ETag as well, which wins
// and is right, because it is made of the bytes.
//
// # Pages
//
// A [Page] is made of the Source as a feed is, and served with the same care: the list of feeds for people, OPML. The
// style sheet of the feeds is one that never changes:
//
//	h := &feedhttp.Handler{Source: archive, Pages: map[string]feedhttp.Page{
//		"feeds/":     {ContentType: feedpage.ContentType, Policy: feedpage.ContentSecurityPolicy(), Append: feedpage.Page{OPML: "/feeds.opml"}.Append},
//		"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
//		"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
//	}}
//
// # Private feeds
//
// With [Handler.Allow] set feeds are for those who have a token: see there.
package feedhttp

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/syndicate-go/syndicate"
)

// Handler serves the feeds of a Source. It must not be copied once it has served, nor its fields be changed.
type Handler struct {
	// Source is where feeds come from. Its Site is asked for once. What it panics with becomes a 503. It
	// should heed the contexts that it is given: a Feed that hangs for ever holds one goroutine and, until it
	// returns or the version changes, that feed. Required.
	Source syndicate.Source

	// MaxAge is how long clients may use a feed without asking again. It is shortened for a feed that time
	// alone will change sooner. Optional; default 10 minutes; negative is 0.
	MaxAge time.Duration
	// Fresh is how long the answer of a Source holds that is no [syndicate.Versioner], or cannot tell a version. Optional;
	// default 5 seconds; negative asks it each time.
	Fresh time.Duration
	// Timeout is how long a Source may take for a feed, or for its version. Optional; default 10 seconds.
	Timeout time.Duration
	// CacheFeeds and CacheBytes bound what is kept. A feed counts once for each format and coding that was
	// asked for, with its bytes and one kilobyte more. Optional; default 10,000 and 64 MB (64,000,000 bytes).
	CacheFeeds int
	CacheBytes int64
	// Clock tells the time that lifetimes are counted from; for an Archive with a Clock, the same. Optional;
	// default time.Now.
	Clock func() time.Time

	// Allow makes the feeds private: they lie below "private/TOKEN/", are told to be kept by nobody but the
	// client and not to be indexed, and name no hub and no address of their own, so that the token is in
	// no body. Who has no token gets the 404 of a page that does not exist.
	//
	// It is asked whether the token with this SHA-256 digest may read: looking a digest up in a map or a
	// database tells an attacker who measures time nothing of the token. [Tokens] does it for a few. An error is
	// answered with 503. Optional; feeds are public.
	Allow func(ctx context.Context, digest [sha256.Size]byte) (bool, error)

	// Pages are served beside the feeds, by path below [syndicate.Site.URL]: "feeds/", "feeds.opml". A feed
	// of the same path wins. Lists of private feeds (see Allow) name their public addresses, at which nothing is:
	// have none there. Optional.
	Pages map[string]Page
	// Fallback serves every other path. Optional; default 404.
	Fallback http.Handler

	// Observe is told of each answer that was about a feed or a page, after it was given: for logs and metrics. It runs on
	// the request's goroutine. Optional.
	Observe func(ctx context.Context, event Event)

	mu      sync.Mutex // guards the making of made
	made    atomic.Pointer[publication]
	flights singleflight.Group
	asked   atomic.Uint64 // how often, where Fresh is negative
}

// Event is one answer about a feed or a page. It holds no address, and so no token.
type Event struct {
	Method   string
	Scope    syndicate.Scope
	Format   syndicate.Format
	Page     string        // what [Handler.Pages] has the page by; "" for a feed
	Status   int           // HTTP's
	Bytes    int64         // of the body that were sent
	Gzip     bool          // the body was compressed
	Cached   bool          // nothing had to be made for it
	Duration time.Duration // from the request's arrival at the handler to the last byte's departure
	Err      error         // why the Source failed, or why writing did; nil for 404, 410 and 301
}

const (
	defaultMaxAge     = 10 * time.Minute
	defaultFresh      = 5 * time.Second
	defaultTimeout    = 10 * time.Second
	defaultCacheFeeds = 10_000
	defaultCacheBytes = 64_000_000
)

func (h *Handler) now() time.Time {
	if h.Clock != nil {
		return h.Clock()
	}
	return time.Now()
}

func (h *Handler) maxAge() time.Duration {
	switch {
	case h.MaxAge == 0:
		return defaultMaxAge
	case h.MaxAge < 0:
		return 0
	}
	return h.MaxAge
}

func (h *Handler) timeout() time.Duration {
	if h.Timeout <= 0 {
		return defaultTimeout
	}
	return h.Timeout
}
