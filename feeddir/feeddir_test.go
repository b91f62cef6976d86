package feeddir

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

func TestFolderHoldsEveryFeedAtItsAddress(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "public")
	archive := open(t, courier(), articles(1, 20)...)
	require.NoError(t, Publish(t.Context(), dir, archive))
	got := tree(t, dir)
	assert.Equal(t, expected(t, archive), got)
	assert.Contains(t, got, "rss.xml")
	assert.Contains(t, got, "page/2/atom.xml")
	assert.Contains(t, got, "category/military/page/1/feed.json")
}

// Static hosts serve the index file of a folder.
func TestWordPressAddressesBecomeFoldersWithAnIndex(t *testing.T) {
	dir := t.TempDir()
	site := courier()
	site.Addresses = syndicate.WordPress
	archive := open(t, site, articles(1, 20)...)
	require.NoError(t, Publish(t.Context(), dir, archive))
	want := map[string]string{}
	for path, content := range expected(t, archive) {
		if strings.HasSuffix(path, "/json/") {
			want[path+"index.json"] = content
		} else {
			want[path+"index.xml"] = content
		}
	}
	got := tree(t, dir)
	assert.Equal(t, want, got)
	assert.Contains(t, got, "category/military/feed/index.xml")
	assert.Contains(t, got, "feed/atom/index.xml")
	assert.Contains(t, got, "tag/tag-1/page/1/feed/json/index.json")
}

func TestSecondRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	p := Folder{Dir: dir, Source: open(t, courier(), articles(1, 20)...), Gzip: true}
	first := publish(t, p)
	before := files(t, dir)
	p.Source = open(t, courier(), articles(1, 20)...) // as another process would
	count := steps(t)
	second := publish(t, p)
	assert.Equal(t, before, files(t, dir))
	assert.Zero(t, count.Load(), "changes to the folder")
	assert.Equal(t, Result{Feeds: first.Feeds, Unchanged: first.Written}, second)
	assert.Equal(t, len(before)-1, first.Written, "all but the manifest")
}

// LIFE-5: a folder that is published before and after the move of its site has the same ids.
func TestFolderOfASiteThatMovesKeepsItsIDs(t *testing.T) {
	dir := t.TempDir()
	id := regexp.MustCompile(`<id>[^<]*</id>|<guid[^>]*>[^<]*</guid>`)
	ids := func(url string) map[string]string {
		site := courier()
		site.URL, site.IDBase = url, "https://courier.example/"
		publish(t, Folder{Dir: dir, Source: open(t, site, articles(1, 9)...)})
		contents := tree(t, dir)
		for path, text := range contents {
			assert.Contains(t, text, url)
			text = strings.Join(id.FindAllString(text, -1), "\n")
			contents[path] = strings.NewReplacer(`isPermaLink="true"`, "", `isPermaLink="false"`, "").Replace(text)
		}
		return contents
	}
	before := ids("https://courier.example/")
	require.Contains(t, before["rss.xml"], "https://courier.example/1/")
	assert.Equal(t, before, ids("https://news.example/courier/"))
}

func TestOnlyWhatChangedIsWritten(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	publish(t, Folder{Dir: dir, Source: archive})
	before := files(t, dir)
	require.NoError(t, archive.Add(syndicate.Article{URL: "/new/", Title: "New", Published: noon, Tags: syndicate.Tags("Tag 1")}))
	result := publish(t, Folder{Dir: dir, Source: archive})
	assert.Equal(t, expected(t, archive), tree(t, dir))
	after := files(t, dir)
	for path, stat := range after {
		changed := before[path] != stat
		inside := filepath.Dir(path) == "." || strings.HasPrefix(path, "tag/tag-1/") || strings.HasPrefix(path, "page/") ||
			path == manifestFile || strings.HasPrefix(path, "author/publication")
		assert.Equal(t, inside, changed, path)
	}
	assert.Equal(t, len(after)-1, result.Written+result.Unchanged)
}

