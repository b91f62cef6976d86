package sitemap_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/sitemap"
)

const home = "https://www.example.com/news/"

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// numbered returns articles with the numbers from a to b, each a second younger than the one before
// it.
func numbered(a, b int) (articles []syndicate.Article) {
	for i := a; i <= b; i++ {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("%06d/", i), Title: fmt.Sprint("Article ", i), Published: noon.Add(time.Duration(i-1_000_000) * time.Second),
		})
	}
	return articles
}

// urlOf returns the URL of the article with a number.
func urlOf(i int) string { return fmt.Sprintf("%s%06d/", home, i) }

// urls returns the URLs of the articles with the numbers from a to b.
func urls(a, b int) (all []string) {
	for i := a; i <= b; i++ {
		all = append(all, urlOf(i))
	}
	return all
}

// archiveOf returns an archive at noon, and the warnings that it gives.
func archiveOf(t *testing.T, site syndicate.Site, articles ...syndicate.Article) (*syndicate.Archive, *[]*syndicate.Problem) {
	t.Helper()
	problems := new([]*syndicate.Problem)
	site.URL, site.Title = home, "The Example (UK)"
	site.Warn = func(p *syndicate.Problem) { *problems = append(*problems, p) }
	if site.Language == "" {
		site.Language = "en-GB"
	}
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return noon }
	require.NoError(t, archive.Add(articles...))
	_, err = archive.Feed(t.Context(), syndicate.Everything()) // closes the pages
	require.NoError(t, err)
	return archive, problems
}

