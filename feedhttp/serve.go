package feedhttp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// exchange is one request and its response.
type exchange struct {
	h     *Handler
	p     *state // nil until the Source has provided its site
	w     http.ResponseWriter
	r     *http.Request
	now   time.Time // when the request arrived, by the Handler's clock
	place           // what the request's path means
	event Event     // filled in as the request is answered
	// giveBack returns a download to the client of the Brake; nil if none was taken.
	giveBack func()
}

// ServeHTTP answers a request for a feed, a page or a derived file, and passes every other request
// on to Fallback.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := exchange{h: h, w: w, r: r, now: h.now()}
	// The duration is measured by the real clock, which Clock need not be.
	begun := x.now
	if h.Observe != nil {
		begun = time.Now()
	}
	if x.serve() && h.Observe != nil {
		x.event.Method, x.event.Duration = r.Method, time.Since(begun)
		h.Observe(r.Context(), x.event)
	}
}

// serve answers the request. It returns false if the request was not about a feed, page or file.
func (x *exchange) serve() bool {
	p, err := x.h.state()
	if err != nil {
		return x.fail("", err)
	}
	x.p = p
	if x.place, err = x.find(); err != nil {
		return x.fail("Allow: ", err)
	}
	if x.prefix == "" {
		return x.serveFallback()
	}
	k := key{x.path, codingFor(x.r.Header["Accept-Encoding"])}
	narrows := p.wordPress && narrows(x.r.URL.RawQuery)
	if x.canonical && !narrows && x.serveCached(k) {
		return true
	}
	k.coding = min(k.coding, zipped) // Brotli is made in the background
	scope, format, ok := x.feedAt()
	if !ok {
		return x.servePage(k)
	}
	if narrows {
		if scope, ok, err = x.narrowed(scope, format); err != nil {
			return x.fail("categories: ", err)
		} else if !ok {
			return x.refuse(http.StatusNotFound)
		}
	}
	of := subject{scope: scope, format: format}
	x.observe(of, "")
	if k.path = p.feedPath(scope, format); k.path == "" {
		return x.refuse(http.StatusNotFound)
	}
	return x.serveSubject(target{k, of})
}

// feedAt returns the feed that the request's path means, without its query. It returns false if the
// path is not that of a feed which the publication publishes.
func (x *exchange) feedAt() (scope syndicate.Scope, format syndicate.Format, ok bool) {
	scope, format, ok = x.p.addresses.Parse(x.path)
	if ok && x.p.feedPath(scope, format) != "" {
		return scope, format, true
	}
	if x.p.wordPress {
		scope, format, ok = wordPressForm(x.path, x.r.URL)
	}
	return scope, format, ok && x.p.feedPath(scope, format) != ""
}

// serveCached answers from the cache. It returns false, and answers nothing, if the cache has no
// entry or the entry is out of date. It is the fast path: most requests end here, and their paths
// are never parsed.
func (x *exchange) serveCached(k key) bool {
	if !x.reads() {
		return false
	}
	best := k.coding // for this client
	rep := x.p.cache.get(k)
	if rep == nil && best == brotlied {
		k.coding = zipped
		rep = x.p.cache.get(k)
	}
	if rep == nil {
		return false
	}
	version, err := x.h.version(x.r.Context(), x.p, rep.subject, x.now)
	if err != nil {
		return false
	}
	if !rep.holds(version, x.now) {
		if k.coding != brotlied {
			return false
		}
		k.coding = zipped
		if rep = x.p.cache.get(k); rep == nil || !rep.holds(version, x.now) {
			return false
		}
	}
	x.observe(rep.subject, k.path)
	if refused := x.refuseSubject(rep.subject); refused {
		return true
	}
	x.event.Cached = true
	x.send(rep)
	if x.event.Status == http.StatusOK && x.r.Method == http.MethodGet { // a better body would have helped
		x.h.noteRequest(x.p, k, rep, best)
	}
	return true
}

// observe records what the request is about. The path is that of a page or file.
func (x *exchange) observe(of subject, path string) {
	switch {
	case of.page != nil:
		x.event.Page = path
	case of.files != nil:
		x.event.File = path
	default:
		x.event.Scope, x.event.Format = of.scope, of.format
	}
}

