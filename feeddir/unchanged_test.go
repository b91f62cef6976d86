package feeddir

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// counted counts the calls of Feed and passes on versions.
type counted struct {
	syndicate.Versioner
	made atomic.Int64
}

func (c *counted) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	c.made.Add(1)
	return c.Versioner.Feed(ctx, scope)
}

// done is the result of one run.
type done struct {
	Result Result
	Made   int64 // feeds that the Source was asked for
	Steps  int64 // changes to the folder
	Took   time.Duration
}

func publishCounted(t testing.TB, dir string, archive *syndicate.Archive) done {
	source := &counted{Versioner: archive}
	steps := steps(t)
	start := time.Now()
	result := publish(t, Folder{Dir: dir, Source: source})
	return done{result, source.made.Load(), steps.Load(), time.Since(start)}
}

func openLarge(t testing.TB, count int) *syndicate.Archive {
	site := courier()
	site.Limit = 20
	list := large(count)
	list[0].Published = noon.Add(time.Hour) // under embargo
	return open(t, site, list...)
}

// publishInAnotherProcess runs the test [TestPublishedFromAnotherProcess] in another process.
func publishInAnotherProcess(t testing.TB, dir string, count int) (d done) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestPublishedFromAnotherProcess$")
	child.Env = append(os.Environ(), "FEEDDIR_PUBLISHED_TO="+dir, "FEEDDIR_PUBLISHED="+strconv.Itoa(count))
	out, err := child.Output()
	require.NoError(t, err, "%s", out)
	require.NoError(t, json.NewDecoder(bytes.NewReader(out)).Decode(&d), "%s", out)
	return d
}

func TestPublishedFromAnotherProcess(t *testing.T) {
	dir := os.Getenv("FEEDDIR_PUBLISHED_TO")
	if dir == "" {
		return // it is run by the others
	}
	count, err := strconv.Atoi(os.Getenv("FEEDDIR_PUBLISHED"))
	require.NoError(t, err)
	require.NoError(t, json.NewEncoder(os.Stdout).Encode(publishCounted(t, dir, openLarge(t, count))))
}

// DISC-7
func TestUnchangedPublicationIsNeitherMadeNorWritten(t *testing.T) {
	count := 300
	if testing.Short() {
		count = 60
	}
	dir := t.TempDir()
	archive := openLarge(t, count)
	first := publishCounted(t, dir, archive)
	before := files(t, dir)
	require.NotZero(t, first.Result.Written)
	require.GreaterOrEqual(t, first.Made, int64(first.Result.Feeds))
	assert.Equal(t, noon.Add(time.Hour), first.Result.NextChange)
	want := Result{Feeds: first.Result.Feeds, Unchanged: first.Result.Written, NextChange: first.Result.NextChange}
	for name, again := range map[string]done{
		"the same archive": publishCounted(t, dir, archive),
		"another archive":  publishCounted(t, dir, openLarge(t, count)),
		"another process":  publishInAnotherProcess(t, dir, count),
	} {
		assert.Zero(t, again.Made, "%s: feeds made", name)
		assert.Zero(t, again.Steps, "%s: changes to the folder", name)
		assert.Equal(t, want, again.Result, name)
	}
	assert.Equal(t, before, files(t, dir))
}

// A second run over 20,000 unchanged articles, in the same process and in another one, compared
// with the first. It writes 3 GB below TMPDIR:
//
//	go test -run '^$' -bench UnchangedPublication -benchtime 1x ./feeddir
func BenchmarkUnchangedPublication(b *testing.B) {
	const count, rounds = 20_000, 5
	var first, same, process time.Duration
	var feeds, files int
	for b.Loop() {
		dir := b.TempDir()
		archive := openLarge(b, count)
		d := publishCounted(b, dir, archive)
		first, feeds, files = first+d.Took, d.Result.Feeds, d.Result.Written
		same += median(rounds, func() done { return publishCounted(b, dir, archive) })
		process += median(rounds, func() done { return publishInAnotherProcess(b, dir, count) })
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(feeds), "feeds")
	b.ReportMetric(float64(files), "files")
	b.ReportMetric(first.Seconds()/float64(b.N), "first-s")
	b.ReportMetric(same.Seconds()/float64(b.N), "again-s")
	b.ReportMetric(process.Seconds()/float64(b.N), "process-s")
	b.ReportMetric(first.Seconds()/same.Seconds(), "first/again")
	b.ReportMetric(first.Seconds()/process.Seconds(), "first/process")
}

// Runs over 100,000 articles with 10,000 archive pages: without a change, and after one more
// article. It also reports what the versions of all pages take, in the same archive and the first
// time in a new one, and what parsing the manifest takes. It writes 400 MB below TMPDIR:
//
//	go test -run '^$' -bench ManyPages -benchtime 1x ./feeddir
func BenchmarkManyPages(b *testing.B) {
	const count, rounds = 100_000, 5
	site := courier()
	site.Limit, site.Kinds = 20, []syndicate.Kind{syndicate.KindSite, syndicate.KindCategory}
	var same, one, versions, fresh, manifest time.Duration
	var written, pages int
	for b.Loop() {
		dir := b.TempDir()
		archive := open(b, site, articles(1, count)...)
		first := publishCounted(b, dir, archive)
		pages = first.Result.Feeds
		same += median(rounds, func() done { return publishCounted(b, dir, archive) })
		n := 0
		one += median(rounds, func() done {
			a := numbered(-n)
			a.Published = noon.Add(time.Duration(n-rounds) * time.Second)
			n++
			require.NoError(b, archive.Add(a))
			d := publishCounted(b, dir, archive)
			written = d.Result.Written
			return d
		})
		every := func(archive *syndicate.Archive) time.Duration {
			start := time.Now()
			for info, err := range archive.Scopes(b.Context()) {
				require.NoError(b, err)
				for page := range info.Pages + 1 {
					_, err := archive.Version(b.Context(), info.Scope.AtPage(page))
					require.NoError(b, err)
				}
			}
			return time.Since(start)
		}
		versions += every(archive)
		fresh += every(open(b, site, articles(1, count)...))
		text, err := os.ReadFile(filepath.Join(dir, manifestFile))
		require.NoError(b, err)
		manifest += median(rounds, func() done {
			start := time.Now()
			_, err := parseManifest(string(text))
			require.NoError(b, err)
			return done{Took: time.Since(start)}
		})
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(pages), "feeds")
	b.ReportMetric(float64(written), "written")
	b.ReportMetric(same.Seconds()/float64(b.N), "again-s")
	b.ReportMetric(one.Seconds()/float64(b.N), "one-more-s")
	b.ReportMetric(versions.Seconds()/float64(b.N), "versions-s")
	b.ReportMetric(fresh.Seconds()/float64(b.N), "fresh-versions-s")
	b.ReportMetric(manifest.Seconds()/float64(b.N), "manifest-s")
}

func median(rounds int, run func() done) time.Duration {
	var took []time.Duration
	for range rounds {
		took = append(took, run().Took)
	}
	slices.Sort(took)
	return took[rounds/2]
}
