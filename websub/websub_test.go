// Tests of the way from a publication through a hub to its subscribers. A hub that is slow,
// unavailable or faulty delays no other hub.
package websub_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/websub"
)

var (
	ctx  = context.Background()
	noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)
)

func article(name string, tags ...string) syndicate.Article {
	return syndicate.Article{URL: "/" + name + "/", Title: name, Published: noon, Tags: syndicate.Tags(tags...)}
}

// press is a publication whose feeds are served, with a running Publisher.
type press struct {
	*syndicate.Archive
	url  string // of the site, with a slash
	errs chan error
}

// newPress starts a Publisher on an archive with these hubs and articles. The function set may
// change the Publisher's fields first.
func newPress(t *testing.T, hubs []string, set func(*websub.Publisher), articles ...syndicate.Article) *press {
	t.Helper()
	p := &press{errs: make(chan error, 1000)}
	server := serve(t, &p.Archive)
	p.url = server.URL + "/"
	var err error
	p.Archive, err = syndicate.NewArchive(syndicate.Site{URL: p.url, Title: "The Example", Hubs: hubs}, articles...)
	require.NoError(t, err)
	source := &overheard{Archive: p.Archive, heard: make(chan string, 1000)}
	publisher := websub.Publisher{
		Source: source, Backoff: time.Millisecond, MaxBackoff: 20 * time.Millisecond,
		OnError: func(err error) { p.errs <- err },
	}
	if set != nil {
		set(&publisher)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- publisher.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.ErrorIs(t, <-ended, context.Canceled)
	})
	source.awaitWatching(t)
	return p
}

// urls returns the URLs of the feeds in these folders, in every format, sorted.
func (p *press) urls(folders ...string) (urls []string) {
	for _, folder := range folders {
		for _, format := range syndicate.Formats() {
			urls = append(urls, p.url+folder+format.FileName())
		}
	}
	slices.Sort(urls)
	return urls
}

// overheard is an archive that lets a test wait until a Publisher watches it. It hides from the
// Publisher the changes that are made for this purpose.
type overheard struct {
	*syndicate.Archive
	heard chan string
}

func (o *overheard) Changes(ctx context.Context) iter.Seq[[]syndicate.Scope] {
	return func(yield func([]syndicate.Scope) bool) {
		for scopes := range o.Archive.Changes(ctx) {
			overheard := false
			for _, scope := range scopes {
				if strings.HasPrefix(scope.Key(), "knock-") {
					overheard = true
					o.heard <- scope.Key()
				}
			}
			if !overheard && !yield(scopes) {
				return
			}
		}
	}
}

// awaitWatching adds old articles until the watcher receives a change, and the last one too.
func (o *overheard) awaitWatching(t *testing.T) {
	t.Helper()
	for n := 0; ; n++ {
		name := fmt.Sprint("knock-", n)
		a := article(name, name)
		a.Published = noon.AddDate(-1, 0, 0)
		require.NoError(t, o.Add(a))
		if o.hears(name) {
			return
		}
	}
}

func (o *overheard) hears(name string) bool {
	for timeout := time.After(20 * time.Millisecond); ; {
		select {
		case key := <-o.heard:
			if key == name {
				return true
			}
		case <-timeout:
			return false
		}
	}
}

func (p *press) nextError(t *testing.T) *websub.PingError {
	t.Helper()
	select {
	case err := <-p.errs:
		var ping *websub.PingError
		require.ErrorAs(t, err, &ping)
		return ping
	case <-time.After(10 * time.Second):
		require.Fail(t, "no error came")
		return nil
	}
}

