package main

import (
	"path/filepath"
	"testing"

	"github.com/syndicate-go/syndicate/examples/internal/newsdesk/replicas"
)

func TestMain(m *testing.M) { replicas.Main(m, main) }

func TestTwoProcessesOverOneFileServeTheSame(t *testing.T) {
	replicas.Run(t, "-db", filepath.Join(t.TempDir(), "feeds.db"))
}
