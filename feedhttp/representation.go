package feedhttp

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// representation is a feed's or page's bytes in one coding, with the headers that say so. It does not change.
type representation struct {
	subject
	version version   // the Source's, when it was asked
	passing bool      // the Source was changing; it may be newer than the version
	next    time.Time // when time alone changes it; zero is never

	body     []byte
	gzip     bool      // body is compressed
	sum      string    // of the bytes before that
	modified time.Time // in whole seconds; zero is not known

	// Of the headers, those that not all have alike.
	etag          []string
	contentType   []string
	contentLength []string
	lastModified  []string
	link          []string
	policy        []string
	vary          []string

	document *representation // the same for a browser that is to show it; nil if there is no difference
}

// The values of headers that are the same for all feeds.
var (
	noSniffing = []string{"nosniff"}
	// No script runs, nothing is fetched but the style sheet and pictures of the site's own, and no page can frame
	// it.
	runsNothing = []string{"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'none'"}
	varies     = []string{"Accept-Encoding"}
	variesMore = []string{"Accept-Encoding, Sec-Fetch-Dest"}
	xmlType    = []string{"application/xml; charset=utf-8"}
	anyOrigin  = []string{"*"}
	showsETag  = []string{"ETag, Link"}
	notIndexed = []string{"noindex"}
	noReferrer = []string{"no-referrer"}
	gzipCoding = []string{"gzip"}
)

// represent encodes a feed.
func (h *Handler) represent(feed *syndicate.Feed, of subject, version version) *representation {
	if h.Allow != nil {
		feed = withoutAddresses(feed)
	}
	rep := &representation{
		subject: of, version: version, next: feed.NextChange,
		contentType: []string{of.format.ContentType()}, link: linksOf(feed, of.format), policy: runsNothing, vary: varies,
	}
	if feed.Modified.Unix() > 0 {
		rep.modified = feed.Modified.UTC().Truncate(time.Second)
		rep.lastModified = []string{rep.modified.Format(http.TimeFormat)}
	}
	if of.format != syndicate.JSON {
		rep.vary, rep.document = variesMore, new(representation)
	}
	rep.hold(feed.Append(nil, of.format))
	return rep
}

// hold gives rep its bytes.
func (rep *representation) hold(body []byte) {
	sum := sha256.Sum256(body)
	rep.sum = base64.RawURLEncoding.EncodeToString(sum[:16])
	rep.holdAs(body, "")
}

// compressed returns the same in gzip, with the bytes of old, which may be nil, if it is of the same ones; rep itself
// where gzip gains nothing.
func (rep *representation) compressed(old *representation) *representation {
	var body []byte
	if old != nil && old.gzip && old.sum == rep.sum {
		body = old.body
	} else if body = compress(rep.body); len(body) >= len(rep.body) {
		return rep
	}
	smaller := *rep
	smaller.gzip = true
	smaller.holdAs(body, "-gzip")
	return &smaller
}

// holdAs gives rep bytes that are told from others of the same meaning by the end of their ETag.
func (rep *representation) holdAs(body []byte, coding string) {
	rep.body = body
	rep.etag = []string{`"` + rep.sum + coding + `"`}
	rep.contentLength = []string{strconv.Itoa(len(body))}
	if rep.document != nil {
		document := *rep
		document.etag, document.contentType, document.document = []string{`"` + rep.sum + coding + `-xml"`}, xmlType, nil
		rep.document = &document
	}
}

// size is what it counts for in the cache.
func (rep *representation) size() int64 { return int64(len(rep.body)) + overhead }

// holds reports whether it is still what the Source would give.
func (rep *representation) holds(version version, now time.Time) bool {
	return rep.version == version && (rep.next.IsZero() || now.Before(rep.next))
}

// linksOf returns the value of Link that says what the feed's body does of itself and its hubs (RFC 8288,
// WebSub section 4); nil if that is nothing.
func linksOf(feed *syndicate.Feed, format syndicate.Format) []string {
	var links []string
	if self := feed.Self[format]; self != "" {
		links = append(links, link(self, "self"))
	}
	for _, hub := range feed.Hubs {
		links = append(links, link(hub, "hub"))
	}
	if links == nil {
		return nil
	}
	return []string{strings.Join(links, ", ")}
}

func link(target, relation string) string {
	return "<" + linkEscaper.Replace(strings.TrimSpace(target)) + `>; rel="` + relation + `"`
}

var linkEscaper = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\r", "", "\n", "")

// withoutAddresses returns a feed that does not say where it and its pages are, nor whom to ask for news of it.
func withoutAddresses(feed *syndicate.Feed) *syndicate.Feed {
	private := *feed
	private.Self, private.Current, private.PrevArchive, private.NextArchive = [3]string{}, [3]string{}, [3]string{}, [3]string{}
	private.Hubs = nil
	return &private
}
