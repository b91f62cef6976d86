// Many articles at once: they come into an archive by another way than single ones, which has to lead to the
// same feeds, pages and times; and what one change costs does not depend on how many there are.
package syndicate_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// agency makes up articles of the first days of January 2024: many of one hour, some never to be seen, some
// under embargo, some with an end that has come, that will come or that comes too early.
type agency struct {
	*rand.Rand
	sections []syndicate.Category
	written  int
}

func newAgency(seed uint64) *agency {
	military := &syndicate.Category{Name: "Military"}
	exports := syndicate.Category{Name: "Arms exports", Parent: military}
	return &agency{
		Rand:     rand.New(rand.NewPCG(seed, 0)),
		sections: []syndicate.Category{*military, exports, {Name: "Intelligence", Slug: "one"}, {Name: "An intelligence", Slug: "one"}},
	}
}

// moment is a full hour of the first days of January.
func (n *agency) moment(days int) time.Time {
	return january(1).Add(time.Duration(n.IntN(days*24)) * time.Hour)
}

func (n *agency) article() syndicate.Article {
	n.written++
	a := syndicate.Article{
		ID:        fmt.Sprintf("number %d", n.written),
		URL:       fmt.Sprintf("/%d/", n.IntN(1000)),
		Title:     fmt.Sprintf("%d", n.written),
		Published: n.moment(8),
		Draft:     n.IntN(10) == 0,
	}
	if n.IntN(3) == 0 {
		a.Published = january(2 + n.IntN(2))
	}
	if n.IntN(4) == 0 {
		a.Expires = n.moment(10)
	}
	for _, i := range n.Perm(len(n.sections))[:n.IntN(3)] {
		a.Categories = append(a.Categories, n.sections[i])
	}
	for range n.IntN(4) {
		tag := syndicate.Tag{Name: string(rune('a' + n.IntN(6)))}
		if n.IntN(3) == 0 {
			tag = syndicate.Tag{Name: "A", Description: fmt.Sprint("of ", n.IntN(3)), URL: fmt.Sprint("/a/", n.IntN(3))}
		}
		a.Tags = append(a.Tags, tag)
	}
	if n.IntN(2) == 0 {
		a.Authors = []syndicate.Author{{Name: "Abdullah Bozkurt"}}
	}
	return a
}

func (n *agency) articles(count int) []syndicate.Article {
	articles := make([]syndicate.Article, count)
	for i := range articles {
		articles[i] = n.article()
	}
	return articles
}

// assertSame compares all that can be asked of two archives.
func assertSame(t *testing.T, want, got *syndicate.Archive) {
	t.Helper()
	require.Equal(t, infosOf(t, want), infosOf(t, got))
	require.Equal(t, want.NextChange(), got.NextChange())
	feeds := everyFeed(t, got)
	for name, feed := range everyFeed(t, want) {
		require.Equal(t, feed, feeds[name], name)
	}
}

func infosOf(t *testing.T, archive *syndicate.Archive) (infos []syndicate.ScopeInfo) {
	t.Helper()
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		infos = append(infos, info)
	}
	return infos
}

// inTime are articles in the order in which they appear.
func inTime(articles []syndicate.Article) []syndicate.Article {
	return slices.SortedStableFunc(slices.Values(articles), func(a, b syndicate.Article) int {
		switch {
		case syndicate.Newer(&a, &b):
			return 1
		case syndicate.Newer(&b, &a):
			return -1
		}
		return 0
	})
}

// until sets the clock to each moment at which time changes something, and asks for a feed then.
func until(t *testing.T, archive *syndicate.Archive, clock *handClock, end time.Time) {
	t.Helper()
	for {
		next := archive.NextChange()
		if next.IsZero() || next.After(end) {
			break
		}
		clock.Set(next)
	}
	clock.Set(end)
	feedOf(t, archive, syndicate.Everything())
}

// seeds is of how many histories a test tells, given how many it does when there is time.
func seeds(n uint64) uint64 {
	if testing.Short() {
		return n / 5
	}
	return n
}

