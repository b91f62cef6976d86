// Articles are encoded once and copied into every feed. The copy is what encoding again would give,
// and a change to a feed always shows.
package syndicate_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/xmltext"
)

// Append keeps what is in the buffer, and Write writes what Append appends.
func TestWriteWritesWhatAppendAppends(t *testing.T) {
	feed := feedOf(t, newsroom(t), syndicate.Everything())
	for _, format := range syndicate.Formats() {
		var written bytes.Buffer
		require.NoError(t, feed.Write(&written, format))
		assert.Equal(t, "before"+written.String(), string(feed.Append([]byte("before"), format)))
	}
	for _, none := range []syndicate.Format{0, 99} {
		assert.Equal(t, "before", string(feed.Append([]byte("before"), none)))
	}
}

func TestWriteReturnsTheWritersError(t *testing.T) {
	r, w := io.Pipe()
	require.NoError(t, r.CloseWithError(io.ErrClosedPipe))
	assert.Equal(t, io.ErrClosedPipe, new(syndicate.Feed).Write(w, syndicate.RSS))
}

// An edited copy of a shared article is written as edited. Other feeds keep the original.
func TestEditedCopyOfAnArticleIsWritten(t *testing.T) {
	archive := newsroom(t)
	feed := feedOf(t, archive, syndicate.Everything())
	before := feed.Append(nil, syndicate.Atom)
	edited := *feed.Articles[0]
	edited.Title = "Corrected"
	feed.Articles[0] = &edited
	assert.Contains(t, textOf(feed, syndicate.Atom), "<title>Corrected</title>")
	assert.Equal(t, string(before), textOf(feedOf(t, archive, syndicate.Everything()), syndicate.Atom))
}

// A feed that is filled in by hand is written as it is until Clean is called.
func TestFeedFilledByHandIsCleanedOnRequest(t *testing.T) {
	feed := &syndicate.Feed{Title: "By hand", Articles: []*syndicate.Article{nil, {
		URL: "https://a.example/b/", Content: `<p onclick="x()">See <a href="c">C</a>`,
	}}}
	assert.Contains(t, textOf(feed, syndicate.RSS), `<![CDATA[<p onclick="x()">See <a href="c">C</a>]]>`)
	feed.Clean(syndicate.Site{}.Bodies)
	require.Len(t, feed.Articles, 1)
	assert.Equal(t, `<p>See <a href="https://a.example/b/c">C</a></p>`, feed.Articles[0].Content)
	assert.Equal(t, "See C", feed.Articles[0].Summary)
}

// Every feed of both newsrooms has the same bytes, copied or encoded anew.
func TestCopiedArticlesEqualEncodedOnes(t *testing.T) {
	nasty, _ := nastiestNewsroom(t, nil)
	for _, archive := range []*syndicate.Archive{newsroom(t), nasty} {
		for info, err := range archive.Scopes(context.Background()) {
			require.NoError(t, err)
			for page := range info.Pages + 1 {
				feed := feedOf(t, archive, info.Scope.AtPage(page))
				for _, format := range syndicate.Formats() {
					assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), "%s as %s", feed.Scope, format)
				}
			}
		}
	}
}

func (uncomparable) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "u", URI: "https://u.example/"}}
}

func (uncomparable) WriteFeed(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Feed) {}

// Whatever a program changes in a feed of a Source shows in the bytes.
func TestEveryChangeToAFeedIsWritten(t *testing.T) {
	changes := map[string]func(*syndicate.Feed){
		"article dropped":    func(f *syndicate.Feed) { f.Articles = f.Articles[1:] },
		"articles reordered": func(f *syndicate.Feed) { slices.Reverse(f.Articles) },
		"article set to nil": func(f *syndicate.Feed) { f.Articles[0] = nil },
		"article replaced":   func(f *syndicate.Feed) { f.Articles[0] = &syndicate.Article{URL: "https://a.example/", Title: "Other"} },
		"article of another site": func(f *syndicate.Feed) {
			other, _ := syndicate.Site{URL: "https://other.example/", Title: "Other"}.Check()
			a, _ := other.Article(syndicate.Article{ID: "1", URL: "/a/", Title: "A", Published: noon, Tags: syndicate.Tags("t")})
			f.Articles[0] = other.Feed(syndicate.Everything(), syndicate.Selection{Articles: []*syndicate.Article{a}}).Articles[0]
		},
		"clone edited":            func(f *syndicate.Feed) { a := *f.Articles[0]; a.Title = "Edited"; f.Articles[0] = &a },
		"clone of a clone edited": func(f *syndicate.Feed) { a := *f.Articles[0]; b := a; b.Content = "<p>Edited"; f.Articles[0] = &b },
		"clone extended": func(f *syndicate.Feed) {
			a := *f.Articles[0]
			a.Extensions = append(a.Extensions, prefixed{"p", "https://p.example/", "x"})
			f.Articles[0] = &a
		},
		"feed extended": func(f *syndicate.Feed) { f.Extensions = append(f.Extensions, prefixed{"p", "https://p.example/", "x"}) },
		"feed extended by an uncomparable extension": func(f *syndicate.Feed) { f.Extensions = append(f.Extensions, uncomparable{[]string{"x"}}) },
		"hub":             func(f *syndicate.Feed) { f.Hubs = slices.Clone(f.Hubs); f.Hubs[0] = "https://other.example/" },
		"language":        func(f *syndicate.Feed) { f.Language = "tr" },
		"category scheme": func(f *syndicate.Feed) { f.CategoryScheme = "https://a.example/c" },
		"tag scheme":      func(f *syndicate.Feed) { f.TagScheme = "" },
		"tag authority":   func(f *syndicate.Feed) { f.TagAuthority = "a.example,2001" },
		"category paths":  func(f *syndicate.Feed) { f.CategoryPaths = true },
		"titles":          func(f *syndicate.Feed) { f.MakeTitles = true },
		"e-mails":         func(f *syndicate.Feed) { f.AuthorEmails = true },
		"managing editor": func(f *syndicate.Feed) { f.ManagingEditor.Email = "ed@a.example" },
		"title":           func(f *syndicate.Feed) { f.Title = "Another" },
		"tombstone":       func(f *syndicate.Feed) { f.Tombstones = []syndicate.Tombstone{{ID: "4712", When: noon}} },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			archive := newsroom(t)
			require.NoError(t, archive.Add(syndicate.Article{
				URL: "/tr/", Title: "Türkçe", Published: istanbul(2022, time.April, 9, 8, 0), Language: "tr",
				Authors: []syndicate.Author{{Name: "Şule Işık", Email: "sule@example.com"}},
			}))
			feed := feedOf(t, archive, syndicate.Everything())
			for _, format := range syndicate.Formats() {
				feed.Append(nil, format)
			}
			change(feed)
			for _, format := range syndicate.Formats() {
				assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), format)
			}
		})
	}
}

