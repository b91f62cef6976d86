// These tests read testdata/export.xml, an export that has the unusual cases of real exports, and
// show what articles it becomes.
package wordpress_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/wordpress"
)

var update = flag.Bool("update", false, "write the golden files anew")

// clock returns a time after the export was made.
func clock() time.Time { return time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC) }

const smallExport = "testdata/export.xml"

func small(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(smallExport)
	require.NoError(t, err)
	return data
}

// outcome is everything that reading an export returned.
type outcome struct {
	site     syndicate.Site
	articles map[string]syndicate.Article // by the number in their URL
	order    []syndicate.Article
	problems []*wordpress.Issue
	err      error
}

// read reads an export to its end.
func read(t testing.TB, e wordpress.Export) (o outcome) {
	t.Helper()
	if e.Clock == nil {
		e.Clock = clock
	}
	e.OnIssue = func(p *wordpress.Issue) { o.problems = append(o.problems, p) }
	o.articles = map[string]syndicate.Article{}
	if o.site, o.err = e.Site(); o.err != nil {
		return o
	}
	for a, err := range e.Articles() {
		if err != nil {
			require.NoError(t, o.err, "an error is the last thing that is yielded")
			o.err = err
			continue
		}
		require.NoError(t, o.err, "an error is the last thing that is yielded")
		o.order = append(o.order, a)
		number := strings.TrimSuffix(a.URL[strings.LastIndexAny(strings.TrimSuffix(a.URL, "/"), "-=")+1:], "/")
		o.articles[number] = a
	}
	return o
}

// problem returns the issue with a post and a reason, or nil.
func (o outcome) problem(post string, reason wordpress.Reason) *wordpress.Issue {
	for _, p := range o.problems {
		if p.Post == post && p.Reason == reason {
			return p
		}
	}
	return nil
}

func readSmall(t testing.TB) outcome {
	t.Helper()
	o := read(t, wordpress.Export{Input: bytes.NewReader(small(t))})
	require.NoError(t, o.err)
	return o
}

func TestSiteIsMadeOfTheChannel(t *testing.T) {
	site := readSmall(t).site
	assert.Equal(t, syndicate.Site{
		URL:         "https://gazette.example",
		Title:       "The Harbour & Island Gazette",
		Description: "News of “the” bay",
		Language:    "en-GB",
		Addresses:   syndicate.WordPress,
		Bodies:      cleanhtml.Policy{Shortcodes: true},
	}, site)
}

// WXR-2, HTML-5, HTML-6
func TestPostBecomesAnArticleWithEverythingItHas(t *testing.T) {
	a := readSmall(t).articles["101"]
	news := &syndicate.Category{Name: "News", Slug: "news"}
	harbour := &syndicate.Category{Name: "Harbour", Slug: "harbour", Parent: news}
	assert.Equal(t, syndicate.Article{
		ID:         "https://gazette.example/?p=101",
		URL:        "https://gazette.example/2024/01/post-101/",
		Title:      "The crane & the harbour",
		Summary:    "A crane & a harbour.",
		Published:  time.Date(2024, 1, 18, 8, 0, 0, 0, time.UTC),
		Updated:    time.Date(2024, 2, 1, 9, 30, 0, 0, time.UTC),
		Authors:    []syndicate.Author{{Name: "Ada Öztürk", Slug: "ada"}},
		Categories: []syndicate.Category{{Name: "Cranes & Ships", Slug: "cranes", Parent: harbour, Description: "Everything that lifts."}},
		Tags: []syndicate.Tag{
			{Name: "Fish & Chips", Slug: "fish-chips", Description: "What the bay eats."},
			{Name: "New tag", Slug: "new-tag"},
		},
		Image: syndicate.Image{URL: "https://gazette.example/wp-content/uploads/crane.jpg", Alt: "A red crane", Width: 1200, Height: 800},
		Enclosures: []syndicate.Enclosure{{
			URL: "https://gazette.example/audio/crane.mp3", Type: "audio/mpeg", Size: 1234567, Duration: time.Hour + 2*time.Minute + 3*time.Second,
		}},
		Content: a.Content, // checked by the golden file
	}, a)
}

