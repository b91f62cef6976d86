package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// articlesOf returns the articles of a listing.
func articlesOf(t testing.TB, store *sqlstore.Store, listing sqlstore.Listing) (entries []sqlstore.Entry) {
	t.Helper()
	for e, err := range store.Articles(t.Context(), listing) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return entries
}

// change returns the number of the last change.
func (d Database) change(t testing.TB) (n int64) {
	t.Helper()
	require.NoError(t, d.SQL.QueryRowContext(t.Context(), "SELECT change FROM syndicate_state").Scan(&n))
	return n
}

// editable claims that an article that was read as it was given, and is given again, has not
// changed, and that a change of one field is a change of that field.
func editable(t *testing.T, d Database) {
	site := Site()
	store := d.Open(t, site)
	clock := at(day(9))
	store.Clock = clock.now
	r := rand.New(rand.NewPCG(1, 2))
	given := full()
	given.Content = `<p onclick="x()">As <script>it</script> was given`
	articles := []syndicate.Article{given}
	for range 60 {
		articles = append(articles, randomArticle(r, clock.now()))
	}
	store.Add(t.Context(), athome(site.URL, articles)...) // some are there twice
	_, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	entries := articlesOf(t, store, sqlstore.Listing{})
	require.Greater(t, len(entries), 25)
	require.Len(t, entries, d.count(t, "syndicate_articles"))
	before := d.change(t)
	for _, e := range entries {
		same, err := store.Article(t.Context(), e.ID)
		require.NoError(t, err, e.ID)
		assert.Equal(t, e, same)
		require.NoError(t, store.Update(t.Context(), e.Article))
		require.Equal(t, before, d.change(t), "%+v", e.Article)
	}
	e, err := store.Article(t.Context(), "4711-full")
	require.NoError(t, err)
	assert.Equal(t, given.Content, e.Article.Content)
	assert.Equal(t, "/full/", e.Article.URL)
	assert.Equal(t, "/m/a", e.Article.Categories[0].URL)
	e.Article.Title = "Another title"
	require.NoError(t, store.Update(t.Context(), e.Article))
	again, err := store.Article(t.Context(), "/full/")
	require.NoError(t, err)
	assert.Equal(t, e, again)

	// After a move the addresses are those of the new site.
	site.URL = "https://news.example.net/"
	moved := d.Open(t, site)
	moved.Clock = clock.now
	before = d.change(t)
	for _, e := range articlesOf(t, moved, sqlstore.Listing{}) {
		require.NoError(t, moved.Update(t.Context(), e.Article))
		require.Equal(t, before, d.change(t), "%+v", e.Article)
	}
	_, err = store.Article(t.Context(), "/nowhere/")
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}

