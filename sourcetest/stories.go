package sourcetest

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

// exampleSite is the site of the stories; some of them change it.
var exampleSite = syndicate.Site{
	URL:          "https://www.example.com/",
	Title:        "The Example",
	Description:  "All of it",
	Language:     "en",
	TagAuthority: "example.com,2020",
}

// numbered returns the article that is published on a day of January; its title is the number.
func numbered(n int) syndicate.Article {
	return syndicate.Article{
		URL:       fmt.Sprintf("/%02d/", n),
		Title:     fmt.Sprintf("%02d", n),
		Summary:   "Summary & <more>",
		Content:   "<p>Body</p>",
		Published: day(n),
	}
}

// numberedFromTo returns the articles of several days.
func numberedFromTo(first, last int) (articles []syndicate.Article) {
	for n := first; n <= last; n++ {
		articles = append(articles, numbered(n))
	}
	return articles
}

// with returns a changed copy of an article.
func with(article syndicate.Article, change func(*syndicate.Article)) syndicate.Article {
	change(&article)
	return article
}

// at returns an article with another URL.
func at(url string, article syndicate.Article) syndicate.Article {
	article.URL = url
	return article
}

// tagged returns an article with these tags.
func tagged(article syndicate.Article, tags ...string) syndicate.Article {
	article.Tags = syndicate.Tags(tags...)
	return article
}

// titled returns an article with another title.
func titled(article syndicate.Article, title string) syndicate.Article {
	article.Title = title
	return article
}

// identified returns an article with an id.
func identified(article syndicate.Article, id string) syndicate.Article {
	article.ID = id
	return article
}

// filed returns an article in these categories.
func filed(article syndicate.Article, categories ...syndicate.Category) syndicate.Article {
	article.Categories = categories
	return article
}

// signed returns an article with these authors.
func signed(article syndicate.Article, authors ...string) syndicate.Article {
	for _, name := range authors {
		article.Authors = append(article.Authors, syndicate.Author{Name: name})
	}
	return article
}

// draft returns an article as a draft.
func draft(article syndicate.Article) syndicate.Article {
	article.Draft = true
	return article
}

// expiring returns an article that expires.
func expiring(article syndicate.Article, when time.Time) syndicate.Article {
	article.Expires = when
	return article
}

// heavy returns an article with a body of size bytes.
func heavy(n, size int) syndicate.Article {
	article := numbered(n)
	article.Content = "<p>" + strings.Repeat("x", size) + "</p>"
	return article
}

// section returns a new category, as a database makes it: the last name is its own, the others are
// those of its ancestors.
func section(names ...string) syndicate.Category {
	return syndicate.Categories(strings.Join(names, "/"))[0]
}

// withTombstones makes a site announce removals for two days.
func withTombstones(s *syndicate.Site) { s.Tombstones = 48 * time.Hour }