// WXR-1, WXR-2, WXR-4: the golden file has all articles and issues. Review its diff when it
// changes.
func TestExportGivesTheseArticlesAndReports(t *testing.T) {
	o := readSmall(t)
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	for _, a := range o.order {
		require.NoError(t, enc.Encode(shown(a)))
	}
	for _, p := range o.problems {
		got.WriteString(p.Error() + "\n")
	}
	const golden = "testdata/export.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
}

// shown returns an article as the golden file shows it.
func shown(a syndicate.Article) map[string]any {
	m := map[string]any{"id": a.ID, "url": a.URL, "title": a.Title, "published": a.Published, "content": a.Content}
	if a.Summary != "" {
		m["summary"] = a.Summary
	}
	if !a.Updated.IsZero() {
		m["updated"] = a.Updated
	}
	var terms []string
	for _, c := range a.Categories {
		terms = append(terms, c.Scope().String()+" "+c.Name)
	}
	for _, t := range a.Tags {
		terms = append(terms, t.Scope().String()+" "+t.Name)
	}
	for _, p := range a.Authors {
		terms = append(terms, p.Scope().String()+" "+p.Name)
	}
	m["terms"] = terms
	if a.Image.URL != "" {
		m["image"] = a.Image
	}
	if a.Enclosures != nil {
		m["enclosures"] = a.Enclosures
	}
	return m
}

// WXR-3, WXR-4, LIFE-1
func TestOnlyPublicPostsBecomeArticles(t *testing.T) {
	o := readSmall(t)
	for post, reason := range map[string]wordpress.Reason{
		"103": wordpress.ReasonStatus, "104": wordpress.ReasonStatus, "105": wordpress.ReasonPassword, "106": wordpress.ReasonStatus,
		"107": wordpress.ReasonType, "108": wordpress.ReasonFuture, "110": wordpress.ReasonNoDate, "125": wordpress.ReasonEmpty, "202": wordpress.ReasonType, "301": wordpress.ReasonType,
	} {
		assert.NotContains(t, o.articles, post)
		p := o.problem(post, reason)
		if assert.NotNil(t, p, "post %s, %s", post, reason) {
			assert.True(t, p.Skipped)
			assert.Positive(t, p.Line)
			assert.True(t, bytes.HasPrefix(small(t)[p.Offset:], []byte("\n\t<item>")) || bytes.HasPrefix(small(t)[p.Offset:], []byte("\t<item>")), "the offset is where the item begins")
		}
	}
	for _, a := range o.order {
		assert.NotContains(t, a.Content, "Behind a password")
	}
}

// WXR-3: scheduled posts can be imported on request, as embargoed articles.
func TestScheduledPostsAreEmbargoesOnRequest(t *testing.T) {
	e := wordpress.Export{Input: bytes.NewReader(small(t)), Scheduled: true, Clock: clock}
	archive, err := archiveOf(&e)
	require.NoError(t, err)
	feed, err := archive.Feed(context.Background(), syndicate.Everything())
	require.NoError(t, err)
	for _, a := range feed.Articles {
		assert.NotContains(t, a.Title, "Scheduled")
	}
	assert.Equal(t, time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC), archive.NextChange())
	archive.Clock = func() time.Time { return time.Date(2031, 1, 1, 0, 0, 1, 0, time.UTC) }
	feed, err = archive.Feed(context.Background(), syndicate.Everything())
	require.NoError(t, err)
	assert.Equal(t, "Scheduled", feed.Articles[0].Title)
}

func TestOtherPostTypesAreImportedOnRequest(t *testing.T) {
	o := read(t, wordpress.Export{Input: bytes.NewReader(small(t)), Types: []string{"page"}})
	require.NoError(t, o.err)
	require.Len(t, o.order, 1)
	assert.Equal(t, "About", o.order[0].Title)
}

// RSS-2, WXR-2
func TestGuidsStayByteForByte(t *testing.T) {
	archive, err := archiveOf(&wordpress.Export{Input: bytes.NewReader(small(t)), Clock: clock})
	require.NoError(t, err)
	rss := rssOf(t, archive, syndicate.Everything().AtPage(1))
	for _, guid := range []string{"https://gazette.example/?p=101", "http://OLD.example/?p=118&#x26;x=%7E", "urn:x-gazette:119"} {
		assert.Contains(t, rss, `<guid isPermaLink="false">`+guid+`</guid>`)
	}
}

