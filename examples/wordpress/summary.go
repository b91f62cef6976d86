package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/syndicate-go/syndicate"
	"github.com/syndicate-go/syndicate/wordpress"
)

// tally counts what was skipped, or not taken as it was, and names the first of each.
type tally struct {
	program
	counts map[reason]*count
}

type reason struct {
	skipped    bool
	kind, rule string
}

type count struct {
	n     int
	posts []string
}

// add takes one problem; with -v it is printed as well.
func (t *tally) add(p *wordpress.Problem) {
	if t.verbose {
		fmt.Fprintln(t.out, p)
	}
	why := string(p.Rule)
	if p.Rule == wordpress.RuleStatus {
		why = p.Value // draft, private, future
	}
	key := reason{p.Skipped, cmp.Or(p.Type, "the export"), why}
	if t.counts == nil {
		t.counts = map[reason]*count{}
	}
	c := t.counts[key]
	if c == nil {
		c = &count{}
		t.counts[key] = c
	}
	c.n++
	switch name := p.Post; {
	case len(c.posts) > 5:
	case len(c.posts) == 5:
		c.posts = append(c.posts, "…")
	case p.Rule == wordpress.RuleType: // a menu's hundred parts say nothing by their ids
	case name != "":
		c.posts = append(c.posts, name)
	default:
		c.posts = append(c.posts, cmp.Or(p.Value, fmt.Sprintf("line %d", p.Line)))
	}
}

// print prints the counts, and the error that Export.Archive returned.
func (t *tally) print(err error) {
	reasons := make([]reason, 0, len(t.counts))
	for r := range t.counts {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b reason) int {
		if a.skipped != b.skipped {
			return map[bool]int{true: -1, false: 1}[a.skipped]
		}
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.rule, b.rule))
	})
	table := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, r := range reasons {
		what := "changed"
		if r.skipped {
			what = "skipped"
		}
		c := t.counts[r]
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", what, c.n, r.kind, r.rule, strings.Join(c.posts, " "))
	}
	table.Flush()
	if refused := syndicate.Refused(err); refused != nil {
		fmt.Fprintln(t.out, refused)
	} else if err != nil && t.verbose {
		fmt.Fprintln(t.out, err)
	}
}

// progressBar shows how far something is, on one line of a terminal.
type progressBar struct {
	out   io.Writer
	label string
	last  int64 // per cent shown, and one more
}

func (b *progressBar) show(done, total int64) {
	if total <= 0 {
		return
	}
	const width = 40
	percent := min(100*done/total, 100)
	if percent+1 == b.last {
		return
	}
	b.last = percent + 1
	filled := int(percent * width / 100)
	fmt.Fprintf(b.out, "\r%s [%s%s] %3d %%", b.label, strings.Repeat("#", filled), strings.Repeat(" ", width-filled), percent)
}

// done ends the line.
func (b *progressBar) done() {
	if b.last > 0 {
		fmt.Fprintln(b.out)
	}
}
