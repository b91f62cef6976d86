package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	moderncsqlite "modernc.org/sqlite"

	"github.com/syndicate-go/syndicate"

	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/sqlite"
)

// recording is a connector whose connections tell a Recorder of the statements that read.
type recording struct {
	dsn      string
	recorder *storetest.Recorder
}

func (r recording) Driver() driver.Driver { return &moderncsqlite.Driver{} }

func (r recording) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.Driver().Open(r.dsn)
	return recordingConn{conn.(fullConn), r.recorder}, err
}

type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

type recordingConn struct {
	fullConn
	recorder *storetest.Recorder
}

func (c recordingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.fullConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return recordingStmt{s, s.(driver.StmtQueryContext), s.(driver.StmtExecContext), text, c.recorder}, nil
}

func (c recordingConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	c.recorder.Record(text, valuesOf(args))
	return c.fullConn.QueryContext(ctx, text, args)
}

func (c recordingConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	c.recorder.Record(text, valuesOf(args))
	return c.fullConn.ExecContext(ctx, text, args)
}

type recordingStmt struct {
	driver.Stmt
	driver.StmtQueryContext
	driver.StmtExecContext
	text     string
	recorder *storetest.Recorder
}

func (s recordingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.recorder.Record(s.text, valuesOf(args))
	return s.StmtQueryContext.QueryContext(ctx, args)
}

func valuesOf(args []driver.NamedValue) (values []any) {
	for _, a := range args {
		values = append(values, a.Value)
	}
	return values
}

// wrong tells plans' lines that read all of a table, and not what a subquery found, and those that
// sort.
var wrong = regexp.MustCompile(`^SCAN (syndicate_\w+|[a-z])( |$)|TEMP B-TREE`)

func TestEveryReadIsAnIndexSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a store for plans that are the same for everybody")
	}
	dsn := sqlite.DSN(filepath.Join(t.TempDir(), "feeds.db"))
	recorder := new(storetest.Recorder)
	db := sql.OpenDB(recording{dsn, recorder})
	store, err := sqlstore.Open(t.Context(), sqlstore.Database{DB: db, Dialect: sqlstore.SQLite}, storetest.Site())
	require.NoError(t, err)
	defer store.Close()
	storetest.Filled(t, store)
	storetest.AssertIndexed(t, store, recorder, explainer(t, dsn), wrong.MatchString)
}

// explainer returns what returns the plan of a statement.
func explainer(t *testing.T, dsn string) func(storetest.Statement) []string {
	plain, err := sql.Open("sqlite", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { plain.Close() })
	return func(s storetest.Statement) (lines []string) {
		rows, err := plain.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+s.Text, s.Params...)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var line string
			require.NoError(t, rows.Scan(&id, &parent, &unused, &line))
			lines = append(lines, line)
		}
		require.NoError(t, rows.Err())
		return lines
	}
}

// What is deleted together is found by an index.
func TestEveryDeletionIsAnIndexSearch(t *testing.T) {
	dsn := sqlite.DSN(filepath.Join(t.TempDir(), "feeds.db"))
	recorder := new(storetest.Recorder)
	db := sql.OpenDB(recording{dsn, recorder})
	site := storetest.Site()
	site.Tombstones = time.Hour
	store, err := sqlstore.Open(t.Context(), sqlstore.Database{DB: db, Dialect: sqlstore.SQLite}, site)
	require.NoError(t, err)
	defer store.Close()
	now := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	store.Clock = func() time.Time { return now }
	articles := func(version string) (all []syndicate.Article) {
		for n := range 60 {
			all = append(all, syndicate.Article{
				URL: fmt.Sprintf("/%d/", n), Title: version, Published: now.Add(-time.Hour), Expires: now.Add(time.Hour), Tags: syndicate.Tags(fmt.Sprint("tag ", n)),
			})
		}
		return all
	}
	explain := explainer(t, dsn)
	deletions := map[string]bool{}
	for _, s := range recorder.During(func() {
		require.NoError(t, store.Add(t.Context(), articles("one")...))
		_, err := store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
		require.NoError(t, store.Update(t.Context(), articles("two")...))
		require.NoError(t, store.Remove(t.Context(), "/1/", "/2/", "/3/"))
		require.NoError(t, store.Add(t.Context(), articles("three")[1:4]...))
		now = now.Add(30 * time.Minute)
		require.NoError(t, store.Remove(t.Context(), "/5/"))
		now = now.Add(2 * time.Hour) // they expire, and the tombstones end
		_, err = store.Feed(t.Context(), syndicate.Everything())
		require.NoError(t, err)
	}) {
		if !strings.HasPrefix(s.Text, "DELETE") {
			continue
		}
		deletions[s.Text[:strings.Index(s.Text, " IN ")]] = true
		for _, line := range explain(s) {
			assert.NotRegexp(t, wrong, line, s.Text)
			assert.NotRegexp(t, `USING PRIMARY KEY$|USING COVERING INDEX$`, line, s.Text)
		}
	}
	assert.Len(t, deletions, 7, "every deletion of a change: %v", deletions)
}