// DISC-5
func TestArticleAddedToAnArchiveArrivesAtASubscriber(t *testing.T) {
	h := newHub(t)
	p := newPress(t, []string{h.URL}, nil, article("old", "turkey"))
	var subscribers []*subscriber
	for _, format := range syndicate.Formats() {
		for _, folder := range []string{"", "tag/turkey/"} {
			subscribers = append(subscribers, subscribe(t, h, p.url+folder+format.FileName(), "secret "+folder))
		}
	}
	elsewhere := subscribe(t, h, p.url+"tag/turkey/rss.xml", "")
	require.NoError(t, p.Add(article("Breaking-news", "turkey")))
	for _, s := range append(subscribers, elsewhere) {
		select {
		case content := <-s.received:
			assert.Contains(t, string(content), "Breaking-news", s.topic)
			assert.Contains(t, string(content), "/old/", s.topic)
		case <-time.After(10 * time.Second):
			assert.Fail(t, "nothing arrived", s.topic)
		}
	}
	assert.Empty(t, p.errs)
}

func TestHubIsNotifiedAboutExactlyTheFeedsThatChanged(t *testing.T) {
	filed := article("filed", "gas")
	filed.Categories = syndicate.Categories("Military/Arms exports")
	filed.Authors = []syndicate.Author{{Name: "Levent Kenez"}}
	hidden := []syndicate.Article{
		article("draft", "turkey"), article("expired", "turkey"), article("embargoed", "turkey"),
	}
	hidden[0].Draft = true
	hidden[1].Expires = noon.Add(time.Second)
	hidden[2].Published = time.Now().Add(time.Hour)
	for _, test := range []struct {
		what    string
		do      func(*press) error
		folders []string
	}{
		{"added", func(p *press) error { return p.Add(filed) }, []string{
			"", "category/military/", "category/military/arms-exports/", "tag/gas/", "author/levent-kenez/",
		}},
		{"changed", func(p *press) error { return p.Update(article("old", "turkey", "iran")) }, []string{
			"", "tag/turkey/", "tag/iran/",
		}},
		{"removed, with its only tag", func(p *press) error { return p.Remove("/only/") }, []string{
			"", "tag/turkey/",
		}},
		{"only hidden articles", func(p *press) error { return p.Add(hidden...) }, nil},
		{"removed before they became visible", func(p *press) error {
			return errors.Join(p.Add(hidden...), p.Remove("/draft/", "/embargoed/"))
		}, nil},
	} {
		h := newHub(t)
		p := newPress(t, []string{h.URL}, nil, article("old", "turkey"), article("only", "rare", "turkey"))
		require.NoError(t, test.do(p), test.what)
		notified, _ := h.heard(3 * len(test.folders))
		assert.Equal(t, p.urls(test.folders...), notified, test.what)
		assert.Empty(t, p.errs, test.what)
	}
}

func TestSkippedFeedsAreNotSent(t *testing.T) {
	h := newHub(t)
	p := newPress(t, []string{h.URL}, func(p *websub.Publisher) {
		p.Skip = func(scope syndicate.Scope) bool { return scope == syndicate.WithTag("members") }
	})
	require.NoError(t, p.Add(article("new", "members", "turkey")))
	notified, _ := h.heard(6)
	assert.Equal(t, p.urls("", "tag/turkey/"), notified)
}

func TestHubIsNotifiedOnlyAboutWhatTheSitePublishes(t *testing.T) {
	site := syndicate.Site{
		URL: "https://a.example/", Title: "A", Hubs: []string{"https://hub.example/"},
		Formats: []syndicate.Format{syndicate.JSON}, Kinds: []syndicate.Kind{syndicate.KindTag},
	}
	var urls []string
	triesAt(t, site, func(r *http.Request) (*http.Response, error) {
		urls = append(urls, r.FormValue("hub.url"))
		return &http.Response{Status: "204 No Content", StatusCode: 204, Body: http.NoBody}, nil
	}, func(p *websub.Publisher) { p.Batch = 1 })
	assert.Equal(t, []string{"https://a.example/feed.json", "https://a.example/tag/news/feed.json"}, urls)
}

