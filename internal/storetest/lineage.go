package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// insist calls a function until it succeeds: the connections of a store may be lost.
func insist(t *testing.T, do func() error) {
	t.Helper()
	var err error
	require.Eventually(t, func() bool { err = do(); return err == nil }, patience, time.Millisecond, "%v", &err)
}

// STORE-1
//
// Replaced claims that servers that run on while their database is replaced by an older one never
// show or write anything wrong. The function keep stores a copy of the database, and back brings it
// back under the running servers.
func Replaced(t *testing.T, d Database, keep, back func(t *testing.T)) {
	const seen, unseen = true, false
	for _, story := range []struct {
		name string
		// look is whether the servers read while the database is the older one. If they do not,
		// they find the same numbers of changes and rows again, with other contents.
		look bool
		// lost and after are how many changes are made, and lost, and made again.
		lost, after int
	}{
		{"and catches up unnoticed", unseen, 2, 2},
		{"and goes on further", unseen, 2, 5},
		{"and does not catch up", unseen, 3, 1},
		{"and is read", seen, 2, 2},
	} {
		t.Run(story.name, func(t *testing.T) {
			clock := at(day(28))
			open := func() *sqlstore.Store {
				store := d.Open(t, Site())
				store.Clock = clock.now
				return store
			}
			one, two, watcher := open(), open(), open()
			require.NoError(t, one.Replace(t.Context(), numbered(1, "a"), numbered(2, "a", "b")))
			archive, err := syndicate.NewArchive(Site())
			require.NoError(t, err)
			archive.Clock = clock.now
			infos(t, one)
			infos(t, archive)
			require.NoError(t, archive.Replace(numbered(1, "a"), numbered(2, "a", "b")))
			known := contents{}
			readAll := func() {
				for _, store := range []*sqlstore.Store{one, two, watcher} {
					for _, tag := range []string{"", "a", "b", "lost", "other", "third"} {
						scope := syndicate.Everything()
						if tag != "" {
							scope = syndicate.WithTag(tag)
						}
						if _, err := known.read(t, t.Context(), store, scope); err != nil {
							require.ErrorIs(t, err, syndicate.ErrNotFound)
						}
					}
				}
			}
			readAll()
			keep(t)
			for n := range story.lost {
				require.NoError(t, one.Add(t.Context(), numbered(10+n, "lost", "a", fmt.Sprint("lost ", n))))
			}
			readAll()
			back(t)
			if story.look {
				for _, store := range []*sqlstore.Store{one, two, watcher} {
					insist(t, func() error { _, err := store.Feed(t.Context(), syndicate.Everything()); return err })
				}
				readAll()
				assertAlike(t, "the copy", archive, one)
			}
			// The other server takes the numbers again.
			for n := range story.after {
				other := with(numbered(15+n, "other", fmt.Sprint("other ", n), "b"), func(a *syndicate.Article) {
					a.Authors = []syndicate.Author{{Name: "Somebody"}}
				})
				insist(t, func() error { return two.Add(t.Context(), other) })
				require.NoError(t, archive.Add(other))
			}
			// The first one has a tag in memory that the database has not, or has for another.
			third := numbered(25, "lost", "third", "lost 1", "a")
			insist(t, func() error { return one.Add(t.Context(), third) })
			require.NoError(t, archive.Add(third))
			for _, store := range []*sqlstore.Store{one, two, watcher} {
				insist(t, func() error { _, err := store.Feed(t.Context(), syndicate.Everything()); return err })
			}
			for name, store := range map[string]*sqlstore.Store{"one": one, "two": two, "the one that only reads": watcher, "a new one": open()} {
				assertAlike(t, name, archive, store)
			}
			readAll()
			d.assertConsistent(t)
		})
	}
}
