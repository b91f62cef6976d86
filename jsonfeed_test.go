// JSON Feed 1.1 as its specification describes it, read with encoding/json.
package syndicate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/escape"
	"github.com/syndicate-go/syndicate/internal/slug"
)

// jsonItem returns the item of a feed that holds one article.
func jsonItem(t *testing.T, a syndicate.Article) map[string]any {
	t.Helper()
	return readJSON(t, textOf(holding(a), syndicate.JSON))["items"].([]any)[0].(map[string]any)
}

// JSON-1
func TestJSONOfASmallFeed(t *testing.T) {
	assert.Equal(t, `{"version":"https://jsonfeed.org/version/1.1","title":"Example","home_page_url":"https://example.com/","feed_url":"https://example.com/feed.json",`+
		`"description":"All of it","language":"en","authors":[{"name":"Example"}],"items":[
{"id":"tag:example.com,2015:a","url":"https://example.com/a/","title":"A","content_text":"In short.","date_published":"2022-03-01T12:00:00Z"}]}
`, textOf(validFeed(), syndicate.JSON))
}

// JSON-1
func TestJSONItemsAreAListEvenWhenThereAreNone(t *testing.T) {
	for _, feed := range []*syndicate.Feed{{}, {Articles: []*syndicate.Article{nil, nil}}} {
		read := readJSON(t, textOf(feed, syndicate.JSON))
		assert.Equal(t, map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "", "items": []any{}}, read)
	}
}

// JSON-1
func TestJSONTextIsNotEscapedAsHTML(t *testing.T) {
	feed := holding(syndicate.Article{Title: `1 < 2 & "3" 👩‍👩‍👧` + "\u2028", Summary: "a\\b", Content: "<p>Ç\n\t&amp;</p>"})
	doc := textOf(feed, syndicate.JSON)
	assert.Contains(t, doc, `"title":"1 < 2 & \"3\" 👩‍👩‍👧`+"\u2028"+`"`)
	assert.Contains(t, doc, `"content_html":"<p>Ç\n\t&amp;</p>","summary":"a\\b"`)
}

// JSON-1
func TestJSONItemHasHTMLOrText(t *testing.T) {
	tests := []struct {
		why, summary, content string
		want                  map[string]any
	}{
		{"a body", "S", "<p>C</p>", map[string]any{"title": "A", "content_html": "<p>C</p>", "summary": "S"}},
		{"a body alone", "", "<p>C</p>", map[string]any{"title": "A", "content_html": "<p>C</p>"}},
		{"an excerpt", "S", "", map[string]any{"title": "A", "content_text": "S"}},
		{"a title", "", "", map[string]any{"title": "A", "content_text": "A"}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, jsonItem(t, syndicate.Article{Title: "A", Summary: tt.summary, Content: tt.content}), tt.why)
	}
	for _, blank := range []string{" ", "\n", "\u2028"} { // neither is a text
		item := jsonItem(t, syndicate.Article{URL: "https://example.com/a/", Title: "A", Summary: "In short.", Content: blank})
		assert.Equal(t, "In short.", item["content_text"])
		assert.NotContains(t, item, "content_html")
		item = jsonItem(t, syndicate.Article{URL: "https://example.com/a/", Title: "A", Summary: blank})
		assert.Equal(t, "A", item["content_text"])
	}
}

// JSON-2
func TestJSONMetadataOfAFeed(t *testing.T) {
	feed := validFeed()
	feed.Icon, feed.Favicon, feed.Expired = "https://example.com/icon.png", "https://example.com/f.ico", true
	feed.Authors = []syndicate.Author{{Name: "Desk", URL: "https://example.com/about", Avatar: "https://example.com/d.png", Email: "desk@example.com"}, {}, {URL: "https://example.com/x"}}
	read := readJSON(t, textOf(feed, syndicate.JSON))
	assert.Equal(t, "https://example.com/icon.png", read["icon"])
	assert.Equal(t, "https://example.com/f.ico", read["favicon"])
	assert.Equal(t, true, read["expired"]) // JSON-4
	assert.Equal(t, []any{map[string]any{"name": "Desk", "url": "https://example.com/about", "avatar": "https://example.com/d.png"}}, read["authors"])
}