// HTML-5: no shortcode or block comment of WordPress reaches a feed.
func TestBodiesComeOutOfFeedsClean(t *testing.T) {
	archive, err := archiveOf(&wordpress.Export{Input: bytes.NewReader(small(t)), Clock: clock})
	require.NoError(t, err)
	feed, err := archive.Feed(context.Background(), syndicate.InCategory("news"))
	require.NoError(t, err)
	require.Len(t, feed.Articles, 2)
	assert.Equal(t, `<p>First.</p>



<figure><div>
<a href="https://vimeo.com/1">https://vimeo.com/1</a>
</div></figure>`, strings.TrimSpace(feed.Articles[0].Content))
	assert.Equal(t, `<p>The crane came on Monday.<br>
It is red.</p>
<figure><a href="https://gazette.example/crane/"><img src="https://gazette.example/wp-content/crane.jpg" alt="A crane" width="300" height="200"></a><figcaption>The <em>crane</em></figcaption></figure><p>More of it below the fold.</p>
<figure><img src="https://gazette.example/wp-content/uploads/crane.jpg" alt="A red crane" width="1200" height="800"></figure><figure><img src="https://gazette.example/wp-content/uploads/ship.jpg" alt=""></figure><blockquote><p>Quoted</p>
</blockquote><p><a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a></p>
<p>inner text</p>`, feed.Articles[1].Content)
}

// RSS-2: importing into WordPress can leave two posts with one guid, but two articles cannot have
// one.
func TestSecondPostWithAGuidIsIdentifiedByItsAddress(t *testing.T) {
	o := readSmall(t)
	assert.Empty(t, o.articles["111"].ID)
	assert.NotNil(t, o.problem("111", wordpress.ReasonGUIDTaken))
	p := o.problem("102", wordpress.ReasonDuplicate)
	require.NotNil(t, p, "the item that is there twice")
	assert.True(t, p.Skipped)
	assert.Contains(t, o.articles["102"].Content, "First.")
}

// WXR-2: no e-mail address is in the articles or in the issues.
func TestAuthorsAreNamesAndNeverMail(t *testing.T) {
	o := readSmall(t)
	assert.Equal(t, []syndicate.Author{{Name: "Ed Itor"}}, o.articles["113"].Authors)
	assert.Empty(t, o.articles["114"].Authors)
	assert.Equal(t, []syndicate.Author{{Name: "ghost"}}, o.articles["112"].Authors)
	assert.NotNil(t, o.problem("112", wordpress.ReasonUnknownAuthor))
	everything, err := json.Marshal(o.order)
	require.NoError(t, err)
	assert.NotContains(t, string(everything), "private.example")
	for _, p := range o.problems {
		assert.NotContains(t, p.Error(), "private.example")
	}
}

// HTML-6: newer exports have titles as HTML in CDATA, older ones as text. Both are decoded once.
func TestTitlesAreDecodedAndStrippedOnce(t *testing.T) {
	o := readSmall(t)
	assert.Equal(t, "The crane & the harbour", o.articles["101"].Title)
	assert.Equal(t, "Using <code> & more", o.articles["115"].Title)
	assert.Equal(t, "Using <code> &amp; more", o.articles["116"].Title)
}

// WXR-1, XML-1
func TestIllegalCharactersDoNotStopTheReading(t *testing.T) {
	o := readSmall(t)
	assert.Equal(t, "Café &unknown; &", o.articles["121"].Title)
	assert.Equal(t, "Control characters", o.articles["122"].Title)
	assert.Equal(t, "<p>Bell  and  escape.</p>", o.articles["122"].Content)
	assert.Equal(t, "<p>Before ]]> after.</p>", o.articles["120"].Content)
}

