package main

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain makes the test binary the servers that the command starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-server" {
		flag.CommandLine.Init(os.Args[0], flag.ExitOnError)
		main()
		return
	}
	os.Exit(m.Run())
}

// DEL-5: whatever the kind of reader and server, no article of the feed is missed, and deltas are
// smaller than downloads.
func TestReadersMissNothing(t *testing.T) {
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("nginx is not installed: readers have NOT read from it")
	}
	*readers, *out = 24, "-"
	var s *server
	for _, name := range []string{"feedhttp", "wordpress", "nginx"} {
		s = &server{name: name, title: name, share: 1}
		for k := range kinds {
			dir := t.TempDir()
			require.NoError(t, os.Chmod(dir, 0o755))
			require.NoError(t, s.start(dir))
			err := s.replay(k)
			s.stop()
			require.NoError(t, err)
			assert.NotZero(t, s.results[k].downloads)
		}
		if name == "feedhttp" {
			assert.Less(t, 3*s.results[1].bytes, s.results[2].bytes, "deltas and whole feeds")
		}
		assert.Less(t, s.results[0].bytes, s.results[2].bytes, "validators and whole feeds")
	}
	assert.Equal(t, len(kinds), strings.Count(report([]*server{s}), "| nginx |"))
}

func TestTheLogIsTheSameEachTime(t *testing.T) {
	*readers = 100
	assert.Equal(t, polls(1), polls(1))
	assert.NotEqual(t, polls(1), polls(2))
	assert.Len(t, changes(), *news)
}
