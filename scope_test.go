// A Scope is a comparable value with one text form: the same in memory, in a database and in a URL.
// Formats have names, types and a link each.
package syndicate_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

func ExampleScope() {
	scope := syndicate.InCategory("military/arms-exports").AtPage(3)
	fmt.Println(scope)
	fmt.Println(scope.Kind(), scope.Key(), scope.Page())
	fmt.Println(scope.Current(), scope.Ancestors())
	// Output:
	// category/military/arms-exports/page/3
	// category military/arms-exports 3
	// category/military/arms-exports [category/military]
}

func ExampleParseScope() {
	scope, err := syndicate.ParseScope("tag/turkey")
	fmt.Println(scope == syndicate.WithTag("turkey"), err)

	_, err = syndicate.ParseScope("tag/../secrets")
	fmt.Println(err)
	// Output:
	// true <nil>
	// syndicate: scope "tag/../secrets": not of the form site, category/PATH, tag/SLUG or author/SLUG, with /page/N behind it or not
}

var scopeTexts = []struct {
	scope syndicate.Scope
	text  string
}{
	{syndicate.Everything(), "site"},
	{syndicate.Everything().AtPage(2), "site/page/2"},
	{syndicate.InCategory("military"), "category/military"},
	{syndicate.InCategory("military/arms-exports"), "category/military/arms-exports"},
	{syndicate.InCategory("military/arms-exports").AtPage(10), "category/military/arms-exports/page/10"},
	{syndicate.InCategory("site"), "category/site"},
	{syndicate.WithTag("turkey"), "tag/turkey"},
	{syndicate.WithTag("türkiye").AtPage(1), "tag/türkiye/page/1"},
	{syndicate.WithTag("الشرق-الأوسط"), "tag/الشرق-الأوسط"},
	{syndicate.ByAuthor("abdullah-bozkurt"), "author/abdullah-bozkurt"},
	{syndicate.ByAuthor("a").AtPage(math.MaxInt32), "author/a/page/2147483647"},
}

func TestScopeHasOneTextForm(t *testing.T) {
	for _, tt := range scopeTexts {
		assert.Equal(t, tt.text, tt.scope.String())
		parsed, err := syndicate.ParseScope(tt.text)
		assert.NoError(t, err)
		assert.Equal(t, tt.scope, parsed)

		text, err := tt.scope.MarshalText()
		assert.NoError(t, err)
		assert.Equal(t, tt.text, string(text))
		appended, err := tt.scope.AppendText([]byte("scope="))
		assert.NoError(t, err)
		assert.Equal(t, "scope="+tt.text, string(appended))
		var read syndicate.Scope
		assert.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, tt.scope, read)
	}
}

