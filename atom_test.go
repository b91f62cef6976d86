// Atom 1.0 as RFC 4287 describes it: one test for each element or rule.
package syndicate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

// atomEntry returns the entry of a feed that holds one article, without its opening tag.
func atomEntry(t *testing.T, a syndicate.Article) string {
	t.Helper()
	return between(t, textOf(holding(a), syndicate.Atom), "<entry>", "</entry>")
}

// ATOM-1, ATOM-3, ATOM-4, ATOM-6, ATOM-7
func TestAtomOfASmallFeed(t *testing.T) {
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>tag:example.com,2015:feed</id>
<title>Example</title>
<updated>2022-03-01T12:00:00Z</updated>
<subtitle>All of it</subtitle>
<link rel="self" type="application/atom+xml" href="https://example.com/atom.xml"/>
<link rel="alternate" type="text/html" href="https://example.com/"/>
<author><name>Example</name></author>
<entry><id>tag:example.com,2015:a</id><title>A</title><published>2022-03-01T12:00:00Z</published><updated>2022-03-01T12:00:00Z</updated>`+
		`<link rel="alternate" type="text/html" href="https://example.com/a/"/><summary>In short.</summary></entry>
</feed>
`, textOf(validFeed(), syndicate.Atom))
}

// ATOM-1
func TestAtomPersons(t *testing.T) {
	feed := holding(syndicate.Article{
		Title:        "A",
		Authors:      []syndicate.Author{{Name: "Abdullah Bozkurt", URL: "https://example.com/author/ab/", Email: "ab@example.com"}, {URL: "https://example.com/nameless"}, {Name: "Levent Kenez"}},
		Contributors: []syndicate.Author{{Name: "Çetin"}},
	})
	const persons = "<author><name>Abdullah Bozkurt</name><uri>https://example.com/author/ab/</uri></author>" +
		"<author><name>Levent Kenez</name></author><contributor><name>Çetin</name></contributor>"
	assert.Contains(t, textOf(feed, syndicate.Atom), persons)
	assert.NotContains(t, textOf(feed, syndicate.Atom), "@", "no e-mail address by default (RSS-4)")

	feed.AuthorEmails = true
	assert.Contains(t, textOf(feed, syndicate.Atom), "<uri>https://example.com/author/ab/</uri><email>ab@example.com</email></author>")
}

// ATOM-1: every entry has a title.
func TestAtomTitleDefaultsToTheFirstWords(t *testing.T) {
	tests := []struct {
		article syndicate.Article
		want    string
	}{
		{syndicate.Article{Summary: "Words only."}, "<title>Words only.</title>"},
		{syndicate.Article{Summary: strings.Repeat("word ", 13)}, "<title>" + strings.Repeat("word ", 11) + "word…</title>"},
		{syndicate.Article{URL: "https://example.com/a/"}, "<title>https://example.com/a/</title>"},
		{syndicate.Article{}, "<title/>"},
	}
	for _, tt := range tests {
		assert.Contains(t, atomEntry(t, tt.article), tt.want)
	}
}

// ATOM-2
func TestAtomIDsAreCanonicalIRIs(t *testing.T) {
	feed := holding(syndicate.Article{ID: "4711", Title: "A", Origin: syndicate.Origin{ID: "HTTP://Wire.example", URL: "https://wire.example/feed"}})
	feed.ID, feed.TagAuthority = "HTTPS://Example.com", "example.com,2015"
	doc := textOf(feed, syndicate.Atom)
	assert.Contains(t, doc, "<id>https://example.com/</id>\n<title>Example")
	assert.Contains(t, doc, "<entry><id>tag:example.com,2015:4711</id>")
	assert.Contains(t, doc, "<source><id>http://wire.example/</id>")
}

// ATOM-2: feeds of different scopes have different ids. Archive pages have the id of their feed.
func TestAtomFeedIDsDifferByScope(t *testing.T) {
	site := checkedSite(t)
	ids := map[string]syndicate.Scope{}
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.InCategory("a"), syndicate.InCategory("a/b"), syndicate.WithTag("a"), syndicate.ByAuthor("a")} {
		id := site.Feed(scope, syndicate.Selection{}).ID
		assert.NotContains(t, ids, id)
		ids[id] = scope
		assert.Equal(t, id, site.Feed(scope.AtPage(2), syndicate.Selection{}).ID)
	}
	assert.Contains(t, ids, "tag:example.com,2026:feed:category/a/b")
}

// ATOM-3, ATOM-7
func TestAtomDates(t *testing.T) {
	istanbul := time.FixedZone("TRT", 3*3600)
	tests := []struct {
		why                string
		published, updated time.Time
		want               string
	}{
		{"never updated", midday, time.Time{}, "<published>2022-03-01T12:00:00Z</published><updated>2022-03-01T12:00:00Z</updated>"},
		{"changed", midday.In(istanbul), midday.Add(90 * time.Minute).In(istanbul), "<published>2022-03-01T12:00:00Z</published><updated>2022-03-01T13:30:00Z</updated>"},
		{"not before the publication", midday, midday.Add(-time.Hour), "<published>2022-03-01T12:00:00Z</published><updated>2022-03-01T12:00:00Z</updated>"},
		{"unknown", time.Time{}, time.Time{}, "<title>A</title><updated>2000-01-01T00:00:00Z</updated>"},
	}
	for _, tt := range tests {
		assert.Contains(t, atomEntry(t, syndicate.Article{Title: "A", Published: tt.published, Updated: tt.updated}), tt.want, tt.why)
	}
	assert.Contains(t, textOf(fullFeed(), syndicate.Atom), "<title>Example</title>\n<updated>2022-03-01T14:00:00Z</updated>", "the newest visible")
}

// ATOM-4, DISC-4, DISC-5
func TestAtomLinksOfAFeed(t *testing.T) {
	feed := validFeed()
	feed.Hubs = []string{"https://hub.example.com/", ""}
	feed.Archived = true
	feed.Current.Atom, feed.PrevArchive.Atom = "https://example.com/atom.xml", "https://example.com/page/1/atom.xml"
	assert.Contains(t, textOf(feed, syndicate.Atom), `<link rel="hub" href="https://hub.example.com/"/>
<link rel="current" type="application/atom+xml" href="https://example.com/atom.xml"/>
<link rel="prev-archive" type="application/atom+xml" href="https://example.com/page/1/atom.xml"/>
<fh:archive/>
`)
}

// ATOM-4
func TestAtomLinksOfAnEntry(t *testing.T) {
	entry := atomEntry(t, syndicate.Article{
		URL: "https://example.com/a/", Title: "A", ExternalURL: "https://other.example/x",
		Enclosures:  []syndicate.Enclosure{{URL: "https://example.com/a.mp3", Size: 5_000_000_000, Title: `"Talk"`}, {URL: "https://example.com/b"}, {}},
		CommentsURL: "https://example.com/a/#c", CommentsFeed: "https://example.com/a/feed/", CommentCount: 3,
	})
	assert.Contains(t, entry, `<link rel="alternate" type="text/html" href="https://example.com/a/"/><link rel="related" href="https://other.example/x"/>`+
		`<link rel="enclosure" type="audio/mpeg" length="5000000000" title="&quot;Talk&quot;" href="https://example.com/a.mp3"/>`+
		`<link rel="enclosure" type="application/octet-stream" href="https://example.com/b"/>`+
		`<link rel="replies" type="text/html" href="https://example.com/a/#c" thr:count="3"/>`+
		`<link rel="replies" href="https://example.com/a/feed/" thr:count="3"/>`)
	assert.Equal(t, 1, strings.Count(entry, `rel="alternate"`))
}

// ATOM-5
func TestAtomSchemesTellCategoriesFromTags(t *testing.T) {
	military := &syndicate.Category{Name: "Military"}
	feed := holding(syndicate.Article{Title: "A", Categories: []syndicate.Category{*military, {Name: "Arms & exports", Parent: military}}, Tags: syndicate.Tags("Military")})
	feed.CategoryScheme, feed.TagScheme = "https://example.com/category/", "https://example.com/tag/"
	assert.Contains(t, textOf(feed, syndicate.Atom), `<category term="military" scheme="https://example.com/category/" label="Military"/>`+
		`<category term="military/arms-exports" scheme="https://example.com/category/" label="Arms &amp; exports"/>`+
		`<category term="military" scheme="https://example.com/tag/" label="Military"/>`)

	feed.CategoryPaths = true
	assert.Contains(t, textOf(feed, syndicate.Atom), `term="military/arms-exports" scheme="https://example.com/category/" label="Military/Arms &amp; exports"`)
}

// ATOM-6. To an XML parser a body in a CDATA section is the same as one that is escaped (XML 1.0
// section 2.7).
func TestAtomTextsAreTyped(t *testing.T) {
	entry := atomEntry(t, syndicate.Article{Title: "1 < 2", Summary: "a & b", Content: `<p>c &amp; d</p>`, Rights: "© <X>"})
	for _, want := range []string{
		"<title>1 &#x3C; 2</title>", "<summary>a &#x26; b</summary>", `<content type="html"><![CDATA[<p>c &amp; d</p>]]></content>`, "<rights>© &#x3C;X&gt;</rights>",
	} {
		assert.Contains(t, entry, want)
	}
}

// ATOM-6
func TestAtomEntryWithoutContentHasASummary(t *testing.T) {
	assert.Contains(t, atomEntry(t, syndicate.Article{Title: "A"}), "<summary>A</summary>")
	assert.NotContains(t, atomEntry(t, syndicate.Article{Title: "A", Content: "<p>b</p>"}), "summary")
	assert.NotContains(t, atomEntry(t, syndicate.Article{Title: "A", Summary: "b"}), "content")
}

// ATOM-6
func TestAtomPicturesRightsAndGenerator(t *testing.T) {
	feed := validFeed()
	feed.Copyright, feed.Icon, feed.Logo.URL = "© 2022", "https://example.com/icon.png", "https://example.com/logo.svg"
	feed.Generator = "Press 1.2 (https://example.com/press)"
	assert.Contains(t, textOf(feed, syndicate.Atom), `<rights>© 2022</rights>
<icon>https://example.com/icon.png</icon>
<logo>https://example.com/logo.svg</logo>
<generator>Press 1.2 (https://example.com/press)</generator>
`)
}

// ATOM-7
func TestAtomWritesALanguageOnlyWhereItDiffers(t *testing.T) {
	feed := fullFeed()
	feed.Articles[0].Language, feed.Articles[1].Language = "tr", "en"
	doc := textOf(feed, syndicate.Atom)
	assert.Contains(t, doc, `<entry xml:lang="tr"><id>https://example.com/?p=12`)
	assert.Contains(t, doc, `<entry><id>tag:example.com,2015:a`)
}

// ATOM-8
func TestAtomSourceNamesTheOriginOfAnEntry(t *testing.T) {
	of := func(o syndicate.Origin) string {
		return between(t, atomEntry(t, syndicate.Article{Title: "A", Published: midday, Origin: o}), "<source>", "</source>")
	}
	assert.Equal(t, `<id>urn:isbn:1</id><title>Wire</title><updated>2022-03-01T11:00:00Z</updated><link rel="self" href="https://wire.example/feed"/>`,
		of(syndicate.Origin{ID: "urn:isbn:1", Title: "Wire", URL: "https://wire.example/feed", Updated: midday.Add(-time.Hour)}))
	assert.Equal(t, `<id>https://wire.example/feed</id><title>https://wire.example/feed</title><updated>2022-03-01T12:00:00Z</updated><link rel="self" href="https://wire.example/feed"/>`,
		of(syndicate.Origin{URL: "https://wire.example/feed"}))
}

// LIFE-3
func TestAtomTombstonesAnnounceRemovals(t *testing.T) {
	feed := validFeed()
	feed.TagAuthority = "example.com,2015"
	feed.Tombstones = []syndicate.Tombstone{{ID: "4711", When: midday.Add(time.Hour)}, {When: midday}, {ID: "4712"}}
	doc := textOf(feed, syndicate.Atom)
	assert.Contains(t, doc, `<at:deleted-entry ref="tag:example.com,2015:4711" when="2022-03-01T13:00:00Z"/>`)
	assert.Equal(t, 1, strings.Count(doc, "deleted-entry"))
	assert.Contains(t, doc, "<updated>2022-03-01T13:00:00Z</updated>", "a removal is an update")
	assert.NotContains(t, textOf(feed, syndicate.RSS)+textOf(feed, syndicate.JSON), "4711")
}

// XML-6
func TestBlankValuesAreNotWritten(t *testing.T) {
	feed := holding(syndicate.Article{
		Title: "A", Tags: []syndicate.Tag{{Name: "A", Slug: "\x00"}}, Origin: syndicate.Origin{ID: " ", URL: "https://wire.example/"}, Language: " ",
	})
	feed.Schedule.UpdatePeriod, feed.Language = " ", " "
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := textOf(feed, format)
		for _, unwanted := range []string{`term=""`, "<id></id>", "xml:lang", "<language>", "sy:update"} {
			assert.NotContains(t, doc, unwanted)
		}
	}
	assert.Contains(t, textOf(feed, syndicate.Atom), "<source><id>https://wire.example/</id>")
}
