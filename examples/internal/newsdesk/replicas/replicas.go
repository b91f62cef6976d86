// Package replicas tests that two processes over one database serve the same feeds.
package replicas

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Main is TestMain of an example. It runs the tests, or one of the processes that they start.
func Main(m *testing.M, main func()) {
	if os.Getenv("SYNDICATE_REPLICA") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// Run tests two processes of the example with these arguments.
func Run(t *testing.T, args ...string) {
	// Before there are articles, the site has an empty feed and no tag has one.
	a, b := start(t, args...), start(t, args...)
	assert.Equal(t, 404, b.get(t, "/tag/azerbaijan/rss.xml").status)
	empty := b.get(t, "/rss.xml")
	require.Equal(t, 200, empty.status)

	// An article that is posted to one appears in the feeds of both.
	got := a.send(t, "POST", "/articles", article)
	require.Equal(t, 201, got.status, got.body)
	assert.JSONEq(t, `{"problems": []}`, got.body)
	assert.Contains(t, a.get(t, "/rss.xml").body, "Police to Azerbaijan", "at once, where it was posted")
	// The other process queries the database at intervals, or is notified.
	posted := time.Now()
	b.await(t, "/rss.xml", func(got reply) bool { return strings.Contains(got.body, "Police to Azerbaijan") })
	t.Logf("the other server shows it after %v", time.Since(posted))
	same(t, a, b)

	// A new version may be sent to the other one.
	got = b.send(t, "PUT", "/articles", strings.Replace(article, "Police to", "No police to", 1))
	require.Equal(t, 200, got.status, got.body)
	assert.Contains(t, b.get(t, "/tag/azerbaijan/atom.xml").body, "No police to Azerbaijan")
	a.await(t, "/tag/azerbaijan/atom.xml", func(got reply) bool { return strings.Contains(got.body, "No police to Azerbaijan") })
	same(t, a, b)

	// What is refused is refused by both, with the reason.
	got = b.send(t, "POST", "/articles", article)
	assert.Equal(t, 409, got.status, got.body)
	assert.Contains(t, got.body, `"field":"ID"`)
	got = b.send(t, "POST", "/articles", `{"URL": "/b/", "Title": "No date"}`)
	assert.Equal(t, 422, got.status, got.body)
	assert.Contains(t, got.body, `"field":"Published"`)
	assert.Contains(t, got.body, `"rule":"missing"`)

	// A process that is killed has lost nothing, and finds everything when it starts again.
	a.end(t, syscall.SIGKILL)
	assert.Contains(t, b.get(t, "/rss.xml").body, "No police to Azerbaijan", "one killed, nothing is lost")
	// It listens on another port, and the site has the same URL as before.
	a = start(t, args...)
	same(t, a, b)

	// A retracted article disappears from both. The feeds are those of the beginning.
	got = a.send(t, "DELETE", "/articles?id=/2022/03/police/", "")
	assert.Equal(t, 200, got.status, got.body)
	assert.Equal(t, 404, a.get(t, "/tag/azerbaijan/rss.xml").status)
	b.await(t, "/tag/azerbaijan/rss.xml", func(got reply) bool { return got.status == 404 })
	got = b.send(t, "DELETE", "/articles?id=/2022/03/police/", "")
	assert.Equal(t, 404, got.status, got.body)
	b.await(t, "/rss.xml", func(got reply) bool { return got == a.get(t, "/rss.xml") && got.etag == empty.etag })

	// Both end without an error when they are asked to.
	assert.Equal(t, 0, a.end(t, syscall.SIGTERM))
	assert.Equal(t, 0, b.end(t, syscall.SIGTERM))
}

// token is what the processes demand of clients that publish.
const token = "a token for the tests only"

// article is posted by the test. It is in a category, under a tag and by an author.
const article = `{"URL": "/2022/03/police/", "Title": "Police to Azerbaijan", "Content": "<p>Ankara and Baku have agreed.</p>",
	"Published": "2022-03-30T09:00:00Z", "Authors": [{"Name": "Abdullah Bozkurt"}], "Tags": [{"Name": "Azerbaijan"}],
	"Categories": [{"Name": "Arms exports", "Parent": {"Name": "Military"}}]}`

// paths are what both processes serve once the article is published.
var paths = []string{
	"/rss.xml", "/atom.xml", "/feed.json",
	"/tag/azerbaijan/rss.xml",
	"/category/military/atom.xml", "/category/military/arms-exports/feed.json",
	"/author/abdullah-bozkurt/rss.xml",
	"/feeds/", "/feeds.opml",
}

// same asserts that both give the same responses once each has seen the other's changes.
func same(t *testing.T, a, b *process) {
	t.Helper()
	for _, path := range paths {
		b.await(t, path, func(got reply) bool { return got == a.get(t, path) && got.status == 200 && got.etag != "" })
	}
}

// process is one server.
type process struct {
	command *exec.Cmd   // the running program
	url     string      // where it listens
	output  chan string // everything that it wrote, sent when it has ended
}

// reply is what a process answered.
type reply struct {
	status     int    // of HTTP
	etag, body string // which both processes must agree on
}

// listening finds the address in the log of a process, which listens on a free port.
var listening = regexp.MustCompile(`serving listen=(\S+)`)

// start starts a process and waits until it listens. The process is killed when the test ends.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{output: make(chan string, 1)}
	p.command = exec.Command(os.Args[0], append(args, "-listen", "127.0.0.1:0", "-url", "https://www.nordicmonitor.com/")...)
	// The process is this test binary: see Main.
	p.command.Env = append(os.Environ(), "SYNDICATE_REPLICA=1", "SYNDICATE_TOKEN="+token)
	from, err := p.command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	t.Cleanup(func() { _ = p.command.Process.Kill() })
	address := make(chan string, 1)
	go func() {
		var all strings.Builder
		// Everything is read, so that the process never waits for its output to be read.
		for lines := bufio.NewScanner(from); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			// The server logs its address once it accepts connections.
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		// A process that ended before it listened has no address.
		close(address)
		p.output <- all.String()
	}()
	at, ok := <-address
	if !ok {
		require.Fail(t, "it does not start", <-p.output)
	}
	p.url = "http://" + at
	return p
}

// end sends a signal and returns the exit code.
func (p *process) end(t *testing.T, signal os.Signal) int {
	t.Helper()
	// The output is complete when the process has ended, so it is awaited first.
	require.NoError(t, p.command.Process.Signal(signal))
	output := <-p.output
	// A killed process has no exit code.
	if err := p.command.Wait(); err != nil && signal != syscall.SIGKILL {
		assert.NoError(t, err, output)
	}
	return p.command.ProcessState.ExitCode()
}

// get requests a path.
func (p *process) get(t *testing.T, path string) reply { return p.send(t, "GET", path, "") }

// send sends a request and returns the answer.
func (p *process) send(t *testing.T, method, path, body string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	// The desk accepts nothing else.
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	// Only what a cache between server and client would compare.
	return reply{response.StatusCode, response.Header.Get("ETag"), string(text)}
}

// await requests a path until the answer is as it should be.
func (p *process) await(t *testing.T, path string, done func(reply) bool) {
	t.Helper()
	// A minute is far more than a server takes, so that a busy machine fails no test.
	require.Eventually(t, func() bool { return done(p.get(t, path)) }, time.Minute, 5*time.Millisecond, path)
}
