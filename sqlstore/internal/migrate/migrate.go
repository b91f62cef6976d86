// Package migrate brings a database schema up to date.
package migrate

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Schema is a schema in all its versions, and how the database speaks.
type Schema struct {
	// Steps make one version of what the one before has left, as statements that end in a semicolon at the end of a
	// line. They are never changed once they are released.
	Steps []string
	// SQL writes a statement as the database wants it.
	SQL func(string) string
	// Lock makes a transaction wait for others that migrate. Optional; beginning one does.
	Lock string
}

// Up brings a database to the last version, in one transaction, while others that want the same wait. A database
// that is newer is refused.
func (s Schema) Up(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	exec := func(statement string, params ...any) error {
		_, err := tx.ExecContext(ctx, s.SQL(statement), params...)
		return err
	}
	if s.Lock != "" {
		if err := exec(s.Lock); err != nil {
			return err
		}
	}
	if err := exec("CREATE TABLE IF NOT EXISTS syndicate_schema (version {integer} PRIMARY KEY, applied {integer} NOT NULL) {table}"); err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM syndicate_schema").Scan(&version); err != nil {
		return err
	}
	if version > len(s.Steps) {
		return fmt.Errorf("the database has version %d of the schema, and this program knows %d at most: it takes a newer program", version, len(s.Steps))
	}
	for version < len(s.Steps) {
		for _, statement := range strings.Split(s.Steps[version], ";\n") {
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
