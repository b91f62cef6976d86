package feeddir

import (
	"encoding/json"
	"encoding/xml"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// Archive pages (RFC 5005 section 4), read from the files as a feed reader would.

// document is what a feed reader needs: the ids of the articles and the address of the next older
// page.
type document struct {
	ids      []string
	next     string
	archived bool
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

func read(t *testing.T, text string, format syndicate.Format) (d document) {
	t.Helper()
	prevArchive := func(links []link) {
		for _, l := range links {
			if l.Rel == "prev-archive" {
				d.next = l.Href
			}
		}
	}
	switch format {
	case syndicate.JSON:
		var feed struct {
			Next  string `json:"next_url"`
			Items []struct{ ID string }
		}
		require.NoError(t, json.Unmarshal([]byte(text), &feed))
		d.next = feed.Next
		for _, item := range feed.Items {
			d.ids = append(d.ids, item.ID)
		}
	case syndicate.Atom:
		var feed struct {
			Links   []link `xml:"http://www.w3.org/2005/Atom link"`
			Entries []struct {
				ID string `xml:"id"`
			} `xml:"entry"`
			Archive *struct{} `xml:"http://purl.org/syndication/history/1.0 archive"`
		}
		require.NoError(t, xml.Unmarshal([]byte(text), &feed))
		prevArchive(feed.Links)
		for _, e := range feed.Entries {
			d.ids = append(d.ids, e.ID)
		}
		d.archived = feed.Archive != nil
	case syndicate.RSS:
		var feed struct {
			Channel struct {
				Links []link `xml:"http://www.w3.org/2005/Atom link"`
				Items []struct {
					GUID string `xml:"guid"`
				} `xml:"item"`
				Archive *struct{} `xml:"http://purl.org/syndication/history/1.0 archive"`
			} `xml:"channel"`
		}
		require.NoError(t, xml.Unmarshal([]byte(text), &feed))
		prevArchive(feed.Channel.Links)
		for _, item := range feed.Channel.Items {
			d.ids = append(d.ids, item.GUID)
		}
		d.archived = feed.Channel.Archive != nil
	}
	return d
}

// walk follows a feed to its oldest page, from file to file.
func walk(t *testing.T, got map[string]string, publication *syndicate.Publication, scope syndicate.Scope, format syndicate.Format) (documents []document) {
	t.Helper()
	visited := map[string]bool{}
	for address := publication.FeedURL(scope, format); address != ""; {
		require.False(t, visited[address], "%s: a circle", address)
		visited[address] = true
		path, ok := strings.CutPrefix(address, publication.Site().URL)
		require.True(t, ok, address)
		text, ok := got[fileOf(path, format.ContentType())]
		require.True(t, ok, "%s was not written", address)
		d := read(t, text, format)
		documents = append(documents, d)
		address = d.next
	}
	return documents
}

// DISC-4
func TestEveryArticleIsReachedFromTheFirstPageInEachFormat(t *testing.T) {
	for name, addresses := range map[string]syndicate.Addresses{"files": syndicate.Files, "WordPress": syndicate.WordPress} {
		t.Run(name, func(t *testing.T) {
			site := courier()
			site.Addresses = addresses
			archive := open(t, site, articles(1, 40)...)
			site = archive.Publication().Site()
			dir := t.TempDir()
			publish(t, Folder{Dir: dir, Source: archive})
			got := tree(t, dir)
			all := map[syndicate.Scope]map[string]bool{}
			for _, a := range articles(1, 40) {
				id := strings.TrimSuffix(site.URL, "/") + a.URL
				scopes := []syndicate.Scope{{}, a.Categories[0].Scope(), a.Tags[0].Scope(), a.Authors[0].Scope()}
				for _, scope := range scopes {
					if all[scope] == nil {
						all[scope] = map[string]bool{}
					}
					all[scope][id] = true
				}
			}
			require.Len(t, all, 1+2+3+1)
			for scope, want := range all {
				for _, format := range syndicate.Formats() {
					reached, onPages := map[string]bool{}, map[string]int{}
					documents := walk(t, got, archive.Publication(), scope, format)
					assert.Greater(t, len(documents), 3, "%s, %v", scope, format)
					for number, d := range documents {
						for _, id := range d.ids {
							reached[id] = true
							if number > 0 {
								onPages[id]++
							}
						}
						assert.Equal(t, number > 0 && format != syndicate.JSON, d.archived, "%s, %v: document %d", scope, format, number)
					}
					assert.Equal(t, want, reached, "%s, %v", scope, format)
					for id, times := range onPages {
						assert.Equal(t, 1, times, "%s, %v: %s", scope, format, id)
					}
				}
			}
		})
	}
}

// DISC-4. Whatever is published, backdated or removed: each existing page keeps its articles,
// except the one that was added or removed.
func TestContentsOfPagesDoNotShift(t *testing.T) {
	changes := 40
	if testing.Short() {
		changes = 10
	}
	for _, versions := range []bool{true, false} {
		r := rand.New(rand.NewPCG(3, 4))
		archive := open(t, courier(), articles(1, 20)...)
		now := noon
		archive.Clock = func() time.Time { return now }
		p := Folder{Dir: inMemory(t), Source: archive}
		if !versions {
			p.Source = struct{ syndicate.Source }{archive}
		}
		publish(t, p)
		before := pages(t, tree(t, p.Dir))
		public := articles(1, 20)
		for change := range changes {
			now = now.Add(time.Hour)
			a := numbered(-1 - change)
			which := "https://courier.example" + a.URL
			switch what := r.IntN(3); {
			case what == 0:
				require.NoError(t, archive.Add(a))
				public = append(public, a)
			case what == 1: // backdated, between others
				a.Published = noon.Add(-time.Duration(r.IntN(20))*time.Hour - 30*time.Minute)
				require.NoError(t, archive.Add(a))
				public = append(public, a)
			default:
				n := r.IntN(len(public))
				which = "https://courier.example" + public[n].URL
				require.NoError(t, archive.Remove(which))
				public = slices.Delete(public, n, n+1)
			}
			publish(t, p)
			after := pages(t, tree(t, p.Dir))
			for path, ids := range before {
				// A page may disappear with its last article, and the newest page may grow.
				assert.Equal(t, without(ids, which), without(after[path], which), "change %d, %s", change, path)
			}
			before = after
		}
	}
}

// pages returns the ids on each closed archive page, by path.
func pages(t *testing.T, got map[string]string) map[string][]string {
	all := map[string][]string{}
	for path, text := range got {
		if strings.Contains(path, "page/") && strings.HasSuffix(path, "atom.xml") {
			if d := read(t, text, syndicate.Atom); d.archived {
				all[path] = d.ids
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

func without(ids []string, which string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == which })
}

// DISC-4. Without archive pages no feed links to one, and pages of an earlier run are removed. A
// run with pages brings both back.
func TestArchivePagesAreOptional(t *testing.T) {
	archive := open(t, courier(), articles(1, 20)...)
	folder := Folder{Dir: inMemory(t), Source: archive}
	all := expected(t, archive)
	publish(t, folder)
	require.Equal(t, all, tree(t, folder.Dir))
	folder.NoPages = true
	result := publish(t, folder)
	assert.NotZero(t, result.Removed)
	got := tree(t, folder.Dir)
	for path, text := range got {
		assert.NotContains(t, path, "page/")
		assert.NotContains(t, text, "/page/")
		assert.NotContains(t, text, "prev-archive")
	}
	assert.Len(t, got, 3*result.Feeds)
	walked := walk(t, got, archive.Publication(), syndicate.Everything(), syndicate.JSON)
	assert.Len(t, walked, 1)
	assert.Zero(t, publish(t, folder).Written)
	folder.NoPages = false
	publish(t, folder)
	assert.Equal(t, all, tree(t, folder.Dir))
}

// DISC-7. Of thousands of archive pages, a change writes those whose bytes differ, and requests no
// feed but theirs.
func TestOfManyPagesThoseThatDifferAreWritten(t *testing.T) {
	site := courier()
	site.Limit, site.Formats = 2, []syndicate.Format{syndicate.Atom}
	site.Kinds = []syndicate.Kind{syndicate.KindSite, syndicate.KindCategory}
	count := 2000
	if testing.Short() {
		count = 200
	}
	archive := open(t, site, articles(1, count)...)
	now := noon
	archive.Clock = func() time.Time { return now }
	dir := inMemory(t)
	contents := func() map[string]string {
		all := map[string]string{}
		for path, text := range expected(t, archive) {
			if strings.HasSuffix(path, "atom.xml") {
				all[path] = text
			}
		}
		return all
	}
	publish(t, Folder{Dir: dir, Source: archive})
	before := contents()
	require.Greater(t, len(before), count-10)
	old := numbered(count / 2)
	old.Title = "Edited"
	backdated := numbered(-1)
	backdated.Published = numbered(count / 3).Published.Add(time.Minute)
	another := numbered(-3)
	another.Published = noon.Add(time.Second)
	future := numbered(-2)
	future.Published = noon.Add(10 * time.Hour)
	for _, change := range []struct {
		what  string
		do    func() error
		files int
	}{
		{"nothing", func() error { return nil }, 0},
		{"one is published", func() error { return archive.Add(numbered(0)) }, 6}, // two pages are closed,
		{"another one", func() error { return archive.Add(another) }, 4},
		{"one is edited", func() error { return archive.Update(old) }, 2},
		{"one is backdated", func() error { return archive.Add(backdated) }, 2},
		{"one is announced", func() error { return archive.Add(future) }, 0},
		{"its time has come", func() error { now = future.Published; return nil }, 4},
		{"one is removed", func() error { return archive.Remove("/150/") }, 2},
	} {
		now = now.Add(time.Second)
		require.NoError(t, change.do())
		source := &counted{Versioner: archive}
		stats := files(t, dir)
		result := publish(t, Folder{Dir: dir, Source: source})
		var written, differing []string
		for path, stat := range files(t, dir) {
			if stats[path] != stat && path != manifestFile {
				written = append(written, path)
			}
		}
		after := contents()
		for path, text := range after {
			if before[path] != text {
				differing = append(differing, path)
			}
		}
		assert.ElementsMatch(t, differing, written, change.what)
		assert.Len(t, written, change.files, change.what)
		assert.Equal(t, change.files, result.Written, change.what)
		// Current feeds whose NextChange or Modified differs are requested too.
		assert.LessOrEqual(t, source.made.Load(), int64(len(differing)+3), change.what)
		before = after
	}
}
