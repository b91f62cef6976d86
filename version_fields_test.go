// Every field counts in a version, one that is added later too.
package syndicate_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

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
		Bodies:     cleanhtml.Policy{Sanitizer: shout{}},
		Tombstones: time.Hour,
		Extensions: []syndicate.Extension{deskExtension{"a"}},
	}
}

// others are values in place of those of fields that do not take any, by the end of the field's path.
var others = map[string]any{
	"Language":         "de",
	"UpdatePeriod":     "hourly",
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

// eachField calls do for each field of a struct, however deep, with its path. Lists, maps and pointers must lead somewhere.
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

// change gives a field another value.
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

// fields returns the paths of the fields of what build makes.
func fields[T any](t *testing.T, build func() T) (paths []string) {
	t.Helper()
	built := build()
	eachField(t, "", reflect.ValueOf(&built).Elem(), func(path string, _ reflect.Value) { paths = append(paths, path) })
	require.Greater(t, len(paths), 30)
	return paths
}

// changed returns what build makes with one field changed.
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

// The version is that of a feed with another article in it, so that it exists whatever becomes of the one that changes.
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

// What holds for the feed of one scope alone touches no other.
func TestOptionsOfOneFeedChangeNoOther(t *testing.T) {
	site := plainSite
	before := openArchive(t, site, clockAt(january(10)), tagged(numbered(1), "a", "b"))
	site.Scopes = map[syndicate.Scope]syndicate.FeedOptions{syndicate.WithTag("a"): {Excerpts: true}}
	after := openArchive(t, site, clockAt(january(10)), tagged(numbered(1), "a", "b"))
	a, b := syndicate.WithTag("a"), syndicate.WithTag("b")
	assert.NotEqual(t, versionOf(t, before, a), versionOf(t, after, a))
	assert.Equal(t, versionOf(t, before, b), versionOf(t, after, b))
}

// What a term says of itself shows in its own feed.
func TestWhatATermSaysChangesTheVersionsOfItsFeeds(t *testing.T) {
	term := func(change func(*syndicate.Article)) *syndicate.Archive {
		return openArchive(t, plainSite, clockAt(january(10)), with(fullArticle(), change))
	}
	before := term(func(*syndicate.Article) {})
	after := term(func(a *syndicate.Article) { a.Tags[0].Description, a.Categories[0].Parent.URL = "other", "/other/" })
	assert.NotEqual(t, versionOf(t, before, syndicate.WithTag("turkey")), versionOf(t, after, syndicate.WithTag("turkey")))
	assert.NotEqual(t, versionOf(t, before, syndicate.InCategory("military")), versionOf(t, after, syndicate.InCategory("military")))
}