func TestFeedsThatAreNoMoreAreRemovedWithTheirFolders(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	publish(t, Folder{Dir: dir, Source: archive, Gzip: true})
	require.FileExists(t, filepath.Join(dir, "tag/tag-1/rss.xml.gz"))
	require.NoError(t, archive.Remove("https://courier.example/1/"))
	result := publish(t, Folder{Dir: dir, Source: archive, Gzip: true})
	assert.NoDirExists(t, filepath.Join(dir, "tag/tag-1"))
	assert.DirExists(t, filepath.Join(dir, "tag/tag-2"))
	assert.Equal(t, 6, result.Removed)
	assert.Empty(t, result.Kept)
}

func TestFilesOfOthersStay(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "index.html", "the site's own page")
	write(t, dir, "tag/tag-1/index.html", "the tag's page")
	archive := open(t, courier(), articles(1, 3)...)
	publish(t, Folder{Dir: dir, Source: archive})
	write(t, dir, "tag/tag-1/rss.xml", "<rss>somebody has taken this over</rss>")
	require.NoError(t, archive.Remove("https://courier.example/1/"))
	result := publish(t, Folder{Dir: dir, Source: archive})
	assert.Equal(t, []string{"tag/tag-1/rss.xml"}, result.Kept)
	got := tree(t, dir)
	assert.Equal(t, "the site's own page", got["index.html"])
	assert.Equal(t, "the tag's page", got["tag/tag-1/index.html"])
	assert.Contains(t, got["tag/tag-1/rss.xml"], "somebody")
	assert.NotContains(t, got, "tag/tag-1/atom.xml")
	assert.Empty(t, publish(t, Folder{Dir: dir, Source: archive}).Kept, "it is told once")
}

// A feed replaces the file at its path, and the result names it.
func TestFilesInTheFeedsPlacesAreReplacedAndNamed(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	write(t, dir, "rss.xml", "<rss>of the generator before</rss>")
	write(t, dir, "atom.xml", expected(t, archive)["atom.xml"])
	result := publish(t, Folder{Dir: dir, Source: archive})
	assert.Equal(t, []string{"rss.xml"}, result.Replaced)
	assert.Equal(t, 1, result.Unchanged, "the file that was right already")
	assert.Equal(t, expected(t, archive), tree(t, dir))
}

func TestFilesThatWereEditedOrDeletedArePutRight(t *testing.T) {
	for name, versions := range map[string]bool{"by making every feed": false, "by a Source that tells versions": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			archive := open(t, courier(), articles(1, 3)...)
			p := Folder{Dir: dir, Source: archive, Gzip: true}
			if versions {
				p.Source = versioned{Archive: archive, version: func(syndicate.Scope) string { return "1" }}
			}
			publish(t, p)
			want := tree(t, dir)
			write(t, dir, "rss.xml", "edited")
			write(t, dir, "atom.xml", strings.ToUpper(want["atom.xml"])) // of the same length
			require.NoError(t, os.Remove(filepath.Join(dir, "tag/tag-1/feed.json.gz")))
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "category")))
			result := publish(t, p)
			assert.Equal(t, want, tree(t, dir))
			assert.Equal(t, []string{"atom.xml", "rss.xml"}, result.Replaced)
			assert.Equal(t, 2+1+2*6, result.Written)
		})
	}
}

// As after a git checkout, or a copy from another machine.
func TestTreeWithOtherTimesIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	p := Folder{Dir: dir, Source: open(t, courier(), articles(1, 3)...), Gzip: true}
	publish(t, p)
	for path := range tree(t, dir) {
		require.NoError(t, os.Chtimes(filepath.Join(dir, path), noon, noon))
	}
	before := files(t, dir)
	delete(before, manifestFile)
	assert.Zero(t, publish(t, p).Written)
	after := files(t, dir)
	delete(after, manifestFile)
	assert.Equal(t, before, after)
	count := steps(t)
	publish(t, p)
	assert.Zero(t, count.Load(), "the new times are remembered")
}

// damage changes a byte of a file and keeps its size and modification time.
func damage(t *testing.T, dir, path string) {
	t.Helper()
	name := filepath.Join(dir, path)
	info, err := os.Stat(name)
	require.NoError(t, err)
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	require.NoError(t, os.WriteFile(name, content, 0o600))
	require.NoError(t, os.Chtimes(name, info.ModTime(), info.ModTime()))
}