// parsed is a sitemap or an index, as a reader sees it.
type parsed struct {
	XMLName xml.Name
	URLs    []struct {
		Loc    string   `xml:"loc"`
		Images []string `xml:"http://www.google.com/schemas/sitemap-image/1.1 image>loc"`
		News   string   `xml:"http://www.google.com/schemas/sitemap-news/0.9 news>title"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
	Sitemaps []struct {
		Loc string `xml:"loc"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemap"`
}

// locs returns the URLs in a document, and whether it is an index.
func locs(t *testing.T, document string) (all []string, index bool) {
	t.Helper()
	var p parsed
	require.NoError(t, xml.Unmarshal([]byte(document), &p), document)
	for _, u := range p.URLs {
		all = append(all, u.Loc)
	}
	for _, s := range p.Sitemaps {
		all = append(all, s.Loc)
	}
	return all, p.XMLName.Local == "sitemapindex"
}

// found returns the contents of the file with a path.
func found(t *testing.T, files derived.Files, source syndicate.Source, path string) string {
	t.Helper()
	file, err := files.Find(t.Context(), source, path)
	require.NoError(t, err, path)
	assert.Equal(t, path, file.Path)
	assert.Equal(t, sitemap.ContentType, file.ContentType)
	text, err := file.Append(t.Context(), []byte("before"))
	require.NoError(t, err)
	assert.LessOrEqual(t, len(text), 50_000_000)
	return strings.TrimPrefix(string(text), "before")
}

// tree returns the files that a set lists, by path, and checks that Find returns the same.
func tree(t *testing.T, files derived.Files, source syndicate.Source) map[string]string {
	t.Helper()
	all := map[string]string{}
	for file, err := range files.List(t.Context(), source) {
		require.NoError(t, err)
		require.NotContains(t, all, file.Path)
		text, err := file.Append(t.Context(), nil)
		require.NoError(t, err)
		all[file.Path] = string(text)
		assert.Equal(t, string(text), found(t, files, source, file.Path), file.Path)
	}
	return all
}

// crawled returns what a crawler finds that begins at a path: the URLs of pages, in order.
func crawled(t *testing.T, files derived.Files, source syndicate.Source, path string) (all []string) {
	t.Helper()
	list, index := locs(t, found(t, files, source, path))
	if !index {
		return list
	}
	for _, loc := range list {
		below, index := locs(t, found(t, files, source, strings.TrimPrefix(loc, home)))
		assert.False(t, index)
		assert.LessOrEqual(t, len(below), 20_000)
		all = append(all, below...)
	}
	return all
}

// SM-3, SM-4
func TestASitemapHasPagesPicturesAndVideos(t *testing.T) {
	archive, problems := archiveOf(t, syndicate.Site{},
		syndicate.Article{
			URL: "1/?a=1&b='2'#top", Title: "One & two", Summary: "A <summary>.", Published: noon.Add(-72 * time.Hour), Updated: noon.Add(-time.Hour),
			Expires: noon.Add(24 * time.Hour),
			Image:   syndicate.Image{URL: "/a.jpg", Thumbnail: &syndicate.Image{URL: "/small.jpg"}},
			Content: `<p>Text <img src="/a.jpg"> <img alt="&lt;img src=x" src="https://cdn.example.net/b.png?x=1&amp;y=2"></p><img src="data:image/png;base64,AA==">`,
			Enclosures: []syndicate.Enclosure{
				{URL: "/c.png"}, {URL: "/film.mp4", Duration: 90 * time.Second}, {URL: "/sound.mp3"}, {URL: "/other.webm", Title: strings.Repeat("long ", 30)},
			},
		},
		syndicate.Article{URL: "/news/2/", Title: "Two", Published: noon.Add(-48 * time.Hour)},
	)
	want := `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
<url><loc>https://www.example.com/news/1/?a=1&amp;b='2'</loc><lastmod>2026-03-01T11:00:00Z</lastmod>` +
		`<image:image><image:loc>https://www.example.com/a.jpg</image:loc></image:image>` +
		`<image:image><image:loc>https://www.example.com/c.png</image:loc></image:image>` +
		`<image:image><image:loc>https://cdn.example.net/b.png?x=1&amp;y=2</image:loc></image:image>` +
		`<video:video><video:thumbnail_loc>https://www.example.com/small.jpg</video:thumbnail_loc><video:title>One &amp; two</video:title>` +
		`<video:description>A &lt;summary&gt;.</video:description><video:content_loc>https://www.example.com/film.mp4</video:content_loc>` +
		`<video:duration>90</video:duration><video:expiration_date>2026-03-02T12:00:00Z</video:expiration_date>` +
		`<video:publication_date>2026-02-26T12:00:00Z</video:publication_date></video:video>` +
		`<video:video><video:thumbnail_loc>https://www.example.com/small.jpg</video:thumbnail_loc>` +
		`<video:title>` + strings.TrimSpace(strings.Repeat("long ", 19)) + `…</video:title>` +
		`<video:description>A &lt;summary&gt;.</video:description><video:content_loc>https://www.example.com/other.webm</video:content_loc>` +
		`<video:expiration_date>2026-03-02T12:00:00Z</video:expiration_date>` +
		`<video:publication_date>2026-02-26T12:00:00Z</video:publication_date></video:video></url>
<url><loc>https://www.example.com/news/2/</loc><lastmod>2026-02-27T12:00:00Z</lastmod></url>
</urlset>
`
	assert.Equal(t, want, found(t, sitemap.Files{}, archive, "sitemap/site/page/1.xml"))
	index := `<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://www.example.com/news/sitemap/site/page/1.xml</loc><lastmod>2026-03-01T11:00:00Z</lastmod></sitemap>
</sitemapindex>
`
	assert.Equal(t, index, found(t, sitemap.Files{}, archive, "sitemap.xml"))
	for _, p := range *problems {
		assert.NotContains(t, p.Spec, "sitemap", p)
	}
}

// SM-3: what must not be listed is reported, and nothing else is lost.
func TestArticlesThatASitemapMustNotListAreReported(t *testing.T) {
	long := "x/" + strings.Repeat("y", 2_048)
	var pictures strings.Builder
	pictures.WriteString(strings.Repeat(`<img src="/p.jpg">`, 3))
	for i := range 1_005 {
		fmt.Fprintf(&pictures, `<img src="/p%d.jpg">`, i)
	}
	archive, problems := archiveOf(t, syndicate.Site{MaxBytes: 10_000_000},
		syndicate.Article{URL: "https://other.example.com/news/1/", Title: "Host", Published: noon},
		syndicate.Article{URL: "http://www.example.com/news/2/", Title: "Scheme", Published: noon},
		syndicate.Article{URL: long, Title: "Long", Published: noon},
		syndicate.Article{URL: "3/", Title: "Video", Published: noon, Enclosures: []syndicate.Enclosure{{URL: "/a.mp4"}, {URL: "/b.jpg"}}},
		syndicate.Article{URL: "4/", Title: "Pictures", Published: noon, Content: pictures.String()},
		syndicate.Article{ID: "5", URL: "5/#a", Title: "Twice", Published: noon}, syndicate.Article{ID: "5b", URL: "5/#b", Title: "Twice", Published: noon},
	)
	text := found(t, sitemap.Files{}, archive, "sitemap/site/page/1.xml")
	all, _ := locs(t, text)
	slices.Sort(all)
	assert.Equal(t, []string{home + "3/", home + "4/", home + "5/"}, all)
	assert.Equal(t, 1_001, strings.Count(text, "<image:image>"), "the limit, and that of the other article")
	assert.NotContains(t, text, "video:video")
	got := map[string]string{}
	for _, p := range *problems {
		if strings.Contains(p.Spec, "left out; ") && (strings.Contains(p.Spec, "sitemap") || strings.Contains(p.Spec, "Sitemap")) {
			assert.True(t, p.Warning)
			assert.LessOrEqual(t, len(p.Value), 203)
			got[p.Field+" "+string(p.Rule)+" "+p.Article[:min(40, len(p.Article))]] = p.Spec
		}
	}
	assert.Len(t, got, 5, got)
	assert.Contains(t, got, "URL "+string(sitemap.RuleOtherHost)+" https://other.example.com/news/1/")
	assert.Contains(t, got, "URL "+string(sitemap.RuleOtherHost)+" http://www.example.com/news/2/")
	assert.Contains(t, got, "URL "+string(sitemap.RuleLongURL)+" "+(home + long)[:40])
	assert.Contains(t, got, "Content "+string(sitemap.RuleTooMany)+" "+home+"4/")
	assert.Contains(t, got, "Image "+string(syndicate.RuleMissing)+" "+home+"3/")
}

// silent is a Source without versions, whose pages are missing as long as they are being filled.
type silent struct {
	*syndicate.Archive
	limit int
}

func (s silent) Version(context.Context, syndicate.Scope) (string, error) { return "", nil }

func (s silent) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := s.Archive.Feed(ctx, scope)
	if err == nil && scope.Page() > 0 && !feed.Archived {
		return nil, &syndicate.ScopeError{Scope: scope, Err: syndicate.ErrNotFound}
	}
	return feed, err
}

