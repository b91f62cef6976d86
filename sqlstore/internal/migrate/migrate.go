// Package migrate applies the versions of a database schema.
package migrate

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Schema has the versions of a schema and the dialect of the database.
type Schema struct {
	// Steps has one step for each version. A released step is never changed.
	Steps []Step
	// SQL translates a statement for the database. Required.
	SQL func(string) string
	// Lock is a statement that waits for other migrations. Default: beginning a transaction waits.
	Lock string
	// Isolation is the isolation of the transaction that migrates. Default: the database's.
	Isolation sql.IsolationLevel
	// Exists is a query that counts the tables named syndicate_schema. Required.
	Exists string
	// Bounds is a table of one row that stores, in the columns readers and writers, which programs
	// may use the database. Default: only programs that have the last step may use it.
	Bounds string
}

// Step starts from the version before it.
type Step struct {
	// SQL has the statements. A statement ends with a semicolon at the end of a line.
	SQL string
	// Readers and Writers are the oldest versions whose programs may read and write a database
	// after this step. Default: the version of this step. A step that only adds what older programs
	// need not know, such as an index, has the numbers of the step before, so that a deployment
	// can be rolled back.
	Readers, Writers int
}

// The statements of this package.
const (
	// The table has a row for each step that was applied. It is created by the first step.
	createTable = "CREATE TABLE IF NOT EXISTS syndicate_schema " +
		"(version {integer} PRIMARY KEY, applied {integer} NOT NULL) {table}"
	readVersion = "SELECT coalesce(max(version), 0) FROM syndicate_schema"
	addVersion  = "INSERT INTO syndicate_schema (version, applied) VALUES (%d, {clock})"
	// Inserts NULL into a column that must not be NULL, unless the schema has the version.
	needVersion = "INSERT INTO syndicate_schema (version, applied) SELECT -1, NULL WHERE (" + readVersion + ") <> %d"
	setBounds   = "UPDATE %s SET readers = %d, writers = %d"
	readBounds  = "SELECT readers, writers FROM %s"
)

// Up applies the missing steps in one transaction. It writes nothing if no step is missing. Other
// programs that migrate the same database wait. If the database is newer than the last step and the
// steps do not suffice to read it, Up returns an error.
func (s Schema) Up(ctx context.Context, db *sql.DB) error {
	version, err := s.version(ctx, db)
	if err == nil && version < len(s.Steps) {
		err = s.migrate(ctx, db)
		// A role without the right to change tables comes here.
		if err != nil {
			err = fmt.Errorf("migrate the schema from version %d to %d: %w", version, len(s.Steps), err)
		}
	}
	if err != nil || version <= len(s.Steps) {
		return err
	}
	// A newer program has migrated the database, and has stored who may still read it.
	readers := version
	if s.Bounds != "" {
		var writers int
		query := fmt.Sprintf(readBounds, s.Bounds)
		if err := db.QueryRowContext(ctx, query).Scan(&readers, &writers); err != nil {
			return err
		}
	}
	return s.Allows(version, readers, "read")
}

// ErrOlder reports that a newer program has migrated the database, and that this one must not use
// it.
var ErrOlder = errors.New("use a newer program")

// Allows returns an error if a program with these steps may not do something with the database. The
// needed version is the oldest one whose programs may do it.
func (s Schema) Allows(version, needed int, verb string) error {
	if needed <= len(s.Steps) {
		return nil
	}
	return fmt.Errorf("the database has version %d of the schema, but this program supports %d and must not %s it: %w",
		max(version, needed), len(s.Steps), verb, ErrOlder)
}

// version returns the version of the schema, 0 if there is none.
func (s Schema) version(ctx context.Context, db *sql.DB) (version int, err error) {
	// Without a transaction, so that a role or a file that may not be written will do.
	var tables int
	if err := db.QueryRowContext(ctx, s.Exists).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, readVersion).Scan(&version)
	return version, err
}

// migrate applies the missing steps.
func (s Schema) migrate(ctx context.Context, db *sql.DB) error {
	// Both databases can undo changes of a schema, so that a step is applied completely or not at
	// all.
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: s.Isolation})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	exec := func(statement string) error {
		_, err := tx.ExecContext(ctx, s.SQL(statement))
		return err
	}
	// Servers that start at the same time come here at the same time. All but one find nothing to
	// do.
	if s.Lock != "" {
		if err := exec(s.Lock); err != nil {
			return err
		}
	}
	if err := exec(createTable); err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, readVersion).Scan(&version); err != nil {
		return err
	}
	// Another program has applied the steps in the meantime.
	if version >= len(s.Steps) {
		return nil
	}
	for ; version < len(s.Steps); version++ {
		for _, statement := range s.statements(version) {
			if err := exec(statement); err != nil {
				return fmt.Errorf("version %d of the schema: %w, in: %s", version+1, err, statement)
			}
		}
	}
	return tx.Commit()
}

// statements returns the statements of the step after a version, because drivers differ in whether
// they accept several statements at once.
func (s Schema) statements(version int) (all []string) {
	for statement := range strings.SplitSeq(s.Steps[version].SQL, ";\n") {
		if statement = strings.TrimSpace(statement); statement != "" {
			all = append(all, statement)
		}
	}
	all = append(all, fmt.Sprintf(addVersion, version+1))
	if s.Bounds != "" && version+1 == len(s.Steps) {
		readers, writers := s.bounds()
		all = append(all, fmt.Sprintf(setBounds, s.Bounds, readers, writers))
	}
	return all
}

// bounds returns the oldest versions whose programs may read and write after all steps.
func (s Schema) bounds() (readers, writers int) {
	for i, step := range s.Steps {
		readers = max(readers, cmp.Or(step.Readers, i+1))
		writers = max(writers, cmp.Or(step.Writers, i+1))
	}
	return readers, writers
}

// Script returns the SQL that applies the steps after a version, for a person who runs it. It fails
// without an effect if the schema has another version. It is empty if no step is missing.
func (s Schema) Script(from int, begin string) string {
	if from >= len(s.Steps) {
		return ""
	}
	// The statements are those of migrate, in the same order, so that both give the same schema.
	var b strings.Builder
	line := func(statement string) { b.WriteString(s.SQL(statement) + ";\n") }
	fmt.Fprintf(&b, "-- From version %d of the schema to version %d.\n", from, len(s.Steps))
	line(begin)
	if s.Lock != "" {
		line(s.Lock)
	}
	line(createTable)
	fmt.Fprintf(&b, "-- Fails unless the schema has version %d.\n", from)
	line(fmt.Sprintf(needVersion, from))
	for version := from; version < len(s.Steps); version++ {
		fmt.Fprintf(&b, "-- Version %d.\n", version+1)
		for _, statement := range s.statements(version) {
			line(statement)
		}
	}
	line("COMMIT")
	return b.String()
}
