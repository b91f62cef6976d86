package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/xmltext"
)

// mood is an extension of an article that a store can keep, unless it is angry, which has no
// text, or wild, which panics. The zero mood is that of a site: it revives the others.
type mood struct{ text string }

const moods = "https://www.example.com/ns/mood#"

func (mood) Namespaces() []xmltext.Namespace {
	return []xmltext.Namespace{{Prefix: "mood", URI: moods}}
}

func (mood) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed) {}

func (m mood) WriteArticle(w *xmltext.Writer, _ syndicate.Format, _ *syndicate.Article) {
	w.Element("mood:is", m.text)
}

func (mood) Vocabulary() string { return moods }

func (m mood) MarshalText() ([]byte, error) {
	switch m.text {
	case "angry":
		return nil, errors.New("no text")
	case "wild":
		panic("wild")
	}
	return []byte(m.text), nil
}

func (mood) ReviveArticle(text []byte) (syndicate.Extension, error) {
	if string(text) == "dead" {
		return nil, errors.New("cannot be revived")
	}
	return mood{string(text)}, nil
}

// silent is an extension that no store can keep.
type silent struct{}

func (silent) Namespaces() []xmltext.Namespace                                    { return nil }
func (silent) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed)       {}
func (silent) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}

// keptExtensions claims that extensions are kept if they can be, and left out with a warning if
// not.
func keptExtensions(t *testing.T, d Database) {
	site := Site()
	site.Extensions = []syndicate.Extension{mood{}}
	extended := func(n int, extensions ...syndicate.Extension) syndicate.Article {
		a := numbered(n)
		a.Extensions = extensions
		return a
	}
	moody := []syndicate.Article{
		extended(1, mood{`good & "mild" <\>`}), extended(2, mood{"\u2028 İ"}, mood{"again"}), numbered(3),
	}
	archive, err := syndicate.NewArchive(site, moody...)
	require.NoError(t, err)
	var warned warnings
	store := d.Open(t, warned.of(site))
	clock := at(day(9))
	archive.Clock, store.Clock = clock.now, clock.now
	require.NoError(t, store.Add(t.Context(), moody...))
	assert.Empty(t, warned.take())
	assertAlike(t, "extensions", archive, store)
	version, err := store.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	require.NoError(t, store.Update(t.Context(), moody...))
	same, err := store.Version(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Equal(t, version, same, "nothing has changed")

	lost := []syndicate.Extension{silent{}, mood{"angry"}, mood{"wild"}, mood{"dead"}, mood{"\xff"}}
	require.NoError(t, store.Update(t.Context(), extended(1, append(lost, mood{"new"})...)))
	for i, warning := range warned.take() {
		assert.Contains(t, warning, fmt.Sprintf("Extensions[%d]", i))
		assert.Contains(t, warning, "a store cannot keep it")
	}
	require.NoError(t, archive.Update(extended(1, mood{"new"})))
	assertAlike(t, "some of them lost", archive, store)

	// Without the site's extension nothing can be revived, and the articles are published without.
	plain := d.Open(t, Site())
	plain.Clock = clock.now
	var told []error
	plain.OnError = func(err error) { told = append(told, err) }
	feed, err := plain.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 3)
	require.Len(t, told, 2)
	assert.ErrorContains(t, told[0], "no extension of the site is a sqlstore.Reviver")

	// An extension of the site that refuses articles today takes no stored one from its feeds.
	strict := Site()
	strict.Extensions = []syndicate.Extension{mood{}, refusing{}}
	later := d.Open(t, strict)
	later.Clock = clock.now
	told = nil
	later.OnError = func(err error) { told = append(told, err) }
	feed, err = later.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	assert.Len(t, feed.Articles, 3)
	assert.Len(t, told, 3)
}

// refusing is an extension that refuses every article.
type refusing struct{}

func (refusing) Namespaces() []xmltext.Namespace                                    { return nil }
func (refusing) WriteFeed(*xmltext.Writer, syndicate.Format, *syndicate.Feed)       {}
func (refusing) WriteArticle(*xmltext.Writer, syndicate.Format, *syndicate.Article) {}
func (refusing) CheckFeed(*syndicate.Feed) []*syndicate.Problem                     { return nil }
func (refusing) CheckArticle(*syndicate.Article) []*syndicate.Problem {
	return []*syndicate.Problem{{Field: "Title", Rule: "refused"}}
}

// publishedKinds claims that a store has feeds of the kinds that its site publishes, whatever
// another server or an earlier one publishes from the same database.
func publishedKinds(t *testing.T, d Database) {
	tags := Site()
	tags.Kinds = []syndicate.Kind{syndicate.KindTag}
	articles := []syndicate.Article{numbered(1, "A", "!"), numbered(2, "a")}
	for i := range articles {
		articles[i].Authors = []syndicate.Author{{Name: "Ann"}, {Name: "?"}}
		articles[i].Categories = syndicate.Categories("Top/Below", "…/Below", "Top/…")
	}
	clock := at(day(9))
	for i, site := range []syndicate.Site{tags, Site()} {
		var ofArchive, ofStore warnings
		archive, err := syndicate.NewArchive(ofArchive.of(site), articles...)
		require.NoError(t, err)
		store := d.Open(t, ofStore.of(site))
		archive.Clock, store.Clock = clock.now, clock.now
		require.NoError(t, store.Replace(t.Context(), articles...))
		if want, got := ofArchive.take(), ofStore.take(); i == 0 { // later the store has the articles already
			assert.Equal(t, want, got)
		}
		require.NoError(t, archive.Redirect(syndicate.ByAuthor("ann"), syndicate.WithTag("a")))
		require.NoError(t, store.Redirect(t.Context(), syndicate.ByAuthor("ann"), syndicate.WithTag("a")))
		assertAlike(t, "kinds", archive, store)
		assert.Empty(t, ofStore.take(), "articles that are read are not warned of again")
		for _, scope := range []syndicate.Scope{
			syndicate.ByAuthor("ann"), syndicate.InCategory("top/below"), syndicate.InCategory(""), syndicate.WithTag("a"),
		} {
			_, want := archive.Feed(t.Context(), scope)
			_, got := store.Feed(t.Context(), scope)
			assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
			_, got = store.Version(t.Context(), scope)
			assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got))
		}
		assertPreviewsAlike(t, "kinds", archive, store, syndicate.ByAuthor("ann"), syndicate.WithTag("a"), syndicate.InCategory("top"))
		d.assertConsistent(t)
	}
}
