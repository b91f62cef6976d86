// Tests of the links with which browsers and feed readers discover the feeds of a page.
package feedpage_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedpage"
)

// parts returns the scopes of links, one for each feed.
func parts(links feedpage.AlternateLinks) (scopes []string) {
	for _, l := range links {
		if l.Format == syndicate.RSS {
			scopes = append(scopes, l.Scope.String())
		}
	}
	return scopes
}

// DISC-1
func TestLinksBeginWithTheMostSpecificFeed(t *testing.T) {
	archive := newsroom(t, nordic)
	for _, test := range []struct {
		page   string
		scopes []syndicate.Scope
		want   []string
	}{
		{"front page", nil, []string{"site"}},
		{
			"section", []syndicate.Scope{syndicate.InCategory("military/arms-exports")},
			[]string{"category/military/arms-exports", "category/military", "site"},
		},
		{
			"archive page of a section", []syndicate.Scope{syndicate.InCategory("military/arms-exports").AtPage(2)},
			[]string{"category/military/arms-exports", "category/military", "site"},
		},
		{"tag", []syndicate.Scope{syndicate.WithTag("turkey")}, []string{"tag/turkey", "site"}},
		{"article", []syndicate.Scope{
			syndicate.ByAuthor("levent-kenez"), syndicate.WithTag("turkey"), syndicate.WithTag("mevlut-cavusoglu"),
			syndicate.InCategory("intelligence"), syndicate.InCategory("military/arms-exports/drones"), syndicate.Everything(),
		}, []string{
			"category/military/arms-exports/drones", "category/military/arms-exports",
			"category/intelligence", "category/military",
			"tag/turkey", "tag/mevlut-cavusoglu", "author/levent-kenez", "site",
		}},
		{
			"scopes without a feed", []syndicate.Scope{syndicate.WithTag("none"), syndicate.InCategory("military/none")},
			[]string{"category/military", "site"},
		},
	} {
		links, err := feedpage.Alternates(ctx, archive, test.scopes...)
		require.NoError(t, err)
		assert.Equal(t, test.want, parts(links), test.page)
		assert.Len(t, links, len(test.want)*len(syndicate.Formats()), test.page)
	}
}

func TestOnlyWhatTheSitePublishesIsLinked(t *testing.T) {
	site := nordic
	site.Formats = []syndicate.Format{syndicate.RSS}
	site.Kinds = []syndicate.Kind{syndicate.KindCategory}
	archive := newsroom(t, site)
	links, err := feedpage.Alternates(ctx, archive, syndicate.InCategory("military"), syndicate.WithTag("turkey"))
	require.NoError(t, err)
	assert.Equal(t, feedpage.AlternateLinks{{
		Title: "Military – Nordic Monitor (RSS)", URL: "https://www.nordicmonitor.com/category/military/rss.xml",
		Scope: syndicate.InCategory("military"), Format: syndicate.RSS,
	}, {
		Title: "Nordic Monitor (RSS)", URL: "https://www.nordicmonitor.com/rss.xml", Format: syndicate.RSS,
	}}, links)
}

func TestScopesOfAnArticleAreThoseOfItsTerms(t *testing.T) {
	a := article(1)
	a.Categories = []syndicate.Category{{Name: "Drones", Parent: &syndicate.Category{Name: "Military"}}}
	a.Tags = syndicate.Tags("Turkey", "Çankırı")
	a.Authors = []syndicate.Author{{Name: "Levent Kenez"}}
	assert.Equal(t, []syndicate.Scope{
		syndicate.InCategory("military/drones"),
		syndicate.WithTag("turkey"), syndicate.WithTag("cankiri"), syndicate.ByAuthor("levent-kenez"),
	}, feedpage.ScopesOf(&a))
}

func TestLinksAgreeWithTheFeeds(t *testing.T) {
	archive := newsroom(t, nordic)
	links, err := feedpage.Alternates(ctx, archive, syndicate.InCategory("military"))
	require.NoError(t, err)
	for _, l := range links {
		feed, err := archive.Feed(ctx, l.Scope)
		require.NoError(t, err)
		assert.Equal(t, feed.Self.For(l.Format), l.URL)
		assert.True(t, strings.HasPrefix(l.Title, feed.Title+" ("), l.Title)
	}
}

func TestTitlesOfLinksAreDistinct(t *testing.T) {
	a := article(1)
	a.Categories = []syndicate.Category{{Name: "Kenez"}}
	a.Authors = []syndicate.Author{{Name: "Kenez"}}
	links, err := feedpage.Alternates(ctx, archiveOf(t, nordic, a), feedpage.ScopesOf(&a)...)
	require.NoError(t, err)
	titles := map[string]bool{}
	for _, l := range links {
		assert.False(t, titles[l.Title], l.Title)
		titles[l.Title] = true
	}
	assert.Contains(t, titles, "Kenez – Nordic Monitor (RSS)")
	assert.Contains(t, titles, "Kenez – Nordic Monitor – author/kenez (RSS)")
}

func TestLinksAreHarmlessForAnyTitle(t *testing.T) {
	for _, name := range hostileNames {
		a := article(1)
		a.Tags = []syndicate.Tag{{Name: name, Slug: "t"}}
		links, err := feedpage.Alternates(ctx, archiveOf(t, nordic, a), syndicate.WithTag("t"))
		require.NoError(t, err)
		head := &html.Node{Type: html.ElementNode, Data: "head", DataAtom: atom.Head}
		nodes, err := html.ParseFragment(strings.NewReader(string(links.HTML())), head)
		require.NoError(t, err)
		elements := 0
		for _, n := range nodes {
			if n.Type == html.TextNode {
				assert.Equal(t, "\n", n.Data, "%q", name)
				continue
			}
			assert.Equal(t, "link", n.Data, "%q", name)
			require.Len(t, n.Attr, 4, "%q", name)
			assert.Equal(t, links[elements].Title, n.Attr[2].Val, "%q", name)
			assert.Equal(t, links[elements].URL, n.Attr[3].Val, "%q", name)
			elements++
		}
		assert.Equal(t, 6, elements, "%q", name)
	}
	byHand := feedpage.AlternateLinks{{Format: syndicate.RSS, Title: "a\x00\"><b>", URL: `https://a.example/?a="&b`}}
	assert.Equal(t, `<link rel="alternate" type="application/rss+xml" title="a&#34;&gt;&lt;b&gt;" `+
		`href="https://a.example/?a=&#34;&amp;b">`+"\n", string(byHand.HTML()))
}

func TestLinksFailWithTheSource(t *testing.T) {
	_, err := feedpage.Alternates(ctx, failing{newsroom(t, nordic)}, syndicate.WithTag("turkey"))
	assert.ErrorIs(t, err, errUnavailable)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = feedpage.Alternates(ended, newsroom(t, nordic))
	assert.ErrorIs(t, err, context.Canceled)
}

var errUnavailable = errors.New("the database is unavailable")

// failing is a Source that lists feeds but fails to read them.
type failing struct{ syndicate.Source }

func (failing) Feed(context.Context, syndicate.Scope) (*syndicate.Feed, error) {
	return nil, errUnavailable
}
