package podcast

// What a show writes, what it demands, and what it mends. Every bad input gives one problem, and
// nothing else is lost.

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

var noon = time.Date(2022, 3, 30, 12, 0, 0, 0, time.UTC)

// fieldNotes is a show that every directory accepts.
func fieldNotes() Show {
	return Show{
		Categories: []Category{"Daily News", "Documentary"},
		Artwork:    syndicate.Image{URL: "/field-notes.jpg", Width: 3000, Height: 3000},
		Owner:      Owner{Email: "desk@example.com"},
	}
}

// part returns an article with a file, and an episode if one is given.
func part(n int, episodes ...Episode) *syndicate.Article {
	a := &syndicate.Article{
		URL: fmt.Sprintf("https://example.com/%d/", n), Title: fmt.Sprintf("Part %d", n), Published: noon.AddDate(0, 0, -n),
		Content: "<p>Notes.</p>",
		Enclosures: []syndicate.Enclosure{
			{URL: fmt.Sprintf("https://example.com/%d.mp3", n), Type: "audio/mpeg", Size: 48_000_000, Duration: 50*time.Minute + 400*time.Millisecond},
		},
	}
	for _, e := range episodes {
		a.Extensions = append(a.Extensions, e)
	}
	return a
}

// feedOf returns a feed that was filled in by hand.
func feedOf(s Show, articles ...*syndicate.Article) *syndicate.Feed {
	return &syndicate.Feed{
		ID: "https://example.com/", Title: "Field Notes", Description: "Reports from the field", URL: "https://example.com/show/", Language: "en",
		Self: syndicate.Links{RSS: "https://example.com/rss.xml"}, Authors: []syndicate.Author{{Name: "The Desk"}},
		Extensions: []syndicate.Extension{s}, Articles: articles,
	}
}

func rss(f *syndicate.Feed) string { return string(f.Append(nil, syndicate.RSS)) }

// channel returns the feed as it is read back.
func channel(t testing.TB, f *syndicate.Feed) node {
	t.Helper()
	return parse(t, f.Append(nil, syndicate.RSS))
}

// item returns the only item of a feed as it is read back.
func item(t testing.TB, f *syndicate.Feed) node {
	t.Helper()
	items := channel(t, f).plain("item")
	require.Len(t, items, 1)
	return items[0]
}

// found returns the problems as texts: field, rule and whether it is a warning.
func found(problems []*syndicate.Problem) (texts []string) {
	for _, p := range problems {
		text := p.Field + ": " + string(p.Rule)
		if !p.Warning {
			text = "refused: " + text
		}
		texts = append(texts, text)
	}
	return texts
}

func TestAGoodShowHasNoProblems(t *testing.T) { // POD-1
	f := feedOf(fieldNotes(), part(1, Episode{Season: 1, Number: 1}), part(2))
	assert.Empty(t, f.Validate())
	c := channel(t, f)
	for name, want := range map[string]string{"author": "The Desk", "explicit": "false"} {
		assert.Equal(t, want, first(c.itunes(name)), name)
	}
	assert.Equal(t, "https://example.com/field-notes.jpg", single(c.itunes("image")).attr("href"), "relative to the page")
	assert.Equal(t, GUID("https://example.com/rss.xml"), first(c.podcast("guid")))
	assert.Equal(t, "yes", first(c.podcast("locked")))
	for _, absent := range []string{"title", "summary", "subtitle", "keywords", "type", "block", "complete", "new-feed-url"} { // POD-6, POD-7, POD-10, POD-11
		assert.Empty(t, c.itunes(absent), absent)
	}
	assert.Empty(t, c.podcast("medium"), "the default is not written")
	item := c.plain("item")[0]
	assert.Equal(t, "3000", first(item.itunes("duration"))) // POD-23
	assert.Equal(t, "1", first(item.itunes("episode")))     // POD-24
	assert.Equal(t, "1", first(item.itunes("season")))
	for _, absent := range []string{"title", "episodeType", "explicit", "image", "block", "summary"} {
		assert.Empty(t, item.itunes(absent), absent)
	}
	other := c.plain("item")[1]
	assert.Equal(t, "3000", first(other.itunes("duration")), "an article without an Episode is one without details")
	assert.Empty(t, other.itunes("episode"))
	assert.Empty(t, other.podcast("episode"))
}

