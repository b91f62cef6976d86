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

// versions are what feeds were with each version that a Source has told of them.
type versions map[versionOf]string

type versionOf struct {
	scope   syndicate.Scope
	version string
}

// assertTrue asserts that a Source which tells versions tells another one of each feed that is not what it was when this
// one was told first, and of what has no feed the reason.
func (v versions) assertTrue(t *testing.T, step string, source syndicate.Source) {
	t.Helper()
	versioner, ok := source.(syndicate.Versioner)
	if !ok {
		return
	}
	asked := map[syndicate.Scope]bool{syndicate.WithTag("nobody"): true, syndicate.Everything().AtPage(99): true}
	for of := range v {
		asked[of.scope] = true // whether or not it is there still
	}
	for _, info := range list(t, source) {
		for page := range info.Pages + 1 {
			asked[info.Scope.AtPage(page)] = true
		}
	}
	for scope := range asked {
		version, err := versioner.Version(t.Context(), scope)
		feed, want := source.Feed(t.Context(), scope)
		assert.Equal(t, want, err, "%s: %s: the error is as with Feed", step, scope)
		if err != nil || version == "" {
			continue
		}
		contents := fmt.Append(nil, dated(feed.Modified), dated(feed.NextChange))
		for _, format := range syndicate.Formats() {
			contents = feed.Append(contents, format)
		}
		of := versionOf{scope, version}
		if before, told := v[of]; told {
			assert.Equal(t, before, string(contents), "%s: %s: has the version that it had before", step, scope)
		}
		v[of] = string(contents)
		again, err := versioner.Version(t.Context(), scope)
		assert.NoError(t, err)
		assert.Equal(t, version, again, "%s: %s: nothing has changed", step, scope)
	}
}

// versionsAreNotAhead asks for versions and feeds while articles are added.
func versionsAreNotAhead(t *testing.T, open Open) {
	site := exampleSite
	site.Limit = 100
	source := open(t, site, newClock(day(28)).now, tagged(numbered(1), "a"))
	versioner, tells := source.(syndicate.Versioner)
	adder, adds := source.(Adder)
	if !tells || !adds {
		t.Skip("not a Source that tells versions and takes in articles")
	}
	type seen struct {
		version  string
		articles int
	}
	var (
		mu     sync.Mutex
		exact  = map[string]int{} // how many articles the feed of a version has
		after  []seen             // feeds that were asked for after their versions
		looked atomic.Int64
		all    sync.WaitGroup
	)
	version := func() string {
		version, err := versioner.Version(t.Context(), syndicate.WithTag("a"))
		assert.NoError(t, err)
		return version
	}
	const articles = 25
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
	for n := 2; n <= articles; n++ {
		for looked.Load() < int64(n) && !t.Failed() {
			runtime.Gosched()
		}
		require.NoError(t, adder.Add(tagged(numbered(n), "a")))
	}
	all.Wait()
	for _, s := range after {
		assert.GreaterOrEqual(t, s.articles, exact[s.version], "articles of a feed that was asked for after its version")
	}
}