// countingSlices is an extension that == cannot compare, and that counts the feeds it writes into.
type countingSlices struct {
	uncomparable
	feeds *atomic.Int32
}

func (c countingSlices) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) { c.feeds.Add(1) }

// A feed whose extensions have slices is encoded once, as long as their contents are the same.
func TestExtensionsWithSlicesAreComparedByTheirContents(t *testing.T) {
	publication, feeds := site, new(atomic.Int32)
	with := func(text string) []syndicate.Extension {
		return []syndicate.Extension{countingSlices{uncomparable{[]string{text}}, feeds}}
	}
	publication.Extensions = with("first")
	archive, err := syndicate.NewArchive(publication, syndicate.Article{URL: "/a/", Title: "A", Published: noon})
	require.NoError(t, err)
	f := feedOf(t, archive, syndicate.Everything())
	first := textOf(f, syndicate.RSS)
	assert.Contains(t, first, "<u:note>first</u:note>")
	written := feeds.Load()
	f.Extensions = with("first")
	assert.Equal(t, first, textOf(f, syndicate.RSS))
	assert.Equal(t, written, feeds.Load())
	f.Extensions = with("second")
	assert.Contains(t, textOf(f, syndicate.RSS), "<u:note>second</u:note>")
	assert.Greater(t, feeds.Load(), written)
}

// countingItems is an extension that counts the items that it writes into.
type countingItems struct {
	deskExtension
	items *atomic.Int32
}

func (c countingItems) WriteArticle(w *xmltext.Writer, format syndicate.Format, a *syndicate.Article) {
	c.items.Add(1)
	c.deskExtension.WriteArticle(w, format, a)
}

// A feed with special settings, such as a show's, encodes an article once in each format, as the
// feeds do that share their items. What is added later leaves the other articles as they are.
func TestAFeedWithItsOwnSettingsEncodesAnArticleOnce(t *testing.T) {
	for _, excerpts := range []bool{false, true} {
		publication, items := site, new(atomic.Int32)
		show := syndicate.WithTag("show")
		publication.Scopes = map[syndicate.Scope]syndicate.FeedOptions{show: {
			Extensions: []syndicate.Extension{countingItems{deskExtension{"show"}, items}}, Excerpts: excerpts,
		}}
		var articles []syndicate.Article
		for n := range 10 {
			articles = append(articles, syndicate.Article{
				URL: fmt.Sprintf("/%d/", n), Title: "A", Content: "<p>Text.</p>", Published: noon.Add(time.Duration(n) * time.Hour),
				Tags: syndicate.Tags("Show", "News"),
			})
		}
		archive, err := syndicate.NewArchive(publication, articles[:9]...)
		require.NoError(t, err)
		write := func() *syndicate.Feed {
			var feed *syndicate.Feed
			for _, scope := range []syndicate.Scope{syndicate.Everything(), show, syndicate.WithTag("news")} {
				f := feedOf(t, archive, scope)
				for _, format := range syndicate.Formats() {
					assert.Equal(t, encodedAnew(f, format), textOf(f, format))
				}
				if scope == show {
					feed = f
				}
			}
			return feed
		}
		kept := []*syndicate.Feed{write()} // as a reader that is still being served
		encodedAnewToo := items.Load()
		items.Store(0)
		feedOf(t, archive, show)
		require.NoError(t, archive.Add(articles[9]))
		kept = append(kept, feedOf(t, archive, show))
		assert.EqualValues(t, 2, items.Load(), "the new article, in RSS and in Atom")
		assert.Greater(t, encodedAnewToo, int32(2))
		assert.Same(t, kept[0].Articles[0], kept[1].Articles[1])
		write()
		runtime.KeepAlive(kept)
	}
}