func TestHubIsNotifiedAfterTheNewVersionCanBeFetched(t *testing.T) {
	h := newHub(t)
	ready := make(chan error)
	p := newPress(t, []string{h.URL}, func(p *websub.Publisher) {
		p.Ready = func(_ context.Context, scopes []syndicate.Scope) error {
			assert.Equal(t, []syndicate.Scope{syndicate.Everything()}, scopes)
			return <-ready
		}
	})
	require.NoError(t, p.Add(article("one")))
	notified, _ := h.heard(0)
	assert.Empty(t, notified, "not yet")
	ready <- nil
	notified, _ = h.heard(3)
	assert.Equal(t, p.urls(""), notified)

	full := errors.New("the disk is full")
	require.NoError(t, p.Add(article("two")))
	ready <- full
	assert.ErrorIs(t, <-p.errs, full)
	notified, _ = h.heard(0)
	assert.Empty(t, notified)
}

func TestBatchPutsSeveralFeedsInOneRequest(t *testing.T) {
	h := newHub(t)
	p := newPress(t, []string{h.URL}, func(p *websub.Publisher) { p.Batch = 4 })
	require.NoError(t, p.Add(article("new", "turkey")))
	notified, requests := h.heard(6)
	assert.Equal(t, p.urls("", "tag/turkey/"), notified)
	assert.Equal(t, 2, requests)
}

func TestFailedRequestsAreRepeated(t *testing.T) {
	for what, fail := range map[string]func(w http.ResponseWriter, r *http.Request){
		"500":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"503":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"429":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"does not answer": func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
	} {
		t.Run(what, func(t *testing.T) {
			h := newHub(t)
			p := newPress(t, []string{h.URL}, func(p *websub.Publisher) { p.Timeout = 50 * time.Millisecond })
			var failures atomic.Int32
			h.answering(func(w http.ResponseWriter, r *http.Request) bool {
				if failures.Add(1) > 4 {
					return false
				}
				fail(w, r)
				return true
			})
			require.NoError(t, p.Add(article("new")))
			notified, requests := h.heard(3)
			assert.Equal(t, p.urls(""), notified)
			assert.Equal(t, 4+3, requests)
			for range 4 {
				err := p.nextError(t)
				assert.False(t, err.Final)
				assert.Equal(t, h.URL+"/", err.Hub)
			}
			assert.Empty(t, p.errs)
		})
	}
}

func TestFinalRefusalsAreNotRepeated(t *testing.T) {
	for what, answer := range map[string]struct {
		status int
		said   string
	}{
		"gone":      {http.StatusGone, `410 Gone, "this hub has closed"`},
		"forbidden": {http.StatusForbidden, `403 Forbidden, "this hub has closed"`},
		"unknown":   {http.StatusNotFound, `404 Not Found, "this hub has closed"`},
	} {
		t.Run(what, func(t *testing.T) {
			h := newHub(t)
			p := newPress(t, []string{h.URL}, func(p *websub.Publisher) { p.Batch = 3 })
			h.answering(func(w http.ResponseWriter, _ *http.Request) bool {
				http.Error(w, "this hub has closed", answer.status)
				return true
			})
			require.NoError(t, p.Add(article("new")))
			err := p.nextError(t)
			assert.True(t, err.Final)
			assert.Equal(t, answer.status, err.Status)
			assert.ErrorIs(t, err, websub.ErrHub)
			assert.Contains(t, err.Error(), answer.said)
			_, requests := h.heard(0)
			assert.Equal(t, 1, requests)
			h.answering(nil)
			require.NoError(t, p.Add(article("newer")))
			notified, _ := h.heard(3)
			assert.Equal(t, p.urls(""), notified, "later changes are sent again")
		})
	}
}

// A redirect must not lead the Publisher to a server that the publication has not named.
func TestRedirectIsReportedAndNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			assert.Fail(t, "followed", status)
		}))
		h := newHub(t)
		p := newPress(t, []string{h.URL}, func(p *websub.Publisher) { p.Batch = 3 })
		h.answering(func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, inside.URL, status)
			return true
		})
		require.NoError(t, p.Add(article("new")))
		err := p.nextError(t)
		assert.True(t, err.Final)
		assert.Contains(t, err.Error(), inside.URL, "the publication may have to name the new hub")
		_, requests := h.heard(0)
		assert.Equal(t, 1, requests)
		inside.Close()
	}
}

