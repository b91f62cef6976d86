package podcast

// Private shows: each subscriber has an address, and all that the feed states is theirs.

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feedhttp"
)

func TestEverySubscriberOfAPrivateShowReachesWhatTheFeedStates(t *testing.T) { // POD-42, POD-44
	show := fieldNotes()
	show.Block, show.GUID = true, GUID("https://example.com/category/field-notes/rss.xml")
	show.Files = "https://example.com/private/" + feedhttp.TokenPlaceholder + "/episodes/"
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("field-notes"): {Title: "Field Notes", Extensions: []syndicate.Extension{show}},
		},
	}
	var articles []syndicate.Article
	for n := range 3 {
		a := keepingPart(n + 1)
		a.Enclosures[0].URL = "https://media.example.com/" + feedhttp.TokenPlaceholder + "/1.mp3"
		articles = append(articles, a)
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	tokens := []string{feedhttp.NewToken(), feedhttp.NewToken()}
	h := &feedhttp.Handler{Source: archive, Files: []derived.Files{Files{}}, Allow: feedhttp.AllowTokens(tokens...)}
	guids := map[string]bool{}
	for i, token := range tokens {
		answer := get(h, feedhttp.PrivateURL(archive.Publication(), token, syndicate.InCategory("field-notes"), syndicate.RSS))
		require.Equal(t, 200, answer.Code)
		feed := answer.Body.String()
		assert.Contains(t, feed, "<itunes:block>Yes</itunes:block>")
		assert.Contains(t, feed, "<podcast:block>yes</podcast:block>")
		assert.Contains(t, feed, `<enclosure url="https://media.example.com/`+token+`/1.mp3"`)
		assert.NotContains(t, feed, tokens[1-i])
		stated := regexp.MustCompile(`<podcast:(?:chapters|transcript) url="(https://example\.com/private/[^"]*)"`).FindAllStringSubmatch(feed, -1)
		require.NotEmpty(t, stated)
		for _, address := range stated {
			assert.Equal(t, 200, get(h, address[1]).Code, address[1])
			assert.Equal(t, 404, get(h, strings.ReplaceAll(address[1], token, "no-token-of-anybody")).Code)
		}
		for _, guid := range regexp.MustCompile(`<(?:podcast:)?guid[^>]*>([^<]*)<`).FindAllStringSubmatch(feed, -1) {
			assert.NotContains(t, guid[1], token)
			guids[guid[1]] = true
		}
	}
	assert.Len(t, guids, 3+1, "the ids are the same for all subscribers")
}
