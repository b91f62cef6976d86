package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/syndicate-go/syndicate"
)

// found is what a program wrote.
type found struct {
	files        int // files of any kind
	bytes        int64
	feeds, items counts
}

// counts are numbers for RSS, Atom and JSON Feed.
type counts [3]int

// marks begin an item of each format.
var marks = map[syndicate.Format]string{syndicate.RSS: "<item>", syndicate.Atom: "<entry>", syndicate.JSON: `"content_html"`}

// look counts the feeds below a folder, and their items.
func look(dir string) *found {
	f := &found{}
	var feed bytes.Buffer // the same for all files: this process must stay small, see [newTable]
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return f
	}
	check(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		f.files++
		f.bytes += info.Size()
		for i, format := range syndicate.Formats() {
			if entry.Name() != names[format] {
				continue
			}
			if err := readInto(&feed, path); err != nil {
				return err
			}
			f.feeds[i]++
			f.items[i] += bytes.Count(feed.Bytes(), []byte(marks[format]))
		}
		return nil
	}))
	return f
}

// readInto replaces the contents of a buffer with those of a file.
func readInto(buffer *bytes.Buffer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffer.Reset()
	_, err = buffer.ReadFrom(file)
	return err
}

// quotationStart and quotationEnd enclose the table that the README quotes.
const (
	quotationStart = "<!-- program -->"
	quotationEnd   = "<!-- /program -->"
)

// report returns the text of PROGRAM.md. begun is the load average before the first round.
func (t *table) report(begun string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Whole programs

A process reads %d articles, each from a file, and writes their feeds to a folder: RSS, Atom and
JSON Feed of the site and of every category, tag and author, with %d articles each. Written by
`+"`go run ./program`"+`; medians of %d rounds, in which the programs ran in turn, with minimum and maximum
as (a–b). Ratios are computed within a round.

The articles are content files of Hugo: front matter in JSON, which encoding/json reads in the Go
programs, and a body in HTML. All programs read the same files. Each wrote the same number of feeds
in each format, with the same number of items. The program with gorilla/feeds checks and cleans
nothing and keeps only what it shows. Hugo has templates for Atom and JSON Feed and writes no HTML.
Both write all files in each run.

`, *count, shown, *rounds)
	t.short(&b)
	b.WriteString("\nProcessor time is that of the user and the system. Other programs affect it less than the time\n" +
		"that passes. \"Without reading\" subtracts the time of a run that only reads the articles.\n\n")
	t.long(&b)
	fmt.Fprintf(&b, "\n%s. Load average %s before the first round and %s after the last; the programs themselves add 1 to 2.\n",
		machine(), begun, load1())
	return b.String()
}

func machine() string {
	return fmt.Sprintf("%s, %d processors, %s/%s, %s", processor(), runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// processor returns the name of the processor (proc_cpuinfo(5)).
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// short writes the table that the README quotes.
func (t *table) short(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n| reading %d articles and writing %d files with their feeds | processor time | peak memory |\n| --- | --- | --- |\n",
		quotationStart, *count, t.gorilla.files)
	for _, r := range t.rows {
		if r.label != "" {
			fmt.Fprintf(b, "| %s | %s s | %.0f MB |\n", r.label, text(median(r.each(cpu))), median(r.each(memory))/1e6)
		}
	}
	fmt.Fprintf(b, "\n%s, medians of %d.\n%s\n", machine(), *rounds, quotationEnd)
}

// long writes the table with all rows.
func (t *table) long(b *strings.Builder) {
	columns := []string{"", "processor seconds", "of gorilla", "without reading"}
	if t.hugo != nil {
		columns = append(columns, "of Hugo", "without reading")
	}
	columns = append(columns, "seconds", "peak memory", "files", "bytes")
	line := func(cells ...string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	line(columns...)
	line(slices.Repeat([]string{"---"}, len(columns))...)
	for _, r := range t.rows {
		cells := []string{r.what, spread(r.each(cpu))}
		for _, other := range []*row{t.gorilla, t.hugo} {
			if other == nil {
				continue
			}
			whole, rest := "", ""
			if strings.HasPrefix(r.what, "syndicate") || r == t.gorilla && other == t.hugo || r == t.hugo && other == t.gorilla {
				whole = spread(over(r.each(cpu), other.each(cpu)))
				if r.whose != nil {
					rest = spread(over(r.withoutReading(), other.withoutReading()))
				}
			}
			cells = append(cells, whole, rest)
		}
		files, size := "", ""
		if r.files > 0 {
			files, size = fmt.Sprint(r.files), fmt.Sprintf("%.0f MB", float64(r.bytes)/1e6)
		}
		peak := ""
		if r.whose != nil || r.sparse && strings.HasPrefix(r.what, "syndicate") || strings.HasPrefix(r.what, "Hugo") {
			peak = fmt.Sprintf("%.0f MB", median(r.each(memory))/1e6)
		}
		line(append(cells, spread(r.each(wall)), peak, files, size)...)
	}
}

func cpu(c cost) float64    { return c.CPU.Seconds() }
func wall(c cost) float64   { return c.Wall.Seconds() }
func memory(c cost) float64 { return float64(c.Memory) }

// each returns a figure of all rounds.
func (r *row) each(of func(cost) float64) (values []float64) {
	for _, c := range r.costs {
		values = append(values, of(c))
	}
	return values
}

// withoutReading returns the processor seconds of all rounds less those that reading took.
func (r *row) withoutReading() []float64 {
	values := r.each(cpu)
	for i, reading := range r.whose.each(cpu) {
		values[i] -= reading
	}
	return values
}

// over divides the figures of the same rounds.
func over(a, b []float64) []float64 {
	ratios := slices.Clone(a)
	for i := range ratios {
		ratios[i] /= b[i]
	}
	return ratios
}

// median returns the median, or the mean of two.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// text returns a number of seconds or a ratio.
func text(v float64) string {
	if v < 0.095 {
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// spread returns the median and, if they differ, minimum and maximum.
func spread(values []float64) string {
	least, most := text(slices.Min(values)), text(slices.Max(values))
	if least == most {
		return least
	}
	return fmt.Sprintf("%s (%s–%s)", text(median(values)), least, most)
}
