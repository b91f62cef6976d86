package feeddir

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/syndicate-go/syndicate"
)

// named are Addresses with a given path for each scope.
type named map[syndicate.Scope]string

func (n named) FeedPath(scope syndicate.Scope, format syndicate.Format) string {
	if format != syndicate.RSS {
		return ""
	}
	return n[scope]
}
func (named) PagePath(syndicate.Scope) string { return "" }
func (named) Parse(string) (syndicate.Scope, syndicate.Format, bool) {
	return syndicate.Scope{}, 0, false
}

var (
	tag1, tag2 = syndicate.WithTag("tag-1"), syndicate.WithTag("tag-2")
	twoTags    = []syndicate.Article{numbered(1), numbered(2)}
)

func TestAddressesThatNoFileCanHaveAreReportedBeforeAnythingIsWritten(t *testing.T) {
	for path, why := range map[string]string{
		"../rss.xml":                      "not below the folder",
		"a/../../rss.xml":                 "not below the folder",
		"/etc/rss.xml":                    "not below the folder",
		"a//rss.xml":                      "not below the folder",
		"./rss.xml":                       "not below the folder",
		"a/\xff":                          "not below the folder",
		".":                               "not below the folder",
		".syndicate/manifest":             "for the manifest",
		".Syndicate/rss.xml":              "for the manifest",
		`a\..\..\rss.xml`:                 "backslash",
		"a\x00b":                          "control character",
		"a\nb":                            "control character",
		"tag/" + strings.Repeat("é", 128): "longer than 255 bytes",
	} {
		dir := t.TempDir()
		site := courier()
		site.Addresses = named{tag1: path, tag2: "fine.xml"}
		_, err := Folder{Dir: dir, Source: open(t, site, twoTags...)}.Publish(t.Context())
		assert.ErrorIs(t, err, ErrPath, "%q", path)
		assert.ErrorContains(t, err, why, "%q", path)
		var which *Error
		if assert.ErrorAs(t, err, &which) {
			assert.Equal(t, tag1, which.Scope)
		}
		assert.Empty(t, files(t, dir), "%q", path)
	}
}

// SEL-5
func TestNamesThatWindowsCannotHoldAreEscapedThere(t *testing.T) {
	defer func(is bool) { isWindows = is }(isWindows)
	paths := map[string]string{
		"tag/aux/rss.xml":    "tag/%61ux/rss.xml",
		"tag/NUL.rss":        "tag/%4eUL.rss",
		"tag/com1.tar.gz":    "tag/%63om1.tar.gz",
		"tag/a./rss.xml":     "tag/a%2e/rss.xml",
		"tag/a /rss.xml":     "tag/a%20/rss.xml",
		`tag/a:b*?"<>|`:      "tag/a%3ab%2a%3f%22%3c%3e%7c",
		"tag/a b.c/rss.xml":  "tag/a b.c/rss.xml",
		"tag/console/nulx.x": "tag/console/nulx.x",
	}
	for _, isWindows = range []bool{false, true} {
		for path, escaped := range paths {
			dir := t.TempDir()
			site := courier()
			site.Formats = []syndicate.Format{syndicate.RSS}
			site.Addresses = named{tag1: path, tag2: "fine.xml"}
			publish(t, Folder{Dir: dir, Source: open(t, site, twoTags...)})
			if isWindows {
				path = escaped
			}
			assert.Contains(t, files(t, dir), path)
		}
		_, err := Folder{Dir: t.TempDir(), Source: open(t, courier()), Extra: []File{{Path: "con"}}}.Publish(t.Context())
		assert.Equal(t, isWindows, errors.Is(err, ErrPath), "a path that the program chose")
	}
}

func TestTwoFeedsAreNeverOneFile(t *testing.T) {
	for name, paths := range map[string][2]string{
		"the same":          {"feed.rss", "feed.rss"},
		"case":              {"Feed.rss", "feed.RSS"},
		"case of a folder":  {"Tag/feed.rss", "tag/feed.rss"},
		"case beyond ASCII": {"тег.rss", "ТЕГ.rss"},
		"normalisation":     {"caf\u00e9.rss", "cafe\u0301.rss"},
		"both":              {"CAF\u00c9.rss", "cafe\u0301.rss"},
		"a file and folder": {"feed", "feed/rss.xml"},
		"folder and file":   {"A/b/rss.xml", "a/B"},
		"a compressed copy": {"feed", "feed.gz"},
	} {
		dir := t.TempDir()
		site := courier()
		site.Addresses = named{tag1: paths[0], tag2: paths[1]}
		_, err := Folder{Dir: dir, Gzip: true, Source: open(t, site, twoTags...)}.Publish(t.Context())
		assert.ErrorIs(t, err, ErrPath, name)
		assert.ErrorContains(t, err, paths[0], name)
		assert.ErrorContains(t, err, paths[1], name)
		assert.Empty(t, files(t, dir), name)
	}
}

