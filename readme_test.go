// What the README shows is what the examples and tests run.
package syndicate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every piece of Go in the README stands word for word in a file that a test runs.
func TestReadmeShowsCodeThatRuns(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	sources := readAll(t, "example_test.go", "examples/*/*.go", "media/*_test.go", "wordpress/*_test.go")
	blocks := strings.Split(string(readme), "```go\n")[1:]
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		code, _, found := strings.Cut(block, "```")
		require.True(t, found)
		assert.Contains(t, sources, code)
	}
}

// The shell commands of the README are those that CI runs.
func TestReadmeCommandsAreRunByCI(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	ci, err := os.ReadFile(".ci/run")
	require.NoError(t, err)
	blocks := strings.Split(string(readme), "```sh\n")[1:]
	require.Len(t, blocks, 2)
	for _, block := range blocks {
		command, _, _ := strings.Cut(block, "\n")
		command = strings.Replace(command, "-out public", `-out "$out/public"`, 1)
		assert.Contains(t, string(ci), command)
	}
}

func readAll(t *testing.T, patterns ...string) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range names {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			all.Write(data)
		}
	}
	return all.String()
}