func TestWhatAShowRequires(t *testing.T) { // POD-1, POD-3, POD-4, POD-5
	tests := map[string]struct {
		change func(*Show, *syndicate.Feed)
		want   []string
	}{
		"no category":      {func(s *Show, _ *syndicate.Feed) { s.Categories = nil }, []string{"refused: Show.Categories: missing"}},
		"no artwork":       {func(s *Show, _ *syndicate.Feed) { s.Artwork = syndicate.Image{} }, []string{"refused: Show.Artwork: missing"}},
		"no language":      {func(_ *Show, f *syndicate.Feed) { f.Language = "" }, []string{"refused: Language: " + string(RuleLanguage)}},
		"three letters":    {func(_ *Show, f *syndicate.Feed) { f.Language = "gsw" }, []string{"refused: Language: " + string(RuleLanguage)}},
		"a script":         {func(_ *Show, f *syndicate.Feed) { f.Language = "zh-hant" }, []string{"refused: Language: " + string(RuleLanguage)}},
		"a region":         {func(_ *Show, f *syndicate.Feed) { f.Language = "en-GB" }, nil},
		"unknown category": {func(s *Show, _ *syndicate.Feed) { s.Categories[0] = "Daily Newz" }, []string{"refused: Show.Categories[0]: " + string(RuleCategory)}},
		"only unknown": {func(s *Show, _ *syndicate.Feed) { s.Categories = []Category{"Cooking"} }, []string{
			"refused: Show.Categories[0]: " + string(RuleCategory), "refused: Show.Categories: missing"}},
		"category twice":  {func(s *Show, _ *syndicate.Feed) { s.Categories[1] = "Daily News" }, []string{"Show.Categories[1]: listed twice"}},
		"other case":      {func(s *Show, _ *syndicate.Feed) { s.Categories[0] = "TV and film" }, []string{"Show.Categories[0]: " + string(RuleCategory)}},
		"artwork 1399":    {func(s *Show, _ *syndicate.Feed) { s.Artwork.Width, s.Artwork.Height = 1399, 1400 }, []string{"refused: Show.Artwork: " + string(RuleArtwork)}},
		"artwork small":   {func(s *Show, _ *syndicate.Feed) { s.Artwork.Width, s.Artwork.Height = 1399, 1399 }, []string{"refused: Show.Artwork: " + string(RuleArtwork)}},
		"artwork large":   {func(s *Show, _ *syndicate.Feed) { s.Artwork.Width, s.Artwork.Height = 3001, 3001 }, []string{"refused: Show.Artwork: " + string(RuleArtwork)}},
		"artwork least":   {func(s *Show, _ *syndicate.Feed) { s.Artwork.Width, s.Artwork.Height = 1400, 1400 }, nil},
		"artwork unknown": {func(s *Show, _ *syndicate.Feed) { s.Artwork.Width, s.Artwork.Height = 0, 0 }, nil},
		"artwork webp":    {func(s *Show, _ *syndicate.Feed) { s.Artwork.URL = "/a.webp" }, []string{"refused: Show.Artwork: " + string(RuleArtwork)}},
		"artwork type":    {func(s *Show, _ *syndicate.Feed) { s.Artwork.Type = "image/png" }, []string{"refused: Show.Artwork: " + string(RuleArtwork)}},
		"no owner":        {func(s *Show, _ *syndicate.Feed) { s.Owner = Owner{} }, []string{"Show.Owner.Email: missing"}},
		"bad owner": {func(s *Show, _ *syndicate.Feed) { s.Owner.Email = "nobody" }, []string{
			"Show.Owner.Email: not an e-mail address", "Show.Owner.Email: missing"}},
		"long description": {func(_ *Show, f *syndicate.Feed) { f.Description = strings.Repeat("word ", 801) }, []string{"Description: " + string(RuleTooLong)}},
		"two shows":        {func(_ *Show, f *syndicate.Feed) { f.Extensions = append(f.Extensions, fieldNotes()) }, []string{"refused: Extensions: " + string(RuleTwoShows)}},
		"bad guid":         {func(s *Show, _ *syndicate.Feed) { s.GUID = "4711" }, []string{"Show.GUID: " + string(RuleNotGUID)}},
		"bad new address":  {func(s *Show, _ *syndicate.Feed) { s.NewFeedURL = "mailto:a@example.com" }, []string{"Show.NewFeedURL: " + string(syndicate.RuleBadScheme)}},
		"unknown medium":   {func(s *Show, _ *syndicate.Feed) { s.Medium = "podcasts" }, []string{"Show.Medium: " + string(RuleUnknown)}},
		"medium, case":     {func(s *Show, _ *syndicate.Feed) { s.Medium = "MUSIC" }, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := fieldNotes()
			f := feedOf(s, part(1))
			test.change(&s, f)
			f.Extensions[0] = s
			problems := s.CheckFeed(f)
			assert.Equal(t, test.want, found(problems))
			for _, p := range problems {
				assert.NotEmpty(t, p.Spec, p.Error())
			}
			c := channel(t, f)
			assert.Len(t, c.plain("item"), 1, "nothing else is lost")
			assert.NotEmpty(t, first(c.podcast("guid")))
		})
	}
}

