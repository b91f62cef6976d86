package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// Recorder holds the statements that a store sends, as the driver gets them.
type Recorder struct {
	// Before is called before each statement, if it is set.
	Before func(text string)

	mu         sync.Mutex
	on         bool
	statements []Statement
}

// Statement is one of them.
type Statement struct {
	Text   string
	Params []any
}

// Record takes in a statement; drivers' hooks call it.
func (r *Recorder) Record(text string, params []any) {
	if r.Before != nil {
		r.Before(text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.on {
		r.statements = append(r.statements, Statement{text, slices.Clone(params)})
	}
}

// During returns the statements that f makes a store send.
func (r *Recorder) During(f func()) []Statement {
	r.mu.Lock()
	r.on, r.statements = true, nil
	r.mu.Unlock()
	f()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.on = false
	return r.statements
}

// Filled fills a store with enough articles in a tree of categories, under tags and by authors,
// that a database has to choose a good way through them.
func Filled(t testing.TB, store *sqlstore.Store) {
	t.Helper()
	top := &syndicate.Category{Name: "Top"}
	var categories []syndicate.Category
	for n := range 10 {
		categories = append(categories, syndicate.Category{Name: fmt.Sprint("Section ", n), Parent: top})
	}
	var articles []syndicate.Article
	for n := range 6000 {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("/%d/", n), Title: fmt.Sprint(n), Content: "<p>Body</p>", Published: day(1).AddDate(0, 0, -n%3000),
			Categories: categories[n%10 : n%10+1], Tags: syndicate.Tags(fmt.Sprint("tag ", n%500), "common"), Authors: []syndicate.Author{{Name: fmt.Sprint("Author ", n%50)}},
		})
		if n%10 == 7 {
			hidden := articles[len(articles)-1]
			hidden.URL += "hidden/"
			switch n / 10 % 3 {
			case 0:
				hidden.Draft = true
			case 1:
				hidden.Published = time.Now().AddDate(0, 0, 1+n/10)
			case 2:
				hidden.Expires = hidden.Published.Add(time.Hour)
			}
			articles = append(articles, hidden)
		}
	}
	for some := range slices.Chunk(articles, 1000) {
		require.NoError(t, store.Add(t.Context(), some...))
	}
	_, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
}

// reads are what is asked of a store by those who read, with how many statements it answers the
// first time and later. A feed takes one for what it consists of. At first there is one more for
// the articles that were in no feed before, and one for their terms, with another for the
// categories above them. A list of scopes takes one for each kind. A preview takes one for the
// time, one for the lineage, and for what it consists of one of a site, and five where something is
// hidden.
var reads = []struct {
	name         string
	do           func(*testing.T, *sqlstore.Store)
	first, later int
	by           string // an index that must be used; "" is any
}{
	{"the site", feedOf(syndicate.Everything()), 4, 1, ""},
	{"a category", feedOf(syndicate.InCategory("top/section-3")), 4, 1, ""},
	{"a category above others", feedOf(syndicate.InCategory("top")), 4, 1, ""},
	{"a tag", feedOf(syndicate.WithTag("tag-7")), 4, 1, ""},
	{"an author", feedOf(syndicate.ByAuthor("author-7")), 4, 1, ""},
	{"the first page", feedOf(syndicate.Everything().AtPage(1)), 4, 1, ""},
	{"a page in the middle", feedOf(syndicate.Everything().AtPage(150)), 4, 1, ""},
	{"the page that is being filled", feedOf(syndicate.InCategory("top").AtPage(300)), 4, 1, ""},
	{"a preview of the site", previewOf(syndicate.Everything()), 6, 3, "syndicate_articles_in_order"},
	{"a preview of a category above others", previewOf(syndicate.InCategory("top")), 10, 7, "syndicate_articles_hidden"},
	{"a preview of a tag", previewOf(syndicate.WithTag("tag-7")), 9, 6, "syndicate_articles_hidden"},
	{"a preview of an author", previewOf(syndicate.ByAuthor("author-7")), 9, 6, "syndicate_articles_hidden"},
	{"all scopes", func(t *testing.T, store *sqlstore.Store) { assert.Len(t, infos(t, store), 1+11+501+50) }, 6, 6, ""},
}

func feedOf(scope syndicate.Scope) func(*testing.T, *sqlstore.Store) {
	return func(t *testing.T, store *sqlstore.Store) {
		feed, err := store.Feed(t.Context(), scope)
		require.NoError(t, err)
		assert.NotEmpty(t, feed.Articles)
	}
}

func previewOf(scope syndicate.Scope) func(*testing.T, *sqlstore.Store) {
	return func(t *testing.T, store *sqlstore.Store) {
		feed, err := store.Preview(t.Context(), scope)
		require.NoError(t, err)
		assert.True(t, slices.ContainsFunc(feed.Articles, func(a *syndicate.Article) bool { return strings.HasSuffix(a.URL, "hidden/") }))
	}
}

// AssertIndexed claims of every way of reading that it takes few statements and finds what it wants
// by an index, in order. Explain returns the plan of a statement as lines; wrong tells the lines
// where all of a table is read, or something sorted.
func AssertIndexed(t *testing.T, store *sqlstore.Store, recorder *Recorder, explain func(Statement) []string, wrong func(line string) bool) {
	for _, read := range reads {
		t.Run(read.name, func(t *testing.T) {
			statements := recorder.During(func() { read.do(t, store) })
			assert.NotEmpty(t, statements)
			assert.LessOrEqual(t, len(statements), read.first)
			var plans strings.Builder
			for _, statement := range statements {
				assert.NotContains(t, strings.ToUpper(statement.Text), "OFFSET")
				plan := explain(statement)
				t.Log(strings.Join(plan, "\n"))
				plans.WriteString(strings.Join(plan, "\n"))
				assert.False(t, slices.ContainsFunc(plan, wrong), "%s\n%s", statement.Text, strings.Join(plan, "\n"))
			}
			assert.Contains(t, plans.String(), read.by)
			assert.LessOrEqual(t, len(recorder.During(func() { read.do(t, store) })), read.later, "statements, the second time")
		})
	}
	t.Run("versions of pages", func(t *testing.T) {
		versions := func() {
			for page := range 256 {
				_, err := store.Version(t.Context(), syndicate.Everything().AtPage(1+page))
				require.NoError(t, err)
			}
		}
		// Each reads those of its neighbours too, and they are known as soon as the store watches
		// the database. Then only the query for changes may come between.
		for _, statement := range recorder.During(versions) {
			plan := explain(statement)
			assert.False(t, slices.ContainsFunc(plan, wrong), "%s\n%s", statement.Text, strings.Join(plan, "\n"))
		}
		one := numbered(20)
		one.URL = "/one/more/"
		require.NoError(t, store.Add(t.Context(), one))
		few := func() bool { return len(recorder.During(versions)) <= 6 }
		for until := time.Now().Add(patience); !few() && time.Now().Before(until); {
			time.Sleep(time.Millisecond)
		}
		assert.True(t, few(), "a statement for each page")
	})
}
