// npm's rivals: node/rivals.mjs writes W's feeds with the libraries feed and feedsmith, in a process of its own.
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

var npmDir = flag.String("npm", "", "a copy of the folder node with its packages installed; without it, npm's libraries are left out")

var npmLibraries = []string{"npm-feed", "npm-feedsmith"}

// npmRivals is the process that writes feeds.
type npmRivals struct {
	articles int // of each feed
	commands io.Writer
	answers  *json.Decoder
}

// startNPM starts the process, to write the feeds, and waits until it has read them, so that nothing else is timed
// meanwhile; it ends with the test.
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

// warmUp is how many feeds a library writes before it is timed, so that its code is compiled: 2,000 articles.
func (r *npmRivals) warmUp() int { return 2000 / r.articles }

// write has a library write so many feeds, in turn, and returns how many bytes they were.
func (r *npmRivals) write(tb testing.TB, library string, format syndicate.Format, count int) (size int) {
	r.ask(tb, fmt.Sprintf("%s %s %d", library, format, count), &size)
	return size
}

// document returns what a library writes of the first feed.
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
