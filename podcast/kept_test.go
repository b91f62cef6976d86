package podcast

// The chapters and transcripts that episodes keep.

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feeddir"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/feedreader"
)

var cues = []Cue{
	{End: 5 * time.Second, Speaker: "John & <Co>", Text: "Do you --> hear it?"},
	{Start: time.Hour + 5*time.Second, End: time.Hour + 10500*time.Millisecond, Text: "All the time."},
}

// keeping is an episode that keeps its chapters and a transcript in every type.
func keeping(n int) Episode {
	return Episode{
		Number: n, ChapterList: []Chapter{{Title: "Intro"}, {Start: 90 * time.Second, Title: "The bell", URL: "/bell/"}},
		Transcripts: []Transcript{
			{Cues: cues, Language: "en", Captions: true}, {Cues: cues, Type: TypeSRT}, {Cues: cues, Type: "application/json"},
			{Cues: cues, Type: "text/html"}, {Cues: cues, Type: "text/plain"},
			{Text: "<p>Hello<script>x()</script></p>", Type: "text/html", Language: "tr"},
			{Text: "WEBVTT\n", Type: "text/vtt; charset=UTF-8"}, {URL: "https://example.com/elsewhere.vtt"},
		},
	}
}

// keepingNetwork is an archive of two shows, one in another folder, with the clock of the test.
func keepingNetwork(t testing.TB, clock *time.Time, limit int, articles ...syndicate.Article) *syndicate.Archive {
	t.Helper()
	show := fieldNotes()
	show.Files = "https://example.com/a%20b/episodes"
	other := fieldNotes()
	other.Files = "https://example.com/a%20b/other/"
	site := syndicate.Site{
		URL: "https://example.com/a%20b/", Title: "Example", Language: "en", Limit: 2,
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("field-notes"): {Title: "Field Notes", Limit: limit, Extensions: []syndicate.Extension{show}},
			syndicate.WithTag("other"):          {Title: "Other", Limit: limit, Extensions: []syndicate.Extension{other}},
			syndicate.WithTag("same"):           {Title: "The same folder", Limit: limit, Extensions: []syndicate.Extension{show}},
		},
	}
	archive, err := syndicate.NewArchive(site, articles...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return *clock }
	return archive
}

// keepingPart returns an article with an episode that keeps its files.
func keepingPart(n int, tags ...string) syndicate.Article {
	a := *part(n, keeping(n))
	a.Categories, a.Tags = syndicate.Categories("Field Notes"), syndicate.Tags(tags...)
	return a
}

// statedFiles returns the addresses and types of the chapters and transcripts that a feed and its
// archive pages state, as their readers find them.
func statedFiles(t testing.TB, archive *syndicate.Archive, scope syndicate.Scope) map[string]string {
	t.Helper()
	stated := map[string]string{}
	for page := 0; ; page++ {
		f, err := archive.Feed(t.Context(), scope.AtPage(page))
		if err != nil {
			require.ErrorIs(t, err, syndicate.ErrNotFound)
			return stated
		}
		for _, item := range parse(t, f.Append(nil, syndicate.RSS)).all("", "item") {
			for _, name := range []string{"chapters", "transcript"} {
				for _, file := range item.podcast(name) {
					stated[file.attr("url")] = file.attr("type")
				}
			}
		}
	}
}

// get returns the answer of a handler to a request for a URL.
func get(h http.Handler, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	return w
}

const elsewhere = "https://example.com/elsewhere.vtt"

func TestEveryStatedFileIsServedAndWritten(t *testing.T) { // POD-42, POD-44, POD-70, POD-71
	for _, limit := range []int{2, 100} {
		clock := noon
		var articles []syndicate.Article
		for n := range 9 {
			articles = append(articles, keepingPart(n, []string{"same", "other", "none"}[n%3]))
		}
		articles[3].ID = "an id/with <signs>"
		archive := keepingNetwork(t, &clock, limit, articles...)
		sets := []derived.Files{Files{}}
		h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Files: sets}
		dir := t.TempDir()
		_, err := feeddir.Folder{Source: archive, Dir: dir, Files: sets}.Publish(t.Context())
		require.NoError(t, err)
		all := map[string]bool{}
		for scope, want := range map[syndicate.Scope]int{
			syndicate.InCategory("field-notes"): 9, syndicate.WithTag("other"): 3, syndicate.WithTag("same"): 3, syndicate.WithTag("none"): 0,
		} {
			stated := statedFiles(t, archive, scope)
			delete(stated, elsewhere)
			assert.Len(t, stated, 8*want, "%s: chapters and seven transcripts each", scope)
			for address, mediaType := range stated {
				all[address] = true
				got := get(h, address)
				require.Equal(t, 200, got.Code, address)
				contentType := got.Header().Get("Content-Type")
				assert.Equal(t, mediaType, strings.TrimSuffix(contentType, "; charset=utf-8"))
				assert.Equal(t, "*", got.Header().Get("Access-Control-Allow-Origin"))
				path := filepath.Join(dir, strings.TrimPrefix(address, "https://example.com/a%20b/"))
				written, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.Equal(t, got.Body.String(), string(written))
				assert.Equal(t, mediaType, map[string]string{".json": mediaType}[filepath.Ext(path)]+strings.TrimSuffix(transcriptTypes[filepath.Ext(path)], "application/json"))
			}
		}
		assert.Len(t, all, 8*(9+3), "two shows with the same folder state the same addresses")
		count := 0
		for range (Files{}).List(t.Context(), archive) {
			count++
		}
		assert.Equal(t, len(all), count, "no file twice, and none that no feed states")
	}
}

