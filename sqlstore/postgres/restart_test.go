package postgres_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
)

// control runs pg_ctl for the server of .ci/postgres.
func control(t *testing.T, args ...string) {
	t.Helper()
	data := os.Getenv("SYNDICATE_POSTGRES_DATA")
	command(t, "pg_ctl", append([]string{"-D", data, "-w", "-t", "60", "-l", filepath.Join(filepath.Dir(data), "server.log")}, args...)...)
}

// command runs a program of PostgreSQL, beside the data of the server of .ci/postgres.
func command(t *testing.T, program string, args ...string) {
	t.Helper()
	bin, data := os.Getenv("SYNDICATE_POSTGRES_BIN"), os.Getenv("SYNDICATE_POSTGRES_DATA")
	command := append([]string{filepath.Join(bin, program)}, args...)
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		command = append([]string{"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"}, command...)
	}
	run := exec.Command(command[0], command[1:]...)
	run.Dir = filepath.Dir(data)
	out, err := run.Output()
	require.NoError(t, err, "%s", out)
}

// ours skips a test that stops the server, if it is not that of .ci/postgres.
func ours(t *testing.T) {
	t.Helper()
	if os.Getenv("SYNDICATE_POSTGRES_DATA") == "" {
		t.Skip("SYNDICATE_POSTGRES_DATA is not set: the server is not ours to stop; bash .ci/postgres starts one that is")
	}
}

// TestDatabaseThatIsAwayIsAnErrorAndThenForgotten stops the server under load and starts it again:
// what is asked in between fails as a failure, nothing is ever empty or not found, and the store
// goes on by itself.
func TestDatabaseThatIsAwayIsAnErrorAndThenForgotten(t *testing.T) {
	address := dsn(t)
	ours(t)
	one, two := open(t, address, syndicate.Site{URL: "https://www.example.com/", Title: "The Example"}), open(t, address, syndicate.Site{URL: "https://www.example.com/", Title: "The Example"})
	article := syndicate.Article{URL: "/1/", Title: "before", Published: time.Unix(1e9, 0), Tags: syndicate.Tags("a")}
	require.NoError(t, one.Add(t.Context(), article))
	scope := syndicate.WithTag("a")
	ctx, end := context.WithTimeout(t.Context(), 2*time.Minute)
	defer end()
	var heard atomic.Int64
	go func() {
		for range two.Changes(ctx) {
			heard.Add(1)
		}
	}()

	var load sync.WaitGroup
	var stop, failures, answers atomic.Int64
	for range 4 {
		load.Go(func() {
			for stop.Load() == 0 {
				for _, store := range []syndicate.Versioner{one, two} {
					feed, err := store.Feed(ctx, scope)
					_, versionErr := store.Version(ctx, scope)
					for _, err := range []error{err, versionErr} {
						var absent *syndicate.ScopeError
						assert.False(t, errors.As(err, &absent), "%v", err)
					}
					if err != nil {
						failures.Add(1)
						time.Sleep(5 * time.Millisecond)
					} else if answers.Add(1); len(feed.Articles) != 1 {
						assert.Fail(t, "an empty feed")
					}
				}
			}
		})
	}
	require.Eventually(t, func() bool { return answers.Load() > 20 }, time.Minute, time.Millisecond)
	control(t, "stop", "-m", "fast")
	_, err := one.Feed(ctx, scope)
	assert.Error(t, err)
	_, err = one.Version(ctx, scope)
	if err == nil { // what was known in the last second
		assert.Eventually(t, func() bool { _, err := one.Version(ctx, scope); return err != nil }, time.Minute, 10*time.Millisecond)
	}
	assert.Error(t, one.Add(t.Context(), article))
	for _, err := range one.Scopes(ctx) {
		assert.Error(t, err)
	}
	control(t, "start", "-o", os.Getenv("SYNDICATE_POSTGRES_OPTIONS"))
	before := answers.Load()
	require.Eventually(t, func() bool { return answers.Load() > before+20 }, time.Minute, time.Millisecond, "it goes on by itself")
	stop.Store(1)
	load.Wait()
	assert.Positive(t, failures.Load())

	article.Title = "after"
	require.NoError(t, one.Update(t.Context(), article))
	require.Eventually(t, func() bool {
		feed, err := two.Feed(ctx, scope)
		return err == nil && feed.Articles[0].Title == "after"
	}, time.Minute, time.Millisecond)
	told := heard.Load()
	for n := 0; heard.Load() == told; n++ {
		article.Title = time.Now().String()
		require.NoError(t, one.Update(t.Context(), article))
		time.Sleep(20 * time.Millisecond)
		require.NoError(t, ctx.Err(), "changes are told again")
	}
}