// Two extensions use one prefix for different namespaces. The first article's wins. // XML-3
func TestFirstNamespaceOfAPrefixWins(t *testing.T) {
	var articles []syndicate.Article
	for i := range 3 {
		articles = append(articles, syndicate.Article{
			URL: fmt.Sprintf("/%d/", i), Title: "A", Published: noon.AddDate(0, 0, -i),
			Extensions: []syndicate.Extension{prefixed{"p", fmt.Sprintf("https://p%d.example/", i/2), fmt.Sprint("note", i)}},
		})
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.Everything())
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := textOf(feed, format)
		assert.NoError(t, wellFormedXML(doc))
		assert.Contains(t, doc, "<p:note>note1</p:note>")
		assert.NotContains(t, doc, "note2")
		assert.Equal(t, encodedAnew(feed, format), doc)
	}
}

// A Source may wrap an archive and filter its feeds.
func TestFilteredFeedHasWhatIsLeft(t *testing.T) {
	feed := feedOf(t, newsroom(t), syndicate.Everything())
	feed.Articles = slices.DeleteFunc(feed.Articles, func(a *syndicate.Article) bool { return len(a.Enclosures) == 0 })
	for _, format := range syndicate.Formats() {
		doc := textOf(feed, format)
		assert.Contains(t, doc, "drones.mp3")
		assert.NotContains(t, doc, "communiqu")
		assert.Equal(t, encodedAnew(feed, format), doc)
	}
}

// A change to any field of a Feed, at any depth, shows in the bytes.
func TestEveryFieldOfAFeedCanBeChanged(t *testing.T) {
	for name, test := range map[string]struct {
		extension syndicate.Extension
		unwritten map[string]string
	}{
		"as the formats write it":   {prefixed{"p", "https://p.example/", "x"}, writtenByNoFormat},
		"as an extension writes it": {writesAll{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			archive := fullNewsroom(t, test.extension)
			shown := func() (*syndicate.Feed, [syndicate.JSON + 1]string) {
				feed := feedOf(t, archive, syndicate.InCategory("military"))
				var docs [syndicate.JSON + 1]string
				for _, format := range syndicate.Formats() {
					docs[format] = textOf(feed, format)
				}
				return feed, docs
			}
			feed, before := shown()
			names := leaves(reflect.ValueOf(*feed), "Feed")
			require.Greater(t, len(names), 60)
			for name := range test.unwritten {
				require.Contains(t, names, name, "written by no format")
			}
			for _, name := range names {
				feed, _ := shown()
				changeLeaf(t, reflect.ValueOf(feed).Elem(), "Feed", name)
				differs := false
				for _, format := range syndicate.Formats() {
					doc := textOf(feed, format)
					assert.Equal(t, encodedAnew(feed, format), doc, "%s as %s", name, format)
					differs = differs || doc != before[format]
				}
				_, unwritten := test.unwritten[name]
				assert.Equal(t, !unwritten, differs, "%s: a change of it is in the bytes", name)
				if len(feed.Articles) == 0 {
					continue
				}
				feed.Articles = feed.Articles[1:]
				for _, format := range syndicate.Formats() {
					assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), "%s as %s, less an article", name, format)
				}
			}
		})
	}
}

// writtenByNoFormat lists the fields of a Feed that no format writes, each with the reason.
var writtenByNoFormat = map[string]string{
	"Feed.Authors[0].Slug":       "names the author's own feed",
	"Feed.Logo.Size":             "no format has a place for it",
	"Feed.Logo.Alt":              "no format has a place for it, RSS takes the feed's title",
	"Feed.Logo.Credit":           "no format has a place for it",
	"Feed.Logo.Thumbnail":        "no format has a place for it",
	"Feed.ManagingEditor.Slug":   "RSS has name and e-mail address of a contact",
	"Feed.ManagingEditor.URL":    "as Slug",
	"Feed.ManagingEditor.Avatar": "as Slug",
	"Feed.WebMaster.Slug":        "as the managing editor's",
	"Feed.WebMaster.URL":         "as Slug",
	"Feed.WebMaster.Avatar":      "as Slug",
	"Feed.Complete":              "extensions of shows write it",
	"Feed.Current.JSON":          "JSON Feed links to older items alone",
	"Feed.NextArchive.JSON":      "JSON Feed links to older items alone",
	"Feed.Scope":                 "is for those who serve the feed",
	"Feed.Modified":              "is HTTP's Last-Modified",
	"Feed.NextChange":            "is for those who serve the feed",
}