// stories returns the parts of the story.
func stories() []story {
	everything := syndicate.Everything()
	return []story{
		{
			// The feed of the whole site exists even if it has no articles. No other scope has a
			// feed without an article.
			name: "a site without articles has an empty feed",
			steps: []step{{
				scopes: []string{"site 0/0"},
				shows:  map[string]string{"site": "", "site/page/1": "not found", "tag/a": "not found"},
			}},
		},
		{
			// Each category, tag and author of a visible article has a feed. A category's feed also
			// contains the articles of its subcategories, each of them once. Categories, tags and
			// authors with the same slug are different scopes, and so are categories whose keys
			// share a prefix.
			name: "every scope in use has its own feed",
			articles: []syndicate.Article{
				signed(filed(numbered(1), section("Military", "Arms exports")), "Abdullah Bozkurt"),
				signed(
					filed(
						tagged(numbered(2), "Military", "Mevlüt Çavuşoğlu"),
						section("Military"), section("Military", "Arms exports"),
					),
					"Abdullah Bozkurt", "Ibrahim Kalın",
				),
				filed(numbered(3), section("Military")),
				filed(numbered(4), section("Arms exports")),
				filed(numbered(5), section("Military-like")),
			},
			steps: []step{{
				when: day(9),
				scopes: []string{
					"site 5/0",
					"category/arms-exports 1/0", "category/military 3/0", "category/military-like 1/0",
					"category/military/arms-exports 2/0",
					"tag/mevlut-cavusoglu 1/0", "tag/military 1/0",
					"author/abdullah-bozkurt 2/0", "author/ibrahim-kalin 1/0",
				},
				shows: map[string]string{
					"site":                           "05 04 03 02 01",
					"category/military":              "03 02 01",
					"category/military/arms-exports": "02 01",
					"category/arms-exports":          "04",
					"tag/military":                   "02",
					"author/abdullah-bozkurt":        "02 01",
					"author/ibrahim-kalin":           "02",
					"category/nothing":               "not found",
					"tag/arms-exports":               "not found",
					"author/military":                "not found",
				},
				claim: standAlone,
			}},
		},
		{
			// Feeds are sorted by the date of publication in whole seconds, then by id in byte
			// order; an article without an id counts with its URL.
			name: "the newest come first, and within a second those with the smallest id",
			articles: []syndicate.Article{
				identified(titled(with(numbered(2), func(a *syndicate.Article) {
					a.URL, a.Published = "/a/", day(2).Add(900*time.Millisecond)
				}), "b"), "b"),
				numbered(1), numbered(3),
				identified(titled(numbered(2), "10"), "10"),
				identified(titled(at("/c/", numbered(2)), "9"), "9"),
				titled(at("/d/", numbered(2)), "url"),
				identified(titled(at("/e/", numbered(2)), "Z"), "Z"),
			},
			steps: []step{{when: day(9), shows: map[string]string{"site": "03 10 9 Z b url 01"}}},
		},
		{
			// Site.Scopes replaces settings of the site for a single scope. The pages of that scope
			// follow its limit, too.
			name: "a scope may have its own settings",
			site: func(s *syndicate.Site) {
				s.Limit = 3
				s.Scopes = map[syndicate.Scope]syndicate.FeedOptions{
					syndicate.WithTag("a"): {
						Title: "Of a", Description: "All of a", ID: "https://www.example.com/a#feed",
						Language: "tr", Copyright: "© A", Limit: 2, Excerpts: true,
					},
				}
			},
			articles: []syndicate.Article{
				tagged(numbered(1), "a"), tagged(numbered(2), "a"), tagged(numbered(3), "a"), numbered(4),
			},
			steps: []step{{
				when: day(9), scopes: []string{"site 4/1", "tag/a 3/1"},
				shows: map[string]string{
					"site": "04 03 02", "site/page/1": "03 02 01",
					"tag/a": "03 02", "tag/a/page/1": "02 01",
				},
				claim: func(t *testing.T, source syndicate.Source) {
					feed := feedOf(t, source, syndicate.WithTag("a"))
					assert.Equal(t, "Of a", feed.Title)
					assert.Equal(t, "All of a", feed.Description)
					assert.Equal(t, "https://www.example.com/a#feed", feed.ID)
					assert.Equal(t, "tr", feed.Language)
					assert.Equal(t, "© A", feed.Copyright)
					assert.Empty(t, feed.Articles[0].Content)
				},
			}},
		},
		{
			// Names such as "Kılıç" and "Kilic" have the same slug, so they share a feed. Its title
			// contains the smallest of the names in byte order. Names of hidden articles do not
			// count.
			name:     "of several names with one slug the feed has the smallest that is in use",
			articles: []syndicate.Article{tagged(numbered(1), "Kılıç"), draft(tagged(numbered(2), "A", "Kili̇c"))},
			steps: []step{
				{
					when:  day(9),
					claim: titleOf(syndicate.WithTag("kilic"), "#Kılıç – The Example"),
					shows: map[string]string{"tag/a": "not found"},
				},
				{
					do:    add(tagged(numbered(3), "Kilic")),
					claim: titleOf(syndicate.WithTag("kilic"), "#Kilic – The Example"),
					shows: map[string]string{"tag/kilic": "03 01"},
				},
				{do: remove("/03/"), claim: titleOf(syndicate.WithTag("kilic"), "#Kılıç – The Example")},
			},
		},
		{
			// The articles may disagree about the description and the page of a tag. As with names,
			// the smallest is chosen, independently of each other, among the tags with the chosen
			// name.
			name: "description and page are the smallest of those with the feed's name",
			articles: []syndicate.Article{
				with(numbered(1), func(a *syndicate.Article) {
					a.Tags = []syndicate.Tag{{Name: "X", Description: "second", URL: "/b/"}}
				}),
				with(numbered(2), func(a *syndicate.Article) {
					a.Tags = []syndicate.Tag{{Name: "X", Description: "first", URL: "/c/"}, {Name: "Y"}}
				}),
				with(numbered(3), func(a *syndicate.Article) {
					a.Tags = []syndicate.Tag{{Name: "x", Description: "another name's"}}
				}),
			},
			steps: []step{{when: day(9), claim: func(t *testing.T, source syndicate.Source) {
				feed := feedOf(t, source, syndicate.WithTag("x"))
				assert.Equal(t, "#X – The Example", feed.Title)
				assert.Equal(t, "first", feed.Description)
				assert.Equal(t, "https://www.example.com/b/", feed.URL)
			}}},
		},
		{
			// Site.Formats and Site.Kinds limit the feeds. A feed has no self link in other
			// formats, and a scope of another kind has no feed.
			name: "only formats and kinds that the site publishes have feeds",
			site: func(s *syndicate.Site) {
				s.Formats = []syndicate.Format{syndicate.JSON, syndicate.RSS}
				s.Kinds = []syndicate.Kind{syndicate.KindCategory}
			},
			articles: []syndicate.Article{signed(filed(tagged(numbered(1), "a"), section("Military")), "Kenez")},
			steps: []step{{
				when: day(9), scopes: []string{"site 1/0", "category/military 1/0"},
				shows: map[string]string{"tag/a": "not found", "author/kenez": "not found"},
				claim: func(t *testing.T, source syndicate.Source) {
					feed := feedOf(t, source, syndicate.InCategory("military"))
					assert.Equal(t, syndicate.Links{
						RSS:  "https://www.example.com/category/military/rss.xml",
						JSON: "https://www.example.com/category/military/feed.json",
					}, feed.Self)
				},
			}},
		},
		{
			// Drafts, future articles and expired articles are in no feed, no list and no count.
			// They create no scopes and fill no pages.
			name: "hidden articles leave no trace",
			site: func(s *syndicate.Site) { s.Limit = 1 },
			articles: []syndicate.Article{
				tagged(numbered(1), "a"),
				draft(tagged(numbered(2), "a", "secret")),
				tagged(numbered(20), "secret"),
				expiring(tagged(numbered(4), "a", "secret"), day(2)),
			},
			steps: []step{
				{
					when: day(9), scopes: []string{"site 1/0", "tag/a 1/0"},
					shows: map[string]string{"site": "01", "tag/a": "01", "tag/secret": "not found"},
				},
				{
					when:   day(19),
					do:     add(expiring(tagged(numbered(5), "a", "secret"), day(6)), draft(tagged(numbered(6), "a"))),
					scopes: []string{"site 1/0", "tag/a 1/0"},
				},
				{when: day(20), scopes: []string{"site 2/1", "tag/a 1/0", "tag/secret 1/0"}},
			},
		},
		{
			// Nothing but the clock decides whether an article is visible. A feed has changed at
			// the time when an article appeared or expired, and announces the next such time. A
			// clock that was ahead may be set back.
			name: "articles appear and disappear by the clock",
			articles: []syndicate.Article{
				tagged(numbered(1), "old"),
				expiring(tagged(numbered(5), "new"), day(8)),
				numbered(6),
			},
			steps: []step{
				{
					name: "before", when: day(5).Add(-time.Second),
					shows: map[string]string{"site": "01", "tag/new": "not found"},
					claim: changes(everything, day(1), day(5)),
				},
				{
					name: "it appears", when: day(5),
					shows: map[string]string{"site": "05 01", "tag/new": "05"},
					claim: changes(everything, day(5), day(6)),
				},
				{
					name:  "other feeds have not changed",
					claim: changes(syndicate.WithTag("old"), day(1), time.Time{}),
				},
				{name: "its end is the next change", claim: changes(syndicate.WithTag("new"), day(5), day(8))},
				{
					name: "the clock is set back", when: day(3),
					shows: map[string]string{"site": "01", "tag/new": "not found"},
				},
				{name: "it appears again", when: day(5), shows: map[string]string{"site": "05 01"}},
				{
					name: "it expires", when: day(8),
					shows: map[string]string{"site": "06 01", "tag/new": "not found"},
					claim: changes(everything, day(8), time.Time{}),
				},
			},
		},
		{
			// Page 1 has the oldest articles (RFC 5005, archived feeds). A full page keeps its
			// articles when newer articles are published. An article that is added or removed later
			// changes its own page only, so that a page may become longer or shorter than the
			// limit.
			name:     "pages are counted from the oldest and do not move",
			site:     func(s *syndicate.Site) { s.Limit = 2 },
			articles: numberedFromTo(1, 8),
			steps: []step{
				{
					name: "two days", when: day(2), scopes: []string{"site 2/0"},
					shows: map[string]string{"site": "02 01", "site/page/2": "not found"},
					claim: walks("02 01"),
				},
				{
					name: "a page is full", when: day(3), scopes: []string{"site 3/1"},
					shows: map[string]string{"site/page/1": "02 01"},
					claim: walks("03 02 01"),
				},
				{
					name: "more days", when: day(6), scopes: []string{"site 6/2"},
					shows: map[string]string{"site": "06 05", "site/page/1": "02 01", "site/page/2": "04 03"},
					claim: walks("06 05 04 03 02 01"),
				},
				{
					name: "an old article is added", do: add(titled(at("/2b/", numbered(2)), "2b")),
					shows: map[string]string{"site": "06 05", "site/page/1": "02 2b 01", "site/page/2": "04 03"},
					claim: walks("06 05 04 03 02 2b 01"),
				},
				{
					name: "the ends of pages are removed", do: remove("/02/", "/04/"),
					shows: map[string]string{"site/page/1": "2b 01", "site/page/2": "03"},
					claim: walks("06 05 03 2b 01"),
				},
				{
					name: "more days again", when: day(8), scopes: []string{"site 7/3"},
					shows: map[string]string{"site/page/3": "06 05"},
					claim: walks("08 07 06 05 03 2b 01"),
				},
			},
		},
		{
			// The order by id decides which articles of the same second are on which page.
			name: "articles of one date fill pages evenly",
			site: func(s *syndicate.Site) { s.Limit = 2 },
			articles: []syndicate.Article{
				with(numbered(1), sameDay), with(numbered(5), sameDay), with(numbered(3), sameDay),
				with(numbered(2), sameDay), with(numbered(4), sameDay),
			},
			steps: []step{{
				when:  day(9),
				shows: map[string]string{"site": "01 02", "site/page/1": "04 05", "site/page/2": "02 03"},
				claim: walks("01 02 03 04 05"),
			}},
		},
		{
			// MaxBytes makes the current feed shorter. A reader who follows the links to older
			// pages finds the articles that the current feed lacks.
			name: "an article that the size limit drops is on the newest page",
			site: func(s *syndicate.Site) { s.Limit, s.MaxBytes = 3, 10_000 },
			articles: []syndicate.Article{
				heavy(1, 10), heavy(2, 10), heavy(3, 10), heavy(4, 3000), heavy(5, 3000), heavy(6, 3000), heavy(7, 50_000),
			},
			steps: []step{
				{
					when: day(5), scopes: []string{"site 5/1"},
					shows: map[string]string{"site": "05 04 03"},
					claim: walks("05 04 03 02 01"),
				},
				{
					when: day(6), scopes: []string{"site 6/2"},
					shows: map[string]string{"site": "06 05", "site/page/2": "06 05 04"},
					claim: walks("06 05 04 03 02 01"),
				},
				{
					when: day(7), scopes: []string{"site 7/2"},
					shows: map[string]string{"site": "07"},
					claim: walks("07 06 05 04 03 02 01"),
				},
			},
		},
		{
			// With Site.Tombstones, Atom feeds announce removed articles (RFC 6721), the latest
			// removal first, in the feeds that contained them. An article that returns is no longer
			// announced; an article that was never visible is never announced.
			name: "removed articles leave tombstones for a while",
			site: withTombstones,
			articles: []syndicate.Article{
				tagged(numbered(1), "a"), tagged(numbered(2), "a"), tagged(numbered(3), "b"), draft(numbered(4)),
				tagged(numbered(5), "a"),
			},
			steps: []step{
				{name: "before", when: day(10), claim: buried(everything, "")},
				{
					name: "removed", do: remove("/02/", "https://www.example.com/05/", "/04/"),
					claim: buried(syndicate.WithTag("a"), "/02/ /05/"),
				},
				{name: "only in its own feeds", claim: buried(syndicate.WithTag("b"), "")},
				{
					name: "the newest first", when: day(11), do: remove("/03/"),
					claim: buried(everything, "/03/ /02/ /05/"),
				},
				{
					name: "one returns", do: add(tagged(numbered(2), "a")),
					claim: buried(syndicate.WithTag("a"), "/05/"),
				},
				{name: "they end", when: day(12), claim: buried(everything, "/03/")},
				{name: "all of them", when: day(13), claim: buried(everything, "")},
				{
					name: "an article becomes a draft", do: update(draft(tagged(numbered(1), "a"))),
					claim: buried(syndicate.WithTag("a"), "/01/"),
				},
				{
					name: "an unknown id is refused", do: remove("/unknown/"),
					refused: syndicate.RuleUnknownID,
				},
			},
		},
		{
			// A call with several articles adds the good ones and returns an error for each of the
			// others. An id is in use if the articles' Atom ids are the same.
			name:     "bad articles are refused and the others are added",
			articles: []syndicate.Article{identified(numbered(1), "4711")},
			steps: []step{
				{
					name: "no URL", when: day(9),
					do:      add(numbered(2), syndicate.Article{Title: "x", Published: day(1)}, numbered(3)),
					refused: syndicate.RuleMissing, shows: map[string]string{"site": "03 02 01"},
				},
				{
					name: "no date", do: add(syndicate.Article{URL: "/x/", Title: "x"}),
					refused: syndicate.RuleMissing,
				},
				{
					name: "id in use", do: add(titled(identified(numbered(8), "4711"), "x"), numbered(4)),
					refused: syndicate.RuleDuplicateID, shows: map[string]string{"site": "04 03 02 01"},
				},
				{
					name:    "the other form of an id in use",
					do:      add(titled(identified(numbered(8), "tag:example.com,2020:4711"), "x")),
					refused: syndicate.RuleDuplicateID,
				},
				{
					name: "twice in one call", do: add(numbered(5), titled(numbered(5), "x")),
					refused: syndicate.RuleDuplicateID, shows: map[string]string{"site": "05 04 03 02 01"},
				},
				{
					name: "an update of an unknown article", do: update(numbered(6), titled(numbered(5), "five")),
					refused: syndicate.RuleUnknownID, shows: map[string]string{"site": "five 04 03 02 01"},
				},
			},
		},
		{
			// An article with an id keeps its Atom id when its URL changes. A feed changes when one
			// of its articles differs from the previous version, not with each call. RSS and JSON
			// Feed show an id as it is given, even if it is a short number.
			name: "new versions of articles keep their ids",
			articles: []syndicate.Article{
				identified(filed(tagged(numbered(1), "old", "both"), section("Old")), "4711"), numbered(2),
			},
			steps: []step{
				{
					name: "at first", when: day(9),
					scopes: []string{"site 2/0", "category/old 1/0", "tag/both 1/0", "tag/old 1/0"},
					claim:  writes(syndicate.Atom, "<id>tag:example.com,2020:4711</id>"),
				},
				{
					name:  "RSS and JSON Feed show ids as they are given",
					claim: writes(syndicate.RSS, `<guid isPermaLink="false">4711</guid>`),
				},
				{claim: writes(syndicate.JSON, `"id":"4711"`)},
				{
					name: "the Atom id is the same in all scopes",
					claim: func(t *testing.T, source syndicate.Source) {
						feed := feedOf(t, source, syndicate.WithTag("both"))
						atom := string(feed.Append(nil, syndicate.Atom))
						assert.Contains(t, atom, "<id>tag:example.com,2020:4711</id>")
					},
				},
				{
					name: "an update without a difference", when: day(10),
					do:    update(identified(filed(tagged(numbered(1), "old", "both"), section("Old")), "4711")),
					claim: changes(everything, day(2), time.Time{}),
				},
				{
					name: "a new URL and new terms", when: day(11),
					do: update(with(
						identified(filed(tagged(numbered(1), "new", "both"), section("Old", "New")), "4711"),
						func(a *syndicate.Article) { a.URL, a.Updated = "/moved/", day(11) },
					)),
					scopes: []string{
						"site 2/0", "category/old 1/0", "category/old/new 1/0", "tag/both 1/0", "tag/new 1/0",
					},
					claim: writes(syndicate.Atom, "<id>tag:example.com,2020:4711</id>"),
				},
				{name: "the feed has changed", claim: changes(syndicate.WithTag("both"), day(11), time.Time{})},
				{
					name:  "postponed",
					do:    update(with(numbered(2), func(a *syndicate.Article) { a.Published = day(20) })),
					shows: map[string]string{"site": "01"}, claim: changes(everything, day(11), day(20)),
				},
				{name: "published again", when: day(20), shows: map[string]string{"site": "02 01"}},
			},
		},
		{
			// Replace leaves exactly the given articles. Articles that are not among them count as
			// removed, and feeds whose articles stay the same have not changed.
			name: "all articles can be replaced",
			site: withTombstones,
			articles: []syndicate.Article{
				tagged(numbered(1), "a"), filed(tagged(numbered(2), "b"), section("Military", "Arms")),
				tagged(numbered(3), "c"),
			},
			steps: []step{
				{
					name: "before", when: day(9),
					scopes: []string{
						"site 3/0", "category/military 1/0", "category/military/arms 1/0",
						"tag/a 1/0", "tag/b 1/0", "tag/c 1/0",
					},
				},
				{
					name: "replaced", when: day(10),
					do: replace(
						tagged(numbered(4), "d"), titled(tagged(numbered(3), "c"), "three"),
						filed(tagged(numbered(2), "b"), section("Military", "Arms")), numbered(4),
					),
					refused: syndicate.RuleDuplicateID,
					scopes: []string{
						"site 3/0", "category/military 1/0", "category/military/arms 1/0",
						"tag/b 1/0", "tag/c 1/0", "tag/d 1/0",
					},
					shows: map[string]string{"site": "04 three 02"}, claim: buried(everything, "/01/"),
				},
				{
					name:  "a feed with the same articles has not changed",
					claim: changes(syndicate.WithTag("b"), day(2), time.Time{}),
				},
				{name: "emptied", when: day(11), do: replace(), scopes: []string{"site 0/0"}},
			},
		},
		{
			// A scope without articles may be redirected to another scope or closed for good. Its
			// feed then returns another error than that of an unknown scope. Articles in the scope
			// win.
			name:     "scopes can be redirected and closed",
			articles: []syndicate.Article{tagged(numbered(1), "new"), tagged(numbered(2), "old")},
			steps: []step{
				{
					name: "redirected while it has articles", when: day(9),
					do:    redirect(syndicate.WithTag("old"), syndicate.WithTag("new")),
					shows: map[string]string{"tag/old": "02"},
				},
				{
					name: "without articles", do: update(tagged(numbered(2), "new")),
					scopes: []string{"site 2/0", "tag/new 2/0"},
					shows:  map[string]string{"tag/old": "moved to tag/new", "tag/new": "02 01"},
				},
				{
					name: "in use again", do: add(tagged(numbered(3), "old")),
					shows: map[string]string{"tag/old": "03"},
				},
				{
					name: "closed", when: day(10), do: closeScope(syndicate.ByAuthor("kenez")),
					shows: map[string]string{"author/kenez": "gone", "author/bozkurt": "not found"},
				},
			},
		},
		{
			// A store keeps an article's extension as text and revives it with the extension of the
			// site that has the same vocabulary. The feeds have the same bytes as those of an
			// Archive, which keeps the extension itself.
			name: "extensions of articles are kept",
			site: func(s *syndicate.Site) { s.Extensions = []syndicate.Extension{ratings{}} },
			articles: []syndicate.Article{
				rated(tagged(numbered(1), "a"), 4), rated(tagged(numbered(2), "a"), 5), tagged(numbered(3), "b"),
			},
			steps: []step{
				{
					name: "at first", when: day(9),
					claim: writes(syndicate.RSS, "<rating:stars>4</rating:stars>"),
				},
				{claim: writes(syndicate.Atom, "<rating:stars>5</rating:stars>")},
				{claim: writes(syndicate.JSON, `"_rating":{"stars":5}`)},
				{
					name: "added", do: add(rated(numbered(4), 1)),
					claim: writes(syndicate.RSS, "<rating:stars>1</rating:stars>"),
				},
				{
					name: "changed", do: update(rated(tagged(numbered(2), "a"), 2)),
					claim: writes(syndicate.RSS, "<rating:stars>2</rating:stars>"),
				},
				{
					name: "dropped", do: update(tagged(numbered(1), "a")),
					claim: func(t *testing.T, source syndicate.Source) {
						rss := string(feedOf(t, source, syndicate.WithTag("a")).Append(nil, syndicate.RSS))
						assert.Equal(t, 1, strings.Count(rss, "</rating:stars>"))
					},
				},
			},
		},
		{
			// The site has moved to another domain and path. Its articles have the links of today
			// and the ids of before. They are found by the new address in any form, and those
			// without an ID also by the old one, which is their ID.
			name: "a site that has moved keeps its ids",
			site: func(s *syndicate.Site) {
				s.URL, s.IDBase, s.TagAuthority = "https://new.example.com/news/", "http://www.example.com/", ""
				s.Tombstones = 48 * time.Hour
			},
			articles: []syndicate.Article{
				at("01/", numbered(1)),
				numbered(2),
				at("https://new.example.com/news/03/", tagged(numbered(3), "a")),
				identified(at("04/", numbered(4)), "4711"),
				at("https://elsewhere.example/05/", numbered(5)),
			},
			steps: []step{
				{
					name: "at first", when: day(9),
					claim: moved(
						"https://elsewhere.example/05/ https://elsewhere.example/05/",
						"4711 https://new.example.com/news/04/",
						"http://www.example.com/03/ https://new.example.com/news/03/",
						"http://www.example.com/02/ https://new.example.com/02/",
						"http://www.example.com/01/ https://new.example.com/news/01/",
					),
				},
				{claim: writes(syndicate.Atom, "<id>tag:www.example.com,2026:4711</id>")},
				{claim: writes(syndicate.Atom, "<id>tag:www.example.com,2026:feed:site</id>")},
				{
					name: "the other form of an address is the same article",
					do:   add(at("https://new.example.com/news/01/", numbered(1))), refused: syndicate.RuleDuplicateID,
				},
				{
					name: "updated", do: update(
						titled(at("https://new.example.com/news/01/", numbered(1)), "1"), titled(numbered(2), "2"),
						tagged(titled(at("03/", numbered(3)), "3"), "a"),
					),
					shows: map[string]string{"site": "05 04 3 2 1", "tag/a": "3"},
				},
				{
					name: "removed", do: remove("http://www.example.com/01/", "/02/", "https://new.example.com/news/03/", "04/"),
					shows: map[string]string{"site": "05", "tag/a": "not found"},
				},
				{claim: writes(syndicate.Atom, `<at:deleted-entry ref="http://www.example.com/01/"`)},
				{
					name: "added again", do: add(at("01/", numbered(1)), at("06/", numbered(6))),
					claim: moved(
						"http://www.example.com/06/ https://new.example.com/news/06/",
						"https://elsewhere.example/05/ https://elsewhere.example/05/",
						"http://www.example.com/01/ https://new.example.com/news/01/",
					),
				},
			},
		},
	}
}

