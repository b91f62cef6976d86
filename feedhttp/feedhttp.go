// Package feedhttp serves every feed of a publication:
//
//	http.Handle("/", &feedhttp.Handler{Source: archive})
//
// Each feed is served at its own address: [syndicate.Site.Addresses] gives the path, below the
// path of [syndicate.Site.URL]. A path that spells this address with other escapes redirects to
// it: "/t%61g/turkey/rss.xml", or "%c3" instead of "%C3". An escaped slash is no slash, and dot
// segments and empty segments are not removed: such paths are 404.
//
// # WordPress
//
// With [syndicate.WordPress] the other addresses that WordPress accepts redirect to the feed:
// "/feed/rss2/", "/category/military/rdf/", "/?feed=atom", or a path without its final slash.
//
// A query that selects a term redirects to the feed of that term: "/feed/?tag=turkey", and the same
// with "category_name" and "author_name". A query that selects anything else is 404, because no
// feed has that selection: "/feed/?cat=3", "/?feed=rss2&s=word". Subscribers of a category never
// receive the whole site by mistake.
//
// # Responses
//
// A feed is sent with its media type, an ETag computed from its bytes, the time of its last
// change, a Cache-Control lifetime that ends when the passing of time changes the feed, and the
// Link headers that WebSub and feed discovery use. Conditional requests get 304, and clients
// that accept gzip get gzip. A request for parts gets 206, unless the ranges are invalid, many, or
// not in bytes: it then gets the whole feed.
//
// The first response of a version is compressed fast. After 8 further requests for gzip, the feed
// is compressed once more at gzip's best level, and after 32 further requests of clients that also
// accept Brotli, in Brotli. This happens in the background, for one feed at a time, and takes at
// most a quarter of the time of one processor. Bodies of more than one megabyte are left as they
// are. Each form has its own strong ETag, and a client that has any compressed form of the current
// version gets 304.
//
// Proxies that compress responses change ETags: Apache httpd writes "abc-gzip" for "abc", Jetty
// "abc--gzip". A client that sends such an ETag in If-None-Match gets 304 as well.
//
// A scope without a feed is 404, a closed scope 410, and a redirected scope 301. A Source that
// fails is 503, so a failure never looks like an empty feed. The bytes of a feed do not depend on
// the query, and no response depends on the Host header.
//
// A publication may leave out formats and kinds of feeds: see [syndicate.Site.Formats] and
// [syndicate.Site.Kinds]. Their addresses are 404, unless a page or [Handler.Fallback] serves them.
//
// # Feeds in a browser
//
// Browsers show a feed with its style sheet (see [syndicate.Site.Stylesheet]) only when its type
// is application/xml. Chromium shows application/rss+xml as source, and Firefox downloads it. The
// Handler therefore sends RSS and Atom as application/xml to a browser that is about to display
// the feed. Browsers announce that with "Sec-Fetch-Dest: document" (Fetch Metadata Request
// Headers), over https and on localhost.
//
// The response varies on that header, and the two types have different ETags (RFC 9110 section
// 8.8.3): otherwise a browser whose script fetched the feed would later reuse the wrong type. The
// Accept header has no effect, because caches would have to keep a copy for each of its values.
//
// # Caching
//
// Each feed is rendered once per format and coding, cached, and rendered again after it changes.
// Concurrent requests for the same feed share one rendering. If the Source is a
// [syndicate.Versioner], the Handler calls Version for each request, so a published article is
// served at once. Other Sources are asked again after [Handler.Refresh]. The cache is bounded in
// entries and in bytes, and contains only feeds that exist.
//
// # Deltas
//
// A client that sends "A-IM: feed" with the ETag of an earlier version gets 226 and a feed with the
// articles that are new or changed since then (RFC 3229 and its instance manipulation "feed").
// newsboat and feedparser do so. The response has the ETag of the whole feed as it is now. No cache
// that is unaware of deltas stores it.
//
// The client gets the whole feed instead if the Handler does not know its version, if the delta
// would not be smaller, if articles have another order, and after a removal that the delta cannot
// announce: only Atom has tombstones (see [syndicate.Site.Tombstones]).
//
// The last 64 versions of a feed are known from the first request with A-IM on, by hashes of their
// articles, within 32 MB for all feeds. They are forgotten when the program ends. Requests without
// A-IM are answered as if there were no deltas, so a cache keeps one response for all of them.
//
// # Last-Modified
//
// Last-Modified is [syndicate.Feed.Modified]: the last time that an article entered the feed,
// left it or changed. This can be later than the date of the newest article. The header is left
// out during the very second of a change, because another change could follow in that second.
//
// An in-memory [syndicate.Archive] loses its record of changes when the program restarts. It then
// derives Modified from the dates of its articles, so a removal or a backdated article from
// before the restart does not count. A client that sends only If-Modified-Since may get 304 until
// the next change. Nearly all clients also send If-None-Match, which takes precedence and is
// always right.
//
// # Pages
//
// A [Page] is a document about all feeds, such as an HTML page that lists them, or OPML. It is
// rendered from the Source and cached like a feed. A style sheet is a Page with fixed content:
//
//	h := &feedhttp.Handler{Source: archive, Pages: map[string]feedhttp.Page{
//		"feeds/": {
//			ContentType:           feedpage.ContentType,
//			ContentSecurityPolicy: feedpage.ContentSecurityPolicy(),
//			Append:                feedpage.Index{OPML: "/feeds.opml"}.Append,
//		},
//		"feeds.opml": {ContentType: opml.ContentType, Append: opml.Append},
//		"feeds.css":  {ContentType: "text/css; charset=utf-8", Content: feedpage.Stylesheet},
//	}}
//
// # Derived files
//
// [Handler.Files] are sets of files that are made of the articles: the chapters and transcripts of
// episodes, sitemaps. They are served like feeds, with ETags, gzip and CORS for players in web
// pages. Each is cached until the feed that it is made of changes, so that it is 404 from the
// moment at which its article leaves the feeds.
//
// # Private feeds
//
// Set [Handler.Allow] to serve feeds only to subscribers, each of whom has a token. A [Subscriber]
// may read some feeds and not others, and an enclosure's address may contain the token: see
// [TokenPlaceholder].
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
	"github.com/syndicate-go/syndicate/derived"
)