// listedArticles claims of lists of articles, their parts, states, counts and titles.
func listedArticles(t *testing.T, d Database) {
	store := d.Open(t, Site())
	clock := at(day(20))
	store.Clock = clock.now
	var articles []syndicate.Article
	want := map[sqlstore.State]int{}
	for n := range 40 {
		a := numbered(n + 1)
		state := sqlstore.Published
		switch {
		case n%5 == 1:
			a.Draft, state = true, sqlstore.Draft
		case n%5 == 2:
			a.Expires, state = day(n+1).Add(-time.Hour), sqlstore.Expired
		case n%5 == 3 && n < 19:
			a.Expires, state = day(n+1).Add(time.Hour), sqlstore.Expired
		case n >= 20:
			state = sqlstore.Scheduled
		}
		a.Title = fmt.Sprintf("%s: KILIÇ Ilık Éclair number %d", state, n)
		want[state]++
		articles = append(articles, a)
	}
	require.NoError(t, store.Add(t.Context(), articles...))
	all := articlesOf(t, store, sqlstore.Listing{})
	require.Len(t, all, 40)
	assert.True(t, slices.IsSortedFunc(all, func(a, b sqlstore.Entry) int { return b.Article.Published.Compare(a.Article.Published) }))

	// Parts are the whole.
	var parts []sqlstore.Entry
	for after := ""; ; after = parts[len(parts)-1].Cursor {
		part := articlesOf(t, store, sqlstore.Listing{Limit: 7, After: after})
		parts = append(parts, part...)
		if len(part) < 7 {
			break
		}
	}
	assert.Equal(t, all, parts)

	total := 0
	for _, state := range []sqlstore.State{sqlstore.Published, sqlstore.Draft, sqlstore.Scheduled, sqlstore.Expired} {
		some := articlesOf(t, store, sqlstore.Listing{State: state})
		assert.Len(t, some, want[state], state)
		for _, e := range some {
			assert.Equal(t, state, e.State)
			assert.True(t, strings.HasPrefix(e.Article.Title, state.String()+":"), e.Article.Title)
		}
		total += len(some)
	}
	assert.Equal(t, 40, total)
	counts, err := store.Counts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, sqlstore.Counts{
		All: 40, Published: want[sqlstore.Published], Drafts: want[sqlstore.Draft],
		Scheduled: want[sqlstore.Scheduled], Expired: want[sqlstore.Expired],
	}, counts)
	feed, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, counts.Published)

	for title, found := range map[string]int{
		"kilic": 40, "ILIK eclair": 40, "draft kılıç": want[sqlstore.Draft], "number 39": 1, "nothing": 0, " ": 40,
	} {
		assert.Len(t, articlesOf(t, store, sqlstore.Listing{Title: title}), found, title)
	}
	assert.Len(t, articlesOf(t, store, sqlstore.Listing{Title: "number 3", Limit: 5}), 5)
	for _, wrong := range []sqlstore.Listing{{After: "x"}, {After: "1.%"}, {After: "1.AA"}, {After: "1._w"}, {State: 9}, {State: -1}} {
		for _, err := range store.Articles(t.Context(), wrong) {
			assert.ErrorContains(t, err, "sqlstore: list: the")
		}
	}
	for _, id := range []string{"", "a\x00b", "\xff", "/\x00/", "%", strings.Repeat("x", 10_000)} {
		_, err := store.Article(t.Context(), id)
		assert.ErrorIs(t, err, syndicate.ErrNotFound, "%.10q", id)
		assert.Len(t, problems(t, store.Remove(t.Context(), id)), 1, "%.10q", id)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, err := range store.Articles(ended, sqlstore.Listing{}) {
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// listedWhileEdited claims that an article that is edited while it is read or listed is found, in
// one of its versions.
func listedWhileEdited(t *testing.T, d Database) {
	store, other := d.Open(t, Site()), d.Open(t, Site())
	var articles []syndicate.Article
	for n := range 250 {
		articles = append(articles, syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "before", Published: day(1).Add(-time.Duration(n) * time.Minute), Tags: syndicate.Tags("before")})
	}
	require.NoError(t, store.Add(t.Context(), articles...))
	infos(t, store)
	edit := func(n int, title string) {
		articles[n].Title, articles[n].Tags = title, syndicate.Tags(title)
		require.NoError(t, other.Update(t.Context(), articles[n]))
	}
	listed, edits := map[string]int{}, 0
	for e, err := range store.Articles(t.Context(), sqlstore.Listing{}) {
		require.NoError(t, err)
		listed[e.ID]++
		// Most of these are known to the list by the numbers of their rows.
		if len(listed)%20 == 1 && len(listed) < 200 {
			edits++
			edit(249, fmt.Sprint("edit ", edits))
			edit(248, fmt.Sprint("edit ", edits))
			require.NoError(t, other.Remove(t.Context(), fmt.Sprintf("/%d/", 246-edits)))
		}
	}
	assert.Len(t, listed, 250-edits)
	for id, times := range listed {
		assert.Equal(t, 1, times, id)
	}

	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 150 {
			article := articles[0]
			article.Title = fmt.Sprint(n)
			assert.NoError(t, other.Update(t.Context(), article))
		}
	}()
	missed := 0
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
			if _, err := store.Article(t.Context(), "/0/"); err != nil {
				missed++
			}
		}
	}
	assert.Zero(t, missed)
	assert.NoError(t, other.Remove(t.Context(), "/0/"))
	_, err := store.Article(t.Context(), "/0/")
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}

