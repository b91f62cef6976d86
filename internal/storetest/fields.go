package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/media"
)

// full is an article that has everything.
func full() syndicate.Article {
	top := &syndicate.Category{Name: "Military", Slug: "mil", Description: "All of it", URL: "/m/"}
	return syndicate.Article{
		ID: "4711-full", URL: "/full/", Title: "A title", Summary: "A summary", Content: `<p>A <a href="x">body</a></p>`,
		Published: time.Date(2024, 1, 2, 3, 4, 5, 6, time.FixedZone("odd", 5*3600+1800)),
		Updated:   time.Date(2024, 1, 3, 3, 4, 5, 6, time.FixedZone("odd", -9*3600)),
		Expires:   day(30),
		Authors:   []syndicate.Author{{Name: "Ann", Slug: "a-n-n", URL: "/ann", Avatar: "/ann.png", Email: "ann@example.com"}, {Name: "Bob"}},
		Contributors: []syndicate.Author{
			{Name: "Carl", Slug: "whatever", URL: "/carl", Email: "carl@example.com"}, {Name: "Dora"},
		},
		Categories: []syndicate.Category{{Name: "Arms", Slug: "arms", Parent: top, Description: "Exports", URL: "/m/a"}, {Name: "Second"}, *top},
		Tags:       []syndicate.Tag{{Name: "Tag", Slug: "t-a-g", Description: "About it", URL: "/tag-page"}, {Name: "Other"}},
		Image: syndicate.Image{URL: "/i.jpg", Type: "image/jpeg", Width: 3, Height: 4, Size: 5, Alt: "Alt", Credit: "Credit",
			Thumbnail: &syndicate.Image{URL: "/t.png", Width: 1, Height: 2}},
		Banner: "/b.png",
		Enclosures: []syndicate.Enclosure{{URL: "/e.mp3", Type: "audio/mpeg", Size: 1 << 40, Duration: 3*time.Hour + 7*time.Nanosecond, Title: "Sound"},
			{URL: "/f.mp3"}},
		Language: "tr", ExternalURL: "https://elsewhere.example/", CommentsURL: "/full/#comments", CommentsFeed: "/full/feed", CommentCount: 17,
		Rights: "© somebody",
		Origin: syndicate.Origin{ID: "tag:example.org,2020:feed", Title: "Elsewhere", URL: "https://example.org/feed", Updated: day(1).Add(-time.Hour)},
	}
}

