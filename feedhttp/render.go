package feedhttp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/syndicate-go/syndicate"
)

// target is what a request is about, in one coding.
type target struct {
	key
	subject
}

// subject is a feed or a page.
type subject struct {
	scope  syndicate.Scope
	format syndicate.Format
	page   *Page // nil for a feed
}

// version tells what the Source has now from what it had before. Where it cannot tell itself, it does so by the span of time
// in which its answers hold.
type version struct {
	told string
	span uint64 // of a feed, only if told is ""
}

// version returns that of a feed or page.
func (h *Handler) version(ctx context.Context, p *publication, of subject, now time.Time) (v version, err error) {
	if of.page != nil && of.page.Append == nil {
		return version{}, nil
	}
	if p.versioner != nil {
		defer recovered(&err)
		if !p.inMemory {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, h.timeout())
			defer cancel()
		}
		v.told, err = p.versioner.Version(ctx, of.scope)
		if err = of.page.without(err); err != nil || v.told != "" {
			v.span = of.page.span(h, now)
			return v, err
		}
	}
	switch {
	case h.Fresh < 0:
		v.span = h.asked.Add(1)
	case h.Fresh == 0:
		v.span = uint64(now.UnixNano() / int64(defaultFresh))
	default:
		v.span = uint64(now.UnixNano() / int64(h.Fresh))
	}
	return v, nil
}

// current returns what is to be answered now, and whether it was kept. What the Source is asked, it is asked after
// the call: a change that was made before is seen.
func (h *Handler) current(ctx context.Context, p *publication, t target, now time.Time) (rep *representation, kept bool, err error) {
	defer func() {
		if isAbsent(err) { // what it was need not be kept
			p.cache.remove(key{t.path, false})
			p.cache.remove(key{t.path, true})
		}
	}()
	version, err := h.version(ctx, p, t.subject, now)
	if err != nil {
		return nil, false, err
	}
	if rep = p.cache.get(t.key); rep != nil && rep.holds(version, now) {
		return rep, true, nil
	}
	rep, err = h.shared(ctx, p, t, version)
	return rep, false, err
}

// shared makes the version of a target, once for all who ask meanwhile. It goes on when the client that asked
// first leaves; who waits does so no longer than its own client or the time-out allows.
func (h *Handler) shared(ctx context.Context, p *publication, t target, version version) (*representation, error) {
	name := version.told + " " + strconv.FormatUint(version.span, 36) + " " + strconv.FormatBool(t.gzip) + " " + t.path
	made := h.flights.DoChan(name, func() (rep any, err error) {
		defer recovered(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
		defer cancel()
		if rep := p.cache.get(t.key); rep != nil && rep.holds(version, h.now()) {
			return rep, nil // made by others since this was asked for
		}
		return h.make(ctx, p, t, version)
	})
	late := time.NewTimer(h.timeout())
	defer late.Stop()
	select {
	case result := <-made:
		rep, _ := result.Val.(*representation)
		return rep, result.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-late.C:
		return nil, fmt.Errorf("feedhttp: %s: no answer of the Source within %v: %w", t.scope, h.timeout(), context.DeadlineExceeded)
	}
}

// make makes the version of a target and keeps it.
func (h *Handler) make(ctx context.Context, p *publication, t target, version version) (rep *representation, err error) {
	if t.gzip {
		plain := target{key{path: t.path}, t.subject}
		if rep, err = h.shared(ctx, p, plain, version); err != nil {
			return nil, err
		}
		rep = rep.compressed(p.cache.get(t.key))
		p.keep(t.key, rep)
		return rep, nil
	}
	if t.page != nil {
		rep, err = h.makePage(ctx, t, version)
	} else {
		rep, err = h.makeFeed(ctx, t, version)
	}
	if err != nil {
		return nil, err
	}
	// If the Source changed meanwhile this may be newer than the version, and that may come back.
	if version.told != "" {
		again, err := h.version(ctx, p, t.subject, h.now())
		rep.passing = err != nil || again != version
	}
	p.keep(t.key, rep)
	return rep, nil
}

// makeFeed asks the Source for a feed and encodes it.
func (h *Handler) makeFeed(ctx context.Context, t target, version version) (*representation, error) {
	feed, err := h.Source.Feed(ctx, t.scope)
	if err != nil {
		return nil, err
	}
	if feed == nil {
		return nil, errors.New("feedhttp: the Source returned neither feed nor error")
	}
	return h.represent(feed, t.subject, version), nil
}

// keep keeps a representation, unless the Source has another one by now.
func (p *publication) keep(k key, rep *representation) {
	if !rep.passing {
		p.cache.put(k, rep)
	}
}

// isAbsent reports whether err says that there is no such feed, rather than that the Source failed.
func isAbsent(err error) bool {
	return errors.Is(err, syndicate.ErrNotFound) || errors.Is(err, syndicate.ErrGone) || errors.Is(err, syndicate.ErrMoved)
}
