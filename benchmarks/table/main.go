// Command table reads what `go test -bench` prints and writes tables of medians, with the ratios to
// gorilla/feeds in the same run, as Markdown.
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

func main() {
	r, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r.write(os.Stdout)
}

// results are the values of each benchmark by unit, one for each time that it ran.
type results struct {
	cpu    string
	names  []string // in the order of the run
	values map[string]map[string][]float64
}

// processors is the suffix that a benchmark's name has unless GOMAXPROCS is 1.
var processors = regexp.MustCompile(`-\d+$`)

func read(in io.Reader) (*results, error) {
	r := &results{values: map[string]map[string][]float64{}}
	for lines := bufio.NewScanner(in); ; {
		if !lines.Scan() {
			return r, lines.Err()
		}
		line := lines.Text()
		if cpu, ok := strings.CutPrefix(line, "cpu: "); ok {
			r.cpu = cpu
		}
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, "Benchmark") || len(fields) < 4 {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if strings.HasPrefix(name, "S/") { // others end in a number of their own
			name = strings.TrimSuffix(name, "-1")
		} else {
			name = processors.ReplaceAllString(name, "")
		}
		if r.values[name] == nil {
			r.names = append(r.names, name)
			r.values[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			unit := fields[i+1]
			r.values[name][unit] = append(r.values[name][unit], value)
		}
	}
}

// median returns the median of a benchmark's values; 0 if it has none.
func (r *results) median(name, unit string) float64 {
	values := slices.Sorted(slices.Values(r.values[name][unit]))
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// runs is how often the benchmark ran that ran least.
func (r *results) runs() int {
	least := 0
	for _, units := range r.values {
		for _, values := range units {
			if least == 0 || len(values) < least {
				least = len(values)
			}
		}
	}
	return least
}

func (r *results) write(w io.Writer) {
	fmt.Fprintf(w, "# Results\n\n%s, one processor, %s, %s/%s, medians of %d. Times are of the same articles, so that\n"+
		"`× gorilla` is gorilla/feeds' time over the row's. Made by `benchmarks/run`.\n",
		cmp.Or(r.cpu, "unknown CPU"), runtime.Version(), runtime.GOOS, runtime.GOARCH, r.runs())
	r.writeSummary(w)
	r.writeW(w)
	r.writeS(w)
	r.writeA(w)
	r.writeClean(w)
}

// writeSummary writes what it all comes to; what was not run is left out.
func (r *results) writeSummary(w io.Writer) {
	head(w, "At a glance", "", "")
	line := func(what string, values ...string) {
		if !slices.Contains(values, "") {
			row(w, what, strings.Join(values, " / "))
		}
	}
	formats := func(value func(format string) string) []string {
		return []string{value("rss"), value("atom"), value("json")}
	}
	over := func(library string) func(string) string {
		return func(format string) string {
			return r.ratio("ns/op", "W/20/gorilla/"+format, "W/20/"+library+"/"+format)
		}
	}
	line("Feed of 20 filled by hand, RSS / Atom / JSON, × gorilla", formats(over("syndicate"))...)
	line("Feed of 20 from the archive, prepared, RSS / Atom / JSON, × gorilla", formats(over("syndicate-archive"))...)
	line("Site, cold, × gorilla", r.ratio("ns/op", "S/gorilla/warm", "S/syndicate/cold"))
	line("Site, archive ready, × gorilla", r.ratio("ns/op", "S/gorilla/warm", "S/syndicate/first"))
	line("Site, warm, × gorilla", r.ratio("ns/op", "S/gorilla/warm", "S/syndicate/warm"))
	line("Site, two goroutines × one", r.ratio("ns/op", "S/syndicate/first", "S/syndicate/first-2-goroutines"))
	line("Allocations of Append, RSS / Atom / JSON", formats(func(format string) string {
		return r.allocations("W/20/syndicate/" + format)
	})...)
	line("Allocations of Archive.Feed", r.allocations("W/20/syndicate-archive/Feed"))
	line("Time per article, of 2,000 over 20, RSS / Atom / JSON", formats(func(format string) string {
		return r.perArticle("syndicate/" + format)
	})...)
	for _, size := range []string{"100000", "1000000"} {
		large, small := "A/"+size+"/syndicate", "A/10000/syndicate"
		line("Adding one, of "+size+" articles over 10000", r.ratio("add-ns", large, small))
		line("Adding one and asking for a touched feed, of "+size+" articles over 10000", r.ratio("add-touched-ns", large, small))
	}
	if memory := r.median("S/syndicate/memory", "heap/text"); memory > 0 {
		line("Memory of the archive after all of the site over the bytes of its text", fmt.Sprintf("%.2f", memory))
	}
	line("Cleaning clean bodies, × the tokenizer of x/net/html", r.ratio("ns/op", "Clean/tokenizer", "Clean/cleanhtml"))
}

// writeW writes a line for each of W/size/library/format.
func (r *results) writeW(w io.Writer) {
	head(w, "W: a feed", "articles", "format", "library", "time", "MB/s", "allocations", "× gorilla")
	for _, name := range r.names {
		part := strings.Split(name, "/")
		if part[0] != "W" || len(part) != 4 {
			continue
		}
		size, library, format := part[1], part[2], part[3]
		row(w, size, format, library, duration(r.median(name, "ns/op")), r.speed(name), number(r.median(name, "allocs/op")),
			r.ratio("ns/op", "W/"+size+"/gorilla/"+format, name))
	}
	head(w, "W: time per article, of 2,000 over 20", "format", "library", "ratio")
	for _, name := range r.names {
		if rest, ok := strings.CutPrefix(name, "W/20/"); ok && r.perArticle(rest) != "" {
			library, format, _ := strings.Cut(rest, "/")
			row(w, format, library, r.perArticle(rest))
		}
	}
}

// writeS writes a line for each of S/library/state.
func (r *results) writeS(w io.Writer) {
	head(w, "S: all 1,419 documents of a site", "library", "state", "time", "MB/s", "allocations", "× gorilla")
	for _, name := range r.names {
		part := strings.Split(name, "/")
		if part[0] != "S" || len(part) != 3 || part[2] == "memory" {
			continue
		}
		row(w, part[1], part[2], duration(r.median(name, "ns/op")), r.speed(name), number(r.median(name, "allocs/op")),
			r.ratio("ns/op", "S/gorilla/warm", name))
	}
}

// writeA writes a line for each of A/size/library.
func (r *results) writeA(w io.Writer) {
	units := []string{"add-ns", "update-ns", "remove-ns", "touched-ns", "untouched-ns"}
	head(w, "A: a change, and the feeds after it", "articles", "add", "update", "remove", "touched feed", "untouched feed")
	for _, name := range r.names {
		if part := strings.Split(name, "/"); part[0] == "A" && len(part) == 3 {
			cells := []string{part[1]}
			for _, unit := range units {
				cells = append(cells, duration(r.median(name, unit)))
			}
			row(w, cells...)
		}
	}
}

func (r *results) writeClean(w io.Writer) {
	head(w, "Cleaning a body that is clean", "", "time", "MB/s", "allocations", "× tokenizer")
	for _, name := range r.names {
		if library, ok := strings.CutPrefix(name, "Clean/"); ok {
			row(w, library, duration(r.median(name, "ns/op")), r.speed(name), number(r.median(name, "allocs/op")),
				r.ratio("ns/op", "Clean/tokenizer", name))
		}
	}
}

// ratio returns a benchmark's median over another's: of times, how many times faster the other is. It is
// "" where one of them was not run.
func (r *results) ratio(unit, name, over string) string {
	a, b := r.median(name, unit), r.median(over, unit)
	if a == 0 || b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

// perArticle returns how much longer an article takes in a feed of 2,000 than in one of 20.
func (r *results) perArticle(what string) string {
	short, long := r.median("W/20/"+what, "ns/op")/20, r.median("W/2000/"+what, "ns/op")/2000
	if short == 0 || long == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", long/short)
}

// allocations returns the number of them; "" if the benchmark was not run.
func (r *results) allocations(name string) string {
	if r.values[name] == nil {
		return ""
	}
	return number(r.median(name, "allocs/op"))
}

func (r *results) speed(name string) string { return number(r.median(name, "MB/s")) }

func head(w io.Writer, title string, columns ...string) {
	fmt.Fprintf(w, "\n## %s\n\n", title)
	row(w, columns...)
	row(w, slices.Repeat([]string{"---"}, len(columns))...)
}

func row(w io.Writer, cells ...string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }

func number(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

// duration returns nanoseconds with three digits and a fitting unit.
func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 999.5e3:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	case ns < 999.5e6:
		return fmt.Sprintf("%.3g ms", ns/1e6)
	}
	return fmt.Sprintf("%.3g s", ns/1e9)
}
