package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/syndicate-go/syndicate/wordpress"
)

// tally counts the issues of an export by what they have in common. A large export has thousands of
// them, and most are of a few kinds.
type tally struct {
	program
	counts map[group]*count
}

// group is what issues on one line of the summary have in common: whether the item was skipped, its
// type, and the reason.
type group struct {
	skipped   bool
	kind, why string
}

// count is the number of issues in a group, and the ids of the first posts: enough to look at some
// of them in WordPress.
type count struct {
	n     int
	posts []string
}

// add counts one issue. With -v it prints the issue too.
func (t *tally) add(p *wordpress.Issue) {
	if t.verbose {
		fmt.Fprintln(t.out, p)
	}
	// Issues of one kind are counted together. Those about the status of a post are told apart by
	// it, because leaving out a draft is expected and leaving out a future post may not be.
	why := string(p.Reason)
	if p.Reason == wordpress.ReasonStatus {
		why = p.Value // "draft", "private" or "future"
	}
	key := group{p.Skipped, cmp.Or(p.Type, "the export"), why}
	if t.counts == nil {
		t.counts = map[group]*count{}
	}
	c := t.counts[key]
	if c == nil {
		c = &count{}
		t.counts[key] = c
	}
	c.n++
	// Name the first five posts, each once. An issue that is not a post's is named by its value or
	// line.
	switch name := p.Post; {
	case name != "" && slices.Contains(c.posts, name):
	case len(c.posts) > 5:
	case len(c.posts) == 5:
		c.posts = append(c.posts, "…")
	case p.Reason == wordpress.ReasonType: // the ids of a menu's hundred entries are of no use
	case name != "":
		c.posts = append(c.posts, name)
	default:
		c.posts = append(c.posts, cmp.Or(p.Value, fmt.Sprintf("line %d", p.Line)))
	}
}

// print prints one line for each group: what happened to how many items of which type, why, and
// which ones. It prints the error of Export.Archive too: it lists the articles that were refused.
func (t *tally) print(err error) {
	// Skipped items first, then by type and reason.
	groups := slices.SortedFunc(maps.Keys(t.counts), func(a, b group) int {
		return cmp.Or(-cmp.Compare(a.what(), b.what()), cmp.Compare(a.kind, b.kind), cmp.Compare(a.why, b.why))
	})
	table := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	// The columns are: what happened, how often, to which type, why, and the first posts.
	for _, g := range groups {
		c := t.counts[g]
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", g.what(), c.n, g.kind, g.why, strings.Join(c.posts, " "))
	}
	table.Flush()
	if err != nil {
		fmt.Fprintln(t.out, err)
	}
}

// what says what happened to the items of a group. Skipped items come first in the summary, because
// they are in no feed.
func (g group) what() string {
	if g.skipped {
		return "skipped"
	}
	return "changed"
}

// progressBar shows progress on one line of a terminal. Its methods are called by one goroutine at
// a time.
type progressBar struct {
	out   io.Writer
	label string
	last  int64 // the percentage shown plus one; 0 before the first
}

// show draws the bar if the percentage has changed. It is called for each block that is read, which
// would be too often for a terminal. It draws nothing if the total is not known, as for a pipe.
func (b *progressBar) show(done, total int64) {
	if total <= 0 {
		return
	}
	const width = 40
	percent := min(100*done/total, 100)
	if percent+1 == b.last {
		return
	}
	// The carriage return makes the next bar overwrite this one.
	b.last = percent + 1 // so that 0 % is drawn too
	filled := strings.Repeat("#", int(percent*width/100))
	fmt.Fprintf(b.out, "\r%s [%-*s] %3d %%", b.label, width, filled, percent)
}

// done ends the line, if there is one, so that the summary begins on a new line.
func (b *progressBar) done() {
	if b.last > 0 {
		fmt.Fprintln(b.out)
	}
}
