package sourcetest

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// versions maps each version that a Source has returned to the contents of the feed at that time.
type versions map[versionOf]string

// versionOf is a version of a scope's feed. Versions of different scopes may be the same string.
type versionOf struct {
	scope   syndicate.Scope
	version string
}

// assertTrue asserts that a version is never returned for different contents, and that Version
// returns the same error as Feed for a scope without a feed. It does nothing for a Source that is
// not a Versioner.
func (v versions) assertTrue(t *testing.T, step string, source syndicate.Source) {
	t.Helper()
	versioner, ok := source.(syndicate.Versioner)
	if !ok {
		return
	}
	// The current feeds, all of their pages, and scopes and pages that have no feed.
	scopes := map[syndicate.Scope]bool{syndicate.WithTag("nobody"): true, syndicate.Everything().AtPage(99): true}
	for of := range v {
		scopes[of.scope] = true // even if the feed is gone
	}
	for _, info := range list(t, source) {
		for page := range info.Pages + 1 {
			scopes[info.Scope.AtPage(page)] = true
		}
	}
	for scope := range scopes {
		version, err := versioner.Version(t.Context(), scope)
		feed, want := source.Feed(t.Context(), scope)
		assert.Equal(t, want, err, "%s: %s: Version returns the error of Feed", step, scope)
		if err != nil || version == "" { // the Source need not know a version
			continue
		}
		// A version stands for the bytes in every format and for the two times, but for that of a
		// page not for the time of the next change.
		contents := fmt.Append(nil, dated(feed.Modified))
		if scope.Page() == 0 {
			contents = fmt.Append(contents, dated(feed.NextChange))
		}
		for _, format := range syndicate.Formats() {
			contents = feed.Append(contents, format)
		}
		of := versionOf{scope, version}
		// The map holds all earlier steps, so a version that returns must not mean anything new.
		if before, known := v[of]; known {
			assert.Equal(t, before, string(contents), "%s: %s: contents of a version that was returned earlier", step, scope)
		}
		v[of] = string(contents)
		// Nothing has happened in between.
		again, err := versioner.Version(t.Context(), scope)
		assert.NoError(t, err)
		assert.Equal(t, version, again, "%s: %s: version without a change", step, scope)
	}
}

// versionsAreNotAhead reads versions and feeds while articles are added. It tests that a feed that
// was read after its version is at least as new as the version. Otherwise a server could keep an
// old feed under a new version, and would never render it again.
func versionsAreNotAhead(t *testing.T, open Open) {
	site := exampleSite
	site.Limit = 100
	// All articles are visible at that time, and the limit leaves none out: the number of articles
	// shows which state of the Source a feed has.
	source := open(t, site, newClock(day(28)).now, tagged(numbered(1), "a"))
	versioner, ok := source.(syndicate.Versioner)
	if !ok || !add().possible(t.Context(), source) {
		t.Skip("the Source has no Version or no Add method")
	}
	type seen struct {
		version  string
		articles int
	}
	var (
		mu     sync.Mutex
		exact  = map[string]int{} // number of articles in the feed of a version
		after  []seen             // feeds that were read after their versions
		looked atomic.Int64
		all    sync.WaitGroup
	)
	version := func() string {
		version, err := versioner.Version(t.Context(), syndicate.WithTag("a"))
		assert.NoError(t, err)
		return version
	}
	const articles = 25
	// The readers go on until the feed has all articles. A version that is the same before and
	// after a read belongs to the feed that was read.
	for range 2 {
		all.Go(func() {
			for shown := 0; shown < articles && !t.Failed(); {
				before := version()
				feed, err := source.Feed(t.Context(), syndicate.WithTag("a"))
				if !assert.NoError(t, err) {
					return
				}
				shown = len(feed.Articles)
				mu.Lock()
				if after = append(after, seen{before, shown}); before == version() {
					exact[before] = shown
				}
				mu.Unlock()
				looked.Add(1)
			}
		})
	}
	// Wait for a read before each article, so that reads and writes alternate.
	for n := 2; n <= articles; n++ {
		for looked.Load() < int64(n) && !t.Failed() {
			runtime.Gosched()
		}
		_, err := add(tagged(numbered(n), "a"))(t.Context(), source)
		require.NoError(t, err)
	}
	all.Wait()
	// No feed may have fewer articles than its version stands for.
	for _, s := range after {
		assert.GreaterOrEqual(t, s.articles, exact[s.version], "articles of a feed that was read after its version")
	}
}
