package view_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/view"
)

func TestFeedsLinkToTheirTranslations(t *testing.T) {
	s := newSite(5)
	s.Extensions = []syndicate.Extension{view.Languages{
		{Language: "tr", URL: "https://example.com/tr", Addresses: syndicate.WordPress, Scopes: []view.Pair{
			{Here: syndicate.WithTag("a"), There: syndicate.WithTag("bir şey")},
		}},
		{Language: "sv", URL: "https://sv.example.com/"},
	}}
	archive, err := syndicate.NewArchive(s, article(1, "a"))
	require.NoError(t, err)
	for scope, want := range map[syndicate.Scope][]string{
		site: {
			`<atom:link rel="alternate" type="application/rss+xml" hreflang="tr" href="https://example.com/tr/feed/"/>`,
			`<atom:link rel="alternate" type="application/rss+xml" hreflang="sv" href="https://sv.example.com/rss.xml"/>`,
			`<link rel="alternate" type="application/atom+xml" hreflang="tr" href="https://example.com/tr/feed/atom/"/>`,
			`<link rel="alternate" type="application/atom+xml" hreflang="sv" href="https://sv.example.com/atom.xml"/>`,
			`"_translations":{"sv":"https://sv.example.com/feed.json","tr":"https://example.com/tr/feed/json/"}`,
		},
		syndicate.WithTag("a"): {
			`hreflang="tr" href="https://example.com/tr/tag/bir%20%C5%9Fey/feed/"/>`,
			`hreflang="tr" href="https://example.com/tr/tag/bir%20%C5%9Fey/feed/atom/"/>`,
			`"_translations":{"tr":"https://example.com/tr/tag/bir%20%C5%9Fey/feed/json/"}`,
		},
	} {
		feed, err := archive.Feed(t.Context(), scope)
		require.NoError(t, err)
		var all strings.Builder
		for _, format := range syndicate.Formats() {
			all.WriteString(string(feed.Append(nil, format)))
		}
		for _, text := range want {
			assert.Contains(t, all.String(), text)
		}
		assert.Equal(t, scope == site, strings.Contains(all.String(), "sv.example.com"))
		for _, p := range feed.Validate(syndicate.Formats()...) {
			assert.True(t, p.Warning, p)
		}
	}
	for want, bad := range map[string]view.Languages{
		"Languages.Language: \"türkçe\"": {{Language: "türkçe", URL: "https://example.com/tr/"}},
		"Languages.Language: \"en\"":     {{Language: "en", URL: "https://example.com/tr/"}},
		"Languages.Language: \"TR\"":     {{Language: "tr", URL: "https://example.com/tr/"}, {Language: "TR", URL: "https://example.com/tr/"}},
		"Languages.URL: \"/tr/\"":        {{Language: "tr", URL: "/tr/"}},
	} {
		s.Extensions = []syndicate.Extension{bad}
		_, err := s.Check()
		assert.ErrorContains(t, err, want)
	}
}

func TestCommentsAreAFeedForAsLongAsTheArticleIs(t *testing.T) {
	var failure error
	comments := view.Comments{Of: func(_ context.Context, a *syndicate.Article) ([]syndicate.Article, error) {
		if !strings.HasSuffix(a.Title, "1") {
			return nil, failure
		}
		return []syndicate.Article{
			{ID: "comment-2", URL: a.URL + "#comment-2", Title: "Bob", Content: `<p onclick="x()">Second &amp; <b>last</b></p><script>alert(1)</script>`, Published: noon.Add(time.Hour), Authors: []syndicate.Author{{Name: "Bob"}}},
			{ID: "comment-3", Title: "Waits", Published: noon, Draft: true},
			{ID: "comment-4", Title: "Too early", Published: noon.AddDate(20, 0, 0)},
			{ID: "comment-5", Title: "Too late", Published: noon, Expires: noon.Add(-time.Hour)},
			{ID: "comment-1", URL: a.URL + "#comment-1", Title: "Ann", Content: "<p>First</p>", Published: noon, Authors: []syndicate.Author{{Name: "Ann"}}},
		}, failure
	}}
	var articles []syndicate.Article
	for n := range 31 {
		articles = append(articles, article(n))
	}
	archive, now := archiveOf(t, 5, articles...)
	files := []derived.Files{comments}
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Files: files, OnError: func(err error) { assert.ErrorIs(t, err, failure) }}
	get := func(address string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", strings.TrimPrefix(address, "https://example.com"), nil))
		return w
	}
	p := archive.Publication()
	address := comments.FeedURL(p, &articles[11]) // on an archive page
	got := get(address)
	require.Equal(t, 200, got.Code, address)
	assert.Equal(t, syndicate.RSS.ContentType(), got.Header().Get("Content-Type"))
	for _, want := range []string{"<title>Comments on: Hour 11</title>", "<link>https://example.com/11/</link>", address, "Second &amp; <b>last</b>", "comment-1"} {
		assert.Contains(t, got.Body.String(), want)
	}
	for _, hidden := range []string{"Waits", "Too early", "Too late", "comment-3", "comment-4", "comment-5"} {
		assert.NotContains(t, got.Body.String(), hidden)
	}
	assert.NotContains(t, got.Body.String(), "onclick")
	assert.NotContains(t, got.Body.String(), "alert")
	assert.Equal(t, 200, get(comments.FeedURL(p, &articles[12])).Code, "no comments yet")
	hidden := article(1001)
	require.NoError(t, archive.Add(hidden))
	for _, path := range []string{"/comments/", "/comments/x-y.xml", strings.Replace(address, "-", "-0", 1), comments.FeedURL(p, &hidden)} {
		assert.Equal(t, 404, get(path).Code, path)
	}
	now.Store(hidden.Published.UnixNano())
	assert.Equal(t, 200, get(comments.FeedURL(p, &hidden)).Code)

	folder := feeddir.Folder{Source: archive, Dir: t.TempDir(), Files: files}
	_, err := folder.Publish(t.Context())
	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(folder.Dir, strings.TrimPrefix(address, "https://example.com/")))
	require.NoError(t, err)
	assert.Equal(t, got.Body.String(), string(written))
	all, err := filepath.Glob(filepath.Join(folder.Dir, "comments", "*.xml"))
	require.NoError(t, err)
	assert.Len(t, all, 4, "of the hours 1, 11, 21 and 1001, which have comments")
	require.NoError(t, archive.Remove("id-011"))
	assert.Equal(t, 404, get(address).Code)
	_, err = folder.Publish(t.Context())
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(folder.Dir, strings.TrimPrefix(address, "https://example.com/")))
	failure = errors.New("no line")
	assert.Equal(t, 503, get(comments.FeedURL(p, &articles[21])).Code)
	_, err = folder.Publish(t.Context())
	assert.ErrorIs(t, err, failure)
}