// copies claims that a store, and an archive, is the same after it was copied elsewhere and back.
func copies(t *testing.T, from, to Database) {
	clock := at(day(20))
	r := rand.New(rand.NewPCG(3, 4))
	archive, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	archive.Clock = clock.now
	articles := athome(Site().URL, []syndicate.Article{full()})
	for range 60 {
		articles = append(articles, athome(Site().URL, []syndicate.Article{randomArticle(r, clock.now())})...)
	}
	archive.Add(articles...) // some are there twice
	first := from.Open(t, Site())
	first.Clock = clock.now
	given := archive.Articles()
	require.NotEmpty(t, given)
	assert.True(t, slices.IsSortedFunc(given, func(a, b syndicate.Article) int {
		if syndicate.Newer(&b, &a) {
			return 1
		}
		return -1
	}))
	n, err := first.Import(t.Context(), failing(given, nil))
	require.NoError(t, err)
	assert.Equal(t, len(given), n)
	assertAlike(t, "from the archive", archive, first)

	// The same site at another address.
	elsewhere := Site()
	elsewhere.URL = "https://news.example.net/"
	moved := from.Open(t, elsewhere)
	moved.Clock = clock.now
	second := to.Open(t, elsewhere)
	second.Clock = clock.now
	n, err = second.Import(t.Context(), moved.Export(t.Context()))
	require.NoError(t, err)
	assert.Equal(t, len(given), n)
	for _, info := range infos(t, moved) {
		want, err := moved.Feed(t.Context(), info.Scope)
		require.NoError(t, err)
		got, err := second.Feed(t.Context(), info.Scope)
		require.NoError(t, err)
		require.Len(t, got.Articles, len(want.Articles))
		for i, a := range want.Articles {
			assert.Equal(t, moved.Publication().ArticleID(a.ID), second.Publication().ArticleID(got.Articles[i].ID))
			assert.Equal(t, a.URL, got.Articles[i].URL)
		}
	}
	back, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	back.Clock = clock.now
	for a, err := range first.Export(t.Context()) {
		require.NoError(t, err)
		require.NoError(t, back.Add(a))
	}
	assertAlike(t, "to an archive", archive, back)

	// What is imported is not collected first.
	third := to.Open(t, elsewhere)
	seq := func(yield func(syndicate.Article, error) bool) {
		for n := range 2300 {
			if n == 2250 {
				counts, err := third.Counts(t.Context())
				require.NoError(t, err)
				assert.Equal(t, len(given)+2000, counts.All)
			}
			if !yield(syndicate.Article{URL: fmt.Sprintf("/import/%d/", n), Title: "T", Published: day(1), Draft: true}, nil) {
				return
			}
		}
	}
	n, err = third.Import(t.Context(), seq)
	require.NoError(t, err)
	assert.Equal(t, 2300, n)

	// Again, and with an error in the middle.
	n, err = second.Import(t.Context(), moved.Export(t.Context()))
	assert.Zero(t, n)
	assert.Len(t, problems(t, err), len(given))
	broken := errors.New("the source has failed")
	n, err = second.Import(t.Context(), failing([]syndicate.Article{numbered(1), numbered(1)}, broken))
	assert.Zero(t, n)
	assert.ErrorIs(t, err, broken)
}

// failing yields articles and then an error, unless that is nil.
func failing(articles []syndicate.Article, err error) iter.Seq2[syndicate.Article, error] {
	return func(yield func(syndicate.Article, error) bool) {
		for _, a := range articles {
			if !yield(a, nil) {
				return
			}
		}
		if err != nil {
			yield(syndicate.Article{}, err)
		}
	}
}

