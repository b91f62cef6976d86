package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	driver "modernc.org/sqlite"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// published is when the articles of these tests were.
var published = time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)

// copyTo copies a database with SQLite's own backup, which takes the log into account.
func copyTo(t *testing.T, from *sql.DB, file string) {
	t.Helper()
	os.Remove(file)
	_, err := from.ExecContext(t.Context(), "VACUUM INTO ?", file)
	require.NoError(t, err)
}

// restore copies a file over a database that is in use, as .restore of SQLite's program does.
func restore(t *testing.T, to *sql.DB, file string) {
	t.Helper()
	conn, err := to.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.Raw(func(c any) error {
		backup, err := c.(interface {
			NewRestore(string) (*driver.Backup, error)
		}).NewRestore("file:" + file)
		if err != nil {
			return err
		}
		more := true
		for more && err == nil {
			more, err = backup.Step(-1)
		}
		if err != nil {
			return err
		}
		return backup.Finish()
	}))
}

// STORE-1
func TestBackupRestoredUnderServersIsNeverMixedWithWhatTheyKnow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "feeds.db")
	copied := filepath.Join(t.TempDir(), "copy.db")
	d := database(t, file)
	storetest.Replaced(t, d,
		func(t *testing.T) { copyTo(t, d.SQL, copied) },
		func(t *testing.T) { restore(t, d.SQL, copied) })
}

// STORE-1: a file that another one takes the place of is not written to. As soon as its log is out
// of the way the servers go on with the new one.
func TestFileThatIsReplacedIsAnErrorUntilItCanBeOpened(t *testing.T) {
	folder := t.TempDir()
	file, copied := filepath.Join(folder, "feeds.db"), filepath.Join(folder, "copy.db")
	site := storetest.Site()
	one, two := open(t, file, site), open(t, file, site)
	article := func(url string) syndicate.Article {
		return syndicate.Article{URL: url, Title: url, Published: published, Tags: syndicate.Tags(strings.Trim(url, "/"))}
	}
	require.NoError(t, one.Add(t.Context(), article("/kept/")))
	plain, err := sql.Open("sqlite", sqlite.DSN(file))
	require.NoError(t, err)
	copyTo(t, plain, copied)
	require.NoError(t, plain.Close())
	require.NoError(t, two.Add(t.Context(), article("/lost/")))
	_, err = one.Feed(t.Context(), syndicate.WithTag("lost"))
	require.NoError(t, err)

	require.NoError(t, os.Rename(copied, file))
	for range 3 {
		assert.ErrorIs(t, one.Add(t.Context(), article("/acknowledged/")), sqlite.ErrReplaced)
		assert.ErrorIs(t, two.Remove(t.Context(), "/kept/"), sqlite.ErrReplaced)
		for _, store := range []syndicate.Versioner{one, two} {
			_, err := store.Feed(t.Context(), syndicate.Everything())
			assert.ErrorIs(t, err, sqlite.ErrReplaced)
		}
	}
	// The log and its index belong to the former file.
	require.NoError(t, os.Remove(file+"-wal"))
	require.NoError(t, os.Remove(file+"-shm"))
	require.NoError(t, two.Add(t.Context(), article("/new/")))
	archive, err := syndicate.NewArchive(site, article("/kept/"))
	require.NoError(t, err)
	for range archive.Scopes(t.Context()) { // an article that is added later is not one of the first
	}
	require.NoError(t, archive.Add(article("/new/")))
	for _, store := range []syndicate.Versioner{one, two, open(t, file, site)} {
		// A connection that was in use when the log was removed is an error once.
		assert.Eventually(t, func() bool { _, err := store.Version(t.Context(), syndicate.WithTag("kept")); return err == nil },
			time.Minute, time.Millisecond)
		var scopes []string
		for info, err := range store.Scopes(t.Context()) {
			require.NoError(t, err)
			scopes = append(scopes, info.Scope.String())
		}
		assert.Equal(t, []string{"site", "tag/kept", "tag/new"}, scopes)
	}
	check := database(t, file)
	var result string
	require.NoError(t, check.SQL.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&result))
	assert.Equal(t, "ok", result)
}