func TestTheBytesOfKeptFiles(t *testing.T) { // POD-70, POD-71
	clock := noon
	archive := keepingNetwork(t, &clock, 10, keepingPart(1))
	var got []string
	for file, err := range (Files{}).List(t.Context(), archive) {
		require.NoError(t, err)
		text, err := file.Append(t.Context(), nil)
		require.NoError(t, err)
		_, name, _ := strings.Cut(strings.TrimPrefix(file.Path, "episodes/"), "/")
		got = append(got, name+"\n"+file.ContentType+"\n"+string(text))
	}
	assert.Equal(t, []string{
		"chapters.json\napplication/json+chapters\n" +
			`{"version":"1.2.0","author":"Example","title":"Part 1","podcastName":"Field Notes","chapters":[` +
			`{"startTime":0,"title":"Intro"},{"startTime":90,"title":"The bell","url":"https://example.com/bell/"}]}`,
		"transcript.vtt\ntext/vtt; charset=utf-8\nWEBVTT\n\n00:00:00.000 --> 00:00:05.000\n<v John &amp; &lt;Co&gt;>Do you --&gt; hear it?\n" +
			"\n01:00:05.000 --> 01:00:10.500\nAll the time.\n",
		"transcript-2.srt\napplication/x-subrip; charset=utf-8\n1\n00:00:00,000 --> 00:00:05,000\nJohn & <Co>: Do you -> hear it?\n" +
			"\n2\n01:00:05,000 --> 01:00:10,500\nAll the time.\n",
		"transcript-3.json\napplication/json\n" + `{"version":"1.0.0","segments":[{"speaker":"John & <Co>","startTime":0,"endTime":5,` +
			`"body":"Do you --> hear it?"},{"startTime":3605,"endTime":3610.5,"body":"All the time."}]}`,
		"transcript-4.html\ntext/html; charset=utf-8\n<cite>John &amp; &lt;Co&gt;:</cite>\n<time>0:00</time>\n<p>Do you --&gt; hear it?</p>\n" +
			"<time>1:00:05</time>\n<p>All the time.</p>\n",
		"transcript-5.txt\ntext/plain; charset=utf-8\nJohn & <Co>: Do you --> hear it?\n\nAll the time.\n",
		"transcript-6.html\ntext/html; charset=utf-8\n<p>Hello</p>",
		"transcript-7.vtt\ntext/vtt; charset=utf-8\nWEBVTT\n",
	}, got)
	stated := single(channel(t, sourceFeed(t, archive, syndicate.InCategory("field-notes"))).all("", "item")).podcast("transcript")
	require.Len(t, stated, 8)
	assert.Equal(t, "captions", stated[0].attr("rel"))
	assert.Equal(t, "en", stated[0].attr("language"))
}