// fullNewsroom returns an archive whose military category has a feed in which every field is set:
// it has archive pages, tombstones and authors with e-mail addresses.
func fullNewsroom(t *testing.T, extension syndicate.Extension) *syndicate.Archive {
	t.Helper()
	editor := syndicate.Author{Name: "Şule Işık", URL: "/sule/", Avatar: "/sule.png", Email: "sule@example.com"}
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://www.nordicmonitor.com", Title: "Nordic Monitor", Description: "News", Language: "en", Copyright: "© Nordic Monitor",
		Author: editor, ManagingEditor: editor, WebMaster: editor,
		Logo: syndicate.Image{
			URL: "/logo.png", Width: 100, Height: 50, Size: 4096, Alt: "A compass", Credit: "Studio",
			Thumbnail: &syndicate.Image{URL: "/small.png"},
		},
		Icon: "/icon.png", Favicon: "/favicon.ico", Stylesheet: "/feed.css", Hubs: []string{"https://hub.example/"},
		Schedule: syndicate.Schedule{
			TTL: time.Hour, UpdatePeriod: "daily", UpdateFrequency: 2, SkipHours: []int{3}, SkipDays: []time.Weekday{time.Sunday},
		},
		TagAuthority: "nordicmonitor.com,2019", AuthorEmails: true, Limit: 2, Tombstones: 1000 * time.Hour,
		Extensions: []syndicate.Extension{extension},
	})
	require.NoError(t, err)
	archive.Clock = func() time.Time { return istanbul(2022, time.April, 10, 12, 0) }
	military := syndicate.Category{Name: "Military", Description: "Armies"}
	exports := syndicate.Category{Name: "Arms exports", Parent: &military}
	for day := range 6 {
		require.NoError(t, archive.Add(syndicate.Article{
			ID: fmt.Sprint(day), URL: fmt.Sprintf("/%d/", day), Title: []string{"A", ""}[(day+1)%2], Content: "<p>b", Published: istanbul(2022, time.April, 1+day, 8, 0),
			Authors: []syndicate.Author{editor}, Categories: []syndicate.Category{exports}, Tags: syndicate.Tags("Drones"),
		}))
	}
	require.NoError(t, archive.Add(syndicate.Article{URL: "/7/", Title: "Tomorrow", Published: istanbul(2022, time.April, 11, 8, 0), Categories: []syndicate.Category{military}}))
	feedOf(t, archive, syndicate.InCategory("military")) // only an article that a feed showed leaves a tombstone
	require.NoError(t, archive.Remove("3"))
	walkLeaves(reflect.ValueOf(*feedOf(t, archive, syndicate.InCategory("military"))), "Feed", func(name string, v reflect.Value) {
		if v.Kind() == reflect.Slice || v.Kind() == reflect.Pointer {
			require.False(t, v.IsNil(), "%s must be set, so that the test can change it", name)
		}
	})
	return archive
}

// writesAll is an extension that writes every field of the feed, even those that no format writes.
type writesAll struct{}

func (writesAll) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "all", URI: "https://all.example/"}}
}

func (writesAll) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

func (writesAll) WriteFeed(w *xmltext.Writer, _ syndicate.Format, f *syndicate.Feed) {
	walkLeaves(reflect.ValueOf(*f), "Feed", func(name string, v reflect.Value) {
		switch value := v.Interface().(type) {
		case []*syndicate.Article:
			w.Element("all:field", fmt.Sprint(name, len(value)))
		case []syndicate.Extension:
			w.Element("all:field", fmt.Sprint(name, len(value)))
		case *syndicate.Image:
			w.Element("all:field", fmt.Sprint(name, value != nil))
		default:
			w.Element("all:field", fmt.Sprint(name, value))
		}
	})
}

// A program may merge feeds, and put other articles between those of an archive.
func TestFeedsOfOneSourceCanBeMerged(t *testing.T) {
	archive := newsroom(t)
	merged := feedOf(t, archive, syndicate.InCategory("military"))
	for info, err := range archive.Scopes(ctx) {
		require.NoError(t, err)
		merged.Articles = append(merged.Articles, feedOf(t, archive, info.Scope).Articles...)
		own := &syndicate.Article{URL: "https://a.example/", Title: info.Title, Published: noon, Extensions: []syndicate.Extension{
			prefixed{"p", "https://p.example/", info.Title},
		}}
		merged.Articles = append(merged.Articles, own, nil)
	}
	for _, format := range syndicate.Formats() {
		assert.Equal(t, encodedAnew(merged, format), textOf(merged, format), format)
	}
}

// Feeds are well-formed even if a Source selects articles that were never checked, or edited since.
func TestArticlesThatWereNotCheckedAreMended(t *testing.T) {
	midday := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	site, err := syndicate.Site{URL: "https://example.com/", Title: "Example"}.Check()
	require.NoError(t, err)
	checked := func() *syndicate.Article {
		a, err := site.Article(syndicate.Article{URL: "https://example.com/1/", Title: "x", Summary: "x", Content: "<p>x</p>", Published: midday})
		require.NoError(t, err)
		return a
	}
	copied, edited, blank := *checked(), checked(), checked()
	copied.Title, copied.Summary, copied.Content = "\x01 \xff", "\x01\x02", "<p>\x01\xff</p>"
	edited.Title, edited.Content = "\x01", "<p>\x01</p>"
	blank.Title, blank.Summary = " \x01 ", "a\x0bb"
	for _, a := range []*syndicate.Article{
		{URL: "https://example.com/1/", Title: "bad \x01 \xff", Published: midday}, &copied, edited, blank,
		{URL: "https://example.com/\x01/", Published: midday}, {ID: "\x01", Published: midday},
	} {
		feed := site.Feed(syndicate.Everything(), syndicate.Selection{Articles: []*syndicate.Article{a}})
		for _, format := range syndicate.Formats() {
			assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), "%+v as %s", a, format)
			assert.NotContains(t, textOf(feed, format), "\x01")
			assert.True(t, utf8.Valid(feed.Append(nil, format)))
		}
	}
}

