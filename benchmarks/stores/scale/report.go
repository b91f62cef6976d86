package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/syndicate-go/syndicate/benchmarks"
)

// write writes the results as Markdown.
func write(out io.Writer, w benchmarks.Workload, all []*results) {
	fmt.Fprintf(out, "# Stores\n\nMade by `go run ./benchmarks/stores/scale -articles %d`: %s, %s/%s, %s.\n", w.Articles, processor(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Fprintf(out, "%d articles with a title and a summary, %d tags, six to an article, %d categories, %d of them below the first one, %d authors.\n\n", w.Articles, w.Tags, w.Categories, w.Below, w.Authors)
	for _, r := range all {
		fmt.Fprintf(out, "- %s: %s.\n", r.name, r.setting)
	}
	fmt.Fprintf(out, "\n## Filling\n\n`Add` is given %d at a time, each call one transaction; what is first asked then files them.\n\n", atATime)
	fmt.Fprintf(out, "| | Add | filing | articles a second |\n| --- | --- | --- | --- |\n")
	for _, r := range all {
		total := r.filled.Add + r.filled.File
		fmt.Fprintf(out, "| %s | %v | %v | %.0f |\n", r.name, r.filled.Add.Round(100*time.Millisecond), r.filled.File.Round(100*time.Millisecond), float64(w.Articles)/total.Seconds())
	}
	fmt.Fprintf(out, `
## The newest 20

Store.Feed, with nothing of the feed in the store's memory, beside the driver, which fetches the same rows and columns with the same
prepared statements, through database/sql, into variables of type any, and does nothing with them. Feed encodes each article once, to
see that the feed fits into MaxBytes: about two fifths of its processor time. Append then joins what was encoded. The ratio is the
median of those of each scope. The processor's time is that of the measuring process, which with SQLite is all there is, on average.

| | feeds of | times | p50 | p99 | driver, p50 | ratio | processor | driver's | ratio |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`)
	for _, r := range all {
		for _, k := range r.kinds {
			fmt.Fprintf(out, "| %s | %s | %d | %s | %s | %s | %.2f | %s | %s | %.2f |\n", r.name, k.name, k.feeds,
				ms(k.p50), ms(k.p99), ms(k.bare), k.ratio, ms(k.cpu), ms(k.bareCPU), float64(k.cpu)/float64(k.bareCPU))
		}
	}
	fmt.Fprintf(out, "\n## Memory\n\nBytes in use on the heap after a collection, at each quarter of the way; the greatest size of the process (VmHWM) meanwhile. Articles and terms that were read are kept, 64 MB and 8 MB of them at most, as the store counts.\n\n")
	fmt.Fprintf(out, "| | | steps | time | heap | process |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range all {
		for _, w := range []walk{r.list, r.pages} {
			var heap []string
			for _, n := range w.heap {
				heap = append(heap, fmt.Sprintf("%.1f", float64(n)/1e6))
			}
			fmt.Fprintf(out, "| %s | %s | %d | %v | %s MB | %d MB |\n", r.name, w.what, w.count, w.took.Round(10*time.Millisecond), strings.Join(heap, ", "), w.peakKB/1000)
		}
	}
	for _, r := range all {
		fmt.Fprintf(out, "\n## Plans of %s\n", r.name)
		for _, p := range r.plans {
			fmt.Fprintf(out, "\nFor %s:\n\n```sql\n%s\n```\n\n```\n%s\n```\n", strings.Join(p.kinds, "; "), strings.TrimSpace(marksFolded(p.text)), strings.Join(p.lines, "\n"))
		}
	}
}

// marks finds lists of five parameters and more.
var marks = regexp.MustCompile(`(\?|\$\d+)(, (\?|\$\d+)){4,}`)

// marksFolded writes long lists of parameters short.
func marksFolded(text string) string { return marks.ReplaceAllString(text, "…") }

// ms returns a time in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

// model finds the name of the processor in Linux's list.
var model = regexp.MustCompile(`^model name\s*: (.*)`)

// processor names the processor without the number of its model.
func processor() string {
	name := "unknown processor"
	if file, err := os.Open("/proc/cpuinfo"); err == nil {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if found := model.FindStringSubmatch(lines.Text()); found != nil {
				name = found[1]
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d processors", name, runtime.NumCPU())
}
