package benchmarks

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/cleanhtml"
)

// The results are meaningful only if the articles are as described.
func TestWorkloadIsAsDescribed(t *testing.T) {
	articles := Generate(Workload{Articles: 500, Categories: 12, Tags: 400, Authors: 60})
	n := float64(len(articles))
	mean := map[string]float64{}
	for _, a := range articles {
		mean["characters of a title"] += float64(utf8.RuneCountInString(a.Title)) / n
		mean["characters of a summary"] += float64(utf8.RuneCountInString(a.Summary)) / n
		mean["bytes of a body"] += float64(len(a.Content)) / n
		mean["< and > of a body"] += float64(strings.Count(a.Content, "<")+strings.Count(a.Content, ">")) / n
		mean["& of a body"] += float64(strings.Count(a.Content, "&")) / n
		mean["quotes of a body"] += float64(strings.Count(a.Content, `"`)) / n
		for _, c := range []byte(a.Content) {
			if c >= utf8.RuneSelf {
				mean["% of a body's bytes not ASCII"] += 100 / float64(len(a.Content)) / n
			}
		}
	}
	for what, want := range map[string]float64{
		"characters of a title": 70, "characters of a summary": 300, "bytes of a body": 4096,
		"< and > of a body": 90, "& of a body": 20, "quotes of a body": 40, "% of a body's bytes not ASCII": 10,
	} {
		if got := mean[what]; got < 0.9*want || got > 1.1*want {
			t.Errorf("%s: %.1f, want %.0f", what, got, want)
		}
	}
}

// A compressor finds the bodies about as hard as the prose that they are made from: 50 % of 4 KB
// and 35 % of 80 KB. Words that are chosen independently from a short list shrink to 20 %.
func TestWorkloadCompressesLikeProse(t *testing.T) {
	share := func(text string) float64 {
		return float64(len(newLevel6().append(t, nil, []byte(text)))) / float64(len(text))
	}
	var one float64
	var all strings.Builder
	for _, a := range Generate(Workload{Articles: 20, Categories: 12, Tags: 400, Authors: 60}) {
		one += share(a.Content) / 20
		all.WriteString(a.Content)
	}
	assert.InDelta(t, share(prose[:body]), one, 0.05, "one body")
	assert.InDelta(t, 0.35, share(all.String()), 0.05, "twenty bodies")
}

func TestProseHasNoCharactersThatBodiesCount(t *testing.T) {
	assert.False(t, strings.ContainsAny(prose, `"&<>`))
	for _, word := range turkish {
		assert.Greater(t, len(word), utf8.RuneCountInString(word), word)
	}
}

// The benchmarks measure writing valid articles, not mending invalid ones.
func TestWorkloadIsClean(t *testing.T) {
	articles := Generate(Workload{Articles: 100, Categories: 12, Tags: 400, Authors: 60})
	if _, err := syndicate.NewArchive(Site(20), articles...); err != nil {
		t.Error(err)
	}
	for _, a := range articles {
		if clean := (cleanhtml.Policy{}).Clean(a.Content, a.URL); clean != a.Content {
			t.Fatalf("cleaning changes\n%s\nto\n%s", a.Content, clean)
		}
	}
}
