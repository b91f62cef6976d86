package destination_test

// These tests show the feeds that destinations get: other addresses, other vocabularies, and at
// each moment the articles of the public feed.

import (
	"context"
	"errors"
	"image"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/destination"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/feedreader"
	"github.com/syndicate-go/syndicate/media"
	"github.com/syndicate-go/syndicate/xmltext"
)

// newSite returns a site whose public feeds have everything that must not reach a destination.
func newSite() syndicate.Site {
	return syndicate.Site{
		URL: "https://example.com/", Title: "The Example", Language: "en",
		Description: "Everything that happens in the town of Example and around it",
		Hubs:        []string{"https://hub.example/"},
		Extensions:  []syndicate.Extension{media.Images{}},
		Tombstones:  24 * time.Hour,
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("city"): {Title: "Example city", Extensions: []syndicate.Extension{media.Images{}}},
		},
	}
}

// newArticle returns an article that was published so long ago.
func newArticle(name string, ago time.Duration) syndicate.Article {
	return syndicate.Article{
		ID: "article-" + name, URL: "/" + name + "/", Title: "Strikes stop the trains of line " + name,
		Content:   `<figure><img src="/a.jpg" alt="A train"><figcaption>A train</figcaption></figure><p>No trains run.</p>`,
		Published: time.Now().Add(-ago), Categories: syndicate.Categories("City"),
		Authors: []syndicate.Author{{Name: "Ann Author"}},
		Image: syndicate.Image{
			URL: "/a.jpg", Width: 1200, Height: 800, Alt: "A train", Credit: "Ann Author",
			Thumbnail: &syndicate.Image{URL: "/small.jpg", Width: 150, Height: 100},
		},
	}
}

func newArchive(t *testing.T, site syndicate.Site, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	return archive
}

// written returns the RSS feed of a scope.
func written(t *testing.T, source syndicate.Source, scope syndicate.Scope) string {
	t.Helper()
	f, err := source.Feed(t.Context(), scope)
	require.NoError(t, err)
	return string(f.Append(nil, syndicate.RSS))
}

// parsed reads the RSS feed of a scope with gofeed, a parser that shares no code with this module.
func parsed(t *testing.T, source syndicate.Source, scope syndicate.Scope) *feedreader.Feed {
	t.Helper()
	f, err := feedreader.Parse(written(t, source, scope))
	require.NoError(t, err)
	return f
}

// item returns the text of the first item of a feed.
func item(text string) string {
	_, text, _ = strings.Cut(text, "<item>")
	text, _, _ = strings.Cut(text, "</item>")
	return text
}

var site = syndicate.Everything()

func msnOf(t *testing.T, archive syndicate.Source) *destination.Source {
	t.Helper()
	source, err := destination.MSN{Rights: destination.Granted}.Source(archive)
	require.NoError(t, err)
	return source
}

func smartOf(t *testing.T, archive syndicate.Source) *destination.Source {
	t.Helper()
	source, err := destination.SmartNews{Logo: "https://example.com/logo.png"}.Source(archive)
	require.NoError(t, err)
	return source
}

