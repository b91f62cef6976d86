package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
)

// write writes RESULTS.md.
func (r *results) write(w io.Writer) {
	fmt.Fprintf(w, "# Results\n\nMade by `benchmarks/run`: %s. Ratios are computed within\n"+
		"each round, for the same articles; the tables show medians, with minimum and maximum as (a–b).\n"+
		"`× gorilla` is the time of gorilla/feeds divided by that of the row.\n", r.machine())
	r.writeGoals(w)
	r.writeQuotation(w)
	r.writeW(w)
	r.writeS(w)
	r.writeGzip(w)
	r.writeA(w)
	r.writeClean(w)
	r.writeAllocations(w)
}

// machine describes where and how the figures were measured.
func (r *results) machine() string {
	node := ""
	if r.node != "" {
		node = ", Node " + r.node + " (not limited to one processor)"
	}
	load := ""
	if len(r.loads) > 0 {
		load = ", load average " + r.loads.spread() + " before the rounds"
	}
	return fmt.Sprintf("%s, one processor of %d, %s/%s, %s%s, medians of %s%s",
		cmp.Or(r.cpu, "unknown CPU"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), node, r.rounds(), load)
}

// libraries are the libraries of W with the names that the README shows.
var libraries = [][2]string{
	{"syndicate-archive", "syndicate, from an archive: copies what was encoded before"},
	{"syndicate", "syndicate, filled by hand"},
	{"gorilla", "gorilla/feeds 1.2"},
	{"stdlib", "encoding/xml, encoding/json"},
	{"npm-feed", "npm feed 6"},
	{"npm-feedsmith", "npm feedsmith 3"},
	{"memcpy", "copying the bytes"},
}

// writeQuotation writes the tables that the README quotes.
func (r *results) writeQuotation(w io.Writer) {
	start, end := marks(resultsMark)
	fmt.Fprintf(w, "\n%s\n", start)
	row(w, "a feed of 20 articles, 4 KB each", "RSS", "Atom", "JSON")
	rule(w, 4)
	for _, library := range libraries {
		var cells []string
		for _, f := range formats(func(format string) figures { return r.figures("W/20/"+library[0]+"/"+format, "ns/op") }) {
			cells = append(cells, f.duration())
		}
		if !slices.Contains(cells, "") {
			row(w, append([]string{library[1]}, cells...)...)
		}
	}
	fmt.Fprintln(w)
	row(w, "a site of 20,000 articles: 473 feeds in three formats", "")
	rule(w, 2)
	for _, line := range [][2]string{
		{"S/syndicate/cold", "syndicate, from the articles to the last feed"},
		{"S/syndicate/first", "syndicate, archive ready, nothing written before"},
		{"S/syndicate/warm", "syndicate, written before: copies what was encoded then"},
		{"S/gorilla/warm", "gorilla/feeds 1.2, told which articles each feed has"},
		{"Gzip/S/syndicate/warm", "syndicate, gzipped, written before: joins what was compressed then" + r.larger()},
		{"Gzip/S/level6/documents", "compress/gzip of the finished feeds"},
	} {
		if f := r.figures(line[0], "ns/op"); len(f) > 0 {
			row(w, line[1], f.duration())
		}
	}
	fmt.Fprintf(w, "\n%s.\n%s\n", r.machine(), end)
}

// larger returns how much larger joined gzip is, "" if it was not measured.
func (r *results) larger() string {
	var joined, whole float64
	for _, format := range []string{"rss", "atom", "json"} {
		joined += r.figures("Gzip/S/syndicate/warm", format+"-bytes").median()
		whole += r.figures("Gzip/S/level6/documents", format+"-bytes").median()
	}
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf(", %.2f times the bytes", joined/whole)
}

