package rsl_test

import (
	"encoding/xml"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/internal/feedreader"
	"github.com/syndicate-go/syndicate/rsl"
	"github.com/syndicate-go/syndicate/sqlstore"
)

var (
	_ sqlstore.Keepable = rsl.Terms{}
	_ sqlstore.Reviver  = rsl.Site{}
)

const home = "https://www.example.com/news/"

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// free permits search, and everything else for a price.
var free = rsl.Terms{Licenses: []rsl.License{{
	Permits:    rsl.Rights{Usage: []rsl.Usage{rsl.Search, rsl.AIInput}, Users: []rsl.User{rsl.NonCommercial}, Countries: []string{"GB", "EU"}},
	Prohibits:  rsl.Rights{Usage: []rsl.Usage{rsl.AITrain}},
	Payment:    rsl.Payment{Type: rsl.PayAttribution, Standard: "https://creativecommons.org/licenses/by/4.0/"},
	Reporting:  []rsl.Reporting{{Type: "telemetry", Profile: "https://profiles.example/telemetry"}},
	Warranties: []rsl.Warranty{rsl.Ownership, rsl.Authority}, Disclaimers: []rsl.Disclaimer{rsl.AsIs},
	Attested: true, Contact: "licensing@example.com", Proof: []string{"https://example.com/proof"},
}, {
	Payment: rsl.Payment{Type: rsl.PayCrawl, Amount: 0.015, Currency: "USD", Custom: "https://example.com/ask?a=1&b=2",
		Accepts: rsl.Accepts{Type: "application/x402+json", Text: `{"price":"$0.01","note":"a < b"}`}},
}}, Alternates: []rsl.Alternate{{URL: "https://www.example.com/news.md", Type: "text/markdown"}, {URL: "https://www.example.com/news.pdf"}}, Server: "https://licensing.example.com", Encrypted: true, Schema: "https://example.com/site.jsonld",
	Copyright: rsl.Copyright{Name: "Example & Sons", Type: "organization", Email: "rights@example.com", URL: "https://example.com/contact"},
	Page:      "https://example.com/terms"}

// closed prohibits all AI.
var closed = rsl.Terms{Licenses: []rsl.License{{Prohibits: rsl.Rights{Usage: []rsl.Usage{rsl.AIAll}}}}}

// other is for one article.
var other = rsl.Terms{Licenses: []rsl.License{{Payment: rsl.Payment{Type: rsl.PayPurchase, Custom: "https://example.com/buy"}}}}

// license is a site with a section.
func license() rsl.Site {
	return rsl.Site{URL: home, Terms: free, MaxAge: 7 * 24 * time.Hour, Addresses: syndicate.WordPress, Sections: []rsl.Section{
		{Pattern: "/news/premium/", Terms: closed}, {Category: syndicate.InCategory("world/türkei"), Terms: closed},
	}}
}

// content is what a reader finds in an rsl:content or content element.
type content struct {
	URL     string `xml:"url,attr"`
	Lastmod string `xml:"lastmod,attr"`
	Inner   string `xml:",innerxml"`
}

// contents returns the contents in a document, by their address, in the form of a license file.
func contents(t *testing.T, document string) map[string]string {
	t.Helper()
	var file struct {
		Contents []content `xml:"https://rslstandard.org/rsl content"`
		Items    []struct {
			Contents []content `xml:"https://rslstandard.org/rsl content"`
		} `xml:"channel>item"`
	}
	require.NoError(t, xml.Unmarshal([]byte(document), &file), document)
	found := file.Contents
	for _, item := range file.Items {
		found = append(found, item.Contents...)
	}
	all := map[string]string{}
	for _, c := range found {
		all[c.URL] += strings.NewReplacer("rsl:", "", "\n", "").Replace(c.Inner)
	}
	return all
}