func TestAnItemOfMSN(t *testing.T) { // DEST-12, DEST-13, DEST-15, DEST-16, DEST-17
	synctest.Test(t, func(t *testing.T) {
		a := newArticle("1", time.Hour)
		a.Expires = time.Now().Add(time.Hour)
		a.Extensions = []syndicate.Extension{
			destination.Story{
				ShortTitle: "Strikes", Written: time.Now().Add(-2 * time.Hour), Caption: "At the station",
				Rights: []destination.ImageRights{
					{URL: "https://example.com/2.jpg", Syndication: destination.NotGranted, LicenseID: "4711", LicensorName: "Anadolu"},
					{URL: "https://example.com/a.jpg", Focus: image.Rect(0, 10, 600, 400)},
				},
			},
			media.Gallery{Pictures: []media.Picture{
				{Image: syndicate.Image{URL: "https://example.com/2.jpg", Alt: "A driver", Credit: "Anadolu"}, Caption: "Two"},
				{Image: syndicate.Image{URL: "https://example.com/3.jpg", Alt: "A platform"}},
			}},
		}
		archive := newArchive(t, newSite(), a)
		const want = `<title>Strikes stop the trains of line 1</title>` +
			`<link>https://example.com/1/</link><guid isPermaLink="false">article-1</guid>` +
			`<pubDate>Fri, 31 Dec 1999 23:00:00 +0000</pubDate><dc:creator>Ann Author</dc:creator>` +
			`<category domain="https://example.com/category/">City</category>` +
			`<mi:shortTitle>Strikes</mi:shortTitle>` +
			`<dcterms:modified>1999-12-31T23:00:00Z</dcterms:modified>` +
			`<mi:dateTimeWritten>1999-12-31T22:00:00Z</mi:dateTimeWritten>` +
			`<dcterms:valid>start=1999-12-31T23:00:00Z;end=2000-01-01T01:00:00Z;scheme=W3C-DTF</dcterms:valid>` +
			`<media:content url="https://example.com/a.jpg" type="image/jpeg" medium="image" width="1200" height="800">` +
			`<media:title type="plain">At the station</media:title><media:text type="plain">A train</media:text>` +
			`<media:credit>Ann Author</media:credit>` +
			`<media:thumbnail url="https://example.com/small.jpg" width="150" height="100"/>` +
			`<mi:hasSyndicationRights>1</mi:hasSyndicationRights>` +
			`<mi:focalRegion><mi:x1>0</mi:x1><mi:x2>600</mi:x2><mi:y1>10</mi:y1><mi:y2>400</mi:y2></mi:focalRegion>` +
			`</media:content><media:group>` +
			`<media:content url="https://example.com/2.jpg" medium="image">` +
			`<media:title type="plain">Two</media:title><media:text type="plain">A driver</media:text>` +
			`<media:credit>Anadolu</media:credit><mi:hasSyndicationRights>0</mi:hasSyndicationRights>` +
			`<mi:licenseId>4711</mi:licenseId><mi:licensorName>Anadolu</mi:licensorName></media:content>` +
			`<media:content url="https://example.com/3.jpg" medium="image">` +
			`<media:title type="plain">A platform</media:title><media:text type="plain">A platform</media:text>` +
			`<mi:hasSyndicationRights>1</mi:hasSyndicationRights></media:content></media:group>` +
			`<description>A train No trains run.</description>` +
			`<content:encoded><![CDATA[<div><img src="https://example.com/a.jpg" alt="A train"><p>A train</p></div>` +
			`<p>No trains run.</p>]]></content:encoded>`
		assert.Equal(t, want, item(written(t, msnOf(t, archive), site)))
	})
}

func TestAFeedOfSmartNews(t *testing.T) { // DEST-20, DEST-21, DEST-22
	synctest.Test(t, func(t *testing.T) {
		a := newArticle("1", time.Hour)
		a.Language = "tr"
		link := destination.SponsoredLink{
			Link: "https://example.com/offer/", Advertiser: "Example & Co", Title: "An offer", Thumbnail: "https://example.com/o.jpg",
		}
		a.Extensions = []syndicate.Extension{destination.Story{
			Video:     destination.Video{URL: "https://example.com/1.mp4", Caption: "The strike"},
			Sponsored: []destination.SponsoredLink{link, {Link: "https://example.com/2/", Advertiser: "Two"}, link},
			Analytics: "<script>count('1')</script>", Advertisement: "<div>ad</div>",
		}}
		archive := newArchive(t, newSite(), a)
		source, err := destination.SmartNews{
			Logo: "https://example.com/logo.png", DarkLogo: "https://example.com/dark.png", Analytics: "<script>count()</script>",
		}.Source(archive)
		require.NoError(t, err)
		text := written(t, source, site)
		for _, want := range []string{
			` xmlns:snf="http://www.smartnews.be/snf"`, ` xmlns:media="http://search.yahoo.com/mrss/"`,
			"<description>Everything that happens in th…</description>\n", "<language>en</language>\n", "<ttl>15</ttl>\n",
			`<pubDate>Fri, 31 Dec 1999 23:00:00 +0000</pubDate><snf:logo><url>https://example.com/logo.png</url></snf:logo>` +
				`<snf:darkModeLogo><url>https://example.com/dark.png</url></snf:darkModeLogo>`,
		} {
			assert.Contains(t, text, want)
		}
		_, elements, _ := strings.Cut(item(text), "</category>")
		elements, _, _ = strings.Cut(elements, "<description>")
		assert.Equal(t, `<dc:language>tr</dc:language><media:thumbnail url="https://example.com/small.jpg"/>`+
			`<media:status>active</media:status>`+
			`<snf:video url="https://example.com/1.mp4" caption="The strike"/>`+
			`<snf:analytics><![CDATA[<script>count('1')</script>]]></snf:analytics><snf:advertisement>`+
			`<snf:sponsoredLink link="https://example.com/offer/" title="An offer" thumbnail="https://example.com/o.jpg" advertiser="Example &amp; Co"/>`+
			`<snf:sponsoredLink link="https://example.com/2/" advertiser="Two"/>`+
			`<snf:adcontent><![CDATA[<div>ad</div>]]></snf:adcontent></snf:advertisement>`, elements)
	})
}

