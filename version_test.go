// A version changes whenever the feed changes, and is the same for the same contents, in this
// process and the next. It costs less than the feed.
package syndicate_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/xmltext"
)

var _ syndicate.Versioner = (*syndicate.Archive)(nil)

// contentsOf returns everything that a version stands for.
func contentsOf(t *testing.T, source syndicate.Source, scope syndicate.Scope) string {
	t.Helper()
	feed := feedOf(t, source, scope)
	if scope.Page() > 0 {
		feed.NextChange = time.Time{}
	}
	contents := fmt.Appendf(nil, "%d %d\n", feed.Modified.UnixNano(), feed.NextChange.UnixNano())
	for _, format := range syndicate.Formats() {
		contents = feed.Append(contents, format)
	}
	return string(contents)
}

// A version denotes the same contents at any time and in any archive of the site.
func TestEqualVersionsMeanEqualFeeds(t *testing.T) {
	for seed := range seeds(30) {
		n := newAgency(seed)
		site := limited(1 + n.IntN(5))
		site.MaxBytes = 10_000 // so that some feeds have no room for all
		if n.IntN(2) == 0 {
			site.Tombstones = 20 * time.Hour
		}
		contents := map[string]string{}
		look := func(archive *syndicate.Archive) {
			for scope, version := range everyVersion(t, archive) {
				shown := scope.String() + contentsOf(t, archive, scope)
				if before, known := contents[version]; known {
					require.Equal(t, before, shown, "seed %d", seed)
				}
				contents[version] = shown
			}
		}
		clock := clockAt(january(2))
		there := n.articles(n.IntN(40))
		for i := range there {
			if n.IntN(5) == 0 {
				there[i].Summary = strings.Repeat("long ", 500)
			}
		}
		archive := openArchive(t, site, clock, there...)
		for range 12 {
			switch n.IntN(5) {
			case 0:
				more := n.articles(1 + n.IntN(5))
				require.NoError(t, archive.Add(more...))
				there = append(there, more...)
			case 1:
				if len(there) > 0 {
					i := n.IntN(len(there))
					there[i].Title += "!"
					require.NoError(t, archive.Update(there[i]))
				}
			case 2:
				if len(there) > 0 {
					require.NoError(t, archive.Remove(there[0].ID))
					there = there[1:]
				}
			default:
				clock.Set(clock.Now().Add(time.Duration(n.IntN(30)) * time.Hour))
			}
			look(archive)
		}
		look(openArchive(t, site, clock, there...))
		require.Greater(t, len(contents), 5)
	}
}

func TestSameArticlesHaveTheSameVersionsInEveryArchive(t *testing.T) {
	for seed := range uint64(20) {
		atOnce, allAlong := lateAndAllAlong(t, seed)
		assert.Equal(t, everyVersion(t, atOnce), everyVersion(t, allAlong))
	}
}

