package licenses_test

import (
	"fmt"
	"log"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/licenses"
	"github.com/syndicate-go/syndicate/sqlstore"
)

var (
	_ sqlstore.Keepable = licenses.License{}
	_ sqlstore.Reviver  = licenses.Site{}
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func feedOf(t *testing.T, site licenses.Site, articles ...syndicate.Article) *syndicate.Feed {
	t.Helper()
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Extensions: []syndicate.Extension{site},
	}, articles...)
	require.NoError(t, err)
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	return feed
}

func article(n int, licenses ...syndicate.Extension) syndicate.Article {
	return syndicate.Article{URL: fmt.Sprintf("/%d/", n), Title: "One", Published: noon.Add(time.Duration(-n) * time.Hour), Extensions: licenses}
}

func TestEveryItemHasOneLicense(t *testing.T) {
	feed := feedOf(t, licenses.Site{URL: licenses.CCBY}, article(1), article(2, licenses.License{URL: licenses.CCBYNCND}),
		article(3, licenses.License{URL: "https://example.com/terms?a=1&b=2"}), article(4, licenses.License{URL: licenses.CCBY}))
	for format, want := range map[syndicate.Format][]string{
		syndicate.RSS: {
			`<creativeCommons:license>https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>`,
			`<creativeCommons:license>https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>`,
			`<creativeCommons:license>https://creativecommons.org/licenses/by-nc-nd/4.0/</creativeCommons:license>`,
			`<atom:link rel="license" href="https://example.com/terms?a=1&amp;b=2"/>`,
			`<creativeCommons:license>https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>`,
		},
		syndicate.Atom: {
			`<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>`,
			`<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>`,
			`<link rel="license" href="https://creativecommons.org/licenses/by-nc-nd/4.0/"/>`,
			`<link rel="license" href="https://example.com/terms?a=1&amp;b=2"/>`,
			`<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>`,
		},
		syndicate.JSON: {
			`"_license":{"url":"https://creativecommons.org/licenses/by/4.0/"}`,
			`"_license":{"url":"https://creativecommons.org/licenses/by/4.0/"}`,
			`"_license":{"url":"https://creativecommons.org/licenses/by-nc-nd/4.0/"}`,
			`"_license":{"url":"https://example.com/terms?a=1&b=2"}`,
		},
	} {
		text := string(feed.Append(nil, format))
		separator := map[syndicate.Format]string{syndicate.RSS: "<item>", syndicate.Atom: "<entry>", syndicate.JSON: `{"id":`}[format]
		parts := strings.Split(text, separator)
		if format == syndicate.JSON { // the members of the feed follow the items, or precede them
			assert.Equal(t, 5, strings.Count(text, `"_license":`))
			for _, license := range want {
				assert.Contains(t, text, license)
			}
			continue
		}
		require.Len(t, parts, 5, text)
		for i, part := range parts {
			assert.Contains(t, part, want[i], "%s %d", format, i)
			assert.Equal(t, 1, strings.Count(part, "license>h")+strings.Count(part, `rel="license"`), part)
		}
	}
	for _, p := range feed.Validate(syndicate.Formats()...) {
		assert.True(t, p.Warning, p)
	}
}

func TestAnAddressThatIsNoLicenseIsAProblem(t *testing.T) {
	for address, rule := range map[string]syndicate.Rule{
		"": syndicate.RuleMissing, "CC BY": syndicate.RuleNotAbsolute, "/terms/": syndicate.RuleNotAbsolute,
		"https://creativecommons.org/licenses/by-xx/4.0/": licenses.RuleUnknown, "https://creativecommons.org/licenses/by/": licenses.RuleUnknown, "https://creativecommons.org/licenses/by/4.5/": licenses.RuleUnknown,
		"https://creativecommons.org/": licenses.RuleUnknown, "ftp://creativecommons.org/licenses/by/4.0/": syndicate.RuleNotAbsolute,
	} {
		_, err := syndicate.Site{URL: "https://example.com/", Title: "Example", Extensions: []syndicate.Extension{licenses.Site{URL: address}}}.Check()
		require.ErrorIs(t, err, rule, address)
		var warned []*syndicate.Problem
		archive, err := syndicate.NewArchive(syndicate.Site{
			URL: "https://example.com/", Title: "Example", Warn: func(p *syndicate.Problem) { warned = append(warned, p) },
		}, article(1, licenses.License{URL: address}))
		require.NoError(t, err, "nothing else is lost")
		require.Len(t, warned, 1, address)
		assert.ErrorIs(t, warned[0], rule)
		feed, err := archive.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		require.Len(t, feed.Articles, 1)
	}
	for _, address := range []string{
		licenses.CC0, licenses.CCBY, licenses.CCBYSA, licenses.CCBYNC, licenses.CCBYNCSA, licenses.CCBYND, licenses.CCBYNCND,
		"http://creativecommons.org/licenses/by-nc-sa/2.5/it/", "https://creativecommons.org/publicdomain/mark/1.0/",
		"https://creativecommons.org/licenses/by/4.0/deed.tr", "https://creativecommons.org/licenses/by/3.0/legalcode", "https://creativecommons.org/licenses/by/2.1/jp/",
		"https://creativecommons.org/licenses/by-nd-nc/1.0/", "https://example.com/terms",
	} {
		_, err := syndicate.Site{URL: "https://example.com/", Title: "Example", Extensions: []syndicate.Extension{licenses.Site{URL: address}}}.Check()
		assert.NoError(t, err, address)
	}
}

func TestAFeedHasOneLicense(t *testing.T) {
	_, err := syndicate.Site{URL: "https://example.com/", Title: "Example", Extensions: []syndicate.Extension{
		licenses.Site{URL: licenses.CCBY}, licenses.Site{URL: licenses.CC0},
	}}.Check()
	assert.ErrorIs(t, err, licenses.RuleTwoSites)
}

func TestStoresKeepTheLicenseOfAnArticle(t *testing.T) {
	given := licenses.License{URL: licenses.CCBYSA}
	text, err := given.MarshalText()
	require.NoError(t, err)
	revived, err := licenses.Site{}.ReviveArticle(text)
	require.NoError(t, err)
	assert.Equal(t, given, revived)
}

func ExampleSite() {
	terms := licenses.Site{URL: licenses.CCBY}
	site := syndicate.Site{URL: "https://example.com/", Title: "Example", Extensions: []syndicate.Extension{terms}}
	if _, err := site.Check(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(terms.Link())
	fmt.Println(terms.HTML())
	fmt.Printf("%q\n", licenses.Site{}.Link())
	// Output:
	// <https://creativecommons.org/licenses/by/4.0/>; rel="license"
	// <link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
	// ""
}