func TestRemovedArticlesAreDeletedAtSmartNews(t *testing.T) { // DEST-22
	synctest.Test(t, func(t *testing.T) {
		first := newArticle("1", time.Hour)
		first.ID = ""
		archive := newArchive(t, newSite(), first, newArticle("2", 2*time.Hour), newArticle("3", 3*time.Hour))
		source := smartOf(t, archive)
		require.Len(t, parsed(t, source, site).Items, 3)
		time.Sleep(time.Minute)
		require.NoError(t, archive.Remove("https://example.com/1/", "article-2"))

		states := map[string]string{}
		for _, i := range parsed(t, source, site).Items {
			states[i.GUID+" "+i.Link] = i.Extensions["media"]["status"][0].Value
			assert.NotEmpty(t, i.Title)
			assert.NotEmpty(t, i.Content)
			assert.NotNil(t, i.PublishedParsed)
		}
		assert.Equal(t, map[string]string{
			"article-3 https://example.com/3/":              "active",
			"https://example.com/1/ https://example.com/1/": "deleted",
			"article-2 https://example.com/":                "deleted",
		}, states)
		assert.Len(t, parsed(t, msnOf(t, archive), site).Items, 1, "MSN has no such element")

		require.NoError(t, archive.Add(newArticle("2", time.Hour)))
		assert.NotContains(t, written(t, source, site), "article-2</guid><pubDate>Sat, 01 Jan 2000 00:01", "it is back")
		time.Sleep(25 * time.Hour)
		assert.Len(t, parsed(t, source, site).Items, 2, "tombstones end")
	})
}

func TestThePublicFeedsDoNotChange(t *testing.T) { // DEST-24
	a := newArticle("1", time.Hour)
	plain := written(t, newArchive(t, newSite(), a), site)
	a.Extensions = []syndicate.Extension{destination.Story{ShortTitle: "Strikes", Analytics: "<script></script>"}}
	with := newSite()
	with.Extensions = append(with.Extensions, destination.Story{})
	archive := newArchive(t, with, a)
	_, _ = written(t, msnOf(t, archive), site), written(t, smartOf(t, archive), site)
	assert.Equal(t, plain, written(t, archive, site))
}

func TestDestinationsHaveAddressesOfTheirOwn(t *testing.T) { // DEST-24
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	msn := msnOf(t, archive)
	for scope, want := range map[syndicate.Scope]string{
		site: "https://example.com/msn/rss.xml", syndicate.InCategory("city"): "https://example.com/msn/category/city/rss.xml",
	} {
		f, err := msn.Feed(t.Context(), scope)
		require.NoError(t, err)
		assert.Equal(t, syndicate.Links{RSS: want}, f.Self)
		assert.Equal(t, want, msn.Publication().FeedURL(scope, syndicate.RSS))
		assert.Empty(t, f.Hubs)
		assert.NotContains(t, string(f.Append(nil, syndicate.RSS)), "hub.example")
	}
	own := destination.MSN{Feeds: destination.Feeds{
		Addresses: syndicate.Below("feed/msn", syndicate.WordPress), Kinds: []syndicate.Kind{syndicate.KindSite}, Limit: 1,
	}}
	source, err := own.Source(newArchive(t, newSite(), newArticle("1", time.Hour), newArticle("2", time.Hour)))
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/feed/msn/feed/", source.Publication().FeedURL(site, syndicate.RSS))
	assert.Len(t, parsed(t, source, site).Items, 1)
	_, err = source.Feed(t.Context(), syndicate.InCategory("city"))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	_, err = source.Version(t.Context(), syndicate.InCategory("city"))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)
	for info, err := range source.Scopes(t.Context()) {
		require.NoError(t, err)
		assert.Equal(t, site, info.Scope)
	}
}

