// Tests of the list that feed readers import: it is complete, nested as the categories are,
// well-formed for any names, and contains nothing that is not public.
package opml_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedlist/feedlisttest"
	"github.com/syndicate-go/syndicate/opml"
)

var (
	ctx   = context.Background()
	noon  = feedlisttest.Noon
	place = feedlisttest.Nordic

	archiveOf = feedlisttest.Open
	article   = feedlisttest.Article
)

func newsroom(t *testing.T, site syndicate.Site) *syndicate.Archive {
	return feedlisttest.Newsroom(t, site)
}

// document is the structure of OPML 2.0 as its specification defines it.
type document struct {
	XMLName xml.Name `xml:"opml"`
	Version string   `xml:"version,attr"`
	Head    struct {
		Title        string `xml:"title"`
		DateModified string `xml:"dateModified"`
		OwnerName    string `xml:"ownerName"`
		Docs         string `xml:"docs"`
	} `xml:"head"`
	Body struct {
		Outlines []outline `xml:"outline"`
	} `xml:"body"`
}

type outline struct {
	Text     string     `xml:"text,attr"`
	Title    string     `xml:"title,attr"`
	Type     string     `xml:"type,attr"`
	XMLURL   string     `xml:"xmlUrl,attr"`
	HTMLURL  string     `xml:"htmlUrl,attr"`
	Unknown  []xml.Attr `xml:",any,attr"`
	Outlines []outline  `xml:"outline"`
}

// read parses a list and checks every requirement of the specification.
func read(t *testing.T, text []byte) (list document) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(text))
	require.NoError(t, decoder.Decode(&list), "%s", text)
	_, err := decoder.Token()
	for err == nil {
		_, err = decoder.Token()
	}
	require.ErrorIs(t, err, io.EOF, "only white space follows the root element")
	assert.Equal(t, "2.0", list.Version)
	if modified := list.Head.DateModified; modified != "" {
		_, err := time.Parse(time.RFC1123, modified)
		assert.NoError(t, err, "dates have the form of RFC 822")
	}
	var check func([]outline)
	check = func(outlines []outline) {
		for _, o := range outlines {
			assert.NotEmpty(t, o.Text, "an outline must have text")
			assert.Empty(t, o.Unknown, "every attribute is in the specification")
			if o.Type == "rss" {
				assert.Contains(t, o.XMLURL, "http", "a subscription must have xmlUrl")
				assert.Empty(t, o.Outlines, "a subscription contains no outlines: many readers ignore them")
			} else {
				assert.Empty(t, o.XMLURL, "a group has no URL")
				assert.NotEmpty(t, o.Outlines, "a group is not empty")
			}
			check(o.Outlines)
		}
	}
	assert.NotEmpty(t, list.Body.Outlines, "the body must have an outline")
	check(list.Body.Outlines)
	return list
}

func list(t *testing.T, source syndicate.Source) []byte {
	t.Helper()
	text, err := opml.Append(ctx, nil, source)
	require.NoError(t, err)
	return text
}

// tree returns outlines as indented lines: the paths of subscriptions and the names of groups.
func tree(outlines []outline) (lines []string) {
	for _, o := range outlines {
		line := strings.TrimPrefix(o.XMLURL, place.URL)
		if o.Type == "" {
			line = o.Text + ":"
		}
		lines = append(lines, line)
		for _, below := range tree(o.Outlines) {
			lines = append(lines, "  "+below)
		}
	}
	return lines
}

// DISC-2
func TestListNestsCategoriesAndGroupsTagsAndAuthors(t *testing.T) {
	got := read(t, list(t, newsroom(t, place)))
	assert.Equal(t, []string{
		"rss.xml",
		"category/intelligence/rss.xml",
		"Military:",
		"  category/military/rss.xml",
		"  Arms exports:",
		"    category/military/arms-exports/rss.xml",
		"    category/military/arms-exports/drones/rss.xml",
		"Tags:",
		"  tag/mevlut-cavusoglu/rss.xml",
		"  tag/turkey/rss.xml",
		"Authors:",
		"  author/abdullah-bozkurt/rss.xml",
		"  author/levent-kenez/rss.xml",
	}, tree(got.Body.Outlines))
}

