package storetest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/sqlstore"
)

// migrations claims that a schema goes up from every version to every later one with what is in it,
// once, whoever wants it at the same time, and not half.
func migrations(t *testing.T, d Database) {
	steps := []string{
		"CREATE TABLE things (n {integer} PRIMARY KEY) {table};\nINSERT INTO things (n) VALUES (1);\n",
		"ALTER TABLE things ADD COLUMN name {text} NOT NULL DEFAULT 'x'",
		"CREATE INDEX things_name ON things (name);\nUPDATE things SET name = 'y'",
	}
	up := func(steps ...string) error { return d.Migrate(t.Context(), steps...) }
	require.NoError(t, up(steps[:1]...))
	d.exec(t, "INSERT INTO things (n) VALUES (2)")
	require.NoError(t, up(steps[:2]...))
	assert.Equal(t, 2, d.count(t, "things WHERE name = 'x'"))

	assert.ErrorContains(t, up(steps[0], steps[1], "UPDATE things SET name = 'z';\nno statement at all"), "version 3 of the schema")
	assert.Equal(t, 2, d.count(t, "things WHERE name = 'x'"), "nothing is left of a step that fails")
	assert.ErrorContains(t, up(steps[:1]...), "version 2 of the schema, but this program supports 1")

	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { assert.NoError(t, up(steps...)) })
	}
	all.Wait()
	assert.Equal(t, 2, d.count(t, "things WHERE name = 'y'"))
	assert.Equal(t, 3, d.count(t, "syndicate_schema"), "each step was done once")
}

// newerDatabase claims that a program does not touch what it does not understand.
func newerDatabase(t *testing.T, d Database) {
	d.Open(t, Site())
	d.exec(t, "INSERT INTO syndicate_schema (version, applied) VALUES (99, 0)")
	assert.ErrorContains(t, d.TryOpen(t, Site()), "version 99 of the schema")
}

// opensTogether claims that servers that are the first over a database may be so at the same time.
func opensTogether(t *testing.T, d Database) {
	var all sync.WaitGroup
	stores, opened := make([]*sqlstore.Store, 4), make(chan int, 4)
	for i := range stores {
		all.Go(func() {
			stores[i] = d.Open(t, Site()) // which ends the goroutine if it fails
			opened <- i
		})
	}
	all.Wait()
	require.Len(t, opened, len(stores))
	require.NoError(t, stores[0].Add(t.Context(), numbered(1)))
	for _, store := range stores {
		assert.Len(t, infos(t, store), 1)
	}
}
