package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// recording tells a Recorder of what pgx sends.
type recording struct{ *storetest.Recorder }

func (r recording) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if !strings.HasPrefix(data.SQL, "begin") && data.SQL != "rollback" {
		r.Record(data.SQL, data.Args)
	}
	return ctx
}

func (recording) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// wrong tells plans' lines that read all of a table, but for that of one row, and those that sort.
var wrong = regexp.MustCompile(`Seq Scan on syndicate_(agenda|article|closed|pages|scopes|terms|tombstones)|Sort`)

func TestEveryReadIsAnIndexScan(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a store for plans that are the same for everybody")
	}
	address := dsn(t)
	config, err := pgx.ParseConfig(address)
	require.NoError(t, err)
	recorder := new(storetest.Recorder)
	config.Tracer = recording{recorder}
	store, err := sqlstore.Open(t.Context(), sqlstore.Database{DB: stdlib.OpenDB(*config), Dialect: sqlstore.PostgreSQL}, storetest.Site())
	require.NoError(t, err)
	defer store.Close()
	storetest.Filled(t, store)
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer db.Close()
	plain, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer plain.Close()
	// Tables as small as those of a test are rightly read as a whole, or in blocks and then sorted,
	// where that is allowed.
	for _, statement := range []string{"ANALYZE", "SET enable_seqscan = off", "SET enable_bitmapscan = off"} {
		_, err = plain.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	explain := func(s storetest.Statement) (lines []string) {
		rows, err := plain.QueryContext(t.Context(), "EXPLAIN "+s.Text, s.Params...)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			lines = append(lines, line)
		}
		require.NoError(t, rows.Err())
		return lines
	}
	storetest.AssertIndexed(t, store, recorder, explain, wrong.MatchString)
}

// A plan for every array, which was made when the tables were empty, would go through all of them
// ever after.
func TestWhatWritesLookForIsPlannedAnew(t *testing.T) {
	config, err := pgx.ParseConfig(dsn(t))
	require.NoError(t, err)
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(1) // whose statements are all that there are
	store, err := sqlstore.Open(t.Context(), sqlstore.Database{DB: db, Dialect: sqlstore.PostgreSQL}, storetest.Site())
	require.NoError(t, err)
	defer store.Close()
	for n := range 20 {
		articles := make([]syndicate.Article, 50)
		for i := range articles {
			id := 50*n + i
			articles[i] = syndicate.Article{URL: fmt.Sprintf("/%d/", id), Title: "Title", Tags: syndicate.Tags(fmt.Sprint("tag ", id)), Published: time.Unix(int64(id), 0)}
		}
		require.NoError(t, store.Add(t.Context(), articles...))
	}
	var statements, stiff int
	const query = "SELECT count(*), count(*) FILTER (WHERE generic_plans > 0) FROM pg_prepared_statements WHERE statement LIKE '%ANY (%' AND custom_plans + generic_plans >= 20"
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&statements, &stiff))
	assert.Positive(t, statements)
	assert.Zero(t, stiff, "statements with one plan for every array")
}
