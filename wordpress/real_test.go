// These tests read the theme unit test data of WordPress, a real export of 600 KB with unusual
// posts for testing themes. The file is not part of the repository; without it the tests are
// skipped.
package wordpress_test

import (
	"context"
	"encoding/xml"
	"html"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/wordpress"
)

const themeUnitTest = "../../shared/data/themeunittestdata.wordpress.xml"

func openReal(t *testing.T) *os.File {
	t.Helper()
	file, err := os.Open(themeUnitTest)
	if err != nil {
		t.Skip("skipped, there is no " + themeUnitTest)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// WXR-1 to WXR-4, RSS-2
func TestRealExportIsReadWhole(t *testing.T) {
	file := openReal(t)
	o := read(t, wordpress.Export{Input: file})
	require.NoError(t, o.err)
	assert.Equal(t, "https://wpthemetestdata.wordpress.com", o.site.URL)
	assert.Len(t, o.order, 55)
	skipped := map[string]int{}
	changed := map[wordpress.Reason]int{}
	for _, p := range o.problems {
		assert.NotEmpty(t, p.Post)
		if p.Skipped {
			skipped[p.Type+" "+p.Value]++
		} else {
			changed[p.Reason]++
		}
	}
	assert.Equal(t, map[string]int{
		"attachment attachment": 37, "nav_menu_item nav_menu_item": 70, "page page": 21, "post draft": 1, "post future": 1, "post ": 1,
	}, skipped)
	assert.Equal(t, map[wordpress.Reason]int{wordpress.ReasonGUIDTaken: 2, wordpress.ReasonNoAttachment: 1, wordpress.ReasonBlock: 15}, changed)

	data, err := os.ReadFile(themeUnitTest)
	require.NoError(t, err)
	guids := map[string]bool{"": true} // of the two posts whose guids are taken
	for _, m := range regexp.MustCompile(`<guid[^>]*>([^<]*)</guid>`).FindAllStringSubmatch(string(data), -1) {
		guids[html.UnescapeString(m[1])] = true
	}
	images, nested := 0, 0
	for _, a := range o.order {
		assert.Contains(t, guids, a.ID)
		if a.Image.URL != "" {
			images++
		}
		for _, c := range a.Categories {
			if c.Parent != nil {
				nested++
			}
		}
		require.Len(t, a.Authors, 1, "%s", a.Title)
		assert.Contains(t, []string{"Theme Buster", "Theme Reviewer"}, a.Authors[0].Name, "also of >themereviewteam, as a login there is written")
	}
	assert.Equal(t, 6, images, "each _thumbnail_id of a public post, wherever its attachment stands")
	assert.Positive(t, nested)
}

// HTML-5, HTML-6: all feeds are valid, and have no shortcodes or block comments.
func TestFeedsOfTheRealExportAreValid(t *testing.T) {
	e := wordpress.Export{Input: openReal(t), Clock: clock}
	archive, err := archiveOf(&e)
	require.NoError(t, err)
	leftovers := regexp.MustCompile(`<!--|\[/?(?:gallery|caption|audio|video|embed)\b`)
	feeds := 0
	for info, err := range archive.Scopes(context.Background()) {
		require.NoError(t, err)
		for page := 0; page <= info.Pages; page++ {
			feed, err := archive.Feed(context.Background(), info.Scope.AtPage(page))
			require.NoError(t, err)
			for _, p := range feed.Validate() {
				assert.True(t, p.Warning, "%s: %v", info.Scope, p)
			}
			for _, a := range feed.Articles {
				assert.NotRegexp(t, leftovers, strings.ReplaceAll(a.Content, "[gallery]", ""), "%s", a.Title)
			}
			for _, format := range []syndicate.Format{syndicate.RSS, syndicate.Atom} {
				d := xml.NewDecoder(strings.NewReader(string(feed.Append(nil, format))))
				for err == nil {
					_, err = d.Token()
				}
				require.Equal(t, io.EOF, err, "%s", info.Scope)
				err = nil
			}
			feeds++
		}
	}
	assert.Greater(t, feeds, 100)
}
