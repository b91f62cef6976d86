package feedhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/changed"
)

// This file sends deltas (RFC 3229 with the instance manipulation "feed"): a client that sends
// "A-IM: feed" and the ETag of a version that it has gets a feed with the articles that are new or
// changed since.
//
// A past version is known by hashes of its articles, never by their text. A delta is made of the
// current feed, so it has nothing of an article that has left the feed.

// The values of headers of responses to clients that accept deltas. A cache that does not know
// deltas must not store one (RFC 3229 section 10.8).
var (
	isFeedDelta = []string{"feed"}
	notStored   = []string{"no-store, im"}
	// A cache that knows deltas would store one of a private feed, if it could.
	neverStored = []string{"private, no-store"}
)

// acceptsDelta reports whether the value of A-IM has the instance manipulation "feed" (RFC 3229
// section 10.5.3). A weight of 0 excludes it.
func acceptsDelta(header []string) bool {
	for _, line := range header {
		for element := range strings.SplitSeq(line, ",") {
			if name, weight := weighed(element); weight > 0 && strings.EqualFold(name, "feed") {
				return true
			}
		}
	}
	return false
}

// known records the version of rep, so that a later request can name it, and returns it. The
// response does not wait long for a Source that is slow: then known returns nil, and the version is
// recorded later.
func (x *exchange) known(rep *representation) *edition {
	ctx, cancel := context.WithTimeout(x.r.Context(), mostDelay)
	defer cancel()
	now, _ := x.h.edition(ctx, x.p, rep) // without it, clients get whole feeds
	return now
}

// mostDelay is how long a response waits for what only deltas need.
const mostDelay = 100 * time.Millisecond

// ofDelta marks the codings of deltas in the cache, so that no path of a request finds one.
const ofDelta coding = 1 << 7

// sendDelta answers a client that accepts deltas with what is new in rep since a version that the
// client has. Now is the version of rep, nil if it is not known. It returns false, and sends
// nothing, if the client does not have a known version, if a delta would not say what has changed,
// or if it would be no smaller than the feed.
func (x *exchange) sendDelta(rep *representation, now *edition) bool {
	if now == nil || x.r.Header["Range"] != nil || x.r.Header["If-Match"] != nil || x.r.Header["If-Unmodified-Since"] != nil {
		return false
	}
	base, tag := x.base(rep)
	if base == nil || base.sum == now.sum {
		return false
	}
	ctx, cancel := context.WithTimeout(x.r.Context(), mostDelay)
	defer cancel()
	delta, err := x.h.delta(ctx, x.p, rep, base, now)
	if err != nil || delta == nil {
		return false
	}
	delta = x.personal(delta)
	x.describe(delta)
	header := x.w.Header()
	header["Etag"], header["Im"], header["Cache-Control"] = rep.etag, isFeedDelta, notStored
	if x.h.Allow != nil {
		header["Cache-Control"] = neverStored
	}
	header["Delta-Base"] = []string{tag}
	if x.datable(rep) {
		header["Last-Modified"] = rep.lastModified
	}
	x.event.Status, x.event.Coding = http.StatusIMUsed, delta.coding.String()
	x.w.WriteHeader(http.StatusIMUsed)
	if x.r.Method != http.MethodHead {
		n, err := x.w.Write(delta.body)
		x.event.Bytes, x.event.Err = int64(n), err
	}
	return true
}

// base returns the known version of the feed that the client has, with its ETag in the request. It
// returns nil if there is none, or if the client has the current version.
func (x *exchange) base(rep *representation) (base *edition, tag string) {
	list := strings.Join(x.r.Header["If-None-Match"], ",")
	if rep.anyOf(list) != nil {
		return nil, ""
	}
	for {
		list = strings.TrimLeft(list, " \t\r\n,")
		if tag, list = cutTag(list); tag == "" {
			return nil, ""
		}
		if base = x.p.editions.find(rep.feedKey(), tag); base != nil {
			return base, tag
		}
	}
}

// edition returns the version of a feed that rep is, and remembers it.
func (h *Handler) edition(ctx context.Context, p *state, rep *representation) (*edition, error) {
	k, sum := rep.feedKey(), rep.sum
	if known := p.editions.find(k, `"`+sum+`"`); known != nil {
		return known, nil
	}
	made := h.flights.DoChan("edition "+k.scope.String()+" "+k.format.String()+" "+sum, func() (now any, err error) {
		defer recovered(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
		defer cancel()
		feed, err := h.sameFeed(ctx, rep)
		if err != nil {
			return nil, err
		}
		edition := p.editions.of(feed, k.format, sum)
		p.editions.add(k, edition)
		return edition, nil
	})
	return await[*edition](ctx, h, made)
}

// errChanged means that the feed is no longer the one that was represented.
var errChanged = errors.New("the feed has changed")

// sameFeed returns the feed that rep has the bytes of.
func (h *Handler) sameFeed(ctx context.Context, rep *representation) (*syndicate.Feed, error) {
	feed, err := h.Source.Feed(ctx, rep.scope)
	if err != nil {
		return nil, err
	}
	if feed == nil {
		return nil, errChanged
	}
	if feed = h.served(feed); digest(feed.Append(nil, rep.format)) != rep.sum {
		return nil, errChanged
	}
	return feed, nil
}

// delta returns the articles of rep that are new or changed since base, as a feed in the coding of
// rep or in gzip. It returns nil if that feed is not smaller, or could not announce a removal.
// Clients with the same base share it.
func (h *Handler) delta(ctx context.Context, p *state, rep *representation, base, now *edition) (*representation, error) {
	k := key{rep.scope.String() + " " + rep.format.String() + " " + base.sum + " " + now.sum, min(rep.coding, zipped) | ofDelta}
	if made := p.cache.get(k); made != nil {
		return made.orNil(), nil
	}
	made := h.flights.DoChan(fmt.Sprint("delta ", k), func() (made any, err error) {
		defer recovered(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.timeout())
		defer cancel()
		feed, err := h.sameFeed(ctx, rep)
		if err != nil {
			return nil, err
		}
		delta := h.makeDelta(p, feed, rep, base, now)
		p.cache.put(k, delta)
		return delta, nil
	})
	delta, err := await[*representation](ctx, h, made)
	if err != nil {
		return nil, err
	}
	return delta.orNil(), nil
}

// orNil returns rep, nil if it stands for a delta that brings nothing.
func (rep *representation) orNil() *representation {
	if rep.body == nil {
		return nil
	}
	return rep
}

// makeDelta returns a delta, an empty representation if there is none or if it is not smaller.
func (h *Handler) makeDelta(p *state, feed *syndicate.Feed, rep *representation, base, now *edition) *representation {
	fresh, ok := now.since(base, feed.Complete, p.editions.removed(feed, rep.format))
	if !ok {
		return &representation{}
	}
	part := *feed
	part.Updated, part.Complete, part.Articles = changed.At(feed), false, nil
	for _, i := range fresh {
		part.Articles = append(part.Articles, feed.Articles[i])
	}
	delta := h.represent(&part, rep.subject, rep.version)
	if h.Allow != nil {
		delta.cut()
	}
	if rep.coding != plain {
		delta, _ = delta.compressed(nil, nil)
	}
	if len(delta.body) >= len(rep.body) {
		return &representation{}
	}
	delta.document = nil
	return delta
}