// An article that was checked, but that no feed has shown, has no encoding that could be copied.
func TestArticleThatNoFeedHasShownIsEncoded(t *testing.T) {
	publication, err := syndicate.Site{URL: "https://example.org/", Title: "A"}.Check()
	require.NoError(t, err)
	shown, _ := publication.Article(syndicate.Article{URL: "/a/", Title: "A", Published: noon})
	feed := publication.Feed(syndicate.Everything(), syndicate.Selection{Articles: []*syndicate.Article{shown}})
	other, _ := publication.Article(syndicate.Article{URL: "/b/", Title: "B", Published: noon})
	feed.Articles = append(feed.Articles, other, shown)
	for _, format := range syndicate.Formats() {
		assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), format)
	}
}

// leaves returns the paths that [walkLeaves] visits.
func leaves(v reflect.Value, name string) (names []string) {
	walkLeaves(v, name, func(name string, _ reflect.Value) { names = append(names, name) })
	return names
}

// changeLeaf changes the leaf with the given path.
func changeLeaf(t *testing.T, v reflect.Value, root, name string) {
	t.Helper()
	walkLeaves(v, root, func(leaf string, v reflect.Value) {
		if leaf != name {
			return
		}
		before := v.Interface()
		switch value := before.(type) {
		case string:
			v.SetString(value + "https://changed.example/a.png")
		case bool:
			v.SetBool(!value)
		case time.Duration:
			v.SetInt(int64(value + time.Hour))
		case int, int64, time.Weekday:
			v.SetInt(v.Int() + 1)
		case time.Time:
			v.Set(reflect.ValueOf(noon.AddDate(20, 0, 0)))
		case syndicate.Scope:
			v.Set(reflect.ValueOf(syndicate.WithTag("changed")))
		default: // a slice, a pointer or an interface
			v.SetZero()
		}
		require.NotEqual(t, before, v.Interface(), name)
	})
}

// walkLeaves visits every part of v that can be changed separately: fields that are not structs,
// whole slices, and their elements unless these are pointers. It first copies slices that can be
// set, because those of a Source's feed are shared.
func walkLeaves(v reflect.Value, name string, visit func(string, reflect.Value)) {
	_, isTime := v.Interface().(time.Time)
	_, isScope := v.Interface().(syndicate.Scope)
	switch {
	case v.Kind() == reflect.Struct && !isTime && !isScope:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				walkLeaves(v.Field(i), name+"."+f.Name, visit)
			}
		}
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			walkLeaves(v.Index(i), fmt.Sprintf("%s[%d]", name, i), visit)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Pointer && v.Type().Elem().Kind() != reflect.Interface:
		visit(name, v)
		if v.CanSet() {
			v.Set(reflect.AppendSlice(reflect.Zero(v.Type()), v))
		}
		for i := range v.Len() {
			walkLeaves(v.Index(i), fmt.Sprintf("%s[%d]", name, i), visit)
		}
	default:
		visit(name, v)
	}
}

// Append copies without an allocation, and Archive.Feed makes one.
func TestAppendOfASourcesFeedAllocatesNothing(t *testing.T) {
	archive := newsroom(t)
	now := archive.Clock()
	archive.Clock = func() time.Time { return now }
	buf := make([]byte, 0, 1<<20)
	for _, format := range syndicate.Formats() {
		feed := feedOf(t, archive, syndicate.Everything())
		feed.Append(buf, format)
		assert.Zero(t, testing.AllocsPerRun(100, func() { feed.Append(buf, format) }), format)
		assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _ = feed.Write(io.Discard, format) }), 2.0, format)
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = archive.Feed(ctx, syndicate.Everything()) }), 3.0)
}

// counting is an extension with state that is guarded by a lock.
type counting struct {
	mu      sync.Mutex
	written map[string]int
}

func (*counting) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "n", URI: "https://n.example/"}}
}

func (*counting) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (c *counting) WriteArticle(w *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range 20 {
		c.written[fmt.Sprint(i)]++
	}
	w.Element("n:title", a.Title)
}

func extendedBy(extensions ...syndicate.Extension) syndicate.Article {
	return with(numbered(1), func(a *syndicate.Article) { a.Extensions = extensions })
}

// The race detector judges this test, and the runtime's check for concurrent map writes.
func TestExtensionsMayKeepStateWhileArticlesAreUpdated(t *testing.T) {
	given := func() syndicate.Article { return extendedBy(&counting{written: map[string]int{}}) }
	archive := openArchive(t, plainSite, clockAt(january(10)), given())
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					assert.NoError(t, feedOf(t, archive, syndicate.Everything()).Write(io.Discard, syndicate.RSS))
				}
			}
		})
	}
	for i := range 400 {
		var err error
		if i%2 == 0 {
			err = archive.Update(given())
		} else {
			err = archive.Replace(given())
		}
		require.NoError(t, err)
	}
	close(done)
	readers.Wait()
}