// WXR-2
func TestMissingGMTDateIsDerivedFromTheLocalOne(t *testing.T) {
	o := readSmall(t)
	assert.Equal(t, time.Date(2024, 1, 26, 8, 0, 0, 0, time.UTC), o.articles["109"].Published, "the offset comes from other posts")
	lone := bytes.ReplaceAll(small(t), []byte(":00:00]]></wp:post_date_gmt>"), []byte("-]]></wp:post_date_gmt>"))
	lone = bytes.ReplaceAll(lone, []byte("Mon, 01 Jan 2024 08:00:00 +0000"), nil)
	zone := time.FixedZone("", -3600)
	o = read(t, wordpress.Export{Input: bytes.NewReader(lone), Location: zone})
	require.NoError(t, o.err)
	assert.Equal(t, time.Date(2024, 1, 26, 12, 0, 0, 0, time.UTC), o.articles["109"].Published, "the zone given")
	lone = bytes.ReplaceAll(lone, []byte("post_modified_gmt"), []byte("post_modified_none"))
	o = read(t, wordpress.Export{Input: bytes.NewReader(lone)})
	require.NoError(t, o.err)
	assert.Equal(t, time.Date(2024, 1, 26, 11, 0, 0, 0, time.UTC), o.articles["109"].Published)
	assert.NotNil(t, o.problem("109", wordpress.ReasonLocalDate), "and that is reported")
}

// WXR-1: all versions, and all forms of their namespaces.
func TestEveryVersionAndNamespaceIsRead(t *testing.T) {
	want := readSmall(t)
	for _, uri := range []string{
		"http://wordpress.org/export/1.0/", "http://wordpress.org/export/1.1/", "https://wordpress.org/export/1.2/",
		"https://www.wordpress.org/export/1.2/", "http://www.wordpress.org/export/1.1/",
	} {
		data := strings.ReplaceAll(string(small(t)), "http://wordpress.org/export/1.2/", uri)
		assert.Equal(t, want.order, read(t, wordpress.Export{Input: strings.NewReader(data)}).order, uri)
		data = strings.NewReplacer("xmlns:wp", "xmlns:w", "<wp:", "<w:", "</wp:", "</w:", "xmlns:content", "xmlns:c", "<content:", "<c:", "</content:", "</c:").Replace(data)
		assert.Equal(t, want.order, read(t, wordpress.Export{Input: strings.NewReader(data)}).order, "other prefixes")
	}
}

// WXR 1.0 has each term twice, once for readers of RSS, and calls the taxonomy of tags "tag".
func TestTermsOfTheFirstVersion(t *testing.T) {
	data := strings.Replace(string(small(t)), `<category domain="category" nicename="cranes">`, `<category><![CDATA[Cranes &amp; Ships]]></category><category><![CDATA[Fish &amp; Chips]]></category><category domain="category" nicename="cranes">`, 1)
	data = strings.ReplaceAll(data, `domain="post_tag"`, `domain="tag"`)
	assert.Equal(t, readSmall(t).order, read(t, wordpress.Export{Input: strings.NewReader(data)}).order)
}

// An input that cannot seek is read once. The result is the same except for what follows the posts.
func TestPipeGivesTheSameExceptForwardReferences(t *testing.T) {
	want := readSmall(t)
	got := read(t, wordpress.Export{Input: io.MultiReader(bytes.NewReader(small(t)))})
	require.NoError(t, got.err)
	require.Len(t, got.order, len(want.order))
	for i, a := range got.order {
		if strings.HasSuffix(a.URL, "-101/") {
			assert.Empty(t, a.Image.URL)
			a.Image = want.order[i].Image
			assert.NotContains(t, a.Content, "ship.jpg")
			a.Content = want.order[i].Content
		}
		assert.Equal(t, want.order[i], a)
	}
	assert.NotNil(t, got.problem("101", wordpress.ReasonNoAttachment))
}

func TestFileCanBeReadAgainAndAPipeCannot(t *testing.T) {
	e := wordpress.Export{Input: bytes.NewReader(small(t)), Clock: clock}
	count := func() (n int, err error) {
		for _, e := range e.Articles() {
			if err = e; err == nil {
				n++
			}
		}
		return n, err
	}
	first, err := count()
	require.NoError(t, err)
	for range e.Articles() {
		break
	}
	second, err := count()
	require.NoError(t, err)
	assert.Equal(t, first, second)
	e = wordpress.Export{Input: io.MultiReader(bytes.NewReader(small(t))), Clock: clock}
	_, err = count()
	require.NoError(t, err)
	_, err = count()
	assert.ErrorContains(t, err, "can be read only once")
}

