package main

import (
	"errors"
	"flag"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
)

// TestMain makes the test binary the other process that the command starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-replace" {
		flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
		main()
		return
	}
	os.Exit(m.Run())
}

// STORE-2
func TestReadersGoOnWhileArticlesAreReplaced(t *testing.T) {
	for _, store := range []string{"sqlite", "postgres"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		port := listener.Addr().(*net.TCPAddr).Port
		require.NoError(t, listener.Close())
		var out strings.Builder
		err = run(t.Context(), options{articles: 500, readers: 2, port: port, calm: time.Second, stores: store}, &out)
		if errors.Is(err, pgserver.ErrNone) {
			t.Log(err)
			continue
		}
		require.NoError(t, err)
		for _, row := range []string{"nobody writes", "another process replaces all", "the same process replaces all", "another process holds the lock"} {
			assert.Contains(t, out.String(), "| "+store+" | "+row+" |")
		}
	}
}
