// Package migratetest migrates databases for tests of package migrate's users.
package migratetest

import (
	"context"
	"database/sql"

	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
)

// Up applies steps of a schema.
func Up(ctx context.Context, db *sql.DB, schema migrate.Schema, steps ...string) error {
	for _, text := range steps {
		schema.Steps = append(schema.Steps, migrate.Step{SQL: text})
	}
	return schema.Up(ctx, db)
}

// Newer applies one step more than the database has, as a program of a later version does. The
// step says from which versions on programs may read and write.
func Newer(ctx context.Context, db *sql.DB, schema migrate.Schema, text string, readers, writers int) error {
	var version int
	if err := db.QueryRowContext(ctx, "SELECT max(version) FROM syndicate_schema").Scan(&version); err != nil {
		return err
	}
	schema.Bounds = "syndicate_state"
	// The database has the others already, so that their statements do not matter.
	schema.Steps = append(make([]migrate.Step, version), migrate.Step{SQL: text, Readers: readers, Writers: writers})
	return schema.Up(ctx, db)
}