func TestOnlyVersionsOfChangedFeedsChange(t *testing.T) {
	military := syndicate.Category{Name: "Military"}
	filed := func(day int, tag string, sections ...syndicate.Category) syndicate.Article {
		return with(tagged(numbered(day), tag), func(a *syndicate.Article) { a.Categories = sections })
	}
	clock := clockAt(january(20))
	site := limited(2)
	site.Tombstones = time.Hour
	archive := openArchive(t, site, clock,
		filed(1, "turkey", syndicate.Category{Name: "Arms", Parent: &military}), filed(2, "turkey", military), filed(3, "turkey"),
		filed(4, "greece", syndicate.Category{Name: "Politics"}),
		tagged(numbered(25), "soon"), with(tagged(numbered(5), "ends"), expiring(january(26))), tagged(numbered(6), "ends"))
	steps := []struct {
		why     string
		do      func() error
		touched string
	}{
		{"nothing", func() error { return nil }, ""},
		{"time passes, nothing happens", func() error { clock.Set(january(21)); return nil }, ""},
		{"a draft", func() error { return archive.Add(with(filed(7, "turkey"), isDraft)) }, ""},
		{"an update without a difference", func() error { return archive.Update(filed(3, "turkey")) }, ""},
		{"an addition", func() error { return archive.Add(filed(8, "turkey")) },
			"site site/page/2 site/page/3 tag/turkey"}, // page 3 is closed, and page 2 links to it
		{"an edit", func() error {
			return archive.Update(with(filed(4, "greece", syndicate.Category{Name: "Politics"}), func(a *syndicate.Article) { a.Title = "four" }))
		}, "site site/page/2 category/politics tag/greece"},
		{"an ancestor's name", func() error {
			return archive.Update(filed(1, "turkey", syndicate.Category{Name: "Arms", Parent: &syndicate.Category{Name: "Defence", Slug: "military"}}),
				filed(2, "turkey", syndicate.Category{Name: "Defence", Slug: "military"}))
		}, "site site/page/1 category/military category/military/arms tag/turkey tag/turkey/page/1"},
		{"a future article, the first one with its tag", func() error { return archive.Add(filed(27, "greece")) }, "tag/greece"},
		{"an embargo that ends", func() error { clock.Set(january(25)); return nil }, "site tag/soon"},
		{"an expiry", func() error { clock.Set(january(26)); return nil }, "site site/page/3 tag/ends"},
		{"a removal", func() error { return archive.Remove("/08/") },
			"site tag/turkey"},
		{"a tombstone that ends", func() error { clock.Set(january(26).Add(2 * time.Hour)); return nil },
			"site tag/turkey"},
	}
	before := everyVersion(t, archive)
	for _, step := range steps {
		clock.Set(clock.Now().Add(time.Minute))
		require.NoError(t, step.do(), step.why)
		after := everyVersion(t, archive)
		var touched []string
		for _, scope := range slices.SortedFunc(maps.Keys(after), syndicate.Scope.Compare) {
			if after[scope] != before[scope] {
				touched = append(touched, scope.String())
			}
		}
		assert.Equal(t, step.touched, strings.Join(touched, " "), step.why)
		before = after
	}
}

func TestVersionReturnsTheErrorOfFeed(t *testing.T) {
	archive := openArchive(t, limited(2), clockAt(january(20)), tagged(numbered(1), "turkey"), tagged(numbered(25), "later"))
	require.NoError(t, archive.Redirect(syndicate.WithTag("old"), syndicate.WithTag("turkey")))
	require.NoError(t, archive.CloseScope(syndicate.WithTag("closed")))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"tag/nobody", "tag/later", "tag/old", "tag/old/page/1", "tag/closed", "site/page/2", "tag/turkey/page/9", "site", "tag/turkey"} {
		scope, err := syndicate.ParseScope(name)
		require.NoError(t, err)
		for _, ctx := range []context.Context{t.Context(), ended} {
			_, want := archive.Feed(ctx, scope)
			_, got := archive.Version(ctx, scope)
			assert.Equal(t, want, got, name)
		}
	}
	var notFound *syndicate.ScopeError
	_, err := archive.Version(t.Context(), syndicate.WithTag("nobody"))
	assert.ErrorAs(t, err, &notFound)
}

// A server calls Version with each request.
func TestVersionOfAnUnchangedFeedAllocatesNothing(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(20)), tagged(numbered(1), "turkey"), tagged(numbered(2), "turkey"))
	exports := syndicate.Category{Name: "Arms", Parent: &syndicate.Category{Name: "Military"}}
	require.NoError(t, archive.Add(with(numbered(3), func(a *syndicate.Article) { a.Categories = []syndicate.Category{exports} })))
	ctx := t.Context()
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("turkey"), exports.Scope()} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = archive.Version(ctx, scope) }), scope)
	}
}

