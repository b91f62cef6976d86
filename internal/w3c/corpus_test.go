// The corpus: valid feeds, and feeds in which one field differs from them.
package w3c

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// filledIn returns a valid feed that a program filled in by hand. Every field has a value.
func filledIn(testing.TB) *syndicate.Feed {
	day := func(n int) time.Time { return time.Date(2022, 3, n, 12, 0, 0, 0, time.UTC) }
	first := &syndicate.Article{
		ID: "https://example.com/?p=1", URL: "https://example.com/a/", Title: "First", Summary: "A summary.",
		Content:   `<p>The body of the article.</p>`,
		Published: day(1), Updated: day(2), Expires: day(1).AddDate(50, 0, 0),
		Authors:      []syndicate.Author{{Name: "Jane Roe", Slug: "jane", URL: "https://example.com/jane/", Avatar: "https://example.com/jane.png", Email: "jane@example.com"}},
		Contributors: []syndicate.Author{{Name: "Joe Doe", Slug: "joe", URL: "https://example.com/joe/", Avatar: "https://example.com/joe.png", Email: "joe@example.com"}},
		Categories: []syndicate.Category{{Name: "Europe", Slug: "europe", Description: "The continent.", URL: "https://example.com/europe/",
			Parent: &syndicate.Category{Name: "World", Slug: "world", Description: "All.", URL: "https://example.com/world/"}}},
		Tags:        []syndicate.Tag{{Name: "Nato", Slug: "nato", Description: "The alliance.", URL: "https://example.com/nato/"}},
		Image:       picture("https://example.com/image.jpg", "image/jpeg"),
		Banner:      "https://example.com/banner.jpg",
		Enclosures:  []syndicate.Enclosure{{URL: "https://example.com/a.mp3", Type: "audio/mpeg", Size: 1234, Duration: time.Minute, Title: "The talk"}},
		Language:    "tr",
		ExternalURL: "https://elsewhere.example/page", CommentsURL: "https://example.com/a/comments", CommentsFeed: "https://example.com/a/feed",
		CommentCount: 3, Rights: "© Jane",
		Origin: syndicate.Origin{ID: "https://wire.example/feed", Title: "The wire", URL: "https://wire.example/feed.xml", Updated: day(1)},
	}
	second := &syndicate.Article{ID: "4711-b", URL: "https://example.com/b/", Title: "Second", Content: "<p>More.</p>", Summary: "More.", Published: day(1).Add(-time.Hour)}
	return &syndicate.Feed{
		ID: "tag:example.com,2015:feed", Title: "Example", Description: "Examples of all kinds.", URL: "https://example.com/",
		Self:     links("feed"),
		Language: "en", Copyright: "© Example", Updated: day(3),
		Authors: []syndicate.Author{{Name: "The editors", Slug: "editors", URL: "https://example.com/editors/", Avatar: "https://example.com/editors.png", Email: "editors@example.com"}},
		Logo:    syndicate.Image{URL: "https://example.com/logo.png", Type: "image/png", Width: 88, Height: 31, Size: 100, Alt: "Example", Credit: "Jane", Thumbnail: new(picture("https://example.com/small.png", "image/png"))},
		Icon:    "https://example.com/icon.png", Favicon: "https://example.com/favicon.png", Stylesheet: "https://example.com/feed.css",
		Hubs:           []string{"https://hub.example/"},
		ManagingEditor: syndicate.Author{Name: "Jane Roe", Slug: "jane", URL: "https://example.com/jane/", Avatar: "https://example.com/jane.png", Email: "jane@example.com"},
		WebMaster:      syndicate.Author{Name: "Joe Doe", Slug: "joe", URL: "https://example.com/joe/", Avatar: "https://example.com/joe.png", Email: "joe@example.com"},
		Schedule:       syndicate.Schedule{TTL: time.Hour, UpdatePeriod: "daily", UpdateFrequency: 2, SkipHours: []int{3}, SkipDays: []time.Weekday{time.Sunday}},
		Generator:      "A program",
		Current:        links("feed"), PrevArchive: links("page-1"), NextArchive: links("page-3"), Archived: true,
		CategoryScheme: "https://example.com/category/", TagScheme: "https://example.com/tag/", TagAuthority: "example.com,2015",
		CategoryPaths: true, AuthorEmails: true,
		Articles:   []*syndicate.Article{first, second},
		Tombstones: []syndicate.Tombstone{{ID: "4711-c", When: day(2)}},
	}
}

// minimal returns a valid feed of the fields that are required and recommended.
func minimal(testing.TB) *syndicate.Feed {
	return &syndicate.Feed{
		ID: "https://example.com/", Title: "Example", Description: "Examples.", URL: "https://example.com/", Self: links("feed"), Language: "en",
		Authors:  []syndicate.Author{{Name: "Jane Roe"}},
		Articles: []*syndicate.Article{{URL: "https://example.com/a/", Title: "A", Published: time.Date(2022, 3, 1, 12, 0, 0, 0, time.UTC)}},
	}
}

