package feeddir

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/feedpage"
	"github.com/syndicate-go/syndicate/opml"
)

// seeds is the number of random publications.
func seeds() uint64 {
	if testing.Short() {
		return 2
	}
	return 8
}

// hidden are the ways in which an article can be not public at noon.
var hidden = []func(*syndicate.Article){
	func(a *syndicate.Article) { a.Draft = true },
	func(a *syndicate.Article) { a.Published = noon.Add(time.Hour) },
	func(a *syndicate.Article) { a.Published, a.Expires = noon.Add(time.Minute), noon.Add(2*time.Hour) },
	func(a *syndicate.Article) { a.Expires = a.Published.Add(time.Second) },
	func(a *syndicate.Article) { a.Draft, a.Published = true, noon.Add(time.Hour) },
}

// retracted stands for one more way: the article was removed before it was public.
var retracted = len(hidden)

// mixed returns random articles, of which some are hidden. Each has its own tag. Only the hidden
// ones have the secret category, tag and author.
func mixed(r *rand.Rand) (all, shown []syndicate.Article, removed []string) {
	for n := range 5 + r.IntN(20) {
		a := numbered(n)
		a.Tags = append(a.Tags, syndicate.Tag{Name: own(n)})
		if r.IntN(2) == 0 {
			all, shown = append(all, a), append(shown, a)
			continue
		}
		a.Title, a.Content = "Secret", "<p>Secret.</p>"
		a.Tags = append(a.Tags, syndicate.Tag{Name: "Secret"})
		a.Categories = append(slices.Clip(a.Categories), syndicate.Category{Name: "Secret"})
		a.Authors = append(a.Authors, syndicate.Author{Name: "Secret"})
		if kind := r.IntN(retracted + 1); kind == retracted {
			a.Published = noon.Add(time.Hour)
			removed = append(removed, "https://courier.example"+a.URL)
		} else {
			hidden[kind](&a)
		}
		all = append(all, a)
	}
	return all, shown, removed
}

func own(n int) string { return fmt.Sprintf("own-%d", n) }

// lists are the files that list all feeds.
var lists = []File{
	{Path: "feeds.opml", Append: opml.Append},
	{Path: "feeds/index.html", Append: feedpage.Index{OPML: "/feeds.opml"}.Append},
	{Path: "feeds.css", Content: []byte(feedpage.Stylesheet)},
}

// LIFE-1. No file reveals a hidden article by its name, a count or a line, however hidden and
// public articles are mixed. Adding hidden articles changes no file except the manifest, which is
// not public.
func TestHiddenArticlesChangeNoFile(t *testing.T) {
	for seed := range seeds() {
		all, shown, removed := mixed(rand.New(rand.NewPCG(seed, 0)))
		without, with := t.TempDir(), t.TempDir()
		publish(t, Folder{Dir: without, Source: open(t, courier(), shown...), Gzip: true, Extra: lists})
		archive := open(t, courier(), all...)
		require.NoError(t, archive.Remove(removed...))
		publish(t, Folder{Dir: with, Source: archive, Gzip: true, Extra: lists})
		assert.Equal(t, tree(t, without), tree(t, with), "seed %d", seed)

		before := files(t, without)
		result := publish(t, Folder{Dir: without, Source: archive, Gzip: true, Extra: lists})
		after := files(t, without)
		delete(before, manifestFile)
		delete(after, manifestFile)
		assert.Equal(t, before, after, "seed %d", seed)
		assert.Zero(t, result.Written+result.Removed, "seed %d", seed)
		assertNotNamed(t, with, "secret")
		assertNotNamed(t, without, "secret")
	}
}

// assertNotNamed asserts that a word is in no path and no file, including the manifest.
func assertNotNamed(t *testing.T, dir, word string) {
	t.Helper()
	for path := range files(t, dir) {
		content, err := os.ReadFile(filepath.Join(dir, path))
		require.NoError(t, err)
		assert.NotContains(t, strings.ToLower(path), word)
		assert.NotContains(t, strings.ToLower(string(content)), word, path)
	}
}

// LIFE-2. The clock advances from one NextChange to the next: each article is in the folder and in
// the lists from the second of its publication until the second in which it expires.
func TestHiddenArticlesAppearAndExpireAtTheRightMoment(t *testing.T) {
	moments := 0
	for seed := range seeds() {
		all, _, removed := mixed(rand.New(rand.NewPCG(seed, 0)))
		archive := open(t, courier(), all...)
		require.NoError(t, archive.Remove(removed...))
		now := noon
		archive.Clock = func() time.Time { return now }
		isPublic := func(a *syndicate.Article) bool {
			return !a.Draft && !slices.Contains(removed, "https://courier.example"+a.URL) &&
				!a.Published.After(now) && (a.Expires.IsZero() || a.Expires.After(now))
		}
		p := Folder{Dir: t.TempDir(), Source: archive, Gzip: true, Extra: lists}
		check := func() Result {
			result := publish(t, p)
			got := tree(t, p.Dir)
			for n := range all {
				slug, public := own(n), isPublic(&all[n])
				_, isThere := got["tag/"+slug+"/atom.xml.gz"]
				assert.Equal(t, public, isThere, "seed %d, %v: %s", seed, now, slug)
				assert.Equal(t, public, strings.Contains(got["feeds.opml"], "/tag/"+slug+"/"), "seed %d, %v: %s", seed, now, slug)
				assert.Equal(t, public, strings.Contains(got["feeds/index.html"], "/tag/"+slug+"/"), "seed %d, %v: %s", seed, now, slug)
			}
			return result
		}
		for next := check().NextChange; !next.IsZero(); next = check().NextChange {
			moments++
			require.True(t, next.After(now))
			now = next.Add(-time.Second)
			before := files(t, p.Dir)
			assert.Equal(t, next, check().NextChange)
			assert.Equal(t, before, files(t, p.Dir), "nothing changes before")
			now = next
		}
	}
	assert.Greater(t, moments, int(seeds()))
}

// A retracted article leaves no trace in the folder.
func TestRetractedArticleLeavesNoTrace(t *testing.T) {
	for name, retract := range map[string]func(*syndicate.Archive, syndicate.Article) error{
		"removed": func(a *syndicate.Archive, article syndicate.Article) error {
			return a.Remove("https://courier.example/0/")
		},
		"made a draft": func(a *syndicate.Archive, article syndicate.Article) error {
			article.Draft = true
			return a.Update(article)
		},
	} {
		dir := t.TempDir()
		secret := numbered(0)
		secret.Title, secret.Content = "Whistle", "<p>Whistle.</p>"
		secret.Tags = syndicate.Tags("Whistle")
		archive := open(t, courier(), append(articles(1, 2), secret)...)
		publish(t, Folder{Dir: dir, Source: archive, Extra: lists})
		require.Contains(t, tree(t, dir)["rss.xml"], "Whistle")
		require.Contains(t, tree(t, dir)["feeds.opml"], "Whistle")
		require.NoError(t, retract(archive, secret), name)
		publish(t, Folder{Dir: dir, Source: archive, Extra: lists})
		assertNotNamed(t, dir, "whistle")
	}
}
