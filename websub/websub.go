// Package websub notifies WebSub hubs (https://www.w3.org/TR/websub/) when feeds change, so that
// subscribers receive new articles within seconds.
//
// Name the hubs in [syndicate.Site.Hubs]; the feeds then announce them to readers. A [Publisher]
// watches a Source and notifies the hubs while it runs:
//
//	publisher := websub.Publisher{Source: archive}
//	go publisher.Run(ctx)
//
// A program that writes its feeds and exits calls [Ping].
package websub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate"
)

// Watcher is a [syndicate.Source] that reports changes, as a [syndicate.Archive] and the stores do.
type Watcher interface {
	syndicate.Source
	// Changes yields the scopes whose feeds changed since the last time, sorted, until ctx ends. It
	// joins changes that come faster than they are taken.
	Changes(ctx context.Context) iter.Seq[[]syndicate.Scope]
}

// Publisher notifies a publication's hubs about each feed that changes while it runs: one
// notification for every format that the site publishes, with the feed's own URL. It notifies
// them only about changed feeds, including feeds of which only an archive page changed.
//
// Publishing an article never waits for a hub. If a hub is slow or unavailable, the Publisher
// keeps one pending notification per feed, no matter how often the feed changes.
//
// The Publisher sends nothing but the URLs of feeds, and only to the hubs of the site. Use Skip
// for feeds that are served to some readers only.
//
// Set the fields before you call Run.
type Publisher struct {
	// Source is watched for changes. Required.
	Source Watcher
	// Ready is called before hubs are notified about changed feeds. It returns when the new
	// versions can be fetched: after a folder is written, for example, or a cache is purged. If
	// it returns an error, the hubs are not notified. Default: the new versions are available at
	// once.
	Ready func(ctx context.Context, scopes []syndicate.Scope) error
	// Skip reports whether hubs must not learn of a feed. Default: no feed is skipped.
	Skip func(syndicate.Scope) bool
	// OnError is called with each failure: a [*PingError] for each request that failed, or the
	// error that the Source or Ready returned. Several goroutines may call it at the same time. A
	// panic in it is logged. Default: the error is logged with slog.Default.
	OnError func(error)

	// Client makes the requests; it never follows redirects here. Default: http.DefaultClient.
	Client *http.Client
	// Timeout limits the duration of one request. 0 or less means the default. Default: 10 seconds.
	Timeout time.Duration
	// Batch is the maximum number of feeds in one request. 0 or less means the default. Default: 1,
	// which every hub understands. Google's hub accepts more.
	Batch int
	// Tries is the number of attempts to notify a hub about a change. Negative means 1. Default: 8,
	// within about an hour.
	Tries int
	// Backoff is the pause after the first failure of a hub. 0 or less means the default. Default:
	// 30 seconds. It doubles with each further failure, up to MaxBackoff. The actual pause is up to
	// a half shorter, at random, so that publishers do not return all at once; a hub's Retry-After
	// may make it longer.
	Backoff time.Duration
	// MaxBackoff is the longest pause, even if a hub asks for a longer one. 0 or less means the
	// default. Default: one hour.
	MaxBackoff time.Duration
}

// The defaults of the fields of a [Publisher].
const (
	defaultTimeout    = 10 * time.Second
	defaultTries      = 8
	defaultBackoff    = 30 * time.Second
	defaultMaxBackoff = time.Hour
)

// orDefault returns value, or its default if it is 0 or less.
func orDefault(value, otherwise time.Duration) time.Duration {
	if value <= 0 {
		return otherwise
	}
	return value
}

// Run watches the Source and notifies the hubs until ctx ends; it then returns the cause of that.
// If the site has no hubs, Run returns nil at once. Run does not notify hubs about changes that
// happened before it was called; use [Ping] for that. A panic in the Source ends Run with an error.
func (p *Publisher) Run(ctx context.Context) (err error) {
	defer recovered(&err)
	hubs, err := p.hubs()
	if err != nil || len(hubs) == 0 {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	queues := make([]*queue, len(hubs))
	for i, hub := range hubs {
		queues[i] = newQueue()
		running.Go(func() { p.serve(ctx, hub, queues[i]) })
	}
	for scopes := range p.Source.Changes(ctx) {
		urls := p.changed(ctx, scopes)
		for _, q := range queues {
			q.add(urls)
		}
	}
	return context.Cause(ctx)
}

// hubs returns the hubs of the site.
func (p *Publisher) hubs() ([]string, error) {
	if p.Source == nil {
		return nil, errors.New("websub: the Publisher has no Source")
	}
	publication := p.Source.Publication()
	if publication == nil {
		return nil, errors.New("websub: the Source has no Publication")
	}
	return publication.Site().Hubs, nil
}

// recovered turns a panic of a function or value that the user has set into an error. Call it with
// defer.
func recovered(err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("websub: panic: %v\n%s", reason, debug.Stack())
	}
}