// SM-3, SM-6
func TestEveryArticleIsInOneFileFromTheOldestToTheNewest(t *testing.T) {
	sitemap.SmallFiles(t)
	for _, limit := range []int{1, 7, 30, 150, 300} {
		for _, count := range []int{1, 2, 8, 450} {
			archive, _ := archiveOf(t, syndicate.Site{Limit: limit, MaxBytes: 1e9}, numbered(1, count)...)
			assert.Equal(t, urls(1, count), crawled(t, sitemap.Files{}, archive, "sitemap.xml"), "%d, %d", limit, count)
			assert.Equal(t, urls(1, count), crawled(t, sitemap.Files{}, silent{archive, limit}, "sitemap.xml"), "%d, %d", limit, count)
		}
	}
}

// SM-3: with the sizes that publishers get.
func TestAFileHasTenThousandArticles(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of articles")
	}
	archive, _ := archiveOf(t, syndicate.Site{Limit: 3_000}, numbered(1, 12_500)...)
	all, _ := locs(t, found(t, sitemap.Files{}, archive, "sitemap/site/page/1.xml"))
	assert.Equal(t, urls(1, 9_000), all, "whole pages")
	all, _ = locs(t, found(t, sitemap.Files{}, archive, "sitemap/site/page/2.xml"))
	assert.Equal(t, urls(9_001, 12_500), all)
}

