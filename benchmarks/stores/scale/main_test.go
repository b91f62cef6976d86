package main

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
)

func TestScaleMeasuresSQLite(t *testing.T) {
	measured(t, "sqlite", "SEARCH l USING PRIMARY KEY (scope=?)")
}

func TestScaleMeasuresPostgreSQL(t *testing.T) {
	measured(t, "postgres", "Index Only Scan using syndicate_article_scopes_pkey on syndicate_article_scopes l")
}

// measured claims that a small run comes to its end, with every article on an archive page and the
// plan that it has to have.
func measured(t *testing.T, store, plan string) {
	var out strings.Builder
	err := run(t.Context(), options{articles: 1000, tags: 200, samples: 10, port: freePort(t), stores: store}, &out)
	if errors.Is(err, pgserver.ErrNone) {
		t.Skip(err)
	}
	require.NoError(t, err)
	for _, claim := range []string{plan, "| random tags | 10 |", "| authors | 2 |", "| listing all scopes | 273 |", "| paging through the archive of the site | 50 |"} {
		assert.Contains(t, out.String(), claim)
	}
	assert.NotRegexp(t, `SCAN l$|SCAN syndicate_articles|Seq Scan on syndicate_article`, out.String(), "articles are found by index, however few there are")
}

func TestSQLiteIsKept(t *testing.T) { kept(t, "sqlite", "SQLite") }

func TestPostgreSQLIsKept(t *testing.T) { kept(t, "postgres", "PostgreSQL") }

// kept claims that a store that was filled is measured again as it is, and that one that was not
// filled to its end is filled anew.
func kept(t *testing.T, store, name string) {
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) // for PostgreSQL's account
	o := options{articles: 500, tags: 200, samples: 10, port: freePort(t), stores: store, data: dir}
	filling := func() string {
		var out strings.Builder
		err := run(t.Context(), o, &out)
		if errors.Is(err, pgserver.ErrNone) {
			t.Skip(err)
		}
		require.NoError(t, err)
		return regexp.MustCompile(`\| ` + name + ` \| [^|]+s \| [^|]+s \| \d+ \|`).FindString(out.String())
	}
	require.NotEmpty(t, filling())
	record := filepath.Join(dir, store+"-500-200", "filled.json")
	require.NoError(t, os.WriteFile(record, []byte(`{"Add": 25000000000, "File": 25000000000}`), 0o666))
	assert.Contains(t, filling(), "| 25s | 25s | 10 |", "what it took to fill it then")
	require.NoError(t, os.Remove(record))
	assert.NotContains(t, filling(), "| 25s |", "filled anew")
	o.articles = 400
	filling()
	assert.DirExists(t, filepath.Join(dir, store+"-400-200"))
	assert.FileExists(t, record)
}

func TestMemoryThatGrowsIsNoticed(t *testing.T) {
	assert.True(t, walk{heap: []uint64{200 << 20, 240 << 20, 220 << 20}}.flat())
	assert.True(t, walk{heap: []uint64{10 << 20, 60 << 20, 120 << 20}}.flat(), "what is kept may fill")
	assert.False(t, walk{heap: []uint64{100 << 20, 150 << 20, 200 << 20}}.flat())
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