func TestUnavailableHubDoesNotDelayAnother(t *testing.T) {
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	h := newHub(t)
	p := newPress(t, []string{away.URL, h.URL}, func(p *websub.Publisher) {
		p.Backoff, p.MaxBackoff = time.Hour, time.Hour
	})
	require.NoError(t, p.Add(article("new")))
	notified, _ := h.heard(3)
	assert.Equal(t, p.urls(""), notified)
	assert.Contains(t, p.nextError(t).Error(), "refused")
}

func TestPublishingNeverWaitsAndPendingNotificationsAreMerged(t *testing.T) {
	h := newHub(t)
	p := newPress(t, []string{h.URL}, nil)
	stuck, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h.answering(func(http.ResponseWriter, *http.Request) bool {
		once.Do(func() { close(stuck); <-release })
		return false
	})
	require.NoError(t, p.Add(article("first", "turkey")))
	<-stuck
	begun := time.Now()
	for n := range 500 {
		require.NoError(t, p.Add(article(fmt.Sprint("n", n), "turkey")))
	}
	assert.Less(t, time.Since(begun), 5*time.Second, "the archive does not wait for the hub")
	time.Sleep(100 * time.Millisecond)
	close(release)
	notified, _ := h.heard(2 * 6)
	assert.LessOrEqual(t, len(notified), 2*6, "one round for the first change, one for the 500 others")
	assert.Empty(t, p.errs)
}

func TestRunReturnsAtOnceIfTheSiteHasNoHubs(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://a.example/", Title: "A"})
	require.NoError(t, err)
	publisher := websub.Publisher{Source: archive}
	assert.NoError(t, publisher.Run(ctx))
}

// A Publisher without a callback logs its failures.
func TestFailuresAreLoggedWithoutACallback(t *testing.T) {
	var logged bytes.Buffer
	logger := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	defer slog.SetDefault(logger)
	tries(t, func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") },
		func(p *websub.Publisher) { p.OnError, p.Tries = nil, 1 })
	assert.Contains(t, logged.String(), "level=ERROR")
	assert.Contains(t, logged.String(), "notifying")
	assert.Contains(t, logged.String(), "no route to host")
	assert.Equal(t, 1, strings.Count(logged.String(), "\n"))
}

// roundTrip is a network for tests with a fake clock.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// tries publishes an article at once and one more after each of the durations. It returns how
// long after the beginning the requests were made, and the reported errors.
func tries(
	t *testing.T, network roundTrip, set func(*websub.Publisher), later ...time.Duration,
) (after []time.Duration, errs []error) {
	site := syndicate.Site{
		URL: "https://a.example/", Title: "A", Hubs: []string{"https://hub.example/"},
		Kinds: []syndicate.Kind{syndicate.KindSite},
	}
	return triesAt(t, site, network, set, later...)
}

// triesAt is tries for a given site.
func triesAt(
	t *testing.T, site syndicate.Site, network roundTrip, set func(*websub.Publisher), later ...time.Duration,
) (after []time.Duration, errs []error) {
	synctest.Test(t, func(t *testing.T) {
		archive, err := syndicate.NewArchive(site)
		require.NoError(t, err)
		begun := time.Now()
		publisher := websub.Publisher{
			Source: archive, Batch: 3, OnError: func(err error) { errs = append(errs, err) },
			Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				after = append(after, time.Since(begun))
				return network(r)
			})},
		}
		if set != nil {
			set(&publisher)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- publisher.Run(ctx) }()
		synctest.Wait()
		for i, wait := range append([]time.Duration{0}, later...) {
			time.Sleep(wait - time.Since(begun))
			a := article(fmt.Sprint(i), "news")
			a.Published = begun
			a.Authors = []syndicate.Author{{Name: "A"}}
			require.NoError(t, archive.Add(a))
		}
		time.Sleep(24 * time.Hour)
		cancel()
		<-ended
	})
	return after, errs
}

