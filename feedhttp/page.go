package feedhttp

import (
	"cmp"
	"context"
	"fmt"

	"golang.org/x/net/http/httpguts"

	"github.com/syndicate-go/syndicate"
)

// Page is a document that is served beside the feeds: a list of all of them, or a file that they
// refer to. Like a feed it is rendered once, cached until the Source changes, and sent with an
// ETag, in gzip, and with a lifetime that ends when the passing of time changes it.
//
// Set Append for a page that depends on the Source, and Content for one that never changes.
type Page struct {
	// ContentType is the value of the Content-Type header. Default: "text/html; charset=utf-8".
	ContentType string
	// ContentSecurityPolicy is the value of the Content-Security-Policy header. Default: no
	// script runs, and nothing is fetched but the site's own style sheets and images.
	ContentSecurityPolicy string
	// Append appends the bytes of the page to dst and returns the extended buffer, as opml.Append
	// does. It is called again when the version of the site's feed changes, which nearly every
	// change of a publication causes, and at the latest after [Handler.MaxAge]. For a Source
	// without versions it is called again after [Handler.Refresh]. An error is answered with 503.
	// Default: the page is Content.
	Append func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error)
	// Content is the text of a page that never changes. It is ignored if Append is set. Default:
	// an empty page.
	Content string
}

// check returns an error if a field cannot be the value of a header (RFC 9110 section 5.5).
func (page *Page) check() error {
	switch {
	case !httpguts.ValidHeaderFieldValue(page.ContentType):
		return fmt.Errorf("ContentType: %q cannot be a header", page.ContentType)
	case !httpguts.ValidHeaderFieldValue(page.ContentSecurityPolicy):
		return fmt.Errorf("ContentSecurityPolicy: %q cannot be a header", page.ContentSecurityPolicy)
	}
	return nil
}

// makePage renders a page.
func (h *Handler) makePage(ctx context.Context, t target, version version) (*representation, error) {
	page := t.page
	if err := page.check(); err != nil {
		return nil, err
	}
	rep := &representation{
		subject:     t.subject,
		version:     version,
		contentType: []string{cmp.Or(page.ContentType, "text/html; charset=utf-8")},
		link:        joinedLinks(h.Links),
		policy:      runsNothing,
		vary:        varies,
	}
	if page.ContentSecurityPolicy != "" {
		rep.policy = []string{page.ContentSecurityPolicy}
	}
	if page.Append == nil {
		rep.hold([]byte(page.Content))
		return rep, nil
	}
	// The site's feed is requested only for the time of the next change.
	feed, err := h.Source.Feed(ctx, t.scope)
	if err = t.tolerated(err); err != nil {
		return nil, err
	}
	if feed != nil {
		rep.next = feed.NextChange
	}
	body, err := page.Append(ctx, nil, h.Source)
	if err != nil {
		return nil, err
	}
	rep.hold(body)
	return rep, nil
}