// Handler serves the feeds of a Source. Only Source is required.
//
// Do not copy a Handler or change its fields after its first request. It is safe for concurrent
// use.
type Handler struct {
	// Source provides the feeds. A panic in it is answered with 503. It should return when the
	// context that it was given ends: a call of Feed that never returns occupies a goroutine and
	// blocks that feed until its version changes. Required.
	Source syndicate.Source

	// MaxAge is how long clients and proxies may use a feed before they ask again. It is shortened
	// when the passing of time changes the feed sooner. Negative means 0. Default: 10 minutes.
	MaxAge time.Duration
	// Refresh is how long a feed is cached if the Source is no [syndicate.Versioner] or returns ""
	// as the version. The list of categories that WordPress's parameter "category_name" needs is
	// always cached that long. Negative means that every request asks the Source. Default: 5
	// seconds.
	Refresh time.Duration
	// Timeout is how long the Source may take to return a feed or its version. A request that
	// waits longer gets 503. Negative means the default. Default: 10 seconds.
	Timeout time.Duration
	// CacheEntries is how many responses are cached. A feed has one entry for each format and
	// coding that was requested. Negative means the default. Default: 10,000.
	CacheEntries int
	// CacheBytes bounds the memory of the cache, in bytes: the bodies plus one kilobyte for each
	// entry. Negative means the default. Default: 64,000,000.
	CacheBytes int64
	// Clock returns the current time, from which lifetimes are counted. If the Source is an
	// Archive with a Clock, set the same one here. Default: time.Now.
	Clock func() time.Time

	// Allow makes the feeds private. They are served below "private/TOKEN/", with Cache-Control:
	// private and noindex, and contain neither self links nor hubs. The token appears in no body,
	// unless the feed asks for it with [TokenPlaceholder]. A request without a valid token gets
	// the same 404 as an unknown page. See [NewToken] and [PrivateURL].
	//
	// Allow returns the subscriber whose token has this SHA-256 digest, and nil if there is none.
	// Compare or look up the digest, never the token: the time that this takes then reveals
	// nothing about valid tokens. Allow is called for each request, so that a token which is
	// revoked is refused at once; a client keeps what it has. [AllowTokens] returns an Allow for a
	// fixed list. An error is answered with 503. Default: the feeds are public.
	Allow func(ctx context.Context, digest [sha256.Size]byte) (*Subscriber, error)

	// Pages are served in addition to the feeds, by their path below [syndicate.Site.URL]:
	// "feeds/", "feeds.opml". A feed at the same path takes precedence. Do not list private feeds
	// (see Allow): a list contains their public addresses, which return 404. Default: none.
	Pages map[string]Page
	// Files are served in addition to feeds and pages, which take precedence. The first set that
	// has a file at the path of a request provides it; if no set has one, Fallback answers.
	// Default: none.
	Files []derived.Files
	// Links are added to the header Link of every feed, page and file, each in the form of RFC
	// 8288: `<https://example.com/license.xml>; rel="license"`. Default: none.
	Links []string
	// Brake limits how often a client downloads what it could have kept. Default: no limit.
	Brake *Brake
	// Fallback serves every other path. Default: 404.
	Fallback http.Handler

	// Observe is called after each response about a feed, a page or a file, on the request's
	// goroutine. Use it for access logs and metrics. Default: none.
	Observe func(ctx context.Context, event Event)
	// OnError is called with each failure that was answered with 503: of the Source, of Allow, of
	// a [Page] or of Files. It may be called concurrently. A panic in it is logged. Default: log
	// the error with [slog.Default].
	OnError func(err error)

	mu         sync.Mutex // held while loaded is computed
	loaded     atomic.Pointer[state]
	flights    singleflight.Group // renderings
	lookups    singleflight.Group // lists of categories, and files by their paths
	categories atomic.Pointer[categoryNames]
	asked      atomic.Uint64 // counts the requests while Refresh is negative
	improver   improver
}

