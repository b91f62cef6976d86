package destination_test

// These tests show what each destination would refuse. Every profile accepts the feed that is made
// for it here, and every rule of every profile has a row that breaks it.

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/destination"
	"github.com/syndicate-go/syndicate/media"
)

// goodFeed returns a feed that every destination accepts, with so many articles.
func goodFeed(n int) *syndicate.Feed {
	now := time.Now().UTC().Truncate(time.Second)
	f := &syndicate.Feed{
		ID: "https://example.com/", Title: "The Example", Description: "News of the example",
		URL: "https://example.com/", Language: "en-US",
		Self:     syndicate.Links{RSS: "https://example.com/rss.xml"},
		Schedule: syndicate.Schedule{TTL: 15 * time.Minute},
	}
	for i := range n {
		page := fmt.Sprintf("https://www.example.com/%d/", i)
		f.Articles = append(f.Articles, &syndicate.Article{
			URL: page, Title: fmt.Sprintf("Strikes stop the trains of line %d", i),
			Summary:   strings.Repeat("No trains run until Friday. ", 12),
			Content:   `<p><img src="` + page + `a.jpg" alt="A train"></p>` + strings.Repeat("<p>No trains run until Friday.</p>", 20),
			Published: now.Add(-time.Duration(i+1) * time.Hour),
			Authors:   []syndicate.Author{{Name: "Ann Author"}},
			Image: syndicate.Image{
				URL: page + "a.jpg", Type: "image/jpeg", Width: 1200, Height: 800, Size: 100_000,
				Alt: "A train", Credit: "Ann Author",
			},
		})
	}
	return f
}

