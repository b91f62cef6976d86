// Package clients finds feed readers of other authors for tests: newsboat and feedparser share no
// code with this module, so they judge what it publishes. The script .ci/clients installs
// them.
package clients

import (
	"os"
	"os/exec"
	"testing"
)

// missing skips a test because a reader is not installed, or ends it where it must be. What is not
// read then is in the message.
func missing(t testing.TB, reader, unread string) {
	t.Helper()
	// The script sets the variable, so that a check which it promises is never skipped.
	const text = "%s is not installed: it has NOT read %s; bash .ci/clients installs it"
	if os.Getenv("SYNDICATE_CLIENTS") != "" {
		t.Fatalf(text, reader, unread)
	}
	t.Skipf(text, reader, unread)
}

// Feedparser returns the name of a Python that has feedparser. Without one it skips the test, with
// a message that names what is then not read.
func Feedparser(t testing.TB, unread string) (python string) {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import feedparser").Run() == nil {
			return name
		}
	}
	missing(t, "feedparser", unread)
	return ""
}

// Newsboat skips the test if newsboat is not installed, as [Feedparser] does.
func Newsboat(t testing.TB, unread string) {
	t.Helper()
	if _, err := exec.LookPath("newsboat"); err != nil {
		missing(t, "newsboat", unread)
	}
}