// serveSubject answers a request for a page or file, or for a feed that can exist. It redirects if
// the address of t differs from the one that was requested.
func (x *exchange) serveSubject(t target) bool {
	switch {
	case x.refuseSubject(t.subject): // also in place of a 405, which would reveal a file
		return true
	case x.r.Method == http.MethodOptions && x.h.Allow == nil:
		return x.preflight()
	case !x.reads():
		x.w.Header()["Allow"] = []string{x.allowed()}
		return x.refuse(http.StatusMethodNotAllowed)
	}
	rep, cached, err := x.h.current(x.r.Context(), x.p, t, x.now)
	var moved *syndicate.ScopeError
	switch {
	case err == nil && (x.path != t.path || !x.canonical):
		return x.redirect(t.path)
	case err == nil:
		x.event.Cached = cached
		return x.send(rep)
	case errors.Is(err, syndicate.ErrMoved) && errors.As(err, &moved):
		return x.refuseSubject(subject{scope: moved.Moved}) || x.redirect(x.p.feedPath(moved.Moved, t.format))
	case errors.Is(err, syndicate.ErrGone):
		return x.refuse(http.StatusGone)
	case absent.Is(err):
		return x.refuse(http.StatusNotFound)
	}
	return x.fail(t.name()+": ", err)
}

// refuseSubject answers a request of a subscriber who may not read the subject, as if it did not
// exist. It returns false, and answers nothing, if the subscriber may.
func (x *exchange) refuseSubject(of subject) bool {
	may, err := x.mayRead(of)
	switch {
	case err != nil:
		return x.fail("Reads: ", err)
	case !may:
		return x.refuse(http.StatusNotFound)
	}
	return false
}

// name returns what errors call the subject: the path of a page or file, or scope and format of a
// feed, as in "tag/turkey rss".
func (t target) name() string {
	if !t.isFeed() {
		return t.path
	}
	return fmt.Sprintf("%s %s", t.scope, t.format)
}

// servePage answers a request for a path at which no feed can be: that of a page, of a derived
// file, or of anything else. A path redirects to a page if only its final slash is missing.
func (x *exchange) servePage(k key) bool {
	for _, path := range []string{k.path, k.path + "/"} {
		if page, ok := x.h.Pages[path]; ok {
			k.path = path
			x.event.Page = path
			return x.serveSubject(target{k, subject{page: &page}})
		}
	}
	return x.serveFile(k)
}

// serveFallback passes a request that is not about a feed, page or file on to Fallback. Paths of
// private feeds are never passed on: they contain a token, which Fallback could write to a log.
func (x *exchange) serveFallback() bool {
	private := x.h.Allow != nil && strings.HasPrefix(x.r.URL.Path, x.p.base+privateFolder)
	if private || x.h.Fallback == nil {
		x.h.refuse(x.w, http.StatusNotFound)
	} else {
		x.h.Fallback.ServeHTTP(x.w, x.r)
	}
	return false
}

// reads reports whether the method is GET or HEAD.
func (x *exchange) reads() bool { return x.r.Method == http.MethodGet || x.r.Method == http.MethodHead }

// allowed returns the value of the Allow header. Private feeds have no preflight requests.
func (x *exchange) allowed() string {
	if x.h.Allow != nil {
		return "GET, HEAD"
	}
	return "GET, HEAD, OPTIONS"
}

