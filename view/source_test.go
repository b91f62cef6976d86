package view_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/view"
)

// A Source without views keeps every promise of the Source behind it.
func TestAViewIsASource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		archive, err := syndicate.NewArchive(site, articles...)
		require.NoError(t, err)
		archive.Clock = clock
		source, err := view.New(archive, nil)
		require.NoError(t, err)
		return source
	})
}