// source returns an archive with a license, and articles that it says something of.
func source(t *testing.T) *syndicate.Archive {
	t.Helper()
	site := syndicate.Site{URL: home, Title: "Example", Addresses: syndicate.WordPress, Extensions: []syndicate.Extension{license()}}
	archive, err := syndicate.NewArchive(site,
		syndicate.Article{URL: "1/", Title: "One", Published: noon, Updated: noon.Add(time.Hour)},
		syndicate.Article{URL: "premium/2/", Title: "Two", Published: noon},
		syndicate.Article{URL: "3/", Title: "Three", Published: noon, Extensions: []syndicate.Extension{other}},
		syndicate.Article{URL: "https://other.example/4/", Title: "Four", Published: noon},
		syndicate.Article{URL: "category/world/t%C3%BCrkei/5/", Title: "Five", Published: noon},
	)
	require.NoError(t, err)
	return archive
}

// written returns a feed in a format.
func written(t *testing.T, archive *syndicate.Archive, format syndicate.Format) string {
	t.Helper()
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	for _, p := range feed.Validate(format) {
		assert.True(t, p.Warning, p)
	}
	return string(feed.Append(nil, format))
}

// RSL-1, RSL-2
func TestTheLicenseFileHasEveryElement(t *testing.T) {
	want := `<?xml version="1.0" encoding="UTF-8"?>
<rsl xmlns="https://rslstandard.org/rsl" max-age="7">
<content url="/news/" server="https://licensing.example.com" encrypted="true">
<license>
<permits type="usage">search ai-input</permits>
<permits type="user">non-commercial</permits>
<permits type="geo">GB EU</permits>
<prohibits type="usage">ai-train</prohibits>
<payment type="attribution">
<standard>https://creativecommons.org/licenses/by/4.0/</standard>
</payment>
<reporting type="telemetry" profile="https://profiles.example/telemetry"/>
<legal type="warranty">ownership authority</legal>
<legal type="disclaimer">as-is</legal>
<legal type="attestation">true</legal>
<legal type="contact">licensing@example.com</legal>
<legal type="proof">https://example.com/proof</legal>
</license>
<license>
<payment type="crawl">
<custom>https://example.com/ask?a=1&amp;b=2</custom>
<amount currency="USD">0.015</amount>
<accepts type="application/x402+json">{"price":"$0.01","note":"a &lt; b"}</accepts>
</payment>
</license>
<alternate type="text/markdown">https://www.example.com/news.md</alternate>
<alternate>https://www.example.com/news.pdf</alternate>
<schema>https://example.com/site.jsonld</schema>
<copyright type="organization" contactEmail="rights@example.com" contactUrl="https://example.com/contact">Example &amp; Sons</copyright>
<terms>https://example.com/terms</terms>
</content>
<content url="/news/premium/">
<license>
<prohibits type="usage">ai-all</prohibits>
<payment type="free"/>
</license>
</content>
<content url="/news/category/world/t%C3%BCrkei/">
<license>
<prohibits type="usage">ai-all</prohibits>
<payment type="free"/>
</license>
</content>
</rsl>
`
	assert.Equal(t, want, string(license().Append(nil)))
	assert.Equal(t, "before"+want, string(license().Append([]byte("before"))))
}

// RSL-1, RSL-3
func TestEveryItemHasTheTermsOfItsPage(t *testing.T) {
	archive := source(t)
	text := written(t, archive, syndicate.RSS)
	assert.Contains(t, text, `xmlns:rsl="https://rslstandard.org/rsl"`)
	assert.Contains(t, text, `<rsl:content url="https://www.example.com/news/1/" server="https://licensing.example.com" encrypted="true" lastmod="2026-03-01T13:00:00Z"><rsl:license><rsl:permits type="usage">search ai-input</rsl:permits>`)
	got, file := contents(t, text), contents(t, string(license().Append(nil)))
	assert.Equal(t, map[string]string{
		home + "1/": file["/news/"], home + "premium/2/": file["/news/premium/"],
		home + "3/":                            `<license><payment type="purchase"><custom>https://example.com/buy</custom></payment></license>`,
		home + "category/world/t%C3%BCrkei/5/": file["/news/category/world/t%C3%BCrkei/"],
	}, got)
	_, err := feedreader.Parse(text)
	require.NoError(t, err)
	for _, format := range []syndicate.Format{syndicate.Atom, syndicate.JSON} {
		assert.NotContains(t, written(t, archive, format), "rsl", "the format has no terms for it")
	}
}

