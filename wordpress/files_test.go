// These tests read exports in several files.
package wordpress_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/wordpress"
)

// filesOf returns an export in several files. Each file can seek unless piped is set.
func filesOf(piped bool, texts ...string) wordpress.Export {
	var all []io.Reader
	for _, text := range texts {
		var reader io.Reader = strings.NewReader(text)
		if piped {
			reader = io.MultiReader(reader)
		}
		all = append(all, reader)
	}
	return wordpress.Export{Input: all[0], More: all[1:]}
}

const attachment2 = "<item><wp:post_id>2</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://t.example/a.jpg</wp:attachment_url></item>"

// WXR-6: posts find what they refer to in any file, terms and authors of all heads count, and a
// post that is in two files becomes one article.
func TestFilesOfOneExportAreReadTogether(t *testing.T) {
	category := "<wp:category><wp:category_nicename>c</wp:category_nicename><wp:cat_name>See</wp:cat_name></wp:category>"
	inC := `<category domain="category" nicename="c"><![CDATA[x]]></category>`
	first := head + post(1, meta("_thumbnail_id", "2")+inC) + foot
	second := strings.Replace(head, "<title>T</title>", "<title>Other</title>", 1) + category + post(1, "") + attachment2 + foot
	third := head + post(4, inC) + post(5, "<wp:status>draft</wp:status>") + foot
	o := read(t, filesOf(false, first, second, third))
	require.NoError(t, o.err)
	assert.Equal(t, []string{"Post 1", "Post 4"}, titles(o))
	assert.Equal(t, "T", o.site.Title)
	assert.Equal(t, "https://t.example/a.jpg", o.order[0].Image.URL)
	assert.Equal(t, "See", o.order[0].Categories[0].Name)
	require.NotNil(t, o.problem("1", wordpress.ReasonDuplicate))
	assert.Equal(t, 1, o.problem("1", wordpress.ReasonDuplicate).File)
	p := o.problem("5", wordpress.ReasonStatus)
	require.NotNil(t, p)
	assert.Equal(t, 2, p.File)
	assert.True(t, strings.HasPrefix(p.Error(), "wordpress: file 3: line "), p.Error())
	assert.EqualValues(t, strings.Count(third[:strings.Index(third, "<item><title>Post 5")], "\n"), p.Line, "lines are those of the file")

	// Files that are read once have what came before.
	o = read(t, filesOf(true, first, second, third))
	require.NoError(t, o.err)
	assert.Equal(t, []string{"Post 1", "Post 4"}, titles(o))
	assert.Empty(t, o.order[0].Image.URL)
	assert.Equal(t, "x", o.order[1].Categories[0].Name, "the first post has named the category")

	// Each reading begins anew.
	e := filesOf(false, first, third)
	for range 2 {
		n := 0
		for _, err := range e.Articles() {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, 2, n)
	}
}

// WXR-4, WXR-6: a file that is truncated, or that is no export, costs no article of the others.
func TestABadFileCostsNoArticleOfTheOthers(t *testing.T) {
	good, later := head+post(1, "")+foot, head+post(9, "")+foot
	for name, c := range map[string]struct {
		bad  string
		want error
	}{
		"truncated":     {head + post(2, "") + "<item><title>x", wordpress.ReasonTruncated},
		"another RSS":   {`<rss version="2.0"><channel><title>x</title><item><title>y</title></item></channel></rss>`, wordpress.ReasonNoExport},
		"HTML":          {"<!DOCTYPE html><html><body><p>x</body></html>", wordpress.ReasonNoExport},
		"empty":         {"", wordpress.ReasonNoExport},
		"entities":      {`<!DOCTYPE rss [<!ENTITY a "b">]>` + head + foot, wordpress.ReasonEntities},
		"broken at end": {head + post(2, "") + "<item></x>", wordpress.ReasonBroken},
	} {
		for _, piped := range []bool{false, true} {
			o := read(t, filesOf(piped, good, c.bad, later))
			assert.ErrorIs(t, o.err, c.want, name)
			assert.Contains(t, o.err.Error(), "file 2: ", name)
			assert.Contains(t, titles(o), "Post 1", name)
			assert.Contains(t, titles(o), "Post 9", name)
		}
	}
	o := read(t, filesOf(false, head+post(1, "")+"<item>", head+post(2, "")+"<item>", later))
	assert.ErrorIs(t, o.err, wordpress.ReasonTruncated)
	assert.Equal(t, 2, strings.Count(o.err.Error(), "truncated"), "each is an error")
	assert.Equal(t, []string{"Post 1", "Post 2", "Post 9"}, titles(o))

	_, err := (&wordpress.Export{Input: strings.NewReader("<html/>"), More: []io.Reader{strings.NewReader(good)}}).Site()
	assert.ErrorIs(t, err, wordpress.ReasonNoExport, "the first file describes the site")
	_, err = (&wordpress.Export{Input: strings.NewReader(good), More: []io.Reader{nil}}).Site()
	assert.ErrorContains(t, err, "Export.More[0] is missing")
}

// WXR-1: the limits are those of all files together, and progress counts all files.
func TestLimitsAndProgressOfSeveralFiles(t *testing.T) {
	one, two := head+post(1, "")+foot, head+post(2, "")+post(3, "")+foot
	e := filesOf(false, one, two)
	e.MaxItems = 2
	o := read(t, e)
	assert.ErrorIs(t, o.err, wordpress.ReasonTooMany)
	var limit *wordpress.Issue
	require.True(t, errors.As(o.err, &limit))
	assert.Equal(t, 1, limit.File)
	assert.Equal(t, []string{"Post 1", "Post 2"}, titles(o))

	var last, all int64
	e = filesOf(false, one, two)
	e.Progress = func(read, total int64) { last, all = read, total }
	require.NoError(t, read(t, e).err)
	assert.EqualValues(t, 2*(len(one)+len(two)), all)
	assert.Equal(t, all, last)
}