// JSON-2
func TestJSONMetadataOfAnItem(t *testing.T) {
	military := syndicate.Category{Name: "Military"}
	assert.Equal(t, map[string]any{
		"id": "a-1", "url": "https://example.com/a/", "external_url": "https://other.example/x", "title": "A", "content_text": "S",
		"image": "https://example.com/i.jpg", "banner_image": "https://example.com/b.jpg", "language": "tr",
		"date_published": "2022-03-01T12:00:00Z", "date_modified": "2022-03-01T13:00:00Z",
		"authors": []any{map[string]any{"name": "Abdullah Bozkurt"}}, "tags": []any{"Military", "Arms exports", "Türkiye"},
	}, jsonItem(t, syndicate.Article{
		ID: "a-1", URL: "https://example.com/a/", ExternalURL: "https://other.example/x", Title: "A", Summary: "S",
		Image: syndicate.Image{URL: "https://example.com/i.jpg"}, Banner: "https://example.com/b.jpg", Language: "tr",
		Published: midday, Updated: midday.Add(time.Hour), Authors: []syndicate.Author{{Name: "Abdullah Bozkurt", Email: "ab@example.com"}},
		Categories: []syndicate.Category{military, {Name: "Arms exports", Parent: &military}},
		Tags:       syndicate.Tags("military", "Türkiye", "", "Türkiye"),
	}))
}

// JSON-3
func TestJSONHasEveryEnclosure(t *testing.T) {
	item := jsonItem(t, syndicate.Article{Title: "A", Enclosures: []syndicate.Enclosure{
		{URL: "https://example.com/a.mp3", Size: 5_000_000_000, Duration: 90*time.Second + 999*time.Millisecond, Title: "Talk"}, {}, {URL: "https://example.com/b"},
	}})
	assert.Equal(t, []any{
		map[string]any{"url": "https://example.com/a.mp3", "mime_type": "audio/mpeg", "title": "Talk", "size_in_bytes": 5e9, "duration_in_seconds": 90.0},
		map[string]any{"url": "https://example.com/b", "mime_type": "application/octet-stream"},
	}, item["attachments"])
	assert.NotContains(t, jsonItem(t, syndicate.Article{Title: "A", Enclosures: []syndicate.Enclosure{{}}}), "attachments")
}

// JSON-4
func TestJSONHubs(t *testing.T) {
	feed := validFeed()
	feed.Hubs = []string{"", "https://hub.example.com/"}
	assert.Equal(t, []any{map[string]any{"type": "WebSub", "url": "https://hub.example.com/"}}, readJSON(t, textOf(feed, syndicate.JSON))["hubs"])
	feed.Hubs = []string{" "}
	assert.NotContains(t, readJSON(t, textOf(feed, syndicate.JSON)), "hubs")
}

// JSON-4
func TestJSONNextURLIsAnotherAddress(t *testing.T) {
	feed := validFeed()
	feed.PrevArchive.JSON = "https://example.com/page/1/feed.json"
	assert.Equal(t, "https://example.com/page/1/feed.json", readJSON(t, textOf(feed, syndicate.JSON))["next_url"])
	feed.PrevArchive.JSON = feed.Self.JSON + " "
	assert.NotContains(t, readJSON(t, textOf(feed, syndicate.JSON)), "next_url")
}

// JSON-2: names that differ only in case or form are one tag, written as the first.
func FuzzJSONTags(f *testing.F) {
	f.Add("Military|MILITARY|İstanbul|istanbul|Istanbul||a\x00|A|a b|b")
	f.Add("ΟΔΟΣ|οδος|K|\u212a|e\u0301|É|\x7f|\t")
	f.Fuzz(func(t *testing.T, names string) {
		tags := syndicate.Tags(strings.Split(names, "|")...)
		doc := textOf(holding(syndicate.Article{Tags: tags}), syndicate.JSON)
		var got struct{ Items []struct{ Tags []string } }
		require.NoError(t, json.Unmarshal([]byte(doc), &got), doc)

		var want []string
		seen := map[string]bool{}
		for _, tag := range tags {
			name := escape.Legal(tag.Name)
			if key := slug.Fold(name); name != "" && !seen[key] {
				seen[key] = true
				want = append(want, name)
			}
		}
		assert.Equal(t, want, got.Items[0].Tags)
	})
}

// JSON-2: each name is written once, as it is first spelled, even if there are thousands.
func TestThousandsOfTagsAreEachWrittenOnce(t *testing.T) {
	for _, n := range []int{1, 40, 400, 4000} {
		var tags []syndicate.Tag
		var want []string
		said := map[string]bool{}
		for i := range n {
			name := []string{"Tag ", "TAG ", "Ünal "}[i%3] + fmt.Sprint(i*7%(n/2+1))
			tags = append(tags, syndicate.Tag{Name: name})
			if folded := strings.ToLower(name); !said[folded] {
				said[folded] = true
				want = append(want, name)
			}
		}
		feed := &syndicate.Feed{Articles: []*syndicate.Article{{Title: "x", Tags: tags}}}
		var parsed struct{ Items []struct{ Tags []string } }
		require.NoError(t, json.Unmarshal(feed.Append(nil, syndicate.JSON), &parsed))
		assert.Equal(t, want, parsed.Items[0].Tags, n)
	}
}
