package view_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/view"
)

// A panic of Keep is an error of its view. Other feeds are served.
func TestAPanicOfKeepIsAnErrorOfItsView(t *testing.T) {
	archive, _ := archiveOf(t, 4, article(1, "a"))
	source := newView(t, archive, map[syndicate.Scope]view.View{
		site: {Keep: func(*syndicate.Article) bool { panic("broken") }, Rule: "broken"},
	})
	_, err := source.Feed(t.Context(), site)
	assert.ErrorContains(t, err, "panic: broken")
	_, err = source.Version(t.Context(), site)
	assert.ErrorContains(t, err, "panic: broken")
	h := &feedhttp.Handler{Source: source, Clock: archive.Clock, OnError: func(error) {}}
	for path, code := range map[string]int{"/rss.xml": 503, "/tag/a/rss.xml": 200} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		assert.Equal(t, code, w.Code, path)
	}
}