// Files are there exactly as long as the episode is in the feed, by server and by folder.
func TestKeptFilesLeaveWithTheEpisode(t *testing.T) { // POD-70
	clock := noon
	embargoed, expiring := keepingPart(-1), keepingPart(3)
	expiring.Expires = noon.Add(time.Hour)
	archive := keepingNetwork(t, &clock, 2, keepingPart(1), keepingPart(2), expiring, keepingPart(4), keepingPart(5), embargoed)
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Files: []derived.Files{Files{}}}
	folder := feeddir.Folder{Source: archive, Dir: t.TempDir(), Files: h.Files}
	check := func(a syndicate.Article, there bool) {
		t.Helper()
		_, err := folder.Publish(t.Context())
		require.NoError(t, err)
		checked, err := archive.Publication().Article(a)
		require.NoError(t, err)
		path := "episodes/" + nameOf(checked) + "/chapters.json"
		status := map[bool]int{true: 200, false: 404}[there]
		assert.Equal(t, status, get(h, "https://example.com/a%20b/"+path).Code)
		_, err = os.Stat(filepath.Join(folder.Dir, path))
		assert.Equal(t, there, err == nil)
	}
	for range 2 {
		check(embargoed, false)
		check(expiring, true)
		check(keepingPart(5), true)
	}
	clock = noon.Add(time.Hour)
	check(expiring, false)
	clock = noon.AddDate(0, 0, 1)
	check(embargoed, true)
	for _, n := range []int{2, 5} { // one of the current feed, one of an archive page
		check(keepingPart(n), true)
		require.NoError(t, archive.Remove(fmt.Sprintf("https://example.com/%d/", n)))
		check(keepingPart(n), false)
	}
	bare := keepingPart(4)
	bare.Extensions = nil
	require.NoError(t, archive.Update(bare))
	check(bare, false)
}

func TestKeptFilesThatCannotBeStated(t *testing.T) { // POD-42, POD-44
	s := fieldNotes()
	f := feedOf(s, part(1, Episode{ChapterList: []Chapter{{}}, Transcripts: []Transcript{{Cues: cues}}}))
	assert.Equal(t, []string{"Show.Files: missing"}, found(validated(f)))
	assert.Empty(t, item(t, f).podcast("chapters"))
	assert.Empty(t, item(t, f).podcast("transcript"))
	for files, refused := range map[string]bool{
		"/episodes/": true, "episodes/": true, "https:///episodes/": true, "ftp://example.com/episodes/": true,
		"https://example.com/episodes/?a": true, "https://example.com/#a": true, "https://example.com": false, "https://example.com/e": false,
	} {
		s.Files = files
		texts := found(s.CheckFeed(feedOf(s)))
		assert.Equal(t, refused, len(texts) == 1 && texts[0] == "refused: Show.Files: "+string(syndicate.RuleNotAbsolute), "%s: %v", files, texts)
	}
	e := Episode{
		ChapterList: []Chapter{{Start: -1}, {Image: "/bell.jpg"}}, Transcripts: []Transcript{
			{Text: "x"}, {Text: "x", Type: "text/x"}, {Cues: []Cue{{End: time.Second}}}, {Text: "x", Type: "TEXT/PLAIN"},
		},
	}
	assert.Equal(t, []string{
		"Episode.ChapterList[0].Start: negative", "Episode.Transcripts[0].Type: " + string(RuleUnknown),
		"Episode.Transcripts[1].Type: " + string(RuleUnknown), "Episode.Transcripts[2].Cues[0].Text: missing",
	}, found(e.CheckArticle(part(1))))
	e.Chapters, e.Transcripts = File{URL: "https://example.com/c.json"}, []Transcript{{URL: "https://example.com/t.vtt", Cues: cues}}
	s.Files = "https://example.com/episodes/"
	f = feedOf(s, part(1, e))
	assert.Equal(t, "https://example.com/c.json", single(item(t, f).podcast("chapters")).attr("url"), "an address takes precedence")
	assert.Equal(t, "https://example.com/t.vtt", single(item(t, f).podcast("transcript")).attr("url"))
}

// validated returns what Validate finds that is not about the sizes and images of the test's feed.
func validated(f *syndicate.Feed) (problems []*syndicate.Problem) {
	for _, p := range f.Validate(syndicate.RSS) {
		if strings.HasPrefix(p.Field, "Show.") || strings.HasPrefix(p.Field, "Episode.") {
			problems = append(problems, p)
		}
	}
	return problems
}

func TestAFolderThatIsNotTheSites(t *testing.T) {
	s := fieldNotes()
	s.Files = "https://cdn.example.com/episodes/"
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Extensions: []syndicate.Extension{s},
	}, *part(1, keeping(1)))
	require.NoError(t, err)
	_, err = Files{}.Find(t.Context(), archive, "episodes/"+nameOf(&archive.Articles()[0])+"/chapters.json")
	require.ErrorIs(t, err, RuleElsewhere)
	assert.ErrorContains(t, err, "https://cdn.example.com/episodes/")
	_, err = Files{}.Find(t.Context(), archive, "episodes/x")
	require.ErrorIs(t, err, syndicate.ErrNotFound, "an address that is no file of an episode")
	for _, err := range (Files{}).List(t.Context(), archive) {
		require.ErrorIs(t, err, RuleElsewhere)
	}
}