// send answers with a feed, page or file, or with 304 if the client has it. It answers the two most
// frequent kinds of requests itself, those without a condition and those with a single ETag. All
// other conditions and ranges are left to net/http.
func (x *exchange) send(rep *representation) bool {
	if rep.document != nil && x.isDocument() {
		rep = rep.document
	}
	header := x.w.Header()
	header["Etag"] = rep.etag
	header["Cache-Control"] = x.h.cacheControl(x.p, rep.next, x.now)
	header["Vary"] = rep.vary
	if x.h.Allow == nil {
		header["Access-Control-Allow-Origin"], header["Access-Control-Expose-Headers"] = anyOrigin, showsETag
	}
	x.event.Coding = rep.coding.String()
	delta := x.r.Header["A-Im"] != nil && rep.isFeed() && acceptsDelta(x.r.Header["A-Im"])
	var now *edition
	if delta {
		now = x.known(rep)
	}
	// A 304 has no more headers than these.
	has, simple := x.condition(rep)
	if delta && has == nil {
		header["Vary"] = []string{rep.vary[0] + ", A-IM, If-None-Match"}
	}
	switch {
	case simple && has != nil:
		header["Etag"] = has
		x.event.Status = http.StatusNotModified
		x.w.WriteHeader(http.StatusNotModified)
	case x.slowDown(rep):
		return true
	case x.sendDelta(rep, now):
	case simple:
		x.sendAll(rep)
	default:
		x.sendContent(rep)
	}
	x.settle()
	return true
}

// isDocument reports whether a browser is about to display the response.
func (x *exchange) isDocument() bool {
	dest := x.r.Header["Sec-Fetch-Dest"]
	return len(dest) == 1 && dest[0] == "document"
}

// condition returns the ETag for a 304 if the client has the representation already. It handles
// only requests without conditions and with one If-None-Match of one ETag; simple is false for all
// others.
func (x *exchange) condition(rep *representation) (has []string, simple bool) {
	request := x.r.Header
	if request["Range"] != nil || request["If-Match"] != nil || request["If-Unmodified-Since"] != nil {
		return nil, false
	}
	switch tags := request["If-None-Match"]; len(tags) {
	case 0:
		return nil, request["If-Modified-Since"] == nil
	case 1:
		tag := strings.TrimPrefix(tags[0], "W/") // weak comparison (RFC 9110 section 8.8.3.2)
		if has = rep.is(tag); has != nil {
			return has, true
		}
		one := len(tag) >= 2 && tag[0] == '"' && strings.IndexByte(tag[1:], '"') == len(tag)-2
		return nil, one
	}
	return nil, false
}

// sendAll answers with the whole body.
func (x *exchange) sendAll(rep *representation) {
	rep = x.personal(rep)
	x.describe(rep)
	header := x.w.Header()
	if x.datable(rep) {
		header["Last-Modified"] = rep.lastModified
	}
	x.event.Status = http.StatusOK
	if x.r.Method == http.MethodHead {
		return
	}
	n, err := x.w.Write(rep.body)
	x.event.Bytes, x.event.Err = int64(n), err
}

// sendContent answers through net/http, which evaluates the conditions and ranges of the request.
func (x *exchange) sendContent(rep *representation) {
	rep = x.personal(rep)
	x.describe(rep)
	if x.r.Header["If-Match"] != nil || x.r.Header["If-Unmodified-Since"] != nil {
		delete(x.w.Header(), "Content-Length") // a 412 has no body
	}
	var modified time.Time
	if x.datable(rep) {
		modified = rep.modified
	}
	w := recorder{ResponseWriter: x.w}
	request, has := rep.plainly(x.r)
	if has != nil && request.Header["If-Match"] == nil {
		x.w.Header()["Etag"] = has // ServeContent compares If-Match with this header
	}
	http.ServeContent(&w, request, "", modified, bytes.NewReader(rep.body))
	x.event.Status, x.event.Bytes, x.event.Err = w.status, w.sent, w.err
}

// describe sets the headers that a 304 leaves out (RFC 9110 section 15.4.5).
func (x *exchange) describe(rep *representation) {
	header := x.w.Header()
	header["X-Content-Type-Options"] = noSniffing
	header["Content-Security-Policy"] = rep.policy
	if rep.link != nil {
		header["Link"] = rep.link
	}
	if x.h.Allow != nil {
		header["X-Robots-Tag"], header["Referrer-Policy"] = notIndexed, noReferrer
	}
	header["Content-Type"] = rep.contentType
	header["Content-Length"] = rep.contentLength
	if rep.coding != plain {
		header["Content-Encoding"] = names[rep.coding]
	}
}

// notOn304 are the headers set by describe that ServeContent does not remove from a 304.
var notOn304 = []string{
	"X-Content-Type-Options", "Content-Security-Policy", "Link", "X-Robots-Tag", "Referrer-Policy",
}