func TestListAgreesWithTheFeeds(t *testing.T) {
	for _, addresses := range []syndicate.Addresses{syndicate.Files, syndicate.WordPress} {
		site := place
		site.Addresses = addresses
		archive := newsroom(t, site)
		said := map[string]outline{}
		var collect func([]outline)
		collect = func(outlines []outline) {
			for _, o := range outlines {
				said[o.XMLURL] = o
				collect(o.Outlines)
			}
		}
		collect(read(t, list(t, archive)).Body.Outlines)
		for info := range archive.Scopes(ctx) {
			feed, err := archive.Feed(ctx, info.Scope)
			require.NoError(t, err)
			o := said[feed.Self.RSS]
			assert.Equal(t, feed.Title, o.Text, "the name of a subscription is complete")
			assert.Equal(t, feed.Title, o.Title)
			assert.Equal(t, feed.URL, o.HTMLURL, "the page of the term if it has one")
		}
	}
}

func TestListContainsOnlyWhatTheSitePublishes(t *testing.T) {
	site := place
	site.Formats = []syndicate.Format{syndicate.JSON, syndicate.Atom}
	site.Kinds = []syndicate.Kind{syndicate.KindAuthor}
	assert.Equal(t, []string{
		"atom.xml",
		"Authors:",
		"  author/abdullah-bozkurt/atom.xml",
		"  author/levent-kenez/atom.xml",
	}, tree(read(t, list(t, newsroom(t, site))).Body.Outlines))
	site.Formats = []syndicate.Format{syndicate.JSON}
	site.Kinds = []syndicate.Kind{syndicate.KindSite}
	assert.Equal(t, []string{"feed.json"}, tree(read(t, list(t, newsroom(t, site))).Body.Outlines))
}

func TestHeadHasOwnerAndTimeOfTheNewestChange(t *testing.T) {
	site := place
	site.Author.Name = "Nordic Research & Monitoring Network"
	archive := newsroom(t, site)
	head := read(t, list(t, archive)).Head
	assert.Equal(t, "Nordic Monitor", head.Title)
	assert.Equal(t, "Nordic Research & Monitoring Network", head.OwnerName)
	assert.Equal(t, "Tue, 29 Mar 2022 12:00:00 GMT", head.DateModified, "when the newest article appeared")
	require.NoError(t, archive.Add(article(0)))
	assert.NotEqual(t, head.DateModified, read(t, list(t, archive)).Head.DateModified)
}

func TestListOfAnEmptySiteHasItsOneFeed(t *testing.T) {
	got := read(t, list(t, archiveOf(t, place)))
	assert.Equal(t, []string{"rss.xml"}, tree(got.Body.Outlines))
	assert.Empty(t, got.Head.DateModified, "nothing has changed yet")
}

func TestListSurvivesHostileNames(t *testing.T) {
	for _, name := range []string{
		`"><script>alert(1)</script>`, `a" xmlUrl="https://evil.example/`, `]]>`, `<!-- & -->`, `&amp; &#x26; &lt;`,
		"line\nbreak\ttab", "control \x00\x07 and \xff\xfe", "مرحبا \u202eRTL",
		"Kılıç 👩‍👩‍👧‍👦 日本", strings.Repeat("long ", 300),
	} {
		a := article(1)
		a.Categories = []syndicate.Category{{Name: name, Slug: "c", Parent: &syndicate.Category{Name: name, Slug: "p"}}}
		a.Tags = []syndicate.Tag{{Name: name, Slug: "t"}}
		a.Authors = []syndicate.Author{{Name: name, Slug: "a"}}
		site := place
		site.Title, site.Author.Name = name, name
		archive := archiveOf(t, site, a)
		got := read(t, list(t, archive))
		assert.Equal(t, []string{
			"rss.xml", got.Body.Outlines[1].Text + ":", "  category/p/rss.xml", "  category/p/c/rss.xml",
			"Tags:", "  tag/t/rss.xml", "Authors:", "  author/a/rss.xml",
		}, tree(got.Body.Outlines), "%q", name)
		assert.Equal(t, archive.Publication().Site().Title, got.Body.Outlines[0].Text, "%q", name)
	}
}