// Damage that neither size nor modification time shows is found on request.
func TestVerifyFindsAndRepairsDamagedFiles(t *testing.T) {
	for name, versions := range map[string]bool{"with versions": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			archive := open(t, courier(), articles(1, 3)...)
			folder := Folder{Dir: t.TempDir(), Source: archive, Gzip: true}
			if !versions {
				folder.Source = struct{ syndicate.Source }{archive}
			}
			publish(t, folder)
			want := tree(t, folder.Dir)
			damaged := []string{"atom.xml", "rss.xml.gz"}
			for _, path := range damaged {
				damage(t, folder.Dir, path)
			}
			assert.Zero(t, publish(t, folder).Written, "not on request")
			folder.Verify = true
			result := publish(t, folder)
			assert.Equal(t, damaged, result.Replaced)
			assert.Equal(t, len(damaged), result.Written)
			assert.Equal(t, want, tree(t, folder.Dir))
			count := steps(t)
			assert.Empty(t, publish(t, folder).Replaced)
			assert.Zero(t, count.Load(), "changes to the folder")
		})
	}
}

// titled gives all feeds a title, which is also their version.
type titled struct {
	*syndicate.Archive
	title string
}

func (s titled) Version(context.Context, syndicate.Scope) (string, error) { return s.title, nil }

func (s titled) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := s.Archive.Feed(ctx, scope)
	if err == nil {
		feed.Title = s.title
	}
	return feed, err
}

// collision returns two texts of the same length and checksum. Documents that differ only in such
// texts have the same checksum too, because it is linear.
func collision(t *testing.T) (first, second string) {
	t.Helper()
	found := map[string]string{}
	for number := 1 << 30; number < 1<<31; number++ {
		text := strconv.FormatInt(int64(number)*int64(number), 36)
		sum := sumOf([]byte(text), true) + strconv.Itoa(len(text))
		if other, ok := found[sum]; ok {
			return other, text
		}
		found[sum] = text
	}
	t.Fatal("no two texts have the same checksum")
	return "", ""
}

// The checksum of a feed with a version does not decide whether its file is written: here two
// versions have contents of the same length and the same checksum.
func TestFeedsWithTheSameChecksumAreNotTakenForEqual(t *testing.T) {
	first, second := collision(t)
	archive := open(t, courier(), syndicate.Article{URL: "/1/", Title: "One", Content: "<p>x</p>", Published: noon})
	folder := Folder{Dir: t.TempDir(), Gzip: true}
	sums := map[string]bool{}
	for _, text := range []string{first, second, first} {
		folder.Source = titled{archive, text}
		publish(t, folder)
		manifest, err := os.ReadFile(filepath.Join(folder.Dir, manifestFile))
		require.NoError(t, err)
		parsed, err := parseManifest(string(manifest))
		require.NoError(t, err)
		sums[parsed.records["feed.json"].Sum] = true
		require.Len(t, sums, 1, "the checksums differ")
		assert.Contains(t, tree(t, folder.Dir)["feed.json"], text)
		packed, err := gzip.NewReader(strings.NewReader(tree(t, folder.Dir)["feed.json.gz"]))
		require.NoError(t, err)
		unpacked, err := io.ReadAll(packed)
		require.NoError(t, err)
		assert.Contains(t, string(unpacked), text)
	}
}

func TestWithoutItsManifestTheFolderIsComparedByContent(t *testing.T) {
	dir := t.TempDir()
	p := Folder{Dir: dir, Source: open(t, courier(), articles(1, 3)...)}
	publish(t, p)
	before := files(t, dir)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, stateFolder)))
	assert.Zero(t, publish(t, p).Written)
	after := files(t, dir)
	assert.NotEmpty(t, after[manifestFile])
	delete(before, manifestFile)
	delete(after, manifestFile)
	assert.Equal(t, before, after)
}

func TestCompressedCopiesHoldTheSame(t *testing.T) {
	dir := t.TempDir()
	p := Folder{Dir: dir, Source: open(t, courier(), articles(1, 20)...), Gzip: true, Extra: []File{{Path: "feeds.css", Content: []byte("rss{}")}}}
	publish(t, p)
	got := tree(t, dir)
	for path, content := range got {
		if strings.HasSuffix(path, ".gz") {
			r, err := gzip.NewReader(strings.NewReader(content))
			require.NoError(t, err)
			plain, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.Equal(t, got[strings.TrimSuffix(path, ".gz")], string(plain), path)
		} else {
			assert.Contains(t, got, path+".gz")
		}
	}
	p.Gzip = false
	result := publish(t, p)
	assert.Equal(t, len(got)/2, result.Removed, "copies that are not asked for any more")
	assert.NotContains(t, tree(t, dir), "rss.xml.gz")
}

