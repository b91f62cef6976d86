package sqlstore

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate"
)

// checked is a site that was checked several times. The publications give the same results and
// differ in what becomes of warnings, except bare, which has no extensions. An article is checked
// when it is added and again whenever it is read, and a warning about it must be passed on once.
type checked struct {
	publication *syndicate.Publication // passes on all warnings; for callers
	reading     *syndicate.Publication // passes on warnings about feeds; for articles that are read
	adding      *syndicate.Publication // collects warnings; for articles that are added
	bare        *syndicate.Publication // for stored articles that an extension would refuse today
	collected   *collector
	revivers    []Reviver
	now, first  base // of Site.URL, and of Site.IDBase, below which articles have their ids
}

// collector collects the problems of one article.
type collector struct {
	mu       sync.Mutex // held while an article is checked
	problems []*syndicate.Problem
}

// check checks a site.
func check(site syndicate.Site) (c checked, err error) {
	if c.publication, err = site.Check(); err != nil {
		return c, err
	}
	c.revivers = reviversOf(c.site())
	c.now, c.first = baseOf(c.site().URL), baseOf(c.site().IDBase)
	collected := new(collector)
	c.collected = collected
	site.Warn = func(p *syndicate.Problem) { collected.problems = append(collected.problems, p) }
	if c.adding, err = site.Check(); err != nil {
		return c, err
	}
	opened := false // until then the warnings are those of the site, which are known already
	site.Warn = func(p *syndicate.Problem) {
		if opened && p.Article == "" {
			c.publication.Warn(p)
		}
	}
	if c.reading, err = site.Check(); err != nil {
		return c, err
	}
	opened = true
	site.Warn, site.Extensions, site.Scopes = nil, nil, nil
	c.bare, err = site.Check()
	return c, err
}

// article checks an article that is added. It returns nil if the article is refused.
func (c *checked) article(given syndicate.Article) (*syndicate.Article, []*syndicate.Problem) {
	// One article at a time: the collector is one for all.
	c.collected.mu.Lock()
	defer c.collected.mu.Unlock()
	c.collected.problems = nil
	article, err := c.adding.Article(given)
	// The warnings, and then what was refused.
	found := c.collected.problems
	if refused, ok := err.(syndicate.Problems); ok {
		found = append(found, refused...)
	}
	return article, found
}

// moved reports whether the site has moved since its articles were given their ids.
func (c *checked) moved() bool { return c.now != c.first }

// named returns the ID with which feeds have an article, given the ID and the reference in its row.
// An article without an ID has its first address as its ID.
func (c *checked) named(id, ref string) string {
	if id != "" {
		return id
	}
	return c.first.resolve(ref)
}

// site returns the checked settings.
func (c *checked) site() syndicate.Site { return c.publication.Site() }

// tombstoneAge returns for how many seconds tombstones are kept.
func (c *checked) tombstoneAge() int64 { return int64(c.site().Tombstones / time.Second) }

// fingerprint returns a digest of the settings. It is part of every version, so that versions
// differ between sites whose feeds do. It is made of what feeds show, and not of the settings
// themselves: extensions may hold pointers, and servers that share a database must agree.
func (c *checked) fingerprint() string {
	h := fnv.New64a()
	site := c.site()
	fmt.Fprint(h, site.IDBase, site.MaxBody, site.Excerpts, site.Tombstones, site.CategoryPaths,
		site.Bodies.Trusted, site.Bodies.KeepPlayers, site.Bodies.Sanitizer != nil)
	// A checker of the site may refuse the sample. Then only the settings of feeds are compared.
	article, _ := c.article(sample)
	scopes := []syndicate.Scope{{}, syndicate.WithTag("a"), syndicate.InCategory("a/b").AtPage(1)}
	scopes = append(scopes, slices.SortedFunc(maps.Keys(site.Scopes), syndicate.Scope.Compare)...)
	var buf []byte
	for _, scope := range scopes {
		fmt.Fprint(h, scope, c.publication.FeedLimit(scope), c.publication.FeedMaxBytes(scope), site.Scopes[scope].Excerpts)
		sel := syndicate.Selection{Names: []string{"a"}}
		if article != nil {
			sel.Articles = []*syndicate.Article{article}
		}
		feed := c.adding.Feed(scope, sel)
		for _, format := range syndicate.Formats() {
			buf = feed.Append(buf[:0], format)
			h.Write(buf)
		}
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// sample is an article that shows what the settings do to articles.
var sample = syndicate.Article{
	ID: "a", URL: "/a", Title: "a", Content: "<p>a</p>",
	Published:  time.Unix(0, 0),
	Authors:    []syndicate.Author{{Name: "a", Email: "a@example.com"}},
	Categories: syndicate.Categories("a/b"),
	Tags:       syndicate.Tags("a"),
	Image:      syndicate.Image{URL: "/a.jpg", Width: 1, Height: 1},
	Enclosures: []syndicate.Enclosure{{URL: "/a.mp3", Size: 1}},
}