// moved claims the ids and links of the articles in the site's feed.
func moved(idsAndLinks ...string) func(*testing.T, syndicate.Source) {
	return func(t *testing.T, source syndicate.Source) {
		t.Helper()
		var found []string
		for _, article := range feedOf(t, source, syndicate.Everything()).Articles {
			found = append(found, cmp.Or(article.ID, article.URL)+" "+article.URL)
		}
		assert.Equal(t, idsAndLinks, found)
	}
}

// standAlone claims that feeds have distinct ids and URLs, and titles that make sense on their own.
func standAlone(t *testing.T, source syndicate.Source) {
	exports, minister := syndicate.InCategory("military/arms-exports"), syndicate.WithTag("mevlut-cavusoglu")
	assert.Equal(t, "Military / Arms exports – The Example", feedOf(t, source, exports).Title)
	assert.Equal(t, "#Mevlüt Çavuşoğlu – The Example", feedOf(t, source, minister).Title)
	ids := map[string]bool{}
	for _, info := range list(t, source) {
		feed := feedOf(t, source, info.Scope)
		assert.Equal(t, feed.Title, info.Title)
		assert.NotContains(t, ids, feed.ID)
		ids[feed.ID] = true
		self := feed.Self.JSON
		path, _ := strings.CutPrefix(self, "https://www.example.com/")
		scope, format, ok := syndicate.Files.Parse(path)
		assert.True(t, ok && scope == info.Scope && format == syndicate.JSON, self)
	}
}

