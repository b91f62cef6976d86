package sqlquery_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// What is read again, and what is refused. The tests with databases are in internal/mariadb.

// stamped is a database with a stamp for each post, and its words.
type stamped struct{ stamps, posts, words, changed answer }

func newStamped() *stamped {
	return &stamped{
		stamps:  answer{columns: []string{"id", "changed"}},
		posts:   answer{columns: []string{"id", "url", "title", "published"}},
		words:   answer{columns: []string{"post", "name"}},
		changed: answer{columns: []string{"n"}},
	}
}

// set sets a post, with its stamp.
func (s *stamped) set(id, stamp int64, title string) {
	for _, table := range []struct {
		a   *answer
		row []driver.Value
	}{{&s.stamps, []driver.Value{id, stamp}}, {&s.posts, []driver.Value{id, fmt.Sprintf("/%d/", id), title, "1999-01-01"}}} {
		kept := [][]driver.Value{}
		for _, row := range table.a.rows {
			if row[0] != id {
				kept = append(kept, row)
			}
		}
		table.a.rows = append(kept, table.row)
	}
}

// bubble runs a test with a query of the database, in a bubble of synctest.
func (s *stamped) bubble(t *testing.T, do func(*testing.T, *sqlquery.Query)) {
	synctest.Test(t, func(t *testing.T) {
		q := &sqlquery.Query{
			Site: courier, DB: scripted{"stamps": &s.stamps, "posts": &s.posts, "words": &s.words, "changed": &s.changed}.open(t),
			SQL: "posts ({?})", Lists: map[string]string{"tags": "words ({$})"}, Stamps: []string{"stamps", "words"}, OnError: func(error) {},
		}
		do(t, q)
	})
}

// keys counts the keys of the queries since the last call.
func (s *stamped) keys() (counts []int) {
	for _, keys := range s.posts.keys {
		counts = append(counts, len(keys))
	}
	s.posts.keys = nil
	return counts
}

func TestStampsReadOnlyWhatChanged(t *testing.T) {
	s := newStamped()
	for id := range int64(1200) {
		s.set(id+1, 1, "old")
	}
	s.bubble(t, func(t *testing.T, q *sqlquery.Query) {
		titles(q, everything)
		assert.Equal(t, []int{500, 500, 200}, s.keys(), "in pieces")
		pass(time.Minute)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, []int{500, 500, 200}, s.keys(), "once more, for changes within the second")
		for range 3 {
			pass(time.Minute)
			titles(q, everything)
			synctest.Wait()
		}
		assert.Empty(t, s.keys())

		s.set(7, 2, "new")
		pass(time.Minute)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, []int{1}, s.keys())
		s.set(7, 2, "newer") // within the second
		pass(time.Minute)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, []int{1}, s.keys())
		feed, err := q.Preview(t.Context(), everything)
		require.NoError(t, err)
		assert.Len(t, feed.Articles, 20)
		s.words.rows = [][]driver.Value{{int64(9), "word"}, {int64(9999), "nobody's"}}
		pass(time.Minute)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, "old", titles(q, syndicate.WithTag("word")), "a row of another query counts")
		assert.Equal(t, []int{1}, s.keys())

		s.set(8, 1, "without a stamp")
		pass(time.Hour)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, []int{500, 500, 200}, s.keys(), "all are read now and then")
		require.NoError(t, q.Reload(t.Context()))
		assert.Equal(t, []int{500, 500, 200}, s.keys())
	})
}

// An article that another one keeps out is published when that one leaves.
func TestRefusedArticleIsReadAgainWhenOthersChange(t *testing.T) {
	s := newStamped()
	s.set(1, 1, "first")
	s.set(2, 1, "second")
	s.posts.columns = []string{"key", "url", "title", "published"}
	s.posts.rows[1][1] = "/1/"
	s.bubble(t, func(t *testing.T, q *sqlquery.Query) {
		assert.ErrorIs(t, q.Reload(t.Context()), syndicate.RuleDuplicateID)
		assert.Equal(t, "first", titles(q, everything))
		s.stamps.rows, s.posts.rows = s.stamps.rows[1:], s.posts.rows[1:]
		pass(time.Minute)
		titles(q, everything)
		synctest.Wait()
		assert.Equal(t, "second", titles(q, everything))
	})
}