// The file of an episode of both shows would name one of them, so both are named in an error.
func TestTwoShowsWithOneFolder(t *testing.T) { // POD-70
	one, two := fieldNotes(), fieldNotes()
	one.Files, two.Files = "https://example.com/episodes", "https://example.com/episodes/"
	two.Serial = !one.Serial
	third := fieldNotes()
	third.Files = "https://example.com/third/"
	apart := keepingPart(2, "third")
	apart.Categories = nil
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("field-notes"): {Extensions: []syndicate.Extension{one}},
			syndicate.WithTag("other"):          {Extensions: []syndicate.Extension{two}},
			syndicate.WithTag("third"):          {Extensions: []syndicate.Extension{third}},
		},
	}, keepingPart(1, "other"), apart)
	require.NoError(t, err)
	all := archive.Articles()
	slices.SortFunc(all, func(a, b syndicate.Article) int { return len(b.Categories) - len(a.Categories) })
	_, err = Files{}.Find(t.Context(), archive, "episodes/"+nameOf(&all[0])+"/chapters.json")
	require.ErrorIs(t, err, RuleSameFolder)
	assert.ErrorContains(t, err, "Scopes[category/field-notes].Show.Files")
	assert.ErrorContains(t, err, "Scopes[tag/other].Show.Files")
	listed, last := list(t, archive)
	assert.NotZero(t, listed, "another show keeps its files")
	require.ErrorIs(t, last, RuleSameFolder)
	_, err = Files{}.Find(t.Context(), archive, "third/"+nameOf(&all[1])+"/chapters.json")
	require.NoError(t, err, "another show keeps its files")
	_, err = Files{}.Find(t.Context(), archive, "episodes/x")
	require.ErrorIs(t, err, syndicate.ErrNotFound)
}

// list returns how many files a source has, and the error that ends their list.
func list(t testing.TB, source syndicate.Source) (files int, err error) {
	t.Helper()
	for _, err = range (Files{}).List(t.Context(), source) {
		if err == nil {
			files++
		}
	}
	return files, err
}

// Wherever the folders of other shows are, a show keeps its files.
func TestAFaultyFolderCostsNoOtherShowItsFiles(t *testing.T) {
	a, b, c, z := syndicate.WithTag("a"), syndicate.WithTag("b"), syndicate.WithTag("c"), syndicate.WithTag("z")
	for folder, faulty := range map[string][]map[syndicate.Scope]string{
		"c/":       {{a: "https://cdn.example.com/x/"}, {z: "https://cdn.example.com/x/"}},
		"shows/c/": {{a: "https://example.com/shows/", b: "https://example.com/shows/"}},
		"":         {{b: "https://cdn.example.com/x/"}, {z: "https://cdn.example.com/x/"}},
	} {
		for _, shows := range faulty {
			shows[c] = "https://example.com/" + folder
			scopes := map[syndicate.Scope]syndicate.FeedOptions{}
			for scope, files := range shows {
				s := fieldNotes()
				s.Files, s.Serial = files, scope == b
				scopes[scope] = syndicate.FeedOptions{Extensions: []syndicate.Extension{s}}
			}
			article := keepingPart(2, "c")
			article.Categories = nil
			archive, err := syndicate.NewArchive(syndicate.Site{URL: "https://example.com/", Title: "Example", Language: "en", Scopes: scopes}, article)
			require.NoError(t, err)
			_, err = Files{}.Find(t.Context(), archive, folder+nameOf(&archive.Articles()[0])+"/chapters.json")
			assert.NoError(t, err, shows)
			listed, last := list(t, archive)
			assert.NotZero(t, listed, shows)
			assert.Error(t, last, shows)
		}
	}
}

// A show of the whole site has the files of all articles.
func TestKeptFilesOfAShowOfTheSite(t *testing.T) {
	s := fieldNotes()
	s.Files, s.Atom = "https://example.com/", true
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Limit: 1, Extensions: []syndicate.Extension{s},
	}, keepingPart(1), keepingPart(2))
	require.NoError(t, err)
	h := &feedhttp.Handler{Source: archive, Files: []derived.Files{Files{}}}
	stated := statedFiles(t, archive, syndicate.Everything())
	delete(stated, elsewhere)
	assert.Len(t, stated, 2*8)
	for address := range stated {
		assert.Equal(t, 200, get(h, address).Code)
	}
	f := sourceFeed(t, archive, syndicate.Everything())
	assert.Contains(t, string(f.Append(nil, syndicate.Atom)), "/chapters.json\"")
	_, err = feedreader.Parse(rss(f))
	require.NoError(t, err)
}

