package syndicate_test

// Categories, tags and authors are values that are identified by their slugs.

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

func TestSlugsOfNames(t *testing.T) {
	assert.Equal(t, "mevlut-cavusoglu", syndicate.Slug("Mevlüt Çavuşoğlu"))
	assert.Empty(t, syndicate.Slug("!!!"))
	assert.Equal(t, syndicate.WithTag("arms-exports"), syndicate.Tag{Name: "Arms exports"}.Scope())
	assert.Equal(t, syndicate.ByAuthor("sule-isik"), syndicate.Author{Name: "Şule Işık"}.Scope())
}

// SEL-5: a category that is its own ancestor has no path.
func TestAnEndlessCategoryHasNoPath(t *testing.T) {
	loop := &syndicate.Category{Name: "A"}
	loop.Parent = &syndicate.Category{Name: "B", Parent: loop}
	assert.Empty(t, loop.Path())
}

// SEL-5: a term whose name makes no slug stays on its article, which is published.
func TestATermWithoutASlugHasNoFeed(t *testing.T) {
	var warnings []string
	archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", Warn: func(p *syndicate.Problem) { warnings = append(warnings, p.Error()) }},
		syndicate.Article{
			URL: "/a/", Title: "A", Published: midday, Tags: syndicate.Tags("🔥", "!!!", "Turkey"),
			Categories: []syndicate.Category{{Name: "???"}, {Name: "Arms", Parent: &syndicate.Category{Name: "Feed"}}},
			Authors:    []syndicate.Author{{Name: "???"}},
		})
	assert.NoError(t, err)
	assert.Equal(t, []string{"site", "tag/turkey"}, scopeNames(t, archive))
	feed := feedOf(t, archive, syndicate.Everything())
	rss := textOf(feed, syndicate.RSS)
	for _, name := range []string{">🔥<", ">!!!<", ">Turkey<", ">???<", ">Arms<", "<dc:creator>???<"} {
		assert.Contains(t, rss, name)
	}
	assert.Len(t, warnings, 5)
	assert.Contains(t, warnings[0], `Authors[0].Slug: "???": empty (give it a Slug of its own; without one it has no feed) [warning]`)
}
