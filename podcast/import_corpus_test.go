package podcast_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
	"github.com/syndicate-go/syndicate/podcast"
)

// The feeds of real shows, in a folder outside of the project, are imported, published and imported
// again. Whatever differs must be explained by a problem that the publication reported.
//
//	PODCAST_FEEDS=folder go test -count=1 -v -run RealFeeds ./podcast
func TestRealFeedsSurviveTheMove(t *testing.T) { // POD-21, POD-78
	folder := os.Getenv("PODCAST_FEEDS")
	if folder == "" {
		t.Skip("set PODCAST_FEEDS to a folder with RSS feeds of podcasts")
	}
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	var total moved
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			file, err := os.Open(name)
			require.NoError(t, err)
			defer file.Close()
			total.add(moveShow(t, file))
		})
	}
	t.Logf("%d feeds, %d of them published as they are and %d after a required field of the show was set", total.feeds, total.feeds-total.completed, total.completed)
	t.Logf("%d episodes, %d of them skipped or refused: %v", total.episodes, total.refused, total.reasons())
	t.Logf("%d values of shows and episodes: %d equal, %d differ with a problem that explains it, %d differ without", total.values, total.values-total.explained-total.lost,
		total.explained, total.lost)
	assert.Zero(t, total.lost)
}

// moved counts what became of shows.
type moved struct {
	feeds, completed, episodes, refused, values, explained, lost int
	rules                                                        map[string]int
}

func (m *moved) add(o moved) {
	m.feeds, m.completed, m.episodes, m.refused = m.feeds+o.feeds, m.completed+o.completed, m.episodes+o.episodes, m.refused+o.refused
	m.values, m.explained, m.lost = m.values+o.values, m.explained+o.explained, m.lost+o.lost
	if m.rules == nil {
		m.rules = map[string]int{}
	}
	for rule, n := range o.rules {
		m.rules[rule] += n
	}
}

// reasons returns the rules for which episodes were refused, with their numbers.
func (m *moved) reasons() (list []string) {
	for rule, n := range m.rules {
		list = append(list, fmt.Sprintf("%s: %d", rule, n))
	}
	slices.Sort(list)
	return list
}

// complete sets the fields of a show that directories require and the feed does not have, as the
// publisher has to. It returns whether there was any.
func complete(site *syndicate.Site) (completed bool) {
	if len(site.Language) < 2 || strings.Contains(site.Language, "--") {
		site.Language = "en"
	}
	for range 3 {
		_, err := site.Check()
		var problems syndicate.Problems
		if !errors.As(err, &problems) {
			return completed
		}
		completed = true
		options := site.Scopes[syndicate.Everything()]
		show := options.Extensions[0].(podcast.Show)
		for _, p := range problems {
			switch {
			case strings.Contains(p.Field, "Categories"):
				show.Categories = []podcast.Category{"News"}
			case strings.Contains(p.Field, "Artwork"):
				show.Artwork = syndicate.Image{URL: "https://example.com/artwork.jpg"}
			case p.Field == "Language" || strings.HasSuffix(p.Field, "].Language"):
				site.Language = "en"
			case p.Field == "URL":
				site.URL = "https://example.com/"
			case p.Field == "Title":
				site.Title = "A show"
			default:
				site.ManagingEditor, site.WebMaster, site.Schedule, site.Logo = syndicate.Author{}, syndicate.Author{}, syndicate.Schedule{}, syndicate.Image{}
			}
		}
		options.Extensions = []syndicate.Extension{show}
		site.Scopes[syndicate.Everything()] = options
	}
	return completed
}

// moveShow imports, publishes and imports again.
func moveShow(t *testing.T, file *os.File) (m moved) {
	m.feeds, m.rules = 1, map[string]int{}
	refuse := func(p *syndicate.Problem) {
		m.refused++
		m.rules[string(p.Rule)]++
	}
	first := podcast.Import{Input: file, OnProblem: func(p *syndicate.Problem) {
		if !p.Warning {
			m.episodes++
			refuse(p)
		}
	}}
	site, err := first.Site()
	require.NoError(t, err)
	if complete(&site) {
		m.completed = 1
	}
	var found []string // the problems of the article that is added, or of the show
	site.Warn = func(p *syndicate.Problem) { found = append(found, p.Error()) }
	archive, err := syndicate.NewArchive(site)
	require.NoError(t, err)
	ofShow := found
	var given []syndicate.Article
	var problems [][]string // of each of them
	for a, err := range first.Articles() {
		if p := new(syndicate.Problem); errors.As(err, &p) && p.Rule == podcast.RuleTruncated {
			t.Log(err)
			break
		}
		require.NoError(t, err)
		m.episodes++
		found = nil
		var refused syndicate.Problems
		if errors.As(archive.Add(a), &refused) {
			refuse(refused[0])
			continue
		}
		given, problems = append(given, a), append(problems, found)
	}
	if len(given) == 0 {
		t.Log("no episode")
		return m
	}
	feed, err := archive.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	published := feed.Append(nil, syndicate.RSS)
	second := podcast.Import{Input: strings.NewReader(string(published)), OnProblem: func(p *syndicate.Problem) {
		if p.Rule != podcast.RuleNoField || !isOurs(p.Field) {
			assert.Fail(t, "the published feed", p.Error())
		}
	}}
	again, err := second.Site()
	require.NoError(t, err)
	want, got := site.Scopes[syndicate.Everything()].Extensions[0].(podcast.Show), again.Scopes[syndicate.Everything()].Extensions[0].(podcast.Show)
	m.compare(t, "Show", want, got, ofShow)
	m.compare(t, "Title", site.Title, again.Title, ofShow)
	m.compare(t, "Language", strings.ToLower(site.Language), strings.ToLower(again.Language), ofShow)
	m.compare(t, "Copyright", site.Copyright, again.Copyright, ofShow)
	byID := map[string]syndicate.Article{}
	for a, err := range second.Articles() {
		require.NoError(t, err)
		byID[a.ID] = a
	}
	assert.Len(t, byID, len(given))
	for i, a := range given {
		b, ok := byID[a.ID]
		require.True(t, ok, a.ID)
		m.compare(t, "ID", a.ID, b.ID, nil)
		m.compare(t, "Title", a.Title, b.Title, problems[i])
		m.compare(t, "Published", a.Published, b.Published, problems[i])
		m.compare(t, "Enclosures", a.Enclosures, b.Enclosures, problems[i])
		m.compare(t, "Content", cleanhtml.Text(a.Content), cleanhtml.Text(b.Content), problems[i])
		if e := b.Extensions[0].(podcast.Episode); e.Notes == "" { // they are the whole text
			e.Notes = b.Content
			b.Extensions[0] = e
		}
		m.compare(t, "Episode", a.Extensions[0], b.Extensions[0], problems[i])
	}
	assertWellFormed(t, published)
	return m
}

