// Files that are made of the articles are served like feeds.
package feedhttp_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/derived"
	"github.com/syndicate-go/syndicate/feedhttp"
	"github.com/syndicate-go/syndicate/internal/derivedtest"
)

// pathOf returns the path of the file of an article that numbered returns.
func pathOf(a syndicate.Article) string { return "/news/" + new(derivedtest.Notes).Path(&a) }

// HTTP-1 to HTTP-5, POD-70
func TestDerivedFilesAreServedLikeFeeds(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1), numbered(2), numbered(3), numbered(4), numbered(5))
	notes, event := new(derivedtest.Notes), feedhttp.Event{}
	client := serving(t, &feedhttp.Handler{
		Source: archive, Clock: clock.now, Pages: pages, Files: []derived.Files{notes},
		Observe: func(_ context.Context, e feedhttp.Event) { event = e },
	})
	for i := 1; i <= 5; i++ { // the first ones are on archive pages only
		path := pathOf(numbered(i))
		got := client.get(path)
		require.Equal(t, 200, got.status, path)
		assert.Equal(t, numbered(i).Content, got.body)
		assert.Equal(t, path[len("/news/"):], event.File)
		assert.Zero(t, event.Format)
		for name, value := range map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=600",
			"Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff",
		} {
			assert.Equal(t, value, got.header.Get(name), name)
		}
		packed := client.get(path, "Accept-Encoding: gzip")
		assert.Equal(t, "gzip", packed.header.Get("Content-Encoding"))
		assert.Equal(t, got.body, unpacked(t, packed.body))
		assert.Equal(t, 304, client.get(path, "If-None-Match: "+got.header.Get("Etag")).status)
		assert.Equal(t, 304, client.get(path, "Accept-Encoding: gzip", "If-None-Match: "+packed.header.Get("Etag")).status)
		assert.Equal(t, 304, client.get(path, "If-Modified-Since: "+got.header.Get("Last-Modified")).status)
		head := client.ask("HEAD", path)
		assert.Equal(t, got.header.Get("Content-Length"), head.header.Get("Content-Length"))
		assert.Empty(t, head.body)
		assert.Equal(t, 405, client.ask("POST", path).status)
		assert.Equal(t, 204, client.ask("OPTIONS", path).status)
		assert.Equal(t, 206, client.get(path, "Range: bytes=0-9").status)
		assert.True(t, event.File != "" && event.Cached)
	}
	assert.EqualValues(t, 5, notes.Appended.Load(), "each is made once")
	assert.Equal(t, 301, client.get("/news/%6eotes/"+pathOf(numbered(1))[len("/news/notes/"):]).status, "another spelling")
	for _, path := range []string{"/news/notes/", "/news/notes/1-01.txt", pathOf(numbered(1)) + "/", "/news/other.txt"} {
		assert.Equal(t, 404, client.get(path).status, path)
	}
	assert.Equal(t, 200, client.get(opmlPage).status, "pages are served too")
}