func TestFeedsOfDestinationsAreServed(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	get := servedBy(&feedhttp.Handler{Source: msnOf(t, archive)})
	first := get("/msn/rss.xml", "")
	require.Equal(t, 200, first.Code)
	assert.Contains(t, first.Body.String(), "<mi:hasSyndicationRights>1<")
	assert.Equal(t, 200, get("/msn/category/city/rss.xml", "").Code)
	assert.Equal(t, 304, get("/msn/rss.xml", first.Header().Get("ETag")).Code)
	for _, path := range []string{"/rss.xml", "/msn/atom.xml", "/msn/page/1/rss.xml"} {
		assert.Equal(t, 404, get(path, "").Code, path)
	}
}

// servedBy returns a function that requests a path, if it has none of the given ETag.
func servedBy(handler http.Handler) func(path, etag string) *httptest.ResponseRecorder {
	return func(path, etag string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		handler.ServeHTTP(w, r)
		return w
	}
}

func TestFeedsOfDestinationsHaveNoPagesAndNoOtherExtensions(t *testing.T) {
	given := newSite()
	given.Limit = 1
	archive := newArchive(t, given, newArticle("1", time.Hour), newArticle("2", 2*time.Hour), newArticle("3", 3*time.Hour))
	msn, pages := msnOf(t, archive), 0
	for info, err := range archive.Scopes(t.Context()) {
		require.NoError(t, err)
		pages += info.Pages
	}
	require.Positive(t, pages)
	for info, err := range msn.Scopes(t.Context()) {
		require.NoError(t, err)
		assert.Zero(t, info.Pages)
		text := written(t, msn, info.Scope)
		assert.NotContains(t, text, "prev-archive")
		assert.Equal(t, 1, strings.Count(text, "<media:content"), info.Scope)
	}
}

// returning is a Source whose feed announces the removal of an article that it shows.
type returning struct{ syndicate.Source }

func (r returning) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	f, err := r.Source.Feed(ctx, scope)
	f.Tombstones = []syndicate.Tombstone{{ID: "article-1", When: time.Now()}}
	return f, err
}

func TestAnArticleThatIsShownIsNotDeleted(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	assert.NotContains(t, written(t, smartOf(t, returning{archive}), site), "deleted")
}

func TestAtomFeedsOfMSNHaveNoGalleries(t *testing.T) { // DEST-16
	f := goodFeed(1)
	f.Extensions = []syndicate.Extension{destination.MSN{}}
	f.Articles[0].Extensions = []syndicate.Extension{destination.Story{ShortTitle: "Strikes"}}
	text := string(f.Append(nil, syndicate.Atom))
	assert.Contains(t, text, "<mi:shortTitle>Strikes</mi:shortTitle><media:content ")
	assert.NotContains(t, text, "dcterms:modified", "Atom has updated")

	w := xmltext.NewWriter(destination.MSN{}.Namespaces()...)
	f.Articles[0].Extensions = []syndicate.Extension{media.Gallery{Pictures: []media.Picture{
		{Image: f.Articles[0].Image}, {Image: f.Articles[0].Image},
	}}}
	destination.MSN{}.WriteArticle(w, syndicate.Atom, f.Articles[0])
	assert.NotContains(t, string(w.Bytes()), "media:group")
}

func TestTitlesAndTextsAreThoseOfThePublicFeeds(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	for _, scope := range []syndicate.Scope{site, syndicate.InCategory("city"), syndicate.ByAuthor("ann-author")} {
		public, err := archive.Feed(t.Context(), scope)
		require.NoError(t, err)
		f, err := msnOf(t, archive).Feed(t.Context(), scope)
		require.NoError(t, err)
		assert.Equal(t, []string{public.Title, public.Description, public.URL}, []string{f.Title, f.Description, f.URL}, scope)
		assert.Equal(t, public.Articles[0].ID, f.Articles[0].ID)
	}
}