func TestStampsThatAreNotUnderstoodAreErrors(t *testing.T) {
	for says, change := range map[string]func(*stamped, *sqlquery.Query){
		"SQL: with Stamps, the query must select":     func(_ *stamped, q *sqlquery.Query) { q.SQL = "posts" },
		"Lists: tags: with Stamps":                    func(_ *stamped, q *sqlquery.Query) { q.Lists["tags"] = "words" },
		"but there are no Stamps":                     func(_ *stamped, q *sqlquery.Query) { q.Stamps = nil },
		"Stamps: query 1: row 1: the key is NULL":     func(s *stamped, _ *sqlquery.Query) { s.stamps.rows[0][0] = nil },
		"row 1: the time 2000-01-01T00:00:00Z is not": func(s *stamped, _ *sqlquery.Query) { s.stamps.rows[0][0] = time.Now().UTC() },
		"the key \"1\" occurs twice":                  func(s *stamped, _ *sqlquery.Query) { s.stamps.rows = append(s.stamps.rows, s.stamps.rows[0]) },
		"two rows have the key \"1\"":                 func(s *stamped, _ *sqlquery.Query) { s.posts.rows = append(s.posts.rows, s.posts.rows[0]) },
		"the key \"/1/\" is not one of": func(s *stamped, _ *sqlquery.Query) {
			s.posts.columns[0], s.posts.columns[1] = "comment_count", "key"
			s.posts.columns = append(s.posts.columns[:4:4], "url")
			s.posts.rows[0] = append(s.posts.rows[0], "/")
		},
		"Lists: tags: row 1: true (bool) is not a key": func(s *stamped, q *sqlquery.Query) {
			q.SQL, q.Lists["tags"], q.Stamps = "posts", "words", nil
			s.words.rows = [][]driver.Value{{true, "x"}}
		},
	} {
		s := newStamped()
		s.set(1, 1, "one")
		s.bubble(t, func(t *testing.T, q *sqlquery.Query) {
			change(s, q)
			_, err := q.Feed(t.Context(), everything)
			assert.ErrorContains(t, err, says)
		})
	}
}

// ChangedSQL may return times of whole seconds, which do not show a second change within the
// second.
func TestChangeIsFollowedByOneMoreReading(t *testing.T) {
	s := newStamped()
	s.set(1, 1, "one")
	s.bubble(t, func(t *testing.T, q *sqlquery.Query) {
		q.SQL, q.Lists, q.Stamps, q.ChangedSQL = "posts", nil, nil, "changed"
		reads := func() int {
			before := s.posts.asked
			pass(time.Minute)
			titles(q, everything)
			synctest.Wait()
			return s.posts.asked - before
		}
		titles(q, everything)
		assert.Equal(t, []int{1, 0, 0}, []int{reads(), reads(), reads()})
		s.changed.rows = [][]driver.Value{{int64(1)}}
		assert.Equal(t, 1, reads())
		s.set(1, 1, "two")
		assert.Equal(t, 1, reads())
		assert.Equal(t, "two", titles(q, everything))
		assert.Zero(t, reads())
		s.set(1, 1, "unnoticed")
		pass(time.Hour)
		assert.Equal(t, 1, reads())
		assert.Equal(t, "unnoticed", titles(q, everything), "all are read now and then")
		q.Recheck = -1
		pass(2 * time.Hour)
		assert.Zero(t, reads())
	})
}

// many returns articles.
func many(n int) (articles []syndicate.Article) {
	for i := range n {
		a := piece(1, "a")
		a.URL = fmt.Sprintf("/%d/", i)
		articles = append(articles, a)
	}
	return articles
}

