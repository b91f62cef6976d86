package podcast

// How much of a show a feed has, and how apps reach the rest.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
)

const historyURI, atomURI = "http://purl.org/syndication/history/1.0", "http://www.w3.org/2005/Atom"

// showOfMany is an archive with a show of so many episodes, and the warnings of its site.
func showOfMany(t testing.TB, episodes int, options syndicate.FeedOptions, shows ...syndicate.Extension) (*syndicate.Archive, *[]string) {
	t.Helper()
	var warnings []string
	options.Title, options.Extensions = "Field Notes", []syndicate.Extension{fieldNotes()}
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Limit: 20, Extensions: shows,
		Warn: func(p *syndicate.Problem) { warnings = append(warnings, p.Field+": "+p.Value+": "+p.Spec) },
	}
	if len(shows) == 0 {
		site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.InCategory("field-notes"): options}
	}
	var articles []syndicate.Article
	for n := range episodes {
		a := *part(n, Episode{Number: n + 1})
		a.Categories = syndicate.Categories("Field Notes")
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	return archive, &warnings
}

// relations returns the links of a channel by their relations, without those to hubs and pages.
func relations(channel node) map[string]string {
	links := map[string]string{}
	for _, link := range channel.all(atomURI, "link") {
		if link.is("type", "application/rss+xml") {
			links[link.attr("rel")] = strings.TrimPrefix(link.attr("href"), "https://example.com/category/field-notes/")
		}
	}
	return links
}

func TestAShowHasAllEpisodesUnlessItsOptionsSayOtherwise(t *testing.T) { // POD-73
	archive, warnings := showOfMany(t, 50, syndicate.FeedOptions{})
	show, everything := sourceFeed(t, archive, syndicate.InCategory("field-notes")), sourceFeed(t, archive, syndicate.Everything())
	assert.Len(t, show.Articles, 50)
	assert.Len(t, everything.Articles, 20, "the feed of the site is no show")
	assert.Len(t, channel(t, show).all(historyURI, "complete"), 1)
	assert.Equal(t, map[string]string{"self": "rss.xml"}, relations(channel(t, show)))
	assert.Empty(t, parse(t, everything.Append(nil, syndicate.RSS)).all(historyURI, "complete"))
	assert.Empty(t, *warnings)
	assert.NotContains(t, string(show.Append(nil, syndicate.Atom)), "fh:complete")
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.InCategory("field-notes")} { // a show of the site
		archive, _ = showOfMany(t, 50, syndicate.FeedOptions{}, fieldNotes())
		assert.Len(t, sourceFeed(t, archive, scope).Articles, 50)
	}
	publisher := fieldNotes()
	publisher.Medium = MediumPublisher
	archive, _ = showOfMany(t, 50, syndicate.FeedOptions{}, publisher)
	assert.Len(t, sourceFeed(t, archive, syndicate.Everything()).Articles, 20, "a publisher has no episodes")
}

func TestAppsReachEveryEpisodeByNext(t *testing.T) { // POD-73
	archive, warnings := showOfMany(t, 50, syndicate.FeedOptions{Limit: 12})
	h := &feedhttp.Handler{Source: archive}
	guids, last := map[string]bool{}, ""
	var steps []map[string]string
	for next := "rss.xml"; next != ""; {
		got := get(h, "https://example.com/category/field-notes/"+next)
		require.Equal(t, 200, got.Code, next)
		channel := parse(t, got.Body.Bytes())
		for _, item := range channel.all("", "item") {
			guids[first(item.plain("guid"))] = true
		}
		links := relations(channel)
		assert.Empty(t, channel.all(historyURI, "complete"))
		assert.Equal(t, "rss.xml", links["first"])
		assert.Equal(t, next, links["self"])
		if len(steps) > 0 {
			assert.Equal(t, last, links["previous"])
		}
		steps, last, next = append(steps, links), next, links["next"]
		require.Less(t, len(steps), 10)
	}
	assert.Len(t, guids, 50)
	assert.NotContains(t, steps[0], "previous")
	assert.Equal(t, last, steps[len(steps)-1]["last"])
	assert.NotContains(t, steps[0], "last")
	assert.Equal(t, []string{"Limit: category/field-notes: shows the newest 12 articles"}, *warnings)
}

func TestAShowThatIsTooLargeIsAWarning(t *testing.T) {
	archive, warnings := showOfMany(t, 50, syndicate.FeedOptions{MaxBytes: 20_000})
	f := sourceFeed(t, archive, syndicate.InCategory("field-notes"))
	assert.Less(t, len(f.Articles), 50)
	assert.False(t, f.Complete)
	assert.Equal(t, "page/1/rss.xml", relations(channel(t, f))["next"])
	assert.Equal(t, []string{fmt.Sprintf("MaxBytes: category/field-notes: shows %d of 50 articles", len(f.Articles))}, *warnings)
	require.NoError(t, archive.Remove("https://example.com/49/"))
	sourceFeed(t, archive, syndicate.InCategory("field-notes"))
	assert.Len(t, *warnings, 2, "one for each number")
}

// A feed without links to its pages does not have all episodes.
func TestOnlyAFeedWithAllEpisodesIsComplete(t *testing.T) {
	archive, _ := showOfMany(t, 50, syndicate.FeedOptions{Limit: 12})
	dir, token := t.TempDir(), feedhttp.NewToken()
	_, err := feeddir.Folder{Source: archive, Dir: dir, NoPages: true}.Publish(t.Context())
	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(dir, "category/field-notes/rss.xml"))
	require.NoError(t, err)
	private := get(&feedhttp.Handler{Source: archive, Allow: feedhttp.AllowTokens(token)}, "https://example.com/private/"+token+"/category/field-notes/rss.xml")
	for _, doc := range []string{string(written), private.Body.String()} {
		assert.Contains(t, doc, "<item>")
		assert.NotContains(t, doc, "fh:complete")
		assert.NotContains(t, doc, `rel="next"`)
	}
}

// An episode that was retracted is forgotten by apps that know complete feeds.
func TestACompleteFeedStaysCompleteAfterARetraction(t *testing.T) {
	archive, _ := showOfMany(t, 3, syndicate.FeedOptions{})
	require.NoError(t, archive.Remove("https://example.com/1/"))
	f := sourceFeed(t, archive, syndicate.InCategory("field-notes"))
	assert.Len(t, channel(t, f).all(historyURI, "complete"), 1)
	assert.Len(t, f.Articles, 2)
}

// careless is an extension whose defaults cannot be had.
type careless struct{ Show }

func (careless) FeedDefaults(syndicate.FeedOptions) syndicate.FeedOptions { panic("no defaults") }

func TestDefaultsThatPanicAreIgnored(t *testing.T) {
	archive, _ := showOfMany(t, 50, syndicate.FeedOptions{}, careless{fieldNotes()})
	assert.Len(t, sourceFeed(t, archive, syndicate.Everything()).Articles, 20)
}
