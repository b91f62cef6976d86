package sqlquery_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/sqlquery"
	"github.com/syndicate-go/syndicate/websub"
)

var (
	_ websub.Watcher      = (*sqlquery.Query)(nil)
	_ syndicate.Versioner = (*sqlquery.Query)(nil)
)

// Whatever store the articles come from, a query of it is a Source like any other.
func TestQueryTellsTheStory(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		editor := &editor{articles: articles}
		editor.Query = &sqlquery.Query{Site: site, Articles: editor.all, Refresh: -1, Clock: clock, OnError: func(error) {}, MaxRetracted: -1}
		return editor
	})
}

// editor changes the articles of a content management system that a Query knows nothing of, but
// that it is told to read again.
type editor struct {
	*sqlquery.Query
	mu       sync.Mutex
	articles []syndicate.Article
}

func (e *editor) all(context.Context) iter.Seq2[syndicate.Article, error] {
	e.mu.Lock()
	defer e.mu.Unlock()
	return yielding(slices.Clone(e.articles)...)
}

func (e *editor) set(articles []syndicate.Article) error {
	e.mu.Lock()
	e.articles = articles
	e.mu.Unlock()
	return e.Reload(context.Background())
}

// Add takes back an article that is refused, one by one.
func (e *editor) Add(articles ...syndicate.Article) error {
	var refused []error
	for _, article := range articles {
		before := e.articles
		if err := e.set(append(slices.Clip(before), article)); err != nil {
			refused = append(refused, err, e.set(before))
		}
	}
	return errors.Join(refused...)
}

func (e *editor) Update(articles ...syndicate.Article) error {
	var problems []error
	next := slices.Clone(e.articles)
	for _, article := range articles {
		if i := e.find(e.id(article)); i >= 0 {
			next[i] = article
		} else {
			problems = append(problems, &syndicate.Problem{Article: article.URL, Rule: syndicate.RuleUnknownID})
		}
	}
	return errors.Join(append(problems, e.set(next))...)
}

func (e *editor) Remove(ids ...string) error {
	var problems []error
	next := slices.Clone(e.articles)
	for _, id := range ids {
		if i := e.find(id); i >= 0 {
			next[i].URL = ""
		} else {
			problems = append(problems, &syndicate.Problem{Article: id, Rule: syndicate.RuleUnknownID})
		}
	}
	next = slices.DeleteFunc(next, func(a syndicate.Article) bool { return a.URL == "" })
	return errors.Join(append(problems, e.set(next))...)
}

func (e *editor) Replace(articles ...syndicate.Article) error { return e.set(articles) }

// id returns the id of an article in the feeds.
func (e *editor) id(a syndicate.Article) string {
	a.Tags, a.Categories, a.Authors = nil, nil, nil
	checked, err := e.Publication().Article(a)
	if err != nil {
		return ""
	}
	return cmp.Or(checked.ID, checked.URL)
}

// find returns where the article stands that has an id, or an address.
func (e *editor) find(id string) int {
	address, _ := e.Publication().Resolve(id)
	return slices.IndexFunc(e.articles, func(a syndicate.Article) bool {
		url, _ := e.Publication().Resolve(a.URL)
		return e.id(a) == id || url != "" && url == address
	})
}

// yielding yields articles, and no error.
func yielding(articles ...syndicate.Article) iter.Seq2[syndicate.Article, error] {
	return func(yield func(syndicate.Article, error) bool) {
		for _, article := range articles {
			if !yield(article, nil) {
				return
			}
		}
	}
}

var courier = syndicate.Site{URL: "https://www.example.com/", Title: "The Courier", Language: "en", TagAuthority: "example.com,2020"}

// piece is an article with tags, of a day in January 1999: a synctest bubble begins with the year
// 2000.
func piece(n int, tags ...string) syndicate.Article {
	return syndicate.Article{
		URL: fmt.Sprintf("/%02d/", n), Title: fmt.Sprintf("%02d", n), Content: "<p>Body</p>",
		Published: time.Date(1999, 1, n, 12, 0, 0, 0, time.UTC), Tags: syndicate.Tags(tags...),
	}
}

// titles returns the titles in the feed of a scope, or why there is none.
func titles(source syndicate.Source, scope syndicate.Scope) string {
	feed, err := source.Feed(context.Background(), scope)
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, article := range feed.Articles {
		all = append(all, article.Title)
	}
	return strings.Join(all, " ")
}

func TestQueryOfARefusedSiteAnswersWithThat(t *testing.T) {
	q := &sqlquery.Query{Site: syndicate.Site{URL: "https://www.example.com/"}, Articles: func(context.Context) iter.Seq2[syndicate.Article, error] { return yielding() }}
	assert.Empty(t, q.Publication().Site().URL)
	_, err := q.Feed(t.Context(), syndicate.Everything())
	assert.ErrorIs(t, err, syndicate.RuleMissing)
	_, err = q.Version(t.Context(), syndicate.Everything())
	assert.ErrorIs(t, err, syndicate.RuleMissing)
	for _, err = range q.Scopes(t.Context()) {
		assert.ErrorIs(t, err, syndicate.RuleMissing)
	}
	assert.ErrorIs(t, q.Reload(t.Context()), syndicate.RuleMissing)
	assert.ErrorIs(t, q.Redirect(syndicate.WithTag("a"), syndicate.WithTag("b")), syndicate.RuleMissing)
	assert.ErrorIs(t, q.CloseScope(syndicate.WithTag("a")), syndicate.RuleMissing)
	for range q.Changes(t.Context()) {
		assert.Fail(t, "nothing changes")
	}
}

func TestQueryMustKnowWhatToAsk(t *testing.T) {
	function := func(context.Context) iter.Seq2[syndicate.Article, error] { return yielding() }
	db := scripted{}.open(t)
	for name, q := range map[string]*sqlquery.Query{
		"nothing":                     {},
		"a database without a query":  {DB: db},
		"a query without a database":  {SQL: "articles"},
		"a query and a function":      {DB: db, SQL: "articles", Articles: function},
		"lists of a function":         {DB: db, Articles: function, Lists: map[string]string{"tags": "tags"}},
		"two ways to tell changes":    {DB: db, Articles: function, ChangedSQL: "changed", Changed: func(context.Context) (string, error) { return "", nil }},
		"changes without their store": {Articles: function, ChangedSQL: "changed"},
	} {
		q.Site, q.OnError = courier, func(error) {}
		_, err := q.Feed(t.Context(), syndicate.Everything())
		assert.ErrorContains(t, err, "either Articles, or DB and SQL", name)
	}
}

func TestQueryShowsPreviewsAndAnswersForWhatMoved(t *testing.T) {
	hidden := piece(3, "a")
	hidden.Draft = true
	q := &sqlquery.Query{Site: courier, Articles: func(context.Context) iter.Seq2[syndicate.Article, error] { return yielding(piece(1, "a"), hidden) }}
	require.NoError(t, q.Redirect(syndicate.WithTag("old"), syndicate.WithTag("a")))
	require.NoError(t, q.CloseScope(syndicate.WithTag("closed")))
	feed, err := q.Preview(t.Context(), syndicate.WithTag("a"))
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 2)
	assert.Equal(t, "01", titles(q, syndicate.WithTag("a")))
	_, err = q.Feed(t.Context(), syndicate.WithTag("old"))
	assert.ErrorIs(t, err, syndicate.ErrMoved)
	_, err = q.Feed(t.Context(), syndicate.WithTag("closed"))
	assert.ErrorIs(t, err, syndicate.ErrGone)
	_, err = q.Feed(t.Context(), syndicate.WithTag("unknown"))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}