func TestReadingThatWouldRetractMuchIsRefused(t *testing.T) {
	draft := func(a syndicate.Article) syndicate.Article { a.Draft = true; return a }
	tests := map[string]struct {
		before, after []syndicate.Article
		change        func(*sqlquery.Query)
		refused       string
	}{
		"ten of few":               {many(15), many(5), nil, ""},
		"eleven of few":            {many(15), many(4), nil, "11 of 15 visible articles would be retracted, at most 10"},
		"all of few":               {many(2), nil, nil, "all 2 visible articles would be retracted"},
		"a tenth of many":          {many(200), many(180), nil, ""},
		"more than a tenth":        {many(200), many(179), nil, "21 of 200 visible articles would be retracted, at most 20"},
		"a number that is set":     {many(20), many(8), func(q *sqlquery.Query) { q.MaxRetracted = 12 }, ""},
		"a share that is set":      {many(200), many(100), func(q *sqlquery.Query) { q.MaxRetractedShare = 0.5 }, ""},
		"a smaller one":            {many(200), many(185), func(q *sqlquery.Query) { q.MaxRetractedShare = 0.01 }, "15 of 200"},
		"any number":               {many(200), nil, func(q *sqlquery.Query) { q.MaxRetracted = -1 }, ""},
		"drafts":                   {many(12), append(many(1), draft(many(2)[1])), nil, "11 of 12"},
		"an embargo":               {many(2), []syndicate.Article{with(many(1)[0], func(a *syndicate.Article) { a.Published = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) })}, nil, "all 2"},
		"an expiry":                {many(1), []syndicate.Article{with(many(1)[0], func(a *syndicate.Article) { a.Expires = time.Date(1999, 2, 1, 0, 0, 0, 0, time.UTC) })}, nil, "all 1"},
		"refused ones, and why":    {many(1), []syndicate.Article{with(many(1)[0], func(a *syndicate.Article) { a.Published = time.Time{} })}, nil, "Published: missing"},
		"others take their places": {many(2), []syndicate.Article{piece(5)}, nil, ""},
		"others, but too many go":  {many(20), []syndicate.Article{piece(5)}, nil, "20 of 20"},
		"nothing was visible":      {[]syndicate.Article{draft(piece(1))}, nil, nil, ""},
		"all of them change":       {many(100), with100(), nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			articles := test.before
			q := &sqlquery.Query{
				Site: courier, Refresh: -1, OnError: func(error) {},
				Articles: func(context.Context) iter.Seq2[syndicate.Article, error] { return yielding(articles...) },
			}
			if test.change != nil {
				test.change(q)
			}
			require.NoError(t, q.Reload(t.Context()))
			before := titles(q, everything)
			articles = test.after
			err := q.Reload(t.Context())
			if test.refused == "" {
				require.NoError(t, err)
				return
			}
			var refused *sqlquery.RetractionError
			require.ErrorAs(t, err, &refused)
			assert.ErrorContains(t, err, test.refused)
			assert.ErrorContains(t, err, "call Query.ReloadRetracting once, or set Query.MaxRetracted")
			assert.Equal(t, before, titles(q, everything))
			assert.NotErrorAs(t, q.ReloadRetracting(t.Context()), &refused)
			assert.NotErrorAs(t, q.Reload(t.Context()), &refused, "it is done")
		})
	}
}

func with(a syndicate.Article, change func(*syndicate.Article)) syndicate.Article {
	change(&a)
	return a
}

func with100() []syndicate.Article {
	articles := many(100)
	for i := range articles {
		articles[i].Title = "changed"
	}
	return articles
}

// While a read is refused, the database is not read again and again, and the feeds stay.
func TestRefusedReadingIsTriedOnceEachRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{articles: []syndicate.Article{piece(1)}}
		q := s.query(nil)
		titles(q, everything)
		s.set(func() { s.articles = nil })
		for range 30 {
			pass(10 * time.Second)
			assert.Equal(t, "01", titles(q, everything))
			synctest.Wait()
		}
		assert.Equal(t, 6, s.count(), "once a minute")
		assert.Len(t, s.told(), 1)
		pass(2 * time.Hour)
		_, err := q.Feed(t.Context(), everything)
		var refused *sqlquery.RetractionError
		assert.ErrorAs(t, err, &refused, "it is stale by now")
		require.NoError(t, q.ReloadRetracting(t.Context()))
		assert.Equal(t, "", titles(q, everything))
	})
}

type word string

type decimal struct{ text string }

func (d decimal) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// Drivers return values of more types than package sql/driver names.
func TestValuesOfOtherTypesAreRead(t *testing.T) {
	for _, given := range []any{uint64(7), int32(7), uint8(7), float32(7), word("7"), decimal{"7"}, []byte("7"), uint(7)} {
		q := queried(t, map[string]driver.Value{"id": given, "comment_count": given, "expires": nil})
		a, err := article(t, q)
		require.NoError(t, err, "%T", given)
		assert.Equal(t, "7", a.ID, "%T", given)
		assert.Equal(t, 7, a.CommentCount, "%T", given)
	}
	a, err := article(t, queried(t, map[string]driver.Value{"id": uint64(1<<64 - 1), "summary": float32(0.1)}))
	require.NoError(t, err)
	assert.Equal(t, "18446744073709551615", a.ID)
	assert.Equal(t, "0.1", a.Summary)
	for _, id := range []any{[]byte("\xff0123456789abcdef"), []byte{0, 1, 2}, "a\nb"} {
		_, err := article(t, queried(t, map[string]driver.Value{"id": id}))
		assert.ErrorContains(t, err, "id: ")
		assert.ErrorContains(t, err, "such as lower(hex(id))")
	}
}

// A broken query may leave out every article: the error stays short.
func TestErrorsNameTheFirstHundredArticles(t *testing.T) {
	articles := many(150)
	for i := range articles {
		articles[i].Published = time.Time{}
	}
	q := &sqlquery.Query{Site: courier, OnError: func(error) {}, Articles: func(context.Context) iter.Seq2[syndicate.Article, error] { return yielding(articles...) }}
	err := q.Reload(t.Context())
	assert.ErrorContains(t, err, "https://www.example.com/99/")
	assert.NotContains(t, err.Error(), "https://www.example.com/100/")
	assert.ErrorContains(t, err, "50 more articles are left out")
}
