package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// compare stops the writers for a moment, and claims that both servers give the same, that
// everything that was acknowledged is there, and that whatever is there is in all of its feeds.
func (c *cluster) compare(ctx context.Context, when string) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.wait(ctx, time.Second) != nil {
		return
	}
	feeds := 0
	for _, scope := range scopes() {
		for _, format := range formats {
			path := scope + format
			a, errA := c.ask(ctx, c.servers[0], "GET", path, "", "")
			b, errB := c.ask(ctx, c.servers[1], "GET", path, "", "")
			if errA != nil || errB != nil || a.status != 200 || b.status != 200 || a.body != b.body || a.header.Get("ETag") != b.header.Get("ETag") {
				c.violated("%s: %s differs: A %d %s %v, B %d %s %v", when, path, a.status, a.header.Get("ETag"), errA, b.status, b.header.Get("ETag"), errB)
				continue
			}
			feeds++
		}
	}
	holds := map[string]map[int]bool{}
	for i, scope := range scopes() { // from one server or the other, which give the same
		var err error
		if holds[scope], err = c.walk(ctx, c.servers[i%2], scope); err != nil {
			c.violated("%s: %v", when, err)
			return
		}
	}
	c.mu.Lock()
	acknowledged, tried := len(c.acknowledged), len(c.tried)
	var lost []int
	for n := range c.acknowledged {
		if !holds[""][n] {
			lost = append(lost, n)
		}
	}
	c.mu.Unlock()
	if len(lost) > 0 {
		c.violated("%s: acknowledged and lost: %v", when, lost)
	}
	for n := 1; n <= int(c.last.Load()); n++ {
		for _, scope := range scopesOf(n) {
			if holds[scope][n] != holds[""][n] {
				c.violated("%s: article %d: in the site's feeds %t, in those of %s %t", when, n, holds[""][n], scope, holds[scope][n])
			}
		}
	}
	c.say("%s: %d feeds equal in both; %d articles there, %d acknowledged, %d tried", when, feeds, len(holds[""]), acknowledged, tried)
}

// walk returns the articles of a scope, from its current feed down to its oldest archive page.
func (c *cluster) walk(ctx context.Context, s *server, scope string) (map[int]bool, error) {
	found := map[int]bool{}
	for path := scope + "feed.json"; path != ""; {
		got, err := c.ask(ctx, s, "GET", path, "", "")
		if err != nil || got.status != 200 {
			return nil, fmt.Errorf("server %s: %s: %d %w", s.name, path, got.status, err)
		}
		var feed struct {
			Next  string `json:"next_url"`
			Items []struct{ ID, Title string }
		}
		if err := json.Unmarshal([]byte(got.body), &feed); err != nil {
			return nil, fmt.Errorf("server %s: %s: %w", s.name, path, err)
		}
		for _, item := range feed.Items {
			var n int
			if _, err := fmt.Sscanf(item.Title, "Notice %d.", &n); err != nil || !strings.HasSuffix(item.ID, fmt.Sprintf("notice-%d", n)) {
				return nil, fmt.Errorf("server %s: %s: article %q has the title %q", s.name, path, item.ID, item.Title)
			}
			found[n] = true
		}
		path = strings.TrimPrefix(feed.Next, "https://news.example.org/")
	}
	return found, nil
}

// recovers waits until a server serves all feeds again after the database is back.
func (c *cluster) recovers(ctx context.Context, s *server, back time.Time) error {
	for _, scope := range scopes() {
		for {
			got, err := c.ask(ctx, s, "GET", scope+"rss.xml", "", "")
			if err == nil && got.status == 200 {
				break
			}
			if time.Since(back) > 15*time.Second {
				return fmt.Errorf("server %s does not recover: %srss.xml: %d %v", s.name, scope, got.status, err)
			}
			if err := c.wait(ctx, 10*time.Millisecond); err != nil {
				return err
			}
		}
	}
	c.say("server %s serves everything again %v later", s.name, time.Since(back).Round(time.Millisecond))
	return nil
}
