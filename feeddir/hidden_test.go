package feeddir

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Whatever is hidden, and however it is mixed with what is not: no file betrays it, the manifest neither.
func TestHiddenArticlesChangeNoFile(t *testing.T) {
	hide := []func(*syndicate.Article){
		func(a *syndicate.Article) { a.Draft = true },
		func(a *syndicate.Article) { a.Private = true },
		func(a *syndicate.Article) { a.Published = noon.Add(time.Hour) },
		func(a *syndicate.Article) { a.Published, a.Expires = noon.Add(time.Minute), noon.Add(time.Hour) },
	}
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 0))
		shown, all := []syndicate.Article{}, []syndicate.Article{}
		var retracted []string
		for n := range 5 + r.IntN(20) {
			a := numbered(n)
			if r.IntN(2) == 0 {
				shown, all = append(shown, a), append(all, a)
				continue
			}
			a.Tags = syndicate.Tags(fmt.Sprintf("Tag %d", r.IntN(5)), "Secret")
			switch kind := r.IntN(len(hide) + 1); kind {
			case len(hide):
				retracted = append(retracted, "https://courier.example"+a.URL)
			default:
				hide[kind](&a)
			}
			all = append(all, a)
		}
		without, with := t.TempDir(), t.TempDir()
		publish(t, Publisher{Dir: without, Source: open(t, courier(), shown...), Gzip: true})
		archive := open(t, courier(), all...)
		require.NoError(t, archive.Remove(retracted...)) // before it was public
		publish(t, Publisher{Dir: with, Source: archive, Gzip: true})
		assert.Equal(t, tree(t, without), tree(t, with), "seed %d", seed)

		// And where it is the same folder, nothing is touched.
		before := files(t, without)
		result := publish(t, Publisher{Dir: without, Source: archive, Gzip: true})
		assert.Equal(t, before, files(t, without), "seed %d", seed)
		assert.Zero(t, result.Written+result.Removed, "seed %d", seed)
	}
}

// An article that was public and is taken back leaves no trace in the folder.
func TestRetractedArticleLeavesNoTrace(t *testing.T) {
	for name, retract := range map[string]func(*syndicate.Archive, syndicate.Article) error{
		"removed": func(a *syndicate.Archive, article syndicate.Article) error {
			return a.Remove("https://courier.example/0/")
		},
		"made a draft": func(a *syndicate.Archive, article syndicate.Article) error {
			article.Draft = true
			return a.Update(article)
		},
		"made private": func(a *syndicate.Archive, article syndicate.Article) error {
			article.Private = true
			return a.Update(article)
		},
	} {
		dir := t.TempDir()
		secret := numbered(0)
		secret.Title, secret.Content = "Whistle", "<p>Whistle.</p>"
		secret.Tags = syndicate.Tags("Whistle")
		archive := open(t, courier(), append(articles(1, 2), secret)...)
		publish(t, Publisher{Dir: dir, Source: archive})
		require.Contains(t, tree(t, dir)["rss.xml"], "Whistle")
		require.NoError(t, retract(archive, secret))
		publish(t, Publisher{Dir: dir, Source: archive})
		for path := range files(t, dir) {
			content, err := os.ReadFile(filepath.Join(dir, path))
			require.NoError(t, err)
			assert.NotContains(t, path, "whistle", name)
			assert.NotContains(t, string(content), "Whistle", "%s: %s", name, path)
			assert.NotContains(t, string(content), "whistle", "%s: %s", name, path)
		}
	}
}

// Time alone publishes and takes back, at the moment that the run before has told.
func TestArticlesComeAndGoAtTheRightMoment(t *testing.T) {
	embargoed, expiring := numbered(0), numbered(1)
	embargoed.Published, embargoed.Tags = noon.Add(time.Hour), syndicate.Tags("Soon")
	expiring.Expires, expiring.Tags = noon.Add(2*time.Hour), syndicate.Tags("Not for long")
	archive := open(t, courier(), embargoed, expiring, numbered(2))
	now := noon
	archive.Clock = func() time.Time { return now }
	dir := t.TempDir()
	shown := func() (soon, notForLong bool) {
		got := tree(t, dir)
		_, soon = got["tag/soon/rss.xml"]
		_, notForLong = got["tag/not-for-long/rss.xml"]
		return soon, notForLong
	}
	for _, moment := range []struct {
		at               time.Duration
		soon, notForLong bool
	}{
		{time.Hour, true, true},
		{2 * time.Hour, true, false},
	} {
		now = noon.Add(moment.at - time.Second)
		before := publish(t, Publisher{Dir: dir, Source: archive})
		assert.Equal(t, noon.Add(moment.at), before.NextChange)
		soon, notForLong := shown()
		assert.Equal(t, moment.at > time.Hour, soon, "a second before")
		assert.True(t, notForLong, "a second before")

		now = before.NextChange
		publish(t, Publisher{Dir: dir, Source: archive})
		soon, notForLong = shown()
		assert.Equal(t, moment.soon, soon)
		assert.Equal(t, moment.notForLong, notForLong)
	}
	assert.Zero(t, publish(t, Publisher{Dir: dir, Source: archive}).NextChange)
}