// A feed that is requested after a version is at least as new as the version, whatever is written
// meanwhile.
func TestFeedsAreNeverOlderThanTheirVersions(t *testing.T) {
	archive := openArchive(t, limited(1000), clockAt(january(20)), tagged(numbered(1), "turkey"))
	type seen struct {
		version  string
		articles int
	}
	var (
		mu       sync.Mutex
		articles = map[string]int{} // that a version stands for
		after    []seen             // what feeds had that were asked for after a version
		looked   atomic.Int64
		all      sync.WaitGroup
	)
	for range 4 {
		all.Go(func() {
			for shown := 0; shown < 200; {
				before, err := archive.Version(t.Context(), syndicate.WithTag("turkey"))
				assert.NoError(t, err)
				feed, err := archive.Feed(t.Context(), syndicate.WithTag("turkey"))
				assert.NoError(t, err)
				again, err := archive.Version(t.Context(), syndicate.WithTag("turkey"))
				assert.NoError(t, err)
				shown = len(feed.Articles)
				looked.Add(1)
				mu.Lock()
				if after = append(after, seen{before, shown}); before == again {
					articles[before] = shown
				}
				mu.Unlock()
			}
		})
	}
	for n := range 200 {
		for looked.Load() < int64(4*n) {
			runtime.Gosched()
		}
		require.NoError(t, archive.Add(with(tagged(numbered(2), "turkey"), func(a *syndicate.Article) { a.URL = fmt.Sprint("/", n, "/") })))
	}
	all.Wait()
	for _, s := range after {
		assert.NotZero(t, s.articles)
		assert.GreaterOrEqual(t, s.articles, articles[s.version])
	}
	assert.Greater(t, len(articles), 1)
}

// The test runs itself again to compare the versions of two processes.
const printVersions = "SYNDICATE_TEST_PRINTS_VERSIONS"

func TestAnotherProcessHasTheSameVersions(t *testing.T) {
	told := func() string {
		archive, _ := nastiestNewsroom(t, nil)
		lines := []string{""}
		for scope, version := range everyVersion(t, archive) {
			lines = append(lines, fmt.Sprint(scope, " ", version))
		}
		opaqueSite := plainSite
		opaqueSite.Extensions = []syndicate.Extension{new(deskExtension)}
		opaque := openArchive(t, opaqueSite, clockAt(january(20)))
		lines = append(lines, "opaque "+versionOf(t, opaque, syndicate.Everything()))
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	if os.Getenv(printVersions) != "" {
		fmt.Println("versions:" + told())
		return
	}
	command := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	command.Env = append(os.Environ(), printVersions+"=1")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	_, other, found := strings.Cut(string(output), "versions:\n")
	require.True(t, found, "%s", output)
	own := strings.Split(strings.TrimSpace(told()), "\n")
	require.Greater(t, len(own), 20)
	for _, line := range own {
		if strings.HasPrefix(line, "opaque ") {
			assert.NotContains(t, other, line, "what pointers and functions refer to is not compared")
		} else {
			assert.Contains(t, other, line+"\n")
		}
	}
}

// Extensions that are plain data are compared by value. Others are unique.
func TestExtensionsAreComparedByValue(t *testing.T) {
	holding := func(ext ...syndicate.Extension) func() *syndicate.Archive {
		return func() *syndicate.Archive {
			site := plainSite
			site.Extensions = ext
			return openArchive(t, site, clockAt(january(20)), numbered(1))
		}
	}
	holdingInArticle := func(ext ...syndicate.Extension) func() *syndicate.Archive {
		return func() *syndicate.Archive {
			return openArchive(t, plainSite, clockAt(january(20)), with(numbered(1), func(a *syndicate.Article) { a.Extensions = ext }))
		}
	}
	holdingInScope := func(ext ...syndicate.Extension) func() *syndicate.Archive {
		return func() *syndicate.Archive {
			site := plainSite
			site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.Everything(): {Extensions: ext}}
			return openArchive(t, site, clockAt(january(20)), numbered(1))
		}
	}
	tests := []struct {
		why       string
		one       func() *syndicate.Archive
		other     func() *syndicate.Archive
		plain     bool // one of the same kind has the same version
		different bool // from the other
	}{
		{"values", holding(deskExtension{"a"}), holding(deskExtension{"b"}), true, true},
		{"types", holding(deskExtension{"a"}), holding(uncomparable{}), true, true},
		{"order", holding(deskExtension{"a"}, deskExtension{"b"}), holding(deskExtension{"b"}, deskExtension{"a"}), true, true},
		{"number", holding(deskExtension{"a"}), holding(deskExtension{"a"}, nil), true, true},
		{"values in an article", holdingInArticle(deskExtension{"a"}), holdingInArticle(deskExtension{"b"}), true, true},
		{"lists, times and values of interfaces", holding(everyKind(1)), holding(everyKind(2)), true, true},
		{"a pointer", holding(&deskExtension{"a"}), holding(&deskExtension{"a"}), false, true},
		{"a function", holding(customExtension{feed: func(*xmltext.Writer) {}}), holding(customExtension{}), false, true},
		{"a pointer in an article", holdingInArticle(&deskExtension{"a"}), holdingInArticle(&deskExtension{"b"}), false, true},
		{"values of one feed", holdingInScope(deskExtension{"a"}), holdingInScope(deskExtension{"b"}), true, true},
		{"a pointer of one feed", holdingInScope(&deskExtension{"a"}), holdingInScope(&deskExtension{"a"}), false, true},
		{"no function at all", holding(customExtension{}), holding(customExtension{}), true, false},
	}
	for _, test := range tests {
		one, other := test.one(), test.other()
		version := versionOf(t, one, syndicate.Everything())
		assert.Equal(t, version, versionOf(t, one, syndicate.Everything()), "%s: of one archive", test.why)
		assert.Equal(t, test.plain, version == versionOf(t, test.one(), syndicate.Everything()), "%s: of another archive", test.why)
		assert.Equal(t, test.different, version != versionOf(t, other, syndicate.Everything()), "%s: of another value", test.why)
	}
}

