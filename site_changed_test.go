// An article that one publication has checked or shown may be handed to another one with other settings.
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

func TestEmailAddressesStayPrivateInAnotherPublication(t *testing.T) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", AuthorEmails: true}
	open, err := site.Check()
	require.NoError(t, err)
	article, err := open.Article(syndicate.Article{URL: "/1/", Title: "x", Published: noon, Authors: []syndicate.Author{{Name: "X", Email: "secret@example.com"}}})
	require.NoError(t, err)
	selection := syndicate.Selection{Articles: []*syndicate.Article{article}}
	shown := open.Feed(syndicate.Everything(), selection)
	require.Contains(t, string(shown.Append(nil, syndicate.RSS)), "secret@")
	site.AuthorEmails = false
	discreet, err := site.Check()
	require.NoError(t, err)
	feeds := map[string]*syndicate.Feed{
		"an article that the other has checked":  discreet.Feed(syndicate.Everything(), selection),
		"one that a feed of the other has shown": discreet.Feed(syndicate.Everything(), syndicate.Selection{Articles: shown.Articles}),
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
		"formats":      func(s *syndicate.Site) { s.Formats = []syndicate.Format{syndicate.Atom} },
		"kinds":        func(s *syndicate.Site) { s.Kinds = []syndicate.Kind{syndicate.KindTag} },
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

func TestArticlesOfAnotherPublicationAreShownAnew(t *testing.T) {
	given := with(fullArticle(), func(a *syndicate.Article) { a.URL = "https://www.example.com/a/" })
	check := func(s syndicate.Site) (*syndicate.Publication, *syndicate.Article) {
		publication, err := s.Check()
		require.NoError(t, err)
		article, err := publication.Article(given)
		require.NoError(t, err)
		return publication, article
	}
	feedOf := func(p *syndicate.Publication, a *syndicate.Article) *syndicate.Feed {
		return p.Feed(syndicate.WithTag("turkey"), syndicate.Selection{Articles: []*syndicate.Article{a}})
	}
	changes := changesOfASite(t)
	require.Greater(t, len(changes), 40)
	for name, change := range changes {
		one, article := check(fullSite())
		before := feedOf(one, article)
		site := fullSite()
		change(&site)
		other, own := check(site)
		for range 2 {
			got, want := feedOf(other, article), feedOf(other, own)
			for _, format := range syndicate.Formats() {
				assert.Equal(t, string(want.Append(nil, format)), string(got.Append(nil, format)), "%s as %s", name, format)
			}
		}
		assert.Same(t, before.Articles[0], feedOf(one, article).Articles[0], "%s: the first publication still shows its own", name)
		assert.NotSame(t, before.Articles[0], feedOf(other, article).Articles[0], name)
	}
}

// What a program adds to its copy of an archive's settings is in no feed of the archive.
func TestArchiveKeepsItsSite(t *testing.T) {
	archive := newsroom(t)
	before := everyFeed(t, archive)
	site := archive.Publication().Site()
	site.Title, site.AuthorEmails, site.Hubs = "Other", true, slices.Concat(site.Hubs, []string{"https://other.example/"})
	site.Extensions = append(site.Extensions, deskExtension{"a"})
	assert.Equal(t, before, everyFeed(t, archive))
}
