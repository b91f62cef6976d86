package feeddir

import (
	"context"
	"crypto/sha256"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// fingerprinted is an archive whose versions are stored beside the articles, as a database would have them.
type fingerprinted struct {
	*syndicate.Archive
	versions map[syndicate.Scope]string
}

func (f fingerprinted) Version(_ context.Context, scope syndicate.Scope) (string, error) {
	return f.versions[scope], nil
}

// fingerprintsOf returns what makes a [Versioner] of an archive with the same articles, unless it is one.
func fingerprintsOf(t *testing.T, archive *syndicate.Archive) func(*syndicate.Archive) Versioner {
	if _, ok := syndicate.Source(archive).(Versioner); ok {
		return func(archive *syndicate.Archive) Versioner { return syndicate.Source(archive).(Versioner) }
	}
	versions := map[syndicate.Scope]string{}
	for info := range archive.Scopes(t.Context()) {
		for page := range info.Pages + 1 {
			feed, err := archive.Feed(t.Context(), info.Scope.AtPage(page))
			require.NoError(t, err)
			sum := sha256.Sum256(feed.Append(nil, syndicate.JSON))
			versions[feed.Scope] = string(sum[:])
		}
	}
	return func(archive *syndicate.Archive) Versioner { return fingerprinted{archive, versions} }
}

// A run that has nothing to do takes a twentieth of the first, if the Source tells versions. Measure it with
//
//	FEEDDIR_ARTICLES=20000 go test -run UnchangedPublication -v ./feeddir
//
// which takes some minutes and 4 GB of disk. In fewer articles time says nothing.
func TestLargeUnchangedPublicationIsDoneInATwentiethOfTheTime(t *testing.T) {
	const full = 20_000
	count := 500
	if given := os.Getenv("FEEDDIR_ARTICLES"); given != "" {
		var err error
		count, err = strconv.Atoi(given)
		require.NoError(t, err)
	}
	list := large(count)
	site := courier()
	site.Limit = 20
	anew := func() *syndicate.Archive { return open(t, site, list...) }
	versions := fingerprintsOf(t, anew())
	dir, other := t.TempDir(), t.TempDir()
	run := func(name, dir string, source syndicate.Source) (Result, time.Duration) {
		start := time.Now()
		result := publish(t, Publisher{Dir: dir, Source: source})
		took := time.Since(start)
		t.Logf("%-45s %8v, %d files written, %d unchanged, %d MB", name, took.Round(time.Millisecond),
			result.Written, result.Unchanged, result.Bytes>>20)
		return result, took
	}

	archive := anew()
	_, first := run("first run", dir, struct{ syndicate.Source }{archive})
	steps := steps(t)
	run("again, same archive", dir, struct{ syndicate.Source }{archive})
	run("again, another process", dir, struct{ syndicate.Source }{anew()})
	assert.Zero(t, steps.Load())

	archive = anew()
	firstResult, _ := run("first run, with versions", other, versions(archive))
	steps.Store(0)
	_, again := run("again, same archive, with versions", other, versions(archive))
	second, process := run("again, another process, with versions", other, versions(anew()))
	assert.Zero(t, steps.Load())
	assert.Equal(t, firstResult.Written, second.Unchanged)
	t.Logf("%.0f and %.0f times as fast as the first run", first.Seconds()/again.Seconds(), first.Seconds()/process.Seconds())
	if count >= full {
		assert.Less(t, again, first/20)
		assert.Less(t, process, first/20)
	}
}
