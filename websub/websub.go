// Package websub tells WebSub hubs (https://www.w3.org/TR/websub/) which feeds have changed, so that
// subscribers have them within seconds. Feeds name the hubs of [syndicate.Site.Hubs] by themselves; a
// [Publisher] watches a Source and pings them.
//
//	publisher := websub.Publisher{Source: archive}
//	go publisher.Run(ctx)
package websub

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Publisher tells the hubs of a Source's Site of the feeds that change while it runs, and only of those: in
// every format, under the address that the feed gives as its own. Publishing never waits for a hub: what
// changes while one is slow or away is joined, feed by feed, so no more waits than there are feeds.
//
// What a Source tells as changed counts: that a feed's archive pages did is told of the feed.
//
// A feed that is served to some readers only must not be told to a hub; see Skip. Nothing but the feeds'
// own addresses is sent, and only to hubs of the Site.
type Publisher struct {
	// Source is what is watched. Required.
	Source syndicate.Watcher
	// Ready is called before the hubs are told of changed feeds, and returns when the new versions can be
	// fetched: a folder is written, a cache is purged. With an error they are not told. Optional; they can
	// be fetched at once.
	Ready func(ctx context.Context, scopes []syndicate.Scope) error
	// Skip tells of a feed that no hub may know. Optional; none.
	Skip func(syndicate.Scope) bool
	// OnError is told of each failure: a [*PingError] for each request that failed, or what the Source or
	// Ready returned. It may be called by several goroutines at once. Optional.
	OnError func(error)

	// Client makes the requests; it follows no redirects here. Optional; http.DefaultClient.
	Client *http.Client
	// Timeout bounds one request. Optional; default 10 seconds.
	Timeout time.Duration
	// Batch is how many feeds one request tells of. Optional; default 1, which every hub understands;
	// Google's takes more.
	Batch int
	// Tries is how often a hub is told of one change before it is given up. Optional; default 8, within
	// about an hour.
	Tries int
	// Backoff is the pause after a hub's first failure. It doubles with each further one up to MaxBackoff,
	// and is shortened by up to a half at random, so that publishers do not come back together; a hub's
	// own Retry-After may make it longer. Optional; default 30 seconds.
	Backoff time.Duration
	// MaxBackoff bounds the pause, whatever the hub asks for. Optional; default one hour.
	MaxBackoff time.Duration
}

const (
	defaultTimeout    = 10 * time.Second
	defaultTries      = 8
	defaultBackoff    = 30 * time.Second
	defaultMaxBackoff = time.Hour
)

// Run watches and pings until ctx ends, and returns ctx's error then. A Site without hubs has nobody to be
// told: it returns nil at once. Changes from before it runs are not told; [Ping] can do that.
func (p *Publisher) Run(ctx context.Context) error {
	site := p.Source.Site()
	if len(site.Hubs) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	queues := make([]*queue, len(site.Hubs))
	for i, hub := range site.Hubs {
		queues[i] = newQueue()
		running.Go(func() { p.serve(ctx, hub, queues[i]) })
	}
	for scopes := range p.Source.Changes(ctx) {
		urls := p.changed(ctx, &site, scopes)
		for _, q := range queues {
			q.add(urls)
		}
	}
	return context.Cause(ctx)
}

// changed returns the addresses of the feeds that can be fetched now and that hubs may know.
func (p *Publisher) changed(ctx context.Context, site *syndicate.Site, scopes []syndicate.Scope) (urls []string) {
	if p.Ready != nil {
		if err := p.Ready(ctx, scopes); err != nil {
			p.report(ctx, err)
			return nil
		}
	}
	for _, scope := range scopes {
		if p.Skip != nil && p.Skip(scope) {
			continue
		}
		if _, err := p.Source.Feed(ctx, scope); errors.As(err, new(*syndicate.ScopeError)) {
			continue // the last article of a tag has gone, and the feed with it
		} else if err != nil {
			p.report(ctx, err) // it has changed all the same
		}
		for _, format := range syndicate.Formats {
			if site.Addresses.FeedPath(scope, format) != "" {
				urls = append(urls, site.FeedURL(scope, format))
			}
		}
	}
	return urls
}

// serve tells one hub of what is queued, as long as ctx lasts.
func (p *Publisher) serve(ctx context.Context, hub string, q *queue) {
	failures := 0 // in a row
	for {
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		}
		for round := q.take(); len(round) > 0; round = q.take() {
			left, err := p.tell(ctx, hub, round)
			if len(left) < len(round) {
				failures = 0
			}
			if ctx.Err() != nil {
				return
			}
			if err == nil {
				continue
			}
			failures++
			p.putBack(ctx, q, left, err)
			if !sleep(ctx, p.pause(failures, err.retryAfter)) {
				return
			}
		}
	}
}

// tell tells a hub of feeds until it fails in a way that may pass, and returns what is left then, what it
// failed with at the end. What a hub refuses for good is reported.
func (p *Publisher) tell(ctx context.Context, hub string, round []told) (left []told, err *PingError) {
	for batch := max(1, p.Batch); len(round) > 0; {
		n := min(batch, len(round))
		err := p.ping(ctx, hub, urlsOf(round[:n]))
		if err != nil && !err.Final {
			return append(slices.Clone(round[n:]), round[:n]...), err
		} else if err != nil {
			p.report(ctx, err)
		}
		round = round[n:]
	}
	return nil, nil
}

func urlsOf(round []told) []string {
	urls := make([]string, len(round))
	for i, t := range round {
		urls[i] = t.url
	}
	return urls
}

func (p *Publisher) ping(ctx context.Context, hub string, urls []string) *PingError {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(p.Timeout, defaultTimeout))
	defer cancel()
	return ping(ctx, p.Client, hub, urls)
}

// putBack queues again what is left of a round, and reports the failure: once for what is tried again, and
// once for what is given up.
func (p *Publisher) putBack(ctx context.Context, q *queue, left []told, err *PingError) {
	gaveUp := q.putBack(left, max(1, cmp.Or(p.Tries, defaultTries)))
	if len(gaveUp) < len(left) {
		p.report(ctx, err)
	}
	if len(gaveUp) > 0 {
		final := *err
		final.URLs, final.Final = gaveUp, true
		p.report(ctx, &final)
	}
}

// pause returns how long a hub is left alone after so many failures in a row.
func (p *Publisher) pause(failures int, asked time.Duration) time.Duration {
	longest := cmp.Or(p.MaxBackoff, defaultMaxBackoff)
	pause := cmp.Or(p.Backoff, defaultBackoff)
	for range failures - 1 {
		if pause *= 2; pause >= longest {
			break
		}
	}
	pause = min(pause, longest)
	pause -= rand.N(pause/2 + 1)
	return max(pause, min(asked, longest))
}

// report hands an error to OnError, unless it is only that ctx has ended.
func (p *Publisher) report(ctx context.Context, err error) {
	if p.OnError != nil && ctx.Err() == nil {
		p.OnError(err)
	}
}

// sleep reports whether the time went by before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