func TestPublisherGivesUpAfterAboutAnHour(t *testing.T) {
	away := errors.New("no route to host")
	after, errs := tries(t, func(*http.Request) (*http.Response, error) { return nil, away }, nil)
	require.Len(t, after, 8)
	assert.Zero(t, after[0], "at once")
	longest, shorter := 30*time.Second, 0
	for i := 1; i < len(after); i++ {
		pause := after[i] - after[i-1]
		assert.LessOrEqual(t, pause, longest, "try %d", i)
		assert.GreaterOrEqual(t, pause, longest/2, "try %d", i)
		if pause < longest {
			shorter++
		}
		longest *= 2
	}
	assert.Positive(t, shorter, "pauses are shortened at random")
	require.Len(t, errs, 8)
	for i, err := range errs {
		var ping *websub.PingError
		require.ErrorAs(t, err, &ping)
		assert.ErrorIs(t, err, away)
		assert.Equal(t, i == 7, ping.Final)
		assert.Len(t, ping.URLs, 3)
	}
	assert.Contains(t, errs[7].Error(), "and 2 more")
}

func TestRetryAfterIsRespected(t *testing.T) {
	busy := func(seconds string) roundTrip {
		return func(*http.Request) (*http.Response, error) {
			header := http.Header{"Retry-After": {seconds}}
			return &http.Response{Status: "503 Busy", StatusCode: 503, Header: header, Body: http.NoBody}, nil
		}
	}
	after, _ := tries(t, busy("600"), func(p *websub.Publisher) { p.Tries = 3 })
	require.Len(t, after, 3)
	assert.Equal(t, 20*time.Minute, after[2])
	after, _ = tries(t, busy("99999999999"), func(p *websub.Publisher) { p.Tries = 3 })
	assert.Equal(t, 2*time.Hour, after[2], "up to MaxBackoff")
	after, _ = tries(t, busy("-5"), func(p *websub.Publisher) { p.Tries = 3 })
	assert.LessOrEqual(t, after[2], 90*time.Second)
}

// RFC 9110, section 15: which status codes are worth another attempt.
func TestOnlyTemporaryFailuresAreRepeated(t *testing.T) {
	for status, attempts := range map[int]int{
		300: 1, 400: 1, 401: 1, 404: 1, 408: 2, 410: 1, 425: 2, 429: 2, 499: 1, 500: 2, 501: 1, 502: 2, 503: 2, 505: 1,
		599: 2,
	} {
		after, errs := tries(t, func(*http.Request) (*http.Response, error) {
			return &http.Response{Status: fmt.Sprint(status), StatusCode: status, Body: http.NoBody}, nil
		}, func(p *websub.Publisher) { p.Tries = 2 })
		assert.Len(t, after, attempts, status)
		var ping *websub.PingError
		require.ErrorAs(t, errs[attempts-1], &ping)
		assert.True(t, ping.Final)
		assert.Equal(t, status, ping.Status)
	}
}

func TestNegativeNumbersMeanOne(t *testing.T) {
	after, errs := tries(t, func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") },
		func(p *websub.Publisher) { p.Tries, p.Batch = -1, -1 })
	assert.Len(t, after, 1, "one attempt")
	assert.Len(t, errs, 1)
}