func TestUpdateComparesExtensions(t *testing.T) {
	one, other := new(counting), new(counting)
	type extensions = []syndicate.Extension
	for name, test := range map[string]struct {
		before, after extensions
		same          bool
	}{
		"no list and an empty list": {nil, extensions{}, true},
		"one pointer":               {extensions{one}, extensions{one}, true},
		"two pointers":              {extensions{one}, extensions{other}, false},
		"equal values":              {extensions{deskExtension{"a"}}, extensions{deskExtension{"a"}}, true},
		"other values":              {extensions{deskExtension{"a"}}, extensions{deskExtension{"b"}}, false},
		"equal lists in values":     {extensions{uncomparable{[]string{"a", "b"}}}, extensions{uncomparable{[]string{"a", "b"}}}, true},
		"other lists in values":     {extensions{uncomparable{[]string{"a", "b"}}}, extensions{uncomparable{[]string{"ab"}}}, false},
		"values of two types":       {extensions{deskExtension{"a"}}, extensions{uncomparable{[]string{"a"}}}, false},
		"a function in a value":     {extensions{callingBack{}}, extensions{callingBack{func() {}}}, false},
		"nil and one":               {extensions{nil}, extensions{one}, false},
		"nil and nil":               {extensions{nil}, extensions{nil}, true},
		"one more":                  {extensions{one}, extensions{one, other}, false},
		"the same in another order": {extensions{deskExtension{"a"}, deskExtension{"b"}}, extensions{deskExtension{"b"}, deskExtension{"a"}}, false},
	} {
		clock := clockAt(january(10))
		archive := openArchive(t, plainSite, clock, extendedBy(test.before...))
		before := feedOf(t, archive, syndicate.Everything()).Modified
		clock.Set(january(11))
		require.NoError(t, archive.Update(extendedBy(test.after...)))
		assert.Equal(t, test.same, feedOf(t, archive, syndicate.Everything()).Modified.Equal(before), name)
	}
}

func TestGzipOfAFeedFilledByHand(t *testing.T) {
	feed := &syndicate.Feed{Title: "A feed", Articles: []*syndicate.Article{{Title: "Kılıç"}}}
	for _, format := range syndicate.Formats() {
		compressed := feed.AppendGzip([]byte("before"), format)
		plain, found := bytes.CutPrefix(compressed, []byte("before"))
		require.True(t, found)
		assert.Equal(t, textOf(feed, format), gunzip(t, plain), format)
	}
}

// For every feed of both newsrooms, the gzip stream is one member and decompresses to the document.
func TestJoinedGzipDecompressesToTheDocument(t *testing.T) {
	nasty, _ := nastiestNewsroom(t, nil)
	for _, archive := range []*syndicate.Archive{newsroom(t), nasty} {
		for info, err := range archive.Scopes(ctx) {
			require.NoError(t, err)
			for page := range info.Pages + 1 {
				feed := feedOf(t, archive, info.Scope.AtPage(page))
				for _, format := range syndicate.Formats() {
					assert.Equal(t, textOf(feed, format), gunzip(t, feed.AppendGzip(nil, format)), "%s as %s", feed.Scope, format)
				}
			}
		}
	}
}

// A change to a feed shows in the compressed bytes too.
func TestEveryChangeToAFeedIsCompressed(t *testing.T) {
	for name, change := range map[string]func(*syndicate.Feed){
		"article dropped":    func(f *syndicate.Feed) { f.Articles = f.Articles[1:] },
		"articles reordered": func(f *syndicate.Feed) { slices.Reverse(f.Articles) },
		"no articles":        func(f *syndicate.Feed) { f.Articles = nil },
		"clone edited":       func(f *syndicate.Feed) { a := *f.Articles[0]; a.Title = "Edited"; f.Articles[0] = &a },
		"title":              func(f *syndicate.Feed) { f.Title = "Another" },
		"feed extended":      func(f *syndicate.Feed) { f.Extensions = append(f.Extensions, prefixed{"p", "https://p.example/", "x"}) },
	} {
		feed := feedOf(t, newsroom(t), syndicate.Everything())
		for _, format := range syndicate.Formats() {
			feed.AppendGzip(nil, format)
		}
		change(feed)
		for _, format := range syndicate.Formats() {
			assert.Equal(t, encodedAnew(feed, format), gunzip(t, feed.AppendGzip(nil, format)), "%s: %s", name, format)
		}
	}
}

// The checksum of a joined stream is computed from those of its parts, of any length.
func FuzzJoinedGzip(f *testing.F) {
	f.Add("", "", "")
	f.Add("Kılıç", "<p>A & B]]></p>", "\x00\xff")
	f.Add("a", "b", strings.Repeat("ab", 40_000))
	f.Fuzz(func(t *testing.T, title, first, second string) {
		archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.org/", Title: "A"},
			syndicate.Article{URL: "/1/", Title: title + "1", Content: first, Published: noon},
			syndicate.Article{URL: "/2/", Title: title + "2", Content: second, Published: noon})
		require.NoError(t, err)
		feed := feedOf(t, archive, syndicate.Everything())
		for _, format := range syndicate.Formats() {
			assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), "a cleaned body is copied")
			assert.Equal(t, textOf(feed, format), gunzip(t, feed.AppendGzip(nil, format)))
		}
	})
}

// Once its articles are compressed, a feed is joined without an allocation.
func TestAppendGzipAllocatesNothingTheSecondTime(t *testing.T) {
	feed := feedOf(t, newsroom(t), syndicate.Everything())
	buf := make([]byte, 0, 1<<20)
	for _, format := range syndicate.Formats() {
		feed.AppendGzip(buf, format)
		assert.Zero(t, testing.AllocsPerRun(100, func() { feed.AppendGzip(buf, format) }), format)
	}
}