// WXR-2, WXR-4
func TestInconsistentCategoriesAreMendedAndReported(t *testing.T) {
	o := readSmall(t)
	rules := map[wordpress.Reason]string{}
	for _, p := range o.problems {
		if p.Post == "" {
			rules[p.Reason] = p.Value
			assert.Positive(t, p.Line, "%v", p)
		}
	}
	assert.Equal(t, map[wordpress.Reason]string{
		wordpress.ReasonNoParent: "never-declared", wordpress.ReasonCycle: "hen", wordpress.ReasonMailAsName: "",
	}, rules)
	var paths []string
	for _, c := range o.articles["123"].Categories {
		paths = append(paths, c.Path())
	}
	assert.Equal(t, []string{"orphan", "egg/hen", "egg", "undeclared"}, paths)
	assert.Equal(t, []syndicate.Tag{{Name: "Feed", Slug: "feed"}}, o.articles["123"].Tags)
}

func TestProgressEndsAtTheTotal(t *testing.T) {
	var last, of int64
	e := wordpress.Export{Input: bytes.NewReader(small(t)), Progress: func(read, total int64) {
		assert.GreaterOrEqual(t, read, last)
		last, of = read, total
	}}
	for _, err := range e.Articles() {
		require.NoError(t, err)
	}
	assert.Equal(t, int64(2*len(small(t))), of)
	assert.Equal(t, of, last)
}

func TestArchiveHasTheArticlesThatCouldBeRead(t *testing.T) {
	data := bytes.ReplaceAll(small(t), []byte("A bare guid."), bytes.Repeat([]byte("long "), 60_000))
	data = data[:bytes.Index(data, []byte("In odd places"))]
	e := wordpress.Export{Input: bytes.NewReader(data), Clock: clock}
	site, err := e.Site()
	require.NoError(t, err)
	var warnings syndicate.Problems
	site.Warn = func(p *syndicate.Problem) { warnings = append(warnings, p) }
	archive, err := e.Archive(site)
	require.NotNil(t, archive)
	assert.ErrorIs(t, err, wordpress.ReasonTruncated)
	assert.ErrorIs(t, warnings, syndicate.RuleBodyTooLong)
	var end *wordpress.Issue
	require.ErrorAs(t, err, &end)
	assert.Equal(t, int64(len(data)), end.Offset)
	feed, err := archive.Feed(context.Background(), syndicate.InCategory("news/harbour/cranes"))
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 1)
	_, err = archive.Feed(context.Background(), syndicate.InCategory("orphan"))
	assert.ErrorIs(t, err, syndicate.ErrNotFound)

	archive, err = archiveOf(&wordpress.Export{Input: strings.NewReader("<html></html>")})
	assert.Nil(t, archive)
	assert.ErrorIs(t, err, wordpress.ReasonNoExport)
}

// archiveOf reads an export into an archive of its site.
func archiveOf(e *wordpress.Export) (*syndicate.Archive, error) {
	site, err := e.Site()
	if err != nil {
		return nil, err
	}
	return e.Archive(site)
}

func rssOf(t testing.TB, source syndicate.Source, scope syndicate.Scope) string {
	t.Helper()
	feed, err := source.Feed(context.Background(), scope)
	require.NoError(t, err)
	return string(feed.Append(nil, syndicate.RSS))
}

// HTML-5: only package wordpress takes brackets for shortcodes, so an archive of an export removes
// those of plug-ins, whatever Site it is given.
func TestArchivesOfExportsHaveNoShortcodes(t *testing.T) {
	e := wordpress.Export{Input: bytes.NewReader(small(t)), Clock: clock}
	archive, err := e.Archive(syndicate.Site{URL: "https://gazette.example/", Title: "Gazette", Addresses: syndicate.WordPress})
	require.NoError(t, err)
	assert.True(t, archive.Publication().Site().Bodies.Shortcodes)
}
