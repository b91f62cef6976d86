package storetest

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Commands returns the commands of docs/operating.md by their names: each box that a comment
// "run: name" precedes. It claims that the document has no other boxes of commands.
func Commands(t *testing.T) map[string]string {
	t.Helper()
	document, err := os.ReadFile("../../docs/operating.md")
	require.NoError(t, err)
	found := map[string]string{}
	box := regexp.MustCompile("(?s)(<!-- run: ([a-z-]+) -->\n)?```([a-z]+)\n(.*?)\n```\n")
	for _, match := range box.FindAllStringSubmatch(string(document), -1) {
		name, language, text := match[2], match[3], match[4]
		if language == "go" {
			continue // which the documentation of the packages has as examples
		}
		if assert.NotEmpty(t, name, "no test runs %s", text) {
			assert.NotContains(t, found, name)
			found[name] = text
		}
	}
	return found
}