// An empty sitemap is invalid, so it has the front page.
func TestASitemapWithoutArticlesHasTheFrontPage(t *testing.T) {
	archive, _ := archiveOf(t, syndicate.Site{})
	assert.Equal(t, []string{home}, crawled(t, sitemap.Files{}, archive, "sitemap.xml"))
	assert.Equal(t, []string{home}, crawled(t, sitemap.News{}, archive, "news-sitemap.xml"))
	// All articles of an old file are removed.
	sitemap.SmallFiles(t)
	archive, _ = archiveOf(t, syndicate.Site{Limit: 10}, numbered(1, 250)...)
	require.NoError(t, archive.Remove(urls(1, 100)...))
	all, _ := locs(t, found(t, sitemap.Files{}, archive, "sitemap/site/page/1.xml"))
	assert.Equal(t, []string{home}, all)
	all, _ = locs(t, found(t, sitemap.Files{}, archive, "sitemap/site/page/2.xml"))
	assert.Equal(t, urls(101, 200), all)
}

// SM-6
func TestAChangeOfAnArticleChangesOneFile(t *testing.T) {
	sitemap.SmallFiles(t)
	articles := numbered(1, 250)
	hidden := articles[149]
	archive, _ := archiveOf(t, syndicate.Site{Limit: 5}, slices.Delete(slices.Clone(articles), 149, 150)...)
	before := tree(t, sitemap.Files{}, archive)
	assert.Len(t, before, 4)
	next := articles[249]
	next.URL, next.Published = "next/", next.Published.Add(time.Second)
	edited := articles[10]
	edited.Updated = edited.Published.Add(time.Hour)
	for _, test := range []struct {
		what    string
		change  func() error
		changed int
	}{
		{"a new article", func() error { return archive.Add(next) }, 3},
		{"a backdated article", func() error { return archive.Add(hidden) }, 2},
		{"a removed article", func() error { return archive.Remove(urlOf(120)) }, 2},
		{"an edited article", func() error { return archive.Update(edited) }, 1},
	} {
		require.NoError(t, test.change())
		after := tree(t, sitemap.Files{}, archive)
		for path, text := range before {
			if path != "sitemap.xml" {
				want := path == fmt.Sprintf("sitemap/site/page/%d.xml", test.changed)
				assert.Equal(t, want, text != after[path], "%s: %s", test.what, path)
			}
		}
		before = after
	}
}

// SM-3: an old archive that is added behind the articles makes the oldest page longer.
func TestAFileThatGrewFarTooLongIsCutIntoParts(t *testing.T) {
	sitemap.SmallFiles(t)
	archive, _ := archiveOf(t, syndicate.Site{Limit: 10}, numbered(301, 550)...)
	require.NoError(t, archive.Add(numbered(1, 300)...))
	all := tree(t, sitemap.Files{}, archive)
	assert.Len(t, all, 1+2+1+1)
	assert.Contains(t, all, "sitemap/site/page/1.2.xml")
	assert.Equal(t, urls(1, 550), crawled(t, sitemap.Files{}, archive, "sitemap.xml"))
	for _, path := range []string{"sitemap/site/page/1.3.xml", "sitemap/site/page/2.2.xml", "sitemap/site/page/1.1.xml", "sitemap/site/page/1.02.xml"} {
		_, err := sitemap.Files{}.Find(t.Context(), archive, path)
		assert.ErrorIs(t, err, syndicate.ErrNotFound, path)
	}
}

