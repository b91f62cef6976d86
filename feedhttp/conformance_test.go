// Responses, one row for each request, with the requirement and the section of the standard behind
// it.
package feedhttp_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
)

// Bodies that a row can expect, besides a literal text.
const (
	theFeed        = "the feed of the path"
	theFeedGzip    = "the feed of the path, in gzip"
	thePrivateFeed = "the feed of the path, without addresses"
	anything       = "not compared"
	nothing        = ""
)

// exchange is a row: a request and the expected response. In values, $etag, $gzip, $document and
// $modified stand for those of the feed at the row's path. A value of "" means that the header must
// be absent; a value in slashes is a regular expression.
type exchange struct {
	id     string // requirement
	spec   string // specification and section
	why    string
	method string // default GET
	path   string // below /news/
	send   []string
	status int
	header map[string]string
	body   string
}

func TestResponsesFollowTheStandards(t *testing.T) {
	const (
		rss      = "tag/turkey/rss.xml"
		atom     = "tag/turkey/atom.xml"
		json     = "tag/turkey/feed.json"
		host     = "https://www.example.com/news/"
		document = "Sec-Fetch-Dest: document"
		csp      = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	)
	type h = map[string]string
	rows := []exchange{
		{"HTTP-1", "RSS 2.0; RFC 9110 8.3", "RSS has its type", "", rss, nil, 200, h{"Content-Type": "application/rss+xml; charset=utf-8"}, theFeed},
		{"HTTP-1", "RFC 4287 7", "Atom has its type", "", atom, nil, 200, h{"Content-Type": "application/atom+xml; charset=utf-8"}, theFeed},
		{"HTTP-1", "JSON Feed 1.1", "JSON has its type", "", json, nil, 200, h{"Content-Type": "application/feed+json"}, theFeed},
		{"HTTP-1", "Fetch 2.2.6", "types are not guessed", "", rss, nil, 200, h{"X-Content-Type-Options": "nosniff"}, theFeed},
		{"HTTP-1", "CSP 3", "nothing runs", "", rss, nil, 200, h{"Content-Security-Policy": csp}, theFeed},
		{"HTTP-1", "RFC 9110 8.6", "the length is in the response", "", rss, nil, 200, h{"Content-Length": `/^[1-9]\d+$/`}, theFeed},

		{"HTTP-1, DISC-3", "RFC 7303 4.1", "a browser that is to show it gets a type that it styles", "", rss, []string{document}, 200, h{"Content-Type": "application/xml; charset=utf-8", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Etag": "$document"}, theFeed},
		{"HTTP-1, DISC-3", "RFC 7303 4.1", "of Atom too, in gzip", "", atom, []string{document, "Accept-Encoding: gzip"}, 200, h{"Content-Type": "application/xml; charset=utf-8", "Content-Encoding": "gzip"}, theFeedGzip},
		{"HTTP-1, DISC-3", "RFC 8259", "JSON it shows as it is", "", json, []string{document}, 200, h{"Content-Type": "application/feed+json", "Vary": "Accept-Encoding", "Etag": "$etag"}, theFeed},
		{"HTTP-1", "Fetch Metadata 2.1", "a script that fetches it does not", "", rss, []string{"Sec-Fetch-Dest: empty", "Accept: text/html"}, 200, h{"Content-Type": "application/rss+xml; charset=utf-8", "Etag": "$etag"}, theFeed},
		{"HTTP-1", "RFC 9110 8.8.3", "to have one type is not to have the other", "", rss, []string{document, "If-None-Match: $etag"}, 200, h{"Content-Type": "application/xml; charset=utf-8", "Etag": "$document"}, theFeed},
		{"HTTP-1", "RFC 9110 8.8.3", "nor the other the one", "", rss, []string{"If-None-Match: $document"}, 200, h{"Content-Type": "application/rss+xml; charset=utf-8"}, theFeed},
		{"HTTP-1", "RFC 9110 15.4.5", "a browser that has it keeps its own", "", rss, []string{document, "If-None-Match: $document"}, 304, h{"Etag": "$document", "Vary": "Accept-Encoding, Sec-Fetch-Dest"}, nothing},

		{"HTTP-2", "RFC 9110 8.8.3", "validators", "", rss, nil, 200, h{"Etag": `/^"[\w-]{22}"$/`, "Last-Modified": "Wed, 03 Jan 2024 12:00:00 GMT"}, theFeed},
		{"HTTP-2", "RFC 9110 13.1.2", "the ETag alone", "", rss, []string{"If-None-Match: $etag"}, 304, h{"Etag": "$etag", "Cache-Control": "public, max-age=600", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Content-Type": "", "Content-Length": "", "Content-Encoding": ""}, nothing},
		{"HTTP-2", "RFC 9110 13.1.2", "weak comparison", "", rss, []string{"If-None-Match: W/$etag"}, 304, h{"Etag": "$etag"}, nothing},
		{"HTTP-2", "RFC 9110 13.1.2", "a list", "", rss, []string{`If-None-Match: "a", W/"b,c",$etag , "d"`}, 304, h{"Etag": "$etag"}, nothing},
		{"HTTP-2", "RFC 9110 5.3", "a list on several lines", "", rss, []string{`If-None-Match: "a"`, "If-None-Match: $etag"}, 304, h{"Etag": "$etag"}, nothing},
		{"HTTP-2", "RFC 9110 13.1.2", "any", "", rss, []string{"If-None-Match: *"}, 304, h{"Etag": "$etag"}, nothing},
		{"HTTP-2", "RFC 9110 13.1.2", "another's ETag", "", rss, []string{`If-None-Match: "other"`}, 200, h{"Etag": "$etag", "Content-Length": `/^\d+$/`}, theFeed},
		{"HTTP-2", "RFC 9110 13.1.2", "no list of others' ETags", "", rss, []string{`If-None-Match: "a", "b"`}, 200, h{"Etag": "$etag"}, theFeed},
		{"HTTP-2", "RFC 9110 8.8.3", "an ETag without quotes is none", "", rss, []string{"If-None-Match: $bare"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.3", "the date alone", "", rss, []string{"If-Modified-Since: $modified"}, 304, h{"Etag": "$etag", "Cache-Control": "public, max-age=600", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Content-Type": "", "Content-Length": "", "Link": "", "Content-Security-Policy": ""}, nothing},
		{"HTTP-2", "RFC 9110 13.1.3", "a later date", "", rss, []string{"If-Modified-Since: Thu, 04 Jan 2024 00:00:00 GMT"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.3", "an earlier date", "", rss, []string{"If-Modified-Since: Wed, 03 Jan 2024 11:59:59 GMT"}, 200, h{"Last-Modified": "$modified"}, theFeed},
		{"HTTP-2", "RFC 9110 13.1.3", "a date that is none", "", rss, []string{"If-Modified-Since: yesterday"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.2.2", "the ETag wins over the date: changed", "", rss, []string{`If-None-Match: "old"`, "If-Modified-Since: $modified"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.2.2", "the ETag wins over the date: the same", "", rss, []string{"If-None-Match: $etag", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.3", "an empty list of ETags wins over the date", "", rss, []string{"If-None-Match: ", "If-Modified-Since: $modified"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.3", "two dates are no date", "", rss, []string{"If-Modified-Since: $modified", "If-Modified-Since: $modified"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 5.6.7", "a date in the form of RFC 850", "", rss, []string{"If-Modified-Since: Wednesday, 03-Jan-24 12:00:00 GMT"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 5.6.7", "a date in the form of asctime", "", rss, []string{"If-Modified-Since: Wed Jan  3 12:00:00 2024"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 5.6.1.2", "empty elements of a list", "", rss, []string{"If-None-Match: ,, ,$etag,"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.2", "an error ends the list", "", rss, []string{`If-None-Match: "a b", $etag`}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.1", "If-Match", "", rss, []string{"If-Match: $etag"}, 200, h{"Etag": "$etag"}, theFeed},
		{"HTTP-2", "RFC 9110 13.1.1", "If-Match of any", "", rss, []string{"If-Match: *"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 5.3", "If-Match on several lines", "", rss, []string{`If-Match: "a"`, "If-Match: $etag"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 5.3", "If-Match of others on several lines", "", rss, []string{`If-Match: "a"`, `If-Match: "b"`}, 412, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.1", "an empty If-Match", "", rss, []string{"If-Match: "}, 412, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.1", "If-Match compares strongly", "", rss, []string{"If-Match: W/$etag"}, 412, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.4", "If-Match wins over the date", "", rss, []string{"If-Match: $etag", "If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.4", "If-Unmodified-Since of a list of dates", "", rss, []string{"If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT", "If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.4", "If-Unmodified-Since of now", "", rss, []string{"If-Unmodified-Since: $modified"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.2.2", "If-Match comes first", "", rss, []string{`If-Match: "other"`, "If-None-Match: $etag"}, 412, nil, nothing},
		{"HTTP-2", "RFC 9110 13.2.2", "If-None-Match comes second", "", rss, []string{"If-Match: $etag", "If-None-Match: $etag"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 13.2.1", "a feed that does not exist has no conditions", "", "tag/nobody/rss.xml", []string{"If-None-Match: *", `If-Match: "a"`}, 404, nil, "Not Found\n"},
		{"HTTP-2", "RFC 9110 13.2.1", "a moved feed has no conditions", "", "tag/old/rss.xml", []string{"If-None-Match: *"}, 301, nil, "Moved Permanently\n"},
		{"HTTP-2", "RFC 9110 13.2.1", "a closed feed has no conditions", "", "tag/closed/rss.xml", []string{"If-Modified-Since: $modified", "Range: bytes=0-4"}, 410, nil, "Gone\n"},
		{"HTTP-2", "RFC 9110 13.1.1", "If-Match of another", "", rss, []string{`If-Match: "other"`}, 412, nil, nothing},
		{"HTTP-2", "RFC 9110 13.1.4", "If-Unmodified-Since of an earlier date", "", rss, []string{"If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT"}, 412, nil, nothing},
		{"HTTP-2", "RFC 9110 14.2", "a range", "", rss, []string{"Range: bytes=0-4"}, 206, h{"Content-Range": `/^bytes 0-4/\d+$/`, "Content-Length": "5", "Etag": "$etag"}, "<?xml"},
		{"HTTP-2", "RFC 9110 13.1.5", "a range of what has changed", "", rss, []string{"Range: bytes=0-4", `If-Range: "old"`}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 15.5.17", "a range behind the end is not kept", "", rss, []string{"Range: bytes=9999999-"}, 416, h{"Etag": "", "Cache-Control": ""}, "invalid range: failed to overlap\n"},

		{"HTTP-2", "RFC 9110 14.2", "an unknown unit", "", rss, []string{"Range: articles=0-4"}, 200, h{"Content-Range": ""}, theFeed},
		{"HTTP-2", "RFC 9110 14.1", "units are not case-sensitive", "", rss, []string{"Range: BYTES=0-4"}, 206, h{"Content-Range": `/^bytes 0-4/\d+$/`}, "<?xml"},
		{"HTTP-2", "RFC 9110 14.1.1", "the last bytes", "", rss, []string{"Range: bytes=-7"}, 206, nil, "</rss>\n"},
		{"HTTP-2", "RFC 9110 14.1.2", "a suffix longer than the feed", "", rss, []string{"Range: bytes=-99999999999999999999"}, 206, h{"Content-Range": `/^bytes 0-/`}, theFeed},
		{"HTTP-2", "RFC 9110 14.1.2", "an end behind the end of the feed", "", rss, []string{"Range: bytes=0-99999999999999999999"}, 206, h{"Content-Range": `/^bytes 0-/`}, theFeed},
		{"HTTP-2", "RFC 9110 14.1.2", "the last 0 bytes", "", rss, []string{"Range: bytes=-0"}, 416, h{"Content-Range": `/^bytes \*/\d+$/`}, "invalid range: failed to overlap\n"},
		{"HTTP-2", "RFC 9110 14.1.1", "a range that ends before it begins", "", rss, []string{"Range: bytes=5-4"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 14.2", "a unit without ranges", "", rss, []string{"Range: bytes"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 14.2", "an invalid range among others", "", rss, []string{"Range: bytes=0-4,a-b"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 14.2", "signs are no digits", "", rss, []string{"Range: bytes=+0-4"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 14.2", "two Range headers", "", rss, []string{"Range: bytes=0-4", "Range: bytes=5-9"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 15.3.7.2", "ranges that overlap are one", "", rss, []string{"Range: bytes=1-2,0-1, 2-4,,0-0"}, 206, h{"Content-Range": `/^bytes 0-4/\d+$/`, "Content-Length": "5"}, "<?xml"},
		{"HTTP-2", "RFC 9110 17.15", "many overlapping ranges", "", rss, []string{"Range: bytes=0-" + strings.Repeat(",0-", 500)}, 200, h{"Content-Range": ""}, theFeed},
		{"HTTP-2", "RFC 9110 17.15", "many small ranges", "", rss, []string{"Range: bytes=0-0" + strings.Repeat(",5-5,7-7", 20)}, 200, h{"Content-Range": ""}, theFeed},
		{"HTTP-2", "RFC 9110 14.6", "two parts", "", rss, []string{"Range: bytes=0-4,10-14"}, 206, h{"Content-Type": `/^multipart/byteranges; boundary=/`, "Etag": "$etag", "Content-Range": ""}, anything},
		{"HTTP-2", "RFC 9110 15.3.7.2", "one of two ranges is behind the end", "", rss, []string{"Range: bytes=9999999-,0-4"}, 206, h{"Content-Type": "application/rss+xml; charset=utf-8", "Content-Range": `/^bytes 0-4/\d+$/`}, "<?xml"},
		{"HTTP-2", "RFC 9110 14.2", "a range in gzip", "", rss, []string{"Accept-Encoding: gzip", "Range: bytes=0-1"}, 206, h{"Content-Encoding": "gzip", "Etag": "$gzip", "Content-Length": "2"}, "\x1f\x8b"},
		{"HTTP-2", "RFC 9110 14.2", "HEAD ignores ranges", "HEAD", rss, []string{"Range: bytes=0-4"}, 200, h{"Content-Range": "", "Content-Length": `/^\d{3,}$/`}, nothing},
		{"HTTP-2", "RFC 9110 13.2.2", "a range comes after the conditions", "", rss, []string{"Range: bytes=0-4", "If-None-Match: $etag"}, 304, nil, nothing},
		{"HTTP-2", "RFC 9110 15.3.7", "a part has the headers of the whole", "", rss, []string{"Range: bytes=0-4", "If-Range: $etag"}, 206, h{"Etag": "$etag", "Cache-Control": "public, max-age=600", "Vary": "Accept-Encoding, Sec-Fetch-Dest"}, "<?xml"},
		{"HTTP-2", "RFC 9110 13.1.5", "If-Range compares strongly", "", rss, []string{"Range: bytes=0-4", "If-Range: W/$etag"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.5", "If-Range of the date", "", rss, []string{"Range: bytes=0-4", "If-Range: $modified"}, 206, nil, "<?xml"},
		{"HTTP-2", "RFC 9110 13.1.5", "If-Range of a later date", "", rss, []string{"Range: bytes=0-4", "If-Range: Thu, 04 Jan 2024 00:00:00 GMT"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.5", "If-Range on two lines", "", rss, []string{"Range: bytes=0-4", "If-Range: $etag", "If-Range: $etag"}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.5", "an empty If-Range", "", rss, []string{"Range: bytes=0-4", "If-Range: "}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.5", "If-Range without a range", "", rss, []string{`If-Range: "other"`}, 200, nil, theFeed},
		{"HTTP-2", "RFC 9110 13.1.5", "a range of the bytes before compression", "", rss, []string{"Accept-Encoding: gzip", "Range: bytes=0-4", "If-Range: $etag"}, 200, h{"Content-Encoding": "gzip"}, theFeedGzip},
		{"HTTP-2", "RFC 9110 6.6.1", "a date", "", rss, nil, 200, h{"Date": `/GMT$/`}, theFeed},

		{"HTTP-3", "RFC 9110 9.3.2", "HEAD", "HEAD", rss, nil, 200, h{"Content-Type": "application/rss+xml; charset=utf-8", "Content-Length": `/^[1-9]\d+$/`, "Etag": "$etag", "Last-Modified": "$modified", "Cache-Control": "public, max-age=600"}, nothing},
		{"HTTP-3", "RFC 9110 9.3.2", "HEAD in gzip", "HEAD", rss, []string{"Accept-Encoding: gzip"}, 200, h{"Content-Encoding": "gzip", "Content-Length": `/^[1-9]\d+$/`, "Etag": "$gzip"}, nothing},
		{"HTTP-3", "RFC 9110 13.1.2", "HEAD under a condition", "HEAD", rss, []string{"If-None-Match: $etag"}, 304, h{"Etag": "$etag"}, nothing},
		{"HTTP-3", "RFC 9110 15.5.6", "POST", "POST", rss, nil, 405, h{"Allow": "GET, HEAD, OPTIONS", "Etag": ""}, "Method Not Allowed\n"},
		{"HTTP-3", "RFC 9110 15.5.6", "an unknown method", "BREW", rss, nil, 405, h{"Allow": "GET, HEAD, OPTIONS"}, "Method Not Allowed\n"},
		{"HTTP-3", "RFC 9110 9.3.8", "TRACE", "TRACE", rss, nil, 405, h{"Allow": "GET, HEAD, OPTIONS"}, "Method Not Allowed\n"},
		{"HTTP-3", "RFC 9110 9.1", "methods are case-sensitive", "get", rss, nil, 405, h{"Allow": "GET, HEAD, OPTIONS"}, "Method Not Allowed\n"},
		{"HTTP-3", "RFC 9110 9.3.2", "HEAD of an unknown feed", "HEAD", "tag/nobody/rss.xml", nil, 404, h{"Content-Type": "text/plain; charset=utf-8"}, nothing},
		{"HTTP-3", "RFC 9110 9.3.2", "HEAD of a moved feed", "HEAD", "tag/old/rss.xml", nil, 301, h{"Location": "/news/tag/turkey/rss.xml"}, nothing},
		{"HTTP-3", "RFC 9110 15.5.5", "a tag without articles", "", "tag/nobody/rss.xml", nil, 404, h{"Etag": "", "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache"}, "Not Found\n"},
		{"HTTP-3", "RFC 9110 15.5.5", "a page that is not there", "", "tag/turkey/page/9/rss.xml", nil, 404, nil, "Not Found\n"},
		{"HTTP-3", "RFC 9110 15.5.5", "a path that is no feed's", "", "wp-login.php", nil, 404, nil, "Not Found\n"},
		{"HTTP-3", "RFC 9110 15.5.11", "a feed that was closed", "", "tag/closed/rss.xml", nil, 410, h{"Etag": "", "Cache-Control": "no-cache"}, "Gone\n"},
		{"HTTP-3", "RFC 9110 15.4.2", "a feed that has moved", "", "tag/old/atom.xml", nil, 301, h{"Location": "/news/tag/turkey/atom.xml", "Cache-Control": "public, max-age=600"}, "Moved Permanently\n"},

		{"HTTP-4", "RFC 9110 12.5.3", "gzip", "", rss, []string{"Accept-Encoding: gzip, deflate, br"}, 200, h{"Content-Encoding": "gzip", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Etag": "$gzip", "Content-Length": `/^\d+$/`}, theFeedGzip},
		{"HTTP-4", "RFC 9110 12.5.3", "no gzip", "", rss, []string{"Accept-Encoding: br"}, 200, h{"Content-Encoding": "", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Etag": "$etag"}, theFeed},
		{"HTTP-4", "RFC 9110 12.4.2", "gzip of weight 0", "", rss, []string{"Accept-Encoding: br, gzip;q=0"}, 200, h{"Content-Encoding": ""}, theFeed},
		{"HTTP-4", "RFC 9110 12.5.3", "anything", "", rss, []string{"Accept-Encoding: *"}, 200, h{"Content-Encoding": "gzip"}, theFeedGzip},
		{"HTTP-4", "RFC 9110 8.8.3.3", "gzip has a different ETag", "", rss, []string{"Accept-Encoding: gzip", "If-None-Match: $gzip"}, 304, h{"Etag": "$gzip", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Content-Encoding": ""}, nothing},
		{"HTTP-4", "RFC 9110 13.1.2", "a client that does not take gzip has not got it", "", rss, []string{"If-None-Match: $gzip"}, 200, h{"Etag": "$etag"}, theFeed},
		{"HTTP-4", "RFC 9110 13.1.2", "gzip after a change", "", rss, []string{"Accept-Encoding: gzip", `If-None-Match: "old"`}, 200, h{"Content-Length": `/^\d+$/`}, theFeedGzip},
		{"HTTP-4", "RFC 9110 8.8.3.3", "the ETag of Apache httpd", "", rss, []string{`If-None-Match: "$bare-gzip"`}, 304, h{"Etag": "$etag"}, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "the ETag of Apache httpd, for gzip", "", rss, []string{"Accept-Encoding: gzip", `If-None-Match: "$bare-gzip"`}, 304, h{"Etag": "$gzip"}, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "the ETag of Jetty", "", rss, []string{`If-None-Match: "$bare--gzip"`}, 304, nil, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "an ETag with a semicolon", "", rss, []string{`If-None-Match: W/"$bare;gzip"`}, 304, nil, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "an ETag of Brotli in a list", "", rss, []string{`If-None-Match: "a", "$bare-br"`}, 304, nil, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "the ETag of Apache httpd for a document", "", rss, []string{document, `If-None-Match: "$bare-xml-gzip"`}, 304, h{"Etag": "$document"}, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "a document in gzip is not the feed", "", rss, []string{`If-None-Match: "$bare-xml-gzip"`}, 200, nil, theFeed},
		{"HTTP-4", "RFC 9110 8.8.3.3", "the ETag of two proxies", "", rss, []string{`If-None-Match: "$bare-gzip-gzip"`}, 304, nil, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "a suffix behind the quotes", "", rss, []string{`If-None-Match: "$bare"-gzip`}, 304, nil, nothing},
		{"HTTP-4", "RFC 9110 8.8.3.3", "a separator without a coding", "", rss, []string{`If-None-Match: "$bare-"`}, 200, nil, theFeed},
		{"HTTP-4", "RFC 9110 8.8.3.3", "a coding and an unknown suffix", "", rss, []string{`If-None-Match: "$bare-gzip-2"`}, 200, nil, theFeed},
		{"HTTP-4", "RFC 9110 8.8.3.3", "an unknown suffix", "", rss, []string{`If-None-Match: "$bare-other"`}, 200, nil, theFeed},
		{"HTTP-4", "RFC 9110 8.8.3.3", "a coding without a separator", "", rss, []string{`If-None-Match: "${bare}gzip"`}, 200, nil, theFeed},
		{"HTTP-4", "RFC 9110 8.8.3.3", "a coding of another feed", "", rss, []string{`If-None-Match: "AAAAAAAAAAAAAAAAAAAAAA-gzip"`}, 200, nil, theFeed},
		{"HTTP-4", "RFC 9110 13.1.1", "If-Match compares codings", "", rss, []string{`If-Match: "$bare-gzip"`}, 412, nil, nothing},
		{"HTTP-4", "RFC 9110 5.3", "codings on several lines", "", rss, []string{"Accept-Encoding: br", "Accept-Encoding: , gzip"}, 200, h{"Content-Encoding": "gzip"}, theFeedGzip},
		{"HTTP-4", "RFC 9110 13.1.3", "gzip and the date alone", "", rss, []string{"Accept-Encoding: gzip", "If-Modified-Since: $modified"}, 304, h{"Etag": "$gzip"}, nothing},

		{"HTTP-5", "RFC 9111 5.2.2", "ten minutes", "", rss, nil, 200, h{"Cache-Control": "public, max-age=600", "Set-Cookie": "", "Expires": ""}, theFeed},
		{"HTTP-5", "RFC 9111 5.2.2.1", "less when something appears sooner", "", "tag/soon/rss.xml", nil, 200, h{"Cache-Control": "public, max-age=90"}, theFeed},
		{"HTTP-5", "RFC 9111 5.2.1", "directives of requests are for caches", "", rss, []string{"Cache-Control: only-if-cached, no-cache, no-store", "Pragma: no-cache"}, 200, h{"Cache-Control": "public, max-age=600"}, theFeed},
		{"HTTP-5", "RFC 9111 5.1", "an origin server sends no Age", "", rss, nil, 200, h{"Age": "", "Pragma": "", "Warning": ""}, theFeed},
		{"HTTP-5", "RFC 9111 4.3.4", "a 304 has what a cache updates", "", rss, []string{"If-None-Match: $etag"}, 304, h{"Etag": "$etag", "Cache-Control": "public, max-age=600", "Vary": "Accept-Encoding, Sec-Fetch-Dest", "Date": `/GMT$/`}, nothing},
		{"HTTP-5", "RFC 9111 5.2.2.1", "and so on a 304", "", "tag/soon/rss.xml", []string{"If-None-Match: *"}, 304, h{"Cache-Control": "public, max-age=90"}, nothing},

		{"HTTP-6", "RFC 9110 7.4", "the Host header is not believed", "", rss, []string{"Host: evil.example"}, 200, h{"Link": "/^<" + regexp.QuoteMeta(host) + "/"}, theFeed},
		{"HTTP-6", "RFC 7239", "nor what a proxy may say", "", "tag/old/rss.xml", []string{"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: ftp"}, 301, h{"Location": "/news/tag/turkey/rss.xml"}, "Moved Permanently\n"},
		{"HTTP-6", "RFC 3986 3.4", "the query means nothing", "", rss + "?utm_source=x&feed=atom", nil, 200, h{"Etag": "$etag"}, theFeed},
		{"HTTP-6", "RFC 3986 6.2.2.2", "a letter needs no escape", "", "tag/t%75rkey/rss.xml", nil, 301, h{"Location": "/news/tag/turkey/rss.xml", "Cache-Control": "public, max-age=600"}, "Moved Permanently\n"},
		{"HTTP-6", "RFC 3986 6.2.2.1", "digits of escapes are in upper case", "", "tag/%c3%a7/rss.xml", nil, 301, h{"Location": "/news/tag/%C3%A7/rss.xml"}, "Moved Permanently\n"},
		{"HTTP-6", "RFC 3986 2.2", "an escaped slash is no slash", "", "tag%2Fturkey/rss.xml", nil, 404, h{"Etag": ""}, "Not Found\n"},
		{"HTTP-6", "RFC 3986 2.2", "an escaped slash in lower case is no slash", "", "tag/turkey%2frss.xml", nil, 404, nil, "Not Found\n"},
		{"HTTP-6", "RFC 3986 3.3", "an empty segment is a segment", "", "tag//turkey/rss.xml", nil, 404, nil, "Not Found\n"},
		{"HTTP-6", "RFC 3986 5.2.4", "clients remove dot segments", "", "tag/./turkey/rss.xml", nil, 404, nil, "Not Found\n"},
		{"HTTP-6", "RFC 3986 5.2.4", "clients remove escaped dot segments", "", "tag/%2e%2E/tag/turkey/rss.xml", nil, 404, nil, "Not Found\n"},
		{"HTTP-6", "RFC 3986 6.2.2.1", "paths are case-sensitive", "", "tag/Turkey/rss.xml", nil, 404, nil, "Not Found\n"},
		{"HTTP-6", "RFC 3986 3.3", "no parameters of a segment", "", "tag/turkey/rss.xml;a=b", nil, 404, nil, "Not Found\n"},

		{"HTTP-7", "RFC 3986 3.4", "no query makes it anew", "", rss + "?" + strings.Repeat("x", 1000), nil, 200, h{"Etag": "$etag"}, theFeed},
		{"HTTP-7", "RFC 9110 12.5.1", "nor what else a client says", "", rss, []string{"Accept: a/b", "Accept-Language: tr", "Cookie: a=b", "User-Agent: x"}, 200, h{"Etag": "$etag"}, theFeed},

		{"HTTP-8", "RFC 8288 3; WebSub 4", "self and hub", "", json, nil, 200, h{"Link": "<" + host + json + `>; rel="self", <` + hub + `>; rel="hub"`}, theFeed},
		{"HTTP-8", "Fetch 3.3", "scripts of any site may read", "", rss, []string{"Origin: https://reader.example"}, 200, h{"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link"}, theFeed},
		{"HTTP-8", "RFC 9110 12.5.5", "and so it is said to all, for caches on the way", "", rss, nil, 200, h{"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link"}, theFeed},
		{"HTTP-8", "Fetch 3.3", "and revalidate", "", rss, []string{"Origin: https://reader.example", "If-None-Match: $etag"}, 304, h{"Access-Control-Allow-Origin": "*"}, nothing},
		{"HTTP-8", "Fetch 4.8", "preflight", "OPTIONS", rss, []string{"Origin: https://reader.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: if-none-match"}, 204, h{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "A-IM, If-None-Match, If-Modified-Since", "Access-Control-Max-Age": "86400", "Allow": "GET, HEAD, OPTIONS", "Content-Length": ""}, nothing},
		{"HTTP-3", "RFC 9110 9.3.7", "OPTIONS without a browser", "OPTIONS", rss, nil, 204, h{"Allow": "GET, HEAD, OPTIONS", "Content-Length": ""}, nothing},

		{"HTTP-9", "RFC 9110 12.5.1", "the address says the format, whatever Accept does", "", rss, []string{"Accept: application/feed+json"}, 200, h{"Content-Type": "application/rss+xml; charset=utf-8", "Vary": "Accept-Encoding, Sec-Fetch-Dest"}, theFeed},
		{"HTTP-9", "RFC 9110 12.4.1", "even if it refuses all", "", json, []string{"Accept: text/html;q=0"}, 200, h{"Content-Type": "application/feed+json"}, theFeed},

		{"HTTP-10", "RFC 9111 5.2.2.7", "what is private is the client's alone", "", private + rss, nil, 200, h{"Cache-Control": "private, max-age=600", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Link": "", "Access-Control-Allow-Origin": ""}, thePrivateFeed},
		{"HTTP-10", "RFC 9110 15.4.5", "also if it has it", "", private + rss, []string{"If-None-Match: $etag"}, 304, h{"Cache-Control": "private, max-age=600"}, nothing},
		{"HTTP-10", "RFC 9110 15.5.5", "another token", "", "private/AAAAAAAAAAAAAAAAAAAAAAAAAA/" + rss, nil, 404, h{"X-Robots-Tag": "noindex", "Etag": ""}, "Not Found\n"},
		{"HTTP-10", "RFC 9110 15.5.5", "no token", "", "private//" + rss, nil, 404, h{"X-Robots-Tag": "noindex"}, "Not Found\n"},
		{"HTTP-10", "Fetch 4.8", "no script of another site", "OPTIONS", private + rss, []string{"Origin: https://reader.example", "Access-Control-Request-Method: GET"}, 405, h{"Allow": "GET, HEAD", "Access-Control-Allow-Origin": ""}, "Method Not Allowed\n"},
		{"HTTP-10", "RFC 9110 15.4.2", "what moved did so below the token", "", private + "tag/old/rss.xml", nil, 301, h{"Location": "/news/" + private + rss, "Cache-Control": "private, max-age=600"}, "Moved Permanently\n"},
	}
	assertComplete(t, rows)

	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1, "turkey"), numbered(2, "turkey"), numbered(3, "turkey", "soon"),
		syndicate.Article{URL: "/slug/", Title: "Slug", Published: day(1), Tags: []syndicate.Tag{{Name: "Ç", Slug: "ç"}}},
		syndicate.Article{URL: "/later/", Title: "Later", Published: day(20).Add(90 * time.Second), Tags: syndicate.Tags("soon")})
	require.NoError(t, archive.Redirect(syndicate.WithTag("old"), syndicate.WithTag("turkey")))
	require.NoError(t, archive.CloseScope(syndicate.WithTag("closed")))
	for _, kept := range []bool{false, true} {
		for _, row := range rows {
			name := row.id + " " + row.why
			if kept {
				name += ", from the cache"
			}
			t.Run(name, func(t *testing.T) {
				source := &counted{Versioner: archive}
				client := serving(t, row.handler(source, clock.now))
				if kept {
					client.get("/news/" + row.path)
					client.get("/news/"+row.path, "Accept-Encoding: gzip")
				}
				row.check(t, client, archive)
				if row.status != 404 && row.status != 410 && row.status != 301 {
					assert.LessOrEqual(t, source.feeds.Load(), int64(1), "HTTP-7: made once")
				}
			})
		}
	}
}

// assertComplete asserts that there are rows for all of HTTP-1 to HTTP-10, and that each names its
// source.
func assertComplete(t *testing.T, rows []exchange) {
	ids := map[string]bool{}
	for _, row := range rows {
		for id := range strings.SplitSeq(row.id, ", ") {
			ids[id] = true
		}
		assert.Regexp(t, `^[A-Z][A-Za-z ]+ \d[\d.]*`, row.spec, row.why)
	}
	for n := range 10 {
		assert.Contains(t, ids, fmt.Sprintf("HTTP-%d", n+1))
	}
}

const (
	token   = "UHVJ7MPLBEJBJUNYSAWKTS3XWC"
	private = "private/" + token + "/"
)

// handler returns a handler of public or of private feeds, according to the row's path.
func (row exchange) handler(source syndicate.Source, clock func() time.Time) *feedhttp.Handler {
	h := &feedhttp.Handler{Source: source, Clock: clock}
	if strings.HasPrefix(row.path, "private/") {
		h.Allow = feedhttp.AllowTokens(token)
	}
	return h
}

// check sends the request and compares the response. The values of the variables come from another
// handler, so that the cache contains only what the row needs.
func (row exchange) check(t *testing.T, client client, archive *syndicate.Archive) {
	t.Helper()
	other := row.handler(archive, archive.Clock)
	plain := asked(other, "GET", "/news/"+row.path)
	packed := asked(other, "GET", "/news/"+row.path, "Accept-Encoding: gzip")
	document := asked(other, "GET", "/news/"+row.path, "Sec-Fetch-Dest: document")
	etag := plain.header.Get("Etag")
	variables := strings.NewReplacer("$etag", etag, "${bare}", strings.Trim(etag, `"`), "$bare", strings.Trim(etag, `"`), "$gzip", packed.header.Get("Etag"), "$document", document.header.Get("Etag"),
		"$modified", plain.header.Get("Last-Modified"))
	var send []string
	for _, header := range row.send {
		send = append(send, variables.Replace(header))
	}
	method := row.method
	if method == "" {
		method = http.MethodGet
	}

	got := client.ask(method, "/news/"+row.path, send...)

	assert.Equal(t, row.status, got.status, row.spec)
	for name, want := range row.header {
		value := strings.Join(got.header.Values(name), "|")
		if pattern, ok := strings.CutPrefix(want, "/"); ok && strings.HasSuffix(want, "/") {
			assert.Regexp(t, strings.TrimSuffix(pattern, "/"), value, "%s (%s)", name, row.spec)
		} else {
			assert.Equal(t, variables.Replace(want), value, "%s (%s)", name, row.spec)
		}
	}
	switch row.body {
	case anything:
	case thePrivateFeed:
		assert.Equal(t, plain.body, got.body)
		assert.NotContains(t, got.body, token)
	case theFeed, theFeedGzip:
		if row.body == theFeedGzip {
			got.body = unpacked(t, got.body)
		}
		path, _, _ := strings.Cut(row.path, "?")
		scope, format, ok := syndicate.Files.Parse(path)
		require.True(t, ok)
		assert.Equal(t, written(t, archive, scope, format), got.body)
	default:
		assert.Equal(t, row.body, got.body, row.spec)
	}
}
