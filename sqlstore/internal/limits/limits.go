// Package limits has the limits that tests of stores reduce, so that few articles reach them.
package limits

import "time"

// AtOnce is how many articles are made visible before they are written. Each scope is written once
// for all of them. A larger number needs more memory.
var AtOnce = 20_000

var (
	// Events is how many events one transaction runs before it is committed.
	Events = 1000
	// Short is how many events a reader waits for.
	Short = 100
	// Wait is how long a reader waits for them. Committing them may take long: SQLite then also
	// copies the write-ahead log into the database.
	Wait = 25 * time.Millisecond
)
