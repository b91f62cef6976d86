package feedhttp

import (
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// publication is what a Handler computes once, for its first request.
type publication struct {
	addresses syndicate.Addresses
	wordPress bool                // the addresses are WordPress's, with their redirects
	base      string              // the site's path, unescaped; it begins and ends with a slash
	versioner syndicate.Versioner // the Source; nil if it has no versions
	cache     *cache
	maxAge    []string // Cache-Control for a feed that time does not change sooner
}

// publication returns the Handler's publication. The first request computes it; after a failure
// the next request tries again.
func (h *Handler) publication() (p *publication, err error) {
	if p = h.loaded.Load(); p != nil {
		return p, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if p = h.loaded.Load(); p != nil {
		return p, nil
	}
	if h.Source == nil {
		return nil, errors.New("the Handler has no Source")
	}
	defer recovered(&err)
	site := h.Source.Site()
	address, err := url.Parse(site.URL)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	p = &publication{
		addresses: site.Addresses,
		base:      address.Path,
		cache:     newCache(h.CacheEntries, h.CacheBytes),
		maxAge:    h.lifetime(h.maxAge()),
	}
	if !strings.HasSuffix(p.base, "/") {
		p.base += "/"
	}
	if p.addresses == nil {
		p.addresses = syndicate.Files
	}
	p.wordPress = p.addresses == syndicate.WordPress
	p.versioner, _ = h.Source.(syndicate.Versioner)
	h.loaded.Store(p)
	return p, nil
}

// recovered turns a panic of the Source, or of an extension that encodes, into an error. Call it
// with defer.
func recovered(err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
	}
}

// lifetime returns the value of Cache-Control for a response that is valid for d.
func (h *Handler) lifetime(d time.Duration) []string {
	audience := "public"
	if h.Allow != nil {
		audience = "private"
	}
	seconds := int64(max(0, d) / time.Second)
	return []string{audience + ", max-age=" + strconv.FormatInt(seconds, 10)}
}

// cacheControl returns the value of Cache-Control for a response that the passing of time changes
// at next; the zero time means never.
func (h *Handler) cacheControl(p *publication, next, now time.Time) []string {
	if next.IsZero() || next.Sub(now) >= h.maxAge() {
		return p.maxAge
	}
	return h.lifetime(next.Sub(now))
}

// location returns the value of Location for a path below prefix. It names no host, so clients
// stay on the host that they used.
func location(prefix, path string) string {
	escaped := (&url.URL{Path: prefix + path}).EscapedPath()
	if strings.HasPrefix(escaped, "//") {
		return "/." + escaped // clients would read the first segment as a host (RFC 3986 section 4.2)
	}
	return escaped
}