// SM-8
func TestCategoriesHaveSitemapsOnRequest(t *testing.T) {
	articles := numbered(1, 5)
	articles[1].Categories = syndicate.Categories("World/Türkiye", "v1.2")
	articles[2].Categories = syndicate.Categories("World")
	articles[3].Tags = syndicate.Tags("World")
	archive, _ := archiveOf(t, syndicate.Site{Limit: 2}, articles...)
	all := tree(t, sitemap.Files{Path: "maps/all.xml", Categories: true}, archive)
	assert.Len(t, all, 2*4)
	files := sitemap.Files{Path: "maps/all.xml", Categories: true}
	assert.Equal(t, urls(2, 3), crawled(t, files, archive, "maps/all/category/world.xml"))
	assert.Equal(t, urls(2, 2), crawled(t, files, archive, "maps/all/category/world/turkiye.xml"))
	assert.Equal(t, urls(2, 2), crawled(t, files, archive, "maps/all/category/v1-2.xml"))
	assert.Equal(t, urls(1, 5), crawled(t, files, archive, "maps/all.xml"))
	for _, path := range []string{"maps/all/site.xml", "maps/all/tag/world.xml", "maps/all/category/none.xml", "maps/all/site/page/2.xml", "sitemap.xml", "maps/all.xml/"} {
		_, err := files.Find(t.Context(), archive, path)
		assert.ErrorIs(t, err, syndicate.ErrNotFound, path)
	}
	_, err := sitemap.Files{}.Find(t.Context(), archive, "sitemap/category/world.xml")
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	news := sitemap.News{Categories: true, Clock: func() time.Time { return articles[0].Published }}
	assert.Len(t, tree(t, news, archive), 4)
	assert.Equal(t, []string{urlOf(3), urlOf(2)}, crawled(t, news, archive, "news-sitemap/category/world.xml"))
}

// Slugs may hold what paths of parts hold.
func TestCategoriesAreNotMistakenForParts(t *testing.T) {
	articles := numbered(1, 3)
	for i, c := range []syndicate.Category{{Name: "A", Slug: "a.2"}, {Name: "B", Slug: "page"}, {Name: "C", Slug: "a"}} {
		articles[i].Categories = []syndicate.Category{c, {Name: "1.2", Slug: "1.2", Parent: &c}, {Name: "2", Slug: "2", Parent: &c}}
	}
	archive, _ := archiveOf(t, syndicate.Site{}, articles...)
	assert.Len(t, tree(t, sitemap.Files{Categories: true}, archive), 2*10)
}

// SM-7
func TestRobotsNamesTheSitemaps(t *testing.T) {
	archive, _ := archiveOf(t, syndicate.Site{})
	p := archive.Publication()
	assert.Equal(t, "Sitemap: https://www.example.com/news/sitemap.xml\n", sitemap.Files{}.Robots(p))
	assert.Equal(t, "Sitemap: https://www.example.com/news/a%20b.xml\n", sitemap.Files{Path: "/a b.xml"}.Robots(p))
	assert.Equal(t, "Sitemap: https://www.example.com/news/news-sitemap.xml\n", sitemap.News{}.Robots(p))
}

// client returns a function that gets a path from a handler.
func client(h http.Handler) func(path string) *http.Response {
	return func(path string) *http.Response {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, home+path, nil))
		return w.Result()
	}
}

// SM-5, SM-7
func TestSitemapsChangeInTheSameInstantAsTheFeeds(t *testing.T) {
	articles := numbered(1, 200)
	for i := range articles {
		articles[i].Published = noon.Add(time.Duration(i-210) * time.Hour)
		articles[i].Categories = syndicate.Categories("A")
	}
	articles[3].Draft = true
	articles[50].Expires = noon.Add(90 * time.Second) // on an old page
	articles[199].Published = noon.Add(time.Hour)
	for name, limit := range map[string]int{"pages": 4, "one feed": 1_000} {
		archive, _ := archiveOf(t, syndicate.Site{Limit: limit, MaxBytes: 1e7}, articles...)
		now := noon
		archive.Clock = func() time.Time { return now }
		h := &feedhttp.Handler{
			Source: archive, Clock: archive.Clock,
			Files: []derived.Files{sitemap.Files{Categories: true}, sitemap.News{Clock: archive.Clock}},
		}
		get := client(h)
		listed := func(path string) string {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, home+path, nil))
			require.Equal(t, 200, w.Code, path)
			return w.Body.String()
		}
		// check says which articles are in the sitemap of the site and of a category.
		check := func(what string, number int, want bool) {
			t.Helper()
			for _, path := range []string{"sitemap/site/page/1.xml", "sitemap/category/a/page/1.xml"} {
				assert.Equal(t, want, strings.Contains(listed(path), urlOf(number)), "%s, %s: %s", name, what, path)
			}
		}
		check("a draft", 4, false)
		check("an article that expires", 51, true)
		check("an embargo", 200, false)
		assert.Equal(t, "public, max-age=90", get("sitemap/site/page/1.xml").Header.Get("Cache-Control"))
		now = now.Add(90 * time.Second)
		check("expired", 51, false)
		// Both in the same second: the second change must not be missed.
		require.NoError(t, archive.Remove(urlOf(10)))
		check("removed", 10, false)
		require.NoError(t, archive.Remove(urlOf(11)))
		check("removed in the same second", 11, false)
		assert.NotContains(t, listed("news-sitemap.xml"), urlOf(200), name)
		now = noon.Add(time.Hour)
		check("the end of an embargo", 200, true)
		assert.Contains(t, listed("news-sitemap.xml"), urlOf(200), name)
		// Number 164 was published 47 hours before noon.
		assert.Contains(t, listed("news-sitemap.xml"), urlOf(165), name)
	}
}

