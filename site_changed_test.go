// A checked site may be changed, and what feeds remember of articles is remembered for what it said before.
package syndicate_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

func TestAddressesAreNotPublishedOnceTheyAreSwitchedOff(t *testing.T) {
	site, err := syndicate.Site{URL: "https://example.com/", Title: "Example", AuthorEmails: true}.Check()
	require.NoError(t, err)
	article, err := site.Article(syndicate.Article{URL: "/1/", Title: "x", Published: noon, Authors: []syndicate.Author{{Name: "X", Email: "secret@example.com"}}})
	require.NoError(t, err)
	selection := syndicate.Selection{Articles: []*syndicate.Article{article}}
	shown := site.Feed(syndicate.Everything(), selection)
	require.Contains(t, string(shown.Append(nil, syndicate.RSS)), "secret@")
	public := site
	public.AuthorEmails = false
	feeds := map[string]*syndicate.Feed{
		"the site's own article":    public.Feed(syndicate.Everything(), selection),
		"one that a feed has shown": public.Feed(syndicate.Everything(), syndicate.Selection{Articles: shown.Articles}),
	}
	for why, feed := range feeds {
		for _, format := range syndicate.Formats() {
			assert.NotContains(t, string(feed.Append(nil, format)), "secret@", why)
		}
	}
}

// changesOfASite are changes of every field of a site that takes another value, and of lists and maps.
func changesOfASite(t *testing.T) map[string]func(*syndicate.Site) {
	t.Helper()
	changes := map[string]func(*syndicate.Site){
		"no hub":       func(s *syndicate.Site) { s.Hubs = nil },
		"other hub":    func(s *syndicate.Site) { s.Hubs = []string{"https://other.example/"} },
		"hours":        func(s *syndicate.Site) { s.Schedule.SkipHours = []int{5} },
		"days":         func(s *syndicate.Site) { s.Schedule.SkipDays = nil },
		"scopes":       func(s *syndicate.Site) { s.Scopes = map[syndicate.Scope]syndicate.FeedOptions{{}: {Excerpts: true}} },
		"extension":    func(s *syndicate.Site) { s.Extensions = []syndicate.Extension{deskExtension{"b"}} },
		"no extension": func(s *syndicate.Site) { s.Extensions = nil },
		"a function":   func(s *syndicate.Site) { s.Bodies.Sanitizer = sanitizing(strings.ToUpper) },
		"a policy":     func(s *syndicate.Site) { s.Bodies = cleanhtml.Policy{} },
	}
	for _, path := range fields(t, fullSite) {
		if !strings.ContainsAny(path, "[") && !strings.Contains(path, "Thumbnail.") {
			changes[path] = func(s *syndicate.Site) {
				eachField(t, "", reflect.ValueOf(s).Elem(), func(at string, field reflect.Value) {
					if at == path {
						change(t, path, field)
					}
				})
			}
		}
	}
	return changes
}

type sanitizing func(string) string

func (s sanitizing) Sanitize(html string) string { return s(html) }

func TestAChangedSiteGivesTheFeedsOfOneThatWasCheckedSo(t *testing.T) {
	given := with(fullArticle(), func(a *syndicate.Article) { a.URL = "https://www.example.com/a/" })
	feedOf := func(s syndicate.Site, a *syndicate.Article) *syndicate.Feed {
		if a == nil {
			var err error
			a, err = s.Article(given)
			require.NoError(t, err)
		}
		return s.Feed(syndicate.Everything(), syndicate.Selection{Articles: []*syndicate.Article{a}})
	}
	changes := changesOfASite(t)
	require.Greater(t, len(changes), 40)
	for name, change := range changes {
		site, err := fullSite().Check()
		require.NoError(t, err)
		article, err := site.Article(given)
		require.NoError(t, err)
		before := feedOf(site, article)
		other := site
		change(&other)
		again, err := other.Check()
		require.NoError(t, syndicate.Refused(err), name)
		for range 2 {
			got, want := feedOf(other, article), feedOf(again, nil)
			for _, format := range syndicate.Formats() {
				assert.Equal(t, string(want.Append(nil, format)), string(got.Append(nil, format)), "%s as %s", name, format)
			}
		}
		assert.Same(t, before.Articles[0], feedOf(site, article).Articles[0], "%s: the site itself is what it was", name)
		assert.NotSame(t, before.Articles[0], feedOf(other, article).Articles[0], name)
		assert.Equal(t, again.FeedURL(syndicate.WithTag("a"), syndicate.RSS), other.FeedURL(syndicate.WithTag("a"), syndicate.RSS), name)
		assert.Equal(t, again.PageURL(syndicate.WithTag("a")), other.PageURL(syndicate.WithTag("a")), name)
	}
}

// What a program adds to its copy of an archive's site is in no feed of the archive.
func TestArchiveKeepsItsSite(t *testing.T) {
	archive := newsroom(t)
	before := everyFeed(t, archive)
	site := archive.Site()
	site.Title, site.AuthorEmails, site.Hubs = "Other", true, slices.Concat(site.Hubs, []string{"https://other.example/"})
	site.Extensions = append(site.Extensions, deskExtension{"a"})
	assert.Equal(t, before, everyFeed(t, archive))
}
