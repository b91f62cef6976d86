package newsdesk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
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
	desk := &Desk{Store: memory{archive}, Token: token, Log: slog.New(slog.DiscardHandler)}
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
		got := ask(desk, step.method, step.target, step.body, nil)
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

// HTTP-10. Nobody publishes without the token, from wherever the request seems to come.
func TestDeskTakesNothingFromStrangers(t *testing.T) {
	archive, err := syndicate.NewArchive(Site("https://www.nordicmonitor.com/"))
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	desk := &Desk{Store: memory{archive}, Token: token, Log: log}
	shut := &Desk{Store: memory{archive}, Log: log}
	for _, c := range []struct {
		desk   *Desk
		set    http.Header
		status int
	}{
		{desk, http.Header{"Authorization": nil}, 401},
		{desk, http.Header{"Authorization": {""}}, 401},
		{desk, http.Header{"Authorization": {"Bearer"}}, 401},
		{desk, http.Header{"Authorization": {"Bearer "}}, 401},
		{desk, http.Header{"Authorization": {token}}, 401},
		{desk, http.Header{"Authorization": {"Basic " + token}}, 401},
		{desk, http.Header{"Authorization": {"Bearer" + token}}, 401},
		{desk, http.Header{"Authorization": {"Bearer " + token[1:]}}, 401},
		{desk, http.Header{"Authorization": {"Bearer " + token + "x"}}, 401},
		{desk, http.Header{"Authorization": {"Bearer " + strings.ToUpper(token)}}, 401},
		{desk, http.Header{"Authorization": {"Bearer x", "Bearer " + token}}, 401},
		{desk, http.Header{"Authorization": {"Bearer " + token, "Bearer x"}}, 401},
		{desk, http.Header{"Authorization": nil, "X-Forwarded-For": {"127.0.0.1"}}, 401},
		{shut, nil, 401},
		{shut, http.Header{"Authorization": {"Bearer "}}, 401},
		{shut, http.Header{"Authorization": {"Bearer"}}, 401},
		{desk, http.Header{"Content-Type": {"text/plain"}}, 415}, // what a page of another site can send unasked
		{desk, nil, 201},
		{desk, http.Header{"Authorization": {"bearer " + token}}, 409},
		{desk, http.Header{"Authorization": {"BEARER  " + token + " "}}, 409},
		{desk, http.Header{"X-Forwarded-For": {"192.0.2.1"}}, 409},
	} {
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "GET"} {
			if c.status != 401 && method != "POST" {
				continue
			}
			got := ask(c.desk, method, "/articles?id=/a/", good, c.set)
			assert.Equal(t, c.status, got.Code, "%s %v: %s", method, c.set, got.Body)
			assert.Equal(t, c.status == 401, got.Header().Get("WWW-Authenticate") == "Bearer")
			assert.NotContains(t, got.Body.String(), token)
		}
	}
}

