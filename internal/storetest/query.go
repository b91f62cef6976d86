package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlquery"
)

// Shown returns what the scopes of a Source are, and the titles in their feeds.
func Shown(t testing.TB, source syndicate.Source) (lines []string) {
	t.Helper()
	for _, info := range infos(t, source) {
		lines = append(lines, info.Scope.String()+": "+Titles(source, info.Scope))
	}
	return lines
}

// Titles returns the titles in a feed, or why there is none.
func Titles(source syndicate.Source, scope syndicate.Scope) string {
	feed, err := source.Feed(context.Background(), scope)
	if err != nil {
		return err.Error()
	}
	return strings.Join(titlesOf(feed), " | ")
}

// QueryOfOneState claims that no reader of a Query sees a state of the database that never was
// while posts are written, each with its word, and always one of them instead of another. Unread
// returns an error unless it is one that the Query always has.
func QueryOfOneState(t *testing.T, db *sql.DB, q *sqlquery.Query, unread func(error) error) {
	q.Refresh, q.ChangedSQL = time.Millisecond, ""
	require.NoError(t, unread(q.Reload(t.Context())))
	var all sync.WaitGroup
	written := make(chan struct{})
	all.Go(func() {
		defer close(written)
		for n := range 60 {
			tx, err := db.Begin()
			if !assert.NoError(t, err) {
				return
			}
			for _, statement := range []string{
				"DELETE FROM words WHERE wpid >= 100",
				"DELETE FROM posts WHERE pid >= 100",
				fmt.Sprintf("INSERT INTO posts (pid, slug, head, live_at, state) VALUES (%d, 'n%d', 'n%d', '2022-05-01', 'live')", 100+n, n, n),
				fmt.Sprintf("INSERT INTO words (wpid, pos, word) VALUES (%d, 1, 'moving')", 100+n),
			} {
				_, err := tx.Exec(statement)
				assert.NoError(t, err)
			}
			assert.NoError(t, tx.Commit())
		}
	})
	for range 3 {
		all.Go(func() {
			for {
				select {
				case <-written:
					return
				default:
				}
				feed, err := q.Feed(context.Background(), syndicate.Everything())
				if !assert.NoError(t, err) {
					return
				}
				moving := slices.DeleteFunc(feed.Articles, func(a *syndicate.Article) bool { return !strings.HasPrefix(a.Title, "n") })
				if len(moving) > 0 && (!assert.Len(t, moving, 1) || !assert.Len(t, moving[0].Tags, 1, moving[0].Title)) {
					return
				}
			}
		})
	}
	all.Wait()
	require.NoError(t, unread(q.Reload(t.Context())))
	assert.Equal(t, "n59", Titles(q, syndicate.WithTag("moving")))
}

// Hostile returns texts that have broken databases.
func Hostile() []string { return hostile }