func TestTheErrorNamesTheNearestCategory(t *testing.T) { // POD-3
	for given, want := range map[Category]string{
		"Tech": `"Tech News"`, "Technologie": `"Technology"`, "Helth & Fitness": `"Health & Fitness"`, "News/Sport News": `"Sports News"`,
	} {
		s := fieldNotes()
		s.Categories = []Category{given}
		if given == "Tech" { // too short to be near to anything
			want = ""
		}
		p := s.CheckFeed(feedOf(s))[0]
		assert.Contains(t, p.Spec, want, given)
		assert.Contains(t, p.Spec, "Apple", given)
		assert.ErrorIs(t, p, RuleCategory)
	}
}

func TestCategoriesAreNested(t *testing.T) { // POD-3
	s := fieldNotes()
	s.Categories = []Category{"Society & Culture", "News > Tech News", "True Crime"}
	f := feedOf(s)
	assert.Contains(t, rss(f), `<itunes:category text="Society &amp; Culture"/>`+
		`<itunes:category text="News"><itunes:category text="Tech News"/></itunes:category><itunes:category text="True Crime"/>`)
}

func TestCategories(t *testing.T) { // POD-3
	parents, subs := 0, 0
	for _, c := range Categories() {
		if c.Parent() == "" {
			parents++
		} else {
			subs++
			assert.Empty(t, c.Parent().Parent())
		}
	}
	assert.Equal(t, 19, parents)
	assert.Equal(t, 91, subs)
	assert.Equal(t, Category("TV & Film"), Category("After Shows").Parent())
}

func TestArtworkIsTheIconOrLogoIfItCanBe(t *testing.T) { // POD-4, POD-13
	s := fieldNotes()
	s.Artwork = syndicate.Image{}
	f := feedOf(s)
	f.Icon, f.Logo = "https://example.com/icon.svg", syndicate.Image{URL: "https://example.com/logo.png", Width: 2000, Height: 2000}
	assert.Equal(t, f.Logo.URL, single(channel(t, f).itunes("image")).attr("href"))
	f.Logo.Height = 500
	assert.Empty(t, channel(t, f).itunes("image"))
	assert.Equal(t, []string{"refused: Show.Artwork: missing"}, found(s.CheckFeed(f)))
	f.Icon = "https://example.com/icon.png"
	assert.Equal(t, f.Icon, single(channel(t, f).itunes("image")).attr("href"))
	assert.Contains(t, rss(f), "<image><url>https://example.com/logo.png</url>")
}

func TestAShowIsCheckedWithItsSite(t *testing.T) {
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("show"): {Title: "Show", Extensions: []syndicate.Extension{Show{Categories: []Category{"Newz"}}}},
		},
	}
	_, err := syndicate.NewArchive(site)
	require.ErrorIs(t, err, RuleCategory)
	var problems syndicate.Problems
	require.True(t, errors.As(err, &problems))
	require.Len(t, problems, 3)
	assert.Equal(t, `syndicate: rss: Scopes[category/show].Show.Categories[0]: "Newz": not a category of Apple Podcasts `+
		`(perhaps "News"; Apple, A Podcaster's Guide to RSS, itunes:category)`, strings.ReplaceAll(problems[1].Error(), "RSS", "RSS"))
	assert.Equal(t, "Scopes[category/show].Show.Artwork", problems[0].Field)
}

