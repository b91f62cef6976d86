package media_test

// These tests show how the lead image of an article is written in RSS and Atom: as media:content,
// with everything that is known about it, and as nothing if there is no image.

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/feedreader"
	"github.com/syndicate-go/syndicate/media"
)

var xmlFormats = []syndicate.Format{syndicate.RSS, syndicate.Atom}

// wholeImage returns an image with all fields set.
func wholeImage() syndicate.Image {
	return syndicate.Image{
		URL: "https://example.com/a.jpg", Type: "image/jpeg", Width: 1200, Height: 800, Size: 123456,
		Alt: "Two officers beside a patrol car", Credit: "Anadolu",
		Thumbnail: &syndicate.Image{URL: "https://example.com/a-small.jpg", Type: "image/jpeg", Width: 150, Height: 100},
	}
}

func feedOf(images ...syndicate.Image) *syndicate.Feed {
	day := time.Date(2022, 3, 4, 8, 30, 0, 0, time.UTC)
	f := &syndicate.Feed{
		ID: "https://example.com/", Title: "Example", Description: "News", URL: "https://example.com/", Language: "en",
		Self: syndicate.Links{
			RSS: "https://example.com/rss.xml", Atom: "https://example.com/atom.xml", JSON: "https://example.com/feed.json",
		},
		Authors:    []syndicate.Author{{Name: "Example"}},
		Extensions: []syndicate.Extension{media.Images{}},
	}
	for i, image := range images {
		f.Articles = append(f.Articles, &syndicate.Article{
			URL: "https://example.com/" + string(rune('a'+i)), Title: "A title", Summary: "A summary.",
			Published: day.Add(-time.Duration(i) * time.Hour), Image: image,
		})
	}
	return f
}

// written returns the media elements of a feed that has one image.
func written(t *testing.T, f *syndicate.Feed, format syndicate.Format) string {
	t.Helper()
	text := string(f.Append(nil, format))
	start, end := strings.Index(text, "<media:"), strings.LastIndex(text, "</media:content>")
	if end < 0 {
		require.Positive(t, start)
		return text[start : start+strings.Index(text[start:], "/>")+len("/>")]
	}
	return text[start : end+len("</media:content>")]
}

// parsed reads a feed with gofeed, a parser that shares no code with this module.
func parsed(t *testing.T, f *syndicate.Feed, format syndicate.Format) []*feedreader.Item {
	t.Helper()
	feed, err := feedreader.Parse(string(f.Append(nil, format)))
	require.NoError(t, err)
	return feed.Items
}

func TestImageIsWrittenWithAllItsFields(t *testing.T) {
	const want = `<media:content url="https://example.com/a.jpg" type="image/jpeg" medium="image" width="1200" height="800" fileSize="123456">` +
		`<media:title type="plain">Two officers beside a patrol car</media:title>` +
		`<media:credit>Anadolu</media:credit>` +
		`<media:thumbnail url="https://example.com/a-small.jpg" width="150" height="100"/>` +
		`</media:content>`
	for _, format := range xmlFormats {
		assert.Equal(t, want, written(t, feedOf(wholeImage()), format), format)
	}
}

func TestEmptyFieldsAreNotWritten(t *testing.T) { // XML-6
	tests := map[string]struct {
		image syndicate.Image
		want  string
	}{
		"address alone": {
			syndicate.Image{URL: " https://example.com/a.jpg\n"},
			`<media:content url="https://example.com/a.jpg" medium="image"/>`,
		},
		"numbers that are not positive": {
			syndicate.Image{URL: "https://example.com/a.jpg", Width: -1, Height: -1, Size: -1},
			`<media:content url="https://example.com/a.jpg" medium="image"/>`,
		},
		"the least numbers": {
			syndicate.Image{URL: "https://example.com/a.jpg", Width: 1, Height: 1, Size: 1},
			`<media:content url="https://example.com/a.jpg" medium="image" width="1" height="1" fileSize="1"/>`,
		},
		"blank texts": {
			syndicate.Image{URL: "https://example.com/a.jpg", Type: " ", Alt: " ", Credit: "\t"},
			`<media:content url="https://example.com/a.jpg" medium="image"/>`,
		},
		"thumbnail without address": {
			syndicate.Image{URL: "https://example.com/a.jpg", Thumbnail: &syndicate.Image{Width: 150, Height: 100}},
			`<media:content url="https://example.com/a.jpg" medium="image"/>`,
		},
		"credit alone": {
			syndicate.Image{URL: "https://example.com/a.jpg", Credit: "Anadolu"},
			`<media:content url="https://example.com/a.jpg" medium="image"><media:credit>Anadolu</media:credit></media:content>`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, format := range xmlFormats {
				assert.Equal(t, test.want, written(t, feedOf(test.image), format), format)
			}
		})
	}
}

func TestArticleWithoutImageWritesNothing(t *testing.T) { // XML-3: the prefix is not declared either
	for name, image := range map[string]syndicate.Image{
		"no image":                  {},
		"text without URL":          {Alt: "A picture", Credit: "Anadolu", Width: 3},
		"URL of illegal characters": {URL: "\x00 \x7f", Alt: "A picture"},
		"only its thumbnail":        {Thumbnail: &syndicate.Image{URL: "https://example.com/a-small.jpg"}},
	} {
		for _, format := range xmlFormats {
			assert.NotContains(t, string(feedOf(image).Append(nil, format)), "media", "%s, %s", name, format)
		}
	}
}