// kinds is an extension with a field of every kind that is compared by value.
type kinds struct {
	deskExtension
	n       int
	u       uint8
	f       float64
	b       bool
	list    []string
	array   [2]int
	When    time.Time
	any     any
	nothing *int
	none    map[string]int
}

func everyKind(n int) kinds {
	return kinds{n: 1, u: 2, f: 1.5, b: true, list: []string{"a"}, array: [2]int{3, 4}, nothing: nil, none: nil, When: january(1), any: []any{int64(n), "x"}}
}

// fullArticle has something in each of its fields, and in each field of what it holds.
func fullArticle() syndicate.Article {
	author := syndicate.Author{Name: "A. Writer", Slug: "writer", URL: "/writer/", Avatar: "/writer.png", Email: "writer@example.com"}
	small := syndicate.Image{URL: "/small.png", Type: "image/png", Width: 1, Height: 2, Size: 3, Alt: "small", Credit: "Agency"}
	picture := syndicate.Image{URL: "/a.png", Type: "image/png", Width: 1, Height: 2, Size: 3, Alt: "large", Credit: "Agency", Thumbnail: &small}
	return syndicate.Article{
		ID: "4711", URL: "/a/", Title: "Title", Summary: "Summary", Content: "<p>Body</p>",
		Published: january(1), Updated: january(2), Expires: january(30),
		Authors: []syndicate.Author{author}, Contributors: []syndicate.Author{author},
		Categories: []syndicate.Category{{Name: "Arms", Slug: "arms", Description: "All arms", URL: "/arms/",
			Parent: &syndicate.Category{Name: "Military", Slug: "military", Description: "All of it", URL: "/military/"}}},
		Tags:  []syndicate.Tag{{Name: "Turkey", Slug: "turkey", Description: "All of it", URL: "/turkey/"}},
		Image: picture, Banner: "/banner.png",
		Enclosures: []syndicate.Enclosure{{URL: "/a.mp3", Type: "audio/mpeg", Size: 1, Duration: time.Second, Title: "Audio"}},
		Language:   "tr", ExternalURL: "https://example.net/", CommentsURL: "/a/#comments", CommentsFeed: "/a/comments/", CommentCount: 1, Rights: "All",
		Origin:     syndicate.Origin{ID: "https://example.net/feed", Title: "Origin", URL: "https://example.net/feed", Updated: january(1)},
		Extensions: []syndicate.Extension{deskExtension{"a"}},
	}
}