// isOurs reports whether an element is one that every feed of the package has and that an Import
// has no field for.
func isOurs(field string) bool {
	return strings.HasPrefix(field, "item/itunes:") && strings.HasSuffix(field, "without an enclosure")
}

func assertWellFormed(t *testing.T, doc []byte) {
	t.Helper()
	require.NoError(t, xml.Unmarshal(doc, new(struct{})))
}

// compare compares two values field by field. The difference of a field is explained if a problem
// names it. A value that the publication adds is none that is lost.
func (m *moved) compare(t *testing.T, field string, want, got any, problems []string) {
	m.compareValues(t, field, reflect.ValueOf(want), reflect.ValueOf(got), problems)
}

func (m *moved) compareValues(t *testing.T, field string, want, got reflect.Value, problems []string) {
	if want.IsZero() {
		return
	}
	if want.Kind() == reflect.Struct && want.Type() != reflect.TypeFor[time.Time]() {
		for i := range want.NumField() {
			m.compareValues(t, field+"."+want.Type().Field(i).Name, want.Field(i), got.Field(i), problems)
		}
		return
	}
	if want.Kind() == reflect.Slice {
		// Hosts are added before guests, and trailers behind others.
		shift := 0
		if strings.HasSuffix(field, ".People") {
			shift = got.Len() - want.Len()
		}
		for i := range want.Len() {
			if i+shift < 0 || i+shift >= got.Len() {
				m.differs(t, fmt.Sprintf("%s[%d]", field, i), want.Index(i).Interface(), nil, problems)
				continue
			}
			m.compareValues(t, fmt.Sprintf("%s[%d]", field, i), want.Index(i), got.Index(i+shift), problems)
		}
		return
	}
	m.values++
	if form(field, want.Interface()) != form(field, got.Interface()) {
		m.differs(t, field, want.Interface(), got.Interface(), problems)
	}
}

// form returns a value in the one form that it has in every feed.
func form(field string, v any) string {
	text := strings.Join(strings.Fields(fmt.Sprint(v)), " ")
	switch value := v.(type) {
	case time.Time:
		return value.UTC().Truncate(time.Second).String()
	case time.Duration:
		if !strings.Contains(field, "Start") && !strings.Contains(field, "Soundbites") && !strings.Contains(field, "TimeSplits") {
			return value.Round(time.Second).String()
		}
	}
	switch {
	case field == "Content": // players become links, with their address as the text
		words := slices.DeleteFunc(strings.Fields(text), func(word string) bool { return strings.Contains(word, "://") })
		return strings.Join(words, " ")
	case strings.HasSuffix(field, ".Notes"):
		return cleanhtml.Text(strings.ReplaceAll(text, ">", "> "))
	case strings.HasSuffix(field, ".Group"), strings.HasSuffix(field, ".Role"), strings.HasSuffix(field, ".Type"), strings.HasSuffix(field, "Language"),
		strings.HasSuffix(field, "License.Name"), strings.HasSuffix(field, "GUID") && !strings.Contains(field, "Item"):
		return strings.Replace(strings.ToLower(text), "cast", "", 1)
	case strings.Contains(text, "://"):
		if u, err := url.Parse(text); err == nil {
			u.Host = strings.ToLower(u.Host)
			return strings.TrimSuffix(u.String(), "/")
		}
	}
	return text
}

// differs counts a difference, which a problem explains or not.
func (m *moved) differs(t *testing.T, field string, want, got any, problems []string) {
	// Of a list, an element before this one may be left out.
	list, _, _ := strings.Cut(field, "[")
	owner := strings.TrimSuffix(list, ".URL")
	for _, p := range problems {
		if strings.Contains(p, ": "+owner) || strings.Contains(p, "."+owner) {
			m.explained++
			return
		}
	}
	m.lost++
	if m.lost <= 10 {
		one, two := fmt.Sprintf("%#v", want), fmt.Sprintf("%#v", got)
		for len(one) > 200 && len(two) > 200 && one[:60] == two[:60] { // show where they begin to differ
			one, two = one[30:], two[30:]
		}
		one, two = one[:min(len(one), 300)], two[:min(len(two), 300)]
		t.Errorf("%s: %s became %s (%s)", field, one, two, strings.Join(problems, "\n"))
	}
}
