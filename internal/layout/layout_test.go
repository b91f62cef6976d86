package layout

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// folder is a scope whose text form is its value. "bad" has none, and no text form ends in a slash.
type folder string

func (f folder) MarshalText() ([]byte, error) {
	if f == "bad" {
		return nil, errors.New("no scope")
	}
	return []byte(f), nil
}

func (f *folder) UnmarshalText(text []byte) error {
	if *f = folder(text); strings.Contains(string(text), "bad") || strings.HasSuffix(string(text), "/") {
		return errors.New("no scope")
	}
	return nil
}

func (f folder) Current() folder {
	_, _, page := SplitText(string(f))
	if page == 0 {
		return f
	}
	return f[:strings.LastIndex(string(f), "/page/")]
}

type format uint8

const (
	none format = iota
	rss
	atom
)

type folders = Folders[folder, *folder, format]

var (
	files = folders{Site: "site", Endings: [4]string{rss: "rss.xml", atom: "atom.xml"}}
	pages = folders{Site: "site", Endings: [4]string{rss: "feed/", atom: "feed/atom/"}, Pages: true}
)

func TestEachScopeHasAFolder(t *testing.T) {
	for _, layout := range []Layout[folder, format]{files, pages, Below[folder, format]{"x/", pages}} {
		paths := map[string]bool{}
		for _, scope := range []folder{"site", "site/page/2", "category/a/b", "category/a/b/page/12", "tag/sites"} {
			for _, f := range []format{rss, atom} {
				path := layout.FeedPath(scope, f)
				assert.False(t, paths[path], path)
				paths[path] = true
				gotScope, gotFormat, ok := layout.Parse(path)
				assert.True(t, ok, path)
				assert.Equal(t, scope, gotScope)
				assert.Equal(t, f, gotFormat)
			}
		}
	}
	assert.Equal(t, "rss.xml", files.FeedPath("site", rss))
	assert.Equal(t, "page/2/atom.xml", files.FeedPath("site/page/2", atom))
	assert.Equal(t, "category/a/b/feed/atom/", pages.FeedPath("category/a/b", atom))
	assert.Equal(t, "x/tag/t/page/3/feed/", Below[folder, format]{"x/", pages}.FeedPath("tag/t/page/3", rss))
}

func TestFeedsThatDoNotExistHaveNoPath(t *testing.T) {
	for _, layout := range []Layout[folder, format]{files, Below[folder, format]{"x/", files}} {
		assert.Empty(t, layout.FeedPath("bad", rss))
		assert.Empty(t, layout.FeedPath("site", none))
		assert.Empty(t, layout.FeedPath("site", 3))
		assert.Empty(t, layout.FeedPath("site", 4))
	}
}

func TestOnlyThePathsOfFeedsAreParsed(t *testing.T) {
	for _, path := range []string{
		"", "rss", "x.xml", "/rss.xml", "site/rss.xml", "tag/t", "tag/t/", "tag/trss.xml", "tag//rss.xml/", "bad/rss.xml",
		"tag/t//rss.xml", "page/2rss.xml", "site/page/2/rss.xml",
	} {
		_, f, ok := files.Parse(path)
		assert.False(t, ok, "%s %v", path, f)
	}
	below := Below[folder, format]{"x/", files}
	for _, path := range []string{"rss.xml", "x", "x/", "y/rss.xml", "/x/rss.xml", "xrss.xml"} {
		_, _, ok := below.Parse(path)
		assert.False(t, ok, path)
	}
}

func TestAFolderIsThePageOfItsScope(t *testing.T) {
	below := Below[folder, format]{"x/", pages}
	for scope, want := range map[folder]string{
		"site": "", "site/page/2": "", "tag/t": "tag/t/", "tag/t/page/2": "tag/t/", "bad": "",
	} {
		assert.Equal(t, want, pages.PagePath(scope), scope)
		assert.Equal(t, want, below.PagePath(scope), "pages stay where they are")
		assert.Empty(t, files.PagePath(scope))
	}
}

func TestTextsAreSplitAsTheyWereAppended(t *testing.T) {
	for _, c := range []struct {
		text, kind, key string
		page            uint32
	}{
		{"site", "site", "", 0},
		{"site/page/1", "site", "", 1},
		{"tag/t", "tag", "t", 0},
		{"category/a/b/page/2147483647", "category", "a/b", 1<<31 - 1},
		{"tag/page/page/3", "tag", "page", 3},
		{"category/page/arms", "category", "page/arms", 0},
		{"category/page/arms/page/2", "category", "page/arms", 2},
		{"tag/t/page/0", "tag", "t/page/0", 0},
		{"tag/t/page/x", "tag", "t/page/x", 0},
	} {
		kind, key, page := SplitText(c.text)
		assert.Equal(t, []any{c.kind, c.key, c.page}, []any{kind, key, page})
		assert.Equal(t, "before "+c.text, string(AppendText([]byte("before "), kind, key, page)))
	}
	for _, text := range []string{"site/", "tag/t/page/01", "tag/"} {
		kind, key, page := SplitText(text)
		assert.NotEqual(t, text, string(AppendText(nil, kind, key, page)))
	}
}