// RSL-5: one value says the same in every channel.
func TestEveryChannelLeadsToTheSameTerms(t *testing.T) {
	archive, site := source(t), license()
	h := &feedhttp.Handler{
		Source: archive, Files: []derived.Files{site}, Links: []string{site.Link(), "", "bad\nheader"},
		Pages: map[string]feedhttp.Page{"page": {Content: "x"}},
	}
	get := func(address string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		require.Equal(t, 200, w.Code, address)
		return w
	}
	address, found := strings.CutPrefix(strings.TrimSuffix(site.Robots(), "\n"), "License: ")
	require.True(t, found)
	link := `<` + address + `>; rel="license"; type="application/rsl+xml"`
	file := get(address)
	assert.Equal(t, string(site.Append(nil)), file.Body.String())
	assert.Equal(t, "application/rsl+xml", file.Header().Get("Content-Type"))
	assert.Equal(t, link, file.Header().Get("Link"))
	assert.Equal(t, link, get(home+"page").Header().Get("Link"))
	assert.Equal(t, `<`+home+`feed/>; rel="self", `+link, get(home+"feed/").Header().Get("Link"))
	assert.Equal(t, `<link rel="license" type="application/rsl+xml" href="`+address+`">`+"\n", string(site.HTML()))
	page, err := feedpage.Index{Head: site.HTML()}.Append(t.Context(), nil, archive)
	require.NoError(t, err)
	assert.Contains(t, string(page), "\n"+string(site.HTML())+"<style>")
	dir := t.TempDir()
	_, err = feeddir.Folder{Source: archive, Dir: dir, Files: []derived.Files{site}}.Publish(t.Context())
	require.NoError(t, err)
	assert.FileExists(t, dir+"/license.xml")
	// The page of an article whose terms replace those of the site.
	script := string(other.HTML(home + "3/"))
	assert.Equal(t, contents(t, written(t, archive, syndicate.RSS))[home+"3/"],
		contents(t, strings.TrimSuffix(strings.TrimPrefix(script, `<script type="application/rsl+xml">`+"\n"), "</script>\n"))[home+"3/"])
	evil := other
	evil.Copyright.Name = `</script><script>alert(1)</script>`
	assert.Equal(t, 1, strings.Count(string(evil.HTML(home)), "</script"))
}

// RSL-4: the address of a file, and the patterns of RFC 9309.
func TestPatternsMatchAsInRobots(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"/a", "/a", true}, {"/a", "/abc?d=1", true}, {"/a/", "/a", false}, {"/a$", "/a", true}, {"/a$", "/ab", false},
		{"/*.pdf$", "/x/y.pdf", true}, {"/*.pdf$", "/x.pdf?a", false}, {"/*.pdf", "/x.pdf?a", true}, {"/a*b*c", "/a-c-b-c", true}, {"/a*b*c", "/a-c-b", false},
		{"/a*$", "/abc", true}, {"/*a*a$", "/a", false}, {"/%C3%A7", "/%C3%A7ay", true}, {"/a?b=*", "/a?b=1", true},
	} {
		site := rsl.Site{URL: "https://example.com/", Terms: free, Sections: []rsl.Section{{Pattern: test.pattern, Terms: closed}}}
		got, ok := site.For("https://example.com" + test.path)
		assert.True(t, ok)
		assert.Equal(t, test.want, len(got.Licenses) == 1, "%s %s", test.pattern, test.path)
	}
	site := rsl.Site{URL: "https://Example.com", Terms: free, Sections: []rsl.Section{{Pattern: "/a", Terms: free}, {Pattern: "/a/b", Terms: closed}, {Pattern: "/a/", Terms: free}}}
	got, ok := site.For("https://example.com/a/b/c")
	assert.True(t, ok)
	assert.Equal(t, closed, got, "the longest pattern")
	for _, address := range []string{"http://example.com/", "https://example.com:8080/", "https://www.example.com/", "", "/a"} {
		_, ok := site.For(address)
		assert.False(t, ok, address)
	}
	assert.Equal(t, "License: https://example.com/a%20b.xml\n", rsl.Site{URL: "https://example.com", Path: "/a b.xml"}.Robots())
	files := rsl.Site{URL: home, Terms: free, Sections: []rsl.Section{{Category: syndicate.InCategory("world"), Terms: closed}}}
	assert.Contains(t, string(files.Append(nil)), `<content url="/news/category/world/">`, "the folder of the feeds")
}