// feedWithBody returns the feed of a site with one article.
func feedWithBody(t *testing.T, content string, trusted bool) *syndicate.Feed {
	t.Helper()
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Bodies: cleanhtml.Policy{Trusted: trusted}}
	archive, err := syndicate.NewArchive(site, syndicate.Article{URL: "/1/", Title: "x", Summary: "x", Content: content, Published: midday})
	require.NoError(t, err)
	return feedOf(t, archive, syndicate.Everything())
}

// Whatever a body holds, the feed equals one that is encoded anew, compressed or not.
func TestSharedBodiesEqualEncodedOnes(t *testing.T) {
	for _, content := range []string{
		"", "x", "]", "]]", "]]>", "]]>]]>", "a]]>b", "]]&gt;", "<![CDATA[x]]>", "</item>\n", "]]></content></entry>\n", "\x01", "\xff]]>", strings.Repeat("]]>", 100),
	} {
		assertEncodes(t, feedWithBody(t, content, false))
	}
	// Only a trusted body can hold the end of a CDATA section, which must be split.
	for _, content := range []string{"<script>if (a[b[0]]>0) x()</script>", "<script>a]]></script>", "<script>]]>]]></script>"} {
		feed := feedWithBody(t, content, true)
		require.Contains(t, textOf(feed, syndicate.Atom), "]]]]><![CDATA[>")
		assertEncodes(t, feed)
	}
}

func assertEncodes(t *testing.T, feed *syndicate.Feed) {
	t.Helper()
	for _, format := range syndicate.Formats() {
		want := encodedAnew(feed, format)
		assert.Equal(t, want, textOf(feed, format), "as %s", format)
		assert.Equal(t, want, gunzip(t, feed.AppendGzip(nil, format)), "as %s", format)
	}
}

// The encoding of a tag is remembered. Tags may share a name or a slug, be more than there is room
// for, and have any name.
func TestRememberedTagsEqualEncodedOnes(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", Limit: 300})
	require.NoError(t, err)
	n := 0
	add := func(tags ...syndicate.Tag) {
		n++
		require.NoError(t, archive.Add(syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "x", Published: midday, Tags: tags}))
	}
	add(syndicate.Tag{Name: "A", Slug: "one"})
	add(syndicate.Tag{Name: "A", Slug: "two"}, syndicate.Tag{Name: "B", Slug: "one"})
	add(syndicate.Tags("A", "R&D", "\"x\" <y>", "Mevlüt Çavuşoğlu", "日本")...)
	for range 200 {
		tags := make([]syndicate.Tag, 30)
		for i := range tags {
			tags[i].Name = fmt.Sprintf("tag %d of %d", i, n)
		}
		add(tags...)
	}
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assertEncodes(t, feed)
}

// tagging is an extension that breaks the rule that it must not change articles.
type tagging struct{}

func (tagging) Namespaces() []xmltext.Namespace                              { return nil }
func (tagging) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (tagging) WriteArticle(_ *xmltext.Writer, _ syndicate.Format, a *syndicate.Article) {
	a.Tags = append(a.Tags, syndicate.Tag{Name: "B"})
}

func TestExtensionThatAddsTagsDoesNoHarm(t *testing.T) {
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example"},
		syndicate.Article{URL: "/1/", Title: "x", Published: midday, Tags: syndicate.Tags("A"), Extensions: []syndicate.Extension{tagging{}}})
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Contains(t, textOf(feed, syndicate.Atom), `label="A"`)
}

// A feed that a program fills in is encoded without an allocation. Exceptions, which are not in
// this feed: a summary with markup characters in RSS, which is escaped twice, and a non-ASCII tag
// in JSON, which is folded.
func TestAppendOfAFeedFilledByHandAllocatesNothing(t *testing.T) {
	if underRaceDetector {
		t.Skip("under the race detector a sync.Pool drops items at random; .ci/run also runs this test without it")
	}
	f := &syndicate.Feed{
		ID: "https://example.org/", Title: "Kılıç & co", Description: "A feed", URL: "https://example.org/", Self: syndicate.Links{RSS: "https://example.org/rss.xml"},
		Language: "tr", Copyright: "© A", Authors: []syndicate.Author{{Name: "A"}}, Logo: syndicate.Image{URL: "https://example.org/a.png", Width: 144, Height: 144},
		CategoryScheme: "https://example.org/c", TagScheme: "https://example.org/t",
	}
	for i := range 30 {
		f.Articles = append(f.Articles, &syndicate.Article{
			ID: "https://example.org/?p=" + strings.Repeat("1", i), URL: "https://example.org/1/", Title: `"Çavuşoğlu" – <b> & co`,
			Summary: "Türkiye, summed up", Content: strings.Repeat("<p>Kılıç &amp; \"others\"\n</p>", 100),
			Published: midday, Updated: midday.Add(time.Hour), Authors: []syndicate.Author{{Name: "Ayşe", URL: "https://example.org/ayse/"}},
			Categories: []syndicate.Category{{Name: "Military"}}, Tags: syndicate.Tags("Turkey", "Armed Forces"), Image: syndicate.Image{URL: "https://example.org/1.jpg"},
		})
	}
	for _, format := range syndicate.Formats() {
		buf := f.Append(nil, format)
		assert.Zero(t, testing.AllocsPerRun(100, func() { buf = f.Append(buf[:0], format) }), format)
		assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _ = f.Write(io.Discard, format) }), 1.0, format)
	}
}