// network returns an archive with two shows and an article without sound.
func network(t testing.TB) *syndicate.Archive {
	t.Helper()
	second := fieldNotes()
	second.Categories, second.Serial, second.GUID = []Category{"True Crime"}, true, GUID("https://old.example/feed")
	site := syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("field-notes"): {Title: "Field Notes", Extensions: []syndicate.Extension{fieldNotes()}},
			syndicate.InCategory("cold-cases"):  {Title: "Cold Cases", Language: "tr", Extensions: []syndicate.Extension{second}},
		},
	}
	articles := []syndicate.Article{*part(1, Episode{Number: 1}), *part(2, Episode{Number: 2}), *part(3)}
	articles[0].Categories = syndicate.Categories("Field Notes")
	articles[1].Categories = syndicate.Categories("Cold Cases")
	articles[2].Categories, articles[2].Enclosures = syndicate.Categories("News"), nil
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	return archive
}

func sourceFeed(t testing.TB, source syndicate.Source, scope syndicate.Scope) *syndicate.Feed {
	t.Helper()
	f, err := source.Feed(context.Background(), scope)
	require.NoError(t, err)
	return f
}

func TestSeveralShowsOfOnePublication(t *testing.T) { // POD-28
	archive := network(t)
	first, second := sourceFeed(t, archive, syndicate.InCategory("field-notes")), sourceFeed(t, archive, syndicate.InCategory("cold-cases"))
	for _, f := range []*syndicate.Feed{first, second} {
		assert.Empty(t, f.Validate(syndicate.RSS), f.Title)
	}
	assert.Contains(t, rss(first), `<itunes:category text="News">`)
	assert.NotContains(t, rss(first), "True Crime")
	assert.Contains(t, rss(second), "<itunes:type>serial</itunes:type>")
	assert.Contains(t, rss(second), "<podcast:guid>"+GUID("old.example/feed")+"</podcast:guid>")
	assert.Contains(t, rss(second), "<language>tr</language>")
	all := rss(sourceFeed(t, archive, syndicate.Everything()))
	assert.NotContains(t, all, "itunes:category")
	assert.Contains(t, all, "<itunes:episode>2</itunes:episode>", "an episode is one in every feed")
	guid := "<guid isPermaLink=\"true\">https://example.com/2/</guid>"
	assert.Contains(t, all, guid)
	assert.Contains(t, rss(second), guid)
	news := rss(sourceFeed(t, archive, syndicate.InCategory("news")))
	assert.NotContains(t, news, "xmlns:itunes") // POD-77
	assert.NotContains(t, news, "xmlns:podcast")
}

func TestOnlyRSSUnlessAtomIsAskedFor(t *testing.T) { // POD-77
	s := fieldNotes()
	f := feedOf(s, part(1, Episode{Number: 1, People: []Person{{Name: "Guest", Role: "guest"}}}), part(2))
	assert.NotContains(t, string(f.Append(nil, syndicate.Atom)), "itunes")
	assert.NotContains(t, string(f.Append(nil, syndicate.Atom)), "podcast:")
	assert.NotContains(t, string(f.Append(nil, syndicate.JSON)), "itunes")
	s.Atom, s.People, s.Live = true, []Person{{Name: "Host"}}, []LiveItem{newGenerator(1).live()}
	f.Extensions[0] = s
	atom := string(f.Append(nil, syndicate.Atom))
	assert.Contains(t, atom, "<itunes:explicit>false</itunes:explicit>")
	assert.Equal(t, 1, strings.Count(atom, "<itunes:episode>1</itunes:episode>"))
	assert.Equal(t, 2, strings.Count(atom, "<itunes:duration>3000</itunes:duration>"))
	assert.Equal(t, 2, strings.Count(atom, ">Host</podcast:person>"), "of the show and of the episode with a guest")
	assert.NotContains(t, atom, "liveItem")
	assert.NotContains(t, atom, "<description")
}

func TestFlagsAreWrittenOnlyWhenSet(t *testing.T) { // POD-2, POD-7, POD-10, POD-41
	s := fieldNotes()
	s.Explicit, s.Serial, s.Block, s.Complete, s.Unlocked, s.Podping = true, true, true, true, true, true
	doc := rss(feedOf(s, part(1, Episode{Rating: RatingClean, Block: true, Number: 1})))
	for _, want := range []string{
		"<itunes:explicit>true</itunes:explicit>", "<itunes:type>serial</itunes:type>", "<itunes:complete>Yes</itunes:complete>",
		"<podcast:block>yes</podcast:block>", `<podcast:locked owner="desk@example.com">no</podcast:locked>`, `<podcast:podping usesPodping="true"/>`,
		"<itunes:explicit>false</itunes:explicit>",
	} {
		assert.Equal(t, 1, strings.Count(doc, want), want)
	}
	assert.Equal(t, 2, strings.Count(doc, "<itunes:block>Yes</itunes:block>"), "of the show and of the episode")
}

