package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// migrate brings the schema to the version of this program, step by step in one transaction, while others that
// want the same wait. A database that is newer than the program is refused.
func migrate(ctx context.Context, db *sql.DB, d *Dialect, steps []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if d.migrating != "" {
		if _, err := tx.ExecContext(ctx, d.migrating); err != nil {
			return err
		}
	}
	const versions = "CREATE TABLE IF NOT EXISTS syndicate_schema (version {integer} PRIMARY KEY, applied {integer} NOT NULL) {table}"
	if _, err := tx.ExecContext(ctx, d.sql(versions)); err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM syndicate_schema").Scan(&version); err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("the database has version %d of the schema, and this program knows %d at most: it needs a newer program", version, len(steps))
	}
	for version < len(steps) {
		for _, statement := range strings.Split(steps[version], ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, d.sql(statement)); err != nil {
				return fmt.Errorf("version %d of the schema: %w: %s", version+1, err, strings.TrimSpace(statement))
			}
		}
		version++
		if _, err := tx.ExecContext(ctx, d.sql("INSERT INTO syndicate_schema (version, applied) VALUES (?, {clock})"), version); err != nil {
			return err
		}
	}
	return tx.Commit()
}
