package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlySubscribersReadTheFeed(t *testing.T) {
	var stdout strings.Builder
	server, err := newServer(&stdout, "Ada")
	require.NoError(t, err)
	address := strings.TrimSpace(strings.TrimPrefix(stdout.String(), "Ada: "))
	get := func(url string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest("GET", url, nil))
		return w
	}

	feed := get(address)
	assert.Equal(t, 200, feed.Code)
	assert.Contains(t, feed.Body.String(), "The first letter")
	assert.NotContains(t, feed.Body.String(), "private/", "the token is in no body")

	assert.Equal(t, 404, get("http://localhost:8080/rss.xml").Code)
	assert.Equal(t, 404, get("http://localhost:8080/private/AAAAAAAAAAAAAAAAAAAAAAAAAA/rss.xml").Code)
}
