package derived_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
)

// versions is a Source with a version for each scope; other scopes are absent.
type versions struct {
	syndicate.Source
	of  map[syndicate.Scope]string
	err error
}

func (v versions) Version(_ context.Context, scope syndicate.Scope) (string, error) {
	if version, found := v.of[scope]; found {
		return version, v.err
	}
	return "", &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
}

// SM-6: a file of many pages has the version of all of them.
func TestTheVersionOfAFileIsThatOfItsFeedAndPages(t *testing.T) {
	site := syndicate.Everything()
	of := map[syndicate.Scope]string{site: "s", site.AtPage(1): "a", site.AtPage(2): "b", site.AtPage(3): "c", site.AtPage(9): "x"}
	source := versions{of: of}
	version := func(file derived.File) string {
		text, err := file.Version(t.Context(), source)
		require.NoError(t, err)
		return text
	}
	assert.Equal(t, "s", version(derived.File{}), "one feed")
	assert.Equal(t, "b", version(derived.File{Scope: site.AtPage(2), FirstPage: 3, LastPage: 2}), "one page")
	file := derived.File{FirstPage: 1, LastPage: 4}
	before := version(file)
	assert.Equal(t, before, version(file))
	for _, change := range []struct {
		scope syndicate.Scope
		to    string
		want  bool
	}{
		{site, "S", true}, {site.AtPage(1), "A", true}, {site.AtPage(3), "C", true}, {site.AtPage(4), "d", true}, {site.AtPage(9), "X", false},
	} {
		was, there := of[change.scope]
		of[change.scope] = change.to
		assert.Equal(t, change.want, before != version(file), change.scope)
		if of[change.scope] = was; !there {
			delete(of, change.scope)
		}
	}
	// A page whose version is unknown makes that of the file unknown.
	of[site.AtPage(2)] = ""
	assert.Empty(t, version(file))
	source.err = context.DeadlineExceeded
	_, err := file.Version(t.Context(), source)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = derived.File{Scope: syndicate.WithTag("none")}.Version(t.Context(), versions{of: of})
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}

func TestLastPageIsThePageThatIsBeingFilled(t *testing.T) {
	for count, want := range map[int]int{0: 0, 1: 1, 7: 1, 8: 2, 50: 8} {
		archive := archiveOf(t, syndicate.Site{Limit: 7}, count, time.Minute)
		for name, source := range map[string]syndicate.Source{
			"versions": archive, "none": struct{ syndicate.Source }{archive},
			"unknown": versions{Source: archive, of: map[syndicate.Scope]string{syndicate.Everything().AtPage(1): ""}},
		} {
			if name == "unknown" && count > 7 {
				continue // it has no other pages
			}
			feed, err := source.Feed(t.Context(), syndicate.Everything())
			require.NoError(t, err)
			last, err := derived.LastPage(t.Context(), source, feed)
			require.NoError(t, err)
			assert.Equal(t, want, last, "%d, %s", count, name)
		}
	}
	// Pages that have lost their articles count.
	archive := archiveOf(t, syndicate.Site{Limit: 7}, 50, time.Minute)
	_, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for i := range 45 {
		require.NoError(t, archive.Remove(fmt.Sprintf("https://www.example.com/n%%20ews/%04d/", i)))
	}
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	last, err := derived.LastPage(t.Context(), archive, feed)
	require.NoError(t, err)
	assert.Equal(t, 8, last)
	_, err = derived.LastPage(t.Context(), failing{archive, syndicate.Everything().AtPage(9)}, feed)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}