func TestDestinationsFollowTheSource(t *testing.T) { // DEST-2, DEST-17
	synctest.Test(t, func(t *testing.T) {
		embargoed, expiring := newArticle("embargoed", -time.Hour), newArticle("expiring", time.Hour)
		expiring.Expires = time.Now().Add(2 * time.Hour)
		archive := newArchive(t, newSite(), newArticle("1", time.Hour), embargoed, expiring)
		for name, source := range map[string]*destination.Source{"MSN": msnOf(t, archive), "SmartNews": smartOf(t, archive)} {
			assert.NotContains(t, written(t, source, site), "article-embargoed", name)
			f, err := source.Feed(t.Context(), site)
			require.NoError(t, err)
			public, err := archive.Feed(t.Context(), site)
			require.NoError(t, err)
			assert.Equal(t, public.NextChange, f.NextChange, name)
			assert.Equal(t, public.Modified, f.Modified, name)
		}
		msn := msnOf(t, archive)
		first, version := written(t, msn, site), versionOf(t, msn)
		assert.Equal(t, version, versionOf(t, msnOf(t, archive)), "the same settings and articles")
		time.Sleep(30 * time.Minute)
		assert.Equal(t, first, written(t, msn, site), "polls do not change ids and dates")
		assert.Equal(t, version, versionOf(t, msn))
		time.Sleep(30 * time.Minute)
		assert.Contains(t, written(t, msn, site), "article-embargoed")
		assert.NotEqual(t, version, versionOf(t, msn))
		time.Sleep(time.Hour)
		assert.NotContains(t, written(t, msn, site), "article-expiring")

		changed := newArticle("1", 3*time.Hour)
		changed.Title, changed.Updated = "Strikes stop the trains no more", time.Now()
		require.NoError(t, archive.Update(changed))
		assert.Contains(t, written(t, msn, site), "no more</title>")
		text := written(t, msn, site)
		_, text, _ = strings.Cut(text, "no more</title>")
		text, _, _ = strings.Cut(text, "</item>")
		assert.Contains(t, text, "<dcterms:modified>2000-01-01T02:00:00Z</dcterms:modified>")
		assert.Equal(t, 1, strings.Count(text, "dcterms:modified>")/2, "written once")
	})
}

func versionOf(t *testing.T, source *destination.Source) string {
	t.Helper()
	version, err := source.Version(t.Context(), site)
	require.NoError(t, err)
	require.NotEmpty(t, version)
	return version
}

func TestSettingsArePartOfTheVersion(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	versions := map[string]bool{}
	for _, m := range []destination.MSN{
		{}, {Rights: destination.Granted}, {Feeds: destination.Feeds{LeadImage: true}}, {Feeds: destination.Feeds{Limit: 3}},
	} {
		source, err := m.Source(archive)
		require.NoError(t, err)
		versions[versionOf(t, source)] = true
	}
	versions[versionOf(t, smartOf(t, archive))] = true
	assert.Len(t, versions, 5)
}

// plainSource is a Source without versions.
type plainSource struct{ syndicate.Source }

func TestASourceWithoutVersions(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	source := msnOf(t, plainSource{archive})
	version, err := source.Version(t.Context(), site)
	require.NoError(t, err)
	assert.Empty(t, version)
	require.NoError(t, archive.Add(newArticle("2", time.Hour)))
	assert.Len(t, parsed(t, source, site).Items, 2)
}

// failing is a Source that has nothing but an error.
type failing struct{ syndicate.Source }

var errDown = errors.New("down")

func (failing) Feed(context.Context, syndicate.Scope) (*syndicate.Feed, error) { return nil, errDown }
func (failing) Scopes(context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	return func(yield func(syndicate.ScopeInfo, error) bool) { yield(syndicate.ScopeInfo{}, errDown) }
}

func TestErrorsOfTheSourceAreThoseOfTheDestination(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	source := msnOf(t, failing{archive})
	_, err := source.Feed(t.Context(), site)
	assert.ErrorIs(t, err, errDown)
	for _, err := range source.Scopes(t.Context()) {
		assert.ErrorIs(t, err, errDown)
	}
	for _, scope := range []syndicate.Scope{syndicate.WithTag("none"), site.AtPage(1)} {
		_, err = msnOf(t, archive).Feed(t.Context(), scope)
		assert.ErrorIs(t, err, syndicate.ErrNotFound, scope)
	}
}