// fullSite has something in each of its fields.
func fullSite() syndicate.Site {
	article := fullArticle()
	contact := syndicate.Author{Name: "Editor", Slug: "editor", URL: "/editor/", Avatar: "/editor.png", Email: "editor@example.com"}
	return syndicate.Site{
		URL: "https://www.example.com/", Title: "The Example", Description: "All of it", Language: "en", Author: article.Authors[0], Copyright: "All",
		Logo: article.Image, Icon: "/icon.png", Favicon: "/favicon.png", Stylesheet: "/feed.css", Hubs: []string{"https://hub.example.net/"},
		ManagingEditor: contact, WebMaster: contact,
		Schedule:  syndicate.Schedule{TTL: time.Minute, UpdatePeriod: "daily", UpdateFrequency: 1, SkipHours: []int{1}, SkipDays: []time.Weekday{time.Monday}},
		Addresses: syndicate.Files, TagAuthority: "example.com,2020",
		Limit: 2, MaxBytes: 100_000, MaxBody: 10_000,
		Formats: []syndicate.Format{syndicate.RSS}, Kinds: []syndicate.Kind{syndicate.KindCategory},
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{syndicate.Everything(): {
			ID: "tag:example.com,2020:news", Title: "News", Description: "All news", Language: "tr", Logo: article.Image, Icon: "/news.png", Author: contact,
			Copyright: "All news", Schedule: syndicate.Schedule{TTL: time.Hour, UpdatePeriod: "weekly", UpdateFrequency: 2, SkipHours: []int{3}, SkipDays: []time.Weekday{time.Friday}},
			Limit: 1, MaxBytes: 90_000, Extensions: []syndicate.Extension{deskExtension{"c"}},
		}},
		Bodies:     cleanhtml.Policy{Sanitizer: shouting{}},
		Tombstones: time.Hour,
		Extensions: []syndicate.Extension{deskExtension{"a"}},
	}
}

// others are the changed values of fields that do not accept every value, by the end of the
// field's path.
var others = map[string]any{
	"Language":         "de",
	"UpdatePeriod":     "hourly",
	"IDBase":           "https://old.example.com/",
	"TagAuthority":     "example.com,2021",
	"SkipHours[0]":     2,
	"SkipDays[0]":      time.Tuesday,
	"Formats[0]":       syndicate.JSON,
	"Kinds[0]":         syndicate.KindAuthor,
	"Addresses":        syndicate.WordPress,
	"Bodies.Sanitizer": asIs{},
	"Extensions[0]":    deskExtension{"b"},
	"Origin.ID":        "https://example.net/other",
}

type asIs struct{}

func (asIs) Sanitize(html string) string { return html }

// eachField calls do for each field of a struct, at any depth, with its path. No list, map or
// pointer may be empty.
func eachField(t *testing.T, path string, v reflect.Value, do func(path string, field reflect.Value)) {
	t.Helper()
	inside := func(name string, v reflect.Value) { eachField(t, path+name, v, do) }
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			break
		}
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				inside("."+field.Name, v.Field(i))
			}
		}
		return
	case reflect.Func:
		return // Warn, which changes no feed
	case reflect.Slice:
		require.Equal(t, 1, v.Len(), path)
		inside("[0]", v.Index(0))
		return
	case reflect.Pointer:
		if name := path[strings.LastIndexByte(path, '.')+1:]; v.IsNil() {
			require.Contains(t, []string{"Parent", "Thumbnail"}, name, "the end of a chain")
			return
		}
		inside("", v.Elem())
	case reflect.Map:
		for _, key := range v.MapKeys() {
			held := reflect.New(v.Type().Elem()).Elem()
			held.Set(v.MapIndex(key))
			eachField(t, fmt.Sprint(path, "[", key, "]"), held, func(path string, field reflect.Value) {
				do(path, field)
				v.SetMapIndex(key, held)
			})
		}
		return
	}
	do(path, v)
}