func TestSameArticlesGiveTheSameBytes(t *testing.T) {
	var trees []map[string]string
	for _, workers := range []int{1, 8} {
		dir := t.TempDir()
		publish(t, Folder{Dir: dir, Source: open(t, courier(), articles(1, 20)...), Gzip: true, Workers: workers})
		trees = append(trees, tree(t, dir))
	}
	assert.Equal(t, trees[0], trees[1])
}

func TestFilesOfOnesOwnAreKeptInStepWithTheFeeds(t *testing.T) {
	dir := t.TempDir()
	p := Folder{
		Dir: dir, Source: open(t, courier(), articles(1, 3)...),
		Extra: []File{{Path: "feeds.opml", Content: []byte("<opml/>")}, {Path: "feeds/index.html", Content: []byte("<html>")}},
	}
	publish(t, p)
	assert.Equal(t, "<opml/>", tree(t, dir)["feeds.opml"])
	p.Extra = []File{{Path: "feeds.opml", Content: []byte("<opml>changed</opml>")}}
	result := publish(t, p)
	assert.Equal(t, []int{1, 1}, []int{result.Written, result.Removed})
	assert.Equal(t, "<opml>changed</opml>", tree(t, dir)["feeds.opml"])
	assert.NoDirExists(t, filepath.Join(dir, "feeds"))
}

// A list of feeds is made of the published feeds, in each run.
func TestFilesOfOnesOwnAreMadeOfTheSource(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), articles(1, 3)...)
	counts := func(ctx context.Context, dst []byte, source syndicate.Source) ([]byte, error) {
		for info, err := range source.Scopes(ctx) {
			if err != nil {
				return dst, err
			}
			dst = fmt.Appendln(dst, info.Scope, info.Count)
		}
		return dst, nil
	}
	p := Folder{Dir: dir, Source: archive, Extra: []File{{Path: "counts.txt", Append: counts}}, Gzip: true}
	publish(t, p)
	assert.Contains(t, tree(t, dir)["counts.txt"], "tag/tag-1 1\n")
	assert.Zero(t, publish(t, p).Written)
	require.NoError(t, archive.Add(syndicate.Article{URL: "/new/", Title: "New", Published: noon, Tags: syndicate.Tags("Tag 1")}))
	publish(t, p)
	assert.Contains(t, tree(t, dir)["counts.txt"], "tag/tag-1 2\n")
}

func TestProgressTellsOfEachFeed(t *testing.T) {
	archive := open(t, courier(), articles(1, 20)...)
	var told []Progress
	p := Folder{Dir: t.TempDir(), Source: archive, Extra: []File{{Path: "a.css"}}, Progress: func(p Progress) { told = append(told, p) }}
	result := publish(t, p)
	require.Len(t, told, result.Feeds+1)
	sizes := map[string]int64{}
	for i, p := range told {
		assert.Equal(t, []int{i + 1, len(told)}, []int{p.Done, p.Total})
		for _, file := range p.Files {
			assert.True(t, file.Written)
			sizes[file.Path] = file.Size
		}
	}
	for path, content := range expected(t, archive) {
		assert.Equal(t, int64(len(content)), sizes[path], path)
	}
	clear(told)
	publish(t, p)
	assert.False(t, told[len(told)-1].Files[0].Written)
}

func TestProgressThatPanicsIsReportedAndCalledNoMore(t *testing.T) {
	archive := open(t, courier(), articles(1, 3)...)
	dir := t.TempDir()
	calls := 0
	_, err := Folder{Dir: dir, Source: archive, Progress: func(Progress) { calls++; panic("no terminal") }}.Publish(t.Context())
	assert.ErrorIs(t, err, ErrPanic)
	assert.ErrorContains(t, err, "no terminal")
	assert.Equal(t, 1, calls)
	assert.Equal(t, expected(t, archive), tree(t, dir))
}