func TestFilesOfOnesOwnAreNoFeedsEither(t *testing.T) {
	dir := t.TempDir()
	_, err := Folder{Dir: dir, Source: open(t, courier(), numbered(1)), Extra: []File{{Path: "RSS.xml"}, {Path: "../x"}}}.Publish(t.Context())
	assert.ErrorIs(t, err, ErrPath)
	assert.ErrorContains(t, err, `feeddir: RSS.xml: not a path for a file: the same file as "rss.xml"`)
	assert.ErrorContains(t, err, "feeddir: ../x: ")
	assert.Empty(t, files(t, dir))
}

func TestFoldersThatDifferInCaseMayHaveDifferentFiles(t *testing.T) {
	site := courier()
	site.Addresses = named{tag1: "Tag/1.rss", tag2: "tag/2.rss"}
	publish(t, Folder{Dir: t.TempDir(), Source: open(t, site, twoTags...)})
}

func TestFeedsWithoutAnAddressAreNotWritten(t *testing.T) {
	dir := t.TempDir()
	site := courier()
	site.Addresses = named{tag1: "one.rss"}
	publish(t, Folder{Dir: dir, Source: open(t, site, twoTags...)})
	assert.Len(t, tree(t, dir), 1)
}

// A valid path survives the manifest; an invalid one is rejected.
func FuzzManifest(f *testing.F) {
	f.Add("category/military/rss.xml", "category/military", int64(12), int64(-1), int64(0))
	f.Add("a\tb", "tag/x", int64(0), int64(0), int64(1648641600))
	f.Add("ü/é\u0301", "", int64(1)<<62, int64(5), int64(-1))
	f.Add(manifestHeader+"a\t1\t2\t\t\t\t\tb\n", "", int64(1), int64(2), int64(3))
	f.Fuzz(func(t *testing.T, path, scope string, size, modified, next int64) {
		if _, err := parseManifest(path); err != nil {
			assert.True(t, errors.Is(err, ErrManifest))
		}
		parseJournal(path)
		parsed, err := syndicate.ParseScope(scope)
		if checkPath(path) != nil || err != nil {
			return
		}
		rec := record{Path: path, Scope: parsed.String(), Source: "0f", Next: next, Size: size, Modified: modified, Sum: "ab", Of: "cd"}
		m, err := parseManifest(string(appendManifest(nil, map[string]record{path: rec})))
		assert.NoError(t, err)
		assert.Equal(t, map[string]record{path: rec}, m.records)
		assert.Equal(t, []record{rec}, parseJournal("torn\tline\n"+string(rec.appendLine(nil))+"torn"))
	})
}

func TestNamesThatEverySystemCanHaveAreAllowed(t *testing.T) {
	for _, path := range []string{
		"a b/c.xml", "~a!/b#c.xml", ".well-known/rss.xml", "syndicate", strings.Repeat("a", 255), "日本/rss.xml", "com/nulls.xml",
	} {
		assert.NoError(t, checkPath(path), path)
	}
	assert.ErrorIs(t, checkPath(strings.Repeat("a", 256)), ErrPath)
}

func TestPathsThatAFileSystemTakesForOneFoldToOne(t *testing.T) {
	for a, b := range map[string]string{
		"Tag/RSS.xml":  "tag/rss.xml",
		"\u017f":       "S", // long s
		"STRASSE":      "straße",
		"caf\u00e9":    "CAFE\u0301", // composed and decomposed
		"\u212b":       "a\u030a",    // Angstrom sign
		"\u1e9b\u0323": "\u1e69",
	} {
		assert.Equal(t, fold(a), fold(b), "%q and %q", a, b)
	}
	assert.NotEqual(t, fold("a"), fold("á"))
}

func TestFileInTheWayOfAFolderOrBelowAFile(t *testing.T) {
	names := namespace{files: map[string]string{}, folders: map[string]string{}}
	assert.NoError(t, names.add("a/b/c.xml"))
	assert.NoError(t, names.add("a/b/d.xml"))
	assert.NoError(t, names.add("e"))
	for path, want := range map[string]bool{
		"a": true, "A/B": true, "a/b/c.xml": false, "a/b/other": false, "a/b/c.xml/d/e": true, "e/f": true, "g": false,
	} {
		assert.Equal(t, want, names.isInTheWayOf(path), path)
	}
	assert.ErrorContains(t, names.add("a/b/c.xml/d"), `below the file "a/b/c.xml"`)
	assert.ErrorContains(t, names.add("a/B"), `the folder of "a/b/c.xml"`)
	assert.ErrorContains(t, names.add("E"), `the same file as "e"`)
}