// RSL-3: unknown words are refused, and the known ones are listed.
func TestWhatIsNotInTheVocabularyIsRefused(t *testing.T) {
	terms := func(l rsl.License) rsl.Terms { return rsl.Terms{Licenses: []rsl.License{l}} }
	for name, test := range map[string]struct {
		terms rsl.Terms
		field string
		rule  syndicate.Rule
		spec  string
	}{
		"no license":     {rsl.Terms{}, "Terms.Licenses", syndicate.RuleMissing, "3.3"},
		"usage of 0.9":   {terms(rsl.License{Permits: rsl.Rights{Usage: []rsl.Usage{rsl.Search, "train-ai"}}}), "Terms.Licenses[0].Permits.Usage[1]", rsl.RuleUnknown, "known are all, ai-all, ai-train, ai-input, ai-index, search"},
		"user":           {terms(rsl.License{Prohibits: rsl.Rights{Users: []rsl.User{"robots"}}}), "Terms.Licenses[0].Prohibits.Users[0]", rsl.RuleUnknown, "known are commercial, non-commercial, education, government, personal"},
		"country":        {terms(rsl.License{Permits: rsl.Rights{Countries: []string{"uk"}}}), "Terms.Licenses[0].Permits.Countries[0]", rsl.RuleBadForm, "ISO 3166-1"},
		"payment of 0.9": {terms(rsl.License{Payment: rsl.Payment{Type: "inference"}}), "Terms.Licenses[0].Payment.Type[0]", rsl.RuleUnknown, "use, contribution"},
		"no currency":    {terms(rsl.License{Payment: rsl.Payment{Amount: 1}}), "Terms.Licenses[0].Payment.Currency", rsl.RuleBadForm, "ISO 4217"},
		"not a number":   {terms(rsl.License{Payment: rsl.Payment{Amount: math.NaN(), Currency: "USD"}}), "Terms.Licenses[0].Payment.Amount", rsl.RuleBadForm, "3.10"},
		"custom":         {terms(rsl.License{Payment: rsl.Payment{Custom: "mail us"}}), "Terms.Licenses[0].Payment.Custom", syndicate.RuleNotAbsolute, "3.9"},
		"warranty":       {terms(rsl.License{Warranties: []rsl.Warranty{"all"}}), "Terms.Licenses[0].Warranties[0]", rsl.RuleUnknown, "no-infringement"},
		"disclaimer":     {terms(rsl.License{Disclaimers: []rsl.Disclaimer{"x"}}), "Terms.Licenses[0].Disclaimers[0]", rsl.RuleUnknown, "no-indemnity"},
		"conflict":       {terms(rsl.License{Permits: rsl.Rights{Usage: []rsl.Usage{rsl.All}}, Prohibits: rsl.Rights{Usage: []rsl.Usage{rsl.All}}}), "Terms.Licenses[0].Prohibits.Usage", rsl.RuleConflict, "3.1.1"},
		"reporting":      {terms(rsl.License{Reporting: []rsl.Reporting{{Type: "audit", Profile: "https://a.example/", Endpoint: "http://a.example/"}}}), "Terms.Licenses[0].Reporting[0].Endpoint", rsl.RuleBadForm, "https"},
		"holder":         {rsl.Terms{Licenses: closed.Licenses, Copyright: rsl.Copyright{Name: "A", Type: "company"}}, "Terms.Copyright.Type[0]", rsl.RuleUnknown, "person, organization"},
		"protocol":       {terms(rsl.License{Payment: rsl.Payment{Accepts: rsl.Accepts{Type: "x402"}}}), "Terms.Licenses[0].Payment.Accepts.Type", rsl.RuleBadForm, "3.11"},
		"no protocol":    {terms(rsl.License{Payment: rsl.Payment{Accepts: rsl.Accepts{Text: "{}"}}}), "Terms.Licenses[0].Payment.Accepts.Type", syndicate.RuleMissing, "3.11"},
		"alternate":      {rsl.Terms{Licenses: closed.Licenses, Alternates: []rsl.Alternate{{URL: "https://a.example/", Type: "markdown"}}}, "Terms.Alternates[0].Type", rsl.RuleBadForm, "3.14"},
		"no alternate":   {rsl.Terms{Licenses: closed.Licenses, Alternates: []rsl.Alternate{{Type: "text/html"}}}, "Terms.Alternates[0].URL", syndicate.RuleMissing, "3.14"},
		"no server":      {rsl.Terms{Licenses: closed.Licenses, Encrypted: true}, "Terms.Server", syndicate.RuleMissing, "3.3"},
	} {
		archive, err := syndicate.NewArchive(syndicate.Site{URL: home, Title: "Example"})
		require.NoError(t, err)
		err = archive.Add(syndicate.Article{URL: "1/", Title: "One", Published: noon, Extensions: []syndicate.Extension{test.terms}})
		var problem *syndicate.Problem
		require.ErrorAs(t, err, &problem, name)
		assert.Equal(t, test.field, problem.Field, name)
		assert.ErrorIs(t, err, test.rule, name)
		assert.Contains(t, problem.Spec, test.spec, name)
		_, err = syndicate.Site{URL: home, Title: "Example", Extensions: []syndicate.Extension{rsl.Site{URL: home, Terms: test.terms}}}.Check()
		require.ErrorIs(t, err, test.rule, name)
	}
	for name, site := range map[string]rsl.Site{
		"no URL": {Terms: free}, "another host": {URL: "https://example.com/", Terms: free}, "hours": {URL: home, Terms: free, MaxAge: time.Hour},
		"pattern": {URL: home, Terms: free, Sections: []rsl.Section{{Pattern: "premium/", Terms: free}}},
		"dollar":  {URL: home, Terms: free, Sections: []rsl.Section{{Pattern: "/a$b", Terms: free}}},
		"nothing": {URL: home, Terms: free, Sections: []rsl.Section{{Terms: free}}},
		"section": {URL: home, Terms: free, Sections: []rsl.Section{{Pattern: "/a"}}},
	} {
		_, err := syndicate.Site{URL: home, Title: "Example", Extensions: []syndicate.Extension{site}}.Check()
		assert.Error(t, err, name)
	}
	_, err := syndicate.Site{URL: home, Title: "Example", Extensions: []syndicate.Extension{license(), license()}}.Check()
	assert.ErrorIs(t, err, rsl.RuleTwoSites)
}

func TestStoresKeepTheTermsOfArticles(t *testing.T) {
	text, err := free.MarshalText()
	require.NoError(t, err)
	ext, err := rsl.Site{}.ReviveArticle(text)
	require.NoError(t, err)
	assert.Equal(t, free, ext)
	_, err = rsl.Site{}.ReviveArticle([]byte("{"))
	assert.Error(t, err)
}