// STORE-1: a transaction that was running when the file was replaced is not acknowledged.
func TestFileThatIsReplacedDuringAWriteIsAnError(t *testing.T) {
	folder := t.TempDir()
	file, copied := filepath.Join(folder, "feeds.db"), filepath.Join(folder, "copy.db")
	store := open(t, file, storetest.Site())
	plain, err := sql.Open("sqlite", sqlite.DSN(file))
	require.NoError(t, err)
	copyTo(t, plain, copied)
	tx, err := plain.BeginTx(t.Context(), nil) // which the write waits for
	require.NoError(t, err)
	added := make(chan error)
	go func() {
		added <- store.Add(context.Background(), syndicate.Article{URL: "/1/", Title: "1", Published: published})
	}()
	require.NoError(t, os.Rename(copied, file))
	require.NoError(t, tx.Rollback())
	assert.ErrorIs(t, <-added, sqlite.ErrReplaced)
	require.NoError(t, plain.Close())
}

// STORE-1: a backup comes back between the statements of one reader, and another server takes the
// numbers of the rows that it has found. What it then reads belongs to another article.
func TestReaderNeverMixesTwoHistories(t *testing.T) {
	const preview = "SELECT coalesce(" // with which the transaction of a preview begins
	for _, at := range []string{"FROM syndicate_articles", "FROM syndicate_terms", preview} {
		t.Run(at, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "feeds.db")
			copied := filepath.Join(t.TempDir(), "copy.db")
			d := database(t, file)
			writer := open(t, file, storetest.Site())
			article := func(name string) syndicate.Article {
				return syndicate.Article{
					URL: "/" + name + "/", Title: name, Published: published, Tags: syndicate.Tags(name, "shared"),
					Authors: []syndicate.Author{{Name: name}}, Draft: at == preview,
				}
			}
			require.NoError(t, writer.Add(t.Context(), article("kept")))
			_, err := writer.Feed(t.Context(), syndicate.Everything())
			require.NoError(t, err)
			copyTo(t, d.SQL, copied)
			require.NoError(t, writer.Add(t.Context(), article("lost")))

			recorder := new(storetest.Recorder)
			connections := sql.OpenDB(recording{sqlite.DSN(file), recorder})
			reader, err := sqlstore.Open(t.Context(), sqlstore.Database{DB: connections, Dialect: sqlstore.SQLite}, storetest.Site())
			require.NoError(t, err)
			defer reader.Close()
			read := reader.Feed
			if at == preview {
				read = reader.Preview
				_, err := read(t.Context(), syndicate.WithTag("shared")) // keeps what is lost
				require.NoError(t, err)
			}
			replaced := false
			recorder.Before = func(text string) {
				if !replaced && strings.Contains(text, at) {
					replaced = true
					restore(t, d.SQL, copied)
					require.NoError(t, writer.Add(t.Context(), article("other")))
				}
			}
			feed, err := read(t.Context(), syndicate.WithTag("shared"))
			require.NoError(t, err)
			require.True(t, replaced)
			assert.NotContains(t, string(feed.Append(nil, syndicate.JSON)), "lost")
			var titles []string
			for _, a := range feed.Articles {
				titles = append(titles, a.Title)
				assert.Equal(t, a.Title, a.Tags[0].Name)
				assert.Equal(t, a.Title, a.Authors[0].Name)
			}
			slices.Sort(titles)
			assert.Equal(t, []string{"kept", "other"}, titles)
			_, err = read(t.Context(), syndicate.WithTag("lost"))
			assert.ErrorIs(t, err, syndicate.ErrNotFound)
		})
	}
}
