package main

import (
	"errors"
	"net"
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

// measured claims that a small run comes to its end, with every article on an archive page and the plan that it has to have.
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