// changed waits until the new versions can be fetched, then returns the URLs of the feeds that
// hubs may be notified about.
func (p *Publisher) changed(ctx context.Context, scopes []syndicate.Scope) (urls []string) {
	if err := p.ready(ctx, scopes); err != nil {
		p.report(ctx, err)
		return nil
	}
	for _, scope := range scopes {
		feeds, err := p.feeds(ctx, scope)
		if err != nil {
			p.report(ctx, err)
		}
		urls = append(urls, feeds...)
	}
	return urls
}

// ready calls Ready.
func (p *Publisher) ready(ctx context.Context, scopes []syndicate.Scope) (err error) {
	defer recovered(&err)
	if p.Ready == nil {
		return nil
	}
	return p.Ready(ctx, scopes)
}

// feeds returns the URLs of a scope's feeds. It returns nil for a scope that Skip excludes, and for
// a scope without a feed, such as a tag whose last article was removed. If the Source fails, feeds
// returns the URLs and the error: the feeds have changed nevertheless.
func (p *Publisher) feeds(ctx context.Context, scope syndicate.Scope) (urls []string, err error) {
	defer recovered(&err)
	if p.Skip != nil && p.Skip(scope) {
		return nil, nil
	}
	if _, err = p.Source.Feed(ctx, scope); errors.As(err, new(*syndicate.ScopeError)) {
		return nil, nil
	}
	for _, format := range syndicate.Formats() {
		if url := p.Source.Publication().FeedURL(scope, format); url != "" {
			urls = append(urls, url)
		}
	}
	return urls, err
}

// serve notifies one hub about the feeds in its queue until ctx ends.
func (p *Publisher) serve(ctx context.Context, hub string, q *queue) {
	failures := 0 // in a row
	for {
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		}
		for round := q.take(); len(round) > 0; round = q.take() {
			left, err := p.notify(ctx, hub, round)
			if len(left) < len(round) {
				failures = 0
			}
			if err == nil {
				continue
			}
			failures++
			p.putBack(ctx, q, left, err)
			select {
			case <-ctx.Done():
				return
			case <-time.After(p.pause(failures, err.retryAfter)):
			}
		}
	}
}

// notify notifies a hub about the feeds of round, until a request fails that may succeed later.
// It then returns the error and the feeds that are left, those of the failed request last. It
// reports final errors and goes on with the next request.
func (p *Publisher) notify(ctx context.Context, hub string, round []notice) (left []notice, err *PingError) {
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

// urlsOf returns the URLs of the feeds of round.
func urlsOf(round []notice) []string {
	urls := make([]string, len(round))
	for i, n := range round {
		urls[i] = n.url
	}
	return urls
}

// ping makes one request within the Publisher's time limit. It returns a panic of the Client as a
// failure.
func (p *Publisher) ping(ctx context.Context, hub string, urls []string) *PingError {
	ctx, cancel := context.WithTimeout(ctx, orDefault(p.Timeout, defaultTimeout))
	defer cancel()
	failed, err := p.attempt(ctx, hub, urls)
	if err != nil {
		return &PingError{Hub: hub, URLs: urls, Err: err}
	}
	return failed
}

// attempt makes one request. The error is a panic.
func (p *Publisher) attempt(ctx context.Context, hub string, urls []string) (failed *PingError, err error) {
	defer recovered(&err)
	return ping(ctx, p.Client, hub, urls), nil
}

// putBack queues the feeds that are left of a round again. It reports the failure twice if some
// of them will be tried again and others will not.
func (p *Publisher) putBack(ctx context.Context, q *queue, left []notice, err *PingError) {
	gaveUp := q.putBack(left, cmp.Or(p.Tries, defaultTries))
	if len(gaveUp) < len(left) {
		p.report(ctx, err)
	}
	if len(gaveUp) > 0 {
		final := *err
		final.URLs, final.Final = gaveUp, true
		p.report(ctx, &final)
	}
}

// pause returns how long to leave a hub alone after a number of failures in a row. The hub itself
// asked for the delay asked.
func (p *Publisher) pause(failures int, asked time.Duration) time.Duration {
	longest := orDefault(p.MaxBackoff, defaultMaxBackoff)
	pause := min(orDefault(p.Backoff, defaultBackoff), longest)
	for n := 1; n < failures && pause < longest; n++ {
		pause += min(pause, longest-pause) // twice as long, or the longest
	}
	pause -= rand.N(pause/2 + 1)
	return max(pause, min(asked, longest))
}

// report calls OnError with an error, or logs it. It drops errors that ctx's end has caused. If
// OnError panics, report logs the panic and the error.
func (p *Publisher) report(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if p.OnError != nil {
		failed := p.callOnError(err)
		if failed == nil {
			return
		}
		err = errors.Join(fmt.Errorf("OnError: %w", failed), err)
	}
	slog.Error("websub: publisher", "error", err)
}

// callOnError calls OnError, and returns a panic in it as an error.
func (p *Publisher) callOnError(err error) (failed error) {
	defer recovered(&failed)
	p.OnError(err)
	return nil
}
