package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/syndicate-go/syndicate"
)

// Tx writes to a store within a transaction of your program. Use it to write a row of your own and
// its article together, so that neither exists without the other. Get one from [Store.Tx].
//
// Each call checks the articles and does the same as the method of [Store]. Other servers and
// readers see its result after your program has committed. A call that fails leaves the
// transaction as it was before the call, and the transaction can continue. If articles are
// refused, the others are written: to write all or none, roll back when the error is not nil.
//
// If the connection is lost, the call cannot undo what it wrote. The error then says that your
// program must roll back, and later calls return the same error.
//
// From the first call to the end of the transaction no other program can write to the store.
// Therefore make the calls shortly before the commit, and do not call methods of the Store that
// write until then: with SQLite they would wait for this transaction.
//
// Calls may be concurrent, and run one after the other.
type Tx struct {
	s *Store
	// begin returns the transaction for one call, and a function that releases it.
	begin func(ctx context.Context) (tx *sql.Tx, end func(), err error)

	mu       sync.Mutex           // held during a call
	book     *book                // of the last call
	warnings []*syndicate.Problem // of all calls
	line     *line                // of the last call; nil if it is not known
	at       point                // the last change
	lost     error                // why the transaction has to be rolled back; nil if it can go on
}

// Tx returns a Tx for a transaction of database/sql. The transaction must be one of the database
// that the store is in, and with SQLite must have begun with BEGIN IMMEDIATE. See package postgres
// for a transaction of pgx.
func (s *Store) Tx(tx *sql.Tx) *Tx {
	return &Tx{s: s, begin: func(context.Context) (*sql.Tx, func(), error) { return tx, func() {}, nil }}
}

// DriverTx is [Store.Tx] for a transaction of another kind. The conn must run its statements in the
// transaction. Its Begin and Close, and the Commit and Rollback of the transaction that Begin
// returns, must do nothing.
func (s *Store) DriverTx(conn driver.Conn) *Tx {
	return &Tx{s: s, begin: func(ctx context.Context) (*sql.Tx, func(), error) {
		db := sql.OpenDB(connector{conn})
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			db.Close()
			return nil, nil, err
		}
		// Neither ends the transaction of the program.
		return tx, func() { tx.Rollback(); db.Close() }, nil
	}}
}

// connector returns the connection that there is.
type connector struct{ conn driver.Conn }

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.conn, nil }

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return nil }

// Add is [Store.Add] in the transaction.
func (t *Tx) Add(ctx context.Context, articles ...syndicate.Article) error {
	return t.write(ctx, t.s.adding(articles, new(int)))
}

// Update is [Store.Update] in the transaction.
func (t *Tx) Update(ctx context.Context, articles ...syndicate.Article) error {
	return t.write(ctx, t.s.updating(articles))
}

// Remove is [Store.Remove] in the transaction.
func (t *Tx) Remove(ctx context.Context, ids ...string) error {
	return t.write(ctx, t.s.removing(ids))
}

// Replace is [Store.Replace] in the transaction.
func (t *Tx) Replace(ctx context.Context, articles ...syndicate.Article) error {
	return t.write(ctx, t.s.replacing(articles))
}

// Committed passes on the warnings of all calls to [syndicate.Site.Warn], and makes this server's
// versions current. Call it after the commit. If you do not call it, the warnings are dropped, and
// [Store.Version] and [Store.Changes] of this server report the change within a second, as those
// of other servers do.
func (t *Tx) Committed() {
	t.mu.Lock()
	warnings := t.warnings
	t.warnings = nil
	line, at := t.line, t.at
	t.mu.Unlock()
	t.s.known.committed(line, at)
	t.s.warn(warnings)
}

// savepoint is the name of the savepoint of a call.
const savepoint = "syndicate_call"

// write runs f in the transaction.
func (t *Tx) write(ctx context.Context, f func(*change) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	// The database may have ended the transaction. What was written then would be committed at
	// once, without the rows of the program.
	if t.lost != nil {
		return t.lost
	}
	tx, end, err := t.begin(ctx)
	if err != nil {
		return t.s.failed("begin", err)
	}
	defer end()
	if _, err := tx.ExecContext(ctx, "SAVEPOINT "+savepoint); err != nil {
		return t.s.failed("begin", err)
	}
	book := t.book
	// A call that fails may leave the book half changed.
	t.book = nil
	ch, err := t.run(ctx, tx, book, f)
	if err == nil {
		_, err = tx.ExecContext(ctx, "RELEASE SAVEPOINT "+savepoint)
	}
	if err != nil {
		// Also when ctx has ended. The transaction is the program's, and may go on.
		undo := context.WithoutCancel(ctx)
		for _, statement := range []string{"ROLLBACK TO SAVEPOINT ", "RELEASE SAVEPOINT "} {
			if _, failed := tx.ExecContext(undo, statement+savepoint); failed != nil {
				err = errors.Join(err, fmt.Errorf("roll back your transaction: %w", failed))
				t.lost = t.s.failed("write", err)
				return t.lost
			}
		}
		return t.s.failed("write", err)
	}
	t.book, t.line, t.at = ch.keep(), ch.line, ch.point
	warnings, refused := ch.problems()
	t.warnings = slices.Concat(t.warnings, warnings)
	return refused
}

// run runs f in a change of the transaction. If the first articles are still being filed, it files
// them first, in the same transaction.
func (t *Tx) run(ctx context.Context, tx *sql.Tx, book *book, f func(*change) error) (*change, error) {
	for {
		ch := t.s.newChange(ctx, tx)
		ch.shared = true
		err := ch.begin(book, t.s.dialect.lockState)
		more := ch.live == starting
		switch {
		case err != nil:
		case more:
			err = ch.startSome()
		default:
			more, err = ch.do(f)
		}
		if err == nil {
			err = ch.flush()
		}
		for _, prepared := range ch.statements {
			prepared.Close() // otherwise they would last as long as the transaction
		}
		if err != nil || !more {
			return ch, err
		}
		book = ch.keep()
	}
}