// writeW writes a line for each of W/size/library/format.
func (r *results) writeW(w io.Writer) {
	head(w, "W: a feed", "articles", "format", "library", "time", "MB/s", "allocations", "× gorilla")
	for name, part := range r.under("W", 4) {
		size, library, format := part[1], part[2], part[3]
		row(w, size, format, library, r.time(name), r.speed(name), r.figures(name, "allocs/op").count(),
			r.ratio("ns/op", "W/"+size+"/gorilla/"+format, name).spread())
	}
	head(w, "W: time per article, of 2,000 over 20", "library", "RSS", "Atom", "JSON")
	for _, library := range libraries {
		cells := []string{library[0]}
		for _, f := range formats(r.longOverShort(library[0])) {
			cells = append(cells, f.spread())
		}
		if !slices.Contains(cells, "") {
			row(w, cells...)
		}
	}
}

// writeS writes a line for each of S/library/state.
func (r *results) writeS(w io.Writer) {
	head(w, "S: all 1,419 documents of a site", "library", "state", "time", "MB/s", "allocations", "× gorilla")
	for name, part := range r.under("S", 3) {
		if part[2] != "memory" {
			row(w, part[1], part[2], r.time(name), r.speed(name), r.figures(name, "allocs/op").count(),
				r.ratio("ns/op", "S/gorilla/warm", name).spread())
		}
	}
}

// writeGzip writes a line for each of Gzip/W20/library/format and Gzip/S/library/state.
func (r *results) writeGzip(w io.Writer) {
	head(w, "Gzip: a feed of 20, and all 1,419 documents of a site", "", "", "library", "time", "× level 6")
	for name, part := range r.under("Gzip", 4) {
		baseline := "Gzip/W20/level6/" + part[3]
		if part[1] == "S" {
			baseline = "Gzip/S/level6/documents"
		}
		row(w, part[1], part[3], part[2], r.time(name), r.ratio("ns/op", baseline, name).spread())
	}
	head(w, "Gzip: bytes of a site's documents over those of level 6", "RSS", "Atom", "JSON")
	var cells []string
	for _, f := range formats(r.gzippedBytes) {
		cells = append(cells, f.spread())
	}
	row(w, cells...)
}

// writeA writes a line for each of A/size/library.
func (r *results) writeA(w io.Writer) {
	head(w, "A: a change, and the feeds after it", "articles", "add", "update", "remove", "touched feed", "untouched feed")
	for name, part := range r.under("A", 3) {
		cells := []string{part[1]}
		for _, unit := range []string{"add-ns", "update-ns", "remove-ns", "touched-ns", "untouched-ns"} {
			cells = append(cells, r.figures(name, unit).durations())
		}
		row(w, cells...)
	}
}

func (r *results) writeClean(w io.Writer) {
	head(w, "Cleaning a body that is clean", "", "time", "MB/s", "allocations", "× tokenizer")
	for name, part := range r.under("Clean", 2) {
		row(w, part[1], r.time(name), r.speed(name), r.figures(name, "allocs/op").count(),
			r.ratio("ns/op", "Clean/tokenizer", name).spread())
	}
}

// writeAllocations writes a line for each of Allocations/call/source/format.
func (r *results) writeAllocations(w io.Writer) {
	head(w, "Allocations", "call", "feed", "format", "allocations")
	for name, part := range r.under("Allocations", 4) {
		row(w, part[1], part[2], part[3], r.figures(name, "allocs/op").count())
	}
}

// under yields the benchmarks whose names begin with first and have this number of parts.
func (r *results) under(first string, parts int) func(yield func(string, []string) bool) {
	return func(yield func(string, []string) bool) {
		for _, name := range r.names {
			if part := strings.Split(name, "/"); part[0] == first && len(part) == parts && !yield(name, part) {
				return
			}
		}
	}
}

func (r *results) time(name string) string  { return r.figures(name, "ns/op").durations() }
func (r *results) speed(name string) string { return r.figures(name, "MB/s").count() }

func head(w io.Writer, title string, columns ...string) {
	fmt.Fprintf(w, "\n## %s\n\n", title)
	row(w, columns...)
	rule(w, len(columns))
}

func row(w io.Writer, cells ...string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }

func rule(w io.Writer, columns int) { row(w, slices.Repeat([]string{"---"}, columns)...) }