// Hidden articles leave no trace in the list: no name, no group, no date.
func TestHiddenArticlesChangeNoByteOfTheList(t *testing.T) {
	archive := newsroom(t, place)
	before := list(t, archive)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		hidden := article(1000 + n)
		hidden.Title, hidden.Tags = "Secret", syndicate.Tags("Secret", "Turkey")
		hidden.Categories = []syndicate.Category{{Name: "Secret"}, {Name: "Intelligence"}}
		hidden.Authors = []syndicate.Author{{Name: "Secret"}, {Name: "Levent Kenez"}}
		switch random.IntN(3) {
		case 0:
			hidden.Draft = true
		case 1:
			hidden.Published = noon.AddDate(2, 0, n)
		case 2:
			hidden.Expires = hidden.Published.Add(time.Second)
		}
		require.NoError(t, archive.Add(hidden))
		if random.IntN(2) == 0 {
			require.NoError(t, archive.Remove(hidden.URL))
		}
		require.Equal(t, string(before), string(list(t, archive)))
	}
	archive.Clock = func() time.Time { return noon.AddDate(10, 0, 0) }
	assert.Contains(t, string(list(t, archive)), "tag/secret/", "the embargoes have ended")
}

func TestSameFeedsGiveTheSameBytes(t *testing.T) {
	first := list(t, newsroom(t, place))
	for range 5 {
		assert.Equal(t, string(first), string(list(t, newsroom(t, place))))
	}
	var written bytes.Buffer
	require.NoError(t, opml.Write(ctx, &written, newsroom(t, place)))
	assert.Equal(t, string(first), written.String())
	assert.True(t, strings.HasSuffix(written.String(), "</opml>\n"))
	assert.Equal(t, "text/x-opml; charset=utf-8", opml.ContentType)
	assert.Equal(t, "feeds.opml", opml.FileName)
}

// filtered is a Source that hides a scope from its list, has no feed for a listed scope, or
// fails.
type filtered struct {
	syndicate.Source
	hide, vanish syndicate.Scope
	fail         error
}

func (f filtered) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		for info, err := range f.Source.Scopes(ctx) {
			if info.Scope != f.hide && !yield(info, err) {
				return
			}
		}
		if f.fail != nil {
			yield(syndicate.ScopeInfo{}, f.fail)
		}
	}
}

func (f filtered) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope == f.vanish {
		return nil, &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrGone}
	}
	return f.Source.Feed(ctx, scope)
}

func TestCategoryWithoutAFeedIsAPlainGroup(t *testing.T) {
	exports := syndicate.InCategory("military/arms-exports")
	for why, source := range map[string]filtered{
		"not listed":                  {hide: exports},
		"removed after it was listed": {vanish: exports},
	} {
		source.Source = newsroom(t, place)
		if source.hide == syndicate.Everything() {
			source.hide = syndicate.WithTag("none")
		}
		if source.vanish == syndicate.Everything() {
			source.vanish = syndicate.WithTag("none")
		}
		assert.Contains(t, strings.Join(tree(read(t, list(t, source)).Body.Outlines), "\n"),
			"Military:\n  category/military/rss.xml\n  arms-exports:\n    category/military/arms-exports/drones/rss.xml\n", why)
	}
}

func TestListFailsWithTheSource(t *testing.T) {
	broken := errors.New("the database is unavailable")
	none := syndicate.WithTag("none")
	source := filtered{Source: newsroom(t, place), hide: none, vanish: none, fail: broken}
	text, err := opml.Append(ctx, []byte("before"), source)
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, "before", string(text))
	var written bytes.Buffer
	assert.ErrorIs(t, opml.Write(ctx, &written, source), broken)
	assert.Empty(t, written.String(), "a partial list is never written")

	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = opml.Append(ended, nil, newsroom(t, place))
	assert.ErrorIs(t, err, context.Canceled)
}