// sameDay moves an article to the first day.
func sameDay(a *syndicate.Article) { a.Published = day(1) }

// titleOf claims the title of a feed, in the feed and in the list.
func titleOf(scope syndicate.Scope, title string) func(*testing.T, syndicate.Source) {
	return func(t *testing.T, source syndicate.Source) {
		t.Helper()
		assert.Equal(t, title, feedOf(t, source, scope).Title)
		for _, info := range list(t, source) {
			if info.Scope == scope {
				assert.Equal(t, title, info.Title)
			}
		}
	}
}

// changes claims when a feed has changed and when it will change next without an action.
func changes(scope syndicate.Scope, modified, next time.Time) func(*testing.T, syndicate.Source) {
	return func(t *testing.T, source syndicate.Source) {
		t.Helper()
		feed := feedOf(t, source, scope)
		assert.Equal(t, dated(modified), dated(feed.Modified), "Modified of %s", scope)
		assert.Equal(t, dated(next), dated(feed.NextChange), "NextChange of %s", scope)
	}
}

// buried claims the articles that a feed announces as removed.
func buried(scope syndicate.Scope, paths string) func(*testing.T, syndicate.Source) {
	return func(t *testing.T, source syndicate.Source) {
		t.Helper()
		var found []string
		for _, tombstone := range feedOf(t, source, scope).Tombstones {
			found = append(found, strings.TrimPrefix(tombstone.ID, "https://www.example.com"))
		}
		assert.Equal(t, paths, strings.Join(found, " "), "tombstones of %s", scope)
	}
}