// halted runs a Publisher whose requests take an hour and fail, and ends it after a time. It
// returns how long the Publisher ran, the cause of its end and the reported errors.
func halted(t *testing.T, end time.Duration) (ran time.Duration, errs []error, cause error) {
	synctest.Test(t, func(t *testing.T) {
		site := syndicate.Site{URL: "https://a.example/", Title: "A", Hubs: []string{"https://hub.example/"}}
		archive, err := syndicate.NewArchive(site)
		require.NoError(t, err)
		publisher := websub.Publisher{
			Source: archive, Batch: 3, Backoff: 10 * time.Hour, MaxBackoff: 10 * time.Hour,
			OnError: func(err error) { errs = append(errs, err) }, Timeout: 3 * time.Hour,
			Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				select {
				case <-time.After(time.Hour):
					return nil, errors.New("no route to host")
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			})},
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		begun := time.Now()
		time.AfterFunc(end, func() { cancel(errHalted) })
		time.AfterFunc(time.Minute, func() {
			assert.NoError(t, archive.Add(syndicate.Article{URL: "/a/", Title: "A", Published: begun}))
		})
		cause = publisher.Run(ctx)
		ran = time.Since(begun)
	})
	return ran, errs, cause
}

var errHalted = errors.New("the server shuts down")

func TestRunEndsWithItsContext(t *testing.T) {
	ran, errs, cause := halted(t, 30*time.Minute)
	assert.Equal(t, 30*time.Minute, ran, "during a request")
	assert.ErrorIs(t, cause, errHalted)
	assert.Empty(t, errs, "the end is no failure")
	ran, errs, cause = halted(t, 5*time.Hour)
	assert.Equal(t, 5*time.Hour, ran, "during a pause")
	assert.ErrorIs(t, cause, errHalted)
	assert.Len(t, errs, 1)
}

func TestDefaultTimeoutIsTenSeconds(t *testing.T) {
	after, errs := tries(t, func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}, func(p *websub.Publisher) { p.Tries, p.Backoff = 2, time.Nanosecond })
	require.Len(t, after, 2)
	assert.InDelta(t, 10*time.Second, after[1], float64(time.Millisecond))
	assert.ErrorIs(t, errs[0], context.DeadlineExceeded)
}

func TestPausesStartAgainAfterASuccess(t *testing.T) {
	requests := 0
	after, _ := tries(t, func(*http.Request) (*http.Response, error) {
		if requests++; requests == 4 {
			return &http.Response{Status: "202 Accepted", StatusCode: 202, Body: http.NoBody}, nil
		}
		return nil, errors.New("no route to host")
	}, func(p *websub.Publisher) { p.MaxBackoff = 100 * time.Second }, time.Hour)
	require.Len(t, after, 4+8)
	assert.Equal(t, time.Hour, after[4])
	assert.LessOrEqual(t, after[5]-after[4], 30*time.Second)
	assert.GreaterOrEqual(t, after[6]-after[5], 30*time.Second)
	for i := 8; i < len(after); i++ {
		assert.LessOrEqual(t, after[i]-after[i-1], 100*time.Second, "pauses are bounded")
	}
}

func TestFeedThatChangesDuringARequestIsSentAgain(t *testing.T) {
	after, errs := tries(t, func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(5 * time.Second):
			return nil, errors.New("no route to host")
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}, func(p *websub.Publisher) { p.Tries = 1 }, time.Second)
	require.Len(t, after, 2, "the hub may have fetched it before it changed")
	require.Len(t, errs, 2)
	var first, second *websub.PingError
	require.ErrorAs(t, errs[0], &first)
	require.ErrorAs(t, errs[1], &second)
	assert.False(t, first.Final, "the second change has all its attempts")
	assert.True(t, second.Final)
}

// unreadable is a Source whose feeds cannot be read.
type unreadable struct{ websub.Watcher }

func (unreadable) Feed(context.Context, syndicate.Scope) (*syndicate.Feed, error) {
	return nil, errUnreadable
}

var errUnreadable = errors.New("the database is unavailable")

func TestFeedThatCannotBeReadIsReportedAndSentAnyway(t *testing.T) {
	h := newHub(t)
	p := newPress(t, []string{h.URL}, func(p *websub.Publisher) {
		p.Source = unreadable{p.Source}
	})
	require.NoError(t, p.Add(article("new")))
	notified, _ := h.heard(3)
	assert.Equal(t, p.urls(""), notified)
	assert.ErrorIs(t, <-p.errs, errUnreadable)
	assert.Empty(t, p.errs)
}

