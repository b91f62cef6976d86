// npm's libraries feed and feedsmith: node/rivals.mjs writes W's feeds with them in a separate
// process.
package benchmarks

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/syndicate-go/syndicate"
)

var npmDir = flag.String("npm", "", "copy of the folder node with its packages installed; without it, npm's libraries are left out")

var npmLibraries = []string{"npm-feed", "npm-feedsmith"}

// npmRivals is the process that writes the feeds.
type npmRivals struct {
	articles int // of each feed
	commands io.Writer
	answers  *json.Decoder
}

// startNPM starts the process and waits until it has read the feeds, so that reading is not timed.
// The process ends with the test.
func startNPM(tb testing.TB, feeds []*syndicate.Feed) *npmRivals {
	file := filepath.Join(tb.TempDir(), "feeds")
	must(tb, export(file, feeds))
	node := exec.Command("node", "rivals.mjs", file)
	node.Dir, node.Stderr = *npmDir, os.Stderr
	commands, err := node.StdinPipe()
	must(tb, err)
	answers, err := node.StdoutPipe()
	must(tb, err)
	must(tb, node.Start())
	tb.Cleanup(func() {
		commands.Close()
		must(tb, node.Wait())
	})
	r := &npmRivals{len(feeds[0].Articles), commands, json.NewDecoder(answers)}
	r.write(tb, npmLibraries[0], syndicate.RSS, 1)
	return r
}

// export writes the feeds to a file, as an array of JSON Feeds.
func export(file string, feeds []*syndicate.Feed) error {
	documents := make([][]byte, len(feeds))
	for i, feed := range feeds {
		documents[i] = feed.Append(nil, syndicate.JSON)
	}
	all := bytes.Join(documents, []byte(","))
	return os.WriteFile(file, slices.Concat([]byte("["), all, []byte("]")), 0o600)
}

// warmUp is how many feeds a library writes before it is timed, so that its code is compiled.
func (r *npmRivals) warmUp() int { return 2000 / r.articles }

// write has a library write count feeds in turn, and returns their size in bytes.
func (r *npmRivals) write(tb testing.TB, library string, format syndicate.Format, count int) (size int) {
	r.ask(tb, fmt.Sprintf("%s %s %d", library, format, count), &size)
	return size
}

// document returns the first feed as a library writes it.
func (r *npmRivals) document(tb testing.TB, library string, format syndicate.Format) []byte {
	var doc string
	r.ask(tb, fmt.Sprintf("%s %s", library, format), &doc)
	return []byte(doc)
}

func (r *npmRivals) ask(tb testing.TB, command string, answer any) {
	_, err := fmt.Fprintln(r.commands, command)
	must(tb, err)
	must(tb, r.answers.Decode(answer))
}
