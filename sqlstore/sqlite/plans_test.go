package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	moderncsqlite "modernc.org/sqlite"

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
	plain, err := sql.Open("sqlite", dsn)
	require.NoError(t, err)
	defer plain.Close()
	explain := func(s storetest.Statement) (lines []string) {
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
	storetest.AssertIndexed(t, store, recorder, explain, wrong.MatchString)
}
