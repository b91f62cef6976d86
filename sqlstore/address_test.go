package sqlstore

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// addresses are those of a site as programs give them.
var addresses = []string{
	"a/", "a", "a/?p=1#top", "?p=1", "#top", "./a/", "a/b/../c/", "a//b/", ".//a/", "./x:y/", "./http://example.net/", "çay/", "a b/", " a/ ", ".well-known/",
	"/a/", "/", "..a/", "/news/a/", "/news/", "/./a/", "/news/../a/", "//example.org/news/a/", "//cdn.example.net/a.jpg", "//example.org/", "/x:y/",
	"../a/", "../../a/", "../news/a/", "..",
	"https://example.org/news/a/", "https://example.org/news/", "https://example.org/news", "https://example.org/news/?p=1", "https://example.org/news//a/",
	"https://example.org/news/x:y/", "https://example.org/news/http://example.net/", "HTTPS://EXAMPLE.ORG:443/news/a/", "https://example.org/a/", "https://example.org/newspaper/",
	"https://example.org//a/", "https://example.org.evil.example/news/", "https://example.org:8443/news/a/", "http://example.org/news/a/", "https://example.net/a/",
}

// LIFE-5, STORE-3
func TestRowsHaveAReferenceThatLeadsToTheAddress(t *testing.T) {
	for _, home := range []string{"https://example.org/news/", "https://example.org/", "https://example.org/a/b/?x#y", "http://example.org:8080/news"} {
		c, err := check(syndicate.Site{URL: home, Title: "x"})
		require.NoError(t, err)
		folder, err := url.Parse(c.now.folder)
		require.NoError(t, err)
		for _, ref := range addresses {
			address, err := c.publication.Resolve(ref)
			require.NoError(t, err, ref)
			stored := c.now.stored(address, c.references(&syndicate.Article{URL: ref}))
			assert.Equal(t, address, c.now.resolve(stored), "%s at %s is stored as %s", ref, home, stored)
			asOthersRead, err := folder.Parse(stored)
			require.NoError(t, err, stored)
			assert.Equal(t, address, asOthersRead.String(), "%s at %s is stored as %s", ref, home, stored)
			assert.Contains(t, c.now.forms(address), stored, "%s at %s is found by its address", ref, home)
			assert.Equal(t, stored, c.now.stored(address, c.references(&syndicate.Article{URL: stored})), "%s at %s again", ref, home)
		}
	}
}

// LIFE-5: the link of a reference that was stored before a move is that of the site as it is now.
func TestReferencesFollowTheSite(t *testing.T) {
	before, err := check(syndicate.Site{URL: "https://example.org/news/", Title: "x"})
	require.NoError(t, err)
	for _, ref := range addresses {
		address, err := before.publication.Resolve(ref)
		require.NoError(t, err, ref)
		stored := before.now.stored(address, before.references(&syndicate.Article{URL: ref}))
		for _, home := range []string{"http://example.org/news/", "https://example.com/", "https://example.org/blog/"} {
			after, err := check(syndicate.Site{URL: home, Title: "x"})
			require.NoError(t, err)
			want, err := after.publication.Resolve(ref)
			require.NoError(t, err, ref)
			if below, ok := before.now.below(address); ok && hasScheme(ref) {
				want = after.now.resolve(below) // what was given as an absolute address follows too
			}
			assert.Equal(t, want, after.now.resolve(stored), "%s at %s was stored as %s", ref, home, stored)
		}
	}
}

// What another program has written is for the check of the article to judge.
func TestReferencesThatAreNoneStayAsTheyAre(t *testing.T) {
	b := baseOf("https://example.org/news/")
	for _, ref := range []string{"", "javascript:alert(1)", "mailto:a@example.org", "x:y"} {
		assert.Equal(t, ref, b.resolve(ref))
	}
	assert.Equal(t, "https://example.org/news/../a/", b.resolve("../a/"))
}

func TestSizesAreBoundsAtAnyAddress(t *testing.T) {
	short, long := baseOf("http://a.b/cccccccccc/"), baseOf("https://long.example.org/and/deep/")
	for _, ref := range []string{"x", "/x", "/", "a/rather/long/address/"} {
		for _, pair := range [][2]base{{short, long}, {long, short}, {short, short}} {
			size := stretched(int64(len(pair[0].resolve(ref))), pair[0], pair[1])
			assert.GreaterOrEqual(t, size, int64(len(pair[1].resolve(ref))), "%s from %s to %s", ref, pair[0], pair[1])
		}
	}
}
