package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/syndicate-go/syndicate/sqlstore/internal/migrate"
)

// What time brings is written by one goroutine of each server, detached from the readers that find
// it due: the first articles of a store, and the events of the agenda. It commits a part at a time,
// so that what is done stays done.

// retry is how long a server waits after it failed to write what is due. Until then its readers
// get what is committed.
const retry = time.Second

// upkeep starts the goroutine and ends it.
type upkeep struct {
	life    context.Context // ends with the Store
	end     context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex // guards the fields below
	closed bool
	round  *round    // of the goroutine that is running; nil if there is none
	failed time.Time // when the last round failed
	err    error     // of the last round
}

// round is one run of the goroutine: until nothing is due.
type round struct {
	once  sync.Once
	tried chan struct{} // closed when nothing is due, or when it will take long until then
	done  chan struct{} // closed when the round has ended
	err   error         // set before done is closed
}

// init makes the context.
func (u *upkeep) init() { u.life, u.end = context.WithCancel(context.Background()) }

// close ends the goroutine. What it has not committed is left to other servers, or to the next one.
func (u *upkeep) close() {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	u.end()
	u.running.Wait()
}

// isLong lets the readers go on that wait until the round has been tried.
func (r *round) isLong() { r.once.Do(func() { close(r.tried) }) }

// join returns the round that is running, and starts one if there is none. If the last one failed a
// moment ago, it returns the error instead.
func (s *Store) join() (*round, error) {
	u := &s.upkeep
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.round != nil:
	case u.closed:
		return nil, errors.New("the store is closed")
	case u.err != nil && time.Since(u.failed) < retry:
		return nil, u.err
	default:
		u.round = &round{tried: make(chan struct{}), done: make(chan struct{})}
		u.running.Go(func() { s.keepUp(u.round) })
	}
	return u.round, nil
}

// keepUp runs a round.
func (s *Store) keepUp(r *round) {
	u := &s.upkeep
	err := s.runDue(u.life, r)
	if err != nil && u.life.Err() == nil && !isReadOnly(err) {
		s.report(err)
	}
	u.mu.Lock()
	u.round, u.err, u.failed = nil, err, time.Now()
	u.mu.Unlock()
	r.err = err
	close(r.done)
	r.isLong()
}

// runDue runs the events that are due and files the first articles, in as many transactions as that
// takes. The first one does not wait for other changes: a reader waits for it.
func (s *Store) runDue(ctx context.Context, r *round) error {
	transact := s.tryTransact
	for {
		more := false
		ch, err := transact(ctx, func(ch *change) (err error) {
			ch.long = r.isLong
			if ch.live != live {
				// Each part is a separate transaction: a million articles in one would hold the
				// lock for minutes, and be lost if the program ends.
				return ch.startSome()
			}
			more, err = ch.advance()
			return err
		})
		transact = s.transact
		if errors.Is(err, errBusy) {
			r.isLong()
			continue
		}
		if err != nil || ch.live == live && !more {
			return err
		}
		r.isLong()
	}
}

// filed waits until the first articles are filed. If ctx ends sooner, the work goes on.
func (s *Store) filed(ctx context.Context) error {
	r, err := s.join()
	if err == nil {
		select {
		case <-r.done:
			err = r.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		return fmt.Errorf("sqlstore: the first articles are not filed yet: %w", err)
	}
	return nil
}

// settle waits until the events that are due have been run, until late has a value, or until it is
// known that this takes long, because there are many events or another change is running. It
// returns true in the first case. The error is that of ctx.
func (s *Store) settle(ctx context.Context, late <-chan time.Time) (settled bool, err error) {
	r, err := s.join()
	if err != nil {
		return false, nil
	}
	select {
	case <-r.tried:
	case <-late:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case <-r.done:
		return r.err == nil, nil
	default:
		return false, nil
	}
}

// tryTransact is transact that returns errBusy instead of waiting for another change.
func (s *Store) tryTransact(ctx context.Context, f func(*change) error) (*change, error) {
	select {
	case s.turn <- struct{}{}:
	default:
		return nil, errBusy
	}
	defer func() { <-s.turn }()
	if s.dialect.patience == "" {
		tx, err := s.transaction(ctx, &sql.TxOptions{Isolation: s.dialect.isolation})
		if err != nil {
			return nil, s.failed("begin", err)
		}
		return s.do(ctx, tx, s.dialect.tryState, f)
	}
	// BEGIN would wait, for as long as a setting of the connection says.
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, s.failed("begin", err)
	}
	defer conn.Close()
	tx, err := s.tryBegin(ctx, conn)
	if err != nil {
		return nil, s.failed("begin", err)
	}
	return s.do(ctx, tx, s.dialect.lockState, f)
}

// tryBegin begins a transaction without waiting.
func (s *Store) tryBegin(ctx context.Context, conn *sql.Conn) (tx *sql.Tx, err error) {
	var before int64
	if err = conn.QueryRowContext(ctx, s.dialect.patience).Scan(&before); err != nil {
		return nil, err
	}
	set := func(ctx context.Context, to int64) error {
		_, err := conn.ExecContext(ctx, fmt.Sprint(s.dialect.patience, " = ", to))
		return err
	}
	if err = set(ctx, 0); err != nil {
		return nil, err
	}
	if tx, err = conn.BeginTx(ctx, nil); isBusy(err) {
		err = errBusy
	}
	// The connection goes back to the others as it was, whatever has become of ctx.
	if again := set(context.WithoutCancel(ctx), before); again != nil {
		if err == nil {
			tx.Rollback()
		}
		return nil, again
	}
	return tx, err
}

// beginTx begins a transaction, and waits for other changes until ctx ends: longer than the
// database waits.
func (s *Store) beginTx(ctx context.Context) (*sql.Tx, error) {
	for {
		tx, err := s.transaction(ctx, &sql.TxOptions{Isolation: s.dialect.isolation})
		if !isBusy(err) {
			return tx, err
		}
		// The database has no event for this.
		pause := time.NewTimer(20 * time.Millisecond)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		}
	}
}

// isBusy reports whether SQLite has returned an error because another change is running.
func isBusy(err error) bool {
	const busy = 5
	var coded interface{ Code() int }
	// The other bytes of the code say why.
	return errors.As(err, &coded) && coded.Code()&0xff == busy
}

// isReadOnly reports whether this server may not write: the database is a replica, the role may
// only read, or a newer program has migrated the database.
func isReadOnly(err error) bool {
	const readonly = 8
	var coded interface{ Code() int }
	var state interface{ SQLState() string }
	switch {
	case errors.Is(err, migrate.ErrOlder):
		return true
	case errors.As(err, &coded):
		return coded.Code()&0xff == readonly
	case errors.As(err, &state):
		code := state.SQLState()
		return code == "25006" || code == "42501" // in a read-only transaction, and without the privilege
	}
	return false
}
