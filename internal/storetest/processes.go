package storetest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/sqlstore"
)

// childOf is the variable that makes a test binary a server that writes into a database, told by
// its address.
const childOf = "SYNDICATE_TEST_CHILD"

// Main runs the tests, or, in a process that a test started, a server that writes.
func Main(m *testing.M, open func(address string) (*sqlstore.Store, error)) {
	address, work := os.Getenv(childOf), writeForever
	if server := os.Getenv(serverOf); server != "" {
		address, work = server, serve
	}
	if address == "" {
		os.Exit(m.Run())
	}
	store, err := open(address)
	if err == nil {
		err = work(store)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// batch is how many articles a child adds at once.
const batch = 40

// writeForever adds batches of articles, each under a new tag, moves every second one to
// another tag, and tells of each when it is done.
func writeForever(store *sqlstore.Store) error {
	for n := 0; ; n++ {
		name := fmt.Sprintf("batch %d %d", os.Getpid(), n)
		articles := make([]syndicate.Article, batch)
		for i := range articles {
			articles[i] = numbered(1+i%28, name, "all")
			articles[i].URL = fmt.Sprintf("/%d/%d/%d/", os.Getpid(), n, i)
		}
		if err := store.Add(context.Background(), articles...); err != nil {
			return err
		}
		fmt.Println(name)
		if n%2 == 0 {
			continue
		}
		for i := range articles {
			articles[i].Tags = syndicate.Tags(name+" moved", "all")
		}
		if err := store.Update(context.Background(), articles...); err != nil {
			return err
		}
	}
}

// KilledWriters claims that nothing is lost and nothing half when servers are killed while they
// write, and that others go on.
func KilledWriters(t *testing.T, d Database, address string) {
	store := d.Open(t, Site())
	_, err := store.Feed(t.Context(), syndicate.Everything())
	require.NoError(t, err)
	told := map[string]bool{}
	for round := range killedRounds(t, 50) {
		var children []*exec.Cmd
		lines := make(chan string, 10_000)
		for range 2 {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), childOf+"="+address)
			child.Stderr = os.Stderr
			out, err := child.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, child.Start())
			children = append(children, child)
			go func() {
				for scanner := bufio.NewScanner(out); scanner.Scan(); {
					lines <- scanner.Text()
				}
			}()
		}
		for range 6 {
			told[<-lines] = true
		}
		time.Sleep(time.Duration(round%10) * 7 * time.Millisecond)
		for _, child := range children {
			require.NoError(t, child.Process.Kill())
			child.Wait()
		}
		for len(lines) > 0 {
			told[<-lines] = true
		}
		d.assertConsistent(t)
		require.NoError(t, store.Add(t.Context(), numbered(round+1, "after")), "others go on")
	}
	counts := map[string]int{}
	for _, info := range infos(t, store) {
		if key := info.Scope.Key(); strings.HasPrefix(key, "batch-") {
			assert.Equal(t, batch, info.Count, "%s is not half there", key)
			counts[strings.TrimSuffix(key, "-moved")] += info.Count
		}
	}
	for name := range told {
		assert.Equal(t, batch, counts[strings.ReplaceAll(name, " ", "-")], "%s is there, as was told", name)
	}
	assert.GreaterOrEqual(t, len(counts), len(told))
}
