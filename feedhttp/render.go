package feedhttp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/internal/absent"
)

// target is the subject of a request in one coding, with the path that identifies it.
type target struct {
	key
	subject
}

// subject identifies a feed, a page or a derived file.
type subject struct {
	scope  syndicate.Scope // of the feed, or of the feed that the file is made of
	format syndicate.Format
	page   *Page         // nil unless it is a page
	files  derived.Files // the set that has the file; nil unless it is one
	file   string        // the path that the set has it at
	// first and last are the archive pages of scope that the file is made of as well.
	first, last int
	exact       bool // the version of the feed says all about the file
}

// isFeed reports whether the subject is a feed. Pages and files are made of one.
func (of subject) isFeed() bool { return of.page == nil && of.files == nil }

// tolerated returns err, or nil if err only reports that there is no feed: pages exist without one,
// and the set decides which files exist.
func (of subject) tolerated(err error) error {
	if !of.isFeed() && absent.Is(err) {
		return nil
	}
	return err
}

// span returns the number of the period that now falls into. Pages, and files that are not exact,
// are valid for one period of MaxAge, even if the version stays the same. Feeds have no periods.
func (of subject) span(h *Handler, now time.Time) uint64 {
	if of.isFeed() || of.exact {
		return 0
	}
	return uint64(now.UnixNano() / max(1, int64(h.maxAge())))
}

// version identifies the contents of a feed or page at some time. A representation is valid while
// the version stays the same.
type version struct {
	source string // what the Source returned as the version; "" if it has none
	// span is the number of a period of time: for a feed whose source is "" the period of Refresh,
	// for a page or file that of MaxAge. Otherwise it is 0.
	span uint64
}

// version returns the current version of a feed, or of the feed that a page or file is made of.
func (h *Handler) version(ctx context.Context, p *state, of subject, now time.Time) (v version, err error) {
	if of.page != nil && of.page.Append == nil {
		return version{}, nil // never changes
	}
	if p.versioner != nil {
		defer recovered(&err)
		limited := &timeLimit{Context: ctx, deadline: time.Now().Add(h.timeout())}
		defer limited.stop()
		made := derived.File{Scope: of.scope, FirstPage: of.first, LastPage: of.last}
		v.source, err = made.Version(limited, p.versioner)
		if err = of.tolerated(err); err != nil || v.source != "" {
			v.span = of.span(h, now)
			return v, err
		}
	}
	v.span = h.period(now)
	return v, nil
}

// period returns the number of the period of Refresh that a time is in.
func (h *Handler) period(now time.Time) uint64 {
	switch {
	case h.Refresh < 0:
		return h.asked.Add(1) // a number that no other request has
	case h.Refresh == 0:
		return uint64(now.UnixNano() / int64(defaultRefresh))
	}
	return uint64(now.UnixNano() / int64(h.Refresh))
}

// current returns the up-to-date representation of a target, and whether it was cached. It asks
// the Source for the version after it was called, so it includes every earlier change.
func (h *Handler) current(
	ctx context.Context, p *state, t target, now time.Time,
) (rep *representation, cached bool, err error) {
	defer func() {
		if absent.Is(err) { // frees what the feed was
			for _, c := range []coding{plain, zipped, brotlied} {
				p.cache.remove(key{t.path, c})
			}
		}
	}()
	version, err := h.version(ctx, p, t.subject, now)
	if err != nil {
		return nil, false, err
	}
	// The version may be one that the cache has, although serveCached found none a moment ago.
	if rep = p.cache.get(t.key); rep != nil && rep.holds(version, now) {
		return rep, true, nil
	}
	rep, err = h.shared(ctx, p, t, version)
	return rep, false, err
}

// shared renders a target in a version. Concurrent calls for the same target and version share
// one rendering. The rendering continues when the client that caused it disconnects. Each call
// returns when its own client disconnects or the time-out passes.
func (h *Handler) shared(
	ctx context.Context, p *state, t target, version version,
) (*representation, error) {
	name := version.source + " " + strconv.FormatUint(version.span, 36) + " " +
		t.coding.String() + " " + t.path
	made := h.flights.DoChan(name, func() (rep any, err error) {
		defer recovered(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
		defer cancel()
		if rep := p.cache.get(t.key); rep != nil && rep.holds(version, h.now()) {
			return rep, nil // another request has rendered it since
		}
		return h.make(ctx, p, t, version)
	})
	return await[*representation](ctx, h, made)
}

// await returns the result of a flight, or an error if ctx ends or the time-out passes before. The
// flight's own context ends at the same time, but the Source may ignore it.
func await[T any](ctx context.Context, h *Handler, flight <-chan singleflight.Result) (value T, err error) {
	late := time.NewTimer(h.timeout())
	defer late.Stop()
	select {
	case result := <-flight:
		value, _ = result.Val.(T)
		return value, result.Err
	case <-ctx.Done():
		return value, ctx.Err()
	case <-late.C:
		err := context.DeadlineExceeded
		return value, fmt.Errorf("the Source did not answer within %v: %w", h.timeout(), err)
	}
}

// make renders a target in a version and caches the result. The gzip representation is made of
// the plain one, which is cached as well.
func (h *Handler) make(
	ctx context.Context, p *state, t target, version version,
) (rep *representation, err error) {
	if t.coding == zipped {
		plain := target{key{path: t.path}, t.subject}
		if rep, err = h.shared(ctx, p, plain, version); err != nil {
			return nil, err
		}
		inBrotli := key{t.path, brotlied}
		rep, better := rep.compressed(p.cache.get(t.key), p.cache.get(inBrotli))
		p.keep(t.key, rep)
		if better != nil {
			p.keep(inBrotli, better)
		}
		return rep, nil
	}
	switch {
	case t.page != nil:
		rep, err = h.makePage(ctx, t, version)
	case t.files != nil:
		rep, err = h.makeFile(ctx, t, version)
	default:
		rep, err = h.makeFeed(ctx, p, t, version)
	}
	if err != nil {
		return nil, err
	}
	// A feed has been freed of placeholders that a guest wrote (see withoutPlaceholders), a page is
	// the program's, and a file says whether a guest may have written in it.
	if h.Allow != nil && (t.files == nil || rep.tokens) {
		rep.cut()
	}
	// If the Source changed during the rendering, the bytes may be newer than the version. They
	// must not be cached under it, because a Source can return to an earlier version.
	if version.source != "" {
		again, err := h.version(ctx, p, t.subject, h.now())
		rep.transient = rep.transient || err != nil || again != version
	}
	p.keep(t.key, rep)
	return rep, nil
}

// makeFeed gets a feed from the Source and encodes it.
func (h *Handler) makeFeed(
	ctx context.Context, p *state, t target, version version,
) (*representation, error) {
	feed, err := h.Source.Feed(ctx, t.scope)
	if err != nil {
		return nil, err
	}
	if feed == nil {
		return nil, errors.New("the Source returned neither a feed nor an error")
	}
	rep := h.represent(feed, t.subject, version)
	if p.editions.tracks(rep.feedKey()) { // the next client with a delta may have this version
		p.editions.add(rep.feedKey(), p.editions.of(h.served(feed), rep.format, rep.sum))
	}
	return rep, nil
}

// keep caches a representation, unless it is transient.
func (p *state) keep(k key, rep *representation) {
	if !rep.transient {
		p.cache.put(k, rep)
	}
}
