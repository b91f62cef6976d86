// The manifest does not reveal embargoes.
package feeddir

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// LIFE-1, DISC-7. The manifest contains no time at which an embargo ends, and a feed that time
// changes has a line of the same form as one that time does not change. The next run still learns
// the time without the feed.
func TestManifestRevealsNoEmbargo(t *testing.T) {
	dir := t.TempDir()
	ends := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	embargoed := numbered(2)
	embargoed.Published = ends
	embargoed.Tags = syndicate.Tags("public")
	public, other := numbered(1), numbered(3)
	public.Tags, other.Tags = syndicate.Tags("public"), syndicate.Tags("other")
	archive := open(t, courier(), public, other, embargoed)
	for range 2 { // from the feeds, then from the manifest
		result := publish(t, Folder{Dir: dir, Source: archive})
		assert.Equal(t, ends, result.NextChange)
	}
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	require.NoError(t, err)
	hidden := map[string]string{} // field 6 by scope
	for line := range strings.Lines(string(text)) {
		if fields := strings.Split(line, "\t"); len(fields) == 8 {
			hidden[fields[6]] = fields[5]
			// A random text may contain fewer digits of the time.
			assert.NotContains(t, fields[5], strconv.FormatInt(ends.Unix(), 10)[:9])
		}
	}
	require.Contains(t, hidden, "tag/other")
	seen := map[string]bool{}
	for scope, next := range hidden {
		assert.GreaterOrEqual(t, len(next), 12, scope)
		assert.False(t, seen[next], "the same for two feeds: %s", scope)
		seen[next] = true
	}
}
