package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/examples/internal/newsdesk/replicas"
)

func TestMain(m *testing.M) { replicas.Main(m, main) }

func TestTwoServersOverOneDatabaseServeTheSame(t *testing.T) {
	server := os.Getenv("SYNDICATE_POSTGRES")
	if server == "" {
		t.Skip("SYNDICATE_POSTGRES is not set: nothing is tested against PostgreSQL; bash .ci/postgres go test ./examples/postgres/ starts a server for it")
	}
	schema := fmt.Sprintf("example_%d", os.Getpid())
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	defer func() {
		_, err := conn.Exec(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		require.NoError(t, err)
	}()
	at, err := url.Parse(server)
	require.NoError(t, err)
	query := at.Query()
	query.Set("search_path", schema)
	at.RawQuery = query.Encode()
	replicas.Run(t, "-db", at.String())
}