// A file leaves at the moment at which its article leaves the feeds, wherever the article is.
func TestADerivedFileLeavesWithItsArticle(t *testing.T) {
	clock := clockAt(day(20))
	site := exampleSite
	site.Addresses = syndicate.WordPress
	expiring, embargoed := numbered(2), numbered(21)
	expiring.Expires = day(21)
	archive := openArchive(t, site, clock, numbered(1), expiring, numbered(3), numbered(4), numbered(5), numbered(6), embargoed)
	for name, source := range map[string]syndicate.Source{"versions": archive, "none": struct{ syndicate.Source }{archive}} {
		clock.set(day(20))
		h := &feedhttp.Handler{Source: source, Clock: clock.now, Files: []derived.Files{new(derivedtest.Notes)}}
		if name == "none" {
			h.Refresh = -1
		}
		client := serving(t, h)
		status := func(a syndicate.Article) int { return client.get(pathOf(a)).status }
		assert.Equal(t, []int{200, 200, 404}, []int{status(numbered(1)), status(expiring), status(embargoed)}, name)
		clock.set(day(21).Add(-time.Second))
		assert.Equal(t, []int{200, 404}, []int{status(expiring), status(embargoed)}, name)
		assert.Equal(t, "public, max-age=1", client.get(pathOf(expiring)).header.Get("Cache-Control"), name)
		clock.set(day(21))
		assert.Equal(t, []int{404, 200}, []int{status(expiring), status(embargoed)}, name)
		edited := numbered(1)
		edited.Content = "<p>Edited.</p>"
		require.NoError(t, archive.Update(edited))
		assert.Equal(t, "<p>Edited.</p>", client.get(pathOf(edited)).body, name)
		require.NoError(t, archive.Remove("https://www.example.com/01/", "https://www.example.com/06/"))
		assert.Equal(t, []int{404, 404, 200}, []int{status(numbered(1)), status(numbered(6)), status(numbered(3))}, name)
		require.NoError(t, archive.Add(numbered(1), numbered(6)))
		assert.Equal(t, []int{200, 200}, []int{status(numbered(1)), status(numbered(6))}, name)
	}
}

// gone is a set that had a file.
type gone struct{ derived.Files }

func (gone) Find(context.Context, syndicate.Source, string) (derived.File, error) {
	return derived.File{}, &syndicate.ScopeError{Err: syndicate.ErrGone}
}

// careless is a set whose files lack something, or that panics.
type careless struct{ file derived.File }

func (careless) List(context.Context, syndicate.Source) iter.Seq2[derived.File, error] { panic("list") }

func (c careless) Find(_ context.Context, _ syndicate.Source, path string) (derived.File, error) {
	if path == "panic.txt" {
		panic("find")
	}
	c.file.Path = path
	return c.file, nil
}

func TestSetsThatFailAreUnavailable(t *testing.T) {
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	text := func(context.Context, []byte) ([]byte, error) { return []byte("text"), nil }
	for name, c := range map[string]struct {
		set    derived.Files
		status int
		err    string
	}{
		"an error": {&derivedtest.Notes{Err: errors.New("disk full")}, 503, "disk full"},
		"a file that cannot be made": {careless{derived.File{ContentType: "a/b", Append: func(context.Context, []byte) ([]byte, error) {
			return nil, errors.New("no paper")
		}}}, 503, "no paper"},
		"no Append":    {careless{derived.File{ContentType: "a/b"}}, 503, "no Append"},
		"no type":      {careless{derived.File{Append: text}}, 503, "ContentType"},
		"a wrong type": {careless{derived.File{ContentType: "a\nb", Append: text}}, 503, "ContentType"},
		"nil":          {nil, 503, "nil"},
		"gone":         {gone{}, 410, ""},
		"good":         {careless{derived.File{ContentType: "a/b", Append: text}}, 200, ""},
	} {
		var failed error
		h := &feedhttp.Handler{Source: archive, Files: []derived.Files{c.set}, OnError: func(err error) { failed = err }}
		assert.Equal(t, c.status, asked(h, "GET", "/news/x.txt").status, name)
		if c.err != "" {
			require.Error(t, failed, name)
			assert.Contains(t, failed.Error(), "feedhttp: x.txt: ", name)
			assert.Contains(t, failed.Error(), c.err, name)
		} else {
			assert.NoError(t, failed, name)
		}
	}
	h := &feedhttp.Handler{Source: archive, Files: []derived.Files{careless{}}, OnError: func(error) {}}
	assert.Equal(t, 503, asked(h, "GET", "/news/panic.txt").status)
}