func TestProblemsOfArticlesAreWarnings(t *testing.T) { // DEST-1: nothing is lost
	var warned []string
	given := newSite()
	given.Warn = func(p *syndicate.Problem) { warned = append(warned, p.Error()) }
	long, http := newArticle("long", time.Hour), newArticle("http", time.Hour)
	long.Title = strings.Repeat("x", 151)
	http.Image.URL = "http://example.com/a.jpg"
	archive := newArchive(t, given, long, http)
	require.Empty(t, warned)
	msn := msnOf(t, archive)
	for range 3 {
		assert.Len(t, parsed(t, msn, site).Items, 2)
	}
	text := strings.Join(warned, "\n")
	assert.Contains(t, text, `article "https://example.com/long/": Title: `)
	assert.Contains(t, text, `article "https://example.com/http/": Image.URL: "http://example.com/a.jpg": not an https URL (MSN: https URLs; `)
	assert.Equal(t, 1, strings.Count(text, "too long"), "each article is checked once")
}

func TestASiteThatLacksWhatADestinationRequires(t *testing.T) { // DEST-16, DEST-21
	without := newSite()
	without.Language = ""
	archive := newArchive(t, without, newArticle("1", time.Hour))
	_, err := destination.MSN{}.Source(archive)
	require.ErrorIs(t, err, syndicate.RuleMissing)
	assert.ErrorContains(t, err, "Language: missing (MSN: a language; ")
	_, err = destination.SmartNews{}.Source(archive)
	assert.ErrorContains(t, err, "Language: missing (SmartNews: a language; ")
	_, err = destination.SmartNews{Description: strings.Repeat("x", 31)}.Source(newArchive(t, newSite()))
	assert.ErrorIs(t, err, destination.RuleTooLong)

	local := newSite()
	local.URL = "http://localhost:8080/"
	_, err = destination.MSN{}.Source(newArchive(t, local))
	assert.NoError(t, err, "a developer's computer has no https")
}

func TestTheLeadImageStandsInTheBodyOnce(t *testing.T) { // DEST-6
	without := newArticle("1", time.Hour)
	without.Content = `<p>No trains run.</p><p><img src="/b.jpg"></p>`
	archive := newArchive(t, newSite(), without, newArticle("2", 2*time.Hour))
	source, err := destination.Feeds{LeadImage: true}.Source(archive, destination.Mail)
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/mail-services/rss.xml", source.Publication().FeedURL(site, syndicate.RSS))
	f, err := source.Feed(t.Context(), site)
	require.NoError(t, err)
	assert.Equal(t, `<p><img src="https://example.com/a.jpg" alt="A train"></p><p>No trains run.</p>`+
		`<p><img src="https://example.com/b.jpg"></p>`, f.Articles[0].Content)
	assert.Equal(t, 1, strings.Count(f.Articles[1].Content, "<img"))
	assert.Empty(t, destination.Mail.Check(f))
	public, err := archive.Feed(t.Context(), site)
	require.NoError(t, err)
	assert.Len(t, destination.Mail.Check(public), 1)
}

func TestFeedsOfDestinationsAreWellFormedAndAccepted(t *testing.T) { // DEST-3, DEST-10, DEST-20
	archive := newArchive(t, newSite(), newArticle("1", time.Hour), newArticle("2", 2*time.Hour))
	for name, source := range map[string]*destination.Source{"MSN": msnOf(t, archive), "SmartNews": smartOf(t, archive)} {
		f, err := source.Feed(t.Context(), site)
		require.NoError(t, err)
		for _, p := range f.Validate() {
			assert.True(t, p.Warning, p)
		}
		assert.Empty(t, profile(t, name).Check(f))
		assert.Len(t, regexp.MustCompile(`<pubDate>[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000<`).
			FindAllString(written(t, source, site), -1), strings.Count(written(t, source, site), "<pubDate>"))
		assert.Len(t, parsed(t, source, site).Items, 2)
	}
}

func TestPlaces(t *testing.T) { // DEST-32
	for text, p := range map[string]destination.Point{
		"<georss:point>39.93 32.86</georss:point>": {Latitude: 39.93, Longitude: 32.86},
		"<georss:point>0 -180</georss:point>":      {Longitude: -180},
		"":                                         {Latitude: 90.1},
	} {
		f := goodFeed(1)
		f.Articles[0].Extensions = []syndicate.Extension{p}
		if written := string(f.Append(nil, syndicate.RSS)); text != "" {
			assert.Contains(t, written, text)
			assert.Empty(t, p.CheckArticle(f.Articles[0]))
		} else {
			assert.NotContains(t, written, "georss")
			require.Len(t, p.CheckArticle(f.Articles[0]), 1)
			assert.ErrorIs(t, p.CheckArticle(f.Articles[0])[0], destination.RulePlace)
		}
	}
}

