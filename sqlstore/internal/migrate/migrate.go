// Package migrate applies the versions of a database schema.
package migrate

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Schema has the versions of a schema and the dialect of the database.
type Schema struct {
	// Steps has the statements of each version, which start from the version before. A statement
	// ends with a semicolon at the end of a line. A released step is never changed.
	Steps []string
	// SQL translates a statement for the database. Required.
	SQL func(string) string
	// Lock is a statement that waits for other migrations. Default: beginning a transaction waits.
	Lock string
}

// Up applies the missing steps in one transaction. Other programs that migrate the same database
// wait. If the database is newer than the last step, Up returns an error.
func (s Schema) Up(ctx context.Context, db *sql.DB) error {
	// A database that is current need not be written, so it may be a replica. A new database does
	// not have the table.
	var current int
	const now = "SELECT coalesce(max(version), 0) FROM syndicate_schema"
	if err := db.QueryRowContext(ctx, now).Scan(&current); err == nil && current == len(s.Steps) {
		return nil
	}
	// Both databases can undo changes of a schema, so that a step is applied completely or not at
	// all.
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	exec := func(statement string, params ...any) error {
		_, err := tx.ExecContext(ctx, s.SQL(statement), params...)
		return err
	}
	// Servers that start at the same time come here at the same time. All but one find nothing to
	// do.
	if s.Lock != "" {
		if err := exec(s.Lock); err != nil {
			return err
		}
	}
	// The table has a row for each step that was applied.
	const table = "CREATE TABLE IF NOT EXISTS syndicate_schema " +
		"(version {integer} PRIMARY KEY, applied {integer} NOT NULL) {table}"
	if err := exec(table); err != nil {
		return err
	}
	var version int
	const query = "SELECT coalesce(max(version), 0) FROM syndicate_schema"
	if err := tx.QueryRowContext(ctx, query).Scan(&version); err != nil {
		return err
	}
	// An older program must not write tables that it does not understand.
	if version > len(s.Steps) {
		return fmt.Errorf("the database has version %d of the schema, but this program supports %d: use a newer program",
			version, len(s.Steps))
	}
	for version < len(s.Steps) {
		// Drivers differ in whether they accept several statements at once.
		for statement := range strings.SplitSeq(s.Steps[version], ";\n") {
			if statement = strings.TrimSpace(statement); statement == "" {
				continue
			}
			if err := exec(statement); err != nil {
				return fmt.Errorf("version %d of the schema: %w, in: %s", version+1, err, statement)
			}
		}
		version++
		if err := exec("INSERT INTO syndicate_schema (version, applied) VALUES (?, {clock})", version); err != nil {
			return err
		}
	}
	return tx.Commit()
}
