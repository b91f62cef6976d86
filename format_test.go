// What formats are called, and addresses by format.
package syndicate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

// HTTP-1
func TestFormatsHaveNamesAndTypes(t *testing.T) {
	for format, want := range map[syndicate.Format][4]string{
		syndicate.RSS:  {"rss", "rss.xml", "application/rss+xml", "application/rss+xml; charset=utf-8"},
		syndicate.Atom: {"atom", "atom.xml", "application/atom+xml", "application/atom+xml; charset=utf-8"},
		syndicate.JSON: {"json", "feed.json", "application/feed+json", "application/feed+json"},
		0:              {"none", "", "application/octet-stream", "application/octet-stream"},
		99:             {"none", "", "application/octet-stream", "application/octet-stream"},
	} {
		assert.Equal(t, want, [4]string{format.String(), format.FileName(), format.MediaType(), format.ContentType()})
	}
}

func TestListsOfFormatsAndKindsAreTheCallers(t *testing.T) {
	syndicate.Formats()[0], syndicate.Kinds()[0] = syndicate.JSON, syndicate.KindTag
	assert.Equal(t, []syndicate.Format{syndicate.RSS, syndicate.Atom, syndicate.JSON}, syndicate.Formats())
	assert.Equal(t, []syndicate.Kind{syndicate.KindSite, syndicate.KindCategory, syndicate.KindTag, syndicate.KindAuthor}, syndicate.Kinds())
}

func TestLinksHoldOneAddressForEachFormat(t *testing.T) {
	var links syndicate.Links
	for _, format := range syndicate.Formats() {
		links.Set(format, format.FileName())
	}
	links.Set(0, "nowhere")
	links.Set(99, "nowhere")
	assert.Equal(t, syndicate.Links{RSS: "rss.xml", Atom: "atom.xml", JSON: "feed.json"}, links)
	for _, format := range syndicate.Formats() {
		assert.Equal(t, format.FileName(), links.For(format))
	}
	assert.Empty(t, links.For(0)+links.For(99))
}
