package main

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlyTheFeedsThatTheSiteWants(t *testing.T) {
	server, err := newServer()
	require.NoError(t, err)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}

	for _, path := range []string{"/feeds/rss.xml", "/feeds/category/world/rss.xml", "/feeds/category/world/europe/rss.xml", "/feeds/category/city/rss.xml"} {
		assert.Equal(t, 200, get(path).Code, path)
	}
	for _, path := range []string{"/rss.xml", "/feeds/atom.xml", "/feeds/feed.json", "/feeds/tag/trains/rss.xml"} {
		assert.Equal(t, 404, get(path).Code, path)
	}

	assert.Contains(t, get("/feeds/category/world/rss.xml").Body.String(), "<title>Strikes stop trains</title>")
	assert.Contains(t, get("/").Body.String(), `href="http://localhost:8080/feeds/category/world/europe/rss.xml"`)
}