func picture(url, kind string) syndicate.Image {
	return syndicate.Image{URL: url, Type: kind, Width: 88, Height: 31, Size: 1000, Alt: "A view.", Credit: "Jane Roe"}
}

func links(name string) syndicate.Links {
	return syndicate.Links{RSS: "https://example.com/" + name + ".rss", Atom: "https://example.com/" + name + ".atom", JSON: "https://example.com/" + name + ".json"}
}

// archived returns the feed of an Archive with the article of [filledIn]. Its articles are copies,
// as those of a program that edits them.
func archived(t testing.TB) *syndicate.Feed {
	feed := publishedFeed(t, *filledIn(t).Articles[0], *filledIn(t).Articles[1])
	for i, a := range feed.Articles {
		edited := *a
		feed.Articles[i] = &edited
	}
	return feed
}

// publishedFeed returns the feed of an Archive with articles, nil if the first is refused.
func publishedFeed(t testing.TB, articles ...syndicate.Article) *syndicate.Feed {
	return feedOf(t, site(t), articles...)
}

// site returns the settings of a publication with the metadata of [filledIn].
func site(t testing.TB) *syndicate.Site {
	by := filledIn(t)
	return &syndicate.Site{
		URL: by.URL, Title: by.Title, Description: by.Description, Language: by.Language, Author: by.Authors[0], Copyright: by.Copyright,
		Logo: by.Logo, Icon: by.Icon, Favicon: by.Favicon, Stylesheet: by.Stylesheet, Hubs: by.Hubs, ManagingEditor: by.ManagingEditor,
		WebMaster: by.WebMaster, Schedule: by.Schedule, CategoryPaths: true, AuthorEmails: true, Limit: 20,
	}
}

// feedOf returns the feed of a site with articles, nil if something is refused.
func feedOf(t testing.TB, site *syndicate.Site, articles ...syndicate.Article) *syndicate.Feed {
	archive, err := syndicate.NewArchive(*site, articles...)
	if err != nil {
		return nil
	}
	feed, err := archive.Feed(t.Context(), syndicate.Scope{})
	if err != nil {
		return nil // an embargo
	}
	require.NotEmpty(t, feed.Articles)
	return feed
}

// A mutation is a feed in which one field differs.
type mutation struct {
	field string // "Feed.Articles[0].Title"
	value string
	apply func(feed reflect.Value)
}

func (m mutation) String() string { return fmt.Sprintf("%s = %s", m.field, m.value) }

// mutations returns all mutations of what root points to, which has a value in every field that it
// is to be changed in. It calls unknown for each field without values.
func mutations(root reflect.Value, unknown func(field string)) (all []mutation) {
	type step func(reflect.Value) reflect.Value
	add := func(field, value string, to step, set func(reflect.Value)) {
		all = append(all, mutation{field, value, func(feed reflect.Value) { set(to(feed)) }})
	}
	var visit func(path string, v reflect.Value, to step, values []reflect.Value)
	visit = func(path string, v reflect.Value, to step, values []reflect.Value) {
		for _, value := range values {
			if v.Kind() != reflect.Slice {
				add(path, show(value), to, func(v reflect.Value) { v.Set(value) })
			}
		}
		switch {
		case v.Kind() == reflect.Pointer:
			if v.IsNil() {
				return
			}
			add(path, "nil", to, func(v reflect.Value) { v.SetZero() })
			visit(path, v.Elem(), func(r reflect.Value) reflect.Value { return to(r).Elem() }, nil)
		case v.Kind() == reflect.Slice:
			if v.Len() == 0 {
				return
			}
			add(path, "nil", to, func(v reflect.Value) { v.SetZero() })
			add(path, "an empty element more", to, func(v reflect.Value) { v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem()))) })
			add(path, "the first element twice", to, func(v reflect.Value) { v.Set(reflect.Append(v, v.Index(0))) })
			element := func(r reflect.Value) reflect.Value { return to(r).Index(0) }
			visit(path+"[0]", v.Index(0), element, values)
		case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() && v.Type() != reflect.TypeFor[syndicate.Scope]():
			if path != "Feed" && path != "Article" && path != "Site" {
				add(path, "zero", to, func(v reflect.Value) { v.SetZero() })
			}
			for i, field := range reflect.VisibleFields(v.Type()) {
				if !field.IsExported() || field.Name == "Extensions" {
					continue
				}
				at := func(r reflect.Value) reflect.Value { return to(r).Field(i) }
				values := valuesOf(v.Type(), field)
				if values == nil && field.Type.String() == "string" {
					unknown(v.Type().Name() + "." + field.Name)
				}
				visit(path+"."+field.Name, v.Field(i), at, values)
			}
		}
	}
	visit(root.Elem().Type().Name(), root.Elem(), func(r reflect.Value) reflect.Value { return r.Elem() }, nil)
	return all
}

// show returns a value as a test prints it, shortened.
func show(v reflect.Value) string {
	text := fmt.Sprintf("%v", v.Interface())
	if v.Kind() == reflect.String {
		text = fmt.Sprintf("%q", v.String())
	}
	if len(text) > 100 {
		text = text[:100] + "…"
	}
	return text
}