// Event describes one response about a feed, a page or a file. It contains no address, and
// therefore no token.
type Event struct {
	// Method is the method of the request, such as "GET".
	Method string
	// Scope and Format identify the feed. They are zero for a page or file.
	Scope  syndicate.Scope
	Format syndicate.Format
	// Subscriber is the name of the subscriber whose token the request has; "" for public feeds.
	Subscriber string
	// Page is the key of the page in [Handler.Pages]; "" for anything else.
	Page string
	// File is the path of a file of [Handler.Files]; "" for anything else.
	File string
	// Status is the HTTP status code.
	Status int
	// Bytes is the number of bytes of the body that were sent.
	Bytes int64
	// Coding is the coding of the body: "gzip" or "br"; "" for a plain body.
	Coding string
	// Cached reports whether the response came from the cache.
	Cached bool
	// Duration is the time from the handler's start to the last byte of the response.
	Duration time.Duration
	// Err is the failure behind a 503, or the error of writing the response. It is nil for 404,
	// 410 and 301.
	Err error
}

const (
	defaultMaxAge       = 10 * time.Minute
	defaultRefresh      = 5 * time.Second
	defaultTimeout      = 10 * time.Second
	defaultCacheEntries = 10_000
	defaultCacheBytes   = 64_000_000
)

// now returns the current time by the Handler's clock.
func (h *Handler) now() time.Time {
	if h.Clock != nil {
		return h.Clock()
	}
	return time.Now()
}

// maxAge returns MaxAge with its default.
func (h *Handler) maxAge() time.Duration {
	switch {
	case h.MaxAge == 0:
		return defaultMaxAge
	case h.MaxAge < 0:
		return 0
	}
	return h.MaxAge
}

// timeout returns Timeout with its default.
func (h *Handler) timeout() time.Duration {
	if h.Timeout <= 0 {
		return defaultTimeout
	}
	return h.Timeout
}
