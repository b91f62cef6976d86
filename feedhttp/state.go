package feedhttp

import (
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
)

// state is what a Handler computes once, for its first request.
type state struct {
	publication *syndicate.Publication
	addresses   syndicate.Addresses
	formats     []syndicate.Format  // that the publication publishes
	wordPress   bool                // the addresses are WordPress's, with their redirects
	base        string              // the site's path, unescaped; it begins and ends with a slash
	escapedBase string              // base as it is in the addresses of feeds
	versioner   syndicate.Versioner // the Source; nil if it has no versions
	cache       *cache
	editions    *editions
	maxAge      []string // Cache-Control for a feed that time does not change sooner
}

// state returns the Handler's state. The first request computes it; after a failure the next
// request tries again.
func (h *Handler) state() (p *state, err error) {
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
	publication := h.Source.Publication()
	if publication == nil {
		return nil, errors.New("the Source has no Publication")
	}
	site := publication.Site()
	address, err := url.Parse(site.URL)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	p = &state{
		publication: publication,
		addresses:   site.Addresses,
		formats:     site.Formats,
		wordPress:   site.Addresses == syndicate.WordPress,
		base:        strings.TrimSuffix(address.Path, "/") + "/",
		escapedBase: strings.TrimSuffix(address.EscapedPath(), "/") + "/",
		cache:       newCache(h.CacheEntries, h.CacheBytes),
		editions:    newEditions(),
		maxAge:      h.lifetime(h.maxAge()),
	}
	p.versioner, _ = h.Source.(syndicate.Versioner)
	h.loaded.Store(p)
	return p, nil
}

// feedPath returns the path of a feed below the base. It returns "" for a kind of scope or a format
// that the publication does not publish.
func (p *state) feedPath(scope syndicate.Scope, format syndicate.Format) string {
	if !p.publication.Publishes(scope) || !slices.Contains(p.formats, format) {
		return ""
	}
	return p.addresses.FeedPath(scope, format)
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
func (h *Handler) cacheControl(p *state, next, now time.Time) []string {
	if next.IsZero() || next.Sub(now) >= h.maxAge() {
		return p.maxAge
	}
	return h.lifetime(next.Sub(now))
}
