package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sourcetest"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

func TestStoreInAFileIsASource(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T, site syndicate.Site, clock func() time.Time, articles ...syndicate.Article) syndicate.Source {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "feeds.db"), site)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		store.Clock = clock
		require.NoError(t, syndicate.Refused(store.Add(articles...)))
		return store
	})
}