func TestScopeIsAKeyOfJSONObjects(t *testing.T) {
	counts := map[syndicate.Scope]int{syndicate.Everything(): 40, syndicate.WithTag("turkey").AtPage(2): 20}
	text, err := json.Marshal(counts)
	require.NoError(t, err)
	assert.JSONEq(t, `{"site": 40, "tag/turkey/page/2": 20}`, string(text))

	var read map[syndicate.Scope]int
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, counts, read)
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"tags/turkey": 20}`), &read), `scope "tags/turkey": not of the form`)
}

// SEL-4
func TestScopesCompareSlugsInOneForm(t *testing.T) {
	assert.Equal(t, syndicate.WithTag("türkiye"), syndicate.WithTag("Tu\u0308rkiye"), "NFC, lower case")
	assert.Equal(t, syndicate.InCategory("military"), syndicate.InCategory("MILITARY"), "never the Turkish locale's ı")
	assert.NotEqual(t, syndicate.WithTag("military"), syndicate.ByAuthor("military"))
}

// SEL-5
func TestOtherTextsAreNotScopes(t *testing.T) {
	for _, text := range []string{
		"", "/", "site/", "Site", "site/x", "everything", "kategori/x",
		"category", "category/", "category//", "category/a/", "category//a", "category/a//b", "/category/a",
		"tag", "tag/", "tag/a/b", "author/a/b",
		"tag/Turkey", "tag/TÜRKIYE", "tag/tu\u0308rkiye",
		"tag/..", "tag/.", "tag/.git", "category/../a", "category/a/..", "tag/a\\b", "tag/a%2eb", "tag/%2e%2e",
		"tag/a ", "tag/ a", "tag/a\x00", "tag/a\n", "tag/\u200f", "tag/\xff",
		"category/a/feed", "category/a/page", "category/a/b/atom", "category/a/rss.xml", "category/page/3",
		"tag/" + strings.Repeat("a", 201), "category/" + strings.Repeat("a/", 50) + "a",
		"site/page/0", "site/page/01", "site/page/+1", "site/page/-1", "site/page/", "site/page", "site/page/x",
		"site/page/1/", "site/page/1/page/2", "site/page/2147483648", "site/page/99999999999999999999", "tag/page/2",
	} {
		scope, err := syndicate.ParseScope(text)
		assert.ErrorContains(t, err, "syndicate: scope ", "%q", text)
		assert.Zero(t, scope, "%q", text)
	}
}

func TestRefusedTextIsShortenedInTheError(t *testing.T) {
	_, err := syndicate.ParseScope(strings.Repeat("x", 1<<20))
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 400)
}

func TestPagesCountFromOne(t *testing.T) {
	for page, want := range map[int]int{math.MinInt: 0, -1: 0, 0: 0, 1: 1, 7: 7, math.MaxInt32: math.MaxInt32, math.MaxInt: math.MaxInt32} {
		assert.Equal(t, want, syndicate.Everything().AtPage(page).Page(), "page %d", page)
	}
	assert.Equal(t, syndicate.Everything(), syndicate.Everything().AtPage(5).Current())
}

func TestAncestorsOfACategoryAreOutermostFirst(t *testing.T) {
	assert.Equal(t, []syndicate.Scope{syndicate.InCategory("a"), syndicate.InCategory("a/b")}, syndicate.InCategory("a/b/c").AtPage(2).Ancestors())
	assert.Empty(t, syndicate.InCategory("a").Ancestors())
	assert.Empty(t, syndicate.WithTag("a").Ancestors())
	assert.Empty(t, syndicate.Everything().Ancestors())
}

func TestScopesAreOrderedByKindThenKeyThenPage(t *testing.T) {
	ordered := []syndicate.Scope{
		syndicate.Everything(), syndicate.Everything().AtPage(2), syndicate.Everything().AtPage(10),
		syndicate.InCategory("a"), syndicate.InCategory("a/b"), syndicate.InCategory("b"), syndicate.InCategory("b").AtPage(1),
		syndicate.WithTag("a"), syndicate.ByAuthor("a"),
	}
	shuffled := slices.Clone(ordered)
	slices.Reverse(shuffled)
	slices.SortFunc(shuffled, syndicate.Scope.Compare)
	assert.Equal(t, ordered, shuffled)
	assert.Zero(t, ordered[4].Compare(ordered[4]))
}

func TestKindsHaveNames(t *testing.T) {
	assert.Equal(t, "site category tag author unknown", fmt.Sprint(syndicate.KindSite, " ", syndicate.KindCategory, " ",
		syndicate.KindTag, " ", syndicate.KindAuthor, " ", syndicate.Kind(9)))
}

// An error for a name instead of a slug names the slug.
func TestErrorForANameInPlaceOfASlugNamesTheSlug(t *testing.T) {
	archive := openArchive(t, plainSite, clockAt(january(10)), numbered(1))
	for scope, hint := range map[syndicate.Scope]string{
		syndicate.InCategory("Foreign Policy"):              `no such feed; the slug of that name is "foreign-policy" (see Slug)`,
		syndicate.InCategory("world/Foreign Policy"):        `no such feed; the slug of that name is "world/foreign-policy" (see Slug)`,
		syndicate.WithTag("Arms & Drones"):                  `no such feed; the slug of that name is "arms-drones" (see Slug)`,
		syndicate.ByAuthor("Şule Işık"):                     `no such feed; the slug of that name is "sule-isik" (see Slug)`,
		syndicate.InCategory("foreign-policy"):              `no such feed`,
		syndicate.WithTag(syndicate.Slug("Foreign Policy")): `no such feed`,
	} {
		assert.EqualError(t, feedError(t, archive, scope), fmt.Sprintf("syndicate: scope %q: %s", scope, hint))
	}
}

// SEL-4, SEL-5: String and ParseScope are each other's reverse.
func FuzzScope(f *testing.F) {
	for _, tt := range scopeTexts {
		f.Add(tt.text, 0)
	}
	f.Add("tag/../x", 1)
	f.Add("author/ΟΔΟΣ", 1<<31)
	f.Fuzz(func(t *testing.T, text string, page int) {
		if scope, err := syndicate.ParseScope(text); err == nil {
			assert.Equal(t, text, scope.String())
		}
		for _, made := range []syndicate.Scope{syndicate.InCategory(text), syndicate.WithTag(text), syndicate.ByAuthor(text)} {
			if current, err := syndicate.ParseScope(made.String()); err != nil || current != made {
				continue // not the scope of legal slugs
			}
			paged := made.AtPage(page)
			back, err := syndicate.ParseScope(paged.String())
			assert.NoError(t, err)
			assert.Equal(t, paged, back)
		}
	})
}

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