// SM-1, SM-7
func TestTheSitemapOfNewsChangesWithTimeAlone(t *testing.T) {
	articles := numbered(1, 60)
	for i := range articles {
		articles[i].Published = noon.Add(time.Duration(i-59) * time.Hour)
	}
	archive, _ := archiveOf(t, syndicate.Site{Limit: 10}, articles...)
	now := noon.Add(time.Minute)
	archive.Clock = func() time.Time { return now }
	news := sitemap.News{Clock: archive.Clock}
	get := client(&feedhttp.Handler{Source: archive, Clock: archive.Clock, Files: []derived.Files{news}, MaxAge: 24 * time.Hour})
	count := func() int {
		list, _ := locs(t, found(t, news, archive, "news-sitemap.xml"))
		return len(list)
	}
	first := get("news-sitemap.xml")
	assert.Equal(t, "public, max-age=3540", first.Header.Get("Cache-Control"))
	assert.Equal(t, "Sun, 01 Mar 2026 12:00:00 GMT", first.Header.Get("Last-Modified"))
	assert.Equal(t, 48, count())
	now = now.Add(59*time.Minute - time.Second)
	assert.Equal(t, first.Header.Get("Etag"), get("news-sitemap.xml").Header.Get("Etag"))
	now = now.Add(time.Second) // two days after an article
	second := get("news-sitemap.xml")
	assert.NotEqual(t, first.Header.Get("Etag"), second.Header.Get("Etag"))
	assert.Equal(t, "public, max-age=3600", second.Header.Get("Cache-Control"))
	assert.Equal(t, 47, count())
	now = now.Add(time.Second)
	assert.Equal(t, "Sun, 01 Mar 2026 13:00:00 GMT", get("news-sitemap.xml").Header.Get("Last-Modified"))
	// A folder is published again when an article leaves.
	result, err := feeddir.Folder{Source: archive, Dir: t.TempDir(), Files: []derived.Files{news}, NoPages: true}.Publish(t.Context())
	require.NoError(t, err)
	assert.Equal(t, noon.Add(2*time.Hour), result.NextChange)
}

// SM-1, SM-2
func TestTheSitemapOfNews(t *testing.T) {
	archive, problems := archiveOf(t, syndicate.Site{},
		syndicate.Article{URL: "1/", Title: "Old", Published: noon.Add(-48 * time.Hour), Updated: noon},
		syndicate.Article{URL: "2/", Title: "A & B", Published: noon.Add(-47 * time.Hour), Updated: noon},
		syndicate.Article{URL: "3/", Title: "中文", Language: "zh-HK", Published: noon},
		syndicate.Article{URL: "4/", Summary: "No title.", Published: noon},
		syndicate.Article{URL: "5/", Title: "No language", Language: "zxx", Published: noon},
		syndicate.Article{URL: "https://other.example/", Title: "Elsewhere", Published: noon},
	)
	*problems = nil
	want := `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://www.example.com/news/3/</loc><news:news><news:publication><news:name>The Example</news:name><news:language>zh-tw</news:language></news:publication>` +
		`<news:publication_date>2026-03-01T12:00:00Z</news:publication_date><news:title>中文</news:title></news:news></url>
<url><loc>https://www.example.com/news/2/</loc><news:news><news:publication><news:name>The Example</news:name><news:language>en</news:language></news:publication>` +
		`<news:publication_date>2026-02-27T13:00:00Z</news:publication_date><news:title>A &amp; B</news:title></news:news></url>
</urlset>
`
	news := sitemap.News{Clock: archive.Clock}
	assert.Equal(t, want, found(t, news, archive, "news-sitemap.xml"))
	var got []string
	for _, p := range *problems {
		got = append(got, p.Article+" "+p.Field+" "+string(p.Rule))
	}
	slices.Sort(got)
	assert.Equal(t, []string{"https://other.example/ URL " + string(sitemap.RuleOtherHost), home + "4/ Title missing", home + "5/ Language " + string(sitemap.RuleNoLanguage)}, got)
	assert.Contains(t, found(t, sitemap.News{Name: "Other (a (b)) Name", Clock: archive.Clock}, archive, "news-sitemap.xml"), "<news:name>Other Name</news:name>")
	assert.Contains(t, found(t, sitemap.News{Name: "(all)", Clock: archive.Clock}, archive, "news-sitemap.xml"), "<news:name>(all)</news:name>")
}