// everyField claims that nothing of an article is lost on the way into the database and back.
func everyField(t *testing.T, d Database) {
	site := Site()
	site.Extensions = []syndicate.Extension{media.Images{}}
	site.AuthorEmails = true
	site.CategoryPaths = true
	bare := syndicate.Article{URL: "/bare/", Title: "Bare", Published: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}
	old := syndicate.Article{URL: "/1969/", Summary: "Old", Published: time.Unix(-1, 0), Updated: time.Unix(0, 0), Origin: syndicate.Origin{URL: "/o"}}
	late := syndicate.Article{URL: "/9999/", Title: "Late", Published: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
	archive, err := syndicate.NewArchive(site, full(), bare, old, late)
	require.NoError(t, err)
	clock := at(day(9))
	archive.Clock = clock.now
	store := d.Open(t, site)
	store.Clock = clock.now
	require.NoError(t, store.Add(t.Context(), full(), bare, old, late))
	assertAlike(t, "all fields", archive, store)

	checked, err := archiveArticle(archive, "4711-full")
	require.NoError(t, err)
	read, err := archiveArticle(store, "4711-full")
	require.NoError(t, err)
	assert.Equal(t, checked, read, "also what no feed shows")
	clock.unix.Store(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix())
	assertAlike(t, "at the end of time", archive, store)
}

// archiveArticle returns an article from the site's feed, as text.
func archiveArticle(source syndicate.Source, id string) (string, error) {
	feed, err := source.Feed(context.Background(), syndicate.Everything())
	if err != nil {
		return "", err
	}
	for _, a := range feed.Articles {
		if a.ID == id {
			same := *a
			lines := []string{fmt.Sprintf("%+v", same.Contributors), fmt.Sprintf("%+v", same.Enclosures), fmt.Sprintf("%+v", same.Origin), fmt.Sprintf("%+v", same.Authors),
				fmt.Sprintf("%+v", *same.Image.Thumbnail), fmt.Sprint(same.Expires, same.Updated, same.Published, same.Tags)}
			for i := range same.Categories {
				for c := &same.Categories[i]; c != nil; c = c.Parent {
					lines = append(lines, fmt.Sprintf("%q %q %q %q", c.Name, c.Slug, c.Description, c.URL))
				}
			}
			return strings.Join(lines, "\n"), nil
		}
	}
	return "", fmt.Errorf("no article %q", id)
}

// hostile are texts that have broken databases.
var hostile = []string{
	`'; DROP TABLE syndicate_articles; --`, `"`, `\`, `\'`, `$1 ?`, "%s %d", "{in}{clock}", "\x00nul", "tab\tand\nline", "İstanbul ıIiğ", "e\u0301 é", "日本語", "👩‍👩‍👧‍👦 \U0001F1F9\U0001F1F7",
	"\u202eright to left", "\ufeffmark", "\xff\xfe invalid", "]]>", "<b>&amp;</b>", "null", "NULL", "0x00", "1e309", "\U0010FFFF\uFFFE", "\u2028\u2029", "[1,2]", `{"a":1}`,
}

// hostileTexts claims that no text does more than to be there.
func hostileTexts(t *testing.T, d Database) {
	site := Site()
	site.Limit = 100
	var articles []syndicate.Article
	for i, text := range hostile {
		a := full()
		a.ID = fmt.Sprintf("id %d %s", i, text)
		a.URL = fmt.Sprintf("/hostile/%d", i)
		a.Title, a.Summary, a.Rights, a.Content = "t "+text, "s "+text, "r "+text, "<p>"+text+"</p>"
		a.Tags = []syndicate.Tag{{Name: "n " + text, Slug: fmt.Sprintf("s%d", i), Description: text}}
		a.Authors = []syndicate.Author{{Name: "a " + text, Slug: fmt.Sprintf("a%d", i)}}
		a.Contributors = []syndicate.Author{{Name: "c " + text}}
		a.Categories = []syndicate.Category{{Name: "c " + text, Slug: fmt.Sprintf("c%d", i), Description: text}}
		a.Image.Alt, a.Image.Credit, a.Origin.Title, a.Enclosures[0].Title = text, text, text, text
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	store := d.Open(t, site)
	clock := at(day(9))
	archive.Clock, store.Clock = clock.now, clock.now
	assert.Equal(t, problems(t, err), problems(t, store.Add(t.Context(), articles...)))
	require.NoError(t, err)
	assertAlike(t, "hostile texts", archive, store)
	for i, text := range hostile {
		assert.Equal(t, problems(t, archive.Remove(text)), problems(t, store.Remove(t.Context(), text)), text)
		if i%2 == 0 {
			id := fmt.Sprintf("id %d %s", i, text)
			assert.Equal(t, problems(t, archive.Remove(id)), problems(t, store.Remove(t.Context(), id)), text)
		}
		_, want := archive.Feed(t.Context(), syndicate.WithTag(text))
		_, got := store.Feed(t.Context(), syndicate.WithTag(text))
		assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got), text)
	}
	assertAlike(t, "hostile texts, half of them removed", archive, store)
}

// whatCannotBeHeld claims that what would be lost, or fail for one database alone, is refused with
// a reason.
func whatCannotBeHeld(t *testing.T, d Database) {
	store := d.Open(t, Site())
	long := strings.Repeat("ğ", 1001)
	for want, a := range map[string]syndicate.Article{
		"ID":            {ID: long, URL: "/1/", Title: "x", Published: day(1)},
		"URL":           {ID: "x", URL: "/" + strings.Repeat("y", 2000), Title: "x", Published: day(1)},
		"Categories[0]": {URL: "/2/", Title: "x", Published: day(1), Categories: []syndicate.Category{*deep(20)}},
	} {
		err := store.Add(t.Context(), a, numbered(5))
		found, ok := err.(syndicate.Problems)
		require.True(t, ok, "%s: %v", want, err)
		assert.Equal(t, want, found[0].Field)
		require.NoError(t, store.Remove(t.Context(), "/05/"), "the others entered")
	}
	assert.Zero(t, d.count(t, "syndicate_articles"))
	edge := syndicate.Article{ID: strings.Repeat("z", 1960), URL: "/4/", Title: "x", Published: day(1), Categories: []syndicate.Category{*deep(9)}}
	assert.NoError(t, store.Add(t.Context(), edge), "as long as may be")
}