// writes claims that the site's feed contains a text.
func writes(format syndicate.Format, text string) func(*testing.T, syndicate.Source) {
	return func(t *testing.T, source syndicate.Source) {
		t.Helper()
		assert.Contains(t, string(feedOf(t, source, syndicate.Everything()).Append(nil, format)), text)
	}
}

// walks claims the titles that a reader finds by following the links from the site's current feed
// to older pages, newest first. Titles that the current feed shares with the first page count once.
func walks(titles string) func(*testing.T, syndicate.Source) {
	return func(t *testing.T, source syndicate.Source) {
		t.Helper()
		met := strings.Fields(shown(source, syndicate.Everything()))
		shared := map[string]bool{}
		for _, title := range met {
			shared[title] = true
		}
		next := feedOf(t, source, syndicate.Everything()).PrevArchive.Atom
		for steps := 0; next != "" && steps < 100; steps++ {
			scope, _, ok := syndicate.Files.Parse(strings.TrimPrefix(next, "https://www.example.com/"))
			assert.True(t, ok, next)
			for title := range strings.FieldsSeq(shown(source, scope)) {
				if steps > 0 || !shared[title] {
					met = append(met, title)
				}
			}
			next = feedOf(t, source, scope).PrevArchive.Atom
		}
		assert.Equal(t, titles, strings.Join(met, " "), "the walk back from the current feed")
	}
}