// change sets a field to another value.
func change(t *testing.T, path string, field reflect.Value) {
	t.Helper()
	for end, other := range others {
		if strings.HasSuffix(path, "."+end) {
			field.Set(reflect.ValueOf(other))
			return
		}
	}
	switch value := field.Addr().Interface().(type) {
	case *string:
		*value += "x"
	case *bool:
		*value = !*value
	case *int:
		*value++
	case *int64:
		*value++
	case *time.Duration:
		*value += time.Minute
	case *time.Time:
		*value = value.Add(time.Hour)
	default:
		require.Contains(t, []reflect.Kind{reflect.Pointer, reflect.Slice}, field.Kind(), "%s: give another value in others", path)
		field.SetZero()
	}
}

// fields returns the paths of the fields of what build returns.
func fields[T any](t *testing.T, build func() T) (paths []string) {
	t.Helper()
	built := build()
	eachField(t, "", reflect.ValueOf(&built).Elem(), func(path string, _ reflect.Value) { paths = append(paths, path) })
	require.Greater(t, len(paths), 30)
	return paths
}

// changed returns what build returns, with one field changed.
func changed[T any](t *testing.T, build func() T, only string) T {
	t.Helper()
	built := build()
	eachField(t, "", reflect.ValueOf(&built).Elem(), func(path string, field reflect.Value) {
		if path == only {
			change(t, path, field)
		}
	})
	return built
}

// The feed holds another article too, so that it exists whatever happens to the article that
// changes.
func TestEveryFieldOfAnArticleChangesTheVersion(t *testing.T) {
	site := plainSite
	version := func(a syndicate.Article) string {
		archive, err := syndicate.NewArchive(site, numbered(1), a)
		require.NoError(t, err)
		archive.Clock = clockAt(january(10)).Now
		return versionOf(t, archive, syndicate.Everything())
	}
	full := version(fullArticle())
	for _, path := range fields(t, fullArticle) {
		assert.NotEqual(t, full, version(changed(t, fullArticle, path)), path)
	}
	assert.Equal(t, full, version(fullArticle()))
}

func TestEverySettingOfASiteChangesTheVersion(t *testing.T) {
	version := func(site syndicate.Site) string {
		archive, err := syndicate.NewArchive(site, numbered(1))
		require.NoError(t, err)
		archive.Clock = clockAt(january(10)).Now
		return versionOf(t, archive, syndicate.Everything())
	}
	full := version(fullSite())
	for _, path := range fields(t, fullSite) {
		assert.NotEqual(t, full, version(changed(t, fullSite, path)), path)
	}
	assert.Equal(t, full, version(fullSite()))
}

// The settings of one feed do not change the version of another.
func TestOptionsOfOneFeedChangeNoOther(t *testing.T) {
	site := plainSite
	before := openArchive(t, site, clockAt(january(10)), tagged(numbered(1), "a", "b"))
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("a"): {Excerpts: true}}
	after := openArchive(t, site, clockAt(january(10)), tagged(numbered(1), "a", "b"))
	a, b := syndicate.WithTag("a"), syndicate.WithTag("b")
	assert.NotEqual(t, versionOf(t, before, a), versionOf(t, after, a))
	assert.Equal(t, versionOf(t, before, b), versionOf(t, after, b))
}

func TestFieldsOfATermChangeTheVersionOfItsFeed(t *testing.T) {
	term := func(change func(*syndicate.Article)) *syndicate.Archive {
		return openArchive(t, plainSite, clockAt(january(10)), with(fullArticle(), change))
	}
	before := term(func(*syndicate.Article) {})
	after := term(func(a *syndicate.Article) { a.Tags[0].Description, a.Categories[0].Parent.URL = "other", "/other/" })
	assert.NotEqual(t, versionOf(t, before, syndicate.WithTag("turkey")), versionOf(t, after, syndicate.WithTag("turkey")))
	assert.NotEqual(t, versionOf(t, before, syndicate.InCategory("military")), versionOf(t, after, syndicate.InCategory("military")))
}