// refusedLeavesNothing claims that what is refused takes no place in the database that others then
// get.
func refusedLeavesNothing(t *testing.T, d Database) {
	archive, err := syndicate.NewArchive(Site())
	require.NoError(t, err)
	store := d.Open(t, Site())
	archive.Clock = at(day(20)).now
	store.Clock = archive.Clock
	tags := func(name string, n int) (names []string) {
		for _, letter := range "abcd" {
			names = append(names, fmt.Sprintf("%s %d %c", name, n, letter))
		}
		return names
	}
	for n := 1; n <= 12; n++ {
		again := numbered(1, tags("refused", n)...)
		another := numbered(n, append(tags("tag", n), tags("refused", n/2)...)...)
		for _, a := range []syndicate.Article{another, again} {
			assert.Equal(t, problems(t, archive.Add(a)), problems(t, store.Add(t.Context(), a)))
		}
		if n%4 == 0 {
			assertAlike(t, fmt.Sprint("after ", n), archive, store)
		}
	}
	d.assertConsistent(t)
}

// failedLeavesNothing claims that a write of which some statement fails leaves nothing, however
// many it had done and waits for.
func failedLeavesNothing(t *testing.T, d Database) {
	store := d.Open(t, Site())
	store.Clock = at(day(9)).now
	require.NoError(t, store.Add(t.Context(), numbered(1)))
	_, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	var articles []syndicate.Article
	for n := range 2000 {
		articles = append(articles, syndicate.Article{
			ID: fmt.Sprint("many ", n), URL: fmt.Sprintf("/many/%d/", n), Title: fmt.Sprint(n), Published: day(3).Add(time.Duration(n) * time.Second), Tags: syndicate.Tags(fmt.Sprint("tag ", n%50)),
		})
	}
	taken := articles[1000]
	d.exec(t, fmt.Sprintf("INSERT INTO syndicate_article_scopes (scope, age, key, article) VALUES (1, %d, '%s', 0)", -taken.Published.Unix(), taken.ID))
	count := func() (counts [6]int) {
		for i, table := range []string{"articles", "article_scopes", "scopes", "terms", "pages", "agenda"} {
			counts[i] = d.count(t, "syndicate_"+table)
		}
		return counts
	}
	before := count()
	var problems syndicate.Problems
	err = store.Add(t.Context(), articles...)
	require.Error(t, err, "somebody else has written there")
	require.False(t, errors.As(err, &problems))
	assert.Equal(t, before, count())
	d.exec(t, "DELETE FROM syndicate_article_scopes WHERE article = 0")
	require.NoError(t, store.Add(t.Context(), articles...))
	d.assertConsistent(t)
}

// deep is a category below others, each with a long slug.
func deep(depth int) (c *syndicate.Category) {
	for range depth {
		c = &syndicate.Category{Name: strings.Repeat("x", 200), Parent: c}
	}
	return c
}

// brokenRows claims that a row that somebody has made unfit is left out and told of, and nothing
// else with it.
func brokenRows(t *testing.T, d Database) {
	for column, value := range map[string]string{
		"url": "''", "image": "'{'", "origin": "'[]'", "enclosures": "'{}'", "contributors": "'1'", "tags": "'x'", "authors": "'[999]'", "categories": "'[-1]'",
		"title": "'', summary = '', content = ''",
	} {
		store := d.Open(t, Site())
		store.Clock = at(day(9)).now
		var told []error
		store.OnError = func(err error) { told = append(told, err) }
		require.NoError(t, store.Replace(t.Context(), full(), numbered(1)))
		d.exec(t, "UPDATE syndicate_articles SET "+column+" = "+value+" WHERE id = '4711-full'")
		feed, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err, column)
		require.Len(t, feed.Articles, 1, column)
		assert.Equal(t, "01", feed.Articles[0].Title)
		require.Len(t, told, 1, column)
		assert.ErrorContains(t, told[0], "syndicate_articles ")
		require.NoError(t, store.Replace(t.Context(), numbered(1)), "it can be put right: %s", column)
	}
	below := numbered(2)
	below.Categories = []syndicate.Category{{Name: "Below", Parent: &syndicate.Category{Name: "Middle", Parent: &syndicate.Category{Name: "Top"}}}}
	store := d.Open(t, Site())
	store.Clock = at(day(9)).now
	require.NoError(t, store.Replace(t.Context(), below, numbered(1)))
	d.exec(t, "DELETE FROM syndicate_terms WHERE name = 'Top'")
	var told []error
	store.OnError = func(err error) { told = append(told, err) }
	for range 2 {
		feed, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		assert.Len(t, feed.Articles, 1, "a category that is cut off is none")
	}
	assert.Len(t, told, 2)
	for _, wrong := range []string{"title = NULL", "age = 'x'", "draft = 'y'"} {
		_, err := d.SQL.ExecContext(t.Context(), "UPDATE syndicate_articles SET "+wrong)
		assert.Error(t, err, "the schema keeps out %s", wrong)
	}
}
