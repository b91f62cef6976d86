package feedhttp

import (
	"cmp"
	"context"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Page is something beside the feeds that shows all of them at once, or goes with them. It is served with the care that
// feeds are: made once however many ask, and kept until the Source has something new; with an ETag, in gzip, and
// with a lifetime that ends when time alone changes it.
type Page struct {
	// ContentType is the value of the header of that name. Optional; "text/html; charset=utf-8".
	ContentType string
	// Policy is the value of Content-Security-Policy. Optional; nothing runs and nothing is fetched but the site's own
	// styles and pictures.
	Policy string
	// Append appends the page's bytes, as opml.Append does. It is asked again when the version of the site's feed is
	// another one, which it is after nearly every change of a publication, and in any case after [Handler.MaxAge]; of a
	// Source that tells no versions after [Handler.Fresh]. Its error is answered with 503. Optional; the page is Content.
	Append func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error)
	// Content is what a page consists of that never changes. Optional.
	Content string
}

// without returns err, unless it only says that the site has no feed, which is no reason for not having a page.
func (page *Page) without(err error) error {
	if page != nil && isAbsent(err) {
		return nil
	}
	return err
}

// span returns the number of the span of time in which a page holds that has been asked for under one version.
func (page *Page) span(h *Handler, now time.Time) uint64 {
	if page == nil {
		return 0
	}
	return uint64(now.UnixNano() / max(1, int64(h.maxAge())))
}

// makePage makes a page.
func (h *Handler) makePage(ctx context.Context, t target, version version) (*representation, error) {
	page := t.page
	rep := &representation{subject: t.subject, version: version, contentType: []string{cmp.Or(page.ContentType, "text/html; charset=utf-8")}, policy: runsNothing, vary: varies}
	if page.Policy != "" {
		rep.policy = []string{page.Policy}
	}
	if page.Append == nil {
		rep.hold([]byte(page.Content))
		return rep, nil
	}
	feed, err := h.Source.Feed(ctx, t.scope)
	if err = page.without(err); err != nil {
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