// The root element declares the prefixes of all items, sorted.
func TestNamespacesOfLaterItemsAreDeclared(t *testing.T) {
	plain := &syndicate.Article{URL: "https://example.org/1/", Title: "A", Content: "<p>A</p>"}
	full := &syndicate.Article{URL: "https://example.org/2/", Title: "B", Summary: "B", Content: "<p>B</p>", CommentCount: 1, Authors: []syndicate.Author{{Name: "A"}}}
	declared := func(articles ...*syndicate.Article) string {
		f := &syndicate.Feed{Title: "A", Articles: articles, Self: syndicate.Links{RSS: "https://example.org/rss.xml"}}
		doc := textOf(f, syndicate.RSS)
		return doc[:strings.Index(doc, "<channel>")]
	}
	const start = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"`
	const none = start + ">\n"
	const all = start + ` xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:slash="http://purl.org/rss/1.0/modules/slash/">` + "\n"
	assert.Equal(t, none, declared())
	assert.Equal(t, none, declared(plain, nil))
	assert.Equal(t, all, declared(full))
	assert.Equal(t, all, declared(nil, plain, full))
	assert.Equal(t, all, declared(plain, plain, full, plain))
}

// Items are encoded anew for a feed whose options change them. Other feeds keep their encoding.
func TestFeedsWithTheirOwnOptionsAreEncodedAnew(t *testing.T) {
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en", ManagingEditor: syndicate.Author{Name: "E", Email: "e@example.com"}}
	article := syndicate.Article{URL: "/1/", Title: "x", Published: midday, Language: "tr", Tags: syndicate.Tags("A", "B", "C", "D")}
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{
		syndicate.WithTag("a"): {Language: "tr"},
		syndicate.WithTag("b"): {Author: syndicate.Author{Name: "Another"}},
		syndicate.WithTag("c"): {Extensions: []syndicate.Extension{prefixed{"p", "https://p.example/", "of c"}}},
	}
	archive, err := syndicate.NewArchive(site, article)
	require.NoError(t, err)
	for range 2 {
		for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("a"), syndicate.WithTag("b"), syndicate.WithTag("c"), syndicate.WithTag("d")} {
			feed, err := archive.Feed(t.Context(), scope)
			require.NoError(t, err)
			assertEncodes(t, feed)
			item := textOf(feed, syndicate.JSON)
			_, item, _ = strings.Cut(item, `"items"`)
			assert.Equal(t, scope != syndicate.WithTag("a"), strings.Contains(item, `"language":"tr"`), scope)
			rss := textOf(feed, syndicate.RSS)
			assert.Equal(t, scope == syndicate.WithTag("b"), strings.Contains(rss, "<dc:creator>Another</dc:creator>"), scope)
			assert.Equal(t, scope == syndicate.WithTag("c"), strings.Contains(rss, "<p:note>of c</p:note>"), scope)
		}
	}
}

// Compressors are reused, but they do not keep the buffers that they wrote to.
func TestCompressorsDoNotKeepBuffers(t *testing.T) {
	feed := &syndicate.Feed{Title: "By hand", Articles: []*syndicate.Article{{Title: "A"}}}
	buffer := weak.Make(compressed(feed))
	runtime.GC()
	assert.Nil(t, buffer.Value())
}

//go:noinline
func compressed(feed *syndicate.Feed) *[1 << 16]byte {
	buffer := new([1 << 16]byte)
	feed.AppendGzip(buffer[:0], syndicate.RSS)
	return buffer
}

// Articles of a feed with custom settings may be put into another feed, and the other way
// round.
func TestItemsFollowTheFeedThatShowsThem(t *testing.T) {
	site := plainSite
	site.Language = "en"
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{
		syndicate.WithTag("turkish"): {Language: "tr", Extensions: []syndicate.Extension{deskExtension{"z"}}},
	}
	turkish := with(tagged(numbered(1), "Turkish"), func(a *syndicate.Article) { a.Language = "tr" })
	english := with(tagged(numbered(2), "Turkish"), func(a *syndicate.Article) { a.Language = "en" })
	archive := openArchive(t, site, clockAt(january(31)), turkish, english, numbered(3))
	own, all := feedOf(t, archive, syndicate.WithTag("turkish")), feedOf(t, archive, syndicate.Everything())
	for _, format := range syndicate.Formats() {
		assert.NotEmpty(t, own.Append(nil, format)) // so that the items are encoded
		assert.NotEmpty(t, all.Append(nil, format))
	}
	assert.Contains(t, textOf(own, syndicate.Atom), `<entry xml:lang="en">`, "an article that names its language keeps it")
	own.Articles, all.Articles = all.Articles, own.Articles
	for _, feed := range []*syndicate.Feed{own, all} {
		for _, format := range syndicate.Formats() {
			assert.Equal(t, encodedAnew(feed, format), textOf(feed, format), "%s as %s", feed.Scope, format)
		}
	}
}