// failing is a Source whose feeds cannot be read.
type failing struct{ syndicate.Source }

func (failing) Feed(context.Context, syndicate.Scope) (*syndicate.Feed, error) {
	return nil, context.DeadlineExceeded
}

func TestAFailureIsNotAMissingFile(t *testing.T) {
	clock := noon
	source := failing{keepingNetwork(t, &clock, 2, keepingPart(1))}
	_, err := Files{}.Find(t.Context(), source, "episodes/1-0011223344556677/chapters.json")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	for _, path := range []string{"", "episodes/", "episodes/1-a", "episodes/x/chapters.json", "other.txt"} {
		_, err = Files{}.Find(t.Context(), source, path)
		require.ErrorIs(t, err, syndicate.ErrNotFound, path)
	}
	for _, err := range (Files{}).List(t.Context(), source) {
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
}

// reads counts the feeds that a set requests.
type reads struct {
	syndicate.Source
	feeds int
}

func (r *reads) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	r.feeds++
	return r.Source.Feed(ctx, scope)
}

// Paths come from requests: one that is not an episode's costs no feed, also where the folder is
// that of the site and pages have years in their addresses.
func TestPathsOfOtherPagesCostNoSearch(t *testing.T) {
	show := fieldNotes()
	show.Files = "https://example.com/"
	old := keepingPart(1)
	old.Published = time.Date(1969, 12, 31, 12, 0, 0, 0, time.UTC)
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en", Extensions: []syndicate.Extension{show},
	}, old, keepingPart(2))
	require.NoError(t, err)
	source := &reads{Source: archive}
	for _, path := range []string{
		"2024/05/a-post/", "2024/chapters.json", "2024-05/chapters.json", "1600000000-0123456789abcde/x", "1-0123456789abcdeg/x", "-/x", "",
	} {
		_, err := Files{}.Find(t.Context(), source, path)
		require.ErrorIs(t, err, syndicate.ErrNotFound, path)
		assert.Zero(t, source.feeds, path)
	}
	listed := 0
	for file, err := range (Files{}).List(t.Context(), archive) {
		require.NoError(t, err)
		found, err := Files{}.Find(t.Context(), archive, file.Path)
		require.NoError(t, err, file.Path)
		assert.Equal(t, file.Path, found.Path)
		listed++
	}
	assert.Equal(t, 2*8, listed, "also those of an episode before 1970")
}

// pagedShow returns an archive of a show whose feed has 10 episodes, and whose archive pages have
// the others, and the path of a file that no episode has, published between two episodes.
func pagedShow(t testing.TB, episodes int) (*syndicate.Archive, func(n int) string) {
	t.Helper()
	show := fieldNotes()
	show.Files = "https://example.com/episodes/"
	var all []syndicate.Article
	for n := range episodes {
		all = append(all, keepingPart(n))
	}
	archive, err := syndicate.NewArchive(syndicate.Site{
		URL: "https://example.com/", Title: "Example", Language: "en",
		Scopes: map[syndicate.Scope]syndicate.FeedOptions{
			syndicate.InCategory("field-notes"): {Limit: 10, Extensions: []syndicate.Extension{show}},
		},
	}, all...)
	require.NoError(t, err)
	archive.Clock = func() time.Time { return noon.AddDate(100, 0, 0) }
	return archive, func(n int) string {
		return fmt.Sprintf("episodes/%d-%016x/chapters.json", all[n%episodes].Published.Unix()+int64(n%2), n)
	}
}

// Anybody can request files that no episode has. The search halves the pages, so the number of
// pages that it reads grows by one when a show doubles.
func TestAMissingFileCostsFewPages(t *testing.T) { // POD-70
	for episodes, most := range map[int]int{100: 6, 1600: 10} {
		archive, missing := pagedShow(t, episodes)
		deepest := 0
		for n := range 50 {
			source := &reads{Source: archive}
			_, err := Files{}.Find(t.Context(), source, missing(n*31))
			require.ErrorIs(t, err, syndicate.ErrNotFound)
			assert.LessOrEqual(t, source.feeds, most, "%d episodes", episodes)
			deepest = max(deepest, source.feeds)
		}
		assert.Greater(t, deepest, most/2, "it reads archive pages")
	}
}

// BenchmarkMissingFile requests files that no episode of a show of 10,000 has.
func BenchmarkMissingFile(b *testing.B) {
	archive, missing := pagedShow(b, 10_000)
	n := 0
	for b.Loop() {
		n += 7919
		if _, err := (Files{}).Find(b.Context(), archive, missing(n)); err == nil {
			b.Fatal("found")
		}
	}
}