// SM-2
func TestLanguagesOfNews(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "en-GB": "en", "tr-TR": "tr", "sr-Latn": "sr", "haw": "haw", "eng": "en", "pt_BR": "pt",
		"zh": "zh-cn", "zh-CN": "zh-cn", "zh-Hans-TW": "zh-cn", "zh-TW": "zh-tw", "zh-Hant": "zh-tw", "zh-MO": "zh-tw", "cmn-Hant": "zh-tw",
		"": "", "und": "", "x-private": "", "mul": "", "not a language": "",
	} {
		assert.Equal(t, want, sitemap.NewsLanguage(tag), tag)
	}
}

// SM-1
func TestMoreThanAThousandNewsAreAnIndexOfFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of articles")
	}
	articles := numbered(1, 2_500)
	archive, _ := archiveOf(t, syndicate.Site{Limit: 20}, articles...)
	at := articles[2_499].Published
	news := sitemap.News{Clock: func() time.Time { return at.Add(48*time.Hour - 1_499*time.Second) }}
	all := crawled(t, news, archive, "news-sitemap.xml")
	slices.Reverse(all)
	assert.Equal(t, urls(1_002, 2_500), all)
	for path, text := range tree(t, news, archive) {
		assert.LessOrEqual(t, strings.Count(text, "<news:news>"), 1_000, path)
	}
	assert.Len(t, tree(t, news, archive), 3)
	news.Clock = func() time.Time { return at.Add(48*time.Hour - 1_000*time.Second) }
	all, index := locs(t, found(t, news, archive, "news-sitemap.xml"))
	assert.False(t, index)
	assert.Len(t, all, 1_000)
	_, err := news.Find(t.Context(), archive, "news-sitemap/site/page/1.xml")
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
}

// failing is a Source that fails for one scope.
type failing struct {
	syndicate.Source
	at syndicate.Scope
}

func (f failing) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if scope == f.at {
		return nil, context.DeadlineExceeded
	}
	return f.Source.Feed(ctx, scope)
}

func (f failing) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) {
		if f.at.Kind() == syndicate.KindTag {
			yield(syndicate.ScopeInfo{}, context.DeadlineExceeded)
			return
		}
		f.Source.Scopes(ctx)(yield)
	}
}

func TestAFailureOfTheSourceIsReturned(t *testing.T) {
	archive, _ := archiveOf(t, syndicate.Site{Limit: 3}, numbered(1, 20)...)
	for _, at := range []syndicate.Scope{syndicate.Everything(), syndicate.Everything().AtPage(2), syndicate.WithTag("list")} {
		for _, files := range []derived.Files{sitemap.Files{}, sitemap.News{Clock: func() time.Time { return noon.Add(-270 * time.Hour) }}} {
			var failure error
			for file, err := range files.List(t.Context(), failing{archive, at}) {
				require.NoError(t, failure, "the list goes on")
				if failure = err; err == nil {
					_, failure = file.Append(t.Context(), nil)
				}
				if failure != nil {
					break
				}
			}
			assert.ErrorIs(t, failure, context.DeadlineExceeded, "%v %T", at, files)
		}
	}
}
