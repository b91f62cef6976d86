package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
)

// Dialect describes how the SQL of one kind of database differs from others.
type Dialect struct {
	name      string
	integer   string             // the type of a 64-bit integer
	text      string             // the type of a text that is ordered by its bytes
	table     string             // what follows the columns of a table
	keyed     string             // what follows the columns of a table that is read by its primary key only
	covering  string             // adds the article's number to an index
	clock     string             // the time of the database in Unix seconds
	random    string             // a random 64-bit integer
	numbered  bool               // parameters are written $1, $2 instead of ?
	lockState string             // locks the row of syndicate_state; "" if BEGIN locks the database
	tryState  string             // lockState that returns no row instead of waiting
	patience  string             // the setting for how long BEGIN waits; "" if it does not wait
	migrating string             // locks migrations; "" if BEGIN locks the database
	exists    string             // counts the tables named syndicate_schema where Open would create one
	begin     string             // begins a transaction of a script that migrates
	isolation sql.IsolationLevel // of changes, whatever the default of the database is
	// These return why a pool cannot be used, before the schema is migrated and after. They are nil
	// if any pool can be used.
	inspect, inspectWrites func(context.Context, *sql.DB) error
	wake                   string // notifies other servers of a commit; "" if the listener needs nothing
	insert                 string // the verb that inserts rows without conflict
	arrays                 string // prepares a transaction for parameters that are arrays; "" if the database has no arrays
	maxParams              int    // the most parameters of a statement that inserts rows, without arrays
	lookUp                 int    // how many values one statement looks up
}

// The dialects of a Store.
var (
	// SQLite is the dialect for one machine. The driver must begin transactions with BEGIN
	// IMMEDIATE.
	SQLite = &Dialect{
		name:          "sqlite",
		integer:       "INTEGER",
		text:          "TEXT",
		table:         "STRICT",
		keyed:         "STRICT, WITHOUT ROWID",
		clock:         "unixepoch()",
		random:        "random()",
		patience:      "PRAGMA busy_timeout",
		exists:        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'syndicate_schema'",
		begin:         "BEGIN IMMEDIATE",
		inspect:       inspectSQLite,
		inspectWrites: inspectWritesSQLite,
		insert:        "INSERT OR ROLLBACK", // which needs no statement journal
		maxParams:     96,                   // the driver's time for each parameter grows with their number
		lookUp:        96,
	}
	// PostgreSQL is the dialect for many servers that share one database.
	PostgreSQL = &Dialect{
		name:      "postgres",
		integer:   "BIGINT",
		text:      `TEXT COLLATE "C"`,
		covering:  " INCLUDE (article)",
		clock:     "floor(extract(epoch FROM clock_timestamp()))::bigint",
		random:    "('x' || substr(md5(random()::text || clock_timestamp()::text), 1, 16))::bit(64)::bigint",
		numbered:  true,
		lockState: " FOR UPDATE",
		tryState:  " FOR UPDATE SKIP LOCKED",
		migrating: "SELECT pg_advisory_xact_lock(7314596190837)",
		exists: "SELECT count(*) FROM pg_catalog.pg_tables " +
			"WHERE schemaname = current_schema() AND tablename = 'syndicate_schema'",
		begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
		// A change waits for the lock of another one and then reads what that has written.
		isolation: sql.LevelReadCommitted,
		wake:      "SELECT pg_notify('" + Channel + "', '')",
		insert:    "INSERT",
		// A generic plan, made while the tables are empty, would scan them forever.
		arrays: "SET LOCAL plan_cache_mode = force_custom_plan",
		lookUp: 1000,
	}
)

// Channel is the channel of PostgreSQL's LISTEN and NOTIFY on which servers announce changes.
const Channel = "syndicate"

// sql translates a statement for the database. The statement has ? for each parameter, and
// {integer}, {text}, {table}, {keyed}, {covering}, {clock} and {random} where dialects differ.
func (d *Dialect) sql(text string) string {
	text = strings.NewReplacer("{integer}", d.integer, "{text}", d.text, "{table}", d.table,
		"{keyed}", d.keyed, "{covering}", d.covering, "{clock}", d.clock, "{random}", d.random).Replace(text)
	if !d.numbered {
		return text
	}
	// No text in a statement contains a question mark: all values are parameters.
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(text, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		text = after
	}
}

// schema returns the migrations of a store for this dialect.
func (d *Dialect) schema() migrate.Schema {
	return migrate.Schema{
		Steps: migrations, SQL: d.sql, Lock: d.migrating, Isolation: d.isolation, Exists: d.exists,
		Bounds: "syndicate_state",
	}
}

// marks returns n parameters, as in "?, ?, ?".
func marks(n int) string {
	if n == 0 {
		return ""
	}
	return strings.Repeat("?, ", n-1) + "?"
}
