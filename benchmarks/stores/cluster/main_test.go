package main

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/benchmarks/stores/internal/pgserver"
)

// A short run, which does not claim how soon: that is for a machine that does nothing else.
func TestClusterLosesNothing(t *testing.T) {
	err := run(t.Context(), t.Output(), 8*time.Second, freePort(t), time.Minute)
	if errors.Is(err, pgserver.ErrNone) {
		t.Skip(err)
	}
	assert.NoError(t, err)
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
