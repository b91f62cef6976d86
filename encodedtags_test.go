package syndicate

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/xmltext"
)

// What is remembered of a tag is what would be written anew: tags of one name or slug, more than there is room to
// remember, and names of any kind.
func TestRememberedTagsAreWhatEncodingGives(t *testing.T) {
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example", Limit: 300})
	require.NoError(t, err)
	n := 0
	add := func(tags ...Tag) {
		n++
		require.NoError(t, archive.Add(Article{URL: fmt.Sprintf("/%d/", n), Title: "x", Published: march, Tags: tags}))
	}
	add(Tag{Name: "A", Slug: "one"})
	add(Tag{Name: "A", Slug: "two"}, Tag{Name: "B", Slug: "one"})
	add(Tags("A", "R&D", "\"x\" <y>", "Mevlüt Çavuşoğlu", "日本")...)
	for range 200 {
		tags := make([]Tag, 30)
		for i := range tags {
			tags[i].Name = fmt.Sprintf("tag %d of %d", i, n)
		}
		add(tags...)
	}
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	assertEncodes(t, feed)
	assert.False(t, archive.Publication().encodedTags.HasRoom())
}

// tagging is an extension that breaks the rule that articles are not to be changed.
type tagging struct{}

func (tagging) Namespaces() []xmltext.Namespace          { return nil }
func (tagging) WriteFeed(*xmltext.Writer, Format, *Feed) {}
func (tagging) WriteArticle(_ *xmltext.Writer, _ Format, a *Article) {
	a.Tags = append(a.Tags, Tag{Name: "B"})
}

func TestExtensionThatAddsTags(t *testing.T) {
	archive, err := NewArchive(Site{URL: "https://example.com/", Title: "Example"},
		Article{URL: "/1/", Title: "x", Published: march, Tags: Tags("A"), Extensions: []Extension{tagging{}}})
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), Everything())
	require.NoError(t, err)
	assert.Contains(t, string(feed.Append(nil, Atom)), `label="A"`)
}
