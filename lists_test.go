package syndicate

// Lists of any length: how they are looked through, and how they are handed out.

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var march = time.Date(2022, time.March, 1, 12, 0, 0, 0, time.UTC)

// However many names an article has, each is in JSON Feed once, as it came first.
func TestThousandsOfTagsAreEachWrittenOnce(t *testing.T) {
	for _, n := range []int{1, 40, 400, 4000} {
		var tags []Tag
		var want []string
		said := map[string]bool{}
		for i := range n {
			name := []string{"Tag ", "TAG ", "Ünal "}[i%3] + fmt.Sprint(i*7%(n/2+1))
			tags = append(tags, Tag{Name: name})
			if folded := strings.ToLower(name); !said[folded] {
				said[folded] = true
				want = append(want, name)
			}
		}
		feed := &Feed{Articles: []*Article{{Title: "x", Tags: tags}}}
		var parsed struct{ Items []struct{ Tags []string } }
		require.NoError(t, json.Unmarshal(feed.Append(nil, JSON), &parsed))
		assert.Equal(t, want, parsed.Items[0].Tags, n)
	}
}

func TestBegunMinutesCountHoweverManyThereAre(t *testing.T) {
	for ttl, want := range map[time.Duration]string{
		-time.Minute: "", 0: "", 1: "<ttl>1</ttl>", time.Minute: "<ttl>1</ttl>", time.Minute + 1: "<ttl>2</ttl>", math.MaxInt64: "<ttl>153722868</ttl>",
	} {
		feed := &Feed{Schedule: Schedule{TTL: ttl}}
		doc := string(feed.Append(nil, RSS))
		if want == "" {
			assert.NotContains(t, doc, "<ttl>", ttl)
		} else {
			assert.Contains(t, doc, want, ttl)
		}
	}
}

// Slices that are handed out have no room in which two who append to them would meet. // house rule 8
func TestListsOfACheckedSiteAndArticleHaveNoRoom(t *testing.T) {
	extensions := make([]Extension, 17, 40)
	site, err := Site{
		URL: "https://example.com/", Title: "Example", Extensions: extensions,
		Hubs:     []string{"https://a.example/", "https://b.example/", "https://c.example/", "https://a.example/"},
		Schedule: Schedule{SkipHours: []int{1, 1, 2}, SkipDays: []time.Weekday{time.Monday, time.Monday}},
	}.Check()
	require.NoError(t, err)
	checked := site.Site()
	assert.Equal(t, len(checked.Extensions), cap(checked.Extensions))
	assert.Equal(t, len(checked.Hubs), cap(checked.Hubs))
	assert.Equal(t, len(checked.Schedule.SkipHours), cap(checked.Schedule.SkipHours))
	assert.Equal(t, len(checked.Schedule.SkipDays), cap(checked.Schedule.SkipDays))
	article, err := site.Article(Article{URL: "/a/", Title: "A", Published: march, Extensions: extensions})
	require.NoError(t, err)
	assert.Equal(t, len(article.Extensions), cap(article.Extensions))
	article.Authors = make([]Author, 13, 20)
	authors := site.withPages(article.Authors)
	assert.Equal(t, len(authors), cap(authors))
	f, g := site.Feed(Everything(), Selection{}), site.Feed(Everything(), Selection{})
	f.Schedule.SkipHours = append(f.Schedule.SkipHours, 3)
	g.Schedule.SkipHours = append(g.Schedule.SkipHours, 4)
	assert.Equal(t, []int{1, 2, 3}, f.Schedule.SkipHours)
}

// Compressors are kept for the next time, and what they wrote to is not.
func TestBuffersThatWereCompressedToAreNotKept(t *testing.T) {
	feed := &Feed{Title: "By hand", Articles: []*Article{{Title: "A"}}}
	buffer := weak.Make(compressed(feed))
	runtime.GC()
	assert.Nil(t, buffer.Value())
}

//go:noinline
func compressed(feed *Feed) *[1 << 16]byte {
	buffer := new([1 << 16]byte)
	feed.AppendGzip(buffer[:0], RSS)
	return buffer
}
