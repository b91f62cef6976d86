package newsdesk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

const (
	good    = `{"URL": "/a/", "Title": "A", "Published": "2022-03-30T09:00:00Z"}`
	another = `{"URL": "/b/", "Title": "B", "Published": "2022-03-30T09:00:00Z"}`
)

// memory is a Store in memory.
type memory struct{ *syndicate.Archive }

func (m memory) Add(_ context.Context, articles ...syndicate.Article) error {
	return m.Archive.Add(articles...)
}

func (m memory) Update(_ context.Context, articles ...syndicate.Article) error {
	return m.Archive.Update(articles...)
}

func (m memory) Remove(_ context.Context, ids ...string) error { return m.Archive.Remove(ids...) }

func TestDeskSaysWhatBecameOfARequest(t *testing.T) {
	archive, err := syndicate.NewArchive(Site("https://www.nordicmonitor.com/"))
	require.NoError(t, err)
	desk := &Desk{Store: memory{archive}, Log: slog.New(slog.DiscardHandler)}
	for _, step := range []struct {
		method, target, body string
		status               int
		contains             string
	}{
		{"POST", "/articles", good, 201, `{"problems":[]}`},
		{"POST", "/articles", good, 409, `{"problems":[{"article":"https://www.nordicmonitor.com/a/","field":"ID","value":"https://www.nordicmonitor.com/a/","rule":"another article has this id","spec":"RFC 4287 section 4.2.6"}]}`},
		{"POST", "/articles", `{"URL": "/b/", "Title": "B"}`, 422, `"field":"Published","rule":"missing"`},
		{"POST", "/articles", `{"URL": "/b/", "Titel": "B"}`, 400, `unknown field \"Titel\"`},
		{"POST", "/articles", `{"URL": 1}`, 400, "not an article"},
		{"POST", "/articles", good + good, 400, "text after the article"},
		{"POST", "/articles", good + "}", 400, "text after the article"},
		{"POST", "/articles", ``, 400, "not an article"},
		{"POST", "/articles", `{"Title": "` + strings.Repeat("a", maxBody) + `"}`, 413, "at most"},
		{"PUT", "/articles", another, 404, `"rule":"no article has this id"`},
		{"PUT", "/articles", strings.Replace(good, `"A"`, `"A, corrected"`, 1), 200, `{"problems":[]}`},
		{"PUT", "/articles", strings.Replace(good, `"A"`, `"A", "Summary": "s", "Language": "?"`, 1), 200, `{"problems":[]}`}, // without the language
		{"POST", "/articles", strings.Replace(another, `"B"`, "\"B\\u0000\"", 1), 201, `{"problems":[]}`},
		{"DELETE", "/articles", "", 400, "id=ID"},
		{"DELETE", "/articles?id=/c/", "", 404, `"rule":"no article has this id"`},
		{"DELETE", "/articles?id=/a/", "", 200, `{"problems":[]}`},
		{"PATCH", "/articles", good, 405, "posted"},
		{"POST", "/elsewhere", good, 404, ""},
	} {
		got := ask(desk, step.method, step.target, step.body)
		assert.Equal(t, step.status, got.Code, "%s %s %.80s: %s", step.method, step.target, step.body, got.Body)
		assert.Contains(t, got.Body.String(), step.contains, "%s %s", step.method, step.target)
		if step.target != "/elsewhere" {
			assert.Equal(t, "application/json", got.Header().Get("Content-Type"))
			assert.True(t, json.Valid(got.Body.Bytes()))
		}
	}
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	require.Len(t, feed.Articles, 1)
	assert.Equal(t, "https://www.nordicmonitor.com/b/", feed.Articles[0].URL)
}

func TestDeskTakesNothingFromStrangers(t *testing.T) {
	archive, err := syndicate.NewArchive(Site("https://www.nordicmonitor.com/"))
	require.NoError(t, err)
	open := &Desk{Store: memory{archive}}
	shut := &Desk{Store: memory{archive}, Token: "a secret"}
	for _, c := range []struct {
		desk   *Desk
		set    [4]string // header, its value; whence, host
		status int
	}{
		{open, [4]string{}, 201},
		{open, [4]string{"", "", "[::1]:4711", "localhost:8080"}, 409},
		{open, [4]string{"", "", "192.0.2.1:4711"}, 403},
		{open, [4]string{"", "", "", "evil.example.com"}, 403}, // a page whose name leads here
		{open, [4]string{"X-Forwarded-For", "192.0.2.1"}, 403},
		{open, [4]string{"Content-Type", "text/plain"}, 415}, // what a page of another site can send unasked
		{shut, [4]string{}, 401},
		{shut, [4]string{"Authorization", "Bearer a secre"}, 401},
		{shut, [4]string{"Authorization", "Bearer a secret", "192.0.2.1:4711", "www.nordicmonitor.com"}, 409},
	} {
		got := ask(c.desk, "POST", "/articles", good, c.set[:]...)
		assert.Equal(t, c.status, got.Code, "%v: %s", c.set, got.Body)
		assert.Equal(t, c.status == 401, got.Header().Get("WWW-Authenticate") == "Bearer")
	}
}

// broken is a store that can do nothing.
type broken struct{ memory }

func (broken) Add(context.Context, ...syndicate.Article) error {
	return errors.New("password=secret: connection refused")
}

func TestDeskKeepsApartWhatTheStoreFailsAt(t *testing.T) {
	var log bytes.Buffer
	desk := &Desk{Store: broken{}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	got := ask(desk, "POST", "/articles", good)
	assert.Equal(t, 503, got.Code)
	assert.Equal(t, "5", got.Header().Get("Retry-After"))
	assert.NotContains(t, got.Body.String(), "secret")
	assert.Contains(t, log.String(), "connection refused")
}

// ask sends a request from this machine, unless set says otherwise: a header and its value, whence,
// and the host.
func ask(desk *Desk, method, target, body string, set ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr, r.Host = "127.0.0.1:4711", "127.0.0.1:8080"
	if len(set) == 4 {
		if set[0] != "" {
			r.Header.Set(set[0], set[1])
		}
		if set[2] != "" {
			r.RemoteAddr = set[2]
		}
		if set[3] != "" {
			r.Host = set[3]
		}
	}
	w := httptest.NewRecorder()
	desk.ServeHTTP(w, r)
	return w
}
