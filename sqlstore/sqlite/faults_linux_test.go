package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/storetest"
)

// TestFullDisk fills the disk of the file under running servers, again and again.
func TestFullDisk(t *testing.T) {
	disk := storetest.NewDisk(t, 16)
	f := storetest.NewFault(t, database(t, filepath.Join(disk.Folder, "feeds.db")))
	require.NoError(t, f.Write(t, t.Context()))
	for range 3 {
		free := disk.Fill(t)
		f.RefusedSoon(t, t.Context(), "database or disk is full|disk I/O error")
		_, err := f.Read(t, t.Context())
		require.NoError(t, err, "readers go on")
		free()
		f.Recovered(t)
	}
}