// A cron job that publishes at the time of the next change misses nothing.
func TestResultTellsWhenToPublishAgain(t *testing.T) {
	embargoed, expiring := numbered(-5), numbered(1)
	expiring.Expires = noon.Add(7 * time.Hour)
	archive := open(t, courier(), embargoed, expiring)
	for name, source := range map[string]syndicate.Source{"with versions": archive, "without": struct{ syndicate.Source }{archive}} {
		p := Folder{Dir: t.TempDir(), Source: source, Gzip: true}
		for range 2 { // from the feeds, then from the manifest
			assert.Equal(t, noon.Add(5*time.Hour), publish(t, p).NextChange, name)
		}
		require.NoError(t, os.Remove(filepath.Join(p.Dir, "rss.xml")))
		assert.Equal(t, noon.Add(5*time.Hour), publish(t, p).NextChange, "%s, made partly anew", name)
	}
	assert.Zero(t, publish(t, Folder{Dir: t.TempDir(), Source: open(t, courier(), numbered(1))}).NextChange)
}

// lingering is a Source whose clock advances when its scopes are listed.
type lingering struct {
	syndicate.Source
	listed func()
}

func (l lingering) Scopes(ctx context.Context) iter.Seq2[syndicate.ScopeInfo, error] {
	defer l.listed()
	infos := maps.Collect(l.Source.Scopes(ctx))
	return maps.All(infos)
}

// NextChange includes a change during the run, even if all feeds were rendered after it.
func TestWhatTimeChangesDuringARunIsDueAtOnce(t *testing.T) {
	embargoed := numbered(-5)
	embargoed.Tags = syndicate.Tags("Soon")
	archive := open(t, courier(), embargoed, numbered(1))
	var now atomic.Pointer[time.Time]
	now.Store(&noon)
	archive.Clock = func() time.Time { return *now.Load() }
	source := lingering{archive, func() { later := noon.Add(6 * time.Hour); now.Store(&later) }}
	dir := t.TempDir()
	result := publish(t, Folder{Dir: dir, Source: source})
	assert.Equal(t, noon.Add(5*time.Hour), result.NextChange)
	assert.NoDirExists(t, filepath.Join(dir, "tag/soon"), "it was not among the scopes")
	publish(t, Folder{Dir: dir, Source: source})
	assert.DirExists(t, filepath.Join(dir, "tag/soon"))
}

// versioned is an archive with given versions. It counts the calls of Feed.
type versioned struct {
	*syndicate.Archive
	version func(syndicate.Scope) string
	asked   func(syndicate.Scope)
}

func (v versioned) Version(_ context.Context, scope syndicate.Scope) (string, error) {
	return v.version(scope), nil
}

func (v versioned) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	if v.asked != nil {
		v.asked(scope)
	}
	return v.Archive.Feed(ctx, scope)
}

func TestFeedsOfTheSameVersionAreNotMade(t *testing.T) {
	dir := t.TempDir()
	versions, asked := map[syndicate.Scope]string{}, map[syndicate.Scope]bool{}
	p := Folder{Dir: dir, Workers: 1, Gzip: true, Source: versioned{
		Archive: open(t, courier(), articles(1, 20)...),
		version: func(scope syndicate.Scope) string { return "1" + versions[scope] },
		asked:   func(scope syndicate.Scope) { asked[scope] = true },
	}}
	first := publish(t, p)
	assert.Len(t, asked, first.Feeds)

	clear(asked)
	count := steps(t)
	second := publish(t, p)
	assert.Empty(t, asked)
	assert.Zero(t, count.Load())
	assert.Equal(t, Result{Feeds: first.Feeds, Unchanged: first.Written}, second)

	page := syndicate.WithTag("tag-1").AtPage(1)
	versions[page] = "2"
	assert.Zero(t, publish(t, p).Written, "another version, but the same bytes")
	assert.Equal(t, []syndicate.Scope{page}, slices.Collect(maps.Keys(asked)))

	clear(asked)
	require.NoError(t, os.Remove(filepath.Join(dir, "tag/tag-1/atom.xml.gz")))
	assert.Equal(t, 1, publish(t, p).Written)
	assert.Equal(t, []syndicate.Scope{page.Current()}, slices.Collect(maps.Keys(asked)), "a file is missing")

	clear(asked)
	versions[page] = "3"
	defer func(before func() string) { program = before }(program)
	program = func() string { return "another release" }
	publish(t, p)
	assert.Len(t, asked, first.Feeds, "another program may write other bytes")
}

