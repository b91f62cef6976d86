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

// publication is what a Handler works out once.
type publication struct {
	addresses syndicate.Addresses
	wordPress bool                // addresses are WordPress's, with its redirects
	base      string              // the site's path, unescaped; it begins and ends with a slash
	versioner syndicate.Versioner // nil if the Source is none
	inMemory  bool                // it needs no time-out, which would cost memory of its own
	cache     *cache
	maxAge    []string // the value of Cache-Control when nothing shortens it
}

// publication returns what was worked out, working it out for the first request, and again while that fails.
func (h *Handler) publication() (p *publication, err error) {
	if p = h.made.Load(); p != nil {
		return p, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if p = h.made.Load(); p != nil {
		return p, nil
	}
	if h.Source == nil {
		return nil, errors.New("feedhttp: Handler without a Source")
	}
	defer recovered(&err)
	site := h.Source.Site()
	address, err := url.Parse(site.URL)
	if err != nil {
		return nil, fmt.Errorf("feedhttp: site: %w", err)
	}
	p = &publication{addresses: site.Addresses, base: address.Path, cache: newCache(h.CacheFeeds, h.CacheBytes)}
	if !strings.HasSuffix(p.base, "/") {
		p.base += "/"
	}
	if p.addresses == nil {
		p.addresses = syndicate.Files
	}
	p.wordPress = p.addresses == syndicate.WordPress
	p.versioner, _ = h.Source.(syndicate.Versioner)
	_, p.inMemory = h.Source.(*syndicate.Archive)
	p.maxAge = h.lifetime(h.maxAge())
	h.made.Store(p)
	return p, nil
}

// recovered makes an error of what a Source, or an extension that encodes, panics with.
func recovered(err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("feedhttp: panic: %v\n%s", reason, debug.Stack())
	}
}

// lifetime returns the value of Cache-Control for an answer that holds for d.
func (h *Handler) lifetime(d time.Duration) []string {
	whose := "public"
	if h.Allow != nil {
		whose = "private"
	}
	return []string{whose + ", max-age=" + strconv.FormatInt(int64(max(0, d)/time.Second), 10)}
}

// cacheControl returns the value of Cache-Control for what time alone changes at next, the zero time being never.
func (h *Handler) cacheControl(p *publication, next, now time.Time) []string {
	if next.IsZero() || next.Sub(now) >= h.maxAge() {
		return p.maxAge
	}
	return h.lifetime(next.Sub(now))
}

// location returns the path of a URL for a path below prefix, which a client takes to be on the same host.
func location(prefix, path string) string {
	escaped := (&url.URL{Path: prefix + path}).EscapedPath()
	if strings.HasPrefix(escaped, "//") {
		return "/." + escaped // or what follows would be taken for a host (RFC 3986 section 4.2)
	}
	return escaped
}