func TestTrailersComeFromTheEpisodes(t *testing.T) { // POD-25, POD-50
	s := fieldNotes()
	s.Trailers = []Trailer{{Title: "By hand", URL: "https://example.com/4.mp3", Published: noon}}
	f := feedOf(s, part(1, Episode{Type: TypeTrailer}), part(2, Episode{Type: TypeTrailer, Season: 2}),
		part(3, Episode{Type: TypeTrailer, Season: 2, Number: 7}), part(4, Episode{Type: TypeTrailer}), part(5, Episode{Type: TypeBonus}))
	trailers := mapped(channel(t, f).podcast("trailer"), readTrailer)
	require.Len(t, trailers, 3)
	assert.Equal(t, "By hand", trailers[0].Title)
	assert.Equal(t, Trailer{"Part 1", "https://example.com/1.mp3", noon.AddDate(0, 0, -1), "audio/mpeg", 48_000_000, 0}, trailers[1])
	assert.Equal(t, 2, trailers[2].Season)
	assert.Equal(t, 4, strings.Count(rss(f), "<itunes:episodeType>trailer</itunes:episodeType>"))
	assert.Equal(t, 1, strings.Count(rss(f), "<itunes:episodeType>bonus</itunes:episodeType>"))
}

func TestLiveItems(t *testing.T) { // POD-59
	live := LiveItem{
		Status: LiveNow, Start: noon, Title: "Live <now>", URL: "/live/", Enclosures: []syndicate.Enclosure{{URL: "/stream?format=.mp3"}},
	}
	s := fieldNotes()
	s.Live = []LiveItem{live}
	doc := rss(feedOf(s, part(1)))
	assert.Contains(t, doc, `<podcast:liveItem status="live" start="2022-03-30T12:00:00Z"><title>Live &#x3C;now&gt;</title><link>https://example.com/live/</link>`+
		`<guid isPermaLink="true">https://example.com/live/</guid><enclosure url="https://example.com/stream?format=.mp3" length="0" type="audio/mpeg"/>`+
		`<podcast:contentLink href="https://example.com/live/">Live &#x3C;now&gt;</podcast:contentLink></podcast:liveItem>`)
	assert.Less(t, strings.Index(doc, "</podcast:liveItem>"), strings.Index(doc, "<item>"))
	for name, change := range map[string]func(*LiveItem){
		"Status": func(l *LiveItem) { l.Status = "" }, "Start": func(l *LiveItem) { l.Start = time.Time{} }, "Title": func(l *LiveItem) { l.Title = " " },
		"URL":        func(l *LiveItem) { l.URL, l.GUID = "", "1" },
		"GUID":       func(l *LiveItem) { l.URL, l.Episode.ContentLinks = "", []ContentLink{{URL: "/video"}} },
		"Enclosures": func(l *LiveItem) { l.Enclosures = nil },
	} {
		broken := live
		change(&broken)
		s.Live = []LiveItem{broken, live}
		f := feedOf(s)
		assert.Equal(t, []string{"Show.Live[0]." + name + ": missing"}, found(s.CheckFeed(f)), name)
		assert.Len(t, channel(t, f).podcast("liveItem"), 1, "the other is not lost")
	}
	broken := live
	broken.Status, broken.End = "running", noon
	s.Live = []LiveItem{broken}
	assert.Equal(t, []string{"Show.Live[0].Status: " + string(RuleUnknown)}, found(s.CheckFeed(feedOf(s))))
	broken.Status = "LIVE"
	s.Live = []LiveItem{broken}
	assert.Equal(t, []string{"Show.Live[0].End: " + string(RuleOrder)}, found(s.CheckFeed(feedOf(s))))
}

func TestTheSameFileTwice(t *testing.T) { // POD-20
	s := fieldNotes()
	second := part(2)
	second.Enclosures[0].URL = "https://example.com/1.mp3"
	problems := s.CheckFeed(feedOf(s, part(1), second, part(3), nil))
	require.Equal(t, []string{"Enclosures[0].URL: " + string(RuleSameFile)}, found(problems))
	assert.Equal(t, second.URL, problems[0].Article)
}

