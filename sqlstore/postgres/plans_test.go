package postgres_test

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/internal/storetest"
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
	// Tables as small as those of a test are rightly read as a whole, or in blocks and then sorted, where that is allowed.
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