// profile returns the profile with a name.
func profile(t *testing.T, name string) destination.Profile {
	t.Helper()
	all := destination.Profiles()
	i := slices.IndexFunc(all, func(p destination.Profile) bool { return p.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

func TestEveryDestinationAcceptsAGoodFeed(t *testing.T) { // DEST-10 to DEST-80
	for _, p := range destination.Profiles() {
		if p.Name == "Apple News" {
			continue // its titles are shorter, see the next test
		}
		assert.Empty(t, p.Check(goodFeed(20)), p.Name)
	}
	f := goodFeed(2)
	f.Articles[0].Title = "Strikes stop the trains"
	assert.Empty(t, destination.AppleNews.Check(f))
}

// violation is a row of the table: what is done to the good feed, and what the destination says.
type violation struct {
	id, profile string // the requirement
	name        string
	requires    string // the beginning of what Rule.Requires states
	warning     bool
	field       string
	rule        syndicate.Rule
	breaks      func(f *syndicate.Feed, a *syndicate.Article)
}

type (
	feed    = *syndicate.Feed
	article = *syndicate.Article
)

// violations returns the rows. A is the first article of a feed.
func violations() []violation {
	const no, warn = false, true
	missing := syndicate.RuleMissing
	emptyTitle := func(_ feed, a article) { a.Title = " " }
	noBody := func(_ feed, a article) { a.Content = "" }
	noImage := func(_ feed, a article) { a.Image = syndicate.Image{} }
	noID := func(_ feed, a article) { a.URL = "" }
	noDate := func(_ feed, a article) { a.Published = time.Time{} }
	twice := func(f feed, a article) { a.ID = f.Articles[1].URL }
	noLanguage := func(f feed, _ article) { f.Language = "und" }
	httpImage := func(_ feed, a article) { a.Image.URL = "http://www.example.com/0/a.jpg" }
	password := func(_ feed, a article) { a.URL = "https://ann:secret@www.example.com/0/" }
	turkish := func(_ feed, a article) { a.Language = "tr" }
	noCredit := func(_ feed, a article) { a.Image.Credit = "" }
	noFeedTitle := func(f feed, _ article) { f.Title = "" }
	noLink := func(f feed, _ article) { f.URL = "" }
	noDescription := func(f feed, _ article) { f.Description = "" }
	noSummary := func(_ feed, a article) { a.Summary = "" }
	future := func(_ feed, a article) { a.Published = time.Now().Add(time.Hour) }
	markup := func(_ feed, a article) { a.Title = "Strikes stop <b>all</b> trains" }
	excerpt := func(_ feed, a article) {
		a.Summary = "No trains run until Friday, and then…"
		a.Content = `<p>No trains run until Friday, and then…</p><p><a href="` + a.URL + `">` + a.Title + `</a></p>`
	}
	long := func(n int) func(feed, article) {
		return func(_ feed, a article) { a.Title = strings.Repeat("ü", n) }
	}
	body := func(html string) func(feed, article) {
		return func(_ feed, a article) { a.Content += html }
	}
	image := func(change func(i *syndicate.Image)) func(feed, article) {
		return func(_ feed, a article) { change(&a.Image) }
	}
	sponsored := func(links ...destination.SponsoredLink) func(feed, article) {
		return func(_ feed, a article) {
			a.Extensions = []syndicate.Extension{destination.Story{Sponsored: links}}
		}
	}
	offer := destination.SponsoredLink{Link: "https://example.com/offer/", Advertiser: "Example"}
	elsewhere, wordy, nameless := offer, offer, offer
	elsewhere.Link, wordy.Title, nameless.Advertiser = "https://shop.example/", strings.Repeat("x", 46), ""

	return []violation{
		{"DEST-1", "MSN", "feed without title", "a title", no, "Title", missing, noFeedTitle},
		{"DEST-16", "MSN", "feed without language", "a language", no, "Language", missing, noLanguage},
		{"DEST-2", "MSN", "id twice", "a unique id", no, "Articles[1].ID", syndicate.RuleDuplicateID, twice},
		{"DEST-4", "MSN", "http image", "https URLs", no, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "MSN", "http image in the body", "https URLs", no, "Content", destination.RuleNotHTTPS,
			body(`<img src="http://example.com/b.jpg">`)},
		{"DEST-4", "MSN", "http site", "https URLs", no, "URL", destination.RuleNotHTTPS,
			func(f feed, _ article) { f.URL = "http://example.com/" }},
		{"DEST-4", "MSN", "password", "URLs without", no, "URL", destination.RulePassword, password},
		{"DEST-4", "MSN", "password in a link", "URLs without", no, "Content", destination.RulePassword,
			body(`<a href="https://ann:secret@example.com/">b</a>`)},
		{"DEST-10", "MSN", "no id", "an id", no, "ID", missing, noID},
		{"DEST-10", "MSN", "no page", "a web URL", no, "URL", missing,
			func(_ feed, a article) { a.URL, a.ID = "", "4711" }},
		{"DEST-10", "MSN", "no title", "a title", no, "Title", missing, emptyTitle},
		{"DEST-10", "MSN", "title of 20 characters", "a title of more", no, "Title", destination.RuleTooShort, long(20)},
		{"DEST-10", "MSN", "title of 151 characters", "a title of at most", no, "Title", destination.RuleTooLong, long(151)},
		{"DEST-10", "MSN", "short title of 151 characters", "a title of at most", no, "Story.ShortTitle",
			destination.RuleTooLong, func(_ feed, a article) {
				a.Extensions = []syndicate.Extension{destination.Story{ShortTitle: strings.Repeat("x", 151)}}
			}},
		{"DEST-10", "MSN", "HTML in the title", "a title without", no, "Title", destination.RuleMarkup, markup},
		{"DEST-10", "MSN", "no date", "a date of", no, "Published", missing, noDate},
		{"DEST-11", "MSN", "date in the future", "a date of publication in", no, "Published", destination.RuleFuture, future},
		{"DEST-11", "MSN", "365 days old", "articles less", no, "Published", destination.RuleOld,
			func(_ feed, a article) { a.Published = time.Now().Add(-365 * 24 * time.Hour) }},
		{"DEST-5", "MSN", "no body", "a body", no, "Content", missing, noBody},
		{"DEST-5", "MSN", "excerpt", "the full text", no, "Content", destination.RuleExcerpt, excerpt},
		{"DEST-13", "MSN", "script", "a body without", no, "Content", destination.RuleElement, body("<script>x</script>")},
		{"DEST-16", "MSN", "another language", "one language", no, "Language", destination.RuleOtherLanguage, turkish},
		{"DEST-14", "MSN", "SVG", "images as", no, "Image.Type", destination.RuleImageType,
			image(func(i *syndicate.Image) { i.Type = "image/svg+xml" })},
		{"DEST-14", "MSN", "AVIF in a gallery", "images as", no, "Gallery.Pictures[0].Type", destination.RuleImageType,
			func(_ feed, a article) {
				a.Extensions = []syndicate.Extension{media.Gallery{Pictures: []media.Picture{
					{Image: syndicate.Image{URL: "https://example.com/b.jpg", Type: "image/avif"}}}}}
			}},
		{"DEST-14", "MSN", "more than 15 MB", "images of at most", no, "Image.Size", destination.RuleTooLarge,
			image(func(i *syndicate.Image) { i.Size = 15<<20 + 1 })},
		{"DEST-13", "MSN", "figure", "elements of", warn, "Content", destination.RuleElement, body("<figure>x</figure>")},
		{"DEST-13", "MSN", "player of another host", "frames", warn, "Content", destination.RulePlayer,
			body(`<iframe src="https://player.vimeo.com/video/1"></iframe>`)},
		{"DEST-13", "MSN", "ten levels", "fewer", warn, "Content", destination.RuleNesting,
			body(strings.Repeat("<div>", 10) + "x" + strings.Repeat("</div>", 10))},
		{"DEST-13", "MSN", "two line breaks", "no two", warn, "Content", destination.RuleLineBreaks, body("<p>a<br> <br>b</p>")},
		{"DEST-14", "MSN", "no image", "an image", warn, "Image.URL", missing, noImage},
		{"DEST-15", "MSN", "no credit", "the credit", warn, "Image.Credit", missing, noCredit},
		{"DEST-14", "MSN", "GIF", "a lead image", warn, "Image.Type", destination.RuleImageType,
			image(func(i *syndicate.Image) { i.Type = "image/gif" })},
		{"DEST-14", "MSN", "small image", "images of 720", warn, "Image.Width", destination.RuleImageSize,
			image(func(i *syndicate.Image) { i.Width, i.Height = 719, 719 })},
		{"DEST-14", "MSN", "wide image", "images whose", warn, "Image.Width", destination.RuleImageShape,
			image(func(i *syndicate.Image) { i.Width, i.Height = 1900, 1000 })},
		{"DEST-14", "MSN", "high image", "images whose", warn, "Image.Width", destination.RuleImageShape,
			image(func(i *syndicate.Image) { i.Width, i.Height = 499, 1000 })},

		{"DEST-21", "SmartNews", "feed without title", "a title", no, "Title", missing, noFeedTitle},
		{"DEST-21", "SmartNews", "HTML in the feed's title", "a title without", no, "Title", destination.RuleMarkup,
			func(f feed, _ article) { f.Title = "The <i>Example</i>" }},
		{"DEST-21", "SmartNews", "feed without link", "a link", no, "URL", missing, noLink},
		{"DEST-21", "SmartNews", "feed without description", "a description", no, "Description", missing, noDescription},
		{"DEST-21", "SmartNews", "description of 31 characters", "a description of", no, "Description", destination.RuleTooLong,
			func(f feed, _ article) { f.Description = strings.Repeat("ü", 31) }},
		{"DEST-21", "SmartNews", "Japanese description of 16 characters", "a description of", no, "Description",
			destination.RuleTooLong, func(f feed, _ article) { f.Language, f.Description = "ja", strings.Repeat("例", 16) }},
		{"DEST-21", "SmartNews", "feed without language", "a language", no, "Language", missing, noLanguage},
		{"DEST-2", "SmartNews", "guid twice", "a unique guid", no, "Articles[1].ID", syndicate.RuleDuplicateID, twice},
		{"DEST-22", "SmartNews", "no guid", "a guid", no, "ID", missing, noID},
		{"DEST-22", "SmartNews", "no link", "a link", no, "URL", missing, noID},
		{"DEST-22", "SmartNews", "no title", "a title", no, "Title", missing, emptyTitle},
		{"DEST-22", "SmartNews", "no date", "a pubDate", no, "Published", missing, noDate},
		{"DEST-22", "SmartNews", "date in the future", "no articles", no, "Published", destination.RuleFuture, future},
		{"DEST-22", "SmartNews", "no body", "content:encoded", no, "Content", missing, noBody},
		{"DEST-5", "SmartNews", "excerpt", "the full text", no, "Content", destination.RuleExcerpt, excerpt},
		{"DEST-22", "SmartNews", "three sponsored links", "at most two", no, "Story.Sponsored", destination.RuleManySponsored,
			sponsored(offer, offer, offer)},
		{"DEST-22", "SmartNews", "no advertiser", "the link and", no, "Story.Sponsored[1].Advertiser", missing,
			sponsored(offer, nameless)},
		{"DEST-22", "SmartNews", "long title of a sponsored link", "an advertiser", no, "Story.Sponsored[0].Title",
			destination.RuleTooLong, sponsored(wordy)},
		{"DEST-22", "SmartNews", "sponsored link to another domain", "sponsored links", no, "Story.Sponsored[0].Link",
			destination.RuleOtherHost, sponsored(elsewhere)},
		{"DEST-4", "SmartNews", "http image", "https URLs", warn, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "SmartNews", "password", "URLs without", warn, "URL", destination.RulePassword, password},
		{"DEST-22", "SmartNews", "no image", "a media:thumbnail", warn, "Image.URL", missing, noImage},
		{"DEST-23", "SmartNews", "21 links", "at most 20", warn, "Content", destination.RuleManyLinks,
			body(strings.Repeat(`<a href="https://example.com/">x</a>`, 21))},
		{"DEST-21", "SmartNews", "ttl of an hour", "a ttl", warn, "Schedule.TTL", destination.RuleSchedule,
			func(f feed, _ article) { f.Schedule.TTL = time.Hour }},

		{"DEST-30", "Flipboard", "feed without title", "a title", no, "Title", missing, noFeedTitle},
		{"DEST-30", "Flipboard", "feed without link", "a link", no, "URL", missing, noLink},
		{"DEST-30", "Flipboard", "feed without description", "a description", no, "Description", missing, noDescription},
		{"DEST-30", "Flipboard", "feed without language", "a language", no, "Language", missing, noLanguage},
		{"DEST-31", "Flipboard", "19 articles", "at least 20", no, "Articles", destination.RuleFewArticles,
			func(f feed, _ article) { f.Articles = f.Articles[:19] }},
		{"DEST-2", "Flipboard", "guid twice", "a unique guid", no, "Articles[1].ID", syndicate.RuleDuplicateID, twice},
		{"DEST-31", "Flipboard", "no guid", "a guid", no, "ID", missing, noID},
		{"DEST-31", "Flipboard", "no link", "a link", no, "URL", missing, noID},
		{"DEST-31", "Flipboard", "another host", "links to", no, "URL", destination.RuleOtherHost,
			func(_ feed, a article) { a.URL = "https://elsewhere.example/0/" }},
		{"DEST-31", "Flipboard", "no title", "a title", no, "Title", missing, emptyTitle},
		{"DEST-31", "Flipboard", "no date", "a pubDate", no, "Published", missing, noDate},
		{"DEST-31", "Flipboard", "no author", "a dc:creator", no, "Authors", missing,
			func(_ feed, a article) { a.Authors = nil }},
		{"DEST-31", "Flipboard", "no summary", "a description", no, "Summary", missing, noSummary},
		{"DEST-31", "Flipboard", "summary of 299 characters", "a description of", no, "Summary", destination.RuleTooShort,
			func(_ feed, a article) { a.Summary = strings.Repeat("x", 299) }},
		{"DEST-31", "Flipboard", "no image", "an image", no, "Image.URL", missing, noImage},
		{"DEST-31", "Flipboard", "small image", "images of", no, "Image.Width", destination.RuleImageSize,
			image(func(i *syndicate.Image) { i.Height = 499 })},
		{"DEST-5", "Flipboard", "no body", "the full text in", warn, "Content", missing, noBody},
		{"DEST-5", "Flipboard", "excerpt", "the full text", warn, "Content", destination.RuleExcerpt, excerpt},
		{"DEST-31", "Flipboard", "size unknown", "the width", warn, "Image.Width", missing,
			image(func(i *syndicate.Image) { i.Width = 0 })},
		{"DEST-4", "Flipboard", "http image", "https URLs", warn, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "Flipboard", "password", "URLs without", warn, "URL", destination.RulePassword, password},

		{"DEST-35", "NewsBreak", "no language", "a language", no, "Language", missing, noLanguage},
		{"DEST-35", "NewsBreak", "Turkish feed", "English", no, "Language", destination.RuleOtherLanguage,
			func(f feed, _ article) { f.Language = "tr" }},
		{"DEST-35", "NewsBreak", "Turkish article", "English", no, "Language", destination.RuleOtherLanguage, turkish},
		{"DEST-35", "NewsBreak", "no title", "a title", no, "Title", missing, emptyTitle},
		{"DEST-35", "NewsBreak", "no link", "a link", no, "URL", missing, noID},
		{"DEST-35", "NewsBreak", "no date", "a date", no, "Published", missing, noDate},
		{"DEST-35", "NewsBreak", "no body", "the full text", no, "Content", missing, noBody},
		{"DEST-35", "NewsBreak", "excerpt", "the full text", no, "Content", destination.RuleExcerpt, excerpt},
		{"DEST-35", "NewsBreak", "no image", "an image", no, "Image.URL", missing, noImage},
		{"DEST-35", "NewsBreak", "no credit", "the credit", no, "Image.Credit", missing, noCredit},
		{"DEST-35", "NewsBreak", "the feed's author alone", "a byline", no, "Authors", missing,
			func(f feed, a article) { f.Authors, a.Authors = a.Authors, nil }},
		{"DEST-4", "NewsBreak", "http image", "https URLs", warn, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "NewsBreak", "password", "URLs without", warn, "URL", destination.RulePassword, password},

		{"DEST-50", "Apple News", "feed without title", "a title", no, "Title", missing, noFeedTitle},
		{"DEST-50", "Apple News", "feed without link", "a link", no, "URL", missing, noLink},
		{"DEST-50", "Apple News", "feed without language", "a language", no, "Language", missing, noLanguage},
		{"DEST-50", "Apple News", "language without region", "a language with", no, "Language", destination.RuleLocale,
			func(f feed, _ article) { f.Language = "en" }},
		{"DEST-50", "Apple News", "no title", "a title", no, "Title", missing, emptyTitle},
		{"DEST-50", "Apple News", "HTML in the title", "a title without", no, "Title", destination.RuleMarkup, markup},
		{"DEST-50", "Apple News", "no link", "a link", no, "URL", missing, noID},
		{"DEST-50", "Apple News", "no summary", "a description", no, "Summary", missing, noSummary},
		{"DEST-50", "Apple News", "read more", "a description without", no, "Summary", destination.RuleReadMore,
			func(_ feed, a article) { a.Summary = "No trains run. Read more…" }},
		{"DEST-50", "Apple News", "title of 14 characters", "titles", warn, "Title", destination.RuleTooShort, long(14)},
		{"DEST-50", "Apple News", "title of 61 characters", "titles", warn, "Title", destination.RuleTooLong, long(61)},
		{"DEST-5", "Apple News", "no body", "the full text", warn, "Content", missing, noBody},
		{"DEST-5", "Apple News", "excerpt", "the full text", warn, "Content", destination.RuleExcerpt, excerpt},
		{"DEST-4", "Apple News", "http image", "https URLs", warn, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "Apple News", "password", "URLs without", warn, "URL", destination.RulePassword, password},

		{"DEST-60", "mail services", "oldest first", "the newest", no, "Articles[1].Published", destination.RuleOrder,
			func(f feed, _ article) { slices.Reverse(f.Articles) }},
		{"DEST-60", "mail services", "no title", "a title", no, "Title", missing, emptyTitle},
		{"DEST-60", "mail services", "no link", "a link", no, "URL", missing, noID},
		{"DEST-60", "mail services", "no date", "a pubDate", no, "Published", missing, noDate},
		{"DEST-60", "mail services", "no text", "a description or", no, "Content", missing,
			func(_ feed, a article) { a.Summary, a.Content = "", "" }},
		{"DEST-60", "mail services", "4 MB", "less than", no, "Articles", destination.RuleTooLarge,
			body(strings.Repeat("x", 4_000_000))},
		{"DEST-6", "mail services", "body without the lead image", "the lead image", warn, "Content",
			destination.RuleNoLeadImage, func(_ feed, a article) { a.Content = "<p>x</p>" }},
		{"DEST-4", "mail services", "http image", "https URLs", warn, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "mail services", "password", "URLs without", warn, "URL", destination.RulePassword, password},

		{"DEST-80", "Google News Showcase", "2 MB", "at most 2", no, "Articles", destination.RuleTooLarge,
			body(strings.Repeat("x", 2_000_000))},
		{"DEST-80", "Google News Showcase", "61 articles", "at most 60", no, "Articles", destination.RuleManyArticles,
			func(f feed, _ article) { f.Articles = goodFeed(61).Articles }},
		{"DEST-80", "Google News Showcase", "guid twice", "a unique guid", no, "Articles[1].ID",
			syndicate.RuleDuplicateID, twice},
		{"DEST-80", "Google News Showcase", "no guid", "a guid", no, "ID", missing, noID},
		{"DEST-80", "Google News Showcase", "article of 1 MB", "articles of", no, "Content", destination.RuleTooLarge,
			body(strings.Repeat("x", 1_000_000))},
		{"DEST-4", "Google News Showcase", "http image", "https URLs", warn, "Image.URL", destination.RuleNotHTTPS, httpImage},
		{"DEST-4", "Google News Showcase", "password", "URLs without", warn, "URL", destination.RulePassword, password},
	}
}

func TestEveryRuleFindsItsViolation(t *testing.T) { // DEST-1 to DEST-80
	for _, v := range violations() {
		t.Run(v.profile+"/"+v.id+"/"+v.name, func(t *testing.T) {
			f := goodFeed(20)
			first := f.Articles[0]
			v.breaks(f, first)
			before := string(f.Append(nil, syndicate.RSS))
			found := profile(t, v.profile).Check(f)
			i := slices.IndexFunc(found, func(p *syndicate.Problem) bool {
				return p.Field == v.field && p.Rule == v.rule && p.Warning == v.warning &&
					strings.HasPrefix(p.Spec, v.profile+": "+v.requires)
			})
			require.GreaterOrEqual(t, i, 0, "found: %v", found)
			assert.ErrorIs(t, found[i], v.rule)
			assert.Equal(t, before, string(f.Append(nil, syndicate.RSS)), "Check changes nothing")
		})
	}
}

// A rule that no row breaks would be a rule that no test knows.
func TestTheTableHasEveryRule(t *testing.T) {
	all := violations()
	for _, p := range destination.Profiles() {
		for _, r := range p.Rules {
			assert.True(t, slices.ContainsFunc(all, func(v violation) bool {
				return v.profile == p.Name && v.rule == r.Rule && v.warning == r.Recommended &&
					strings.HasPrefix(r.Requires, v.requires)
			}), "%s: %s: %s", p.Name, r.Rule, r.Requires)
			assert.NotEmpty(t, r.Document, "%s: %s", p.Name, r.Requires)
			assert.True(t, r.Feed != nil || r.Article != nil, "%s: %s", p.Name, r.Requires)
		}
	}
}

func TestWhatIsAtTheLimitIsAccepted(t *testing.T) {
	for name, breaks := range map[string]func(a article){
		"DEST-10: title of 21 characters":  func(a article) { a.Title = strings.Repeat("ü", 21) },
		"DEST-10: title of 150 characters": func(a article) { a.Title = strings.Repeat("ü", 150) },
		"DEST-10: long title with a short title": func(a article) {
			a.Title = strings.Repeat("x", 151)
			a.Extensions = []syndicate.Extension{destination.Story{ShortTitle: "Strikes"}}
		},
		"DEST-11: 364 days old":      func(a article) { a.Published = time.Now().Add(-364 * 24 * time.Hour) },
		"DEST-13: http links":        func(a article) { a.Content += `<a href="http://example.com/">x</a>` },
		"DEST-13: nine levels":       func(a article) { a.Content += strings.Repeat("<div>", 9) + "x" },
		"DEST-13: a player of MSN's": func(a article) { a.Content += `<iframe src="https://www.youtube.com/embed/1"></iframe>` },
		"DEST-14: a wide image":      func(a article) { a.Image.Width, a.Image.Height = 1890, 1000 },
		"DEST-14: a high image":      func(a article) { a.Image.Width, a.Image.Height = 360, 720 },
		"DEST-14: 15 MB":             func(a article) { a.Image.Size = 15 << 20 },
		"DEST-14: size unknown":      func(a article) { a.Image.Width, a.Image.Size = 0, 0 },
		"DEST-16: another region":    func(a article) { a.Language = "en-GB" },
	} {
		f := goodFeed(2)
		breaks(f.Articles[0])
		assert.Empty(t, destination.MSN{}.Check(f), name)
	}
}

func TestPartsOfTheFeedsDomainAreItsHost(t *testing.T) { // DEST-31
	for address, accepted := range map[string]bool{
		"https://news.example.com/0/": true, "https://EXAMPLE.com:443/0/": true, "https://notexample.com/0/": false,
	} {
		f := goodFeed(20)
		f.Articles[0].URL = address
		assert.Equal(t, accepted, len(destination.Flipboard.Check(f)) == 0, address)
	}
}

func TestProblemsNameArticleFieldRuleAndDocument(t *testing.T) { // DEST-1
	f := goodFeed(1)
	f.Articles[0].Title = strings.Repeat("x", 1000)
	found := destination.MSN{}.Check(f)
	require.Len(t, found, 1)
	assert.Equal(t, &syndicate.Problem{
		Article: "https://www.example.com/0/", Field: "Title", Value: strings.Repeat("x", 200) + "…",
		Rule: destination.RuleTooLong,
		Spec: "MSN: a title of at most 150 characters, or a short title (Story.ShortTitle); " +
			"https://support.microsoft.com/topic/0114c19c-36bb-4fef-8322-4a1ed6888329",
	}, found[0])
	assert.True(t, errors.Is(found[0], destination.RuleTooLong))
}

func TestPasswordsAreNotShown(t *testing.T) { // DEST-4
	f := goodFeed(1)
	f.Articles[0].URL = "https://ann:secret@example.com/"
	f.Articles[0].Image.URL = "https://ann:secret@example.com/a.jpg"
	f.Articles = append(f.Articles, f.Articles[0])
	found := destination.NewsShowcase.Check(f)
	require.Len(t, found, 5, "the id twice, the page and the image of each")
	for _, p := range found {
		assert.NotContains(t, p.Error(), "secret")
	}
}

func TestARuleThatPanicsIsAProblem(t *testing.T) {
	own := destination.Profile{Name: "Own", Rules: []destination.Rule{{
		Rule: "odd", Requires: "nothing", Document: "none",
		Article: func(*syndicate.Feed, *syndicate.Article, destination.Report) { panic("at the disco") },
	}}}
	found := own.Check(goodFeed(1))
	require.Len(t, found, 1)
	assert.Equal(t, syndicate.RuleExtension, found[0].Rule)
	assert.Contains(t, found[0].Value, "at the disco")
}

func TestNothingToCheckIsNoProblem(t *testing.T) {
	for _, p := range destination.Profiles() {
		assert.Nil(t, p.Check(nil))
		assert.NotPanics(t, func() { p.Check(&syndicate.Feed{Articles: []*syndicate.Article{nil, {}}}) }, p.Name)
	}
}
