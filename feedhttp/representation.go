package feedhttp

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/joined"
)

// representation is the bytes of a feed or page in one coding, with its headers. It is immutable
// once it is complete.
type representation struct {
	subject
	version   version   // the version that it was rendered for
	tokens    bool      // placeholders in a file are replaced
	transient bool      // the Source changed meanwhile; it may be newer than the version
	next      time.Time // when the passing of time changes it; zero means never

	body     []byte
	coding   coding    // of body
	best     bool      // whether gzip is at its best level
	sum      string    // digest of the bytes before compression, as text
	modified time.Time // in whole seconds; zero means unknown

	plainTag string // the ETag of the same contents before compression
	// forms are the ETags of the same contents in all compressed forms. A client that has one of
	// them has the contents. It is nil for a plain body.
	forms [][]string
	// popular counts the requests for a compressed body; nil for a plain one.
	popular *popularity

	// The values of the headers that differ from one representation to another.
	etag          []string
	contentType   []string
	contentLength []string
	lastModified  []string
	link          []string
	policy        []string
	vary          []string

	// parts are the texts between the places of the subscriber's token; nil if there are no such
	// places. Otherwise body is none that anyone receives.
	parts []*joined.Part

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
)

// represent encodes a feed and derives its headers.
func (h *Handler) represent(feed *syndicate.Feed, of subject, version version) *representation {
	feed = h.served(feed)
	rep := &representation{
		subject:     of,
		version:     version,
		next:        feed.NextChange,
		contentType: []string{of.format.ContentType()},
		link:        h.linksOf(feed, of.format),
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

// compressed returns rep in gzip, or rep itself if gzip does not make it smaller. The compressed
// bytes come from old, if that has the same contents. So do those of better, which is nil unless
// oldBrotli has the same contents. Both arguments may be nil.
func (rep *representation) compressed(old, oldBrotli *representation) (smaller, better *representation) {
	if rep.parts != nil {
		return rep.in(zipped, false, rep.body, nil), nil // each subscriber receives another body
	}
	if old == nil || old.coding != zipped || old.sum != rep.sum {
		body := compress(rep.body)
		if len(body) >= len(rep.body) {
			return rep, nil
		}
		return rep.in(zipped, false, body, new(popularity)), nil
	}
	popular := new(popularity)
	popular.gzip.begun.Store(old.best)
	if oldBrotli != nil && oldBrotli.sum == rep.sum {
		popular.brotli.begun.Store(true)
		better = rep.in(brotlied, true, oldBrotli.body, popular)
	}
	return rep.in(zipped, old.best, old.body, popular), better
}

// in returns rep with a compressed body.
func (rep *representation) in(coding coding, best bool, body []byte, popular *popularity) *representation {
	packed := *rep
	packed.coding, packed.best, packed.popular = coding, best, popular
	forms := formsOf(rep.sum)[1:]
	name := forms[0]
	switch {
	case coding == brotlied:
		name = forms[2]
	case best:
		name = forms[1]
	}
	packed.holdAs(body, name)
	packed.forms = tagsOf("", forms...)
	if packed.document != nil {
		packed.document.forms = tagsOf("-xml", forms...)
	}
	return &packed
}

// formsOf returns the names for ETags of the plain contents with a digest, and of their compressed
// forms: fast gzip, the best gzip, and Brotli. Each form has its own ETag, as its bytes differ (RFC
// 9110 section 8.8.3.3). The names are other digests, because proxies that compress the plain bytes
// append "-gzip" to their ETag.
func formsOf(sum string) []string {
	return []string{sum, digest([]byte("gzip " + sum)), digest([]byte("gzip best " + sum)), digest([]byte("br " + sum))}
}

// tagsOf returns the ETags of names with a suffix, each as the value of a header.
func tagsOf(suffix string, names ...string) (tags [][]string) {
	for _, name := range names {
		tags = append(tags, []string{`"` + name + suffix + `"`})
	}
	return tags
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
func (rep *representation) size() int64 {
	size := int64(len(rep.body)) + overhead
	for _, part := range rep.parts {
		size += 2*int64(part.Len()) + overhead // the text and its compressed form
	}
	return size
}

// holds reports whether rep is what the Source would give now, if its version is the current one.
func (rep *representation) holds(version version, now time.Time) bool {
	return rep.version == version && (rep.next.IsZero() || now.Before(rep.next))
}

// linksOf returns the value of the Link header, which repeats the feed's self link and hubs (RFC
// 8288, WebSub section 4), with those of [Handler.Links] behind them. It returns nil if there are
// none.
func (h *Handler) linksOf(feed *syndicate.Feed, format syndicate.Format) []string {
	var links []string
	if self := feed.Self.For(format); self != "" {
		links = append(links, link(self, "self"))
	}
	for _, hub := range feed.Hubs {
		links = append(links, link(hub, "hub"))
	}
	return joinedLinks(append(links, h.Links...))
}

// joinedLinks returns links as the value of one header, nil for none. A link with a character that
// no header may have is left out.
func joinedLinks(links []string) []string {
	links = slices.DeleteFunc(slices.Clone(links), func(link string) bool {
		return link == "" || !httpguts.ValidHeaderFieldValue(link)
	})
	if len(links) == 0 {
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

// served returns a feed as it is encoded.
func (h *Handler) served(feed *syndicate.Feed) *syndicate.Feed {
	if h.Allow == nil {
		return feed
	}
	return withoutAddresses(feed)
}

// withoutAddresses returns a copy of feed without links to itself, to its archive pages and to
// hubs, and without placeholders in texts. Private feeds have none of these.
func withoutAddresses(feed *syndicate.Feed) *syndicate.Feed {
	private := *feed
	private.Self, private.Current = syndicate.Links{}, syndicate.Links{}
	private.PrevArchive, private.NextArchive = syndicate.Links{}, syndicate.Links{}
	private.Hubs = nil
	private.Articles = withoutPlaceholders(feed.Articles)
	return &private
}
