package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
)

// cluster has the servers, the database and the results so far.
type cluster struct {
	out      io.Writer
	program  string
	database *pgserver.Server
	servers  [2]*server
	within   time.Duration
	began    time.Time
	busy     sync.WaitGroup
	last     atomic.Int64 // number of the last article
	writing  sync.RWMutex // held for reading by who writes

	mu           sync.Mutex
	gone         window // of the database
	acknowledged map[int]bool
	tried        map[int]bool
	delays       []time.Duration
	answers      map[int]int // to readers, by status
	wrong        []error
}

const (
	seeded  = 100 // articles that are there before the load
	topics  = 8
	desks   = 3
	persons = 5
)

var client = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true},
}

// scopes returns all scopes, as the beginnings of their feeds' paths.
func scopes() []string {
	all := []string{"", "category/desk/", "tag/probe/"}
	for i := range topics {
		all = append(all, fmt.Sprintf("tag/topic-%d/", i))
	}
	for i := range desks {
		all = append(all, fmt.Sprintf("category/desk/section-%d/", i))
	}
	for i := range persons {
		all = append(all, fmt.Sprintf("author/person-%d/", i))
	}
	return all
}

// scopesOf returns the scopes of an article.
func scopesOf(n int) []string {
	return []string{"", "category/desk/", fmt.Sprintf("tag/topic-%d/", n%topics), fmt.Sprintf("category/desk/section-%d/", n%desks), fmt.Sprintf("author/person-%d/", n%persons)}
}

var formats = []string{"rss.xml", "atom.xml", "feed.json"}

// article returns article n, each newer than the one before it.
func article(n int, probe bool) string {
	tags := []any{map[string]string{"Name": fmt.Sprintf("Topic %d", n%topics)}}
	if probe {
		tags = append(tags, map[string]string{"Name": "Probe"})
	}
	text, _ := json.Marshal(map[string]any{
		"ID": fmt.Sprintf("notice-%d", n), "URL": fmt.Sprintf("/notice/%d/", n), "Title": fmt.Sprintf("Notice %d.", n),
		"Content":   "<p>" + strings.Repeat("Some words. ", 50) + "</p>",
		"Published": time.Date(2020, 1, 1, 0, 0, n, 0, time.UTC),
		"Tags":      tags,
		"Authors":   []any{map[string]string{"Name": fmt.Sprintf("Person %d", n%persons)}},
		"Categories": []any{map[string]any{
			"Name": fmt.Sprintf("Section %d", n%desks), "Parent": map[string]string{"Name": "Desk"},
		}},
	})
	return string(text)
}

func (c *cluster) say(format string, args ...any) {
	fmt.Fprintf(c.out, "%6.1f s  %s\n", time.Since(c.began).Seconds(), fmt.Sprintf(format, args...))
}

// violated records an error.
func (c *cluster) violated(format string, args ...any) {
	err := fmt.Errorf("%.1f s: "+format, append([]any{time.Since(c.began).Seconds()}, args...)...)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.wrong) < 50 {
		c.wrong = append(c.wrong, err)
	}
}

// away records that the database is stopped from a time on, or until one.
func (c *cluster) away(from, to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone.set(from, to)
}

func (c *cluster) isAway(start time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone.meets(start)
}