// datable reports whether Last-Modified identifies this version of the feed. It does not in the
// second of a change, because another change can follow in that second (RFC 9110 section 8.8.2.2).
func (x *exchange) datable(rep *representation) bool {
	return rep.lastModified != nil && rep.modified.Unix() < x.now.Unix()
}

// preflight answers a CORS preflight request (Fetch standard): scripts of every site may read the
// feed and send conditional requests.
func (x *exchange) preflight() bool {
	header := x.w.Header()
	header["Allow"] = []string{x.allowed()}
	header["Access-Control-Allow-Origin"] = anyOrigin
	header["Access-Control-Allow-Methods"] = []string{"GET, HEAD"}
	header["Access-Control-Allow-Headers"] = []string{"A-IM, If-None-Match, If-Modified-Since"}
	header["Access-Control-Max-Age"] = []string{"86400"}
	x.event.Status = http.StatusNoContent
	x.w.WriteHeader(http.StatusNoContent)
	return true
}

// redirect answers with a permanent redirect to the canonical path of a feed or page, on the host
// that the client used. An empty path is answered with 404.
func (x *exchange) redirect(path string) bool {
	if path == "" {
		return x.refuse(http.StatusNotFound)
	}
	header := x.w.Header()
	header["Location"] = []string{location(x.prefix, path)}
	header["Cache-Control"] = x.p.maxAge
	if x.h.Allow == nil {
		header["Access-Control-Allow-Origin"] = anyOrigin
	}
	return x.refuse(http.StatusMovedPermanently)
}

// fail answers a request with 503 and reports the failure. The name of what failed comes before the
// error; the response itself contains no reason. A failure that a disconnected client has caused
// is not reported to OnError.
func (x *exchange) fail(what string, err error) bool {
	err = fmt.Errorf("feedhttp: %s%w", what, err)
	x.event.Err = err
	if ended := x.r.Context().Err(); ended == nil || !errors.Is(err, ended) {
		x.report(err)
	}
	header := x.w.Header()
	// Failures are often short. No cache may keep this response.
	header["Retry-After"] = []string{"30"} // seconds
	header["Cache-Control"] = []string{"no-store"}
	return x.refuse(http.StatusServiceUnavailable)
}

// report calls OnError with an error, or logs it. If OnError panics, it logs the panic and the
// error.
func (x *exchange) report(err error) {
	if x.h.OnError != nil {
		failed := x.callOnError(err)
		if failed == nil {
			return
		}
		err = errors.Join(fmt.Errorf("OnError: %w", failed), err)
	}
	slog.Default().ErrorContext(x.r.Context(), "feed not served", "err", err)
}

// callOnError calls OnError, and returns a panic in it as an error.
func (x *exchange) callOnError(err error) (failed error) {
	defer recovered(&failed)
	x.h.OnError(err)
	return nil
}

// refuse answers with a status and records it.
func (x *exchange) refuse(status int) bool {
	x.event.Status = status
	x.h.refuse(x.w, status)
	return true
}

// refuse answers with a status and its name. Unless Cache-Control is set already, caches must ask
// again each time, because a feed can appear at any moment.
func (h *Handler) refuse(w http.ResponseWriter, status int) {
	header := w.Header()
	header["Content-Type"] = []string{"text/plain; charset=utf-8"}
	header["X-Content-Type-Options"] = noSniffing
	if header["Cache-Control"] == nil {
		header["Cache-Control"] = []string{"no-cache"}
	}
	if h.Allow != nil {
		header["X-Robots-Tag"], header["Referrer-Policy"] = notIndexed, noReferrer
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status)+"\n")
}

// recorder is a ResponseWriter that records the response.
type recorder struct {
	http.ResponseWriter
	status int
	sent   int64 // bytes of the body
	err    error // the last error of writing
}

// WriteHeader records the status. It removes the headers that a 304 does not need.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	if status == http.StatusNotModified {
		for _, name := range notOn304 {
			delete(r.Header(), name)
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes that were sent.
func (r *recorder) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	r.sent += int64(n)
	if err != nil {
		r.err = err
	}
	return n, err
}
