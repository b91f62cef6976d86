package main

import (
	"fmt"
	"io"
	"strings"
)

// goal is a row of the first table. Unless it says otherwise, the result is the ratio to
// gorilla/feeds 1.2.0 in the same run.
type goal struct {
	what, least, aim string
	form             string // of the result, with a %s for each of its figures
	reached          func(r *results) []figures
}

const (
	one         = "%s ×"
	eachFormat  = "%s / %s / %s ×"
	gzippedWarm = "S " + one + "; W20 " + eachFormat + "; bytes " + eachFormat
)

var goals = []goal{
	{"W20, feed filled by hand, nothing prepared: RSS / Atom / JSON", "1.5 / 4.5 / 7 ×", "2.2 / 7 / 9 ×",
		eachFormat, func(r *results) []figures { return formats(r.feedOverGorilla("syndicate")) }},
	{"W20 from the archive, prepared articles, archive.Feed and Append together: RSS / Atom / JSON",
		"12 / 40 / 60 ×", "20 / 60 / 90 ×",
		eachFormat, func(r *results) []figures { return formats(r.feedOverGorilla("syndicate-archive")) }},
	{"S cold: from NewArchive to the last document, validation and cleaning included", "report", "4 ×",
		one, ratio("ns/op", "S/gorilla/warm", "S/syndicate/cold")},
	{"S first: archive ready, nothing encoded yet, one goroutine", "18 ×", "28 ×",
		one, ratio("ns/op", "S/gorilla/warm", "S/syndicate/first")},
	{"S warm: every article encoded before", "45 ×", "70 ×",
		one, ratio("ns/op", "S/gorilla/warm", "S/syndicate/warm")},
	{"S with two goroutines over one", "report", "1.9 ×",
		one, ratio("ns/op", "S/syndicate/first", "S/syndicate/first-2-goroutines")},
	{"gzip, cold: deflating pieces once and joining them, over compress/gzip level 6 of each document", "report", "5 ×",
		one, ratio("ns/op", "Gzip/S/level6/documents", "Gzip/S/syndicate/cold")},
	{"gzip, warm: joining (opt-in; bytes at most 1.6 × of level 6; decodes in Go, Python, curl and a browser)", "200 ×", "600 ×",
		gzippedWarm, (*results).gzippedWarm},
	{"allocations of Append into a grown buffer / of Write", "0 / 2", "0 / 1",
		"%s / %s", func(r *results) []figures { return []figures{r.allocations("Append"), r.allocations("Write")} }},
	{"allocations of archive.Feed", "4", "1",
		"%s", func(r *results) []figures { return []figures{r.allocations("Feed")} }},
	{"time per item at 2,000 items over 20, filled by hand", "at most 2 ×", "1.3 ×",
		eachFormat, func(r *results) []figures { return formats(r.longOverShort("syndicate")) }},
	{"A: add one at 1,000,000 over 10,000; touched feed again included", "at most 3 ×", "1.3 ×",
		one, ratio("add-touched-ns", "A/1000000/syndicate", "A/10000/syndicate")},
	{"archive memory after all of S was rendered (gzip pieces off) over the bytes of its text", "at most 2 ×", "1.4 ×",
		one, func(r *results) []figures { return []figures{r.figures("S/syndicate/memory", "heap/text")} }},
	{"cleanhtml on bodies that are already clean, over one pass of x/net/html's tokenizer", "1 ×", "3 ×",
		one, ratio("ns/op", "Clean/tokenizer", "Clean/cleanhtml")},
}

func (r *results) writeGoals(w io.Writer) {
	head(w, "At a glance", "", "at least", "aim", "reached")
	for _, g := range goals {
		row(w, g.what, g.least, g.aim, g.cell(r))
	}
}

// cell returns the result: medians, with minimum and maximum where they differ.
func (g goal) cell(r *results) string {
	var cells []any
	for _, f := range g.reached(r) {
		if len(f) == 0 {
			return "not run"
		}
		cells = append(cells, f.spread())
	}
	return fmt.Sprintf(g.form, cells...)
}

// ratio returns a function that divides a benchmark's figures by another's.
func ratio(unit, name, over string) func(*results) []figures {
	return func(r *results) []figures { return []figures{r.ratio(unit, name, over)} }
}

// formats calls of for RSS, Atom and JSON.
func formats(of func(format string) figures) []figures {
	return []figures{of("rss"), of("atom"), of("json")}
}

// feedOverGorilla returns how many times faster a library writes a feed of 20.
func (r *results) feedOverGorilla(library string) func(format string) figures {
	return func(format string) figures {
		return r.ratio("ns/op", "W/20/gorilla/"+format, "W/20/"+library+"/"+format)
	}
}

// longOverShort returns the time per article in a feed of 2,000 over that in a feed of 20.
func (r *results) longOverShort(library string) func(format string) figures {
	return func(format string) figures {
		return r.ratio("ns/op", "W/2000/"+library+"/"+format, "W/20/"+library+"/"+format).times(20. / 2000)
	}
}

// gzippedWarm returns how many times faster joining is, and how many times larger its documents.
func (r *results) gzippedWarm() []figures {
	site := r.ratio("ns/op", "Gzip/S/level6/documents", "Gzip/S/syndicate/warm")
	feeds := formats(func(format string) figures {
		return r.ratio("ns/op", "Gzip/W20/level6/"+format, "Gzip/W20/syndicate-archive/"+format)
	})
	return append(append([]figures{site}, feeds...), formats(r.gzippedBytes)...)
}

// gzippedBytes returns the size of a site's documents in a format over that of level 6.
func (r *results) gzippedBytes(format string) figures {
	return r.ratio(format+"-bytes", "Gzip/S/syndicate/warm", "Gzip/S/level6/documents")
}

// allocations returns the allocations of a call, for the format and feed with the most of them.
func (r *results) allocations(call string) (most figures) {
	for _, name := range r.names {
		if f := r.figures(name, "allocs/op"); strings.HasPrefix(name, "Allocations/"+call+"/") && f.median() >= most.median() {
			most = f
		}
	}
	return most
}
