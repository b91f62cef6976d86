package syndicate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// A browser that opens an XML feed is told how to show it; JSON has no such thing. // DISC-3
func TestStylesheetIsNamedBeforeTheRoot(t *testing.T) {
	publication := site
	publication.Stylesheet = "feeds.css?<v>&\"w\""
	archive, err := syndicate.NewArchive(publication, syndicate.Article{URL: "/a/", Title: "A", Published: noon})
	require.NoError(t, err)
	feed := feedOf(t, archive, syndicate.Everything())
	const instruction = `<?xml-stylesheet type="text/css" href="https://www.nordicmonitor.com/feeds.css?%3Cv%3E&amp;%22w%22"?>`
	for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
		doc := string(feed.Append(nil, format))
		wellFormed(t, []byte(doc))
		lines := strings.SplitN(doc, "\n", 3)
		require.Len(t, lines, 3)
		assert.Equal(t, instruction, lines[1], format)
		assert.Equal(t, encodedAnew(feed, format), doc)
	}
	assert.NotContains(t, string(feed.Append(nil, syndicate.JSON)), "feeds.css")
}

// One that a program wrote into a feed by hand cannot end the instruction before its time.
func TestHostileStylesheetStaysInItsPlace(t *testing.T) {
	feed := &syndicate.Feed{Title: "A", Stylesheet: "a?>\"<b\x01"}
	assert.Contains(t, string(feed.Append(nil, syndicate.RSS)), "\n<?xml-stylesheet type=\"text/css\" href=\"a?&gt;&quot;&lt;b\"?>\n<rss")
}