// forgotten claims that what no article names any more is deleted: at once with the last article of
// a name, and otherwise by Prune, and that feeds stay the same.
func forgotten(t *testing.T, d Database) {
	clock := at(day(20))
	archive, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	archive.Clock = clock.now
	store := d.Open(t, Site())
	store.Clock = clock.now
	article := func(n int, email string) syndicate.Article {
		a := numbered(n, fmt.Sprint("tag ", n), "common")
		a.Authors = []syndicate.Author{{Name: fmt.Sprint("Author ", n), Email: fmt.Sprintf("%d@example.com", n)}, {Name: "Ann", Email: email}}
		a.Categories = syndicate.Categories(fmt.Sprintf("Top/Below/%d", n), fmt.Sprintf("Own %d/Below", n))
		return a
	}
	both := func(what string, do func(c changer) error) {
		t.Helper()
		require.NoError(t, do(archive), what)
		require.NoError(t, do(unbound{store, t.Context()}), what)
		assertAlike(t, what, archive, store)
	}
	both("add", func(c changer) error { return c.Add(article(1, "old@example.com"), article(2, "old@example.com")) })
	both("remove", func(c changer) error { return c.Remove("/01/") })
	has := func(email string) int { return d.count(t, "syndicate_terms WHERE email = '"+email+"'") }
	assert.Zero(t, has("1@example.com"))
	assert.Zero(t, d.count(t, "syndicate_terms WHERE name IN ('tag 1', 'Author 1', '1', 'Own 1')"))
	assert.Zero(t, d.count(t, "syndicate_scopes WHERE names LIKE '%Author 1%'"))
	assert.Equal(t, 1, has("2@example.com"))

	// Of two names of one scope that an article has, one counts. The other is kept, too.
	twice := article(3, "old@example.com")
	twice.Tags = syndicate.Tags("Kilic", "Kılıç")
	both("two names", func(c changer) error { return c.Add(twice) })
	both("update", func(c changer) error { return c.Update(article(2, "new@example.com")) })
	twice.Authors = nil
	both("no author", func(c changer) error { return c.Update(twice) })
	assert.Equal(t, 1, has("old@example.com"), "one form of two")
	rows, err := store.Prune(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, rows)
	assert.Zero(t, has("old@example.com"))
	assert.Equal(t, 1, has("new@example.com"))
	assert.Equal(t, 2, d.count(t, "syndicate_terms WHERE name IN ('Kilic', 'Kılıç')"))
	assertAlike(t, "pruned", archive, store)
	require.NoError(t, store.Update(t.Context(), twice))

	// The scopes of the first article are empty, and a day later nobody needs them.
	clock.unix.Add(25 * 3600)
	empty := d.count(t, "syndicate_scopes WHERE articles = 0 AND n > 1")
	require.Positive(t, empty)
	rows, err = store.Prune(t.Context())
	require.NoError(t, err)
	assert.Equal(t, empty, rows)
	assert.Zero(t, d.count(t, "syndicate_scopes WHERE key IN ('author-1', 'tag-1')"))
	assertAlike(t, "pruned again", archive, store)
	both("add again", func(c changer) error { return c.Add(article(1, "old@example.com")) })
	both("remove all", func(c changer) error { return c.Replace() })
	assert.Zero(t, d.count(t, "syndicate_terms"))
	rows, err = store.Prune(t.Context())
	require.NoError(t, err)
	assert.Zero(t, rows)
	d.assertConsistent(t)
}

// prunedElsewhere claims that a server notices that another one has deleted forms of a name.
func prunedElsewhere(t *testing.T, d Database) {
	clock := at(day(20))
	store, other := d.Open(t, Site()), d.Open(t, Site())
	store.Clock, other.Clock = clock.now, clock.now
	infos(t, store)
	// Two forms of one tag.
	require.NoError(t, store.Add(t.Context(), numbered(1, "Kılıç"), numbered(2, "Kilic")))
	require.NoError(t, store.Update(t.Context(), numbered(1, "Kilic")))
	rows, err := other.Prune(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, rows)
	// Of two forms that an article has, one counts.
	require.NoError(t, store.Add(t.Context(), numbered(3, "Kilic", "Kılıç")))
	for _, s := range []*sqlstore.Store{store, other} {
		feed, err := s.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.Equal(t, []string{"03", "02", "01"}, titlesOf(feed))
		e, err := s.Article(t.Context(), "/03/")
		if assert.NoError(t, err) {
			assert.Len(t, e.Article.Tags, 2)
		}
	}
	before := d.change(t)
	_, err = other.Prune(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before, d.change(t), "nothing was deleted")
	d.assertConsistent(t)
}

// measured claims that every call is reported, with what it was given and what it read.
func measured(t *testing.T, d Database) {
	store := d.Open(t, Site())
	var calls []sqlstore.Call
	store.OnCall = func(c sqlstore.Call) {
		assert.Positive(t, c.Duration)
		c.Duration = 0
		calls = append(calls, c)
	}
	require.NoError(t, store.Add(t.Context(), numbered(1), numbered(2)))
	for range 2 {
		_, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
	}
	_, missing := store.Feed(t.Context(), syndicate.WithTag("none"))
	require.Error(t, missing)
	unknown := store.Remove(t.Context(), "/9/")
	require.Error(t, unknown)
	_, err := store.Article(t.Context(), "/01/")
	require.NoError(t, err)
	articlesOf(t, store, sqlstore.Listing{})
	assert.Equal(t, []sqlstore.Call{
		{Method: "Add", Articles: 2},
		{Method: "Feed", Articles: 2, Misses: 2},
		{Method: "Feed", Articles: 2, Hits: 2},
		{Method: "Feed", Err: missing},
		{Method: "Remove", Articles: 1, Err: unknown},
		{Method: "Article", Articles: 1},
		{Method: "Articles", Articles: 2},
	}, calls)
}
