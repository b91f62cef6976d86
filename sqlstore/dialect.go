package sqlstore

import (
	"strconv"
	"strings"

	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
)

// Dialect is what one kind of database says differently from another.
type Dialect struct {
	name      string
	integer   string // the type of a 64-bit integer
	text      string // the type of a text whose order is that of its bytes
	table     string // what stands behind the columns of a table
	keyed     string // the same for a table that is read by its primary key alone
	covering  string // what lets an index answer for the article as well
	clock     string // the time of the database in Unix seconds
	numbered  bool   // parameters are $1, $2 and not ?
	lockState string // how a transaction that writes waits for its turn; "" where it begins with that
	migrating string // how migrations wait for each other; "" where a transaction begins with that
	wake      string // what tells other servers of a commit; "" where nothing has to
	insert    string // how rows are inserted that are new
	arrays    string // makes ready for many values in one parameter, an array; "" where there are none
	maxParams int    // how many parameters a statement has that inserts rows, where they are not arrays
	lookUp    int    // how many values are looked up with one statement
}

// The databases that a Store can be over.
var (
	// SQLite is for one machine. A transaction of the driver has to begin with BEGIN IMMEDIATE.
	SQLite = &Dialect{
		name:      "sqlite",
		integer:   "INTEGER",
		text:      "TEXT",
		table:     "STRICT",
		keyed:     "STRICT, WITHOUT ROWID",
		clock:     "unixepoch()",
		insert:    "INSERT OR ROLLBACK", // which needs no journal of the statement's own
		maxParams: 96,                   // the driver's time for each grows with their number
		lookUp:    96,
	}
	// PostgreSQL is for several: many servers over one database.
	PostgreSQL = &Dialect{
		name:      "postgres",
		integer:   "BIGINT",
		text:      `TEXT COLLATE "C"`,
		covering:  " INCLUDE (article)",
		clock:     "floor(extract(epoch FROM clock_timestamp()))::bigint",
		numbered:  true,
		lockState: " FOR UPDATE",
		migrating: "SELECT pg_advisory_xact_lock(7314596190837)",
		wake:      "SELECT pg_notify('" + Channel + "', '')",
		insert:    "INSERT",
		// A plan for every array, which was made when the tables were empty, would go through all of them from then on.
		arrays: "SET LOCAL plan_cache_mode = force_custom_plan",
		lookUp: 1000,
	}
)

// Channel is the one of PostgreSQL's LISTEN on which servers are told that there is something new.
const Channel = "syndicate"

// sql returns a statement as the database wants it, given one with ? for its parameters and with {integer},
// {text}, {table}, {keyed} and {clock} for what differs.
func (d *Dialect) sql(text string) string {
	text = strings.NewReplacer("{integer}", d.integer, "{text}", d.text, "{table}", d.table, "{keyed}", d.keyed, "{covering}", d.covering, "{clock}", d.clock).Replace(text)
	if !d.numbered {
		return text
	}
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

// schema returns the schema of a store.
func (d *Dialect) schema() migrate.Schema {
	return migrate.Schema{Steps: migrations, SQL: d.sql, Lock: d.migrating}
}

// marks returns n parameters: "?, ?, ?".
func marks(n int) string {
	if n == 0 {
		return ""
	}
	return strings.Repeat("?, ", n-1) + "?"
}