func TestFeedsOfDestinationsAreFilesBesideThePublicFeeds(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour))
	msn, smart := msnOf(t, archive), smartOf(t, archive)
	files := []derived.Files{msn, smart}

	get := servedBy(&feedhttp.Handler{Source: archive, Files: files})
	for path, want := range map[string]string{
		"/msn/rss.xml":                         written(t, msn, site),
		"/msn/category/city/rss.xml":           written(t, msn, syndicate.InCategory("city")),
		"/smartnews/author/ann-author/rss.xml": written(t, smart, syndicate.ByAuthor("ann-author")),
		"/rss.xml":                             written(t, archive, site),
	} {
		answer := get(path, "")
		require.Equal(t, 200, answer.Code, path)
		assert.Equal(t, want, answer.Body.String(), path)
		assert.Equal(t, "application/rss+xml; charset=utf-8", answer.Header().Get("Content-Type"), path)
		assert.Equal(t, 304, get(path, answer.Header().Get("ETag")).Code, path)
	}
	for _, path := range []string{"/msn/atom.xml", "/msn/page/1/rss.xml", "/msn/tag/none/rss.xml", "/msn/x"} {
		assert.Equal(t, 404, get(path, "").Code, path)
	}

	folder := feeddir.Folder{Source: archive, Dir: t.TempDir(), Files: files}
	_, err := folder.Publish(t.Context())
	require.NoError(t, err)
	read := func(path string) string {
		data, err := os.ReadFile(filepath.Join(folder.Dir, path))
		require.NoError(t, err)
		return string(data)
	}
	assert.Equal(t, written(t, msn, site), read("msn/rss.xml"))
	assert.Equal(t, written(t, archive, site), read("rss.xml"))
	require.NoError(t, archive.Update(func() syndicate.Article {
		a := newArticle("1", time.Hour)
		a.Title = "Strikes stop the trains no more"
		return a
	}()))
	_, err = folder.Publish(t.Context())
	require.NoError(t, err)
	assert.Contains(t, read("msn/category/city/rss.xml"), "no more")
	require.NoError(t, archive.Remove("article-1"))
	_, err = folder.Publish(t.Context())
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(folder.Dir, "msn/category/city/rss.xml"))
}

func TestArticlesAreSharedByFeedsAndForgottenAfterThem(t *testing.T) {
	archive := newArchive(t, newSite(), newArticle("1", time.Hour), newArticle("2", 2*time.Hour))
	msn := msnOf(t, archive)
	city := syndicate.ByAuthor("ann-author") // the category has extensions, so its public items differ
	all, err := msn.Feed(t.Context(), site)
	require.NoError(t, err)
	section, err := msn.Feed(t.Context(), city)
	require.NoError(t, err)
	assert.Same(t, all.Articles[0], section.Articles[0])
	assert.Equal(t, 2, msn.Known())
	require.NoError(t, archive.Remove("article-1"))
	_, _ = written(t, msn, site), written(t, msn, city)
	assert.Equal(t, 1, msn.Known())
	require.NoError(t, archive.Remove("article-2"))
	_, err = msn.Feed(t.Context(), city)
	require.ErrorIs(t, err, syndicate.ErrNotFound)
	assert.Empty(t, parsed(t, msn, site).Items)
	assert.Zero(t, msn.Known())
}

func TestFeedsAreMadeAtTheSameTime(t *testing.T) {
	archive := newArchive(t, newSite())
	msn, smart := msnOf(t, archive), smartOf(t, archive)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			assert.NoError(t, archive.Add(newArticle(strconv.Itoa(i), time.Duration(i)*time.Hour)))
			for _, source := range []*destination.Source{msn, smart} {
				f, err := source.Feed(t.Context(), site)
				if assert.NoError(t, err) {
					f.Articles = f.Articles[:0] // a caller's own
				}
			}
		})
	}
	group.Wait()
	assert.Len(t, parsed(t, msn, site).Items, 8)
	assert.Equal(t, 8, msn.Known())
	assert.Len(t, parsed(t, smart, site).Items, 8)
}
