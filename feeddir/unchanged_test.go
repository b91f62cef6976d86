package feeddir

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
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

func median(rounds int, run func() done) time.Duration {
	var took []time.Duration
	for range rounds {
		took = append(took, run().Took)
	}
	slices.Sort(took)
	return took[rounds/2]
}