func TestPublisherFeed(t *testing.T) { // POD-69
	archive := network(t)
	f, err := PublisherFeed(context.Background(), archive, "/publisher.xml", Show{People: []Person{{Name: "The publisher"}}})
	require.NoError(t, err)
	for _, p := range f.Validate() {
		assert.True(t, p.Warning, p.Error())
	}
	s := readShow(channel(t, f))
	assert.Equal(t, MediumPublisher, s.Medium)
	assert.Equal(t, GUID("https://example.com/publisher.xml"), s.GUID)
	assert.Equal(t, []Person{{Name: "The publisher"}}, s.People)
	assert.Equal(t, []RemoteItem{
		{FeedGUID: GUID("old.example/feed"), FeedURL: "https://example.com/category/cold-cases/rss.xml", Medium: MediumPodcast, Title: "Cold Cases"},
		{FeedGUID: GUID("https://example.com/category/field-notes/rss.xml"), FeedURL: "https://example.com/category/field-notes/rss.xml", Medium: MediumPodcast, Title: "Field Notes"},
	}, s.RemoteItems)
	// Each entry is what the show says of itself.
	for _, item := range s.RemoteItems {
		scope := syndicate.InCategory(strings.Split(item.FeedURL, "/")[4])
		assert.Equal(t, item.FeedGUID, readShow(channel(t, sourceFeed(t, archive, scope))).GUID)
	}
	_, err = PublisherFeed(context.Background(), archive, "mailto:a@example.com", Show{})
	assert.ErrorIs(t, err, syndicate.RuleBadScheme)
}

func TestPublisherOfAShow(t *testing.T) { // POD-69
	s := fieldNotes()
	s.Publisher = RemoteItem{FeedGUID: GUID("example.com/p.xml"), FeedURL: "https://example.com/p.xml"}
	assert.Contains(t, rss(feedOf(s)), `<podcast:publisher><podcast:remoteItem feedGuid="`+s.Publisher.FeedGUID+
		`" feedUrl="https://example.com/p.xml" medium="publisher"/></podcast:publisher>`)
}

func TestListsOfRemoteItems(t *testing.T) { // POD-58, POD-64
	assert.Equal(t, Medium("musicL"), MediumMusic.List())
	assert.Equal(t, MediumMixed, MediumMixed.List())
	assert.Equal(t, Medium("musicL"), MediumMusic.List().List())
	s := Show{Medium: MediumMusic.List(), RemoteItems: []RemoteItem{{FeedGUID: GUID("a")}, {}, {FeedGUID: "x"}}}
	f := feedOf(s)
	assert.Equal(t, []string{"Show.RemoteItems[1].FeedGUID: missing", "Show.RemoteItems[2].FeedGUID: " + string(RuleNotGUID)}, found(s.CheckFeed(f)))
	assert.Len(t, channel(t, f).podcast("remoteItem"), 1)
	assert.Equal(t, []string{"Show.Medium: " + string(RuleConflict)}, found(Show{Medium: MediumMixed}.CheckFeed(feedOf(s, part(1)))))
}

// A site that shares documents compares shows and episodes by their contents, which pointers would
// hide.
func TestShowsAndEpisodesHoldNoPointers(t *testing.T) {
	seen := map[reflect.Type]bool{reflect.TypeFor[syndicate.Image](): true, reflect.TypeFor[time.Time](): true}
	var walk func(reflect.Type, string)
	walk = func(typ reflect.Type, path string) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch typ.Kind() {
		case reflect.Struct:
			for field := range typ.Fields() {
				walk(field.Type, path+"."+field.Name)
			}
		case reflect.Slice:
			walk(typ.Elem(), path+"[]")
		case reflect.Pointer, reflect.Map, reflect.Func, reflect.Interface, reflect.Chan:
			t.Errorf("%s is a %s", path, typ)
		}
	}
	walk(reflect.TypeFor[Show](), "Show")
	walk(reflect.TypeFor[Episode](), "Episode")
}

func TestAnUnchangedShowIsEncodedOnce(t *testing.T) {
	archive := network(t)
	scope := syndicate.InCategory("field-notes")
	before, err := archive.Version(context.Background(), scope)
	require.NoError(t, err)
	again, err := archive.Version(context.Background(), scope)
	require.NoError(t, err)
	assert.Equal(t, before, again)
	other, err := network(t).Version(context.Background(), scope)
	require.NoError(t, err)
	assert.Equal(t, before, other, "the same on every server")
	f := sourceFeed(t, archive, scope)
	buffer := f.Append(nil, syndicate.RSS)
	assert.Less(t, testing.AllocsPerRun(20, func() { buffer = f.Append(buffer[:0], syndicate.RSS) }), 40.0)
}