// An article has bounds in every part, and the response names the part.
func TestDeskBoundsEveryPartOfAnArticle(t *testing.T) {
	archive, err := syndicate.NewArchive(Site("https://www.nordicmonitor.com/"))
	require.NoError(t, err)
	desk := &Desk{Store: memory{archive}, Token: token, Log: slog.New(slog.DiscardHandler)}
	long, list := strings.Repeat("a", maxText+1), func(entry string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(entry+",", maxList+1), ",") + "]"
	}
	deep := strings.Repeat(`{"Name": "A", "Parent": `, maxParents+1) + `{"Name": "B"}` + strings.Repeat("}", maxParents+1)
	for _, c := range []struct{ field, value, named, rule string }{
		{"Content", `"` + strings.Repeat("a", maxContent+1) + `"`, "Content", "longer than 1048576 bytes"},
		{"ID", `"` + long + `"`, "ID", "longer than 4096 bytes"},
		{"Summary", `"` + long + `"`, "Summary", "longer than 4096 bytes"},
		{"Rights", `"` + long + `"`, "Rights", "longer than 4096 bytes"},
		{"Tags", list(`{"Name": "A"}`), "Tags", "more than 100 entries"},
		{"Tags", `[{"Name": "A"}, {"Name": "` + long + `"}]`, "Tags[1].Name", "longer than 4096 bytes"},
		{"Authors", list(`{"Name": "A"}`), "Authors", "more than 100 entries"},
		{"Authors", `[{"Avatar": "` + long + `"}]`, "Authors[0].Avatar", "longer than 4096 bytes"},
		{"Contributors", list(`{"Name": "A"}`), "Contributors", "more than 100 entries"},
		{"Categories", list(`{"Name": "A"}`), "Categories", "more than 100 entries"},
		{"Categories", `[` + deep + `]`, "Categories[0]" + strings.Repeat(".Parent", maxParents+1), "nested deeper than 10"},
		{"Categories", `[{"Name": "A", "Parent": {"Name": "` + long + `"}}]`, "Categories[0].Parent.Name", "longer than 4096 bytes"},
		{"Enclosures", list(`{"URL": "/a.mp3"}`), "Enclosures", "more than 100 entries"},
		{"Enclosures", `[{"URL": "` + long + `"}]`, "Enclosures[0].URL", "longer than 4096 bytes"},
		{"Image", `{"Thumbnail": {"Alt": "` + long + `"}}`, "Image.Thumbnail.Alt", "longer than 4096 bytes"},
		{"Origin", `{"URL": "` + long + `"}`, "Origin.URL", "longer than 4096 bytes"},
	} {
		for _, method := range []string{"POST", "PUT"} {
			got := ask(desk, method, "/articles", `{"URL": "/a/", "Title": "A", "Published": "2022-03-30T09:00:00Z", "`+c.field+`": `+c.value+`}`, nil)
			assert.Equal(t, 422, got.Code, "%s: %.200s", c.field, got.Body)
			assert.Contains(t, got.Body.String(), `{"field":"`+c.named+`","rule":"`+c.rule+`"}`)
		}
	}
	// The largest article that the desk accepts.
	most := `{"URL": "/a/", "Title": "A", "Published": "2022-03-30T09:00:00Z", "Content": "` + strings.Repeat("a ", maxContent/2) + `",
		"Tags": [` + strings.TrimSuffix(strings.Repeat(`{"Name": "A"},`, maxList), ",") + `]}`
	assert.Equal(t, 201, ask(desk, "POST", "/articles", most, nil).Code)
	// All faults in one response, but not any number of them.
	all := ask(desk, "POST", "/articles", `{"ID": "`+long+`", "Tags": `+list(`{}`)+`, "Image": {"URL": "`+long+`"}}`, nil).Body.String()
	assert.Equal(t, 3, strings.Count(all, `"field"`), "%.300s", all)
	many := ask(desk, "POST", "/articles", `{"Tags": [`+strings.TrimSuffix(strings.Repeat(`{"Name": "`+long+`"},`, 50), ",")+`]}`, nil).Body.String()
	assert.Equal(t, maxFaults, strings.Count(many, `"field"`))
}

// A server without a token in the environment makes one, and prints it where the log is not.
func TestTokenIsMadeIfThereIsNone(t *testing.T) {
	var log, out bytes.Buffer
	t.Setenv("SYNDICATE_TOKEN", "")
	first := publishingToken(&out, slog.New(slog.NewTextHandler(&log, nil)))
	second := publishingToken(io.Discard, slog.New(slog.NewTextHandler(&log, nil)))
	assert.Equal(t, "SYNDICATE_TOKEN="+first+"\n", out.String())
	assert.GreaterOrEqual(t, len(first), 26)
	assert.NotEqual(t, first, second)
	assert.Empty(t, log.String())

	out.Reset()
	for token, warns := range map[string]bool{"short": true, "a token of many bytes": false} {
		t.Setenv("SYNDICATE_TOKEN", token)
		log.Reset()
		assert.Equal(t, token, publishingToken(&out, slog.New(slog.NewTextHandler(&log, nil))))
		assert.Equal(t, warns, strings.Contains(log.String(), "can be guessed"))
		assert.NotContains(t, log.String(), token)
	}
	assert.Empty(t, out.String())
}

// broken is a store that can do nothing.
type broken struct{ memory }

func (broken) Add(context.Context, ...syndicate.Article) error {
	return errors.New("password=secret: connection refused")
}

func TestDeskKeepsApartWhatTheStoreFailsAt(t *testing.T) {
	var log bytes.Buffer
	desk := &Desk{Store: broken{}, Token: token, Log: slog.New(slog.NewTextHandler(&log, nil))}
	got := ask(desk, "POST", "/articles", good, nil)
	assert.Equal(t, 503, got.Code)
	assert.Equal(t, "5", got.Header().Get("Retry-After"))
	assert.NotContains(t, got.Body.String(), "secret")
	assert.Contains(t, log.String(), "connection refused")
}

// token is what the desks of the tests demand.
const token = "a token for the tests only"

// ask sends a request with the token, unless set says otherwise.
func ask(desk *Desk, method, target, body string, set http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	maps.Copy(r.Header, set)
	r.RemoteAddr, r.Host = "127.0.0.1:4711", "127.0.0.1:8080"
	w := httptest.NewRecorder()
	desk.ServeHTTP(w, r)
	return w
}