// A file that is not exact is made again after MaxAge, and the first set that has a file wins.
func TestFilesThatAreNotExactAreMadeAgain(t *testing.T) {
	clock := clockAt(day(20))
	archive := openArchive(t, exampleSite, clock, numbered(1))
	made := 0
	set := careless{derived.File{ContentType: "text/plain", Append: func(_ context.Context, dst []byte) ([]byte, error) {
		made++
		return append(dst, "text"...), nil
	}}}
	h := &feedhttp.Handler{
		Source: archive, Clock: clock.now, Files: []derived.Files{new(derivedtest.Notes), set, gone{}},
		Fallback: http.NotFoundHandler(),
	}
	for range 3 {
		assert.Equal(t, 200, asked(h, "GET", "/news/x.txt").status)
	}
	assert.Equal(t, 1, made)
	clock.forward(11 * time.Minute)
	assert.Equal(t, 200, asked(h, "GET", "/news/x.txt").status)
	assert.Equal(t, 2, made)
	assert.Equal(t, numbered(1).Content, asked(h, "GET", pathOf(numbered(1))).body)
}

// Private files are below the token, as feeds are.
func TestDerivedFilesOfPrivateFeeds(t *testing.T) {
	token := feedhttp.NewToken()
	archive := openArchive(t, exampleSite, clockAt(day(20)), numbered(1))
	h := &feedhttp.Handler{Source: archive, Files: []derived.Files{new(derivedtest.Notes)}, Allow: feedhttp.AllowTokens(token)}
	got := asked(h, "GET", "/news/private/"+token+pathOf(numbered(1))[len("/news"):])
	assert.Equal(t, 200, got.status)
	assert.Equal(t, "noindex", got.header.Get("X-Robots-Tag"))
	assert.Empty(t, got.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, 404, asked(h, "GET", pathOf(numbered(1))).status)
}

// placeholders is a set whose files have addresses with the subscriber's token.
type placeholders struct {
	derivedtest.Notes
	trusted bool
}

const folder = "private/" + feedhttp.TokenPlaceholder + "/"

func (p *placeholders) List(ctx context.Context, source syndicate.Source) iter.Seq2[derived.File, error] {
	return func(yield func(derived.File, error) bool) {
		for file, err := range p.Notes.List(ctx, source) {
			file.Path = folder + file.Path
			if !yield(file, err) {
				return
			}
		}
	}
}

func (p *placeholders) Find(ctx context.Context, source syndicate.Source, path string) (derived.File, error) {
	rest, found := strings.CutPrefix(path, folder)
	if !found {
		return derived.File{}, &syndicate.ScopeError{Err: syndicate.ErrNotFound}
	}
	file, err := p.Notes.Find(ctx, source, rest)
	file.Path, file.Tokens = folder+file.Path, p.trusted
	return file, err
}

// A feed states the address of a file with the token, and the file is there.
func TestDerivedFilesAtAddressesWithTheToken(t *testing.T) {
	token := feedhttp.NewToken()
	note := numbered(1)
	note.Content = "for " + feedhttp.TokenPlaceholder
	archive := openArchive(t, exampleSite, clockAt(day(20)), note)
	set := &placeholders{trusted: true}
	h := &feedhttp.Handler{Source: archive, Clock: archive.Clock, Files: []derived.Files{set}, Allow: feedhttp.AllowTokens(token, ada)}
	for range 2 {
		for _, token := range []string{token, ada} {
			got := asked(h, "GET", "/news/private/"+token+pathOf(note)[len("/news"):])
			assert.Equal(t, 200, got.status)
			assert.Equal(t, "for "+token, got.body)
			assert.Equal(t, 404, asked(h, "GET", "/news/private/"+token+"/"+folder+"notes/1.txt").status)
		}
	}
	// A guest may have written the file, such as a feed of comments.
	h = &feedhttp.Handler{Source: archive, Clock: archive.Clock, Files: []derived.Files{new(placeholders)}, Allow: feedhttp.AllowTokens(token, ada)}
	assert.Equal(t, "for "+feedhttp.TokenPlaceholder, asked(h, "GET", "/news/private/"+token+pathOf(note)[len("/news"):]).body)
	assert.EqualValues(t, 1, set.Appended.Load(), "made once for all subscribers")
	require.NoError(t, archive.Remove("https://www.example.com/01/"))
	assert.Equal(t, 404, asked(h, "GET", "/news/private/"+token+pathOf(note)[len("/news"):]).status)
}