func (c *cluster) wait(ctx context.Context, how time.Duration) error {
	select {
	case <-time.After(how):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin starts the servers and posts the first articles.
func (c *cluster) begin(ctx context.Context) error {
	c.began, c.answers = time.Now(), map[int]int{}
	for i, name := range []string{"A", "B"} {
		c.servers[i] = &server{name: name, program: c.program, database: c.database.DSN()}
		if err := c.servers[i].start(); err != nil {
			return err
		}
	}
	for range seeded {
		if n := c.post(ctx, c.servers[0], true); n == 0 {
			return fmt.Errorf("the first articles cannot be posted: %v", c.wrong)
		}
	}
	return nil
}

func (c *cluster) kill() {
	for _, s := range c.servers {
		if s != nil {
			s.expect(time.Now(), time.Time{})
			s.kill()
		}
	}
}

// load starts readers and writers, until ctx ends.
func (c *cluster) load(ctx context.Context) {
	for i := range 4 {
		c.busy.Go(func() { c.read(ctx, rand.New(rand.NewPCG(1, uint64(i)))) })
	}
	for i := range 2 {
		c.busy.Go(func() { c.probe(ctx, c.servers[i], c.servers[1-i]) })
		c.busy.Go(func() {
			for ctx.Err() == nil {
				c.writing.RLock()
				c.post(ctx, c.servers[i], false)
				c.writing.RUnlock()
				_ = c.wait(ctx, 20*time.Millisecond)
			}
		})
	}
}

// post posts the next article and returns its number, or 0 if it was not acknowledged.
func (c *cluster) post(ctx context.Context, s *server, probe bool) int {
	n := int(c.last.Add(1))
	c.mu.Lock()
	c.tried[n] = true
	c.mu.Unlock()
	start := time.Now()
	got, err := c.ask(ctx, s, "POST", "articles", article(n, probe), "")
	switch {
	case err == nil && got.status == 201:
		c.mu.Lock()
		c.acknowledged[n] = true
		c.mu.Unlock()
		return n
	case ctx.Err() != nil || err != nil && s.mayFail(start):
	case err == nil && got.status == 503 && got.header.Get("Retry-After") != "" && c.isAway(start):
		_ = c.wait(ctx, 100*time.Millisecond)
	default:
		c.violated("server %s: article %d posted: %d %v %s", s.name, n, got.status, err, got.body)
	}
	return 0
}

// probe posts to one server, and waits until the other serves it.
func (c *cluster) probe(ctx context.Context, to, other *server) {
	for ctx.Err() == nil {
		c.writing.RLock()
		if n := c.post(ctx, to, true); n > 0 {
			c.served(ctx, other, n)
		}
		c.writing.RUnlock()
		_ = c.wait(ctx, 50*time.Millisecond)
	}
}

func (c *cluster) served(ctx context.Context, s *server, n int) {
	posted := time.Now()
	for ctx.Err() == nil {
		got, err := c.ask(ctx, s, "GET", "tag/probe/rss.xml", "", "")
		took := time.Since(posted)
		if c.isAway(posted) || s.mayFail(posted) || ctx.Err() != nil {
			return // nothing can be said about this article
		}
		if err == nil && got.status == 200 && strings.Contains(got.body, title(n)) {
			c.mu.Lock()
			c.delays = append(c.delays, took)
			c.mu.Unlock()
			if took > c.within {
				c.violated("server %s served article %d %v after it was posted", s.name, n, took)
			}
			return
		}
		if took > 10*c.within {
			c.violated("server %s does not serve article %d %v after it was posted", s.name, n, took)
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func title(n int) string { return fmt.Sprintf("Notice %d.", n) }

// read requests random feeds of both servers and checks the responses.
func (c *cluster) read(ctx context.Context, r *rand.Rand) {
	all := scopes()
	etags := map[string]string{}
	for ctx.Err() == nil {
		s, path := c.servers[r.IntN(2)], all[r.IntN(len(all))]+formats[r.IntN(len(formats))]
		etag := ""
		if r.IntN(2) == 0 {
			etag = etags[path]
		}
		start := time.Now()
		got, err := c.ask(ctx, s, "GET", path, "", etag)
		if ctx.Err() != nil {
			return
		}
		switch {
		case err != nil && s.mayFail(start):
			got.status = 0
			_ = c.wait(ctx, 10*time.Millisecond)
		case err != nil:
			c.violated("server %s: %s: %v", s.name, path, err)
		case got.status == 200 && !strings.Contains(got.body, "Notice "):
			c.violated("server %s: %s is empty", s.name, path)
		case got.status == 200 && got.header.Get("ETag") == "":
			c.violated("server %s: %s has no ETag", s.name, path)
		case got.status == 200:
			etags[path] = got.header.Get("ETag")
		case got.status == 304 && etag != "":
		case got.status == 503 && got.header.Get("Retry-After") == "":
			c.violated("server %s: %s: 503 without Retry-After", s.name, path)
		case got.status == 503 && c.isAway(start):
			_ = c.wait(ctx, 10*time.Millisecond)
		default:
			c.violated("server %s: %s: %d", s.name, path, got.status)
		}
		c.mu.Lock()
		c.answers[got.status]++
		c.mu.Unlock()
		_ = c.wait(ctx, time.Millisecond)
	}
}

// reply is an answer.
type reply struct {
	status int
	header http.Header
	body   string
}

func (c *cluster) ask(ctx context.Context, s *server, method, path, body, etag string) (got reply, err error) {
	s.mu.Lock()
	at := s.listen
	s.mu.Unlock()
	request, err := http.NewRequestWithContext(ctx, method, "http://"+at+"/"+path, strings.NewReader(body))
	if err != nil {
		return got, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	response, err := client.Do(request)
	if err != nil {
		return got, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(text)}, err
}