func TestArchiveThatIsFilledAtOnceIsAsIfItHadBeenThereAllAlong(t *testing.T) {
	for seed := range seeds(40) {
		n := newAgency(seed)
		site := limited(1 + n.IntN(5))
		articles := n.articles(n.IntN(120))

		atOnce := openArchive(t, site, clockAt(january(6)), articles...)
		clock := clockAt(january(1).Add(-time.Hour))
		allAlong := openArchive(t, site, clock, articles...)
		until(t, allAlong, clock, january(6))

		assertSame(t, allAlong, atOnce)
	}
}

func TestChangesAtOnceAreAsIfTheyWereMadeOneByOne(t *testing.T) {
	for seed := range seeds(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { assertSameAtOnce(t, seed) })
		})
	}
}

func assertSameAtOnce(t *testing.T, seed uint64) {
	n := newAgency(seed)
	site := limited(1 + n.IntN(5))
	site.Tombstones = 30 * time.Hour
	there := n.articles(n.IntN(60))
	clock, other := clockAt(january(2)), clockAt(january(2))
	atOnce, oneByOne := openArchive(t, site, clock, there...), openArchive(t, site, other, there...)
	toldAtOnce, toldOneByOne := toldOf(t, atOnce), toldOf(t, oneByOne)

	for day := 3; day < 8; day++ {
		clock.Set(january(day))
		until(t, oneByOne, other, january(day))
		more := n.articles(n.IntN(30))
		require.NoError(t, atOnce.Add(more...))
		for _, a := range inTime(more) {
			require.NoError(t, oneByOne.Add(a))
		}
		there = append(there, more...)

		n.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
		gone := ids(there[:len(there)/6])
		there = there[len(gone):]
		require.NoError(t, atOnce.Remove(gone...))
		for _, id := range gone {
			require.NoError(t, oneByOne.Remove(id))
		}

		corrected := slices.Clone(there[:len(there)/6])
		for i := range corrected {
			corrected[i].Title += ", corrected"
			corrected[i].Tags = slices.Clone(corrected[i].Tags) // other tags might close other pages: it matters who is first
			for j := range corrected[i].Tags {
				corrected[i].Tags[j].Description = fmt.Sprint("after ", n.IntN(3))
			}
		}
		require.NoError(t, atOnce.Update(corrected...))
		for _, a := range corrected {
			require.NoError(t, oneByOne.Update(a))
		}
		assertSame(t, oneByOne, atOnce)
	}
	assert.Equal(t, toldOneByOne(), toldAtOnce(), "seed %d", seed)
}

// Contents that are replaced are those of an archive that was filled with them, except that pages keep their
// ends; so here they have none.
func TestReplacedContentsAreThoseOfANewArchive(t *testing.T) {
	for seed := range uint64(20) {
		n := newAgency(seed)
		before, after := n.articles(30), n.articles(30)
		after = append(after, before[:10]...)
		clock := clockAt(january(6))
		archive := openArchive(t, limited(100), clock, before...)
		feedOf(t, archive, syndicate.Everything())
		require.NoError(t, archive.Replace(after...))

		fresh := openArchive(t, limited(100), clock, after...)
		require.Equal(t, pagesOf(t, fresh), pagesOf(t, archive), "seed %d", seed)
		require.Equal(t, fresh.NextChange(), archive.NextChange(), "seed %d", seed)
	}
}

// pagesOf lists the titles on the pages of every scope.
func pagesOf(t *testing.T, archive *syndicate.Archive) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		for page := range info.Pages + 1 {
			scope := info.Scope.AtPage(page)
			all[scope.String()+" "+info.Title] = titles(feedOf(t, archive, scope))
		}
	}
	return all
}

func ids(articles []syndicate.Article) (ids []string) {
	for _, a := range articles {
		ids = append(ids, a.ID)
	}
	return ids
}

// toldOf watches an archive from a synctest bubble, and returns in the end which scopes it was told of.
func toldOf(t *testing.T, archive *syndicate.Archive) func() []syndicate.Scope {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	told, ended := map[syndicate.Scope]bool{}, make(chan struct{})
	go func() {
		defer close(ended)
		for scopes := range archive.Changes(ctx) {
			for _, scope := range scopes {
				told[scope] = true
			}
		}
	}()
	synctest.Wait()
	return func() []syndicate.Scope {
		synctest.Wait()
		cancel()
		<-ended
		return slices.SortedFunc(maps.Keys(told), syndicate.Scope.Compare)
	}
}
