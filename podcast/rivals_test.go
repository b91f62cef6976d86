package podcast

// The same show, published by this package and by other generators, before the same judges. The
// programs of .ci/rivals write the feeds of the others. See docs/podcasts.md for the table.

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// rivalShow returns a show as a careful publisher has it, with the elements that apps use most.
func rivalShow() *syndicate.Feed {
	host := Person{Name: "Abdullah Bozkurt", URL: "https://example.com/bozkurt/"}
	f := &syndicate.Feed{
		ID: "https://example.com/", Title: "Field Notes", Description: "Reports from the field", URL: "https://example.com/", Language: "en-us",
		Copyright: "The Desk", Self: syndicate.Links{RSS: "https://example.com/rss.xml"}, Authors: []syndicate.Author{{Name: "The Desk"}},
		Extensions: []syndicate.Extension{Show{
			Categories: []Category{"Daily News", "Documentary"}, Artwork: syndicate.Image{URL: "https://example.com/art.jpg"},
			Author: "The Desk", Owner: Owner{"The Desk", "desk@example.com"}, Serial: true, NewFeedURL: "https://example.com/rss.xml",
			GUID: GUID("example.com/rss.xml"), People: []Person{host}, Funding: []Funding{{"https://example.com/give/", "Support us"}},
			Locations: []Location{{Name: "Ankara", Relation: RelationSubject, Geo: Point{39.93, 32.86, 0}, OSM: "R223474", Country: "TR"}},
			License:   License{Name: "cc-by-4.0"},
		}},
	}
	for n := 5; n > 0; n-- {
		e := Episode{
			Title: fmt.Sprintf("The bell & the <drum>, part %d", n), Season: 1, Number: n, SeasonName: "Ankara", Display: fmt.Sprintf("Ch. %d", n),
			Order: float64(n), Rating: RatingClean, Artwork: syndicate.Image{URL: fmt.Sprintf("https://example.com/%d.jpg", n)},
			People:      []Person{host, {Name: "Nazlı Ilıcak", Role: "guest"}},
			Chapters:    File{fmt.Sprintf("https://example.com/%d.json", n), TypeChapters},
			Transcripts: []Transcript{{URL: fmt.Sprintf("https://example.com/%d.vtt", n), Type: TypeVTT, Language: "en", Captions: true}},
			Soundbites:  []Soundbite{{73 * time.Second, 60 * time.Second, "Hear the bell"}},
			Alternates:  []AlternateEnclosure{{Type: "audio/opus", Size: 32_400_788, Bitrate: 96_000, Sources: []Source{{URI: fmt.Sprintf("https://example.com/%d.opus", n)}}}},
		}
		switch n {
		case 1:
			e.Type, e.Number, e.Display, e.Order = TypeTrailer, 0, "", 0
		case 5:
			e.Type, e.Rating = TypeBonus, RatingExplicit
		}
		f.Articles = append(f.Articles, &syndicate.Article{
			ID: fmt.Sprintf("ep:%d/AbC", n), URL: fmt.Sprintf("https://example.com/%d/", n), Title: fmt.Sprintf("%d: The bell & the <drum> 🥁", n),
			Content:    `<p>What the bell of Ankara means.</p><ul><li><a href="https://example.com/bell/?a=1&amp;b=2">The bell</a></li></ul>`,
			Published:  noon.AddDate(0, 0, n),
			Enclosures: []syndicate.Enclosure{{URL: fmt.Sprintf("https://example.com/%d.mp3", n), Type: "audio/mpeg", Size: 48_000_000, Duration: 50 * time.Minute}},
			Extensions: []syndicate.Extension{e},
		})
	}
	return f
}

// TestRivals writes the show as the first step, and judges the feeds of a folder as the second: see
// .ci/podcasts.
func TestRivals(t *testing.T) {
	folder, begin := os.Getenv("PODCAST_RIVALS"), os.Getenv("PODCAST_RIVALS_WRITE")
	if folder == "" {
		t.Skip("set PODCAST_RIVALS to a folder, as .ci/podcasts does")
	}
	f := rivalShow()
	want := published(f)
	if begin != "" {
		for i, a := range f.Articles {
			want.Items[i].add("content", a.Content)
		}
		text, err := json.MarshalIndent(want, "", " ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, "show.json"), text, 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "syndicate.xml"), f.Append(nil, syndicate.RSS), 0o644))
		return
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.xml"))
	require.NoError(t, err)
	own := filepath.Join(folder, "syndicate.xml")
	names = append([]string{own}, slices.DeleteFunc(names, func(name string) bool { return name == own })...)
	// What a judge returns for the feed of this package is what it can hold.
	holds := map[string]account{}
	gofeed := filepath.Join(t.TempDir(), "gofeed")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", gofeed, "./internal/readers/podcasts")
	build.Dir = ".."
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	var table strings.Builder
	table.WriteString("| generator | W3C errors | W3C warnings | read by gofeed | read by feedsmith |\n|---|---|---|---|---|\n")
	for _, name := range names {
		doc, err := os.ReadFile(name)
		require.NoError(t, err)
		line, err := json.Marshal(map[string]string{
			"url": "https://example.com/rss.xml", "type": "application/rss+xml; charset=utf-8", "body": base64.StdEncoding.EncodeToString(doc),
		})
		require.NoError(t, err)
		row := []string{strings.TrimSuffix(filepath.Base(name), ".xml"), "not run", "not run"}
		if os.Getenv("FEEDVALIDATOR") != "" {
			var messages []message
			require.NoError(t, startJudge(t, "W3C", "/usr/bin/python3", "../.ci/feedvalidator.py").about(append(line, '\n'), &messages))
			counts := map[string]int{}
			var kinds []string
			for _, m := range messages {
				params, _ := json.Marshal(m.Params)
				if !contradictions.MatchString(m.Level + " " + m.Name + " " + string(params)) {
					counts[m.Level]++
					if kind := m.Level + " " + m.Name; !slices.Contains(kinds, kind) {
						kinds = append(kinds, kind)
					}
				}
			}
			t.Logf("%s: %s", row[0], strings.Join(kinds, ", "))
			row[1], row[2] = fmt.Sprint(counts["error"]), fmt.Sprint(counts["warning"])
		}
		for _, j := range []*judge{startJudge(t, "gofeed", gofeed), startJudge(t, "feedsmith", "node", "../.ci/readers/podcasts.mjs", "feedsmith")} {
			var got account
			if err := j.about(append(line, '\n'), &got); err != nil {
				row = append(row, "nothing")
				continue
			}
			if row[0] == "syndicate" {
				holds[j.name] = got
			}
			all, right := 0, 0
			count := func(held, want, got facts) {
				for key := range held {
					one, two := plainForms(want[key]), plainForms(got[key])
					for i, r := range one {
						if all++; i < len(two) && slices.Equal(r[:min(len(r), len(two[i]))], two[i]) {
							right++
						}
					}
				}
			}
			held := holds[j.name]
			count(held.Channel, want.Channel, got.Channel)
			for i := range want.Items {
				count(held.Items[i], want.Items[i], append(got.Items, make([]facts, len(want.Items))...)[i])
			}
			row = append(row, fmt.Sprintf("%d of %d", right, all))
			if row[0] == "syndicate" {
				require.Equal(t, all, right)
			}
		}
		table.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	t.Log("\n" + table.String())
}