// If the version changes while a feed is rendered, the feed is not recorded with it.
func TestFeedThatChangesWhileItIsMadeIsMadeAgain(t *testing.T) {
	dir := t.TempDir()
	archive := open(t, courier(), numbered(1))
	corrected := numbered(1)
	corrected.Title = "Corrected"
	version := "1"
	p := Folder{Dir: dir, Workers: 1, Source: versioned{
		Archive: archive,
		version: func(syndicate.Scope) string { return version },
		asked: func(scope syndicate.Scope) {
			if scope == syndicate.WithTag("tag-1") && version == "1" {
				assert.NoError(t, archive.Update(corrected))
				version = "2"
			}
		},
	}}
	publish(t, p)
	require.Contains(t, tree(t, dir)["tag/tag-1/rss.xml"], "Corrected")
	require.NoError(t, archive.Update(numbered(1)))
	version = "1"
	p.Source = versioned{Archive: archive, version: func(syndicate.Scope) string { return version }}
	publish(t, p)
	assert.NotContains(t, tree(t, dir)["tag/tag-1/rss.xml"], "Corrected")
}

// The state folder reveals when an embargo ends, so only its owner may read it.
func TestStateIsForItsOwnersEyesOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	dir := t.TempDir()
	publish(t, Folder{Dir: dir, Source: open(t, courier(), numbered(1))})
	info, err := os.Stat(filepath.Join(dir, stateFolder))
	require.NoError(t, err)
	assert.Equal(t, "drwx------", info.Mode().String())
	info, err = os.Stat(filepath.Join(dir, "tag"))
	require.NoError(t, err)
	assert.Equal(t, "r-x", info.Mode().String()[7:], "the feeds are for all")
}

// A folder takes the place of a file, and a file that of a folder.
func TestOtherAddressesFindTheirPlacesFree(t *testing.T) {
	dir := t.TempDir()
	site := courier()
	for _, shape := range []string{"flat", "deep", "flat"} {
		site.Addresses = shaped{syndicate.Files, shape}
		archive := open(t, site, articles(1, 3)...)
		publish(t, Folder{Dir: dir, Source: archive})
		assert.Equal(t, expected(t, archive), tree(t, dir))
	}
}

// shaped are Addresses with a file "tag-1", or with a folder of that name that contains the feeds.
type shaped struct {
	syndicate.Addresses
	shape string
}

func (s shaped) FeedPath(scope syndicate.Scope, format syndicate.Format) string {
	path := "feeds/" + strings.ReplaceAll(scope.String(), "/", "-")
	if format != syndicate.RSS {
		return path + "." + format.String()
	}
	if s.shape == "deep" {
		return path + "/feed.rss"
	}
	return path
}

// On a file system that ignores case, the new name of a folder is also its old one.
func TestSameFileByAnotherNameIsNotRemoved(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "probe", "")
	archive := open(t, courier(), numbered(1))
	publish(t, Folder{Dir: dir, Source: archive, Extra: []File{{Path: "Style.css", Content: []byte("x")}}})
	require.NoError(t, os.Link(filepath.Join(dir, "Style.css"), filepath.Join(dir, "style.css"))) // two names, one file
	result := publish(t, Folder{Dir: dir, Source: archive, Extra: []File{{Path: "style.css", Content: []byte("x")}}})
	assert.Zero(t, result.Removed)
	assert.FileExists(t, filepath.Join(dir, "style.css"))
}

func TestManifestIsAsDocumented(t *testing.T) {
	dir := t.TempDir()
	source := struct{ syndicate.Source }{open(t, courier(), numbered(1))} // without versions
	publish(t, Folder{Dir: dir, Source: source, Extra: []File{{Path: "empty.txt"}}, Gzip: true})
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	require.NoError(t, err)
	lines := bytes.Split(text, []byte("\n"))
	assert.Equal(t, "syndicate/feeddir manifest 1", string(lines[0]))
	info, err := os.Stat(filepath.Join(dir, "empty.txt"))
	require.NoError(t, err)
	const sumOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	assert.Contains(t, string(text), "\n"+sumOfNothing+"\t0\t"+strconv.FormatInt(info.ModTime().UnixNano(), 10)+"\t\t\t\t\tempty.txt\n")
	assert.Contains(t, string(text), "\t"+sumOfNothing+"\t\t\t\tempty.txt.gz\n")
	assert.Contains(t, string(text), "\t\t\t\tcategory/extremism\tcategory/extremism/rss.xml\n")
	assert.NoFileExists(t, filepath.Join(dir, journalFile))
	assert.NoDirExists(t, filepath.Join(dir, tempFolder))
}

