package storetest

import (
	"context"
	"fmt"
	"iter"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/extremes"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// badTexts are what people and programs put into any field.
var badTexts = []string{
	"\n", "<b>bold</b>", "a < b & c", "😀", "Atom", "../..", "jane@example.com", "javascript:alert(1)", "https://me:secret@example.com/x",
	"http://[", "https://exa mple.com/", "mp3", "en_US", "klingon", "\u202e", "]]>", "{{.Title}}",
}

// badTimes are dates that no article has.
var badTimes = []time.Time{
	time.Unix(0, 0), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(math.MaxInt32+1, 0), time.Date(2024, 1, 2, 0, 0, 0, 0, time.FixedZone("", 3661)),
}

// badDetails returns articles each of which has one bad value in one optional field.
func badDetails() (articles []syndicate.Article) {
	a := new(syndicate.Article)
	*a = full()
	a.Expires = time.Time{}
	// An article has an address, and a date that is not in the future.
	except := []string{"ID", "URL", "Published", "Expires"}
	fields(a, except, badTexts, badTimes, func(path string, value reflect.Value) {
		bad := *a
		n := len(articles)
		bad.ID, bad.URL, bad.Published = fmt.Sprintf("bad %d %s", n, path), fmt.Sprintf("/bad/%d/", n), day(1).Add(time.Duration(n)*time.Second)
		// The next value is set in the same memory.
		bad.Authors, bad.Contributors, bad.Tags = slices.Clone(a.Authors), slices.Clone(a.Contributors), slices.Clone(a.Tags)
		bad.Categories, bad.Enclosures = slices.Clone(a.Categories), slices.Clone(a.Enclosures)
		for i, c := range bad.Categories {
			if c.Parent != nil {
				bad.Categories[i].Parent = new(*c.Parent)
			}
		}
		if a.Image.Thumbnail != nil {
			bad.Image.Thumbnail = new(*a.Image.Thumbnail)
		}
		articles = append(articles, bad)
	})
	return articles
}

// badDetail claims that a bad value in an optional field costs a store no article, and that its
// feeds are those of an archive and of a query over the same articles, to the last byte.
func badDetail(t *testing.T, d Database) {
	articles := badDetails()
	require.Greater(t, len(articles), 800)
	site := Site()
	site.Limit = 50
	clock := at(day(9))
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = clock.now
	store := d.Open(t, site)
	store.Clock = clock.now
	for batch := range slices.Chunk(articles, 200) {
		require.NoError(t, store.Add(t.Context(), batch...))
	}
	query := &sqlquery.Query{Site: site, Clock: clock.now, Refresh: -1, Articles: func(context.Context) iter.Seq2[syndicate.Article, error] {
		return func(yield func(syndicate.Article, error) bool) {
			for _, a := range articles {
				if !yield(a, nil) {
					return
				}
			}
		}
	}}
	require.NoError(t, query.Reload(t.Context()))
	shown := 0
	for page := range 1 + len(articles)/site.Limit {
		for what, source := range map[string]syndicate.Source{"store": store, "query": query} {
			scope := syndicate.Everything().AtPage(page)
			want, err := archive.Feed(t.Context(), scope)
			if err != nil {
				continue
			}
			got, err := source.Feed(t.Context(), scope)
			require.NoError(t, err, "%s: %s", what, scope)
			assertSame(t, seen(want), seen(got), "%s: %s", what, scope)
			if page > 0 && what == "store" {
				shown += strings.Count(seen(got), `{"id":"bad `)
			}
		}
	}
	assert.Greater(t, shown, len(articles)-2*site.Limit, "the archive pages have all but the newest")
	assert.Equal(t, len(infos(t, archive)), len(infos(t, store)))
	assert.Equal(t, len(articles), d.count(t, "syndicate_articles"))
}

// fields calls visit with each field below the struct that root points to, and with a value of its
// type: the extreme ones, and those of texts and times that people get wrong. It goes into structs,
// pointers and the first element of slices, and leaves out the paths that are in except. Visit
// is called while the field has the value. After that, fields restores it.
func fields(root any, except []string, texts []string, times []time.Time, visit func(path string, value reflect.Value)) {
	set := func(path string, field, value reflect.Value) {
		before := reflect.New(field.Type()).Elem()
		before.Set(field)
		field.Set(value)
		visit(path, value)
		field.Set(before)
	}
	var walk func(path string, field reflect.Value)
	walk = func(path string, field reflect.Value) {
		if slices.Contains(except, path) {
			return
		}
		switch field.Kind() {
		case reflect.Interface, reflect.Func, reflect.Map, reflect.Uint8:
			return
		case reflect.Struct:
			if field.Type() == reflect.TypeFor[time.Time]() {
				for _, value := range times {
					set(path, field, reflect.ValueOf(value))
				}
				return
			}
			for i, at := range reflect.VisibleFields(field.Type()) {
				if at.IsExported() {
					walk(strings.TrimPrefix(path+"."+at.Name, "."), field.Field(i))
				}
			}
		case reflect.Pointer:
			if !field.IsNil() {
				walk(path, field.Elem())
			}
		case reflect.Slice:
			if field.Len() > 0 {
				set(path, field, reflect.Append(field.Slice(0, field.Len()), reflect.Zero(field.Type().Elem())))
				set(path, field, reflect.Append(field.Slice(0, field.Len()), field.Index(0)))
				walk(path+"[0]", field.Index(0))
			}
		}
		if path == "" || field.Kind() == reflect.Struct {
			return
		}
		var own []string
		if field.Kind() == reflect.String {
			own = texts
		}
		for _, value := range extremes.Of(field.Type(), own...) {
			set(path, field, value)
		}
	}
	walk("", reflect.ValueOf(root).Elem())
}