// The hub fails for one feed only.
func TestFailingFeedDoesNotDelayTheOthers(t *testing.T) {
	h := newHub(t)
	p := newPress(t, []string{h.URL}, func(p *websub.Publisher) { p.Tries = 3 })
	h.answering(func(w http.ResponseWriter, r *http.Request) bool {
		if r.ParseForm(); !strings.HasSuffix(r.PostForm.Get("hub.url"), "/tag/bad/atom.xml") {
			return false
		}
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	require.NoError(t, p.Add(article("new", "bad", "turkey")))
	notified, requests := h.heard(8)
	bad := func(url string) bool { return strings.HasSuffix(url, "bad/atom.xml") }
	assert.Equal(t, slices.DeleteFunc(p.urls("", "tag/turkey/", "tag/bad/"), bad), notified)
	assert.Equal(t, 8+3, requests)
	for last := false; !last; {
		last = p.nextError(t).Final
	}
}

func TestPingMakesOneRequest(t *testing.T) {
	h := newHub(t)
	h.answering(func(w http.ResponseWriter, r *http.Request) bool {
		assert.NoError(t, r.ParseForm())
		assert.Equal(t, url.Values{
			"hub.mode": {"publish"}, "hub.url": {"https://a.example/?a=1&b=ü", "https://a.example/b"},
		}, r.PostForm)
		w.WriteHeader(http.StatusAccepted)
		return true
	})
	assert.NoError(t, websub.Ping(ctx, nil, h.URL, "https://a.example/?a=1&b=ü", "https://a.example/b"))
	assert.NoError(t, websub.Ping(ctx, nil, h.URL), "no URLs, no request")
	h.answering(func(w http.ResponseWriter, r *http.Request) bool {
		http.Error(w, strings.Repeat("x\xff", 1<<20), http.StatusInternalServerError)
		return true
	})
	err := websub.Ping(ctx, nil, h.URL, "https://a.example/")
	var ping *websub.PingError
	require.ErrorAs(t, err, &ping)
	assert.Equal(t, 500, ping.Status)
	assert.True(t, ping.Final, "Ping makes one attempt")
	assert.Less(t, len(err.Error()), 2000)
	assert.Contains(t, err.Error(), `500 Internal Server Error, "`+strings.Repeat("x", 256)+`" (giving up)`)
	h.answering(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Location", "https://elsewhere.example/")
		http.Error(w, "no such hub", http.StatusNotFound)
		return true
	})
	err = websub.Ping(ctx, nil, h.URL, "https://a.example/", "https://a.example/b", "https://a.example/c")
	assert.EqualError(t, err, fmt.Sprintf(`websub: notifying %q about "https://a.example/" and 2 more: `+
		`the hub refused the notification: 404 Not Found, "no such hub" (giving up)`, h.URL))
	err = &websub.PingError{Hub: "https://hub.example/", URLs: []string{"https://a.example/"}, Err: websub.ErrHub}
	assert.EqualError(t, err,
		`websub: notifying "https://hub.example/" about "https://a.example/": the hub refused the notification`)
	err = &websub.PingError{Hub: "https://hub.example/", Err: websub.ErrHub}
	assert.EqualError(t, err, `websub: notifying "https://hub.example/": the hub refused the notification`)
	_, requests := h.heard(0)
	assert.Equal(t, 3, requests)

	ended, cancel := context.WithCancel(ctx)
	cancel()
	assert.ErrorIs(t, websub.Ping(ended, nil, h.URL, "https://a.example/"), context.Canceled)
	for _, hub := range []string{
		"", "/hub", "hub.example", "ftp://hub.example/", "file:///etc/passwd", "gopher://a", "http://", "http://[",
		"javascript:x",
	} {
		err := websub.Ping(ctx, nil, hub, "https://a.example/")
		assert.ErrorContains(t, err, "not an absolute http or https URL", hub)
	}
}