// Feeds that the site does not publish are not written, and their files of an earlier run are
// removed.
func TestOnlyPublishedFormatsAndKindsAreWritten(t *testing.T) {
	dir := t.TempDir()
	all := open(t, courier(), articles(1, 12)...)
	publish(t, Folder{Dir: dir, Source: all, Gzip: true})
	require.Contains(t, tree(t, dir), "tag/tag-1/feed.json")

	site := courier()
	site.Formats = []syndicate.Format{syndicate.Atom, syndicate.RSS}
	site.Kinds = []syndicate.Kind{syndicate.KindCategory}
	some := open(t, site, articles(1, 12)...)
	formats := map[string]syndicate.Format{}
	result := publish(t, Folder{
		Dir: dir, Source: some, Gzip: true, Extra: []File{{Path: "list.txt"}},
		Progress: func(p Progress) {
			for _, file := range p.Files {
				formats[file.Path] = file.Format
			}
		},
	})
	got := tree(t, dir)
	assert.Contains(t, got, "rss.xml")
	assert.Contains(t, got, "page/1/atom.xml.gz")
	assert.Contains(t, got, "category/military/atom.xml")
	for path := range got {
		assert.NotContains(t, path, "feed.json")
		assert.False(t, strings.HasPrefix(path, "tag/") || strings.HasPrefix(path, "author/"), path)
	}
	assert.NotZero(t, result.Removed)
	assert.Equal(t, syndicate.RSS, formats["rss.xml"])
	assert.Equal(t, syndicate.Atom, formats["category/military/atom.xml.gz"])
	assert.Zero(t, formats["list.txt"])
	count := steps(t)
	publish(t, Folder{Dir: dir, Source: some, Gzip: true, Extra: []File{{Path: "list.txt"}}})
	assert.Zero(t, count.Load())
}

// changing is a Source whose feeds change at given times.
type changing struct {
	syndicate.Source
	next map[syndicate.Scope]time.Time
}

func (c changing) Feed(ctx context.Context, scope syndicate.Scope) (*syndicate.Feed, error) {
	feed, err := c.Source.Feed(ctx, scope)
	if err != nil {
		return nil, err
	}
	changed := *feed
	changed.NextChange = c.next[scope]
	return &changed, nil
}

func TestNextChangeIsTheEarliestOfAllFeeds(t *testing.T) {
	all, tag1 := syndicate.Everything(), syndicate.WithTag("tag-1")
	soon, later := noon.Add(time.Hour), noon.Add(2*time.Hour)
	for _, c := range []struct{ site, tag, want time.Time }{
		{time.Time{}, time.Time{}, time.Time{}},
		{time.Time{}, soon, soon},
		{later, soon, soon},
		{soon, later, soon},
	} {
		source := changing{open(t, courier(), numbered(1)), map[syndicate.Scope]time.Time{all: c.site, tag1: c.tag}}
		result := publish(t, Folder{Dir: t.TempDir(), Source: source})
		assert.Equal(t, c.want, result.NextChange)
	}
}

// A file whose feed no longer exists may be missing already, and one that was changed stays.
func TestStaleFilesThatAreMissingOrChanged(t *testing.T) {
	dir := t.TempDir()
	p := Folder{Dir: dir, Source: open(t, courier(), numbered(1)), Extra: []File{{Path: "missing"}, {Path: "changed"}, {Path: "stale"}}}
	publish(t, p)
	require.NoError(t, os.Remove(filepath.Join(dir, "missing")))
	write(t, dir, "changed", "by somebody else")
	p.Extra = nil
	result := publish(t, p)
	assert.Equal(t, 1, result.Removed)
	assert.Equal(t, []string{"changed"}, result.Kept)
	assert.Equal(t, "by somebody else", tree(t, dir)["changed"])
}
