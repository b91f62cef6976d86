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

// representation is the bytes of a feed or page in one coding, with its headers. It is immutable
// once it is complete.
type representation struct {
	subject
	version   version   // the version that it was rendered for
	transient bool      // the Source changed meanwhile; it may be newer than the version
	next      time.Time // when the passing of time changes it; zero means never

	body     []byte
	gzip     bool      // whether body is compressed
	sum      string    // digest of the bytes before compression, as text
	modified time.Time // in whole seconds; zero means unknown

	plainTag string // the ETag of the same contents before compression

	// The values of the headers that differ from one representation to another.
	etag          []string
	contentType   []string
	contentLength []string
	lastModified  []string
	link          []string
	policy        []string
	vary          []string

	document *representation // the variant for a browser that displays it; nil if it is the same
}

// The values of headers that all feeds have in common. They are assigned to header maps directly,
// which saves an allocation for each header of each response.
var (
	noSniffing = []string{"nosniff"}
	// No script runs, only style sheets and images of the same site are fetched, and no other
	// page can put the feed into a frame.
	runsNothing = []string{"default-src 'none'; style-src 'self'; img-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
	varies     = []string{"Accept-Encoding"}
	variesMore = []string{"Accept-Encoding, Sec-Fetch-Dest"}
	xmlType    = []string{"application/xml; charset=utf-8"}
	anyOrigin  = []string{"*"}
	showsETag  = []string{"ETag, Link"}
	notIndexed = []string{"noindex"}
	noReferrer = []string{"no-referrer"}
	gzipCoding = []string{"gzip"}
)

// represent encodes a feed and derives its headers.
func (h *Handler) represent(feed *syndicate.Feed, of subject, version version) *representation {
	if h.Allow != nil {
		feed = withoutAddresses(feed)
	}
	rep := &representation{
		subject:     of,
		version:     version,
		next:        feed.NextChange,
		contentType: []string{of.format.ContentType()},
		link:        linksOf(feed, of.format),
		policy:      runsNothing,
		vary:        varies,
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

// hold sets the body of rep, and the digest that its ETags are made of.
func (rep *representation) hold(body []byte) {
	rep.sum = digest(body)
	rep.holdAs(body, rep.sum)
}

// digest returns the digest of contents as text.
func digest(contents []byte) string {
	// 16 bytes of the digest are enough: nobody gains from a collision.
	sum := sha256.Sum256(contents)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// compressed returns rep in gzip, or rep itself if gzip does not make it smaller. It takes the
// compressed bytes from old if old has the same contents; old may be nil.
func (rep *representation) compressed(old *representation) *representation {
	var body []byte
	if old != nil && old.gzip && old.sum == rep.sum {
		body = old.body
	} else if body = compress(rep.body); len(body) >= len(rep.body) {
		return rep
	}
	smaller := *rep
	smaller.gzip = true
	// The name is another digest, because proxies that compress the plain bytes themselves append
	// "-gzip" to their ETag.
	smaller.holdAs(body, digest([]byte("gzip "+rep.sum)))
	return &smaller
}

// holdAs sets the body of rep in a coding, which has a name for ETags: representations of the same
// contents need different ETags if their bytes or their types differ.
func (rep *representation) holdAs(body []byte, name string) {
	rep.body = body
	rep.etag, rep.plainTag = []string{`"` + name + `"`}, `"`+rep.sum+`"`
	rep.contentLength = []string{strconv.Itoa(len(body))}
	if rep.document != nil {
		document := *rep
		document.etag, document.plainTag = []string{`"` + name + `-xml"`}, `"`+rep.sum+`-xml"`
		document.contentType, document.document = xmlType, nil
		rep.document = &document
	}
}

// size returns what rep counts for in the cache, in bytes.
func (rep *representation) size() int64 { return int64(len(rep.body)) + overhead }

// holds reports whether rep is what the Source would give now, if its version is the current one.
func (rep *representation) holds(version version, now time.Time) bool {
	return rep.version == version && (rep.next.IsZero() || now.Before(rep.next))
}

// linksOf returns the value of the Link header, which repeats the feed's self link and hubs (RFC
// 8288, WebSub section 4). It returns nil if the feed has neither.
func linksOf(feed *syndicate.Feed, format syndicate.Format) []string {
	var links []string
	if self := feed.Self.For(format); self != "" {
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

// link returns one element of a Link header.
func link(target, relation string) string {
	return "<" + linkEscaper.Replace(strings.TrimSpace(target)) + `>; rel="` + relation + `"`
}

// linkEscaper keeps a URL from ending its element or the header.
var linkEscaper = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\r", "", "\n", "")

// withoutAddresses returns a copy of feed without links to itself, to its archive pages and to
// hubs. Private feeds have none of these.
func withoutAddresses(feed *syndicate.Feed) *syndicate.Feed {
	private := *feed
	private.Self, private.Current = syndicate.Links{}, syndicate.Links{}
	private.PrevArchive, private.NextArchive = syndicate.Links{}, syndicate.Links{}
	private.Hubs = nil
	return &private
}