func TestPrefixIsDeclaredOnce(t *testing.T) { // XML-3: the namespace ends with a slash
	for _, format := range xmlFormats {
		text := string(feedOf(wholeImage(), syndicate.Image{}, wholeImage()).Append(nil, format))
		assert.Equal(t, 1, strings.Count(text, `xmlns:media="http://search.yahoo.com/mrss/"`), format)
		assert.Equal(t, 1, strings.Count(text, "xmlns:media"), format)
	}
}

func TestReadersGetTheTextsUnchanged(t *testing.T) { // XML-1, XML-5
	image := wholeImage()
	image.URL = "https://example.com/a.jpg?w=1200&fit=crop"
	image.Alt = "\"Mevlüt Çavuşoğlu\" <left> & \u0093guests\u0094 👩‍🚀\x07"
	image.Credit = "A & B <agency>"
	image.Thumbnail.URL = "https://example.com/a.jpg?w=150&fit=crop"
	for _, format := range xmlFormats {
		items := parsed(t, feedOf(image), format)
		require.Len(t, items, 1)
		contents := items[0].Extensions["media"]["content"]
		require.Len(t, contents, 1, format)
		content := contents[0]
		assert.Equal(t, map[string]string{
			"url": "https://example.com/a.jpg?w=1200&fit=crop", "type": "image/jpeg", "medium": "image",
			"width": "1200", "height": "800", "fileSize": "123456",
		}, content.Attrs, format)
		alt := child(t, content, "title")
		assert.Equal(t, "html", alt.Attrs["type"], "text that looks like markup is escaped HTML")
		assert.Equal(t, `"Mevlüt Çavuşoğlu" &lt;left&gt; &amp; “guests” 👩‍🚀`, alt.Value, format)
		assert.Equal(t, "A & B <agency>", child(t, content, "credit").Value, format)
		assert.Equal(t, "https://example.com/a.jpg?w=150&fit=crop", child(t, content, "thumbnail").Attrs["url"], format)
	}
}

func child(t *testing.T, e feedreader.Extension, name string) feedreader.Extension {
	t.Helper()
	require.Len(t, e.Children[name], 1, name)
	return e.Children[name][0]
}

func TestEachArticleHasItsOwnImage(t *testing.T) {
	first, third := wholeImage(), wholeImage()
	third.URL = "https://example.com/c.jpg"
	for _, format := range xmlFormats {
		items := parsed(t, feedOf(first, syndicate.Image{}, third), format)
		require.Len(t, items, 3)
		assert.Equal(t, first.URL, items[0].Extensions["media"]["content"][0].Attrs["url"], format)
		assert.Empty(t, items[1].Extensions["media"], format)
		assert.Equal(t, third.URL, items[2].Extensions["media"]["content"][0].Attrs["url"], format)
	}
}

func TestImageMayBeAnEnclosureToo(t *testing.T) {
	f := feedOf(wholeImage())
	image := f.Articles[0].Image
	f.Articles[0].Enclosures = []syndicate.Enclosure{{URL: image.URL, Type: image.Type, Size: image.Size}}
	require.Empty(t, f.Validate())
	for _, format := range xmlFormats {
		item := parsed(t, f, format)[0]
		require.Len(t, item.Enclosures, 1, format)
		assert.Equal(t, image.URL, item.Enclosures[0].URL, format)
		require.Len(t, item.Extensions["media"]["content"], 1, format)
		assert.Equal(t, image.URL, item.Extensions["media"]["content"][0].Attrs["url"], format)
	}
}

func TestJSONFeedNeedsNoExtension(t *testing.T) {
	with, without := feedOf(wholeImage()), feedOf(wholeImage())
	without.Extensions = nil
	assert.Equal(t, string(without.Append(nil, syndicate.JSON)), string(with.Append(nil, syndicate.JSON)))
	assert.Contains(t, string(with.Append(nil, syndicate.JSON)), `"image":"https://example.com/a.jpg"`)
}

func TestValidateReportsNothing(t *testing.T) {
	assert.Empty(t, feedOf(wholeImage(), syndicate.Image{}).Validate())
}

func TestExtensionOfASiteIsInEveryFeed(t *testing.T) {
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en",
		Extensions: []syndicate.Extension{media.Images{}},
	}
	archive, err := syndicate.NewArchive(site, syndicate.Article{
		URL: "/a", Title: "A title", Summary: "A summary.", Published: time.Date(2022, 3, 4, 8, 30, 0, 0, time.UTC),
		Tags:  syndicate.Tags("Turkey"),
		Image: syndicate.Image{URL: "/a.jpg", Alt: "A patrol car"},
	})
	require.NoError(t, err)
	for _, scope := range []syndicate.Scope{syndicate.Everything(), syndicate.WithTag("turkey")} {
		f, err := archive.Feed(context.Background(), scope)
		require.NoError(t, err)
		assert.Equal(t, `<media:content url="https://example.com/a.jpg" type="image/jpeg" medium="image">`+
			`<media:title type="plain">A patrol car</media:title></media:content>`, written(t, f, syndicate.RSS), scope)
	}
}
