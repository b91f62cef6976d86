package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/internal/storetest"
	"github.com/syndicate-go/syndicate/sqlstore"
	"github.com/syndicate-go/syndicate/sqlstore/postgres"
)

// STORE: a program that uses pgx alone writes its own row and the article in one transaction.
func TestATransactionOfPgx(t *testing.T) {
	address := dsn(t)
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	storetest.Transactions(t, database(t, address), func(t *testing.T, store *sqlstore.Store, f func(*sqlstore.Tx, func(string) error) error) error {
		tx, err := conn.Begin(t.Context())
		require.NoError(t, err)
		err = f(postgres.Tx(store, tx), func(statement string) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		if err != nil {
			return errors.Join(err, tx.Rollback(context.Background()))
		}
		return tx.Commit(t.Context())
	})
}

// A call whose context ends takes the connection of pgx with it, and says so.
func TestATransactionOfPgxThatIsCutOff(t *testing.T) {
	address := dsn(t)
	store := open(t, address, storetest.Site())
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	other, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer other.Close(context.Background())
	held, err := other.Begin(t.Context())
	require.NoError(t, err)
	_, err = held.Exec(t.Context(), "SELECT one FROM syndicate_state FOR UPDATE")
	require.NoError(t, err)
	ctx, end := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer end()
	feeds := postgres.Tx(store, tx)
	err = feeds.Add(ctx, versions(1, 0)...)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "roll back your transaction")
	assert.Equal(t, err, feeds.Add(t.Context(), versions(1, 0)...), "later calls too")
}
